//! Keys by which releases that may be the same text are found (`likeness.md` §4): bounded whatever is
//! stored, and whoever floods it.

use super::records::Candidate;
use super::sql::{Attempt, Columns, Conn, Result, from_json, list, moment, unpack};
use super::{Database, intents::Placement};
use crate::domain::Moment;
use crate::domain::entry::Entry;
use crate::domain::likeness::{Key, KeyKind, Text};
use crate::domain::release::ReleaseNumber;
use crate::domain::source::SourceNumber;
use crate::domain::statement::Statement;
use std::collections::{BTreeSet, HashMap};

/// A shingle that stands in more releases says nothing; of links and titles the newest count.
const RELEASES_PER_KEY: i64 = 60;

/// Releases that are looked at more closely.
const CANDIDATES: usize = 12;

/// Weight of shared keys that makes it worth planning again, though no link or title is shared: below it,
/// boilerplate that two sources have in common would make their polls overtake each other for ever.
const TO_MATTER: u32 = 3;

impl Database {
    /// Releases that share keys, best first, at most 12, with the texts to compare with.
    pub async fn candidates(&self, keys: &[Key]) -> Result<Vec<Candidate>> {
        let releases = self.sharing(&[keys]).await?.pop().unwrap_or_default();
        let mut texts = self.shown_texts(&releases).await?;
        let candidates = releases.into_iter().filter_map(|release| {
            let (text, _) = texts.remove(&release)?;
            Some(Candidate { release, text })
        });
        Ok(candidates.collect())
    }

    /// Of each text, given by its keys: releases that share some, those that share most first, at most 12.
    /// Asked for many texts at once it costs each of them less.
    pub async fn sharing(&self, texts: &[&[Key]]) -> Result<Vec<Vec<ReleaseNumber>>> {
        let mut conn = self.asking("find releases like a text").await?;
        let bearers = Bearers::of(&mut conn, texts).await?;
        Ok(texts.iter().map(|keys| bearers.ranked(keys)).collect())
    }

    /// Shown texts of releases that still stand for themselves, with the statement's slug where it is ours.
    pub async fn shown_texts(
        &self,
        releases: &[ReleaseNumber],
    ) -> Result<HashMap<ReleaseNumber, (Text, Option<String>)>> {
        if releases.is_empty() {
            return Ok(HashMap::new());
        }
        let mut conn = self.asking("read texts to compare with").await?;
        let texts = shown_texts(&mut conn, releases.iter().map(|it| it.0))
            .await?
            .into_iter();
        Ok(texts
            .map(|(release, text)| (ReleaseNumber(release), text))
            .collect())
    }

    /// The release founded last; 0 where there is none.
    pub async fn latest_release(&self) -> Result<ReleaseNumber> {
        let mut conn = self.asking("find the newest release").await?;
        latest_release(&mut conn).await
    }
}

/// The release founded last.
pub(super) async fn latest_release(conn: &mut Conn) -> Result<ReleaseNumber> {
    sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM release")
        .fetch_one(conn)
        .await
        .attempt("find the newest release")
        .map(ReleaseNumber)
}

/// Which releases have which keys.
struct Bearers(HashMap<i64, Vec<i64>>);

