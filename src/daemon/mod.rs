//! Start and stop, in order; the only place where all rooms meet.
//!
//! Start: the store's lock, the database, the listeners, the statements, ready, then the first claim.
//! Stop: no new connections, answers and polls under way finish, jobs end, the database closes.

mod decide;
mod decisions;
mod edited;
mod lock;
mod reload;
mod statements;

pub(crate) use reload::declared;

use crate::clock::Clock;
use crate::config::{Config, ConfigErrors, Warning};
use crate::database::Database;
use crate::jobs::Timetable;
use crate::poll::{PollReport, Poller};
use crate::serve::{Door, Entrance, Status};
use crate::store;
use crate::wire::Rules;
use anyhow::Context;
use arc_swap::ArcSwap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Reads feeds.toml anew: the same file, the same environment.
pub type Load = dyn Fn() -> Result<(Config, Vec<Warning>), ConfigErrors> + Send + Sync;

/// How a daemon is run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether sources are polled; false serves only.
    pub poll: bool,
}

/// All of a stop, from the signal to the end of the process, stays within this (contract §1).
const STOP: Duration = Duration::from_millis(7500);
/// How often the database is asked whether something changed; other processes write too.
const LOOK_AT_SERIAL: Duration = Duration::from_millis(250);

/// What all tasks of a daemon share.
pub(crate) struct House {
    db: Database,
    config: Arc<ArcSwap<Config>>,
    rules: Arc<ArcSwap<Rules>>,
    clock: Clock,
    status: Arc<Status>,
    door: Arc<Door>,
    /// What was said of statements already.
    said: statements::Said,
    /// Rung when feeds.toml should be read again.
    reload: Notify,
    /// Rung when membership in the wire should be decided anew.
    decide: Notify,
    stop: CancellationToken,
}

/// A daemon that runs.
pub struct Daemon {
    /// Where it listens, with the port that it was given.
    pub listening: SocketAddr,
    /// Where it listens for operators.
    pub ops_listening: Option<SocketAddr>,
    house: Arc<House>,
    tasks: TaskTracker,
    timetable: Timetable,
    _lock: lock::StoreLock,
}

/// Runs until SIGTERM or SIGINT; SIGHUP reloads feeds.toml. A second signal ends at once.
///
/// # Errors
/// Where it can't start: the store is taken, the database unusable, the address in use.
pub async fn run(config: Config, load: Arc<Load>, options: Options) -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    // Before anything slow: process 1 of a container ignores signals that it has no handler for.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let start = Daemon::start(config, load, options, Clock::System);
    let daemon = tokio::select! {
        daemon = start => daemon?,
        _ = terminate.recv() => return Ok(()),
        _ = interrupt.recv() => return Ok(()),
    };
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hangup.recv() => daemon.house.reload.notify_one(),
        }
    }
    tracing::info!("stopping");
    tokio::select! {
        () = daemon.stop() => {}
        _ = terminate.recv() => tracing::warn!("stopped at once, by a second signal"),
        _ = interrupt.recv() => tracing::warn!("stopped at once, by a second signal"),
    }
    Ok(())
}

impl Daemon {
    /// Starts everything; answers when statements are read and `/readyz` says 200.
    ///
    /// # Errors
    /// As for [`run`].
    pub async fn start(
        config: Config,
        load: Arc<Load>,
        options: Options,
        clock: Clock,
    ) -> anyhow::Result<Daemon> {
        // Before anything slow: an edit during the start must not pass for what was taken.
        let edited = [config.path.clone(), store::decisions_path(&config)]
            .map(|path| edited::Edited::of(&path));
        let lock = lock::StoreLock::take(&config.store.path)?;
        // A folder that stands can be watched: the first statement in it counts at once. Where it can't
        // be made, the first reading says so.
        let _ = std::fs::create_dir_all(store::folder(&config));
        let host = config.wire.url.host_str().unwrap_or_default().to_owned();
        let db = Database::open(&config.store.database, &host)
            .await
            .with_context(|| format!("open the database {}", config.store.database.display()))?;
        db.clear_leases().await?;
        let listener = bind(config.server.listen).await?;
        let ops_listener = match config.server.ops_listen {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let listening = listener.local_addr()?;
        let ops_listening = ops_listener
            .as_ref()
            .map(TcpListener::local_addr)
            .transpose()?;

        let stop = CancellationToken::new();
        // With the statements that are known already: what they relate is no news after a restart.
        let (rules, problems) = store::take_rules(&db, &config).await?;
        decisions::say(&problems);
        let rules = Arc::new(ArcSwap::from_pointee(rules));
        let mut declared = config.clone();
        let config = Arc::new(ArcSwap::from_pointee(config));
        let status = Arc::new(Status::default());
        let door = Arc::new(Door::new(
            db.clone(),
            Arc::clone(&config),
            Arc::clone(&rules),
            clock.clone(),
            Arc::clone(&status),
        ));
        let house = Arc::new(House {
            db,
            config,
            rules,
            clock,
            status,
            door,
            said: statements::Said::default(),
            reload: Notify::new(),
            decide: Notify::new(),
            stop,
        });
        let tasks = TaskTracker::new();
        // Listening from now on: /healthz answers, /readyz says 503 until statements are read.
        house.listen(listener, ops_listener, &tasks);
        house.take_sources(&mut declared).await?;
        house.config.store(Arc::new(declared));
        house.read_statements().await?;
        house.take_decisions().await;
        // Before anything is polled, so that a first start finds nothing to look back at.
        let rules = house.rules.load_full();
        house.db.declare_targets(rules.targets()).await?;
        house.decide.notify_one();
        house.door.look_at_serial().await?;
        let timetable = house.ring_jobs().await?;
        house.status.set_ready();
        house.spawn(options, load, edited, &tasks);
        tracing::info!(%listening, version = env!("CARGO_PKG_VERSION"), "presswire is ready");
        Ok(Daemon {
            listening,
            ops_listening,
            house,
            tasks,
            timetable,
            _lock: lock,
        })
    }

    /// Stops: nothing new begins, what is under way ends, what is waiting is written.
    pub async fn stop(self) {
        let Daemon {
            house,
            tasks,
            timetable,
            ..
        } = self;
        house.status.set_stopping();
        house.stop.cancel();
        tasks.close();
        let ended = tokio::time::timeout(STOP, async {
            tokio::join!(tasks.wait(), timetable.stop());
            house.db.close().await;
        });
        if ended.await.is_err() {
            tracing::warn!(
                "something took longer than {} ms to stop and was left",
                STOP.as_millis()
            );
        }
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        tokio::net::TcpSocket::new_v4()
    } else {
        tokio::net::TcpSocket::new_v6()
    }?;
    socket.set_reuseaddr(true)?;
    socket
        .bind(address)
        .with_context(|| format!("listen on {address}: choose another address in [server]"))?;
    Ok(socket.listen(1024)?)
}

impl House {
    fn listen(&self, listener: TcpListener, ops: Option<TcpListener>, tasks: &TaskTracker) {
        let everybody = Arc::new(Entrance::new(&self.door, false));
        tasks.spawn(crate::serve::listen::listen(
            listener,
            everybody,
            self.stop.clone(),
        ));
        if let Some(ops) = ops {
            let operators = Arc::new(Entrance::new(&self.door, true));
            tasks.spawn(crate::serve::listen::listen(
                ops,
                operators,
                self.stop.clone(),
            ));
        }
    }

