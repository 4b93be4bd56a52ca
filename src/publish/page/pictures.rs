//! Pictures from elsewhere as links: a page then asks nobody but us, and nobody else learns who reads.
//!
//! Works on sanitised HTML only, whose serialisation is regular: lower-case names, quoted attributes.

use super::words::Words;
use crate::publish::address::is_linkable;
use crate::read::sanitize::CleanHtml;

/// `html` with each picture and recording replaced by a link to it, named by its `alt`; inside a link,
/// by its name alone. What stands inside the elements that go stays.
pub(super) fn as_links(html: &CleanHtml, words: &Words) -> String {
    let mut rest = html.as_str();
    let mut out = String::with_capacity(rest.len());
    let mut links_open = 0usize;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = &rest[at..at + tag_length(&rest[at..])];
        rest = &rest[at + tag.len()..];
        match name(tag) {
            "a" => {
                links_open += 1;
                out.push_str(tag);
            }
            "/a" => {
                links_open = links_open.saturating_sub(1);
                out.push_str(tag);
            }
            "img" => out.push_str(&link(tag, words.picture, links_open > 0)),
            "video" | "audio" | "source" if attribute(tag, "src").is_some() => {
                out.push_str(&link(tag, words.recording, links_open > 0));
            }
            "picture" | "/picture" | "source" | "video" | "/video" | "audio" | "/audio"
            | "track" => {}
            _ => out.push_str(tag),
        }
    }
    out.push_str(rest);
    out
}

/// Length of the tag at the start of `html`: up to the `>` that stands in no quotes.
fn tag_length(html: &str) -> usize {
    let mut is_quoted = false;
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'>' if !is_quoted => return at + 1,
            _ => {}
        }
    }
    html.len()
}

fn name(tag: &str) -> &str {
    let inner = tag.trim_start_matches('<').trim_end_matches('>');
    let end = inner.find([' ', '\n', '\t']).unwrap_or(inner.len());
    &inner[..end]
}

/// The value of an attribute as it stands, entities and all.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let end = tag[start..].find('"')?;
    Some(&tag[start..start + end])
}

fn link(tag: &str, kind: &str, is_inside_link: bool) -> String {
    // Entities stand as they are; `>` and `<` need none in a quoted value, but do in text.
    let text = |value: &str| value.replace('<', "&lt;").replace('>', "&gt;");
    let label = match text(attribute(tag, "alt").unwrap_or_default().trim()).as_str() {
        "" => kind.to_owned(),
        alt => format!("{kind}: {alt}"),
    };
    let source = attribute(tag, "src").filter(|source| is_linkable(source));
    match source {
        Some(source) if !is_inside_link => format!(
            "<a class=\"picture\" rel=\"noopener\" href=\"{}\">{label}</a> ",
            text(source)
        ),
        _ => format!("<span class=\"picture\">{label}</span> "),
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::words_of;
    use super::*;
    use crate::domain::entry::Markup;
    use crate::read::sanitize::clean;

    fn linked(html: &str) -> String {
        let markup = Markup {
            html: html.to_owned(),
            ..Markup::default()
        };
        as_links(&clean(&markup), words_of(Some("de")))
    }

    #[test]
    fn a_picture_becomes_a_link_named_by_its_text() {
        let html =
            linked("<p>a<img src=\"https://example.org/a.png?b=1&amp;c\" alt=\"Ein > Bild\">b</p>");
        assert!(!html.contains("<img"), "{html}");
        assert!(
            html.contains("href=\"https://example.org/a.png?b=1&amp;c\""),
            "{html}"
        );
        assert!(html.contains("Bild: Ein"), "{html}");
    }

    #[test]
    fn a_picture_inside_a_link_does_not_nest_links() {
        let html =
            linked("<a href=\"https://example.org/\"><img src=\"https://example.org/a.png\"></a>");
        assert_eq!(html.matches("<a ").count(), 1, "{html}");
        assert!(
            html.contains("<span class=\"picture\">Bild</span>"),
            "{html}"
        );
    }

    #[test]
    fn a_recording_becomes_a_link_to_each_of_its_files() {
        let html = linked(
            "<video poster=\"https://example.org/p.jpg\"><source src=\"https://example.org/a.webm\">\
             <source src=\"https://example.org/a.mp4\">Ein Film</video>",
        );
        assert!(!html.contains("<video") && !html.contains("<source") && !html.contains("p.jpg"));
        assert_eq!(html.matches("Aufnahme").count(), 2, "{html}");
        assert!(html.contains("Ein Film"), "{html}");
    }

    #[test]
    fn text_without_pictures_stays_as_it_is() {
        let text = "<p>Grüße &amp; <b>mehr</b></p>";
        assert_eq!(linked(text), text);
    }
}
