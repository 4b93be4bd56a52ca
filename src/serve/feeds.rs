//! Feeds, prepared once and answered from memory.
//!
//! A feed is rendered when it is asked for and something in it has changed since, at most once a
//! second; it is compressed once in each coding that somebody takes. Every request after that is a
//! lookup and bytes. What was not asked for lately gives way when the memory is full.
//!
//! Of the versions before the present one it is remembered what they held, under their validator, so
//! that a reader who has one can be sent what is new and changed alone (RFC 3229).

use super::coding::Coding;
use crate::config::Config;
use crate::database::Database;
use crate::domain::Moment;
use crate::domain::release::Serial;
use crate::domain::scope::Scope;
use crate::publish::{self, Edition, Form, Holding, PublishError};
use bytes::Bytes;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// Bytes of prepared feeds that are kept.
const KEPT_BYTES: usize = 32 << 20;
/// Feeds that are kept; saved searches are as many as strangers invent.
const KEPT_FEEDS: usize = 4096;
/// A feed that changes all the time is rendered no more often than this.
const RENDER_EVERY: Duration = Duration::from_secs(1);
/// Earlier versions of a feed that are remembered: readers that ask every half hour are served from
/// the memory of a feed that changes every few minutes.
const PAST: usize = 8;

/// Which feed: one document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FeedKey {
    /// Which releases.
    pub scope: Scope,
    /// In which format.
    pub form: Form,
    /// Preferred languages, primary subtags, best first; empty: every version.
    pub langs: Vec<String>,
}

/// One feed document, ready to be sent.
#[derive(Debug)]
pub struct Prepared {
    media_type: &'static str,
    /// When these bytes came to be, by the database's memory.
    pub changed: Moment,
    digest: String,
    body: Coded,
    holding: Holding,
    /// By the digest of an earlier version: what is new and changed since.
    changes: Mutex<Vec<(String, Arc<Coded>)>>,
    /// The newest serial at which these bytes were found to hold.
    holds_at: AtomicI64,
    rendered: Instant,
}

/// What is new and changed in a feed since a version that the client has.
#[derive(Debug)]
pub struct Changes {
    /// The version's validator as the client sent it, in quotes.
    pub since: String,
    /// A whole document of the feed's form.
    pub body: Arc<Coded>,
}

/// Bytes, compressed once in each coding that somebody takes.
#[derive(Debug)]
pub struct Coded {
    plain: Bytes,
    coded: [OnceCell<Bytes>; 3],
}

impl Prepared {
    /// `Content-Type`.
    pub fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// Strong validator of the bytes in `coding`, in quotes.
    pub fn etag(&self, coding: Coding) -> String {
        format!("\"{}{}\"", self.digest, coding.mark())
    }

    /// Whether one of `tags` (in quotes) is this version's in any coding, or `*`.
    pub fn is_among(&self, tags: &[&str]) -> bool {
        let mut tags = tags.iter();
        tags.any(|tag| *tag == "*" || digest_of(tag) == self.digest)
    }

    /// The document.
    pub fn body(&self) -> &Coded {
        &self.body
    }

    fn of(edition: Edition, holds_at: i64) -> Prepared {
        Prepared {
            media_type: edition.rendered.media_type,
            changed: edition.rendered.changed,
            digest: blake3::hash(&edition.rendered.bytes).to_hex()[..24].to_owned(),
            body: Coded::of(edition.rendered.bytes),
            holding: edition.holding,
            changes: Mutex::default(),
            holds_at: AtomicI64::new(holds_at),
            rendered: Instant::now(),
        }
    }

    fn changes_since(&self, digest: &str) -> Option<Arc<Coded>> {
        let changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let known = changes.iter().find(|(since, _)| since == digest);
        known.map(|(_, body)| Arc::clone(body))
    }

    fn keep_changes(&self, digest: &str, body: Vec<u8>) -> Arc<Coded> {
        let body = Arc::new(Coded::of(body));
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        changes.push((digest.to_owned(), Arc::clone(&body)));
        body
    }

