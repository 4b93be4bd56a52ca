//! `try`: asks an address or a source once, politely, and says what would become of it. Keeps nothing.

use super::arguments::Asked;
use super::asking::{Look, Looker, NotRead, typed};
use super::{Ended, Misuse, answer, settings};
use crate::clock::Clock;
use crate::config::{Config, Keep, Source, masked};
use crate::database::{Database, Place};
use crate::domain::Moment;
use crate::domain::decision::TextName;
use crate::domain::entry::Entry;
use crate::domain::identity;
use crate::domain::likeness::Text;
use crate::domain::release::{By, Release};
use crate::domain::source::{Address, SourceNumber};
use crate::read::{Document, ReadError};
use crate::store;
use crate::wire::{self, Arrival, Rules};
use chrono::{SecondsFormat, TimeDelta};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use url::Url;

/// Nobody's number: what is tried and not followed is nobody's.
const STRANGER: SourceNumber = SourceNumber(i64::MAX);

/// What `try` was asked.
#[derive(clap::Args, Debug)]
pub struct Request {
    /// An address, or the id of a source.
    #[arg(value_name = "URL|SOURCE")]
    what: String,
    #[command(flatten)]
    asked: Asked,
}

/// What `try --json` says.
#[derive(Serialize)]
struct Report {
    url: String,
    ok: bool,
    status: Option<u16>,
    moved_to: Option<String>,
    duration_ms: u128,
    size_bytes: usize,
    content_type: Option<String>,
    format: Option<String>,
    title: Option<String>,
    language: Option<String>,
    error: Option<String>,
    /// It is a page that links feeds.
    links_feeds: bool,
    /// What an operator should know, a sentence each.
    remarks: Vec<String>,
    entries: Vec<Tried>,
}

/// What would become of one entry.
#[derive(Serialize)]
struct Tried {
    id: Option<String>,
    title: Option<String>,
    link: Option<String>,
    published: Option<String>,
    in_wire: bool,
    why: Vec<String>,
    release: Option<Joined>,
}

/// The release that it would join.
#[derive(Serialize)]
struct Joined {
    id: String,
    title: Option<String>,
    /// This entry is in it already.
    known: bool,
    why: Option<String>,
}

pub(super) fn attempt(path: &Path, request: &Request) -> anyhow::Result<Ended> {
    let config = settings::load_and_warn(path)?;
    let (url, source) = wanted(&config, &request.what)?;
    let report = settings::runtime()?.block_on(try_out(&config, &url, source))?;
    let ok = report.ok;
    match request.asked.json {
        true => answer::print_json(&report)?,
        false => {
            answer::print(&told(&report))?;
            if let Some(error) = &report.error {
                let remedy = match report.links_feeds {
                    true => "it links a feed: `presswire add` with this address finds it",
                    false => "",
                };
                answer::say_fault(error, remedy);
            }
        }
    }
    Ok(if ok { Ended::Done } else { Ended::Failed })
}

/// The address to ask, and the source that it is, by id or by address.
fn wanted<'c>(config: &'c Config, what: &str) -> Result<(Url, Option<&'c Source>), Misuse> {
    if let Some(source) = config.sources.iter().find(|source| source.id == what) {
        return Ok((source.url.clone(), Some(source)));
    }
    let url = match what.contains(['.', ':', '/']) {
        true => typed(what),
        false => Err(format!("no source has the id `{}`", answer::visible(what))),
    };
    let url = url.map_err(|message| Misuse {
        message,
        remedy: "write an address, or an id that `presswire sources` lists".to_owned(),
    })?;
    let address = Address::of(&url);
    let source = config
        .sources
        .iter()
        .find(|source| Address::of(&source.url) == address);
    Ok((url, source))
}

async fn try_out(config: &Config, url: &Url, source: Option<&Source>) -> anyhow::Result<Report> {
    let now = Clock::System.now();
    let look = Looker::new(config, now).look(url, source).await;
    let mut report = Report {
        url: masked(url.as_str()),
        ok: look.read.is_ok() && look.cut.is_none(),
        status: look.status,
        moved_to: (look.url != *url).then(|| masked(look.url.as_str())),
        duration_ms: look.took.as_millis(),
        size_bytes: look.size_bytes,
        content_type: look.content_type.clone(),
        format: None,
        title: None,
        language: None,
        error: None,
        links_feeds: false,
        remarks: remarks(&look, now),
        entries: Vec::new(),
    };
    let document = match look.read {
        Ok(document) => document,
        Err(why) => {
            report.error = Some(why.to_string());
            report.links_feeds =
                matches!(why, NotRead::Other(ReadError::Page { feeds, .. }) if !feeds.is_empty());
            return Ok(report);
        }
    };
    report.format = serde_json::to_value(document.format)?
        .as_str()
        .map(str::to_owned);
    report.title = document.facts.title.clone();
    report.language = document.facts.language.clone();
    report.entries = entries(config, source, document.entries, now).await?;
    Ok(report)
}

