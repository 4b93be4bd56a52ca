//! Pages for people, the API, and operators' addresses: everything that is not a feed.

use super::address::parameter;
use super::answer::{moved, of_document, plain, unauthorised};
use super::listen::Answer;
use super::{Door, not_ready, operators, unavailable};
use crate::domain::release::ReleaseId;
use crate::domain::scope::Scope;
use crate::publish::page::{self, Audience, Page};
use crate::publish::{self, Addresses, PublishError, Rendered, api};
use axum::Router;
use axum::extract::{MatchedPath, Path, RawQuery, Request, State};
use axum::middleware::{self, Next};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use std::sync::Arc;

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
/// Releases in one page of the API, where the client does not say, and at the most.
const LIMIT: usize = 50;
const LIMIT_MOST: usize = 200;

/// The route that answered, for metrics: a pattern of ours, never a path of theirs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route(pub(super) &'static str);

/// Every pattern below; metrics know no other label.
const ROUTES: &[&str] = &[
    "/",
    "/statements/{slug}",
    "/releases/{id}",
    "/topics/{slug}",
    "/languages/{tag}",
    "/sources/{id}",
    "/sources",
    "/subscribe",
    "/sources.opml",
    "/sitemap.xml",
    "/robots.txt",
    "/favicon.ico",
    "/style.css",
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/v1/releases",
    "/api/v1/releases/{id}",
    "/api/v1/statements",
    "/api/v1/statements/{slug}",
    "/api/v1/sources",
    "/api/v1/sources/{id}/poll",
];

/// What a handler knows: the door, and whether the listener is the operators' own.
#[derive(Clone)]
struct Known {
    door: Arc<Door>,
    operators: bool,
}

pub(super) fn router(door: &Arc<Door>, operators: bool) -> Router {
    let known = Known {
        door: Arc::clone(door),
        operators,
    };
    let served = Router::new()
        .route("/", get(start))
        .route("/statements/{slug}", get(statement))
        .route("/releases/{id}", get(release))
        .route("/topics/{slug}", get(topic))
        .route("/languages/{tag}", get(language))
        .route("/sources/{id}", get(source))
        .route("/sources", get(sources))
        .route("/subscribe", get(subscribe))
        .route("/sources.opml", get(source_list))
        .route("/sitemap.xml", get(site_map))
        .route("/api/v1/releases", get(api_releases))
        .route("/api/v1/releases/{id}", get(api_release))
        .route("/api/v1/statements", get(api_statements))
        .route("/api/v1/statements/{slug}", get(api_statement))
        .route("/api/v1/sources", get(api_sources))
        .route("/api/v1/sources/{id}/poll", post(poll_source))
        .route_layer(middleware::from_fn_with_state(known.clone(), once_ready));
    Router::new()
        .merge(served)
        .route("/robots.txt", get(robots))
        .route("/favicon.ico", get(favicon))
        .route("/style.css", get(style))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .route_layer(middleware::from_fn(name_route))
        .fallback(nothing)
        .method_not_allowed_fallback(|| async { super::not_allowed() })
        .with_state(known)
}

/// Pages and API answer once statements are read.
async fn once_ready(State(known): State<Known>, request: Request, next: Next) -> Answer {
    match known.door.status.ready() {
        Ok(()) => next.run(request).await,
        Err(phase) => not_ready(phase),
    }
}

async fn name_route(matched: Option<MatchedPath>, request: Request, next: Next) -> Answer {
    let route = matched.and_then(|matched| ROUTES.iter().find(|route| **route == matched.as_str()));
    let mut answer = next.run(request).await;
    if let Some(route) = route {
        answer.extensions_mut().insert(Route(route));
    }
    answer
}

impl Known {
    fn page(&self, headers: &HeaderMap, page: Result<Page, PublishError>) -> Answer {
        let config = self.door.config.load();
        let page = match page {
            Err(PublishError::Unknown) => page::not_found(&config),
            page => page,
        };
        match page {
            Ok(Page {
                location: Some(location),
                ..
            }) => moved(&location),
            Ok(page) => {
                let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::OK);
                of_document(status, HTML, page.html, headers, config.wire.remote_images)
            }
            Err(error) => unavailable(&error),
        }
    }

    fn may_see(&self, headers: &HeaderMap) -> bool {
        operators::may_see(&self.door.config.load(), headers, self.operators)
    }
}

async fn start(
    State(known): State<Known>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let config = known.door.config.load_full();
    let before = parameter(query.as_deref(), "before");
    known.page(
        &headers,
        page::start(&known.door.db, &config, before.as_deref()).await,
    )
}

