//! The configuration as polls look at it: a source by its address, the User-Agent, hosts with several sources.
//!
//! Made once per configuration and shared by all polls that began under it.

use super::guard::Reach;
use super::hosts::HostManners;
use crate::config::{Config, Rhythm, Source};
use crate::database::SourceRecord;
use crate::domain::Moment;
use crate::domain::schedule::{Beat, Policy};
use crate::domain::source::Address;
use chrono_tz::Tz;
use http::HeaderValue;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// `[poll] every` where a cron expression can't be computed, which `config` does not let through.
const FALLBACK_EVERY: Duration = Duration::from_secs(1800);

/// One configuration, indexed.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) config: Arc<Config>,
    pub(super) user_agent: HeaderValue,
    by_address: HashMap<Address, usize>,
    by_id: HashMap<String, usize>,
    sources_of_host: HashMap<String, usize>,
}

impl Settings {
    pub(super) fn of(config: &Arc<Config>) -> Settings {
        let mut settings = Settings {
            user_agent: user_agent(config),
            by_address: HashMap::with_capacity(config.sources.len()),
            by_id: HashMap::with_capacity(config.sources.len()),
            sources_of_host: HashMap::new(),
            config: Arc::clone(config),
        };
        for (index, source) in config.sources.iter().enumerate() {
            settings.by_address.insert(Address::of(&source.url), index);
            settings.by_id.insert(source.id.clone(), index);
            let host = source.url.host_str().unwrap_or_default();
            *settings.sources_of_host.entry(host.to_owned()).or_default() += 1;
        }
        settings
    }

    /// Where `[[source]]` of a row stands in the configuration: `declare_sources` made their addresses
    /// equal, while ids that were not given may differ. None: it is no longer followed.
    pub(super) fn index_of(&self, record: &SourceRecord) -> Option<usize> {
        let found = self
            .by_address
            .get(&record.address)
            .or_else(|| self.by_id.get(&record.id));
        found.copied()
    }

    pub(super) fn source(&self, index: usize) -> &Source {
        &self.config.sources[index]
    }

    /// The id of the enabled source with this very address.
    pub(super) fn followed_at(&self, address: &Address) -> Option<&str> {
        let source = self.source(*self.by_address.get(address)?);
        source.enabled.then_some(source.id.as_str())
    }

    /// Whether a source of this id is polled.
    pub(super) fn is_followed(&self, id: &str) -> bool {
        let index = self.by_id.get(id);
        index.is_some_and(|index| self.source(*index).enabled)
    }

    /// Whether a connection to this host is worth keeping for another of its sources.
    pub(super) fn is_pooled(&self, source: &Source) -> bool {
        let host = source.url.host_str().unwrap_or_default();
        self.sources_of_host
            .get(host)
            .is_some_and(|count| *count > 1)
    }

    pub(super) fn manners(&self) -> HostManners {
        HostManners {
            per_host: self.config.poll.per_host,
            delay: self.config.poll.host_delay,
        }
    }

    /// Logs which hosts have more sources than can be asked in time.
    pub(super) fn say_what_is_crowded(&self) {
        for (host, sources, need) in self.crowded() {
            tracing::warn!(
                %host, sources, need,
                "its sources can't all be asked as often as they should, with [poll] host_delay \
                 between two: set a longer `every` for them, or a shorter host_delay"
            );
        }
    }

    /// Hosts of which not every source can be asked as often as it should: (host, sources, of what
    /// the host can be asked they need so many times as much). Requests to a host begin `host_delay`
    /// apart however many may run at a time.
    pub(super) fn crowded(&self) -> Vec<(&str, usize, f64)> {
        let delay = self.config.poll.host_delay.as_secs_f64();
        let now = Moment::UNIX_EPOCH;
        let mut hosts: HashMap<&str, (usize, f64)> = HashMap::new();
        for source in self.config.sources.iter().filter(|source| source.enabled) {
            let policy = self.policy(source);
            let interval = policy.beat.interval(now).max(policy.min_every);
            let host = hosts
                .entry(source.url.host_str().unwrap_or_default())
                .or_default();
            host.0 += 1;
            host.1 += delay / interval.as_secs_f64().max(f64::EPSILON);
        }
        let crowded = hosts.into_iter().filter(|(_, (_, need))| *need > 1.0);
        let mut crowded: Vec<_> = crowded
            .map(|(host, (sources, need))| (host, sources, need))
            .collect();
        crowded.sort_by_key(|(host, ..)| *host);
        crowded
    }

    pub(super) fn reach(&self, source: &Source) -> Reach {
        match (
            self.config.poll.allow_private_networks,
            source.allow_private_networks,
        ) {
            (true, _) => Reach::Everything,
            (false, true) => Reach::OwnOrigin,
            (false, false) => Reach::Public,
        }
    }

    pub(super) fn policy(&self, source: &Source) -> Policy {
        let rhythm = source.rhythm.as_ref().unwrap_or(&self.config.poll.rhythm);
        Policy {
            beat: beat(rhythm, self.config.wire.timezone),
            own: source.rhythm.is_some(),
            min_every: self.config.poll.min_every,
        }
    }
}

fn beat(rhythm: &Rhythm, zone: Tz) -> Beat {
    match rhythm {
        Rhythm::Every(interval) => Beat::Every(*interval),
        Rhythm::Cron(expression) => {
            Beat::cron(expression, zone).unwrap_or(Beat::Every(FALLBACK_EVERY))
        }
    }
}

/// `presswire/x.y (+address; contact)`: who asks, where to look, whom to write to.
pub fn user_agent(config: &Config) -> HeaderValue {
    let contact = config
        .poll
        .contact
        .as_deref()
        .map(|contact| format!("; {contact}"))
        .unwrap_or_default();
    let text = format!(
        "presswire/{} (+{}{contact})",
        env!("CARGO_PKG_VERSION"),
        config.wire.url
    );
    let plain: String = text
        .chars()
        .filter(|c| c.is_ascii() && !c.is_ascii_control())
        .collect();
    HeaderValue::from_str(&plain).unwrap_or(HeaderValue::from_static(concat!(
        "presswire/",
        env!("CARGO_PKG_VERSION")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(toml: &str) -> Settings {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, format!("[wire]\ntitle = \"W\"\n{toml}")).expect("a file");
        let (config, _) = crate::config::load(&path, &|_| None).expect("a configuration");
        Settings::of(&Arc::new(config))
    }

    #[test]
    fn host_with_more_sources_than_its_delay_lets_through_is_crowded() {
        let sources = |count: usize, every: &str| -> String {
            let source = |n| {
                format!(
                    "[[source]]\nurl = \"https://a.example/{n}\"\nid = \"s{n}\"\nevery = \"{every}\"\n"
                )
            };
            (0..count).map(source).collect()
        };
        let poll = "[poll]\nhost_delay = \"60s\"\n";
        // An hour has room for about sixty requests, a minute apart.
        assert_eq!(
            settings(&format!("{poll}{}", sources(59, "1h"))).crowded(),
            []
        );
        let crowded = settings(&format!("{poll}{}", sources(62, "1h")));
        let crowded = crowded.crowded();
        assert_eq!(crowded.len(), 1);
        assert_eq!((crowded[0].0, crowded[0].1), ("a.example", 62));
    }
}
