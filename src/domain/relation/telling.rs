//! The words that say most of what a text is about: what an operator might make a topic of.

use super::reading::{Reading, Text};
use super::scan::Scan;
use super::terms::{Kind, Terms};

/// The names and rare words of a text as they stand in it, strongest first, at most `limit`; empty for
/// a language without word list.
///
/// ```
/// use presswire::domain::relation::{Text, telling};
///
/// let text = "Die Ölarbeiter von Schanaosen streiken seit gestern. In Schanaosen gilt Ausnahmezustand.";
/// let text = Text { title: "Streik in Schanaosen", text, language: Some("de"), links: &[] };
/// assert_eq!(telling(&text, 1), ["Schanaosen"]);
/// ```
pub fn telling(text: &Text<'_>, limit: usize) -> Vec<String> {
    let reading = Reading::of(Scan::of(text.title, text.text), text.language);
    let mut terms = Terms::of(&reading, &Default::default()).list;
    terms.retain(|term| matches!(term.kind, Kind::Name | Kind::Word));
    terms.sort_by(|one, other| other.a.total_cmp(&one.a).then(one.at.cmp(&other.at)));
    let strongest = terms.iter().take(limit);
    strongest
        .filter_map(|term| Some(reading.scan.word(term.at as usize)?.surface.to_owned()))
        .collect()
}
