//! Dates as press releases write them, in German, English and Russian, with month names or numbers.
//!
//! A date that can be read two ways (`03/12/2024` in English) is none. A day and month without a
//! year is none: unknown stays unknown.

use chrono::{NaiveDate, NaiveTime};
use regex::{Captures, Regex};
use std::ops::Range;
use std::sync::LazyLock;

/// A date in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Found {
    /// Bytes of the text that it takes.
    pub(in crate::store) range: Range<usize>,
    /// The day.
    pub(in crate::store) day: NaiveDate,
}

/// Month names, whole and short, inflected, lower case, without full stop.
const MONTHS: [&str; 12] = [
    "jan januar january jänner janvier янв январь января січня",
    "feb februar february feber février фев февраль февраля лютого",
    "mär märz maerz mrz mar march mars мар март марта березня",
    "apr april avril апр апрель апреля квітня",
    "mai may май мая травня",
    "jun juni june juin июн июнь июня червня",
    "jul juli july juillet июл июль июля липня",
    "aug august août авг август августа серпня",
    "sep sept september septembre сен сент сентябрь сентября вересня",
    "okt oct oktober october octobre окт октябрь октября жовтня",
    "nov november novembre ноя нояб ноябрь ноября листопада",
    "dez dec dezember december décembre дек декабрь декабря грудня",
];

struct Shape {
    pattern: Regex,
    read: fn(&Captures<'_>) -> Option<NaiveDate>,
}

static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let mut names: Vec<&str> = MONTHS.iter().flat_map(|all| all.split(' ')).collect();
    // Alternatives are tried in order: the longer name first.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let month_name = format!("(?:{})", names.join("|"));
    let shape = |pattern: &str, read: fn(&Captures<'_>) -> Option<NaiveDate>| Shape {
        pattern: Regex::new(&format!("(?i){pattern}")).expect("a constant pattern"),
        read,
    };
    vec![
        // 2022-01-06, 2022/01/06
        shape(r"\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})\b", |c| {
            ymd(number(c, 1)?, number(c, 2)?, number(c, 3)?)
        }),
        // 6. Januar 2022, 6th of January, 2022, 6 января 2022, «6» января 2022
        shape(
            &format!(
                r"\b(\d{{1,2}})(?:\.|st|nd|rd|th|-?го|-?е)?[»”“\x22]?\s*(?:of\s+)?({month_name})\b\.?,?\s+(\d{{4}})\b"
            ),
            |c| ymd(number(c, 3)?, month(&c[2])?, number(c, 1)?),
        ),
        // January 6, 2022
        shape(
            &format!(r"\b({month_name})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b"),
            |c| ymd(number(c, 3)?, month(&c[1])?, number(c, 2)?),
        ),
        // 06.01.2022, 6. 1. 22
        shape(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})\b", |c| {
            let year = number(c, 3)?;
            let year = if year < 100 { 2000 + year } else { year };
            ymd(year, number(c, 2)?, number(c, 1)?)
        }),
        // 13/01/2022 and 01/13/2022, but not 03/12/2022
        shape(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b", |c| {
            let (a, b, year) = (number(c, 1)?, number(c, 2)?, number(c, 3)?);
            match (a, b) {
                (13.., _) => ymd(year, b, a),
                (_, 13..) => ymd(year, a, b),
                _ if a == b => ymd(year, a, b),
                _ => None,
            }
        }),
    ]
});

fn number(captures: &Captures<'_>, group: usize) -> Option<u32> {
    captures.get(group)?.as_str().parse().ok()
}

fn month(name: &str) -> Option<u32> {
    let name = name.to_lowercase();
    (1..)
        .zip(MONTHS)
        .find(|(_, names)| names.split(' ').any(|known| known == name))
        .map(|(number, _)| number)
}

fn ymd(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    (1900..=2199)
        .contains(&year)
        .then(|| NaiveDate::from_ymd_opt(year as i32, month, day))
        .flatten()
}

/// All dates in a text, by place, none within another.
pub(in crate::store) fn all(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for shape in SHAPES.iter() {
        for captures in shape.pattern.captures_iter(text) {
            let (Some(whole), Some(day)) = (captures.get(0), (shape.read)(&captures)) else {
                continue;
            };
            let range = whole.range();
            if found
                .iter()
                .all(|other| range.end <= other.range.start || range.start >= other.range.end)
            {
                found.push(Found { range, day });
            }
        }
    }
    found.sort_by_key(|date| date.range.start);
    found
}

