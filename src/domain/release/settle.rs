//! What a release is, given what it was and who publishes it (contract §4 Order, §5).
//!
//! [`settle`] is the one place that decides which text is shown, when a release was published and
//! updated, where it stands in the order, whether it is in the wire, and whether anything that is
//! served of it changed. It knows no SQL, no format and no clock.

use super::{Link, Publication, Shown, Withdrawal};
use crate::domain::decision::{Related, Word};
use crate::domain::entry::Entry;
use crate::domain::relation::{Evidence, Relation, Target};
use crate::domain::source::SourceNumber;
use crate::domain::{Digest, Moment};
use chrono::TimeDelta;
use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

/// How old an entry may be when it is first seen and still stand where its own date says.
const FRESH: TimeDelta = TimeDelta::hours(48);

/// How near a publication's text is to what its issuer says: which one of a release is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nearness {
    /// A text that was cut off: it gives way to any whole one.
    Teaser,
    /// A whole text.
    #[default]
    Text,
    /// The issuer's own whole text.
    Issuer,
}

impl Nearness {
    /// The number in the database.
    pub fn code(self) -> i64 {
        match self {
            Nearness::Teaser => 0,
            Nearness::Text => 1,
            Nearness::Issuer => 2,
        }
    }

    /// What [`Nearness::code`] gave, read back.
    pub fn of_code(code: i64) -> Nearness {
        match code {
            0 => Nearness::Teaser,
            2 => Nearness::Issuer,
            _ => Nearness::Text,
        }
    }
}

/// The facts of one publication, as far as they decide anything.
#[derive(Clone, Debug)]
pub struct Member {
    /// Whose.
    pub who: Shown,
    /// None for a statement.
    pub source: Option<SourceNumber>,
    /// Plain text.
    pub title: Option<String>,
    /// Address of its page; None for a statement.
    pub url: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// The source's own date, where it is one to go by; a statement's `date`.
    pub published: Option<Moment>,
    /// The source's own `updated`, unchecked; a statement's `updated`.
    pub updated: Option<Moment>,
    /// When we first saw it.
    pub first_seen: Moment,
    /// It came with the first poll of its source, or with the first reading of the store.
    pub with_first: bool,
    /// Place within the fetch, 0 first.
    pub ordinal: u32,
    /// Over its words.
    pub digest: Digest,
    /// Over everything of it that can be seen.
    pub visible: Digest,
    /// Its source's `match` and `block` let it through.
    pub admitted: bool,
    /// Its source's `keep = "all"`.
    pub keep_all: bool,
    /// How near its text is to what the issuer says.
    pub nearness: Nearness,
    /// Topics and statements that it is related to.
    pub relations: Vec<Relation>,
    /// Topic labels of its source or statement: (slug, name).
    pub labels: Vec<(String, String)>,
    /// Set where its source or we took it back.
    pub removed: Option<Withdrawal>,
    /// What an editor says of it.
    pub word: Word,
}

/// A link, with what is served of the release at its other end.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    /// The link.
    pub link: Link,
    /// Of the other's shown text.
    pub title: Option<String>,
    /// The other's id, or its statement's slug: its page is found by it.
    pub page: String,
    /// Everybody sees the other.
    pub in_wire: bool,
    /// Nobody does.
    pub withdrawn: bool,
}

/// What a release was before, and what it is now: everything about it that is decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// In addresses.
    pub id: super::ReleaseId,
    /// `atom:id`.
    pub atom_id: String,
    /// None: unknown.
    pub published: Option<Moment>,
    /// Contract §5.
    pub updated: Moment,
    /// When the first of its publications was first seen.
    pub first_seen: Moment,
    /// Its place in the order.
    pub position: Moment,
    /// When it came into the wire; None outside.
    pub entered: Option<Moment>,
    /// Whose text is shown.
    pub shown: Shown,
    /// Slug of the statement whose id, page and dates it bears.
    pub statement: Option<String>,
    /// Digest of the shown words.
    pub digest: Digest,
    /// Set where it is no longer shown.
    pub withdrawal: Option<Withdrawal>,
}

