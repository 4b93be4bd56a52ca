//! The page of one release: its text, who published it and when, why it is here, what belongs beside it.
//!
//! A release with a statement of ours has one page, under the statement's address. The page of
//! somebody else's text names the publisher's own as canonical.

use super::Page;
use super::chrome::{Chrome, Place, Version};
use super::facts::{self, Beside, Facts};
use super::metadata::metadata;
use super::words::{Words, language_name, primary_subtag, words_of};
use super::{notice, pictures};
use crate::config::Config;
use crate::database::{Database, Found, StatementRecord, Window};
use crate::domain::entry::Enclosure;
use crate::domain::release::{By, LinkKind, Release, ReleaseId, ReleaseNumber, Withdrawal};
use crate::domain::scope::Scope;
use crate::domain::statement::{Statement, Status};
use crate::domain::text::plain;
use crate::publish::address::statement_path;
use crate::publish::address::{host_of, is_linkable, page_path, release_path, scope_path};
use crate::publish::feed;
use crate::publish::linked::Linked;
use crate::publish::text::{ReleaseText, texts_of};
use crate::publish::xml_text::{beginning, one_line};
use crate::publish::{Addresses, PublishError, date};
use crate::wire::{self, Rules};
use askama::Template;
use std::collections::HashMap;

/// How many releases related to a statement its page lists; the feed beside it has the rest.
const RELATED: usize = 20;

/// How many authors a dateline names at most.
const MOST_AUTHORS: usize = 3;

#[derive(Template)]
#[template(path = "release.html", config = "src/publish/page/askama.toml")]
struct TextPage {
    chrome: Chrome,
    w: &'static Words,
    metadata: String,
    is_ours: bool,
    lang: Option<String>,
    language: String,
    by: String,
    by_href: Option<String>,
    published: String,
    published_iso: Option<String>,
    changed: Option<String>,
    updated_iso: String,
    authors: String,
    versions: Vec<Version>,
    correction: Option<String>,
    translation_note: Option<String>,
    original: Option<String>,
    body: Option<String>,
    teaser: Option<String>,
    is_cut: bool,
    read_on: Option<String>,
    read_on_host: String,
    enclosures: Vec<Attachment>,
    signatories: Vec<Named>,
    contact: Option<String>,
    facts: Facts,
}

struct Named {
    name: String,
    href: Option<String>,
}

struct Attachment {
    href: String,
    name: String,
    detail: String,
}

/// `/releases/{id}`: 200, 301 to where it moved or to its statement's page, 410 where withdrawn.
/// `explained_by`: the rules in force, for operators, who are told why it is where it is.
///
/// # Errors
/// `Unknown`; `Database`; `Written`.
pub async fn release(
    db: &Database,
    config: &Config,
    id: &ReleaseId,
    explained_by: Option<&Rules>,
) -> Result<Page, PublishError> {
    let addresses = Addresses::of(&config.wire.url);
    let release = match db.release(id).await? {
        Found::Release(release) => *release,
        Found::MovedTo(other) => return Ok(Page::moved(addresses.whole(&release_path(&other)))),
        Found::Unknown => return Err(PublishError::Unknown),
    };
    if let Some(withdrawal) = &release.withdrawal {
        return notice::gone(config, withdrawal);
    }
    page(db, config, &addresses, &release, explained_by).await
}

/// `/statements/{slug}`: 200, or 410 where withdrawn. `explained_by` as in [`release()`].
///
/// # Errors
/// `Unknown`; `Database`; `Written`.
pub async fn statement(
    db: &Database,
    config: &Config,
    slug: &str,
    explained_by: Option<&Rules>,
) -> Result<Page, PublishError> {
    let record = db.statement(slug).await?.ok_or(PublishError::Unknown)?;
    let said = &record.read.statement;
    match said.status {
        Status::Draft => return Err(PublishError::Unknown),
        Status::Withdrawn => {
            let withdrawal = Withdrawal {
                when: record.changed,
                reason: said.reason.clone().unwrap_or_default(),
            };
            let release = db.release_of_statement(slug).await?;
            let kept = release.and_then(|release| release.withdrawal);
            return notice::gone(config, &kept.unwrap_or(withdrawal));
        }
        Status::Published => {}
    }
    let release = db.release_of_statement(slug).await?;
    let release = release.ok_or(PublishError::Unknown)?;
    if let Some(withdrawal) = &release.withdrawal {
        return notice::gone(config, withdrawal);
    }
    let addresses = Addresses::of(&config.wire.url);
    page(db, config, &addresses, &release, explained_by).await
}

