//! The head of a release: mastheads, date, letterhead, title, dateline — in the order in which a
//! press officer reads them, up to the first sentence of the text.

use super::dates;
use super::page::{Block, Look, Page};
use super::words::{self, Reachable};
use crate::store::markdown;
use chrono::NaiveDate;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Blocks that can belong to the head.
const HEAD_BLOCKS: usize = 16;
/// A title is not longer; what is, is text.
const MAX_TITLE_CHARS: usize = 300;
/// A line without marks that is longer is taken for text.
const MAX_PLAIN_TITLE_CHARS: usize = 180;

/// What the head says.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Plain text.
    pub(super) title: Option<String>,
    /// The document's date.
    pub(super) day: Option<NaiveDate>,
    /// From masthead or letterhead.
    pub(super) publisher: Option<String>,
    /// Contact lines above the text.
    pub(super) contact: Vec<String>,
    /// Lines that are not text: mastheads, the title itself, a date alone.
    pub(super) dropped: Vec<Range<usize>>,
    /// The line at which the text begins.
    pub(super) end: usize,
}

/// Something that may be the title.
struct Candidate {
    /// 1 to 6: a heading; 7: bold; 8: capitals; 9: a plain line.
    rank: u8,
    text: String,
    lines: Range<usize>,
}

/// Reads the head. `organisation`: who publishes, as the foot of the document says: its name over the
/// title is a letterhead.
pub(super) fn read(page: &Page<'_>, organisation: Option<&str>) -> Head {
    let mut head = Head::default();
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut genres: Vec<Candidate> = Vec::new();
    for block in page.blocks.iter().take(HEAD_BLOCKS) {
        head.end = block.lines.start;
        match block.look {
            Look::Rule => {
                head.dropped.push(block.lines.clone());
                continue;
            }
            Look::List | Look::Other => break,
            _ => {}
        }
        if block.plain.is_empty() {
            // A logo: it stays where it is.
            continue;
        }
        let Some(rest) = peel(page, block, &mut head) else {
            head.end = block.lines.end;
            continue;
        };
        let text = joined(page, &rest);
        if words::is_salutation(&text) || is_text(&text, block, !candidates.is_empty()) {
            head.day = head.day.or_else(|| dateline(&text));
            break;
        }
        head.end = block.lines.end;
        let candidate = candidate(page, block, rest, text);
        if words::is_genre(&candidate.text) {
            genres.push(candidate);
        } else {
            candidates.push(candidate);
        }
    }
    choose(&mut head, candidates, genres, organisation);
    if head.title.is_none() {
        head.title = first_sentence(page, head.end);
    }
    head
}

/// Takes mastheads, dates, references and contact lines off a block; gives what is left of it.
fn peel(page: &Page<'_>, block: &Block, head: &mut Head) -> Option<Range<usize>> {
    if block.stands_out() && takes(&block.plain, block.lines.clone(), head) {
        return None;
    }
    if words::starts_contact(&block.plain) && Reachable::of(&block.plain).any() {
        keep_contact(page, block.lines.clone(), head);
        return None;
    }
    let mut start = block.lines.start;
    while start < block.lines.end && !block.stands_out() {
        if !takes(&page.lines[start].plain, start..start + 1, head) {
            break;
        }
        start += 1;
    }
    let rest = start..block.lines.end;
    if rest.is_empty() {
        return None;
    }
    // A card above the text: every line is an address, a number, or short, and one can be called.
    let reachable = rest
        .clone()
        .map(|at| Reachable::of(&page.lines[at].plain))
        .fold(Reachable::default(), Reachable::and);
    if (reachable.phone || reachable.mail)
        && rest
            .clone()
            .all(|at| page.lines[at].plain.chars().count() <= 80)
        && !block.stands_out()
    {
        keep_contact(page, rest, head);
        return None;
    }
    Some(rest)
}

fn keep_contact(page: &Page<'_>, lines: Range<usize>, head: &mut Head) {
    head.contact
        .extend(lines.clone().map(|at| page.lines[at].plain.clone()));
    head.dropped.push(lines);
}

