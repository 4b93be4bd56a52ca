//! Pages that list releases, newest first, by day: the start page, a topic, a source, a language, our
//! statements.

use super::Page;
use super::chrome::{Chrome, FeedLink, Place, feed_links};
use super::words::{Words, language_name, primary_subtag, words_of};
use crate::config::{Config, Source};
use crate::database::{Cursor, Database, Newer, ScopePage, SourceRecord};
use crate::domain::release::{Release, Shown};
use crate::domain::scope::Scope;
use crate::publish::address::{page_path, scope_path};
use crate::publish::feed::{self, TopicShown};
use crate::publish::text::{ReleaseText, texts_of};
use crate::publish::xml_text::{beginning, one_line};
use crate::publish::{Addresses, PublishError, date};
use askama::Template;

/// Releases on one page.
const ROWS: usize = 40;
/// Characters of a teaser; the style sheet shows three lines of it.
const TEASER: usize = 260;

#[derive(Template)]
#[template(path = "list.html", config = "src/publish/page/askama.toml")]
struct List {
    chrome: Chrome,
    w: &'static Words,
    /// On the page of a search.
    search: Option<SearchForm>,
    /// The scope's own feeds, where it is not the wire.
    subscribe: Vec<FeedLink>,
    days: Vec<Day>,
    empty: &'static str,
    shelves: Vec<Shelf>,
}

/// What is searched for, and where.
struct SearchForm {
    action: String,
    query: String,
}

struct Day {
    iso: String,
    name: String,
    rows: Vec<Row>,
}

struct Row {
    href: String,
    title: String,
    /// Of title and teaser, where it is known.
    lang: Option<String>,
    /// Its name, where it is not the page's.
    language: String,
    iso: Option<String>,
    when: String,
    is_ours: bool,
    by: String,
    also: String,
    teaser: String,
    topics: Vec<Item>,
}

struct Shelf {
    name: &'static str,
    items: Vec<Item>,
}

struct Item {
    href: String,
    name: String,
}

/// `/`: the newest releases of the wire; `before` as the page before gave it, what is no such thing
/// gives the first page.
///
/// # Errors
/// `Database`; `Written`.
pub async fn start(
    db: &Database,
    config: &Config,
    before: Option<&str>,
) -> Result<Page, PublishError> {
    let slice = slice(db, config, &Scope::Wire, before).await?;
    let words = words_of(config.wire.language.as_deref());
    let place = Place {
        path: Some(String::new()),
        heading: config.wire.title.clone(),
        scope: Some(&Scope::Wire),
        scope_title: None,
    };
    let mut list = list(db, config, place, slice, before).await?;
    let shown: Vec<&str> = followed(config)
        .take(ON_SHELF)
        .map(|s| s.id.as_str())
        .collect();
    let records = db.sources_of(&shown).await?;
    list.shelves = shelves(config, &records, &Addresses::of(&config.wire.url), words);
    Page::of(200, &list)
}

/// The page of a topic, a source, a language, or all statements.
///
/// # Errors
/// `Unknown` where the scope's feed would be unknown too; `Database`; `Written`.
pub async fn scope(
    db: &Database,
    config: &Config,
    scope: &Scope,
    before: Option<&str>,
) -> Result<Page, PublishError> {
    let slice = slice(db, config, scope, before).await?;
    let title = crate::publish::scope_title(db, config, scope).await?;
    let wire = format!("{} · ", config.wire.title);
    let place = Place {
        path: Some(scope_path(scope)),
        heading: title.strip_prefix(&wire).unwrap_or(&title).to_owned(),
        scope: Some(scope),
        scope_title: Some(title.clone()),
    };
    let mut list = list(db, config, place, slice, before).await?;
    list.subscribe = feed_links(&Addresses::of(&config.wire.url), scope, &title);
    Page::of(200, &list)
}

/// `/search?q=`: what a query finds, newest first; an empty one finds nothing.
///
/// # Errors
/// `Database`; `Written`.
pub async fn search(
    db: &Database,
    config: &Config,
    query: &str,
    before: Option<&str>,
) -> Result<Page, PublishError> {
    let scope = Scope::search(query);
    let Scope::Search(query) = &scope else {
        return Err(PublishError::Unknown);
    };
    let slice = slice(db, config, &scope, before).await?;
    let words = words_of(config.wire.language.as_deref());
    let title = crate::publish::scope_title(db, config, &scope).await?;
    let is_asked = !query.is_empty();
    let place = Place {
        path: Some(scope_path(&scope)),
        heading: words.search.to_owned(),
        scope: is_asked.then_some(&scope),
        scope_title: Some(title.clone()),
    };
    let addresses = Addresses::of(&config.wire.url);
    let mut list = list(db, config, place, slice, before).await?;
    // As many pages as there are words are not for search engines.
    list.chrome.is_unlisted = true;
    list.search = Some(SearchForm {
        action: addresses.local("search"),
        query: query.clone(),
    });
    list.empty = match is_asked {
        true => words.nothing_found,
        false => "",
    };
    if is_asked {
        list.subscribe = feed_links(&addresses, &scope, &title);
    }
    Page::of(200, &list)
}

