//! What benches that grow a database share: sources, polls that write, CPU and memory of the process.

use presswire::database::{Database, EntryWrite, Kept, PollWrite, SourceDeclared};
use presswire::domain::entry::EntryKey;
use presswire::domain::release::ReleaseNumber;
use presswire::domain::source::{Address, SourceFacts, SourceNumber};
use presswire::domain::{Digest, Moment};
use sqlx::Connection;
use std::path::Path;
use std::time::Duration;

/// Sources that take turns.
pub(crate) const SOURCES: u64 = 200;

/// The sizes that the variable `GROWTH` names, separated by commas; 10,000 where it is not set.
pub(crate) fn sizes() -> Vec<u64> {
    let sizes = std::env::var("GROWTH").unwrap_or_else(|_| "10000".to_owned());
    sizes
        .split(',')
        .map(|size| size.trim().parse().unwrap())
        .collect()
}

/// Runs what a bench measures on two threads, as the daemon does.
pub(crate) fn run(bench: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(bench);
}

/// A new database that knows the sources.
pub(crate) async fn database(path: &Path) -> Database {
    let database = Database::open(path, "wire.example").await.unwrap();
    let declared: Vec<SourceDeclared> = (0..SOURCES).map(declared).collect();
    database
        .declare_sources(&declared, moment(0))
        .await
        .unwrap();
    database
}

/// Writes what a poll of a source found, planned when `planned_at` was the newest release.
pub(crate) async fn keep(
    database: &Database,
    source: SourceNumber,
    now: Moment,
    entries: Vec<EntryWrite>,
    planned_at: ReleaseNumber,
) {
    let claim = database.claim_named(&[source], now, 60_000).await.unwrap();
    let claim = claim.into_iter().next().unwrap();
    let write = PollWrite {
        facts: Some(SourceFacts::default()),
        entries,
        ..PollWrite::of(&claim, now, planned_at)
    };
    let kept = database.keep_poll(write).await.unwrap();
    assert!(matches!(kept, Kept::Written { .. }));
}

/// Bytes an entry of each table with its indexes, those with most first.
pub(crate) async fn sizes_of_tables(path: &Path, entries: u64) -> Vec<(String, i64)> {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = sqlx::SqliteConnection::connect_with(&options)
        .await
        .unwrap();
    let mut tables: Vec<(String, i64)> = sqlx::query_as(
        "SELECT coalesce(s.tbl_name, d.name) AS t, sum(d.pgsize) FROM dbstat AS d
         LEFT JOIN sqlite_schema AS s ON s.name = d.name WHERE d.aggregate = 1
         GROUP BY t ORDER BY 2 DESC",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    let entries = i64::try_from(entries).unwrap();
    tables.iter_mut().for_each(|(_, bytes)| *bytes /= entries);
    tables
}

pub(crate) fn mib(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().len() / (1024 * 1024)
}

/// CPU since a moment.
pub(crate) struct Measure {
    cpu: Duration,
}

impl Measure {
    pub(crate) fn begin() -> Measure {
        Measure { cpu: cpu() }
    }

    pub(crate) fn spent(&self) -> Duration {
        cpu() - self.cpu
    }

    /// Prints what each of so many times cost.
    pub(crate) fn print(&self, what: &str, times: u64, walls: &mut [Duration]) {
        let each = self.spent() / u32::try_from(times.max(1)).unwrap();
        print(what, each, walls);
    }
}

/// What stands above the lines of [`print`].
pub(crate) fn head() -> String {
    format!("{:<38}{:>12}{:>12}{:>12}", "", "CPU µs", "p50 µs", "p99 µs")
}

/// Prints a line: CPU, and of wall times the median and the 99th percentile.
pub(crate) fn print(what: &str, cpu: Duration, walls: &mut [Duration]) {
    let micros = |time: Duration| format!("{:.1}", time.as_nanos() as f64 / 1000.0);
    walls.sort();
    let at = |share: usize| match walls.len().checked_sub(1) {
        None => "-".to_owned(),
        Some(last) => micros(walls[last * share / 100]),
    };
    println!("{what:<38}{:>12}{:>12}{:>12}", micros(cpu), at(50), at(99));
}

/// User and system time of the process so far, from /proc: hundredths of a second.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat[stat.rfind(')').unwrap()..].split(' ').collect();
    let ticks: u64 = fields[12].parse::<u64>().unwrap() + fields[13].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

/// The moment at which entry `n` arrives: one every two seconds.
pub(crate) fn moment(n: u64) -> Moment {
    let start: Moment = "2024-01-01T00:00:00Z".parse().unwrap();
    start + Duration::from_secs(2 * n)
}

fn declared(n: u64) -> SourceDeclared {
    let url = format!("https://source-{n}.example/feed.xml");
    SourceDeclared {
        id: format!("source-{n}"),
        id_given: true,
        address: Address::of(&url.parse().unwrap()),
        url,
        name: None,
        keep_all: false,
        topics: Vec::new(),
        enabled: true,
        rules: Digest([0; 32]),
        host: format!("source-{n}.example"),
    }
}

pub(crate) fn digest(kind: &str, n: u64) -> [u8; 32] {
    *blake3::hash(format!("{kind} {n}").as_bytes()).as_bytes()
}

/// The key of entry `n`.
pub(crate) fn key(n: u64) -> EntryKey {
    let mut key = [0; 16];
    key.copy_from_slice(&digest("key", n)[..16]);
    EntryKey(key)
}
