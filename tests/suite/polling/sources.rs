//! One poll of one source, from the socket to the row.

use super::stage::{Stage, item, noon, rss};
use crate::support::publisher::{Publisher, Reply};
use chrono::TimeDelta;
use presswire::domain::source::State;

pub(super) const HOUR: TimeDelta = TimeDelta::hours(1);

pub(super) fn source(publisher: &Publisher, path: &str) -> String {
    format!(
        "[[source]]\nid = \"a\"\nurl = \"{}\"\nkeep = \"all\"\n",
        publisher.url(path)
    )
}

pub(super) async fn stage(publisher: &Publisher) -> Stage {
    Stage::with(&source(publisher, "/feed")).await
}

#[tokio::test]
async fn entries_of_a_first_poll_are_releases() {
    let publisher = Publisher::start().await;
    publisher.serve(
        "/feed",
        Reply::ok(rss(
            "Ministry",
            &[("1", "Strike in the mines"), ("2", "Bread is dear")],
        )),
    );
    let stage = stage(&publisher).await;
    let report = stage.poll_one().await;
    assert_eq!(
        (report.state, report.status, report.new, report.changed),
        (State::Ok, Some(200), 2, 0)
    );
    let mut titles = stage.titles().await;
    titles.sort();
    assert_eq!(titles, ["Bread is dear", "Strike in the mines"]);
    let row = stage.source("a").await;
    assert_eq!(
        (row.last_ok, row.entries, row.facts.title.as_deref()),
        (Some(noon()), 2, Some("Ministry"))
    );
    let wait = row.next_poll.expect("it is followed") - noon();
    assert!(
        wait >= TimeDelta::minutes(30) && wait <= TimeDelta::minutes(33),
        "{wait}"
    );
}

#[tokio::test]
async fn unchanged_source_writes_its_own_row_only() {
    let publisher = Publisher::start().await;
    let feed = rss("Ministry", &[("1", "Strike in the mines")]);
    publisher.serve("/feed", Reply::ok(feed.clone()).etag("\"1\""));
    let stage = stage(&publisher).await;
    stage.poll_one().await;
    let before = (
        stage.db.serial().await.expect("a serial"),
        stage.releases().await,
    );
    stage.later(HOUR);
    let report = stage.poll_one().await;
    assert_eq!(
        (report.status, report.new, report.changed, report.answered),
        (Some(304), 0, 0, true)
    );
    // The same bytes again where the publisher knows no validators.
    publisher.serve("/feed", Reply::ok(feed));
    stage.later(HOUR);
    let report = stage.poll_one().await;
    assert_eq!(
        (report.status, report.new, report.changed),
        (Some(200), 0, 0)
    );
    assert_eq!(
        (
            stage.db.serial().await.expect("a serial"),
            stage.releases().await
        ),
        before
    );
    let row = stage.source("a").await;
    assert_eq!((row.last_ok, row.polls), (Some(noon() + HOUR * 2), 3));
    assert!(
        row.validators
            .is_some_and(|validators| validators.etag.is_none()),
        "the server sends none any more"
    );
}

#[tokio::test]
async fn new_body_under_an_old_etag_is_read() {
    let publisher = Publisher::start().await;
    publisher.in_turn(
        "/feed",
        vec![
            Reply::ok(rss("Ministry", &[("1", "One")])).header("Etag", "\"1\""),
            Reply::raw(format!(
                "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nConnection: close\r\n\r\n{}",
                rss("Ministry", &[("2", "Two"), ("1", "One")])
            )),
        ],
    );
    let stage = stage(&publisher).await;
    stage.poll_one().await;
    stage.later(HOUR);
    assert_eq!(stage.poll_one().await.new, 1);
}

#[tokio::test]
async fn changed_entry_keeps_its_release() {
    let publisher = Publisher::start().await;
    publisher.serve(
        "/feed",
        Reply::ok(rss("Ministry", &[("1", "Strike in the mines")])),
    );
    let stage = stage(&publisher).await;
    stage.poll_one().await;
    let before = stage.releases().await.remove(0);
    publisher.serve(
        "/feed",
        Reply::ok(rss("Ministry", &[("1", "Strike in the mines ends")])),
    );
    stage.later(HOUR);
    let report = stage.poll_one().await;
    assert_eq!((report.new, report.changed), (0, 1));
    let after = stage.releases().await;
    assert_eq!(after.len(), 1);
    assert_eq!(
        (&after[0].id, after[0].published),
        (&before.id, before.published)
    );
    assert_eq!(after[0].title.as_deref(), Some("Strike in the mines ends"));
}

