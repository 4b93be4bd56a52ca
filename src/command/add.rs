//! `add`: finds the feed at an address, tries it, appends it to feeds.toml.

use super::arguments::Asked;
use super::asking::{Look, Looker, NotRead, typed};
use super::{Ended, Misuse, answer, settings};
use crate::clock::Clock;
use crate::config::{self, Config, Keep, NewSource, masked};
use crate::domain::source::Address;
use crate::read::{Document, Format, ReadError};
use serde::Serialize;
use std::path::Path;
use url::Url;

/// Feeds of a page that are tried, at most.
const MOST_LINKED: usize = 12;

/// Where a feed often stands on sites whose page links none.
const WELL_KNOWN: [&str; 6] = [
    "/feed",
    "/feed.xml",
    "/rss.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
];

/// What `add` was asked.
#[derive(clap::Args, Debug)]
pub struct Request {
    /// A feed, or a page that links one.
    url: String,
    /// Which entries are in the wire.
    #[arg(long, value_enum, default_value = "related")]
    keep: Kept,
    /// Your name for it; the feed's own title where it is not given.
    #[arg(long)]
    name: Option<String>,
    /// Print what would be appended, and write nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    asked: Asked,
}

/// `keep` of a source.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kept {
    /// Those related to a statement or topic.
    Related,
    /// All.
    All,
}

/// What `add --json` says.
#[derive(Serialize)]
struct Report {
    added: Option<String>,
    candidates: Vec<Candidate>,
    message: Option<String>,
}

/// A feed that was found.
#[derive(Serialize)]
struct Candidate {
    /// In full, for it is to be typed: what a page links is nobody's secret.
    url: Url,
    title: Option<String>,
    format: Format,
    entries: usize,
    /// The id of the source that it is already.
    followed_as: Option<String>,
}

pub(super) fn add(path: &Path, request: &Request) -> anyhow::Result<Ended> {
    let config = settings::load_and_warn(path)?;
    let url = typed(&request.url).map_err(|message| Misuse {
        message,
        remedy: "write the address of a feed or of a page: https://example.org/".to_owned(),
    })?;
    let found = settings::runtime()?.block_on(find(&config, &url));
    let candidates = match found {
        Ok(candidates) => candidates,
        Err(message) => {
            return refuse(
                request,
                Vec::new(),
                &message,
                "is there a page that names its feed?",
            );
        }
    };
    if candidates.len() > 1 {
        let remedy = "take one: presswire add ADDRESS";
        return refuse(request, candidates, "several feeds are there", remedy);
    }
    let followed = candidates
        .iter()
        .find_map(|candidate| candidate.followed_as.clone());
    if let Some(id) = followed {
        let message = format!("it is followed already, as {id}");
        return refuse(request, candidates, &message, "");
    }
    write(&config, request, candidates)
}

/// Appends the only candidate, or shows what would be appended.
fn write(config: &Config, request: &Request, candidates: Vec<Candidate>) -> anyhow::Result<Ended> {
    let Some(candidate) = candidates.first() else {
        return refuse(request, candidates, "no feed is there", "");
    };
    let name = request.name.clone();
    let title = name.as_deref().or(candidate.title.as_deref());
    let source = NewSource {
        id: config::free_id(config, title, candidate.url.host_str().unwrap_or_default()),
        url: candidate.url.to_string(),
        name,
        keep: match request.keep {
            Kept::Related => Keep::Related,
            Kept::All => Keep::All,
        },
    };
    if request.dry_run {
        answer::print(&source.lines())?;
        return Ok(Ended::Done);
    }
    config::append_source(&config.path, &source)?;
    if request.asked.json {
        answer::print_json(&Report {
            added: Some(source.id),
            candidates,
            message: None,
        })?;
    } else {
        answer::print(&format!("added {}: {}\n", source.id, line(candidate)))?;
    }
    Ok(Ended::Done)
}

fn refuse(
    request: &Request,
    candidates: Vec<Candidate>,
    message: &str,
    remedy: &str,
) -> anyhow::Result<Ended> {
    answer::say_fault(message, remedy);
    if request.asked.json {
        answer::print_json(&Report {
            added: None,
            candidates,
            message: Some(message.to_owned()),
        })?;
    } else if candidates.len() > 1 {
        let lines: String = candidates
            .iter()
            .map(|candidate| line(candidate) + "\n")
            .collect();
        answer::print(&lines)?;
    }
    Ok(Ended::Failed)
}

