//! What editors decided (`domain::decision`), kept and carried out: words on texts, texts moved from
//! one release to another, and the last good decisions.toml. What is decided is not decided here.

use super::Database;
use super::carry::{Touched, settle_touched};
use super::entries::id_of;
use super::intents::{Kept, Place, Placement};
use super::keys::{self, NewKeys};
use super::placing::{Placing, Wish};
use super::sql::{Attempt, Columns, Conn, Result, hex, json, list, unpack};
use crate::domain::Moment;
use crate::domain::decision::{TextName, Word};
use crate::domain::entry::{Entry, EntryKey, EntryNumber};
use crate::domain::likeness::Text;
use crate::domain::release::ReleaseNumber;
use crate::domain::release::settle::own_id;
use crate::domain::source::{Address, SourceNumber};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One text of a release, as an editor names it and a file keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextOfRelease {
    /// Which text.
    pub name: TextName,
    /// Of an entry: its number.
    pub entry: Option<EntryNumber>,
    /// Of an entry: id and canonical address of its source.
    pub source: Option<(String, Address)>,
    /// Where it was published; None of a statement.
    pub link: Option<String>,
}

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stands {
    /// The release that has it.
    pub release: ReleaseNumber,
    /// A statement of ours is in that.
    pub with_statement: bool,
}

/// An entry that goes to another release by an editor's word.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Which.
    pub entry: EntryNumber,
    /// Where to, with its keys.
    pub placement: Placement,
}

/// Under which source and key `word` has a text.
fn filed(name: &TextName) -> (i64, Vec<u8>) {
    match name {
        TextName::Statement(slug) => (0, slug.clone().into_bytes()),
        TextName::Entry(source, key) => (source.0, key.0.to_vec()),
    }
}

impl Database {
    /// The texts of a release, removed ones too: our statement first, then entries by first seen.
    pub async fn texts_of_release(&self, release: ReleaseNumber) -> Result<Vec<TextOfRelease>> {
        let attempt = "read the texts of a release";
        let mut conn = self.reading(attempt).await?;
        let slugs: Vec<String> =
            sqlx::query_scalar("SELECT slug FROM statement WHERE release = ? ORDER BY slug")
                .bind(release.0)
                .fetch_all(&mut *conn)
                .await
                .attempt(attempt)?;
        let mut texts: Vec<TextOfRelease> = slugs
            .into_iter()
            .map(|slug| TextOfRelease {
                name: TextName::Statement(slug),
                entry: None,
                source: None,
                link: None,
            })
            .collect();
        let rows = sqlx::query(
            "SELECT e.number, e.key, e.link, e.source, s.id, s.address FROM entry AS e
             CROSS JOIN source AS s ON s.number = e.source
             WHERE e.release = ? ORDER BY e.first_seen, e.number",
        )
        .bind(release.0)
        .fetch_all(&mut *conn)
        .await
        .attempt(attempt)?;
        for row in &rows {
            let row = Columns(row);
            let address = Address::restore(row.get("address")?);
            texts.push(TextOfRelease {
                name: TextName::Entry(SourceNumber(row.get("source")?), row.key("key")?),
                entry: Some(EntryNumber(row.get("number")?)),
                source: Some((row.get("id")?, address)),
                link: row.get("link")?,
            });
        }
        Ok(texts)
    }

