//! Hostile HTML -> HTML that can be served, and titles -> plain text.
//!
//! [`CleanHtml`] can be made in two ways only: by [`clean`], or from the database with the version of
//! the rules that once cleaned it. What is shown is what feed readers show: text, lists, tables,
//! figures, code, pictures, audio and video; no scripts, styles, forms, frames; no id and no class
//! (they would collide with our pages); links absolute; tracking pixels dropped. Cleaning costs more
//! than all else that is done to an entry, so nothing is cleaned before it is served.

use super::balance::balance;
use super::content::{has_scheme, is_web};
use super::entity::decode_html;
use super::intake::{drop_forbidden, is_suspect};
use super::repairs::Repairs;
use crate::domain::entry::Markup;
use ammonia::{Builder, UrlRelative};
use memchr::{memchr, memmem};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::LazyLock;
use url::Url;

/// Version of the rules; what was cleaned by others is cleaned again.
pub const RULES: u32 = 1;

/// HTML that these rules made safe to show on a page of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanHtml(String);

impl CleanHtml {
    /// HTML that was cleaned before and kept; None where other rules than today's cleaned it.
    pub fn restore(html: String, rules: u32) -> Option<CleanHtml> {
        (rules == RULES).then_some(CleanHtml(html))
    }

    /// The HTML source.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The HTML source, to keep.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for CleanHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

thread_local! {
    /// What relative addresses of the text at hand are relative to. ammonia takes a base only when a
    /// builder is made, which costs more than cleaning a short text does.
    static BASE: RefCell<Option<Url>> = const { RefCell::new(None) };
}

static RULES_OF_FEEDS: LazyLock<Builder<'static>> = LazyLock::new(rules);

/// Cleans one text; its relative addresses become absolute where its base is known, else stay.
pub fn clean(markup: &Markup) -> CleanHtml {
    let bytes = markup.html.as_bytes();
    // Most summaries are plain text, escaped: nothing to build a tree for.
    if memchr::memchr2(b'<', b'&', bytes).is_none() {
        let text = markup.html.replace('>', "&gt;");
        return CleanHtml(allowed(text.replace('\u{a0}', "&nbsp;")));
    }
    BASE.with(|base| base.replace(markup.base.clone()));
    let clean = RULES_OF_FEEDS.clean(&balance(&markup.html)).to_string();
    CleanHtml(allowed(drop_pixels(clean)))
}

/// Without what no XML document can hold, written out or not: `&#1;` is a character to HTML.
fn allowed(html: String) -> String {
    match is_suspect(&html) {
        true => drop_forbidden(&html, &mut Repairs::default()).into_owned(),
        false => html,
    }
}

fn rules() -> Builder<'static> {
    let mut rules = Builder::default();
    rules
        .add_tags([
            "audio", "video", "source", "track", "picture", "tfoot", "main", "section", "big",
            "dir", "meter", "progress",
        ])
        .rm_tags(["area", "map", "nav"])
        .add_clean_content_tags([
            "noscript", "template", "iframe", "object", "embed", "svg", "math", "select",
            "textarea", "title", "noembed", "noframes", "xmp", "button",
        ])
        .add_tag_attributes("img", ["srcset", "sizes", "longdesc"])
        .add_tag_attributes("audio", ["src", "controls", "preload", "loop"])
        .add_tag_attributes(
            "video",
            [
                "src", "controls", "preload", "poster", "width", "height", "loop",
            ],
        )
        .add_tag_attributes("source", ["src", "srcset", "type", "media", "sizes"])
        .add_tag_attributes("track", ["src", "kind", "srclang", "label"])
        .add_tag_attributes("time", ["datetime"])
        .add_tag_attributes("data", ["value"])
        .add_tag_attributes("details", ["open"])
        .add_tag_attributes("li", ["value"])
        .add_tag_attributes("ol", ["reversed", "type"])
        .add_tag_attributes("p", ["dir"])
        .add_generic_attributes(["dir"])
        .url_schemes(HashSet::from([
            "http", "https", "ftp", "mailto", "tel", "magnet", "xmpp", "geo", "sms", "webcal",
            "news", "irc", "ircs", "gemini", "gopher",
        ]))
        .set_tag_attribute_values(HashMap::from([
            (
                "audio",
                HashMap::from([("controls", ""), ("preload", "none")]),
            ),
            (
                "video",
                HashMap::from([("controls", ""), ("preload", "none")]),
            ),
            ("img", HashMap::from([("loading", "lazy")])),
        ]))
        .link_rel(Some("noopener noreferrer nofollow ugc"))
        .attribute_filter(filter_attribute)
        .url_relative(UrlRelative::Custom(Box::new(absolute)));
    rules
}

