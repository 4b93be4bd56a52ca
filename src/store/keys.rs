//! What the keys of front matter mean (contract §3): typed, or refused with the line at fault.

use super::front::{Field, Node, Value};
use super::moment::{self, Dated};
use super::problem::{Problem, shown};
use super::slug;
use super::unknown_keys::unknown;
use crate::domain::Moment;
use crate::domain::entry::Person;
use crate::domain::statement::{Signatory, Status};
use chrono_tz::Tz;
use std::collections::HashMap;
use url::Url;

/// The keys that mean something, by the contract's names.
const KEYS: [&str; 19] = [
    "title",
    "date",
    "updated",
    "id",
    "slug",
    "language",
    "author",
    "publisher",
    "summary",
    "tags",
    "topics",
    "signatories",
    "original",
    "translation_of",
    "group",
    "publish_at",
    "status",
    "reason",
    "correction",
];

/// Front matter, typed. What is not written is None or empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Front {
    pub(super) title: Option<String>,
    pub(super) date: Option<Dated>,
    pub(super) updated: Option<Moment>,
    pub(super) id: Option<String>,
    pub(super) slug: Option<String>,
    pub(super) language: Option<String>,
    pub(super) authors: Vec<Person>,
    pub(super) publisher: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) topics: Vec<String>,
    pub(super) signatories: Vec<Signatory>,
    pub(super) original: Option<String>,
    pub(super) translation_of: Option<String>,
    pub(super) group: Option<String>,
    pub(super) publish_at: Option<Moment>,
    pub(super) status: Status,
    pub(super) reason: Option<String>,
    pub(super) correction: Option<String>,
    /// Keys that mean nothing here, with their values as text.
    pub(super) kept: Vec<(String, String)>,
    /// Line and column of each key that means something.
    pub(super) places: HashMap<&'static str, (usize, usize)>,
}

impl Front {
    /// Where a key stands; (1, 1) where it does not.
    pub(super) fn place(&self, key: &str) -> (usize, usize) {
        self.places.get(key).copied().unwrap_or((1, 1))
    }
}

/// Types the keys. The problems are all that are found, refusals and warnings.
pub(super) fn read(fields: &[Field], timezone: Tz) -> (Front, Vec<Problem>) {
    let mut front = Front::default();
    let mut problems = Vec::new();
    for field in fields {
        match KEYS.iter().find(|&&key| key == field.key) {
            Some(key) => {
                front.places.insert(key, (field.line, field.column));
                if let Err(problem) = take(&mut front, key, &field.node, timezone) {
                    problems.push(match problem.line {
                        Some(_) => problem,
                        None => problem.at(field.node.line, field.node.column),
                    });
                }
            }
            None => {
                problems.push(unknown(field, &KEYS).at(field.line, field.column));
                front.kept.push((field.key.clone(), field.node.written()));
            }
        }
    }
    (front, problems)
}

/// Reads the value of one key into `front`.
fn take(front: &mut Front, key: &str, node: &Node, timezone: Tz) -> Result<(), Problem> {
    match key {
        "title" => front.title = line(node, key)?,
        "date" => {
            front.date = match line(node, key)? {
                Some(text) => Some(date(&text, key, timezone)?),
                None => None,
            }
        }
        "updated" => {
            front.updated = match line(node, key)? {
                Some(text) => Some(date(&text, key, timezone)?.at),
                None => None,
            }
        }
        "id" => front.id = line(node, key)?.map(checked_id).transpose()?,
        "slug" => {
            front.slug = line(node, key)?
                .map(|slug| checked_slug(slug, key))
                .transpose()?
        }
        "language" => {
            front.language = line(node, key)?
                .as_deref()
                .map(checked_language)
                .transpose()?
        }
        "author" => front.authors = people(node)?,
        "publisher" => front.publisher = line(node, key)?,
        "summary" => front.summary = line(node, key)?,
        "tags" => front.tags = labels(node, key)?,
        "topics" => front.topics = labels(node, key)?,
        "signatories" => front.signatories = signatories(node)?,
        "original" => {
            front.original = line(node, key)?
                .map(|text| address(text, key))
                .transpose()?
        }
        "translation_of" => {
            front.translation_of = line(node, key)?
                .map(|slug| checked_slug(slug, key))
                .transpose()?;
        }
        "group" => front.group = line(node, key)?,
        "publish_at" => front.publish_at = Some(publish_at(node)?),
        "status" => front.status = status(node)?,
        "reason" => front.reason = line(node, key)?,
        "correction" => front.correction = line(node, key)?,
        _ => {}
    }
    Ok(())
}

