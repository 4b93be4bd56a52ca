//! A text made ready to be compared: taken apart once, compared often.

use super::boilerplate::Boilerplate;
use super::frames::{mask_link_lists, mask_title_in_frames};
use super::hash::folded_hash;
use super::table::NO_TEXT;
use super::{Text, canonical_link, title};
use crate::domain::text;
use std::sync::Arc;

/// As many content tokens as are compared; a longer text is compared by its beginning.
const LONGEST: usize = 12_000;

/// A text made ready to be compared.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// As it came.
    pub text: Text,
    /// Canonical links: of its page, and the one that its content claims.
    pub(super) links: Vec<String>,
    /// Folded words of the title, without prefixes and suffixes; the whole title first.
    pub(super) titles: Vec<Vec<String>>,
    /// Every token of the text.
    pub(super) words: Arc<text::Words>,
    /// Indices into `words` of what is neither boilerplate, nor the title again, nor a mark of cutting.
    pub(super) content: Vec<u32>,
    /// Hashes of the folded content tokens.
    pub(super) hashes: Vec<u64>,
    /// It ends with a mark of cutting.
    pub(super) cut: bool,
}

impl Prepared {
    /// `text`, taken apart, without what its source says under every text.
    pub fn of(text: Text, boilerplate: &Boilerplate) -> Prepared {
        let words = Arc::new(Prepared::words_of(&text));
        Prepared::with_words(text, words, boilerplate)
    }

    /// The tokens of a text, as [`Boilerplate::of`] wants them.
    pub fn words_of(text: &Text) -> text::Words {
        text::Words::of(&text::unescaped(text::plain(&text.html)))
    }

    /// [`Prepared::of`] where the tokens are at hand.
    pub fn with_words(text: Text, words: Arc<text::Words>, boilerplate: &Boilerplate) -> Prepared {
        let titles = title::variants(text.title.as_deref().unwrap_or_default());
        let claimed = text::canonical_of(&text.html);
        let mut links: Vec<String> = [text.link.as_deref(), claimed.as_deref()]
            .into_iter()
            .flatten()
            .filter_map(canonical_link)
            .collect();
        links.dedup();
        let mut masked = boilerplate.mask(&words);
        // What recurs may hide half of a credit, and a footer behind a credit the whole.
        let mut credit = vec![false; words.len()];
        mask_credit(&words, &mut credit);
        for (masked, credit) in masked.iter_mut().zip(credit) {
            *masked |= credit;
        }
        mask_title(&words, &titles, &mut masked);
        mask_title_in_frames(&words, &titles, &mut masked);
        mask_credit(&words, &mut masked);
        mask_link_lists(&text.html, &words, &mut masked);
        let cut = mask_cut(&words, &titles, &mut masked);
        let content: Vec<u32> = (0..words.len() as u32)
            .filter(|&at| !masked[at as usize])
            .take(LONGEST)
            .collect();
        let hashes = content
            .iter()
            .map(|&at| {
                words
                    .get(at as usize)
                    .map_or(0, |word| folded_hash(word.folded))
            })
            .collect();
        Prepared {
            links,
            titles,
            words,
            content,
            hashes,
            cut,
            text,
        }
    }

    /// The same text with nothing taken for a frame.
    pub(super) fn unmasked(&self) -> Prepared {
        let content: Vec<u32> = (0..self.words.len().min(LONGEST) as u32).collect();
        let folded = self.words.iter().take(LONGEST);
        Prepared {
            hashes: folded.map(|word| folded_hash(word.folded)).collect(),
            content,
            ..self.clone()
        }
    }

    /// It is cut off, as far as marks tell.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// It says hardly anything: a title alone, or little beside it.
    pub fn is_hardly_any(&self) -> bool {
        self.len() < NO_TEXT
    }

    /// Most of its words stand under every text of its source: what is left is not the whole.
    pub fn is_mostly_frame(&self) -> bool {
        2 * self.len() < self.words.len()
    }

    /// It has fewer words of its own than `other`.
    pub fn is_shorter_than(&self, other: &Prepared) -> bool {
        self.len() < other.len()
    }

    /// Its title is one that another text does not bear by chance.
    pub fn has_telling_title(&self) -> bool {
        let weights = self.titles.iter().map(|words| title::weight(words));
        weights.max().is_some_and(|weight| weight >= title::WEIGHTY)
    }

    /// Every token of the text.
    pub fn words(&self) -> &Arc<text::Words> {
        &self.words
    }

    /// Content tokens.
    pub(super) fn len(&self) -> usize {
        self.content.len()
    }

