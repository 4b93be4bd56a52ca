//! One RSS `item` or Atom `entry` -> an [`Entry`].
//!
//! Each field may come from several elements; the rank says which is better, the first of a rank
//! wins. A field that can't be read is left out, the entry stays.

mod addresses;
mod words;

use super::Format;
use super::construct::read_title;
use super::content::is_web;
use super::cursor::{Cursor, Element, Step};
use super::names::Space;
use crate::domain::Moment;
use crate::domain::entry::{Enclosure, Entry, Markup};

/// Of each repeated field.
const MAX_REPEATED: usize = 256;
/// Elements of extensions that are kept of one entry.
const MAX_KEPT: usize = 32;
/// Bytes of text kept of each.
const MAX_KEPT_BYTES: usize = 1024;

/// The best value so far.
struct Best<T> {
    rank: u8,
    value: Option<T>,
}

impl<T> Default for Best<T> {
    fn default() -> Self {
        Best {
            rank: u8::MAX,
            value: None,
        }
    }
}

impl<T> Best<T> {
    fn offer(&mut self, rank: u8, value: Option<T>) {
        if rank < self.rank && value.is_some() {
            self.rank = rank;
            self.value = value;
        }
    }
}

/// Reads one entry.
pub(super) struct EntryReader<'c, 'a> {
    cursor: &'c mut Cursor<'a>,
    format: Format,
    entry: Entry,
    id: Best<String>,
    link: Best<String>,
    title: Best<String>,
    summary: Best<Markup>,
    content: Best<Markup>,
    published: Best<Moment>,
    updated: Best<Moment>,
    image: Best<String>,
    language: Best<String>,
    author_rank: u8,
    media: Vec<Enclosure>,
    raw_date: Option<String>,
    /// Where the id leads, if it may be followed.
    id_as_link: Option<String>,
}

impl<'c, 'a> EntryReader<'c, 'a> {
    pub(super) fn new(cursor: &'c mut Cursor<'a>, format: Format) -> EntryReader<'c, 'a> {
        EntryReader {
            cursor,
            format,
            entry: Entry::default(),
            id: Best::default(),
            link: Best::default(),
            title: Best::default(),
            summary: Best::default(),
            content: Best::default(),
            published: Best::default(),
            updated: Best::default(),
            image: Best::default(),
            language: Best::default(),
            author_rank: u8::MAX,
            media: Vec::new(),
            raw_date: None,
            id_as_link: None,
        }
    }

    /// The entry that has just begun, to its end. An entry that says nothing at all is one too: it is
    /// there, and others count it.
    pub(super) fn read(mut self, element: &Element<'a>) -> Entry {
        self.cursor.enter_entry();
        let depth = self.cursor.depth();
        self.language
            .offer(0, self.cursor.own_language().map(str::to_owned));
        self.language
            .offer(5, self.cursor.language().map(str::to_owned));
        if let Some(about) = self.cursor.attribute(element, "rdf:about") {
            self.id_as_link = Some(about.clone()).filter(|about| is_web(about));
            self.id.offer(1, Some(about));
        }
        self.definition(element);
        loop {
            match self.cursor.next() {
                Step::Start(child) => self.field(&child),
                Step::End if self.cursor.depth() < depth => break,
                Step::Eof => break,
                _ => {}
            }
        }
        self.cursor.leave_entry();
        self.finish()
    }

    /// Channel Definition Format: address and date are attributes of the item.
    fn definition(&mut self, element: &Element<'a>) {
        if let Some(href) = self.cursor.attribute(element, "href") {
            self.offer_link(6, None, &href);
        }
        let changed = self.cursor.attribute(element, "lastmod");
        let changed = self.moment(changed);
        self.updated.offer(2, changed);
    }

    /// One child; each arm leaves the element.
    fn field(&mut self, element: &Element<'a>) {
        match element.space {
            Space::Rss | Space::Atom => self.own_field(element),
            Space::Content => match element.local.as_str() {
                "encoded" => {
                    let markup = self.markup(element);
                    self.content.offer(0, markup);
                }
                _ => self.cursor.skip(),
            },
            Space::Dublin | Space::DublinTerms => self.dublin(element),
            Space::Media => self.media_field(element),
            Space::Itunes => self.itunes(element),
            Space::Xhtml => match element.local.as_str() {
                "body" | "div" | "p" | "section" | "article" => {
                    let markup = self.inline_markup();
                    self.content.offer(2, markup);
                }
                _ => self.cursor.skip(),
            },
            Space::Thread => {
                if element.local.as_str() == "in-reply-to" {
                    let reply = self
                        .cursor
                        .attribute(element, "ref")
                        .or_else(|| self.cursor.attribute(element, "href"));
                    self.entry.in_reply_to = self.entry.in_reply_to.take().or(reply);
                }
                self.cursor.skip();
            }
            Space::Georss
            | Space::Geo
            | Space::Slash
            | Space::Wfw
            | Space::Feedburner
            | Space::SourceNs => {
                self.keep(element);
            }
            _ => self.cursor.skip(),
        }
    }

