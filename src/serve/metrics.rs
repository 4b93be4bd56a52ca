//! `/metrics` in the text format of Prometheus (OpenMetrics 1.0).
//!
//! No label has a value that a stranger can choose: series stay few however many sources there are.

use crate::domain::source::State;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use std::collections::HashMap;
use std::time::Duration;

/// Which route answered with which status.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Result {
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    state: &'static str,
}

/// Counters and gauges of one daemon.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    polls: Family<Result, Counter>,
    poll_seconds: Histogram,
    sources: Family<Of, Gauge>,
    releases: Gauge,
    reload: Gauge,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let mut registry = Registry::with_prefix("presswire");
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        // `Info` appends `_info` by itself.
        registry.register("build", "The program that answers", build);
        let metrics = Metrics {
            requests: Family::default(),
            polls: Family::default(),
            poll_seconds: Histogram::new([0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]),
            sources: Family::default(),
            releases: Gauge::default(),
            reload: Gauge::default(),
            registry,
        };
        metrics.reload.set(1);
        metrics.registered()
    }
}

impl Metrics {
    fn registered(mut self) -> Metrics {
        let registry = &mut self.registry;
        // Counters get `_total` when they are written.
        registry.register(
            "http_requests",
            "Answers, by route and status",
            self.requests.clone(),
        );
        registry.register("polls", "Polls that ended, by result", self.polls.clone());
        registry.register(
            "poll_duration_seconds",
            "From the request to what was kept of it",
            self.poll_seconds.clone(),
        );
        registry.register("sources", "Sources, by state", self.sources.clone());
        registry.register("releases", "Releases in the wire", self.releases.clone());
        registry.register(
            "config_last_reload_success",
            "1 if feeds.toml is in force as it stands, 0 if its last change was refused",
            self.reload.clone(),
        );
        self
    }

    /// One answer was given.
    pub fn answered(&self, route: &'static str, status: u16) {
        self.requests
            .get_or_create(&Request { route, status })
            .inc();
    }

    /// One poll ended.
    pub fn polled(&self, result: &'static str, took: Duration) {
        self.polls.get_or_create(&Result { result }).inc();
        self.poll_seconds.observe(took.as_secs_f64());
    }

    /// feeds.toml was taken, or refused.
    pub fn reloaded(&self, taken: bool) {
        self.reload.set(i64::from(taken));
    }

    /// The text, with what the database says at this moment.
    ///
    /// # Errors
    /// None in practice: writing into a string does not fail.
    pub fn text(
        &self,
        sources: &HashMap<State, i64>,
        releases: i64,
    ) -> std::result::Result<String, std::fmt::Error> {
        for state in State::ALL {
            let count = sources.get(&state).copied().unwrap_or_default();
            self.sources
                .get_or_create(&Of {
                    state: state.word(),
                })
                .set(count);
        }
        self.releases.set(releases);
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_contract_are_there() {
        let metrics = Metrics::default();
        metrics.answered("/feed.{ext}", 304);
        metrics.polled("ok", Duration::from_millis(20));
        let text = metrics.text(&HashMap::new(), 7).unwrap();
        for line in [
            concat!(
                "presswire_build_info{version=\"",
                env!("CARGO_PKG_VERSION"),
                "\"} 1"
            ),
            "presswire_sources{state=\"not a feed\"} 0",
            "presswire_polls_total{result=\"ok\"} 1",
            "presswire_poll_duration_seconds_count 1",
            "presswire_releases 7",
            "presswire_http_requests_total{route=\"/feed.{ext}\",status=\"304\"} 1",
            "presswire_config_last_reload_success 1",
        ] {
            assert!(
                text.lines().any(|found| found == line),
                "{line} is missing in\n{text}"
            );
        }
    }
}
