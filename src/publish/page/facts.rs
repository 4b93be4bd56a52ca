//! What stands beside a text on its page: who published it and when, who of those who signed it, why it
//! is here, what belongs beside it.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::reasons::{reason, verdict};
use super::words::{Words, language_name, words_of};
use crate::config::Config;
use crate::database::StatementRecord;
use crate::domain::entry::EntryNumber;
use crate::domain::likeness::Evidence;
use crate::domain::relation::{Relation, Target};
use crate::domain::release::{By, Link, LinkKind, Publication, Release, ReleaseNumber};
use crate::domain::scope::Scope;
use crate::domain::statement::{Signatory, Statement};
use crate::domain::text::plain;
use crate::publish::address::{is_linkable, page_path, release_path, scope_path, statement_path};
use crate::publish::feed::TopicShown;
use crate::publish::linked::{Linked, in_time};
use crate::publish::signatories::published_by;
use crate::publish::text::ReleaseText;
use crate::publish::xml_text::one_line;
use crate::publish::{Addresses, date, feed};
use crate::wire::{Explained, figures, registrable_domain};

/// The column beside a text.
pub(super) struct Facts {
    pub(super) publications: Vec<PublicationRow>,
    /// Those of whom we can know it.
    pub(super) signatories: Vec<SignatoryRow>,
    pub(super) relations: Vec<RelationRow>,
    pub(super) links: Vec<LinkRow>,
    /// Releases related to the statement whose page it is.
    pub(super) related: Vec<LinkRow>,
    /// For operators: near misses, and what would bring it into the wire.
    pub(super) insight: Option<Insight>,
}

/// What only operators are shown, since it names releases outside the wire.
pub(super) struct Insight {
    /// By what each publication does or does not bring it into the wire: (source, words).
    pub(super) brings: Vec<(String, String)>,
    /// Statements that came near and do not count.
    pub(super) near: Vec<RelationRow>,
    /// Releases that are like it and are others.
    pub(super) apart: Vec<LinkRow>,
    /// What would bring it into the wire.
    pub(super) remedies: Vec<String>,
}

/// What a page shows of other releases.
pub(super) struct Beside {
    pub(super) statements: Vec<StatementRecord>,
    pub(super) linked: Linked,
    /// Of linked texts that contain this one or are contained in it.
    pub(super) sizes: HashMap<ReleaseNumber, usize>,
    pub(super) related: Vec<Release>,
    /// By what its entries joined it.
    pub(super) joined: HashMap<EntryNumber, Evidence>,
    /// For operators: the whole explanation.
    pub(super) explained: Option<Explained>,
}

pub(super) struct PublicationRow {
    pub(super) name: String,
    pub(super) href: Option<String>,
    pub(super) iso: String,
    pub(super) when: String,
    /// Where it is another one than the page's.
    pub(super) title: Option<String>,
    /// Of several, the one whose text the page shows.
    pub(super) is_shown: bool,
    /// By what it was found to be the same text.
    pub(super) joined: Option<String>,
}

pub(super) struct SignatoryRow {
    pub(super) name: String,
    /// Where it published the text itself, and when.
    pub(super) published: Vec<PublicationRow>,
}

pub(super) struct RelationRow {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) lang: Option<String>,
    pub(super) why: String,
}

pub(super) struct LinkRow {
    pub(super) kind: String,
    pub(super) href: String,
    pub(super) title: String,
    pub(super) lang: Option<String>,
    pub(super) why: String,
}

impl Facts {
    /// Of this release, which shows this text.
    pub(super) fn of(
        config: &Config,
        addresses: &Addresses,
        release: &Release,
        text: &ReleaseText,
        beside: &Beside,
    ) -> Facts {
        let words = words_of(config.wire.language.as_deref());
        let statement = text.statement.as_ref().map(|record| &record.read.statement);
        let row = |publication: &Publication| {
            publication_row(
                config,
                addresses,
                release,
                publication,
                &beside.joined,
                words,
            )
        };
        let mut publications: Vec<PublicationRow> = release.publications.iter().map(row).collect();
        if let [first, _, ..] = publications.as_mut_slice() {
            first.is_shown = true;
            first.joined = None;
        }
        Facts {
            publications,
            signatories: statement
                .map(|said| signatories(config, said, release, row))
                .unwrap_or_default(),
            relations: relations(config, addresses, release, &beside.statements, words),
            links: links(config, addresses, release, size(text), beside, words),
            related: related(config, addresses, &beside.related, words),
            insight: beside
                .explained
                .as_ref()
                .map(|explained| insight(addresses, &beside.statements, explained, words)),
        }
    }
}

