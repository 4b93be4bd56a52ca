//! The same text in another language: found by keys of its own, told by `domain::relation`, linked and
//! never merged.

use super::found::why;
use crate::database::{Database, DatabaseError};
use crate::domain::likeness::{self, Evidence, Judged, Key, KeyKind, Prepared, Text, Verdict};
use crate::domain::relation::{self, Path, Relation, Target};
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
pub(super) fn keys(prepared: &Prepared) -> Vec<Key> {
    let mut keys = likeness::keys(prepared);
    let is_ours = prepared.text.source.is_none();
    let plain = text::plain(&prepared.text.html);
    let of_translations = relation::translation_keys(&looked_at(&prepared.text, &plain), is_ours);
    keys.extend(of_translations.into_iter().map(|hash| Key {
        hash: hash as i64,
        kind: KeyKind::Translation,
    }));
    keys
}

/// The verdict, where two texts that share no words are one in two languages. That one address stands
/// under both says so where one source does; of two sources either may have taken the other's address.
pub(super) fn judged(older: &Text, newer: &Text, mut judged: Judged) -> Judged {
    let languages = older.language.as_deref().zip(newer.language.as_deref());
    let others =
        languages.is_some_and(|(older, newer)| text::primary(older) != text::primary(newer));
    if !matches!(judged.verdict, Verdict::Distinct | Verdict::Translation) || !others {
        return judged;
    }
    let plain = (text::plain(&older.html), text::plain(&newer.html));
    let looked = (looked_at(older, &plain.0), looked_at(newer, &plain.1));
    match relation::translation(&looked.0, &looked.1) {
        Some(share) => {
            judged.verdict = Verdict::Translation;
            judged.evidence.covered = f64::from((share * 1000.0).round()) / 1000.0;
            judged.evidence.differences.clear();
        }
        None if older.source != newer.source => judged.verdict = Verdict::Distinct,
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
    text: &Text,
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
        let judged = judged(&ours, text, distinct);
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

fn looked_at<'t>(text: &'t Text, plain: &'t str) -> relation::Text<'t> {
    relation::Text {
        title: text.title.as_deref().unwrap_or_default(),
        text: plain,
        language: text.language.as_deref(),
        links: &[],
    }
}
