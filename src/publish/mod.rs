//! Releases out: Atom, RSS, JSON Feed, OPML, the API's JSON, and pages for people.
//!
//! The walk: a scope is loaded ([`load`]: releases from the database, their words sanitised once by
//! [`text`]) into a [`Feed`]; one of [`atom`], [`rss`], [`json_feed`] writes it. Bytes are a pure
//! function of content: nothing here reads the clock, and `now` goes no further than to the database,
//! which remembers when a feed last became another one. Not known here: HTTP, caches, polling, files.

pub mod address;
pub mod api;
mod atom;
pub mod date;
mod explained;
pub mod feed;
mod icon;
mod json_feed;
mod linked;
mod opml;
pub mod page;
mod publications;
mod rss;
mod signatories;
mod sitemap;
pub mod text;
pub mod xml_text;

pub use address::Addresses;
pub use explained::{ExplainedShown, explained};
pub use feed::{Feed, Holding};
pub use icon::favicon;
pub use opml::opml;
pub use sitemap::{robots, sitemap};

use crate::config::Config;
use crate::database::{Database, DatabaseError, Window};
use crate::domain::Moment;
use crate::domain::scope::Scope;
use feed::Item;
use linked::Linked;
use sha2::{Digest as _, Sha256};

/// The forms in which a feed is served, by the extension of its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// Atom 1.0, `.atom`.
    Atom,
    /// RSS 2.0, `.rss`.
    Rss,
    /// JSON Feed 1.1, `.json`.
    Json,
}

impl Form {
    /// All three, the canonical one first.
    pub const ALL: [Form; 3] = [Form::Atom, Form::Rss, Form::Json];

    /// In addresses, without dot.
    pub fn extension(self) -> &'static str {
        match self {
            Form::Atom => "atom",
            Form::Rss => "rss",
            Form::Json => "json",
        }
    }

    /// The form with this extension.
    pub fn from_extension(extension: &str) -> Option<Form> {
        Form::ALL
            .into_iter()
            .find(|form| form.extension() == extension)
    }

    /// Without parameters, as a `link` names it.
    pub fn media_type(self) -> &'static str {
        match self {
            Form::Atom => "application/atom+xml",
            Form::Rss => "application/rss+xml",
            Form::Json => "application/feed+json",
        }
    }

    /// As the `Content-Type` header says it (contract §4).
    pub fn content_type(self) -> &'static str {
        match self {
            Form::Atom => "application/atom+xml; charset=utf-8",
            Form::Rss => "application/rss+xml; charset=utf-8",
            Form::Json => "application/feed+json; charset=utf-8",
        }
    }

    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Form::Atom => "Atom",
            Form::Rss => "RSS",
            Form::Json => "JSON Feed",
        }
    }
}

/// A document, ready to be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The bytes, UTF-8.
    pub bytes: Vec<u8>,
    /// `Content-Type`.
    pub media_type: &'static str,
    /// When the bytes last became others, as the database remembers it: `Last-Modified`.
    pub changed: Moment,
}

/// A feed's document as it stands, and what changed in it since an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The whole.
    pub rendered: Rendered,
    /// What it holds.
    pub holding: Holding,
    /// The same document with only what an earlier one did not hold; None where none was named.
    pub changes: Option<Vec<u8>>,
}

/// Why a document could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// No such scope, release or statement: 404.
    #[error("nothing is published under this address")]
    Unknown,
    /// The database did not answer: 503.
    #[error("load what is to be published")]
    Database(#[from] DatabaseError),
    /// A document could not be written; the text says why.
    #[error("write the document: {0}")]
    Written(String),
}

/// The feed of `scope` in one form; `langs` picks one version of each text, in this order.
///
/// # Errors
/// `Unknown` where the scope never held or will hold anything; `Database`; `Written`.
pub async fn feed(
    db: &Database,
    config: &Config,
    scope: &Scope,
    form: Form,
    langs: &[String],
    now: Moment,
) -> Result<Rendered, PublishError> {
    let edition = edition(db, config, scope, form, langs, None, now).await?;
    Ok(edition.rendered)
}

