//! The document's single tables -> `Wire`, `Server`, `Store`, `Poll`, `Related`, `Log`.
//!
//! Where a value was refused its default stands in: the fault refuses the whole anyway.

use super::environment::Environment;
use super::fault::Severity;
use super::keys::{self, AUTHOR, POLL, RELATED, SERVER, STORE, WIRE};
use super::model::{Config, Log, Poll, Related, Rhythm, Server, Store, Wire};
use super::section::{Section, not_yet, refuse_unknown_tables};
use super::text::{Reading, Refusal};
use super::values::{self, Parsed};
use super::{sources, topics};
use crate::domain::entry::Person;
use chrono_tz::Tz;
use secrecy::SecretString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::de::{DeTable, DeValue};
use url::Url;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// The whole document, with what the environment overrules. `path` is absolute.
pub(super) fn config(
    path: &Path,
    root: &DeTable<'_>,
    env: &Environment<'_>,
    reading: &mut Reading<'_>,
) -> Config {
    refuse_unknown_tables(root, reading);
    let server = server(&Section::one(root, &SERVER, reading), env, reading);
    let folder = path.parent().unwrap_or(Path::new("/"));
    if !root.contains_key(WIRE.name) {
        let remedy = "add:\n[wire]\ntitle = \"…\"";
        reading.without_place(
            Severity::Error,
            true,
            Refusal::new("there is no [wire]", remedy),
        );
    }
    let wire = self::wire(
        &Section::one(root, &WIRE, reading),
        folder,
        server.listen,
        env,
        reading,
    );
    let store = store(&Section::one(root, &STORE, reading), folder, env, reading);
    let poll = poll(&Section::one(root, &POLL, reading), reading);
    let related = related(&Section::one(root, &RELATED, reading), reading);
    let topics = topics::topics(root, reading);
    let sources = sources::sources(root, &poll, env, reading);
    Config {
        path: path.to_owned(),
        wire,
        server,
        store,
        poll,
        related,
        topics,
        sources,
        admin_token: admin_token(env, reading),
        log: log(env, reading),
    }
}

fn wire(
    section: &Section<'_, '_>,
    folder: &Path,
    listen: SocketAddr,
    env: &Environment<'_>,
    reading: &mut Reading<'_>,
) -> Wire {
    let given = section.read("url", reading, public_address);
    let at = section.found("url").map(|found| found.span());
    let url = env.over("PRESSWIRE_URL", given, reading, public_address);
    let url = public_url(url, at, listen, reading);
    let author = section
        .found("author")
        .and_then(|found| Section::open(found, &AUTHOR, reading))
        .map(|author| Person {
            name: author
                .read("name", reading, values::text)
                .unwrap_or_default(),
            email: author.read("email", reading, mail),
            url: author
                .read("url", reading, values::address)
                .map(String::from),
        });
    Wire {
        title: section
            .read("title", reading, values::text)
            .unwrap_or_default(),
        url,
        description: section.read("description", reading, values::text),
        language: section.read("language", reading, values::language),
        timezone: section
            .read("timezone", reading, values::zone)
            .unwrap_or(Tz::UTC),
        author,
        items: section
            .read("items", reading, |value| values::count(value, 1..=500))
            .unwrap_or(50),
        imprint: section.read("imprint", reading, values::address),
        privacy: section.read("privacy", reading, values::address),
        logo: section.read("logo", reading, values::address),
        css: section.read("css", reading, |value| existing_file(value, folder)),
        remote_images: section
            .read("remote_images", reading, values::flag)
            .unwrap_or(false),
    }
}

/// The public address, by default where it listens, with a warning where nobody can follow it.
fn public_url(
    given: Option<Url>,
    at: Option<std::ops::Range<usize>>,
    listen: SocketAddr,
    reading: &mut Reading<'_>,
) -> Url {
    let defaulted = given.is_none();
    let url = given.or_else(|| Url::parse(&format!("http://{listen}/")).ok());
    let url = url.expect("an IP address and a port make an address");
    let nowhere = match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_unspecified(),
        Some(url::Host::Ipv6(ip)) => ip.is_unspecified(),
        _ => false,
    };
    if nowhere || (defaulted && listen.port() == 0) {
        let message = format!(
            "the public address is {url}, which nobody can follow: feeds and pages name it"
        );
        let refusal = Refusal::new(
            message,
            "set [wire] url, or PRESSWIRE_URL, to the address that readers use",
        );
        match at.filter(|_| !defaulted) {
            Some(at) => reading.warn(at, refusal),
            None => reading.without_place(Severity::Warning, true, refusal),
        }
    }
    url
}

