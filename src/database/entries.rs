//! The entries of one poll on their way into the database: gathered while they are placed, then
//! written with one statement a table, however many they are.

use super::carry::Touched;
use super::intents::{EntryWrite, Place, PollWrite};
use super::keys::{self, NewKeys};
use super::placing::{Placing, Wish};
use super::sql::{Attempt, Columns, Conn, Result, hash, hex, json, list, ms};
use crate::domain::Digest;
use crate::domain::entry::{EntryKey, EntryNumber};
use crate::domain::release::settle::{Nearness, own_id};
use crate::domain::release::{ReleaseId, ReleaseNumber, Shown};
use crate::domain::source::{Address, SourceNumber};
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use std::collections::{BTreeMap, HashMap};

/// Kinds of names: part of their hashes, so never changed.
pub(super) const ID: &[u8] = b"id";
pub(super) const LINK: &[u8] = b"link";

/// Hash under which an entry is found by its guid or canonical link.
pub(super) fn name_hash(source: SourceNumber, kind: &[u8], name: &str) -> i64 {
    hash(&[&source.0.to_be_bytes(), kind, name.as_bytes()])
}

/// What holds for all entries of one poll.
pub(super) struct Polled {
    pub(super) source: SourceNumber,
    pub(super) address: Address,
    pub(super) is_first_poll: bool,
    pub(super) facts: i64,
    pub(super) at_ms: i64,
}

/// An entry that the database has.
#[derive(Clone, Copy)]
struct Known {
    number: EntryNumber,
    release: ReleaseNumber,
    digest: Digest,
}

/// Columns of `entry` that its source decides, by their names.
#[derive(Serialize)]
struct EntryRow<'w> {
    number: i64,
    release: i64,
    key: String,
    id: Option<&'w str>,
    canonical_link: Option<&'w str>,
    link: Option<&'w str>,
    title: Option<&'w str>,
    language: Option<&'w str>,
    published: Option<i64>,
    updated: Option<i64>,
    ordinal: u32,
    digest: String,
    visible: String,
    admitted: bool,
    relations: Option<String>,
    evidence: Option<String>,
    nearness: i64,
    keyed: bool,
}

/// The entries of one poll.
pub(super) struct Entries<'w> {
    polled: Polled,
    next: i64,
    by_key: HashMap<EntryKey, Known>,
    by_number: HashMap<EntryNumber, Known>,
    new: BTreeMap<i64, EntryRow<'w>>,
    changed: BTreeMap<i64, EntryRow<'w>>,
    texts: Vec<(i64, String)>,
    shingles: Vec<(i64, String)>,
    sketches: Vec<(i64, String)>,
    names: Vec<(i64, i64)>,
    keys: NewKeys,
    credited: Vec<EntryNumber>,
    pub(super) touched: Touched,
}

impl<'w> Entries<'w> {
    pub(super) async fn begin(conn: &mut Conn, polled: Polled, write: &PollWrite) -> Result<Self> {
        let mut entries = Entries {
            polled,
            next: next_entry(conn).await?,
            by_key: HashMap::new(),
            by_number: HashMap::new(),
            new: BTreeMap::new(),
            changed: BTreeMap::new(),
            texts: Vec::new(),
            shingles: Vec::new(),
            sketches: Vec::new(),
            names: Vec::new(),
            keys: NewKeys::default(),
            credited: Vec::new(),
            touched: Touched::default(),
        };
        entries.load_known(conn, write).await?;
        Ok(entries)
    }

    /// All entries that the write says are known are.
    pub(super) fn has_all_known(&self, write: &PollWrite) -> bool {
        let mut known = write.entries.iter().filter_map(|entry| entry.known);
        known.all(|number| self.by_number.contains_key(&number))
    }

