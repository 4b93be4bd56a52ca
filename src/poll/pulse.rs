//! How long a poll has been waiting for its publisher, and a way to tell it to give way.
//!
//! Sources that hang may hold a quarter of the slots. The claimer sees by the pulse which polls are
//! waiting for the network (a poll that waits for memory or for the database does not hang), and
//! where others are due cuts the longest.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Of one poll.
#[derive(Debug, Default)]
pub struct Pulse {
    waits: Mutex<Waits>,
    gives_way: CancellationToken,
}

#[derive(Debug, Default)]
struct Waits {
    so_far: Duration,
    since: Option<Instant>,
}

impl Pulse {
    /// How long it has waited for the network, all in all.
    pub fn waited(&self) -> Duration {
        let waits = self.lock();
        waits.so_far + waits.since.map(|since| since.elapsed()).unwrap_or_default()
    }

    /// Whether it waits for the network at this moment.
    pub fn is_waiting(&self) -> bool {
        self.lock().since.is_some()
    }

    /// Tells it to end now: others are waiting.
    pub fn give_way(&self) {
        self.gives_way.cancel();
    }

    /// Awaits something of the network; None where it was told to give way.
    pub(super) async fn during<F: Future>(&self, network: F) -> Option<F::Output> {
        let _waiting = self.begin();
        tokio::select! {
            biased;
            output = network => Some(output),
            () = self.gives_way.cancelled() => None,
        }
    }

    fn begin(&self) -> Waiting<'_> {
        self.lock().since = Some(Instant::now());
        Waiting(self)
    }

    fn lock(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Waiting<'a>(&'a Pulse);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut waits = self.0.lock();
        if let Some(since) = waits.since.take() {
            waits.so_far += since.elapsed();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pulse_counts_waiting_and_ends_it() {
        let pulse = Pulse::default();
        assert_eq!(pulse.during(async { 1 }).await, Some(1));
        let waited = pulse.waited();
        assert!(!pulse.is_waiting() && waited < Duration::from_secs(1));
        pulse.give_way();
        assert_eq!(pulse.during(std::future::pending::<()>()).await, None);
    }
}
