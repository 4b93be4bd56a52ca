//! Our statements, indexed: to which of them does a text belong, and why?
//!
//! Rare terms lead to candidates, at most fifty of them are compared, so the cost is the text's, not
//! the collection's. Building is a pass over all statements; an index is never changed, but built anew.

use super::candidates::{InLanguage, Shares};
use super::evidence::{Relation, Target};
use super::hashes::Table;
use super::marks::Marks;
use super::other_language;
use super::quotes::Quotes;
use super::reading::{InWords, Reading, Text};
use super::same_language;
use super::scan::{self, Scan};
use super::sketch::Sketch;
use super::terms::Terms;
use super::weights::Lexicon;
use super::why::{Why, Written, thousandths};
use crate::domain::Moment;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Relations to statements that a release keeps, at most.
pub const KEPT: usize = 3;

/// Scores below it are not even near misses.
const NEAR: f32 = 0.1;

/// A language with this many statements of ours discounts what all of them speak of.
const HOUSE: usize = 20;

/// A statement of ours, to be indexed.
#[derive(Clone, Copy, Debug)]
pub struct Ours<'a> {
    /// In its address.
    pub slug: &'a str,
    /// Its text.
    pub text: Text<'a>,
    /// Canonical addresses of its page and of the original that it translates.
    pub addresses: &'a [String],
    /// The newer of two statements wins where everything else is equal.
    pub date: Option<Moment>,
}

/// Our statements, indexed. See the example in [the module](super).
#[derive(Debug, Default)]
pub struct Index {
    statements: Vec<Indexed>,
    languages: HashMap<String, InLanguage>,
    quotes: Quotes,
    /// Names and rare places to statements, for texts of other languages.
    marks: Table<Vec<u32>>,
    addresses: HashMap<String, u32>,
    boilerplate: HashSet<u64>,
}

#[derive(Debug)]
struct Indexed {
    slug: String,
    date: Option<Moment>,
    /// Of its lexicon; empty where there is none.
    language: &'static str,
    terms: Terms,
    marks: Marks,
    written: Written,
}

/// A text as it is read beside ours.
struct Looked {
    reading: Arc<Reading>,
    terms: Terms,
}

/// A statement as a sketch is compared with it.
pub(super) struct Sketched<'i> {
    pub(super) language: &'static str,
    pub(super) terms: &'i Terms,
    pub(super) marks: &'i Marks,
    pub(super) addresses: Vec<&'i str>,
}

/// What was found of one statement.
struct Found {
    statement: u32,
    certain: bool,
    score: f32,
    mass: f32,
    why: Vec<Why>,
}

