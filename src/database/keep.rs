//! Keeping what a poll brought: one transaction from the lease to the serials, or nothing.

use super::Database;
use super::carry::settle_touched;
use super::entries::{Entries, Polled, id_of};
use super::intents::{Kept, Place, PollWrite};
use super::keys;
use super::placing::{Placing, absorb};
use super::sql::{Attempt, Columns, Conn, Result, json, list, ms, pack};
use super::writer::in_transaction;
use crate::domain::release::settle::own_id;
use crate::domain::release::{ReleaseId, ReleaseNumber, Serial};
use crate::domain::source::Address;

/// An entry that is still shown is noted so once a day, not at each poll.
const STILL_SHOWN_MS: i64 = 86_400_000;

impl Database {
    /// Keeps everything that one poll changes, or nothing.
    pub async fn keep_poll(&self, write: PollWrite) -> Result<Kept> {
        if write.entries.is_empty() && write.removed.is_empty() {
            return self.write_quietly(write).await;
        }
        // Compressed here, where it holds nobody up.
        let packed: Vec<Vec<u8>> = write
            .entries
            .iter()
            .map(|entry| pack(&entry.entry))
            .collect::<Result<_>>()?;
        let wire_host = self.inner.wire_host.load_full();
        self.write("keep a poll", move |conn| {
            Box::pin(async move { keep_poll(conn, &write, &packed, &wire_host).await })
        })
        .await
    }
}

/// Writes polls that found nothing new, all in one transaction.
pub(super) async fn quiet_polls(conn: &mut Conn, writes: &[Box<PollWrite>]) -> Result<Vec<Kept>> {
    let writes: Vec<PollWrite> = writes.iter().map(|write| (**write).clone()).collect();
    in_transaction(conn, "keep polls that found nothing new", move |conn| {
        Box::pin(async move {
            let serial = newest_serial(conn).await?;
            let mut kept = Vec::with_capacity(writes.len());
            for write in &writes {
                kept.push(if leased(conn, write).await?.is_some() {
                    still_shown(conn, write).await?;
                    write_source(conn, write, 0).await?;
                    Kept::Written {
                        serial,
                        changed: 0,
                        new: 0,
                    }
                } else {
                    Kept::LeaseLost
                });
            }
            Ok(kept)
        })
    })
    .await
}

async fn newest_serial(conn: &mut Conn) -> Result<Serial> {
    sqlx::query_scalar("SELECT serial FROM state")
        .fetch_one(conn)
        .await
        .attempt("read the newest serial")
        .map(Serial)
}

async fn keep_poll(
    conn: &mut Conn,
    write: &PollWrite,
    packed: &[Vec<u8>],
    wire_host: &str,
) -> Result<Kept> {
    let Some(source) = leased(conn, write).await? else {
        return Ok(Kept::LeaseLost);
    };
    let placed = write
        .entries
        .iter()
        .map(|entry| &entry.placement)
        .filter(|placement| placement.place != Place::Stay);
    if keys::is_overtaken(conn, write.planned_at, placed).await? {
        return Ok(Kept::Overtaken);
    }
    let polled = Polled {
        source: write.source,
        facts: facts_number(conn, write).await?,
        address: source.address,
        is_first_poll: source.is_first_poll,
        at_ms: ms(write.at),
    };
    let mut placing = begin_placing(conn, &polled.address, write, wire_host).await?;
    let mut entries = Entries::begin(conn, polled, write).await?;
    if !entries.has_all_known(write) {
        return Ok(Kept::Overtaken);
    }
    for (entry, packed) in write.entries.iter().zip(packed) {
        entries.gather(conn, &mut placing, entry, packed).await?;
    }
    for (entry, reason) in &write.removed {
        entries.remove(conn, *entry, reason).await?;
    }
    still_shown(conn, write).await?;
    placing.write_founded(conn).await?;
    let (mut touched, new) = entries.write(conn).await?;
    let placements = write.entries.iter().map(|entry| &entry.placement);
    absorb(conn, placements, &mut touched).await?;
    placing.write_links(conn, &mut touched).await?;
    write_source(conn, write, new).await?;
    let carried = settle_touched(conn, touched, write.at).await?;
    Ok(Kept::Written {
        serial: carried.serial,
        changed: carried.changed,
        new,
    })
}

/// Looks up what the entries that found a release would like it to be called.
async fn begin_placing<'h>(
    conn: &mut Conn,
    address: &Address,
    write: &PollWrite,
    wire_host: &'h str,
) -> Result<Placing<'h>> {
    let founders = || {
        let entries = write.entries.iter();
        entries.filter(|entry| entry.placement.place != Place::Stay)
    };
    let ids: Vec<ReleaseId> = founders().map(|e| id_of(address, &e.key, 0)).collect();
    let ids: Vec<&str> = ids.iter().map(ReleaseId::as_str).collect();
    let own_ids = founders().filter_map(|entry| own_id(&entry.entry, wire_host));
    let joined: Vec<ReleaseNumber> = founders()
        .filter_map(|entry| entry.placement.place.joins())
        .collect();
    Placing::begin(conn, write.at, wire_host, &ids, own_ids, &joined).await
}

