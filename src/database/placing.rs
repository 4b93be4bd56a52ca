//! Into which release each text of one write goes: joins, founds, links.

use super::carry::Touched;
use super::intents::{Place, Placement};
use super::sql::{Attempt, Conn, Result, hash, ms};
use crate::domain::Moment;
use crate::domain::entry::EntryKey;
use crate::domain::release::settle::{Names, tag_uri};
use crate::domain::release::{Link, ReleaseId, ReleaseNumber};
use crate::domain::source::Address;

/// The placements of one write so far.
pub(super) struct Placing<'w> {
    pub(super) wire_host: &'w str,
    at: Moment,
    next: i64,
    placed: Vec<ReleaseNumber>,
}

/// The id of a release founded by an entry that founded `times` before.
pub(super) fn entry_id(source: &Address, key: &EntryKey, times: u32) -> ReleaseId {
    match times {
        0 => ReleaseId::of_entry(source, key),
        times => ReleaseId::of_entry_again(source, key, times),
    }
}

impl<'w> Placing<'w> {
    pub(super) async fn begin(conn: &mut Conn, at: Moment, wire_host: &'w str) -> Result<Self> {
        let next = super::keys::latest_release(conn).await?.0 + 1;
        Ok(Placing {
            wire_host,
            at,
            next,
            placed: Vec::new(),
        })
    }

    /// The next text stays in its release.
    pub(super) fn stay(&mut self, release: ReleaseNumber) -> ReleaseNumber {
        self.placed.push(release);
        release
    }

    /// The release that the next text goes to; founded where it has none. `id` makes the release's
    /// id from how often its founder founded one before, `own_id` is the original's own.
    pub(super) async fn place(
        &mut self,
        conn: &mut Conn,
        place: Place,
        touched: &mut Touched,
        id: impl Fn(u32) -> ReleaseId,
        own_id: Option<&str>,
    ) -> Result<ReleaseNumber> {
        let joined = match place {
            Place::Join(release) => standing(conn, release).await?,
            Place::With(index) => self.placed.get(index).copied(),
            Place::Found | Place::Stay => None,
        };
        let release = match joined {
            Some(release) => release,
            None => {
                let id = free_id(conn, id).await?;
                let release = ReleaseNumber(self.next);
                let atom_id = match own_id {
                    Some(own) if bear(conn, own, release).await? => own.to_owned(),
                    _ => {
                        let tag = tag_uri(self.wire_host, self.at, &id);
                        bear(conn, &tag, release).await?;
                        tag
                    }
                };
                self.found(conn, Names { id, atom_id }, touched).await?
            }
        };
        self.placed.push(release);
        Ok(release)
    }

    /// Founds a release under these names.
    pub(super) async fn found(
        &mut self,
        conn: &mut Conn,
        names: Names,
        touched: &mut Touched,
    ) -> Result<ReleaseNumber> {
        let release = ReleaseNumber(self.next);
        self.next += 1;
        // What is decided follows when the release is settled, in the same transaction.
        sqlx::query(
            "INSERT INTO release (number, id, atom_id, updated, first_seen, position, serial,
                 digest, visible) VALUES (?1, ?2, ?3, ?4, ?4, ?4, 0, zeroblob(32), zeroblob(32))",
        )
        .bind(release.0)
        .bind(names.id.as_str())
        .bind(&names.atom_id)
        .bind(ms(self.at))
        .execute(conn)
        .await
        .attempt("found a release")?;
        touched.found(release, names);
        Ok(release)
    }

    /// The next text goes to this release.
    pub(super) fn joins(&mut self, release: ReleaseNumber) {
        self.placed.push(release);
    }

    /// Where the text with this index went.
    pub(super) fn of(&self, index: usize) -> Option<ReleaseNumber> {
        self.placed.get(index).copied()
    }

    /// Links a release with others, and with those of arrivals before it in this write.
    pub(super) async fn link_all(
        &self,
        conn: &mut Conn,
        release: ReleaseNumber,
        placement: &Placement,
        touched: &mut Touched,
    ) -> Result<()> {
        let beside = placement.beside.iter().filter_map(|beside| {
            Some(Link {
                release: self.of(beside.arrival)?,
                kind: beside.kind,
                why: beside.why.clone(),
            })
        });
        let links: Vec<Link> = placement.links.iter().cloned().chain(beside).collect();
        self.link(conn, release, &links, touched).await
    }

    /// Links a release with others, both of which are touched by it.
    pub(super) async fn link(
        &self,
        conn: &mut Conn,
        release: ReleaseNumber,
        links: &[Link],
        touched: &mut Touched,
    ) -> Result<()> {
        for link in links {
            let Some(other) = standing(conn, link.release).await? else {
                continue;
            };
            if other == release {
                continue;
            }
            sqlx::query(
                "INSERT INTO link (release, other, kind, why) VALUES (?, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET kind = excluded.kind, why = excluded.why",
            )
            .bind(release.0)
            .bind(other.0)
            .bind(link.kind.word())
            .bind(&link.why)
            .execute(&mut *conn)
            .await
            .attempt("link two releases")?;
            touched.touch(release);
            touched.touch(other);
        }
        Ok(())
    }
}

/// The release itself, or the one that it became one with; None where there is none.
pub(super) async fn standing(
    conn: &mut Conn,
    release: ReleaseNumber,
) -> Result<Option<ReleaseNumber>> {
    // Whoever goes leaves for one that stands, so chains are short; a bound costs nothing.
    sqlx::query_scalar(
        "WITH RECURSIVE went (number, moved_to, steps) AS (
             SELECT number, moved_to, 0 FROM release WHERE number = ?
             UNION ALL
             SELECT r.number, r.moved_to, w.steps + 1 FROM went AS w
             CROSS JOIN release AS r ON r.number = w.moved_to WHERE w.steps < 100
         ) SELECT number FROM went WHERE moved_to IS NULL",
    )
    .bind(release.0)
    .fetch_optional(conn)
    .await
    .attempt("find a release to join")
    .map(|number| number.map(ReleaseNumber))
}

/// The first id that no release bears or bore.
async fn free_id(conn: &mut Conn, id: impl Fn(u32) -> ReleaseId) -> Result<ReleaseId> {
    let mut times = 0;
    loop {
        let candidate = id(times);
        let is_taken: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM release WHERE id = ?1)
                 OR EXISTS (SELECT 1 FROM release_moved WHERE id = ?1)",
        )
        .bind(candidate.as_str())
        .fetch_one(&mut *conn)
        .await
        .attempt("name a release")?;
        if !is_taken {
            return Ok(candidate);
        }
        times += 1;
    }
}

/// Takes an Atom id for `release`; false where another release ever bore it.
pub(super) async fn bear(conn: &mut Conn, id: &str, release: ReleaseNumber) -> Result<bool> {
    let taken = sqlx::query("INSERT OR IGNORE INTO borne (hash, release) VALUES (?, ?)")
        .bind(atom_hash(id))
        .bind(release.0)
        .execute(conn)
        .await
        .attempt("take an Atom id")?;
    Ok(taken.rows_affected() == 1)
}

/// Under which hash `borne` knows an Atom id.
pub(super) fn atom_hash(id: &str) -> i64 {
    hash(&[b"atom", id.as_bytes()])
}
