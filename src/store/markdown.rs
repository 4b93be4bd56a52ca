//! Markdown -> HTML source ([`Markup`]), still to be sanitised before it is served.
//!
//! CommonMark with tables, footnotes and strikethrough (`pulldown-cmark`); bare addresses become
//! links here. Quotes and lists within each other are cut at [`MAX_DEPTH`] before any tree is built
//! of the HTML: 50,000 `>` take a tree builder seconds. Raw HTML passes: it is for the sanitiser.

use pulldown_cmark::{
    CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream, html,
};
use regex::Regex;
use std::sync::LazyLock;

/// Blocks within blocks that keep their element; deeper ones keep their text only.
const MAX_DEPTH: usize = 32;
/// HTML made of one statement, at most: tables can multiply their source.
const MAX_HTML_BYTES: usize = 8 * 1024 * 1024;

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH
}

/// The HTML source of a Markdown text; None where it would be larger than 8 MB.
pub(super) fn markup(markdown: &str) -> Option<String> {
    let mut events = Vec::new();
    let mut depth = 0usize;
    let mut links = 0usize;
    let mut verbatim = 0usize;
    let mut size = 0usize;
    for event in TextMergeStream::new(Parser::new_ext(markdown, options())) {
        match event {
            Event::Start(tag) => {
                depth += 1;
                links += usize::from(is_link(&tag.to_end()));
                verbatim += usize::from(matches!(tag, Tag::CodeBlock(_) | Tag::HtmlBlock));
                size += 24;
                if depth <= MAX_DEPTH {
                    events.push(Event::Start(tag));
                }
            }
            Event::End(tag) => {
                links -= usize::from(is_link(&tag));
                verbatim -= usize::from(matches!(tag, TagEnd::CodeBlock | TagEnd::HtmlBlock));
                size += 24;
                if depth <= MAX_DEPTH {
                    events.push(Event::End(tag));
                }
                depth -= 1;
            }
            Event::Text(text) if links == 0 && verbatim == 0 => {
                size += text.len();
                link_bare_addresses(&text, &mut events);
            }
            other => {
                if let Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) = &other {
                    size += text.len();
                }
                events.push(other);
            }
        }
        if size > MAX_HTML_BYTES {
            return None;
        }
    }
    let mut source = String::with_capacity(markdown.len() * 5 / 4);
    html::push_html(&mut source, events.into_iter());
    source.truncate(source.trim_end().len());
    (source.len() <= MAX_HTML_BYTES).then_some(source)
}

fn is_link(tag: &TagEnd) -> bool {
    matches!(tag, TagEnd::Link | TagEnd::Image)
}

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:https?://|www\.)[^\s<>\x22\u{201c}\u{201d}\u{201e}\u{ab}\u{bb}]+")
        .expect("a constant pattern")
});

/// The first address in a text, without what punctuation puts behind it: its range.
pub(super) fn bare_address(text: &str) -> Option<std::ops::Range<usize>> {
    let found = ADDRESS.find(text)?;
    let whole = found.as_str();
    let mut end = whole.len();
    while let Some(last) = whole[..end].chars().next_back() {
        let closes = match last {
            ')' => whole[..end].matches(')').count() > whole[..end].matches('(').count(),
            ']' => whole[..end].matches(']').count() > whole[..end].matches('[').count(),
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '…' | '’' | '“' | '—' | '–' => {
                true
            }
            _ => false,
        };
        if !closes {
            break;
        }
        end -= last.len_utf8();
    }
    // `www.` alone, `http://` alone.
    let host = whole[..end].trim_start_matches(|c: char| c != '.' && c != '/');
    (host.len() > 3).then(|| found.start()..found.start() + end)
}

fn link_bare_addresses<'a>(text: &CowStr<'a>, events: &mut Vec<Event<'a>>) {
    let mut rest: &str = text;
    while let Some(range) = bare_address(rest) {
        let shown = &rest[range.clone()];
        let target = if shown.len() > 3 && shown[..4].eq_ignore_ascii_case("www.") {
            format!("http://{shown}")
        } else {
            shown.to_owned()
        };
        if range.start > 0 {
            events.push(Event::Text(rest[..range.start].to_owned().into()));
        }
        events.push(Event::Start(Tag::Link {
            link_type: LinkType::Autolink,
            dest_url: target.into(),
            title: "".into(),
            id: "".into(),
        }));
        events.push(Event::Text(shown.to_owned().into()));
        events.push(Event::End(TagEnd::Link));
        rest = &rest[range.end..];
    }
    if rest.len() == text.len() {
        events.push(Event::Text(text.clone()));
    } else if !rest.is_empty() {
        events.push(Event::Text(rest.to_owned().into()));
    }
}

/// The text of a line or heading of Markdown as it is read: without marks, one line, white space folded.
pub(super) fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) => text.push(' '),
            Event::InlineHtml(html) | Event::Html(html) if html.starts_with("<br") => {
                text.push(' ')
            }
            _ => {}
        }
    }
    fold(&text)
}

/// White space folded to single spaces (no-break spaces too), trimmed.
pub(super) fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_address_becomes_a_link_without_its_full_stop() {
        assert_eq!(
            markup("Siehe https://a.example/x_y_z?a=1&b=2. Und www.b.example!").unwrap(),
            "<p>Siehe <a href=\"https://a.example/x_y_z?a=1&amp;b=2\">https://a.example/x_y_z?a=1&amp;b=2</a>. \
             Und <a href=\"http://www.b.example\">www.b.example</a>!</p>"
        );
        assert_eq!(
            markup("(https://a.example/w_(x))").unwrap(),
            "<p>(<a href=\"https://a.example/w_(x)\">https://a.example/w_(x)</a>)</p>"
        );
    }

    #[test]
    fn address_in_a_link_or_code_is_left_alone() {
        let html = markup("[https://a.example/](https://b.example/) `https://c.example/`\n\n    https://d.example/").unwrap();
        assert_eq!(html.matches("<a ").count(), 1, "{html}");
    }

    #[test]
    fn tables_footnotes_and_strikethrough_are_read() {
        let html = markup("|a|b|\n|-|-|\n|1|2|\n\n~~x~~ y[^1]\n\n[^1]: z").unwrap();
        assert!(
            html.contains("<table>") && html.contains("<del>x</del>") && html.contains("footnote")
        );
    }

    #[test]
    fn fifty_thousand_quotes_stay_shallow_and_keep_their_text() {
        let html = markup(&format!("{} tief", ">".repeat(50_000))).unwrap();
        assert!(html.matches("<blockquote>").count() <= MAX_DEPTH);
        assert_eq!(
            html.matches("<blockquote>").count(),
            html.matches("</blockquote>").count()
        );
        assert!(html.contains("tief"));
    }

    #[test]
    fn nested_lists_stay_shallow() {
        let nested: String = (0..200)
            .map(|n| format!("{}- {n}\n", "  ".repeat(n)))
            .collect();
        let html = markup(&nested).unwrap();
        assert_eq!(html.matches("<ul>").count(), html.matches("</ul>").count());
        assert!(html.matches("<ul>").count() <= MAX_DEPTH && html.contains("20"));
    }

    #[test]
    fn plain_is_what_is_read() {
        assert_eq!(
            plain("# **Kasachstan: \"Das war kein 'Streich'\"**"),
            "Kasachstan: \"Das war kein 'Streich'\""
        );
        assert_eq!(
            plain("Ein [Link](http://x) und `Code`\nzwei  Zeilen"),
            "Ein Link und Code zwei Zeilen"
        );
    }
}
