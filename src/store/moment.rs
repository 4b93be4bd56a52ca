//! Dates as front matter writes them.

use super::infer::dates;
use crate::domain::Moment;
use chrono::{
    DateTime, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc,
};
use chrono_tz::Tz;

/// A date as a document gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dated {
    /// The instant; of a bare date, 00:00 in the wire's time zone.
    pub(super) at: Moment,
    /// The day that a tag URI carries: as written, or in UTC where an offset is written.
    pub(super) day: NaiveDate,
}

/// The value of `date` or `updated`: a day in ISO or in words, with or without time and offset.
pub(super) fn dated(text: &str, timezone: Tz) -> Option<Dated> {
    let text = text.trim();
    if let Some(at) = instant(text) {
        return Some(Dated {
            at,
            day: at.date_naive(),
        });
    }
    if let Some(local) = local(text) {
        return Some(Dated {
            at: in_zone(local, timezone)?,
            day: local.date(),
        });
    }
    // `6. Januar 2022`, `January 6, 2022`: the whole value must be the date.
    let day = dates::whole(text)?;
    bare(day, timezone)
}

/// A bare date: 00:00 in the wire's time zone (the first instant of the day, where that hour is skipped).
pub(super) fn bare(day: NaiveDate, timezone: Tz) -> Option<Dated> {
    Some(Dated {
        at: in_zone(day.and_time(NaiveTime::MIN), timezone)?,
        day,
    })
}

/// A date and time with an offset: the only thing that `publish_at` may be. RFC 3339 and ISO 8601,
/// with `T` or a space, seconds optional, `Z`, `+01:00`, `+0100` or `+01`; RFC 2822.
pub(super) fn instant(text: &str) -> Option<Moment> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.with_timezone(&Utc));
    }
    let (stem, offset) = split_offset(text)?;
    let local = local(stem)?;
    // A bare date with an offset is not a time that anybody would hold back until.
    if !stem.contains(':') {
        return None;
    }
    match offset.from_local_datetime(&local) {
        LocalResult::Single(at) => Some(at.with_timezone(&Utc)),
        _ => None,
    }
}

/// `2022-01-06T10:00 +01:00` -> the part before the offset, and the offset.
fn split_offset(text: &str) -> Option<(&str, FixedOffset)> {
    for zulu in ["Z", "z", "UTC", "GMT"] {
        if let Some(stem) = text.strip_suffix(zulu) {
            return Some((stem.trim_end(), FixedOffset::east_opt(0)?));
        }
    }
    let at = text.rfind(['+', '-'])?;
    // The offset stands behind a time, else `-06` of a date would be one.
    if !text[..at].contains(':') {
        return None;
    }
    let digits: String = text[at + 1..].chars().filter(|&c| c != ':').collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        2 => (digits.parse::<i32>().ok()?, 0),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = (hours * 60 + minutes) * 60;
    let east = if text[at..].starts_with('-') {
        -seconds
    } else {
        seconds
    };
    Some((text[..at].trim_end(), FixedOffset::east_opt(east)?))
}

/// `2022-01-06`, `2022-01-06T10:00`, `2022-01-06 10:00:30`.
fn local(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    for format in [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
        "%d.%m.%Y %H:%M",
    ] {
        if let Ok(local) = NaiveDateTime::parse_from_str(text, format) {
            return Some(local);
        }
    }
    ["%Y-%m-%d", "%d.%m.%Y"]
        .into_iter()
        .find_map(|format| NaiveDate::parse_from_str(text, format).ok())
        .map(|day| day.and_time(NaiveTime::MIN))
}

/// A wall-clock time of the zone: the earlier of two where clocks go back, the next one that exists
/// where they go forward.
pub(super) fn in_zone(local: NaiveDateTime, timezone: Tz) -> Option<Moment> {
    (0..=4).find_map(|half_hours| {
        let local = local.checked_add_signed(chrono::TimeDelta::minutes(30 * half_hours))?;
        match timezone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.with_timezone(&Utc)),
            LocalResult::None => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: Tz = chrono_tz::Europe::Berlin;

    fn at(text: &str) -> String {
        dated(text, BERLIN).map_or("none".into(), |dated| {
            dated.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        })
    }

    #[test]
    fn bare_date_is_midnight_in_the_zone_and_keeps_its_day() {
        assert_eq!(at("2022-01-06"), "2022-01-05T23:00:00Z");
        assert_eq!(at("06.01.2022"), "2022-01-05T23:00:00Z");
        let dated = dated("2022-01-06", BERLIN).unwrap();
        assert_eq!(dated.day.to_string(), "2022-01-06");
    }

    #[test]
    fn date_in_words_is_read() {
        assert_eq!(at("6. Januar 2022"), "2022-01-05T23:00:00Z");
        assert_eq!(at("January 6, 2022"), "2022-01-05T23:00:00Z");
        assert_eq!(at("6 января 2022 г."), "2022-01-05T23:00:00Z");
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "gestern",
            "2022-13-01",
            "2022-02-30",
            "2022",
            "Januar 2022",
            "06.01.2022 oder später",
        ] {
            assert_eq!(at(text), "none", "{text}");
        }
    }

    #[test]
    fn skipped_and_repeated_hours_have_an_instant() {
        assert_eq!(at("2022-03-27 02:30"), "2022-03-27T01:00:00Z");
        assert_eq!(at("2022-10-30 02:30"), "2022-10-30T00:30:00Z");
    }

    #[test]
    fn instant_needs_time_and_offset() {
        for text in [
            "2026-12-01T10:00:00+01:00",
            "2026-12-01 10:00 +01:00",
            "2026-12-01T10:00+0100",
            "2026-12-01T10:00+01",
            "2026-12-01T09:00Z",
            "2026-12-01 09:00 UTC",
        ] {
            let instant = instant(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(instant.to_rfc3339(), "2026-12-01T09:00:00+00:00", "{text}");
        }
        for text in [
            "2026-12-01",
            "2026-12-01T10:00:00",
            "2026-12-01 10:00",
            "2026-12-01+01:00",
            "2026-12-01T10:00 CET",
            "2026-12-01T10:00 Europe/Berlin",
            "2026-12-01T25:00:00+01:00",
            "2026-02-30T10:00:00+01:00",
            "tomorrow",
            "1700000000",
            "",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
