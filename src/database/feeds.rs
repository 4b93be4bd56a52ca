//! What feeds and pages of ours hold. A feed is one range of an index of the releases in the wire.

use super::pages::Cursor;
use super::places::key;
use super::placing;
use super::records::{Found, Tombstone, Version, Window};
use super::sql::{Attempt, Columns, Conn, Result, list, ms};
use super::{Database, carry, load, search};
use crate::domain::Moment;
use crate::domain::release::{Release, ReleaseId, ReleaseNumber, Serial};
use crate::domain::scope::Scope;
use crate::domain::source::SourceNumber;

/// Tombstones in a feed at most; older ones are in its archives.
const TOMBSTONES: i64 = 500;

/// What stands behind a scope.
pub(super) enum Held {
    /// Places under this key.
    Places(String),
    /// All that a source published.
    SourceAll(SourceNumber),
    /// A statement's one release.
    Publications(ReleaseNumber),
    /// What a search finds, by an expression of the index; None: it asks for nothing.
    Found(Option<String>),
}

impl Database {
    /// The newest serial, other processes' writes included.
    pub async fn serial(&self) -> Result<Serial> {
        sqlx::query_scalar("SELECT serial FROM state")
            .fetch_one(&self.inner.readers)
            .await
            .attempt("read the newest serial")
            .map(Serial)
    }

    /// The serial at which what `scope` holds last changed; 0 where it never held anything.
    pub async fn scope_serial(&self, scope: &Scope) -> Result<Serial> {
        // What is found changes only where the wire does.
        let scope = match scope {
            Scope::Search(_) => &Scope::Wire,
            scope => scope,
        };
        let mut conn = self.reading("read the serial of a feed").await?;
        let serial = match held(&mut conn, scope).await? {
            None | Some(Held::Found(_)) => 0,
            Some(Held::Publications(release)) => {
                sqlx::query_scalar("SELECT serial FROM release WHERE number = ?")
                    .bind(release.0)
                    .fetch_one(&mut *conn)
                    .await
                    .attempt("read the serial of a release")?
            }
            Some(Held::Places(key)) => serial_of(&mut conn, &key).await?,
            Some(Held::SourceAll(source)) => serial_of(&mut conn, &key::source_all(source)).await?,
        };
        Ok(Serial(serial))
    }

    /// What a feed of `scope` holds, newest first; `langs` picks one version of each text, in this
    /// order of preference. None: no such scope is known here (a topic may still be configured).
    /// A search finds among the newest releases that it matches, as many as the window's cap.
    pub async fn feed(
        &self,
        scope: &Scope,
        window: Window,
        langs: &[String],
    ) -> Result<Option<Vec<Release>>> {
        let mut conn = self.reading("read a feed").await?;
        let numbers = match held(&mut conn, scope).await? {
            None => return Ok(None),
            Some(Held::Publications(release)) => vec![release.0],
            Some(Held::SourceAll(source)) => all_of(&mut conn, source, window).await?,
            Some(Held::Found(None)) => Vec::new(),
            Some(Held::Found(Some(expression))) => {
                let most = as_limit(window.cap);
                let places =
                    search::older_than(&mut conn, &expression, Cursor::NEWEST, most).await?;
                let numbers: Vec<i64> = places.iter().map(|place| place.number).collect();
                super::versions::chosen_among(&mut conn, &list(numbers), window, langs).await?
            }
            Some(Held::Places(key)) => match scope_number(&mut conn, &key).await? {
                None => Vec::new(),
                Some(number) if langs.is_empty() => held_by(&mut conn, number, window).await?,
                Some(number) => {
                    super::versions::preferred(&mut conn, number, window, langs).await?
                }
            },
        };
        load::releases(&mut conn, &numbers).await.map(Some)
    }

    /// What stood in `scope` and was withdrawn or moved since `since`, newest first, at most 500.
    pub async fn tombstones(&self, scope: &Scope, since: Moment) -> Result<Vec<Tombstone>> {
        let mut conn = self.reading("read tombstones").await?;
        let Some(Held::Places(key)) = held(&mut conn, scope).await? else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query(
            "SELECT t.*, r.id AS moved_to_id FROM scope AS s
             CROSS JOIN tombstone AS t ON t.scope = s.number
             LEFT JOIN release AS r ON r.number = t.moved_to
             WHERE s.key = ? AND t.at >= ? ORDER BY t.at DESC, t.release DESC LIMIT 0 + ?",
        )
        .bind(key)
        .bind(ms(since))
        .bind(TOMBSTONES)
        .fetch_all(&mut *conn)
        .await
        .attempt("read tombstones")?;
        rows.iter().map(|row| tombstone(&Columns(row))).collect()
    }