async fn scope(known: Known, scope: Scope, query: Option<&str>, headers: &HeaderMap) -> Answer {
    let config = known.door.config.load_full();
    let before = parameter(query, "before");
    known.page(
        headers,
        page::scope(&known.door.db, &config, &scope, before.as_deref()).await,
    )
}

async fn topic(
    State(known): State<Known>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    scope(known, Scope::Topic(slug), query.as_deref(), &headers).await
}

async fn language(
    State(known): State<Known>,
    Path(tag): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    scope(
        known,
        Scope::Language(tag.to_ascii_lowercase()),
        query.as_deref(),
        &headers,
    )
    .await
}

async fn source(
    State(known): State<Known>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    scope(known, Scope::Source(id), query.as_deref(), &headers).await
}

async fn statement(
    State(known): State<Known>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let config = known.door.config.load_full();
    known.page(
        &headers,
        page::statement(&known.door.db, &config, &slug).await,
    )
}

async fn release(State(known): State<Known>, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    let config = known.door.config.load_full();
    let page = match ReleaseId::parse(&id) {
        Some(id) => page::release(&known.door.db, &config, &id).await,
        None => Err(PublishError::Unknown),
    };
    known.page(&headers, page)
}

async fn sources(State(known): State<Known>, headers: HeaderMap) -> Answer {
    let config = known.door.config.load_full();
    let audience = if known.may_see(&headers) {
        Audience::Operators
    } else {
        Audience::Everybody
    };
    let page = page::sources(&known.door.db, &config, audience).await;
    known.page(&headers, page)
}

async fn subscribe(State(known): State<Known>, headers: HeaderMap) -> Answer {
    let config = known.door.config.load_full();
    known.page(&headers, page::subscribe(&known.door.db, &config).await)
}

async fn nothing(State(known): State<Known>, headers: HeaderMap) -> Answer {
    known.page(&headers, Err(PublishError::Unknown))
}

fn rendered(headers: &HeaderMap, rendered: Result<Rendered, PublishError>) -> Answer {
    match rendered {
        Ok(rendered) => of_document(
            StatusCode::OK,
            rendered.media_type,
            rendered.bytes,
            headers,
            false,
        ),
        Err(error) => unavailable(&error),
    }
}

async fn source_list(State(known): State<Known>, headers: HeaderMap) -> Answer {
    let config = known.door.config.load_full();
    rendered(
        &headers,
        publish::opml(&known.door.db, &config, known.door.clock.now()).await,
    )
}

async fn site_map(State(known): State<Known>, headers: HeaderMap) -> Answer {
    let config = known.door.config.load_full();
    rendered(
        &headers,
        publish::sitemap(&known.door.db, &config, known.door.clock.now()).await,
    )
}

async fn robots(State(known): State<Known>, headers: HeaderMap) -> Answer {
    of_document(
        StatusCode::OK,
        TEXT,
        publish::robots(&known.door.config.load()),
        &headers,
        false,
    )
}

async fn favicon(headers: HeaderMap) -> Answer {
    of_document(
        StatusCode::OK,
        "image/x-icon",
        publish::favicon(),
        &headers,
        false,
    )
}

async fn style(State(known): State<Known>, headers: HeaderMap) -> Answer {
    let config = known.door.config.load_full();
    let mut sheet = page::style().to_owned();
    if let Some(path) = config.wire.css.clone() {
        match tokio::fs::read_to_string(&path).await {
            Ok(own) => sheet.push_str(&own),
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "[wire] css can't be read")
            }
        }
    }
    let mut answer = of_document(
        StatusCode::OK,
        "text/css; charset=utf-8",
        sheet,
        &headers,
        false,
    );
    // Its address carries a digest of ours; an operator's own sheet may change under it.
    answer.headers_mut().insert(
        http::header::CACHE_CONTROL,
        http::HeaderValue::from_static("public, max-age=3600"),
    );
    answer
}

async fn healthz() -> Answer {
    plain(StatusCode::OK, "alive\n")
}

async fn readyz(State(known): State<Known>, headers: HeaderMap) -> Answer {
    if let Err(phase) = known.door.status.ready() {
        return not_ready(phase);
    }
    if let Err(error) = known.door.db.serial().await {
        return unavailable(&error.into());
    }
    let mut text = String::from("ready\n");
    if let Some(refused) = known.door.status.refused() {
        if known.may_see(&headers) {
            text.push_str(&format!(
                "feeds.toml was refused, the last good one stays in force:\n{refused}\n"
            ));
        } else {
            text.push_str(
                "feeds.toml was refused, the last good one stays in force; operators see why\n",
            );
        }
    }
    plain(StatusCode::OK, &text)
}

