//! What `explain` asks: releases by whatever a person has at hand, and what each publication was
//! decided by.

use super::Database;
use super::entries::{ID, LINK, name_hash};
use super::placing::{self, atom_hash};
use super::records::Joining;
use super::sql::{Attempt, Columns, Result, list};
use crate::domain::entry::EntryNumber;
use crate::domain::likeness::Text;
use crate::domain::release::ReleaseNumber;
use crate::domain::source::SourceNumber;
use std::collections::BTreeSet;

impl Database {
    /// Releases with a publication at this canonical link or of this guid, or of which this is the
    /// `atom:id`; each once, oldest first. An address that was used twice gives two.
    pub async fn releases_by_name(
        &self,
        name: &str,
        canonical_link: Option<&str>,
    ) -> Result<Vec<ReleaseNumber>> {
        let attempt = "find releases by a publication";
        let mut conn = self.reading(attempt).await?;
        let sources: Vec<i64> = sqlx::query_scalar("SELECT number FROM source")
            .fetch_all(&mut *conn)
            .await
            .attempt(attempt)?;
        let hashes = sources.into_iter().flat_map(|source| {
            let of = |kind, name: &str| name_hash(SourceNumber(source), kind, name);
            [
                Some(of(ID, name)),
                canonical_link.map(|link| of(LINK, link)),
            ]
        });
        let published: Vec<i64> = sqlx::query_scalar(
            "SELECT e.release FROM json_each(?1) AS j
             CROSS JOIN entry_name AS n ON n.hash = j.value
             CROSS JOIN entry AS e ON e.number = n.entry
             WHERE e.id = ?2 OR e.canonical_link = ?3",
        )
        .bind(list(hashes.flatten()))
        .bind(name)
        .bind(canonical_link)
        .fetch_all(&mut *conn)
        .await
        .attempt(attempt)?;
        let borne: Option<i64> = sqlx::query_scalar(
            "SELECT r.number FROM borne AS b CROSS JOIN release AS r ON r.number = b.release
             WHERE b.hash = ? AND r.atom_id = ?",
        )
        .bind(atom_hash(name))
        .bind(name)
        .fetch_optional(&mut *conn)
        .await
        .attempt(attempt)?;
        let mut standing = BTreeSet::new();
        for release in published.into_iter().chain(borne) {
            standing.extend(placing::standing(&mut conn, ReleaseNumber(release)).await?);
        }
        Ok(standing.into_iter().collect())
    }

    /// What the entries of a release were decided by, by number.
    pub async fn joinings(&self, release: ReleaseNumber) -> Result<Vec<Joining>> {
        let attempt = "read by what entries joined a release";
        let rows = sqlx::query(
            "SELECT e.number, e.evidence, e.admitted, e.relations, s.keep_all
             FROM entry AS e CROSS JOIN source AS s ON s.number = e.source
             WHERE e.release = ? ORDER BY e.number",
        )
        .bind(release.0)
        .fetch_all(&self.inner.readers)
        .await
        .attempt(attempt)?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(Joining {
                    entry: EntryNumber(row.get("number")?),
                    evidence: row.json("evidence")?,
                    admitted: row.get("admitted")?,
                    keep_all: row.get("keep_all")?,
                    relations: row.json("relations")?,
                })
            })
            .collect()
    }

    /// The text that a release shows, as it is compared. None: nothing stands under the number.
    pub async fn shown_text(&self, release: ReleaseNumber) -> Result<Option<Text>> {
        let mut conn = self.asking("read the text of a release").await?;
        let mut texts = super::keys::shown_texts(&mut conn, [release.0].into_iter()).await?;
        Ok(texts.remove(&release.0).map(|(text, _)| text))
    }
}