async fn page(
    db: &Database,
    config: &Config,
    addresses: &Addresses,
    release: &Release,
    explained_by: Option<&Rules>,
) -> Result<Page, PublishError> {
    let texts = texts_of(db, config, std::slice::from_ref(release)).await?;
    let text = texts.into_iter().next().unwrap_or_default();
    let statements = db.statements().await?;
    let related = match &release.statement {
        Some(slug) => related_to(db, config, slug).await?,
        None => Vec::new(),
    };
    let linked = Linked::with(db, std::slice::from_ref(release)).await?;
    let joinings = db.joinings(release.number).await?.into_iter();
    let joined = joinings.filter_map(|joining| Some((joining.entry, joining.evidence?)));
    let explained = match explained_by {
        Some(rules) => Some(wire::explain(db, rules, config, release.clone()).await?),
        None => None,
    };
    let beside = Beside {
        joined: joined.collect(),
        explained,
        sizes: sizes(db, config, release, &linked).await?,
        statements,
        linked,
        related,
    };
    Page::of(200, &text_page(config, addresses, release, &text, &beside))
}

/// How long the texts are that contain this one or are contained in it, in bytes of plain text.
async fn sizes(
    db: &Database,
    config: &Config,
    release: &Release,
    linked: &Linked,
) -> Result<HashMap<ReleaseNumber, usize>, PublishError> {
    let compared = linked
        .in_wire(release)
        .filter(|(link, _)| matches!(link.kind, LinkKind::Extended | LinkKind::Contains));
    let compared: Vec<Release> = compared.map(|(_, other)| other.clone()).collect();
    let texts = texts_of(db, config, &compared).await?;
    let numbers = compared.iter().map(|other| other.number);
    Ok(numbers.zip(texts.iter().map(facts::size)).collect())
}

async fn related_to(
    db: &Database,
    config: &Config,
    slug: &str,
) -> Result<Vec<Release>, PublishError> {
    let window = Window {
        items: RELATED,
        since_ms: 0,
        cap: RELATED,
    };
    let related = db
        .feed(&Scope::Related(slug.to_owned()), window, &[])
        .await?;
    let mut related = related.unwrap_or_default();
    related.retain(|other| feed::counted(config, other).count() > 0);
    Ok(related)
}

fn text_page(
    config: &Config,
    addresses: &Addresses,
    release: &Release,
    text: &ReleaseText,
    beside: &Beside,
) -> TextPage {
    let words = words_of(config.wire.language.as_deref());
    let zone = config.wire.timezone;
    let statement = text.statement.as_ref().map(|record| &record.read.statement);
    let title = feed::title(release, Some(text), words);
    let read_on = feed::shown_address(release).map(str::to_owned);
    let (by, by_href) = by(config, addresses, release, statement, words);
    let published_at = release.published.map(date::rfc3339);
    let has_changed = release.published.is_some_and(|at| release.updated > at);
    let mut frame = frame(config, addresses, release, text, &title);
    frame.versions = versions(addresses, statement, &beside.statements);
    let own = config.wire.language.as_deref().unwrap_or(words.tag);
    let shown_language = release.language.as_deref();
    let is_foreign = shown_language.is_some_and(|tag| primary_subtag(tag) != primary_subtag(own));
    TextPage {
        metadata: metadata(config, addresses, release, text, &title),
        is_ours: release.statement.is_some(),
        lang: release.language.clone(),
        language: match shown_language {
            Some(tag) if is_foreign => language_name(tag),
            _ => String::new(),
        },
        by,
        by_href,
        published: release
            .published
            .map(|at| date::day_and_time(at, zone, words))
            .unwrap_or_default(),
        published_iso: published_at,
        changed: has_changed.then(|| date::day_and_time(release.updated, zone, words)),
        updated_iso: date::rfc3339(release.updated),
        authors: authors(config, release, text),
        versions: versions(addresses, statement, &beside.statements)
            .into_iter()
            .filter(|version| Some(&version.lang) != release.language.as_ref())
            .collect(),
        correction: statement.and_then(|said| said.correction.clone()),
        translation_note: statement.and_then(|said| said.translation_note.clone()),
        original: statement
            .and_then(|said| said.original.clone())
            .filter(|original| is_linkable(original)),
        body: body(config, text, words),
        teaser: text.summary.clone(),
        is_cut: text.is_cut,
        read_on_host: read_on.as_deref().and_then(host_of).unwrap_or_default(),
        read_on,
        enclosures: text.enclosures.iter().map(attachment).collect(),
        signatories: statement
            .map(|said| signatories(said, text))
            .unwrap_or_default(),
        contact: statement.and_then(|said| said.contact.clone()),
        facts: Facts::of(config, addresses, release, text, beside),
        chrome: frame,
        w: words,
    }
}

