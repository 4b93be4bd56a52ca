//! What two texts have in common while it is added up, and the score that it makes: the same in one
//! language and across languages.

/// What a score is held down to where too little is in common to count.
pub(super) const HELD: f32 = 0.45;

/// A statement of fewer words than this has less to share; a longer one is looked at as if it had so many.
pub(super) const OUR_LENGTH: usize = 120;

/// Words that every text has beside those it has: an empty one has a length, too.
const SHORTEST: f32 = 5.0;

/// What a score rests on beside the words in common, as evidence tells it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weighing {
    /// Summed weight of what is shared of the matter.
    pub(super) matter: f32,
    /// How alike the themes are, where they decide.
    pub(super) themes: Option<f32>,
    /// Which share of their text is everyday business that ours does not speak of.
    pub(super) everyday: f32,
}

/// What two texts have in common.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Cosine of the vectors.
    pub(super) cosine: f32,
    /// Sum of the weights of what is shared.
    pub(super) mass: f32,
    /// Index of theirs, of ours, and what the pair gives to the cosine; strongest first once it is settled.
    pub(super) pairs: Vec<(u32, u32, f32)>,
    /// What the score rests on.
    pub(super) weighing: Weighing,
    /// In \[0, 1\].
    pub(super) score: f32,
    /// The gate held the score down.
    pub(super) held: bool,
}

impl Tally {
    /// Adds a pair of this weight.
    pub(super) fn take(&mut self, theirs: u32, ours: u32, w: f32, gives: f32) {
        self.mass += w;
        self.cosine += gives;
        self.pairs.push((theirs, ours, gives));
    }

    /// The score by what speaks for one matter, in logits; held down where there is too little in common.
    pub(super) fn settle(&mut self, speaks: f32, is_too_little: bool) {
        self.score = 1.0 / (1.0 + (-speaks).exp());
        self.held = is_too_little && self.score > HELD;
        if self.held {
            self.score = HELD;
        }
        // Ties by place, so that the order is the same at every run.
        self.pairs
            .sort_by(|one, other| other.2.total_cmp(&one.2).then(one.0.cmp(&other.0)));
    }
}

/// The length of a text of so many words.
pub(super) fn length(words: usize) -> f32 {
    (words as f32 + SHORTEST).ln()
}
