//! Pictures that nobody sees: tracking pixels.

use memchr::{memchr, memmem};

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
pub(super) fn drop_pixels(html: String) -> String {
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
