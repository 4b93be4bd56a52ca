//! One document of ours: a Markdown file under `store/statements/`.

use super::entry::{Markup, Person};
use super::{Digest, Moment};
use serde::{Deserialize, Serialize};

/// The database's number of a statement; its slug and id are fixed too, but longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatementNumber(pub i64);

/// What the `status` key says; `published` where it is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Public from `publish_at` on, else at once.
    #[default]
    Published,
    /// Not public.
    Draft,
    /// Public once, and taken back: a tombstone stands in its place.
    Withdrawn,
}

/// One of those who signed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signatory {
    /// The name as it stands in the document, without number and trailing address.
    pub name: String,
    /// Its page.
    pub url: Option<String>,
    /// Id of the `[[source]]` through which it publishes.
    pub source: Option<String>,
}

/// One document of ours, complete: what front matter says, and what was inferred where it is silent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Statement {
    /// In its address: `/statements/{slug}`. Unique.
    pub slug: String,
    /// Atom id: a tag URI or the `id` key's own, fixed at first sight in `ids.jsonl`.
    pub id: String,
    /// The file, relative to `store/statements/`, with `/`.
    pub path: String,
    /// Plain text.
    pub title: String,
    /// The `date` key, else the date in the document. None stays unknown; never the file's time.
    pub date: Option<Moment>,
    /// The `updated` key.
    pub updated: Option<Moment>,
    /// BCP 47.
    pub language: Option<String>,
    /// The `author` key.
    pub authors: Vec<Person>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// Plain text.
    pub summary: Option<String>,
    /// Free labels.
    pub tags: Vec<String>,
    /// Names of topics, as given.
    pub topics: Vec<String>,
    /// In the document's order.
    pub signatories: Vec<Signatory>,
    /// Address of the text that this one translates.
    pub original: Option<String>,
    /// The sentence that says it is a translation ("Aus dem Englischen übersetzt").
    pub translation_note: Option<String>,
    /// Slug of ours that this one translates.
    pub translation_of: Option<String>,
    /// Language versions of one text share it.
    pub group: Option<String>,
    /// End of the embargo.
    pub publish_at: Option<Moment>,
    /// Published, draft or withdrawn.
    pub status: Status,
    /// Of a withdrawal.
    pub reason: Option<String>,
    /// A note shown first.
    pub correction: Option<String>,
    /// Text of the contact block, plain, lines kept.
    pub contact: Option<String>,
    /// The text as HTML made of its Markdown: still to be sanitised before it is served.
    pub body: Markup,
    /// Keys of front matter that were inferred, by the contract's names.
    pub inferred: Vec<String>,
}

/// A statement as it came from its file, with what the database needs to know beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRead {
    /// The statement.
    pub statement: Statement,
    /// Over its words: other words are another version.
    pub digest: Digest,
    /// Over everything of it that can be seen: a difference nobody can see moves nothing.
    pub visible: Digest,
}
