//! What is at hand while the arrivals of one write are placed: what was read for them, and those of them
//! that have their place already.

use super::Arrival;
use super::found::{Found, judge};
use super::place::Placer;
use super::ready::Ready;
use crate::database::{Database, DatabaseError, OtherText, Place};
use crate::domain::decision::TextName;
use crate::domain::likeness::{Bond, Key};
use crate::domain::release::ReleaseNumber;
use crate::domain::source::SourceNumber;
use std::collections::HashMap;
use std::sync::Arc;

/// What was read for the arrivals of one write: the entries of a series, or of one who says the same
/// under every text, are all compared with the same few.
#[derive(Default)]
pub(super) struct AtHand {
    /// What releases show, made ready to be compared. None: it does not stand for itself.
    shown: HashMap<ReleaseNumber, Option<Compared>>,
    /// What they would show without the entries of one source.
    beside: HashMap<(ReleaseNumber, SourceNumber), Arc<[OtherText]>>,
    size_bytes: usize,
}

/// A release as arrivals are compared with it.
#[derive(Clone)]
pub(super) struct Compared {
    pub(super) release: ReleaseNumber,
    pub(super) text: Arc<Ready>,
    /// A statement of ours is in it.
    pub(super) is_ours: bool,
}

/// Markup of texts that are at hand, at most; made ready they take some six times as much.
const AT_HAND_BYTES: usize = 1024 * 1024;

impl AtHand {
    /// Those of `releases` that stand for themselves, in the same order.
    pub(super) async fn shown(
        &mut self,
        placer: &Placer<'_>,
        releases: &[ReleaseNumber],
    ) -> Result<Vec<Compared>, DatabaseError> {
        self.make_room();
        let unknown = releases.iter().filter(|it| !self.shown.contains_key(it));
        let unknown: Vec<ReleaseNumber> = unknown.copied().collect();
        let mut texts = placer.database.shown_texts(&unknown).await?;
        for release in unknown {
            let compared = match texts.remove(&release) {
                None => None,
                Some((text, statement)) => {
                    self.size_bytes += text.html.len();
                    Some(Compared {
                        release,
                        text: Arc::new(placer.prepared(text).await?),
                        is_ours: statement.is_some(),
                    })
                }
            };
            self.shown.insert(release, compared);
        }
        let known = releases.iter().filter_map(|it| self.shown.get(it));
        Ok(known.flatten().cloned().collect())
    }

    /// What a release would show without the entries of `source`: [`Database::texts_beside`].
    pub(super) async fn beside(
        &mut self,
        database: &Database,
        release: ReleaseNumber,
        source: SourceNumber,
    ) -> Result<Arc<[OtherText]>, DatabaseError> {
        self.make_room();
        if let Some(known) = self.beside.get(&(release, source)) {
            return Ok(Arc::clone(known));
        }
        let texts: Arc<[OtherText]> = database.texts_beside(release, source).await?.into();
        self.size_bytes += texts.iter().map(|it| it.text.html.len()).sum::<usize>();
        self.beside.insert((release, source), Arc::clone(&texts));
        Ok(texts)
    }

    fn make_room(&mut self) {
        if self.size_bytes > AT_HAND_BYTES {
            *self = AtHand::default();
        }
    }
}

/// The arrivals of this write that were placed already, to be found by key.
#[derive(Default)]
pub(super) struct Batch {
    placed: Vec<Arc<Ready>>,
    by_key: HashMap<Key, Vec<usize>>,
    /// Where texts went that an editor's word may be about.
    pub(super) by_name: HashMap<TextName, Place>,
}

/// Arrivals of one write that an arrival is compared with, at most.
const COMPARED: usize = 12;

/// A key that so many arrivals of a write share says nothing.
const CROWDED: usize = 60;

impl Batch {
    pub(super) fn add(
        &mut self,
        arrival: &Arrival,
        keys: &[Key],
        prepared: Arc<Ready>,
        place: Place,
    ) {
        let went = match (place, arrival.known) {
            (Place::Found, _) => Place::With(self.placed.len()),
            (Place::Stay, Some(release)) => Place::Join(release),
            (place, _) => place,
        };
        self.by_name.insert(arrival.name.clone(), went);
        // What joined is found through the release that it joined, or through its founder.
        if place == Place::Found {
            for key in keys {
                self.by_key.entry(*key).or_default().push(self.placed.len());
            }
        }
        self.placed.push(prepared);
    }

    /// Compares with the founders among them that share most keys.
    pub(super) fn look_through(&self, keys: &[Key], arrival: &Ready, found: &mut Found) {
        let mut shared: HashMap<usize, u32> = HashMap::new();
        for key in keys {
            let founders = self
                .by_key
                .get(key)
                .filter(|founders| founders.len() <= CROWDED);
            for founder in founders.into_iter().flatten() {
                *shared.entry(*founder).or_default() += key.kind.weight();
            }
        }
        let mut ranked: Vec<(usize, u32)> = shared.into_iter().collect();
        ranked.sort_unstable_by_key(|&(founder, shared)| (std::cmp::Reverse(shared), founder));
        for (founder, _) in ranked.into_iter().take(COMPARED) {
            let text = &self.placed[founder];
            let judged = judge(text, arrival, Bond::None);
            let ours = text.text.source.is_none();
            found.note(arrival, Place::With(founder), ours, judged, text);
        }
    }
}
