//! Carries out what `domain::release::settle` decides: after a write touched releases, each is
//! settled anew, and where anything that is served of it changed it gets a new serial, its places
//! in feeds and its tombstones ([`super::places`]).

use super::linked;
use super::places::Places;
use super::search::Findable;
use super::sql::{Attempt, Columns, Conn, Result, hex, json, list, ms};
use crate::domain::entry::EntryNumber;
use crate::domain::release::settle::{Before, Member, Names, Nearness, Settled, Standing, settle};
use crate::domain::release::{ReleaseId, ReleaseNumber, Serial, Shown, Withdrawal};
use crate::domain::source::SourceNumber;
use crate::domain::{Digest, Moment};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Releases that a write touched.
#[derive(Default)]
pub(super) struct Touched {
    releases: BTreeMap<i64, Touch>,
    /// Titles that publications had before the write.
    titles: HashMap<Shown, Option<String>>,
}

#[derive(Default)]
struct Touch {
    /// Set where the write founded it.
    founded: Option<Names>,
    /// Where a member of it went.
    went_to: Option<ReleaseNumber>,
}

impl Touched {
    pub(super) fn touch(&mut self, release: ReleaseNumber) {
        self.releases.entry(release.0).or_default();
    }

    pub(super) fn found(&mut self, release: ReleaseNumber, names: Names) {
        self.releases.entry(release.0).or_default().founded = Some(names);
    }

    /// The title of a publication that the write changes, as it was before.
    pub(super) fn title_was(&mut self, who: Shown, title: Option<String>) {
        self.titles.entry(who).or_insert(title);
    }

    /// A member left `from` for `to`.
    pub(super) fn leave(&mut self, from: ReleaseNumber, to: ReleaseNumber) {
        self.releases.entry(from.0).or_default().went_to = Some(to);
        self.touch(to);
    }
}

/// What settling changed.
#[derive(Clone, Copy)]
pub(super) struct Carried {
    /// The newest serial.
    pub(super) serial: Serial,
    /// How many releases got a new one.
    pub(super) changed: usize,
}

/// A release as its row stands.
pub(super) struct Stood {
    pub(super) standing: Standing,
    pub(super) language: Option<String>,
    visible: Digest,
}

/// Settles every touched release as of `now`, and writes what changed; then those that show something of
/// one that changed: the title and page of a release they are linked with.
pub(super) async fn settle_touched(
    conn: &mut Conn,
    touched: Touched,
    now: Moment,
) -> Result<Carried> {
    let (serial, mut changed) = settle_each(conn, touched, now).await?;
    let beside = linked::beside(conn, &list(changed.iter().copied())).await?;
    if beside.is_empty() {
        return Ok(Carried {
            serial,
            changed: changed.len(),
        });
    }
    let mut again = Touched::default();
    beside.into_iter().for_each(|release| again.touch(release));
    // What those show of themselves did not change, so nobody else has to be looked at.
    let (serial, then) = settle_each(conn, again, now).await?;
    changed.extend(then);
    Ok(Carried {
        serial,
        changed: changed.len(),
    })
}

