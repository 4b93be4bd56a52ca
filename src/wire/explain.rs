//! Why a release is or isn't in the wire, and why its publications are one release (contract §1,
//! `explain`).
//!
//! Gathers typed values; `command` and `publish` put them into words. What is asked of the database is
//! what was decided and kept; near misses, on both sides of likeness and relation, are looked at again
//! by the rules in force, because only what was found is kept. It writes nothing.

use super::found::judge;
use super::members::{Admission, admission};
use super::place::Placer;
use super::rules::Rules;
use super::translations;
use crate::config::Config;
use crate::database::{Database, DatabaseError, Found, Joining};
use crate::domain::decision::{Decision, TextName};
use crate::domain::entry::EntryNumber;
use crate::domain::likeness::{Bond, Evidence, Judged, Text, Verdict, canonical_link};
use crate::domain::relation::{Relation, Target};
use crate::domain::release::{By, Publication, Release, ReleaseId, ReleaseNumber, Shown};
use std::collections::{HashMap, HashSet};
use std::fmt;

/// Statements that came near, at most.
const NEAR: usize = 5;

/// Releases that stayed apart, at most.
const APART: usize = 5;

/// Words that are offered as aliases of a topic, at most.
const ALIASES: usize = 5;

/// Two texts with less in common than this were never near, unless title or link are the same.
const FAR: f64 = 0.12;

/// Everything that can be said on why a release is what and where it is.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The release; `relations` are those that count.
    pub release: Release,
    /// Its publications, the shown one first, and by what each is in it.
    pub publications: Vec<Explanation>,
    /// Statements that came near and do not count, nearest first.
    pub near: Vec<Relation>,
    /// Releases that are like it and stayed apart, nearest first.
    pub apart: Vec<Apart>,
    /// What would bring it into the wire, each by itself; empty where it is in it or withdrawn.
    pub remedies: Vec<Remedy>,
    /// What editors decided about its texts, in the order in which they did.
    pub decisions: Vec<Decision>,
    /// The text is gone (`[store] keep_unrelated`): near misses can't be looked at any more.
    pub is_faded: bool,
}

/// By what one publication is in its release, and what it does for its place in the wire.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// Who carried it, where, when.
    pub publication: Publication,
    /// How it came into the release.
    pub joined: Joined,
    /// Whether it brings the release into the wire.
    pub brings: Brings,
}

/// How a publication came into its release.
#[derive(Clone, Debug, PartialEq)]
pub enum Joined {
    /// It is a statement of ours.
    Ours,
    /// It founded the release, or stands in it alone.
    Founded,
    /// It was found to be the same text as what the release showed.
    As(Box<Evidence>),
    /// An editor joined it with others.
    Editor,
}

/// Whether, and by what, a publication brings its release into the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Brings {
    /// Yes: a statement of ours.
    Ours,
    /// Yes: its source's `keep = "all"`.
    All,
    /// Yes: it is related.
    Related,
    /// No: it is related to nothing.
    Unrelated,
    /// No: none of its source's `match` stands in it.
    NoMatch,
    /// No: this pattern of its source's `block` stands in it.
    Blocked(String),
    /// No: its source's filters kept it out when it was last decided.
    KeptOut,
}

/// A release that is like this one and is another.
#[derive(Clone, Debug)]
pub struct Apart {
    /// Its id.
    pub id: ReleaseId,
    /// Its title.
    pub title: Option<String>,
    /// Address of its shown publication.
    pub url: Option<String>,
    /// Slug of the statement in it.
    pub statement: Option<String>,
    /// What the two are to each other, with the figures.
    pub judged: Judged,
}

