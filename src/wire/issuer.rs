//! Whose words a text is: the issuer's own, as far as others say so (`likeness.md` §6).
//!
//! Anybody may write any address into a feed. A text is held to be its publisher's own only where the
//! source itself stands on the domain that it links: its feed is read from there, or it calls a page there
//! its own while no feed that we follow is read from there.

use super::Rules;
use super::signatures::registrable_domain;
use crate::database::OtherText;
use crate::domain::entry::EntryNumber;
use crate::domain::likeness::{Prepared, Text};
use crate::domain::release::settle::Nearness;

/// What is known of one text's publisher.
pub(super) struct Publisher<'t> {
    text: &'t Text,
    /// The domain of its address.
    domain: Option<String>,
    /// It stands there itself.
    is_at_home: bool,
}

impl<'t> Publisher<'t> {
    /// `home`: the address of its feed, then the page that the feed calls its own.
    pub(super) fn of(rules: &Rules, text: &'t Text, home: &[String]) -> Publisher<'t> {
        let domain = text.link.as_deref().and_then(registrable_domain);
        let mut home = home.iter().map(|address| registrable_domain(address));
        let (feed, page) = (home.next().flatten(), home.next().flatten());
        let is_at_home = domain.is_some()
            && (feed == domain
                || page == domain && !rules.signatures.is_followed(domain.as_deref()));
        Publisher {
            text,
            domain,
            is_at_home,
        }
    }

    /// The domain that is its own.
    fn own(&self) -> Option<&str> {
        self.domain.as_deref().filter(|_| self.is_at_home)
    }

    /// A statement of ours, or the whole text of one who signed one, on a domain of its own.
    pub(super) fn is_first_party(&self, rules: &Rules, prepared: &Prepared) -> bool {
        let is_ours = self.text.source.is_none();
        is_ours || is_whole(prepared) && rules.signatures.is_signatorys(self.own())
    }

    fn names(&self, domain: Option<&str>) -> bool {
        domain.is_some_and(|domain| self.text.html.to_lowercase().contains(domain))
    }

    /// It says that it has the text from `other`, which does not say the same of it.
    fn credits(&self, other: &Publisher<'_>) -> bool {
        other.own().is_some()
            && self.domain != other.domain
            && self.names(other.own())
            && !other.names(self.domain.as_deref())
    }
}

fn is_whole(prepared: &Prepared) -> bool {
    !prepared.is_cut() && !prepared.is_hardly_any()
}

/// How near a text is to what its issuer says: on the own domain of a signatory of ours, or of one whom
/// another publisher of it credits. What was cut off, or says hardly anything, gives way to any whole text.
pub(super) fn nearness(
    rules: &Rules,
    prepared: &Prepared,
    publisher: &Publisher<'_>,
    others: &[OtherText],
) -> Nearness {
    if !is_whole(prepared) {
        return Nearness::Teaser;
    }
    let is_credited = || {
        let mut others = others.iter();
        others.any(|other| Publisher::of(rules, &other.text, &other.home).credits(publisher))
    };
    match rules.signatures.is_signatorys(publisher.own()) || is_credited() {
        true => Nearness::Issuer,
        false => Nearness::Text,
    }
}

/// Entries of `others` that `publisher` credits: they are the issuer's own from now on.
pub(super) fn credited(
    rules: &Rules,
    publisher: &Publisher<'_>,
    others: &[OtherText],
) -> Vec<EntryNumber> {
    let credited = others
        .iter()
        .filter(|other| publisher.credits(&Publisher::of(rules, &other.text, &other.home)));
    credited.filter_map(|other| other.entry).collect()
}
