//! A text as a row of words with what relation asks beyond likeness: how a word was written (capitals
//! tell names), in which script, and whether the word before stands right beside it.
//!
//! Tokens, folding and mending are `domain::text`'s; this only looks at them.

use crate::domain::text;
use std::sync::Arc;

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
    /// Digits only.
    Number,
    /// Letters and digits: `COP26`.
    Mixed,
}

/// One word of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    /// As it stands in the text.
    pub(super) surface: &'a str,
    /// As it is compared: `domain::text` says how.
    pub(super) folded: &'a str,
    /// How it was written.
    pub(super) case: Case,
    /// Its script.
    pub(super) script: Script,
    /// It begins a sentence or a line: there a capital says nothing.
    pub(super) opens: bool,
    /// A number that hangs on the number before by `,` or `.`: the 2 of 4,2.
    pub(super) joined: bool,
    /// More than spaces and hyphens stands between it and the word before.
    pub(super) apart: bool,
}

/// The words of one text, in order; shared, because several rules look at them.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    words: Arc<text::Words>,
    looks: Arc<[Look]>,
}

/// What is seen of a word once for all who ask.
#[derive(Clone, Copy, Debug)]
struct Look {
    case: Case,
    script: Script,
    apart: bool,
}

impl Words {
    /// The words of a plain text, in one pass.
    pub(super) fn of(text: &str) -> Words {
        Words::at_hand(Arc::new(text::Words::of(text)))
    }

    /// The same where the text was taken apart already.
    pub(super) fn at_hand(words: Arc<text::Words>) -> Words {
        let looks = words.iter().enumerate().map(|(index, word)| {
            let (case, script) = look(word.surface);
            let between = words.gap(index);
            let beside = |c| matches!(c, ' ' | '-' | '\n' | '\u{2010}' | '\u{2011}');
            Look {
                case,
                script,
                apart: between != " " && !between.chars().all(beside),
            }
        });
        let looks = looks.collect();
        Words { words, looks }
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.looks.len()
    }

    /// Characters of the text that they stand in.
    pub(super) fn characters(&self) -> usize {
        self.words.text().chars().count()
    }

    /// The word with this index.
    pub(super) fn get(&self, index: usize) -> Option<Word<'_>> {
        let word = self.words.get(index)?;
        let Look {
            case,
            script,
            apart,
        } = self.looks[index];
        Some(Word {
            surface: word.surface,
            folded: word.folded,
            case,
            script,
            opens: word.begins,
            joined: word.joined,
            apart,
        })
    }

    /// All of them, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Word<'_>> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Where the words after a repetition of `title` begin: its length, where the text repeats it, else 0.
    pub(super) fn after(&self, title: &Words) -> usize {
        let repeats = self.len() > title.len()
            && title
                .iter()
                .zip(self.iter())
                .all(|(ours, here)| ours.folded == here.folded);
        if repeats { title.len() } else { 0 }
    }
}

fn look(surface: &str) -> (Case, Script) {
    let (mut uppers, mut lowers, mut digits) = (0, 0, 0);
    let mut first_upper = false;
    let mut script = None;
    for (place, c) in surface.char_indices() {
        match c {
            'a'..='z' | 'а'..='я' => lowers += 1,
            'A'..='Z' | 'А'..='Я' => {
                first_upper |= place == 0;
                uppers += 1;
            }
            _ if c.is_uppercase() => {
                first_upper |= place == 0;
                uppers += 1;
            }
            _ if c.is_lowercase() => lowers += 1,
            _ if c.is_numeric() => {
                digits += 1;
                continue;
            }
            _ if !c.is_alphabetic() => continue,
            _ => {}
        }
        let here = script_of(c);
        script = match script {
            None => Some(here),
            Some(before) if before == here => script,
            Some(_) => Some(Script::Other),
        };
    }
    let case = match (uppers, lowers) {
        (0, 0) => Case::None,
        (0, _) => Case::Lower,
        (1, 0) => Case::Title,
        (_, 0) => Case::Upper,
        (1, _) if first_upper => Case::Title,
        _ => Case::Mixed,
    };
    let script = match script {
        None => Script::Number,
        Some(_) if digits > 0 => Script::Mixed,
        Some(script) => script,
    };
    (case, script)
}

fn script_of(c: char) -> Script {
    match c as u32 {
        0x41..=0x24F | 0x1E00..=0x1EFF => Script::Latin,
        0x400..=0x52F | 0x1C80..=0x1C8F => Script::Cyrillic,
        _ => Script::Other,
    }
}

/// Whether a word is one character of a script that writes words in single characters.
pub(super) fn is_ideograph(word: &str) -> bool {
    word.starts_with(|c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{2fa1f}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_script_and_neighbours_are_noted() {
        let words = Words::of("Der iPhone-Streik der IG Metall, COP26 in Алматы 10.000");
        let seen: Vec<_> = words
            .iter()
            .map(|word| (word.surface, word.case, word.script, word.apart))
            .collect();
        assert_eq!(seen[1], ("iPhone", Case::Mixed, Script::Latin, false));
        assert_eq!(seen[2], ("Streik", Case::Title, Script::Latin, false));
        assert_eq!(seen[4], ("IG", Case::Upper, Script::Latin, false));
        assert_eq!(seen[6], ("COP26", Case::Upper, Script::Mixed, true));
        assert_eq!(seen[8], ("Алматы", Case::Title, Script::Cyrillic, false));
        assert_eq!(seen[9].2, Script::Number);
    }

    #[test]
    fn a_title_repeated_at_the_start_is_passed_over() {
        let title = Words::of("Streik in Almaty");
        assert_eq!(
            Words::of("Streik in Almaty: Es geht weiter").after(&title),
            3
        );
        assert_eq!(
            Words::of("Streik in Astana: Es geht weiter").after(&title),
            0
        );
    }
}
