//! One poll of one source, from the claim to the transaction (house.md, steps 2 to 8).

use super::Inner;
use super::bodies::Place;
use super::failure::{Failure, FailureKind};
use super::fetch::{Answer, Ask, Body, Outcome};
use super::memory::Memory;
use super::planning::{self, Plan};
use super::pulse::Pulse;
use super::settings::Settings;
use super::verdict::Verdict;
use crate::config::Source;
use crate::database::{Claim, DatabaseError, EntryKnown, Kept, PollWrite, SourceRecord};
use crate::domain::Moment;
use crate::domain::doubt::Doubt;
use crate::domain::entry::EntryNumber;
use crate::domain::identity::{self, Face};
use crate::domain::schedule::{Ending, Hints, Jitter, next_poll_at};
use crate::domain::source::{Address, SourceFacts, State, Validators};
use crate::read::{self, Document, ReadError};
use crate::wire::{self, Placed};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use url::Url;

/// How often a plan is made anew because releases were founded meanwhile.
const MOST_PLANS: usize = 10;

/// Reading takes milliseconds; what takes longer than this is caught in a fault of ours.
const READING: Duration = Duration::from_secs(30);

/// How a poll went, for progress, logs and metrics.
#[derive(Clone, Debug)]
pub struct PollReport {
    /// The source's id.
    pub source: String,
    /// Status of the last response; None where there was none.
    pub status: Option<u16>,
    /// How it fares now.
    pub state: State,
    /// What is wrong.
    pub message: Option<String>,
    /// What to do.
    pub remedy: Option<String>,
    /// It was answered and read as it should, or said that nothing changed.
    pub answered: bool,
    /// Entries that were not known.
    pub new: usize,
    /// Known entries that changed.
    pub changed: usize,
    /// From the claim to the end of the transaction.
    pub duration: Duration,
}

/// What a poll found out, before the next one is scheduled and all of it is kept.
struct Finding {
    verdict: Verdict,
    ending: Ending,
    answered: bool,
    validators: Option<Validators>,
    body_hash: Option<[u8; 32]>,
    facts: Option<SourceFacts>,
    plan: Plan,
    /// Of the body that it was made of; given up when it is stored.
    _place: Option<Place>,
}

impl Finding {
    fn of(verdict: Verdict, ending: Ending) -> Finding {
        let answered = ending == Ending::Answered;
        Finding {
            verdict,
            ending,
            answered,
            validators: None,
            body_hash: None,
            facts: None,
            plan: Plan::default(),
            _place: None,
        }
    }
}

/// A poll under way.
struct Poll<'a> {
    inner: &'a Inner,
    settings: &'a Arc<Settings>,
    index: usize,
    record: &'a SourceRecord,
    now: Moment,
    memory: Memory,
}

/// Polls a claimed source once. Whatever happens, its row says so afterwards; only where the database
/// itself fails does the lease run out by itself.
pub(super) async fn poll_source(
    inner: &Inner,
    settings: &Arc<Settings>,
    claim: Claim,
    pulse: &Pulse,
) -> PollReport {
    let began = Instant::now();
    let now = inner.clock.now();
    let record = &claim.source;
    let Some(index) = settings.index_of(record) else {
        return not_followed(inner, &claim, now).await;
    };
    let memory = Memory::restore(record.rhythm_memory.as_deref(), now);
    let mut poll = Poll {
        inner,
        settings,
        index,
        record,
        now,
        memory,
    };
    let (answer, url) = poll.ask(pulse).await;
    let status = answer.status;
    let fresh_for = answer.fresh_for;
    let finding = poll.find(answer, &url).await;
    let finding = finding.unwrap_or_else(|why| could_not_keep(&record.id, &why));
    let kept = poll.keep(&claim, finding, fresh_for).await;
    let report = PollReport {
        status,
        duration: began.elapsed(),
        ..kept
    };
    log(&report);
    report
}

fn log(report: &PollReport) {
    let PollReport {
        source,
        status,
        new,
        changed,
        ..
    } = report;
    let duration_ms = u64::try_from(report.duration.as_millis()).unwrap_or(u64::MAX);
    let state = report.state.word();
    match &report.message {
        None => tracing::info!(%source, status, new, changed, duration_ms, "polled"),
        Some(why) if report.answered => {
            tracing::info!(%source, status, new, changed, duration_ms, state, %why, "polled")
        }
        Some(why) => {
            tracing::warn!(%source, status, new, changed, duration_ms, state, %why, "polled")
        }
    }
}

