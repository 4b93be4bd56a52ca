//! "Sperrfrist", "Embargoed until", "Эмбарго до": an embargo that a text speaks of.
//!
//! It is not obeyed, it is refused where no `publish_at` stands for it: a text that is held back by
//! words alone would be published the moment it is saved.

use super::infer::dates;
use super::moment;
use super::problem::Problem;
use crate::domain::Moment;
use chrono::{FixedOffset, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use regex::Regex;
use std::sync::LazyLock;

static MARKS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:sperrfrist|sperrvermerk|gesperrt\s+bis|sperre\s+bis|frei\s+ab|(?:strictly\s+)?(?:under\s+)?embargo(?:ed)?(?:\s+(?:until|till|to|for)\b)?|not\s+for\s+(?:release|publication)\s+(?:before|until)|hold\s+(?:for\s+release\s+)?until|эмбарго(?:\s+до)?|не\s+публиковать\s+до|не\s+для\s+публикации\s+до)",
    )
    .expect("a constant pattern")
});

/// How many characters after the mark may hold its time.
const REACH: usize = 120;

/// What a text says of an embargo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// Until then.
    Until(Moment),
    /// An embargo, until a time that can't be read.
    Unreadable,
}

/// The refusal, where the text speaks of an embargo that may still hold and no `publish_at` is set;
/// a warning, where `publish_at` is earlier than what the text says.
pub(super) fn check(
    text: &str,
    first_line: usize,
    publish_at: Option<Moment>,
    now: Moment,
    timezone: Tz,
) -> Option<Problem> {
    for mark in MARKS.find_iter(text) {
        let Some(said) = said_after(text, mark.start(), mark.end(), timezone) else {
            continue;
        };
        let line = first_line + text[..mark.start()].matches('\n').count();
        let column = text[..mark.start()]
            .rsplit('\n')
            .next()
            .unwrap_or("")
            .chars()
            .count()
            + 1;
        match (said, publish_at) {
            (Said::Until(until), Some(at)) if at < until && until > now => {
                return Some(
                    Problem::warning(
                        "the text speaks of an embargo that ends after `publish_at`",
                        "make them agree; `publish_at` holds",
                    )
                    .at(line, column),
                );
            }
            (Said::Until(until), None) if until > now => {
                return Some(
                    Problem::error(
                        "the text speaks of an embargo that has not ended, and no `publish_at` is set",
                        format!("set publish_at: {} in the front matter", until.to_rfc3339()),
                    )
                    .at(line, column),
                );
            }
            (Said::Unreadable, None) => {
                return Some(
                    Problem::error(
                        "the text speaks of an embargo whose time can't be read, and no `publish_at` is set",
                        "set publish_at in the front matter, with date, time and offset, or take the line out",
                    )
                    .at(line, column),
                );
            }
            _ => {}
        }
    }
    None
}

/// What stands behind a mark; None where it is a word in a sentence ("die Sperrfrist nach § 7").
fn said_after(text: &str, start: usize, end: usize, timezone: Tz) -> Option<Said> {
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = text[line_start..start].trim_matches(|c: char| !c.is_alphanumeric());
    // A road is `gesperrt bis`, a trade `embargo` ends: such words count at the head of a line only.
    let mark = text[start..end].to_lowercase();
    let rest = text[end..].trim_start_matches(['*', '_', ' ']);
    let strong = mark.contains("sperrfrist")
        || mark.contains("sperrvermerk")
        || mark.contains("embargoed")
        || mark.starts_with("не ")
        || (mark.starts_with("эмбарго") && mark.ends_with(" до"));
    let until_word = ["until", "till", "before", "bis", " до", "ab"]
        .iter()
        .any(|word| mark.ends_with(word));
    if !strong && !(before.is_empty() && (rest.starts_with(':') || until_word)) {
        return None;
    }
    // The time may stand on the next line: `SPERRFRIST:` alone is a heading.
    let after: String = text[end..].chars().take(REACH).collect();
    let mut lines = after
        .split('\n')
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let same_line = !after.starts_with('\n');
    let first = lines.next().unwrap_or_default();
    let bare = first
        .trim_matches(|c: char| !c.is_alphanumeric())
        .is_empty();
    let said = if bare && same_line {
        format!("{first} {}", lines.next().unwrap_or_default())
    } else {
        first.to_owned()
    };
    if let Some(until) = until(&said, timezone) {
        return Some(Said::Until(until));
    }
    // At the head of a line, with a colon or `bis`/`until`, it is meant as one.
    let lower = rest.to_lowercase();
    let meant = rest.starts_with(':')
        || until_word
        || ["bis ", "until ", "до "]
            .iter()
            .any(|word| lower.starts_with(word));
    let lifted = [
        "aufgehoben",
        "keine",
        "none",
        "lifted",
        "entfällt",
        "снято",
        "нет",
    ]
    .iter()
    .any(|word| said.to_lowercase().contains(word));
    let ended = dates::all(&said).is_empty();
    (before.is_empty() && meant && ended && !lifted && !first.is_empty())
        .then_some(Said::Unreadable)
}

