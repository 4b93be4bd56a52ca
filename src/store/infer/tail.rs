//! The foot of a release: who signed, what it translates, whom to call.

use super::head::placed_date;
use super::page::{self, Block, Look, Page};
use super::words::{self, Reachable};
use crate::domain::statement::Signatory;
use crate::store::markdown;
use chrono::NaiveDate;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

fn pattern(text: &str) -> Regex {
    Regex::new(&format!("(?i){text}")).expect("a constant pattern")
}

// ---- signatories ----

static SIGNED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bunterzeichnet\b|\b(?:erst|mit)?unterzeichn(?:er|ende|erinnen)\S*|\bunterschrieben\s+von\b|\bunterschriften\b|\bsignator(?:y|ies)\b|\bsigned(?:\s+by)?\b|\bsigners\b|\bendorsed\s+by\b|\bundersigned\b|подписал|подписавш|подписант|\bподписи\b|\bподписались\b",
    )
});

/// How many at most: an open letter's first thousands.
const MAX_SIGNATORIES: usize = 5_000;

/// Who signed, in the document's order; empty where nobody did.
pub(super) fn signatories(page: &Page<'_>) -> Vec<Signatory> {
    let introductions = page
        .blocks
        .iter()
        .enumerate()
        .filter(|(_, block)| introduces(block));
    // The list stands at the foot: of several introductions the last one that has names.
    let mut found = Vec::new();
    for (at, block) in introductions {
        let names = listed_after(page, at, block);
        if !names.is_empty() {
            found = names;
        }
    }
    if found.is_empty() {
        found = page
            .blocks
            .iter()
            .take(12)
            .find_map(joint)
            .unwrap_or_default();
    }
    found.truncate(MAX_SIGNATORIES);
    found
}

fn introduces(block: &Block) -> bool {
    let chars = block.plain.chars().count();
    let label = block.stands_out() || block.plain.ends_with(':') || chars <= 40;
    // `Signed by: A, B and C` carries its names.
    let carries = block
        .plain
        .split_once(": ")
        .is_some_and(|(label, _)| label.chars().count() <= 60);
    matches!(block.look, Look::Plain | Look::Bold | Look::Heading(_))
        && SIGNED.is_match(&block.plain.chars().take(200).collect::<String>())
        && ((chars <= 200 && label) || carries)
}

fn listed_after(page: &Page<'_>, at: usize, block: &Block) -> Vec<Signatory> {
    // Names behind the colon, or on the lines below it in the same block.
    let own: Vec<&str> = page.lines[block.lines.clone()]
        .iter()
        .map(|line| line.raw)
        .collect();
    if let Some(colon) = own
        .iter()
        .position(|line| markdown::plain(line).ends_with(':'))
        && colon + 1 < own.len()
    {
        return own[colon + 1..]
            .iter()
            .filter_map(|line| signatory(line))
            .collect();
    }
    // `Erstunterzeichner:innen:` has a colon in a word.
    if let Some((label, names)) = block.plain.split_once(": ")
        && !names.trim().is_empty()
        && SIGNED.is_match(label)
    {
        return parted(names);
    }
    let mut names = Vec::new();
    let mut numbered = false;
    for next in &page.blocks[at + 1..] {
        match next.look {
            Look::List => {
                names.extend(items(page, next.lines.clone()));
                numbered = true;
            }
            Look::Plain if numbered => break,
            Look::Plain if names.is_empty() || next.lines.len() == 1 => {
                let lines = &page.lines[next.lines.clone()];
                if !lines.iter().all(|line| is_name(&line.plain)) {
                    break;
                }
                names.extend(lines.iter().filter_map(|line| signatory(line.raw)));
                if next.lines.len() > 1 {
                    break;
                }
            }
            // A table of names, a heading between two groups of them.
            Look::Heading(_) | Look::Bold if names.is_empty() && is_group(&next.plain) => {}
            _ => break,
        }
    }
    names
}

/// A heading between groups: "Organisationen", "Individuals".
fn is_group(text: &str) -> bool {
    text.split(' ').count() <= 3 && !words::starts_contact(text)
}

/// A line that can be a signatory: short, no sentence, no label of something else.
fn is_name(text: &str) -> bool {
    let chars = text.chars().count();
    let sentence = text.ends_with(['.', '!', '?']) && text.split(' ').count() > 6;
    (2..=140).contains(&chars)
        && !sentence
        && !text.ends_with(':')
        && !words::starts_contact(text)
        && translation(text).is_none()
        && !ORIGINAL.is_match(text)
        && placed_date(text).is_none()
        && !words::is_end_mark(text)
}

