//! RSS 0.9x, 1.0, 2.0 and Atom 0.3, 1.0 -> a [`Document`]: one mapping by namespace URI.
//!
//! The level of the feed is read flat: `rss`, `rdf:RDF` and `channel` are entered, an `item` or an
//! `entry` is an entry wherever it stands, everything else is a field of the feed or is skipped.

use super::construct::read_title;
use super::content::{is_unsafe, resolve};
use super::cursor::{Cursor, Element, Step};
use super::entry::EntryReader;
use super::names::{Space, is_atom_draft, split};
use super::repairs::Fault;
use super::root::Opened;
use super::{Deleted, Document, Format, Hints, Manners, date};
use crate::domain::entry::Entry;
use crate::domain::source::SourceFacts;

/// Entries of one document that are read.
pub(super) const MAX_ENTRIES: usize = 10_000;
/// Hubs of one feed that are kept.
pub(super) const MAX_HUBS: usize = 8;

/// Reads a document from its root on.
pub(super) fn read(opened: Opened, hints: &Hints) -> Document {
    let mut reader = FeedReader::new(Cursor::new(
        opened.scanner,
        opened.root,
        hints.base.cloned(),
    ));
    reader.walk();
    reader.finish()
}

struct FeedReader<'a> {
    cursor: Cursor<'a>,
    format: Format,
    facts: SourceFacts,
    /// Rank of what `facts.link` and `facts.updated` were taken from; smaller is better.
    link_rank: u8,
    updated_rank: u8,
    entries: Vec<Entry>,
    deleted: Vec<Deleted>,
    manners: Manners,
    period_s: Option<u64>,
    frequency: u64,
    channel_language: Option<String>,
    channel_closed: bool,
    full: bool,
    last_entry_cut: bool,
}

