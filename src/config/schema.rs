//! The table of keys as JSON Schema (for editors, `presswire schema`) and as Markdown (for the README).

use super::keys::{AUTHOR, Key, Kind, TABLES, Table};
use serde_json::{Map, Value, json};

/// JSON Schema (draft 2020-12) of feeds.toml as it is when read as JSON.
///
/// Stricter than nothing, looser than [`super::load`]: what only the program can check (time zones,
/// duplicates, patterns) is left to it. Keys that do not work yet are absent.
pub fn schema() -> Value {
    let mut tables = Map::new();
    for table in TABLES {
        let one = table_schema(table);
        let value = match table.many {
            true => json!({"type": "array", "items": one, "description": table.about}),
            false => one,
        };
        tables.insert(table.name.to_owned(), value);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "feeds.toml of presswire",
        "description": "What presswire publishes and follows.",
        "type": "object",
        "properties": tables,
        "required": ["wire"],
        "additionalProperties": false,
    })
}

fn table_schema(table: &Table) -> Value {
    let mut properties = Map::new();
    for key in table.keys.iter().filter(|key| !key.later) {
        properties.insert(key.name.to_owned(), key_schema(key));
    }
    let required: Vec<&str> = table
        .keys
        .iter()
        .filter(|key| key.required)
        .map(|key| key.name)
        .collect();
    let mut schema = json!({
        "type": "object",
        "description": table.about,
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if table.key("cron").is_some() {
        schema["not"] = json!({"required": ["every", "cron"]});
    }
    schema
}

fn key_schema(key: &Key) -> Value {
    let mut schema = kind_schema(key.kind);
    schema["description"] = json!(key.about);
    if let Some(default) = key.default.and_then(as_json) {
        schema["default"] = default;
    } else if let Some(example) = as_json(key.example) {
        schema["examples"] = json!([example]);
    }
    schema
}

fn kind_schema(kind: Kind) -> Value {
    let pattern = |pattern: &str| json!({"type": "string", "pattern": pattern});
    match kind {
        Kind::Text | Kind::Path | Kind::Zone | Kind::Secret => {
            json!({"type": "string", "minLength": 1})
        }
        Kind::Language => pattern("^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"),
        Kind::Address => {
            json!({"type": "string", "format": "uri", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^/?#\\s]"})
        }
        Kind::Socket => pattern(r"^(localhost|[0-9.]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}$"),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Count(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
        Kind::Fraction => json!({"type": "number", "minimum": 0, "maximum": 1}),
        Kind::Duration => pattern(r"^[0-9]+ ?(ms|s|m|min|h|d|w)$"),
        Kind::Size => pattern(r"^[0-9]+ ?([Bb]|[KkMmGg][Bb]|[KkMmGg][Ii][Bb])$"),
        Kind::Cron => pattern(r"^\s*\S+(\s+\S+){4,5}\s*$"),
        Kind::Choice(words) => json!({"type": "string", "enum": words}),
        Kind::Words => json!({"type": "array", "items": {"type": "string", "minLength": 1}}),
        Kind::Patterns => json!({"type": "array", "items": {"type": "string", "minLength": 1}}),
        Kind::Author => table_schema(&AUTHOR),
        Kind::Headers => json!({"type": "object", "additionalProperties": {"type": "string"}}),
        Kind::Contact => json!({"type": "string", "minLength": 3}),
        Kind::Id => pattern("^[a-z0-9-]{1,64}$"),
    }
}

/// A TOML value as JSON; None where the table of keys is mistaken (a test would say so).
fn as_json(value: &str) -> Option<Value> {
    let table: toml::Table = format!("value = {value}").parse().ok()?;
    serde_json::to_value(table.get("value")?).ok()
}

/// The configuration reference: one Markdown table per table of feeds.toml.
pub fn reference() -> String {
    let mut text = String::new();
    for table in TABLES {
        text.push_str(&format!("### `{}`\n\n{}\n\n", table.heading(), table.about));
        text.push_str("| key | default | what it is for |\n| --- | --- | --- |\n");
        for key in table.keys {
            let default = match (key.later, key.required, key.default) {
                (true, ..) => "not yet".to_owned(),
                (_, true, _) => "required".to_owned(),
                (_, _, Some(default)) => format!("`{default}`"),
                (_, _, None) => "–".to_owned(),
            };
            let example = match key.default == Some(key.example) || key.later {
                true => String::new(),
                false => format!(" Example: `{}`", key.example),
            };
            text.push_str(&format!(
                "| `{}` | {default} | {}{example} |\n",
                key.name,
                key.about.replace('|', "\\|")
            ));
        }
        text.push('\n');
    }
    text.push_str("### Environment\n\nVariables win over the file. Each may instead name a file that holds the value, as `NAME_FILE`; an empty one is none.\n\n");
    text.push_str("| variable | instead of | what it is for |\n| --- | --- | --- |\n");
    for (name, instead, about) in ENVIRONMENT {
        text.push_str(&format!("| `{name}` | {instead} | {about} |\n"));
    }
    text
}

/// The variables of `environment`: (name, the key that it overrules, what it is for).
static ENVIRONMENT: [(&str, &str, &str); 8] = [
    ("PRESSWIRE_LISTEN", "`[server] listen`", "Where it listens."),
    ("PRESSWIRE_URL", "`[wire] url`", "The public address."),
    (
        "PRESSWIRE_STORE",
        "`[store] path`",
        "The folder of statements; relative to the folder of feeds.toml.",
    ),
    ("PRESSWIRE_DATABASE", "`[store] database`", "`sqlite:FILE`."),
    (
        "PRESSWIRE_ADMIN_TOKEN",
        "–",
        "Opens the operators' addresses on `listen`, as `Authorization: Bearer …`. At least 16 characters.",
    ),
    (
        "PRESSWIRE_LOG",
        "–",
        "`error`, `warn`, `info` (default), `debug`, or by room: `info,presswire::poll=debug`.",
    ),
    ("PRESSWIRE_LOG_FORMAT", "–", "`text` (default) or `json`."),
    (
        "PRESSWIRE_CONFIG",
        "`--config`",
        "The configuration; no `_FILE` beside it.",
    ),
];