/// A release as it is from now on.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// What is decided.
    pub standing: Standing,
    /// BCP 47, of the shown text.
    pub language: Option<String>,
    /// Of its members, best first.
    pub relations: Vec<Relation>,
    /// Of its members' sources and statement, each slug once.
    pub labels: Vec<(String, String)>,
    /// Sources of its publications that stand, each once.
    pub sources: Vec<SourceNumber>,
    /// Other words are shown than before, under the same id.
    pub other_words: bool,
    /// Over everything that is served of it but the moment at which it entered.
    pub visible: Digest,
}

/// What a new release is called, decided by its founder.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    /// In addresses.
    pub id: super::ReleaseId,
    /// `atom:id`.
    pub atom_id: String,
}

/// How a release stood before.
#[derive(Clone, Debug, PartialEq)]
pub enum Before {
    /// It is founded now, under these names.
    Founded(Names),
    /// It stood.
    Stood(Standing),
}

/// The release as it is from `now` on.
///
/// `names_of_statement` are what it is called where one of `members` is a statement of ours: a
/// release that was founded earlier by somebody's copy takes them over, with the statement's dates
/// (§5: the copy's is the younger). `members` must not be empty; None where it is.
pub fn settle(
    before: Before,
    members: &[Member],
    names_of_statement: Option<Names>,
    links: &[Linked],
    now: Moment,
) -> Option<Settled> {
    let present: Vec<&Member> = members.iter().filter(|m| m.removed.is_none()).collect();
    let statement = members.iter().find_map(|m| match &m.who {
        Shown::Statement(slug) => Some((slug, m)),
        Shown::Entry(_) => None,
    });
    let withdrawal = withdrawal(members, statement.map(|(_, m)| m), &before);
    let shown = shown(members, &before)?;
    let first_seen = members.iter().map(|m| m.first_seen).min()?;

    let mut standing = match before {
        Before::Stood(standing) => standing,
        Before::Founded(names) => founded(names, shown, first_seen),
    };
    let mut other_words = false;
    if let Some((slug, member)) = statement
        && standing.statement.as_ref() != Some(slug)
    {
        // A copy was here first: the release becomes the statement's, dates and all.
        if let Some(names) = names_of_statement {
            let entered = standing.entered;
            standing = founded(names, member, first_seen.min(standing.first_seen));
            standing.entered = entered;
        }
        standing.statement = Some(slug.clone());
    } else if shown.digest != standing.digest {
        standing.updated = now.max(standing.updated);
        other_words = true;
    }
    standing.digest = shown.digest;
    standing.shown = shown.who.clone();

    let speaking = speaking(&present);
    let ruled = ruled(members);
    let relations = merged_relations(&speaking, standing.statement.as_deref(), &ruled);
    let in_wire =
        withdrawal.is_none() && present.iter().any(|member| belongs_in_wire(member, &ruled));
    standing.entered = match (in_wire, standing.entered) {
        (true, entered) => Some(entered.unwrap_or(now)),
        (false, _) => None,
    };
    standing.withdrawal = withdrawal;

    let labels = merged_labels(&speaking);
    let mut sources: Vec<SourceNumber> = present.iter().filter_map(|m| m.source).collect();
    sources.sort_unstable();
    sources.dedup();
    let visible = visible(&standing, shown, &present, &relations, &labels, links);
    Some(Settled {
        language: shown.language.clone(),
        standing,
        relations,
        labels,
        sources,
        other_words,
        visible,
    })
}

/// A release founded by `founder`, before anything else is known of it.
fn founded(names: Names, founder: &Member, first_seen: Moment) -> Standing {
    Standing {
        id: names.id,
        atom_id: names.atom_id,
        published: founder.published,
        updated: updated_at_first(founder),
        first_seen,
        position: position(founder),
        entered: None,
        shown: founder.who.clone(),
        statement: match &founder.who {
            Shown::Statement(slug) => Some(slug.clone()),
            Shown::Entry(_) => None,
        },
        digest: founder.digest,
        withdrawal: None,
    }
}

/// §4: where a release founded by `founder` stands in the order.
fn position(founder: &Member) -> Moment {
    match founder.published {
        Some(published) if founder.with_first || founder.first_seen - published <= FRESH => {
            published
        }
        _ => founder.first_seen,
    }
}

