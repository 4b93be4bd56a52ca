//! What a document without front matter says of itself, as a press officer would read it.
//!
//! [`page`] sees lines and blocks, [`head`] reads from the top to the first sentence, [`tail`] from
//! the foot; [`words`] and [`dates`] know the vocabulary. Nothing is invented: what the document does
//! not say stays unknown. Not read: scans, tables as letterheads, dates without a year.

pub(super) mod dates;
mod head;
mod page;
mod tail;
mod words;

use crate::domain::statement::Signatory;
use chrono::NaiveDate;

pub(super) use page::starts_with_date;

/// Whether a line is an item of a list.
pub(super) fn is_item(line: &str) -> bool {
    page::item(line).is_some()
}

/// What was inferred; what the document does not say is None or empty.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Inferred {
    pub(super) title: Option<String>,
    pub(super) day: Option<NaiveDate>,
    pub(super) publisher: Option<String>,
    pub(super) signatories: Vec<Signatory>,
    pub(super) original: Option<String>,
    pub(super) translation_note: Option<String>,
    pub(super) contact: Option<String>,
    /// The Markdown of the text itself: without masthead, title, date line and contact block, as many
    /// lines as before.
    pub(super) text: String,
}

/// Reads a document's body. `title` is what front matter says: where it stands, only a heading that
/// repeats it is taken off the text.
pub(super) fn read(body: &str, title: Option<&str>) -> Inferred {
    let page = page::Page::of(body);
    let found = tail::contact(&page, 0);
    let about = tail::about(&page);
    let sender = found.organisation.clone().or_else(|| about.clone());
    let head = head::read(&page, sender.as_deref());
    // A contact card above the text is the head's.
    let contact = match found.range {
        Some(range) if range.start >= head.end => Some((range, found.lines)),
        _ => {
            let below = tail::contact(&page, head.end);
            below.range.map(|range| (range, below.lines))
        }
    };
    let mut dropped = vec![false; page.lines.len()];
    let repeats =
        title.is_none_or(|title| head.title.as_deref().is_some_and(|head| same(title, head)));
    if repeats {
        for range in &head.dropped {
            dropped[range.clone()].fill(true);
        }
    }
    for block in &page.blocks {
        if block.lines.len() == 1 && words::is_end_mark(page.lines[block.lines.start].raw) {
            dropped[block.lines.start] = true;
        }
    }
    let contact = match contact {
        Some((range, lines)) => {
            dropped[range].fill(true);
            Some(lines)
        }
        None if !head.contact.is_empty() && repeats => Some(head.contact),
        None => None,
    };
    let text: Vec<&str> = page
        .lines
        .iter()
        .zip(&dropped)
        .map(|(line, &dropped)| if dropped { "" } else { line.raw })
        .collect();
    Inferred {
        title: head.title,
        day: head.day.or_else(|| tail::signed_date(&page)),
        publisher: head.publisher.or(sender),
        signatories: tail::signatories(&page),
        original: tail::original(&page),
        translation_note: tail::translation_note(&page),
        contact: contact
            .map(|lines| lines.join("\n"))
            .filter(|lines| !lines.is_empty()),
        text: text.join("\n"),
    }
}

/// Whether two titles have the same letters and digits.
fn same(a: &str, b: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    letters(a) == letters(b)
}
