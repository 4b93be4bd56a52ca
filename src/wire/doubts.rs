//! What of an arrival is to be doubted, from the verdicts on it, and of all arrivals of a fetch.

use super::Arrival;
use super::found::Found;
use crate::database::{Database, DatabaseError, Place, Placement};
use crate::domain::doubt::Doubt;
use crate::domain::likeness::{Judged, Prepared, Text, Verdict};
use crate::domain::relation::{self, Target};
use chrono::TimeDelta;

/// A date that is earlier by less than this is a matter of zones and clocks.
const EARLIER: TimeDelta = TimeDelta::days(1);

/// Doubts of one fetch that are told; who has more is a case for the operator anyway.
pub(super) const TOLD: usize = 20;

/// Longest piece of a title that is shown, in characters.
const TITLE: usize = 70;

/// A title as it may stand in a line for operators.
pub(super) fn title(text: &Text) -> String {
    let title = text.title.as_deref().unwrap_or_default();
    let words: Vec<&str> = title
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    match line.char_indices().nth(TITLE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// What is odd about an arrival beside a text of another source that it is not one with.
pub(super) fn beside(arrival: &Prepared, other: &Prepared, judged: &Judged) -> Option<Doubt> {
    if arrival.text.source == other.text.source {
        return None;
    }
    let title_of = |prepared: &Prepared| title(&prepared.text);
    match judged.verdict {
        Verdict::Distinct | Verdict::Overlap if judged.evidence.same_link => Some(Doubt::Address {
            title: title_of(arrival),
            other: title_of(other),
        }),
        Verdict::Distinct if judged.evidence.same_title && arrival.has_telling_title() => {
            Some(Doubt::Title {
                title: title_of(arrival),
            })
        }
        Verdict::Revision => {
            let differences = judged.evidence.differences.iter();
            let difference: Vec<String> = differences.map(ToString::to_string).collect();
            (!difference.is_empty()).then(|| Doubt::Differs {
                title: title_of(arrival),
                difference: difference.join("; "),
            })
        }
        _ => None,
    }
}

/// What is to be doubted of an arrival: the weightiest, where it is more than one thing. `ours` is the
/// statement whose address it gives; `left` says that it is no longer what others in its release say.
pub(super) fn of(
    arrival: &Text,
    ours: Option<&str>,
    left: bool,
    found: &mut Found,
) -> Option<Doubt> {
    arrival.source?;
    let doubts = std::mem::take(&mut found.doubts);
    if let Some(statement) = ours.filter(|_| found.ones.iter().all(|one| !one.first_party)) {
        return Some(Doubt::OurAddress {
            title: title(arrival),
            statement: statement.to_owned(),
        });
    }
    if left {
        return Some(Doubt::Edited {
            title: title(arrival),
        });
    }
    let is_address = |doubt: &&Doubt| matches!(doubt, Doubt::Address { .. });
    let address = doubts.iter().find(is_address).cloned();
    address.or_else(|| doubts.into_iter().next())
}

/// An arrival that joins a text which was here first, and claims to be the older.
pub(super) fn dated(arrival: &Text, joined: &Text) -> Option<Doubt> {
    let stood = joined
        .published
        .unwrap_or(joined.first_seen)
        .min(joined.first_seen);
    let earlier = stood - arrival.published?;
    let is_later = arrival.first_seen > joined.first_seen;
    (is_later && earlier > EARLIER).then(|| Doubt::Dated {
        title: title(arrival),
        days: earlier.num_days(),
    })
}

/// Entries of one fetch that quote several statements of ours each, where they are many.
pub(super) fn quoting(arrivals: &[Arrival], placements: &[Placement]) -> Option<Doubt> {
    /// Statements that a text quotes by reason.
    const SEVERAL: usize = 2;
    /// Entries that make a heap.
    const HEAP: usize = 20;
    let quotes = |placement: &&Placement| {
        let quoted = placement.relations.iter().filter(|relation| {
            matches!(relation.target, Target::Statement(_))
                && relation
                    .why
                    .iter()
                    .any(|why| matches!(why, relation::Evidence::Quotation { .. }))
        });
        quoted.count() >= SEVERAL
    };
    let new = arrivals.iter().zip(placements);
    let new = new.filter(|(arrival, _)| arrival.known.is_none());
    let entries = new.filter(|(_, placement)| quotes(placement)).count();
    (entries >= HEAP).then_some(Doubt::Quotes { entries })
}

/// New texts that found a release, with ids that other texts bear.
pub(super) async fn borne(
    database: &Database,
    arrivals: &[Arrival],
    placements: &[Placement],
) -> Result<Vec<Doubt>, DatabaseError> {
    let founders = arrivals
        .iter()
        .zip(placements)
        .filter(|(arrival, placement)| {
            arrival.known.is_none() && placement.place == Place::Found && arrival.id.is_some()
        });
    let founders: Vec<&Arrival> = founders.map(|(arrival, _)| arrival).collect();
    let ids: Vec<&str> = founders.iter().filter_map(|it| it.id.as_deref()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let borne = database.borne_ids(&ids).await?;
    let taken = founders
        .into_iter()
        .filter(|it| it.id.as_ref().is_some_and(|id| borne.contains(id)));
    Ok(taken
        .map(|arrival| Doubt::Id {
            title: title(&arrival.text),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Moment;

    fn text(first_seen: i64, published: Option<i64>) -> Text {
        let at = |day: i64| Moment::UNIX_EPOCH + TimeDelta::days(day);
        Text {
            first_seen: at(first_seen),
            published: published.map(at),
            ..Text::default()
        }
    }

    #[test]
    fn only_a_later_arrival_with_a_much_earlier_date_is_doubted() {
        assert!(dated(&text(20, Some(2)), &text(10, Some(9))).is_some());
        assert!(dated(&text(20, Some(2)), &text(10, None)).is_some());
        assert!(dated(&text(20, Some(9)), &text(10, Some(10))).is_none());
        assert!(dated(&text(20, None), &text(10, Some(9))).is_none());
        assert!(dated(&text(10, Some(2)), &text(10, Some(9))).is_none());
    }

    #[test]
    fn title_is_one_bounded_line() {
        let long = Text {
            title: Some(format!("a\nb {}", "c".repeat(300))),
            ..Text::default()
        };
        let title = title(&long);
        assert!(title.starts_with("a b c") && title.ends_with('…'));
        assert_eq!(title.chars().count(), TITLE + 1);
    }
}
