//! Keeping our own statements, and giving them back.

use super::Database;
use super::carry::{Touched, settle_touched};
use super::intents::{Kept, Place, StatementWrite};
use super::keys::{self, NewKeys};
use super::placing::{self, Placing};
use super::records::StatementRecord;
use super::sql::{Attempt, Columns, Conn, Result, json, ms, pack, unpack};
use super::versions;
use crate::domain::release::settle::{Names, tag_uri};
use crate::domain::release::{ReleaseId, ReleaseNumber, Shown};
use crate::domain::statement::{StatementNumber, StatementRead, Status};
use crate::domain::{Digest, Moment};
use chrono::TimeDelta;
use sqlx::sqlite::SqliteRow;

/// A date further ahead is none to go by (contract §5).
const AHEAD: TimeDelta = TimeDelta::days(1);

impl Database {
    /// Keeps new and changed statements, or none of them. `planned_at` as in `PollWrite`.
    ///
    /// A statement is found by its slug, else by its id. One that joins a release founded by
    /// somebody's copy makes it its own; one that is known stays in its release.
    pub async fn keep_statements(
        &self,
        writes: Vec<StatementWrite>,
        planned_at: ReleaseNumber,
        now: Moment,
    ) -> Result<Kept> {
        let packed: Vec<Vec<u8>> = writes
            .iter()
            .map(|write| pack(&write.read.statement))
            .collect::<Result<_>>()?;
        let wire_host = self.inner.wire_host.load_full();
        self.write("keep statements", move |conn| {
            Box::pin(async move {
                let plan = Plan {
                    writes: &writes,
                    packed: &packed,
                    planned_at,
                    now,
                };
                plan.keep(conn, &wire_host).await
            })
        })
        .await
    }

    /// Every statement, withdrawn ones too, by slug.
    pub async fn statements(&self) -> Result<Vec<StatementRecord>> {
        let rows = sqlx::query("SELECT * FROM statement ORDER BY slug")
            .fetch_all(&self.inner.readers)
            .await
            .attempt("read statements")?;
        rows.iter().map(record).collect()
    }

    /// The statement with this slug.
    pub async fn statement(&self, slug: &str) -> Result<Option<StatementRecord>> {
        let row = sqlx::query("SELECT * FROM statement WHERE slug = ?")
            .bind(slug)
            .fetch_optional(&self.inner.readers)
            .await
            .attempt("read a statement")?;
        row.as_ref().map(record).transpose()
    }
}

fn record(row: &SqliteRow) -> Result<StatementRecord> {
    let row = Columns(row);
    Ok(StatementRecord {
        number: StatementNumber(row.get("number")?),
        read: StatementRead {
            statement: unpack(row.get("text")?)?,
            digest: row.digest("digest")?,
            visible: row.digest("visible")?,
        },
        release: ReleaseNumber(row.get("release")?),
        first_seen: row.moment("first_seen")?,
        changed: row.moment("changed")?,
    })
}

/// What is to be kept, and when.
struct Plan<'w> {
    writes: &'w [StatementWrite],
    packed: &'w [Vec<u8>],
    planned_at: ReleaseNumber,
    now: Moment,
}

