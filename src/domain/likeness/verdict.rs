//! The verdict on a pair of texts (`likeness.md` §5).

use super::{Evidence, Prepared, RULE};
use serde::{Deserialize, Serialize};

/// What two texts are to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The same words, but for frames and typos: one release.
    Same,
    /// Nothing that makes them one release, nor links them.
    #[default]
    Distinct,
}

impl Verdict {
    /// Both belong in one release.
    pub fn is_one_release(self) -> bool {
        matches!(self, Verdict::Same)
    }
}

/// A verdict with what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// What it rests on.
    pub evidence: Evidence,
}

/// What `newer` is to `older`. Neither a guid nor a link alone makes two texts one: guids are
/// hijacked and addresses reused.
pub fn verdict(older: &Prepared, newer: &Prepared) -> Judged {
    let same_link = older.links.iter().any(|link| newer.links.contains(link));
    let folded = |words: &crate::domain::text::Words| -> Vec<String> {
        words.iter().map(|word| word.folded.to_owned()).collect()
    };
    let same_title = !older.title.is_empty() && folded(&older.title) == folded(&newer.title);
    let same_words = older.digest == newer.digest && !older.words.is_empty();
    let same = match (same_words, same_title, same_link) {
        (true, true, _) => true,
        (true, false, link) => link || older.words.len() >= 50,
        (false, true, link) => link && older.words.is_empty() && newer.words.is_empty(),
        (false, false, _) => false,
    };
    let verdict = if same {
        Verdict::Same
    } else {
        Verdict::Distinct
    };
    Judged {
        verdict,
        evidence: Evidence {
            rule: RULE,
            verdict,
            same_link,
            same_title,
            covered: f64::from(u8::from(same_words)),
        },
    }
}
