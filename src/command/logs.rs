//! Logs, on stderr: text for people who watch, one JSON object a line for those who collect.

use crate::config::Log;
use std::io;
use tracing_subscriber::EnvFilter;

/// A daemon says what it does.
pub(super) const OF_DAEMON: &str = "info";
/// A command that answers says the same in its answer.
pub(super) const OF_COMMAND: &str = "error";

/// What a level for everything does not reach: the timetable tells of every tick at info.
const QUIET: &str = "tokio_cron_scheduler=warn";

/// Begins to write logs as `PRESSWIRE_LOG` and `PRESSWIRE_LOG_FORMAT` say. A level by room
/// (`presswire::poll=debug`) leaves all other rooms at `otherwise`.
pub(super) fn begin(log: &Log, otherwise: &str) {
    let asked = log.filter.as_deref().unwrap_or_default();
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter(asked, otherwise))
        .with_writer(io::stderr)
        // Nobody can be told that stderr is gone: trying to would end the daemon.
        .log_internal_errors(false);
    let begun = match log.json {
        true => logs.json().flatten_event(true).try_init(),
        false => logs.with_ansi(styled()).try_init(),
    };
    // Somebody else's logs (a test's) are in place already: they stay.
    let _ = begun;
}

fn filter(asked: &str, otherwise: &str) -> EnvFilter {
    // Of two directives for one target the later one holds.
    EnvFilter::new(format!("{otherwise},{QUIET},{asked}"))
}

/// Whether stderr is a terminal that understands colours, and nobody forbade them (`NO_COLOR`).
fn styled() -> bool {
    anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_wins_and_the_rest_stays_as_it_is() {
        for (asked, holds) in [
            ("", "tokio_cron_scheduler=warn,info"),
            ("warn", "tokio_cron_scheduler=warn,warn"),
            (
                "presswire::poll=debug",
                "tokio_cron_scheduler=warn,presswire::poll=debug,info",
            ),
            (
                "tokio_cron_scheduler=debug",
                "tokio_cron_scheduler=debug,info",
            ),
        ] {
            assert_eq!(filter(asked, OF_DAEMON).to_string(), holds, "{asked}");
        }
    }
}
