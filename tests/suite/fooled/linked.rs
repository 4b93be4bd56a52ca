//! Releases that point at each other.

use super::stage::{Item, Stage};
use super::{TEXT, TITLE, real};

const REAL: &str = "https://bund.example/werft";
const OTHER: &str = "https://zeitung.example/streik";

fn revised() -> Item {
    Item::new(
        "zeitung.example",
        "streik",
        TITLE,
        &TEXT.replace("4,2 Prozent", "2,4 Prozent"),
    )
}

async fn linked() -> Stage {
    let stage = Stage::of(&["bund", "zeitung"], &[]).await;
    stage.publishes("bund", &[real()]).await;
    stage.publishes("zeitung", &[revised()]).await;
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn revision_is_shown_once_on_each_with_the_difference_in_words() {
    let stage = linked().await;
    let (one, other) = (stage.at(REAL).await, stage.at(OTHER).await);
    let link = |to: &str| {
        vec![(
            to.to_owned(),
            "revision".to_owned(),
            "4,2 → 2,4 Prozent".to_owned(),
        )]
    };
    assert_eq!(one.links, link(&other.id));
    assert_eq!(other.links, link(&one.id));
    for (release, beside) in [(&one, "Later version"), (&other, "Earlier version")] {
        let page = stage.get(&format!("/releases/{}", release.id)).await;
        let also = &page[page.find("See also").unwrap()..];
        let list = &also[..also.find("</ul>").unwrap()];
        assert_eq!(list.matches("<li>").count(), 1, "{list}");
        assert!(
            list.contains("4,2 → 2,4 Prozent") && list.contains(beside),
            "{list}"
        );
    }
    let feed = stage.get("/sources/bund.atom").await;
    assert_eq!(feed.matches("4,2 → 2,4 Prozent").count(), 1, "{feed}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn title_of_a_linked_release_moves_those_that_show_it() {
    let stage = linked().await;
    let before = stage.get("/sources/bund.atom").await;
    assert!(before.contains("Streik"));
    let was = stage.serial(REAL).await;
    let title = "Beschäftigte der Werft in Ostheim sind für den Streik";
    stage.publishes("zeitung", &[revised().title(title)]).await;
    let page = stage
        .get(&format!("/releases/{}", stage.at(REAL).await.id))
        .await;
    assert!(page.contains(title), "{page}");
    assert!(stage.serial(REAL).await > was);
    stage
        .until("/sources/bund.atom", |feed| feed.contains(title))
        .await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn release_that_is_withdrawn_is_linked_by_nobody() {
    let stage = linked().await;
    let feed = "/sources/bund.atom";
    assert!(stage.get(feed).await.contains("4,2 → 2,4"));
    let was = stage.serial(REAL).await;
    let deleted = "<feed xmlns=\"http://www.w3.org/2005/Atom\" \
        xmlns:at=\"http://purl.org/atompub/tombstones/1.0\"><title>zeitung</title><id>urn:x:zeitung</id>\
        <updated>2026-03-02T12:00:00Z</updated>\
        <at:deleted-entry ref=\"zeitung.example-streik\" when=\"2026-03-02T12:00:00Z\"/></feed>";
    stage.serves("zeitung", deleted);
    stage.polls("zeitung").await;
    stage.until(feed, |feed| !feed.contains("4,2 → 2,4")).await;
    assert!(stage.at(REAL).await.links.is_empty());
    assert!(stage.serial(REAL).await > was);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn link_goes_when_the_texts_are_no_longer_alike() {
    let stage = linked().await;
    // Corrected, it is the same text: one release, and no link to itself.
    stage.publishes("zeitung", &[revised().html(TEXT)]).await;
    let one = stage.at(REAL).await;
    assert_eq!(one.sources(), ["bund", "zeitung"]);
    assert!(one.links.is_empty(), "{one:#?}");
    // Another text altogether.
    let stage2 = linked().await;
    stage2
        .publishes("zeitung", &[revised().html("<p>Im Stadtpark von Ostheim blühen die ersten Krokusse dieses Jahres, meldet das Gartenamt und bittet um Rücksicht.</p>").title("Krokusse")])
        .await;
    let (one, other) = (stage2.at(REAL).await, stage2.at(OTHER).await);
    assert!(
        one.links.is_empty() && other.links.is_empty(),
        "{one:#?} {other:#?}"
    );
    stage.end().await;
    stage2.end().await;
}
