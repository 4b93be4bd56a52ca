//! Bytes -> UTF-8: which charset a document really is in.
//!
//! What is declared is often wrong, so evidence in the bytes goes first: BOM, then UTF-16/32 by the
//! pattern of NULs, then ISO-2022-JP (seven-bit, so only a declaration can tell), then valid UTF-8,
//! then UTF-8 with a few stray bytes, and only then the HTTP header, the XML declaration, an HTML
//! `<meta>`, and last a guess by letter statistics. UTF-7 is never honoured: it hides markup.

use super::dos;
use super::repairs::{Fault, Repairs};
use encoding_rs::{Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memmem;
use std::borrow::Cow;

/// How far a declaration or a `<meta>` is looked for.
const DECLARATION_BYTES: usize = 2048;
/// How much of a document the statistics look at.
const GUESS_BYTES: usize = 64 * 1024;

/// The text of `bytes`; borrowed where they are UTF-8 already.
pub(super) fn decode<'b>(
    bytes: &'b [u8],
    content_type: Option<&str>,
    repairs: &mut Repairs,
) -> Cow<'b, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return decode_marked(&bytes[length..], encoding, repairs);
    }
    if let Some(text) = decode_wide(bytes) {
        return Cow::Owned(text);
    }
    let declared = declared(bytes);
    let declared_encoding = declared.and_then(encoding_of);
    if declared_encoding == Some(ISO_2022_JP) && bytes.contains(&0x1b) {
        return ISO_2022_JP.decode_without_bom_handling(bytes).0;
    }
    let http = content_type.and_then(charset_parameter);
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            // Pure ASCII is right under nearly every label; only a wide one is worth a word.
            if let Some(encoding) = declared_encoding
                && encoding != UTF_8
                && (!text.is_ascii() || [UTF_16LE, UTF_16BE].contains(&encoding))
            {
                repairs.note_charset(format!("declares {}, is UTF-8", encoding.name()));
            }
            Cow::Borrowed(text)
        }
        Err(_) => decode_legacy(bytes, http, declared, declared_encoding, repairs),
    }
}

/// A byte order mark rules, unless the bytes behind it are evidently something else.
fn decode_marked<'b>(
    bytes: &'b [u8],
    encoding: &'static Encoding,
    repairs: &mut Repairs,
) -> Cow<'b, str> {
    if encoding == UTF_8 {
        // Double marks come from files glued together.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        return match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(decode_mixed(bytes, repairs)),
        };
    }
    // FF FE 00 00 is UTF-32 in every feed; U+0000 can't follow in UTF-16.
    if encoding == UTF_16LE && bytes.starts_with(&[0, 0]) {
        return Cow::Owned(decode_utf32(&bytes[2..], u32::from_le_bytes));
    }
    if bytes.starts_with(b"<?xml") || bytes.starts_with(b"<rss") || bytes.starts_with(b"<feed") {
        repairs.note_charset(format!("is marked as {}, is not", encoding.name()));
        return decode(bytes, None, repairs);
    }
    encoding.decode_without_bom_handling(bytes).0
}

/// UTF-16 and UTF-32 without a mark, by where the NULs of the first characters stand.
fn decode_wide(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..4)?;
    let nul = [head[0] == 0, head[1] == 0, head[2] == 0, head[3] == 0];
    let bytes_of = |encoding: &'static Encoding| {
        Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
    };
    match nul {
        [true, true, false, true] => Some(decode_utf32(&bytes[4..], u32::from_be_bytes)),
        [true, true, true, false] => Some(decode_utf32(bytes, u32::from_be_bytes)),
        [false, true, true, true] => Some(decode_utf32(bytes, u32::from_le_bytes)),
        [true, true, false, false] if head[2..] == [0xfe, 0xff] => {
            Some(decode_utf32(&bytes[4..], u32::from_be_bytes))
        }
        [true, false, true, false] => bytes_of(UTF_16BE),
        [false, true, false, true] => bytes_of(UTF_16LE),
        _ => None,
    }
}

fn decode_utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> String {
    let (units, _) = bytes.as_chunks::<4>();
    units
        .iter()
        .map(|four| char::from_u32(unit(*four)).unwrap_or('\u{fffd}'))
        .collect()
}

/// Not UTF-8 as it stands: the label that fits, or UTF-8 with stray bytes, or a guess.
fn decode_legacy<'b>(
    bytes: &'b [u8],
    http: Option<&str>,
    declared: Option<&str>,
    declared_encoding: Option<&'static Encoding>,
    repairs: &mut Repairs,
) -> Cow<'b, str> {
    if is_mostly_utf8(bytes) {
        return Cow::Owned(decode_mixed(bytes, repairs));
    }
    if bytes.starts_with(&[0x4c, 0x6f, 0xa7, 0x94]) {
        return Cow::Owned(super::ebcdic::decode(bytes));
    }
    let usable =
        |encoding: &&'static Encoding| ![UTF_8, UTF_16LE, UTF_16BE, REPLACEMENT].contains(encoding);
    let http_encoding = http.and_then(encoding_of);
    // The author's own word before the server's, which is often a default for all files.
    for encoding in [declared_encoding, http_encoding]
        .into_iter()
        .flatten()
        .filter(usable)
    {
        let (text, faulty) = encoding.decode_without_bom_handling(bytes);
        if !faulty {
            return text;
        }
    }
    let of_dos = |label: &str| dos::decode(&fold(label), bytes);
    if let Some(text) = [declared, http].into_iter().flatten().find_map(of_dos) {
        return Cow::Owned(text);
    }
    let encoding = guess(bytes);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let said = declared.or(http).unwrap_or("nothing");
    repairs.note_charset(format!("declares {said}, read as {}", encoding.name()));
    text
}

