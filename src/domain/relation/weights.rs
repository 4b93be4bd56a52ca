//! What a word is worth: the rarer it is in its language, the more it says that two texts share it.
//!
//! Weights come from shipped lists of the 5,000 most frequent forms of twenty languages, never from what
//! was received: the same two texts give the same score whatever else is stored. The lists are
//! wordfreq's (Robyn Speer), CC BY-SA 4.0; `data/LICENCE.md` holds the attribution. `w = min(7.5, −ln p)`
//! with `p = 1 − exp(−120 f)`, the chance to meet a form of the stem in a text of 120 words.

use super::forms;
use super::hashes::{Table, of_word};
use super::meanings::Meanings;
use super::scan::Scan;
use super::sounds::Sound;
use super::terms::COMPOUND;
use super::words::{Case, Script, Word, Words};
use crate::domain::text::{Stems, primary};
use std::collections::HashSet;
use std::sync::OnceLock;

/// Of a stem that is in no list.
pub(super) const RAREST: f32 = 7.5;

/// Stems below it are stop words (a text in ten has them): dropped.
const STOP: f32 = 2.3;

/// Weekdays, months and the words of every call to action weigh no more than this, offices no more than
/// that: they are no matter that a text is about.
const WHEN: f32 = 2.5;
const WHO: f32 = 3.5;
const GENERIC: &str = include_str!("data/generic.txt");

/// German stems of offices, as compounds end in them; only those that end in nothing else (an election
/// committee is a Wahlvorstand).
const OFFICES: [&str; 9] = [
    "minist",
    "ministerium",
    "burgermeist",
    "prasident",
    "direktor",
    "chef",
    "sprech",
    "vorsitz",
    "kanzl",
];

/// A stop word that is a name, by its capitals: US, WHO.
const NAMED_STOP_WORD: f32 = 4.0;

/// The words of one language.
pub(super) struct Lexicon {
    /// Primary subtag.
    pub(super) language: &'static str,
    stems: &'static Stems,
    snowball: bool,
    /// Frequent forms, folded, to (stem, weight): most words of a text need no stemmer.
    forms: Table<(u64, f32)>,
    weights: Table<f32>,
    /// Stems of offices that people hold.
    offices: HashSet<u64>,
    list: &'static str,
    meanings: OnceLock<Meanings>,
    sounds: OnceLock<Table<f32>>,
}

/// What relation sees in one word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Weighed {
    /// Hash of the stem, or of the number.
    pub(super) id: u64,
    /// 0 for what is dropped.
    pub(super) w: f32,
}

/// Stems of long words as they were worked out, by their hashes: to work one out costs more than all else.
pub(super) type Stemmed = Table<String>;

macro_rules! lists {
    ($($language:literal)*) => {
        [$(($language, include_str!(concat!("data/words-", $language, ".txt")), OnceLock::new())),*]
    };
}

type Listed = (&'static str, &'static str, OnceLock<Lexicon>);

static LISTS: [Listed; 20] = lists!("de" "en" "ru" "uk" "fr" "es" "it" "pt" "nl" "sv" "da" "nb" "fi" "pl"
    "cs" "hu" "ro" "tr" "el" "bg");

