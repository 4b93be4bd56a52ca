//! What differs between two texts in a way that no merge may paper over: numbers, negations,
//! opposites, names, marks of corrections (`likeness.md` §5, guards).
//!
//! Only what stands for each other is weighed. Whole sentences that one text has and the other has not
//! are counted by the verdict, and so are frames before and behind; but a sentence that goes on where the
//! other ends is weighed with it.

use super::Prepared;
use super::align::{Alignment, Where};
use super::lexicon::{self, is_inflected};
use super::names::is_german_noun;
use super::numbers::number;
use crate::domain::relation;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// So many are kept as evidence.
const KEPT: usize = 8;

/// Words of a difference that are shown.
const SHOWN: usize = 12;

/// From so many words on, what one text has in addition is a sentence of its own, not a change of one.
const SENTENCE: usize = 4;

/// What the newer text adds at the end is looked at for a negation, where it is so short.
const DENIAL: usize = 8;

/// So far a sentence that the other text breaks off is looked at; behind it, the other is an excerpt.
const CLAUSE: usize = 12;

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
        let kind = match a.is_correction() == b.is_correction() {
            false => DifferenceKind::Correction,
            true => {
                (a, b) = weighed(a, b, edit.place);
                kind(&a, &b, edit.place)?
            }
        };
        Some(Difference {
            kind,
            older: a.shown(),
            newer: b.shown(),
        })
    });
    found.take(KEPT).collect()
}

/// Words of one text that are weighed against words of the other.
#[derive(Clone)]
struct Side<'a> {
    text: &'a Prepared,
    pieces: Vec<Range<usize>>,
}

impl<'a> Side<'a> {
    fn of(text: &'a Prepared, pieces: &[Range<usize>]) -> Side<'a> {
        Side {
            text,
            pieces: pieces.to_vec(),
        }
    }

    fn len(&self) -> usize {
        self.pieces.iter().map(ExactSizeIterator::len).sum()
    }

    fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    fn places(&self) -> impl Iterator<Item = usize> {
        self.pieces.iter().cloned().flatten()
    }

    fn folded(&self, at: usize) -> &'a str {
        self.text.word(at).folded
    }

    fn is_correction(&self) -> bool {
        self.places()
            .any(|at| lexicon::is_correction(self.folded(at)))
    }

    /// Words as they stand, no decimal number cut through.
    fn shown(&self) -> String {
        let Some(piece) = self.pieces.first() else {
            return String::new();
        };
        let piece = whole_numbers(self.text, piece);
        let first = self.text.content[piece.start] as usize;
        let last = self.text.content[piece.end.min(piece.start + SHOWN) - 1] as usize;
        self.text.words.span(first, last + 1).to_owned()
    }

    /// The pieces that are no whole sentences.
    fn without_sentences(&self) -> Side<'a> {
        let text = self.text;
        let kept = self.pieces.iter().filter(|piece| {
            !(piece.len() >= SENTENCE && text.begins(piece.start) && text.begins(piece.end))
        });
        Side {
            text,
            pieces: kept.cloned().collect(),
        }
    }

    /// Of what stands behind all that is common: how the sentence goes on.
    fn going_on(&self) -> Side<'a> {
        let pieces = self.pieces.iter().filter_map(|piece| {
            let end = piece.clone().find(|&at| self.text.begins(at));
            Some(piece.start..end.unwrap_or(piece.end)).filter(|piece| !piece.is_empty())
        });
        Side {
            text: self.text,
            pieces: pieces.collect(),
        }
    }

    /// Of what stands before all that is common: how the sentence begins.
    fn coming_up(&self) -> Side<'a> {
        let pieces = self.pieces.iter().filter_map(|piece| {
            if self.text.begins(piece.end) || self.text.follows_dash(piece.end) {
                return None;
            }
            let start = piece.clone().rev().find(|&at| self.text.begins(at));
            Some(start.unwrap_or(piece.start)..piece.end)
        });
        Side {
            text: self.text,
            pieces: pieces.collect(),
        }
    }

    /// The first `count` words.
    fn first(&self, count: usize) -> Side<'a> {
        let pieces = self.pieces.iter().map(|piece| {
            let end = piece.end.min(piece.start + count);
            piece.start..end
        });
        Side {
            text: self.text,
            pieces: pieces.collect(),
        }
    }
}

