//! What each source says under every text, at hand for verdicts.
//!
//! Made of a source's newest texts when it is first asked for, and again when the source has brought
//! enough new ones; forgotten at a restart and at a reload, because it can always be made again.

use crate::database::{Database, DatabaseError};
use crate::domain::likeness::{Boilerplate, Prepared, Text};
use crate::domain::source::SourceNumber;
use crate::domain::text::Words;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Newest texts of a source that are looked at. A fifth of them is what "in many of its texts" means:
/// more would see no more.
const RECENT: usize = 24;

/// After so many new texts of a source its boilerplate is made anew.
const ENOUGH: usize = 8;

/// Sources at hand; at some 2 KB each. Above, all are forgotten: the next are made again.
const SOURCES: usize = 4096;

/// The boilerplate of the sources that were asked for lately; None is ourselves.
#[derive(Debug, Default)]
pub(super) struct Boilerplates {
    by_source: Mutex<HashMap<Option<SourceNumber>, Made>>,
}

#[derive(Clone, Debug)]
struct Made {
    boilerplate: Arc<Boilerplate>,
    /// Texts that were looked at.
    texts: usize,
    /// Texts that came since.
    since: usize,
}

impl Boilerplates {
    /// The boilerplate of a source under texts that are stored.
    pub(super) async fn of(
        &self,
        database: &Database,
        source: Option<SourceNumber>,
    ) -> Result<Arc<Boilerplate>, DatabaseError> {
        match self.at_hand(source, 0) {
            Some(boilerplate) => Ok(boilerplate),
            None => self.make(database, source, &[]).await,
        }
    }

    /// The boilerplate of the source of `arrivals`, all of one fetch: they are counted before the first
    /// verdict, so that no verdict depends on their order.
    pub(super) async fn with(
        &self,
        database: &Database,
        source: Option<SourceNumber>,
        arrivals: &[&Words],
    ) -> Result<Arc<Boilerplate>, DatabaseError> {
        match self.at_hand(source, arrivals.len()) {
            Some(boilerplate) => Ok(boilerplate),
            None => self.make(database, source, arrivals).await,
        }
    }

    fn at_hand(&self, source: Option<SourceNumber>, arriving: usize) -> Option<Arc<Boilerplate>> {
        let mut made = self
            .by_source
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let made = made.get_mut(&source)?;
        made.since += arriving;
        // The first texts of a source are few: each may be the fifth. A source that says nothing under all
        // of its texts is looked through as seldom as any other.
        let few = made.texts < RECENT && made.boilerplate.is_empty();
        let stale = made.since >= ENOUGH || (arriving > 0 && few);
        (!stale).then(|| made.boilerplate.clone())
    }

    async fn make(
        &self,
        database: &Database,
        source: Option<SourceNumber>,
        arrivals: &[&Words],
    ) -> Result<Arc<Boilerplate>, DatabaseError> {
        let stored: Vec<Text> = match source {
            Some(source) if arrivals.len() < RECENT => {
                database
                    .recent_texts(source, RECENT - arrivals.len())
                    .await?
            }
            Some(_) => Vec::new(),
            None => ours(database).await?,
        };
        let stored: Vec<Words> = stored.iter().map(Prepared::words_of).collect();
        let newest = arrivals.iter().copied().take(2 * RECENT);
        let boilerplate = Arc::new(Boilerplate::of(newest.chain(&stored)));
        let mut made = self
            .by_source
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if made.len() >= SOURCES {
            made.clear();
        }
        let kept = Made {
            boilerplate: boilerplate.clone(),
            texts: arrivals.len() + stored.len(),
            since: 0,
        };
        made.insert(source, kept);
        Ok(boilerplate)
    }
}

/// The newest of our own texts.
async fn ours(database: &Database) -> Result<Vec<Text>, DatabaseError> {
    let mut records = database.statements().await?;
    records.sort_by_key(|record| std::cmp::Reverse(record.first_seen));
    let newest = records.into_iter().take(RECENT);
    Ok(newest
        .map(|record| Text {
            html: record.read.statement.body.html,
            ..Text::default()
        })
        .collect())
}
