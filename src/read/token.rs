//! Text -> tags and texts, without ever giving up.
//!
//! A conforming parser (quick-xml, expat) must stop at the first error, and cannot go on behind it;
//! so a bare `<` would cost every entry that follows, or need a second scanner that mends first. This
//! one mends where it stands: each rule below names the damage, and on well-formed input it gives the
//! same tokens as quick-xml (`tests` holds them side by side). It is linear in
//! the input: every search either finds its end or remembers that there is none.
//!
//! It knows nothing of namespaces, formats or nesting, and resolves no reference in text.

mod doctype;

pub(super) use super::attributes::Attributes;
use super::entity::Entities;
use super::repairs::{Fault, Repairs};
use memchr::{memchr, memchr2, memmem};

/// One piece of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `<name …>`, or `<name …/>` where `empty`.
    Start {
        name: &'a str,
        attributes: Attributes<'a>,
        empty: bool,
    },
    /// `</name>`.
    End { name: &'a str },
    /// Text between tags; references unresolved.
    Text(&'a str),
    /// The inside of a CDATA section.
    Verbatim(&'a str),
    /// The document ends in the middle of a tag, comment or declaration.
    Cut,
    /// The document is at its end.
    Eof,
}

/// A cursor over a document's text.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    ready: Option<Token<'a>>,
    comment_end: Ahead,
    cdata_end: Ahead,
    instruction_end: Ahead,
    pub(super) entities: Entities<'a>,
    pub(super) repairs: Repairs,
}

/// Where the next of one kind of end mark stands: found once, not once for each thing that it could
/// end, or a document of a hundred thousand unclosed comments would cost the square of its length.
struct Ahead {
    mark: &'static [u8],
    searched_from: usize,
    found: Option<usize>,
}

impl Ahead {
    fn new(mark: &'static [u8]) -> Ahead {
        Ahead {
            mark,
            searched_from: usize::MAX,
            found: None,
        }
    }

    /// The first mark at or behind `from`.
    fn find(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        let known = self.searched_from <= from && self.found.is_none_or(|found| found >= from);
        if !known {
            self.searched_from = from;
            self.found = memmem::find(&bytes[from..], self.mark).map(|found| from + found);
        }
        self.found
    }
}

/// What stands at a `<`.
enum Markup<'a> {
    Token(Token<'a>, usize),
    Skip(usize),
    Literal,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str, repairs: Repairs) -> Scanner<'a> {
        Scanner {
            text,
            at: 0,
            ready: None,
            comment_end: Ahead::new(b"-->"),
            cdata_end: Ahead::new(b"]]>"),
            instruction_end: Ahead::new(b"?>"),
            entities: Entities::new(),
            repairs,
        }
    }

    /// The next piece; `Eof` for ever after the last.
    pub(super) fn next(&mut self) -> Token<'a> {
        if let Some(token) = self.ready.take() {
            return token;
        }
        let mut start = self.at;
        let mut search = start;
        loop {
            let Some(found) = memchr(b'<', &self.text.as_bytes()[search..]) else {
                self.at = self.text.len();
                let rest = &self.text[start..];
                return if rest.is_empty() {
                    Token::Eof
                } else {
                    Token::Text(rest)
                };
            };
            let at = search + found;
            match self.markup(at) {
                Markup::Literal => {
                    self.repairs.note(Fault::BareLess);
                    search = at + 1;
                }
                Markup::Skip(end) => {
                    self.at = end;
                    if at > start {
                        return Token::Text(&self.text[start..at]);
                    }
                    (start, search) = (end, end);
                }
                Markup::Token(token, end) => {
                    self.at = end;
                    if at == start {
                        return token;
                    }
                    self.ready = Some(token);
                    return Token::Text(&self.text[start..at]);
                }
            }
        }
    }

    fn markup(&mut self, at: usize) -> Markup<'a> {
        let rest = &self.text.as_bytes()[at..];
        match rest.get(1) {
            Some(b'/') => self.end_tag(at),
            Some(b'!') if rest.starts_with(b"<!--") => self.comment(at),
            Some(b'!') if starts_with_ignore_case(rest, b"<![CDATA[") => self.cdata(at),
            Some(b'!') if starts_with_ignore_case(rest, b"<!DOCTYPE") => self.doctype(at),
            Some(b'!') => self.declaration(at),
            Some(b'?') => self.instruction(at),
            Some(byte) if is_name_start(*byte) => self.start_tag(at),
            Some(_) => Markup::Literal,
            None => self.cut(),
        }
    }

    fn cut(&self) -> Markup<'a> {
        Markup::Token(Token::Cut, self.text.len())
    }

    /// A start tag ends at the first `>` outside quotes. A `<` before that means that this was none.
    fn start_tag(&mut self, at: usize) -> Markup<'a> {
        let bytes = self.text.as_bytes();
        let mut i = at + 1;
        while i < bytes.len()
            && !matches!(
                bytes[i],
                b' ' | b'\t' | b'\n' | b'\r' | b'/' | b'>' | b'<' | b'=' | b'"' | b'\''
            )
        {
            i += 1;
        }
        let name = &self.text[at + 1..i];
        let inside = i;
        while let Some(byte) = bytes.get(i) {
            match byte {
                b'>' => {
                    let empty = bytes[i - 1] == b'/';
                    let attributes = Attributes(&self.text[inside..if empty { i - 1 } else { i }]);
                    return Markup::Token(
                        Token::Start {
                            name,
                            attributes,
                            empty,
                        },
                        i + 1,
                    );
                }
                b'<' => return Markup::Literal,
                b'"' | b'\'' if follows_equals(&bytes[inside..i]) => {
                    match closing_quote(bytes, i) {
                        Some(close) => i = close + 1,
                        None => {
                            self.repairs.note(Fault::AttributeQuote);
                            i += 1;
                        }
                    }
                }
                _ => i += 1,
            }
        }
        self.cut()
    }

    fn end_tag(&mut self, at: usize) -> Markup<'a> {
        let bytes = self.text.as_bytes();
        match bytes.get(at + 2) {
            Some(byte) if is_name_start(*byte) => {}
            Some(b'>') => return Markup::Skip(at + 3),
            Some(_) => return Markup::Literal,
            None => return self.cut(),
        }
        let Some(found) = memchr2(b'>', b'<', &bytes[at + 2..]) else {
            return self.cut();
        };
        let stop = at + 2 + found;
        let name = self.text[at + 2..stop]
            .split_ascii_whitespace()
            .next()
            .unwrap_or_default();
        if bytes[stop] == b'<' {
            // `</title <link>`: the tag was meant, its end was lost.
            self.repairs.note(Fault::BareLess);
        }
        Markup::Token(
            Token::End { name },
            if bytes[stop] == b'<' { stop } else { stop + 1 },
        )
    }

    fn comment(&mut self, at: usize) -> Markup<'a> {
        match self.comment_end.find(self.text.as_bytes(), at + 4) {
            Some(found) => Markup::Skip(found + 3),
            // `<!-->` and a comment whose end was damaged: what follows is content.
            None => {
                self.repairs.note(Fault::CommentCut);
                Markup::Skip(at + 4)
            }
        }
    }

    /// A section ends at `]]>`; where another begins before that and the open element has been closed
    /// in between, its end was lost, and it ends at that end tag.
    fn cdata(&mut self, at: usize) -> Markup<'a> {
        let start = at + "<![CDATA[".len();
        let bytes = self.text.as_bytes();
        let found = self.cdata_end.find(bytes, start);
        let inside = &bytes[start..found.unwrap_or(bytes.len())];
        let cut = match memmem::find(inside, b"<![CDATA[") {
            Some(next) => lost_end(&inside[..next]),
            None if found.is_none() => lost_end(inside),
            None => None,
        };
        match (cut, found) {
            (Some(cut), _) => {
                self.repairs.note(Fault::CdataCut);
                Markup::Token(Token::Verbatim(&self.text[start..start + cut]), start + cut)
            }
            (None, Some(found)) => {
                Markup::Token(Token::Verbatim(&self.text[start..found]), found + 3)
            }
            (None, None) => self.cut(),
        }
    }

    fn instruction(&mut self, at: usize) -> Markup<'a> {
        let bytes = self.text.as_bytes();
        if at > 0 && starts_with_ignore_case(&bytes[at..], b"<?xml ") {
            self.repairs.note(Fault::LateDeclaration);
        }
        // `<?php … >` and declarations that end in `>` alone: the first `>` counts if a tag begins before `?>`.
        let end = self.instruction_end.find(bytes, at + 2);
        let inside = &bytes[at + 2..end.unwrap_or(bytes.len())];
        let first = memchr(b'>', inside);
        match (first, end) {
            (Some(first), None) => Markup::Skip(at + 2 + first + 1),
            (Some(first), Some(_)) if memchr(b'<', inside).is_some_and(|less| less > first) => {
                Markup::Skip(at + 2 + first + 1)
            }
            (_, Some(end)) => Markup::Skip(end + 2),
            (None, None) => self.cut(),
        }
    }
}

