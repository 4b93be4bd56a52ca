//! One RSS `item` or Atom `entry` -> an [`Entry`].
//!
//! Each field may come from several elements; the rank says which is better, the first of a rank
//! wins. A field that can't be read is left out, the entry stays.

use super::content::{Inner, Reading, escape_into, is_unsafe, is_web, resolve};
use super::cursor::{Cursor, Element, Step};
use super::names::Space;
use super::repairs::Fault;
use super::xml::{TextKind, decode_base64, is_page, read_title};
use super::{Format, date, people};
use crate::domain::Moment;
use crate::domain::entry::{Category, Enclosure, Entry, Markup, Person, SourceClaim};
use url::Url;

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

    /// An element whose text is an address.
    fn address(&mut self) -> Option<String> {
        let base = self.cursor.own_base();
        let text = self.plain()?;
        self.checked_from(base.as_ref(), &text)
    }

    /// Resolves an address, unless following it could run code.
    fn checked(&mut self, address: &str) -> Option<String> {
        self.checked_from(None, address)
    }

    /// The same, relative to the base that the element set for itself, if it did.
    fn checked_from(&mut self, own: Option<&Url>, address: &str) -> Option<String> {
        let resolved = resolve(own.or(self.cursor.base()), address);
        if is_unsafe(&resolved) {
            self.cursor.scanner.repairs.note(Fault::UnsafeAddress);
            return None;
        }
        (!resolved.is_empty()).then_some(resolved)
    }

    fn offer_link(&mut self, rank: u8, own: Option<&Url>, address: &str) {
        let link = self.checked_from(own, address);
        self.link.offer(rank, link);
    }

    fn id(&mut self, element: &Element<'a>) {
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

    fn is_rss(&self) -> bool {
        !matches!(self.format, Format::Atom03 | Format::Atom10)
    }

    fn link(&mut self, element: &Element<'a>) {
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

    /// Escaped HTML, text or inline markup, as HTML source.
    fn markup(&mut self, element: &Element<'a>) -> Option<Markup> {
        let kind = TextKind::of(self.cursor, element);
        self.markup_of(kind)
    }

    fn inline_markup(&mut self) -> Option<Markup> {
        self.markup_of(TextKind::Markup)
    }

    fn markup_of(&mut self, kind: TextKind) -> Option<Markup> {
        // What the text says of itself counts more than what its surroundings say.
        self.language
            .offer(2, self.cursor.own_language().map(str::to_owned));
        let base = self.cursor.base().cloned();
        let language = self.cursor.language().map(str::to_owned);
        let reading = if kind == TextKind::Html {
            Reading::Html
        } else {
            Reading::Text
        };
        let suspended = if kind == TextKind::Markup {
            self.cursor.suspend_entry()
        } else {
            None
        };
        let inner = self.cursor.inner(reading);
        if kind == TextKind::Markup {
            self.cursor.resume_entry(suspended);
        }
        let html = html_of(kind, &inner)?;
        Some(Markup {
            html,
            base,
            language,
        })
    }

    fn atom_content(&mut self, element: &Element<'a>) {
        let src = self.cursor.attribute(element, "src");
        let kind = TextKind::of(self.cursor, element);
        let markup = self.markup_of(kind);
        self.content.offer(1, markup);
        if let Some(src) = src.and_then(|src| self.checked(&src)) {
            self.keep_text(Space::Atom, "content", &src);
            self.link.offer(7, Some(src));
        }
    }

    fn language(&mut self) {
        let language = self.plain();
        self.language.offer(1, language);
    }

    fn published(&mut self, rank: u8) {
        let text = self.plain();
        let moment = self.moment(text);
        self.published.offer(rank, moment);
    }

    fn updated(&mut self, rank: u8) {
        let text = self.plain();
        let moment = self.moment(text);
        self.updated.offer(rank, moment);
    }

    fn moment(&mut self, text: Option<String>) -> Option<Moment> {
        let text = text?;
        let moment = date::parse(&text);
        if moment.is_none() {
            self.cursor.scanner.repairs.note(Fault::DateNotUnderstood);
            self.raw_date
                .get_or_insert_with(|| super::content::cap(&text, 256).to_owned());
        }
        moment
    }

    /// Atom's `author` with `name`, `email`, `uri`; RSS's with text.
    fn author(&mut self, element: &Element<'a>) {
        let names = [
            ["name", "name", "name"],
            ["email", "email", "email"],
            ["uri", "url", "homepage"],
        ];
        let ([name, email, url], text) = self.cursor.texts(names);
        // Atom's names are text; RSS knows nothing but HTML.
        let name = name.map(|name| match element.space {
            Space::Atom => super::sanitize::one_line(&name),
            _ => super::sanitize::plain_text(&name),
        });
        let person = match (name.or_else(|| email.clone()), text) {
            (Some(name), _) => Some(Person { name, email, url }),
            (None, Some(text)) => people::parse(&text).map(|person| Person { url, ..person }),
            (None, None) => None,
        };
        let rank = if element.space == Space::Rss { 0 } else { 1 };
        if let Some(person) = person {
            self.push_author(rank, person);
        }
    }

    fn named_author(&mut self, rank: u8) {
        if let Some(person) = self.plain().as_deref().and_then(people::parse) {
            self.push_author(rank, person);
        }
    }

    /// RSS `author`, `dc:creator` and Atom `author` add up; iTunes and Media RSS stand in for them.
    fn push_author(&mut self, rank: u8, person: Person) {
        let class = if rank <= 1 { 0 } else { rank };
        if class > self.author_rank || self.entry.authors.len() >= MAX_REPEATED {
            return;
        }
        if class < self.author_rank {
            self.entry.authors.clear();
            self.author_rank = class;
        }
        people::add(&mut self.entry.authors, person);
    }

    fn category(&mut self, element: &Element<'a>) {
        let attribute = |cursor: &mut Cursor<'a>, name| cursor.attribute(element, name);
        let term = attribute(self.cursor, "term");
        let label = attribute(self.cursor, "label");
        let scheme = attribute(self.cursor, "scheme").or_else(|| attribute(self.cursor, "domain"));
        let text = read_title(self.cursor, element);
        let Some(term) = term.or(text).or_else(|| label.clone()) else {
            return;
        };
        let label = label.filter(|label| *label != term);
        self.push_category(Category {
            term,
            scheme,
            label,
        });
    }

    /// iTunes and Media RSS: categories in one text, commas between.
    fn keywords(&mut self) {
        let words = self.plain().unwrap_or_default();
        for word in words.split(',') {
            let term = super::sanitize::plain_text(word);
            if !term.is_empty() {
                self.push_category(Category {
                    term,
                    ..Category::default()
                });
            }
        }
    }

    fn push_category(&mut self, category: Category) {
        if self.entry.categories.len() < MAX_REPEATED && !self.entry.categories.contains(&category)
        {
            self.entry.categories.push(category);
        }
    }

    fn enclosure(&mut self, element: &Element<'a>) {
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

    fn push_enclosure(&mut self, enclosure: Enclosure) {
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
    fn media_content(&mut self, element: &Element<'a>) {
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

    fn image(&mut self, element: &Element<'a>) {
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
    fn own_image(&mut self, element: &Element<'a>) {
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
    fn source(&mut self, element: &Element<'a>) {
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
        let title = title
            .or_else(|| Some(super::sanitize::plain_text(&text)).filter(|title| !title.is_empty()));
        let url = address
            .or(links.value)
            .or_else(|| id.filter(|id| id.starts_with("http")));
        if title.is_some() || url.is_some() {
            self.entry.source.get_or_insert(SourceClaim { title, url });
        }
    }

    fn source_link(&mut self, element: &Element<'a>) -> (u8, Option<String>) {
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

    fn keep(&mut self, element: &Element<'a>) {
        let local = element.local.as_str().to_owned();
        if let Some(text) = self.plain() {
            self.keep_text(element.space, &local, &text);
        }
    }

    fn keep_text(&mut self, space: Space, local: &str, text: &str) {
        if self.entry.kept.len() < MAX_KEPT {
            let text = super::content::cap(text, MAX_KEPT_BYTES).to_owned();
            self.entry
                .kept
                .push((space.uri().to_owned(), local.to_owned(), text));
        }
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

/// HTML source of what stood in an element.
fn html_of(kind: TextKind, inner: &Inner) -> Option<String> {
    let text = inner.trimmed()?;
    let html = match kind {
        TextKind::Markup if inner.markup => inside_of_div(text).to_owned(),
        _ if inner.markup => text.to_owned(),
        TextKind::Html => text.to_owned(),
        TextKind::Base64 => decode_base64(inner)?,
        // A picture, an archive: not for a page.
        TextKind::Foreign => return None,
        // XHTML that was escaped although it says that it is not.
        TextKind::Markup if text.contains("</") || text.contains("/>") => text.to_owned(),
        TextKind::Plain | TextKind::Markup => {
            let mut html = String::with_capacity(text.len() + 16);
            escape_into(&mut html, text);
            html
        }
    };
    (!html.trim().is_empty()).then_some(html)
}

/// XHTML stands in a `div` that is none of it (RFC 4287 §3.1.1.3). `html` is as `write_markup` made it:
/// each `<` begins a tag.
fn inside_of_div(html: &str) -> &str {
    let inside = || {
        let (start, rest) = html.strip_suffix("</div>")?.split_once('>')?;
        let name = start.strip_prefix("<div")?;
        if !(name.is_empty() || name.starts_with(' ')) {
            return None;
        }
        let mut open = 0usize;
        for tag in rest.split('<').skip(1) {
            if tag.starts_with("/div>") {
                open = open.checked_sub(1)?;
            } else if tag.starts_with("div>") || tag.starts_with("div ") {
                open += 1;
            }
        }
        (open == 0).then_some(rest.trim())
    };
    inside().unwrap_or(html)
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