/// An address that others can be made from: no user, query or fragment, a `/` at its end.
fn public_address(value: &DeValue<'_>) -> Parsed<Url> {
    let mut url = values::address(value)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::new(
            "a public address has no user information",
            "leave out what stands before the @",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Refusal::new(
            "a public address has no query and no fragment",
            "leave out what follows ? or #",
        ));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// `[server] listen` alone: neither other tables nor its neighbours are looked at.
pub(super) fn listen(
    root: &DeTable<'_>,
    env: &Environment<'_>,
    reading: &mut Reading<'_>,
) -> SocketAddr {
    listening(&Section::unchecked(root, &SERVER), env, reading)
}

fn listening(
    section: &Section<'_, '_>,
    env: &Environment<'_>,
    reading: &mut Reading<'_>,
) -> SocketAddr {
    let listen = section.read("listen", reading, values::socket);
    env.over("PRESSWIRE_LISTEN", listen, reading, values::socket)
        .unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)))
}

fn server(section: &Section<'_, '_>, env: &Environment<'_>, reading: &mut Reading<'_>) -> Server {
    let listen = listening(section, env, reading);
    let ops_listen = section.read("ops_listen", reading, values::socket);
    if let (Some(found), Some(ops)) = (section.found("ops_listen"), ops_listen)
        && ops == listen
        && ops.port() != 0
    {
        let remedy = "take another port, or leave it out: with the admin token these addresses answer on `listen` too";
        reading.refuse(
            found.span(),
            Refusal::new("`ops_listen` is the same as `listen`", remedy),
        );
    }
    Server {
        listen,
        ops_listen,
        open: section.read("open", reading, values::flag).unwrap_or(false),
    }
}

fn store(
    section: &Section<'_, '_>,
    folder: &Path,
    env: &Environment<'_>,
    reading: &mut Reading<'_>,
) -> Store {
    let below = |value: &DeValue<'_>| values::text(value).map(|path| folder.join(path));
    let path = section.read("path", reading, below);
    let path = env
        .over("PRESSWIRE_STORE", path, reading, below)
        .unwrap_or_else(|| folder.join("store"));
    let database = section.read("database", reading, |value| sqlite(value, folder));
    let database = env
        .over("PRESSWIRE_DATABASE", database, reading, |value| {
            sqlite(value, folder)
        })
        .unwrap_or_else(|| path.join("presswire.db"));
    Store {
        path,
        database,
        keep_unrelated: section
            .read("keep_unrelated", reading, values::duration)
            .unwrap_or(90 * DAY),
    }
}

/// The file of `sqlite:FILE`.
fn sqlite(value: &DeValue<'_>, folder: &Path) -> Parsed<PathBuf> {
    const EXAMPLE: &str = "write \"sqlite:store/presswire.db\", or leave it out";
    let given = values::text(value)?;
    if given.starts_with("postgres:") || given.starts_with("postgresql:") {
        return Err(Refusal {
            remedy: EXAMPLE.to_owned(),
            ..not_yet("a database on PostgreSQL")
        });
    }
    let file = given
        .strip_prefix("sqlite://")
        .or_else(|| given.strip_prefix("sqlite:"));
    match file {
        Some(file) if file.is_empty() || file.contains('?') || file.starts_with(":memory:") => Err(
            Refusal::new(format!("{} names no file", values::shown(&given)), EXAMPLE),
        ),
        Some(file) => Ok(folder.join(file)),
        None => Err(Refusal::new(
            format!("{} is no database", values::shown(&given)),
            EXAMPLE,
        )),
    }
}

fn poll(section: &Section<'_, '_>, reading: &mut Reading<'_>) -> Poll {
    let min_every = section
        .read("min_every", reading, values::duration)
        .unwrap_or(5 * MINUTE);
    let timeout = |value: &DeValue<'_>| {
        values::duration_within(value, SECOND..=10 * MINUTE, "from 1s to 10m")
    };
    let host_delay = |value: &DeValue<'_>| {
        values::duration_within(value, Duration::ZERO..=10 * MINUTE, "from 0s to 10m")
    };
    Poll {
        rhythm: rhythm(section, min_every, reading).unwrap_or(Rhythm::Every(30 * MINUTE)),
        timeout: section
            .read("timeout", reading, timeout)
            .unwrap_or(30 * SECOND),
        max_size_bytes: section
            .read("max_size", reading, values::size)
            .unwrap_or(10_000_000),
        concurrency: section
            .read("concurrency", reading, |value| {
                values::count(value, 1..=1024)
            })
            .unwrap_or(64),
        per_host: section
            .read("per_host", reading, |value| values::count(value, 1..=64))
            .unwrap_or(1),
        host_delay: section
            .read("host_delay", reading, host_delay)
            .unwrap_or(SECOND),
        contact: section.read("contact", reading, contact),
        allow_private_networks: section
            .read("allow_private_networks", reading, values::flag)
            .unwrap_or(false),
        min_every,
    }
}

