//! Embargo, draft, withdrawal.

use super::*;

#[test]
fn embargoed_file_leaves_nothing_but_a_time_to_look_again() {
    let store = Store::new();
    store
        .write(
            "geheim.md",
            with_front("title: SECRETCANARY\npublish_at: 2026-11-20T13:00:00+00:00\nunbekannt: 1"),
        )
        .write(
            "spaeter.md",
            with_front("title: S\npublish_at: 2027-01-01T00:00:00Z"),
        );
    let reading = store.read();
    assert_eq!(reading.statements.len(), 0);
    assert_eq!(
        reading.next_embargo,
        Some("2026-11-20T13:00:00Z".parse().unwrap())
    );
    assert!(reading.problems.iter().all(|problem| problem.hidden));
    let after = store.read_at("2026-11-20T13:00:00Z");
    assert_eq!(slugs(&after), ["geheim"]);
}

#[tokio::test]
async fn embargoed_file_leaves_no_line_in_ids_before_its_time() {
    let store = Store::new();
    store.write(
        "geheim.md",
        with_front("title: G\npublish_at: 2026-11-20T13:00:00+00:00"),
    );
    let database = store.database().await;
    let report = store.keep(&database, "2026-11-20T12:59:00Z").await;
    assert_eq!(
        (report.statements, report.look_again_in),
        (0, Some(Duration::from_secs(60)))
    );
    assert_eq!(store.ids(), "");
    assert_eq!(store.keep(&database, "2026-11-20T13:00:00Z").await.new, 1);
    assert!(store.ids().contains("2026-11-20:geheim"));
    // The clock goes back: what was public stays.
    let report = store.keep(&database, "2026-11-20T12:58:00Z").await;
    assert_eq!((report.new, report.changed), (0, 0));
    assert_eq!(database.statements().await.unwrap().len(), 1);
}

#[test]
fn text_that_speaks_of_an_embargo_needs_publish_at() {
    let store = Store::new();
    store
        .write(
            "a.md",
            "# A\n\nSperrfrist: 1. Dezember 2026, 10 Uhr\n\nText.",
        )
        .write("b.md", "# B\n\nEMBARGOED UNTIL 1 December 2026\n\nText.")
        .write(
            "c.txt",
            "Заявление\n\nЭмбарго до 1 декабря 2026 г.\n\nТекст.",
        )
        .write(
            "d.md",
            "title: D\npublish_at: 2027-01-01T00:00:00Z\n---\nText.",
        )
        .write("e.md", "# E\n\nSperrfrist: 1. Dezember 2020\n\nText.");
    let reading = store.read();
    assert_eq!(slugs(&reading), ["e"]);
    assert_eq!(errors(&reading).len(), 4);
}

#[tokio::test]
async fn published_statement_can_be_withdrawn_but_not_become_a_draft_or_embargoed() {
    let store = Store::new();
    store
        .write("a.md", with_front("title: A"))
        .write("entwurf.md", with_front("title: E\nstatus: draft"));
    let database = store.database().await;
    assert_eq!(store.keep(&database, "2026-11-20T12:00:00Z").await.new, 1);
    for front in [
        "title: A\nstatus: draft",
        "title: A\npublish_at: 2027-01-01T00:00:00Z",
    ] {
        store.write("a.md", with_front(front));
        let reading = store.read();
        assert_eq!(reading.statements.len(), 0);
        assert_eq!(errors(&reading)[0].line, Some(3), "{front}");
        assert_eq!(
            store.keep(&database, "2026-11-20T12:01:00Z").await.changed,
            0
        );
        let kept = database.statements().await.unwrap();
        assert_eq!(kept[0].read.statement.status, Status::Published);
    }
    store.write(
        "a.md",
        "---\nstatus: withdrawn\nreason: Falsche Zahlen.\n---\n",
    );
    assert_eq!(
        store.keep(&database, "2026-11-20T12:02:00Z").await.changed,
        1
    );
    let kept = &database.statements().await.unwrap()[0].read.statement;
    assert_eq!((kept.status, kept.title.as_str()), (Status::Withdrawn, "A"));
    assert_eq!(kept.reason.as_deref(), Some("Falsche Zahlen."));
}
