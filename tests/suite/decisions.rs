//! An editor's word is last: each command beside a running daemon, after a restart, and after the
//! database was lost.

use crate::support::publisher::{Publisher, Reply};
use crate::support::wire::{HEAD, Wire, folder, now};
use assert_cmd::Command;
use presswire::daemon::Options;
use serde_json::Value;
use std::sync::Arc;
use tempfile::TempDir;

const STATEMENT: (&str, &str) = (
    "2026-02-27-call.md",
    "---\ntitle: Dockworkers sign joint call\ndate: 2026-02-27\nlanguage: en\n---\n\nWe call on the port authority to sit down with us.\n",
);

/// One story in two feeds.
const BUND: &str = r#"<rss version="2.0"><channel><title>Bund Eins</title><link>https://bund.example/</link>
<item><title>Streik im Hafen: Docker legen die Arbeit nieder</title><link>https://bund.example/streik</link>
<guid isPermaLink="false">b-1</guid><pubDate>Mon, 02 Mar 2026 08:00:00 +0000</pubDate>
<description>&lt;p&gt;Im &lt;b&gt;Hafen&lt;/b&gt; haben am Montag mehrere tausend Docker die Arbeit niedergelegt. Sie fordern höhere Löhne und sichere Verträge.&lt;/p&gt;</description></item>
<item><title>Fußball am Wochenende</title><link>https://bund.example/fussball</link><pubDate>Mon, 02 Mar 2026 07:00:00 +0000</pubDate></item>
</channel></rss>"#;
const HAFEN: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Hafenzeitung</title><id>urn:x:hafen</id>
<updated>2026-03-02T09:00:00Z</updated>
<entry><title>Streik im Hafen: Docker legen die Arbeit nieder</title><id>tag:hafen.example,2026:1</id>
<link href="https://www.hafen.example/streik/"/><updated>2026-03-02T08:30:00Z</updated>
<content type="html">&lt;p&gt;Im Hafen haben am Montag mehrere tausend Docker die Arbeit niedergelegt. Sie fordern höhere Löhne und sichere Verträge.&lt;/p&gt;</content></entry>
</feed>"#;
/// Related to nothing of ours, and its source keeps what is related.
const DOKER: &str = r#"{"version":"https://jsonfeed.org/version/1.1","title":"Докер","language":"ru","items":[
{"id":"https://doker.example/1","url":"https://doker.example/1","title":"Погода на побережье",
"content_html":"<p>Завтра ожидается дождь, к вечеру прояснится.</p>","date_published":"2026-03-01T10:00:00+03:00"}]}"#;

struct Stage {
    publisher: Publisher,
    folder: Arc<TempDir>,
    wire: Wire,
}

impl Stage {
    async fn begin() -> Stage {
        let publisher = Publisher::start().await;
        publisher.serve("/bund.xml", Reply::ok(BUND));
        publisher.serve("/hafen.atom", Reply::ok(HAFEN));
        publisher.serve("/doker.json", Reply::ok(DOKER));
        let mut feeds = HEAD.to_owned() + "open = true\n";
        // `open` belongs to [server], which stands before [poll] in HEAD.
        feeds = feeds
            .replace("open = true\n", "")
            .replace("[poll]", "open = true\n[poll]");
        for (id, path, keep) in [
            ("bund", "/bund.xml", "all"),
            ("hafen", "/hafen.atom", "all"),
            ("doker", "/doker.json", "related"),
        ] {
            feeds.push_str(&format!(
                "[[source]]\nid = \"{id}\"\nkeep = \"{keep}\"\nurl = \"{}\"\n",
                publisher.url(path)
            ));
        }
        let folder = folder(&feeds, &[STATEMENT]);
        let wire = Stage::daemon(&folder).await;
        Stage {
            publisher,
            folder,
            wire,
        }
    }

    /// Starts a daemon and waits until all three sources were read.
    async fn daemon(folder: &Arc<TempDir>) -> Wire {
        let wire = Wire::start(Arc::clone(folder), Options { poll: true }, now()).await;
        wire.until("/api/v1/sources", |answered| {
            let json = answered.json();
            let sources = json.as_array().cloned().unwrap_or_default();
            sources.len() == 3
                && sources
                    .iter()
                    .all(|source| source["entries"].as_u64().unwrap_or_default() > 0)
        })
        .await;
        wire
    }

