//! The zone of a time: an offset, a name, or both.

use super::cut::Word;
use super::names::{month, weekday, zone};
use super::time::Parts;

impl Parts {
    /// The zone behind the time at `from`; gives the index behind it.
    pub(super) fn take_zone(&mut self, words: &[Word], from: usize) -> Option<usize> {
        let mut at = from;
        while let Some(Word::Space | Word::Mark('(' | '.')) = words.get(at) {
            at += 1;
        }
        match &words[at..] {
            [
                Word::Mark(sign @ ('+' | '-')),
                Word::Number { value, digits },
                rest @ ..,
            ] => {
                let (minutes, length) = offset(*sign, *value, *digits, rest)?;
                self.offset_minutes = minutes;
                Some(self.skip_zone_note(words, at + 2 + length))
            }
            [Word::Name(name), rest @ ..] if is_clock_word(name) => {
                let dot = usize::from(rest.first() == Some(&Word::Mark('.')));
                self.take_zone(words, at + 1 + dot)
            }
            [Word::Name(name), ..] => match zone(name) {
                Some(minutes) => {
                    self.offset_minutes = minutes;
                    self.take_zone_shift(words, at + 1)
                }
                // `EST5EDT`, `Europe/Berlin`, `XYZ`: somewhere, and not to be guessed. A month is no zone.
                None if month(name).is_some() || weekday(name).is_some() || !is_zone_like(name) => {
                    Some(from)
                }
                None => None,
            },
            _ => Some(from),
        }
    }

    /// `GMT+2`, `UTC+01:00`, `GMT+0200 (CEST)`.
    pub(super) fn take_zone_shift(&mut self, words: &[Word], at: usize) -> Option<usize> {
        match &words[at..] {
            [
                Word::Mark(sign @ ('+' | '-')),
                Word::Number { value, digits },
                rest @ ..,
            ] if self.offset_minutes == 0 => {
                let (minutes, length) = offset(*sign, *value, *digits, rest)?;
                self.offset_minutes = minutes;
                Some(self.skip_zone_note(words, at + 2 + length))
            }
            [
                Word::Space,
                Word::Mark('+' | '-'),
                Word::Number { digits: 4, .. },
                ..,
            ] => self.take_zone_shift(words, at + 1),
            _ => Some(at),
        }
    }

    /// `+0200 (CEST)`: the number has said it already.
    pub(super) fn skip_zone_note(&self, words: &[Word], at: usize) -> usize {
        match &words[at..] {
            [
                Word::Space,
                Word::Mark('('),
                Word::Name(_),
                Word::Mark(')'),
                ..,
            ] => at + 4,
            [Word::Space, Word::Name(name), ..] if zone(name).is_some() => at + 2,
            [Word::Name(name), ..] if name == "z" => at + 1,
            _ => at,
        }
    }

    /// A date alone may still carry a zone: `2026-03-02Z`, `2026-03-02+01:00`.
    pub(super) fn take_zone_without_time(&mut self, words: &mut Vec<Word>) -> Option<()> {
        match words.as_slice() {
            [.., Word::Name(name)] if name == "z" => {
                words.pop();
            }
            [
                ..,
                Word::Mark(sign @ ('+' | '-')),
                Word::Number {
                    value: hours,
                    digits: 2,
                },
                Word::Mark(':'),
                Word::Number {
                    value: minutes,
                    digits: 2,
                },
            ] => {
                let east = (hours * 60 + minutes) as i32;
                self.offset_minutes = if *sign == '-' { -east } else { east };
                words.truncate(words.len() - 4);
            }
            _ => {}
        }
        Some(())
    }
}

/// Words between a time and its zone: "19:48 Uhr", "14:30 ч.", "10:00 hrs".
fn is_clock_word(name: &str) -> bool {
    matches!(
        name,
        "uhr" | "h" | "ч" | "hrs" | "hs" | "hours" | "local" | "часов"
    )
}

/// Letters as zones are written: short. "of", "de" and the like are words.
fn is_zone_like(name: &str) -> bool {
    let letters = name.chars().count();
    (2..=5).contains(&letters)
        && name.is_ascii()
        && !matches!(
            name,
            "de" | "del" | "of" | "on" | "am" | "le" | "um" | "dne" | "the"
        )
}

/// (minutes east, further words taken) of `+02`, `+0200`, `+02:00`, `+2`; None where no zone is that far.
fn offset(sign: char, value: i64, digits: usize, rest: &[Word]) -> Option<(i32, usize)> {
    let (hours, minutes, taken) = match (digits, rest) {
        (
            1..=2,
            [
                Word::Mark(':'),
                Word::Number {
                    value: minutes,
                    digits: 2,
                },
                ..,
            ],
        ) => (value, *minutes, 2),
        // `+00:0`: a digit lost where none can change anything.
        (
            1..=2,
            [
                Word::Mark(':'),
                Word::Number {
                    value: 0,
                    digits: 1,
                },
                ..,
            ],
        ) => (value, 0, 2),
        (1..=2, _) => (value, 0, 0),
        (3..=4, _) => (value / 100, value % 100, 0),
        _ => return None,
    };
    if hours > 14 || minutes > 59 {
        return None;
    }
    let east = (hours * 60 + minutes) as i32;
    Some((if sign == '-' { -east } else { east }, taken))
}