fn frame(
    config: &Config,
    addresses: &Addresses,
    release: &Release,
    text: &ReleaseText,
    title: &str,
) -> Chrome {
    let scope = release
        .statement
        .as_ref()
        .map(|slug| Scope::Related(slug.clone()));
    let place = Place {
        path: Some(page_path(release)),
        heading: title.to_owned(),
        scope_title: scope
            .as_ref()
            .map(|scope| feed::scope_title(config, scope, Some(title))),
        scope: scope.as_ref(),
    };
    let mut chrome = Chrome::of(config, addresses, place);
    chrome.kind = "article";
    chrome.description = text
        .summary
        .as_deref()
        .map(|summary| beginning(summary, 200));
    if let Some(original) = feed::shown_address(release) {
        chrome.canonical = Some(one_line(original));
    }
    chrome
}

/// Sanitised; pictures as the operator wants them.
fn body(config: &Config, text: &ReleaseText, words: &Words) -> Option<String> {
    let html = text.content.as_ref()?;
    Some(if config.wire.remote_images {
        html.as_str().to_owned()
    } else {
        pictures::as_links(html, words)
    })
}

/// Who stands over the text: the source, or the statement's publisher.
fn by(
    config: &Config,
    addresses: &Addresses,
    release: &Release,
    statement: Option<&Statement>,
    words: &Words,
) -> (String, Option<String>) {
    if release.statement.is_some() {
        let publisher = statement.and_then(|said| said.publisher.clone());
        let line = match publisher {
            Some(publisher) => format!("{} · {publisher}", words.ours),
            None => words.ours.to_owned(),
        };
        return (line, None);
    }
    let shown = release.publications.first();
    let name = shown.and_then(|shown| feed::source_name(config, &shown.by));
    let href = shown.and_then(|shown| match &shown.by {
        By::Entry { source_id, .. } => {
            let scope = Scope::Source(source_id.clone());
            Some(addresses.local(&scope_path(&scope)))
        }
        By::Statement(_) => None,
    });
    (name.unwrap_or_default(), href)
}

/// Authors beyond the one that stands over the text anyway.
fn authors(config: &Config, release: &Release, text: &ReleaseText) -> String {
    let shown = release.publications.first();
    let source = shown.and_then(|shown| feed::source_name(config, &shown.by));
    let publisher = text
        .statement
        .as_ref()
        .and_then(|record| record.read.statement.publisher.clone());
    let names = text.authors.iter().map(|author| one_line(&author.name));
    let names: Vec<String> = names
        .filter(|name| Some(name) != source.as_ref() && Some(name) != publisher.as_ref())
        .collect();
    // Many together are signatories, who stand in the text or below it.
    if names.len() > MOST_AUTHORS {
        return String::new();
    }
    names.join(", ")
}

