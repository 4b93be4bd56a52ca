//! The program itself: exit codes, streams, documents.

use assert_cmd::Command;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use tempfile::TempDir;

/// The program, in `folder`, with no variable of ours set.
pub(crate) fn presswire(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("presswire").expect("the program is built");
    command.current_dir(folder);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PRESSWIRE_")) {
        command.env_remove(name);
    }
    command
}

/// A folder with this feeds.toml.
pub(crate) fn folder(text: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("feeds.toml"), text).expect("written");
    std::fs::create_dir_all(folder.path().join("store/statements")).expect("made");
    folder
}

const SOUND: &str = "[wire]\ntitle = \"Wire\"\n[[source]]\nurl = \"https://example.org/feed\"\n";

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn check_of_a_sound_file_answers_on_stdout_and_ends_0() {
    let folder = folder(SOUND);
    let output = presswire(folder.path()).arg("check").output().expect("run");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).starts_with("feeds.toml: in order; 1 source"));
}

#[test]
fn check_of_a_bad_file_says_where_on_stderr_and_ends_2() {
    let folder = folder("[wire]\ntitel = \"Wire\"\n");
    let output = presswire(folder.path()).arg("check").output().expect("run");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
    let told = text(&output.stderr);
    assert!(
        told.contains("feeds.toml:2:1") && told.contains("did you mean `title`?"),
        "{told}"
    );
    assert!(
        !told.contains('\u{1b}'),
        "no colour where nobody watches: {told}"
    );
}

#[test]
fn check_json_is_one_document_with_every_fault() {
    let folder = folder("[wire]\ntitel = \"Wire\"\nitems = \"x\"\n");
    let output = presswire(folder.path())
        .args(["check", "--json"])
        .output()
        .expect("run");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["ok"], false);
    assert_eq!(report["faults"].as_array().map(Vec::len), Some(3));
    assert_eq!(report["faults"][0]["line"], 1);
}

#[test]
fn warnings_alone_end_0() {
    let folder = folder("[wire]\ntitle = \"Wire\"\n[server]\nlisten = \"0.0.0.0:8080\"\n");
    let output = presswire(folder.path()).arg("check").output().expect("run");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).starts_with("warning: "));
}

#[test]
fn configuration_comes_from_the_option_else_the_variable_else_here() {
    let here = folder(SOUND);
    let other = folder("[wire]\n");
    let elsewhere = other.path().join("feeds.toml");
    let code = |command: &mut Command| command.arg("check").output().expect("run").status.code();
    assert_eq!(code(&mut presswire(here.path())), Some(0));
    assert_eq!(
        code(presswire(here.path()).env("PRESSWIRE_CONFIG", &elsewhere)),
        Some(2)
    );
    let both = presswire(here.path())
        .env("PRESSWIRE_CONFIG", &elsewhere)
        .args(["check", "--config", "feeds.toml"])
        .output()
        .expect("run");
    assert_eq!(both.status.code(), Some(0));
    assert_eq!(
        code(presswire(Path::new("/")).env("PRESSWIRE_CONFIG", "")),
        Some(2)
    );
}

#[test]
fn wrong_usage_ends_2_and_help_0() {
    let folder = folder(SOUND);
    for (arguments, code) in [
        (&["chekc"][..], 2),
        (&["check", "--jsn"], 2),
        (&["--help"], 0),
        (&["check", "--help"], 0),
        (&["--version"], 0),
    ] {
        let output = presswire(folder.path())
            .args(arguments)
            .output()
            .expect("run");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        let (told, silent) = if code == 0 {
            (output.stdout, output.stderr)
        } else {
            (output.stderr, output.stdout)
        };
        assert!(!told.is_empty() && silent.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_of_every_command_has_an_example() {
    let folder = folder(SOUND);
    let output = presswire(folder.path())
        .arg("--help")
        .output()
        .expect("run");
    let help = text(&output.stdout);
    assert!(help.contains("Examples:"));
    let commands = help
        .split("Commands:")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").next());
    let commands = commands
        .expect("commands")
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<&str> = commands
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.len() > 4, "{names:?}");
    for name in names.iter().filter(|name| **name != "help") {
        let output = presswire(folder.path())
            .args([name, "--help"])
            .output()
            .expect("run");
        assert!(text(&output.stdout).contains("Example"), "{name}");
    }
}

#[test]
fn schema_completions_and_manual_go_to_stdout() {
    let folder = folder("nothing of this is read");
    let output = presswire(folder.path())
        .arg("schema")
        .output()
        .expect("run");
    let schema: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(schema["type"], "object");
    for arguments in [&["completions", "bash"][..], &["man"]] {
        let output = presswire(folder.path())
            .args(arguments)
            .output()
            .expect("run");
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains("check"), "{arguments:?}");
    }
}

#[test]
fn reader_that_goes_away_is_no_fault() {
    let folder = folder(SOUND);
    let program = presswire(folder.path()).get_program().to_owned();
    let output = std::process::Command::new("sh")
        .arg("-c")
        .arg("\"$0\" schema | true; \"$0\" man | head -1 >/dev/null")
        .arg(program)
        .output()
        .expect("run");
    assert_eq!(text(&output.stderr), "");
}

/// Answers one connection with these bytes; gives the port and what was asked.
fn answer_once(answer: &'static str) -> (u16, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let asked = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().expect("a connection");
        let mut asked = [0; 1024];
        let read = connection.read(&mut asked).expect("a request");
        connection.write_all(answer.as_bytes()).expect("answered");
        text(&asked[..read])
    });
    (port, asked)
}

