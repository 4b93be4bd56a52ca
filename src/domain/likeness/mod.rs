//! Whether two texts are one release (`likeness.md` §1–5): pure, bounded, with typed evidence.

mod align;
mod blocks;
mod boilerplate;
mod differences;
mod frames;
mod hash;
mod keys;
mod lexicon;
mod link;
mod measures;
mod names;
mod numbers;
mod pairs;
mod prepared;
mod replaced;
mod side;
mod synonyms;
mod table;
mod title;
mod verdict;

pub use boilerplate::Boilerplate;
pub use differences::{Difference, DifferenceKind};
pub use keys::keys;
pub use prepared::Prepared;
pub use verdict::{Bond, Judged, Verdict, verdict};

pub use link::{canonical_link, canonical_link_with_fragment};

use super::Moment;
use super::source::SourceNumber;
use serde::{Deserialize, Serialize};

/// A key by which candidates are found in the database; never proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// 64 bits of a digest of the kind and what is looked for.
    pub hash: i64,
    /// Links and titles are kept for ever and count more than shingles.
    pub kind: KeyKind,
}

/// What a key was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// A canonical link.
    Link,
    /// A variant of the title.
    Title,
    /// A digest of all words.
    Words,
    /// A hashed run of words.
    Shingle,
    /// Names and numbers that stand in a text whatever its language.
    Translation,
}

impl KeyKind {
    /// Kept for some weeks only, and given up where too many texts have it.
    pub fn is_passing(self) -> bool {
        matches!(self, KeyKind::Shingle | KeyKind::Translation)
    }

    /// How much it counts where candidates are ranked by the keys that they share.
    pub fn weight(self) -> u32 {
        match self {
            KeyKind::Link | KeyKind::Title | KeyKind::Words => 5,
            KeyKind::Shingle => 1,
            // Two texts that share no words share one or two of them.
            KeyKind::Translation => 3,
        }
    }

    /// The number in the database.
    pub fn code(self) -> i64 {
        match self {
            KeyKind::Link => 0,
            KeyKind::Title => 1,
            KeyKind::Words => 2,
            KeyKind::Shingle => 3,
            KeyKind::Translation => 4,
        }
    }
}

/// The facts of one publication's text that likeness looks at, as they come out of a feed, a file or
/// the database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Plain text.
    pub title: Option<String>,
    /// HTML source of the fuller text.
    pub html: String,
    /// Address of its page, as published and resolved.
    pub link: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// The source's own date.
    pub published: Option<Moment>,
    /// When we first saw it.
    pub first_seen: Moment,
    /// None for a statement of ours.
    pub source: Option<SourceNumber>,
}

/// Version of the rule; kept with every verdict.
pub const RULE: u32 = 1;

/// By which figures an entry joined a release; kept for `explain`. Grows with the rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// Version of the rule that decided.
    pub rule: u32,
    /// The verdict's word.
    pub verdict: Verdict,
    /// The canonical link was the same.
    pub same_link: bool,
    /// The titles agreed.
    pub same_title: bool,
    /// Share of the shorter text's words that stand in the longer one, 0 to 1.
    pub covered: f64,
    /// Share of the longer text's words that stand in the shorter one, 0 to 1.
    pub covered_long: f64,
    /// Words that the newer text adds, in runs of four and more.
    pub new: u32,
    /// Words of the older text that it leaves out, likewise.
    pub gone: u32,
    /// Days between them.
    pub days_apart: i64,
    /// What differs and matters; empty where they are one release.
    pub differences: Vec<Difference>,
}