/// The configuration was taken anew between the claim and now.
async fn not_followed(inner: &Inner, claim: &Claim, now: Moment) -> PollReport {
    give_back(inner, claim).await;
    tracing::debug!(source = %claim.source.id, %now, "no longer followed");
    PollReport {
        source: claim.source.id.clone(),
        status: None,
        state: State::Disabled,
        message: Some("it is no longer in feeds.toml".to_owned()),
        remedy: None,
        answered: false,
        new: 0,
        changed: 0,
        duration: Duration::ZERO,
    }
}

/// Frees a source whose poll came to nothing.
async fn give_back(inner: &Inner, claim: &Claim) {
    if let Err(why) = inner.db.give_back(&[claim.lease]).await {
        tracing::error!(source = %claim.source.id, error = %chain(&why), "could not give a source back");
    }
}

fn could_not_keep(source: &str, why: &DatabaseError) -> Finding {
    tracing::error!(%source, error = %chain(why), "could not keep what a poll brought");
    let verdict = Verdict::fault(&format!("what it brought could not be kept ({why})"));
    Finding::of(verdict, Ending::Failed)
}

impl Poll<'_> {
    fn source(&self) -> &Source {
        self.settings.source(self.index)
    }

    /// Asks; gives the address that was asked first, too.
    async fn ask(&self, pulse: &Pulse) -> (Answer, Url) {
        let poll = &self.settings.config.poll;
        let source = self.source();
        let looks = self.memory.looks_unconditionally(self.now);
        let believed = self
            .memory
            .moved
            .as_ref()
            .filter(|moved| moved.believed && !looks);
        let url = believed.map_or(&source.url, |moved| &moved.to).clone();
        let ask = Ask {
            url: &url,
            own: &source.url,
            headers: &source.headers,
            validators: self.record.validators.as_ref().filter(|_| !looks),
            reach: self.settings.reach(source),
            timeout: poll.timeout,
            max_size_bytes: poll.max_size_bytes,
            manners: self.settings.manners(),
            pooled: self.settings.is_pooled(source),
            user_agent: &self.settings.user_agent,
            pulse,
            now: self.now,
        };
        (self.inner.fetcher.fetch(&ask).await, url)
    }

    /// What follows from the answer.
    async fn find(&mut self, answer: Answer, asked: &Url) -> Result<Finding, DatabaseError> {
        let host = self.source().url.host_str().unwrap_or_default().to_owned();
        if !matches!(answer.outcome, Outcome::Failed(_)) {
            self.inner.weather.answered();
        }
        let took = answer.took;
        let redirected = answer.redirected;
        let finding = match answer.outcome {
            Outcome::Failed(failure) => {
                return Ok(self.failed(&host, &failure, answer.status, asked));
            }
            Outcome::Gone => return Ok(Finding::of(Verdict::gone(), Ending::Gone)),
            Outcome::Throttled { until, status } => {
                if status == 429 {
                    let wait = until.and_then(|until| (until - self.now).to_std().ok());
                    if let Some(pause) = self.inner.hosts.throttled(&host, &self.record.id, wait) {
                        tracing::warn!(%host, pause_s = pause.as_secs(), "two sources of a host were told to slow down: it rests");
                    }
                }
                self.memory.habit = self.memory.habit.failed();
                return Ok(Finding::of(
                    Verdict::throttled(status, until),
                    Ending::Throttled(until),
                ));
            }
            Outcome::Unchanged(validators) => Finding {
                validators,
                ..Finding::of(Verdict::ok(), Ending::Answered)
            },
            Outcome::Body(body) => self.body(*body).await?,
        };
        self.inner.hosts.content(&host);
        if !finding.answered {
            return Ok(finding);
        }
        let to = redirected
            .as_ref()
            .map(|redirected| (&redirected.to, redirected.permanent));
        self.note_redirect(asked, to, &finding).await?;
        let first = self.record.first_ok.is_none();
        self.memory
            .answered(self.now, finding.plan.new_entries(), first);
        let verdict = self.refined(finding.verdict, took);
        let end = redirected.as_ref().map(|redirected| &redirected.to);
        let end = end.or_else(|| (*asked != self.source().url).then_some(asked));
        Ok(match self.shared_at(end) {
            Some(shared) if matches!(verdict.state, State::Ok | State::Moved) => Finding {
                verdict: shared,
                ending: Ending::Shared,
                ..finding
            },
            _ => Finding { verdict, ..finding },
        })
    }

    /// What is to be said where it ended at another source's address, or where another one ends, too.
    fn shared_at(&self, end: Option<&Url>) -> Option<Verdict> {
        let own = &self.record.id;
        let Some(end) = end else {
            self.inner.ends.leave(own);
            return None;
        };
        let address = Address::of(end);
        let is_followed = |id: &str| self.settings.is_followed(id);
        let owner = self.settings.followed_at(&address).filter(|id| id != own);
        let other = owner
            .map(str::to_owned)
            .or_else(|| self.inner.ends.reach(own, address, is_followed));
        other.map(|other| Verdict::shared(end, &other))
    }

    fn failed(
        &mut self,
        host: &str,
        failure: &Failure,
        status: Option<u16>,
        asked: &Url,
    ) -> Finding {
        let verdict = Verdict::failed(failure, status);
        self.inner.ends.leave(&self.record.id);
        if *asked != self.source().url {
            // The address that it moved to fails: the old one is asked again.
            self.memory.moved = None;
        }
        if self.inner.weather.failed(host, failure) {
            return Finding::of(verdict.perhaps_ours(), Ending::Failed);
        }
        let first = self.memory.habit.failures == 0;
        self.memory.habit = self.memory.habit.failed();
        // A slow source is not to miss a whole interval because many were due at once.
        let ending = match failure.kind {
            FailureKind::GaveWay if first => Ending::Interrupted,
            _ => Ending::Failed,
        };
        Finding::of(verdict, ending)
    }

    /// A body: the same as last time, a feed, or something else.
    async fn body(&mut self, body: Body) -> Result<Finding, DatabaseError> {
        let whole = body.cut.is_none() && !body.delta;
        let looked = self.memory.looks_unconditionally(self.now);
        let is_same = whole && self.record.body_hash == Some(body.hash);
        // Read all the same once a week: entries that are still shown are noted so.
        if is_same && !looked {
            self.memory.looked(self.now);
            let validators = Some(body.validators);
            return Ok(Finding {
                validators,
                ..Finding::of(Verdict::ok(), Ending::Answered)
            });
        }
        let Body {
            bytes,
            url,
            content_type,
            validators,
            hash,
            cut,
            delta: _,
            place,
        } = body;
        let read = blocking(move || {
            // Against a base with a query only "" and "#…" differ, and would publish the token in it.
            let mut url = url;
            url.set_query(None);
            let hints = read::Hints {
                base: Some(&url),
                content_type: content_type.as_deref(),
            };
            let document = read::read(&bytes, &hints)?;
            let faces = identity::faces(&document.entries);
            let sought = identity::sought(&document.entries, &faces);
            Ok::<_, ReadError>((document, faces, sought))
        });
        let (document, faces, sought) = match (read.await, &cut) {
            (Ok(Ok(read)), _) => read,
            (Ok(Err(_)), Some(failure)) => return Ok(self.counted(Verdict::cut(failure, 0))),
            (Ok(Err(why)), None) => return Ok(self.counted(Verdict::not_a_feed(&why))),
            (Err(fault), _) => return Ok(self.counted(Verdict::fault(&fault))),
        };
        let mut ids = sought.ids;
        ids.extend(document.deleted.iter().map(|deleted| deleted.id.clone()));
        let links = &sought.canonical_links;
        let known = self
            .inner
            .db
            .known_entries(self.record.number, &sought.keys, &ids, links)
            .await?;
        if let Some(title) = self.replaced_by(&document, &known) {
            return Ok(self.counted(Verdict::replaced(&title, document.entries.len())));
        }
        let known = self.with_renumbered(&document, known).await?;
        let read = Read {
            document,
            faces,
            known,
            validators,
            hash,
            cut,
            whole,
            looked,
        };
        let finding = self.document(read).await;
        Ok(Finding {
            _place: Some(place),
            ..finding
        })
    }

    /// What is known of a document, and where that is little of it the source's newest entries: it may
    /// give its items other ids and addresses each time.
    async fn with_renumbered(
        &self,
        document: &Document,
        mut known: Vec<EntryKnown>,
    ) -> Result<Vec<EntryKnown>, DatabaseError> {
        let items = document.entries.len();
        if self.record.entries == 0 || 2 * known.len() >= items {
            return Ok(known);
        }
        let number = self.record.number;
        let newest = self.inner.db.newest_entries(number, 2 * items).await?;
        let ids: HashSet<EntryNumber> = known.iter().map(|known| known.number).collect();
        known.extend(newest.into_iter().filter(|it| !ids.contains(&it.number)));
        Ok(known)
    }

    /// The feed's new title, where nothing of it is known and its title is another one: an old address
    /// under which somebody else publishes now. The operator accepts it by giving it that name.
    fn replaced_by(&self, document: &Document, known: &[EntryKnown]) -> Option<String> {
        let before = self.record.facts.title.as_deref()?;
        let title = document.facts.title.as_deref()?;
        let strange = self.record.entries > 0 && known.is_empty() && !document.entries.is_empty();
        let same_id = document.facts.id.is_some() && document.facts.id == self.record.facts.id;
        let accepted = self.source().name.as_deref() == Some(title);
        let replaced =
            strange && !same_id && !accepted && !planning::is_same_feed_title(before, title);
        replaced.then(|| title.to_owned())
    }

    async fn document(&mut self, read: Read) -> Finding {
        let Read {
            mut document,
            mut faces,
            known,
            validators,
            hash,
            cut,
            whole,
            looked,
        } = read;
        // An entry cut short may lack its id, and would stand beside itself once it comes whole; one
        // that says nothing is nothing to keep or show.
        if document.last_entry_cut {
            document.entries.pop();
            faces.pop();
        }
        let mut says = document.entries.iter().map(|entry| !entry.says_nothing());
        faces.retain(|_| says.next() == Some(true));
        document.entries.retain(|entry| !entry.says_nothing());
        let entries = document.entries.len();
        let truncated = document.truncated;
        let manners = &document.manners;
        self.memory.hints = Hints {
            fresh_for: None,
            interval_s: manners.interval_s,
            skip_hours: manners.skip_hours.clone(),
            skip_days: manners.skip_days.clone(),
        };
        let facts = document.facts.clone();
        let (now, number) = (self.now, self.record.number);
        let (settings, index) = (Arc::clone(self.settings), self.index);
        let planned = blocking(move || {
            let source = settings.source(index);
            planning::plan(now, number, source, document, &faces, &known)
        });
        let plan = match planned.await {
            Ok(plan) => plan,
            Err(fault) => return self.counted(Verdict::fault(&fault)),
        };
        if let Some(failure) = cut {
            let too_large = failure.kind == FailureKind::TooLarge;
            let ending = if too_large {
                Ending::Answered
            } else {
                Ending::Failed
            };
            if !too_large {
                self.memory.habit = self.memory.habit.failed();
            }
            let verdict = Verdict::cut(&failure, entries);
            return Finding {
                plan,
                facts: Some(facts),
                ..Finding::of(verdict, ending)
            };
        }
        if whole && looked {
            self.judge_304(&validators, hash, &plan);
        }
        if whole {
            self.memory.looked(self.now);
        }
        // What could not be read to its end keeps no validators: the rest must be asked for again.
        let verdict = if truncated {
            Verdict::truncated(entries)
        } else {
            Verdict::ok()
        };
        Finding {
            validators: (!truncated).then_some(validators),
            body_hash: (whole && !truncated).then_some(hash),
            facts: Some(facts),
            plan,
            ..Finding::of(verdict, Ending::Answered)
        }
    }

    /// After a week of 304 the whole body was asked for: does it bring something under the old ETag?
    fn judge_304(&mut self, validators: &Validators, hash: [u8; 32], plan: &Plan) {
        let Some(kept) = &self.record.validators else {
            self.memory.frozen = false;
            return;
        };
        let same = validators.etag == kept.etag && validators.last_modified == kept.last_modified;
        let brings = self.record.body_hash != Some(hash) && !plan.drafts.is_empty();
        self.memory.frozen = same && (brings || self.memory.frozen);
    }

    async fn note_redirect(
        &mut self,
        asked: &Url,
        to: Option<(&Url, bool)>,
        finding: &Finding,
    ) -> Result<(), DatabaseError> {
        let own = self.source().url.clone();
        let unchanged = finding.plan.drafts.is_empty() && finding.body_hash.is_none();
        let familiar = unchanged || finding.plan.is_familiar();
        let was_believed = self
            .memory
            .moved
            .as_ref()
            .is_some_and(|moved| moved.believed);
        match to {
            Some((to, true)) => self.memory.redirected(self.now, &own, Some(to), familiar),
            // The address that it moved to answers by itself, or sends us on for the moment.
            _ if *asked != own => {}
            _ => self.memory.redirected(self.now, &own, None, familiar),
        }
        if let Some(moved) = self
            .memory
            .moved
            .as_ref()
            .filter(|moved| moved.believed && !was_believed)
        {
            self.inner
                .db
                .keep_address(self.record.number, &Address::of(&moved.to))
                .await?;
        }
        Ok(())
    }

    /// What is to be said of a source that answered well.
    fn refined(&self, verdict: Verdict, took: Duration) -> Verdict {
        if verdict.state != State::Ok {
            return verdict;
        }
        if self.memory.frozen {
            return Verdict::frozen();
        }
        if let Some(moved) = &self.memory.moved {
            return Verdict::moved(&moved.to, moved.believed);
        }
        if let Some((silence, usual)) = self.memory.silence(self.now) {
            return Verdict::silent(silence, usual);
        }
        if took >= self.settings.config.poll.timeout / 2 {
            return Verdict::slow(took);
        }
        verdict
    }

    fn counted(&mut self, verdict: Verdict) -> Finding {
        self.memory.habit = self.memory.habit.failed();
        Finding::of(verdict, Ending::Failed)
    }

    fn next_poll(&self, ending: Ending, fresh_for: Option<Duration>) -> Moment {
        let policy = self.settings.policy(self.source());
        let hints = Hints {
            fresh_for,
            ..self.memory.hints.clone()
        };
        let jitter = Jitter {
            offset: share(&[self.record.id.as_bytes()]),
            dice: share(&[
                self.record.id.as_bytes(),
                &self.now.timestamp_millis().to_be_bytes(),
            ]),
        };
        next_poll_at(
            self.now,
            ending,
            &hints,
            &policy,
            &self.memory.habit,
            jitter,
        )
    }

    /// Places what is new and keeps everything in one transaction, again where releases were founded
    /// meanwhile.
    async fn keep(
        &self,
        claim: &Claim,
        finding: Finding,
        fresh_for: Option<Duration>,
    ) -> PollReport {
        let next_poll = self.next_poll(finding.ending, fresh_for);
        let (new, changed) = (finding.plan.new_entries(), finding.plan.changed());
        let report = |verdict: &Verdict, answered, new, changed| PollReport {
            source: self.record.id.clone(),
            status: None,
            state: verdict.state,
            message: verdict.message.clone(),
            remedy: verdict.remedy.clone(),
            answered,
            new,
            changed,
            duration: Duration::ZERO,
        };
        match self.keep_finding(claim, &finding, next_poll).await {
            Ok((Kept::Written { .. }, verdict)) => report(&verdict, finding.answered, new, changed),
            Ok((Kept::LeaseLost, _)) => {
                let mut verdict = finding.verdict;
                verdict.message = Some("another process polls it".to_owned());
                report(&verdict, false, 0, 0)
            }
            Ok((Kept::Overtaken, _)) => {
                // Still due, and free: it is asked again at once, and planned on what is known then.
                give_back(self.inner, claim).await;
                let mut verdict = finding.verdict;
                verdict.message = Some("others kept publishing at the same time".to_owned());
                report(&verdict, false, 0, 0)
            }
            Err(why) => {
                // One bad entry must not stop its source for ever, nor make us ask without end.
                let failed = could_not_keep(&self.record.id, &why);
                let next_poll = self.next_poll(Ending::Failed, None);
                if let Err(why) = self.keep_finding(claim, &failed, next_poll).await {
                    tracing::error!(source = %self.record.id, error = %chain(&why), "could not keep that a poll failed");
                }
                report(&failed.verdict, false, 0, 0)
            }
        }
    }

    async fn keep_finding(
        &self,
        claim: &Claim,
        finding: &Finding,
        next_poll: Moment,
    ) -> Result<(Kept, Verdict), DatabaseError> {
        let rules = self.inner.rules.load_full();
        let drafts = &finding.plan.drafts;
        let arrivals: Vec<wire::Arrival> =
            drafts.iter().map(|draft| draft.arrival.clone()).collect();
        let mut kept = (Kept::Overtaken, finding.verdict.clone());
        for plan in 0..MOST_PLANS {
            // Who was overtaken goes on alone, so that of many polls at once none starves.
            let _alone = match plan {
                0 => None,
                _ => Some(self.inner.overtaken.lock().await),
            };
            let placed = match arrivals.is_empty() {
                true => Placed::default(),
                false => wire::place(&self.inner.db, &rules, &arrivals).await?,
            };
            let mut memory = self.memory.clone();
            let new_doubts = memory.doubt(self.now, &self.doubts(finding, placed.doubts));
            let verdict = finding.verdict.clone().doubted(memory.doubted(self.now));
            let placed_drafts = drafts.iter().zip(placed.placements);
            let write = PollWrite {
                state: verdict.state,
                message: verdict.message.clone(),
                remedy: verdict.remedy.clone(),
                answered: finding.answered,
                validators: finding.validators.clone(),
                body_hash: finding.body_hash,
                facts: finding.facts.clone(),
                next_poll,
                rhythm_memory: memory.keep(),
                entries: placed_drafts
                    .map(|(draft, placement)| draft.placed(placement))
                    .collect(),
                still_shown: finding.plan.still.clone(),
                removed: finding.plan.removed.clone(),
                ..PollWrite::of(claim, self.now, placed.planned_at)
            };
            kept = (self.inner.db.keep_poll(write).await?, verdict);
            if kept.0 != Kept::Overtaken {
                self.say(&new_doubts);
                break;
            }
        }
        Ok(kept)
    }

    /// What is to be doubted of what it brought.
    fn doubts(&self, finding: &Finding, placed: Vec<Doubt>) -> Vec<Doubt> {
        // What a source brings with its first poll is an archive: its dates are no claim on others.
        let first = self.record.first_ok.is_none();
        let dated = |doubt: &Doubt| matches!(doubt, Doubt::Dated { .. });
        let placed = placed.into_iter().filter(|doubt| !(first && dated(doubt)));
        placed.chain(finding.plan.doubts.iter().cloned()).collect()
    }

    fn say(&self, doubts: &[Doubt]) {
        for doubt in doubts {
            tracing::warn!(source = %self.record.id, %doubt, "readers could be fooled");
        }
    }
}