    /// Places one entry and gathers its rows. One that is said to be new while its key is known, as
    /// where a fetch has it twice, is a change to the one that is known.
    pub(super) async fn gather(
        &mut self,
        conn: &mut Conn,
        placing: &mut Placing<'_>,
        write: &'w EntryWrite,
        packed: &[u8],
    ) -> Result<()> {
        let (before, place) = match write.known {
            Some(number) => (self.by_number.get(&number).copied(), write.placement.place),
            None => match self.by_key.get(&write.key).copied() {
                Some(known) => (Some(known), Place::Stay),
                None => (None, write.placement.place),
            },
        };
        let release = match (place, before) {
            (Place::Stay, Some(before)) => placing.goes_to(before.release),
            _ => {
                let wish = Wish {
                    id: &|times| id_of(&self.polled.address, &write.key, times),
                    own_id: own_id(&write.entry, placing.wire_host),
                };
                placing.place(conn, place, wish, &mut self.touched).await?
            }
        };
        self.touched.touch(release);
        let number = match before {
            Some(before) => {
                if before.release != release {
                    self.touched.leave(before.release, release);
                }
                keys::take_back(conn, before.number.0, before.release.0).await?;
                before.number
            }
            None => {
                self.next += 1;
                EntryNumber(self.next - 1)
            }
        };
        let known = Known {
            number,
            release,
            digest: write.digest,
        };
        self.by_key.insert(write.key, known);
        self.by_number.insert(number, known);
        if let Some(before) = before
            && before.release == release
            && before.digest != write.digest
        {
            placing.reword(release, Some(number.0));
        }
        placing.link(release, &write.placement);
        self.credited.extend(&write.placement.credits);
        self.gather_rows(known, before.is_none(), write, packed)
    }

    fn gather_rows(
        &mut self,
        known: Known,
        is_new: bool,
        write: &'w EntryWrite,
        packed: &[u8],
    ) -> Result<()> {
        let number = known.number.0;
        let shingles = self.keys.note(known.release, &write.placement.keys);
        let row = row(known, write, !shingles.is_empty())?;
        // A second row of one entry in one fetch: the later one stands.
        match is_new || self.new.contains_key(&number) {
            true => self.new.insert(number, row),
            false => self.changed.insert(number, row),
        };
        self.texts.push((number, hex(packed)));
        if !shingles.is_empty() {
            self.shingles.push((number, hex(&shingles)));
        }
        if let Some(sketch) = &write.placement.sketch {
            self.sketches.push((number, hex(sketch.bytes())));
        }
        let source = self.polled.source;
        let id = write.entry.id.as_deref();
        let link = write.canonical_link.as_deref();
        let id = id.map(|id| name_hash(source, ID, id));
        let link = link.map(|link| name_hash(source, LINK, link));
        let hashes = id.into_iter().chain(link);
        self.names.extend(hashes.map(|hash| (hash, number)));
        Ok(())
    }

    /// Marks an entry as removed by its source.
    pub(super) async fn remove(
        &mut self,
        conn: &mut Conn,
        entry: EntryNumber,
        reason: &str,
    ) -> Result<()> {
        let release: Option<i64> = sqlx::query_scalar(
            "UPDATE entry SET removed = ?, reason = ?
             WHERE number = ? AND source = ? AND removed IS NULL RETURNING release",
        )
        .bind(self.polled.at_ms)
        .bind(reason)
        .bind(entry.0)
        .bind(self.polled.source.0)
        .fetch_optional(conn)
        .await
        .attempt("remove an entry")?;
        if let Some(release) = release {
            self.touched.touch(ReleaseNumber(release));
        }
        Ok(())
    }

