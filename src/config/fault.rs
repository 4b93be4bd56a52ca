//! What is wrong with a file, where, and what to do: the form in which every refusal is shown.
//!
//! A fault keeps no more of a file than may be shown: its excerpt is masked and cut when it is made,
//! so whoever holds or prints a fault can't give away a secret.

use super::mask;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Whether something works in spite of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file is refused.
    Error,
    /// It is in force; somebody should look.
    Warning,
}

impl Severity {
    /// `error`, `warning`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// One thing that is wrong, in words for whoever wrote the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Whether the file is refused for it.
    pub severity: Severity,
    /// The file; None: the environment.
    pub path: Option<PathBuf>,
    /// Line, from 1; None: the file as a whole, or the environment.
    pub line: Option<usize>,
    /// Column in characters, from 1.
    pub column: Option<usize>,
    /// What is wrong: one line, lower case, without secrets.
    pub message: String,
    /// What to do; may be several lines.
    pub remedy: String,
    /// The line it stands on, then those that it has to do with.
    pub(super) excerpts: Vec<Excerpt>,
}

/// A [`Fault`] of a configuration that is in force all the same.
pub type Warning = Fault;

/// One line of a file, as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    line: usize,
    column: usize,
    shown: String,
    span: Range<usize>,
    label: String,
}

