//! What an arrival was found to be like, and what follows: into which release it goes, what stands beside
//! it, which releases are one. Pure; its caller asks the database.

use super::ready::Ready;
use super::{doubts, translations};
use crate::database::{Absorbed, Beside, Place};
use crate::domain::doubt::Doubt;
use crate::domain::entry::EntryNumber;
use crate::domain::likeness::{self, Bond, Evidence, Judged, Prepared, Text, Verdict};
use crate::domain::release::settle::Nearness;
use crate::domain::release::{Link, LinkKind, ReleaseNumber};
use std::cmp::Ordering;
use std::sync::Arc;

/// Links to other releases that are kept with one arrival.
const LINKS: usize = 5;

/// What was decided on one arrival.
pub(super) struct Decision {
    pub(super) place: Place,
    pub(super) evidence: Option<Evidence>,
    pub(super) links: Vec<Link>,
    pub(super) beside: Vec<Beside>,
    pub(super) absorbed: Vec<Absorbed>,
    pub(super) nearness: Nearness,
    pub(super) credits: Vec<EntryNumber>,
    pub(super) doubt: Option<Doubt>,
}

/// The verdict, whichever of the two is the older, in whatever languages they are.
pub(super) fn judge(other: &Ready, arrival: &Ready, bond: Bond) -> Judged {
    let judged = if is_older(&other.text, &arrival.text) {
        likeness::verdict(other, arrival, bond)
    } else {
        likeness::verdict(arrival, other, bond)
    };
    translations::judged(other, arrival, judged)
}

/// First seen decides; of texts that came together, what their sources say.
fn is_older(other: &Text, arrival: &Text) -> bool {
    match (
        other.first_seen.cmp(&arrival.first_seen),
        other.published,
        arrival.published,
    ) {
        (Ordering::Equal, Some(other), Some(arrival)) => other <= arrival,
        (seen, ..) => seen.is_le(),
    }
}

/// Releases that an arrival could join, and those that belong beside it.
#[derive(Default)]
pub(super) struct Found {
    pub(super) ones: Vec<One>,
    pub(super) links: Vec<Link>,
    pub(super) beside: Vec<Beside>,
    pub(super) doubts: Vec<Doubt>,
}

/// A release that an arrival is one with.
pub(super) struct One {
    pub(super) place: Place,
    /// A statement of ours is in it.
    pub(super) first_party: bool,
    pub(super) evidence: Evidence,
    /// What it was compared with: the shown text.
    pub(super) text: Arc<Ready>,
}

impl Found {
    /// Notes the verdict on an arrival and the shown text of a release.
    pub(super) fn note(
        &mut self,
        arrival: &Prepared,
        place: Place,
        first_party: bool,
        judged: Judged,
        text: &Arc<Ready>,
    ) {
        if judged.verdict.is_one_release() {
            self.ones.push(One {
                place,
                first_party,
                evidence: judged.evidence,
                text: Arc::clone(text),
            });
            return;
        }
        self.doubts.extend(doubts::beside(arrival, text, &judged));
        // Who says the same in every text quotes nothing whole, though what is left of one may look so.
        let is_remnant = matches!(judged.verdict, Verdict::Contains | Verdict::Extended)
            && (arrival.is_mostly_frame() || text.is_mostly_frame());
        let kind = link_kind(judged.verdict).filter(|_| !is_remnant);
        if let Some(kind) = kind {
            let why = why(&judged);
            match place {
                Place::Join(release) if self.links.len() < LINKS => {
                    self.links.push(Link { release, kind, why })
                }
                Place::With(arrival) if self.beside.len() < LINKS => {
                    self.beside.push(Beside { arrival, kind, why })
                }
                _ => {}
            }
        }
    }

    pub(super) fn stay(self, absorbed: Vec<Absorbed>) -> Decision {
        self.placed(Place::Stay, None, absorbed)
    }

    pub(super) fn placed(
        self,
        place: Place,
        evidence: Option<Evidence>,
        absorbed: Vec<Absorbed>,
    ) -> Decision {
        Decision {
            place,
            evidence,
            links: self.links,
            beside: self.beside,
            absorbed,
            nearness: Nearness::Text,
            credits: Vec::new(),
            doubt: None,
        }
    }

    /// Another release says just the same: an excerpt or a teaser is not enough to give up a page.
    pub(super) fn is_same_as_another(&self) -> bool {
        self.ones
            .iter()
            .any(|one| one.evidence.verdict == Verdict::Same)
    }

    /// The best of those it could join: a first-party one, then the nearer verdict, then the one whose
    /// title is its own, then the one that came first.
    ///
    /// A first-party arrival (ours, a signatory's own) is what is shown of it from now on.
    pub(super) fn decision(mut self, arrival: &Text, is_first_party: bool) -> Decision {
        if arrival.source.is_none() {
            // Two statements of ours are never one.
            self.ones.retain(|one| !one.first_party);
        }
        let best = (0..self.ones.len()).min_by_key(|&at| {
            let one = &self.ones[at];
            (
                !one.first_party,
                nearness(one.evidence.verdict),
                !one.evidence.same_title,
            )
        });
        let (mut place, mut evidence, mut absorbed) = (Place::Found, None, Vec::new());
        let mut doubt = None;
        if let Some(best) = best {
            let best = self.ones.swap_remove(best);
            absorbed = match (is_first_party, best.place) {
                // Ours alone is shown where it is, whoever comes.
                (true, Place::Join(release)) if !best.first_party => self.one_with_shown(release),
                _ => self.one_with(&best),
            };
            doubt = doubts::dated(arrival, &best.text.text);
            place = match absorbed.first() {
                Some(absorbed) => Place::Join(absorbed.older),
                None => best.place,
            };
            evidence = Some(best.evidence);
        }
        Decision {
            doubt,
            ..self.placed(place, evidence, absorbed)
        }
    }