#[test]
fn health_asks_the_daemon_of_this_configuration() {
    let (port, asked) = answer_once("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready");
    let folder = folder(&format!(
        "[wire]\ntitle = \"x\"\n[server]\nlisten = \"0.0.0.0:{port}\"\n"
    ));
    let output = presswire(folder.path())
        .arg("health")
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(
        asked
            .join()
            .expect("asked")
            .starts_with("GET /readyz HTTP/1.1\r\n")
    );
}

#[test]
fn health_of_a_daemon_that_starts_or_is_not_there_ends_1() {
    let (port, asked) =
        answer_once("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 8\r\n\r\nstarting");
    let folder = folder("[wire]\n# what else is wrong here does not matter\n");
    let listen = format!("127.0.0.1:{port}");
    let ask = || {
        presswire(folder.path())
            .env("PRESSWIRE_LISTEN", &listen)
            .args(["health", "--json"])
            .output()
            .expect("run")
    };
    let output = ask();
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (&report["ok"], &report["status"], &report["message"]),
        (&false.into(), &503.into(), &"starting".into())
    );
    asked.join().expect("asked");
    assert_eq!(ask().status.code(), Some(1), "nobody listens any more");
}

const FEED: &str = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>A &amp; B</title><link>https://example.org/</link>
<item><guid isPermaLink="false"> a 1 </guid><title>One</title><link>/one?x=%7e</link><pubDate>Mon, 02 Mar 2026 10:00:00 +0100</pubDate>
<author>a@example.org (Ann)</author><category>News</category><enclosure url="https://example.org/a.mp3" type="audio/mpeg" length="7"/>
<source url="https://other.example/feed">Other</source>
<description>&lt;p onclick="x()"&gt;Text&lt;script&gt;x()&lt;/script&gt;&lt;/p&gt;</description></item></channel></rss>"#;

#[test]
fn read_json_gives_a_document_of_the_contract_a_file_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.xml"), FEED).expect("written");
    std::fs::write(folder.path().join("b.xml"), "no feed").expect("written");
    let output = presswire(folder.path())
        .args([
            "read",
            "--json",
            "--url",
            "https://example.org/x/feed.xml",
            "./a.xml",
            "b.xml",
            "none.xml",
            "a.xml",
        ])
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(1));
    let told: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let files: Vec<&str> = told
        .iter()
        .filter_map(|told| told["file"].as_str())
        .collect();
    assert_eq!(files, ["./a.xml", "b.xml", "none.xml", "a.xml"]);
    insta::assert_json_snapshot!("read_json", told[0]);
    assert!(told[1]["error"].is_string() && told[1].get("entries").is_none());
    assert!(
        told[2]["error"]
            .as_str()
            .is_some_and(|error| error.contains("No such file"))
    );
}

#[test]
fn read_takes_stdin_and_tells_people_a_line_an_entry() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = presswire(folder.path())
        .args(["read", "-"])
        .write_stdin(FEED)
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(
        text(&output.stdout),
        "-: rss-2.0, A & B, 1 entry\n  2026-03-02T09:00:00Z  One\n"
    );
}

#[test]
fn read_of_many_files_tells_them_all_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let names: Vec<String> = (0..300).map(|number| format!("{number}.xml")).collect();
    for name in &names {
        std::fs::write(folder.path().join(name), FEED).expect("written");
    }
    let output = presswire(folder.path())
        .args(["read", "--json"])
        .args(&names)
        .output()
        .expect("run");
    let told: Vec<String> = text(&output.stdout)
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).expect("JSON")["file"]
                .as_str()
                .expect("a name")
                .to_owned()
        })
        .collect();
    assert_eq!(told, names);
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn read_with_a_base_that_is_no_address_is_wrong_usage() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = presswire(folder.path())
        .args(["read", "--url", "example", "-"])
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn statement_at_fault_is_told_with_its_line_and_ends_1() {
    let folder = folder(SOUND);
    let statements = folder.path().join("store/statements");
    std::fs::write(
        statements.join("good.md"),
        "---\ntitle: Good\ndate: 2026-03-01\n---\nText of it.\n",
    )
    .expect("written");
    std::fs::write(
        statements.join("bad.md"),
        "---\ntitle: Bad\nstatus: publishd\n---\nText of it.\n",
    )
    .expect("written");
    let output = presswire(folder.path()).arg("check").output().expect("run");
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(
        told.contains("store/statements/bad.md:3")
            && told.contains("publishd")
            && told.contains("= help: "),
        "{told}"
    );
    let report = presswire(folder.path())
        .args(["check", "--json"])
        .output()
        .expect("run");
    let report: Value = serde_json::from_slice(&report.stdout).expect("JSON");
    assert_eq!(
        (&report["ok"], &report["statements"]),
        (&false.into(), &1.into())
    );
}

#[test]
fn sources_json_is_a_bare_array_with_the_keys_of_the_contract() {
    let folder = folder(SOUND);
    let output = presswire(folder.path())
        .args(["sources", "--json"])
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let sources: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let keys: Vec<&String> = sources[0].as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "entries",
            "id",
            "last_ok",
            "message",
            "name",
            "next_poll",
            "remedy",
            "since",
            "state",
            "url"
        ]
    );
    assert_eq!(
        (&sources[0]["id"], &sources[0]["state"]),
        (&"example-org".into(), &"new".into())
    );
    assert!(
        !folder.path().join("store/presswire.db").exists(),
        "asking makes no database"
    );
}