    /// What stands under this id.
    pub async fn release(&self, id: &ReleaseId) -> Result<Found> {
        let attempt = "find a release by its id";
        let mut conn = self.reading(attempt).await?;
        let row: Option<(i64, Option<i64>)> = sqlx::query_as(
            "SELECT number, moved_to FROM release WHERE id = ?1
             UNION ALL SELECT release, release FROM release_moved WHERE id = ?1 LIMIT 1",
        )
        .bind(id.as_str())
        .fetch_optional(&mut *conn)
        .await
        .attempt(attempt)?;
        let Some((number, moved_to)) = row else {
            return Ok(Found::Unknown);
        };
        let standing = placing::standing(&mut conn, ReleaseNumber(number)).await?;
        let number = standing.map_or(number, |release| release.0);
        let release = load::releases(&mut conn, &[number]).await?.pop();
        Ok(match (release, moved_to) {
            (None, _) => Found::Unknown,
            (Some(release), Some(_)) if release.id != *id => Found::MovedTo(release.id),
            (Some(release), _) => Found::Release(Box::new(release)),
        })
    }

    /// The release of a statement of ours.
    pub async fn release_of_statement(&self, slug: &str) -> Result<Option<Release>> {
        let mut conn = self.reading("find the release of a statement").await?;
        match release_of_statement(&mut conn, slug).await? {
            Some(number) => Ok(load::releases(&mut conn, &[number.0]).await?.pop()),
            None => Ok(None),
        }
    }

    /// These releases, in this order; those not found are left out.
    pub async fn releases(&self, numbers: &[ReleaseNumber]) -> Result<Vec<Release>> {
        let mut conn = self.reading("read releases").await?;
        let numbers: Vec<i64> = numbers.iter().map(|number| number.0).collect();
        load::releases(&mut conn, &numbers).await
    }

    /// Pages of releases, newest first, of the wire or of everything; with the next page's cursor.
    /// A cursor that is none is answered as the first page.
    pub async fn releases_page(
        &self,
        all: bool,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<Release>, Option<String>)> {
        let attempt = "read a page of releases";
        let mut conn = self.reading(attempt).await?;
        let (position, number) = cursor
            .and_then(parse_cursor)
            .unwrap_or((i64::MAX, i64::MAX));
        let page = if all {
            sqlx::query_as(
                "SELECT position, number FROM release
                 WHERE (position, number) < (?1, ?2) AND moved_to IS NULL AND withdrawn IS NULL
                 ORDER BY position DESC, number DESC LIMIT 0 + ?3",
            )
        } else {
            sqlx::query_as(
                "SELECT m.position, m.release FROM membership AS m
                 WHERE m.scope = (SELECT number FROM scope WHERE key = 'wire')
                 AND (m.position, m.release) < (?1, ?2)
                 ORDER BY m.position DESC, m.release DESC LIMIT 0 + ?3",
            )
        };
        let page: Vec<(i64, i64)> = page
            .bind(position)
            .bind(number)
            // One more than asked for tells whether there is a next page.
            .bind(as_limit(limit.saturating_add(1)))
            .fetch_all(&mut *conn)
            .await
            .attempt(attempt)?;
        let numbers: Vec<i64> = page.iter().map(|(_, number)| *number).take(limit).collect();
        let next = match (page.len() > limit, limit.checked_sub(1)) {
            (true, Some(last)) => Some(format!("{}.{}", page[last].0, page[last].1)),
            _ => None,
        };
        Ok((load::releases(&mut conn, &numbers).await?, next))
    }

    /// Versions of the shown words, newest (the present one) first.
    pub async fn versions(&self, release: ReleaseNumber) -> Result<Vec<Version>> {
        let mut conn = self.reading("read versions of a release").await?;
        let Some(now) = load::releases(&mut conn, &[release.0]).await?.pop() else {
            return Ok(Vec::new());
        };
        let mut versions = vec![Version {
            updated: now.updated,
            title: now.title,
            digest: now.digest,
        }];
        let rows = sqlx::query("SELECT * FROM version WHERE release = ? ORDER BY updated DESC")
            .bind(release.0)
            .fetch_all(&mut *conn)
            .await
            .attempt("read versions of a release")?;
        for row in &rows {
            let row = Columns(row);
            versions.push(Version {
                updated: row.moment("updated")?,
                title: row.get("title")?,
                digest: row.digest("digest")?,
            });
        }
        Ok(versions)
    }

    /// How many releases are in the wire.
    pub async fn release_count(&self) -> Result<i64> {
        let held: Option<i64> = sqlx::query_scalar("SELECT held FROM scope WHERE key = ?")
            .bind(key::WIRE)
            .fetch_optional(&self.inner.readers)
            .await
            .attempt("count releases in the wire")?;
        Ok(held.unwrap_or_default())
    }
}