    /// Writes what was gathered; answers the releases that it touched, and how many entries are new.
    pub(super) async fn write(mut self, conn: &mut Conn) -> Result<(Touched, usize)> {
        let new = self.new.len();
        self.insert(conn).await?;
        self.update(conn).await?;
        let texts = json(&self.texts)?;
        let shingles = json(&self.shingles)?;
        let sketches = json(&self.sketches)?;
        self.names.sort_unstable();
        let names = json(&self.names)?;
        for (sql, rows) in [
            (
                "INSERT OR REPLACE INTO entry_text (entry, text)
                 SELECT value ->> 0, unhex(value ->> 1) FROM json_each(?)",
                texts,
            ),
            (
                "INSERT OR REPLACE INTO entry_keys (entry, hashes)
                 SELECT value ->> 0, unhex(value ->> 1) FROM json_each(?)",
                shingles,
            ),
            (
                "INSERT OR REPLACE INTO entry_sketch (entry, sketch)
                 SELECT value ->> 0, unhex(value ->> 1) FROM json_each(?)",
                sketches,
            ),
            (
                "INSERT OR IGNORE INTO entry_name (hash, entry)
                 SELECT value ->> 0, value ->> 1 FROM json_each(?)",
                names,
            ),
        ] {
            sqlx::query(sql)
                .bind(rows)
                .execute(&mut *conn)
                .await
                .attempt("write texts and names of entries")?;
        }
        credit(conn, &self.credited).await?;
        self.keys.write(conn).await?;
        Ok((self.touched, new))
    }

    async fn insert(&self, conn: &mut Conn) -> Result<()> {
        if self.new.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO entry (number, release, key, id, canonical_link, link, title, language,
                 published, updated, ordinal, digest, visible, admitted, relations, evidence,
                 nearness, keyed, source, facts, first_seen, last_shown, with_first, fading)
             SELECT value ->> 'number', value ->> 'release', unhex(value ->> 'key'),
                 value ->> 'id', value ->> 'canonical_link', value ->> 'link', value ->> 'title',
                 value ->> 'language', value ->> 'published', value ->> 'updated',
                 value ->> 'ordinal', unhex(value ->> 'digest'), unhex(value ->> 'visible'),
                 value ->> 'admitted', value ->> 'relations', value ->> 'evidence',
                 value ->> 'nearness', value ->> 'keyed', ?2, ?3, ?4, ?4, ?5, 1
             FROM json_each(?1)",
        )
        .bind(json(&self.new.values().collect::<Vec<_>>())?)
        .bind(self.polled.source.0)
        .bind(self.polled.facts)
        .bind(self.polled.at_ms)
        .bind(self.polled.is_first_poll)
        .execute(conn)
        .await
        .attempt("write entries")
        .map(drop)
    }

    async fn update(&self, conn: &mut Conn) -> Result<()> {
        if self.changed.is_empty() {
            return Ok(());
        }
        let attempt = "write entries that changed";
        sqlx::query(
            "UPDATE entry SET release = value ->> 'release', id = value ->> 'id',
                 canonical_link = value ->> 'canonical_link', link = value ->> 'link',
                 title = value ->> 'title', language = value ->> 'language',
                 published = value ->> 'published', updated = value ->> 'updated',
                 ordinal = value ->> 'ordinal', digest = unhex(value ->> 'digest'),
                 visible = unhex(value ->> 'visible'), admitted = value ->> 'admitted',
                 relations = value ->> 'relations', evidence = value ->> 'evidence',
                 nearness = value ->> 'nearness',
                 keyed = value ->> 'keyed', facts = ?2, last_shown = ?3,
                 removed = NULL, reason = NULL,
                 fading = (SELECT r.entered IS NULL FROM release AS r
                           WHERE r.number = value ->> 'release')
             FROM json_each(?1) WHERE entry.number = value ->> 'number'",
        )
        .bind(json(&self.changed.values().collect::<Vec<_>>())?)
        .bind(self.polled.facts)
        .bind(self.polled.at_ms)
        .execute(&mut *conn)
        .await
        .attempt(attempt)?;
        let changed = list(self.changed.keys().copied());
        for made_of_the_text in [
            "DELETE FROM entry_clean WHERE entry IN (SELECT value FROM json_each(?))",
            "DELETE FROM entry_sketch WHERE entry IN (SELECT value FROM json_each(?))",
        ] {
            sqlx::query(made_of_the_text)
                .bind(&changed)
                .execute(&mut *conn)
                .await
                .attempt(attempt)?;
        }
        Ok(())
    }

    async fn load_known(&mut self, conn: &mut Conn, write: &PollWrite) -> Result<()> {
        let attempt = "find entries that are known";
        let keys: Vec<String> = write
            .entries
            .iter()
            .map(|entry| hex(&entry.key.0))
            .collect();
        let numbers = write.entries.iter().filter_map(|entry| entry.known);
        let by_key = sqlx::query(
            "SELECT e.number, e.key, e.release, e.title, e.digest FROM json_each(?) AS j
             CROSS JOIN entry AS e ON e.source = ? AND e.key = unhex(j.value)",
        )
        .bind(json(&keys)?)
        .bind(write.source.0)
        .fetch_all(&mut *conn)
        .await
        .attempt(attempt)?;
        let by_number = sqlx::query(
            "SELECT e.number, e.key, e.release, e.title, e.digest FROM json_each(?) AS j
             CROSS JOIN entry AS e ON e.number = j.value WHERE e.source = ?",
        )
        .bind(list(numbers.map(|number| number.0)))
        .bind(write.source.0)
        .fetch_all(conn)
        .await
        .attempt(attempt)?;
        by_key
            .iter()
            .chain(&by_number)
            .try_for_each(|row| self.know(row))
    }

    fn know(&mut self, row: &SqliteRow) -> Result<()> {
        let row = Columns(row);
        let known = Known {
            number: EntryNumber(row.get("number")?),
            release: ReleaseNumber(row.get("release")?),
            digest: row.digest("digest")?,
        };
        self.by_key.insert(row.key("key")?, known);
        self.by_number.insert(known.number, known);
        self.touched
            .title_was(Shown::Entry(known.number), row.get("title")?);
        Ok(())
    }
}

