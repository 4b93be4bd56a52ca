//! HTML source -> HTML source whose elements close where they were opened, at most 256 deep.
//!
//! html5ever is quadratic in open depth (100,000 nested `div` take half a minute) and repeats every
//! formatting element that was left open in every paragraph that follows (256 of them times a million
//! paragraphs). Both are cut off here, in one linear pass, before the tree builder sees the text.
//! This is no sanitiser: what it does not understand it passes on as it is.

use super::entity::decode_html;
use super::sanitize::is_void;
use memchr::{memchr, memmem};
use std::borrow::Cow;

/// Elements open at once.
pub(super) const MAX_DEPTH: usize = 256;

/// References in one text that html5ever is given; the longest articles have some thousands.
const MAX_REFERENCES: usize = 20_000;
/// HTML's longest name has 31 characters.
const LONGEST_REFERENCE: usize = 40;

/// A tag in HTML source.
struct Tag<'t> {
    name: &'t str,
    end: usize,
    closes: bool,
}

/// Closes what is left open and drops tags that nest too deep; borrowed where nothing had to change.
pub(super) fn balance(html: &str) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let mut out = String::new();
    let mut copied = 0;
    let mut open: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        let start = at + found;
        let Some(tag) = tag_at(html, start) else {
            at = skip_declaration(bytes, start);
            continue;
        };
        at = tag.end;
        if is_void_name(tag.name) {
            continue;
        }
        if !tag.closes {
            if is_raw(tag.name) {
                at = raw_end(html, &tag);
                continue;
            }
            let implied = implied_ends(&open, tag.name);
            open.truncate(open.len() - implied);
            if open.len() >= MAX_DEPTH {
                out.push_str(&html[copied..start]);
                copied = tag.end;
                continue;
            }
            open.push(tag.name);
            continue;
        }
        match open
            .iter()
            .rposition(|name| name.eq_ignore_ascii_case(tag.name))
        {
            Some(found) => {
                let left = open.split_off(found);
                if left[1..].iter().any(|name| !closes_itself(name)) {
                    out.push_str(&html[copied..start]);
                    for name in left[1..].iter().rev() {
                        out.extend(["</", name, ">"]);
                    }
                    copied = start;
                }
            }
            // `</p>` and `</br>` without their start make elements of their own; others do nothing.
            None => {
                out.push_str(&html[copied..start]);
                copied = tag.end;
            }
        }
    }
    if copied == 0 && out.is_empty() {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[copied..]);
    Cow::Owned(out)
}

/// The same HTML with `<` that begins no tag and `&` that begins no reference written out, and with
/// references to characters beyond ASCII resolved.
///
/// html5ever takes a time that grows with the square of the references in one text: 1,600,000 of them
/// are minutes. What is left of them is cut off behind the [`MAX_REFERENCES`]th.
pub(super) fn settle_references(html: &str) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let mut out = String::new();
    let mut copied = 0;
    let mut left = 0;
    for at in memchr::memchr2_iter(b'<', b'&', bytes) {
        let next = bytes.get(at + 1).copied().unwrap_or_default();
        if bytes[at] == b'<' {
            if !(next.is_ascii_alphabetic() || b"/!?".contains(&next)) {
                out.extend([&html[copied..at], "&lt;"]);
                copied = at + 1;
            }
        } else if !(next.is_ascii_alphanumeric() || next == b'#') {
            out.extend([&html[copied..at], "&amp;"]);
            copied = at + 1;
            left += 1;
        } else if let Some((text, end)) = beyond_ascii(html, at) {
            out.extend([&html[copied..at], &text]);
            copied = end;
        } else {
            left += 1;
        }
        if left > MAX_REFERENCES {
            out.push_str(html.get(copied..at).unwrap_or_default());
            return Cow::Owned(out);
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[copied..]);
    Cow::Owned(out)
}

/// The characters that the reference at `at` names, and where it ends; None where one of them could
/// mean something in markup.
fn beyond_ascii(html: &str, at: usize) -> Option<(Cow<'_, str>, usize)> {
    let window = &html.as_bytes()[at..html.len().min(at + LONGEST_REFERENCE)];
    let end = at + memchr(b';', window)? + 1;
    let text = decode_html(&html[at..end]);
    let names_characters = !text.contains(|c: char| c.is_ascii());
    names_characters.then_some((text, end))
}

/// The tag at `start`; None where the `<` begins no tag.
fn tag_at(html: &str, start: usize) -> Option<Tag<'_>> {
    let bytes = html.as_bytes();
    let closes = bytes.get(start + 1) == Some(&b'/');
    let name_at = start + 1 + usize::from(closes);
    if !bytes.get(name_at)?.is_ascii_alphabetic() {
        return None;
    }
    let length = bytes[name_at..]
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))?;
    let name = &html[name_at..name_at + length];
    let mut at = name_at + length;
    let mut after_equals = false;
    loop {
        match bytes.get(at)? {
            b'>' => {
                return Some(Tag {
                    name,
                    end: at + 1,
                    closes,
                });
            }
            quote @ (b'"' | b'\'') if after_equals => {
                at += memchr(*quote, &bytes[at + 1..])? + 2;
                after_equals = false;
            }
            b'=' => {
                after_equals = true;
                at += 1;
            }
            byte => {
                after_equals &= byte.is_ascii_whitespace();
                at += 1;
            }
        }
    }
}

