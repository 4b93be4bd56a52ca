//! A text as a row of words, with what relation needs of each and likeness drops: was it written with
//! a capital, does it begin a sentence, how does it stand in the text (evidence shows it to people).
//!
//! Folding is that of `likeness.md` §3: NFKC, lower case, ё = е, diacritics dropped (not й, ї), soft
//! hyphens and zero-width characters dropped, thousands separators inside numbers dropped. Scripts
//! written without spaces (Han, kana, Thai …) give one word a character, so that a sequence of words
//! finds a name in them too.

use std::borrow::Cow;
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// How a word was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// No letter of it has a case: numbers, Han, Arabic.
    None,
    /// `streik`
    Lower,
    /// `Streik`, `I`
    Title,
    /// `SPD`
    Upper,
    /// `iPhone`, `McDonald`
    Mixed,
}

impl Case {
    /// At least one capital stands in it.
    pub(super) fn has_capital(self) -> bool {
        matches!(self, Case::Title | Case::Upper | Case::Mixed)
    }
}

/// The script of a word, as far as rules differ by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Script {
    /// Latin letters only.
    Latin,
    /// Cyrillic letters only.
    Cyrillic,
    /// Letters of another script, or of several.
    Other,
    /// Digits only, with a point where it is a decimal fraction.
    Number,
    /// Letters and digits: `COP26`.
    Mixed,
}

/// One word of a text.
#[derive(Clone, Debug)]
pub(super) struct Word {
    folded: Range<u32>,
    raw: Range<u32>,
    /// How it was written.
    pub(super) case: Case,
    /// Its script.
    pub(super) script: Script,
    /// It begins a sentence, a line or a quotation: there a capital says nothing.
    pub(super) opens: bool,
    /// Something else than a space or a hyphen stands between it and the word before.
    pub(super) apart: bool,
}

/// The words of one text, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Words<'a> {
    text: Cow<'a, str>,
    folded: String,
    list: Vec<Word>,
}

impl<'a> Words<'a> {
    /// The words of a plain text, in one pass.
    pub(super) fn of(text: &'a str) -> Words<'a> {
        let text: Cow<'a, str> = match is_nfkc_quick(text.chars()) {
            IsNormalized::Yes => Cow::Borrowed(text),
            _ => Cow::Owned(text.nfkc().collect()),
        };
        // Ranges are 32 bits wide; the reader caps a document far below that.
        let end = text.floor_char_boundary(u32::MAX as usize / 4);
        let mut pass = Pass {
            text: &text[..end],
            folded: String::with_capacity(end),
            list: Vec::with_capacity(end / 6),
            opens: true,
            apart: true,
        };
        pass.run();
        let Pass { folded, list, .. } = pass;
        Words { text, folded, list }
    }

    /// Every word, in order.
    pub(super) fn list(&self) -> &[Word] {
        &self.list
    }

    /// The word as it is compared.
    pub(super) fn folded(&self, word: &Word) -> &str {
        &self.folded[word.folded.start as usize..word.folded.end as usize]
    }

    /// The word as it stands in the text.
    pub(super) fn raw(&self, word: &Word) -> &str {
        &self.text[word.raw.start as usize..word.raw.end as usize]
    }
}

/// The state of the one pass.
struct Pass<'t> {
    text: &'t str,
    folded: String,
    list: Vec<Word>,
    opens: bool,
    apart: bool,
}