    /// The content token with this index.
    pub(super) fn word(&self, at: usize) -> text::Word<'_> {
        self.words
            .get(self.content[at] as usize)
            .expect("content holds indices of words")
    }

    /// A sentence or a line begins with the content token with this index; the end begins one, too.
    pub(super) fn begins(&self, at: usize) -> bool {
        at == 0
            || at >= self.len()
            || self.word(at).begins
            || self.content[at] != self.content[at - 1] + 1
    }

    /// A line, or a frame, ends before the content token with this index; and so do the ends of the text.
    pub(super) fn parts(&self, at: usize) -> bool {
        at == 0
            || at >= self.len()
            || self.gap_before(at).contains('\n')
            || self.content[at] != self.content[at - 1] + 1
    }

    /// What stands right before the content token with this index; nothing behind the last.
    pub(super) fn gap_before(&self, at: usize) -> &str {
        self.content
            .get(at)
            .map_or("", |&at| self.words.gap(at as usize))
    }

    /// No mark ends the last sentence: the text may be cut off, even inside a word.
    pub(super) fn ends_abruptly(&self) -> bool {
        let behind = self.content.last().map_or("", |&last| {
            let gap = self.words.gap(last as usize + 1);
            gap.split('\n').next().unwrap_or_default()
        });
        !behind.contains(['.', '!', '?', '…', '»', '“', '”', '"', ')', ':'])
    }

    /// What stands right behind the content token with this index.
    pub(super) fn gap_behind(&self, at: usize) -> &str {
        self.content
            .get(at)
            .map_or("", |&at| self.words.gap(at as usize + 1))
    }

    /// A dash or a bar stands before the content token with this index.
    pub(super) fn follows_dash(&self, at: usize) -> bool {
        let gap = self.gap_before(at);
        gap.contains(['–', '—', '|', '/', '+']) || gap.contains(" - ")
    }

    /// How many lines the content stands on.
    pub(super) fn lines(&self) -> usize {
        let breaks = (1..self.len()).filter(|&at| {
            let gap = self.words.gap(self.content[at] as usize);
            gap.contains('\n')
        });
        breaks.count() + 1
    }

    /// Primary subtag of the language.
    pub(super) fn language(&self) -> Option<String> {
        let tag = self.text.language.as_deref()?;
        Some(text::primary(tag).into_owned()).filter(|tag| !tag.is_empty())
    }
}

/// A title repeated at the start of the text, or in a line of its own below a frame, is no content.
fn mask_title(words: &text::Words, titles: &[Vec<String>], masked: &mut [bool]) {
    /// Tokens at the beginning in which it is looked for.
    const HEAD: usize = 60;
    let found = titles.iter().find_map(|title| {
        let last = words.len().checked_sub(title.len() + 1)?;
        let is_title = |at: usize| {
            let begins = at == 0 || words.get(at).is_some_and(|word| word.begins);
            let behind = words.gap(at + title.len());
            // A source without titles takes the first words of the text for one: they are the text.
            let is_headline = at == 0
                && !behind.contains('.')
                && words.get(at + title.len()).is_some_and(|word| word.capital);
            let alone = is_headline || behind.contains('\n');
            let equal = title.iter().enumerate().all(|(step, wanted)| {
                words
                    .get(at + step)
                    .is_some_and(|word| word.folded == wanted)
            });
            begins && alone && equal
        };
        let at = (title.len() >= 2).then(|| (0..=last.min(HEAD)).find(|&at| is_title(at)))??;
        Some(at..at + title.len())
    });
    if let Some(title) = found {
        masked[title].fill(true);
    }
}

/// Words that stand where a text was cut off, folded; each is the whole of the last tokens.
const CUT: [&[&str]; 52] = [
    &["weiterlesen"],
    &["weiter", "lesen"],
    &["mehr", "lesen"],
    &["mehr"],
    &["read", "more"],
    &["continue", "reading"],
    &["more"],
    &["full", "story"],
    &["keep", "reading"],
    &["читать", "далее"],
    &["читать", "полностью"],
    &["подробнее"],
    &["далее"],
    &["читать", "дальше"],
    &["lire", "la", "suite"],
    &["leer", "mas"],
    &["continua", "a", "leggere"],
    &["zum", "artikel"],
    &["zum", "ganzen", "artikel"],
    &["ganzen", "artikel", "lesen"],
    &["jetzt", "lesen"],
    &["read", "the", "full", "article"],
    &["read", "full", "article"],
    &["read", "the", "full", "story"],
    &["read", "full", "story"],
    &["see", "more"],
    &["view", "more"],
    &["mehr", "erfahren"],
    &["mehr", "dazu"],
    &["artikel", "lesen"],
    &["beitrag", "lesen"],
    &["zum", "beitrag"],
    &["zur", "meldung"],
    &["zur", "pressemitteilung"],
    &["vollstaendigen", "artikel", "lesen"],
    &["читать", "еще"],
    &["читать", "больше"],
    &["читать", "продолжение"],
    &["читати", "далі"],
    &["читати", "більше"],
    &["докладніше"],
    &["детальніше"],
    &["lire", "plus"],
    &["en", "savoir", "plus"],
    &["lire", "l", "article"],
    &["seguir", "leyendo"],
    &["continuar", "leyendo"],
    &["devamini", "oku"],
    &["devami"],
    &["leggi", "tutto"],
    &["czytaj", "dalej"],
    &["lees", "verder"],
];

