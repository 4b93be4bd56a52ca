//! The words of a difference that are weighed: not frames, not whole sentences that only one text has,
//! not the stump of a word that was cut through.

use super::Prepared;
use super::align::Where;
use super::lexicon;
use super::numbers::number;
use super::replaced::is_telling;
use std::ops::Range;

/// Words of a difference that are shown.
const SHOWN: usize = 12;

/// From so many words on, what one text has in addition is a sentence of its own, not a change of one.
pub(super) const SENTENCE: usize = 4;

/// What one text adds above or below is looked at for a negation, where it is so short.
pub(super) const DENIAL: usize = 8;

/// So far a sentence that the other text breaks off is looked at; behind it, the other is an excerpt.
const CLAUSE: usize = 12;

/// Words of one text that are weighed against words of the other.
#[derive(Clone)]
pub(super) struct Side<'a> {
    pub(super) text: &'a Prepared,
    pub(super) pieces: Vec<Range<usize>>,
}

impl<'a> Side<'a> {
    pub(super) fn of(text: &'a Prepared, pieces: &[Range<usize>]) -> Side<'a> {
        Side {
            text,
            pieces: pieces.to_vec(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.pieces.iter().map(ExactSizeIterator::len).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.pieces.iter().cloned().flatten()
    }

    pub(super) fn folded(&self, at: usize) -> &'a str {
        self.text.word(at).folded
    }

    pub(super) fn is_correction(&self) -> bool {
        self.places()
            .any(|at| lexicon::is_correction(self.folded(at)))
    }

    /// Each piece by itself.
    pub(super) fn each(&self) -> impl Iterator<Item = Side<'a>> {
        let text = self.text;
        self.pieces.iter().map(move |piece| Side {
            text,
            pieces: vec![piece.clone()],
        })
    }

    /// Words as they stand, no decimal number cut through.
    pub(super) fn shown(&self) -> String {
        let Some(piece) = self.pieces.first() else {
            return String::new();
        };
        let piece = whole_numbers(self.text, piece);
        let first = self.text.content[piece.start] as usize;
        let last = self.text.content[piece.end.min(piece.start + SHOWN) - 1] as usize;
        self.text.words.span(first, last + 1).to_owned()
    }

    /// The same, with the word behind a number that says what is counted, where `other` has it too:
    /// "2,4 Prozent" beside "4,2".
    pub(super) fn shown_with_unit(&self, other: &Side<'_>) -> String {
        let shown = self.shown();
        match (self.unit(), other.unit()) {
            (Some(unit), Some(others)) if self.folded(unit) == other.folded(others) => {
                format!("{shown} {}", self.text.word(unit).surface)
            }
            _ => shown,
        }
    }

    fn unit(&self) -> Option<usize> {
        let piece = whole_numbers(self.text, self.pieces.first()?);
        let unit = piece.end;
        if piece.len() > SHOWN || unit >= self.text.len() || number(self.folded(unit - 1)).is_none()
        {
            return None;
        }
        let gap = self.text.words.gap(self.text.content[unit] as usize);
        let language = self.text.language().unwrap_or_default();
        let counts = gap.chars().all(char::is_whitespace)
            && number(self.folded(unit)).is_none()
            && is_telling(self.folded(unit), &language);
        counts.then_some(unit)
    }

    /// The pieces that are no whole sentences.
    pub(super) fn without_sentences(&self) -> Side<'a> {
        let text = self.text;
        let kept = self.pieces.iter().filter(|piece| {
            !(piece.len() >= SENTENCE && text.begins(piece.start) && text.begins(piece.end))
        });
        Side {
            text,
            pieces: kept.cloned().collect(),
        }
    }

    /// The pieces that are neither whole sentences nor lines of their own: headings, captions, advertisements.
    pub(super) fn without_passages(&self) -> Side<'a> {
        let text = self.text;
        let is_line = |piece: &Range<usize>| text.parts(piece.start) && text.parts(piece.end);
        let mut kept = self.without_sentences();
        kept.pieces.retain(|piece| !is_line(piece));
        kept
    }

    /// Each sentence a piece.
    fn sentences(&self) -> Side<'a> {
        let mut pieces: Vec<Range<usize>> = Vec::new();
        for piece in &self.pieces {
            let mut start = piece.start;
            for at in piece.start + 1..piece.end {
                if self.text.begins(at) {
                    pieces.push(start..at);
                    start = at;
                }
            }
            pieces.push(start..piece.end);
        }
        Side {
            text: self.text,
            pieces,
        }
    }

    /// [`Side::without_passages`], but for those that stand in the other text too, changed: three words, and
    /// most of them, are there.
    pub(super) fn without_passages_but_of(&self, other: &Side<'_>) -> Side<'a> {
        let sentences = self.sentences();
        let bare = sentences.without_passages();
        let stands_there = |piece: &Range<usize>| {
            let there = |at: &usize| other.places().any(|y| other.folded(y) == self.folded(*at));
            let shared = piece.clone().filter(there).count();
            shared >= 3 && shared * 5 >= piece.len() * 3
        };
        let kept = sentences
            .pieces
            .iter()
            .filter(|piece| bare.pieces.contains(piece) || stands_there(piece));
        Side {
            text: self.text,
            pieces: kept.cloned().collect(),
        }
    }

    /// Of what stands behind all that is common: how the sentence goes on.
    fn going_on(&self) -> Side<'a> {
        let pieces = self.pieces.iter().filter_map(|piece| {
            let end = piece.clone().find(|&at| self.text.begins(at));
            Some(piece.start..end.unwrap_or(piece.end)).filter(|piece| !piece.is_empty())
        });
        Side {
            text: self.text,
            pieces: pieces.collect(),
        }
    }

    /// Of what stands before all that is common: how the sentence begins.
    fn coming_up(&self) -> Side<'a> {
        let pieces = self.pieces.iter().filter_map(|piece| {
            if self.text.begins(piece.end) || self.text.follows_dash(piece.end) {
                return None;
            }
            let start = piece.clone().rev().find(|&at| self.text.begins(at));
            Some(start.unwrap_or(piece.start)..piece.end)
        });
        Side {
            text: self.text,
            pieces: pieces.collect(),
        }
    }

    /// The first `count` words.
    fn first(&self, count: usize) -> Side<'a> {
        let pieces = self.pieces.iter().map(|piece| {
            let end = piece.end.min(piece.start + count);
            piece.start..end
        });
        Side {
            text: self.text,
            pieces: pieces.collect(),
        }
    }
}

