//! What a score rests on, and how it is told as evidence: only where somebody is shown it.

use super::RULE;
use super::evidence::{Evidence, Path, Shared, Weighing};
use super::other_language::InCommon;
use super::quotes::Quotation;
use super::reading::Reading;
use super::same_language::Common;
use super::scan::Scan;
use super::tally::{self, Tally};
use super::terms::Terms;

/// What a score rests on.
pub(super) enum Why {
    Link(String),
    Quotation(Quotation),
    Words(Common),
    Marks(InCommon),
}

/// How a statement writes its terms and marks.
#[derive(Debug)]
pub(super) struct Written {
    terms: Surfaces,
    marks: Surfaces,
}

impl Written {
    pub(super) fn of(reading: &Reading, terms: &Terms) -> Written {
        Written {
            terms: Surfaces::of(&reading.scan, terms.list.iter().map(|term| term.at)),
            marks: Surfaces::of(&reading.scan, reading.marks.places()),
        }
    }
}

impl Why {
    /// Told of a text, by how it and ours write what they share.
    pub(super) fn told(self, theirs: &Reading, terms: &Terms, ours: &Written) -> Evidence {
        match self {
            Why::Link(address) => Evidence::Link {
                rule: RULE,
                address,
            },
            Why::Quotation(quotation) => quoted(&quotation, &theirs.scan),
            Why::Words(common) => same_words(&common, &theirs.scan, terms, ours),
            Why::Marks(common) => across_languages(&common, theirs, ours),
        }
    }
}

fn quoted(quotation: &Quotation, scan: &Scan) -> Evidence {
    let first =
        (quotation.at..quotation.at + quotation.words.min(8)).filter_map(|at| scan.word(at));
    let begins: Vec<&str> = first.map(|word| word.surface).collect();
    Evidence::Quotation {
        rule: RULE,
        words: quotation.words as u32,
        begins: begins.join(" "),
    }
}

fn same_words(common: &Common, scan: &Scan, theirs: &Terms, ours: &Written) -> Evidence {
    let told = Told {
        path: Path::SameLanguage,
        rare: common.rare,
        general: 0,
    };
    let theirs = |at: u32| surface(scan, theirs.list[at as usize].at);
    told.of(&common.tally, theirs, &ours.terms)
}

fn across_languages(common: &InCommon, theirs: &Reading, ours: &Written) -> Evidence {
    let told = Told {
        path: Path::OtherLanguage,
        rare: common.names,
        general: common.places + common.concepts,
    };
    let places: Vec<u32> = theirs.marks.places().collect();
    let theirs = |at: u32| surface(&theirs.scan, places[at as usize]);
    told.of(&common.tally, theirs, &ours.marks)
}

/// What is told of either rule beside the tally.
struct Told {
    path: Path,
    rare: u32,
    general: u32,
}

impl Told {
    fn of(self, tally: &Tally, theirs: impl Fn(u32) -> String, ours: &Surfaces) -> Evidence {
        let strongest = tally.pairs.iter().take(8).map(|(their, our, _)| Shared {
            theirs: theirs(*their),
            ours: ours.get(*our as usize).to_owned(),
        });
        Evidence::Terms {
            rule: RULE,
            path: self.path,
            cosine: f64::from(thousandths(tally.cosine)) / 1000.0,
            mass: tenths(tally.mass),
            rare: self.rare,
            general: self.general,
            weighing: Some(weighing(&tally.weighing)),
            held: tally.held,
            strongest: strongest.collect(),
        }
    }
}

fn weighing(weighing: &tally::Weighing) -> Weighing {
    let hundredths = |share: f32| f64::from((share * 100.0).round()) / 100.0;
    Weighing {
        matter: tenths(weighing.matter),
        themes: weighing.themes.map(hundredths),
        everyday: hundredths(weighing.everyday),
    }
}

fn tenths(weight: f32) -> f64 {
    f64::from((weight * 10.0).round()) / 10.0
}

fn surface(scan: &Scan, at: u32) -> String {
    scan.word(at as usize)
        .map_or_else(String::new, |word| word.surface.to_owned())
}

/// To three places, so that no platform's last bits decide an order.
pub(super) fn thousandths(score: f32) -> u32 {
    (score * 1000.0).round() as u32
}

/// Words of a text in one string.
#[derive(Debug, Default)]
struct Surfaces {
    text: String,
    ends: Vec<u32>,
}

impl Surfaces {
    fn of(scan: &Scan, places: impl Iterator<Item = u32>) -> Surfaces {
        let mut surfaces = Surfaces::default();
        for at in places {
            if let Some(word) = scan.word(at as usize) {
                surfaces.text.push_str(word.surface);
            }
            surfaces.ends.push(surfaces.text.len() as u32);
        }
        surfaces
    }

    fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[index] as usize]
    }
}
