//! Which words of two texts stand for each other: common blocks, the best increasing chain of them,
//! edit distance in the gaps, and what was moved (`likeness.md` §5).
//!
//! The cost is linear in the texts, whatever they hold: blocks, rounds and gaps are all capped.

use super::blocks::{BLOCK, Block, best_chain, common_blocks};
use super::pairs::{pairs, pairs_from_end, pairs_from_start};
use std::iter::once;
use std::ops::Range;

/// Longest gap whose edit distance is computed: 60 × 60 steps.
const GAP: usize = 60;

/// A moved part counts from so many tokens on: less is coincidence.
const MOVED: usize = 8;

/// Parts that may have been moved.
const ROUNDS: usize = 10;

/// Where a difference lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// Between two things that both texts have, in the same order.
    Inside,
    /// Before all that they have in common.
    Head,
    /// Behind all that they have in common.
    Tail,
    /// Around something that was moved: its pieces belong to several places.
    Scattered,
}

/// Stretches in which the texts differ, and which belong to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// What stands there in the one, in order; none is empty.
    pub(super) a: Vec<Range<usize>>,
    /// What stands there in the other, in order; none is empty.
    pub(super) b: Vec<Range<usize>>,
    /// Where.
    pub(super) place: Where,
}

/// Which tokens of two texts stand for each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Alignment {
    /// For each token of the one, whether the other has it in its place, or moved.
    pub(super) covered_a: Vec<bool>,
    /// For each token of the other, likewise.
    pub(super) covered_b: Vec<bool>,
    /// Where they differ, in the order of the one.
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
        let mut anchors: Vec<Block> = Vec::new();
        for round in 0..ROUNDS {
            let chain = best_chain(&blocks);
            let weight: usize = chain.iter().map(|block| block.length).sum();
            if weight < if round == 0 { BLOCK } else { MOVED } {
                break;
            }
            if round == 0 {
                alignment.start = (chain[0].a, chain[0].b);
            }
            for block in &chain {
                alignment.covered_a[block.a..block.a + block.length].fill(true);
                alignment.covered_b[block.b..block.b + block.length].fill(true);
            }
            anchors.extend(chain);
            blocks = alignment.left_of(&blocks);
        }
        if !anchors.is_empty() {
            alignment.compare_gaps(a, b, &anchors);
        }
        alignment
    }

    /// Compares what lies between the anchors. A gap of the one belongs to a gap of the other where both
    /// stand before, or both behind, the same anchor: where nothing was moved that is one to one.
    fn compare_gaps(&mut self, a: &[u64], b: &[u64], anchors: &[Block]) {
        let count = anchors.len();
        let mut by_a: Vec<usize> = (0..count).collect();
        by_a.sort_unstable_by_key(|&anchor| anchors[anchor].a);
        let mut by_b: Vec<usize> = (0..count).collect();
        by_b.sort_unstable_by_key(|&anchor| anchors[anchor].b);
        let mut place_in_b = vec![0; count];
        for (at, &anchor) in by_b.iter().enumerate() {
            place_in_b[anchor] = at;
        }
        let gaps_a = gaps(
            by_a.iter().map(|&it| (anchors[it].a, anchors[it].length)),
            a.len(),
        );
        let gaps_b = gaps(
            by_b.iter().map(|&it| (anchors[it].b, anchors[it].length)),
            b.len(),
        );
        let mut groups = Groups::of(2 * (count + 1));
        for (at, &anchor) in by_a.iter().enumerate() {
            let other = count + 1 + place_in_b[anchor];
            groups.join(at, other);
            groups.join(at + 1, other + 1);
        }
        for group in groups.members() {
            let (in_a, in_b): (Vec<usize>, Vec<usize>) =
                group.iter().partition(|&&gap| gap <= count);
            if let ([x], [y]) = (&in_a[..], &in_b[..]) {
                let place = match *x {
                    0 => Where::Head,
                    last if last == count => Where::Tail,
                    _ => Where::Inside,
                };
                self.compare_gap(
                    a,
                    b,
                    gaps_a[*x].clone(),
                    gaps_b[y - count - 1].clone(),
                    place,
                );
                continue;
            }
            let pieces_a = in_a.iter().map(|&gap| gaps_a[gap].clone());
            let pieces_b = in_b.iter().map(|&gap| gaps_b[gap - count - 1].clone());
            self.edit(pieces_a, pieces_b, Where::Scattered);
        }
    }

    /// Notes what differs in a gap, and covers what does not.
    fn compare_gap(
        &mut self,
        a: &[u64],
        b: &[u64],
        in_a: Range<usize>,
        in_b: Range<usize>,
        place: Where,
    ) {
        let shorter = in_a.len().min(in_b.len());
        if shorter == 0 || shorter > GAP {
            self.edit(once(in_a), once(in_b), place);
            return;
        }
        let (gap_a, gap_b) = (&a[in_a.clone()], &b[in_b.clone()]);
        let pairs = match place {
            Where::Tail => pairs_from_start(gap_a, gap_b),
            Where::Head => pairs_from_end(gap_a, gap_b),
            _ if in_a.len().max(in_b.len()) <= GAP => pairs(gap_a, gap_b, false),
            _ => {
                let (start, end) = (pairs_from_start(gap_a, gap_b), pairs_from_end(gap_a, gap_b));
                if end.len() > start.len() { end } else { start }
            }
        };
        let mut from = (in_a.start, in_b.start);
        for (step, (x, y)) in pairs.into_iter().enumerate() {
            let at = (in_a.start + x, in_b.start + y);
            self.covered_a[at.0] = true;
            self.covered_b[at.1] = true;
            let here = match (place, step) {
                (Where::Head, 0) => Where::Head,
                _ => Where::Inside,
            };
            self.edit(once(from.0..at.0), once(from.1..at.1), here);
            from = (at.0 + 1, at.1 + 1);
        }
        let here = match place {
            Where::Head if from != (in_a.start, in_b.start) => Where::Inside,
            place => place,
        };
        self.edit(once(from.0..in_a.end), once(from.1..in_b.end), here);
    }

    fn edit(
        &mut self,
        a: impl IntoIterator<Item = Range<usize>>,
        b: impl IntoIterator<Item = Range<usize>>,
        place: Where,
    ) {
        let filled = |range: &Range<usize>| !range.is_empty();
        let a: Vec<Range<usize>> = a.into_iter().filter(filled).collect();
        let b: Vec<Range<usize>> = b.into_iter().filter(filled).collect();
        if !(a.is_empty() && b.is_empty()) {
            self.edits.push(Edit { a, b, place });
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

/// What lies before, between and behind anchors that are in order.
fn gaps(anchors: impl Iterator<Item = (usize, usize)>, end: usize) -> Vec<Range<usize>> {
    let mut gaps = Vec::new();
    let mut from = 0;
    for (at, length) in anchors {
        gaps.push(from..at);
        from = at + length;
    }
    gaps.push(from..end);
    gaps
}

/// Numbers put into groups.
struct Groups {
    parents: Vec<usize>,
}

impl Groups {
    fn of(count: usize) -> Groups {
        Groups {
            parents: (0..count).collect(),
        }
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parents[at] != at {
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.parents[one.max(other)] = one.min(other);
    }

    /// The groups by their smallest member, each in order.
    fn members(mut self) -> Vec<Vec<usize>> {
        let mut groups = vec![Vec::new(); self.parents.len()];
        for at in 0..self.parents.len() {
            let root = self.root(at);
            groups[root].push(at);
        }
        groups.retain(|group| !group.is_empty());
        groups
    }
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

    fn edits(a: &str, b: &str) -> Vec<Edit> {
        aligned(a, b).edits
    }

    fn one(a: Range<usize>, b: Range<usize>, place: Where) -> Edit {
        let filled = |range: Range<usize>| Some(range).filter(|range| !range.is_empty());
        Edit {
            a: filled(a).into_iter().collect(),
            b: filled(b).into_iter().collect(),
            place,
        }
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
            [one(4..5, 4..5, Where::Inside)]
        );
        assert_eq!(
            edits("a b c d e", "p q a b c d e r"),
            [one(0..0, 0..2, Where::Head), one(5..5, 7..8, Where::Tail)]
        );
        assert_eq!(
            edits("x a b c d", "y a b c d"),
            [one(0..1, 0..1, Where::Head)]
        );
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
        let first = "a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12";
        let second = "b1 b2 b3 b4 b5 b6 b7 b8 b9 b10";
        let alignment = aligned(&format!("{first} {second}"), &format!("{second} {first}"));
        assert!(!alignment.covered_a.contains(&false) && !alignment.covered_b.contains(&false));
        let changed = second.replace("b5", "X");
        let alignment = aligned(&format!("{first} {second}"), &format!("{changed} {first}"));
        assert_eq!(alignment.edits, [one(16..17, 4..5, Where::Inside)]);
    }

    #[test]
    fn change_at_the_start_of_a_moved_part_and_a_frame_are_seen_together() {
        let alignment = aligned(
            "a1 a2 a3 a4 a5 a6 a7 a8 a9 x b2 b3 b4 b5 b6 b7 b8 b9",
            "f y b2 b3 b4 b5 b6 b7 b8 b9 a1 a2 a3 a4 a5 a6 a7 a8 a9",
        );
        assert_eq!(alignment.edits, [one(9..10, 0..2, Where::Scattered)]);
    }

    #[test]
    fn change_behind_the_last_common_block_of_a_cut_text_is_seen() {
        let edits = edits("a b c d x e f g h i j k l m n", "a b c d y e more");
        assert_eq!(
            edits,
            [
                one(4..5, 4..5, Where::Inside),
                one(6..15, 6..7, Where::Tail)
            ]
        );
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
        fn edits_hold_what_is_not_covered(a in "[a-d]( [a-d]){0,60}", b in "[a-d]( [a-d]){0,60}") {
            let alignment = aligned(&a, &b);
            for edit in &alignment.edits {
                let bare = |ranges: &[Range<usize>], covered: &[bool]| {
                    ranges.iter().cloned().flatten().all(|at| !covered[at])
                };
                proptest::prop_assert!(bare(&edit.a, &alignment.covered_a));
                proptest::prop_assert!(bare(&edit.b, &alignment.covered_b));
            }
        }
    }
}
