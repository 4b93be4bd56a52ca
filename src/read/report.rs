//! One document as `presswire read --json` tells it (contract §1): one object, one line.

use super::sanitize::{self, CleanHtml};
use super::{Document, Format, ReadError};
use crate::domain::Moment;
use crate::domain::entry::{Enclosure, Entry, Markup, SourceClaim};
use chrono::SecondsFormat;
use serde::Serialize;

/// What was understood of one file, or why nothing was.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Report {
    /// A feed.
    Feed(Box<FeedReport>),
    /// Something else.
    Fault {
        /// The argument as given.
        file: String,
        /// What it is instead, or what is wrong with it.
        error: String,
    },
}

/// The members of the object for a feed; absent ones are null.
#[derive(Debug, Serialize)]
pub struct FeedReport {
    /// The argument as given.
    pub file: String,
    /// `rss-2.0` and so on.
    pub format: Format,
    /// Plain text.
    pub title: Option<String>,
    /// Address of the page for people.
    pub link: Option<String>,
    /// Of the feed as a whole.
    pub language: Option<String>,
    /// In the document's order.
    pub entries: Vec<EntryReport>,
    /// What had to be mended.
    pub repairs: Vec<String>,
    /// The document broke off, or held more than is read.
    pub truncated: bool,
}

/// The members of the object for an entry; absent ones are null.
#[derive(Debug, Serialize)]
pub struct EntryReport {
    /// The feed's own string.
    pub id: Option<String>,
    /// Plain text.
    pub title: Option<String>,
    /// Address of its page.
    pub link: Option<String>,
    /// RFC 3339.
    pub published: Option<String>,
    /// RFC 3339.
    pub updated: Option<String>,
    /// Names.
    pub authors: Vec<String>,
    /// Its own, else the feed's.
    pub language: Option<String>,
    /// Sanitised HTML.
    pub summary: Option<String>,
    /// Sanitised HTML.
    pub content: Option<String>,
    /// Terms.
    pub categories: Vec<String>,
    /// Files that belong to it.
    pub enclosures: Vec<EnclosureReport>,
    /// Where it says it comes from.
    pub source: Option<SourceClaim>,
}

/// One enclosure; absent members are null.
#[derive(Debug, Serialize)]
pub struct EnclosureReport {
    /// Address.
    pub url: String,
    /// Media type as published.
    #[serde(rename = "type")]
    pub media_type: Option<String>,
    /// Size in bytes.
    pub length: Option<u64>,
}

impl Report {
    /// What came of reading `file`; sanitises every text, which costs more than reading it did.
    pub fn of(file: &str, result: Result<Document, ReadError>) -> Report {
        match result {
            Ok(document) => Report::Feed(Box::new(FeedReport::of(file, document))),
            Err(error) => Report::fault(file, error.to_string()),
        }
    }

    /// Nothing was understood of `file`, and why.
    pub fn fault(file: &str, error: String) -> Report {
        Report::Fault {
            file: file.to_owned(),
            error,
        }
    }

    /// Whether the file was no feed.
    pub fn is_fault(&self) -> bool {
        matches!(self, Report::Fault { .. })
    }
}

impl FeedReport {
    fn of(file: &str, document: Document) -> FeedReport {
        let language = document.facts.language;
        let entries = document
            .entries
            .into_iter()
            .map(|entry| EntryReport::of(entry, language.as_deref()))
            .collect();
        FeedReport {
            file: file.to_owned(),
            format: document.format,
            title: document.facts.title,
            link: document.facts.link,
            language,
            entries,
            repairs: document.repairs,
            truncated: document.truncated,
        }
    }
}

impl EntryReport {
    fn of(entry: Entry, language: Option<&str>) -> EntryReport {
        let html = |markup: &Option<Markup>| {
            markup
                .as_ref()
                .map(sanitize::clean)
                .map(CleanHtml::into_string)
        };
        EntryReport {
            summary: html(&entry.summary),
            content: html(&entry.content),
            published: entry.published.map(rfc3339),
            updated: entry.updated.map(rfc3339),
            authors: entry
                .authors
                .into_iter()
                .map(|person| person.name)
                .collect(),
            language: entry.language.or_else(|| language.map(str::to_owned)),
            categories: entry
                .categories
                .into_iter()
                .map(|category| category.term)
                .collect(),
            enclosures: entry
                .enclosures
                .into_iter()
                .map(EnclosureReport::of)
                .collect(),
            source: entry.source,
            id: entry.id,
            title: entry.title,
            link: entry.link,
        }
    }
}

impl EnclosureReport {
    fn of(enclosure: Enclosure) -> EnclosureReport {
        EnclosureReport {
            url: enclosure.url,
            media_type: enclosure.media_type,
            length: enclosure.length,
        }
    }
}

fn rfc3339(moment: Moment) -> String {
    moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
