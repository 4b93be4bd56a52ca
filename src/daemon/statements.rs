//! Statements kept in force.

use super::{House, chain};
use crate::store;
use std::collections::HashSet;
use std::time::Duration;

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
                    self.decide.notify_one();
                }
                report.look_again_in
            }
            Err(error) => {
                tracing::error!(error = %chain(&error), "could not keep the statements; trying again");
                None
            }
        }
    }
}

/// What was said of statements in the last look: not said again.
pub(super) type Said = tokio::sync::Mutex<HashSet<String>>;
