//! Text constructs: how the text of one element is packed, and titles read out of it.
//!
//! Atom says so by `type` and `mode` (RFC 4287 §3.1), and is obeyed; RSS says nothing, and means HTML.

use super::content::{Inner, Reading};
use super::cursor::{Cursor, Element};
use super::names::Space;
use super::plain;
use super::repairs::Repairs;

/// A title as plain text on one line. Atom's `type` is obeyed; RSS has none, and is read as HTML.
pub(super) fn read_title<'a>(cursor: &mut Cursor<'a>, element: &Element<'a>) -> Option<String> {
    let kind = TextKind::of(cursor, element);
    cursor.enter_plain_field();
    let inner = cursor.inner(Reading::Text);
    cursor.leave_plain_field();
    inner.trimmed()?;
    let title = match kind {
        TextKind::Plain if !inner.markup => plain::one_line(&inner.text),
        TextKind::Base64 => plain::plain_text(&decode_base64(&inner)?),
        _ => plain::plain_text(&inner.text),
    };
    (!title.is_empty()).then_some(title)
}

/// How an Atom text construct is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextKind {
    /// Text, no markup.
    Plain,
    /// Escaped HTML; RSS always.
    Html,
    /// Markup inline.
    Markup,
    /// HTML or text in base64 (Atom 0.3 `mode`, Atom 1.0 other media types).
    Base64,
    /// Another format altogether: a picture, an archive.
    Foreign,
}

impl TextKind {
    pub(super) fn of<'a>(cursor: &mut Cursor<'a>, element: &Element<'a>) -> TextKind {
        if element.space != Space::Atom {
            return TextKind::Html;
        }
        let kind = cursor
            .attribute(element, "type")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let mode = cursor
            .attribute(element, "mode")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        match (mode.as_str(), kind) {
            ("base64", _) => TextKind::Base64,
            ("escaped", "" | "text" | "text/plain")
                if mode == "escaped" && kind != "text/plain" =>
            {
                TextKind::Html
            }
            ("xml", _) if kind != "text/plain" => TextKind::Markup,
            (_, "" | "text" | "text/plain") => TextKind::Plain,
            (_, "html" | "text/html") => TextKind::Html,
            (_, "xhtml" | "application/xhtml+xml" | "application/xhtml") => TextKind::Markup,
            (_, kind) if kind.ends_with("+xml") || kind.ends_with("/xml") => TextKind::Markup,
            (_, kind) if kind.starts_with("text/") => TextKind::Plain,
            (_, kind) if kind.contains('/') => TextKind::Foreign,
            // A type that no version knows is a slip of the pen: HTML shows the same where there is none.
            _ => TextKind::Html,
        }
    }
}

/// The text in base64, where it is text.
pub(super) fn decode_base64(inner: &Inner) -> Option<String> {
    use base64::Engine;
    use base64::alphabet::STANDARD;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let packed: String = inner.text.split_ascii_whitespace().collect();
    let bytes = LENIENT.decode(packed).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    Some(super::intake::drop_forbidden(&text, &mut Repairs::default()).into_owned())
}
