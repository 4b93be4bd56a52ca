//! The time in a date's text, and what is left when it is taken out.

use super::cut::Word;
use super::day::date_of;
use crate::domain::Moment;
use chrono::{NaiveDate, TimeDelta};

/// What was found in a text.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) date: Option<NaiveDate>,
    pub(super) seconds: i64,
    pub(super) nanos: i64,
    pub(super) offset_minutes: i32,
}

impl Parts {
    pub(super) fn of(words: &[Word]) -> Option<Parts> {
        let mut words = words.to_vec();
        let mut parts = Parts::default();
        parts.take_time(&mut words)?;
        parts.date = Some(date_of(&words)?);
        Some(parts)
    }

    pub(super) fn moment(self) -> Option<Moment> {
        let midnight = self.date?.and_hms_opt(0, 0, 0)?.and_utc();
        midnight
            .checked_add_signed(TimeDelta::seconds(self.seconds))?
            .checked_add_signed(TimeDelta::nanoseconds(self.nanos))?
            .checked_sub_signed(TimeDelta::minutes(i64::from(self.offset_minutes)))
    }

    /// Finds the time and the zone behind it, and takes both out of `words`.
    /// None where a time or a zone stands there that can't be meant.
    fn take_time(&mut self, words: &mut Vec<Word>) -> Option<()> {
        let Some((start, mut end, hour, minute)) = find_time(words) else {
            return self.take_zone_without_time(words);
        };
        let mut second = 0;
        if let [
            Word::Mark(':' | '.'),
            Word::Number {
                value,
                digits: 1..=2,
            },
            ..,
        ] = words[end..]
        {
            second = value;
            end += 2;
            if let [
                Word::Mark('.' | ',' | ':'),
                Word::Number { value, digits },
                ..,
            ] = words[end..]
            {
                self.nanos = fraction(value, digits);
                end += 2;
            }
        }
        let mut hour = hour;
        let afternoon = half_day(words, start, end);
        if let Some((afternoon, at)) = afternoon {
            let is_clock = (1..=12).contains(&hour) || (afternoon && hour < 24);
            if !is_clock {
                return None;
            }
            hour = if hour < 13 {
                hour % 12 + if afternoon { 12 } else { 0 }
            } else {
                hour
            };
            if at >= end {
                end = at + 1;
            } else {
                words[at] = Word::Space;
            }
        }
        // 24:00 is the next midnight; a leap second has no other name here than the one before it.
        let is_time = (hour < 24 && minute < 60 && second <= 60)
            || (hour == 24 && minute == 0 && second == 0);
        if !is_time {
            return None;
        }
        self.seconds = hour * 3600 + minute * 60 + second.min(59);
        let zone_end = self.take_zone(words, end)?;
        words.splice(start..zone_end, [Word::Space]);
        Some(())
    }
}

