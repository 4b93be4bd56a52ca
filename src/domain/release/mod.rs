//! What a subscriber gets: one text, published once, with everybody who published it.

pub mod settle;

use super::entry::{EntryKey, EntryNumber};
use super::relation::Relation;
use super::source::{Address, SourceFacts, SourceNumber};
use super::{Digest, Moment};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The database's number of a release: grows in the order in which releases were founded.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct ReleaseNumber(pub i64);

/// Grows when, and only when, something we serve of a release has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Serial(pub i64);

/// A release's id in addresses: 16 characters of lower-case base32 (contract §5).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReleaseId(String);

/// Version of the rule by which release ids are made.
const ID_RULE: &[u8] = b"presswire release 1";

impl ReleaseId {
    /// The id of a release founded by an entry: a digest over the rule's version, the founding
    /// source's canonical address and the entry's key, so that a lost database gives the same page.
    pub fn of_entry(source: &Address, key: &EntryKey) -> ReleaseId {
        Self::digest(&[b"entry", source.as_str().as_bytes(), &key.0])
    }

    /// The id of a release founded by an entry that founded one before and left it behind with
    /// others; `times` is how many it founded before (1 and more).
    pub fn of_entry_again(source: &Address, key: &EntryKey, times: u32) -> ReleaseId {
        let times = times.to_be_bytes();
        Self::digest(&[b"again", source.as_str().as_bytes(), &key.0, &times])
    }

    /// The id of a release founded by a statement, from the statement's own id.
    pub fn of_statement(id: &str) -> ReleaseId {
        Self::digest(&[b"statement", id.as_bytes()])
    }

    /// What one of the above once gave, read back; None where `text` is no id.
    pub fn parse(text: &str) -> Option<ReleaseId> {
        let fits = text.len() == 16
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b));
        fits.then(|| ReleaseId(text.to_owned()))
    }

    /// The 16 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn digest(parts: &[&[u8]]) -> ReleaseId {
        let mut hasher = blake3::Hasher::new();
        hasher.update(ID_RULE);
        for part in parts {
            // Lengths keep ("ab", "c") and ("a", "bc") apart.
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        let digest = hasher.finalize();
        ReleaseId(
            data_encoding::BASE32_NOPAD
                .encode(&digest.as_bytes()[..10])
                .to_ascii_lowercase(),
        )
    }
}

impl fmt::Display for ReleaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who carries a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// A statement of ours, by slug.
    Statement(String),
    /// An entry of a source we follow.
    Entry {
        /// The entry.
        entry: EntryNumber,
        /// Its source.
        source: SourceNumber,
        /// The source's id in feeds.toml.
        source_id: String,
        /// The source's address that is asked.
        source_url: String,
        /// What the source said of itself when this publication was last kept.
        facts: SourceFacts,
    },
}

/// One link in a release: who carried the text, where, when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Who.
    pub by: By,
    /// Plain text, as carried there.
    pub title: Option<String>,
    /// Address as the feed gave it, resolved; of a statement, None (its page is ours).
    pub url: Option<String>,
    /// The source's own date, where it is one to go by.
    pub published: Option<Moment>,
    /// When we first saw it.
    pub first_seen: Moment,
}

/// How two releases that are not one belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkKind {
    /// The same text with other numbers, negations or names.
    Revision,
    /// One contains the other and adds to it.
    Extended,
    /// One quotes the other whole.
    Contains,
    /// The same in another language.
    Translation,
}

impl LinkKind {
    /// The contract's word, also in the database.
    pub fn word(self) -> &'static str {
        match self {
            LinkKind::Revision => "revision",
            LinkKind::Extended => "extended",
            LinkKind::Contains => "contains",
            LinkKind::Translation => "translation",
        }
    }

    /// The kind with this word.
    pub fn from_word(word: &str) -> Option<LinkKind> {
        [
            LinkKind::Revision,
            LinkKind::Extended,
            LinkKind::Contains,
            LinkKind::Translation,
        ]
        .into_iter()
        .find(|kind| kind.word() == word)
    }
}

/// A link from one release to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The other release.
    pub release: ReleaseNumber,
    /// How they belong together.
    pub kind: LinkKind,
    /// In words for people.
    pub why: String,
}

/// Why and since when a release is no longer shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// Since when.
    pub when: Moment,
    /// As given; empty where nothing was given.
    pub reason: String,
}

/// Whose text a release shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Shown {
    /// Our statement's, by slug.
    Statement(String),
    /// An entry's.
    Entry(EntryNumber),
}

/// A release as it is served: everything but the text itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    /// The database's number.
    pub number: ReleaseNumber,
    /// In addresses.
    pub id: ReleaseId,
    /// `atom:id`, `guid`; never changes.
    pub atom_id: String,
    /// Plain text of the shown publication's title.
    pub title: Option<String>,
    /// Address of the shown publication; None for our own (its page is `/statements/{slug}`).
    pub url: Option<String>,
    /// BCP 47, of the shown text.
    pub language: Option<String>,
    /// None: unknown (formats that force a value take `first_seen`).
    pub published: Option<Moment>,
    /// Contract §5: at first the source's, then the moment at which we saw other words shown.
    pub updated: Moment,
    /// When the first of its publications was first seen.
    pub first_seen: Moment,
    /// Its place in the order; fixed.
    pub position: Moment,
    /// When it came into the wire; None outside.
    pub entered: Option<Moment>,
    /// Of the last change that is served.
    pub serial: Serial,
    /// Digest of the shown words.
    pub digest: Digest,
    /// Whose text is shown.
    pub shown: Shown,
    /// Slug of the statement of ours in it.
    pub statement: Option<String>,
    /// The shown publication first, then by first seen.
    pub publications: Vec<Publication>,
    /// Topics and statements, best first.
    pub relations: Vec<Relation>,
    /// Topic labels of its sources and statement: (slug, name).
    pub topics: Vec<(String, String)>,
    /// Releases that are not this one, but belong beside it.
    pub links: Vec<Link>,
    /// Set where it is no longer shown.
    pub withdrawal: Option<Withdrawal>,
}
