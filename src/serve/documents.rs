//! What stands beside the pages: lists for programs, and what browsers fetch by themselves.

use super::answer::of_document;
use super::listen::Answer;
use super::router::Known;
use super::unavailable;
use crate::publish::page;
use crate::publish::{self, PublishError, Rendered};
use axum::extract::State;
use http::{HeaderMap, StatusCode};

const TEXT: &str = "text/plain; charset=utf-8";

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

pub(super) async fn source_list(State(known): State<Known>, headers: HeaderMap) -> Answer {
    let config = known.door.config.load_full();
    rendered(
        &headers,
        publish::opml(&known.door.db, &config, known.door.clock.now()).await,
    )
}

pub(super) async fn site_map(State(known): State<Known>, headers: HeaderMap) -> Answer {
    let config = known.door.config.load_full();
    rendered(
        &headers,
        publish::sitemap(&known.door.db, &config, known.door.clock.now()).await,
    )
}

pub(super) async fn robots(State(known): State<Known>, headers: HeaderMap) -> Answer {
    of_document(
        StatusCode::OK,
        TEXT,
        publish::robots(&known.door.config.load()),
        &headers,
        false,
    )
}

pub(super) async fn favicon(headers: HeaderMap) -> Answer {
    of_document(
        StatusCode::OK,
        "image/x-icon",
        publish::favicon(),
        &headers,
        false,
    )
}

pub(super) async fn style(State(known): State<Known>, headers: HeaderMap) -> Answer {
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
