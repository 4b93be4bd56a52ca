//! `store/decisions.toml`: what editors decided (contract §1), kept by what identifies the texts.
//!
//! The commands append to it, people may edit it; each `[[decision]]` holds over the ones above it.
//! A source is found by its id or its canonical address, an entry in it by its key, a statement by
//! its slug, so the file means the same after a lost database. While it is at fault or gone, the last
//! good one, which the database keeps, holds: a slip of the pen shows nothing that was hidden.
//! What decisions do is not known here.

use super::problem::Problem;
use crate::config::Config;
use crate::database::{Database, DatabaseError, SourceRecord, TextOfRelease};
use crate::domain::Moment;
use crate::domain::decision::{Decision, Decisions, Ruling, TextName};
use crate::domain::entry::EntryKey;
use crate::wire::Rules;
use chrono::SecondsFormat;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::Spanned;
use toml::value::Datetime;

/// Beyond this the file is not ours.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// What stands above the first decision.
const HEADER: &str = "\
# What editors decided: `presswire hide`, `unhide`, `join`, `split`, `relate`, `unrelate` append here.
# A decision holds over those above it. Keep this file with the statements: it survives a lost database.
";

/// What decisions hold, and what is wrong with their file.
#[derive(Debug, Default)]
pub struct DecisionsRead {
    /// In force.
    pub decisions: Decisions,
    /// Of the file; where one refuses it, the last good file's decisions are in force.
    pub problems: Vec<Problem>,
    /// A good file that the database has not kept yet.
    new_file: Option<String>,
}

/// One decision as a command makes it.
#[derive(Clone, Debug)]
pub struct Made {
    /// Now.
    pub at: Moment,
    /// What was decided.
    pub ruling: Ruling,
    /// The release's id as it is called now, for people.
    pub release: String,
    /// Its title, for people.
    pub title: Option<String>,
    /// All its texts.
    pub texts: Vec<TextOfRelease>,
    /// `join`, `split`: those on the other side.
    pub others: Vec<TextOfRelease>,
    /// `relate`, `unrelate`: the statement's slug.
    pub statement: Option<String>,
    /// Why.
    pub reason: String,
}

/// Where the file is.
pub fn decisions_path(config: &Config) -> PathBuf {
    config.store.path.join("decisions.toml")
}

/// The decisions in force.
///
/// # Errors
/// The database's. What is wrong with the file is in the answer.
pub async fn decisions(
    database: &Database,
    config: &Config,
) -> Result<DecisionsRead, DatabaseError> {
    let path = decisions_path(config);
    let kept = database.decisions_file().await?;
    let mut problems = Vec::new();
    let mut new_file = None;
    let rows = match read(&path) {
        Ok(Some(text)) => match parse(&text) {
            Ok(rows) => {
                new_file = Some(text).filter(|text| kept.as_ref() != Some(text));
                Some(rows)
            }
            Err(problem) => {
                problems.push(problem.in_file(path, &text));
                None
            }
        },
        Ok(None) => {
            if kept.as_ref().is_some_and(|kept| !kept.trim().is_empty()) {
                let problem = Problem::warning(
                    "the file has vanished; its decisions stay in force",
                    "put it back; to take decisions back, use the opposite commands",
                );
                problems.push(Problem { path, ..problem });
            }
            None
        }
        Err(problem) => {
            problems.push(Problem { path, ..problem });
            None
        }
    };
    let last_good = || parse(&kept.unwrap_or_default()).unwrap_or_default();
    let rows = rows.unwrap_or_else(last_good);
    let sources = match rows.as_slice() {
        [] => Vec::new(),
        _ => database.sources().await?,
    };
    let decisions = rows.iter().map(|row| row.resolve(&sources)).collect();
    Ok(DecisionsRead {
        decisions: Decisions::of(decisions),
        problems,
        new_file,
    })
}

/// The rules that hold: of the configuration, our statements, and what editors decided; with what is
/// wrong with decisions.toml. Writes nothing.
///
/// # Errors
/// The database's.
pub async fn rules_in_force(
    database: &Database,
    config: &Config,
) -> Result<(Rules, Vec<Problem>), DatabaseError> {
    let read = decisions(database, config).await?;
    Ok((
        rules(database, config, read.decisions).await?,
        read.problems,
    ))
}

/// The same; a good decisions.toml is remembered as the last good one.
///
/// # Errors
/// The database's.
pub async fn take_rules(
    database: &Database,
    config: &Config,
) -> Result<(Rules, Vec<Problem>), DatabaseError> {
    let read = decisions(database, config).await?;
    if let Some(text) = read.new_file {
        database.keep_decisions_file(text).await?;
    }
    Ok((
        rules(database, config, read.decisions).await?,
        read.problems,
    ))
}

async fn rules(
    database: &Database,
    config: &Config,
    decisions: Decisions,
) -> Result<Rules, DatabaseError> {
    let rules = Rules::of(config, &database.statements().await?);
    Ok(rules.with_decisions(Arc::new(decisions)))
}

