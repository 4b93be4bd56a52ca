//! Our words in: the files under `store/statements/` -> [`Statement`](crate::domain::statement::Statement)s.
//!
//! The walk: `read` lists and reads files; `front` takes front matter and text apart, `keys` types
//! what front matter says, `infer` reads what it does not say out of the text, `document` makes a
//! statement of both; `shelf` looks at all of them side by side (ids, slugs, embargoes), with what
//! `ids.jsonl` remembers; [`keep()`] places what is new and writes it; [`watch()`] says when to look again.
//! Beside it [`decisions()`]: what editors decided, in `decisions.toml`.
//!
//! A broken file is reported and its last good version stays; a vanished one is reported and stays
//! served; nothing that is under embargo leaves this room but the moment at which to look again.
//! Which feeds and pages become of it all is not known here.

mod decisions;
mod document;
mod embargo;
mod front;
mod ids;
mod infer;
mod keep;
mod keys;
mod markdown;
mod moment;
mod problem;
mod read;
mod shelf;
mod slug;
mod unknown_keys;
mod watch;
mod yaml;

pub use decisions::{
    DecisionsRead, Made, append_decision, decisions, decisions_path, decisions_problem,
    rules_in_force, take_rules,
};
pub use ids::Known;
pub use keep::{KeepError, KeepReport, keep, keep_again};
pub use problem::{Problem, Severity};
pub use watch::watch;

use crate::config::Config;
use crate::domain::Moment;
use crate::domain::statement::StatementRead;
use document::{Context, Document};
use ids::Ledger;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What one look at the store found.
#[derive(Debug, Default)]
pub struct Reading {
    /// Public now, withdrawn ones among them; by path.
    pub statements: Vec<StatementRead>,
    /// Faults of files, by path and line; about files that are not public too.
    pub problems: Vec<Problem>,
    /// When the next embargo ends: a time to look again, and nothing more.
    pub next_embargo: Option<Moment>,
    /// Files that are there, by path relative to the statements' folder: public or not, good or refused.
    pub files: BTreeSet<String>,
    /// The folder could not be read whole: what is missing is not gone.
    pub partial: bool,
    /// A file was being written: look again in a moment.
    pub unsettled: bool,
    /// What `ids.jsonl` is to remember of it, in order.
    pub(crate) lines: Vec<Known>,
    /// What `ids.jsonl` holds already; None: there is no such file.
    pub(crate) remembered: Option<usize>,
}

/// How patient a look is with files that are being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Haste {
    /// Now: a file that moves is read again at once, a few times.
    Now,
    /// A file written within the last moments is left for the next look.
    NextLook,
}

/// A file younger than this may still be being written.
const SETTLING: Duration = Duration::from_millis(250);

/// The folder of statements.
pub fn folder(config: &Config) -> PathBuf {
    config.store.path.join("statements")
}

/// The memory of ids.
pub(crate) fn ids_path(config: &Config) -> PathBuf {
    config.store.path.join("ids.jsonl")
}

/// Reads every statement in the store; blocks on files and nothing else, writes nothing.
pub fn read_all(config: &Config, now: Moment) -> Reading {
    read(config, now, &[], Haste::Now)
}

