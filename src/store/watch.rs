//! When to look at the store: a hint from the system, an embargo that ends, and every 30 seconds anyway.
//!
//! `notify` is a hint and nothing more: it misses files in folders that are made while it looks,
//! ConfigMap swaps, network and overlay mounts; on overflow it says so without a path. So every hint
//! is answered by a look at everything, and a second one a moment later.

use super::folder;
use crate::config::Config;
use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Without any hint.
const RESCAN: Duration = Duration::from_secs(30);
/// An editor's write, rename and chmod come within this.
const QUIET: Duration = Duration::from_millis(150);
/// A stream of hints (a checkout of thousands of files) puts a look off for so long at most.
const PATIENCE: Duration = Duration::from_millis(700);
/// After a look that a hint asked for: what came into a folder before it was watched gave none.
const ONCE_MORE: Duration = Duration::from_millis(800);

/// Calls `look` whenever it is time to, until `shutdown`. `look` gives how long it may take at most
/// until the next one (an embargo ends, a file was being written); None: no matter.
pub async fn watch<L, F>(config: &Config, mut look: L, shutdown: CancellationToken)
where
    L: FnMut() -> F,
    F: Future<Output = Option<Duration>>,
{
    let root = folder(config);
    let (tell, mut hints) = mpsc::channel::<()>(1);
    let mut eye = Eye::new(root, tell);
    let mut next = RESCAN;
    loop {
        eye.open().await;
        let hinted = tokio::select! {
            () = shutdown.cancelled() => return,
            hint = hints.recv() => hint.is_some(),
            () = tokio::time::sleep(next) => false,
        };
        if hinted {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = until_quiet(&mut hints) => {}
            }
        }
        let wanted = look().await;
        let calm = if hinted { ONCE_MORE } else { RESCAN };
        next = wanted.unwrap_or(calm).min(calm);
    }
}

/// Returns when no hint came for a moment, or patience is at its end.
async fn until_quiet(hints: &mut mpsc::Receiver<()>) {
    let end = Instant::now() + PATIENCE;
    loop {
        tokio::select! {
            () = tokio::time::sleep(QUIET) => return,
            () = tokio::time::sleep_until(end) => return,
            hint = hints.recv() => if hint.is_none() { return },
        }
    }
}

/// The watch on the folder, opened again when another folder stands in its place.
struct Eye {
    root: PathBuf,
    tell: mpsc::Sender<()>,
    watcher: Option<RecommendedWatcher>,
    watched: Option<(u64, u64)>,
    complained: bool,
}

impl Eye {
    fn new(root: PathBuf, tell: mpsc::Sender<()>) -> Eye {
        Eye {
            root,
            tell,
            watcher: None,
            watched: None,
            complained: false,
        }
    }

    /// Watches the folder that is there now; without one, or without a watch, rescans must do.
    async fn open(&mut self) {
        let root = self.root.clone();
        let there = identity(&root).await;
        if there == self.watched && (there.is_none() || self.watcher.is_some()) {
            return;
        }
        self.watcher = None;
        self.watched = there;
        if there.is_none() {
            return;
        }
        let tell = self.tell.clone();
        // Walks the whole tree.
        let opened = tokio::task::spawn_blocking(move || watcher(&root, tell)).await;
        match opened {
            Ok(Ok(watcher)) => {
                self.watcher = Some(watcher);
                // What changed between the last look and this moment gave no hint.
                let _ = self.tell.try_send(());
            }
            Ok(Err(cause)) if !self.complained => {
                self.complained = true;
                tracing::warn!(
                    folder = %self.root.display(),
                    "statements can't be watched, they are read every {} s: {cause}",
                    RESCAN.as_secs()
                );
            }
            _ => {}
        }
    }
}

/// Which folder stands there, by device and inode.
async fn identity(root: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let metadata = tokio::fs::metadata(root).await.ok()?;
    Some((metadata.dev(), metadata.ino()))
}

fn watcher(root: &Path, tell: mpsc::Sender<()>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // An error may be an overflow: look at everything. That the channel is full means that a
        // look is due anyway.
        let tells = event.map_or(true, |event| is_change(&event));
        if tells {
            let _ = tell.try_send(());
        }
    })?;
    watcher.watch(root, RecursiveMode::Recursive)?;
    Ok(watcher)
}

/// Reading, which we do ourselves, is no change.
fn is_change(event: &notify::Event) -> bool {
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => event.need_rescan(),
        _ => true,
    }
}
