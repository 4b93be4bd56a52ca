//! `check`: is everything right with feeds.toml and the statements?

use super::arguments::Asked;
use super::{Ended, answer, settings};
use crate::clock::Clock;
use crate::config::{Fault, Severity};
use crate::store::{self, Problem};
use serde::Serialize;
use std::path::Path;

/// What `check --json` says.
#[derive(Serialize)]
struct Report {
    ok: bool,
    config: String,
    sources: usize,
    topics: usize,
    /// Public ones.
    statements: usize,
    faults: Vec<Told>,
}

/// One fault of it.
#[derive(Serialize)]
struct Told {
    severity: &'static str,
    path: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    message: String,
    remedy: String,
}

pub(super) fn check(path: &Path, asked: Asked) -> anyhow::Result<Ended> {
    let (config, mut faults, more) = match settings::load(path) {
        Ok((config, warnings)) => (Some(config), warnings, 0),
        Err(errors) => (None, errors.faults, errors.more),
    };
    let refused = config.is_none();
    let mut statements = 0;
    if let Some(config) = &config {
        let reading = store::read_all(config, Clock::System.now());
        statements = reading.statements.len();
        let decisions = store::decisions_problem(config);
        faults.extend(
            reading
                .problems
                .into_iter()
                .chain(decisions)
                .map(of_statement),
        );
    }
    let errors = more
        + faults
            .iter()
            .filter(|fault| fault.severity == Severity::Error)
            .count();
    let warnings = faults.len() + more - errors;
    for fault in &faults {
        answer::say(&(fault.render(true) + "\n"));
    }
    let (sources, topics) = config
        .as_ref()
        .map_or((0, 0), |config| (config.sources.len(), config.topics.len()));
    if asked.json {
        answer::print_json(&Report {
            ok: errors == 0,
            config: path.display().to_string(),
            sources,
            topics,
            statements,
            faults: faults.drain(..).map(told).collect(),
        })?;
    } else if errors == 0 {
        let warned = if warnings > 0 {
            format!(", {}", counted(warnings, "warning"))
        } else {
            String::new()
        };
        answer::print(&format!(
            "{}: in order; {}, {}, {}{warned}\n",
            path.display(),
            counted(sources, "source"),
            counted(topics, "topic"),
            counted(statements, "statement"),
        ))?;
    } else {
        answer::say(&format!("{} at fault\n", counted(errors, "place")));
    }
    Ok(match (refused, errors) {
        (true, _) => Ended::Misused,
        (false, 0) => Ended::Done,
        (false, _) => Ended::Failed,
    })
}

/// What the store says of a file, in the form of all faults.
fn of_statement(problem: Problem) -> Fault {
    let severity = match problem.severity {
        store::Severity::Error => Severity::Error,
        store::Severity::Warning => Severity::Warning,
    };
    let number = |number: Option<u32>| number.and_then(|number| usize::try_from(number).ok());
    match number(problem.line) {
        Some(line) => Fault::in_line(
            severity,
            problem.path,
            (line, number(problem.column)),
            problem.excerpt.as_deref(),
            (problem.message, problem.remedy),
        ),
        None => Fault::without_place(
            severity,
            Some(problem.path),
            problem.message,
            problem.remedy,
        ),
    }
}

fn told(fault: Fault) -> Told {
    Told {
        severity: fault.severity.word(),
        path: fault.path.map(|path| path.display().to_string()),
        line: fault.line,
        column: fault.column,
        message: fault.message,
        remedy: fault.remedy,
    }
}

/// `1 source`, `2 sources`.
pub(super) fn counted(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}
