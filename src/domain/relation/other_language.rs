//! How alike two texts of different languages are (`likeness.md` §7 B): by names as they sound, numbers,
//! places and concepts. Also the rule for a language without word list: there only names tell.

use super::marks::{Kind, Marks, NAME, TELLING_NUMBER, tf};
use super::meanings;
use super::sounds;
use super::tally::{OUR_LENGTH, Tally, length};

/// Fewer points in common (see [`InCommon::points`]), or texts less alike than this, are too little in
/// common to count, whatever else speaks for it.
pub(super) const POINTS: u32 = 3;
const ALIKE: f32 = 0.1;

/// What their title has, and what ours has in its title or more than once, counts half as much again.
const STRESS: f32 = 0.5;

/// What speaks for one matter, in logits, fitted as in `same_language`: names in common of who is not in
/// office and places, concepts in common, and which share of their concepts ours has; against it speak
/// everyday business that ours does not speak of, and length.
const WHOM: f32 = 3.4;
const MATTER: f32 = 1.45;
const KNOWN_MATTER: f32 = 6.4;
const EVERYDAY: f32 = -5.5;
const LENGTH: f32 = -1.65;
const LENGTH_OF_OURS: f32 = -2.05;
const BASE: f32 = 4.1;

/// A place is worth this much of a name of its weight: more happens there than to a firm.
const PLACE_WORTH: f32 = 0.6;

/// The share starts from here, so that one word of a short text does not decide: (known, all).
const NO_MATTER: (f32, f32) = (2.0, 6.0);

/// What two texts have in common, by where it first stands (an index for [`Marks::places`]).
#[derive(Clone, Debug, Default)]
pub(super) struct InCommon {
    pub(super) tally: Tally,
    /// Names, first and family name as one.
    pub(super) names: u32,
    pub(super) places: u32,
    pub(super) concepts: u32,
    /// How much is in common: two for a name and for a concept that is a matter, one for its setting, for
    /// a place, a long number, a name that many have; nothing for actors.
    points: u32,
}

/// Compares their text with ours.
pub(super) fn compare(theirs: &Marks, ours: &Marks) -> InCommon {
    let mut common = InCommon::default();
    if theirs.norm <= 0.0 || ours.norm <= 0.0 {
        return common;
    }
    let scale = 1.0 / (theirs.norm * ours.norm);
    let names = shared_names(theirs, ours);
    for &(their, our, w) in &names {
        let (one, other) = (&theirs.names[their as usize], &ours.names[our as usize]);
        common.tally.take(
            their,
            our,
            w,
            tf(one.times) * tf(other.times) * w * w * scale,
        );
    }
    (common.names, common.points) = groups(&names, theirs, ours);
    let (their_names, our_names) = (theirs.names.len(), ours.names.len());
    let (mut whom, mut shared) = (whom(&names, theirs, ours), 0.0);
    join(
        &theirs.common,
        |mark| mark.id,
        &ours.common,
        |mark| mark.id,
        |one, other| {
            let (their, our) = (&theirs.common[one], &ours.common[other]);
            let w = their.w.min(our.w);
            match their.kind {
                Kind::Place => {
                    common.places += 1;
                    common.points += 1;
                    whom += PLACE_WORTH * w;
                }
                Kind::Concept => {
                    common.concepts += 1;
                    common.points += meanings::says(their.concept).points();
                    let stresses = u8::from(theirs.is_titled(their))
                        + u8::from(ours.is_titled(our) || our.times > 1);
                    let told = tells(their.concept) * w * (1.0 + STRESS * f32::from(stresses));
                    shared += tells(their.concept) * their.w;
                    common.tally.weighing.matter += told;
                }
                Kind::Mixed => {
                    common.names += 1;
                    whom += w;
                }
                Kind::Number => common.points += u32::from(w >= TELLING_NUMBER),
            }
            let gives = tf(their.times) * tf(our.times) * w * w * scale;
            common.tally.take(
                (their_names + one) as u32,
                (our_names + other) as u32,
                w,
                gives,
            );
        },
    );
    common.points += 2 * common.names;
    common.settle(whom, shared, theirs, ours);
    common
}

impl InCommon {
    /// `whom`: the weight of shared names and places, `shared`: of those of their concepts that ours has.
    fn settle(&mut self, whom: f32, shared: f32, theirs: &Marks, ours: &Marks) {
        let concepts = theirs.common.iter();
        let concepts = concepts.filter(|mark| mark.kind == Kind::Concept);
        let all: f32 = concepts.map(|mark| tells(mark.concept) * mark.w).sum();
        let known = (NO_MATTER.0 + shared) / (NO_MATTER.1 + all);
        let weighing = &mut self.tally.weighing;
        weighing.everyday = theirs.themes.everyday_beside(&ours.themes);
        let speaks = BASE
            + WHOM * whom.ln_1p()
            + MATTER * weighing.matter.ln_1p()
            + KNOWN_MATTER * known
            + EVERYDAY * weighing.everyday
            + LENGTH * length(theirs.words)
            + LENGTH_OF_OURS * length(ours.words.min(OUR_LENGTH));
        let is_too_little = self.points < POINTS || self.tally.cosine < ALIKE;
        self.tally.settle(speaks, is_too_little);
    }
}

