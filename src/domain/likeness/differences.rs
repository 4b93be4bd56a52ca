//! What differs between two texts in a way that no merge may paper over: numbers, negations,
//! opposites, names (`likeness.md` §5, guards).

use super::Prepared;
use super::align::{Alignment, Edit};
use super::lexicon;
use crate::domain::relation;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// So many are kept as evidence.
const KEPT: usize = 8;

/// A difference of words in what two texts otherwise have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Of what kind.
    pub kind: DifferenceKind,
    /// What the older text says there; may be empty.
    pub older: String,
    /// What the newer text says there; may be empty.
    pub newer: String,
}

/// Why a difference forbids a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// Another number, date, weekday.
    Number,
    /// A negation gained or lost.
    Negation,
    /// A word replaced by its opposite.
    Opposite,
    /// A name replaced.
    Name,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.older.is_empty(), self.newer.is_empty()) {
            (true, _) => write!(f, "+ {}", self.newer),
            (_, true) => write!(f, "− {}", self.older),
            _ => write!(f, "{} → {}", self.older, self.newer),
        }
    }
}

/// The material differences of two aligned texts, in the order of the alignment; at most eight.
pub(super) fn material(
    older: &Prepared,
    newer: &Prepared,
    alignment: &Alignment,
) -> Vec<Difference> {
    let found = alignment.edits.iter().filter_map(|edit| {
        let kind = kind(older, newer, edit)?;
        Some(Difference {
            kind,
            older: shown(older, numbers_range(older, &edit.a)),
            newer: shown(newer, numbers_range(newer, &edit.b)),
        })
    });
    found.take(KEPT).collect()
}

/// Words of a range as they stand, a dozen at most.
fn shown(text: &Prepared, range: Range<usize>) -> String {
    let Some(&first) = text.content.get(range.start) else {
        return String::new();
    };
    if range.is_empty() {
        return String::new();
    }
    let last = text.content[range.end.min(range.start + 12) - 1];
    text.words
        .span(first as usize, last as usize + 1)
        .to_owned()
}

fn kind(older: &Prepared, newer: &Prepared, edit: &Edit) -> Option<DifferenceKind> {
    let longest = edit.a.len().max(edit.b.len());
    let one_sided = edit.a.is_empty() || edit.b.is_empty();
    // What a frame adds before or behind the text changes nothing of it.
    if one_sided && edit.edge && longest >= 4 {
        return None;
    }
    if negations(older, &edit.a) != negations(newer, &edit.b) {
        return Some(DifferenceKind::Negation);
    }
    // Whole sentences added or left out are counted, not weighed; a date line may come or go.
    let added = one_sided && (longest >= 4 || edit.edge);
    if !added && numbers(older, &edit.a) != numbers(newer, &edit.b) {
        return Some(DifferenceKind::Number);
    }
    if one_sided {
        return None;
    }
    let crossed = |is: fn(&str, &str) -> bool| {
        edit.a.clone().any(|x| {
            edit.b
                .clone()
                .any(|y| is(older.word(x).folded, newer.word(y).folded))
        })
    };
    if crossed(lexicon::are_opposites) {
        return Some(DifferenceKind::Opposite);
    }
    if crossed(lexicon::is_negated) {
        return Some(DifferenceKind::Negation);
    }
    is_name_replaced(older, newer, edit).then_some(DifferenceKind::Name)
}

fn negations(text: &Prepared, range: &Range<usize>) -> usize {
    let language = text.language();
    let is_one = |at: usize| {
        let word = text.word(at);
        // "don't", "isn’t": the tokens are don, t.
        let contracted = word.folded == "t"
            && text
                .words
                .gap(text.content[at] as usize)
                .starts_with(['\'', '’'])
            && at > 0
            && text.word(at - 1).folded.ends_with('n');
        contracted || lexicon::is_negation(word.folded, language.as_deref())
    };
    range.clone().filter(|&at| is_one(at)).count()
}

