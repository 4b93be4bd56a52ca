//! What stands between an element's tags: text, escaped HTML, or markup written out.
//!
//! One pass, and one copy where the text is in one piece. XHTML is written out as HTML, so that
//! everything downstream sees one language; nothing here judges what is safe (`sanitize` does).

use super::cursor::{Cursor, Element, Step};
use super::names::{Space, split};
use super::repairs::Fault;
use super::sanitize::is_void;
use std::borrow::Cow;
use url::Url;

/// Bytes of one text that are kept; the longest article is far below.
pub(super) const MAX_TEXT_BYTES: usize = 4 * 1024 * 1024;

/// The inside of an element.
#[derive(Debug)]
pub(super) struct Inner<'a> {
    /// Decoded text; HTML source where `markup`.
    pub(super) text: Cow<'a, str>,
    /// Elements stood in it, and were written out as HTML.
    pub(super) markup: bool,
    /// The document ended before the element did.
    pub(super) cut: bool,
}

impl<'a> Inner<'a> {
    /// The text without white space at its ends; None where nothing is left or it was cut.
    pub(super) fn trimmed(&self) -> Option<&str> {
        let text = self.text.trim();
        (!text.is_empty() && !self.cut).then_some(text)
    }
}

/// What an element's text means when elements stand beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Escaped HTML (RSS): a CDATA section beside elements is HTML source.
    Html,
    /// Text is text (XHTML, Atom text): CDATA too.
    Text,
}

/// Gathers pieces of text, copying only when there is more than one.
struct Gather<'a> {
    text: Cow<'a, str>,
    gap: &'a str,
    verbatim: bool,
    full: bool,
}

impl<'a> Gather<'a> {
    fn new() -> Gather<'a> {
        Gather {
            text: Cow::Borrowed(""),
            gap: "",
            verbatim: false,
            full: false,
        }
    }

    fn push(&mut self, piece: Cow<'a, str>) {
        if self.text.is_empty() {
            self.text = match piece {
                Cow::Borrowed(piece) => Cow::Borrowed(cap(piece, MAX_TEXT_BYTES)),
                Cow::Owned(mut piece) => {
                    piece.truncate(cap(&piece, MAX_TEXT_BYTES).len());
                    Cow::Owned(piece)
                }
            };
            self.full = self.text.len() >= MAX_TEXT_BYTES - 3;
        } else if !self.full {
            let text = self.text.to_mut();
            text.push_str(self.gap);
            text.push_str(cap(&piece, MAX_TEXT_BYTES.saturating_sub(text.len())));
            self.full = text.len() >= MAX_TEXT_BYTES - 3;
        }
        self.gap = "";
    }
}