/// Something that would bring a release into the wire.
#[derive(Clone, Debug, PartialEq)]
pub enum Remedy {
    /// `[related] threshold` at or below `score`.
    Threshold {
        /// Slug of the statement that it would then be related to.
        statement: String,
        /// What it scores with it.
        score: f64,
    },
    /// A `[[topic]]` with one of these words as alias.
    Topic {
        /// Words and names of the text, those that say most first.
        words: Vec<String>,
    },
    /// `keep = "all"` for this source.
    KeepAll {
        /// Its id.
        source: String,
    },
    /// Another `match` for this source.
    Match {
        /// Its id.
        source: String,
    },
    /// This pattern taken from this source's `block`.
    Unblock {
        /// Its id.
        source: String,
        /// The pattern.
        pattern: String,
    },
}

/// The releases that a person means by what they typed: a release id, a statement's slug, an address
/// of ours, the address of any publication, a guid. Best first; empty: nothing is known by it.
///
/// # Errors
/// The database's.
pub async fn find(
    database: &Database,
    config: &Config,
    asked: &str,
) -> Result<Vec<Release>, DatabaseError> {
    let asked = asked.trim();
    let ours = config.wire.url.as_str();
    let path = asked.strip_prefix(ours).unwrap_or(asked);
    let path = path.trim_start_matches('/').trim_end_matches('/');
    let id = path.strip_prefix("releases/").unwrap_or(path);
    if let Some(id) = ReleaseId::parse(id) {
        return match database.release(&id).await? {
            Found::Release(release) => Ok(vec![*release]),
            Found::MovedTo(id) => match database.release(&id).await? {
                Found::Release(release) => Ok(vec![*release]),
                _ => Ok(Vec::new()),
            },
            Found::Unknown => Ok(Vec::new()),
        };
    }
    let slug = path.strip_prefix("statements/").unwrap_or(path);
    if let Some(release) = database.release_of_statement(slug).await? {
        return Ok(vec![release]);
    }
    let link = canonical_link(asked);
    let numbers = database.releases_by_name(asked, link.as_deref()).await?;
    let mut releases = database.releases(&numbers).await?;
    // Who types an address means what is shown of it.
    releases.sort_by_key(|release| (release.entered.is_none(), release.number));
    Ok(releases)
}

/// Explains a release by what was kept and by the rules in force.
///
/// # Errors
/// The database's.
pub async fn explain(
    database: &Database,
    rules: &Rules,
    config: &Config,
    mut release: Release,
) -> Result<Explained, DatabaseError> {
    let shown = database.shown_text(release.number).await?;
    let shown = shown.filter(|text| !text.html.is_empty() || text.title.is_some());
    let texts = database.texts_of_release(release.number).await?;
    let joined: HashSet<EntryNumber> = texts
        .iter()
        .filter(|text| !rules.decisions.bonds(&text.name).with.is_empty())
        .filter_map(|text| text.entry)
        .collect();
    let publications = publications(database, config, &release, &joined).await?;
    let texts: Vec<TextName> = texts.into_iter().map(|text| text.name).collect();
    let decisions = rules.decisions.about(&texts).into_iter().cloned().collect();
    release.relations.retain(|relation| rules.counts(relation));
    let (mut near, mut apart, mut words) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(text) = &shown {
        near = near_of(rules, &release, text);
        apart = apart_of(database, rules, release.number, text).await?;
        words = rules.telling(text, ALIASES);
    }
    let remedies = match release.entered.is_none() && release.withdrawal.is_none() {
        true => remedies(&publications, &near, words),
        false => Vec::new(),
    };
    let is_faded = is_faded(database, &release).await?;
    Ok(Explained {
        release,
        publications,
        near,
        apart,
        remedies,
        decisions,
        is_faded,
    })
}

async fn is_faded(database: &Database, release: &Release) -> Result<bool, DatabaseError> {
    match release.shown {
        Shown::Entry(entry) => Ok(!database.texts(&[entry]).await?.contains_key(&entry)),
        Shown::Statement(_) => Ok(false),
    }
}

