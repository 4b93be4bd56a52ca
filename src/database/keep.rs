//! Keeping what a poll brought: one transaction from the lease to the serials, or nothing.

use super::carry::{Touched, settle_touched};
use super::intents::{EntryWrite, Kept, Place, PollWrite};
use super::keys::{self, NewKeys};
use super::placing::Placing;
use super::sql::{Attempt, Columns, Conn, Result, hash, json, list, ms, pack};
use super::writer::in_transaction;
use super::{Database, DatabaseError};
use crate::domain::Moment;
use crate::domain::entry::EntryNumber;
use crate::domain::release::settle::own_id;
use crate::domain::release::{ReleaseNumber, Shown};
use crate::domain::source::{Address, SourceNumber};

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
                kept.push(if polled(conn, write).await?.is_some() {
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

async fn newest_serial(conn: &mut Conn) -> Result<crate::domain::release::Serial> {
    sqlx::query_scalar("SELECT serial FROM state")
        .fetch_one(conn)
        .await
        .attempt("read the newest serial")
        .map(crate::domain::release::Serial)
}

async fn keep_poll(
    conn: &mut Conn,
    write: &PollWrite,
    packed: &[Vec<u8>],
    wire_host: &str,
) -> Result<Kept> {
    let Some(source) = polled(conn, write).await? else {
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
    let mut entries = Entries {
        at: write.at,
        facts: facts_number(conn, write).await?,
        next: next_entry(conn).await?,
        touched: Touched::default(),
        keys: NewKeys::default(),
        names: Vec::new(),
        source,
    };
    let mut placing = Placing::begin(conn, write.at, wire_host).await?;
    let mut new = 0;
    for (entry, packed) in write.entries.iter().zip(packed) {
        let Some(is_new) = entries.keep(conn, &mut placing, entry, packed).await? else {
            return Err(DatabaseError::Damaged(format!(
                "a change to an entry that source {} does not have",
                write.source.0
            )));
        };
        new += usize::from(is_new);
    }
    for (entry, reason) in &write.removed {
        entries.remove(conn, *entry, reason).await?;
    }
    still_shown(conn, write).await?;
    entries.write_names(conn).await?;
    entries.keys.write(conn).await?;
    write_source(conn, write, new).await?;
    let carried = settle_touched(conn, entries.touched, write.at).await?;
    Ok(Kept::Written {
        serial: carried.serial,
        changed: carried.changed,
        new,
    })
}

/// The source of a poll that holds its lease.
struct Polled {
    number: SourceNumber,
    address: Address,
    is_first_poll: bool,
}

async fn polled(conn: &mut Conn, write: &PollWrite) -> Result<Option<Polled>> {
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
    Ok(Some(Polled {
        number: write.source,
        address: Address::restore(row.get("address")?),
        is_first_poll: row.maybe_moment("first_ok")?.is_none(),
    }))
}

async fn next_entry(conn: &mut Conn) -> Result<i64> {
    sqlx::query_scalar("SELECT coalesce(max(number), 0) + 1 FROM entry")
        .fetch_one(conn)
        .await
        .attempt("number an entry")
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

/// Hash under which an entry is found by its guid or canonical link.
pub(super) fn name_hash(source: SourceNumber, kind: &[u8], name: &str) -> i64 {
    hash(&[&source.0.to_be_bytes(), kind, name.as_bytes()])
}

/// The entries of one poll on their way into the database.
struct Entries {
    source: Polled,
    at: Moment,
    facts: i64,
    next: i64,
    touched: Touched,
    keys: NewKeys,
    names: Vec<(i64, i64)>,
}

impl Entries {
    /// Keeps one entry; whether it is new. None: it is said to be known, and is not.
    async fn keep(
        &mut self,
        conn: &mut Conn,
        placing: &mut Placing<'_>,
        write: &EntryWrite,
        packed: &[u8],
    ) -> Result<Option<bool>> {
        let before = match write.known {
            None => None,
            Some(number) => {
                let Some(before) = self.known(conn, number).await? else {
                    return Ok(None);
                };
                Some(before)
            }
        };
        let own_id = own_id(&write.entry, placing.wire_host);
        let release = match (write.placement.place, &before) {
            (Place::Stay, Some((_, release))) => placing.stay(*release),
            (place, _) => {
                placing
                    .place(
                        conn,
                        place,
                        &mut self.touched,
                        |times| super::placing::entry_id(&self.source.address, &write.key, times),
                        own_id,
                    )
                    .await?
            }
        };
        self.touched.touch(release);
        let number = match before {
            None => {
                self.next += 1;
                let number = EntryNumber(self.next - 1);
                self.insert(conn, number, release, write).await?;
                number
            }
            Some((number, was_in)) => {
                if was_in != release {
                    self.touched.leave(was_in, release);
                }
                keys::take_back(conn, number.0, was_in.0).await?;
                self.update(conn, number, release, write).await?;
                number
            }
        };
        self.text(conn, number, packed).await?;
        let shingles = self.keys.note(release, &write.placement.keys);
        self.shingles(conn, number, &shingles).await?;
        placing
            .link_all(conn, release, &write.placement, &mut self.touched)
            .await?;
        self.name(number, write);
        Ok(Some(write.known.is_none()))
    }

    async fn known(
        &mut self,
        conn: &mut Conn,
        number: EntryNumber,
    ) -> Result<Option<(EntryNumber, ReleaseNumber)>> {
        let row = sqlx::query("SELECT release, title FROM entry WHERE number = ? AND source = ?")
            .bind(number.0)
            .bind(self.source.number.0)
            .fetch_optional(conn)
            .await
            .attempt("find an entry that changed")?;
        let Some(row) = &row else {
            return Ok(None);
        };
        let row = Columns(row);
        self.touched
            .title_was(Shown::Entry(number), row.get("title")?);
        Ok(Some((number, ReleaseNumber(row.get("release")?))))
    }

    async fn insert(
        &self,
        conn: &mut Conn,
        number: EntryNumber,
        release: ReleaseNumber,
        write: &EntryWrite,
    ) -> Result<()> {
        let query = sqlx::query(
            "INSERT INTO entry (release, id, canonical_link, link, title, language, published,
                 updated, last_shown, ordinal, digest, visible, admitted, facts, relations,
                 evidence, fading, keyed, number, source, key, first_seen, with_first)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0, ?, ?, ?, ?, ?)",
        );
        self.bind(query, release, write)?
            .bind(number.0)
            .bind(self.source.number.0)
            .bind(write.key.0.as_slice())
            .bind(ms(self.at))
            .bind(self.source.is_first_poll)
            .execute(conn)
            .await
            .attempt("write an entry")
            .map(drop)
    }

    async fn update(
        &self,
        conn: &mut Conn,
        number: EntryNumber,
        release: ReleaseNumber,
        write: &EntryWrite,
    ) -> Result<()> {
        let query = sqlx::query(
            "UPDATE entry SET release = ?1, id = ?2, canonical_link = ?3, link = ?4, title = ?5,
                 language = ?6, published = ?7, updated = ?8, last_shown = ?9, ordinal = ?10,
                 digest = ?11, visible = ?12, admitted = ?13, facts = ?14, relations = ?15,
                 evidence = ?16, keyed = 0, removed = NULL, reason = NULL,
                 fading = (SELECT entered IS NULL FROM release WHERE number = ?1)
             WHERE number = ?17",
        );
        self.bind(query, release, write)?
            .bind(number.0)
            .execute(&mut *conn)
            .await
            .attempt("write an entry that changed")?;
        sqlx::query("DELETE FROM entry_clean WHERE entry = ?")
            .bind(number.0)
            .execute(conn)
            .await
            .attempt("drop the clean HTML of an entry that changed")
            .map(drop)
    }

    fn bind<'q>(
        &self,
        query: SqliteQuery<'q>,
        release: ReleaseNumber,
        write: &'q EntryWrite,
    ) -> Result<SqliteQuery<'q>> {
        let placement = &write.placement;
        let relations = match placement.relations.is_empty() {
            true => None,
            false => Some(json(&placement.relations)?),
        };
        let evidence = placement.evidence.as_ref().map(json).transpose()?;
        Ok(query
            .bind(release.0)
            .bind(&write.entry.id)
            .bind(&write.canonical_link)
            .bind(&write.entry.link)
            .bind(&write.entry.title)
            .bind(&write.language)
            .bind(write.published.map(ms))
            .bind(write.updated.map(ms))
            .bind(ms(self.at))
            .bind(write.ordinal)
            .bind(write.digest.0.as_slice())
            .bind(write.visible.0.as_slice())
            .bind(write.admitted)
            .bind(self.facts)
            .bind(relations)
            .bind(evidence))
    }

    async fn text(&self, conn: &mut Conn, entry: EntryNumber, packed: &[u8]) -> Result<()> {
        sqlx::query("INSERT OR REPLACE INTO entry_text (entry, text) VALUES (?, ?)")
            .bind(entry.0)
            .bind(packed)
            .execute(conn)
            .await
            .attempt("write the text of an entry")
            .map(drop)
    }

    async fn shingles(&self, conn: &mut Conn, entry: EntryNumber, hashes: &[u8]) -> Result<()> {
        if hashes.is_empty() {
            return Ok(());
        }
        let attempt = "write the keys of an entry";
        sqlx::query("INSERT OR REPLACE INTO entry_keys (entry, hashes) VALUES (?, ?)")
            .bind(entry.0)
            .bind(hashes)
            .execute(&mut *conn)
            .await
            .attempt(attempt)?;
        sqlx::query("UPDATE entry SET keyed = 1 WHERE number = ?")
            .bind(entry.0)
            .execute(conn)
            .await
            .attempt(attempt)
            .map(drop)
    }

    fn name(&mut self, entry: EntryNumber, write: &EntryWrite) {
        let source = self.source.number;
        let id = write.entry.id.as_deref();
        let link = write.canonical_link.as_deref();
        let id = id.map(|id| name_hash(source, ID, id));
        let link = link.map(|link| name_hash(source, LINK, link));
        let hashes = id.into_iter().chain(link);
        self.names.extend(hashes.map(|hash| (hash, entry.0)));
    }

    async fn write_names(&mut self, conn: &mut Conn) -> Result<()> {
        self.names.sort_unstable();
        sqlx::query(
            "INSERT OR IGNORE INTO entry_name (hash, entry)
             SELECT value ->> 0, value ->> 1 FROM json_each(?)",
        )
        .bind(json(&self.names)?)
        .execute(conn)
        .await
        .attempt("write the names of entries")
        .map(drop)
    }

    async fn remove(&mut self, conn: &mut Conn, entry: EntryNumber, reason: &str) -> Result<()> {
        let release: Option<i64> = sqlx::query_scalar(
            "UPDATE entry SET removed = ?, reason = ?
             WHERE number = ? AND source = ? AND removed IS NULL RETURNING release",
        )
        .bind(ms(self.at))
        .bind(reason)
        .bind(entry.0)
        .bind(self.source.number.0)
        .fetch_optional(conn)
        .await
        .attempt("remove an entry")?;
        if let Some(release) = release {
            self.touched.touch(ReleaseNumber(release));
        }
        Ok(())
    }
}

type SqliteQuery<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

/// Kinds of names: part of their hashes, so never changed.
pub(super) const ID: &[u8] = b"id";
pub(super) const LINK: &[u8] = b"link";

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
             last_poll = ?2, next_poll = CASE WHEN enabled THEN ?6 END,
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
