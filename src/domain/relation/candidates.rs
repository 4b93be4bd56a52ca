//! The statements of one language by their words, and which of them a text is worth comparing with.
//!
//! What a text shares with a statement is found by walking over its own words once for all statements:
//! two rows of words are never laid side by side, so to compare costs what is shared, and little.

use super::hashes::Table;
use super::same_language::{Pair, RARE, Shared};
use super::terms::Terms;

/// Statements that are compared with a text, at most.
const VERIFIED: usize = 50;

/// Words that two texts of one language share, mostly.
const SHARED: usize = 64;

/// The statements of one language.
#[derive(Debug, Default)]
pub(super) struct InLanguage {
    /// What terms of the house weigh less, as a factor.
    pub(super) discount: Table<f32>,
    words: Places,
    parts: Places,
    concepts: Places,
}

impl InLanguage {
    /// Adds a statement, behind all that were added before; [`InLanguage::close`] must follow.
    pub(super) fn add(&mut self, statement: u32, ours: &Terms) {
        let place = |id: u64, term: u32| Place {
            id,
            statement,
            term,
            share: ours.list[term as usize].a / ours.norm,
        };
        let words = (0..).zip(&ours.list);
        let words = words.map(|(of, term)| place(term.id, of));
        self.words.rows.extend(words);
        let parts = ours.parts.iter().map(|part| place(part.id, part.of));
        self.parts.rows.extend(parts);
        let meant = ours.meant.iter();
        let meant = meant.map(|meant| place(of_concept(meant.concept), meant.of));
        self.concepts.rows.extend(meant);
    }

    /// All were added.
    pub(super) fn close(&mut self) {
        for places in [&mut self.words, &mut self.parts, &mut self.concepts] {
            places.close();
        }
    }

    /// The statements that share the most weight in rare terms, fifty at most, with what they share.
    pub(super) fn candidates(&self, theirs: &Terms, statements: usize) -> Vec<(u32, Shared)> {
        let words = theirs.list.iter().map(|term| self.words.of(term.id));
        let words: Vec<&[Place]> = words.collect();
        let mut shares = Shares::among(statements);
        for (term, places) in theirs.list.iter().zip(&words) {
            for place in places.iter().filter(|_| term.w >= RARE) {
                shares.add(place.statement, term.a * place.share);
            }
        }
        let mut gathering = Gathering::of(shares.best(), statements);
        for (at, places) in (0..).zip(&words) {
            gathering.take(Pair::Same, at, places);
        }
        for (at, term) in (0..).zip(&theirs.list) {
            gathering.take(Pair::PartOfOurs, at, self.parts.of(term.id));
        }
        for part in &theirs.parts {
            gathering.take(Pair::PartOfTheirs, part.of, self.words.of(part.id));
        }
        for meant in &theirs.meant {
            let ours = self.concepts.of(of_concept(meant.concept));
            gathering.take(Pair::Meant, meant.of, ours);
        }
        gathering.found
    }
}

/// First and last bits lead to a row: lines are counted from 0.
fn of_concept(concept: u16) -> u64 {
    u64::from(concept) << 48 | u64::from(concept)
}

/// What the candidates share with a text, while it is gathered.
struct Gathering {
    found: Vec<(u32, Shared)>,
    /// Of each statement its number among the candidates, from 1.
    numbers: Vec<u8>,
}

impl Gathering {
    fn of(candidates: Vec<u32>, statements: usize) -> Gathering {
        let mut numbers = vec![0; statements];
        for (number, statement) in (1..).zip(&candidates) {
            numbers[*statement as usize] = number;
        }
        let found = candidates.into_iter();
        let found = found.map(|statement| (statement, Vec::with_capacity(SHARED)));
        Gathering {
            found: found.collect(),
            numbers,
        }
    }

    fn take(&mut self, pair: Pair, theirs: u32, ours: &[Place]) {
        for place in ours {
            let number = usize::from(self.numbers[place.statement as usize]);
            if let Some(at) = number.checked_sub(1) {
                self.found[at].1.push((pair, theirs, place.term));
            }
        }
    }
}

/// Hashes and where they stand in our statements, sorted. A map of rows would take five times the memory.
#[derive(Debug, Default)]
struct Places {
    rows: Vec<Place>,
    /// Where the hashes with these first bits begin; one more at the end.
    starts: Vec<u32>,
    /// Last bits of the hashes that are there: most that are looked for are not, and the rows are long
    /// enough for each look at them to wait for memory.
    known: Vec<u64>,
}

/// A word, a part of one or a concept in a statement.
#[derive(Clone, Copy, Debug)]
struct Place {
    id: u64,
    statement: u32,
    /// Index of the term.
    term: u32,
    /// The term's share in the vector.
    share: f32,
}

impl Places {
    fn close(&mut self) {
        // Stable: rows of one hash stay in the order of the statements and of their words.
        self.rows.sort_by_key(|place| place.id);
        self.rows.shrink_to_fit();
        let starts = (self.rows.len() / 2).next_power_of_two().max(2);
        self.starts = vec![0; starts + 1];
        for place in &self.rows {
            self.starts[first_bits(place.id, starts) + 1] += 1;
        }
        self.known = vec![0; (self.rows.len() / 8).next_power_of_two()];
        for place in &self.rows {
            let (at, bit) = last_bits(place.id, self.known.len());
            self.known[at] |= bit;
        }
        let mut before = 0;
        for start in &mut self.starts {
            before += *start;
            *start = before;
        }
    }