async fn metrics(State(known): State<Known>, headers: HeaderMap) -> Answer {
    if !known.may_see(&headers) {
        return unauthorised();
    }
    let told = async {
        let sources = known.door.db.sources().await?;
        let releases = known.door.db.release_count().await?;
        known
            .door
            .metrics
            .text(&sources, releases)
            .map_err(|error| PublishError::Written(error.to_string()))
    };
    match told.await {
        Ok(text) => of_document(
            StatusCode::OK,
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
            text,
            &headers,
            false,
        ),
        Err(error) => unavailable(&error),
    }
}

fn json<T: Serialize>(headers: &HeaderMap, value: &T) -> Answer {
    match serde_json::to_vec(value) {
        Ok(bytes) => of_document(StatusCode::OK, JSON, bytes, headers, false),
        Err(error) => unavailable(&PublishError::Written(error.to_string())),
    }
}

/// An error of the API: its status and one sentence.
fn api_error(status: StatusCode, sentence: &str) -> Answer {
    #[derive(Serialize)]
    struct Fault<'a> {
        error: &'a str,
    }
    let text = serde_json::to_string(&Fault { error: sentence }).unwrap_or_default();
    let mut answer = plain(status, &text);
    answer.headers_mut().insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static(JSON),
    );
    answer
}

fn api_answer<T: Serialize>(headers: &HeaderMap, answer: Result<T, PublishError>) -> Answer {
    match answer {
        Ok(value) => json(headers, &value),
        Err(PublishError::Unknown) => {
            api_error(StatusCode::NOT_FOUND, "nothing stands under this id")
        }
        Err(error) => unavailable(&error),
    }
}

/// `limit=`: what can't be read is what the client did not say.
fn limit(query: Option<&str>) -> usize {
    let asked = parameter(query, "limit").and_then(|limit| limit.parse().ok());
    asked.unwrap_or(LIMIT).clamp(1, LIMIT_MOST)
}

async fn api_releases(
    State(known): State<Known>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let query = query.as_deref();
    let all = parameter(query, "in").is_some_and(|scope| scope == "all");
    if all && !known.may_see(&headers) {
        return unauthorised();
    }
    let config = known.door.config.load_full();
    let cursor = parameter(query, "cursor");
    api_answer(
        &headers,
        api::releases(
            &known.door.db,
            &config,
            all,
            cursor.as_deref(),
            limit(query),
        )
        .await,
    )
}

async fn api_release(
    State(known): State<Known>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let config = known.door.config.load_full();
    let found: Result<_, PublishError> = match ReleaseId::parse(&id) {
        Some(id) => api::release(&known.door.db, &config, &id).await,
        None => Err(PublishError::Unknown),
    };
    match found {
        Ok(api::Answer::Here(release)) => json(&headers, &release),
        Ok(api::Answer::MovedTo(other)) => {
            let addresses = Addresses::of(&config.wire.url);
            moved(&addresses.whole(&format!("api/v1/releases/{other}")))
        }
        Ok(api::Answer::Gone(withdrawal)) => api_error(
            StatusCode::GONE,
            &format!("withdrawn: {}", withdrawal.reason),
        ),
        Err(error) => api_answer::<()>(&headers, Err(error)),
    }
}

async fn api_statements(
    State(known): State<Known>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let config = known.door.config.load_full();
    let cursor = parameter(query.as_deref(), "cursor");
    let page = api::statements(
        &known.door.db,
        &config,
        cursor.as_deref(),
        limit(query.as_deref()),
    )
    .await;
    api_answer(&headers, page)
}

async fn api_statement(
    State(known): State<Known>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let config = known.door.config.load_full();
    api_answer(
        &headers,
        api::statement(&known.door.db, &config, &slug).await,
    )
}

async fn api_sources(State(known): State<Known>, headers: HeaderMap) -> Answer {
    if !known.may_see(&headers) {
        return unauthorised();
    }
    let config = known.door.config.load_full();
    api_answer(&headers, api::sources(&known.door.db, &config).await)
}

/// Makes a source due at once. Always with the token: it makes us ask somebody else's server.
async fn poll_source(
    State(known): State<Known>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let config = known.door.config.load_full();
    if !operators::has_token(&config, &headers) {
        return unauthorised();
    }
    match known.door.make_due(&id).await {
        Ok(()) => plain(StatusCode::ACCEPTED, "due now\n"),
        Err(error) => api_answer::<()>(&headers, Err(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limit_is_bounded() {
        assert_eq!(limit(None), 50);
        assert_eq!(limit(Some("limit=7")), 7);
        assert_eq!(limit(Some("limit=100000")), 200);
        assert_eq!(limit(Some("limit=0")), 1);
        assert_eq!(limit(Some("limit=many")), 50);
    }
}
