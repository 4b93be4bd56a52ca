//! How a source fares: its state, what is said of it, and when it is asked again.

use super::sources::{HOUR, source, stage};
use super::stage::{Stage, noon, rss};
use crate::support::publisher::{Publisher, Reply};
use chrono::TimeDelta;
use presswire::domain::source::State;

#[tokio::test]
async fn page_instead_of_a_feed_keeps_entries_and_validators() {
    let publisher = Publisher::start().await;
    let page = "<html><head><title>Please log in</title><link rel=\"alternate\" type=\"application/rss+xml\" href=\"/new.xml\"></head><body></body></html>";
    publisher.in_turn(
        "/feed",
        vec![
            Reply::ok(rss("Ministry", &[("1", "One")])).etag("\"1\""),
            Reply::ok(page)
                .etag("\"page\"")
                .header("Content-Type", "text/html"),
        ],
    );
    let stage = stage(&publisher).await;
    stage.poll_one().await;
    stage.later(HOUR);
    let report = stage.poll_one().await;
    assert_eq!(report.state, State::NotAFeed);
    assert!(
        report
            .message
            .is_some_and(|message| message.contains("Please log in"))
    );
    assert!(
        report
            .remedy
            .is_some_and(|remedy| remedy.contains("/new.xml"))
    );
    let row = stage.source("a").await;
    assert_eq!(
        row.validators
            .and_then(|validators| validators.etag)
            .as_deref(),
        Some("\"1\"")
    );
    assert_eq!((row.entries, row.last_ok), (1, Some(noon())));
}

#[tokio::test]
async fn failures_back_off_and_recover_alone() {
    let publisher = Publisher::start().await;
    let ok = Reply::ok(rss("Ministry", &[("1", "One")]));
    publisher.in_turn(
        "/feed",
        vec![
            Reply::status(500),
            Reply::status(500),
            Reply::status(500),
            ok,
        ],
    );
    let stage = stage(&publisher).await;
    let mut waits = Vec::new();
    for _ in 0..4 {
        let report = stage.poll_one().await;
        let next = stage.source("a").await.next_poll.expect("it is followed");
        waits.push(((next - stage.clock.now()).num_minutes(), report.state));
        stage.later(HOUR * 24);
    }
    let close = |minutes: i64, usual: i64| minutes >= usual && minutes <= usual * 11 / 10;
    assert!(
        close(waits[0].0, 30) && close(waits[1].0, 60) && close(waits[2].0, 120),
        "{waits:?}"
    );
    assert_eq!((waits[2].1, waits[3].1), (State::Unreachable, State::Ok));
    assert!(close(waits[3].0, 30), "{waits:?}");
}

#[tokio::test]
async fn statuses_become_states_with_remedies() {
    let publisher = Publisher::start().await;
    publisher.serve("/gone", Reply::status(410));
    publisher.serve(
        "/slow-down",
        Reply::status(429).header("Retry-After", "7200"),
    );
    publisher.serve(
        "/wall",
        Reply::status(403).header("cf-mitigated", "challenge"),
    );
    publisher.serve("/login", Reply::status(401));
    for (path, state, at_least_h, at_most_h) in [
        ("/gone", State::Gone, 30 * 24, 31 * 24),
        ("/slow-down", State::Throttled, 2, 3),
        ("/wall", State::Blocked, 0, 1),
        ("/login", State::Blocked, 0, 1),
        ("/none", State::Unreachable, 0, 1),
    ] {
        let stage = Stage::with(&source(&publisher, path)).await;
        let report = stage.poll_one().await;
        assert_eq!(report.state, state, "{path}");
        assert!(
            report.message.is_some() && report.remedy.is_some(),
            "{path}"
        );
        let wait = stage.source("a").await.next_poll.expect("it is followed") - noon();
        assert!(
            wait >= HOUR * at_least_h && wait <= HOUR * at_most_h,
            "{path}: {wait}"
        );
    }
}

#[tokio::test]
async fn private_address_is_blocked_with_a_remedy() {
    let publisher = Publisher::start().await;
    let toml = format!("[wire]\ntitle = \"W\"\n{}", source(&publisher, "/feed"));
    let stage = Stage::of(&toml).await;
    let report = stage.poll_one().await;
    assert_eq!(report.state, State::Blocked);
    assert!(
        report
            .remedy
            .is_some_and(|remedy| remedy.contains("allow_private_networks"))
    );
    assert_eq!(publisher.asked().len(), 0);
}

#[tokio::test]
async fn secrets_of_an_address_are_in_no_message() {
    let publisher = Publisher::start().await;
    let url = publisher
        .url("/feed?token=hunter2")
        .to_string()
        .replace("http://", "http://me:hunter2@");
    publisher.serve(
        "/feed?token=hunter2",
        Reply::to(301, "/other?token=hunter2"),
    );
    publisher.serve("/other?token=hunter2", Reply::ok(rss("M", &[("1", "One")])));
    let stage = Stage::with(&format!("[[source]]\nid = \"a\"\nurl = \"{url}\"\n")).await;
    let report = stage.poll_one().await;
    assert_eq!(report.state, State::Moved);
    assert!(!format!("{report:?}").contains("hunter2"), "{report:?}");
}