fn line(candidate: &Candidate) -> String {
    let title = candidate.title.as_deref().unwrap_or("without a title");
    let followed = match &candidate.followed_as {
        Some(id) => format!(", followed as {id}"),
        None => String::new(),
    };
    answer::visible(&format!(
        "{}  {title}, {}{followed}",
        candidate.url,
        answer::entries(candidate.entries)
    ))
}

/// The feeds at an address: itself, else those that the page links, else the first that stands where
/// the feeds of such a site stand.
///
/// # Errors
/// Why there is none, in one line.
async fn find(config: &Config, url: &Url) -> Result<Vec<Candidate>, String> {
    let looker = Looker::new(config, Clock::System.now());
    let look = looker.look(url, None).await;
    let linked = match &look.read {
        Ok(document) => return Ok(vec![candidate(config, url, &look, document)]),
        Err(NotRead::Other(ReadError::Page { feeds, .. })) => feeds.clone(),
        Err(why) => return Err(format!("{}: {why}", masked(url.as_str()))),
    };
    // WordPress links its API's description as if it were a feed.
    let linked = linked.iter().filter(|feed| !feed.contains("/wp-json/"));
    let linked: Vec<Url> = linked.filter_map(|feed| Url::parse(feed).ok()).collect();
    let mut candidates: Vec<Candidate> = Vec::new();
    for place in linked.iter().take(MOST_LINKED) {
        let look = looker.look(place, None).await;
        if let Ok(document) = &look.read {
            let found = candidate(config, place, &look, document);
            let address = Address::of(&found.url);
            if !candidates
                .iter()
                .any(|other| Address::of(&other.url) == address)
            {
                candidates.push(found);
            }
        }
    }
    if !candidates.is_empty() {
        return Ok(candidates);
    }
    for place in usual_places(&look.url) {
        let look = looker.look(&place, None).await;
        // The others are the same feed in other forms.
        if let Ok(document) = &look.read {
            return Ok(vec![candidate(config, &place, &look, document)]);
        }
    }
    Err(format!(
        "{}: a page that links no feed, and none stands where feeds usually do",
        masked(url.as_str())
    ))
}

fn candidate(config: &Config, asked: &Url, look: &Look, document: &Document) -> Candidate {
    // What redirects for good is followed where it went; what redirects for now, where it was.
    let url = if look.moved { &look.url } else { asked };
    let address = Address::of(url);
    let known = config
        .sources
        .iter()
        .find(|source| Address::of(&source.url) == address);
    Candidate {
        url: url.clone(),
        title: document.facts.title.clone(),
        format: document.format,
        entries: document.entries.len(),
        followed_as: known.map(|source| source.id.clone()),
    }
}

/// Where the feed of a page may be that links none: by the site's own rule where it is known, else
/// where most programs put it.
fn usual_places(page: &Url) -> Vec<Url> {
    let segments: Vec<&str> = page.path_segments().into_iter().flatten().collect();
    let own = match (page.host_str().unwrap_or_default(), segments.as_slice()) {
        ("github.com", [owner, name, ..]) => Some(format!("/{owner}/{name}/releases.atom")),
        ("www.youtube.com" | "youtube.com", ["channel", id, ..]) => {
            Some(format!("/feeds/videos.xml?channel_id={id}"))
        }
        _ => None,
    };
    let places = match &own {
        Some(own) => vec![own.as_str()],
        None => WELL_KNOWN.to_vec(),
    };
    places
        .into_iter()
        .filter_map(|place| page.join(place).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn site_with_a_rule_of_its_own_is_asked_by_it_alone() {
        let places = |page: &str| {
            let places = usual_places(&page.parse().expect("an address"));
            places.into_iter().map(String::from).collect::<Vec<_>>()
        };
        assert_eq!(
            places("https://github.com/owner/name/tree/main"),
            ["https://github.com/owner/name/releases.atom"]
        );
        assert_eq!(
            places("https://www.youtube.com/channel/UC1/videos"),
            ["https://www.youtube.com/feeds/videos.xml?channel_id=UC1"]
        );
        assert_eq!(
            places("https://example.org/press/")[0],
            "https://example.org/feed"
        );
    }
}