#[tokio::test]
async fn emptied_and_refilled_feed_announces_nothing_twice() {
    let publisher = Publisher::start().await;
    let full = Reply::ok(rss(
        "Ministry",
        &[("1", "One"), ("2", "Two"), ("3", "Three")],
    ));
    let page =
        Reply::ok("<html><head><title>Maintenance</title></head><body>Back soon</body></html>");
    let empty = Reply::ok(rss("Ministry", &[]));
    publisher.in_turn(
        "/feed",
        vec![full.clone(), empty, page, Reply::ok(""), full],
    );
    let stage = stage(&publisher).await;
    stage.poll_one().await;
    let before = (
        stage.db.serial().await.expect("a serial"),
        stage.releases().await,
    );
    let mut states = Vec::new();
    for _ in 0..4 {
        stage.later(HOUR);
        let report = stage.poll_one().await;
        assert_eq!(report.new, 0);
        states.push(report.state);
    }
    assert_eq!(
        states,
        [State::Ok, State::NotAFeed, State::NotAFeed, State::Ok]
    );
    assert_eq!(
        (
            stage.db.serial().await.expect("a serial"),
            stage.releases().await
        ),
        before
    );
}

#[tokio::test]
async fn broken_off_body_keeps_its_entries_but_not_its_validators() {
    let publisher = Publisher::start().await;
    let feed = rss("Ministry", &[("1", "One"), ("2", "Two"), ("3", "Three")]);
    let cut = feed
        .find("<guid isPermaLink=\"false\">3")
        .expect("the third item");
    let half = format!(
        "HTTP/1.1 200 OK\r\nETag: \"2\"\r\nContent-Length: {}\r\n\r\n{}",
        feed.len(),
        &feed[..cut]
    );
    publisher.in_turn(
        "/feed",
        vec![
            Reply::ok(rss("Ministry", &[("1", "One")])).etag("\"1\""),
            Reply::raw(half),
            Reply::ok(feed).etag("\"2\""),
        ],
    );
    let stage = stage(&publisher).await;
    stage.poll_one().await;
    stage.later(HOUR);
    let report = stage.poll_one().await;
    assert_eq!(
        (report.state, report.new, report.answered),
        (State::BrokenXml, 1, false)
    );
    let row = stage.source("a").await;
    assert_eq!(
        row.validators
            .and_then(|validators| validators.etag)
            .as_deref(),
        Some("\"1\"")
    );
    stage.later(HOUR);
    let report = stage.poll_one().await;
    assert_eq!((report.state, report.new), (State::Ok, 1));
    assert_eq!(publisher.asked()[2].headers["if-none-match"], "\"1\"");
}

#[tokio::test]
async fn document_that_breaks_off_by_itself_is_asked_for_again() {
    let publisher = Publisher::start().await;
    let feed = rss("Ministry", &[("1", "One"), ("2", "Two")]);
    let cut = feed
        .find("<guid isPermaLink=\"false\">2")
        .expect("the second item");
    publisher.serve("/feed", Reply::ok(&feed[..cut]).etag("\"1\""));
    let stage = stage(&publisher).await;
    let report = stage.poll_one().await;
    assert_eq!(
        (report.state, report.new, report.answered),
        (State::BrokenXml, 1, true)
    );
    assert_eq!(stage.source("a").await.validators, None);
}