/// Whether the text was cut off; the mark is no content.
fn mask_cut(words: &text::Words, titles: &[Vec<String>], masked: &mut [bool]) -> bool {
    let Some(last) = masked.iter().rposition(|masked| !masked) else {
        return false;
    };
    let mut end = last + 1;
    // "Continue reading TITLE".
    let title = titles.iter().find(|title| {
        let start = end.checked_sub(title.len());
        start.is_some_and(|start| start > 0 && stands_at(words, start, title))
    });
    if let Some(title) = title {
        let start = end - title.len();
        let marked = CUT.iter().any(|mark| {
            start
                .checked_sub(mark.len())
                .is_some_and(|at| stands_at(words, at, mark))
        });
        if marked {
            masked[start..end].fill(true);
            end = start;
        }
    }
    for mark in CUT {
        let Some(start) = end.checked_sub(mark.len()) else {
            continue;
        };
        // "mehr" ends many a sentence; a mark of one word stands in a line of its own or after dots.
        let gap = words.gap(start);
        let alone = gap.contains(['\n', '[', '…', '»', '→', '>', '(', '|']) || gap.contains("..");
        if stands_at(words, start, mark) && (alone || mark.len() > 1 || mark[0].len() > 10) {
            masked[start..end].fill(true);
            return true;
        }
    }
    if let Some(start) = mark_behind_dots(words, end) {
        masked[start..end].fill(true);
        return true;
    }
    let behind = words.gap(end);
    let behind = behind.split('\n').next().unwrap_or_default();
    // A list that ends in dots is no teaser, but nobody ends a text so.
    behind.contains("...") || behind.contains('…')
}

/// Where a mark begins that no list knows: a few words behind dots, in a sentence of their own and
/// without a number ("… Jetzt mit Abo im Archiv").
fn mark_behind_dots(words: &text::Words, end: usize) -> Option<usize> {
    const LONGEST: usize = 8;
    let from = end.saturating_sub(LONGEST).max(1);
    let start = (from..end).rev().find(|&at| {
        let gap = words.gap(at);
        gap.contains("...") || gap.contains('…')
    })?;
    let is_mark = words.get(start).is_some_and(|word| word.capital)
        && (start..end).all(|at| words.get(at).is_some_and(|word| !word.has_digit()));
    is_mark.then_some(start)
}

fn stands_at<W: AsRef<str>>(words: &text::Words, at: usize, part: &[W]) -> bool {
    part.iter().enumerate().all(|(step, wanted)| {
        words
            .get(at + step)
            .is_some_and(|word| word.folded == wanted.as_ref())
    })
}

/// First and last words of the lines that publishing systems append, with the title between them.
const CREDITS: [(&[&str], &[&str]); 16] = [
    (&["der", "beitrag"], &["erschien", "zuerst"]),
    (&["der", "beitrag"], &["zuerst", "erschienen"]),
    (&["dieser", "beitrag"], &["erschien", "zuerst"]),
    (&["dieser", "artikel"], &["erschien", "zuerst"]),
    (&["dieser", "text"], &["erschien", "zuerst"]),
    (&["the", "post"], &["appeared", "first"]),
    (&["the", "post"], &["first", "appeared"]),
    (&["this", "article"], &["originally", "published"]),
    (&["this", "article"], &["first", "appeared"]),
    (&["this", "post"], &["first", "appeared"]),
    (&["сообщение"], &["появились", "сначала"]),
    (&["сообщение"], &["появился", "сначала"]),
    (&["запись"], &["впервые", "появилась"]),
    (&["l", "article"], &["est", "apparu", "en", "premier"]),
    (&["la", "entrada"], &["se", "publico", "primero"]),
    (&["la", "entrada"], &["aparece", "primero"]),
];

/// "The post TITLE appeared first on SITE." is no content; its title keeps it from being boilerplate.
fn mask_credit(words: &text::Words, masked: &mut [bool]) {
    /// Tokens before the end of the content in which such a line begins.
    const TAIL: usize = 60;
    /// Room for the name of a site.
    const SITE: usize = 8;
    let Some(until) = masked.iter().rposition(|masked| !masked).map(|at| at + 1) else {
        return;
    };
    let from = until.saturating_sub(TAIL);
    for (first, last) in CREDITS {
        let end = (from..until).rev().find(|&at| stands_at(words, at, last));
        let start = end.and_then(|end| (from..end).rev().find(|&at| stands_at(words, at, first)));
        if let (Some(start), Some(end)) = (start, end)
            && until - end <= last.len() + SITE
        {
            masked[start..until].fill(true);
        }
    }
}