/// What of an edit is weighed: frames and whole sentences that only one text has are not.
fn weighed<'a>(a: Side<'a>, b: Side<'a>, place: Where) -> (Side<'a>, Side<'a>) {
    match place {
        Where::Inside => (a, b),
        Where::Tail => tails(&a, &b),
        Where::Head => (a.coming_up(), b.coming_up()),
        Where::Scattered => {
            let (bare_a, bare_b) = (a.without_sentences(), b.without_sentences());
            // A sentence that stands in both, changed and moved, is one of each.
            let both = a.len() > bare_a.len() && b.len() > bare_b.len();
            if both { (a, b) } else { (bare_a, bare_b) }
        }
    }
}

/// How two texts go on behind what they have in common, where one may be cut off, even inside a word.
fn tails<'a>(a: &Side<'a>, b: &Side<'a>) -> (Side<'a>, Side<'a>) {
    // "Das stimmt nicht." is short for a frame, and says something.
    let denies = b.len() < DENIAL && a.is_empty() && !a.text.cut;
    let denied = a.len() < SENTENCE && b.is_empty() && !b.text.cut;
    if denies || denied {
        return (a.clone(), b.clone());
    }
    let (mut one, mut other) = (a.going_on(), b.going_on());
    let a_is_short = match (a.text.cut, b.text.cut) {
        (true, false) => true,
        (false, true) => false,
        _ => one.len() <= other.len(),
    };
    let (short, long) = if a_is_short {
        (&mut one, &mut other)
    } else {
        (&mut other, &mut one)
    };
    if short.text.cut || long.len() > short.len() + CLAUSE {
        let whole = without_stump(short, long);
        *long =
            long.first(whole.len() + usize::from(whole.len() == short.len() && !whole.is_empty()));
        *short = whole;
        one.pieces.retain(|piece| !piece.is_empty());
        other.pieces.retain(|piece| !piece.is_empty());
    }
    (one, other)
}

/// `short` without a last word or number that was cut through.
fn without_stump<'a>(short: &Side<'a>, long: &Side<'_>) -> Side<'a> {
    let places: Vec<usize> = short.places().collect();
    if places
        .last()
        .is_none_or(|&last| last + 1 != short.text.len())
    {
        return short.clone();
    }
    // "4.3" of "4.300 Lehrkräfte" is two tokens.
    let digits = places
        .iter()
        .rev()
        .take_while(|&&at| short.text.word(at).is_number())
        .count();
    let stump = digits.max(1);
    let kept = places.len() - stump;
    let cut: String = places[kept..].iter().map(|&at| short.folded(at)).collect();
    let beside: String = long
        .places()
        .skip(kept)
        .take(stump)
        .map(|at| long.folded(at))
        .collect();
    match beside.starts_with(&cut) {
        true => short.first(kept),
        false => short.clone(),
    }
}

fn kind(older: &Side<'_>, newer: &Side<'_>, place: Where) -> Option<DifferenceKind> {
    let one_sided = older.is_empty() || newer.is_empty();
    if one_sided {
        let (older, newer) = match place {
            Where::Tail => (older.clone(), newer.clone()),
            _ => (older.without_sentences(), newer.without_sentences()),
        };
        if are_negated_apart(&older, &newer) {
            return Some(DifferenceKind::Negation);
        }
        // A clause that is added or left out is counted, not weighed; a date line may come or go.
        let changes = place == Where::Inside && older.len() + newer.len() < SENTENCE;
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
    is_name_replaced(older, newer, place).then_some(DifferenceKind::Name)
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

/// The range, made so long that no decimal number is cut through.
fn whole_numbers(text: &Prepared, range: &Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (range.start, range.end);
    if range.is_empty() {
        return range.clone();
    }
    while start > 0 && text.word(start).joined {
        start -= 1;
    }
    while end < text.len() && text.word(end).joined {
        end += 1;
    }
    start..end
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
        let in_place = one.pieces.len() == 1 && other.pieces.len() == 1;
        return in_place && !(pure(one) || pure(other));
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
            numbers.extend(number(word.folded).map(|value| (value, at)));
            at += 1;
        }
    }
    numbers
}

