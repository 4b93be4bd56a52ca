//! A wire in a folder of its own, with a clock that stands still, and a poller on it.

#![allow(clippy::panic, reason = "a helper of tests fails like a test")]
use arc_swap::ArcSwap;
use chrono::TimeDelta;
use presswire::clock::Clock;
use presswire::config::{self, Config, Keep};
use presswire::database::{Database, SourceDeclared, SourceRecord};
use presswire::domain::Moment;
use presswire::domain::release::Release;
use presswire::domain::source::Address;
use presswire::poll::{PollReport, Poller};
use presswire::wire::{Rules, membership_rules};
use std::sync::Arc;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// The stage of one test.
pub(super) struct Stage {
    pub(super) db: Database,
    pub(super) poller: Poller,
    pub(super) clock: Clock,
    pub(super) shutdown: CancellationToken,
    config: Arc<ArcSwap<Config>>,
    rules: Arc<ArcSwap<Rules>>,
    folder: TempDir,
}

/// When every test begins: a Saturday noon.
pub(super) fn noon() -> Moment {
    "2026-11-21T12:00:00Z".parse().expect("a moment")
}

/// `[poll]` of tests: quick, and allowed to ask loopback.
const POLL: &str = "[wire]\ntitle = \"W\"\n[poll]\nallow_private_networks = true\nhost_delay = \"0s\"\nper_host = 8\n";

impl Stage {
    /// A wire that follows `sources`, tables of feeds.toml.
    pub(super) async fn with(sources: &str) -> Stage {
        Stage::of(&format!("{POLL}{sources}")).await
    }

    /// A wire with this feeds.toml.
    pub(super) async fn of(toml: &str) -> Stage {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("store")).expect("a folder");
        let config = load(&folder, toml);
        let db = Database::open(&config.store.database, "wire.example")
            .await
            .expect("a database");
        let rules = Arc::new(ArcSwap::from_pointee(Rules::of(&config, &[])));
        let config = Arc::new(ArcSwap::from_pointee(config));
        let clock = Clock::fixed(noon());
        let shutdown = CancellationToken::new();
        let poller = Poller::new(
            db.clone(),
            Arc::clone(&config),
            Arc::clone(&rules),
            clock.clone(),
            shutdown.clone(),
        );
        let stage = Stage {
            db,
            poller,
            clock,
            shutdown,
            config,
            rules,
            folder,
        };
        stage.declare().await;
        stage
    }

    /// A new process on the same folder.
    pub(super) async fn restarted(self) -> Stage {
        self.db.close().await;
        let db = Database::open(&self.config.load().store.database, "wire.example")
            .await
            .expect("a database");
        db.clear_leases().await.expect("leases are cleared");
        let poller = Poller::new(
            db.clone(),
            Arc::clone(&self.config),
            Arc::clone(&self.rules),
            self.clock.clone(),
            self.shutdown.clone(),
        );
        Stage { db, poller, ..self }
    }

    /// feeds.toml is taken anew.
    pub(super) async fn reload(&self, sources: &str) {
        let config = load(&self.folder, &format!("{POLL}{sources}"));
        self.rules.store(Arc::new(Rules::of(&config, &[])));
        self.config.store(Arc::new(config));
        self.declare().await;
    }

    async fn declare(&self) {
        let config = self.config.load_full();
        let declared: Vec<SourceDeclared> = config
            .sources
            .iter()
            .map(|source| SourceDeclared {
                id: source.id.clone(),
                id_given: source.id_given,
                url: source.url.to_string(),
                address: Address::of(&source.url),
                name: source.name.clone(),
                keep_all: source.keep == Keep::All,
                topics: source.topics.clone(),
                enabled: source.enabled,
                rules: membership_rules(source),
                host: source.url.host_str().unwrap_or_default().to_owned(),
            })
            .collect();
        self.db
            .declare_sources(&declared, self.clock.now())
            .await
            .expect("sources are declared");
    }

    /// The clock goes on.
    pub(super) fn later(&self, by: TimeDelta) {
        self.clock.set(self.clock.now() + by);
    }

    /// Polls everything once, now.
    pub(super) async fn poll(&self) -> Vec<PollReport> {
        self.poller
            .poll_now(&[], |_, _, _| {})
            .await
            .expect("the database works")
    }

    /// Polls the only source once, now.
    pub(super) async fn poll_one(&self) -> PollReport {
        self.poll().await.remove(0)
    }

    /// The row of a source.
    pub(super) async fn source(&self, id: &str) -> SourceRecord {
        let sources = self.db.sources().await.expect("the database works");
        sources
            .into_iter()
            .find(|source| source.id == id)
            .expect("the source is known")
    }

    /// All releases, in the wire or not, newest first.
    pub(super) async fn releases(&self) -> Vec<Release> {
        self.db
            .releases_page(true, None, 1000)
            .await
            .expect("the database works")
            .0
    }

    /// Titles of all releases, newest first.
    pub(super) async fn titles(&self) -> Vec<String> {
        self.releases()
            .await
            .into_iter()
            .filter_map(|release| release.title)
            .collect()
    }
}

fn load(folder: &TempDir, toml: &str) -> Config {
    let path = folder.path().join("feeds.toml");
    std::fs::write(&path, toml).expect("feeds.toml is written");
    match config::load(&path, &|_| None) {
        Ok((config, _)) => config,
        Err(why) => panic!("{why}"),
    }
}

/// An RSS document of a feed with these items: (guid, title), each with a text of its own.
pub(super) fn rss(title: &str, items: &[(&str, &str)]) -> String {
    let mut document = format!(
        "<rss version=\"2.0\"><channel><title>{title}</title><link>https://a.example/</link>"
    );
    for (guid, title) in items {
        document.push_str(&item(guid, title, "Fri, 20 Nov 2026 10:00:00 GMT"));
    }
    document + "</channel></rss>"
}

/// One item with its guid, title and date.
pub(super) fn item(guid: &str, title: &str, date: &str) -> String {
    format!(
        "<item><guid isPermaLink=\"false\">{guid}</guid><link>https://a.example/{guid}</link><title>{title}</title>\
         <pubDate>{date}</pubDate><description>{}</description></item>",
        prose(title)
    )
}

/// Thirty words that no other title's text shares.
fn prose(title: &str) -> String {
    (0..30)
        .map(|n| format!("{}{n} ", title.replace(' ', "")))
        .collect()
}
