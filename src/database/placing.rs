//! Into which release each text of one write goes: joins, founds, links.
//!
//! Ids that founders would like are looked up once for the whole write, and what is founded is
//! written at once: the transaction is the only writer, so what is held here is exact.

use super::Database;
use super::carry::Touched;
use super::intents::{Place, Placement};
use super::linked;
use super::sql::{Attempt, Conn, Result, hash, json, list, ms};
use crate::domain::Moment;
use crate::domain::release::settle::{Names, tag_uri};
use crate::domain::release::{Link, ReleaseId, ReleaseNumber};
use std::collections::{HashMap, HashSet};

/// The placements of one write so far.
pub(super) struct Placing<'w> {
    pub(super) wire_host: &'w str,
    at: Moment,
    next: i64,
    placed: Vec<ReleaseNumber>,
    taken_ids: HashSet<String>,
    borne: HashSet<i64>,
    /// Releases that texts of this write join, to those that they became one with.
    standing: HashMap<ReleaseNumber, ReleaseNumber>,
    founded: Vec<(i64, String, String)>,
    bearers: Vec<(i64, i64)>,
    links: Vec<(ReleaseNumber, Link)>,
    /// Releases in which this entry, or our statement, has other words now.
    reworded: Vec<(ReleaseNumber, Option<i64>)>,
}

/// What a text that may found a release would like it to be called.
pub(super) struct Wish<'w> {
    /// Makes the release's id from how often its founder founded one before.
    pub(super) id: &'w (dyn Fn(u32) -> ReleaseId + Sync),
    /// The original's own Atom id.
    pub(super) own_id: Option<&'w str>,
}

impl<'w> Placing<'w> {
    /// `ids` and `own_ids` are all that the texts of this write may wish for, `joined` the releases that
    /// they may join.
    pub(super) async fn begin(
        conn: &mut Conn,
        at: Moment,
        wire_host: &'w str,
        ids: &[&str],
        own_ids: impl Iterator<Item = &str>,
        joined: &[ReleaseNumber],
    ) -> Result<Self> {
        let next = super::keys::latest_release(conn).await?.0 + 1;
        Ok(Placing {
            wire_host,
            at,
            next,
            placed: Vec::new(),
            taken_ids: taken_ids(conn, ids).await?,
            borne: borne(conn, own_ids).await?,
            standing: all_standing(conn, joined).await?,
            founded: Vec::new(),
            bearers: Vec::new(),
            links: Vec::new(),
            reworded: Vec::new(),
        })
    }

    /// The next text goes to this release.
    pub(super) fn goes_to(&mut self, release: ReleaseNumber) -> ReleaseNumber {
        self.placed.push(release);
        release
    }

    /// Where the text with this index went.
    pub(super) fn of(&self, index: usize) -> Option<ReleaseNumber> {
        self.placed.get(index).copied()
    }

    /// The release that the next text goes to; founded where it has none.
    pub(super) async fn place(
        &mut self,
        conn: &mut Conn,
        place: Place,
        wish: Wish<'_>,
        touched: &mut Touched,
    ) -> Result<ReleaseNumber> {
        let joined = match place {
            Place::Join(release) => self.standing.get(&release).copied(),
            Place::With(index) => self.of(index),
            Place::Found | Place::Stay => None,
        };
        let release = match joined {
            Some(release) => release,
            None => {
                let id = self.free_id(conn, wish.id).await?;
                let own_id = wish
                    .own_id
                    .filter(|own| !self.borne.contains(&atom_hash(own)));
                let atom_id = match own_id {
                    Some(own) => own.to_owned(),
                    None => tag_uri(self.wire_host, self.at, &id),
                };
                self.found(Names { id, atom_id }, touched)
            }
        };
        Ok(self.goes_to(release))
    }

    /// Founds a release under these names.
    pub(super) fn found(&mut self, names: Names, touched: &mut Touched) -> ReleaseNumber {
        let release = ReleaseNumber(self.next);
        self.next += 1;
        let borne = atom_hash(&names.atom_id);
        self.borne.insert(borne);
        self.bearers.push((borne, release.0));
        self.taken_ids.insert(names.id.to_string());
        self.founded
            .push((release.0, names.id.to_string(), names.atom_id.clone()));
        touched.found(release, names);
        release
    }