/// One page of a scope; one that is only configured is an empty page.
async fn slice(
    db: &Database,
    config: &Config,
    scope: &Scope,
    before: Option<&str>,
) -> Result<ScopePage, PublishError> {
    let behind: Option<Cursor> = before.and_then(|before| before.parse().ok());
    match db.scope_page(scope, behind, ROWS).await? {
        Some(page) => Ok(page),
        None if crate::publish::is_configured(config, scope) => Ok(ScopePage {
            releases: Vec::new(),
            older: None,
            newer: Newer::Nothing,
        }),
        None => Err(PublishError::Unknown),
    }
}

async fn list(
    db: &Database,
    config: &Config,
    place: Place<'_>,
    slice: ScopePage,
    before: Option<&str>,
) -> Result<List, PublishError> {
    let texts = texts_of(db, config, &slice.releases).await?;
    Ok(list_of(config, place, &slice, &texts, before))
}

/// The list with its texts at hand, in the releases' order.
fn list_of(
    config: &Config,
    place: Place<'_>,
    slice: &ScopePage,
    texts: &[ReleaseText],
    before: Option<&str>,
) -> List {
    let addresses = Addresses::of(&config.wire.url);
    let words = words_of(config.wire.language.as_deref());
    let path = place.path.clone().unwrap_or_default();
    let mut chrome = Chrome::of(config, &addresses, place);
    let mark = if path.contains('?') { '&' } else { '?' };
    let turned = |cursor: Cursor| addresses.local(&format!("{path}{mark}before={cursor}"));
    chrome.next = slice.older.map(turned);
    chrome.previous = match slice.newer {
        Newer::Nothing => None,
        Newer::First => Some(addresses.local(&path)),
        Newer::Behind(cursor) => Some(turned(cursor)),
    };
    // Later pages are a walk through the list, not pages to be found.
    chrome.is_unlisted = before.is_some();
    let rows = slice.releases.iter().zip(texts);
    let rows = rows.map(|(release, text)| (release, row(config, &addresses, words, release, text)));
    List {
        chrome,
        w: words,
        search: None,
        subscribe: Vec::new(),
        days: by_day(config, words, rows),
        empty: words.nothing_yet,
        shelves: Vec::new(),
    }
}

/// Rows under the day of their position, in the wire's time zone; the order is kept.
fn by_day<'a>(
    config: &Config,
    words: &Words,
    rows: impl Iterator<Item = (&'a Release, Row)>,
) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for (release, row) in rows {
        let day = date::day(release.position, config.wire.timezone);
        let iso = day.to_string();
        match days.last_mut() {
            Some(last) if last.iso == iso => last.rows.push(row),
            _ => days.push(Day {
                name: date::long_day(day, words),
                rows: vec![row],
                iso,
            }),
        }
    }
    days
}

fn row(
    config: &Config,
    addresses: &Addresses,
    words: &'static Words,
    release: &Release,
    text: &ReleaseText,
) -> Row {
    let own = config.wire.language.as_deref().unwrap_or(words.tag);
    let language = release.language.as_deref();
    let is_foreign = language.is_some_and(|tag| primary_subtag(tag) != primary_subtag(own));
    let is_ours = matches!(release.shown, Shown::Statement(_));
    let mut names = names(config, release);
    let by = if is_ours || names.is_empty() {
        words.ours.to_owned()
    } else {
        names.remove(0)
    };
    let topics = feed::topics(config, release);
    let title = feed::title(release, Some(text), words);
    Row {
        href: addresses.local(&page_path(release)),
        lang: language.map(str::to_owned),
        language: match language {
            Some(tag) if is_foreign => language_name(tag),
            _ => String::new(),
        },
        iso: release.published.map(date::rfc3339),
        when: when(config, words, release),
        is_ours,
        by,
        also: names.join(", "),
        teaser: teaser(&title, text),
        title,
        topics: topics
            .iter()
            .map(|topic| topic_item(addresses, topic))
            .collect(),
    }
}