    /// Memory that it takes.
    fn size_bytes(&self) -> usize {
        let changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = changes.iter().map(|(_, body)| body.size_bytes());
        self.body.size_bytes() + self.holding.size_bytes() + changes.sum::<usize>()
    }
}

impl Coded {
    fn of(plain: Vec<u8>) -> Coded {
        Coded {
            plain: Bytes::from(plain),
            coded: Default::default(),
        }
    }

    /// The bytes in `coding`; compressed once, on a thread that may block.
    ///
    /// # Errors
    /// Where the compressor fails, in words.
    pub async fn bytes(&self, coding: Coding) -> std::io::Result<Bytes> {
        let at = match coding {
            Coding::Identity => return Ok(self.plain.clone()),
            Coding::Gzip => 0,
            Coding::Brotli => 1,
            Coding::Zstd => 2,
        };
        let plain = self.plain.clone();
        let encode = async move {
            tokio::task::spawn_blocking(move || coding.encode(&plain))
                .await
                .map_err(std::io::Error::other)?
        };
        self.coded[at].get_or_try_init(|| encode).await.cloned()
    }

    fn size_bytes(&self) -> usize {
        let coded = self.coded.iter().filter_map(OnceCell::get).map(Bytes::len);
        self.plain.len() + coded.sum::<usize>()
    }
}

#[derive(Debug, Default)]
struct Slot {
    prepared: Mutex<Option<Arc<Prepared>>>,
    /// Versions before that one by their digest, the latest first.
    past: Mutex<VecDeque<(String, Holding)>>,
    rendering: tokio::sync::Mutex<()>,
    used: AtomicU64,
}

impl Slot {
    fn get(&self) -> Option<Arc<Prepared>> {
        self.prepared
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Puts a new version in force; what it takes the place of is remembered.
    fn put(&self, prepared: Prepared) -> Arc<Prepared> {
        let prepared = Arc::new(prepared);
        let mut present = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        let before = present.replace(Arc::clone(&prepared));
        drop(present);
        if let Some(before) = before.filter(|before| before.digest != prepared.digest) {
            let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
            past.retain(|(digest, _)| *digest != before.digest);
            past.push_front((before.digest.clone(), before.holding.clone()));
            past.truncate(PAST);
        }
        prepared
    }

    /// What the version with this digest held.
    fn held(&self, digest: &str) -> Option<Holding> {
        let past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        let known = past.iter().find(|(known, _)| known == digest);
        known.map(|(_, holding)| holding.clone())
    }

    /// Memory that it takes.
    fn size_bytes(&self) -> usize {
        let past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        let past: usize = past.iter().map(|(_, holding)| holding.size_bytes()).sum();
        past + self.get().map_or(0, |prepared| prepared.size_bytes())
    }
}

/// The feeds in memory.
#[derive(Debug, Default)]
pub struct Feeds {
    slots: Mutex<HashMap<FeedKey, Arc<Slot>>>,
    /// The database's newest serial, as far as we were told.
    newest: AtomicI64,
    clock: AtomicU64,
}

impl Feeds {
    /// Tells the newest serial: feeds prepared before it are looked at again when they are asked for.
    pub fn serial_is(&self, serial: Serial) {
        self.newest.store(serial.0, Ordering::Release);
    }

