//! What every verb needs to speak SQL: errors with what was attempted, moments as milliseconds, lists
//! as JSON parameters (one prepared statement whatever their length), texts in zstd.
//!
//! A statement names its parameters `?` or `?1`, never both: sqlx 0.9 binds a mixture wrongly. A limit
//! is `LIMIT 0 + ?`: SQLite looks into a bare parameter there while it plans, and plans anew at each call.

use super::{Database, DatabaseError};
use crate::domain::entry::EntryKey;
use crate::domain::{Digest, Moment};
use chrono::DateTime;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

pub(super) type Conn = SqliteConnection;
pub(super) type Result<T> = std::result::Result<T, DatabaseError>;

/// Texts are compressed once and read rarely: beyond 3, zstd gains 3 % and costs twice the time.
const LEVEL: i32 = 3;

/// No text of ours is larger when it is decompressed; whatever claims to be is damaged.
const LARGEST_TEXT_BYTES: usize = 64 * 1024 * 1024;

/// Says what was attempted where SQL failed.
pub(super) trait Attempt<T> {
    /// `attempt` in the words of an operator: verb first, lower case.
    fn attempt(self, attempt: &str) -> Result<T>;
}

impl<T> Attempt<T> for std::result::Result<T, sqlx::Error> {
    fn attempt(self, attempt: &str) -> Result<T> {
        self.map_err(|source| {
            if let sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed = source {
                return DatabaseError::Closed;
            }
            let attempt = match remedy(&source) {
                Remedy::Restore => return DatabaseError::Damaged(format!("{attempt}: {source}")),
                Remedy::Say(remedy) => format!("{attempt}: {remedy}"),
                Remedy::Unknown => attempt.to_owned(),
            };
            DatabaseError::Sql { attempt, source }
        })
    }
}

/// What an operator can do where SQL failed.
enum Remedy {
    Restore,
    Say(&'static str),
    Unknown,
}

/// By SQLite's result code (<https://sqlite.org/rescode.html>): the low byte of the extended one.
fn remedy(fault: &sqlx::Error) -> Remedy {
    let code = match fault {
        sqlx::Error::Database(fault) => fault.code().and_then(|code| code.parse::<u32>().ok()),
        _ => None,
    };
    match code.map(|code| code & 0xff) {
        // SQLITE_CORRUPT, SQLITE_NOTADB
        Some(11 | 26) => Remedy::Restore,
        // SQLITE_FULL
        Some(13) => Remedy::Say(
            "the disk is full, and nothing is kept until there is space; then it goes on by itself",
        ),
        // SQLITE_READONLY, SQLITE_PERM
        Some(8 | 3) => {
            Remedy::Say("the file or its folder may not be written: see to their owner and mount")
        }
        // SQLITE_IOERR
        Some(10) => Remedy::Say("the disk reports errors: see to it, and to a backup, first"),
        // SQLITE_BUSY, SQLITE_LOCKED
        Some(5 | 6) => Remedy::Say("another program holds the database: end it"),
        _ => Remedy::Unknown,
    }
}

/// Whole milliseconds since 1970.
pub(super) fn ms(moment: Moment) -> i64 {
    moment.timestamp_millis()
}

/// The moment of `ms`; what no calendar reaches is 1970.
pub(super) fn moment(ms: i64) -> Moment {
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

/// Cuts what the database does not keep: a moment as it will be read back.
pub(super) fn whole(at: Moment) -> Moment {
    moment(ms(at))
}

/// A list as one parameter, for `json_each`.
pub(super) fn list(items: impl IntoIterator<Item = i64>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    format!("[{}]", items.join(","))
}

/// A blob as JSON can carry it; `unhex` turns it back.
pub(super) fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// JSON of a value of ours, all of which have JSON forms.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|fault| DatabaseError::Damaged(format!("a value has no JSON form: {fault}")))
}

/// What `json` once made.
pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|fault| DatabaseError::Damaged(format!("stored JSON can't be read: {fault}")))
}

/// A value as JSON in zstd.
pub(super) fn pack<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    pack_bytes(json(value)?.as_bytes())
}

/// Bytes in zstd.
pub(super) fn pack_bytes(bytes: &[u8]) -> Result<Vec<u8>> {
    zstd::bulk::compress(bytes, LEVEL)
        .map_err(|fault| DatabaseError::Damaged(format!("a text can't be compressed: {fault}")))
}

