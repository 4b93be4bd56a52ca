//! What is kept of a text so that a new statement or topic finds it later without reading it.
//!
//! A new statement of ours looks back over all that is stored. To read, unpack and compare a million
//! texts takes minutes; most of them share nothing with it. A [`Sketch`] holds some 400 bytes of a text
//! of 300 words: its rare stems with their shares in its vector, its names as they sound, its links, and
//! how its words begin. A [`Lookout`] tells from it whether the text *may* be related; only those are
//! read. Hashes are cut to 16 bits: what collides is read in vain, nothing more.
//!
//! What a sketch can miss: a text whose relation rests on parts of its own compounds or on common words
//! alone, and a quotation of fewer than three rare words. A text without a sketch is always read.

use super::evidence::Target;
use super::index::Index;
use super::other_language::POINTS;
use super::reading::Reading;
use super::same_language::{ALIKE, RARE, RARE_WANTED};
use super::scan::Scan;
use super::tally::HELD;
use super::terms::Terms;
use super::topics::Topics;
use std::collections::{HashMap, HashSet};

/// Stems that are kept, those that say most first, at most.
const WORDS: usize = 192;

/// Names, places, concepts and links that are kept, at most.
const MARKS: usize = 400;

/// Steps of a stem's share in the vector: one byte holds up to 51, 40 is the most that there is.
const STEP: f32 = 0.2;

/// Letters of a word by which a topic finds it.
const BEGINNING: usize = 4;

/// Bits of the table of beginnings for each of them, and how many of them one sets: 5 % look like ones
/// that are not there.
const BITS_EACH: usize = 8;
const SET_EACH: u32 = 2;

/// A text is read from this share of the cosine on that the gate of rule A wants: common words and parts of
/// compounds are in no sketch.
const MARGIN: f32 = 0.5;

/// So much weight in rare stems may be a quotation, whatever else the text says.
const QUOTATION: f32 = 25.0;

/// Without a name or rare place in common no text of another language is compared: one is counted as so many
/// points, far more than there are.
const KEY: u32 = 1 << 16;

/// Version of the layout, and of what is kept in it; a sketch of another one is none.
const LAYOUT: u8 = 3;

/// What is kept of one text; see [the module](self).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch(Vec<u8>);

impl Sketch {
    /// The bytes to keep.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What was kept. None where it was made by other rules, or is damaged: the text is to be read.
    pub fn restore(bytes: &[u8]) -> Option<Sketch> {
        let sketch = Sketch(bytes.to_owned());
        sketch.parts().map(|_| ())?;
        Some(sketch)
    }

    /// Sketches a text by what was found in it.
    pub(super) fn of(reading: &Reading, terms: &Terms, links: &[String]) -> Sketch {
        let mut words: Vec<(f32, u16)> = (terms.list.iter())
            .filter(|term| term.w >= RARE)
            .map(|term| (term.a, short(term.id)))
            .collect();
        words.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        words.truncate(WORDS);
        let mut found: Vec<u16> = reading.marks.all().map(|(id, _)| short(id)).collect();
        found.extend(links.iter().map(|link| of_link(link)));
        found.sort_unstable();
        found.dedup();
        found.truncate(MARKS);

        let mut bytes = vec![LAYOUT, 0, 0];
        bytes[1..3].copy_from_slice(&of_language(reading.spoken()));
        bytes.extend_from_slice(&terms.norm.to_le_bytes());
        bytes.extend_from_slice(&(words.len() as u16).to_le_bytes());
        for (a, word) in words {
            bytes.extend_from_slice(&word.to_le_bytes());
            bytes.push((a / STEP).round().clamp(0.0, 255.0) as u8);
        }
        bytes.extend_from_slice(&(found.len() as u16).to_le_bytes());
        found
            .iter()
            .for_each(|mark| bytes.extend_from_slice(&mark.to_le_bytes()));
        bytes.extend(beginnings(&reading.scan));
        Sketch(bytes)
    }

    fn parts(&self) -> Option<Parts<'_>> {
        let bytes = self.0.as_slice();
        if *bytes.first()? != LAYOUT {
            return None;
        }
        let language = bytes.get(1..3)?.try_into().ok()?;
        let norm = f32::from_le_bytes(bytes.get(3..7)?.try_into().ok()?);
        let (words, rest) = counted(bytes.get(7..)?, 3)?;
        let (marks, beginnings) = counted(rest, 2)?;
        Some(Parts {
            language,
            norm,
            words,
            marks,
            beginnings,
        })
    }
}

/// The pieces of a sketch, as they stand in it.
struct Parts<'s> {
    language: [u8; 2],
    norm: f32,
    words: &'s [u8],
    marks: &'s [u8],
    beginnings: &'s [u8],
}

/// A list of pieces of this size behind its length, and what follows.
fn counted(bytes: &[u8], size: usize) -> Option<(&[u8], &[u8])> {
    let count = usize::from(u16::from_le_bytes(bytes.get(..2)?.try_into().ok()?));
    bytes.get(2..)?.split_at_checked(count * size)
}

/// 16 bits of a hash.
fn short(id: u64) -> u16 {
    (id >> 48) as u16
}

fn of_link(link: &str) -> u16 {
    short(super::hashes::of_word(link))
}

fn of_language(language: &str) -> [u8; 2] {
    let mut letters = [0; 2];
    for (letter, byte) in letters.iter_mut().zip(language.bytes()) {
        *letter = byte;
    }
    letters
}

/// The hash of how a word begins.
fn of_beginning(word: &str) -> u64 {
    let end = word.char_indices().nth(BEGINNING);
    super::hashes::of_word(&word[..end.map_or(word.len(), |(at, _)| at)])
}

