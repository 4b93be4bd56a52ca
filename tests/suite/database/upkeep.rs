//! The file itself: restarts, other processes, schemas; and what is decided anew or let go.

use super::*;
use presswire::database::{DatabaseError, Decided, Window};
use presswire::domain::scope::Scope;
use sqlx::Connection;
use std::time::Duration;

/// SQL of another hand, on the file itself.
pub(super) async fn sql(path: &std::path::Path, sql: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = sqlx::SqliteConnection::connect_with(&options)
        .await
        .expect("connected");
    sqlx::raw_sql(sql)
        .execute(&mut connection)
        .await
        .expect("executed");
    connection.close().await.expect("closed");
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let mut wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    wire.stated(at(1), vec![statement("ours")]).await;
    let before = wire.wire().await;
    let statements = wire.db.statements().await.expect("statements");
    wire.reopen().await;
    assert_eq!(wire.wire().await, before);
    assert_eq!(wire.db.statements().await.expect("statements"), statements);
    wire.db.check().await.expect("sound");
}

#[tokio::test]
async fn every_verb_after_close_answers_closed() {
    let wire = Wire::with(&["a"]).await;
    wire.db.close().await;
    wire.db.close().await;
    assert!(matches!(wire.db.serial().await, Err(DatabaseError::Closed)));
    assert!(matches!(
        wire.db.clear_leases().await,
        Err(DatabaseError::Closed)
    ));
}

#[tokio::test]
async fn what_another_process_writes_is_seen_at_once() {
    let here = Wire::with(&["a"]).await;
    let path = here.folder.path().join("presswire.db");
    let there = Database::open(&path, "wire.example").await.expect("opens");
    let before = there.serial().await.expect("a serial");
    here.polled("a", at(0), vec![entry("x")]).await;
    assert!(there.serial().await.expect("a serial") > before);
    let feed = there.feed(&Scope::Wire, Window::of(50), &[]).await;
    assert_eq!(feed.expect("a feed").expect("known").len(), 1);
    there.close().await;
}

#[tokio::test]
async fn new_file_opened_by_several_at_once_is_made_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("presswire.db");
    let opening = (0..4).map(|_| {
        let path = path.clone();
        tokio::spawn(async move { Database::open(&path, "wire.example").await })
    });
    for opened in opening.collect::<Vec<_>>() {
        let db = opened.await.expect("no panic").expect("opens");
        assert_eq!(db.serial().await.expect("a serial").0, 0);
        db.close().await;
    }
}

#[tokio::test]
async fn schema_of_a_newer_program_is_refused_and_left_alone() {
    let wire = Wire::new().await;
    let path = wire.folder.path().join("presswire.db");
    wire.db.close().await;
    sql(
        &path,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9000, 'future', 1, x'00', 0)",
    )
    .await;
    let before = std::fs::read(&path).expect("read");
    let refused = Database::open(&path, "wire.example").await;
    assert!(matches!(
        refused,
        Err(DatabaseError::Newer { found: 9000, .. })
    ));
    assert_eq!(std::fs::read(&path).expect("read"), before);
}

#[tokio::test]
async fn what_is_no_database_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().join("text.db");
    std::fs::write(&text, "no database, but long enough to look at ".repeat(30)).expect("written");
    let said = |refused: Result<Database, DatabaseError>| refused.expect_err("refused").to_string();
    let not_one = said(Database::open(&text, "wire.example").await);
    assert!(not_one.contains("is no SQLite database"), "{not_one}");
    let is_folder = said(Database::open(folder.path(), "wire.example").await);
    assert!(is_folder.contains("it is a folder"), "{is_folder}");
    let missing = folder.path().join("missing").join("presswire.db");
    let no_folder = said(Database::open(&missing, "wire.example").await);
    assert!(
        no_folder.contains("its folder does not exist"),
        "{no_folder}"
    );
}

#[tokio::test]
async fn backup_is_a_database_of_its_own() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    let copy = wire.folder.path().join("copy.db");
    wire.db.backup(&copy).await.expect("copied");
    let copied = Database::open(&copy, "wire.example").await.expect("opens");
    let feed = copied.feed(&Scope::Wire, Window::of(50), &[]).await;
    assert_eq!(feed.expect("a feed").expect("known"), wire.wire().await);
    copied.close().await;
    assert!(
        wire.db.backup(&copy).await.is_err(),
        "nothing is overwritten"
    );
}

