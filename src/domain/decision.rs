//! An editor's word on texts: last over every rule (contract §1).
//!
//! A [`Decision`] names texts by what identifies them for ever, so it holds after a lost database and
//! for texts that come back. [`Decisions`] answers, in the order in which they were made, what holds
//! now: the [`Word`] on a text, and with which texts it belongs together or apart ([`Bonds`]). How
//! decisions are kept in a file, and carried out, is not known here.

use super::Moment;
use super::entry::EntryKey;
use super::release::Withdrawal;
use super::source::SourceNumber;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Which text this is, for ever.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TextName {
    /// A statement of ours, by slug.
    Statement(String),
    /// An entry of a source.
    Entry(SourceNumber, EntryKey),
}

/// What an editor decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ruling {
    /// Not shown: a tombstone, 410.
    Hide,
    /// Shown again.
    Unhide,
    /// The texts on both sides are one release.
    Join,
    /// They are not.
    Split,
    /// Related to a statement, whatever the score.
    Relate,
    /// Not related to it, whatever the score.
    Unrelate,
}

impl Ruling {
    /// The command's word.
    pub fn word(self) -> &'static str {
        match self {
            Ruling::Hide => "hide",
            Ruling::Unhide => "unhide",
            Ruling::Join => "join",
            Ruling::Split => "split",
            Ruling::Relate => "relate",
            Ruling::Unrelate => "unrelate",
        }
    }
}

/// One decision, with the texts that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// When it was made.
    pub at: Moment,
    /// What was decided.
    pub ruling: Ruling,
    /// About which texts: all publications of the release that was named.
    pub texts: BTreeSet<TextName>,
    /// `join`, `split`: the texts on the other side.
    pub others: BTreeSet<TextName>,
    /// `relate`, `unrelate`: the statement's slug.
    pub statement: Option<String>,
    /// Why, in the editor's words; empty where none were given.
    pub reason: String,
}

/// What an editor says of one text, all decisions taken together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Word {
    /// Set where it is hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Withdrawal>,
    /// Statements, by slug, that it is or is not related to.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub statements: BTreeMap<String, Related>,
}

/// Whether a text is related to a statement, by an editor's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// It is; false: it is not.
    pub is_related: bool,
    /// Since when: where publications of one release differ, the last word holds.
    pub at: Moment,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl Word {
    /// Nothing was decided, or everything was taken back.
    pub fn is_silent(&self) -> bool {
        *self == Word::default()
    }
}

/// With which texts one belongs in a release, and with which it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bonds {
    /// Together.
    pub with: BTreeSet<TextName>,
    /// Apart.
    pub apart: BTreeSet<TextName>,
}

impl Bonds {
    /// Nothing was decided.
    pub fn is_empty(&self) -> bool {
        self.with.is_empty() && self.apart.is_empty()
    }
}

/// All decisions, in the order in which they were made, found by text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    all: Vec<Decision>,
    by_text: HashMap<TextName, Vec<usize>>,
}

impl Decisions {
    /// Decisions in the order in which they were made: a later one on the same texts holds.
    pub fn of(all: Vec<Decision>) -> Decisions {
        let mut by_text: HashMap<TextName, Vec<usize>> = HashMap::new();
        for (at, decision) in all.iter().enumerate() {
            for text in decision.texts.union(&decision.others) {
                by_text.entry(text.clone()).or_default().push(at);
            }
        }
        Decisions { all, by_text }
    }

    /// Whether none was ever made.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// In the order in which they were made.
    pub fn all(&self) -> &[Decision] {
        &self.all
    }