/// The bits that a beginning sets in a table of so many bytes, which is a power of two.
fn bits(beginning: u64, bytes: usize) -> impl Iterator<Item = (usize, u8)> {
    (0..SET_EACH).map(move |turn| {
        let bit = (beginning >> (turn * 24)) as usize & (bytes * 8 - 1);
        (bit / 8, 1 << (bit % 8))
    })
}

fn beginnings(scan: &Scan) -> Vec<u8> {
    let words = (0..scan.len()).filter_map(|at| scan.word(at));
    let mut found: Vec<u64> = words.map(|word| of_beginning(word.folded)).collect();
    found.sort_unstable();
    found.dedup();
    let size = (found.len() * BITS_EACH / 8)
        .next_power_of_two()
        .clamp(8, 1024);
    let mut table = vec![0; size];
    for beginning in found {
        bits(beginning, size).for_each(|(at, bit)| table[at] |= bit);
    }
    table
}

/// Some statements and topics, to be looked for in sketches.
#[derive(Debug, Default)]
pub struct Lookout {
    /// Rare stems: statement, weight, share in its vector.
    words: HashMap<u16, Vec<(u32, f32, f32)>>,
    /// Names, places, concepts, addresses: statement, and what one in common counts.
    marks: HashMap<u16, Vec<(u32, u32)>>,
    languages: Vec<[u8; 2]>,
    /// How the aliases of the topics begin; None: one of them is too short to tell.
    beginnings: Option<Vec<u64>>,
    cosine: f32,
    rare: u32,
    points: u32,
}

impl Lookout {
    /// Looks for those statements of `index` and topics of `topics` that are `wanted`, at this threshold.
    pub fn of(index: &Index, topics: &Topics, threshold: f64, wanted: &HashSet<Target>) -> Lookout {
        let threshold = threshold as f32;
        // Below what the gates hold scores down to, they let everything through.
        let is_gated = threshold > HELD;
        let mut lookout = Lookout {
            cosine: if is_gated { MARGIN * ALIKE } else { 0.0 },
            rare: if is_gated { RARE_WANTED } else { 1 },
            points: if is_gated { POINTS } else { 1 },
            beginnings: topics.beginnings_of(wanted).map(|words| {
                let mut hashes: Vec<u64> = words.iter().map(|word| of_beginning(word)).collect();
                hashes.sort_unstable();
                hashes.dedup();
                hashes
            }),
            ..Lookout::default()
        };
        for statement in index.sketched(wanted) {
            let number = lookout.languages.len() as u32;
            lookout.languages.push(of_language(statement.language));
            let norm = statement.terms.norm.max(f32::MIN_POSITIVE);
            let rare = statement.terms.list.iter().filter(|term| term.w >= RARE);
            for term in rare {
                let places = lookout.words.entry(short(term.id)).or_default();
                places.push((number, term.w, term.a / norm));
            }
            let keys: HashSet<u64> = statement.marks.keys().map(|(id, _)| id).collect();
            for (id, points) in statement.marks.all() {
                let places = lookout.marks.entry(short(id)).or_default();
                let key = if keys.contains(&id) { KEY } else { 0 };
                places.push((number, key + points));
            }
            for address in statement.addresses {
                let places = lookout.marks.entry(of_link(address)).or_default();
                places.push((number, KEY + POINTS));
            }
        }
        lookout
    }

    /// Whether the text of this sketch may be related to one of them.
    pub fn may_relate(&self, sketch: &Sketch) -> bool {
        let Some(parts) = sketch.parts() else {
            return true;
        };
        self.may_name(parts.beginnings)
            || self.may_share_words(&parts)
            || self.may_share_marks(&parts)
    }

    fn may_name(&self, table: &[u8]) -> bool {
        let Some(wanted) = &self.beginnings else {
            return true;
        };
        !table.is_empty()
            && wanted.iter().any(|beginning| {
                bits(*beginning, table.len()).all(|(at, bit)| table[at] & bit != 0)
            })
    }

    fn may_share_words(&self, parts: &Parts<'_>) -> bool {
        let mut shared = vec![(0u32, 0.0f32, 0.0f32); self.languages.len()];
        let norm = parts.norm.max(f32::MIN_POSITIVE);
        for word in parts.words.chunks_exact(3) {
            let hash = u16::from_le_bytes([word[0], word[1]]);
            let a = f32::from(word[2]) * STEP / norm;
            for (statement, w, ours) in self.words.get(&hash).into_iter().flatten() {
                let (count, mass, cosine) = &mut shared[*statement as usize];
                *count += 1;
                *mass += w;
                *cosine += a * ours;
            }
        }
        shared
            .iter()
            .zip(&self.languages)
            .any(|((count, mass, cosine), language)| {
                *count >= self.rare
                    && (*language == parts.language && *cosine >= self.cosine || *mass >= QUOTATION)
            })
    }

    fn may_share_marks(&self, parts: &Parts<'_>) -> bool {
        let mut points = vec![0; self.languages.len()];
        for mark in parts.marks.chunks_exact(2) {
            let hash = u16::from_le_bytes([mark[0], mark[1]]);
            for (statement, counts) in self.marks.get(&hash).into_iter().flatten() {
                // In one language marks decide nothing; addresses do in any.
                let other = self.languages[*statement as usize] != parts.language
                    || parts.language == [0; 2];
                if other || *counts >= KEY + POINTS {
                    points[*statement as usize] += counts;
                }
            }
        }
        (points.iter()).any(|points| *points >= KEY && points % KEY >= self.points)
    }
}