/// The end of the embargo: with a day but no hour, the end of that day.
fn until(said: &str, timezone: Tz) -> Option<Moment> {
    let date = dates::all(said).into_iter().next()?;
    let mut rest = said.to_owned();
    rest.replace_range(date.range, " ");
    let Some(time) = dates::time(&rest) else {
        let end = date.day.and_time(NaiveTime::MIN) + TimeDelta::days(1);
        return moment::in_zone(end, timezone);
    };
    let local = date.day.and_time(time);
    match named_offset(&rest) {
        Some(offset) => offset
            .from_local_datetime(&local)
            .single()
            .map(|at| at.with_timezone(&Utc)),
        None => moment::in_zone(local, timezone),
    }
}

/// The offset that a zone's usual abbreviation stands for. A wrong guess can only lengthen or
/// shorten a refusal by hours; nothing is published by it.
fn named_offset(text: &str) -> Option<FixedOffset> {
    const ZONES: [(&str, i32); 16] = [
        ("UTC", 0),
        ("GMT", 0),
        ("WET", 0),
        ("MEZ", 1),
        ("CET", 1),
        ("BST", 1),
        ("MESZ", 2),
        ("CEST", 2),
        ("EET", 2),
        ("EEST", 3),
        ("MSK", 3),
        ("МСК", 3),
        ("EST", -5),
        ("EDT", -4),
        ("PST", -8),
        ("PDT", -7),
    ];
    text.split(|c: char| !c.is_alphanumeric())
        .find_map(|word| ZONES.iter().find(|(name, _)| word.to_uppercase() == *name))
        .and_then(|(_, hours)| FixedOffset::east_opt(hours * 3600))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str, publish_at: Option<&str>) -> bool {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        check(
            text,
            1,
            publish_at.map(|at| at.parse().unwrap()),
            now,
            chrono_tz::Europe::Berlin,
        )
        .is_some_and(|problem| problem.refuses())
    }

    #[test]
    fn embargo_ahead_without_publish_at_is_refused() {
        for text in [
            "Sperrfrist: 1. Dezember 2026, 10 Uhr",
            "**Sperrfrist:** 01.12.2026, 10:00 Uhr",
            "# Titel\n\nSPERRFRIST\n1. Dezember 2026",
            "Sperrfrist:\n\n1. Dezember 2026, 10 Uhr\n",
            "EMBARGOED UNTIL 1 December 2026, 10:00 CET",
            "Embargoed until December 1, 2026",
            "STRICTLY EMBARGOED: 00:01 GMT, 1 December 2026",
            "Under embargo until 2026-12-01 10:00",
            "Эмбарго до 1 декабря 2026 г., 10:00 МСК",
            "эмбарго: 01.12.2026",
            "Bitte beachten Sie die Sperrfrist 1. Dezember 2026, 10 Uhr!",
            "Sperrfrist: 20.11.2026, 13:30 Uhr",
            "Sperrfrist: 20.11.2026",
            "Sperrfrist: Montag, 10 Uhr",
            "Embargoed until further notice",
        ] {
            assert!(refused(text, None), "{text}");
            assert!(!refused(text, Some("2026-12-02T10:00:00Z")), "{text}");
        }
    }

    #[test]
    fn embargo_that_has_ended_or_a_word_in_a_sentence_is_not() {
        for text in [
            "Sperrfrist: 20.11.2026, 12:30 Uhr",
            "Sperrfrist: 1. Januar 2022",
            "Embargoed until 12 March 2024",
            "Die Sperrfrist nach § 7 beträgt ein Jahr.",
            "Das Embargo gegen Kuba muss fallen.",
            "The embargo must end. The arms embargo for Libya stays.",
            "Sperrfrist: keine",
            "Embargo lifted",
            "Das Embargo gegen Kuba endet am 1. Dezember 2026.",
            "Der Eintritt ist frei ab 1. Dezember 2026, die Straße gesperrt bis 3. Dezember 2026.",
        ] {
            assert!(!refused(text, None), "{text}");
        }
    }

    #[test]
    fn the_line_is_named() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let problem = check(
            "A\n\nx Sperrfrist: 01.12.2026",
            5,
            None,
            now,
            chrono_tz::UTC,
        )
        .unwrap();
        assert_eq!((problem.line, problem.column), (Some(7), Some(3)));
    }
}
