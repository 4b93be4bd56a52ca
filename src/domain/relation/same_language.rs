//! How alike two texts of one language are by their words (`likeness.md` §7 A).

use super::tally::{HELD, OUR_LENGTH, Tally, Weighing, length};
use super::terms::{Kind, Term, Terms};

/// Terms of this weight are rare enough to count for the gate and to be looked up by.
pub(super) const RARE: f32 = 4.0;

/// Fewer rare terms in common than this hold a score down.
pub(super) const RARE_WANTED: u32 = 2;

/// Fewer than [`RARE_WANTED`], or texts less alike than this, are too little in common to count, whatever
/// else speaks for it.
pub(super) const ALIKE: f32 = 0.1;

/// Words that every text has do not tell what it is about. What a word weighs over this tells; it counts half
/// as much again where their title has it, and where ours has it in its title or more than once.
const TELLS: f32 = 3.5;
const STRESS: f32 = 0.5;

/// What speaks for one matter, in logits. Fitted by logistic regression, strongly regularised, to the texts of
/// `tests/relation`, to sixteen stories of another author, to both with statements of 40 words, and to long
/// texts made of several of them; cross-validated by story and from either author to the other.
/// For it speak: names in common, but for those of who is in office (he goes with his town or firm, whatever
/// is said of it); which share of their names ours has; the matter in common; which share of their title's
/// matter ours has; how alike the themes are. Against it: everyday business that ours does not speak
/// of, and length, as a long text has some of everything.
const WHOM: f32 = 1.2;
const KNOWN_NAMES: f32 = 4.25;
const MATTER: f32 = 1.25;
const KNOWN_TITLE: f32 = 2.65;
const THEMES: f32 = 1.6;
const EVERYDAY: f32 = -6.1;
const LENGTH: f32 = -0.53;
const LENGTH_OF_OURS: f32 = -2.2;
const BASE: f32 = 3.0;

/// Shares start from here, so that one word of a short text does not decide: (known, all).
const NO_NAMES: (f32, f32) = (3.0, 6.0);
const NO_TITLE: (f32, f32) = (1.0, 4.0);

/// Parts of compounds, and other words for the same concept ("dismissed" for "sacked"), are worth this
/// much of the whole word.
const PART_WORTH: f32 = 0.5;

/// What two texts have in common, by the indices of their terms.
#[derive(Clone, Debug, Default)]
pub(super) struct Common {
    pub(super) tally: Tally,
    /// Shared terms of weight [`RARE`] and more.
    pub(super) rare: u32,
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
    common.tally.pairs.reserve(shared.len());
    for &(pair, one, other) in shared {
        let (at, of) = (one as usize, other as usize);
        let (their, our) = (&theirs.list[at], &ours.list[of]);
        let gives = their.a * our.a * scale;
        let (w, worth) = match pair {
            Pair::Same => {
                common.rare += u32::from(their.w >= RARE);
                (their.w, 1.0)
            }
            // A word counts once, whole words before parts.
            _ if seen_theirs[at] || seen_ours[of] => continue,
            // Parts must be rare themselves.
            Pair::PartOfOurs if their.w < PART_RARE => continue,
            Pair::PartOfTheirs if our.w < PART_RARE => continue,
            Pair::PartOfOurs => (their.w, PART_WORTH),
            Pair::PartOfTheirs => (our.w, PART_WORTH),
            Pair::Meant => (their.w.min(our.w), PART_WORTH),
        };
        (seen_theirs[at], seen_ours[of]) = (true, true);
        common.tally.take(one, other, worth * w, worth * gives);
    }
    if !may_score(common.tally.cosine, least) {
        return None;
    }
    common.settle(theirs, ours, &seen_theirs);
    Some(common)
}

/// Whether texts of this cosine may score so much: less alike than [`ALIKE`], they are held down.
fn may_score(cosine: f32, least: f32) -> bool {
    cosine >= ALIKE || least <= HELD + ROUNDING
}

/// A score is told rounded to thousandths.
const ROUNDING: f32 = 0.001;

/// A part of a compound is a word to go by from this weight on.
const PART_RARE: f32 = 5.0;

impl Common {
    fn settle(&mut self, theirs: &Terms, ours: &Terms, shared: &[bool]) {
        let (mut whom, mut names, mut title) = (0.0, NO_NAMES, NO_TITLE);
        let mut weighing = Weighing::default();
        for pair in &self.tally.pairs {
            let (their, our) = (&theirs.list[pair.0 as usize], &ours.list[pair.1 as usize]);
            // Parts and other words for it count as much less as they give less.
            let whole = pair.2 * theirs.norm * ours.norm / (their.a * our.a);
            if is_name(their, our) {
                let w = their.w.min(our.w) * whole;
                names = (names.0 + w, names.1 + w);
                whom += if their.in_office || our.in_office {
                    0.0
                } else {
                    w
                };
                continue;
            }
            let told = tells(their).min(tells(our)) * whole;
            let stresses = u8::from(their.titled) + u8::from(our.titled || our.repeated);
            weighing.matter += told * (1.0 + STRESS * f32::from(stresses));
            if their.titled {
                title = (title.0 + told, title.1 + told);
            }
        }
        for (term, _) in theirs
            .list
            .iter()
            .zip(shared)
            .filter(|(_, shared)| !**shared)
        {
            match term.kind {
                Kind::Name => names.1 += term.w,
                _ if term.titled => title.1 += tells(term),
                _ => {}
            }
        }
        let themes = theirs.themes.alike(&ours.themes);
        weighing.themes = Some(themes);
        weighing.everyday = theirs.themes.everyday_beside(&ours.themes);
        let speaks = BASE
            + WHOM * f32::ln_1p(whom)
            + KNOWN_NAMES * names.0 / names.1
            + MATTER * weighing.matter.ln_1p()
            + KNOWN_TITLE * title.0 / title.1
            + THEMES * themes
            + EVERYDAY * weighing.everyday
            + LENGTH * length(theirs.words)
            + LENGTH_OF_OURS * length(ours.words.min(OUR_LENGTH));
        let is_too_little = self.rare < RARE_WANTED || self.tally.cosine < ALIKE;
        self.tally.weighing = weighing;
        self.tally.settle(speaks, is_too_little);
    }
}

/// What a word says about the matter of a text.
fn tells(term: &Term) -> f32 {
    match term.kind {
        // The same number is chance more often than not.
        Kind::Number => 0.0,
        _ => term.says.part() * (term.w - TELLS).max(0.0),
    }
}

/// Whether a pair of terms is a name: a capital at the start of a sentence says so where the other
/// text does.
fn is_name(their: &Term, our: &Term) -> bool {
    matches!(
        (their.kind, our.kind),
        (Kind::Name, Kind::Name | Kind::Unclear) | (Kind::Unclear, Kind::Name)
    )
}