/// The items of a list, lines that continue one taken with it.
fn items(page: &Page<'_>, lines: Range<usize>) -> Vec<Signatory> {
    let mut texts: Vec<String> = Vec::new();
    for line in &page.lines[lines] {
        match (page::item(line.raw), texts.last_mut()) {
            (Some(text), _) => texts.push(text.to_owned()),
            (None, Some(last)) => {
                last.push(' ');
                last.push_str(line.raw.trim());
            }
            (None, None) => {}
        }
    }
    texts.iter().filter_map(|text| signatory(text)).collect()
}

/// One signatory: the name as it stands, without number and trailing address.
fn signatory(raw: &str) -> Option<Signatory> {
    let raw = page::item(raw).unwrap_or(raw.trim());
    let mut name = String::new();
    let mut url = None;
    let mut link: Option<(String, usize)> = None;
    for event in Parser::new_ext(&format!("x {raw}"), Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                link = Some((dest_url.into_string(), name.len()))
            }
            Event::End(TagEnd::Link) => {
                if let Some((target, start)) = link.take() {
                    // An address that is shown as one is no part of the name.
                    let shown = name[start..].trim();
                    if shown.contains("://") || shown.starts_with("www.") || shown.contains('@') {
                        name.truncate(start);
                    }
                    if is_web(&target) {
                        url = url.or(Some(target));
                    }
                }
            }
            Event::Text(text) | Event::Code(text) => name.push_str(&text),
            Event::SoftBreak | Event::HardBreak => name.push(' '),
            _ => {}
        }
    }
    let mut name = name.strip_prefix("x ").unwrap_or(&name).to_owned();
    if let Some(range) = markdown::bare_address(&name) {
        let shown = name[range.clone()].to_owned();
        name.replace_range(range, "");
        url = url.or_else(|| {
            Some(if is_web(&shown) {
                shown
            } else {
                format!("http://{shown}")
            })
        });
    } else if let Some(found) = DOMAIN.captures(&name) {
        let domain = found[1].to_owned();
        name.truncate(found.get(0).map_or(0, |whole| whole.start()));
        url = url.or_else(|| Some(format!("https://{domain}")));
    }
    let name = markdown::fold(&name.replace("()", " ").replace("<>", " "));
    let name = name
        .trim_matches(|c: char| c.is_whitespace() || ",;:–—|/·".contains(c))
        .trim_end_matches(" -")
        .to_owned();
    (name.chars().filter(|c| c.is_alphabetic()).count() >= 2).then_some(Signatory {
        name,
        url,
        source: None,
    })
}

/// A domain in parentheses, or behind a comma, at the end of a name.
static DOMAIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\s*\(\s*|,\s+|\s+[–—-]\s+)((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,12}(?:/[^\s)]*)?)\s*\)?\s*$",
    )
});

fn is_web(target: &str) -> bool {
    let lower = target.get(..8).unwrap_or(target).to_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// "Gemeinsame Erklärung von A, B und C", where A, B and C are names.
fn joint(block: &Block) -> Option<Vec<Signatory>> {
    static JOINT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:gemeinsame\s+(?:presse)?(?:erklärung|mitteilung|stellungnahme)\s+(?:von|der)|joint\s+(?:press\s+)?(?:statement|declaration|release)\s+(?:by|of|from))\s+",
        )
    });
    if block.plain.chars().count() > 300 {
        return None;
    }
    let names = parted(&block.plain[JOINT.find(&block.plain)?.end()..]);
    let all_names = names.len() >= 2
        && names.iter().all(|one| {
            one.name.starts_with(|c: char| {
                c.is_uppercase() || c.is_ascii_digit() || "„“\"«".contains(c)
            })
        });
    all_names.then_some(names)
}

/// "A, B und C" -> A; B; C.
fn parted(names: &str) -> Vec<Signatory> {
    static PARTS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\s*[,;]\s*(?:und\s+|and\s+|и\s+|sowie\s+)?|\s+(?:und|and|sowie)\s+(?:der\s+|die\s+|dem\s+|the\s+)?",
        )
    });
    PARTS
        .split(names.trim_end_matches('.'))
        .filter_map(signatory)
        .collect()
}

// ---- translation ----

static ORIGINAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:(?:zum\s+|link\s+zum\s+)?original(?:text|quelle|artikel|version|fassung|beitrag|erklärung)?|quelle\s+des\s+originals|original\s+(?:text|version|source|statement|article)|originally\s+published\s+\S+|link\s+to\s+the\s+original|оригинал(?:\s+\S+){0,2}|первоисточник)\b[^:.]{0,60}(?::|\(|$|<|http)",
    )
});

