//! What editors decided, kept and carried out.

use super::*;
use presswire::database::{Found, Moved};
use presswire::domain::decision::{TextName, Word};
use presswire::domain::release::Withdrawal;
use presswire::domain::scope::Scope;
use std::collections::BTreeMap;

async fn name(wire: &Wire, id: &str, word: &str) -> TextName {
    TextName::Entry(wire.number(id).await, key(word))
}

fn hidden(at: Moment) -> Word {
    Word {
        hidden: Some(Withdrawal {
            when: at,
            reason: "by mistake".to_owned(),
        }),
        ..Word::default()
    }
}

fn changed(kept: Kept) -> usize {
    match kept {
        Kept::Written { changed, .. } => changed,
        other => panic!("nothing was written: {other:?}"),
    }
}

#[tokio::test]
async fn word_hides_leaves_a_tombstone_and_what_is_not_said_any_more_is_taken_back() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x"), entry("y")]).await;
    wire.stated(at(1), vec![statement("ours")]).await;
    let words = BTreeMap::from([
        (name(&wire, "a", "x").await, hidden(at(5))),
        (TextName::Statement("ours".to_owned()), hidden(at(6))),
    ]);
    let kept = wire
        .db
        .keep_words(words.clone(), at(7))
        .await
        .expect("kept");
    assert_eq!(changed(kept), 2);
    assert_eq!(wire.wire().await.len(), 1);
    let tombstones = wire.db.tombstones(&Scope::Wire, at(-60)).await;
    let mut reasons: Vec<String> = tombstones
        .expect("tombstones")
        .into_iter()
        .map(|tombstone| tombstone.reason)
        .collect();
    reasons.dedup();
    assert_eq!(reasons, ["by mistake"]);
    // The same again changes nothing.
    let kept = wire.db.keep_words(words, at(8)).await.expect("kept");
    assert_eq!(changed(kept), 0);
    let kept = wire
        .db
        .keep_words(BTreeMap::new(), at(9))
        .await
        .expect("kept");
    assert_eq!(changed(kept), 2);
    assert_eq!(wire.wire().await.len(), 3);
}

#[tokio::test]
async fn word_on_a_text_that_is_not_known_holds_when_it_comes() {
    let wire = Wire::with(&["a"]).await;
    let words = BTreeMap::from([(name(&wire, "a", "x").await, hidden(at(0)))]);
    let kept = wire.db.keep_words(words, at(0)).await.expect("kept");
    assert_eq!(changed(kept), 0);
    wire.polled("a", at(1), vec![entry("x")]).await;
    assert_eq!(wire.wire().await, []);
}

#[tokio::test]
async fn moved_entry_leaves_its_release_and_an_emptied_one_redirects() {
    let wire = Wire::with(&["a", "b"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    let older = wire.wire().await.remove(0);
    wire.polled("b", at(5), vec![entry("y")]).await;
    let younger = wire.wire().await.remove(0);
    let moved = async |place| {
        let planned_at = wire.db.latest_release().await.expect("the newest release");
        let moved = Moved {
            entry: wire.known("b", "y").await,
            placement: placement(place, "y"),
        };
        wire.db
            .keep_moved(vec![moved], planned_at, at(10))
            .await
            .expect("kept")
    };
    moved(Place::Join(older.number)).await;
    assert_eq!(wire.wire().await[0].publications.len(), 2);
    let found = wire.db.release(&younger.id).await.expect("found");
    assert_eq!(found, Found::MovedTo(older.id.clone()));
    let texts = wire.db.texts_of_release(older.number).await.expect("texts");
    let names: Vec<TextName> = texts.into_iter().map(|text| text.name).collect();
    assert_eq!(
        names,
        [name(&wire, "a", "x").await, name(&wire, "b", "y").await]
    );
    // Found by its keys where it is now, and again where it goes.
    moved(Place::Found).await;
    let stands = wire
        .db
        .stands(names.clone())
        .await
        .expect("where they stand");
    assert_eq!(stands[&names[0]].release, older.number);
    let own = stands[&names[1]].release;
    assert!(own != older.number && own != younger.number);
    let candidates = wire
        .db
        .candidates(&placement(Place::Found, "y").keys)
        .await
        .expect("candidates");
    assert_eq!(candidates[0].release, own);
}

#[tokio::test]
async fn last_good_file_is_kept() {
    let wire = Wire::with(&[]).await;
    assert_eq!(wire.db.decisions_file().await.expect("read"), None);
    for text in ["# one", "# two"] {
        wire.db
            .keep_decisions_file(text.to_owned())
            .await
            .expect("kept");
    }
    let kept = wire.db.decisions_file().await.expect("read");
    assert_eq!(kept.as_deref(), Some("# two"));
}
