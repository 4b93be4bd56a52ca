//! Polling because somebody says so: `presswire poll`, and `POST /api/v1/sources/{id}/poll`.
//!
//! Works beside a daemon: a source that it is just asking is waited for, and its answer taken for ours.

use super::pulse::Pulse;
use super::run::lease;
use super::settings::Settings;
use super::source::{PollReport, poll_source};
use super::{Inner, Poller};
use crate::database::{DatabaseError, SourceRecord};
use crate::domain::source::State;
use futures_util::StreamExt;
use futures_util::stream;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Between two attempts to get a source that another process holds.
const RETRY: Duration = Duration::from_millis(250);

/// Why nothing was polled.
#[derive(Debug, thiserror::Error)]
pub enum PollError {
    /// There is no such source.
    #[error("no source has the id “{0}”; presswire sources lists them")]
    UnknownSource(String),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Poller {
    /// Polls the named sources once, due or not, all enabled ones where none is named. `progress` is
    /// told how many are done, of how many, and how the last one went. Reports come in the order in
    /// which they ended.
    ///
    /// # Errors
    /// [`PollError::UnknownSource`] before anything is asked; [`PollError::Database`].
    pub async fn poll_now(
        &self,
        ids: &[String],
        progress: impl Fn(usize, usize, &PollReport) + Send + Sync,
    ) -> Result<Vec<PollReport>, PollError> {
        let inner = &self.inner;
        let settings = inner.settings();
        let sources = wanted(inner, &settings, ids).await?;
        let total = sources.len();
        let mut by_host: HashMap<String, Vec<SourceRecord>> = HashMap::new();
        for source in sources {
            by_host.entry(source.host.clone()).or_default().push(source);
        }
        let slots = Semaphore::new(settings.config.poll.concurrency.max(1));
        let per_host = settings.config.poll.per_host.max(1);
        let (slots, settings) = (&slots, &settings);
        // Each host is a queue of its own, so that one with many sources holds up nobody else's.
        let queues = by_host.into_values().map(|queue| {
            stream::iter(queue)
                .map(move |source| one(inner, settings, slots, source))
                .buffer_unordered(per_host)
                .boxed()
        });
        let mut polls = stream::select_all(queues);
        let mut reports = Vec::with_capacity(total);
        while let Some(report) = polls.next().await {
            let report = report?;
            progress(reports.len() + 1, total, &report);
            reports.push(report);
        }
        Ok(reports)
    }
}

async fn wanted(
    inner: &Inner,
    settings: &Settings,
    ids: &[String],
) -> Result<Vec<SourceRecord>, PollError> {
    let sources = inner.db.sources().await?;
    let followed = |source: &SourceRecord| settings.index_of(source).is_some();
    if ids.is_empty() {
        let enabled = |source: &SourceRecord| {
            settings
                .index_of(source)
                .is_some_and(|index| settings.source(index).enabled)
        };
        return Ok(sources.into_iter().filter(enabled).collect());
    }
    let mut by_id: HashMap<String, SourceRecord> = sources
        .into_iter()
        .filter(followed)
        .map(|source| (source.id.clone(), source))
        .collect();
    let mut wanted = Vec::with_capacity(ids.len());
    for (position, id) in ids.iter().enumerate() {
        match by_id.remove(id) {
            Some(source) => wanted.push(source),
            None if ids[..position].contains(id) => {}
            None => return Err(PollError::UnknownSource(id.clone())),
        }
    }
    Ok(wanted)
}

async fn one(
    inner: &Inner,
    settings: &Arc<Settings>,
    slots: &Semaphore,
    source: SourceRecord,
) -> Result<PollReport, DatabaseError> {
    inner.hosts.ready(&source.host).await;
    let _slot = slots
        .acquire()
        .await
        .expect("the semaphore is never closed");
    let (began, since) = (Instant::now(), inner.clock.now());
    let lease = lease(settings);
    let lease_ms = i64::try_from(lease.as_millis()).unwrap_or(i64::MAX);
    let mut has_waited = false;
    while began.elapsed() < lease {
        let claims = inner
            .db
            .claim_named(&[source.number], inner.clock.now(), lease_ms)
            .await?;
        let Some(claim) = claims.into_iter().next() else {
            has_waited = true;
            tokio::time::sleep(RETRY).await;
            continue;
        };
        // Whoever held it has asked it just now: once is enough.
        if has_waited && claim.source.last_poll.is_some_and(|at| at >= since) {
            inner.db.give_back(&[claim.lease]).await?;
            let answered = claim.source.last_ok == claim.source.last_poll;
            return Ok(report_of(
                &claim.source,
                claim.source.message.clone(),
                answered,
            ));
        }
        let report = poll_source(inner, settings, claim, &Pulse::default()).await;
        inner.observe(&report);
        return Ok(report);
    }
    let message = "another process holds it and does not end".to_owned();
    Ok(report_of(&source, Some(message), false))
}

fn report_of(source: &SourceRecord, message: Option<String>, answered: bool) -> PollReport {
    PollReport {
        source: source.id.clone(),
        status: None,
        state: if answered {
            source.state
        } else {
            State::Unreachable
        },
        message,
        remedy: source.remedy.clone(),
        answered,
        new: 0,
        changed: 0,
        duration: Duration::ZERO,
    }
}
