//! Stems, by the Snowball algorithms.

use super::fold::push_folded;
use super::language::primary;
use rust_stemmers::{Algorithm, Stemmer};

/// The stemmer of one language.
pub struct Stems {
    stemmer: Option<Stemmer>,
}

impl Stems {
    /// The stemmer of the language with this BCP 47 tag; one that only folds where there is none.
    pub fn of(language: &str) -> Stems {
        let algorithm = match &*primary(language) {
            "ar" => Algorithm::Arabic,
            "da" => Algorithm::Danish,
            "nl" => Algorithm::Dutch,
            "en" => Algorithm::English,
            "fi" => Algorithm::Finnish,
            "fr" => Algorithm::French,
            "de" => Algorithm::German,
            "el" => Algorithm::Greek,
            "hu" => Algorithm::Hungarian,
            "it" => Algorithm::Italian,
            "nb" | "nn" | "no" => Algorithm::Norwegian,
            "pt" => Algorithm::Portuguese,
            "ro" => Algorithm::Romanian,
            "ru" => Algorithm::Russian,
            "es" => Algorithm::Spanish,
            "sv" => Algorithm::Swedish,
            "ta" => Algorithm::Tamil,
            "tr" => Algorithm::Turkish,
            _ => return Stems { stemmer: None },
        };
        Stems {
            stemmer: Some(Stemmer::create(algorithm)),
        }
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
        let lower = surface.to_lowercase().replace('ё', "е");
        let stem = match &self.stemmer {
            Some(stemmer) => stemmer.stem(&lower),
            None => lower.as_str().into(),
        };
        let mut folded = String::with_capacity(stem.len() + 2);
        stem.chars().for_each(|c| push_folded(&mut folded, c));
        folded
    }
}
