//! Sources: which there are, which are due, and who holds them.

use super::Database;
use super::intents::LeaseToken;
use super::records::{Claim, SourceRecord};
use super::sql::{Attempt, Columns, Conn, Result, json, list, ms};
use crate::domain::Moment;
use crate::domain::source::{Address, SourceFacts, SourceNumber, State, Validators};
use futures_util::TryStreamExt;
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;

impl Database {
    /// Claims due sources, longest due first: at most `limit`, and per host at most `per_host` less
    /// those `busy` (host -> in flight). The lease ends by itself after `lease_ms`.
    pub async fn claim(
        &self,
        now: Moment,
        limit: usize,
        lease_ms: i64,
        busy: &HashMap<String, usize>,
        per_host: usize,
    ) -> Result<Vec<Claim>> {
        // Most often nothing is due: found out without the writer.
        if limit == 0 || self.next_due(now).await?.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        let mut busy = busy.clone();
        self.write("claim due sources", move |conn| {
            Box::pin(async move {
                let due = due(conn, now, limit, &mut busy, per_host).await?;
                lease(conn, &due, now, lease_ms).await
            })
        })
        .await
    }

    /// Claims those of `sources` that nobody holds, due or not, enabled or not.
    pub async fn claim_named(
        &self,
        sources: &[SourceNumber],
        now: Moment,
        lease_ms: i64,
    ) -> Result<Vec<Claim>> {
        let wanted = numbers(sources);
        self.write("claim sources", move |conn| {
            Box::pin(async move {
                let free: Vec<i64> = sqlx::query_scalar(
                    "SELECT number FROM source WHERE number IN (SELECT value FROM json_each(?))
                     AND (lease_until IS NULL OR lease_until <= ?) ORDER BY number",
                )
                .bind(wanted)
                .bind(ms(now))
                .fetch_all(&mut *conn)
                .await
                .attempt("find sources that nobody holds")?;
                lease(conn, &free, now, lease_ms).await
            })
        })
        .await
    }

    /// When `claim` can next give something, hosts aside; a moment that is over where something is
    /// due. None: no source is enabled.
    pub async fn next_due(&self, now: Moment) -> Result<Option<Moment>> {
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT min(due) FROM (
                 SELECT min(next_poll) AS due FROM source
                 WHERE enabled = 1 AND (lease_until IS NULL OR lease_until <= ?1)
                 UNION ALL
                 SELECT min(max(next_poll, lease_until)) FROM source
                 WHERE lease_token > 0 AND enabled = 1 AND lease_until > ?1)",
        )
        .bind(ms(now))
        .fetch_one(&self.inner.readers)
        .await
        .attempt("find when a source is due")?;
        Ok(next.map(super::sql::moment))
    }

    /// Frees every source: at start, under the store's lock, where nobody else polls.
    pub async fn clear_leases(&self) -> Result<()> {
        self.write("clear leases", |conn| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE source SET lease_until = NULL, lease_token = NULL
                     WHERE lease_token > 0",
                )
                .execute(conn)
                .await
                .attempt("clear leases")
                .map(drop)
            })
        })
        .await
    }

    /// Frees sources whose polls were given up, where these leases still hold them.
    pub async fn give_back(&self, leases: &[LeaseToken]) -> Result<()> {
        let tokens = list(leases.iter().map(|lease| lease.0));
        self.write("give leases back", move |conn| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE source SET lease_until = NULL, lease_token = NULL
                     WHERE lease_token IN (SELECT value FROM json_each(?))",
                )
                .bind(tokens)
                .execute(conn)
                .await
                .attempt("give leases back")
                .map(drop)
            })
        })
        .await
    }

    /// Makes enabled ones of these sources due at `now`; those under way once more when they are kept.
    pub async fn due_now(&self, sources: &[SourceNumber], now: Moment) -> Result<()> {
        let wanted = numbers(sources);
        self.write("make sources due", move |conn| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE source SET next_poll = min(next_poll, ?1),
                         again = lease_token IS NOT NULL
                     WHERE number IN (SELECT value FROM json_each(?2)) AND enabled = 1",
                )
                .bind(ms(now))
                .bind(wanted)
                .execute(conn)
                .await
                .attempt("make sources due")
                .map(drop)
            })
        })
        .await
    }

    /// Moves what was noted of sources under a clock that was ahead of `now` back to it: each is
    /// asked again after the interval that it had. Gives how many there were.
    pub async fn turn_back_clock(&self, now: Moment) -> Result<u64> {
        self.write("turn the clock of sources back", move |conn| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE source SET last_poll = ?1, next_poll = ?1 + next_poll - last_poll,
                     since = min(since, ?1), first_ok = min(first_ok, ?1),
                     last_ok = min(last_ok, ?1), last_new = min(last_new, ?1)
                     WHERE last_poll > ?1",
                )
                .bind(ms(now))
                .execute(conn)
                .await
                .attempt("turn the clock of sources back")
                .map(|done| done.rows_affected())
            })
        })
        .await
    }

    /// All sources that ever were declared, in the order of their ids.
    pub async fn sources(&self) -> Result<Vec<SourceRecord>> {
        let rows = sqlx::query("SELECT * FROM source ORDER BY id")
            .fetch_all(&self.inner.readers)
            .await
            .attempt("read sources")?;
        rows.iter().map(record).collect()
    }

    /// Those of `ids` that were ever declared, in the order of their ids.
    pub async fn sources_of(&self, ids: &[&str]) -> Result<Vec<SourceRecord>> {
        let rows = sqlx::query(
            "SELECT * FROM source WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        )
        .bind(json(ids)?)
        .fetch_all(&self.inner.readers)
        .await
        .attempt("read some sources")?;
        rows.iter().map(record).collect()
    }

    /// The source with this id.
    pub async fn source(&self, id: &str) -> Result<Option<SourceRecord>> {
        let row = sqlx::query("SELECT * FROM source WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.inner.readers)
            .await
            .attempt("read a source")?;
        row.as_ref().map(record).transpose()
    }

    /// How many sources are in each state; states that none is in are left out.
    pub async fn source_states(&self) -> Result<HashMap<State, i64>> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT state, count(*) FROM source GROUP BY state")
                .fetch_all(&self.inner.readers)
                .await
                .attempt("count sources by state")?;
        let counted = rows
            .into_iter()
            .filter_map(|(word, count)| Some((State::from_word(&word)?, count)));
        Ok(counted.collect())
    }

    /// `address` permanently redirects to the source's present one, or that one to it: either finds
    /// the source from now on.
    pub async fn keep_address(&self, source: SourceNumber, address: &Address) -> Result<()> {
        let address = address.as_str().to_owned();
        self.write("keep an address that moved", move |conn| {
            Box::pin(async move {
                sqlx::query("INSERT OR REPLACE INTO source_moved (address, source) VALUES (?, ?)")
                    .bind(address)
                    .bind(source.0)
                    .execute(conn)
                    .await
                    .attempt("keep an address that moved")
                    .map(drop)
            })
        })
        .await
    }
}