/// §5: the source's own `updated` where it lies between `published` and first seen, else `published`.
fn updated_at_first(founder: &Member) -> Moment {
    let published = founder.published.unwrap_or(founder.first_seen);
    match founder.updated {
        Some(updated) if published <= updated && updated <= founder.first_seen => updated,
        _ => published,
    }
}

/// §2, §5: whether this publication alone brings its release into the wire. An editor's word is last:
/// over the source's filters, too.
fn belongs_in_wire(member: &Member, ruled: &BTreeMap<&str, &Related>) -> bool {
    let counts = |relation: &Relation| match &relation.target {
        Target::Statement(slug) => ruled.get(slug.as_str()).is_none_or(|word| word.is_related),
        Target::Topic(_) => true,
    };
    match member.who {
        Shown::Statement(_) => true,
        Shown::Entry(_) => {
            ruled.values().any(|word| word.is_related)
                || member.admitted && (member.keep_all || member.relations.iter().any(counts))
        }
    }
}

/// What editors said of statements that the members are or are not related to: of each the last word.
fn ruled(members: &[Member]) -> BTreeMap<&str, &Related> {
    let mut ruled: BTreeMap<&str, &Related> = BTreeMap::new();
    for (slug, related) in members.iter().flat_map(|member| &member.word.statements) {
        let said = ruled.entry(slug).or_insert(related);
        if said.at < related.at {
            *said = related;
        }
    }
    ruled
}

/// Those who speak for the release: members that their source's filters keep out only do so where
/// there is nobody else.
fn speaking<'m>(present: &[&'m Member]) -> Vec<&'m Member> {
    let admitted: Vec<&Member> = present.iter().copied().filter(|m| m.admitted).collect();
    if admitted.is_empty() {
        present.to_vec()
    } else {
        admitted
    }
}

/// §5: our statement's text; else the issuer's own; else the earliest first seen; a teaser after them. Where nothing
/// stands any more, what was shown last.
fn shown<'m>(members: &'m [Member], before: &Before) -> Option<&'m Member> {
    let ours = |m: &&Member| matches!(m.who, Shown::Statement(_));
    // Taken back, it still is what the release was: nobody else's text takes its page over.
    if let Some(statement) = members.iter().find(ours) {
        return Some(statement);
    }
    let present: Vec<&Member> = members.iter().filter(|m| m.removed.is_none()).collect();
    if let Some(first) = speaking(&present)
        .into_iter()
        .min_by(|a, b| by_nearness(a, b))
    {
        return Some(first);
    }
    let last = match before {
        Before::Stood(standing) => members.iter().find(|m| m.who == standing.shown),
        Before::Founded(_) => None,
    };
    last.or_else(|| members.iter().min_by(|a, b| by_nearness(a, b)))
}

fn by_nearness(a: &Member, b: &Member) -> Ordering {
    let rank = |m: &Member| {
        let number = match &m.who {
            Shown::Statement(_) => 0,
            Shown::Entry(entry) => entry.0,
        };
        (Reverse(m.nearness), m.first_seen, m.ordinal, number)
    };
    rank(a).cmp(&rank(b))
}

/// Withdrawn is a release that an editor hid, whose statement we took back, or that nobody publishes
/// any more.
fn withdrawal(
    members: &[Member],
    statement: Option<&Member>,
    before: &Before,
) -> Option<Withdrawal> {
    let hidden = members.iter().filter_map(|m| m.word.hidden.as_ref());
    if let Some(hidden) = hidden.min_by_key(|hidden| hidden.when) {
        return Some(hidden.clone());
    }
    let taken_back = match statement {
        Some(ours) => ours.removed.clone(),
        None if members.iter().all(|m| m.removed.is_some()) => members
            .iter()
            .filter_map(|m| m.removed.clone())
            .max_by_key(|removed| removed.when),
        None => None,
    }?;
    // The first word on it stands while anybody still says it: what is withdrawn twice is not
    // withdrawn later.
    let stood = match before {
        Before::Stood(standing) => standing.withdrawal.clone(),
        Before::Founded(_) => None,
    };
    let is_said = |stood: &Withdrawal| {
        let mut removed = members.iter().filter_map(|m| m.removed.as_ref());
        removed.any(|removed| removed.when == stood.when)
    };
    Some(stood.filter(is_said).unwrap_or(taken_back))
}