    fn own_field(&mut self, element: &Element<'a>) {
        match element.local.as_str() {
            "title" => {
                self.language
                    .offer(3, self.cursor.own_language().map(str::to_owned));
                let title = read_title(self.cursor, element);
                self.title.offer(0, title);
            }
            "guid" | "id" => self.id(element),
            "link" => self.link(element),
            "description" | "abstract" | "tagline" => {
                let markup = self.markup(element);
                self.summary.offer(1, markup);
            }
            "summary" => {
                let markup = self.markup(element);
                self.summary.offer(0, markup);
            }
            "content" => self.atom_content(element),
            "fullitem" | "body" | "fulltext" | "encoded" => {
                let markup = self.markup(element);
                self.content.offer(3, markup);
            }
            "pubdate" | "published" | "issued" => self.published(0),
            "created" => self.published(2),
            "updated" | "modified" | "lastbuilddate" => self.updated(0),
            "author" | "managingeditor" => self.author(element),
            "category" | "keywords" => self.category(element),
            "enclosure" => self.enclosure(element),
            "source" => self.source(element),
            "comments" => {
                let comments = self.address();
                self.entry.comments = self.entry.comments.take().or(comments);
            }
            "language" => self.language(),
            "thumbnail" => self.image(element),
            "image" => self.own_image(element),
            "date" => self.published(3),
            // CDF: `<LOGO>`, `<LASTMOD>` stand beside these.
            "lastmod" => self.updated(2),
            _ => self.cursor.skip(),
        }
    }

    fn dublin(&mut self, element: &Element<'a>) {
        match element.local.as_str() {
            "title" => {
                let title = read_title(self.cursor, element);
                self.title.offer(1, title);
            }
            "date" => self.published(1),
            "issued" => self.published(1),
            "created" | "available" => self.published(2),
            "modified" => self.updated(1),
            "creator" | "author" => self.named_author(1),
            "contributor" | "publisher" => self.cursor.skip(),
            "subject" => self.category(element),
            "description" | "abstract" => {
                let markup = self.markup(element);
                self.summary.offer(2, markup);
            }
            "language" => self.language(),
            _ => self.cursor.skip(),
        }
    }

    fn itunes(&mut self, element: &Element<'a>) {
        match element.local.as_str() {
            "title" => {
                let title = read_title(self.cursor, element);
                self.title.offer(2, title);
            }
            "author" => self.named_author(3),
            "summary" => {
                let markup = self.markup(element);
                self.summary.offer(4, markup);
            }
            "subtitle" => {
                let markup = self.markup(element);
                self.summary.offer(5, markup);
            }
            "image" => self.image(element),
            "keywords" => self.keywords(),
            "duration" | "episode" | "season" | "explicit" => self.keep(element),
            _ => self.cursor.skip(),
        }
    }

    /// Media RSS: a group is transparent, contents become enclosures or a picture.
    fn media_field(&mut self, element: &Element<'a>) {
        match element.local.as_str() {
            "group" => self.children(Self::field),
            "content" => {
                self.media_content(element);
                self.children(Self::field);
            }
            "thumbnail" => self.image(element),
            "title" => {
                let title = read_title(self.cursor, element);
                self.title.offer(3, title);
            }
            "description" => {
                let markup = self.markup(element);
                self.summary.offer(3, markup);
            }
            "credit" => self.named_author(4),
            "keywords" => self.keywords(),
            _ => self.cursor.skip(),
        }
    }

    fn children(&mut self, each: fn(&mut Self, &Element<'a>)) {
        let depth = self.cursor.depth();
        loop {
            match self.cursor.next() {
                // Media RSS nests groups and contents once; the bound keeps the call stack flat.
                Step::Start(child) if self.cursor.depth() <= depth + 1 && depth < 16 => {
                    each(self, &child)
                }
                Step::Start(_) => self.cursor.skip(),
                Step::End if self.cursor.depth() < depth => return,
                Step::Eof => return,
                _ => {}
            }
        }
    }

    fn plain(&mut self) -> Option<String> {
        self.cursor.plain().trimmed().map(str::to_owned)
    }

    fn is_rss(&self) -> bool {
        !matches!(self.format, Format::Atom03 | Format::Atom10)
    }

    fn finish(self) -> Entry {
        let mut entry = self.entry;
        entry.id = self.id.value;
        entry.link = self.link.value;
        entry.title = self.title.value;
        entry.summary = self.summary.value;
        entry.content = self.content.value;
        entry.published = self.published.value;
        entry.updated = self.updated.value;
        entry.image = self.image.value;
        entry.language = self.language.value;
        if entry.published.is_none() && entry.updated.is_none() {
            entry.date_not_understood = self.raw_date;
        }
        for enclosure in self.media {
            if !entry
                .enclosures
                .iter()
                .any(|known| known.url == enclosure.url)
            {
                entry.enclosures.push(enclosure);
            }
        }
        entry.link = entry.link.or(self.id_as_link);
        entry
    }
}
