//! What a poll, a feed, a look for candidates cost as the database grows.
//!
//! `cargo bench --bench growth` prints a table for 10,000 entries; `GROWTH=10000,1000000` names other
//! sizes, all reached in one database. `RELATED=1` puts every entry into the wire, and so into the
//! index of searches, instead of every twentieth. CPU is the whole process's, from /proc; wall times are medians
//! and 99th percentiles. Entries are made of a fixed sequence of words, so every run writes the same.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints and may stop"
)]

mod support;

use presswire::database::{Database, EntryWrite, Place, Placement, Window};
use presswire::domain::Digest;
use presswire::domain::entry::{Entry, EntryKey, EntryNumber, Markup};
use presswire::domain::likeness::{Key, KeyKind};
use presswire::domain::relation::{Evidence, Relation, Target};
use presswire::domain::scope::Scope;
use presswire::domain::source::SourceNumber;
use std::time::Instant;
use support::{Measure, SOURCES, digest, key, mib, moment, sizes_of_tables};

const ENTRIES_PER_POLL: u64 = 20;
const SHINGLES: u64 = 32;
const ROUNDS: u64 = 200;

fn main() {
    support::run(grow(&support::sizes()));
}

async fn grow(sizes: &[u64]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("presswire.db");
    let db = support::database(&path).await;
    // Every so manieth entry is related and so in the wire.
    let related = std::env::var("RELATED").map_or(20, |n| n.parse().unwrap());
    let mut wire = Wire {
        db,
        next: 0,
        related,
    };
    for size in sizes {
        let growing = Measure::begin();
        let before = wire.next;
        while wire.next < *size {
            wire.poll(ENTRIES_PER_POLL).await;
        }
        let grown = wire.next - before;
        println!("\n{size} entries, {} MiB", mib(&path));
        println!("{}", support::head());
        growing.print("growing, an entry", grown, &mut []);
        wire.measure().await;
        wire.search().await;
        let tables = sizes_of_tables(&path, wire.next).await;
        let all: i64 = tables.iter().map(|(_, bytes)| bytes).sum();
        println!("bytes an entry: {all}, of which");
        for (table, bytes) in tables.iter().filter(|(_, bytes)| *bytes > 0) {
            println!("  {table:<32}{bytes:>12}");
        }
    }
    let opening = Measure::begin();
    wire.db.close().await;
    let db = Database::open(&path, "wire.example").await.unwrap();
    let feed = db.feed(&Scope::Wire, Window::of(50), &[]).await.unwrap();
    assert!(!feed.unwrap().is_empty());
    opening.print("close, open, first feed", 1, &mut []);
}

struct Wire {
    db: Database,
    next: u64,
    related: u64,
}

impl Wire {
    async fn poll(&mut self, entries: u64) {
        let source = self.next / ENTRIES_PER_POLL % SOURCES;
        let now = moment(self.next);
        let number = SourceNumber(i64::try_from(source).unwrap() + 1);
        let found = (0..entries)
            .map(|n| entry(self.next + n, self.related))
            .collect();
        let newest = self.db.latest_release().await.unwrap();
        support::keep(&self.db, number, now, found, newest).await;
        self.next += entries;
    }

    async fn measure(&mut self) {
        let mut times = Vec::new();
        let polls = Measure::begin();
        for _ in 0..ROUNDS {
            let one = Instant::now();
            self.poll(ENTRIES_PER_POLL).await;
            times.push(one.elapsed());
        }
        polls.print(
            "poll of 20 new, an entry",
            ROUNDS * ENTRIES_PER_POLL,
            &mut times,
        );

        let quiet = Measure::begin();
        let polls = (0..ROUNDS).map(|_| {
            let mut one = Wire {
                db: self.db.clone(),
                next: self.next,
                related: self.related,
            };
            self.next += ENTRIES_PER_POLL;
            tokio::spawn(async move { one.poll(0).await })
        });
        for poll in polls.collect::<Vec<_>>() {
            poll.await.unwrap();
        }
        quiet.print("poll of nothing new", ROUNDS, &mut []);

        let mut times = Vec::new();
        let known = Measure::begin();
        for round in 0..ROUNDS {
            let source = SourceNumber(1);
            let keys: Vec<EntryKey> = (0..50).map(|n| key(round * 50 + n)).collect();
            let one = Instant::now();
            self.db
                .known_entries(source, &keys, &[], &[])
                .await
                .unwrap();
            times.push(one.elapsed());
        }
        known.print("50 known entries", ROUNDS, &mut times);

        let mut times = Vec::new();
        let candidates = Measure::begin();
        for round in 0..ROUNDS {
            let entry = entry(round * (self.next / ROUNDS), self.related);
            let one = Instant::now();
            let found = self.db.candidates(&entry.placement.keys).await;
            times.push(one.elapsed());
            assert!(!found.unwrap().is_empty());
        }
        candidates.print("candidates", ROUNDS, &mut times);

        for (what, scope) in [
            ("feed of the wire", Scope::Wire),
            ("feed of a source", Scope::Source("source-7".to_owned())),
            ("feed of a topic", Scope::Topic("strike".to_owned())),
        ] {
            let mut times = Vec::new();
            let feeds = Measure::begin();
            for _ in 0..ROUNDS {
                let one = Instant::now();
                let feed = self
                    .db
                    .feed(
                        &scope,
                        Window {
                            since_ms: 0,
                            ..Window::of(50)
                        },
                        &[],
                    )
                    .await;
                times.push(one.elapsed());
                assert!(!feed.unwrap().unwrap().is_empty());
            }
            feeds.print(what, ROUNDS, &mut times);
        }

        let mut times = Vec::new();
        let serials = Measure::begin();
        for _ in 0..ROUNDS {
            let one = Instant::now();
            self.db.serial().await.unwrap();
            times.push(one.elapsed());
        }
        serials.print("serial", ROUNDS, &mut times);

        let mut times = Vec::new();
        let texts = Measure::begin();
        for round in 0..ROUNDS {
            let first = i64::try_from(round * (self.next / ROUNDS)).unwrap() / 2 + 1;
            let numbers: Vec<EntryNumber> = (first..first + 50).map(EntryNumber).collect();
            let one = Instant::now();
            self.db.texts(&numbers).await.unwrap();
            times.push(one.elapsed());
        }
        texts.print("50 texts", ROUNDS, &mut times);
    }
}

