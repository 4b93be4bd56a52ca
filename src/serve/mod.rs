//! The door: everything that is asked for over HTTP, and everything that is answered.
//!
//! A request walks: the wire's own path prefix is taken off, feeds are answered from memory before
//! anything else looks at it ([`address`], [`feeds`], [`conditional`], [`coding`]), all the rest goes
//! through one [`router`] to [`pages`], [`documents`], [`api`], [`health`]; [`operators`] says who may
//! see what is not for everybody. Absolute addresses come from `[wire] url` alone; `Host` and `X-Forwarded-*` are never
//! believed. No SQL here, and no rule of the domain.

pub mod address;
pub mod answer;
mod api;
pub mod coding;
pub mod conditional;
mod documents;
pub mod feeds;
mod health;
pub mod listen;
pub mod metrics;
pub mod operators;
mod pages;
mod router;
mod status;

pub use status::Status;

use crate::clock::Clock;
use crate::config::Config;
use crate::database::{Database, DatabaseError};
use crate::domain::scope::Scope;
use crate::publish::address::Addresses;
use crate::publish::{Form, PublishError};
use crate::wire::Rules;
use address::{FeedAddress, feed_at};
use answer::plain;
use arc_swap::ArcSwap;
use axum::Router;
use axum::body::Body;
use conditional::{tags_sent, takes_changes};
use feeds::{Feeds, Prepared};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use hyper::body::Incoming;
use listen::{Answer, Answers};
use metrics::Metrics;
use std::sync::Arc;
use tower::ServiceExt;

/// What all entrances share.
#[derive(Debug)]
pub struct Door {
    db: Database,
    config: Arc<ArcSwap<Config>>,
    /// By what releases are in the wire: to explain it.
    rules: Arc<ArcSwap<Rules>>,
    clock: Clock,
    status: Arc<Status>,
    feeds: Feeds,
    /// What `/metrics` tells.
    pub metrics: Metrics,
}

impl Door {
    /// A door to `db`.
    pub fn new(
        db: Database,
        config: Arc<ArcSwap<Config>>,
        rules: Arc<ArcSwap<Rules>>,
        clock: Clock,
        status: Arc<Status>,
    ) -> Door {
        Door {
            db,
            config,
            rules,
            clock,
            status,
            feeds: Feeds::default(),
            metrics: Metrics::default(),
        }
    }

    /// Asks the database for its newest serial: feeds made before it are looked at again.
    ///
    /// # Errors
    /// The database's.
    pub async fn look_at_serial(&self) -> Result<(), DatabaseError> {
        self.feeds.serial_is(self.db.serial().await?);
        Ok(())
    }

    /// feeds.toml has changed: nothing that was prepared holds.
    pub fn forget(&self) {
        self.feeds.forget();
    }

    async fn make_due(&self, id: &str) -> Result<(), PublishError> {
        let source = self.db.source(id).await?.ok_or(PublishError::Unknown)?;
        self.db.due_now(&[source.number], self.clock.now()).await?;
        Ok(())
    }

    async fn feed(&self, found: &FeedAddress, method: &Method, request: &HeaderMap) -> Answer {
        let config = self.config.load_full();
        let links = self.links(&config, found);
        let prepared = self
            .feeds
            .get(&found.key, &self.db, &config, self.clock.now())
            .await;
        let answered = match prepared {
            // Changes are for GET alone (RFC 3229 §10.4.1).
            Ok(prepared) if *method == Method::GET && takes_changes(request) => {
                self.changes(&config, found, prepared, request, &links)
                    .await
            }
            Ok(prepared) => Ok(answer::of_feed(&prepared, request, &links).await),
            Err(error) => Err(error),
        };
        match answered {
            Ok(answer) => answer,
            Err(PublishError::Unknown) => plain(
                StatusCode::NOT_FOUND,
                "there is no such feed; /subscribe lists those that there are\n",
            ),
            Err(error) => unavailable(&error),
        }
    }

    /// What is new and changed where we know what the client has; else the whole, or 304.
    async fn changes(
        &self,
        config: &Config,
        found: &FeedAddress,
        prepared: Arc<Prepared>,
        request: &HeaderMap,
        links: &[String],
    ) -> Result<Answer, PublishError> {
        let tags = tags_sent(request);
        if tags.is_empty() || prepared.is_among(&tags) {
            return Ok(answer::of_feed(&prepared, request, links).await);
        }
        let now = self.clock.now();
        let changes = self
            .feeds
            .changes(&found.key, &prepared, &tags, &self.db, config, now)
            .await?;
        Ok(match changes {
            Some((prepared, changes)) => {
                answer::of_changes(&prepared, &changes, request, links).await
            }
            None => answer::of_feed(&prepared, request, links).await,
        })
    }

