//! A small wire for tests: a configuration and releases that have everything a document can show.

use crate::config::{self, Config};
use crate::database::{StatementRecord, Tombstone};
use crate::domain::entry::{Category, Enclosure, EntryKey, EntryNumber, Markup, Person};
use crate::domain::relation::{Evidence, Relation, Target};
use crate::domain::release::{
    By, Link, LinkKind, Publication, Release, ReleaseId, ReleaseNumber, Serial, Shown,
};
use crate::domain::scope::Scope;
use crate::domain::source::{Address, SourceFacts, SourceNumber};
use crate::domain::statement::{Signatory, Statement, StatementNumber, StatementRead};
use crate::domain::{Digest, Moment};
use crate::publish::feed::{Feed, Item, scope_title};
use crate::publish::linked::Linked;
use crate::publish::text::ReleaseText;
use crate::publish::{Addresses, xml_text};
use crate::read::sanitize;

/// `[wire]` and sources as the tests expect them.
const FEEDS: &str = r#"
[wire]
title = "Hafenfunk"
url = "https://wire.example.org/presse/"
description = "Meldungen aus Häfen und Werften, von denen, die dort arbeiten"
language = "de"
timezone = "Europe/Berlin"
imprint = "https://example.org/impressum"
author = { name = "Redaktion Hafenfunk", email = "presse@example.org" }

[[topic]]
name = "Hafenstreik"
match = ["Hafenstreik", "забастовка"]

[[topic]]
name = "Tarifrunde"
match = ["Tarifrunde"]

[[source]]
id = "dockers"
name = "Dockers’ Union"
url = "https://dockers.example/feed.xml"

[[source]]
id = "profsojuz"
name = "Профсоюз докеров"
url = "https://me:secret@profsojuz.example/rss?token=geheim&lang=ru"

[[source]]
id = "gazette"
url = "https://www.gazette.example/atom"
republish = "excerpt"
"#;

/// The configuration, with `more` at the end of its file.
pub(super) fn config(more: &str) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feeds.toml");
    std::fs::write(&path, format!("{FEEDS}\n{more}")).unwrap();
    config::load(&path, &|_| None).unwrap().0
}

pub(super) fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

fn person(name: &str) -> Person {
    Person {
        name: name.to_owned(),
        ..Person::default()
    }
}

fn by_source(number: i64, id: &str, url: &str, facts: SourceFacts) -> By {
    By::Entry {
        entry: EntryNumber(number),
        source: SourceNumber(number),
        source_id: id.to_owned(),
        source_url: url.to_owned(),
        facts,
    }
}

pub(super) fn dockers() -> By {
    let facts = SourceFacts {
        id: Some("urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6".to_owned()),
        title: Some("Dockers".to_owned()),
        link: Some("https://dockers.example/".to_owned()),
        self_link: Some("https://dockers.example/feed.xml".to_owned()),
        updated: Some(moment("2026-11-20T09:00:00Z")),
        ..SourceFacts::default()
    };
    by_source(1, "dockers", "https://dockers.example/feed.xml", facts)
}

pub(super) fn profsojuz() -> By {
    let url = "https://me:secret@profsojuz.example/rss?token=geheim&lang=ru";
    by_source(2, "profsojuz", url, SourceFacts::default())
}

fn gazette() -> By {
    let facts = SourceFacts {
        title: Some("The Gazette & Herald".to_owned()),
        ..SourceFacts::default()
    };
    by_source(3, "gazette", "https://www.gazette.example/atom", facts)
}

fn publication(by: By, title: &str, url: Option<&str>, published: Option<&str>) -> Publication {
    Publication {
        by,
        title: Some(title.to_owned()),
        url: url.map(str::to_owned),
        published: published.map(moment),
        first_seen: moment("2026-11-20T10:00:00Z"),
    }
}

fn topic(slug: &str, name: &str, alias: &str) -> Relation {
    Relation {
        target: Target::Topic(slug.to_owned()),
        score: 1.0,
        why: vec![Evidence::Alias {
            topic: name.to_owned(),
            alias: alias.to_owned(),
            times: 3,
        }],
    }
}

