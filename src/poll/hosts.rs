//! Manners towards one host: so many requests at a time, so long between two, and a pause for all of
//! its sources where it asks for one.
//!
//! Every request takes a [`Turn`] first, redirect hops too, so no path leads around the manners. The
//! claimer asks [`Hosts::busy`] beforehand and so hardly ever waits here.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// The longest pause of a whole host, whatever it asks for (polling.md).
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// Hosts of which nothing more is to be remembered are forgotten each time so many turns have ended.
const SWEEP_EVERY: usize = 512;

/// What is known of every host that was asked lately.
#[derive(Default)]
pub struct Hosts {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    hosts: HashMap<String, Host>,
    ended: usize,
}

#[derive(Default)]
struct Host {
    running: usize,
    ready_at: Option<Instant>,
    paused_until: Option<Instant>,
    /// Sources that got 429 since the host last answered anything else.
    throttled: HashSet<String>,
    freed: Arc<Notify>,
}

/// How the operator wants hosts to be treated: `[poll] per_host`, `host_delay`.
#[derive(Clone, Copy, Debug)]
pub struct HostManners {
    /// Requests at a time.
    pub per_host: usize,
    /// From the end of one request to the beginning of the next.
    pub delay: Duration,
}

/// The right to one request; the host is free for the next one `host_delay` after it is dropped.
pub struct Turn {
    hosts: Arc<Hosts>,
    host: String,
    delay: Duration,
}

impl Hosts {
    /// Waits until `host` may be asked.
    pub async fn turn(self: &Arc<Self>, host: &str, manners: HostManners) -> Turn {
        loop {
            let (wait, freed) = {
                let mut known = self.lock();
                let entry = known.hosts.entry(host.to_owned()).or_default();
                let now = Instant::now();
                let ready_at = entry.ready_at.filter(|at| *at > now);
                if entry.running < manners.per_host.max(1) && ready_at.is_none() {
                    entry.running += 1;
                    entry.ready_at = Some(now + manners.delay);
                    let host = host.to_owned();
                    return Turn {
                        hosts: Arc::clone(self),
                        host,
                        delay: manners.delay,
                    };
                }
                (ready_at, Arc::clone(&entry.freed))
            };
            match wait {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                // A turn that ends between the lock and this line left its permit.
                None => freed.notified().await,
            }
        }
    }

    /// Waits until `host` may be asked, without taking the turn.
    pub async fn ready(&self, host: &str) {
        loop {
            let wait = {
                let known = self.lock();
                known
                    .hosts
                    .get(host)
                    .and_then(|host| host.ready_at)
                    .filter(|at| *at > Instant::now())
            };
            match wait {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => return,
            }
        }
    }

    /// Hosts that can't be asked now, with the number of requests they have; those that wait for
    /// their delay or pause count as full. Second: when the first of these is free again.
    pub fn busy(&self, manners: HostManners) -> (HashMap<String, usize>, Option<Instant>) {
        let now = Instant::now();
        let mut busy = HashMap::new();
        let mut earliest: Option<Instant> = None;
        for (name, host) in &self.lock().hosts {
            let free_at = host.ready_at.max(host.paused_until).filter(|at| *at > now);
            if let Some(at) = free_at {
                earliest = Some(earliest.map_or(at, |first| first.min(at)));
                busy.insert(name.clone(), manners.per_host.max(1));
            } else if host.running > 0 {
                busy.insert(name.clone(), host.running);
            }
        }
        (busy, earliest)
    }

    /// Notes that `source` got 429: the second source of a host to get one pauses the host for as
    /// long as it asks, 15 minutes at most. Gives the pause, if it begins now.
    pub fn throttled(&self, host: &str, source: &str, wait: Option<Duration>) -> Option<Duration> {
        let mut known = self.lock();
        let entry = known.hosts.entry(host.to_owned()).or_default();
        entry.throttled.insert(source.to_owned());
        if entry.throttled.len() < 2 {
            return None;
        }
        let pause = wait.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE);
        entry.paused_until = Some(Instant::now() + pause);
        Some(pause)
    }

    /// Notes that `host` answered a source as it should: earlier complaints are settled.
    pub fn content(&self, host: &str) {
        if let Some(entry) = self.lock().hosts.get_mut(host) {
            entry.throttled.clear();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // Nothing in here panics half-way through a change.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let now = Instant::now();
        let mut known = self.hosts.lock();
        if let Some(entry) = known.hosts.get_mut(&self.host) {
            entry.running = entry.running.saturating_sub(1);
            entry.ready_at = Some(now + self.delay);
            entry.freed.notify_one();
        }
        known.ended += 1;
        if known.ended >= SWEEP_EVERY {
            known.ended = 0;
            known.hosts.retain(|_, host| {
                host.running > 0
                    || !host.throttled.is_empty()
                    || host
                        .ready_at
                        .max(host.paused_until)
                        .is_some_and(|at| at > now)
                    || Arc::strong_count(&host.freed) > 1
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: HostManners = HostManners {
        per_host: 1,
        delay: Duration::ZERO,
    };

    #[tokio::test]
    async fn second_request_waits_for_the_first_and_the_delay() {
        let hosts = Arc::new(Hosts::default());
        let manners = HostManners {
            per_host: 1,
            delay: Duration::from_millis(40),
        };
        let first = hosts.turn("a", manners).await;
        let (waiting, began) = (Arc::clone(&hosts), Instant::now());
        let second = tokio::spawn(async move {
            let _turn = waiting.turn("a", manners).await;
            Instant::now()
        });
        // Another host is free meanwhile.
        drop(hosts.turn("b", manners).await);
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert!(!second.is_finished());
        let ended = Instant::now();
        drop(first);
        let at = second.await.expect("the task ends");
        assert!(at >= ended + manners.delay && at >= began);
    }

    #[tokio::test]
    async fn busy_hosts_are_full_while_they_wait_for_their_delay() {
        let hosts = Arc::new(Hosts::default());
        let manners = HostManners {
            per_host: 3,
            delay: Duration::from_secs(60),
        };
        drop(hosts.turn("a", manners).await);
        let (busy, free_at) = hosts.busy(manners);
        assert_eq!(busy.get("a"), Some(&3));
        assert!(free_at.is_some());
        let _turn = hosts.turn("b", QUICK).await;
        assert_eq!(hosts.busy(QUICK).0.get("b"), Some(&1));
    }

    #[test]
    fn host_pauses_only_after_two_of_its_sources_were_throttled() {
        let hosts = Hosts::default();
        let minute = Some(Duration::from_secs(60));
        assert_eq!(hosts.throttled("a", "one", minute), None);
        assert_eq!(hosts.throttled("a", "one", minute), None);
        assert_eq!(
            hosts.throttled("a", "two", Some(Duration::from_secs(9999))),
            Some(LONGEST_PAUSE)
        );
        assert_eq!(hosts.busy(QUICK).0.get("a"), Some(&1));
        hosts.content("a");
        assert_eq!(hosts.throttled("a", "three", minute), None);
    }
}
