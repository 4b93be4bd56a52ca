//! What was read is no feed: an HTML page, then, or what?

use super::content::resolve;
use super::plain::plain_text;
use super::token::{Scanner, Token};
use super::{Hints, ReadError, repairs::Repairs};

/// Feeds that one page may announce.
const MAX_FEEDS: usize = 16;

/// Says what the document is instead of a feed.
pub(super) fn describe(text: &str, bytes: &[u8], hints: &Hints) -> ReadError {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.is_empty() {
        return ReadError::Empty;
    }
    if let Some(binary) = binary_kind(bytes) {
        return ReadError::NotAFeed(binary.to_owned());
    }
    match root_name(start) {
        Some(name) if is_html(&name, start) => page(start, hints),
        Some(name) => ReadError::NotAFeed(format!("an XML document with the root <{name}>")),
        None if start.starts_with(['{', '[']) => {
            ReadError::NotAFeed("JSON, but no JSON Feed".to_owned())
        }
        None => ReadError::NotAFeed("text without a feed's root element".to_owned()),
    }
}

fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 9] = [
        (b"\x1f\x8b", "gzip data that was not decompressed"),
        (b"\x28\xb5\x2f\xfd", "zstd data that was not decompressed"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"%PDF", "a PDF document"),
        (b"\x89PNG", "a PNG picture"),
        (b"GIF8", "a GIF picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"ID3", "an MP3 recording"),
        (b"\x7fELF", "a program"),
    ];
    KINDS
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, kind)| *kind)
}

fn root_name(text: &str) -> Option<String> {
    let mut scanner = Scanner::new(text, Repairs::default());
    loop {
        match scanner.next() {
            Token::Start { name, .. } => return Some(name.chars().take(64).collect()),
            Token::Eof | Token::Cut => return None,
            _ => {}
        }
    }
}

fn is_html(root: &str, text: &str) -> bool {
    const ROOTS: [&str; 10] = [
        "html", "head", "body", "title", "meta", "script", "link", "div", "p", "h1",
    ];
    let doctype = text
        .as_bytes()
        .get(..14)
        .is_some_and(|head| head.eq_ignore_ascii_case(b"<!doctype html"));
    doctype || ROOTS.iter().any(|name| root.eq_ignore_ascii_case(name))
}

fn page(text: &str, hints: &Hints) -> ReadError {
    let mut scanner = Scanner::new(text, Repairs::default());
    let mut title: Option<String> = None;
    let mut in_title = false;
    let mut base = hints.base.cloned();
    let mut feeds = Vec::new();
    loop {
        match scanner.next() {
            Token::Start {
                name, attributes, ..
            } => {
                in_title = title.is_none() && name.eq_ignore_ascii_case("title");
                let href = attributes.get("href").map(plain_text);
                match href {
                    Some(href) if name.eq_ignore_ascii_case("base") => {
                        let joined = base.as_ref().and_then(|base| base.join(&href).ok());
                        base = joined.or_else(|| url::Url::parse(&href).ok()).or(base);
                    }
                    Some(href)
                        if name.eq_ignore_ascii_case("link") && announces_feed(&attributes) =>
                    {
                        let feed = resolve(base.as_ref(), &href);
                        if feeds.len() < MAX_FEEDS && !feeds.contains(&feed) {
                            feeds.push(feed);
                        }
                    }
                    _ => {}
                }
            }
            Token::Text(text) | Token::Verbatim(text) if in_title => {
                let text = plain_text(text);
                title = (!text.is_empty()).then(|| text.chars().take(200).collect());
                in_title = false;
            }
            Token::Eof | Token::Cut => return ReadError::Page { title, feeds },
            _ => {}
        }
    }
}

/// `rel="alternate"` with a feed's media type (not WordPress's `application/json` of its API).
fn announces_feed(attributes: &super::token::Attributes) -> bool {
    let rel = attributes
        .get("rel")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let kind = attributes
        .get("type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    rel.split_ascii_whitespace()
        .any(|word| word == "alternate" || word == "feed")
        && matches!(
            kind,
            "application/rss+xml"
                | "application/atom+xml"
                | "application/feed+json"
                | "application/rdf+xml"
                | "text/xml"
                | "application/xml"
        )
}