/// The address behind "Original:", on its line or one of the two next, as it stands there.
pub(super) fn original(page: &Page<'_>) -> Option<String> {
    for (at, line) in page.lines.iter().enumerate() {
        if line.plain.is_empty() || !ORIGINAL.is_match(&line.plain) {
            continue;
        }
        if let Some(target) = target(line.raw) {
            return Some(target);
        }
        let next = page.lines[at + 1..]
            .iter()
            .filter(|next| !next.plain.is_empty() || !next.raw.trim().is_empty())
            .take(2)
            .find_map(|next| target(next.raw));
        if next.is_some() {
            return next;
        }
    }
    None
}

/// The first web address of a line, as written.
fn target(raw: &str) -> Option<String> {
    for event in Parser::new(&format!("x {}", raw.trim())) {
        if let Event::Start(Tag::Link { dest_url, .. }) = event
            && is_web(&dest_url)
        {
            return Some(dest_url.into_string());
        }
    }
    let range = markdown::bare_address(raw)?;
    let shown = &raw[range];
    Some(if is_web(shown) {
        shown.to_owned()
    } else {
        format!("http://{shown}")
    })
}

static TRANSLATED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\baus\s+dem\s+\p{L}+(?:\s+ins\s+\p{L}+)?\s+(?:von\s+.{1,60}\s+)?übersetzt\b|\bübersetzt\s+aus\s+dem\s+\p{L}+|\bübersetzung(?:\s+\p{L}+)?\s+aus\s+dem\s+\p{L}+|^\W*(?:eigene\s+|deutsche\s+)?übersetzung\s*:|\btranslated\s+(?:into\s+\p{L}+\s+)?(?:from\s+(?:the\s+)?\p{Lu}|by\s+\p{Lu})|\btranslation\s+from\s+(?:the\s+)?\p{Lu}|^\W*(?:unofficial\s+|our\s+)?translation\s*:|\bперевод\s+с\s+\p{L}+|\bпереведено\s+с\s+\p{L}+|^\W*перевод\s*:",
    )
});

/// The sentence, where a line says that the text is a translation.
pub(super) fn translation(line: &str) -> Option<String> {
    let fits = line.chars().count() <= 200 && TRANSLATED.is_match(line);
    fits.then(|| {
        line.trim_matches(|c: char| c.is_whitespace() || "()[]*_".contains(c))
            .to_owned()
    })
}

/// The translator's note.
pub(super) fn translation_note(page: &Page<'_>) -> Option<String> {
    page.lines
        .iter()
        .rev()
        .find_map(|line| translation(&line.plain))
}

// ---- contact ----

/// Whom to call, and where the text of it stands.
#[derive(Debug, Default)]
pub(super) struct Contact {
    /// Plain, lines kept.
    pub(super) lines: Vec<String>,
    /// In the document.
    pub(super) range: Option<Range<usize>>,
    /// The organisation that it names.
    pub(super) organisation: Option<String>,
}

/// The contact block: consecutive short blocks at the foot in which somebody can be reached.
pub(super) fn contact(page: &Page<'_>, from: usize) -> Contact {
    let mut best: Option<(bool, Range<usize>)> = None;
    let mut at = page
        .blocks
        .iter()
        .position(|block| block.lines.start >= from)
        .unwrap_or(page.blocks.len());
    while at < page.blocks.len() {
        let Some((labelled, end)) = card(page, at) else {
            at += 1;
            continue;
        };
        // A labelled block wins, then the last one.
        if best.as_ref().is_none_or(|(was, _)| labelled >= *was) {
            best = Some((labelled, at..end));
        }
        at = end;
    }
    let Some((labelled, blocks)) = best else {
        return Contact::default();
    };
    let inner = &page.blocks[blocks];
    let (Some(first), Some(last)) = (inner.first(), inner.last()) else {
        return Contact::default();
    };
    let range = first.lines.start..last.lines.end;
    let lines: Vec<String> = page.lines[range.clone()]
        .iter()
        .filter(|line| !line.plain.is_empty())
        .map(|line| line.plain.clone())
        .collect();
    Contact {
        organisation: organisation(&lines, labelled),
        lines,
        range: Some(range),
    }
}

