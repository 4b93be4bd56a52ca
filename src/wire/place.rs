//! Into which release each arrival goes (`likeness.md` §4 to §6).

use super::boilerplates::Boilerplates;
use super::decisions::Bound;
use super::{Arrival, Rules};
use crate::database::{Beside, Candidate, Database, DatabaseError, Place, Placement};
use crate::domain::Moment;
use crate::domain::decision::TextName;
use crate::domain::likeness::{
    self, Boilerplate, Bond, Evidence, Judged, Key, Prepared, Text, Verdict,
};
use crate::domain::release::{Link, LinkKind, ReleaseNumber};
use crate::domain::source::SourceNumber;
use crate::domain::text::Words;
use std::collections::HashMap;
use std::sync::Arc;

/// Links to other releases that are kept with one arrival.
const LINKS: usize = 5;

/// Where each arrival goes, in the same order, and the last release that the plan knows of: hand both
/// to `keep_poll` or `keep_statements`, which answers `Overtaken` where another was founded since.
///
/// Arrivals of one write are compared with each other, too, in their order. An entry that changed
/// stays in its release unless others carry that and its words are no longer theirs.
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
    let prepared = prepare(database, &rules.boilerplates, arrivals).await?;
    let placer = Placer {
        database,
        rules,
        now,
    };
    let mut batch = Batch::default();
    let mut placements = Vec::with_capacity(arrivals.len());
    for (arrival, prepared) in arrivals.iter().zip(prepared) {
        let keys = likeness::keys(&prepared);
        let decided = placer.decide(arrival, &prepared, &keys, &batch).await?;
        batch.add(arrival, &keys, prepared, decided.place);
        placements.push(Placement {
            place: decided.place,
            evidence: decided.evidence,
            links: decided.links,
            beside: decided.beside,
            keys,
            relations: rules.relate(&arrival.text),
        });
        // A large first fetch is a second of work: other polls get their turn.
        tokio::task::yield_now().await;
    }
    Ok((placements, planned_at))
}

/// The keys of stored texts, in the same order.
pub(super) async fn keys_of(
    database: &Database,
    rules: &Rules,
    texts: &[Text],
) -> Result<Vec<Vec<Key>>, DatabaseError> {
    let mut keys = Vec::with_capacity(texts.len());
    for text in texts {
        let boilerplate = rules.boilerplates.of(database, text.source).await?;
        keys.push(likeness::keys(&Prepared::of(text.clone(), &boilerplate)));
    }
    Ok(keys)
}

/// The arrivals made ready to be compared, without what their sources say under every text.
async fn prepare(
    database: &Database,
    boilerplates: &Boilerplates,
    arrivals: &[Arrival],
) -> Result<Vec<Prepared>, DatabaseError> {
    let words: Vec<Words> = arrivals
        .iter()
        .map(|arrival| Prepared::words_of(&arrival.text))
        .collect();
    let mut by_source: HashMap<Option<SourceNumber>, Vec<&Words>> = HashMap::new();
    for (arrival, words) in arrivals.iter().zip(&words) {
        by_source
            .entry(arrival.text.source)
            .or_default()
            .push(words);
    }
    let mut made: HashMap<Option<SourceNumber>, Arc<Boilerplate>> = HashMap::new();
    for (source, words) in by_source {
        made.insert(source, boilerplates.with(database, source, &words).await?);
    }
    let prepared = arrivals.iter().zip(words).map(|(arrival, words)| {
        Prepared::with_words(arrival.text.clone(), words, &made[&arrival.text.source])
    });
    Ok(prepared.collect())
}

/// What was decided on one arrival.
struct Decision {
    place: Place,
    evidence: Option<Evidence>,
    links: Vec<Link>,
    beside: Vec<Beside>,
}

pub(super) struct Placer<'a> {
    pub(super) database: &'a Database,
    pub(super) rules: &'a Rules,
    pub(super) now: Moment,
}

