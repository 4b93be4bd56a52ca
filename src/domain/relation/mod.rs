//! Whether a release belongs with a statement of ours or a `[[topic]]`, and why (`likeness.md` §7).
//!
//! Two questions are asked of a text, each by one call:
//!
//! ```
//! use presswire::domain::relation::{Index, Ours, Text, Topics};
//!
//! let topics = Topics::compile([("Kasachstan", "kasachstan", ["Kasachstan", "Казахстан"])]);
//! let index = Index::of([Ours {
//!     slug: "gaspreise",
//!     text: Text {
//!         title: "Gaspreise in Schanaosen verdoppelt",
//!         text: "Die Ölarbeiter von Schanaosen streiken gegen die Verdoppelung der Gaspreise. \
//!             Präsident Tokajew ließ die Streikenden verhaften.",
//!         language: Some("de"),
//!         links: &[],
//!     },
//!     addresses: &["https://wire.example.org/statements/gaspreise".to_owned()],
//!     date: None,
//! }]);
//!
//! let text = "In Schanaosen wurden Ölarbeiter verhaftet, die gegen Gaspreise streiken. Tokajew schweigt.";
//! let theirs = Text { title: "Verhaftungen in Kasachstan", text, language: Some("de"), links: &[] };
//! assert_eq!(topics.relate(theirs.title, theirs.text, theirs.language).len(), 1);
//! let related = index.relate(&theirs, 0.5);
//! assert!(related[0].score > 0.5);
//! println!("{}", related[0].why[0]);
//! ```
//!
//! - `words`, `forms`: words as they were written; which forms are one word. `topics` needs no more.
//! - `weights`, `scan`, `terms`: what words weigh, where our boilerplate is, the vector of a text.
//! - `sounds`, `meanings`, `marks`: what of a text says something in every language. `themes`: what sort
//!   of thing it speaks of.
//! - `reading`: all of that of one text, worked out once for all who ask.
//! - `sketch`: what is kept of a text so that a later statement or topic finds it.
//! - `same_language`, `other_language`, `quotes`: the rules A, B and C; `candidates`: what A is asked of.
//!   `tally` adds up what is in common, `index` puts them together, `why` tells what a score rests on.
//! - `translation`: whether two texts are one in two languages.
//!
//! Pure and deterministic: the same two texts give the same score whatever else is stored, but for the
//! discount on words that all our statements share. It must not know sources, time or the database.
//! Word lists and place names are data with licences of their own: `data/LICENCE.md`.

mod candidates;
mod evidence;
mod forms;
mod hashes;
mod index;
mod marks;
mod meanings;
mod other_language;
mod quotes;
mod reading;
mod same_language;
mod scan;
mod sketch;
mod sounds;
mod tally;
mod telling;
mod terms;
mod themes;
mod topics;
mod translation;
mod weights;
mod why;
mod words;

pub use evidence::{Evidence, Path, Relation, Shared, Target, Weighing};
pub use index::{Index, KEPT, Ours};
pub use reading::{InWords, Text};
pub use sketch::{Lookout, Sketch};
pub use telling::telling;
pub use topics::Topics;
pub use translation::{InMarks, translation};
pub use weights::{has_list, is_german_compound, weight_of_form};

/// Version of these rules; kept with every relation to a statement.
pub const RULE: u32 = 3;
