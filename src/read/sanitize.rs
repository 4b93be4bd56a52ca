//! Hostile HTML -> HTML that can be served, and titles -> plain text.
//!
//! [`CleanHtml`] can be made in two ways only: by [`clean`], or from the database with the version of
//! the rules that once cleaned it. What is shown is what feed readers show: text, lists, tables,
//! figures, code, pictures, audio and video; no scripts, styles, forms, frames; no id and no class
//! (they would collide with our pages); links absolute; tracking pixels dropped. Cleaning costs more
//! than all else that is done to an entry, so nothing is cleaned before it is served.

mod pixels;

use self::pixels::drop_pixels;
use super::balance::{balance, settle_references};
use super::content::{has_scheme, is_web};
use super::intake::{drop_forbidden, is_suspect};
use super::repairs::Repairs;
use crate::domain::entry::Markup;
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::LazyLock;
use url::Url;

pub use super::plain::plain_text;

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

    /// One text and then another: what is clean stays so.
    pub fn then(self, next: &CleanHtml) -> CleanHtml {
        CleanHtml(self.0 + &next.0)
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
    let clean = RULES_OF_FEEDS
        .clean(&balance(&settle_references(&markup.html)))
        .to_string();
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
}
