//! One item as one source published it.
//!
//! An [`Entry`] is what the reader understood of an RSS `item`, an Atom `entry` or a JSON Feed item:
//! strings as published (trimmed, not re-serialised), markup still hostile. Which entry it is *for
//! ever* is [`EntryKey`]'s business, not a field's.

use super::Moment;
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

/// The database's number of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryNumber(pub i64);

/// Which entry of its source this is: a digest of the identity rule's version and the guid, link or
/// words that the rule settled on. Unique within a source, meaningless outside it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryKey(pub [u8; 16]);

impl fmt::Debug for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryKey({:032x})", u128::from_be_bytes(self.0))
    }
}

/// HTML source as a stranger published it: hostile until `read::sanitize` made it clean.
///
/// A plain-text construct is escaped into it, so that it is HTML in every case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Markup {
    /// The HTML source, characters forbidden in XML already dropped.
    pub html: String,
    /// What relative addresses inside are relative to (`xml:base`, else the document's address).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Url>,
    /// `xml:lang` in force at the element, a BCP 47 tag as published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// A person as a feed names one.
///
/// RSS: `author` ("mail (name)"), `dc:creator`, `itunes:author`; Atom: `author`; JSON Feed: `authors[]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name; the address where nothing else is given.
    pub name: String,
    /// Mail address, without `mailto:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Page of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// RSS `category`, `dc:subject`; Atom `category`; JSON Feed `tags[]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// The machine's word (Atom `term`, RSS text).
    pub term: String,
    /// RSS `domain`, Atom `scheme`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// People's word, where it differs (Atom `label`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// RSS `enclosure`, `media:content`; Atom `link rel="enclosure"`; JSON Feed `attachments[]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    /// Address, resolved.
    pub url: String,
    /// Media type as published.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
}

/// Where an entry says it comes from: RSS `source`, Atom `source`. A claim: shown, never believed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceClaim {
    /// Its title, plain text.
    pub title: Option<String>,
    /// Address of its feed (RSS `url`, Atom `link rel="self"`, else its alternate link).
    pub url: Option<String>,
}

/// One item as one source published it. Every field but the vectors may be missing in every format.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// RSS `guid` or `rdf:about`, Atom `id`, JSON Feed `id`: the feed's own string, trimmed. Empty is missing.
    pub id: Option<String>,
    /// RSS `guid` is an address (`isPermaLink` not "false"); false in the other formats.
    pub id_is_permalink: bool,
    /// Address of the entry's page. RSS `link`, Atom `link rel="alternate"`, JSON Feed `url`.
    pub link: Option<String>,
    /// Plain text, one line. RSS, Atom, JSON Feed `title`.
    pub title: Option<String>,
    /// RSS `description` beside `content:encoded`, Atom `summary`, JSON Feed `summary`.
    pub summary: Option<Markup>,
    /// RSS `content:encoded`, Atom `content`, JSON Feed `content_html`, `content_text`; where a feed
    /// has nothing but an RSS `description`, that stands in `summary`.
    pub content: Option<Markup>,
    /// RSS `pubDate`, `dc:date`, Atom `published`, JSON Feed `date_published`. None: absent or not understood.
    pub published: Option<Moment>,
    /// Atom `updated`, `dcterms:modified`, JSON Feed `date_modified`.
    pub updated: Option<Moment>,
    /// The date's text where it was not understood, kept for the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_not_understood: Option<String>,
    /// In the feed's order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Person>,
    /// `xml:lang` in force at the entry, `dc:language`, JSON Feed `language`; None where only the
    /// feed, or nothing, says (the reader fills in the feed's own word).
    pub language: Option<String>,
    /// In the feed's order, without repetitions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// All of them, in the feed's order, each address once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub enclosures: Vec<Enclosure>,
    /// Where the entry says it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceClaim>,
    /// RSS `comments`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<String>,
    /// A picture that stands for the entry: `media:thumbnail`, `itunes:image`, JSON Feed `image`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// `thr:in-reply-to` `ref`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// Elements of extensions that are kept but have no field: (namespace URI, local name, text).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<(String, String, String)>,
}

impl Entry {
    /// Neither id, link, title nor text: an empty `<item/>`. It is read, and counted, but there is
    /// nothing in it to identify, keep or show.
    pub fn says_nothing(&self) -> bool {
        self.id.is_none()
            && self.link.is_none()
            && self.title.is_none()
            && self.summary.is_none()
            && self.content.is_none()
            && self.enclosures.is_empty()
    }

    /// The fuller of content and summary, by length of its markup; what likeness and pages look at.
    pub fn fuller(&self) -> Option<&Markup> {
        match (&self.content, &self.summary) {
            (Some(content), Some(summary)) if summary.html.len() > content.html.len() => {
                Some(summary)
            }
            (Some(content), _) => Some(content),
            (None, summary) => summary.as_ref(),
        }
    }
}
