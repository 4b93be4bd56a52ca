//! One TOML value -> one typed value, or why not and what to write instead.
//!
//! Every function takes the value alone and knows neither its key nor its place; `shown` cuts and
//! masks what a refusal quotes.

use super::mask::masked;
use super::text::Refusal;
use chrono::{TimeZone, Utc};
use chrono_tz::Tz;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;
use toml::de::DeValue;
use url::{Host, Url};

pub(super) type Parsed<T> = Result<T, Refusal>;

/// A text that is not blank, without control characters at its ends.
pub(super) fn text(value: &DeValue<'_>) -> Parsed<String> {
    let text = string(value)?.trim();
    match text.is_empty() {
        true => Err(Refusal::new(
            "this is empty",
            "write something, or leave the key out",
        )),
        false => Ok(text.to_owned()),
    }
}

/// A string, as it stands.
pub(super) fn string<'v>(value: &'v DeValue<'_>) -> Parsed<&'v str> {
    match value {
        DeValue::String(text) => Ok(text),
        other => Err(wrong_kind(other, "a text", "put it in double quotes")),
    }
}

/// `true` or `false`.
pub(super) fn flag(value: &DeValue<'_>) -> Parsed<bool> {
    match value {
        DeValue::Boolean(flag) => Ok(*flag),
        other => Err(wrong_kind(
            other,
            "true or false",
            "write true or false, without quotes",
        )),
    }
}

/// A whole number within bounds.
pub(super) fn count(value: &DeValue<'_>, bounds: RangeInclusive<i64>) -> Parsed<usize> {
    let range = format!("a whole number from {} to {}", bounds.start(), bounds.end());
    let DeValue::Integer(number) = value else {
        return Err(wrong_kind(
            value,
            &range,
            &format!("write {range}, without quotes"),
        ));
    };
    let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
    number
        .filter(|number| bounds.contains(number))
        .and_then(|number| usize::try_from(number).ok())
        .ok_or_else(|| Refusal::new(format!("this must be {range}"), format!("write {range}")))
}

/// A number from 0 to 1.
pub(super) fn fraction(value: &DeValue<'_>) -> Parsed<f64> {
    let number = match value {
        DeValue::Float(number) => f64::from_str(number.as_str()).ok(),
        DeValue::Integer(number) => f64::from_str(number.as_str()).ok(),
        other => {
            return Err(wrong_kind(
                other,
                "a number from 0 to 1",
                "write a number such as 0.5, without quotes",
            ));
        }
    };
    number
        .filter(|number| (0.0..=1.0).contains(number))
        .ok_or_else(|| {
            Refusal::new(
                "this must lie between 0 and 1",
                "write a number such as 0.5",
            )
        })
}

/// A whole number and a unit: `500ms`, `30s`, `15m`, `6h`, `30d`, `2w`; at most ten years.
pub(super) fn duration(value: &DeValue<'_>) -> Parsed<Duration> {
    const EXAMPLE: &str =
        "write a whole number and a unit: \"500ms\", \"30s\", \"15m\", \"6h\", \"30d\" or \"2w\"";
    let text = match value {
        DeValue::String(text) => text.trim(),
        DeValue::Integer(number) => {
            let message = "this duration has no unit";
            let remedy = format!(
                "write \"{0}s\" for {0} seconds, \"{0}m\" for {0} minutes",
                number.as_str()
            );
            return Err(Refusal::new(message, remedy));
        }
        other => return Err(wrong_kind(other, "a duration", EXAMPLE)),
    };
    let refused = || Refusal::new(format!("{} is no duration", shown(text)), EXAMPLE);
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let number: u64 = text[..digits].parse().map_err(|_| refused())?;
    let unit_ms: u64 = match text[digits..].trim_start() {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 7 * 86_400_000,
        _ => return Err(refused()),
    };
    number
        .checked_mul(unit_ms)
        .filter(|ms| *ms <= 3_653 * 86_400_000)
        .map(Duration::from_millis)
        .ok_or_else(|| Refusal::new(format!("{} is longer than ten years", shown(text)), EXAMPLE))
}

/// A duration within bounds.
pub(super) fn duration_within(
    value: &DeValue<'_>,
    bounds: RangeInclusive<Duration>,
    words: &str,
) -> Parsed<Duration> {
    let duration = duration(value)?;
    match bounds.contains(&duration) {
        true => Ok(duration),
        false => Err(Refusal::new(
            format!("this must be {words}"),
            format!("write a duration {words}"),
        )),
    }
}

