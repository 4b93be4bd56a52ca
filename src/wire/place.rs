//! Into which release each arrival goes (`likeness.md` §4 to §6).

use super::at_hand::{AtHand, Batch, Compared};
use super::boilerplates::Boilerplates;
use super::decisions::{Bound, may_join};
use super::found::{Decision, Found, One, judge};
use super::issuer::Publisher;
use super::ready::Ready;
use super::{Arrival, Rules, doubts, issuer, translations};
use crate::database::{Absorbed, Database, DatabaseError, Place, Placement};
use crate::domain::doubt::Doubt;
use crate::domain::likeness::{self, Boilerplate, Bond, Judged, Key, Prepared, Text, Verdict};
use crate::domain::relation::InWords;
use crate::domain::release::ReleaseNumber;
use crate::domain::source::SourceNumber;
use crate::domain::text::Words;
use std::collections::HashMap;
use std::sync::Arc;

/// Where arrivals go.
#[derive(Debug, Default)]
pub struct Placed {
    /// Of each arrival, in the same order.
    pub placements: Vec<Placement>,
    /// The last release that the plan knows of: hand both to `keep_poll` or `keep_statements`, which
    /// answers `Overtaken` where another was founded since.
    pub planned_at: ReleaseNumber,
    /// What operators should know of, at most some twenty.
    pub doubts: Vec<Doubt>,
}

/// Where each arrival goes.
///
/// Arrivals of one write are compared with each other, too, in their order. An entry that changed
/// stays in its release unless others carry that and its words are no longer theirs.
///
/// # Errors
/// The database's, where candidates can't be read.
pub async fn place(
    database: &Database,
    rules: &Rules,
    arrivals: &[Arrival],
) -> Result<Placed, DatabaseError> {
    let mut placed = Placed {
        planned_at: database.latest_release().await?,
        ..Placed::default()
    };
    let prepared = prepare(database, &rules.boilerplates, arrivals).await?;
    let placer = Placer { database, rules };
    let mut batch = Batch::default();
    let mut at_hand = AtHand::default();
    let some = arrivals.chunks(AT_ONCE).zip(prepared.chunks(AT_ONCE));
    for (arrivals, prepared) in some {
        let said: Vec<InWords> = prepared.iter().map(|it| it.in_words()).collect();
        let keys = prepared.iter().zip(&said);
        let keys: Vec<Vec<Key>> = keys
            .map(|(it, said)| translations::keys(it, said))
            .collect();
        let asked: Vec<&[Key]> = keys.iter().map(Vec::as_slice).collect();
        let sharing = database.sharing(&asked).await?;
        let texts = arrivals.iter().zip(prepared).zip(&said);
        for (((arrival, prepared), said), (keys, sharing)) in
            texts.zip(keys.into_iter().zip(sharing))
        {
            let coming = Coming {
                arrival,
                prepared,
                keys,
                sharing,
            };
            let mut decided = placer.decide(&coming, &batch, &mut at_hand).await?;
            if placed.doubts.len() < doubts::TOLD {
                placed.doubts.extend(decided.doubt.take());
            }
            batch.add(arrival, &coming.keys, Arc::clone(prepared), decided.place);
            let placement = placer.placement(coming, said, decided).await?;
            placed.placements.push(placement);
            // A large first fetch is a second of work: other polls get their turn.
            tokio::task::yield_now().await;
        }
    }
    let heap = doubts::quoting(arrivals, &placed.placements);
    let taken = doubts::borne(database, arrivals, &placed.placements).await?;
    let told = std::mem::take(&mut placed.doubts);
    placed.doubts = heap.into_iter().chain(told).chain(taken).collect();
    placed.doubts.truncate(doubts::TOLD);
    Ok(placed)
}

/// Arrivals whose keys are looked up at once; what they were read as is kept no longer than that.
const AT_ONCE: usize = 32;

/// The keys of stored texts, in the same order.
pub(super) async fn keys_of(
    database: &Database,
    rules: &Rules,
    texts: &[Text],
) -> Result<Vec<Vec<Key>>, DatabaseError> {
    let mut keys = Vec::with_capacity(texts.len());
    for text in texts {
        let boilerplate = rules.boilerplates.of(database, text.source).await?;
        let ready = Ready::of(Prepared::of(text.clone(), &boilerplate));
        keys.push(translations::keys(&ready, &ready.in_words()));
    }
    Ok(keys)
}

