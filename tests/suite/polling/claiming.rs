//! The claimer: who is asked when, how many at a time, and how it ends.

use super::stage::{Stage, rss};
use crate::support::publisher::{Publisher, Reply};
use chrono::TimeDelta;
use presswire::database::SourceRecord;
use presswire::domain::source::State;
use std::time::{Duration, Instant};

/// feeds.toml with these keys in `[poll]`.
fn toml(poll: &str, sources: &str) -> String {
    format!("[wire]\ntitle = \"W\"\n[poll]\nallow_private_networks = true\n{poll}\n{sources}")
}

fn sources(publisher: &Publisher, paths: &[String]) -> String {
    paths
        .iter()
        .map(|path| {
            format!(
                "[[source]]\nid = \"{}\"\nurl = \"{}\"\n",
                &path[1..],
                publisher.url(path)
            )
        })
        .collect()
}

fn paths(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("/{prefix}{n}")).collect()
}

fn serve(publisher: &Publisher, paths: &[String], reply: &Reply) {
    for path in paths {
        publisher.serve(path, reply.clone());
    }
}

fn feed() -> Reply {
    Reply::ok(rss("M", &[])).etag("\"1\"")
}

/// Runs the claimer until `done`, ten seconds at the most; gives how long that took.
async fn run_until(stage: &Stage, done: impl AsyncFn() -> bool) -> Duration {
    let began = Instant::now();
    let poller = stage.poller.clone();
    let running = tokio::spawn(async move { poller.run_due().await });
    while !done().await {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "it takes too long"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let took = began.elapsed();
    stage.shutdown.cancel();
    running.await.expect("it stops cleanly");
    took
}

#[tokio::test]
async fn sources_never_polled_are_asked_at_once_and_only_once() {
    let publisher = Publisher::start().await;
    let paths = paths("s", 30);
    serve(&publisher, &paths, &feed());
    let stage = Stage::of(&toml(
        "host_delay = \"0s\"\nper_host = 8",
        &sources(&publisher, &paths),
    ))
    .await;
    run_until(&stage, async || {
        stage
            .db
            .sources()
            .await
            .expect("rows")
            .iter()
            .all(|source| source.last_ok.is_some())
    })
    .await;
    assert_eq!(publisher.asked().len(), 30);
    assert!(
        stage
            .db
            .sources()
            .await
            .expect("rows")
            .iter()
            .all(|source| source.state == State::Ok)
    );
}

#[tokio::test]
async fn one_host_is_asked_one_at_a_time_with_its_delay_while_others_go_on() {
    let (slow, quick) = (Publisher::start().await, Publisher::at("127.0.0.2").await);
    let (slow_paths, quick_paths) = (paths("s", 5), paths("q", 1));
    serve(&slow, &slow_paths, &feed().after(Duration::from_millis(50)));
    serve(&quick, &quick_paths, &feed());
    let both = sources(&slow, &slow_paths) + &sources(&quick, &quick_paths);
    let stage = Stage::of(&toml("host_delay = \"100ms\"", &both)).await;
    run_until(&stage, async || {
        slow.asked().len() == 5 && quick.asked().len() == 1
    })
    .await;
    let asked = slow.asked();
    for pair in asked.windows(2) {
        let gap = pair[1].at - pair[0].at;
        assert!(
            gap >= Duration::from_millis(150),
            "the next came {gap:?} after the one before began"
        );
    }
    assert!(
        quick.asked()[0].at < asked[1].at,
        "another host waits for nobody"
    );
}

#[tokio::test]
async fn redirects_to_a_host_take_turns_there_too() {
    let publisher = Publisher::start().await;
    publisher.serve("/a", Reply::to(302, "/b"));
    publisher.serve("/b", feed());
    let stage = Stage::of(&toml(
        "host_delay = \"100ms\"",
        &sources(&publisher, &["/a".to_owned()]),
    ))
    .await;
    stage.poll().await;
    let asked = publisher.asked();
    assert!(asked[1].at - asked[0].at >= Duration::from_millis(100));
}

#[tokio::test]
async fn sources_that_hang_do_not_stop_the_others() {
    let publisher = Publisher::start().await;
    let (hanging, good) = (paths("h", 12), paths("z", 12));
    serve(&publisher, &hanging, &Reply::silence());
    serve(&publisher, &good, &feed());
    let all = sources(&publisher, &hanging) + &sources(&publisher, &good);
    let poll = "host_delay = \"0s\"\nper_host = 64\nconcurrency = 4\ntimeout = \"3s\"";
    let stage = Stage::of(&toml(poll, &all)).await;
    let done = async || {
        let rows = stage.db.sources().await.expect("rows");
        rows.iter()
            .filter(|source| source.last_ok.is_some())
            .count()
            == 12
    };
    run_until(&stage, done).await;
    let rows = stage.db.sources().await.expect("rows");
    let gave_way = |row: &&SourceRecord| {
        let message = row.message.as_deref().unwrap_or_default();
        message.contains("others were waiting")
    };
    let row = rows.iter().find(gave_way).expect("some had to give way");
    let wait = row.next_poll.expect("it is followed") - stage.clock.now();
    assert!(
        wait < TimeDelta::minutes(6),
        "it is made up for soon: {wait}"
    );
}

#[tokio::test]
async fn shutdown_ends_hanging_polls_and_gives_their_sources_back() {
    let publisher = Publisher::start().await;
    serve(&publisher, &["/h".to_owned()], &Reply::silence());
    let stage = Stage::of(&toml("", &sources(&publisher, &["/h".to_owned()]))).await;
    let began = Instant::now();
    run_until(&stage, async || publisher.asked().len() == 1).await;
    assert!(began.elapsed() < Duration::from_secs(6));
    let number = stage.source("h").await.number;
    let claimed = stage
        .db
        .claim_named(&[number], stage.clock.now(), 1000)
        .await
        .expect("the database works");
    assert_eq!(claimed.len(), 1, "nobody holds it");
}

#[tokio::test]
async fn source_added_by_a_reload_is_asked_within_two_seconds() {
    let publisher = Publisher::start().await;
    let both = ["/a".to_owned(), "/b".to_owned()];
    serve(&publisher, &both, &feed());
    let stage = Stage::with(&sources(&publisher, &both[..1])).await;
    let poller = stage.poller.clone();
    let running = tokio::spawn(async move { poller.run_due().await });
    while publisher.asked_for("/a").is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stage.reload(&sources(&publisher, &both)).await;
    let began = Instant::now();
    while publisher.asked_for("/b").is_empty() {
        assert!(began.elapsed() < Duration::from_secs(2));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stage.shutdown.cancel();
    running.await.expect("it stops cleanly");
}

#[tokio::test]
async fn host_rests_after_two_of_its_sources_were_told_to_slow_down() {
    let publisher = Publisher::start().await;
    let paths = paths("s", 6);
    serve(
        &publisher,
        &paths,
        &Reply::status(429).header("Retry-After", "600"),
    );
    let stage = Stage::of(&toml("host_delay = \"0s\"", &sources(&publisher, &paths))).await;
    run_until(&stage, async || publisher.asked().len() >= 2).await;
    assert_eq!(publisher.asked().len(), 2, "the others wait");
}

#[tokio::test]
async fn due_sources_are_asked_again_when_their_time_comes() {
    let publisher = Publisher::start().await;
    serve(&publisher, &["/a".to_owned()], &feed());
    let stage = Stage::with(&sources(&publisher, &["/a".to_owned()])).await;
    let clock = stage.clock.clone();
    let done = async || {
        if publisher.asked().len() == 1 {
            clock.set(clock.now() + TimeDelta::minutes(1));
        }
        publisher.asked().len() == 2
    };
    run_until(&stage, done).await;
    let waited = stage.clock.now() - super::stage::noon();
    assert!(waited >= TimeDelta::minutes(30), "{waited}");
}

#[tokio::test]
async fn claimer_and_poll_now_do_not_ask_twice_at_once() {
    let publisher = Publisher::start().await;
    serve(
        &publisher,
        &["/a".to_owned()],
        &feed().after(Duration::from_millis(300)),
    );
    let stage = Stage::with(&sources(&publisher, &["/a".to_owned()])).await;
    let poller = stage.poller.clone();
    let running = tokio::spawn(async move { poller.run_due().await });
    while publisher.asked().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let report = stage.poll_one().await;
    assert_eq!((report.answered, publisher.asked().len()), (true, 1));
    stage.shutdown.cancel();
    running.await.expect("it stops cleanly");
}

#[tokio::test]
async fn clock_that_was_years_ahead_stops_no_source() {
    let publisher = Publisher::start().await;
    serve(&publisher, &["/a".to_owned()], &feed());
    let stage = Stage::with(&sources(&publisher, &["/a".to_owned()])).await;
    stage.later(TimeDelta::days(3650));
    stage.poll_one().await;
    stage.clock.set(super::stage::noon());
    let clock = stage.clock.clone();
    let done = async || {
        clock.set(clock.now() + TimeDelta::minutes(1));
        publisher.asked().len() == 2
    };
    run_until(&stage, done).await;
    let waited = stage.clock.now() - super::stage::noon();
    assert!(waited >= TimeDelta::minutes(30), "no storm: {waited}");
    assert!(stage.source("a").await.last_poll <= Some(clock.now()));
}

#[tokio::test]
async fn clock_set_back_while_running_delays_by_an_interval_at_most() {
    let publisher = Publisher::start().await;
    serve(&publisher, &["/a".to_owned()], &feed());
    let stage = Stage::with(&sources(&publisher, &["/a".to_owned()])).await;
    let clock = stage.clock.clone();
    let back = super::stage::noon() - TimeDelta::days(2);
    let is_back = std::cell::Cell::new(false);
    let done = async || {
        let polled = stage.source("a").await.last_poll.is_some();
        if polled && !is_back.replace(polled) {
            clock.set(back);
        } else if polled {
            clock.set(clock.now() + TimeDelta::minutes(1));
        }
        publisher.asked().len() == 2
    };
    run_until(&stage, done).await;
    assert!(clock.now() - back < TimeDelta::hours(2), "{}", clock.now());
}
