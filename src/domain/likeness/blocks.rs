//! Common runs of tokens of two texts, and the best increasing chain of them: linear in the texts,
//! whatever they hold.

use super::hash::Mixer;

/// Shortest common block.
pub(super) const BLOCK: usize = 4;

/// Blocks that are considered: the longest, where texts repeat themselves.
const MOST_BLOCKS: usize = 160;

/// Places of one run of four words that are looked at.
const MOST_PLACES: usize = 8;

/// A common run of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// First token in the one.
    pub(super) a: usize,
    /// First token in the other.
    pub(super) b: usize,
    /// Tokens.
    pub(super) length: usize,
}

/// Maximal common runs of at least four tokens; where there are too many, the longest.
pub(super) fn common_blocks(a: &[u64], b: &[u64]) -> Vec<Block> {
    if a.len() < BLOCK || b.len() < BLOCK {
        return Vec::new();
    }
    let places = Places::of(a);
    let mut blocks: Vec<Block> = Vec::new();
    // Texts that repeat one run make each of its places match each; real ones stay far below.
    let mut steps = 16 * (a.len() + b.len());
    for y in 0..=b.len() - BLOCK {
        for x in places.of_run(&b[y..y + BLOCK]) {
            let inside = x > 0 && y > 0 && a[x - 1] == b[y - 1];
            if inside || a[x..x + BLOCK] != b[y..y + BLOCK] {
                continue;
            }
            let length = a[x..]
                .iter()
                .zip(&b[y..])
                .take_while(|(a, b)| a == b)
                .count();
            blocks.push(Block { a: x, b: y, length });
            steps = steps.saturating_sub(length);
        }
        if steps == 0 {
            break;
        }
    }
    if blocks.len() > MOST_BLOCKS {
        blocks.sort_by_key(|block| std::cmp::Reverse(block.length));
        blocks.truncate(MOST_BLOCKS);
        blocks.sort_by_key(|block| (block.b, block.a));
    }
    blocks
}

/// Where each run of four tokens starts: a table with chains, because a map would cost half of it all.
struct Places {
    heads: Vec<u32>,
    next: Vec<u32>,
    mask: usize,
}

const NOWHERE: u32 = u32::MAX;

impl Places {
    fn of(tokens: &[u64]) -> Places {
        let size = (tokens.len() * 2).next_power_of_two();
        let mut places = Places {
            heads: vec![NOWHERE; size],
            next: vec![NOWHERE; tokens.len()],
            mask: size - 1,
        };
        // Backwards, so that a chain begins with the first place.
        for at in (0..=tokens.len() - BLOCK).rev() {
            let slot = run_hash(&tokens[at..at + BLOCK]) as usize & places.mask;
            places.next[at] = std::mem::replace(&mut places.heads[slot], at as u32);
        }
        places
    }

    fn of_run(&self, run: &[u64]) -> impl Iterator<Item = usize> {
        let mut at = self.heads[run_hash(run) as usize & self.mask];
        let following = std::iter::from_fn(move || {
            let found = at;
            if found == NOWHERE {
                return None;
            }
            at = self.next[found as usize];
            Some(found as usize)
        });
        following.take(MOST_PLACES)
    }
}

fn run_hash(run: &[u64]) -> u64 {
    let mut mixer = Mixer::default();
    run.iter().for_each(|token| mixer.add(*token));
    mixer.finish()
}

/// The chain of blocks, increasing in both texts, that covers most; overlaps are cut off the later block.
pub(super) fn best_chain(blocks: &[Block]) -> Vec<Block> {
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(blocks.len());
    for (at, block) in blocks.iter().enumerate() {
        let mut found = (block.length, None);
        for (before, earlier) in blocks[..at].iter().enumerate() {
            let Some(overlap) = overlap(earlier, block) else {
                continue;
            };
            let weight = best[before].0 + block.length - overlap;
            if weight > found.0 {
                found = (weight, Some(before));
            }
        }
        best.push(found);
    }
    let mut at = (0..blocks.len()).max_by_key(|&at| (best[at].0, std::cmp::Reverse(at)));
    let mut chain: Vec<Block> = Vec::new();
    while let Some(index) = at {
        chain.push(blocks[index]);
        at = best[index].1;
    }
    chain.reverse();
    for index in 1..chain.len() {
        if let Some(overlap) = overlap(&chain[index - 1], &chain[index]) {
            let block = &mut chain[index];
            block.a += overlap;
            block.b += overlap;
            block.length -= overlap;
        }
    }
    chain
}

/// By how much `later` overlaps `earlier`; None where it does not follow it, or nothing of it would remain.
fn overlap(earlier: &Block, later: &Block) -> Option<usize> {
    if earlier.a >= later.a || earlier.b >= later.b {
        return None;
    }
    let over_a = (earlier.a + earlier.length).saturating_sub(later.a);
    let over_b = (earlier.b + earlier.length).saturating_sub(later.b);
    let over = over_a.max(over_b);
    (over < later.length).then_some(over)
}
