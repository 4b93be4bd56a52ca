//! A wire that serves, sources on loopback that say what a test makes them say, and polls when the test
//! says so, under a clock that goes on a minute with each.

use crate::support::publisher::{Publisher, Reply};
use crate::support::wire::{HEAD, Wire, folder, now};
use arc_swap::ArcSwap;
use chrono::TimeDelta;
use presswire::clock::Clock;
use presswire::config::{self, Config};
use presswire::daemon::Options;
use presswire::database::{Database, Found};
use presswire::domain::likeness::canonical_link;
use presswire::domain::release::{ReleaseId, Serial};
use presswire::poll::{PollReport, Poller};
use presswire::store;
use serde_json::Value;
use std::fmt::Write as _;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Sources, statements and what is served of them.
pub(super) struct Stage {
    publisher: Publisher,
    wire: Wire,
    pub(super) db: Database,
    config: Config,
}

/// One item of a feed, as a source shows it. Empty parts are left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    pub(super) guid: String,
    pub(super) link: String,
    pub(super) title: String,
    pub(super) html: String,
    /// RFC 2822.
    pub(super) date: String,
}

impl Item {
    /// `path` makes guid and address.
    pub(super) fn new(host: &str, path: &str, title: &str, html: &str) -> Item {
        Item {
            guid: format!("{host}-{path}"),
            link: format!("https://{host}/{path}"),
            title: title.to_owned(),
            html: html.to_owned(),
            date: String::new(),
        }
    }

    pub(super) fn link(self, link: &str) -> Item {
        let link = link.to_owned();
        Item { link, ..self }
    }

    pub(super) fn guid(self, guid: &str) -> Item {
        let guid = guid.to_owned();
        Item { guid, ..self }
    }

    pub(super) fn title(self, title: &str) -> Item {
        let title = title.to_owned();
        Item { title, ..self }
    }

    pub(super) fn html(self, html: &str) -> Item {
        let html = html.to_owned();
        Item { html, ..self }
    }

    pub(super) fn date(self, date: &str) -> Item {
        let date = date.to_owned();
        Item { date, ..self }
    }
}

/// One release as a reader of ours finds it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Told {
    pub(super) id: String,
    pub(super) atom_id: String,
    pub(super) title: String,
    pub(super) url: String,
    pub(super) published: Value,
    pub(super) text: String,
    /// (source, address) of each publication, the shown one first; of ours, ("", "").
    pub(super) by: Vec<(String, String)>,
    /// (id of the other, kind, why).
    pub(super) links: Vec<(String, String, String)>,
}

impl Told {
    pub(super) fn sources(&self) -> Vec<&str> {
        let mut sources: Vec<&str> = self.by.iter().map(|(source, _)| source.as_str()).collect();
        sources.sort_unstable();
        sources
    }
}

impl Stage {
    /// A wire with these sources, all of which it keeps, and these statements (name, text).
    pub(super) async fn of(sources: &[&str], statements: &[(&str, &str)]) -> Stage {
        let publisher = Publisher::start().await;
        let mut feeds = HEAD.replace(
            "[poll]",
            "open = true\n[poll]\nper_host = 8\nmax_size = \"20MB\"",
        );
        for source in sources {
            let _ = write!(
                feeds,
                "[[source]]\nid = \"{source}\"\nkeep = \"all\"\nurl = \"{}\"\n",
                publisher.url(&format!("/{source}"))
            );
        }
        let folder = folder(&feeds, statements);
        let (config, _) = config::load(&folder.path().join("feeds.toml"), &|_| None).unwrap();
        let wire = Wire::start(folder, Options { poll: false }, now()).await;
        let db = Database::open(&config.store.database, "wire.example")
            .await
            .unwrap();
        Stage {
            publisher,
            wire,
            db,
            config,
        }
    }

    /// What `source` shows from now on.
    pub(super) fn shows(&self, source: &str, items: &[Item]) {
        self.serves(source, &document(source, items));
    }

    /// The same as bytes.
    pub(super) fn serves(&self, source: &str, document: &str) {
        self.publisher
            .serve(&format!("/{source}"), Reply::ok(document));
    }

    /// `source` shows these items, and is asked.
    pub(super) async fn publishes(&self, source: &str, items: &[Item]) -> PollReport {
        self.shows(source, items);
        self.polls(source).await
    }

    /// `source` is asked, a minute after whatever was before.
    pub(super) async fn polls(&self, source: &str) -> PollReport {
        self.later(TimeDelta::minutes(1));
        let (rules, _) = store::take_rules(&self.db, &self.config).await.unwrap();
        let poller = Poller::new(
            self.db.clone(),
            Arc::new(ArcSwap::from_pointee(self.config.clone())),
            Arc::new(ArcSwap::from_pointee(rules)),
            self.wire.clock.clone(),
            CancellationToken::new(),
        );
        let mut reports = poller
            .poll_now(&[source.to_owned()], |_, _, _| {})
            .await
            .unwrap();
        let report = reports.remove(0);
        assert!(report.answered, "{source}: {:?}", report.message);
        report
    }

