//! Words that mean the same in several languages: countries with their adjectives and inhabitants, big
//! cities and regions, and some five hundred concepts that press releases are about.
//!
//! The tables are `data/places.txt` (names by CLDR, see `data/LICENCE.md`) and `data/concepts.txt`.

use super::forms;
use super::hashes::{Table, of_word};
use super::scan::Scan;
use super::terms::{COMPOUND, LEFT, PART};
use super::weights::Lexicon;
use super::words::{Case, Script, Word, Words};
use std::sync::OnceLock;

const PLACES: &str = include_str!("data/places.txt");
const CONCEPTS: &str = include_str!("data/concepts.txt");

/// What a word means, by its line in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Meaning {
    /// A country, city or region.
    Place(u16),
    /// A concept.
    Concept(u16),
}

/// How much a concept says about the matter of a text that names a person, firm or place of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// What happened: strike, arrest, flood.
    Matter,
    /// A trade, a place, a thing that is in all that is said of one firm or town: port, hospital, tea.
    Setting,
    /// An actor of every release: minister, police, company.
    Nothing,
}

impl Says {
    /// For the gate of rule B.
    pub(super) fn points(self) -> u32 {
        match self {
            Says::Matter => 2,
            Says::Setting => 1,
            Says::Nothing => 0,
        }
    }

    /// The part of a word's weight that says something of the matter.
    pub(super) fn part(self) -> f32 {
        self.points() as f32 / 2.0
    }
}

/// What a concept says, by its line in the table.
pub(super) fn says(concept: u16) -> Says {
    static SAYS: OnceLock<Vec<Says>> = OnceLock::new();
    let all = SAYS.get_or_init(|| {
        let names = table(CONCEPTS).filter_map(|line| line.split(" | ").next());
        let says = names.map(|name| match name.split_once(" (") {
            Some((_, "who)")) => Says::Nothing,
            Some((_, "where)")) => Says::Setting,
            _ => Says::Matter,
        });
        says.collect()
    });
    all.get(usize::from(concept))
        .copied()
        .unwrap_or(Says::Nothing)
}

/// The names of the concepts, line by line.
pub(super) fn concepts() -> impl Iterator<Item = &'static str> {
    let names = table(CONCEPTS).filter_map(|line| line.split(" | ").next());
    names.map(|name| name.split_once(" (").map_or(name, |(name, _)| name))
}

/// The tables as one language has them.
#[derive(Debug, Default)]
pub(super) struct Meanings {
    /// By stem and by folded form.
    words: Table<Known>,
    /// Names of several words, by the first one's stem.
    rows: Table<Vec<(Vec<u64>, Meaning)>>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    meaning: Meaning,
    /// Only with a capital; only in capitals.
    capital: bool,
    capitals: bool,
}

impl Meanings {
    /// Reads the tables for a language.
    pub(super) fn of(lexicon: &Lexicon) -> Meanings {
        let mut meanings = Meanings::default();
        for (number, names) in lines(PLACES, lexicon.language) {
            for name in names.flat_map(|names| names.split("; ")) {
                meanings.add(name, Meaning::Place(number), lexicon);
            }
        }
        for (number, names) in lines(CONCEPTS, lexicon.language) {
            for name in names.flat_map(|names| names.split(' ')) {
                meanings.add(name, Meaning::Concept(number), lexicon);
            }
        }
        meanings
    }