impl Lexicon {
    /// The lexicon of the language with this BCP 47 tag; None where no list is shipped. Read once.
    pub(super) fn of(language: &str) -> Option<&'static Lexicon> {
        let primary = primary(language);
        let wanted = match &*primary {
            "no" | "nn" => "nb",
            other => other,
        };
        let (language, list, lexicon) = LISTS.iter().find(|(known, ..)| *known == wanted)?;
        Some(lexicon.get_or_init(|| Lexicon::read(language, list)))
    }

    fn read(language: &'static str, list: &'static str) -> Lexicon {
        let mut lexicon = Lexicon {
            language,
            stems: Stems::of(language),
            snowball: forms::stemmed(Script::Latin).contains(&language)
                || forms::stemmed(Script::Cyrillic).contains(&language)
                || forms::stemmed(Script::Other).contains(&language),
            forms: Table::default(),
            weights: Table::default(),
            offices: HashSet::new(),
            list,
            meanings: OnceLock::new(),
            sounds: OnceLock::new(),
        };
        let mut of_forms: Vec<(u64, u64)> = Vec::with_capacity(5000);
        let mut frequencies: Table<f64> = Table::default();
        for (form, frequency) in lexicon.listed() {
            let stem = lexicon.stem(form);
            *frequencies.entry(stem).or_default() += frequency;
            let mut folded = String::new();
            Words::of(form)
                .iter()
                .for_each(|word| folded.push_str(word.folded));
            of_forms.push((of_word(&folded), stem));
        }
        lexicon.weights = frequencies
            .into_iter()
            .map(|(stem, frequency)| (stem, weight(frequency)))
            .collect();
        for (word, cap) in generic(language) {
            let stem = lexicon.stem(word);
            let w = lexicon.weights.entry(stem).or_insert(RAREST);
            *w = w.min(cap);
            if cap == WHO {
                lexicon.offices.insert(stem);
            }
        }
        for (form, stem) in of_forms {
            let w = lexicon.weights.get(&stem).copied().unwrap_or(RAREST);
            lexicon.forms.entry(form).or_insert((stem, w));
        }
        lexicon
    }

    /// The words that mean the same in other languages. Read once.
    pub(super) fn meanings(&self) -> &Meanings {
        self.meanings.get_or_init(|| Meanings::of(self))
    }

    /// What it is worth that a name has this code: little, where frequent words have it too.
    pub(super) fn weight_of_sound(&self, code: u64) -> f32 {
        let sounds = self.sounds.get_or_init(|| {
            let mut frequencies: Table<f64> = Table::default();
            for (form, frequency) in self.listed() {
                let words = Words::of(form);
                let sound = words
                    .get(0)
                    .and_then(|word| Sound::of(&word, self.language));
                for (code, _) in sound.into_iter().flat_map(|sound| sound.codes) {
                    *frequencies.entry(code).or_default() += frequency;
                }
            }
            let weights = frequencies.into_iter();
            weights
                .map(|(code, frequency)| (code, weight(frequency)))
                .collect()
        });
        sounds.get(&code).copied().unwrap_or(RAREST)
    }

    /// The list's forms as written there, with their share of all words; most frequent first.
    pub(super) fn listed(&self) -> impl Iterator<Item = (&'static str, f64)> + use<> {
        self.list.lines().flat_map(|line| {
            let (centibels, forms) = line.split_once('\t').unwrap_or(("900", ""));
            let centibels: f64 = centibels.parse().unwrap_or(900.0);
            let frequency = 10f64.powf(-centibels / 100.0);
            forms.split(' ').map(move |form| (form, frequency))
        })
    }

    /// Hash of a word's stem.
    pub(super) fn stem(&self, surface: &str) -> u64 {
        of_word(&self.stem_text(surface))
    }

    /// A word's stem, folded.
    pub(super) fn stem_text(&self, surface: &str) -> String {
        let mut stem = self.stems.stem(surface);
        if !self.snowball {
            stem.truncate(forms::light_stem(&stem).len());
        }
        stem
    }

    /// The stem of a word and its weight, 0 for stop words and single letters. `hash` is of the folded word;
    /// what may be a compound is noted in `stemmed`.
    pub(super) fn weigh(&self, word: &Word<'_>, hash: u64, stemmed: &mut Stemmed) -> Weighed {
        let (id, w) = match self.forms.get(&hash) {
            Some(known) => *known,
            None => {
                let stem = self.stem_text(word.surface);
                let id = of_word(&stem);
                let w = match self.weight_of(id) {
                    w if w >= RAREST && self.ends_in_office(&stem) => WHO,
                    w => w,
                };
                if self.language == "de" && stem.len() >= COMPOUND {
                    stemmed.entry(id).or_insert(stem);
                }
                (id, w)
            }
        };
        if word.folded.chars().nth(1).is_none() && !super::words::is_ideograph(word.folded) {
            return Weighed { id, w: 0.0 };
        }
        match w < STOP {
            true if word.case == Case::Upper && word.surface.chars().count() <= 3 => Weighed {
                // Not the pronoun's id: the US is not "us".
                id: hash.rotate_left(7),
                w: NAMED_STOP_WORD,
            },
            true => Weighed { id, w: 0.0 },
            false => Weighed { id, w },
        }
    }

    /// Whether what weighs so is an office that somebody holds, in German also a compound of one
    /// (Gesundheitsminister).
    pub(super) fn is_office(&self, word: &Word<'_>, weighed: Weighed) -> bool {
        let is_capped = weighed.w == WHO && word.script != Script::Number;
        is_capped || self.offices.contains(&weighed.id)
    }

    /// Whether the name at this place is that of somebody in office: it stands behind one, or behind a
    /// name that does ("Mayor Torben Hasselfeldt").
    pub(super) fn is_in_office(&self, scan: &Scan, weighed: &[Weighed], at: usize) -> bool {
        const NAMES: usize = 3;
        for before in (at.saturating_sub(NAMES)..at).rev() {
            if scan.word(before + 1).is_none_or(|word| word.apart) {
                return false;
            }
            match scan.word(before) {
                Some(word) if self.is_office(&word, weighed[before]) => return true,
                Some(word) if word.case.has_capital() => {}
                _ => return false,
            }
        }
        false
    }

    fn ends_in_office(&self, stem: &str) -> bool {
        let stem = stem.strip_suffix("in").unwrap_or(stem);
        self.language == "de" && OFFICES.iter().any(|office| stem.ends_with(office))
    }

    /// Whether a word in no German list is a noun all the same: by its suffix, or because it is a
    /// compound of words in the list (Volksaufstand; not Steinmeier).
    pub(super) fn is_german_noun(&self, word: &Word<'_>) -> bool {
        self.is_german_compound(word.folded)
    }

    fn is_german_compound(&self, folded: &str) -> bool {
        const SUFFIXES: [&str; 16] = [
            "ung", "ungen", "heit", "heiten", "keit", "keiten", "schaft", "schaften", "ion",
            "ionen", "taet", "taeten", "ismus", "innen", "ierung", "nis",
        ];
        if SUFFIXES
            .iter()
            .any(|suffix| folded.len() > suffix.len() + 2 && folded.ends_with(suffix))
        {
            return true;
        }
        let listed = |part: &str| part.len() >= 4 && self.forms.contains_key(&of_word(part));
        folded.len() >= 9
            && folded.is_ascii()
            && (4..=folded.len() - 4).any(|cut| {
                let (first, second) = folded.split_at(cut);
                let first = listed(first) || first.strip_suffix('s').is_some_and(listed);
                first && listed(second) || (second.len() >= 6 && listed(second))
            })
    }

    /// The weight of a stem.
    pub(super) fn weight_of(&self, stem: u64) -> f32 {
        self.weights.get(&stem).copied().unwrap_or(RAREST)
    }
}

