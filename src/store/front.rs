//! Front matter as written: where it begins and ends, and its keys with values and places.
//!
//! YAML between `---` lines or TOML between `+++` lines, at the very start of the file. Every scalar
//! stays text here (`2022`, `no` and `1.10` are what their author wrote); what a key means is `keys`'
//! business. Not supported, because nobody needs it in front matter and it is how bombs are made:
//! anchors, aliases, tags other than the core ones, keys that are no text.

use super::problem::Problem;
use super::yaml;
use toml::de::{DeTable, DeValue};

/// A value with its place in the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    /// 1 is the file's first.
    pub(super) line: usize,
    /// In characters; 1 is the first.
    pub(super) column: usize,
    /// The value.
    pub(super) value: Value,
}

impl Node {
    /// As text for the record: of lists and maps, a rough one.
    pub(super) fn written(&self) -> String {
        match &self.value {
            Value::Nothing => String::new(),
            Value::Text(text) => text.clone(),
            Value::List(items) => (items.iter().map(Node::written))
                .collect::<Vec<_>>()
                .join(", "),
            Value::Map(fields) => (fields.iter())
                .map(|field| format!("{}: {}", field.key, field.node.written()))
                .collect::<Vec<_>>()
                .join(", "),
        }
    }
}

/// A value as written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// A key without a value; YAML `~` and `null`.
    Nothing,
    /// Any scalar.
    Text(String),
    /// In the file's order.
    List(Vec<Node>),
    /// In the file's order, no key twice.
    Map(Vec<Field>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    /// As written.
    pub(super) key: String,
    /// Of the key.
    pub(super) line: usize,
    /// Of the key.
    pub(super) column: usize,
    /// Its value.
    pub(super) node: Node,
}

/// A document, taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parts<'a> {
    /// None: there is no front matter.
    pub(super) fields: Option<Vec<Field>>,
    /// What follows it.
    pub(super) body: &'a str,
    /// The line of the file on which `body` begins, 1 the first.
    pub(super) body_line: usize,
}

/// Takes front matter and body apart.
///
/// # Errors
/// Front matter that is not closed, is not what its fence says, or has a key twice.
pub(super) fn split(text: &str) -> Result<Parts<'_>, Problem> {
    let mut lines = Lines { text, at: 0, no: 0 };
    // Blank lines before the fence: other tools would take the front matter for text, and publish
    // what it holds back.
    let opening = loop {
        match lines.next() {
            Some((_, line)) if line.trim().is_empty() => {}
            Some((no, line)) => break (no, line.trim_end()),
            None => return Ok(no_front_matter(text)),
        }
    };
    let fence = match opening.1 {
        "---" => "---",
        "+++" => "+++",
        _ => return Ok(no_front_matter(text)),
    };
    let (start, first_line) = (lines.at, opening.0 + 1);
    while let (end, Some((no, line))) = (lines.at, lines.next()) {
        let line = line.trim_end();
        if line == fence || (fence == "---" && line == "...") {
            let inner = &text[start..end];
            let fields = match fence {
                "---" => yaml::fields(inner, first_line)?,
                _ => toml_fields(inner, first_line)?,
            };
            return Ok(Parts {
                fields: Some(fields),
                body: &text[lines.at..],
                body_line: no + 1,
            });
        }
    }
    Err(Problem::error(
        format!("front matter is opened by {fence} and never closed"),
        format!("put a line {fence} after its last key"),
    )
    .at(opening.0, 1))
}

fn no_front_matter(text: &str) -> Parts<'_> {
    Parts {
        fields: None,
        body: text,
        body_line: 1,
    }
}

/// Lines with their numbers, and where the rest begins.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    no: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<(usize, &'a str)> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (line, taken) = match rest.find('\n') {
            Some(end) => (&rest[..end], end + 1),
            None => (rest, rest.len()),
        };
        self.at += taken;
        self.no += 1;
        Some((self.no, line))
    }
}

/// The keys of TOML front matter that begins on line `first_line` of the file.
fn toml_fields(text: &str, first_line: usize) -> Result<Vec<Field>, Problem> {
    let table = DeTable::parse(text).map_err(|cause| {
        let (line, column) = place(text, cause.span().map_or(0, |span| span.start), first_line);
        Problem::error(
            format!("the front matter is not TOML: {}", cause.message()),
            "texts stand in \"quotes\", lists in [brackets]",
        )
        .at(line, column)
    })?;
    Ok(toml_map(text, first_line, table.get_ref()))
}

fn toml_map(text: &str, first_line: usize, table: &DeTable<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = table
        .iter()
        .map(|(key, value)| {
            let (line, column) = place(text, key.span().start, first_line);
            Field {
                key: key.get_ref().to_string(),
                line,
                column,
                node: toml_node(text, first_line, value.get_ref(), value.span().start),
            }
        })
        .collect();
    fields.sort_by_key(|field| (field.line, field.column));
    fields
}

fn toml_node(text: &str, first_line: usize, value: &DeValue<'_>, at: usize) -> Node {
    let (line, column) = place(text, at, first_line);
    let value = match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Text(number.to_string()),
        DeValue::Float(number) => Value::Text(number.to_string()),
        DeValue::Boolean(fact) => Value::Text(fact.to_string()),
        DeValue::Datetime(date) => Value::Text(date.to_string()),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|item| toml_node(text, first_line, item.get_ref(), item.span().start))
                .collect(),
        ),
        DeValue::Table(table) => Value::Map(toml_map(text, first_line, table)),
    };
    Node {
        line,
        column,
        value,
    }
}

/// Line and column of a byte of front matter.
fn place(text: &str, at: usize, first_line: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(at)];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or("").chars().count();
    (first_line + line, column + 1)
}
