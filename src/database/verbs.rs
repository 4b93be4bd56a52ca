//! First landing: the signatures. Bodies follow with the next one.
#![expect(clippy::todo, unused_variables, reason = "signatures first")]
#![allow(clippy::unused_async)]

use super::*;
use crate::domain::Moment;
use crate::domain::entry::{Entry, EntryKey, EntryNumber};
use crate::domain::likeness::Key;
use crate::domain::release::{Release, ReleaseId, ReleaseNumber, Serial};
use crate::domain::scope::Scope;
use crate::domain::source::SourceNumber;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

type Result<T> = std::result::Result<T, DatabaseError>;

/// The memory of one wire; a cheap clone of one handle.
#[derive(Clone, Debug)]
pub struct Database {}

impl Database {
    /// Opens or makes the database at `path`; brings an older schema up to date. `wire_host` is the
    /// host of `wire.url`: the authority of the tag URIs that releases founded from now on bear.
    ///
    /// # Errors
    /// `Newer` where a newer presswire wrote it, `Unusable` where SQLite is too old or the file is
    /// none of ours, `Damaged`, `Sql`.
    pub async fn open(path: &Path, wire_host: &str) -> Result<Database> {
        todo!()
    }
    /// After a reload: the host of `wire.url` for releases founded from now on.
    pub fn set_wire_host(&self, host: &str) {
        todo!()
    }
    /// Writes what is waiting, then closes. Every verb afterwards answers `Closed`.
    pub async fn close(&self) {
        todo!()
    }
    /// `PRAGMA quick_check`: `Damaged` where it finds something.
    pub async fn check(&self) -> Result<()> {
        todo!()
    }
    /// A consistent copy at `path`, which must not exist, while everything goes on.
    pub async fn backup(&self, path: &Path) -> Result<()> {
        todo!()
    }

    /// Makes `declared` all that is polled: finds each source by id, address or one that it moved
    /// from, founds the others, disables those no longer declared. Answers in the same order:
    /// number, id in force, and whether membership of what it published is to be decided anew
    /// (true until `keep_decided` said that it is done).
    pub async fn declare_sources(
        &self,
        declared: &[SourceDeclared],
        now: Moment,
    ) -> Result<Vec<(SourceNumber, String, bool)>> {
        todo!()
    }
    /// Claims due sources, longest due first: at most `limit`, and per host at most `per_host` less
    /// those `busy` (host -> in flight). The lease ends by itself after `lease_ms`.
    pub async fn claim(
        &self,
        now: Moment,
        limit: usize,
        lease_ms: i64,
        busy: &HashMap<String, usize>,
        per_host: usize,
    ) -> Result<Vec<Claim>> {
        todo!()
    }
    /// Claims those of `sources` that nobody holds, due or not, enabled or not.
    pub async fn claim_named(
        &self,
        sources: &[SourceNumber],
        now: Moment,
        lease_ms: i64,
    ) -> Result<Vec<Claim>> {
        todo!()
    }
    /// When `claim` can next give something, hosts aside; None: no source is enabled.
    pub async fn next_due(&self, now: Moment) -> Result<Option<Moment>> {
        todo!()
    }
    /// Frees every source: at start, under the store's lock, where nobody else polls.
    pub async fn clear_leases(&self) -> Result<()> {
        todo!()
    }
    /// Makes enabled ones of these sources due at `now`.
    pub async fn due_now(&self, sources: &[SourceNumber], now: Moment) -> Result<()> {
        todo!()
    }
    /// All sources that ever were declared, by id.
    pub async fn sources(&self) -> Result<Vec<SourceRecord>> {
        todo!()
    }
    /// The old address permanently redirects to the source's present one, so that either finds it.
    pub async fn keep_address(
        &self,
        source: SourceNumber,
        address: &crate::domain::source::Address,
    ) -> Result<()> {
        todo!()
    }

