//! Looking back: after a statement or a topic is new, changed or gone, all that is stored is held
//! against it, in bounded batches, from the first entry to the last. How far that went is kept with
//! each of them, so that a restart goes on where it was broken off.

use super::Database;
use super::carry::{Touched, settle_touched};
use super::intents::{LookedBack, Sketched};
use super::records::{Batch, Stored, Undecided};
use super::sql::{Attempt, Columns, Conn, Result, from_json, hex, json, list};
use crate::domain::entry::EntryNumber;
use crate::domain::relation::{Sketch, Target};
use crate::domain::release::{ReleaseNumber, Serial};
use crate::domain::{Digest, Moment};
use sqlx::Row;
use std::collections::HashMap;

impl Database {
    /// Makes these all that entries are held against. What is new or has another digest is looked back
    /// for; relations to what is no longer among them are taken away. Whether there is anything to do.
    pub async fn declare_targets(&self, targets: &[(Target, Digest)]) -> Result<bool> {
        let targets: HashMap<String, Digest> = targets
            .iter()
            .map(|(target, digest)| Ok((json(target)?, *digest)))
            .collect::<Result<_>>()?;
        self.write("declare statements and topics", move |conn| {
            Box::pin(async move { declare(conn, targets).await })
        })
        .await
    }

    /// The next entries to be looked at, at most `limit`, and for what. None: everything was.
    pub async fn next_batch(&self, limit: usize) -> Result<Option<Batch>> {
        let attempt = "look back";
        let mut conn = self.reading(attempt).await?;
        let open: Vec<(String, Vec<u8>, bool, i64)> = sqlx::query_as(
            "SELECT target, digest, gone, after FROM target WHERE after IS NOT NULL ORDER BY after",
        )
        .fetch_all(&mut *conn)
        .await
        .attempt(attempt)?;
        let Some(&(.., after)) = open.first() else {
            return Ok(None);
        };
        // Whoever began later joins when the others come by.
        let until = open.iter().map(|(.., at)| *at).find(|at| *at > after);
        let mut batch = Batch {
            after: EntryNumber(after),
            to: EntryNumber(after),
            is_last: false,
            wanted: Vec::new(),
            gone: Vec::new(),
            entries: Vec::new(),
        };
        for (target, digest, gone, _) in open.iter().filter(|(.., at)| *at == after) {
            let target: Target = from_json(target)?;
            match gone {
                true => batch.gone.push(target),
                false => batch.wanted.push((target, digest_of(digest)?)),
            }
        }
        let rows = sqlx::query(
            "SELECT e.number, e.relations, k.sketch,
                 k.entry IS NULL AND EXISTS (SELECT 1 FROM entry_text AS t WHERE t.entry = e.number)
                     AS unsketched
             FROM entry AS e LEFT JOIN entry_sketch AS k ON k.entry = e.number
             WHERE e.number > ? AND e.number <= ? AND e.removed IS NULL ORDER BY e.number LIMIT 0 + ?",
        )
        .bind(after)
        .bind(until.unwrap_or(i64::MAX))
        .bind(super::feeds::as_limit(limit))
        .fetch_all(&mut *conn)
        .await
        .attempt(attempt)?;
        let is_full = rows.len() == limit;
        batch.is_last = !is_full && until.is_none();
        for row in &rows {
            let row = Columns(row);
            let sketch = row.get::<Option<&[u8]>>("sketch")?;
            batch.entries.push(Stored {
                number: EntryNumber(row.get("number")?),
                relations: row.json("relations")?,
                is_unsketched: row.get("unsketched")?,
                sketch: sketch.and_then(Sketch::restore),
            });
        }
        batch.to = match (is_full, until) {
            (false, Some(until)) => EntryNumber(until),
            _ => batch.entries.last().map_or(batch.after, |last| last.number),
        };
        Ok(Some(batch))
    }

    /// The entry that was kept last; 0 where there is none.
    pub async fn newest_entry(&self) -> Result<EntryNumber> {
        sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM entry")
            .fetch_one(&self.inner.readers)
            .await
            .attempt("find the newest entry")
            .map(EntryNumber)
    }

    /// What is looked back for already is looked for again in what came after this entry.
    pub async fn look_again_after(&self, entry: EntryNumber) -> Result<()> {
        self.write("look back again", move |conn| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE target SET after = ?1
                     WHERE after IS NULL AND EXISTS (SELECT 1 FROM entry WHERE number > ?1)",
                )
                .bind(entry.0)
                .execute(conn)
                .await
                .attempt("look back again")
                .map(drop)
            })
        })
        .await
    }

    /// These entries with their texts; those whose text was dropped are left out.
    pub async fn undecided(&self, entries: &[EntryNumber]) -> Result<Vec<Undecided>> {
        let rows = sqlx::query(
            "SELECT e.number, e.source, e.language, e.published, e.first_seen, e.relations, t.text
             FROM json_each(?) AS j CROSS JOIN entry AS e ON e.number = j.value
             CROSS JOIN entry_text AS t ON t.entry = e.number",
        )
        .bind(list(entries.iter().map(|entry| entry.0)))
        .fetch_all(&self.inner.readers)
        .await
        .attempt("read entries to look back at")?;
        rows.iter().map(super::decide::undecided).collect()
    }

    /// Keeps what a batch came to: relations that are others than before, sketches that were missing,
    /// and how far it went. Rows that stay as they are are not written. The serial, and how many
    /// releases visibly changed.
    pub async fn keep_looked_back(
        &self,
        looked: LookedBack,
        now: Moment,
    ) -> Result<(Serial, usize)> {
        self.write("keep what looking back found", move |conn| {
            Box::pin(async move { keep(conn, &looked, now).await })
        })
        .await
    }
}

