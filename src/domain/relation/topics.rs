//! `[[topic]]`: the operator's explicit wish. A release that names one of a topic's aliases is related
//! to it, with score 1 (`likeness.md` §7 D, contract §2).
//!
//! An alias is a sequence of words. Each matches a whole word of the text, in its inflected forms too
//! (see `forms`); one with a capital matches no lower-case word, one of two or three capitals (WHO, US)
//! only capitals. All aliases are looked for in one pass over the words, so hundreds of topics cost
//! hardly more than one.

use super::forms::{self, Declined, LONGEST_ENDING};
use super::words::{Case, Script, Word, Words};
use super::{Evidence, InWords, Relation, Target, Text};
use crate::domain::text::Stems;
use std::collections::{HashMap, HashSet};

/// The topics of a configuration, compiled to be looked for together.
///
/// ```
/// use presswire::domain::relation::{Target, Topics};
///
/// let topics = Topics::compile([("Kasachstan", "kasachstan", &["Kasachstan", "Казахстан"][..])]);
/// let found = topics.relate("Streik in Schangaösen", "Die Ölarbeiter Kasachstans streiken.", Some("de"));
/// assert_eq!(found[0].target, Target::Topic("kasachstan".into()));
/// assert_eq!(found[0].why[0].to_string(), "Kasachstan: Kasachstan, 1 ×");
/// assert!(topics.relate("О забастовках в Казахстане", "", None).len() == 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Topics {
    topics: Vec<Topic>,
    aliases: Vec<Alias>,
    /// Beginnings of first words: what is not in here is no alias, and needs no stem.
    beginnings: Beginnings,
    /// First words as they stand, and the bases of their declined forms, to aliases.
    bases: HashMap<String, Vec<u32>>,
    /// Stems of first words, to aliases, and in which language it is one.
    stems: HashMap<String, Vec<(&'static str, u32)>>,
}

#[derive(Clone, Debug)]
struct Topic {
    name: String,
    slug: String,
}

#[derive(Clone, Debug)]
struct Alias {
    topic: u32,
    /// Index of the first spelling of the same alias.
    counts_as: u32,
    /// As the operator wrote it.
    text: String,
    words: Vec<AliasWord>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct AliasWord {
    folded: String,
    script: Script,
    needs: Needs,
    stems: Vec<(&'static str, String)>,
    declined: Vec<Declined>,
}

/// What a word of an alias asks of the case of a word in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// A capital somewhere.
    Capital,
    /// Capitals only: "Who" is no WHO.
    Capitals,
}

impl Topics {
    /// Compiles topics of (name, slug, aliases). Aliases without a letter or digit find nothing.
    pub fn compile<'a, A, S>(topics: impl IntoIterator<Item = (&'a str, &'a str, A)>) -> Topics
    where
        A: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        let mut compiled = Topics::default();
        for (name, slug, aliases) in topics {
            let topic = compiled.topics.len() as u32;
            compiled.topics.push(Topic {
                name: name.to_owned(),
                slug: slug.to_owned(),
            });
            for alias in aliases {
                compiled.add(topic, alias.as_ref());
            }
        }
        compiled
    }

    /// No topic is configured.
    pub fn is_empty(&self) -> bool {
        self.aliases.is_empty()
    }

    /// The topics named in a title or a plain text, with what named them: most often named first, else
    /// in the order of the configuration. `language` (BCP 47) helps, and does no harm where it is wrong.
    pub fn relate(&self, title: &str, text: &str, language: Option<&str>) -> Vec<Relation> {
        self.named_in(&InWords::of(&Text {
            title,
            text,
            language,
            links: &[],
        }))
    }