/// What is wrong with the file, for `check`; nothing where there is none.
pub fn decisions_problem(config: &Config) -> Option<Problem> {
    let path = decisions_path(config);
    match read(&path) {
        Ok(text) => {
            let text = text.unwrap_or_default();
            let problem = parse(&text).err()?;
            Some(problem.in_file(path, &text))
        }
        Err(problem) => Some(Problem { path, ..problem }),
    }
}

/// Appends a decision, whole or not at all; on disk when it returns. Blocks.
///
/// # Errors
/// The file's.
pub fn append_decision(config: &Config, made: &Made) -> io::Result<()> {
    let path = decisions_path(config);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(&path)?;
    // Two editors at once write one after the other.
    file.lock()?;
    let before = file.seek(SeekFrom::End(0))?;
    let mut block = match before {
        0 => HEADER.to_owned(),
        _ if ends_with_newline(&mut file)? => String::new(),
        _ => "\n".to_owned(),
    };
    block.push('\n');
    block.push_str(&made.to_toml());
    let written = file
        .write_all(block.as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a decision would put the whole file at fault.
        file.set_len(before)?;
    }
    written
}

fn ends_with_newline(file: &mut File) -> io::Result<bool> {
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// The file's text; None where there is no file.
fn read(path: &Path) -> Result<Option<String>, Problem> {
    let mut text = String::new();
    let opened = File::open(path).map(|file| file.take(MAX_BYTES + 1));
    let fault = match opened.and_then(|mut file| file.read_to_string(&mut text)) {
        Ok(size) if size as u64 <= MAX_BYTES => return Ok(Some(text)),
        Ok(_) => format!("larger than {} MB", MAX_BYTES / 1024 / 1024),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) if cause.kind() == io::ErrorKind::InvalidData => "not UTF-8".to_owned(),
        Err(cause) => format!("can't be read: {cause}"),
    };
    Err(Problem::error(
        fault,
        "mend it; until then the last good decisions stay in force",
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    #[serde(default)]
    decision: Vec<Spanned<Row>>,
}

/// One `[[decision]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    at: Datetime,
    command: Ruling,
    #[serde(default, rename = "release")]
    _release: Option<String>,
    #[serde(default, rename = "title")]
    _title: Option<String>,
    #[serde(default)]
    statement: Option<String>,
    #[serde(default)]
    reason: String,
    texts: Vec<TextRow>,
    #[serde(default)]
    others: Vec<TextRow>,
    #[serde(skip)]
    made: Moment,
}

/// One text: a statement by slug, or an entry by source and key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextRow {
    #[serde(default)]
    statement: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    address: Option<String>,
    #[serde(default)]
    key: Option<Key>,
    #[serde(default, rename = "link")]
    _link: Option<String>,
}

/// 32 hex digits.
struct Key(EntryKey);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        let text = String::deserialize(deserializer)?;
        data_encoding::HEXLOWER_PERMISSIVE
            .decode(text.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(|bytes| Key(EntryKey(bytes)))
            .ok_or_else(|| serde::de::Error::custom("a key has 32 hex digits"))
    }
}

fn parse(text: &str) -> Result<Vec<Row>, Problem> {
    let refused = |message: &str, at: usize| {
        let before = &text[..text.floor_char_boundary(at)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default();
        Problem::error(
            message.trim().replace('\n', "; "),
            "mend it; until then the last good decisions stay in force",
        )
        .at(line, column.chars().count() + 1)
    };
    let rows: Rows = toml::from_str(text).map_err(|fault| {
        let at = fault.span().map_or(0, |span| span.start);
        refused(fault.message(), at)
    })?;
    rows.decision
        .into_iter()
        .map(|row| {
            let at = row.span().start;
            row.into_inner()
                .checked()
                .map_err(|message| refused(message, at))
        })
        .collect()
}

impl Row {
    fn checked(mut self) -> Result<Row, &'static str> {
        self.made = self
            .at
            .to_string()
            .parse()
            .map_err(|_| "`at` needs date, time and offset, as 2026-03-02T12:00:00Z")?;
        let is_named = |text: &TextRow| {
            let entry = (text.source.is_some() || text.address.is_some()) && text.key.is_some();
            entry != text.statement.is_some()
        };
        if self.texts.is_empty() || !self.texts.iter().chain(&self.others).all(is_named) {
            return Err("each text is a `statement`, or a `source` or `address` with a `key`");
        }
        match self.command {
            Ruling::Join | Ruling::Split if self.others.is_empty() => {
                Err("join and split need `others`: the texts on the other side")
            }
            Ruling::Relate | Ruling::Unrelate if self.statement.is_none() => {
                Err("relate and unrelate need a `statement`: its slug")
            }
            _ => Ok(self),
        }
    }

    fn resolve(&self, sources: &[SourceRecord]) -> Decision {
        let names = |texts: &[TextRow]| -> BTreeSet<TextName> {
            texts.iter().flat_map(|text| text.names(sources)).collect()
        };
        Decision {
            at: self.made,
            ruling: self.command,
            texts: names(&self.texts),
            others: names(&self.others),
            statement: self.statement.clone(),
            reason: self.reason.clone(),
        }
    }
}

