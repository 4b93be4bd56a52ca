//! The addresses of everything we serve (contract §4), from `[wire] url` alone.
//!
//! Feeds, sitemaps and metadata carry whole addresses; links from page to page carry the path only,
//! so that a wire reached under another host name (a container's port, a tunnel) still works.

use crate::domain::release::{Release, ReleaseId};
use crate::domain::scope::Scope;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::Form;

/// Everything but RFC 3986 `unreserved` is escaped.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// As [`SEGMENT`], but a comma in a query stays readable (`?lang=de,en`).
const QUERY: &AsciiSet = &SEGMENT.remove(b',');

/// Makes addresses. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// `https://wire.example.org/press/`: ends in `/`.
    base: String,
    /// Its path, `/press/`: begins and ends with `/`.
    path: String,
}

impl Addresses {
    /// For a wire whose public address is `url`.
    pub fn of(url: &Url) -> Addresses {
        let mut path = url.path().to_owned();
        if !path.ends_with('/') {
            path.push('/');
        }
        let mut base = url.clone();
        base.set_path(&path);
        base.set_query(None);
        base.set_fragment(None);
        Addresses {
            base: base.into(),
            path,
        }
    }

    /// The start page; prefix of every other address.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The whole address of `path` (without leading slash).
    pub fn whole(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The address of `path` (without leading slash) as a page of ours links it: path only.
    pub fn local(&self, path: &str) -> String {
        format!("{}{path}", self.path)
    }

    /// The scheme of categories that name a related statement (contract §5).
    pub fn statements_scheme(&self) -> String {
        self.whole("statements/")
    }

    /// The whole address of a feed; `langs` in the reader's order of preference.
    pub fn feed(&self, scope: &Scope, form: Form, langs: &[String]) -> String {
        let mut query = Vec::new();
        if let Scope::Search(words) = scope {
            query.push(format!("q={}", utf8_percent_encode(words, QUERY)));
        }
        if !langs.is_empty() {
            query.push(format!(
                "lang={}",
                utf8_percent_encode(&langs.join(","), QUERY)
            ));
        }
        let mark = if query.is_empty() { "" } else { "?" };
        self.whole(&format!(
            "{scope}.{}{mark}{}",
            form.extension(),
            query.join("&")
        ))
    }
}

/// Path (without leading slash) of the page for people that shows what a scope holds.
pub fn scope_path(scope: &Scope) -> String {
    match scope {
        Scope::Wire => String::new(),
        Scope::Statements | Scope::Source(_) | Scope::Topic(_) | Scope::Language(_) => {
            scope.to_string()
        }
        Scope::SourceAll(id) => format!("sources/{id}"),
        Scope::Related(slug) | Scope::Publications(slug) => statement_path(slug),
        Scope::Search(words) => search_path(words),
    }
}

/// Path of a search's page.
pub fn search_path(words: &str) -> String {
    format!("search?q={}", utf8_percent_encode(words, QUERY))
}

/// Path of a statement's page.
pub fn statement_path(slug: &str) -> String {
    format!("statements/{}", utf8_percent_encode(slug, SEGMENT))
}

/// Path of a release's own page.
pub fn release_path(id: &ReleaseId) -> String {
    format!("releases/{id}")
}

/// Path of the page that shows a release: its statement's, where one of ours is in it.
pub fn page_path(release: &Release) -> String {
    match &release.statement {
        Some(slug) => statement_path(slug),
        None => release_path(&release.id),
    }
}

/// Names of query parameters that hold secrets in feed addresses seen in the wild.
const SECRETS: [&str; 14] = [
    "token",
    "key",
    "apikey",
    "api_key",
    "secret",
    "password",
    "passwd",
    "pass",
    "pw",
    "auth",
    "sig",
    "signature",
    "access_token",
    "user_token",
];

/// A source's address as it may be published: without userinfo and without parameters that hold
/// secrets. What is no address is published as it stands.
pub fn public_address(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else {
        return address.to_owned();
    };
    let is_secret = |name: &str| {
        let name = name.to_ascii_lowercase();
        SECRETS.contains(&name.as_str()) || name.contains("token")
    };
    let has_userinfo = !url.username().is_empty() || url.password().is_some();
    let has_secret = url.query_pairs().any(|(name, _)| is_secret(&name));
    if !has_userinfo && !has_secret {
        return address.to_owned();
    }
    // Both can fail only where there is no host, and then there was no userinfo.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    if has_secret {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !is_secret(name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
    }
    url.into()
}

/// Host of an address without `www.`, for want of a better name.
pub fn host_of(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

/// Whether an address may stand in a link of ours: `http`, `https`, or `mailto`.
pub fn is_linkable(address: &str) -> bool {
    let scheme = address.split(':').next().unwrap_or_default();
    ["http", "https", "mailto"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(url: &str) -> Addresses {
        Addresses::of(&url.parse().unwrap())
    }

    #[test]
    fn a_path_without_slash_at_its_end_is_a_prefix_all_the_same() {
        let addresses = addresses("https://example.org/press");
        assert_eq!(
            addresses.whole("sources"),
            "https://example.org/press/sources"
        );
        assert_eq!(addresses.local("sources"), "/press/sources");
    }

    #[test]
    fn languages_stay_readable_in_a_feeds_address() {
        let langs = ["de".to_owned(), "en".to_owned()];
        assert_eq!(
            addresses("https://example.org/").feed(&Scope::Wire, Form::Rss, &langs),
            "https://example.org/feed.rss?lang=de,en"
        );
    }

    #[test]
    fn a_search_is_escaped_into_its_address() {
        assert_eq!(
            addresses("https://example.org/").feed(
                &Scope::Search("Streik & Öl".to_owned()),
                Form::Json,
                &[]
            ),
            "https://example.org/search.json?q=Streik%20%26%20%C3%96l"
        );
    }

    #[test]
    fn secrets_of_a_sources_address_are_not_published() {
        assert_eq!(
            public_address("https://me:pw@example.org/feed?format=rss&access_token=1"),
            "https://example.org/feed?format=rss"
        );
        let plain = "https://example.org/feed?format=feed&type=rss";
        assert_eq!(public_address(plain), plain);
    }

    #[test]
    fn script_addresses_are_not_linkable() {
        assert!(is_linkable("HTTPS://example.org/"));
        assert!(!is_linkable("javascript:alert(1)"));
        assert!(!is_linkable("data:text/html,x"));
    }
}
