//! Entries that are known already, as `domain::change` needs them.

use super::Database;
use super::entries::{ID, LINK, name_hash};
use super::records::EntryKnown;
use super::sql::{Attempt, Columns, Result, hex, json, list};
use crate::domain::entry::{EntryKey, EntryNumber};
use crate::domain::release::ReleaseNumber;
use crate::domain::source::SourceNumber;
use std::collections::BTreeMap;

impl Database {
    /// Entries of `source` that are known by one of these keys, ids or canonical links, each once,
    /// in the order in which they were first seen.
    pub async fn known_entries(
        &self,
        source: SourceNumber,
        keys: &[EntryKey],
        ids: &[String],
        canonical_links: &[String],
    ) -> Result<Vec<EntryKnown>> {
        let attempt = "find known entries";
        let mut conn = self.reading(attempt).await?;
        let hex: Vec<String> = keys.iter().map(|key| hex(&key.0)).collect();
        let by_key = sqlx::query(
            "SELECT e.* FROM json_each(?) AS j
             CROSS JOIN entry AS e ON e.source = ? AND e.key = unhex(j.value)",
        )
        .bind(json(&hex)?)
        .bind(source.0)
        .fetch_all(&mut *conn)
        .await
        .attempt(attempt)?;
        let names = ids.iter().map(|id| name_hash(source, ID, id)).chain(
            canonical_links
                .iter()
                .map(|link| name_hash(source, LINK, link)),
        );
        let by_name = sqlx::query(
            "SELECT e.* FROM json_each(?) AS j CROSS JOIN entry_name AS n ON n.hash = j.value
             CROSS JOIN entry AS e ON e.number = n.entry WHERE e.source = ?",
        )
        .bind(list(names))
        .bind(source.0)
        .fetch_all(&mut *conn)
        .await
        .attempt(attempt)?;
        let mut known = BTreeMap::new();
        for row in by_key.iter().chain(&by_name) {
            let entry = entry(&Columns(row))?;
            known.insert(entry.number, entry);
        }
        Ok(known.into_values().collect())
    }
}

/// What a row of `entry` says.
pub(super) fn entry(row: &Columns<'_>) -> Result<EntryKnown> {
    Ok(EntryKnown {
        number: EntryNumber(row.get("number")?),
        key: row.key("key")?,
        id: row.get("id")?,
        canonical_link: row.get("canonical_link")?,
        title: row.get("title")?,
        digest: row.digest("digest")?,
        visible: row.digest("visible")?,
        release: ReleaseNumber(row.get("release")?),
        first_seen: row.moment("first_seen")?,
        removed: row.maybe_moment("removed")?.is_some(),
    })
}
