//! Which words of two texts stand for each other: common blocks, the best increasing chain of them,
//! edit distance in the gaps, and what was moved (`likeness.md` §5).
//!
//! The cost is linear in the texts, whatever they hold: blocks, rounds and gaps are all capped.

use super::hash::Mixer;
use std::ops::Range;

/// Shortest common block.
const BLOCK: usize = 4;

/// Longest gap whose edit distance is computed: 60 × 60 steps.
const GAP: usize = 60;

/// Longest gap inside a moved part that still belongs to it.
const MOVED_GAP: usize = 20;

/// A moved part counts from so many tokens on: less is coincidence.
const MOVED: usize = 8;

/// Blocks that are considered: the longest, where texts repeat themselves.
const MOST_BLOCKS: usize = 160;

/// Places of one run of four words that are looked at.
const MOST_PLACES: usize = 8;

/// Parts that may have been moved.
const ROUNDS: usize = 6;

/// A common run of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Block {
    a: usize,
    b: usize,
    length: usize,
}

/// A stretch in which the texts differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// What stands there in the one; may be empty.
    pub(super) a: Range<usize>,
    /// What stands there in the other; may be empty.
    pub(super) b: Range<usize>,
    /// It lies before or behind all that the texts have in common.
    pub(super) edge: bool,
}

/// Which tokens of two texts stand for each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Alignment {
    /// For each token of the one, whether the other has it in its place, or moved.
    pub(super) covered_a: Vec<bool>,
    /// For each token of the other, likewise.
    pub(super) covered_b: Vec<bool>,
    /// Where they differ, in the order of their chains: the main one, then what was moved.
    pub(super) edits: Vec<Edit>,
    /// First tokens of the main chain.
    pub(super) start: (usize, usize),
}

impl Alignment {
    /// Aligns two texts by the hashes of their tokens.
    pub(super) fn of(a: &[u64], b: &[u64]) -> Alignment {
        let mut alignment = Alignment {
            covered_a: vec![false; a.len()],
            covered_b: vec![false; b.len()],
            ..Alignment::default()
        };
        let mut blocks = common_blocks(a, b);
        for round in 0..ROUNDS {
            let chain = best_chain(&blocks);
            let weight: usize = chain.iter().map(|block| block.length).sum();
            if weight < if round == 0 { BLOCK } else { MOVED } {
                break;
            }
            if round == 0 {
                alignment.start = (chain[0].a, chain[0].b);
            }
            alignment.take(a, b, &chain, round == 0);
            blocks = alignment.left_of(&blocks);
        }
        alignment
    }

    fn take(&mut self, a: &[u64], b: &[u64], chain: &[Block], main: bool) {
        for block in chain {
            self.covered_a[block.a..block.a + block.length].fill(true);
            self.covered_b[block.b..block.b + block.length].fill(true);
        }
        let (Some(first), Some(last)) = (chain.first(), chain.last()) else {
            return;
        };
        if main {
            self.gap(a, b, 0..first.a, 0..first.b, true);
        }
        for pair in chain.windows(2) {
            let between_a = pair[0].a + pair[0].length..pair[1].a;
            let between_b = pair[0].b + pair[0].length..pair[1].b;
            if main || between_a.len().max(between_b.len()) <= MOVED_GAP {
                self.gap(a, b, between_a, between_b, false);
            }
        }
        if main {
            self.gap(
                a,
                b,
                last.a + last.length..a.len(),
                last.b + last.length..b.len(),
                true,
            );
        }
    }

    /// Notes what differs in a gap, and covers what does not.
    fn gap(&mut self, a: &[u64], b: &[u64], in_a: Range<usize>, in_b: Range<usize>, edge: bool) {
        if in_a.is_empty() && in_b.is_empty() {
            return;
        }
        if in_a.is_empty() || in_b.is_empty() || in_a.len().max(in_b.len()) > GAP {
            self.edits.push(Edit {
                a: in_a,
                b: in_b,
                edge,
            });
            return;
        }
        let pairs = pairs(&a[in_a.clone()], &b[in_b.clone()]);
        let mut from = (in_a.start, in_b.start);
        for (x, y) in pairs {
            let at = (in_a.start + x, in_b.start + y);
            self.covered_a[at.0] = true;
            self.covered_b[at.1] = true;
            self.edit(from, at, edge && from == (0, 0));
            from = (at.0 + 1, at.1 + 1);
        }
        let ends = (in_a.end, in_b.end) == (a.len(), b.len());
        self.edit(from, (in_a.end, in_b.end), edge && (ends || from == (0, 0)));
    }

    fn edit(&mut self, from: (usize, usize), to: (usize, usize), edge: bool) {
        if from != to {
            self.edits.push(Edit {
                a: from.0..to.0,
                b: from.1..to.1,
                edge,
            });
        }
    }

    /// What remains of blocks outside what is covered, if it is long enough to be one.
    fn left_of(&self, blocks: &[Block]) -> Vec<Block> {
        let left = blocks.iter().filter_map(|block| {
            let free =
                |step: usize| !self.covered_a[block.a + step] && !self.covered_b[block.b + step];
            let start = (0..block.length).find(|&step| free(step))?;
            let end = (start..block.length)
                .find(|&step| !free(step))
                .unwrap_or(block.length);
            (end - start >= BLOCK).then_some(Block {
                a: block.a + start,
                b: block.b + start,
                length: end - start,
            })
        });
        left.collect()
    }
}