#[tokio::test]
async fn permanent_redirect_is_proposed_at_once_and_believed_after_a_week() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Reply::to(301, "/new"));
    publisher.serve("/new", Reply::ok(rss("M", &[("1", "One")])).etag("\"1\""));
    let stage = stage(&publisher).await;
    let report = stage.poll_one().await;
    assert_eq!((report.state, report.new), (State::Moved, 1));
    for _ in 0..4 {
        stage.later(TimeDelta::days(2));
        assert_eq!(stage.poll_one().await.state, State::Moved);
    }
    let olds = publisher.asked_for("/feed").len();
    stage.later(HOUR);
    let report = stage.poll_one().await;
    assert_eq!((report.state, report.status), (State::Moved, Some(304)));
    assert_eq!(
        publisher.asked_for("/feed").len(),
        olds,
        "the new address is asked first"
    );
    publisher.serve("/new", Reply::status(404));
    stage.later(HOUR);
    stage.poll_one().await;
    publisher.serve("/feed", Reply::ok(rss("M", &[("1", "One")])));
    stage.later(HOUR);
    assert_eq!(
        stage.poll_one().await.state,
        State::Ok,
        "the old address is asked again where the new one fails"
    );
}

#[tokio::test]
async fn unchanged_for_ever_is_found_out_by_the_weekly_look() {
    let publisher = Publisher::start().await;
    // Says 304 to whatever it is asked, and has something new.
    publisher.serve("/feed", Reply::ok(rss("M", &[("1", "One")])).etag("\"1\""));
    let stage = stage(&publisher).await;
    stage.poll_one().await;
    publisher.serve(
        "/feed",
        Reply::ok(rss("M", &[("2", "Two"), ("1", "One")])).etag("\"1\""),
    );
    stage.later(TimeDelta::days(6));
    assert_eq!(stage.poll_one().await.status, Some(304));
    stage.later(TimeDelta::days(1));
    let report = stage.poll_one().await;
    assert_eq!(
        (report.state, report.status, report.new),
        (State::Frozen, Some(200), 1)
    );
    publisher.serve(
        "/feed",
        Reply::ok(rss("M", &[("3", "Three"), ("2", "Two"), ("1", "One")])).etag("\"1\""),
    );
    stage.later(HOUR);
    let report = stage.poll_one().await;
    assert_eq!(
        (report.state, report.new),
        (State::Frozen, 1),
        "it is asked for everything from now on"
    );
    publisher.serve(
        "/feed",
        Reply::ok(rss("M", &[("3", "Three")])).etag("\"2\""),
    );
    stage.later(HOUR);
    assert_eq!(stage.poll_one().await.state, State::Ok);
}

#[tokio::test]
async fn two_sources_that_end_at_one_address_are_asked_as_one() {
    let publisher = Publisher::start().await;
    publisher.serve("/one", Reply::to(302, "/end"));
    publisher.serve("/other", Reply::to(301, "/end"));
    publisher.serve("/third", Reply::to(301, "/own"));
    let feed = Reply::ok(rss("M", &[("1", "One")]));
    publisher.serve("/end", feed.clone());
    publisher.serve("/own", feed);
    let sources: String = ["one", "other", "third", "own"]
        .map(|id| source(&publisher, &format!("/{id}")).replace("\"a\"", &format!("\"{id}\"")))
        .concat();
    let stage = Stage::with(&sources).await;
    let poll = async |id: &str| {
        let mut reports = stage
            .poller
            .poll_now(&[id.to_owned()], |_, _, _| {})
            .await
            .expect("the database works");
        let report = reports.remove(0);
        let wait = stage.source(id).await.next_poll.expect("it is followed") - noon();
        (report.answered, report.message.unwrap_or_default(), wait)
    };
    let (answered, message, wait) = poll("one").await;
    assert!(answered && message.is_empty() && wait < HOUR, "{message}");
    let (answered, message, wait) = poll("other").await;
    assert!(message.contains("“one”") && answered, "{message}");
    assert!(wait >= HOUR * 24, "asked daily: {wait}");
    let (_, message, _) = poll("third").await;
    assert!(message.contains("“own”"), "{message}");
    let (_, message, wait) = poll("own").await;
    assert!(message.is_empty() && wait < HOUR, "{message}");
    // The one that is asked for both fails: the other takes its place.
    publisher.serve("/one", Reply::status(500));
    poll("one").await;
    let (_, message, wait) = poll("other").await;
    assert!(
        message.contains("moved for good") && wait < HOUR,
        "{message}"
    );
}

#[tokio::test]
async fn credentials_do_not_follow_a_believed_move_to_another_host() {
    let (own, other) = (Publisher::start().await, Publisher::at("127.0.0.1").await);
    let feed = Reply::ok(rss("M", &[("1", "One")]));
    own.serve("/feed", Reply::to(301, other.url("/feed").as_str()));
    other.serve("/feed", feed);
    let secret = format!(
        "{}headers = {{ X-Key = \"hunter2\" }}\n",
        source(&own, "/feed")
    );
    let stage = Stage::with(&secret).await;
    for _ in 0..5 {
        assert_eq!(stage.poll_one().await.state, State::Moved);
        stage.later(TimeDelta::days(2));
    }
    let before = own.asked().len();
    stage.poll_one().await;
    assert_eq!(own.asked().len(), before, "the move is believed by now");
    assert!(
        own.asked()
            .iter()
            .all(|asked| asked.headers.contains_key("x-key"))
    );
    assert!(
        other
            .asked()
            .iter()
            .all(|asked| !asked.headers.contains_key("x-key"))
    );
}

#[tokio::test]
async fn page_with_a_403_is_named_as_a_wall() {
    let publisher = Publisher::start().await;
    let wall = Reply::status(403).header("Content-Type", "text/html; charset=utf-8");
    publisher.serve(
        "/feed",
        wall.body("<html><title>Just a moment…</title></html>"),
    );
    let report = stage(&publisher).await.poll_one().await;
    assert_eq!(report.state, State::Blocked);
    assert!(report.message.is_some_and(|why| why.contains("bot wall")));
}
