//! # presswire: the press wire in one binary
//!
//! A daemon that publishes an organisation's own statements and follows everybody else's: it polls
//! the sources named in `feeds.toml`, recognises one release wherever it was published, and serves
//! one merged wire as Atom, RSS and JSON Feed, with pages for people. This page is the map of the
//! house; there is no second copy of it.
//!
//! ## Words
//!
//! A **source** is a feed that somebody else publishes and we follow; an **entry** is one item as one
//! source published it, known by (source, key) and never by a global id. A **statement** is a
//! document of ours. Each entry and each statement belongs to exactly one **release**: one text,
//! published once, with everybody who carried it, each a **publication**. A **relation** says why a
//! release belongs with a statement or a topic. The **wire** is the merged selection; a **feed** is a
//! document that we serve, a **scope** which releases it holds. A release's **serial** grows when,
//! and only when, something served of it has changed; a **tombstone** remembers that it is gone.
//! A **doubt** is something of a source's by which readers could be fooled: the operator is told.
//!
//! ## Rooms, from the ground up
//!
//! Imports go down only; `tests/imports.rs` holds it.
//!
//! | floor | rooms |
//! | --- | --- |
//! | 8 | `main`: arguments, one command, an exit code |
//! | 7 | [`command`]: one file per verb of the command line |
//! | 6 | [`daemon`]: start and stop, in order; where all rooms meet |
//! | 5 | [`serve`]: the door, HTTP; [`jobs`]: the timetable |
//! | 4 | [`poll`]: others' words in; [`store`]: our words in; [`publish`]: releases out |
//! | 3 | [`wire`]: into which release, and why in the wire: the step that `poll` and `store` share |
//! | 2 | [`read`]: bytes to entries; [`config`]: `feeds.toml` to a [`config::Config`]; [`database`]: memory, all SQL |
//! | 1 | [`domain`]: nouns and rules, no IO, no clock, no randomness |
//!
//! [`clock`] stands beside the stairs: who sets `now` asks it, and hands it down.
//!
//! `poll` and `store` don't know each other and `publish` knows neither, which is why what both walks
//! do with a text (candidates by key, verdicts, relations, membership) is a room of its own, `wire`,
//! below them and above the database it asks.
//!
//! ## The walk of an entry, socket to socket
//!
//! 1. [`poll::Poller::run_due`] claims sources that are due under a lease and sends one bounded,
//!    conditional GET for each; the outcome is a value: unchanged, body, moved, gone, throttled, failed.
//! 2. [`read::read()`] turns bytes into entries: intake (charset, entities, repair) before mapping. A bad
//!    field costs the field, a bad entry the entry, never the feed.
//! 3. [`domain::identity`] names each entry, [`domain::change`] compares it with what is known.
//! 4. [`wire::place`] decides what is new or changed: into which release ([`domain::likeness`]), and
//!    with what it is related ([`domain::relation`]).
//! 5. [`domain::schedule`] says when to ask again.
//! 6. [`database::Database::keep_poll`] writes all of it in one transaction: entries, releases,
//!    tombstones, validators, the next poll, a serial on each release that visibly changed. A crash
//!    before it means asking again; nothing is half kept.
//! 7. [`publish`] renders what is asked for, sanitised once; [`serve`] keeps the bytes of each feed in
//!    each coding, with their strong ETags, until the serial of its scope moves.
//!
//! ## The walk of a statement, file to socket
//!
//! [`store::watch()`] or the timetable says when to look; `store` reads every file (front matter, or
//! inference from the text), refuses what is wrong with file, line and remedy, holds back what is
//! under embargo; then the same [`wire::place`], one transaction, and step 7.
//!
//! ## Rules of the house
//!
//! Decide, then do: a rule is a pure function from facts to a plan. Expected outcomes are values, one
//! error enum per room. Identity never depends on clock, order or title alone. Output bytes are a pure
//! function of content. Everything fetched is hostile; original markup and clean HTML are two types,
//! and only clean HTML is rendered.

pub mod command;
pub mod daemon;

pub mod jobs;
pub mod serve;

pub mod poll;
pub mod publish;
pub mod store;

pub mod wire;

pub mod config;
pub mod database;
pub mod read;

pub mod domain;

pub mod clock;
