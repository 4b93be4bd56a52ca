//! Titles: without what sites put before and behind them, their weight, and whether two agree.

use super::numbers::number;
use super::replaced::are_titles_turned;
use super::{Prepared, lexicon};
use crate::domain::text::Words;

/// A title or text that stands alone needs so much weight to be known again: letters + 4 per word.
pub(super) const WEIGHTY: usize = 31;

/// Words of title variants, folded: the whole title first, then without `PM:`, `[liste]`, `+++` before
/// and ` | Site`, ` - Site` behind, if three words remain.
pub(super) fn variants(title: &str) -> Vec<Vec<String>> {
    let mut variants = vec![folded(title)];
    let mut bare = title.trim();
    loop {
        let shorter = without_prefix(bare).or_else(|| without_suffix(bare));
        let Some(shorter) = shorter.filter(|shorter| Words::of(shorter).len() >= 3) else {
            break;
        };
        bare = shorter;
        let words = folded(bare);
        if !variants.contains(&words) {
            variants.push(words);
        }
    }
    // The suffix may hide the prefix, and the prefix the suffix; both ends are tried on the whole too.
    for cut in [without_suffix(title.trim()), without_prefix(title.trim())]
        .into_iter()
        .flatten()
    {
        let words = folded(cut);
        if words.len() >= 3 && !variants.contains(&words) {
            variants.push(words);
        }
    }
    variants.retain(|words| !words.is_empty());
    variants
}

fn folded(title: &str) -> Vec<String> {
    Words::of(title)
        .iter()
        .map(|word| word.folded.to_owned())
        .collect()
}

fn without_prefix(title: &str) -> Option<&str> {
    let trimmed = title.trim_start_matches(['+', '*', '#', '-', '–', '•', '|', ' ']);
    if trimmed.len() < title.len() {
        return Some(trimmed.trim_end_matches(['+', '*', ' ']));
    }
    if let Some(rest) = title.strip_prefix('[') {
        return rest.split_once(']').map(|(_, rest)| rest.trim_start());
    }
    // "PM: …", "Pressemitteilung: …", "Bund Eins dokumentiert: …"; a longer first half is part of the title.
    let (before, after) = title.split_once(": ").or_else(|| title.split_once(" | "))?;
    let words = Words::of(before).len();
    (words <= 4 && !lexicon::marks_reply(before) && !lexicon::marks_correction(before))
        .then(|| after.trim_start())
}

fn without_suffix(title: &str) -> Option<&str> {
    let cut = [" | ", " - ", " – ", " — ", " :: ", " » ", " / "]
        .iter()
        .filter_map(|mark| title.rfind(mark).map(|at| (at, &title[at + mark.len()..])))
        .max_by_key(|(at, _)| *at)?;
    (Words::of(cut.1).len() <= 5).then(|| title[..cut.0].trim_end())
}

/// Letters, and four for each word.
pub(super) fn weight(words: &[String]) -> usize {
    words.iter().map(|word| word.chars().count() + 4).sum()
}

/// How two titles agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Agreement {
    /// Not at all, or one is missing.
    #[default]
    None,
    /// They share most of their words.
    Related,
    /// They are equal, but for prefixes and suffixes.
    Equal,
}

/// How the titles with these variants agree.
pub(super) fn agreement(one: &[Vec<String>], other: &[Vec<String>]) -> Agreement {
    if one.is_empty() || other.is_empty() {
        return Agreement::None;
    }
    if one.iter().any(|words| other.contains(words)) {
        return Agreement::Equal;
    }
    let related = one.iter().any(|a| other.iter().any(|b| is_related(a, b)));
    if related {
        Agreement::Related
    } else {
        Agreement::None
    }
}

/// Weighty words in common: half of those of both, or seven tenths of the shorter.
fn is_related(a: &[String], b: &[String]) -> bool {
    fn telling(words: &[String]) -> Vec<&str> {
        let telling = words
            .iter()
            .map(String::as_str)
            .filter(|word| word.chars().count() >= 4 || word.chars().any(char::is_numeric));
        telling.collect()
    }
    let (a, b) = (telling(a), telling(b));
    let shared = a
        .iter()
        .filter(|word| b.iter().any(|other| lexicon::is_nearly(word, other)))
        .count();
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    shared >= 2 && (shared * 2 >= long || shared * 10 >= short * 7)
}

/// Titles alike but for numbers, dates, weekdays: two of a series, or one corrected. A date that only
/// one of them bears makes no series.
pub(super) fn is_series(one: &[Vec<String>], other: &[Vec<String>]) -> bool {
    let (Some(whole_one), Some(whole_other)) = (one.first(), other.first()) else {
        return false;
    };
    if differ_in_numbers(whole_one, whole_other) {
        return true;
    }
    // "Presseschau 11. Januar | Rundschau" beside "Presseschau 12. Januar".
    !one.iter().any(|words| other.contains(words))
        && one
            .iter()
            .any(|words| other.iter().any(|others| differ_in_numbers(words, others)))
}

fn differ_in_numbers(one: &[String], other: &[String]) -> bool {
    let (one_numbers, one_words) = parts(one);
    let (other_numbers, other_words) = parts(other);
    !one_words.is_empty()
        && one_words == other_words
        && !holds(&one_numbers, &other_numbers)
        && !holds(&other_numbers, &one_numbers)
}

