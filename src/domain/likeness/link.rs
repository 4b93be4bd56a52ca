//! Canonical links (`likeness.md` §2): keys to find candidates by, never proof. Nothing is asked over
//! the network, so redirectors stay what they are.

use percent_encoding::percent_decode_str;
use std::fmt::Write as _;
use url::Url;

/// Beginnings of names of query parameters that only say how a reader came here.
const TRACKING_PREFIXES: [&str; 13] = [
    "utm_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "at_", "ga_", "itm_", "otm_", "vero_",
    "_hs", "trk_",
];

/// Names of query parameters that only say how a reader came here.
const TRACKING: [&str; 27] = [
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "yclid",
    "ysclid",
    "_openstat",
    "twclid",
    "msclkid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "xtor",
    "wt_mc",
    "wt_zmc",
    "spm",
    "cmpid",
    "ncid",
    "s_cid",
    "rss_id",
    "igsh",
    "ttclid",
    "li_fat_id",
    "cmp",
    "sc_campaign",
];

/// Names that say so with the values of [`CHANNELS`] only: `?from=2022-01-01` and `?source=reuters` stay.
const TRACKING_BY_VALUE: [&str; 13] = [
    "ref", "from", "source", "src", "share", "via", "feature", "partner", "rss", "feed", "amp",
    "m", "print",
];

const CHANNELS: [&str; 21] = [
    "",
    "1",
    "true",
    "yes",
    "rss",
    "rss2",
    "feed",
    "feeds",
    "atom",
    "twitter",
    "telegram",
    "tg",
    "vk",
    "email",
    "mail",
    "newsletter",
    "amp",
    "push",
    "facebook",
    "mobile",
    "feedburner",
];

/// The canonical form of an absolute `http` or `https` address; None for everything else.
///
/// Scheme, `www.`, `m.`, tracking, AMP, `index.html`, a trailing slash and the fragment are folded.
///
/// ```
/// use presswire::domain::likeness::canonical_link;
/// assert_eq!(
///     canonical_link("http://m.Example.org:80//news/1/index.html?utm_source=rss&b=2&a=1#top").as_deref(),
///     Some("https://example.org/news/1?a=1&b=2"),
/// );
/// assert_eq!(canonical_link("/news/1"), None);
/// ```
pub fn canonical_link(address: &str) -> Option<String> {
    canonical(address, false)
}

/// [`canonical_link`] with the fragment, where there is one: for feeds that tell entries apart by it.
pub fn canonical_link_with_fragment(address: &str) -> Option<String> {
    canonical(address, true)
}

fn canonical(address: &str, with_fragment: bool) -> Option<String> {
    let address = address.trim();
    // Longer ones are data, not addresses: they are never the same twice.
    if address.len() > 8192 {
        return None;
    }
    let url = Url::parse(address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let mut link = String::with_capacity(address.len());
    link.push_str("https://");
    link.push_str(bare_host(url.host_str()?));
    if let Some(port) = url.port().filter(|port| !matches!(port, 80 | 443)) {
        write!(link, ":{port}").ok()?;
    }
    push_path(&mut link, url.path());
    push_query(&mut link, &url);
    if let Some(fragment) = url
        .fragment()
        .filter(|f| !f.is_empty() && (with_fragment || f.starts_with('!')))
    {
        link.push('#');
        push_decoded(&mut link, fragment);
    }
    Some(link)
}

/// The host without `www.`, `m.`, `mobile.`, `amp.` and a final dot, where a domain remains.
fn bare_host(host: &str) -> &str {
    let mut bare = host.trim_end_matches('.');
    loop {
        let shorter = ["www.", "m.", "mobile.", "amp."]
            .iter()
            .find_map(|prefix| bare.strip_prefix(prefix).filter(|rest| rest.contains('.')));
        match shorter {
            Some(shorter) => bare = shorter,
            None => return bare,
        }
    }
}

fn push_path(link: &mut String, path: &str) {
    let mut decoded = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        decoded.push('/');
        push_decoded(&mut decoded, segment);
    }
    let mut path = decoded.as_str();
    loop {
        let shorter = [
            "/index.html",
            "/index.htm",
            "/index.php",
            "/amp",
            ".amp",
            "/amp.html",
            "/",
        ]
        .iter()
        .find_map(|ending| path.strip_suffix(ending));
        match shorter {
            Some(shorter) => path = shorter,
            None => break,
        }
    }
    link.push_str(path);
}

