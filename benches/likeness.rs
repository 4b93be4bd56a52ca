//! What likeness and relation cost an entry: without the database, and with as much in it as wanted.
//!
//! `cargo bench --bench likeness` prints CPU an entry against 10,000 stored releases; `GROWTH=10000,1000000`
//! names other sizes. Of what is stored, the newest `IN_FORCE` releases (10,000) have all their keys;
//! older ones those that are kept for ever, as after 60 days. CPU is the whole process's, from /proc.
//! A word behind `--` (`likeness`, `relation`, `stored`) runs that part alone.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints and may stop"
)]

#[path = "../tests/likeness/bases.rs"]
#[expect(dead_code, reason = "the evaluation asks more of it")]
mod bases;
#[path = "../tests/likeness/chance.rs"]
mod chance;
#[path = "../tests/likeness/republish.rs"]
#[expect(dead_code, reason = "the evaluation asks more of it")]
mod republish;
mod support;
#[path = "support/texts.rs"]
mod texts;

use presswire::config;
use presswire::database::{Database, EntryWrite, Place, Placement};
use presswire::domain::Digest;
use presswire::domain::decision::TextName;
use presswire::domain::entry::{Entry, Markup};
use presswire::domain::likeness::{self, Boilerplate, Bond, Key, Prepared, Text};
use presswire::domain::relation::{self, Index, Ours, Topics};
use presswire::domain::source::SourceNumber;
use presswire::domain::text::{self, Words};
use presswire::wire::{self, Arrival, Placed, Rules};
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{Measure, SOURCES, key, mib, moment, sizes_of_tables};
use texts::Texts;

/// Texts that the parts without database are measured on.
const POOL: u64 = 3600;

/// Newest texts of a source whose boilerplate is looked for.
const RECENT: usize = 24;

/// Entries of one fetch that are placed, and fetches at each size.
const FETCH: u64 = 30;
const FETCHES: u64 = 100;

/// Entries that are stored in one write while a database grows.
const STORED_AT_ONCE: u64 = 200;

/// Releases that an arrival is compared with, at most.
const CANDIDATES: usize = 12;

fn main() {
    let asked = std::env::args()
        .skip(1)
        .find(|word| !word.starts_with("--"));
    let is_asked = |part: &str| asked.as_ref().is_none_or(|asked| asked == part);
    let texts = Texts::new();
    println!("{}", support::head());
    if is_asked("likeness") {
        let pool = Pool::of(&texts);
        pool.measure_words();
        pool.measure_verdicts();
    }
    if is_asked("relation") {
        measure_relation(&texts);
    }
    if is_asked("stored") {
        support::run(grow(&texts, &support::sizes()));
    }
}

/// Arrivals of nine sources.
fn arrivals(texts: &Texts) -> Vec<Text> {
    (0..POOL).map(|n| texts.arrival(n, n % 9)).collect()
}

/// Texts with what each of their sources says under every text.
struct Pool {
    texts: Vec<Text>,
    boilerplates: HashMap<Option<SourceNumber>, Boilerplate>,
}

impl Pool {
    fn of(texts: &Texts) -> Pool {
        let mut pool = Pool {
            texts: arrivals(texts),
            boilerplates: HashMap::new(),
        };
        for (source, words) in pool.words_by_source() {
            let recent = words.iter().take(RECENT);
            pool.boilerplates.insert(source, Boilerplate::of(recent));
        }
        pool
    }

    fn prepared(&self, text: &Text) -> Prepared {
        Prepared::of(text.clone(), &self.boilerplates[&text.source])
    }

    /// What each text costs once, whatever it is compared with.
    fn measure_words(&self) {
        let words: usize = self
            .texts
            .iter()
            .map(|text| Prepared::words_of(text).len())
            .sum();
        println!("{POOL} texts of {} words", words / self.texts.len());
        let each = |what: &str, of: &dyn Fn(&Text) -> usize| {
            let measure = Measure::begin();
            for text in &self.texts {
                black_box(of(black_box(text)));
            }
            measure.print(what, POOL, &mut []);
        };
        each("plain text", &|text| text::plain(&text.html).len());
        each("plain text, words", &|text| Prepared::words_of(text).len());
        each("language of the text", &|text| {
            let found = text::language(&text::plain(&text.html), text.language.as_deref());
            found.map_or(0, |tag| tag.len())
        });
        each("likeness: words, boilerplate, keys", &|text| {
            likeness::keys(&self.prepared(text)).len()
        });
        let words = self.words_by_source();
        let measure = Measure::begin();
        for recent in words.values().flat_map(|words| words.chunks_exact(RECENT)) {
            black_box(Boilerplate::of(recent));
        }
        measure.print("boilerplate of a source, a text", POOL, &mut []);
    }

