//! Pages for people.

use super::address::parameter;
use super::answer::{moved, of_document};
use super::listen::Answer;
use super::router::Known;
use super::unavailable;
use crate::domain::release::ReleaseId;
use crate::domain::scope::Scope;
use crate::publish::PublishError;
use crate::publish::page::{self, Audience, Page};
use crate::wire::Rules;
use axum::extract::{Path, RawQuery, State};
use http::{HeaderMap, StatusCode};

const HTML: &str = "text/html; charset=utf-8";

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

    /// Operators are told on a release's page why it is there, which names releases outside the wire.
    fn explained_by<'a>(&self, headers: &HeaderMap, rules: &'a Rules) -> Option<&'a Rules> {
        self.may_see(headers).then_some(rules)
    }
}

pub(super) async fn start(
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

pub(super) async fn topic(
    State(known): State<Known>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    scope(known, Scope::Topic(slug), query.as_deref(), &headers).await
}

pub(super) async fn language(
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

pub(super) async fn source(
    State(known): State<Known>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    scope(known, Scope::Source(id), query.as_deref(), &headers).await
}

pub(super) async fn search(
    State(known): State<Known>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let config = known.door.config.load_full();
    let asked = parameter(query.as_deref(), "q").unwrap_or_default();
    let before = parameter(query.as_deref(), "before");
    let page = page::search(&known.door.db, &config, &asked, before.as_deref()).await;
    known.page(&headers, page)
}

pub(super) async fn statement(
    State(known): State<Known>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let (config, rules) = (known.door.config.load_full(), known.door.rules.load_full());
    let explained_by = known.explained_by(&headers, &rules);
    known.page(
        &headers,
        page::statement(&known.door.db, &config, &slug, explained_by).await,
    )
}

pub(super) async fn release(
    State(known): State<Known>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let (config, rules) = (known.door.config.load_full(), known.door.rules.load_full());
    let explained_by = known.explained_by(&headers, &rules);
    let page = match ReleaseId::parse(&id) {
        Some(id) => page::release(&known.door.db, &config, &id, explained_by).await,
        None => Err(PublishError::Unknown),
    };
    known.page(&headers, page)
}

pub(super) async fn sources(State(known): State<Known>, headers: HeaderMap) -> Answer {
    let config = known.door.config.load_full();
    let audience = if known.may_see(&headers) {
        Audience::Operators
    } else {
        Audience::Everybody
    };
    let page = page::sources(&known.door.db, &config, audience).await;
    known.page(&headers, page)
}

pub(super) async fn subscribe(State(known): State<Known>, headers: HeaderMap) -> Answer {
    let config = known.door.config.load_full();
    known.page(&headers, page::subscribe(&known.door.db, &config).await)
}

pub(super) async fn nothing(State(known): State<Known>, headers: HeaderMap) -> Answer {
    known.page(&headers, Err(PublishError::Unknown))
}
