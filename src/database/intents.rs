//! What the database is asked to keep: whole intents, each one transaction. No SQL here.

use super::records::Claim;
use crate::domain::entry::{Entry, EntryKey, EntryNumber};
use crate::domain::likeness::{self, Key};
use crate::domain::relation::{Relation, Sketch, Target};
use crate::domain::release::settle::Nearness;
use crate::domain::release::{Link, LinkKind, ReleaseNumber, Serial};
use crate::domain::source::{Address, SourceFacts, SourceNumber, State, Validators};
use crate::domain::statement::StatementRead;
use crate::domain::{Digest, Moment};

/// What feeds.toml says of a source, for the database to find or found its row by: by id, else by
/// canonical address, else by one that it permanently redirected from.
#[derive(Clone, Debug)]
pub struct SourceDeclared {
    /// Given, or made from name or host.
    pub id: String,
    /// The id stands in the file; a made one gives way to what the database already calls it.
    pub id_given: bool,
    /// Where it is asked.
    pub url: String,
    /// Canonical form of `url`.
    pub address: Address,
    /// The operator's name for it.
    pub name: Option<String>,
    /// `keep = "all"`.
    pub keep_all: bool,
    /// (slug, name).
    pub topics: Vec<(String, String)>,
    /// Whether it is polled.
    pub enabled: bool,
    /// Digest over `keep`, `match`, `block`, `topics` and all `[[topic]]`: another one decides membership anew.
    pub rules: Digest,
    /// The host that `per_host` counts by.
    pub host: String,
}

/// Proof that a poll holds its source: a write with another token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseToken(pub i64);

/// Where an arrival goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Into a release that stands.
    Join(ReleaseNumber),
    /// Into the release that the arrival with this index in the same write founds or joins.
    With(usize),
    /// Into one of its own.
    Found,
    /// Where it already is (an entry that is known).
    Stay,
}

impl Place {
    /// The release that stood before, where it goes to one.
    pub fn joins(self) -> Option<ReleaseNumber> {
        match self {
            Place::Join(release) => Some(release),
            Place::With(_) | Place::Found | Place::Stay => None,
        }
    }
}

/// A link to the release of another arrival of the same write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Its index.
    pub arrival: usize,
    /// How they belong together.
    pub kind: LinkKind,
    /// In words for people.
    pub why: String,
}

/// What the two walks decided on one arrival: release, reasons, keys.
#[derive(Clone, Debug)]
pub struct Placement {
    /// Where it goes.
    pub place: Place,
    /// By which verdict, where it joined.
    pub evidence: Option<likeness::Evidence>,
    /// Releases that belong beside it.
    pub links: Vec<Link>,
    /// Arrivals before it in the same write whose releases belong beside it.
    pub beside: Vec<Beside>,
    /// Its keys.
    pub keys: Vec<Key>,
    /// Topics and statements that it is related to.
    pub relations: Vec<Relation>,
    /// How near it is to what the issuer says.
    pub nearness: Nearness,
    /// Entries of the release it goes to that it credits: they are the issuer's own text.
    pub credits: Vec<EntryNumber>,
    /// Releases that turned out to be one, because it is one with both and they with each other.
    pub absorbed: Vec<Absorbed>,
    /// What later statements and topics find it by; None: no statement was there to compare it with.
    pub sketch: Option<Sketch>,
}

impl Placement {
    /// A text that goes there and is found by these keys, of which nothing else is known.
    pub fn bare(place: Place, keys: Vec<Key>) -> Placement {
        Placement {
            place,
            evidence: None,
            links: Vec::new(),
            beside: Vec::new(),
            keys,
            relations: Vec::new(),
            nearness: Nearness::Text,
            credits: Vec::new(),
            absorbed: Vec::new(),
            sketch: None,
        }
    }
}

/// A release that is another one, too.
#[derive(Clone, Debug)]
pub struct Absorbed {
    /// It gives up its id …
    pub younger: ReleaseNumber,
    /// … for this one's.
    pub older: ReleaseNumber,
    /// By which verdict on their shown texts.
    pub evidence: likeness::Evidence,
}