    async fn restart(mut self) -> Stage {
        self.wire.daemon.stop().await;
        self.wire = Stage::daemon(&self.folder).await;
        self
    }

    async fn lose_database(mut self) -> Stage {
        self.wire.daemon.stop().await;
        for entry in std::fs::read_dir(self.folder.path().join("store")).unwrap() {
            let path = entry.unwrap().path();
            if path.to_string_lossy().contains("presswire.db") {
                std::fs::remove_file(path).unwrap();
            }
        }
        self.wire = Stage::daemon(&self.folder).await;
        self
    }

    async fn end(self) {
        self.wire.daemon.stop().await;
        drop(self.publisher);
    }

    /// Runs the program; what it said on stdout, as JSON.
    async fn say(&self, arguments: &[&str]) -> Value {
        let (code, stdout, stderr) = self.run(arguments).await;
        assert_eq!(code, Some(0), "{arguments:?}: {stderr}");
        serde_json::from_str(&stdout).unwrap()
    }

    async fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let folder = Arc::clone(&self.folder);
        let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        let output = tokio::task::spawn_blocking(move || {
            let mut command = Command::cargo_bin("presswire").unwrap();
            command.current_dir(folder.path());
            command.args(arguments).arg("--json").output().unwrap()
        })
        .await
        .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    }

    /// All releases, in the wire or not; those that are hidden are not among them.
    async fn all(&self) -> Vec<Value> {
        let json = self.wire.get("/api/v1/releases?in=all").await.json();
        json["releases"].as_array().unwrap().clone()
    }

    async fn of(&self, url: &str) -> Option<Value> {
        self.all().await.into_iter().find(|release| {
            release["publications"]
                .as_array()
                .unwrap()
                .iter()
                .any(|publication| publication["url"] == url)
        })
    }

    async fn id_of(&self, url: &str) -> String {
        let release = self.of(url).await;
        let release = release.unwrap_or_else(|| panic!("nobody published {url}"));
        release["id"].as_str().unwrap().to_owned()
    }

    fn decisions(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("store/decisions.toml")).unwrap()
    }
}

const STORY: &str = "https://bund.example/streik";
const COPY: &str = "https://www.hafen.example/streik/";
const FOOTBALL: &str = "https://bund.example/fussball";
const WEATHER: &str = "https://doker.example/1";

