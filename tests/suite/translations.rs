//! The same text in another language is linked, on both releases, and never merged: declared by front
//! matter, or found by names and numbers in one order.

use crate::support::publisher::{Publisher, Reply};
use crate::support::wire::{HEAD, Wire, folder, now};
use presswire::daemon::Options;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A text of the evaluation of relation: language, title, text.
struct Written {
    language: String,
    title: String,
    text: String,
}

fn written(story: &str, kind: &str) -> Vec<Written> {
    let path = format!("tests/relation/texts/{story}.txt");
    let whole = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let parts = whole
        .split("== ")
        .filter_map(|part| part.strip_prefix(kind)?.strip_prefix(' '));
    parts
        .map(|part| {
            let mut lines = part.lines();
            Written {
                language: lines.next().unwrap().to_owned(),
                title: lines.next().unwrap().to_owned(),
                text: lines.collect::<Vec<_>>().join("\n"),
            }
        })
        .collect()
}

impl Written {
    fn feed(&self, path: &str) -> String {
        format!(
            "<rss version=\"2.0\"><channel><title>{path}</title><link>https://{path}.example/</link><description/>\
             <language>{}</language><item><guid isPermaLink=\"false\">{path}</guid>\
             <link>https://{path}.example/{path}</link><title>{}</title>\
             <description><![CDATA[<p>{}</p>]]></description></item></channel></rss>",
            self.language, self.title, self.text
        )
    }

    fn statement(&self, front: &str) -> String {
        format!(
            "---\ntitle: '{}'\ndate: 2026-02-27\nlanguage: {}\n{front}---\n\n{}\n",
            self.title.replace('\'', "’"),
            self.language,
            self.text
        )
    }
}

/// A wire of these statements and of sources with one entry each; all of it polled.
async fn wire(statements: &[(&str, &str)], entries: &[(&str, &Written)]) -> (Publisher, Wire) {
    let publisher = Publisher::start().await;
    let mut feeds = HEAD.to_owned();
    for (id, entry) in entries {
        publisher.serve(&format!("/{id}"), Reply::ok(entry.feed(id)));
        let url = publisher.url(&format!("/{id}"));
        feeds += &format!("\n[[source]]\nid = \"{id}\"\nkeep = \"all\"\nurl = \"{url}\"\n");
    }
    let options = Options {
        poll: !entries.is_empty(),
    };
    let wire = Wire::start(folder(&feeds, statements), options, now()).await;
    let all = statements.len() + entries.len();
    wire.until("/api/v1/releases", |answered| {
        answered.json()["releases"].as_array().unwrap().len() == all
    })
    .await;
    (publisher, wire)
}

async fn releases(wire: &Wire) -> Vec<Value> {
    let json = wire.get("/api/v1/releases").await.json();
    json["releases"].as_array().unwrap().clone()
}

/// The two are linked as translations with each other, and each with nothing else.
fn are_translations(releases: &[Value]) -> bool {
    let points = |from: &Value, to: &Value| {
        let links = from["links"].as_array().unwrap();
        links.len() == 1 && links[0]["kind"] == "translation" && links[0]["release"] == to["id"]
    };
    points(&releases[0], &releases[1]) && points(&releases[1], &releases[0])
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_that_front_matter_calls_translations_are_linked_until_it_does_not() {
    let one = "---\ntitle: Eins\ndate: 2026-02-27\nlanguage: de\n---\n\nWir sagen es.\n";
    let other = "---\ntitle: One\ndate: 2026-02-27\nlanguage: en\ntranslation_of: eins\n---\n\nWe say it.\n";
    // The translation is read first: its original is found all the same.
    let (_publisher, wire) = wire(&[("a-one.md", other), ("eins.md", one)], &[]).await;
    assert!(are_translations(&releases(&wire).await));
    let page = wire.get("/statements/eins").await.text();
    assert_eq!(
        page.matches("/statements/a-one").count(),
        2,
        "head and versions: {page}"
    );
    let atom = wire.get("/feed.atom").await.text();
    assert!(atom.contains("rel=\"related\""), "{atom}");

    let path = wire.folder.path().join("store/statements/a-one.md");
    fs::write(&path, other.replace("translation_of: eins\n", "")).unwrap();
    wire.until("/api/v1/releases", |answered| {
        let json = answered.json();
        let releases = json["releases"].as_array().unwrap();
        releases
            .iter()
            .all(|release| release["links"] == Value::Array(Vec::new()))
    })
    .await;
    fs::write(&path, other.replace("translation_of: eins", "group: g")).unwrap();
    let eins = wire.folder.path().join("store/statements/eins.md");
    fs::write(eins, one.replace("language: de", "language: de\ngroup: g")).unwrap();
    wire.until("/api/v1/releases", |answered| {
        are_translations(answered.json()["releases"].as_array().unwrap())
    })
    .await;
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entry_that_translates_a_statement_whole_is_linked_and_stays_its_own_release() {
    for (story, reporting) in [("tuned/airport", true), ("tuned/tailings", false)] {
        let statement = &written(story, "statement")[0];
        let translation = &written(story, "translation")[0];
        let ours = statement.statement("");
        let (_publisher, wire) = wire(&[("ours.md", &ours)], &[("a", translation)]).await;
        let found = releases(&wire).await;
        assert!(are_translations(&found), "{story}: {found:#?}");
        let why = found[0]["links"][0]["why"].as_str().unwrap();
        assert!(why.contains("in the same order"), "{why}");
        let page = wire.get("/statements/ours").await.text();
        assert!(page.contains(&translation.title), "{page}");
        wire.daemon.stop().await;
        if !reporting {
            continue;
        }
        // Who tells the same in words of his own, in another order, does not translate it.
        let report = &written(story, "report")[0];
        let (_publisher, other) = self::wire(&[("ours.md", &ours)], &[("b", report)]).await;
        let found = releases(&other).await;
        assert!(
            found
                .iter()
                .all(|release| release["links"] == Value::Array(Vec::new()))
        );
        let related = &found
            .iter()
            .find(|release| release["statement"].is_null())
            .unwrap()["relations"];
        assert_eq!(related[0]["statement"], "ours", "{related}");
        other.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_texts_in_two_languages_are_linked_where_one_translates_the_other() {
    let (original, translation) = (
        &written("tuned/palmoil", "statement")[0],
        &written("tuned/palmoil", "translation")[0],
    );
    let (_publisher, linked) = wire(&[], &[("en", original), ("ru", translation)]).await;
    assert!(are_translations(&releases(&linked).await));
    linked.daemon.stop().await;

    // The same firm, the same words, another quarter.
    let quarters = written("tuned/copper", "series");
    let (_publisher, apart) = wire(&[], &[("en", &quarters[0]), ("de", &quarters[1])]).await;
    let found = releases(&apart).await;
    assert!(
        found
            .iter()
            .all(|release| release["links"] == Value::Array(Vec::new()))
    );
    apart.daemon.stop().await;
}