/// Behind a comment or declaration, else behind the lone `<`.
fn skip_declaration(bytes: &[u8], start: usize) -> usize {
    let rest = &bytes[start..];
    if rest.starts_with(b"<!--") {
        // An unclosed comment hides all that follows, in html5ever too.
        return memmem::find(&rest[4..], b"-->").map_or(bytes.len(), |found| start + 4 + found + 3);
    }
    start + 1
}

/// Elements whose inside is text to the tree builder: tags in it are none.
fn is_raw(name: &str) -> bool {
    [
        "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
    ]
    .iter()
    .any(|raw| name.eq_ignore_ascii_case(raw))
}

/// Behind the end tag of a raw element, else the end of the text.
fn raw_end(html: &str, tag: &Tag) -> usize {
    let bytes = html.as_bytes();
    let mut at = tag.end;
    while let Some(found) = memmem::find(&bytes[at..], b"</") {
        at += found + 2;
        let name = bytes.get(at..at + tag.name.len());
        if name.is_some_and(|name| name.eq_ignore_ascii_case(tag.name.as_bytes())) {
            return memchr(b'>', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1);
        }
    }
    bytes.len()
}

fn is_void_name(name: &str) -> bool {
    is_void(name) || is_void(&name.to_ascii_lowercase())
}

/// How many open elements end where `name` starts: their end tags may be left out in HTML.
fn implied_ends(open: &[&str], name: &str) -> usize {
    let is = |name: &str, set: &[&str]| set.iter().any(|one| name.eq_ignore_ascii_case(one));
    let Some(top) = open.last() else { return 0 };
    let same = |set: &[&str]| usize::from(is(top, set) && is(name, set));
    const BLOCKS: &[&str] = &[
        "p",
        "div",
        "ul",
        "ol",
        "dl",
        "table",
        "blockquote",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "figure",
        "hr",
        "address",
        "aside",
        "header",
        "footer",
    ];
    if is(top, &["p"]) && is(name, BLOCKS) {
        return 1;
    }
    let sets: [&[&str]; 6] = [
        &["li"],
        &["dt", "dd"],
        &["td", "th"],
        &["tr"],
        &["option"],
        &["rt", "rp"],
    ];
    if let Some(one) = sets.iter().map(|set| same(set)).find(|ends| *ends > 0) {
        return one;
    }
    // A row or a section of a table ends the cell and the row before it.
    if is(name, &["tr", "tbody", "tfoot", "thead"]) && is(top, &["td", "th"]) {
        let row = open.len() >= 2 && is(open[open.len() - 2], &["tr"]);
        return 1 + usize::from(row);
    }
    0
}

/// Elements that the tree builder closes by itself without a trace.
fn closes_itself(name: &str) -> bool {
    const ONES: [&str; 11] = [
        "p", "li", "dt", "dd", "td", "th", "tr", "option", "rt", "rp", "tbody",
    ];
    ONES.iter().any(|one| name.eq_ignore_ascii_case(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_html_is_passed_on_uncopied() {
        let html = "<p>a<br>b<img src=x><ul><li>1<li>2</ul></p><!-- <b> --><pre>x < y</pre>";
        assert!(matches!(
            balance("<p>a<br>b</p><ul><li>1<li>2</ul>"),
            Cow::Borrowed(_)
        ));
        assert_eq!(
            balance(html),
            "<p>a<br>b<img src=x><ul><li>1<li>2</ul><!-- <b> --><pre>x < y</pre>"
        );
    }

    #[test]
    fn formatting_left_open_ends_with_its_paragraph() {
        assert_eq!(
            balance("<p><b><i>x</p><p>y</p>"),
            "<p><b><i>x</i></b></p><p>y</p>"
        );
    }

    #[test]
    fn signs_that_begin_nothing_are_written_out() {
        assert_eq!(
            settle_references("a < b & <b>c</b> && &amp; &lt;b> <3 &"),
            "a &lt; b &amp; <b>c</b> &amp;&amp; &amp; &lt;b> &lt;3 &amp;"
        );
        assert!(matches!(
            settle_references("<p>a&amp;b</p>"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn references_beyond_ascii_are_resolved_and_no_others() {
        assert_eq!(
            settle_references("&#1055;&ndash;&nbsp;&#x20;&quot;&copy 1 &nothing;"),
            "П–\u{a0}&#x20;&quot;&copy 1 &nothing;"
        );
    }

    #[test]
    fn more_references_than_any_text_has_are_cut_off() {
        let html = "&amp;".repeat(100_000);
        assert_eq!(settle_references(&html).len(), MAX_REFERENCES * 5);
        let html = "&".repeat(100_000);
        assert!(settle_references(&html).len() <= (MAX_REFERENCES + 1) * 5);
    }

    #[test]
    fn nesting_beyond_the_limit_is_flattened() {
        let html = "<div>".repeat(100_000);
        assert_eq!(balance(&html).matches("<div>").count(), MAX_DEPTH);
    }
}
