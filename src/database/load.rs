//! Releases out of their rows: a handful of queries for any number of them.

use super::carry::standing;
use super::linked;
use super::sql::{Attempt, Columns, Conn, Result, from_json, list};
use crate::domain::entry::EntryNumber;
use crate::domain::release::settle::order_publications;
use crate::domain::release::{By, Link, Publication, Release, ReleaseNumber, Serial};
use crate::domain::source::{SourceFacts, SourceNumber};
use sqlx::sqlite::SqliteRow;
use std::collections::{BTreeSet, HashMap};

/// These releases, in this order; those not found are left out.
pub(super) async fn releases(conn: &mut Conn, numbers: &[i64]) -> Result<Vec<Release>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = list(numbers.iter().copied());
    let mut publications = entry_publications(conn, &wanted).await?;
    statement_publications(conn, &wanted, &mut publications).await?;
    let mut links = linked::links(conn, &wanted).await?;
    let rows = sqlx::query(
        "SELECT r.*, coalesce(e.title, t.title) AS title, e.link
         FROM json_each(?) AS j
         CROSS JOIN release AS r ON r.number = j.value
         LEFT JOIN entry AS e ON e.number = r.shown
         LEFT JOIN statement AS t ON r.shown IS NULL AND t.slug = r.statement
         ORDER BY j.key",
    )
    .bind(&wanted)
    .fetch_all(conn)
    .await
    .attempt("read releases")?;
    rows.iter()
        .map(|row| {
            let number: i64 = Columns(row).get("number")?;
            let publications = publications.remove(&number).unwrap_or_default();
            release(row, publications, links.remove(&number).unwrap_or_default())
        })
        .collect()
}

fn release(
    row: &SqliteRow,
    mut publications: Vec<Publication>,
    links: Vec<Link>,
) -> Result<Release> {
    let row = Columns(row);
    let standing = standing(&row)?;
    order_publications(&mut publications, &standing.shown);
    Ok(Release {
        number: ReleaseNumber(row.get("number")?),
        id: standing.id,
        atom_id: standing.atom_id,
        title: row.get("title")?,
        url: row.get("link")?,
        language: row.get("language")?,
        published: standing.published,
        updated: standing.updated,
        first_seen: standing.first_seen,
        position: standing.position,
        entered: standing.entered,
        serial: Serial(row.get("serial")?),
        digest: standing.digest,
        shown: standing.shown,
        statement: standing.statement,
        publications,
        relations: row.json("relations")?,
        topics: row.json("labels")?,
        links,
        withdrawal: standing.withdrawal,
    })
}

async fn entry_publications(
    conn: &mut Conn,
    wanted: &str,
) -> Result<HashMap<i64, Vec<Publication>>> {
    let rows = sqlx::query(
        "SELECT e.release, e.number, e.source, e.title, e.link, e.published, e.first_seen, e.facts,
             s.id AS source_id, s.url AS source_url
         FROM json_each(?) AS j
         CROSS JOIN entry AS e ON e.release = j.value AND e.removed IS NULL
         CROSS JOIN source AS s ON s.number = e.source",
    )
    .bind(wanted)
    .fetch_all(&mut *conn)
    .await
    .attempt("read publications")?;
    let mut numbers = BTreeSet::new();
    for row in &rows {
        numbers.insert(Columns(row).get::<i64>("facts")?);
    }
    let facts = facts(conn, numbers).await?;
    let mut publications: HashMap<i64, Vec<Publication>> = HashMap::new();
    for row in &rows {
        let row = Columns(row);
        let by = By::Entry {
            entry: EntryNumber(row.get("number")?),
            source: SourceNumber(row.get("source")?),
            source_id: row.get("source_id")?,
            source_url: row.get("source_url")?,
            facts: facts
                .get(&row.get::<i64>("facts")?)
                .cloned()
                .unwrap_or_default(),
        };
        let publication = Publication {
            by,
            title: row.get("title")?,
            url: row.get("link")?,
            published: row.maybe_moment("published")?,
            first_seen: row.moment("first_seen")?,
        };
        let release = row.get("release")?;
        publications.entry(release).or_default().push(publication);
    }
    Ok(publications)
}

async fn facts(conn: &mut Conn, numbers: BTreeSet<i64>) -> Result<HashMap<i64, SourceFacts>> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT f.number, f.facts FROM json_each(?) AS j CROSS JOIN facts AS f ON f.number = j.value",
    )
    .bind(list(numbers))
    .fetch_all(conn)
    .await
    .attempt("read what sources said of themselves")?;
    rows.into_iter()
        .map(|(number, facts)| Ok((number, from_json(&facts)?)))
        .collect()
}

async fn statement_publications(
    conn: &mut Conn,
    wanted: &str,
    publications: &mut HashMap<i64, Vec<Publication>>,
) -> Result<()> {
    let rows = sqlx::query(
        "SELECT t.release, t.slug, t.title, t.published, t.first_seen FROM json_each(?) AS j
         CROSS JOIN statement AS t ON t.release = j.value AND t.withdrawn IS NULL",
    )
    .bind(wanted)
    .fetch_all(conn)
    .await
    .attempt("read publications of our own")?;
    for row in &rows {
        let row = Columns(row);
        let publication = Publication {
            by: By::Statement(row.get("slug")?),
            title: row.get("title")?,
            url: None,
            published: row.maybe_moment("published")?,
            first_seen: row.moment("first_seen")?,
        };
        let release = row.get("release")?;
        publications.entry(release).or_default().push(publication);
    }
    Ok(())
}
