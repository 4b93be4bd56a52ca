//! Names of people as feeds write them: "mail (name)", `name <mail>`, or one of the two.

use super::plain::plain_text;
use crate::domain::entry::Person;

/// One person; None where nothing is left.
pub(super) fn parse(text: &str) -> Option<Person> {
    let text = plain_text_but_addresses(text);
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let (name, email) = match split_address(text) {
        Some((before, address, after)) => {
            let name = [before, after]
                .into_iter()
                .map(trim_name)
                .find(|name| !name.is_empty());
            (name.map(str::to_owned), Some(address.to_owned()))
        }
        None => (Some(trim_name(text).to_owned()), None),
    };
    let name = name
        .filter(|name| !name.is_empty())
        .or_else(|| email.clone())?;
    Some(Person {
        name,
        email,
        url: None,
    })
}

/// Adds a person unless the name is already there.
pub(super) fn add(people: &mut Vec<Person>, person: Person) {
    match people.iter_mut().find(|known| known.name == person.name) {
        Some(known) => {
            known.email = known.email.take().or(person.email);
            known.url = known.url.take().or(person.url);
        }
        None => people.push(person),
    }
}

/// `Jo <jo@example.org>` looks like a tag; an address in angle brackets stays.
fn plain_text_but_addresses(text: &str) -> String {
    plain_text(text)
}

fn trim_name(name: &str) -> &str {
    name.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '"' | ',' | ';')
    })
    .trim_start_matches("mailto:")
}

/// (before, address, after) of the first mail address in `text`.
fn split_address(text: &str) -> Option<(&str, &str, &str)> {
    let at = text.find('@')?;
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '%');
    let start = text[..at].rfind(|c| !is_part(c)).map_or(0, |end| {
        end + text[end..].chars().next().map_or(1, char::len_utf8)
    });
    let end = text[at + 1..]
        .find(|c| !is_part(c))
        .map_or(text.len(), |end| at + 1 + end);
    let address = text[start..end].trim_end_matches('.');
    let whole =
        start < at && address.len() > at + 1 - start && address[at + 1 - start..].contains('.');
    let before = text[..start].trim_end().trim_end_matches("mailto:");
    whole.then(|| (before, address, &text[end..]))
}
