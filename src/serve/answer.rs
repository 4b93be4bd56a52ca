//! Answers with the headers that each kind of answer owes its readers.

use super::coding::Coding;
use super::conditional::is_unchanged;
use super::feeds::{Changes, Coded, Prepared};
use super::listen::Answer;
use crate::domain::Moment;
use axum::body::Body;
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, HeaderValue,
    LAST_MODIFIED, VARY,
};
use http::{HeaderMap, StatusCode};

/// Constant, so that no header hints at an embargo's end (contract §4).
const FRESH: HeaderValue = HeaderValue::from_static("public, max-age=60");
/// For caches that know nothing of 226 this is not theirs to keep; those that do may (RFC 3229 §10.8.3).
const FRESH_CHANGES: HeaderValue = HeaderValue::from_static("no-store, im, max-age=60");
/// Nothing in a page may run, load from elsewhere, be framed or post.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                           base-uri 'none'; frame-ancestors 'none'";
/// The same, with pictures and sounds from elsewhere (`remote_images = true`).
const PAGE_POLICY_REMOTE: &str = "default-src 'none'; style-src 'self'; img-src 'self' data: https: http:; \
                                  media-src https: http:; form-action 'self'; base-uri 'none'; \
                                  frame-ancestors 'none'";
/// A feed opened in a browser is a document of our origin: it must be inert.
const FEED_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; sandbox; frame-ancestors 'none'",
);

/// A prepared feed, or 304 where the client has these bytes.
pub async fn of_feed(prepared: &Prepared, headers: &HeaderMap, links: &[String]) -> Answer {
    let coding = Coding::accepted(text(headers, &ACCEPT_ENCODING));
    let mut answer = feed_head(prepared, coding, links);
    if is_unchanged(headers, &prepared.etag(coding), prepared.changed) {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        return answer;
    }
    feed_body(answer, prepared.media_type(), prepared.body(), coding).await
}

/// 226: what is new and changed in a feed since the version that the client has (RFC 3229 §10.4.1).
///
/// The validator is that of the whole, which the client now has.
pub async fn of_changes(
    prepared: &Prepared,
    changes: &Changes,
    headers: &HeaderMap,
    links: &[String],
) -> Answer {
    let coding = Coding::accepted(text(headers, &ACCEPT_ENCODING));
    let mut answer = feed_head(prepared, coding, links);
    *answer.status_mut() = StatusCode::IM_USED;
    let own = answer.headers_mut();
    own.insert("im", HeaderValue::from_static("feed"));
    insert(own, HeaderName::from_static("delta-base"), &changes.since);
    own.insert(CACHE_CONTROL, FRESH_CHANGES);
    own.insert(
        VARY,
        HeaderValue::from_static("Accept-Encoding, A-IM, If-None-Match"),
    );
    feed_body(answer, prepared.media_type(), &changes.body, coding).await
}

/// The headers that an answer with a feed carries, whatever its status.
fn feed_head(prepared: &Prepared, coding: Coding, links: &[String]) -> Answer {
    let mut answer = Answer::new(Body::empty());
    let own = answer.headers_mut();
    insert(own, ETAG, &prepared.etag(coding));
    insert(
        own,
        LAST_MODIFIED,
        &httpdate::fmt_http_date(prepared.changed.into()),
    );
    own.insert(CACHE_CONTROL, FRESH);
    own.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    own.insert("access-control-allow-origin", HeaderValue::from_static("*"));
    own.insert("content-security-policy", FEED_POLICY);
    common(own);
    for link in links {
        if let Ok(value) = HeaderValue::from_str(link) {
            own.append("link", value);
        }
    }
    answer
}

async fn feed_body(
    mut answer: Answer,
    media_type: &'static str,
    body: &Coded,
    coding: Coding,
) -> Answer {
    match body.bytes(coding).await {
        Ok(bytes) => {
            let own = answer.headers_mut();
            own.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
            if let Some(token) = coding.token() {
                own.insert(CONTENT_ENCODING, HeaderValue::from_static(token));
            }
            *answer.body_mut() = Body::from(bytes);
            answer
        }
        Err(error) => {
            tracing::error!(%error, "could not compress a feed");
            plain(
                StatusCode::INTERNAL_SERVER_ERROR,
                "could not prepare this feed; try again\n",
            )
        }
    }
}

/// A document made for this request: page, API answer, list. Validator by its bytes, compressed where
/// the client takes it, 304 where the client has it. Blocks for the time of one compression.
pub fn of_document(
    status: StatusCode,
    media_type: &'static str,
    document: impl Into<Bytes>,
    headers: &HeaderMap,
    remote_images: bool,
) -> Answer {
    let document: Bytes = document.into();
    // Small answers gain nothing from compression.
    let coding = if document.len() < 1024 {
        Coding::Identity
    } else {
        Coding::accepted(text(headers, &ACCEPT_ENCODING))
    };
    let etag = format!(
        "\"{}{}\"",
        &blake3::hash(&document).to_hex()[..24],
        coding.mark()
    );
    let mut answer = Answer::new(Body::empty());
    *answer.status_mut() = status;
    let own = answer.headers_mut();
    own.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    own.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let policy = if remote_images {
        PAGE_POLICY_REMOTE
    } else {
        PAGE_POLICY
    };
    own.insert("content-security-policy", HeaderValue::from_static(policy));
    common(own);
    if status == StatusCode::OK {
        insert(own, ETAG, &etag);
        // Without a stored time of change, the tag alone decides.
        if headers.contains_key(http::header::IF_NONE_MATCH)
            && is_unchanged(headers, &etag, Moment::MAX_UTC)
        {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            return answer;
        }
    }
    own.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    let body = match coding.encode(&document) {
        Ok(bytes) => {
            if let Some(token) = coding.token() {
                own.insert(CONTENT_ENCODING, HeaderValue::from_static(token));
            }
            bytes
        }
        Err(_) => document,
    };
    *answer.body_mut() = Body::from(body);
    answer
}

/// A short answer in plain text.
pub fn plain(status: StatusCode, text: &str) -> Answer {
    let mut answer = Answer::new(Body::from(text.to_owned()));
    *answer.status_mut() = status;
    let own = answer.headers_mut();
    own.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    own.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    own.insert(
        "content-security-policy",
        HeaderValue::from_static(PAGE_POLICY),
    );
    common(own);
    answer
}

/// 301 to an absolute address of ours.
pub fn moved(to: &str) -> Answer {
    let mut answer = plain(StatusCode::MOVED_PERMANENTLY, "moved\n");
    insert(answer.headers_mut(), http::header::LOCATION, to);
    answer
}

/// 401 with the way in.
pub fn unauthorised() -> Answer {
    let mut answer = plain(
        StatusCode::UNAUTHORIZED,
        "This address is for operators. Send `Authorization: Bearer <token>` with the token that the daemon was \
         given in PRESSWIRE_ADMIN_TOKEN, or ask on `[server] ops_listen`, or set `[server] open = true`.\n",
    );
    answer.headers_mut().insert(
        http::header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer"),
    );
    answer
}

/// What every answer carries.
fn common(headers: &mut HeaderMap) {
    headers.insert(
        "x-content-type-options",
        HeaderValue::from_static("nosniff"),
    );
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// A request header as text; None where it is missing or not ASCII.
pub fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
