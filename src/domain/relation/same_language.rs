//! How alike two texts of one language are by their words (`likeness.md` §7 A).

use super::meanings::Says;
use super::terms::{Kind, Term, Terms};

/// Terms of this weight are rare enough to count for the gate and to be looked up by.
pub(super) const RARE: f32 = 4.0;

/// Fewer rare terms in common than this hold a score down.
pub(super) const RARE_WANTED: u32 = 3;

/// Names alone do not tell what a text is about ("the mayor opens a cycle path"), nor do the words of
/// every office and every day. What a word weighs over this tells; it counts half as much again where their
/// title has it, and where ours has it in its title or more than once.
const TELLS: f32 = 3.5;
const STRESS: f32 = 0.5;

/// So much of what tells they must have in common, and more, the more of their title ours does not
/// speak of at all. A name that ours has in its title or more than once counts for it, too: it may be
/// whom ours is about.
const TOLD_WANTED: f32 = 5.0;
const OTHER_SUBJECT: f32 = 0.5;
const CENTRAL_NAME: f32 = 2.0;

/// It is so much more where they share less than two names with one of ours that has three and more: a
/// town in common, or a kind of event, is no matter in common. Where they share none ("nurses refuse
/// overtime"), all of it counts for less.
const NAMES_OF_AN_EVENT: usize = 3;
const LONE_NAME: f32 = 1.5;
const WITHOUT_NAMES: f32 = 0.4;

/// What a score is held down to.
pub(super) const HELD: f32 = 0.45;

/// Parts of compounds, and other words for the same concept ("dismissed" for "sacked"), are worth this
/// much of the whole word.
const PART_WORTH: f32 = 0.5;

/// `r` at which the score is one half.
pub(super) const HALF: f32 = 0.125;

/// Terms in common are worth little while their weights sum up to no more than this.
const MASS: f32 = 10.0;

/// What two texts have in common.
#[derive(Clone, Debug, Default)]
pub(super) struct Common {
    /// Cosine of the vectors.
    pub(super) cosine: f32,
    /// Sum of the weights of shared terms.
    pub(super) mass: f32,
    /// Shared terms of weight [`RARE`] and more.
    pub(super) rare: u32,
    /// Index of their term, of ours, and what the pair gives to the cosine.
    pub(super) pairs: Vec<(u32, u32, f32)>,
    /// In \[0, 1\].
    pub(super) score: f32,
    /// The gate held the score down.
    pub(super) held: bool,
}

/// How a word of theirs and one of ours are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    /// Of one stem.
    Same,
    /// Theirs is a part of ours.
    PartOfOurs,
    /// Ours is a part of theirs.
    PartOfTheirs,
    /// They mean the same.
    Meant,
}

/// Words that are one: how, index of their term, of ours; by how, as [`Pair`] has them, and by hash.
pub(super) type Shared = Vec<(Pair, u32, u32)>;

/// Compares their text with ours, by what they share; None where it cannot score `least`.
pub(super) fn compare(theirs: &Terms, ours: &Terms, shared: &Shared, least: f32) -> Option<Common> {
    let mut common = Common::default();
    if theirs.norm <= 0.0 || ours.norm <= 0.0 {
        return Some(common);
    }
    let scale = 1.0 / (theirs.norm * ours.norm);
    let (mut seen_theirs, mut seen_ours) =
        (vec![false; theirs.list.len()], vec![false; ours.list.len()]);
    common.pairs.reserve(shared.len());
    for &(pair, one, other) in shared {
        let (one, other) = (one as usize, other as usize);
        let (their, our) = (&theirs.list[one], &ours.list[other]);
        let gives = their.a * our.a * scale;
        let (w, worth) = match pair {
            Pair::Same => {
                common.rare += u32::from(their.w >= RARE);
                (their.w, 1.0)
            }
            // A word counts once, whole words before parts.
            _ if seen_theirs[one] || seen_ours[other] => continue,
            // Parts must be rare themselves.
            Pair::PartOfOurs if their.w < PART_RARE => continue,
            Pair::PartOfTheirs if our.w < PART_RARE => continue,
            Pair::PartOfOurs => (their.w, PART_WORTH),
            Pair::PartOfTheirs => (our.w, PART_WORTH),
            Pair::Meant => (their.w.min(our.w), PART_WORTH),
        };
        (seen_theirs[one], seen_ours[other]) = (true, true);
        common.take(one, other, worth * w, worth * gives);
    }
    if !may_score(common.cosine, least) {
        return None;
    }
    common.settle(theirs, ours, &seen_theirs);
    Some(common)
}

