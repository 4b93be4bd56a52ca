//! Who of a statement's signatories published it, and where.

use crate::domain::release::{By, Publication, Release};
use crate::domain::statement::Signatory;
use crate::wire::registrable_domain;

/// The publications of a statement's release that are `signatory`'s own: through its source, or on its
/// own domain, where no other of `all` has the same (many write on the site of one publisher).
pub(super) fn published_by<'r>(
    signatory: &Signatory,
    all: &[Signatory],
    release: &'r Release,
) -> Vec<&'r Publication> {
    let of = |signatory: &Signatory| signatory.url.as_deref().and_then(registrable_domain);
    let own = of(signatory);
    let namesakes = all.iter().filter(|other| of(other) == own).count();
    let own = own.filter(|_| namesakes == 1);
    let is_theirs = |publication: &&Publication| {
        let By::Entry { source_id, .. } = &publication.by else {
            return false;
        };
        let site = publication.url.as_deref().and_then(registrable_domain);
        signatory.source.as_ref() == Some(source_id) || (own.is_some() && own == site)
    };
    release.publications.iter().filter(is_theirs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::sample;

    fn signatory(url: Option<&str>, source: Option<&str>) -> Signatory {
        Signatory {
            name: "Docker".to_owned(),
            url: url.map(str::to_owned),
            source: source.map(str::to_owned),
        }
    }

    /// The sample's statement, which the source `dockers` carries at dockers.example.
    fn release() -> Release {
        sample::releases().swap_remove(2).0
    }

    #[test]
    fn a_signatory_is_known_by_its_source_or_its_domain() {
        let release = release();
        for by in [
            signatory(None, Some("dockers")),
            signatory(Some("https://www.dockers.example/about"), None),
        ] {
            let published = published_by(&by, std::slice::from_ref(&by), &release);
            assert_eq!(published.len(), 1, "{by:?}");
        }
        for by in [
            signatory(None, Some("gazette")),
            signatory(Some("https://gazette.example/"), None),
            signatory(None, None),
        ] {
            assert!(published_by(&by, std::slice::from_ref(&by), &release).is_empty());
        }
    }

    #[test]
    fn a_domain_that_two_signatories_share_is_neithers() {
        let all = [
            signatory(Some("https://dockers.example/north"), None),
            signatory(Some("https://dockers.example/south"), None),
        ];
        assert!(published_by(&all[0], &all, &release()).is_empty());
    }
}
