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
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

/// How long a poll that found nothing new waits for others.
const GATHER: Duration = Duration::from_millis(200);

/// How many of them are one transaction at most.
const GATHERED_AT_MOST: usize = 512;

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
pub(super) async fn run(mut connection: Conn, mut jobs: mpsc::Receiver<Job>) {
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
            Some(Job::Write(work)) => work(&mut connection).await,
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
pub(super) async fn in_transaction<T, F>(connection: &mut Conn, attempt: &str, work: F) -> Result<T>
where
    F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T>>,
{
    let mut transaction = connection
        .begin_with("BEGIN IMMEDIATE")
        .await
        .attempt(attempt)?;
    match work(&mut transaction).await {
        Ok(value) => {
            transaction.commit().await.attempt(attempt)?;
            Ok(value)
        }
        Err(fault) => {
            // SQLite itself has already rolled back where the disk was full or failing.
            let _ = transaction.rollback().await;
            Err(fault)
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
