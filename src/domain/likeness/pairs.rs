//! Which tokens of two short stretches stand for each other, by edit distance.
//!
//! Both must be short: the cost is their product.

/// How much further than the shorter gap the longer is looked at, where its rest is open.
const OPEN: usize = 8;

/// [`pairs`] of two gaps that begin together; how the longer goes on is open.
pub(super) fn pairs_from_start(a: &[u64], b: &[u64]) -> Vec<(usize, usize)> {
    let length = a.len().min(b.len()) + OPEN;
    let (a, b) = (&a[..length.min(a.len())], &b[..length.min(b.len())]);
    if a.len() <= b.len() {
        return pairs(a, b, true);
    }
    let swapped = pairs(b, a, true).into_iter();
    swapped.map(|(y, x)| (x, y)).collect()
}

/// [`pairs`] of two gaps that end together; how the longer begins is open.
pub(super) fn pairs_from_end(a: &[u64], b: &[u64]) -> Vec<(usize, usize)> {
    let backwards = |gap: &[u64]| gap.iter().rev().copied().collect::<Vec<u64>>();
    let pairs = pairs_from_start(&backwards(a), &backwards(b));
    let forwards = pairs.into_iter().rev();
    forwards
        .map(|(x, y)| (a.len() - 1 - x, b.len() - 1 - y))
        .collect()
}

/// Index pairs of equal tokens on a cheapest way from one gap to the other, without those that are
/// coincidence: a word or two alone between longer differences. Where `open`, what is left of `b` costs
/// nothing.
pub(super) fn pairs(a: &[u64], b: &[u64], open: bool) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut cost = vec![0_u16; (a.len() + 1) * width];
    for x in (0..=a.len()).rev() {
        for y in (0..=b.len()).rev() {
            cost[x * width + y] = match (x == a.len(), y == b.len()) {
                (true, _) if open => 0,
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
