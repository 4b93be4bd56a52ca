//! Feeds that never tire: floods of entries, one id for all, a new id at each poll, no addresses.

use super::stage::{Item, Stage};
use super::{copy, real};
use presswire::domain::likeness::{self, Boilerplate, KeyKind, Prepared, Text};

const REAL: &str = "https://bund.example/werft";

fn many() -> Vec<Item> {
    let subjects = ["Brot", "Wein", "Salz", "Öl", "Holz", "Garn"];
    subjects
        .iter()
        .map(|subject| {
            let html = format!(
                "<p>{subject}: der Preis in Ostheim ist in dieser Woche um einen Taler gestiegen, sagt der \
                 Händler {subject}mann, dessen Laden am Markt seit drei Generationen {subject} verkauft.</p>"
            );
            Item::new("markt.example", &subject.to_lowercase(), &format!("Preis für {subject} steigt"), &html)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_guid_for_all_items_keeps_all_of_them_at_every_poll() {
    let stage = Stage::of(&["markt"], &[]).await;
    let items: Vec<Item> = many().into_iter().map(|item| item.guid("1")).collect();
    stage.publishes("markt", &items).await;
    let was = stage.told().await;
    assert_eq!(was.len(), items.len());
    stage.publishes("markt", &items).await;
    let mut turned = items.clone();
    turned.rotate_left(2);
    stage.publishes("markt", &turned).await;
    stage.publishes("markt", &items[1..]).await;
    assert_eq!(stage.told().await, was);
    assert!(stage.line("markt").await.contains("items bear one id"));
    stage.end().await;
}

/// Polls thrice more, with guids that are made anew each time; the releases are what they were. By how
/// much the serial of the wire grew.
async fn renumbered(items: &[Item], anew: impl Fn(Item, usize) -> Item) -> i64 {
    let stage = Stage::of(&["markt"], &[]).await;
    let at = |poll: usize| -> Vec<Item> {
        let numbered = items.iter().cloned().enumerate();
        numbered
            .map(|(place, item)| anew(item, poll * 100 + place))
            .collect()
    };
    stage.publishes("markt", &at(1)).await;
    let was = stage.told().await;
    assert_eq!(was.len(), items.len());
    let serial = stage.db.serial().await.unwrap();
    for poll in 2..5 {
        let report = stage.publishes("markt", &at(poll)).await;
        let is = stage.told().await;
        assert_eq!(is.len(), was.len());
        for (is, was) in is.iter().zip(&was) {
            assert_eq!(
                (&is.id, is.by.len(), &is.text),
                (&was.id, was.by.len(), &was.text)
            );
        }
        assert_eq!(report.new, 0, "poll {poll}");
    }
    let line = stage.line("markt").await;
    assert!(line.contains("6 items bear other ids"), "{line}");
    let after = stage.db.serial().await.unwrap();
    stage.end().await;
    after.0 - serial.0
}

#[tokio::test(flavor = "multi_thread")]
async fn guid_new_at_each_poll_announces_nothing_again() {
    let grown = renumbered(&many(), |item, n| item.guid(&format!("g{n}"))).await;
    assert_eq!(grown, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn guid_new_at_each_poll_without_address_announces_nothing_again() {
    let grown = renumbered(&many(), |item, n| item.guid(&format!("g{n}")).link("")).await;
    assert_eq!(grown, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn guid_and_address_new_at_each_poll_announce_nothing_again() {
    // The address that is served is the one that leads there now.
    let items = many();
    let grown = renumbered(&items, |item, n| {
        let link = format!("{}?sid={n}", item.link);
        item.guid(&format!("g{n}")).link(&link)
    });
    assert_eq!(grown.await, 3 * items.len() as i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn items_told_apart_by_the_fragment_only_stay_apart() {
    let stage = Stage::of(&["markt"], &[]).await;
    let items: Vec<Item> = many()
        .into_iter()
        .enumerate()
        .map(|(n, item)| {
            item.guid("")
                .link(&format!("https://markt.example/heute#{n}"))
        })
        .collect();
    stage.publishes("markt", &items[..1]).await;
    let first = stage.told().await;
    stage.publishes("markt", &items).await;
    let was = stage.told().await;
    assert_eq!(was.len(), items.len());
    assert!(was.contains(&first[0]));
    // An edit is an edit of its own item.
    let mut edited = items.clone();
    edited[2].html = edited[2].html.replace("einen Taler", "zwei Taler");
    stage.publishes("markt", &edited).await;
    let is = stage.told().await;
    assert_eq!(is.len(), was.len());
    let changed: Vec<_> = is.iter().filter(|told| !was.contains(told)).collect();
    assert_eq!(changed.len(), 1, "{changed:#?}");
    assert!(changed[0].text.contains("zwei Taler"));
    assert!(stage.line("markt").await.contains("only behind the #"));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn items_with_empty_or_relative_addresses_stay_apart() {
    for link in [
        "",
        " ",
        "#",
        "/",
        "?",
        "javascript:void(0)",
        "mailto:a@b.example",
    ] {
        for guid in ["", "7"] {
            let stage = Stage::of(&["markt", "bund"], &[]).await;
            let items: Vec<Item> = many()
                .into_iter()
                .map(|item| item.guid(guid).link(link))
                .collect();
            stage.publishes("markt", &items).await;
            let was = stage.told().await;
            assert_eq!(was.len(), items.len(), "{link:?} {guid:?}");
            let mut turned = items.clone();
            turned.reverse();
            stage.publishes("markt", &turned).await;
            stage.publishes("bund", &[real().link(link)]).await;
            let is = stage.told().await;
            assert_eq!(is.len(), was.len() + 1, "{link:?} {guid:?}");
            assert!(
                was.iter().all(|told| is.contains(told)),
                "{link:?} {guid:?}"
            );
            let line = stage.line("markt").await;
            let told = if guid.is_empty() {
                "no address of a page"
            } else {
                "items bear one id"
            };
            // What is relative leads somewhere: to the feed itself.
            let leads = ["#", "/", "?"].contains(&link) && guid.is_empty();
            assert_eq!(line.contains(told), !leads, "{link:?} {guid:?}: {line}");
            stage.end().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn relative_addresses_lead_to_the_feeds_own_host_and_are_nobody_elses() {
    let stage = Stage::of(&["markt", "bund"], &[]).await;
    let items: Vec<Item> = many().into_iter().map(|item| item.link("/news")).collect();
    stage.publishes("markt", &items).await;
    stage.publishes("bund", &[real().link("/news")]).await;
    let told = stage.told().await;
    assert_eq!(told.len(), items.len() + 1);
    assert!(
        told.iter()
            .all(|told| told.by[0].1.starts_with("http://127.0.0.1:"))
    );
    stage.end().await;
}

/// Statements whose sentences a flood carries: slug and sentences.
const STATEMENTS: [(&str, [&str; 3]); 4] = [
    (
        "fischer",
        [
            "Die Fischer der Boddenkette haben am Wochenende vor Barhöft ihre Kutter quer in die Fahrrinne \
             gelegt, weil die Quote für den Hering zum vierten Mal halbiert wurde und kein Ersatz gezahlt wird.",
            "Ihr Sprecher Enno Pahl nennt den Ausgleich, den das Ministerium in Aussicht stellt, einen Hohn auf \
             Familien, die seit sechs Generationen von Netz, Reuse und Räucherofen leben und nichts anderes können.",
            "Bis die Behörde verhandelt, fährt aus Barhöft, Stahlbrode und Wieck kein einziges Boot mehr hinaus, \
             und auch der Fisch für die Kantinen der Werft bleibt in den Kühlräumen der Genossenschaft liegen.",
        ],
    ),
    (
        "pflege",
        [
            "Das Haus Lindenblick in Apolda schließt zum Ende des Quartals zwei seiner fünf Stationen, weil von \
             vierzig Pflegerinnen siebzehn gekündigt haben und Leihkräfte dreimal so viel kosten wie eigene.",
            "Wir haben der Leitung schon im Herbst vorgerechnet, dass ein Dienstplan ohne Puffer beim ersten \
             Grippewinter zusammenbricht, und bekamen zur Antwort einen Gutschein für den Wellnessbereich.",
            "Wer Menschen bis zum Tod begleitet, braucht Zeit, Schlaf und einen Lohn, von dem die Miete in Apolda \
             zu zahlen ist; alles andere sind Plakate mit lachenden Gesichtern an der Bushaltestelle.",
        ],
    ),
    (
        "schule",
        [
            "An der Gesamtschule Rieth fällt seit den Winterferien jede dritte Stunde Physik aus, und der \
             Vertretungsplan nennt als Ersatz stilles Lesen in der Aula unter Aufsicht des Hausmeisters.",
            "Die Elternschaft hat vierhundert Unterschriften gesammelt und im Schulamt übergeben, wo man ihr \
             riet, die Kinder doch am Nachmittag mit Lernvideos aus dem Netz zu beschäftigen.",
            "Wir verlangen zwei feste Stellen, ein beheiztes Labor und die Rückkehr der Kollegin Ahrens, die nach \
             ihrer Kritik am Brandschutz ohne Anhörung nach Bad Langensalza versetzt worden ist.",
        ],
    ),
    (
        "bahn",
        [
            "Auf der Nebenstrecke zwischen Zeulenroda und Mehltheuer soll nach dem Willen des Verbunds ab Juni \
             kein Zug mehr halten, obwohl dort täglich neunhundert Pendler und Schüler ein- und aussteigen.",
            "Der Ersatzbus braucht für dieselbe Fahrt über die Dörfer fünfzig Minuten länger, nimmt keine Räder \
             mit und fährt am Sonntag gar nicht, wie der Fahrplanentwurf in einer Fußnote einräumt.",
            "Unser Bündnis ruft für den ersten Sonnabend im Mai zu einer Sternwanderung an die Bahnsteige auf, \
             und der Kreistag wird gebeten, vor der Abstimmung einmal selbst mit dem Bus zu fahren.",
        ],
    ),
];

fn statement(slug: &str, sentences: &[&str]) -> (String, String) {
    let front = format!("title: Erklärung über die Lage {slug}\nlanguage: de\ndate: 2026-02-27");
    (
        format!("{slug}.md"),
        format!("---\n{front}\n---\n\n{}\n", sentences.join(" ")),
    )
}

/// An entry with one sentence of each statement.
fn collage(n: usize) -> Item {
    let sentences = STATEMENTS.iter().enumerate();
    let html: String = sentences
        .map(|(at, (_, sentences))| {
            format!("<p>{}</p>", sentences[(n / 3_usize.pow(at as u32)) % 3])
        })
        .collect();
    let title = format!("Meldung Nummer {n} vom Tage");
    Item::new(
        "gegner.example",
        &n.to_string(),
        &title,
        &format!("{html}<p>Eintrag {n}.</p>"),
    )
}

/// A flood of `size` entries, and what stands after it.
async fn flooded(size: usize) -> Stage {
    let files: Vec<(String, String)> = STATEMENTS
        .iter()
        .map(|(slug, sentences)| statement(slug, sentences))
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_str()))
        .collect();
    let stage = Stage::of(&["gegner", "zeitung", "bund"], &files).await;
    stage.publishes("bund", &[real()]).await;
    let was = stage.told().await;
    let items: Vec<Item> = (0..size).map(collage).collect();
    let report = stage.publishes("gegner", &items).await;
    assert_eq!(report.new, size);
    let line = stage.line("gegner").await;
    assert!(line.contains("quote several statements of ours"), "{line}");
    for told in &was {
        assert_eq!(stage.release(&told.id).await, *told);
    }
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn flood_of_sentences_of_our_statements_hides_nothing() {
    let stage = flooded(200).await;
    one_more_is_bounded(&stage).await;
    framed_copy_joins(&stage).await;
    // So does one of a text that the flood left alone.
    stage.publishes("zeitung", &[copy()]).await;
    assert_eq!(stage.at(REAL).await.sources(), ["bund", "zeitung"]);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn flood_of_near_copies_crowds_out_neither_our_statement_nor_its_page() {
    let (slug, sentences) = STATEMENTS[2];
    let (name, file) = statement(slug, &sentences);
    let stage = Stage::of(&["gegner", "zeitung"], &[(&name, &file)]).await;
    let html = |n: usize| {
        sentences
            .join(" ")
            .replace("zwei feste", &format!("{} feste", 20 + n))
    };
    let title = format!("Erklärung über die Lage {slug}");
    let items: Vec<Item> = (0..80)
        .map(|n| {
            Item::new(
                "gegner.example",
                &n.to_string(),
                &title,
                &format!("<p>{}</p>", html(n)),
            )
        })
        .collect();
    stage.publishes("gegner", &items).await;
    let ours = stage.db.release_of_statement(slug).await.unwrap().unwrap();
    let ours = stage.release(ours.id.as_str()).await;
    assert_eq!(ours.sources(), [""]);
    assert!(
        !ours.links.is_empty() && ours.links.len() <= 5,
        "{:?}",
        ours.links
    );
    let line = stage.line("gegner").await;
    assert!(
        line.contains("says otherwise what another source says"),
        "{line}"
    );
    framed_copy_joins(&stage).await;
    stage.end().await;
}

/// A copy of a statement under another title, in a frame.
async fn framed_copy_joins(stage: &Stage) {
    let (slug, sentences) = STATEMENTS[2];
    let html = format!(
        "<p>Wir geben wieder, was uns erreicht hat:</p><p>{}</p>",
        sentences.join(" ")
    );
    let framed = Item::new("zeitung.example", "doku", "Dokumentiert", &html);
    stage.publishes("zeitung", &[framed]).await;
    let joined = stage.at("https://zeitung.example/doku").await;
    assert_eq!(joined.sources(), ["", "zeitung"], "{joined:#?}");
    assert!(joined.url.ends_with(slug));
}

/// What one more entry of the flood is looked up by, and compared with.
async fn one_more_is_bounded(stage: &Stage) {
    let item = collage(5);
    let text = Text {
        title: Some(item.title),
        html: item.html,
        link: Some(item.link),
        ..Text::default()
    };
    let keys = likeness::keys(&Prepared::of(text, &Boilerplate::default()));
    assert!(keys.len() <= 40, "{} keys", keys.len());
    let candidates = stage.db.candidates(&keys).await.unwrap();
    assert!(candidates.len() <= 12, "{} candidates", candidates.len());
    let pool = stage.rows().await;
    let mut most = 0;
    for key in keys.iter().filter(|key| key.kind == KeyKind::Shingle) {
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM shingle_key WHERE hash = ?")
            .bind(key.hash)
            .fetch_one(&pool)
            .await
            .unwrap();
        most = most.max(rows);
    }
    pool.close().await;
    // One above the sixty that count, which says that there are more.
    assert!(most <= 61, "{most} rows of one key");
}

/// The flood in earnest, by hand: `FLOOD=10000 cargo test --release --test suite fooled::flooded::by_hand`.
#[tokio::test(flavor = "multi_thread")]
async fn by_hand() {
    let Some(size) = std::env::var("FLOOD")
        .ok()
        .and_then(|size| size.parse().ok())
    else {
        return;
    };
    flooded(size).await.end().await;
}
