//! What the daemon makes of statements: nothing before its time, and a bad file harms nobody else.

use super::*;
use crate::support::wire::{HEAD, Wire};
use assert_cmd::Command;

const OPEN: &str = "[server]\nopen = true";

/// Everything that is served of a wire, as status, body and validators.
async fn served(wire: &Wire) -> Vec<(&'static str, u16, String, Option<String>)> {
    const PATHS: [&str; 19] = [
        "/",
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/statements.atom",
        "/languages/fr.atom",
        "/topics/secret.json",
        "/statements/plan",
        "/statements/plan/related.atom",
        "/statements/plan/publications.atom",
        "/search?q=coffre",
        "/search.atom?q=coffre",
        "/sitemap.xml",
        "/api/v1/releases",
        "/api/v1/releases?in=all",
        "/api/v1/statements",
        "/api/v1/statements/plan",
        "/subscribe",
        "/sources.opml",
    ];
    let mut served = Vec::new();
    for path in PATHS {
        let answered = wire.get(path).await;
        let etag = answered.header("etag").map(str::to_owned);
        served.push((path, answered.status, answered.text(), etag));
    }
    let metrics = wire.get("/metrics").await.text();
    let releases = metrics
        .lines()
        .find(|line| line.starts_with("presswire_releases"));
    served.push(("/metrics", 200, releases.unwrap().to_owned(), None));
    served
}

fn write(wire: &Wire, name: &str, text: &str) {
    std::fs::write(wire.folder.path().join("store/statements").join(name), text).unwrap();
}