/// Settles these; answers the newest serial, and the numbers of those that changed.
async fn settle_each(
    conn: &mut Conn,
    touched: Touched,
    now: Moment,
) -> Result<(Serial, BTreeSet<i64>)> {
    let numbers = list(touched.releases.keys().copied());
    let mut standings = standings(conn, &numbers).await?;
    let mut members = entry_members(conn, &numbers).await?;
    let mut names = statement_members(conn, &numbers, &mut members).await?;
    let mut links = linked::linked(conn, &numbers).await?;
    let mut places = Places::load(conn, &numbers).await?;

    let newest: i64 = sqlx::query_scalar("SELECT serial FROM state")
        .fetch_one(&mut *conn)
        .await
        .attempt("read the newest serial")?;
    let mut serial = newest;
    let mut changed = BTreeSet::new();
    let mut rows = Vec::new();
    let mut findable = Findable::default();
    let mut fading = Fading::default();
    for (number, touch) in touched.releases {
        let release = ReleaseNumber(number);
        let Some(stood) = standings.remove(&number) else {
            continue;
        };
        let members = members.remove(&number).unwrap_or_default();
        let before = match touch.founded {
            Some(names) => Before::Founded(names),
            None => Before::Stood(stood.standing.clone()),
        };
        let is_founded = matches!(before, Before::Founded(_));
        let links = links.remove(&number).unwrap_or_default();
        match settle(before, &members, names.remove(&number), &links, now) {
            Some(settled) if is_founded || settled.visible != stood.visible => {
                serial += 1;
                changed.insert(number);
                rows.push(row(release, &settled, Serial(serial))?);
                findable.settle(release, (!is_founded).then_some(&stood), &settled);
                let before = (!is_founded).then_some(&stood.standing);
                if let Some(before) = before.filter(|_| settled.other_words) {
                    let title = title_before(&touched.titles, &members, &before.shown);
                    keep_old_words(conn, release, before, title).await?;
                }
                keep_old_id(conn, release, before, &settled).await?;
                fading.note(release, before, &settled);
                places.settle(conn, release, before, &settled, now).await?;
            }
            Some(_) => {}
            None => {
                serial += 1;
                changed.insert(number);
                findable.clear(release, &stood.standing);
                empty_release(conn, release, touch.went_to, Serial(serial), now).await?;
                places
                    .clear(conn, release, &stood.standing, touch.went_to, now)
                    .await?;
            }
        }
    }
    if !changed.is_empty() {
        write_releases(conn, &rows, now).await?;
        findable.write(conn, now).await?;
        fading.write(conn).await?;
        places.write(conn, Serial(serial)).await?;
        sqlx::query("UPDATE state SET serial = ?")
            .bind(serial)
            .execute(conn)
            .await
            .attempt("write the newest serial")?;
    }
    Ok((Serial(serial), changed))
}

async fn standings(conn: &mut Conn, numbers: &str) -> Result<HashMap<i64, Stood>> {
    let rows = sqlx::query(
        "SELECT r.* FROM json_each(?) AS j CROSS JOIN release AS r ON r.number = j.value",
    )
    .bind(numbers)
    .fetch_all(conn)
    .await
    .attempt("read touched releases")?;
    rows.iter()
        .map(|row| {
            let columns = Columns(row);
            let stood = Stood {
                standing: standing(&columns)?,
                language: columns.get("language")?,
                visible: columns.digest("visible")?,
            };
            Ok((columns.get("number")?, stood))
        })
        .collect()
}

/// What a row of `release` says.
pub(super) fn standing(row: &Columns<'_>) -> Result<Standing> {
    let statement: Option<String> = row.get("statement")?;
    let shown = match (row.get::<Option<i64>>("shown")?, &statement) {
        (Some(entry), _) => Shown::Entry(EntryNumber(entry)),
        (None, slug) => Shown::Statement(slug.clone().unwrap_or_default()),
    };
    Ok(Standing {
        id: release_id(row.get("id")?)?,
        atom_id: row.get("atom_id")?,
        published: row.maybe_moment("published")?,
        updated: row.moment("updated")?,
        first_seen: row.moment("first_seen")?,
        position: row.moment("position")?,
        entered: row.maybe_moment("entered")?,
        shown,
        statement,
        digest: row.digest("digest")?,
        withdrawal: withdrawal(row, "withdrawn")?,
    })
}

/// A stored release id.
pub(super) fn release_id(text: &str) -> Result<ReleaseId> {
    ReleaseId::parse(text)
        .ok_or_else(|| super::DatabaseError::Damaged(format!("{text} is no release id")))
}

fn withdrawal(row: &Columns<'_>, when: &str) -> Result<Option<Withdrawal>> {
    let Some(when) = row.maybe_moment(when)? else {
        return Ok(None);
    };
    let reason = row.get::<Option<String>>("reason")?.unwrap_or_default();
    Ok(Some(Withdrawal { when, reason }))
}

async fn entry_members(conn: &mut Conn, numbers: &str) -> Result<HashMap<i64, Vec<Member>>> {
    let rows = sqlx::query(
        "SELECT e.*, s.keep_all, s.labels, w.word FROM json_each(?) AS j
         CROSS JOIN entry AS e ON e.release = j.value
         CROSS JOIN source AS s ON s.number = e.source
         LEFT JOIN word AS w ON w.source = e.source AND w.key = e.key",
    )
    .bind(numbers)
    .fetch_all(conn)
    .await
    .attempt("read publications of touched releases")?;
    let mut members: HashMap<i64, Vec<Member>> = HashMap::new();
    for row in &rows {
        let row = Columns(row);
        members
            .entry(row.get("release")?)
            .or_default()
            .push(Member {
                who: Shown::Entry(EntryNumber(row.get("number")?)),
                source: Some(SourceNumber(row.get("source")?)),
                title: row.get("title")?,
                url: row.get("link")?,
                language: row.get("language")?,
                published: row.maybe_moment("published")?,
                updated: row.maybe_moment("updated")?,
                first_seen: row.moment("first_seen")?,
                with_first: row.get("with_first")?,
                ordinal: row.get("ordinal")?,
                digest: row.digest("digest")?,
                visible: row.digest("visible")?,
                admitted: row.get("admitted")?,
                keep_all: row.get("keep_all")?,
                nearness: Nearness::of_code(row.get("nearness")?),
                relations: row.json("relations")?,
                labels: row.json("labels")?,
                removed: withdrawal(&row, "removed")?,
                word: row.json("word")?,
            });
    }
    Ok(members)
}

