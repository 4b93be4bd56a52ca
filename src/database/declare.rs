//! Making what feeds.toml declares all that is polled: each source is found by its id, else by its
//! canonical address, else by one it permanently redirected from (contract §2), else founded.

use super::Database;
use super::intents::SourceDeclared;
use super::sql::{Attempt, Columns, Conn, Result, json, ms};
use crate::domain::source::{SourceNumber, State};
use crate::domain::{Digest, Moment};
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

/// A row of `source`, as far as it is declared.
struct Row {
    number: i64,
    id: String,
    name: Option<String>,
    url: String,
    address: String,
    host: String,
    keep_all: bool,
    labels: Vec<(String, String)>,
    enabled: bool,
    rules: Digest,
    decided: Digest,
    has_entries: bool,
    is_due: bool,
}

impl Row {
    /// Whether writing `source` under `id` would change nothing: a start with a hundred thousand
    /// sources must not write them all.
    fn says(&self, source: &SourceDeclared, id: &str) -> bool {
        self.id == id
            && self.name == source.name
            && self.url == source.url
            && self.address == source.address.as_str()
            && self.host == source.host
            && self.keep_all == source.keep_all
            && self.labels == source.topics
            && self.enabled == source.enabled
            && self.rules == source.rules
            && self.is_due == source.enabled
            && (self.has_entries || self.decided == source.rules)
    }

    /// Whether its entries are still to be decided by the rules that `source` declares.
    fn is_undecided_by(&self, source: &SourceDeclared) -> bool {
        self.has_entries && self.decided != source.rules
    }
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
        let (number, undecided) = match row {
            Some(row) => {
                if !row.says(source, &id) {
                    update(conn, row, source, &id, now).await?;
                }
                (row.number, row.is_undecided_by(source))
            }
            None => (insert(conn, source, &id, now).await?, false),
        };
        answers.push((SourceNumber(number), id, undecided));
    }
    let declared: HashSet<i64> = answers.iter().map(|(number, ..)| number.0).collect();
    let gone = rows.iter().filter(|row| !declared.contains(&row.number));
    for row in gone.filter(|row| row.enabled || row.is_due) {
        disable(conn, row.number, now).await?;
    }
    Ok(answers)
}

async fn rows(conn: &mut Conn) -> Result<Vec<Row>> {
    let rows = sqlx::query(
        "SELECT number, id, name, url, address, host, keep_all, labels, enabled, rules, decided,
             entries > 0 AS has_entries, next_poll IS NOT NULL AS is_due
         FROM source ORDER BY number",
    )
    .fetch_all(conn)
    .await
    .attempt("read sources")?;
    rows.iter()
        .map(|row| {
            let row = Columns(row);
            Ok(Row {
                number: row.get("number")?,
                id: row.get("id")?,
                name: row.get("name")?,
                url: row.get("url")?,
                address: row.get("address")?,
                host: row.get("host")?,
                keep_all: row.get("keep_all")?,
                labels: row.json("labels")?,
                enabled: row.get("enabled")?,
                rules: row.digest("rules")?,
                decided: row.digest("decided")?,
                has_entries: row.get("has_entries")?,
                is_due: row.get("is_due")?,
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
    let by_id: HashMap<&str, usize> = (rows.iter().enumerate())
        .map(|(index, row)| (row.id.as_str(), index))
        .collect();
    let by_number: HashMap<i64, usize> = (rows.iter().enumerate())
        .map(|(index, row)| (row.number, index))
        .collect();
    let mut by_address: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        by_address.entry(&row.address).or_default().push(index);
    }
    let same_id = |source: &SourceDeclared| by_id.get(source.id.as_str()).copied();
    type Ground<'g> = &'g dyn Fn(&SourceDeclared) -> Vec<usize>;
    let grounds: [Ground<'_>; 4] = [
        &|s| same_id(s).filter(|_| s.id_given).into_iter().collect(),
        &|s| {
            by_address
                .get(s.address.as_str())
                .cloned()
                .unwrap_or_default()
        },
        &|s| {
            let number = moved.get(s.address.as_str());
            let index = number.and_then(|number| by_number.get(number));
            index.copied().into_iter().collect()
        },
        // Made from the same name or host as before: the operator corrected its address.
        &|s| same_id(s).filter(|_| !s.id_given).into_iter().collect(),
    ];
    let mut matched: Vec<Option<usize>> = vec![None; declared.len()];
    let mut taken: HashSet<usize> = HashSet::new();
    for ground in grounds {
        for (source, found) in declared.iter().zip(&mut matched) {
            if found.is_none() {
                let mut indexes = ground(source).into_iter();
                *found = indexes.find(|index| !taken.contains(index));
                taken.extend(*found);
            }
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
