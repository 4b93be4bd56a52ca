//! The one task that writes. It owns the writing connection; every job it is given is one
//! transaction, so that nothing is ever half kept and nobody waits for a lock inside the process.
//!
//! Polls that found nothing new are gathered for up to [`GATHER`]: a thousand of them cost one sync
//! of the disk instead of a thousand.

use super::intents::{Kept, PollWrite};
use super::sql::{Attempt, Conn, Result};
use super::{Database, DatabaseError, keep};
use futures_util::future::BoxFuture;
use sqlx::Connection;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

/// How long a poll that found nothing new waits for others.
const GATHER: Duration = Duration::from_millis(200);

/// How many of them are one transaction at most.
const GATHERED_AT_MOST: usize = 512;

/// How long the write-ahead log may be. SQLite begins it anew by itself at 1,000 pages, unless some
/// reader always needs it.
const LOG_BYTES: u64 = 32 * 1024 * 1024;

/// One intent, with its own transaction and its own answer.
type Work = Box<dyn for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, ()> + Send>;

/// Something that is to be written.
pub(super) enum Job {
    /// One intent.
    Write(Work),
    /// A poll that changes nothing but its source's row.
    Quiet(Box<PollWrite>, oneshot::Sender<Result<Kept>>),
    /// The end.
    Close(oneshot::Sender<()>),
}

type Quiet = (Box<PollWrite>, oneshot::Sender<Result<Kept>>);

/// Writes until it is told to close or every handle is gone.
pub(super) async fn run(mut connection: Conn, mut log: Log, mut jobs: mpsc::Receiver<Job>) {
    let mut quiet: Vec<Quiet> = Vec::new();
    let mut due = Instant::now();
    let closed = loop {
        // Jobs without a pause between them must not keep quiet polls waiting.
        if Instant::now() >= due {
            write_quiet(&mut connection, &mut quiet).await;
        }
        let job = if quiet.is_empty() {
            jobs.recv().await
        } else {
            match timeout_at(due, jobs.recv()).await {
                Ok(job) => job,
                Err(_) => continue,
            }
        };
        match job {
            Some(Job::Quiet(write, reply)) => {
                if quiet.is_empty() {
                    due = Instant::now() + GATHER;
                }
                quiet.push((write, reply));
                if quiet.len() >= GATHERED_AT_MOST {
                    write_quiet(&mut connection, &mut quiet).await;
                }
            }
            Some(Job::Write(work)) => {
                work(&mut connection).await;
                log.cut(&mut connection).await;
            }
            Some(Job::Close(reply)) => break Some(reply),
            None => break None,
        }
    };
    write_quiet(&mut connection, &mut quiet).await;
    // Whoever still waits in the channel is answered `Closed` when it goes.
    if let Err(fault) = connection.close().await {
        tracing::warn!(%fault, "closing the database failed; what was committed stands");
    }
    drop(jobs);
    if let Some(reply) = closed {
        let _ = reply.send(());
    }
}

async fn write_quiet(connection: &mut Conn, quiet: &mut Vec<Quiet>) {
    if quiet.is_empty() {
        return;
    }
    let (writes, replies): (Vec<_>, Vec<_>) = std::mem::take(quiet).into_iter().unzip();
    match keep::quiet_polls(connection, &writes).await {
        Ok(kept) => {
            for (reply, kept) in replies.into_iter().zip(kept) {
                let _ = reply.send(Ok(kept));
            }
        }
        // One that can't be written must not cost the others: each once more, alone.
        Err(_) => {
            for (write, reply) in writes.iter().zip(replies) {
                let alone = keep::quiet_polls(connection, std::slice::from_ref(write)).await;
                let _ = reply.send(alone.map(|kept| kept[0]));
            }
        }
    }
}

/// Runs `work` inside one `BEGIN IMMEDIATE` transaction: commits what it did, or nothing.
///
/// Spelled out rather than sqlx's own: that counts depths, and believes itself inside for ever where
/// SQLite has rolled back by itself because the disk was full.
pub(super) async fn in_transaction<T, F>(connection: &mut Conn, attempt: &str, work: F) -> Result<T>
where
    F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T>>,
{
    let bare = async |connection: &mut Conn, sql: &'static str| {
        let done = sqlx::query(sql).execute(connection).await;
        done.attempt(attempt).map(drop)
    };
    bare(connection, "BEGIN IMMEDIATE").await?;
    let done = match work(connection).await {
        Ok(value) => bare(connection, "COMMIT").await.map(|()| value),
        Err(fault) => Err(fault),
    };
    if done.is_err() {
        // An error here: SQLite has rolled back already.
        let _ = bare(connection, "ROLLBACK").await;
    }
    done
}