    /// `Link` headers: the feed's own address and its page.
    fn links(&self, config: &Config, found: &FeedAddress) -> Vec<String> {
        let addresses = Addresses::of(&config.wire.url);
        let own = addresses.feed(&found.key.scope, found.key.form, &found.key.langs);
        let mut links = vec![format!("<{own}>; rel=\"self\"")];
        if found.key.scope == Scope::Wire {
            for form in [Form::Atom, Form::Rss, Form::Json]
                .into_iter()
                .filter(|form| *form != found.key.form)
            {
                let other = addresses.feed(&found.key.scope, form, &found.key.langs);
                links.push(format!(
                    "<{other}>; rel=\"alternate\"; type=\"{}\"",
                    form.media_type()
                ));
            }
        }
        links
    }
}

/// One listener's way in.
pub struct Entrance {
    door: Arc<Door>,
    router: Router,
    /// This listener is the operators' own.
    operators: bool,
}

impl Entrance {
    /// A way in for everybody, or (`operators`) the operators' own.
    pub fn new(door: &Arc<Door>, operators: bool) -> Entrance {
        Entrance {
            door: Arc::clone(door),
            router: router::router(door, operators),
            operators,
        }
    }

    async fn walk(&self, request: Request<Incoming>) -> (Answer, &'static str) {
        let (mut parts, body) = request.into_parts();
        let config = self.door.config.load_full();
        let path = without_prefix(parts.uri.path(), config.wire.url.path());
        if let Some(found) = feed_at(path, parts.uri.query()) {
            let route = found.route;
            if !matches!(parts.method, Method::GET | Method::HEAD) {
                return (not_allowed(), route);
            }
            if found.operators && !operators::may_see(&config, &parts.headers, self.operators) {
                return (answer::unauthorised(), route);
            }
            if let Err(phase) = self.door.status.ready() {
                return (not_ready(phase), route);
            }
            return (
                self.door.feed(&found, &parts.method, &parts.headers).await,
                route,
            );
        }
        if path.len() != parts.uri.path().len() {
            parts.uri = with_path(&parts.uri, path);
        }
        let request = Request::from_parts(parts, Body::new(body));
        let answer = match self.router.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let route = answer
            .extensions()
            .get::<router::Route>()
            .map_or("other", |route| route.0);
        (answer, route)
    }
}

impl Answers for Entrance {
    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        let head = request.method() == Method::HEAD;
        let (mut answer, route) = self.walk(request).await;
        self.door.metrics.answered(route, answer.status().as_u16());
        if head {
            // The same headers as GET, so also the same length (RFC 9110 §9.3.2).
            // The router has done this already for its own.
            let length = http_body::Body::size_hint(answer.body()).exact();
            if let Some(length) = length.filter(|_| answer.status() != StatusCode::NOT_MODIFIED) {
                answer
                    .headers_mut()
                    .entry(http::header::CONTENT_LENGTH)
                    .or_insert(HeaderValue::from(length));
            }
            *answer.body_mut() = Body::empty();
        }
        answer
    }
}

/// `path` without the path of `[wire] url`, so that it does not matter whether a proxy took it off.
fn without_prefix<'a>(path: &'a str, prefix: &str) -> &'a str {
    let prefix = prefix.trim_end_matches('/');
    match path.strip_prefix(prefix) {
        Some("") => "/",
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    }
}

fn with_path(uri: &Uri, path: &str) -> Uri {
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    // A suffix of a path that was taken is one that can be taken.
    target.parse().unwrap_or_else(|_| uri.clone())
}

fn not_allowed() -> Answer {
    let mut answer = plain(
        StatusCode::METHOD_NOT_ALLOWED,
        "this address answers GET and HEAD\n",
    );
    answer
        .headers_mut()
        .insert(http::header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    answer
}

fn not_ready(phase: &str) -> Answer {
    let mut answer = plain(
        StatusCode::SERVICE_UNAVAILABLE,
        &format!("{phase}; try again in a moment\n"),
    );
    answer
        .headers_mut()
        .insert(http::header::RETRY_AFTER, HeaderValue::from_static("2"));
    answer
}

/// 503: logged here, where the failure ends; the client is told no inner matters.
fn unavailable(error: &PublishError) -> Answer {
    let mut causes = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        causes.push_str(": ");
        causes.push_str(&deeper.to_string());
        cause = deeper.source();
    }
    tracing::error!(error = %causes, "could not answer a request");
    not_ready("this can't be answered at the moment")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_is_taken_off_where_it_stands() {
        assert_eq!(without_prefix("/press/feed.atom", "/press/"), "/feed.atom");
        assert_eq!(without_prefix("/feed.atom", "/press/"), "/feed.atom");
        assert_eq!(without_prefix("/press", "/press/"), "/");
        assert_eq!(without_prefix("/pressure", "/press/"), "/pressure");
        assert_eq!(without_prefix("/feed.atom", "/"), "/feed.atom");
    }
}