/// What is known of the places of secrets in a text.
#[derive(Clone, Copy)]
pub(super) enum Known<'s> {
    /// Nothing: the words of each line decide.
    Nothing,
    /// These, in order; there may be more.
    Some(&'s [Range<usize>]),
    /// These, in order, and no others but in comments and addresses.
    All(&'s [Range<usize>]),
}

/// Characters shown before and after the place in a long line.
const AROUND: (usize, usize) = (60, 80);

impl Excerpt {
    /// The line of `text` on which `at` begins; the secrets on it are hidden.
    pub(super) fn cut(
        text: &str,
        starts: &[usize],
        at: &Range<usize>,
        known: Known<'_>,
        label: String,
    ) -> Excerpt {
        let number = starts.partition_point(|start| *start <= at.start).max(1);
        let from = starts[number - 1];
        let to = starts.get(number).map_or(text.len(), |next| next - 1);
        let to = from + text[from..to].trim_end_matches('\r').len();
        let start = at.start.clamp(from, to);
        let end = at.end.clamp(start, to);
        let (secrets, trust) = match known {
            Known::Nothing => (&[][..], mask::Trust::Nothing),
            Known::Some(secrets) => (secrets, mask::Trust::Nothing),
            Known::All(secrets) => (secrets, mask::Trust::AllButComments),
        };
        let mut hidden = mask::hidden_in_line(text, from..to, trust);
        let first = secrets.partition_point(|secret| secret.end <= from);
        let crossing = secrets[first..]
            .iter()
            .take_while(|secret| secret.start < to);
        hidden.extend(crossing.map(|s| s.start.max(from) - from..s.end.min(to) - from));
        let line = Line::new(
            &text[from..to],
            &mask::united(hidden),
            &(start - from..end - from),
        );
        Excerpt {
            line: number,
            column: text[from..start].chars().count() + 1,
            shown: line.shown,
            span: line.span,
            label,
        }
    }
}

/// A line with its secrets hidden and its far ends cut, and where the place now is in it.
struct Line {
    shown: String,
    span: Range<usize>,
}

/// A part of a line, where it stood, and where it stands now.
struct Piece {
    was: Range<usize>,
    is: Range<usize>,
    hidden: bool,
}

impl Line {
    fn new(line: &str, hidden: &[Range<usize>], span: &Range<usize>) -> Line {
        let window = window(line, span);
        let mut shown = String::from(if window.start > 0 { "…" } else { "" });
        let mut pieces: Vec<Piece> = Vec::new();
        for (was, hidden) in parts(&window, hidden) {
            let from = shown.len();
            shown.push_str(if hidden {
                mask::HIDDEN
            } else {
                &line[was.clone()]
            });
            let is = from..shown.len();
            pieces.push(Piece { was, is, hidden });
        }
        // A place inside something hidden is shown as the whole of it.
        let end_of_all = shown.len();
        let start = pieces
            .iter()
            .find(|piece| span.start < piece.was.end)
            .map_or(end_of_all, |piece| match piece.hidden {
                true => piece.is.start,
                false => piece.is.start + span.start - piece.was.start,
            });
        let end = pieces
            .iter()
            .find(|piece| span.end <= piece.was.end)
            .map_or(end_of_all, |piece| match piece.hidden {
                true => piece.is.end,
                false => piece.is.start + span.end - piece.was.start,
            });
        if window.end < line.len() {
            shown.push('…');
        }
        Line {
            shown,
            span: start..end.max(start),
        }
    }
}

/// `window` divided at its hidden ranges: (part, is it hidden).
fn parts(window: &Range<usize>, hidden: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
    let mut parts = Vec::new();
    let mut at = window.start;
    for secret in hidden {
        let secret = secret.start.clamp(at, window.end)..secret.end.clamp(at, window.end);
        if secret.is_empty() {
            continue;
        }
        parts.push((at..secret.start, false));
        at = secret.end;
        parts.push((secret, true));
    }
    parts.push((at..window.end, false));
    parts
}

/// The part of a long line around a place, on character boundaries.
fn window(line: &str, span: &Range<usize>) -> Range<usize> {
    let near = |from: usize, steps: usize, back: bool| {
        let mut at = from;
        for _ in 0..steps {
            let next = match back {
                true => line[..at].chars().next_back(),
                false => line[at..].chars().next(),
            };
            let Some(next) = next else { break };
            at = if back {
                at - next.len_utf8()
            } else {
                at + next.len_utf8()
            };
        }
        at
    };
    near(span.start, AROUND.0, true)..near(span.start, AROUND.1, false)
}

impl Fault {
    /// A fault of a file as a whole, or of the environment (`path` None).
    pub fn without_place(
        severity: Severity,
        path: Option<PathBuf>,
        message: String,
        remedy: String,
    ) -> Fault {
        Fault {
            severity,
            path,
            line: None,
            column: None,
            message,
            remedy,
            excerpts: Vec::new(),
        }
    }

    /// A fault of a place: its excerpt first, then those that it has to do with.
    pub(super) fn at(
        severity: Severity,
        path: PathBuf,
        message: String,
        remedy: String,
        excerpts: Vec<Excerpt>,
    ) -> Fault {
        let first = excerpts.first();
        Fault {
            line: first.map(|excerpt| excerpt.line),
            column: first.map(|excerpt| excerpt.column),
            excerpts,
            ..Fault::without_place(severity, Some(path), message, remedy)
        }
    }

    /// A fault of another file of the operator's: `shown` is the line it stands on (`line`, from 1),
    /// where there is one to show; the caret stands under `column` (characters, from 1), else under
    /// the whole line.
    pub fn in_line(
        severity: Severity,
        path: PathBuf,
        (line, column): (usize, Option<usize>),
        shown: Option<&str>,
        (message, remedy): (String, String),
    ) -> Fault {
        let mut fault = Fault::without_place(severity, Some(path), message, remedy);
        if let Some(shown) = shown {
            let from = column
                .and_then(|column| shown.char_indices().nth(column.saturating_sub(1)))
                .map_or(shown.len() - shown.trim_start().len(), |(at, _)| at);
            let to = match column {
                Some(_) => shown[from..]
                    .find(char::is_whitespace)
                    .map_or(shown.len(), |at| from + at),
                None => shown.trim_end().len(),
            };
            let mut excerpt = Excerpt::cut(
                shown,
                &[0],
                &(from..to.max(from)),
                Known::Nothing,
                String::new(),
            );
            excerpt.line = line;
            fault.excerpts.push(excerpt);
        }
        fault.line = Some(line);
        fault.column = column;
        fault
    }

    /// The fault in one line, for logs: `feeds.toml:3:9: message; remedy`.
    pub fn in_one_line(&self) -> String {
        let remedy = self.remedy.lines().next().unwrap_or_default();
        match remedy {
            "" => format!("{}: {}", self.place(), self.message),
            remedy => format!("{}: {}; {remedy}", self.place(), self.message),
        }
    }

    /// With the lines it stands on, a caret and the remedy, as a compiler shows it; ends in a newline.
    pub fn render(&self, colour: bool) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let message = spoken(&self.message);
        let mut group = level
            .primary_title(message)
            .elements(Vec::<Snippet<'_, annotate_snippets::Annotation<'_>>>::new());
        group = self.with_excerpts(group);
        if !self.remedy.is_empty() {
            group = group.element(Level::HELP.message(self.remedy.as_str()));
        }
        let renderer = match colour {
            true => Renderer::styled(),
            false => Renderer::plain(),
        };
        let mut rendered = renderer.decor_style(DecorStyle::Ascii).render(&[group]);
        for excerpt in &self.excerpts {
            // The renderer counts in what is shown, from which something may be hidden or cut.
            let path = self.path.as_deref().map(shown_path).unwrap_or_default();
            let counted = excerpt.shown[..excerpt.span.start].chars().count() + 1;
            let place = |column: usize| format!("{path}:{}:{column}", excerpt.line);
            rendered = rendered.replacen(&place(counted), &place(excerpt.column), 1);
        }
        rendered.push('\n');
        rendered
    }

    fn with_excerpts<'a>(&'a self, mut group: Group<'a>) -> Group<'a> {
        let path = self.path.as_deref().map(shown_path).unwrap_or_default();
        if self.excerpts.is_empty() && !path.is_empty() {
            let mut origin = Origin::path(path.clone());
            if let Some(line) = self.line {
                origin = origin.line(line);
            }
            group = group.element(origin);
        }
        for (index, excerpt) in self.excerpts.iter().enumerate() {
            let kind = match index {
                0 => AnnotationKind::Primary,
                _ => AnnotationKind::Context,
            };
            let mut mark = kind.span(excerpt.span.clone());
            if !excerpt.label.is_empty() {
                mark = mark.label(excerpt.label.as_str());
            }
            let snippet = Snippet::source(excerpt.shown.as_str())
                .path(path.clone())
                .line_start(excerpt.line)
                .annotation(mark);
            group = group.element(snippet);
        }
        group
    }

    /// `feeds.toml:3:9`, or `environment`.
    pub fn place(&self) -> String {
        let mut place = match &self.path {
            Some(path) => shown_path(path),
            None => String::from("environment"),
        };
        for number in [self.line, self.column].into_iter().flatten() {
            place.push_str(&format!(":{number}"));
        }
        place
    }
}

