//! The words of releases: originals out of the database, sanitised once, cut to what their source
//! lets us carry.
//!
//! Sanitising is most of the cost of an entry (`performance.md`), so clean HTML is kept in the
//! database with the version of the rules that made it, and only what is served is ever cleaned.

use std::collections::HashMap;

use super::PublishError;
use super::page::words::words_of;
use super::xml_text::{beginning, escaped, one_line};
use crate::config::{Config, Republish};
use crate::database::{Database, StatementRecord};
use crate::domain::entry::{Category, Enclosure, Entry, EntryNumber, Markup, Person};
use crate::domain::release::{By, Release, Shown};
use crate::domain::statement::Statement;
use crate::domain::text::plain;
use crate::read::sanitize::{self, CleanHtml};

/// Characters of an excerpt: two or three sentences.
const EXCERPT: usize = 320;

/// Signatories that stand as authors at most: petitions are signed by thousands.
const SIGNATORIES: usize = 25;

/// The text that a release shows, and what stands beside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReleaseText {
    /// Plain text: the publisher's own summary, else the beginning of a long text.
    pub summary: Option<String>,
    /// None where there is none, it was dropped, or the source lets us carry less.
    pub content: Option<CleanHtml>,
    /// A note of ours on what was wrong before, to be shown first.
    pub correction: Option<CleanHtml>,
    /// In the original's order.
    pub authors: Vec<Person>,
    /// The source's own.
    pub categories: Vec<Category>,
    /// Those that may stand in a link.
    pub enclosures: Vec<Enclosure>,
    /// A picture that stands for it.
    pub image: Option<String>,
    /// Less than the whole is carried, because its source wants it so.
    pub is_cut: bool,
    /// The statement whose words these are.
    pub statement: Option<Box<StatementRecord>>,
}

impl ReleaseText {
    /// The text as feeds carry it: with the correction, where there is one, first.
    pub fn told(&self) -> Option<CleanHtml> {
        match (self.correction.clone(), &self.content) {
            (Some(correction), Some(content)) => Some(correction.then(content)),
            (Some(correction), None) => Some(correction),
            (None, content) => content.clone(),
        }
    }

    /// How it begins, in plain text: the summary, else all that is carried; may be empty.
    pub fn opening(&self) -> String {
        match (&self.summary, &self.content) {
            (Some(summary), _) => summary.clone(),
            (None, Some(content)) => plain(content.as_str()),
            (None, None) => String::new(),
        }
    }
}

/// The texts of `releases`, in their order.
///
/// # Errors
/// `Database` where they could not be read, or clean HTML not be kept.
pub async fn texts_of(
    db: &Database,
    config: &Config,
    releases: &[Release],
) -> Result<Vec<ReleaseText>, PublishError> {
    let numbers: Vec<EntryNumber> = releases.iter().filter_map(entry_shown).collect();
    let originals = db.texts(&numbers).await?;
    let mut cleaned = clean_texts(db, &numbers, &originals).await?;
    let mut texts = Vec::with_capacity(releases.len());
    for release in releases {
        texts.push(match &release.shown {
            Shown::Entry(number) => {
                let full = match originals.get(number) {
                    Some(entry) => of_entry(entry, cleaned.remove(number)),
                    None => ReleaseText::default(),
                };
                carried(full, republish(config, release))
            }
            Shown::Statement(slug) => match db.statement(slug).await? {
                Some(record) => of_statement(record),
                None => ReleaseText::default(),
            },
        });
    }
    Ok(texts)
}

fn entry_shown(release: &Release) -> Option<EntryNumber> {
    match release.shown {
        Shown::Entry(number) => Some(number),
        Shown::Statement(_) => None,
    }
}

