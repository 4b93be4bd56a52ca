//! Text as people read it, and the words that rules compare.
//!
//! [`plain`] takes the tags off HTML; [`Words`] are its tokens, folded as `likeness.md` §3 says;
//! [`digest`] says whether two texts have the same words, [`Stems`] what a word's stem is. Everything
//! is one linear pass: what comes in was written by strangers. It knows nothing of feeds or releases.

mod entities;
mod fold;
mod html;
mod language;
mod stem;
mod words;

pub use language::{language, primary};
pub use stem::Stems;
pub use words::{Word, Words};

use self::html::Piece;
use super::Digest;
use sha2::{Digest as _, Sha256};

/// The visible text of `html`: entities decoded, white space folded, one line a block.
///
/// Scripts, styles, comments and embedded documents are left out. Any string is HTML, so nothing fails.
///
/// ```
/// use presswire::domain::text::plain;
/// assert_eq!(plain("<p>Streik &amp; <b>K</b>ampf</p><script>x</script><p>a&nbsp;&lt; b"), "Streik & Kampf\na\u{a0}< b");
/// ```
pub fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    html::pieces(html, |piece| match piece {
        Piece::Text(part) => html::push_text(&mut text, part),
        Piece::Tag { name, .. } if html::is_inline(name) => {}
        Piece::Tag { .. } => end_line(&mut text),
    });
    text.truncate(text.trim_end().len());
    text
}

/// The lines of [`plain`] that are nothing but a link, by number from 0, ascending.
///
/// ```
/// use presswire::domain::text::linked_lines;
/// let html = "<p>Auch <a href=a>hier</a></p><ul><li><a href=b>Eins</a></li><li><a href=c>Zwei</a></li></ul>";
/// assert_eq!(linked_lines(html), [1, 2]);
/// ```
pub fn linked_lines(html: &str) -> Vec<usize> {
    let (mut lines, mut line) = (Vec::new(), 0);
    let (mut inside, mut linked, mut bare) = (false, false, false);
    let mut end = |linked: &mut bool, bare: &mut bool| {
        if *linked && !*bare {
            lines.push(line);
        }
        line += usize::from(*linked || *bare);
        (*linked, *bare) = (false, false);
    };
    html::pieces(html, |piece| match piece {
        Piece::Text(part) if part.trim_ascii().is_empty() => {}
        Piece::Text(_) if inside => linked = true,
        Piece::Text(_) => bare = true,
        Piece::Tag { name, closing, .. } if name.eq_ignore_ascii_case("a") => inside = !closing,
        Piece::Tag { name, .. } if html::is_inline(name) => {}
        Piece::Tag { .. } => end(&mut linked, &mut bare),
    });
    end(&mut linked, &mut bare);
    lines
}

/// `text` with the entities decoded that stand in it as text: feeds escape twice (`&amp;auml;`).
///
/// ```
/// use presswire::domain::text::{plain, unescaped};
/// assert_eq!(unescaped(plain("<p>M&amp;uuml;nchen &amp;amp; Ulm</p>")), "München & Ulm");
/// assert_eq!(unescaped("Forschung & Lehre".into()), "Forschung & Lehre");
/// ```
pub fn unescaped(text: String) -> String {
    if !html::has_entity(&text) {
        return text;
    }
    let mut decoded = String::with_capacity(text.len());
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            decoded.push('\n');
        }
        html::push_text(&mut decoded, line);
    }
    decoded
}

