//! Memory: what was read, decided and shown. All SQL is here, and SQL decides nothing: the rules are
//! `domain`'s.
//!
//! Verbs take whole intents and are one transaction each. One task owns the writing connection
//! ([`writer`]); readers have a pool of their own. In the order in which data moves:
//!
//! - [`open`]: the file, its schema; [`declare`], [`sources`]: what is polled, when, by whom;
//! - [`known`], [`keys`], [`beside`]: what is known already, what may be the same text;
//! - [`keep`], [`entries`], [`statements`]: what a poll or the store brought; [`placing`]: into which
//!   release;
//! - [`carry`], [`places`]: releases settled anew, and the feeds they stand in;
//! - [`feeds`], [`pages`], [`search`], [`versions`], [`load`], [`texts`]: what is served;
//! - [`explain`]: by what each publication was decided;
//! - [`decide`]: membership anew after a reload; [`look_back`]: relations, after statements or topics;
//!   [`decisions`]: an editor's word; [`retain`]: what is let go.
//!
//! Nothing here reads the clock, fetches, renders or compares texts.

mod beside;
mod carry;
mod decide;
mod decisions;
mod declare;
mod entries;
mod explain;
mod feeds;
mod intents;
mod keep;
mod keys;
mod known;
mod linked;
mod load;
mod look_back;
mod open;
mod pages;
mod places;
mod placing;
mod records;
mod retain;
mod search;
mod sources;
mod sql;
mod statements;
mod texts;
mod versions;
mod writer;

pub use decisions::{Moved, Stands, TextOfRelease};
pub use intents::{
    Absorbed, Beside, Decided, EntryWrite, Kept, LeaseToken, LookedBack, Place, Placement,
    PollWrite, Related, Sketched, SourceDeclared, StatementWrite,
};
pub use pages::{Cursor, Newer, NoCursor, ScopePage};
pub use records::{
    Batch, Candidate, Claim, EntryKnown, Found, Joining, OtherText, SourceRecord, StatementRecord,
    Stored, Tombstone, Undecided, Version, Window,
};

use arc_swap::ArcSwap;
use std::sync::Arc;

/// The memory of one wire: a cheap clone of one handle.
#[derive(Clone, Debug)]
pub struct Database {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    readers: sqlx::SqlitePool,
    writer: tokio::sync::mpsc::Sender<writer::Job>,
    wire_host: ArcSwap<String>,
}

/// Why the database did not do it.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// It was made by a newer presswire.
    #[error(
        "the database has schema {found}, this presswire knows up to {known}: run the newer presswire, or restore a backup"
    )]
    Newer {
        /// What stands in the file.
        found: i64,
        /// What this program knows.
        known: i64,
    },
    /// Something SQL; the text says what was attempted.
    #[error("{attempt}")]
    Sql {
        /// What was attempted, on what.
        attempt: String,
        /// Why not.
        source: sqlx::Error,
    },
    /// What is stored can't be understood.
    #[error(
        "the database is damaged: {0}; restore a backup, or move it away: everything but what sources no longer show comes back"
    )]
    Damaged(String),
    /// It can't be used as it is; the text says why and what to do.
    #[error("{0}")]
    Unusable(String),
    /// `close` was called.
    #[error("the database is closed")]
    Closed,
}