/// Whether sorted `many` holds all of sorted `few`, each as often.
fn holds(many: &[String], few: &[String]) -> bool {
    let mut rest = many.iter();
    few.iter().all(|wanted| rest.any(|number| number == wanted))
}

/// Numbers, in any order (another is another way to write a date), and words.
fn parts(title: &[String]) -> (Vec<String>, Vec<&str>) {
    let (mut numbers, mut words) = (Vec::new(), Vec::new());
    for word in title {
        match number(word) {
            Some(number) => numbers.push(number),
            None => words.push(word.as_str()),
        }
    }
    numbers.sort_unstable();
    (numbers, words)
}

/// One of two titles that share most words says no, and the other does not.
pub(super) fn are_negated_apart(one: &[String], other: &[String], language: Option<&str>) -> bool {
    let (mut one, mut other): (Vec<&String>, Vec<&String>) = (
        one.iter().filter(|word| !other.contains(word)).collect(),
        other.iter().filter(|word| !one.contains(word)).collect(),
    );
    let is_no = |word: &&String| lexicon::is_negation(word, language);
    let negated = |words: &[&String]| words.iter().filter(|word| is_no(word)).count();
    let crossed = one.iter().any(|a| {
        other
            .iter()
            .any(|b| lexicon::is_negated(a, b) || lexicon::are_opposites(a, b))
    });
    let apart = negated(&one) != negated(&other);
    one.retain(|word| !is_no(word));
    other.retain(|word| !is_no(word));
    crossed || (apart && one.len() <= 2 && other.len() <= 2)
}

/// Two titles are word by word the same but for one place or two: who reads both, reads a contradiction.
pub(super) fn are_turned(one: &[Vec<String>], other: &[Vec<String>], language: &str) -> bool {
    one.iter()
        .any(|a| other.iter().any(|b| are_titles_turned(a, b, language)))
}

/// Titles of fewer words stand in many a text.
const LEAST: usize = 4;

/// `covered`, and covered too what says one of the titles, word for word.
pub(super) fn with_titles<'t>(
    text: &Prepared,
    covered: &[bool],
    titles: impl Iterator<Item = &'t Vec<String>>,
) -> Vec<bool> {
    let mut covered = covered.to_vec();
    for title in titles.filter(|title| title.len() >= LEAST) {
        for at in 0..(covered.len() + 1).saturating_sub(title.len()) {
            let says = |(step, word): (usize, &String)| {
                !covered[at + step] && text.word(at + step).folded == word
            };
            if title.iter().enumerate().all(says) {
                covered[at..at + title.len()].fill(true);
            }
        }
    }
    covered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agree(one: &str, other: &str) -> Agreement {
        agreement(&variants(one), &variants(other))
    }

    #[test]
    fn prefixes_and_suffixes_of_sites_do_not_count() {
        assert_eq!(
            agree(
                "PM: Streik im Hafen beendet",
                "Streik im Hafen beendet | Hafenblatt"
            ),
            Agreement::Equal
        );
        assert_eq!(
            agree(
                "+++ Streik im Hafen beendet +++",
                "[liste] Streik im Hafen beendet"
            ),
            Agreement::Equal
        );
        assert_eq!(agree("Streik im Hafen", "Kein Streik"), Agreement::None);
        assert_eq!(
            agree(
                "Hafenarbeiter streiken in Bremen",
                "In Bremen streiken die Hafenarbeiter"
            ),
            Agreement::Related
        );
    }

    #[test]
    fn replies_and_corrections_keep_their_mark() {
        assert_eq!(
            agree("Re: Streik im Hafen beendet", "Streik im Hafen beendet"),
            Agreement::Related
        );
        assert_ne!(
            agree(
                "Korrektur: Streik im Hafen beendet",
                "Streik im Hafen beendet"
            ),
            Agreement::Equal
        );
    }

    #[test]
    fn numbers_and_dates_make_a_series() {
        let series = |one: &str, other: &str| is_series(&variants(one), &variants(other));
        assert!(series("Presseschau 11. Januar", "Presseschau 12. Januar"));
        assert!(series("Presseschau vom Montag", "Presseschau vom Dienstag"));
        assert!(series("Erster Tag des Streiks", "Zweiter Tag des Streiks"));
        assert!(!series("Presseschau 11. Januar", "Presseschau 11.1."));
        assert!(!series("Presseschau", "Presseschau"));
        assert!(!series(
            "Streik im Hafen beendet",
            "Streik im Hafen beendet (12.3.)"
        ));
        assert!(series(
            "Bericht zur Lage Nr. 12 | Rundschau",
            "Bericht zur Lage Nr. 13"
        ));
    }

    #[test]
    fn titles_that_contradict_each_other_are_apart() {
        let apart =
            |one: &str, other: &str| are_negated_apart(&folded(one), &folded(other), Some("de"));
        assert!(apart(
            "Gericht bestätigt die Kündigung",
            "Gericht bestätigt die Kündigung nicht"
        ));
        assert!(apart(
            "Gericht erklärt Streik für zulässig",
            "Gericht erklärt Streik für unzulässig"
        ));
        assert!(!apart(
            "Gericht bestätigt die Kündigung",
            "Richter bestätigen: Kündigung war rechtens"
        ));
    }
}
