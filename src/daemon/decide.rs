//! In the background: who is in the wire, decided anew after feeds.toml or a statement changed.
//!
//! Small batches with pauses between, so that polls and answers have their turn; how far it went is
//! kept in the database, so that a restart goes on there.

use super::{House, chain, reload};
use crate::database::DatabaseError;
use crate::wire::{self, Rules};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Changes that come together (an editor saves five files) are decided together.
const GATHER: Duration = Duration::from_millis(500);

/// Polls that had begun to place what they brought when the rules changed have ended by then.
const UNDER_WAY: Duration = Duration::from_secs(5);

/// A pause between two batches is as long as the batch was, and at least so long: half a core at most.
const PAUSE: Duration = Duration::from_millis(2);

impl House {
    /// Decides anew whatever is undecided, at the start and whenever somebody rings.
    pub(super) async fn keep_deciding(&self) {
        loop {
            self.decide.notified().await;
            sleep(GATHER).await;
            let decided = async {
                self.decide_sources().await?;
                self.look_back().await
            };
            if let Err(error) = decided.await {
                tracing::error!(error = %chain(&error), "could not decide membership anew; at the next change again");
            }
        }
    }

    /// Sources whose `keep`, `match`, `block` or `topics` changed.
    async fn decide_sources(&self) -> Result<(), DatabaseError> {
        let config = self.config.load_full();
        let declared = reload::declared(&config);
        let known = self.db.declare_sources(&declared, self.clock.now()).await?;
        for (source, (number, id, undecided)) in config.sources.iter().zip(known) {
            if !undecided {
                continue;
            }
            let rules = self.rules.load_full();
            let entries =
                wire::decide_source_anew(&self.db, &rules, source, number, self.clock.now())
                    .await?;
            tracing::info!(source = %id, entries, "membership was decided anew");
        }
        Ok(())
    }

    /// Holds what is stored against statements and topics that are new, changed or gone.
    async fn look_back(&self) -> Result<(), DatabaseError> {
        loop {
            let rules = self.rules.load_full();
            if !self.db.declare_targets(rules.targets()).await? {
                return Ok(());
            }
            let newest = self.db.newest_entry().await?;
            self.look_back_by(&rules).await?;
            sleep(UNDER_WAY).await;
            self.db.look_again_after(newest).await?;
            self.look_back_by(&rules).await?;
        }
    }

    /// Goes on to the end, or until other rules are in force.
    async fn look_back_by(&self, rules: &Arc<Rules>) -> Result<(), DatabaseError> {
        let mut total = wire::Step::default();
        let began = Instant::now();
        while Arc::ptr_eq(rules, &self.rules.load_full()) {
            let batch = Instant::now();
            let Some(step) = wire::look_back(&self.db, rules, self.clock.now()).await? else {
                break;
            };
            total.looked_at += step.looked_at;
            total.read += step.read;
            total.changed += step.changed;
            sleep(batch.elapsed().max(PAUSE)).await;
        }
        if total.looked_at > 0 {
            tracing::info!(
                entries = total.looked_at,
                read = total.read,
                releases = total.changed,
                duration_ms = began.elapsed().as_millis() as u64,
                "what is stored was held against statements and topics"
            );
        }
        Ok(())
    }
}
