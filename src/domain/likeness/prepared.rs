//! A text made ready to be compared: taken apart once, compared often.

use super::boilerplate::Boilerplate;
use super::hash::folded_hash;
use super::{Text, canonical_link, title};
use crate::domain::text;

/// As many content tokens as are compared; a longer text is compared by its beginning.
const LONGEST: usize = 12_000;

/// A text made ready to be compared.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// As it came.
    pub text: Text,
    /// Canonical links: of its page, and the one that its content claims.
    pub(super) links: Vec<String>,
    /// The whole title.
    pub(super) title: text::Words,
    /// Folded words of the title, without prefixes and suffixes; the whole title first.
    pub(super) titles: Vec<Vec<String>>,
    /// Every token of the text.
    pub(super) words: text::Words,
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
        let words = Prepared::words_of(&text);
        Prepared::with_words(text, words, boilerplate)
    }

    /// The tokens of a text, as [`Boilerplate::of`] wants them.
    pub fn words_of(text: &Text) -> text::Words {
        text::Words::of(&text::plain(&text.html))
    }

    /// [`Prepared::of`] where the tokens are at hand.
    pub fn with_words(text: Text, words: text::Words, boilerplate: &Boilerplate) -> Prepared {
        let title = text::Words::of(text.title.as_deref().unwrap_or_default());
        let claimed = text::canonical_of(&text.html);
        let mut links: Vec<String> = [text.link.as_deref(), claimed.as_deref()]
            .into_iter()
            .flatten()
            .filter_map(canonical_link)
            .collect();
        links.dedup();
        let mut masked = boilerplate.mask(&words);
        mask_title(&words, &title, &mut masked);
        let cut = mask_cut(&words, &mut masked);
        mask_credit(&words, &mut masked);
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
            titles: title::variants(text.title.as_deref().unwrap_or_default()),
            title,
            words,
            content,
            hashes,
            cut,
            text,
        }
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

    /// Primary subtag of the language.
    pub(super) fn language(&self) -> Option<String> {
        let tag = self.text.language.as_deref()?;
        Some(text::primary(tag).into_owned()).filter(|tag| !tag.is_empty())
    }
}

/// A title repeated at the start of the text is no content.
fn mask_title(words: &text::Words, title: &text::Words, masked: &mut [bool]) {
    let repeated = title.len() >= 2
        && title.len() <= words.len()
        && title
            .iter()
            .zip(words.iter())
            .all(|(title, word)| title.folded == word.folded);
    if repeated && title.len() < words.len() {
        masked[..title.len()].fill(true);
    }
}

/// Words that stand where a text was cut off, folded; each is the whole of the last tokens.
const CUT: [&[&str]; 22] = [
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
];

/// Whether the text was cut off; the mark is no content.
fn mask_cut(words: &text::Words, masked: &mut [bool]) -> bool {
    // "Weiterlesen auf example.org", "Continue reading → Title": the mark stands among the last words.
    let marked = CUT.iter().any(|mark| {
        let Some(start) = words.len().checked_sub(mark.len()) else {
            return false;
        };
        let is_it = mark.iter().enumerate().all(|(at, part)| {
            words
                .get(start + at)
                .is_some_and(|word| word.folded == *part)
        });
        // "mehr" ends many a sentence; a mark stands in a line of its own or after dots.
        let alone = words
            .gap(start)
            .contains(['\n', '[', '…', '»', '→', '>', '('])
            || words.gap(start).contains("..");
        let known = is_it && (alone || mark.len() > 1 || mark[0].len() > 10);
        if known {
            masked[start..].fill(true);
        }
        known
    });
    let end = words
        .text()
        .trim_end_matches([' ', '\n', ']', ')', '»', '→', '>']);
    marked || end.ends_with("...") || end.ends_with('…')
}

/// First and last words of the lines that publishing systems append, with the title between them.
const CREDITS: [(&[&str], &[&str]); 7] = [
    (&["der", "beitrag"], &["erschien", "zuerst", "auf"]),
    (&["the", "post"], &["appeared", "first", "on"]),
    (&["сообщение"], &["появились", "сначала", "на"]),
    (&["сообщение"], &["появился", "сначала", "на"]),
    (&["запись"], &["впервые", "появилась"]),
    (
        &["l", "article"],
        &["est", "apparu", "en", "premier", "sur"],
    ),
    (&["la", "entrada"], &["se", "publico", "primero", "en"]),
];

/// "The post TITLE appeared first on SITE." is no content; its title keeps it from being boilerplate.
fn mask_credit(words: &text::Words, masked: &mut [bool]) {
    const TAIL: usize = 60;
    let from = words.len().saturating_sub(TAIL);
    let stands_at = |at: usize, part: &[&str]| {
        part.iter().enumerate().all(|(step, wanted)| {
            words
                .get(at + step)
                .is_some_and(|word| word.folded == *wanted)
        })
    };
    for (first, last) in CREDITS {
        let end = (from..words.len()).rev().find(|&at| stands_at(at, last));
        let start = end.and_then(|end| (from..end).rev().find(|&at| stands_at(at, first)));
        // Eight tokens are room enough for the name of a site.
        if let (Some(start), Some(end)) = (start, end)
            && words.len() - end <= last.len() + 8
        {
            masked[start..].fill(true);
        }
    }
}
