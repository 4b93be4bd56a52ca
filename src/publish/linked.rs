//! Releases that are linked with those that are shown: revisions, longer versions, quotations,
//! translations. Two texts that are not one stay two, and each says where the other is.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::address::{Addresses, page_path};
use super::feed::{Other, title};
use super::page::words::Words;
use super::{PublishError, xml_text::one_line};
use crate::database::Database;
use crate::domain::release::{Link, LinkKind, Release, ReleaseNumber};
use serde::Serialize;

/// A link as API and JSON Feed show it (contract §4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LinkShown {
    /// Id of the other release.
    pub release: String,
    /// How they belong together.
    pub kind: LinkKind,
    /// In words: of a revision, what is different.
    pub why: String,
}

/// The other ends of links, by number; withdrawn ones are left out.
#[derive(Clone, Debug, Default)]
pub struct Linked(HashMap<ReleaseNumber, Release>);

impl Linked {
    /// What `releases` are linked with.
    ///
    /// # Errors
    /// `Database`.
    pub async fn with(db: &Database, releases: &[Release]) -> Result<Linked, PublishError> {
        let links = releases.iter().flat_map(|release| &release.links);
        let mut numbers: Vec<ReleaseNumber> = links.map(|link| link.release).collect();
        numbers.sort_unstable();
        numbers.dedup();
        match numbers.is_empty() {
            true => Ok(Linked::default()),
            false => Ok(Linked::of(db.releases(&numbers).await?)),
        }
    }

    /// These.
    pub fn of(others: Vec<Release>) -> Linked {
        let others = others.into_iter();
        let standing = others.filter(|other| other.withdrawal.is_none());
        Linked(standing.map(|other| (other.number, other)).collect())
    }

    /// Links of a release with what stands at their other end.
    pub fn of_release<'a>(
        &'a self,
        release: &'a Release,
    ) -> impl Iterator<Item = (&'a Link, &'a Release)> {
        let links = release.links.iter();
        links.filter_map(|link| Some((link, self.0.get(&link.release)?)))
    }

    /// The same of those that everybody sees: the other is in the wire too.
    pub fn in_wire<'a>(
        &'a self,
        release: &'a Release,
    ) -> impl Iterator<Item = (&'a Link, &'a Release)> {
        self.of_release(release)
            .filter(|(_, other)| other.entered.is_some())
    }

    /// In the API's shape.
    pub fn shown(&self, release: &Release) -> Vec<LinkShown> {
        let shown = self.of_release(release).map(|(link, other)| LinkShown {
            release: other.id.to_string(),
            kind: link.kind,
            why: link.why.clone(),
        });
        shown.collect()
    }

    /// As a feed links them: our pages of the others, each with what it is and what is different.
    pub fn others(&self, addresses: &Addresses, words: &Words, release: &Release) -> Vec<Other> {
        let others = self.in_wire(release).map(|(link, other)| {
            let order = match link.kind {
                LinkKind::Revision => Some(in_time(other, release)),
                // Which is the longer of two texts that are not at hand is not known here.
                _ => None,
            };
            let kind = words.of_link(link.kind, order);
            let why = one_line(&link.why);
            let why = match why.is_empty() {
                true => why,
                false => format!(" · {why}"),
            };
            Other {
                url: addresses.whole(&page_path(other)),
                title: format!("{kind}: {}{why}", title(other, None, words)),
            }
        });
        others.collect()
    }
}

/// Whether `other` is the earlier (`Less`) or the later one: as the difference between them was taken,
/// by first seen, and of texts that came together by their dates.
pub(super) fn in_time(other: &Release, than: &Release) -> Ordering {
    let order = |release: &Release| (release.first_seen, release.position, release.number);
    order(other).cmp(&order(than))
}
