//! Dates as publishers write them -> an instant, or nothing.
//!
//! RFC 3339 and RFC 822 are tried as they are; everything else is cut into numbers and words and
//! understood by shape: a month's name, an order of numbers, a time, a zone. A wrong guess is worse
//! than none: 03/04/2026 may be March or April, `XYZ` any zone, so both stay unknown. A time without
//! a zone is UTC (what every reader does), a date without a time is midnight.

pub(super) use super::date_words::weekday;
use super::date_words::{month, zone};
use crate::domain::Moment;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

/// Years in which somebody may have published something.
const YEARS: std::ops::RangeInclusive<i32> = 1800..=2200;
/// A second in nanoseconds.
const SECOND: u32 = 1_000_000_000;
/// Longer texts are no dates.
const MAX_BYTES: usize = 128;

/// The instant that `text` names; None where it names none, or may name several.
pub(super) fn parse(text: &str) -> Option<Moment> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BYTES {
        return None;
    }
    let strict = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text));
    if let Ok(date) = strict {
        // A wrong weekday is an error to RFC 2822's grammar only; it never gets here.
        // chrono keeps a leap second as such; to everybody else it is the second before.
        return DateTime::from_timestamp(date.timestamp(), date.timestamp_subsec_nanos() % SECOND)
            .filter(in_range);
    }
    let words = cut(text);
    epoch(&words)
        .or_else(|| Parts::of(&words)?.moment())
        .filter(in_range)
}

fn in_range(date: &Moment) -> bool {
    YEARS.contains(&date.year())
}

/// A run of digits or of letters, or one other character.
#[derive(Clone, Debug, PartialEq)]
enum Word {
    Number { value: i64, digits: usize },
    Name(String),
    Mark(char),
    Space,
}

fn cut(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |test: fn(char) -> bool| rest.find(|c| !test(c)).unwrap_or(rest.len());
        let end = if first.is_ascii_digit() {
            let end = run(|c| c.is_ascii_digit());
            words.push(match rest[..end].parse() {
                Ok(value) => Word::Number { value, digits: end },
                Err(_) => Word::Mark('?'),
            });
            end
        } else if first.is_alphabetic() {
            let end = match is_unit(first) {
                true => first.len_utf8(),
                false => run(|c| c.is_alphabetic() && !is_unit(c)),
            };
            words.push(Word::Name(rest[..end].to_lowercase()));
            end
        } else if first.is_whitespace() || first == ',' {
            let end = run(|c| c.is_whitespace() || c == ',');
            words.push(Word::Space);
            end
        } else {
            words.push(Word::Mark(if matches!(first, '−' | '‐' | '–') {
                '-'
            } else {
                first
            }));
            first.len_utf8()
        };
        rest = &rest[end..];
    }
    words
}

/// Year, month, day, hour, minute, second in Chinese, Japanese and Korean: each a word of its own.
fn is_unit(c: char) -> bool {
    matches!(
        c,
        '年' | '月' | '日' | '号' | '時' | '时' | '分' | '秒' | '년' | '월' | '일' | '시' | '초'
    )
}

/// Seconds or milliseconds since 1970, and nothing else in the text.
fn epoch(words: &[Word]) -> Option<Moment> {
    match words {
        [
            Word::Number {
                value,
                digits: 9 | 10,
            },
        ] => DateTime::<Utc>::from_timestamp(*value, 0),
        [
            Word::Number {
                value,
                digits: 12 | 13,
            },
        ] if *value > 300_000_000_000 => DateTime::<Utc>::from_timestamp_millis(*value),
        [
            Word::Number {
                value,
                digits: 9 | 10,
            },
            Word::Mark('.'),
            Word::Number { .. },
        ] => DateTime::<Utc>::from_timestamp(*value, 0),
        _ => None,
    }
}

/// What was found in a text.
#[derive(Default)]
struct Parts {
    date: Option<NaiveDate>,
    seconds: i64,
    nanos: i64,
    offset_minutes: i32,
}

impl Parts {
    fn of(words: &[Word]) -> Option<Parts> {
        let mut words = words.to_vec();
        let mut parts = Parts::default();
        parts.take_time(&mut words)?;
        parts.date = Some(date_of(&words)?);
        Some(parts)
    }

