//! Stories of releases, told through what decides (`wire::place`) and what keeps: who joins, who leaves,
//! what is shown, and who may not be fooled (`likeness.md` §6, §8). The wire is compared before and after.

use super::*;
use presswire::config;
use presswire::database::Found;
use presswire::domain::decision::TextName;
use presswire::domain::likeness::Text;
use presswire::domain::release::{By, LinkKind, ReleaseId, Shown};
use presswire::wire::{self, Arrival, Rules};

/// A wire and the rules by which it is told.
struct Tale {
    wire: Wire,
    rules: Rules,
}

/// One publication: who, which entry, title, text.
type Told<'t> = (&'t str, &'t str, &'t str, &'t str);

const TITLE: &str = "Hafenarbeiter legen die Kräne still";

const TEXT: &str = "<p>Im Containerhafen haben am Dienstag 1.240 Beschäftigte die Arbeit niedergelegt. \
    Die Gewerkschaft fordert 4,2 Prozent mehr Lohn und eine Laufzeit von zwölf Monaten, die Betreiber \
    bieten bisher nur eine einmalige Zahlung.</p><p>„Wir lassen uns nicht länger vertrösten“, sagte die \
    Betriebsrätin Heike Brandt vor dem Tor. Seit sechs Uhr früh stehen dort alle Brücken still, und \
    mehrere Schiffe warten auf Reede. Die nächste Verhandlung ist für den 18. März angesetzt.</p>";

const SLANDER: &str = "<p>In Wahrheit haben die Sprecher der Aktion die Kasse geplündert und sich selbst \
    bereichert, wie aus gut unterrichteten Kreisen des Vereins zu hören ist, der sie bisher gedeckt hat.</p>";

const OTHER: &str = "<p>Der Mieterbund hat die Stadt aufgefordert, bis Ende Februar keine Wohnungen räumen \
    zu lassen. In diesem Jahr wurden nach seiner Zählung 312 Haushalte gekündigt, fast doppelt so viele \
    wie vor der Erhöhung der Heizkosten. Das Rathaus verwies auf einen Fonds.</p>";

impl Tale {
    async fn with(sources: &[&str]) -> Tale {
        let wire = Wire::with(sources).await;
        let path = wire.folder.path().join("feeds.toml");
        std::fs::write(&path, "[wire]\ntitle = \"W\"\n").expect("written");
        let config = config::load(&path, &|_| None).expect("a config").0;
        Tale {
            rules: Rules::of(&config, &[]),
            wire,
        }
    }

    /// `told` is published, for the first time or anew, and seen `minutes` after noon.
    async fn tell(&self, minutes: i64, told: Told<'_>) {
        self.tell_dated(minutes, minutes, told).await;
    }

    /// The same, with a date that the source claims.
    async fn tell_dated(&self, minutes: i64, claimed: i64, (source, word, title, html): Told<'_>) {
        let now = at(minutes);
        let number = self.wire.number(source).await;
        let known = self
            .wire
            .db
            .known_entries(number, &[key(word)], &[], &[])
            .await;
        let known = known.expect("known").pop();
        let link = format!("https://{source}.example/{word}");
        let arrival = Arrival {
            name: TextName::Entry(number, key(word)),
            text: Text {
                title: Some(title.to_owned()),
                html: html.to_owned(),
                link: Some(link.clone()),
                language: Some("de".to_owned()),
                published: Some(at(claimed)),
                first_seen: known.as_ref().map_or(now, |known| known.first_seen),
                source: Some(number),
            },
            known: known.as_ref().map(|known| known.release),
            id: None,
            home: vec![format!("https://{source}.example/feed")],
        };
        let placed = wire::place(&self.wire.db, &self.rules, &[arrival]).await;
        let placed = placed.expect("placed");
        let (mut placements, planned_at) = (placed.placements, placed.planned_at);
        let digest = Digest(hash(&format!("{title} {html}")));
        let mut write = entry(word);
        write.known = known.map(|known| known.number);
        write.entry.link = Some(link);
        write.entry.title = Some(title.to_owned());
        write.entry.content = Some(Markup {
            html: html.to_owned(),
            ..Markup::default()
        });
        (write.digest, write.visible) = (digest, digest);
        write.published = Some(at(claimed));
        write.placement = placements.remove(0);
        let mut poll = self.wire.poll(source, now, vec![write]).await;
        poll.planned_at = planned_at;
        let kept = self.wire.db.keep_poll(poll).await.expect("kept");
        assert!(matches!(kept, Kept::Written { .. }), "{kept:?}");
    }

