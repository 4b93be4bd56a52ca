//! From a document to what of it is to be kept: which entries are new or changed, and with which facts.
//!
//! The decisions are `domain::identity`'s and `domain::change`'s; here they are put together with the
//! operator's filters. Runs on a blocking thread: a large feed is some milliseconds of work.

use crate::config::Source;
use crate::database::{EntryKnown, EntryWrite, Placement};
use crate::domain::change::{self, Change};
use crate::domain::decision::TextName;
use crate::domain::doubt::Doubt;
use crate::domain::entry::{Entry, EntryNumber};
use crate::domain::identity::{self, Face, Keyed, Known};
use crate::domain::likeness::{Text, canonical_link};
use crate::domain::source::SourceNumber;
use crate::domain::{Moment, text};
use crate::read::{Deleted, Document};
use crate::wire::{self, Arrival};
use chrono::TimeDelta;
use std::collections::{HashMap, HashSet};

/// A date further ahead than this is none to go by.
const AHEAD: TimeDelta = TimeDelta::days(1);

/// What a document changes, before it is placed.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// New and changed entries.
    pub(super) drafts: Vec<Draft>,
    /// Known entries that are as they were.
    pub(super) still: Vec<EntryNumber>,
    /// Known entries that the document says were taken back, with its reason.
    pub(super) removed: Vec<(EntryNumber, String)>,
    /// What is odd about its ids and addresses.
    pub(super) doubts: Vec<Doubt>,
}

/// A new or changed entry, to be placed.
#[derive(Debug)]
pub(super) struct Draft {
    /// For likeness and relation.
    pub(super) arrival: Arrival,
    known: Option<EntryNumber>,
    entry: Entry,
    keyed: Keyed,
    admitted: bool,
    published: Option<Moment>,
    updated: Option<Moment>,
    language: Option<String>,
    ordinal: u32,
}

impl Draft {
    /// The whole intent, once the entry has its place.
    pub(super) fn placed(&self, placement: Placement) -> EntryWrite {
        EntryWrite {
            key: self.keyed.key,
            known: self.known,
            entry: self.entry.clone(),
            canonical_link: self.keyed.canonical_link.clone(),
            digest: self.keyed.digest,
            visible: self.keyed.visible,
            admitted: self.admitted,
            published: self.published,
            updated: self.updated,
            language: self.language.clone(),
            ordinal: self.ordinal,
            placement,
        }
    }

    /// It was not known before.
    pub(super) fn is_new(&self) -> bool {
        self.known.is_none()
    }
}

impl Plan {
    /// How many entries were not known.
    pub(super) fn new_entries(&self) -> usize {
        self.drafts.iter().filter(|draft| draft.is_new()).count()
    }

    /// How many known entries changed.
    pub(super) fn changed(&self) -> usize {
        self.drafts.len() - self.new_entries()
    }

    /// Something of the document was known before.
    pub(super) fn is_familiar(&self) -> bool {
        !self.still.is_empty() || self.changed() > 0
    }
}

/// Plans what `document` changes. `faces` are those of its entries, `known` is what the database found.
pub(super) fn plan(
    now: Moment,
    number: SourceNumber,
    source: &Source,
    document: Document,
    faces: &[Face],
    known: &[EntryKnown],
) -> Plan {
    let facts: Vec<Known> = known.iter().map(facts_of).collect();
    let releases: HashMap<EntryNumber, &EntryKnown> =
        known.iter().map(|known| (known.number, known)).collect();
    let keyed = identity::keys(&document.entries, faces, &facts);
    let changes = change::plan(&facts, &keyed);
    let mut plan = Plan {
        doubts: doubts(&document.entries, &keyed, known),
        ..Plan::default()
    };
    let mut shown: HashSet<EntryNumber> = HashSet::new();
    let feed_language = document.facts.language.as_deref();
    let page = document.facts.link.as_deref();
    let items = document
        .entries
        .into_iter()
        .zip(keyed)
        .zip(changes)
        .enumerate();
    for (ordinal, ((entry, keyed), change)) in items {
        let known = match change {
            Change::Repeat => continue,
            Change::Still(number) => {
                shown.insert(number);
                plan.still.push(number);
                continue;
            }
            Change::Revise { entry, .. } => Some(entry),
            Change::Insert => None,
        };
        shown.extend(known);
        let known = known.and_then(|known| releases.get(&known).copied());
        let ordinal = u32::try_from(ordinal).unwrap_or(u32::MAX);
        let origin = Origin {
            now,
            number,
            source,
            feed_language,
            page,
        };
        plan.drafts
            .push(draft(&origin, entry, keyed, known, ordinal));
    }
    plan.removed = removed(&document.deleted, known, &shown);
    plan
}

/// What is the same for all entries of a fetch.
struct Origin<'a> {
    now: Moment,
    number: SourceNumber,
    source: &'a Source,
    feed_language: Option<&'a str>,
    /// What the feed calls its own page.
    page: Option<&'a str>,
}

