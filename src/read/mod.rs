//! A feed document -> entries: what the project exists for.
//!
//! Bytes come in from anywhere, in any charset and any state of repair; out comes a [`Document`] or
//! one sentence saying what it was instead. [`intake`] makes bounded, well-formed text of the bytes,
//! [`xml`] and [`json`] map it by namespace URI; a bad field costs the field, a bad entry the entry,
//! never the feed. Nothing here knows where the bytes came from or what becomes of the entries.
//!
//! In the order in which data moves: `intake` (with `charset`) gives text, `token` cuts it into tags
//! and mends what is torn, `root` finds where the feed begins, `cursor` balances the tags and knows
//! namespaces, base and language, `xml` and `entry` map, with `construct`, `content`, `date`, `people`
//! for the fields; `json` does the same for JSON Feed. [`sanitize`] comes later, when something is
//! shown.

mod attributes;
mod balance;
mod charset;
mod construct;
mod content;
mod cursor;
mod date;
mod dos;
mod ebcdic;
mod entity;
mod entry;
mod intake;
mod json;
mod json_text;
mod names;
mod page;
mod people;
mod plain;
mod repairs;
mod report;
mod root;
pub mod sanitize;
mod token;
mod xml;

pub use report::{EnclosureReport, EntryReport, FeedReport, Report};

use crate::domain::Moment;
use crate::domain::entry::Entry;
use crate::domain::source::SourceFacts;
use serde::Serialize;
use url::Url;

/// What the transport says about the bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// The address that the bytes came from, after redirects; relative addresses are relative to it.
    pub base: Option<&'a Url>,
    /// The `Content-Type` header.
    pub content_type: Option<&'a str>,
}

/// The format a document is in, by its root element and namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Format {
    /// RSS 0.91, 0.92, 0.93, 0.94, and 0.90 in RDF.
    #[serde(rename = "rss-0.9x")]
    Rss09x,
    /// RDF Site Summary 1.0.
    #[serde(rename = "rss-1.0")]
    Rss10,
    /// RSS 2.0.
    #[serde(rename = "rss-2.0")]
    Rss20,
    /// Atom 0.3.
    #[serde(rename = "atom-0.3")]
    Atom03,
    /// RFC 4287.
    #[serde(rename = "atom-1.0")]
    Atom10,
    /// JSON Feed 1.0 and 1.1.
    #[serde(rename = "json-feed-1")]
    JsonFeed1,
}

/// How often a publisher says it can be asked, and what else it says about asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manners {
    /// RSS `ttl`, `sy:updatePeriod` / `sy:updateFrequency`: seconds between polls, the longer one.
    pub interval_s: Option<u64>,
    /// RSS `skipHours`, 0 to 23, GMT.
    pub skip_hours: Vec<u8>,
    /// RSS `skipDays`, 0 = Monday, GMT.
    pub skip_days: Vec<u8>,
    /// RSS `cloud` is announced.
    pub cloud: bool,
    /// RFC 5005 `fh:complete`: what is missing was removed.
    pub complete: bool,
    /// RFC 5005 `fh:archive`.
    pub archive: bool,
    /// RFC 5005 `prev-archive`, else `next`; JSON Feed `next_url`.
    pub next: Option<String>,
}

/// RFC 6721 `at:deleted-entry`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// The entry's id.
    pub id: String,
    /// When.
    pub when: Option<Moment>,
    /// Its `at:comment`, plain text.
    pub reason: Option<String>,
}

/// One feed document, understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its format.
    pub format: Format,
    /// What it says of itself.
    pub facts: SourceFacts,
    /// In the document's order.
    pub entries: Vec<Entry>,
    /// Entries it says were removed.
    pub deleted: Vec<Deleted>,
    /// How it wants to be asked.
    pub manners: Manners,
    /// What had to be mended, each once, in words for a publisher ("bare & escaped, 3 times").
    pub repairs: Vec<String>,
    /// The document broke off: what it does not hold is unknown, not gone.
    pub truncated: bool,
    /// The last entry broke off with the document: it may lack its id, and come again under it.
    pub last_entry_cut: bool,
}

/// Why bytes are no feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// An HTML page; `feeds` are the feeds that it announces, resolved.
    #[error("an HTML page{}, not a feed", title.as_deref().map(|title| format!(" titled “{title}”")).unwrap_or_default())]
    Page {
        /// Its title.
        title: Option<String>,
        /// Addresses of feeds that it links by `rel="alternate"`.
        feeds: Vec<String>,
    },
    /// Something else; the text says what it looks like.
    #[error("not a feed: {0}")]
    NotAFeed(String),
}

/// Reads one feed document, whatever its format, charset and state of repair.
///
/// Bounded in memory by a small multiple of `bytes` and in time linearly; never panics. What is in
/// the result is as published: hostile markup included, until [`sanitize`] made it clean.
///
/// # Errors
///
/// By what the bytes are instead: [`ReadError::Empty`], [`ReadError::Page`], [`ReadError::NotAFeed`].
///
/// ```
/// use presswire::read::{Hints, read};
/// let feed = b"<rss version='2.0'><channel><title>T</title><item><title>Fish &amp; chips</title></item></channel></rss>";
/// let document = read(feed, &Hints::default()).unwrap();
/// assert_eq!(document.entries[0].title.as_deref(), Some("Fish & chips"));
/// ```
pub fn read(bytes: &[u8], hints: &Hints) -> Result<Document, ReadError> {
    let mut repairs = repairs::Repairs::default();
    let text = intake::text(bytes, hints.content_type, &mut repairs);
    match intake::kind(&text) {
        intake::Kind::Blank => Err(ReadError::Empty),
        intake::Kind::Json => json::read(&text, hints, repairs),
        intake::Kind::Xml => match root::open(&text, repairs) {
            Some(opened) => Ok(xml::read(opened, hints)),
            None => Err(page::describe(&text, bytes, hints)),
        },
    }
}
