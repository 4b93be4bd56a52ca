//! What a page of a text tells search engines: schema.org `NewsArticle` as JSON-LD.

use crate::config::Config;
use crate::domain::release::Release;
use crate::publish::address::page_path;
use crate::publish::feed;
use crate::publish::text::ReleaseText;
use crate::publish::xml_text::one_line;
use crate::publish::{Addresses, date};

/// The value of the script element; `<` is escaped, so that no text can end the element.
pub(super) fn metadata(
    config: &Config,
    addresses: &Addresses,
    release: &Release,
    text: &ReleaseText,
    title: &str,
) -> String {
    let mut authors: Vec<serde_json::Value> = text
        .authors
        .iter()
        .map(|author| serde_json::json!({"@type": "Person", "name": one_line(&author.name)}))
        .collect();
    let shown = release.publications.first();
    let source = shown.and_then(|shown| feed::source_name(config, &shown.by));
    let publisher = source.unwrap_or_else(|| config.wire.title.clone());
    if authors.is_empty() {
        authors.push(serde_json::json!({"@type": "Organization", "name": publisher}));
    }
    let mut article = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "dateModified": date::rfc3339(release.updated),
        "author": authors,
        "publisher": {"@type": "Organization", "name": publisher},
        "mainEntityOfPage": addresses.whole(&page_path(release)),
    });
    if let Some(published) = release.published {
        article["datePublished"] = date::rfc3339(published).into();
    }
    if let Some(language) = &release.language {
        article["inLanguage"] = language.as_str().into();
    }
    if let Some(original) = feed::shown_address(release) {
        article["isBasedOn"] = original.into();
    }
    article.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::sample;

    #[test]
    fn no_text_can_end_the_metadata() {
        let config = sample::config("");
        let addresses = Addresses::of(&config.wire.url);
        let (release, text) = &sample::releases()[0];
        let title = "</script><script>alert(1)</script>";
        let metadata = metadata(&config, &addresses, release, text, title);
        assert!(!metadata.contains('<'));
        let read: serde_json::Value = serde_json::from_str(&metadata).unwrap();
        assert_eq!(read["headline"], title);
    }
}