impl Index {
    /// Indexes statements; order does not matter, but where nothing else tells two apart.
    pub fn of<'a>(statements: impl IntoIterator<Item = Ours<'a>>) -> Index {
        let ours: Vec<Ours<'a>> = statements.into_iter().collect();
        let mut scans: Vec<Scan> = ours
            .iter()
            .map(|ours| Scan::of(ours.text.title, ours.text.text))
            .collect();
        let mut index = Index {
            boilerplate: boilerplate(&scans),
            ..Index::default()
        };
        for scan in &mut scans {
            // A statement that consists of what another says too is no boilerplate.
            if scan.strike(&index.boilerplate) < 1.0 / 3.0 {
                scan.restore();
            }
        }
        index.discount(&ours, &scans);
        for (ours, scan) in ours.iter().zip(scans) {
            index.add(ours, scan);
        }
        index.languages.values_mut().for_each(InLanguage::close);
        index
    }

    /// No statement is indexed.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// The statements that a text is related to at or above `threshold`, best first, three at most.
    pub fn relate(&self, text: &Text<'_>, threshold: f64) -> Vec<Relation> {
        let mut related = self.compare(text, threshold);
        related.truncate(KEPT);
        related
    }

    /// The statements that come nearest to a text, best first, at most `limit`: near misses included,
    /// for `explain`.
    pub fn nearest(&self, text: &Text<'_>, limit: usize) -> Vec<Relation> {
        let mut near = self.compare(text, 0.0);
        near.truncate(limit);
        near
    }

    /// The statements that come as near to a text as `least` says, best first, and what to keep of the
    /// text so that later statements and topics find it. None: no statement is indexed, so none is
    /// looked for yet.
    pub fn compare_and_sketch(
        &self,
        text: &InWords,
        links: &[String],
        least: f64,
    ) -> (Vec<Relation>, Option<Sketch>) {
        if self.is_empty() {
            return (Vec::new(), None);
        }
        let looked = self.look_at(text);
        let sketch = Sketch::of(&looked.reading, &looked.terms, links);
        (self.related(links, &looked, least), Some(sketch))
    }

    /// Those of our statements that are `wanted`, as a sketch is compared with them.
    pub(super) fn sketched<'i>(
        &'i self,
        wanted: &'i HashSet<Target>,
    ) -> impl Iterator<Item = Sketched<'i>> {
        let statements = self.statements.iter().enumerate();
        let wanted =
            statements.filter(|(_, ours)| wanted.contains(&Target::Statement(ours.slug.clone())));
        wanted.map(|(number, ours)| Sketched {
            language: ours.language,
            terms: &ours.terms,
            marks: &ours.marks,
            addresses: self
                .addresses
                .iter()
                .filter(|(_, of)| **of as usize == number)
                .map(|(address, _)| address.as_str())
                .collect(),
        })
    }

    fn compare(&self, text: &Text<'_>, least: f64) -> Vec<Relation> {
        if self.is_empty() {
            return Vec::new();
        }
        let looked = self.look_at(&InWords::of(text));
        self.related(text.links, &looked, least)
    }

    /// Everything that the rules look at in a text, without what stands in all of ours.
    fn look_at(&self, text: &InWords) -> Looked {
        let whole = text.reading();
        let reading = match whole.scan.without(&self.boilerplate) {
            Some(scan) => Arc::new(Reading::of(scan, text.language.as_deref())),
            None => Arc::clone(whole),
        };
        let none = Table::default();
        let group = self.languages.get(reading.spoken());
        let terms = Terms::of(&reading, group.map_or(&none, |group| &group.discount));
        Looked { reading, terms }
    }

    fn related(&self, links: &[String], looked: &Looked, least: f64) -> Vec<Relation> {
        let mut found = self.linked(links);
        let quotations = self.quotes.find(&looked.reading);
        found.extend(quotations.into_iter().map(|quotation| Found {
            statement: quotation.statement,
            certain: true,
            score: 1.0,
            mass: quotation.weight,
            why: vec![Why::Quotation(quotation)],
        }));
        if let Some(lexicon) = looked.reading.lexicon {
            let certain: Vec<u32> = found.iter().map(|found| found.statement).collect();
            let group = self.languages.get(lexicon.language);
            found.extend(group.map_or_else(Vec::new, |group| {
                self.alike(&looked.terms, group, least as f32, &certain)
            }));
        }
        let spoken = looked.reading.spoken();
        if self.speaks_other_than(spoken) {
            found.extend(self.across(&looked.reading.marks, spoken));
        }
        self.relations(found, looked, least)
    }

    /// By links to their addresses.
    fn linked(&self, links: &[String]) -> Vec<Found> {
        let hits = links
            .iter()
            .filter_map(|link| Some((link, self.addresses.get(link)?)));
        hits.map(|(link, statement)| Found {
            statement: *statement,
            certain: true,
            score: 1.0,
            mass: 0.0,
            why: vec![Why::Link(link.clone())],
        })
        .collect()
    }

    /// By words, in the same language: those that may score at least so much, and those found already.
    fn alike(&self, theirs: &Terms, group: &InLanguage, least: f32, certain: &[u32]) -> Vec<Found> {
        let candidates = group.candidates(theirs, self.statements.len());
        let compared = candidates.into_iter().filter_map(|(statement, shared)| {
            let ours = &self.statements[statement as usize];
            // What else is in common is told of those, too.
            let least = if certain.contains(&statement) {
                0.0
            } else {
                least
            };
            let common = same_language::compare(theirs, &ours.terms, &shared, least)?;
            (common.tally.score >= NEAR).then(|| Found {
                statement,
                certain: false,
                score: common.tally.score,
                mass: common.tally.mass,
                why: vec![Why::Words(common)],
            })
        });
        compared.collect()
    }

    /// Whether a statement is to be compared by rule B with a text of this language ("": one without list).
    fn speaks_other_than(&self, language: &str) -> bool {
        language.is_empty()
            || self.languages.len() > usize::from(self.languages.contains_key(language))
    }

    /// By names, numbers, places and concepts, in another language.
    fn across(&self, theirs: &Marks, spoken: &str) -> Vec<Found> {
        let mut shares = Shares::among(self.statements.len());
        for (key, w) in theirs.keys() {
            for statement in self.marks.get(&key).into_iter().flatten() {
                let ours = self.statements[*statement as usize].language;
                if ours != spoken || ours.is_empty() {
                    shares.add(*statement, w);
                }
            }
        }
        let compared = shares.best().into_iter().filter_map(|statement| {
            let ours = &self.statements[statement as usize];
            let common = other_language::compare(theirs, &ours.marks);
            (common.tally.score >= NEAR).then(|| Found {
                statement,
                certain: false,
                score: common.tally.score,
                mass: common.tally.mass,
                why: vec![Why::Marks(common)],
            })
        });
        compared.collect()
    }

    /// One relation a statement that scores at least so much, with all that was found of it; best first.
    fn relations(&self, mut found: Vec<Found>, looked: &Looked, least: f64) -> Vec<Relation> {
        found.sort_by(|one, other| {
            (one.statement.cmp(&other.statement))
                .then(other.certain.cmp(&one.certain))
                .then(other.score.total_cmp(&one.score))
        });
        let mut merged: Vec<Found> = Vec::new();
        for next in found {
            match merged
                .last_mut()
                .filter(|last| last.statement == next.statement)
            {
                Some(last) => {
                    last.mass = last.mass.max(next.mass);
                    last.why.extend(next.why);
                }
                None => merged.push(next),
            }
        }
        let score = |found: &Found| f64::from(thousandths(found.score)) / 1000.0;
        merged.retain(|found| score(found) >= least);
        merged.sort_by_key(|found| {
            let ours = &self.statements[found.statement as usize];
            (
                Reverse(found.certain),
                Reverse(thousandths(found.score)),
                Reverse(thousandths(found.mass)),
                Reverse(ours.date),
                &ours.slug,
            )
        });
        let relations = merged.into_iter().map(|found| {
            let ours = &self.statements[found.statement as usize];
            Relation {
                target: Target::Statement(ours.slug.clone()),
                score: score(&found),
                why: (found.why.into_iter())
                    .map(|why| why.told(&looked.reading, &looked.terms, &ours.written))
                    .collect(),
            }
        });
        relations.collect()
    }

    /// Learns which terms our statements all speak of (§7, house discount).
    fn discount(&mut self, ours: &[Ours<'_>], scans: &[Scan]) {
        let mut counts: HashMap<&'static str, (usize, Table<u32>)> = HashMap::new();
        for (ours, scan) in ours.iter().zip(scans) {
            let Some(lexicon) = ours.text.language.and_then(Lexicon::of) else {
                continue;
            };
            let mut ids: Vec<u64> = scan
                .weighed(Some(lexicon))
                .iter()
                .filter(|weighed| weighed.w > 0.0)
                .map(|weighed| weighed.id)
                .collect();
            ids.sort_unstable();
            ids.dedup();
            let (statements, terms) = counts.entry(lexicon.language).or_default();
            *statements += 1;
            ids.into_iter()
                .for_each(|id| *terms.entry(id).or_default() += 1);
        }
        for (language, (statements, terms)) in counts {
            let group = self.languages.entry(language.to_owned()).or_default();
            if statements < HOUSE {
                continue;
            }
            group.discount = terms
                .into_iter()
                .map(|(id, count)| (id, count as f32 / statements as f32))
                .filter(|(_, share)| *share > 0.1)
                .map(|(id, share)| (id, (1.0 / share).log10()))
                .collect();
        }
    }

    fn add(&mut self, ours: &Ours<'_>, scan: Scan) {
        let number = self.statements.len() as u32;
        for address in ours.addresses {
            self.addresses.insert(address.clone(), number);
        }
        self.quotes.add(&scan);
        let reading = Reading::of(scan, ours.text.language);
        let group = self.languages.entry(reading.spoken().to_owned());
        let group = group.or_default();
        let terms = Terms::of(&reading, &group.discount);
        group.add(number, &terms);
        for (key, _) in reading.marks.keys() {
            let postings = self.marks.entry(key).or_default();
            if postings.last() != Some(&number) {
                postings.push(number);
            }
        }
        self.statements.push(Indexed {
            slug: ours.slug.to_owned(),
            date: ours.date,
            language: reading.spoken(),
            written: Written::of(&reading, &terms),
            terms,
            marks: reading.marks,
        });
    }
}

/// Runs of five words that stand in too many statements to say anything of one.
fn boilerplate(scans: &[Scan]) -> HashSet<u64> {
    let all = scans.len() as f32;
    let least = match scans.len() >= HOUSE {
        true => (0.02 * all).max(3.0),
        false => (0.1 * all).max(2.0),
    };
    scan::count_runs(scans.iter())
        .into_iter()
        .filter(|(_, count)| *count as f32 >= least)
        .map(|(run, _)| run)
        .collect()
}