    /// The release that has the source's entry.
    async fn release(&self, source: &str, word: &str) -> Release {
        let entry = self.wire.known(source, word).await;
        let releases = self.wire.wire().await;
        let holds = |release: &Release| {
            let mut publications = release.publications.iter();
            publications.any(|it| matches!(it.by, By::Entry { entry: its, .. } if its == entry))
        };
        releases.into_iter().find(holds).expect("it is in the wire")
    }

    /// Sources of a release, in the order in which they are served.
    fn sources(release: &Release) -> Vec<&str> {
        let by = release.publications.iter().map(|it| match &it.by {
            By::Entry { source_id, .. } => source_id.as_str(),
            By::Statement(slug) => slug,
        });
        by.collect()
    }

    async fn found(&self, id: &ReleaseId) -> Found {
        self.wire.db.release(id).await.expect("looked up")
    }
}

#[tokio::test]
async fn republished_text_is_one_release_and_what_came_first_is_shown() {
    let tale = Tale::with(&["a", "b"]).await;
    tale.tell(0, ("a", "1", TITLE, TEXT)).await;
    let first = tale.release("a", "1").await;
    let framed = format!("<p>Wir übernehmen eine Meldung:</p>{TEXT}");
    tale.tell_dated(10, -3000, ("b", "x", &format!("PM: {TITLE}"), &framed))
        .await;
    let both = tale.release("b", "x").await;
    assert_eq!(Tale::sources(&both), ["a", "b"]);
    assert_eq!((&both.id, both.published), (&first.id, first.published));
    assert_eq!((both.title, both.updated), (first.title, first.updated));
}

#[tokio::test]
async fn copy_edited_into_slander_leaves_and_nothing_of_it_is_shown() {
    let tale = Tale::with(&["a", "b"]).await;
    tale.tell(0, ("a", "1", TITLE, TEXT)).await;
    let before = tale.release("a", "1").await;
    tale.tell(10, ("b", "x", TITLE, TEXT)).await;
    tale.tell(20, ("b", "x", TITLE, &format!("{TEXT}{SLANDER}")))
        .await;
    let after = tale.release("a", "1").await;
    assert_eq!(Tale::sources(&after), ["a"]);
    assert_eq!((&after.id, after.digest), (&before.id, before.digest));
    let left = tale.release("b", "x").await;
    assert_ne!(left.id, before.id);
}

#[tokio::test]
async fn founder_edited_into_slander_leaves_the_release_to_those_who_carry_it() {
    let tale = Tale::with(&["a", "b"]).await;
    tale.tell(0, ("a", "1", TITLE, TEXT)).await;
    let before = tale.release("a", "1").await;
    tale.tell(10, ("b", "x", TITLE, TEXT)).await;
    tale.tell(20, ("a", "1", "Alles gelogen", OTHER)).await;
    let after = tale.release("b", "x").await;
    assert_eq!((&after.id, &after.atom_id), (&before.id, &before.atom_id));
    assert_eq!(after.published, before.published);
    assert_eq!(Tale::sources(&after), ["b"]);
    assert_ne!(tale.release("a", "1").await.id, before.id);
}

#[tokio::test]
async fn small_steps_lead_nowhere_else() {
    let tale = Tale::with(&["a", "b"]).await;
    tale.tell(0, ("a", "1", TITLE, TEXT)).await;
    tale.tell(1, ("b", "x", TITLE, TEXT)).await;
    let mut text = TEXT.to_owned();
    for (step, word) in SLANDER.trim_start_matches("<p>").split(' ').enumerate() {
        text = format!("{} {word}", text.trim_end_matches("</p>"));
        tale.tell(10 + step as i64, ("b", "x", TITLE, &text)).await;
    }
    assert_eq!(Tale::sources(&tale.release("a", "1").await), ["a"]);
}

