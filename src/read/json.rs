//! JSON Feed 1.0 and 1.1 -> a [`Document`].
//!
//! Each item is read and mapped by itself: one that makes no sense is left out, and the next one
//! goes on. Values of the wrong type are coerced where that can't be wrong (a number as an id).

use super::content::{escape_into, is_unsafe, resolve};
use super::entity::decode_html;
use super::json_text::JsonText;
use super::repairs::{Fault, Repairs};
use super::xml::{MAX_ENTRIES, MAX_HUBS};
use super::{Document, Format, Hints, Manners, ReadError, date, plain};
use crate::domain::Moment;
use crate::domain::entry::{Category, Enclosure, Entry, Markup, Person};
use crate::domain::source::SourceFacts;
use serde_json::{Map, Value};
use url::Url;

/// Of each repeated field.
const MAX_REPEATED: usize = 256;

/// Reads the JSON Feed in `text`.
///
/// # Errors
///
/// `NotAFeed` where the object has no `items` and no version of JSON Feed.
pub(super) fn read(text: &str, hints: &Hints, repairs: Repairs) -> Result<Document, ReadError> {
    let mut json = JsonText::new(text, repairs);
    let mut entries = Vec::new();
    let mut feed = Map::new();
    let mut has_items = false;
    let mut truncated = false;
    if !json.take(b'{') {
        return Err(ReadError::NotAFeed("JSON, but no object".to_owned()));
    }
    while let Some(key) = json.key() {
        if key == "items" && json.take(b'[') {
            has_items = true;
            truncated |= read_items(&mut json, hints.base, &mut entries);
            continue;
        }
        match json.value() {
            Some(value) => {
                if feed.insert(key, value).is_some() {
                    json.repairs.note(Fault::JsonKey);
                }
            }
            None => {
                truncated = true;
                break;
            }
        }
    }
    if !json.take(b'}') {
        let fault = if json.is_at_end() {
            Fault::BrokenOff
        } else {
            Fault::JsonSyntax
        };
        json.repairs.note(fault);
        truncated = true;
    }
    let version = feed
        .get("version")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !version.contains("jsonfeed.org")
        && !(has_items && (feed.contains_key("title") || !entries.is_empty()))
    {
        return Err(ReadError::NotAFeed("JSON, but no JSON Feed".to_owned()));
    }
    let mut fields = Fields {
        members: feed,
        base: hints.base,
        repairs: json.repairs,
    };
    Ok(Document {
        format: Format::JsonFeed1,
        facts: facts(&mut fields),
        manners: Manners {
            next: fields.address("next_url"),
            ..Manners::default()
        },
        entries,
        deleted: Vec::new(),
        repairs: fields.repairs.words(),
        truncated,
        last_entry_cut: false,
    })
}

/// Reads the array that is open; gives whether something of it is missing.
fn read_items(json: &mut JsonText, base: Option<&Url>, entries: &mut Vec<Entry>) -> bool {
    let mut damaged = false;
    while json.element() {
        if entries.len() >= MAX_ENTRIES {
            json.repairs.note(Fault::Entries);
            return true;
        }
        match json.value() {
            Some(Value::Object(members)) => {
                let repairs = std::mem::take(&mut json.repairs);
                let mut fields = Fields {
                    members,
                    base,
                    repairs,
                };
                let entry = entry(&mut fields);
                json.repairs = fields.repairs;
                match entry {
                    Some(entry) => entries.push(entry),
                    None => json.repairs.note(Fault::DroppedEntry),
                }
            }
            Some(_) => json.repairs.note(Fault::JsonType),
            None => {
                damaged = true;
                if !json.recover() {
                    return true;
                }
            }
        }
    }
    damaged
}

fn facts(feed: &mut Fields) -> SourceFacts {
    let hubs = match feed.members.get("hubs") {
        Some(Value::Array(hubs)) => hubs
            .iter()
            .filter_map(|hub| hub.get("url")?.as_str())
            .take(MAX_HUBS)
            .map(|url| resolve(feed.base, url))
            .collect(),
        _ => Vec::new(),
    };
    SourceFacts {
        id: None,
        title: feed.line("title"),
        link: feed.address("home_page_url"),
        self_link: feed.address("feed_url"),
        language: feed.text("language"),
        updated: None,
        hubs,
    }
}

fn entry(item: &mut Fields) -> Option<Entry> {
    let html = item.text("content_html");
    let text = item.text("content_text");
    let (published, published_raw) = item.date("date_published");
    let (updated, updated_raw) = item.date("date_modified");
    let raw = published_raw.or(updated_raw);
    let entry = Entry {
        id: item.text("id"),
        title: item.line("title"),
        link: item.address("url").or_else(|| item.address("external_url")),
        content: html
            .or_else(|| text.map(|text| as_html(&text)))
            .map(|html| item.markup(html)),
        summary: item
            .text("summary")
            .map(|text| as_html(&text))
            .map(|html| item.markup(html)),
        published,
        updated,
        date_not_understood: raw.filter(|_| published.is_none() && updated.is_none()),
        authors: item.authors(),
        language: item.text("language"),
        categories: item.tags(),
        enclosures: item.attachments(),
        image: item
            .address("image")
            .or_else(|| item.address("banner_image")),
        ..Entry::default()
    };
    let says_something = entry.id.is_some()
        || entry.title.is_some()
        || entry.content.is_some()
        || entry.summary.is_some();
    (says_something || entry.link.is_some() && !item.members.contains_key("mime_type"))
        .then_some(entry)
}

