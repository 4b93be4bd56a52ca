//! Conditional requests (RFC 9110 §13) on answers with a strong validator.

use chrono::SubsecRound;
use http::HeaderMap;
use http::header::{HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH};

use crate::domain::Moment;

/// Which instance manipulations a client takes (RFC 3229 §10.5.3).
const A_IM: HeaderName = HeaderName::from_static("a-im");

/// Whether the client has what we would send: `If-None-Match` decides alone where it stands
/// (RFC 9110 §13.2.2), else `If-Modified-Since`.
///
/// `etag` is the strong validator, in quotes; comparison is weak (§13.1.2), since gateways mark what
/// they recompress with `W/`.
pub fn is_unchanged(headers: &HeaderMap, etag: &str, last_modified: Moment) -> bool {
    if headers.contains_key(IF_NONE_MATCH) {
        return tags_sent(headers)
            .iter()
            .any(|tag| *tag == "*" || *tag == etag);
    }
    headers
        .get(IF_MODIFIED_SINCE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| httpdate::parse_http_date(value).ok())
        .is_some_and(|since| Moment::from(since) >= last_modified.trunc_subsecs(0))
}

/// All tags of `If-None-Match`, in quotes, without `W/`.
pub fn tags_sent(headers: &HeaderMap) -> Vec<&str> {
    let values = headers.get_all(IF_NONE_MATCH).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    values.flat_map(tags).collect()
}

/// Whether the client takes just what is new and changed: `A-IM` names `feed`, at no weight of 0
/// (RFC 3229 §10.5.3, and the instance manipulation `feed` that readers and servers agreed on).
pub fn takes_changes(headers: &HeaderMap) -> bool {
    let values = headers.get_all(A_IM).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|part| {
        let mut pieces = part.split(';').map(str::trim);
        let is_feed = pieces
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case("feed"));
        let weight = pieces.find_map(|piece| piece.strip_prefix("q="));
        is_feed && weight.is_none_or(|weight| weight.parse().is_ok_and(|weight: f32| weight > 0.0))
    })
}

/// The tags of an `If-None-Match` value without `W/`. Tags may hold commas, so quotes decide.
pub fn tags(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = value.trim();
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        rest = rest.strip_prefix("W/").unwrap_or(rest);
        if rest.is_empty() {
            return None;
        }
        let end = match rest.strip_prefix('"') {
            Some(inside) => inside.find('"').map_or(rest.len(), |at| at + 2),
            None => rest.find([',', ' ']).unwrap_or(rest.len()),
        };
        let tag = &rest[..end];
        rest = &rest[end..];
        Some(tag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn changed() -> Moment {
        chrono::Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap()
    }

    fn asked(name: http::HeaderName, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn tag_in_a_list_or_weak_is_known() {
        for value in [r#""a", "b,c""#, r#"W/"b,c""#, "*", r#""x" ,W/"y","b,c""#] {
            assert!(
                is_unchanged(&asked(IF_NONE_MATCH, value), r#""b,c""#, changed()),
                "{value}"
            );
        }
        assert!(!is_unchanged(
            &asked(IF_NONE_MATCH, r#""b""#),
            r#""b,c""#,
            changed()
        ));
    }

    #[test]
    fn tag_wins_over_date() {
        let mut headers = asked(IF_NONE_MATCH, r#""old""#);
        headers.insert(
            IF_MODIFIED_SINCE,
            "Mon, 02 Mar 2026 12:00:00 GMT".parse().unwrap(),
        );
        assert!(!is_unchanged(&headers, r#""new""#, changed()));
    }

    #[test]
    fn changes_are_taken_where_a_im_says_feed() {
        for value in ["feed", "vcdiff;q=0.5, Feed", "feed;q=0.1"] {
            assert!(takes_changes(&asked(A_IM, value)), "{value}");
        }
        for value in ["vcdiff", "feed;q=0", "feedx", "", "feed;q=x"] {
            assert!(!takes_changes(&asked(A_IM, value)), "{value}");
        }
        assert!(!takes_changes(&HeaderMap::new()));
    }

    #[test]
    fn date_at_or_after_the_change_is_unchanged() {
        let later = "Sun, 01 Mar 2026 12:00:00 GMT";
        assert!(is_unchanged(
            &asked(IF_MODIFIED_SINCE, later),
            r#""x""#,
            changed()
        ));
        let earlier = "Sun, 01 Mar 2026 11:59:59 GMT";
        assert!(!is_unchanged(
            &asked(IF_MODIFIED_SINCE, earlier),
            r#""x""#,
            changed()
        ));
        assert!(!is_unchanged(
            &asked(IF_MODIFIED_SINCE, "yesterday"),
            r#""x""#,
            changed()
        ));
    }
}