/// What is odd about the answer: the redirect, the break, ids and dates.
fn remarks(look: &Look, now: Moment) -> Vec<String> {
    let mut remarks = Vec::new();
    if look.moved {
        remarks.push(format!(
            "moved for good: write {} into feeds.toml",
            masked(look.url.as_str())
        ));
    }
    remarks.extend(
        look.cut
            .iter()
            .map(|why| format!("the document breaks off: {why}")),
    );
    if let Ok(document) = &look.read {
        remarks.extend(
            document
                .repairs
                .iter()
                .map(|repair| format!("repaired: {repair}")),
        );
        remarks.extend(of_entries(document, now));
    }
    remarks
}

fn of_entries(document: &Document, now: Moment) -> Vec<String> {
    let entries = &document.entries;
    let without = |what: &str, count: usize| {
        (count > 0).then(|| format!("{} without {what}", answer::entries(count)))
    };
    let count = |test: &dyn Fn(&Entry) -> bool| entries.iter().filter(|entry| test(entry)).count();
    let ids: Vec<&str> = entries
        .iter()
        .filter_map(|entry| entry.id.as_deref())
        .collect();
    let different: HashSet<&str> = ids.iter().copied().collect();
    let twice = ids.len() - different.len();
    let future = count(&|entry| {
        entry
            .published
            .is_some_and(|at| at > now + TimeDelta::days(1))
    });
    [
        entries.is_empty().then(|| "it has no entries".to_owned()),
        without(
            "an id: their link stands for it",
            count(&|entry| entry.id.is_none()),
        ),
        without("a link", count(&|entry| entry.link.is_none())),
        without("a title", count(&|entry| entry.title.is_none())),
        without(
            "a date that is understood: when they are first seen stands for it",
            count(&|entry| entry.published.is_none() && entry.updated.is_none()),
        ),
        (twice > 0).then(|| format!("{} with an id that another has too", answer::entries(twice))),
        (future > 0).then(|| format!("{} dated more than a day ahead", answer::entries(future))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What would become of each entry: held against topics, statements and the releases that stand.
async fn entries(
    config: &Config,
    source: Option<&Source>,
    entries: Vec<Entry>,
    now: Moment,
) -> anyhow::Result<Vec<Tried>> {
    let db = settings::database_if_any(config).await?;
    let rules = match &db {
        Some(db) => store::rules_in_force(db, config).await?.0,
        None => Rules::of(config, &[]),
    };
    let number = match (&db, source) {
        (Some(db), Some(source)) => number(db, source).await?,
        _ => STRANGER,
    };
    let faces = identity::faces(&entries);
    let arrivals: Vec<Arrival> = entries
        .iter()
        .zip(identity::keys(&entries, &faces, &[]))
        .map(|(entry, keyed)| arrival(entry, TextName::Entry(number, keyed.key), number, now))
        .collect();
    let mut joined = match &db {
        Some(db) => joined(db, &rules, &arrivals, source).await?,
        None => HashMap::new(),
    };
    let tried = entries.into_iter().zip(&arrivals).enumerate();
    let tried = tried.map(|(index, (entry, arrival))| {
        let (in_wire, why) = membership(source, &rules, &entry, &arrival.text);
        Tried {
            in_wire,
            why,
            release: joined.remove(&index),
            published: entry
                .published
                .map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
            id: entry.id,
            title: entry.title,
            link: entry.link,
        }
    });
    let tried = tried.collect();
    if let Some(db) = db {
        db.close().await;
    }
    Ok(tried)
}

async fn number(db: &Database, source: &Source) -> anyhow::Result<SourceNumber> {
    let address = Address::of(&source.url);
    let records = db.sources().await?;
    let record = records
        .iter()
        .find(|record| record.address == address || record.id == source.id);
    Ok(record.map_or(STRANGER, |record| record.number))
}

fn arrival(entry: &Entry, name: TextName, source: SourceNumber, now: Moment) -> Arrival {
    Arrival {
        name,
        text: Text {
            title: entry.title.clone(),
            html: entry
                .fuller()
                .map(|markup| markup.html.clone())
                .unwrap_or_default(),
            link: entry.link.clone(),
            language: entry.language.clone(),
            published: entry.published,
            first_seen: now,
            source: Some(source),
        },
        known: None,
        id: None,
        home: Vec::new(),
    }
}

/// Whether it would be in the wire, and why or why not.
fn membership(
    source: Option<&Source>,
    rules: &Rules,
    entry: &Entry,
    text: &Text,
) -> (bool, Vec<String>) {
    if source.is_some_and(|source| !wire::admits(source, entry)) {
        return (
            false,
            vec!["`match` or `block` of this source keeps it out".to_owned()],
        );
    }
    let (relations, _) = rules.relate(text, &[]);
    let counting = relations.iter().filter(|relation| rules.counts(relation));
    let mut why: Vec<String> = counting
        .flat_map(|relation| relation.why.iter().take(1))
        .map(ToString::to_string)
        .collect();
    let all = source.is_some_and(|source| source.keep == Keep::All);
    let in_wire = all || !why.is_empty();
    if all {
        why.insert(0, "keep = \"all\"".to_owned());
    } else if why.is_empty() {
        why.push("no topic and no statement".to_owned());
    }
    (in_wire, why)
}

/// Which arrivals would join a release that stands.
async fn joined(
    db: &Database,
    rules: &Rules,
    arrivals: &[Arrival],
    source: Option<&Source>,
) -> anyhow::Result<HashMap<usize, Joined>> {
    let placed = wire::place(db, rules, arrivals).await?;
    let mut joined = HashMap::new();
    for (index, placement) in placed.placements.into_iter().enumerate() {
        let Place::Join(number) = placement.place else {
            continue;
        };
        let Some(release) = db.releases(&[number]).await?.into_iter().next() else {
            continue;
        };
        let known = is_known(&release, &arrivals[index], source);
        joined.insert(
            index,
            Joined {
                id: release.id.to_string(),
                title: release.title,
                known,
                why: placement
                    .evidence
                    .map(|evidence| evidence.verdict.to_string()),
            },
        );
    }
    Ok(joined)
}

fn is_known(release: &Release, arrival: &Arrival, source: Option<&Source>) -> bool {
    let Some(source) = source else {
        return false;
    };
    release.publications.iter().any(|publication| {
        publication.url == arrival.text.link
            && matches!(&publication.by, By::Entry { source_url, .. } if *source_url == source.url.as_str())
    })
}

fn told(report: &Report) -> String {
    let mut text = format!("{}\n", report.url);
    if let Some(to) = &report.moved_to {
        text.push_str(&format!("  redirected to {to}\n"));
    }
    let status = report
        .status
        .map_or("no answer".to_owned(), |status| status.to_string());
    text.push_str(&format!(
        "  {status}, {} bytes in {} ms, {}\n",
        report.size_bytes,
        report.duration_ms,
        report.content_type.as_deref().unwrap_or("no content type"),
    ));
    if let Some(format) = &report.format {
        let title = report.title.as_deref().unwrap_or("without a title");
        let language = report.language.as_deref().unwrap_or("no language given");
        text.push_str(&format!(
            "  {format}, {title}, {language}, {}\n",
            answer::entries(report.entries.len())
        ));
    }
    for remark in &report.remarks {
        text.push_str(&format!("  ! {remark}\n"));
    }
    for entry in &report.entries {
        let mark = if entry.in_wire { '+' } else { ' ' };
        let date = entry
            .published
            .as_deref()
            .and_then(|at| at.get(..10))
            .unwrap_or("undated");
        let title = entry.title.as_deref().unwrap_or("without a title");
        text.push_str(&format!(
            "{mark} {date:<10}  {title}  ({})\n",
            entry.why.join(", ")
        ));
        if let Some(release) = &entry.release {
            let what = if release.known { "is in" } else { "would join" };
            let title = release.title.as_deref().unwrap_or("without a title");
            let why = release
                .why
                .as_deref()
                .map(|why| format!(": {why}"))
                .unwrap_or_default();
            text.push_str(&format!(
                "              {what} {} {title}{why}\n",
                release.id
            ));
        }
    }
    let kept = report.entries.iter().filter(|entry| entry.in_wire).count();
    if !report.entries.is_empty() {
        text.push_str(&format!("{} would be in the wire\n", answer::entries(kept)));
    }
    let width = answer::width();
    text.lines()
        .map(|line| answer::cut(&answer::visible(line), width) + "\n")
        .collect()
}
