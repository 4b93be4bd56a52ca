//! `hide`, `unhide`, `join`, `split`, `relate`, `unrelate`: an editor's word, kept in
//! store/decisions.toml and carried out at once, beside a daemon or without one.

use super::{Ended, answer, settings};
use crate::clock::Clock;
use crate::config::Config;
use crate::database::{Database, TextOfRelease};
use crate::domain::decision::{Ruling, TextName};
use crate::domain::likeness::canonical_link;
use crate::domain::release::Release;
use crate::publish::Addresses;
use crate::publish::address::page_path;
use crate::store::{self, Made};
use crate::wire;
use chrono::SubsecRound;
use serde::Serialize;
use std::path::Path;

/// What an editor says, as it was typed.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) ruling: Ruling,
    pub(super) id: String,
    /// `join`: the other release; `split`: an address; `relate`, `unrelate`: a statement.
    pub(super) other: String,
    pub(super) reason: String,
    pub(super) json: bool,
}

/// What `--json` says.
#[derive(Serialize)]
struct Report {
    ok: bool,
    command: &'static str,
    /// The release that was named, as it is called now.
    release: String,
    url: String,
    /// `split`: the release that the publication is in now.
    split_off: Option<String>,
    /// Releases of which something that is served has changed.
    changed: usize,
}

/// Why a decision is none.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Refused {
    message: String,
    remedy: String,
}

fn refused<T>(message: impl Into<String>, remedy: impl Into<String>) -> anyhow::Result<T> {
    let (message, remedy) = (message.into(), remedy.into());
    Err(Refused { message, remedy }.into())
}

pub(super) fn decide(path: &Path, said: &Said) -> anyhow::Result<Ended> {
    let config = settings::load_and_warn(path)?;
    let decided = settings::runtime()?.block_on(decided(&config, said));
    let report = match decided {
        Ok(report) => report,
        Err(error) => {
            let Some(refused) = error.downcast_ref::<Refused>() else {
                return Err(error);
            };
            answer::say_fault(&answer::visible(&refused.message), &refused.remedy);
            return Ok(Ended::Failed);
        }
    };
    match said.json {
        true => answer::print_json(&report)?,
        false => answer::print(&told(&report))?,
    }
    Ok(Ended::Done)
}

async fn decided(config: &Config, said: &Said) -> anyhow::Result<Report> {
    let Some(db) = settings::database_if_any(config).await? else {
        return refused(
            "there is no database yet, so no release",
            "run the daemon, or `presswire poll`, first",
        );
    };
    let report = decided_in(&db, config, said).await;
    db.close().await;
    report
}

async fn decided_in(db: &Database, config: &Config, said: &Said) -> anyhow::Result<Report> {
    let in_force = store::decisions(db, config).await?;
    if let Some(problem) = in_force.problems.iter().find(|problem| problem.refuses()) {
        return refused(problem.to_string(), "nothing was written");
    }
    let now = Clock::System.now().trunc_subsecs(3);
    let release = named(db, config, &said.id).await?;
    let mut made = Made {
        at: now,
        ruling: said.ruling,
        release: release.id.to_string(),
        title: release.title.clone(),
        texts: db.texts_of_release(release.number).await?,
        others: Vec::new(),
        statement: None,
        reason: said.reason.trim().to_owned(),
    };
    complete(db, config, said, &release, &mut made).await?;
    store::append_decision(config, &made).map_err(|cause| Refused {
        message: format!("{}: {cause}", store::decisions_path(config).display()),
        remedy: "let presswire write it; nothing was decided".to_owned(),
    })?;
    let (rules, _) = store::take_rules(db, config).await?;
    let changed = wire::take(db, &rules, now).await?;
    report(db, config, &release, &made, changed).await
}