impl Pass<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(c) = self.text[at..].chars().next() {
            at = if c.is_ascii_digit() && !self.letters_follow(at) {
                self.number(at)
            } else if c.is_alphanumeric() {
                self.word(at, c)
            } else {
                self.between(c);
                at + c.len_utf8()
            };
        }
    }

    /// Whether the run of letters and digits that begins here holds a letter.
    fn letters_follow(&self, at: usize) -> bool {
        self.text[at..]
            .chars()
            .take_while(|c| c.is_alphanumeric())
            .any(char::is_alphabetic)
    }

    fn between(&mut self, c: char) {
        if is_invisible(c) || c == ' ' || c == '-' || c == '\u{2010}' || c == '\u{2011}' {
            return;
        }
        if !c.is_whitespace() {
            self.apart = true;
        }
        match c {
            // "Dr. Müller", "г. Алматы": a point after one or two letters ends no sentence.
            '.' => self.opens |= !self.abbreviates(),
            '!' | '?' | '…' | '\n' | '\r' | '•' | '|' | '–' | '—' | ':' | '„' | '“' | '”' | '«'
            | '»' | '"' | '¡' | '¿' | '*' | '#' | '>' => self.opens = true,
            _ => {}
        }
    }

    fn abbreviates(&self) -> bool {
        self.list.last().is_some_and(|word| {
            matches!(word.case, Case::Lower | Case::Title)
                && self.folded[word.folded.start as usize..].chars().count() <= 2
        })
    }

    fn push(&mut self, folded_from: usize, raw: Range<usize>, case: Case, script: Script) {
        self.list.push(Word {
            folded: folded_from as u32..self.folded.len() as u32,
            raw: raw.start as u32..raw.end as u32,
            case,
            script,
            opens: std::mem::take(&mut self.opens),
            apart: std::mem::take(&mut self.apart),
        });
    }

    /// A run of letters, marks and digits; returns where it ends.
    fn word(&mut self, start: usize, first: char) -> usize {
        let from = self.folded.len();
        let mut seen = Seen::default();
        let mut end = start;
        if stands_alone(first) {
            end += first.len_utf8();
            self.folded.push(first);
            self.push(from, start..end, Case::None, Script::Other);
            return end;
        }
        for c in self.text[start..].chars() {
            if stands_alone(c) {
                break;
            } else if c.is_alphanumeric() {
                seen.note(c);
                fold_into(c, &mut self.folded);
            } else if is_combining_mark(c) {
                if seen.script != Some(Script::Latin) {
                    self.folded.push(c);
                }
            } else if !is_invisible(c) {
                break;
            }
            end += c.len_utf8();
        }
        self.push(from, start..end, seen.case(), seen.script());
        end
    }

    /// A number: `10.000`, `10 000` are 10000; `4,2` is 4.2; the parts of a date stay apart.
    fn number(&mut self, start: usize) -> usize {
        let from = self.folded.len();
        let rest = &self.text[start..];
        let mut end = digits(rest);
        self.folded.push_str(&rest[..end]);
        let mut grouped = false;
        while end <= 3 || grouped {
            let Some(separator) = rest[end..].chars().next().filter(|c| groups(*c)) else {
                break;
            };
            let next = end + separator.len_utf8();
            if digits(&rest[next..]) != 3 || rest[next + 3..].starts_with(char::is_alphabetic) {
                break;
            }
            self.folded.push_str(&rest[next..next + 3]);
            end = next + 3;
            grouped = true;
        }
        if let Some(fraction) = rest[end..].strip_prefix(['.', ',']) {
            let long = digits(fraction);
            let dated = fraction[long..]
                .strip_prefix(['.', ','])
                .is_some_and(|after| digits(after) > 0);
            let inside_date = self.text[..start].ends_with(['.', ','])
                && self.text[..start - 1].ends_with(|c: char| c.is_ascii_digit());
            if long > 0 && !dated && !inside_date {
                self.folded.push('.');
                self.folded.push_str(&fraction[..long]);
                end += 1 + long;
            }
        }
        self.push(from, start..start + end, Case::None, Script::Number);
        start + end
    }
}

/// What was seen of the word at hand.
#[derive(Default)]
struct Seen {
    first_upper: bool,
    uppers: u32,
    lowers: u32,
    any: bool,
    digit: bool,
    script: Option<Script>,
}

impl Seen {
    fn note(&mut self, c: char) {
        let upper = c.is_uppercase();
        self.first_upper |= upper && !self.any;
        self.uppers += u32::from(upper);
        self.lowers += u32::from(c.is_lowercase());
        self.any = true;
        if c.is_numeric() {
            self.digit = true;
            return;
        }
        let script = script_of(c);
        self.script = Some(match self.script {
            None => script,
            Some(before) if before == script => script,
            Some(_) => Script::Other,
        });
    }

    fn case(&self) -> Case {
        match (self.uppers, self.lowers) {
            (0, 0) => Case::None,
            (0, _) => Case::Lower,
            (1, 0) => Case::Title,
            (_, 0) => Case::Upper,
            (1, _) if self.first_upper => Case::Title,
            _ => Case::Mixed,
        }
    }

