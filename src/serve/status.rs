//! Whether the daemon can serve, and what an operator should know about it.

use arc_swap::ArcSwapOption;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const STARTING: u8 = 0;
const READY: u8 = 1;
const STOPPING: u8 = 2;

/// Set by the daemon, told by `/readyz`.
#[derive(Debug, Default)]
pub struct Status {
    phase: AtomicU8,
    /// Why the last change of feeds.toml was refused, secrets masked.
    refused: ArcSwapOption<String>,
}

impl Status {
    /// Statements are read, feeds can be served.
    pub fn set_ready(&self) {
        self.phase.store(READY, Ordering::Release);
    }

    /// The stop has begun.
    pub fn set_stopping(&self) {
        self.phase.store(STOPPING, Ordering::Release);
    }

    /// Whether `/readyz` says 200; else why not.
    ///
    /// # Errors
    /// The phase in a word.
    pub fn ready(&self) -> Result<(), &'static str> {
        match self.phase.load(Ordering::Acquire) {
            READY => Ok(()),
            STARTING => Err("starting"),
            _ => Err("stopping"),
        }
    }

    /// feeds.toml was taken (None) or refused, and why.
    pub fn reloaded(&self, refused: Option<String>) {
        self.refused.store(refused.map(Arc::new));
    }

    /// Why the last change of feeds.toml was refused.
    pub fn refused(&self) -> Option<Arc<String>> {
        self.refused.load_full()
    }
}