/// Adds what the ruling needs beside the release, or says why it can't be.
async fn complete(
    db: &Database,
    config: &Config,
    said: &Said,
    release: &Release,
    made: &mut Made,
) -> anyhow::Result<()> {
    match said.ruling {
        Ruling::Hide | Ruling::Unhide => Ok(()),
        Ruling::Join => {
            let other = named(db, config, &said.other).await?;
            if other.number == release.number {
                return refused("they are one release already", "");
            }
            if other.statement.is_some() && release.statement.is_some() {
                return refused(
                    "both are statements of ours, each with a page and an id of its own",
                    "withdraw one of them, or give them one `group`",
                );
            }
            made.others = db.texts_of_release(other.number).await?;
            Ok(())
        }
        Ruling::Split => {
            let all = std::mem::take(&mut made.texts);
            let wanted = canonical_link(&said.other);
            let is_it = |text: &TextOfRelease| match &text.link {
                Some(link) => *link == said.other || canonical_link(link) == wanted,
                None => false,
            };
            (made.texts, made.others) = all.into_iter().partition(is_it);
            match (made.texts.is_empty(), made.others.is_empty()) {
                (true, _) => refused(
                    format!(
                        "no publication of {} has the address {}",
                        release.id, said.other
                    ),
                    links(&made.others),
                ),
                (_, true) => refused("nobody else publishes it: there is nothing to split", ""),
                _ => Ok(()),
            }
        }
        Ruling::Relate | Ruling::Unrelate => {
            let slug = said
                .other
                .trim_matches('/')
                .trim_start_matches("statements/");
            if db.statement(slug).await?.is_none() {
                return refused(
                    format!("no statement has the slug {slug}"),
                    "it is the end of the statement's address, /statements/SLUG",
                );
            }
            if release.statement.as_deref() == Some(slug) {
                return refused("that is the statement itself", "");
            }
            made.statement = Some(slug.to_owned());
            Ok(())
        }
    }
}

fn links(texts: &[TextOfRelease]) -> String {
    let links: Vec<&str> = texts
        .iter()
        .filter_map(|text| text.link.as_deref())
        .collect();
    match links.is_empty() {
        true => "it has no publication but our own".to_owned(),
        false => format!("its publications: {}", links.join(" ")),
    }
}

/// The one release that is meant.
async fn named(db: &Database, config: &Config, asked: &str) -> anyhow::Result<Release> {
    let mut found = wire::find(db, config, asked).await?;
    match (found.pop(), found.is_empty()) {
        (Some(release), true) => Ok(release),
        (None, _) => refused(
            format!("nothing is known by {asked}"),
            "give a release's id, as at the end of /releases/ID, a statement's slug, or the address of a publication",
        ),
        (Some(last), false) => {
            let ids: Vec<String> = found.iter().map(|release| release.id.to_string()).collect();
            refused(
                format!("{asked} stands in several releases"),
                format!("name one of them: {} {}", ids.join(" "), last.id),
            )
        }
    }
}

async fn report(
    db: &Database,
    config: &Config,
    release: &Release,
    made: &Made,
    changed: usize,
) -> anyhow::Result<Report> {
    let first = |texts: &[TextOfRelease]| texts.first().map(|text| text.name.clone());
    let split_off = match made.ruling {
        Ruling::Split => release_of(db, first(&made.texts)).await?,
        _ => None,
    };
    let stays = match made.ruling {
        Ruling::Split => first(&made.others),
        _ => first(&made.texts),
    };
    let release = release_of(db, stays)
        .await?
        .unwrap_or_else(|| release.clone());
    Ok(Report {
        ok: true,
        command: made.ruling.word(),
        url: Addresses::of(&config.wire.url).whole(&page_path(&release)),
        release: release.id.to_string(),
        split_off: split_off.map(|release| release.id.to_string()),
        changed,
    })
}

async fn release_of(db: &Database, text: Option<TextName>) -> anyhow::Result<Option<Release>> {
    let stands = db.stands(text.into_iter().collect()).await?;
    let numbers: Vec<_> = stands.values().map(|stands| stands.release).collect();
    Ok(db.releases(&numbers).await?.pop())
}

fn told(report: &Report) -> String {
    let also = match &report.split_off {
        Some(id) => format!("; split off: {id}"),
        None => String::new(),
    };
    format!("{}: {}{also}\n", report.command, report.url)
}