fn end_line(text: &mut String) {
    while text.ends_with(' ') {
        text.pop();
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// What can be seen of `html`, as a string that differs where the display differs: text, the names of
/// tags, the targets of links and pictures. Comments, scripts, classes, order of attributes are not in it.
///
/// `address` folds each target: whatever two addresses fold to alike counts as the same.
pub fn visible(html: &str, address: impl Fn(&str) -> String) -> String {
    let mut seen = String::with_capacity(html.len());
    html::pieces(html, |piece| match piece {
        Piece::Text(part) => html::push_text(&mut seen, part),
        Piece::Tag {
            name,
            attributes,
            closing,
        } => {
            if !html::is_inline(name) {
                end_line(&mut seen);
            }
            // Spans mark what no reader sees; everything else is shown in some manner.
            if closing || name.eq_ignore_ascii_case("span") || name.eq_ignore_ascii_case("font") {
                return;
            }
            seen.push('<');
            seen.extend(name.chars().map(|c| c.to_ascii_lowercase()));
            for wanted in ["href", "src"] {
                if let Some(target) = html::attribute(attributes, wanted) {
                    let mut decoded = String::new();
                    html::push_text(&mut decoded, target.trim());
                    seen.push(' ');
                    seen.push_str(&address(&decoded));
                }
            }
            seen.push('>');
        }
    });
    seen
}

/// The target of `<link rel="canonical">` in `html`, as written, entities decoded.
pub fn canonical_of(html: &str) -> Option<String> {
    let mut found = None;
    html::pieces(html, |piece| {
        if let Piece::Tag {
            name,
            attributes,
            closing: false,
        } = piece
            && found.is_none()
            && name.eq_ignore_ascii_case("link")
            && html::attribute(attributes, "rel")
                .is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"))
            && let Some(href) = html::attribute(attributes, "href")
        {
            let mut decoded = String::new();
            html::push_text(&mut decoded, href.trim());
            found = Some(decoded);
        }
    });
    found
}

/// SHA-256 over the words of a title and a plain text, as they are compared for versions.
///
/// Words are compared without case, quotes, dashes, other punctuation and white space; umlauts, other
/// diacritics and signs that are read aloud (`%`, `€`, `§`) count.
///
/// ```
/// use presswire::domain::text::digest;
/// let was = digest("Streik", "„Wir bleiben“ – sagt sie: 5 %.");
/// assert_eq!(was, digest("Streik", "\"Wir  bleiben\" - sagt sie: 5\u{a0}%."));
/// assert_ne!(was, digest("Streik", "„Wir blieben“ – sagt sie: 5 %."));
/// assert_ne!(was, digest("", "Streik „Wir bleiben“ – sagt sie: 5 %."));
/// ```
pub fn digest(title: &str, text: &str) -> Digest {
    let mut hasher = Sha256::new();
    for part in [title, text] {
        let mut words = String::with_capacity(part.len());
        fold::version_words(part, &mut words);
        // Lengths keep a word of the title apart from one of the text.
        hasher.update((words.len() as u64).to_be_bytes());
        hasher.update(words.as_bytes());
    }
    Digest(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_tags_part_no_word_and_blocks_do() {
        assert_eq!(plain("a<b>b</b>c<br>d<p>e<div>f"), "abc\nd\ne\nf");
    }

    #[test]
    fn what_is_not_shown_is_left_out() {
        let html = "1<!-- 2 --><style>3</style>4<SCRIPT>'</s'</script >5<template>6</template>7<!doctype x>";
        assert_eq!(plain(html), "1457");
    }

    #[test]
    fn quotes_in_tags_hide_their_end_only_as_values() {
        assert_eq!(
            plain("<a title='a>b' href=\"x>y\">z</a> <p don't>u"),
            "z\nu"
        );
    }

    #[test]
    fn entities_of_all_kinds_are_decoded_and_unknown_ones_stay() {
        assert_eq!(
            plain("&Auml;&#228;&#xE4;&#150;&bogus; A&B &copy=1 &amp;lt;"),
            "Äää–&bogus; A&B &copy=1 &lt;"
        );
    }

    #[test]
    fn unclosed_constructs_end_the_text() {
        assert_eq!(plain("a<script>b"), "a");
        assert_eq!(plain("a<!-- b"), "a");
        assert_eq!(plain("a <b href=\"x>y"), "a");
        assert_eq!(plain("a < b"), "a < b");
    }

    #[test]
    fn visible_ignores_what_nobody_sees_and_keeps_targets() {
        let same = |url: &str| url.to_owned();
        let was = visible("<p class=a>x <a href='u'>y</a>", same);
        assert_eq!(
            was,
            visible(
                "<p><!-- 1 -->x  <span id=q><a target=_top href=u>y</a></span>",
                same
            )
        );
        assert_ne!(was, visible("<p>x <a href='v'>y</a>", same));
        assert_ne!(was, visible("<p>x <b>y</b>", same));
    }

    #[test]
    fn canonical_link_in_content_is_found() {
        let html = "<p>a</p><link href='https://a.example/?x=1&amp;y=2' rel=canonical>";
        assert_eq!(
            canonical_of(html).as_deref(),
            Some("https://a.example/?x=1&y=2")
        );
    }

    #[test]
    fn cost_is_linear_in_hostile_html() {
        // A quadratic pass would take minutes over these.
        for piece in [
            "<", "<a ", "&", "</script", "<script>", "<!--", "<a b=\"", "</", "&#",
        ] {
            plain(&piece.repeat(300_000));
        }
    }
}
