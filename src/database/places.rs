//! Where releases stand: which feeds hold them, and the tombstones of those that stood there.
//!
//! Only releases in the wire have places, so that each feed is one range of an index, whatever else
//! is stored.

use super::sql::{Attempt, Columns, Conn, Result, json, list, ms};
use crate::domain::Moment;
use crate::domain::relation::Target;
use crate::domain::release::settle::{Settled, Standing};
use crate::domain::release::{ReleaseNumber, Serial};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Keys of scopes in the database.
pub(super) mod key {
    use crate::domain::source::SourceNumber;

    pub(in super::super) const WIRE: &str = "wire";
    pub(in super::super) const STATEMENTS: &str = "statements";

    pub(in super::super) fn source(number: SourceNumber) -> String {
        format!("s:{}", number.0)
    }

    /// What a source published, in the wire or not: has a serial, but no places.
    pub(in super::super) fn source_all(number: SourceNumber) -> String {
        format!("all:{}", number.0)
    }

    pub(in super::super) fn topic(slug: &str) -> String {
        format!("t:{slug}")
    }

    /// By primary subtag (RFC 5646 §2.1).
    pub(in super::super) fn language(tag: &str) -> String {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        format!("l:{}", primary.to_ascii_lowercase())
    }

    pub(in super::super) fn related(slug: &str) -> String {
        format!("r:{slug}")
    }
}

/// One place in one feed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    scope: i64,
    position: i64,
    entered: i64,
}

/// Places of the touched releases before the write, and what is to be written of them.
pub(super) struct Places {
    before: HashMap<i64, BTreeSet<Place>>,
    scopes: BTreeMap<String, i64>,
    changed: BTreeSet<i64>,
    gone: Vec<(Place, i64)>,
    new: Vec<(Place, i64)>,
}

impl Places {
    pub(super) async fn load(conn: &mut Conn, releases: &str) -> Result<Places> {
        let rows = sqlx::query(
            "SELECT m.* FROM json_each(?) AS j CROSS JOIN membership AS m ON m.release = j.value",
        )
        .bind(releases)
        .fetch_all(conn)
        .await
        .attempt("read in which feeds releases stand")?;
        let mut before: HashMap<i64, BTreeSet<Place>> = HashMap::new();
        for row in &rows {
            let row = Columns(row);
            before
                .entry(row.get("release")?)
                .or_default()
                .insert(Place {
                    scope: row.get("scope")?,
                    position: row.get("position")?,
                    entered: row.get("entered")?,
                });
        }
        Ok(Places {
            before,
            scopes: BTreeMap::new(),
            changed: BTreeSet::new(),
            gone: Vec::new(),
            new: Vec::new(),
        })
    }

    /// Notes where a changed release stands from now on, and writes its tombstones.
    pub(super) async fn settle(
        &mut self,
        conn: &mut Conn,
        release: ReleaseNumber,
        before: Option<&Standing>,
        settled: &Settled,
        now: Moment,
    ) -> Result<()> {
        let standing = &settled.standing;
        let mut places = BTreeSet::new();
        if let Some(entered) = standing.entered {
            for key in keys(settled) {
                places.insert(Place {
                    scope: self.scope(conn, &key).await?,
                    position: ms(standing.position),
                    entered: ms(entered),
                });
            }
        }
        for source in &settled.sources {
            let scope = self.scope(conn, &key::source_all(*source)).await?;
            self.changed.insert(scope);
        }
        let stood = self.before.remove(&release.0).unwrap_or_default();
        if let Some(before) = before {
            match &standing.withdrawal {
                Some(withdrawal) if before.withdrawal.is_none() => {
                    let last = (withdrawal.when, withdrawal.reason.as_str());
                    tombstones(conn, release, before, &stood, last, None).await?;
                }
                None if before.withdrawal.is_some() => forget_tombstones(conn, release).await?,
                _ => {}
            }
            if before.atom_id != standing.atom_id {
                let last = (now, "");
                tombstones(conn, release, before, &stood, last, Some(release)).await?;
            }
        }
        self.note(release, &stood, &places);
        Ok(())
    }

    /// Notes that a release stands nowhere any more.
    pub(super) async fn clear(
        &mut self,
        conn: &mut Conn,
        release: ReleaseNumber,
        before: &Standing,
        went_to: Option<ReleaseNumber>,
        now: Moment,
    ) -> Result<()> {
        let stood = self.before.remove(&release.0).unwrap_or_default();
        tombstones(conn, release, before, &stood, (now, ""), went_to).await?;
        self.note(release, &stood, &BTreeSet::new());
        Ok(())
    }

