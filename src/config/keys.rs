//! Every key of feeds.toml, once: name, kind, default, what it is for (contract §2).
//!
//! From these tables come the refusal of unknown keys with its "did you mean", the JSON Schema, the
//! configuration reference; a test holds the shipped feeds.toml against them. How a value is read
//! into its type is `sections`' and `sources`' business.

/// What a key's value looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// Any text that is not blank.
    Text,
    /// BCP 47.
    Language,
    /// A name of the IANA time zone database.
    Zone,
    /// `http:` or `https:`.
    Address,
    /// A file or folder, relative to feeds.toml.
    Path,
    /// `IP:PORT`.
    Socket,
    /// `true` or `false`.
    Flag,
    /// A whole number within these bounds.
    Count(i64, i64),
    /// A number from 0 to 1.
    Fraction,
    /// `"30s"`, `"15m"`, `"6h"`, `"30d"`.
    Duration,
    /// `"10MB"`.
    Size,
    /// Five or six fields.
    Cron,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of texts.
    Words,
    /// A list of regular expressions.
    Patterns,
    /// `{ name, email, url }`.
    Author,
    /// A table of header names and values.
    Headers,
    /// `mailto:` or an address of a page.
    Contact,
    /// `[a-z0-9-]{1,64}`.
    Id,
    /// A text that may be `env:NAME`.
    Secret,
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// As it is written.
    pub(super) name: &'static str,
    /// What its value looks like.
    pub(super) kind: Kind,
    /// What holds where it is missing, as TOML; None: nothing, or something that depends (`about` says what).
    pub(super) default: Option<&'static str>,
    /// A value to copy, as TOML.
    pub(super) example: &'static str,
    /// What it is for, one or two sentences, with its unit.
    pub(super) about: &'static str,
    /// Whether the table is refused without it.
    pub(super) required: bool,
    /// Not built yet: refused, with "not yet".
    pub(super) later: bool,
}

/// One table of feeds.toml.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    /// `wire` for `[wire]`.
    pub(super) name: &'static str,
    /// `[[source]]`: may stand many times.
    pub(super) many: bool,
    /// What it is for.
    pub(super) about: &'static str,
    /// Its keys, in the contract's order.
    pub(super) keys: &'static [Key],
}

impl Table {
    /// As it is written: `[wire]`, `[[source]]`.
    pub(super) fn heading(&self) -> String {
        match self.many {
            true => format!("[[{}]]", self.name),
            false => format!("[{}]", self.name),
        }
    }

