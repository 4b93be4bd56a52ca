//! What a relation rests on, as values: kept in the database as JSON, shown by pages, API and `explain`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// With what something is related.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// A `[[topic]]`, by slug.
    Topic(String),
    /// A statement of ours, by slug.
    Statement(String),
}

/// Why a release belongs with a statement or a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// With what.
    pub target: Target,
    /// In \[0, 1\], to three places; 1 for topics, links and quotations.
    pub score: f64,
    /// Strongest first.
    pub why: Vec<Evidence>,
}

/// By which rule two texts were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Path {
    /// By their words.
    SameLanguage,
    /// By names, numbers, places and concepts.
    OtherLanguage,
}

/// A term that two texts share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// As it first stands in their text.
    pub theirs: String,
    /// As it first stands in ours.
    pub ours: String,
}

/// What speaks for one matter, and against it, beside the words in common.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weighing {
    /// Summed weight of the words in common that are no names, to one place: what both are about.
    pub matter: f64,
    /// How alike the themes of both are (labour, justice, health …), in \[0, 1\], to two places. None: in
    /// another language they decide nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub themes: Option<f64>,
    /// Which share of their text is everyday business (sports, sales, openings) that ours does not speak of,
    /// in \[0, 1\], to two places. It speaks against one matter.
    pub everyday: f64,
}

/// What a relation rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// A topic's alias stands in title or text.
    Alias {
        /// The topic's name.
        topic: String,
        /// The alias as the operator wrote it.
        alias: String,
        /// How often.
        times: u32,
    },
    /// The text links the statement's address.
    Link {
        /// Version of the rule.
        rule: u32,
        /// The address as the text has it.
        address: String,
    },
    /// The text quotes the statement word for word.
    Quotation {
        /// Version of the rule.
        rule: u32,
        /// How many words in a row.
        words: u32,
        /// How it begins.
        begins: String,
    },
    /// The texts share words, names, places.
    Terms {
        /// Version of the rule.
        rule: u32,
        /// By which rule.
        path: Path,
        /// Cosine of the two vectors, to three places.
        cosine: f64,
        /// Summed weight of what is shared, to one place.
        mass: f64,
        /// How much of it is rare: terms of weight 4 and more; in another language, names.
        rare: u32,
        /// Places and concepts in common (in another language only).
        general: u32,
        /// What the score rests on beside them. None: kept by an older rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        weighing: Option<Weighing>,
        /// The gate for too little in common held the score down to 0.45.
        held: bool,
        /// The eight strongest, strongest first.
        strongest: Vec<Shared>,
    },
    /// An editor said so.
    Editor {
        /// Why; empty where nothing was given.
        reason: String,
    },
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.theirs == self.ours {
            true => f.write_str(&self.theirs),
            false => write!(f, "{} = {}", self.theirs, self.ours),
        }
    }
}

impl fmt::Display for Weighing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "matter {:.1}", self.matter)?;
        if let Some(themes) = self.themes {
            write!(f, ", themes {:.0} % alike", themes * 100.0)?;
        }
        match self.everyday > 0.0 {
            true => write!(f, ", {:.0} % everyday business", self.everyday * 100.0),
            false => Ok(()),
        }
    }
}

/// For people, in one line.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Evidence::Alias {
                topic,
                alias,
                times,
            } => write!(f, "{topic}: {alias}, {times} ×"),
            Evidence::Link { address, .. } => write!(f, "links {address}"),
            Evidence::Editor { reason } if reason.is_empty() => f.write_str("an editor's word"),
            Evidence::Editor { reason } => write!(f, "an editor's word: {reason}"),
            Evidence::Quotation { words, begins, .. } => {
                write!(f, "quotes {words} words: “{begins} …”")
            }
            Evidence::Terms {
                path,
                cosine,
                mass,
                rare,
                general,
                weighing,
                held,
                strongest,
                ..
            } => {
                let list: Vec<String> = strongest.iter().map(ToString::to_string).collect();
                write!(f, "shares {}", list.join(", "))?;
                match path {
                    Path::SameLanguage => write!(f, " ({rare} rare words")?,
                    Path::OtherLanguage => {
                        write!(
                            f,
                            " ({rare} names, {general} places and concepts across languages"
                        )?;
                    }
                }
                write!(f, "; cosine {cosine:.3}, weight {mass:.1})")?;
                if let Some(weighing) = weighing {
                    write!(f, "; {weighing}")?;
                }
                match held {
                    true => f.write_str("; too little in common to count"),
                    false => Ok(()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_reads_back_from_json_and_speaks_to_people() {
        let terms = Evidence::Terms {
            rule: 1,
            path: Path::OtherLanguage,
            cosine: 0.25,
            mass: 21.5,
            rare: 2,
            general: 3,
            weighing: Some(Weighing {
                matter: 12.5,
                themes: Some(0.75),
                everyday: 0.1,
            }),
            held: false,
            strongest: vec![Shared {
                theirs: "Токаевым".into(),
                ours: "Tokajew".into(),
            }],
        };
        let json = serde_json::to_string(&terms).unwrap();
        assert_eq!(serde_json::from_str::<Evidence>(&json).unwrap(), terms);
        assert_eq!(
            terms.to_string(),
            "shares Токаевым = Tokajew (2 names, 3 places and concepts across languages; cosine 0.250, weight 21.5); \
             matter 12.5, themes 75 % alike, 10 % everyday business"
        );
        let old = r#"{"alias":{"topic":"T","alias":"A","times":2}}"#;
        assert_eq!(
            serde_json::from_str::<Evidence>(old).unwrap().to_string(),
            "T: A, 2 ×"
        );
    }
}