/// Writes a statement that makes the daemon look, and waits until it did.
async fn look(wire: &Wire, slug: &str) {
    write(
        wire,
        &format!("{slug}.md"),
        &with_front(&format!("title: {slug}\nstatus: published")),
    );
    wire.until(&format!("/statements/{slug}"), |it| it.status == 200)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn embargoed_statement_is_nowhere_until_its_second() {
    let feeds = HEAD.replace("[server]", OPEN);
    let wire = Wire::serving(&feeds, &[]).await;
    look(&wire, "first").await;
    let before = served(&wire).await;
    write(
        &wire,
        "plan.md",
        "---\ntitle: Plan\nlanguage: fr\ntopics: [Secret]\npublish_at: 2026-03-02T14:00:00+01:00\n---\nLe coffre est vide.\n",
    );
    // The daemon has looked since, and one second is missing.
    wire.clock.set("2026-03-02T12:59:59Z".parse().unwrap());
    look(&wire, "second").await;
    let without = |of: Vec<(&'static str, u16, String, Option<String>)>| {
        let news = [
            "/languages/fr.atom",
            "/topics/secret.json",
            "/statements/plan",
        ];
        of.into_iter()
            .filter(|(path, ..)| {
                path.contains("plan") || path.contains("coffre") || news.contains(path)
            })
            .collect::<Vec<_>>()
    };
    let told = served(&wire).await;
    for (path, _, text, _) in &told {
        let shown = text.contains("coffre est") || text.contains("Plan<") || text.contains("/plan");
        assert!(!shown || path.contains("plan"), "{path}: {text}");
    }
    assert_eq!(without(told), without(before));
    wire.clock.set("2026-03-02T13:00:00Z".parse().unwrap());
    look(&wire, "third").await;
    wire.until("/statements/plan", |it| it.status == 200).await;
    for path in [
        "/feed.atom",
        "/languages/fr.atom",
        "/topics/secret.json",
        "/api/v1/statements",
    ] {
        wire.until(path, |it| it.text().contains("Plan")).await;
    }
    wire.daemon.stop().await;
}

/// (file, bytes, where the fault is, what the message says)
const BAD: [(&str, &[u8], &str, &str); 9] = [
    (
        "date.md",
        b"---\ntitle: A\ndate: 2026-13-45\n---\nText.\n",
        ":3:7",
        "can't be read as a date",
    ),
    (
        "yaml.md",
        b"---\ntitle: \"A\ndate: [\n---\nText.\n",
        ":3:1",
        "not YAML",
    ),
    (
        "toml.md",
        b"+++\ntitle = A\n+++\nText.\n",
        ":2:",
        "not TOML",
    ),
    (
        "latin.txt",
        b"Gr\xfc\xdfe, ein Text.\n",
        ":1:3",
        "0xFC is not UTF-8",
    ),
    ("empty.md", b"", ":1", "there is no text"),
    (
        "embargo.md",
        b"---\ntitle: A\nembargo: 2030-01-01\n---\nText.\n",
        ":3:1",
        "publish_at",
    ),
    (
        "status.md",
        b"---\ntitle: A\nstatus: publishd\n---\nText.\n",
        ":3:9",
        "unknown `status`",
    ),
    (
        "one.md",
        b"---\ntitle: A\nslug: same\n---\nText.\n",
        ":3:1",
        "two.md: neither is published",
    ),
    (
        "two.md",
        b"---\ntitle: B\nslug: same\n---\nText.\n",
        ":3:1",
        "one.md: neither is published",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn bad_files_are_told_with_place_and_remedy_and_the_rest_goes_on() {
    let good = with_front("title: Good");
    let wire = Wire::serving(HEAD, &[("good.md", &good)]).await;
    let folder = wire.folder.path().join("store/statements");
    for (name, bytes, ..) in BAD {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    // Sparse: 50 MB that are not on the disk.
    std::fs::File::create(folder.join("huge.md"))
        .unwrap()
        .set_len(50 * 1024 * 1024)
        .unwrap();
    std::fs::create_dir(folder.join("folder.md")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", folder.join("link.md")).unwrap();
    look(&wire, "later").await;
    let statements = wire.get("/api/v1/statements").await.json();
    let mut slugs: Vec<&str> = statements["statements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["slug"].as_str().unwrap())
        .collect();
    slugs.sort_unstable();
    assert_eq!(slugs, ["good", "later"]);
    let at = wire.folder.path().to_owned();
    let output = tokio::task::spawn_blocking(move || {
        let mut command = Command::cargo_bin("presswire").unwrap();
        command.current_dir(at).arg("check").output().unwrap()
    })
    .await
    .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    for (name, _, place, message) in BAD {
        let place = format!("statements/{name}{place}");
        assert!(told.contains(&place), "{place}: {told}");
        assert!(told.contains(message), "{message}: {told}");
    }
    for mentions in [
        "huge.md",
        "larger than 4 MB",
        "link.md",
        "not followed",
        "folder.md",
    ] {
        assert!(told.contains(mentions), "{mentions}: {told}");
    }
    assert_eq!(
        told.matches("error: ").count(),
        told.matches("= help: ").count() - 2
    );
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn correction_is_shown_first_and_makes_a_version() {
    let before = with_front("title: Zahlen\nlanguage: de");
    let wire = Wire::serving(HEAD, &[("zahlen.md", &before)]).await;
    let first = wire.get("/api/v1/statements/zahlen").await.json();
    write(
        &wire,
        "zahlen.md",
        &with_front("title: Zahlen\nlanguage: de\ncorrection: Es sind 120 & nicht 12."),
    );
    let note = "<p><strong>Korrektur.</strong> Es sind 120 &amp; nicht 12.</p>";
    let feed = wire
        .until("/feed.json", |it| it.text().contains("Korrektur"))
        .await
        .json();
    let content = feed["items"][0]["content_html"].as_str().unwrap();
    assert!(content.starts_with(note), "{content}");
    let now = wire.get("/api/v1/statements/zahlen").await.json();
    assert!(now["text"].as_str().unwrap().starts_with(note));
    assert_eq!(now["versions"].as_array().unwrap().len(), 2);
    assert_ne!(now["digest"], first["digest"]);
    assert_eq!(now["id"], first["id"]);
    let page = wire.get("/statements/zahlen").await.text();
    assert_eq!(page.matches("Es sind 120").count(), 1, "{page}");
    assert!(page.contains("class=\"correction\""));
    wire.daemon.stop().await;
}