/// Bytes: a whole number and `B`, `KB`, `MB`, `GB` (thousands) or `KiB`, `MiB`, `GiB` (1024s);
/// from 1 KB to 1 GB.
pub(super) fn size(value: &DeValue<'_>) -> Parsed<u64> {
    const EXAMPLE: &str = "write a whole number and a unit: \"512KB\", \"10MB\"; 1 KB to 1 GB";
    let text = match value {
        DeValue::String(text) => text.trim(),
        DeValue::Integer(_) => return Err(Refusal::new("this size has no unit", EXAMPLE)),
        other => return Err(wrong_kind(other, "a size", EXAMPLE)),
    };
    let refused = || Refusal::new(format!("{} is no size", shown(text)), EXAMPLE);
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let number: u64 = text[..digits].parse().map_err(|_| refused())?;
    let unit = match text[digits..].trim_start().to_ascii_lowercase().as_str() {
        "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err(refused()),
    };
    number
        .checked_mul(unit)
        .filter(|bytes| (1_000..=1 << 30).contains(bytes))
        .ok_or_else(|| Refusal::new("this must lie between 1 KB and 1 GB", EXAMPLE))
}

/// A well-formed BCP 47 tag (RFC 5646 §2.1, its shape only).
pub(super) fn language(value: &DeValue<'_>) -> Parsed<String> {
    let tag = text(value)?;
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let fits = (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    match fits {
        true => Ok(tag),
        false => Err(Refusal::new(
            format!("{} is no language tag", shown(&tag)),
            "write a BCP 47 tag: \"de\", \"en\", \"ru\", \"pt-BR\"",
        )),
    }
}

/// A zone of the IANA database.
pub(super) fn zone(value: &DeValue<'_>) -> Parsed<Tz> {
    let name = text(value)?;
    Tz::from_str(&name).map_err(|_| {
        let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        // "Berlin" alone is the commonest slip, and is not near "Europe/Berlin" by letters.
        let city = names.clone().find(|zone| {
            zone.rsplit('/')
                .next()
                .is_some_and(|city| city.eq_ignore_ascii_case(&name.replace(' ', "_")))
        });
        let remedy = match city.or_else(|| super::keys::meant(&name, names)) {
            Some(zone) => format!("did you mean \"{zone}\"?"),
            None => "write a name of the IANA database: \"Europe/Berlin\", \"UTC\"".to_owned(),
        };
        Refusal::new(format!("{} is no time zone", shown(&name)), remedy)
    })
}

/// `IP:PORT`; `localhost:PORT` is 127.0.0.1.
pub(super) fn socket(value: &DeValue<'_>) -> Parsed<SocketAddr> {
    let given = text(value)?;
    let local = given
        .strip_prefix("localhost:")
        .map(|port| format!("127.0.0.1:{port}"));
    SocketAddr::from_str(local.as_deref().unwrap_or(&given)).map_err(|_| {
        let remedy = match given.rsplit(':').next().map(u16::from_str) {
            Some(Ok(port)) => format!("write an IP address and a port: \"127.0.0.1:{port}\", or \"0.0.0.0:{port}\" for every network"),
            _ => "write an IP address and a port: \"127.0.0.1:8080\", \"[::1]:8080\"".to_owned(),
        };
        Refusal::new(format!("{} is no address to listen on", shown(&given)), remedy)
    })
}

/// Six fields for croner, with a moment to come.
///
/// Five fields get second 0 (contract §2). Seven (a year) and `@hourly` are refused: the
/// timetable's other readers do not know them.
pub(super) fn cron(value: &DeValue<'_>) -> Parsed<String> {
    const EXAMPLE: &str =
        "write second, minute, hour, day, month, weekday: \"0 */30 * * * *\" is every half hour";
    let given = text(value)?;
    let fields = given.split_whitespace().count();
    let six = match fields {
        5 => format!("0 {given}"),
        6 => given.clone(),
        _ => {
            let message = format!(
                "{} has {fields} {}, a cron expression has six, or five",
                shown(&given),
                if fields == 1 { "field" } else { "fields" }
            );
            return Err(Refusal::new(message, EXAMPLE));
        }
    };
    let pattern = croner::parser::CronParser::builder()
        .seconds(croner::parser::Seconds::Required)
        .build()
        .parse(&six)
        .map_err(|error| {
            Refusal::new(
                format!("{} is no cron expression: {error}", shown(&given)),
                EXAMPLE,
            )
        })?;
    // croner accepts 30 February: it is looked for from a fixed day on, never from today.
    let start = Utc
        .with_ymd_and_hms(2026, 1, 1, 0, 0, 0)
        .single()
        .unwrap_or_default();
    match pattern.find_next_occurrence(&start, true) {
        Ok(_) => Ok(six),
        Err(_) => Err(Refusal::new(
            format!("{} names a moment that never comes", shown(&given)),
            "look at day and month: there is no 30 February",
        )),
    }
}

/// A regular expression, case-insensitive, with a bounded size (the regex crate is linear in time).
pub(super) fn pattern(source: &str) -> Parsed<regex::Regex> {
    regex::RegexBuilder::new(source)
        .case_insensitive(true)
        .size_limit(1 << 20)
        .dfa_size_limit(1 << 20)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => Refusal::new(
                "this regular expression takes more than 1 MB once compiled",
                "make it smaller, or divide it: any one pattern of the list is enough",
            ),
            regex::Error::Syntax(words) => {
                // The crate draws a picture of the pattern; its last line says what is wrong.
                let why = words.lines().last().unwrap_or_default().trim_start_matches("error: ");
                Refusal::new(
                    format!("not a regular expression: {why}"),
                    "the syntax is that of Rust's regex crate; put it in single quotes, so that \\ stands for itself, and write \\. for a full stop",
                )
            }
            other => Refusal::new(format!("not a regular expression: {other}"), "the syntax is that of Rust's regex crate"),
        })
}