/// The time where it was published on the day that it stands under, else the day.
fn when(config: &Config, words: &Words, release: &Release) -> String {
    let zone = config.wire.timezone;
    let Some(published) = release.published else {
        return words.date_unknown.to_owned();
    };
    let shown = date::day_and_time(published, zone, words);
    if date::day(published, zone) != date::day(release.position, zone) {
        return date::short_day(published, zone);
    }
    match shown.contains(", ") {
        true => date::time_of_day(published, zone),
        false => String::new(),
    }
}

/// Names of the sources that published it, each once, the shown one first.
fn names(config: &Config, release: &Release) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for publication in &release.publications {
        let name = feed::source_name(config, &publication.by);
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names
}

/// The summary, else the beginning of the text, without the title that many texts repeat.
fn teaser(title: &str, text: &ReleaseText) -> String {
    let whole = one_line(&text.opening());
    let rest = whole.strip_prefix(title).unwrap_or(&whole);
    beginning(
        rest.trim_start_matches([' ', '\n', '.', ':', '–', '-']),
        TEASER,
    )
}

fn topic_item(addresses: &Addresses, topic: &TopicShown) -> Item {
    Item {
        href: addresses.local(&scope_path(&Scope::Topic(topic.slug.clone()))),
        name: topic.name.clone(),
    }
}

/// Topics and sources of feeds.toml, beside the newest releases.
/// Sources that the start page names; whoever follows thousands finds the others on `/sources`.
const ON_SHELF: usize = 40;

fn followed(config: &Config) -> impl Iterator<Item = &Source> {
    config.sources.iter().filter(|source| source.enabled)
}

fn shelves(
    config: &Config,
    records: &[SourceRecord],
    addresses: &Addresses,
    words: &'static Words,
) -> Vec<Shelf> {
    let topics = config.topics.iter().map(|topic| TopicShown {
        slug: topic.slug.clone(),
        name: topic.name.clone(),
    });
    let topics: Vec<Item> = topics.map(|topic| topic_item(addresses, &topic)).collect();
    let sources = followed(config).take(ON_SHELF).map(|source| Item {
        href: addresses.local(&scope_path(&Scope::Source(source.id.clone()))),
        name: feed::declared_name(source, records),
    });
    let mut sources: Vec<Item> = sources.collect();
    let all = followed(config).count();
    if all > sources.len() {
        sources.push(Item {
            href: addresses.local("sources"),
            name: format!("{} ({all})", words.all_sources),
        });
    }
    [(words.topics, topics), (words.sources, sources)]
        .into_iter()
        .filter(|(_, items)| !items.is_empty())
        .map(|(name, items)| Shelf { name, items })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::sample;

    /// The start page of the sample wire, as if there were more behind it.
    fn start_page(more: &str) -> String {
        let config = sample::config(more);
        let (releases, texts): (Vec<_>, Vec<_>) = sample::releases().into_iter().unzip();
        let slice = ScopePage {
            releases,
            older: "1768000000000,3".parse().ok(),
            newer: Newer::Nothing,
        };
        let place = Place {
            path: Some(String::new()),
            heading: config.wire.title.clone(),
            scope: Some(&Scope::Wire),
            scope_title: None,
        };
        let mut list = list_of(&config, place, &slice, &texts, None);
        let words = words_of(config.wire.language.as_deref());
        list.shelves = shelves(&config, &[], &Addresses::of(&config.wire.url), words);
        Page::of(200, &list).unwrap().html
    }

    #[test]
    fn a_start_page() {
        insta::assert_snapshot!(start_page(""));
    }

    #[test]
    fn many_sources_are_named_on_their_own_page() {
        let more: String = (0..50)
            .map(|n| format!("[[source]]\nurl = \"https://s{n}.example/feed\"\n"))
            .collect();
        let html = start_page(&more);
        let named = html.matches("href=\"/presse/sources/").count();
        assert_eq!(named, ON_SHELF, "{html}");
        assert!(html.contains("<a href=\"/presse/sources\">Alle Quellen ("));
    }

    #[test]
    fn titles_and_teasers_are_escaped() {
        let html = start_page("");
        assert!(html.contains("„Die Kräne stehen still“"));
        assert!(html.contains("Gazette &#38; Herald"), "{html}");
    }

    #[test]
    fn every_text_says_its_language() {
        let html = start_page("");
        assert!(html.contains("<div class=\"what\" lang=\"ru\">"));
        assert!(html.contains("<div class=\"what\" lang=\"de\">"));
    }
}
