//! What differs between two texts in a way that no merge may paper over: numbers and what they count,
//! negations, opposites, names, other words, marks of corrections (`likeness.md` §5, guards).
//!
//! Only what stands for each other is weighed. Whole sentences that one text has and the other has not
//! are counted by the verdict, and so are frames before and behind; but a sentence that goes on where the
//! other ends is weighed with it.

use super::Prepared;
use super::align::{Alignment, Where};
use super::lexicon;
use super::measures::other_measure;
use super::names::{is_name_replaced, may_be_name};
use super::numbers::number;
use super::replaced::is_word_replaced;
use super::side::{DENIAL, SENTENCE, Side, weighed, whole_numbers};
use crate::domain::relation;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;

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
    /// A word replaced by its opposite, a measure by another.
    Opposite,
    /// A name replaced.
    Name,
    /// A word replaced that is neither of these, and by no synonym.
    Word,
    /// One text says that it corrects something.
    Correction,
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
        let (mut a, mut b) = (Side::of(older, &edit.a), Side::of(newer, &edit.b));
        let corrects = a.is_correction() != b.is_correction();
        let kind = match corrects || is_taken_back(&a, &b, edit.place) {
            true => DifferenceKind::Correction,
            false => {
                (a, b) = weighed(a, b, edit.place);
                kind(&a, &b, edit.place)?
            }
        };
        Some(Difference {
            kind,
            older: a.shown(),
            newer: b.shown_with_unit(&a),
        })
    });
    found
        .chain(moved_inside(older, newer, alignment))
        .chain(other_measure(older, newer))
        .take(KEPT)
        .collect()
}

/// The first words that were taken out of one place and put in another, where they do not make up a
/// sentence: who beat whom, from which number to which.
fn moved_inside(older: &Prepared, newer: &Prepared, alignment: &Alignment) -> Option<Difference> {
    let bag = |side: &Side<'_>| {
        let mut words: Vec<String> = side.places().map(|at| side.folded(at).to_owned()).collect();
        words.sort_unstable();
        words
    };
    let inside = || {
        let edits = alignment.edits.iter();
        edits.filter(|edit| edit.place == Where::Inside)
    };
    let come: HashMap<Vec<String>, Side<'_>> = inside()
        .filter(|edit| edit.a.is_empty())
        .map(|edit| Side::of(newer, &edit.b).without_passages())
        .map(|come| (bag(&come), come))
        .collect();
    inside()
        .filter(|edit| edit.b.is_empty())
        .map(|edit| Side::of(older, &edit.a).without_passages())
        .filter(|gone| !gone.is_empty() && says_which(gone))
        .find_map(|gone| {
            Some(Difference {
                kind: DifferenceKind::Word,
                newer: come.get(&bag(&gone))?.shown(),
                older: gone.shown(),
            })
        })
}

/// A number, a name, a negation or a word that has an opposite is among the words.
fn says_which(side: &Side<'_>) -> bool {
    side.places().any(|at| {
        let word = side.folded(at);
        number(word).is_some()
            || is_negation(side.text, at)
            || lexicon::has_opposite(word)
            || may_be_name(side.text, at)
    })
}

/// One text adds that the other is untrue or withdrawn, in a note; not where the other breaks off before.
fn is_taken_back(older: &Side<'_>, newer: &Side<'_>, place: Where) -> bool {
    /// Words of such a note.
    const NOTE: usize = 24;
    let notes = |side: &Side<'_>, other: &Side<'_>| {
        let is_note = place == Where::Head || !other.text.cut;
        let mut words = side.places().map(|at| side.folded(at));
        is_note && other.is_empty() && side.len() <= NOTE && words.any(lexicon::is_retraction)
    };
    notes(older, newer) || notes(newer, older)
}