/// What `pack` once made.
pub(super) fn unpack<T: DeserializeOwned>(packed: &[u8]) -> Result<T> {
    serde_json::from_slice(&unpack_bytes(packed)?)
        .map_err(|fault| DatabaseError::Damaged(format!("a stored text can't be read: {fault}")))
}

/// What `pack_bytes` once made.
pub(super) fn unpack_bytes(packed: &[u8]) -> Result<Vec<u8>> {
    let size = zstd::bulk::Decompressor::upper_bound(packed)
        .filter(|size| *size <= LARGEST_TEXT_BYTES)
        .ok_or_else(|| DatabaseError::Damaged("a stored text has no size".to_owned()))?;
    zstd::bulk::decompress(packed, size).map_err(|fault| {
        DatabaseError::Damaged(format!("a stored text can't be decompressed: {fault}"))
    })
}

/// 64 bits of a digest, for indexes that find candidates; the candidates are compared in full.
pub(super) fn hash(parts: &[&[u8]]) -> i64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let mut start = [0; 8];
    start.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    i64::from_be_bytes(start)
}

/// Columns of a row, by name.
pub(super) struct Columns<'r>(pub(super) &'r SqliteRow);

impl<'r> Columns<'r> {
    /// Any type that sqlx reads by itself.
    pub(super) fn get<T>(&self, column: &str) -> Result<T>
    where
        T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    {
        self.0
            .try_get(column)
            .attempt("read a column of the database")
    }

    pub(super) fn moment(&self, column: &str) -> Result<Moment> {
        self.get(column).map(moment)
    }

    pub(super) fn maybe_moment(&self, column: &str) -> Result<Option<Moment>> {
        Ok(self.get::<Option<i64>>(column)?.map(moment))
    }

    pub(super) fn digest(&self, column: &str) -> Result<Digest> {
        self.bytes(column).map(Digest)
    }

    pub(super) fn key(&self, column: &str) -> Result<EntryKey> {
        self.bytes(column).map(EntryKey)
    }

    /// A blob of a fixed size.
    pub(super) fn bytes<const N: usize>(&self, column: &str) -> Result<[u8; N]> {
        self.get::<&[u8]>(column)?
            .try_into()
            .map_err(|_| DatabaseError::Damaged(format!("{column} is not {N} bytes long")))
    }

    /// JSON; the default where the column is NULL.
    pub(super) fn json<T: DeserializeOwned + Default>(&self, column: &str) -> Result<T> {
        match self.get::<Option<&str>>(column)? {
            Some(text) => from_json(text),
            None => Ok(T::default()),
        }
    }
}

impl Database {
    /// A connection that reads a state of the database that does not change under it.
    pub(super) async fn reading(
        &self,
        attempt: &str,
    ) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>> {
        self.inner.readers.begin().await.attempt(attempt)
    }

    /// A connection that reads by one statement: each more, as beginning and ending a transaction is,
    /// goes to SQLite's thread and back.
    pub(super) async fn asking(
        &self,
        attempt: &str,
    ) -> Result<sqlx::pool::PoolConnection<sqlx::Sqlite>> {
        self.inner.readers.acquire().await.attempt(attempt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::Connection;

    /// What an operator reads where this SQL fails.
    async fn told(setup: &'static str, sql: &'static str) -> String {
        let mut conn = Conn::connect("sqlite::memory:").await.unwrap();
        sqlx::raw_sql(setup).execute(&mut conn).await.unwrap();
        let failed = sqlx::query(sql).execute(&mut conn).await;
        failed.attempt("keep a poll").unwrap_err().to_string()
    }

    #[tokio::test]
    async fn full_disk_is_told_with_what_happens_next() {
        let told = told(
            "CREATE TABLE t (b BLOB); PRAGMA max_page_count = 10;",
            "INSERT INTO t VALUES (zeroblob(1000000))",
        )
        .await;
        assert!(
            told.starts_with("keep a poll: the disk is full, and nothing is kept"),
            "{told}"
        );
    }

    #[tokio::test]
    async fn file_that_may_not_be_written_is_told_with_whom_to_ask() {
        let told = told(
            "CREATE TABLE t (b BLOB); PRAGMA query_only = 1;",
            "INSERT INTO t VALUES (1)",
        )
        .await;
        assert!(
            told.contains("may not be written: see to their owner"),
            "{told}"
        );
    }
}