    fn words_by_source(&self) -> HashMap<Option<SourceNumber>, Vec<Words>> {
        let mut by_source: HashMap<Option<SourceNumber>, Vec<Words>> = HashMap::new();
        for text in &self.texts {
            let words = by_source.entry(text.source).or_default();
            words.push(Prepared::words_of(text));
        }
        by_source
    }

    /// Verdicts on those that share keys, as a database would find them, and on twelve in any case.
    fn measure_verdicts(&self) {
        let prepared: Vec<Prepared> = self.texts.iter().map(|text| self.prepared(text)).collect();
        let candidates = candidates(&prepared);
        let compared: usize = candidates.iter().map(Vec::len).sum();
        println!(
            "{:.1} texts share keys with a text",
            compared as f64 / POOL as f64
        );
        let measure = Measure::begin();
        for (text, alike) in prepared.iter().zip(&candidates) {
            for other in alike {
                black_box(likeness::verdict(&prepared[*other], text, Bond::None));
            }
        }
        measure.print("verdicts on those that share keys", POOL, &mut []);
        let measure = Measure::begin();
        for (text, alike) in self.texts.iter().zip(&candidates) {
            let arrived = self.prepared(text);
            black_box(likeness::keys(&arrived));
            for other in alike {
                let other = self.prepared(&self.texts[*other]);
                black_box(likeness::verdict(&other, &arrived, Bond::None));
            }
        }
        measure.print("likeness, all of it, an entry", POOL, &mut []);

        // Twelve of one text: the most that is ever asked, of texts as alike as can be.
        let crowds: Vec<&[Prepared]> = prepared.chunks_exact(CANDIDATES + 1).collect();
        let measure = Measure::begin();
        for crowd in &crowds {
            for other in &crowd[1..] {
                black_box(likeness::verdict(other, &crowd[0], Bond::None));
            }
        }
        let times = crowds.len() as u64;
        measure.print("twelve verdicts on other texts", times, &mut []);
        let copies: Vec<(Prepared, Prepared)> = self.copies();
        let measure = Measure::begin();
        for (one, other) in &copies {
            for _ in 0..CANDIDATES {
                black_box(likeness::verdict(one, other, Bond::None));
            }
        }
        measure.print("twelve verdicts on copies", copies.len() as u64, &mut []);
    }

    /// Texts that were published again, with what they are copies of.
    fn copies(&self) -> Vec<(Prepared, Prepared)> {
        let first = |text: &Text| {
            let title = text.title.as_deref()?;
            let mut before = self.texts.iter().take_while(|known| *known != text);
            before.find(|known| known.title.as_deref() == Some(title))
        };
        let pairs = self
            .texts
            .iter()
            .filter_map(|text| Some((first(text)?, text)));
        pairs
            .map(|(one, other)| (self.prepared(one), self.prepared(other)))
            .collect()
    }
}

/// For each text the earlier ones that share most keys with it, twelve at most, as the database finds them.
fn candidates(prepared: &[Prepared]) -> Vec<Vec<usize>> {
    let mut by_key: HashMap<Key, Vec<usize>> = HashMap::new();
    let mut candidates = Vec::new();
    for (at, text) in prepared.iter().enumerate() {
        let mut shared: HashMap<usize, u32> = HashMap::new();
        for key in likeness::keys(text) {
            let weight = key.kind.weight();
            let others = by_key.entry(key).or_default();
            others
                .iter()
                .for_each(|other| *shared.entry(*other).or_default() += weight);
            others.push(at);
        }
        let mut ranked: Vec<(u32, usize)> = shared
            .into_iter()
            .map(|(at, weight)| (weight, at))
            .collect();
        ranked.sort_unstable_by_key(|&(weight, at)| (std::cmp::Reverse(weight), at));
        candidates.push(
            ranked
                .into_iter()
                .take(CANDIDATES)
                .map(|(_, at)| at)
                .collect(),
        );
    }
    candidates
}