fn merged_relations(
    speaking: &[&Member],
    own: Option<&str>,
    ruled: &BTreeMap<&str, &Related>,
) -> Vec<Relation> {
    let by_editors = ruled.iter().filter(|(_, word)| word.is_related);
    let mut merged: Vec<Relation> = by_editors
        .filter(|(slug, _)| Some(**slug) != own)
        .map(|(slug, word)| Relation {
            target: Target::Statement((*slug).to_owned()),
            score: 1.0,
            why: vec![Evidence::Editor {
                reason: word.reason.clone(),
            }],
        })
        .collect();
    for relation in speaking.iter().flat_map(|m| &m.relations) {
        if let Target::Statement(slug) = &relation.target
            && (Some(slug.as_str()) == own || ruled.contains_key(slug.as_str()))
        {
            continue;
        }
        match merged.iter_mut().find(|m| m.target == relation.target) {
            Some(known) if known.score < relation.score => *known = relation.clone(),
            Some(_) => {}
            None => merged.push(relation.clone()),
        }
    }
    merged.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.target.cmp(&b.target))
    });
    merged
}

fn merged_labels(speaking: &[&Member]) -> Vec<(String, String)> {
    let mut labels: Vec<(String, String)> = speaking
        .iter()
        .flat_map(|m| m.labels.iter().cloned())
        .collect();
    labels.sort();
    labels.dedup_by(|a, b| a.0 == b.0);
    labels
}

/// Publications in the order in which they are served: the shown one, then by first seen.
pub fn order_publications(publications: &mut [Publication], shown: &Shown) {
    use super::By;
    publications.sort_by_key(|publication| {
        let (is_shown, number) = match (&publication.by, shown) {
            (By::Statement(slug), Shown::Statement(it)) => (slug == it, 0),
            (By::Entry { entry, .. }, Shown::Entry(it)) => (entry == it, entry.0),
            (By::Entry { entry, .. }, _) => (false, entry.0),
            (By::Statement(_), _) => (false, 0),
        };
        (!is_shown, publication.first_seen, number)
    });
}

/// A running digest of values in which no two different sequences of values look alike.
struct Sum(blake3::Hasher);

impl Sum {
    fn text(&mut self, text: &str) {
        self.0.update(&(text.len() as u64).to_be_bytes());
        self.0.update(text.as_bytes());
    }

    fn maybe(&mut self, text: Option<&str>) {
        self.0.update(&[u8::from(text.is_some())]);
        self.text(text.unwrap_or_default());
    }

    fn moment(&mut self, moment: Option<Moment>) {
        self.0.update(&[u8::from(moment.is_some())]);
        let at = moment.map_or(0, |moment| moment.timestamp_millis());
        self.0.update(&at.to_be_bytes());
    }

    fn count(&mut self, count: usize) {
        self.0.update(&(count as u64).to_be_bytes());
    }

    fn who(&mut self, who: &Shown) {
        match who {
            Shown::Statement(slug) => self.text(slug),
            Shown::Entry(number) => {
                self.0.update(&number.0.to_be_bytes());
            }
        }
    }
}

