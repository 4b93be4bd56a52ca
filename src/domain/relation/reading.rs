//! A text as relation reads it, worked out once for all who ask: topics, statements, keys and verdicts of
//! translations.

use super::hashes::Table;
use super::marks::Marks;
use super::meanings::Meaning;
use super::scan::Scan;
use super::weights::{Lexicon, RAREST, Stemmed, Weighed};
use super::words::{Case, Script, Words};
use crate::domain::text::{self, primary};
use std::sync::{Arc, OnceLock};

/// A text as relation looks at it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Text<'a> {
    /// Plain text; empty where there is none.
    pub title: &'a str,
    /// Plain text, lines kept, without the boilerplate of its source.
    pub text: &'a str,
    /// BCP 47. None: unknown.
    pub language: Option<&'a str>,
    /// Addresses that the text links, canonical (`likeness::canonical_link`).
    pub links: &'a [String],
}

/// A text taken apart once for topics, statements and translations.
pub struct InWords {
    pub(super) title: Words,
    pub(super) text: Words,
    /// BCP 47.
    pub(super) language: Option<String>,
    reading: OnceLock<Arc<Reading>>,
}

impl InWords {
    /// The words of a text.
    pub fn of(text: &Text<'_>) -> InWords {
        let words = Arc::new(text::Words::of(text.text));
        InWords::at_hand(text.title, words, text.language)
    }

    /// The same where the words of the text are at hand.
    pub fn at_hand(title: &str, words: Arc<text::Words>, language: Option<&str>) -> InWords {
        InWords {
            title: Words::of(title),
            text: Words::at_hand(words),
            language: language.map(str::to_owned),
            reading: OnceLock::new(),
        }
    }

    /// The whole text as it is read.
    pub(super) fn reading(&self) -> &Arc<Reading> {
        self.reading.get_or_init(|| {
            let scan = Scan::in_words(self.title.clone(), self.text.clone());
            Arc::new(Reading::of(scan, self.language.as_deref()))
        })
    }
}

/// A text as the rules look at it.
pub(super) struct Reading {
    pub(super) scan: Scan,
    /// Of its language, where a list is shipped.
    pub(super) lexicon: Option<&'static Lexicon>,
    /// What each word weighs.
    pub(super) weighed: Vec<Weighed>,
    /// Stems of long words.
    pub(super) stemmed: Stemmed,
    /// What each word means in any language, and how many words say it; of a German compound in no list,
    /// what it ends or begins with.
    pub(super) meanings: Vec<Option<(Meaning, u8)>>,
    pub(super) marks: Marks,
}

impl Reading {
    /// Reads a text in a language (BCP 47).
    pub(super) fn of(scan: Scan, language: Option<&str>) -> Reading {
        let language = language.map(primary);
        let lexicon = language.as_deref().and_then(Lexicon::of);
        let (weighed, stemmed) = scan.weighed_and_stemmed(lexicon);
        let mut reading = Reading {
            meanings: lexicon.map_or_else(Vec::new, |lexicon| {
                meanings(&scan, &weighed, lexicon, &stemmed)
            }),
            scan,
            lexicon,
            weighed,
            stemmed,
            marks: Marks::default(),
        };
        reading.marks = Marks::of(&reading, language.as_deref().unwrap_or("en"));
        reading
    }

    /// The language of its lexicon; "" where there is none.
    pub(super) fn spoken(&self) -> &'static str {
        self.lexicon.map_or("", |lexicon| lexicon.language)
    }

    /// What the word at a place means.
    pub(super) fn meaning(&self, at: usize) -> Option<(Meaning, usize)> {
        let (meaning, words) = (*self.meanings.get(at)?)?;
        Some((meaning, usize::from(words)))
    }
}

fn meanings(
    scan: &Scan,
    weighed: &[Weighed],
    lexicon: &Lexicon,
    stemmed: &Stemmed,
) -> Vec<Option<(Meaning, u8)>> {
    let meanings = lexicon.meanings();
    let mut compounds: Table<Option<Meaning>> = Table::default();
    let places = weighed.iter().enumerate();
    let meant = places.map(|(at, weighed)| {
        let Weighed { id, w } = *weighed;
        let word = scan.word(at).filter(|_| scan.counts(at))?;
        // Stop words mean nothing, but for the first of "the Hague".
        if word.script == Script::Number || w == 0.0 && word.case == Case::Lower {
            return None;
        }
        if let Some((meaning, words)) = meanings.at(scan, at, &word, id, lexicon) {
            return Some((meaning, u8::try_from(words).unwrap_or(u8::MAX)));
        }
        if w < RAREST {
            return None;
        }
        let compound = compounds.entry(id);
        let in_stem = || meanings.in_compound(stemmed.get(&id)?);
        let meaning = *compound.or_insert_with(in_stem);
        meaning.map(|meaning| (meaning, 1))
    });
    meant.collect()
}
