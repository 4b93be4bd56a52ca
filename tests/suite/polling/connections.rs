//! What can go wrong between the first byte of a request and the last of its answer.

use super::fetching::{FEED, ask, body, failure, fetch};
use crate::support::publisher::{Publisher, Reply};
use presswire::poll::failure::FailureKind;
use presswire::poll::fetch::{Ask, Fetcher, Outcome};
use std::sync::Arc;
use std::time::{Duration, Instant};
use url::Url;

#[tokio::test]
async fn answers_that_are_no_http_are_failures_of_one_line() {
    let publisher = Publisher::start().await;
    publisher.serve("/garbage", Reply::raw("hello\r\n\r\n"));
    publisher.serve("/nothing", Reply::raw(""));
    publisher.serve(
        "/twice",
        Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\nx"),
    );
    publisher.serve(
        "/minus",
        Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx"),
    );
    let wide = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(1 << 20));
    publisher.serve("/wide", Reply::raw(wide));
    publisher.serve(
        "/many",
        Reply::raw(format!(
            "HTTP/1.1 200 OK\r\n{}\r\n",
            "A: b\r\n".repeat(5000)
        )),
    );
    for path in ["/garbage", "/nothing", "/twice", "/minus", "/wide", "/many"] {
        let url = publisher.url(path);
        let answer = fetch(&ask(&url)).await;
        let (kind, what) = failure(&answer);
        assert_eq!(kind, FailureKind::Broken, "{path}: {what}");
        assert!(!what.contains('\n') && !what.contains("http://"), "{what}");
    }
    let nobody: Url = "http://127.0.0.1:1/feed?token=hunter2"
        .parse()
        .expect("an address");
    let answer = fetch(&ask(&nobody)).await;
    let (kind, what) = failure(&answer);
    assert_eq!(kind, FailureKind::Connect);
    assert!(!what.contains("hunter2"), "{what}");
    let nowhere: Url = "http://nowhere.invalid/feed?token=hunter2"
        .parse()
        .expect("an address");
    let answer = fetch(&ask(&nowhere)).await;
    let (kind, what) = failure(&answer);
    assert!(
        kind == FailureKind::Dns && !what.contains("hunter2"),
        "{what}"
    );
}

#[tokio::test]
async fn huge_content_length_reserves_nothing() {
    let publisher = Publisher::start().await;
    publisher.serve(
        "/feed",
        Reply::raw(format!(
            "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n{FEED}"
        )),
    );
    let url = publisher.url("/feed");
    let body = body(fetch(&ask(&url)).await);
    assert!(body.cut.is_some() && body.bytes.capacity() < 1 << 20);
}

#[tokio::test]
async fn slow_drip_silence_and_stall_end_in_time() {
    let publisher = Publisher::start().await;
    publisher.serve(
        "/drip",
        Reply::ok("<rss>").forever("x", Duration::from_millis(20)),
    );
    publisher.serve("/silent", Reply::silence());
    publisher.serve("/stall", Reply::ok("<rss>").hang());
    for path in ["/drip", "/silent", "/stall"] {
        let url = publisher.url(path);
        let began = Instant::now();
        let answer = fetch(&Ask {
            timeout: Duration::from_millis(300),
            ..ask(&url)
        })
        .await;
        assert!(began.elapsed() < Duration::from_secs(3), "{path}");
        let kind = match answer.outcome {
            Outcome::Failed(failure) => failure.kind,
            Outcome::Body(body) => body.cut.expect("it was cut").kind,
            other => panic!("{other:?}"),
        };
        assert_eq!(kind, FailureKind::Timeout, "{path}");
    }
}

#[tokio::test]
async fn bodies_that_break_off_keep_what_came() {
    let publisher = Publisher::start().await;
    let head = "HTTP/1.1 200 OK\r\nETag: \"1\"\r\n";
    publisher.serve(
        "/short",
        Reply::raw(format!("{head}Content-Length: 999\r\n\r\n{FEED}")),
    );
    publisher.serve(
        "/chunk",
        Reply::raw(format!(
            "{head}Transfer-Encoding: chunked\r\n\r\nff\r\n{FEED}"
        )),
    );
    publisher.serve(
        "/last",
        Reply::raw(format!(
            "{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{FEED}\r\n",
            FEED.len()
        )),
    );
    for path in ["/short", "/chunk", "/last"] {
        let url = publisher.url(path);
        let body = body(fetch(&ask(&url)).await);
        assert_eq!(
            body.cut.map(|cut| cut.kind),
            Some(FailureKind::Broken),
            "{path}"
        );
        assert_eq!(body.bytes, FEED.as_bytes(), "{path}");
    }
}

#[tokio::test]
async fn no_secure_connection_is_said_in_one_line_and_in_time() {
    let publisher = Publisher::start().await;
    let secure = |publisher: &Publisher| {
        let mut url = publisher.url("/feed?token=hunter2");
        url.set_scheme("https").expect("a web address");
        url
    };
    let plain = secure(&publisher);
    let answer = fetch(&ask(&plain)).await;
    let (kind, what) = failure(&answer);
    assert_eq!(kind, FailureKind::Tls, "it speaks no TLS: {what}");
    assert!(what.starts_with("no secure connection: ") && !what.contains("hunter2"));

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback can be bound");
    let address = listener.local_addr().expect("a bound address");
    let silent: Url = format!("https://{address}/").parse().expect("an address");
    let began = Instant::now();
    let timeout = Duration::from_millis(300);
    let answer = fetch(&Ask {
        timeout,
        ..ask(&silent)
    })
    .await;
    assert_eq!(failure(&answer).0, FailureKind::Timeout, "no handshake");
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn odd_statuses_are_failures_and_early_hints_are_passed_over() {
    let publisher = Publisher::start().await;
    let close = "Connection: close\r\n";
    let hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n".repeat(5);
    publisher.serve(
        "/hints",
        Reply::raw(format!(
            "{hints}HTTP/1.1 200 OK\r\n{close}Content-Length: {}\r\n\r\n{FEED}",
            FEED.len()
        )),
    );
    let url = publisher.url("/hints");
    assert_eq!(body(fetch(&ask(&url)).await).bytes, FEED.as_bytes());
    assert_eq!(publisher.asked().len(), 1, "hints are not followed");
    for status in ["999 What", "600 Hm", "101 Switching Protocols", "299 Fine"] {
        let head = format!("HTTP/1.1 {status}\r\n{close}Upgrade: x\r\nContent-Length: 0\r\n\r\n");
        publisher.serve("/odd", Reply::raw(head));
        let url = publisher.url("/odd");
        let answer = fetch(&ask(&url)).await;
        let (kind, what) = failure(&answer);
        assert!(
            matches!(kind, FailureKind::Status | FailureKind::Broken),
            "{status}: {what}"
        );
    }
}

#[tokio::test]
async fn connection_closed_between_two_requests_is_opened_anew() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback can be bound");
    let address = listener.local_addr().expect("a bound address");
    // Promises to stay, says more than it announced, and is gone.
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).await;
            let answer = format!(
                "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: {}\r\n\r\n{FEED}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged",
                FEED.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    let url: Url = format!("http://{address}/feed")
        .parse()
        .expect("an address");
    let fetcher = Fetcher::new(Arc::default());
    for _ in 0..3 {
        let pooled = Ask {
            pooled: true,
            ..ask(&url)
        };
        assert_eq!(body(fetcher.fetch(&pooled).await).bytes, FEED.as_bytes());
    }
}
