//! The configuration as polls look at it: a source by its address, the User-Agent, hosts with several sources.
//!
//! Made once per configuration and shared by all polls that began under it.

use super::guard::Reach;
use super::hosts::HostManners;
use crate::config::{Config, Rhythm, Source};
use crate::database::SourceRecord;
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