/// One new or changed entry, decided.
#[derive(Clone, Debug)]
pub struct EntryWrite {
    /// Which entry of its source.
    pub key: EntryKey,
    /// Set where it is known: then it is a change.
    pub known: Option<EntryNumber>,
    /// The original.
    pub entry: Entry,
    /// Canonical link, as likeness folds it.
    pub canonical_link: Option<String>,
    /// Over its words.
    pub digest: Digest,
    /// Over everything of it that can be seen.
    pub visible: Digest,
    /// `match` and `block` of its source let it through.
    pub admitted: bool,
    /// The source's date, where it can be gone by: None if absent or more than a day ahead.
    pub published: Option<Moment>,
    /// `updated` where it lies between `published` and now.
    pub updated: Option<Moment>,
    /// Its language: the entry's, the feed's, the operator's.
    pub language: Option<String>,
    /// Place within the fetch, 0 first.
    pub ordinal: u32,
    /// What was decided.
    pub placement: Placement,
}

/// Everything that one poll changes, written in one transaction.
#[derive(Clone, Debug)]
pub struct PollWrite {
    /// Which source.
    pub source: SourceNumber,
    /// Its lease.
    pub lease: LeaseToken,
    /// `now` of the poll.
    pub at: Moment,
    /// How it fares.
    pub state: State,
    /// What is wrong.
    pub message: Option<String>,
    /// What to do.
    pub remedy: Option<String>,
    /// The poll was answered well (200 and read, or 304).
    pub answered: bool,
    /// New validators; None keeps the old, Some with neither header drops them.
    pub validators: Option<Validators>,
    /// Of the body, where it was read whole.
    pub body_hash: Option<[u8; 32]>,
    /// What the source says of itself, where it was read.
    pub facts: Option<SourceFacts>,
    /// When to ask next.
    pub next_poll: Moment,
    /// For `schedule`.
    pub rhythm_memory: Option<String>,
    /// New and changed entries, in the order in which they were decided.
    pub entries: Vec<EntryWrite>,
    /// Known entries that the body still shows unchanged.
    pub still_shown: Vec<EntryNumber>,
    /// Known entries that the source says were removed, with its reason.
    pub removed: Vec<(EntryNumber, String)>,
    /// The last release when the plan was made: if one was founded since, keys are looked up again.
    pub planned_at: ReleaseNumber,
}

impl PollWrite {
    /// A poll by this claim that was answered well and found nothing, and is asked again at once.
    pub fn of(claim: &Claim, at: Moment, planned_at: ReleaseNumber) -> PollWrite {
        PollWrite {
            source: claim.source.number,
            lease: claim.lease,
            at,
            state: State::Ok,
            message: None,
            remedy: None,
            answered: true,
            validators: None,
            body_hash: None,
            facts: None,
            next_poll: at,
            rhythm_memory: None,
            entries: Vec::new(),
            still_shown: Vec::new(),
            removed: Vec::new(),
            planned_at,
        }
    }
}

/// One new or changed statement, decided.
#[derive(Clone, Debug)]
pub struct StatementWrite {
    /// The statement.
    pub read: StatementRead,
    /// Its topics: (slug, name).
    pub topics: Vec<(String, String)>,
    /// What was decided.
    pub placement: Placement,
    /// It came with the first reading of the store: its own date makes its position.
    pub first_reading: bool,
}

/// Whether a write took place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Written; the serial after it, and how many releases visibly changed.
    Written {
        /// The newest serial.
        serial: Serial,
        /// Releases with a new serial.
        changed: usize,
        /// Entries that were not known.
        new: usize,
    },
    /// Not written: a release with one of the keys was founded since the plan; plan again.
    Overtaken,
    /// Not written: the lease is somebody else's.
    LeaseLost,
}

/// One entry's membership in the wire, decided anew.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The entry.
    pub number: EntryNumber,
    /// `match` and `block` of its source let it through.
    pub admitted: bool,
    /// Topics and statements that it is related to.
    pub relations: Vec<Relation>,
}

/// What one entry is related to, looked at again.
#[derive(Clone, Debug)]
pub struct Related {
    /// The entry.
    pub number: EntryNumber,
    /// Topics and statements.
    pub relations: Vec<Relation>,
}

/// A sketch of an entry's text.
pub type Sketched = (EntryNumber, Sketch);

/// What a batch of looking back came to.
#[derive(Clone, Debug)]
pub struct LookedBack {
    /// Where the batch began.
    pub after: EntryNumber,
    /// The last entry that was looked at.
    pub to: EntryNumber,
    /// There is nothing behind it.
    pub is_last: bool,
    /// What was looked for, by what.
    pub wanted: Vec<(Target, Digest)>,
    /// Relations to what was taken away.
    pub gone: Vec<Target>,
    /// Entries that were compared anew, changed or not.
    pub decided: Vec<Related>,
    /// Sketches of entries that had none.
    pub sketches: Vec<Sketched>,
}
