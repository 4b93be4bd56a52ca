//! Placing what arrives: which release an entry or a statement belongs to, and with what it is related.
//!
//! The one step that both walks share (`likeness.md` §4 to §7). Candidates come from the database by
//! key, verdicts from `domain::likeness`, relations from `domain::relation`; the outcome is a plan that
//! `keep_poll` and `keep_statements` write. Nothing here fetches, reads files or writes.

mod members;
mod rules;

pub use members::{admits, decide_source_anew, membership_rules};
pub use rules::Rules;

use crate::database::{Candidate, Database, DatabaseError, Place, Placement};
use crate::domain::Moment;
use crate::domain::likeness::{self, Boilerplate, Bond, Evidence, Key, Prepared, Text};
use crate::domain::release::ReleaseNumber;
use std::collections::HashMap;

/// A new or changed text, to be placed.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Its facts; `first_seen` of a new one is `now`.
    pub text: Text,
    /// The release that it is in; None: it is new.
    pub known: Option<ReleaseNumber>,
}

/// Where each arrival goes, in the same order, and the last release that the plan knows of: hand both
/// to `keep_poll` or `keep_statements`, which answers `Overtaken` where another was founded since.
///
/// # Errors
/// The database's, where candidates can't be read.
pub async fn place(
    database: &Database,
    rules: &Rules,
    now: Moment,
    arrivals: &[Arrival],
) -> Result<(Vec<Placement>, ReleaseNumber), DatabaseError> {
    let planned_at = database.latest_release().await?;
    let mut batch = Batch::default();
    let mut placements = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        let prepared = Prepared::of(arrival.text.clone(), &Boilerplate::default());
        let keys = likeness::keys(&prepared);
        let (place, evidence) = match arrival.known {
            Some(_) => (Place::Stay, None),
            None => {
                let candidates = database.candidates(now, &keys).await?;
                best(&prepared, &keys, candidates, &batch)
            }
        };
        batch.add(&keys, prepared, place);
        placements.push(Placement {
            place,
            evidence,
            links: Vec::new(),
            keys,
            relations: rules.relate(&arrival.text),
        });
    }
    Ok((placements, planned_at))
}

/// The arrivals of this write that were placed already, to be found by key.
#[derive(Default)]
struct Batch {
    placed: Vec<(Prepared, Place)>,
    by_key: HashMap<Key, Vec<usize>>,
}

impl Batch {
    fn add(&mut self, keys: &[Key], prepared: Prepared, place: Place) {
        for key in keys {
            self.by_key.entry(*key).or_default().push(self.placed.len());
        }
        self.placed.push((prepared, place));
    }

    /// Founders that share a key, each once, by index.
    fn founders(&self, keys: &[Key]) -> Vec<usize> {
        let mut found: Vec<usize> = keys
            .iter()
            .filter_map(|key| self.by_key.get(key))
            .flatten()
            .copied()
            .filter(|&index| self.placed[index].1 == Place::Found)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The release that `arrival` is one with, else one of its own.
fn best(
    arrival: &Prepared,
    keys: &[Key],
    candidates: Vec<Candidate>,
    batch: &Batch,
) -> (Place, Option<Evidence>) {
    for candidate in candidates {
        for text in candidate.texts {
            let judged = likeness::verdict(
                &Prepared::of(text, &Boilerplate::default()),
                arrival,
                Bond::None,
            );
            if judged.verdict.is_one_release() {
                return (Place::Join(candidate.release), Some(judged.evidence));
            }
        }
    }
    for index in batch.founders(keys) {
        let judged = likeness::verdict(&batch.placed[index].0, arrival, Bond::None);
        if judged.verdict.is_one_release() {
            return (Place::With(index), Some(judged.evidence));
        }
    }
    (Place::Found, None)
}
