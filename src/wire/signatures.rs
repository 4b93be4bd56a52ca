//! Who signed which statement: a signatory's publication of it may say so at some length.

use crate::config::Config;
use crate::database::{Database, DatabaseError};
use crate::domain::likeness::{Text, canonical_link};
use crate::domain::source::SourceNumber;
use crate::domain::statement::Statement;
use std::collections::{HashMap, HashSet};
use tokio::sync::OnceCell;
use url::Url;

/// Signatories of our statements, by the statement's title and address.
#[derive(Debug, Default)]
pub(super) struct Signatures {
    /// By slug, which is the end of a statement's address.
    by_slug: HashMap<String, Signed>,
    /// By title: a stored statement comes without address.
    by_title: HashMap<String, String>,
    /// Canonical addresses of our statements' pages, with their slugs.
    pages: HashMap<String, String>,
    /// Domains from which feeds are read.
    followed: HashSet<String>,
    numbers: OnceCell<HashMap<SourceNumber, String>>,
}

#[derive(Debug, Default)]
struct Signed {
    sources: HashSet<String>,
    domains: HashSet<String>,
}

impl Signed {
    fn of(config: &Config, statement: &Statement) -> Signed {
        let mut signed = Signed::default();
        for signatory in &statement.signatories {
            signed
                .domains
                .extend(signatory.url.as_deref().and_then(registrable_domain));
            if let Some(id) = &signatory.source {
                let source = config.sources.iter().find(|source| source.id == *id);
                signed
                    .domains
                    .extend(source.and_then(|source| registrable_domain(source.url.as_str())));
                signed.sources.insert(id.clone());
            }
        }
        signed
    }
}

impl Signatures {
    /// The signatories of `statements`, with the domains of the sources that they publish through.
    pub(super) fn of<'s>(
        config: &Config,
        statements: impl IntoIterator<Item = &'s Statement>,
    ) -> Signatures {
        let followed = config.sources.iter();
        let mut signatures = Signatures {
            followed: followed
                .filter_map(|source| registrable_domain(source.url.as_str()))
                .collect(),
            ..Signatures::default()
        };
        for statement in statements {
            let slug = &statement.slug;
            let page = config.wire.url.join(&format!("statements/{slug}")).ok();
            let page = page.and_then(|page| canonical_link(page.as_str()));
            signatures
                .pages
                .extend(page.map(|page| (page, slug.clone())));
            let signed = Signed::of(config, statement);
            if signed.sources.is_empty() && signed.domains.is_empty() {
                continue;
            }
            signatures
                .by_title
                .insert(statement.title.clone(), slug.clone());
            signatures.by_slug.insert(slug.clone(), signed);
        }
        signatures
    }

    /// The statement of ours whose page has this address.
    pub(super) fn page(&self, address: Option<&str>) -> Option<&str> {
        let page = canonical_link(address?)?;
        self.pages.get(&page).map(String::as_str)
    }

    /// Whether a domain is that of one who signed a statement of ours.
    pub(super) fn is_signatorys(&self, domain: Option<&str>) -> bool {
        let mut signed = self.by_slug.values();
        domain.is_some_and(|domain| signed.any(|signed| signed.domains.contains(domain)))
    }

    /// Whether a feed that we follow is read from there.
    pub(super) fn is_followed(&self, domain: Option<&str>) -> bool {
        domain.is_some_and(|domain| self.followed.contains(domain))
    }

    /// Whether `theirs` comes from one who signed `ours`.
    pub(super) async fn signed(
        &self,
        database: &Database,
        ours: &Text,
        theirs: &Text,
    ) -> Result<bool, DatabaseError> {
        let slug = ours
            .link
            .as_deref()
            .and_then(|link| link.trim_end_matches('/').rsplit('/').next());
        let by_title = ours
            .title
            .as_ref()
            .and_then(|title| self.by_title.get(title));
        let Some(signed) = slug
            .or(by_title.map(String::as_str))
            .and_then(|slug| self.by_slug.get(slug))
        else {
            return Ok(false);
        };
        if theirs
            .link
            .as_deref()
            .and_then(registrable_domain)
            .is_some_and(|domain| signed.domains.contains(&domain))
        {
            return Ok(true);
        }
        let Some(source) = theirs.source.filter(|_| !signed.sources.is_empty()) else {
            return Ok(false);
        };
        let numbers = self.numbers.get_or_try_init(|| numbers(database)).await?;
        Ok(numbers
            .get(&source)
            .is_some_and(|id| signed.sources.contains(id)))
    }
}

async fn numbers(database: &Database) -> Result<HashMap<SourceNumber, String>, DatabaseError> {
    let sources = database.sources().await?;
    Ok(sources
        .into_iter()
        .map(|source| (source.number, source.id))
        .collect())
}

/// The registrable domain of an address; the host itself where there is none (an IP address).
pub fn registrable_domain(address: &str) -> Option<String> {
    let link = canonical_link(address)?;
    let url = Url::parse(&link).ok()?;
    let host = url.host_str()?;
    let registrable = match url.host() {
        Some(url::Host::Domain(host)) => psl::domain_str(host),
        _ => None,
    };
    Some(registrable.unwrap_or(host).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_registrable_ones() {
        assert_eq!(
            registrable_domain("https://news.bund-eins.example.co.uk/a").as_deref(),
            Some("example.co.uk")
        );
        assert_eq!(
            registrable_domain("http://127.0.0.1:80/a").as_deref(),
            Some("127.0.0.1")
        );
        assert_eq!(registrable_domain("/a"), None);
    }
}
