//! HTML -> plain text on one line, for titles and names.

use super::content::cap;
use super::entity::decode_html;
use memchr::{memchr, memmem};

/// Bytes of a title that are kept.
const MAX_TITLE_BYTES: usize = 4096;

/// Plain text on one line of a title that may hold HTML: tags dropped, references resolved once,
/// white space folded. Linear. `a < b` and `Vec<T>` stay: only what HTML calls a tag is one.
///
/// ```
/// use presswire::read::sanitize::plain_text;
/// assert_eq!(plain_text("<b>Fish</b> &amp;\n chips"), "Fish & chips");
/// assert_eq!(plain_text("1 < 2, Vec<T>"), "1 < 2, Vec<T>");
/// ```
pub fn plain_text(html: &str) -> String {
    // A longer start would be cut below; a reader of titles needs no more.
    let html = cap(html, MAX_TITLE_BYTES * 8);
    if memchr(b'<', html.as_bytes()).is_none() {
        return one_line(&decode_html(html));
    }
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = memchr(b'<', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        match known_tag(rest) {
            Some(Known {
                length,
                breaks,
                hides,
            }) => {
                if breaks {
                    text.push(' ');
                }
                rest = &rest[length..];
                if let Some(end) = hides {
                    rest =
                        memmem::find(rest.as_bytes(), end.as_bytes()).map_or("", |at| &rest[at..]);
                }
            }
            None => {
                text.push('<');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    one_line(&decode_html(&text))
}

struct Known {
    length: usize,
    breaks: bool,
    hides: Option<&'static str>,
}

/// The HTML tag or comment that `rest` starts with.
fn known_tag(rest: &str) -> Option<Known> {
    if rest.starts_with("<!--") {
        let length = memmem::find(rest.as_bytes(), b"-->").map_or(rest.len(), |at| at + 3);
        return Some(Known {
            length,
            breaks: false,
            hides: None,
        });
    }
    let name = rest[1..].strip_prefix('/').unwrap_or(&rest[1..]);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric())?;
    let name = name[..end].to_ascii_lowercase();
    let length = memchr(b'>', rest.as_bytes())? + 1;
    // A new `<` before the `>`: the first was none.
    if memchr(b'<', &rest.as_bytes()[1..length]).is_some() {
        return None;
    }
    let inline = INLINE.contains(&name.as_str());
    let block = BLOCK.contains(&name.as_str());
    let hides = match name.as_str() {
        "script" if !rest.starts_with("</") => Some("</script"),
        "style" if !rest.starts_with("</") => Some("</style"),
        _ => None,
    };
    (inline || block).then_some(Known {
        length,
        breaks: block,
        hides,
    })
}

const INLINE: [&str; 38] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "s", "samp", "script", "small",
    "span", "strike", "strong", "style", "sub", "sup", "time", "tt", "u", "var", "wbr", "img",
    "blink",
];

const BLOCK: [&str; 29] = [
    "article",
    "blockquote",
    "br",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "html",
    "body",
    "iframe",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

/// White space folded to single blanks, cut at 4 KiB.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len().min(MAX_TITLE_BYTES));
    for word in text.split_whitespace() {
        if line.len() + word.len() >= MAX_TITLE_BYTES {
            line.push_str(cap(word, MAX_TITLE_BYTES.saturating_sub(line.len())));
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lose_tags_and_keep_what_only_looks_like_one() {
        assert_eq!(plain_text("AT&amp;T &lt;b&gt; <i>now</i>"), "AT&T <b> now");
        assert_eq!(plain_text("a<br>b <!-- c --> d<script>x</script>"), "a b d");
        assert_eq!(plain_text("x <3 y <foo> <"), "x <3 y <foo> <");
    }
}