/// A release of `shown`, first seen and placed when it was published.
pub(super) fn release(number: i64, shown: Shown, publications: Vec<Publication>) -> Release {
    let first = &publications[0];
    let seen = moment("2026-11-20T10:00:00Z");
    let address = Address::of(&"https://dockers.example/feed.xml".parse().unwrap());
    let key = EntryKey([number as u8; 16]);
    Release {
        number: ReleaseNumber(number),
        id: ReleaseId::of_entry(&address, &key),
        atom_id: format!("tag:wire.example.org,2026-11-20:{number}"),
        title: first.title.clone(),
        url: first.url.clone(),
        language: None,
        published: first.published,
        updated: first.published.unwrap_or(seen),
        first_seen: seen,
        position: first.published.unwrap_or(seen),
        entered: Some(seen),
        serial: Serial(number),
        digest: Digest([number as u8; 32]),
        statement: match &shown {
            Shown::Statement(slug) => Some(slug.clone()),
            Shown::Entry(_) => None,
        },
        shown,
        publications,
        relations: Vec::new(),
        topics: Vec::new(),
        links: Vec::new(),
        withdrawal: None,
    }
}

pub(super) fn statement_record() -> StatementRecord {
    let html = "<p>Seit Montag stehen die Kräne im Hafen still. Die Beschäftigten fordern <b>einen Tarifvertrag</b>, \
                der für alle gilt &ndash; auch für die Leiharbeit.</p><h2>Was wir fordern</h2><ul><li>1,20 Euro mehr je Stunde</li>\
                <li>Übernahme der Leiharbeit nach 18 Monaten</li></ul><blockquote>„Wir bleiben, bis unterschrieben ist.“</blockquote>\
                <p>Die Polizei hat am Dienstag zwei Kollegen festgenommen. Wir verlangen ihre Freilassung. <a href=\"https://example.org/aufruf\">Zum Aufruf</a></p>";
    let signatory = |name: &str, source: Option<&str>| Signatory {
        name: name.to_owned(),
        url: None,
        source: source.map(str::to_owned),
    };
    StatementRecord {
        number: StatementNumber(1),
        read: StatementRead {
            statement: Statement {
                slug: "hafenstreik".to_owned(),
                id: "tag:wire.example.org,2026-11-20:hafenstreik".to_owned(),
                path: "2026-11-20-hafenstreik.md".to_owned(),
                title: "Hafenstreik: „Die Kräne stehen still“".to_owned(),
                date: Some(moment("2026-11-19T23:00:00Z")),
                language: Some("de".to_owned()),
                publisher: Some("Hafengruppe Nord".to_owned()),
                signatories: vec![
                    signatory("Hafengruppe Nord", None),
                    signatory("Dockers’ Union", Some("dockers")),
                ],
                original: Some("https://dockers.example/2026/strike".to_owned()),
                translation_note: Some("Aus dem Englischen übersetzt.".to_owned()),
                correction: Some(
                    "In einer früheren Fassung fehlte die zweite Forderung.".to_owned(),
                ),
                contact: Some("Hafengruppe Nord\nAm Kai 1\npresse@example.org".to_owned()),
                body: Markup {
                    html: html.to_owned(),
                    ..Markup::default()
                },
                ..Statement::default()
            },
            digest: Digest([7; 32]),
            visible: Digest([7; 32]),
        },
        release: ReleaseNumber(3),
        first_seen: moment("2026-11-20T08:00:00Z"),
        changed: moment("2026-11-20T08:00:00Z"),
    }
}

fn clean(html: &str) -> sanitize::CleanHtml {
    sanitize::clean(&Markup {
        html: html.to_owned(),
        ..Markup::default()
    })
}

/// Releases with their texts, newest first: somebody's text that two carry, in Russian, with
/// everything; one without title and date; a statement of ours that a source carries too.
pub(super) fn releases() -> Vec<(Release, ReleaseText)> {
    vec![russian(), bare(), ours()]
}

