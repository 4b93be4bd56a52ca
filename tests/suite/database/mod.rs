//! The contract of the database: each verb has its case here, and each engine passes all of them.

mod decisions;
mod keeping;
mod likeness;
mod plans;
mod polling;
mod publishing;
mod searching;
mod upkeep;

use presswire::database::{
    Claim, Database, EntryWrite, Kept, Place, Placement, PollWrite, SourceDeclared, StatementWrite,
};
use presswire::domain::entry::{Entry, EntryKey, EntryNumber, Markup};
use presswire::domain::likeness::{Key, KeyKind};
use presswire::domain::relation::{Evidence, Relation, Target};
use presswire::domain::release::{Release, ReleaseNumber};
use presswire::domain::source::{Address, SourceFacts, SourceNumber, State};
use presswire::domain::statement::{Statement, StatementRead};
use presswire::domain::{Digest, Moment};

const LEASE_MS: i64 = 60_000;

/// A moment of 1 November 2026, `minutes` after noon.
fn at(minutes: i64) -> Moment {
    let noon: Moment = "2026-11-01T12:00:00Z".parse().expect("a date");
    noon + chrono::TimeDelta::minutes(minutes)
}

fn days(days: i64) -> i64 {
    days * 24 * 60
}

/// A wire of its own, in a folder of its own.
struct Wire {
    folder: tempfile::TempDir,
    db: Database,
}

impl Wire {
    async fn new() -> Wire {
        let folder = tempfile::tempdir().expect("a folder");
        let db = Database::open(&folder.path().join("presswire.db"), "wire.example")
            .await
            .expect("the database opens");
        Wire { folder, db }
    }

    /// One with these sources, which keep everything.
    async fn with(sources: &[&str]) -> Wire {
        let wire = Wire::new().await;
        let declared: Vec<_> = sources.iter().map(|id| declared(id)).collect();
        wire.db
            .declare_sources(&declared, at(0))
            .await
            .expect("declared");
        wire
    }

    async fn reopen(&mut self) {
        self.db.close().await;
        self.db = Database::open(&self.folder.path().join("presswire.db"), "wire.example")
            .await
            .expect("the database opens again");
    }

    async fn number(&self, id: &str) -> SourceNumber {
        let sources = self.db.sources().await.expect("sources");
        let source = sources.into_iter().find(|source| source.id == id);
        source.expect("the source is declared").number
    }

    async fn claim(&self, id: &str, now: Moment) -> Claim {
        let number = self.number(id).await;
        let claims = self.db.claim_named(&[number], now, LEASE_MS).await;
        claims.expect("claimed").pop().expect("nobody holds it")
    }

    /// What a poll of `id` at `now` brings, its lease claimed.
    async fn poll(&self, id: &str, now: Moment, entries: Vec<EntryWrite>) -> PollWrite {
        let claim = self.claim(id, now).await;
        let planned_at = self.db.latest_release().await.expect("the newest release");
        PollWrite {
            facts: Some(SourceFacts {
                title: Some(format!("Title of {id}")),
                ..SourceFacts::default()
            }),
            next_poll: now + chrono::TimeDelta::minutes(30),
            entries,
            ..PollWrite::of(&claim, now, planned_at)
        }
    }

    async fn polled(&self, id: &str, now: Moment, entries: Vec<EntryWrite>) -> Kept {
        let write = self.poll(id, now, entries).await;
        self.db.keep_poll(write).await.expect("kept")
    }

    async fn stated(&self, now: Moment, statements: Vec<StatementWrite>) -> Kept {
        let planned_at = self.db.latest_release().await.expect("the newest release");
        let kept = self.db.keep_statements(statements, planned_at, now).await;
        kept.expect("kept")
    }

    async fn feed(&self, scope: presswire::domain::scope::Scope) -> Vec<Release> {
        let window = presswire::database::Window::of(50);
        let feed = self.db.feed(&scope, window, &[]).await.expect("a feed");
        feed.expect("the scope is known")
    }

    async fn wire(&self) -> Vec<Release> {
        self.feed(presswire::domain::scope::Scope::Wire).await
    }

    async fn known(&self, id: &str, word: &str) -> EntryNumber {
        let source = self.number(id).await;
        let known = self.db.known_entries(source, &[key(word)], &[], &[]).await;
        known.expect("known").pop().expect("it is known").number
    }
}

fn declared(id: &str) -> SourceDeclared {
    let url = format!("https://{id}.example/feed.xml");
    SourceDeclared {
        id: id.to_owned(),
        id_given: true,
        address: Address::of(&url.parse().expect("a URL")),
        url,
        name: None,
        keep_all: true,
        topics: Vec::new(),
        enabled: true,
        rules: Digest([0; 32]),
        host: format!("{id}.example"),
    }
}

fn hash(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}

fn key(word: &str) -> EntryKey {
    let mut key = [0; 16];
    key.copy_from_slice(&hash(word)[..16]);
    EntryKey(key)
}

fn likeness_key(kind: KeyKind, text: &str) -> Key {
    let mut start = [0; 8];
    start.copy_from_slice(&hash(&format!("{} {text}", kind.code()))[..8]);
    Key {
        hash: i64::from_be_bytes(start),
        kind,
    }
}

/// A new entry about `word`, founding a release of its own.
fn entry(word: &str) -> EntryWrite {
    let digest = Digest(hash(word));
    EntryWrite {
        key: key(word),
        known: None,
        entry: Entry {
            id: Some(format!("urn:x:{word}")),
            link: Some(format!("https://pages.example/{word}")),
            title: Some(format!("About {word}")),
            content: Some(Markup {
                html: format!("<p>Text about {word}</p>"),
                ..Markup::default()
            }),
            ..Entry::default()
        },
        canonical_link: Some(format!("pages.example/{word}")),
        digest,
        visible: digest,
        admitted: true,
        published: None,
        updated: None,
        language: Some("de".to_owned()),
        ordinal: 0,
        placement: placement(Place::Found, word),
    }
}

fn placement(place: Place, word: &str) -> Placement {
    let keys = vec![
        likeness_key(KeyKind::Link, word),
        likeness_key(KeyKind::Title, word),
        likeness_key(KeyKind::Shingle, &format!("{word} 1")),
        likeness_key(KeyKind::Shingle, &format!("{word} 2")),
    ];
    Placement::bare(place, keys)
}

fn joining(word: &str, release: ReleaseNumber) -> EntryWrite {
    let mut entry = entry(word);
    entry.placement.place = Place::Join(release);
    entry
}

fn about(topic: &str) -> Relation {
    Relation {
        target: Target::Topic(topic.to_owned()),
        score: 1.0,
        why: vec![Evidence::Alias {
            topic: topic.to_owned(),
            alias: topic.to_owned(),
            times: 1,
        }],
    }
}

fn statement(slug: &str) -> StatementWrite {
    let digest = Digest(hash(slug));
    StatementWrite {
        read: StatementRead {
            statement: Statement {
                slug: slug.to_owned(),
                id: format!("tag:wire.example,2026-11-01:{slug}"),
                title: format!("We say {slug}"),
                language: Some("de".to_owned()),
                ..Statement::default()
            },
            digest,
            visible: digest,
        },
        topics: Vec::new(),
        placement: placement(Place::Found, slug),
        first_reading: true,
    }
}
