//! The same text in another language: found by keys of its own, told by `domain::relation`, linked and
//! never merged.

use super::found::why;
use super::ready::Ready;
use crate::database::{Database, DatabaseError};
use crate::domain::likeness::{
    self, Boilerplate, Evidence, Judged, Key, KeyKind, Prepared, Text, Verdict,
};
use crate::domain::relation::{self, InMarks, InWords, Path, Relation, Target};
use crate::domain::release::{Link, LinkKind};
use crate::domain::statement::Status;
use crate::domain::text;

/// A text that is related less than this to a statement in another language does not translate it.
const SURE: f64 = 0.9;

/// Texts that share fewer of their words may be one address's in two languages (`likeness`); of names and
/// numbers, translations share far more.
const WORDS: f64 = 0.12;

/// The keys of a text: those that its like is found by, and those of its translations. These are kept,
/// and given up, as shingles are.
pub(super) fn keys(ready: &Ready, said: &InWords) -> Vec<Key> {
    let mut keys = likeness::keys(ready);
    let is_ours = ready.text.source.is_none();
    let of_translations = InMarks::of(said).map(|marks| marks.keys(is_ours));
    keys.extend(of_translations.into_iter().flatten().map(|hash| Key {
        hash: hash as i64,
        kind: KeyKind::Translation,
    }));
    keys
}

/// The verdict, where two texts that share no words are one in two languages. That one address stands
/// under both says so where one source does; of two sources either may have taken the other's address.
pub(super) fn judged(one: &Ready, other: &Ready, mut judged: Judged) -> Judged {
    let languages = (one.text.language.as_deref()).zip(other.text.language.as_deref());
    let others = languages.is_some_and(|(one, other)| text::primary(one) != text::primary(other));
    if !matches!(judged.verdict, Verdict::Distinct | Verdict::Translation) || !others {
        return judged;
    }
    let in_marks = one.in_marks().zip(other.in_marks());
    match in_marks.and_then(|(one, other)| relation::translation(one, other)) {
        Some(share) => {
            judged.verdict = Verdict::Translation;
            judged.evidence.covered = f64::from((share * 1000.0).round()) / 1000.0;
            judged.evidence.differences.clear();
        }
        None if one.text.source != other.text.source => judged.verdict = Verdict::Distinct,
        None => {}
    }
    judged.evidence.verdict = judged.verdict;
    judged
}

/// Whether what the texts say makes a translation, not one address alone.
pub(super) fn is_told(judged: &Judged) -> bool {
    judged.verdict == Verdict::Translation && judged.evidence.covered >= WORDS
}

/// Links to the statements of ours that a text translates, found by its relations to them: keys are but
/// a few, and may miss.
///
/// # Errors
/// The database's, where a statement can't be read.
pub(super) async fn of_statements(
    database: &Database,
    ready: &Ready,
    relations: &[Relation],
) -> Result<Vec<Link>, DatabaseError> {
    let mut links = Vec::new();
    for relation in relations.iter().filter(|relation| is_sure(relation)) {
        let Target::Statement(slug) = &relation.target else {
            continue;
        };
        let Some(record) = database.statement(slug).await? else {
            continue;
        };
        let statement = record.read.statement;
        if statement.status != Status::Published {
            continue;
        }
        let ours = Text {
            title: Some(statement.title),
            html: statement.body.html,
            language: statement.language,
            ..Text::default()
        };
        let distinct = Judged {
            verdict: Verdict::Distinct,
            evidence: Evidence::default(),
        };
        let ours = Ready::of(Prepared::of(ours, &Boilerplate::default()));
        let judged = judged(&ours, ready, distinct);
        if judged.verdict == Verdict::Translation {
            links.push(Link {
                release: record.release,
                kind: LinkKind::Translation,
                why: why(&judged),
            });
        }
    }
    Ok(links)
}

fn is_sure(relation: &Relation) -> bool {
    let across = |evidence: &relation::Evidence| {
        matches!(
            evidence,
            relation::Evidence::Terms {
                path: Path::OtherLanguage,
                ..
            }
        )
    };
    relation.score >= SURE && relation.why.iter().any(across)
}