fn push_query(link: &mut String, url: &Url) {
    let Some(query) = url.query() else { return };
    let mut pairs: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !is_tracking(pair))
        .map(normal_pair)
        .collect();
    pairs.sort_unstable();
    for (index, pair) in pairs.iter().enumerate() {
        link.push(if index == 0 { '?' } else { '&' });
        link.push_str(pair);
    }
}

fn normal_pair(pair: &str) -> String {
    let pair = pair.replace('+', "%20");
    let mut normal = String::with_capacity(pair.len());
    match pair.split_once('=') {
        Some((name, value)) => {
            push_decoded(&mut normal, name);
            normal.push('=');
            push_decoded(&mut normal, value);
        }
        None => push_decoded(&mut normal, &pair),
    }
    normal
}

fn is_tracking(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = name.to_ascii_lowercase();
    TRACKING_PREFIXES
        .iter()
        .any(|prefix| name.starts_with(prefix))
        || TRACKING.contains(&name.as_str())
        || (TRACKING_BY_VALUE.contains(&name.as_str())
            && CHANNELS.contains(&value.to_ascii_lowercase().as_str()))
}

/// Escapes decoded where they stand for UTF-8 letters; delimiters stay escaped, so that nothing parts anew.
fn push_decoded(out: &mut String, part: &str) {
    if !part.contains('%') {
        out.push_str(part);
        return;
    }
    match percent_decode_str(part).decode_utf8() {
        Ok(decoded) => {
            for c in decoded.chars() {
                match c {
                    '/' | '\\' | '?' | '#' | '&' | '=' | '%' | '+' | '\0'..=' ' | '\u{7f}' => {
                        out.push_str(&format!("%{:02X}", u32::from(c)));
                    }
                    c => out.push(c),
                }
            }
        }
        Err(_) => out.push_str(&part.to_ascii_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(a: &str, b: &str) {
        assert_eq!(canonical_link(a), canonical_link(b));
        assert!(canonical_link(a).is_some());
    }

    #[track_caller]
    fn other(a: &str, b: &str) {
        assert_ne!(canonical_link(a), canonical_link(b));
    }

    #[test]
    fn ways_to_one_page_fold_to_one_link() {
        same("http://www.example.org/a", "https://example.org:443/a/");
        same("https://amp.example.org/a/amp", "https://example.org/a.amp");
        same(
            "https://example.org//a///b/",
            "https://example.org/a/b/index.html",
        );
        same(
            "https://bücher.example/%C3%BC",
            "https://xn--bcher-kva.example/ü",
        );
        same(
            "https://example.org/%7ea?x=%41",
            "https://example.org/~a?x=A",
        );
        same(
            "https://example.org/a?b=1&a=2&utm_medium=rss",
            "https://example.org/a?a=2&b=1&ref=rss&fbclid=z",
        );
        same("https://example.org/a#top", "https://example.org/a");
        same("https://example.org./", "https://example.org");
    }

    #[test]
    fn what_may_be_another_page_stays_another_link() {
        other(
            "https://example.org/a?from=2022-01-01",
            "https://example.org/a",
        );
        other(
            "https://example.org/a?source=reuters",
            "https://example.org/a",
        );
        other("https://example.org/a#!/b", "https://example.org/a");
        other("https://example.org/a%2Fb", "https://example.org/a/b");
        other("https://example.org/A", "https://example.org/a");
        other("https://m.org/a", "https://org/a");
    }

    #[test]
    fn fragments_tell_apart_where_asked_to() {
        assert_ne!(
            canonical_link_with_fragment("https://example.org/a#1"),
            canonical_link_with_fragment("https://example.org/a#2")
        );
    }

    #[test]
    fn what_is_no_page_has_no_link() {
        for address in [
            "",
            "/a",
            "mailto:a@example.org",
            "urn:uuid:1",
            "https://",
            "a b",
        ] {
            assert_eq!(canonical_link(address), None, "{address}");
        }
    }

    proptest::proptest! {
        #[test]
        fn canonical_link_of_a_canonical_link_is_itself(path in "[a-zA-Z0-9%/.?&=ü~ -]{0,40}") {
            if let Some(once) = canonical_link(&format!("https://www.example.org/{path}")) {
                proptest::prop_assert_eq!(canonical_link(&once), Some(once));
            }
        }
    }
}
