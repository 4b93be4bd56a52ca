//! Statements and topics that come later find what came first, over a daemon with real sources.

use crate::support::publisher::{Publisher, Reply};
use crate::support::wire::{HEAD, Wire, folder, now};
use presswire::daemon::Options;
use presswire::database::Database;
use presswire::wire::{Rules, look_back};
use std::fmt::Write as _;
use std::sync::Arc;

const RELATED: &str = "<p>In Norrhamn the sailors of the Skerry Line stay away from their boats, with the support of \
    their union. The school bus drives a detour meanwhile, the library stays open longer, and the choir of the \
    church sings in another town.</p>";

const STATEMENT: &str = "---\ntitle: We stand with the ferry crews of Norrhamn\ndate: 2026-02-27\nlanguage: en\n---\n\n\
    No boat of the Skerry Line leaves the harbour of Norrhamn since the crews walked out. They want the rest days \
    after night crossings that the Skerry Line promised. Whoever sends agency sailors, as harbour master Elin \
    Sandvik does, breaks a strike. The sailors' union has our support.\n";

fn feed(items: &[(&str, &str, &str)]) -> String {
    let mut feed =
        "<rss version=\"2.0\"><channel><title>News</title><link>https://a.example/</link>\
        <description/><language>en</language>"
            .to_owned();
    for (path, title, html) in items {
        let _ = write!(
            feed,
            "<item><guid isPermaLink=\"false\">{path}</guid><link>https://a.example/{path}</link>\
             <title>{title}</title><description><![CDATA[{html}]]></description></item>"
        );
    }
    feed + "</channel></rss>"
}

const ITEMS: [(&str, &str, &str); 3] = [
    ("ferries", "Ferries stay in the harbour", RELATED),
    (
        "wheat",
        "Wheat rots in Kasachstan",
        "<p>In Kasachstan the wheat of a whole year rots in open wagons.</p>",
    ),
    (
        "cup",
        "Cup final on Sunday",
        "<p>Two clubs of the valley play for the cup on Sunday.</p>",
    ),
];

async fn polled(extra: &str) -> (Publisher, Wire) {
    let publisher = Publisher::start().await;
    publisher.serve("/a", Reply::ok(feed(&ITEMS)));
    let feeds = feeds(&publisher, extra);
    let wire = Wire::start(folder(&feeds, &[]), Options { poll: true }, now()).await;
    wire.until("/api/v1/releases?in=all", |answered| {
        answered.json()["releases"]
            .as_array()
            .is_some_and(|all| all.len() == ITEMS.len())
    })
    .await;
    (publisher, wire)
}

fn feeds(publisher: &Publisher, extra: &str) -> String {
    let head = HEAD.replace("[server]\n", "[server]\nopen = true\n");
    format!(
        "{head}{extra}\n[[source]]\nid = \"a\"\nkeep = \"related\"\nurl = \"{}\"\n",
        publisher.url("/a")
    )
}

const TOPIC: &str = "[[topic]]\nname = \"Kasachstan\"\nmatch = [\"Kasachstan\"]";

impl Wire {
    fn state(&self, text: &str) {
        let path = self.folder.path().join("store/statements/ferries.md");
        std::fs::write(path, text).unwrap();
    }

    fn configure(&self, feeds: &str) {
        std::fs::write(self.folder.path().join("feeds.toml"), feeds).unwrap();
    }

    /// Waits until what others published in the wire is this, by the paths of its addresses.
    async fn until_wire_is(&self, paths: &[&str]) {
        self.until("/api/v1/releases", |answered| {
            let json = answered.json();
            let mut urls: Vec<&str> = json["releases"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|release| release["url"].as_str()?.strip_prefix("https://a.example/"))
                .collect();
            urls.sort_unstable();
            urls == paths
        })
        .await;
    }

