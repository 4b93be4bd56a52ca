//! Links between releases, and what is served of their other ends.

use super::sql::{Attempt, Columns, Conn, Result};
use crate::domain::release::settle::Linked;
use crate::domain::release::{Link, LinkKind, ReleaseNumber};
use std::collections::HashMap;

/// Links that one release has, at most …
const LINKS: i64 = 30;

/// … and with texts that one source carries.
const LINKS_WITH_A_SOURCE: i64 = 5;

/// Links in both directions: two releases that belong beside each other point at each other.
pub(super) async fn links(conn: &mut Conn, numbers: &str) -> Result<HashMap<i64, Vec<Link>>> {
    let linked = linked(conn, numbers).await?;
    let only = |linked: Vec<Linked>| linked.into_iter().map(|it| it.link).collect();
    Ok(linked.into_iter().map(|(at, it)| (at, only(it))).collect())
}

/// The same, with what is shown of the other ends.
pub(super) async fn linked(conn: &mut Conn, numbers: &str) -> Result<HashMap<i64, Vec<Linked>>> {
    let rows = sqlx::query(
        "WITH ends AS (
             SELECT j.value AS release, l.other, l.kind, l.why
             FROM json_each(?1) AS j CROSS JOIN link AS l ON l.release = j.value
             UNION ALL
             SELECT j.value, l.release, l.kind, l.why
             FROM json_each(?1) AS j CROSS JOIN link AS l ON l.other = j.value
         ) SELECT ends.*, coalesce(e.title, t.title) AS title, r.id, r.statement,
             r.entered IS NOT NULL AS in_wire, r.withdrawn IS NOT NULL AS withdrawn
         FROM ends CROSS JOIN release AS r ON r.number = ends.other
         LEFT JOIN entry AS e ON e.number = r.shown
         LEFT JOIN statement AS t ON r.shown IS NULL AND t.slug = r.statement
         ORDER BY ends.release, ends.other",
    )
    .bind(numbers)
    .fetch_all(conn)
    .await
    .attempt("read links of releases")?;
    let mut links: HashMap<i64, Vec<Linked>> = HashMap::new();
    for row in &rows {
        let columns = Columns(row);
        let other = ReleaseNumber(columns.get("other")?);
        let known = links.entry(columns.get("release")?).or_default();
        let Some(kind) = LinkKind::from_word(columns.get("kind")?) else {
            continue;
        };
        if known.iter().any(|linked| linked.link.release == other) {
            continue;
        }
        let statement: Option<String> = columns.get("statement")?;
        known.push(Linked {
            link: Link {
                release: other,
                kind,
                why: columns.get("why")?,
            },
            title: columns.get("title")?,
            page: statement.map_or_else(|| columns.get("id"), Ok)?,
            in_wire: columns.get("in_wire")?,
            withdrawn: columns.get("withdrawn")?,
        });
    }
    Ok(links)
}

/// Releases with a link among `changed`, or to one of them: what they show of each other is to be
/// looked at again.
pub(super) async fn beside(conn: &mut Conn, changed: &str) -> Result<Vec<ReleaseNumber>> {
    let numbers: Vec<i64> = sqlx::query_scalar(
        "WITH ends AS (
             SELECT l.release AS number FROM json_each(?1) AS j CROSS JOIN link AS l ON l.release = j.value
             UNION SELECT l.other FROM json_each(?1) AS j CROSS JOIN link AS l ON l.release = j.value
             UNION SELECT l.release FROM json_each(?1) AS j CROSS JOIN link AS l ON l.other = j.value
             UNION SELECT l.other FROM json_each(?1) AS j CROSS JOIN link AS l ON l.other = j.value
         ) SELECT number FROM ends CROSS JOIN release AS r USING (number) WHERE r.moved_to IS NULL",
    )
    .bind(changed)
    .fetch_all(conn)
    .await
    .attempt("find releases that show others")?;
    Ok(numbers.into_iter().map(ReleaseNumber).collect())
}

/// Takes away the links of a release that shows the text of `shown` (None: our statement's), which has
/// other words by now; gives both ends of each.
pub(super) async fn forget(
    conn: &mut Conn,
    release: ReleaseNumber,
    shown: Option<i64>,
) -> Result<Vec<ReleaseNumber>> {
    let ends: Vec<(i64, i64)> = sqlx::query_as(
        "DELETE FROM link WHERE (release = ?1 OR other = ?1)
         AND EXISTS (SELECT 1 FROM release AS r WHERE r.number = ?1 AND r.shown IS ?2)
         RETURNING release, other",
    )
    .bind(release.0)
    .bind(shown)
    .fetch_all(conn)
    .await
    .attempt("take links of an old text away")?;
    let ends = ends.into_iter().flat_map(|(one, other)| [one, other]);
    Ok(ends.map(ReleaseNumber).collect())
}

/// Links two releases, once: what the later verdict says of them holds. False where either has as many
/// links as it may have, all in all or with texts of one source: nobody fills another's page.
pub(super) async fn link(conn: &mut Conn, release: ReleaseNumber, link: &Link) -> Result<bool> {
    let attempt = "link two releases";
    if !is_free(conn, release, link.release).await? || !is_free(conn, link.release, release).await?
    {
        return Ok(false);
    }
    sqlx::query("DELETE FROM link WHERE release = ? AND other = ?")
        .bind(link.release.0)
        .bind(release.0)
        .execute(&mut *conn)
        .await
        .attempt(attempt)?;
    sqlx::query(
        "INSERT INTO link (release, other, kind, why) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET kind = excluded.kind, why = excluded.why",
    )
    .bind(release.0)
    .bind(link.release.0)
    .bind(link.kind.word())
    .bind(&link.why)
    .execute(conn)
    .await
    .attempt(attempt)?;
    Ok(true)
}

/// Whether `release` may have a link with `other`, or has it already.
async fn is_free(conn: &mut Conn, release: ReleaseNumber, other: ReleaseNumber) -> Result<bool> {
    sqlx::query_scalar(
        "WITH ends AS (
             SELECT other AS number FROM link WHERE release = ?1
             UNION SELECT release FROM link WHERE other = ?1
         ) SELECT EXISTS (SELECT 1 FROM ends WHERE number = ?2)
             OR (SELECT count(*) FROM ends) < ?3
             AND (SELECT count(*) FROM ends WHERE EXISTS (
                     SELECT 1 FROM entry AS o CROSS JOIN entry AS e
                     WHERE o.release = ends.number AND e.release = ?2
                     AND +e.source = +o.source)) < ?4",
    )
    .bind(release.0)
    .bind(other.0)
    .bind(LINKS)
    .bind(LINKS_WITH_A_SOURCE)
    .fetch_one(conn)
    .await
    .attempt("count the links of a release")
}
