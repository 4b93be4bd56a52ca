//! Strangers' words and our own addresses as they may appear in messages and logs: one line, no secrets.

use std::time::Duration;
use url::Url;

/// Longest piece of a stranger's text in a message, in characters.
const LONGEST: usize = 200;

/// A stranger's text as one line of at most 200 characters, without control characters.
pub fn line(text: &str) -> String {
    let mut line = String::new();
    let mut count = 0;
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        if !line.is_empty() {
            line.push(' ');
        }
        for c in word.chars() {
            count += 1;
            if count > LONGEST {
                line.push('…');
                return line;
            }
            line.push(c);
        }
    }
    line
}

/// An address without what may be secret: user name and password go, values of the query are masked.
///
/// ```
/// use presswire::poll::shown::address;
/// let url = "https://me:pw@example.org/feed?token=abc&x=1".parse().unwrap();
/// assert_eq!(address(&url), "https://example.org/feed?token=***&x=***");
/// ```
pub fn address(url: &Url) -> String {
    let mut url = url.clone();
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    let masked = url.query().map(|query| {
        let part = |part: &str| match part.split_once('=') {
            Some((name, _)) => format!("{name}=***"),
            None => "***".to_owned(),
        };
        query.split('&').map(part).collect::<Vec<_>>().join("&")
    });
    url.set_query(masked.as_deref());
    url.into()
}

/// A duration for people: "30 s", "15 min", "6 h", "3 d".
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => format!("{} ms", duration.as_millis()),
        1..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} min", seconds / 60),
        7200..=172_799 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// A size for people, in the units of feeds.toml.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{bytes} bytes"),
        10_000..=9_999_999 if !bytes.is_multiple_of(1_000_000) => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_text_is_one_short_line() {
        assert_eq!(line(" a\r\n\tb\u{1b}[31m c "), "a b [31m c");
        assert_eq!(line(&"x".repeat(500)).chars().count(), 201);
    }

    #[test]
    fn units_are_for_people() {
        assert_eq!(duration(Duration::from_secs(30)), "30 s");
        assert_eq!(duration(Duration::from_secs(900)), "15 min");
        assert_eq!(duration(Duration::from_secs(6 * 3600)), "6 h");
        assert_eq!(size(10_000_000), "10 MB");
        assert_eq!(size(1000), "1000 bytes");
    }
}
