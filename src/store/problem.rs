//! What is wrong with a file of ours, told so that its author can mend it.

use std::fmt;
use std::path::PathBuf;

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file is in force; something in it is not as its author may think.
    Warning,
    /// The file is refused; its last good version stays.
    Error,
}

/// One fault in one file, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file or folder.
    pub path: PathBuf,
    /// 1 is the first; None: the file as a whole.
    pub line: Option<u32>,
    /// In characters; 1 is the first.
    pub column: Option<u32>,
    /// What is wrong, in one line. Quotes at most the value at fault, never the text of the document.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Refused or not.
    pub severity: Severity,
    /// The line at fault, for a caret under it. It may be text that is not public yet: for the
    /// author's terminal only, never for logs and pages.
    pub excerpt: Option<String>,
    /// The file is not public: a warning about it is for its author (`check`), not for logs.
    pub hidden: bool,
}

impl Problem {
    /// The file is refused.
    pub fn error(message: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem {
            path: PathBuf::new(),
            line: None,
            column: None,
            message: message.into(),
            remedy: remedy.into(),
            severity: Severity::Error,
            excerpt: None,
            hidden: false,
        }
    }

    /// The file is in force all the same.
    pub fn warning(message: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem {
            severity: Severity::Warning,
            ..Problem::error(message, remedy)
        }
    }

    /// The same, at a line and column.
    pub fn at(mut self, line: usize, column: usize) -> Problem {
        self.line = u32::try_from(line).ok();
        self.column = u32::try_from(column).ok().filter(|&column| column > 0);
        self
    }

    /// The same, in this file; the line at fault is taken from `text`, cut to what a terminal shows.
    pub(super) fn in_file(mut self, path: PathBuf, text: &str) -> Problem {
        self.path = path;
        self.excerpt = self
            .line
            .and_then(|line| text.lines().nth(line as usize - 1))
            .map(|line| {
                line.chars()
                    .take(160)
                    .map(|c| if c.is_control() { ' ' } else { c })
                    .collect()
            });
        self
    }

    /// Whether the file is refused.
    pub fn refuses(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// One line, without the excerpt: `store/statements/x.md:3:9: message (remedy)`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        write!(f, ": {}", self.message)?;
        if !self.remedy.is_empty() {
            write!(f, " ({})", self.remedy)?;
        }
        Ok(())
    }
}

/// A value at fault, cut.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
