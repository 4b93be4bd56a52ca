//! Characters made alike: mojibake mended, invisible ones dropped, case and diacritics folded.

use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// What the bytes 0x80 to 0x9F mean in windows-1252; the five undefined ones as in Latin-1.
pub(super) const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// `text` with mojibake mended, compatibility characters resolved (NFKC), soft hyphens, zero-width
/// and direction characters dropped.
pub(super) fn normal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let text = mended(text);
    let Some(first) = text.find(|c: char| !is_plain(c)) else {
        return text;
    };
    let mut normal = String::with_capacity(text.len() + 8);
    normal.push_str(&text[..first]);
    let mut is_odd = false;
    for c in text[first..].chars() {
        match c {
            _ if is_plain(c) => normal.push(c),
            _ if is_unseen(c) => {}
            // Half of German and Russian texts fail NFKC on nothing but these, and a full pass costs
            // more than everything else here together.
            '\u{a0}' | '\u{202f}' | '\u{2009}' => normal.push(' '),
            '…' => normal.push_str("..."),
            _ => {
                normal.push(c);
                is_odd = true;
            }
        }
    }
    if is_odd && is_nfkc_quick(normal.chars()) != IsNormalized::Yes {
        normal = normal.nfkc().collect();
    }
    Cow::Owned(normal)
}

/// Seen, and the same in NFKC whatever stands around it: nearly all that Latin and Cyrillic texts hold.
fn is_plain(c: char) -> bool {
    matches!(c, '\0'..='\u{7f}' | '\u{a1}'..='\u{a7}' | '\u{ab}' | '\u{b0}' | '\u{b7}' | '\u{bb}'
        | '\u{bf}'..='\u{131}' | '\u{134}'..='\u{13e}' | '\u{141}'..='\u{148}' | '\u{14a}'..='\u{17e}'
        | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{4ff}'
        | '\u{2012}'..='\u{2015}' | '\u{2018}'..='\u{201e}' | '\u{20ac}')
}

/// Soft hyphen, zero-width characters, direction marks, variation selectors, byte order mark, Arabic tatweel.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{640}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The byte that `c` was read from, if it was read as windows-1252 or Latin-1.
fn byte_of(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    let at = WINDOWS_1252.iter().position(|&known| known == c)?;
    u8::try_from(at + 0x80).ok()
}

/// UTF-8 that was read as Latin-1 or windows-1252 ("FÃ¼r", "Ð¡Ñ‚Ð°Ñ‡ÐºÐ°") read again, up to twice over.
///
/// Only runs that come out as Latin, Cyrillic or general punctuation are touched: "É»" at the end of a
/// French quotation would come out as a phonetic letter, and stays.
fn mended(text: &str) -> Cow<'_, str> {
    let once = mended_once(text);
    match &once {
        Some(once) => Cow::Owned(mended_once(once).unwrap_or_else(|| once.clone())),
        None => Cow::Borrowed(text),
    }
}

fn mended_once(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    // Lead bytes C2 to E2 read as Latin-1 are U+00C2 to U+00E2: C3 82 to C3 A2 here.
    let mut from = 0;
    let mut out = String::new();
    let mut copied = 0;
    while let Some(at) = memchr::memchr(0xc3, &bytes[from..]) {
        let start = from + at;
        from = start + 2;
        if let Some((character, length)) = misread(&text[start..]) {
            out.push_str(&text[copied..start]);
            out.push(character);
            copied = start + length;
            from = copied;
        }
    }
    (copied > 0).then(|| out + &text[copied..])
}

/// The character that the misread sequence at the start of `text` stands for, and the length of the sequence.
fn misread(text: &str) -> Option<(char, usize)> {
    let lead = byte_of(text.chars().next()?)?;
    let length = match lead {
        0xc2..=0xdf => 2,
        0xe2 => 3,
        _ => return None,
    };
    let mut raw = [0_u8; 3];
    let mut taken = 0;
    for (slot, c) in raw[..length].iter_mut().zip(text.chars()) {
        *slot = byte_of(c)?;
        taken += c.len_utf8();
    }
    let character = std::str::from_utf8(&raw[..length]).ok()?.chars().next()?;
    let plausible = matches!(character, '\u{a0}'..='\u{17f}' | '\u{400}'..='\u{4ff}'
        | '\u{2010}'..='\u{203a}' | '€' | '™');
    plausible.then_some((character, taken))
}

