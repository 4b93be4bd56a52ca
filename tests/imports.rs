//! Holds the direction of imports between the rooms (`src/lib.rs` draws it), read from `src/`.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its input has failed"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The rooms from the bottom up; a room may name rooms of lower floors, never of its own or a higher one.
/// `clock` stands beside them: only those who set `now` may read it.
const FLOORS: &[&[&str]] = &[
    &["domain"],
    &["read", "config", "database"],
    &["wire"],
    &["poll", "store", "publish"],
    &["jobs", "serve", "push"],
    &["daemon"],
    &["command"],
    &["main"],
];

/// Rooms that may ask what time it is.
const READS_CLOCK: &[&str] = &[
    "poll", "store", "serve", "jobs", "daemon", "command", "main",
];

/// What `domain` may name beside std and itself.
const DOMAIN_CRATES: &[&str] = &[
    "aho_corasick",
    "any_ascii",
    "blake3",
    "chrono",
    "chrono_tz",
    "croner",
    "data_encoding",
    "idna",
    "memchr",
    "percent_encoding",
    "psl",
    "rust_stemmers",
    "serde",
    "serde_json",
    "sha2",
    "thiserror",
    "unicode_normalization",
    "url",
    "whatlang",
    "regex",
];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// Every Rust file under `folder`, with its text up to its tests.
fn sources(folder: &Path, into: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text
                .split("#[cfg(test)]")
                .next()
                .unwrap_or_default()
                .to_owned();
            into.push((path.to_string_lossy().into_owned(), code));
        }
    }
}

fn rooms() -> BTreeMap<String, Vec<(String, String)>> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut rooms: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (path, code) in files {
        let inside = Path::new(&path).strip_prefix(&src).unwrap();
        let first = inside
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_string_lossy()
            .into_owned();
        rooms
            .entry(first.trim_end_matches(".rs").to_owned())
            .or_default()
            .push((path, code));
    }
    rooms
}

/// The rooms that a piece of code names: as `crate::room`, in `main` as `presswire::room`.
fn named(room: &str, code: &str) -> BTreeSet<String> {
    let starts: &[&str] = match room {
        "main" => &["presswire::"],
        _ => &["crate::"],
    };
    let mut names = BTreeSet::new();
    for line in code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
    {
        for start in starts {
            for (at, _) in line.match_indices(start) {
                let rest = &line[at + start.len()..];
                let mut inner = rest
                    .strip_prefix('{')
                    .map_or(vec![rest], |list| list.split(',').collect());
                for piece in inner.drain(..) {
                    let name: String = piece
                        .trim()
                        .chars()
                        .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                        .collect();
                    if !name.is_empty() {
                        names.insert(name);
                    }
                }
            }
        }
    }
    names
}

#[test]
fn every_room_stands_on_a_floor() {
    for room in rooms().keys() {
        assert!(
            floor(room).is_some() || ["lib", "clock"].contains(&room.as_str()),
            "src/{room} has no floor: say in FLOORS where it stands, and in src/lib.rs what it is for"
        );
    }
}

#[test]
fn imports_go_down_only() {
    let mut wrong = Vec::new();
    for (room, files) in rooms() {
        let Some(own) = floor(&room) else { continue };
        for (path, code) in files {
            for name in named(&room, &code) {
                if name == room {
                    continue;
                }
                let allowed = if name == "clock" {
                    READS_CLOCK.contains(&room.as_str())
                } else {
                    floor(&name).is_none_or(|other| other < own)
                };
                if !allowed {
                    wrong.push(format!("{path}: `{room}` may not name `{name}`"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn domain_names_no_crate_that_does_io() {
    let mut wrong = Vec::new();
    for (path, code) in &rooms()["domain"] {
        for line in code
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with("use "))
        {
            let name: String = line[4..]
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '_')
                .collect();
            let local = ["crate", "super", "self", "std"].contains(&name.as_str());
            if !local && !DOMAIN_CRATES.contains(&name.as_str()) {
                wrong.push(format!("{path}: {name}"));
            }
        }
        for forbidden in [
            "std::fs",
            "std::net",
            "std::env",
            "SystemTime",
            "Utc::now",
            "tokio::",
            "async fn",
        ] {
            if code.contains(forbidden) {
                wrong.push(format!("{path}: {forbidden}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "domain decides, it does nothing:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn only_the_clock_reads_the_time() {
    let mut wrong = Vec::new();
    for (room, files) in rooms() {
        for (path, code) in files {
            if room != "clock" && (code.contains("Utc::now") || code.contains("SystemTime::now")) {
                wrong.push(path);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "ask clock::Clock instead:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn sql_stays_in_the_database_room() {
    let mut wrong = Vec::new();
    for (room, files) in rooms() {
        for (path, code) in files {
            if room != "database" && code.contains("sqlx::") {
                wrong.push(path);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "all SQL is in src/database:\n{}",
        wrong.join("\n")
    );
}