    fn script(&self) -> Script {
        match self.script {
            None => Script::Number,
            Some(_) if self.digit => Script::Mixed,
            Some(script) => script,
        }
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Thousands separators seen in the wild: `10.000` `10,000` `10'000` `10 000`, with every kind of space.
fn groups(c: char) -> bool {
    matches!(
        c,
        '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}'
    )
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

/// Scripts written without spaces between words.
fn stands_alone(c: char) -> bool {
    matches!(c as u32,
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x323AF)
}

fn script_of(c: char) -> Script {
    match c as u32 {
        0x41..=0x24F | 0x1E00..=0x1EFF => Script::Latin,
        0x400..=0x52F | 0x1C80..=0x1C8F => Script::Cyrillic,
        _ => Script::Other,
    }
}

/// Appends the folded form of one letter or digit.
fn fold_into(c: char, folded: &mut String) {
    match c {
        'a'..='z' | '0'..='9' => folded.push(c),
        'A'..='Z' => folded.push(c.to_ascii_lowercase()),
        'ё' | 'Ё' => folded.push('е'),
        'ß' | 'ẞ' => folded.push_str("ss"),
        'æ' | 'Æ' => folded.push_str("ae"),
        'œ' | 'Œ' => folded.push_str("oe"),
        'ø' | 'Ø' => folded.push('o'),
        'ł' | 'Ł' => folded.push('l'),
        'đ' | 'Đ' => folded.push('d'),
        'ı' => folded.push('i'),
        // й and ї are letters of their own, not и and і with a mark.
        _ if script_of(c) == Script::Cyrillic => folded.extend(c.to_lowercase()),
        _ => folded.extend(
            c.to_lowercase()
                .nfd()
                .filter(|part| !is_combining_mark(*part)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        let words = Words::of(text);
        words
            .list()
            .iter()
            .map(|word| words.folded(word).to_owned())
            .collect()
    }

    #[test]
    fn numbers_in_every_country_s_spelling_become_one_word() {
        assert_eq!(folded("10.000 10,000 10'000 10\u{202f}000"), ["10000"; 4]);
        assert_eq!(
            folded("4,2 Prozent, 4.2 per cent"),
            ["4.2", "prozent", "4.2", "per", "cent"]
        );
        assert_eq!(folded("am 11.01.2022."), ["am", "11", "01", "2022"]);
        assert_eq!(folded("1.250,50"), ["1250.50"]);
    }

    #[test]
    fn diacritics_fold_but_short_i_stays() {
        assert_eq!(
            folded("Žižek Łódź Straße ёлка район Київ"),
            ["zizek", "lodz", "strasse", "елка", "район", "київ"]
        );
        // The same, decomposed.
        assert_eq!(
            folded("ра\u{438}\u{306}он Zu\u{308}rich"),
            ["район", "zurich"]
        );
    }

    #[test]
    fn soft_hyphens_and_zero_width_spaces_do_not_cut_words() {
        assert_eq!(
            folded("Kasach\u{ad}stan\u{200b}s COP26"),
            ["kasachstans", "cop26"]
        );
    }

    #[test]
    fn unspaced_scripts_give_a_word_a_character() {
        assert_eq!(
            folded("哈萨克斯坦 2022"),
            ["哈", "萨", "克", "斯", "坦", "2022"]
        );
    }

    #[test]
    fn case_and_openings_are_noted() {
        let words = Words::of(
            "Heute sprach Dr. Müller. Er sagte: „Der iPhone-Streik der IG Metall endet.“",
        );
        let seen: Vec<_> = words
            .list()
            .iter()
            .map(|word| (words.raw(word), word.case, word.opens))
            .collect();
        assert_eq!(seen[0], ("Heute", Case::Title, true));
        assert_eq!(seen[3], ("Müller", Case::Title, false));
        assert_eq!(seen[4], ("Er", Case::Title, true));
        assert_eq!(seen[6], ("Der", Case::Title, true));
        assert_eq!(seen[7], ("iPhone", Case::Mixed, false));
        assert_eq!(seen[10], ("IG", Case::Upper, false));
    }
}