fn russian() -> (Release, ReleaseText) {
    let title = "Забастовка докеров: «Мы не уступим»";
    let mut release = release(
        1,
        Shown::Entry(EntryNumber(2)),
        vec![
            publication(
                profsojuz(),
                title,
                Some("https://profsojuz.example/novosti/1?a=1&b=2"),
                Some("2026-11-20T14:05:00Z"),
            ),
            publication(
                dockers(),
                "Dock strike: “We will not yield”",
                Some("https://dockers.example/ru/1"),
                Some("2026-11-20T15:00:00Z"),
            ),
        ],
    );
    release.atom_id = "https://profsojuz.example/?p=1&x=<2>".to_owned();
    release.language = Some("ru".to_owned());
    release.updated = moment("2026-11-20T16:30:00Z");
    release.relations = vec![
        topic("hafenstreik", "Hafenstreik", "забастовка"),
        Relation {
            target: Target::Statement("hafenstreik".to_owned()),
            score: 0.75,
            why: Vec::new(),
        },
    ];
    release.topics = vec![("hafen".to_owned(), "Hafen".to_owned())];
    release.links = vec![Link {
        release: ReleaseNumber(3),
        kind: LinkKind::Translation,
        why: "Übersetzung".to_owned(),
    }];
    let enclosure = |url: &str, media_type: &str, length| Enclosure {
        url: url.to_owned(),
        media_type: Some(media_type.to_owned()),
        length: Some(length),
    };
    let text = ReleaseText {
        summary: Some("Докеры порта бастуют третий день. Профсоюз требует коллективного договора & отпустить задержанных.".to_owned()),
        content: Some(clean(
            "<p>Докеры порта бастуют <em>третий день</em>.</p><p><img src=\"https://profsojuz.example/a.jpg\" alt=\"Порт ночью\"></p>\
             <p>Профсоюз требует коллективного договора &amp; отпустить задержанных.</p>",
        )),
        authors: vec![person("Анна Докерова")],
        categories: vec![
            Category {
                term: "Труд".to_owned(),
                ..Category::default()
            },
            Category {
                term: "x".to_owned(),
                scheme: Some("https://wire.example.org/presse/statements/".to_owned()),
                label: None,
            },
        ],
        enclosures: vec![
            enclosure("https://profsojuz.example/a.mp3?x=1&y=2", "audio/mpeg", 1_234_567),
            enclosure("https://profsojuz.example/b.pdf", "application/pdf", 2_048),
        ],
        ..ReleaseText::default()
    };
    (release, text)
}

fn bare() -> (Release, ReleaseText) {
    let mut nothing = publication(gazette(), "", None, None);
    nothing.title = None;
    let release = release(2, Shown::Entry(EntryNumber(3)), vec![nothing]);
    let text = ReleaseText {
        summary: Some("Port talks break down after nine hours, both sides say…".to_owned()),
        is_cut: true,
        ..ReleaseText::default()
    };
    (release, text)
}

fn ours() -> (Release, ReleaseText) {
    let record = statement_record();
    let title = record.read.statement.title.clone();
    let mut own = publication(
        By::Statement("hafenstreik".to_owned()),
        &title,
        None,
        Some("2026-11-19T23:00:00Z"),
    );
    own.first_seen = record.first_seen;
    let copy = publication(
        dockers(),
        &title,
        Some("https://dockers.example/de/hafenstreik"),
        Some("2026-11-20T09:00:00Z"),
    );
    let mut release = release(
        3,
        Shown::Statement("hafenstreik".to_owned()),
        vec![own, copy],
    );
    release.atom_id = record.read.statement.id.clone();
    release.language = Some("de".to_owned());
    release.relations = vec![topic("hafenstreik", "Hafenstreik", "Hafenstreik")];
    let content = sanitize::clean(&record.read.statement.body);
    let whole = crate::domain::text::plain(content.as_str());
    let text = ReleaseText {
        summary: Some(xml_text::beginning(&whole, 320)),
        content: Some(content),
        authors: vec![person("Hafengruppe Nord")],
        statement: Some(Box::new(record)),
        ..ReleaseText::default()
    };
    (release, text)
}

/// What the releases of the sample are linked with: each other.
pub(super) fn linked() -> Linked {
    Linked::of(releases().into_iter().map(|(release, _)| release).collect())
}

pub(super) fn tombstone() -> Tombstone {
    Tombstone {
        release: ReleaseNumber(9),
        id: ReleaseId::parse("aaaaaaaaaaaaaaaa").unwrap(),
        atom_id: "https://dockers.example/?p=9&q=\"<>".to_owned(),
        when: moment("2026-11-20T17:00:00Z"),
        reason: "Auf Bitte der Absender & <zurückgezogen>".to_owned(),
        moved_to: None,
    }
}

/// The wire's feed of those.
pub(super) fn feed() -> Feed {
    let config = config("");
    let addresses = Addresses::of(&config.wire.url);
    let linked = linked();
    let items = releases()
        .into_iter()
        .map(|(release, text)| Item::of(&config, &addresses, &release, text, &linked))
        .collect();
    let title = scope_title(&config, &Scope::Wire, None);
    Feed::of(&config, &Scope::Wire, &[], title, items, vec![tombstone()])
}
