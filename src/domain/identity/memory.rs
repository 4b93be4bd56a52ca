//! What a source's items are held against: the entries that are known of it, and each other.

use super::{Item, Known};
use crate::domain::Digest;
use crate::domain::entry::EntryKey;
use std::collections::{HashMap, HashSet};

/// The known entries of the source, to be found by key, and by link and words.
pub(super) struct Memory<'a> {
    by_key: HashMap<EntryKey, &'a Known>,
    by_link_and_words: HashMap<(&'a str, Digest), EntryKey>,
    /// Those that the fetch shows neither by guid nor by link.
    unseen_by_words: HashMap<Digest, Vec<&'a Known>>,
}

impl<'a> Memory<'a> {
    pub(super) fn of(known: &'a [Known], crowd: &Crowd<'_>) -> Memory<'a> {
        let mut unseen_by_words: HashMap<Digest, Vec<&Known>> = HashMap::new();
        for known in known.iter().filter(|known| !crowd.shows(known)) {
            unseen_by_words.entry(known.digest).or_default().push(known);
        }
        for alike in unseen_by_words.values_mut() {
            alike.sort_unstable_by_key(|known| known.number);
        }
        let by_key = known.iter().map(|known| (known.key, known)).collect();
        let linked = known.iter().filter_map(|known| {
            let link = known.canonical_link.as_deref()?;
            Some(((link, known.digest), known.key))
        });
        Memory {
            by_key,
            by_link_and_words: linked.collect(),
            unseen_by_words,
        }
    }

    pub(super) fn get(&self, key: &EntryKey) -> Option<&'a Known> {
        self.by_key.get(key).copied()
    }

    /// The entry with the link and the words of `item`, under whatever guid.
    pub(super) fn alias(&self, item: &Item<'_>) -> Option<EntryKey> {
        let links = [item.link, item.bare_link].into_iter().flatten();
        links
            .filter_map(|link| self.by_link_and_words.get(&(link, item.digest)))
            .copied()
            .next()
    }

    /// The newest entry that looked like `item` in everything but guid and link, and is not shown any
    /// more; for one item each.
    pub(super) fn renumbered(&mut self, item: &Item<'_>) -> Option<EntryKey> {
        let alike = self.unseen_by_words.get_mut(&item.digest)?;
        let looks_like = |known: &&Known| {
            let link = known.canonical_link.as_deref().unwrap_or_default();
            !known.removed && item.looks_at(link) == known.visible
        };
        let at = alike.iter().rposition(looks_like)?;
        Some(alike.remove(at).key)
    }
}

/// How many different texts of the fetch bear one guid, one guid and link, one link.
pub(super) struct Crowd<'a> {
    ids: HashMap<&'a str, HashSet<(Option<&'a str>, Digest)>>,
    ids_and_links: HashMap<(&'a str, &'a str), HashSet<Digest>>,
    links: HashMap<&'a str, HashSet<Digest>>,
    /// Every link of the fetch.
    addresses: HashSet<&'a str>,
}

impl<'a> Crowd<'a> {
    pub(super) fn of(items: &'a [Item<'a>]) -> Crowd<'a> {
        let mut crowd = Crowd {
            ids: HashMap::new(),
            ids_and_links: HashMap::new(),
            links: HashMap::new(),
            addresses: HashSet::new(),
        };
        for item in items {
            let link = item.link;
            crowd
                .addresses
                .extend([link, item.bare_link].into_iter().flatten());
            match (item.id, link) {
                (Some(id), link) => {
                    crowd.ids.entry(id).or_default().insert((link, item.digest));
                    if let Some(link) = link {
                        crowd
                            .ids_and_links
                            .entry((id, link))
                            .or_default()
                            .insert(item.digest);
                    }
                }
                (None, Some(link)) => {
                    crowd.links.entry(link).or_default().insert(item.digest);
                }
                (None, None) => {}
            }
        }
        crowd
    }

    /// An item of the fetch has the guid or the link of `known`.
    fn shows(&self, known: &Known) -> bool {
        let by_id = known.id.as_deref().map(str::trim);
        let by_link = known.canonical_link.as_deref();
        by_id.is_some_and(|id| self.ids.contains_key(id))
            || by_link.is_some_and(|link| self.addresses.contains(link))
    }

    pub(super) fn shares_id(&self, item: &Item<'_>) -> bool {
        item.id
            .and_then(|id| self.ids.get(id))
            .is_some_and(|texts| texts.len() > 1)
    }

    pub(super) fn shares_id_and_link(&self, item: &Item<'_>) -> bool {
        let both = item.id.zip(item.link);
        both.and_then(|both| self.ids_and_links.get(&both))
            .is_some_and(|texts| texts.len() > 1)
    }

    pub(super) fn shares_link(&self, item: &Item<'_>) -> bool {
        let link = item.link;
        link.and_then(|link| self.links.get(link))
            .is_some_and(|texts| texts.len() > 1)
    }
}