impl TextRow {
    /// As the database names it; none where it knows no such source.
    fn names(&self, sources: &[SourceRecord]) -> Vec<TextName> {
        if let Some(slug) = &self.statement {
            return vec![TextName::Statement(slug.clone())];
        }
        let Some(key) = &self.key else {
            return Vec::new();
        };
        let is_it = |source: &&SourceRecord| {
            self.source.as_deref() == Some(source.id.as_str())
                || self.address.as_deref() == Some(source.address.as_str())
        };
        let found = sources.iter().filter(is_it);
        found
            .map(|source| TextName::Entry(source.number, key.0))
            .collect()
    }
}

impl Made {
    fn to_toml(&self) -> String {
        let mut block = String::from("[[decision]]\n");
        let at = self.at.to_rfc3339_opts(SecondsFormat::Millis, true);
        // Writing to a String does not fail.
        let _ = writeln!(block, "at = {at}\ncommand = \"{}\"", self.ruling.word());
        let mut line = |key: &str, value: &str| {
            if !value.is_empty() {
                let _ = writeln!(block, "{key} = {}", quoted(value));
            }
        };
        line("release", &self.release);
        line("title", self.title.as_deref().unwrap_or_default());
        line("statement", self.statement.as_deref().unwrap_or_default());
        line("reason", &self.reason);
        for (key, texts) in [("texts", &self.texts), ("others", &self.others)] {
            if texts.is_empty() {
                continue;
            }
            let _ = writeln!(block, "{key} = [");
            for text in texts {
                let _ = writeln!(block, "    {{ {} }},", named(text));
            }
            block.push_str("]\n");
        }
        block
    }
}

fn named(text: &TextOfRelease) -> String {
    let key = match &text.name {
        TextName::Statement(slug) => return format!("statement = {}", quoted(slug)),
        TextName::Entry(_, key) => data_encoding::HEXLOWER.encode(&key.0),
    };
    let mut parts = Vec::new();
    if let Some((id, address)) = &text.source {
        parts.push(format!("source = {}", quoted(id)));
        parts.push(format!("address = {}", quoted(address.as_str())));
    }
    parts.push(format!("key = \"{key}\""));
    if let Some(link) = &text.link {
        parts.push(format!("link = {}", quoted(link)));
    }
    parts.join(", ")
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::{Address, SourceNumber};

    fn made(ruling: Ruling, reason: &str) -> Made {
        let entry = |number: u8| TextOfRelease {
            name: TextName::Entry(SourceNumber(1), EntryKey([number; 16])),
            entry: None,
            source: Some((
                "a".into(),
                Address::of(&"https://a.example/feed".parse().unwrap()),
            )),
            link: Some("https://a.example/1".into()),
        };
        Made {
            at: "2026-03-02T12:00:00.250Z".parse().unwrap(),
            ruling,
            release: "abcdefghijklmnop".into(),
            title: Some("“Häfen”\n\\ \"'".into()),
            texts: vec![entry(1)],
            others: vec![entry(2)],
            statement: None,
            reason: reason.into(),
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let text = format!(
            "{HEADER}\n{}\n{}",
            made(Ruling::Hide, "Löschung verlangt: \"§ 1\"\n\tAz. '5'").to_toml(),
            made(Ruling::Split, "").to_toml()
        );
        let rows = parse(&text).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].reason, "Löschung verlangt: \"§ 1\"\n\tAz. '5'");
        assert_eq!(
            rows[0].made,
            "2026-03-02T12:00:00.250Z".parse::<Moment>().unwrap()
        );
        assert_eq!(rows[1].command, Ruling::Split);
        assert_eq!(
            rows[1].others[0].key.as_ref().map(|key| key.0),
            Some(EntryKey([2; 16]))
        );
    }

    #[test]
    fn faults_say_where_and_what() {
        let faults = [
            ("\n[[decision]]\ncommand = \"hide\"\n", 2, "at"),
            (
                "[[decision]]\nat = 2026-03-02T12:00:00Z\ncommand = \"burn\"\ntexts = []\n",
                3,
                "burn",
            ),
            (
                "[[decision]]\nat = 2026-03-02\ncommand = \"hide\"\ntexts = [{ statement = \"a\" }]\n",
                1,
                "offset",
            ),
            (
                "[[decision]]\nat = 2026-03-02T12:00:00Z\ncommand = \"hide\"\ntexts = [{ source = \"a\", key = \"zz\" }]\n",
                4,
                "hex",
            ),
            (
                "[[decision]]\nat = 2026-03-02T12:00:00Z\ncommand = \"join\"\ntexts = [{ statement = \"a\" }]\n",
                1,
                "others",
            ),
            (
                "[[decision]]\nat = 2026-03-02T12:00:00Z\ncommand = \"relate\"\ntexts = [{ statement = \"a\" }]\n",
                1,
                "slug",
            ),
            ("[[decision]\n", 1, ""),
        ];
        for (text, line, mentions) in faults {
            let Err(problem) = parse(text) else {
                panic!("{text} is no decision");
            };
            assert_eq!(problem.line, Some(line), "{text}: {problem}");
            assert!(problem.message.contains(mentions), "{text}: {problem}");
        }
    }
}
