//! `explain`: why a release is or isn't in the wire, and why its publications are one release.

use super::arguments::Explaining;
use super::{Ended, answer, settings};
use crate::config::Config;
use crate::database::Database;
use crate::domain::Moment;
use crate::domain::decision::Decision;
use crate::domain::relation::{Relation, Target};
use crate::domain::release::{By, Release};
use crate::publish::{self, Addresses, date};
use crate::store;
use crate::wire::{self, Apart, Explained, Explanation, Joined, Remedy, figures};
use std::fmt::Write as _;
use std::path::Path;

pub(super) fn explain(path: &Path, asked: &Explaining) -> anyhow::Result<Ended> {
    let config = settings::load_and_warn(path)?;
    settings::runtime()?.block_on(answer_on(&config, asked))
}

async fn answer_on(config: &Config, asked: &Explaining) -> anyhow::Result<Ended> {
    let Some(db) = settings::database_if_any(config).await? else {
        return Ok(not_known(asked));
    };
    let ended = answer_from(&db, config, asked).await;
    db.close().await;
    ended
}

async fn answer_from(db: &Database, config: &Config, asked: &Explaining) -> anyhow::Result<Ended> {
    let releases = wire::find(db, config, &asked.what).await?;
    if releases.is_empty() {
        return Ok(not_known(asked));
    }
    let (rules, _) = store::rules_in_force(db, config).await?;
    let mut explained = Vec::with_capacity(releases.len());
    for release in releases {
        explained.push(wire::explain(db, &rules, config, release).await?);
    }
    match asked.asked.json {
        true => print_json(db, config, &explained).await?,
        false => {
            let texts: Vec<String> = explained
                .iter()
                .map(|explained| told(config, explained))
                .collect();
            answer::print(&texts.join("\n"))?;
        }
    }
    Ok(Ended::Done)
}

fn not_known(asked: &Explaining) -> Ended {
    answer::say_fault(
        &format!("nothing is known by {}", answer::visible(&asked.what)),
        "give the address of a publication, a release's id, or a statement's slug; `presswire try` tells what an entry that was never kept would become",
    );
    Ended::Failed
}

/// One release as one object; the others that were published at the address are in its `also`.
async fn print_json(db: &Database, config: &Config, all: &[Explained]) -> anyhow::Result<()> {
    #[derive(serde::Serialize)]
    struct Answer {
        #[serde(flatten)]
        first: publish::ExplainedShown,
        also: Vec<publish::ExplainedShown>,
    }
    let mut shown = Vec::with_capacity(all.len());
    for explained in all {
        shown.push(publish::explained(db, config, explained).await?);
    }
    let mut shown = shown.into_iter();
    let Some(first) = shown.next() else {
        return Ok(());
    };
    let also = shown.collect();
    answer::print_json(&Answer { first, also })
}

fn told(config: &Config, explained: &Explained) -> String {
    let release = &explained.release;
    let mut text = String::new();
    let mut line = |line: String| {
        let _ = writeln!(text, "{line}");
    };
    let title = release.title.as_deref().unwrap_or("without title");
    line(answer::visible(title));
    line(format!(
        "  release {}  {}",
        release.id,
        page(config, release)
    ));
    line(format!("  {}", standing(explained)));
    section(
        &mut line,
        "Publications",
        &explained.publications,
        publication,
    );
    section(&mut line, "Editors decided", &explained.decisions, decision);
    section(&mut line, "Related to", &release.relations, relation);
    section(
        &mut line,
        "Near, and not related",
        &explained.near,
        relation,
    );
    section(
        &mut line,
        "Like it, and another release",
        &explained.apart,
        apart,
    );
    section(
        &mut line,
        "It would enter the wire with",
        &explained.remedies,
        remedy,
    );
    if explained.is_faded {
        line("Its text was let go ([store] keep_unrelated): near misses can't be looked at any more.".to_owned());
    }
    text
}

fn decision(decision: &Decision) -> Vec<String> {
    let mut words = format!("{} {}", date::rfc3339(decision.at), decision.ruling.word());
    if let Some(statement) = &decision.statement {
        words.push_str(&format!(" {statement}"));
    }
    if !decision.reason.is_empty() {
        words.push_str(&format!(": {}", decision.reason));
    }
    vec![words]
}

fn section<T>(
    line: &mut impl FnMut(String),
    heading: &str,
    items: &[T],
    words: impl Fn(&T) -> Vec<String>,
) {
    if items.is_empty() {
        return;
    }
    line(heading.to_owned());
    for item in items {
        let words = words(item);
        for (at, words) in words.iter().enumerate() {
            let indent = if at == 0 { "  " } else { "      " };
            line(format!("{indent}{}", answer::visible(words)));
        }
    }
}

fn page(config: &Config, release: &Release) -> String {
    Addresses::of(&config.wire.url).whole(&publish::address::page_path(release))
}

fn standing(explained: &Explained) -> String {
    let release = &explained.release;
    let at = |moment: Moment| date::rfc3339(moment);
    match (&release.withdrawal, release.entered) {
        (Some(withdrawal), _) if withdrawal.reason.is_empty() => {
            format!("withdrawn since {}", at(withdrawal.when))
        }
        (Some(withdrawal), _) => format!(
            "withdrawn since {}: {}",
            at(withdrawal.when),
            answer::visible(&withdrawal.reason)
        ),
        (None, Some(entered)) => format!("in the wire since {}", at(entered)),
        (None, None) => "not in the wire".to_owned(),
    }
}

fn publication(one: &Explanation) -> Vec<String> {
    let (who, what) = match &one.publication.by {
        By::Statement(slug) => ("ours", format!("statement {slug}")),
        By::Entry { source_id, .. } => (
            source_id.as_str(),
            one.publication.url.clone().unwrap_or_default(),
        ),
    };
    let joined = match &one.joined {
        Joined::Ours => "our own text".to_owned(),
        Joined::Founded => "founded the release".to_owned(),
        Joined::As(evidence) => format!("joined as {}", figures(evidence)),
        Joined::Editor => "joined by an editor's word".to_owned(),
    };
    vec![format!("{who}  {what}"), joined, one.brings.to_string()]
}

fn relation(relation: &Relation) -> Vec<String> {
    let mut words = vec![match &relation.target {
        Target::Topic(slug) => format!("topic {slug}"),
        Target::Statement(slug) => format!("statement {slug}, score {:.3}", relation.score),
    }];
    words.extend(relation.why.iter().map(ToString::to_string));
    words
}

fn apart(apart: &Apart) -> Vec<String> {
    let title = apart.title.as_deref().unwrap_or("without title");
    let address = apart.url.as_deref().unwrap_or_default();
    vec![
        format!("{}  {title}  {address}", apart.id)
            .trim_end()
            .to_owned(),
        figures(&apart.judged.evidence),
    ]
}

fn remedy(remedy: &Remedy) -> Vec<String> {
    vec![remedy.to_string()]
}