/// Against topics, and against so many statements.
fn measure_relation(texts: &Texts) {
    let pool = &arrivals(texts);
    let names = [
        "Kasachstan",
        "Gewerkschaft",
        "забастовка",
        "workers' council",
        "Bergbau",
    ];
    let slugs: Vec<String> = (0..40).map(|n| format!("topic-{n}")).collect();
    let aliases = |n: usize| [names[n % 5], names[(n + 2) % 5], &*slugs[n]];
    let mut rules = rules();
    rules.topics = Topics::compile(
        slugs
            .iter()
            .enumerate()
            .map(|(n, slug)| (&**slug, &**slug, aliases(n))),
    );
    relate("relation: 40 topics", &rules, pool);
    for count in [3, 30, 1000] {
        let statements: Vec<_> = (0..count).map(|n| texts.base(1_000_000 + n * 20)).collect();
        let slugs: Vec<String> = (0..count).map(|n| format!("statement-{n}")).collect();
        let plain: Vec<String> = statements
            .iter()
            .map(|base| base.paragraphs.join("\n"))
            .collect();
        let ours = statements
            .iter()
            .zip(&slugs)
            .zip(&plain)
            .map(|((base, slug), plain)| Ours {
                slug,
                text: relation::Text {
                    title: &base.title,
                    text: plain,
                    language: Some(base.language),
                    links: &[],
                },
                addresses: &[],
                date: None,
            });
        rules.statements = Arc::new(Index::of(ours));
        relate(&format!("relation: and {count} statements"), &rules, pool);
    }
}

/// Those of a configuration without topics and statements.
fn rules() -> Rules {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feeds.toml");
    let wire = "[wire]\ntitle = \"W\"\nurl = \"https://wire.example/\"\nlanguage = \"de\"\n";
    std::fs::write(&file, wire).unwrap();
    let (config, _) = config::load(&file, &|_| None).unwrap();
    Rules::of(&config, &[])
}

fn relate(what: &str, rules: &Rules, pool: &[Text]) {
    // Word lists are read at the first text of a language.
    pool.iter()
        .take(9)
        .for_each(|text| drop(rules.relate(text, &[])));
    let measure = Measure::begin();
    for text in pool {
        black_box(rules.relate(text, &[]));
    }
    measure.print(what, POOL, &mut []);
}

/// The same fetches against databases of these sizes.
async fn grow(texts: &Texts, sizes: &[u64]) {
    let in_force = std::env::var("IN_FORCE").map_or(10_000, |n| n.parse().unwrap());
    for size in sizes {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("presswire.db");
        let database = support::database(&path).await;
        let stored = Instant::now();
        store(&database, texts, *size, size.saturating_sub(in_force)).await;
        println!(
            "\n{size} releases, {} MiB, stored in {} s",
            mib(&path),
            stored.elapsed().as_secs()
        );
        measure_placing(&database, texts, *size).await;
        database.close().await;
        let tables = sizes_of_tables(&path, size + FETCHES * FETCH).await;
        for (table, bytes) in tables.iter().filter(|(table, _)| table.contains("key")) {
            println!("bytes an entry of {table}: {bytes}");
        }
        for line in std::fs::read_to_string("/proc/self/status")
            .unwrap()
            .lines()
        {
            if line.starts_with("VmHWM") || line.starts_with("VmRSS") {
                println!("{line}");
            }
        }
    }
}

