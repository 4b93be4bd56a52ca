//! `store/ids.jsonl`: under which id each statement was first published, for ever.
//!
//! One JSON object a line (`slug`, `id`, `digest`, and beside the contract `path`, by which of two
//! files with one slug the known one is told). Lines are only ever appended; of a slug the last one
//! holds. A line is written when a statement first becomes public, not before: an embargoed file
//! leaves no trace here. A lost database finds every id here, a lost file finds them in the database.

use super::problem::Problem;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Beyond this the file is not ours.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// What is remembered of a statement that was public once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Its slug.
    pub slug: String,
    /// Its Atom id.
    pub id: String,
    /// Of its words, in hex.
    pub digest: String,
    /// Its file, relative to the statements' folder; empty where unknown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
}

/// Everything that is remembered.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    known: Vec<Known>,
    /// The last of each slug.
    by_slug: HashMap<String, usize>,
    /// The last of each id.
    by_id: HashMap<String, usize>,
    /// The last of each digest.
    by_digest: HashMap<String, usize>,
}

impl Ledger {
    /// Remembers; what was remembered under the same slug, id or digest gives way.
    pub(super) fn add(&mut self, known: Known) {
        let at = self.known.len();
        self.by_slug.insert(known.slug.clone(), at);
        self.by_id.insert(known.id.clone(), at);
        self.by_digest.insert(known.digest.clone(), at);
        self.known.push(known);
    }

    /// How many lines were read.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// Adds everything that another remembers, in its order.
    pub(super) fn extend(&mut self, other: &Ledger) {
        for known in &other.known {
            self.add(known.clone());
        }
    }

    pub(super) fn of_slug(&self, slug: &str) -> Option<&Known> {
        self.by_slug.get(slug).map(|&at| &self.known[at])
    }

    pub(super) fn of_id(&self, id: &str) -> Option<&Known> {
        self.by_id.get(id).map(|&at| &self.known[at])
    }

    pub(super) fn of_digest(&self, digest: &str) -> Option<&Known> {
        self.by_digest.get(digest).map(|&at| &self.known[at])
    }

    /// The last statement that had this file.
    pub(super) fn of_path(&self, path: &str) -> Option<&Known> {
        let known = self.known.iter().rev().find(|known| known.path == path)?;
        // A file that was renamed since is another one's now.
        self.of_id(&known.id).filter(|last| last.path == path)
    }

    /// What stands in `ids.jsonl`; a file that is not there is empty.
    ///
    /// Lines that can't be read are problems: an id that is lost there comes back from the database.
    pub(super) fn load(path: &Path) -> (Ledger, Vec<Problem>) {
        let mut ledger = Ledger::default();
        let mut problems = Vec::new();
        let refused = |message: String| {
            let mut problem = Problem::warning(
                message,
                "restore it from a backup; ids are also in the database",
            );
            path.clone_into(&mut problem.path);
            problem
        };
        let text = match read_bounded(path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return (ledger, problems),
            Err(cause) => {
                problems.push(refused(format!("can't be read: {cause}")));
                return (ledger, problems);
            }
        };
        for (no, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            match serde_json::from_str::<Known>(line) {
                Ok(known) if !known.slug.is_empty() && !known.id.is_empty() => ledger.add(known),
                // Torn by a crash: its statement is appended again.
                Err(cause) if cause.is_eof() => {}
                _ => problems.push(
                    refused("a line that is no id record is passed over".into()).at(no + 1, 0),
                ),
            }
        }
        (ledger, problems)
    }
}

fn read_bounded(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Appends lines and has them on disk before it returns; makes the file where it is missing. A torn
/// last line is ended first.
///
/// # Errors
/// The file or its folder can't be written.
pub(super) fn append(path: &Path, lines: &[Known]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(path)?;
    let mut text = String::new();
    if file.metadata()?.len() > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            text.push('\n');
        }
    }
    for line in lines {
        text.push_str(&serde_json::to_string(line)?);
        text.push('\n');
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(slug: &str, id: &str) -> Known {
        Known {
            slug: slug.into(),
            id: id.into(),
            digest: format!("d-{slug}"),
            path: format!("{slug}.md"),
        }
    }

    #[test]
    fn appended_lines_are_loaded_and_the_last_of_a_slug_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store/ids.jsonl");
        append(&path, &[known("a", "1")]).unwrap();
        append(&path, &[known("b", "2"), known("a", "3")]).unwrap();
        let (ledger, problems) = Ledger::load(&path);
        assert_eq!(problems, []);
        assert_eq!(ledger.of_slug("a").unwrap().id, "3");
        assert_eq!(ledger.of_digest("d-b").unwrap().id, "2");
    }

    #[test]
    fn torn_last_line_is_passed_over_and_ended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ids.jsonl");
        append(&path, &[known("a", "1")]).unwrap();
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"slug\":\"b\",\"i").unwrap();
        let (ledger, problems) = Ledger::load(&path);
        assert_eq!(problems, []);
        assert!(ledger.of_slug("b").is_none());
        append(&path, &[known("b", "2")]).unwrap();
        let (ledger, problems) = Ledger::load(&path);
        assert_eq!(ledger.of_slug("b").unwrap().id, "2");
        assert_eq!(problems, []);
    }
}
