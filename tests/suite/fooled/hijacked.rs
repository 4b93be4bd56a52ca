//! Ids, addresses and titles of others.

use super::stage::{Item, Stage, Told};
use super::{SLANDER, TEXT, TITLE, copy, real};

const REAL: &str = "https://bund.example/werft";

fn slander() -> Item {
    Item::new(
        "gegner.example",
        "luege",
        "Die Wahrheit über den Verband",
        SLANDER,
    )
}

/// Two sources, one of which means ill.
async fn stage() -> Stage {
    Stage::of(&["bund", "gegner", "zeitung"], &[]).await
}

/// The hijacker comes after the real one: the real one's release is what it was, and the other has one of
/// its own.
async fn after(hijacker: Item) -> (Stage, Told, Told) {
    let stage = stage().await;
    stage.publishes("bund", &[real()]).await;
    stage.publishes("zeitung", &[copy()]).await;
    let before = stage.told().await;
    stage.publishes("gegner", &[hijacker]).await;
    let told = stage.told().await;
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told.contains(&before[0]), "{told:#?}");
    let other = told.into_iter().find(|told| *told != before[0]).unwrap();
    (stage, before[0].clone(), other)
}

/// The hijacker comes first: the real one stands by itself, and its copies with it.
async fn before(hijacker: Item) -> (Stage, Told, Told) {
    let stage = stage().await;
    stage.publishes("gegner", &[hijacker]).await;
    let squatted = stage.told().await;
    stage.publishes("bund", &[real()]).await;
    stage.publishes("zeitung", &[copy()]).await;
    let told = stage.told().await;
    assert_eq!(told.len(), 2, "{told:#?}");
    let other = told
        .iter()
        .find(|told| told.sources() == ["gegner"])
        .unwrap();
    assert_eq!(other.id, squatted[0].id);
    let right = told
        .iter()
        .find(|told| told.sources() == ["bund", "zeitung"])
        .unwrap();
    assert_eq!((right.url.as_str(), right.title.as_str()), (REAL, TITLE));
    assert!(right.text.contains("412 zu 38"), "{right:#?}");
    (stage, right.clone(), other.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn guid_hijacked_after_the_real_one_takes_nothing_from_it() {
    let real = real().guid("tag:bund.example,2026:werft");
    let stage = stage().await;
    stage.publishes("bund", std::slice::from_ref(&real)).await;
    let was = stage.told().await;
    assert_eq!(was[0].atom_id, "tag:bund.example,2026:werft");
    stage
        .publishes("gegner", &[slander().guid("tag:bund.example,2026:werft")])
        .await;
    let told = stage.told().await;
    assert_eq!(told.len(), 2);
    assert!(told.contains(&was[0]), "{told:#?}");
    assert!(
        stage
            .line("gegner")
            .await
            .contains("an id that another text bears")
    );
    assert_eq!(stage.line("bund").await, "");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guid_hijacked_before_the_real_one_hides_nothing_of_it() {
    let guid = "tag:bund.example,2026:werft";
    let stage = stage().await;
    stage.publishes("gegner", &[slander().guid(guid)]).await;
    let was = stage.told().await;
    stage.publishes("bund", &[real().guid(guid)]).await;
    let told = stage.told().await;
    assert_eq!(told.len(), 2);
    assert!(told.contains(&was[0]), "{told:#?}");
    let right = stage.at(REAL).await;
    assert_eq!(right.sources(), ["bund"]);
    assert_ne!(right.atom_id, guid);
    assert!(
        stage
            .line("bund")
            .await
            .contains("an id that another text bears")
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn link_hijacked_after_the_real_one_takes_nothing_from_it() {
    let (stage, _, other) = after(slander().link(REAL)).await;
    assert_eq!(other.sources(), ["gegner"]);
    assert!(other.links.is_empty());
    let line = stage.line("gegner").await;
    assert!(
        line.contains("an address under which another source has another text"),
        "{line}"
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn link_hijacked_before_the_real_one_hides_nothing_of_it() {
    let (stage, ..) = before(slander().link(REAL)).await;
    let line = stage.line("bund").await;
    assert!(
        line.contains("an address under which another source has another text"),
        "{line}"
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn link_hijacked_in_another_language_is_no_translation() {
    let russian = Item::new(
        "gegner.example",
        "1",
        "Правда о профсоюзе",
        "<p>На самом деле руководство разворовало кассу и годами обманывало своих членов. Кто платит взносы, \
         тот оплачивает поездки правления и виллы у моря, рассказал осведомлённый человек.</p>",
    );
    let (stage, right, other) = after(russian.link(REAL)).await;
    assert!(
        right.links.is_empty() && other.links.is_empty(),
        "{other:#?}"
    );
    assert!(
        stage
            .line("gegner")
            .await
            .contains("an address under which")
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn title_squatted_in_advance_takes_no_text_in() {
    let (stage, ..) = before(slander().title(TITLE)).await;
    assert!(
        stage
            .line("bund")
            .await
            .contains("also the title of another text")
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn title_squatted_without_a_text_hides_no_text() {
    let stage = stage().await;
    stage
        .publishes("gegner", &[slander().title(TITLE).html("")])
        .await;
    let id = stage.told().await[0].id.clone();
    stage.publishes("bund", &[real()]).await;
    let right = stage.at(REAL).await;
    assert_eq!(
        (right.url.as_str(), right.text.as_str(), right.id.as_str()),
        (REAL, TEXT, id.as_str())
    );
    // A text that is put under it later is another.
    stage.publishes("gegner", &[slander().title(TITLE)]).await;
    let is = stage.at(REAL).await;
    assert_eq!(
        (is.sources(), is.text.as_str(), &is.id),
        (vec!["bund"], TEXT, &id)
    );
    assert!(
        stage
            .line("gegner")
            .await
            .contains("was edited and no longer says")
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn title_squatted_afterwards_takes_nothing() {
    let (stage, ..) = after(slander().title(TITLE)).await;
    assert!(
        stage
            .line("gegner")
            .await
            .contains("also the title of another text")
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guid_link_and_title_together_are_no_text() {
    let all = slander().title(TITLE).link(REAL).guid("bund.example-werft");
    let (stage, ..) = before(all.clone()).await;
    stage.end().await;
    let (stage, ..) = after(all).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn copy_that_claims_the_issuers_address_is_not_shown_as_the_issuers() {
    let stage = stage().await;
    stage.publishes("bund", &[real()]).await;
    let framed = format!("{TEXT}<p>Quelle: bund.example</p>");
    stage.publishes("zeitung", &[copy().html(&framed)]).await;
    let was = stage.at(REAL).await;
    let words = TEXT.replace("18. April", "18. April wie üblich");
    stage
        .publishes(
            "gegner",
            &[Item::new("bund.example", "werft-2", TITLE, &words)],
        )
        .await;
    let is = stage.at(REAL).await;
    assert_eq!(is.sources(), ["bund", "gegner", "zeitung"]);
    assert_eq!((&is.text, &is.url), (&was.text, &was.url), "{is:#?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn squatter_that_claims_the_issuers_address_first_gives_way_to_it() {
    let stage = stage().await;
    let words = TEXT.replace("18. April", "18. April wie üblich");
    stage
        .publishes(
            "gegner",
            &[Item::new("bund.example", "werft-2", TITLE, &words)],
        )
        .await;
    let framed = format!("{TEXT}<p>Quelle: bund.example</p>");
    stage.publishes("zeitung", &[copy().html(&framed)]).await;
    stage.publishes("bund", &[real()]).await;
    let is = stage.at(REAL).await;
    assert_eq!(is.sources(), ["bund", "gegner", "zeitung"]);
    assert_eq!(is.url, REAL, "{is:#?}");
    stage.end().await;
}

const STATEMENT: (&str, &str) = (
    "aufruf.md",
    "---\ntitle: Aufruf zum Tag der Seeleute in Ostheim\ndate: 2026-02-27\nlanguage: de\n---\n\n\
     Wir rufen alle Seeleute auf, am 25. Juni in Ostheim zu demonstrieren. Auf den Schiffen der Reederei \
     Nordlicht fehlen seit zwei Jahren Ruhezeiten, Ärzte und sauberes Wasser. Wer krank wird, wird im \
     nächsten Hafen abgesetzt. Wir verlangen Verträge nach dem Tarif der Seeleute.\n",
);

#[tokio::test(flavor = "multi_thread")]
async fn address_of_our_statement_reused_by_somebody_is_theirs_alone() {
    let ours = "https://wire.example/statements/aufruf";
    let stage = Stage::of(&["gegner"], &[STATEMENT]).await;
    let was = stage.told().await;
    for title in [
        "Die Wahrheit über den Verband",
        "Aufruf zum Tag der Seeleute in Ostheim",
    ] {
        let item = slander().title(title).link(ours).guid(ours);
        stage.publishes("gegner", &[item]).await;
        let told = stage.told().await;
        assert_eq!(told.len(), 2, "{told:#?}");
        assert!(told.contains(&was[0]), "{told:#?}");
        let line = stage.line("gegner").await;
        assert!(
            line.contains("gives the address of our statement aufruf"),
            "{line}"
        );
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn id_address_and_text_of_our_statement_taken_before_it_is_out_are_ours_when_it_is() {
    let stage = Stage::of(&["gegner", "zeitung"], &[]).await;
    let ours = "https://wire.example/statements/aufruf";
    let file = STATEMENT
        .1
        .replacen("---\n", "---\nid: urn:wire:aufruf\n", 1);
    let body = STATEMENT.1.rsplit("---\n\n").next().unwrap();
    let leak = |html: &str| {
        let item = Item::new(
            "gegner.example",
            "leck",
            "Aufruf zum Tag der Seeleute in Ostheim",
            html,
        );
        item.link(ours).guid("urn:wire:aufruf")
    };
    // Somebody else bears the id over another text, a third one has the text.
    stage.publishes("gegner", &[leak(SLANDER)]).await;
    let squatted = stage.told().await;
    assert_eq!(squatted[0].atom_id, "urn:wire:aufruf");
    let text = format!("<p>{body}</p>");
    let leaked = leak(&text).guid("z-1").link("https://zeitung.example/leck");
    stage.publishes("zeitung", &[leaked]).await;
    stage.states(STATEMENT.0, &file).await;
    let told = stage.told().await;
    assert_eq!(told.len(), 2, "{told:#?}");
    let right = told
        .iter()
        .find(|told| told.sources() == ["", "zeitung"])
        .unwrap();
    assert_eq!(
        (right.atom_id.as_str(), right.url.as_str()),
        ("urn:wire:aufruf", ours)
    );
    let other = told
        .iter()
        .find(|told| told.sources() == ["gegner"])
        .unwrap();
    assert_eq!(
        (&other.id, &other.text),
        (&squatted[0].id, &squatted[0].text)
    );
    assert_ne!(other.atom_id, "urn:wire:aufruf");
    // The one who had the text early says something else by now.
    let edited = leak(SLANDER)
        .guid("z-1")
        .link("https://zeitung.example/leck");
    stage.publishes("zeitung", &[edited]).await;
    let is = stage.release(&right.id).await;
    assert_eq!((is.sources(), &is.text), (vec![""], &right.text));
    stage.end().await;
}
