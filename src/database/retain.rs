//! What is let go: texts outside the wire that their sources no longer show, and keys that no
//! recent text needs. Identity stays for ever. Everything in small batches, so that polls and
//! readers are not held up.

use super::Database;
use super::keys;
use super::sql::{Attempt, Conn, Result, list, ms};
use crate::domain::Moment;
use std::time::Duration;

/// How long keys of shingles outlast a text's last showing (`likeness.md` §4).
const KEYS_KEPT_MS: i64 = 60 * 86_400_000;

/// Entries that are lightened in one transaction: a poll that is to be kept waits for it.
const BATCH: i64 = 100;

impl Database {
    /// Drops texts outside the wire that their source last showed `keep_unrelated` ago, and keys of
    /// shingles after 60 days. How many entries were lightened.
    pub async fn retain(&self, now: Moment, keep_unrelated: Duration) -> Result<usize> {
        let kept_ms = i64::try_from(keep_unrelated.as_millis()).unwrap_or(i64::MAX);
        let texts_before = ms(now).saturating_sub(kept_ms);
        let keys_before = ms(now) - KEYS_KEPT_MS;
        let mut lightened = 0;
        loop {
            let texts = self
                .write("drop texts that nobody shows", move |conn| {
                    Box::pin(drop_texts(conn, texts_before))
                })
                .await?;
            let keys = self
                .write("take back keys of old texts", move |conn| {
                    Box::pin(drop_keys(conn, keys_before))
                })
                .await?;
            if texts + keys == 0 {
                return Ok(lightened);
            }
            lightened += texts + keys;
        }
    }
}

async fn drop_texts(conn: &mut Conn, before: i64) -> Result<usize> {
    let attempt = "drop texts that nobody shows";
    let faded: Vec<i64> = sqlx::query_scalar(
        "SELECT number FROM entry WHERE fading = 1 AND last_shown < ? ORDER BY last_shown LIMIT 0 + ?",
    )
    .bind(before)
    .bind(BATCH)
    .fetch_all(&mut *conn)
    .await
    .attempt(attempt)?;
    let numbers = list(faded.iter().copied());
    for delete in [
        "DELETE FROM entry_text WHERE entry IN (SELECT value FROM json_each(?))",
        "DELETE FROM entry_sketch WHERE entry IN (SELECT value FROM json_each(?))",
        "DELETE FROM entry_clean WHERE entry IN (SELECT value FROM json_each(?))",
        "UPDATE entry SET fading = 0 WHERE number IN (SELECT value FROM json_each(?))",
    ] {
        sqlx::query(delete)
            .bind(&numbers)
            .execute(&mut *conn)
            .await
            .attempt(attempt)?;
    }
    Ok(faded.len())
}

async fn drop_keys(conn: &mut Conn, before: i64) -> Result<usize> {
    let attempt = "take back keys of old texts";
    let old: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT number, release FROM entry WHERE keyed = 1 AND last_shown < ?
         ORDER BY last_shown LIMIT 0 + ?",
    )
    .bind(before)
    .bind(BATCH)
    .fetch_all(&mut *conn)
    .await
    .attempt(attempt)?;
    for (entry, release) in &old {
        keys::take_back(conn, *entry, *release).await?;
    }
    sqlx::query("UPDATE entry SET keyed = 0 WHERE number IN (SELECT value FROM json_each(?))")
        .bind(list(old.iter().map(|(entry, _)| *entry)))
        .execute(conn)
        .await
        .attempt(attempt)?;
    Ok(old.len())
}
