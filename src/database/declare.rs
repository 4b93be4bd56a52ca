//! Making what feeds.toml declares all that is polled: each source is found by its id, else by its
//! canonical address, else by one it permanently redirected from (contract §2), else founded.

use super::Database;
use super::intents::SourceDeclared;
use super::sql::{Attempt, Columns, Conn, Result, json, ms};
use crate::domain::Moment;
use crate::domain::source::{SourceNumber, State};
use std::collections::{HashMap, HashSet};

impl Database {
    /// Makes `declared` all that is polled: finds each source by id, address or one that it moved
    /// from, founds the others, disables those no longer declared. Answers in the same order:
    /// number, id in force, and whether membership of what it published is to be decided anew
    /// (true until `keep_decided` said that it is done).
    pub async fn declare_sources(
        &self,
        declared: &[SourceDeclared],
        now: Moment,
    ) -> Result<Vec<(SourceNumber, String, bool)>> {
        let declared = declared.to_vec();
        self.write("declare sources", move |conn| {
            Box::pin(async move { declare(conn, &declared, now).await })
        })
        .await
    }
}

/// A row of `source`, as far as it is matched by.
struct Row {
    number: i64,
    id: String,
    address: String,
}

async fn declare(
    conn: &mut Conn,
    declared: &[SourceDeclared],
    now: Moment,
) -> Result<Vec<(SourceNumber, String, bool)>> {
    let rows = rows(conn).await?;
    let moved = moved(conn).await?;
    let matched = matched(declared, &rows, &moved);

    let mut ids: HashSet<String> = rows.iter().map(|row| row.id.clone()).collect();
    let mut answers = Vec::with_capacity(declared.len());
    for (source, row) in declared.iter().zip(&matched) {
        let row = row.map(|index| &rows[index]);
        let id = match row {
            // A made id gives way to what the database calls it; a given one is its name from now on.
            Some(row) if !source.id_given => row.id.clone(),
            Some(row) if row.id == source.id => row.id.clone(),
            _ => free(&source.id, &ids),
        };
        ids.insert(id.clone());
        let number = match row {
            Some(row) => {
                update(conn, row, source, &id, now).await?;
                row.number
            }
            None => insert(conn, source, &id, now).await?,
        };
        answers.push((SourceNumber(number), id, undecided(conn, number).await?));
    }
    let declared: HashSet<i64> = answers.iter().map(|(number, ..)| number.0).collect();
    for row in rows.iter().filter(|row| !declared.contains(&row.number)) {
        disable(conn, row.number, now).await?;
    }
    Ok(answers)
}

async fn rows(conn: &mut Conn) -> Result<Vec<Row>> {
    let rows = sqlx::query("SELECT number, id, address FROM source ORDER BY number")
        .fetch_all(conn)
        .await
        .attempt("read sources")?;
    rows.iter()
        .map(|row| {
            let row = Columns(row);
            Ok(Row {
                number: row.get("number")?,
                id: row.get("id")?,
                address: row.get("address")?,
            })
        })
        .collect()
}

async fn moved(conn: &mut Conn) -> Result<HashMap<String, i64>> {
    sqlx::query_as("SELECT address, source FROM source_moved")
        .fetch_all(conn)
        .await
        .attempt("read addresses that moved")
        .map(|rows: Vec<(String, i64)>| rows.into_iter().collect())
}

/// For each declared source the index of its row. Surer grounds go first, for all sources, so that
/// no source is taken by a neighbour's weaker claim; a row is nobody's twice.
fn matched(
    declared: &[SourceDeclared],
    rows: &[Row],
    moved: &HashMap<String, i64>,
) -> Vec<Option<usize>> {
    let by_id = |s: &SourceDeclared, row: &Row| row.id == s.id;
    let by_address = |s: &SourceDeclared, row: &Row| row.address == s.address.as_str();
    let by_moved =
        |s: &SourceDeclared, row: &Row| moved.get(s.address.as_str()) == Some(&row.number);
    type Ground<'g> = &'g dyn Fn(&SourceDeclared, &Row) -> bool;
    let grounds: [Ground<'_>; 4] = [
        &|s, row| s.id_given && by_id(s, row),
        &by_address,
        &by_moved,
        // Made from the same name or host as before: the operator corrected its address.
        &|s, row| !s.id_given && by_id(s, row),
    ];
    let mut matched: Vec<Option<usize>> = vec![None; declared.len()];
    let mut taken: HashSet<usize> = HashSet::new();
    for ground in grounds {
        for (source, found) in declared.iter().zip(&mut matched) {
            if found.is_some() {
                continue;
            }
            let mut indexed = rows.iter().enumerate();
            *found = indexed
                .find(|(index, row)| !taken.contains(index) && ground(source, row))
                .map(|(index, _)| index);
            taken.extend(*found);
        }
    }
    matched
}

