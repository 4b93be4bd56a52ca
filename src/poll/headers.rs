//! What a publisher's response headers say, as values: validators, how long to wait, how long fresh.
//!
//! Answers to RFC 9110 (§8.8 validators, §10.2.3 Retry-After) and RFC 9111 (§4.2, §5.1–5.3). A
//! header that makes no sense counts as absent, never as zero.

use crate::domain::Moment;
use crate::domain::source::Validators;
use chrono::TimeDelta;
use http::HeaderMap;
use http::header::{AGE, CACHE_CONTROL, DATE, ETAG, EXPIRES, LAST_MODIFIED, RETRY_AFTER};
use std::time::{Duration, SystemTime};
use url::Url;

/// No validator longer than this is kept: whoever sends more wants us to carry something else.
pub const LONGEST_VALIDATOR_BYTES: usize = 1024;

/// The longest wait that a `Retry-After` can ask for.
pub const LONGEST_WAIT: Duration = Duration::from_secs(7 * 24 * 3600);

/// A clock that runs a little ahead of ours does not make a `Last-Modified` one of the future.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

/// The validators of an answer to `url`, byte for byte; neither where there is none to keep.
///
/// A `Last-Modified` in the future is left out: sent back it would be answered 304 for ever.
pub fn validators(url: &Url, headers: &HeaderMap, now: Moment) -> Validators {
    Validators {
        url: url.as_str().to_owned(),
        etag: kept_text(headers, ETAG),
        last_modified: kept_text(headers, LAST_MODIFIED)
            .filter(|text| date(text).is_none_or(|at| at <= now + CLOCK_SKEW)),
    }
}

/// A header's text where it is one line of printable UTF-8 within the limit.
fn kept_text(headers: &HeaderMap, name: http::HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    let text = std::str::from_utf8(value.as_bytes()).ok()?;
    let fits = !text.is_empty() && text.len() <= LONGEST_VALIDATOR_BYTES;
    (fits && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

/// Until when `Retry-After` (seconds or an HTTP date) asks us to wait, at most [`LONGEST_WAIT`];
/// None where it is absent, senseless or past.
pub fn retry_after(headers: &HeaderMap, now: Moment) -> Option<Moment> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let until = match seconds(text) {
        Some(wait) => now + wait.min(LONGEST_WAIT),
        None => date(text)?,
    };
    (until > now).then(|| until.min(now + LONGEST_WAIT))
}

/// How much longer the answer stays fresh: `max-age`, else `Expires`, each less its age so far.
/// None where the publisher says nothing about it.
pub fn fresh_for(headers: &HeaderMap, now: Moment) -> Option<Duration> {
    let age = single(headers, AGE).and_then(seconds).unwrap_or_default();
    let lifetime = match max_age(headers) {
        Some(lifetime) => lifetime,
        None => {
            let expires = date(single(headers, EXPIRES)?)?;
            let sent = single(headers, DATE).and_then(date).unwrap_or(now);
            (expires - sent).to_std().unwrap_or_default()
        }
    };
    Some(lifetime.saturating_sub(age))
}

fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let lines = headers.get_all(CACHE_CONTROL).iter();
    lines
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .find_map(|directive| {
            let (name, value) = directive.split_once('=')?;
            let named = name.trim().eq_ignore_ascii_case("max-age");
            named.then(|| seconds(value.trim().trim_matches('"')))?
        })
}

fn single(headers: &HeaderMap, name: http::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// A non-negative number of seconds; one too large to count is a very long time (RFC 9111 §1.2.2).
fn seconds(text: &str) -> Option<Duration> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| Duration::from_secs(text.parse().unwrap_or(u64::from(u32::MAX))))
}

/// An HTTP date (RFC 9110 §5.6.7, all three forms).
fn date(text: &str) -> Option<Moment> {
    let at = httpdate::parse_http_date(text).ok()?;
    let since = at.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Moment::from_timestamp(i64::try_from(since.as_secs()).ok()?, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn now() -> Moment {
        "2026-11-21T12:00:00Z".parse().expect("a moment")
    }

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in lines {
            map.append(
                *name,
                HeaderValue::from_bytes(value.as_bytes()).expect("a value"),
            );
        }
        map
    }

    fn url() -> Url {
        "https://example.org/feed".parse().expect("a URL")
    }

    #[test]
    fn validators_come_out_byte_for_byte() {
        let given = headers(&[("etag", " W/\"ä  b\""), ("last-modified", "gestern")]);
        let kept = validators(&url(), &given, now());
        assert_eq!(kept.etag.as_deref(), Some(" W/\"ä  b\""));
        assert_eq!(kept.last_modified.as_deref(), Some("gestern"));
        assert_eq!(kept.url, "https://example.org/feed");
    }

    #[test]
    fn long_or_binary_validators_are_not_kept() {
        let mut given = headers(&[("etag", &"x".repeat(1025))]);
        given.insert(
            "last-modified",
            HeaderValue::from_bytes(b"\xff\xfe").expect("a value"),
        );
        let kept = validators(&url(), &given, now());
        assert_eq!((kept.etag, kept.last_modified), (None, None));
    }

    #[test]
    fn last_modified_in_the_future_is_not_kept() {
        let given = headers(&[("last-modified", "Sat, 21 Nov 2026 12:30:00 GMT")]);
        assert_eq!(validators(&url(), &given, now()).last_modified, None);
        let given = headers(&[("last-modified", "Sat, 21 Nov 2026 12:01:00 GMT")]);
        assert!(validators(&url(), &given, now()).last_modified.is_some());
    }

    #[test]
    fn retry_after_is_read_in_both_forms_and_capped() {
        let until = |text: &str| retry_after(&headers(&[("retry-after", text)]), now());
        assert_eq!(until("120"), Some(now() + TimeDelta::minutes(2)));
        assert_eq!(
            until("Sat, 21 Nov 2026 13:00:00 GMT"),
            Some(now() + TimeDelta::hours(1))
        );
        assert_eq!(
            until("99999999999999999999999"),
            Some(now() + TimeDelta::days(7))
        );
        assert_eq!(
            until("Fri, 31 Dec 9999 23:59:59 GMT"),
            Some(now() + TimeDelta::days(7))
        );
        for senseless in ["-1", "soon", "0", "", "Sat, 21 Nov 2026 11:00:00 GMT"] {
            assert_eq!(until(senseless), None, "{senseless}");
        }
    }

    #[test]
    fn freshness_is_max_age_then_expires_less_age() {
        let fresh = |lines: &[(&'static str, &str)]| fresh_for(&headers(lines), now());
        let minutes = |n: u64| Some(Duration::from_secs(n * 60));
        assert_eq!(
            fresh(&[("cache-control", "public, Max-Age=3600")]),
            minutes(60)
        );
        assert_eq!(
            fresh(&[("cache-control", "max-age=3600"), ("age", "600")]),
            minutes(50)
        );
        assert_eq!(
            fresh(&[("cache-control", "max-age=60"), ("age", "600")]),
            minutes(0)
        );
        let expires = ("expires", "Sat, 21 Nov 2026 12:40:00 GMT");
        assert_eq!(
            fresh(&[expires, ("date", "Sat, 21 Nov 2026 12:10:00 GMT")]),
            minutes(30)
        );
        assert_eq!(fresh(&[expires]), minutes(40));
        assert_eq!(
            fresh(&[("cache-control", "max-age=60"), expires]),
            minutes(1)
        );
        assert_eq!(fresh(&[("cache-control", "max-age=-5")]), None);
        assert_eq!(fresh(&[("expires", "0")]), None);
    }
}
