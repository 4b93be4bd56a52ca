//! A [`Feed`] as Atom 1.0 (RFC 4287), with tombstones (RFC 6721).
//!
//! Two things `atom_syndication` leaves to its caller are done here: characters that XML forbids are
//! dropped, and attributes of extension elements are escaped. Not written: xhtml (the library writes
//! it raw), `rights` (not ours to grant), archives (a later issue).

use atom_syndication as atom;
use atom_syndication::extension::Extension;
use std::collections::BTreeMap;

use super::date::{fixed, rfc3339};
use super::feed::{Feed, Item, Origin, Removed};
use super::xml_text::{allowed, escaped, one_line};
use super::{Form, PublishError};
use crate::domain::entry::Person;

/// RFC 6721 §2.
const TOMBSTONES: &str = "http://purl.org/atompub/tombstones/1.0";

/// The document's bytes.
///
/// # Errors
/// `Written` where the library could not write it.
pub(super) fn render(feed: &Feed) -> Result<Vec<u8>, PublishError> {
    let mut document = atom::Feed {
        title: text(&feed.title, None),
        id: one_line(&feed.id),
        updated: fixed(feed.updated),
        authors: feed.author.iter().map(person).collect(),
        generator: Some(atom::Generator {
            value: "presswire".to_owned(),
            ..atom::Generator::default()
        }),
        icon: Some(one_line(&feed.icon)),
        links: links_of(feed),
        logo: feed.logo.as_deref().map(one_line),
        subtitle: feed.subtitle.as_deref().map(|line| text(line, None)),
        entries: feed.items.iter().map(entry).collect(),
        lang: feed.language.as_deref().map(one_line),
        ..atom::Feed::default()
    };
    if !feed.removed.is_empty() {
        let stones = feed.removed.iter().map(tombstone).collect();
        document.extensions.insert(
            "at".to_owned(),
            BTreeMap::from([("deleted-entry".to_owned(), stones)]),
        );
        document
            .namespaces
            .insert("at".to_owned(), TOMBSTONES.to_owned());
    }
    let written = document
        .write_to(Vec::new())
        .map_err(|cause| PublishError::Written(cause.to_string()))?;
    Ok(declared_utf8(written))
}

/// The library's declaration names no encoding; feed readers that look for one find UTF-8.
fn declared_utf8(written: Vec<u8>) -> Vec<u8> {
    const BARE: &[u8] = b"<?xml version=\"1.0\"?>";
    match written.strip_prefix(BARE) {
        Some(rest) => [&b"<?xml version=\"1.0\" encoding=\"utf-8\"?>"[..], rest].concat(),
        None => written,
    }
}

fn links_of(feed: &Feed) -> Vec<atom::Link> {
    let mut links = vec![
        link(
            "self",
            &feed.address(Form::Atom),
            Some("application/atom+xml"),
        ),
        link("alternate", &feed.page, Some("text/html")),
    ];
    for (form, media_type) in [
        (Form::Rss, "application/rss+xml"),
        (Form::Json, "application/feed+json"),
    ] {
        links.push(link("alternate", &feed.address(form), Some(media_type)));
    }
    links.extend(feed.hubs.iter().map(|hub| link("hub", hub, None)));
    links
}

fn entry(item: &Item) -> atom::Entry {
    let language = item.language.as_deref();
    let mut links = vec![link("alternate", &item.link, None)];
    links[0].hreflang = language.map(one_line);
    let related = item.others.iter().chain(&item.beside);
    links.extend(related.map(|other| atom::Link {
        title: Some(one_line(&other.title)),
        ..link("related", &other.url, None)
    }));
    links.extend(item.enclosures.iter().map(|enclosure| atom::Link {
        length: enclosure.length.map(|bytes| bytes.to_string()),
        ..link("enclosure", &enclosure.url, enclosure.media_type.as_deref())
    }));
    atom::Entry {
        title: text(&item.title, language),
        id: one_line(&item.id),
        updated: fixed(item.updated),
        authors: item.authors.iter().map(person).collect(),
        categories: categories(item),
        links,
        published: item.published.map(fixed),
        source: item.origin.as_ref().map(|origin| source(origin, item)),
        summary: item.summary.as_deref().map(|summary| atom::Text {
            value: allowed(summary).into_owned(),
            lang: language.map(one_line),
            ..atom::Text::default()
        }),
        content: item.content.as_ref().map(|html| atom::Content {
            value: Some(allowed(html.as_str()).into_owned()),
            content_type: Some("html".to_owned()),
            lang: language.map(one_line),
            ..atom::Content::default()
        }),
        ..atom::Entry::default()
    }
}

/// RFC 4287 §4.2.11: what the entry's own feed says of itself.
fn source(origin: &Origin, item: &Item) -> atom::Source {
    let mut links = vec![link("self", &origin.self_link, None)];
    links.extend(origin.page.iter().map(|page| link("alternate", page, None)));
    atom::Source {
        title: text(&origin.title, None),
        id: one_line(&origin.id),
        // The library writes 1970 where there is none.
        updated: fixed(origin.updated.unwrap_or(item.updated)),
        links,
        ..atom::Source::default()
    }
}

fn categories(item: &Item) -> Vec<atom::Category> {
    let topics = item.topics.iter().map(|topic| atom::Category {
        term: one_line(&topic.name),
        ..atom::Category::default()
    });
    let statements = item.statements.iter().map(|slug| atom::Category {
        term: one_line(slug),
        scheme: Some(item.statements_scheme.clone()),
        label: None,
    });
    let own = item.categories.iter().map(|category| atom::Category {
        term: one_line(&category.term),
        scheme: category.scheme.as_deref().map(one_line),
        label: category.label.as_deref().map(one_line),
    });
    topics.chain(statements).chain(own).collect()
}

fn tombstone(removed: &Removed) -> Extension {
    let mut stone = Extension {
        name: "at:deleted-entry".to_owned(),
        attrs: BTreeMap::from([
            ("ref".to_owned(), escaped(&one_line(&removed.id))),
            ("when".to_owned(), rfc3339(removed.when)),
        ]),
        ..Extension::default()
    };
    if !removed.reason.trim().is_empty() {
        let comment = Extension {
            name: "at:comment".to_owned(),
            value: Some(one_line(&removed.reason)),
            ..Extension::default()
        };
        stone.children.insert("comment".to_owned(), vec![comment]);
    }
    stone
}

fn text(line: &str, language: Option<&str>) -> atom::Text {
    atom::Text {
        value: one_line(line),
        lang: language.map(one_line),
        ..atom::Text::default()
    }
}

fn person(person: &Person) -> atom::Person {
    atom::Person {
        name: one_line(&person.name),
        email: person.email.as_deref().map(one_line),
        uri: person.url.as_deref().map(one_line),
        ..atom::Person::default()
    }
}

fn link(rel: &str, href: &str, media_type: Option<&str>) -> atom::Link {
    atom::Link {
        href: one_line(href),
        rel: rel.to_owned(),
        mime_type: media_type.map(one_line),
        ..atom::Link::default()
    }
}
