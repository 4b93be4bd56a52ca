//! One bounded conditional GET against publishers that behave in every way.
#![allow(clippy::panic, reason = "a helper of tests fails like a test")]

use crate::support::publisher::{Publisher, Reply};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;
use presswire::domain::Moment;
use presswire::domain::source::Validators;
use presswire::poll::failure::FailureKind;
use presswire::poll::fetch::{Answer, Ask, Body, Fetcher, Outcome};
use presswire::poll::guard::Reach;
use presswire::poll::hosts::{HostManners, Hosts};
use presswire::poll::pulse::Pulse;
use secrecy::SecretString;
use std::io::Write;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use url::Url;

pub(super) const FEED: &str = "<rss version=\"2.0\"><channel><title>A</title></channel></rss>";
static AGENT: HeaderValue =
    HeaderValue::from_static("presswire/0.0 (+https://wire.example/; mailto:a@b.example)");

static PULSE: LazyLock<Pulse> = LazyLock::new(Pulse::default);

fn now() -> Moment {
    "2026-11-21T12:00:00Z".parse().expect("a moment")
}

pub(super) fn ask(url: &Url) -> Ask<'_> {
    Ask {
        url,
        own: url,
        headers: &[],
        validators: None,
        reach: Reach::Everything,
        timeout: Duration::from_secs(10),
        max_size_bytes: 1_000_000,
        manners: HostManners {
            per_host: 4,
            delay: Duration::ZERO,
        },
        pooled: false,
        user_agent: &AGENT,
        pulse: &PULSE,
        now: now(),
    }
}

pub(super) async fn fetch(ask: &Ask<'_>) -> Answer {
    Fetcher::new(Arc::new(Hosts::default())).fetch(ask).await
}

pub(super) fn body(answer: Answer) -> Body {
    match answer.outcome {
        Outcome::Body(body) => *body,
        other => panic!("not a body: {other:?}"),
    }
}

pub(super) fn failure(answer: &Answer) -> (FailureKind, &str) {
    match &answer.outcome {
        Outcome::Failed(failure) => (failure.kind, &failure.what),
        other => panic!("not a failure: {other:?}"),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("writes to memory");
    encoder.finish().expect("writes to memory")
}

#[tokio::test]
async fn body_comes_with_its_validators_and_manners() {
    let publisher = Publisher::start().await;
    let reply = Reply::ok(FEED)
        .etag("W/\"a b\"")
        .header("Last-Modified", "Fri, 20 Nov 2026 10:00:00 GMT");
    publisher.serve(
        "/feed",
        reply
            .header("Content-Type", "application/rss+xml")
            .header("Cache-Control", "max-age=600"),
    );
    let url = publisher.url("/feed");
    let answer = fetch(&ask(&url)).await;
    assert_eq!(
        (answer.status, answer.redirected.is_none()),
        (Some(200), true)
    );
    assert_eq!(answer.fresh_for, Some(Duration::from_secs(600)));
    let body = body(answer);
    assert_eq!(body.bytes, FEED.as_bytes());
    assert_eq!(body.content_type.as_deref(), Some("application/rss+xml"));
    assert_eq!(body.validators.etag.as_deref(), Some("W/\"a b\""));
    assert!(body.cut.is_none() && body.validators.last_modified.is_some());

    let asked = &publisher.asked()[0];
    let header = |name: &str| asked.headers.get(name).map(String::as_str);
    assert_eq!(header("user-agent"), AGENT.to_str().ok());
    assert!(header("accept").is_some_and(|accept| accept.starts_with("application/atom+xml")));
    assert_eq!(header("accept-encoding"), Some("gzip, br"));
    for none in [
        "referer",
        "cookie",
        "authorization",
        "if-none-match",
        "a-im",
    ] {
        assert_eq!(header(none), None, "{none}");
    }
}

#[tokio::test]
async fn validators_are_sent_back_and_304_is_unchanged() {
    let publisher = Publisher::start().await;
    publisher.serve(
        "/feed",
        Reply::ok(FEED)
            .etag("\"ä\"")
            .header("Last-Modified", "yesterday"),
    );
    let url = publisher.url("/feed");
    let kept = body(fetch(&ask(&url)).await).validators;
    let again = fetch(&Ask {
        validators: Some(&kept),
        ..ask(&url)
    })
    .await;
    assert_eq!(again.status, Some(304));
    assert!(
        matches!(again.outcome, Outcome::Unchanged(Some(ref new)) if *new == kept),
        "{again:?}"
    );
    let asked = &publisher.asked()[1];
    assert_eq!(asked.headers["if-none-match"], "\"ä\"");
    assert_eq!(asked.headers["if-modified-since"], "yesterday");
    assert_eq!(asked.headers["a-im"], "feed");
}

#[tokio::test]
async fn validators_of_another_address_are_not_sent() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Reply::ok(FEED).etag("\"1\""));
    let url = publisher.url("/feed");
    let kept = Validators {
        url: publisher.url("/old").into(),
        etag: Some("\"1\"".into()),
        last_modified: None,
    };
    let answer = fetch(&Ask {
        validators: Some(&kept),
        ..ask(&url)
    })
    .await;
    assert_eq!(answer.status, Some(200));
    assert!(!publisher.asked()[0].headers.contains_key("if-none-match"));
}

