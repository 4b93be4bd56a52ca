//! How much of a feed is still read when it is damaged: cut off, or with bytes flipped.
//!
//! ```text
//! cargo run --release --example damage -- FILE…
//! ```
//!
//! A reading is *usable* if every entry that was closed before the damage is there as it was, title
//! and link. For flips also the stricter question is asked: how many entries are lost in all.

#![allow(
    clippy::print_stdout,
    reason = "an example that tells what it measured"
)]

use presswire::read::{Hints, read};
use std::time::{Duration, Instant};

/// (title, link) of each entry.
type Entries = Vec<(Option<String>, Option<String>)>;

fn entries(bytes: &[u8]) -> Entries {
    let document = read(bytes, &Hints::default());
    document.map_or(Vec::new(), |document| {
        let entries = document.entries.into_iter();
        entries.map(|entry| (entry.title, entry.link)).collect()
    })
}

/// How many entries end within the first `length` bytes.
fn closed(bytes: &[u8], length: usize) -> usize {
    let start = &bytes[..length];
    ["</item>", "</entry>"]
        .iter()
        .map(|end| memchr::memmem::find_iter(start, end).count())
        .sum()
}

/// splitmix64: the same damage in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}

#[derive(Default)]
struct Score {
    read: usize,
    usable: usize,
    entries: usize,
    found: usize,
    slowest: Duration,
}

impl Score {
    /// Reads `damaged`, of which the first `whole_bytes` are as they were.
    fn add(&mut self, damaged: &[u8], whole_bytes: usize, whole: &Entries) {
        let start = Instant::now();
        let found = entries(damaged);
        self.slowest = self.slowest.max(start.elapsed());
        let before = closed(damaged, whole_bytes).min(whole.len());
        self.read += 1;
        self.usable += usize::from(found.get(..before) == Some(&whole[..before]));
        self.entries += whole.len();
        self.found += whole.iter().filter(|entry| found.contains(entry)).count();
    }

    fn tell(&self, what: &str) {
        let share = |part: usize, of: usize| part as f64 * 100.0 / of.max(1) as f64;
        println!(
            "{what}: {} of {} usable ({:.2} %); {:.2} % of all entries there; slowest {:.1?}",
            self.usable,
            self.read,
            share(self.usable, self.read),
            share(self.found, self.entries),
            self.slowest
        );
    }
}

fn main() -> std::io::Result<()> {
    let mut feeds = Vec::new();
    for file in std::env::args().skip(1) {
        let bytes = std::fs::read(file)?;
        let whole = entries(&bytes);
        feeds.push((bytes, whole));
    }
    let mut cut = Score::default();
    for (bytes, whole) in &feeds {
        for at in (1000..bytes.len()).step_by(1000) {
            cut.add(&bytes[..at], at, whole);
        }
    }
    cut.tell("cut at every 1,000th byte");
    for flips in [1, 20] {
        let mut dice = Dice(2026);
        let mut flipped = Score::default();
        for round in 0..2000 {
            let (bytes, whole) = &feeds[round % feeds.len()];
            let mut bytes = bytes.clone();
            let mut first = bytes.len();
            for _ in 0..flips {
                let at = dice.below(bytes.len());
                bytes[at] = dice.below(256) as u8;
                first = first.min(at);
            }
            flipped.add(&bytes, first, whole);
        }
        flipped.tell(&format!("2,000 readings with {flips} bytes replaced"));
    }
    Ok(())
}
