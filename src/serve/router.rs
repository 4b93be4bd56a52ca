//! Which address is answered by whom: everything that is not a feed.

use super::listen::Answer;
use super::{Door, api, documents, health, not_ready, operators, pages};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{self, Next};
use axum::routing::{get, post};
use http::HeaderMap;
use std::sync::Arc;

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
    "/search",
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
    "/api/v1/releases/{id}/explanation",
    "/api/v1/statements",
    "/api/v1/statements/{slug}",
    "/api/v1/sources",
    "/api/v1/sources/{id}/poll",
];

/// What a handler knows: the door, and whether the listener is the operators' own.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) door: Arc<Door>,
    operators: bool,
}

pub(super) fn router(door: &Arc<Door>, operators: bool) -> Router {
    let known = Known {
        door: Arc::clone(door),
        operators,
    };
    let served = Router::new()
        .route("/", get(pages::start))
        .route("/statements/{slug}", get(pages::statement))
        .route("/releases/{id}", get(pages::release))
        .route("/topics/{slug}", get(pages::topic))
        .route("/languages/{tag}", get(pages::language))
        .route("/sources/{id}", get(pages::source))
        .route("/sources", get(pages::sources))
        .route("/search", get(pages::search))
        .route("/subscribe", get(pages::subscribe))
        .route("/sources.opml", get(documents::source_list))
        .route("/sitemap.xml", get(documents::site_map))
        .route("/api/v1/releases", get(api::releases))
        .route("/api/v1/releases/{id}", get(api::release))
        .route("/api/v1/releases/{id}/explanation", get(api::explanation))
        .route("/api/v1/statements", get(api::statements))
        .route("/api/v1/statements/{slug}", get(api::statement))
        .route("/api/v1/sources", get(api::sources))
        .route("/api/v1/sources/{id}/poll", post(api::poll_source))
        .route_layer(middleware::from_fn_with_state(known.clone(), once_ready));
    Router::new()
        .merge(served)
        .route("/robots.txt", get(documents::robots))
        .route("/favicon.ico", get(documents::favicon))
        .route("/style.css", get(documents::style))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .route_layer(middleware::from_fn(name_route))
        .fallback(pages::nothing)
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
    pub(super) fn may_see(&self, headers: &HeaderMap) -> bool {
        operators::may_see(&self.door.config.load(), headers, self.operators)
    }
}
