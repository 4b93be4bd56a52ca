//! A text made ready for all that placing asks of it, each part made once, and only where it is asked for.

use crate::domain::likeness::Prepared;
use crate::domain::relation::{InMarks, InWords};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// A text made ready to be compared, in its own language and with texts of others.
pub(super) struct Ready {
    prepared: Prepared,
    in_marks: OnceLock<Option<InMarks>>,
}

impl Ready {
    pub(super) fn of(prepared: Prepared) -> Ready {
        Ready {
            prepared,
            in_marks: OnceLock::new(),
        }
    }

    /// Its words as relation looks at them.
    pub(super) fn in_words(&self) -> InWords {
        let title = self.text.title.as_deref().unwrap_or_default();
        let words = Arc::clone(self.words());
        InWords::at_hand(title, words, self.text.language.as_deref())
    }

    /// What of it says the same in any language; None where that is too little.
    pub(super) fn in_marks(&self) -> Option<&InMarks> {
        let made = self.in_marks.get_or_init(|| InMarks::of(&self.in_words()));
        made.as_ref()
    }
}

impl Deref for Ready {
    type Target = Prepared;

    fn deref(&self) -> &Prepared {
        &self.prepared
    }
}
