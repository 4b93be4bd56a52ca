//! Statements kept in force, and what they and feeds.toml change about membership decided anew.

use super::{House, chain};
use crate::store;
use crate::wire;
use std::collections::HashSet;
use std::time::Duration;

/// Changes that come together (an editor saves five files) are decided together.
const GATHER: Duration = Duration::from_secs(2);

impl House {
    /// Reads statements whenever there is a reason to: a file changed, an embargo ends, half a minute
    /// has passed.
    pub(super) async fn keep_statements_in_force(&self) {
        let config = self.config.load_full();
        // The store's folder stays what it was at the start; everything else is read anew each time.
        store::watch(&config, || self.look_at_statements(), self.stop.clone()).await;
    }

    /// One look at the store. How long until the next one at the latest, where the store says so.
    async fn look_at_statements(&self) -> Option<Duration> {
        let config = self.config.load_full();
        let kept = store::keep(&self.db, &self.rules.load_full(), &config, self.clock.now()).await;
        self.take_report(kept).await
    }

    /// The same after a reload: each statement is related anew.
    pub(super) async fn keep_statements_again(&self) {
        let config = self.config.load_full();
        let kept =
            store::keep_again(&self.db, &self.rules.load_full(), &config, self.clock.now()).await;
        self.take_report(kept).await;
    }

    /// Before anything is served: the first reading.
    pub(super) async fn read_statements(&self) -> anyhow::Result<()> {
        let config = self.config.load_full();
        let report =
            store::keep(&self.db, &self.rules.load_full(), &config, self.clock.now()).await?;
        report.log(&mut *self.said.lock().await);
        self.rebuild_rules().await;
        Ok(())
    }

    async fn take_report(
        &self,
        kept: Result<store::KeepReport, store::KeepError>,
    ) -> Option<Duration> {
        match kept {
            Ok(report) => {
                report.log(&mut *self.said.lock().await);
                if report.new + report.changed > 0 {
                    tracing::info!(
                        new = report.new,
                        changed = report.changed,
                        "statements are in force"
                    );
                    self.rebuild_rules().await;
                    self.declare_anew().await;
                }
                report.look_again_in
            }
            Err(error) => {
                tracing::error!(error = %chain(&error), "could not keep the statements; trying again");
                None
            }
        }
    }

    /// Decides anew whatever the database holds as undecided, whenever somebody says that there is.
    pub(super) async fn keep_deciding(&self) {
        loop {
            self.decide.notified().await;
            tokio::time::sleep(GATHER).await;
            if let Err(error) = self.decide_anew().await {
                tracing::error!(error = %chain(&error), "could not decide membership anew; at the next change again");
            }
        }
    }

    async fn decide_anew(&self) -> Result<(), crate::database::DatabaseError> {
        let config = self.config.load_full();
        let declared = self.declared(&config);
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
}

/// What was said of statements in the last look: not said again.
pub(super) type Said = tokio::sync::Mutex<HashSet<String>>;
