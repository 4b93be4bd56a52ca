//! What a poll or the store brings, and the releases that come of it.

use super::*;
use presswire::database::Found;
use presswire::domain::release::{By, Shown};
use presswire::domain::scope::Scope;

#[tokio::test]
async fn entry_kept_is_served_with_everything_it_came_with() {
    let wire = Wire::with(&["a"]).await;
    let mut write = entry("x");
    write.published = Some(at(-30));
    write.placement.relations = vec![about("strike")];
    let kept = wire.polled("a", at(0), vec![write]).await;
    assert!(matches!(
        kept,
        Kept::Written {
            changed: 1,
            new: 1,
            ..
        }
    ));

    let feed = wire.wire().await;
    let release = &feed[0];
    assert_eq!(release.atom_id, "urn:x:x");
    assert_eq!(release.title.as_deref(), Some("About x"));
    assert_eq!(release.url.as_deref(), Some("https://pages.example/x"));
    assert_eq!(release.published, Some(at(-30)));
    assert_eq!(release.updated, at(-30));
    assert_eq!(release.first_seen, at(0));
    assert_eq!(release.position, at(-30));
    assert_eq!(release.entered, Some(at(0)));
    assert_eq!(release.relations, vec![about("strike")]);
    let By::Entry {
        entry: number,
        source_id,
        facts,
        ..
    } = &release.publications[0].by
    else {
        panic!("published by a source");
    };
    assert_eq!(source_id, "a");
    assert_eq!(facts.title.as_deref(), Some("Title of a"));
    let texts = wire.db.texts(&[*number]).await.expect("texts");
    assert_eq!(texts[number], entry("x").entry);
    assert_eq!(
        wire.db.release(&release.id).await.expect("found"),
        Found::Release(Box::new(release.clone()))
    );
}

