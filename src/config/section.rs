//! One table of feeds.toml being read: values by key, unknown keys refused.

use super::keys::{self, Table};
use super::text::{Reading, Refusal};
use super::values::{self, Parsed, wrong_kind};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One table, with the keys that it may have.
pub(super) struct Section<'s, 't> {
    rules: &'static Table,
    table: Option<&'s DeTable<'t>>,
    at: Range<usize>,
}

impl<'s, 't> Section<'s, 't> {
    /// The table `rules.name` of the document; an absent one is as good as an empty one.
    pub(super) fn one(
        root: &'s DeTable<'t>,
        rules: &'static Table,
        reading: &mut Reading<'_>,
    ) -> Section<'s, 't> {
        let absent = Section {
            rules,
            table: None,
            at: 0..0,
        };
        let Some(found) = root.get(rules.name) else {
            return absent;
        };
        match found.get_ref() {
            DeValue::Table(_) => Section::open(found, rules, reading).unwrap_or(absent),
            DeValue::Array(tables)
                if tables.len() == 1 && tables.iter().all(|table| table.get_ref().is_table()) =>
            {
                let remedy = format!("write {}, with single brackets", rules.heading());
                reading.refuse(
                    first_line(found),
                    Refusal::new(
                        format!("{} stands there once only", rules.heading()),
                        remedy,
                    ),
                );
                absent
            }
            other => {
                reading.refuse(
                    found.span(),
                    wrong_kind(
                        other,
                        &format!("the table {}", rules.heading()),
                        &format!(
                            "write {} on a line of its own, its keys below",
                            rules.heading()
                        ),
                    ),
                );
                absent
            }
        }
    }

    /// The table `rules.name` of the document, whatever else is in it.
    pub(super) fn unchecked(root: &'s DeTable<'t>, rules: &'static Table) -> Section<'s, 't> {
        let table = root
            .get(rules.name)
            .and_then(|found| found.get_ref().as_table());
        Section {
            rules,
            table,
            at: 0..0,
        }
    }

    /// Every `[[rules.name]]` of the document.
    pub(super) fn many(
        root: &'s DeTable<'t>,
        rules: &'static Table,
        reading: &mut Reading<'_>,
    ) -> Vec<Section<'s, 't>> {
        let Some(found) = root.get(rules.name) else {
            return Vec::new();
        };
        let remedy = format!("write {} above each, with double brackets", rules.heading());
        match found.get_ref() {
            DeValue::Array(tables) => tables
                .iter()
                .filter_map(|table| Section::open(table, rules, reading))
                .collect(),
            other => {
                let refusal = match other {
                    DeValue::Table(_) => Refusal::new(
                        format!("[{}] is one table, but there may be many", rules.name),
                        remedy,
                    ),
                    other => wrong_kind(other, "tables", &remedy),
                };
                reading.refuse(first_line(found), refusal);
                Vec::new()
            }
        }
    }

    /// A table, its unknown keys refused; None where it is no table.
    pub(super) fn open(
        found: &'s Spanned<DeValue<'t>>,
        rules: &'static Table,
        reading: &mut Reading<'_>,
    ) -> Option<Section<'s, 't>> {
        let DeValue::Table(table) = found.get_ref() else {
            reading.refuse(
                found.span(),
                wrong_kind(found.get_ref(), "a table", "write key = value pairs"),
            );
            return None;
        };
        for (key, value) in table {
            match rules.key(key.get_ref()) {
                None => reading.refuse(key.span(), unknown_key(rules, key.get_ref())),
                Some(known) if known.later => {
                    reading.refuse(value.span(), not_yet(&format!("`{}`", known.name)));
                }
                Some(_) => {}
            }
        }
        let section = Section {
            rules,
            table: Some(table),
            at: found.span(),
        };
        for key in rules
            .keys
            .iter()
            .filter(|key| key.required && !table.contains_key(key.name))
        {
            let message = format!("{} has no `{}`", rules.heading(), key.name);
            let at = if rules.many {
                section.heading()
            } else {
                section.at.clone()
            };
            reading.refuse(
                at,
                Refusal::new(message, format!("add: {} = {}", key.name, key.example)),
            );
        }
        Some(section)
    }

    /// Where its heading stands.
    pub(super) fn heading(&self) -> Range<usize> {
        self.at.clone()
    }