    /// Those about any of `texts`, in the order in which they were made.
    pub fn about<'d>(&'d self, texts: &[TextName]) -> Vec<&'d Decision> {
        let at: BTreeSet<usize> = texts.iter().flat_map(|text| self.at(text)).collect();
        at.into_iter().map(|at| &self.all[at]).collect()
    }

    /// What was said of each text, where something still holds.
    pub fn words(&self) -> BTreeMap<TextName, Word> {
        let mut words: BTreeMap<TextName, Word> = BTreeMap::new();
        for decision in &self.all {
            for text in &decision.texts {
                say(words.entry(text.clone()).or_default(), decision);
            }
        }
        words.retain(|_, word| !word.is_silent());
        words
    }

    /// With which texts this one belongs together or apart: of each pair the last word.
    pub fn bonds(&self, text: &TextName) -> Bonds {
        let mut bonds = Bonds::default();
        for at in self.at(text) {
            let decision = &self.all[at];
            let across = match decision.texts.contains(text) {
                true => &decision.others,
                false => &decision.texts,
            };
            let (into, out_of) = match decision.ruling {
                Ruling::Join => (&mut bonds.with, &mut bonds.apart),
                Ruling::Split => (&mut bonds.apart, &mut bonds.with),
                _ => continue,
            };
            for other in across.iter().filter(|other| *other != text) {
                out_of.remove(other);
                into.insert(other.clone());
            }
        }
        bonds
    }

    fn at(&self, text: &TextName) -> impl Iterator<Item = usize> {
        self.by_text.get(text).into_iter().flatten().copied()
    }
}

fn say(word: &mut Word, decision: &Decision) {
    match (decision.ruling, &decision.statement) {
        (Ruling::Hide, _) => {
            word.hidden = Some(Withdrawal {
                when: decision.at,
                reason: decision.reason.clone(),
            })
        }
        (Ruling::Unhide, _) => word.hidden = None,
        (Ruling::Relate | Ruling::Unrelate, Some(statement)) => {
            let related = Related {
                is_related: decision.ruling == Ruling::Relate,
                at: decision.at,
                reason: decision.reason.clone(),
            };
            word.statements.insert(statement.clone(), related);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(number: u8) -> TextName {
        TextName::Entry(SourceNumber(1), EntryKey([number; 16]))
    }

    fn decision(ruling: Ruling, minute: i64, texts: &[u8], others: &[u8]) -> Decision {
        Decision {
            at: Moment::from_timestamp(60 * minute, 0).unwrap(),
            ruling,
            texts: texts.iter().map(|number| text(*number)).collect(),
            others: others.iter().map(|number| text(*number)).collect(),
            statement: matches!(ruling, Ruling::Relate | Ruling::Unrelate)
                .then(|| "ours".to_owned()),
            reason: String::new(),
        }
    }

    #[test]
    fn hidden_until_unhidden() {
        let hide = decision(Ruling::Hide, 1, &[1, 2], &[]);
        let words = Decisions::of(vec![hide.clone()]).words();
        assert_eq!(
            words[&text(2)].hidden.as_ref().map(|w| w.when),
            Some(hide.at)
        );
        let unhide = decision(Ruling::Unhide, 2, &[1], &[]);
        let words = Decisions::of(vec![hide, unhide]).words();
        assert_eq!(words.keys().collect::<Vec<_>>(), [&text(2)]);
    }

    #[test]
    fn last_word_on_a_pair_holds() {
        let join = decision(Ruling::Join, 1, &[1, 2], &[3]);
        let split = decision(Ruling::Split, 2, &[1], &[2, 3]);
        let decisions = Decisions::of(vec![join.clone(), split.clone()]);
        let bonds = decisions.bonds(&text(3));
        assert_eq!(bonds.with, BTreeSet::from([text(2)]));
        assert_eq!(bonds.apart, BTreeSet::from([text(1)]));
        let again = Decisions::of(vec![join, split, decision(Ruling::Join, 3, &[3], &[1])]);
        assert_eq!(again.bonds(&text(3)).apart, BTreeSet::new());
        assert_eq!(again.about(&[text(2)]).len(), 2);
    }

    #[test]
    fn unrelating_is_a_word_too() {
        let decisions = Decisions::of(vec![
            decision(Ruling::Relate, 1, &[1], &[]),
            decision(Ruling::Unrelate, 2, &[1], &[]),
        ]);
        assert!(!decisions.words()[&text(1)].statements["ours"].is_related);
    }
}
