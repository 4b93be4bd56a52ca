//! Keys by which a text's like is found among millions: never proof (`likeness.md` §4).
//!
//! A text cut short still shares its beginning, one with a changed beginning its rarest runs; both kinds
//! of keys are taken from what is no boilerplate, with digits masked.

use super::hash::{Mixer, folded_hash};
use super::{Key, KeyKind, Prepared};

/// Tokens in a shingle.
const SHINGLE: usize = 5;

/// Of so many shingles in a row the smallest is a key (winnowing).
const WINDOW: usize = 4;

/// Content tokens at the beginning whose shingles are winnowed.
const BEGINNING: usize = 44;

/// Smallest shingles of the whole that are keys.
const SMALLEST: usize = 16;

/// A title of fewer characters ("News", "Aufruf") names too many texts.
const SHORTEST_TITLE: usize = 8;

/// The keys of a text, each once: links, variants of the title, all its words, some of its shingles.
/// Some 35, however long it is.
///
/// ```
/// use presswire::domain::likeness::{keys, Boilerplate, Prepared, Text};
/// let text = Text { title: Some("PM: Streik im Hafen beendet".into()), html: "<p>Der Streik ist seit heute aus.</p>".into(), ..Text::default() };
/// let keys = keys(&Prepared::of(text, &Boilerplate::default()));
/// assert_eq!(keys.len(), 5); // two titles, the words, two shingles
/// ```
pub fn keys(text: &Prepared) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::with_capacity(40);
    let mut add = |kind: KeyKind, hash: u64| {
        let mut mixer = Mixer::default();
        mixer.add(kind.code() as u64);
        mixer.add(hash);
        let key = Key {
            hash: mixer.finish() as i64,
            kind,
        };
        if !keys.contains(&key) {
            keys.push(key);
        }
    };
    for link in &text.links {
        add(KeyKind::Link, folded_hash(link));
    }
    for title in &text.titles {
        let title = title.join(" ");
        if title.chars().count() >= SHORTEST_TITLE {
            add(KeyKind::Title, folded_hash(&title));
        }
    }
    if text.len() > 0 {
        let mut words = Mixer::default();
        text.hashes.iter().for_each(|hash| words.add(*hash));
        add(KeyKind::Words, words.finish());
    }
    let shingles = shingles(text);
    let beginning = &shingles[..shingles.len().min(BEGINNING - SHINGLE + 1)];
    for window in beginning.windows(WINDOW.min(beginning.len()).max(1)) {
        if let Some(smallest) = window.iter().min() {
            add(KeyKind::Shingle, *smallest);
        }
    }
    let mut smallest = shingles;
    if smallest.len() > SMALLEST {
        smallest.select_nth_unstable(SMALLEST);
        smallest.truncate(SMALLEST);
    }
    for hash in smallest {
        add(KeyKind::Shingle, hash);
    }
    keys
}

/// Hashes of the runs of five content tokens, in order, digits masked.
fn shingles(text: &Prepared) -> Vec<u64> {
    let masked: Vec<u64> = (0..text.len())
        .map(|at| {
            if text.word(at).has_digit() {
                0
            } else {
                text.hashes[at]
            }
        })
        .collect();
    let run = |run: &[u64]| {
        let mut mixer = Mixer::default();
        run.iter().for_each(|hash| mixer.add(*hash));
        mixer.finish()
    };
    masked.windows(SHINGLE).map(run).collect()
}
