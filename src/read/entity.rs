//! Character and entity references (XML 1.0 §4.1, HTML named characters), under an expansion budget.
//!
//! An XML parser must stop at `&nbsp;` and at a bare `&`; publishers write both. HTML's names are
//! known without declaration; names from the internal DTD subset are expanded as text, never as
//! markup, and never by more than [`BUDGET_BYTES`] in one document, so that "a billion laughs" costs
//! its sender, not us. External entities are never fetched: nothing here can.

use super::repairs::{Fault, Repairs};
use memchr::memchr;
use std::borrow::Cow;

/// Bytes that all expansions of a document's own entities may add up to.
pub(super) const BUDGET_BYTES: usize = 256 * 1024;
/// How many entities a document may declare.
const MAX_ENTITIES: usize = 512;
/// How deep declared entities may refer to one another.
const MAX_DEPTH: usize = 8;
/// No name of an entity is longer (HTML's longest has 31 characters).
const MAX_NAME: usize = 64;

/// The entities that a document's DTD declares, and what of the budget is left.
#[derive(Debug)]
pub(super) struct Entities<'a> {
    declared: Vec<(&'a str, &'a str)>,
    budget: usize,
}

impl<'a> Entities<'a> {
    pub(super) fn new() -> Entities<'a> {
        Entities {
            declared: Vec::new(),
            budget: BUDGET_BYTES,
        }
    }

    /// Keeps one declaration; the first of a name wins (XML 1.0 §4.2).
    pub(super) fn declare(&mut self, name: &'a str, value: &'a str) {
        if self.declared.len() < MAX_ENTITIES && self.find(name).is_none() {
            self.declared.push((name, value));
        }
    }

    fn find(&self, name: &str) -> Option<&'a str> {
        self.declared
            .iter()
            .find(|(declared, _)| *declared == name)
            .map(|(_, value)| *value)
    }

    /// The text that `raw` stands for; borrowed where no reference is in it.
    #[inline]
    pub(super) fn decode<'t>(&mut self, raw: &'t str, repairs: &mut Repairs) -> Cow<'t, str> {
        match memchr(b'&', raw.as_bytes()) {
            None => Cow::Borrowed(raw),
            Some(first) => {
                let mut out = String::with_capacity(raw.len());
                self.decode_from(&mut out, raw, first, 0, repairs);
                Cow::Owned(out)
            }
        }
    }

    fn decode_from(
        &mut self,
        out: &mut String,
        raw: &str,
        first: usize,
        depth: usize,
        repairs: &mut Repairs,
    ) {
        let bytes = raw.as_bytes();
        let mut done = 0;
        let mut next = Some(first);
        while let Some(at) = next {
            out.push_str(&raw[done..at]);
            done = at + self.reference(out, &raw[at..], depth, repairs);
            next = memchr(b'&', &bytes[done..]).map(|found| done + found);
        }
        out.push_str(&raw[done..]);
    }

    /// Resolves the reference that `rest` starts with into `out`; gives the bytes it took.
    fn reference(
        &mut self,
        out: &mut String,
        rest: &str,
        depth: usize,
        repairs: &mut Repairs,
    ) -> usize {
        let bytes = rest.as_bytes();
        // The five of XML are all that most feeds hold; they are tried first.
        match bytes {
            [_, b'l', b't', b';', ..] => return push(out, '<', 4),
            [_, b'g', b't', b';', ..] => return push(out, '>', 4),
            [_, b'a', b'm', b'p', b';', ..] => return push(out, '&', 5),
            [_, b'q', b'u', b'o', b't', b';', ..] => return push(out, '"', 6),
            [_, b'a', b'p', b'o', b's', b';', ..] => return push(out, '\'', 6),
            [_, b'#', ..] => {
                if let Some((code, taken)) = numeric(bytes) {
                    match character(code) {
                        Some(found) => out.push(found),
                        None => repairs.note(Fault::BadReference),
                    }
                    return taken;
                }
            }
            _ => {
                if let Some(name) = name(rest) {
                    let taken = name.len() + 2;
                    if let Some(value) = self.find(name) {
                        self.expand(out, value, depth, repairs);
                        return taken;
                    }
                    if let Some(text) = html_entity(&rest[1..taken]) {
                        repairs.note(Fault::HtmlEntity);
                        out.extend(text);
                        return taken;
                    }
                }
            }
        }
        repairs.note(Fault::BareAmpersand);
        push(out, '&', 1)
    }

    fn expand(&mut self, out: &mut String, value: &'a str, depth: usize, repairs: &mut Repairs) {
        if depth >= MAX_DEPTH || value.len() > self.budget {
            repairs.note(Fault::EntityBudget);
            self.budget = 0;
            return;
        }
        // A reference costs at least one byte, or empty entities would expand for ever.
        self.budget = self.budget.saturating_sub(value.len().max(1));
        match memchr(b'&', value.as_bytes()) {
            None => out.push_str(value),
            Some(first) => self.decode_from(out, value, first, depth + 1, repairs),
        }
    }
}