    /// The key of this name.
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// A key with a default.
const fn set(name: &'static str, kind: Kind, default: &'static str, about: &'static str) -> Key {
    Key {
        name,
        kind,
        default: Some(default),
        example: default,
        about,
        required: false,
        later: false,
    }
}

/// A key without one: nothing where it is missing, or what `about` says.
const fn open(name: &'static str, kind: Kind, example: &'static str, about: &'static str) -> Key {
    Key {
        name,
        kind,
        default: None,
        example,
        about,
        required: false,
        later: false,
    }
}

/// The same, but its table is refused without it.
const fn required(key: Key) -> Key {
    Key {
        required: true,
        ..key
    }
}

/// The same, but not built yet.
const fn later(key: Key) -> Key {
    Key { later: true, ..key }
}

/// `[wire]`.
pub(super) static WIRE: Table = Table {
    name: "wire",
    many: false,
    about: "What is published, and under which address.",
    keys: &[
        required(open(
            "title",
            Kind::Text,
            r#""Presswire""#,
            "Title of the wire, its feeds and pages. Required.",
        )),
        open(
            "url",
            Kind::Address,
            r#""https://wire.example.org/""#,
            "Public address, with path if any. Every address we give out is made from it. Default: http://LISTEN/.",
        ),
        open(
            "description",
            Kind::Text,
            r#""What we and others say""#,
            "One sentence about the wire, for feeds and the start page.",
        ),
        open(
            "language",
            Kind::Language,
            r#""de""#,
            "Language of the pages and of texts where nothing else says; BCP 47.",
        ),
        set(
            "timezone",
            Kind::Zone,
            r#""UTC""#,
            "Zone of bare dates, of cron and of days on pages; a name of the IANA database such as Europe/Berlin.",
        ),
        open(
            "author",
            Kind::Author,
            r#"{ name = "Press office", email = "press@example.org", url = "https://example.org/press" }"#,
            "Who answers for the wire; `email` and `url` may be left out.",
        ),
        set(
            "items",
            Kind::Count(1, 500),
            "50",
            "Least number of entries per feed; also all that entered within 48 h before its newest entrant, up to 500.",
        ),
        open(
            "imprint",
            Kind::Address,
            r#""https://example.org/imprint""#,
            "Linked from every page.",
        ),
        open(
            "privacy",
            Kind::Address,
            r#""https://example.org/privacy""#,
            "Linked from every page.",
        ),
        open(
            "logo",
            Kind::Address,
            r#""https://example.org/logo.svg""#,
            "Picture for feeds and pages.",
        ),
        open(
            "css",
            Kind::Path,
            r#""wire.css""#,
            "A style sheet of yours, used after ours. A file; relative to feeds.toml.",
        ),
        set(
            "remote_images",
            Kind::Flag,
            "false",
            "Whether pages show pictures from other hosts.",
        ),
        later(open(
            "signing_key",
            Kind::Secret,
            r#""env:PRESSWIRE_SIGNING_KEY""#,
            "Ed25519 key that signs statements.",
        )),
    ],
};

/// `[server]`.
pub(super) static SERVER: Table = Table {
    name: "server",
    many: false,
    about: "Where it listens.",
    keys: &[
        set(
            "listen",
            Kind::Socket,
            r#""127.0.0.1:8080""#,
            "Everybody's address, IP:PORT; 0.0.0.0:8080 for every network. Environment: PRESSWIRE_LISTEN.",
        ),
        open(
            "ops_listen",
            Kind::Socket,
            r#""127.0.0.1:9090""#,
            "Operators' addresses (metrics, health in detail), without token. Default: not at all.",
        ),
        set(
            "open",
            Kind::Flag,
            "false",
            "true: operators' addresses on `listen` for everybody.",
        ),
    ],
};

/// `[store]`.
pub(super) static STORE: Table = Table {
    name: "store",
    many: false,
    about: "Where statements and memory are.",
    keys: &[
        set(
            "path",
            Kind::Path,
            r#""store""#,
            "The folder; statements in statements/ inside it. Environment: PRESSWIRE_STORE.",
        ),
        open(
            "database",
            Kind::Text,
            r#""sqlite:store/presswire.db""#,
            "sqlite:FILE. postgres:// is not built yet. Default: presswire.db inside `path`. Environment: PRESSWIRE_DATABASE.",
        ),
        set(
            "keep_unrelated",
            Kind::Duration,
            r#""90d""#,
            "How long the text of an entry outside the wire is kept, counted from when its source last showed it; its identity stays.",
        ),
    ],
};

/// `[poll]`.
pub(super) static POLL: Table = Table {
    name: "poll",
    many: false,
    about: "Manners towards sources.",
    keys: &[
        set(
            "every",
            Kind::Duration,
            r#""30m""#,
            "How often a source without rhythm of its own is asked; what is observed may stretch it, up to 24 h.",
        ),
        open(
            "cron",
            Kind::Cron,
            r#""0 */30 * * * *""#,
            "Instead of `every`: second, minute, hour, day, month, weekday, in `[wire] timezone`; with five fields the second is 0.",
        ),
        set(
            "timeout",
            Kind::Duration,
            r#""30s""#,
            "One whole request; 1s to 10m.",
        ),
        set(
            "max_size",
            Kind::Size,
            r#""10MB""#,
            "Largest document, decoded; what is beyond is cut.",
        ),
        set(
            "concurrency",
            Kind::Count(1, 1024),
            "64",
            "Requests at a time.",
        ),
        set(
            "per_host",
            Kind::Count(1, 64),
            "1",
            "Requests at a time to one host.",
        ),
        set(
            "host_delay",
            Kind::Duration,
            r#""1s""#,
            "Between two requests to one host.",
        ),
        open(
            "contact",
            Kind::Contact,
            r#""mailto:press@example.org""#,
            "mailto: or a page; goes into the User-Agent, so that a publisher can reach you.",
        ),
        set(
            "allow_private_networks",
            Kind::Flag,
            "false",
            "Whether loopback, private, link-local and similar addresses may be asked.",
        ),
        set(
            "min_every",
            Kind::Duration,
            r#""5m""#,
            "No source is asked more often, whatever else says so.",
        ),
        later(open(
            "proxy",
            Kind::Text,
            r#""http://proxy.example.org:3128""#,
            "HTTP proxy for requests to sources.",
        )),
        later(open(
            "ca_file",
            Kind::Path,
            r#""ca.pem""#,
            "Further certificate authorities, PEM.",
        )),
    ],
};

/// `[related]`.
pub(super) static RELATED: Table = Table {
    name: "related",
    many: false,
    about: "When an entry belongs with a statement.",
    keys: &[set(
        "threshold",
        Kind::Fraction,
        "0.5",
        "A relation to a statement counts at or above it; 0 to 1. What is in the wire by it stays until it scores more than 0.05 below.",
    )],
};

/// `[[topic]]`.
pub(super) static TOPIC: Table = Table {
    name: "topic",
    many: true,
    about: "Words that make an entry related, each topic with feeds of its own.",
    keys: &[
        required(open(
            "name",
            Kind::Text,
            r#""Kasachstan""#,
            "As shown; its slug is the lower-case ASCII of it. Required.",
        )),
        open(
            "match",
            Kind::Words,
            r#"["Kasachstan", "Kazakhstan", "Казахстан"]"#,
            "Whole words, inflected forms too; a word with a capital does not match lower-case ones. Default: the name.",
        ),
    ],
};

/// `[[source]]`.
pub(super) static SOURCE: Table = Table {
    name: "source",
    many: true,
    about: "A feed of somebody else's that we follow.",
    keys: &[
        required(open(
            "url",
            Kind::Address,
            r#""https://example.org/feed.xml""#,
            "Address of the feed: RSS, Atom or JSON Feed. Required.",
        )),
        open(
            "id",
            Kind::Id,
            r#""example""#,
            "In our addresses and tables; kept once given. Default: from the name or host, made free.",
        ),
        open(
            "name",
            Kind::Text,
            r#""Example""#,
            "Default: the feed's own title.",
        ),
        set(
            "keep",
            Kind::Choice(&["related", "all"]),
            r#""related""#,
            "Which entries are in the wire: those related to a statement or topic, or all.",
        ),
        open(
            "every",
            Kind::Duration,
            r#""15m""#,
            "Its own rhythm, kept as it is. Default: [poll]'s.",
        ),
        open(
            "cron",
            Kind::Cron,
            r#""0 0 8 * * MON-FRI""#,
            "Instead of `every`, as in [poll].",
        ),
        set(
            "match",
            Kind::Patterns,
            "[]",
            "Only entries that match one: Rust regex, case-insensitive, on title, text, categories, link. Empty: all.",
        ),
        set(
            "block",
            Kind::Patterns,
            "[]",
            "No entry that matches one of these.",
        ),
        set(
            "topics",
            Kind::Words,
            "[]",
            "Labels on every entry; need not be a [[topic]]; by themselves they relate nothing.",
        ),
        open(
            "language",
            Kind::Language,
            r#""ru""#,
            "Where the feed does not say; BCP 47.",
        ),
        set(
            "republish",
            Kind::Choice(&["full", "excerpt", "title"]),
            r#""full""#,
            "How much of the text our feeds carry.",
        ),
        set(
            "headers",
            Kind::Headers,
            "{}",
            "Sent with each request, to its own host only. \"env:NAME\" is taken from the environment, or from the file named by NAME_FILE.",
        ),
        set(
            "allow_private_networks",
            Kind::Flag,
            "false",
            "As in [poll], for this source; true there holds for every source.",
        ),
        set(
            "enabled",
            Kind::Flag,
            "true",
            "false: it is not polled; what it published stays.",
        ),
    ],
};

/// Every table, in the contract's order.
pub(super) static TABLES: [&Table; 7] = [&WIRE, &SERVER, &STORE, &POLL, &RELATED, &TOPIC, &SOURCE];

/// Keys of `author`.
pub(super) static AUTHOR: Table = Table {
    name: "author",
    many: false,
    about: "Who answers for the wire.",
    keys: &[
        required(open(
            "name",
            Kind::Text,
            r#""Press office""#,
            "The name. Required.",
        )),
        open(
            "email",
            Kind::Text,
            r#""press@example.org""#,
            "Mail address.",
        ),
        open(
            "url",
            Kind::Address,
            r#""https://example.org/press""#,
            "Page.",
        ),
    ],
};

/// What people write for a key or table of ours: (theirs, ours). Words of Miniflux, FreshRSS,
/// Planet, pluto and static-web-server, and the plural where ours is singular.
static ALSO_CALLED: [(&str, &str); 34] = [
    ("address", "url"),
    ("base_url", "url"),
    ("bind", "listen"),
    ("blocklist", "block"),
    ("db", "database"),
    ("exclude", "block"),
    ("feed", "source"),
    ("feed_url", "url"),
    ("feeds", "source"),
    ("filter", "match"),
    ("folder", "path"),
    ("host", "listen"),
    ("href", "url"),
    ("include", "match"),
    ("interval", "every"),
    ("keywords", "match"),
    ("label", "topics"),
    ("labels", "topics"),
    ("lang", "language"),
    ("link", "url"),
    ("locale", "language"),
    ("max_bytes", "max_size"),
    ("patterns", "match"),
    ("port", "listen"),
    ("refresh", "every"),
    ("schedule", "cron"),
    ("site", "wire"),
    ("sources", "source"),
    ("stylesheet", "css"),
    ("tags", "topics"),
    ("time_zone", "timezone"),
    ("topics", "topic"),
    ("tz", "timezone"),
    ("uri", "url"),
];

/// The one of `names` that `word` was most likely meant to be; None where none is near.
pub(super) fn meant<'n>(
    word: &str,
    names: impl Iterator<Item = &'n str> + Clone,
) -> Option<&'n str> {
    let folded = word.to_lowercase().replace(['-', ' '], "_");
    let synonym = ALSO_CALLED
        .iter()
        .filter(|(theirs, _)| *theirs == folded)
        .find_map(|(_, ours)| names.clone().find(|name| name == ours));
    synonym.or_else(|| {
        names
            .map(|name| {
                let near = name.to_lowercase();
                (strsim::damerau_levenshtein(&folded, &near), name)
            })
            // A third of the word may be wrong: two letters of "lisen", none of "id".
            .filter(|(distance, name)| *distance <= name.len().max(folded.len()) / 3)
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, name)| name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_others_words_find_the_key_meant() {
        let names = || POLL.keys.iter().map(|key| key.name);
        assert_eq!(meant("timout", names()), Some("timeout"));
        assert_eq!(meant("perhost", names()), Some("per_host"));
        assert_eq!(meant("Max-Size", names()), Some("max_size"));
        assert_eq!(meant("interval", names()), Some("every"));
        assert_eq!(meant("zzz", names()), None);
    }
}
