//! By what texts are held to belong here: topics of feeds.toml and statements of ours.

use super::boilerplates::Boilerplates;
use super::signatures::Signatures;
use crate::config::Config;
use crate::database::StatementRecord;
use crate::domain::Digest;
use crate::domain::decision::Decisions;
use crate::domain::likeness::{Prepared, Text, canonical_link};
use crate::domain::relation::{
    self, InWords, Index, Lookout, Ours, Relation, Sketch, Target, Topics,
};
use crate::domain::statement::{Statement, Status};
use crate::domain::text;
use sha2::{Digest as _, Sha256};
use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

/// Links of one text that are looked at; a text that has more is a list of links.
const LINKS: usize = 200;

/// By what arrivals are placed: made of the configuration and our statements, swapped whole.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// `[[topic]]`.
    pub topics: Topics,
    /// Our statements, indexed.
    pub statements: Arc<Index>,
    /// `[related] threshold`.
    pub threshold: f64,
    /// What editors decided.
    pub decisions: Arc<Decisions>,
    /// Who signed which statement.
    pub(super) signatures: Arc<Signatures>,
    /// What each source says under every text.
    pub(super) boilerplates: Arc<Boilerplates>,
    /// From which score on what is in the wire already stays in it.
    stays_at: f64,
    /// What entries are held against, with a digest of what each is looked for by.
    targets: Arc<Vec<(Target, Digest)>>,
}

impl Rules {
    /// The rules of a configuration and of the statements that are public.
    pub fn of(config: &Config, statements: &[StatementRecord]) -> Rules {
        let topics = config.topics.iter().map(|topic| {
            (
                topic.name.as_str(),
                topic.slug.as_str(),
                topic.aliases.as_slice(),
            )
        });
        Rules {
            topics: Topics::compile(topics),
            statements: Arc::new(index(config, statements)),
            threshold: config.related.threshold,
            decisions: Arc::default(),
            signatures: Arc::new(Signatures::of(
                config,
                statements.iter().map(|record| &record.read.statement),
            )),
            boilerplates: Arc::default(),
            stays_at: config.related.stays_at(),
            targets: Arc::new(targets(config, statements)),
        }
    }

    /// These rules with what `before` remembers of the sources' boilerplate: it is made of what sources say,
    /// and no statement or topic changes that.
    #[must_use]
    pub fn remembering(mut self, before: &Rules) -> Rules {
        self.boilerplates = Arc::clone(&before.boilerplates);
        self
    }

    /// The same rules, and `statements` signed by whom they say, before they are kept: what they would
    /// be one with is to be known when they come.
    #[must_use]
    pub fn signed<'s>(
        self,
        config: &Config,
        statements: impl IntoIterator<Item = &'s Statement>,
    ) -> Rules {
        Rules {
            signatures: Arc::new(Signatures::of(config, statements)),
            ..self
        }
    }

    /// The same rules, and these decisions of editors over them.
    #[must_use]
    pub fn with_decisions(self, decisions: Arc<Decisions>) -> Rules {
        Rules { decisions, ..self }
    }

    /// Statements and topics that entries are held against, each with a digest that changes when what
    /// it is looked for by does: words, language, addresses and threshold; aliases.
    pub fn targets(&self) -> &[(Target, Digest)] {
        &self.targets
    }

    /// With what a text is related: topics, and statements at or above the threshold, or a little below
    /// it where it was related to them `before`; best first. And what later statements find it by.
    ///
    /// A statement of ours is related to topics only: that it touches another of ours says little.
    pub fn relate(&self, arrived: &Text, before: &[Relation]) -> (Vec<Relation>, Option<Sketch>) {
        let words = Arc::new(Prepared::words_of(arrived));
        let title = arrived.title.as_deref().unwrap_or_default();
        let said = InWords::at_hand(title, words, arrived.language.as_deref());
        self.relate_words(arrived, &said, before)
    }

    /// [`Rules::relate`] where the words of the text are at hand.
    pub(super) fn relate_words(
        &self,
        arrived: &Text,
        said: &InWords,
        before: &[Relation],
    ) -> (Vec<Relation>, Option<Sketch>) {
        let mut relations = self.topics.named_in(said);
        let mut sketch = None;
        // That a statement of ours touches another says little.
        if arrived.source.is_some() && !self.statements.is_empty() {
            let links = links_of(&arrived.html);
            // What enters needs the threshold; only what is in already is looked at below it.
            let is_in = |known: &Relation| matches!(known.target, Target::Statement(_));
            let least = match before.iter().any(is_in) {
                true => self.threshold.min(self.stays_at),
                false => self.threshold,
            };
            let (mut nearest, sketched) = self.statements.compare_and_sketch(said, &links, least);
            sketch = sketched;
            nearest.retain(|relation| self.stands(relation, before));
            nearest.truncate(relation::KEPT);
            relations.extend(nearest);
        }
        (relations, sketch)
    }

    /// Whether a statement that a text comes near to is one that it is related to, by what it was
    /// related to before: what entered the wire does not leave it because a threshold, or a word of a
    /// statement, moved a little.
    fn stands(&self, relation: &Relation, before: &[Relation]) -> bool {
        relation.score >= self.threshold
            || relation.score >= self.stays_at
                && before.iter().any(|known| known.target == relation.target)
    }

    /// What to look for in sketches where these statements and topics are new or changed.
    pub(super) fn lookout(&self, wanted: &HashSet<Target>) -> Lookout {
        Lookout::of(&self.statements, &self.topics, self.threshold, wanted)
    }

    /// Statements that come nearest to a text, near misses included, for people who ask why not.
    pub fn nearest(&self, arrived: &Text, limit: usize) -> Vec<Relation> {
        let plain = text::unescaped(text::plain(&arrived.html));
        let links = links_of(&arrived.html);
        let looked_at = relation::Text {
            title: arrived.title.as_deref().unwrap_or_default(),
            text: &plain,
            language: arrived.language.as_deref(),
            links: &links,
        };
        self.statements.nearest(&looked_at, limit)
    }

    /// The names and words that say most of what a text is about, strongest first: what a topic
    /// would be called that it belongs to.
    pub(super) fn telling(&self, text: &Text, limit: usize) -> Vec<String> {
        let plain = text::plain(&text.html);
        let looked_at = relation::Text {
            title: text.title.as_deref().unwrap_or_default(),
            text: &plain,
            language: text.language.as_deref(),
            links: &[],
        };
        relation::telling(&looked_at, limit)
    }

    /// Whether a relation that was kept counts under these rules.
    pub fn counts(&self, relation: &Relation) -> bool {
        match relation.target {
            Target::Topic(_) => true,
            Target::Statement(_) => relation.score >= self.stays_at,
        }
    }
}

