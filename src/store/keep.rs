//! The second half of the walk: what one look found -> the database.
//!
//! Only what is new or changed is placed and written; ids are on disk before anything is served under
//! them. What vanished is reported and stays; an emptied or unmounted folder withdraws nothing.

use super::document::visible;
use super::ids::{self, Known};
use super::problem::{Problem, Severity};
use super::slug;
use super::{Haste, Reading, folder, ids_path, read};
use crate::config::Config;
use crate::database::{Database, DatabaseError, Kept, StatementRecord, StatementWrite};
use crate::domain::Moment;
use crate::domain::decision::TextName;
use crate::domain::likeness::Text;
use crate::domain::statement::{StatementRead, Status};
use crate::wire::{self, Arrival, Rules};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// How often a plan is made anew where polls found releases meanwhile.
const PLANS: usize = 8;
/// When to look again for a file that was being written.
const SOON: Duration = Duration::from_millis(300);

/// Why statements could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The database's.
    #[error("keep statements")]
    Database(#[from] DatabaseError),
    /// Others wrote faster than we could plan; nothing was kept, the next look tries again.
    #[error("keep statements: overtaken by other writers {PLANS} times")]
    Overtaken,
    /// The look at the files broke off; the text says how.
    #[error("read statements: {0}")]
    Reading(String),
}

/// What came of one look at the store.
#[derive(Debug, Default)]
pub struct KeepReport {
    /// Statements that are public now, by their files.
    pub statements: usize,
    /// Statements that were not known.
    pub new: usize,
    /// Releases that visibly changed.
    pub changed: usize,
    /// Faults of files, and files that vanished.
    pub problems: Vec<Problem>,
    /// When to look again at the latest, for an embargo that ends or a file that was being written;
    /// None: when the next hint or rescan says so.
    pub look_again_in: Option<Duration>,
}

/// Reads the store and keeps what is new or changed.
///
/// # Errors
/// The database's; other writers', where they overtook every plan. What is wrong with files is in
/// the report.
pub async fn keep(
    database: &Database,
    rules: &Rules,
    config: &Config,
    now: Moment,
) -> Result<KeepReport, KeepError> {
    keep_if(database, rules, config, now, false).await
}

/// The same after a reload: every statement is related anew, changed or not.
///
/// # Errors
/// As [`keep`].
pub async fn keep_again(
    database: &Database,
    rules: &Rules,
    config: &Config,
    now: Moment,
) -> Result<KeepReport, KeepError> {
    keep_if(database, rules, config, now, true).await
}

async fn keep_if(
    database: &Database,
    rules: &Rules,
    config: &Config,
    now: Moment,
    all: bool,
) -> Result<KeepReport, KeepError> {
    let records = database.statements().await?;
    let mut reading = look(config, now, &records).await?;
    let mut report = KeepReport {
        statements: reading.statements.len(),
        look_again_in: look_again_in(&reading, now),
        ..KeepReport::default()
    };
    let first_reading = is_first(&reading, &records);
    remember(config, &mut reading, first_reading).await?;
    report.problems = std::mem::take(&mut reading.problems);
    report.problems.extend(vanished(config, &reading, &records));
    let due = due(reading.statements, &records, all);
    if !due.is_empty() {
        let rules = with_signatories(rules, config, &records, &due);
        let (new, changed) = write(database, &rules, config, now, &due, first_reading).await?;
        (report.new, report.changed) = (new, changed);
    }
    Ok(report)
}

/// Reads the files on a thread that may block.
async fn look(
    config: &Config,
    now: Moment,
    records: &[StatementRecord],
) -> Result<Reading, KeepError> {
    let remembered: Vec<Known> = records
        .iter()
        .map(|record| Known {
            slug: record.read.statement.slug.clone(),
            id: record.read.statement.id.clone(),
            digest: record.read.digest.to_string(),
            path: record.read.statement.path.clone(),
        })
        .collect();
    // Before anything is served nobody waits for a file to settle but those who start us.
    let haste = if records.is_empty() {
        Haste::Now
    } else {
        Haste::NextLook
    };
    let config = config.clone();
    tokio::task::spawn_blocking(move || read(&config, now, &remembered, haste))
        .await
        .map_err(|cause| KeepError::Reading(cause.to_string()))
}