fn kind(older: &Side<'_>, newer: &Side<'_>, place: Where) -> Option<DifferenceKind> {
    let one_sided = older.is_empty() || newer.is_empty();
    if one_sided {
        let (older, newer) = match place {
            Where::Tail => (older.clone(), newer.clone()),
            Where::Head if older.len().max(newer.len()) < DENIAL => (older.clone(), newer.clone()),
            _ => (older.without_sentences(), newer.without_sentences()),
        };
        if are_negated_apart(&older, &newer) {
            return Some(DifferenceKind::Negation);
        }
        let hedges = |side: &Side<'_>| {
            let places = side.places();
            places
                .filter(|&at| lexicon::is_hedge(side.folded(at)))
                .count()
        };
        let small = older.len() + newer.len() < SENTENCE;
        if place == Where::Inside && small && hedges(&older) != hedges(&newer) {
            return Some(DifferenceKind::Word);
        }
        // A clause that is added or left out is counted, not weighed; a date line may come or go.
        let changes = place == Where::Inside && small;
        return (changes && are_numbered_apart(&older, &newer)).then_some(DifferenceKind::Number);
    }
    if are_negated_apart(older, newer) {
        return Some(DifferenceKind::Negation);
    }
    if are_numbered_apart(older, newer) {
        return Some(DifferenceKind::Number);
    }
    let crossed = |is: fn(&str, &str) -> bool| {
        older.places().any(|x| {
            let word = older.folded(x);
            let stays = newer.places().any(|y| newer.folded(y) == word);
            !stays && newer.places().any(|y| is(word, newer.folded(y)))
        })
    };
    if crossed(lexicon::are_opposites) {
        return Some(DifferenceKind::Opposite);
    }
    if crossed(lexicon::is_negated) {
        return Some(DifferenceKind::Negation);
    }
    if is_name_replaced(older, newer, place) {
        return Some(DifferenceKind::Name);
    }
    (is_word_replaced(older, newer) || is_turned_around(older, newer))
        .then_some(DifferenceKind::Word)
}

/// The same words in another order, and one of them says which: "weniger, nicht mehr".
fn is_turned_around(older: &Side<'_>, newer: &Side<'_>) -> bool {
    let words = |side: &Side<'_>| -> Vec<String> {
        let side = side.without_passages();
        side.places().map(|at| side.folded(at).to_owned()).collect()
    };
    let turns = |side: &Side<'_>| {
        side.places()
            .any(|at| is_negation(side.text, at) || lexicon::has_opposite(side.folded(at)))
    };
    let (mut one, mut other) = (words(older), words(newer));
    if one == other || !turns(older) {
        return false;
    }
    one.sort_unstable();
    other.sort_unstable();
    one == other
}

/// One side says no more often than the other, slips of a letter apart.
fn are_negated_apart(one: &Side<'_>, other: &Side<'_>) -> bool {
    let in_one: Vec<usize> = one
        .places()
        .filter(|&at| is_negation(one.text, at))
        .collect();
    let in_other: Vec<usize> = other
        .places()
        .filter(|&at| is_negation(other.text, at))
        .collect();
    if in_one.len() == in_other.len() {
        return false;
    }
    let meant = |side: &Side<'_>, negations: &[usize], beside: &Side<'_>| {
        let slips = negations
            .iter()
            .filter(|&&at| is_mistyped(side, at, beside));
        negations.len() - slips.count()
    };
    meant(one, &in_one, other) != meant(other, &in_other, one)
}

fn is_negation(text: &Prepared, at: usize) -> bool {
    let word = text.word(at);
    // "don't", "isn’t": the tokens are don, t.
    let contracted = word.folded == "t"
        && text
            .words
            .gap(text.content[at] as usize)
            .starts_with(['\'', '’'])
        && at > 0
        && text.word(at - 1).folded.ends_with('n');
    contracted || lexicon::is_negation(word.folded, text.language().as_deref())
}