fn insight(
    addresses: &Addresses,
    statements: &[StatementRecord],
    explained: &Explained,
    words: &Words,
) -> Insight {
    let brings = explained.publications.iter().map(|one| {
        let who = match &one.publication.by {
            By::Statement(slug) => slug.clone(),
            By::Entry { source_id, .. } => source_id.clone(),
        };
        (who, one.brings.to_string())
    });
    let near = explained.near.iter();
    let near = near.map(|relation| RelationRow {
        why: format!("{:.2}", relation.score),
        ..relation_row(addresses, &[], statements, relation, words)
    });
    let apart = explained.apart.iter().map(|apart| LinkRow {
        kind: String::new(),
        href: addresses.local(&release_path(&apart.id)),
        title: match apart.title.as_deref().map(one_line) {
            Some(title) if !title.is_empty() => title,
            _ => words.untitled.to_owned(),
        },
        lang: None,
        why: figures(&apart.judged.evidence),
    });
    Insight {
        brings: brings.collect(),
        near: near.collect(),
        apart: apart.collect(),
        remedies: explained.remedies.iter().map(ToString::to_string).collect(),
    }
}

/// How long a text is, in bytes of plain text.
pub(super) fn size(text: &ReleaseText) -> usize {
    let content = text.content.as_ref();
    content.map_or(0, |html| plain(html.as_str()).len())
}

fn publication_row(
    config: &Config,
    addresses: &Addresses,
    release: &Release,
    publication: &Publication,
    joined: &HashMap<EntryNumber, Evidence>,
    words: &Words,
) -> PublicationRow {
    let href = match &publication.by {
        By::Statement(slug) => Some(addresses.local(&statement_path(slug))),
        By::Entry { .. } => publication.url.clone().filter(|url| is_linkable(url)),
    };
    let said = |at| date::day_and_time(at, config.wire.timezone, words);
    let title = release.title.as_deref().map(one_line);
    let own = publication.title.as_deref().map(one_line);
    PublicationRow {
        name: feed::source_name(config, &publication.by)
            .unwrap_or_else(|| config.wire.title.clone()),
        href,
        iso: date::rfc3339(publication.published.unwrap_or(publication.first_seen)),
        when: match publication.published {
            Some(published) => said(published),
            None => format!("{} {}", words.seen, said(publication.first_seen)),
        },
        title: own.filter(|own| !own.is_empty() && Some(own) != title.as_ref()),
        is_shown: false,
        joined: match &publication.by {
            By::Entry { entry, .. } => joined.get(entry).map(|found| verdict(found, words)),
            By::Statement(_) => None,
        },
    }
}

/// Signatories that we follow, through a source of theirs or on their own site, and those that turned
/// up anyway: of others we can't know.
fn signatories(
    config: &Config,
    statement: &Statement,
    release: &Release,
    row: impl Fn(&Publication) -> PublicationRow,
) -> Vec<SignatoryRow> {
    let all = &statement.signatories;
    let rows = all.iter().map(|signatory| {
        let published = published_by(signatory, all, release);
        let row = SignatoryRow {
            name: one_line(&signatory.name),
            published: published.into_iter().map(&row).collect(),
        };
        (is_followed(config, signatory), row)
    });
    let known = rows.filter(|(is_followed, row)| *is_followed || !row.published.is_empty());
    known.map(|(_, row)| row).collect()
}

fn is_followed(config: &Config, signatory: &Signatory) -> bool {
    let site = signatory.url.as_deref().and_then(registrable_domain);
    let mut sources = config.sources.iter();
    sources.any(|source| {
        signatory.source.as_ref() == Some(&source.id)
            || (site.is_some() && registrable_domain(source.url.as_str()) == site)
    })
}