    /// Entries of `source` that are known by one of these keys, ids or canonical links, each once.
    pub async fn known_entries(
        &self,
        source: SourceNumber,
        keys: &[EntryKey],
        ids: &[String],
        canonical_links: &[String],
    ) -> Result<Vec<EntryKnown>> {
        todo!()
    }
    /// Releases that share keys, best first, at most 12 (`likeness.md` §4).
    pub async fn candidates(&self, now: Moment, keys: &[Key]) -> Result<Vec<Candidate>> {
        todo!()
    }
    /// The release founded last; 0 where there is none.
    pub async fn latest_release(&self) -> Result<ReleaseNumber> {
        todo!()
    }
    /// Keeps everything that one poll changes, or nothing.
    pub async fn keep_poll(&self, write: PollWrite) -> Result<Kept> {
        todo!()
    }
    /// Keeps new and changed statements, or none of them. `planned_at` as in `PollWrite`.
    pub async fn keep_statements(
        &self,
        writes: Vec<StatementWrite>,
        planned_at: ReleaseNumber,
        now: Moment,
    ) -> Result<Kept> {
        todo!()
    }
    /// Every statement, withdrawn ones too, by slug.
    pub async fn statements(&self) -> Result<Vec<StatementRecord>> {
        todo!()
    }
    /// The statement with this slug.
    pub async fn statement(&self, slug: &str) -> Result<Option<StatementRecord>> {
        todo!()
    }

    /// The newest serial, other processes' writes included.
    pub async fn serial(&self) -> Result<Serial> {
        todo!()
    }
    /// The serial at which what `scope` holds last changed.
    pub async fn scope_serial(&self, scope: &Scope) -> Result<Serial> {
        todo!()
    }
    /// What a feed of `scope` holds, newest first; `langs` picks one version of each text, in this
    /// order of preference. None: no such scope is known here (a topic may still be configured).
    pub async fn feed(
        &self,
        scope: &Scope,
        window: Window,
        langs: &[String],
    ) -> Result<Option<Vec<Release>>> {
        todo!()
    }
    /// What stood in `scope` and was withdrawn or moved since `since`, newest first, at most 500.
    pub async fn tombstones(&self, scope: &Scope, since: Moment) -> Result<Vec<Tombstone>> {
        todo!()
    }
    /// What stands under this id.
    pub async fn release(&self, id: &ReleaseId) -> Result<Found> {
        todo!()
    }
    /// The release of a statement of ours.
    pub async fn release_of_statement(&self, slug: &str) -> Result<Option<Release>> {
        todo!()
    }
    /// These releases, in this order; those not found are left out.
    pub async fn releases(&self, numbers: &[ReleaseNumber]) -> Result<Vec<Release>> {
        todo!()
    }
    /// Pages of releases, newest first, of the wire or of everything; with the next page's cursor.
    /// A cursor that is none is answered as the first page.
    pub async fn releases_page(
        &self,
        all: bool,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<Release>, Option<String>)> {
        todo!()
    }
    /// Versions of the shown words, newest (the present one) first.
    pub async fn versions(&self, release: ReleaseNumber) -> Result<Vec<Version>> {
        todo!()
    }
    /// How many releases are in the wire.
    pub async fn release_count(&self) -> Result<i64> {
        todo!()
    }
    /// The originals; an entry whose text was dropped by retention is left out.
    pub async fn texts(&self, entries: &[EntryNumber]) -> Result<HashMap<EntryNumber, Entry>> {
        todo!()
    }
    /// Clean HTML of these entries, as far as it was made by these rules.
    pub async fn clean(
        &self,
        entries: &[EntryNumber],
        rules: u32,
    ) -> Result<HashMap<EntryNumber, String>> {
        todo!()
    }
    /// Keeps clean HTML with the version of the rules that made it.
    pub async fn keep_clean(&self, clean: Vec<(EntryNumber, u32, String)>) -> Result<()> {
        todo!()
    }
    /// When the feed with this key last became another: `now` where `digest` is new, else as stored.
    pub async fn served(&self, feed_key: &str, digest: [u8; 32], now: Moment) -> Result<Moment> {
        todo!()
    }

    /// Drops texts outside the wire that their source last showed `keep_unrelated` ago, and keys of
    /// shingles after 60 days, in small batches. How many entries were lightened.
    pub async fn retain(&self, now: Moment, keep_unrelated: Duration) -> Result<usize> {
        todo!()
    }
    /// The source's next entries after `after`, by number, to be decided anew; those whose text was
    /// dropped are left out. Empty: that was all.
    pub async fn decide_again(
        &self,
        source: SourceNumber,
        after: EntryNumber,
        limit: usize,
    ) -> Result<Vec<Undecided>> {
        todo!()
    }
    /// Keeps what was decided anew. `done`: it was the source's last batch under its present rules.
    pub async fn keep_decided(
        &self,
        source: SourceNumber,
        decided: Vec<Decided>,
        done: bool,
        now: Moment,
    ) -> Result<Kept> {
        todo!()
    }
}