/// The day, where the text is one date and nothing else (a weekday and `г.` may stand with it).
pub(in crate::store) fn whole(text: &str) -> Option<NaiveDate> {
    match all(text).as_slice() {
        [one] => {
            let rest = format!("{} {}", &text[..one.range.start], &text[one.range.end..]);
            only_filling(&rest).then_some(one.day)
        }
        _ => None,
    }
}

/// Words that stand with a date and say nothing more.
const FILLING: &str = "den am vom the on of г года год от р року datum date dated дата stand issued released \
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag \
    monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun \
    понедельник вторник среда четверг пятница суббота воскресенье";

/// Whether nothing but punctuation, weekdays and the like is in it.
pub(in crate::store) fn only_filling(rest: &str) -> bool {
    rest.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .all(|word| {
            let word = word.to_lowercase();
            FILLING.split_whitespace().any(|filling| filling == word)
        })
}

static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(\d{1,2})(?:[:.](\d{2}))?\s*(uhr|a\.?m\b|p\.?m\b|час\w*)|\b(\d{1,2}):(\d{2})\b",
    )
    .expect("a constant pattern")
});

/// A time of day in a text: `10 Uhr`, `10:30`, `10.30 Uhr`, `9 a.m.`, `10:00 МСК`.
pub(in crate::store) fn time(text: &str) -> Option<NaiveTime> {
    let captures = CLOCK.captures(text)?;
    let (hour, minute) = match captures.get(4) {
        Some(_) => (number(&captures, 4)?, number(&captures, 5)?),
        None => (
            number(&captures, 1)?,
            number(&captures, 2).unwrap_or_default(),
        ),
    };
    let unit = captures.get(3).map_or("", |unit| unit.as_str());
    let hour = match (unit.as_bytes().first(), hour) {
        (Some(b'p' | b'P'), 1..=11) => hour + 12,
        (Some(b'a' | b'A'), 12) => 0,
        _ => hour,
    };
    // 24:00 is the end of the day.
    if hour == 24 && minute == 0 {
        return NaiveTime::from_hms_opt(23, 59, 59);
    }
    NaiveTime::from_hms_opt(hour, minute, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_three_languages_are_read() {
        for (text, day) in [
            ("für Presse und Öffentlichkeit - 11.01.2022", "2022-01-11"),
            ("6. Januar 2022", "2022-01-06"),
            ("Berlin, den 6. Jan. 2022", "2022-01-06"),
            ("Wien, 6. Jänner 2022", "2022-01-06"),
            ("1. März 2024", "2024-03-01"),
            ("BERLIN, 12 March 2024 —", "2024-03-12"),
            ("March 12, 2024", "2024-03-12"),
            ("Tuesday, 12th of March, 2024", "2024-03-12"),
            ("Sept. 3, 2021", "2021-09-03"),
            ("12 марта 2024 г.", "2024-03-12"),
            ("Москва, 5 мая 2023 года", "2023-05-05"),
            ("«21» ноября 2020", "2020-11-21"),
            ("21 листопада 2020", "2020-11-21"),
            ("11. 1. 22", "2022-01-11"),
            ("2022-01-11", "2022-01-11"),
            ("13/01/2022", "2022-01-13"),
            ("1\u{a0}июня\u{a0}2022", "2022-06-01"),
            ("14 juillet 2022", "2022-07-14"),
        ] {
            let found = all(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(found[0].day.to_string(), day, "{text}");
        }
    }

    #[test]
    fn what_is_no_sure_date_is_none() {
        for text in [
            "03/12/2024",
            "am 1. Januar",
            "im März 2024",
            "31.02.2022",
            "10.000 Verhaftete",
            "Tel. 030 12.34.56",
            "Nr. 12/2022",
            "UZ, 10.1.",
        ] {
            assert_eq!(all(text), [], "{text}");
        }
    }

    #[test]
    fn time_of_day_is_read() {
        for (text, time) in [
            ("10 Uhr", "10:00:00"),
            ("10.30 Uhr MEZ", "10:30:00"),
            ("10:00", "10:00:00"),
            ("9 a.m. CET", "09:00:00"),
            ("9:30 PM", "21:30:00"),
            ("12 am", "00:00:00"),
            ("24:00 Uhr", "23:59:59"),
        ] {
            assert_eq!(
                super::time(text).map(|t| t.to_string()).as_deref(),
                Some(time),
                "{text}"
            );
        }
        assert_eq!(super::time("am Montag"), None);
    }
}