/// How much a concept says about the matter.
fn tells(concept: u16) -> f32 {
    meanings::says(concept).part()
}

/// The weight of shared names of who is not in office.
fn whom(names: &[(u32, u32, f32)], theirs: &Marks, ours: &Marks) -> f32 {
    let in_office = |their: u32, our: u32| {
        theirs.names[their as usize].in_office || ours.names[our as usize].in_office
    };
    let names = names.iter();
    let names = names.filter(|(their, our, _)| !in_office(*their, *our));
    names.map(|(.., w)| w).sum()
}

/// Names that sound alike, each once: (theirs, ours, weight).
pub(super) fn shared_names(theirs: &Marks, ours: &Marks) -> Vec<(u32, u32, f32)> {
    let mut pairs: Vec<(u32, u32, f32, f32)> = Vec::new();
    join(
        &theirs.codes,
        |code| code.code,
        &ours.codes,
        |code| code.code,
        |one, other| {
            let (their, our) = (&theirs.codes[one], &ours.codes[other]);
            let (name, other) = (
                &theirs.names[their.name as usize],
                &ours.names[our.name as usize],
            );
            let alike = sounds::alike(&name.sounds, &other.sounds);
            // The fewer consonants, the more the vowels have to agree.
            let wanted = match (name.unsure, other.unsure, their.consonants) {
                (true, true, _) => return,
                (true, ..) | (_, true, _) | (.., 0..=2) => 0.8,
                (.., 3) => 0.7,
                _ => 0.6,
            };
            if alike >= wanted {
                pairs.push((their.name, our.name, their.w.min(our.w), alike));
            }
        },
    );
    pairs.sort_by(|one, other| {
        (other.2 * other.3)
            .total_cmp(&(one.2 * one.3))
            .then((one.0, one.1).cmp(&(other.0, other.1)))
    });
    let mut chosen: Vec<(u32, u32, f32)> = Vec::new();
    for (their, our, w, _) in pairs {
        if !chosen
            .iter()
            .any(|known| known.0 == their || known.1 == our)
        {
            chosen.push((their, our, w));
        }
    }
    chosen
}

/// Calls `both` with the indices of equal keys; both lists are sorted by them.
fn join<A, B>(
    left: &[A],
    left_key: impl Fn(&A) -> u64,
    right: &[B],
    right_key: impl Fn(&B) -> u64,
    mut both: impl FnMut(usize, usize),
) {
    let (mut at, mut from) = (0, 0);
    while at < left.len() && from < right.len() {
        let (one, other) = (left_key(&left[at]), right_key(&right[from]));
        if one < other {
            at += 1;
        } else if other < one {
            from += 1;
        } else {
            let mut to = from;
            while to < right.len() && right_key(&right[to]) == one {
                both(at, to);
                to += 1;
            }
            at += 1;
        }
    }
}

/// How many names are shared, those that stand side by side in one of the texts counted once: those
/// that say whom, and those that many have. Who is in office goes with his town or firm and is no name of
/// his own here.
fn groups(names: &[(u32, u32, f32)], theirs: &Marks, ours: &Marks) -> (u32, u32) {
    // Three would do for the gate; a text that is nothing but names is not worth more work.
    let names = &names[..names.len().min(64)];
    let beside = |one: &[u32], other: &[u32]| one.iter().any(|row| other.contains(row));
    let mut group: Vec<usize> = (0..names.len()).collect();
    for at in 0..names.len() {
        for before in 0..at {
            let their = |at: usize| theirs.names[names[at].0 as usize].rows.as_slice();
            let our = |at: usize| ours.names[names[at].1 as usize].rows.as_slice();
            if group[before] != group[at]
                && (beside(their(at), their(before)) || beside(our(at), our(before)))
            {
                let (gone, kept) = (group[at], group[before]);
                group
                    .iter_mut()
                    .filter(|number| **number == gone)
                    .for_each(|number| *number = kept);
            }
        }
    }
    let of = |belongs: &dyn Fn(&(u32, u32, f32)) -> bool| {
        let members = names.iter().zip(&group);
        let members = members.filter(|(name, _)| belongs(name));
        let mut groups: Vec<usize> = members.map(|(_, group)| *group).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    };
    let in_office = of(&|(their, our, _)| {
        theirs.names[*their as usize].in_office || ours.names[*our as usize].in_office
    });
    let mut strong = of(&|(.., w)| *w >= NAME);
    let mut weak = of(&|(.., w)| *w < NAME);
    weak.retain(|group| !in_office.contains(group) && !strong.contains(group));
    strong.retain(|group| !in_office.contains(group));
    (strong.len() as u32, weak.len() as u32)
}