/// The same feed with what it holds, and what is new or changed in it where its caller knows what it
/// held before.
///
/// # Errors
/// Those of [`feed()`].
pub async fn edition(
    db: &Database,
    config: &Config,
    scope: &Scope,
    form: Form,
    langs: &[String],
    earlier: Option<&Holding>,
    now: Moment,
) -> Result<Edition, PublishError> {
    let mut feed = load(db, config, scope, langs).await?;
    let changed = match scope {
        Scope::Search(_) => Some(search_changed(db, config, &mut feed, form, now).await?),
        _ => {
            date_undated(db, &mut feed, form, now).await?;
            None
        }
    };
    let bytes = render(&feed, form)?;
    let changed = match changed {
        Some(changed) => changed,
        None => db.served(&key(&feed, form), digest(&bytes), now).await?,
    };
    let changes = earlier.map(|earlier| render(&feed.since(earlier), form));
    Ok(Edition {
        rendered: Rendered {
            bytes,
            media_type: form.content_type(),
            changed,
        },
        holding: feed.holding(),
        changes: changes.transpose()?,
    })
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Under what the database remembers a document: its address without the wire's own.
fn key(feed: &Feed, form: Form) -> String {
    let address = feed.address(form);
    let key = address.strip_prefix(feed.addresses.base());
    key.unwrap_or(&address).to_owned()
}

/// Dates a feed in which nothing has a date: Atom forces a value, and the stored moment of the same
/// feed without one is stable and true.
async fn date_undated(
    db: &Database,
    feed: &mut Feed,
    form: Form,
    now: Moment,
) -> Result<(), PublishError> {
    if feed.is_undated() {
        let undated = format!("{} undated", key(feed, form));
        feed.updated = db
            .served(&undated, digest(&render(feed, form)?), now)
            .await?;
    }
    Ok(())
}

/// When a search last changed; dates it where it finds nothing. As many searches as strangers invent
/// must not be remembered: it did when a release that it finds did, when one was lost, or when what
/// all searches have in common did.
async fn search_changed(
    db: &Database,
    config: &Config,
    feed: &mut Feed,
    form: Form,
    now: Moment,
) -> Result<Moment, PublishError> {
    let any = Scope::Search(String::new());
    let title = feed::scope_title(config, &any, None);
    let common = Feed::of(config, &any, &[], title, Vec::new(), Vec::new());
    let shared = db
        .served(&key(&common, form), digest(&render(&common, form)?), now)
        .await?;
    if feed.is_undated() {
        feed.updated = shared;
    }
    let found: Vec<_> = feed.items.iter().map(|item| item.number).collect();
    let changed = db.search_changed(&found).await?.max(shared);
    Ok(changed.min(now))
}

/// What the feed of `scope` says, before any form.
///
/// # Errors
/// `Unknown`; `Database`.
pub async fn load(
    db: &Database,
    config: &Config,
    scope: &Scope,
    langs: &[String],
) -> Result<Feed, PublishError> {
    let window = Window::of(config.wire.items);
    let releases = match db.feed(scope, window, langs).await? {
        Some(releases) => releases,
        None if is_configured(config, scope) => Vec::new(),
        None => return Err(PublishError::Unknown),
    };
    let texts = text::texts_of(db, config, &releases).await?;
    let tombstones = match scope {
        Scope::Search(_) => Vec::new(),
        scope => db.tombstones(scope, Moment::UNIX_EPOCH).await?,
    };
    let linked = Linked::with(db, &releases).await?;
    let addresses = Addresses::of(&config.wire.url);
    let items = releases.iter().zip(texts).flat_map(|(release, text)| {
        let item = Item::of(config, &addresses, release, text, &linked);
        match scope {
            Scope::Publications(_) => publications::items(config, &addresses, release, item),
            _ => vec![item],
        }
    });
    let items = items.collect();
    let title = scope_title(db, config, scope).await?;
    Ok(Feed::of(config, scope, langs, title, items, tombstones))
}

/// A feed's bytes in one form.
///
/// # Errors
/// `Written`.
pub fn render(feed: &Feed, form: Form) -> Result<Vec<u8>, PublishError> {
    match form {
        Form::Atom => atom::render(feed),
        Form::Rss => rss::render(feed),
        Form::Json => json_feed::render(feed),
    }
}

/// Whether feeds.toml promises that something will stand in `scope`, though nothing has yet.
fn is_configured(config: &Config, scope: &Scope) -> bool {
    match scope {
        Scope::Wire | Scope::Statements => true,
        Scope::Source(id) | Scope::SourceAll(id) => {
            config.sources.iter().any(|source| source.id == *id)
        }
        Scope::Topic(slug) => {
            let labels = config.sources.iter().flat_map(|source| &source.topics);
            config.topics.iter().any(|topic| topic.slug == *slug)
                || labels.into_iter().any(|(label, _)| label == slug)
        }
        Scope::Language(tag) => {
            let own = config.wire.language.as_deref();
            own.is_some_and(|own| page::words::primary_subtag(own) == *tag)
        }
        Scope::Related(_) | Scope::Publications(_) | Scope::Search(_) => false,
    }
}

/// What the feed and the page of a scope are called.
pub(crate) async fn scope_title(
    db: &Database,
    config: &Config,
    scope: &Scope,
) -> Result<String, PublishError> {
    let name = match scope {
        Scope::Source(id) | Scope::SourceAll(id) => source_name(db, config, id).await?,
        Scope::Related(slug) | Scope::Publications(slug) => {
            let statement = db.statement(slug).await?;
            statement.map(|record| record.read.statement.title)
        }
        Scope::Topic(slug) => {
            let labels = config.sources.iter().flat_map(|source| &source.topics);
            let mut labels = labels.into_iter().filter(|(label, _)| label == slug);
            match labels.next() {
                Some((_, name)) => Some(name.clone()),
                None => label_name(db, scope, slug).await?,
            }
        }
        _ => None,
    };
    Ok(feed::scope_title(config, scope, name.as_deref()))
}

/// What a topic is called that only statements name, by the newest release that bears it.
async fn label_name(
    db: &Database,
    scope: &Scope,
    slug: &str,
) -> Result<Option<String>, PublishError> {
    let page = db.scope_page(scope, None, 1).await?;
    let newest = page.and_then(|page| page.releases.into_iter().next());
    let labels = newest.map(|release| release.topics).unwrap_or_default();
    let mut names = labels.into_iter().filter(|(label, _)| label == slug);
    Ok(names.next().map(|(_, name)| name))
}

async fn source_name(
    db: &Database,
    config: &Config,
    id: &str,
) -> Result<Option<String>, PublishError> {
    let declared = config.sources.iter().find(|source| source.id == *id);
    if let Some(name) = declared.and_then(|source| source.name.clone()) {
        return Ok(Some(name));
    }
    let record = db.source(id).await?;
    Ok(record.and_then(|record| record.name.or(record.facts.title)))
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod sample;
