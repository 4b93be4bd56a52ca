//! One file's text -> a [`Statement`]: front matter where there is some, the rest inferred.
//!
//! Pure: what is refused depends on the text, the configuration and `now` alone. What depends on
//! other files and on what was published before (ids, slugs twice, a draft that was public) is
//! `shelf`'s.

use super::embargo;
use super::front;
use super::infer;
use super::keys::{self, Front};
use super::markdown;
use super::moment;
use super::problem::Problem;
use super::slug;
use crate::domain::entry::Markup;
use crate::domain::statement::{Statement, Status};
use crate::domain::{Digest, Moment, text};
use chrono::NaiveDate;
use chrono_tz::Tz;
use regex::Regex;
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;
use url::Url;

/// What a document is read under.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    /// Of bare dates.
    pub(super) timezone: Tz,
    /// `[wire] url`.
    pub(super) url: &'a Url,
    /// Ids of `[[source]]`, for `signatories`.
    pub(super) sources: &'a [String],
    /// Only ever compared with embargoes.
    pub(super) now: Moment,
}

/// A statement as its file gives it: all but the id.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Document {
    /// Its `id` is empty still.
    pub(super) statement: Statement,
    /// The `id` key.
    pub(super) id_key: Option<String>,
    /// The day that its tag URI carries; None: the day of first sight.
    pub(super) day: Option<NaiveDate>,
    /// Over its words.
    pub(super) digest: Digest,
    /// Where the keys `slug`, `id`, `status`, `publish_at` stand.
    pub(super) front: Front,
}

/// Reads a document; None where one of the problems refuses it.
pub(super) fn read(
    path: &str,
    source: &str,
    context: &Context<'_>,
) -> (Option<Document>, Vec<Problem>) {
    let parts = match front::split(source) {
        Ok(parts) => parts,
        Err(problem) => return (None, vec![problem]),
    };
    let has_front = parts.fields.is_some();
    let (front, mut problems) = keys::read(
        parts.fields.as_deref().unwrap_or_default(),
        context.timezone,
    );
    if !has_front {
        problems.extend(stray_key(parts.body));
    }
    let told = [
        front.title.as_deref(),
        front.summary.as_deref(),
        Some(parts.body),
    ];
    for (no, said) in told.into_iter().enumerate() {
        let line = match no {
            0 => front.place("title").0,
            1 => front.place("summary").0,
            _ => parts.body_line,
        };
        problems.extend(embargo::check(
            said.unwrap_or_default(),
            line,
            front.publish_at,
            context.now,
            context.timezone,
        ));
    }
    for signatory in &front.signatories {
        if let Some(source) = signatory
            .source
            .as_ref()
            .filter(|source| !context.sources.contains(source))
        {
            let (line, column) = front.place("signatories");
            problems.push(
                Problem::warning(
                    format!(
                        "`signatories` names a source that feeds.toml does not have: “{source}”"
                    ),
                    "use the id of a [[source]]",
                )
                .at(line, column),
            );
        }
    }
    let document = match compose(path, &parts, front, context) {
        Ok(document) => Some(document),
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    if let Some(problem) = document
        .as_ref()
        .and_then(|document| ahead(document, context))
    {
        problems.push(problem);
    }
    let refused = problems.iter().any(Problem::refuses);
    (document.filter(|_| !refused), problems)
}

fn compose(
    path: &str,
    parts: &front::Parts<'_>,
    front: Front,
    context: &Context<'_>,
) -> Result<Document, Problem> {
    let withdrawn = front.status == Status::Withdrawn;
    let is_text = parts.body.chars().any(char::is_alphanumeric);
    if !is_text && !withdrawn {
        return Err(Problem::error(
            "there is no text",
            "write one, or set status: draft until it is written",
        )
        .at(parts.body_line, 1));
    }
    let slug = match front.slug.clone() {
        Some(slug) => slug,
        None => slug::of_path(path).ok_or_else(|| {
            Problem::error("the file's name gives no slug", "rename it, or set `slug`")
        })?,
    };
    let inferred = infer::read(parts.body, front.title.as_deref());
    let html = markdown::markup(&renderable(&inferred.text, path))
        .ok_or_else(|| Problem::error("the text makes more than 8 MB of HTML", "shorten it"))?;
    let mut statement = Statement {
        path: path.to_owned(),
        body: Markup {
            html,
            base: context.url.join(&format!("statements/{slug}/")).ok(),
            language: None,
        },
        slug,
        updated: front.updated,
        authors: front.authors.clone(),
        summary: front.summary.clone(),
        tags: front.tags.clone(),
        topics: front.topics.clone(),
        translation_note: inferred.translation_note.clone(),
        translation_of: front.translation_of.clone(),
        group: front.group.clone(),
        publish_at: front.publish_at,
        status: front.status,
        reason: front.reason.clone(),
        correction: front.correction.clone(),
        contact: inferred.contact.clone(),
        ..Statement::default()
    };
    let day = settle(&mut statement, &front, inferred, path, context);
    if statement.title.is_empty() && withdrawn {
        // What it was called is known from its last good version.
        statement.title.clone_from(&statement.slug);
    }
    if statement.title.is_empty() {
        return Err(Problem::error(
            "there is no title",
            "set `title`, or write a heading",
        ));
    }
    let words = text::plain(&statement.body.html);
    if statement.language.is_none() {
        statement.language = text::language(&format!("{}\n{words}", statement.title), None);
        note(&mut statement, "language", |statement| {
            statement.language.is_some()
        });
    }
    statement.body.language.clone_from(&statement.language);
    Ok(Document {
        id_key: front.id.clone(),
        day,
        digest: digest(&statement, &words),
        statement,
        front,
    })
}

/// Fills in what front matter says, else what was inferred, and notes which is which. The day for the
/// tag URI comes back.
fn settle(
    statement: &mut Statement,
    front: &Front,
    inferred: infer::Inferred,
    path: &str,
    context: &Context<'_>,
) -> Option<NaiveDate> {
    let keep = |told: &Option<String>, found: Option<String>| told.clone().or(found);
    statement.title = keep(&front.title, inferred.title).unwrap_or_default();
    statement.publisher = keep(&front.publisher, inferred.publisher);
    statement.original = keep(&front.original, inferred.original);
    statement.language.clone_from(&front.language);
    statement.signatories =
        if front.signatories.is_empty() && !front.places.contains_key("signatories") {
            inferred.signatories
        } else {
            front.signatories.clone()
        };
    let named = || slug::date_of_path(path)?.parse::<NaiveDate>().ok();
    // A `date` key without a value says that there is none.
    let found = (!front.places.contains_key("date"))
        .then(|| inferred.day.or_else(named))
        .flatten()
        .and_then(|day| moment::bare(day, context.timezone));
    let dated = front.date.or(found);
    statement.date = dated.map(|dated| dated.at);
    let told = |key: &str| front.places.contains_key(key);
    for (key, is_set) in [
        ("title", !statement.title.is_empty()),
        ("date", statement.date.is_some()),
        ("publisher", statement.publisher.is_some()),
        ("signatories", !statement.signatories.is_empty()),
        ("original", statement.original.is_some()),
    ] {
        if is_set && (!told(key) || (key == "title" && front.title.is_none())) {
            statement.inferred.push(key.to_owned());
        }
    }
    dated.map(|dated| dated.day)
}

fn note(statement: &mut Statement, key: &str, is_set: impl Fn(&Statement) -> bool) {
    if is_set(statement) {
        statement.inferred.push(key.to_owned());
    }
}

/// Markdown that says what its author sees: a line that begins with a date is no numbered list, and
/// plain text (`.txt`) knows no code by indentation and keeps the line breaks of short lines.
fn renderable(body: &str, path: &str) -> String {
    let plain_text = path.to_lowercase().ends_with(".txt");
    let lines: Vec<&str> = body.lines().collect();
    let mut readable = String::with_capacity(body.len() + 64);
    let mut fenced = false;
    let mut listed = false;
    for (at, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
        }
        listed = !trimmed.is_empty()
            && (infer::is_item(line) || (listed && line.starts_with([' ', '\t'])))
            || (trimmed.is_empty() && listed);
        if fenced {
            readable.push_str(line);
        } else if infer::starts_with_date(trimmed) {
            readable.push_str(&trimmed.replacen('.', "\\.", 1));
        } else if plain_text && !listed {
            readable.push_str(trimmed);
            let next = lines.get(at + 1).map_or("", |next| next.trim());
            if is_verse(line) && !next.is_empty() && !next.starts_with(['=', '-', '#']) {
                readable.push_str("  ");
            }
        } else {
            readable.push_str(line);
        }
        readable.push('\n');
    }
    readable
}

