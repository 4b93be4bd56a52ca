//! feeds.toml taken anew: all of it, or nothing.

use super::edited::{Edited, LOOK_EVERY};
use super::{House, Load, chain, decisions};
use crate::config::{Config, Source};
use crate::database::{DatabaseError, SourceDeclared};
use crate::domain::source::Address;
use crate::store;
use crate::wire;
use std::sync::Arc;

impl House {
    /// Takes feeds.toml when it was edited, or when somebody rang (SIGHUP).
    pub(super) async fn keep_reloading(&self, load: Arc<Load>, mut edited: Edited) {
        loop {
            let asked = tokio::select! {
                () = self.reload.notified() => true,
                () = tokio::time::sleep(LOOK_EVERY) => false,
            };
            if edited.look() || asked {
                self.take_anew(&load).await;
            }
        }
    }

    async fn take_anew(&self, load: &Arc<Load>) {
        let load = Arc::clone(load);
        let loaded = match tokio::task::spawn_blocking(move || load()).await {
            Ok(loaded) => loaded,
            Err(panic) => {
                tracing::error!(%panic, "reading feeds.toml failed; the last good one stays in force");
                return;
            }
        };
        let mut config = match loaded {
            Ok((config, warnings)) => {
                for warning in &warnings {
                    tracing::warn!("feeds.toml: {warning}");
                }
                config
            }
            Err(errors) => return self.refuse(errors.render(false)),
        };
        if let Err(error) = self.take_sources(&mut config).await {
            return self.refuse(chain(&error));
        }
        say_what_waits_for_a_restart(&self.config.load(), &config);
        self.db
            .set_wire_host(config.wire.url.host_str().unwrap_or_default());
        self.config.store(Arc::new(config));
        self.rebuild_rules().await;
        self.take_decisions().await;
        self.keep_statements_again().await;
        self.decide.notify_one();
        self.door.forget();
        self.status.reloaded(None);
        self.door.metrics.reloaded(true);
        tracing::info!("feeds.toml is in force as it stands");
    }

    fn refuse(&self, why: String) {
        // Its faults are many lines, for people: they go to stderr as they are.
        tracing::error!("feeds.toml was refused, the last good one stays in force:\n{why}");
        self.status.reloaded(Some(why));
        self.door.metrics.reloaded(false);
    }

    /// Tells the database what is followed, and takes its word for ids that the file leaves open.
    pub(super) async fn take_sources(&self, config: &mut Config) -> Result<(), DatabaseError> {
        let known = self
            .db
            .declare_sources(&declared(config), self.clock.now())
            .await?;
        for (source, (_, id, _)) in config.sources.iter_mut().zip(known) {
            source.id = id;
        }
        Ok(())
    }

    /// Topics or statements have changed: what new texts are held against changes with them.
    pub(super) async fn rebuild_rules(&self) {
        match store::take_rules(&self.db, &self.config.load()).await {
            Ok((rules, problems)) => {
                decisions::say(&problems);
                let rules = rules.remembering(&self.rules.load());
                self.rules.store(Arc::new(rules));
            }
            Err(error) => {
                tracing::error!(error = %chain(&error), "could not read the statements' words")
            }
        }
    }
}

/// What the database needs to know of each `[[source]]`, in the file's order; `presswire poll` tells
/// it too, where no daemon has.
pub(crate) fn declared(config: &Config) -> Vec<SourceDeclared> {
    config.sources.iter().map(source_declared).collect()
}

/// What the database needs to know of one `[[source]]`.
fn source_declared(source: &Source) -> SourceDeclared {
    SourceDeclared {
        id: source.id.clone(),
        id_given: source.id_given,
        url: source.url.to_string(),
        address: Address::of(&source.url),
        name: source.name.clone(),
        keep_all: source.keep == crate::config::Keep::All,
        topics: source.topics.clone(),
        enabled: source.enabled,
        rules: wire::membership_rules(source),
        host: source.url.host_str().unwrap_or_default().to_owned(),
    }
}

/// Some keys are read once: a change of them is said, not ignored.
fn say_what_waits_for_a_restart(before: &Config, after: &Config) {
    let keys = [
        ("server.listen", before.server.listen != after.server.listen),
        (
            "server.ops_listen",
            before.server.ops_listen != after.server.ops_listen,
        ),
        ("store.path", before.store.path != after.store.path),
        (
            "store.database",
            before.store.database != after.store.database,
        ),
    ];
    for (key, _) in keys.iter().filter(|(_, changed)| *changed) {
        tracing::warn!(key, "changed in feeds.toml: in force after the next start");
    }
}
