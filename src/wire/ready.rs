//! A text made ready for all that placing asks of it, each part made once, and only where it is asked for.

use crate::domain::likeness::Prepared;
use crate::domain::relation::{self, InMarks, InWords};
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

    /// What of it says the same in any language; None where that is too little.
    pub(super) fn in_marks(&self) -> Option<&InMarks> {
        let made = self.in_marks.get_or_init(|| {
            let looked_at = relation::Text {
                title: self.text.title.as_deref().unwrap_or_default(),
                text: "",
                language: self.text.language.as_deref(),
                links: &[],
            };
            InMarks::of(&InWords::at_hand(&looked_at, Arc::clone(self.words())))
        });
        made.as_ref()
    }
}

impl Deref for Ready {
    type Target = Prepared;

    fn deref(&self) -> &Prepared {
        &self.prepared
    }
}
