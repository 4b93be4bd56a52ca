//! Others' words in: asks the sources that are due, reads what they answer, has it decided and kept.
//!
//! In the order of the walk: [`run`] claims due sources and never ends, [`now`] polls when somebody
//! says so; both go through [`source`], one poll of one source. There [`hosts`] says whose turn it is,
//! [`fetch`] sends one bounded conditional GET ([`guard`] looks at each address, [`client`] holds the
//! connections, [`body`] and [`bodies`] bound what comes, [`headers`] reads what it says about itself,
//! [`failure`] why it did not come), `planning` compares with what is known, [`verdict`] says how the
//! source fares, [`memory`] what the next poll should know, `ends` which sources are really one.
//!
//! Nothing here decides what a text is or belongs to: that is `domain`'s and `wire`'s. Nothing here
//! knows statements or what is served.

pub mod bodies;
pub mod body;
pub mod client;
mod ends;
pub mod failure;
pub mod fetch;
pub mod guard;
pub mod headers;
pub mod hosts;
pub mod memory;
mod now;
mod planning;
pub mod pulse;
mod run;
mod settings;
pub mod shown;
mod source;
pub mod verdict;
mod weather;

pub use now::PollError;
pub use settings::user_agent;
pub use source::PollReport;

use crate::clock::Clock;
use crate::config::Config;
use crate::database::Database;
use crate::wire::Rules;
use arc_swap::ArcSwap;
use ends::Ends;
use fetch::Fetcher;
use hosts::Hosts;
use settings::Settings;
use std::sync::{Arc, OnceLock};
use tokio_util::sync::CancellationToken;
use weather::Weather;

/// Polls sources; a cheap clone of one handle.
#[derive(Clone)]
pub struct Poller {
    inner: Arc<Inner>,
}

/// What all polls share.
struct Inner {
    db: Database,
    config: Arc<ArcSwap<Config>>,
    settings: ArcSwap<Settings>,
    rules: Arc<ArcSwap<Rules>>,
    clock: Clock,
    shutdown: CancellationToken,
    hosts: Arc<Hosts>,
    fetcher: Fetcher,
    weather: Weather,
    ends: Ends,
    /// Held by a poll that plans anew because releases were founded meanwhile.
    overtaken: tokio::sync::Mutex<()>,
    observer: OnceLock<Box<Observer>>,
}

type Observer = dyn Fn(&PollReport) + Send + Sync;

impl Poller {
    /// A poller; nothing is asked before [`Poller::run_due`] or [`Poller::poll_now`].
    pub fn new(
        db: Database,
        config: Arc<ArcSwap<Config>>,
        rules: Arc<ArcSwap<Rules>>,
        clock: Clock,
        shutdown: CancellationToken,
    ) -> Poller {
        let hosts = Arc::new(Hosts::default());
        let settings = ArcSwap::from_pointee(Settings::of(&config.load_full()));
        let fetcher = Fetcher::new(Arc::clone(&hosts));
        let inner = Inner {
            db,
            config,
            settings,
            rules,
            clock,
            shutdown,
            hosts,
            fetcher,
            weather: Weather::default(),
            ends: Ends::default(),
            overtaken: tokio::sync::Mutex::default(),
            observer: OnceLock::new(),
        };
        Poller {
            inner: Arc::new(inner),
        }
    }

    /// Calls `observer` after each poll, for metrics; the first one given stays.
    pub fn observe_by(&self, observer: impl Fn(&PollReport) + Send + Sync + 'static) {
        // A second observer would count everything twice.
        let _ = self.inner.observer.set(Box::new(observer));
    }
}

impl Inner {
    /// The configuration in force, indexed; made anew where it was swapped.
    fn settings(&self) -> Arc<Settings> {
        let config = self.config.load_full();
        let settings = self.settings.load_full();
        if Arc::ptr_eq(&settings.config, &config) {
            return settings;
        }
        let settings = Arc::new(Settings::of(&config));
        self.settings.store(Arc::clone(&settings));
        settings.say_what_is_crowded();
        settings
    }

    fn observe(&self, report: &PollReport) {
        if let Some(observer) = self.observer.get() {
            observer(report);
        }
    }
}