    /// The value of a key, with its place.
    pub(super) fn found(&self, key: &str) -> Option<&'s Spanned<DeValue<'t>>> {
        debug_assert!(
            self.rules.key(key).is_some(),
            "{key} is not in the table of keys"
        );
        self.table.and_then(|table| table.get(key))
    }

    /// The value of a key, read; None where it is absent or was refused.
    pub(super) fn read<T>(
        &self,
        key: &str,
        reading: &mut Reading<'_>,
        parse: impl FnOnce(&DeValue<'_>) -> Parsed<T>,
    ) -> Option<T> {
        let found = self.found(key)?;
        match parse(found.get_ref()) {
            Ok(value) => Some(value),
            Err(refusal) => {
                reading.refuse(found.span(), refusal.about(key));
                None
            }
        }
    }

    /// The texts of a list, each read, those refused left out; a single text is a list of one.
    pub(super) fn list<T>(
        &self,
        key: &str,
        reading: &mut Reading<'_>,
        parse: impl Fn(&str) -> Parsed<T>,
    ) -> Vec<(Range<usize>, T)> {
        let Some(found) = self.found(key) else {
            return Vec::new();
        };
        let DeValue::Array(values) = found.get_ref() else {
            reading.refuse(
                found.span(),
                wrong_kind(
                    found.get_ref(),
                    "a list of texts",
                    "put it in square brackets: [\"…\"]",
                ),
            );
            return Vec::new();
        };
        let mut list = Vec::with_capacity(values.len());
        for value in values.iter() {
            match values::text(value.get_ref()).and_then(|text| parse(&text)) {
                Ok(parsed) => list.push((value.span(), parsed)),
                Err(refusal) => reading.refuse(value.span(), refusal.about(key)),
            }
        }
        list
    }
}

/// Keys and tables at the top of the document that are none of ours.
pub(super) fn refuse_unknown_tables(root: &DeTable<'_>, reading: &mut Reading<'_>) {
    let names = || keys::TABLES.iter().map(|table| table.name);
    for (key, value) in root {
        let name: &str = key.get_ref();
        if names().any(|known| known == name) {
            continue;
        }
        let near = keys::meant(name, names())
            .and_then(|near| keys::TABLES.iter().find(|table| table.name == near));
        let home = keys::TABLES
            .iter()
            .find(|table| !table.many && table.key(name).is_some());
        let is_table = matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_));
        let remedy = match (near, home) {
            (_, Some(home)) if !is_table => format!("it belongs below {}", home.heading()),
            (Some(near), _) => format!("did you mean {}?", near.heading()),
            (None, _) => {
                let all: Vec<String> = keys::TABLES.iter().map(|table| table.heading()).collect();
                format!("the tables are {}", all.join(" "))
            }
        };
        let what = if is_table { "table" } else { "key" };
        reading.refuse(
            key.span(),
            Refusal::new(
                format!("unknown {what} `{}`", values::shown_bare(name)),
                remedy,
            ),
        );
    }
}

fn unknown_key(rules: &'static Table, name: &str) -> Refusal {
    let message = format!(
        "unknown key `{}` in {}",
        values::shown_bare(name),
        rules.heading()
    );
    let near = keys::meant(name, rules.keys.iter().map(|key| key.name));
    let home = keys::TABLES.iter().find(|table| table.key(name).is_some());
    let remedy = match (near, home) {
        (_, Some(home)) => format!("it belongs below {}", home.heading()),
        (Some(near), None) => format!("did you mean `{near}`?"),
        (None, None) => {
            let all: Vec<&str> = rules.keys.iter().map(|key| key.name).collect();
            format!("its keys are: {}", all.join(", "))
        }
    };
    Refusal::new(message, remedy)
}

/// What is refused because it is not built yet.
pub(super) fn not_yet(what: &str) -> Refusal {
    Refusal::new(
        format!("{what} is not yet supported"),
        "leave it out; a later version will know it",
    )
}

/// Where a table or list begins: the whole of one would underline a page.
fn first_line(found: &Spanned<DeValue<'_>>) -> Range<usize> {
    match found.get_ref() {
        DeValue::Array(values) => values.first().map_or(found.span(), |first| first.span()),
        _ => found.span(),
    }
}