/// The longest start of `text` of at most `limit` bytes that ends between characters.
pub(super) fn cap(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

impl<'a> Cursor<'a> {
    /// The inside of the element that has just begun, to its end.
    pub(super) fn inner(&mut self, reading: Reading) -> Inner<'a> {
        let depth = self.depth();
        let mut gather = Gather::new();
        loop {
            match self.next() {
                Step::Text(raw) => self.gather_text(&mut gather, raw),
                Step::Verbatim(text) => {
                    gather.verbatim = true;
                    gather.push(Cow::Borrowed(text));
                }
                Step::Start(element) => {
                    let mut html = String::new();
                    match gather.verbatim && reading == Reading::Html {
                        true => html.push_str(&gather.text),
                        false => escape_into(&mut html, &gather.text),
                    }
                    html.push_str(gather.gap);
                    self.write_markup(&mut html, element, depth, reading);
                    return Inner {
                        text: Cow::Owned(html),
                        markup: true,
                        cut: self.broke_off(),
                    };
                }
                Step::End if self.depth() < depth => break,
                Step::End => {}
                Step::Eof => break,
            }
        }
        if gather.full {
            self.scanner.repairs.note(Fault::TextLength);
        }
        Inner {
            text: gather.text,
            markup: false,
            cut: self.broke_off(),
        }
    }

    fn gather_text(&mut self, gather: &mut Gather<'a>, raw: &'a str) {
        // White space around a CDATA section is layout: copying the section for it would cost.
        if raw.bytes().all(|byte| byte.is_ascii_whitespace()) {
            gather.gap = raw;
            return;
        }
        let scanner = &mut self.scanner;
        gather.push(scanner.entities.decode(raw, &mut scanner.repairs));
    }

    /// Text of the element and all in it, without tags: for names, addresses and dates.
    pub(super) fn plain(&mut self) -> Inner<'a> {
        let depth = self.depth();
        let mut gather = Gather::new();
        self.enter_plain_field();
        loop {
            match self.next() {
                Step::Text(raw) => self.gather_text(&mut gather, raw),
                Step::Verbatim(text) => gather.push(Cow::Borrowed(text)),
                Step::End if self.depth() < depth => break,
                Step::Eof => break,
                Step::Start(_) | Step::End => {}
            }
        }
        self.leave_plain_field();
        if gather.full {
            self.scanner.repairs.note(Fault::TextLength);
        }
        Inner {
            text: gather.text,
            markup: false,
            cut: self.broke_off(),
        }
    }

    /// The texts of the children that have one of the names in each row, first come first kept, and
    /// the text beside them; nothing else in the element counts.
    pub(super) fn texts<const ROWS: usize, const NAMES: usize>(
        &mut self,
        names: [[&str; NAMES]; ROWS],
    ) -> ([Option<String>; ROWS], Option<String>) {
        let mut found = [const { None }; ROWS];
        let mut text = String::new();
        let depth = self.depth();
        loop {
            match self.next() {
                Step::Start(child) => {
                    let row = names
                        .iter()
                        .position(|row| row.contains(&child.local.as_str()));
                    match row {
                        Some(row) => {
                            let value = self.plain().trimmed().map(str::to_owned);
                            found[row] = found[row].take().or(value);
                        }
                        None => self.skip(),
                    }
                }
                Step::Text(raw) => {
                    let scanner = &mut self.scanner;
                    text.push_str(&scanner.entities.decode(raw, &mut scanner.repairs));
                }
                Step::Verbatim(piece) => text.push_str(piece),
                Step::End if self.depth() < depth => break,
                Step::End => {}
                Step::Eof => break,
            }
        }
        let text =
            Some(text.trim().to_owned()).filter(|text| !text.is_empty() && !self.broke_off());
        (found, text)
    }

    /// Writes out `first` and all that follows to the end of the element at `depth`.
    fn write_markup(
        &mut self,
        html: &mut String,
        first: Element<'a>,
        depth: usize,
        reading: Reading,
    ) {
        let mut names: Vec<&'a str> = Vec::new();
        let mut step = Step::Start(first);
        loop {
            let room = html.len() < MAX_TEXT_BYTES;
            match step {
                Step::Start(element) => {
                    let name = html_name(&element);
                    if room {
                        self.write_start(html, &element, name, depth);
                    }
                    names.push(name);
                }
                Step::Text(raw) if room => {
                    let scanner = &mut self.scanner;
                    let text = scanner.entities.decode(raw, &mut scanner.repairs);
                    escape_into(html, cap(&text, MAX_TEXT_BYTES));
                }
                Step::Verbatim(text) if room => match reading {
                    Reading::Html => html.push_str(cap(text, MAX_TEXT_BYTES)),
                    Reading::Text => escape_into(html, cap(text, MAX_TEXT_BYTES)),
                },
                Step::Text(_) | Step::Verbatim(_) => self.scanner.repairs.note(Fault::TextLength),
                Step::End if self.depth() < depth => return,
                Step::End => {
                    if let Some(name) = names.pop().filter(|name| !is_void(name)) {
                        html.extend(["</", name, ">"]);
                    }
                }
                Step::Eof => return,
            }
            step = self.next();
        }
    }

    fn write_start(&mut self, html: &mut String, element: &Element<'a>, name: &str, depth: usize) {
        html.push('<');
        html.push_str(name);
        // xml:base inside the markup: HTML has no such thing, so the addresses are resolved here.
        let base = self.base_since(depth).cloned();
        for (attribute, raw) in element.attributes.iter() {
            let attribute = match split(attribute) {
                ("", "xmlns") => continue,
                ("", name) => name,
                ("xml", "lang") => "lang",
                _ => continue,
            };
            if !attribute
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            {
                continue;
            }
            let value = self.decode(raw);
            let value = match &base {
                Some(base) if matches!(attribute, "href" | "src" | "cite" | "poster") => {
                    Cow::Owned(resolve(Some(base), &value))
                }
                _ => value,
            };
            html.push(' ');
            html.push_str(attribute);
            html.push_str("=\"");
            escape_attribute_into(html, &value);
            html.push('"');
        }
        html.push('>');
    }
}

/// XHTML elements lose their prefix, whatever it is; others keep it, and mean nothing in HTML.
fn html_name<'a>(element: &Element<'a>) -> &'a str {
    let (prefix, local) = split(element.name);
    match element.space {
        Space::Xhtml | Space::None | Space::Rss | Space::Atom => local,
        _ if prefix.is_empty() => local,
        _ => element.name,
    }
}

/// Escapes text for HTML.
pub(super) fn escape_into(html: &mut String, text: &str) {
    let mut done = 0;
    for at in memchr::memchr3_iter(b'<', b'>', b'&', text.as_bytes()) {
        html.push_str(&text[done..at]);
        html.push_str(match text.as_bytes()[at] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&amp;",
        });
        done = at + 1;
    }
    html.push_str(&text[done..]);
}

/// Escapes an attribute's value for double quotes.
pub(super) fn escape_attribute_into(html: &mut String, value: &str) {
    for (i, part) in value.split('"').enumerate() {
        if i > 0 {
            html.push_str("&quot;");
        }
        escape_into(html, part);
    }
}

/// An address as the feed gave it if it is absolute, else resolved where there is a base.
pub(super) fn resolve(base: Option<&Url>, address: &str) -> String {
    let address = address.trim();
    if has_scheme(address) {
        return address.to_owned();
    }
    match base.and_then(|base| base.join(address).ok()) {
        Some(url) => url.into(),
        None => address.to_owned(),
    }
}

/// RFC 3986 §3.1: a letter, then letters, digits, `+`, `-`, `.`, then a colon.
pub(super) fn has_scheme(address: &str) -> bool {
    scheme(address).is_some()
}

fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_scheme.then_some(scheme)
}

/// Whether the address is one of a page: `http` or `https`.
pub(super) fn is_web(address: &str) -> bool {
    scheme(address).is_some_and(|scheme| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    })
}

/// Whether following the address can run code or read a file: `javascript:` and its kin, also with
/// the control characters in between that browsers overlook.
pub(super) fn is_unsafe(address: &str) -> bool {
    let start: String = address
        .chars()
        .filter(|c| !c.is_control() && !c.is_whitespace())
        .take_while(|c| *c != ':')
        .take(16)
        .flat_map(char::to_lowercase)
        .collect();
    address.contains(':')
        && matches!(
            start.as_str(),
            "javascript"
                | "vbscript"
                | "data"
                | "livescript"
                | "mocha"
                | "file"
                | "view-source"
                | "blob"
        )
}
