//! The JSON of `/api/v1/` (contract §4): the same facts as the feeds, for programs.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::address::{Addresses, page_path, public_address, statement_path};
use super::date::rfc3339;
use super::feed::{self, PublicationShown, RelationShown};
use super::linked::{LinkShown, Linked};
use super::signatories::published_by;
use super::{PublishError, text};
use crate::config::Config;
use crate::database::{Database, Found, SourceRecord, StatementRecord};
use crate::domain::Moment;
use crate::domain::release::{Release, ReleaseId, ReleaseNumber, Withdrawal};
use crate::domain::source::{Address, State};
use crate::domain::statement::{Signatory, Statement, Status};
use crate::read::sanitize::CleanHtml;
use serde::Serialize;

/// What stands under an address: it, where it went, or that it was withdrawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer<T> {
    /// 200.
    Here(T),
    /// 301: it became one with another.
    MovedTo(ReleaseId),
    /// 410.
    Gone(Withdrawal),
}

/// `/api/v1/releases`.
#[derive(Clone, Debug, Serialize)]
pub struct Releases {
    /// Newest first.
    pub releases: Vec<ReleaseShown>,
    /// For `cursor=`; null: that was all.
    pub next: Option<String>,
}

/// One release; addresses as the feed gave them, resolved.
#[derive(Clone, Debug, Serialize)]
pub struct ReleaseShown {
    id: String,
    atom_id: String,
    title: Option<String>,
    url: Option<String>,
    published: Option<String>,
    updated: String,
    language: Option<String>,
    in_wire: bool,
    statement: Option<String>,
    publications: Vec<PublicationShown>,
    relations: Vec<RelationShown>,
    links: Vec<LinkShown>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    whole: Option<Whole>,
}

/// What only one release alone carries.
#[derive(Clone, Debug, Serialize)]
struct Whole {
    text: Option<String>,
    versions: Vec<VersionShown>,
}

#[derive(Clone, Debug, Serialize)]
struct VersionShown {
    updated: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    digest: String,
}

/// `/api/v1/statements`.
#[derive(Clone, Debug, Serialize)]
pub struct Statements {
    /// Newest first.
    pub statements: Vec<StatementShown>,
    /// For `cursor=`; null: that was all.
    pub next: Option<String>,
}

/// One statement of ours.
#[derive(Clone, Debug, Serialize)]
pub struct StatementShown {
    slug: String,
    id: String,
    title: String,
    date: Option<String>,
    published: Option<String>,
    updated: String,
    language: Option<String>,
    publisher: Option<String>,
    authors: Vec<String>,
    signatories: Vec<SignatoryShown>,
    original: Option<String>,
    translation_of: Option<String>,
    group: Option<String>,
    status: Status,
    summary: Option<String>,
    contact: Option<String>,
    url: String,
    digest: String,
    inferred: Vec<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    whole: Option<Whole>,
}

#[derive(Clone, Debug, Serialize)]
struct SignatoryShown {
    name: String,
    url: Option<String>,
    source: Option<String>,
    /// Where it published the text itself.
    published: Vec<String>,
}

/// A row of `/api/v1/sources` and of `sources --json`.
#[derive(Clone, Debug, Serialize)]
pub struct SourceShown {
    /// In feeds.toml.
    pub id: String,
    /// The operator's name for it, else its own.
    pub name: Option<String>,
    /// Without credentials.
    pub url: String,
    /// A word of `domain::source::State`.
    pub state: &'static str,
    /// RFC 3339: in this state since; null: never asked.
    pub since: Option<String>,
    /// RFC 3339: last answered well.
    pub last_ok: Option<String>,
    /// RFC 3339: asked next.
    pub next_poll: Option<String>,
    /// Entries known.
    pub entries: i64,
    /// What is wrong.
    pub message: Option<String>,
    /// What to do.
    pub remedy: Option<String>,
}

