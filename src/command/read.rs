//! `read`: what is understood of feed documents on disk.
//!
//! Files are read in parallel, and told in the order of the arguments.

use super::arguments::Asked;
use super::{Ended, Misuse, answer};
use crate::domain::Moment;
use crate::domain::entry::{Entry, Markup};
use crate::read::{self, Document, Format, Hints, sanitize};
use chrono::SecondsFormat;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;
use serde::Serialize;
use std::fs::File;
use std::io::{self, Read as _};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use url::Url;

/// Larger than any feed; `/dev/zero` ends here.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Files read before the first of them is told: what is held in memory is bounded by it.
const AT_A_TIME: usize = 64;

/// What `read` was asked.
#[derive(clap::Args, Debug)]
pub struct Request {
    /// Feed documents; `-` is stdin.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The address that they came from: relative addresses are relative to it.
    #[arg(long, value_name = "BASE")]
    url: Option<String>,
    /// The Content-Type that they came with.
    #[arg(long, value_name = "CT")]
    content_type: Option<String>,
    #[command(flatten)]
    asked: Asked,
}

/// One line of `read --json`.
#[derive(Serialize)]
#[serde(untagged)]
enum Told {
    /// It is a feed.
    Feed(Box<Feed>),
    /// It is none.
    Fault {
        /// The argument as given.
        file: String,
        /// Why.
        error: String,
    },
}

#[derive(Serialize)]
struct Feed {
    file: String,
    format: Format,
    title: Option<String>,
    link: Option<String>,
    language: Option<String>,
    entries: Vec<Item>,
    repairs: Vec<String>,
}

#[derive(Serialize)]
struct Item {
    id: Option<String>,
    title: Option<String>,
    link: Option<String>,
    published: Option<String>,
    updated: Option<String>,
    authors: Vec<String>,
    language: Option<String>,
    summary: Option<String>,
    content: Option<String>,
    categories: Vec<String>,
    enclosures: Vec<Attachment>,
    source: Option<Origin>,
}

#[derive(Serialize)]
struct Attachment {
    url: String,
    r#type: Option<String>,
    length: Option<u64>,
}

#[derive(Serialize)]
struct Origin {
    title: Option<String>,
    url: Option<String>,
}

pub(super) fn read(request: &Request) -> anyhow::Result<Ended> {
    let base = match request.url.as_deref().map(Url::parse).transpose() {
        Ok(base) => base,
        Err(error) => {
            return Err(Misuse {
                message: format!("--url is no address: {error}"),
                remedy: "write the whole address: --url https://example.org/feed.xml".to_owned(),
            }
            .into());
        }
    };
    let hints = Hints {
        base: base.as_ref(),
        content_type: request.content_type.as_deref(),
    };
    let progress = progress(request.files.len());
    let mut failed = false;
    for files in request.files.chunks(AT_A_TIME) {
        let told: Vec<Told> = files
            .par_iter()
            .map(|file| {
                let told = one(file, &hints);
                progress.inc(1);
                told
            })
            .collect();
        for told in told {
            failed |= matches!(told, Told::Fault { .. });
            match request.asked.json {
                true => answer::print_json(&told)?,
                false => tell(&told)?,
            }
        }
    }
    progress.finish_and_clear();
    Ok(if failed { Ended::Failed } else { Ended::Done })
}

/// Drawn only where many files are read and their answers do not go to the same terminal.
fn progress(files: usize) -> ProgressBar {
    let drawn = files > AT_A_TIME && answer::is_watched() && !answer::is_terminal();
    let target = match drawn {
        true => ProgressDrawTarget::stderr(),
        false => ProgressDrawTarget::hidden(),
    };
    let bar = ProgressBar::with_draw_target(u64::try_from(files).ok(), target);
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} files, {eta} to go");
    style.map_or(bar.clone(), |style| bar.with_style(style))
}

/// One file, understood or not; whatever is in it, this comes back.
fn one(file: &PathBuf, hints: &Hints<'_>) -> Told {
    let name = file.to_string_lossy().into_owned();
    let understood = || match bytes(file) {
        Ok(bytes) => read::read(&bytes, hints)
            .map(|document| feed(name.clone(), document))
            .map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    // The reader is not meant to panic, but one file must never cost the others.
    let understood = panic::catch_unwind(AssertUnwindSafe(understood))
        .unwrap_or_else(|_| Err("the reader broke down over this: please report it".to_owned()));
    match understood {
        Ok(feed) => Told::Feed(Box::new(feed)),
        Err(error) => Told::Fault { file: name, error },
    }
}

fn bytes(file: &PathBuf) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut from: Box<dyn io::Read> = match file.as_os_str() == "-" {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(file)?),
    };
    let read = from.by_ref().take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    match u64::try_from(read).is_ok_and(|read| read <= MAX_BYTES) {
        true => Ok(bytes),
        false => Err(io::Error::other("larger than 256 MB, which no feed is")),
    }
}

fn feed(file: String, document: Document) -> Feed {
    Feed {
        file,
        format: document.format,
        title: document.facts.title,
        link: document.facts.link,
        language: document.facts.language,
        entries: document.entries.into_iter().map(item).collect(),
        repairs: document.repairs,
    }
}

fn item(entry: Entry) -> Item {
    Item {
        id: entry.id,
        title: entry.title,
        link: entry.link,
        published: entry.published.map(date),
        updated: entry.updated.map(date),
        authors: entry
            .authors
            .into_iter()
            .map(|author| author.name)
            .collect(),
        language: entry.language,
        summary: entry.summary.as_ref().map(clean),
        content: entry.content.as_ref().map(clean),
        categories: entry
            .categories
            .into_iter()
            .map(|category| category.term)
            .collect(),
        enclosures: entry
            .enclosures
            .into_iter()
            .map(|enclosure| Attachment {
                url: enclosure.url,
                r#type: enclosure.media_type,
                length: enclosure.length,
            })
            .collect(),
        source: entry.source.map(|source| Origin {
            title: source.title,
            url: source.url,
        }),
    }
}

fn date(moment: Moment) -> String {
    moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn clean(markup: &Markup) -> String {
    sanitize::clean(markup).as_str().to_owned()
}

/// The same for people: a line a file, a line an entry.
fn tell(told: &Told) -> io::Result<()> {
    let feed = match told {
        Told::Feed(feed) => feed,
        Told::Fault { file, error } => {
            answer::say_fault(&format!("{file}: {error}"), "");
            return Ok(());
        }
    };
    let format = serde_json::to_value(feed.format).ok();
    let format = format
        .as_ref()
        .and_then(|format| format.as_str())
        .unwrap_or_default();
    let mut text = format!(
        "{}: {format}, {}, {}",
        feed.file,
        feed.title.as_deref().unwrap_or("without a title"),
        match feed.entries.len() {
            1 => "1 entry".to_owned(),
            number => format!("{number} entries"),
        },
    );
    if let Some(language) = &feed.language {
        text.push_str(&format!(", {language}"));
    }
    text.push('\n');
    for item in &feed.entries {
        let date = item
            .published
            .as_deref()
            .or(item.updated.as_deref())
            .unwrap_or("undated");
        let title = item.title.as_deref().unwrap_or("without a title");
        text.push_str(&format!("  {date:<20}  {title}\n"));
    }
    for repair in &feed.repairs {
        text.push_str(&format!("  repaired: {repair}\n"));
    }
    let width = answer::width();
    let lines: String = text
        .lines()
        .map(|line| answer::cut(&answer::visible(line), width) + "\n")
        .collect();
    answer::print(&lines)
}
