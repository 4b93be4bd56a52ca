//! YAML 1.2 front matter, as far as front matter needs it, with one kindness: a plain value with
//! `: ` in it is text (`title: Kasachstan: Streik`), and so is a value that begins with a quotation
//! (`title: "Genug", sagen sie`).

use super::front::{Field, Node, Value};
use super::problem::Problem;
use granit_parser::{Event, Parser, ScalarStyle, Span};
use std::borrow::Cow;

/// Lists and maps within each other, at most.
const MAX_DEPTH: usize = 8;
/// Values in one front matter, at most: some hundred signatories with address and source fit.
const MAX_NODES: usize = 10_000;

/// The keys of YAML front matter that begins on line `first_line` of the file, in its order.
///
/// # Errors
/// Not YAML; no map of keys; a key twice; anchors, aliases, tags; too deep or too large.
pub(super) fn fields(text: &str, first_line: usize) -> Result<Vec<Field>, Problem> {
    let mended = mend(text);
    let mut reader = Reader {
        parser: Parser::new_from_str(&mended),
        first_line,
        nodes: 0,
    };
    loop {
        match reader.next()? {
            (Event::StreamEnd | Event::DocumentEnd, _) => return Ok(Vec::new()),
            (Event::StreamStart | Event::DocumentStart(..), _) => {}
            (event, span) => {
                let node = reader.node(event, span, 0)?;
                return match node.value {
                    Value::Map(fields) => Ok(fields),
                    Value::Nothing => Ok(Vec::new()),
                    _ => Err(Problem::error(
                        "the front matter holds no keys",
                        "write one `key: value` a line, or remove the --- lines",
                    )
                    .at(node.line, node.column)),
                };
            }
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, granit_parser::StrInput<'a>>,
    first_line: usize,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Problem> {
        match self.parser.next_event() {
            Some(Ok(step)) => Ok(step),
            Some(Err(cause)) => {
                let mark = cause.marker();
                Err(Problem::error(
                    format!("the front matter is not YAML: {}", cause.info()),
                    "put values with special characters in \"quotes\"; indent by spaces, not tabs",
                )
                .at(self.first_line + mark.line().max(1) - 1, mark.col() + 1))
            }
            None => Err(Problem::error("the front matter breaks off", "")),
        }
    }

    fn place(&self, span: &Span) -> (usize, usize) {
        let start = span.start;
        (self.first_line + start.line().max(1) - 1, start.col() + 1)
    }

    /// The value that begins with `event`.
    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Problem> {
        let (line, column) = self.place(&span);
        self.nodes += 1;
        if self.nodes > MAX_NODES || depth > MAX_DEPTH {
            return Err(Problem::error(
                "the front matter is too large or too deep",
                format!("at most {MAX_NODES} values, {MAX_DEPTH} within each other"),
            )
            .at(line, column));
        }
        refuse_tricks(&event).map_err(|problem| problem.at(line, column))?;
        let value = match event {
            Event::Scalar(text, ScalarStyle::Plain, ..) if is_null(&text) => Value::Nothing,
            Event::Scalar(text, ..) => Value::Text(text.into_owned()),
            Event::SequenceStart(..) => Value::List(self.list(depth)?),
            Event::MappingStart(..) => Value::Map(self.map(depth)?),
            _ => {
                return Err(Problem::error("the front matter is not YAML", "").at(line, column));
            }
        };
        Ok(Node {
            line,
            column,
            value,
        })
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>, Problem> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Vec<Field>, Problem> {
        let mut fields: Vec<Field> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            let (line, column) = self.place(&span);
            let key = match event {
                Event::MappingEnd => return Ok(fields),
                Event::Scalar(key, ..) => key.trim().to_owned(),
                _ => {
                    return Err(Problem::error(
                        "a key of the front matter is no plain word",
                        "put the value that begins here in \"quotes\"",
                    )
                    .at(line, column));
                }
            };
            if let Some(first) = fields.iter().find(|field| field.key == key) {
                return Err(Problem::error(
                    format!("the key `{key}` stands twice, first on line {}", first.line),
                    "keep one of them",
                )
                .at(line, column));
            }
            let (event, span) = self.next()?;
            let node = self.node(event, span, depth + 1)?;
            fields.push(Field {
                key,
                line,
                column,
                node,
            });
        }
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// Anchors and aliases multiply (a bomb of nine lines is a billion values); tags name types of
/// other programs.
fn refuse_tricks(event: &Event<'_>) -> Result<(), Problem> {
    if event.is_alias() || event.anchor_id().is_some_and(|id| id != 0) {
        return Err(Problem::error(
            "anchors and aliases (&, *) are not read in front matter",
            "write the value out, or put it in \"quotes\"",
        ));
    }
    if event.tag().is_some_and(|tag| !tag.is_yaml_core_schema()) {
        return Err(Problem::error(
            "tags (!) are not read in front matter",
            "put the value in \"quotes\"",
        ));
    }
    Ok(())
}

/// Puts quotes around plain values that YAML would stumble over, line for line: what it gives has as
/// many lines, and every key and value begins in the same column.
fn mend(text: &str) -> Cow<'_, str> {
    let lines: Vec<&str> = text.lines().collect();
    let mut mended: Vec<Cow<'_, str>> = Vec::with_capacity(lines.len());
    let mut changed = false;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        let Some((head, value)) = key_and_value(line) else {
            mended.push(Cow::Borrowed(line));
            continue;
        };
        let inner = lines[at..]
            .iter()
            .take_while(|next| next.trim().is_empty() || indent(next) > key_column(line))
            .count();
        if value.starts_with(['|', '>']) || is_open_quote(value) {
            // A block or a quotation over several lines is text already.
            mended.extend(lines[at - 1..at + inner].iter().map(|&l| Cow::Borrowed(l)));
            at += inner;
        } else if let Some(plain) = needs_quotes(value) {
            let continued: Vec<&str> = lines[at..at + inner].iter().map(|l| l.trim()).collect();
            let whole = std::iter::once(plain)
                .chain(continued.iter().copied().filter(|l| !l.is_empty()))
                .collect::<Vec<_>>()
                .join(" ");
            mended.push(Cow::Owned(format!("{head}'{}'", whole.replace('\'', "''"))));
            mended.extend(continued.iter().map(|_| Cow::Borrowed("")));
            at += inner;
            changed = true;
        } else {
            mended.push(Cow::Borrowed(line));
        }
    }
    if changed {
        let mut whole = mended.join("\n");
        whole.push('\n');
        Cow::Owned(whole)
    } else {
        Cow::Borrowed(text)
    }
}

/// Where a key begins: behind the dash of a list's item.
fn key_column(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '-']).len()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// `  - name: value` -> (`  - name: `, `value`); None where the line is no key with a value.
fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let start = line.trim_start_matches([' ', '-']);
    if start.starts_with(['"', '\'', '#', '[', '{', '?', '%']) {
        return None;
    }
    let colon = line.find(": ")?;
    let key = start.get(..colon.checked_sub(key_column(line))?)?;
    if key.is_empty() || key.contains(" #") {
        return None;
    }
    let value = line[colon + 1..].trim_start();
    (!value.is_empty()).then(|| (&line[..line.len() - value.len()], value))
}

