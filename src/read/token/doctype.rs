//! Declarations: the document type, and the entities of its internal subset.
//!
//! Nothing outside the document is ever fetched; parameter entities and external ones are passed over.

use super::{Markup, Scanner};
use memchr::{memchr, memchr2};

impl<'a> Scanner<'a> {
    /// `<!x …>` outside a DTD: nothing that a feed can mean.
    pub(super) fn declaration(&mut self, at: usize) -> Markup<'a> {
        match memchr2(b'>', b'<', &self.text.as_bytes()[at + 1..]) {
            Some(found) if self.text.as_bytes()[at + 1 + found] == b'>' => {
                Markup::Skip(at + 1 + found + 1)
            }
            Some(_) => Markup::Literal,
            None => self.cut(),
        }
    }

    /// The document type with its internal subset, whose general entities are kept.
    pub(super) fn doctype(&mut self, at: usize) -> Markup<'a> {
        let bytes = self.text.as_bytes();
        let Some(found) = memchr2(b'[', b'>', &bytes[at..]) else {
            return self.cut();
        };
        let mut i = at + found + 1;
        if bytes[i - 1] == b'>' {
            return Markup::Skip(i);
        }
        loop {
            while bytes.get(i).is_some_and(u8::is_ascii_whitespace) {
                i += 1;
            }
            let Some(byte) = bytes.get(i) else {
                return self.cut();
            };
            i = match byte {
                b']' => {
                    let end = memchr(b'>', &bytes[i..]).map_or(bytes.len(), |found| i + found + 1);
                    return Markup::Skip(end);
                }
                b'<' if bytes[i..].starts_with(b"<!--") => {
                    match self.comment_end.find(bytes, i + 4) {
                        Some(found) => found + 3,
                        None => i + 4,
                    }
                }
                b'<' if bytes[i..].starts_with(b"<!") => {
                    let Some(end) = declaration_end(bytes, i) else {
                        return self.cut();
                    };
                    if let Some((name, value)) = entity_declaration(&self.text[i..end]) {
                        self.entities.declare(name, value);
                    }
                    end
                }
                // A tag: the subset was never closed.
                b'<' if bytes.get(i + 1) != Some(&b'?') => return Markup::Skip(i),
                _ => match memchr2(b';', b'>', &bytes[i..]) {
                    Some(found) => i + found + 1,
                    None => return self.cut(),
                },
            };
        }
    }
}

/// The end of a declaration of the internal subset, behind its `>`; quotes hide `>`.
fn declaration_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut i = start;
    loop {
        match bytes.get(i)? {
            b'>' => return Some(i + 1),
            quote @ (b'"' | b'\'') => i += memchr(*quote, &bytes[i + 1..])? + 2,
            _ => i += 1,
        }
    }
}

/// `<!ENTITY name "value">` -> (name, value); None for parameter, external and other declarations.
fn entity_declaration(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("<!ENTITY")?.trim_start();
    let (name, rest) = rest.split_once(|c: char| c.is_ascii_whitespace())?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, _) = rest[1..].split_once(quote)?;
    (name != "%").then_some((name, value))
}
