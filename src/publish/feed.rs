//! What a feed says, before any form: facts of releases -> [`Feed`]. Pure: the same releases give the
//! same feed, whatever the time.
//!
//! Here is decided what all three forms share: which address an item links, whose words may be carried
//! how far (`republish`), who stands as author, which publications are the others.

use std::collections::BTreeSet;

use super::address::{self, Addresses};
use super::linked::{LinkShown, Linked};
use super::page::words::{Words, language_name, words_of};
use super::text::ReleaseText;
use super::xml_text::one_line;
use super::{Form, date};
use crate::config::{Config, Source};
use crate::database::{SourceRecord, Tombstone};
use crate::domain::Moment;
use crate::domain::entry::{Category, Enclosure, Person};
use crate::domain::relation::{Relation, Target};
use crate::domain::release::{By, Publication, Release, ReleaseNumber, Serial, Shown};
use crate::domain::scope::Scope;
use crate::read::sanitize::CleanHtml;
use serde::Serialize;

/// One feed, ready to be written in any form.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Which releases it holds.
    pub scope: Scope,
    /// Languages that the reader prefers, in that order; empty: every version.
    pub langs: Vec<String>,
    /// Makes its own addresses.
    pub addresses: Addresses,
    /// Atom id: the address of its Atom form.
    pub id: String,
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub subtitle: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Of the whole; Atom wants one where an entry has none.
    pub author: Option<Person>,
    /// Whole address of its page for people.
    pub page: String,
    /// Whole address of a square picture.
    pub icon: String,
    /// Whole address of a picture.
    pub logo: Option<String>,
    /// WebSub hubs that serve it.
    pub hubs: Vec<String>,
    /// The latest of its items and tombstones; of an empty feed, when it was first served.
    pub updated: Moment,
    /// Newest first.
    pub items: Vec<Item>,
    /// Newest first.
    pub removed: Vec<Removed>,
}

/// A topic as readers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicShown {
    /// In its address.
    pub slug: String,
    /// For people.
    pub name: String,
}

/// One release in a feed.
#[derive(Clone, Debug)]
pub struct Item {
    /// Whose.
    pub number: ReleaseNumber,
    /// Of the release's last change that is served.
    pub serial: Serial,
    /// Atom id.
    pub id: String,
    /// Plain text, never empty.
    pub title: String,
    /// Whole address of the shown publication; of our own, and where there is none, our page.
    pub link: String,
    /// Whole address of our page.
    pub page: String,
    /// BCP 47.
    pub language: Option<String>,
    /// None: unknown.
    pub published: Option<Moment>,
    /// Contract §5.
    pub updated: Moment,
    /// Plain text.
    pub summary: Option<String>,
    /// None where there is no text, or the source lets us carry less.
    pub content: Option<CleanHtml>,
    /// At least one: the source where its entry names nobody.
    pub authors: Vec<Person>,
    /// Topics that it is related to or labelled with.
    pub topics: Vec<TopicShown>,
    /// Slugs of statements that it is related to.
    pub statements: Vec<String>,
    /// Atom scheme, RSS domain of those.
    pub statements_scheme: String,
    /// The source's own.
    pub categories: Vec<Category>,
    /// Of the shown publication.
    pub enclosures: Vec<Enclosure>,
    /// A picture that stands for it.
    pub image: Option<String>,
    /// Where the shown text comes from; None: ours.
    pub origin: Option<Origin>,
    /// The other publications that have an address, each address once.
    pub others: Vec<Other>,
    /// All publications.
    pub publications: Vec<PublicationShown>,
    /// All relations.
    pub relations: Vec<RelationShown>,
    /// Pages of the releases in the wire that it is linked with.
    pub beside: Vec<Other>,
    /// All links.
    pub links: Vec<LinkShown>,
}