/// The id of a release founded by an entry that founded `times` before.
pub(super) fn id_of(source: &Address, key: &EntryKey, times: u32) -> ReleaseId {
    match times {
        0 => ReleaseId::of_entry(source, key),
        times => ReleaseId::of_entry_again(source, key, times),
    }
}

fn row(known: Known, write: &EntryWrite, keyed: bool) -> Result<EntryRow<'_>> {
    let placement = &write.placement;
    let relations = match placement.relations.is_empty() {
        true => None,
        false => Some(json(&placement.relations)?),
    };
    Ok(EntryRow {
        number: known.number.0,
        release: known.release.0,
        key: hex(&write.key.0),
        id: write.entry.id.as_deref(),
        canonical_link: write.canonical_link.as_deref(),
        link: write.entry.link.as_deref(),
        title: write.entry.title.as_deref(),
        language: write.language.as_deref(),
        published: write.published.map(ms),
        updated: write.updated.map(ms),
        ordinal: write.ordinal,
        digest: hex(&write.digest.0),
        visible: hex(&write.visible.0),
        admitted: write.admitted,
        relations,
        evidence: placement.evidence.as_ref().map(json).transpose()?,
        nearness: placement.nearness.code(),
        keyed,
    })
}

/// Others say that these are the issuer's own; a teaser stays one.
async fn credit(conn: &mut Conn, entries: &[EntryNumber]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE entry SET nearness = ?1
         WHERE nearness = ?2 AND number IN (SELECT value FROM json_each(?3))",
    )
    .bind(Nearness::Issuer.code())
    .bind(Nearness::Text.code())
    .bind(list(entries.iter().map(|entry| entry.0)))
    .execute(conn)
    .await
    .attempt("note whose words a text is")
    .map(drop)
}

async fn next_entry(conn: &mut Conn) -> Result<i64> {
    sqlx::query_scalar("SELECT coalesce(max(number), 0) + 1 FROM entry")
        .fetch_one(conn)
        .await
        .attempt("number an entry")
}
