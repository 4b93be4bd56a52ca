//! A text as a row of hashes: what runs of words are looked for in, and where our boilerplate is struck out.

use super::hashes::{Table, of_run, of_word};
use super::weights::{self, Lexicon, Stemmed, Weighed};
use super::words::{Case, Script, Word, Words};
use std::collections::HashSet;
use std::ops::Range;

/// Words of a run that is counted as boilerplate.
pub(super) const BOILERPLATE_RUN: usize = 5;

/// A stretch of fewer words that two texts of ours share is chance ("three million tenge for the families").
const STRETCH: usize = 8;

/// Other words between two pieces of boilerplate that are taken for boilerplate, at most.
const GAP: usize = 4;

/// A title and its text, word by word; a title that the text repeats stands in it once.
#[derive(Clone, Debug, Default)]
pub(super) struct Scan {
    title: Words,
    text: Words,
    from: usize,
    /// Hash of each word, title first.
    hashes: Vec<u64>,
    /// Struck out: boilerplate of ours.
    struck: Vec<bool>,
}

impl Scan {
    /// The words of a title and a plain text.
    pub(super) fn of(title: &str, text: &str) -> Scan {
        Scan::in_words(Words::of(title), Words::of(text))
    }

    /// The same where both were taken apart already.
    pub(super) fn in_words(title: Words, text: Words) -> Scan {
        let from = text.after(&title);
        let mut scan = Scan {
            title,
            text,
            from,
            ..Scan::default()
        };
        scan.hashes = (0..scan.len())
            .map(|at| scan.word(at).map_or(0, |word| of_word(word.folded)))
            .collect();
        scan.struck = vec![false; scan.len()];
        scan
    }

    /// How many words.
    pub(super) fn len(&self) -> usize {
        self.title.len() + self.text.len() - self.from
    }

    /// How many of them are the title's.
    pub(super) fn title_length(&self) -> usize {
        self.title.len()
    }