/// What a source said of itself when the shown publication was last kept (RFC 4287 §4.2.11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its Atom id, else its address.
    pub id: String,
    /// Its own title, else what the operator calls it.
    pub title: String,
    /// None: it does not say.
    pub updated: Option<Moment>,
    /// Address of its feed.
    pub self_link: String,
    /// Address of its page.
    pub page: Option<String>,
}

/// Another publication of the same text, or a release beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Address.
    pub url: String,
    /// Who, and under which title where it is another one.
    pub title: String,
}

/// A publication as API and JSON Feed show it (contract §4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicationShown {
    /// The source's id; null for our own.
    pub source: Option<String>,
    /// As carried there.
    pub title: Option<String>,
    /// As the feed gave it, resolved.
    pub url: Option<String>,
    /// RFC 3339; null: unknown.
    pub published: Option<String>,
}

/// A relation as API and JSON Feed show it (contract §4).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RelationShown {
    /// Slug of a topic or a statement, under its own name.
    #[serde(flatten)]
    pub target: Target,
    /// In \[0, 1\].
    pub score: f64,
    /// In words.
    pub why: Vec<String>,
}

/// What is no longer in the feed (RFC 6721).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// Its Atom id.
    pub id: String,
    /// Since when.
    pub when: Moment,
    /// Plain text; may be empty.
    pub reason: String,
}

/// What one version of a feed held, so that the next can tell what is new or changed in it (RFC 3229
/// with the instance manipulation `feed`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Sorted.
    releases: Vec<(ReleaseNumber, Serial)>,
    /// Atom ids of tombstones, sorted.
    removed: Vec<String>,
}

impl Holding {
    /// Memory that it takes.
    pub fn size_bytes(&self) -> usize {
        size_of_val(self.releases.as_slice()) + self.removed.iter().map(String::len).sum::<usize>()
    }
}

/// How many tombstones a feed carries at most, and for how long: what readers have forgotten needs none.
const TOMBSTONES: usize = 100;
const TOMBSTONE_DAYS: i64 = 90;

impl Feed {
    /// The feed of `scope` from its releases, newest first, and their texts in the same order.
    /// One in which nothing has a date says 1970 until its caller knows better.
    pub fn of(
        config: &Config,
        scope: &Scope,
        langs: &[String],
        title: String,
        items: Vec<Item>,
        tombstones: Vec<Tombstone>,
    ) -> Feed {
        let addresses = Addresses::of(&config.wire.url);
        let removed = removed(&items, tombstones);
        let dates = items.iter().map(|item| item.updated);
        let updated = dates.chain(removed.iter().map(|stone| stone.when)).max();
        Feed {
            scope: scope.clone(),
            langs: langs.to_vec(),
            id: addresses.feed(scope, Form::Atom, langs),
            title,
            subtitle: config.wire.description.clone(),
            language: config.wire.language.clone(),
            author: Some(config.wire.author.clone().unwrap_or_else(|| Person {
                name: config.wire.title.clone(),
                ..Person::default()
            })),
            page: addresses.whole(&address::scope_path(scope)),
            icon: addresses.whole("favicon.ico"),
            logo: config.wire.logo.as_ref().map(ToString::to_string),
            hubs: Vec::new(),
            updated: updated.unwrap_or(Moment::UNIX_EPOCH),
            items,
            removed,
            addresses,
        }
    }

    /// What it holds.
    pub fn holding(&self) -> Holding {
        let releases = self.items.iter().map(|item| (item.number, item.serial));
        let mut releases: Vec<_> = releases.collect();
        releases.sort_unstable();
        let mut removed: Vec<String> = self.removed.iter().map(|gone| gone.id.clone()).collect();
        removed.sort_unstable();
        Holding { releases, removed }
    }

