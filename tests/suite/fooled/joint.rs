//! Joint declarations: who of the signatories published our statement, in which frame ever.

use super::stage::{Item, Stage};

const BODY: &str = "Wir, die unterzeichnenden Verbände, verurteilen die Festnahme von elf Landarbeitern in Sarow. Die Männer \
    und Frauen hatten am 3. Februar vor dem Gutshof ihren ausstehenden Lohn verlangt. Die Polizei löste die \
    Versammlung auf und brachte sie nach Demmin, wo ihre Anwälte sie erst nach zwei Tagen sprechen durften.\n\n\
    Lohn zu verlangen ist keine Straftat. Wir fordern die sofortige Freilassung aller elf Festgenommenen, die \
    Zahlung der Löhne und ein Ende der Verfahren gegen ihre Gewerkschaft. Unsere Verbände werden die Prozesse \
    beobachten und die Familien unterstützen, solange es nötig ist.\n";

fn statement() -> String {
    format!(
        "---\ntitle: Freiheit für die Landarbeiter von Sarow\ndate: 2026-02-27\nlanguage: de\nsignatories:\n\
         - {{name: Bund Eins, url: 'https://bund-eins.example/', source: bund}}\n\
         - {{name: Verein Zwei, url: 'https://verein-zwei.example/'}}\n\
         - {{name: Rat Drei, url: 'https://rat-drei.example/', source: rat}}\n---\n\n{BODY}"
    )
}

fn html() -> String {
    BODY.split("\n\n")
        .map(|part| format!("<p>{}</p>", part.trim()))
        .collect()
}

const FRAME: &str = "<p>Bund Eins hat gemeinsam mit zwei anderen Verbänden eine Erklärung zu den Vorgängen in Sarow \
    verfasst. Wir dokumentieren sie an dieser Stelle im Wortlaut und bitten um Verbreitung.</p>";

fn by_source() -> Item {
    Item::new(
        "bund-eins.example",
        "doku",
        "Bund Eins dokumentiert: Gemeinsame Erklärung",
        &format!(
            "{FRAME}{}<p>Spenden an die Familien: Konto des Bundes, Stichwort Sarow.</p>",
            html()
        ),
    )
}

fn by_domain() -> Item {
    Item::new(
        "www.verein-zwei.example",
        "aktuell/sarow",
        "Erklärung der Verbände",
        &format!(
            "<p>Der Vorstand von Verein Zwei hat die folgende Erklärung unterzeichnet, die heute in drei \
            Ländern zugleich erscheint:</p>{}",
            html()
        ),
    )
}

