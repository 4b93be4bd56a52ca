//! The claimer that never ends: keeps the slots filled with due sources, and sleeps until the next is due.
//!
//! No rounds: a slow source delays nobody. Slots that hang are at most a quarter where others are due.

use super::pulse::Pulse;
use super::settings::Settings;
use super::source::{PollReport, chain, poll_source};
use super::{Inner, Poller};
use crate::database::{Claim, DatabaseError, LeaseToken};
use crate::domain::Moment;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::{Id, JoinSet};

/// A poll that waited so long for the network, or a quarter of its time-out, hangs.
const HANGS: Duration = Duration::from_secs(5);

/// The longest sleep: other processes make sources due, and say nothing.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// How often it is seen whether slots hang, while all are taken.
const LOOK: Duration = Duration::from_millis(250);

/// Slots that get free together are filled together: each claim is a transaction.
const GATHER: Duration = Duration::from_millis(20);

/// How long polls under way may still take when everything stops.
const LAST_MOMENTS: Duration = Duration::from_secs(4);

/// Beside the time-out: reading, placing, waiting for the writer.
const LEASE_SLACK: Duration = Duration::from_secs(120);

/// How long a source is held for a poll; a process that dies holds it no longer.
pub(super) fn lease(settings: &Settings) -> Duration {
    settings.config.poll.timeout * 2 + LEASE_SLACK
}

/// A poll under way.
struct InFlight {
    host: String,
    lease: LeaseToken,
    pulse: Arc<Pulse>,
}

/// All polls under way.
#[derive(Default)]
struct Slots {
    tasks: JoinSet<PollReport>,
    polls: HashMap<Id, InFlight>,
    /// When it was last seen what is due.
    looked_at: Option<Moment>,
}

impl Poller {
    /// Polls what is due, until the shutdown: then what is under way gets a few seconds more, and
    /// leases of what did not end are given back.
    pub async fn run_due(&self) {
        let inner = &self.inner;
        let mut slots = Slots::default();
        inner.settings().say_what_is_crowded();
        while !inner.shutdown.is_cancelled() {
            let sleep = match slots.fill(inner).await {
                Ok(sleep) => sleep,
                Err(why) => {
                    tracing::error!(error = %chain(&why), "could not claim sources");
                    LONGEST_SLEEP
                }
            };
            tokio::select! {
                () = inner.shutdown.cancelled() => break,
                () = tokio::time::sleep(sleep) => {}
                () = slots.one_ended() => tokio::time::sleep(GATHER).await,
            }
            slots.clear_ended();
        }
        slots.finish(inner).await;
    }
}

impl Slots {
    /// Claims for every free slot; how long there is nothing to do then.
    async fn fill(&mut self, inner: &Arc<Inner>) -> Result<Duration, DatabaseError> {
        let settings = inner.settings();
        let poll = &settings.config.poll;
        let now = inner.clock.now();
        self.follow_clock(inner, now).await?;
        let free = poll.concurrency.max(1).saturating_sub(self.polls.len());
        if free == 0 {
            if inner.db.next_due(now).await?.is_some_and(|due| due <= now) {
                self.make_way(poll.concurrency / 4, HANGS.min(poll.timeout / 4));
            }
            return Ok(LOOK);
        }
        let manners = settings.manners();
        let (mut busy, free_at) = inner.hosts.busy(manners);
        for host in self.polls.values().map(|poll| &poll.host) {
            busy.entry(host.clone()).or_default();
        }
        for (host, count) in &mut busy {
            let under_way = self
                .polls
                .values()
                .filter(|poll| poll.host == *host)
                .count();
            *count = (*count).max(under_way);
        }
        let lease_ms = i64::try_from(lease(&settings).as_millis()).unwrap_or(i64::MAX);
        let claims = inner
            .db
            .claim(now, free, lease_ms, &busy, manners.per_host.max(1))
            .await?;
        let claimed = claims.len();
        for claim in claims {
            self.begin(inner, &settings, claim);
        }
        if claimed == free {
            return Ok(LOOK);
        }
        let due = inner.db.next_due(now).await?;
        let until_due = due
            .map(|due| (due - now).to_std().unwrap_or_default())
            .filter(|wait| !wait.is_zero());
        // What is due already waits for its host.
        let until_host = free_at.map(|at| at.saturating_duration_since(Instant::now()));
        let wait = [until_due, until_host].into_iter().flatten().min();
        Ok(wait
            .unwrap_or(LONGEST_SLEEP)
            .clamp(Duration::from_millis(5), LONGEST_SLEEP))
    }