/// A document with everything that is needed to judge it.
struct Read {
    document: Document,
    /// Of its entries.
    faces: Vec<Face>,
    known: Vec<EntryKnown>,
    validators: Validators,
    hash: [u8; 32],
    cut: Option<Failure>,
    whole: bool,
    looked: bool,
}

/// Runs work on a blocking thread; a panic in it, or work without end, is an error in words.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    match tokio::time::timeout(READING, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(fault)) if fault.is_panic() => Err(panic_words(fault.into_panic().as_ref())),
        Ok(Err(_)) => Err("it was cancelled".to_owned()),
        Err(_) => Err(format!("it took longer than {} s", READING.as_secs())),
    }
}

fn panic_words(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic
        .downcast_ref::<&str>()
        .map(|words| (*words).to_owned());
    words
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no words".to_owned())
}

/// A number in [0, 1) made of a hash.
fn share(parts: &[&[u8]]) -> f64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..4]);
    f64::from(u32::from_be_bytes(bytes)) / f64::from(u32::MAX).next_up()
}

/// An error and its causes on one line.
pub(super) fn chain(why: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(why), |cause| cause.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn panic_while_reading_is_an_error_in_words() {
        let fault = blocking(|| -> u8 { panic!("an {} entry", "odd") }).await;
        assert_eq!(fault.err().as_deref(), Some("an odd entry"));
    }

    #[test]
    fn shares_are_fixed_and_below_one() {
        let one = share(&[b"a"]);
        assert!((0.0..1.0).contains(&one) && one == share(&[b"a"]) && one != share(&[b"b"]));
    }
}
