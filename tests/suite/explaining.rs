//! `explain`: on the command line, beside a running daemon, and for operators over HTTP.

use crate::support::publisher::{Publisher, Reply};
use crate::support::wire::{HEAD, Wire, folder, now};
use presswire::daemon::Options;
use serde_json::Value;
use std::process::{Command, Output};

const STATEMENT: (&str, &str) = (
    "2026-02-27-ferries.md",
    "---\ntitle: Ferry crews of Norrhamn walk out\ndate: 2026-02-27\nlanguage: en\n---\n\n\
     The ferry crews of Norrhamn have walked out. Since Friday no boat of the Skerry Line leaves the \
     harbour of Norrhamn. Harbour master Elin Sandvik wants to replace the crews with agency sailors; \
     the sailors' union calls that strike-breaking. The crews demand rest days after night crossings.\n",
);

const STORY: &str = "<p>The bakers of Ulmfeld bake without salt this week. They protest against the price \
    that the salt works of Ulmfeld ask since January, and sell their bread with an empty shaker beside it. \
    The town council will hear both sides on Thursday in the old granary.</p>";

fn feed(title: &str, items: &str) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>{title}</title><link>https://{title}.example/</link>\
         <description/><language>en</language>{items}</channel></rss>"
    )
}

fn item(at: &str, title: &str, html: &str) -> String {
    format!(
        "<item><guid isPermaLink=\"false\">{at}</guid><link>https://{at}</link><title>{title}</title>\
         <description><![CDATA[{html}]]></description></item>"
    )
}

/// One story in two sources, a revision of it in the second, an entry near our statement, one that is
/// blocked.
async fn polled() -> (Publisher, Wire) {
    let publisher = Publisher::start().await;
    let story = item("a.example/salt", "Bakers bake without salt", STORY);
    let near = item(
        "a.example/tree",
        "A cherry tree for the schoolyard",
        "<p>Elin Sandvik planted a cherry tree in the schoolyard of Norrhamn. Pupils of three classes had \
         voted for the tree and will water it in summer; last year the old chestnut fell in a storm.</p>",
    );
    let ad = item("a.example/ad", "Advertisement: salt", "<p>Salt, cheap.</p>");
    publisher.serve("/a", Reply::ok(feed("a", &format!("{story}{near}{ad}"))));
    let again = item("b.example/bread", "Bakers bake without salt", STORY);
    let revised = item(
        "b.example/bread-2",
        "Bakers bake without salt",
        &STORY.replace("this week", "not this week"),
    );
    publisher.serve("/b", Reply::ok(feed("b", &format!("{again}{revised}"))));
    let feeds = format!(
        "{HEAD}[[topic]]\nname = \"Bread\"\nmatch = [\"bread\"]\n\
         [[source]]\nid = \"a\"\nkeep = \"related\"\nblock = [\"^advertisement\"]\nurl = \"{}\"\n\
         [[source]]\nid = \"b\"\nkeep = \"all\"\nurl = \"{}\"\n",
        publisher.url("/a"),
        publisher.url("/b"),
    );
    let feeds = feeds.replace("[server]\n", "[server]\nopen = true\n");
    let wire = Wire::start(folder(&feeds, &[STATEMENT]), Options { poll: true }, now()).await;
    wire.until("/api/v1/releases?in=all", |answered| {
        answered.json()["releases"]
            .as_array()
            .is_some_and(|releases| releases.len() == 5)
    })
    .await;
    (publisher, wire)
}

fn presswire(wire: &Wire, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_presswire"))
        .args(["--config"])
        .arg(wire.folder.path().join("feeds.toml"))
        .args(arguments)
        .output()
        .unwrap()
}

fn explained(wire: &Wire, asked: &str) -> Value {
    let output = presswire(wire, &["explain", "--json", asked]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn story_in_two_sources_is_explained_by_any_of_its_addresses() {
    let (_publisher, wire) = polled().await;
    let by_one = explained(&wire, "https://a.example/salt");
    let by_other = explained(&wire, "http://www.b.example/bread/?utm_source=x");
    assert_eq!(by_one["id"], by_other["id"]);
    assert_eq!(by_one["in_wire"], true);
    assert_eq!(by_one["relations"][0]["topic"], "bread");
    let joined = by_one["joined"].as_array().unwrap();
    assert_eq!(joined.len(), 2);
    let as_same = joined.iter().find(|one| one["as"] == "joined").unwrap();
    assert_eq!(as_same["evidence"]["verdict"], "same");
    assert_eq!(as_same["evidence"]["covered"], 1.0);
    assert!(joined.iter().any(|one| one["as"] == "founder"));
    // The revision stayed apart, and it is said why.
    let apart = &by_one["apart"][0];
    assert_eq!(apart["url"], "https://b.example/bread-2");
    assert_eq!(apart["verdict"], "revision");
    assert_eq!(apart["evidence"]["differences"][0]["kind"], "negation");
    assert_eq!(explained(&wire, by_one["id"].as_str().unwrap()), by_one);

    let text = presswire(&wire, &["explain", "https://a.example/salt"]);
    let text = String::from_utf8(text.stdout).unwrap();
    for said in [
        "in the wire since",
        "joined as the same text: 100 % of its words",
        "topic bread",
        "a revision",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn release_outside_the_wire_is_told_what_would_bring_it_in() {
    let (_publisher, wire) = polled().await;
    let near = explained(&wire, "https://a.example/tree");
    assert_eq!(near["in_wire"], false, "{near}");
    assert_eq!(near["near"][0]["statement"], "ferries");
    let score = near["near"][0]["score"].as_f64().unwrap();
    assert!(score < 0.5, "{near}");
    assert!(
        near["near"][0]["why"][0]
            .as_str()
            .unwrap()
            .contains("Sandvik")
    );
    let ways = near["would_enter"].as_array().unwrap();
    assert_eq!(ways[0]["threshold"]["at_most"], score);
    assert!(
        ways[1]["topic"]["words"]
            .as_array()
            .unwrap()
            .contains(&"Norrhamn".into())
    );
    assert_eq!(ways[2]["keep-all"]["source"], "a");

    let blocked = explained(&wire, "https://a.example/ad");
    assert_eq!(blocked["in_wire"], false);
    assert_eq!(
        blocked["would_enter"][0]["unblock"]["pattern"],
        "^advertisement"
    );
    assert_eq!(blocked["joined"][0]["brings_into_wire"], false);
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statement_is_explained_by_slug_and_page_and_unknown_names_are_a_fault() {
    let (_publisher, wire) = polled().await;
    let ours = explained(&wire, "ferries");
    assert_eq!(ours["statement"], "ferries");
    assert_eq!(ours["joined"][0]["as"], "ours");
    assert_eq!(
        explained(&wire, "https://wire.example/statements/ferries"),
        ours
    );
    let unknown = presswire(&wire, &["explain", "https://nobody.example/"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("nothing is known by"));
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_are_told_over_http_what_the_command_says() {
    let (_publisher, wire) = polled().await;
    let said = explained(&wire, "https://a.example/salt");
    let path = format!(
        "/api/v1/releases/{}/explanation",
        said["id"].as_str().unwrap()
    );
    let mut answered = wire.get(&path).await.json();
    answered["also"] = Value::Array(Vec::new());
    assert_eq!(answered, said);
    wire.daemon.stop().await;
}