/// Appends `c` folded: lower case, ё as е, ä as ae, other diacritics of Latin letters dropped (й stays).
pub(super) fn push_folded(out: &mut String, c: char) {
    match c {
        'a'..='z' | '0'..='9' => out.push(c),
        'A'..='Z' => out.push(c.to_ascii_lowercase()),
        'а'..='я' => out.push(c),
        'А'..='Я' => out.push(char::from_u32(u32::from(c) + 0x20).unwrap_or(c)),
        'ё' | 'Ё' => out.push('е'),
        'ä' | 'Ä' | 'æ' | 'Æ' => out.push_str("ae"),
        'ö' | 'Ö' | 'œ' | 'Œ' | 'ø' | 'Ø' => out.push_str("oe"),
        'ü' | 'Ü' => out.push_str("ue"),
        'ß' | 'ẞ' => out.push_str("ss"),
        'å' | 'Å' => out.push('a'),
        'ł' | 'Ł' => out.push('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
        'þ' | 'Þ' => out.push_str("th"),
        'ı' => out.push('i'),
        'ς' => out.push('σ'),
        _ if is_mark(c) => {}
        _ => c.to_lowercase().for_each(|c| push_bare(out, c)),
    }
}

/// Appends the base of a Latin or Greek letter; other scripts as they are.
fn push_bare(out: &mut String, c: char) {
    if is_mark(c) {
        return;
    }
    if !matches!(c, '\u{c0}'..='\u{3ff}' | '\u{1e00}'..='\u{1fff}') {
        out.push(c);
        return;
    }
    unicode_normalization::char::decompose_canonical(c, |part| {
        if !is_mark(part) {
            out.push(if part == 'ς' { 'σ' } else { part });
        }
    });
}

/// A mark above, below or through a letter; stress marks in Russian, vowel marks in Arabic and Hebrew.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Whether `c` belongs to a word, or is dropped inside one.
pub(super) fn is_word(c: char) -> bool {
    is_alphanumeric(c) || is_mark(c)
}

/// [`char::is_alphanumeric`], which looks up every letter that is not ASCII: a third of what words cost.
pub(super) fn is_alphanumeric(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        '\u{d7}' | '\u{f7}' | '\u{2000}'..='\u{206f}' => false,
        '\u{c0}'..='\u{24f}' | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' => true,
        _ => c.is_alphanumeric(),
    }
}

/// Signs that are read aloud: another one is another word.
fn is_read_aloud(c: char) -> bool {
    matches!(
        c,
        '%' | '‰' | '€' | '$' | '£' | '¥' | '₽' | '₸' | '₴' | '§' | '°' | '+' | '=' | '&'
    )
}

/// Appends the words of `text` as they are compared for versions, one space between two.
pub(super) fn version_words(text: &str, out: &mut String) {
    let start = out.len();
    let mut inside = false;
    for c in normal(text).chars() {
        let aloud = is_read_aloud(c);
        if aloud || is_word(c) {
            if (aloud || !inside) && out.len() > start && !out.ends_with(' ') {
                out.push(' ');
            }
            match c {
                'a'..='z' | '0'..='9' | 'а'..='я' => out.push(c),
                _ => c.to_lowercase().for_each(|c| out.push(c)),
            }
            if aloud {
                out.push(' ');
            }
            inside = !aloud;
        } else {
            inside = false;
        }
    }
    out.truncate(start + out[start..].trim_end().len());
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::char::is_combining_mark;

    fn folded(text: &str) -> String {
        let mut out = String::new();
        normal(text).chars().for_each(|c| push_folded(&mut out, c));
        out
    }

    #[test]
    fn mojibake_once_and_twice_over_is_mended() {
        assert_eq!(normal("FÃ¼r die MÃ¤nner â€“ Â§ 5"), "Für die Männer – § 5");
        assert_eq!(normal("Ð¡Ñ‚Ð°Ñ‡ÐºÐ°"), "Стачка");
        assert_eq!(normal("FÃƒÂ¼r"), "Für");
    }

    #[test]
    fn right_text_is_not_mended() {
        for text in [
            "São Paulo, É», Übergrößenträger",
            "LIBERTÉ» À â",
            "Ça, Ñandú",
        ] {
            assert_eq!(normal(text), text);
        }
    }

    #[test]
    fn invisible_characters_are_dropped_and_compatible_ones_resolved() {
        assert_eq!(
            normal("Ver\u{ad}samm\u{200b}lung ﬁn m²…"),
            "Versammlung fin m2..."
        );
    }

    #[test]
    fn short_ways_lead_where_the_long_ones_do() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_alphanumeric(c), c.is_alphanumeric(), "{c:?}");
            let stays = !is_unseen(c) && is_nfkc_quick([c].into_iter()) == IsNormalized::Yes;
            assert!(!is_plain(c) || (stays && !is_combining_mark(c)), "{c:?}");
        }
        for c in 'А'..='Я' {
            let mut folded = String::new();
            push_folded(&mut folded, c);
            assert_eq!(folded, c.to_lowercase().to_string());
        }
    }

    #[test]
    fn letters_fold_but_not_short_i() {
        assert_eq!(
            folded("ÄÖÜß Ёлка Йод Łódź Čapek за\u{301}мок Ångström"),
            "aeoeuess елка йод lodz capek замок angstroem"
        );
    }

    #[test]
    fn version_words_ignore_punctuation_and_keep_signs() {
        let mut out = String::new();
        version_words(" „5 %“ –  von 100€! ", &mut out);
        assert_eq!(out, "5 % von 100 €");
    }
}
