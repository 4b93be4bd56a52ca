//! `sources`: what is followed, and how it fares.

use super::arguments::Asked;
use super::{Ended, answer, settings};
use crate::config::Config;
use crate::database::SourceRecord;
use crate::publish::api::{self, SourceShown};
use std::path::Path;

pub(super) fn sources(path: &Path, asked: Asked) -> anyhow::Result<Ended> {
    let config = settings::load_and_warn(path)?;
    let records = settings::runtime()?.block_on(records(&config))?;
    let shown = api::sources_shown(&config, &records);
    match asked.json {
        true => answer::print_json(&shown)?,
        false => answer::print(&told(&shown))?,
    }
    Ok(Ended::Done)
}

/// What the database knows of sources; nothing, and no database made, where there is none yet.
async fn records(config: &Config) -> anyhow::Result<Vec<SourceRecord>> {
    let Some(db) = settings::database_if_any(config).await? else {
        return Ok(Vec::new());
    };
    let records = db.sources().await?;
    db.close().await;
    Ok(records)
}

fn told(sources: &[SourceShown]) -> String {
    if sources.is_empty() {
        return "no source yet: `presswire add ADDRESS` adds one\n".to_owned();
    }
    let rows: Vec<Vec<String>> = sources
        .iter()
        .map(|source| {
            vec![
                source.id.clone(),
                source.state.to_owned(),
                minute(source.last_ok.as_deref()),
                minute(source.next_poll.as_deref()),
                source.entries.to_string(),
                answer::visible(source.name.as_deref().unwrap_or_default()),
            ]
        })
        .collect();
    let headings = ["id", "state", "last good", "next poll", "entries", "name"];
    let notes = sources.iter().map(|source| {
        (
            source.id.as_str(),
            source.message.as_deref(),
            source.remedy.as_deref(),
        )
    });
    answer::table(&headings, &rows, answer::width()) + &answer::notes(notes)
}

/// `2026-03-02 10:00Z` of an RFC 3339 moment.
fn minute(moment: Option<&str>) -> String {
    match moment.and_then(|moment| moment.get(..16)) {
        Some(minute) => minute.replace('T', " ") + "Z",
        None => "–".to_owned(),
    }
}