/// Whether the other side holds this word with a slip of a letter that makes it no word at all.
fn is_mistyped(side: &Side<'_>, at: usize, other: &Side<'_>) -> bool {
    let word = side.folded(at);
    let Some(language) = side.text.language().filter(|it| relation::has_list(it)) else {
        return false;
    };
    other.places().any(|there| {
        let slip = other.folded(there);
        let (as_written, slipped) = (side.text.word(at).surface, other.text.word(there).surface);
        // A doubled umlaut is two letters when folded.
        let one_edit = lexicon::is_one_edit(word, slip)
            || lexicon::is_one_edit(&as_written.to_lowercase(), &slipped.to_lowercase());
        one_edit
            // "keinerlei", "einerlei".
            && word.strip_prefix('k') != Some(slip)
            && number(slip).is_none()
            && !lexicon::is_negation(slip, Some(&language))
            && relation::weight_of_form(slip, &language).is_none()
    })
}

/// A number, and the first of the tokens that say it.
type Said = (String, usize);

/// One side says other numbers than the other, slips of a letter in number words apart. Another order is
/// another way to write a date, unless there are other words between.
fn are_numbered_apart(one: &Side<'_>, other: &Side<'_>) -> bool {
    let (in_one, in_other) = (numbers(one), numbers(other));
    let values = |said: &[Said]| {
        said.iter()
            .map(|(value, _)| value.clone())
            .collect::<Vec<_>>()
    };
    let (mut ordered_one, mut ordered_other) = (values(&in_one), values(&in_other));
    if ordered_one == ordered_other {
        return false;
    }
    let pure = |side: &Side<'_>| side.places().all(|at| number(side.folded(at)).is_some());
    ordered_one.sort_unstable();
    ordered_other.sort_unstable();
    if ordered_one == ordered_other {
        return one.each().any(|one| {
            let said = values(&numbers(&one));
            let in_order = |other: &Side<'_>| {
                let there = values(&numbers(other));
                let (mut a, mut b) = (said.clone(), there.clone());
                a.sort_unstable();
                b.sort_unstable();
                a != b || said == there || pure(other)
            };
            said.len() > 1 && !pure(&one) && !other.each().all(|other| in_order(&other))
        });
    }
    let meant = |side: &Side<'_>, said: Vec<Said>, beside: &Side<'_>| {
        let is_slip = |at: usize| {
            let is_word = !side.text.word(at).has_digit();
            is_word && is_mistyped(side, at, beside)
        };
        let mut meant: Vec<String> = said
            .into_iter()
            .filter(|(_, at)| !is_slip(*at))
            .map(|(value, _)| value)
            .collect();
        meant.sort_unstable();
        meant
    };
    meant(one, in_one, other) != meant(other, in_other, one)
}

/// "one" behind tens: forty-one, сорок один; elsewhere it is an article or a pronoun.
fn units(text: &Prepared, at: usize) -> Option<String> {
    const ONE: [&str; 7] = ["one", "один", "одна", "одно", "одного", "одной", "одним"];
    let tens = at
        .checked_sub(1)
        .and_then(|before| number(text.word(before).folded))?;
    let is_tens = tens.len() == 2 && tens.ends_with('0') && tens != "10";
    (is_tens && ONE.contains(&text.word(at).folded)).then(|| "1".to_owned())
}

/// The numbers of a side. Decimals are one number, so that 4,2 is not 2,4.
fn numbers(side: &Side<'_>) -> Vec<Said> {
    let text = side.text;
    let mut numbers: Vec<Said> = Vec::new();
    for piece in &side.pieces {
        let piece = whole_numbers(text, piece);
        let mut at = piece.start;
        while at < piece.end {
            let word = text.word(at);
            let joined = (at + 1..piece.end)
                .take_while(|&next| text.word(next).joined)
                .count();
            let gap_after = text
                .content
                .get(at + joined)
                .map_or("", |&last| text.words.gap(last as usize + 1));
            // 4,2 and 4.2, but neither 11.01.2022 nor "11.01. war".
            if joined == 1 && !gap_after.starts_with('.') {
                let whole = match word.folded.trim_start_matches('0') {
                    "" => "0",
                    whole => whole,
                };
                let part = text.word(at + 1).folded;
                numbers.push((format!("{whole}.{part}"), at));
                at += 2;
                continue;
            }
            let value = number(word.folded).or_else(|| units(text, at));
            numbers.extend(value.map(|value| (value, at)));
            at += 1;
        }
    }
    numbers
}