    /// The tasks that run until the stop.
    fn spawn(
        self: &Arc<Self>,
        options: Options,
        load: Arc<Load>,
        [config_edited, decisions_edited]: [edited::Edited; 2],
        tasks: &TaskTracker,
    ) {
        if options.poll {
            let poller = Poller::new(
                self.db.clone(),
                Arc::clone(&self.config),
                Arc::clone(&self.rules),
                self.clock.clone(),
                self.stop.clone(),
            );
            let door = Arc::clone(&self.door);
            poller.observe_by(move |report| door.metrics.polled(result(report), report.duration));
            tasks.spawn(async move { poller.run_due().await });
        }
        let house = Arc::clone(self);
        tasks.spawn(async move {
            house
                .until_stop(house.keep_reloading(load, config_edited))
                .await
        });
        let house = Arc::clone(self);
        tasks.spawn(async move {
            house
                .until_stop(house.keep_decisions_in_force(decisions_edited))
                .await
        });
        let house = Arc::clone(self);
        tasks.spawn(async move { house.until_stop(house.keep_statements_in_force()).await });
        let house = Arc::clone(self);
        tasks.spawn(async move { house.until_stop(house.keep_deciding()).await });
        let house = Arc::clone(self);
        tasks.spawn(async move { house.until_stop(house.keep_looking_at_serial()).await });
    }

    async fn until_stop(&self, task: impl Future<Output = ()>) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = task => {}
        }
    }

    async fn keep_looking_at_serial(&self) {
        loop {
            tokio::time::sleep(LOOK_AT_SERIAL).await;
            if let Err(error) = self.door.look_at_serial().await {
                tracing::error!(error = %chain(&error), "could not ask the database for news");
                tokio::time::sleep(Duration::from_secs(5)).await;
            }
        }
    }

    /// The coarse jobs: retention, upkeep.
    async fn ring_jobs(self: &Arc<Self>) -> anyhow::Result<Timetable> {
        let timetable = Timetable::start().await?;
        let house = Arc::clone(self);
        timetable
            .ring("retention", "0 17 * * * *", move || {
                let house = Arc::clone(&house);
                async move {
                    let keep = house.config.load().store.keep_unrelated;
                    match house.db.retain(house.clock.now(), keep).await {
                        Ok(0) => {}
                        Ok(entries) => {
                            tracing::info!(entries, "texts outside the wire were dropped")
                        }
                        Err(error) => tracing::error!(error = %chain(&error), "retention failed"),
                    }
                }
            })
            .await?;
        let house = Arc::clone(self);
        timetable
            .ring("check", "0 41 3 * * *", move || {
                let house = Arc::clone(&house);
                async move {
                    if let Err(error) = house.db.check().await {
                        tracing::error!(error = %chain(&error), "the daily check of the database");
                    }
                }
            })
            .await?;
        Ok(timetable)
    }
}

/// An error with its causes, on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        line.push_str(": ");
        line.push_str(&deeper.to_string());
        cause = deeper.source();
    }
    line
}

/// A poll's result in a word, for metrics.
fn result(report: &PollReport) -> &'static str {
    match (report.answered, report.status) {
        (true, Some(304)) => "unchanged",
        (true, _) => "ok",
        (false, _) => "failed",
    }
}