    /// Where each of these texts stands; those that are not known are left out.
    pub async fn stands(&self, names: Vec<TextName>) -> Result<HashMap<TextName, Stands>> {
        let attempt = "find texts by their names";
        let mut conn = self.reading(attempt).await?;
        let mut stands = HashMap::new();
        for name in names {
            let release: Option<i64> = match &name {
                TextName::Statement(slug) => {
                    sqlx::query_scalar("SELECT release FROM statement WHERE slug = ?")
                        .bind(slug)
                        .fetch_optional(&mut *conn)
                        .await
                }
                TextName::Entry(source, key) => {
                    sqlx::query_scalar("SELECT release FROM entry WHERE source = ? AND key = ?")
                        .bind(source.0)
                        .bind(key.0.as_slice())
                        .fetch_optional(&mut *conn)
                        .await
                }
            }
            .attempt(attempt)?;
            let Some(release) = release else {
                continue;
            };
            let with_statement: bool =
                sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM statement WHERE release = ?)")
                    .bind(release)
                    .fetch_one(&mut *conn)
                    .await
                    .attempt(attempt)?;
            let release = ReleaseNumber(release);
            stands.insert(
                name,
                Stands {
                    release,
                    with_statement,
                },
            );
        }
        Ok(stands)
    }

    /// These entries as texts to compare and place, in this order; the words of those whose text was
    /// dropped are empty.
    pub async fn texts_to_place(
        &self,
        entries: &[EntryNumber],
    ) -> Result<Vec<(EntryNumber, TextName, ReleaseNumber, Text)>> {
        let attempt = "read texts to place anew";
        let mut conn = self.reading(attempt).await?;
        let rows = sqlx::query(
            "SELECT e.number, e.key, e.release, e.title, e.link, e.language, e.published,
                 e.first_seen, e.source, x.text, e.first_seen AS release_seen
             FROM json_each(?) AS j CROSS JOIN entry AS e ON e.number = j.value
             LEFT JOIN entry_text AS x ON x.entry = e.number ORDER BY j.key",
        )
        .bind(list(entries.iter().map(|entry| entry.0)))
        .fetch_all(&mut *conn)
        .await
        .attempt(attempt)?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                let source = SourceNumber(row.get("source")?);
                Ok((
                    EntryNumber(row.get("number")?),
                    TextName::Entry(source, row.key("key")?),
                    ReleaseNumber(row.get("release")?),
                    keys::of_entry(&row)?,
                ))
            })
            .collect()
    }

    /// What is said of texts, all of it: what is not in `words` is taken back. Releases with texts on
    /// which something else is said than before are settled anew.
    pub async fn keep_words(&self, words: BTreeMap<TextName, Word>, now: Moment) -> Result<Kept> {
        let mut wanted: BTreeMap<(i64, Vec<u8>), String> = BTreeMap::new();
        for (name, word) in &words {
            wanted.insert(filed(name), json(word)?);
        }
        self.write("keep what editors say", move |conn| {
            Box::pin(async move { keep_words(conn, &wanted, now).await })
        })
        .await
    }

    /// Moves entries to other releases. `planned_at` as in `PollWrite`.
    pub async fn keep_moved(
        &self,
        moved: Vec<Moved>,
        planned_at: ReleaseNumber,
        now: Moment,
    ) -> Result<Kept> {
        let wire_host = self.inner.wire_host.load_full();
        self.write("move texts by an editor's word", move |conn| {
            Box::pin(async move { keep_moved(conn, &moved, planned_at, now, &wire_host).await })
        })
        .await
    }

    /// The last good decisions.toml; None before there was one.
    pub async fn decisions_file(&self) -> Result<Option<String>> {
        sqlx::query_scalar("SELECT text FROM decisions")
            .fetch_optional(&self.inner.readers)
            .await
            .attempt("read the last good decisions.toml")
    }

    /// Keeps the last good decisions.toml.
    pub async fn keep_decisions_file(&self, text: String) -> Result<()> {
        self.write("keep decisions.toml", move |conn| {
            Box::pin(async move {
                sqlx::query("INSERT OR REPLACE INTO decisions (one, text) VALUES (1, ?)")
                    .bind(&text)
                    .execute(conn)
                    .await
                    .attempt("keep decisions.toml")
                    .map(drop)
            })
        })
        .await
    }
}

async fn keep_words(
    conn: &mut Conn,
    wanted: &BTreeMap<(i64, Vec<u8>), String>,
    now: Moment,
) -> Result<Kept> {
    let attempt = "keep what editors say";
    let rows = sqlx::query("SELECT source, key, word FROM word")
        .fetch_all(&mut *conn)
        .await
        .attempt(attempt)?;
    let mut stood: BTreeMap<(i64, Vec<u8>), String> = BTreeMap::new();
    for row in &rows {
        let row = Columns(row);
        let key = row.get::<&[u8]>("key")?.to_vec();
        stood.insert((row.get("source")?, key), row.get("word")?);
    }
    let filed: BTreeSet<_> = stood.keys().chain(wanted.keys()).collect();
    let mut touched = Touched::default();
    for (source, key) in filed {
        let place = (*source, key.clone());
        let said = wanted.get(&place);
        if said == stood.get(&place) {
            continue;
        }
        match said {
            Some(word) => {
                sqlx::query("INSERT OR REPLACE INTO word (source, key, word) VALUES (?, ?, ?)")
                    .bind(source)
                    .bind(key.as_slice())
                    .bind(word)
                    .execute(&mut *conn)
                    .await
            }
            None => {
                sqlx::query("DELETE FROM word WHERE source = ? AND key = ?")
                    .bind(source)
                    .bind(key.as_slice())
                    .execute(&mut *conn)
                    .await
            }
        }
        .attempt(attempt)?;
        let release: Option<i64> = sqlx::query_scalar(
            "SELECT release FROM entry WHERE source = ?1 AND key = ?2
             UNION ALL
             SELECT release FROM statement WHERE ?1 = 0 AND slug = CAST(?2 AS TEXT)",
        )
        .bind(source)
        .bind(key.as_slice())
        .fetch_optional(&mut *conn)
        .await
        .attempt(attempt)?;
        if let Some(release) = release {
            touched.touch(ReleaseNumber(release));
        }
    }
    written(conn, touched, now).await
}