/// Stores releases, each text its own, the first `faded` of them without shingles.
async fn store(database: &Database, texts: &Texts, count: u64, faded: u64) {
    let mut next = 0;
    while next < count {
        let source = next / STORED_AT_ONCE % SOURCES;
        let numbers = next..count.min(next + STORED_AT_ONCE);
        next = numbers.end;
        let arrivals: Vec<(u64, Text)> = numbers.map(|n| (n, texts.arrival(n, source))).collect();
        let words: Vec<Arc<Words>> = arrivals
            .iter()
            .map(|(_, text)| Arc::new(Prepared::words_of(text)))
            .collect();
        let boilerplate = Boilerplate::of(words.iter().take(24).map(|words| &**words));
        let entries = arrivals.into_iter().zip(words).map(|((n, text), words)| {
            let prepared = Prepared::with_words(text, words, &boilerplate);
            let mut keys = likeness::keys(&prepared);
            keys.retain(|key| n >= faded || !key.kind.is_passing());
            entry(n, prepared.text, Placement::bare(Place::Found, keys))
        });
        let entries = entries.collect();
        let planned_at = database.latest_release().await.unwrap();
        support::keep(database, number(source), moment(next), entries, planned_at).await;
    }
}

/// Fetches of new entries: candidates by key, placing, writing.
async fn measure_placing(database: &Database, texts: &Texts, stored: u64) {
    let rules = rules();
    let (mut joined, mut shared) = (0, 0);
    let (mut asking, mut placing, mut writing) =
        (Part::default(), Part::default(), Part::default());
    for round in 0..FETCHES {
        let source = round * 7 % SOURCES;
        let first = stored + round * FETCH;
        let now = moment(first + FETCH);
        let arrivals: Vec<Arrival> = (first..first + FETCH)
            .map(|n| arrival(texts, n, source))
            .collect();
        let plain = Boilerplate::default();
        let prepared = arrivals
            .iter()
            .map(|it| Prepared::of(it.text.clone(), &plain));
        let keys: Vec<Vec<Key>> = prepared.map(|it| likeness::keys(&it)).collect();
        let candidates = async {
            let keys: Vec<&[Key]> = keys.iter().map(Vec::as_slice).collect();
            let sharing = database.sharing(&keys).await.unwrap();
            sharing.iter().map(Vec::len).sum::<usize>()
        };
        shared += asking.take(candidates).await;
        let placed = placing.take(wire::place(database, &rules, &arrivals)).await;
        let Placed {
            placements,
            planned_at,
            ..
        } = placed.unwrap();
        let joins = |it: &&Placement| it.place != Place::Found;
        joined += placements.iter().filter(joins).count();
        let entries = (first..).zip(arrivals).zip(placements);
        let entries = entries.map(|((n, arrival), placement)| entry(n, arrival.text, placement));
        let keeping = support::keep(database, number(source), now, entries.collect(), planned_at);
        writing.take(keeping).await;
    }
    let entries = FETCHES * FETCH;
    println!("{shared} candidates, {joined} of {entries} joined");
    asking.print("candidates by key, an entry");
    placing.print("placing a fetch of 30, an entry");
    writing.print("writing it, an entry");
}

/// One part of what a fetch costs.
#[derive(Default)]
struct Part {
    cpu: Duration,
    walls: Vec<Duration>,
}

impl Part {
    async fn take<T>(&mut self, part: impl Future<Output = T>) -> T {
        let (cpu, wall) = (Measure::begin(), Instant::now());
        let done = part.await;
        self.cpu += cpu.spent();
        self.walls.push(wall.elapsed() / FETCH as u32);
        done
    }

    fn print(mut self, what: &str) {
        support::print(what, self.cpu / (FETCHES * FETCH) as u32, &mut self.walls);
    }
}

fn number(source: u64) -> SourceNumber {
    SourceNumber(i64::try_from(source).unwrap() + 1)
}

fn arrival(texts: &Texts, n: u64, source: u64) -> Arrival {
    Arrival {
        name: TextName::Entry(number(source), key(n)),
        text: texts.arrival(n, source),
        known: None,
        id: None,
        home: Vec::new(),
    }
}

fn entry(n: u64, text: Text, placement: Placement) -> EntryWrite {
    EntryWrite {
        key: key(n),
        known: None,
        canonical_link: text.link.as_deref().and_then(likeness::canonical_link),
        entry: Entry {
            link: text.link,
            title: text.title,
            content: Some(Markup {
                html: text.html,
                ..Markup::default()
            }),
            ..Entry::default()
        },
        digest: Digest(support::digest("words", n)),
        visible: Digest(support::digest("visible", n)),
        admitted: true,
        published: text.published,
        updated: None,
        language: text.language,
        ordinal: 0,
        placement,
    }
}
