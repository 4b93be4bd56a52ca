//! Words that editors put for each other without saying anything else.
//!
//! Only what is safe in every sentence of a report: who said it, about how much, and abbreviations. German,
//! English and Russian in full, others in the commonest forms. A word that is missing here is doubted, so
//! two releases point at each other; a wrong one would hide somebody's words. All words are folded.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A group a line.
const GROUPS: &str = include_str!("data/synonyms.txt");

static GROUP_OF: LazyLock<HashMap<&str, Vec<usize>>> = LazyLock::new(|| {
    let mut groups: HashMap<&str, Vec<usize>> = HashMap::new();
    let lines = GROUPS.lines().filter(|line| !line.starts_with('#'));
    for (number, line) in lines.enumerate() {
        for word in line.split_whitespace() {
            groups.entry(word).or_default().push(number);
        }
    }
    groups
});

/// Both say the same in any report.
pub(super) fn are_synonyms(one: &str, other: &str) -> bool {
    let groups = |word: &str| GROUP_OF.get(word);
    match (groups(one), groups(other)) {
        (Some(one), Some(other)) => one.iter().any(|group| other.contains(group)),
        _ => false,
    }
}

/// British and American spelling of one word.
pub(super) fn are_spellings(one: &str, other: &str) -> bool {
    let plain = |word: &str| {
        let word = word.replace("our", "or").replace("yz", "ys");
        let word = word.replace("iz", "is").replace("ll", "l");
        let word = word.replace("ogue", "og").replace("ence", "ense");
        match word.strip_suffix("tre") {
            Some(stem) => format!("{stem}ter"),
            None => word.replace("mme", "m"),
        }
    };
    let begin_alike = one.bytes().next() == other.bytes().next();
    begin_alike && one.len().min(other.len()) >= 5 && plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_the_same_is_a_synonym() {
        assert!(are_synonyms("sagte", "erklaerte") && are_synonyms("около", "примерно"));
        assert!(!are_synonyms("fordert", "lehnt") && !are_synonyms("said", "denied"));
        assert!(are_spellings("labour", "labor") && are_spellings("centre", "center"));
        assert!(!are_spellings("reject", "accept"));
    }

    #[test]
    fn every_group_has_two_words_in_their_folded_form() {
        for line in GROUPS.lines().filter(|line| !line.starts_with('#')) {
            assert!(line.split_whitespace().count() >= 2, "{line}");
            for word in crate::domain::text::Words::of(line).iter() {
                assert_eq!(word.folded, word.surface, "{line}");
            }
        }
    }
}
