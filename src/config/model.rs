//! What an operator can set, as the rest of the program sees it: checked, typed, defaults filled in.
//!
//! Nothing here knows how it is written in feeds.toml; that is `keys` and `sections`.

use crate::domain::entry::Person;
use chrono_tz::Tz;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// Everything that an operator can set, checked, with defaults filled in and paths made absolute.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file that it was read from.
    pub path: PathBuf,
    /// `[wire]`.
    pub wire: Wire,
    /// `[server]`.
    pub server: Server,
    /// `[store]`.
    pub store: Store,
    /// `[poll]`.
    pub poll: Poll,
    /// `[related]`.
    pub related: Related,
    /// `[[topic]]`, in the file's order, slugs unique.
    pub topics: Vec<Topic>,
    /// `[[source]]`, in the file's order, ids and canonical addresses unique; disabled ones too.
    pub sources: Vec<Source>,
    /// `PRESSWIRE_ADMIN_TOKEN`; None: operators' addresses take no token.
    pub admin_token: Option<SecretString>,
    /// `PRESSWIRE_LOG`, `PRESSWIRE_LOG_FORMAT`.
    pub log: Log,
}

/// `[wire]`: what is published, and under which address.
#[derive(Clone, Debug)]
pub struct Wire {
    /// Required.
    pub title: String,
    /// Public address, ending in `/`; the only source of absolute addresses.
    pub url: Url,
    /// Of the feeds.
    pub description: Option<String>,
    /// BCP 47; of pages, and where nothing else says.
    pub language: Option<String>,
    /// Of bare dates and of days on pages.
    pub timezone: Tz,
    /// Of the feeds.
    pub author: Option<Person>,
    /// Least number of entries per feed.
    pub items: usize,
    /// Address of the imprint.
    pub imprint: Option<Url>,
    /// Address of the privacy notice.
    pub privacy: Option<Url>,
    /// Address of a logo.
    pub logo: Option<Url>,
    /// A style sheet to use beside our own.
    pub css: Option<PathBuf>,
    /// Whether pages show pictures from elsewhere.
    pub remote_images: bool,
}

/// `[server]`: where it listens.
#[derive(Clone, Debug)]
pub struct Server {
    /// Everybody's.
    pub listen: SocketAddr,
    /// Operators' addresses, without token.
    pub ops_listen: Option<SocketAddr>,
    /// Operators' addresses on `listen`, for everybody.
    pub open: bool,
}

/// `[store]`: where statements and memory are.
#[derive(Clone, Debug)]
pub struct Store {
    /// The folder; statements in `statements/` under it.
    pub path: PathBuf,
    /// The SQLite file.
    pub database: PathBuf,
    /// How long texts of entries outside the wire are kept after their source last showed them.
    pub keep_unrelated: Duration,
}

/// When a source is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Rhythm {
    /// At this interval.
    Every(Duration),
    /// By a six-field cron expression, in the wire's time zone (`croner`).
    Cron(String),
}

/// `[poll]`: manners.
#[derive(Clone, Debug)]
pub struct Poll {
    /// Where a source has no rhythm of its own.
    pub rhythm: Rhythm,
    /// One whole request.
    pub timeout: Duration,
    /// Bytes of a body after decompression.
    pub max_size_bytes: u64,
    /// Requests at a time.
    pub concurrency: usize,
    /// Requests at a time to one host.
    pub per_host: usize,
    /// Between two requests to one host.
    pub host_delay: Duration,
    /// Into the User-Agent.
    pub contact: Option<String>,
    /// Whether loopback, private, link-local … addresses may be asked.
    pub allow_private_networks: bool,
    /// No source is asked more often.
    pub min_every: Duration,
}

/// `[related]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Related {
    /// In \[0, 1\]: a statement's relation counts at or above it.
    pub threshold: f64,
}

/// What is in the wire by a statement stays in it while it scores no more than this below the threshold.
const STAYS_WITHIN: f64 = 0.05;

impl Related {
    /// From which score on what is related already stays so: what entered the wire does not leave it
    /// because the threshold was moved slightly.
    pub fn stays_at(&self) -> f64 {
        self.threshold - STAYS_WITHIN
    }
}

/// `[[topic]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// As shown.
    pub name: String,
    /// Lower-case ASCII of the name.
    pub slug: String,
    /// The words of `match`.
    pub aliases: Vec<String>,
}

/// How a source's entries come into the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// Where they are related.
    #[default]
    Related,
    /// All that its filters let through.
    All,
}

/// How much of a source's text our feeds carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Republish {
    /// All of it.
    #[default]
    Full,
    /// The beginning.
    Excerpt,
    /// The title alone.
    Title,
}

/// `[[source]]`.
#[derive(Clone, Debug)]
pub struct Source {
    /// `[a-z0-9-]{1,64}`, unique: given, or made from name or host and made free.
    pub id: String,
    /// The id stands in the file (a made one gives way to what the database already calls it).
    pub id_given: bool,
    /// Where it is asked; may hold credentials: never log it whole.
    pub url: Url,
    /// None: the feed's own title.
    pub name: Option<String>,
    /// Related entries or all.
    pub keep: Keep,
    /// None: `[poll]`'s.
    pub rhythm: Option<Rhythm>,
    /// Only entries that match one of them; empty: all.
    pub matches: Vec<regex::Regex>,
    /// None of these.
    pub block: Vec<regex::Regex>,
    /// Labels on every entry: (slug, name).
    pub topics: Vec<(String, String)>,
    /// Where the feed does not say.
    pub language: Option<String>,
    /// How much of its text our feeds carry.
    pub republish: Republish,
    /// Sent with each request, to its own host only.
    pub headers: Vec<(http::HeaderName, SecretString)>,
    /// As in `[poll]`, for this source's own address.
    pub allow_private_networks: bool,
    /// Whether it is polled.
    pub enabled: bool,
}

/// How logs are written.
#[derive(Clone, Debug)]
pub struct Log {
    /// `tracing_subscriber` filter directives; None: each command's own.
    pub filter: Option<String>,
    /// One JSON object a line instead of text.
    pub json: bool,
}