async fn publications(
    database: &Database,
    config: &Config,
    release: &Release,
    by_editors: &HashSet<EntryNumber>,
) -> Result<Vec<Explanation>, DatabaseError> {
    let joinings: HashMap<_, Joining> = database
        .joinings(release.number)
        .await?
        .into_iter()
        .map(|joining| (joining.entry, joining))
        .collect();
    let mut explained = Vec::with_capacity(release.publications.len());
    for publication in &release.publications {
        let (joined, brings) = match &publication.by {
            By::Statement(_) => (Joined::Ours, Brings::Ours),
            By::Entry {
                entry, source_id, ..
            } => {
                let Some(joining) = joinings.get(entry) else {
                    continue;
                };
                let joined = match &joining.evidence {
                    Some(evidence) => Joined::As(Box::new(evidence.clone())),
                    None if by_editors.contains(entry) => Joined::Editor,
                    None => Joined::Founded,
                };
                (joined, brings(database, config, source_id, joining).await?)
            }
        };
        explained.push(Explanation {
            publication: publication.clone(),
            joined,
            brings,
        });
    }
    Ok(explained)
}

async fn brings(
    database: &Database,
    config: &Config,
    source_id: &str,
    joining: &Joining,
) -> Result<Brings, DatabaseError> {
    if joining.admitted {
        return Ok(match (joining.keep_all, joining.relations.is_empty()) {
            (true, _) => Brings::All,
            (false, false) => Brings::Related,
            (false, true) => Brings::Unrelated,
        });
    }
    let source = config.sources.iter().find(|source| source.id == source_id);
    let mut texts = database.texts(&[joining.entry]).await?;
    let (Some(source), Some(entry)) = (source, texts.remove(&joining.entry)) else {
        return Ok(Brings::KeptOut);
    };
    Ok(match admission(source, &entry) {
        Admission::NoMatch => Brings::NoMatch,
        Admission::Blocked(pattern) => Brings::Blocked(pattern),
        // feeds.toml was changed, and the change is not decided yet.
        Admission::Admitted => Brings::KeptOut,
    })
}

/// Statements that are nearest to the text and are not among what counts.
fn near_of(rules: &Rules, release: &Release, text: &Text) -> Vec<Relation> {
    if text.source.is_none() {
        return Vec::new();
    }
    let mut near = rules.nearest(text, NEAR + release.relations.len());
    near.retain(|relation| {
        let counts = release
            .relations
            .iter()
            .any(|counted| counted.target == relation.target);
        let own = matches!(&relation.target, Target::Statement(slug) if release.statement.as_ref() == Some(slug));
        !counts && !own
    });
    near.truncate(NEAR);
    near
}

/// Releases that share keys with the text and are not one with it.
async fn apart_of(
    database: &Database,
    rules: &Rules,
    release: ReleaseNumber,
    text: &Text,
) -> Result<Vec<Apart>, DatabaseError> {
    let placer = Placer { database, rules };
    let prepared = placer.prepared(text.clone()).await?;
    let keys = translations::keys(&prepared, &prepared.in_words());
    let mut found: Vec<(ReleaseNumber, Judged)> = Vec::new();
    for candidate in database.candidates(&keys).await? {
        if candidate.release == release {
            continue;
        }
        let bond: Bond = placer.bond(&candidate.text, &prepared).await?;
        let judged = judge(&placer.prepared(candidate.text).await?, &prepared, bond);
        if is_near(&judged) {
            found.push((candidate.release, judged));
        }
    }
    found.sort_by(|(_, one), (_, other)| other.evidence.covered.total_cmp(&one.evidence.covered));
    found.truncate(APART);
    let numbers: Vec<ReleaseNumber> = found.iter().map(|(number, _)| *number).collect();
    let mut releases: HashMap<ReleaseNumber, Release> = database
        .releases(&numbers)
        .await?
        .into_iter()
        .map(|release| (release.number, release))
        .collect();
    let apart = found.into_iter().filter_map(|(number, judged)| {
        let other = releases.remove(&number)?;
        Some(Apart {
            id: other.id,
            title: other.title,
            url: other.url,
            statement: other.statement,
            judged,
        })
    });
    Ok(apart.collect())
}