#[tokio::test]
async fn validators_of_a_redirects_end_are_sent_there_only() {
    let publisher = Publisher::start().await;
    publisher.serve("/old", Reply::to(302, "/new"));
    publisher.serve("/new", Reply::ok(FEED).etag("\"1\""));
    let url = publisher.url("/old");
    let kept = body(fetch(&ask(&url)).await).validators;
    let again = fetch(&Ask {
        validators: Some(&kept),
        ..ask(&url)
    })
    .await;
    assert_eq!(again.status, Some(304));
    let conditional: Vec<bool> = publisher
        .asked()
        .iter()
        .map(|asked| asked.headers.contains_key("if-none-match"))
        .collect();
    assert_eq!(conditional, [false, false, false, true]);
}

#[tokio::test]
async fn bare_304_leaves_the_validators_as_they_are() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Reply::status(304));
    let url = publisher.url("/feed");
    let kept = Validators {
        url: url.to_string(),
        etag: Some("\"1\"".into()),
        last_modified: None,
    };
    let answer = fetch(&Ask {
        validators: Some(&kept),
        ..ask(&url)
    })
    .await;
    assert!(matches!(answer.outcome, Outcome::Unchanged(None)));
    let unasked = fetch(&ask(&url)).await;
    assert_eq!(
        failure(&unasked),
        (
            FailureKind::Status,
            "answers 304 to a request without conditions"
        )
    );
}

#[tokio::test]
async fn delta_is_a_body_that_is_not_whole() {
    let publisher = Publisher::start().await;
    publisher.serve(
        "/feed",
        Reply::status(226)
            .header("IM", "feed")
            .etag("\"2\"")
            .body(FEED),
    );
    let url = publisher.url("/feed");
    let kept = Validators {
        url: url.to_string(),
        etag: Some("\"1\"".into()),
        last_modified: None,
    };
    assert!(
        body(
            fetch(&Ask {
                validators: Some(&kept),
                ..ask(&url)
            })
            .await
        )
        .delta
    );
    assert_eq!(
        failure(&fetch(&ask(&url)).await).0,
        FailureKind::Status,
        "226 was not asked for"
    );
}

#[tokio::test]
async fn compressed_bodies_are_decoded_with_all_members() {
    let publisher = Publisher::start().await;
    let two = [gzip(&FEED.as_bytes()[..20]), gzip(&FEED.as_bytes()[20..])].concat();
    publisher.serve("/two", Reply::ok(two).header("Content-Encoding", "gzip"));
    publisher.serve("/bare", Reply::ok(gzip(FEED.as_bytes())));
    publisher.serve("/false", Reply::ok(FEED).header("Content-Encoding", "gzip"));
    for path in ["/two", "/bare", "/false"] {
        let url = publisher.url(path);
        let body = body(fetch(&ask(&url)).await);
        assert_eq!(
            (body.bytes.as_slice(), body.cut),
            (FEED.as_bytes(), None),
            "{path}"
        );
    }
    publisher.serve("/zstd", Reply::ok("x").header("Content-Encoding", "zstd"));
    let url = publisher.url("/zstd");
    assert_eq!(failure(&fetch(&ask(&url)).await).0, FailureKind::Broken);
}

