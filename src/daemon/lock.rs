//! The lock on the store: one daemon at a time keeps a wire.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// Held as long as it lives; the system frees it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct StoreLock {
    _file: File,
}

/// Why the store can't be taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum LockError {
    /// Another daemon has it.
    #[error(
        "the store {store} is in use by {holder}: stop that one first, or give this one a store of its own"
    )]
    Taken {
        /// The folder.
        store: String,
        /// "process 123".
        holder: String,
    },
    /// The file can't be made or locked.
    #[error("the store {store} can't be written: {why}")]
    Unusable {
        /// The folder.
        store: String,
        /// The system's word, with what to do where that is known.
        why: String,
    },
}

impl StoreLock {
    /// Takes `<store>/.lock`, making the folder where it is missing.
    ///
    /// # Errors
    /// [`LockError`].
    pub(super) fn take(store: &Path) -> Result<StoreLock, LockError> {
        let unusable = |error: std::io::Error| LockError::Unusable {
            store: store.display().to_string(),
            why: match error.kind() {
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                    format!("{error}; in a container, give the volume to user 65532")
                }
                _ => error.to_string(),
            },
        };
        std::fs::create_dir_all(store).map_err(unusable)?;
        let path = store.join(".lock");
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                // The holder wrote its number; where it can't be read, it is somebody all the same.
                let _ = Read::by_ref(&mut file).take(20).read_to_string(&mut pid);
                let pid = pid.trim();
                let holder = if pid.is_empty() {
                    "another process".to_owned()
                } else {
                    format!("process {pid}")
                };
                return Err(LockError::Taken {
                    store: store.display().to_string(),
                    holder,
                });
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        file.set_len(0).map_err(unusable)?;
        file.rewind().map_err(unusable)?;
        writeln!(file, "{}", std::process::id()).map_err(unusable)?;
        Ok(StoreLock { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_daemon_is_told_who_has_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let held = StoreLock::take(folder.path()).unwrap();
        let refused = StoreLock::take(folder.path()).unwrap_err().to_string();
        assert!(
            refused.contains(&format!("in use by process {}", std::process::id())),
            "{refused}"
        );
        drop(held);
        StoreLock::take(folder.path()).unwrap();
    }
}