    /// Stored releases that say just what a statement of ours says: they are its own, however old.
    pub(super) fn one_with_statement(&self, own: ReleaseNumber) -> Vec<Absorbed> {
        taken_in(own, self.same_as_arrival(own))
    }

    /// Stored releases that say just what the arrival says, which is what `joined` shows by now: whoever
    /// carries it, in whatever frame, is in one release, under the oldest id (a statement takes it over).
    fn one_with_shown(&self, joined: ReleaseNumber) -> Vec<Absorbed> {
        let same = self.same_as_arrival(joined);
        let numbers = same.iter().map(|(release, _)| *release);
        let older = numbers.chain([joined]).min().unwrap_or(joined);
        let own = same.first().map(|(_, evidence)| (joined, evidence.clone()));
        taken_in(older, same.into_iter().chain(own))
    }

    fn same_as_arrival(&self, but: ReleaseNumber) -> Vec<(ReleaseNumber, Evidence)> {
        let same = self.ones.iter().filter_map(|one| match one.place {
            Place::Join(release) if release != but && !one.first_party => {
                let is_same = one.evidence.verdict == Verdict::Same;
                is_same.then(|| (release, one.evidence.clone()))
            }
            _ => None,
        });
        same.collect()
    }

    /// Stored releases whose shown texts, compared directly, are the same as that of `best`: with it they
    /// are one, under the oldest id, a statement's always.
    pub(super) fn one_with(&self, best: &One) -> Vec<Absorbed> {
        let Place::Join(joined) = best.place else {
            return Vec::new();
        };
        let mut same: Vec<(bool, ReleaseNumber, Evidence)> = Vec::new();
        for one in &self.ones {
            let Place::Join(release) = one.place else {
                continue;
            };
            let judged = judge(&one.text, &best.text, Bond::None);
            // Two statements of ours are never one.
            let both_ours = one.first_party && best.first_party;
            if judged.verdict == Verdict::Same && release != joined && !both_ours {
                same.push((!one.first_party, release, judged.evidence));
            }
        }
        let Some((_, found, _)) = same
            .iter()
            .min_by_key(|(theirs, number, _)| (*theirs, *number))
        else {
            return Vec::new();
        };
        let found = (!self.is_ours(*found), *found);
        let (_, older) = found.min((!best.first_party, joined));
        let own = same[0].2.clone();
        let all = same
            .into_iter()
            .map(|(_, release, evidence)| (release, evidence))
            .chain([(joined, own)]);
        taken_in(older, all)
    }

    fn is_ours(&self, release: ReleaseNumber) -> bool {
        self.ones
            .iter()
            .any(|one| one.place == Place::Join(release) && one.first_party)
    }
}

/// Releases that become one with `older`, with what they are one by.
fn taken_in(
    older: ReleaseNumber,
    all: impl IntoIterator<Item = (ReleaseNumber, Evidence)>,
) -> Vec<Absorbed> {
    let younger = all.into_iter().filter(|(release, _)| *release != older);
    let absorbed = younger.map(|(younger, evidence)| Absorbed {
        younger,
        older,
        evidence,
    });
    absorbed.collect()
}

fn nearness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Same => 0,
        Verdict::TitleAndDate | Verdict::LightEdit => 1,
        _ => 2,
    }
}

fn link_kind(verdict: Verdict) -> Option<LinkKind> {
    match verdict {
        Verdict::Revision => Some(LinkKind::Revision),
        Verdict::Extended => Some(LinkKind::Extended),
        Verdict::Contains => Some(LinkKind::Contains),
        Verdict::Translation => Some(LinkKind::Translation),
        _ => None,
    }
}

/// What is different: "4,2 → 2,4; Iran → Irak"; where nothing material is, how much is the same.
pub(super) fn why(judged: &Judged) -> String {
    let evidence = &judged.evidence;
    if judged.verdict == Verdict::Translation {
        return match translations::is_told(judged) {
            true => format!(
                "{} % of names, numbers, places and concepts stand in the same order",
                (evidence.covered * 100.0).round()
            ),
            false => "the same address".to_owned(),
        };
    }
    if evidence.differences.is_empty() {
        let share = (evidence.covered * 100.0).round();
        let same = format!("{share} % of the words are the same");
        return match evidence.new {
            0 => same,
            new => format!("{same}, {new} are new"),
        };
    }
    let differences: Vec<String> = evidence
        .differences
        .iter()
        .map(ToString::to_string)
        .collect();
    differences.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Moment;

    fn text(first_seen: i64, published: Option<i64>) -> Text {
        let at = |day: i64| Moment::UNIX_EPOCH + chrono::Duration::days(day);
        Text {
            first_seen: at(first_seen),
            published: published.map(at),
            ..Text::default()
        }
    }

    #[test]
    fn first_seen_decides_which_is_older_and_dates_only_between_texts_that_came_together() {
        assert!(is_older(&text(1, Some(9)), &text(2, Some(3))));
        assert!(!is_older(&text(2, Some(3)), &text(1, Some(9))));
        assert!(!is_older(&text(5, Some(4)), &text(5, Some(3))));
        assert!(is_older(&text(5, Some(3)), &text(5, Some(4))));
        assert!(is_older(&text(5, None), &text(5, Some(4))));
    }
}
