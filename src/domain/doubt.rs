//! What a source publishes that readers could be fooled by (`likeness.md` §8). It was seen through
//! already, and nothing of it is hidden; the operator is told, so that a person may look.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Something to be doubted. Titles are of the entry that is doubted, as far as it has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// The address of one of our statements, over another text.
    OurAddress {
        /// Whose.
        title: String,
        /// Slug of the statement.
        statement: String,
    },
    /// An address under which another source published another text.
    Address {
        /// Whose.
        title: String,
        /// Title of the other text.
        other: String,
    },
    /// An Atom id that another text bears.
    Id {
        /// Whose.
        title: String,
    },
    /// The title of another source's text, over another text.
    Title {
        /// Both theirs.
        title: String,
    },
    /// It was edited into something that others who carried its text do not say.
    Edited {
        /// As it is now.
        title: String,
    },
    /// Another source's text, but for numbers, negations or names.
    Differs {
        /// Whose.
        title: String,
        /// "4,2 → 2,4".
        difference: String,
    },
    /// It came after others had its text, and claims an earlier date.
    Dated {
        /// Whose.
        title: String,
        /// Days before the date of the text that it joined.
        days: i64,
    },
    /// Texts of ours quoted in heaps.
    Quotes {
        /// Entries of one fetch.
        entries: usize,
    },
    /// One id on several items of a fetch.
    OneId {
        /// How many.
        items: usize,
    },
    /// Known items under other ids.
    NewIds {
        /// How many.
        items: usize,
    },
    /// Items with one address but for what follows the `#`.
    Fragments {
        /// How many.
        items: usize,
    },
    /// Items without the address of a page.
    NoAddress {
        /// How many.
        items: usize,
    },
}

impl Doubt {
    /// How many entries or items it is about; None where it is about one, by its title.
    pub fn count(&self) -> Option<usize> {
        match self {
            Doubt::Quotes { entries: count }
            | Doubt::OneId { items: count }
            | Doubt::NewIds { items: count }
            | Doubt::Fragments { items: count }
            | Doubt::NoAddress { items: count } => Some(*count),
            _ => None,
        }
    }

    /// Counts of one kind stand for each other: the last one holds.
    pub fn replaces(&self, other: &Doubt) -> bool {
        let is_kind = std::mem::discriminant(self) == std::mem::discriminant(other);
        self == other || is_kind && self.count().is_some()
    }

    /// What an operator can do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Doubt::OurAddress { .. }
            | Doubt::Address { .. }
            | Doubt::Id { .. }
            | Doubt::Title { .. } => {
                "nothing: both stand by themselves; if one of them misleads, `presswire hide` it"
            }
            Doubt::Edited { .. } | Doubt::Differs { .. } => {
                "see which of the two is right (`presswire explain` says what differs); `presswire join` \
                 makes them one, `presswire hide` takes one away"
            }
            Doubt::Dated { .. } => "nothing: what was seen first counts",
            Doubt::Quotes { .. } => {
                "if this is no press review, take the source out of feeds.toml, or give it a `match`"
            }
            Doubt::OneId { .. } | Doubt::Fragments { .. } | Doubt::NoAddress { .. } => {
                "nothing: they are told apart all the same; its publisher could mend it"
            }
            Doubt::NewIds { .. } => {
                "nothing: they are known by their words, and not announced again; its publisher could mend it"
            }
        }
    }
}

/// For people, in one line.
impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doubt::OurAddress { title, statement } => write!(
                f,
                "“{title}” gives the address of our statement {statement}, and is another text"
            ),
            Doubt::Address { title, other } => write!(
                f,
                "“{title}” gives an address under which another source has another text, “{other}”"
            ),
            Doubt::Id { title } => write!(f, "“{title}” gives an id that another text bears"),
            Doubt::Title { title } => write!(
                f,
                "“{title}” is also the title of another text, of another source"
            ),
            Doubt::Edited { title } => write!(
                f,
                "“{title}” was edited and no longer says what others do who carry its text"
            ),
            Doubt::Differs { title, difference } => write!(
                f,
                "“{title}” says otherwise what another source says: {difference}"
            ),
            Doubt::Dated { title, days } => write!(
                f,
                "“{title}” came after others had it, and claims to be {days} days older"
            ),
            Doubt::Quotes { entries } => write!(
                f,
                "{entries} entries of one fetch quote several statements of ours each"
            ),
            Doubt::OneId { items } => write!(f, "{items} items bear one id"),
            Doubt::NewIds { items } => write!(
                f,
                "{items} items bear other ids than when they were first seen"
            ),
            Doubt::Fragments { items } => write!(
                f,
                "{items} items differ in their addresses only behind the #"
            ),
            Doubt::NoAddress { items } => write!(f, "{items} items have no address of a page"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_a_kind_replace_each_other_and_stories_stand() {
        let one = Doubt::OneId { items: 3 };
        assert!(Doubt::OneId { items: 5 }.replaces(&one));
        assert!(!Doubt::Fragments { items: 3 }.replaces(&one));
        let title = |title: &str| Doubt::Title {
            title: title.into(),
        };
        assert!(title("a").replaces(&title("a")) && !title("a").replaces(&title("b")));
    }
}
