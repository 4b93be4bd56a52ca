//! The program as a daemon, and the commands that work beside it.

use crate::cli::{folder, presswire, text};
use crate::support::asked::{Answered, ask};
use crate::support::publisher::{Publisher, Reply};
use crate::support::wire::HEAD;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A daemon in a process of its own; killed when it is dropped.
struct Running {
    child: Child,
    listening: SocketAddr,
    log: BufReader<ChildStderr>,
}

impl Running {
    /// Starts one and waits until it says that it is ready.
    fn start(folder: &Path, arguments: &[&str]) -> Running {
        let mut command = std::process::Command::new(presswire(folder).get_program());
        let child = command
            .current_dir(folder)
            .args(arguments)
            .env("PRESSWIRE_LOG_FORMAT", "json")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut running = Running::of(child);
        let mut told = String::new();
        loop {
            let mut line = String::new();
            let read = running.log.read_line(&mut line).expect("text");
            assert_ne!(read, 0, "it ended before it was ready:\n{told}");
            told.push_str(&line);
            let line: Value = serde_json::from_str(&line).expect("a JSON object a line");
            if line["message"] == "presswire is ready" {
                let listening = line["listening"].as_str().expect("an address");
                running.listening = listening.parse().expect("an address");
                return running;
            }
        }
    }

    fn of(mut child: Child) -> Running {
        let log = BufReader::new(child.stderr.take().expect("piped"));
        Running {
            child,
            listening: SocketAddr::from(([127, 0, 0, 1], 0)),
            log,
        }
    }

    async fn get(&self, path: &str) -> Answered {
        ask(self.listening, "GET", path, &[]).await
    }

