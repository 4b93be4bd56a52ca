//! Sources: declared, due, claimed; and entries that are known already.

use super::*;
use presswire::domain::source::Validators;
use std::collections::HashMap;

async fn ids(claims: Vec<Claim>) -> Vec<String> {
    claims.into_iter().map(|claim| claim.source.id).collect()
}

async fn due(wire: &Wire, now: Moment, limit: usize) -> Vec<String> {
    let idle = HashMap::new();
    let claims = wire.db.claim(now, limit, LEASE_MS, &idle, 1).await;
    ids(claims.expect("claimed")).await
}

#[tokio::test]
async fn source_never_polled_is_due_at_once_and_claimed_once() {
    let wire = Wire::with(&["a", "b"]).await;
    assert_eq!(wire.db.next_due(at(0)).await.expect("due"), Some(at(0)));
    assert_eq!(due(&wire, at(0), 10).await, ["a", "b"]);
    assert_eq!(due(&wire, at(0), 10).await, Vec::<String>::new());
}

#[tokio::test]
async fn lease_that_ends_gives_the_source_back() {
    let wire = Wire::with(&["a"]).await;
    due(&wire, at(0), 1).await;
    assert_eq!(wire.db.next_due(at(0)).await.expect("due"), Some(at(1)));
    assert_eq!(due(&wire, at(1), 1).await, ["a"]);
}

#[tokio::test]
async fn hosts_get_no_more_than_their_share_and_nobody_waits_for_them() {
    let wire = Wire::new().await;
    let on = |id: &str, host: &str| SourceDeclared {
        host: host.to_owned(),
        ..declared(id)
    };
    let all = [on("a", "x"), on("b", "x"), on("c", "x"), on("d", "y")];
    wire.db
        .declare_sources(&all, at(0))
        .await
        .expect("declared");
    let idle = HashMap::new();
    let claims = wire.db.claim(at(0), 10, LEASE_MS, &idle, 2).await;
    assert_eq!(ids(claims.expect("claimed")).await, ["a", "b", "d"]);
    wire.db.clear_leases().await.expect("cleared");
    let busy = HashMap::from([("x".to_owned(), 2)]);
    let claims = wire.db.claim(at(0), 10, LEASE_MS, &busy, 2).await;
    assert_eq!(ids(claims.expect("claimed")).await, ["d"]);
}

#[tokio::test]
async fn longest_due_comes_first() {
    let wire = Wire::with(&["a", "b"]).await;
    wire.polled("a", at(0), vec![]).await;
    wire.polled("b", at(-10), vec![]).await;
    assert_eq!(wire.db.next_due(at(0)).await.expect("due"), Some(at(20)));
    assert_eq!(due(&wire, at(40), 1).await, ["b"]);
}

#[tokio::test]
async fn poll_without_its_lease_writes_nothing() {
    let wire = Wire::with(&["a"]).await;
    let old = wire.poll("a", at(0), vec![entry("x")]).await;
    wire.db.clear_leases().await.expect("cleared");
    let new = wire.poll("a", at(1), vec![]).await;
    for write in [
        old.clone(),
        PollWrite {
            entries: vec![],
            ..old
        },
    ] {
        let kept = wire.db.keep_poll(write).await.expect("answered");
        assert_eq!(kept, Kept::LeaseLost);
    }
    assert_eq!(wire.wire().await, []);
    let kept = wire.db.keep_poll(new).await.expect("kept");
    assert!(matches!(kept, Kept::Written { .. }));
}

#[tokio::test]
async fn poll_that_found_nothing_new_leaves_the_serial_alone() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    let before = wire.db.serial().await.expect("a serial");
    let mut quiet = wire.poll("a", at(30), vec![]).await;
    quiet.still_shown = vec![wire.known("a", "x").await];
    wire.db.keep_poll(quiet).await.expect("kept");
    assert_eq!(wire.db.serial().await.expect("a serial"), before);
    let sources = wire.db.sources().await.expect("sources");
    assert_eq!(sources[0].last_ok, Some(at(30)));
    assert_eq!(sources[0].polls, 2);
    assert_eq!(sources[0].entries, 1);
    assert_eq!(sources[0].last_new, Some(at(0)));
}

