//! What sort of thing a text speaks of: courts, wages, floods, sports (`data/themes.txt`).
//!
//! A text that names our firm or town may speak of our matter in words of its own, or of another matter:
//! themes tell one from the other where no word is shared.

use super::meanings::{self, Says};
use std::sync::OnceLock;

const THEMES: &str = include_str!("data/themes.txt");

/// Themes in the table.
const COUNT: usize = 15;

/// A concept counts twice where the title has it.
const IN_TITLE: f32 = 2.0;

/// So many concepts of no everyday theme are taken for granted: one word of a teaser decides little.
const TAKEN_FOR_GRANTED: f32 = 2.0;

/// How much of a text each theme takes, by its concepts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Themes {
    of: [f32; COUNT],
    norm: f32,
}

impl Themes {
    /// Of the concepts of a text, each once, and whether its title has it.
    pub(super) fn of(concepts: impl Iterator<Item = (u16, bool)>) -> Themes {
        let mut themes = Themes::default();
        for (concept, titled) in concepts {
            if meanings::says(concept) == Says::Nothing {
                continue;
            }
            let mask = table().of.get(usize::from(concept)).copied();
            let part = if titled { IN_TITLE } else { 1.0 };
            for theme in each(mask.unwrap_or_default()) {
                themes.of[theme] += part;
            }
        }
        themes.norm = themes.of.iter().map(|part| part * part).sum::<f32>().sqrt();
        themes
    }

    /// How alike two texts are by their themes, in \[0, 1\].
    pub(super) fn alike(&self, other: &Themes) -> f32 {
        let product: f32 = (self.of.iter().zip(&other.of))
            .map(|(one, other)| one * other)
            .sum();
        match self.norm * other.norm {
            norm if norm > 0.0 => product / norm,
            _ => 0.0,
        }
    }

    /// Which share of this text is everyday business that `ours` does not speak of, in \[0, 1\].
    pub(super) fn everyday_beside(&self, ours: &Themes) -> f32 {
        let everyday = each(table().everyday).map(|theme| self.of[theme] / (1.0 + ours.of[theme]));
        everyday.sum::<f32>() / (self.of.iter().sum::<f32>() + TAKEN_FOR_GRANTED)
    }
}

/// The table, as bits of themes.
struct Table {
    /// Of each concept, by its line.
    of: Vec<u32>,
    everyday: u32,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let names: Vec<&str> = meanings::concepts().collect();
        let mut table = Table {
            of: vec![0; names.len()],
            everyday: 0,
        };
        for (theme, (name, concepts)) in themes().enumerate() {
            if name.ends_with(" (everyday)") {
                table.everyday |= 1 << theme;
            }
            for concept in concepts.split(' ') {
                let number = names.iter().position(|name| *name == concept);
                if let Some(mask) = number.and_then(|number| table.of.get_mut(number)) {
                    *mask |= 1 << theme;
                }
            }
        }
        table
    })
}

fn themes() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = THEMES.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" | ")).take(COUNT)
}

fn each(mask: u32) -> impl Iterator<Item = usize> {
    (0..COUNT).filter(move |theme| mask & 1 << theme != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(concepts: &[&str]) -> Themes {
        let number = |wanted: &str| meanings::concepts().position(|name| name == wanted);
        Themes::of(
            concepts
                .iter()
                .map(|name| (number(name).unwrap() as u16, false)),
        )
    }

    #[test]
    fn every_concept_of_the_table_is_one_and_every_theme_is_read() {
        let names: Vec<&str> = meanings::concepts().collect();
        assert_eq!(
            THEMES.lines().filter(|line| !line.starts_with('#')).count(),
            COUNT
        );
        for (theme, concepts) in themes() {
            for concept in concepts.split(' ') {
                assert!(names.contains(&concept), "{theme}: {concept}");
            }
        }
    }

    #[test]
    fn a_sentence_is_nearer_to_an_arrest_than_to_a_race() {
        let ours = of(&["arrest", "lawyer", "torture"]);
        assert!(of(&["sentence"]).alike(&ours) > 0.9);
        assert_eq!(of(&["sport"]).alike(&ours), 0.0);
        assert_eq!(of(&[]).alike(&ours), 0.0);
    }

    #[test]
    fn everyday_business_counts_unless_ours_speaks_of_it() {
        let race = of(&["sport", "victory"]);
        assert!(race.everyday_beside(&of(&["strike"])) >= 0.5);
        assert!(race.everyday_beside(&of(&["sport", "victory"])) < 0.2);
        assert_eq!(of(&["strike"]).everyday_beside(&of(&["rent"])), 0.0);
    }
}