/// A page of `/api/v1/releases`: of the wire, or of everything (operators').
///
/// # Errors
/// `Database`.
pub async fn releases(
    db: &Database,
    config: &Config,
    all: bool,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Releases, PublishError> {
    let (page, next) = db.releases_page(all, cursor, limit).await?;
    let linked = Linked::with(db, &page).await?;
    let shown = page
        .iter()
        .map(|release| release_shown(config, release, &linked));
    Ok(Releases {
        releases: shown.collect(),
        next,
    })
}

/// `/api/v1/releases/{id}`, with text and versions.
///
/// # Errors
/// `Unknown`; `Database`.
pub async fn release(
    db: &Database,
    config: &Config,
    id: &ReleaseId,
) -> Result<Answer<ReleaseShown>, PublishError> {
    let release = match db.release(id).await? {
        Found::Release(release) => *release,
        Found::MovedTo(other) => return Ok(Answer::MovedTo(other)),
        Found::Unknown => return Err(PublishError::Unknown),
    };
    if let Some(withdrawal) = release.withdrawal {
        return Ok(Answer::Gone(withdrawal));
    }
    let linked = Linked::with(db, std::slice::from_ref(&release)).await?;
    let texts = text::texts_of(db, config, std::slice::from_ref(&release)).await?;
    let text = texts.into_iter().next().unwrap_or_default();
    let versions = db.versions(release.number).await?;
    Ok(Answer::Here(ReleaseShown {
        whole: Some(Whole {
            text: text.told().map(CleanHtml::into_string),
            versions: versions
                .into_iter()
                .map(|version| VersionShown {
                    updated: rfc3339(version.updated),
                    title: version.title,
                    digest: version.digest.to_string(),
                })
                .collect(),
        }),
        ..release_shown(config, &release, &linked)
    }))
}

/// A release as the API shows it in lists.
///
/// # Errors
/// `Database`.
pub async fn shown(
    db: &Database,
    config: &Config,
    release: &Release,
) -> Result<ReleaseShown, PublishError> {
    let linked = Linked::with(db, std::slice::from_ref(release)).await?;
    Ok(release_shown(config, release, &linked))
}

fn release_shown(config: &Config, release: &Release, linked: &Linked) -> ReleaseShown {
    let addresses = Addresses::of(&config.wire.url);
    let url = match &release.statement {
        Some(_) => Some(addresses.whole(&page_path(release))),
        None => release.url.clone(),
    };
    ReleaseShown {
        id: release.id.to_string(),
        atom_id: release.atom_id.clone(),
        title: release.title.clone(),
        url,
        published: release.published.map(rfc3339),
        updated: rfc3339(release.updated),
        language: release.language.clone(),
        in_wire: release.entered.is_some(),
        statement: release.statement.clone(),
        publications: feed::publications(&addresses, release),
        relations: feed::relations(config, release),
        links: linked.shown(release),
        whole: None,
    }
}

/// A page of `/api/v1/statements`, withdrawn ones too, newest first.
///
/// # Errors
/// `Database`.
pub async fn statements(
    db: &Database,
    config: &Config,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Statements, PublishError> {
    let mut records = db.statements().await?;
    records.retain(|record| record.read.statement.status != Status::Draft);
    records.sort_by_cached_key(place);
    if let Some(after) = cursor.and_then(read_cursor) {
        records.retain(|record| place(record) > after);
    }
    let more = records.len() > limit;
    records.truncate(limit);
    let next = records.last().filter(|_| more).map(write_cursor);
    let numbers: Vec<ReleaseNumber> = records.iter().map(|record| record.release).collect();
    let releases = db.releases(&numbers).await?;
    let by_number: HashMap<ReleaseNumber, Release> =
        releases.into_iter().map(|r| (r.number, r)).collect();
    let shown = records
        .iter()
        .map(|record| statement_shown(config, record, by_number.get(&record.release)));
    Ok(Statements {
        statements: shown.collect(),
        next,
    })
}

/// `/api/v1/statements/{slug}`, with text and versions; of a withdrawn one the text is null.
///
/// # Errors
/// `Unknown`; `Database`.
pub async fn statement(
    db: &Database,
    config: &Config,
    slug: &str,
) -> Result<StatementShown, PublishError> {
    let record = db.statement(slug).await?.ok_or(PublishError::Unknown)?;
    if record.read.statement.status == Status::Draft {
        return Err(PublishError::Unknown);
    }
    let releases = db.releases(&[record.release]).await?;
    let versions = db.versions(record.release).await?;
    let is_hidden = releases.iter().any(|release| release.withdrawal.is_some());
    let is_public = record.read.statement.status == Status::Published && !is_hidden;
    let text = is_public.then(|| text::of_statement(record.clone()));
    Ok(StatementShown {
        whole: Some(Whole {
            text: text
                .and_then(|text| text.told())
                .map(CleanHtml::into_string),
            versions: versions
                .into_iter()
                .map(|version| VersionShown {
                    updated: rfc3339(version.updated),
                    title: None,
                    digest: version.digest.to_string(),
                })
                .collect(),
        }),
        ..statement_shown(config, &record, releases.first())
    })
}

/// Newest first by its own date, else by first sight; slugs break ties.
fn place(record: &StatementRecord) -> (Reverse<i64>, String) {
    let statement = &record.read.statement;
    let date = statement.date.unwrap_or(record.first_seen);
    (Reverse(date.timestamp_millis()), statement.slug.clone())
}

fn write_cursor(record: &StatementRecord) -> String {
    let (Reverse(millis), slug) = place(record);
    format!("{millis},{slug}")
}

fn read_cursor(cursor: &str) -> Option<(Reverse<i64>, String)> {
    let (millis, slug) = cursor.split_once(',')?;
    Some((Reverse(millis.parse().ok()?), slug.to_owned()))
}

fn statement_shown(
    config: &Config,
    record: &StatementRecord,
    release: Option<&Release>,
) -> StatementShown {
    let addresses = Addresses::of(&config.wire.url);
    let statement = &record.read.statement;
    // Taken back by us, or hidden by an editor.
    let is_withdrawn = release.is_some_and(|release| release.withdrawal.is_some());
    let authors = statement.authors.iter().map(|author| author.name.clone());
    StatementShown {
        slug: statement.slug.clone(),
        id: statement.id.clone(),
        title: statement.title.clone(),
        date: statement.date.map(rfc3339),
        published: release.and_then(|release| release.published).map(rfc3339),
        updated: rfc3339(release.map_or(record.changed, |release| release.updated)),
        language: statement.language.clone(),
        publisher: statement.publisher.clone(),
        authors: authors.collect(),
        signatories: signatories(statement, release),
        original: statement.original.clone(),
        translation_of: statement.translation_of.clone(),
        group: statement.group.clone(),
        status: match is_withdrawn {
            true => Status::Withdrawn,
            false => statement.status,
        },
        summary: statement.summary.clone().filter(|_| !is_withdrawn),
        contact: statement.contact.clone(),
        url: addresses.whole(&statement_path(&statement.slug)),
        digest: record.read.digest.to_string(),
        inferred: statement.inferred.clone(),
        whole: None,
    }
}

fn signatories(statement: &Statement, release: Option<&Release>) -> Vec<SignatoryShown> {
    let all = &statement.signatories;
    let published = |signatory: &Signatory| -> Vec<String> {
        let by_them = release.map(|release| published_by(signatory, all, release));
        let by_them = by_them.into_iter().flatten();
        by_them
            .filter_map(|publication| publication.url.clone())
            .collect()
    };
    let shown = all.iter().map(|signatory| SignatoryShown {
        name: signatory.name.clone(),
        url: signatory.url.clone(),
        source: signatory.source.clone(),
        published: published(signatory),
    });
    shown.collect()
}

/// Every configured source, in the order of feeds.toml: `/api/v1/sources`, `sources --json`.
///
/// # Errors
/// `Database`.
pub async fn sources(db: &Database, config: &Config) -> Result<Vec<SourceShown>, PublishError> {
    Ok(sources_shown(config, &db.sources().await?))
}

/// The same from what the database says; a source that it does not know yet is `new`.
pub fn sources_shown(config: &Config, records: &[SourceRecord]) -> Vec<SourceShown> {
    // A made id gives way to what the database calls a source: its address is what they share.
    let by_address: HashMap<&Address, &SourceRecord> = records
        .iter()
        .map(|record| (&record.address, record))
        .collect();
    let by_id: HashMap<&str, &SourceRecord> = records
        .iter()
        .map(|record| (record.id.as_str(), record))
        .collect();
    let shown = config.sources.iter().map(|source| {
        let record = by_address.get(&Address::of(&source.url));
        let record = record.or_else(|| by_id.get(source.id.as_str()));
        source_shown(source, record.copied())
    });
    shown.collect()
}

fn source_shown(source: &crate::config::Source, record: Option<&SourceRecord>) -> SourceShown {
    let state = match record {
        _ if !source.enabled => State::Disabled,
        Some(record) => record.state,
        None => State::New,
    };
    let when = |moment: Option<Moment>| moment.map(rfc3339);
    SourceShown {
        id: record.map_or(&source.id, |record| &record.id).clone(),
        name: source
            .name
            .clone()
            .or_else(|| record.and_then(|record| record.facts.title.clone())),
        url: public_address(source.url.as_str()),
        state: state.word(),
        since: when(record.map(|record| record.since)),
        last_ok: when(record.and_then(|record| record.last_ok)),
        next_poll: when(
            record
                .and_then(|record| record.next_poll)
                .filter(|_| source.enabled),
        ),
        entries: record.map_or(0, |record| record.entries),
        message: record.and_then(|record| record.message.clone()),
        remedy: record.and_then(|record| record.remedy.clone()),
    }
}
