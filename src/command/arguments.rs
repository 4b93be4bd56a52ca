//! What can be asked on the command line.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// The press wire in one binary.
///
/// Publishes an organisation's statements, follows everybody else's feeds, and serves what belongs
/// together as one wire: Atom, RSS, JSON Feed and pages.
#[derive(Debug, Parser)]
#[command(
    name = "presswire",
    version,
    after_help = "Examples:\n  presswire                        run the daemon by ./feeds.toml\n  presswire check                  is everything right with it?\n  presswire --config /etc/presswire/feeds.toml run\n\nExit codes: 0 done, 1 it did not work, 2 wrong usage or configuration."
)]
pub struct Arguments {
    /// The configuration.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "PRESSWIRE_CONFIG",
        default_value = "feeds.toml"
    )]
    pub config: PathBuf,

    /// Of `run`, where no command is named.
    #[command(flatten)]
    pub run: super::run::Request,

    /// What to do; `run` where it is left out.
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// The daemon: serves the wire and polls the sources. What is done where no command is named.
    ///
    /// Stops within 8 s on SIGTERM or SIGINT; takes a changed feeds.toml by itself, and on SIGHUP.
    #[command(
        after_help = "Examples:\n  presswire run\n  PRESSWIRE_LOG=presswire::poll=debug presswire run --no-poll\n\nExit codes: 0 stopped as asked, 1 it could not start, 2 feeds.toml is at fault."
    )]
    Run(super::run::Request),
    /// Validate feeds.toml and every statement; asks nobody on the network.
    #[command(
        after_help = "Example:\n  presswire check\n  presswire check --json | jq '.faults[].message'\n\nExit codes: 0 in order (warnings may stand), 1 a statement is at fault, 2 feeds.toml is."
    )]
    Check(Asked),
    /// Read feed documents from disk and print what is understood of them.
    #[command(
        after_help = "Examples:\n  presswire read feed.xml\n  curl -s https://example.org/feed.xml | presswire read --url https://example.org/feed.xml -\n  presswire read --json *.xml | jq -r '.error // empty'\n\nExit codes: 0 every file is a feed, 1 one is not."
    )]
    Read(super::read::Request),
    /// Poll now, once: all sources, or the named ones. With or without a daemon.
    #[command(
        after_help = "Examples:\n  presswire poll\n  presswire poll un-news eu-commission\n  presswire poll --json | jq -r '.sources[] | select(.ok | not) | .message'\n\nExit codes: 0 every source answered, 1 one failed."
    )]
    Poll(super::poll::Request),
    /// Why a release is or isn't in the wire, and why its publications are one release.
    #[command(
        after_help = "Examples:\n  presswire explain https://example.org/2026/strike\n  presswire explain our-statement\n  presswire explain --json pyf2mkjflpfkoqna | jq .near\n\nExit codes: 0 explained, 1 nothing is known by that name."
    )]
    Explain(Explaining),
    /// Ask an address or a source once, politely, and say what would become of it; keeps nothing.
    #[command(
        after_help = "Examples:\n  presswire try https://example.org/feed.xml\n  presswire try un-news --json | jq '.entries[] | select(.in_wire) | .title'\n\nExit codes: 0 it is a feed, 1 it is not, or does not answer."
    )]
    Try(super::trial::Request),
    /// Find the feed at an address, try it, append it to feeds.toml.
    #[command(
        after_help = "Examples:\n  presswire add https://example.org/\n  presswire add https://example.org/feed.xml --name Example --keep all --dry-run\n\nExit codes: 0 one feed was found and written, 1 none or several."
    )]
    Add(super::add::Request),
    /// Hide a release: a tombstone in feeds, 410 on its page.
    ///
    /// An editor's word is last over every rule. It is kept in store/decisions.toml, survives a lost
    /// database, and is served within 2 s beside a running daemon.
    #[command(
        after_help = "Example:\n  presswire hide pyf2mkjflpfkoqna --reason \"taken back by its publisher\"\n\nExit codes: 0 decided, 1 it can't be: the fault says why."
    )]
    Hide {
        /// The release: its id, as in /releases/ID, a statement's slug, or the address of a publication.
        id: String,
        /// Why: shown on its page and in the tombstone.
        #[arg(long)]
        reason: String,
        /// How.
        #[command(flatten)]
        asked: Asked,
    },
    /// Show a hidden release again.
    #[command(after_help = "Example:\n  presswire unhide pyf2mkjflpfkoqna")]
    Unhide {
        /// The release: its id, as in /releases/ID, a statement's slug, or the address of a publication.
        id: String,
        /// Why, and how.
        #[command(flatten)]
        note: Note,
    },
    /// Make two releases one: the older id stays, a statement's always.
    #[command(
        after_help = "Example:\n  presswire join pyf2mkjflpfkoqna qzj3xw5ym4c2a7ko --reason \"one text\""
    )]
    Join {
        /// One release.
        id: String,
        /// The other.
        #[arg(value_name = "ID")]
        other: String,
        /// Why, and how.
        #[command(flatten)]
        note: Note,
    },
    /// Take a publication out of a release: it is another text.
    #[command(
        after_help = "Example:\n  presswire split pyf2mkjflpfkoqna https://example.org/2026/strike"
    )]
    Split {
        /// The release.
        id: String,
        /// The address of the publication.
        url: String,
        /// Why, and how.
        #[command(flatten)]
        note: Note,
    },
    /// Relate a release to a statement, whatever its words say.
    #[command(after_help = "Example:\n  presswire relate pyf2mkjflpfkoqna our-statement")]
    Relate {
        /// The release.
        id: String,
        /// The statement's slug.
        statement: String,
        /// Why, and how.
        #[command(flatten)]
        note: Note,
    },
    /// Take a release's relation to a statement away, whatever its words say.
    #[command(after_help = "Example:\n  presswire unrelate pyf2mkjflpfkoqna our-statement")]
    Unrelate {
        /// The release.
        id: String,
        /// The statement's slug.
        statement: String,
        /// Why, and how.
        #[command(flatten)]
        note: Note,
    },
    /// What is followed, and how it fares.
    #[command(
        after_help = "Examples:\n  presswire sources\n  presswire sources --json | jq -r '.[] | select(.state != \"ok\") | .id'"
    )]
    Sources(Asked),
    /// Whether the daemon that this configuration describes is ready; for HEALTHCHECK.
    #[command(after_help = "Example:\n  presswire health && echo ready")]
    Health(Asked),
    /// Print the JSON Schema of feeds.toml.
    #[command(
        after_help = "Example:\n  presswire schema > feeds.schema.json     an editor then knows every key"
    )]
    Schema {
        /// The reference for people instead, as Markdown.
        #[arg(long)]
        markdown: bool,
    },
    /// Print completions for a shell.
    #[command(
        after_help = "Example:\n  presswire completions bash > /etc/bash_completion.d/presswire"
    )]
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    #[command(after_help = "Example:\n  presswire man | man -l -")]
    Man,
}

/// What is to be explained.
#[derive(Args, Clone, Debug)]
pub struct Explaining {
    /// The address of any publication, a release's id, or a statement's slug.
    #[arg(value_name = "URL|ID")]
    pub what: String,

    /// How.
    #[command(flatten)]
    pub asked: Asked,
}

/// What every decision may be given.
#[derive(Args, Clone, Debug, Default)]
pub struct Note {
    /// Why, for others and for later; it is kept with the decision.
    #[arg(long)]
    pub reason: Option<String>,

    /// How.
    #[command(flatten)]
    pub asked: Asked,
}

/// What every command that reports knows.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct Asked {
    /// One JSON document on stdout instead of text.
    #[arg(long)]
    pub json: bool,
}
