//! Which releases a feed holds.

use super::search;
use std::fmt;

/// Which releases a feed holds; one scope has one set of addresses (contract §4).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// The whole wire: `/feed`.
    Wire,
    /// Our own only: `/statements`.
    Statements,
    /// One source's releases in the wire, by the source's id: `/sources/{id}`.
    Source(String),
    /// What one source published, in the wire or not: `/sources/{id}/all`.
    SourceAll(String),
    /// One topic, by slug: `/topics/{slug}`.
    Topic(String),
    /// One language, by primary subtag: `/languages/{tag}`.
    Language(String),
    /// Releases related to one statement, by slug.
    Related(String),
    /// One statement's publications, by slug.
    Publications(String),
    /// A saved search, at most 200 characters.
    Search(String),
}

impl Scope {
    /// A saved search: the query as it counts ([`search::cut`]).
    pub fn search(query: &str) -> Scope {
        Scope::Search(search::cut(query))
    }
}

/// The path without leading slash and extension: `feed`, `sources/example`, `statements/x/related`.
/// A search is `search` whatever its query.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Wire => f.write_str("feed"),
            Scope::Statements => f.write_str("statements"),
            Scope::Source(id) => write!(f, "sources/{id}"),
            Scope::SourceAll(id) => write!(f, "sources/{id}/all"),
            Scope::Topic(slug) => write!(f, "topics/{slug}"),
            Scope::Language(tag) => write!(f, "languages/{tag}"),
            Scope::Related(slug) => write!(f, "statements/{slug}/related"),
            Scope::Publications(slug) => write!(f, "statements/{slug}/publications"),
            Scope::Search(_) => f.write_str("search"),
        }
    }
}