#[tokio::test]
async fn bombs_and_endless_bodies_are_cut_at_the_limit() {
    let publisher = Publisher::start().await;
    publisher.serve(
        "/bomb",
        Reply::ok(gzip(&vec![b' '; 64 << 20])).header("Content-Encoding", "gzip"),
    );
    publisher.serve(
        "/endless",
        Reply::ok(FEED).forever(vec![b'x'; 4096], Duration::ZERO),
    );
    for path in ["/bomb", "/endless"] {
        let url = publisher.url(path);
        let body = body(fetch(&ask(&url)).await);
        assert_eq!(body.bytes.len(), 1_000_000, "{path}");
        let cut = body.cut.expect("it was cut");
        assert_eq!(
            (cut.kind, cut.what.as_str()),
            (
                FailureKind::TooLarge,
                "larger than 1 MB after decompression"
            )
        );
    }
}

#[tokio::test]
async fn redirects_are_followed_ten_times_and_not_in_circles() {
    let publisher = Publisher::start().await;
    for n in 0..12 {
        publisher.serve(&format!("/{n}"), Reply::to(301, &format!("/{}", n + 1)));
    }
    publisher.serve("/12", Reply::ok(FEED));
    publisher.serve("/loop", Reply::to(302, "/loop"));
    let ten = publisher.url("/2");
    let answer = fetch(&ask(&ten)).await;
    let redirected = answer.redirected.clone().expect("it was redirected");
    assert_eq!(
        (redirected.to, redirected.permanent),
        (publisher.url("/12"), true)
    );
    assert_eq!(body(answer).url, publisher.url("/12"));
    let eleven = publisher.url("/1");
    assert_eq!(
        failure(&fetch(&ask(&eleven)).await),
        (FailureKind::Redirects, "redirects more than 10 times")
    );
    let circle = publisher.url("/loop");
    assert_eq!(
        failure(&fetch(&ask(&circle)).await),
        (FailureKind::Redirects, "redirects in a circle")
    );
}

#[tokio::test]
async fn chain_is_permanent_only_if_every_hop_is() {
    let publisher = Publisher::start().await;
    publisher.serve("/a", Reply::to(308, "/b"));
    publisher.serve("/b", Reply::to(307, "/c"));
    publisher.serve("/c", Reply::ok(FEED));
    let url = publisher.url("/a");
    assert!(
        fetch(&ask(&url))
            .await
            .redirected
            .is_some_and(|redirected| !redirected.permanent)
    );
}

#[tokio::test]
async fn redirects_out_of_the_web_are_refused() {
    let publisher = Publisher::start().await;
    for target in [
        "file:///etc/passwd",
        "gopher://example.org/",
        "javascript:1",
        "http://",
        "",
    ] {
        publisher.serve("/r", Reply::to(302, target));
        let url = publisher.url("/r");
        assert_eq!(
            failure(&fetch(&ask(&url)).await).0,
            FailureKind::Redirects,
            "{target}"
        );
    }
}

#[tokio::test]
async fn private_addresses_are_refused_before_anything_is_sent() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Reply::ok(FEED));
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        "localhost",
        "localhost.",
    ] {
        let url: Url = format!("http://{host}:{}/feed", publisher.port())
            .parse()
            .expect("an address");
        let answer = fetch(&Ask {
            reach: Reach::Public,
            ..ask(&url)
        })
        .await;
        assert_eq!(failure(&answer).0, FailureKind::Refused, "{host}");
    }
    assert_eq!(publisher.asked().len(), 0);
}