impl Plan<'_> {
    async fn keep(&self, conn: &mut Conn, wire_host: &str) -> Result<Kept> {
        let placements = self.writes.iter().map(|write| &write.placement);
        let placed = placements.filter(|placement| placement.place != Place::Stay);
        if keys::is_overtaken(conn, self.planned_at, placed).await? {
            return Ok(Kept::Overtaken);
        }
        let mut touched = Touched::default();
        let mut new_keys = NewKeys::default();
        let none = std::iter::empty();
        let mut placing = Placing::begin(conn, self.now, wire_host, &[], none, &[]).await?;
        let mut new = 0;
        for (write, packed) in self.writes.iter().zip(self.packed) {
            let release = match known(conn, write).await? {
                Some(known) => {
                    touched.title_was(
                        Shown::Statement(write.read.statement.slug.clone()),
                        Some(known.title.clone()),
                    );
                    rename(conn, &known, &write.read.statement.slug).await?;
                    placing.goes_to(known.release);
                    if known.digest != write.read.digest {
                        placing.reword(known.release, None);
                    }
                    self.update(conn, &known, write, packed).await?;
                    known.release
                }
                None => {
                    new += 1;
                    let release = self.place(conn, &mut placing, &mut touched, write).await?;
                    self.insert(conn, release, write, packed).await?;
                    release
                }
            };
            touched.touch(release);
            new_keys.note(release, &write.placement.keys);
            placing.link(release, &write.placement);
        }
        new_keys.write_ours(conn).await?;
        new_keys.write(conn).await?;
        let placements = self.writes.iter().map(|write| &write.placement);
        placing::absorb(conn, placements, &mut touched).await?;
        placing.write_links(conn, &mut touched).await?;
        let written = self.writes.iter().map(|write| &*write.read.statement.slug);
        versions::link_declared(conn, &written.collect(), &mut touched).await?;
        let carried = settle_touched(conn, touched, self.now).await?;
        Ok(Kept::Written {
            serial: carried.serial,
            changed: carried.changed,
            new,
        })
    }

    /// The release of a new statement: one that stands and has no statement, or its own.
    async fn place(
        &self,
        conn: &mut Conn,
        placing: &mut Placing<'_>,
        touched: &mut Touched,
        write: &StatementWrite,
    ) -> Result<ReleaseNumber> {
        let id = &write.read.statement.id;
        let joined = match write.placement.place {
            Place::Join(release) => placing::standing(conn, release).await?,
            Place::With(index) => placing.of(index),
            Place::Found | Place::Stay => None,
        };
        let joined = match joined {
            Some(release) if !has_statement(conn, release).await? => Some(release),
            _ => None,
        };
        let release = match joined {
            Some(release) => release,
            None => {
                let names = Names {
                    id: ReleaseId::of_statement(id),
                    atom_id: id.clone(),
                };
                let release = placing.found(names, touched);
                placing.write_founded(conn).await?;
                release
            }
        };
        placing.goes_to(release);
        take_id(conn, id, release, placing.wire_host, touched).await?;
        Ok(release)
    }

    async fn insert(
        &self,
        conn: &mut Conn,
        release: ReleaseNumber,
        write: &StatementWrite,
        packed: &[u8],
    ) -> Result<()> {
        let query = sqlx::query(
            "INSERT INTO statement (slug, id, title, published, updated, language, labels, digest,
                 visible, relations, text, withdrawn, reason, text_group, translation_of, release,
                 first_seen, changed, first_reading)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, iif(?12, ?13, NULL), ?14, ?15,
                 ?16, ?17, ?13, ?13, ?18)",
        );
        self.bind(query, write, packed)?
            .bind(release.0)
            .bind(write.first_reading)
            .execute(conn)
            .await
            .attempt("write a statement")
            .map(drop)
    }

    async fn update(
        &self,
        conn: &mut Conn,
        known: &Known,
        write: &StatementWrite,
        packed: &[u8],
    ) -> Result<()> {
        let query = sqlx::query(
            "UPDATE statement SET slug = ?1, id = ?2, title = ?3, published = ?4, updated = ?5,
                 language = ?6, labels = ?7,
                 changed = CASE WHEN digest = ?8 THEN changed ELSE ?13 END, digest = ?8,
                 visible = ?9, relations = ?10, text = ?11,
                 withdrawn = iif(?12, coalesce(withdrawn, ?13), NULL), reason = ?14,
                 text_group = ?15, translation_of = ?16
             WHERE number = ?17",
        );
        self.bind(query, write, packed)?
            .bind(known.number)
            .execute(conn)
            .await
            .attempt("write a statement that changed")
            .map(drop)
    }

    fn bind<'q>(
        &self,
        query: SqliteQuery<'q>,
        write: &'q StatementWrite,
        packed: &'q [u8],
    ) -> Result<SqliteQuery<'q>> {
        let statement = &write.read.statement;
        let dated = |date: Option<Moment>| date.filter(|date| *date <= self.now + AHEAD).map(ms);
        let relations = match write.placement.relations.is_empty() {
            true => None,
            false => Some(json(&write.placement.relations)?),
        };
        Ok(query
            .bind(&statement.slug)
            .bind(&statement.id)
            .bind(&statement.title)
            .bind(dated(statement.date))
            .bind(dated(statement.updated))
            .bind(&statement.language)
            .bind(json(&write.topics)?)
            .bind(write.read.digest.0.as_slice())
            .bind(write.read.visible.0.as_slice())
            .bind(relations)
            .bind(packed)
            .bind(statement.status == Status::Withdrawn)
            .bind(ms(self.now))
            .bind(&statement.reason)
            .bind(&statement.group)
            .bind(&statement.translation_of))
    }
}