    pub(super) fn later(&self, by: TimeDelta) {
        self.clock().set(self.clock().now() + by);
    }

    fn clock(&self) -> &Clock {
        &self.wire.clock
    }

    /// A statement's file is written, and kept.
    pub(super) async fn states(&self, name: &str, text: &str) {
        let path = self.wire.folder.path().join("store/statements").join(name);
        std::fs::write(path, text).unwrap();
        self.later(TimeDelta::minutes(1));
        let (rules, _) = store::take_rules(&self.db, &self.config).await.unwrap();
        // A file that was just written is left to settle for a moment.
        for _ in 0..100 {
            let now = self.clock().now();
            let kept = store::keep(&self.db, &rules, &self.config, now)
                .await
                .unwrap();
            if kept.look_again_in.is_none() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{name} never settled");
    }

    /// What is served under `path`.
    pub(super) async fn get(&self, path: &str) -> String {
        let answered = self.wire.get(path).await;
        assert_eq!(answered.status, 200, "{path}: {}", answered.text());
        answered.text()
    }

    /// Asks until `holds`: a feed is rendered once a second at most.
    pub(super) async fn until(&self, path: &str, holds: impl Fn(&str) -> bool) -> String {
        self.wire.until(path, |it| holds(&it.text())).await.text()
    }

    pub(super) async fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.get(path).await).unwrap()
    }

    /// All releases, by their ids.
    pub(super) async fn told(&self) -> Vec<Told> {
        let all = self.json("/api/v1/releases?in=all&limit=500").await;
        let mut told = Vec::new();
        assert!(all["next"].is_null(), "more releases than a page holds");
        for release in all["releases"].as_array().unwrap() {
            told.push(self.release(&text(&release["id"])).await);
        }
        told.sort_by(|a, b| a.id.cmp(&b.id));
        told
    }

    /// The release with this id.
    pub(super) async fn release(&self, id: &str) -> Told {
        of_json(&self.json(&format!("/api/v1/releases/{id}")).await)
    }

    /// The release with a publication at `url`.
    pub(super) async fn at(&self, url: &str) -> Told {
        let link = canonical_link(url).unwrap();
        let numbers = self.db.releases_by_name(url, Some(&link)).await.unwrap();
        let releases = self.db.releases(&numbers).await.unwrap();
        for release in releases {
            let told = self.release(release.id.as_str()).await;
            if told.by.iter().any(|(_, it)| it == url) {
                return told;
            }
        }
        panic!("nobody published {url}");
    }

    /// The serial of the release with a publication at `url`: it grows where what is served of it changes.
    pub(super) async fn serial(&self, url: &str) -> Serial {
        let id = ReleaseId::parse(&self.at(url).await.id).unwrap();
        match self.db.release(&id).await.unwrap() {
            Found::Release(release) => release.serial,
            other => panic!("{other:?}"),
        }
    }

    /// What operators are told of a source; empty: nothing.
    pub(super) async fn line(&self, source: &str) -> String {
        let all = self.json("/api/v1/sources").await;
        let sources = all.as_array().unwrap();
        let row = sources.iter().find(|row| row["id"] == source).unwrap();
        text(&row["message"])
    }

    /// The rows themselves, to be counted.
    pub(super) async fn rows(&self) -> sqlx::SqlitePool {
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(&self.config.store.database);
        sqlx::SqlitePool::connect_with(options).await.unwrap()
    }

    pub(super) async fn end(self) {
        self.db.close().await;
        self.wire.daemon.stop().await;
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn of_json(release: &Value) -> Told {
    let list = |key: &str| release[key].as_array().cloned().unwrap_or_default();
    Told {
        id: text(&release["id"]),
        atom_id: text(&release["atom_id"]),
        title: text(&release["title"]),
        url: text(&release["url"]),
        published: release["published"].clone(),
        text: text(&release["text"]),
        by: list("publications")
            .iter()
            .map(|one| (text(&one["source"]), text(&one["url"])))
            .collect(),
        links: list("links")
            .iter()
            .map(|link| {
                (
                    text(&link["release"]),
                    text(&link["kind"]),
                    text(&link["why"]),
                )
            })
            .collect(),
    }
}

/// An RSS document of a source of this name.
pub(super) fn document(source: &str, items: &[Item]) -> String {
    let mut document = format!(
        "<rss version=\"2.0\"><channel><title>{source}</title><link>https://{source}.example/</link>\
         <description/><language>de</language>"
    );
    for item in items {
        document.push_str("<item>");
        let parts = [
            ("guid isPermaLink=\"false\"", "guid", &item.guid),
            ("link", "link", &item.link),
            ("title", "title", &item.title),
            ("pubDate", "pubDate", &item.date),
        ];
        for (open, close, value) in parts.iter().filter(|(.., value)| !value.is_empty()) {
            let value = value.replace('&', "&amp;").replace('<', "&lt;");
            let _ = write!(document, "<{open}>{value}</{close}>");
        }
        let _ = write!(
            document,
            "<description><![CDATA[{}]]></description></item>",
            item.html
        );
    }
    document + "</channel></rss>"
}
