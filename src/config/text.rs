//! feeds.toml as bytes -> its text and its tree, or what is wrong with its TOML.
//!
//! toml's own error is never shown: it quotes the whole line, however long, with the secrets on it.

use super::fault::{Excerpt, Fault, Known, Severity, line_starts};
use super::mask;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Larger than any configuration: 30,000 sources take 4 MB.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// Faults that are kept and shown; the rest is counted.
const MAX_FAULTS: usize = 100;

/// The text of a configuration, and everything that was found wrong with it so far.
pub(super) struct Reading<'t> {
    path: &'t Path,
    text: &'t str,
    starts: Vec<usize>,
    secrets: Vec<Range<usize>>,
    /// Whether `secrets` are all there are: only where the text is TOML from end to end.
    whole: bool,
    faults: Vec<(usize, Fault)>,
    more: usize,
    refused: bool,
}

impl<'t> Reading<'t> {
    pub(super) fn new(path: &'t Path, text: &'t str) -> Reading<'t> {
        Reading {
            path,
            text,
            starts: line_starts(text),
            secrets: Vec::new(),
            whole: false,
            faults: Vec::new(),
            more: 0,
            refused: false,
        }
    }

    /// The tree of the text; None where it is no TOML: then each place at which it is not is a fault.
    pub(super) fn parse(&mut self) -> Option<Spanned<DeTable<'t>>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        collect_secrets(table.get_ref(), false, &mut self.secrets);
        self.secrets = mask::united(std::mem::take(&mut self.secrets));
        self.whole = errors.is_empty();
        let mut last_line = 0;
        for error in &errors {
            let at = error.span().unwrap_or(0..0);
            let line = self.line_of(at.start);
            // What follows on the same line is mostly a consequence.
            if line != last_line {
                let (message, remedy) = syntax(error.message());
                self.add(Severity::Error, &[(at, "")], message, remedy);
            }
            last_line = line;
        }
        errors.is_empty().then_some(table)
    }

    /// Refuses what stands at `at`.
    pub(super) fn refuse(&mut self, at: Range<usize>, refusal: Refusal) {
        self.add(
            Severity::Error,
            &[(at, "")],
            refusal.message,
            refusal.remedy,
        );
    }

    /// Refuses what stands at `at` because of what stands at `other`; each with a word on it.
    pub(super) fn refuse_both(
        &mut self,
        at: (Range<usize>, &str),
        other: (Range<usize>, &str),
        refusal: Refusal,
    ) {
        self.add(
            Severity::Error,
            &[at, other],
            refusal.message,
            refusal.remedy,
        );
    }

    /// Accepts what stands at `at`, but says what is odd.
    pub(super) fn warn(&mut self, at: Range<usize>, refusal: Refusal) {
        self.add(
            Severity::Warning,
            &[(at, "")],
            refusal.message,
            refusal.remedy,
        );
    }

    /// Refuses or warns of something that stands nowhere in the file.
    pub(super) fn without_place(&mut self, severity: Severity, in_file: bool, refusal: Refusal) {
        let path = in_file.then(|| self.path.to_owned());
        self.refused |= severity == Severity::Error;
        let fault = Fault::without_place(severity, path, refusal.message, refusal.remedy);
        self.faults.push((usize::MAX, fault));
    }

    /// What was found, in the file's order; whether the configuration is refused for it; and how
    /// many errors beyond those.
    pub(super) fn end(mut self) -> (Vec<Fault>, bool, usize) {
        self.faults.sort_by_key(|(at, _)| *at);
        let faults = self.faults.into_iter().map(|(_, fault)| fault).collect();
        (faults, self.refused, self.more)
    }

    /// The line, from 1, on which a byte of the text stands.
    pub(super) fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }

    fn known(&self) -> Known<'_> {
        match self.whole {
            true => Known::All(&self.secrets),
            false => Known::Some(&self.secrets),
        }
    }

    fn add(
        &mut self,
        severity: Severity,
        places: &[(Range<usize>, &str)],
        message: String,
        remedy: String,
    ) {
        self.refused |= severity == Severity::Error;
        if self.faults.len() >= MAX_FAULTS {
            self.more += usize::from(severity == Severity::Error);
            return;
        }
        let excerpts: Vec<Excerpt> = places
            .iter()
            .map(|(at, label)| {
                Excerpt::cut(
                    self.text,
                    &self.starts,
                    at,
                    self.known(),
                    (*label).to_owned(),
                )
            })
            .collect();
        let first = places.first().map_or(0, |(at, _)| at.start);
        self.faults.push((
            first,
            Fault::at(severity, self.path.to_owned(), message, remedy, excerpts),
        ));
    }
}

/// Why something is refused, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) message: String,
    pub(super) remedy: String,
}