/// Addresses in lists, which ammonia does not look into; everything else passes.
fn filter_attribute<'v>(_element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    match attribute {
        "srcset" => srcset(value).map(Cow::Owned),
        "poster" | "longdesc" => {
            let address = absolute(value)?;
            leads_to_the_web(&address).then_some(Cow::Owned(address.into_owned()))
        }
        _ => Some(Cow::Borrowed(value)),
    }
}

/// Each address of a `srcset` absolute and of the web; None where none is left.
fn srcset(value: &str) -> Option<String> {
    let candidates: Vec<String> = value
        .split(", ")
        .take(32)
        .filter_map(|candidate| {
            let candidate = candidate.trim().trim_end_matches(',');
            let (address, size) = candidate
                .split_once(char::is_whitespace)
                .unwrap_or((candidate, ""));
            let address = absolute(address).filter(|address| leads_to_the_web(address))?;
            Some(format!("{address} {}", size.trim()).trim_end().to_owned())
        })
        .collect();
    (!candidates.is_empty()).then(|| candidates.join(", "))
}

fn leads_to_the_web(address: &str) -> bool {
    is_web(address) || !has_scheme(address)
}

/// What ammonia asks for a relative address.
fn absolute(address: &str) -> Option<Cow<'_, str>> {
    BASE.with(|base| {
        let base = base.borrow();
        let joined = base.as_ref().and_then(|base| base.join(address).ok());
        Some(joined.map_or(Cow::Borrowed(address), |url| Cow::Owned(url.into())))
    })
}

/// Hosts and paths that count readers and show nothing.
const BEACONS: [&str; 16] = [
    "//feeds.feedburner.com/~r/",
    "//feeds.feedburner.com/~ff/",
    "//pixel.wp.com/",
    "//stats.wordpress.com/",
    "//b.scorecardresearch.com/",
    "//pixel.quantserve.com/",
    "//www.google-analytics.com/",
    "//vg0",
    "/piwik.php?",
    "/matomo.php?",
    "//feeds.wordpress.com/1.0/",
    "//ad.doubleclick.net/",
    "//da.feedsportal.com/",
    "//res.feedsportal.com/",
    "//rss.feedsportal.com/",
    "//counter.rambler.ru/",
];

/// Takes out the pictures that nobody sees, from HTML that ammonia wrote: there every attribute
/// stands in double quotes, and a tag is a tag.
fn drop_pixels(html: String) -> String {
    if memmem::find(html.as_bytes(), b"<img ").is_none() {
        return html;
    }
    let mut kept = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some(at) = memchr(b'<', rest.as_bytes()) {
        let end = tag_end(&rest[at..]);
        let tag = &rest[at..at + end];
        kept.push_str(&rest[..at]);
        if !(tag.starts_with("<img ") && is_pixel(tag)) {
            kept.push_str(tag);
        }
        rest = &rest[at + end..];
    }
    kept.push_str(rest);
    kept
}

/// The length of the tag that `html` starts with; `>` in quotes does not end it.
fn tag_end(html: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    html.len()
}

fn is_pixel(tag: &str) -> bool {
    let size = |name: &str| {
        let (_, rest) = tag.split_once(name)?;
        let digits = rest
            .split(|c: char| !c.is_ascii_digit())
            .next()
            .unwrap_or_default();
        digits.parse::<u32>().ok()
    };
    let tiny = |size: Option<u32>| size.is_some_and(|size| size <= 1);
    let (width, height) = (size(" width=\""), size(" height=\""));
    if (tiny(width) && (tiny(height) || height.is_none())) || (tiny(height) && width.is_none()) {
        return true;
    }
    tag.split_once(" src=\"").is_some_and(|(_, src)| {
        let src = src.split('"').next().unwrap_or_default();
        BEACONS.iter().any(|beacon| src.contains(beacon))
    })
}

