//! The verdict on a pair of texts (`likeness.md` §5), with what it rests on.

use super::table::Pair;
use super::{Evidence, Prepared};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What two texts are to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The same words, but for frames and typos: one release.
    Same,
    /// The newer is the beginning of the older: one release.
    Excerpt,
    /// The older was a teaser of the newer: one release, which shows the fuller text.
    Teaser,
    /// Most words are the same, and nothing material differs: one release.
    LightEdit,
    /// Hardly any text; equal titles, within days: one release.
    TitleAndDate,
    /// The same but for numbers, negations or names, or marked as a correction: two, linked.
    Revision,
    /// One holds the other and goes on: two, linked.
    Extended,
    /// One quotes the other whole: two, linked.
    Contains,
    /// The same in another language: two, linked.
    Translation,
    /// A paragraph in common: two.
    Overlap,
    /// Two of a series, alike but for numbers and dates: two.
    Series,
    /// None of these: two.
    #[default]
    Distinct,
}

impl Verdict {
    /// Both belong in one release.
    pub fn is_one_release(self) -> bool {
        use self::Verdict::{Excerpt, LightEdit, Same, Teaser, TitleAndDate};
        matches!(self, Same | Excerpt | Teaser | LightEdit | TitleAndDate)
    }

    /// In words for people.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Same => "the same text",
            Verdict::Excerpt => "an excerpt",
            Verdict::Teaser => "a teaser, then the full text",
            Verdict::LightEdit => "lightly edited",
            Verdict::TitleAndDate => "the same title within days",
            Verdict::Revision => "a revision",
            Verdict::Extended => "extended",
            Verdict::Contains => "quotes it whole",
            Verdict::Translation => "a translation",
            Verdict::Overlap => "a passage in common",
            Verdict::Series => "two of a series",
            Verdict::Distinct => "another text",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// What the publishers of two texts are to each other: how much a frame may add.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bond {
    /// Nothing is known: ten words.
    #[default]
    None,
    /// One is a statement of ours, the other comes from one of its signatories, who may say so at
    /// some length: "Bund Eins dokumentiert die gemeinsame Erklärung …".
    Signatory,
}

/// A verdict with what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// What it rests on.
    pub evidence: Evidence,
}

/// What `newer` is to `older`. Neither a guid nor a link alone makes two texts one: guids are hijacked
/// and addresses reused. The verdict does not depend on which came first, but for what the newer adds.
///
/// ```
/// use presswire::domain::likeness::{verdict, Boilerplate, Bond, Prepared, Text, Verdict};
/// let text = |html: &str| Prepared::of(
///     Text { title: Some("Streik im Hafen".into()), html: html.into(), language: Some("de".into()), ..Text::default() },
///     &Boilerplate::default(),
/// );
/// let was = "Der Streik im Hafen hat 120 Schiffe aufgehalten, teilte die Gewerkschaft am Abend nach langen Verhandlungen mit.";
/// let same = verdict(&text(was), &text(&format!("<b>{was}</b> (mehr in Kürze)")), Bond::None);
/// assert_eq!(same.verdict, Verdict::Same);
/// let other = verdict(&text(was), &text(&was.replace("120", "102")), Bond::None);
/// assert_eq!(other.verdict, Verdict::Revision);
/// assert_eq!(other.evidence.differences[0].to_string(), "120 → 102 Schiffe");
/// ```
pub fn verdict(older: &Prepared, newer: &Prepared, bond: Bond) -> Judged {
    let pair = Pair::of(older, newer, bond);
    let verdict = pair.verdict();
    Judged {
        verdict,
        evidence: pair.evidence(verdict),
    }
}
