//! `poll`: asks sources now, beside a daemon or without one.

use super::arguments::Asked;
use super::{Ended, Misuse, answer, logs, settings};
use crate::clock::Clock;
use crate::config::Config;
use crate::daemon;
use crate::database::Database;
use crate::poll::{PollError, PollReport, Poller};
use crate::store;
use crate::wire::{self, Rules};
use arc_swap::ArcSwap;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What `poll` was asked.
#[derive(clap::Args, Debug)]
pub struct Request {
    /// Ids of sources; all that are enabled where none is given.
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    #[command(flatten)]
    asked: Asked,
}

/// What `poll --json` says.
#[derive(Serialize)]
struct Report<'r> {
    ok: bool,
    polled: usize,
    failed: usize,
    new: usize,
    changed: usize,
    /// In the order of feeds.toml.
    sources: Vec<Polled<'r>>,
}

/// One source of it.
#[derive(Serialize)]
struct Polled<'r> {
    source: &'r str,
    ok: bool,
    state: &'static str,
    status: Option<u16>,
    new: usize,
    changed: usize,
    duration_ms: u128,
    message: Option<&'r str>,
    remedy: Option<&'r str>,
}

pub(super) fn poll(path: &Path, request: &Request) -> anyhow::Result<Ended> {
    let config = settings::load_and_warn(path)?;
    logs::begin(&config.log, logs::OF_COMMAND);
    let drawn = answer::is_watched() && config.log.filter.is_none();
    let reports = settings::runtime()?.block_on(polled(config, &request.sources, drawn))?;
    let report = report(&reports);
    match request.asked.json {
        true => answer::print_json(&report)?,
        false => answer::print(&told(&report))?,
    }
    Ok(if report.ok {
        Ended::Done
    } else {
        Ended::Failed
    })
}

/// Polls, and gives what came of it in the order of feeds.toml.
async fn polled(
    mut config: Config,
    wanted: &[String],
    drawn: bool,
) -> anyhow::Result<Vec<PollReport>> {
    let db = settings::database(&config).await?;
    let (rules, problems) = store::take_rules(&db, &config).await?;
    problems
        .iter()
        .for_each(|problem| answer::say(&format!("{problem}\n")));
    let rules = Arc::new(rules);
    declare(&db, &mut config, &rules).await?;
    let order: Vec<String> = config
        .sources
        .iter()
        .map(|source| source.id.clone())
        .collect();
    let poller = Poller::new(
        db.clone(),
        Arc::new(ArcSwap::from_pointee(config)),
        Arc::new(ArcSwap::new(rules)),
        Clock::System,
        CancellationToken::new(),
    );
    let bar = bar(drawn);
    let polled = poller
        .poll_now(wanted, |done, of, last| {
            bar.set_length(u64::try_from(of).unwrap_or(u64::MAX));
            bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
            bar.set_message(last.source.clone());
        })
        .await;
    bar.finish_and_clear();
    db.close().await;
    let mut polled = polled.map_err(|error| match error {
        PollError::UnknownSource(id) => Misuse {
            message: format!("no source has the id `{}`", answer::visible(&id)),
            remedy: "`presswire sources` lists them".to_owned(),
        }
        .into(),
        PollError::Database(error) => anyhow::Error::from(error),
    })?;
    polled.sort_by_key(|report| order.iter().position(|id| *id == report.source));
    Ok(polled)
}

/// What feeds.toml names may be new to the database, or be kept by other rules than before: a daemon
/// would have told it, but there may be none.
async fn declare(db: &Database, config: &mut Config, rules: &Arc<Rules>) -> anyhow::Result<()> {
    let now = Clock::System.now();
    let declared = daemon::declared(config);
    let known = db.declare_sources(&declared, now).await?;
    for (source, (number, id, undecided)) in config.sources.iter_mut().zip(known) {
        source.id = id;
        if undecided {
            wire::decide_source_anew(db, rules, source, number, now).await?;
        }
    }
    if db.declare_targets(rules.targets()).await? {
        while wire::look_back(db, rules, now).await?.is_some() {}
    }
    Ok(())
}

fn bar(drawn: bool) -> ProgressBar {
    let target = match drawn {
        true => ProgressDrawTarget::stderr(),
        // Logs would be written across it.
        false => ProgressDrawTarget::hidden(),
    };
    let bar = ProgressBar::with_draw_target(None, target);
    match ProgressStyle::with_template("{bar:32} {pos}/{len} polled, {elapsed}  {msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn report(reports: &[PollReport]) -> Report<'_> {
    let failed = reports.iter().filter(|report| !report.answered).count();
    Report {
        ok: failed == 0,
        polled: reports.len(),
        failed,
        new: reports.iter().map(|report| report.new).sum(),
        changed: reports.iter().map(|report| report.changed).sum(),
        sources: reports
            .iter()
            .map(|report| Polled {
                source: &report.source,
                ok: report.answered,
                state: report.state.word(),
                status: report.status,
                new: report.new,
                changed: report.changed,
                duration_ms: report.duration.as_millis(),
                message: report.message.as_deref(),
                remedy: report.remedy.as_deref(),
            })
            .collect(),
    }
}

fn told(report: &Report<'_>) -> String {
    if report.sources.is_empty() {
        return "no source to poll: `presswire add ADDRESS` adds one\n".to_owned();
    }
    let rows: Vec<Vec<String>> = report
        .sources
        .iter()
        .map(|polled| {
            vec![
                polled.source.to_owned(),
                polled.state.to_owned(),
                polled
                    .status
                    .map_or("–".to_owned(), |status| status.to_string()),
                polled.new.to_string(),
                polled.changed.to_string(),
                format!("{} ms", polled.duration_ms),
            ]
        })
        .collect();
    let headings = ["source", "state", "status", "new", "changed", "took"];
    let notes = report
        .sources
        .iter()
        .map(|polled| (polled.source, polled.message, polled.remedy));
    let mut text = answer::table(&headings, &rows, answer::width()) + &answer::notes(notes);
    let failed = match report.failed {
        0 => String::new(),
        failed => format!(", {failed} failed"),
    };
    text.push_str(&format!(
        "\n{} polled{failed}; {} new, {} changed\n",
        super::check::counted(report.polled, "source"),
        answer::entries(report.new),
        report.changed
    ));
    text
}
