//! Logs: to stderr, as text or JSON, one line each whatever a feed's text says.

use crate::config::Log;
use std::io::{self, Write};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Starts the logs of this process as the configuration wants them; a second call changes nothing.
pub(super) fn start(log: &Log) {
    // `config::load` has read the filter already: it is sound.
    let filter = EnvFilter::try_new(&log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter);
    // That they are started already is no fault.
    let _ = match log.json {
        true => logs.json().flatten_event(true).with_writer(io::stderr).try_init(),
        false => logs.with_ansi(false).with_writer(Lines).try_init(),
    };
}

/// The same for commands that report by themselves: only where `PRESSWIRE_LOG` asks for it.
pub(super) fn start_if_asked(log: &Log) {
    if super::settings::variable("PRESSWIRE_LOG").is_some_and(|filter| !filter.is_empty()) {
        start(log);
    }
}

/// stderr, to which every event is one line.
#[derive(Clone, Copy)]
struct Lines;

impl<'w> MakeWriter<'w> for Lines {
    type Writer = Lines;

    fn make_writer(&'w self) -> Lines {
        *self
    }
}

impl Write for Lines {
    /// An event comes whole, its line end last.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        io::stderr().lock().write_all(&on_one_line(event))?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Control characters escaped (C0, DEL, and C1, which terminals obey too), but the line end at the end.
fn on_one_line(event: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(event);
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let mut safe = String::with_capacity(text.len());
    for c in line.chars() {
        match c.is_control() {
            true => safe.extend(c.escape_default()),
            false => safe.push(c),
        }
    }
    if text.ends_with('\n') {
        safe.push('\n');
    }
    safe.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_that_writes_to_the_terminal_stays_text_on_one_line() {
        let event = "INFO new title=\u{1b}[2Jx\nINFO forged\u{9b}31m\n".as_bytes();
        let line = String::from_utf8(on_one_line(event)).expect("text");
        assert_eq!(line, "INFO new title=\\u{1b}[2Jx\\nINFO forged\\u{9b}31m\n");
    }
}