/// As [`Fault::in_one_line`].
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_one_line())
    }
}

/// A configuration that is refused: everything that is wrong with it, errors and warnings, in the
/// file's order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors {
    /// At least one is an error.
    pub faults: Vec<Fault>,
    /// Faults that were counted, but no longer kept.
    pub more: usize,
}

impl ConfigErrors {
    /// A single one.
    pub(super) fn one(fault: Fault) -> ConfigErrors {
        ConfigErrors {
            faults: vec![fault],
            more: 0,
        }
    }

    /// All of them with their lines, carets and remedies, and a last line that counts.
    pub fn render(&self, colour: bool) -> String {
        let mut shown: String = self
            .faults
            .iter()
            .map(|fault| fault.render(colour) + "\n")
            .collect();
        let errors = self.errors();
        let things = if errors == 1 {
            "1 fault"
        } else {
            &format!("{errors} faults")
        };
        let more = if self.more > 0 {
            format!("; only the first {} are shown", self.faults.len())
        } else {
            String::new()
        };
        let path = self.faults.iter().find_map(|fault| fault.path.as_deref());
        let what = path.map_or_else(|| String::from("the configuration"), shown_path);
        shown.push_str(&format!("{what} is refused: {things}{more}\n"));
        shown
    }

    /// How many errors, warnings not counted.
    pub fn errors(&self) -> usize {
        let kept = self
            .faults
            .iter()
            .filter(|fault| fault.severity == Severity::Error);
        kept.count() + self.more
    }
}

/// One line for logs, `/readyz` and metrics: the first error, and how many there are beside it.
impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self
            .faults
            .iter()
            .find(|fault| fault.severity == Severity::Error);
        match first {
            Some(first) => write!(f, "{first}")?,
            None => f.write_str("the configuration is refused")?,
        }
        match self.errors().saturating_sub(1) {
            0 => Ok(()),
            more => write!(f, " (and {more} more; `presswire check` shows all)"),
        }
    }
}

/// Where each line of `text` begins.
pub(super) fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0)
        .chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1))
        .collect()
}

/// A path as people know it: relative to where they are, if it is below.
pub(super) fn shown_path(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let near = here
        .as_deref()
        .and_then(|here| path.strip_prefix(here).ok());
    spoken(&near.unwrap_or(path).to_string_lossy())
}

/// Control characters made visible, so that no file writes to a terminal.
pub(super) fn spoken(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let escaped = c.is_control() && c != '\n';
            let plain = (!escaped).then_some(c);
            plain
                .into_iter()
                .chain(escaped.then(|| c.escape_default()).into_iter().flatten())
        })
        .collect()
}