/// Versions of a statement in other languages and itself: those of its group, its original of ours,
/// its translations. Empty where there is only itself.
fn versions(
    addresses: &Addresses,
    statement: Option<&Statement>,
    all: &[StatementRecord],
) -> Vec<Version> {
    let Some(this) = statement else {
        return Vec::new();
    };
    let original = this.translation_of.as_deref().unwrap_or(&this.slug);
    let belongs = |other: &Statement| {
        let same_group = this.group.is_some() && this.group == other.group;
        let same_original =
            other.slug == original || other.translation_of.as_deref() == Some(original);
        same_group || same_original
    };
    let versions: Vec<Version> = all
        .iter()
        .map(|record| &record.read.statement)
        .filter(|other| other.status == Status::Published && belongs(other))
        .filter_map(|other| {
            let lang = other.language.clone()?;
            Some(Version {
                name: language_name(&lang),
                lang,
                address: addresses.whole(&statement_path(&other.slug)),
                href: addresses.local(&statement_path(&other.slug)),
            })
        })
        .collect();
    if versions.len() > 1 {
        versions
    } else {
        Vec::new()
    }
}

fn attachment(enclosure: &Enclosure) -> Attachment {
    let path = enclosure.url.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().filter(|file| !file.is_empty());
    let size = enclosure.length.filter(|bytes| *bytes > 0).map(|bytes| {
        if bytes < 1_000_000 {
            format!("{} kB", bytes.div_ceil(1_000))
        } else {
            format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
        }
    });
    let detail = [enclosure.media_type.clone(), size];
    Attachment {
        href: enclosure.url.clone(),
        name: file.unwrap_or(&enclosure.url).to_owned(),
        detail: detail.into_iter().flatten().collect::<Vec<_>>().join(", "),
    }
}

/// Those who signed, where the text itself does not end with the list of them.
fn signatories(statement: &Statement, text: &ReleaseText) -> Vec<Named> {
    let content = text.content.as_ref().map(|html| plain(html.as_str()));
    let said = one_line(&content.unwrap_or_default());
    let stands = |name: &str| said.contains(&one_line(name));
    if statement.signatories.iter().all(|by| stands(&by.name)) {
        return Vec::new();
    }
    let named = statement.signatories.iter().map(|signatory| Named {
        name: signatory.name.clone(),
        href: signatory.url.clone().filter(|url| is_linkable(url)),
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::sample;

    fn html(index: usize, more: &str) -> String {
        let config = sample::config(more);
        let addresses = Addresses::of(&config.wire.url);
        let all = sample::releases();
        let (release, text) = &all[index];
        let beside = Beside {
            statements: vec![sample::statement_record()],
            linked: sample::linked(),
            sizes: HashMap::new(),
            joined: HashMap::new(),
            explained: None,
            related: vec![all[0].0.clone()],
        };
        let page = text_page(&config, &addresses, release, text, &beside);
        Page::of(200, &page).unwrap().html
    }

    #[test]
    fn a_page_of_somebody_elses_release() {
        insta::assert_snapshot!(html(0, ""));
    }

    #[test]
    fn a_page_of_a_statement() {
        insta::assert_snapshot!(html(2, ""));
    }

    #[test]
    fn canonical_is_the_publishers_page_or_the_statements() {
        let foreign =
            "<link rel=\"canonical\" href=\"https://profsojuz.example/novosti/1?a=1&#38;b=2\">";
        assert!(html(0, "").contains(foreign));
        let own = "<link rel=\"canonical\" href=\"https://wire.example.org/presse/statements/hafenstreik\">";
        assert!(html(2, "").contains(own));
    }

    #[test]
    fn a_text_that_may_not_be_carried_whole_says_so() {
        let html = html(1, "");
        assert!(html.contains("Port talks break down"));
        assert!(html.contains("Nur der Anfang."));
    }

    #[test]
    fn the_wires_three_forms_are_announced_on_a_page() {
        let html = html(0, "");
        for (media_type, form) in [
            ("application/atom+xml", "atom"),
            ("application/rss+xml", "rss"),
            ("application/feed+json", "json"),
        ] {
            let start = format!("<link rel=\"alternate\" type=\"{media_type}\"");
            let end = format!("href=\"https://wire.example.org/presse/feed.{form}\">");
            assert!(
                html.lines()
                    .any(|line| line.starts_with(&start) && line.ends_with(&end))
            );
        }
    }
}