/// Adds statements to the members; answers what their releases are called.
async fn statement_members(
    conn: &mut Conn,
    numbers: &str,
    members: &mut HashMap<i64, Vec<Member>>,
) -> Result<HashMap<i64, Names>> {
    let rows = sqlx::query(
        "SELECT t.*, w.word FROM json_each(?) AS j
         CROSS JOIN statement AS t ON t.release = j.value
         LEFT JOIN word AS w ON w.source = 0 AND w.key = CAST(t.slug AS BLOB)",
    )
    .bind(numbers)
    .fetch_all(conn)
    .await
    .attempt("read statements of touched releases")?;
    let mut names = HashMap::new();
    for row in &rows {
        let row = Columns(row);
        let id: String = row.get("id")?;
        let release: i64 = row.get("release")?;
        let called = Names {
            id: ReleaseId::of_statement(&id),
            atom_id: id,
        };
        names.insert(release, called);
        members.entry(release).or_default().push(Member {
            who: Shown::Statement(row.get("slug")?),
            source: None,
            title: Some(row.get("title")?),
            url: None,
            language: row.get("language")?,
            published: row.maybe_moment("published")?,
            updated: row.maybe_moment("updated")?,
            first_seen: row.moment("first_seen")?,
            with_first: row.get("first_reading")?,
            ordinal: 0,
            digest: row.digest("digest")?,
            visible: row.digest("visible")?,
            admitted: true,
            keep_all: true,
            nearness: Nearness::Issuer,
            relations: row.json("relations")?,
            labels: row.json("labels")?,
            removed: withdrawal(&row, "withdrawn")?,
            word: row.json("word")?,
        });
    }
    Ok(names)
}

/// Columns of `release` that are decided, by their names.
#[derive(Serialize)]
struct Row {
    number: i64,
    id: String,
    atom_id: String,
    published: Option<i64>,
    updated: i64,
    first_seen: i64,
    position: i64,
    entered: Option<i64>,
    serial: i64,
    shown: Option<i64>,
    statement: Option<String>,
    language: Option<String>,
    relations: Option<String>,
    labels: Option<String>,
    digest: String,
    visible: String,
    withdrawn: Option<i64>,
    reason: Option<String>,
}

fn row(release: ReleaseNumber, settled: &Settled, serial: Serial) -> Result<Row> {
    let now = settled.standing.clone();
    let relations = match settled.relations.is_empty() {
        true => None,
        false => Some(json(&settled.relations)?),
    };
    let labels = match settled.labels.is_empty() {
        true => None,
        false => Some(json(&settled.labels)?),
    };
    Ok(Row {
        number: release.0,
        id: now.id.to_string(),
        atom_id: now.atom_id,
        published: now.published.map(ms),
        updated: ms(now.updated),
        first_seen: ms(now.first_seen),
        position: ms(now.position),
        entered: now.entered.map(ms),
        serial: serial.0,
        shown: match now.shown {
            Shown::Entry(number) => Some(number.0),
            Shown::Statement(_) => None,
        },
        statement: now.statement,
        language: settled.language.clone(),
        relations,
        labels,
        digest: hex(&now.digest.0),
        visible: hex(&settled.visible.0),
        withdrawn: now.withdrawal.as_ref().map(|w| ms(w.when)),
        reason: now.withdrawal.map(|w| w.reason),
    })
}

