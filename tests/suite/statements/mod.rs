//! Statements: files in, statements out; what is refused and what stays; ids; keeping; watching.

mod embargo;
mod files;
mod ids;
mod keeping;
mod served;
mod shapes;
mod shipped;
mod watching;

use presswire::config::Config;
use presswire::database::Database;
use presswire::domain::Moment;
use presswire::domain::statement::{Statement, Status};
use presswire::store::{self, Problem, Reading, Severity};
use presswire::wire::Rules;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A store of its own, with a configuration in the zone of Berlin.
struct Store {
    folder: TempDir,
    config: Config,
}

impl Store {
    fn new() -> Store {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("store/statements")).unwrap();
        let path = folder.path().join("feeds.toml");
        fs::write(
            &path,
            "[wire]\ntitle = \"T\"\nurl = \"https://wire.example.org/\"\ntimezone = \"Europe/Berlin\"\n\
             [[topic]]\nname = \"Häfen\"\nmatch = [\"Hafen\", \"harbour\"]\n",
        )
        .unwrap();
        let (config, _) = presswire::config::load(&path, &|_| None).unwrap();
        Store { folder, config }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("store/statements").join(path)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Store {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        self
    }

    fn remove(&self, path: &str) -> &Store {
        fs::remove_file(self.path(path)).unwrap();
        self
    }

    fn read(&self) -> Reading {
        store::read_all(&self.config, now())
    }

    fn read_at(&self, at: &str) -> Reading {
        store::read_all(&self.config, at.parse().unwrap())
    }

    fn ids(&self) -> String {
        fs::read_to_string(self.folder.path().join("store/ids.jsonl")).unwrap_or_default()
    }

    async fn database(&self) -> Database {
        let path = self.folder.path().join("store/presswire.db");
        Database::open(&path, "wire.example.org").await.unwrap()
    }

    async fn keep(&self, database: &Database, at: &str) -> store::KeepReport {
        store::keep(
            database,
            &Rules::of(&self.config, &[]),
            &self.config,
            at.parse().unwrap(),
        )
        .await
        .unwrap()
    }
}

fn now() -> Moment {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// Statement by statement with front matter: `write(path, "title: x\n…")`.
fn with_front(front: &str) -> String {
    format!("---\n{front}\n---\nEin Text, der lang genug ist, um einer zu sein.\n")
}

fn slugs(reading: &Reading) -> Vec<&str> {
    reading
        .statements
        .iter()
        .map(|read| read.statement.slug.as_str())
        .collect()
}

fn errors(reading: &Reading) -> Vec<&Problem> {
    reading
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .collect()
}

fn day(statement: &Statement) -> Option<String> {
    let zone = chrono_tz::Europe::Berlin;
    statement.date.map(|date| {
        date.with_timezone(&zone)
            .format("%Y-%m-%d %H:%M")
            .to_string()
    })
}
