//! Keys by which a text's like is found among millions: never proof (`likeness.md` §4).

use super::{Key, KeyKind, Prepared};
use sha2::{Digest as _, Sha256};

/// The keys of a text: its links, its title, all its words.
pub fn keys(text: &Prepared) -> Vec<Key> {
    let mut keys: Vec<Key> = text
        .links
        .iter()
        .map(|link| key(KeyKind::Link, link.as_bytes()))
        .collect();
    let title: Vec<&str> = text.title.iter().map(|word| word.folded).collect();
    let title = title.join(" ");
    if title.chars().count() >= 8 {
        keys.push(key(KeyKind::Title, title.as_bytes()));
    }
    if !text.words.is_empty() {
        keys.push(key(KeyKind::Words, &text.digest.0));
    }
    keys
}

fn key(kind: KeyKind, what: &[u8]) -> Key {
    let mut hasher = Sha256::new();
    hasher.update(kind.code().to_be_bytes());
    hasher.update(what);
    let digest: [u8; 32] = hasher.finalize().into();
    let mut hash = [0; 8];
    hash.copy_from_slice(&digest[..8]);
    Key {
        hash: i64::from_be_bytes(hash),
        kind,
    }
}
