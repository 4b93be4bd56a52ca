//! Searching: the terms by which a release is found, and what a query asks for.
//!
//! A term is a word's stem in the language of its text, folded, so that inflected words meet and
//! accents don't matter. A query's language is unknown: each of its words stands for its stem in every
//! language that the wire has. Knows nothing of an index; another rule for terms needs another [`RULES`].

use super::text::{Stems, Words, plain, primary};
use std::collections::BTreeSet;

/// The version of [`terms`]: what was indexed under another one is indexed anew.
pub const RULES: i64 = 1;

/// Characters of a query that count (contract §4).
pub const QUERY_CHARS: usize = 200;

/// Words of a text that can be found: the longest press release has a tenth of it.
const WORDS: usize = 50_000;

/// Characters of a term: what is longer is no word, and is found by its beginning.
const TERM_CHARS: usize = 40;

/// Parts of a query that count, wanted or not; whoever names more words gets more than asked for.
const PARTS: usize = 24;

/// The terms of a release, in order, one space between: first its title's, then its text's.
///
/// ```
/// use presswire::domain::search::terms;
/// assert_eq!(terms("Streiks", "<p>Die Arbeiter streikten.</p>", Some("de")), "streik die arbeit streikt");
/// ```
pub fn terms(title: &str, html: &str, language: Option<&str>) -> String {
    let stems = Stems::of(language.unwrap_or_default());
    let mut terms = String::new();
    for part in [title, &plain(html)] {
        for term in in_language(part, stems, WORDS) {
            if !terms.is_empty() {
                terms.push(' ');
            }
            terms.push_str(&term);
        }
    }
    terms
}

fn in_language(text: &str, stems: &Stems, words: usize) -> Vec<String> {
    let found = Words::of(text);
    let terms = found.iter().take(words).map(|word| {
        // Separators of thousands are dropped from what is folded; no number has a stem.
        let stem = match word.has_digit() {
            true => word.folded.to_owned(),
            false => stems.stem(word.surface),
        };
        let letters = stem.chars().filter(|c| c.is_alphanumeric());
        letters.take(TERM_CHARS).collect::<String>()
    });
    terms.filter(|term| !term.is_empty()).collect()
}

/// `text` as a query counts: its words one space apart, without control characters, cut to 200
/// characters.
///
/// ```
/// use presswire::domain::search::cut;
/// assert_eq!(cut(" a\0 \n b "), "a b");
/// assert_eq!(cut(&"ä".repeat(300)).chars().count(), 200);
/// ```
pub fn cut(text: &str) -> String {
    // So much white space that nothing else is within reach is no query.
    let near = text.chars().take(16 * QUERY_CHARS);
    let plain: String = near.map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let cut: String = words.join(" ").chars().take(QUERY_CHARS).collect();
    cut.trim_end().to_owned()
}

/// One part of a query: any of these runs of terms, each in another language.
pub type Part = BTreeSet<Vec<String>>;

/// What a query asks for: all that is wanted, nothing of what is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Empty: it asks for nothing, and nothing is found.
    pub wanted: Vec<Part>,
    /// Words and phrases with a minus before them.
    pub unwanted: Vec<Part>,
}

impl Query {
    /// Reads any string; `languages` are those of the wire, as BCP 47 tags. What stands in quotes, of
    /// any kind, is a phrase, and so is what no space parts (`state-of-the-art`); `-` before a word or
    /// a phrase excludes it. There are no other operators, so every other sign is a space.
    ///
    /// ```
    /// use presswire::domain::search::Query;
    /// let query = Query::read("„harte Streiks“ -Öl AND (", &["de".to_owned()]);
    /// assert_eq!(query.wanted.len(), 2);
    /// assert!(query.wanted[0].contains(&vec!["hart".to_owned(), "streik".to_owned()]));
    /// assert_eq!(query.unwanted.len(), 1);
    /// ```
    pub fn read(text: &str, languages: &[String]) -> Query {
        let tags: BTreeSet<_> = languages.iter().map(|tag| primary(tag)).collect();
        let mut stems: Vec<&Stems> = tags.iter().map(|tag| Stems::of(tag)).collect();
        // Texts of an unknown language are indexed by their folded words.
        stems.push(Stems::of(""));
        let mut query = Query::default();
        for (is_wanted, phrase) in phrases(&cut(text)) {
            let part: Part = stems
                .iter()
                .map(|stems| in_language(phrase, stems, PARTS))
                .filter(|terms| !terms.is_empty())
                .collect();
            let parts = match is_wanted {
                true => &mut query.wanted,
                false => &mut query.unwanted,
            };
            if !part.is_empty() && !parts.contains(&part) && parts.len() < PARTS {
                parts.push(part);
            }
        }
        query
    }
}

