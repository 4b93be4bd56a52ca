//! All documents side by side: which of them are public now, and under which id.
//!
//! Pure. What was public before comes from the ledger; nothing here reads a file or a clock.

use super::document::{Context, Document, visible};
use super::ids::{Known, Ledger};
use super::problem::Problem;
use crate::domain::Moment;
use crate::domain::statement::{StatementRead, Status};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is to be done with the documents.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// Public now, withdrawn ones among them; by path.
    pub(super) statements: Vec<StatementRead>,
    /// With the index of the document that each is about.
    pub(super) problems: Vec<(usize, Problem)>,
    /// When the next embargo ends.
    pub(super) next_embargo: Option<Moment>,
}

/// Decides on all documents, which come by path. `refused`: paths of files that are there and have
/// no document.
pub(super) fn decide(
    documents: &[Document],
    refused: &BTreeSet<String>,
    ledger: &Ledger,
    context: &Context<'_>,
) -> Shelf {
    let mut shelf = Shelf::default();
    let paths: BTreeSet<&str> = documents
        .iter()
        .map(|document| document.statement.path.as_str())
        .chain(refused.iter().map(String::as_str))
        .collect();
    let facing = contested(documents, refused, ledger);
    let mut public = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        let statement = &document.statement;
        let before = was_public(document, ledger, &paths);
        if let Some(problem) = facing.get(&at) {
            shelf.problems.push((at, problem.clone()));
        } else if statement.status == Status::Draft {
            if before.is_some() {
                let (line, column) = document.front.place("status");
                shelf.problems.push((at, Problem::error(
                    "a statement that was published can't become a draft",
                    "write status: withdrawn, with a reason; until then its last version stays public",
                ).at(line, column)));
            }
        } else if let Some(until) = statement.publish_at.filter(|at| *at > context.now) {
            if before.is_some() {
                let (line, column) = document.front.place("publish_at");
                shelf.problems.push((at, Problem::error(
                    "publish_at lies ahead, but this statement is public already and was fetched since",
                    "an embargo can't be set afterwards; its last version stays public: take the line out, or withdraw it",
                ).at(line, column)));
            } else {
                shelf.next_embargo = Some(shelf.next_embargo.map_or(until, |next| next.min(until)));
            }
        } else {
            public.push(at);
        }
    }
    name(documents, public, ledger, &paths, context, &mut shelf);
    shelf
}

/// What was published before under this file or slug; a file beside the one that bears the slug is
/// not the one that was published.
fn was_public<'a>(
    document: &Document,
    ledger: &'a Ledger,
    paths: &BTreeSet<&str>,
) -> Option<&'a Known> {
    let statement = &document.statement;
    ledger.of_path(&statement.path).or_else(|| {
        ledger
            .of_slug(&statement.slug)
            .filter(|known| known.path == statement.path || !paths.contains(known.path.as_str()))
    })
}

/// Documents that can't be public because another file has their slug or their `id` key.
fn contested(
    documents: &[Document],
    refused: &BTreeSet<String>,
    ledger: &Ledger,
) -> HashMap<usize, Problem> {
    let mut by_slug: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, document) in documents.iter().enumerate() {
        if document.statement.status == Status::Draft {
            continue;
        }
        by_slug
            .entry(&document.statement.slug)
            .or_default()
            .push(at);
        if let Some(id) = &document.id_key {
            by_id.entry(id).or_default().push(at);
        }
    }
    let mut facing = HashMap::new();
    let slugs = by_slug
        .into_iter()
        .map(|(slug, all)| (ledger.of_slug(slug), "slug", slug, all));
    let ids = by_id
        .into_iter()
        .map(|(id, all)| (ledger.of_id(id), "id", id, all));
    for (known, key, value, all) in slugs.chain(ids) {
        let known_refused = known.filter(|known| refused.contains(&known.path));
        if all.len() < 2 && known_refused.is_none() {
            continue;
        }
        let keeper = match (known, known_refused) {
            (_, Some(_)) | (None, _) => None,
            (Some(known), None) => all
                .iter()
                .find(|&&at| documents[at].statement.path == known.path)
                .or_else(|| {
                    all.iter()
                        .find(|&&at| documents[at].digest.to_string() == known.digest)
                })
                .copied(),
        };
        for &at in all.iter().filter(|&&at| Some(at) != keeper) {
            let (line, column) = documents[at].front.place(key);
            let problem = match (keeper, known_refused) {
                (Some(keeper), _) => Problem::error(
                    format!(
                        "the {key} “{value}” is that of {}, which stays",
                        documents[keeper].statement.path
                    ),
                    format!("give this file another `{key}`"),
                ),
                (None, Some(known)) => Problem::error(
                    format!(
                        "the {key} “{value}” is that of {}, which is at fault itself",
                        known.path
                    ),
                    format!("mend that file, and give this one another `{key}`"),
                ),
                (None, None) => Problem::error(
                    format!(
                        "the {key} “{value}” is also that of {}: neither is published",
                        others(documents, &all, at)
                    ),
                    format!("give one of them another `{key}`"),
                ),
            };
            facing.entry(at).or_insert(problem.at(line, column));
        }
    }
    facing
}

