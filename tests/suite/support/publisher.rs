//! A scripted publisher on loopback: real bytes, also ones that no server library would send.
//!
//! Each path has replies that are given in turn, the last one for ever. A [`Reply`] is a head and
//! steps; conditional requests are answered 304 where the reply has the asked validator. Everything
//! that was asked is kept, with the time.

#![allow(dead_code, reason = "each area uses a part of it")]

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A publisher; stops when it is dropped.
pub(crate) struct Publisher {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    scripts: Mutex<HashMap<String, Vec<Reply>>>,
    asked: Mutex<Vec<Asked>>,
}

/// One request that came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Path with query.
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: HashMap<String, String>,
    /// When it was read.
    pub(crate) at: Instant,
}

/// What is sent, and at which pace.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    steps: Vec<Step>,
    raw: bool,
    length: bool,
}

#[derive(Clone, Debug)]
enum Step {
    Send(Vec<u8>),
    Pause(Duration),
    /// The piece over and over, with a pause between.
    Forever(Vec<u8>, Duration),
    /// Nothing more, and the connection stays open.
    Hang,
}

impl Reply {
    /// 200 with a body.
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Reply {
        Reply::status(200).body(body)
    }

    /// A status without a body.
    pub(crate) fn status(status: u16) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            steps: Vec::new(),
            raw: false,
            length: true,
        }
    }

    /// A redirect.
    pub(crate) fn to(status: u16, location: &str) -> Reply {
        Reply::status(status).header("Location", location)
    }

    /// These bytes and nothing else, then the connection closes.
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Reply {
        let mut reply = Reply::status(0);
        reply.raw = true;
        reply.then(bytes)
    }

    /// An answer that never comes.
    pub(crate) fn silence() -> Reply {
        Reply::raw("").hang()
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn etag(self, etag: &str) -> Reply {
        self.header("ETag", etag)
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Reply {
        self.steps = vec![Step::Send(body.into())];
        self
    }

    /// More of the body; from now on without Content-Length.
    pub(crate) fn then(mut self, bytes: impl Into<Vec<u8>>) -> Reply {
        self.length = false;
        self.steps.push(Step::Send(bytes.into()));
        self
    }

    pub(crate) fn pause(mut self, pause: Duration) -> Reply {
        self.length = false;
        self.steps.push(Step::Pause(pause));
        self
    }

    /// Waits before anything is sent.
    pub(crate) fn after(mut self, pause: Duration) -> Reply {
        self.steps.insert(0, Step::Pause(pause));
        self
    }

    pub(crate) fn forever(mut self, piece: impl Into<Vec<u8>>, pause: Duration) -> Reply {
        self.length = false;
        self.steps.push(Step::Forever(piece.into(), pause));
        self
    }

    pub(crate) fn hang(mut self) -> Reply {
        self.length = false;
        self.steps.push(Step::Hang);
        self
    }

    fn value(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn is_known_to(&self, asked: &Asked) -> bool {
        if self.status != 200 || self.raw {
            return false;
        }
        match asked.headers.get("if-none-match") {
            Some(tags) => self.value("etag").is_some_and(|etag| tags == etag),
            None => asked
                .headers
                .get("if-modified-since")
                .zip(self.value("last-modified"))
                .is_some_and(|(since, modified)| since == modified),
        }
    }

    fn head(&self, status: u16, length: Option<usize>) -> String {
        let mut head = format!("HTTP/1.1 {status} Scripted\r\nConnection: close\r\n");
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(length) = length {
            head.push_str(&format!("Content-Length: {length}\r\n"));
        }
        head.push_str("\r\n");
        head
    }

    async fn send(&self, asked: &Asked, stream: &mut TcpStream) -> std::io::Result<()> {
        let mut steps = self.steps.as_slice();
        if let [Step::Pause(pause), rest @ ..] = steps {
            tokio::time::sleep(*pause).await;
            steps = rest;
        }
        if self.is_known_to(asked) {
            stream.write_all(self.head(304, None).as_bytes()).await?;
            return Ok(());
        }
        if !self.raw {
            let size = |step: &Step| {
                if let Step::Send(bytes) = step {
                    bytes.len()
                } else {
                    0
                }
            };
            let length = self.length.then(|| steps.iter().map(size).sum());
            stream
                .write_all(self.head(self.status, length).as_bytes())
                .await?;
        }
        for step in steps {
            match step {
                Step::Send(bytes) => stream.write_all(bytes).await?,
                Step::Pause(pause) => tokio::time::sleep(*pause).await,
                Step::Forever(piece, pause) => loop {
                    stream.write_all(piece).await?;
                    tokio::time::sleep(*pause).await;
                },
                Step::Hang => {
                    // Until the other side gives up.
                    let _ = stream.read(&mut [0]).await;
                }
            }
        }
        stream.shutdown().await
    }
}

impl Publisher {
    /// A publisher on 127.0.0.1; 404 for everything.
    pub(crate) async fn start() -> Publisher {
        Publisher::at("127.0.0.1").await
    }

    /// A publisher on another loopback address: another host in all respects.
    pub(crate) async fn at(address: &str) -> Publisher {
        let listener = TcpListener::bind((address, 0))
            .await
            .expect("loopback can be bound");
        let address = listener.local_addr().expect("a bound address");
        let shared = Arc::new(Shared::default());
        let serving = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&serving)));
            }
        });
        Publisher {
            address,
            shared,
            task,
        }
    }

    /// Every request to `path` gets this reply from now on.
    pub(crate) fn serve(&self, path: &str, reply: Reply) {
        self.in_turn(path, vec![reply]);
    }

    /// Requests to `path` get these replies, each once, the last one for ever.
    pub(crate) fn in_turn(&self, path: &str, mut replies: Vec<Reply>) {
        replies.reverse();
        self.shared
            .scripts
            .lock()
            .expect("no test panics in here")
            .insert(path.to_owned(), replies);
    }

    /// The address of `path`.
    pub(crate) fn url(&self, path: &str) -> url::Url {
        format!("http://{}{path}", self.address)
            .parse()
            .expect("an address")
    }

    /// Everything that was asked, in order.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.shared
            .asked
            .lock()
            .expect("no test panics in here")
            .clone()
    }

    /// What was asked of one path.
    pub(crate) fn asked_for(&self, path: &str) -> Vec<Asked> {
        self.asked()
            .into_iter()
            .filter(|asked| asked.path == path)
            .collect()
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(stream: TcpStream, shared: Arc<Shared>) {
    let mut reader = BufReader::new(stream);
    let Some(asked) = request(&mut reader).await else {
        return;
    };
    let reply = {
        shared
            .asked
            .lock()
            .expect("no test panics in here")
            .push(asked.clone());
        let mut scripts = shared.scripts.lock().expect("no test panics in here");
        match scripts.get_mut(&asked.path) {
            Some(replies) if replies.len() > 1 => replies.pop(),
            Some(replies) => replies.last().cloned(),
            None => None,
        }
    };
    let reply = reply.unwrap_or_else(|| Reply::status(404));
    // The poller may hang up at any time: that is what many tests are about.
    let _ = reply.send(&asked, &mut reader.into_inner()).await;
}

async fn request(reader: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).await.ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).await.ok()?;
        let line = line.trim_end();
        if line.is_empty() {
            return Some(Asked {
                path,
                headers,
                at: Instant::now(),
            });
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
    }
}