/// Elements that have no end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "br" | "img"
            | "hr"
            | "input"
            | "meta"
            | "link"
            | "area"
            | "base"
            | "col"
            | "embed"
            | "source"
            | "track"
            | "wbr"
            | "param"
            | "frame"
            | "basefont"
            | "bgsound"
            | "keygen"
    )
}

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
    let html = super::content::cap(html, MAX_TITLE_BYTES * 8);
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
            line.push_str(super::content::cap(
                word,
                MAX_TITLE_BYTES.saturating_sub(line.len()),
            ));
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

    fn cleaned(html: &str, base: Option<&str>) -> String {
        let base = base.map(|base| base.parse().unwrap());
        clean(&Markup {
            html: html.to_owned(),
            base,
            language: None,
        })
        .into_string()
    }

    #[test]
    fn scripts_styles_ids_and_handlers_are_gone() {
        let html = "<p id=main class=hidden style='x' onclick=a()>a<script>b</script><style>c</style><svg onload=x></svg></p>";
        assert_eq!(cleaned(html, None), "<p>a</p>");
        assert!(!cleaned("<a href='java\tscript:alert(1)'>x</a>", None).contains("script"));
        assert!(!cleaned("<img src='data:image/svg+xml;base64,AAAA'>", None).contains("data:"));
    }

    #[test]
    fn relative_addresses_become_absolute() {
        let html = r#"<a href="b?c">x</a><img src="/i.png" srcset="i.png 1x, /j.png 2x">"#;
        let clean = cleaned(html, Some("https://example.org/a/"));
        for address in [
            "https://example.org/a/b?c",
            "https://example.org/i.png",
            "https://example.org/a/i.png 1x",
            "https://example.org/j.png 2x",
        ] {
            assert!(clean.contains(address), "{address} in {clean}");
        }
        assert!(cleaned(html, None).contains("href=\"b?c\""));
    }

    #[test]
    fn tracking_pixels_are_dropped_and_pictures_stay() {
        let html = r#"<p>a<img src="https://x.test/p.gif" width="1" height="1"><img src="https://pixel.wp.com/b.gif?x"><img src="https://x.test/a.png" alt="1 > 0" width="100"></p>"#;
        let clean = cleaned(html, None);
        assert_eq!(clean.matches("<img").count(), 1, "{clean}");
        assert!(clean.contains("a.png"));
    }

    #[test]
    fn cleaning_twice_changes_nothing() {
        for html in [
            "<p>a & b &lt;c&gt; <b>d",
            "a > b\u{a0}c",
            "<video src=/v.mp4>",
            "<a href=https://x.test/?a=1&b=2>x</a>",
        ] {
            let once = cleaned(html, None);
            assert_eq!(cleaned(&once, None), once);
        }
    }

    #[test]
    fn characters_that_xml_forbids_are_in_no_clean_html() {
        assert_eq!(cleaned("a\u{b}b", None), "ab");
        assert_eq!(cleaned("a&#1;<b>b&#xFFFE;</b>", None), "a<b>b</b>");
    }

    #[test]
    fn deep_nesting_is_cut_before_the_tree_builder() {
        let clean = cleaned(&"<div>".repeat(200_000), None);
        assert!(clean.matches("<div>").count() <= 256);
    }

    #[test]
    fn titles_lose_tags_and_keep_what_only_looks_like_one() {
        assert_eq!(plain_text("AT&amp;T &lt;b&gt; <i>now</i>"), "AT&T <b> now");
        assert_eq!(plain_text("a<br>b <!-- c --> d<script>x</script>"), "a b d");
        assert_eq!(plain_text("x <3 y <foo> <"), "x <3 y <foo> <");
    }
}
