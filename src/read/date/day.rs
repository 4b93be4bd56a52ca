//! The day in a date's text: by the name of its month, or by the order of its numbers.

use super::cut::{Word, is_unit};
use super::names::month;
use chrono::NaiveDate;

/// The date in what is left when the time is gone.
pub(super) fn date_of(words: &[Word]) -> Option<NaiveDate> {
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