    fn of(&self, id: u64) -> &[Place] {
        let (at, bit) = last_bits(id, self.known.len());
        if self.known.get(at).is_none_or(|known| known & bit == 0) {
            return &[];
        }
        let starts = self.starts.len() - 1;
        let at = first_bits(id, starts);
        let near = &self.rows[self.starts[at] as usize..self.starts[at + 1] as usize];
        let from = near.partition_point(|place| place.id < id);
        let to = near[from..].partition_point(|place| place.id == id);
        &near[from..from + to]
    }
}

/// The first bits of a hash, as many as number so many, which are a power of two and two at least.
fn first_bits(id: u64, so_many: usize) -> usize {
    (id >> (64 - so_many.trailing_zeros())) as usize
}

/// Which bit stands for a hash in so many words of 64 bits, a power of two, or none.
fn last_bits(id: u64, so_many: usize) -> (usize, u64) {
    let at = (id >> 6) as usize & so_many.saturating_sub(1);
    (at, 1 << (id & 63))
}

/// What each statement has in common with a text: a row of all, because a map costs ten times as much
/// where a word stands in many.
pub(super) struct Shares {
    of: Vec<f32>,
    touched: Vec<u32>,
}

impl Shares {
    /// Of so many statements.
    pub(super) fn among(statements: usize) -> Shares {
        Shares {
            of: vec![0.0; statements],
            touched: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, statement: u32, share: f32) {
        let known = &mut self.of[statement as usize];
        if *known == 0.0 {
            self.touched.push(statement);
        }
        *known += share;
    }

    /// The statements with the most weight in common, fifty at most.
    pub(super) fn best(self) -> Vec<u32> {
        let mut ranked = self.touched;
        let share = |statement: &u32| self.of[*statement as usize];
        let rank =
            |one: &u32, other: &u32| share(other).total_cmp(&share(one)).then(one.cmp(other));
        if ranked.len() > VERIFIED {
            ranked.select_nth_unstable_by(VERIFIED, rank);
            ranked.truncate(VERIFIED);
        }
        ranked
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::relation::reading::Reading;
    use crate::domain::relation::scan::Scan;

    fn terms(text: &str) -> Terms {
        let reading = Reading::of(Scan::of("", text), Some("de"));
        Terms::of(&reading, &Table::default())
    }

    /// Every word of theirs beside every one of ours.
    fn side_by_side(theirs: &Terms, ours: &Terms) -> Shared {
        let mut shared = Shared::new();
        for (at, their) in (0..).zip(&theirs.list) {
            let same = (0..).zip(&ours.list).filter(|(_, our)| our.id == their.id);
            shared.extend(same.map(|(of, _)| (Pair::Same, at, of)));
        }
        for (at, their) in (0..).zip(&theirs.list) {
            let parts = ours.parts.iter().filter(|part| part.id == their.id);
            shared.extend(parts.map(|part| (Pair::PartOfOurs, at, part.of)));
        }
        for part in &theirs.parts {
            let wholes = (0..).zip(&ours.list).filter(|(_, our)| our.id == part.id);
            shared.extend(wholes.map(|(of, _)| (Pair::PartOfTheirs, part.of, of)));
        }
        for their in &theirs.meant {
            let meant = ours.meant.iter().filter(|our| our.concept == their.concept);
            shared.extend(meant.map(|our| (Pair::Meant, their.of, our.of)));
        }
        shared
    }

    #[test]
    fn one_walk_finds_what_lies_side_by_side() {
        let ours = [
            "Tokajew verbietet die Streikbewegung von Schanaosen und entlässt 160 Bergleute.",
            "In Schanaosen wird gestreikt: Die Bergarbeiter wollen Lohnerhöhungen, Tokajew droht.",
            "Der Mieterbund Nordring klagt gegen die Wohnungsgesellschaft.",
        ];
        let ours = ours.map(terms);
        let mut group = InLanguage::default();
        (0..).zip(&ours).for_each(|(n, ours)| group.add(n, ours));
        group.close();
        let theirs = terms(
            "Tokajew kündigt 160 Bergarbeitern in Schanaosen nach dem Streik um die Lohnerhöhung; \
            die Bewegung geht weiter, auch der Bergarbeiterstreik.",
        );
        let mut found = group.candidates(&theirs, ours.len());
        found.sort_by_key(|(statement, _)| *statement);
        let wanted = [0, 1].map(|at| (at, side_by_side(&theirs, &ours[at as usize])));
        assert_eq!(found, wanted);
        for pair in [
            Pair::Same,
            Pair::PartOfOurs,
            Pair::PartOfTheirs,
            Pair::Meant,
        ] {
            let mut all = found.iter().flat_map(|(_, shared)| shared);
            assert!(all.any(|(how, ..)| *how == pair), "{pair:?}");
        }
        assert!(InLanguage::default().candidates(&theirs, 0).is_empty());
    }
}