    fn moment(self) -> Option<Moment> {
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

    /// The zone behind the time at `from`; gives the index behind it.
    fn take_zone(&mut self, words: &[Word], from: usize) -> Option<usize> {
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
    fn take_zone_shift(&mut self, words: &[Word], at: usize) -> Option<usize> {
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
    fn skip_zone_note(&self, words: &[Word], at: usize) -> usize {
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
    fn take_zone_without_time(&mut self, words: &mut Vec<Word>) -> Option<()> {
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

/// The date in what is left when the time is gone.
fn date_of(words: &[Word]) -> Option<NaiveDate> {
    let numbers: Vec<(usize, i64, usize)> = words
        .iter()
        .enumerate()
        .filter_map(|(at, word)| match word {
            Word::Number { value, digits } => Some((at, *value, *digits)),
            _ => None,
        })
        .collect();
    let months: Vec<(usize, u32)> = words
        .iter()
        .enumerate()
        .filter_map(|(at, word)| match word {
            Word::Name(name) => Some((at, month(name)?)),
            _ => None,
        })
        .collect();
    // "Mar" is Tuesday in French and Spanish; of two names of months the one between the numbers counts.
    match months.as_slice() {
        [] => numeric_date(words, &numbers),
        [only] => named_date(*only, &numbers),
        several => {
            let (first, ..) = *numbers.first()?;
            let mut behind = several.iter().filter(|(at, _)| *at > first);
            match (behind.next(), behind.next()) {
                (Some(only), None) => named_date(*only, &numbers),
                _ => None,
            }
        }
    }
}

/// `1 Jan 2004`, `January 1, 2004`, `2004 Jan 1`, `1. Januar 04`.
fn named_date(
    (month_at, month): (usize, u32),
    numbers: &[(usize, i64, usize)],
) -> Option<NaiveDate> {
    let [first, second] = match numbers {
        [first, second] => [*first, *second],
        // `Thu Jan 1 2004 (week 1)` and worse.
        [first, second, ..] if second.2 == 4 || first.2 == 4 => [*first, *second],
        _ => return None,
    };
    let is_year = |number: (usize, i64, usize)| number.2 >= 3 || number.1 > 31;
    let (day, year) = match (is_year(first), is_year(second)) {
        (true, false) => (second, first),
        (false, true) => (first, second),
        // Both short: day, month, year, as RFC 822 has it; "Jan 01 04" could be either.
        (false, false) if first.0 < month_at && month_at < second.0 => (first, second),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(
        full_year(year.1, year.2)?,
        month,
        u32::try_from(day.1).ok()?,
    )
}

/// RFC 2822 §4.3 for years of two and three digits.
fn full_year(value: i64, digits: usize) -> Option<i32> {
    let year = match digits {
        1..=2 if value < 50 => value + 2000,
        2 => value + 1900,
        3 => value + 1900,
        4 => value,
        _ => return None,
    };
    i32::try_from(year).ok()
}

fn numeric_date(words: &[Word], numbers: &[(usize, i64, usize)]) -> Option<NaiveDate> {
    let day_of = |year: i64, month: i64, day: i64| {
        NaiveDate::from_ymd_opt(
            i32::try_from(year).ok()?,
            u32::try_from(month).ok()?,
            u32::try_from(day).ok()?,
        )
    };
    let mark = |at: usize| match words.get(at + 1) {
        Some(Word::Mark(mark)) => Some(*mark),
        Some(Word::Name(name)) if is_unit(name.chars().next()?) => name.chars().next(),
        _ => None,
    };
    match numbers {
        // 20260302, 20260302101500
        [(_, value, 8)] => day_of(value / 10_000, value / 100 % 100, value % 100),
        [(_, value, 14)] => day_of(
            value / 10_000_000_000,
            value / 100_000_000 % 100,
            value / 1_000_000 % 100,
        ),
        // 2026-061: the day of the year (ISO 8601).
        [(at, year, 4), (_, day, 3)] if mark(*at) == Some('-') => {
            NaiveDate::from_yo_opt(i32::try_from(*year).ok()?, u32::try_from(*day).ok()?)
        }
        // W3C-DTF has months and years too; the first instant of them is what it means by them.
        [(at, year, 4), (_, month, 2)] if mark(*at) == Some('-') => day_of(*year, *month, 1),
        [(_, year, 4)] if words.len() == 1 => day_of(*year, 1, 1),
        // 2026-03-02, 2026/3/2, 2026.03.02, 2026年3月2日
        [(_, year, 4), (_, month, 1..=2), (_, day, 1..=2)] => day_of(*year, *month, *day),
        [
            (at, first, 1..=2),
            (next, second, 1..=2),
            (_, year, digits @ (2 | 4)),
        ] => {
            let year = i64::from(full_year(*year, *digits)?);
            match (mark(*at)?, mark(*next)?) {
                // Nobody writes the month first with dots.
                ('.', '.') => day_of(year, *second, *first),
                ('/' | '-', '/' | '-') if *digits == 4 => match (first, second) {
                    (first, second) if first == second => day_of(year, *first, *first),
                    (first, 1..=12) if *first > 12 => day_of(year, *second, *first),
                    (1..=12, second) if *second > 12 => day_of(year, *first, *second),
                    _ => None,
                },
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str) -> Option<String> {
        parse(text).map(|date| date.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    }

    #[test]
    fn dates_of_every_shape_are_understood() {
        for (text, expected) in [
            ("2026-03-02T10:15:30Z", "2026-03-02T10:15:30Z"),
            ("2026-03-02T10:15:30.25+01:00", "2026-03-02T09:15:30.250Z"),
            ("2026-03-02T10:15:30+0100", "2026-03-02T09:15:30Z"),
            ("2026-03-02T10:15Z", "2026-03-02T10:15:00Z"),
            ("2026-03-02T10:15:30+01:0", "2026-03-02T09:15:30Z"),
            ("2026-03-02 10:00:00", "2026-03-02T10:00:00Z"),
            ("2026-03-02 10:00:00 +0200", "2026-03-02T08:00:00Z"),
            ("2026-03-02", "2026-03-02T00:00:00Z"),
            ("20260302", "2026-03-02T00:00:00Z"),
            ("20260302T101500Z", "2026-03-02T10:15:00Z"),
            ("2026-03-02Z", "2026-03-02T00:00:00Z"),
            ("2026-03-02T24:00:00Z", "2026-03-03T00:00:00Z"),
            ("Mon, 02 Mar 2026 10:15:30 GMT", "2026-03-02T10:15:30Z"),
            ("Mon, 2 Mar 2026 10:15:30 CET", "2026-03-02T09:15:30Z"),
            ("Thu, 02 Jul 2026 10:15:30 CEST", "2026-07-02T08:15:30Z"),
            ("Thu, 02 Jul 2026 10:15:30 BST", "2026-07-02T09:15:30Z"),
            ("Mon, 02 Mar 2026 10:15:30 MSK", "2026-03-02T07:15:30Z"),
            ("Mon, 02 Mar 2026 10:15:30 EST", "2026-03-02T15:15:30Z"),
            ("Tue, 02 Mar 2026 10:15:30 +0000", "2026-03-02T10:15:30Z"),
            (
                "Mon, 02 Mar 2026 10:15:30 GMT+0200 (CEST)",
                "2026-03-02T08:15:30Z",
            ),
            ("Mon, 02 Mar 2026 10:15:30 +02:00", "2026-03-02T08:15:30Z"),
            ("Mon,02 Mar 2026 10:15 +0100", "2026-03-02T09:15:00Z"),
            ("02 Mar 26 10:15 GMT", "2026-03-02T10:15:00Z"),
            ("Mon Mar  2 10:15:30 2026", "2026-03-02T10:15:30Z"),
            ("Mon Mar 2 10:15:30 CET 2026", "2026-03-02T09:15:30Z"),
            ("March 2, 2026 7:05 PM", "2026-03-02T19:05:00Z"),
            ("March 2, 2026, 7:05 p.m. EST", "2026-03-03T00:05:00Z"),
            ("Montag, 2. März 2026, 10:15 Uhr", "2026-03-02T10:15:00Z"),
            ("2. Dezember 2026 - 19.48 Uhr", "2026-12-02T19:48:00Z"),
            ("Mo, 02 Mär 2026 10:15:30 +0100", "2026-03-02T09:15:30Z"),
            ("02.03.2026", "2026-03-02T00:00:00Z"),
            ("02.03.2026 10:15", "2026-03-02T10:15:00Z"),
            ("2.3.2026, 10.15 Uhr", "2026-03-02T10:15:00Z"),
            ("2 марта 2026 г., 10:15", "2026-03-02T10:15:00Z"),
            ("Пн, 02 мар 2026 10:15:30 +0300", "2026-03-02T07:15:30Z"),
            ("2 березня 2026", "2026-03-02T00:00:00Z"),
            ("lun., 02 mars 2026 10:15:30 +0100", "2026-03-02T09:15:30Z"),
            ("mar, 03 mar 2026 10:15:30 +0100", "2026-03-03T09:15:30Z"),
            ("2 de marzo de 2026 10:15", "2026-03-02T10:15:00Z"),
            ("2 décembre 2026 à 19h48", "2026-12-02T19:48:00Z"),
            ("15 Ağustos 2026 10:15", "2026-08-15T10:15:00Z"),
            ("Δευ, 02 Μαρ 2026 10:15:30 +0200", "2026-03-02T08:15:30Z"),
            ("2 sierpnia 2026", "2026-08-02T00:00:00Z"),
            ("2026年3月2日 10:15", "2026-03-02T10:15:00Z"),
            ("2026년 03월 02일 오후 07:05:04", "2026-03-02T19:05:04Z"),
            ("1772446530", "2026-03-02T10:15:30Z"),
            ("1772446530000", "2026-03-02T10:15:30Z"),
            ("13/03/2026", "2026-03-13T00:00:00Z"),
            ("03/13/2026 10:15", "2026-03-13T10:15:00Z"),
            ("2026-061", "2026-03-02T00:00:00Z"),
            ("2026-03", "2026-03-01T00:00:00Z"),
        ] {
            assert_eq!(iso(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_ambiguous_or_no_date_stays_unknown() {
        for text in [
            "",
            "today",
            "03/04/2026",
            "3-4-2026",
            "31 Feb 2026",
            "0000-00-00",
            "0001-01-01T00:00:00Z",
            "2026-13-02",
            "10000-01-01",
            "Mon, 02 Mar 2026 10:15:30 XYZ",
            "Mon, 02 Mar 2026 25:15:30 GMT",
            "02 jui 2026",
            "99999999999999999999",
            "01/02/03",
            "Mon, 02 Mar 2026 10:15:30 +9900",
            "2 3 4",
            ":::",
            "2026-03-02T10:99Z",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }
}
