//! Characters that XML 1.0 can carry, and plain text out of clean HTML.
//!
//! `rss` and `atom_syndication` escape markup but write every character as it is, and a NUL or U+FFFF
//! makes the whole document ill-formed (XML 1.0 §2.2): each string goes through here first.

use std::borrow::Cow;

/// Whether XML 1.0 §2.2 `Char` allows it.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// `text` without what XML forbids, line ends as `\n` (a parser would make them so, §2.11).
///
/// ```
/// use presswire::publish::xml_text::allowed;
/// assert_eq!(allowed("a\u{0}b\u{FFFF}c\r\nd"), "abc\nd");
/// ```
pub fn allowed(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| is_allowed(c) && c != '\r') {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => kept.push('\n'),
            c if is_allowed(c) => kept.push(c),
            _ => {}
        }
    }
    Cow::Owned(kept)
}

/// `text` on one line: what XML forbids dropped, runs of white space one space, none at the ends.
/// For titles, names and everything that stands in an attribute, where parsers make line ends spaces.
/// Embeddings, overrides and isolates of direction are dropped too: an unclosed one would turn
/// whatever a reader or a page shows behind the line (UAX #9); marks (LRM, RLM) stay.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in allowed(text).split_whitespace() {
        let before = line.len();
        if before > 0 {
            line.push(' ');
        }
        let start = line.len();
        line.extend(word.chars().filter(|c| !is_direction(*c)));
        if line.len() == start {
            line.truncate(before);
        }
    }
    line
}

fn is_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// `text` as HTML source, and as the value of an XML attribute that a library writes unescaped.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The beginning of `text`: whole words, at most `most` characters and a `…` where something is cut.
///
/// ```
/// use presswire::publish::xml_text::beginning;
/// assert_eq!(beginning("one two three", 8), "one two…");
/// assert_eq!(beginning("one two", 8), "one two");
/// ```
pub fn beginning(text: &str, most: usize) -> String {
    let line = one_line(text);
    let Some((end, _)) = line.char_indices().nth(most) else {
        return line;
    };
    let (head, tail) = line.split_at(end);
    let at = match tail.starts_with(' ') {
        true => None,
        // A word longer than half of it all (Chinese has no spaces) is cut within.
        false => head.rfind(' ').filter(|at| *at > end / 2),
    };
    let cut = head[..at.unwrap_or(end)].trim_end_matches([' ', ',', ';', ':', '.', '–', '-']);
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_character_but_white_space_is_dropped() {
        let all: String = ('\u{0}'..=' ').chain(['\u{FFFE}', '\u{FFFF}']).collect();
        assert_eq!(allowed(&all), "\t\n\n ");
    }

    #[test]
    fn text_that_is_fine_is_not_copied() {
        assert!(matches!(allowed("Grüße\n\u{10FFFF}"), Cow::Borrowed(_)));
    }

    #[test]
    fn one_line_folds_white_space() {
        assert_eq!(one_line("  a\n\tb\u{a0}c "), "a b c");
    }

    #[test]
    fn one_line_turns_nothing_that_stands_behind_it() {
        assert_eq!(
            one_line("\u{202E}ab\u{2067}c \u{202C} d\u{200F}"),
            "abc d\u{200F}"
        );
    }

    #[test]
    fn beginning_cuts_inside_a_text_without_spaces() {
        assert_eq!(beginning("一二三四五六", 3), "一二三…");
    }
}