/// Maximal common runs of at least four tokens; where there are too many, the longest.
fn common_blocks(a: &[u64], b: &[u64]) -> Vec<Block> {
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
fn best_chain(blocks: &[Block]) -> Vec<Block> {
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

/// Index pairs of equal tokens on a cheapest way from one gap to the other, without those that are
/// coincidence: a word or two alone between longer differences.
fn pairs(a: &[u64], b: &[u64]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut cost = vec![0_u16; (a.len() + 1) * width];
    for x in (0..=a.len()).rev() {
        for y in (0..=b.len()).rev() {
            cost[x * width + y] = match (x == a.len(), y == b.len()) {
                (true, _) => (b.len() - y) as u16,
                (_, true) => (a.len() - x) as u16,
                _ if a[x] == b[y] => cost[(x + 1) * width + y + 1],
                _ => {
                    let both = cost[(x + 1) * width + y + 1];
                    let one = cost[(x + 1) * width + y].min(cost[x * width + y + 1]);
                    1 + both.min(one)
                }
            };
        }
    }
    let (mut x, mut y) = (0, 0);
    let mut pairs = Vec::new();
    while x < a.len() && y < b.len() {
        let here = cost[x * width + y];
        if a[x] == b[y] {
            pairs.push((x, y));
            (x, y) = (x + 1, y + 1);
        } else if cost[(x + 1) * width + y + 1] + 1 == here {
            (x, y) = (x + 1, y + 1);
        } else if cost[(x + 1) * width + y] + 1 == here {
            x += 1;
        } else {
            y += 1;
        }
    }
    without_islands(&pairs, (a.len(), b.len()))
}

fn without_islands(pairs: &[(usize, usize)], end: (usize, usize)) -> Vec<(usize, usize)> {
    let mut kept: Vec<(usize, usize)> = Vec::with_capacity(pairs.len());
    let mut at = 0;
    while at < pairs.len() {
        let run = pairs[at..]
            .iter()
            .enumerate()
            .take_while(|(step, pair)| **pair == (pairs[at].0 + step, pairs[at].1 + step))
            .count();
        let island = &pairs[at..at + run];
        let before = kept.last().map_or((0, 0), |last| (last.0 + 1, last.1 + 1));
        let after = pairs.get(at + run).copied().unwrap_or(end);
        let distance =
            |from: (usize, usize), to: (usize, usize)| (to.0 - from.0).max(to.1 - from.1);
        let left = distance(before, island[0]);
        let right = distance((island[run - 1].0 + 1, island[run - 1].1 + 1), after);
        let alone = (run == 1 && left >= 2 && right >= 2) || (run == 2 && left >= 4 && right >= 4);
        if !alone {
            kept.extend_from_slice(island);
        }
        at += run;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::likeness::hash::folded_hash;

    fn tokens(text: &str) -> Vec<u64> {
        text.split_whitespace().map(folded_hash).collect()
    }

    fn aligned(a: &str, b: &str) -> Alignment {
        Alignment::of(&tokens(a), &tokens(b))
    }

    fn edits(a: &str, b: &str) -> Vec<(Range<usize>, Range<usize>, bool)> {
        aligned(a, b)
            .edits
            .into_iter()
            .map(|edit| (edit.a, edit.b, edit.edge))
            .collect()
    }

    #[test]
    fn equal_texts_have_no_edits() {
        let alignment = aligned("a b c d e f", "a b c d e f");
        assert!(alignment.edits.is_empty());
        assert!(!alignment.covered_a.contains(&false) && !alignment.covered_b.contains(&false));
    }

    #[test]
    fn replaced_word_is_one_edit_and_frames_are_edges() {
        assert_eq!(
            edits("a b c d x e f g h", "a b c d y e f g h"),
            [(4..5, 4..5, false)]
        );
        assert_eq!(
            edits("a b c d e", "p q a b c d e r"),
            [(0..0, 0..2, true), (5..5, 7..8, true)]
        );
        assert_eq!(edits("x a b c d", "y a b c d"), [(0..1, 0..1, true)]);
    }

    #[test]
    fn words_in_gaps_are_covered_unless_they_are_coincidence() {
        let alignment = aligned("a b c d x e y f g h i", "a b c d u e v f g h i");
        assert!(alignment.covered_a[5]);
        let alignment = aligned(
            "a b c d x1 x2 x3 e y1 y2 y3 f g h i",
            "a b c d u1 u2 u3 e v1 v2 v3 f g h i",
        );
        assert!(!alignment.covered_a[7]);
    }

    #[test]
    fn moved_paragraphs_are_covered_and_changes_inside_them_are_seen() {
        let one = "a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12";
        let two = "b1 b2 b3 b4 b5 b6 b7 b8 b9 b10";
        let alignment = aligned(&format!("{one} {two}"), &format!("{two} {one}"));
        assert!(!alignment.covered_a.contains(&false) && !alignment.covered_b.contains(&false));
        let changed = two.replace("b5", "X");
        let alignment = aligned(&format!("{one} {two}"), &format!("{changed} {one}"));
        assert!(alignment.edits.contains(&Edit {
            a: 16..17,
            b: 4..5,
            edge: false
        }));
    }

    #[test]
    fn cost_is_bounded_where_texts_repeat_themselves() {
        let same = "a ".repeat(12_000);
        let period: String = (0..12_000).map(|n| format!("{} ", n % 7)).collect();
        for (a, b) in [(&same, &same), (&period, &period), (&same, &period)] {
            aligned(a, b);
        }
    }

    proptest::proptest! {
        #[test]
        fn covered_counts_and_edits_account_for_every_token(a in "[a-d]( [a-d]){0,60}", b in "[a-d]( [a-d]){0,60}") {
            let alignment = aligned(&a, &b);
            for edit in &alignment.edits {
                proptest::prop_assert!(edit.a.end <= alignment.covered_a.len());
                proptest::prop_assert!(edit.b.end <= alignment.covered_b.len());
            }
        }
    }
}