impl Bearers {
    async fn of(conn: &mut Conn, texts: &[&[Key]]) -> Result<Bearers> {
        let (mut shingles, mut names) = (BTreeSet::new(), BTreeSet::new());
        for key in texts.iter().copied().flatten() {
            match key.kind.is_passing() {
                true => shingles.insert(key.hash),
                false => names.insert(key.hash),
            };
        }
        // One row, because each more costs more than ten look-ups. Shingles need no limit: no more are
        // written than one above it.
        let row = sqlx::query(
            "SELECT
                 (SELECT json_group_array(json_array(k.hash, k.release))
                  FROM json_each(?1) AS j CROSS JOIN shingle_key AS k ON k.hash = j.value) AS shingles,
                 (SELECT json_group_array(json_array(value, json((SELECT json_group_array(release)
                      FROM (SELECT release FROM likeness_key WHERE hash = value
                            ORDER BY release DESC LIMIT 0 + ?3)))))
                  FROM json_each(?2)
                  WHERE EXISTS (SELECT 1 FROM likeness_key WHERE hash = value)) AS names,
                 (SELECT json_group_array(json_array(k.hash, k.release))
                  FROM (SELECT value FROM json_each(?1) UNION ALL SELECT value FROM json_each(?2)) AS j
                  CROSS JOIN statement_key AS k ON k.hash = j.value) AS ours",
        )
        .bind(list(shingles))
        .bind(list(names))
        .bind(RELEASES_PER_KEY)
        .fetch_one(conn)
        .await
        .attempt("find releases by their keys")?;
        let row = Columns(&row);
        let names: Vec<(i64, Vec<i64>)> = from_json(row.get("names")?)?;
        let mut bearers: HashMap<i64, Vec<i64>> = names.into_iter().collect();
        let shingles: Vec<(i64, i64)> = from_json(row.get("shingles")?)?;
        for (hash, release) in shingles {
            bearers.entry(hash).or_default().push(release);
        }
        let most = usize::try_from(RELEASES_PER_KEY).unwrap_or(usize::MAX);
        bearers.retain(|_, releases| releases.len() <= most);
        // Keys of our statements count however many others have them.
        let ours: Vec<(i64, i64)> = from_json(row.get("ours")?)?;
        for (hash, release) in ours {
            let known = bearers.entry(hash).or_default();
            if !known.contains(&release) {
                known.push(release);
            }
        }
        Ok(Bearers(bearers))
    }

    /// The releases that share most with a text of these keys.
    fn ranked(&self, keys: &[Key]) -> Vec<ReleaseNumber> {
        let kinds: HashMap<i64, KeyKind> = keys.iter().map(|key| (key.hash, key.kind)).collect();
        let mut shared: HashMap<i64, u32> = HashMap::new();
        for (hash, kind) in kinds {
            for release in self.0.get(&hash).into_iter().flatten() {
                *shared.entry(*release).or_default() += kind.weight();
            }
        }
        let mut ranked: Vec<(i64, u32)> = shared.into_iter().collect();
        // Equal weight: the older one was first.
        ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(CANDIDATES);
        let ranked = ranked.into_iter();
        ranked.map(|(release, _)| ReleaseNumber(release)).collect()
    }
}

/// Shown texts of releases that still stand for themselves, with the statement's slug where it is ours.
pub(super) async fn shown_texts(
    conn: &mut Conn,
    releases: impl Iterator<Item = i64>,
) -> Result<HashMap<i64, (Text, Option<String>)>> {
    let rows = sqlx::query(
        "SELECT r.number, r.statement, r.first_seen AS release_seen, e.title, e.link, e.language,
             e.published, e.first_seen, e.source, x.text, t.text AS statement_text,
             t.first_seen AS statement_seen
         FROM json_each(?) AS j
         CROSS JOIN release AS r ON r.number = j.value
         LEFT JOIN entry AS e ON e.number = r.shown
         LEFT JOIN entry_text AS x ON x.entry = r.shown
         LEFT JOIN statement AS t ON r.shown IS NULL AND t.slug = r.statement
         WHERE r.moved_to IS NULL",
    )
    .bind(list(releases))
    .fetch_all(conn)
    .await
    .attempt("read texts to compare with")?;
    rows.iter()
        .map(|row| {
            let row = Columns(row);
            let text = match row.get::<Option<&[u8]>>("statement_text")? {
                Some(packed) => of_statement(&unpack(packed)?, row.moment("statement_seen")?),
                None => of_entry(&row)?,
            };
            Ok((row.get("number")?, (text, row.get("statement")?)))
        })
        .collect()
}