/// Where the content of a CDATA section without end was closed: before the last `</` in it.
fn lost_end(inside: &[u8]) -> Option<usize> {
    // The end of the entry is the surest sign; the tag before it closed the field.
    let window = [b"</item>".as_slice(), b"</entry>"]
        .iter()
        .filter_map(|end| memmem::find(inside, end))
        .min()
        .unwrap_or(inside.len());
    field_end(&inside[..window])
}

/// The first end tag of an element that carries text in a feed.
fn field_end(inside: &[u8]) -> Option<usize> {
    const FIELDS: [&[u8]; 8] = [
        b"</description>",
        b"</content:encoded>",
        b"</title>",
        b"</content>",
        b"</summary>",
        b"</link>",
        b"</guid>",
        b"</dc:creator>",
    ];
    FIELDS
        .iter()
        .filter_map(|end| memmem::find(inside, end))
        .min()
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80 || matches!(byte, b'_' | b':')
}

fn starts_with_ignore_case(bytes: &[u8], start: &[u8]) -> bool {
    bytes
        .get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// Whether the last byte but white space is `=`: only there a quote opens a value.
fn follows_equals(before: &[u8]) -> bool {
    before.iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'=')
}

/// The quote that closes the one at `open`; None where there is none that can be meant.
///
/// XML forbids `<` in a value. Where one stands in it all the same, the quote counts only if the tag
/// goes on behind it as a tag does and no line ended before: else it opened the next value.
fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let rest = &bytes[open + 1..];
    let length = memchr(bytes[open], rest)?;
    let value = &rest[..length];
    if memchr(b'<', value).is_some() {
        let goes_on = matches!(
            rest.get(length + 1),
            Some(b' ' | b'\t' | b'\n' | b'\r' | b'/' | b'>')
        );
        if !goes_on || memchr(b'\n', value).is_some() {
            return None;
        }
    }
    Some(open + 1 + length)
}

#[cfg(test)]
mod tests;
