//! Whether our own network is down: then failures say nothing about the sources.

use super::failure::Failure;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// So many different hosts must have failed in a row, and none answered, before it counts as ours.
const HOSTS: usize = 3;

/// What was seen since some publisher last answered anything at all.
#[derive(Debug, Default)]
pub(super) struct Weather {
    unreachable: Mutex<HashSet<String>>,
}

impl Weather {
    /// Some host answered, whatever it said: the network is there.
    pub(super) fn answered(&self) {
        self.lock().clear();
    }

    /// A host could not be reached; whether by now every one fails.
    pub(super) fn failed(&self, host: &str, failure: &Failure) -> bool {
        let mut hosts = self.lock();
        if failure.came_from_publisher() {
            hosts.clear();
        }
        if !failure.could_be_ours() {
            return false;
        }
        if hosts.len() < HOSTS {
            hosts.insert(host.to_owned());
        }
        hosts.len() >= HOSTS
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.unreachable
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::failure::FailureKind;
    use super::*;

    #[test]
    fn network_is_down_when_three_hosts_fail_and_none_answers() {
        let weather = Weather::default();
        let dns = Failure::new(FailureKind::Dns, "not found");
        assert!(!weather.failed("a", &dns));
        assert!(!weather.failed("a", &dns));
        assert!(!weather.failed("b", &dns));
        assert!(weather.failed("c", &dns));
        assert!(weather.failed("d", &dns));
        let refused = Failure::new(FailureKind::Refused, "private address");
        assert!(!weather.failed("e", &refused));
        assert!(
            weather.failed("d", &dns),
            "nothing was asked of a refused one"
        );
        assert!(!weather.failed("e", &Failure::new(FailureKind::Status, "answers 404")));
        assert!(!weather.failed("f", &dns));
        weather.answered();
        assert!(!weather.failed("g", &dns) && !weather.failed("h", &dns));
    }
}