pub(super) fn of_entry(row: &Columns<'_>) -> Result<Text> {
    let entry: Entry = match row.get::<Option<&[u8]>>("text")? {
        Some(packed) => unpack(packed)?,
        None => Entry::default(),
    };
    Ok(Text {
        title: row.get("title")?,
        html: entry
            .fuller()
            .map(|markup| markup.html.clone())
            .unwrap_or_default(),
        link: row.get("link")?,
        language: row.get("language")?,
        published: row.maybe_moment("published")?,
        first_seen: moment(
            row.get::<Option<i64>>("first_seen")?
                .unwrap_or(row.get("release_seen")?),
        ),
        source: row.get::<Option<i64>>("source")?.map(SourceNumber),
    })
}

pub(super) fn of_statement(statement: &Statement, first_seen: Moment) -> Text {
    Text {
        title: Some(statement.title.clone()),
        html: statement.body.html.clone(),
        link: None,
        language: statement.language.clone(),
        published: statement.date,
        first_seen,
        source: None,
    }
}

/// A release founded after `planned_at` has keys of a text that is about to be placed: whoever
/// planned did not see it.
pub(super) async fn is_overtaken(
    conn: &mut Conn,
    planned_at: ReleaseNumber,
    placed: impl Iterator<Item = &Placement>,
) -> Result<bool> {
    if latest_release(conn).await? <= planned_at {
        return Ok(false);
    }
    let placed: Vec<&[Key]> = placed.map(|placement| &*placement.keys).collect();
    let hashes: BTreeSet<i64> = placed
        .iter()
        .copied()
        .flatten()
        .map(|key| key.hash)
        .collect();
    let rows = sqlx::query(
        "SELECT k.hash, k.release FROM json_each(?1) AS j
         CROSS JOIN likeness_key AS k ON k.hash = j.value AND k.release > ?2
         UNION
         SELECT k.hash, k.release FROM json_each(?1) AS j
         CROSS JOIN shingle_key AS k ON k.hash = j.value AND k.release > ?2",
    )
    .bind(list(hashes))
    .bind(planned_at.0)
    .fetch_all(&mut *conn)
    .await
    .attempt("look keys up again")?;
    let mut founded: HashMap<i64, Vec<i64>> = HashMap::new();
    for row in &rows {
        let row = Columns(row);
        let releases = founded.entry(row.get("hash")?).or_default();
        releases.push(row.get("release")?);
    }
    Ok(placed.into_iter().any(|keys| {
        let kinds: HashMap<i64, KeyKind> = keys.iter().map(|key| (key.hash, key.kind)).collect();
        let mut shared: HashMap<i64, u32> = HashMap::new();
        for (hash, kind) in kinds {
            for release in founded.get(&hash).into_iter().flatten() {
                *shared.entry(*release).or_default() += kind.weight();
            }
        }
        shared.values().any(|weight| *weight >= TO_MATTER)
    }))
}

/// Keys that a write adds, gathered so that they are written in the order of the index.
#[derive(Default)]
pub(super) struct NewKeys {
    names: BTreeSet<(i64, i64)>,
    shingles: BTreeSet<(i64, i64)>,
}

impl NewKeys {
    /// Notes the keys of a text in `release`; answers its shingles as they are kept with an entry.
    pub(super) fn note(&mut self, release: ReleaseNumber, keys: &[Key]) -> Vec<u8> {
        let mut hashes = Vec::new();
        for key in keys {
            if key.kind.is_passing() {
                self.shingles.insert((key.hash, release.0));
                hashes.extend_from_slice(&key.hash.to_be_bytes());
            } else {
                self.names.insert((key.hash, release.0));
            }
        }
        hashes
    }

    /// Writes them beside as those of statements of ours, where no flood crowds them out.
    pub(super) async fn write_ours(&self, conn: &mut Conn) -> Result<()> {
        let ours: BTreeSet<_> = self.names.union(&self.shingles).collect();
        sqlx::query(
            "INSERT OR IGNORE INTO statement_key (hash, release)
             SELECT value ->> 0, value ->> 1 FROM json_each(?)",
        )
        .bind(super::sql::json(&ours)?)
        .execute(conn)
        .await
        .attempt("write keys of statements")
        .map(drop)
    }