type SqliteQuery<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

/// A statement that stands already.
struct Known {
    number: i64,
    release: ReleaseNumber,
    slug: String,
    title: String,
    digest: Digest,
}

async fn known(conn: &mut Conn, write: &StatementWrite) -> Result<Option<Known>> {
    let statement = &write.read.statement;
    let row = sqlx::query(
        "SELECT number, release, slug, title, digest FROM statement WHERE slug = ?1 OR id = ?2
         ORDER BY slug = ?1 DESC LIMIT 1",
    )
    .bind(&statement.slug)
    .bind(&statement.id)
    .fetch_optional(conn)
    .await
    .attempt("find a statement")?;
    let Some(row) = &row else {
        return Ok(None);
    };
    let row = Columns(row);
    Ok(Some(Known {
        number: row.get("number")?,
        release: ReleaseNumber(row.get("release")?),
        slug: row.get("slug")?,
        title: row.get("title")?,
        digest: row.digest("digest")?,
    }))
}

/// A statement whose file was renamed keeps its release, id and dates.
async fn rename(conn: &mut Conn, known: &Known, slug: &str) -> Result<()> {
    if known.slug == slug {
        return Ok(());
    }
    sqlx::query("UPDATE release SET statement = ? WHERE number = ?")
        .bind(slug)
        .bind(known.release.0)
        .execute(conn)
        .await
        .attempt("rename a statement")
        .map(drop)
}

async fn has_statement(conn: &mut Conn, release: ReleaseNumber) -> Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM statement WHERE release = ?)")
        .bind(release.0)
        .fetch_one(conn)
        .await
        .attempt("see whether a release has a statement")
}

/// A release with a statement of ours always bears the statement's id (§5): whoever bears it already
/// gets a tag URI of ours.
async fn take_id(
    conn: &mut Conn,
    id: &str,
    release: ReleaseNumber,
    wire_host: &str,
    touched: &mut Touched,
) -> Result<()> {
    if placing::bear(conn, id, release).await? {
        return Ok(());
    }
    let attempt = "take a statement's id back";
    let row = sqlx::query(
        "SELECT r.number, r.id, r.first_seen FROM borne AS b
         CROSS JOIN release AS r ON r.number = b.release
         WHERE b.hash = ?1 AND r.atom_id = ?2 AND r.number <> ?3",
    )
    .bind(placing::atom_hash(id))
    .bind(id)
    .bind(release.0)
    .fetch_optional(&mut *conn)
    .await
    .attempt(attempt)?;
    if let Some(row) = &row {
        let row = Columns(row);
        let other = ReleaseNumber(row.get("number")?);
        let own = super::carry::release_id(row.get("id")?)?;
        let tag = tag_uri(wire_host, row.moment("first_seen")?, &own);
        sqlx::query("UPDATE release SET atom_id = ? WHERE number = ?")
            .bind(&tag)
            .bind(other.0)
            .execute(&mut *conn)
            .await
            .attempt(attempt)?;
        placing::bear(conn, &tag, other).await?;
        touched.touch(other);
    }
    sqlx::query("UPDATE borne SET release = ? WHERE hash = ?")
        .bind(release.0)
        .bind(placing::atom_hash(id))
        .execute(conn)
        .await
        .attempt(attempt)
        .map(drop)
}