impl Placer<'_> {
    async fn decide(
        &self,
        arrival: &Arrival,
        prepared: &Prepared,
        keys: &[Key],
        batch: &Batch,
    ) -> Result<Decision, DatabaseError> {
        let decisions = &self.rules.decisions;
        let bound = Bound::of(self.database, decisions, &arrival.name, &batch.by_name).await?;
        let stays = match arrival.known {
            Some(release) if bound.apart.contains(&Place::Join(release)) => false,
            Some(release) if bound.with == Some(Place::Join(release)) => true,
            Some(release) => self.stays(release, prepared).await?,
            None => false,
        };
        let candidates = self.database.candidates(self.now, keys).await?;
        let mut found = Found::default();
        for candidate in &candidates {
            self.look_at(candidate, prepared, &mut found).await?;
        }
        batch.look_through(keys, prepared, &mut found);
        if let Some(left) = arrival.known {
            found.ones.retain(|one| one.place != Place::Join(left));
        }
        found.ones.retain(|one| !bound.apart.contains(&one.place));
        if stays {
            return Ok(found.stay());
        }
        // An editor's word is last: no verdict is asked for.
        Ok(match bound.with {
            Some(place) => found.placed(place, None),
            None => found.decision(),
        })
    }

    /// Whether an entry that changed still belongs with those who carry its release. It is never compared
    /// with its own last version: small steps lead anywhere.
    async fn stays(
        &self,
        release: ReleaseNumber,
        prepared: &Prepared,
    ) -> Result<bool, DatabaseError> {
        // A statement's release is its own, whatever it says.
        let Some(source) = prepared.text.source else {
            return Ok(true);
        };
        let others = self.database.texts_beside(release, source).await?;
        let alone = others.is_empty();
        for other in others {
            let bond = self.bond(&other, prepared).await?;
            let other = self.prepared(other).await?;
            if likeness::verdict(&other, prepared, bond)
                .verdict
                .is_one_release()
            {
                return Ok(true);
            }
        }
        Ok(alone)
    }

    async fn look_at(
        &self,
        candidate: &Candidate,
        prepared: &Prepared,
        found: &mut Found,
    ) -> Result<(), DatabaseError> {
        for text in &candidate.texts {
            let bond = self.bond(text, prepared).await?;
            let other = self.prepared(text.clone()).await?;
            let judged = judge(&other, prepared, bond);
            let first_party = candidate.statement.is_some();
            if found.note(Place::Join(candidate.release), first_party, judged) {
                break;
            }
        }
        Ok(())
    }

    pub(super) async fn prepared(&self, text: Text) -> Result<Prepared, DatabaseError> {
        let boilerplate = self
            .rules
            .boilerplates
            .of(self.database, text.source)
            .await?;
        Ok(Prepared::of(text, &boilerplate))
    }

    /// Whether one of the two is our statement and the other comes from one who signed it.
    pub(super) async fn bond(
        &self,
        other: &Text,
        arrival: &Prepared,
    ) -> Result<Bond, DatabaseError> {
        let (ours, theirs) = match (other.source, arrival.text.source) {
            (None, Some(_)) => (other, &arrival.text),
            (Some(_), None) => (&arrival.text, other),
            _ => return Ok(Bond::None),
        };
        let signed = self
            .rules
            .signatures
            .signed(self.database, ours, theirs)
            .await?;
        Ok(if signed { Bond::Signatory } else { Bond::None })
    }
}

/// The verdict, whichever of the two was seen first.
pub(super) fn judge(other: &Prepared, arrival: &Prepared, bond: Bond) -> Judged {
    if other.text.first_seen <= arrival.text.first_seen {
        likeness::verdict(other, arrival, bond)
    } else {
        likeness::verdict(arrival, other, bond)
    }
}

/// Releases that an arrival could join, and those that belong beside it.
#[derive(Default)]
struct Found {
    ones: Vec<One>,
    links: Vec<Link>,
    beside: Vec<Beside>,
}

/// A release that an arrival is one with.
struct One {
    place: Place,
    /// A statement of ours is in it.
    first_party: bool,
    evidence: Evidence,
}

impl Found {
    /// Notes a verdict; whether it makes them one release.
    fn note(&mut self, place: Place, first_party: bool, judged: Judged) -> bool {
        if judged.verdict.is_one_release() {
            self.ones.push(One {
                place,
                first_party,
                evidence: judged.evidence,
            });
            return true;
        }
        if let Some(kind) = link_kind(judged.verdict) {
            let why = why(&judged);
            match place {
                Place::Join(release) if self.links.len() < LINKS => {
                    self.links.push(Link { release, kind, why })
                }
                Place::With(arrival) if self.beside.len() < LINKS => {
                    self.beside.push(Beside { arrival, kind, why })
                }
                _ => {}
            }
        }
        false
    }