/// The write-ahead log, which readers that overlap without a gap would let grow for ever.
pub(super) struct Log {
    path: PathBuf,
    /// From which length on it is cut.
    most_bytes: u64,
}

impl Log {
    /// Of the database at `path`.
    pub(super) fn of(path: &Path) -> Log {
        let mut name = path.as_os_str().to_owned();
        name.push("-wal");
        Log {
            path: name.into(),
            most_bytes: LOG_BYTES,
        }
    }

    /// Where it has grown too long, waits for the readers of now (5 s at most) and has it begun anew.
    async fn cut(&mut self, connection: &mut Conn) {
        let length = std::fs::metadata(&self.path).map_or(0, |file| file.len());
        if length <= self.most_bytes {
            return;
        }
        let busy = sqlx::query_scalar::<_, bool>("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(connection)
            .await;
        self.most_bytes = match busy {
            Ok(false) => LOG_BYTES,
            // A long reader, as a backup is one: nobody waits for it twice.
            _ => length + LOG_BYTES,
        };
        if let Err(fault) = busy {
            tracing::warn!(%fault, length_bytes = length, "the database's log can't be begun anew");
        }
    }
}

impl Database {
    /// Hands `work` to the writer as one transaction and waits for what it answers. Whoever stops
    /// waiting does not stop the writing.
    pub(super) async fn write<T, F>(&self, attempt: &'static str, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            Box::pin(async move {
                let _ = reply.send(in_transaction(connection, attempt, work).await);
            })
        });
        self.hand_over(Job::Write(work)).await?;
        answer.await.map_err(|_| DatabaseError::Closed)?
    }

    /// Hands a poll that found nothing new to the writer, which gathers them.
    pub(super) async fn write_quietly(&self, write: PollWrite) -> Result<Kept> {
        let (reply, answer) = oneshot::channel();
        self.hand_over(Job::Quiet(Box::new(write), reply)).await?;
        answer.await.map_err(|_| DatabaseError::Closed)?
    }

    async fn hand_over(&self, job: Job) -> Result<()> {
        let sent = self.inner.writer.send(job).await;
        sent.map_err(|_| DatabaseError::Closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn open(folder: &tempfile::TempDir) -> Database {
        let path = folder.path().join("presswire.db");
        Database::open(&path, "wire.example").await.unwrap()
    }

    #[tokio::test]
    async fn transaction_that_sqlite_rolled_back_by_itself_holds_up_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let db = open(&folder).await;
        let failed: Result<()> = db
            .write("fail", |conn| {
                Box::pin(async move {
                    sqlx::query("UPDATE state SET serial = 7")
                        .execute(&mut *conn)
                        .await
                        .attempt("write")?;
                    // As SQLite does where the disk is full.
                    sqlx::query("ROLLBACK")
                        .execute(&mut *conn)
                        .await
                        .attempt("roll back")?;
                    Err(DatabaseError::Unusable("the disk is full".to_owned()))
                })
            })
            .await;
        assert!(failed.is_err());
        db.clear_leases().await.unwrap();
        assert_eq!(db.serial().await.unwrap().0, 0);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn log_stays_short_though_somebody_always_reads() {
        let folder = tempfile::tempdir().unwrap();
        let db = open(&folder).await;
        let always = db.clone();
        let reading = tokio::spawn(async move {
            let mut reader = None;
            loop {
                let mut next = always.reading("read").await.unwrap();
                sqlx::query("SELECT serial FROM state")
                    .execute(&mut *next)
                    .await
                    .unwrap();
                // The one before ends after the next began.
                drop(reader.replace(next));
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        let mut longest = 0;
        for n in 0..80_u8 {
            db.write("fill", move |conn| {
                Box::pin(async move {
                    sqlx::query("INSERT INTO served VALUES (?1, zeroblob(1000000), 0)")
                        .bind(format!("{n}"))
                        .execute(conn)
                        .await
                        .attempt("fill")
                        .map(drop)
                })
            })
            .await
            .unwrap();
            let log = folder.path().join("presswire.db-wal");
            longest = longest.max(std::fs::metadata(log).unwrap().len());
        }
        reading.abort();
        assert!(
            longest < LOG_BYTES + (8 << 20),
            "it grew to {longest} bytes"
        );
    }
}
