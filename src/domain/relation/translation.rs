//! Whether a text is the same in another language: the same names, numbers, places and concepts, one
//! after the other, in texts of one length.
//!
//! Two reports of one event name the same people, but choose and order what they tell; a translation
//! follows its original sentence by sentence. So the rarest marks must not only be there, they must stand
//! in one order, make up most of both, and be many: of a teaser nothing can be said. Numbers may not
//! disagree, or the quarterly figures of one firm would be translations of each other.
//!
//! A wrong translation is worse than none: it keeps a text from a reader who named languages.

use super::hashes::of_run;
use super::marks::{Kind, Marks, Seen};
use super::other_language::shared_names;
use super::reading::{InWords, Reading};
use super::weights::Lexicon;
use std::collections::HashMap;
use std::sync::Arc;

/// Weight of marks in one order from which on a translation can be told, and from which on it is told as
/// easily as of any longer text: some sixty words, some hundred and fifty.
const ENOUGH: f32 = 50.0;
const PLENTY: f32 = 80.0;

/// Share of all marks of either text that stand in one order: where they are plenty, where just enough.
const OF_EACH: f32 = 0.45;
const OF_FEW: f32 = 0.6;

/// Share of the marks in common that stand in one order.
const IN_ORDER: f32 = 0.8;

/// Translations into German, English and Russian are from two thirds to one and a half times as long.
const LENGTHS: std::ops::RangeInclusive<f32> = 0.65..=1.5;

/// Marks of a text that are looked at, at most: the order of two rows is their product in steps.
const MARKS: usize = 300;

/// Words of a text from which on it has keys.
const WORDS: usize = 40;

/// Keys of a text, at most.
const KEYS: usize = 6;

/// Ours are few, and have more, so that theirs meet them: each mark with the next three, where one of theirs
/// may stand between two that is none.
const KEYS_OF_OURS: usize = 120;
const NEAR_IN_OURS: usize = 3;

/// Names and numbers from these weights on make keys.
const NAME_OF_A_KEY: f32 = 4.6;
const NUMBER_OF_A_KEY: f32 = 3.5;

/// Keeps these keys apart from all others.
const SALT: u64 = 0x5472_616e_736c_6174;

/// What of a text says the same in any language, one after the other: made once for its keys and for
/// every text that it is compared with.
///
/// ```
/// use presswire::domain::relation::{InMarks, InWords, Text};
///
/// let text = Text { text: "Tokajew schweigt.", language: Some("de"), ..Text::default() };
/// assert!(InMarks::of(&InWords::of(&text)).is_none());
/// ```
pub struct InMarks {
    reading: Arc<Reading>,
    characters: usize,
}

impl InMarks {
    /// Those of a text. None: it is too short to be known again, or of a language without a word list.
    pub fn of(text: &InWords) -> Option<InMarks> {
        let lexicon = text.language.as_deref().and_then(Lexicon::of);
        if lexicon.is_none() || text.text.len() <= WORDS {
            return None;
        }
        Some(InMarks {
            reading: Arc::clone(text.reading()),
            characters: text.text.characters(),
        })
    }

    /// The first of its marks, in order.
    fn order(&self) -> impl Iterator<Item = Seen> {
        self.reading.marks.order.iter().take(MARKS).copied()
    }

    /// Keys by which a text's translations are found: pairs of names and numbers that follow each other,
    /// as they sound in any language; six at most, more of a text of ours, none of one that names little.
    pub fn keys(&self, is_ours: bool) -> Vec<u64> {
        let weights = Weights::of(&self.reading.marks);
        let all = self.order().map(|seen| weights.of_seen(seen));
        if all.sum::<f32>() < ENOUGH {
            return Vec::new();
        }
        let row = self.telling(&weights);
        let near = if is_ours { NEAR_IN_OURS } else { 1 };
        let mut keys = Vec::new();
        for (at, (ones, one_rows)) in row.iter().enumerate() {
            // First and family name stand together in every text about somebody.
            let rest = row[at + 1..].iter();
            let rest = rest.filter(|(_, rows)| !rows.iter().any(|row| one_rows.contains(row)));
            for other in rest.take(near).flat_map(|(others, _)| others) {
                let pairs = ones.iter().filter(|one| *one != other);
                keys.extend(pairs.map(|one| of_run(&[SALT, *one.min(other), *one.max(other)])));
            }
        }
        // The least of all of them: a translation has most of them, and so most of these.
        keys.sort_unstable();
        keys.dedup();
        keys.truncate(if is_ours { KEYS_OF_OURS } else { KEYS });
        keys
    }

