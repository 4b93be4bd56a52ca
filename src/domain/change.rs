//! What a fetch changes: each item is new, changed, as it was, or a repetition.
//!
//! Only what the fetch shows is planned: an entry that a feed no longer shows was not taken back, its
//! feed is short. What becomes of a new or changed entry is likeness's and relation's business.

use super::Digest;
use super::entry::{EntryKey, EntryNumber};
use super::identity::{Keyed, Known};
use std::collections::{HashMap, HashSet};

/// What one item of a fetch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Not known yet.
    Insert,
    /// Known, and something that can be seen of it changed, or it was taken back and is shown again.
    Revise {
        /// The known entry.
        entry: EntryNumber,
        /// Other words: likeness and relation decide anew. Otherwise only its looks changed.
        words: bool,
    },
    /// Known and unchanged.
    Still(EntryNumber),
    /// The same entry stands in the fetch before.
    Repeat,
}

/// What each item of a fetch is, in the same order. Planning twice changes nothing: what was kept is
/// `Still` in the next plan.
///
/// ```
/// use presswire::domain::{change::{plan, Change}, entry::Entry, identity};
/// let fetch = [Entry { id: Some("1".into()), title: Some("Streik".into()), ..Entry::default() }];
/// assert_eq!(plan(&[], &identity::keys(&fetch, &identity::faces(&fetch), &[])), [Change::Insert]);
/// ```
pub fn plan(known: &[Known], fetch: &[Keyed]) -> Vec<Change> {
    let by_key: HashMap<EntryKey, &Known> = known.iter().map(|known| (known.key, known)).collect();
    let mut seen: HashSet<EntryKey> = HashSet::with_capacity(fetch.len());
    fetch
        .iter()
        .map(|keyed| {
            if !seen.insert(keyed.key) {
                return Change::Repeat;
            }
            match by_key.get(&keyed.key) {
                None => Change::Insert,
                Some(known) if is_as_it_was(known, keyed.digest, keyed.visible) => {
                    Change::Still(known.number)
                }
                Some(known) => Change::Revise {
                    entry: known.number,
                    words: known.digest != keyed.digest || known.removed,
                },
            }
        })
        .collect()
}

fn is_as_it_was(known: &Known, digest: Digest, visible: Digest) -> bool {
    known.digest == digest && known.visible == visible && !known.removed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyed(key: u8, digest: u8, visible: u8) -> Keyed {
        Keyed {
            key: EntryKey([key; 16]),
            canonical_link: None,
            digest: Digest([digest; 32]),
            visible: Digest([visible; 32]),
        }
    }

    fn known(keyed: &Keyed, removed: bool) -> Known {
        Known {
            number: EntryNumber(i64::from(keyed.key.0[0])),
            key: keyed.key,
            id: None,
            canonical_link: None,
            title: None,
            digest: keyed.digest,
            visible: keyed.visible,
            removed,
        }
    }

    #[test]
    fn new_changed_and_unchanged_items_are_told_apart() {
        let before = [keyed(1, 1, 1), keyed(2, 2, 2), keyed(3, 3, 3)];
        let known: Vec<Known> = before.iter().map(|keyed| known(keyed, false)).collect();
        let fetch = [
            keyed(1, 9, 9),
            keyed(2, 2, 9),
            keyed(3, 3, 3),
            keyed(4, 4, 4),
            keyed(3, 3, 3),
        ];
        assert_eq!(
            plan(&known, &fetch),
            [
                Change::Revise {
                    entry: EntryNumber(1),
                    words: true
                },
                Change::Revise {
                    entry: EntryNumber(2),
                    words: false
                },
                Change::Still(EntryNumber(3)),
                Change::Insert,
                Change::Repeat,
            ]
        );
    }

    #[test]
    fn entry_taken_back_and_shown_again_is_revised() {
        let entry = keyed(1, 1, 1);
        let plan = plan(&[known(&entry, true)], &[entry]);
        assert_eq!(
            plan,
            [Change::Revise {
                entry: EntryNumber(1),
                words: true
            }]
        );
    }
}