    async fn score(&self) -> f64 {
        let all = self.get("/api/v1/releases?in=all").await.json();
        let related = all["releases"].as_array().unwrap().iter();
        let mut scores = related.filter_map(|release| release["relations"][0]["score"].as_f64());
        scores.next().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn statement_that_comes_later_brings_in_what_came_first_and_takes_it_along() {
    let (_publisher, wire) = polled("").await;
    wire.until_wire_is(&[]).await;
    wire.state(STATEMENT);
    wire.until_wire_is(&["ferries"]).await;
    let related = wire.get("/statements/ferries/related.json").await.json();
    assert_eq!(related["items"][0]["title"], "Ferries stay in the harbour");
    wire.state(&STATEMENT.replacen("---\n", "---\nstatus: withdrawn\n", 1));
    wire.until_wire_is(&[]).await;
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn topic_that_is_added_brings_in_and_removed_takes_out() {
    let (publisher, wire) = polled("").await;
    wire.configure(&feeds(&publisher, TOPIC));
    wire.until_wire_is(&["wheat"]).await;
    wire.configure(&feeds(&publisher, ""));
    wire.until_wire_is(&[]).await;
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn threshold_moved_slightly_keeps_what_is_in_and_moved_far_does_not() {
    let (publisher, wire) = polled("").await;
    wire.state(STATEMENT);
    wire.until_wire_is(&["ferries"]).await;
    let score = wire.score().await;
    assert!((0.5..0.9).contains(&score), "{score}: room on both sides");
    let at = |threshold: f64| format!("[related]\nthreshold = {threshold:.3}\n{TOPIC}");
    // The topic tells that the reload is in force and looked back for.
    wire.configure(&feeds(&publisher, &at(score + 0.04)));
    wire.until_wire_is(&["ferries", "wheat"]).await;
    wire.configure(&feeds(&publisher, &at(score + 0.06)));
    wire.until_wire_is(&["wheat"]).await;
    // Out, it is measured by the threshold itself.
    wire.configure(&feeds(&publisher, &at(score - 0.01)));
    wire.until_wire_is(&["ferries", "wheat"]).await;
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_back_broken_off_goes_on_after_a_restart_and_writes_only_what_changes() {
    let (publisher, wire) = polled("").await;
    let folder = Arc::clone(&wire.folder);
    wire.daemon.stop().await;
    // The daemon stopped right after the statement was known: nothing is looked at yet.
    let config_path = folder.path().join("feeds.toml");
    std::fs::write(folder.path().join("store/statements/ferries.md"), STATEMENT).unwrap();
    let (config, _) = presswire::config::load(&config_path, &|_| None).unwrap();
    let db = Database::open(&config.store.database, "wire.example")
        .await
        .unwrap();
    let at = now().now();
    let none = Rules::of(&config, &[]);
    presswire::store::keep(&db, &none, &config, at)
        .await
        .unwrap();
    let rules = Arc::new(Rules::of(&config, &db.statements().await.unwrap()));
    assert!(db.declare_targets(rules.targets()).await.unwrap());
    let batch = db.next_batch(1).await.unwrap().unwrap();
    assert_eq!((batch.entries.len(), batch.is_last), (1, false));
    db.close().await;

    let again = Wire::start(folder, Options { poll: false }, now()).await;
    again.until_wire_is(&["ferries"]).await;
    let db = Database::open(&config.store.database, "wire.example")
        .await
        .unwrap();
    again.until("/readyz", |_| true).await;
    let serial = db.serial().await.unwrap();
    // Asked for anew, the same answer writes no row.
    let nothing: [_; 0] = [];
    assert!(db.declare_targets(&nothing).await.unwrap());
    assert!(db.declare_targets(rules.targets()).await.unwrap());
    let mut read = 0;
    while let Some(step) = look_back(&db, &rules, at).await.unwrap() {
        assert_eq!(step.changed, 0);
        read += step.read;
    }
    // Of three texts only the one that is related was read: the others have sketches by now.
    assert_eq!(read, 1);
    assert_eq!(db.serial().await.unwrap(), serial);
    db.close().await;
    again.daemon.stop().await;
    drop(publisher);
}
