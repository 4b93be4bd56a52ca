//! `try` and `add`: the program asks a publisher, and keeps nothing but a line in feeds.toml.

use crate::cli::{folder, presswire, text};
use crate::support::publisher::{Publisher, Reply};
use crate::support::wire::HEAD;
use serde_json::Value;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

const FEED: &str = "<rss version=\"2.0\"><channel><title>Harbour News</title><link>https://harbour.example/</link>\
    <item><guid isPermaLink=\"false\">1</guid><title>Strike in the harbour</title><link>https://harbour.example/1</link>\
    <pubDate>Mon, 02 Mar 2026 10:00:00 +0100</pubDate></item>\
    <item><title>Weather</title><link>https://harbour.example/2</link></item></channel></rss>";

fn page(links: &str) -> Reply {
    Reply::ok(format!(
        "<!doctype html><html><head><title>Harbour</title>{links}</head><body>News</body></html>"
    ))
    .header("Content-Type", "text/html")
}

fn link(href: &str) -> String {
    format!("<link rel=\"alternate\" type=\"application/rss+xml\" href=\"{href}\">")
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = presswire(folder).args(arguments).output().expect("run");
    (status.code(), text(&stdout), text(&stderr))
}

fn written(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("feeds.toml")).expect("read")
}

#[tokio::test(flavor = "multi_thread")]
async fn page_with_one_feed_is_added_with_an_id_and_all_else_stays() {
    let publisher = Publisher::start().await;
    publisher.serve("/", page(&link("/feed?form=rss&x=1")));
    publisher.serve("/feed?form=rss&x=1", Reply::ok(FEED));
    let before = format!("# mine\n{HEAD}# the end\n");
    let folder = folder(&before);
    let address = publisher.url("/");
    let (code, lines, _) = run(folder.path(), &["add", address.as_str(), "--dry-run"]);
    assert_eq!(code, Some(0));
    assert_eq!(written(folder.path()), before, "--dry-run writes nothing");
    let (code, answer, said) = run(
        folder.path(),
        &[
            "add",
            address.as_str(),
            "--name",
            "The Harbour",
            "--keep",
            "all",
        ],
    );
    assert_eq!(code, Some(0), "{said}");
    assert!(answer.starts_with("added the-harbour: "), "{answer}");
    let feed = publisher.url("/feed?form=rss&x=1");
    assert_eq!(
        written(folder.path()),
        format!(
            "{before}\n[[source]]\nid = \"the-harbour\"\nurl = \"{feed}\"\nname = \"The Harbour\"\nkeep = \"all\"\n"
        )
    );
    assert_eq!(
        lines,
        format!("[[source]]\nid = \"harbour-news\"\nurl = \"{feed}\"\n")
    );
    let (code, _, said) = run(folder.path(), &["add", feed.as_str()]);
    assert_eq!(code, Some(1));
    assert!(said.contains("followed already, as the-harbour"), "{said}");
    let (code, ..) = run(folder.path(), &["check"]);
    assert_eq!(code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn page_with_several_feeds_lists_them_whole_and_writes_nothing() {
    let publisher = Publisher::start().await;
    publisher.serve(
        "/",
        page(&(link("/a?token=x") + &link("/b") + &link("/a?token=x"))),
    );
    publisher.serve("/a?token=x", Reply::ok(FEED));
    publisher.serve("/b", Reply::ok(FEED));
    let folder = folder(HEAD);
    let (code, answer, said) = run(folder.path(), &["add", publisher.url("/").as_str()]);
    assert_eq!(code, Some(1));
    assert!(said.contains("several feeds"), "{said}");
    let listed: Vec<&str> = answer
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(
        listed,
        [publisher.url("/a?token=x"), publisher.url("/b")].map(String::from)
    );
    assert_eq!(written(folder.path()), HEAD);
}

#[tokio::test(flavor = "multi_thread")]
async fn page_without_links_is_asked_where_feeds_usually_are_and_the_first_is_taken() {
    let publisher = Publisher::start().await;
    publisher.serve("/press/", page(""));
    publisher.serve("/feed.xml", Reply::ok(FEED));
    publisher.serve("/atom.xml", Reply::ok(FEED));
    let folder = folder(HEAD);
    let (code, answer, said) = run(
        folder.path(),
        &["add", "--json", publisher.url("/press/").as_str()],
    );
    assert_eq!(code, Some(0), "{said}");
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(answer["added"], "harbour-news");
    assert_eq!(
        answer["candidates"][0]["url"],
        publisher.url("/feed.xml").as_str()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_to_follow_ends_1_and_no_address_ends_2() {
    let publisher = Publisher::start().await;
    publisher.serve("/", page(""));
    let folder = folder(HEAD);
    for (address, code) in [
        (publisher.url("/").to_string(), 1),
        (publisher.url("/none").to_string(), 1),
        ("ftp://example.org/".to_owned(), 2),
    ] {
        let (ended, _, said) = run(folder.path(), &["add", &address]);
        assert_eq!(ended, Some(code), "{said}");
        assert!(said.starts_with("error: "), "{said}");
    }
    assert_eq!(written(folder.path()), HEAD);
}

#[tokio::test(flavor = "multi_thread")]
async fn private_address_is_refused_where_it_is_not_allowed() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Reply::ok(FEED));
    let folder = folder("[wire]\ntitle = \"x\"\n");
    let (code, _, said) = run(folder.path(), &["try", publisher.url("/feed").as_str()]);
    assert_eq!(code, Some(1), "{said}");
    assert!(publisher.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn try_says_what_would_become_of_each_entry_and_keeps_nothing() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Reply::ok(FEED).etag("\"1\""));
    let folder = folder(&format!("{HEAD}[[topic]]\nname = \"Strike\"\n"));
    let address = publisher.url("/feed");
    let (code, answer, said) = run(folder.path(), &["try", "--json", address.as_str()]);
    assert_eq!(code, Some(0), "{said}");
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(
        (&answer["format"], &answer["title"]),
        (&"rss-2.0".into(), &"Harbour News".into())
    );
    let kept: Vec<_> = answer["entries"]
        .as_array()
        .expect("an array")
        .iter()
        .map(|entry| entry["in_wire"].as_bool())
        .collect();
    assert_eq!(kept, [Some(true), Some(false)]);
    let remarks = answer["remarks"].to_string();
    assert!(
        remarks.contains("1 entry without an id") && remarks.contains("1 entry without a date"),
        "{remarks}"
    );
    assert!(!folder.path().join("store/presswire.db").exists());
    assert_eq!(publisher.asked().len(), 1, "asked once");
}

#[tokio::test(flavor = "multi_thread")]
async fn try_of_a_source_shows_which_release_an_entry_is_in() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Reply::ok(FEED).etag("\"1\""));
    let folder = folder(&format!(
        "{HEAD}[[source]]\nid = \"harbour\"\nkeep = \"all\"\nurl = \"{}\"\n",
        publisher.url("/feed")
    ));
    assert_eq!(run(folder.path(), &["poll"]).0, Some(0));
    let before = std::fs::metadata(folder.path().join("store/presswire.db")).expect("there");
    tokio::time::sleep(Duration::from_millis(20)).await;
    let (code, answer, said) = run(folder.path(), &["try", "harbour", "--json"]);
    assert_eq!(code, Some(0), "{said}");
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    let release = &answer["entries"][0]["release"];
    assert_eq!(release["known"], true, "{answer}");
    assert_eq!(release["title"], "Strike in the harbour");
    let after = std::fs::metadata(folder.path().join("store/presswire.db")).expect("there");
    assert_eq!(
        before.modified().expect("a time"),
        after.modified().expect("a time"),
        "nothing is written"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn try_of_a_page_says_that_add_finds_its_feed() {
    let publisher = Publisher::start().await;
    publisher.serve("/", page(&link("/feed")));
    let folder = folder(HEAD);
    let (code, _, said) = run(folder.path(), &["try", publisher.url("/").as_str()]);
    assert_eq!(code, Some(1));
    assert!(said.contains("presswire add"), "{said}");
    assert_eq!(run(folder.path(), &["try", "nobody"]).0, Some(2));
}