    /// Notes what belongs beside a release: others, and those of arrivals before it in this write.
    pub(super) fn link(&mut self, release: ReleaseNumber, placement: &Placement) {
        let beside = placement.beside.iter().filter_map(|beside| {
            Some(Link {
                release: self.of(beside.arrival)?,
                kind: beside.kind,
                why: beside.why.clone(),
            })
        });
        let links: Vec<Link> = placement.links.iter().cloned().chain(beside).collect();
        self.links
            .extend(links.into_iter().map(|link| (release, link)));
    }

    /// Notes that a text that stays in its release has other words: if it is the one that is shown, its
    /// links are made anew.
    pub(super) fn reword(&mut self, release: ReleaseNumber, entry: Option<i64>) {
        self.reworded.push((release, entry));
    }

    /// Writes what was founded since the last time.
    pub(super) async fn write_founded(&mut self, conn: &mut Conn) -> Result<()> {
        if self.founded.is_empty() {
            return Ok(());
        }
        // What is decided of them follows when they are settled, in the same transaction.
        sqlx::query(
            "INSERT INTO release (number, id, atom_id, updated, first_seen, position, serial,
                 digest, visible)
             SELECT value ->> 0, value ->> 1, value ->> 2, ?2, ?2, ?2, 0, zeroblob(32),
                 zeroblob(32)
             FROM json_each(?1)",
        )
        .bind(json(&std::mem::take(&mut self.founded))?)
        .bind(ms(self.at))
        .execute(&mut *conn)
        .await
        .attempt("found releases")?;
        self.bearers.sort_unstable();
        sqlx::query(
            "INSERT OR IGNORE INTO borne (hash, release)
             SELECT value ->> 0, value ->> 1 FROM json_each(?)",
        )
        .bind(json(&std::mem::take(&mut self.bearers))?)
        .execute(conn)
        .await
        .attempt("take Atom ids")
        .map(drop)
    }

    /// Writes the links; both ends of each are touched.
    pub(super) async fn write_links(
        &mut self,
        conn: &mut Conn,
        touched: &mut Touched,
    ) -> Result<()> {
        for (release, shown) in std::mem::take(&mut self.reworded) {
            let ends = linked::forget(conn, release, shown).await?;
            ends.into_iter().for_each(|end| touched.touch(end));
        }
        let links = std::mem::take(&mut self.links);
        let others: Vec<ReleaseNumber> = links.iter().map(|(_, link)| link.release).collect();
        let standing = all_standing(conn, &others).await?;
        for (release, link) in links {
            let other = match standing.get(&link.release) {
                Some(other) if *other != release => *other,
                _ => continue,
            };
            let link = Link {
                release: other,
                ..link
            };
            if linked::link(conn, release, &link).await? {
                touched.touch(release);
                touched.touch(other);
            }
        }
        Ok(())
    }

    /// The first id that no release bears or bore.
    async fn free_id(
        &self,
        conn: &mut Conn,
        id: &(dyn Fn(u32) -> ReleaseId + Sync),
    ) -> Result<ReleaseId> {
        let mut candidate = id(0);
        let mut times = 0;
        while self.taken_ids.contains(candidate.as_str())
            || times > 0 && !taken_ids(conn, &[candidate.as_str()]).await?.is_empty()
        {
            times += 1;
            candidate = id(times);
        }
        Ok(candidate)
    }
}

/// Those of `ids` that a release bears or bore.
async fn taken_ids(conn: &mut Conn, ids: &[&str]) -> Result<HashSet<String>> {
    let taken: Vec<String> = sqlx::query_scalar(
        "SELECT r.id FROM json_each(?1) AS j CROSS JOIN release AS r ON r.id = j.value
         UNION ALL
         SELECT m.id FROM json_each(?1) AS j CROSS JOIN release_moved AS m ON m.id = j.value",
    )
    .bind(json(ids)?)
    .fetch_all(conn)
    .await
    .attempt("find ids of releases")?;
    Ok(taken.into_iter().collect())
}

/// Hashes of those of `own_ids` that a release ever bore.
async fn borne(conn: &mut Conn, own_ids: impl Iterator<Item = &str>) -> Result<HashSet<i64>> {
    let borne: Vec<i64> = sqlx::query_scalar(
        "SELECT b.hash FROM json_each(?) AS j CROSS JOIN borne AS b ON b.hash = j.value",
    )
    .bind(list(own_ids.map(atom_hash)))
    .fetch_all(conn)
    .await
    .attempt("find Atom ids that are borne")?;
    Ok(borne.into_iter().collect())
}

