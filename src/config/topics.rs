//! `[[topic]]`, and the slugs that topics, labels and source ids are made of.

use super::keys::TOPIC;
use super::model::Topic;
use super::section::Section;
use super::text::{Reading, Refusal};
use super::values::{self, Parsed};
use std::collections::HashMap;
use std::ops::Range;
use toml::de::DeTable;

/// Longest slug of a topic.
const SLUG_LENGTH: usize = 80;

/// Every `[[topic]]`, in the file's order; slugs are unique.
pub(super) fn topics(root: &DeTable<'_>, reading: &mut Reading<'_>) -> Vec<Topic> {
    let mut topics = Vec::new();
    let mut seen: HashMap<String, Range<usize>> = HashMap::new();
    for section in Section::many(root, &TOPIC, reading) {
        let Some((name, slug)) =
            section.read("name", reading, |value| label(&values::text(value)?))
        else {
            continue;
        };
        let at = section.found("name").map_or(0..0, |found| found.span());
        if let Some(other) = seen.get(&slug) {
            let line = reading.line_of(other.start);
            let refusal = Refusal::new(
                format!("two topics have the slug `{slug}`: this one and that on line {line}"),
                "rename one, or put all its words into one `match`",
            );
            reading.refuse_both((at, ""), (other.clone(), "the other"), refusal);
            continue;
        }
        seen.insert(slug.clone(), at);
        topics.push(Topic {
            aliases: aliases(&section, &name, reading),
            name,
            slug,
        });
    }
    topics
}

/// The words of `match`, each once; the name where it is missing.
fn aliases(section: &Section<'_, '_>, name: &str, reading: &mut Reading<'_>) -> Vec<String> {
    let Some(found) = section.found("match") else {
        return vec![name.to_owned()];
    };
    let words = section.list("match", reading, |word| {
        match word.chars().any(char::is_alphanumeric) {
            true => Ok(word.trim().to_owned()),
            false => Err(Refusal::new(
                format!("{} is no word", values::shown(word)),
                "write words: [\"Kasachstan\"]",
            )),
        }
    });
    if found
        .get_ref()
        .as_array()
        .is_some_and(|list| list.is_empty())
    {
        reading.refuse(
            found.span(),
            Refusal::new(
                "this topic matches nothing",
                "write its words, or leave `match` out: then its name is the word",
            ),
        );
    }
    let mut aliases: Vec<String> = Vec::with_capacity(words.len());
    for (_, word) in words {
        if !aliases.contains(&word) {
            aliases.push(word);
        }
    }
    aliases
}

/// A label and its slug.
pub(super) fn label(name: &str) -> Parsed<(String, String)> {
    let name = name.trim();
    let slug = slug(name, SLUG_LENGTH);
    match slug.is_empty() {
        false => Ok((name.to_owned(), slug)),
        true => Err(Refusal::new(
            format!(
                "{} has no letter or digit to make an address of",
                values::shown(name)
            ),
            "write a name with letters",
        )),
    }
}

/// The lower-case ASCII of `text`: letters and digits transliterated, whatever else a single `-`,
/// none at the ends; at most `length` characters, cut between words where there is a place.
pub(super) fn slug(text: &str, length: usize) -> String {
    let mut slug = String::new();
    for c in any_ascii::any_ascii(text).chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => slug.push(c),
            '\'' => {}
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    if slug.len() > length {
        let cut = match slug[..=length].rfind('-') {
            Some(at) if at > length / 2 => at,
            _ => length,
        };
        slug.truncate(cut);
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_script_become_lower_case_ascii() {
        assert_eq!(slug("Kasachstan", 80), "kasachstan");
        assert_eq!(slug("Häfen & Schiffe", 80), "hafen-schiffe");
        assert_eq!(slug("Казахстан", 80), "kazakhstan");
        assert_eq!(slug("  –– ", 80), "");
        assert_eq!(slug("a-long-name", 8), "a-long");
    }
}