#[tokio::test]
async fn private_networks_allowed_for_a_source_do_not_extend_to_its_redirects() {
    let (own, inside) = (Publisher::start().await, Publisher::at("127.0.0.2").await);
    own.serve("/feed", Reply::ok(FEED));
    own.serve("/away", Reply::to(302, inside.url("/secret").as_str()));
    let (feed, away) = (own.url("/feed"), own.url("/away"));
    let reach = Reach::OwnOrigin;
    assert_eq!(
        fetch(&Ask {
            reach,
            ..ask(&feed)
        })
        .await
        .status,
        Some(200)
    );
    let answer = fetch(&Ask {
        reach,
        ..ask(&away)
    })
    .await;
    assert_eq!(
        failure(&answer),
        (FailureKind::Refused, "private address refused (loopback)")
    );
    assert_eq!(inside.asked().len(), 0);
}

#[tokio::test]
async fn credentials_stay_with_their_origin_also_after_bouncing_back() {
    let (own, other) = (Publisher::start().await, Publisher::at("127.0.0.2").await);
    own.serve("/feed", Reply::to(302, "/here"));
    own.serve("/here", Reply::to(302, other.url("/there").as_str()));
    other.serve("/there", Reply::to(302, own.url("/back").as_str()));
    own.serve("/back", Reply::ok(FEED));
    let mut url = own.url("/feed");
    url.set_username("me").expect("an address with a host");
    url.set_password(Some("p w"))
        .expect("an address with a host");
    let key = http::HeaderName::from_static("x-api-key");
    let headers = [(key, SecretString::from("hunter2"))];
    let answer = fetch(&Ask {
        headers: &headers,
        ..ask(&url)
    })
    .await;
    assert_eq!(answer.status, Some(200));
    assert!(
        !format!("{answer:?}").contains("p%20w"),
        "the answer carries no credentials"
    );
    let sent = |publisher: &Publisher, path: &str| {
        let asked = publisher.asked_for(path).remove(0);
        (
            asked.headers.contains_key("x-api-key"),
            asked.headers.get("authorization").cloned(),
        )
    };
    let basic = Some("Basic bWU6cCB3".to_owned());
    assert_eq!(sent(&own, "/feed"), (true, basic.clone()));
    assert_eq!(sent(&own, "/here"), (true, basic));
    assert_eq!(sent(&other, "/there"), (false, None));
    assert_eq!(sent(&own, "/back"), (false, None));
}

#[tokio::test]
async fn statuses_become_outcomes() {
    let publisher = Publisher::start().await;
    publisher.serve("/410", Reply::status(410));
    publisher.serve("/429", Reply::status(429).header("Retry-After", "120"));
    publisher.serve("/503", Reply::status(503).header("Retry-After", "60"));
    publisher.serve("/500", Reply::status(503));
    publisher.serve("/403", Reply::status(403));
    publisher.serve(
        "/wall",
        Reply::status(403).header("cf-mitigated", "challenge"),
    );
    publisher.serve("/204", Reply::status(204));
    publisher.serve("/206", Reply::status(206).body(FEED));
    let outcome = async |path: &str| {
        let url = publisher.url(path);
        fetch(&ask(&url)).await.outcome
    };
    assert!(matches!(outcome("/410").await, Outcome::Gone));
    let minute = chrono::TimeDelta::minutes(1);
    assert!(
        matches!(outcome("/429").await, Outcome::Throttled { until: Some(at), status: 429 } if at == now() + minute * 2)
    );
    assert!(
        matches!(outcome("/503").await, Outcome::Throttled { until: Some(at), .. } if at == now() + minute)
    );
    for (path, kind) in [
        ("/500", FailureKind::Status),
        ("/403", FailureKind::Denied),
        ("/wall", FailureKind::BotWall),
        ("/204", FailureKind::Status),
        ("/206", FailureKind::Status),
        ("/none", FailureKind::Status),
    ] {
        assert!(
            matches!(outcome(path).await, Outcome::Failed(failure) if failure.kind == kind),
            "{path}"
        );
    }
}