/// A web address with a host.
pub(super) fn address(value: &DeValue<'_>) -> Parsed<Url> {
    web_address(string(value)?)
}

/// As [`address`], from a text.
pub(super) fn web_address(given: &str) -> Parsed<Url> {
    let refused =
        |why: &str, remedy: &str| Err(Refusal::new(format!("{} {why}", shown(given)), remedy));
    const EXAMPLE: &str = "write the whole address: \"https://example.org/feed.xml\"";
    if given.trim().is_empty() {
        return Err(Refusal::new("this address is empty", EXAMPLE));
    }
    if given.len() > 4096 {
        return Err(Refusal::new(
            "this address is longer than 4096 characters",
            EXAMPLE,
        ));
    }
    if given.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return refused(
            "has white space in it",
            "remove it, or write %20 for a space",
        );
    }
    if given.contains('\\') {
        return refused("has a backslash in it", "addresses have forward slashes");
    }
    let lower = given.to_ascii_lowercase();
    let web = ["http:", "https:"]
        .iter()
        .find(|scheme| lower.starts_with(**scheme));
    match web {
        Some(scheme) if !lower[scheme.len()..].starts_with("//") => {
            return refused("lacks the two slashes after its scheme", EXAMPLE);
        }
        Some(scheme)
            if lower[scheme.len() + 2..].starts_with(['/', '?', '#'])
                || lower.len() == scheme.len() + 2 =>
        {
            return refused("has no host", EXAMPLE);
        }
        Some(_) => {}
        None => return without_web_scheme(given, &lower),
    }
    match Url::parse(given) {
        Ok(url) if url.host().is_some() && url.port() != Some(0) => Ok(url),
        Ok(_) => refused("has no host and port that can be asked", EXAMPLE),
        Err(error) => refused(&format!("is no address: {error}"), EXAMPLE),
    }
}

/// Why something that begins with neither `http:` nor `https:` is refused.
fn without_web_scheme(given: &str, lower: &str) -> Parsed<Url> {
    if let Some(rest) = lower.strip_prefix("feed:") {
        let rest = rest.trim_start_matches('/');
        let rest = if rest.starts_with("http") {
            rest.to_owned()
        } else {
            format!("https://{rest}")
        };
        return Err(Refusal::new(
            format!("{} has a scheme that only readers know", shown(given)),
            format!("write \"{}\"", shown_bare(&rest)),
        ));
    }
    match lower.split_once(':') {
        // "localhost:8080/feed" and "example.org:80" have no scheme but a port.
        Some((scheme, rest))
            if !scheme.contains('.')
                && !scheme.contains('/')
                && !rest.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            Err(Refusal::new(
                format!("{} is neither http nor https", shown(given)),
                "sources are asked by http: or https: only",
            ))
        }
        _ => Err(Refusal::new(
            format!("{} has no scheme", shown(given)),
            format!(
                "write \"https://{}\"",
                shown_bare(given.trim_start_matches('/'))
            ),
        )),
    }
}

/// Whether an address names a network that nobody else reaches: loopback, private, link-local …
/// A name that must be looked up first is not judged here.
pub(super) fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => private_v4(ip),
        Some(Host::Ipv6(ip)) => match ip.to_ipv4_mapped() {
            Some(ip) => private_v4(ip),
            None => private_v6(ip),
        },
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

fn private_v4(ip: Ipv4Addr) -> bool {
    ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_unspecified()
        || ip.is_broadcast()
        || ip.is_multicast()
}

fn private_v6(ip: Ipv6Addr) -> bool {
    ip.is_loopback()
        || ip.is_unspecified()
        || ip.is_unique_local()
        || ip.is_unicast_link_local()
        || ip.is_multicast()
}

/// A value as a refusal quotes it: in backquotes, masked, cut, without control characters.
pub(super) fn shown(text: &str) -> String {
    format!("`{}`", shown_bare(text))
}

/// As [`shown`], without the quotes.
pub(super) fn shown_bare(text: &str) -> String {
    let masked = masked(text);
    let mut short: String = masked.chars().take(80).collect();
    if short.len() < masked.len() {
        short.push('…');
    }
    super::fault::spoken(&short).replace('\n', "\\n")
}

/// A value of another kind.
pub(super) fn wrong_kind(value: &DeValue<'_>, expected: &str, remedy: &str) -> Refusal {
    let kind = match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    Refusal::new(format!("this is {kind}, but must be {expected}"), remedy)
}
