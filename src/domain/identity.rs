//! Which entry of its source an item is, for ever (`likeness.md` §1). Rule 1.
//!
//! An entry is (source, key); a guid of another source means nothing. The rule never looks at clocks,
//! order alone or titles alone, so that the same document gives the same keys whenever it is read.

mod looks;
mod memory;

pub use self::looks::{visible_digest, words_digest};

use self::looks::visible_under;
use self::memory::{Crowd, Memory};
use super::entry::{Entry, EntryKey, EntryNumber};
use super::likeness::{canonical_link, canonical_link_with_fragment};
use super::{Digest, text};
use sha2::{Digest as _, Sha256};
use std::collections::{HashMap, HashSet};

/// An entry that is known of the source, as far as the rule looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its number.
    pub number: EntryNumber,
    /// Its key.
    pub key: EntryKey,
    /// Guid as published.
    pub id: Option<String>,
    /// Its `canonical_link`.
    pub canonical_link: Option<String>,
    /// Plain title.
    pub title: Option<String>,
    /// Over its words.
    pub digest: Digest,
    /// Over everything of it that can be seen.
    pub visible: Digest,
    /// Its source took it back.
    pub removed: bool,
}

/// An item of a fetch, named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyed {
    /// Which entry of its source.
    pub key: EntryKey,
    /// See [`canonical_link`]; with its fragment where items of the fetch differ by nothing else.
    pub canonical_link: Option<String>,
    /// Over the words of title and text.
    pub digest: Digest,
    /// Over everything of it that can be seen.
    pub visible: Digest,
}

/// What to look up among the known entries of a source before [`keys`] can decide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// Every key that an item could turn out to have.
    pub keys: Vec<EntryKey>,
    /// Guids.
    pub ids: Vec<String>,
    /// Canonical links, with and without fragments.
    pub canonical_links: Vec<String>,
}

/// What the rule looks at in an entry that is dear to find: worked out once, for [`sought`] and [`keys`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// Canonical address of its page, without fragment.
    bare: Option<String>,
    /// The same with its fragment.
    whole: Option<String>,
    digest: Digest,
    visible: Digest,
}

/// The face of each entry, in the same order.
pub fn faces(entries: &[Entry]) -> Vec<Face> {
    let face = |entry: &Entry| {
        let address = address(entry);
        Face {
            bare: address.and_then(canonical_link),
            whole: address.and_then(canonical_link_with_fragment),
            digest: words_digest(entry),
            visible: visible_digest(entry),
        }
    };
    entries.iter().map(face).collect()
}

/// What to look up for entries with these faces; each value once.
///
/// ```
/// use presswire::domain::{entry::Entry, identity};
/// let entries = [Entry { id: Some("7".into()), link: Some("http://a.example/7?utm_source=x".into()), ..Entry::default() }];
/// let sought = identity::sought(&entries, &identity::faces(&entries));
/// assert_eq!(sought.ids, ["7"]);
/// assert_eq!(sought.canonical_links, ["https://a.example/7"]);
/// assert_eq!(sought.keys.len(), 3);
/// ```
pub fn sought(entries: &[Entry], faces: &[Face]) -> Sought {
    sought_of(&items(entries, faces))
}

