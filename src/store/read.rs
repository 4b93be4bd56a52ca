//! The files under `store/statements/`: which of them are statements, and their text.
//!
//! Whoever can write there is trusted with words, not with the machine: nothing outside the folder
//! is read, nothing that blocks (FIFO, socket, device) is opened, nothing is read beyond its cap.
//! What a file says is none of this module's business.

use super::problem::Problem;
use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A statement's file is at most this large: a novel is 1 MB.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;
/// Folders within folders, at most.
const MAX_DEPTH: usize = 32;
/// Names in all folders together, at most: what is beyond is reported, not read.
const MAX_NAMES: usize = 200_000;

/// A file that is a statement by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Relative to the statements' folder, with `/`.
    pub(super) path: String,
    /// As it is opened and shown.
    pub(super) file: PathBuf,
}

/// What is in the statements' folder.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// By path.
    pub(super) files: Vec<Found>,
    /// What was passed over, and why.
    pub(super) problems: Vec<Problem>,
    /// A folder could not be read whole: what is missing in `files` may be there.
    pub(super) partial: bool,
}

/// Lists the statements under `root`, by path. A root that is not there is a problem, not an error.
pub(super) fn list(root: &Path) -> Listing {
    let mut listing = Listing::default();
    let canonical = match root.canonicalize() {
        Ok(canonical) if canonical.is_dir() => canonical,
        Ok(_) => {
            listing.refuse(root, "this is not a folder", "statements are files in it");
            return listing;
        }
        Err(cause) => {
            listing.partial = true;
            listing.warn(
                root,
                format!("the folder of statements can't be read: {}", plain(&cause)),
                "create it, or set [store] path; what was published stays served",
            );
            return listing;
        }
    };
    let mut names = 0;
    descend(root, &canonical, "", 0, &mut names, &mut listing);
    listing.files.sort_by(|a, b| a.path.cmp(&b.path));
    listing
}

impl Listing {
    fn warn(&mut self, path: &Path, message: impl Into<String>, remedy: &str) {
        let mut problem = Problem::warning(message, remedy);
        problem.path = path.to_owned();
        self.problems.push(problem);
    }

    fn refuse(&mut self, path: &Path, message: impl Into<String>, remedy: &str) {
        let mut problem = Problem::error(message, remedy);
        problem.path = path.to_owned();
        self.problems.push(problem);
    }
}

fn descend(
    folder: &Path,
    root: &Path,
    prefix: &str,
    depth: usize,
    names: &mut usize,
    into: &mut Listing,
) {
    if depth > MAX_DEPTH {
        into.warn(
            folder,
            format!("more than {MAX_DEPTH} folders deep: not read"),
            "move it up",
        );
        return;
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(cause) => {
            into.partial = true;
            into.refuse(
                folder,
                format!("the folder can't be read: {}", plain(&cause)),
                "let the user that presswire runs as read it",
            );
            return;
        }
    };
    for entry in entries {
        *names += 1;
        if *names > MAX_NAMES {
            if *names == MAX_NAMES + 1 {
                into.partial = true;
                into.refuse(
                    folder,
                    format!("more than {MAX_NAMES} names in all: the rest is not read"),
                    "keep only statements here",
                );
            }
            return;
        }
        let Ok(entry) = entry else {
            into.partial = true;
            continue;
        };
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
            into.warn(
                &entry.path(),
                "the file's name is not UTF-8: not read",
                "rename it",
            );
            continue;
        };
        let path = format!("{prefix}{name}");
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                if !name.starts_with('.') {
                    if is_statement_name(&name) {
                        into.warn(
                            &entry.path(),
                            "a folder that is called like a statement: what is in it is read, itself is none",
                            "rename it, or make it a file",
                        );
                    }
                    let inner = format!("{path}/");
                    descend(&entry.path(), root, &inner, depth + 1, names, into);
                }
            }
            Ok(kind) => note_file(&entry.path(), path, &name, kind, root, into),
            Err(_) => into.partial = true,
        }
    }
}

/// Takes a name that is not a folder into the listing, or says why not.
fn note_file(
    file: &Path,
    path: String,
    name: &str,
    kind: fs::FileType,
    root: &Path,
    into: &mut Listing,
) {
    if !is_statement_name(name) {
        return;
    }
    if is_conflict_copy(name) {
        into.warn(
            file,
            "a synchroniser's conflict copy: not read",
            "merge it into the statement, then delete it",
        );
        return;
    }
    if kind.is_file() {
        into.files.push(Found {
            path,
            file: file.to_owned(),
        });
    } else if kind.is_symlink() {
        // A ConfigMap's files are links to files beside them: followed as long as they stay inside.
        match file.canonicalize() {
            Ok(target) if !target.starts_with(root) => into.warn(
                file,
                "a link that leads out of the folder of statements: not followed",
                "copy the file here",
            ),
            Ok(target) if target.is_file() => into.files.push(Found { path, file: target }),
            Ok(_) => into.warn(file, "a link to something that is no file: not read", ""),
            Err(_) => into.warn(file, "a link that leads nowhere: not read", "delete it"),
        }
    } else {
        into.warn(
            file,
            "no plain file (a FIFO, a socket, a device): not read",
            "delete it",
        );
    }
}