/// Clean HTML of the fuller text of each entry: as kept, else made and kept now.
async fn clean_texts(
    db: &Database,
    numbers: &[EntryNumber],
    originals: &HashMap<EntryNumber, Entry>,
) -> Result<HashMap<EntryNumber, CleanHtml>, PublishError> {
    let kept = db.clean(numbers, sanitize::RULES).await?;
    let mut clean = HashMap::with_capacity(originals.len());
    let mut made = Vec::new();
    for (number, entry) in originals {
        let restored = kept
            .get(number)
            .and_then(|html| CleanHtml::restore(html.clone(), sanitize::RULES));
        let html = match restored {
            Some(html) => html,
            None => {
                let Some(markup) = entry.fuller() else {
                    continue;
                };
                let html = sanitize::clean(markup);
                made.push((*number, sanitize::RULES, html.as_str().to_owned()));
                html
            }
        };
        clean.insert(*number, html);
    }
    if !made.is_empty() {
        db.keep_clean(made).await?;
    }
    Ok(clean)
}

/// All of an entry that may be shown.
fn of_entry(entry: &Entry, content: Option<CleanHtml>) -> ReleaseText {
    let content = content.filter(|html| !html.as_str().trim().is_empty());
    let own = match (&entry.content, &entry.summary) {
        (Some(content), Some(summary)) if content.html.len() >= summary.html.len() => {
            Some(beginning(&plain(&summary.html), 2 * EXCERPT))
        }
        _ => None,
    };
    let enclosures = entry
        .enclosures
        .iter()
        .filter(|enclosure| super::address::is_linkable(&enclosure.url));
    ReleaseText {
        summary: own
            .filter(|own| !own.is_empty())
            .or_else(|| content.as_ref().and_then(beginning_of_long)),
        content,
        authors: people(&entry.authors),
        categories: entry.categories.clone(),
        enclosures: enclosures.cloned().collect(),
        image: entry
            .image
            .clone()
            .filter(|image| super::address::is_linkable(image)),
        ..ReleaseText::default()
    }
}

/// All of a statement.
pub(super) fn of_statement(record: StatementRecord) -> ReleaseText {
    let statement = &record.read.statement;
    let content = sanitize::clean(&statement.body);
    let authors = issuers(statement);
    let categories = statement.tags.iter().map(|tag| Category {
        term: tag.clone(),
        ..Category::default()
    });
    let own = statement.summary.as_deref().map(one_line);
    ReleaseText {
        summary: own
            .filter(|own| !own.is_empty())
            .or_else(|| beginning_of_long(&content)),
        content: Some(content).filter(|html| !html.as_str().trim().is_empty()),
        correction: correction(statement),
        authors,
        categories: categories.collect(),
        statement: Some(Box::new(record)),
        ..ReleaseText::default()
    }
}

/// The note that stands before a statement's text, in its language.
fn correction(statement: &Statement) -> Option<CleanHtml> {
    let note = statement.correction.as_deref()?;
    let word = words_of(statement.language.as_deref()).correction;
    Some(sanitize::clean(&Markup {
        html: format!("<p><strong>{word}.</strong> {}</p>\n", escaped(note)),
        ..Markup::default()
    }))
}

/// Who speaks in a statement: its authors, else its publisher, else those who signed it.
fn issuers(statement: &Statement) -> Vec<Person> {
    let authors = people(&statement.authors);
    if !authors.is_empty() {
        return authors;
    }
    let named = |name: &String| Person {
        name: one_line(name),
        ..Person::default()
    };
    if let Some(publisher) = &statement.publisher {
        return people(&[named(publisher)]);
    }
    let signatories = statement.signatories.iter().take(SIGNATORIES);
    let signatories: Vec<Person> = signatories
        .map(|signatory| Person {
            url: signatory.url.clone(),
            ..named(&signatory.name)
        })
        .collect();
    people(&signatories)
}

/// A short text is its own summary and needs none.
fn beginning_of_long(content: &CleanHtml) -> Option<String> {
    let text = plain(content.as_str());
    (text.chars().nth(EXCERPT).is_some()).then(|| beginning(&text, EXCERPT))
}

fn people(people: &[Person]) -> Vec<Person> {
    let named = people
        .iter()
        .filter(|person| !one_line(&person.name).is_empty());
    named
        .map(|person| Person {
            url: person
                .url
                .clone()
                .filter(|url| super::address::is_linkable(url)),
            ..person.clone()
        })
        .collect()
}

