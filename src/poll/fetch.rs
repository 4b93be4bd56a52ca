//! One bounded conditional GET: out comes exactly one of unchanged, body, gone, throttled, failed.
//!
//! Bounded are size (decoded), time (whole request, idle reads), redirects (10 hops) and addresses
//! (each hop). It knows nothing of feeds: what the bytes mean is `read`'s, what follows from an
//! outcome is `verdict`'s and `schedule`'s. Answers to RFC 9110 (conditional requests §13, redirects
//! §15.4) and RFC 3229 (`A-IM: feed`).

use super::bodies::{Bodies, Place};
use super::body::{Coding, Cut, Decoder};
use super::client::Clients;
use super::failure::{Failure, FailureKind};
use super::guard::{Reach, refuse_host};
use super::headers;
use super::hosts::{HostManners, Hosts};
use super::pulse::Pulse;
use crate::domain::Moment;
use crate::domain::source::Validators;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use reqwest::{Response, Url};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Redirects that are followed; the next one is a failure.
const MOST_HOPS: usize = 10;

/// The shortest allowance for a silence between two reads; half of a longer `timeout` is more.
const IDLE: Duration = Duration::from_secs(15);

/// What is read of a body before it needs one of the eight places: most warm polls never do.
const EARLY_BYTES: usize = 64 << 10;

/// How long a body may keep its place waiting before others come first.
const PATIENCE: Duration = Duration::from_secs(2);

