//! Whether a release belongs with a statement of ours or a `[[topic]]`, and why (`likeness.md` §7).

mod forms;
mod topics;
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "the relation to statements reads the rest; it lands next"
    )
)]
mod words;

pub use topics::Topics;

use serde::{Deserialize, Serialize};
use std::fmt;

/// With what something is related.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// A `[[topic]]`, by slug.
    Topic(String),
    /// A statement of ours, by slug.
    Statement(String),
}

/// What a relation rests on; kept with it, shown by pages, API and `explain`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// A topic's alias stands in title or text.
    Alias {
        /// The topic's name.
        topic: String,
        /// The alias as the operator wrote it.
        alias: String,
        /// How often.
        times: u32,
    },
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Evidence::Alias {
                topic,
                alias,
                times,
            } => write!(f, "{topic}: {alias}, {times} ×"),
        }
    }
}

/// Why a release belongs with a statement or a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// With what.
    pub target: Target,
    /// In \[0, 1\]; 1 for topics.
    pub score: f64,
    /// Strongest first.
    pub why: Vec<Evidence>,
}