/// How much of its text the source of the shown publication lets us carry; a source that is no longer
/// in feeds.toml said nothing against it.
fn republish(config: &Config, release: &Release) -> Republish {
    let shown = release.publications.first().map(|shown| &shown.by);
    let Some(By::Entry { source_id, .. }) = shown else {
        return Republish::Full;
    };
    let declared = config.sources.iter().find(|source| source.id == *source_id);
    declared.map_or(Republish::Full, |source| source.republish)
}

/// `text` cut down to what may be carried.
fn carried(text: ReleaseText, republish: Republish) -> ReleaseText {
    match republish {
        Republish::Full => text,
        Republish::Excerpt => {
            let whole = text.content.as_ref().map(|html| plain(html.as_str()));
            let summary = match (text.summary, whole) {
                (Some(summary), _) => Some(beginning(&summary, EXCERPT)),
                (None, Some(whole)) => Some(beginning(&whole, EXCERPT)),
                (None, None) => None,
            };
            ReleaseText {
                is_cut: text.content.is_some(),
                summary: summary.filter(|summary| !summary.is_empty()),
                content: None,
                image: None,
                ..text
            }
        }
        Republish::Title => ReleaseText {
            is_cut: text.content.is_some(),
            summary: None,
            content: None,
            enclosures: Vec::new(),
            image: None,
            ..text
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::Markup;

    fn entry(html: &str) -> Entry {
        Entry {
            content: Some(Markup {
                html: html.to_owned(),
                ..Markup::default()
            }),
            enclosures: vec![
                Enclosure {
                    url: "https://example.org/a.mp3".to_owned(),
                    ..Enclosure::default()
                },
                Enclosure {
                    url: "javascript:alert(1)".to_owned(),
                    ..Enclosure::default()
                },
            ],
            ..Entry::default()
        }
    }

    fn read(html: &str) -> ReleaseText {
        let entry = entry(html);
        let clean = entry.fuller().map(sanitize::clean);
        of_entry(&entry, clean)
    }

    #[test]
    fn an_excerpt_carries_the_beginning_and_not_the_text() {
        let long = "Wort ".repeat(200);
        let text = carried(read(&long), Republish::Excerpt);
        assert!(text.content.is_none() && text.is_cut);
        let summary = text.summary.unwrap();
        assert!(summary.starts_with("Wort Wort") && summary.ends_with("Wort…"));
        assert!(summary.chars().count() <= EXCERPT + 1);
    }

    #[test]
    fn a_title_carries_neither_text_nor_enclosures() {
        let text = carried(read("Kurz."), Republish::Title);
        assert_eq!((text.summary, text.content), (None, None));
        assert!(text.enclosures.is_empty());
    }

    #[test]
    fn a_short_text_has_no_summary_of_its_own() {
        assert_eq!(read("<p>Kurz.</p>").summary, None);
    }

    #[test]
    fn a_joint_statement_without_publisher_is_by_those_who_signed_it() {
        let mut statement = Statement {
            signatories: vec![crate::domain::statement::Signatory {
                name: "Hafengruppe  Nord".to_owned(),
                url: Some("javascript:alert(1)".to_owned()),
                source: None,
            }],
            ..Statement::default()
        };
        let by = issuers(&statement);
        assert_eq!(
            (by[0].name.as_str(), &by[0].url),
            ("Hafengruppe Nord", &None)
        );
        statement.publisher = Some("Bündnis".to_owned());
        assert_eq!(issuers(&statement)[0].name, "Bündnis");
    }

    #[test]
    fn a_correction_is_told_before_the_text_and_escaped() {
        let mut told = read("<p>Kurz.</p>");
        let statement = Statement {
            correction: Some("Es sind 120 <nicht> 12.".to_owned()),
            language: Some("de".to_owned()),
            ..Statement::default()
        };
        told.correction = correction(&statement);
        assert_eq!(
            told.told().unwrap().as_str(),
            "<p><strong>Korrektur.</strong> Es sind 120 &lt;nicht&gt; 12.</p>\n<p>Kurz.</p>"
        );
        assert_eq!(told.content.unwrap().as_str(), "<p>Kurz.</p>");
    }

    #[test]
    fn enclosures_that_are_scripts_are_dropped() {
        assert_eq!(read("x").enclosures.len(), 1);
    }
}