fn sought_of(items: &[Item<'_>]) -> Sought {
    let mut sought = Sought::default();
    let (mut keys, mut ids, mut links) = (HashSet::new(), HashSet::new(), HashSet::new());
    for item in items {
        for key in item.possible_keys() {
            if keys.insert(key) {
                sought.keys.push(key);
            }
        }
        if let Some(id) = item.id.filter(|id| ids.insert(*id)) {
            sought.ids.push(id.to_owned());
        }
        for link in [item.link, item.bare_link].into_iter().flatten() {
            if links.insert(link) {
                sought.canonical_links.push(link.to_owned());
            }
        }
    }
    sought
}

/// The key of each entry of one fetch, in the same order. `faces` are theirs; `known` holds what
/// [`sought`] found.
///
/// - With a guid: the guid. Where one guid stands on several items of the fetch: guid and link; but the
///   entry that is known by the guid alone keeps it.
/// - A new guid with the link and the words of a known entry is an alias of it: a publisher renumbered.
/// - A known guid under another link with another title is another text: guid and link.
/// - Without guid the link; without link the words.
/// - An item of which nothing is known but everything that can be seen, guid and link aside, is the entry
///   that looked so, where that is no longer shown: some feeds number their items anew at each poll.
/// - Where that still gives one key to different texts, the words are added: nobody's words are hidden.
///
/// ```
/// use presswire::domain::{entry::Entry, identity};
/// let item = |id: &str, link: &str| Entry {
///     id: Some(id.into()), link: Some(link.into()), title: Some(link.into()), ..Entry::default()
/// };
/// let entries = [item("1", "https://a.example/x"), item("1", "https://a.example/y")];
/// let keyed = identity::keys(&entries, &identity::faces(&entries), &[]);
/// assert_ne!(keyed[0].key, keyed[1].key);
/// ```
pub fn keys(entries: &[Entry], faces: &[Face], known: &[Known]) -> Vec<Keyed> {
    let items = items(entries, faces);
    let crowd = Crowd::of(&items);
    let mut memory = Memory::of(known, &crowd);
    let mut taken: HashMap<EntryKey, Digest> = HashMap::new();
    items
        .iter()
        .map(|item| {
            let mut key = item.settle(&mut memory, &crowd);
            // One key for two texts of a fetch would hide one of them.
            if *taken.entry(key).or_insert(item.digest) != item.digest {
                key = item.key_by_words();
                taken.insert(key, item.digest);
            }
            Keyed {
                key,
                canonical_link: item.link.map(str::to_owned),
                digest: item.digest,
                visible: item.visible,
            }
        })
        .collect()
}

/// What the rule looks at in an item.
struct Item<'a> {
    id: Option<&'a str>,
    /// Canonical, with the fragment where items of the fetch differ by nothing else.
    link: Option<&'a str>,
    /// Canonical, without fragment.
    bare_link: Option<&'a str>,
    title: &'a str,
    digest: Digest,
    visible: Digest,
    entry: &'a Entry,
}

fn items<'a>(entries: &'a [Entry], faces: &'a [Face]) -> Vec<Item<'a>> {
    let mut fragments: HashMap<&str, HashSet<&str>> = HashMap::new();
    for face in faces {
        if let (Some(bare), Some(whole)) = (&face.bare, &face.whole) {
            fragments.entry(bare).or_default().insert(whole);
        }
    }
    let items = entries.iter().zip(faces).map(|(entry, face)| {
        let apart = face
            .bare
            .as_deref()
            .is_some_and(|bare| fragments[bare].len() > 1);
        let id = entry.id.as_deref().map(str::trim);
        Item {
            id: id.filter(|id| !id.is_empty()),
            link: if apart { &face.whole } else { &face.bare }.as_deref(),
            bare_link: face.bare.as_deref(),
            title: entry.title.as_deref().unwrap_or_default().trim(),
            digest: face.digest,
            visible: face.visible,
            entry,
        }
    });
    items.collect()
}

/// The address of an item's page: its link, else a guid that is one.
fn address(entry: &Entry) -> Option<&str> {
    let given = entry.link.as_deref().filter(|link| !link.trim().is_empty());
    given.or_else(|| entry.id.as_deref().filter(|_| entry.id_is_permalink))
}