    /// The same feed with only what an earlier version of it did not hold, or held otherwise.
    pub fn since(&self, earlier: &Holding) -> Feed {
        let is_known = |item: &Item| {
            let held = (item.number, item.serial);
            earlier.releases.binary_search(&held).is_ok()
        };
        let is_known_gone = |gone: &Removed| earlier.removed.binary_search(&gone.id).is_ok();
        let mut changes = self.clone();
        changes.items.retain(|item| !is_known(item));
        changes.removed.retain(|gone| !is_known_gone(gone));
        changes
    }

    /// Nothing in it has a date.
    pub fn is_undated(&self) -> bool {
        self.items.is_empty() && self.removed.is_empty()
    }

    /// Whole address of one of its forms.
    pub fn address(&self, form: Form) -> String {
        self.addresses.feed(&self.scope, form, &self.langs)
    }
}

/// Tombstones that readers may still need, measured against the feed's own newest date: no clock.
fn removed(items: &[Item], tombstones: Vec<Tombstone>) -> Vec<Removed> {
    let dates = items.iter().map(|item| item.updated);
    let newest = dates.chain(tombstones.iter().map(|stone| stone.when)).max();
    let oldest = newest.map(|newest| newest - chrono::Duration::days(TOMBSTONE_DAYS));
    // A release that came back, or one whose id another now bears, must not be deleted at once.
    let shown: BTreeSet<&str> = items.iter().map(|item| item.id.as_str()).collect();
    tombstones
        .into_iter()
        .filter(|stone| oldest.is_some_and(|oldest| stone.when >= oldest))
        .filter(|stone| !shown.contains(stone.atom_id.as_str()))
        .take(TOMBSTONES)
        .map(|stone| Removed {
            id: stone.atom_id,
            when: stone.when,
            reason: stone.reason,
        })
        .collect()
}

impl Item {
    /// One release with its text, as far as its source lets us carry it, and what it is linked with.
    pub fn of(
        config: &Config,
        addresses: &Addresses,
        release: &Release,
        text: ReleaseText,
        linked: &Linked,
    ) -> Item {
        let words = words_of(
            release
                .language
                .as_deref()
                .or(config.wire.language.as_deref()),
        );
        let own_words = words_of(config.wire.language.as_deref());
        let page = addresses.whole(&address::page_path(release));
        let shown = release.publications.first();
        let origin = match release.shown {
            Shown::Statement(_) => None,
            Shown::Entry(_) => shown.and_then(|shown| origin(config, shown)),
        };
        let link = shown_address(release).map_or_else(|| page.clone(), str::to_owned);
        let title = title(release, Some(&text), words);
        let content = text.told();
        let mut authors = text.authors;
        if authors.is_empty() {
            authors.push(author_by_default(config, shown, origin.as_ref()));
        }
        Item {
            number: release.number,
            serial: release.serial,
            id: release.atom_id.clone(),
            title,
            others: others(config, release, &link),
            link,
            language: release.language.clone(),
            published: release.published,
            updated: release.updated,
            summary: text.summary,
            content,
            authors,
            topics: topics(config, release),
            statements: statements(config, release),
            statements_scheme: addresses.statements_scheme(),
            categories: categories(text.categories, addresses),
            enclosures: text.enclosures,
            image: text.image,
            origin,
            publications: publications(addresses, release),
            relations: relations(config, release),
            beside: linked.others(addresses, own_words, release),
            links: linked.shown(release),
            page,
        }
    }
}

/// The shown text's own address, where it has one that may stand in a link.
pub fn shown_address(release: &Release) -> Option<&str> {
    if release.statement.is_some() {
        return None;
    }
    release
        .url
        .as_deref()
        .filter(|url| address::is_linkable(url))
}

/// The title, else the beginning of the text, else the word for none.
pub(super) fn title(release: &Release, text: Option<&ReleaseText>, words: &Words) -> String {
    let title = release.title.as_deref().map(one_line).unwrap_or_default();
    if !title.is_empty() {
        return title;
    }
    let opening = text.map(|text| super::xml_text::beginning(&text.opening(), 80));
    match opening {
        Some(opening) if !opening.is_empty() => opening,
        _ => words.untitled.to_owned(),
    }
}

