//! A feed somebody else publishes and we follow.

use super::Moment;
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

/// The database's number of a source; its id and address may change, this does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceNumber(pub i64);

/// The canonical address of a source (contract §2): http = https, lower-case host, default port
/// dropped, percent-encoding normalised; nothing else folded or dropped.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Address(String);

impl Address {
    /// The canonical form of `url`.
    ///
    /// ```
    /// use presswire::domain::source::Address;
    /// let a = Address::of(&"http://Example.org:80/%7Efeed?B=2".parse().unwrap());
    /// let b = Address::of(&"https://example.org/~feed?B=2".parse().unwrap());
    /// assert_eq!(a, b);
    /// ```
    pub fn of(url: &Url) -> Address {
        let mut canonical = String::from("https://");
        canonical.push_str(url.host_str().unwrap_or_default());
        // `Url::port` is None for the scheme's own default.
        if let Some(port) = url.port().filter(|port| !matches!(port, 80 | 443)) {
            canonical.push_str(&format!(":{port}"));
        }
        canonical.push_str(&normalise_escapes(url.path()));
        if let Some(query) = url.query() {
            canonical.push('?');
            canonical.push_str(&normalise_escapes(query));
        }
        Address(canonical)
    }

    /// What `of` once gave, read back from the database.
    pub fn restore(canonical: String) -> Address {
        Address(canonical)
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// RFC 3986 §6.2.2: escapes of unreserved characters are decoded, the others get upper-case digits.
fn normalise_escapes(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut normal = String::with_capacity(part.len());
    let mut rest = part;
    while let Some(at) = rest.find('%') {
        normal.push_str(&rest[..at]);
        let start = part.len() - rest.len() + at;
        let code = bytes
            .get(start + 1..start + 3)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code {
            Some(code) if code.is_ascii_alphanumeric() || b"-._~".contains(&code) => {
                normal.push(char::from(code));
                rest = &rest[at + 3..];
            }
            Some(code) => {
                normal.push_str(&format!("%{code:02X}"));
                rest = &rest[at + 3..];
            }
            None => {
                normal.push('%');
                rest = &rest[at + 1..];
            }
        }
    }
    normal.push_str(rest);
    normal
}

/// What a source says of itself, as it stood when it was last read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceFacts {
    /// Atom `id` of the feed.
    pub id: Option<String>,
    /// Plain text.
    pub title: Option<String>,
    /// Address of its page for people.
    pub link: Option<String>,
    /// Its own `rel="self"`.
    pub self_link: Option<String>,
    /// Feed-level `language`, `xml:lang`.
    pub language: Option<String>,
    /// Atom `updated`, RSS `lastBuildDate`, else `pubDate`.
    pub updated: Option<Moment>,
    /// WebSub hubs it announces.
    pub hubs: Vec<String>,
}

/// How a source fares; the states an operator sees (`polling.md`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Never polled yet.
    #[default]
    New,
    /// Answers, and is read.
    Ok,
    /// Answers, but takes long.
    Slow,
    /// Redirects for good; the edit of feeds.toml is proposed.
    Moved,
    /// 410.
    Gone,
    /// 429 or 503 with a time to wait.
    Throttled,
    /// 401, 403, a bot wall, or an address that is not allowed.
    Blocked,
    /// Says 304 for ever although it changed.
    Frozen,
    /// Answers something that is no feed.
    NotAFeed,
    /// Read only in part.
    BrokenXml,
    /// DNS, TLS, connection, time-out, 404, 5xx.
    Unreachable,
    /// Nothing new for much longer than its habit.
    Silent,
    /// Another feed stands under the old address.
    Replaced,
    /// `enabled = false`, or no longer in feeds.toml.
    Disabled,
}

impl State {
    /// Every state, in the order of this page.
    pub const ALL: [State; 14] = [
        State::New,
        State::Ok,
        State::Slow,
        State::Moved,
        State::Gone,
        State::Throttled,
        State::Blocked,
        State::Frozen,
        State::NotAFeed,
        State::BrokenXml,
        State::Unreachable,
        State::Silent,
        State::Replaced,
        State::Disabled,
    ];

    /// The word shown in tables, `--json`, metrics and the database.
    pub fn word(self) -> &'static str {
        match self {
            State::New => "new",
            State::Ok => "ok",
            State::Slow => "slow",
            State::Moved => "moved",
            State::Gone => "gone",
            State::Throttled => "throttled",
            State::Blocked => "blocked",
            State::Frozen => "frozen",
            State::NotAFeed => "not a feed",
            State::BrokenXml => "broken XML",
            State::Unreachable => "unreachable",
            State::Silent => "silent",
            State::Replaced => "replaced",
            State::Disabled => "disabled",
        }
    }

    /// The state with this word.
    pub fn from_word(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// ETag and Last-Modified, byte for byte as received, with the address that they belong to.
///
/// Values that are no UTF-8 are not kept: a header of ours could not carry them back unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// The address that was asked when these came.
    pub url: String,
    /// `ETag`, at most 1 KiB.
    pub etag: Option<String>,
    /// `Last-Modified`, at most 1 KiB; never one that lies in the future.
    pub last_modified: Option<String>,
}