/// The arrivals made ready to be compared, without what their sources say under every text.
async fn prepare(
    database: &Database,
    boilerplates: &Boilerplates,
    arrivals: &[Arrival],
) -> Result<Vec<Arc<Ready>>, DatabaseError> {
    let words: Vec<Arc<Words>> = arrivals
        .iter()
        .map(|arrival| Arc::new(Prepared::words_of(&arrival.text)))
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
        let boilerplate = &made[&arrival.text.source];
        let prepared = Prepared::with_words(arrival.text.clone(), words, boilerplate);
        Arc::new(Ready::of(prepared))
    });
    Ok(prepared.collect())
}

pub(super) struct Placer<'a> {
    pub(super) database: &'a Database,
    pub(super) rules: &'a Rules,
}

/// An arrival while it is placed.
struct Coming<'a> {
    arrival: &'a Arrival,
    prepared: &'a Arc<Ready>,
    keys: Vec<Key>,
    /// Stored releases that share most keys with it.
    sharing: Vec<ReleaseNumber>,
}

impl Placer<'_> {
    async fn decide(
        &self,
        coming: &Coming<'_>,
        batch: &Batch,
        at_hand: &mut AtHand,
    ) -> Result<Decision, DatabaseError> {
        let Coming {
            arrival, prepared, ..
        } = coming;
        let decisions = &self.rules.decisions;
        let bound = Bound::of(self.database, decisions, &arrival.name, &batch.by_name).await?;
        let stay = match arrival.known {
            Some(release) if bound.apart.contains(&Place::Join(release)) => Stay::Leaves,
            Some(release) if bound.with == Some(Place::Join(release)) => Stay::WithOthers,
            Some(release) => self.stays(release, prepared, at_hand).await?,
            None => Stay::Leaves,
        };
        let mut found = Found::default();
        for candidate in at_hand.shown(self, &coming.sharing).await? {
            let bond = self.bond(&candidate.text.text, prepared).await?;
            let judged = judge(&candidate.text, prepared, bond);
            let (judged, text) = self.of_whole(&candidate, prepared, judged, at_hand).await?;
            let place = Place::Join(candidate.release);
            found.note(prepared, place, candidate.is_ours, judged, &text);
        }
        batch.look_through(&coming.keys, prepared, &mut found);
        let ours = self.rules.signatures.page(arrival.text.link.as_deref());
        let left = arrival.known.is_some() && stay == Stay::Leaves;
        let doubt = doubts::of(&arrival.text, ours, left, &mut found);
        let own = arrival.known.map(Place::Join);
        let (mine, others): (Vec<One>, Vec<One>) = std::mem::take(&mut found.ones)
            .into_iter()
            .partition(|one| Some(one.place) == own);
        found.ones = others;
        found.ones.retain(|one| !bound.apart.contains(&one.place));
        let publisher = Publisher::of(self.rules, &prepared.text, &arrival.home);
        let mut decision = match (stay, bound.with) {
            // An editor's word is last: no verdict is asked for.
            (Stay::Alone | Stay::Leaves, Some(place)) => found.placed(place, None, Vec::new()),
            (Stay::WithOthers, _) => {
                let absorbed = match (arrival.known, prepared.text.source) {
                    (Some(release), None) => found.one_with_statement(release),
                    _ => mine
                        .first()
                        .map(|one| found.one_with(one))
                        .unwrap_or_default(),
                };
                found.stay(absorbed)
            }
            // Its words are new here, and those of the other release were first: it goes there, and
            // its former page leads there.
            (Stay::Alone, None) if !found.is_same_as_another() => found.stay(Vec::new()),
            (Stay::Alone | Stay::Leaves, None) => found.decision(
                &prepared.text,
                publisher.is_first_party(self.rules, prepared),
            ),
        };
        decision.doubt = doubt.or(decision.doubt);
        self.keep_apart(&mut decision.absorbed).await?;
        self.weigh(coming, &publisher, &mut decision, at_hand)
            .await?;
        Ok(decision)
    }

    /// What is kept of a decision, with what the text is related to.
    async fn placement(
        &self,
        coming: Coming<'_>,
        said: &InWords,
        decided: Decision,
    ) -> Result<Placement, DatabaseError> {
        for absorbed in &decided.absorbed {
            tracing::info!(
                younger = absorbed.younger.0,
                older = absorbed.older.0,
                "two releases turned out to be one"
            );
        }
        let (relations, sketch) = self.rules.relate_words(&coming.arrival.text, said, &[]);
        let translated = translations::of_statements(self.database, coming.prepared, &relations);
        let mut links = decided.links;
        for link in translated.await? {
            if links.iter().all(|known| known.release != link.release) {
                links.push(link);
            }
        }
        Ok(Placement {
            place: decided.place,
            evidence: decided.evidence,
            links,
            beside: decided.beside,
            keys: coming.keys,
            nearness: decided.nearness,
            credits: decided.credits,
            absorbed: decided.absorbed,
            relations,
            sketch,
        })
    }

    /// Whose words they are: the arrival's own, or those of one whom it credits.
    async fn weigh(
        &self,
        coming: &Coming<'_>,
        publisher: &Publisher<'_>,
        decision: &mut Decision,
        at_hand: &mut AtHand,
    ) -> Result<(), DatabaseError> {
        let Coming {
            arrival, prepared, ..
        } = coming;
        let Some(source) = prepared.text.source else {
            return Ok(());
        };
        let release = match decision.place {
            Place::Join(release) => Some(release),
            Place::Stay => arrival.known,
            Place::With(_) | Place::Found => None,
        };
        let others = match release {
            Some(release) => at_hand.beside(self.database, release, source).await?,
            None => Arc::default(),
        };
        decision.nearness = issuer::nearness(self.rules, prepared, publisher, &others);
        decision.credits = issuer::credited(self.rules, publisher, &others);
        Ok(())
    }

    /// Releases of which an editor parted any texts do not become one.
    async fn keep_apart(&self, absorbed: &mut Vec<Absorbed>) -> Result<(), DatabaseError> {
        let decisions = &self.rules.decisions;
        if decisions.all().is_empty() {
            return Ok(());
        }
        for one in std::mem::take(absorbed) {
            let goes = self.database.texts_of_release(one.younger).await?;
            let stays = self.database.texts_of_release(one.older).await?;
            if may_join(decisions, &goes, &stays).len() == goes.len() {
                absorbed.push(one);
            }
        }
        Ok(())
    }

    /// Whether an entry that changed still belongs with those who carry its release. It is never compared
    /// with its own last version: small steps lead anywhere.
    async fn stays(
        &self,
        release: ReleaseNumber,
        prepared: &Ready,
        at_hand: &mut AtHand,
    ) -> Result<Stay, DatabaseError> {
        // A statement's release is its own, whatever it says.
        let Some(source) = prepared.text.source else {
            return Ok(Stay::WithOthers);
        };
        let others = at_hand.beside(self.database, release, source).await?;
        let all = others.len();
        let mut agree = 0;
        for other in others.iter() {
            let bond = self.bond(&other.text, prepared).await?;
            let other = self.prepared(other.text.clone()).await?;
            let verdict = likeness::verdict(&other, prepared, bond).verdict;
            agree += usize::from(verdict.is_one_release());
        }
        Ok(match all {
            0 => Stay::Alone,
            // Most of them: two that mean ill and edit by turns would vouch for each other.
            _ if 2 * agree > all => Stay::WithOthers,
            _ => Stay::Leaves,
        })
    }

    /// Where a release shows less than the arrival has, and somebody in it has more too, their verdict
    /// counts: one beginning of two texts does not make them one.
    async fn of_whole(
        &self,
        candidate: &Compared,
        prepared: &Ready,
        judged: Judged,
        at_hand: &mut AtHand,
    ) -> Result<(Judged, Arc<Ready>), DatabaseError> {
        let shown = Arc::clone(&candidate.text);
        let (Some(source), Verdict::Excerpt | Verdict::Teaser) =
            (prepared.text.source, judged.verdict)
        else {
            return Ok((judged, shown));
        };
        if !shown.is_shorter_than(prepared) {
            return Ok((judged, shown));
        }
        let others = at_hand.beside(self.database, candidate.release, source);
        for other in others.await?.iter() {
            let other = self.prepared(other.text.clone()).await?;
            let of_other = judge(&other, prepared, Bond::None);
            if shown.is_shorter_than(&other) && !of_other.verdict.is_one_release() {
                return Ok((of_other, Arc::new(other)));
            }
        }
        Ok((judged, shown))
    }

    pub(super) async fn prepared(&self, text: Text) -> Result<Ready, DatabaseError> {
        let boilerplate = self
            .rules
            .boilerplates
            .of(self.database, text.source)
            .await?;
        Ok(Ready::of(Prepared::of(text, &boilerplate)))
    }

    /// Whether one of the two is our statement and the other comes from one who signed it.
    pub(super) async fn bond(&self, other: &Text, arrival: &Ready) -> Result<Bond, DatabaseError> {
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

/// Whether an entry that changed stays in its release.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stay {
    /// Its words are still those of the others in it.
    WithOthers,
    /// Nobody else is in it.
    Alone,
    /// Others are, and its words are no longer theirs; or it is new, and nowhere.
    Leaves,
}
