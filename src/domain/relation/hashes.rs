//! Words and runs of words as 64-bit numbers.
//!
//! Fixed, so that what is kept stays comparable; not keyed, so they never bucket a stranger's words:
//! tables by these hashes are filled from our own statements and lists only, a stranger's words are
//! sorted. Two words of one hash would count as one: at 64 bits it does not happen by chance, and who
//! makes it happen gains a shared word that he could have written out.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A table by hashes: they are spread already and are not hashed again.
pub(super) type Table<V> = HashMap<u64, V, BuildHasherDefault<Spread>>;

/// Takes a hash as it is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Only `u64` keys are looked up; anything else is folded in all the same.
        for byte in bytes {
            self.0 = mix(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// The hash of a word.
pub(super) fn of_word(word: &str) -> u64 {
    let mut hash = 0x9E37_79B9_7F4A_7C15 ^ word.len() as u64;
    for eight in word.as_bytes().chunks(8) {
        let mut bytes = [0; 8];
        bytes[..eight.len()].copy_from_slice(eight);
        hash = mix(hash ^ u64::from_le_bytes(bytes));
    }
    hash
}

/// The hash of a run of words, by their hashes.
pub(super) fn of_run(words: &[u64]) -> u64 {
    words
        .iter()
        .fold(words.len() as u64, |hash, word| mix(hash ^ word))
}

/// The finaliser of SplitMix64.
fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}