fn numbers(sources: &[SourceNumber]) -> String {
    list(sources.iter().map(|source| source.0))
}

/// Due sources that nobody holds, as far as their hosts have room.
async fn due(
    conn: &mut Conn,
    now: Moment,
    limit: usize,
    busy: &mut HashMap<String, usize>,
    per_host: usize,
) -> Result<Vec<i64>> {
    let attempt = "find due sources";
    let mut rows = sqlx::query(
        "SELECT number, host FROM source WHERE enabled = 1 AND next_poll <= ?1
         AND (lease_until IS NULL OR lease_until <= ?1) ORDER BY next_poll, number",
    )
    .bind(ms(now))
    .fetch(conn);
    let mut due = Vec::new();
    while due.len() < limit
        && let Some(row) = rows.try_next().await.attempt(attempt)?
    {
        let row = Columns(&row);
        let in_flight = busy.entry(row.get("host")?).or_default();
        if *in_flight < per_host {
            *in_flight += 1;
            due.push(row.get("number")?);
        }
    }
    Ok(due)
}

async fn lease(conn: &mut Conn, sources: &[i64], now: Moment, lease_ms: i64) -> Result<Vec<Claim>> {
    let attempt = "claim a source";
    let mut claims = Vec::with_capacity(sources.len());
    for source in sources {
        let token: i64 = sqlx::query_scalar("UPDATE state SET lease = lease + 1 RETURNING lease")
            .fetch_one(&mut *conn)
            .await
            .attempt(attempt)?;
        let row = sqlx::query(
            "UPDATE source SET lease_until = ?, lease_token = ? WHERE number = ? RETURNING *",
        )
        .bind(ms(now) + lease_ms)
        .bind(token)
        .bind(source)
        .fetch_one(&mut *conn)
        .await
        .attempt(attempt)?;
        claims.push(Claim {
            source: record(&row)?,
            lease: LeaseToken(token),
        });
    }
    Ok(claims)
}

fn record(row: &SqliteRow) -> Result<SourceRecord> {
    let row = Columns(row);
    let validators = match row.get::<Option<String>>("validators_url")? {
        Some(url) => Some(Validators {
            url,
            etag: row.get("etag")?,
            last_modified: row.get("last_modified")?,
        }),
        None => None,
    };
    let body_hash = match row.get::<Option<&[u8]>>("body_hash")? {
        Some(_) => Some(row.bytes("body_hash")?),
        None => None,
    };
    Ok(SourceRecord {
        number: SourceNumber(row.get("number")?),
        id: row.get("id")?,
        name: row.get("name")?,
        url: row.get("url")?,
        address: Address::restore(row.get("address")?),
        host: row.get("host")?,
        state: State::from_word(row.get("state")?).unwrap_or_default(),
        since: row.moment("since")?,
        last_ok: row.maybe_moment("last_ok")?,
        last_poll: row.maybe_moment("last_poll")?,
        first_ok: row.maybe_moment("first_ok")?,
        next_poll: row.maybe_moment("next_poll")?,
        entries: row.get("entries")?,
        message: row.get("message")?,
        remedy: row.get("remedy")?,
        failures: row.get("failures")?,
        polls: row.get("polls")?,
        last_new: row.maybe_moment("last_new")?,
        validators,
        body_hash,
        facts: row.json::<SourceFacts>("facts")?,
        rhythm_memory: row.get("rhythm_memory")?,
    })
}
