//! The API (contract §4): JSON for programs, what operators see only for operators.

use super::address::parameter;
use super::answer::{moved, of_document, plain, unauthorised};
use super::listen::Answer;
use super::router::Known;
use super::{operators, unavailable};
use crate::database::Found;
use crate::domain::release::ReleaseId;
use crate::publish::{self, Addresses, PublishError};
use crate::wire;
use axum::extract::{Path, RawQuery, State};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

const JSON: &str = "application/json; charset=utf-8";
/// Releases in one page of the API, where the client does not say, and at the most.
const LIMIT: usize = 50;
const LIMIT_MOST: usize = 200;

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

pub(super) async fn releases(
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
        publish::api::releases(
            &known.door.db,
            &config,
            all,
            cursor.as_deref(),
            limit(query),
        )
        .await,
    )
}

pub(super) async fn release(
    State(known): State<Known>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let config = known.door.config.load_full();
    let found: Result<_, PublishError> = match ReleaseId::parse(&id) {
        Some(id) => publish::api::release(&known.door.db, &config, &id).await,
        None => Err(PublishError::Unknown),
    };
    match found {
        Ok(publish::api::Answer::Here(release)) => json(&headers, &release),
        Ok(publish::api::Answer::MovedTo(other)) => {
            let addresses = Addresses::of(&config.wire.url);
            moved(&addresses.whole(&format!("api/v1/releases/{other}")))
        }
        Ok(publish::api::Answer::Gone(withdrawal)) => api_error(
            StatusCode::GONE,
            &format!("withdrawn: {}", withdrawal.reason),
        ),
        Err(error) => api_answer::<()>(&headers, Err(error)),
    }
}

/// What `presswire explain --json` says. Operators' alone: it names releases outside the wire.
pub(super) async fn explanation(
    State(known): State<Known>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    if !known.may_see(&headers) {
        return unauthorised();
    }
    api_answer(&headers, explained(&known, &id).await)
}

async fn explained(known: &Known, id: &str) -> Result<publish::ExplainedShown, PublishError> {
    let door = &known.door;
    let (config, rules) = (door.config.load_full(), door.rules.load_full());
    let id = ReleaseId::parse(id).ok_or(PublishError::Unknown)?;
    let release = match door.db.release(&id).await? {
        Found::Release(release) => *release,
        Found::MovedTo(_) | Found::Unknown => return Err(PublishError::Unknown),
    };
    let explained = wire::explain(&door.db, &rules, &config, release).await?;
    publish::explained(&door.db, &config, &explained).await
}

pub(super) async fn statements(
    State(known): State<Known>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let config = known.door.config.load_full();
    let cursor = parameter(query.as_deref(), "cursor");
    let page = publish::api::statements(
        &known.door.db,
        &config,
        cursor.as_deref(),
        limit(query.as_deref()),
    )
    .await;
    api_answer(&headers, page)
}

pub(super) async fn statement(
    State(known): State<Known>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let config = known.door.config.load_full();
    api_answer(
        &headers,
        publish::api::statement(&known.door.db, &config, &slug).await,
    )
}

pub(super) async fn sources(State(known): State<Known>, headers: HeaderMap) -> Answer {
    if !known.may_see(&headers) {
        return unauthorised();
    }
    let config = known.door.config.load_full();
    api_answer(
        &headers,
        publish::api::sources(&known.door.db, &config).await,
    )
}

/// Makes a source due at once. Always with the token: it makes us ask somebody else's server.
pub(super) async fn poll_source(
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
