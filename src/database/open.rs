//! Opening and closing: pragmas, migrations, the read pool and the writer. What cannot be used is
//! refused here, before anything is read from it.

use super::sql::{Attempt, Conn, Result};
use super::writer::{self, Job, Log};
use super::{Database, DatabaseError, Inner, search};
use arc_swap::ArcSwap;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqlSafeStr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Every schema that ever was, in order; a line here is never changed once released.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "wire", include_str!("migrations/0001_wire.sql")),
    (2, "search", include_str!("migrations/0002_search.sql")),
    (
        3,
        "decisions",
        include_str!("migrations/0003_decisions.sql"),
    ),
    (4, "nearness", include_str!("migrations/0004_nearness.sql")),
    (
        5,
        "look back",
        include_str!("migrations/0005_look_back.sql"),
    ),
    (
        6,
        "statement_keys",
        include_str!("migrations/0006_statement_keys.sql"),
    ),
    (
        7,
        "shingle_keys",
        include_str!("migrations/0007_shingle_keys.sql"),
    ),
];

/// SQLite before 3.51.3 can lose commits when a WAL is reset (`dependencies.md`).
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// How many readers there are at most: a feed is rendered once, so few ever read at a time.
const READERS: u32 = 4;

/// KiB of page cache: of the writer, of each reader.
const WRITER_CACHE_KIB: i64 = 8_192;
const READER_CACHE_KIB: i64 = 2_048;

/// How long another's lock is waited for.
const LOCKED: Duration = Duration::from_secs(5);

/// What stays of the write-ahead log after a checkpoint.
const WAL_KEPT_BYTES: i64 = 16 * 1024 * 1024;

/// Writes that wait for the writer; whoever writes more has to wait as well.
const WAITING_WRITES: usize = 64;

impl Database {
    /// Opens or makes the database at `path`; brings an older schema up to date. `wire_host` is the
    /// host of `wire.url`: the authority of the tag URIs that releases founded from now on bear.
    ///
    /// # Errors
    /// `Newer` where a newer presswire wrote it, `Unusable` where SQLite is too old or the file can't
    /// be opened, `Damaged`, `Sql`.
    pub async fn open(path: &Path, wire_host: &str) -> Result<Database> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(LOCKED)
            .foreign_keys(true)
            .disable_statement_logging();
        let writing = options
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("journal_size_limit", WAL_KEPT_BYTES.to_string())
            .pragma("cache_size", (-WRITER_CACHE_KIB).to_string())
            .thread_name(|_| "database-writer".to_owned());
        let mut connection = connect(path, &writing).await?;
        refuse_old_sqlite(&mut connection).await?;
        migrate(&mut connection).await?;
        // What a statement may have to undo is little; migrations were more, and went to disk.
        sqlx::query("PRAGMA temp_store = MEMORY")
            .execute(&mut connection)
            .await
            .attempt("open the database")?;
        let is_indexed = search::is_indexed(&mut connection).await?;

        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .min_connections(0)
            // SQLite's connections do not go away by themselves, and to ask costs as much as to read.
            .test_before_acquire(false)
            .idle_timeout(Duration::from_secs(60))
            .connect_lazy_with(
                options
                    .pragma("query_only", "1")
                    .pragma("cache_size", (-READER_CACHE_KIB).to_string())
                    .thread_name(|n| format!("database-reader-{n}")),
            );
        let (writer, jobs) = tokio::sync::mpsc::channel(WAITING_WRITES);
        tokio::spawn(writer::run(connection, Log::of(path), jobs));
        let database = Database {
            inner: Arc::new(Inner {
                readers,
                writer,
                wire_host: ArcSwap::from_pointee(wire_host.to_owned()),
            }),
        };
        if !is_indexed {
            tokio::spawn(index_anew(database.clone()));
        }
        Ok(database)
    }

    /// After a reload: the host of `wire.url` for releases founded from now on.
    pub fn set_wire_host(&self, host: &str) {
        self.inner.wire_host.store(Arc::new(host.to_owned()));
    }

    /// Writes what is waiting, then closes. Every verb afterwards answers `Closed`.
    pub async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.inner.writer.send(Job::Close(reply)).await.is_ok() {
            // An error means that the writer ended before: closed all the same.
            let _ = closed.await;
        }
        self.inner.readers.close().await;
    }

    /// `PRAGMA quick_check`.
    ///
    /// # Errors
    /// `Damaged` where it finds something.
    pub async fn check(&self) -> Result<()> {
        let findings: Vec<String> = sqlx::query_scalar("PRAGMA quick_check(5)")
            .fetch_all(&self.inner.readers)
            .await
            .attempt("check the database")?;
        match findings.as_slice() {
            [ok] if ok == "ok" => Ok(()),
            findings => Err(DatabaseError::Damaged(findings.join("; "))),
        }
    }

    /// A consistent copy at `path`, which must not exist, while everything goes on.
    pub async fn backup(&self, path: &Path) -> Result<()> {
        let attempt = format!("copy the database to {}", path.display());
        let target = path
            .to_str()
            .ok_or_else(|| DatabaseError::Unusable(format!("{attempt}: its name is no UTF-8")))?;
        // `query_only` forbids it to readers, and the writer has better things to do.
        let mut connection = self
            .inner
            .readers
            .connect_options()
            .as_ref()
            .clone()
            .pragma("query_only", "0")
            .connect()
            .await
            .attempt(&attempt)?;
        let copied = sqlx::query("VACUUM INTO ?")
            .bind(target)
            .execute(&mut connection)
            .await
            .attempt(&attempt);
        connection.close().await.attempt(&attempt)?;
        copied.map(drop)
    }
}