#[tokio::test(flavor = "multi_thread")]
async fn hidden_release_is_gone_everywhere_until_it_is_unhidden() {
    let mut stage = Stage::begin().await;
    let id = stage.id_of(STORY).await;
    let page = format!("/releases/{id}");
    stage
        .say(&["hide", &id, "--reason", "Löschung “verlangt”"])
        .await;
    let gone = stage.wire.until(&page, |it| it.status == 410).await;
    assert!(
        gone.text().contains("Löschung “verlangt”"),
        "{}",
        gone.text()
    );
    let atom = stage
        .wire
        .until("/feed.atom", |it| it.text().contains("deleted-entry"))
        .await;
    assert!(
        atom.text().contains("Löschung “verlangt”"),
        "{}",
        atom.text()
    );
    for lost in [false, true] {
        for path in [
            "/feed.rss",
            "/feed.json",
            "/",
            "/search?q=Docker",
            "/sitemap.xml",
        ] {
            let text = stage.wire.get(path).await.text();
            assert!(!text.contains("Docker legen"), "{path}: {text}");
        }
        assert_eq!(stage.wire.get(&page).await.status, 410);
        let api = stage.wire.get(&format!("/api/v1{page}")).await;
        assert_eq!(api.status, 410);
        assert!(stage.of(STORY).await.is_none() && stage.of(COPY).await.is_none());
        assert!(stage.of(FOOTBALL).await.is_some());
        stage = match lost {
            false => stage.restart().await.lose_database().await,
            true => stage,
        };
    }
    stage.say(&["unhide", &id]).await;
    stage.wire.until(&page, |it| it.status == 200).await;
    let atom = stage
        .wire
        .until("/feed.atom", |it| it.text().contains("Docker legen"))
        .await;
    assert!(!atom.text().contains("deleted-entry"));
    assert_eq!(stage.id_of(COPY).await, id);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn joined_releases_are_one_and_the_younger_redirects() {
    let stage = Stage::begin().await;
    let story = stage.id_of(STORY).await;
    let football = stage.id_of(FOOTBALL).await;
    let report = stage.say(&["join", &football, &story]).await;
    let stays = report["release"].as_str().unwrap().to_owned();
    let goes = if stays == story { &football } else { &story };
    let moved = stage
        .wire
        .until(&format!("/releases/{goes}"), |it| it.status == 301)
        .await;
    assert!(moved.header("location").unwrap().ends_with(&stays));
    let explained = stage.say(&["explain", &stays]).await;
    assert_eq!(explained["decisions"][0]["command"], "join");
    let joined = explained["joined"].as_array().unwrap().iter();
    assert!(
        joined.clone().any(|one| one["as"] == "editor"),
        "{explained}"
    );
    let api = stage.wire.get(&format!("/api/v1/releases/{goes}")).await;
    assert_eq!(api.status, 301);
    let holds = async |stage: &Stage| {
        let id = stage.id_of(STORY).await;
        assert_eq!(stage.id_of(COPY).await, id);
        assert_eq!(stage.id_of(FOOTBALL).await, id);
    };
    holds(&stage).await;
    let stage = stage.restart().await;
    holds(&stage).await;
    let stage = stage.lose_database().await;
    holds(&stage).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn publication_split_off_stays_apart() {
    let stage = Stage::begin().await;
    let story = stage.id_of(STORY).await;
    assert_eq!(stage.id_of(COPY).await, story);
    let report = stage.say(&["split", &story, COPY]).await;
    let own = report["split_off"].as_str().unwrap().to_owned();
    assert_ne!(own, story);
    stage
        .wire
        .until(&format!("/releases/{own}"), |it| it.status == 200)
        .await;
    let holds = async |stage: &Stage| {
        assert_ne!(stage.id_of(COPY).await, stage.id_of(STORY).await);
        let feed = stage.wire.get("/feed.json").await.json();
        let items = feed["items"].as_array().unwrap().iter();
        let told = items.filter(|item| item["title"].as_str().unwrap().starts_with("Streik"));
        assert_eq!(told.count(), 2, "{feed}");
    };
    holds(&stage).await;
    let stage = stage.restart().await;
    holds(&stage).await;
    let stage = stage.lose_database().await;
    holds(&stage).await;
    // The last word holds.
    let (one, other) = (stage.id_of(COPY).await, stage.id_of(STORY).await);
    stage.say(&["join", &one, &other]).await;
    assert_eq!(stage.id_of(COPY).await, stage.id_of(STORY).await);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn related_release_enters_the_wire_and_unrelated_leaves_it() {
    let stage = Stage::begin().await;
    let id = stage.id_of(WEATHER).await;
    assert_eq!(stage.of(WEATHER).await.unwrap()["in_wire"], false);
    stage
        .say(&["relate", &id, "call", "--reason", "about our action day"])
        .await;
    let related = "/statements/call/related.json";
    stage
        .wire
        .until(related, |it| it.text().contains("Погода"))
        .await;
    let holds = async |stage: &Stage| {
        let release = stage.of(WEATHER).await.unwrap();
        assert_eq!(release["in_wire"], true);
        let relation = &release["relations"][0];
        assert_eq!(relation["statement"], "call");
        assert_eq!(relation["score"], 1.0);
        let why = relation["why"][0].as_str().unwrap();
        assert!(why.contains("about our action day"), "{why}");
    };
    holds(&stage).await;
    let stage = stage.restart().await;
    holds(&stage).await;
    let stage = stage.lose_database().await;
    holds(&stage).await;
    stage.say(&["unrelate", &id, "call"]).await;
    stage
        .wire
        .until(related, |it| !it.text().contains("Погода"))
        .await;
    let release = stage.of(WEATHER).await.unwrap();
    assert_eq!(release["in_wire"], false);
    assert_eq!(release["relations"].as_array().unwrap().len(), 0);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_statement_can_be_hidden() {
    let stage = Stage::begin().await;
    stage.say(&["hide", "call", "--reason", "by mistake"]).await;
    let page = "/statements/call";
    stage.wire.until(page, |it| it.status == 410).await;
    let stage = stage.restart().await.lose_database().await;
    assert_eq!(stage.wire.get(page).await.status, 410);
    let api = stage.wire.get("/api/v1/statements/call").await;
    assert_eq!(api.json()["text"], Value::Null, "{}", api.text());
    assert_eq!(api.json()["status"], "withdrawn");
    stage.say(&["unhide", "call"]).await;
    stage.wire.until(page, |it| it.status == 200).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edited_file_is_in_force_and_a_fault_in_it_shows_nothing_that_was_hidden() {
    let stage = Stage::begin().await;
    let id = stage.id_of(STORY).await;
    let page = format!("/releases/{id}");
    stage.say(&["hide", &id, "--reason", "x"]).await;
    stage.wire.until(&page, |it| it.status == 410).await;
    let path = stage.folder.path().join("store/decisions.toml");
    let good = stage.decisions();
    std::fs::write(&path, format!("{good}\n[[decision]\n")).unwrap();
    let (code, _, stderr) = stage.run(&["check"]).await;
    assert_eq!(code, Some(1));
    let line = good.lines().count() + 2;
    assert!(
        stderr.contains(&format!("decisions.toml:{line}")),
        "{stderr}"
    );
    let (code, _, stderr) = stage.run(&["unhide", &id]).await;
    assert_eq!(code, Some(1), "nothing is appended to a file at fault");
    assert!(stderr.contains("decisions.toml"), "{stderr}");
    let stage = stage.restart().await;
    assert_eq!(stage.wire.get(&page).await.status, 410);
    std::fs::remove_file(&path).unwrap();
    let stage = stage.restart().await;
    assert_eq!(stage.wire.get(&page).await.status, 410);
    // Emptied by hand, it takes everything back.
    std::fs::write(&path, "# nothing\n").unwrap();
    stage.wire.until(&page, |it| it.status == 200).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_decided_says_why() {
    let stage = Stage::begin().await;
    let story = stage.id_of(STORY).await;
    for (arguments, mentions) in [
        (
            vec!["hide", "aaaaaaaaaaaaaaaa", "--reason", "x"],
            "nothing is known",
        ),
        (vec!["join", &story, &story], "one release already"),
        (vec!["split", &story, "https://nobody.example/"], COPY),
        (vec!["relate", &story, "none"], "no statement"),
        (vec!["relate", "call", "call"], "itself"),
    ] {
        let (code, stdout, stderr) = stage.run(&arguments).await;
        assert_eq!(code, Some(1), "{arguments:?}");
        assert_eq!(stdout, "");
        assert!(stderr.contains(mentions), "{arguments:?}: {stderr}");
    }
    let (code, ..) = stage.run(&["hide", &story]).await;
    assert_eq!(code, Some(2), "a hidden release needs a reason");
    assert!(!stage.folder.path().join("store/decisions.toml").exists());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entry_that_its_source_deleted_is_no_publication_and_the_last_one_withdraws() {
    let stage = Stage::begin().await;
    let id = stage.id_of(STORY).await;
    let tombstone = r#"<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="tag:hafen.example,2026:1" when="2026-03-02T11:00:00Z"><at:comment>zurückgezogen</at:comment></at:deleted-entry>"#;
    let start = HAFEN.find("<entry>").unwrap();
    let deleted = format!("{}{tombstone}</feed>", &HAFEN[..start]);
    stage
        .publisher
        .serve("/hafen.atom", Reply::ok(deleted.as_str()));
    let (code, _, stderr) = stage.run(&["poll", "hafen"]).await;
    assert_eq!(code, Some(0), "{stderr}");
    let api = format!("/api/v1/releases/{id}");
    let left = stage
        .wire
        .until(&api, |it| {
            it.json()["publications"]
                .as_array()
                .is_some_and(|all| all.len() == 1)
        })
        .await;
    assert_eq!(left.json()["publications"][0]["source"], "bund");
    // The other one follows: nobody carries it any more.
    let tombstone = r#"<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="b-1" when="2026-03-02T11:30:00Z"/>"#;
    let start = BUND.find("<item>").unwrap();
    let end = BUND.find("<item><title>Fu").unwrap();
    let deleted = format!("{}{tombstone}{}", &BUND[..start], &BUND[end..]);
    stage
        .publisher
        .serve("/bund.xml", Reply::ok(deleted.as_str()));
    let (code, _, stderr) = stage.run(&["poll", "bund"]).await;
    assert_eq!(code, Some(0), "{stderr}");
    stage
        .wire
        .until(&format!("/releases/{id}"), |it| it.status == 410)
        .await;
    let atom = stage.wire.get("/feed.atom").await.text();
    assert!(
        atom.contains("deleted-entry") && !atom.contains("Docker legen"),
        "{atom}"
    );
    stage.end().await;
}