    fn stay(self) -> Decision {
        self.placed(Place::Stay, None)
    }

    fn placed(self, place: Place, evidence: Option<Evidence>) -> Decision {
        Decision {
            place,
            evidence,
            links: self.links,
            beside: self.beside,
        }
    }

    /// The best of those it could join: a first-party one, then the nearer verdict, then the one whose
    /// title is its own, then the one that came first.
    fn decision(mut self) -> Decision {
        let best = std::mem::take(&mut self.ones)
            .into_iter()
            .min_by_key(|one| {
                (
                    !one.first_party,
                    nearness(one.evidence.verdict),
                    !one.evidence.same_title,
                )
            });
        match best {
            Some(best) => self.placed(best.place, Some(best.evidence)),
            None => self.placed(Place::Found, None),
        }
    }
}

fn nearness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Same => 0,
        Verdict::TitleAndDate | Verdict::LightEdit => 1,
        _ => 2,
    }
}

fn link_kind(verdict: Verdict) -> Option<LinkKind> {
    match verdict {
        Verdict::Revision => Some(LinkKind::Revision),
        Verdict::Extended => Some(LinkKind::Extended),
        Verdict::Contains => Some(LinkKind::Contains),
        Verdict::Translation => Some(LinkKind::Translation),
        _ => None,
    }
}

/// What is different: "4,2 → 2,4; Iran → Irak"; where nothing material is, how much is the same.
fn why(judged: &Judged) -> String {
    let evidence = &judged.evidence;
    if evidence.differences.is_empty() {
        let share = (evidence.covered * 100.0).round();
        let same = format!("{share} % of the words are the same");
        return match evidence.new {
            0 => same,
            new => format!("{same}, {new} are new"),
        };
    }
    let differences: Vec<String> = evidence
        .differences
        .iter()
        .map(ToString::to_string)
        .collect();
    differences.join("; ")
}

/// The arrivals of this write that were placed already, to be found by key.
#[derive(Default)]
struct Batch {
    placed: Vec<(Prepared, Place)>,
    by_key: HashMap<Key, Vec<usize>>,
    /// Where texts went that an editor's word may be about.
    by_name: HashMap<TextName, Place>,
}

/// Arrivals of one write that an arrival is compared with, at most.
const COMPARED: usize = 12;

/// A key that so many arrivals of a write share says nothing.
const CROWDED: usize = 60;

impl Batch {
    fn add(&mut self, arrival: &Arrival, keys: &[Key], prepared: Prepared, place: Place) {
        let went = match (place, arrival.known) {
            (Place::Found, _) => Place::With(self.placed.len()),
            (Place::Stay, Some(release)) => Place::Join(release),
            (place, _) => place,
        };
        self.by_name.insert(arrival.name.clone(), went);
        // What joined is found through the release that it joined, or through its founder.
        if place == Place::Found {
            for key in keys {
                self.by_key.entry(*key).or_default().push(self.placed.len());
            }
        }
        self.placed.push((prepared, place));
    }

    /// Compares with the founders among them that share most keys.
    fn look_through(&self, keys: &[Key], arrival: &Prepared, found: &mut Found) {
        let mut shared: HashMap<usize, u32> = HashMap::new();
        for key in keys {
            let founders = self
                .by_key
                .get(key)
                .filter(|founders| founders.len() <= CROWDED);
            for founder in founders.into_iter().flatten() {
                *shared.entry(*founder).or_default() += if key.kind == likeness::KeyKind::Shingle {
                    1
                } else {
                    5
                };
            }
        }
        let mut ranked: Vec<(usize, u32)> = shared.into_iter().collect();
        ranked.sort_unstable_by_key(|&(founder, shared)| (std::cmp::Reverse(shared), founder));
        for (founder, _) in ranked.into_iter().take(COMPARED) {
            let judged = judge(&self.placed[founder].0, arrival, Bond::None);
            let ours = self.placed[founder].0.text.source.is_none();
            found.note(Place::With(founder), ours, judged);
        }
    }
}
