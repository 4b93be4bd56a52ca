//! Pictures from elsewhere as links: a page then asks nobody but us, and nobody else learns who reads.
//!
//! Works on sanitised HTML only, whose serialisation is regular: lower-case names, quoted attributes.

use super::words::Words;
use crate::publish::address::is_linkable;
use crate::publish::xml_text::escaped;
use crate::read::sanitize::CleanHtml;

/// `html` with each `img` replaced by a link to it, named by its `alt`; inside a link, by its name
/// alone. Other elements that would load something (`video`, `audio`, …) are dropped with their
/// sources, what stands inside them stays.
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
            "img" => out.push_str(&link(tag, links_open > 0, words)),
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

fn link(tag: &str, is_inside_link: bool, words: &Words) -> String {
    let alt = attribute(tag, "alt").unwrap_or_default().trim();
    let alt = alt.replace('<', "&lt;");
    let label = match alt.as_str() {
        "" => words.picture.to_owned(),
        alt => format!("{}: {alt}", words.picture),
    };
    let source = attribute(tag, "src").filter(|source| is_linkable(source));
    match source {
        Some(source) if !is_inside_link => format!(
            "<a class=\"picture\" rel=\"noopener\" href=\"{}\">{label}</a>",
            source.replace('<', "&lt;")
        ),
        _ => format!("<span class=\"picture\">{}</span>", label_alone(&label)),
    }
}

fn label_alone(label: &str) -> String {
    // Already HTML; `escaped` only would double its entities.
    label.replace('>', &escaped(">"))
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
    fn text_without_pictures_stays_as_it_is() {
        let text = "<p>Grüße &amp; <b>mehr</b></p>";
        assert_eq!(linked(text), text);
    }
}
