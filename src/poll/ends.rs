//! Which address each source ends at: two that end at one are asked as one.
//!
//! Only of this process: after a restart the first poll of each says it again.

use crate::domain::source::Address;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Ends of redirects, each with the id of the source that is asked for it.
#[derive(Debug, Default)]
pub(super) struct Ends {
    held: Mutex<HashMap<Address, String>>,
}

impl Ends {
    /// Notes that `source` ended at `end`; who was there before it, if somebody was who still
    /// `is_followed`.
    pub(super) fn reach(
        &self,
        source: &str,
        end: Address,
        is_followed: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let mut held = self.lock();
        let holder = held.entry(end).or_insert_with(|| source.to_owned());
        if holder != source && is_followed(holder) {
            return Some(holder.clone());
        }
        source.clone_into(holder);
        None
    }

    /// `source` ends nowhere that others could share: it answers itself, or not at all.
    pub(super) fn leave(&self, source: &str) {
        self.lock().retain(|_, holder| holder != source);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Address, String>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_source_at_an_end_finds_the_first_until_that_leaves() {
        let ends = Ends::default();
        let end = || Address::of(&"https://example.org/feed".parse().expect("an address"));
        let reach = |source| ends.reach(source, end(), |holder| holder != "removed");
        assert_eq!(reach("one"), None);
        assert_eq!(reach("one"), None);
        assert_eq!(reach("other").as_deref(), Some("one"));
        ends.leave("one");
        assert_eq!(reach("removed"), None);
        assert_eq!(reach("other"), None);
        assert_eq!(reach("one").as_deref(), Some("other"));
    }
}