#[tokio::test]
async fn lone_entry_edited_to_anothers_words_joins_it_and_its_page_leads_there() {
    let tale = Tale::with(&["a", "b"]).await;
    tale.tell(0, ("b", "x", "Ein anderer Text", OTHER)).await;
    let alone = tale.release("b", "x").await;
    tale.tell(10, ("a", "1", TITLE, TEXT)).await;
    let real = tale.release("a", "1").await;
    tale.tell(20, ("b", "x", TITLE, TEXT)).await;
    let both = tale.release("b", "x").await;
    assert_eq!(both.id, real.id);
    assert_eq!(both.published, real.published);
    assert!(matches!(tale.found(&alone.id).await, Found::MovedTo(id) if id == real.id));
}

#[tokio::test]
async fn entry_that_is_edited_alone_is_revised_under_its_id() {
    let tale = Tale::with(&["a"]).await;
    tale.tell(0, ("a", "1", TITLE, TEXT)).await;
    let before = tale.release("a", "1").await;
    tale.tell(20, ("a", "1", TITLE, &TEXT.replace("4,2", "2,4")))
        .await;
    let after = tale.release("a", "1").await;
    assert_eq!((&after.id, after.published), (&before.id, before.published));
    assert_eq!(after.updated, at(20));
}

#[tokio::test]
async fn two_releases_that_turn_out_to_be_one_keep_the_older_id() {
    let tale = Tale::with(&["a", "b", "c"]).await;
    // What stands under every text of b is not known when its first one is seen.
    let footer = "<p>Das Hafenblatt erscheint jeden zweiten Monat und lebt von den Spenden seiner \
        Leserinnen und Leser. Wer es bestellen will, schreibt eine Karte an die Redaktion im Kontor.</p>";
    tale.tell(0, ("a", "1", TITLE, TEXT)).await;
    tale.tell(1, ("b", "x", TITLE, &format!("{TEXT}{footer}")))
        .await;
    let (older, younger) = (tale.release("a", "1").await, tale.release("b", "x").await);
    assert_ne!(older.id, younger.id);
    for (at, word) in ["Miete", "Wasser", "Schule", "Klinik", "Wald", "Bahn"]
        .iter()
        .enumerate()
    {
        let other = OTHER
            .replace("Wohnungen", word)
            .replace("Mieterbund", &format!("Verein {word}"));
        let text: String = other
            .split(' ')
            .rev()
            .collect::<Vec<_>>()
            .join(&format!(" {word} "));
        let text = format!(
            "<p>{}</p>{footer}",
            text.replace("<p>", "").replace("</p>", "")
        );
        tale.tell(
            2 + at as i64,
            ("b", word, &format!("Neues über {word} und Stadt"), &text),
        )
        .await;
    }
    tale.tell(20, ("c", "9", TITLE, TEXT)).await;
    let all = tale.release("c", "9").await;
    assert_eq!(all.id, older.id);
    assert_eq!(Tale::sources(&all), ["a", "b", "c"]);
    assert_eq!(all.published, older.published);
    assert!(matches!(tale.found(&younger.id).await, Found::MovedTo(id) if id == older.id));
}

#[tokio::test]
async fn number_slipped_in_makes_a_revision_that_points_at_the_original() {
    let tale = Tale::with(&["a", "b"]).await;
    tale.tell(0, ("a", "1", TITLE, TEXT)).await;
    let before = tale.release("a", "1").await;
    tale.tell(10, ("b", "x", TITLE, &TEXT.replace("4,2", "2,4")))
        .await;
    let after = tale.release("a", "1").await;
    assert_eq!(
        (&after.id, after.digest, Tale::sources(&after)),
        (&before.id, before.digest, vec!["a"])
    );
    let link = &after.links[0];
    assert_eq!(link.kind, LinkKind::Revision);
    assert!(link.why.starts_with("4,2 → 2,4"), "{}", link.why);
    assert_eq!(tale.release("b", "x").await.links[0].release, after.number);
}

