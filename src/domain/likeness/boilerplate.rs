//! What a source says under every text: shingles that stand in many of its texts (`likeness.md` §3).
//!
//! Without it, footers and frames count as words of the text: recall of republished texts falls from
//! 0.98 to 0.79, and two short posts with one footer look alike.

use super::hash::{Mixer, folded_hash};
use crate::domain::text::Words;

/// Tokens in a shingle.
const SHINGLE: usize = 5;

/// So many texts must be known before anything counts as boilerplate.
const LEAST_TEXTS: usize = 5;

/// A shingle must stand in at least so many texts …
const LEAST_COUNT: usize = 3;

/// … and in one of so many (20 %).
const ONE_IN: usize = 5;

/// Other tokens between two runs of boilerplate that are taken for boilerplate too: a date, a title.
const BRIDGE: usize = 4;

/// As many tokens of a text as are looked at, from either end.
const LOOKED_AT: usize = 400;

/// The shingles that stand in many texts of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Boilerplate {
    /// In order: to sort what strangers wrote costs the same whatever they wrote.
    shingles: Vec<u64>,
}

impl Boilerplate {
    /// What recurs in `texts` of one source: in at least three of them, and in a fifth. With less than
    /// five texts, nothing. Order does not matter. A text that stands there twice (a correction, a
    /// live report) counts once: else its own words would be taken for a footer.
    ///
    /// ```
    /// use presswire::domain::{likeness::Boilerplate, text::Words};
    /// let texts = ["a b c", "d e f g", "h i j", "k l m n o", "p q r s"]
    ///     .map(|text| Words::of(&format!("{text} Folgen Sie uns auch auf Telegram")));
    /// let found = Boilerplate::of(&texts);
    /// assert_eq!(found.mask(&texts[0]), [false, false, false, true, true, true, true, true, true]);
    /// assert!(Boilerplate::of(&texts[..4]).is_empty());
    /// ```
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a Words>) -> Boilerplate {
        let mut sets: Vec<Vec<u64>> = Vec::new();
        for words in texts {
            let mut set: Vec<u64> = shingles(words).map(|(_, hash)| hash).collect();
            set.sort_unstable();
            set.dedup();
            if !sets.iter().any(|known| is_nearly(known, &set)) {
                sets.push(set);
            }
        }
        if sets.len() < LEAST_TEXTS {
            return Boilerplate::default();
        }
        let enough = LEAST_COUNT.max(sets.len().div_ceil(ONE_IN));
        let mut recurring = recurring(&sets, enough);
        recurring.sort_unstable();
        let often = recurring.chunk_by(|one, other| one == other);
        let often = often.filter(|same| same.len() >= enough);
        Boilerplate {
            shingles: often.map(|same| same[0]).collect(),
        }
    }

    /// Nothing recurs.
    pub fn is_empty(&self) -> bool {
        self.shingles.is_empty()
    }

    /// How many shingles recur.
    pub fn len(&self) -> usize {
        self.shingles.len()
    }

    /// For each token, whether it is boilerplate.
    pub fn mask(&self, words: &Words) -> Vec<bool> {
        let mut mask = vec![false; words.len()];
        if self.is_empty() {
            return mask;
        }
        for (at, hash) in shingles(words) {
            if self.shingles.binary_search(&hash).is_ok() {
                mask[at..at + SHINGLE].fill(true);
            }
        }
        let mut last = None;
        for at in 0..mask.len() {
            if !mask[at] {
                continue;
            }
            if let Some(last) = last
                && at - last > 1
                && at - last - 1 <= BRIDGE
            {
                mask[last + 1..at].fill(true);
            }
            last = Some(at);
        }
        bare_sentences(words, &mut mask);
        mask
    }
}

/// Takes content out of `mask`. Frames are lines and sentences, or begin or end one. What recurs inside a
/// sentence (the title of another text in a list of links, a phrase of the trade) is content; so is the end
/// of the sentence before a frame, which a shingle of both may cover: a number there would be masked with
/// every other number.
fn bare_sentences(words: &Words, mask: &mut [bool]) {
    let parts = |at: usize| words.get(at).is_none_or(|word| word.begins);
    let goes_on = |at: usize| !parts(at) && words.get(at).is_some_and(|word| !word.capital);
    let mut at = 0;
    while at < mask.len() {
        if !mask[at] {
            at += 1;
            continue;
        }
        let mut start = at;
        while at < mask.len() && mask[at] {
            at += 1;
        }
        if !parts(start) {
            let inside = (start + 1..at).find(|&inside| parts(inside));
            let kept = inside.or_else(|| parts(at).then_some(start)).unwrap_or(at);
            if kept - start < SHINGLE || kept == at {
                mask[start..kept].fill(false);
                start = kept;
            }
        }
        if goes_on(at) {
            let last = (start + 1..at).rev().find(|&inside| parts(inside));
            mask[last.unwrap_or(start)..at].fill(false);
        }
    }
}

