//! Notices that feeds.toml has changed, whether it was renamed over or written in place.
//!
//! The file is looked at, not watched: notifications miss ConfigMap swaps, bind mounts and network
//! file systems, and the contract allows two seconds.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Between two looks. A change is in force after two looks at the most.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What feeds.toml was when it was last taken.
#[derive(Debug)]
pub(super) struct Edited {
    path: PathBuf,
    taken: Option<blake3::Hash>,
    /// What the last look saw: a change counts once it stands still between two looks, so that a
    /// half-written file is not read.
    seen: Option<blake3::Hash>,
}

impl Edited {
    /// The file as it stands is the one that was taken.
    pub(super) fn of(path: &Path) -> Edited {
        let taken = digest(path);
        Edited {
            path: path.to_owned(),
            taken,
            seen: taken,
        }
    }

    /// Whether other bytes stand in the file, and stood there at the last look too. Says so once.
    pub(super) fn look(&mut self) -> bool {
        let now = digest(&self.path);
        let still = now == self.seen;
        self.seen = now;
        // A file that can't be read (being swapped, perhaps) is not a change.
        if now.is_none() || !still || now == self.taken {
            return false;
        }
        self.taken = now;
        true
    }
}

fn digest(path: &Path) -> Option<blake3::Hash> {
    std::fs::read(path).ok().map(|bytes| blake3::hash(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn change_counts_once_and_only_when_it_stands_still() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, "a").unwrap();
        let mut edited = Edited::of(&path);
        assert!(!edited.look());
        std::fs::write(&path, "ab").unwrap();
        assert!(!edited.look(), "seen for the first time: may be half of it");
        std::fs::write(&path, "abc").unwrap();
        assert!(!edited.look());
        assert!(edited.look());
        assert!(!edited.look());
    }

    #[test]
    fn renamed_over_counts_and_vanished_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, "a").unwrap();
        let mut edited = Edited::of(&path);
        std::fs::remove_file(&path).unwrap();
        assert!(!edited.look() && !edited.look());
        let other = folder.path().join("other");
        std::fs::write(&other, "b").unwrap();
        std::fs::rename(&other, &path).unwrap();
        assert!(!edited.look());
        assert!(edited.look());
    }
}