/// `id`, or `id-2`, `id-3` … where sources have it already that are no longer declared.
fn free(id: &str, taken: &HashSet<String>) -> String {
    const LONGEST: usize = 64;
    if !taken.contains(id) {
        return id.to_owned();
    }
    (2_u32..)
        .map(|n| {
            let suffix = format!("-{n}");
            let keep = id.len().min(LONGEST - suffix.len());
            format!("{}{suffix}", &id[..keep])
        })
        .find(|id| !taken.contains(id))
        .unwrap_or_else(|| id.to_owned())
}

async fn insert(conn: &mut Conn, source: &SourceDeclared, id: &str, now: Moment) -> Result<i64> {
    sqlx::query_scalar(
        "INSERT INTO source (id, name, url, address, host, keep_all, labels, enabled, rules,
             decided, state, since, next_poll)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11, iif(?8, ?11, NULL))
         RETURNING number",
    )
    .bind(id)
    .bind(&source.name)
    .bind(&source.url)
    .bind(source.address.as_str())
    .bind(&source.host)
    .bind(source.keep_all)
    .bind(json(&source.topics)?)
    .bind(source.enabled)
    .bind(source.rules.0.as_slice())
    .bind(state_at_first(source).word())
    .bind(ms(now))
    .fetch_one(conn)
    .await
    .attempt("write a new source")
}

fn state_at_first(source: &SourceDeclared) -> State {
    match source.enabled {
        true => State::New,
        false => State::Disabled,
    }
}

async fn update(
    conn: &mut Conn,
    row: &Row,
    source: &SourceDeclared,
    id: &str,
    now: Moment,
) -> Result<()> {
    // Another address is asked at once; the one before still finds the source.
    if row.address != source.address.as_str() {
        sqlx::query("INSERT OR REPLACE INTO source_moved (address, source) VALUES (?, ?)")
            .bind(&row.address)
            .bind(row.number)
            .execute(&mut *conn)
            .await
            .attempt("keep a source's former address")?;
    }
    sqlx::query(
        "UPDATE source SET id = ?1, name = ?2,
             next_poll = CASE WHEN NOT ?8 THEN NULL WHEN url <> ?3 THEN ?11
                 ELSE coalesce(next_poll, ?11) END,
             url = ?3, address = ?4, host = ?5, keep_all = ?6, labels = ?7, enabled = ?8,
             rules = ?9,
             decided_to = CASE WHEN rules = ?9 THEN decided_to ELSE 0 END,
             decided = CASE WHEN entries = 0 THEN ?9 ELSE decided END,
             since = CASE WHEN (state = 'disabled') = (NOT ?8) THEN since ELSE ?11 END,
             state = CASE WHEN NOT ?8 THEN 'disabled' WHEN state <> 'disabled' THEN state
                 WHEN last_ok IS NULL THEN 'new' ELSE 'ok' END,
             message = CASE WHEN state = 'disabled' OR NOT ?8 THEN NULL ELSE message END,
             remedy = CASE WHEN state = 'disabled' OR NOT ?8 THEN NULL ELSE remedy END
         WHERE number = ?10",
    )
    .bind(id)
    .bind(&source.name)
    .bind(&source.url)
    .bind(source.address.as_str())
    .bind(&source.host)
    .bind(source.keep_all)
    .bind(json(&source.topics)?)
    .bind(source.enabled)
    .bind(source.rules.0.as_slice())
    .bind(row.number)
    .bind(ms(now))
    .execute(conn)
    .await
    .attempt("write a source")
    .map(drop)
}

async fn disable(conn: &mut Conn, number: i64, now: Moment) -> Result<()> {
    sqlx::query(
        "UPDATE source SET enabled = 0, next_poll = NULL, state = 'disabled', since = ?,
             message = NULL, remedy = NULL
         WHERE number = ? AND state <> 'disabled'",
    )
    .bind(ms(now))
    .bind(number)
    .execute(conn)
    .await
    .attempt("disable a source that is no longer declared")
    .map(drop)
}

async fn undecided(conn: &mut Conn, number: i64) -> Result<bool> {
    sqlx::query_scalar("SELECT rules <> decided FROM source WHERE number = ?")
        .bind(number)
        .fetch_one(conn)
        .await
        .attempt("see whether a source's rules changed")
}