/// Whether a name of the older text gave way to another one in the newer, or two changed places.
fn is_name_replaced(older: &Side<'_>, newer: &Side<'_>, place: Where) -> bool {
    let gone = only_in(older, newer);
    let come = only_in(newer, older);
    if gone.is_empty() && come.is_empty() {
        return place == Where::Inside && are_names_exchanged(older, newer);
    }
    // In German a noun gives way to a noun: one of the two must be more than that.
    let german = |side: &Side<'_>| {
        let language = side.text.language();
        language.is_none_or(|language| language == "de")
    };
    if gone.is_empty() || come.is_empty() {
        return false;
    }
    if german(older) && german(newer) {
        let common = |side: &Side<'_>, places: &[usize]| {
            places.iter().all(|&at| is_common_noun(side.text, at))
        };
        if common(older, &gone) && common(newer, &come) {
            return false;
        }
    }
    let slips = gone.len() == come.len()
        && gone
            .iter()
            .zip(&come)
            .all(|(&x, &y)| is_slip(older.text, x, newer.text, y));
    !slips
}

/// Places of capitalised words that the other side has in no form.
fn only_in(side: &Side<'_>, other: &Side<'_>) -> Vec<usize> {
    let is_there = |at: usize| {
        let word = side.folded(at);
        other.places().any(|y| is_inflected(word, other.folded(y)))
    };
    side.places()
        .filter(|&at| may_be_name(side.text, at) && !is_there(at))
        .collect()
}

/// The same two names and more, in another order: who did it to whom.
fn are_names_exchanged(older: &Side<'_>, newer: &Side<'_>) -> bool {
    let names = |side: &Side<'_>| -> Vec<String> {
        let is_name = |at: &usize| {
            may_be_name(side.text, *at)
                && (side.text.language().as_deref() != Some("de")
                    || !is_common_noun(side.text, *at))
        };
        let names = side.places().filter(is_name);
        names.map(|at| side.folded(at).to_owned()).collect()
    };
    let (mut one, mut other) = (names(older), names(newer));
    if one == other || one.len() != other.len() || one.len() < 2 {
        return false;
    }
    one.sort_unstable();
    other.sort_unstable();
    one == other
}

/// Whether the token may be a name: capitalised where a common word would not be, or in German, where
/// nouns bear capitals too, at all.
fn may_be_name(text: &Prepared, at: usize) -> bool {
    let word = text.word(at);
    if !word.capital || word.folded.len() < 2 || number(word.folded).is_some() {
        return false;
    }
    let language = text.language();
    !word.begins || !begins_often(word.folded, language.as_deref().unwrap_or("de"))
}

/// A German noun that is no part of a name: behind another capitalised word ("Renate Vogel", "Stadt Halle")
/// any word is one.
fn is_common_noun(text: &Prepared, at: usize) -> bool {
    let follows_capital = at > 0 && {
        let before = text.word(at - 1);
        let beside = text.words.gap(text.content[at] as usize) == " ";
        beside && before.capital && !(before.begins && begins_often(before.folded, "de"))
    };
    !follows_capital && is_german_noun(text.word(at).folded)
}

/// Words that begin sentences without being names: the frequent ones. Peter is frequent, too, but less so.
fn begins_often(folded: &str, language: &str) -> bool {
    const FREQUENT: f32 = 3.2;
    relation::weight_of_form(folded, language).is_some_and(|weight| weight < FREQUENT)
}

/// A slip of a letter: one form is a known word, or the text's own elsewhere, and the other neither. In a
/// name only a letter swapped, doubled or dropped is one: Iran and Irak, Hansen and Jansen are two.
fn is_slip(older: &Prepared, x: usize, newer: &Prepared, y: usize) -> bool {
    let (one, other) = (older.word(x).folded, newer.word(y).folded);
    if !lexicon::is_one_edit(one, other) {
        return false;
    }
    let language = older
        .language()
        .or_else(|| newer.language())
        .unwrap_or_else(|| "de".to_owned());
    let of_hand = lexicon::is_slip_of_hand(one, other);
    let known = |text: &Prepared, at: usize, folded: &str| {
        (language == "de" && is_common_noun(text, at))
            || (of_hand
                && (relation::weight_of_form(folded, &language).is_some()
                    || (stands_again(older, folded, x) && stands_again(newer, folded, y))))
    };
    known(older, x, one) != known(newer, y, other)
}

/// Whether a word, in any form and with a capital, stands in the text beside the place `at`.
fn stands_again(text: &Prepared, folded: &str, at: usize) -> bool {
    (0..text.len()).any(|other| {
        let word = text.word(other);
        other != at && word.capital && is_inflected(word.folded, folded)
    })
}
