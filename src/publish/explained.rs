//! What `explain` found, for programs: the release as the API shows it, and what its place rests on.

use super::api::{self, ReleaseShown};
use super::feed::RelationShown;
use super::{Addresses, PublishError, address, date};
use crate::config::Config;
use crate::database::Database;
use crate::domain::decision::{Decision, Ruling};
use crate::domain::likeness::{Evidence, Verdict};
use crate::domain::relation::Relation;
use crate::domain::release::By;
use crate::wire::{Apart, Brings, Explained, Explanation, Joined, Remedy, figures};
use serde::Serialize;

/// One release explained. Everything that the API shows of it, and beside it:
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedShown {
    #[serde(flatten)]
    release: ReleaseShown,
    /// RFC 3339: since when it is in the wire; null: it is not.
    entered: Option<String>,
    /// In the order of `publications`.
    joined: Vec<JoinedShown>,
    /// Statements that came near and do not count.
    near: Vec<RelationShown>,
    /// Releases that are like it and are others.
    apart: Vec<ApartShown>,
    /// What would bring it into the wire, each by itself.
    would_enter: Vec<RemedyShown>,
    /// What editors decided about its texts, in the order in which they did.
    decisions: Vec<DecisionShown>,
    /// Its text was let go: near misses can't be looked at any more.
    text_is_gone: bool,
}

#[derive(Clone, Debug, Serialize)]
struct JoinedShown {
    source: Option<String>,
    url: Option<String>,
    #[serde(rename = "as")]
    joined_as: &'static str,
    why: Option<String>,
    evidence: Option<Evidence>,
    brings_into_wire: bool,
    because: String,
}

#[derive(Clone, Debug, Serialize)]
struct DecisionShown {
    at: String,
    command: Ruling,
    /// Of `relate` and `unrelate`.
    statement: Option<String>,
    reason: String,
}

#[derive(Clone, Debug, Serialize)]
struct ApartShown {
    release: String,
    title: Option<String>,
    url: Option<String>,
    statement: Option<String>,
    verdict: Verdict,
    why: String,
    evidence: Evidence,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum RemedyShown {
    Threshold { statement: String, at_most: f64 },
    Topic { words: Vec<String> },
    KeepAll { source: String },
    Match { source: String },
    Unblock { source: String, pattern: String },
}

/// What was found, with addresses as they are served.
///
/// # Errors
/// `Database`, where releases that it links to can't be read.
pub async fn explained(
    db: &Database,
    config: &Config,
    explained: &Explained,
) -> Result<ExplainedShown, PublishError> {
    let addresses = Addresses::of(&config.wire.url);
    let release = &explained.release;
    Ok(ExplainedShown {
        release: api::shown(db, config, release).await?,
        entered: release.entered.map(date::rfc3339),
        joined: explained
            .publications
            .iter()
            .map(|one| joined(&addresses, explained, one))
            .collect(),
        near: explained.near.iter().map(relation).collect(),
        apart: explained.apart.iter().map(apart).collect(),
        would_enter: explained.remedies.iter().map(remedy).collect(),
        decisions: explained.decisions.iter().map(decision).collect(),
        text_is_gone: explained.is_faded,
    })
}

fn decision(decision: &Decision) -> DecisionShown {
    DecisionShown {
        at: date::rfc3339(decision.at),
        command: decision.ruling,
        statement: decision.statement.clone(),
        reason: decision.reason.clone(),
    }
}

fn joined(addresses: &Addresses, explained: &Explained, one: &Explanation) -> JoinedShown {
    let (source, url) = match &one.publication.by {
        By::Statement(slug) => (None, Some(addresses.whole(&address::statement_path(slug)))),
        By::Entry { source_id, .. } => (Some(source_id.clone()), one.publication.url.clone()),
    };
    let (joined_as, evidence) = match &one.joined {
        Joined::Ours => ("ours", None),
        Joined::Founded if explained.publications.len() == 1 => ("alone", None),
        Joined::Founded => ("founder", None),
        Joined::As(evidence) => ("joined", Some(evidence.as_ref().clone())),
        Joined::Editor => ("editor", None),
    };
    JoinedShown {
        source,
        url,
        joined_as,
        why: evidence.as_ref().map(figures),
        evidence,
        brings_into_wire: matches!(one.brings, Brings::Ours | Brings::All | Brings::Related),
        because: one.brings.to_string(),
    }
}

fn relation(relation: &Relation) -> RelationShown {
    RelationShown {
        target: relation.target.clone(),
        score: relation.score,
        why: relation.why.iter().map(ToString::to_string).collect(),
    }
}

fn apart(apart: &Apart) -> ApartShown {
    ApartShown {
        release: apart.id.to_string(),
        title: apart.title.clone(),
        url: apart.url.clone(),
        statement: apart.statement.clone(),
        verdict: apart.judged.verdict,
        why: figures(&apart.judged.evidence),
        evidence: apart.judged.evidence.clone(),
    }
}

fn remedy(remedy: &Remedy) -> RemedyShown {
    match remedy.clone() {
        Remedy::Threshold { statement, score } => RemedyShown::Threshold {
            statement,
            at_most: score,
        },
        Remedy::Topic { words } => RemedyShown::Topic { words },
        Remedy::KeepAll { source } => RemedyShown::KeepAll { source },
        Remedy::Match { source } => RemedyShown::Match { source },
        Remedy::Unblock { source, pattern } => RemedyShown::Unblock { source, pattern },
    }
}