fn look_again_in(reading: &Reading, now: Moment) -> Option<Duration> {
    let embargo = reading
        .next_embargo
        // A clock that is set forward by hand is seen by the rescans between.
        .map(|until| (until - now).to_std().unwrap_or_default());
    let unsettled = reading.unsettled.then_some(SOON);
    [embargo, unsettled].into_iter().flatten().min()
}

/// Whether this is the first reading of the store (contract §4, Order): the database knows no
/// statement, and `ids.jsonl` does not say that a reading before found none (it is there, and empty).
fn is_first(reading: &Reading, records: &[StatementRecord]) -> bool {
    records.is_empty() && reading.remembered != Some(0)
}

/// Appends to `ids.jsonl`; where it can't be written, the database remembers alone.
async fn remember(
    config: &Config,
    reading: &mut Reading,
    first_reading: bool,
) -> Result<(), KeepError> {
    let lines = std::mem::take(&mut reading.lines);
    let found_none = first_reading && reading.remembered.is_none() && !reading.partial;
    if lines.is_empty() && !found_none {
        return Ok(());
    }
    let path = ids_path(config);
    let written = tokio::task::spawn_blocking(move || ids::append(&path, &lines))
        .await
        .map_err(|cause| KeepError::Reading(cause.to_string()))?;
    if let Err(cause) = written {
        let mut problem = Problem::warning(
            format!("can't be written: {cause}"),
            "let presswire write it: a lost database would give other ids without it",
        );
        problem.path = ids_path(config);
        reading.problems.push(problem);
    }
    Ok(())
}

/// Statements whose file is gone: they stay served.
fn vanished(config: &Config, reading: &Reading, records: &[StatementRecord]) -> Vec<Problem> {
    if reading.partial {
        return Vec::new();
    }
    let ids: HashSet<&str> = reading
        .statements
        .iter()
        .map(|read| read.statement.id.as_str())
        .collect();
    records
        .iter()
        .map(|record| &record.read.statement)
        .filter(|statement| statement.status != Status::Withdrawn)
        .filter(|statement| {
            !ids.contains(statement.id.as_str()) && !reading.files.contains(&statement.path)
        })
        .map(|statement| {
            let mut problem = Problem::warning(
                "the file has vanished; the statement stays public",
                "put it back; to take the statement back, set status: withdrawn in it",
            );
            problem.path = folder(config).join(&statement.path);
            problem
        })
        .collect()
}

/// A statement to be written, with what the database has of it.
struct Due {
    read: StatementRead,
    known: Option<StatementRecord>,
}

/// What is new or visibly changed; `all`: everything.
fn due(statements: Vec<StatementRead>, records: &[StatementRecord], all: bool) -> Vec<Due> {
    let by_id: HashMap<&str, &StatementRecord> = records
        .iter()
        .map(|record| (record.read.statement.id.as_str(), record))
        .collect();
    statements
        .into_iter()
        .map(|read| match by_id.get(read.statement.id.as_str()) {
            Some(&known) => Due {
                read: with_last_words(read, known),
                known: Some(known.clone()),
            },
            None => Due { read, known: None },
        })
        .filter(|due| {
            let same = due.known.as_ref().is_some_and(|known| {
                known.read.visible == due.read.visible
                    && known.read.digest == due.read.digest
                    && known.read.statement.path == due.read.statement.path
            });
            all || !same
        })
        .collect()
}

/// A withdrawal may consist of its front matter alone: what the statement was stays known.
fn with_last_words(mut read: StatementRead, known: &StatementRecord) -> StatementRead {
    let emptied = read.statement.status == Status::Withdrawn && read.statement.body.html.is_empty();
    if !emptied {
        return read;
    }
    let mut statement = known.read.statement.clone();
    statement.status = Status::Withdrawn;
    statement.reason.clone_from(&read.statement.reason);
    statement.path.clone_from(&read.statement.path);
    statement.slug.clone_from(&read.statement.slug);
    read.visible = visible(&statement);
    read.digest = known.read.digest;
    read.statement = statement;
    read
}