/// Whether texts of this cosine may score so much: nothing of what else is looked at makes up for it.
fn may_score(cosine: f32, least: f32) -> bool {
    score_of(cosine) + ROUNDING >= least
}

/// A score is told rounded to thousandths.
const ROUNDING: f32 = 0.001;

/// A part of a compound is a word to go by from this weight on.
const PART_RARE: f32 = 5.0;

impl Common {
    fn take(&mut self, theirs: usize, ours: usize, w: f32, gives: f32) {
        self.mass += w;
        self.cosine += gives;
        self.pairs.push((theirs as u32, ours as u32, gives));
    }

    /// Whether what is shared is too little to say what the texts are about.
    fn tells_too_little(&self, theirs: &Terms, ours: &Terms, shared: &[bool], lone: bool) -> bool {
        let told = self.pairs.iter().map(|pair| {
            let (their, our) = (&theirs.list[pair.0 as usize], &ours.list[pair.1 as usize]);
            let central = our.titled || our.repeated;
            if is_name(pair, theirs, ours) {
                let counts = central && tells_whom(their, our);
                return if counts { CENTRAL_NAME } else { 0.0 };
            }
            // Parts and other words for it count as much less as they give less.
            let whole = pair.2 * theirs.norm * ours.norm / (their.a * our.a);
            let stresses = u8::from(their.titled) + u8::from(central);
            tells(their).min(tells(our)) * whole * (1.0 + STRESS * f32::from(stresses))
        });
        let others = theirs.list.iter().zip(shared);
        let others = others
            .filter(|(term, shared)| term.titled && !**shared && term.kind != Kind::Name)
            .map(|(term, _)| tells(term));
        let wanted = TOLD_WANTED + OTHER_SUBJECT * others.sum::<f32>();
        told.sum::<f32>() < if lone { LONE_NAME * wanted } else { wanted }
    }

    fn settle(&mut self, theirs: &Terms, ours: &Terms, shared: &[bool]) {
        let mut r = self.cosine * self.mass / (self.mass + MASS);
        let names = self
            .pairs
            .iter()
            .filter(|pair| is_name(pair, theirs, ours) && theirs.list[pair.0 as usize].w >= RARE);
        let names = names.count();
        let of_ours = ours.list.iter().filter(|term| term.kind == Kind::Name);
        let is_event = of_ours.count() >= NAMES_OF_AN_EVENT;
        if is_event && names == 0 {
            r *= WITHOUT_NAMES;
        }
        let lone = is_event && names < 2;
        self.score = score_of(r);
        let few = self.rare < RARE_WANTED || self.tells_too_little(theirs, ours, shared, lone);
        self.held = few && self.score > HELD;
        if self.held {
            self.score = HELD;
        }
        // Ties by place, so that the order is the same at every run.
        self.pairs
            .sort_by(|one, other| other.2.total_cmp(&one.2).then(one.0.cmp(&other.0)));
    }
}

/// The score of what is in common, from 0 to 1: `r` is never more than the cosine.
fn score_of(r: f32) -> f32 {
    1.0 - (-r / HALF).exp2()
}

/// What a word says about the matter of a text.
fn tells(term: &Term) -> f32 {
    let part = match term.says {
        Says::Matter => 1.0,
        Says::Setting => 0.5,
        Says::Nothing => 0.0,
    };
    part * (term.w - TELLS).max(0.0)
}

/// Whether a shared name says more than of which town or firm both speak.
fn tells_whom(theirs: &Term, ours: &Term) -> bool {
    theirs.w >= RARE && !theirs.in_office && !ours.in_office
}

/// Whether a pair of terms is a name: a capital at the start of a sentence says so where the other
/// text does.
fn is_name((their, our, _): &(u32, u32, f32), theirs: &Terms, ours: &Terms) -> bool {
    matches!(
        (
            theirs.list[*their as usize].kind,
            ours.list[*our as usize].kind
        ),
        (Kind::Name, Kind::Name | Kind::Unclear) | (Kind::Unclear, Kind::Name)
    )
}

/// Calls `both` with the indices of equal keys; both lists are sorted by them.
pub(super) fn join<A, B>(
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
