//! What is a name, where German capitals do not tell: names among the frequent German words.
//!
//! A word that no list knows is taken for a name: where that is wrong a difference is doubted, not lost.

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
