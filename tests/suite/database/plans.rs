//! No verb reads a whole table that grows: every statement of the database is planned on its schema.
//!
//! SQLite plans without statistics here as in service (`ANALYZE` is never run), so what is stored
//! changes no plan. The statements are read from the source, so that a new one cannot be forgotten.

use super::*;
use sqlx::Row;
use std::path::Path;

/// Who may be read whole: a part of the statement, and why.
const READ_WHOLE: &[(&str, &str)] = &[
    ("FROM state", "one row"),
    ("FROM decisions", "one row"),
    (
        "SELECT source, key, word FROM word",
        "taking decisions.toml compares all that editors said",
    ),
    ("UPDATE state", "one row"),
    ("FROM sqlite_schema", "asked once, at start"),
    (
        "SELECT state, count(*) FROM source GROUP BY state",
        "asked for all sources; by an index of their states alone",
    ),
    ("SELECT * FROM source ORDER BY id", "asked for all sources"),
    (
        "SELECT number, id, name, url, address, host, keep_all, labels",
        "declaring compares all sources",
    ),
    (
        "SELECT * FROM statement ORDER BY slug",
        "asked for all statements",
    ),
    (
        "SELECT number FROM source",
        "explaining an address looks at every source",
    ),
    (
        "UPDATE source SET last_poll = ?1, next_poll",
        "asked at the start, and where the clock went back",
    ),
    ("FROM source_moved", "declaring compares all sources"),
    (
        "FROM target",
        "as many as there are statements and topics; of entries the first one alone",
    ),
    (
        "UPDATE target",
        "as many as there are statements and topics; of entries the first one alone",
    ),
];

/// String literals in `code` that are statements.
fn statements(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find('"') {
        let literal = &rest[start + 1..];
        let mut end = 0;
        for (at, c) in literal.char_indices() {
            if c == '"' && !literal[..at].ends_with('\\') {
                end = at;
                break;
            }
        }
        let text = literal[..end].trim_start();
        let verbs = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];
        if verbs.iter().any(|verb| text.starts_with(verb)) {
            found.push(text.replace("\\\"", "\""));
        }
        rest = &literal[end + 1..];
    }
    found
}

#[tokio::test]
async fn no_statement_reads_a_growing_table_whole() {
    let wire = Wire::with(&["a"]).await;
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(wire.folder.path().join("presswire.db"));
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/database");
    let mut planned = 0;
    let mut whole = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let file = std::fs::read_to_string(&path).unwrap();
        let code = file.split("#[cfg(test)]").next().unwrap_or_default();
        for sql in statements(code) {
            let plan = format!("EXPLAIN QUERY PLAN {sql}");
            let rows = sqlx::query(sqlx::AssertSqlSafe(plan))
                .fetch_all(&pool)
                .await;
            let rows = rows.unwrap_or_else(|fault| panic!("{sql}: {fault}"));
            planned += 1;
            let steps = rows.iter().map(|row| row.get::<String, _>("detail"));
            let scans: Vec<String> = steps.filter(|step| is_whole(step, &sql)).collect();
            let may = READ_WHOLE.iter().any(|(part, _)| sql.contains(part));
            if !scans.is_empty() && !may {
                whole.push(format!(
                    "{}: {sql}\n  {}",
                    path.display(),
                    scans.join("\n  ")
                ));
            }
        }
    }
    assert!(planned > 100, "only {planned} statements were found");
    assert!(whole.is_empty(), "{}", whole.join("\n\n"));
}

/// Whether a step of a plan goes through a whole table.
fn is_whole(step: &str, sql: &str) -> bool {
    let Some(what) = step.strip_prefix("SCAN ") else {
        return false;
    };
    let name = what.split(' ').next().unwrap_or_default();
    // Lists that are parameters, constant rows, the index of searches by its match; a subquery is
    // as large as its own steps say.
    let is_bounded = what.contains("VIRTUAL TABLE") || what.contains("CONSTANT ROW");
    let is_subquery = what.starts_with("(subquery-")
        || sql.contains(&format!(") AS {name}"))
        || sql.contains(&format!("{name} AS ("))
        || sql.contains("WITH RECURSIVE went") && ["went", "w"].contains(&name);
    // Children of a new row are looked for only while a foreign key is broken, so never.
    let is_child = sql.starts_with("INSERT") && !sql.contains(name);
    !(is_bounded || is_subquery || is_child)
}

#[test]
fn whole_tables_are_recognised() {
    assert!(is_whole("SCAN entry", "SELECT * FROM entry"));
    assert!(is_whole(
        "SCAN e USING INDEX entry_source",
        "SELECT 1 FROM entry AS e"
    ));
    assert!(!is_whole(
        "SEARCH entry USING INDEX entry_key (source=?)",
        ""
    ));
    assert!(!is_whole(
        "SCAN facts",
        "INSERT INTO source (id) VALUES (?)"
    ));
    assert!(is_whole(
        "SCAN facts",
        "DELETE FROM source WHERE number = ?"
    ));
    assert!(!is_whole("SCAN j VIRTUAL TABLE INDEX 1:", ""));
    let code = "x(\"SELECT a FROM b\n WHERE c = '\\\"'\").y(\"no\"); \"UPDATE d SET e = 1\"";
    assert_eq!(
        statements(code),
        ["SELECT a FROM b\n WHERE c = '\"'", "UPDATE d SET e = 1"]
    );
}