impl Item<'_> {
    /// Digest over everything that could be seen of it if it had this link.
    fn looks_at(&self, link: &str) -> Digest {
        visible_under(self.entry, link)
    }

    fn key_by_id(&self) -> Option<EntryKey> {
        self.id.map(|id| key(&["id", id]))
    }

    fn key_by_id_and_link(&self) -> Option<EntryKey> {
        Some(key(&["id and link", self.id?, self.link?]))
    }

    fn key_by_link(&self) -> Option<EntryKey> {
        self.link.map(|link| key(&["link", link]))
    }

    /// Guid, link and words together: the last resort.
    fn key_by_words(&self) -> EntryKey {
        let link = self.link.unwrap_or_default();
        key(&[
            "words",
            self.id.unwrap_or_default(),
            link,
            &self.digest.to_string(),
        ])
    }

    fn possible_keys(&self) -> impl Iterator<Item = EntryKey> {
        let bare = self.bare_link.filter(|_| self.id.is_none());
        [
            self.key_by_id(),
            self.key_by_id_and_link(),
            self.key_by_link().filter(|_| self.id.is_none()),
            bare.map(|link| key(&["link", link])),
            Some(self.key_by_words()),
        ]
        .into_iter()
        .flatten()
    }

    /// The rule. A key under which the very words are known comes first, whatever else the fetch holds.
    fn settle(&self, memory: &mut Memory<'_>, crowd: &Crowd<'_>) -> EntryKey {
        let is_known_word_for_word = |key: &EntryKey| {
            let same = memory.get(key).filter(|known| known.digest == self.digest);
            same.is_some_and(|known| !crowd.shares_id(self) || self.has_link_of(known))
        };
        if let Some(found) = self.possible_keys().find(is_known_word_for_word) {
            return found;
        }
        let settled = match self.id {
            Some(_) => self
                .known_by_id(memory, crowd)
                .or_else(|| memory.alias(self))
                .or_else(|| memory.renumbered(self))
                .or_else(|| self.new_by_id(memory, crowd)),
            None => {
                let by_link = self.key_by_link().filter(|_| !crowd.shares_link(self));
                let known = by_link.filter(|key| memory.get(key).is_some());
                known
                    .or_else(|| memory.alias(self))
                    .or_else(|| memory.renumbered(self))
                    .or(by_link)
            }
        };
        settled.unwrap_or_else(|| self.key_by_words())
    }

    /// The key of the known entry that this item is, by its guid.
    fn known_by_id(&self, memory: &Memory<'_>, crowd: &Crowd<'_>) -> Option<EntryKey> {
        let alone = !crowd.shares_id_and_link(self);
        let by_both = self
            .key_by_id_and_link()
            .filter(|key| memory.get(key).is_some());
        if by_both.is_some() && alone {
            return by_both;
        }
        let by_id = self.key_by_id()?;
        let known = memory.get(&by_id)?;
        let has_title = known
            .title
            .as_deref()
            .is_some_and(|title| is_same_title(title, self.title));
        let linkless = known.canonical_link.is_none() || self.link.is_none();
        let it_is = if crowd.shares_id(self) {
            has_title || (alone && self.has_link_of(known))
        } else {
            has_title || linkless || self.has_link_of(known)
        };
        it_is.then_some(by_id)
    }

    /// The key under which an item that is not known will be: None where only words can tell.
    fn new_by_id(&self, memory: &Memory<'_>, crowd: &Crowd<'_>) -> Option<EntryKey> {
        let by_id = self.key_by_id()?;
        if !crowd.shares_id(self) && memory.get(&by_id).is_none() {
            return Some(by_id);
        }
        self.key_by_id_and_link()
            .filter(|_| !crowd.shares_id_and_link(self))
    }

    fn has_link_of(&self, known: &Known) -> bool {
        let link = known.canonical_link.as_deref();
        link.is_some() && (link == self.link || link == self.bare_link)
    }
}

fn is_same_title(one: &str, other: &str) -> bool {
    !one.trim().is_empty() && text::digest(one, "") == text::digest(other, "")
}