/// The value as one line of text; None where there is none.
fn line(node: &Node, key: &str) -> Result<Option<String>, Problem> {
    match &node.value {
        Value::Nothing => Ok(None),
        Value::Text(text) => {
            let text: String = text
                .chars()
                .filter(|&c| !c.is_control() || c.is_whitespace())
                .collect();
            let folded = super::markdown::fold(&text);
            Ok((!folded.is_empty()).then_some(folded))
        }
        Value::List(_) | Value::Map(_) => Err(Problem::error(
            format!("`{key}` is one value, not a list"),
            "put it in \"quotes\" if it is text",
        )),
    }
}

fn date(text: &str, key: &str, timezone: Tz) -> Result<Dated, Problem> {
    moment::dated(text, timezone).ok_or_else(|| {
        Problem::error(
            format!("`{key}` can't be read as a date: “{}”", shown(text)),
            "write 2022-01-06 or 2022-01-06T14:30:00+01:00, or leave it out",
        )
    })
}

fn publish_at(node: &Node) -> Result<Moment, Problem> {
    let text = line(node, "publish_at")?.unwrap_or_default();
    moment::instant(&text).ok_or_else(|| {
        let what = if text.is_empty() {
            "`publish_at` has no value".to_owned()
        } else if moment::dated(&text, chrono_tz::UTC).is_some() {
            format!("`publish_at` has no time with offset: “{}”", shown(&text))
        } else {
            format!("`publish_at` can't be read: “{}”", shown(&text))
        };
        Problem::error(
            what,
            "write date, time and offset: 2026-12-01T10:00:00+01:00; nothing is published before it can be read",
        )
    })
}

fn status(node: &Node) -> Result<Status, Problem> {
    let text = line(node, "status")?.unwrap_or_default();
    match text.as_str() {
        "published" => Ok(Status::Published),
        "draft" => Ok(Status::Draft),
        "withdrawn" => Ok(Status::Withdrawn),
        _ => Err(Problem::error(
            format!("unknown `status`: “{}”", shown(&text)),
            "write published, draft or withdrawn",
        )),
    }
}

/// RFC 4287 §4.2.6: an Atom id is an absolute IRI.
fn checked_id(id: String) -> Result<String, Problem> {
    let scheme = id.split_once(':').filter(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    });
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c);
    if scheme.is_none() || id.contains(forbidden) || id.len() > 1024 {
        return Err(Problem::error(
            format!("`id` is no address: “{}”", shown(&id)),
            "write an address that is yours and stays (https://…, tag:example.org,2022:x, urn:uuid:…), or leave it out",
        ));
    }
    Ok(id)
}

fn checked_slug(text: String, key: &str) -> Result<String, Problem> {
    if slug::is_slug(&text) {
        return Ok(text);
    }
    let remedy = match slug::slugify(&text) {
        Some(slug) => format!("write {slug}"),
        None => "write lower-case letters, digits and hyphens".to_owned(),
    };
    Err(Problem::error(
        format!(
            "`{key}` can't stand in an address: “{}” (a-z, 0-9, hyphens; {} characters at most)",
            shown(&text),
            slug::MAX_LENGTH
        ),
        remedy,
    ))
}

/// BCP 47 by its shape.
fn checked_language(text: &str) -> Result<String, Problem> {
    let tag = text.replace('_', "-");
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let fits = (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        });
    if fits {
        Ok(tag)
    } else {
        Err(Problem::error(
            format!("`language` is no language tag: “{}”", shown(text)),
            "write de, en, ru, pt-BR …, or leave it out",
        ))
    }
}

/// An `http` or `https` address, as written.
fn address(text: String, key: &str) -> Result<String, Problem> {
    let good = Url::parse(&text)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if good {
        Ok(text)
    } else {
        Err(Problem::error(
            format!("`{key}` is no address: “{}”", shown(&text)),
            "write it whole, with https://",
        ))
    }
}

/// Each once, in order; of a text, what commas part.
fn labels(node: &Node, key: &str) -> Result<Vec<String>, Problem> {
    let mut labels: Vec<String> = Vec::new();
    let written = match &node.value {
        Value::Nothing => Vec::new(),
        Value::Text(text) => text.split(',').map(super::markdown::fold).collect(),
        Value::List(items) => items
            .iter()
            .map(|item| {
                line(item, key)
                    .map(Option::unwrap_or_default)
                    .map_err(|problem| problem.at(item.line, item.column))
            })
            .collect::<Result<_, _>>()?,
        Value::Map(_) => {
            return Err(Problem::error(
                format!("`{key}` is a list of words"),
                format!("write {key}: [one, two]"),
            ));
        }
    };
    for label in written {
        if !label.is_empty() && !labels.contains(&label) {
            labels.push(label);
        }
    }
    Ok(labels)
}

