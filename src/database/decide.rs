//! Deciding membership in the wire anew, after `match`, `block`, `keep` or topics changed: in bounded
//! batches, resumable, without a word of what is stored changing.

use super::Database;
use super::carry::{Touched, settle_touched};
use super::intents::{Decided, Kept};
use super::records::Undecided;
use super::sql::{Attempt, Columns, Conn, Result, json, unpack};
use crate::domain::Moment;
use crate::domain::entry::EntryNumber;
use crate::domain::release::ReleaseNumber;
use crate::domain::source::SourceNumber;
use sqlx::sqlite::SqliteRow;

impl Database {
    /// The source's next entries after `after`, by number, to be decided anew; those whose text was
    /// dropped are left out: they stay where they are, outside. Empty: that was all.
    pub async fn decide_again(
        &self,
        source: SourceNumber,
        after: EntryNumber,
        limit: usize,
    ) -> Result<Vec<Undecided>> {
        let rows = sqlx::query(
            "SELECT e.number, e.source, e.language, e.published, e.first_seen, e.relations, t.text
             FROM entry AS e INDEXED BY entry_source
             CROSS JOIN entry_text AS t ON t.entry = e.number
             WHERE e.source = ? AND e.number > ? AND e.removed IS NULL
             ORDER BY e.number LIMIT 0 + ?",
        )
        .bind(source.0)
        .bind(after.0)
        .bind(super::feeds::as_limit(limit))
        .fetch_all(&self.inner.readers)
        .await
        .attempt("read entries to decide anew")?;
        rows.iter().map(undecided).collect()
    }

    /// The last entry of the source that was decided under its present rules; 0: none was.
    pub async fn decided_to(&self, source: SourceNumber) -> Result<EntryNumber> {
        sqlx::query_scalar("SELECT decided_to FROM source WHERE number = ?")
            .bind(source.0)
            .fetch_one(&self.inner.readers)
            .await
            .attempt("read how far a source is decided anew")
            .map(EntryNumber)
    }

    /// Keeps what was decided anew. `done`: it was the source's last batch under its present rules.
    pub async fn keep_decided(
        &self,
        source: SourceNumber,
        decided: Vec<Decided>,
        done: bool,
        now: Moment,
    ) -> Result<Kept> {
        self.write("keep what was decided anew", move |conn| {
            Box::pin(async move { keep(conn, source, &decided, done, now).await })
        })
        .await
    }
}

pub(super) fn undecided(row: &SqliteRow) -> Result<Undecided> {
    let row = Columns(row);
    Ok(Undecided {
        number: EntryNumber(row.get("number")?),
        entry: unpack(row.get("text")?)?,
        language: row.get("language")?,
        published: row.maybe_moment("published")?,
        first_seen: row.moment("first_seen")?,
        source: SourceNumber(row.get("source")?),
        relations: row.json("relations")?,
    })
}

async fn keep(
    conn: &mut Conn,
    source: SourceNumber,
    decided: &[Decided],
    done: bool,
    now: Moment,
) -> Result<Kept> {
    let attempt = "keep what was decided anew";
    let mut touched = Touched::default();
    for entry in decided {
        let relations = match entry.relations.is_empty() {
            true => None,
            false => Some(json(&entry.relations)?),
        };
        let release: Option<i64> =
            sqlx::query_scalar("SELECT release FROM entry WHERE number = ? AND source = ?")
                .bind(entry.number.0)
                .bind(source.0)
                .fetch_optional(&mut *conn)
                .await
                .attempt(attempt)?;
        if let Some(release) = release {
            sqlx::query(
                "UPDATE entry SET admitted = ?1, relations = ?2
                 WHERE number = ?3 AND (admitted <> ?1 OR relations IS NOT ?2)",
            )
            .bind(entry.admitted)
            .bind(relations)
            .bind(entry.number.0)
            .execute(&mut *conn)
            .await
            .attempt(attempt)?;
            // Also where only `keep` or its labels changed, which stand with the source.
            touched.touch(ReleaseNumber(release));
        }
    }
    let progress = match (done, decided.last()) {
        (true, _) => Some(
            sqlx::query("UPDATE source SET decided = rules, decided_to = ?1 WHERE number = ?2")
                .bind(0),
        ),
        (false, Some(last)) => Some(
            sqlx::query("UPDATE source SET decided_to = ?1 WHERE number = ?2").bind(last.number.0),
        ),
        (false, None) => None,
    };
    if let Some(progress) = progress {
        progress
            .bind(source.0)
            .execute(&mut *conn)
            .await
            .attempt(attempt)?;
    }
    let carried = settle_touched(conn, touched, now).await?;
    Ok(Kept::Written {
        serial: carried.serial,
        changed: carried.changed,
        new: 0,
    })
}