/// Whether a line says nothing but what a head says (masthead, date, reference); what it says is kept.
fn takes(text: &str, lines: Range<usize>, head: &mut Head) -> bool {
    if let Some(masthead) = words::masthead(text) {
        head.day = head.day.or(masthead.day);
        head.publisher = head.publisher.take().or(masthead.publisher);
        if let Some(title) = masthead.title {
            if head.title.is_some() {
                return false;
            }
            head.title = Some(title);
        }
        head.dropped.push(lines);
        return true;
    }
    if let Some(day) = placed_date(text) {
        head.day = head.day.or(Some(day));
        head.dropped.push(lines);
        return true;
    }
    if words::is_end_mark(text) || words::is_reference(text) {
        head.dropped.push(lines);
        return true;
    }
    false
}

/// `6. Januar 2022`, `Berlin, den 6. Januar 2022`, `Date: 12 March 2024`, `12 March 2024 | Berlin`.
pub(super) fn placed_date(text: &str) -> Option<NaiveDate> {
    if text.chars().count() > 70 {
        return None;
    }
    let found = dates::all(text);
    let date = found.first()?;
    if found.iter().any(|other| other.day != date.day) {
        return None;
    }
    let mut rest = text.to_owned();
    for other in found.iter().rev() {
        rest.replace_range(other.range.clone(), " ");
    }
    if dates::only_filling(&rest) {
        return Some(date.day);
    }
    // At most a place, of up to three words with capitals, and a time of day.
    static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b\d{1,2}(?:[:.]\d{2})?\s*(?:uhr|a\.?m\.?|p\.?m\.?|h)?\b|\b(?:mez|mesz|cet|cest|gmt|utc|мск)\b")
            .expect("a constant pattern")
    });
    let rest = CLOCK.replace_all(&rest, " ");
    let words: Vec<&str> = rest
        .split(|c: char| c.is_whitespace() || ",;:|/()–—-".contains(c))
        .filter(|word| !word.is_empty() && !dates::only_filling(word))
        .collect();
    let is_place = words.len() <= 3
        && words.iter().all(|word| {
            word.starts_with(char::is_uppercase) || *word == "am" || word.starts_with('г')
        })
        && !text.contains(['!', '?', '"', '„', '“', '«']);
    // `Streik: 6. Januar 2022` is a title, `Berlin, 6. Januar 2022` is not.
    let labelled = rest.contains(':') && !words.is_empty();
    (is_place && !labelled).then_some(date.day)
}

/// The lines of a range as one.
fn joined(page: &Page<'_>, lines: &Range<usize>) -> String {
    let plain: Vec<&str> = page.lines[lines.clone()]
        .iter()
        .map(|line| line.plain.as_str())
        .filter(|plain| !plain.is_empty() && !plain.bytes().all(|b| b == b'=' || b == b'-'))
        .collect();
    markdown::fold(&plain.join(" "))
}

/// Whether a block is the text's beginning rather than something over it.
fn is_text(text: &str, block: &Block, after_candidate: bool) -> bool {
    let chars = text.chars().count();
    if block.stands_out() {
        return chars > MAX_TITLE_CHARS;
    }
    let sentence = text.ends_with(['.', '…', ';']) && !text.ends_with("e.V.");
    chars > MAX_PLAIN_TITLE_CHARS
        || (sentence && text.split(' ').count() > 6)
        || dateline(text).is_some()
        || (after_candidate && chars > 100)
}

fn candidate(page: &Page<'_>, block: &Block, lines: Range<usize>, text: String) -> Candidate {
    let rank = match block.look {
        Look::Heading(level) => level,
        Look::Bold => 7,
        _ => 9,
    };
    if rank < 9 {
        return Candidate { rank, text, lines };
    }
    // Without marks, the title may be wrapped, or have its subtitle on the next line.
    let mut end = lines.start + 1;
    let shouts =
        |text: &str| text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_lowercase);
    while end < lines.end {
        let (last, next) = (&page.lines[end - 1].plain, &page.lines[end].plain);
        let goes_on = if shouts(last) {
            shouts(next)
        } else {
            last.chars().count() >= 50 || is_cut(last, next)
        };
        if !goes_on {
            break;
        }
        end += 1;
    }
    let lines = lines.start..end;
    let text = joined(page, &lines);
    let rank = if shouts(&text) { 8 } else { 9 };
    Candidate { rank, text, lines }
}

/// Whether a line breaks off within a phrase.
fn is_cut(last: &str, next: &str) -> bool {
    const OPEN: &str = "der die das des dem den ein eine einer und oder für von vom zu zum zur im in am an auf gegen \
        mit bei über nach aus the a an of for and or to in on at by with against from as и в на с по от для за о об к против";
    let word = last.rsplit(' ').next().unwrap_or("").to_lowercase();
    last.ends_with(['-', ',', '–', '—', ':', '/'])
        || OPEN.split_whitespace().any(|open| open == word)
        || next.starts_with(char::is_lowercase)
}