    /// The word at a place, title first.
    pub(super) fn word(&self, at: usize) -> Option<Word<'_>> {
        match at.checked_sub(self.title.len()) {
            None => self.title.get(at),
            Some(place) => {
                let mut word = self.text.get(self.from + place)?;
                word.apart |= place == 0;
                Some(word)
            }
        }
    }

    /// The length of the title, where it is written Like This or LIKE THIS: capitals say nothing there.
    pub(super) fn capitalised_title(&self) -> usize {
        let letters = || self.title.iter().filter(|word| word.case != Case::None);
        let capital = letters().filter(|word| word.case.has_capital()).count();
        match capital * 10 > letters().count() * 7 {
            true => self.title.len(),
            false => 0,
        }
    }

    /// The hashes of all words, title first.
    pub(super) fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// Whether the word at a place counts.
    pub(super) fn counts(&self, at: usize) -> bool {
        !self.struck[at]
    }

    /// The hashes of all runs of five words, each once.
    pub(super) fn runs(&self) -> Vec<u64> {
        let mut runs: Vec<u64> = self.hashes.windows(BOILERPLATE_RUN).map(of_run).collect();
        runs.sort_unstable();
        runs.dedup();
        runs
    }

    /// Strikes out what consists of such runs, and up to four words between two of them, where that makes
    /// eight words; returns the share of words that is left.
    pub(super) fn strike(&mut self, boilerplate: &HashSet<u64>) -> f32 {
        let stretches = self.stretches(boilerplate);
        if stretches.is_empty() {
            return 1.0;
        }
        self.strike_out(stretches);
        let left = self.struck.iter().filter(|struck| !**struck).count();
        left as f32 / self.len() as f32
    }

    /// Where it consists of such runs.
    fn stretches(&self, boilerplate: &HashSet<u64>) -> Vec<Range<usize>> {
        if boilerplate.is_empty() {
            return Vec::new();
        }
        let mut stretches: Vec<Range<usize>> = Vec::new();
        for at in 0..self.hashes.len().saturating_sub(BOILERPLATE_RUN - 1) {
            let end = at + BOILERPLATE_RUN;
            if !boilerplate.contains(&of_run(&self.hashes[at..end])) {
                continue;
            }
            match stretches.last_mut().filter(|last| at <= last.end + GAP) {
                Some(last) => last.end = end,
                None => stretches.push(at..end),
            }
        }
        stretches.retain(|stretch| stretch.len() >= STRETCH);
        stretches
    }

    fn strike_out(&mut self, stretches: Vec<Range<usize>>) {
        for stretch in stretches {
            self.struck[stretch].fill(true);
        }
    }

    /// The same without what `strike` would strike out; None where that is nothing.
    pub(super) fn without(&self, boilerplate: &HashSet<u64>) -> Option<Scan> {
        let stretches = self.stretches(boilerplate);
        if stretches.is_empty() {
            return None;
        }
        let mut scan = self.clone();
        scan.strike_out(stretches);
        Some(scan)
    }

    /// Takes back what `strike` did.
    pub(super) fn restore(&mut self) {
        self.struck.fill(false);
    }

    /// What each word weighs: 0 where it is struck out or a stop word. Fractions and numbers are one
    /// value, at the place of their first part; days and months of dates weigh nothing.
    pub(super) fn weighed(&self, lexicon: Option<&Lexicon>) -> Vec<Weighed> {
        self.weighed_and_stemmed(lexicon).0
    }

    /// The same, and the stems of long words that were worked out.
    pub(super) fn weighed_and_stemmed(&self, lexicon: Option<&Lexicon>) -> (Vec<Weighed>, Stemmed) {
        let mut stemmed = Stemmed::default();
        let weighed = (0..self.len()).map(|at| match self.word(at) {
            Some(word) if self.counts(at) => self.weigh(at, &word, lexicon, &mut stemmed),
            _ => Weighed { id: 0, w: 0.0 },
        });
        (weighed.collect(), stemmed)
    }

    fn weigh(
        &self,
        at: usize,
        word: &Word<'_>,
        lexicon: Option<&Lexicon>,
        stemmed: &mut Stemmed,
    ) -> Weighed {
        const NOTHING: Weighed = Weighed { id: 0, w: 0.0 };
        if word.script == Script::Number {
            let joined = |at| self.word(at).filter(|next: &Word<'_>| next.joined);
            return match (word.joined, joined(at + 1), joined(at + 2)) {
                // 11.01.2022: of a date only the year says something.
                (true, None, _) if word.folded.len() == 4 => weights::number(word.folded),
                (true, ..) | (false, Some(_), Some(_)) => None,
                (false, Some(part), None) => {
                    weights::number(&format!("{}.{}", word.folded, part.folded))
                }
                (false, None, _) => weights::number(word.folded),
            }
            .unwrap_or(NOTHING);
        }
        match lexicon {
            Some(lexicon) => lexicon.weigh(word, self.hashes[at], stemmed),
            // Without a list no word is known to be rare; names and numbers are looked at elsewhere.
            None => NOTHING,
        }
    }
}

/// In how many scans each run of five words stands, counting a scan once.
pub(super) fn count_runs<'s>(scans: impl Iterator<Item = &'s Scan>) -> Table<u32> {
    let mut counts = Table::default();
    for scan in scans {
        for run in scan.runs() {
            *counts.entry(run).or_default() += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boilerplate_and_short_gaps_in_it_are_struck_out() {
        let footer =
            "Rückfragen an das Büro der Liga in X, Telefon 1, Mail an die Presse der Liga senden";
        let known: HashSet<u64> = Scan::of("", footer).runs().into_iter().collect();
        let mut scan = Scan::of(
            "Streik",
            "Es wird gestreikt. Rückfragen an das Büro der Liga in Y, Telefon 2, Mail an die Presse der Liga senden",
        );
        let left = scan.strike(&known);
        let kept: Vec<&str> = (0..scan.len())
            .filter(|at| scan.counts(*at))
            .filter_map(|at| scan.word(at).map(|word| word.surface))
            .collect();
        assert_eq!(kept, ["Streik", "Es", "wird", "gestreikt"]);
        assert!(left < 0.3);
    }

    #[test]
    fn of_dates_the_year_counts_and_fractions_are_one_number() {
        let lexicon = Lexicon::of("de");
        let weigh = |text: &str| -> Vec<f32> {
            let scan = Scan::of("", text);
            scan.weighed(lexicon)
                .iter()
                .map(|weighed| weighed.w)
                .filter(|w| *w > 0.0)
                .collect()
        };
        assert_eq!(weigh("am 11.01.2022"), [2.0]);
        assert_eq!(weigh("4,2 und 160 und 10.000"), [4.6, 4.6, 6.9]);
    }
}
