//! Placing what arrives: which release an entry or a statement belongs to, and with what it is related.
//!
//! The one step that both walks share (`likeness.md` §4 to §7). Candidates come from the database by
//! key, verdicts from `domain::likeness`, relations from `domain::relation`; the outcome is a plan that
//! `keep_poll` and `keep_statements` write. [`look_back()`] holds what is
//! stored against statements and topics that come later. [`explain()`] says afterwards why it went that way. Nothing
//! here fetches, reads files or writes.

mod at_hand;
mod boilerplates;
mod decisions;
mod doubts;
mod explain;
mod found;
mod issuer;
mod look_back;
mod members;
mod place;
mod ready;
mod rules;
mod signatures;
mod translations;

pub use decisions::take;
pub use explain::{Apart, Brings, Explained, Explanation, Joined, Remedy, explain, figures, find};
pub use look_back::{Step, look_back};
pub use members::{Admission, admission, admits, decide_source_anew, membership_rules};
pub use place::{Placed, place};
pub use rules::Rules;
pub use signatures::registrable_domain;

use crate::domain::decision::TextName;
use crate::domain::likeness::Text;
use crate::domain::release::ReleaseNumber;

/// A new or changed text, to be placed.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Which text it is.
    pub name: TextName,
    /// Its facts; `first_seen` of a new one is `now`.
    pub text: Text,
    /// The release that it is in; None: it is new.
    pub known: Option<ReleaseNumber>,
    /// Its guid as published; None of a statement of ours.
    pub id: Option<String>,
    /// Addresses at which its source stands: the feed's, then the page that the feed calls its own.
    /// Empty for a statement of ours.
    pub home: Vec<String>,
}
