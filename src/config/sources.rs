//! `[[source]]`: each one read, then all of them held against each other (ids, addresses).

use super::environment::Environment;
use super::keys::SOURCE;
use super::model::{Keep, Poll, Republish, Source};
use super::section::Section;
use super::sections::{choices, rhythm};
use super::text::{Reading, Refusal};
use super::topics::{label, slug};
use super::values::{self, Parsed, wrong_kind};
use crate::domain::source::Address;
use http::HeaderName;
use regex::Regex;
use secrecy::SecretString;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Longest id.
const ID_LENGTH: usize = 64;

/// Headers that are the poller's own.
const OURS: [&str; 14] = [
    "a-im",
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// A source and where its id and address stand.
struct Read {
    source: Source,
    id_at: Option<Range<usize>>,
    url_at: Range<usize>,
}

/// Every `[[source]]`, in the file's order; ids and canonical addresses are unique.
pub(super) fn sources(
    root: &DeTable<'_>,
    poll: &Poll,
    env: &Environment<'_>,
    reading: &mut Reading<'_>,
) -> Vec<Source> {
    let mut patterns = HashMap::new();
    let mut sources: Vec<Read> = Section::many(root, &SOURCE, reading)
        .iter()
        .filter_map(|section| source(section, poll, env, &mut patterns, reading))
        .collect();
    refuse_twice(&sources, reading);
    make_ids(&mut sources);
    sources.into_iter().map(|read| read.source).collect()
}

fn source(
    section: &Section<'_, '_>,
    poll: &Poll,
    env: &Environment<'_>,
    patterns: &mut HashMap<String, Regex>,
    reading: &mut Reading<'_>,
) -> Option<Read> {
    let id = section.read("id", reading, id);
    let name = section.read("name", reading, values::text);
    let rhythm = rhythm(section, poll.min_every, reading);
    let matches = self::patterns(section, "match", patterns, reading);
    let block = self::patterns(section, "block", patterns, reading);
    let own = section
        .read("allow_private_networks", reading, values::flag)
        .unwrap_or(false);
    let allow_private_networks = own || poll.allow_private_networks;
    let keep = match choice(section, "keep", reading) {
        Some("all") => Keep::All,
        _ => Keep::Related,
    };
    let republish = match choice(section, "republish", reading) {
        Some("excerpt") => Republish::Excerpt,
        Some("title") => Republish::Title,
        _ => Republish::Full,
    };
    let topics = labels(section, reading);
    let language = section.read("language", reading, values::language);
    let headers = headers(section, env, reading);
    let enabled = section
        .read("enabled", reading, values::flag)
        .unwrap_or(true);
    let url = section.read("url", reading, values::address)?;
    let url_at = section.found("url")?.span();
    if enabled && !allow_private_networks && values::is_private(&url) {
        let refusal = Refusal::new(
            "this address is a private one, and will not be asked",
            "set allow_private_networks = true below this [[source]] if it is yours",
        );
        reading.warn(url_at.clone(), refusal);
    }
    Some(Read {
        id_at: id
            .as_ref()
            .and(section.found("id"))
            .map(|found| found.span()),
        url_at,
        source: Source {
            id_given: id.is_some(),
            id: id.unwrap_or_default(),
            url,
            name,
            keep,
            rhythm,
            matches,
            block,
            topics,
            language,
            republish,
            headers,
            allow_private_networks,
            enabled,
        },
    })
}

fn id(value: &DeValue<'_>) -> Parsed<String> {
    let given = values::text(value)?;
    let fits = given.len() <= ID_LENGTH
        && given
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    match fits {
        true => Ok(given),
        false => {
            let remedy = match slug(&given, ID_LENGTH) {
                slug if slug.is_empty() => "write \"example\"".to_owned(),
                slug => format!("write \"{slug}\""),
            };
            Err(Refusal::new(
                format!(
                    "{} is no id: 1 to {ID_LENGTH} of a-z, 0-9 and -",
                    values::shown(&given)
                ),
                remedy,
            ))
        }
    }
}

fn choice(
    section: &Section<'_, '_>,
    key: &'static str,
    reading: &mut Reading<'_>,
) -> Option<&'static str> {
    let words = choices(&SOURCE, key);
    section.read(key, reading, |value| {
        let given = values::string(value)?;
        words
            .iter()
            .find(|word| **word == given)
            .copied()
            .ok_or_else(|| {
                let all: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                let remedy = match super::keys::meant(given, words.iter().copied()) {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None => format!("write {}", all.join(" or ")),
                };
                Refusal::new(
                    format!("{} is not one of {}", values::shown(given), all.join(", ")),
                    remedy,
                )
            })
    })
}

/// Compiled once per text: thousands of sources often share one list.
fn patterns(
    section: &Section<'_, '_>,
    key: &str,
    known: &mut HashMap<String, Regex>,
    reading: &mut Reading<'_>,
) -> Vec<Regex> {
    let list = section.list(key, reading, |source| Ok(source.to_owned()));
    let mut compiled = Vec::with_capacity(list.len());
    for (at, source) in list {
        if let Some(regex) = known.get(&source) {
            compiled.push(regex.clone());
            continue;
        }
        match values::pattern(&source) {
            Ok(regex) => {
                known.insert(source, regex.clone());
                compiled.push(regex);
            }
            Err(refusal) => reading.refuse(at, refusal.about(key)),
        }
    }
    compiled
}

