//! An editor's word carried out: what is said of texts, and which of them are one release.
//!
//! [`Bound`] makes [`place`](super::place) heed it for what arrives; [`take`] brings what is stored in
//! line after decisions changed. Both are the same whatever was done before, so a decision that a
//! command carried out beside a daemon changes nothing when the daemon reads the file.

use super::place::{keys_of, place};
use super::{Arrival, Rules};
use crate::database::{
    Database, DatabaseError, Kept, Moved, Place, Placement, Stands, TextOfRelease,
};
use crate::domain::Moment;
use crate::domain::decision::{Bonds, Decisions, Ruling, TextName};
use crate::domain::entry::EntryNumber;
use crate::domain::likeness::Text;
use crate::domain::release::ReleaseNumber;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How often a plan is made anew where polls found releases meanwhile, beside once a decision.
const PLANS: usize = 8;

/// Where an editor says that an arrival goes, and where it does not.
#[derive(Debug, Default)]
pub(super) struct Bound {
    /// Where the texts that it belongs with are.
    pub(super) with: Option<Place>,
    /// Where texts are from which it is to be apart.
    pub(super) apart: HashSet<Place>,
}

impl Bound {
    /// Of an arrival; `in_batch` says where texts of the same write went.
    pub(super) async fn of(
        database: &Database,
        decisions: &Decisions,
        name: &TextName,
        in_batch: &HashMap<TextName, Place>,
    ) -> Result<Bound, DatabaseError> {
        let bonds = decisions.bonds(name);
        if bonds.is_empty() {
            return Ok(Bound::default());
        }
        let stands = database
            .stands(bonds.with.union(&bonds.apart).cloned().collect())
            .await?;
        let where_is = |text: &TextName| {
            let stored = stands.get(text).map(|it| Place::Join(it.release));
            in_batch.get(text).copied().or(stored)
        };
        let apart: HashSet<Place> = bonds.apart.iter().filter_map(where_is).collect();
        let with = bonds.with.iter().filter_map(where_is);
        Ok(Bound {
            with: with
                .filter(|place| !apart.contains(place))
                .min_by_key(|place| {
                    // Releases that stand come first, the oldest of them first.
                    match place {
                        Place::Join(release) => (false, release.0),
                        _ => (true, 0),
                    }
                }),
            apart,
        })
    }
}

/// Brings what is stored in line with the decisions of `rules`: hides and shows, relates, joins and
/// parts. How many releases visibly changed.
///
/// A decision on texts that are not known waits until they come. Taking a `join` or `split` out of the
/// file moves nothing by itself; the opposite command does.
///
/// # Errors
/// The database's; what was done before stays done, and the next call does the rest.
pub async fn take(database: &Database, rules: &Rules, now: Moment) -> Result<usize, DatabaseError> {
    let mut changed = count(database.keep_words(rules.decisions.words(), now).await?);
    for _ in 0..PLANS + rules.decisions.all().len() {
        let planned_at = database.latest_release().await?;
        let moved = match joining(database, &rules.decisions).await? {
            Some((texts, into)) => joined(database, rules, &texts, into).await?,
            None => {
                let parting = parting(database, &rules.decisions).await?;
                if parting.is_empty() {
                    return Ok(changed);
                }
                parted(database, rules, &parting).await?
            }
        };
        changed += count(database.keep_moved(moved, planned_at, now).await?);
    }
    Ok(changed)
}

fn count(kept: Kept) -> usize {
    match kept {
        Kept::Written { changed, .. } => changed,
        Kept::Overtaken | Kept::LeaseLost => 0,
    }
}

/// The first two releases that an editor joined and that are still two: the texts of the one that
/// goes, and the one that stays. A statement's stays, else the older.
async fn joining(
    database: &Database,
    decisions: &Decisions,
) -> Result<Option<(Vec<EntryNumber>, ReleaseNumber)>, DatabaseError> {
    for (text, bonds) in bonds_of(decisions, Ruling::Join) {
        let stands = database.stands(named(&text, &bonds.with)).await?;
        let Some(here) = stands.get(&text) else {
            continue;
        };
        for there in bonds.with.iter().filter_map(|other| stands.get(other)) {
            let (goes, stays) = match going(*here, *there) {
                Some(both) => both,
                None => continue,
            };
            let texts = database.texts_of_release(goes).await?;
            let free = may_join(decisions, &texts, &database.texts_of_release(stays).await?);
            if !free.is_empty() {
                return Ok(Some((free, stays)));
            }
        }
    }
    Ok(None)
}

