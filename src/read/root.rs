//! The root element of a feed, wherever it stands.

use super::names::split;
use super::repairs::{Fault, Repairs};
use super::token::{Scanner, Token};

/// A document whose root element has been found.
pub(super) struct Opened<'a> {
    pub(super) scanner: Scanner<'a>,
    pub(super) root: Token<'a>,
}

/// Finds the root behind whatever was glued before it: blank lines, a script's warnings, a page.
/// None where the text holds no feed.
pub(super) fn open(text: &str, repairs: Repairs) -> Option<Opened<'_>> {
    let mut scanner = Scanner::new(text, repairs);
    let mut junk = false;
    let mut page = false;
    loop {
        let token = scanner.next();
        match token {
            Token::Start {
                name, attributes, ..
            } => {
                let (_, local) = split(name);
                let declared =
                    attributes.0.contains("xmlns") || attributes.get("version").is_some();
                let is_root = match local.to_ascii_lowercase().as_str() {
                    "rss" | "rdf" => true,
                    "feed" => !page || declared,
                    "channel" | "entry" => !page,
                    "html" => {
                        page = true;
                        false
                    }
                    _ => false,
                };
                if is_root {
                    if junk {
                        scanner.repairs.note(Fault::JunkBefore);
                    }
                    return Some(Opened {
                        scanner,
                        root: token,
                    });
                }
                junk = true;
            }
            Token::Text(text) => {
                junk |= !text
                    .trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
                    .is_empty()
            }
            Token::Verbatim(_) | Token::End { .. } => junk = true,
            Token::Eof | Token::Cut => return None,
        }
    }
}