/// Labels as (slug, name), each slug once.
fn labels(section: &Section<'_, '_>, reading: &mut Reading<'_>) -> Vec<(String, String)> {
    let mut labels: Vec<(String, String)> = Vec::new();
    for (_, (name, slug)) in section.list("topics", reading, label) {
        if labels.iter().all(|(known, _)| *known != slug) {
            labels.push((slug, name));
        }
    }
    labels
}

fn headers(
    section: &Section<'_, '_>,
    env: &Environment<'_>,
    reading: &mut Reading<'_>,
) -> Vec<(HeaderName, SecretString)> {
    let Some(found) = section.found("headers") else {
        return Vec::new();
    };
    let DeValue::Table(table) = found.get_ref() else {
        reading.refuse(
            found.span(),
            wrong_kind(
                found.get_ref(),
                "a table",
                "write headers = { Authorization = \"env:EXAMPLE_TOKEN\" }",
            ),
        );
        return Vec::new();
    };
    let mut headers = Vec::with_capacity(table.len());
    for (key, value) in table {
        let name: &str = key.get_ref();
        match header_name(name) {
            Err(refusal) => reading.refuse(key.span(), refusal),
            Ok(name) => match header_value(value.get_ref(), env) {
                Err(refusal) => reading.refuse(value.span(), refusal.about(name.as_str())),
                Ok(value) => headers.push((name, value)),
            },
        }
    }
    headers
}

fn header_name(name: &str) -> Parsed<HeaderName> {
    let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
        Refusal::new(
            format!("{} is no name of a header", values::shown(name)),
            "letters, digits and - only",
        )
    })?;
    match OURS.contains(&parsed.as_str()) {
        false => Ok(parsed),
        true => Err(Refusal::new(
            format!("the header {} is the poller's own", values::shown(name)),
            "leave it out; `contact` of [poll] goes into the User-Agent",
        )),
    }
}

/// The value, or what the environment holds for `env:NAME`; never quoted in a refusal.
fn header_value(value: &DeValue<'_>, env: &Environment<'_>) -> Parsed<SecretString> {
    let given = values::string(value)?;
    let held = match given.strip_prefix("env:") {
        None => given.to_owned(),
        Some(name) => env.value(name.trim())?.ok_or_else(|| {
            let name = values::shown_bare(name.trim());
            Refusal::new(
                format!("the environment has no {name}"),
                format!("set {name}, or {name}_FILE to a file that holds the value"),
            )
        })?,
    };
    match http::HeaderValue::from_str(&held) {
        Ok(_) => Ok(SecretString::from(held)),
        Err(_) => Err(Refusal::new(
            "this value holds characters that a header can't carry",
            "it must be one line without control characters",
        )),
    }
}

/// Two sources of one id or one canonical address.
fn refuse_twice(sources: &[Read], reading: &mut Reading<'_>) {
    let mut ids: HashMap<&str, &Range<usize>> = HashMap::new();
    let mut addresses: HashMap<Address, &Read> = HashMap::new();
    for read in sources {
        if let Some(at) = &read.id_at {
            match ids.get(read.source.id.as_str()) {
                None => {
                    ids.insert(&read.source.id, at);
                }
                Some(other) => {
                    let line = reading.line_of(other.start);
                    let message = format!(
                        "two sources have the id `{}`: this one and that on line {line}",
                        read.source.id
                    );
                    let refusal = Refusal::new(message, "give one another id");
                    reading.refuse_both((at.clone(), ""), ((*other).clone(), "the other"), refusal);
                }
            }
        }
        let address = Address::of(&read.source.url);
        match addresses.get(&address) {
            None => {
                addresses.insert(address, read);
            }
            Some(other) => {
                let line = reading.line_of(other.url_at.start);
                let refusal = Refusal::new(
                    format!("two sources have the same address: this one and that on line {line}"),
                    "remove one; http and https, and upper and lower case of the host, make no difference",
                );
                reading.refuse_both(
                    (read.url_at.clone(), ""),
                    (other.url_at.clone(), "the other"),
                    refusal,
                );
            }
        }
    }
}

/// Ids for sources without one: from the name, else the host; with a number where it is taken.
fn make_ids(sources: &mut [Read]) {
    let mut taken: HashSet<String> = sources.iter().map(|read| read.source.id.clone()).collect();
    let mut next: HashMap<String, usize> = HashMap::new();
    for read in sources.iter_mut().filter(|read| !read.source.id_given) {
        let source = &mut read.source;
        let from_name = source
            .name
            .as_deref()
            .map(|name| slug(name, ID_LENGTH))
            .unwrap_or_default();
        let host = source.url.host_str().unwrap_or_default();
        let from_host = slug(host.strip_prefix("www.").unwrap_or(host), ID_LENGTH);
        let base = [from_name, from_host]
            .into_iter()
            .find(|base| !base.is_empty())
            .unwrap_or_else(|| String::from("source"));
        let number = next.entry(base.clone()).or_insert(1);
        let mut id = base.clone();
        while !taken.insert(id.clone()) {
            *number += 1;
            let ending = format!("-{number}");
            let room = ID_LENGTH - ending.len();
            id = format!(
                "{}{ending}",
                base[..base.len().min(room)].trim_end_matches('-')
            );
        }
        source.id = id;
    }
}
