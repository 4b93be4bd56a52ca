//! What pages for people hold: a scope, walked in both directions from a place in its order.

use super::feeds::{self, Held};
use super::sql::{Attempt, Conn, Result};
use super::{Database, load, search};
use crate::domain::release::Release;
use crate::domain::scope::Scope;
use std::fmt;
use std::str::FromStr;

/// A place in the order of releases: position in milliseconds, then number. Written with a comma, as
/// it stands in addresses: `1768000000000,12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) position_ms: i64,
    pub(super) number: i64,
}

impl Cursor {
    /// Before everything.
    pub(super) const NEWEST: Cursor = Cursor {
        position_ms: i64::MAX,
        number: i64::MAX,
    };
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.position_ms, self.number)
    }
}

/// A cursor came from an address and is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the order of releases")]
pub struct NoCursor;

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> std::result::Result<Cursor, NoCursor> {
        let (position, number) = text.split_once(',').ok_or(NoCursor)?;
        Ok(Cursor {
            position_ms: position.parse().map_err(|_| NoCursor)?,
            number: number.parse().map_err(|_| NoCursor)?,
        })
    }
}

/// Where the page before this one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newer {
    /// Nowhere: this is the first page.
    Nothing,
    /// At the newest release.
    First,
    /// Behind this place.
    Behind(Cursor),
}

/// Some releases of a scope, newest first, and how its neighbours are reached.
#[derive(Clone, Debug, PartialEq)]
pub struct ScopePage {
    /// At most as many as asked for.
    pub releases: Vec<Release>,
    /// Behind which the next page begins; None: this was the last.
    pub older: Option<Cursor>,
    /// The page before.
    pub newer: Newer,
}

impl Database {
    /// The `limit` releases of `scope` behind a place, from the newest on where none is given. None: no
    /// such scope is known here. A source's whole output is not walked this way.
    pub async fn scope_page(
        &self,
        scope: &Scope,
        behind: Option<Cursor>,
        limit: usize,
    ) -> Result<Option<ScopePage>> {
        let mut conn = self.reading("read a page of a scope").await?;
        let walk = match feeds::held(&mut conn, scope).await? {
            Some(Held::Places(key)) => Walk::Places(key),
            Some(Held::Found(Some(expression))) => Walk::Found(expression),
            Some(Held::Found(None)) => {
                return Ok(Some(ScopePage {
                    releases: Vec::new(),
                    older: None,
                    newer: Newer::Nothing,
                }));
            }
            Some(Held::Publications(release)) => {
                return Ok(Some(ScopePage {
                    releases: load::releases(&mut conn, &[release.0]).await?,
                    older: None,
                    newer: Newer::Nothing,
                }));
            }
            Some(Held::SourceAll(_)) | None => return Ok(None),
        };
        let start = behind.unwrap_or(Cursor::NEWEST);
        // One more than asked for tells whether there is a next page.
        let most = feeds::as_limit(limit.saturating_add(1));
        let places = walk.older_than(&mut conn, start, most).await?;
        let newer = match places.first() {
            Some(first) if behind.is_some() => {
                let before = walk.newer_than(&mut conn, *first, most).await?;
                match before.get(limit) {
                    _ if before.is_empty() => Newer::Nothing,
                    // The page before begins behind the release that stands so far above it.
                    Some(place) => Newer::Behind(*place),
                    None => Newer::First,
                }
            }
            // Past the end there is still a way back.
            None if behind.is_some() => Newer::First,
            _ => Newer::Nothing,
        };
        let older = match limit.checked_sub(1) {
            Some(last) if places.len() > limit => Some(places[last]),
            _ => None,
        };
        let numbers: Vec<i64> = places
            .iter()
            .take(limit)
            .map(|place| place.number)
            .collect();
        Ok(Some(ScopePage {
            releases: load::releases(&mut conn, &numbers).await?,
            older,
            newer,
        }))
    }
}

/// What is walked: the places of a scope by its key, or what an expression finds.
enum Walk {
    Places(String),
    Found(String),
}

impl Walk {
    /// The nearest places behind `start`, in the order of releases.
    async fn older_than(&self, conn: &mut Conn, start: Cursor, most: i64) -> Result<Vec<Cursor>> {
        let key = match self {
            Walk::Places(key) => key,
            Walk::Found(found) => return search::older_than(conn, found, start, most).await,
        };
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT position, release FROM membership
             WHERE scope = (SELECT number FROM scope WHERE key = ?1)
             AND (position, release) < (?2, ?3)
             ORDER BY position DESC, release DESC LIMIT 0 + ?4",
        )
        .bind(key)
        .bind(start.position_ms)
        .bind(start.number)
        .bind(most)
        .fetch_all(conn)
        .await
        .attempt("read a page of a scope")?;
        Ok(rows.into_iter().map(Cursor::from).collect())
    }

    /// The nearest places before `first`, the nearest first.
    async fn newer_than(&self, conn: &mut Conn, first: Cursor, most: i64) -> Result<Vec<Cursor>> {
        let key = match self {
            Walk::Places(key) => key,
            Walk::Found(found) => return search::newer_than(conn, found, first, most).await,
        };
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT position, release FROM membership
             WHERE scope = (SELECT number FROM scope WHERE key = ?1)
             AND (position, release) > (?2, ?3)
             ORDER BY position, release LIMIT 0 + ?4",
        )
        .bind(key)
        .bind(first.position_ms)
        .bind(first.number)
        .bind(most)
        .fetch_all(conn)
        .await
        .attempt("read the page before")?;
        Ok(rows.into_iter().map(Cursor::from).collect())
    }
}

impl From<(i64, i64)> for Cursor {
    fn from((position_ms, number): (i64, i64)) -> Cursor {
        Cursor {
            position_ms,
            number,
        }
    }
}
