//! A [`Feed`] as JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>), with `_presswire`: who
//! published each release and why it is here.
//!
//! JSON Feed knows no tombstones: what was withdrawn is simply gone.

use serde::Serialize;

use super::date::rfc3339;
use super::feed::{Feed, Item, PublicationShown, RelationShown};
use super::linked::LinkShown;
use super::xml_text::{allowed, one_line};
use super::{Form, PublishError};
use crate::domain::entry::{Enclosure, Person};

const VERSION: &str = "https://jsonfeed.org/version/1.1";

#[derive(Serialize)]
struct Document {
    version: &'static str,
    title: String,
    home_page_url: String,
    feed_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<String>,
    favicon: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub>,
    items: Vec<Entry>,
}

#[derive(Serialize)]
struct Author {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Hub {
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
}

#[derive(Serialize)]
struct Entry {
    id: String,
    url: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    date_modified: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
    #[serde(rename = "_presswire")]
    presswire: Presswire,
}

#[derive(Serialize)]
struct Attachment {
    url: String,
    mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

/// Ours: the same shapes as the API's (contract §4).
#[derive(Serialize)]
struct Presswire {
    about: String,
    publications: Vec<PublicationShown>,
    relations: Vec<RelationShown>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<LinkShown>,
}

/// The document's bytes.
///
/// # Errors
/// `Written` where it could not be written.
pub(super) fn render(feed: &Feed) -> Result<Vec<u8>, PublishError> {
    let document = Document {
        version: VERSION,
        title: one_line(&feed.title),
        home_page_url: feed.page.clone(),
        feed_url: feed.address(Form::Json),
        description: feed.subtitle.as_deref().map(one_line),
        icon: feed.logo.clone(),
        favicon: feed.icon.clone(),
        authors: feed.author.iter().map(author).collect(),
        language: feed.language.clone(),
        hubs: feed.hubs.iter().map(|url| hub(url)).collect(),
        items: feed.items.iter().map(entry).collect(),
    };
    serde_json::to_vec(&document).map_err(|cause| PublishError::Written(cause.to_string()))
}

fn entry(item: &Item) -> Entry {
    let text = |text: &str| allowed(text).into_owned();
    let summary = item.summary.as_deref().map(text);
    let content_html = item.content.as_ref().map(|html| text(html.as_str()));
    // One of the two contents is required; where the source lets us carry less, that is the text.
    let content_text = match &content_html {
        Some(_) => None,
        None => Some(summary.clone().unwrap_or_else(|| one_line(&item.title))),
    };
    Entry {
        id: one_line(&item.id),
        url: one_line(&item.link),
        title: one_line(&item.title),
        content_html,
        content_text,
        summary,
        image: item.image.as_deref().map(one_line),
        date_published: item.published.map(rfc3339),
        date_modified: rfc3339(item.updated),
        authors: item.authors.iter().map(author).collect(),
        tags: tags(item),
        language: item.language.as_deref().map(one_line),
        attachments: item.enclosures.iter().map(attachment).collect(),
        presswire: Presswire {
            about: item.page.clone(),
            publications: item.publications.clone(),
            relations: item.relations.clone(),
            links: item.links.clone(),
        },
    }
}

/// Topics, then the source's own words, each once. Related statements stand in `_presswire`.
fn tags(item: &Item) -> Vec<String> {
    let topics = item.topics.iter().map(|topic| &topic.name);
    let own = item
        .categories
        .iter()
        .map(|category| category.label.as_ref().unwrap_or(&category.term));
    let mut tags: Vec<String> = Vec::new();
    for tag in topics.chain(own).map(|tag| one_line(tag)) {
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

fn author(person: &Person) -> Author {
    let mail = person.email.as_deref().map(|mail| format!("mailto:{mail}"));
    Author {
        name: one_line(&person.name),
        url: person.url.clone().or(mail).as_deref().map(one_line),
    }
}

fn attachment(enclosure: &Enclosure) -> Attachment {
    Attachment {
        url: one_line(&enclosure.url),
        mime_type: enclosure
            .media_type
            .as_deref()
            .map_or_else(|| "application/octet-stream".to_owned(), one_line),
        size_in_bytes: enclosure.length,
    }
}

fn hub(url: &str) -> Hub {
    Hub {
        kind: "WebSub",
        url: url.to_owned(),
    }
}