/// A list of nodes: of a single value, itself.
fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::Nothing => &[],
        Value::List(items) => items,
        Value::Text(_) | Value::Map(_) => std::slice::from_ref(node),
    }
}

fn people(node: &Node) -> Result<Vec<Person>, Problem> {
    let mut people = Vec::new();
    for item in items(node) {
        let mut person = Person::default();
        match &item.value {
            Value::Map(fields) => {
                for field in fields {
                    let value = line(&field.node, &field.key)?;
                    match field.key.as_str() {
                        "name" => person.name = value.unwrap_or_default(),
                        "email" => person.email = value,
                        "url" => person.url = value.map(|text| address(text, "url")).transpose()?,
                        other => return Err(no_such(other, "author", "name, email, url", field)),
                    }
                }
            }
            _ => {
                let text = line(item, "author")?.unwrap_or_default();
                // `Anna Beispiel <anna@example.org>`
                match text
                    .split_once('<')
                    .map(|(name, mail)| (name.trim(), mail.trim_end_matches('>')))
                {
                    Some((name, mail)) if mail.contains('@') => {
                        person.name = name.to_owned();
                        person.email = Some(mail.to_owned());
                    }
                    _ => person.name = text,
                }
            }
        }
        if !person.name.is_empty() {
            people.push(person);
        }
    }
    Ok(people)
}

fn signatories(node: &Node) -> Result<Vec<Signatory>, Problem> {
    let mut all = Vec::new();
    for item in items(node) {
        let mut one = Signatory::default();
        match &item.value {
            Value::Map(fields) => {
                for field in fields {
                    let value = line(&field.node, &field.key)?;
                    match field.key.as_str() {
                        "name" => one.name = value.unwrap_or_default(),
                        "url" => {
                            one.url = value.map(|text| address(text, "url")).transpose().map_err(
                                |problem| problem.at(field.node.line, field.node.column),
                            )?;
                        }
                        "source" => one.source = value,
                        other => {
                            return Err(no_such(other, "signatories", "name, url, source", field));
                        }
                    }
                }
            }
            _ => one.name = line(item, "signatories")?.unwrap_or_default(),
        }
        if one.name.is_empty() {
            return Err(
                Problem::error("a signatory without a name", "write its name")
                    .at(item.line, item.column),
            );
        }
        all.push(one);
    }
    Ok(all)
}

