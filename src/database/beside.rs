//! Texts to compare with beside the candidates: what else is in a release, what else a source says.

use super::Database;
use super::keys::{of_entry, of_statement};
use super::known;
use super::records::{EntryKnown, OtherText};
use super::sql::{Attempt, Columns, Result, unpack};
use crate::domain::entry::EntryNumber;
use crate::domain::likeness::Text;
use crate::domain::release::ReleaseNumber;
use crate::domain::source::{SourceFacts, SourceNumber};
use sqlx::sqlite::SqliteRow;

/// Other members that a text is compared with.
const BESIDE: i64 = 4;

impl Database {
    /// What a release would show without the entries of `source`: our statement alone where there is
    /// one, else the entries of other sources, the one that would be shown first; four at most. Empty:
    /// that source is alone in it.
    pub async fn texts_beside(
        &self,
        release: ReleaseNumber,
        source: SourceNumber,
    ) -> Result<Vec<OtherText>> {
        let attempt = "read the other texts of a release";
        let mut conn = self.asking(attempt).await?;
        let rows = sqlx::query(
            "WITH ours AS (SELECT text, first_seen FROM statement WHERE release = ?1 AND withdrawn IS NULL)
             SELECT text AS statement_text, first_seen AS statement_seen, NULL AS number, NULL AS title,
                 NULL AS link, NULL AS language, NULL AS published, NULL AS first_seen, NULL AS source,
                 NULL AS text, NULL AS release_seen, NULL AS url, NULL AS facts, NULL AS nearness
             FROM ours
             UNION ALL
             SELECT NULL, NULL, e.number, e.title, e.link, e.language, e.published, e.first_seen,
                 e.source, x.text, e.first_seen, s.url, s.facts, e.nearness
             FROM (SELECT number FROM entry
                   WHERE release = ?1 AND source <> ?2 AND removed IS NULL
                       AND NOT EXISTS (SELECT 1 FROM ours)
                   ORDER BY nearness DESC, first_seen, number LIMIT 0 + ?3) AS n
             CROSS JOIN entry AS e ON e.number = n.number
             CROSS JOIN source AS s ON s.number = e.source
             LEFT JOIN entry_text AS x ON x.entry = e.number
             ORDER BY nearness DESC, first_seen, number",
        )
        .bind(release.0)
        .bind(source.0)
        .bind(BESIDE)
        .fetch_all(&mut *conn)
        .await
        .attempt(attempt)?;
        rows.iter().map(other_text).collect()
    }

    /// The entries of a source that came last, at most `limit`, newest first: to find items again that
    /// came under other ids and addresses.
    pub async fn newest_entries(
        &self,
        source: SourceNumber,
        limit: usize,
    ) -> Result<Vec<EntryKnown>> {
        let attempt = "read a source's newest entries";
        let mut conn = self.asking(attempt).await?;
        let rows =
            sqlx::query("SELECT * FROM entry WHERE source = ? ORDER BY number DESC LIMIT 0 + ?")
                .bind(source.0)
                .bind(i64::try_from(limit).unwrap_or(i64::MAX))
                .fetch_all(&mut *conn)
                .await
                .attempt(attempt)?;
        rows.iter().map(|row| known::entry(&Columns(row))).collect()
    }

    /// The source's newest texts, at most `limit`, newest first; those that retention dropped are left out.
    pub async fn recent_texts(&self, source: SourceNumber, limit: usize) -> Result<Vec<Text>> {
        let attempt = "read a source's newest texts";
        let mut conn = self.asking(attempt).await?;
        let rows = sqlx::query(
            "SELECT e.title, e.link, e.language, e.published, e.first_seen, e.source, x.text,
                 e.first_seen AS release_seen
             FROM (SELECT number FROM entry WHERE source = ? ORDER BY number DESC LIMIT 0 + ?) AS n
             CROSS JOIN entry AS e ON e.number = n.number
             CROSS JOIN entry_text AS x ON x.entry = n.number",
        )
        .bind(source.0)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&mut *conn)
        .await
        .attempt(attempt)?;
        rows.iter().map(|row| of_entry(&Columns(row))).collect()
    }
}

fn other_text(row: &SqliteRow) -> Result<OtherText> {
    let row = Columns(row);
    if let Some(packed) = row.get::<Option<&[u8]>>("statement_text")? {
        return Ok(OtherText {
            entry: None,
            text: of_statement(&unpack(packed)?, row.moment("statement_seen")?),
            home: Vec::new(),
        });
    }
    let page = row.json::<SourceFacts>("facts")?.link;
    let feed: String = row.get("url")?;
    Ok(OtherText {
        entry: Some(EntryNumber(row.get("number")?)),
        text: of_entry(&row)?,
        home: [Some(feed), page].into_iter().flatten().collect(),
    })
}