/// Chooses the title among what stands over the text; the rest of the head stays text.
fn choose(
    head: &mut Head,
    mut candidates: Vec<Candidate>,
    genres: Vec<Candidate>,
    organisation: Option<&str>,
) {
    if head.title.is_some() {
        return;
    }
    if candidates.iter().any(|candidate| candidate.rank < 8) {
        // What stands out wins; an organisation's plain name over it is its letterhead.
        for plain in candidates.iter().filter(|candidate| candidate.rank >= 8) {
            if head.publisher.is_none() && is_letterhead(&plain.text, organisation) {
                head.publisher = Some(words::trimmed_name(&plain.text));
            }
        }
        candidates.retain(|candidate| candidate.rank < 8);
        candidates.sort_by_key(|candidate| candidate.rank);
    }
    while candidates.len() > 1 && is_letterhead(&candidates[0].text, organisation) {
        let letterhead = candidates.remove(0);
        head.publisher = head
            .publisher
            .take()
            .or_else(|| Some(words::trimmed_name(&letterhead.text)));
        head.dropped.push(letterhead.lines);
    }
    // A place or a kicker of one plain word.
    while candidates.len() > 1 && candidates[0].rank >= 8 && !candidates[0].text.contains(' ') {
        candidates.remove(0);
    }
    let chosen = if candidates.is_empty() {
        genres.into_iter().next()
    } else {
        for genre in genres {
            head.dropped.push(genre.lines);
        }
        Some(candidates.remove(0))
    };
    if let Some(title) = chosen {
        head.title = Some(title.text);
        head.dropped.push(title.lines);
    }
}

fn is_letterhead(text: &str, organisation: Option<&str>) -> bool {
    let text = words::trimmed_name(text);
    organisation.is_some_and(|name| name.to_lowercase() == text.to_lowercase())
        || words::is_organisation(&text)
}

/// The date of a dateline: `BERLIN, 12 March 2024 — …`, `(Berlin, 12.03.2024) …`, `Москва, 12 марта 2024 г. — …`.
fn dateline(text: &str) -> Option<NaiveDate> {
    let opening: String = text.chars().take(90).collect();
    let date = dates::all(&opening).into_iter().next()?;
    let place = opening[..date.range.start].trim();
    let is_place = place.chars().count() <= 45
        && place
            .split(|c: char| c.is_whitespace() || ",/()-–—.".contains(c))
            .filter(|word| !word.is_empty() && !dates::only_filling(word))
            .all(|word| word.starts_with(char::is_uppercase));
    let after = opening[date.range.end..]
        .trim_start_matches(|c: char| c.is_whitespace() || ",.)".contains(c));
    let after = after
        .strip_prefix("г.")
        .or(after.strip_prefix("года"))
        .unwrap_or(after)
        .trim_start_matches([')', ' ', ',']);
    let dashed = after.starts_with(['—', '–', '-', ':', '/', '|']);
    let closed = opening.starts_with('(') || opening[date.range.end..].starts_with([')', '.']);
    // `Am 12. März 2024 haben …` is a sentence.
    (is_place && (dashed || (closed && !place.is_empty()))).then_some(date.day)
}

/// Where nothing stands over the text: its first sentence, cut at a word.
fn first_sentence(page: &Page<'_>, from: usize) -> Option<String> {
    let block = page
        .blocks
        .iter()
        .filter(|block| block.lines.start >= from)
        .find(|block| block.plain.chars().any(char::is_alphabetic))?;
    let text = &block.plain;
    let end = text
        .char_indices()
        .find(|&(at, c)| {
            matches!(c, '.' | '!' | '?')
                && text[at + 1..].starts_with(' ')
                && text[..at]
                    .chars()
                    .rev()
                    .take_while(|c| c.is_alphabetic())
                    .count()
                    > 2
        })
        .map_or(text.len(), |(at, c)| if c == '.' { at } else { at + 1 });
    let sentence = text[..end].trim_end_matches('.');
    if sentence.chars().count() <= 120 {
        return Some(sentence.to_owned());
    }
    let cut: String = sentence.chars().take(118).collect();
    let cut = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(whole, _)| whole);
    Some(format!(
        "{} …",
        cut.trim_end_matches([',', ';', ':', ' ', '–'])
    ))
}
