//! Stems, by the Snowball algorithms.

use super::fold::push_folded;
use super::language::primary;
use rust_stemmers::{Algorithm, Stemmer};
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Words whose stems are at hand in each language, at most: some 500 KB where all are. Half of the words
/// that are stemmed were stemmed lately, and a stem costs as much as all else that is asked of a word.
const REMEMBERED: usize = 4096;

/// The stemmer of one language.
pub struct Stems {
    stemmer: Option<Stemmer>,
    remembered: Mutex<Vec<Option<Stemmed>>>,
}

/// A word as it was asked for, and its stem.
type Stemmed = (Box<str>, Box<str>);

/// Languages with a stemmer; what has none is only folded, in all languages alike.
const STEMMED: [(&str, Algorithm); 18] = [
    ("ar", Algorithm::Arabic),
    ("da", Algorithm::Danish),
    ("nl", Algorithm::Dutch),
    ("en", Algorithm::English),
    ("fi", Algorithm::Finnish),
    ("fr", Algorithm::French),
    ("de", Algorithm::German),
    ("el", Algorithm::Greek),
    ("hu", Algorithm::Hungarian),
    ("it", Algorithm::Italian),
    ("nb", Algorithm::Norwegian),
    ("pt", Algorithm::Portuguese),
    ("ro", Algorithm::Romanian),
    ("ru", Algorithm::Russian),
    ("es", Algorithm::Spanish),
    ("sv", Algorithm::Swedish),
    ("ta", Algorithm::Tamil),
    ("tr", Algorithm::Turkish),
];

static SHARED: [OnceLock<Stems>; STEMMED.len() + 1] =
    [const { OnceLock::new() }; STEMMED.len() + 1];

impl Stems {
    /// The stemmer of the language with this BCP 47 tag; one that only folds where there is none.
    pub fn of(language: &str) -> &'static Stems {
        let wanted = match &*primary(language) {
            "nn" | "no" => Cow::Borrowed("nb"),
            _ => primary(language),
        };
        let at = STEMMED.iter().position(|(known, _)| *known == wanted);
        SHARED[at.unwrap_or(STEMMED.len())].get_or_init(|| Stems {
            stemmer: at.map(|at| Stemmer::create(STEMMED[at].1)),
            remembered: Mutex::default(),
        })
    }

    /// The stem of a word's [`surface`](super::Word::surface), folded. The surface, because Snowball
    /// wants umlauts ("Häuser" and "Haus" meet, "haeuser" and "haus" do not).
    ///
    /// ```
    /// use presswire::domain::text::Stems;
    /// let german = Stems::of("de-AT");
    /// assert_eq!(german.stem("Häusern"), german.stem("Haus"));
    /// assert_eq!(Stems::of("ru").stem("Забастовками"), Stems::of("ru").stem("забастовка"));
    /// assert_eq!(Stems::of("kk").stem("Ёлка"), "елка");
    /// ```
    pub fn stem(&self, surface: &str) -> String {
        let mut hasher = DefaultHasher::new();
        surface.hash(&mut hasher);
        let at = hasher.finish() as usize % REMEMBERED;
        if let Some(stem) = self.recall(at, surface) {
            return stem;
        }
        let stem = self.find(surface);
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if remembered.is_empty() {
            remembered.resize(REMEMBERED, None);
        }
        // A stranger's word may be a megabyte long.
        if surface.len() <= 64 {
            remembered[at] = Some((surface.into(), stem.as_str().into()));
        }
        stem
    }

    fn recall(&self, at: usize, surface: &str) -> Option<String> {
        let remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (word, stem) = remembered.get(at)?.as_ref()?;
        (&**word == surface).then(|| (**stem).to_owned())
    }

    fn find(&self, surface: &str) -> String {
        let lower = lower(surface);
        let stem = match &self.stemmer {
            Some(stemmer) => stemmer.stem(&lower),
            None => Cow::Borrowed(&*lower),
        };
        let mut folded = String::with_capacity(stem.len() + 2);
        stem.chars().for_each(|c| push_folded(&mut folded, c));
        folded
    }
}

/// In lower case, ё as е.
fn lower(word: &str) -> String {
    let mut lower = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            'a'..='z' | 'а'..='я' => lower.push(c),
            'A'..='Z' => lower.push(c.to_ascii_lowercase()),
            'А'..='Я' => push_folded(&mut lower, c),
            // Others depend on what stands around them.
            _ => return word.to_lowercase().replace('ё', "е"),
        }
    }
    lower
}
