//! Whether it lives, whether it can serve, and how it fares.

use super::answer::{of_document, plain, unauthorised};
use super::listen::Answer;
use super::router::Known;
use super::{not_ready, unavailable};
use crate::publish::PublishError;
use axum::extract::State;
use http::{HeaderMap, StatusCode};

pub(super) async fn readyz(State(known): State<Known>, headers: HeaderMap) -> Answer {
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

pub(super) async fn metrics(State(known): State<Known>, headers: HeaderMap) -> Answer {
    if !known.may_see(&headers) {
        return unauthorised();
    }
    let told = async {
        let sources = known.door.db.source_states().await?;
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

pub(super) async fn healthz() -> Answer {
    plain(StatusCode::OK, "alive\n")
}