async fn holds(stage: &Stage) {
    let told = stage.told().await;
    let ours: Vec<_> = told
        .iter()
        .filter(|told| told.sources().contains(&""))
        .collect();
    assert_eq!(ours[0].sources(), ["", "bund", "sammler"], "{told:#?}");
    assert_eq!(ours[0].title, "Freiheit für die Landarbeiter von Sarow");
    let api = stage.json("/api/v1/statements/sarow").await;
    let signatories = api["signatories"].as_array().unwrap();
    let published: Vec<&serde_json::Value> =
        signatories.iter().map(|one| &one["published"]).collect();
    assert_eq!(
        *published[0],
        serde_json::json!(["https://bund-eins.example/doku"])
    );
    assert_eq!(
        *published[1],
        serde_json::json!(["https://www.verein-zwei.example/aktuell/sarow"])
    );
    assert_eq!(*published[2], serde_json::json!([]));
    let page = stage.get("/statements/sarow").await;
    assert!(page.contains("https://bund-eins.example/doku"), "{page}");
    // Who did not publish it yet is said, too.
    let signed = &page[page.find("Of those who signed").unwrap()..];
    assert!(signed.contains("Rat Drei"), "{signed}");
    for ext in ["atom", "rss", "json"] {
        let feed = stage
            .get(&format!("/statements/sarow/publications.{ext}"))
            .await;
        assert!(feed.contains("bund-eins.example/doku"), "{feed}");
        assert!(feed.contains("verein-zwei.example/aktuell/sarow"), "{feed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signatories_publications_join_our_statement_whatever_stands_around_it() {
    let statement = statement();
    let stage = Stage::of(&["bund", "rat", "sammler"], &[("sarow.md", &statement)]).await;
    stage.publishes("bund", &[by_source()]).await;
    stage.publishes("sammler", &[by_domain()]).await;
    holds(&stage).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signatories_that_were_faster_than_our_file_join_it_too() {
    let stage = Stage::of(&["bund", "rat", "sammler"], &[]).await;
    stage.publishes("bund", &[by_source()]).await;
    stage.publishes("sammler", &[by_domain()]).await;
    stage.states("sarow.md", &statement()).await;
    holds(&stage).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signatorys_comment_or_reply_does_not_join() {
    let statement = statement();
    let stage = Stage::of(&["bund", "rat", "sammler"], &[("sarow.md", &statement)]).await;
    let comment = Item::new(
        "bund-eins.example",
        "kommentar",
        "Warum wir die Erklärung zu Sarow unterschrieben haben",
        "<p>Elf Landarbeiter sitzen in Demmin in Haft. Unser Vorstand hat lange beraten, ob er mitmacht, denn \
         „Lohn zu verlangen ist keine Straftat“ steht dort, und das ist wahr. Uns fehlt in dem Text aber ein Wort \
         zu den Frauen auf den Höfen, die nie einen Vertrag hatten. Darüber reden wir am Sonntag.</p>",
    );
    let reply = Item::new(
        "bund-eins.example",
        "antwort",
        "Antwort auf: Freiheit für die Landarbeiter von Sarow",
        &format!("<p>Dazu sagen wir: so geht es nicht.</p>{}", html()),
    );
    let long = Item::new(
        "bund-eins.example",
        "einspruch",
        "Ein Einspruch",
        &format!(
            "{}<p>Soweit die Erklärung. Wir halten sie in dieser Form für falsch. Sie nennt die Gutsbesitzer nicht \
             beim Namen, sie schweigt über die Rolle des Landrats, und sie verlangt Löhne, die längst gepfändet \
             sind. Wer den Leuten von Sarow helfen will, muss nach Schwerin gehen und das Ministerium fragen, warum \
             es seit acht Jahren keine Prüfer mehr auf die Höfe schickt. Unser Bund hat das dreimal getan, und \
             dreimal wurde er abgewiesen; davon steht in der Erklärung kein Satz.</p>",
            html()
        ),
    );
    let denied = Item::new(
        "bund-eins.example",
        "gegenteil",
        "Bund Eins dokumentiert",
        &html().replace("ist keine Straftat", "ist eine Straftat"),
    );
    let was = stage.told().await;
    stage
        .publishes("bund", &[comment, reply, long, denied])
        .await;
    let told = stage.told().await;
    assert_eq!(told.len(), 5, "{told:#?}");
    let ours = told.iter().find(|told| told.sources() == [""]).unwrap();
    assert_eq!((&ours.text, &ours.by), (&was[0].text, &was[0].by));
    // The reply and the objection hold it whole; what denies it is another version.
    let mut kinds: Vec<&str> = ours.links.iter().map(|(_, kind, _)| &**kind).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["contains", "contains", "revision"]);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stranger_is_granted_no_frame() {
    let statement = statement();
    let stage = Stage::of(&["bund", "rat", "sammler"], &[("sarow.md", &statement)]).await;
    let item = Item {
        link: "https://sammler.example/doku".into(),
        ..by_source()
    };
    stage.publishes("sammler", &[item]).await;
    assert_eq!(
        stage.at("https://sammler.example/doku").await.sources(),
        ["sammler"]
    );
    stage.end().await;
}
