//! Language versions: which of several releases of one text a reader gets who named languages, and the
//! links between those of ours.

use super::carry::Touched;
use super::feeds::held_by;
use super::linked;
use super::records::Window;
use super::sql::{Attempt, Columns, Conn, Result, list};
use crate::domain::release::{Link, LinkKind, ReleaseNumber};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A release in a scope, as far as the choice needs it.
#[derive(Clone, Debug)]
struct Candidate {
    release: i64,
    entered: i64,
    language: Option<String>,
    slug: Option<String>,
    text_group: Option<String>,
    translation_of: Option<String>,
}

/// The window of a scope where each text comes in one version only: the one in the earliest of
/// `langs`, else the newest. A text in none of them still comes once. Versions are looked for among
/// the scope's newest releases, as many as the window's cap.
pub(super) async fn preferred(
    conn: &mut Conn,
    scope: i64,
    window: Window,
    langs: &[String],
) -> Result<Vec<i64>> {
    let wide = Window {
        items: window.cap,
        ..window
    };
    let numbers = list(held_by(conn, scope, wide).await?);
    chosen_among(conn, &numbers, window, langs).await
}

/// The window of these releases, newest first; where `langs` names none, with every version of a
/// text.
pub(super) async fn chosen_among(
    conn: &mut Conn,
    numbers: &str,
    window: Window,
    langs: &[String],
) -> Result<Vec<i64>> {
    let candidates = candidates(conn, numbers).await?;
    let texts = match langs {
        [] => (0..candidates.len()).collect(),
        _ => texts(&candidates, &translations(conn, numbers).await?),
    };
    Ok(chosen(&candidates, &texts, langs, window))
}

async fn candidates(conn: &mut Conn, numbers: &str) -> Result<Vec<Candidate>> {
    let rows = sqlx::query(
        "SELECT r.number, r.entered, r.language, t.slug, t.text_group, t.translation_of
         FROM json_each(?) AS j CROSS JOIN release AS r ON r.number = j.value
         LEFT JOIN statement AS t ON t.slug = r.statement
         ORDER BY r.position DESC, r.number DESC",
    )
    .bind(numbers)
    .fetch_all(conn)
    .await
    .attempt("read languages of releases")?;
    rows.iter()
        .map(|row| {
            let row = Columns(row);
            Ok(Candidate {
                release: row.get("number")?,
                entered: row.get::<Option<i64>>("entered")?.unwrap_or_default(),
                language: row.get("language")?,
                slug: row.get("slug")?,
                text_group: row.get("text_group")?,
                translation_of: row.get("translation_of")?,
            })
        })
        .collect()
}

async fn translations(conn: &mut Conn, numbers: &str) -> Result<Vec<(i64, i64)>> {
    sqlx::query_as(
        "SELECT l.release, l.other FROM json_each(?) AS j
         CROSS JOIN link AS l ON l.release = j.value WHERE l.kind = 'translation'",
    )
    .bind(numbers)
    .fetch_all(conn)
    .await
    .attempt("read translations of releases")
}

/// Those of `candidates` (newest first) that stay: one of each of `texts`, then the window.
fn chosen(candidates: &[Candidate], texts: &[usize], langs: &[String], window: Window) -> Vec<i64> {
    let mut best: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (index, candidate) in candidates.iter().enumerate() {
        let rank = rank(candidate.language.as_deref(), langs);
        let so_far = best.entry(texts[index]).or_insert((rank, index));
        *so_far = (*so_far).min((rank, index));
    }
    let kept: HashSet<usize> = best.into_values().map(|(_, index)| index).collect();
    let newest_entrant = candidates.iter().map(|c| c.entered).max();
    let since = newest_entrant.map_or(0, |newest| newest - window.since_ms);
    candidates
        .iter()
        .enumerate()
        .filter(|(index, _)| kept.contains(index))
        .map(|(_, candidate)| candidate)
        .enumerate()
        .filter(|(place, candidate)| *place < window.items || candidate.entered >= since)
        .map(|(_, candidate)| candidate.release)
        .take(window.cap)
        .collect()
}

/// For each candidate the index of the first one that is the same text in some language.
fn texts(candidates: &[Candidate], translations: &[(i64, i64)]) -> Vec<usize> {
    let mut first: Vec<usize> = (0..candidates.len()).collect();
    fn root(first: &[usize], mut index: usize) -> usize {
        while first[index] != index {
            index = first[index];
        }
        index
    }
    let mut join = |a: usize, b: usize| {
        let (a, b) = (root(&first, a), root(&first, b));
        first[a.max(b)] = a.min(b);
    };
    let of_release: HashMap<i64, usize> = candidates
        .iter()
        .enumerate()
        .map(|(index, candidate)| (candidate.release, index))
        .collect();
    for (a, b) in translations {
        if let (Some(a), Some(b)) = (of_release.get(a), of_release.get(b)) {
            join(*a, *b);
        }
    }
    let mut of_group: HashMap<&str, usize> = HashMap::new();
    let mut of_slug: HashMap<&str, usize> = HashMap::new();
    for (index, candidate) in candidates.iter().enumerate() {
        if let Some(group) = &candidate.text_group {
            join(*of_group.entry(group).or_insert(index), index);
        }
        if let Some(slug) = &candidate.slug {
            of_slug.insert(slug, index);
        }
    }
    for (index, candidate) in candidates.iter().enumerate() {
        let original = candidate.translation_of.as_deref();
        if let Some(original) = original.and_then(|slug| of_slug.get(slug)) {
            join(*original, index);
        }
    }
    (0..first.len()).map(|index| root(&first, index)).collect()
}