/// Which of two releases goes into which; None where they are one, or both are statements of ours.
fn going(one: Stands, other: Stands) -> Option<(ReleaseNumber, ReleaseNumber)> {
    if one.release == other.release || (one.with_statement && other.with_statement) {
        return None;
    }
    let one_stays = match (one.with_statement, other.with_statement) {
        (true, _) => true,
        (_, true) => false,
        _ => one.release < other.release,
    };
    Some(match one_stays {
        true => (other.release, one.release),
        false => (one.release, other.release),
    })
}

/// Entries among `texts` that no decision keeps apart from one of `others`.
pub(super) fn may_join(
    decisions: &Decisions,
    texts: &[TextOfRelease],
    others: &[TextOfRelease],
) -> Vec<EntryNumber> {
    let others: BTreeSet<&TextName> = others.iter().map(|text| &text.name).collect();
    texts
        .iter()
        .filter(|text| {
            let apart = decisions.bonds(&text.name).apart;
            !apart.iter().any(|other| others.contains(other))
        })
        .filter_map(|text| text.entry)
        .collect()
}

/// Entries that an editor split off and that still stand with those from whom they are to be apart.
async fn parting(
    database: &Database,
    decisions: &Decisions,
) -> Result<Vec<EntryNumber>, DatabaseError> {
    let mut parting = Vec::new();
    for (text, bonds) in bonds_of(decisions, Ruling::Split) {
        let stands = database.stands(named(&text, &bonds.apart)).await?;
        let Some(here) = stands.get(&text) else {
            continue;
        };
        let among = bonds.apart.iter().any(|other| {
            stands
                .get(other)
                .is_some_and(|it| it.release == here.release)
        });
        if among {
            let texts = database.texts_of_release(here.release).await?;
            parting.extend(
                texts
                    .iter()
                    .filter(|it| it.name == text)
                    .filter_map(|it| it.entry),
            );
        }
    }
    Ok(parting)
}

fn named(text: &TextName, others: &BTreeSet<TextName>) -> Vec<TextName> {
    others.iter().chain([text]).cloned().collect()
}

/// Texts named on the first side of decisions of one kind, with their bonds.
fn bonds_of(decisions: &Decisions, ruling: Ruling) -> BTreeMap<TextName, Bonds> {
    decisions
        .all()
        .iter()
        .filter(|decision| decision.ruling == ruling)
        .flat_map(|decision| &decision.texts)
        .map(|text| (text.clone(), decisions.bonds(text)))
        .collect()
}

/// All these entries into one release.
async fn joined(
    database: &Database,
    rules: &Rules,
    entries: &[EntryNumber],
    into: ReleaseNumber,
) -> Result<Vec<Moved>, DatabaseError> {
    let texts = database.texts_to_place(entries).await?;
    let numbers: Vec<EntryNumber> = texts.iter().map(|(number, ..)| *number).collect();
    let texts: Vec<Text> = texts.into_iter().map(|(.., text)| text).collect();
    let keys = keys_of(database, rules, &texts).await?;
    let moved = numbers.into_iter().zip(keys).map(|(entry, keys)| Moved {
        entry,
        placement: Placement::bare(Place::Join(into), keys),
    });
    Ok(moved.collect())
}

/// These entries where they would go if they arrived now, which is not where they are.
async fn parted(
    database: &Database,
    rules: &Rules,
    entries: &[EntryNumber],
) -> Result<Vec<Moved>, DatabaseError> {
    let texts = database.texts_to_place(entries).await?;
    let numbers: Vec<EntryNumber> = texts.iter().map(|(number, ..)| *number).collect();
    let arrivals: Vec<Arrival> = texts
        .into_iter()
        .map(|(_, name, release, text)| Arrival {
            name,
            text,
            known: Some(release),
            id: None,
            home: Vec::new(),
        })
        .collect();
    let placed = place(database, rules, &arrivals).await?;
    let moved = numbers.into_iter().zip(placed.placements);
    Ok(moved
        .filter(|(_, placement)| placement.place != Place::Stay)
        .map(|(entry, placement)| Moved { entry, placement })
        .collect())
}