/// Digest over everything served of a release. A source's id, name, address and facts are left out:
/// their change alone moves nothing (§5).
fn visible(
    standing: &Standing,
    shown: &Member,
    present: &[&Member],
    relations: &[Relation],
    labels: &[(String, String)],
    links: &[Linked],
) -> Digest {
    let mut sum = Sum(blake3::Hasher::new());
    sum.text(standing.id.as_str());
    sum.text(&standing.atom_id);
    sum.maybe(standing.statement.as_deref());
    for moment in [
        standing.published,
        Some(standing.updated),
        Some(standing.first_seen),
        Some(standing.position),
        standing.withdrawal.as_ref().map(|w| w.when),
    ] {
        sum.moment(moment);
    }
    sum.maybe(standing.withdrawal.as_ref().map(|w| w.reason.as_str()));
    sum.0.update(&[u8::from(standing.entered.is_some())]);
    sum.who(&shown.who);
    sum.maybe(shown.language.as_deref());
    sum.0.update(&shown.visible.0);

    let mut publications = present.to_vec();
    publications.sort_by(|a, b| by_nearness(a, b));
    sum.count(publications.len());
    for publication in publications {
        sum.who(&publication.who);
        sum.maybe(publication.title.as_deref());
        sum.maybe(publication.url.as_deref());
        sum.moment(publication.published);
        sum.moment(Some(publication.first_seen));
    }
    sum.count(relations.len());
    for relation in relations {
        match &relation.target {
            Target::Topic(slug) | Target::Statement(slug) => sum.text(slug),
        }
        sum.0
            .update(&[u8::from(matches!(relation.target, Target::Topic(_)))]);
        sum.0.update(&relation.score.to_bits().to_be_bytes());
        sum.count(relation.why.len());
        relation
            .why
            .iter()
            .for_each(|why| sum.text(&why.to_string()));
    }
    sum.count(labels.len());
    for (slug, name) in labels {
        sum.text(slug);
        sum.text(name);
    }
    let mut links: Vec<&Linked> = links.iter().collect();
    links.sort_by_key(|linked| linked.link.release);
    sum.count(links.len());
    for linked in links {
        let link = &linked.link;
        sum.0.update(&link.release.0.to_be_bytes());
        sum.text(link.kind.word());
        sum.text(&link.why);
        sum.maybe(linked.title.as_deref());
        sum.text(&linked.page);
        sum.0
            .update(&[u8::from(linked.in_wire), u8::from(linked.withdrawn)]);
    }
    Digest(*sum.0.finalize().as_bytes())
}

/// The tag URI of a release of ours (RFC 4151): `tag:{host},{day of first sight, UTC}:{id}`.
pub fn tag_uri(wire_host: &str, first_seen: Moment, id: &super::ReleaseId) -> String {
    format!("tag:{wire_host},{}:{id}", first_seen.format("%Y-%m-%d"))
}

/// The original's own id, where a release may bear it if nobody else ever did: an IRI with a scheme
/// that is not under our own tag authority.
///
/// ```
/// use presswire::domain::{entry::Entry, release::settle::own_id};
/// let with = |id: &str| Entry { id: Some(id.into()), ..Entry::default() };
/// assert_eq!(own_id(&with("urn:x:1"), "wire.example"), Some("urn:x:1"));
/// assert_eq!(own_id(&with("4711"), "wire.example"), None);
/// assert_eq!(own_id(&with("tag:Wire.example,2026-01-01:x"), "wire.example"), None);
/// ```
pub fn own_id<'e>(entry: &'e Entry, wire_host: &str) -> Option<&'e str> {
    let id = entry.id.as_deref()?;
    (is_iri(id) && !is_under_authority(id, wire_host)).then_some(id)
}

fn is_under_authority(id: &str, wire_host: &str) -> bool {
    let ours = format!("tag:{wire_host},");
    id.get(..ours.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(&ours))
}

/// RFC 3987 §2.2, as far as it keeps odd guids out of `atom:id`: a scheme of two letters at least
/// (`C:\…` is a path), something behind it, and no character that is forbidden there.
fn is_iri(id: &str) -> bool {
    const LONGEST: usize = 2_048;
    let Some((scheme, rest)) = id.split_once(':') else {
        return false;
    };
    let scheme_fits = scheme.len() >= 2
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let fits = |c: char| !c.is_whitespace() && !c.is_control() && !"<>\"{}|\\^`".contains(c);
    // `http:` and `https:` need a host; other schemes have forms of their own.
    let has_host = !scheme.to_ascii_lowercase().starts_with("http")
        || rest.len() > 2 && rest.starts_with("//");
    id.len() <= LONGEST && scheme_fits && has_host && !rest.is_empty() && rest.chars().all(fits)
}

#[cfg(test)]
#[path = "settle_tests.rs"]
mod tests;