impl Database {
    /// Those of `ids` that a release ever bore as its Atom id.
    pub async fn borne_ids(&self, ids: &[&str]) -> Result<HashSet<String>> {
        let mut conn = self.asking("find Atom ids that are borne").await?;
        let borne = borne(&mut conn, ids.iter().copied()).await?;
        let taken = ids.iter().filter(|id| borne.contains(&atom_hash(id)));
        Ok(taken.map(|id| (*id).to_owned()).collect())
    }
}

/// Moves the publications of releases that turned out to be another one there: when they are settled
/// they are empty, and give up their pages.
pub(super) async fn absorb(
    conn: &mut Conn,
    placements: impl Iterator<Item = &Placement>,
    touched: &mut Touched,
) -> Result<()> {
    let attempt = "make one of two releases";
    for absorbed in placements.flat_map(|placement| &placement.absorbed) {
        let younger = standing(conn, absorbed.younger).await?;
        let older = standing(conn, absorbed.older).await?;
        let (Some(younger), Some(older)) = (younger, older) else {
            continue;
        };
        let ours: bool =
            sqlx::query_scalar("SELECT statement IS NOT NULL FROM release WHERE number = ?")
                .bind(younger.0)
                .fetch_one(&mut *conn)
                .await
                .attempt(attempt)?;
        if younger == older || ours {
            continue;
        }
        super::keys::hand_over(conn, younger, older).await?;
        sqlx::query(
            "UPDATE entry SET release = ?1, evidence = coalesce(evidence, ?2) WHERE release = ?3",
        )
        .bind(older.0)
        .bind(json(&absorbed.evidence)?)
        .bind(younger.0)
        .execute(&mut *conn)
        .await
        .attempt(attempt)?;
        touched.leave(younger, older);
    }
    Ok(())
}

/// The release itself, or the one that it became one with; None where there is none.
pub(super) async fn standing(
    conn: &mut Conn,
    release: ReleaseNumber,
) -> Result<Option<ReleaseNumber>> {
    Ok(all_standing(conn, &[release]).await?.remove(&release))
}

/// The same of many.
async fn all_standing(
    conn: &mut Conn,
    releases: &[ReleaseNumber],
) -> Result<HashMap<ReleaseNumber, ReleaseNumber>> {
    if releases.is_empty() {
        return Ok(HashMap::new());
    }
    // Whoever goes leaves for one that stands, so chains are short; a bound costs nothing.
    let went: Vec<(i64, i64)> = sqlx::query_as(
        "WITH RECURSIVE went (first, number, moved_to, steps) AS (
             SELECT number, number, moved_to, 0 FROM json_each(?) AS j
             CROSS JOIN release ON number = j.value
             UNION ALL
             SELECT w.first, r.number, r.moved_to, w.steps + 1 FROM went AS w
             CROSS JOIN release AS r ON r.number = w.moved_to WHERE w.steps < 100
         ) SELECT first, number FROM went WHERE moved_to IS NULL",
    )
    .bind(list(releases.iter().map(|release| release.0)))
    .fetch_all(conn)
    .await
    .attempt("find releases to join")?;
    let went = went.into_iter();
    Ok(went
        .map(|(first, number)| (ReleaseNumber(first), ReleaseNumber(number)))
        .collect())
}

/// Takes an Atom id for `release`; false where another release ever bore it.
pub(super) async fn bear(conn: &mut Conn, id: &str, release: ReleaseNumber) -> Result<bool> {
    let bearer: i64 = sqlx::query_scalar(
        "INSERT INTO borne (hash, release) VALUES (?, ?)
         ON CONFLICT DO UPDATE SET release = release RETURNING release",
    )
    .bind(atom_hash(id))
    .bind(release.0)
    .fetch_one(conn)
    .await
    .attempt("take an Atom id")?;
    Ok(bearer == release.0)
}

/// Under which hash `borne` knows an Atom id.
pub(super) fn atom_hash(id: &str) -> i64 {
    hash(&[b"atom", id.as_bytes()])
}
