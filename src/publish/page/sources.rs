//! `/sources`: whom we follow and how they fare. What is wrong in detail is for operators only.

use super::Page;
use super::chrome::{Chrome, FeedLink, Place, feed_links};
use super::words::{Words, words_of};
use crate::config::{Config, Source};
use crate::database::{Database, SourceRecord};
use crate::domain::Moment;
use crate::domain::scope::Scope;
use crate::domain::source::State;
use crate::publish::address::{is_linkable, scope_path};
use crate::publish::feed::declared_name;
use crate::publish::{Addresses, PublishError, date};
use askama::Template;

/// For whom a page is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Anybody: no error texts.
    Everybody,
    /// Those who run this: with error texts and remedies.
    Operators,
}

#[derive(Template)]
#[template(path = "sources.html", config = "src/publish/page/askama.toml")]
struct Sources {
    chrome: Chrome,
    w: &'static Words,
    sources: Vec<Row>,
}

struct Row {
    href: String,
    name: String,
    /// Class: `well`, `ill`, or `still`.
    mood: &'static str,
    state: &'static str,
    last_iso: Option<String>,
    last: String,
    next_iso: Option<String>,
    next: String,
    entries: i64,
    message: Option<String>,
    remedy: Option<String>,
    page: Option<String>,
    feeds: Vec<FeedLink>,
}

/// The page.
///
/// # Errors
/// `Database`; `Written`.
pub async fn sources(
    db: &Database,
    config: &Config,
    audience: Audience,
) -> Result<Page, PublishError> {
    let records = db.sources().await?;
    let addresses = Addresses::of(&config.wire.url);
    let words = words_of(config.wire.language.as_deref());
    let rows = config.sources.iter().map(|source| {
        let record = SourceRecord::find(&records, &source.id);
        row(config, &addresses, words, audience, source, record)
    });
    let place = Place {
        path: Some("sources".to_owned()),
        heading: words.sources.to_owned(),
        scope: None,
        scope_title: None,
    };
    let page = Sources {
        sources: rows.collect(),
        chrome: Chrome::of(config, &addresses, place),
        w: words,
    };
    Page::of(200, &page)
}

fn row(
    config: &Config,
    addresses: &Addresses,
    words: &Words,
    audience: Audience,
    source: &Source,
    record: Option<&SourceRecord>,
) -> Row {
    let state = match record {
        _ if !source.enabled => State::Disabled,
        Some(record) => record.state,
        None => State::New,
    };
    let is_for_operators = audience == Audience::Operators;
    let name = declared_name(source, record.map_or(&[], std::slice::from_ref));
    let shown = |at: Option<Moment>| {
        let text = at.map(|at| date::day_and_time(at, config.wire.timezone, words));
        text.unwrap_or_default()
    };
    let last = record.and_then(|record| record.last_ok);
    let next = record
        .and_then(|record| record.next_poll)
        .filter(|_| source.enabled);
    let scope = Scope::Source(source.id.clone());
    Row {
        href: addresses.local(&scope_path(&scope)),
        mood: mood(state),
        state: if is_for_operators {
            state.word()
        } else {
            words.of_state(state)
        },
        last_iso: last.map(date::rfc3339),
        last: shown(last),
        next_iso: next.map(date::rfc3339),
        next: shown(next),
        entries: record.map_or(0, |record| record.entries),
        message: record
            .and_then(|record| record.message.clone())
            .filter(|_| is_for_operators),
        remedy: record
            .and_then(|record| record.remedy.clone())
            .filter(|_| is_for_operators),
        page: record
            .and_then(|record| record.facts.link.clone())
            .filter(|link| is_linkable(link)),
        feeds: feed_links(addresses, &scope, &name),
        name,
    }
}

fn mood(state: State) -> &'static str {
    match state {
        State::Ok | State::Slow | State::Moved => "well",
        State::New | State::Silent | State::Frozen | State::Disabled | State::Throttled => "still",
        _ => "ill",
    }
}
