//! What the database says: rows as the walks need them. No SQL here.

use super::intents::LeaseToken;
use crate::domain::entry::{Entry, EntryKey, EntryNumber};
use crate::domain::likeness::{self, Text};
use crate::domain::relation::{Relation, Sketch, Target};
use crate::domain::release::{Release, ReleaseId, ReleaseNumber};
use crate::domain::source::{Address, SourceFacts, SourceNumber, State, Validators};
use crate::domain::statement::{StatementNumber, StatementRead};
use crate::domain::{Digest, Moment};

/// A source as the database knows it.
#[derive(Clone, Debug)]
pub struct SourceRecord {
    /// Its number.
    pub number: SourceNumber,
    /// Its id in addresses and tables.
    pub id: String,
    /// The operator's name for it.
    pub name: Option<String>,
    /// Where it is asked; may hold credentials.
    pub url: String,
    /// Canonical.
    pub address: Address,
    /// Its host, for `per_host`.
    pub host: String,
    /// How it fares.
    pub state: State,
    /// Since when it is in that state.
    pub since: Moment,
    /// Last poll that was answered well.
    pub last_ok: Option<Moment>,
    /// Last poll.
    pub last_poll: Option<Moment>,
    /// First poll that was answered well.
    pub first_ok: Option<Moment>,
    /// When it is asked next; None: never (disabled).
    pub next_poll: Option<Moment>,
    /// Entries known.
    pub entries: i64,
    /// What is wrong, in one line without secrets.
    pub message: Option<String>,
    /// What to do.
    pub remedy: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    /// Polls answered well.
    pub polls: u32,
    /// When something new last came.
    pub last_new: Option<Moment>,
    /// As they came.
    pub validators: Option<Validators>,
    /// Of the last whole body that was read.
    pub body_hash: Option<[u8; 32]>,
    /// What it says of itself.
    pub facts: SourceFacts,
    /// What `schedule` remembers from poll to poll (JSON of its own).
    pub rhythm_memory: Option<String>,
}

impl SourceRecord {
    /// The one with this id among `records`, which are in the order of their ids.
    pub fn find<'r>(records: &'r [SourceRecord], id: &str) -> Option<&'r SourceRecord> {
        let found = records.binary_search_by(|record| record.id.as_str().cmp(id));
        found.ok().map(|index| &records[index])
    }
}

/// A due source, claimed.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The source as it stands.
    pub source: SourceRecord,
    /// For `keep_poll`.
    pub lease: LeaseToken,
}

/// An entry that is already known, as `change` needs it.
#[derive(Clone, Debug)]
pub struct EntryKnown {
    /// Its number.
    pub number: EntryNumber,
    /// Its key.
    pub key: EntryKey,
    /// Guid as published.
    pub id: Option<String>,
    /// Canonical link, as likeness folds it.
    pub canonical_link: Option<String>,
    /// Plain title.
    pub title: Option<String>,
    /// Over its words.
    pub digest: Digest,
    /// Over everything of it that can be seen.
    pub visible: Digest,
    /// The release that it belongs to.
    pub release: ReleaseNumber,
    /// When first seen.
    pub first_seen: Moment,
    /// Set where it was removed by its source.
    pub removed: bool,
}

/// A release that shares keys with an arrival.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The release.
    pub release: ReleaseNumber,
    /// Its shown text.
    pub text: Text,
}

/// Another text of a release.
#[derive(Clone, Debug)]
pub struct OtherText {
    /// Whose; None: our statement's.
    pub entry: Option<EntryNumber>,
    /// The text.
    pub text: Text,
    /// Addresses at which its source stands: the feed's, then the page that the feed calls its own.
    pub home: Vec<String>,
}

/// By what one entry is in its release, and whether it brings it into the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Joining {
    /// The entry.
    pub entry: EntryNumber,
    /// By which verdict it joined; None: it founded the release, or stayed in it when it changed.
    pub evidence: Option<likeness::Evidence>,
    /// `match` and `block` of its source let it through.
    pub admitted: bool,
    /// Its source's `keep = "all"`.
    pub keep_all: bool,
    /// Topics and statements that it is related to.
    pub relations: Vec<Relation>,
}

/// A statement as it stands in the database: its last good version.
#[derive(Clone, Debug, PartialEq)]
pub struct StatementRecord {
    /// Its number.
    pub number: StatementNumber,
    /// As it was last read.
    pub read: StatementRead,
    /// The release that it belongs to.
    pub release: ReleaseNumber,
    /// When it was first kept.
    pub first_seen: Moment,
    /// When its words last became others; `first_seen` where they never did.
    pub changed: Moment,
}

/// One version of the words that a release showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The release's `updated` while these words were shown.
    pub updated: Moment,
    /// Plain text.
    pub title: Option<String>,
    /// Over the words.
    pub digest: Digest,
}

/// What stands under a release id.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A release; withdrawn where its `withdrawal` is set.
    Release(Box<Release>),
    /// It became one with another: that one's id.
    MovedTo(ReleaseId),
    /// No release ever bore it.
    Unknown,
}

/// The memory that a release stood in a feed and does not any more (RFC 6721).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// The release.
    pub release: ReleaseNumber,
    /// Its id when it stood in the feed.
    pub id: ReleaseId,
    /// Its `atom:id` when it stood in the feed.
    pub atom_id: String,
    /// Since when.
    pub when: Moment,
    /// As given; empty where nothing was given.
    pub reason: String,
    /// Set where it became one with another.
    pub moved_to: Option<ReleaseId>,
}

/// How much of a scope a feed holds (contract §2, `items`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// At least so many, by position.
    pub items: usize,
    /// And all that entered within so many milliseconds before the scope's newest entrant …
    pub since_ms: i64,
    /// … but not more than this altogether.
    pub cap: usize,
}

impl Window {
    /// The contract's window around `items`: 48 hours, at most 500.
    pub fn of(items: usize) -> Window {
        Window {
            items,
            since_ms: 48 * 3_600_000,
            cap: 500,
        }
    }
}

/// An entry whose membership in the wire is to be decided anew.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// Its number.
    pub number: EntryNumber,
    /// The original.
    pub entry: Entry,
    /// Its language, as it was settled when it was kept.
    pub language: Option<String>,
    /// The source's date, as it was settled when it was kept.
    pub published: Option<Moment>,
    /// When first seen.
    pub first_seen: Moment,
    /// Its source.
    pub source: SourceNumber,
    /// Topics and statements that it was related to.
    pub relations: Vec<Relation>,
}

/// The next entries to look back at, and for what.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The last entry before it.
    pub after: EntryNumber,
    /// Its last entry.
    pub to: EntryNumber,
    /// There is nothing behind it.
    pub is_last: bool,
    /// Statements and topics that are new or changed, with the digests of what they are looked for by.
    pub wanted: Vec<(Target, Digest)>,
    /// Statements and topics that relations are to be taken away to.
    pub gone: Vec<Target>,
    /// In the order of their numbers.
    pub entries: Vec<Stored>,
}

/// An entry as looking back sees it before its text is read.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its number.
    pub number: EntryNumber,
    /// Topics and statements that it is related to.
    pub relations: Vec<Relation>,
    /// It has a text, and no sketch of it.
    pub is_unsketched: bool,
    /// Of its text.
    pub sketch: Option<Sketch>,
}