/// The card that begins at block `start`: whether a label opens it, and the block after it.
fn card(page: &Page<'_>, start: usize) -> Option<(bool, usize)> {
    let first = &page.blocks[start];
    let labelled = words::starts_contact(&first.plain);
    if !labelled && (first.look != Look::Plain && first.look != Look::Bold || !is_card(page, first))
    {
        return None;
    }
    let mut reach = reachable(page, first);
    let mut end = start + 1;
    // Short blocks above a labelled card ("Notes to editors") are none of it.
    let label = |block: &Block| words::starts_contact(&block.plain);
    while let Some(next) = page.blocks.get(end) {
        if matches!(next.look, Look::Rule | Look::Heading(_)) && !words::starts_contact(&next.plain)
        {
            break;
        }
        if !is_card(page, next) {
            break;
        }
        let apart = next.lines.start > page.blocks[end - 1].lines.end;
        if !labelled && !reach.any() && apart && label(next) {
            return None;
        }
        reach = reach.and(reachable(page, next));
        end += 1;
    }
    // Short blocks behind the last line by which anybody can be reached are no contact, but for one
    // that names a person ("Pressesprecher / Anna Beispiel").
    let last = (start..end).rev().find(|&at| {
        let lines = &page.lines[page.blocks[at].lines.clone()];
        reachable(page, &page.blocks[at]).any()
            || lines.iter().any(|line| words::starts_contact(&line.plain))
    })?;
    let end = (last + 1).min(end);
    let enough = (reach.phone || reach.mail) && (labelled || reach.kinds() >= 2);
    enough.then_some((labelled, end))
}

fn reachable(page: &Page<'_>, block: &Block) -> Reachable {
    page.lines[block.lines.clone()]
        .iter()
        .map(|line| Reachable::of(&line.plain))
        .fold(Reachable::default(), Reachable::and)
}

/// Short lines, or a line by which somebody can be reached; nothing that belongs to the text.
fn is_card(page: &Page<'_>, block: &Block) -> bool {
    let lines = &page.lines[block.lines.clone()];
    let foreign = introduces(block)
        || block.look == Look::Other
        || (block.look == Look::List && !lines.iter().any(|line| Reachable::of(&line.plain).any()));
    !foreign
        && lines.iter().all(|line| {
            let text = &line.plain;
            let chars = text.chars().count();
            let reach = Reachable::of(text);
            let sentence = text.ends_with(['.', '!', '?']) && text.split(' ').count() > 5;
            let linked = target(line.raw).is_some() || line.raw.contains("](");
            translation(text).is_none()
                && !ORIGINAL.is_match(text)
                && !words::is_salutation(text)
                && ((chars <= 70 && !sentence && (!linked || reach.any()))
                    || (reach.phone || reach.mail) && chars <= 200
                    || words::starts_contact(text) && chars <= 120)
        })
}

/// The organisation in a contact block: the line that names one; of a block without a label, its
/// first line, as a letter's sender.
fn organisation(lines: &[String], labelled: bool) -> Option<String> {
    static OF: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:pressestelle|pressebüro|press\s+office|herausgeber(?:in)?|publisher|issued\s+by)\s*(?:der|von|of(?:\s+the)?|:)\s+(.{2,80})$",
        )
    });
    let named = lines.iter().find_map(|line| {
        OF.captures(line)
            .map(|found| words::trimmed_name(&found[1]))
            .or_else(|| words::is_organisation(line).then(|| words::trimmed_name(line)))
    });
    let sender = || {
        let first = lines.first()?;
        let fits = !labelled
            && !Reachable::of(first).any()
            && !words::starts_contact(first)
            && !first.ends_with([':', ','])
            && first.split(' ').count() <= 6;
        fits.then(|| words::trimmed_name(first))
    };
    // A letter's sender stands first, whatever else is named below.
    sender().or(named)
}

/// "Über den Verein X", "About the Example Union": who the release speaks for.
pub(super) fn about(page: &Page<'_>) -> Option<String> {
    static ABOUT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^(?:about\s+(?:the\s+)?|über\s+(?:die\s+|das\s+|den\s+)?)(\p{Lu}.{1,60})$")
    });
    page.blocks.iter().rev().take(8).find_map(|block| {
        let heading = match block.look {
            Look::Plain => &page.lines[block.lines.start].plain,
            _ => &block.plain,
        };
        let found = ABOUT.captures(words::bare(heading))?;
        let name = words::trimmed_name(&found[1]);
        let known = block.stands_out() || words::is_organisation(&name);
        (known && !matches!(name.as_str(), "Us" | "Uns")).then_some(name)
    })
}

/// "Berlin, den 6. Januar 2022" under the text.
pub(super) fn signed_date(page: &Page<'_>) -> Option<NaiveDate> {
    page.blocks
        .iter()
        .rev()
        .take(8)
        .filter(|block| block.lines.len() == 1)
        .find_map(|block| placed_date(&block.plain))
}