#[tokio::test]
async fn slander_appended_by_a_stranger_stays_beside_and_is_linked() {
    let tale = Tale::with(&["a", "b"]).await;
    tale.tell(0, ("a", "1", TITLE, TEXT)).await;
    tale.tell(10, ("b", "x", TITLE, &format!("{TEXT}{SLANDER}")))
        .await;
    let real = tale.release("a", "1").await;
    assert_eq!(Tale::sources(&real), ["a"]);
    assert_eq!(real.links[0].kind, LinkKind::Extended);
}

#[tokio::test]
async fn title_squatted_in_advance_hides_nobody() {
    let tale = Tale::with(&["a", "b"]).await;
    tale.tell(0, ("b", "x", TITLE, OTHER)).await;
    let squatter = tale.release("b", "x").await;
    tale.tell(10, ("a", "1", TITLE, TEXT)).await;
    let real = tale.release("a", "1").await;
    assert_ne!(real.id, squatter.id);
    assert_eq!(Tale::sources(&real), ["a"]);
}

#[tokio::test]
async fn teaser_gives_way_to_the_whole_text() {
    let tale = Tale::with(&["a", "b"]).await;
    let teaser = "<p>Im Containerhafen haben am Dienstag 1.240 Beschäftigte die Arbeit niedergelegt. Die \
        Gewerkschaft fordert 4,2 Prozent mehr … <a href='/1'>Weiterlesen</a></p>";
    tale.tell(0, ("b", "x", TITLE, teaser)).await;
    let before = tale.release("b", "x").await;
    tale.tell(10, ("a", "1", TITLE, TEXT)).await;
    let after = tale.release("a", "1").await;
    assert_eq!((&after.id, after.published), (&before.id, before.published));
    assert_eq!(Tale::sources(&after), ["a", "b"]);
    assert_eq!(after.updated, at(10));
}

#[tokio::test]
async fn squatted_teaser_that_is_edited_later_speaks_in_nobodys_name() {
    let tale = Tale::with(&["a", "b"]).await;
    let teaser = "<p>Im Containerhafen haben am Dienstag 1.240 Beschäftigte die Arbeit niedergelegt. Die \
        Gewerkschaft fordert 4,2 Prozent mehr …</p>";
    tale.tell(0, ("b", "x", TITLE, teaser)).await;
    tale.tell(10, ("a", "1", TITLE, TEXT)).await;
    let before = tale.release("a", "1").await;
    tale.tell(20, ("b", "x", TITLE, SLANDER)).await;
    let after = tale.release("a", "1").await;
    assert_eq!(Tale::sources(&after), ["a"]);
    assert_eq!((&after.id, after.digest), (&before.id, before.digest));
    let entry = tale.wire.known("a", "1").await;
    assert_eq!(after.shown, Shown::Entry(entry));
}

#[tokio::test]
async fn issuer_whom_a_copy_names_is_shown_though_it_comes_later() {
    let tale = Tale::with(&["a", "b"]).await;
    let copy = format!("{TEXT}<p>Quelle: <a href='https://b.example/x'>b.example</a></p>");
    tale.tell(0, ("a", "1", TITLE, &copy)).await;
    let before = tale.release("a", "1").await;
    tale.tell(10, ("b", "x", TITLE, TEXT)).await;
    let after = tale.release("b", "x").await;
    assert_eq!(Tale::sources(&after), ["b", "a"]);
    assert_eq!((&after.id, after.published), (&before.id, before.published));
}

#[tokio::test]
async fn nothing_is_joined_by_way_of_a_third() {
    let tale = Tale::with(&["a", "b", "c"]).await;
    tale.tell(0, ("a", "1", TITLE, TEXT)).await;
    let nine = "<p>Die Redaktion dankt den Kollegen für Text und Bild.</p>";
    tale.tell(10, ("b", "x", TITLE, &format!("{TEXT}{nine}")))
        .await;
    let more = "<p>Auch die Seeleute im Nachbarhafen legten am Abend ihre Arbeit nieder.</p>";
    tale.tell(20, ("c", "y", TITLE, &format!("{TEXT}{nine}{more}")))
        .await;
    assert_eq!(Tale::sources(&tale.release("a", "1").await), ["a", "b"]);
    assert_eq!(Tale::sources(&tale.release("c", "y").await), ["c"]);
}