/// What a source is called: by the operator, else by itself, else by its host.
pub(super) fn source_name(config: &Config, by: &By) -> Option<String> {
    let By::Entry {
        source_id,
        source_url,
        facts,
        ..
    } = by
    else {
        return None;
    };
    let declared = config.sources.iter().find(|source| source.id == *source_id);
    let named = declared.and_then(|source| source.name.clone());
    let own = facts
        .title
        .as_deref()
        .map(one_line)
        .filter(|t| !t.is_empty());
    named
        .or(own)
        .or_else(|| address::host_of(source_url))
        .or_else(|| Some(source_id.clone()))
}

/// The same of a declared source, from its record where it has one; `records` in the order of ids.
pub(super) fn declared_name(source: &Source, records: &[SourceRecord]) -> String {
    let record = SourceRecord::find(records, &source.id);
    let own = record.and_then(|record| record.facts.title.as_deref());
    let own = own.map(one_line).filter(|title| !title.is_empty());
    let name = source.name.clone().or(own);
    name.or_else(|| address::host_of(source.url.as_str()))
        .unwrap_or_else(|| source.id.clone())
}

/// What the source of a publication said of itself; None for our own.
pub(super) fn origin(config: &Config, publication: &Publication) -> Option<Origin> {
    let By::Entry {
        source_url, facts, ..
    } = &publication.by
    else {
        return None;
    };
    let address = address::public_address(source_url);
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    // A feed that is asked with a token often says so in its own address.
    let link = |text: &Option<String>| {
        given(text)
            .filter(|link| address::is_linkable(link))
            .map(|link| address::public_address(&link))
    };
    Some(Origin {
        id: given(&facts.id).map_or_else(|| address.clone(), |id| address::public_address(&id)),
        title: match given(&facts.title) {
            Some(own) => own,
            None => source_name(config, &publication.by)?,
        },
        updated: facts.updated,
        self_link: link(&facts.self_link).unwrap_or(address),
        page: link(&facts.link),
    })
}

/// RFC 4287 §4.2.1 would let the feed's author stand for an entry without one: not for a stranger's.
fn author_by_default(
    config: &Config,
    shown: Option<&Publication>,
    origin: Option<&Origin>,
) -> Person {
    match origin {
        Some(origin) => Person {
            name: shown
                .and_then(|shown| source_name(config, &shown.by))
                .unwrap_or_else(|| origin.title.clone()),
            url: origin.page.clone(),
            email: None,
        },
        None => config.wire.author.clone().unwrap_or_else(|| Person {
            name: config.wire.title.clone(),
            ..Person::default()
        }),
    }
}

fn others(config: &Config, release: &Release, link: &str) -> Vec<Other> {
    let mut seen = BTreeSet::from([link.to_owned()]);
    let title = release.title.as_deref().map(one_line);
    let mut others = Vec::new();
    for publication in &release.publications {
        let Some(url) = publication
            .url
            .as_deref()
            .filter(|url| address::is_linkable(url))
        else {
            continue;
        };
        if !seen.insert(url.to_owned()) {
            continue;
        }
        let name = source_name(config, &publication.by);
        let own = publication.title.as_deref().map(one_line);
        let other = own.filter(|own| !own.is_empty() && Some(own) != title.as_ref());
        others.push(Other {
            url: url.to_owned(),
            title: match (name, other) {
                (Some(name), Some(other)) => format!("{name}: {other}"),
                (Some(name), None) => name,
                (None, Some(other)) => other,
                (None, None) => url.to_owned(),
            },
        });
    }
    others
}