/// The rules with the signatories of statements that are about to be kept: who published one before we
/// did is known by them.
fn with_signatories(
    rules: &Rules,
    config: &Config,
    records: &[StatementRecord],
    due: &[Due],
) -> Rules {
    let slugs: HashSet<&str> = due
        .iter()
        .map(|due| due.read.statement.slug.as_str())
        .collect();
    let stand = records
        .iter()
        .map(|record| &record.read.statement)
        .filter(|statement| !slugs.contains(statement.slug.as_str()));
    let due = due.iter().map(|due| &due.read.statement);
    rules.clone().signed(config, stand.chain(due))
}

/// Places and writes; gives how many are new, and how many releases changed.
async fn write(
    database: &Database,
    rules: &Rules,
    config: &Config,
    now: Moment,
    due: &[Due],
    first_reading: bool,
) -> Result<(usize, usize), KeepError> {
    let arrivals: Vec<Arrival> = due.iter().map(|due| arrival(due, config, now)).collect();
    for _ in 0..PLANS {
        let placed = wire::place(database, rules, &arrivals).await?;
        let planned_at = placed.planned_at;
        let writes = due
            .iter()
            .zip(placed.placements)
            .map(|(due, placement)| StatementWrite {
                read: due.read.clone(),
                topics: labels(&due.read, config),
                placement,
                first_reading,
            })
            .collect();
        match database.keep_statements(writes, planned_at, now).await? {
            Kept::Written { changed, new, .. } => return Ok((new, changed)),
            Kept::Overtaken | Kept::LeaseLost => {}
        }
    }
    Err(KeepError::Overtaken)
}

fn arrival(due: &Due, config: &Config, now: Moment) -> Arrival {
    let statement = &due.read.statement;
    let page = config
        .wire
        .url
        .join(&format!("statements/{}", statement.slug));
    Arrival {
        name: TextName::Statement(statement.slug.clone()),
        text: Text {
            title: Some(statement.title.clone()),
            html: statement.body.html.clone(),
            link: page.ok().map(String::from),
            language: statement.language.clone(),
            published: statement.date,
            first_seen: due.known.as_ref().map_or(now, |known| known.first_seen),
            source: None,
        },
        known: due.known.as_ref().map(|known| known.release),
        id: None,
        home: Vec::new(),
    }
}

/// The statement's topics as labels (slug, name): a `[[topic]]`'s own slug where it names one.
fn labels(read: &StatementRead, config: &Config) -> Vec<(String, String)> {
    let mut labels: Vec<(String, String)> = Vec::new();
    for name in &read.statement.topics {
        let configured = config
            .topics
            .iter()
            .find(|topic| topic.slug == *name || topic.name.to_lowercase() == name.to_lowercase());
        let label = match configured {
            Some(topic) => Some((topic.slug.clone(), topic.name.clone())),
            None => slug::slugify(name).map(|slug| (slug, name.clone())),
        };
        labels.extend(label.filter(|(slug, _)| labels.iter().all(|(known, _)| known != slug)));
    }
    labels
}

impl KeepReport {
    /// Says each problem in the log; what was said in the last look is not said again.
    ///
    /// Texts of files that are not public are in no line, and warnings about such files are for
    /// `check` alone.
    pub fn log(&self, said: &mut HashSet<String>) {
        let mut now_said = HashSet::new();
        for problem in &self.problems {
            if problem.hidden && problem.severity == Severity::Warning {
                continue;
            }
            let line = problem.to_string();
            if !said.contains(&line) {
                match problem.severity {
                    Severity::Error => tracing::error!(file = %problem.path.display(), "{line}"),
                    Severity::Warning => tracing::warn!(file = %problem.path.display(), "{line}"),
                }
            }
            now_said.insert(line);
        }
        *said = now_said;
    }
}