/// What entries are held against, with a digest of what each is looked for by.
fn targets(config: &Config, statements: &[StatementRecord]) -> Vec<(Target, Digest)> {
    let topics = config.topics.iter().map(|topic| {
        let aliases = topic.aliases.iter().map(String::as_bytes);
        let parts = [topic.name.as_bytes()].into_iter().chain(aliases);
        (Target::Topic(topic.slug.clone()), digest(parts))
    });
    let public = statements
        .iter()
        .filter(|record| record.read.statement.status == Status::Published);
    let statements = public.map(|record| {
        let statement = &record.read.statement;
        let parts = [
            &record.read.digest.0,
            statement.language.as_deref().unwrap_or_default().as_bytes(),
            statement.original.as_deref().unwrap_or_default().as_bytes(),
            config.wire.url.as_str().as_bytes(),
            &config.related.threshold.to_be_bytes(),
        ];
        (Target::Statement(statement.slug.clone()), digest(parts))
    });
    topics.chain(statements).collect()
}

fn digest<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Digest {
    let mut hasher = Sha256::new();
    for part in parts {
        // Lengths keep neighbouring parts apart.
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    Digest(hasher.finalize().into())
}

fn index(config: &Config, statements: &[StatementRecord]) -> Index {
    let public = statements
        .iter()
        .map(|record| &record.read.statement)
        .filter(|statement| statement.status == Status::Published);
    let texts: Vec<_> = public
        .map(|statement| {
            let page = config
                .wire
                .url
                .join(&format!("statements/{}", statement.slug))
                .ok();
            let addresses: Vec<String> = [page.map(String::from), statement.original.clone()]
                .into_iter()
                .flatten()
                .filter_map(|address| canonical_link(&address))
                .collect();
            (statement, text::plain(&statement.body.html), addresses)
        })
        .collect();
    Index::of(texts.iter().map(|(statement, plain, addresses)| Ours {
        slug: &statement.slug,
        text: relation::Text {
            title: &statement.title,
            text: plain,
            language: statement.language.as_deref(),
            links: &[],
        },
        addresses,
        date: statement.date,
    }))
}

/// Canonical addresses that a text links, each once.
fn links_of(html: &str) -> Vec<String> {
    let links = RefCell::new(Vec::new());
    text::visible(html, |address| {
        let mut links = links.borrow_mut();
        if links.len() < LINKS
            && let Some(link) = canonical_link(address)
            && !links.contains(&link)
        {
            links.push(link);
        }
        String::new()
    });
    links.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_canonical_and_each_once() {
        let html = r#"<p>See <a href="http://www.example.org/a/?utm_source=x">here</a>,
                      <a href="https://example.org/a">there</a>, <a href="mailto:a@b">mail</a>.</p>"#;
        let links = links_of(html);
        assert_eq!(links.len(), 1, "{links:?}");
        assert_eq!(links[0], canonical_link("https://example.org/a").unwrap());
    }
}