#[tokio::test]
async fn another_feed_under_the_old_address_is_held_back_until_it_is_accepted() {
    let publisher = Publisher::start().await;
    let casino = rss("Best casino", &[("c1", "Win big"), ("c2", "Spin now")]);
    publisher.serve(
        "/feed",
        Reply::ok(rss("Ministry of Labour", &[("1", "One"), ("2", "Two")])),
    );
    let stage = stage(&publisher).await;
    stage.poll_one().await;
    publisher.serve("/feed", Reply::ok(casino).etag("\"c\""));
    stage.later(HOUR);
    let report = stage.poll_one().await;
    assert_eq!((report.state, report.new), (State::Replaced, 0));
    assert!(
        report
            .remedy
            .is_some_and(|remedy| remedy.contains("name = \"Best casino\""))
    );
    assert_eq!(stage.titles().await.len(), 2);
    let row = stage.source("a").await;
    assert_eq!(row.facts.title.as_deref(), Some("Ministry of Labour"));
    assert!(
        row.validators
            .is_none_or(|validators| validators.etag.is_none())
    );
    stage
        .reload(&format!(
            "{}name = \"Best casino\"\n",
            source(&publisher, "/feed")
        ))
        .await;
    stage.later(HOUR);
    assert_eq!(stage.poll_one().await.new, 2);
}

#[tokio::test]
async fn retitled_feed_with_known_entries_is_no_other_feed() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Reply::ok(rss("Ministry", &[("1", "One")])));
    let stage = stage(&publisher).await;
    stage.poll_one().await;
    publisher.serve(
        "/feed",
        Reply::ok(rss("Department", &[("2", "Two"), ("1", "One")])),
    );
    stage.later(HOUR);
    let report = stage.poll_one().await;
    assert_eq!((report.state, report.new), (State::Ok, 1));
}

#[tokio::test]
async fn old_texts_with_new_dates_are_no_news() {
    let publisher = Publisher::start().await;
    let feed = |date: &str| {
        let items: String = (0..20)
            .map(|n| item(&n.to_string(), &format!("Text {n}"), date))
            .collect();
        Reply::ok(format!(
            "<rss version=\"2.0\"><channel><title>M</title>{items}</channel></rss>"
        ))
    };
    publisher.serve("/feed", feed("Mon, 02 Nov 2026 10:00:00 GMT"));
    let stage = stage(&publisher).await;
    stage.poll_one().await;
    let before = (
        stage.db.serial().await.expect("a serial"),
        stage.releases().await,
    );
    publisher.serve("/feed", feed("Sat, 21 Nov 2026 12:30:00 GMT"));
    stage.later(HOUR);
    let report = stage.poll_one().await;
    assert_eq!((report.new, report.changed), (0, 0));
    assert_eq!(
        (
            stage.db.serial().await.expect("a serial"),
            stage.releases().await
        ),
        before
    );
}

#[tokio::test]
async fn entries_taken_back_become_withdrawn() {
    let publisher = Publisher::start().await;
    let atom = |rest: &str| {
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:at=\"http://purl.org/atompub/tombstones/1.0\">\
             <id>urn:f</id><title>M</title><updated>2026-11-20T10:00:00Z</updated>{rest}</feed>"
        )
    };
    let entry = "<entry><id>urn:1</id><title>One</title><updated>2026-11-20T10:00:00Z</updated><content>Some words of it</content></entry>";
    let deleted = "<at:deleted-entry ref=\"urn:1\" when=\"2026-11-21T11:00:00Z\"><at:comment>An error</at:comment></at:deleted-entry>";
    publisher.in_turn(
        "/feed",
        vec![
            Reply::ok(atom(entry)),
            Reply::ok(atom(deleted)),
            Reply::ok(atom(entry)),
        ],
    );
    let stage = stage(&publisher).await;
    stage.poll_one().await;
    stage.later(HOUR);
    let report = stage.poll_one().await;
    assert_eq!(report.state, State::Ok);
    let withdrawn = stage
        .releases()
        .await
        .iter()
        .filter(|release| release.withdrawal.is_some())
        .count();
    let listed = stage.releases().await.len();
    assert!(withdrawn == 1 || listed == 0, "{withdrawn} of {listed}");
    stage.later(HOUR);
    assert_eq!(stage.poll_one().await.changed, 1, "shown again, it is back");
    assert!(
        stage
            .releases()
            .await
            .iter()
            .any(|release| release.withdrawal.is_none())
    );
}

#[tokio::test]
async fn filters_decide_membership_but_not_storage() {
    let publisher = Publisher::start().await;
    publisher.serve(
        "/feed",
        Reply::ok(rss(
            "M",
            &[("1", "Strike"), ("2", "Strike of sport"), ("3", "Weather")],
        )),
    );
    let filters = "match = [\"strike\"]\nblock = [\"sport\"]\n";
    let stage = Stage::with(&format!("{}{filters}", source(&publisher, "/feed"))).await;
    assert_eq!(stage.poll_one().await.new, 3);
    let in_wire: Vec<_> = stage
        .releases()
        .await
        .into_iter()
        .filter(|release| release.entered.is_some())
        .filter_map(|release| release.title)
        .collect();
    assert_eq!(in_wire, ["Strike"]);
}