impl Wire {
    /// The first page of searches, other words each time.
    async fn search(&self) {
        type Query = fn(u64) -> String;
        let queries: [(&str, Query); 5] = [
            ("search for a frequent word", |n| word(n % 16)),
            ("search for a rare word", |n| word(7_000 + n)),
            ("search for two words", |n| {
                format!("{} {}", word(n), word(2 * n + 1))
            }),
            ("search for a phrase", |n| {
                let text = words(n);
                let words: Vec<&str> = text.split(' ').collect();
                format!("\"{} {}\"", words[5], words[6])
            }),
            ("search for 24 words", |n| {
                (0..24).map(|w| word(n + w) + " ").collect()
            }),
        ];
        for (what, query) in queries {
            let mut times = Vec::new();
            let measure = Measure::begin();
            for round in 0..ROUNDS {
                let scope = Scope::search(&query(round));
                let one = Instant::now();
                self.db.scope_page(&scope, None, 40).await.unwrap();
                times.push(one.elapsed());
            }
            measure.print(what, ROUNDS, &mut times);
        }
    }
}

fn likeness(kind: KeyKind, n: u64) -> Key {
    let mut start = [0; 8];
    start.copy_from_slice(&digest("likeness", n * 4 + kind.code().unsigned_abs())[..8]);
    Key {
        hash: i64::from_be_bytes(start),
        kind,
    }
}

/// 220 words of 8,000, as frequent as words are.
fn words(n: u64) -> String {
    let mut state = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::from("<p>");
    for _ in 0..220 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // The product of two: low numbers are frequent.
        text.push_str(&word((state % 8_000) * (state / 8_000 % 8_000) / 8_000));
        text.push(' ');
    }
    text.push_str("</p>");
    text
}

/// The word with this number.
fn word(n: u64) -> String {
    data_encoding::BASE32_DNSSEC.encode(&(n * 7_919).to_be_bytes()[4..])
}

fn entry(n: u64, related: u64) -> EntryWrite {
    let mut keys = vec![
        likeness(KeyKind::Link, n),
        likeness(KeyKind::Title, n),
        likeness(KeyKind::Words, n),
    ];
    keys.extend((0..SHINGLES).map(|s| likeness(KeyKind::Shingle, n * SHINGLES + s)));
    let relations = match n % related {
        0 => vec![Relation {
            target: Target::Topic("strike".to_owned()),
            score: 1.0,
            why: vec![Evidence::Alias {
                topic: "Strike".to_owned(),
                alias: "strike".to_owned(),
                times: 2,
            }],
        }],
        _ => Vec::new(),
    };
    EntryWrite {
        key: key(n),
        known: None,
        entry: Entry {
            id: Some(format!("https://source.example/2026/11/entry-{n}")),
            link: Some(format!(
                "https://source.example/2026/11/entry-{n}?utm_source=feed"
            )),
            title: Some(format!(
                "Press release number {n} on a matter of some importance"
            )),
            summary: Some(Markup {
                html: words(n),
                ..Markup::default()
            }),
            ..Entry::default()
        },
        canonical_link: Some(format!("source.example/2026/11/entry-{n}")),
        digest: Digest(digest("words", n)),
        visible: Digest(digest("visible", n)),
        admitted: true,
        published: Some(moment(n)),
        updated: None,
        language: Some("de".to_owned()),
        ordinal: 0,
        placement: Placement {
            relations,
            ..Placement::bare(Place::Found, keys)
        },
    }
}
