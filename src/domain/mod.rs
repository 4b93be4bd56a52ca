//! Nouns and rules: what a source, an entry, a statement, a release are, and how they are decided.
//!
//! Nothing here does IO, awaits, reads the clock or draws a random number: `now` and jitter are
//! arguments. Rules are functions from facts to a plan; somebody else carries the plan out.

pub mod change;
pub mod decision;
pub mod doubt;
pub mod entry;
pub mod identity;
pub mod likeness;
pub mod relation;
pub mod release;
pub mod schedule;
pub mod scope;
pub mod search;
pub mod source;
pub mod statement;
pub mod text;

use std::fmt;

/// An instant on the wall clock, UTC. Kept in the database as whole milliseconds.
pub type Moment = chrono::DateTime<chrono::Utc>;

/// SHA-256 over the words of a text as they are compared for versions (contract §3); shown in hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}
