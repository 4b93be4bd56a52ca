//! What can be found: the terms of the releases in the wire (`domain::search`), in an index that is
//! filled in the transaction that settles them, and the search itself.
//!
//! The index walks its rows in the order of rowids, so rowid is place: newest first costs what is
//! taken, however much there is. Ranking by relevance would have to count every match first.

use super::carry::Stood;
use super::keys;
use super::pages::Cursor;
use super::places::key;
use super::sql::{Attempt, Conn, Result, json, list, ms};
use super::{Database, DatabaseError};
use crate::domain::Moment;
use crate::domain::release::ReleaseNumber;
use crate::domain::release::settle::{Settled, Standing};
use crate::domain::search::{self, Part, Query};
use std::collections::BTreeSet;

/// Bits of a rowid that hold the release's number, and seconds by which 1970 is moved so that 1902 is 0.
const NUMBER_BITS: u32 = 30;
const ZERO_S: i64 = 1 << 31;
const MOST_S: i64 = (1 << 33) - 1;

/// Releases whose texts are in memory at a time.
const BATCH: usize = 100;

/// The rowid of a release that stands at `position_ms`: their order is the order of releases, but
/// within one second, where it is the order of numbers.
fn row(position_ms: i64, number: i64) -> i64 {
    let seconds = (position_ms.div_euclid(1000).saturating_add(ZERO_S)).clamp(0, MOST_S);
    seconds << NUMBER_BITS | (number & ((1 << NUMBER_BITS) - 1))
}

fn row_of(number: ReleaseNumber, standing: &Standing) -> Option<i64> {
    standing.entered?;
    Some(row(ms(standing.position), number.0))
}

/// What a write changes in the index.
#[derive(Default)]
pub(super) struct Findable {
    gone: BTreeSet<i64>,
    new: Vec<(i64, i64)>,
    is_lost: bool,
}

impl Findable {
    /// Notes a release that changed.
    pub(super) fn settle(
        &mut self,
        release: ReleaseNumber,
        before: Option<&Stood>,
        settled: &Settled,
    ) {
        let stood = before.and_then(|before| row_of(release, &before.standing));
        let stands = row_of(release, &settled.standing);
        let has_its_words = before.is_some_and(|before| {
            before.standing.shown == settled.standing.shown
                && before.standing.digest == settled.standing.digest
                && before.language == settled.language
        });
        if stood == stands && has_its_words {
            return;
        }
        self.is_lost |= stood.is_some();
        self.gone.extend(stood);
        self.new.extend(stands.map(|row| (release.0, row)));
    }

    /// Notes a release that stands nowhere any more.
    pub(super) fn clear(&mut self, release: ReleaseNumber, before: &Standing) {
        let stood = row_of(release, before);
        self.is_lost |= stood.is_some();
        self.gone.extend(stood);
    }

    /// Writes what was noted, after the releases themselves.
    pub(super) async fn write(self, conn: &mut Conn, now: Moment) -> Result<()> {
        take_out(conn, self.gone).await?;
        put_in(conn, &self.new).await?;
        if self.is_lost {
            sqlx::query("UPDATE state SET lost = ?")
                .bind(ms(now))
                .execute(conn)
                .await
                .attempt("note that something is found no more")?;
        }
        Ok(())
    }
}

async fn take_out(conn: &mut Conn, rows: impl IntoIterator<Item = i64>) -> Result<()> {
    let rows = list(rows);
    if rows == "[]" {
        return Ok(());
    }
    sqlx::query("DELETE FROM search WHERE rowid IN (SELECT value FROM json_each(?))")
        .bind(rows)
        .execute(conn)
        .await
        .attempt("take releases out of the search index")
        .map(drop)
}

/// Indexes releases: (number, row).
async fn put_in(conn: &mut Conn, releases: &[(i64, i64)]) -> Result<()> {
    for batch in releases.chunks(BATCH) {
        let mut texts = keys::shown_texts(conn, batch.iter().map(|(number, _)| *number)).await?;
        let batch = batch.to_vec();
        // Stemming a store of statements takes seconds, and polls are served by the same threads.
        let stemmed = tokio::task::spawn_blocking(move || {
            let rows = batch.into_iter().filter_map(|(number, row)| {
                let (text, _) = texts.remove(&number)?;
                let title = text.title.as_deref().unwrap_or_default();
                let language = text.language.as_deref();
                Some((row, search::terms(title, &text.html, language)))
            });
            let mut rows: Vec<(i64, String)> = rows.collect();
            rows.sort_unstable();
            rows
        });
        let rows = stemmed.await.map_err(|_| DatabaseError::Closed)?;
        sqlx::query(
            "INSERT OR REPLACE INTO search (rowid, terms)
             SELECT value ->> 0, value ->> 1 FROM json_each(?)",
        )
        .bind(json(&rows)?)
        .execute(&mut *conn)
        .await
        .attempt("write the search index")?;
    }
    Ok(())
}

/// What the index understands; None where the query asks for nothing. Terms are letters and digits,
/// and in quotes, so nothing that anybody writes is an operator.
pub(super) async fn expression(conn: &mut Conn, query: &str) -> Result<Option<String>> {
    let languages: Vec<String> = sqlx::query_scalar(
        // ';' follows ':', so this is the range of keys that begin with `l:`.
        "SELECT substr(key, 3) FROM scope WHERE key >= 'l:' AND key < 'l;'",
    )
    .fetch_all(conn)
    .await
    .attempt("read which languages can be searched")?;
    let query = Query::read(query, &languages);
    if query.wanted.is_empty() {
        return Ok(None);
    }
    let part = |part: &Part| {
        let runs: Vec<String> = part
            .iter()
            .map(|run| format!("\"{}\"", run.join(" ")))
            .collect();
        format!("({})", runs.join(" OR "))
    };
    let parts = |parts: &[Part], word: &str| {
        let parts: Vec<String> = parts.iter().map(part).collect();
        parts.join(word)
    };
    let mut expression = format!("({})", parts(&query.wanted, " AND "));
    if !query.unwanted.is_empty() {
        expression.push_str(&format!(" NOT ({})", parts(&query.unwanted, " OR ")));
    }
    Ok(Some(expression))
}

