//! Whether a word of one text gave way to another word that says something else.
//!
//! No list of opposites is ever complete: "supports" and "opposes" are two of thousands. So it is asked the
//! other way round: whatever stands in the place of a word and is not the same word in another form, a slip
//! of a letter, another spelling or a known synonym is doubted, and two texts point at each other.

use super::lexicon::{self, Slip, is_inflected};
use super::names::{is_common_noun, may_be_name};
use super::numbers::number;
use super::side::Side;
use super::synonyms::{are_spellings, are_synonyms};
use crate::domain::relation;

/// Forms that weigh less say nothing by themselves: articles, auxiliaries, the commonest prepositions. What
/// turns a sentence around among them is a negation or an opposite.
const SAYING: f32 = 2.3;

/// More words than these are another passage, which is counted, not weighed word by word; and the cost is
/// the product of both sides.
const PASSAGE: usize = 80;

/// Whether a telling word gave way to another, or to none of its kind: between two sides that both have one.
pub(super) fn is_word_replaced(older: &Side<'_>, newer: &Side<'_>) -> bool {
    let (older, newer) = (
        older.without_passages_but_of(newer),
        newer.without_passages_but_of(older),
    );
    if older.len().max(newer.len()) > PASSAGE {
        return false;
    }
    let (gone, come) = (left_over(&older, &newer), left_over(&newer, &older));
    if gone.is_empty() || come.is_empty() {
        return false;
    }
    let joined = |side: &Side<'_>, places: &mut dyn Iterator<Item = usize>| -> String {
        places.map(|at| side.folded(at)).collect()
    };
    // "Warn-Streik", "Warnstreik"; a word parted at the end of a line.
    let parted = joined(&older, &mut older.places()) == joined(&newer, &mut newer.places())
        || joined(&older, &mut gone.iter().copied()) == joined(&newer, &mut come.iter().copied());
    let telling = |side: &Side<'_>, places: &[usize]| {
        let language = language(side);
        places
            .iter()
            .any(|&at| is_telling(side.folded(at), &language))
    };
    !parted && (telling(&older, &gone) || telling(&newer, &come))
}

/// Whether two titles, word by word, are the same but for one word or two that say something else.
pub(super) fn are_titles_turned(one: &[String], other: &[String], language: &str) -> bool {
    let differing: Vec<(&String, &String)> = one
        .iter()
        .zip(other)
        .filter(|(a, b)| !are_alike(a, b, language))
        .collect();
    let is_change = |(a, b): &(&String, &String)| {
        number(a).is_none()
            && number(b).is_none()
            && (is_telling(a, language) || is_telling(b, language))
    };
    one.len() == other.len()
        && (1..=2).contains(&differing.len())
        && one.len() >= differing.len() + 2
        && differing.iter().any(is_change)
}

/// Places of words, not numbers, that the other side has in no form and under no other name.
fn left_over(side: &Side<'_>, other: &Side<'_>) -> Vec<usize> {
    let language = language(side);
    let is_there = |at: usize| {
        let word = side.folded(at);
        if other.places().any(|there| other.folded(there) == word) {
            return true;
        }
        let written = side.text.word(at).surface.to_lowercase();
        // Hinrich is no slip for Heinrich.
        let is_name =
            may_be_name(side.text, at) && (language != "de" || !is_common_noun(side.text, at));
        let typed_with_care = if is_name { 2 } else { 1 };
        let is_slip =
            |one: &str, other: &str| is_typing_error(one, other, &language, typed_with_care);
        other.places().any(|there| {
            let there_written = || other.text.word(there).surface.to_lowercase();
            are_the_same(word, other.folded(there), &language)
                || is_slip(word, other.folded(there))
                // A doubled umlaut is two letters when folded.
                || is_slip(&written, &there_written())
                || abbreviates(side, at, other.folded(there))
                || abbreviates(other, there, word)
        })
    };
    side.places()
        .filter(|&at| number(side.folded(at)).is_none() && !is_there(at))
        .collect()
}

fn language(side: &Side<'_>) -> String {
    side.text.language().unwrap_or_else(|| "en".to_owned())
}

pub(super) fn is_telling(word: &str, language: &str) -> bool {
    relation::weight_of_form(word, language).is_none_or(|weight| weight > SAYING)
}

/// The same word, or one with a slip of a letter.
fn are_alike(one: &str, other: &str, language: &str) -> bool {
    are_the_same(one, other, language) || is_typing_error(one, other, language, 2)
}

/// The same word: in another form, spelled otherwise, or a synonym.
fn are_the_same(one: &str, other: &str, language: &str) -> bool {
    one == other
        || is_inflected(one, other) && !lexicon::is_negated_by_infix(one, other, language)
        || are_spellings(one, other)
        || are_synonyms(one, other)
}

/// A slip of a letter, where at most one of the two is a word that the list knows; of the hand, two. Another
/// letter near the beginning is none: that parts `Anstieg` from `Abstieg`, as `ы` parts `ввоз` from `вывоз`.
/// `typed_with_care`: so many letters at the beginning bear no slip.
fn is_typing_error(one: &str, other: &str, language: &str, typed_with_care: usize) -> bool {
    let known = |word: &str| relation::weight_of_form(word, language).is_some();
    let slip = match lexicon::slip(one, other) {
        Some((head, Slip::Swapped)) => head >= 1,
        Some((head, Slip::Other)) => head >= 2,
        Some((head, _)) => {
            head >= typed_with_care && !(one.starts_with("вы") ^ other.starts_with("вы"))
        }
        None => typed_with_care == 1 && lexicon::are_two_slips_apart(one, other),
    };
    slip && !(known(one) && known(other)) && !lexicon::is_negated_by_infix(one, other, language)
}

/// "Prof." for "Professor".
fn abbreviates(side: &Side<'_>, at: usize, long: &str) -> bool {
    let short = side.folded(at);
    let text = side.text;
    short.chars().count() >= 2
        && long.len() > short.len()
        && long.starts_with(short)
        && text
            .words
            .gap(text.content[at] as usize + 1)
            .starts_with('.')
}
