//! Where a text quotes one of ours: twelve words in a row and more (`likeness.md` §7 C).
//!
//! Runs of eight words are hashed and winnowed (the least of each five neighbours is kept), so any run
//! of twelve shared words holds a kept run of eight; what one finds is then followed word by word.

use super::hashes::{Table, of_run};
use super::reading::Reading;
use super::scan::Scan;

const RUN: usize = 8;
const WINDOW: usize = 5;

/// Words of a quotation that is certain.
const WORDS: usize = 12;

/// Their summed weight: "in the name of the …" is no quotation.
const WEIGHT: f32 = 25.0;

/// Places of ours that one run is followed to, at most.
const PLACES: usize = 8;

/// The runs of our statements.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    places: Table<Vec<(u32, u32)>>,
    /// Hashes of each statement's words; 0 where boilerplate was struck out.
    words: Vec<Box<[u64]>>,
}

/// A quotation of ours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quotation {
    /// Which statement.
    pub(super) statement: u32,
    /// Where in their text it begins.
    pub(super) at: usize,
    /// How many words.
    pub(super) words: usize,
    /// Their weight.
    pub(super) weight: f32,
}

impl Quotes {
    /// Adds the next statement.
    pub(super) fn add(&mut self, scan: &Scan) {
        let statement = self.words.len() as u32;
        let words = countable(scan);
        for (run, at) in winnowed(&words) {
            let places = self.places.entry(run).or_default();
            if places.len() < PLACES {
                places.push((statement, at as u32));
            }
        }
        self.words.push(words.into());
    }

    /// The longest quotation of each statement in a text, by what its words weigh.
    pub(super) fn find(&self, reading: &Reading) -> Vec<Quotation> {
        let Reading { scan, weighed, .. } = reading;
        if self.places.is_empty() {
            return Vec::new();
        }
        let words = countable(scan);
        let mut found: Vec<Quotation> = Vec::new();
        for (run, at) in winnowed(&words) {
            for &(statement, place) in self.places.get(&run).into_iter().flatten() {
                let ours = &self.words[statement as usize];
                let (from, length) = longest(&words, at, ours, place as usize);
                let weight = weighed[from..from + length]
                    .iter()
                    .map(|weighed| weighed.w)
                    .sum();
                if length < WORDS || weight < WEIGHT {
                    continue;
                }
                let quotation = Quotation {
                    statement,
                    at: from,
                    words: length,
                    weight,
                };
                match found.iter_mut().find(|known| known.statement == statement) {
                    Some(known) if known.words < length => *known = quotation,
                    Some(_) => {}
                    None => found.push(quotation),
                }
            }
        }
        found
    }
}

/// Hashes of words, 0 where they do not count.
fn countable(scan: &Scan) -> Vec<u64> {
    let hashes = scan.hashes().iter().enumerate();
    hashes
        .map(|(at, hash)| if scan.counts(at) { *hash } else { 0 })
        .collect()
}

/// The hash of each run of eight words, made of the one before it; the highest number where a word of it
/// does not count.
fn runs(words: &[u64]) -> Vec<u64> {
    // Odd, so that no word is ever multiplied away.
    const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
    const OLDEST: u64 = BASE.wrapping_pow(RUN as u32);
    let mut runs = Vec::with_capacity(words.len());
    let (mut rolling, mut uncounted) = (0_u64, 0);
    for (at, word) in words.iter().enumerate() {
        rolling = rolling.wrapping_mul(BASE).wrapping_add(*word);
        uncounted += usize::from(*word == 0);
        if let Some(gone) = at.checked_sub(RUN).map(|gone| words[gone]) {
            rolling = rolling.wrapping_sub(gone.wrapping_mul(OLDEST));
            uncounted -= usize::from(gone == 0);
        }
        if at + 1 >= RUN {
            runs.push(match uncounted {
                0 => of_run(&[rolling]),
                _ => u64::MAX,
            });
        }
    }
    runs
}

/// The runs of eight words that are the least of five neighbours, with their places.
fn winnowed(words: &[u64]) -> Vec<(u64, usize)> {
    let runs = runs(words);
    let mut kept: Vec<(u64, usize)> = Vec::with_capacity(runs.len() / 2);
    let mut least = 0;
    for last in 0..runs.len() {
        if runs[last] <= runs[least] {
            least = last;
        } else if least + WINDOW <= last {
            // Only where the least one falls out are the others looked at again; of equals the last counts.
            let window = last + 1 - WINDOW..=last;
            least = window.rev().min_by_key(|at| runs[*at]).unwrap_or(last);
        }
        let is_whole = last + 1 >= WINDOW && runs[least] != u64::MAX;
        if is_whole && kept.last().is_none_or(|(_, at)| *at != least) {
            kept.push((runs[least], least));
        }
    }
    kept
}

/// The longest row of equal words around a place in theirs and one in ours: where it begins in theirs,
/// and its length.
fn longest(theirs: &[u64], at: usize, ours: &[u64], place: usize) -> (usize, usize) {
    let same = |one: &u64, other: &u64| one == other && *one != 0;
    let before = theirs[..at]
        .iter()
        .rev()
        .zip(ours[..place].iter().rev())
        .take_while(|(one, other)| same(one, other))
        .count();
    let after = theirs[at..]
        .iter()
        .zip(&ours[place..])
        .take_while(|(one, other)| same(one, other))
        .count();
    (at - before, before + after)
}
