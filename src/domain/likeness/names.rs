//! Names: what is one, where German capitals do not tell, and whether one gave way to another.
//!
//! A word that no list knows is taken for a name: where that is wrong a difference is doubted, not lost.

use super::Prepared;
use super::align::Where;
use super::lexicon::{self, is_inflected};
use super::numbers::number;
use super::side::Side;
use crate::domain::relation;

/// Names of people, places, peoples, parties and firms among the forms of the German list, folded.
const NAMES: &str = include_str!("data/german-names.txt");

/// Endings that make German nouns of other words, and no names.
const NOUNS: [&str; 18] = [
    "ung",
    "ungen",
    "heit",
    "heiten",
    "keit",
    "keiten",
    "schaft",
    "schaften",
    "tion",
    "tionen",
    "ismus",
    "taet",
    "taeten",
    "nisse",
    "nissen",
    "innen",
    "arbeiter",
    "arbeitern",
];

/// A common German noun, as far as the shipped list and the word's ending tell.
pub(super) fn is_german_noun(folded: &str) -> bool {
    if folded.len() >= 7 && NOUNS.iter().any(|ending| folded.ends_with(ending)) {
        return true;
    }
    if NAMES.split_whitespace().any(|name| name == folded) {
        return false;
    }
    relation::weight_of_form(folded, "de").is_some()
        || (relation::is_german_compound(folded)
            && !PLACES.iter().any(|ending| folded.ends_with(ending)))
}

/// Endings of places whose names are made of common words: Schönefeld, Nordkirchen.
const PLACES: [&str; 16] = [
    "land", "burg", "berg", "furt", "heim", "hausen", "stein", "feld", "dorf", "stadt", "haven",
    "kirchen", "bach", "wald", "brueck", "hafen",
];

/// Whether a name of the older text gave way to another one in the newer, or two changed places.
pub(super) fn is_name_replaced(older: &Side<'_>, newer: &Side<'_>, place: Where) -> bool {
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
        let is_family_name = follows_capital(side.text, at);
        other.places().any(|y| match is_family_name {
            true => is_name_again(word, other.folded(y)),
            false => is_inflected(word, other.folded(y)),
        })
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
pub(super) fn may_be_name(text: &Prepared, at: usize) -> bool {
    let word = text.word(at);
    if !word.capital || word.folded.len() < 2 || number(word.folded).is_some() {
        return false;
    }
    let language = text.language();
    !word.begins || !begins_often(word.folded, language.as_deref().unwrap_or("de"))
}

/// A German noun that is no part of a name: behind another capitalised word ("Renate Vogel", "Stadt Halle")
/// any word is one.
pub(super) fn is_common_noun(text: &Prepared, at: usize) -> bool {
    !follows_capital(text, at) && is_german_noun(text.word(at).folded)
}

/// Another capitalised word stands right before: a first name.
fn follows_capital(text: &Prepared, at: usize) -> bool {
    at > 0 && {
        let before = text.word(at - 1);
        let beside = text.gap_before(at) == " ";
        beside && before.capital && !(before.begins && begins_often(before.folded, "de"))
    }
}

/// Kolbe is not Kolb, and Зотова not Зотов: of a family name only the genitive is the same name.
fn is_name_again(one: &str, other: &str) -> bool {
    one == other || one.strip_suffix('s') == Some(other) || other.strip_suffix('s') == Some(one)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_are_told_from_names() {
        for noun in [
            "arbeiter",
            "regierung",
            "gewerkschaft",
            "unternehmen",
            "system",
            "team",
        ] {
            assert!(is_german_noun(noun), "{noun}");
        }
        for name in [
            "iran", "irak", "island", "irland", "peter", "schmidt", "berlin", "russland",
            "tokajew", "leipzig", "jena", "gruenen", "spd",
        ] {
            assert!(!is_german_noun(name), "{name}");
        }
    }
}
