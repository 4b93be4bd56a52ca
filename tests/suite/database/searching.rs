//! What is found: in the order of releases, as long as it is in the wire, whatever is asked.

use super::*;
use presswire::database::Window;
use presswire::domain::scope::Scope;

impl Wire {
    /// Titles of what a query finds, newest first.
    async fn found(&self, query: &str) -> Vec<String> {
        let found = self.feed(Scope::search(query)).await;
        found
            .into_iter()
            .filter_map(|release| release.title)
            .collect()
    }
}

/// An entry in a language, of these words.
fn saying(word: &str, language: &str, title: &str, html: &str) -> EntryWrite {
    let mut entry = entry(word);
    entry.entry.title = Some(title.to_owned());
    entry.entry.content.as_mut().unwrap().html = html.to_owned();
    entry.language = Some(language.to_owned());
    entry.digest = Digest(hash(html));
    entry.visible = entry.digest;
    entry
}

#[tokio::test]
async fn inflected_words_of_title_and_text_find_a_release() {
    let wire = Wire::with(&["a"]).await;
    let german = saying(
        "d",
        "de",
        "Streiks in Häfen",
        "<p>Die <b>Arbeiter</b> legen die Arbeit nieder.</p>",
    );
    let russian = saying("r", "ru", "Забастовка", "<p>Рабочие порта бастуют.</p>");
    wire.polled("a", at(0), vec![german, russian]).await;
    for query in [
        "Streik",
        "hafen",
        "ARBEITERN",
        "\"Arbeiter legen\"",
        "streik -Zug",
    ] {
        assert_eq!(wire.found(query).await, ["Streiks in Häfen"], "{query}");
    }
    for query in ["забастовки", "рабочим порту", "ЗАБАСТОВКУ"] {
        assert_eq!(wire.found(query).await, ["Забастовка"], "{query}");
    }
    for query in [
        "Zug",
        "streik забастовка",
        "\"legen Arbeiter\"",
        "streik -häfen",
    ] {
        assert_eq!(wire.found(query).await, [""; 0], "{query}");
    }
}

#[tokio::test]
async fn what_leaves_the_wire_is_found_no_more_and_comes_back() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    assert_eq!(wire.found("text").await, ["About x"]);
    let number = wire.known("a", "x").await;
    let mut gone = wire.poll("a", at(1), Vec::new()).await;
    gone.removed = vec![(number, "withdrawn".to_owned())];
    wire.db.keep_poll(gone).await.unwrap();
    assert_eq!(wire.found("text").await, [""; 0]);

    let mut again = entry("x");
    again.known = Some(number);
    again.placement.place = Place::Stay;
    wire.polled("a", at(2), vec![again]).await;
    assert_eq!(wire.found("text").await, ["About x"]);
}

#[tokio::test]
async fn what_never_was_in_the_wire_is_not_found() {
    let wire = Wire::with(&["a"]).await;
    let mut outside = entry("x");
    outside.admitted = false;
    wire.polled("a", at(0), vec![outside]).await;
    assert_eq!(wire.found("text").await, [""; 0]);
}

#[tokio::test]
async fn other_words_are_found_and_the_former_are_not() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![saying("x", "de", "T", "<p>vorher</p>")])
        .await;
    let mut edited = saying("x", "de", "T", "<p>nachher</p>");
    edited.known = Some(wire.known("a", "x").await);
    edited.placement.place = Place::Stay;
    wire.polled("a", at(1), vec![edited]).await;
    assert_eq!(wire.found("vorher").await, [""; 0]);
    assert_eq!(wire.found("nachher").await, ["T"]);
}

#[tokio::test]
async fn statement_that_takes_a_release_over_is_found_by_its_words_and_once() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    let copy = wire.wire().await.remove(0);
    let mut ours = statement("x");
    ours.placement.place = Place::Join(copy.number);
    ours.read.statement.date = Some(at(-days(300)));
    ours.read.statement.body.html = "<p>Unsere Worte</p>".to_owned();
    wire.stated(at(10), vec![ours]).await;
    assert_eq!(wire.found("Wort").await, ["We say x"]);
    assert_eq!(wire.found("about").await, [""; 0]);
}