/// 16 bytes of SHA-256 over the version of the rule and the parts, each with its length.
fn key(parts: &[&str]) -> EntryKey {
    let mut hasher = Sha256::new_with_prefix(b"presswire entry 1");
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let digest: [u8; 32] = hasher.finalize().into();
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    EntryKey(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, link: &str, title: &str) -> Entry {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Entry {
            id: some(id),
            link: some(link),
            title: some(title),
            ..Entry::default()
        }
    }

    fn keyed(entries: &[Entry], known: &[Known]) -> Vec<Keyed> {
        keys(entries, &faces(entries), known)
    }

    fn known(entries: &[Entry], keyed: &[Keyed]) -> Vec<Known> {
        let pairs = entries.iter().zip(keyed).enumerate();
        pairs
            .map(|(number, (entry, keyed))| Known {
                number: EntryNumber(number as i64),
                key: keyed.key,
                id: entry.id.clone(),
                canonical_link: keyed.canonical_link.clone(),
                title: entry.title.clone(),
                digest: keyed.digest,
                visible: keyed.visible,
                removed: false,
            })
            .collect()
    }

    /// Keys of `second` where `first` was fetched before, and the keys that `first` got.
    fn twice(first: &[Entry], second: &[Entry]) -> (Vec<EntryKey>, Vec<EntryKey>) {
        let before = keyed(first, &[]);
        let then = keyed(second, &known(first, &before));
        let only = |keyed: Vec<Keyed>| keyed.into_iter().map(|keyed| keyed.key).collect();
        (only(before), only(then))
    }

    #[test]
    fn guid_keeps_an_entry_through_new_words_and_links() {
        let (was, is) = twice(
            &[item("1", "https://a.example/x", "Streik")],
            &[item("1", "https://a.example/x", "Streik beendet")],
        );
        assert_eq!(was, is);
        let (was, is) = twice(
            &[item("1", "https://a.example/x", "Streik")],
            &[item("1", "https://a.example/y", "Streik")],
        );
        assert_eq!(was, is);
    }

    #[test]
    fn guid_reused_for_another_text_keeps_both() {
        let (was, is) = twice(
            &[item("1", "https://a.example/x", "Streik")],
            &[item("1", "https://a.example/y", "Wahl")],
        );
        assert_ne!(was, is);
    }

    #[test]
    fn one_guid_on_all_items_keeps_all_at_every_poll() {
        let a = item("1", "https://a.example/a", "A");
        let b = item("1", "https://a.example/b", "B");
        let c = item("1", "https://a.example/c", "C");
        let (was, is) = twice(&[a.clone(), b.clone()], &[c.clone(), a.clone(), b.clone()]);
        assert_eq!(is[1..], was[..]);
        assert!(!was.contains(&is[0]));
        // Known alone at first, then in company.
        let (was, is) = twice(std::slice::from_ref(&a), &[c.clone(), a.clone()]);
        assert_eq!(is[1], was[0]);
        assert_ne!(is[0], was[0]);
        // The known one fell out of the feed: its words are not taken for those of another.
        let (was, is) = twice(&[a], &[c, b]);
        assert!(!is.contains(&was[0]));
    }

    #[test]
    fn one_guid_and_one_link_on_all_items_keeps_all() {
        let items = ["A", "B", "C"].map(|title| item("1", "https://a.example/", title));
        let (was, is) = twice(&items[..2], &items);
        assert_eq!(is[..2], was[..]);
        assert_eq!(is.iter().collect::<HashSet<_>>().len(), 3);
    }

    #[test]
    fn new_guid_with_same_link_and_words_is_an_alias() {
        let (was, is) = twice(
            &[item(
                "http://a.example/?p=1",
                "http://a.example/x",
                "Streik",
            )],
            &[item(
                "https://a.example/?p=1",
                "https://a.example/x",
                "Streik",
            )],
        );
        assert_eq!(was, is);
        let (was, is) = twice(
            &[item("1", "https://a.example/x", "A")],
            &[item("2", "https://a.example/x", "B")],
        );
        assert_ne!(was, is);
    }

    #[test]
    fn new_guid_and_link_over_what_looks_the_same_is_the_entry_that_is_gone() {
        let first = [
            item("g1", "https://a.example/x?sid=1", "Streik"),
            item("g2", "https://a.example/y?sid=1", "Wahl"),
        ];
        let second = [
            item("g3", "https://a.example/x?sid=2", "Streik"),
            item("g4", "", "Wahl"),
            item("g5", "https://a.example/z?sid=2", "Brand"),
        ];
        let (was, is) = twice(&first, &second);
        assert_eq!(is[..2], was[..]);
        assert!(!was.contains(&is[2]));
        // While it is shown, what looks like it is another.
        let both = [first[0].clone(), second[0].clone()];
        let (was, is) = twice(&first, &both);
        assert_eq!(is[0], was[0]);
        assert_ne!(is[1], was[0]);
        // Another picture, sound or text: another item.
        let mut other = second[0].clone();
        other.enclosures.push(crate::domain::entry::Enclosure {
            url: "https://a.example/2.mp3".into(),
            ..Default::default()
        });
        let (was, is) = twice(&first, &[other]);
        assert!(!was.contains(&is[0]));
    }

    #[test]
    fn items_told_apart_by_the_fragment_only_are_two() {
        let items = [
            item("", "https://a.example/t#1", "A"),
            item("", "https://a.example/t#2", "B"),
        ];
        let keyed = keyed(&items, &[]);
        assert_ne!(keyed[0].key, keyed[1].key);
        assert_ne!(keyed[0].canonical_link, keyed[1].canonical_link);
        let (was, is) = twice(&items[..1], &items);
        assert_eq!(was[0], is[0]);
    }

    #[test]
    fn items_without_guid_and_link_are_known_by_their_words() {
        let (was, is) = twice(
            &[item("", "", "A"), item("", "", "B")],
            &[item("", "", "B"), item("", "/a", "A")],
        );
        assert_eq!(is, [was[1], was[0]]);
    }

    #[test]
    fn same_item_twice_in_a_fetch_has_one_key() {
        let a = item("1", "https://a.example/a", "A");
        let keyed = keyed(&[a.clone(), a], &[]);
        assert_eq!(keyed[0], keyed[1]);
    }

    #[test]
    fn every_key_that_can_be_settled_on_is_sought() {
        let items = [
            item("1", "https://a.example/t#1", "A"),
            item("", "https://a.example/t#2", "B"),
            item("2", "", "C"),
        ];
        let sought = sought(&items, &faces(&items));
        for keyed in keyed(&items, &[]) {
            assert!(sought.keys.contains(&keyed.key));
        }
    }
}