/// The weight of a folded word form that stands in the list of a language (2.3 and less for stop words);
/// None where it does not, or where no list is shipped. Likeness asks it what is no name and no slip.
pub fn weight_of_form(folded: &str, language: &str) -> Option<f32> {
    let (_, w) = Lexicon::of(language)?.forms.get(&of_word(folded))?;
    Some(*w)
}

/// Whether a folded word that stands in no German list is a noun all the same: by its suffix, or because
/// it is a compound of words in the list.
pub fn is_german_compound(folded: &str) -> bool {
    Lexicon::of("de").is_some_and(|lexicon| lexicon.is_german_compound(folded))
}

/// Whether a list of frequent forms is shipped for a language.
pub fn has_list(language: &str) -> bool {
    Lexicon::of(language).is_some()
}

/// The words of a language that say little, and what they weigh at most.
fn generic(language: &str) -> impl Iterator<Item = (&'static str, f32)> {
    GENERIC
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(move |(kind, rest)| {
            let words = rest.strip_prefix(language)?.strip_prefix(' ')?;
            let cap = match kind {
                "who" => WHO,
                _ => WHEN,
            };
            Some(words.split(' ').map(move |word| (word, cap)))
        })
        .flatten()
}

/// `min(7.5, −ln p)` of a share of all words.
pub(super) fn weight(frequency: f64) -> f32 {
    let p = 1.0 - (-120.0 * frequency).exp();
    (-p.ln()).min(f64::from(RAREST)) as f32
}

/// The id and weight of a number by its digits; None for single digits.
pub(super) fn number(digits: &str) -> Option<Weighed> {
    let w = match digits.len() {
        0 | 1 => return None,
        _ if digits.contains('.') => 4.6,
        2 => 3.5,
        3 => 4.6,
        4 if digits.starts_with("19") || digits.starts_with("20") => 2.0,
        4 => 5.5,
        _ => 6.9,
    };
    Some(Weighed {
        id: of_word(digits).rotate_left(13),
        w,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn w(language: &str, word: &str) -> f32 {
        let words = Words::of(word);
        let word = words.get(0).unwrap();
        let hash = of_word(word.folded);
        let lexicon = Lexicon::of(language).unwrap();
        lexicon.weigh(&word, hash, &mut Stemmed::default()).w
    }

    #[test]
    fn every_list_is_read_whole() {
        for (language, ..) in &LISTS {
            let lexicon = Lexicon::of(language).unwrap();
            assert_eq!(lexicon.listed().count(), 5000, "{language}");
            assert!(
                lexicon
                    .listed()
                    .all(|(form, frequency)| !form.is_empty() && frequency > 1e-9)
            );
            assert!(
                lexicon.weights.len() > 1500,
                "{language}: {}",
                lexicon.weights.len()
            );
        }
    }

    #[test]
    fn the_rarer_the_heavier_and_stop_words_weigh_nothing() {
        assert_eq!(w("de", "und"), 0.0);
        assert_eq!(w("ru", "которые"), 0.0);
        assert!(w("de", "Mann") < w("de", "Arbeiter"));
        assert!(w("de", "Arbeiter") < w("de", "Tokajew"));
        assert_eq!(w("de", "Tokajew"), RAREST);
        assert_eq!(w("de", "Häuser"), w("de", "Haus"));
        assert_eq!(w("ru", "правительством"), w("ru", "правительство"));
        assert_eq!(w("uk", "уряду"), w("uk", "уряд"));
    }

    #[test]
    fn days_and_offices_weigh_little() {
        assert_eq!(w("de", "Mittwochs"), WHEN);
        assert_eq!(w("ru", "губернатора"), WHO);
        assert_eq!(w("en", "Thursday"), WHEN);
    }

    #[test]
    fn a_stop_word_in_capitals_is_a_name() {
        assert_eq!(w("en", "WHO"), NAMED_STOP_WORD);
        assert_eq!(w("en", "who"), 0.0);
    }

    #[test]
    fn a_language_without_list_has_no_lexicon() {
        assert!(Lexicon::of("kk").is_none());
        assert_eq!(Lexicon::of("nn-NO").unwrap().language, "nb");
    }
}
