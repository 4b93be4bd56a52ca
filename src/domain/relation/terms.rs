//! The terms of a text: stems and numbers, with how much each says (`likeness.md` §7, Terms and A).

use super::hashes::{Table, of_word};
use super::meanings::{self, Meaning, Says};
use super::reading::Reading;
use super::scan::Scan;
use super::themes::Themes;
use super::weights::{Lexicon, RAREST, Weighed};
use super::words::{Case, Script, Word};
use std::borrow::Cow;

/// A name and a number say more than a word of the same rarity.
const NAMED: f32 = 1.3;

/// In German every noun has a capital: only rare ones are taken for names.
const GERMAN_NAME: f32 = 5.5;

/// Stems of German compounds have nine letters and more, their parts five.
pub(super) const COMPOUND: usize = 9;
pub(super) const PART: usize = 5;

/// Letters that a part leaves over.
pub(super) const LEFT: usize = 3;

/// One term of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term {
    /// Hash of stem or number.
    pub(super) id: u64,
    /// Its weight, after the discount for what all of our statements speak of.
    pub(super) w: f32,
    /// Its share in the text's vector: `(1 + ln tf) · w · b`, before the vector is made one long.
    pub(super) a: f32,
    /// What it is, as far as its spelling tells.
    pub(super) kind: Kind,
    /// Where it first stands.
    pub(super) at: u32,
    /// It stands in the title.
    pub(super) titled: bool,
    /// It stands there more than once.
    pub(super) repeated: bool,
    /// How much it says of the matter.
    pub(super) says: Says,
    /// It is the name of somebody in office there: of a firm or town, in all that is said of it.
    pub(super) in_office: bool,
}

/// What a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Says what a text is about.
    Word,
    /// Says of whom and where.
    Name,
    /// A rare word that only begins sentences: the other text tells whether it is a name.
    Unclear,
    /// A number.
    Number,
}

/// A part of a German compound.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Hash of the part, as that of a stem.
    pub(super) id: u64,
    /// Index of the compound's term.
    pub(super) of: u32,
}

/// What a term means in any language, by the table of concepts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meant {
    /// Its line.
    pub(super) concept: u16,
    /// Index of the term.
    pub(super) of: u32,
}

/// All terms of a text, sorted by id.
#[derive(Debug, Default)]
pub(super) struct Terms {
    pub(super) list: Vec<Term>,
    /// Sorted by concept.
    pub(super) meant: Vec<Meant>,
    /// Sorted by id; only in German.
    pub(super) parts: Vec<Part>,
    /// Length of the vector.
    pub(super) norm: f32,
    /// What sort of thing they speak of.
    pub(super) themes: Themes,
    /// How many words the text has.
    pub(super) words: usize,
}

impl Terms {
    /// The terms of a text; none where no list of its language is shipped.
    pub(super) fn of(reading: &Reading, discount: &Table<f32>) -> Terms {
        let Some(lexicon) = reading.lexicon else {
            return Terms::default();
        };
        let (scan, weighed) = (&reading.scan, reading.weighed.as_slice());
        let german = lexicon.language == "de";
        let mut places: Vec<(u64, u32)> = weighed
            .iter()
            .enumerate()
            .filter(|(_, weighed)| weighed.w > 0.0)
            .map(|(at, weighed)| (weighed.id, at as u32))
            .collect();
        places.sort_unstable();
        let mut terms = Terms::default();
        for group in places.chunk_by(|one, other| one.0 == other.0) {
            let (id, at) = group[0];
            let words = || group.iter().filter_map(|(_, at)| scan.word(*at as usize));
            let number = words()
                .next()
                .is_some_and(|word| word.script == Script::Number);
            let mut w = weighed[at as usize].w;
            let capital = is_named(words()) && (!german || w >= GERMAN_NAME);
            let unclear = || w >= RAREST && words().all(|word| word.opens);
            let meaning = reading.meaning(at as usize).map(|(meaning, _)| meaning);
            let kind = match (number, capital) {
                (true, _) => Kind::Number,
                _ if is_place(meaning) && words().any(|word| word.case.has_capital()) => Kind::Name,
                (false, true) if german => german_kind(scan, weighed, group, lexicon),
                (false, true) => Kind::Name,
                (false, false) if unclear() => Kind::Unclear,
                _ => Kind::Word,
            };
            let mut says = Says::Matter;
            if let Some(Meaning::Concept(concept)) = meaning {
                let of = terms.list.len() as u32;
                terms.meant.push(Meant { concept, of });
                says = meanings::says(concept);
            }
            w *= discount.get(&id).copied().unwrap_or(1.0);
            let b = if number || capital { NAMED } else { 1.0 };
            let a = (1.0 + (group.len() as f32).ln()) * w * b;
            terms.list.push(Term {
                id,
                w,
                a,
                kind,
                at,
                titled: (at as usize) < scan.title_length(),
                repeated: group.len() > 1,
                says,
                in_office: kind == Kind::Name
                    && group
                        .iter()
                        .any(|(_, at)| lexicon.is_in_office(scan, weighed, *at as usize)),
            });
        }
        terms
            .meant
            .sort_unstable_by_key(|meant| (meant.concept, meant.of));
        let concepts = terms
            .meant
            .chunk_by(|one, other| one.concept == other.concept);
        terms.themes = Themes::of(concepts.map(|meant| {
            let titled = meant
                .iter()
                .any(|meant| terms.list[meant.of as usize].titled);
            (meant[0].concept, titled)
        }));
        terms.words = scan.len();
        terms.norm = terms
            .list
            .iter()
            .map(|term| term.a * term.a)
            .sum::<f32>()
            .sqrt();
        if german {
            terms.parts = parts(reading, &terms.list, lexicon);
        }
        terms
    }
}

