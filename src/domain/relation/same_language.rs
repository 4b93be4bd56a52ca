//! How alike two texts of one language are by their words (`likeness.md` §7 A).

use super::terms::{Kind, Terms};

/// Terms of this weight are rare enough to count for the gate and to be looked up by.
pub(super) const RARE: f32 = 4.0;

/// Fewer rare terms in common than this hold a score down.
pub(super) const RARE_WANTED: u32 = 3;

/// Names alone do not tell what a text is about ("the mayor opens a cycle path"): fewer rare words in
/// common than this, which make up less than that of the words of their text, hold a score down.
const WORDS_WANTED: u32 = 4;
const WORDS_SHARE: f32 = 0.4;

/// Texts as alike as this are one matter, whatever of them are names.
const PLAIN: f32 = 0.4;

/// Words alone do not tell which event it is ("nurses refuse overtime"): where ours has so many names and
/// theirs none of them, what is shared counts for less.
const NAMES_OF_AN_EVENT: usize = 3;
const WITHOUT_NAMES: f32 = 0.55;

/// What a score is held down to.
pub(super) const HELD: f32 = 0.45;

/// Parts of compounds are worth this much of the whole word.
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

/// Compares their text with ours.
pub(super) fn compare(theirs: &Terms, ours: &Terms) -> Common {
    let mut common = Common::default();
    if theirs.norm <= 0.0 || ours.norm <= 0.0 {
        return common;
    }
    let scale = 1.0 / (theirs.norm * ours.norm);
    let (mut seen_theirs, mut seen_ours) =
        (vec![false; theirs.list.len()], vec![false; ours.list.len()]);
    join(
        &theirs.list,
        |term| term.id,
        &ours.list,
        |term| term.id,
        |one, other| {
            let (their, our) = (&theirs.list[one], &ours.list[other]);
            (seen_theirs[one], seen_ours[other]) = (true, true);
            common.rare += u32::from(their.w >= RARE);
            common.take(one, other, their.w, their.a * our.a * scale);
        },
    );
    for (whole, parts, theirs_is_whole) in [(theirs, ours, true), (ours, theirs, false)] {
        join(
            &whole.list,
            |term| term.id,
            &parts.parts,
            |part| part.id,
            |at, part| {
                let term = &whole.list[at];
                let of = parts.parts[part].of as usize;
                let (one, other) = if theirs_is_whole { (at, of) } else { (of, at) };
                // A word counts once, whole words before parts; parts must be rare themselves.
                if term.w < PART_RARE || seen_theirs[one] || seen_ours[other] {
                    return;
                }
                (seen_theirs[one], seen_ours[other]) = (true, true);
                let gives = PART_WORTH * theirs.list[one].a * ours.list[other].a * scale;
                common.take(one, other, PART_WORTH * term.w, gives);
            },
        );
    }
    common.settle(theirs, ours);
    common
}

/// A part of a compound is a word to go by from this weight on.
const PART_RARE: f32 = 5.0;

impl Common {
    fn take(&mut self, theirs: usize, ours: usize, w: f32, gives: f32) {
        self.mass += w;
        self.cosine += gives;
        self.pairs.push((theirs as u32, ours as u32, gives));
    }

    /// Whether what is shared beside names is too little to say what the texts are about.
    fn words_are_few(&self, theirs: &Terms, is_name: impl Fn(&(u32, u32, f32)) -> bool) -> bool {
        let words = self.pairs.iter().filter(|pair| !is_name(pair));
        let (mut rare, mut shared) = (0, 0.0);
        for term in words.map(|pair| &theirs.list[pair.0 as usize]) {
            rare += u32::from(term.w >= RARE);
            shared += term.a * term.a;
        }
        let all = theirs.list.iter().filter(|term| term.kind != Kind::Name);
        let all: f32 = all.map(|term| term.a * term.a).sum();
        rare < WORDS_WANTED && shared < WORDS_SHARE * all
    }

    fn settle(&mut self, theirs: &Terms, ours: &Terms) {
        let mut r = self.cosine * self.mass / (self.mass + MASS);
        let is_name = |pair: &(u32, u32, f32)| {
            let (theirs, ours) = (
                theirs.list[pair.0 as usize].kind,
                ours.list[pair.1 as usize].kind,
            );
            matches!(
                (theirs, ours),
                (Kind::Name, Kind::Name | Kind::Unclear) | (Kind::Unclear, Kind::Name)
            )
        };
        let names = self.pairs.iter().filter(|pair| is_name(pair)).count();
        let of_ours = ours.list.iter().filter(|term| term.kind == Kind::Name);
        if names == 0 && of_ours.count() >= NAMES_OF_AN_EVENT {
            r *= WITHOUT_NAMES;
        }
        self.score = 1.0 - (-r / HALF).exp2();
        let few =
            self.rare < RARE_WANTED || self.cosine < PLAIN && self.words_are_few(theirs, is_name);
        self.held = few && self.score > HELD;
        if self.held {
            self.score = HELD;
        }
        // Ties by place, so that the order is the same at every run.
        self.pairs
            .sort_by(|one, other| other.2.total_cmp(&one.2).then(one.0.cmp(&other.0)));
    }
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