/// `every` or `cron` of `[poll]` or a source; None where neither is given.
pub(super) fn rhythm(
    section: &Section<'_, '_>,
    min_every: Duration,
    reading: &mut Reading<'_>,
) -> Option<Rhythm> {
    let every = section.read("every", reading, values::duration);
    let cron = section.read("cron", reading, values::cron);
    if let (Some(one), Some(other)) = (section.found("every"), section.found("cron")) {
        let refusal = Refusal::new("`every` and `cron` exclude each other", "keep one of them");
        reading.refuse_both((other.span(), ""), (one.span(), "the other"), refusal);
    }
    if let (Some(every), Some(found)) = (every, section.found("every"))
        && every < min_every
    {
        let message = "this is more often than `min_every` of [poll] allows, which holds";
        reading.warn(
            found.span(),
            Refusal::new(message, "make it longer, or `min_every` shorter"),
        );
    }
    // "0s" is as often as `min_every` allows; but never without a breath.
    cron.map(Rhythm::Cron)
        .or(every.map(|every| Rhythm::Every(every.max(SECOND))))
}

/// What goes into the User-Agent: `mailto:` or a page, fit for a header's comment.
fn contact(value: &DeValue<'_>) -> Parsed<String> {
    const EXAMPLE: &str = "write \"mailto:press@example.org\" or the address of a page";
    let given = values::text(value)?;
    let fits = given
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"()\\\"".contains(&byte));
    let page = given.starts_with("https://") || given.starts_with("http://");
    let mail = given.strip_prefix("mailto:").unwrap_or(&given);
    match (fits, page) {
        (true, true) => values::address(value).map(String::from),
        (true, false) if is_mail(mail) => Ok(format!("mailto:{mail}")),
        _ => Err(Refusal::new(
            format!(
                "{} is neither a mail address nor a page",
                values::shown(&given)
            ),
            EXAMPLE,
        )),
    }
}

fn mail(value: &DeValue<'_>) -> Parsed<String> {
    let given = values::text(value)?;
    let mail = given.strip_prefix("mailto:").unwrap_or(&given);
    match is_mail(mail) {
        true => Ok(mail.to_owned()),
        false => Err(Refusal::new(
            format!("{} is no mail address", values::shown(&given)),
            "write \"press@example.org\"",
        )),
    }
}

fn is_mail(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'))
        && !text.contains([' ', ':', '/', '<', '>'])
}

fn existing_file(value: &DeValue<'_>, folder: &Path) -> Parsed<PathBuf> {
    let given = values::text(value)?;
    let path = folder.join(&given);
    match path.is_file() {
        true => Ok(path),
        false => Err(Refusal::new(
            format!("there is no file {}", values::shown(&given)),
            "the path is relative to the folder of this file",
        )),
    }
}

fn related(section: &Section<'_, '_>, reading: &mut Reading<'_>) -> Related {
    Related {
        threshold: section
            .read("threshold", reading, values::fraction)
            .unwrap_or(0.5),
    }
}

fn admin_token(env: &Environment<'_>, reading: &mut Reading<'_>) -> Option<SecretString> {
    let token = env.over("PRESSWIRE_ADMIN_TOKEN", None, reading, |value| {
        let token = values::string(value)?.trim();
        match token.bytes().all(|byte| byte.is_ascii_graphic()) {
            true => Ok(token.to_owned()),
            false => Err(Refusal::new(
                "the token holds characters that a header can't carry",
                "take letters and digits: `openssl rand -hex 24`",
            )),
        }
    })?;
    if (1..16).contains(&token.len()) {
        let refusal = Refusal::new(
            "PRESSWIRE_ADMIN_TOKEN: the token is short enough to be guessed",
            "take 24 characters or more: `openssl rand -hex 24`",
        );
        reading.without_place(Severity::Warning, false, refusal);
    }
    (!token.is_empty()).then(|| SecretString::from(token))
}

fn log(env: &Environment<'_>, reading: &mut Reading<'_>) -> Log {
    let filter = env.over("PRESSWIRE_LOG", None, reading, |value| {
        let filter = values::text(value)?;
        match tracing_subscriber::EnvFilter::try_new(&filter) {
            Ok(_) => Ok(filter),
            Err(error) => Err(Refusal::new(
                format!("{} is no filter: {error}", values::shown(&filter)),
                "write a level, or levels by room: \"info\", \"info,presswire=debug\"",
            )),
        }
    });
    let json = env.over("PRESSWIRE_LOG_FORMAT", None, reading, |value| {
        let given = values::text(value)?;
        match given.as_str() {
            "json" => Ok(true),
            "text" => Ok(false),
            _ => Err(Refusal::new(
                format!("{} is no format", values::shown(&given)),
                "write \"text\" or \"json\"",
            )),
        }
    });
    Log {
        filter,
        json: json.unwrap_or(false),
    }
}

/// The words that a choice may be, from the table of keys.
pub(super) fn choices(table: &'static keys::Table, key: &str) -> &'static [&'static str] {
    match table.key(key).map(|key| key.kind) {
        Some(keys::Kind::Choice(words)) => words,
        _ => &[],
    }
}
