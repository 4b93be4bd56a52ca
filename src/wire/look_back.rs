//! Looking back: what is stored is held against statements and topics that came, changed or went later,
//! so that a release that came first joins the wire then (contract §2).
//!
//! Entries are gone through by number, in batches. Of most of them only a sketch is looked at
//! (`domain::relation::Sketch`); a text is read where its sketch says that it may be related, where it
//! has none, or where it was related to what changed. A batch is one small transaction, so polls have
//! their turn between two, and how far it went is kept in the same transaction: a restart goes on there.

use super::members::text_of;
use super::rules::Rules;
use crate::database::{Batch, Database, DatabaseError, LookedBack, Related, Stored};
use crate::domain::Moment;
use crate::domain::entry::EntryNumber;
use crate::domain::relation::Target;
use std::collections::HashSet;
use std::sync::Arc;

/// Entries whose sketches are looked at in one batch.
const SKETCHED: usize = 2000;

/// Entries whose texts are read in one batch, at most.
const READ: usize = 100;

/// What one step of looking back came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Entries that were looked at.
    pub looked_at: usize,
    /// Entries whose text was read.
    pub read: usize,
    /// Releases that visibly changed.
    pub changed: usize,
}

/// Looks at the next batch of what is stored. None: all of it was held against all statements and
/// topics that were declared.
///
/// `rules` must be those whose [`Rules::targets`] were declared last.
///
/// # Errors
/// The database's; what was kept before stays kept.
pub async fn look_back(
    database: &Database,
    rules: &Arc<Rules>,
    now: Moment,
) -> Result<Option<Step>, DatabaseError> {
    let Some(batch) = database.next_batch(SKETCHED).await? else {
        return Ok(None);
    };
    let picking = Arc::clone(rules);
    // Texts are compared where they hold up no answer and no poll.
    let picked = tokio::task::spawn_blocking(move || pick(&picking, batch));
    let Ok(picked) = picked.await else {
        return Err(DatabaseError::Closed);
    };
    let texts = database.undecided(&picked.numbers).await?;
    let comparing = Arc::clone(rules);
    let unsketched = picked.unsketched;
    let compared = tokio::task::spawn_blocking(move || {
        let mut decided = Vec::with_capacity(texts.len());
        let mut sketches = Vec::new();
        for undecided in &texts {
            let (relations, sketch) = comparing.relate(&text_of(undecided), &undecided.relations);
            decided.push(Related {
                number: undecided.number,
                relations,
            });
            let is_missing = unsketched.contains(&undecided.number);
            sketches.extend(
                sketch
                    .filter(|_| is_missing)
                    .map(|sketch| (undecided.number, sketch)),
            );
        }
        (decided, sketches)
    });
    let Ok((decided, sketches)) = compared.await else {
        return Err(DatabaseError::Closed);
    };
    let read = decided.len();
    let looked = LookedBack {
        decided,
        sketches,
        ..picked.looked
    };
    let (_, changed) = database.keep_looked_back(looked, now).await?;
    Ok(Some(Step {
        looked_at: picked.looked_at,
        read,
        changed,
    }))
}

/// The entries of a batch that are to be read, and how far that brings it.
struct Picked {
    numbers: Vec<EntryNumber>,
    unsketched: HashSet<EntryNumber>,
    looked_at: usize,
    /// Without what was found.
    looked: LookedBack,
}

fn pick(rules: &Rules, batch: Batch) -> Picked {
    let wanted: HashSet<Target> = batch
        .wanted
        .iter()
        .map(|(target, _)| target.clone())
        .collect();
    let touched: HashSet<Target> = wanted.iter().chain(&batch.gone).cloned().collect();
    let lookout = rules.lookout(&wanted);
    let is_to_be_read = |entry: &Stored| {
        let was_related = entry
            .relations
            .iter()
            .any(|relation| touched.contains(&relation.target));
        was_related
            || !wanted.is_empty()
                && (entry.is_unsketched
                    || entry
                        .sketch
                        .as_ref()
                        .is_some_and(|sketch| lookout.may_relate(sketch)))
    };
    let mut picked = Picked {
        numbers: Vec::new(),
        unsketched: HashSet::new(),
        looked_at: 0,
        looked: LookedBack {
            after: batch.after,
            to: batch.to,
            is_last: batch.is_last,
            wanted: batch.wanted,
            gone: batch.gone,
            decided: Vec::new(),
            sketches: Vec::new(),
        },
    };
    for (at, entry) in batch.entries.iter().enumerate() {
        picked.looked_at = at + 1;
        if !is_to_be_read(entry) {
            continue;
        }
        picked.numbers.push(entry.number);
        if entry.is_unsketched {
            picked.unsketched.insert(entry.number);
        }
        if picked.numbers.len() == READ && at + 1 < batch.entries.len() {
            picked.looked.to = entry.number;
            picked.looked.is_last = false;
            break;
        }
    }
    picked
}
