//! What is served: conditional requests, codings, operators' addresses, one wire of many sources.

use crate::support::publisher::{Publisher, Reply};
use crate::support::wire::{HEAD, Wire, folder, now};
use presswire::daemon::Options;
use std::io::Read;

const STATEMENT: (&str, &str) = (
    "2026-02-27-call.md",
    "---\ntitle: Dockworkers sign joint call\ndate: 2026-02-27\nlanguage: en\n---\n\nWe call on the port authority to sit down with us.\n",
);

/// One story in two feeds, under addresses that differ by tracking; one of their own each.
const RSS: &str = r#"<rss version="2.0"><channel><title>Bund Eins</title><link>https://bund.example/</link>
<item><title>Streik im Hafen: Docker legen die Arbeit nieder</title><link>https://bund.example/streik?utm_source=rss</link>
<guid isPermaLink="false">b-1</guid><pubDate>Mon, 02 Mar 2026 08:00:00 +0000</pubDate>
<description>&lt;p&gt;Im &lt;b&gt;Hafen&lt;/b&gt; haben am Montag mehrere tausend Docker die Arbeit niedergelegt. Sie fordern höhere Löhne und sichere Verträge.&lt;/p&gt;</description></item>
<item><title>Fußball am Wochenende</title><link>https://bund.example/fussball</link><pubDate>Mon, 02 Mar 2026 07:00:00 +0000</pubDate></item>
</channel></rss>"#;
const ATOM: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Hafenzeitung</title><id>urn:x:hafen</id>
<updated>2026-03-02T09:00:00Z</updated>
<entry><title>Streik im Hafen: Docker legen die Arbeit nieder</title><id>tag:hafen.example,2026:1</id>
<link href="https://www.bund.example/streik/?utm_source=hafen"/><updated>2026-03-02T08:30:00Z</updated>
<content type="html">&lt;p&gt;Im Hafen haben am Montag mehrere tausend Docker die Arbeit niedergelegt. Sie fordern höhere Löhne und sichere Verträge.&lt;/p&gt;</content></entry>
</feed>"#;
const JSON: &str = r#"{"version":"https://jsonfeed.org/version/1.1","title":"Докер","language":"ru","items":[
{"id":"https://doker.example/1","url":"https://doker.example/1","title":"Заявление докеров",
"content_html":"<p>Профсоюз докеров требует переговоров.</p>","date_published":"2026-03-01T10:00:00+03:00"}]}"#;

async fn polled() -> (Publisher, Wire) {
    let publisher = Publisher::start().await;
    publisher.serve("/bund.xml", Reply::ok(RSS).etag("\"bund-1\""));
    publisher.serve("/hafen.atom", Reply::ok(ATOM));
    publisher.serve("/doker.json", Reply::ok(JSON));
    let mut feeds = HEAD.to_owned();
    for (id, path) in [
        ("bund", "/bund.xml"),
        ("hafen", "/hafen.atom"),
        ("doker", "/doker.json"),
    ] {
        feeds.push_str(&format!(
            "[[source]]\nid = \"{id}\"\nkeep = \"all\"\nurl = \"{}\"\n",
            publisher.url(path)
        ));
    }
    let wire = Wire::start(folder(&feeds, &[STATEMENT]), Options { poll: true }, now()).await;
    wire.until("/api/v1/releases", |answered| {
        answered.json()["releases"]
            .as_array()
            .is_some_and(|releases| releases.len() == 4)
    })
    .await;
    (publisher, wire)
}

