//! Edits of feeds.toml that keep every other byte of it: comments, order, line ends.

use super::model::{Config, Keep};
use super::topics::slug;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, value};

/// A source to be added.
#[derive(Clone, Debug)]
pub struct NewSource {
    /// `[a-z0-9-]{1,64}`, free.
    pub id: String,
    /// Its address.
    pub url: String,
    /// The operator's name for it.
    pub name: Option<String>,
    /// Written where it is not the default.
    pub keep: Keep,
}

/// Why feeds.toml was not edited.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It has its sources in a form to which none can be appended.
    #[error("{0} lists its sources as source = […]: add to that list by hand")]
    Inline(PathBuf),
    /// It can't be written; the text says what to add by hand.
    #[error("can't write {path}, add these lines to it:\n\n{lines}")]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// What was to be appended.
        lines: String,
        /// Why not.
        source: io::Error,
    },
    /// It can't be read.
    #[error("read {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl NewSource {
    /// The lines of its `[[source]]`.
    ///
    /// ```
    /// use presswire::config::{Keep, NewSource};
    /// let source = NewSource { id: "a".into(), url: "https://a.example/f".into(), name: None, keep: Keep::All };
    /// assert_eq!(source.lines(), "[[source]]\nid = \"a\"\nurl = \"https://a.example/f\"\nkeep = \"all\"\n");
    /// ```
    pub fn lines(&self) -> String {
        let mut lines = format!(
            "[[source]]\nid = {}\nurl = {}\n",
            value(&self.id),
            value(&self.url)
        );
        if let Some(name) = &self.name {
            lines.push_str(&format!("name = {}\n", value(name)));
        }
        if self.keep == Keep::All {
            lines.push_str("keep = \"all\"\n");
        }
        lines
    }
}

/// An id for a new source, from its name, else its host, that `config` does not have yet.
pub fn free_id(config: &Config, name: Option<&str>, host: &str) -> String {
    let of_name = name
        .map(|name| slug(name, 40))
        .filter(|slug| !slug.is_empty());
    let of_host = || slug(host.strip_prefix("www.").unwrap_or(host), 40);
    let base = match of_name.unwrap_or_else(of_host) {
        empty if empty.is_empty() => String::from("source"),
        base => base,
    };
    let taken = |id: &str| config.sources.iter().any(|source| source.id == id);
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    std::iter::once(base.clone())
        .chain(numbered)
        .find(|id| !taken(id))
        .unwrap_or(base)
}

/// Appends `source` to the feeds.toml at `path`.
///
/// # Errors
/// As [`EditError`] says; then the file is as it was.
pub fn append_source(path: &Path, source: &NewSource) -> Result<(), EditError> {
    // A link stays a link: what it points to is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let text = fs::read_to_string(&path).map_err(|source| EditError::Unreadable {
        path: path.clone(),
        source,
    })?;
    let document: Option<DocumentMut> = text.parse().ok();
    let sources = document
        .as_ref()
        .and_then(|document| document.get("source"));
    if sources.is_some_and(|sources| !sources.is_array_of_tables()) {
        return Err(EditError::Inline(path));
    }
    let appended = appended(&text, &source.lines());
    replace(&path, appended.as_bytes()).map_err(|cause| EditError::ReadOnly {
        path,
        lines: source.lines(),
        source: cause,
    })
}

/// `text`, a blank line, `lines`; with the line ends of `text`.
fn appended(text: &str, lines: &str) -> String {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut appended = text.to_owned();
    if !text.is_empty() {
        if !text.ends_with('\n') {
            appended.push_str(end);
        }
        appended.push_str(end);
    }
    appended.push_str(&lines.replace('\n', end));
    appended
}

/// Writes a neighbour and renames it over the file, so that no reader ever meets half of it. Where
/// that can't be (a single file mounted into a container: EBUSY; a folder that is read-only) it is
/// written in place.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let neighbour = folder.join(format!(".{name}.{}.new", std::process::id()));
    let renamed =
        write_neighbour(path, &neighbour, bytes).and_then(|()| fs::rename(&neighbour, path));
    match renamed {
        // The folder keeps the name: without this a power cut may bring the old file back.
        Ok(()) => File::open(folder).and_then(|folder| folder.sync_all()),
        Err(_) => {
            let _ = fs::remove_file(&neighbour);
            let mut file = OpenOptions::new().write(true).truncate(true).open(path)?;
            file.write_all(bytes)?;
            file.sync_all()
        }
    }
}

fn write_neighbour(path: &Path, neighbour: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(neighbour)?;
    file.set_permissions(fs::metadata(path)?.permissions())?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(id: &str) -> NewSource {
        NewSource {
            id: id.to_owned(),
            url: format!("https://{id}.example/feed?a=\"b\""),
            name: Some("Größte \\ Zeitung".to_owned()),
            keep: Keep::Related,
        }
    }

    #[test]
    fn appended_source_is_read_back_and_every_other_byte_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("feeds.toml");
        let before = "# mine\r\n[wire]\r\ntitle = \"x\" # the title";
        fs::write(&path, before).expect("written");
        append_source(&path, &source("one")).expect("appended");
        append_source(&path, &source("two")).expect("appended");
        let after = fs::read_to_string(&path).expect("read");
        assert!(after.starts_with(before) && !after.replace("\r\n", "").contains('\n'));
        let (config, _) = super::super::load(&path, &|_| None).expect("accepted");
        let ids: Vec<&str> = config
            .sources
            .iter()
            .map(|source| source.id.as_str())
            .collect();
        assert_eq!(ids, ["one", "two"]);
        assert_eq!(config.sources[0].name.as_deref(), Some("Größte \\ Zeitung"));
        assert_eq!(
            fs::read_dir(folder.path()).expect("listed").count(),
            1,
            "no neighbour is left"
        );
    }

    #[test]
    fn link_to_the_file_stays_a_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let real = folder.path().join("real.toml");
        let link = folder.path().join("feeds.toml");
        fs::write(&real, "[wire]\ntitle = \"x\"\n").expect("written");
        std::os::unix::fs::symlink(&real, &link).expect("linked");
        append_source(&link, &source("one")).expect("appended");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert!(
            fs::read_to_string(&real)
                .expect("read")
                .contains("[[source]]")
        );
    }

    #[test]
    fn sources_in_one_list_are_left_to_the_operator() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("feeds.toml");
        fs::write(
            &path,
            "source = [{ url = \"https://a.example/\" }]\n[wire]\ntitle = \"x\"\n",
        )
        .expect("written");
        let refused = append_source(&path, &source("one"));
        assert!(matches!(refused, Err(EditError::Inline(_))));
    }
}