fn is_near(judged: &Judged) -> bool {
    let evidence = &judged.evidence;
    judged.verdict != Verdict::Distinct
        || evidence.same_title
        || evidence.same_link
        || evidence.covered >= FAR
}

fn remedies(publications: &[Explanation], near: &[Relation], words: Vec<String>) -> Vec<Remedy> {
    let mut remedies = Vec::new();
    let sources = publications.iter().filter_map(|one| {
        let By::Entry { source_id, .. } = &one.publication.by else {
            return None;
        };
        Some((source_id, &one.brings))
    });
    let mut may_relate = false;
    for (source, brings) in sources {
        let source = source.clone();
        let remedy = match brings {
            Brings::NoMatch => Remedy::Match { source },
            Brings::Blocked(pattern) => Remedy::Unblock {
                source,
                pattern: pattern.clone(),
            },
            Brings::Unrelated => {
                may_relate = true;
                Remedy::KeepAll { source }
            }
            Brings::Ours | Brings::All | Brings::Related | Brings::KeptOut => continue,
        };
        if !remedies.contains(&remedy) {
            remedies.push(remedy);
        }
    }
    // Relating helps only what the filters let through.
    if may_relate {
        let nearest = near.iter().find_map(|relation| match &relation.target {
            Target::Statement(slug) => Some(Remedy::Threshold {
                statement: slug.clone(),
                score: relation.score,
            }),
            Target::Topic(_) => None,
        });
        let topic = (!words.is_empty()).then_some(Remedy::Topic { words });
        remedies.splice(0..0, nearest.into_iter().chain(topic));
    }
    remedies
}

impl fmt::Display for Brings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Brings::Ours => "brings it into the wire: it is ours",
            Brings::All => "brings it into the wire: keep = \"all\"",
            Brings::Related => "brings it into the wire: it is related",
            Brings::Unrelated => "related to no topic and no statement",
            Brings::NoMatch => "kept out: no pattern of `match` stands in it",
            Brings::KeptOut => "kept out by `match` or `block`",
            Brings::Blocked(pattern) => return write!(f, "kept out: `block` has {pattern}"),
        })
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Remedy::Threshold { statement, score } => write!(
                f,
                "[related] threshold = {score} or less: then by the statement {statement}"
            ),
            Remedy::Topic { words } => {
                write!(f, "a [[topic]] with one of its words: {}", words.join(", "))
            }
            Remedy::KeepAll { source } => write!(f, "keep = \"all\" for the source {source}"),
            Remedy::Match { source } => write!(
                f,
                "another `match` for the source {source}: none of its patterns stands in it"
            ),
            Remedy::Unblock { source, pattern } => {
                write!(f, "`block` of the source {source} without {pattern}")
            }
        }
    }
}

/// "the same text: 97 % of its words, same title; 3 words new; 4,2 → 2,4".
pub fn figures(evidence: &Evidence) -> String {
    let share = (evidence.covered * 100.0).round();
    let mut grounds = vec![format!("{share} % of its words")];
    if evidence.same_title {
        grounds.push("same title".to_owned());
    }
    if evidence.same_link {
        grounds.push("same link".to_owned());
    }
    let mut parts = vec![format!("{}: {}", evidence.verdict, grounds.join(", "))];
    if evidence.new > 0 {
        parts.push(format!("{} words new", evidence.new));
    }
    if evidence.gone > 0 {
        parts.push(format!("{} words gone", evidence.gone));
    }
    if evidence.days_apart != 0 {
        parts.push(format!("{} days apart", evidence.days_apart.abs()));
    }
    parts.extend(evidence.differences.iter().map(ToString::to_string));
    parts.join("; ")
}
