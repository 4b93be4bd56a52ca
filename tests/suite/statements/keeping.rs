//! What is kept, what stays, what is written once.

use super::*;

#[tokio::test]
async fn second_look_at_unchanged_files_writes_nothing() {
    let store = Store::new();
    store
        .write("a.md", with_front("title: A"))
        .write("b.txt", "Titel\n\nEin Text.");
    let database = store.database().await;
    let first = store.keep(&database, "2026-11-20T12:00:00Z").await;
    assert_eq!((first.statements, first.new), (2, 2));
    let serial = database.serial().await.unwrap();
    store.write("a.md", with_front("title: A"));
    let second = store.keep(&database, "2026-11-20T13:00:00Z").await;
    assert_eq!((second.statements, second.new, second.changed), (2, 0, 0));
    assert_eq!(database.serial().await.unwrap(), serial);
    // A difference nobody can see moves nothing.
    store.write(
        "a.md",
        with_front("title:   A\nstatus: published").replace('\n', "\r\n"),
    );
    assert_eq!(
        store.keep(&database, "2026-11-20T14:00:00Z").await.changed,
        0
    );
    // Moved within the folder: the same statement.
    fs::create_dir(store.path("2026")).unwrap();
    fs::rename(store.path("a.md"), store.path("2026/a.md")).unwrap();
    let moved = store.keep(&database, "2026-11-20T15:00:00Z").await;
    assert_eq!((moved.new, moved.changed, moved.problems.len()), (0, 0, 0));
}

#[tokio::test]
async fn broken_file_keeps_its_last_good_version() {
    let store = Store::new();
    store.write("a.md", with_front("title: A"));
    let database = store.database().await;
    store.keep(&database, "2026-11-20T12:00:00Z").await;
    for broken in [
        "---\ntitle: A",
        "---\ntitle: A\ndate: morgen\n---\nText.",
        "---\na: &b [*b]\n---\nText.",
        "---\ntitle: A\ntitle: B\n---\nText.",
        "",
    ] {
        store.write("a.md", broken);
        let report = store.keep(&database, "2026-11-20T12:01:00Z").await;
        assert_eq!(report.changed, 0);
        assert_eq!(report.problems.len(), 1, "{broken}: {:?}", report.problems);
        assert!(report.problems[0].line.is_some());
    }
    assert_eq!(
        database.statements().await.unwrap()[0].read.statement.title,
        "A"
    );
}

#[tokio::test]
async fn vanished_file_is_reported_and_stays() {
    let store = Store::new();
    store
        .write("a.md", with_front("title: A"))
        .write("b.md", with_front("title: B"));
    let database = store.database().await;
    store.keep(&database, "2026-11-20T12:00:00Z").await;
    store.remove("a.md");
    let report = store.keep(&database, "2026-11-20T12:01:00Z").await;
    assert_eq!((report.changed, report.problems.len()), (0, 1));
    assert!(
        report.problems[0].path.ends_with("a.md")
            && report.problems[0].message.contains("vanished")
    );
    fs::remove_dir_all(store.path("")).unwrap();
    let report = store.keep(&database, "2026-11-20T12:02:00Z").await;
    assert_eq!(
        (report.changed, report.problems.len()),
        (0, 1),
        "unmounted: one line, nothing withdrawn"
    );
    assert_eq!(database.statements().await.unwrap().len(), 2);
}

#[tokio::test]
async fn only_the_first_reading_goes_by_the_statements_own_dates() {
    let store = Store::new();
    let database = store.database().await;
    // A first reading that finds nothing is one.
    store.keep(&database, "2026-11-20T12:00:00Z").await;
    store.write("a.md", with_front("title: A\ndate: 2020-01-01"));
    store.keep(&database, "2026-11-20T13:00:00Z").await;
    let release = database.release_of_statement("a").await.unwrap().unwrap();
    assert_eq!(
        release.position,
        "2026-11-20T13:00:00Z".parse::<Moment>().unwrap()
    );

    let fresh = Store::new();
    fresh.write("a.md", with_front("title: A\ndate: 2020-01-01"));
    let database = fresh.database().await;
    fresh.keep(&database, "2026-11-20T13:00:00Z").await;
    let release = database.release_of_statement("a").await.unwrap().unwrap();
    assert_eq!(
        release.position,
        "2019-12-31T23:00:00Z".parse::<Moment>().unwrap()
    );
    assert_eq!(release.atom_id, "tag:wire.example.org,2020-01-01:a");
}

#[tokio::test]
async fn topics_become_labels_and_relations() {
    let store = Store::new();
    store.write(
        "a.md",
        "---\ntitle: Im Hafen\ntopics: [Häfen, Frei Erfunden]\n---\nDer Hafen steht still.",
    );
    let database = store.database().await;
    store.keep(&database, "2026-11-20T12:00:00Z").await;
    let release = database.release_of_statement("a").await.unwrap().unwrap();
    let slugs: Vec<&str> = release
        .topics
        .iter()
        .map(|(slug, _)| slug.as_str())
        .collect();
    assert_eq!(slugs, ["frei-erfunden", "hafen"]);
    assert_eq!(release.relations.len(), 1);
}