/// A quotation that does not end on its line.
fn is_open_quote(value: &str) -> bool {
    value.starts_with(['"', '\'']) && closing_quote(value).is_none()
}

/// Where the quotation that `value` begins with ends: the byte after its closing mark.
fn closing_quote(value: &str) -> Option<usize> {
    let mark = value.chars().next()?;
    let mut chars = value.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && mark == '"' {
            chars.next();
        } else if c == mark {
            if mark == '\'' && chars.peek().is_some_and(|&(_, next)| next == mark) {
                chars.next();
            } else {
                return Some(at + 1);
            }
        }
    }
    None
}

/// The text to put in quotes, without a comment; None where YAML reads the value as it is meant.
fn needs_quotes(value: &str) -> Option<&str> {
    if value.starts_with(['"', '\'']) {
        let rest = value[closing_quote(value)?..].trim();
        return (!rest.is_empty() && !rest.starts_with('#')).then(|| value.trim_end());
    }
    if value.starts_with(['[', '{', '&', '*', '!', '|', '>', '#']) {
        return None;
    }
    let plain = value.find(" #").map_or(value, |at| &value[..at]).trim_end();
    let stumbles = plain.contains(": ")
        || plain.ends_with(':')
        || plain.starts_with(['@', '`', '%'])
        || plain.starts_with("- ")
        || plain.starts_with("? ");
    stumbles.then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, key: &str) -> Value {
        fields(text, 2)
            .unwrap()
            .into_iter()
            .find(|field| field.key == key)
            .unwrap()
            .node
            .value
    }

    fn text(of: &str) -> Value {
        Value::Text(of.to_owned())
    }

    #[test]
    fn plain_value_with_colon_is_text() {
        let yaml = "title: Kasachstan: Streik: Tag 3 # intern\ndate: 2022-01-06\n";
        assert_eq!(value(yaml, "title"), text("Kasachstan: Streik: Tag 3"));
        assert_eq!(value(yaml, "date"), text("2022-01-06"));
    }

    #[test]
    fn value_that_begins_with_a_quotation_is_text() {
        let yaml = "title: \"Genug\", sagen sie: so geht's nicht\n";
        assert_eq!(
            value(yaml, "title"),
            text("\"Genug\", sagen sie: so geht's nicht")
        );
    }

    #[test]
    fn colon_in_a_quoted_or_block_value_is_left_alone() {
        let yaml = "a: 'x: y'\nb: \"p: q\" # c\nsummary: |\n  eins: zwei: drei\n  vier\nc: >-\n  f: g\n  h\nd: \"one\n  two: three: four\"\n";
        assert_eq!(value(yaml, "a"), text("x: y"));
        assert_eq!(value(yaml, "b"), text("p: q"));
        assert_eq!(value(yaml, "summary"), text("eins: zwei: drei\nvier\n"));
        assert_eq!(value(yaml, "c"), text("f: g h"));
        assert_eq!(value(yaml, "d"), text("one two: three: four"));
    }

    #[test]
    fn colon_in_a_value_over_two_lines_is_text() {
        let yaml = "title: Kasachstan: Streik\n  und Aufstand\nslug: x\n";
        assert_eq!(
            value(yaml, "title"),
            text("Kasachstan: Streik und Aufstand")
        );
        assert_eq!(fields(yaml, 2).unwrap()[1].line, 4);
    }

    #[test]
    fn colon_in_a_signatory_is_text() {
        let yaml = "signatories:\n  - name: Gruppe: Nord\n    url: https://nord.example/\n";
        let Value::List(items) = value(yaml, "signatories") else {
            panic!("no list")
        };
        let Value::Map(fields) = &items[0].value else {
            panic!("no map")
        };
        assert_eq!(fields[0].node.value, text("Gruppe: Nord"));
        assert_eq!(fields[1].node.value, text("https://nord.example/"));
    }

    #[test]
    fn scalars_keep_their_text() {
        let yaml = "language: no\ntitle: 1.10\nyear: 0x1F\nnone:\nalso: ~\n";
        assert_eq!(value(yaml, "language"), text("no"));
        assert_eq!(value(yaml, "title"), text("1.10"));
        assert_eq!(value(yaml, "none"), Value::Nothing);
        assert_eq!(value(yaml, "also"), Value::Nothing);
    }

    #[test]
    fn key_twice_is_refused_with_both_lines() {
        let problem = fields("title: a\ndate: 2022-01-06\ntitle: b\n", 2).unwrap_err();
        assert_eq!(problem.line, Some(4));
        assert!(problem.message.contains("line 2"), "{problem}");
    }

    #[test]
    fn alias_bomb_is_refused_at_its_first_anchor() {
        let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
        let problem = fields(bomb, 2).unwrap_err();
        assert_eq!(problem.line, Some(2));
    }

    #[test]
    fn depth_and_size_are_bounded() {
        assert!(fields(&format!("a: {}{}\n", "[".repeat(5000), "]".repeat(5000)), 2).is_err());
        assert!(fields(&format!("a: [{}]\n", "x, ".repeat(50_000)), 2).is_err());
    }

    #[test]
    fn broken_yaml_says_where() {
        let problem = fields("title: x\ntags: [a, b\nslug: y\n", 2).unwrap_err();
        assert!(problem.line.is_some_and(|line| line >= 3), "{problem}");
    }
}