#[tokio::test]
async fn rules_that_change_are_decided_anew_until_done_and_survive_a_restart() {
    let mut wire = Wire::new().await;
    let related = |rules: u8| SourceDeclared {
        keep_all: false,
        rules: Digest([rules; 32]),
        ..declared("a")
    };
    let changed = async |wire: &Wire, rules| {
        let answer = wire.db.declare_sources(&[related(rules)], at(1)).await;
        answer.expect("declared")[0].2
    };
    assert!(!changed(&wire, 1).await, "nothing to decide");
    let words = ["u", "v", "w"].map(entry).to_vec();
    wire.polled("a", at(1), words).await;
    assert!(!changed(&wire, 1).await);
    assert!(changed(&wire, 2).await);
    wire.reopen().await;
    assert!(changed(&wire, 2).await, "it was not finished");

    let source = wire.number("a").await;
    let mut after = EntryNumber(0);
    let mut seen = Vec::new();
    loop {
        let batch = wire.db.decide_again(source, after, 2).await.expect("read");
        let Some(last) = batch.last() else { break };
        after = last.number;
        let decided = batch
            .iter()
            .map(|entry| Decided {
                number: entry.number,
                admitted: true,
                relations: vec![about("strike")],
            })
            .collect();
        seen.extend(batch.into_iter().map(|entry| entry.entry.title));
        let kept = wire.db.keep_decided(source, decided, false, at(60)).await;
        kept.expect("kept");
    }
    let done = wire.db.keep_decided(source, vec![], true, at(60)).await;
    done.expect("kept");
    assert_eq!(seen.len(), 3);
    assert!(!changed(&wire, 2).await);
    let feed = wire.wire().await;
    assert_eq!(feed.len(), 3);
    assert!(feed.iter().all(|release| release.entered == Some(at(60))));
    assert!(feed.iter().all(|release| release.updated == at(1)));
}

#[tokio::test]
async fn rules_that_let_go_take_a_release_out_without_a_tombstone() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    let source = wire.number("a").await;
    let decided = vec![Decided {
        number: wire.known("a", "x").await,
        admitted: false,
        relations: vec![],
    }];
    let kept = wire.db.keep_decided(source, decided, true, at(5)).await;
    assert!(matches!(kept, Ok(Kept::Written { changed: 1, .. })));
    assert_eq!(wire.wire().await, []);
    let tombstones = wire.db.tombstones(&Scope::Wire, at(0)).await;
    assert_eq!(tombstones.expect("tombstones"), []);
}

#[tokio::test]
async fn text_outside_the_wire_goes_after_its_time_and_its_identity_stays() {
    let wire = Wire::new().await;
    let related = SourceDeclared {
        keep_all: false,
        ..declared("a")
    };
    wire.db
        .declare_sources(&[related], at(0))
        .await
        .expect("declared");
    let mut inside = entry("inside");
    inside.placement.relations = vec![about("strike")];
    wire.polled("a", at(0), vec![entry("gone"), entry("shown"), inside])
        .await;
    let mut numbers = Vec::new();
    for word in ["gone", "shown", "inside"] {
        numbers.push(wire.known("a", word).await);
    }
    let mut quiet = wire.poll("a", at(days(20)), vec![]).await;
    quiet.still_shown = vec![numbers[1]];
    wire.db.keep_poll(quiet).await.expect("kept");

    let kept_for = Duration::from_secs(30 * 86_400);
    let early = wire.db.retain(at(days(30)), kept_for).await.expect("done");
    assert_eq!(early, 0);
    let late = wire.db.retain(at(days(30) + 1), kept_for).await;
    assert_eq!(late.expect("done"), 1);
    let texts = wire.db.texts(&numbers).await.expect("texts");
    let mut left: Vec<EntryNumber> = texts.into_keys().collect();
    left.sort();
    assert_eq!(left, numbers[1..]);
    assert_eq!(wire.known("a", "gone").await, numbers[0]);
}

#[tokio::test]
async fn keys_of_shingles_go_after_sixty_days_and_links_stay() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    let shingles: Vec<Key> = entry("x").placement.keys[2..].to_vec();
    let names: Vec<Key> = entry("x").placement.keys[..2].to_vec();
    let found = async |keys: &[Key]| {
        let found = wire.db.candidates(keys).await.expect("answered");
        found.len()
    };
    assert_eq!(found(&shingles).await, 1);
    let keep = Duration::from_secs(90 * 86_400);
    wire.db.retain(at(days(60)), keep).await.expect("done");
    assert_eq!(found(&shingles).await, 1);
    wire.db.retain(at(days(60) + 1), keep).await.expect("done");
    assert_eq!(found(&shingles).await, 0);
    assert_eq!(found(&names).await, 1);
}