/// How far down in `langs` a language stands, by primary subtag; behind all of them where it does not.
fn rank(language: Option<&str>, langs: &[String]) -> usize {
    let primary = |tag: &str| {
        tag.split(['-', '_'])
            .next()
            .unwrap_or(tag)
            .to_ascii_lowercase()
    };
    let position = language.and_then(|language| {
        let language = primary(language);
        langs.iter().position(|lang| primary(lang) == language)
    });
    position.unwrap_or(langs.len())
}

/// What front matter declares needs no reason, and is told by that from what was found.
const DECLARED: &str = "";

/// A statement as its front matter names its language versions.
struct Declared {
    release: i64,
    slug: String,
    language: Option<String>,
    text_group: Option<String>,
    translation_of: Option<String>,
}

/// Links statements that were written with those that front matter declares to be translations of them,
/// in either direction, and takes back what it no longer does. Both ends of each change are touched.
pub(super) async fn link_declared(
    conn: &mut Conn,
    written: &HashSet<&str>,
    touched: &mut Touched,
) -> Result<()> {
    let all = declared(conn).await?;
    let mut families: HashMap<(bool, &str), Vec<&Declared>> = HashMap::new();
    for one in &all {
        for family in one.families() {
            families.entry(family).or_default().push(one);
        }
    }
    for this in all
        .iter()
        .filter(|this| written.contains(this.slug.as_str()))
    {
        let members = this.families().filter_map(|family| families.get(&family));
        let wanted: BTreeSet<i64> = members
            .flatten()
            .filter(|other| this.release != other.release && this.language != other.language)
            .map(|other| other.release)
            .collect();
        let known = declared_links(conn, this.release).await?;
        for other in known.difference(&wanted) {
            unlink(conn, this.release, *other).await?;
        }
        for other in wanted.difference(&known) {
            let link = Link {
                release: ReleaseNumber(*other),
                kind: LinkKind::Translation,
                why: DECLARED.to_owned(),
            };
            linked::link(conn, ReleaseNumber(this.release), &link).await?;
        }
        for other in known.symmetric_difference(&wanted) {
            touched.touch(ReleaseNumber(this.release));
            touched.touch(ReleaseNumber(*other));
        }
    }
    Ok(())
}

/// Those that name others, or that others may name.
async fn declared(conn: &mut Conn) -> Result<Vec<Declared>> {
    let rows =
        sqlx::query("SELECT release, slug, language, text_group, translation_of FROM statement")
            .fetch_all(conn)
            .await
            .attempt("read language versions of statements")?;
    rows.iter()
        .map(|row| {
            let row = Columns(row);
            Ok(Declared {
                release: row.get("release")?,
                slug: row.get("slug")?,
                language: row.get("language")?,
                text_group: row.get("text_group")?,
                translation_of: row.get("translation_of")?,
            })
        })
        .collect()
}

impl Declared {
    /// By what its versions are found: the original that they translate, and their group.
    fn families(&self) -> impl Iterator<Item = (bool, &str)> {
        let original = self.translation_of.as_deref().unwrap_or(&self.slug);
        let group = self.text_group.as_deref();
        [Some((false, original)), group.map(|group| (true, group))]
            .into_iter()
            .flatten()
    }
}

async fn declared_links(conn: &mut Conn, release: i64) -> Result<BTreeSet<i64>> {
    let others: Vec<i64> = sqlx::query_scalar(
        "SELECT other FROM link WHERE release = ?1 AND kind = ?2 AND why = ?3
         UNION SELECT release FROM link WHERE other = ?1 AND kind = ?2 AND why = ?3",
    )
    .bind(release)
    .bind(LinkKind::Translation.word())
    .bind(DECLARED)
    .fetch_all(conn)
    .await
    .attempt("read language versions of a statement")?;
    Ok(others.into_iter().collect())
}

async fn unlink(conn: &mut Conn, one: i64, other: i64) -> Result<()> {
    sqlx::query(
        "DELETE FROM link WHERE kind = ?3 AND why = ?4
             AND (release = ?1 AND other = ?2 OR release = ?2 AND other = ?1)",
    )
    .bind(one)
    .bind(other)
    .bind(LinkKind::Translation.word())
    .bind(DECLARED)
    .execute(conn)
    .await
    .attempt("part two language versions")
    .map(drop)
}