#[tokio::test]
async fn newest_come_first_and_pages_lead_through_all() {
    let wire = Wire::with(&["a"]).await;
    let entries = (0..25).map(|n| {
        let mut entry = entry(&format!("x{n}"));
        // Some within one second, some not in the order in which they came.
        entry.published = Some(at(-(n * 7 % 25) / 2));
        entry
    });
    wire.polled("a", at(0), entries.collect()).await;
    let all = wire.wire().await;
    let found = wire.feed(Scope::search("text")).await;
    assert_eq!(found, all);

    let scope = Scope::search("text");
    let mut walked = Vec::new();
    let mut behind = None;
    loop {
        let page = wire
            .db
            .scope_page(&scope, behind, 4)
            .await
            .unwrap()
            .unwrap();
        walked.extend(page.releases.into_iter().map(|release| release.number));
        behind = page.older;
        if behind.is_none() {
            break;
        }
    }
    let mut once = walked.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!((walked.len(), once.len()), (25, 25));
}

#[tokio::test]
async fn window_holds_what_entered_lately_beside_the_newest() {
    let wire = Wire::with(&["a"]).await;
    let entries = (0..8).map(|n| entry(&format!("x{n}"))).collect();
    wire.polled("a", at(0), entries).await;
    let few = Window {
        items: 3,
        since_ms: 0,
        cap: 500,
    };
    let scope = Scope::search("text");
    let found = wire.db.feed(&scope, few, &[]).await.unwrap().unwrap();
    assert_eq!(found.len(), 8, "all entered at once");
    wire.polled("a", at(10), vec![entry("late")]).await;
    let found = wire.db.feed(&scope, few, &[]).await.unwrap().unwrap();
    assert_eq!(found.len(), 3);
}

#[tokio::test]
async fn hostile_queries_are_answered() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    let long = "\"".repeat(10_000);
    let words: String = (0..4_000).map(|n| format!("w{n} ")).collect();
    for query in [
        "",
        "\"",
        "\"\"",
        "'",
        "\0",
        "a\0b",
        "*",
        "te*",
        "NEAR(text x, 2)",
        "terms:text",
        "{terms}:x",
        "text AND",
        "OR",
        "NOT",
        "(((((",
        "^text",
        "text^2",
        "- -",
        "--",
        "-\"",
        "+text",
        "1 OR 1=1",
        "'; DROP TABLE search; --",
        "%_\\",
        "\u{202e}text",
        "🦀",
        long.as_str(),
        words.as_str(),
        "search MATCH rank",
        "text\" OR \"x",
    ] {
        let feed = wire
            .db
            .feed(&Scope::search(query), Window::of(50), &[])
            .await;
        assert!(
            feed.unwrap_or_else(|fault| panic!("{query}: {fault:?}"))
                .is_some()
        );
        let page = wire.db.scope_page(&Scope::search(query), None, 10).await;
        assert!(page.unwrap().is_some(), "{query}");
    }
    assert_eq!(wire.found("+text ^about").await, ["About x"]);
}

#[tokio::test]
async fn search_last_changed_when_what_it_finds_did() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    let changed = async |query: &str| {
        let found = wire.feed(Scope::search(query)).await;
        let numbers: Vec<_> = found.iter().map(|release| release.number).collect();
        wire.db.search_changed(&numbers).await.unwrap()
    };
    assert_eq!(changed("x").await, at(0));
    wire.polled("a", at(5), vec![entry("y")]).await;
    assert_eq!(changed("x").await, at(0), "another release is no change");
    let number = wire.known("a", "x").await;
    let mut gone = wire.poll("a", at(9), Vec::new()).await;
    gone.removed = vec![(number, String::new())];
    wire.db.keep_poll(gone).await.unwrap();
    assert_eq!(changed("x").await, at(9), "what is lost is one");
}

#[tokio::test]
async fn index_of_other_rules_is_made_anew_at_the_next_start() {
    let mut wire = Wire::with(&["a"]).await;
    let entries = (0..120).map(|n| entry(&format!("x{n}"))).collect();
    wire.polled("a", at(0), entries).await;
    wire.db.close().await;
    upkeep::sql(
        &wire.folder.path().join("presswire.db"),
        "INSERT INTO search (search) VALUES ('delete-all'); UPDATE state SET search_rules = 0;",
    )
    .await;
    wire.reopen().await;
    // Whatever is asked meanwhile is answered by what is there.
    for _ in 0..200 {
        if wire.found("x119").await == ["About x119"] && wire.found("text").await.len() == 120 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the index was not made anew");
}
