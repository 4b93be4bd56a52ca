//! `/subscribe`: every feed that there is, with its address to copy.

use std::collections::BTreeSet;

use super::Page;
use super::chrome::{Chrome, FeedLink, Place, feed_links};
use super::words::{Words, language_name, primary_subtag, words_of};
use crate::config::Config;
use crate::database::Database;
use crate::domain::scope::Scope;
use crate::domain::statement::Status;
use crate::publish::feed::declared_name;
use crate::publish::{Addresses, PublishError};
use askama::Template;

#[derive(Template)]
#[template(path = "subscribe.html", config = "src/publish/page/askama.toml")]
struct Subscribe {
    chrome: Chrome,
    w: &'static Words,
    shelves: Vec<Shelf>,
}

struct Shelf {
    name: &'static str,
    offers: Vec<Offer>,
    /// Addresses are spelt out; in long shelves each form is a link to copy.
    is_whole: bool,
    is_languages: bool,
}

struct Offer {
    name: String,
    feeds: Vec<FeedLink>,
}

/// The page.
///
/// # Errors
/// `Database`; `Written`.
pub async fn subscribe(db: &Database, config: &Config) -> Result<Page, PublishError> {
    let addresses = Addresses::of(&config.wire.url);
    let words = words_of(config.wire.language.as_deref());
    let records = db.sources().await?;
    let offer = |scope: Scope, name: String| Offer {
        feeds: feed_links(&addresses, &scope, &name),
        name,
    };
    let wire = vec![
        offer(Scope::Wire, words.everything.to_owned()),
        offer(Scope::Statements, words.only_statements.to_owned()),
    ];
    let topics = config.topics.iter().map(|topic| {
        let scope = Scope::Topic(topic.slug.clone());
        offer(scope, topic.name.clone())
    });
    let languages = languages(db, config).await?;
    let languages = languages
        .into_iter()
        .map(|tag| offer(Scope::Language(tag.clone()), language_name(&tag)));
    let sources = config.sources.iter().filter(|source| source.enabled);
    let sources = sources.map(|source| {
        let name = declared_name(source, &records);
        offer(Scope::Source(source.id.clone()), name)
    });
    let shelves = [
        (words.feeds, wire),
        (words.topics, topics.collect()),
        (words.languages, languages.collect()),
        (words.sources, sources.collect()),
    ];
    let place = Place {
        path: Some("subscribe".to_owned()),
        heading: words.subscribe.to_owned(),
        scope: None,
        scope_title: None,
    };
    let page = Subscribe {
        chrome: Chrome::of(config, &addresses, place),
        w: words,
        shelves: shelves
            .into_iter()
            .filter(|(_, offers): &(_, Vec<Offer>)| !offers.is_empty())
            .map(|(name, offers)| Shelf {
                is_whole: name == words.feeds,
                is_languages: name == words.languages,
                name,
                offers,
            })
            .collect(),
    };
    Page::of(200, &page)
}

/// Languages of the newest of the wire, of our statements and of the wire itself, as primary subtags.
async fn languages(db: &Database, config: &Config) -> Result<Vec<String>, PublishError> {
    let (newest, _) = db.releases_page(false, None, 200).await?;
    let statements = db.statements().await?;
    let published = statements
        .iter()
        .map(|record| &record.read.statement)
        .filter(|statement| statement.status == Status::Published);
    let tags = newest
        .iter()
        .filter_map(|release| release.language.as_deref())
        .chain(published.filter_map(|statement| statement.language.as_deref()))
        .chain(config.wire.language.as_deref());
    let tags: BTreeSet<String> = tags.map(primary_subtag).collect();
    Ok(tags.into_iter().collect())
}
