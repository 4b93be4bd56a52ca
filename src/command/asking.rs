//! One polite look at an address, for `try` and `add`: fetched and read, nothing kept.

use crate::config::{Config, Source, masked};
use crate::domain::Moment;
use crate::poll::fetch::{Ask, Body, Fetcher, Outcome};
use crate::poll::guard::Reach;
use crate::poll::hosts::{HostManners, Hosts};
use crate::poll::pulse::Pulse;
use crate::poll::user_agent;
use crate::read::{self, Document, Hints, ReadError};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// What an address answered.
pub(super) struct Look {
    /// The address that answered, after redirects.
    pub(super) url: Url,
    /// Every redirect on the way was a permanent one.
    pub(super) moved: bool,
    /// Status of the last response.
    pub(super) status: Option<u16>,
    /// How long the publisher took.
    pub(super) took: Duration,
    /// `Content-Type`.
    pub(super) content_type: Option<String>,
    /// Bytes of the body, decoded.
    pub(super) size_bytes: usize,
    /// The body broke off, and why.
    pub(super) cut: Option<String>,
    /// What was read, or what was there instead.
    pub(super) read: Result<Document, NotRead>,
}

/// Why there is no document.
pub(super) enum NotRead {
    /// Nothing came, in words for people.
    Failed(String),
    /// Something else than a feed came.
    Other(ReadError),
}

impl std::fmt::Display for NotRead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotRead::Failed(why) => f.write_str(why),
            NotRead::Other(error) => write!(f, "{error}"),
        }
    }
}

/// Asks addresses, one after the other at any one host.
pub(super) struct Looker<'c> {
    config: &'c Config,
    fetcher: Fetcher,
    now: Moment,
}

impl<'c> Looker<'c> {
    pub(super) fn new(config: &'c Config, now: Moment) -> Looker<'c> {
        Looker {
            config,
            fetcher: Fetcher::new(Arc::new(Hosts::default())),
            now,
        }
    }

    /// Asks `url` once, as `source` where it is one, unconditionally.
    pub(super) async fn look(&self, url: &Url, source: Option<&Source>) -> Look {
        let poll = &self.config.poll;
        let reach = match (poll.allow_private_networks, source) {
            (true, _) => Reach::Everything,
            (false, Some(source)) if source.allow_private_networks => Reach::OwnOrigin,
            (false, _) => Reach::Public,
        };
        let answer = self
            .fetcher
            .fetch(&Ask {
                url,
                own: url,
                headers: source.map_or(&[], |source| source.headers.as_slice()),
                validators: None,
                reach,
                timeout: poll.timeout,
                max_size_bytes: poll.max_size_bytes,
                manners: HostManners {
                    per_host: poll.per_host,
                    delay: poll.host_delay,
                },
                pooled: false,
                user_agent: &user_agent(self.config),
                now: self.now,
                pulse: &Pulse::default(),
            })
            .await;
        let redirected = answer.redirected.as_ref();
        let failed = |why: String| Look {
            url: redirected.map_or(url, |redirected| &redirected.to).clone(),
            moved: redirected.is_some_and(|redirected| redirected.permanent),
            status: answer.status,
            took: answer.took,
            content_type: None,
            size_bytes: 0,
            cut: None,
            read: Err(NotRead::Failed(why)),
        };
        match answer.outcome {
            Outcome::Body(body) => read_body(*body, &failed(String::new())),
            Outcome::Unchanged(_) => failed(
                "the publisher says that nothing changed, though it was not asked".to_owned(),
            ),
            Outcome::Gone => failed("gone for good (410)".to_owned()),
            Outcome::Throttled { until, status } => failed(match until {
                Some(until) => format!(
                    "asked too often ({status}), wait until {}",
                    until.format("%F %H:%M UTC")
                ),
                None => format!("asked too often ({status})"),
            }),
            Outcome::Failed(failure) => failed(failure.what),
        }
    }
}

fn read_body(body: Body, head: &Look) -> Look {
    let hints = Hints {
        base: Some(&body.url),
        content_type: body.content_type.as_deref(),
    };
    let read = read::read(&body.bytes, &hints).map_err(NotRead::Other);
    Look {
        size_bytes: body.bytes.len(),
        cut: body.cut.map(|failure| failure.what),
        content_type: body.content_type,
        url: body.url,
        read,
        moved: head.moved,
        status: head.status,
        took: head.took,
    }
}

/// The address that somebody typed: `https://` where no scheme stands.
///
/// # Errors
/// Why it is none, for people.
pub(super) fn typed(text: &str) -> Result<Url, String> {
    let whole = match text.contains("://") {
        true => text.to_owned(),
        false => format!("https://{text}"),
    };
    match Url::parse(&whole) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        Ok(_) => Err(format!("{} is neither http nor https", masked(text))),
        Err(error) => Err(format!("{} is no address: {error}", masked(text))),
    }
}