async fn write_releases(conn: &mut Conn, rows: &[Row], now: Moment) -> Result<()> {
    sqlx::query(
        "UPDATE release SET id = value ->> 'id', atom_id = value ->> 'atom_id',
             published = value ->> 'published', updated = value ->> 'updated',
             first_seen = value ->> 'first_seen', position = value ->> 'position',
             entered = value ->> 'entered', serial = value ->> 'serial',
             shown = value ->> 'shown', statement = value ->> 'statement',
             language = value ->> 'language', relations = value ->> 'relations',
             labels = value ->> 'labels', digest = unhex(value ->> 'digest'),
             visible = unhex(value ->> 'visible'), withdrawn = value ->> 'withdrawn',
             reason = value ->> 'reason', moved_to = NULL, changed = ?2
         FROM json_each(?1) WHERE release.number = value ->> 'number'",
    )
    .bind(json(rows)?)
    .bind(ms(now))
    .execute(conn)
    .await
    .attempt("write releases")
    .map(drop)
}

/// The title under which a publication was shown until this write.
fn title_before<'t>(
    titles: &'t HashMap<Shown, Option<String>>,
    members: &'t [Member],
    shown: &Shown,
) -> Option<&'t str> {
    let title = titles.get(shown).or_else(|| {
        let member = members.iter().find(|member| member.who == *shown);
        member.map(|member| &member.title)
    });
    title.and_then(|title| title.as_deref())
}

/// Where other words are shown under the same id, the former ones become a version.
async fn keep_old_words(
    conn: &mut Conn,
    release: ReleaseNumber,
    before: &Standing,
    title: Option<&str>,
) -> Result<()> {
    sqlx::query(
        "INSERT OR REPLACE INTO version (release, updated, title, digest) VALUES (?, ?, ?, ?)",
    )
    .bind(release.0)
    .bind(ms(before.updated))
    .bind(title)
    .bind(before.digest.0.as_slice())
    .execute(conn)
    .await
    .attempt("keep a version of a release")
    .map(drop)
}

/// A release that a statement of ours took over is still found under its former id.
async fn keep_old_id(
    conn: &mut Conn,
    release: ReleaseNumber,
    before: Option<&Standing>,
    settled: &Settled,
) -> Result<()> {
    let Some(before) = before.filter(|before| before.id != settled.standing.id) else {
        return Ok(());
    };
    sqlx::query("INSERT OR REPLACE INTO release_moved (id, release) VALUES (?, ?)")
        .bind(before.id.as_str())
        .bind(release.0)
        .execute(conn)
        .await
        .attempt("keep the former id of a release")
        .map(drop)
}

/// Releases whose texts fade from now on (`retain`), being outside the wire, and those whose texts stay.
#[derive(Default)]
struct Fading {
    stay: Vec<i64>,
    fade: Vec<i64>,
}

impl Fading {
    fn note(&mut self, release: ReleaseNumber, before: Option<&Standing>, settled: &Settled) {
        match settled.standing.entered {
            Some(_) => self.stay.push(release.0),
            // Entries are kept as fading, so outside only what was in the wire has to be marked.
            None if before.is_some_and(|before| before.entered.is_some()) => {
                self.fade.push(release.0);
            }
            None => {}
        }
    }

    async fn write(self, conn: &mut Conn) -> Result<()> {
        for (sql, releases) in [
            (
                "UPDATE entry SET fading = 0
                 WHERE release IN (SELECT value FROM json_each(?)) AND fading = 1",
                self.stay,
            ),
            (
                "UPDATE entry SET fading = 1
                 WHERE release IN (SELECT value FROM json_each(?)) AND fading = 0
                 AND EXISTS (SELECT 1 FROM entry_text AS t WHERE t.entry = entry.number)",
                self.fade,
            ),
        ] {
            if !releases.is_empty() {
                sqlx::query(sql)
                    .bind(list(releases))
                    .execute(&mut *conn)
                    .await
                    .attempt("mark texts that may fade")?;
            }
        }
        Ok(())
    }
}

/// A release whose last member went elsewhere is one with that.
async fn empty_release(
    conn: &mut Conn,
    release: ReleaseNumber,
    went_to: Option<ReleaseNumber>,
    serial: Serial,
    now: Moment,
) -> Result<()> {
    sqlx::query(
        "UPDATE release SET moved_to = ?, entered = NULL, withdrawn = ?, reason = '', serial = ?
         WHERE number = ?",
    )
    .bind(went_to.map(|to| to.0))
    .bind(ms(now))
    .bind(serial.0)
    .bind(release.0)
    .execute(conn)
    .await
    .attempt("close a release that nobody publishes")
    .map(drop)
}