    /// At the start, and whenever the clock was set back: what was to be asked by a clock that was
    /// ahead would otherwise not be asked before that time comes, in hours or years.
    async fn follow_clock(&mut self, inner: &Inner, now: Moment) -> Result<(), DatabaseError> {
        if self.looked_at.is_none_or(|at| now < at) {
            let sources = inner.db.turn_back_clock(now).await?;
            if sources > 0 {
                tracing::warn!(sources, %now, "the clock was set back: when sources are asked next is moved with it");
            }
        }
        self.looked_at = Some(now);
        Ok(())
    }

    fn begin(&mut self, inner: &Arc<Inner>, settings: &Arc<Settings>, claim: Claim) {
        let pulse = Arc::new(Pulse::default());
        let poll = InFlight {
            host: claim.source.host.clone(),
            lease: claim.lease,
            pulse: Arc::clone(&pulse),
        };
        let (inner, settings) = (Arc::clone(inner), Arc::clone(settings));
        let task = self.tasks.spawn(async move {
            let report = poll_source(&inner, &settings, claim, &pulse).await;
            inner.observe(&report);
            report
        });
        self.polls.insert(task.id(), poll);
    }

    /// Where more than `most` polls waited longer than `hangs`, those that waited longest give way.
    fn make_way(&self, most: usize, hangs: Duration) {
        let mut hanging: Vec<(Duration, &Pulse)> = self
            .polls
            .values()
            .filter(|poll| poll.pulse.is_waiting())
            .map(|poll| (poll.pulse.waited(), poll.pulse.as_ref()))
            .filter(|(waited, _)| *waited > hangs)
            .collect();
        let surplus = hanging.len().saturating_sub(most.max(1));
        hanging.sort_by_key(|(waited, _)| std::cmp::Reverse(*waited));
        for (_, pulse) in hanging.iter().take(surplus) {
            pulse.give_way();
        }
    }

    async fn one_ended(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(ended) => self.forget(&ended),
            None => std::future::pending().await,
        }
    }

    fn clear_ended(&mut self) {
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            self.forget(&ended);
        }
    }

    fn forget(&mut self, ended: &Result<(Id, PollReport), tokio::task::JoinError>) {
        let id = match ended {
            Ok((id, _)) => *id,
            Err(fault) => {
                // Its lease runs out by itself.
                tracing::error!(%fault, "a poll ended by a fault of presswire; please report it");
                fault.id()
            }
        };
        self.polls.remove(&id);
    }

    async fn finish(mut self, inner: &Inner) {
        let all_ended = async {
            while self
                .tasks
                .join_next_with_id()
                .await
                .inspect(|_| ())
                .is_some()
            {}
        };
        if tokio::time::timeout(LAST_MOMENTS, all_ended).await.is_ok() {
            return;
        }
        self.tasks.abort_all();
        let leases: Vec<LeaseToken> = self.polls.values().map(|poll| poll.lease).collect();
        while self.tasks.join_next().await.is_some() {}
        // Leases of polls that ended are no longer in force: giving them back changes nothing.
        if let Err(why) = inner.db.give_back(&leases).await {
            tracing::warn!(error = %chain(&why), "could not give sources back; they are free when their leases end");
        }
    }
}
