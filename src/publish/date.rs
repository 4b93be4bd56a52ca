//! Dates as documents and people write them. No clock: each date comes from what is shown.

use crate::domain::Moment;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, SubsecRound};
use chrono_tz::Tz;

use super::page::words::Words;

/// RFC 822 with four-digit year, as RSS wants it: `Tue, 11 Jan 2022 14:05:00 GMT`.
///
/// ```
/// use presswire::publish::date::rfc822;
/// let moment = "2022-01-11T14:05:00Z".parse().unwrap();
/// assert_eq!(rfc822(moment), "Tue, 11 Jan 2022 14:05:00 GMT");
/// ```
pub fn rfc822(moment: Moment) -> String {
    moment.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// RFC 3339 in UTC, whole seconds: `2022-01-11T14:05:00Z`.
pub fn rfc3339(moment: Moment) -> String {
    moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// For `atom_syndication`: whole seconds, offset zero.
pub(super) fn fixed(moment: Moment) -> DateTime<FixedOffset> {
    moment.trunc_subsecs(0).fixed_offset()
}

/// The day on which `moment` falls in the wire's time zone.
pub fn day(moment: Moment, zone: Tz) -> NaiveDate {
    moment.with_timezone(&zone).date_naive()
}

/// For people, with weekday: `Dienstag, 11. Januar 2022`.
pub fn long_day(day: NaiveDate, words: &Words) -> String {
    let weekday = words.weekdays[day.weekday().num_days_from_monday() as usize];
    format!("{weekday}, {}", plain_day(day, words))
}

/// For people: `11. Januar 2022`.
pub fn plain_day(day: NaiveDate, words: &Words) -> String {
    let month = words.months[day.month0() as usize];
    format!("{}{} {month} {}", day.day(), words.after_day, day.year())
}

/// For people: `14:05`, in the wire's time zone.
pub fn time_of_day(moment: Moment, zone: Tz) -> String {
    moment.with_timezone(&zone).format("%H:%M").to_string()
}

/// Short, the same in every language: `2022-01-11`, in the wire's time zone.
pub fn short_day(moment: Moment, zone: Tz) -> String {
    day(moment, zone).to_string()
}

/// For people: `11. Januar 2022, 14:05`; without the time where it is midnight in the wire's zone or
/// in UTC, since that is how a bare date comes out of a feed or a statement.
pub fn day_and_time(moment: Moment, zone: Tz, words: &Words) -> String {
    let local = moment.with_timezone(&zone);
    let midnight = chrono::NaiveTime::MIN;
    if local.time() == midnight {
        plain_day(local.date_naive(), words)
    } else if moment.time() == midnight {
        plain_day(moment.date_naive(), words)
    } else {
        format!(
            "{}, {}",
            plain_day(local.date_naive(), words),
            local.format("%H:%M")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::page::words::words_of;

    fn moment(text: &str) -> Moment {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_the_one_of_the_wires_zone() {
        let late = moment("2022-01-10T23:30:00Z");
        let words = words_of(Some("de"));
        let day = day(late, chrono_tz::Europe::Berlin);
        assert_eq!(long_day(day, words), "Dienstag, 11. Januar 2022");
    }

    #[test]
    fn midnight_is_shown_as_a_bare_day() {
        let words = words_of(Some("ru"));
        let zone = chrono_tz::Europe::Berlin;
        let berlin = moment("2022-01-10T23:00:00Z");
        assert_eq!(day_and_time(berlin, zone, words), "11 января 2022");
        let noon = moment("2022-01-11T11:00:00Z");
        assert_eq!(day_and_time(noon, zone, words), "11 января 2022, 12:00");
    }
}
