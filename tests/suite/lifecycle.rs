//! A daemon from start to stop, over real sockets.

use crate::support::wire::{HEAD, Wire, now};
use presswire::daemon::Options;
use std::sync::Arc;

const STATEMENT: (&str, &str) = (
    "2026-02-27-call.md",
    "---\ntitle: Dockworkers sign joint call\ndate: 2026-02-27\nlanguage: en\n---\n\nWe call on the port authority to sit down with us.\n",
);

#[tokio::test(flavor = "multi_thread")]
async fn statement_in_the_folder_is_served_in_all_forms() {
    let wire = Wire::serving(HEAD, &[STATEMENT]).await;
    for (path, media_type) in [
        ("/feed.atom", "application/atom+xml; charset=utf-8"),
        ("/feed.rss", "application/rss+xml; charset=utf-8"),
        ("/feed.json", "application/feed+json; charset=utf-8"),
        ("/", "text/html; charset=utf-8"),
        ("/statements/call", "text/html; charset=utf-8"),
    ] {
        let answered = wire.get(path).await;
        assert_eq!(answered.status, 200, "{path}");
        assert_eq!(answered.header("content-type"), Some(media_type), "{path}");
        assert!(
            answered.text().contains("Dockworkers sign joint call"),
            "{path}: {}",
            answered.text()
        );
    }
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn restart_serves_the_same_bytes_and_validators() {
    let wire = Wire::serving(HEAD, &[STATEMENT]).await;
    let before = wire.get("/feed.atom").await;
    let folder = Arc::clone(&wire.folder);
    wire.daemon.stop().await;
    let clock = now();
    clock.set("2026-03-05T09:30:00Z".parse().unwrap());
    let again = Wire::start(folder, Options { poll: false }, clock).await;
    let after = again.get("/feed.atom").await;
    assert_eq!(before.text(), after.text());
    for header in ["etag", "last-modified"] {
        assert_eq!(before.header(header), after.header(header), "{header}");
    }
    again.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn first_statement_of_a_store_that_was_not_there_is_served() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("feeds.toml"), HEAD).unwrap();
    let wire = Wire::start(folder, Options { poll: false }, now()).await;
    let (name, text) = STATEMENT;
    std::fs::write(wire.folder.path().join("store/statements").join(name), text).unwrap();
    wire.until("/statements/call", |answered| answered.status == 200)
        .await;
    wire.daemon.stop().await;
}
