//! `read`: what is understood of feed documents on disk.
//!
//! Files are read in parallel, and told in the order of the arguments.

use super::arguments::Asked;
use super::{Ended, Misuse, answer};
use crate::read::{self, Hints, Report};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;
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

/// Reads the files, and tells of each in the order given.
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
        let told: Vec<Report> = files
            .par_iter()
            .map(|file| {
                let told = one(file, &hints);
                progress.inc(1);
                told
            })
            .collect();
        for told in told {
            failed |= told.is_fault();
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
fn one(file: &PathBuf, hints: &Hints<'_>) -> Report {
    let name = file.to_string_lossy();
    let understood = || match bytes(file) {
        Ok(bytes) => Report::of(&name, read::read(&bytes, hints)),
        Err(error) => Report::fault(&name, error.to_string()),
    };
    // The reader is not meant to panic, but one file must never cost the others.
    panic::catch_unwind(AssertUnwindSafe(understood)).unwrap_or_else(|_| {
        let error = "the reader broke down over this: please report it".to_owned();
        Report::fault(&name, error)
    })
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

/// The same for people: a line a file, a line an entry.
fn tell(told: &Report) -> io::Result<()> {
    let feed = match told {
        Report::Feed(feed) => feed,
        Report::Fault { file, error } => {
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
        answer::entries(feed.entries.len()),
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
