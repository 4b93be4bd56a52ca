//! What a score rests on, and how it is told as evidence: only where somebody is shown it.

use super::RULE;
use super::evidence::{Evidence, Path, Shared, Weighing};
use super::other_language::InCommon;
use super::quotes::Quotation;
use super::reading::Reading;
use super::same_language::{self, Common};
use super::scan::Scan;
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
    let strongest = common.pairs.iter().take(8).map(|(their, our, _)| Shared {
        theirs: surface(scan, theirs.list[*their as usize].at),
        ours: ours.terms.get(*our as usize).to_owned(),
    });
    Evidence::Terms {
        rule: RULE,
        path: Path::SameLanguage,
        cosine: f64::from(thousandths(common.cosine)) / 1000.0,
        mass: f64::from((common.mass * 10.0).round()) / 10.0,
        rare: common.rare,
        general: 0,
        weighing: Some(weighing(&common.weighing)),
        held: common.held,
        strongest: strongest.collect(),
    }
}

fn across_languages(common: &InCommon, theirs: &Reading, ours: &Written) -> Evidence {
    let places: Vec<u32> = theirs.marks.places().collect();
    let strongest = common.pairs.iter().take(8).map(|(their, our, _)| Shared {
        theirs: surface(&theirs.scan, places[*their as usize]),
        ours: ours.marks.get(*our as usize).to_owned(),
    });
    Evidence::Terms {
        rule: RULE,
        path: Path::OtherLanguage,
        cosine: f64::from(thousandths(common.cosine)) / 1000.0,
        mass: f64::from((common.mass * 10.0).round()) / 10.0,
        rare: common.names,
        general: common.places + common.concepts,
        weighing: Some(weighing(&common.weighing)),
        held: common.held,
        strongest: strongest.collect(),
    }
}

fn weighing(weighing: &same_language::Weighing) -> Weighing {
    let hundredths = |share: f32| f64::from((share * 100.0).round()) / 100.0;
    Weighing {
        matter: f64::from((weighing.matter * 10.0).round()) / 10.0,
        themes: weighing.themes.map(hundredths),
        everyday: hundredths(weighing.everyday),
    }
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