    /// Names and numbers that make keys, in their order: by which codes, and in which rows of names.
    fn telling(&self, weights: &Weights<'_>) -> Vec<(Vec<u64>, &[u32])> {
        let marks = &self.reading.marks;
        let mut codes: Vec<Vec<u64>> = vec![Vec::new(); marks.names.len()];
        for code in marks.codes.iter().filter(|code| code.w >= NAME_OF_A_KEY) {
            codes[code.name as usize].push(code.code);
        }
        let row = self.order().map(|seen| match seen {
            Seen::Name(name) => {
                let name = name as usize;
                (codes[name].clone(), marks.names[name].rows.as_slice())
            }
            Seen::Other(id) => match weights.others.get(&id) {
                Some((Kind::Number, w)) if *w >= NUMBER_OF_A_KEY => (vec![id], &[][..]),
                Some((Kind::Mixed, _)) => (vec![id], &[][..]),
                _ => (Vec::new(), &[][..]),
            },
        });
        row.filter(|(codes, _)| !codes.is_empty()).collect()
    }
}

/// How much of two texts stands in one order, by the one that has more else: None where they are no
/// translation of each other.
pub fn translation(one: &InMarks, other: &InMarks) -> Option<f32> {
    let lengths = one.characters as f32 / other.characters.max(1) as f32;
    if one.reading.spoken() == other.reading.spoken() || !LENGTHS.contains(&lengths) {
        return None;
    }
    let (theirs, ours) = (&one.reading.marks, &other.reading.marks);
    if numbers_disagree(theirs, ours) {
        return None;
    }
    let (ones, others) = (Weights::of(theirs), Weights::of(ours));
    // What is a name in both is one mark: that of theirs.
    let names: HashMap<u32, u32> = shared_names(theirs, ours)
        .into_iter()
        .map(|(one, other, _)| (other, one))
        .collect();
    let left: Vec<(Mark, f32)> = one
        .order()
        .map(|seen| (Mark::Theirs(seen), ones.of_seen(seen)))
        .collect();
    let right: Vec<(Mark, f32)> = other
        .order()
        .map(|seen| {
            let mark = match seen {
                Seen::Name(name) => match names.get(&name) {
                    Some(name) => Mark::Theirs(Seen::Name(*name)),
                    None => Mark::Ours(name),
                },
                Seen::Other(_) => Mark::Theirs(seen),
            };
            (mark, others.of_seen(seen))
        })
        .collect();
    let ordered = in_order(&left, &right);
    let all = |row: &[(Mark, f32)]| row.iter().map(|(_, w)| w).sum::<f32>();
    let share = ordered / all(&left).max(all(&right)).max(1.0);
    let few = ((PLENTY - ordered) / (PLENTY - ENOUGH)).clamp(0.0, 1.0);
    let is_one = ordered >= ENOUGH
        && share >= OF_EACH + few * (OF_FEW - OF_EACH)
        && ordered >= IN_ORDER * in_common(&left, &right);
    is_one.then_some(share)
}

/// A mark of either text; those of both are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mark {
    Theirs(Seen),
    Ours(u32),
}

/// What the marks of a text weigh.
struct Weights<'m> {
    marks: &'m Marks,
    others: HashMap<u64, (Kind, f32)>,
}

impl<'m> Weights<'m> {
    fn of(marks: &'m Marks) -> Self {
        let others = marks.common.iter();
        Weights {
            marks,
            others: others.map(|mark| (mark.id, (mark.kind, mark.w))).collect(),
        }
    }

    fn of_seen(&self, seen: Seen) -> f32 {
        match seen {
            Seen::Name(name) => self.marks.names[name as usize].w,
            Seen::Other(id) => self.others.get(&id).map_or(0.0, |(_, w)| *w),
        }
    }
}

/// Whether one of the texts has many numbers that the other has not: half must be there, and all but one
/// or a quarter.
fn numbers_disagree(one: &Marks, other: &Marks) -> bool {
    let numbers = |marks: &Marks| -> Vec<u64> {
        let numbers = marks.common.iter().filter(|mark| mark.kind == Kind::Number);
        let telling = numbers.filter(|mark| mark.w >= NUMBER_OF_A_KEY);
        telling.map(|mark| mark.id).collect()
    };
    let (one, other) = (numbers(one), numbers(other));
    let both = one.iter().filter(|number| other.contains(number)).count();
    let most = one.len().max(other.len());
    both * 2 < most || most - both > (most / 4).max(1)
}

/// The weight of the heaviest row of marks that stands in both, in order.
fn in_order(left: &[(Mark, f32)], right: &[(Mark, f32)]) -> f32 {
    let mut best = vec![0.0f32; right.len() + 1];
    for (mark, w) in left {
        let mut diagonal = 0.0;
        for (at, (other, theirs)) in right.iter().enumerate() {
            let before = best[at + 1];
            let with = match mark == other {
                true => diagonal + w.min(*theirs),
                false => 0.0,
            };
            best[at + 1] = before.max(best[at]).max(with);
            diagonal = before;
        }
    }
    best[right.len()]
}

/// The weight of what stands in both, whatever the order.
fn in_common(left: &[(Mark, f32)], right: &[(Mark, f32)]) -> f32 {
    let mut left_over: HashMap<Mark, Vec<f32>> = HashMap::new();
    for (mark, w) in right {
        left_over.entry(*mark).or_default().push(*w);
    }
    let shared = left.iter().filter_map(|(mark, w)| {
        let other = left_over.get_mut(mark)?.pop()?;
        Some(w.min(other))
    });
    shared.sum()
}
