//! The accept loop: bounded connections, a deadline on every phase, a stop that lets answers finish.
//!
//! `axum::serve` has no header timeout: half a request would be held for ever and block shutdown.

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

/// Connections at a time; the next ones wait in the kernel's queue.
const CONNECTIONS: usize = 8192;
/// From the connection to its first byte, and from a request's first byte to the end of its headers;
/// also how long an idle connection is kept.
const HEADERS: Duration = Duration::from_secs(8);
/// A client that takes no byte of an answer for this long is gone.
const WRITE: Duration = Duration::from_secs(30);
/// How long answers under way may take once a stop was asked for; the contract's 8 s hold all of the stop.
const DRAIN: Duration = Duration::from_secs(5);

/// What a request is answered with.
pub type Answer = Response<axum::body::Body>;

/// Answers requests; shared by all connections.
pub trait Answers: Send + Sync + 'static {
    /// The answer to one request.
    fn answer(self: Arc<Self>, request: Request<Incoming>) -> impl Future<Output = Answer> + Send;
}

struct Connection<A>(Arc<A>);

impl<A: Answers> Service<Request<Incoming>> for Connection<A> {
    type Response = Answer;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Answer, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let door = Arc::clone(&self.0);
        Box::pin(async move { Ok(door.answer(request).await) })
    }
}

/// Accepts and answers until `stop`, then lets answers under way finish, at most 5 s.
pub async fn listen<A: Answers>(listener: TcpListener, door: Arc<A>, stop: CancellationToken) {
    let mut server = auto::Builder::new(TokioExecutor::new());
    server
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_headers(128)
        .max_buf_size(64 * 1024);
    server
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .max_header_list_size(32 * 1024)
        .keep_alive_interval(Some(Duration::from_secs(20)));
    let server = Arc::new(server);
    let graceful = GracefulShutdown::new();
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener, &free) => accepted,
        };
        let (stream, permit) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, mostly: connections that end free some.
                tracing::warn!(%error, "could not accept a connection; trying again");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let watcher = graceful.watcher();
        let (server, door, stop) = (Arc::clone(&server), Arc::clone(&door), stop.clone());
        tokio::spawn(async move {
            let _permit = permit;
            // Nothing in hyper closes a connection that never sends a byte.
            let first = tokio::select! {
                () = stop.cancelled() => return,
                first = tokio::time::timeout(HEADERS, stream.readable()) => first,
            };
            if !matches!(first, Ok(Ok(()))) {
                return;
            }
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(WRITE));
            let connection = server
                .serve_connection(TokioIo::new(Box::pin(stream)), Connection(door))
                .into_owned();
            if let Err(error) = watcher.watch(connection).await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            "some answers were cut: they took longer than {} s to finish",
            DRAIN.as_secs()
        );
    }
}

async fn accept(
    listener: &TcpListener,
    free: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let permit = Arc::clone(free)
        .acquire_owned()
        .await
        .map_err(std::io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    // An answer is one write; waiting for more would only delay it.
    stream.set_nodelay(true)?;
    Ok((stream, permit))
}