/// The source of a poll that holds its lease.
struct Leased {
    address: Address,
    is_first_poll: bool,
}

async fn leased(conn: &mut Conn, write: &PollWrite) -> Result<Option<Leased>> {
    let row =
        sqlx::query("SELECT address, first_ok FROM source WHERE number = ? AND lease_token = ?")
            .bind(write.source.0)
            .bind(write.lease.0)
            .fetch_optional(conn)
            .await
            .attempt("find the lease of a poll")?;
    let Some(row) = &row else {
        return Ok(None);
    };
    let row = Columns(row);
    Ok(Some(Leased {
        address: Address::restore(row.get("address")?),
        is_first_poll: row.maybe_moment("first_ok")?.is_none(),
    }))
}

/// The row of what the source says of itself as of this poll, for the entries that it brings.
async fn facts_number(conn: &mut Conn, write: &PollWrite) -> Result<i64> {
    let attempt = "keep what a source says of itself";
    let row = sqlx::query(
        "SELECT s.facts AS now, s.facts_number, f.facts AS kept
         FROM source AS s LEFT JOIN facts AS f ON f.number = s.facts_number WHERE s.number = ?",
    )
    .bind(write.source.0)
    .fetch_one(&mut *conn)
    .await
    .attempt(attempt)?;
    let row = Columns(&row);
    let facts = match &write.facts {
        Some(facts) => json(facts)?,
        None => row.get("now")?,
    };
    let number: Option<i64> = row.get("facts_number")?;
    if let Some(number) = number
        && row.get::<Option<&str>>("kept")? == Some(facts.as_str())
    {
        return Ok(number);
    }
    let number: i64 =
        sqlx::query_scalar("INSERT INTO facts (source, facts) VALUES (?, ?) RETURNING number")
            .bind(write.source.0)
            .bind(facts)
            .fetch_one(&mut *conn)
            .await
            .attempt(attempt)?;
    sqlx::query("UPDATE source SET facts_number = ? WHERE number = ?")
        .bind(number)
        .bind(write.source.0)
        .execute(conn)
        .await
        .attempt(attempt)?;
    Ok(number)
}

async fn still_shown(conn: &mut Conn, write: &PollWrite) -> Result<()> {
    if write.still_shown.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE entry SET last_shown = ?1 WHERE number IN (SELECT value FROM json_each(?2))
         AND source = ?3 AND last_shown < ?1 - ?4",
    )
    .bind(ms(write.at))
    .bind(list(write.still_shown.iter().map(|entry| entry.0)))
    .bind(write.source.0)
    .bind(STILL_SHOWN_MS)
    .execute(conn)
    .await
    .attempt("note entries that are still shown")
    .map(drop)
}

/// The source's own row: how it fares, its validators, when it is asked again; ends the lease.
async fn write_source(conn: &mut Conn, write: &PollWrite, new: usize) -> Result<()> {
    let validators = write.validators.as_ref();
    let is_kept = validators.is_none();
    sqlx::query(
        "UPDATE source SET
             since = CASE WHEN state = ?1 THEN since ELSE ?2 END, state = ?1,
             message = ?3, remedy = ?4,
             failures = CASE WHEN ?5 THEN 0 ELSE failures + 1 END,
             polls = polls + ?5,
             first_ok = CASE WHEN ?5 THEN coalesce(first_ok, ?2) ELSE first_ok END,
             last_ok = CASE WHEN ?5 THEN ?2 ELSE last_ok END,
             last_poll = ?2, again = 0,
             next_poll = CASE WHEN enabled THEN iif(again, ?2, ?6) END,
             last_new = CASE WHEN ?7 > 0 THEN ?2 ELSE last_new END, entries = entries + ?7,
             validators_url = CASE WHEN ?8 THEN validators_url ELSE ?9 END,
             etag = CASE WHEN ?8 THEN etag ELSE ?10 END,
             last_modified = CASE WHEN ?8 THEN last_modified ELSE ?11 END,
             body_hash = coalesce(?12, body_hash), facts = coalesce(?13, facts),
             rhythm_memory = coalesce(?14, rhythm_memory),
             lease_until = NULL, lease_token = NULL
         WHERE number = ?15",
    )
    .bind(write.state.word())
    .bind(ms(write.at))
    .bind(&write.message)
    .bind(&write.remedy)
    .bind(write.answered)
    .bind(ms(write.next_poll))
    .bind(i64::try_from(new).unwrap_or(i64::MAX))
    .bind(is_kept)
    .bind(validators.map(|v| &v.url))
    .bind(validators.and_then(|v| v.etag.as_ref()))
    .bind(validators.and_then(|v| v.last_modified.as_ref()))
    .bind(write.body_hash.as_ref().map(|hash| hash.as_slice()))
    .bind(write.facts.as_ref().map(json).transpose()?)
    .bind(&write.rhythm_memory)
    .bind(write.source.0)
    .execute(conn)
    .await
    .attempt("write a source's row")
    .map(drop)
}
