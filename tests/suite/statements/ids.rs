//! Slugs and ids.

use super::*;

#[test]
fn id_is_a_tag_uri_of_the_date_as_written() {
    let store = Store::new();
    store
        .write("2022-01-06-a.md", with_front("title: A"))
        .write("b/index.md", with_front("title: B\ndate: 2022-01-06"))
        .write("c.md", with_front("title: C"))
        .write(
            "d.md",
            with_front("title: D\nid: urn:uuid:3e2f\nslug: anders"),
        )
        .write(
            "e.md",
            with_front("title: E\ndate: 2022-01-06T00:30:00+03:00"),
        );
    let reading = store.read();
    let ids: Vec<&str> = reading
        .statements
        .iter()
        .map(|read| read.statement.id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "tag:wire.example.org,2022-01-06:a",
            "tag:wire.example.org,2022-01-06:b",
            "tag:wire.example.org,2026-11-20:c",
            "urn:uuid:3e2f",
            "tag:wire.example.org,2022-01-05:e",
        ]
    );
    assert_eq!(slugs(&reading), ["a", "b", "c", "anders", "e"]);
    assert_eq!(reading.statements[2].statement.date, None);
    assert_eq!(
        reading.statements[0].statement.date.unwrap().to_rfc3339(),
        "2022-01-05T23:00:00+00:00"
    );
}

#[test]
fn of_two_files_with_one_slug_or_id_neither_is_published() {
    let store = Store::new();
    store
        .write("a/x.md", with_front("title: A"))
        .write("b/x.md", with_front("title: B"))
        .write("c.md", with_front("title: C\nid: urn:x:1"))
        .write("d.md", with_front("title: D\nid: urn:x:1"))
        .write("e.md", with_front("title: E"));
    let reading = store.read();
    assert_eq!(slugs(&reading), ["e"]);
    assert_eq!(errors(&reading).len(), 4);
}

#[tokio::test]
async fn known_file_keeps_a_contested_slug() {
    let store = Store::new();
    store.write("b/x.md", with_front("title: B"));
    store
        .keep(&store.database().await, "2026-11-20T12:00:00Z")
        .await;
    store.write("a/x.md", with_front("title: A"));
    let reading = store.read();
    assert_eq!(reading.statements.len(), 1);
    assert_eq!(reading.statements[0].statement.title, "B");
    assert!(errors(&reading)[0].path.ends_with("a/x.md"));
    // The known one at fault: its last good version stays, the other does not take its place.
    store.write("b/x.md", "---\ntitle: B\nstatus: kaputt\n---\nText.");
    assert_eq!(slugs(&store.read()), [""; 0]);
}

#[tokio::test]
async fn id_survives_edit_rename_and_a_lost_database() {
    let store = Store::new();
    store.write("alt.md", with_front("title: A"));
    let database = store.database().await;
    store.keep(&database, "2026-11-01T12:00:00Z").await;
    let id = "tag:wire.example.org,2026-11-01:alt";
    store.write("alt.md", with_front("title: A, verbessert"));
    assert_eq!(
        store.keep(&database, "2026-11-02T12:00:00Z").await.changed,
        1
    );
    assert_eq!(store.ids().lines().count(), 2);

    fs::rename(store.path("alt.md"), store.path("neu.md")).unwrap();
    store.keep(&database, "2026-11-03T12:00:00Z").await;
    let kept = database.statements().await.unwrap();
    assert_eq!(kept.len(), 1, "renamed, not doubled");
    assert_eq!(
        (
            kept[0].read.statement.slug.as_str(),
            kept[0].read.statement.id.as_str()
        ),
        ("neu", id)
    );

    let reading = store.read_at("2026-11-09T12:00:00Z");
    assert_eq!(
        reading.statements[0].statement.id, id,
        "ids.jsonl alone remembers"
    );
    fs::remove_file(store.folder.path().join("store/ids.jsonl")).unwrap();
    store.keep(&database, "2026-11-10T12:00:00Z").await;
    assert!(
        store.ids().contains(id),
        "the database remembers what the file lost"
    );
}

#[test]
fn another_file_under_an_old_name_gets_an_id_of_its_own() {
    let store = Store::new();
    let line = |slug: &str, path: &str| {
        format!(
            "{{\"slug\":\"{slug}\",\"id\":\"tag:wire.example.org,2022-01-06:alt\",\"digest\":\"x\",\"path\":\"{path}\"}}\n"
        )
    };
    fs::write(
        store.folder.path().join("store/ids.jsonl"),
        line("alt", "alt.md") + &line("neu", "neu.md"),
    )
    .unwrap();
    store
        .write("neu.md", with_front("title: Der alte\ndate: 2022-01-06"))
        .write("alt.md", with_front("title: Ein anderer\ndate: 2022-01-06"));
    let reading = store.read();
    let ids: Vec<&str> = reading
        .statements
        .iter()
        .map(|read| read.statement.id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "tag:wire.example.org,2022-01-06:alt-2",
            "tag:wire.example.org,2022-01-06:alt"
        ]
    );
}