fn no_such(key: &str, of: &str, known: &str, field: &Field) -> Problem {
    Problem::error(
        format!("`{of}` knows no key `{}`", shown(key)),
        format!("it knows {known}; put a name with a colon in \"quotes\""),
    )
    .at(field.line, field.column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::front;

    fn read_yaml(yaml: &str) -> (Front, Vec<Problem>) {
        let text = format!("---\n{yaml}\n---\nText.\n");
        let parts = front::split(&text).unwrap();
        read(&parts.fields.unwrap(), chrono_tz::Europe::Berlin)
    }

    fn refused(yaml: &str) -> bool {
        read_yaml(yaml).1.iter().any(Problem::refuses)
    }

    #[test]
    fn every_key_is_typed() {
        let (front, problems) = read_yaml(
            "title: Kasachstan: Streik\ndate: 2022-01-06\nupdated: 2022-01-07T10:00:00+01:00\nid: tag:example.org,2022:x\nslug: x\nlanguage: de\nauthor:\n  - Anna\n  - {name: Ben, email: ben@example.org}\npublisher: Verein\nsummary: >\n  Eins\n  zwei.\ntags: [a, b, a]\ntopics: Kasachstan, Hafen\nsignatories:\n  - Gruppe Nord\n  - name: Gruppe: Süd\n    url: https://sued.example/\n    source: sued\noriginal: https://a.example/\ntranslation_of: y\ngroup: g\npublish_at: 2022-01-06T10:00+01:00\nstatus: published\nreason: keiner",
        );
        assert_eq!(problems, []);
        assert_eq!(front.title.as_deref(), Some("Kasachstan: Streik"));
        assert_eq!(front.authors.len(), 2);
        assert_eq!(front.summary.as_deref(), Some("Eins zwei."));
        assert_eq!(front.tags, ["a", "b"]);
        assert_eq!(front.topics, ["Kasachstan", "Hafen"]);
        assert_eq!(front.signatories[1].name, "Gruppe: Süd");
        assert_eq!(front.signatories[1].source.as_deref(), Some("sued"));
        assert!(front.publish_at.is_some());
    }

    #[test]
    fn toml_is_read_alike() {
        let text = "+++\ntitle = \"T\"\ndate = 2022-01-06\npublish_at = 2022-01-06T10:00:00+01:00\nsignatories = [{name = \"A\"}, {name = \"B\", url = \"https://b.example/\"}]\n[extra]\nx = 1\n+++\nText.\n";
        let parts = front::split(text).unwrap();
        let (front, problems) = read(&parts.fields.unwrap(), chrono_tz::Europe::Berlin);
        assert_eq!(front.signatories.len(), 2);
        assert_eq!(
            front.publish_at.unwrap().to_rfc3339(),
            "2022-01-06T09:00:00+00:00"
        );
        assert_eq!(front.date.unwrap().day.to_string(), "2022-01-06");
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!((problems[0].line, problems[0].refuses()), (Some(6), false));
    }

    #[test]
    fn misspelt_embargo_status_or_date_refuses_the_file() {
        for key in [
            "embargo",
            "embrago",
            "Embargo",
            "embargoed_until",
            "publish-at",
            "publishAt",
            "PUBLISH_AT",
            "publsh_at",
            "pubish_at",
            "publish_ta",
            "puplish_at",
            "publish at",
            "publish_date",
            "publishDate",
            "published_at",
            "release_at",
            "relase_at",
            "release_date",
            "Sperrfrist",
            "эмбарго",
            "staus",
            "statsu",
            "Status",
            "sttaus",
            "stat",
            "dat",
            "dtae",
            "datte",
            "Date",
            "daet",
            "Datum",
            "dаte",
        ] {
            let (_, problems) = read_yaml(&format!("{key}: 2099-01-01T10:00:00+01:00"));
            assert!(problems.iter().any(Problem::refuses), "{key}");
            assert_eq!(problems[0].line, Some(2));
        }
        for yaml in [
            "draft: true",
            "published: false",
            "state: draft",
            "meta:\n  publish_at: 2099-01-01",
            "hidden: yes",
        ] {
            assert!(refused(yaml), "{yaml}");
        }
    }

    #[test]
    fn key_of_another_program_is_kept_with_a_warning() {
        for yaml in [
            "layout: post",
            "name: x",
            "data: y",
            "state: Bayern",
            "draft: false",
            "published: true",
            "image: a.png",
            "keywords: a",
            "subtitle: b",
            "weight: 3",
            "category: c",
            "rating: 5",
            "update: x",
            "authors: A",
            "event_date: 2099-01-01",
            "lead: x",
            "tag: x",
            "permalink: /x",
            "version: 2",
            "place: Berlin",
            "kicker: x",
            "static: 1",
        ] {
            let (front, problems) = read_yaml(yaml);
            assert!(
                !problems.iter().any(Problem::refuses),
                "{yaml}: {problems:?}"
            );
            assert_eq!(problems.len(), 1, "{yaml}");
            assert_eq!(front.kept.len(), 1);
        }
    }

    #[test]
    fn unreadable_values_are_refused_with_their_line() {
        for yaml in [
            "publish_at: 2099-01-01 10:00",
            "publish_at: 2099-01-01",
            "publish_at:",
            "publish_at: bald",
            "publish_at: [1]",
            "status: Draft",
            "status: offline",
            "status:",
            "date: 2022-02-30",
            "date: gestern",
            "updated: x",
            "slug: a b",
            "slug: ../x",
            "id: 17",
            "id: a b:c",
            "language: Deutsch",
            "original: javascript:alert(1)",
            "original: example.org",
            "signatories:\n  - url: https://x.example/",
            "correction: [a, b]",
            "title: [a]",
            "translation_of: A B",
        ] {
            let (_, problems) = read_yaml(yaml);
            assert!(problems.iter().any(Problem::refuses), "{yaml}");
            assert!(
                problems
                    .iter()
                    .all(|p| p.line.is_some_and(|l| l >= 2) && !p.remedy.is_empty()),
                "{yaml}"
            );
        }
    }

    #[test]
    fn front_matter_that_is_not_closed_is_refused() {
        let problem = front::split("---\ntitle: x\n\nText").unwrap_err();
        assert_eq!(problem.line, Some(1));
        assert!(
            front::split("\n\n---\ntitle: x\n---\nText")
                .unwrap()
                .fields
                .is_some()
        );
        assert!(front::split("Text\n---\n").unwrap().fields.is_none());
    }
}