#[tokio::test]
async fn what_joins_is_one_release_with_two_publications() {
    let wire = Wire::with(&["a", "b"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    let first = wire.wire().await.remove(0);
    wire.polled("b", at(5), vec![joining("copy", first.number)])
        .await;

    let feed = wire.wire().await;
    assert_eq!(feed.len(), 1);
    let both = &feed[0];
    assert_eq!(both.publications.len(), 2);
    assert_eq!(both.atom_id, first.atom_id);
    assert_eq!(both.updated, first.updated);
    assert_eq!(both.shown, first.shown);
    assert!(both.serial > first.serial);
    for source in ["a", "b"] {
        let held = wire.feed(Scope::Source(source.to_owned())).await;
        assert_eq!(held.len(), 1, "in the feed of {source}");
    }
}

#[tokio::test]
async fn entries_of_one_write_that_belong_together_are_one_release() {
    let wire = Wire::with(&["a"]).await;
    let mut second = entry("y");
    second.placement.place = Place::With(0);
    wire.polled("a", at(0), vec![entry("x"), second]).await;
    let feed = wire.wire().await;
    assert_eq!(feed.len(), 1);
    assert_eq!(feed[0].publications.len(), 2);
    assert_eq!(feed[0].atom_id, "urn:x:x");
}

#[tokio::test]
async fn statement_that_joins_a_copy_takes_its_release_over() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    let copy = wire.wire().await.remove(0);
    let mut ours = statement("x");
    ours.first_reading = false;
    ours.placement.place = Place::Join(copy.number);
    ours.read.statement.date = Some(at(-60));
    wire.stated(at(10), vec![ours]).await;

    let release = wire.wire().await.remove(0);
    assert_eq!(release.number, copy.number);
    assert_eq!(release.atom_id, "tag:wire.example,2026-11-01:x");
    assert_eq!(release.statement.as_deref(), Some("x"));
    assert_eq!(release.shown, Shown::Statement("x".to_owned()));
    assert_eq!(release.published, Some(at(-60)));
    assert_eq!(release.first_seen, at(0));
    assert_eq!(release.publications.len(), 2);
    let found = wire.db.release(&copy.id).await.expect("found");
    assert_eq!(found, Found::MovedTo(release.id.clone()));
    let buried = wire.db.tombstones(&Scope::Wire, at(-100)).await;
    let buried = buried.expect("tombstones");
    assert_eq!(buried.len(), 1);
    assert_eq!(buried[0].atom_id, copy.atom_id);
    assert_eq!(buried[0].moved_to, Some(release.id));
}

/// The entry as another poll finds it: edited, and now somewhere else.
async fn moved(wire: &Wire, source: &str, word: &str, place: Place) -> EntryWrite {
    let mut entry = entry(word);
    entry.known = Some(wire.known(source, word).await);
    entry.digest = Digest(hash(&format!("{word} edited")));
    entry.visible = entry.digest;
    entry.placement.place = place;
    entry
}

#[tokio::test]
async fn releases_found_to_be_one_keep_the_older_id_and_the_younger_leads_there() {
    let wire = Wire::with(&["a", "b"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    wire.polled("b", at(5), vec![entry("y")]).await;
    let feed = wire.wire().await;
    let (younger, older) = (feed[0].clone(), feed[1].clone());

    let joins = moved(&wire, "b", "y", Place::Join(older.number)).await;
    wire.polled("b", at(10), vec![joins]).await;
    let feed = wire.wire().await;
    assert_eq!(feed.len(), 1);
    assert_eq!((&feed[0].id, &feed[0].atom_id), (&older.id, &older.atom_id));
    assert_eq!(feed[0].published, older.published);
    assert_eq!(
        feed[0].updated, older.updated,
        "the shown words are the same"
    );
    assert_eq!(feed[0].publications.len(), 2);
    let found = wire.db.release(&younger.id).await.unwrap();
    assert_eq!(found, Found::MovedTo(older.id.clone()));
    for scope in [Scope::Wire, Scope::Source("b".to_owned())] {
        let buried = wire.db.tombstones(&scope, at(-100)).await.unwrap();
        assert_eq!(buried.len(), 1, "{scope}");
        assert_eq!(buried[0].atom_id, younger.atom_id);
        assert_eq!(buried[0].when, at(10));
        assert_eq!(buried[0].moved_to, Some(older.id.clone()));
    }
    let (all, _) = wire.db.releases_page(true, None, 10).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(wire.feed(Scope::search("about")).await.len(), 1);
}

#[tokio::test]
async fn release_that_went_twice_leads_to_where_it_is_now() {
    let wire = Wire::with(&["a", "b", "c"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    wire.polled("b", at(5), vec![entry("y")]).await;
    wire.polled("c", at(9), vec![entry("z")]).await;
    let feed = wire.wire().await;
    let [z, y, x] = [0, 1, 2].map(|n| feed[n].clone());
    let joins = moved(&wire, "c", "z", Place::Join(y.number)).await;
    wire.polled("c", at(10), vec![joins]).await;
    // Planned before, kept after: whoever joins a release that went follows it.
    let joins = moved(&wire, "b", "y", Place::Join(x.number)).await;
    wire.polled("b", at(11), vec![joins]).await;
    let joins = moved(&wire, "c", "z", Place::Join(y.number)).await;
    wire.polled("c", at(12), vec![joins]).await;
    let feed = wire.wire().await;
    let counts = feed.iter().map(|release| release.publications.len());
    assert_eq!(counts.collect::<Vec<_>>(), [1, 2], "z alone, y with x");

    let found = wire.db.release(&y.id).await.unwrap();
    assert!(
        matches!(found, Found::Release(_)),
        "z is still in it: {found:?}"
    );
    let joins = moved(&wire, "c", "z", Place::Join(x.number)).await;
    wire.polled("c", at(13), vec![joins]).await;
    for id in [&y.id, &z.id] {
        let found = wire.db.release(id).await.unwrap();
        assert_eq!(found, Found::MovedTo(x.id.clone()));
    }
    assert_eq!(wire.wire().await[0].publications.len(), 3);
}

#[tokio::test]
async fn entry_that_leaves_again_founds_a_release_under_an_id_never_borne() {
    let wire = Wire::with(&["a", "b"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    wire.polled("b", at(5), vec![entry("y")]).await;
    let feed = wire.wire().await;
    let (younger, older) = (feed[0].clone(), feed[1].clone());
    let joins = moved(&wire, "b", "y", Place::Join(older.number)).await;
    wire.polled("b", at(10), vec![joins]).await;
    let leaves = moved(&wire, "b", "y", Place::Found).await;
    wire.polled("b", at(20), vec![leaves]).await;
    let feed = wire.wire().await;
    assert_eq!(feed.len(), 2);
    let again = feed.iter().find(|release| release.id != older.id).unwrap();
    assert_ne!(again.id, younger.id, "that one leads to the older for good");
    assert_ne!(again.atom_id, younger.atom_id);
    let found = wire.db.release(&younger.id).await.unwrap();
    assert_eq!(found, Found::MovedTo(older.id.clone()));
}