/// The same, with what the database remembers of statements that `ids.jsonl` may have lost.
pub(crate) fn read(config: &Config, now: Moment, remembered: &[Known], haste: Haste) -> Reading {
    let root = folder(config);
    let sources: Vec<String> = config
        .sources
        .iter()
        .map(|source| source.id.clone())
        .collect();
    let context = Context {
        timezone: config.wire.timezone,
        url: &config.wire.url,
        sources: &sources,
        now,
    };
    let ids = ids_path(config);
    let (written, ledger_problems) = Ledger::load(&ids);
    let known_before = ids.exists().then(|| written.len());
    let ledger = with_remembered(&written, remembered);

    let listing = read::list(&root);
    let mut reading = Reading {
        problems: listing.problems,
        partial: listing.partial,
        remembered: known_before,
        files: listing
            .files
            .iter()
            .map(|found| found.path.clone())
            .collect(),
        ..Reading::default()
    };
    reading.problems.extend(ledger_problems);
    let looks: Vec<Look> = listing
        .files
        .par_iter()
        .map(|found| look(found, &root, &context, haste))
        .collect();

    let mut documents: Vec<(Document, String)> = Vec::new();
    let mut refused = BTreeSet::new();
    for (found, look) in listing.files.iter().zip(looks) {
        reading.unsettled |= look.unsettled;
        let public_before = ledger.of_path(&found.path).is_some();
        reading
            .problems
            .extend(look.problems.into_iter().map(|problem| Problem {
                hidden: !public_before,
                ..problem
            }));
        match look.document {
            Some(document) => documents.push((document, look.source)),
            None => {
                refused.insert(found.path.clone());
            }
        }
    }
    let (documents, sources): (Vec<Document>, Vec<String>) = documents.into_iter().unzip();
    let shelf = shelf::decide(&documents, &refused, &ledger, &context);
    for (at, problem) in shelf.problems {
        let path = root.join(&documents[at].statement.path);
        reading.problems.push(problem.in_file(path, &sources[at]));
    }
    let public: BTreeSet<PathBuf> = shelf
        .statements
        .iter()
        .map(|read| root.join(&read.statement.path))
        .collect();
    for problem in &mut reading.problems {
        problem.hidden &= !public.contains(&problem.path);
    }
    reading
        .problems
        .sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    reading.statements = shelf.statements;
    reading.lines = unwritten(&reading.statements, &written);
    reading.next_embargo = shelf.next_embargo;
    reading
}

/// The lines that `ids.jsonl` lacks.
fn unwritten(statements: &[StatementRead], written: &Ledger) -> Vec<Known> {
    statements
        .iter()
        .map(|read| Known {
            slug: read.statement.slug.clone(),
            id: read.statement.id.clone(),
            digest: read.digest.to_string(),
            path: read.statement.path.clone(),
        })
        .filter(|line| written.of_slug(&line.slug) != Some(line))
        .collect()
}

/// What `ids.jsonl` has lost comes back from the database; where both speak, the file holds.
fn with_remembered(written: &Ledger, remembered: &[Known]) -> Ledger {
    let mut ledger = Ledger::default();
    for known in remembered {
        if written.of_slug(&known.slug).is_none() && written.of_id(&known.id).is_none() {
            ledger.add(known.clone());
        }
    }
    ledger.extend(written);
    ledger
}

/// One file, looked at.
#[derive(Default)]
struct Look {
    document: Option<Document>,
    source: String,
    problems: Vec<Problem>,
    unsettled: bool,
}

fn look(found: &read::Found, root: &Path, context: &Context<'_>, haste: Haste) -> Look {
    let path = root.join(&found.path);
    let content = match settled(found, context.now, haste) {
        Ok(content) => content,
        Err(read::Unread::Moving) => {
            return Look {
                unsettled: true,
                ..Look::default()
            };
        }
        Err(read::Unread::Refused(problem)) => {
            return Look {
                problems: vec![Problem { path, ..problem }],
                ..Look::default()
            };
        }
    };
    let source = match read::text(&content.bytes) {
        Ok(source) => source,
        Err(problem) => {
            let text = String::from_utf8_lossy(&content.bytes);
            return Look {
                problems: vec![problem.in_file(path, &text)],
                ..Look::default()
            };
        }
    };
    let (document, problems) = document::read(&found.path, &source, context);
    let problems = problems
        .into_iter()
        .map(|problem| problem.in_file(path.clone(), &source))
        .collect();
    Look {
        document,
        source,
        problems,
        unsettled: false,
    }
}

/// The file's content, once nobody seems to be writing it.
fn settled(found: &read::Found, now: Moment, haste: Haste) -> Result<read::Content, read::Unread> {
    if haste == Haste::NextLook {
        let content = read::content(found)?;
        // A clock that is set back, or a test's, says nothing about the file: then it is read.
        let age = content.written.and_then(|written| {
            std::time::SystemTime::from(now)
                .duration_since(written)
                .ok()
        });
        return match age {
            Some(age) if age < SETTLING => Err(read::Unread::Moving),
            _ => Ok(content),
        };
    }
    for _ in 0..5 {
        match read::content(found) {
            Err(read::Unread::Moving) => std::thread::sleep(Duration::from_millis(20)),
            other => return other,
        }
    }
    Err(read::Unread::Moving)
}
