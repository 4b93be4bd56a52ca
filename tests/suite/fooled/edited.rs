//! Texts that are one thing today and another tomorrow.

use super::stage::{Item, Stage};
use super::{SLANDER, TEXT, TITLE, copy, real};

const REAL: &str = "https://bund.example/werft";
const TEASER: &str = "<p>Die Beschäftigten der Werft in Ostheim haben am Freitag mit 412 zu 38 Stimmen für einen \
    unbefristeten Streik gestimmt. Sie verlangen 4,2 Prozent mehr … <a href='#'>Weiterlesen</a></p>";

/// What operators are told of an edit that left its release.
const LEFT: &str = "was edited and no longer says what others do";

fn squatted(html: &str) -> Item {
    Item::new("gegner.example", "streik", TITLE, html)
}

async fn stage() -> Stage {
    Stage::of(&["bund", "gegner", "zeitung", "helfer"], &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn teaser_squatted_gives_way_to_the_text_and_leaves_when_it_is_edited() {
    let stage = stage().await;
    stage.publishes("gegner", &[squatted(TEASER)]).await;
    let id = stage.told().await[0].id.clone();
    stage.publishes("bund", &[real()]).await;
    let full = stage.at(REAL).await;
    assert_eq!(
        (full.id.as_str(), full.sources()),
        (id.as_str(), vec!["bund", "gegner"])
    );
    assert_eq!(full.url, REAL);
    for html in [
        SLANDER.to_owned(),
        format!("{TEASER}{SLANDER}"),
        format!("{TEXT}{SLANDER}"),
    ] {
        stage.publishes("gegner", &[squatted(&html)]).await;
        let is = stage.at(REAL).await;
        assert_eq!(
            (is.sources(), &is.text),
            (vec!["bund"], &full.text),
            "{is:#?}"
        );
        assert_eq!(is.id, id);
        assert!(stage.line("gegner").await.contains(LEFT));
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn teaser_edited_before_the_text_came_takes_nothing_in() {
    let stage = stage().await;
    stage.publishes("gegner", &[squatted(TEASER)]).await;
    stage.publishes("gegner", &[squatted(SLANDER)]).await;
    let was = stage.told().await;
    stage.publishes("bund", &[real()]).await;
    let told = stage.told().await;
    assert_eq!(told.len(), 2);
    assert!(told.contains(&was[0]));
    assert_eq!(stage.at(REAL).await.sources(), ["bund"]);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beginning_of_two_texts_makes_no_one_of_them() {
    // Not marked as cut, so nothing says that there is more.
    let lead = &TEXT[..TEXT.find("</p>").unwrap() + 4];
    let grown = format!("{lead}{SLANDER}");
    for (one, other) in [("gegner", "bund"), ("bund", "gegner")] {
        let item = |source: &str| match source {
            "bund" => real(),
            _ => squatted(&grown),
        };
        let stage = stage().await;
        stage.publishes("zeitung", &[copy().html(lead)]).await;
        stage.publishes(one, &[item(one)]).await;
        stage.publishes(other, &[item(other)]).await;
        let told = stage.told().await;
        let is_both = |sources: &[&str]| sources.contains(&"bund") && sources.contains(&"gegner");
        assert!(
            !told.iter().any(|told| is_both(&told.sources())),
            "{told:#?}"
        );
        stage.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slander_appended_in_a_late_edit_speaks_for_itself_alone() {
    for first in [true, false] {
        let stage = stage().await;
        // The shown text is the one that is edited, or another.
        match first {
            true => {
                stage.publishes("gegner", &[squatted(TEXT)]).await;
                stage.publishes("bund", &[real()]).await;
            }
            false => {
                stage.publishes("bund", &[real()]).await;
                stage.publishes("gegner", &[squatted(TEXT)]).await;
            }
        }
        let was = stage.at(REAL).await;
        assert_eq!(was.sources(), ["bund", "gegner"]);
        stage
            .publishes("gegner", &[squatted(&format!("{TEXT}{SLANDER}"))])
            .await;
        let is = stage.at(REAL).await;
        assert_eq!(
            (is.sources(), is.url.as_str()),
            (vec!["bund"], REAL),
            "{is:#?}"
        );
        assert_eq!((&is.id, &is.atom_id), (&was.id, &was.atom_id));
        assert_eq!(is.text, TEXT, "{is:#?}");
        let other = stage.at("https://gegner.example/streik").await;
        assert_ne!(other.id, is.id);
        assert!(stage.line("gegner").await.contains(LEFT));
        stage.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn small_steps_of_two_together_lead_nowhere() {
    let stage = stage().await;
    stage.publishes("gegner", &[squatted(TEXT)]).await;
    let helper = |html: &str| Item::new("helfer.example", "streik", TITLE, html);
    stage.publishes("helfer", &[helper(TEXT)]).await;
    stage.publishes("zeitung", &[copy()]).await;
    stage.publishes("bund", &[real()]).await;
    assert_eq!(
        stage.at(REAL).await.sources(),
        ["bund", "gegner", "helfer", "zeitung"]
    );
    let mut html = TEXT.to_owned();
    for step in [
        "Der Verband hat nach Angaben aus der Leitung viel Geld.",
        "Mitglieder berichten von Reisen des Vorstands in warme Länder.",
        "Beiträge fließen in Villen am Mittelmeer und teure Autos.",
        "Ein Insider nennt den Vorstand eine Bande von Betrügern.",
    ] {
        html.push_str(&format!("<p>{step}</p>"));
        stage.publishes("gegner", &[squatted(&html)]).await;
        stage.publishes("helfer", &[helper(&html)]).await;
    }
    let is = stage.at(REAL).await;
    assert_eq!(is.sources(), ["bund", "zeitung"], "{is:#?}");
    assert_eq!(is.text, TEXT);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn number_or_not_slipped_in_by_a_copy_stands_apart() {
    for (was, is) in [
        ("4,2 Prozent", "2,4 Prozent"),
        ("412 zu 38", "38 zu 412"),
        ("haben am Freitag", "haben am Freitag nicht"),
        ("am Montag", "am Dienstag"),
    ] {
        let stage = stage().await;
        stage.publishes("bund", &[real()]).await;
        let before = stage.at(REAL).await;
        stage
            .publishes("gegner", &[squatted(&TEXT.replace(was, is))])
            .await;
        let after = stage.at(REAL).await;
        assert_eq!(
            (after.sources(), &after.text),
            (vec!["bund"], &before.text),
            "{is}"
        );
        let line = stage.line("gegner").await;
        assert!(
            line.contains("says otherwise what another source says"),
            "{line}"
        );
        assert_eq!(after.links.len(), 1, "{is}");
        stage.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn number_or_not_slipped_in_by_an_edit_leaves() {
    for (was, is) in [
        ("4,2 Prozent", "2,4 Prozent"),
        ("haben am Freitag", "haben am Freitag nicht"),
        ("legt schon", "legt keineswegs schon"),
    ] {
        let stage = stage().await;
        stage.publishes("gegner", &[squatted(TEXT)]).await;
        stage.publishes("bund", &[real()]).await;
        let before = stage.at(REAL).await;
        assert_eq!(before.sources(), ["bund", "gegner"]);
        stage
            .publishes("gegner", &[squatted(&TEXT.replace(was, is))])
            .await;
        let after = stage.at(REAL).await;
        assert_eq!(
            (after.sources(), after.text.as_str()),
            (vec!["bund"], TEXT),
            "{is}"
        );
        assert_eq!(after.id, before.id);
        assert!(stage.line("gegner").await.contains(LEFT));
        assert_eq!(after.links.len(), 1, "{is}");
        stage.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn not_slipped_in_in_english_and_russian_stands_apart() {
    const ENGLISH: &str = "<p>The council of Fairhaven has approved the budget of the harbour fire brigade for three \
        years. Ms Holt said that the money was enough for two boats and eleven full-time posts, and that the old \
        station at the pier would stay open until the autumn.</p>";
    const RUSSIAN: &str = "<p>Городской совет Приозёрска утвердил бюджет пожарной части на три года. Глава совета \
        Марина Осипова заявила, что денег хватит на два катера и одиннадцать ставок, а старая станция у пирса \
        будет работать до осени, сообщает пресс-служба.</p>";
    for (html, was, is) in [
        (ENGLISH, "has approved", "has not approved"),
        (ENGLISH, "was enough", "was never enough"),
        (RUSSIAN, "хватит", "не хватит"),
        (RUSSIAN, "будет работать", "не будет работать"),
    ] {
        let stage = stage().await;
        let title = if html == ENGLISH {
            "Budget of the fire brigade approved"
        } else {
            "Утверждён бюджет пожарной части"
        };
        stage
            .publishes("bund", &[real().title(title).html(html)])
            .await;
        let before = stage.at(REAL).await;
        let other = Item::new("gegner.example", "1", title, &html.replace(was, is));
        stage
            .publishes("gegner", std::slice::from_ref(&other))
            .await;
        assert_eq!(stage.at(REAL).await.sources(), ["bund"], "{is}");
        // As an edit of what was the same.
        stage
            .publishes("zeitung", &[Item::new("zeitung.example", "1", title, html)])
            .await;
        assert_eq!(stage.at(REAL).await.sources(), ["bund", "zeitung"], "{is}");
        let edited = Item::new("zeitung.example", "1", title, &html.replace(was, is));
        stage.publishes("zeitung", &[edited]).await;
        let after = stage.at(REAL).await;
        assert_eq!(
            (after.sources(), &after.text),
            (vec!["bund"], &before.text),
            "{is}"
        );
        stage.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_date_claimed_is_shown_and_chooses_nothing() {
    let stage = stage().await;
    stage
        .publishes(
            "gegner",
            &[Item::new(
                "gegner.example",
                "x",
                "Wetter an der Küste",
                "<p>Es wird kühl.</p>",
            )],
        )
        .await;
    stage
        .publishes("bund", &[real().date("Mon, 02 Mar 2026 11:00:00 +0000")])
        .await;
    let was = stage.at(REAL).await;
    let early = squatted(TEXT).date("Thu, 01 Jan 2026 08:00:00 +0000");
    stage.publishes("gegner", &[early]).await;
    let is = stage.at(REAL).await;
    assert_eq!(is.sources(), ["bund", "gegner"], "{is:#?}");
    assert_eq!(
        (&is.id, &is.atom_id, &is.url, &is.text, &is.published),
        (&was.id, &was.atom_id, &was.url, &was.text, &was.published)
    );
    assert!(
        stage
            .line("gegner")
            .await
            .contains("claims to be 60 days older")
    );
    stage.end().await;
}
