//! Texts, as published and made clean; and when each feed of ours last changed.

use super::Database;
use super::sql::{Attempt, Columns, Result, list, ms, pack_bytes, unpack, unpack_bytes, whole};
use super::{DatabaseError, sql};
use crate::domain::Moment;
use crate::domain::entry::{Entry, EntryNumber};
use std::collections::HashMap;

impl Database {
    /// The originals; an entry whose text was dropped by retention is left out.
    pub async fn texts(&self, entries: &[EntryNumber]) -> Result<HashMap<EntryNumber, Entry>> {
        let rows = sqlx::query(
            "SELECT t.* FROM json_each(?) AS j CROSS JOIN entry_text AS t ON t.entry = j.value",
        )
        .bind(list(entries.iter().map(|entry| entry.0)))
        .fetch_all(&self.inner.readers)
        .await
        .attempt("read texts")?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok((EntryNumber(row.get("entry")?), unpack(row.get("text")?)?))
            })
            .collect()
    }

    /// Clean HTML of these entries, as far as it was made by these rules.
    pub async fn clean(
        &self,
        entries: &[EntryNumber],
        rules: u32,
    ) -> Result<HashMap<EntryNumber, String>> {
        let rows = sqlx::query(
            "SELECT c.* FROM json_each(?) AS j CROSS JOIN entry_clean AS c ON c.entry = j.value
             WHERE c.rules = ?",
        )
        .bind(list(entries.iter().map(|entry| entry.0)))
        .bind(rules)
        .fetch_all(&self.inner.readers)
        .await
        .attempt("read clean HTML")?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                let html = String::from_utf8(unpack_bytes(row.get("html")?)?)
                    .map_err(|_| DatabaseError::Damaged("clean HTML is no UTF-8".to_owned()))?;
                Ok((EntryNumber(row.get("entry")?), html))
            })
            .collect()
    }

    /// Keeps clean HTML with the version of the rules that made it.
    pub async fn keep_clean(&self, clean: Vec<(EntryNumber, u32, String)>) -> Result<()> {
        if clean.is_empty() {
            return Ok(());
        }
        let packed: Vec<(EntryNumber, u32, Vec<u8>)> = clean
            .into_iter()
            .map(|(entry, rules, html)| Ok((entry, rules, pack_bytes(html.as_bytes())?)))
            .collect::<Result<_>>()?;
        self.write("keep clean HTML", move |conn| {
            Box::pin(async move {
                for (entry, rules, html) in packed {
                    sqlx::query(
                        "INSERT OR REPLACE INTO entry_clean (entry, rules, html)
                         SELECT number, ?2, ?3 FROM entry WHERE number = ?1",
                    )
                    .bind(entry.0)
                    .bind(rules)
                    .bind(html)
                    .execute(&mut *conn)
                    .await
                    .attempt("keep clean HTML")?;
                }
                Ok(())
            })
        })
        .await
    }

    /// When the feed with this key last became another: `now` where `digest` is new, else as stored.
    pub async fn served(&self, feed_key: &str, digest: [u8; 32], now: Moment) -> Result<Moment> {
        let attempt = "read when a feed last changed";
        let stored: Option<i64> =
            sqlx::query_scalar("SELECT changed FROM served WHERE feed = ? AND digest = ?")
                .bind(feed_key)
                .bind(digest.as_slice())
                .fetch_optional(&self.inner.readers)
                .await
                .attempt(attempt)?;
        if let Some(changed) = stored {
            return Ok(sql::moment(changed));
        }
        let feed_key = feed_key.to_owned();
        let now = whole(now);
        self.write("keep when a feed last changed", move |conn| {
            Box::pin(async move {
                // Asked twice at once, the first answer stands.
                sqlx::query_scalar(
                    "INSERT INTO served (feed, digest, changed) VALUES (?1, ?2, ?3)
                     ON CONFLICT (feed) DO UPDATE SET
                         changed = CASE WHEN digest = ?2 THEN changed ELSE ?3 END, digest = ?2
                     RETURNING changed",
                )
                .bind(feed_key)
                .bind(digest.as_slice())
                .bind(ms(now))
                .fetch_one(conn)
                .await
                .attempt("keep when a feed last changed")
                .map(sql::moment)
            })
        })
        .await
    }
}