#[tokio::test]
async fn six_hundred_new_entries_are_all_kept_at_once() {
    let publisher = Publisher::start().await;
    let titles: Vec<(String, String)> = (0..600)
        .map(|n| (n.to_string(), format!("Text{n} of{n}")))
        .collect();
    let items: Vec<(&str, &str)> = titles
        .iter()
        .map(|(guid, title)| (guid.as_str(), title.as_str()))
        .collect();
    publisher.serve("/feed", Reply::ok(rss("M", &items)));
    let stage = stage(&publisher).await;
    let report = stage.poll_one().await;
    assert_eq!((report.state, report.new), (State::Ok, 600));
    assert_eq!(stage.source("a").await.entries, 600);
}

#[tokio::test]
async fn process_that_dies_in_a_poll_loses_and_doubles_nothing() {
    let publisher = Publisher::start().await;
    let feed = rss("M", &[("1", "One"), ("2", "Two")]);
    publisher.in_turn(
        "/feed",
        vec![
            Reply::ok(&feed[..60]).hang(),
            Reply::ok(feed.clone()),
            Reply::ok(feed),
        ],
    );
    let stage = stage(&publisher).await;
    let dying = tokio::spawn({
        let poller = stage.poller.clone();
        async move { poller.poll_now(&[], |_, _, _| {}).await.map(drop) }
    });
    while publisher.asked().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    dying.abort();
    let stage = stage.restarted().await;
    assert_eq!(stage.poll_one().await.new, 2);
    let stage = stage.restarted().await;
    assert_eq!(
        (stage.poll_one().await.new, stage.titles().await.len()),
        (0, 2)
    );
}

#[tokio::test]
async fn unknown_source_is_said_before_anything_is_asked() {
    let publisher = Publisher::start().await;
    let stage = stage(&publisher).await;
    let polled = stage
        .poller
        .poll_now(&["a".into(), "b".into()], |_, _, _| {})
        .await;
    assert!(polled.is_err_and(|why| why.to_string().contains("“b”")));
    assert_eq!(publisher.asked().len(), 0);
}

/// Polls a feed, then another state of it; how many releases there are then, and new entries of the
/// second poll.
async fn releases_after(before: String, after: String) -> (usize, usize) {
    let publisher = Publisher::start().await;
    publisher.in_turn("/feed", vec![Reply::ok(before), Reply::ok(after)]);
    let stage = stage(&publisher).await;
    stage.poll_one().await;
    stage.later(HOUR);
    let report = stage.poll_one().await;
    assert_eq!(report.state, State::Ok);
    (stage.titles().await.len(), report.new)
}

/// Twenty items with these guids.
fn twenty(guid: impl Fn(usize) -> String) -> String {
    let items: String = (0..20)
        .map(|n| {
            let date = "Fri, 20 Nov 2026 10:00:00 GMT";
            let with_link = item(&n.to_string(), &format!("Text {n} of twenty"), date);
            with_link.replace(
                &format!("<guid isPermaLink=\"false\">{n}</guid>"),
                &format!("<guid isPermaLink=\"false\">{}</guid>", guid(n)),
            )
        })
        .collect();
    format!("<rss version=\"2.0\"><channel><title>M</title>{items}</channel></rss>")
}

#[tokio::test]
async fn ids_that_all_change_at_once_announce_nothing_again() {
    let old = || twenty(|n| format!("http://a.example/{n}"));
    let https = twenty(|n| format!("https://a.example/{n}"));
    assert_eq!(releases_after(old(), https).await, (20, 0), "http to https");
    let random = twenty(|n| format!("urn:uuid:0000-{}", n * 7919));
    assert_eq!(
        releases_after(old(), random).await,
        (20, 0),
        "another system"
    );
    let same = twenty(|_| "always".to_owned());
    assert_eq!(
        releases_after(same.clone(), same).await,
        (20, 0),
        "one for all"
    );
}
