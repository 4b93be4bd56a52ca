//! Writing: answers to stdout, faults to stderr, tables as wide as the terminal.

use serde::Serialize;
use std::io::{self, IsTerminal, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Writes text to stdout, styles only where they are understood.
///
/// # Errors
/// What stdout says; a broken pipe among it, which `command::run` ends quietly.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Writes one JSON document and a line end to stdout.
///
/// # Errors
/// As for [`print`].
pub(super) fn print_json(document: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string(document)?;
    text.push('\n');
    Ok(print(&text)?)
}

/// Writes text to stderr, styles only where they are understood. Nobody can be told if that fails.
pub(super) fn say(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Writes a fault and what to do, control characters made visible.
pub(super) fn say_fault(message: &str, remedy: &str) {
    let fault = crate::config::Fault::without_place(
        crate::config::Severity::Error,
        None,
        message.to_owned(),
        remedy.to_owned(),
    );
    say(&fault.render(true));
}

/// Whether somebody watches stderr.
pub(super) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Whether stdout is a terminal.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Text of a stranger's on one line, control characters escaped.
pub(super) fn visible(text: &str) -> String {
    let escape = |c: char| match c.is_control() {
        true => c.escape_default().collect::<String>(),
        false => c.to_string(),
    };
    text.chars().map(escape).collect()
}

/// `1 entry`, `2 entries`.
pub(super) fn entries(number: usize) -> String {
    match number {
        1 => "1 entry".to_owned(),
        number => format!("{number} entries"),
    }
}

/// Columns of the terminal that stdout is; None where it is none: then nothing is cut.
pub(super) fn width() -> Option<usize> {
    let (terminal_size::Width(columns), _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(usize::from(columns))
}

/// Rows under headings, columns as wide as their widest cell, two blanks apart; where that is wider
/// than `width` the widest columns are cut, all to the same measure.
pub(super) fn table(headings: &[&str], rows: &[Vec<String>], width: Option<usize>) -> String {
    let headings: Vec<String> = headings
        .iter()
        .map(|heading| heading.to_uppercase())
        .collect();
    let mut widths: Vec<usize> = headings.iter().map(|heading| heading.width()).collect();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            widths[column] = widths[column].max(cell.width());
        }
    }
    if let Some(width) = width {
        narrow(&mut widths, width.saturating_sub(2 * (headings.len() - 1)));
    }
    let mut table = String::new();
    for row in std::iter::once(&headings).chain(rows) {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let cell = cut(cell, Some(widths[column]));
            line.push_str(&cell);
            let padding = widths[column] - cell.width() + 2;
            line.push_str(&" ".repeat(padding));
        }
        table.push_str(cut(line.trim_end(), width).as_str());
        table.push('\n');
    }
    table
}

/// Takes from the widest columns until all fit into `room`, or none is wide any more.
fn narrow(widths: &mut [usize], room: usize) {
    const NARROWEST: usize = 6;
    while widths.iter().sum::<usize>() > room {
        match widths.iter_mut().max() {
            Some(widest) if *widest > NARROWEST => *widest -= 1,
            _ => return,
        }
    }
}

/// What is wrong with whom, a line each under a table: whole, for a remedy that is cut helps nobody.
/// Nothing where nothing is.
pub(super) fn notes<'n>(
    notes: impl IntoIterator<Item = (&'n str, Option<&'n str>, Option<&'n str>)>,
) -> String {
    let mut lines = String::new();
    for (who, message, remedy) in notes {
        let said: Vec<String> = [message, remedy]
            .into_iter()
            .flatten()
            .map(visible)
            .collect();
        if !said.is_empty() {
            lines.push_str(&format!("{who}: {}\n", said.join("; ")));
        }
    }
    match lines.is_empty() {
        true => lines,
        false => format!("\n{lines}"),
    }
}

/// `line` in at most `width` columns, `…` where something is missing.
pub(super) fn cut(line: &str, width: Option<usize>) -> String {
    let Some(width) = width.filter(|width| line.width() > *width) else {
        return line.to_owned();
    };
    let mut taken = 0;
    let mut short: String = line
        .chars()
        .take_while(|c| {
            taken += c.width().unwrap_or(0);
            taken < width
        })
        .collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_whatever_the_script_and_the_widest_is_cut() {
        let rows = vec![
            vec!["a".to_owned(), "日本".to_owned(), "long message".to_owned()],
            vec!["bcd".to_owned(), "x".to_owned(), String::new()],
        ];
        let table = table(&["id", "name", "message"], &rows, Some(18));
        assert_eq!(table, "ID   NAME  MESSAGE\na    日本  long m…\nbcd  x\n");
    }

    #[test]
    fn table_is_never_wider_than_the_terminal() {
        let rows = vec![vec!["x".repeat(70), "y".repeat(60), "1".to_owned()]];
        for width in [20, 40, 80, 100] {
            let table = table(&["id", "name", "entries"], &rows, Some(width));
            let widest = table.lines().map(UnicodeWidthStr::width).max();
            assert!(widest.is_some_and(|widest| widest <= width), "{table}");
            assert!(width < 40 || table.contains("ENTRIES"), "{table}");
        }
    }

    #[test]
    fn notes_are_whole_and_only_where_something_is_wrong() {
        let sound = ("a", None, None);
        assert_eq!(notes([sound]), "");
        let broken = ("b", Some("no\nanswer"), Some("wait"));
        assert_eq!(notes([sound, broken]), "\nb: no\\nanswer; wait\n");
    }
}
