//! The attributes of a start tag, as publishers write them.

use memchr::memchr;

/// Attributes of one element that are looked at.
const MAX_ATTRIBUTES: usize = 256;

/// The attributes of a start tag, unparsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attributes<'a>(pub(super) &'a str);

impl<'a> Attributes<'a> {
    /// (name, raw value) in order; at most [`MAX_ATTRIBUTES`]. An attribute without value gives its
    /// own name, as in HTML.
    pub(super) fn iter(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        Pairs { rest: self.0 }.take(MAX_ATTRIBUTES)
    }

    /// The raw value of the attribute with this name, without regard to case.
    pub(super) fn get(self, name: &str) -> Option<&'a str> {
        self.iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

struct Pairs<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let rest = self.rest.trim_start_matches(|c: char| {
            c.is_ascii_whitespace() || matches!(c, '/' | '"' | '\'' | '=')
        });
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .find(|c: char| c.is_ascii_whitespace() || c == '=')
            .unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let Some(rest) = rest.trim_ascii_start().strip_prefix('=') else {
            self.rest = rest;
            return Some((name, name));
        };
        let rest = rest.trim_ascii_start();
        let (value, rest) = match rest.as_bytes().first() {
            Some(quote @ (b'"' | b'\'')) => match closing_quote_in(&rest.as_bytes()[1..], *quote) {
                Some(close) => (&rest[1..=close], &rest[close + 2..]),
                // The quote never closes: the value is one word.
                None => word(&rest[1..]),
            },
            _ => word(rest),
        };
        self.rest = rest;
        Some((name, value))
    }
}

fn closing_quote_in(rest: &[u8], quote: u8) -> Option<usize> {
    let close = memchr(quote, rest)?;
    let goes_on = rest
        .get(close + 1)
        .is_none_or(|byte| byte.is_ascii_whitespace());
    // `url="http://a/b length="1"`: the quote that follows `=` opens, it does not close.
    (goes_on || !rest[..close].ends_with(b"=")).then_some(close)
}

fn word(rest: &str) -> (&str, &str) {
    rest.split_at(
        rest.find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(rest.len()),
    )
}
