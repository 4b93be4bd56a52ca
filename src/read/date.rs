//! Dates as publishers write them -> an instant, or nothing.
//!
//! RFC 3339 and RFC 822 are tried as they are; everything else is cut into numbers and words and
//! understood by shape: a month's name, an order of numbers, a time, a zone. A wrong guess is worse
//! than none: 03/04/2026 may be March or April, `XYZ` any zone, so both stay unknown. A time without
//! a zone is UTC (what every reader does), a date without a time is midnight.

mod cut;
mod day;
mod names;
mod time;
mod zone;

use self::cut::{Word, cut};
pub(super) use self::names::weekday;
use self::time::Parts;
use crate::domain::Moment;
use chrono::{DateTime, Datelike, Utc};

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
