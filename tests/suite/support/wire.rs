//! A daemon in this process, on port 0, with a folder and a clock of its own.

use super::asked::{Answered, ask};
use presswire::clock::Clock;
use presswire::config;
use presswire::daemon::{Daemon, Options};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// A daemon under test. Its folder goes with it.
pub struct Wire {
    /// The daemon.
    pub daemon: Daemon,
    /// Holds feeds.toml and store/.
    pub folder: Arc<TempDir>,
    /// Stands still until a test sets it.
    pub clock: Clock,
}

/// A folder with `feeds.toml` (port 0 is added) and these statements (name, text).
pub fn folder(feeds: &str, statements: &[(&str, &str)]) -> Arc<TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store/statements");
    std::fs::create_dir_all(&store).unwrap();
    for (name, text) in statements {
        let path = store.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    std::fs::write(folder.path().join("feeds.toml"), feeds).unwrap();
    Arc::new(folder)
}

/// The head of a feeds.toml for tests: port 0, loopback allowed, no waiting between requests.
pub const HEAD: &str = r#"
[wire]
title = "Trial wire"
url = "https://wire.example/"
language = "en"
[server]
listen = "127.0.0.1:0"
[poll]
allow_private_networks = true
host_delay = "0s"
min_every = "0s"
"#;

impl Wire {
    /// Starts one that does not poll.
    pub async fn serving(feeds: &str, statements: &[(&str, &str)]) -> Wire {
        Wire::start(folder(feeds, statements), Options { poll: false }, now()).await
    }

    /// Starts one on a folder that stands.
    pub async fn start(folder: Arc<TempDir>, options: Options, clock: Clock) -> Wire {
        let path: PathBuf = folder.path().join("feeds.toml");
        let load = move || config::load(&path, &|_| None);
        let (config, _) = load().unwrap_or_else(|errors| panic!("{errors}"));
        let daemon = Daemon::start(config, Arc::new(load), options, clock.clone())
            .await
            .unwrap();
        Wire {
            daemon,
            folder,
            clock,
        }
    }

    /// GET with these headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answered {
        ask(self.daemon.listening, "GET", path, headers).await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answered {
        self.get_with(path, &[]).await
    }

    /// Asks until `holds`, at most 10 s: for what the daemon does in its own time.
    pub async fn until(&self, path: &str, holds: impl Fn(&Answered) -> bool) -> Answered {
        for _ in 0..200 {
            let answered = self.get(path).await;
            if holds(&answered) {
                return answered;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let answered = self.get(path).await;
        panic!(
            "{path} did not become what was waited for: {} {}",
            answered.status,
            answered.text()
        );
    }
}

/// A clock that stands at noon of 2 March 2026, UTC.
pub fn now() -> Clock {
    Clock::fixed("2026-03-02T12:00:00Z".parse().unwrap())
}