const QUOTES: [char; 9] = ['"', '„', '“', '”', '«', '»', '‟', '〝', '〞'];

/// The phrases of a query in order, and whether each is wanted.
fn phrases(query: &str) -> Vec<(bool, &str)> {
    let mut phrases = Vec::new();
    let mut rest = query;
    while !rest.is_empty() {
        let bare = rest.strip_prefix('-').unwrap_or(rest);
        let is_wanted = bare.len() == rest.len();
        let quoted = bare.strip_prefix(QUOTES);
        let phrase = quoted.unwrap_or(bare);
        let end = match quoted {
            // A quote that nobody closes lasts to the end.
            Some(quoted) => quoted.find(QUOTES),
            None => bare.find(|c: char| c == ' ' || QUOTES.contains(&c)),
        };
        let end = end.unwrap_or(phrase.len());
        phrases.push((is_wanted, &phrase[..end]));
        rest = &phrase[end..];
        if let (Some(_), Some(closed)) = (quoted, rest.strip_prefix(QUOTES)) {
            rest = closed;
        }
        rest = rest.trim_start();
    }
    phrases
}

#[cfg(test)]
mod tests {
    use super::*;

    fn languages() -> Vec<String> {
        ["de", "ru", "en"].map(str::to_owned).to_vec()
    }

    /// Whether a text in `language` has every wanted part of `query`, as an index would tell.
    fn finds(query: &str, text: &str, language: &str) -> bool {
        let indexed = format!(" {} ", terms("", text, Some(language)));
        let query = Query::read(query, &languages());
        let has = |part: &Part| {
            part.iter()
                .any(|run| indexed.contains(&format!(" {} ", run.join(" "))))
        };
        !query.wanted.is_empty() && query.wanted.iter().all(has) && !query.unwanted.iter().any(has)
    }

    #[test]
    fn inflected_words_are_found_in_german_and_russian() {
        assert!(finds("Häuser", "In den Häusern", "de"));
        assert!(finds("haus", "In den Häusern", "de-AT"));
        assert!(finds("забастовка", "Рабочие объявили о забастовке", "ru"));
        assert!(finds("ЗАБАСТОВКИ рабочих", "забастовками рабочие", "ru"));
        assert!(finds("strikes", "a strike", "en"));
    }

    #[test]
    fn phrase_is_found_only_where_its_words_stand_together() {
        assert!(finds("\"harter Streik\"", "die harten Streiks", "de"));
        assert!(!finds("\"harter Streik\"", "Streik, hart", "de"));
        assert!(finds("4,2 %", "um 4,2 Prozent", "de"));
        assert!(finds("哈萨克斯坦", "在哈萨克斯坦的罢工", "zh"));
        assert!(!finds("哈斯", "在哈萨克斯坦的罢工", "zh"));
    }

    #[test]
    fn minus_excludes_words_and_phrases() {
        assert!(finds("Streik -Hafen", "Streik", "de"));
        assert!(!finds("Streik -Hafen", "Streik im Hafen", "de"));
        assert!(!finds("Streik -\"im Hafen\"", "Streik im Hafen", "de"));
        assert!(finds("Streik -\"am Hafen\"", "Streik im Hafen", "de"));
        assert!(finds("Öl-Streik", "ein Öl-Streik", "de"));
    }

    #[test]
    fn only_signs_or_only_exclusions_ask_for_nothing() {
        for query in ["", "  ", "\"", "-", "*()^:{}", "-\"\"", "\u{0}", "-Streik"] {
            assert!(
                Query::read(query, &languages()).wanted.is_empty(),
                "{query}"
            );
        }
    }

    #[test]
    fn words_of_a_query_are_bounded() {
        let query = Query::read(&"a b c d ".repeat(5_000), &languages());
        assert_eq!(query.wanted.len(), 4);
        let many: String = (0..10_000).map(|n| format!("{n} ")).collect();
        assert_eq!(Query::read(&many, &languages()).wanted.len(), PARTS);
    }

    #[test]
    fn terms_are_letters_and_digits_whatever_the_text() {
        let text = "a\u{0}b \"x\" -y NOT z* ^q <p>'; DROP</p> 10 000 ".repeat(3) + &"w".repeat(99);
        let terms = terms(&text, &text, None);
        assert!(
            terms.chars().all(|c| c == ' ' || c.is_alphanumeric()),
            "{terms}"
        );
        assert!(terms.split(' ').all(|term| term.len() <= TERM_CHARS));
        assert!(terms.contains("10000"));
    }
}