/// Related topics, best first, then labels, each once.
pub(super) fn topics(config: &Config, release: &Release) -> Vec<TopicShown> {
    let related = release.relations.iter().filter_map(|relation| {
        let Target::Topic(slug) = &relation.target else {
            return None;
        };
        let known = config.topics.iter().find(|topic| topic.slug == *slug);
        let name = known.map_or(slug, |topic| &topic.name);
        Some((slug, name))
    });
    let labels = release.topics.iter().map(|(slug, name)| (slug, name));
    let mut topics: Vec<TopicShown> = Vec::new();
    for (slug, name) in related.chain(labels) {
        if topics.iter().all(|topic| topic.slug != *slug) {
            topics.push(TopicShown {
                slug: slug.clone(),
                name: name.clone(),
            });
        }
    }
    topics
}

/// The relations that are shown.
pub(super) fn counted<'a>(
    config: &Config,
    release: &'a Release,
) -> impl Iterator<Item = &'a Relation> {
    let stays_at = config.related.stays_at();
    let relations = release.relations.iter();
    relations.filter(move |relation| match relation.target {
        Target::Topic(_) => true,
        Target::Statement(_) => relation.score >= stays_at,
    })
}

fn statements(config: &Config, release: &Release) -> Vec<String> {
    let slugs = counted(config, release).filter_map(|relation| match &relation.target {
        Target::Statement(slug) => Some(slug.clone()),
        Target::Topic(_) => None,
    });
    slugs.collect()
}

/// The source's own categories; one under our scheme would claim a relation that is not there.
fn categories(own: Vec<Category>, addresses: &Addresses) -> Vec<Category> {
    own.into_iter()
        .filter(|category| !one_line(&category.term).is_empty())
        .filter(|category| {
            let scheme = category.scheme.as_deref().unwrap_or_default();
            !scheme.trim().starts_with(addresses.base())
        })
        .collect()
}

/// Publications in the API's shape; our own has its page as address.
pub fn publications(addresses: &Addresses, release: &Release) -> Vec<PublicationShown> {
    let shown = release.publications.iter().map(|publication| {
        let (source, url) = match &publication.by {
            By::Statement(slug) => (None, Some(addresses.whole(&address::statement_path(slug)))),
            By::Entry { source_id, .. } => (Some(source_id.clone()), publication.url.clone()),
        };
        PublicationShown {
            source,
            title: publication.title.clone(),
            url,
            published: publication.published.map(date::rfc3339),
        }
    });
    shown.collect()
}

/// Relations that count, best first, in the API's shape: topics, and statements at or above the
/// threshold in force. Near misses are `explain`'s.
pub fn relations(config: &Config, release: &Release) -> Vec<RelationShown> {
    counted(config, release)
        .map(|relation| RelationShown {
            target: relation.target.clone(),
            score: relation.score,
            why: relation.why.iter().map(ToString::to_string).collect(),
        })
        .collect()
}

/// What the feed of a scope is called; `name` is what its source or statement is called.
pub fn scope_title(config: &Config, scope: &Scope, name: Option<&str>) -> String {
    let words = words_of(config.wire.language.as_deref());
    let wire = &config.wire.title;
    let topic = |slug: &str| {
        let known = config.topics.iter().find(|topic| topic.slug == slug);
        known.map(|topic| topic.name.clone())
    };
    let part = match scope {
        Scope::Wire => return wire.clone(),
        Scope::Statements => words.statements.to_owned(),
        Scope::Source(id) | Scope::SourceAll(id) => name.unwrap_or(id).to_owned(),
        Scope::Topic(slug) => topic(slug).unwrap_or_else(|| name.unwrap_or(slug).to_owned()),
        Scope::Language(tag) => language_name(tag),
        Scope::Related(slug) => {
            format!("{}: {}", words.related_releases, name.unwrap_or(slug))
        }
        Scope::Publications(slug) => {
            format!("{}: {}", words.who_published, name.unwrap_or(slug))
        }
        Scope::Search(query) => format!("{}: {query}", words.search),
    };
    format!("{wire} · {part}")
}