    /// Asks until `holds`, and says how long that took; 10 s at most.
    async fn until(&self, path: &str, holds: impl Fn(&Answered) -> bool) -> Duration {
        let began = Instant::now();
        loop {
            let answered = self.get(path).await;
            if holds(&answered) {
                return began.elapsed();
            }
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "{path}: {}",
                answered.text()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn signal(&self, name: &str) {
        let killed = std::process::Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(killed.expect("kill runs").success());
    }

    /// Sends a signal and waits: how it ended, after how long, what it logged and answered since.
    fn end(mut self, signal: &str) -> (ExitStatus, Duration, String, String) {
        let began = Instant::now();
        self.signal(signal);
        let (mut log, mut answers) = (String::new(), String::new());
        self.log.read_to_string(&mut log).expect("text");
        let mut stdout = self.child.stdout.take().expect("piped");
        stdout.read_to_string(&mut answers).expect("text");
        let status = self.child.wait().expect("it ends");
        (status, began.elapsed(), log, answers)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Ended already in a test that went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn rss(title: &str) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>Harbour News</title><link>https://harbour.example/</link>\
         <item><guid isPermaLink=\"false\">{title}</guid><title>{title}</title>\
         <link>https://harbour.example/{title}</link></item></channel></rss>"
    )
}

fn with_source(url: &str, rest: &str) -> TempDir {
    folder(&format!(
        "{HEAD}[[source]]\nid = \"harbour\"\nurl = \"{url}\"\nkeep = \"all\"\n{rest}"
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn daemon_without_a_verb_polls_serves_and_stops_with_0() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Reply::ok(rss("strike")));
    let folder = with_source(publisher.url("/feed").as_str(), "");
    let running = Running::start(folder.path(), &[]);
    running
        .until("/feed.json", |answered| answered.text().contains("strike"))
        .await;
    let (status, took, log, answers) = running.end("TERM");
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(took < Duration::from_secs(8), "{took:?}");
    assert_eq!(answers, "", "logs are not answers");
    assert!(!log.contains("tokio_cron_scheduler"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupt_stops_with_0_too() {
    let folder = folder(HEAD);
    let (status, ..) = Running::start(folder.path(), &["run"]).end("INT");
    assert_eq!(status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn poll_beside_a_daemon_that_does_not_poll_is_served_within_2_s() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Reply::ok(rss("strike")));
    let folder = with_source(publisher.url("/feed").as_str(), "");
    let running = Running::start(folder.path(), &["run", "--no-poll"]);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(publisher.asked().is_empty(), "--no-poll asks nobody");
    let output = presswire(folder.path()).arg("poll").output().expect("run");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let took = running
        .until("/feed.json", |answered| answered.text().contains("strike"))
        .await;
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn poll_without_a_daemon_reports_each_source_and_ends_1_where_one_failed() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Reply::ok(rss("strike")));
    let more = format!(
        "[[source]]\nid = \"broken\"\nurl = \"{}\"\n[[source]]\nid = \"off\"\nurl = \"{}\"\nenabled = false\n",
        publisher.url("/none"),
        publisher.url("/off")
    );
    let folder = with_source(publisher.url("/feed").as_str(), &more);
    let output = presswire(folder.path())
        .args(["poll", "--json"])
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "", "no bar where nobody watches");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (&report["polled"], &report["failed"], &report["new"]),
        (&2.into(), &1.into(), &1.into())
    );
    let sources = report["sources"].as_array().expect("an array");
    let told: Vec<_> = sources
        .iter()
        .map(|source| (source["source"].as_str(), source["ok"].as_bool()))
        .collect();
    assert_eq!(
        told,
        [(Some("harbour"), Some(true)), (Some("broken"), Some(false))]
    );
    let table = presswire(folder.path())
        .args(["poll", "harbour"])
        .output()
        .expect("run");
    assert_eq!(table.status.code(), Some(0));
    let table = text(&table.stdout);
    assert!(
        table.starts_with("SOURCE ") && table.contains("\n1 source polled; 0 entries new"),
        "{table}"
    );
    assert!(publisher.asked_for("/off").is_empty());
}

#[test]
fn poll_of_an_unknown_source_is_wrong_usage_and_asks_nobody() {
    let folder = folder(HEAD);
    let output = presswire(folder.path())
        .args(["poll", "nobody"])
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no source has the id `nobody`"));
}

#[test]
fn second_daemon_on_a_store_ends_1_and_names_the_first() {
    let folder = folder(HEAD);
    let running = Running::start(folder.path(), &["run", "--no-poll"]);
    let output = presswire(folder.path()).arg("run").output().expect("run");
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(
        told.contains(&format!("in use by process {}", running.child.id())),
        "{told}"
    );
}

#[test]
fn option_of_the_daemon_before_another_verb_is_wrong_usage() {
    let folder = folder(HEAD);
    let output = presswire(folder.path())
        .args(["--no-poll", "check"])
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(2));
}

/// A sound feeds.toml that shows operators' texts, with these lines behind it.
fn open_to_all(lines: &str) -> String {
    let head = HEAD.replace("[server]\n", "[server]\nopen = true\n");
    format!("{head}{lines}")
}

#[tokio::test(flavor = "multi_thread")]
async fn spoilt_configuration_is_refused_whole_and_the_last_good_one_stays() {
    let source = "[[source]]\nid = \"a\"\nurl = \"https://a.example/f?token=s3cret\"\n";
    let sound = open_to_all(source);
    let folder = folder(&sound);
    let path = folder.path().join("feeds.toml");
    let last = sound.lines().count();
    let running = Running::start(folder.path(), &["run", "--no-poll"]);
    let renamed = sound.replace("Trial wire", "Another wire");
    for (lines, line, said) in [
        ("enabeld = true\n", last + 1, "did you mean `enabled`?"),
        ("enabled = \"yes\"\n", last + 1, "true or false"),
        (
            "[[source]]\nurl = \"htp://b.example/\"\n",
            last + 2,
            "neither http nor https",
        ),
        (
            "[[source]]\nurl = \"http://A.example:80/f?token=s3cret\"\n",
            last + 2,
            "the same address",
        ),
        ("[[source\n", last + 1, "not TOML"),
    ] {
        // Another title too: nothing of a refused file may come into force.
        std::fs::write(&path, format!("{renamed}{lines}")).expect("written in place");
        running
            .until("/readyz", |answered| {
                let told = answered.text();
                told.contains(&format!("feeds.toml:{line}:")) && told.contains(said)
            })
            .await;
        let told = running.get("/readyz").await;
        assert_eq!(told.status, 200, "{lines}");
        let told = told.text();
        assert!(told.starts_with("ready\n"), "{told}");
        assert!(told.contains(" ^"), "a caret: {told}");
        assert!(!told.contains("s3cret"), "{told}");
        let metrics = running.get("/metrics").await.text();
        assert!(
            metrics.contains("presswire_config_last_reload_success 0"),
            "{metrics}"
        );
        let feed = running.get("/feed.json").await.text();
        assert!(feed.contains("Trial wire"), "{feed}");
    }
    let neighbour = folder.path().join("feeds.toml.new");
    std::fs::write(&neighbour, &renamed).expect("written");
    std::fs::rename(&neighbour, &path).expect("renamed over");
    let took = running
        .until("/feed.json", |answered| {
            answered.text().contains("Another wire")
        })
        .await;
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(running.get("/readyz").await.text(), "ready\n");
    let metrics = running.get("/metrics").await.text();
    assert!(metrics.contains("presswire_config_last_reload_success 1"));
    let (status, _, log, _) = running.end("TERM");
    assert_eq!(status.code(), Some(0));
    assert!(
        log.contains("was refused") && log.contains("feeds.toml:") && !log.contains("s3cret"),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn hangup_takes_the_file_anew() {
    let folder = folder(HEAD);
    let path = folder.path().join("feeds.toml");
    let running = Running::start(folder.path(), &["run", "--no-poll"]);
    std::fs::write(&path, HEAD.replace("Trial wire", "Another wire")).expect("written");
    running.signal("HUP");
    let took = running
        .until("/feed.json", |answered| {
            answered.text().contains("Another wire")
        })
        .await;
    assert!(took < Duration::from_secs(2), "{took:?}");
}