fn digest_of(bytes: &[u8]) -> Result<Digest> {
    let bytes = bytes.try_into();
    bytes
        .map(Digest)
        .map_err(|_| super::DatabaseError::Damaged("a digest has another length".to_owned()))
}

async fn declare(conn: &mut Conn, mut wanted: HashMap<String, Digest>) -> Result<bool> {
    let attempt = "declare statements and topics";
    let rows = sqlx::query("SELECT target, digest, gone FROM target")
        .fetch_all(&mut *conn)
        .await
        .attempt(attempt)?;
    for row in &rows {
        let row = Columns(row);
        let target: String = row.get("target")?;
        let gone: bool = row.get("gone")?;
        let (digest, gone) = match wanted.remove(&target) {
            Some(digest) if !gone && row.digest("digest")? == digest => continue,
            Some(digest) => (digest, false),
            None if gone => continue,
            None => (row.digest("digest")?, true),
        };
        sqlx::query("UPDATE target SET digest = ?, gone = ?, after = 0 WHERE target = ?")
            .bind(digest.0.as_slice())
            .bind(gone)
            .bind(target)
            .execute(&mut *conn)
            .await
            .attempt(attempt)?;
    }
    for (target, digest) in wanted {
        sqlx::query("INSERT INTO target (target, digest, gone, after) VALUES (?, ?, 0, 0)")
            .bind(target)
            .bind(digest.0.as_slice())
            .execute(&mut *conn)
            .await
            .attempt(attempt)?;
    }
    // Where nothing is stored yet there is nothing to look back at.
    sqlx::query("UPDATE target SET after = NULL WHERE NOT EXISTS (SELECT 1 FROM entry)")
        .execute(&mut *conn)
        .await
        .attempt(attempt)?;
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM target WHERE after IS NOT NULL)")
        .fetch_one(conn)
        .await
        .attempt(attempt)
}

async fn keep(conn: &mut Conn, looked: &LookedBack, now: Moment) -> Result<(Serial, usize)> {
    let attempt = "keep what looking back found";
    let mut touched = Touched::default();
    for decided in &looked.decided {
        let relations = match decided.relations.is_empty() {
            true => None,
            false => Some(json(&decided.relations)?),
        };
        let changed = sqlx::query(
            "UPDATE entry SET relations = ?1 WHERE number = ?2 AND relations IS NOT ?1
             RETURNING release",
        )
        .bind(relations)
        .bind(decided.number.0)
        .fetch_optional(&mut *conn)
        .await
        .attempt(attempt)?;
        if let Some(row) = changed {
            touched.touch(ReleaseNumber(row.try_get(0).attempt(attempt)?));
        }
    }
    write_sketches(conn, &looked.sketches).await?;
    went(conn, looked).await?;
    let carried = settle_touched(conn, touched, now).await?;
    Ok((carried.serial, carried.changed))
}

/// Notes how far it went, for what was still wanted in the same way.
async fn went(conn: &mut Conn, looked: &LookedBack) -> Result<()> {
    let attempt = "note how far looking back went";
    let to = (!looked.is_last).then_some(looked.to.0);
    for (target, digest) in &looked.wanted {
        sqlx::query(
            "UPDATE target SET after = ? WHERE target = ? AND digest = ? AND gone = 0 AND after = ?",
        )
        .bind(to)
        .bind(json(target)?)
        .bind(digest.0.as_slice())
        .bind(looked.after.0)
        .execute(&mut *conn)
        .await
        .attempt(attempt)?;
    }
    for target in &looked.gone {
        let query = match looked.is_last {
            true => sqlx::query(
                "DELETE FROM target WHERE gone = 1 AND target = ?2 AND after = ?3 AND ?1 IS NULL",
            ),
            false => sqlx::query(
                "UPDATE target SET after = ?1 WHERE gone = 1 AND target = ?2 AND after = ?3",
            ),
        };
        query
            .bind(to)
            .bind(json(target)?)
            .bind(looked.after.0)
            .execute(&mut *conn)
            .await
            .attempt(attempt)?;
    }
    Ok(())
}

/// Writes sketches of entries whose text is still there.
pub(super) async fn write_sketches(conn: &mut Conn, sketches: &[Sketched]) -> Result<()> {
    if sketches.is_empty() {
        return Ok(());
    }
    let rows: Vec<(i64, String)> = sketches
        .iter()
        .map(|(entry, sketch)| (entry.0, hex(sketch.bytes())))
        .collect();
    sqlx::query(
        "INSERT OR REPLACE INTO entry_sketch (entry, sketch)
         SELECT value ->> 0, unhex(value ->> 1) FROM json_each(?) AS j
         WHERE EXISTS (SELECT 1 FROM entry_text AS t WHERE t.entry = j.value ->> 0)",
    )
    .bind(json(&rows)?)
    .execute(conn)
    .await
    .attempt("write sketches of texts")
    .map(drop)
}