fn push(out: &mut String, character: char, taken: usize) -> usize {
    out.push(character);
    taken
}

/// `&name;` at the start of `rest` -> the name.
fn name(rest: &str) -> Option<&str> {
    let bytes = rest.as_bytes();
    let window = &bytes[1..bytes.len().min(MAX_NAME + 2)];
    let end = window
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && !b"._-:".contains(byte))?;
    (end > 0 && window[end] == b';').then(|| &rest[1..=end])
}

/// `&#…;` or `&#x…;` at the start -> (code point, bytes taken).
fn numeric(bytes: &[u8]) -> Option<(u32, usize)> {
    let (radix, start) = match bytes.get(2) {
        Some(b'x' | b'X') => (16, 3),
        _ => (10, 2),
    };
    let mut code: u32 = 0;
    let mut at = start;
    while let Some(digit) = bytes
        .get(at)
        .and_then(|byte| char::from(*byte).to_digit(radix))
    {
        code = code.saturating_mul(radix).saturating_add(digit);
        at += 1;
    }
    (at > start && bytes.get(at) == Some(&b';')).then_some((code, at + 1))
}

/// The character of a code point; None where XML 1.0 §2.2 forbids it.
///
/// 128 to 159 mean windows-1252 to everybody who writes them (HTML standard, "numeric character
/// reference end state").
pub(super) fn character(code: u32) -> Option<char> {
    let code = match code {
        0x80..=0x9f => web_atoms::C1_REPLACEMENTS[(code - 0x80) as usize].map_or(code, u32::from),
        _ => code,
    };
    char::from_u32(code).filter(|found| is_allowed(*found))
}

/// Whether XML 1.0 §2.2 allows the character.
pub(super) fn is_allowed(found: char) -> bool {
    !matches!(found, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// The characters of an HTML named reference, given as `name;`.
fn html_entity(name: &str) -> Option<impl Iterator<Item = char>> {
    let (first, second) = web_atoms::NAMED_ENTITIES
        .get(name)
        .copied()
        .filter(|(first, _)| *first != 0)?;
    Some(
        [first, second]
            .into_iter()
            .filter(|code| *code != 0)
            .filter_map(char::from_u32),
    )
}

/// Decodes the references of HTML text (named, numeric; those without `;` that HTML knows too).
/// For titles: never more than one decode.
pub(super) fn decode_html<'t>(text: &'t str) -> Cow<'t, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while !rest.is_empty() {
        let taken = html_reference(&mut out, rest);
        rest = &rest[taken..];
        let next = memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(out)
}

fn html_reference(out: &mut String, rest: &str) -> usize {
    if let Some((code, taken)) = numeric(rest.as_bytes()) {
        out.extend(character(code));
        return taken;
    }
    if let Some(name) = name(rest)
        && let Some(text) = html_entity(&rest[1..name.len() + 2])
    {
        out.extend(text);
        return name.len() + 2;
    }
    push(out, '&', 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(raw: &str) -> String {
        Entities::new()
            .decode(raw, &mut Repairs::default())
            .into_owned()
    }

    #[test]
    fn references_of_xml_and_html_and_bare_ampersands_decode_once() {
        assert_eq!(
            decode("a &amp;lt; b &lt;&#x41;&#66;&nbsp;&eacute;"),
            "a &lt; b <AB\u{a0}é"
        );
        assert_eq!(
            decode("AT&T ?a=1&copy=2 & &;&#; &#xZ;"),
            "AT&T ?a=1&copy=2 & &;&#; &#xZ;"
        );
    }

    #[test]
    fn windows_1252_reference_is_the_character_meant() {
        assert_eq!(decode("it&#146;s &#x97;"), "it’s —");
    }

    #[test]
    fn reference_to_a_forbidden_character_is_dropped() {
        assert_eq!(decode("a&#0;b&#xD800;c&#x1F;d&#99999999999;e"), "abcde");
    }

    #[test]
    fn billion_laughs_stays_within_the_budget() {
        let mut entities = Entities::new();
        entities.declare("a", "ha ha ha ha ha ha ha ha ha ha ");
        let ten = "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;";
        entities.declare("b", ten);
        for (name, value) in [("c", "b"), ("d", "c"), ("e", "d"), ("f", "e"), ("g", "f")] {
            entities.declare(
                name,
                Box::leak(format!("&{value};").repeat(10).into_boxed_str()),
            );
        }
        let mut repairs = Repairs::default();
        let text = entities.decode("&g;&g;&g;", &mut repairs);
        assert!(text.len() <= BUDGET_BYTES, "{}", text.len());
        assert!(repairs.count(Fault::EntityBudget) > 0);
    }

    #[test]
    fn entity_that_names_itself_ends() {
        let mut entities = Entities::new();
        entities.declare("x", "&x;&x;");
        assert_eq!(entities.decode("&x;", &mut Repairs::default()), "");
    }
}
