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
/// than `width` the last column is cut.
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
    let mut table = String::new();
    for row in std::iter::once(&headings).chain(rows) {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            line.push_str(cell);
            let padding = widths[column] - cell.width() + 2;
            line.push_str(&" ".repeat(padding));
        }
        table.push_str(cut(line.trim_end(), width).as_str());
        table.push('\n');
    }
    table
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
    fn columns_align_whatever_the_script_and_long_lines_are_cut() {
        let rows = vec![
            vec!["a".to_owned(), "日本".to_owned(), "long message".to_owned()],
            vec!["bcd".to_owned(), "x".to_owned(), String::new()],
        ];
        let table = table(&["id", "name", "message"], &rows, Some(16));
        assert_eq!(table, "ID   NAME  MESS…\na    日本  long…\nbcd  x\n");
    }
}