#[tokio::test(flavor = "multi_thread")]
async fn story_in_two_sources_is_one_release_with_two_publications() {
    let (_publisher, wire) = polled().await;
    let releases = wire.get("/api/v1/releases").await.json();
    let story = releases["releases"]
        .as_array()
        .unwrap()
        .iter()
        .find(|release| release["title"].as_str().unwrap().starts_with("Streik"))
        .unwrap();
    let mut sources: Vec<&str> = story["publications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["source"].as_str().unwrap())
        .collect();
    sources.sort_unstable();
    assert_eq!(sources, ["bund", "hafen"]);
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_forms_hold_the_same_releases() {
    let (_publisher, wire) = polled().await;
    let atom: atom_syndication::Feed = wire.get("/feed.atom").await.text().parse().unwrap();
    let rss: rss::Channel = wire.get("/feed.rss").await.text().parse().unwrap();
    let json = wire.get("/feed.json").await.json();
    let mut of_atom: Vec<String> = atom
        .entries()
        .iter()
        .map(|entry| entry.id().to_owned())
        .collect();
    let mut of_rss: Vec<String> = rss
        .items()
        .iter()
        .map(|item| item.guid().unwrap().value().to_owned())
        .collect();
    let mut of_json: Vec<String> = json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(of_atom.len(), 4);
    of_atom.sort_unstable();
    of_rss.sort_unstable();
    of_json.sort_unstable();
    assert_eq!(of_atom, of_rss);
    assert_eq!(of_atom, of_json);
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_coding_has_its_own_strong_validator_and_the_same_document() {
    let wire = Wire::serving(HEAD, &[STATEMENT]).await;
    let plain = wire.get("/feed.atom").await;
    let mut tags = vec![plain.header("etag").unwrap().to_owned()];
    for coding in ["gzip", "br", "zstd"] {
        let coded = wire
            .get_with("/feed.atom", &[("accept-encoding", coding)])
            .await;
        assert_eq!(coded.header("content-encoding"), Some(coding));
        assert_eq!(coded.header("vary"), Some("Accept-Encoding"));
        let mut decoded = Vec::new();
        match coding {
            "gzip" => drop(
                flate2::read::GzDecoder::new(coded.body.as_slice())
                    .read_to_end(&mut decoded)
                    .unwrap(),
            ),
            "br" => drop(
                brotli::Decompressor::new(coded.body.as_slice(), 4096)
                    .read_to_end(&mut decoded)
                    .unwrap(),
            ),
            _ => decoded = zstd::decode_all(coded.body.as_slice()).unwrap(),
        }
        assert_eq!(decoded, plain.body, "{coding}");
        let tag = coded.header("etag").unwrap().to_owned();
        assert!(tag.starts_with('"'), "strong: {tag}");
        let again = wire
            .get_with(
                "/feed.atom",
                &[("accept-encoding", coding), ("if-none-match", &tag)],
            )
            .await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{coding}");
        assert_eq!(again.header("etag"), Some(tag.as_str()));
        assert_eq!(again.header("vary"), Some("Accept-Encoding"));
        tags.push(tag);
    }
    tags.sort_unstable();
    tags.dedup();
    assert_eq!(tags.len(), 4);
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tag_wins_over_date() {
    let wire = Wire::serving(HEAD, &[STATEMENT]).await;
    let modified = wire
        .get("/feed.rss")
        .await
        .header("last-modified")
        .unwrap()
        .to_owned();
    let by_date = wire
        .get_with("/feed.rss", &[("if-modified-since", &modified)])
        .await;
    assert_eq!(by_date.status, 304);
    let by_both = wire
        .get_with(
            "/feed.rss",
            &[
                ("if-modified-since", &modified),
                ("if-none-match", "\"other\""),
            ],
        )
        .await;
    assert_eq!(by_both.status, 200);
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn head_has_the_headers_of_get_and_no_body() {
    let wire = Wire::serving(HEAD, &[STATEMENT]).await;
    for path in ["/feed.atom", "/", "/healthz", "/api/v1/releases"] {
        let get = wire.get(path).await;
        let head = crate::support::asked::ask(wire.daemon.listening, "HEAD", path, &[]).await;
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        for header in ["etag", "content-type", "content-length"] {
            assert_eq!(head.header(header), get.header(header), "{path} {header}");
        }
    }
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aliases_are_the_same_bytes() {
    let wire = Wire::serving(HEAD, &[STATEMENT]).await;
    let rss = wire.get("/feed.rss").await;
    for alias in ["/rss.xml", "/feed", "/feed.xml", "/rss", "/index.xml"] {
        let answered = wire.get(alias).await;
        assert_eq!(
            (answered.status, &answered.body),
            (200, &rss.body),
            "{alias}"
        );
    }
    assert_eq!(
        wire.get("/atom.xml").await.body,
        wire.get("/feed.atom").await.body
    );
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_scope_is_404_and_empty_one_is_200() {
    let feeds = format!("{HEAD}[[topic]]\nname = \"Streik\"\nmatch = [\"Streik\"]\n");
    let wire = Wire::serving(&feeds, &[STATEMENT]).await;
    assert_eq!(wire.get("/topics/streik.rss").await.status, 200);
    for path in [
        "/topics/nothing.rss",
        "/sources/nobody.atom",
        "/languages/tlh.json",
        "/statements/none/related.atom",
    ] {
        assert_eq!(wire.get(path).await.status, 404, "{path}");
    }
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_addresses_want_their_token() {
    let wire = Wire::serving(HEAD, &[STATEMENT]).await;
    for path in [
        "/metrics",
        "/api/v1/sources",
        "/api/v1/releases?in=all",
        "/sources/x/all.atom",
    ] {
        let refused = wire.get(path).await;
        assert_eq!(refused.status, 401, "{path}");
        assert!(
            refused.text().contains("PRESSWIRE_ADMIN_TOKEN"),
            "{path}: says how"
        );
    }
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_that_change_nothing_are_all_that_is_answered() {
    let wire = Wire::serving(HEAD, &[STATEMENT]).await;
    for (method, path) in [
        ("POST", "/feed.atom"),
        ("DELETE", "/"),
        ("TRACE", "/feed.rss"),
        ("PUT", "/api/v1/releases"),
    ] {
        let refused = crate::support::asked::ask(wire.daemon.listening, method, path, &[]).await;
        assert_eq!(refused.status, 405, "{method} {path}");
    }
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn second_poll_of_an_unchanged_source_writes_nothing_that_is_served() {
    let (publisher, wire) = polled().await;
    let before = wire.get("/feed.atom").await;
    publisher.serve("/bund.xml", Reply::status(304));
    wire.clock.set("2026-03-02T14:00:00Z".parse().unwrap());
    for _ in 0..200 {
        if publisher.asked_for("/bund.xml").len() > 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let asked = publisher.asked_for("/bund.xml");
    assert_eq!(
        asked[1].headers.get("if-none-match").map(String::as_str),
        Some("\"bund-1\"")
    );
    let after = wire.get("/feed.atom").await;
    assert_eq!(before.body, after.body);
    assert_eq!(
        before.header("last-modified"),
        after.header("last-modified")
    );
    wire.daemon.stop().await;
}

const LATER: (&str, &str) = (
    "2026-03-01-strike.md",
    "---\ntitle: Cranes stand still\ndate: 2026-03-01\nlanguage: en\n---\n\nThe strike has begun in all ports of the coast.\n",
);

/// A wire that held one statement, the validators of its three forms then, and a second statement.
async fn grown() -> (Wire, Vec<(&'static str, String)>) {
    let wire = Wire::serving(HEAD, &[STATEMENT]).await;
    let mut tags = Vec::new();
    for path in ["/feed.atom", "/feed.rss", "/feed.json"] {
        let tag = wire.get(path).await.header("etag").unwrap().to_owned();
        tags.push((path, tag));
    }
    let folder = wire.folder.path().join("store/statements");
    std::fs::write(folder.join(LATER.0), LATER.1).unwrap();
    for (path, _) in &tags {
        wire.until(path, |answered| {
            answered.text().contains("Cranes stand still")
        })
        .await;
    }
    (wire, tags)
}

#[tokio::test(flavor = "multi_thread")]
async fn reader_that_takes_changes_is_sent_what_is_new_alone() {
    let (wire, tags) = grown().await;
    for (path, tag) in &tags {
        let whole = wire.get(path).await;
        let asked = [("a-im", "feed"), ("if-none-match", tag.as_str())];
        let changes = wire.get_with(path, &asked).await;
        assert_eq!(changes.status, 226, "{path}");
        assert_eq!(changes.header("im"), Some("feed"));
        assert_eq!(changes.header("delta-base"), Some(tag.as_str()));
        assert_eq!(changes.header("etag"), whole.header("etag"), "{path}");
        assert_eq!(changes.header("content-type"), whole.header("content-type"));
        let text = changes.text();
        assert!(text.contains("Cranes stand still"), "{path}: {text}");
        assert!(!text.contains("Dockworkers sign"), "{path}: {text}");
        assert!(presswire::read::read(&changes.body, &Default::default()).is_ok());
    }
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_come_in_every_coding_and_lead_to_its_validator() {
    let (wire, tags) = grown().await;
    let (path, tag) = &tags[0];
    let asked = [
        ("a-im", "vcdiff, feed"),
        ("accept-encoding", "gzip"),
        ("if-none-match", tag.as_str()),
    ];
    let changes = wire.get_with(path, &asked).await;
    assert_eq!(
        (changes.status, changes.header("content-encoding")),
        (226, Some("gzip"))
    );
    let mut decoded = String::new();
    flate2::read::GzDecoder::new(changes.body.as_slice())
        .read_to_string(&mut decoded)
        .unwrap();
    assert_eq!(decoded.matches("<entry>").count(), 1);
    let next = changes.header("etag").unwrap();
    let asked = [
        ("a-im", "feed"),
        ("accept-encoding", "gzip"),
        ("if-none-match", next),
    ];
    assert_eq!(wire.get_with(path, &asked).await.status, 304);
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_nothing_that_we_know_is_sent_the_whole() {
    let (wire, tags) = grown().await;
    let (path, tag) = &tags[0];
    let whole = wire.get(path).await.body;
    for asked in [
        vec![("a-im", "feed"), ("if-none-match", "\"another\"")],
        vec![("a-im", "feed")],
        vec![("a-im", "feed;q=0"), ("if-none-match", tag.as_str())],
        vec![("if-none-match", tag.as_str())],
    ] {
        let answered = wire.get_with(path, &asked).await;
        assert_eq!(
            (answered.status, &answered.body),
            (200, &whole),
            "{asked:?}"
        );
        assert_eq!(answered.header("im"), None);
    }
    let asked = [("a-im", "feed"), ("if-none-match", tag.as_str())];
    let head = crate::support::asked::ask(wire.daemon.listening, "HEAD", path, &asked).await;
    assert_eq!(head.status, 200, "changes are for GET alone");
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn search_is_a_page_and_a_feed_whatever_is_asked() {
    let (_publisher, wire) = polled().await;
    let feed: atom_syndication::Feed = wire
        .get("/search.atom?q=DOCKERN+hoher%20Lohn")
        .await
        .text()
        .parse()
        .unwrap();
    let titles: Vec<&str> = feed.entries().iter().map(|e| e.title.as_str()).collect();
    assert_eq!(titles, ["Streik im Hafen: Docker legen die Arbeit nieder"]);
    let page = wire
        .get("/search?q=%D0%BF%D1%80%D0%BE%D1%84%D1%81%D0%BE%D1%8E%D0%B7%D0%B0")
        .await;
    assert_eq!(page.status, 200);
    let html = page.text();
    assert!(html.contains("Заявление докеров"), "{html}");
    assert!(
        html.contains(
            "type=\"application/atom+xml\" title=\"Trial wire · Search: профсоюза (Atom)\""
        ),
        "{html}"
    );

    let long = "%22".repeat(10_000);
    for query in [
        "",
        "?q=",
        "?q=%00",
        "?q=%22%20OR%20*%28",
        "?q=%FF%FE&q=x",
        &format!("?q={long}"),
    ] {
        for path in ["/search", "/search.atom", "/search.rss", "/search.json"] {
            let answered = wire.get(&format!("{path}{query}")).await;
            assert_eq!(answered.status, 200, "{path}{query}");
        }
    }
    let cut = wire
        .get(&format!("/search.json?q={}", "x".repeat(5_000)))
        .await;
    assert!(cut.text().contains(&"x".repeat(200)) && !cut.text().contains(&"x".repeat(201)));
    wire.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn saved_search_is_unchanged_until_what_it_finds_changes() {
    let (_publisher, wire) = polled().await;
    let first = wire.get("/search.rss?q=fussball").await;
    assert!(first.text().contains("<item>"), "{}", first.text());
    let etag = first.header("etag").unwrap().to_owned();
    let modified = first.header("last-modified").unwrap().to_owned();
    let again = wire
        .get_with("/search.rss?q=fussball", &[("if-none-match", &etag)])
        .await;
    assert_eq!(again.status, 304);
    let since = wire
        .get_with(
            "/search.rss?q=fussball",
            &[("if-modified-since", &modified)],
        )
        .await;
    assert_eq!(since.status, 304);
    wire.daemon.stop().await;
}