impl Refusal {
    pub(super) fn new(message: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        Refusal {
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// The same with the key's name in its words: logs and JSON show it without the line.
    pub(super) fn about(self, key: &str) -> Refusal {
        let message = match self.message.strip_prefix("this ") {
            Some(rest) => format!("`{key}` {rest}"),
            None => format!("`{key}`: {}", self.message),
        };
        Refusal { message, ..self }
    }
}

/// The text of the file at `path`, without byte order mark.
///
/// # Errors
/// One fault: there is no such file, it can't be read, is too large, or is no UTF-8.
pub(super) fn read(path: &Path) -> Result<String, Box<Fault>> {
    let refuse = |message: String, remedy: &str| {
        Box::new(Fault::without_place(
            Severity::Error,
            Some(path.to_owned()),
            message,
            remedy.to_owned(),
        ))
    };
    let absent = "give its place with --config FILE or PRESSWIRE_CONFIG; all it needs is\n[wire]\ntitle = \"…\"";
    let size = match std::fs::metadata(path) {
        Ok(facts) if facts.is_dir() => {
            return Err(refuse(
                "a folder, where the configuration is expected".into(),
                "give the file: --config FOLDER/feeds.toml",
            ));
        }
        Ok(facts) => facts.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(refuse("there is no configuration here".into(), absent));
        }
        Err(error) => {
            return Err(refuse(
                format!("can't be read: {error}"),
                "see that this user may read it",
            ));
        }
    };
    if size > MAX_BYTES {
        let message = format!(
            "{} MB, which is more than the {} MB that are read",
            size / 1_000_000,
            MAX_BYTES / 1_000_000
        );
        return Err(refuse(message, "is this the right file?"));
    }
    let bytes = std::fs::read(path).map_err(|error| {
        refuse(
            format!("can't be read: {error}"),
            "see that this user may read it",
        )
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        Box::new(not_utf8(
            path,
            error.as_bytes(),
            error.utf8_error().valid_up_to(),
        ))
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// The fault of a file whose byte `valid` is no UTF-8.
fn not_utf8(path: &Path, bytes: &[u8], valid: usize) -> Fault {
    let lossy = String::from_utf8_lossy(bytes);
    // Everything before the bad byte is unchanged, so `valid` is the same place in the lossy text.
    let at = valid..valid + char::REPLACEMENT_CHARACTER.len_utf8();
    let excerpt = Excerpt::cut(
        &lossy,
        &line_starts(&lossy),
        &at,
        Known::Nothing,
        String::new(),
    );
    let message = "the text is not UTF-8".to_owned();
    let remedy = "save the file as UTF-8".to_owned();
    Fault::at(
        Severity::Error,
        PathBuf::from(path),
        message,
        remedy,
        vec![excerpt],
    )
}

/// Every value that is a secret by its key, or by a key above it.
fn collect_secrets(table: &DeTable<'_>, all: bool, secrets: &mut Vec<Range<usize>>) {
    for (key, value) in table {
        collect_from(value, all || mask::names_a_secret(key.get_ref()), secrets);
    }
}

fn collect_from(value: &Spanned<DeValue<'_>>, secret: bool, secrets: &mut Vec<Range<usize>>) {
    match value.get_ref() {
        DeValue::Table(table) => collect_secrets(table, secret, secrets),
        DeValue::Array(values) => values
            .iter()
            .for_each(|value| collect_from(value, secret, secrets)),
        // Where a secret is to be found is none.
        DeValue::String(text) if text.starts_with("env:") => {}
        _ if secret => secrets.push(value.span()),
        _ => {}
    }
}

/// toml's words for a syntax error, and what to do.
fn syntax(message: &str) -> (String, String) {
    let remedy = [
        ("duplicate key", "keep one of them"),
        ("recurse", "values are never nested that deep here"),
        ("recursion", "values are never nested that deep here"),
        (
            "string values must be quoted",
            "put the value in double quotes",
        ),
        (
            "invalid basic string",
            "close the text with a double quote; write \\\\ for a backslash, or use single quotes",
        ),
        (
            "escape",
            "write \\\\ for a backslash, or put the text in single quotes",
        ),
        ("extra", "one key a line: key = value"),
        ("key with no value", "one key a line: key = value"),
        ("unclosed array", "close it with ]"),
        ("unclosed inline table", "close it with }"),
        ("unclosed table", "close it with ]"),
    ];
    let remedy = remedy
        .iter()
        .find(|(word, _)| message.contains(word))
        .map_or(
            "the file must be TOML, https://toml.io: key = \"value\"",
            |(_, remedy)| *remedy,
        );
    (format!("not TOML: {message}"), remedy.to_owned())
}