    /// Forgets every feed: what they are made from besides releases (feeds.toml) has changed.
    pub fn forget(&self) {
        self.slots
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// The feed as it stands, from memory where it still holds.
    ///
    /// # Errors
    /// [`PublishError`]; `Unknown` where no such scope exists.
    pub async fn get(
        &self,
        key: &FeedKey,
        db: &Database,
        config: &Config,
        now: Moment,
    ) -> Result<Arc<Prepared>, PublishError> {
        let slot = self.slot(key);
        let newest = self.newest.load(Ordering::Acquire);
        if let Some(prepared) = slot
            .get()
            .filter(|prepared| prepared.holds_at.load(Ordering::Acquire) >= newest)
        {
            return Ok(prepared);
        }
        let _one_at_a_time = slot.rendering.lock().await;
        if let Some(prepared) = slot.get() {
            if prepared.holds_at.load(Ordering::Acquire) >= newest
                || prepared.rendered.elapsed() < RENDER_EVERY
            {
                return Ok(prepared);
            }
            if db.scope_serial(&key.scope).await?.0 <= prepared.holds_at.load(Ordering::Acquire) {
                prepared.holds_at.store(newest, Ordering::Release);
                return Ok(prepared);
            }
        }
        let edition =
            publish::edition(db, config, &key.scope, key.form, &key.langs, None, now).await;
        let edition = match edition {
            Ok(edition) => edition,
            Err(error) => {
                // A scope that does not exist must not take memory.
                self.slots
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .remove(key);
                return Err(error);
            }
        };
        let prepared = slot.put(Prepared::of(edition, newest));
        self.make_room();
        Ok(prepared)
    }

    /// What is new and changed since the first version among `tags` (an `If-None-Match`, in quotes)
    /// that is remembered, with the version it leads to: `prepared`, or one that is newer by now.
    /// None where none is remembered.
    ///
    /// # Errors
    /// Those of [`Feeds::get`].
    pub async fn changes(
        &self,
        key: &FeedKey,
        prepared: &Arc<Prepared>,
        tags: &[&str],
        db: &Database,
        config: &Config,
        now: Moment,
    ) -> Result<Option<(Arc<Prepared>, Changes)>, PublishError> {
        let slot = self.slot(key);
        let mut known = tags.iter().map(|tag| (*tag, digest_of(tag)));
        let Some((tag, digest, holding)) =
            known.find_map(|(tag, digest)| Some((tag, digest, slot.held(digest)?)))
        else {
            return Ok(None);
        };
        let changes = |body| Changes {
            since: tag.to_owned(),
            body,
        };
        if let Some(body) = prepared.changes_since(digest) {
            return Ok(Some((Arc::clone(prepared), changes(body))));
        }
        let _one_at_a_time = slot.rendering.lock().await;
        let mut present = slot.get().unwrap_or_else(|| Arc::clone(prepared));
        if let Some(body) = present.changes_since(digest) {
            return Ok(Some((present, changes(body))));
        }
        let newest = self.newest.load(Ordering::Acquire);
        let langs = &key.langs;
        let mut edition =
            publish::edition(db, config, &key.scope, key.form, langs, Some(&holding), now).await?;
        let body = edition.changes.take().unwrap_or_default();
        let latest = Prepared::of(edition, newest);
        if latest.digest != present.digest {
            present = slot.put(latest);
        }
        let body = present.keep_changes(digest, body);
        self.make_room();
        Ok(Some((present, changes(body))))
    }

    fn slot(&self, key: &FeedKey) -> Arc<Slot> {
        let tick = self.clock.fetch_add(1, Ordering::Relaxed);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = match slots.get(key) {
            Some(slot) => Arc::clone(slot),
            None => Arc::clone(slots.entry(key.clone()).or_default()),
        };
        slot.used.store(tick, Ordering::Relaxed);
        slot
    }

    /// Lets feeds go that were not asked for lately, until what is kept fits.
    fn make_room(&self) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut by_use: Vec<(u64, usize, FeedKey)> = slots
            .iter()
            .map(|(key, slot)| {
                (
                    slot.used.load(Ordering::Relaxed),
                    slot.size_bytes(),
                    key.clone(),
                )
            })
            .collect();
        let mut bytes: usize = by_use.iter().map(|(_, size, _)| size).sum();
        if bytes <= KEPT_BYTES && by_use.len() <= KEPT_FEEDS {
            return;
        }
        by_use.sort_unstable_by_key(|(used, ..)| *used);
        let mut count = by_use.len();
        // The newest stays whatever its size: it is about to be sent.
        for (_, size, key) in by_use.iter().take(by_use.len().saturating_sub(1)) {
            if bytes <= KEPT_BYTES && count <= KEPT_FEEDS {
                break;
            }
            slots.remove(key);
            bytes -= size;
            count -= 1;
        }
    }
}

/// What the validators of a version have in common, whatever the coding: see [`Prepared::etag`].
fn digest_of(tag: &str) -> &str {
    let tag = tag.trim_matches('"');
    tag.split_once('-').map_or(tag, |(digest, _)| digest)
}