/// The range, made so long that no decimal number is cut through.
fn numbers_range(text: &Prepared, range: &Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (range.start, range.end);
    if range.is_empty() {
        return range.clone();
    }
    while start > 0 && start < text.len() && text.word(start).joined {
        start -= 1;
    }
    while end < text.len() && text.word(end).joined {
        end += 1;
    }
    start..end
}

/// The numbers in a range, sorted: another order is another way to write a date. Decimals are one
/// number, so that 4,2 is not 2,4.
fn numbers(text: &Prepared, range: &Range<usize>) -> Vec<String> {
    let range = numbers_range(text, range);
    let mut numbers: Vec<String> = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let word = text.word(at);
        let joined = (at + 1..range.end)
            .take_while(|&next| text.word(next).joined)
            .count();
        let gap_after = text
            .content
            .get(at + joined)
            .map_or("", |&last| text.words.gap(last as usize + 1));
        // 4,2 and 4.2, but neither 11.01.2022 nor "11.01. war".
        if joined == 1 && !gap_after.starts_with('.') {
            numbers.push(format!(
                "{}.{}",
                word.folded.trim_start_matches('0'),
                text.word(at + 1).folded
            ));
            at += 2;
            continue;
        }
        numbers.extend(lexicon::number(word.folded));
        at += 1;
    }
    numbers.sort_unstable();
    numbers
}

/// Whether a name of the older text gave way to another one in the newer.
fn is_name_replaced(older: &Prepared, newer: &Prepared, edit: &Edit) -> bool {
    let only_there = |there: &Prepared,
                      range: &Range<usize>,
                      here: &Prepared,
                      other: &Range<usize>|
     -> Vec<usize> {
        let same = |at: usize| {
            let word = there.word(at).folded;
            other
                .clone()
                .any(|y| lexicon::is_inflected(word, here.word(y).folded))
        };
        range
            .clone()
            .filter(|&at| is_name(there, at) && !same(at))
            .collect()
    };
    let gone = only_there(older, &edit.a, newer, &edit.b);
    let come = only_there(newer, &edit.b, older, &edit.a);
    if gone.is_empty() || come.is_empty() {
        return false;
    }
    let slips = gone.len() == come.len()
        && gone
            .iter()
            .zip(&come)
            .all(|(&x, &y)| is_slip(older, x, newer, y));
    !slips
}

/// Whether the token is a name: capitalised where a common word would not be.
fn is_name(text: &Prepared, at: usize) -> bool {
    let word = text.word(at);
    if !word.capital || word.folded.len() < 2 || lexicon::number(word.folded).is_some() {
        return false;
    }
    match text.language().as_deref() {
        // German nouns bear capitals, too, so here what is no known noun is a name.
        Some("de") | None => {
            !(lexicon::is_german_noun(word.folded)
                || (word.begins && begins_often(word.folded, "de")))
        }
        Some(language) => !word.begins || !begins_often(word.folded, language),
    }
}

/// Words that begin sentences without being names: the frequent ones. Peter is frequent, too, but less so.
fn begins_often(folded: &str, language: &str) -> bool {
    const FREQUENT: f32 = 3.2;
    relation::weight_of_form(folded, language).is_some_and(|weight| weight < FREQUENT)
}

/// A slip of a letter: one form is a known word, or the text's own elsewhere, and the other neither.
/// Iran and Irak, Омск and Томск are both known; two unknown ones are doubted.
fn is_slip(older: &Prepared, x: usize, newer: &Prepared, y: usize) -> bool {
    let (one, other) = (older.word(x).folded, newer.word(y).folded);
    if !lexicon::is_one_edit(one, other) {
        return false;
    }
    let language = older
        .language()
        .or_else(|| newer.language())
        .unwrap_or_else(|| "de".to_owned());
    let known = |folded: &str| {
        relation::weight_of_form(folded, &language).is_some()
            || (stands_again(older, folded, x) && stands_again(newer, folded, y))
    };
    known(one) != known(other)
}

/// Whether a word, in any form, stands in the text beside the place `at`.
fn stands_again(text: &Prepared, folded: &str, at: usize) -> bool {
    (0..text.len())
        .any(|other| other != at && lexicon::is_inflected(text.word(other).folded, folded))
}
