//! Memory: what was read, decided and shown. All SQL is here, and nothing but SQL decides nothing here:
//! the rules are `domain`'s.
//!
//! Verbs take whole intents and are one transaction each. One writer task owns the writing
//! connection; readers have a pool of their own.

mod intents;
mod records;
mod verbs;

pub use intents::{
    Decided, EntryWrite, Kept, LeaseToken, Place, Placement, PollWrite, SourceDeclared,
    StatementWrite,
};
pub use records::{
    Candidate, Claim, EntryKnown, Found, SourceRecord, StatementRecord, Tombstone, Undecided,
    Version, Window,
};
pub use verbs::Database;

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
