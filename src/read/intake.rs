//! Any bytes -> text that the mappings can read, and what kind of document it is.
//!
//! Valid UTF-8 without a carriage return or a forbidden character passes uncopied; what is looked
//! for is looked for at memory speed. What is torn inside the text is mended by `token` as it goes.

use super::charset;
use super::entity::is_allowed;
use super::repairs::{Fault, Repairs};
use memchr::memchr;
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
    if !is_suspect(text) {
        return Cow::Borrowed(text);
    }
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
    let forbidden = text
        .chars()
        .filter(|character| !is_allowed(*character))
        .count();
    if forbidden == 0 {
        return Cow::Borrowed(text);
    }
    repairs.note_many(Fault::Forbidden, forbidden);
    Cow::Owned(
        text.chars()
            .filter(|character| is_allowed(*character))
            .collect(),
    )
}

/// Whether the text holds a carriage return or a forbidden character.
pub(super) fn is_suspect(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Branch-free within a block, so that the compiler makes vector code of it.
    let control = bytes.chunks(4096).any(|block| {
        block.iter().fold(false, |found, byte| {
            found | (*byte < 0x20 && *byte != b'\n' && *byte != b'\t')
        })
    });
    // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
    let no_character = || {
        memchr::memchr_iter(0xef, bytes).any(|at| {
            bytes.get(at + 1) == Some(&0xbf) && bytes.get(at + 2).is_some_and(|last| *last >= 0xbe)
        })
    };
    control || no_character()
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