/// Meanwhile a search finds what is indexed so far. What is cut short begins anew at the next start.
async fn index_anew(database: Database) {
    match database.index_anew().await {
        Ok(()) | Err(DatabaseError::Closed) => {}
        Err(fault) => tracing::warn!(%fault, "searches find a part only until the next start"),
    }
}

/// A connection that writes. Who meets a new file while another turns it to its log is told that it is
/// locked at once, whatever the timeout says: it waits, and asks again.
async fn connect(path: &Path, writing: &SqliteConnectOptions) -> Result<Conn> {
    const PAUSE: Duration = Duration::from_millis(20);
    let began = std::time::Instant::now();
    loop {
        match writing.connect().await {
            Ok(connection) => return Ok(connection),
            Err(fault) if is_locked(&fault) && began.elapsed() < LOCKED => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(fault) => return Err(cannot_open(path, fault)),
        }
    }
}

/// SQLITE_BUSY, SQLITE_LOCKED, whatever extends them.
fn is_locked(fault: &sqlx::Error) -> bool {
    let sqlx::Error::Database(fault) = fault else {
        return false;
    };
    let code = fault.code().and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 5 | 6))
}

fn cannot_open(path: &Path, fault: sqlx::Error) -> DatabaseError {
    let is_no_database =
        matches!(&fault, sqlx::Error::Database(e) if e.code().as_deref() == Some("26"));
    if is_no_database {
        return DatabaseError::Unusable(format!(
            "{} is no SQLite database: move it away, or name another file in [store] database",
            path.display()
        ));
    }
    let why = match (path.is_dir(), path.parent().is_some_and(Path::exists)) {
        (true, _) => "it is a folder",
        (_, false) => "its folder does not exist",
        _ => "see that file and folder may be written by this user and have space left",
    };
    DatabaseError::Sql {
        attempt: format!("open the database {}: {why}", path.display()),
        source: fault,
    }
}

async fn refuse_old_sqlite(connection: &mut Conn) -> Result<()> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(connection)
        .await
        .attempt("ask SQLite for its version")?;
    let parts: Vec<u32> = version.split('.').map_while(|p| p.parse().ok()).collect();
    if parts.as_slice() < OLDEST_SQLITE.as_slice() {
        return Err(DatabaseError::Unusable(format!(
            "SQLite {version} can lose what was committed: build with 3.51.3 or newer"
        )));
    }
    Ok(())
}

/// Brings the schema up to date; refuses one that is newer than this program.
async fn migrate(connection: &mut Conn) -> Result<()> {
    // Several processes that meet a new file: each step is done by one of them, and may fail in the
    // others once.
    const TRIES: usize = MIGRATIONS.len() + 1;
    let migrator = Migrator::with_migrations(
        MIGRATIONS
            .iter()
            .map(|(version, name, sql)| {
                let kind = MigrationType::Simple;
                Migration::new(*version, (*name).into(), kind, sql.into_sql_str(), false)
            })
            .collect(),
    );
    let mut tries = 0;
    loop {
        refuse_newer(connection).await?;
        // `run` asks for `Acquire`, which makes the future not `Send`.
        match migrator.run_direct(None, &mut *connection, false).await {
            Ok(()) => return Ok(()),
            Err(_) if tries < TRIES => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(fault) => {
                return Err(DatabaseError::Unusable(format!(
                    "the database's schema can't be brought up to date: {fault}"
                )));
            }
        }
    }
}

async fn refuse_newer(connection: &mut Conn) -> Result<()> {
    let attempt = "read the database's schema";
    let migrated: bool =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut *connection)
            .await
            .attempt(attempt)?;
    if !migrated {
        return Ok(());
    }
    let found: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
        .fetch_one(connection)
        .await
        .attempt(attempt)?;
    let known = MIGRATIONS
        .iter()
        .map(|(version, ..)| *version)
        .max()
        .unwrap_or(0);
    if found > known {
        return Err(DatabaseError::Newer { found, known });
    }
    Ok(())
}
