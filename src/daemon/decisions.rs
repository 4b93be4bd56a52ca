//! Editors' decisions kept in force: read again when store/decisions.toml changes, whoever changed it.

use super::edited::{Edited, LOOK_EVERY};
use super::{House, chain};
use crate::store::{Problem, Severity};
use crate::wire;

impl House {
    /// Takes decisions.toml whenever other bytes stand in it.
    pub(super) async fn keep_decisions_in_force(&self, mut edited: Edited) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if edited.look() {
                self.rebuild_rules().await;
                self.take_decisions().await;
            }
        }
    }

    /// Brings what is stored in line with the decisions in force.
    pub(super) async fn take_decisions(&self) {
        match wire::take(&self.db, &self.rules.load_full(), self.clock.now()).await {
            Ok(0) => {}
            Ok(changed) => tracing::info!(changed, "editors' decisions are in force"),
            Err(error) => {
                tracing::error!(error = %chain(&error), "could not carry out editors' decisions; at the next change again");
            }
        }
    }
}

/// Says what is wrong with decisions.toml.
pub(super) fn say(problems: &[Problem]) {
    for problem in problems {
        match problem.severity {
            Severity::Error => tracing::error!(file = %problem.path.display(), "{problem}"),
            Severity::Warning => tracing::warn!(file = %problem.path.display(), "{problem}"),
        }
    }
}
