//! Elements whose end tag was forgotten: what a start tag closes.
//!
//! An entry ends where the next begins, a plain field where the next field does; XML would nest them
//! for ever.

use super::Cursor;
use crate::read::names::{Space, split};
use crate::read::repairs::Fault;

impl Cursor<'_> {
    /// From here to the end of the innermost open element, an entry or a field of the feed, an `item`
    /// or `entry` of the feed's own vocabulary closes it: the publisher forgot the end tag.
    pub(in crate::read) fn enter_entry(&mut self) {
        self.entry_depth = Some(self.depth());
    }

    pub(in crate::read) fn leave_entry(&mut self) {
        self.entry_depth = None;
    }

    /// The innermost open element holds markup that may contain anything: nothing in it closes an entry.
    pub(in crate::read) fn suspend_entry(&mut self) -> Option<usize> {
        self.entry_depth.take()
    }

    pub(in crate::read) fn resume_entry(&mut self, depth: Option<usize>) {
        self.entry_depth = depth;
    }

    /// Until its end, another field's start tag closes the innermost open element.
    pub(in crate::read) fn enter_plain_field(&mut self) {
        self.field_depth = Some(self.depth());
    }

    pub(in crate::read) fn leave_plain_field(&mut self) {
        self.field_depth = None;
    }

    /// Whether a start tag means that an entry or a plain field before it was never closed.
    pub(in crate::read) fn closes_what_is_open(&mut self, name: &str) -> bool {
        if let Some(depth) = self.entry_depth
            && self.open.len() >= depth
            && is_entry_name(name)
            && matches!(self.resolve(name), Space::Rss | Space::Atom)
        {
            let is_entry = is_entry_name(self.open[depth - 1].name);
            self.scanner.repairs.note(match is_entry {
                true => Fault::EntryNotClosed,
                false => Fault::Unclosed,
            });
            self.to_close = self.open.len() + 1 - depth;
            return true;
        }
        if let Some(depth) = self.field_depth
            && self.open.len() >= depth
            && is_field_name(name)
            && matches!(self.resolve(name), Space::Rss | Space::Atom)
        {
            self.scanner.repairs.note(Fault::Unclosed);
            self.to_close = self.open.len() + 1 - depth;
            return true;
        }
        false
    }
}

fn is_entry_name(name: &str) -> bool {
    let (_, local) = split(name);
    matches!(local.len(), 4 | 5)
        && (local.eq_ignore_ascii_case("item") || local.eq_ignore_ascii_case("entry"))
}

/// Fields of an entry that no HTML element is named after, and `title` and `link`, which can't stand
/// in plain text either.
fn is_field_name(name: &str) -> bool {
    const FIELDS: [&str; 13] = [
        "title",
        "link",
        "description",
        "pubdate",
        "guid",
        "author",
        "category",
        "comments",
        "enclosure",
        "summary",
        "published",
        "updated",
        "id",
    ];
    let (_, local) = split(name);
    FIELDS.iter().any(|field| local.eq_ignore_ascii_case(field))
}