fn draft(
    origin: &Origin<'_>,
    entry: Entry,
    keyed: Keyed,
    known: Option<&EntryKnown>,
    ordinal: u32,
) -> Draft {
    let html = entry.fuller().map_or("", |markup| &markup.html);
    let words = text::plain(html);
    // An Atom entry often has no other date than `updated`.
    let published = entry
        .published
        .or(entry.updated)
        .filter(|at| *at <= origin.now + AHEAD);
    let updated = entry
        .updated
        .filter(|at| *at <= origin.now && published.is_some_and(|published| published <= *at));
    let language = language(origin, &entry, &words);
    let arrival = Arrival {
        name: TextName::Entry(origin.number, keyed.key),
        text: Text {
            title: entry.title.clone(),
            html: html.to_owned(),
            link: entry.link.clone(),
            language: language.clone(),
            published,
            first_seen: known.map_or(origin.now, |known| known.first_seen),
            source: Some(origin.number),
        },
        known: known.map(|known| known.release),
        id: entry.id.clone(),
        home: [Some(origin.source.url.as_str()), origin.page]
            .into_iter()
            .flatten()
            .map(str::to_owned)
            .collect(),
    };
    Draft {
        admitted: wire::admits(origin.source, &entry),
        known: known.map(|known| known.number),
        arrival,
        entry,
        keyed,
        published,
        updated,
        language,
        ordinal,
    }
}

/// The feed's own word unless the text is reliably another language; the operator's where the feed
/// says nothing or is wrong.
fn language(origin: &Origin<'_>, entry: &Entry, words: &str) -> Option<String> {
    let operators = origin.source.language.as_deref();
    let claimed = entry.language.as_deref().or(origin.feed_language);
    if claimed.is_none() && operators.is_some() {
        return operators.map(str::to_owned);
    }
    let title = entry.title.as_deref().unwrap_or_default();
    let found = text::language(&format!("{title}\n{words}"), claimed);
    let is_doubted = found.as_deref() != claimed;
    match operators {
        Some(operators) if is_doubted => Some(operators.to_owned()),
        _ => found,
    }
}

/// What is odd about the ids and addresses of a document; each item is told apart all the same.
fn doubts(entries: &[Entry], keyed: &[Keyed], known: &[EntryKnown]) -> Vec<Doubt> {
    let of_key: HashMap<_, &EntryKnown> = known.iter().map(|known| (known.key, known)).collect();
    let mut keys_of_id: HashMap<&str, HashSet<_>> = HashMap::new();
    let (mut renumbered, mut fragments, mut without) = (0, 0, 0);
    for (entry, keyed) in entries.iter().zip(keyed) {
        if let Some(id) = entry.id.as_deref() {
            keys_of_id.entry(id).or_default().insert(keyed.key);
        }
        let before = of_key.get(&keyed.key).and_then(|known| known.id.as_ref());
        let is_other = before.zip(entry.id.as_ref()).is_some_and(|(a, b)| a != b);
        renumbered += usize::from(is_other);
        let link = keyed.canonical_link.as_deref().unwrap_or_default();
        fragments += usize::from(link.contains('#') && !link.contains("#!"));
        let has_page = entry.link.as_deref().and_then(canonical_link).is_some();
        without += usize::from(!has_page);
    }
    let shared = keys_of_id.into_values().map(|keys| keys.len());
    let counted = [
        Doubt::OneId {
            items: shared.filter(|keys| *keys > 1).sum(),
        },
        Doubt::NewIds { items: renumbered },
        Doubt::Fragments { items: fragments },
        Doubt::NoAddress { items: without },
    ];
    counted
        .into_iter()
        .filter(|doubt| doubt.count() != Some(0))
        .collect()
}

/// Known entries that `at:deleted-entry` names and the document does not show all the same.
fn removed(
    deleted: &[Deleted],
    known: &[EntryKnown],
    shown: &HashSet<EntryNumber>,
) -> Vec<(EntryNumber, String)> {
    let mut removed = Vec::new();
    for deleted in deleted {
        let named = known
            .iter()
            .filter(|known| known.id.as_deref() == Some(deleted.id.as_str()));
        for known in named.filter(|known| !known.removed && !shown.contains(&known.number)) {
            removed.push((known.number, deleted.reason.clone().unwrap_or_default()));
        }
    }
    removed
}

fn facts_of(known: &EntryKnown) -> Known {
    Known {
        number: known.number,
        key: known.key,
        id: known.id.clone(),
        canonical_link: known.canonical_link.clone(),
        title: known.title.clone(),
        digest: known.digest,
        visible: known.visible,
        removed: known.removed,
    }
}

/// Whether two titles of a feed have at least half of their words in common, numbers aside: feeds
/// carry dates and counters in their titles.
pub(super) fn is_same_feed_title(one: &str, other: &str) -> bool {
    let words = |title: &str| -> HashSet<String> {
        title
            .split(|c: char| !c.is_alphabetic())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let (one, other) = (words(one), words(other));
    let common = one.intersection(&other).count();
    2 * common >= one.len().max(other.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feed_titles_are_compared_without_numbers() {
        assert!(is_same_feed_title(
            "Ministry: news 21.11.2026",
            "Ministry: News 22.11.2026"
        ));
        assert!(is_same_feed_title(
            "Ministry of Labour",
            "Ministry of Labour and Pensions"
        ));
        assert!(!is_same_feed_title(
            "Ministry of Labour",
            "Best casino bonus"
        ));
        assert!(is_same_feed_title("2026", "2027"));
    }
}