impl<'a> FeedReader<'a> {
    fn new(cursor: Cursor<'a>) -> FeedReader<'a> {
        FeedReader {
            cursor,
            format: Format::Rss20,
            facts: SourceFacts::default(),
            link_rank: u8::MAX,
            updated_rank: u8::MAX,
            entries: Vec::new(),
            deleted: Vec::new(),
            manners: Manners::default(),
            period_s: None,
            frequency: 1,
            channel_language: None,
            channel_closed: false,
            full: false,
            last_entry_cut: false,
        }
    }

    fn walk(&mut self) {
        loop {
            match self.cursor.next() {
                Step::Start(element) if self.cursor.depth() == 1 && !self.channel_closed => {
                    self.root(&element)
                }
                Step::Start(element) => self.element(&element),
                Step::End => {
                    // Inside `rss` the channel, else the root: what ends here was all of the feed.
                    self.channel_closed |= self.cursor.depth() <= 1 && !self.cursor.broke_off();
                }
                Step::Eof => return,
                Step::Text(_) | Step::Verbatim(_) => {}
            }
            if self.full {
                return;
            }
        }
    }

    /// The root decides the format and the vocabulary of names without a namespace.
    fn root(&mut self, element: &Element<'a>) {
        let version = self
            .cursor
            .attribute(element, "version")
            .unwrap_or_default();
        let (prefix, _) = split(element.name);
        let default = match prefix {
            "" => element.attributes.get("xmlns"),
            _ => element
                .attributes
                .iter()
                .find(|(name, _)| split(name) == ("xmlns", prefix))
                .map(|(_, uri)| uri),
        };
        let (format, home) = match element.local.as_str() {
            "rss" if version.trim_start().starts_with("0.") => (Format::Rss09x, Space::Rss),
            "rss" => (Format::Rss20, Space::Rss),
            "rdf" => (rdf_format(element), Space::Rss),
            "feed" | "entry" => {
                let draft =
                    default.is_some_and(is_atom_draft) || version.trim_start().starts_with("0.");
                (
                    if draft {
                        Format::Atom03
                    } else {
                        Format::Atom10
                    },
                    Space::Atom,
                )
            }
            // RSS 1.1 has `Channel` as its root; so had the Channel Definition Format before RSS.
            "channel" if default.is_some_and(|uri| uri.contains("rss1.1")) => {
                (Format::Rss10, Space::Rss)
            }
            _ => {
                self.cursor.scanner.repairs.note(Fault::ForeignRoot);
                (Format::Rss09x, Space::Rss)
            }
        };
        self.format = format;
        self.cursor.settle(home, element.name);
        self.facts.language = self.cursor.language().map(str::to_owned);
        match element.local.as_str() {
            "entry" => self.entry(element),
            "channel" => self.channel_attributes(element),
            _ => {}
        }
    }

    fn element(&mut self, element: &Element<'a>) {
        match (element.space, element.local.as_str()) {
            (Space::Rss | Space::Atom, "item" | "entry") => self.entry(element),
            (Space::Rss | Space::None, "channel") => self.channel_attributes(element),
            // RSS 1.1 and some of the confused ones keep their items inside.
            (Space::Rss, "items" | "rss") | (Space::Rdf, "rdf") => {}
            (Space::Atom, "feed") => {}
            _ => {
                // A field whose end tag is lost ends where an entry begins.
                self.cursor.enter_entry();
                self.field(element);
                self.cursor.leave_entry();
            }
        }
    }

    fn channel_attributes(&mut self, element: &Element<'a>) {
        if let Some(language) = self.cursor.language() {
            self.facts.language = Some(language.to_owned());
        }
        if let Some(href) = self.cursor.attribute(element, "href") {
            self.offer_link(3, &href);
        }
        if let Some(changed) = self.cursor.attribute(element, "lastmod") {
            self.offer_updated(2, &changed);
        }
    }

    fn entry(&mut self, element: &Element<'a>) {
        if self.entries.len() >= MAX_ENTRIES {
            self.cursor.scanner.repairs.note(Fault::Entries);
            self.full = true;
            return;
        }
        let entry = EntryReader::new(&mut self.cursor, self.format).read(element);
        self.entries.push(entry);
        self.last_entry_cut = self.cursor.broke_off();
    }

    /// A field of the feed; each arm leaves the element.
    fn field(&mut self, element: &Element<'a>) {
        match (element.space, element.local.as_str()) {
            (Space::Rss | Space::Atom | Space::Dublin, "title") => self.title(element),
            (Space::Atom | Space::Rss, "id") => {
                let id = self.plain();
                self.facts.id = self.facts.id.take().or(id);
            }
            (Space::Atom | Space::Rss, "link") => self.link(element),
            (Space::Atom | Space::Rss, "updated" | "modified" | "lastbuilddate") => self.updated(0),
            (Space::Rss, "pubdate") => self.updated(2),
            (Space::Dublin | Space::DublinTerms, "date" | "modified") => self.updated(1),
            (Space::Rss | Space::Dublin, "language") => {
                let language = self.plain();
                self.channel_language = self.channel_language.take().or(language);
            }
            (Space::Tombstone, "deleted-entry") => self.deleted(element),
            _ => self.manner(element),
        }
    }

    /// How the publisher wants to be asked.
    fn manner(&mut self, element: &Element<'a>) {
        match (element.space, element.local.as_str()) {
            (Space::Rss, "ttl") => {
                let minutes = self.plain().and_then(|text| text.parse::<f64>().ok());
                let seconds = minutes
                    .filter(|minutes| *minutes > 0.0)
                    .map(|minutes| (minutes * 60.0) as u64);
                self.manners.interval_s = self.manners.interval_s.max(seconds);
            }
            (Space::Syndication, "updateperiod") => {
                self.period_s = self.plain().and_then(|period| period_s(&period));
            }
            (Space::Syndication, "updatefrequency") => {
                let frequency = self.plain().and_then(|text| text.parse().ok());
                self.frequency = frequency.filter(|frequency| *frequency > 0).unwrap_or(1);
            }
            (Space::Rss, "skiphours" | "skipdays") => self.skipped(),
            (Space::Rss, "cloud") => {
                self.manners.cloud = true;
                self.cursor.skip();
            }
            (Space::History, "complete") => {
                self.manners.complete = true;
                self.cursor.skip();
            }
            (Space::History, "archive") => {
                self.manners.archive = true;
                self.cursor.skip();
            }
            _ => self.cursor.skip(),
        }
    }

    fn skipped(&mut self) {
        let depth = self.cursor.depth();
        loop {
            match self.cursor.next() {
                Step::Start(element) => {
                    let text = self.plain().unwrap_or_default();
                    match element.local.as_str() {
                        "hour" => self.manners.skip_hours.extend(
                            text.parse::<u8>()
                                .ok()
                                .filter(|hour| *hour <= 24)
                                .map(|hour| hour % 24),
                        ),
                        "day" => self.manners.skip_days.extend(date::weekday(&text)),
                        _ => {}
                    }
                }
                Step::End if self.cursor.depth() < depth => return,
                Step::Eof => return,
                _ => {}
            }
        }
    }

    fn plain(&mut self) -> Option<String> {
        self.cursor.plain().trimmed().map(str::to_owned)
    }

    fn title(&mut self, element: &Element<'a>) {
        let title = read_title(&mut self.cursor, element);
        self.facts.title = self.facts.title.take().or(title);
    }

    fn updated(&mut self, rank: u8) {
        if let Some(text) = self.plain() {
            self.offer_updated(rank, &text);
        }
    }

    fn offer_updated(&mut self, rank: u8, text: &str) {
        if rank < self.updated_rank
            && let Some(moment) = date::parse(text)
        {
            self.facts.updated = Some(moment);
            self.updated_rank = rank;
        }
    }

    /// Atom's `link href rel`, and RSS's `link` with text.
    fn link(&mut self, element: &Element<'a>) {
        let href = self.cursor.attribute(element, "href");
        let rel = self
            .cursor
            .attribute(element, "rel")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let media_type = self.cursor.attribute(element, "type").unwrap_or_default();
        let text = self.plain();
        let Some(href) = href else {
            if let Some(text) = text {
                self.offer_link(0, &text);
            }
            return;
        };
        let resolved = resolve(self.cursor.base(), &href);
        match rel.as_str() {
            "" | "alternate" => self.offer_link(if is_page(&media_type) { 1 } else { 2 }, &href),
            "self" => self.facts.self_link = self.facts.self_link.take().or(Some(resolved)),
            "hub" if self.facts.hubs.len() < MAX_HUBS && !self.facts.hubs.contains(&resolved) => {
                self.facts.hubs.push(resolved);
            }
            "prev-archive" => self.manners.next = Some(resolved),
            "next" => self.manners.next = self.manners.next.take().or(Some(resolved)),
            _ => {}
        }
    }

    fn offer_link(&mut self, rank: u8, address: &str) {
        if rank < self.link_rank && !is_unsafe(address) {
            self.facts.link = Some(resolve(self.cursor.base(), address));
            self.link_rank = rank;
        }
    }

    /// RFC 6721.
    fn deleted(&mut self, element: &Element<'a>) {
        let id = self.cursor.attribute(element, "ref");
        let when = self
            .cursor
            .attribute(element, "when")
            .and_then(|when| date::parse(&when));
        let mut reason = None;
        let depth = self.cursor.depth();
        loop {
            match self.cursor.next() {
                Step::Start(child) if child.local.as_str() == "comment" => {
                    reason = read_title(&mut self.cursor, &child);
                }
                Step::Start(_) => self.cursor.skip(),
                Step::End if self.cursor.depth() < depth => break,
                Step::Eof => break,
                _ => {}
            }
        }
        if let Some(id) = id
            && self.deleted.len() < MAX_ENTRIES
        {
            self.deleted.push(Deleted { id, when, reason });
        }
    }

    fn finish(mut self) -> Document {
        let broke_off = self.cursor.broke_off() && !self.channel_closed;
        let mut repairs = self.cursor.scanner.repairs;
        if broke_off {
            repairs.note(Fault::BrokenOff);
        }
        let syndication = self.period_s.map(|period| period / self.frequency);
        self.manners.interval_s = self.manners.interval_s.max(syndication);
        self.facts.language = self.channel_language.or(self.facts.language);
        Document {
            format: self.format,
            facts: self.facts,
            entries: self.entries,
            deleted: self.deleted,
            manners: self.manners,
            repairs: repairs.words(),
            truncated: broke_off || self.full,
            last_entry_cut: self.last_entry_cut,
        }
    }
}

/// RSS 0.90 differs from 1.0 in its namespace alone.
fn rdf_format(element: &Element) -> Format {
    let old = element.attributes.iter().any(|(name, uri)| {
        name.starts_with("xmlns") && uri.contains("netscape.com/rdf/simple/0.9")
    });
    if old { Format::Rss09x } else { Format::Rss10 }
}

/// Whether a link of this media type leads to a page for people.
pub(super) fn is_page(media_type: &str) -> bool {
    media_type.is_empty() || media_type.contains("html")
}

fn period_s(period: &str) -> Option<u64> {
    match period.to_ascii_lowercase().as_str() {
        "hourly" => Some(3600),
        "daily" => Some(86_400),
        "weekly" => Some(7 * 86_400),
        "monthly" => Some(30 * 86_400),
        "yearly" => Some(365 * 86_400),
        _ => None,
    }
}