/// An entry on its way to another release.
struct Mover {
    release: ReleaseNumber,
    key: EntryKey,
    address: Address,
    entry: Entry,
}

async fn keep_moved(
    conn: &mut Conn,
    moved: &[Moved],
    planned_at: ReleaseNumber,
    now: Moment,
    wire_host: &str,
) -> Result<Kept> {
    let placements = moved.iter().map(|moved| &moved.placement);
    if keys::is_overtaken(conn, planned_at, placements).await? {
        return Ok(Kept::Overtaken);
    }
    let mut movers = Vec::with_capacity(moved.len());
    for moved in moved {
        // Nobody removes rows of entries, so only a number that is none is passed over.
        if let Some(mover) = mover(conn, moved.entry).await? {
            movers.push((mover, moved));
        }
    }
    let ids: Vec<String> = movers
        .iter()
        .map(|(mover, _)| id_of(&mover.address, &mover.key, 0).to_string())
        .collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let own_ids = movers
        .iter()
        .filter_map(|(mover, _)| own_id(&mover.entry, wire_host));
    let places = movers.iter().map(|(_, moved)| moved.placement.place);
    let joined: Vec<ReleaseNumber> = places.filter_map(Place::joins).collect();
    let mut placing = Placing::begin(conn, now, wire_host, &ids, own_ids, &joined).await?;
    let mut touched = Touched::default();
    let mut new_keys = NewKeys::default();
    let mut rows = Vec::with_capacity(movers.len());
    for (mover, moved) in &movers {
        let wish = Wish {
            id: &|times| id_of(&mover.address, &mover.key, times),
            own_id: own_id(&mover.entry, wire_host),
        };
        let place = moved.placement.place;
        let release = placing.place(conn, place, wish, &mut touched).await?;
        touched.touch(release);
        if release != mover.release {
            touched.leave(mover.release, release);
        }
        keys::take_back(conn, moved.entry.0, mover.release.0).await?;
        let shingles = new_keys.note(release, &moved.placement.keys);
        let evidence = moved.placement.evidence.as_ref().map(json).transpose()?;
        rows.push((moved.entry.0, release.0, hex(&shingles), evidence));
        placing.link(release, &moved.placement);
    }
    placing.write_founded(conn).await?;
    move_rows(conn, &rows).await?;
    new_keys.write(conn).await?;
    placing.write_links(conn, &mut touched).await?;
    written(conn, touched, now).await
}

async fn mover(conn: &mut Conn, entry: EntryNumber) -> Result<Option<Mover>> {
    let row = sqlx::query(
        "SELECT e.release, e.key, s.address, t.text FROM entry AS e
         CROSS JOIN source AS s ON s.number = e.source
         LEFT JOIN entry_text AS t ON t.entry = e.number WHERE e.number = ?",
    )
    .bind(entry.0)
    .fetch_optional(conn)
    .await
    .attempt("find an entry to move")?;
    let Some(row) = &row else {
        return Ok(None);
    };
    let row = Columns(row);
    Ok(Some(Mover {
        release: ReleaseNumber(row.get("release")?),
        key: row.key("key")?,
        address: Address::restore(row.get("address")?),
        entry: match row.get::<Option<&[u8]>>("text")? {
            Some(packed) => unpack(packed)?,
            None => Entry::default(),
        },
    }))
}

/// Rows of (entry, release, shingles in hex, evidence).
async fn move_rows(conn: &mut Conn, rows: &[(i64, i64, String, Option<String>)]) -> Result<()> {
    let attempt = "move entries to other releases";
    let rows = json(rows)?;
    sqlx::query(
        "UPDATE entry SET release = value ->> 1, evidence = value ->> 3,
             keyed = length(value ->> 2) > 0,
             fading = EXISTS (SELECT 1 FROM entry_text AS t WHERE t.entry = entry.number)
                 AND (SELECT r.entered IS NULL FROM release AS r WHERE r.number = value ->> 1)
         FROM json_each(?) WHERE entry.number = value ->> 0",
    )
    .bind(&rows)
    .execute(&mut *conn)
    .await
    .attempt(attempt)?;
    sqlx::query(
        "INSERT OR REPLACE INTO entry_keys (entry, hashes)
         SELECT value ->> 0, unhex(value ->> 2) FROM json_each(?) WHERE length(value ->> 2) > 0",
    )
    .bind(&rows)
    .execute(conn)
    .await
    .attempt(attempt)
    .map(drop)
}

async fn written(conn: &mut Conn, touched: Touched, now: Moment) -> Result<Kept> {
    let carried = settle_touched(conn, touched, now).await?;
    Ok(Kept::Written {
        serial: carried.serial,
        changed: carried.changed,
        new: 0,
    })
}