const ACCEPT: HeaderValue = HeaderValue::from_static(
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
     application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.3, */*;q=0.1",
);
const ACCEPT_ENCODING: HeaderValue = HeaderValue::from_static("gzip, br");

/// What to ask, and how.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The address that is asked first.
    pub url: &'a Url,
    /// The source's own address in feeds.toml: its user name, password and headers go to this
    /// origin only.
    pub own: &'a Url,
    /// Sent to `own`'s origin as long as no redirect has left it.
    pub headers: &'a [(HeaderName, SecretString)],
    /// What was kept of the last answer; sent only to the very address that they came from.
    pub validators: Option<&'a Validators>,
    /// Which addresses may be asked.
    pub reach: Reach,
    /// The whole request, without the time spent waiting for a turn.
    pub timeout: Duration,
    /// Of the decoded body.
    pub max_size_bytes: u64,
    /// Towards each host on the way.
    pub manners: HostManners,
    /// Keep the connection for another source of this host.
    pub pooled: bool,
    /// `presswire/x.y (+address; contact)`.
    pub user_agent: &'a HeaderValue,
    /// Says how long it waits for the network, and may tell it to give way.
    pub pulse: &'a Pulse,
    /// `now` of the poll.
    pub now: Moment,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Exactly one of five.
    pub outcome: Outcome,
    /// Status of the last response; None where there was none.
    pub status: Option<u16>,
    /// Where it ended, if redirects were followed.
    pub redirected: Option<Redirected>,
    /// How long the publisher took, without our own waiting.
    pub took: Duration,
    /// How much longer the publisher calls the answer fresh.
    pub fresh_for: Option<Duration>,
}

/// Redirects were followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirected {
    /// The address that answered.
    pub to: Url,
    /// Every hop was a 301 or 308.
    pub permanent: bool,
}

/// The five outcomes of one GET.
#[derive(Debug)]
pub enum Outcome {
    /// 304 to our validators: these take their place, None: they stand.
    Unchanged(Option<Validators>),
    /// 200 (or 226), with what could be read.
    Body(Box<Body>),
    /// 410.
    Gone,
    /// 429, or 503 with a time.
    Throttled {
        /// Until when we were asked to wait.
        until: Option<Moment>,
        /// Which of the two.
        status: u16,
    },
    /// Anything else.
    Failed(Failure),
}

/// A response body, decoded.
#[derive(Debug)]
pub struct Body {
    /// At most `max_size_bytes`.
    pub bytes: Vec<u8>,
    /// The address that it came from.
    pub url: Url,
    /// `Content-Type`, as received.
    pub content_type: Option<String>,
    /// To be kept if the body was whole and could be read.
    pub validators: Validators,
    /// BLAKE3 of `bytes`.
    pub hash: [u8; 32],
    /// Why it ends before its end; None: it is whole.
    pub cut: Option<Failure>,
    /// 226: only what is new since the validators.
    pub delta: bool,
    /// The place in memory that it takes.
    pub place: Place,
}

/// Sends requests; one for the whole program.
pub struct Fetcher {
    clients: Clients,
    hosts: Arc<Hosts>,
    bodies: Bodies,
}

/// Where a fetch stands on its way from hop to hop.
struct Way<'a> {
    ask: &'a Ask<'a>,
    left: Duration,
    url: Url,
    at_home: bool,
    permanent: bool,
    hops: usize,
    status: Option<StatusCode>,
    fresh_for: Option<Duration>,
}

enum Step {
    Done(Outcome),
    Hop(Url),
}

impl Fetcher {
    /// A fetcher that keeps `hosts`' manners.
    pub fn new(hosts: Arc<Hosts>) -> Fetcher {
        Fetcher {
            clients: Clients::default(),
            hosts,
            bodies: Bodies::default(),
        }
    }

    /// Asks once, following redirects.
    pub async fn fetch(&self, ask: &Ask<'_>) -> Answer {
        let mut way = Way {
            ask,
            left: ask.timeout,
            url: without_secrets(ask.url),
            // An address that the source moved to may be another origin's.
            at_home: ask.url.origin() == ask.own.origin(),
            permanent: true,
            hops: 0,
            status: None,
            fresh_for: None,
        };
        let outcome = match self.walk(&mut way).await {
            Ok(outcome) => outcome,
            Err(failure) => Outcome::Failed(failure),
        };
        Answer {
            outcome,
            status: way.status.map(|status| status.as_u16()),
            redirected: (way.hops > 0).then(|| Redirected {
                to: way.url.clone(),
                permanent: way.permanent,
            }),
            took: ask.timeout - way.left,
            fresh_for: way.fresh_for,
        }
    }

    async fn walk(&self, way: &mut Way<'_>) -> Result<Outcome, Failure> {
        let mut seen = Vec::new();
        loop {
            let private_allowed = way.check()?;
            let host = way.url.host_str().unwrap_or_default().to_owned();
            let turn = self.hosts.turn(&host, way.ask.manners).await;
            let step = self.ask_once(way, private_allowed).await?;
            drop(turn);
            match step {
                Step::Done(outcome) => return Ok(outcome),
                Step::Hop(next) if seen.contains(&next) || next == way.url => {
                    return Err(Failure::new(
                        FailureKind::Redirects,
                        "redirects in a circle",
                    ));
                }
                Step::Hop(_) if way.hops == MOST_HOPS => {
                    let what = format!("redirects more than {MOST_HOPS} times");
                    return Err(Failure::new(FailureKind::Redirects, what));
                }
                Step::Hop(next) => {
                    seen.push(std::mem::replace(&mut way.url, next));
                    way.hops += 1;
                    // Once away, credentials stay at home even if the way leads back (CVE-2024-45336).
                    way.at_home &= way.url.origin() == way.ask.own.origin();
                }
            }
        }
    }

    async fn ask_once(&self, way: &mut Way<'_>, private_allowed: bool) -> Result<Step, Failure> {
        let ask = way.ask;
        let client = self.clients.get(private_allowed, ask.pooled);
        let client = client.map_err(|why| Failure::new(FailureKind::Tls, why.to_string()))?;
        let (headers, conditional) = way.request_headers();
        let request = client
            .request(Method::GET, way.url.clone())
            .headers(headers)
            .send();
        let silent = shown(ask.timeout.min(ask.idle()));
        let response = way
            .spend(request)
            .await
            .map_err(|late| late.failure(|| format!("no answer within {silent}")))?
            .map_err(|why| Failure::of_request(&why))?;
        let status = response.status();
        way.status = Some(status);
        way.fresh_for = headers::fresh_for(response.headers(), ask.now);
        let answer = response.headers();
        if answer
            .get("cf-mitigated")
            .is_some_and(|value| value == "challenge")
        {
            return Err(Failure::new(
                FailureKind::BotWall,
                "a bot wall stands before it (Cloudflare challenge)",
            ));
        }
        let outcome = match status {
            StatusCode::OK => Outcome::Body(Box::new(self.collect(way, response, false).await?)),
            StatusCode::IM_USED if conditional && names_feed(answer) => {
                Outcome::Body(Box::new(self.collect(way, response, true).await?))
            }
            StatusCode::NOT_MODIFIED if conditional => Outcome::Unchanged(replaced(way, answer)),
            StatusCode::NOT_MODIFIED => {
                return Err(Failure::new(
                    FailureKind::Status,
                    "answers 304 to a request without conditions",
                ));
            }
            StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT => return way.hop(status, answer),
            StatusCode::GONE => Outcome::Gone,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                let until = headers::retry_after(answer, ask.now);
                if status == StatusCode::SERVICE_UNAVAILABLE && until.is_none() {
                    return Err(Failure::of_status(status));
                }
                Outcome::Throttled {
                    until,
                    status: status.as_u16(),
                }
            }
            StatusCode::FORBIDDEN if is_page(answer) => {
                return Err(Failure::new(
                    FailureKind::BotWall,
                    "answers 403 with a page for people: a bot wall or a login stands before it",
                ));
            }
            _ => return Err(Failure::of_status(status)),
        };
        Ok(Step::Done(outcome))
    }

    /// Reads a body as far as its limits allow; what came before a break is kept.
    async fn collect(
        &self,
        way: &mut Way<'_>,
        mut response: Response,
        delta: bool,
    ) -> Result<Body, Failure> {
        let ask = way.ask;
        let limit = usize::try_from(ask.max_size_bytes).unwrap_or(usize::MAX);
        let coding = coding_of(response.headers())?;
        let content_type = response.headers().get(header::CONTENT_TYPE);
        let content_type =
            content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let validators = headers::validators(&way.url, response.headers(), ask.now);

        let mut early = Vec::new();
        let mut early_bytes = 0;
        let mut ended = None;
        while ended.is_none() && early_bytes < EARLY_BYTES {
            match way.next_chunk(&mut response).await {
                Ok(Some(chunk)) => {
                    early_bytes += chunk.len();
                    early.push(chunk);
                }
                Ok(None) => ended = Some(Ok(())),
                Err(why) => ended = Some(Err(why)),
            }
        }

        let mut place = self.bodies.place().await;
        let mut decoder = Decoder::new(coding, limit);
        let mut full = early.into_iter().try_for_each(|chunk| decoder.push(&chunk));
        let mut waited = Duration::ZERO;
        while ended.is_none() && full.is_ok() {
            let asked = Instant::now();
            match way.next_chunk(&mut response).await {
                Ok(Some(chunk)) => full = decoder.push(&chunk),
                Ok(None) => ended = Some(Ok(())),
                Err(why) => ended = Some(Err(why)),
            }
            waited += asked.elapsed();
            if waited > PATIENCE && !self.bodies.make_way(&mut place) {
                ended = Some(Err(Failure::timeout(
                    "came too slowly while others were waiting",
                )));
            }
        }
        drop(response);
        let (bytes, cut) = decoder.finish();
        let cut = match ended {
            Some(Err(why)) => Some(why),
            _ => full
                .err()
                .or(cut)
                .map(|cut| cut_short(cut, ask.max_size_bytes)),
        };
        let hash = *blake3::hash(&bytes).as_bytes();
        let url = way.url.clone();
        Ok(Body {
            bytes,
            url,
            content_type,
            validators,
            hash,
            cut,
            delta,
            place,
        })
    }
}

impl Ask<'_> {
    fn idle(&self) -> Duration {
        IDLE.max(self.timeout / 2)
    }
}

impl Way<'_> {
    /// Whether this hop may be asked at all; gives whether private addresses may be dialled for it.
    fn check(&self) -> Result<bool, Failure> {
        let private_allowed = match self.ask.reach {
            Reach::Everything => true,
            Reach::OwnOrigin => self.url.origin() == self.ask.own.origin(),
            Reach::Public => false,
        };
        if !private_allowed {
            refuse_host(&self.url).map_err(Failure::of_refusal)?;
        }
        Ok(private_allowed)
    }

    /// The request's headers, and whether it is conditional.
    fn request_headers(&self) -> (HeaderMap, bool) {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(header::USER_AGENT, self.ask.user_agent.clone());
        headers.insert(header::ACCEPT, ACCEPT);
        headers.insert(header::ACCEPT_ENCODING, ACCEPT_ENCODING);
        if self.at_home {
            if let Some(value) = basic_auth(self.ask.own) {
                headers.insert(header::AUTHORIZATION, value);
            }
            for (name, secret) in self.ask.headers {
                if let Ok(mut value) = HeaderValue::from_str(secret.expose_secret()) {
                    value.set_sensitive(true);
                    headers.insert(name, value);
                }
            }
        }
        let here = |validators: &&Validators| validators.url == self.url.as_str();
        let Some(validators) = self.ask.validators.filter(here) else {
            return (headers, false);
        };
        let value = |text: &Option<String>| HeaderValue::from_bytes(text.as_ref()?.as_bytes()).ok();
        let (etag, modified) = (value(&validators.etag), value(&validators.last_modified));
        let conditional = etag.is_some() || modified.is_some();
        if let Some(etag) = etag {
            headers.insert(header::IF_NONE_MATCH, etag);
            headers.insert("a-im", HeaderValue::from_static("feed"));
        }
        if let Some(modified) = modified {
            headers.insert(header::IF_MODIFIED_SINCE, modified);
        }
        (headers, conditional)
    }

    fn hop(&mut self, status: StatusCode, answer: &HeaderMap) -> Result<Step, Failure> {
        let fail = |what: &str| Failure::new(FailureKind::Redirects, what);
        let location = answer
            .get(header::LOCATION)
            .ok_or_else(|| fail("redirects without saying where"))?;
        let location = String::from_utf8_lossy(location.as_bytes());
        let next = self
            .url
            .join(&location)
            .map_err(|_| fail("redirects to something that is no address"))?;
        match (self.url.scheme(), next.scheme()) {
            ("https", "http") => {
                return Err(fail("redirects from https to http, which is refused"));
            }
            (_, "http" | "https") => {}
            (_, other) => {
                return Err(fail(&format!(
                    "redirects to a {other}: address, which is refused"
                )));
            }
        }
        self.permanent &= matches!(
            status,
            StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT
        );
        Ok(Step::Hop(without_secrets(&next)))
    }

    async fn next_chunk(
        &mut self,
        response: &mut Response,
    ) -> Result<Option<bytes::Bytes>, Failure> {
        let timeout = shown(self.ask.timeout);
        let idle = shown(self.ask.idle());
        match self.spend(response.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk),
            Ok(Err(why)) => Err(Failure::of_body(&why)),
            Err(late) if self.left.is_zero() => {
                Err(late.failure(|| format!("not whole within {timeout}")))
            }
            Err(late) => Err(late.failure(|| format!("nothing came for {idle}"))),
        }
    }

    /// Awaits something of the network for at most the idle time and what is left of the whole, and
    /// takes the time it took off what is left.
    async fn spend<F: Future>(&mut self, network: F) -> Result<F::Output, Late> {
        let began = Instant::now();
        let most = self.ask.idle().min(self.left);
        let result = tokio::time::timeout(most, self.ask.pulse.during(network)).await;
        self.left = self.left.saturating_sub(began.elapsed());
        match result {
            Ok(Some(output)) => Ok(output),
            Ok(None) => Err(Late::GaveWay(self.ask.timeout - self.left)),
            Err(_) => Err(Late::Elapsed),
        }
    }
}

/// Why something of the network was not waited for any longer.
enum Late {
    Elapsed,
    GaveWay(Duration),
}

impl Late {
    fn failure(self, elapsed: impl FnOnce() -> String) -> Failure {
        match self {
            Late::Elapsed => Failure::timeout(elapsed()),
            Late::GaveWay(after) => {
                let what = format!(
                    "no whole answer within {}, and others were waiting",
                    shown(after)
                );
                Failure::new(FailureKind::GaveWay, what)
            }
        }
    }
}

/// The validators that a 304 puts in the place of ours. RFC 9110 §15.4.5 wants them there, but many
/// servers send none at all: then ours stand, or every second poll would fetch the whole feed.
fn replaced(way: &Way<'_>, answer: &HeaderMap) -> Option<Validators> {
    let sent = answer.contains_key(header::ETAG) || answer.contains_key(header::LAST_MODIFIED);
    sent.then(|| headers::validators(&way.url, answer, way.ask.now))
}

fn is_page(answer: &HeaderMap) -> bool {
    let kind = answer.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| {
        kind.as_bytes()
            .to_ascii_lowercase()
            .starts_with(b"text/html")
    })
}

fn names_feed(answer: &HeaderMap) -> bool {
    let line = answer.get("im").and_then(|value| value.to_str().ok());
    line.is_some_and(|line| {
        line.split(',')
            .any(|name| name.trim().eq_ignore_ascii_case("feed"))
    })
}

fn coding_of(answer: &HeaderMap) -> Result<Coding, Failure> {
    let Some(value) = answer.get(header::CONTENT_ENCODING) else {
        return Ok(Coding::Plain);
    };
    let text = value.to_str().unwrap_or("?");
    Coding::named(text).ok_or_else(|| {
        let what = format!(
            "answers in the coding “{}”, which was not asked for",
            super::shown::line(text)
        );
        Failure::new(FailureKind::Broken, what)
    })
}

fn cut_short(cut: Cut, max_size_bytes: u64) -> Failure {
    match cut {
        Cut::TooLarge => {
            let limit = super::shown::size(max_size_bytes);
            Failure::new(
                FailureKind::TooLarge,
                format!("larger than {limit} after decompression"),
            )
        }
        Cut::Damaged => Failure::new(
            FailureKind::Broken,
            "its compression is damaged or breaks off",
        ),
    }
}

fn basic_auth(own: &Url) -> Option<HeaderValue> {
    if own.username().is_empty() && own.password().is_none() {
        return None;
    }
    let decode = |part: &str| percent_encoding::percent_decode_str(part).collect::<Vec<u8>>();
    let mut pair = decode(own.username());
    pair.push(b':');
    pair.extend(decode(own.password().unwrap_or_default()));
    let mut value =
        HeaderValue::from_str(&format!("Basic {}", data_encoding::BASE64.encode(&pair))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The address as it goes over the wire and into memory: without user name, password, fragment.
fn without_secrets(url: &Url) -> Url {
    let mut url = url.clone();
    // Refused only where there is no host, and then there is nothing to remove.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    url
}

fn shown(duration: Duration) -> String {
    super::shown::duration(duration)
}
