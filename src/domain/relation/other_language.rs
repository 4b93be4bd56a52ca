//! How alike two texts of different languages are (`likeness.md` §7 B): by names as they sound, numbers,
//! places and concepts. Also the rule for a language without word list: there only names tell.

use super::marks::{Kind, Marks, NAME, RARE_PLACE, TELLING_NUMBER, UNMISTAKABLE, tf};
use super::meanings::{self, Says};
use super::same_language::{HELD, join};
use super::sounds;

/// `r` at which the score is one half.
const HALF: f32 = 0.07;

/// Marks in common are worth little while their weights sum up to no more than this.
const MASS: f32 = 10.0;

/// Names say of whom, not of what: what is in common beside none, one, two of them must make so many
/// points (see [`InCommon::points`]); three are one matter whatever else is said. Without any name it
/// takes a rare place, too.
const POINTS_WITH_NAMES: [u32; 3] = [6, 3, 1];

/// Beside an unmistakable name, in texts as alike as this, so many do.
const FOCUS: f32 = 0.25;
const POINTS_WITH_UNMISTAKABLE: u32 = 2;

/// What two texts have in common.
#[derive(Clone, Debug, Default)]
pub(super) struct InCommon {
    pub(super) cosine: f32,
    pub(super) mass: f32,
    /// Names, first and family name as one.
    pub(super) names: u32,
    pub(super) places: u32,
    pub(super) concepts: u32,
    /// How much speaks for one matter beside names: two for a concept that is one, one for its setting,
    /// for a place, a long number, a name that many have; nothing for actors.
    points: u32,
    /// Where they first stand, in their text and in ours (an index for [`Marks::places`]), strongest first.
    pub(super) pairs: Vec<(u32, u32, f32)>,
    pub(super) score: f32,
    pub(super) held: bool,
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
        common.take(
            their,
            our,
            w,
            tf(one.times) * tf(other.times) * w * w * scale,
        );
    }
    (common.names, common.points) = groups(&names, theirs, ours);
    let (their_names, our_names) = (theirs.names.len(), ours.names.len());
    let mut rare_place = false;
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
                    rare_place |= w >= RARE_PLACE;
                }
                Kind::Concept => {
                    common.concepts += 1;
                    common.points += match meanings::says(their.concept) {
                        Says::Matter => 2,
                        Says::Setting => 1,
                        Says::Nothing => 0,
                    };
                }
                Kind::Mixed => common.names += 1,
                Kind::Number => common.points += u32::from(w >= TELLING_NUMBER),
            }
            let gives = tf(their.times) * tf(our.times) * w * w * scale;
            common.take(
                (their_names + one) as u32,
                (our_names + other) as u32,
                w,
                gives,
            );
        },
    );
    let rarest = names.iter().map(|(_, _, w)| *w).fold(0.0, f32::max);
    common.settle(rare_place, rarest);
    common
}

impl InCommon {
    fn take(&mut self, theirs: u32, ours: u32, w: f32, gives: f32) {
        self.mass += w;
        self.cosine += gives;
        self.pairs.push((theirs, ours, gives));
    }

    fn settle(&mut self, rare_place: bool, rarest_name: f32) {
        let r = self.cosine * self.mass / (self.mass + MASS);
        self.score = 1.0 - (-r / HALF).exp2();
        let wanted = POINTS_WITH_NAMES.get(self.names as usize);
        let unmistakable = rarest_name >= UNMISTAKABLE && self.cosine >= FOCUS;
        let enough = match (self.names, wanted) {
            (0, Some(wanted)) => rare_place && self.points >= *wanted,
            (1, Some(_)) if unmistakable => self.points >= POINTS_WITH_UNMISTAKABLE,
            (_, Some(wanted)) => self.points >= *wanted,
            (_, None) => true,
        };
        self.held = !enough && self.score > HELD;
        if self.held {
            self.score = HELD;
        }
        self.pairs
            .sort_by(|one, other| other.2.total_cmp(&one.2).then(one.0.cmp(&other.0)));
    }
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
            let alike = sounds::alike(
                &theirs.names[their.name as usize].sounds,
                &ours.names[our.name as usize].sounds,
            );
            // The fewer consonants, the more the vowels have to agree.
            let wanted = match their.consonants {
                0..=2 => 0.8,
                3 => 0.7,
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