/// What stands behind a scope; None where nothing ever did, and nothing is declared.
pub(super) async fn held(conn: &mut Conn, scope: &Scope) -> Result<Option<Held>> {
    Ok(match scope {
        Scope::Wire => Some(Held::Places(key::WIRE.to_owned())),
        Scope::Statements => Some(Held::Places(key::STATEMENTS.to_owned())),
        Scope::Source(id) => source(conn, id)
            .await?
            .map(|number| Held::Places(key::source(number))),
        Scope::SourceAll(id) => source(conn, id).await?.map(Held::SourceAll),
        Scope::Topic(slug) => known(conn, key::topic(slug)).await?,
        Scope::Language(tag) => known(conn, key::language(tag)).await?,
        Scope::Related(slug) => release_of_statement(conn, slug)
            .await?
            .map(|_| Held::Places(key::related(slug))),
        Scope::Publications(slug) => release_of_statement(conn, slug)
            .await?
            .map(Held::Publications),
        Scope::Search(query) => Some(Held::Found(search::expression(conn, query).await?)),
    })
}

async fn known(conn: &mut Conn, key: String) -> Result<Option<Held>> {
    Ok(scope_number(conn, &key).await?.map(|_| Held::Places(key)))
}

async fn source(conn: &mut Conn, id: &str) -> Result<Option<SourceNumber>> {
    sqlx::query_scalar("SELECT number FROM source WHERE id = ?")
        .bind(id)
        .fetch_optional(conn)
        .await
        .attempt("find a source by its id")
        .map(|number| number.map(SourceNumber))
}

async fn release_of_statement(conn: &mut Conn, slug: &str) -> Result<Option<ReleaseNumber>> {
    sqlx::query_scalar("SELECT release FROM statement WHERE slug = ?")
        .bind(slug)
        .fetch_optional(conn)
        .await
        .attempt("find the release of a statement")
        .map(|number| number.map(ReleaseNumber))
}

async fn scope_number(conn: &mut Conn, key: &str) -> Result<Option<i64>> {
    sqlx::query_scalar("SELECT number FROM scope WHERE key = ?")
        .bind(key)
        .fetch_optional(conn)
        .await
        .attempt("find a scope")
}

async fn serial_of(conn: &mut Conn, key: &str) -> Result<i64> {
    let serial: Option<i64> = sqlx::query_scalar("SELECT serial FROM scope WHERE key = ?")
        .bind(key)
        .fetch_optional(conn)
        .await
        .attempt("read the serial of a feed")?;
    Ok(serial.unwrap_or_default())
}

pub(super) fn as_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// The window of a scope: its newest by position, and what entered shortly before its newest
/// entrant, the latest of them first where they are too many; in the feed's order.
pub(super) async fn held_by(conn: &mut Conn, scope: i64, window: Window) -> Result<Vec<i64>> {
    let items = window.items.min(window.cap);
    sqlx::query_scalar(
        "WITH newest AS (
             SELECT position, release FROM membership WHERE scope = ?1
             ORDER BY position DESC, release DESC LIMIT 0 + ?2),
         entrants AS (
             SELECT position, release FROM membership WHERE scope = ?1 AND entered >=
                 (SELECT max(entered) FROM membership WHERE scope = ?1) - ?3
             ORDER BY entered DESC, position DESC, release DESC LIMIT 0 + ?4),
         both AS (
             SELECT position, release, 0 AS turn FROM newest
             UNION ALL
             SELECT position, release, 1 FROM entrants
             WHERE release NOT IN (SELECT release FROM newest)
             LIMIT 0 + ?4)
         SELECT release FROM both ORDER BY position DESC, release DESC",
    )
    .bind(scope)
    .bind(as_limit(items))
    .bind(window.since_ms)
    .bind(as_limit(window.cap))
    .fetch_all(conn)
    .await
    .attempt("read which releases a feed holds")
}

/// What a source published, in the wire or not: the entries that came last, in the order of releases.
async fn all_of(conn: &mut Conn, source: SourceNumber, window: Window) -> Result<Vec<i64>> {
    let numbers: Vec<i64> = sqlx::query_scalar(
        "SELECT DISTINCT release FROM
             (SELECT release FROM entry WHERE source = ? AND removed IS NULL
              ORDER BY number DESC LIMIT 0 + ?)",
    )
    .bind(source.0)
    .bind(as_limit(window.cap))
    .fetch_all(&mut *conn)
    .await
    .attempt("read what a source published")?;
    sqlx::query_scalar(
        "SELECT r.number FROM json_each(?) AS j CROSS JOIN release AS r ON r.number = j.value
         WHERE r.moved_to IS NULL ORDER BY r.position DESC, r.number DESC",
    )
    .bind(list(numbers))
    .fetch_all(conn)
    .await
    .attempt("order what a source published")
}

fn tombstone(row: &Columns<'_>) -> Result<Tombstone> {
    let moved_to: Option<String> = row.get("moved_to_id")?;
    Ok(Tombstone {
        release: ReleaseNumber(row.get("release")?),
        id: carry::release_id(row.get("id")?)?,
        atom_id: row.get("atom_id")?,
        when: row.moment("at")?,
        reason: row.get("reason")?,
        moved_to: moved_to.map(|id| carry::release_id(&id)).transpose()?,
    })
}

fn parse_cursor(cursor: &str) -> Option<(i64, i64)> {
    let (position, number) = cursor.split_once('.')?;
    Some((position.parse().ok()?, number.parse().ok()?))
}