/// The newest releases that an expression finds behind a place, in the order of rows.
pub(super) async fn older_than(
    conn: &mut Conn,
    expression: &str,
    start: Cursor,
    limit: i64,
) -> Result<Vec<Cursor>> {
    places(
        sqlx::query_as(
            "SELECT r.position, r.number FROM
                 (SELECT rowid FROM search WHERE search MATCH ?1 AND rowid < ?2
                  ORDER BY rowid DESC LIMIT 0 + ?3) AS s
             CROSS JOIN release AS r ON r.number = s.rowid & 0x3fffffff
             ORDER BY s.rowid DESC",
        ),
        conn,
        expression,
        start,
        limit,
    )
    .await
}

/// The releases just before a place, the nearest first.
pub(super) async fn newer_than(
    conn: &mut Conn,
    expression: &str,
    start: Cursor,
    limit: i64,
) -> Result<Vec<Cursor>> {
    places(
        sqlx::query_as(
            "SELECT r.position, r.number FROM
                 (SELECT rowid FROM search WHERE search MATCH ?1 AND rowid > ?2
                  ORDER BY rowid LIMIT 0 + ?3) AS s
             CROSS JOIN release AS r ON r.number = s.rowid & 0x3fffffff
             ORDER BY s.rowid",
        ),
        conn,
        expression,
        start,
        limit,
    )
    .await
}

type PlaceQuery =
    sqlx::query::QueryAs<'static, sqlx::Sqlite, (i64, i64), sqlx::sqlite::SqliteArguments>;

async fn places(
    query: PlaceQuery,
    conn: &mut Conn,
    expression: &str,
    start: Cursor,
    limit: i64,
) -> Result<Vec<Cursor>> {
    let rows = query
        .bind(expression.to_owned())
        .bind(row(start.position_ms, start.number))
        .bind(limit)
        .fetch_all(conn)
        .await
        .attempt("search")?;
    Ok(rows.into_iter().map(Cursor::from).collect())
}

impl Database {
    /// When a search that finds these releases last found something else or other words: no earlier
    /// than that, and stored, so that nobody's query has to be remembered.
    pub async fn search_changed(&self, found: &[ReleaseNumber]) -> Result<Moment> {
        sqlx::query_scalar(
            "SELECT max(s.lost, coalesce((SELECT max(r.changed) FROM json_each(?) AS j
                 CROSS JOIN release AS r ON r.number = j.value), 0)) FROM state AS s",
        )
        .bind(list(found.iter().map(|number| number.0)))
        .fetch_one(&self.inner.readers)
        .await
        .attempt("read when a search last changed")
        .map(super::sql::moment)
    }

    /// Indexes everything anew where it was indexed under other rules, in small batches.
    pub(super) async fn index_anew(&self) -> Result<()> {
        let attempt = "index what can be found anew";
        let mut last = None;
        loop {
            last = self
                .write(attempt, move |conn| Box::pin(index_behind(conn, last)))
                .await?;
            if last.is_none() {
                return Ok(());
            }
        }
    }
}

/// Whether everything is indexed under the rules in force.
pub(super) async fn is_indexed(conn: &mut Conn) -> Result<bool> {
    let rules: i64 = sqlx::query_scalar("SELECT search_rules FROM state")
        .fetch_one(conn)
        .await
        .attempt("read the rules of the search index")?;
    Ok(rules == search::RULES)
}

/// Indexes the releases behind a place; answers the last one, None where there was none: then
/// everything is indexed.
async fn index_behind(conn: &mut Conn, last: Option<(i64, i64)>) -> Result<Option<(i64, i64)>> {
    let attempt = "index what can be found anew";
    if last.is_none() {
        sqlx::query("INSERT INTO search (search) VALUES ('delete-all')")
            .execute(&mut *conn)
            .await
            .attempt(attempt)?;
    }
    let (position, number) = last.unwrap_or((i64::MIN, 0));
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT position, release FROM membership
         WHERE scope = (SELECT number FROM scope WHERE key = ?1)
         AND (position, release) > (?2, ?3) ORDER BY position, release LIMIT 0 + ?4",
    )
    .bind(key::WIRE)
    .bind(position)
    .bind(number)
    .bind(i64::try_from(BATCH).unwrap_or(i64::MAX))
    .fetch_all(&mut *conn)
    .await
    .attempt(attempt)?;
    let batch: Vec<(i64, i64)> = rows
        .iter()
        .map(|(position, number)| (*number, row(*position, *number)))
        .collect();
    put_in(conn, &batch).await?;
    if rows.is_empty() {
        sqlx::query("UPDATE state SET search_rules = ?")
            .bind(search::RULES)
            .execute(conn)
            .await
            .attempt(attempt)?;
    }
    Ok(rows.last().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_places() {
        let mut places = [
            (i64::MIN, 1),
            (-1, 2),
            (0, 1),
            (0, 2),
            (1_000, 1),
            (1_768_000_000_000, 9),
            (1_768_000_001_000, 3),
            (i64::MAX, 1),
        ]
        .map(|(position, number)| row(position, number));
        let sorted = places;
        places.sort_unstable();
        assert_eq!(places, sorted);
        assert!(places.iter().all(|row| *row >= 0));
    }
}
