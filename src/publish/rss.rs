//! A [`Feed`] as RSS 2.0 with `content:encoded`, `dc:creator`, `atom:link`, and where one enclosure
//! is not enough `media:content`.
//!
//! `rss` declares the namespaces that its own types use; for extensions it is said here, and only in a
//! document that has one. Dates are free strings there: RFC 822 is written by [`super::date`].
//! RSS knows no tombstones: what was withdrawn is simply gone.

use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};
use std::collections::BTreeMap;

use super::date::{rfc822, rfc3339};
use super::feed::{Feed, Item};
use super::xml_text::{allowed, escaped, one_line};
use super::{Form, PublishError};
use crate::domain::entry::Enclosure;

const ATOM: (&str, &str) = ("atom", "http://www.w3.org/2005/Atom");
const MEDIA: (&str, &str) = ("media", "http://search.yahoo.com/mrss/");
const TERMS: (&str, &str) = ("dcterms", "http://purl.org/dc/terms/");

/// Minutes for which a reader need not ask again.
const TTL_MIN: u32 = 15;

/// The document's bytes.
///
/// # Errors
/// `Written` where the library could not write it.
pub(super) fn render(feed: &Feed) -> Result<Vec<u8>, PublishError> {
    let mut links = vec![atom_link(
        "self",
        &feed.address(Form::Rss),
        Some("application/rss+xml"),
    )];
    links.extend(feed.hubs.iter().map(|hub| atom_link("hub", hub, None)));
    let title = one_line(&feed.title);
    let page = one_line(&feed.page);
    let image = feed.logo.as_deref().map(|logo| rss::Image {
        url: one_line(logo),
        title: title.clone(),
        link: page.clone(),
        ..rss::Image::default()
    });
    let mut channel = rss::Channel {
        description: one_line(feed.subtitle.as_deref().unwrap_or(&feed.title)),
        title,
        link: page,
        language: feed.language.as_deref().map(one_line),
        last_build_date: Some(rfc822(feed.updated)),
        generator: Some("presswire".to_owned()),
        ttl: Some(TTL_MIN.to_string()),
        image,
        items: feed.items.iter().map(item_of).collect(),
        extensions: extension(ATOM, "link", links),
        ..rss::Channel::default()
    };
    channel.namespaces = [ATOM, MEDIA, TERMS]
        .into_iter()
        .filter(|(prefix, _)| {
            let uses = |extensions: &ExtensionMap| extensions.contains_key(*prefix);
            uses(&channel.extensions) || channel.items.iter().any(|item| uses(&item.extensions))
        })
        .map(|(prefix, uri)| (prefix.to_owned(), uri.to_owned()))
        .collect();
    channel
        .write_to(Vec::new())
        .map_err(|cause| PublishError::Written(cause.to_string()))
}

fn item_of(item: &Item) -> rss::Item {
    let id = one_line(&item.id);
    let link = one_line(&item.link);
    let creators: Vec<String> = item.authors.iter().map(|a| one_line(&a.name)).collect();
    rss::Item {
        title: Some(one_line(&item.title)),
        description: description(item),
        categories: categories(item),
        enclosure: item.enclosures.first().map(enclosure),
        guid: Some(rss::Guid {
            permalink: id == link,
            value: id,
        }),
        link: Some(link),
        pub_date: item.published.map(rfc822),
        source: item.origin.as_ref().map(|origin| rss::Source {
            url: one_line(&origin.self_link),
            title: Some(one_line(&origin.title)),
        }),
        content: item
            .content
            .as_ref()
            .map(|html| allowed(html.as_str()).into_owned()),
        dublin_core_ext: (!creators.is_empty()).then(|| DublinCoreExtension {
            creators,
            ..DublinCoreExtension::default()
        }),
        extensions: extensions(item),
        ..rss::Item::default()
    }
}

/// HTML to every reader, so a plain summary is escaped once more. A short text has no summary and is
/// its own: not every reader knows `content:encoded`.
fn description(item: &Item) -> Option<String> {
    let summary = item.summary.as_deref();
    let summary = summary.map(|summary| escaped(&allowed(summary)));
    summary.or_else(|| {
        let html = item.content.as_ref()?;
        Some(allowed(html.as_str()).into_owned())
    })
}

/// `dcterms:modified` where it says more than `pubDate`; `media:content` from the second enclosure on;
/// `atom:link` for the other publications and linked releases, as in Atom.
fn extensions(item: &Item) -> ExtensionMap {
    let mut extensions = ExtensionMap::new();
    if item
        .published
        .is_none_or(|at| rfc3339(at) != rfc3339(item.updated))
    {
        let modified = element("dcterms:modified", BTreeMap::new());
        extensions.extend(extension(
            TERMS,
            "modified",
            vec![Extension {
                value: Some(rfc3339(item.updated)),
                ..modified
            }],
        ));
    }
    let further: Vec<Extension> = item.enclosures.iter().skip(1).map(media).collect();
    if !further.is_empty() {
        extensions.extend(extension(MEDIA, "content", further));
    }
    let related: Vec<Extension> = item
        .others
        .iter()
        .chain(&item.beside)
        .map(|other| {
            let mut link = atom_link("related", &other.url, None);
            link.attrs
                .insert("title".to_owned(), one_line(&other.title));
            link
        })
        .collect();
    if !related.is_empty() {
        extensions.extend(extension(ATOM, "link", related));
    }
    extensions
}

fn categories(item: &Item) -> Vec<rss::Category> {
    let topics = item.topics.iter().map(|topic| rss::Category {
        name: one_line(&topic.name),
        domain: None,
    });
    let statements = item.statements.iter().map(|slug| rss::Category {
        name: one_line(slug),
        domain: Some(item.statements_scheme.clone()),
    });
    let own = item.categories.iter().map(|category| rss::Category {
        name: one_line(category.label.as_ref().unwrap_or(&category.term)),
        domain: category.scheme.as_deref().map(one_line),
    });
    topics.chain(statements).chain(own).collect()
}

/// All three attributes are required; 0 is what RSS readers take as an unknown length.
fn enclosure(enclosure: &Enclosure) -> rss::Enclosure {
    rss::Enclosure {
        url: one_line(&enclosure.url),
        length: enclosure.length.unwrap_or(0).to_string(),
        mime_type: enclosure
            .media_type
            .as_deref()
            .map_or_else(|| "application/octet-stream".to_owned(), one_line),
    }
}

fn media(enclosure: &Enclosure) -> Extension {
    let mut attributes = BTreeMap::from([("url".to_owned(), one_line(&enclosure.url))]);
    if let Some(media_type) = &enclosure.media_type {
        attributes.insert("type".to_owned(), one_line(media_type));
    }
    if let Some(length) = enclosure.length {
        attributes.insert("fileSize".to_owned(), length.to_string());
    }
    element("media:content", attributes)
}

fn atom_link(rel: &str, href: &str, media_type: Option<&str>) -> Extension {
    let mut attributes = BTreeMap::from([
        ("rel".to_owned(), rel.to_owned()),
        ("href".to_owned(), one_line(href)),
    ]);
    if let Some(media_type) = media_type {
        attributes.insert("type".to_owned(), media_type.to_owned());
    }
    element("atom:link", attributes)
}

fn element(name: &str, attrs: BTreeMap<String, String>) -> Extension {
    Extension {
        name: name.to_owned(),
        attrs,
        ..Extension::default()
    }
}

fn extension(namespace: (&str, &str), name: &str, elements: Vec<Extension>) -> ExtensionMap {
    let named = BTreeMap::from([(name.to_owned(), elements)]);
    BTreeMap::from([(namespace.0.to_owned(), named)])
}
