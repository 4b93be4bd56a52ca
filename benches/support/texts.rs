//! Texts of real shape, as many as wanted, the same in every run: 100 to 600 words of German, English or
//! Russian, as frequent as words are, in the frames of publishers; some are published again, some only
//! look like another.
//!
//! The evaluation of likeness writes the texts that begin some of them, the frames, and the ways to
//! publish again (`tests/likeness`).

use crate::bases::{self, Base, HELD, ISSUER, Publisher, TUNING};
use crate::chance::Chance;
use crate::republish::{Case, ONE};
use presswire::domain::likeness::Text;
use presswire::domain::source::SourceNumber;

/// One text in so many is another one's, published again.
const AGAIN: u64 = 5;

/// One text in so many begins with a text of the evaluation.
const WRITTEN: u64 = 40;

/// What texts are made of.
pub(crate) struct Texts {
    bases: Vec<Base>,
    vocabularies: [Vocabulary; 3],
}

/// The words of one language.
struct Vocabulary {
    language: &'static str,
    /// Frequent ones first.
    frequent: Vec<&'static str>,
    /// Words of the evaluation's texts: names, compounds, inflected forms.
    rare: Vec<String>,
}

impl Texts {
    pub(crate) fn new() -> Texts {
        let bases = bases::all();
        let lists = [
            (
                "de",
                include_str!("../../src/domain/relation/data/words-de.txt"),
            ),
            (
                "en",
                include_str!("../../src/domain/relation/data/words-en.txt"),
            ),
            (
                "ru",
                include_str!("../../src/domain/relation/data/words-ru.txt"),
            ),
        ];
        let vocabularies = lists.map(|(language, list)| {
            let lines = list.lines().filter_map(|line| line.split_once('\t'));
            let rare = bases.iter().filter(|base| base.language == language);
            let rare = rare
                .flat_map(|base| base.paragraphs.iter())
                .flat_map(|it| it.split(' '));
            Vocabulary {
                language,
                frequent: lines.flat_map(|(_, forms)| forms.split(' ')).collect(),
                rare: rare
                    .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
                    .filter(|word| word.chars().count() > 5)
                    .collect(),
            }
        });
        Texts {
            bases,
            vocabularies,
        }
    }

    /// The text with this number, as it arrives at `source`.
    pub(crate) fn arrival(&self, n: u64, source: u64) -> Text {
        let publisher = Publisher {
            number: i64::try_from(source).unwrap() + 1,
            ..publisher(source)
        };
        let mut chance = Chance::of(n + 1);
        let mut text = match n % AGAIN {
            0 if n > 0 => {
                // Of one of the last thousand.
                let first = n - 1 - chance.below(usize::try_from(n.min(1000)).unwrap()) as u64;
                self.again(first, publisher, &mut chance)
            }
            _ => self.first(n, publisher),
        };
        let at = crate::support::moment(n);
        (text.published, text.first_seen) = (Some(at), at);
        text.source = Some(SourceNumber(publisher.number));
        text
    }

    /// The text with this number, whoever publishes it first.
    fn first(&self, n: u64, publisher: Publisher) -> Text {
        let base = self.base(n);
        publisher.text(&base, &base.html())
    }

    /// A text published again, in one of the ways of the evaluation.
    fn again(&self, n: u64, publisher: Publisher, chance: &mut Chance) -> Text {
        let (base, other) = (self.base(n), self.base(n + 3));
        let case = Case {
            base: &base,
            publisher,
            other: &other,
        };
        let (_, make) = ONE[chance.below(ONE.len())];
        let made =
            make(&case, chance).filter(|(_, again)| again.source == Some(publisher.source()));
        made.map_or_else(|| publisher.text(&base, &base.html()), |(_, again)| again)
    }

    /// What is said under this number.
    pub(crate) fn base(&self, n: u64) -> Base {
        let vocabulary = &self.vocabularies[(n % 3) as usize];
        let mut chance = Chance::of(n.wrapping_mul(77_777) + 5);
        let mut paragraphs = Vec::new();
        let mut title = vocabulary.line(&mut chance, 5, 10);
        let alike: Vec<&Base> = self
            .bases
            .iter()
            .filter(|base| base.language == vocabulary.language)
            .collect();
        if n.is_multiple_of(WRITTEN) {
            let written = alike[chance.below(alike.len())];
            title = format!("{} {title}", written.title);
            paragraphs.extend(written.paragraphs.clone());
        }
        let wanted = 100 + chance.below(250) + chance.below(250);
        let mut words = 0;
        while words < wanted {
            let count = 30 + chance.below(60);
            paragraphs.push(vocabulary.paragraph(&mut chance, count));
            words += count;
        }
        Base {
            index: usize::try_from(n).unwrap(),
            language: vocabulary.language,
            title,
            paragraphs,
        }
    }
}

impl Vocabulary {
    fn paragraph(&self, chance: &mut Chance, words: usize) -> String {
        let mut paragraph = String::new();
        let mut left = words;
        while left > 0 {
            let count = (7 + chance.below(15)).min(left);
            paragraph.push_str(&self.line(chance, count, count + 1));
            paragraph.push_str(if left == count { "." } else { ". " });
            left -= count;
        }
        paragraph
    }

    /// So many words, the first with a capital.
    fn line(&self, chance: &mut Chance, least: usize, below: usize) -> String {
        let mut line = String::new();
        for at in 0..least + chance.below(below - least) {
            if at > 0 {
                line.push_str(if chance.below(14) == 0 { ", " } else { " " });
            }
            let start = line.len();
            self.push(&mut line, chance);
            if at == 0 {
                let first: String = line[start..]
                    .chars()
                    .take(1)
                    .flat_map(char::to_uppercase)
                    .collect();
                let end = start + line[start..].chars().next().map_or(0, char::len_utf8);
                line.replace_range(start..end, &first);
            }
        }
        line
    }

    /// One word: four in five are frequent, low ranks more often; one in fifty is a number.
    fn push(&self, line: &mut String, chance: &mut Chance) {
        match chance.below(50) {
            0 => line.push_str(&(2 + chance.below(9_000)).to_string()),
            1..40 => {
                // The product of three: as Zipf has it, near enough.
                let share =
                    chance.below(1000) * chance.below(1000) / 1000 * chance.below(1000) / 1000;
                line.push_str(self.frequent[share * self.frequent.len() / 1000]);
            }
            40..45 => line.push_str(&self.rare[chance.below(self.rare.len())]),
            // Words that no list holds, as compounds and names are: no two texts share many.
            _ => {
                let word = &self.rare[chance.below(self.rare.len())];
                line.extend(word.chars().take(3 + chance.below(4)));
                line.push_str(&self.rare[chance.below(self.rare.len())].to_lowercase());
            }
        }
    }
}

/// The frame of a source's texts.
fn publisher(source: u64) -> Publisher {
    let all = [&TUNING[..], &HELD[..], &[ISSUER]].concat();
    all[(source % all.len() as u64) as usize]
}
