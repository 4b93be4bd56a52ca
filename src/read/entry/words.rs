//! What an entry says: its texts, languages and dates, its people and categories.

use super::{EntryReader, MAX_KEPT, MAX_KEPT_BYTES, MAX_REPEATED};
use crate::domain::Moment;
use crate::domain::entry::{Category, Markup, Person};
use crate::read::construct::{TextKind, decode_base64, read_title};
use crate::read::content::{Inner, Reading, cap, escape_into};
use crate::read::cursor::{Cursor, Element};
use crate::read::names::Space;
use crate::read::repairs::Fault;
use crate::read::{date, people, plain};

impl<'a> EntryReader<'_, 'a> {
    /// Escaped HTML, text or inline markup, as HTML source.
    pub(super) fn markup(&mut self, element: &Element<'a>) -> Option<Markup> {
        let kind = TextKind::of(self.cursor, element);
        self.markup_of(kind)
    }

    pub(super) fn inline_markup(&mut self) -> Option<Markup> {
        self.markup_of(TextKind::Markup)
    }

    pub(super) fn markup_of(&mut self, kind: TextKind) -> Option<Markup> {
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

    pub(super) fn atom_content(&mut self, element: &Element<'a>) {
        let src = self.cursor.attribute(element, "src");
        let kind = TextKind::of(self.cursor, element);
        let markup = self.markup_of(kind);
        self.content.offer(1, markup);
        if let Some(src) = src.and_then(|src| self.checked(&src)) {
            self.keep_text(Space::Atom, "content", &src);
            self.link.offer(7, Some(src));
        }
    }

    pub(super) fn language(&mut self) {
        let language = self.plain();
        self.language.offer(1, language);
    }

    pub(super) fn published(&mut self, rank: u8) {
        let text = self.plain();
        let moment = self.moment(text);
        self.published.offer(rank, moment);
    }

    pub(super) fn updated(&mut self, rank: u8) {
        let text = self.plain();
        let moment = self.moment(text);
        self.updated.offer(rank, moment);
    }

    pub(super) fn moment(&mut self, text: Option<String>) -> Option<Moment> {
        let text = text?;
        let moment = date::parse(&text);
        if moment.is_none() {
            self.cursor.scanner.repairs.note(Fault::DateNotUnderstood);
            self.raw_date
                .get_or_insert_with(|| cap(&text, 256).to_owned());
        }
        moment
    }

    /// Atom's `author` with `name`, `email`, `uri`; RSS's with text.
    pub(super) fn author(&mut self, element: &Element<'a>) {
        let names = [
            ["name", "name", "name"],
            ["email", "email", "email"],
            ["uri", "url", "homepage"],
        ];
        let ([name, email, url], text) = self.cursor.texts(names);
        // Atom's names are text; RSS knows nothing but HTML.
        let name = name.map(|name| match element.space {
            Space::Atom => plain::one_line(&name),
            _ => plain::plain_text(&name),
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

    pub(super) fn named_author(&mut self, rank: u8) {
        if let Some(person) = self.plain().as_deref().and_then(people::parse) {
            self.push_author(rank, person);
        }
    }

    /// RSS `author`, `dc:creator` and Atom `author` add up; iTunes and Media RSS stand in for them.
    pub(super) fn push_author(&mut self, rank: u8, person: Person) {
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

    pub(super) fn category(&mut self, element: &Element<'a>) {
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
    pub(super) fn keywords(&mut self) {
        let words = self.plain().unwrap_or_default();
        for word in words.split(',') {
            let term = plain::plain_text(word);
            if !term.is_empty() {
                self.push_category(Category {
                    term,
                    ..Category::default()
                });
            }
        }
    }

    pub(super) fn push_category(&mut self, category: Category) {
        if self.entry.categories.len() < MAX_REPEATED && !self.entry.categories.contains(&category)
        {
            self.entry.categories.push(category);
        }
    }

    pub(super) fn keep(&mut self, element: &Element<'a>) {
        let local = element.local.as_str().to_owned();
        if let Some(text) = self.plain() {
            self.keep_text(element.space, &local, &text);
        }
    }

    pub(super) fn keep_text(&mut self, space: Space, local: &str, text: &str) {
        if self.entry.kept.len() < MAX_KEPT {
            let text = cap(text, MAX_KEPT_BYTES).to_owned();
            self.entry
                .kept
                .push((space.uri().to_owned(), local.to_owned(), text));
        }
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