/// `*.md`, `*.markdown`, `*.txt`; dot files, editors' backups and lock files are none.
fn is_statement_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    let extension = lower.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("md" | "markdown" | "txt"))
        // `.#x.md` Emacs, `~$x.md` office suites, `#x.md` half an Emacs autosave.
        && !name.starts_with(['.', '~', '#'])
}

/// Names that Syncthing, Dropbox and Nextcloud give to the loser of two edits.
fn is_conflict_copy(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.contains(".sync-conflict-")
        || lower.contains("conflicted copy")
        || lower.contains("in konflikt stehende kopie")
}

/// A statement's bytes, and when the file system says they were written.
pub(super) struct Content {
    /// All of the file.
    pub(super) bytes: Vec<u8>,
    /// `mtime`; only ever used to tell a file that is still being written.
    pub(super) written: Option<SystemTime>,
}

/// Why there are no bytes.
pub(super) enum Unread {
    /// Refused, and why.
    Refused(Problem),
    /// It changed while it was read: to be read again in a moment.
    Moving,
}

/// Reads a listed file, whole or not at all.
pub(super) fn content(found: &Found) -> Result<Content, Unread> {
    let refused = |message: String, remedy: &str| {
        let mut problem = Problem::error(message, remedy);
        problem.path.clone_from(&found.file);
        Unread::Refused(problem)
    };
    let unreadable = |cause: std::io::Error| {
        refused(
            format!("can't be read: {}", plain(&cause)),
            "let the user that presswire runs as read it",
        )
    };
    // Not blocking on a FIFO, and not following a link, that took the file's place since it was listed.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOFOLLOW | libc::O_CLOEXEC)
        .open(&found.file)
        .map_err(unreadable)?;
    let before = file.metadata().map_err(unreadable)?;
    if !before.is_file() {
        return Err(refused("no plain file".to_owned(), "delete it"));
    }
    if before.len() > MAX_FILE_BYTES {
        return Err(refused(
            format!("larger than {} MB", MAX_FILE_BYTES / 1024 / 1024),
            "a statement is text; put pictures and documents beside it as files",
        ));
    }
    let mut bytes = Vec::with_capacity(before.len() as usize);
    (&file)
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    settled(&file, &before, bytes.len()).map_err(|moving| match moving {
        Some(cause) => unreadable(cause),
        None => Unread::Moving,
    })?;
    Ok(Content {
        bytes,
        written: before.modified().ok(),
    })
}

/// Whether the file is still what it was before it was read; `Err(None)`: it is being written.
fn settled(
    file: &File,
    before: &fs::Metadata,
    read_bytes: usize,
) -> Result<(), Option<std::io::Error>> {
    let after = file.metadata().map_err(Some)?;
    let same = after.len() == before.len()
        && after.len() == read_bytes as u64
        && after.modified().ok() == before.modified().ok();
    if same { Ok(()) } else { Err(None) }
}

/// The bytes as text: UTF-8, with or without BOM, lines ended by `\n`.
///
/// # Errors
/// Says with line and column what the bytes are instead, and how to save them as UTF-8.
pub(super) fn text(bytes: &[u8]) -> Result<String, Problem> {
    const REMEDY: &str = "save it as UTF-8 (in the editor: “Save as …”, encoding UTF-8)";
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(Problem::error("the file is UTF-16, not UTF-8", REMEDY).at(1, 1));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let place = |at: usize| {
        let line = bytes[..at].iter().filter(|&&b| b == b'\n').count() + 1;
        let start = bytes[..at]
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(0, |newline| newline + 1);
        let column = String::from_utf8_lossy(&bytes[start..at]).chars().count() + 1;
        (line, column)
    };
    if let Some(at) = memchr::memchr(0, bytes) {
        let (line, column) = place(at);
        let what = if bytes.len() >= 4 && bytes.iter().take(64).filter(|&&b| b == 0).count() > 8 {
            "the file is UTF-16 or UTF-32, not UTF-8"
        } else {
            "the file is not text: it holds a NUL"
        };
        return Err(Problem::error(what, REMEDY).at(line, column));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.replace("\r\n", "\n").replace('\r', "\n")),
        Err(cause) => {
            let at = cause.valid_up_to();
            let (line, column) = place(at);
            Err(Problem::error(
                format!(
                    "the byte 0x{:02X} is not UTF-8 (it may be {} in Latin-1 or Windows-1252)",
                    bytes[at],
                    latin(bytes[at])
                ),
                REMEDY,
            )
            .at(line, column))
        }
    }
}

/// What a byte means in Windows-1252, for a person who looks for it.
fn latin(byte: u8) -> String {
    let (text, _, _) = encoding_rs::WINDOWS_1252.decode(std::slice::from_ref(&byte));
    format!("“{text}”")
}

/// An IO error's words without the operating system's number.
fn plain(cause: &std::io::Error) -> String {
    let text = cause.to_string();
    match text.find(" (os error") {
        Some(at) => text[..at].to_lowercase(),
        None => text,
    }
}
