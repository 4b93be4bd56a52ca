//! A document as its reader sees it: lines and blocks, without Markdown's marks.

use super::dates;
use super::words;
use crate::store::markdown;
use std::ops::Range;

/// One line.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    /// As it stands in the file.
    pub(super) raw: &'a str,
    /// As it is read: no marks, white space folded. Empty for a blank line.
    pub(super) plain: String,
}

/// What a block looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// `#` to `######`, or underlined.
    Heading(u8),
    /// All of it bold.
    Bold,
    /// A line across.
    Rule,
    /// Numbered or with bullets.
    List,
    /// A quote, code, a table, raw HTML.
    Other,
    /// A paragraph.
    Plain,
}

/// Lines that belong together.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Indices of lines.
    pub(super) lines: Range<usize>,
    /// What it looks like.
    pub(super) look: Look,
    /// As it is read, in one line.
    pub(super) plain: String,
}

impl Block {
    /// It stands out: a heading or bold.
    pub(super) fn stands_out(&self) -> bool {
        matches!(self.look, Look::Heading(_) | Look::Bold)
    }
}

/// The whole document.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub(super) lines: Vec<Line<'a>>,
    pub(super) blocks: Vec<Block>,
}

impl<'a> Page<'a> {
    pub(super) fn of(body: &'a str) -> Page<'a> {
        let lines: Vec<Line<'a>> = body
            .lines()
            .map(|raw| Line {
                raw,
                plain: plain_line(raw),
            })
            .collect();
        let blocks = blocks(&lines);
        Page { lines, blocks }
    }
}

/// A list item's text without its marker; None where the line is none. A line that begins with a
/// date (`6. Januar 2022`) is none, whatever Markdown says.
pub(super) fn item(raw: &str) -> Option<&str> {
    let line = raw.trim_start();
    if starts_with_date(line) {
        return None;
    }
    let rest = match line.chars().next()? {
        c @ ('-' | '*' | '+' | '•' | '■' | '▪' | '●' | '◦' | '·' | '–' | '—') => {
            &line[c.len_utf8()..]
        }
        c if c.is_ascii_digit() => {
            let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            if digits > 3 {
                return None;
            }
            line[digits..].strip_prefix(['.', ')'])?
        }
        _ => return None,
    };
    let text = rest.trim_start();
    (text.len() < rest.len() && !text.is_empty()).then_some(text)
}

/// `6. Januar 2022 …`, `11. 1. 2022`: an ordered list to Markdown, a date to a reader.
pub(in crate::store) fn starts_with_date(line: &str) -> bool {
    line.starts_with(|c: char| c.is_ascii_digit())
        && dates::all(line)
            .first()
            .is_some_and(|date| date.range.start == 0)
}

fn plain_line(raw: &str) -> String {
    let line = raw.trim().trim_start_matches('>').trim_start();
    if line.is_empty() {
        return String::new();
    }
    let hashes = line.bytes().take_while(|&b| b == b'#').count();
    let line = if (1..=6).contains(&hashes) && line[hashes..].starts_with([' ', '\t']) {
        line[hashes..].trim().trim_end_matches('#').trim_end()
    } else {
        line
    };
    // Behind a word, nothing at the line's head is a block mark.
    let plain = markdown::plain(&format!("x {line}"));
    let plain = plain.strip_prefix('x').unwrap_or(&plain).trim();
    // Bold over several lines leaves its marks at the ends of lines.
    plain
        .trim_start_matches("**")
        .trim_end_matches('\\')
        .trim_end_matches("**")
        .trim()
        .to_owned()
}

fn blocks(lines: &[Line<'_>]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let raw = lines[at].raw.trim();
        if raw.is_empty() {
            at += 1;
            continue;
        }
        let start = at;
        let look = if raw.starts_with("```") || raw.starts_with("~~~") {
            let fence = &raw[..3];
            at += 1;
            while at < lines.len() && !lines[at].raw.trim().starts_with(fence) {
                at += 1;
            }
            at = (at + 1).min(lines.len());
            Look::Other
        } else if is_rule(raw) {
            at += 1;
            Look::Rule
        } else if let Some(level) = heading_level(raw) {
            at += 1;
            Look::Heading(level)
        } else if item(raw).is_some() {
            at = end_of(lines, at, |line| {
                item(line).is_none() && words::starts_contact(line)
            });
            Look::List
        } else if raw.starts_with(['>', '|', '<']) && !raw.starts_with("<http") {
            at = end_of(lines, at, |_| false);
            Look::Other
        } else {
            at = end_of(lines, at, |line| {
                item(line).is_some() || heading_level(line).is_some() || words::starts_contact(line)
            });
            underlined(lines, start, &mut at).unwrap_or(Look::Plain)
        };
        blocks.push(block(lines, start..at, look));
    }
    blocks
}

/// The index after the block that begins at `start`: the next blank line, or one that `breaks`.
fn end_of(lines: &[Line<'_>], start: usize, breaks: impl Fn(&str) -> bool) -> usize {
    (start + 1..lines.len())
        .find(|&at| {
            let raw = lines[at].raw.trim();
            raw.is_empty() || breaks(raw)
        })
        .unwrap_or(lines.len())
}

/// Setext: a short paragraph over `===` or `---`.
fn underlined(lines: &[Line<'_>], start: usize, at: &mut usize) -> Option<Look> {
    let under = (start + 1..*at).find(|&no| {
        let raw = lines[no].raw.trim();
        raw.len() >= 2 && (raw.bytes().all(|b| b == b'=') || raw.bytes().all(|b| b == b'-'))
    })?;
    if under - start > 3 {
        return None;
    }
    *at = under + 1;
    Some(Look::Heading(if lines[under].raw.trim().starts_with('=') {
        1
    } else {
        2
    }))
}

fn block(lines: &[Line<'_>], range: Range<usize>, look: Look) -> Block {
    let inner = &lines[range.clone()];
    let plain = inner
        .iter()
        .map(|line| line.plain.as_str())
        .filter(|plain| !plain.is_empty() && !plain.bytes().all(|b| b == b'=' || b == b'-'))
        .collect::<Vec<_>>()
        .join(" ");
    let whole: String = inner.iter().map(|line| line.raw).collect();
    let whole = whole.trim();
    let bold = look == Look::Plain
        && ["**", "__"].iter().any(|mark| {
            whole.len() > 4
                && whole.starts_with(mark)
                && whole.ends_with(mark)
                && whole.matches(mark).count() == 2
        });
    Block {
        lines: range,
        look: if bold { Look::Bold } else { look },
        plain: markdown::fold(&plain),
    }
}

fn heading_level(raw: &str) -> Option<u8> {
    let hashes = raw.bytes().take_while(|&b| b == b'#').count();
    let rest = &raw[hashes.min(raw.len())..];
    ((1..=6).contains(&hashes)
        && rest.starts_with([' ', '\t'])
        && !rest.trim_matches(['#', ' ']).is_empty())
    .then_some(hashes as u8)
}

/// `---`, `* * *`, and the marks by which a press release ends: `###`, `-30-`.
fn is_rule(raw: &str) -> bool {
    let marks: String = raw.chars().filter(|c| !c.is_whitespace()).collect();
    let same = |c: char| marks.len() >= 3 && marks.chars().all(|m| m == c);
    same('-') || same('*') || same('_') || same('#') || same('=') || words::is_end_mark(raw)
}
