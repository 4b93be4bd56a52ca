//! Who is in the wire: a source's own filters, and deciding anew when rules change.
//!
//! `match`, `block`, `keep`, topics and statements decide membership, never storage (contract §2): what
//! was kept before a rule changed is decided again, in batches, from the stored originals.

use super::Rules;
use crate::config::{Keep, Source};
use crate::database::{Database, DatabaseError, Decided, Kept, Undecided};
use crate::domain::entry::Entry;
use crate::domain::likeness::Text;
use crate::domain::source::SourceNumber;
use crate::domain::{Digest, Moment, text};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// Entries decided in one transaction: small, so that polls get their turn between batches.
const BATCH: usize = 200;

/// What a source's `match` and `block` say to an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// They let it through.
    Admitted,
    /// None of the patterns in `match` stands in it.
    NoMatch,
    /// This pattern of `block` stands in it.
    Blocked(String),
}

/// Whether a source's `match` and `block` let an entry through.
pub fn admits(source: &Source, entry: &Entry) -> bool {
    admission(source, entry) == Admission::Admitted
}

/// What a source's `match` and `block` say to an entry: at least one pattern of `match` (where there
/// are any) and none of `block` must stand in title, text, categories or link.
pub fn admission(source: &Source, entry: &Entry) -> Admission {
    if source.matches.is_empty() && source.block.is_empty() {
        return Admission::Admitted;
    }
    let texts = [&entry.summary, &entry.content]
        .map(|markup| markup.as_ref().map(|markup| text::plain(&markup.html)));
    let categories = entry
        .categories
        .iter()
        .flat_map(|category| [Some(&category.term), category.label.as_ref()]);
    let looked_at: Vec<&str> = [&entry.title, &entry.link]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .chain(texts.iter().flatten().map(String::as_str))
        .chain(categories.flatten().map(String::as_str))
        .collect();
    let stands = |pattern: &regex::Regex| looked_at.iter().any(|text| pattern.is_match(text));
    if let Some(pattern) = source.block.iter().find(|pattern| stands(pattern)) {
        return Admission::Blocked(pattern.as_str().to_owned());
    }
    match source.matches.is_empty() || source.matches.iter().any(stands) {
        true => Admission::Admitted,
        false => Admission::NoMatch,
    }
}

/// Everything in feeds.toml that decides on a source's entries alone, as one digest: where it is
/// another, they are decided anew. Topics and statements are looked back for (`look_back`).
pub fn membership_rules(source: &Source) -> Digest {
    let mut hasher = Sha256::new();
    let mut part = |kind: &str, value: &str| {
        // Lengths keep neighbouring values apart.
        hasher.update((kind.len() as u64).to_be_bytes());
        hasher.update(kind);
        hasher.update((value.len() as u64).to_be_bytes());
        hasher.update(value);
    };
    part(
        "keep",
        match source.keep {
            Keep::All => "all",
            Keep::Related => "related",
        },
    );
    for pattern in &source.matches {
        part("match", pattern.as_str());
    }
    for pattern in &source.block {
        part("block", pattern.as_str());
    }
    for (slug, name) in &source.topics {
        part("label", slug);
        part("name", name);
    }
    Digest(hasher.finalize().into())
}

/// Decides all stored entries of a source anew, batch by batch. Broken off, it goes on at the next
/// start where it was: the database keeps how far it went.
///
/// Answers how many entries were decided.
///
/// # Errors
/// The database's; what was kept before stays kept.
pub async fn decide_source_anew(
    database: &Database,
    rules: &Arc<Rules>,
    source: &Source,
    number: SourceNumber,
    now: Moment,
) -> Result<usize, DatabaseError> {
    let mut after = database.decided_to(number).await?;
    let mut count = 0;
    loop {
        let batch = database.decide_again(number, after, BATCH).await?;
        let done = batch.is_empty();
        count += batch.len();
        if let Some(last) = batch.last() {
            after = last.number;
        }
        let (rules, source) = (Arc::clone(rules), source.clone());
        // Where it holds up no answer and no poll.
        let decided = tokio::task::spawn_blocking(move || {
            let decided = batch.iter().map(|entry| decide(&rules, &source, entry));
            decided.collect()
        });
        let Ok(decided) = decided.await else {
            return Err(DatabaseError::Closed);
        };
        let kept = database.keep_decided(number, decided, done, now).await?;
        if done || kept == Kept::LeaseLost {
            return Ok(count);
        }
    }
}

fn decide(rules: &Rules, source: &Source, undecided: &Undecided) -> Decided {
    let (relations, _) = rules.relate(&text_of(undecided), &undecided.relations);
    Decided {
        number: undecided.number,
        admitted: admits(source, &undecided.entry),
        relations,
    }
}

/// A stored entry as likeness and relation look at it.
pub(super) fn text_of(undecided: &Undecided) -> Text {
    let entry = &undecided.entry;
    Text {
        html: entry
            .fuller()
            .map(|markup| markup.html.clone())
            .unwrap_or_default(),
        title: entry.title.clone(),
        link: entry.link.clone(),
        language: undecided.language.clone(),
        published: undecided.published,
        first_seen: undecided.first_seen,
        source: Some(undecided.source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::{Category, Markup};

    fn source(matches: &[&str], block: &[&str]) -> Source {
        let patterns = |list: &[&str]| {
            list.iter()
                .map(|pattern| {
                    regex::RegexBuilder::new(pattern)
                        .case_insensitive(true)
                        .build()
                        .unwrap()
                })
                .collect()
        };
        Source {
            id: "example".into(),
            id_given: true,
            url: "https://example.org/feed.xml".parse().unwrap(),
            name: None,
            keep: crate::config::Keep::All,
            rhythm: None,
            matches: patterns(matches),
            block: patterns(block),
            topics: Vec::new(),
            language: None,
            republish: crate::config::Republish::Full,
            headers: Vec::new(),
            allow_private_networks: false,
            enabled: true,
        }
    }

    fn entry() -> Entry {
        Entry {
            title: Some("Streik im Hafen".into()),
            link: Some("https://example.org/wirtschaft/1".into()),
            summary: Some(Markup {
                html: "<p>Die <b>Gewerk</b>schaft ruft auf.</p>".into(),
                ..Markup::default()
            }),
            categories: vec![Category {
                term: "Anzeige".into(),
                ..Category::default()
            }],
            ..Entry::default()
        }
    }

    #[test]
    fn no_patterns_admit_everything() {
        assert!(admits(&source(&[], &[]), &entry()));
    }

    #[test]
    fn patterns_look_at_title_text_categories_and_link() {
        for pattern in ["^streik", "gewerkschaft", "^anzeige$", "/wirtschaft/"] {
            assert!(admits(&source(&[pattern], &[]), &entry()), "{pattern}");
            assert!(!admits(&source(&[], &[pattern]), &entry()), "{pattern}");
        }
        assert!(!admits(&source(&["sport"], &[]), &entry()));
    }

    #[test]
    fn block_wins_over_match() {
        assert!(!admits(&source(&["streik"], &["anzeige"]), &entry()));
    }
}