impl Term {
    /// It is a word, not a number.
    pub(super) fn is_word(&self) -> bool {
        self.kind != Kind::Number
    }
}

/// Whether a word is mostly capitalised, where a capital says something.
fn is_named<'a>(words: impl Iterator<Item = Word<'a>>) -> bool {
    let (mut inside, mut capital) = (0, 0);
    for word in words.filter(|word| !word.opens) {
        inside += 1;
        capital += u32::from(word.case.has_capital());
    }
    capital * 2 > inside
}

fn is_place(meaning: Option<Meaning>) -> bool {
    matches!(meaning, Some(Meaning::Place(_)))
}

/// What a capitalised German word is: every noun is capitalised, and the list knows only the most frequent.
/// A name is in no list, no noun by its form, never behind an article ("den Schmelzofen"), and something
/// speaks for it; where nothing does ("Masern", "Kitas") the other text must.
fn german_kind(scan: &Scan, weighed: &[Weighed], places: &[(u64, u32)], lexicon: &Lexicon) -> Kind {
    const DETERMINERS: [&str; 34] = [
        "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer",
        "eines", "kein", "keine", "keinen", "im", "am", "zum", "zur", "vom", "beim", "ins", "ihre",
        "ihren", "seine", "seinen", "unsere", "unseren", "alle", "allen", "viele", "vielen",
        "mehr", "diese",
    ];
    let places = || places.iter().map(|(_, at)| *at as usize);
    let is_noun = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| scan.word(at));
        let noun = scan
            .word(at)
            .is_some_and(|word| lexicon.is_german_noun(&word));
        noun || before.is_some_and(|word| DETERMINERS.contains(&word.folded))
    };
    let is_rare = places().all(|at| weighed[at].w >= RAREST);
    match is_rare && !places().any(is_noun) {
        false => Kind::Word,
        true if places().any(|at| speaks_for_a_name(scan, weighed, at, lexicon)) => Kind::Name,
        true => Kind::Unclear,
    }
}

/// Whether something at this place says that a capitalised German word is a name: its ending, its
/// spelling, "in" or "aus" before it, a noun right before it ("Mieterbund Nordring"), another such word
/// beside it ("Jolanta Perschke").
fn speaks_for_a_name(scan: &Scan, weighed: &[Weighed], at: usize, lexicon: &Lexicon) -> bool {
    const OF_PLACES: [&str; 15] = [
        "burg", "berg", "furt", "heim", "hausen", "stein", "feld", "dorf", "stadt", "haven",
        "kirchen", "bach", "brueck", "ingen", "stedt",
    ];
    const BEFORE_PLACES: [&str; 4] = ["in", "aus", "nach", "bei"];
    let Some(word) = scan.word(at) else {
        return false;
    };
    let is_unknown = |word: &Word<'_>, at: usize| {
        word.case.has_capital() && weighed[at].w >= RAREST && !lexicon.is_german_noun(word)
    };
    // "Leipziger Kitas": what is made of a place with -er is no noun.
    let is_noun = |word: &Word<'_>, at: usize| {
        word.case.has_capital()
            && !word.opens
            && (!word.folded.ends_with("er") || lexicon.is_office(word, weighed[at]))
    };
    let speaks_before = || {
        let at = at.checked_sub(1).filter(|_| !word.apart)?;
        let before = scan.word(at)?;
        let speaks = BEFORE_PLACES.contains(&before.folded)
            || is_unknown(&before, at)
            || is_noun(&before, at);
        Some(speaks)
    };
    let speaks_after = || {
        let after = scan.word(at + 1).filter(|after| !after.apart)?;
        Some(is_unknown(&after, at + 1))
    };
    word.case != Case::Title
        || OF_PLACES.iter().any(|ending| word.folded.ends_with(ending))
        || speaks_before() == Some(true)
        || speaks_after() == Some(true)
}

fn parts(reading: &Reading, terms: &[Term], lexicon: &Lexicon) -> Vec<Part> {
    let mut parts = Vec::new();
    for (of, term) in terms.iter().enumerate().filter(|(_, term)| term.is_word()) {
        let word = reading.scan.word(term.at as usize);
        let Some(word) = word.filter(|word| word.folded.len() >= COMPOUND) else {
            continue;
        };
        let stem = match reading.stemmed.get(&term.id) {
            Some(stem) => Cow::Borrowed(stem.as_str()),
            None => Cow::Owned(lexicon.stem_text(word.surface)),
        };
        if stem.len() < COMPOUND || !stem.is_ascii() {
            continue;
        }
        let prefixes = (PART..=stem.len() - LEFT).map(|end| &stem[..end]);
        let suffixes = (LEFT..=stem.len() - PART).map(|start| &stem[start..]);
        parts.extend(prefixes.chain(suffixes).map(|part| Part {
            id: of_word(part),
            of: of as u32,
        }));
    }
    parts.sort_unstable_by_key(|part| part.id);
    parts
}