    fn add(&mut self, name: &str, meaning: Meaning, lexicon: &Lexicon) {
        let words = Words::of(name);
        let Some(first) = words.get(0) else { return };
        let stems: Vec<u64> = words
            .iter()
            .map(|word| lexicon.stem(word.surface))
            .collect();
        if let [stem, rest @ ..] = &stems[..]
            && !rest.is_empty()
        {
            let rows = self.rows.entry(*stem).or_default();
            rows.push((rest.to_vec(), meaning));
            return;
        }
        let place = matches!(meaning, Meaning::Place(_));
        let known = Known {
            meaning,
            capital: place && first.case.has_capital(),
            capitals: first.case == Case::Upper && first.folded.len() <= 3,
        };
        let mut keys = vec![of_word(first.folded)];
        if !known.capitals {
            keys.push(stems[0]);
        }
        if first.script == Script::Cyrillic {
            for form in forms::declined(first.folded, first.script, true) {
                let forms = form
                    .endings
                    .iter()
                    .map(|ending| of_word(&format!("{}{ending}", form.base)));
                keys.extend(forms);
            }
        }
        for key in keys {
            self.words.entry(key).or_insert(known);
        }
        if place && first.case.has_capital() {
            for adjective in adjectives(first.folded, lexicon.language) {
                let capital = lexicon.language == "de";
                let known = Known { capital, ..known };
                let stem = lexicon.stem(&adjective);
                for key in [of_word(&adjective), stem] {
                    // челябинский has the stem of Челябинск, and no capital.
                    let entry = self.words.entry(key).or_insert(known);
                    entry.capital &= entry.meaning != meaning || capital;
                }
            }
        }
    }

    /// What the word at a place of a text means, and how many words say it.
    pub(super) fn at(
        &self,
        scan: &Scan,
        at: usize,
        word: &Word<'_>,
        stem: u64,
        lexicon: &Lexicon,
    ) -> Option<(Meaning, usize)> {
        if let Some(found) = self.row_at(scan, at, stem, lexicon) {
            return Some(found);
        }
        let of_form = self.words.get(&scan.hashes()[at]);
        of_form
            .or_else(|| self.words.get(&stem))
            .filter(|known| {
                (!known.capital || word.case.has_capital())
                    && (!known.capitals || word.case == Case::Upper)
            })
            .map(|known| (known.meaning, 1))
    }

    fn row_at(
        &self,
        scan: &Scan,
        at: usize,
        stem: u64,
        lexicon: &Lexicon,
    ) -> Option<(Meaning, usize)> {
        let rows = self.rows.get(&stem)?;
        let fits = |rest: &[u64]| {
            rest.iter().enumerate().all(|(place, stem)| {
                scan.word(at + 1 + place)
                    .is_some_and(|word| !word.apart && lexicon.stem(word.surface) == *stem)
            })
        };
        rows.iter()
            .filter(|(rest, _)| fits(rest))
            .max_by_key(|(rest, _)| rest.len())
            .map(|(rest, meaning)| (*meaning, rest.len() + 1))
    }

    /// The concept that a German compound with this stem ends or begins with: Streikbewegung, Warnstreik.
    pub(super) fn in_compound(&self, stem: &str) -> Option<Meaning> {
        if stem.len() < COMPOUND || !stem.is_ascii() {
            return None;
        }
        let suffixes = (LEFT..=stem.len() - PART).map(|start| &stem[start..]);
        let prefixes = (PART..=stem.len() - LEFT).rev().map(|end| &stem[..end]);
        suffixes
            .chain(prefixes)
            .filter_map(|part| self.words.get(&of_word(part)))
            .map(|known| known.meaning)
            .find(|meaning| matches!(meaning, Meaning::Concept(_)))
    }
}

/// What a place's name makes of itself: Bremer, саратовский.
fn adjectives(place: &str, language: &str) -> Vec<String> {
    const SHORTEST: usize = 4;
    if place.chars().count() < SHORTEST {
        return Vec::new();
    }
    match language {
        "de" => {
            let short = place.strip_suffix("en").map(|base| format!("{base}er"));
            short.into_iter().chain([format!("{place}er")]).collect()
        }
        "ru" => {
            let base = place.trim_end_matches(['а', 'ы', 'и', 'ь', 'я', 'о', 'е']);
            vec![match base.ends_with("ск") {
                true => format!("{base}ий"),
                false => format!("{base}ский"),
            }]
        }
        _ => Vec::new(),
    }
}

