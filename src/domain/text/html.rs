//! What a reader sees of HTML: one pass over tags and entities, linear in the source, without a tree
//! and so without depth to fear.
//!
//! It is no parser: it does not mend nesting, because no rule here asks for it. What a browser would
//! not show (scripts, styles, comments) is passed over. `read::sanitize` decides what may be served.

use super::entities::named;

/// One piece of HTML as it comes by.
pub(super) enum Piece<'a> {
    /// Text between tags, entities not yet decoded.
    Text(&'a str),
    /// A tag: its name as written, without `/`; what stands after the name.
    Tag {
        /// ASCII letters and digits, any case.
        name: &'a str,
        /// Attributes, raw.
        attributes: &'a str,
        /// An end tag.
        closing: bool,
    },
}

/// Elements whose content is not shown, or is another document's.
const UNSEEN: [&str; 13] = [
    "script", "style", "template", "iframe", "noembed", "noframes", "title", "head", "svg", "math",
    "object", "textarea", "select",
];

/// Elements inside a line: their tags part no words.
const INLINE: [&str; 36] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "img", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s",
    "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "u", "wbr",
];

/// Whether the tags of the element `name` stand inside a line.
pub(super) fn is_inline(name: &str) -> bool {
    INLINE
        .iter()
        .any(|inline| name.eq_ignore_ascii_case(inline))
}

fn is_unseen(name: &str) -> bool {
    UNSEEN
        .iter()
        .any(|unseen| name.eq_ignore_ascii_case(unseen))
}

/// Gives every piece of `html` that can be seen to `take`, in order.
pub(super) fn pieces<'a>(html: &'a str, mut take: impl FnMut(Piece<'a>)) {
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        let (text, tag) = rest.split_at(at);
        if !text.is_empty() {
            take(Piece::Text(text));
        }
        rest = match tag.as_bytes().get(1) {
            Some(b'!') if tag.starts_with("<!--") => after(tag, 4, "-->"),
            Some(b'!' | b'?') => after(tag, 2, ">"),
            Some(b'/') if tag.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic) => {
                let (name, _, rest) = split_tag(&tag[2..]);
                if !is_unseen(name) {
                    take(Piece::Tag {
                        name,
                        attributes: "",
                        closing: true,
                    });
                }
                rest
            }
            Some(first) if first.is_ascii_alphabetic() => {
                let (name, attributes, rest) = split_tag(&tag[1..]);
                match (is_unseen(name), attributes.ends_with('/')) {
                    (true, true) => rest,
                    (true, false) => after_element(rest, name),
                    (false, _) => {
                        take(Piece::Tag {
                            name,
                            attributes,
                            closing: false,
                        });
                        rest
                    }
                }
            }
            // "a < b" is text.
            _ => {
                take(Piece::Text("<"));
                &tag[1..]
            }
        };
    }
    if !rest.is_empty() {
        take(Piece::Text(rest));
    }
}

/// What follows the first `end` in `tag` from byte `from` on; nothing where it never comes.
fn after<'a>(tag: &'a str, from: usize, end: &str) -> &'a str {
    memchr::memmem::find(&tag.as_bytes()[from..], end.as_bytes())
        .map_or("", |at| &tag[from + at + end.len()..])
}

/// What follows the end tag of the element `name`; nothing where it never comes.
fn after_element<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&rest.as_bytes()[from..], b"</") {
        let start = from + at + 2;
        let end = start + name.len();
        let same = rest
            .as_bytes()
            .get(start..end)
            .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
        if same {
            return after(rest, end, ">");
        }
        from = start;
    }
    ""
}

/// Name, attributes and rest of a tag that starts at its name. A `>` inside a quoted value does not
/// end it; a quote that does not follow `=` is part of a name (HTML §13.2.5.33).
fn split_tag(tag: &str) -> (&str, &str, &str) {
    let bytes = tag.as_bytes();
    let name_end = bytes
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
        .unwrap_or(bytes.len());
    let mut at = name_end;
    let mut after_equals = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' => return (&tag[..name_end], tag[name_end..at].trim(), &tag[at + 1..]),
            b'"' | b'\'' if after_equals => {
                let Some(close) = memchr::memchr(byte, &bytes[at + 1..]) else {
                    break;
                };
                at += close + 1;
                after_equals = false;
            }
            b'=' => after_equals = true,
            byte if !byte.is_ascii_whitespace() => after_equals = false,
            _ => {}
        }
        at += 1;
    }
    (&tag[..name_end], "", "")
}

/// The value of the attribute `wanted` among `attributes`, entities not yet decoded.
pub(super) fn attribute<'a>(attributes: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        let end = rest[1..]
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/'))
            .map_or(rest.len(), |end| end + 1);
        let (name, after_name) = rest.split_at_checked(end)?;
        let Some(value) = after_name.trim_start().strip_prefix('=') else {
            rest = after_name;
            continue;
        };
        let value = value.trim_start();
        let (found, after_value) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_at(
                value
                    .find(|c: char| c.is_ascii_whitespace())
                    .unwrap_or(value.len()),
            ),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(found);
        }
        rest = after_value;
    }
}

/// Appends `text` with its entities decoded, white space as single spaces, none at the start of a line.
pub(super) fn push_text(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        push_spaced(out, &rest[..at]);
        match decode_entity(&rest[at + 1..]) {
            Some((character, length)) => {
                push_character(out, character);
                rest = &rest[at + 1 + length..];
            }
            None => {
                out.push('&');
                rest = &rest[at + 1..];
            }
        }
    }
    push_spaced(out, rest);
}

/// Whether an entity stands in `text`.
pub(super) fn has_entity(text: &str) -> bool {
    memchr::memchr_iter(b'&', text.as_bytes()).any(|at| decode_entity(&text[at + 1..]).is_some())
}

fn push_spaced(out: &mut String, text: &str) {
    let mut plain = 0;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        // All other white space is kept: a no-break space is one to the words, and visible.
        if !byte.is_ascii_whitespace() {
            continue;
        }
        out.push_str(&text[plain..at]);
        plain = at + 1;
        if !out.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
    }
    out.push_str(&text[plain..]);
}

fn push_character(out: &mut String, character: char) {
    if character.is_ascii_whitespace() {
        push_spaced(out, " ");
    } else {
        out.push(character);
    }
}

/// The character that an entity stands for, and its length with `;` but without `&`.
fn decode_entity(after_ampersand: &str) -> Option<(char, usize)> {
    let bytes = after_ampersand.as_bytes();
    let end = bytes
        .iter()
        .take(32)
        .position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'#')
        .unwrap_or(bytes.len().min(32));
    let length = end + usize::from(bytes.get(end) == Some(&b';'));
    let name = &after_ampersand[..end];
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        // 0x80 to 0x9F mean windows-1252, whatever the standard of numbers says (HTML §13.2.5.80).
        let character = match code {
            0 => '\u{fffd}',
            0x80..=0x9f => super::fold::WINDOWS_1252[code as usize - 0x80],
            code => char::from_u32(code)?,
        };
        return Some((character, length));
    }
    // Without `;` a longer name could be meant: "&copy=1" in an address that was not escaped.
    (length > end).then_some(())?;
    named(name).map(|character| (character, length))
}