/// A line so short that its end is meant: an address, a signature, a verse.
fn is_verse(line: &str) -> bool {
    let chars = line.trim().chars().count();
    (1..=45).contains(&chars) && !line.trim_start().starts_with('#')
}

/// Front matter whose opening fence is missing would be published as text, embargo and all.
fn stray_key(body: &str) -> Option<Problem> {
    static KEY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?i)^\s*[{"']*(?:publish[_-]?at|publishdate|translation_of|status["']?\s*[:=]\s*["']?(?:draft|published|withdrawn)|draft["']?\s*[:=]\s*true)["']?\s*(?:[:=]|\b)"#)
            .expect("a constant pattern")
    });
    let (at, _) = body
        .lines()
        .enumerate()
        .skip_while(|(_, line)| line.trim().is_empty())
        .take_while(|(at, line)| *at < 40 && !line.trim().is_empty())
        .find(|(_, line)| KEY.is_match(line))?;
    Some(
        Problem::error(
            "the file begins like front matter, but no line --- opens it",
            "put a line --- before its first key and one after its last",
        )
        .at(at + 1, 1),
    )
}

/// A date that lies ahead holds nothing back; who writes one may think it does.
fn ahead(document: &Document, context: &Context<'_>) -> Option<Problem> {
    let statement = &document.statement;
    let date = statement.date?;
    let holds = statement.publish_at.is_some() || statement.status != Status::Published;
    (date > context.now + chrono::TimeDelta::days(1) && !holds).then(|| {
        let (line, column) = document.front.place("date");
        Problem::warning(
            "the date lies ahead, and the statement is public all the same",
            "hold it back by publish_at, with date, time and offset",
        )
        .at(line, column)
    })
}

/// Over its words, which make a version: a correction is said first, and belongs to them.
fn digest(statement: &Statement, words: &str) -> Digest {
    match &statement.correction {
        Some(correction) => text::digest(&statement.title, &format!("{correction}\n{words}")),
        None => text::digest(&statement.title, words),
    }
}

/// Over everything of a statement that can be seen: where it is equal, nothing that is served moves.
pub(super) fn visible(statement: &Statement) -> Digest {
    let seen = serde_json::json!([
        statement.slug,
        statement.id,
        statement.title,
        statement.date,
        statement.updated,
        statement.language,
        statement.authors,
        statement.publisher,
        statement.summary,
        statement.tags,
        statement.topics,
        statement.signatories,
        statement.original,
        statement.translation_note,
        statement.translation_of,
        statement.group,
        statement.status,
        statement.reason,
        statement.correction,
        statement.contact,
        statement.inferred,
        text::visible(&statement.body.html, str::to_owned),
    ]);
    Digest(Sha256::digest(seen.to_string().as_bytes()).into())
}