fn table(table: &str) -> impl Iterator<Item = &str> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// The lines of a table with their number and what they hold in one language.
fn lines<'t>(
    table: &'t str,
    language: &str,
) -> impl Iterator<Item = (u16, impl Iterator<Item = &'t str>)> {
    self::table(table).enumerate().map(move |(number, line)| {
        let columns = line.split(" | ").skip(1).filter_map(move |column| {
            let (languages, names) = column.split_once(' ')?;
            languages
                .split(',')
                .any(|known| known == language)
                .then_some(names)
        });
        (number as u16, columns)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    /// How often each line's first word stands in the tables, for the test of the tables.
    fn names_of_lines(table: &str) -> HashMap<String, u32> {
        let mut names = HashMap::new();
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            *names
                .entry(line.split(" | ").next().unwrap_or_default().to_owned())
                .or_default() += 1;
        }
        names
    }

    fn meaning(text: &str, at: usize, language: &str) -> Option<Meaning> {
        let lexicon = Lexicon::of(language).unwrap();
        let scan = Scan::of("", text);
        let word = scan.word(at).unwrap();
        let stem = lexicon.stem(word.surface);
        let meanings = lexicon.meanings();
        meanings
            .at(&scan, at, &word, stem, lexicon)
            .map(|(meaning, _)| meaning)
            .or_else(|| meanings.in_compound(&lexicon.stem_text(word.surface)))
    }

    #[test]
    fn every_line_of_the_tables_is_named_once() {
        for table in [PLACES, CONCEPTS] {
            for (name, times) in names_of_lines(table) {
                assert_eq!(times, 1, "{name}");
            }
        }
    }

    #[test]
    fn places_are_one_in_every_language_and_form() {
        let kazakhstan = meaning("Kasachstans", 0, "de").unwrap();
        for (text, language) in [
            ("Kazakhstan", "en"),
            ("Казахстаном", "ru"),
            ("казахстанские", "ru"),
            ("kasachischen", "de"),
            ("Казахстані", "uk"),
            ("Kazachstanie", "pl"),
        ] {
            assert_eq!(meaning(text, 0, language), Some(kazakhstan), "{text}");
        }
        assert_eq!(meaning("turkey", 0, "en"), None);
        assert_eq!(meaning("us", 0, "en"), None);
        assert_eq!(
            meaning("US", 0, "en"),
            meaning("Vereinigten Staaten", 0, "de")
        );
        assert_eq!(
            meaning("Südkoreas", 0, "de"),
            meaning("Южной Корее", 0, "ru")
        );
        assert_eq!(meaning("Köln", 0, "de"), meaning("Cologne", 0, "en"));
    }

    #[test]
    fn what_a_town_makes_of_its_name_means_the_town() {
        for (adjective, language, town) in [
            ("Bremer", "de", "Bremen"),
            ("Saratower", "de", "Saratow"),
            ("саратовского", "ru", "Саратов"),
            ("Волгоградская", "ru", "Волгоград"),
            ("челябинская", "ru", "Челябинск"),
        ] {
            let meant = meaning(adjective, 0, language);
            assert!(meant.is_some(), "{adjective}");
            assert_eq!(meant, meaning(town, 0, language), "{adjective}");
        }
        assert_eq!(meaning("bremer", 0, "de"), None);
    }

    #[test]
    fn actors_say_nothing_and_trades_less_than_what_happened() {
        let says = |text| match meaning(text, 0, "en") {
            Some(Meaning::Concept(concept)) => says(concept),
            other => panic!("{other:?}"),
        };
        assert_eq!(says("strikes"), Says::Matter);
        assert_eq!(says("hospitals"), Says::Setting);
        assert_eq!(says("ministers"), Says::Nothing);
    }

    #[test]
    fn everyday_words_that_share_a_stem_with_a_concept_mean_nothing() {
        for (text, language) in [
            ("hours", "en"),
            ("contains", "en"),
            ("Rolle", "de"),
            ("могу", "ru"),
            ("скоро", "ru"),
            ("временем", "ru"),
            ("евро", "ru"),
        ] {
            assert_eq!(meaning(text, 0, language), None, "{text}");
        }
    }

    #[test]
    fn concepts_are_one_in_every_language_and_in_compounds() {
        let strike = meaning("Streiks", 0, "de").unwrap();
        for (text, language) in [
            ("strikes", "en"),
            ("забастовками", "ru"),
            ("страйки", "uk"),
            ("Streikbewegung", "de"),
            ("Generalstreik", "de"),
        ] {
            assert_eq!(meaning(text, 0, language), Some(strike), "{text}");
        }
        assert_eq!(
            meaning("Ölarbeitern", 0, "de"),
            meaning("нефтяники", 0, "ru")
        );
    }
}