/// (start, end, hour, minute) of `19:48`, `19h48`, `T194821`, `19.48 Uhr`, `7 PM`.
fn find_time(words: &[Word]) -> Option<(usize, usize, i64, i64)> {
    for i in 0..words.len() {
        match &words[i..] {
            [
                Word::Number {
                    value: hour,
                    digits: 1..=2,
                },
                Word::Mark(':'),
                Word::Number {
                    value: minute,
                    digits: 1..=2,
                },
                ..,
            ] => {
                return Some((i, i + 3, *hour, *minute));
            }
            [
                Word::Number {
                    value: hour,
                    digits: 1..=2,
                },
                Word::Name(name),
                Word::Number {
                    value: minute,
                    digits: 2,
                },
                ..,
            ] if name == "h" => {
                return Some((i, i + 3, *hour, *minute));
            }
            [
                Word::Number {
                    value: hour,
                    digits: 1..=2,
                },
                Word::Name(unit),
                Word::Space,
                Word::Number {
                    value: minute,
                    digits: 1..=2,
                },
                Word::Name(next),
                ..,
            ] if is_hour(unit) && is_minute(next) => {
                return Some((i, i + 5, *hour, *minute));
            }
            [
                Word::Number {
                    value: hour,
                    digits: 1..=2,
                },
                Word::Name(unit),
                Word::Number {
                    value: minute,
                    digits: 1..=2,
                },
                Word::Name(next),
                ..,
            ] if is_hour(unit) && is_minute(next) => {
                return Some((i, i + 4, *hour, *minute));
            }
            // 20260302T101500
            [
                Word::Name(t),
                Word::Number {
                    value,
                    digits: 4 | 6,
                },
                ..,
            ] if t == "t" && i > 0 => {
                return compact_time(words, i, *value);
            }
            [
                Word::Number {
                    value: hour,
                    digits: 1..=2,
                },
                Word::Space,
                Word::Name(half),
                ..,
            ] if i > 0 && matches!(half.as_str(), "am" | "pm" | "uhr") => {
                return Some((i, i + 1, *hour, 0));
            }
            [
                Word::Space,
                Word::Number {
                    value: hour,
                    digits: 1..=2,
                },
                Word::Mark('.'),
                Word::Number {
                    value: minute,
                    digits: 2,
                },
                rest @ ..,
            ] if !matches!(rest.first(), Some(Word::Mark('.'))) && i > 1 => {
                return Some((i + 1, i + 4, *hour, *minute));
            }
            _ => {}
        }
    }
    None
}

fn compact_time(words: &[Word], i: usize, value: i64) -> Option<(usize, usize, i64, i64)> {
    // Seconds of the compact form are rare enough to be dropped.
    let Word::Number { digits, .. } = words[i + 1] else {
        return None;
    };
    let value = if digits == 6 { value / 100 } else { value };
    Some((i, i + 2, value / 100, value % 100))
}

fn is_hour(name: &str) -> bool {
    matches!(name, "時" | "时" | "시" | "h")
}

fn is_minute(name: &str) -> bool {
    matches!(name, "分" | "분" | "min" | "m")
}

/// (is afternoon, index) of AM/PM behind the time, or 上午/下午/오전/오후 before it.
fn half_day(words: &[Word], start: usize, end: usize) -> Option<(bool, usize)> {
    let name = |at: usize| match words.get(at) {
        Some(Word::Name(name)) => Some((name.as_str(), at)),
        _ => None,
    };
    let behind = name(end).or_else(|| name(end + 1));
    if let Some((word, at)) = behind {
        match word {
            "am" | "a" if is_half_day(words, at) => return Some((false, half_day_end(words, at))),
            "pm" | "p" if is_half_day(words, at) => return Some((true, half_day_end(words, at))),
            _ => {}
        }
    }
    let before = start
        .checked_sub(1)
        .and_then(name)
        .or_else(|| start.checked_sub(2).and_then(name));
    match before {
        Some(("下午" | "午後" | "오후", at)) => Some((true, at)),
        Some(("上午" | "午前" | "오전", at)) => Some((false, at)),
        _ => None,
    }
}

/// `am`, `pm`, or `a.m.`, `p.m.`; a lone letter is no half of a day.
fn is_half_day(words: &[Word], at: usize) -> bool {
    matches!(&words[at], Word::Name(name) if name.len() == 2) || half_day_end(words, at) > at
}

fn half_day_end(words: &[Word], at: usize) -> usize {
    match &words[at + 1..] {
        [Word::Mark('.'), Word::Name(m), Word::Mark('.'), ..] if m == "m" => at + 3,
        [Word::Mark('.'), Word::Name(m), ..] if m == "m" => at + 2,
        _ => at,
    }
}

/// Nanoseconds of a decimal fraction.
fn fraction(value: i64, digits: usize) -> i64 {
    match digits {
        0..=9 => value * 10i64.pow(9 - digits as u32),
        _ => 0,
    }
}
