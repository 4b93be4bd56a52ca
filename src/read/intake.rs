//! Any bytes -> text that the mappings can read, and what kind of document it is.
//!
//! Valid UTF-8 without a carriage return or a forbidden character passes uncopied; what is looked
//! for is looked for at memory speed. What is torn inside the text is mended by `token` as it goes.

use super::charset;
use super::repairs::{Fault, Repairs};
use memchr::{memchr, memmem};
use std::borrow::Cow;

/// The text of a document, its line ends `\n`, without characters that XML forbids.
pub(super) fn text<'b>(
    bytes: &'b [u8],
    content_type: Option<&str>,
    repairs: &mut Repairs,
) -> Cow<'b, str> {
    match charset::decode(bytes, content_type, repairs) {
        Cow::Borrowed(text) => mend(text, repairs),
        Cow::Owned(text) => match mend(&text, repairs) {
            Cow::Borrowed(_) => Cow::Owned(text),
            Cow::Owned(mended) => Cow::Owned(mended),
        },
    }
}

fn mend<'t>(text: &'t str, repairs: &mut Repairs) -> Cow<'t, str> {
    let text = drop_forbidden(text, repairs);
    if memchr(b'\r', text.as_bytes()).is_none() {
        return text;
    }
    // XML 1.0 §2.11: no fault, only another habit.
    let mut unix = String::with_capacity(text.len());
    let mut lines = text.split('\r');
    unix.push_str(lines.next().unwrap_or_default());
    for line in lines {
        if !line.starts_with('\n') {
            unix.push('\n');
        }
        unix.push_str(line);
    }
    Cow::Owned(unix)
}

/// Drops what XML 1.0 §2.2 forbids: C0 controls but tab and line ends, U+FFFE, U+FFFF.
pub(super) fn drop_forbidden<'t>(text: &'t str, repairs: &mut Repairs) -> Cow<'t, str> {
    if !holds_forbidden(text) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    for character in text.chars() {
        match super::entity::is_allowed(character) {
            true => kept.push(character),
            false => repairs.note(Fault::Forbidden),
        }
    }
    Cow::Owned(kept)
}

fn holds_forbidden(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Branch-free within a block, so that the compiler makes vector code of it.
    let control = bytes.chunks(4096).any(|block| {
        block.iter().fold(false, |found, byte| {
            found | (*byte < 0x20 && *byte != b'\n' && *byte != b'\t' && *byte != b'\r')
        })
    });
    control
        || memmem::find(bytes, "\u{fffe}".as_bytes()).is_some()
        || memmem::find(bytes, "\u{ffff}".as_bytes()).is_some()
}

/// What a document is, by its first character that means something.
pub(super) enum Kind {
    Blank,
    Json,
    Xml,
}

/// Tells JSON from XML by what comes first.
pub(super) fn kind(text: &str) -> Kind {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    match start.as_bytes().first() {
        None => Kind::Blank,
        Some(b'{') => Kind::Json,
        Some(_) => Kind::Xml,
    }
}