/// Plain text as HTML source; its lines stay lines.
fn as_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 16);
    for (i, line) in text.trim().split('\n').enumerate() {
        if i > 0 {
            html.push_str("<br>\n");
        }
        escape_into(&mut html, line);
    }
    html
}

/// The members of one object.
struct Fields<'b> {
    members: Map<String, Value>,
    base: Option<&'b Url>,
    repairs: Repairs,
}

impl Fields<'_> {
    fn text(&mut self, name: &str) -> Option<String> {
        let value = self.members.get(name)?;
        let text = match value {
            Value::Null => return None,
            Value::String(text) => {
                super::content::cap(text.trim(), super::content::MAX_TEXT_BYTES).to_owned()
            }
            Value::Number(number) => {
                self.repairs.note(Fault::JsonType);
                number.to_string()
            }
            _ => {
                self.repairs.note(Fault::JsonType);
                return None;
            }
        };
        (!text.is_empty()).then_some(text)
    }

    /// A title: plain text by the format, so tags stay; but the blog software that writes most of
    /// these feeds leaves its HTML references in (`Blog &#8211; News`).
    fn line(&mut self, name: &str) -> Option<String> {
        let line = plain::one_line(&decode_html(&self.text(name)?));
        (!line.is_empty()).then_some(line)
    }

    fn address(&mut self, name: &str) -> Option<String> {
        let address = self.text(name)?;
        self.checked(&address)
    }

    fn checked(&mut self, address: &str) -> Option<String> {
        let resolved = resolve(self.base, address);
        if is_unsafe(&resolved) {
            self.repairs.note(Fault::UnsafeAddress);
            return None;
        }
        Some(resolved)
    }

    fn markup(&self, html: String) -> Markup {
        Markup {
            html,
            base: self.base.cloned(),
            language: None,
        }
    }

    /// The date, and its text where it is not understood.
    fn date(&mut self, name: &str) -> (Option<Moment>, Option<String>) {
        let Some(text) = self.text(name) else {
            return (None, None);
        };
        let moment = date::parse(&text);
        if moment.is_none() {
            self.repairs.note(Fault::DateNotUnderstood);
        }
        (moment, Some(text).filter(|_| moment.is_none()))
    }

    /// `authors[]` of 1.1, `author` of 1.0; a bare name where an object belongs is a name.
    fn authors(&mut self) -> Vec<Person> {
        let mut people = Vec::new();
        let given = match self.members.get("authors") {
            Some(Value::Array(authors)) if !authors.is_empty() => authors.as_slice(),
            Some(one @ (Value::Object(_) | Value::String(_))) => std::slice::from_ref(one),
            _ => self
                .members
                .get("author")
                .map_or(&[][..], std::slice::from_ref),
        };
        for author in given.iter().take(MAX_REPEATED) {
            let word = |name: &str| {
                author
                    .get(name)?
                    .as_str()
                    .map(str::trim)
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned)
            };
            let url = word("url").filter(|url| !is_unsafe(url));
            let name = author
                .as_str()
                .map(str::to_owned)
                .or_else(|| word("name"))
                .or_else(|| url.clone());
            if let Some(name) = name.filter(|name| !name.is_empty()) {
                super::people::add(
                    &mut people,
                    Person {
                        name: plain::one_line(&name),
                        email: None,
                        url,
                    },
                );
            }
        }
        people
    }

    fn tags(&mut self) -> Vec<Category> {
        let Some(Value::Array(tags)) = self.members.get("tags") else {
            return Vec::new();
        };
        let mut categories: Vec<Category> = Vec::new();
        for term in tags
            .iter()
            .filter_map(Value::as_str)
            .map(plain::one_line)
            .take(MAX_REPEATED)
        {
            let category = Category {
                term,
                ..Category::default()
            };
            if !category.term.is_empty() && !categories.contains(&category) {
                categories.push(category);
            }
        }
        categories
    }

    fn attachments(&mut self) -> Vec<Enclosure> {
        let Some(Value::Array(given)) = self.members.remove("attachments") else {
            return Vec::new();
        };
        let mut enclosures: Vec<Enclosure> = Vec::new();
        for attachment in given.iter().take(MAX_REPEATED) {
            let word = |name: &str| {
                attachment
                    .get(name)?
                    .as_str()
                    .map(|text| text.trim().to_owned())
            };
            let Some(url) = word("url")
                .filter(|url| !url.is_empty())
                .and_then(|url| self.checked(&url))
            else {
                continue;
            };
            let length = attachment.get("size_in_bytes").and_then(|size| match size {
                Value::Number(size) => size.as_u64().or_else(|| {
                    size.as_f64()
                        .filter(|size| *size >= 0.0)
                        .map(|size| size as u64)
                }),
                Value::String(size) => size.trim().parse().ok(),
                _ => None,
            });
            if !enclosures.iter().any(|known| known.url == url) {
                enclosures.push(Enclosure {
                    url,
                    media_type: word("mime_type"),
                    length,
                });
            }
        }
        enclosures
    }
}
