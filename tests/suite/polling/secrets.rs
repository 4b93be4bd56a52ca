//! Credentials in a source's address or headers: seen by its publisher, and by nobody else.

use super::stage::item;
use crate::support::publisher::{Publisher, Reply};
use crate::support::wire::{HEAD, Wire, folder, now};
use presswire::daemon::Options;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;

/// What is nowhere to be seen.
const SECRET: &str = "hunter2";

/// What was logged of this test's sources, or with the secret in it, by any test of this process.
///
/// The subscriber is the process's own: one that holds for a thread misses what other tests' threads
/// met first (tracing remembers by call site whether anybody listens).
static LOG: Mutex<String> = Mutex::new(String::new());

fn logged() -> String {
    LOG.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Takes one event at a time.
struct Kept;

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        if line.contains(SECRET) || line.contains("secret-circle") {
            let mut held = LOG.lock().unwrap_or_else(PoisonError::into_inner);
            held.push_str(&line);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A source of which address and header hold the secret.
fn source(publisher: &Publisher, id: &str) -> String {
    let url = publisher.url(&format!("/{id}?token={SECRET}")).to_string();
    let url = url.replace("http://", &format!("http://me:{SECRET}@"));
    format!(
        "[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nkeep = \"all\"\nheaders = {{ X-Key = \"{SECRET}\" }}\n"
    )
}

/// Publishers that answer well, move, fail, and give back what they were asked with.
fn serve(publisher: &Publisher) {
    let asked = |id: &str| format!("/{id}?token={SECRET}");
    let own = publisher.url(&asked("good"));
    // Feeds repeat the address that they were asked at as their own.
    let feed = format!(
        "<rss version=\"2.0\" xmlns:a=\"http://www.w3.org/2005/Atom\"><channel><title>M</title>\
         <a:link rel=\"self\" href=\"{own}\"/>{}\
         <item><title>Nameless</title><link>#two</link><description>Some words</description></item>\
         </channel></rss>",
        item("1", "One", "Sun, 01 Mar 2026 10:00:00 GMT")
    );
    publisher.serve(&asked("good"), Reply::ok(feed));
    publisher.serve(&asked("moved"), Reply::to(301, &asked("good")));
    publisher.serve(
        &asked("page"),
        Reply::ok("<html><title>Log in</title></html>"),
    );
    publisher.serve(
        &asked("secret-circle"),
        Reply::to(302, &asked("secret-circle")),
    );
    publisher.serve(
        &asked("cut"),
        Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<rss>"),
    );
    publisher.serve(&asked("odd"), Reply::raw("no http"));
}

#[tokio::test]
async fn secrets_of_sources_are_on_no_page_in_no_feed_and_in_no_log() {
    let levels = Targets::new()
        .with_default(tracing::Level::DEBUG)
        .with_target("presswire", tracing::Level::TRACE)
        .with_target("reqwest", tracing::Level::TRACE);
    let lines = tracing_subscriber::fmt::layer().with_writer(|| Kept);
    let subscriber = tracing_subscriber::registry().with(lines).with(levels);
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let publisher = Publisher::start().await;
    serve(&publisher);
    let ids = [
        "good",
        "moved",
        "page",
        "secret-circle",
        "cut",
        "odd",
        "none",
    ];
    let sources: String = ids.iter().map(|id| source(&publisher, id)).collect();
    let head = HEAD.replace("[server]", "[server]\nopen = true");
    let folder = folder(&format!("{head}{sources}"), &[]);
    let wire = Wire::start(folder, Options { poll: true }, now()).await;
    let polled = wire
        .until("/api/v1/sources", |answered| {
            let rows = answered.json();
            let rows = rows.as_array().cloned().unwrap_or_default();
            rows.len() == ids.len() && rows.iter().all(|row| row["state"] != "new")
        })
        .await;
    let states: Vec<_> = polled.json().as_array().cloned().unwrap_or_default();
    assert!(
        states.iter().any(|row| row["state"] == "moved"),
        "{states:?}"
    );
    assert_eq!(
        publisher.asked_for(&format!("/good?token={SECRET}"))[0].headers["x-key"],
        SECRET
    );

    let releases = wire.get("/api/v1/releases").await.json();
    let release = releases["releases"][0]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert_eq!(release.len(), 16, "{releases}");
    for path in [
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/sources/good.atom",
        "/sources/moved.rss",
        "/sources/good/all.json",
        "/sources.opml",
        "/",
        "/sources",
        "/sources/good",
        "/subscribe",
        "/api/v1/sources",
        "/api/v1/releases?in=all",
        "/metrics",
        "/readyz",
        "/sitemap.xml",
        &format!("/releases/{release}"),
        &format!("/api/v1/releases/{release}"),
    ] {
        let answered = wire.get(path).await;
        assert_eq!(answered.status, 200, "{path}");
        let text = answered.text();
        assert!(!text.contains(SECRET), "{path}: {text}");
    }
    wire.daemon.stop().await;
    let log = logged();
    assert!(
        log.contains("polled") && log.contains("secret-circle"),
        "it was logged: {log}"
    );
    assert!(!log.contains(SECRET), "{log}");
}