fn relations(
    config: &Config,
    addresses: &Addresses,
    release: &Release,
    statements: &[StatementRecord],
    words: &Words,
) -> Vec<RelationRow> {
    let topics = feed::topics(config, release);
    let row = |relation| relation_row(addresses, &topics, statements, relation, words);
    let related = feed::counted(config, release).map(row);
    // Labels that an operator put on a source, and topics that a statement names itself.
    let labels = release.topics.iter().filter(|(slug, _)| {
        feed::counted(config, release)
            .all(|relation| relation.target != Target::Topic(slug.clone()))
    });
    let labels = labels.map(|(slug, name)| RelationRow {
        href: addresses.local(&scope_path(&Scope::Topic(slug.clone()))),
        name: name.clone(),
        lang: None,
        why: String::new(),
    });
    related.chain(labels).collect()
}

fn relation_row(
    addresses: &Addresses,
    topics: &[TopicShown],
    statements: &[StatementRecord],
    relation: &Relation,
    words: &Words,
) -> RelationRow {
    let (path, name, lang) = match &relation.target {
        Target::Topic(slug) => {
            let topic = topics.iter().find(|topic| topic.slug == *slug);
            let name = topic.map_or(slug, |topic| &topic.name).clone();
            (scope_path(&Scope::Topic(slug.clone())), name, None)
        }
        Target::Statement(slug) => {
            let record = statements.iter().find(|r| r.read.statement.slug == *slug);
            let said = record.map(|record| &record.read.statement);
            let name = said.map_or(slug, |said| &said.title).clone();
            let lang = said.and_then(|said| said.language.clone());
            (statement_path(slug), name, lang)
        }
    };
    let why = relation.why.iter().map(|evidence| reason(evidence, words));
    RelationRow {
        href: addresses.local(&path),
        name,
        lang,
        why: why.collect::<Vec<_>>().join(" · "),
    }
}

fn links(
    config: &Config,
    addresses: &Addresses,
    release: &Release,
    own_size: usize,
    beside: &Beside,
    words: &Words,
) -> Vec<LinkRow> {
    // The page names the language versions of a statement, which front matter declares without a reason.
    let is_version = |link: &Link| {
        link.kind == LinkKind::Translation && link.why.is_empty() && release.statement.is_some()
    };
    let rows = beside.linked.in_wire(release);
    let rows = rows.filter(|(link, _)| !is_version(link));
    let rows = rows.map(|(link, other)| {
        let order: Option<Ordering> = match link.kind {
            LinkKind::Revision => Some(in_time(other, release)),
            LinkKind::Extended | LinkKind::Contains => {
                let size = beside.sizes.get(&other.number);
                size.map(|size| size.cmp(&own_size))
            }
            LinkKind::Translation => None,
        };
        let kind = words.of_link(link.kind, order);
        let language = other.language.as_deref();
        let shown = other.publications.first();
        // Of other kinds the kind says it all; how much is the same is `explain`'s.
        let difference = (link.kind == LinkKind::Revision).then(|| one_line(&link.why));
        let detail = [
            shown.and_then(|shown| feed::source_name(config, &shown.by)),
            difference,
        ];
        LinkRow {
            kind: match (link.kind, language) {
                (LinkKind::Translation, Some(tag)) => format!("{kind}, {}", language_name(tag)),
                _ => kind.to_owned(),
            },
            href: addresses.local(&page_path(other)),
            title: feed::title(other, None, words),
            lang: other.language.clone(),
            why: detail.into_iter().flatten().collect::<Vec<_>>().join(": "),
        }
    });
    rows.collect()
}

fn related(
    config: &Config,
    addresses: &Addresses,
    related: &[Release],
    words: &Words,
) -> Vec<LinkRow> {
    let row = |other: &Release| {
        let shown = other.publications.first();
        let name = shown.and_then(|shown| feed::source_name(config, &shown.by));
        let when = other
            .published
            .map(|at| date::plain_day(date::day(at, config.wire.timezone), words));
        let detail = [name, when];
        LinkRow {
            kind: String::new(),
            href: addresses.local(&page_path(other)),
            title: feed::title(other, None, words),
            lang: other.language.clone(),
            why: detail.into_iter().flatten().collect::<Vec<_>>().join(", "),
        }
    };
    related.iter().map(row).collect()
}