/// The encoding that a label names: as browsers have it, else by the names that Java, Python and old
/// Macintoshes write (`ISO8859_1`, `cp932`, `MacCyrillic`).
fn encoding_of(label: &str) -> Option<&'static Encoding> {
    let folded = fold(label);
    let known = match folded.as_str() {
        "maccyrillic" => "x-mac-cyrillic",
        "macroman" => "macintosh",
        "cp932" => "shift_jis",
        "cp936" => "gbk",
        "cp949" | "uhc" => "euc-kr",
        "cp950" => "big5",
        "cp65001" => "utf-8",
        "cp866" => "ibm866",
        folded => folded,
    };
    Encoding::for_label(label.as_bytes()).or_else(|| Encoding::for_label(known.as_bytes()))
}

/// Letters and digits alone, in lower case.
fn fold(label: &str) -> String {
    let kept = label.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(GUESS_BYTES)], true);
    let encoding = detector.guess(None, chardetng::Utf8Detection::Deny);
    // What has no letters outside ASCII to speak of is Western more often than all else.
    if encoding.is_single_byte()
        || encoding
            .decode_without_bom_handling_and_without_replacement(bytes)
            .is_some()
    {
        encoding
    } else {
        WINDOWS_1252
    }
}

/// Most of what is not ASCII is well-formed UTF-8: one feed with another's bytes pasted in, or cut
/// inside of its last character.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let is_cut = |error: std::str::Utf8Error| error.error_len().is_none();
    if std::str::from_utf8(bytes).is_err_and(is_cut) {
        return true;
    }
    let mut good = 0usize;
    let mut bad = 0usize;
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        bad += chunk.invalid().len();
    }
    // Half a pair of encoded surrogates (CESU-8) is three bytes, and as good a sign as a character.
    let halves = bytes
        .windows(3)
        .filter(|three| matches!(three, [0xed, 0xa0..=0xbf, 0x80..=0xbf]))
        .count();
    good += halves;
    bad = bad.saturating_sub(halves * 3);
    good > bad.saturating_mul(2)
}

/// UTF-8 with stray bytes: each stray byte is windows-1252, each pair of encoded surrogates (CESU-8)
/// the character meant.
fn decode_mixed(bytes: &[u8], repairs: &mut Repairs) -> String {
    let mut out = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut rest = bytes;
    while !rest.is_empty() {
        let Some(chunk) = rest.utf8_chunks().next() else {
            break;
        };
        out.push_str(chunk.valid());
        rest = &rest[chunk.valid().len()..];
        if rest.is_empty() {
            break;
        }
        let cesu = cesu_pair(rest);
        let taken = match cesu {
            Some(found) => {
                out.push(found);
                6
            }
            None => {
                let taken = chunk.invalid().len();
                // A character cut by the end of the document means nothing in any charset.
                if taken < rest.len() || taken == 1 {
                    let (text, _) = WINDOWS_1252.decode_without_bom_handling(&rest[..taken]);
                    out.push_str(&text);
                }
                taken
            }
        };
        rest = &rest[taken..];
        repairs.note(Fault::StrayBytes);
    }
    out
}

fn cesu_pair(bytes: &[u8]) -> Option<char> {
    let [
        0xed,
        high @ 0xa0..=0xaf,
        high_low,
        0xed,
        low @ 0xb0..=0xbf,
        low_low,
        ..,
    ] = *bytes
    else {
        return None;
    };
    let unit =
        |second: u8, third: u8| 0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f);
    let (high, low) = (unit(high, high_low), unit(low, low_low));
    char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
}

/// The charset in `Content-Type: …; charset=…`.
fn charset_parameter(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches(['"', '\'']))
    })
}

/// The label in the XML declaration (the last one, where several follow one another: the inner one
/// was written with the text), else in an HTML `<meta>`.
fn declared(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES)];
    declaration_label(head).or_else(|| {
        let meta = memmem::find(head, b"<meta").or_else(|| memmem::find(head, b"<META"))?;
        label_behind(&head[meta..], b"charset")
    })
}

fn declaration_label(head: &[u8]) -> Option<&str> {
    let start = memmem::rfind(head, b"<?xml ")?;
    let end = memmem::find(&head[start..], b">").map_or(head.len(), |end| start + end);
    label_behind(&head[start..end], b"encoding")
}

/// `name = "label"` -> label.
fn label_behind<'b>(bytes: &'b [u8], name: &[u8]) -> Option<&'b str> {
    let start = memmem::find(bytes, name)? + name.len();
    let rest = bytes[start..]
        .trim_ascii_start()
        .strip_prefix(b"=")?
        .trim_ascii_start();
    let rest = rest
        .strip_prefix(b"\"")
        .or_else(|| rest.strip_prefix(b"'"))
        .unwrap_or(rest);
    let end = rest
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && !b"._-:+".contains(byte))?;
    std::str::from_utf8(&rest[..end])
        .ok()
        .filter(|label| !label.is_empty())
}
