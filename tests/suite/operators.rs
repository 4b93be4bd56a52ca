//! What operators see, and who else does not (contract §4).

use crate::support::asked::ask;
use crate::support::publisher::{Publisher, Reply};
use crate::support::wire::{HEAD, Wire, folder, now};
use presswire::config;
use presswire::daemon::{Daemon, Options};
use std::sync::Arc;
use std::time::Duration;

const FEED: &str = r#"<rss version="2.0"><channel><title>Harbour</title><link>http://harbour.example/</link>
<item><guid>1</guid><title>Tide tables</title><link>http://harbour.example/1</link></item></channel></rss>"#;

const OPERATORS: [&str; 4] = [
    "/metrics",
    "/api/v1/sources",
    "/api/v1/releases?in=all",
    "/sources/harbour/all.atom",
];

fn followed(publisher: &Publisher, server: &str) -> String {
    let head = HEAD.replace("[server]\n", &format!("[server]\n{server}\n"));
    format!(
        "{head}\n[[source]]\nid = \"harbour\"\nurl = \"{}\"\n",
        publisher.url("/feed.xml")
    )
}

async fn asked(publisher: &Publisher, times: usize) {
    for _ in 0..200 {
        if publisher.asked_for("/feed.xml").len() >= times {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the source was not asked {times} times");
}

#[tokio::test(flavor = "multi_thread")]
async fn their_own_listener_needs_no_token_and_readers_still_do() {
    let publisher = Publisher::start().await;
    let feeds = followed(&publisher, "ops_listen = \"127.0.0.1:0\"");
    let wire = Wire::serving(&feeds, &[]).await;
    let operators = wire.daemon.ops_listening.unwrap();
    for path in OPERATORS {
        assert_eq!(ask(operators, "GET", path, &[]).await.status, 200, "{path}");
        assert_eq!(wire.get(path).await.status, 401, "{path}");
    }
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn open_answers_everybody_but_polls_for_nobody() {
    let publisher = Publisher::start().await;
    let wire = Wire::serving(&followed(&publisher, "open = true"), &[]).await;
    for path in OPERATORS {
        assert_eq!(wire.get(path).await.status, 200, "{path}");
    }
    let asked = ask(
        wire.daemon.listening,
        "POST",
        "/api/v1/sources/harbour/poll",
        &[],
    )
    .await;
    assert_eq!(asked.status, 401, "always with the token");
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn token_opens_and_asks_for_a_poll() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed.xml", Reply::ok(FEED));
    let folder = folder(&followed(&publisher, ""), &[]);
    let path = folder.path().join("feeds.toml");
    let environment =
        |name: &str| (name == "PRESSWIRE_ADMIN_TOKEN").then(|| "sesame-sesame-sesame".to_owned());
    let load = move || config::load(&path, &environment);
    let (config, _) = load().unwrap();
    let options = Options { poll: true };
    let daemon = Daemon::start(config, Arc::new(load), options, now())
        .await
        .unwrap();
    let door = daemon.listening;
    let token = [("authorization", "Bearer sesame-sesame-sesame")];
    for path in OPERATORS {
        assert_eq!(ask(door, "GET", path, &token).await.status, 200, "{path}");
        let wrong = [("authorization", "Bearer sesame-sesame-sesam")];
        assert_eq!(ask(door, "GET", path, &wrong).await.status, 401, "{path}");
    }
    asked(&publisher, 1).await;
    // The clock stands still: by itself the source is not due again.
    let unknown = ask(door, "POST", "/api/v1/sources/nobody/poll", &token).await;
    assert_eq!(unknown.status, 404);
    let due = ask(door, "POST", "/api/v1/sources/harbour/poll", &token).await;
    assert_eq!(due.status, 202);
    asked(&publisher, 2).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_feeds_toml_leaves_the_last_good_one_in_force_and_is_told() {
    let wire = Wire::serving(&format!("{HEAD}\n"), &[]).await;
    let path = wire.folder.path().join("feeds.toml");
    std::fs::write(&path, HEAD.replace("title =", "titel =")).unwrap();
    let told = wire
        .until("/readyz", |answered| answered.text().contains("refused"))
        .await;
    assert_eq!(told.status, 200, "what is in force still serves");
    assert!(!told.text().contains("titel"), "why is for operators");
    assert!(wire.get("/").await.text().contains("Trial wire"));

    std::fs::write(&path, HEAD.replace("Trial wire", "Second wire")).unwrap();
    wire.until("/", |answered| answered.text().contains("Second wire"))
        .await;
    let told = wire.get("/readyz").await;
    assert_eq!(told.text(), "ready\n");
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edit_is_in_force_within_two_seconds_written_or_renamed_over() {
    let wire = Wire::serving(HEAD, &[]).await;
    let path = wire.folder.path().join("feeds.toml");
    let beside = wire.folder.path().join(".feeds.toml.new");
    for (title, renamed) in [("Written in place", false), ("Renamed over", true)] {
        let text = HEAD.replace("Trial wire", title);
        if renamed {
            std::fs::write(&beside, text).unwrap();
            std::fs::rename(&beside, &path).unwrap();
        } else {
            std::fs::write(&path, text).unwrap();
        }
        // `until` gives up after ten seconds; the two of the contract are measured on a quiet machine.
        wire.until("/", |answered| answered.text().contains(title))
            .await;
    }
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_count_sources_by_state_and_answers_by_route() {
    let publisher = Publisher::start().await;
    let wire = Wire::serving(&followed(&publisher, "open = true"), &[]).await;
    wire.get("/feed.atom").await;
    wire.get("/no/such/page?with=secret").await;
    let text = wire.get("/metrics").await.text();
    for line in [
        "presswire_sources{state=\"new\"} 1",
        "presswire_http_requests_total{route=\"/feed.{ext}\",status=\"200\"} 1",
        "presswire_http_requests_total{route=\"other\",status=\"404\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
    }
    assert!(!text.contains("such"), "no label that a stranger chose");
    wire.daemon.stop().await;
}