/// What of an edit is weighed: frames and whole sentences that only one text has are not.
pub(super) fn weighed<'a>(a: Side<'a>, b: Side<'a>, place: Where) -> (Side<'a>, Side<'a>) {
    match place {
        Where::Inside => (a, b),
        Where::Tail => tails(&a, &b),
        // "Das stimmt nicht." is short for a frame, and says something: above as below.
        Where::Head if a.is_empty() && b.len() < DENIAL => (a, b),
        Where::Head if b.is_empty() && a.len() < DENIAL => (a, b),
        Where::Head => (a.coming_up(), b.coming_up()),
        Where::Scattered => {
            let (bare_a, bare_b) = (a.without_sentences(), b.without_sentences());
            // A sentence that stands in both, changed and moved, is one of each.
            let both = a.len() > bare_a.len() && b.len() > bare_b.len();
            if both { (a, b) } else { (bare_a, bare_b) }
        }
    }
}

/// How two texts go on behind what they have in common, where one may be cut off, even inside a word.
fn tails<'a>(a: &Side<'a>, b: &Side<'a>) -> (Side<'a>, Side<'a>) {
    // "Das stimmt nicht." is short for a frame, and says something.
    let denies = b.len() < DENIAL && a.is_empty() && !a.text.cut;
    let denied = a.len() < SENTENCE && b.is_empty() && !b.text.cut;
    if denies || denied {
        return (a.clone(), b.clone());
    }
    let (mut one, mut other) = (a.going_on(), b.going_on());
    let a_is_short = match (a.text.cut, b.text.cut) {
        (true, false) => true,
        (false, true) => false,
        _ if one.len() == other.len() => a.text.len() <= b.text.len(),
        _ => one.len() < other.len(),
    };
    let (short, long) = if a_is_short {
        (&mut one, &mut other)
    } else {
        (&mut other, &mut one)
    };
    let whole = without_stump(short, long);
    let breaks_off = short.text.ends_abruptly()
        && (whole.len() < short.len()
            || (short.is_empty() && short.text.len() < long.text.len() / 2));
    if short.text.cut || breaks_off || long.len() > short.len() + CLAUSE {
        *long =
            long.first(whole.len() + usize::from(whole.len() == short.len() && !whole.is_empty()));
        *short = whole;
        one.pieces.retain(|piece| !piece.is_empty());
        other.pieces.retain(|piece| !piece.is_empty());
    }
    (one, other)
}

/// `short` without a last word or number that was cut through.
fn without_stump<'a>(short: &Side<'a>, long: &Side<'_>) -> Side<'a> {
    let places: Vec<usize> = short.places().collect();
    if places
        .last()
        .is_none_or(|&last| last + 1 != short.text.len())
    {
        return short.clone();
    }
    // "4.3" of "4.300 Lehrkräfte" is two tokens.
    let digits = places
        .iter()
        .rev()
        .take_while(|&&at| short.text.word(at).is_number())
        .count();
    let stump = digits.max(1);
    let kept = places.len() - stump;
    let cut: String = places[kept..].iter().map(|&at| short.folded(at)).collect();
    let beside: String = long
        .places()
        .skip(kept)
        .take(stump)
        .map(|at| long.folded(at))
        .collect();
    match beside.starts_with(&cut) {
        true => short.first(kept),
        false => short.clone(),
    }
}

/// The range, made so long that no decimal number is cut through.
pub(super) fn whole_numbers(text: &Prepared, range: &Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (range.start, range.end);
    if range.is_empty() {
        return range.clone();
    }
    while start > 0 && text.word(start).joined {
        start -= 1;
    }
    while end < text.len() && text.word(end).joined {
        end += 1;
    }
    start..end
}
