//! Feeds, prepared once and answered from memory.
//!
//! A feed is rendered when it is asked for and something in it has changed since, at most once a
//! second; it is compressed once in each coding that somebody takes. Every request after that is a
//! lookup and bytes. What was not asked for lately gives way when the memory is full.

use super::coding::Coding;
use crate::config::Config;
use crate::database::Database;
use crate::domain::Moment;
use crate::domain::release::Serial;
use crate::domain::scope::Scope;
use crate::publish::{self, Form, PublishError};
use bytes::Bytes;
use std::collections::HashMap;
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
    plain: Bytes,
    coded: [OnceCell<Bytes>; 3],
    /// The newest serial at which these bytes were found to hold.
    holds_at: AtomicI64,
    rendered: Instant,
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

    /// Memory that it takes.
    fn size_bytes(&self) -> usize {
        self.plain.len()
            + self
                .coded
                .iter()
                .filter_map(OnceCell::get)
                .map(Bytes::len)
                .sum::<usize>()
    }
}

#[derive(Debug, Default)]
struct Slot {
    prepared: Mutex<Option<Arc<Prepared>>>,
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
        let prepared = match self.render(key, db, config, now, newest).await {
            Ok(prepared) => Arc::new(prepared),
            Err(error) => {
                // A scope that does not exist must not take memory.
                self.slots
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .remove(key);
                return Err(error);
            }
        };
        *slot.prepared.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&prepared));
        self.make_room();
        Ok(prepared)
    }

    async fn render(
        &self,
        key: &FeedKey,
        db: &Database,
        config: &Config,
        now: Moment,
        newest: i64,
    ) -> Result<Prepared, PublishError> {
        let rendered = publish::feed(db, config, &key.scope, key.form, &key.langs, now).await?;
        let digest = blake3::hash(&rendered.bytes).to_hex()[..24].to_owned();
        Ok(Prepared {
            media_type: rendered.media_type,
            changed: rendered.changed,
            digest,
            plain: Bytes::from(rendered.bytes),
            coded: Default::default(),
            holds_at: AtomicI64::new(newest),
            rendered: Instant::now(),
        })
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
                let size = slot.get().map_or(0, |prepared| prepared.size_bytes());
                (slot.used.load(Ordering::Relaxed), size, key.clone())
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