/// All shingles of the sets that may stand in `enough` of them: counted by some bits of each, because to
/// sort or to map them all costs more than everything else here, and hardly one recurs.
fn recurring(sets: &[Vec<u64>], enough: usize) -> Vec<u64> {
    const SLOTS: usize = 1 << 14;
    let slot = |hash: u64| hash as usize % SLOTS;
    let mut counts = vec![0_u16; SLOTS];
    let all = || sets.iter().flatten().copied();
    all().for_each(|hash| counts[slot(hash)] = counts[slot(hash)].saturating_add(1));
    all()
        .filter(|&hash| usize::from(counts[slot(hash)]) >= enough)
        .collect()
}

/// Texts of which nine tenths of the shingles are the same.
fn is_nearly(one: &[u64], other: &[u64]) -> bool {
    let (small, large) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    // Short posts may be nine tenths footer: they are not one text for that.
    if small.len() < 40 || small.len() * 10 < large.len() * 8 {
        return false;
    }
    // Most pairs have nothing in common, and say so within a tenth of the way.
    let mut may_lack = small.len() / 10;
    let mut rest = large;
    for hash in small {
        let passed = rest.iter().take_while(|known| *known < hash).count();
        rest = &rest[passed..];
        if rest.first() == Some(hash) {
            continue;
        }
        let Some(left) = may_lack.checked_sub(1) else {
            return false;
        };
        may_lack = left;
    }
    true
}

/// (first token, hash with digits masked) of each shingle near either end.
fn shingles(words: &Words) -> impl Iterator<Item = (usize, u64)> {
    let tokens: Vec<u64> = words
        .iter()
        .map(|word| {
            if word.has_digit() {
                0
            } else {
                folded_hash(word.folded)
            }
        })
        .collect();
    let count = tokens.len().saturating_sub(SHINGLE - 1);
    (0..count)
        .filter(move |&at| at < LOOKED_AT || at + LOOKED_AT >= count)
        .filter_map(move |at| {
            // Nothing but numbers says nothing: the date of a page, an account, a result.
            let mut shingle = tokens[at..at + SHINGLE].iter();
            shingle.any(|token| *token != 0).then_some(())?;
            let mut mixer = Mixer::default();
            tokens[at..at + SHINGLE]
                .iter()
                .for_each(|token| mixer.add(*token));
            Some((at, mixer.finish()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(texts: &[&str]) -> Vec<Words> {
        texts.iter().map(|text| Words::of(text)).collect()
    }

    #[test]
    fn dates_in_a_footer_and_what_stands_between_its_parts_are_boilerplate() {
        let texts = words(&[
            "Eins Stand vom 1. Mai um 10 Uhr Redaktion Meier Alle Rechte an diesem Text vorbehalten",
            "Zwei Stand vom 2. Mai um 11 Uhr Redaktion Huber Alle Rechte an diesem Text vorbehalten",
            "Drei Stand vom 3. Mai um 12 Uhr Redaktion Moser Alle Rechte an diesem Text vorbehalten",
            "Vier Stand vom 4. Mai um 13 Uhr Redaktion Bauer Alle Rechte an diesem Text vorbehalten",
            "Fünf Stand vom 5. Mai um 14 Uhr Redaktion Maier Alle Rechte an diesem Text vorbehalten",
        ]);
        let found = Boilerplate::of(&texts);
        let mask = found.mask(&texts[3]);
        assert_eq!(mask.iter().filter(|masked| !**masked).count(), 1);
        assert!(!mask[0]);
    }

    #[test]
    fn one_text_many_times_is_no_boilerplate() {
        let long: String = (0..60)
            .map(|n| {
                format!(
                    "wort{} ",
                    char::from(b'a' + n % 26).to_string().repeat(n as usize + 1)
                )
            })
            .collect();
        let other = |n: char| (0..60).map(|_| format!("{n} ")).collect::<String>();
        let texts = [
            long.clone(),
            long.clone(),
            long,
            other('x'),
            other('y'),
            other('z'),
            other('w'),
        ];
        let texts: Vec<Words> = texts.iter().map(|text| Words::of(text)).collect();
        assert!(!Boilerplate::of(&texts).mask(&texts[0]).contains(&true));
    }
}