    /// [`Topics::relate`] where the text was taken apart already.
    pub fn named_in(&self, said: &InWords) -> Vec<Relation> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut times = vec![0u32; self.aliases.len()];
        let looking = Looking::in_language(said.language.as_deref());
        self.count(&said.title, 0, &looking, &mut times);
        // A title repeated at the start of the text is one naming, not two.
        let from = said.text.after(&said.title);
        self.count(&said.text, from, &looking, &mut times);
        self.relations(&times)
    }

    /// Beginnings of which a text that names these topics has at least one, long enough to be told
    /// apart; None: an alias, or its stem, is so short that any text may name it.
    pub(super) fn beginnings_of(&self, wanted: &HashSet<Target>) -> Option<Vec<String>> {
        // Stemmers change the last letter: "city" has the stem "citi".
        let is_long = |word: &AliasWord, stem: &str| match stem.chars().count() {
            0..=3 => false,
            4 => word.folded.starts_with(stem) && !stem.ends_with('i'),
            _ => true,
        };
        // What a stemmer of a rarer language cuts too short is found by its other forms alone.
        let is_telling = |word: &&AliasWord| {
            let often = ["de", "en", "ru"];
            let mut stems = word.stems.iter();
            stems.all(|(language, stem)| !often.contains(language) || is_long(word, stem))
        };
        let mut beginnings = Vec::new();
        for alias in &self.aliases {
            let slug = &self.topics[alias.topic as usize].slug;
            if !wanted.contains(&Target::Topic(slug.clone())) {
                continue;
            }
            // All words of an alias stand in the text; one of them is enough to find it by.
            let word = alias.words.iter().find(is_telling)?;
            beginnings.push(word.folded.clone());
            let stems = word.stems.iter().map(|(_, stem)| stem);
            beginnings.extend(stems.filter(|stem| is_long(word, stem)).cloned());
            for form in &word.declined {
                let endings = form.endings.iter();
                beginnings.extend(endings.map(|ending| format!("{}{ending}", form.base)));
            }
        }
        Some(beginnings)
    }

    fn add(&mut self, topic: u32, text: &str) {
        let counts_as = self.aliases.len() as u32;
        for spelling in spellings(text) {
            let words = Words::of(&spelling);
            let words: Vec<AliasWord> = words.iter().map(AliasWord::of).collect();
            let known = self
                .aliases
                .iter()
                .any(|alias| alias.topic == topic && alias.words == words);
            let Some(first) = words.first().filter(|_| !known) else {
                continue;
            };
            let alias = self.aliases.len() as u32;
            let mut bases: Vec<&String> = first.declined.iter().map(|form| &form.base).collect();
            bases.push(&first.folded);
            bases.sort_unstable();
            bases.dedup();
            for base in bases {
                self.beginnings.insert(base);
                self.bases.entry(base.clone()).or_default().push(alias);
            }
            for (language, stem) in &first.stems {
                self.beginnings.insert(stem);
                let aliases = self.stems.entry(stem.clone()).or_default();
                aliases.push((*language, alias));
            }
            self.aliases.push(Alias {
                topic,
                counts_as,
                text: text.to_owned(),
                words,
            });
        }
    }

    fn count(&self, words: &Words, from: usize, looking: &Looking, times: &mut [u32]) {
        // Most words that may begin an alias are little ones, and stand there again and again.
        let mut begun: HashMap<&str, Vec<u32>> = HashMap::new();
        for at in from..words.len() {
            let Some(word) = words.get(at) else { break };
            if !self.beginnings.may_begin(word.folded) {
                continue;
            }
            let found = begun
                .entry(word.surface)
                .or_insert_with(|| self.begun_by(&word, looking));
            // Spellings of one alias are neighbours; a word that is both of them is one naming.
            let mut counted = None;
            for alias in found.iter().map(|alias| &self.aliases[*alias as usize]) {
                if counted != Some(alias.counts_as) && alias.stands_at(words, at, looking) {
                    times[alias.counts_as as usize] += 1;
                    counted = Some(alias.counts_as);
                }
            }
        }
    }

    /// Aliases whose first word may be this one, each once.
    fn begun_by(&self, word: &Word<'_>, looking: &Looking) -> Vec<u32> {
        let mut found = Vec::new();
        let folded = word.folded;
        let ends = folded.char_indices().rev().map(|(at, _)| at);
        for end in std::iter::once(folded.len()).chain(ends.take(LONGEST_ENDING)) {
            if let Some(aliases) = self.bases.get(&folded[..end]) {
                found.extend(aliases);
            }
        }
        for (language, stems) in looking.stems(word.script) {
            if let Some(aliases) = self.stems.get(&stems.stem(word.surface)) {
                let in_this = aliases.iter().filter(|(known, _)| known == language);
                found.extend(in_this.map(|(_, alias)| *alias));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn relations(&self, times: &[u32]) -> Vec<Relation> {
        let mut by_topic: Vec<(u32, Relation)> = self
            .topics
            .iter()
            .map(|topic| {
                (
                    0,
                    Relation {
                        target: Target::Topic(topic.slug.clone()),
                        score: 1.0,
                        why: Vec::new(),
                    },
                )
            })
            .collect();
        for (alias, times) in self
            .aliases
            .iter()
            .zip(times)
            .filter(|(_, times)| **times > 0)
        {
            let (sum, relation) = &mut by_topic[alias.topic as usize];
            *sum += times;
            relation.why.push(Evidence::Alias {
                topic: self.topics[alias.topic as usize].name.clone(),
                alias: alias.text.clone(),
                times: *times,
            });
        }
        by_topic.retain(|(sum, _)| *sum > 0);
        by_topic.sort_by_key(|(sum, _)| std::cmp::Reverse(*sum));
        for (_, relation) in &mut by_topic {
            relation.why.sort_by_key(|evidence| match evidence {
                Evidence::Alias { times, .. } => std::cmp::Reverse(*times),
                _ => std::cmp::Reverse(0),
            });
        }
        by_topic.into_iter().map(|(_, relation)| relation).collect()
    }
}

impl Alias {
    fn stands_at(&self, words: &Words, at: usize, looking: &Looking) -> bool {
        self.words.iter().enumerate().all(|(place, ours)| {
            // "in Kasachstan. Streik": words of two sentences are no name.
            words.get(at + place).is_some_and(|theirs| {
                (place == 0 || !theirs.apart) && ours.matches(&theirs, looking)
            })
        })
    }
}

impl AliasWord {
    fn of(word: Word<'_>) -> AliasWord {
        let letters = word.folded.chars().count();
        let needs = match word.case {
            Case::Upper if letters <= 3 => Needs::Capitals,
            case if case.has_capital() => Needs::Capital,
            _ => Needs::Nothing,
        };
        // Abbreviations and words of two letters have no forms that a stemmer knows.
        let whole = letters < 3 || needs == Needs::Capitals;
        // A Cyrillic name is declined by table only, see `forms`.
        let by_table = word.script == Script::Cyrillic && needs == Needs::Capital;
        let stems = match whole || by_table {
            true => Vec::new(),
            false => forms::stemmed(word.script)
                .iter()
                .map(|language| (*language, Stems::of(language).stem(word.surface)))
                .collect(),
        };
        AliasWord {
            folded: word.folded.to_owned(),
            script: word.script,
            needs,
            stems,
            declined: match whole {
                true => Vec::new(),
                false => forms::declined(word.folded, word.script, needs == Needs::Capital),
            },
        }
    }

    fn matches(&self, word: &Word<'_>, looking: &Looking) -> bool {
        let written = match self.needs {
            Needs::Nothing => true,
            Needs::Capital => word.case.has_capital(),
            Needs::Capitals => matches!(word.case, Case::Upper | Case::Mixed),
        };
        if !written {
            return false;
        }
        self.folded == word.folded
            || forms::is_form(&self.declined, word.folded, looking.slavic_latin)
            || (word.script == self.script && self.stem_matches(word, looking))
    }

    fn stem_matches(&self, word: &Word<'_>, looking: &Looking) -> bool {
        // Stemmers take "Mars" to "mar" and "Paris" to "pari"; those are other words.
        let cut_name = self.needs == Needs::Capital
            && self.folded.len() <= 5
            && self.folded.strip_suffix('s') == Some(word.folded);
        !cut_name
            && looking.stems(self.script).iter().any(|(language, stems)| {
                self.stems
                    .iter()
                    .any(|(known, stem)| known == language && *stem == stems.stem(word.surface))
            })
    }
}

/// How words of a text are looked at, by the language it is said to be in.
struct Looking {
    latin: Vec<(&'static str, &'static Stems)>,
    cyrillic: Vec<(&'static str, &'static Stems)>,
    other: Vec<(&'static str, &'static Stems)>,
    slavic_latin: bool,
}

impl Looking {
    fn in_language(language: Option<&str>) -> Looking {
        let stems = |script| {
            let tried = forms::tried(script, language).into_iter();
            tried
                .map(|language| (language, Stems::of(language)))
                .collect()
        };
        Looking {
            latin: stems(Script::Latin),
            cyrillic: stems(Script::Cyrillic),
            other: stems(Script::Other),
            slavic_latin: forms::declines_latin_the_slavic_way(language),
        }
    }

    fn stems(&self, script: Script) -> &[(&'static str, &'static Stems)] {
        match script {
            Script::Latin => &self.latin,
            Script::Cyrillic => &self.cyrillic,
            Script::Other => &self.other,
            Script::Number | Script::Mixed => &[],
        }
    }
}

/// An alias as written and, where it has umlauts, as the world's press writes it: Köln, Koln (Koeln
/// is the same word to `domain::text`).
fn spellings(alias: &str) -> Vec<String> {
    let bare: String = alias
        .chars()
        .map(|c| match c {
            'ä' => 'a',
            'ö' | 'ø' => 'o',
            'ü' => 'u',
            'Ä' => 'A',
            'Ö' | 'Ø' => 'O',
            'Ü' => 'U',
            _ => c,
        })
        .collect();
    match bare == alias {
        true => vec![bare],
        false => vec![alias.to_owned(), bare],
    }
}

/// The first two characters of every word to be found, as bits of a small table: most words of a text
/// are ruled out by one look at it.
#[derive(Clone, Debug, Default)]
struct Beginnings(Vec<u64>);

impl Beginnings {
    const BITS: u32 = 14;

    fn place(word: &str) -> (usize, u64) {
        let mut letters = word.chars().map(u64::from);
        let pair = (letters.next().unwrap_or(0) << 21) | letters.next().unwrap_or(0);
        let bit = pair.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - Self::BITS);
        ((bit >> 6) as usize, 1 << (bit & 63))
    }

    fn insert(&mut self, word: &str) {
        self.0.resize(1 << (Self::BITS - 6), 0);
        let (at, bit) = Self::place(word);
        self.0[at] |= bit;
    }

    fn may_begin(&self, word: &str) -> bool {
        let (at, bit) = Self::place(word);
        self.0.get(at).is_some_and(|bits| bits & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often an alias is found in a text.
    fn times(alias: &str, text: &str, language: Option<&str>) -> u32 {
        let topics = Topics::compile([("T", "t", [alias])]);
        topics
            .relate("", text, language)
            .first()
            .map_or(0, |relation| {
                relation
                    .why
                    .iter()
                    .map(|evidence| match evidence {
                        Evidence::Alias { times, .. } => *times,
                        _ => 0,
                    })
                    .sum()
            })
    }

    #[test]
    fn inflected_forms_are_found_whatever_the_language_is_said_to_be() {
        for language in [None, Some("de"), Some("ru"), Some("en-US"), Some("xx")] {
            assert_eq!(
                times(
                    "Kasachstan",
                    "die Arbeiter Kasachstans in Kasachstan",
                    language
                ),
                2
            );
            assert_eq!(
                times(
                    "Казахстан",
                    "в Казахстане, с Казахстаном, о Казахстане",
                    language
                ),
                3
            );
            assert_eq!(times("Астана", "в Астане, Астаны, Астаной", language), 3);
            assert_eq!(
                times("Gewerkschaft", "Die Gewerkschaften riefen auf", language),
                1
            );
            assert_eq!(
                times("забастовка", "Забастовки и о забастовках", language),
                2
            );
            assert_eq!(times("strike", "Strikes and striking", language), 2);
            assert_eq!(times("Rotes Kreuz", "des Roten Kreuzes", language), 1);
        }
        assert_eq!(
            times("Kazachstan", "protesty w Kazachstanie", Some("pl")),
            1
        );
        assert_eq!(times("Казахстан", "страйки у Казахстані", Some("uk")), 1);
        assert_eq!(times("huelga", "las huelgas", Some("es")), 1);
    }

    #[test]
    fn parts_of_words_are_not_found() {
        assert_eq!(times("Iran", "Iranistik, Tirana, Guirane", Some("de")), 0);
        assert_eq!(times("Иван", "Иванов, Ивановка, Диван", Some("ru")), 0);
        assert_eq!(times("Kasachstan", "Kasachstan-Konferenz", Some("de")), 1);
        assert_eq!(times("Mars", "Mar del Plata", Some("es")), 0);
    }

    #[test]
    fn an_alias_with_a_capital_matches_no_lower_case_word() {
        assert_eq!(times("Polen", "polen", None), 0);
        assert_eq!(times("Polen", "POLEN", None), 1);
        assert_eq!(times("US", "let us go; Us; the US", Some("en")), 1);
        assert_eq!(times("WHO", "Who said that? The WHO.", Some("en")), 1);
        assert_eq!(times("NATO", "die Nato und die NATO", Some("de")), 2);
        assert_eq!(times("streik", "Streik und streiken", Some("de")), 2);
        assert_eq!(times("Земля", "земля", Some("ru")), 0);
    }

    #[test]
    fn words_of_an_alias_stand_side_by_side() {
        assert_eq!(
            times("IG Metall", "die IG Metall, IG-Metall", Some("de")),
            2
        );
        assert_eq!(
            times("IG Metall", "die IG. Metall wird teurer", Some("de")),
            0
        );
        assert_eq!(
            times(
                "Европейский союз",
                "Европейского союза, Европейский большой союз",
                Some("ru")
            ),
            1
        );
        assert_eq!(times("Agenda 2030", "Agenda 2030, Agenda 2031", None), 1);
    }

    #[test]
    fn umlauts_are_found_however_they_are_typed() {
        assert_eq!(times("Köln", "Köln, Koeln, Koln", Some("de")), 3);
        assert_eq!(times("Häuser", "Haeuser", Some("de")), 1);
    }

    #[test]
    fn unspaced_scripts_are_searched_by_character() {
        assert_eq!(times("哈萨克斯坦", "今天哈萨克斯坦的罢工", Some("zh")), 1);
        assert_eq!(times("哈萨克斯坦", "哈萨克族", Some("zh")), 0);
    }

    #[test]
    fn each_alias_is_counted_and_the_topic_named_most_comes_first() {
        let topics = Topics::compile([
            ("Klima", "klima", vec!["Klima"]),
            (
                "Kasachstan",
                "kasachstan",
                vec!["Kasachstan", "Almaty", "Kasachstans"],
            ),
            ("Nichts", "nichts", vec!["+++", ""]),
        ]);
        let found = topics.relate(
            "Klima in Almaty",
            "Klima in Almaty. Kasachstan: Almaty.",
            Some("de"),
        );
        let shown: Vec<String> = found
            .iter()
            .flat_map(|relation| &relation.why)
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            shown,
            [
                "Kasachstan: Almaty, 2 ×",
                "Kasachstan: Kasachstan, 1 ×",
                "Kasachstan: Kasachstans, 1 ×",
                "Klima: Klima, 1 ×"
            ]
        );
    }

    #[test]
    fn no_topic_finds_nothing() {
        assert!(Topics::default().relate("a", "b", None).is_empty());
    }
}