fn others(documents: &[Document], all: &[usize], but: usize) -> String {
    let paths: Vec<&str> = all
        .iter()
        .filter(|&&at| at != but)
        .map(|&at| documents[at].statement.path.as_str())
        .collect();
    paths.join(", ")
}

/// Gives every public document its id: the one it was first published under, by slug, then by
/// digest; else its `id` key; else a tag URI (RFC 4151).
fn name(
    documents: &[Document],
    mut public: Vec<usize>,
    ledger: &Ledger,
    paths: &BTreeSet<&str>,
    context: &Context<'_>,
    shelf: &mut Shelf,
) {
    // Whoever kept both slug and file comes first, so that nobody takes its id by likeness.
    public.sort_by_key(|&at| {
        let statement = &documents[at].statement;
        match ledger.of_slug(&statement.slug) {
            Some(known) if known.path == statement.path => 0,
            Some(_) => 1,
            None => 2,
        }
    });
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut named: BTreeMap<usize, String> = BTreeMap::new();
    for at in public {
        let document = &documents[at];
        let id = match known_id(document, ledger, paths, &taken) {
            Some(id) => {
                if document.id_key.as_ref().is_some_and(|key| *key != id) {
                    let (line, column) = document.front.place("id");
                    shelf.problems.push((
                        at,
                        Problem::warning(
                            format!("published first as {id}: that id stays"),
                            "take the line out, or write that id",
                        )
                        .at(line, column),
                    ));
                }
                id
            }
            None => match &document.id_key {
                Some(key) if !taken.contains(key) => key.clone(),
                Some(key) => {
                    let (line, column) = document.front.place("id");
                    shelf.problems.push((
                        at,
                        Problem::error(
                            format!("the id {key} is another statement's"),
                            "give this file another `id`, or take the line out",
                        )
                        .at(line, column),
                    ));
                    continue;
                }
                None => tag(document, ledger, &taken, context),
            },
        };
        taken.insert(id.clone());
        named.insert(at, id);
    }
    for (at, id) in named {
        let document = &documents[at];
        let mut statement = document.statement.clone();
        statement.id = id;
        shelf.statements.push(StatementRead {
            digest: document.digest,
            visible: visible(&statement),
            statement,
        });
    }
}

/// The id that this document was published under before.
fn known_id(
    document: &Document,
    ledger: &Ledger,
    paths: &BTreeSet<&str>,
    taken: &BTreeSet<String>,
) -> Option<String> {
    let free = |known: &&Known| !taken.contains(&known.id);
    // An id moves to another file only where the file that bore it is gone.
    let left = |known: &&Known| {
        ledger.of_id(&known.id).is_none_or(|last| {
            last.path == document.statement.path || !paths.contains(last.path.as_str())
        })
    };
    ledger
        .of_slug(&document.statement.slug)
        .filter(free)
        .filter(left)
        .or_else(|| {
            let key = document.id_key.as_ref()?;
            ledger.of_id(key).filter(free).filter(left)
        })
        .or_else(|| {
            ledger
                .of_digest(&document.digest.to_string())
                .filter(free)
                .filter(left)
        })
        .map(|known| known.id.clone())
}

/// A tag URI of ours that nothing bears yet.
fn tag(
    document: &Document,
    ledger: &Ledger,
    taken: &BTreeSet<String>,
    context: &Context<'_>,
) -> String {
    let host = context.url.host_str().unwrap_or("localhost");
    let day = document.day.unwrap_or_else(|| context.now.date_naive());
    let first = format!(
        "tag:{host},{}:{}",
        day.format("%Y-%m-%d"),
        document.statement.slug
    );
    let is_free = |id: &String| ledger.of_id(id).is_none() && !taken.contains(id);
    if is_free(&first) {
        return first;
    }
    // Its slug was another statement's once.
    (2..)
        .map(|number: u64| format!("{first}-{number}"))
        .find(is_free)
        .unwrap_or(first)
}
