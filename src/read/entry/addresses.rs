//! Where an entry leads: its id and link, its enclosures and pictures, the source that it names.
//!
//! Every address is resolved against the base in force where it stands; one that could run code is
//! dropped and said.

use super::{Best, EntryReader, MAX_REPEATED};
use crate::domain::entry::{Enclosure, SourceClaim};
use crate::read::construct::read_title;
use crate::read::content::{is_unsafe, is_web, resolve};
use crate::read::cursor::{Cursor, Element, Step};
use crate::read::names::Space;
use crate::read::plain;
use crate::read::repairs::Fault;
use crate::read::xml::is_page;
use url::Url;

impl<'a> EntryReader<'_, 'a> {
    /// An element whose text is an address.
    pub(super) fn address(&mut self) -> Option<String> {
        let base = self.cursor.own_base();
        let text = self.plain()?;
        self.checked_from(base.as_ref(), &text)
    }

    /// Resolves an address, unless following it could run code.
    pub(super) fn checked(&mut self, address: &str) -> Option<String> {
        self.checked_from(None, address)
    }

    /// The same, relative to the base that the element set for itself, if it did.
    pub(super) fn checked_from(&mut self, own: Option<&Url>, address: &str) -> Option<String> {
        let resolved = resolve(own.or(self.cursor.base()), address);
        if is_unsafe(&resolved) {
            self.cursor.scanner.repairs.note(Fault::UnsafeAddress);
            return None;
        }
        (!resolved.is_empty()).then_some(resolved)
    }

    pub(super) fn offer_link(&mut self, rank: u8, own: Option<&Url>, address: &str) {
        let link = self.checked_from(own, address);
        self.link.offer(rank, link);
    }

    pub(super) fn id(&mut self, element: &Element<'a>) {
        let is_guid = element.local.as_str() == "guid";
        let permalink = self.cursor.attribute(element, "ispermalink");
        let base = self.cursor.own_base();
        let Some(id) = self.plain() else { return };
        let home = (element.space == Space::Rss) == self.is_rss();
        let rank = if home { 0 } else { 2 };
        if rank < self.id.rank {
            let denied = permalink
                .as_deref()
                .is_some_and(|said| said.eq_ignore_ascii_case("false"));
            self.entry.id_is_permalink = is_guid && !denied;
            let link = match permalink {
                _ if denied => None,
                // Said, not only left unsaid: then even a relative one leads somewhere.
                Some(_) => self.checked_from(base.as_ref(), &id),
                None => Some(id.clone()),
            };
            self.id_as_link = link.filter(|link| is_web(link));
            self.id.offer(rank, Some(id));
        }
    }

    pub(super) fn link(&mut self, element: &Element<'a>) {
        let href = self
            .cursor
            .attribute(element, "href")
            .or_else(|| self.cursor.attribute(element, "rdf:resource"));
        let rel = self
            .cursor
            .attribute(element, "rel")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let media_type = self.cursor.attribute(element, "type");
        let length = self.cursor.attribute(element, "length");
        let base = self.cursor.own_base();
        let text = self.plain();
        let Some(href) = href.or(text) else { return };
        match rel.rsplit('/').next().unwrap_or_default() {
            "" | "alternate" => {
                let rank = match media_type.as_deref() {
                    None => 0,
                    Some(media_type) if is_page(media_type) => 0,
                    Some(_) => 4,
                };
                // In RSS the element of RSS goes before Atom's.
                let foreign = u8::from(self.is_rss() && element.space == Space::Atom);
                self.offer_link(rank + foreign, base.as_ref(), &href);
            }
            "enclosure" => {
                if let Some(url) = self.checked_from(base.as_ref(), &href) {
                    self.push_enclosure(Enclosure {
                        url,
                        media_type,
                        length: length.and_then(|text| bytes(&text)),
                    });
                }
            }
            "replies" => {
                let comments = self.checked_from(base.as_ref(), &href);
                self.entry.comments = self.entry.comments.take().or(comments);
            }
            _ => {}
        }
    }

    pub(super) fn enclosure(&mut self, element: &Element<'a>) {
        let attribute = |cursor: &mut Cursor<'a>, name| cursor.attribute(element, name);
        let url = attribute(self.cursor, "url")
            .or_else(|| attribute(self.cursor, "href"))
            .or_else(|| attribute(self.cursor, "rdf:resource"))
            .or_else(|| attribute(self.cursor, "enc:url"));
        let media_type =
            attribute(self.cursor, "type").or_else(|| attribute(self.cursor, "enc:type"));
        let length =
            attribute(self.cursor, "length").or_else(|| attribute(self.cursor, "enc:length"));
        let base = self.cursor.own_base();
        let text = self.plain();
        let Some(url) = url.or(text) else { return };
        if let Some(url) = self.checked_from(base.as_ref(), &url) {
            self.push_enclosure(Enclosure {
                url,
                media_type,
                length: length.and_then(|text| bytes(&text)),
            });
        }
    }

    pub(super) fn push_enclosure(&mut self, enclosure: Enclosure) {
        let known = self
            .entry
            .enclosures
            .iter()
            .any(|known| known.url == enclosure.url);
        if !known && self.entry.enclosures.len() < MAX_REPEATED {
            self.entry.enclosures.push(enclosure);
        }
    }

    /// What plays is an enclosure, what shows is the entry's picture. Flash is neither any more.
    pub(super) fn media_content(&mut self, element: &Element<'a>) {
        let Some(url) = self
            .cursor
            .attribute(element, "url")
            .and_then(|url| self.checked(&url))
        else {
            return;
        };
        let media_type = self.cursor.attribute(element, "type");
        let medium = self
            .cursor
            .attribute(element, "medium")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let length = self
            .cursor
            .attribute(element, "filesize")
            .and_then(|text| bytes(&text));
        let kind = media_type
            .as_deref()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let shows = medium == "image"
            || kind.starts_with("image/")
            || (kind.is_empty() && medium.is_empty() && is_picture(&url));
        let plays = kind.starts_with("audio/")
            || kind.starts_with("video/")
            || (matches!(medium.as_str(), "audio" | "video") && !kind.contains("flash"));
        if shows {
            self.image.offer(2, Some(url));
        } else if plays && self.media.len() < MAX_REPEATED {
            self.media.push(Enclosure {
                url,
                media_type,
                length,
            });
        }
    }

    pub(super) fn image(&mut self, element: &Element<'a>) {
        let address = self
            .cursor
            .attribute(element, "url")
            .or_else(|| self.cursor.attribute(element, "href"));
        let text = self.plain();
        if let Some(url) = address.or(text).and_then(|url| self.checked(&url)) {
            self.image
                .offer(if element.space == Space::Media { 0 } else { 1 }, Some(url));
        }
    }

    /// `image` of an item: an address, or, as of a channel, `url`, `title` and `link` inside, which are
    /// not the item's.
    pub(super) fn own_image(&mut self, element: &Element<'a>) {
        let address = self
            .cursor
            .attribute(element, "url")
            .or_else(|| self.cursor.attribute(element, "href"))
            .or_else(|| self.cursor.attribute(element, "rdf:resource"));
        let ([url], text) = self.cursor.texts([["url"]]);
        if let Some(url) = address.or(url).or(text).and_then(|url| self.checked(&url)) {
            self.image.offer(1, Some(url));
        }
    }

    /// RSS `<source url>title</source>`; Atom `<source>` with a feed's fields.
    pub(super) fn source(&mut self, element: &Element<'a>) {
        let address = self.cursor.attribute(element, "url");
        let mut title = None;
        let mut links = Best::default();
        let mut text = String::new();
        let mut id = None;
        let depth = self.cursor.depth();
        loop {
            match self.cursor.next() {
                Step::Start(child) => match child.local.as_str() {
                    "title" => title = title.or(read_title(self.cursor, &child)),
                    "link" => {
                        let (rank, href) = self.source_link(&child);
                        links.offer(rank, href);
                    }
                    "id" => id = id.or(self.plain()),
                    _ => self.cursor.skip(),
                },
                Step::Text(raw) => {
                    let scanner = &mut self.cursor.scanner;
                    text.push_str(&scanner.entities.decode(raw, &mut scanner.repairs));
                }
                Step::Verbatim(piece) => text.push_str(piece),
                Step::End if self.cursor.depth() < depth => break,
                Step::End => {}
                Step::Eof => break,
            }
        }
        let address = address.and_then(|address| self.checked(&address));
        let title =
            title.or_else(|| Some(plain::plain_text(&text)).filter(|title| !title.is_empty()));
        let url = address
            .or(links.value)
            .or_else(|| id.filter(|id| id.starts_with("http")));
        if title.is_some() || url.is_some() {
            self.entry.source.get_or_insert(SourceClaim { title, url });
        }
    }

    pub(super) fn source_link(&mut self, element: &Element<'a>) -> (u8, Option<String>) {
        let href = self.cursor.attribute(element, "href");
        let rel = self
            .cursor
            .attribute(element, "rel")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let text = self.plain();
        let href = href.or(text).and_then(|href| self.checked(&href));
        match rel.as_str() {
            "self" => (0, href),
            "" | "alternate" => (1, href),
            _ => (u8::MAX, None),
        }
    }
}

/// A size in bytes; publishers write "1,234" and "1234 bytes" too.
fn bytes(text: &str) -> Option<u64> {
    let digits: String = text
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(|c| *c != ',')
        .collect();
    digits.parse().ok()
}

fn is_picture(url: &str) -> bool {
    let path = url
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"]
        .iter()
        .any(|end| path.ends_with(end))
}