#[tokio::test]
async fn many_quiet_polls_at_once_are_all_kept() {
    let names: Vec<String> = (0..40).map(|n| format!("s{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let wire = Wire::with(&names).await;
    let mut polls = Vec::new();
    for name in &names {
        let write = wire.poll(name, at(3), vec![]).await;
        let db = wire.db.clone();
        polls.push(tokio::spawn(async move { db.keep_poll(write).await }));
    }
    for poll in polls {
        let kept = poll.await.expect("no panic").expect("kept");
        assert!(matches!(kept, Kept::Written { changed: 0, .. }));
    }
    let sources = wire.db.sources().await.expect("sources");
    assert!(sources.iter().all(|source| source.last_poll == Some(at(3))));
}

#[tokio::test]
async fn validators_are_kept_dropped_and_replaced_as_the_poll_says() {
    let wire = Wire::with(&["a"]).await;
    let etag = |etag: Option<&str>| {
        Some(Validators {
            url: "https://a.example/feed.xml".to_owned(),
            etag: etag.map(str::to_owned),
            last_modified: None,
        })
    };
    let steps = [
        (etag(Some("W/\"1\"")), etag(Some("W/\"1\""))),
        (None, etag(Some("W/\"1\""))),
        (etag(None), etag(None)),
    ];
    for (minutes, (brought, kept)) in (0..).zip(steps) {
        let mut write = wire.poll("a", at(minutes), vec![]).await;
        write.validators = brought;
        wire.db.keep_poll(write).await.expect("kept");
        let sources = wire.db.sources().await.expect("sources");
        assert_eq!(sources[0].validators, kept);
    }
}

#[tokio::test]
async fn failures_are_counted_until_an_answer_and_the_state_has_its_since() {
    let wire = Wire::with(&["a"]).await;
    for minutes in [1, 2] {
        let mut write = wire.poll("a", at(minutes), vec![]).await;
        write.answered = false;
        write.state = State::Unreachable;
        write.message = Some("connection refused".to_owned());
        wire.db.keep_poll(write).await.expect("kept");
    }
    let source = wire.db.sources().await.expect("sources").remove(0);
    assert_eq!(source.failures, 2);
    assert_eq!(source.state, State::Unreachable);
    assert_eq!(source.since, at(1));
    assert_eq!(source.first_ok, None);
    assert_eq!(source.message.as_deref(), Some("connection refused"));
    wire.polled("a", at(3), vec![]).await;
    let source = wire.db.sources().await.expect("sources").remove(0);
    assert_eq!((source.failures, source.state), (0, State::Ok));
    assert_eq!(source.since, at(3));
    assert_eq!(source.message, None);
}

#[tokio::test]
async fn renamed_source_is_the_same_by_its_address() {
    let wire = Wire::with(&["a"]).await;
    let number = wire.number("a").await;
    let renamed = SourceDeclared {
        id: "new-name".to_owned(),
        ..declared("a")
    };
    let answer = wire.db.declare_sources(&[renamed], at(1)).await;
    let answer = answer.expect("declared");
    assert_eq!(answer, [(number, "new-name".to_owned(), false)]);
    assert_eq!(wire.number("new-name").await, number);
}

#[tokio::test]
async fn source_is_the_same_by_its_id_and_asked_at_its_new_address_at_once() {
    let wire = Wire::with(&["a"]).await;
    let number = wire.number("a").await;
    wire.polled("a", at(0), vec![]).await;
    let moved = |id: &str| {
        let url = "https://elsewhere.example/feed";
        SourceDeclared {
            url: url.to_owned(),
            address: Address::of(&url.parse().expect("a URL")),
            ..declared(id)
        }
    };
    wire.db
        .declare_sources(&[moved("a")], at(1))
        .await
        .expect("declared");
    let source = wire.db.sources().await.expect("sources").remove(0);
    assert_eq!(source.number, number);
    assert_eq!(source.next_poll, Some(at(1)));
    // And back, under another name: the former address still finds it.
    let back = SourceDeclared {
        id: "b".to_owned(),
        ..declared("a")
    };
    let answer = wire.db.declare_sources(&[back], at(2)).await;
    assert_eq!(answer.expect("declared")[0].0, number);
}

#[tokio::test]
async fn address_that_a_source_redirects_to_finds_it() {
    let wire = Wire::with(&["a"]).await;
    let number = wire.number("a").await;
    let elsewhere = Address::of(&"https://b.example/feed.xml".parse().expect("a URL"));
    let kept = wire.db.keep_address(number, &elsewhere).await;
    kept.expect("kept");
    let answer = wire.db.declare_sources(&[declared("b")], at(1)).await;
    assert_eq!(answer.expect("declared")[0].0, number);
}

#[tokio::test]
async fn made_id_gives_way_to_what_the_database_calls_it() {
    let wire = Wire::with(&["a"]).await;
    let made = SourceDeclared {
        id: "a-example".to_owned(),
        id_given: false,
        ..declared("a")
    };
    let other = SourceDeclared {
        id_given: false,
        id: "a".to_owned(),
        ..declared("other")
    };
    let answer = wire.db.declare_sources(&[made, other], at(1)).await;
    let ids: Vec<String> = answer
        .expect("declared")
        .into_iter()
        .map(|(_, id, _)| id)
        .collect();
    assert_eq!(ids, ["a", "a-2"]);
}

#[tokio::test]
async fn source_no_longer_declared_is_disabled_and_comes_back_as_it_was() {
    let wire = Wire::with(&["a", "b"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    wire.db
        .declare_sources(&[declared("b")], at(1))
        .await
        .expect("declared");
    let source = wire.db.sources().await.expect("sources").remove(0);
    assert_eq!(source.state, State::Disabled);
    assert_eq!(source.next_poll, None);
    assert_eq!(wire.wire().await.len(), 1, "what it published stays");
    assert_eq!(due(&wire, at(100), 10).await, ["b"]);

    let both = [declared("a"), declared("b")];
    wire.db
        .declare_sources(&both, at(200))
        .await
        .expect("declared");
    let source = wire.db.sources().await.expect("sources").remove(0);
    assert_eq!(source.state, State::Ok);
    assert_eq!(source.entries, 1);
    assert_eq!(due(&wire, at(200), 10).await, ["b", "a"]);
}

#[tokio::test]
async fn poll_of_a_source_disabled_meanwhile_does_not_make_it_due() {
    let wire = Wire::with(&["a"]).await;
    let write = wire.poll("a", at(0), vec![entry("x")]).await;
    wire.db.declare_sources(&[], at(1)).await.expect("declared");
    wire.db.keep_poll(write).await.expect("kept");
    assert_eq!(wire.db.next_due(at(1)).await.expect("due"), None);
}

#[tokio::test]
async fn entries_are_known_by_key_id_and_link_of_their_own_source() {
    let wire = Wire::with(&["a", "b"]).await;
    wire.polled("a", at(0), vec![entry("x"), entry("y")]).await;
    let (a, b) = (wire.number("a").await, wire.number("b").await);
    let words = |known: Vec<presswire::database::EntryKnown>| -> Vec<Option<String>> {
        known.into_iter().map(|entry| entry.id).collect()
    };
    let ids = ["urn:x:x".to_owned()];
    let links = ["pages.example/y".to_owned()];
    let by_all = wire.db.known_entries(a, &[key("x")], &ids, &links).await;
    let expected = ["urn:x:x", "urn:x:y"].map(|id| Some(id.to_owned()));
    assert_eq!(words(by_all.expect("known")), expected);
    let by_id = wire.db.known_entries(a, &[], &ids, &[]).await;
    assert_eq!(words(by_id.expect("known")), expected[..1]);
    for (keys, ids, links) in [
        (vec![key("x")], vec![], vec![]),
        (vec![], ids.to_vec(), vec![]),
        (vec![], vec![], links.to_vec()),
    ] {
        let elsewhere = wire.db.known_entries(b, &keys, &ids, &links).await;
        assert_eq!(words(elsewhere.expect("answered")), []);
    }
}

#[tokio::test]
async fn due_now_makes_enabled_sources_due() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![]).await;
    let number = wire.number("a").await;
    wire.db.due_now(&[number], at(5)).await.expect("due");
    assert_eq!(due(&wire, at(5), 1).await, ["a"]);
}

#[tokio::test]
async fn source_asked_for_while_it_is_polled_is_due_once_more() {
    let wire = Wire::with(&["a"]).await;
    let number = wire.number("a").await;
    let write = wire.poll("a", at(0), Vec::new()).await;
    wire.db.due_now(&[number], at(0)).await.unwrap();
    wire.db.keep_poll(write).await.unwrap();
    assert_eq!(wire.db.next_due(at(0)).await.unwrap(), Some(at(0)));
    wire.polled("a", at(1), Vec::new()).await;
    assert_eq!(wire.db.next_due(at(1)).await.unwrap(), Some(at(31)));
}

#[tokio::test]
async fn same_declared_again_writes_nothing() {
    let mut wire = Wire::with(&["a", "b"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    wire.reopen().await;
    let log = wire.folder.path().join("presswire.db-wal");
    let length = || std::fs::metadata(&log).map_or(0, |log| log.len());
    let both = [declared("a"), declared("b")];
    let before = length();
    let answer = wire.db.declare_sources(&both, at(1)).await;
    assert_eq!(answer.expect("declared").len(), 2);
    assert_eq!(length(), before);
    // A log does grow where something changes.
    let answer = wire.db.declare_sources(&both[..1], at(1)).await;
    assert_eq!(answer.expect("declared").len(), 1);
    assert!(length() > before);
}