    pub(super) async fn write(self, conn: &mut Conn) -> Result<()> {
        let attempt = "write keys of releases";
        if !self.names.is_empty() {
            sqlx::query(
                "INSERT OR IGNORE INTO likeness_key (hash, release)
                 SELECT value ->> 0, value ->> 1 FROM json_each(?)",
            )
            .bind(super::sql::json(&self.names)?)
            .execute(&mut *conn)
            .await
            .attempt(attempt)?;
        }
        if !self.shingles.is_empty() {
            // One row above the limit marks a shingle as saying nothing; more would only cost.
            sqlx::query(
                "INSERT OR IGNORE INTO shingle_key (hash, release)
                 SELECT value ->> 0, value ->> 1 FROM json_each(?1) AS j
                 WHERE (SELECT count(*) FROM
                     (SELECT 1 FROM shingle_key WHERE hash = j.value ->> 0 LIMIT 0 + ?2)) < ?2",
            )
            .bind(super::sql::json(&self.shingles)?)
            .bind(RELEASES_PER_KEY + 1)
            .execute(conn)
            .await
            .attempt(attempt)?;
        }
        Ok(())
    }
}

/// Shingles as they are kept with an entry.
pub(super) fn hashes(kept: &[u8]) -> impl Iterator<Item = i64> {
    kept.chunks_exact(8).map(|bytes| {
        let mut hash = [0; 8];
        hash.copy_from_slice(bytes);
        i64::from_be_bytes(hash)
    })
}

/// Gives the shingles of one release's entries to another, which those go to.
pub(super) async fn hand_over(
    conn: &mut Conn,
    from: ReleaseNumber,
    to: ReleaseNumber,
) -> Result<()> {
    let attempt = "hand keys over to another release";
    let rows = sqlx::query(
        "SELECT k.hashes FROM entry AS e CROSS JOIN entry_keys AS k ON k.entry = e.number
         WHERE e.release = ?",
    )
    .bind(from.0)
    .fetch_all(&mut *conn)
    .await
    .attempt(attempt)?;
    let mut handed = NewKeys::default();
    for row in &rows {
        for hash in hashes(Columns(row).get::<&[u8]>("hashes")?) {
            handed.shingles.insert((hash, to.0));
        }
    }
    let gone = list(handed.shingles.iter().map(|(hash, _)| *hash));
    sqlx::query(
        "DELETE FROM shingle_key WHERE release = ? AND hash IN (SELECT value FROM json_each(?))",
    )
    .bind(from.0)
    .bind(gone)
    .execute(&mut *conn)
    .await
    .attempt(attempt)?;
    handed.write(conn).await
}

/// Takes an entry's shingles back from its release, but for those that another entry of it has too.
pub(super) async fn take_back(conn: &mut Conn, entry: i64, release: i64) -> Result<()> {
    let attempt = "take back keys of an entry";
    let rows = sqlx::query(
        "SELECT k.entry, k.hashes FROM entry AS e CROSS JOIN entry_keys AS k ON k.entry = e.number
         WHERE e.release = ?2 OR e.number = ?1",
    )
    .bind(entry)
    .bind(release)
    .fetch_all(&mut *conn)
    .await
    .attempt(attempt)?;
    let mut own = BTreeSet::new();
    let mut others = BTreeSet::new();
    for row in &rows {
        let row = Columns(row);
        let kept = row.get::<&[u8]>("hashes")?;
        match row.get::<i64>("entry")? == entry {
            true => own.extend(hashes(kept)),
            false => others.extend(hashes(kept)),
        }
    }
    sqlx::query(
        "DELETE FROM shingle_key WHERE release = ? AND hash IN (SELECT value FROM json_each(?))",
    )
    .bind(release)
    .bind(list(own.difference(&others).copied()))
    .execute(&mut *conn)
    .await
    .attempt(attempt)?;
    sqlx::query("DELETE FROM entry_keys WHERE entry = ?")
        .bind(entry)
        .execute(conn)
        .await
        .attempt(attempt)
        .map(drop)
}