    fn note(&mut self, release: ReleaseNumber, before: &BTreeSet<Place>, after: &BTreeSet<Place>) {
        let both = before.iter().chain(after);
        self.changed.extend(both.map(|place| place.scope));
        let gone = before.difference(after).map(|place| (*place, release.0));
        self.gone.extend(gone);
        let new = after.difference(before).map(|place| (*place, release.0));
        self.new.extend(new);
    }

    /// Writes what was noted; `serial` is the newest of the write.
    pub(super) async fn write(mut self, conn: &mut Conn, serial: Serial) -> Result<()> {
        let attempt = "write in which feeds releases stand";
        let mut held: BTreeMap<i64, i64> = self.changed.iter().map(|scope| (*scope, 0)).collect();
        for (place, _) in &self.gone {
            *held.entry(place.scope).or_default() -= 1;
        }
        for (place, _) in &self.new {
            *held.entry(place.scope).or_default() += 1;
        }
        let rows = |mut places: Vec<(Place, i64)>| {
            places.sort_unstable();
            let rows = places
                .iter()
                .map(|(place, release)| (place.scope, place.position, *release, place.entered));
            json(&rows.collect::<Vec<_>>())
        };
        if !self.gone.is_empty() {
            sqlx::query(
                "DELETE FROM membership WHERE (scope, position, release) IN
                 (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))",
            )
            .bind(rows(std::mem::take(&mut self.gone))?)
            .execute(&mut *conn)
            .await
            .attempt(attempt)?;
        }
        if !self.new.is_empty() {
            sqlx::query(
                "INSERT OR REPLACE INTO membership (scope, position, release, entered)
                 SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)",
            )
            .bind(rows(std::mem::take(&mut self.new))?)
            .execute(&mut *conn)
            .await
            .attempt(attempt)?;
        }
        sqlx::query(
            "UPDATE scope SET serial = ?1, held = held + (value ->> 1)
             FROM json_each(?2) WHERE scope.number = value ->> 0",
        )
        .bind(serial.0)
        .bind(json(&held.into_iter().collect::<Vec<_>>())?)
        .execute(conn)
        .await
        .attempt(attempt)
        .map(drop)
    }

    /// The number of a scope, which is known from then on.
    async fn scope(&mut self, conn: &mut Conn, key: &str) -> Result<i64> {
        if let Some(number) = self.scopes.get(key) {
            return Ok(*number);
        }
        let attempt = "find a scope";
        let known = sqlx::query_scalar("SELECT number FROM scope WHERE key = ?")
            .bind(key)
            .fetch_optional(&mut *conn)
            .await
            .attempt(attempt)?;
        let number = match known {
            Some(number) => number,
            None => {
                sqlx::query_scalar("INSERT INTO scope (key, serial) VALUES (?, 0) RETURNING number")
                    .bind(key)
                    .fetch_one(conn)
                    .await
                    .attempt(attempt)?
            }
        };
        self.scopes.insert(key.to_owned(), number);
        Ok(number)
    }
}

/// Keys of all scopes that hold a release in the wire.
fn keys(settled: &Settled) -> BTreeSet<String> {
    let mut keys = BTreeSet::from([key::WIRE.to_owned()]);
    if settled.standing.statement.is_some() {
        keys.insert(key::STATEMENTS.to_owned());
    }
    keys.extend(settled.sources.iter().map(|source| key::source(*source)));
    keys.extend(settled.language.as_deref().map(key::language));
    keys.extend(settled.labels.iter().map(|(slug, _)| key::topic(slug)));
    keys.extend(settled.relations.iter().map(|r| match &r.target {
        Target::Topic(slug) => key::topic(slug),
        Target::Statement(slug) => key::related(slug),
    }));
    keys
}

async fn tombstones(
    conn: &mut Conn,
    release: ReleaseNumber,
    before: &Standing,
    stood: &BTreeSet<Place>,
    (when, reason): (Moment, &str),
    moved_to: Option<ReleaseNumber>,
) -> Result<()> {
    sqlx::query(
        "INSERT OR REPLACE INTO tombstone (scope, at, release, id, atom_id, reason, moved_to)
         SELECT value, ?, ?, ?, ?, ?, ? FROM json_each(?)",
    )
    .bind(ms(when))
    .bind(release.0)
    .bind(before.id.as_str())
    .bind(&before.atom_id)
    .bind(reason)
    .bind(moved_to.map(|to| to.0))
    .bind(list(stood.iter().map(|place| place.scope)))
    .execute(conn)
    .await
    .attempt("write tombstones of a release")
    .map(drop)
}

/// What came back has no tombstone; what it was called before it moved keeps its own.
async fn forget_tombstones(conn: &mut Conn, release: ReleaseNumber) -> Result<()> {
    sqlx::query("DELETE FROM tombstone WHERE release = ? AND moved_to IS NULL")
        .bind(release.0)
        .execute(conn)
        .await
        .attempt("take back tombstones of a release")
        .map(drop)
}
