//! From the database to bytes: feeds in three forms, pages, the API, over a wire that was really kept.

use insta::assert_snapshot;
use presswire::config::{self, Config};
use presswire::database::{
    Database, EntryWrite, Place, Placement, PollWrite, SourceDeclared, StatementWrite,
};
use presswire::domain::entry::{Entry, EntryKey};
use presswire::domain::relation::{Evidence, Relation, Target};
use presswire::domain::release::{ReleaseId, ReleaseNumber};
use presswire::domain::scope::Scope;
use presswire::domain::source::{Address, SourceNumber};
use presswire::domain::statement::{Statement, StatementRead, Status};
use presswire::domain::{Digest, Moment};
use presswire::publish::api::{self, Answer};
use presswire::publish::page::{self, Audience, Page};
use presswire::publish::{self, Form, PublishError, Rendered};
use presswire::read::{self, Hints, sanitize};

const FEEDS: &str = r#"
[wire]
title = "Hafenfunk"
url = "https://wire.example.org/"
language = "de"
timezone = "Europe/Berlin"

[[topic]]
name = "Hafenstreik"
match = ["Hafenstreik"]

[[topic]]
name = "Tarifrunde"
match = ["Tarifrunde"]

[[source]]
id = "dockers"
url = "https://dockers.example/feed.xml"

[[source]]
id = "gazette"
name = "Gazette"
url = "https://gazette.example/feed.xml"
"#;

const DOCKERS: &str = r#"<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Dockers &amp; Friends</title><link>https://dockers.example/</link><language>en</language>
<item><title>Strike in the port</title><link>https://dockers.example/strike</link>
<guid isPermaLink="false">urn:dockers:1</guid><pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate>
<dc:creator>Ann Docker</dc:creator><description><![CDATA[<p>The <b>cranes</b> stand still.
<script>alert(1)</script><img src="/crane.jpg" alt="A crane"></p>]]></description>
<enclosure url="https://dockers.example/a.mp3" type="audio/mpeg" length="42"/></item>
<item><title>Talks on Monday</title><link>https://dockers.example/talks</link>
<guid isPermaLink="false">urn:dockers:2</guid><pubDate>Thu, 19 Nov 2026 18:30:00 GMT</pubDate>
<description>Both sides meet again.</description></item>
</channel></rss>"#;

const GAZETTE: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><id>urn:gazette</id>
<title>The Gazette</title><link href="https://gazette.example/"/>
<link rel="self" href="https://gazette.example/feed.xml"/><updated>2026-11-20T08:00:00Z</updated>
<entry><id>urn:gazette:1</id><title>Strike in the port, copied</title><updated>2026-11-20T09:30:00Z</updated>
<link href="https://gazette.example/1?utm_source=x&amp;y=1"/><summary>The cranes stand still.</summary></entry>
</feed>"#;

/// A wire of its own, in a folder of its own.
struct Wire {
    folder: tempfile::TempDir,
    db: Database,
    config: Config,
}

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

fn now() -> Moment {
    at("2026-11-20T10:00:00Z")
}

fn digest(text: &str) -> Digest {
    Digest(*blake3::hash(text.as_bytes()).as_bytes())
}

fn placement(place: Place) -> Placement {
    Placement::bare(place, Vec::new())
}

impl Wire {
    /// With nothing in it yet; `more` stands at the end of its feeds.toml.
    async fn empty(more: &str) -> Wire {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, format!("{FEEDS}{more}")).unwrap();
        let config = config::load(&path, &|_| None).unwrap().0;
        let db = Database::open(&folder.path().join("presswire.db"), "wire.example.org")
            .await
            .unwrap();
        let declared: Vec<SourceDeclared> = config.sources.iter().map(declared).collect();
        db.declare_sources(&declared, now()).await.unwrap();
        Wire { folder, db, config }
    }

    /// With two sources, one text of which both carry, and a statement of ours.
    async fn full(more: &str) -> Wire {
        let wire = Wire::empty(more).await;
        wire.poll("dockers", DOCKERS, &[Place::Found, Place::Found])
            .await;
        let strike = wire.release_titled("Strike in the port").await;
        wire.poll("gazette", GAZETTE, &[Place::Join(strike)]).await;
        wire.state(Status::Published).await;
        wire
    }

    /// Keeps what `document` says, placed as `places` say.
    async fn poll(&self, id: &str, document: &str, places: &[Place]) {
        let base = format!("https://{id}.example/feed.xml").parse().unwrap();
        let hints = Hints {
            base: Some(&base),
            ..Hints::default()
        };
        let read = read::read(document.as_bytes(), &hints).unwrap();
        let source = self.source(id).await;
        let claims = self.db.claim_named(&[source], now(), 60_000).await;
        let claim = claims.unwrap().pop().unwrap();
        let language = read.facts.language.clone();
        let entries = read.entries.into_iter().zip(places).enumerate();
        let planned_at = self.db.latest_release().await.unwrap();
        let write = PollWrite {
            message: Some("half of it was unreadable".to_owned()),
            facts: Some(read.facts),
            next_poll: at("2026-11-20T10:30:00Z"),
            entries: entries
                .map(|(ordinal, (entry, place))| entry_write(ordinal, entry, *place, &language))
                .collect(),
            ..PollWrite::of(&claim, now(), planned_at)
        };
        self.db.keep_poll(write).await.unwrap();
    }

    /// Keeps our statement with this status.
    async fn state(&self, status: Status) {
        let mut placement = placement(Place::Found);
        placement.relations = vec![about("hafenstreik")];
        let words = format!("{status:?}");
        let write = StatementWrite {
            read: StatementRead {
                statement: statement(status),
                digest: digest("Hafenstreik"),
                visible: digest(&words),
            },
            topics: Vec::new(),
            placement,
            first_reading: true,
        };
        let planned_at = self.db.latest_release().await.unwrap();
        let kept = self.db.keep_statements(vec![write], planned_at, now());
        kept.await.unwrap();
    }

    async fn source(&self, id: &str) -> SourceNumber {
        let sources = self.db.sources().await.unwrap();
        sources
            .iter()
            .find(|source| source.id == id)
            .unwrap()
            .number
    }

    async fn release_titled(&self, title: &str) -> ReleaseNumber {
        let (releases, _) = self.db.releases_page(true, None, 50).await.unwrap();
        let found = releases
            .iter()
            .find(|release| release.title.as_deref() == Some(title));
        found.unwrap().number
    }

    async fn rendered(&self, scope: &Scope, form: Form) -> Rendered {
        publish::feed(&self.db, &self.config, scope, form, &[], now())
            .await
            .unwrap()
    }

    async fn document(&self, scope: &Scope, form: Form) -> String {
        String::from_utf8(self.rendered(scope, form).await.bytes).unwrap()
    }

    async fn ids(&self, form: Form) -> Vec<String> {
        let document = self.document(&Scope::Wire, form).await;
        let read = read::read(document.as_bytes(), &Hints::default()).unwrap();
        read.entries
            .into_iter()
            .map(|entry| entry.id.unwrap())
            .collect()
    }
}

fn declared(source: &config::Source) -> SourceDeclared {
    SourceDeclared {
        id: source.id.clone(),
        id_given: true,
        url: source.url.to_string(),
        address: Address::of(&source.url),
        name: source.name.clone(),
        keep_all: true,
        topics: Vec::new(),
        enabled: true,
        rules: Digest([0; 32]),
        host: source.url.host_str().unwrap().to_owned(),
    }
}

fn entry_write(
    ordinal: usize,
    entry: Entry,
    place: Place,
    language: &Option<String>,
) -> EntryWrite {
    let id = entry.id.clone().unwrap();
    let mut key = [0; 16];
    key.copy_from_slice(&digest(&id).0[..16]);
    EntryWrite {
        key: EntryKey(key),
        known: None,
        canonical_link: entry.link.clone(),
        digest: digest(&id),
        visible: digest(&id),
        admitted: true,
        published: entry.published.or(entry.updated),
        updated: entry.updated,
        language: entry.language.clone().or_else(|| language.clone()),
        ordinal: ordinal as u32,
        placement: placement(place),
        entry,
    }
}

fn about(topic: &str) -> Relation {
    Relation {
        target: Target::Topic(topic.to_owned()),
        score: 1.0,
        why: vec![Evidence::Alias {
            topic: "Hafenstreik".to_owned(),
            alias: "Hafenstreik".to_owned(),
            times: 2,
        }],
    }
}

fn statement(status: Status) -> Statement {
    Statement {
        slug: "hafenstreik".to_owned(),
        id: "tag:wire.example.org,2026-11-18:hafenstreik".to_owned(),
        title: "Hafenstreik: „Wir bleiben“".to_owned(),
        date: Some(at("2026-11-18T12:00:00Z")),
        language: Some("de".to_owned()),
        publisher: Some("Hafengruppe Nord".to_owned()),
        status,
        reason: (status == Status::Withdrawn).then(|| "Ein Irrtum & mehr".to_owned()),
        body: presswire::domain::entry::Markup {
            html: "<p>Die Kräne stehen still.</p>".to_owned(),
            ..Default::default()
        },
        ..Statement::default()
    }
}

/// One element a line, for people who read the difference.
fn lines(document: &str) -> String {
    document.replace("><", ">\n<")
}

#[tokio::test]
async fn a_kept_wire_in_three_forms() {
    let wire = Wire::full("").await;
    assert_snapshot!(
        "kept_wire_atom",
        lines(&wire.document(&Scope::Wire, Form::Atom).await)
    );
    assert_snapshot!(
        "kept_wire_rss",
        lines(&wire.document(&Scope::Wire, Form::Rss).await)
    );
    let json = wire.document(&Scope::Wire, Form::Json).await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    insta::assert_json_snapshot!("kept_wire_json", json);
}

#[tokio::test]
async fn the_same_releases_stand_in_all_three_forms() {
    let wire = Wire::full("").await;
    let atom = wire.ids(Form::Atom).await;
    assert_eq!(atom.len(), 3);
    assert_eq!(atom, wire.ids(Form::Rss).await);
    assert_eq!(atom, wire.ids(Form::Json).await);
}

#[tokio::test]
async fn a_restart_changes_neither_bytes_nor_date() {
    let mut wire = Wire::full("").await;
    let mut before = Vec::new();
    for form in Form::ALL {
        before.push(wire.rendered(&Scope::Wire, form).await);
    }
    wire.db.close().await;
    wire.db = Database::open(&wire.folder.path().join("presswire.db"), "wire.example.org")
        .await
        .unwrap();
    let later = at("2026-12-24T18:00:00Z");
    for (form, before) in Form::ALL.into_iter().zip(before) {
        let again = publish::feed(&wire.db, &wire.config, &Scope::Wire, form, &[], later).await;
        assert_eq!(again.unwrap(), before);
    }
}

#[tokio::test]
async fn what_is_served_is_sanitised_once_and_kept() {
    let wire = Wire::full("").await;
    let strike = wire.release_titled("Strike in the port").await;
    let release = wire.db.releases(&[strike]).await.unwrap().pop().unwrap();
    let presswire::domain::release::Shown::Entry(number) = release.shown else {
        panic!("an entry is shown");
    };
    assert!(
        wire.db
            .clean(&[number], sanitize::RULES)
            .await
            .unwrap()
            .is_empty()
    );
    let document = wire.document(&Scope::Wire, Form::Atom).await;
    assert!(!document.contains("alert(1)"));
    let kept = wire.db.clean(&[number], sanitize::RULES).await.unwrap();
    assert!(kept[&number].contains("<b>cranes</b>"));
}

#[tokio::test]
async fn a_scope_that_nothing_promises_is_unknown() {
    let wire = Wire::full("").await;
    for scope in [
        Scope::Topic("nope".to_owned()),
        Scope::Source("nope".to_owned()),
        Scope::Language("fr".to_owned()),
        Scope::Related("nope".to_owned()),
    ] {
        let answer = publish::feed(&wire.db, &wire.config, &scope, Form::Atom, &[], now()).await;
        assert!(matches!(answer, Err(PublishError::Unknown)), "{scope}");
    }
}

#[tokio::test]
async fn a_configured_topic_without_releases_is_an_empty_feed_whose_date_stays() {
    let wire = Wire::empty("").await;
    let scope = Scope::Topic("tarifrunde".to_owned());
    let first = wire.document(&scope, Form::Atom).await;
    assert!(
        first.contains("<updated>2026-11-20T10:00:00+00:00</updated>"),
        "{first}"
    );
    let later = at("2027-01-01T00:00:00Z");
    let again = publish::feed(&wire.db, &wire.config, &scope, Form::Atom, &[], later).await;
    assert_eq!(String::from_utf8(again.unwrap().bytes).unwrap(), first);
}

#[tokio::test]
async fn a_scope_holds_only_its_own() {
    let wire = Wire::full("").await;
    let source = wire
        .document(&Scope::Source("gazette".to_owned()), Form::Json)
        .await;
    let source: serde_json::Value = serde_json::from_str(&source).unwrap();
    assert_eq!(source["items"].as_array().unwrap().len(), 1);
    assert_eq!(source["title"], "Hafenfunk · Gazette");
    let statements = wire.document(&Scope::Statements, Form::Json).await;
    let statements: serde_json::Value = serde_json::from_str(&statements).unwrap();
    assert_eq!(
        statements["items"][0]["url"],
        "https://wire.example.org/statements/hafenstreik"
    );
    assert_eq!(statements["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_source_that_lets_us_carry_a_title_only_is_obeyed_everywhere() {
    let more = "republish = \"title\"\n";
    let toml = FEEDS.replace("id = \"dockers\"\n", &format!("id = \"dockers\"\n{more}"));
    let mut wire = Wire::full("").await;
    let path = wire.folder.path().join("feeds.toml");
    std::fs::write(&path, toml).unwrap();
    wire.config = config::load(&path, &|_| None).unwrap().0;
    for form in Form::ALL {
        let document = wire.document(&Scope::Wire, form).await;
        assert!(document.contains("Strike in the port"));
        assert!(!document.contains("cranes"), "{document}");
        assert!(!document.contains("a.mp3"), "{document}");
    }
    let start = page::start(&wire.db, &wire.config, None).await.unwrap();
    assert!(!start.html.contains("cranes"));
}

#[tokio::test]
async fn a_withdrawn_statement_leaves_a_tombstone_and_nothing_else() {
    let wire = Wire::full("").await;
    wire.state(Status::Withdrawn).await;
    let atom = wire.document(&Scope::Wire, Form::Atom).await;
    assert!(atom.contains("<at:deleted-entry ref=\"tag:wire.example.org,2026-11-18:hafenstreik\""));
    assert!(
        atom.contains("<at:comment>Ein Irrtum &amp; mehr</at:comment>"),
        "{atom}"
    );
    assert!(!atom.contains("Wir bleiben"));
    for form in [Form::Rss, Form::Json] {
        assert!(
            !wire
                .document(&Scope::Wire, form)
                .await
                .contains("hafenstreik")
        );
    }
    let page = page::statement(&wire.db, &wire.config, "hafenstreik", None)
        .await
        .unwrap();
    assert_eq!(page.status, 410);
    assert!(page.html.contains("Ein Irrtum") && !page.html.contains("Kräne"));
    let told = api::statement(&wire.db, &wire.config, "hafenstreik")
        .await
        .unwrap();
    let told = serde_json::to_value(told).unwrap();
    assert_eq!(told["status"], "withdrawn");
    assert_eq!(told["text"], serde_json::Value::Null);
}

async fn page_of(wire: &Wire, title: &str) -> Page {
    let number = wire.release_titled(title).await;
    let release = wire.db.releases(&[number]).await.unwrap().pop().unwrap();
    page::release(&wire.db, &wire.config, &release.id, None)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_releases_page_says_who_published_it_and_asks_nobody_else() {
    let wire = Wire::full("").await;
    let page = page_of(&wire, "Strike in the port").await;
    assert_eq!(page.status, 200);
    assert!(page.html.contains("<article class=\"text\" lang=\"en\">"));
    for expected in [
        "<b>cranes</b>",
        "href=\"https://gazette.example/1?utm_source=x&#38;y=1\"",
        "Dockers &#38; Friends",
        "Strike in the port, copied",
        "<link rel=\"canonical\" href=\"https://dockers.example/strike\">",
        "https://dockers.example/a.mp3",
        "Bild: A crane",
    ] {
        assert!(page.html.contains(expected), "{expected}: {}", page.html);
    }
    assert!(!page.html.contains("<img") && !page.html.contains("alert(1)"));
}

#[tokio::test]
async fn pictures_are_shown_where_the_operator_wants_them() {
    let mut wire = Wire::full("").await;
    wire.config.wire.remote_images = true;
    let page = page_of(&wire, "Strike in the port").await;
    assert!(page.html.contains("<img"));
}

#[tokio::test]
async fn a_statements_release_is_the_statements_page() {
    let wire = Wire::full("").await;
    let page = page_of(&wire, "Hafenstreik: „Wir bleiben“").await;
    let canonical = "rel=\"canonical\" href=\"https://wire.example.org/statements/hafenstreik\"";
    assert!(page.html.contains(canonical));
    let same = page::statement(&wire.db, &wire.config, "hafenstreik", None)
        .await
        .unwrap();
    assert_eq!(same, page);
}

#[tokio::test]
async fn addresses_that_nothing_stands_under_are_unknown() {
    let wire = Wire::full("").await;
    let id = ReleaseId::parse("aaaaaaaaaaaaaaaa").unwrap();
    let page = page::release(&wire.db, &wire.config, &id, None).await;
    assert!(matches!(page, Err(PublishError::Unknown)));
    let page = page::statement(&wire.db, &wire.config, "nope", None).await;
    assert!(matches!(page, Err(PublishError::Unknown)));
    assert_eq!(page::not_found(&wire.config).unwrap().status, 404);
}

#[tokio::test]
async fn pages_walk_through_everything_once_and_back() {
    let wire = Wire::empty("").await;
    let items: String = (0..95)
        .map(|n| {
            let minute = n % 60;
            let hour = 8 + n / 60;
            format!(
                "<item><title>Number {n}.</title><guid isPermaLink=\"false\">urn:{n}</guid>\
                 <pubDate>Fri, 20 Nov 2026 {hour:02}:{minute:02}:00 GMT</pubDate></item>"
            )
        })
        .collect();
    let document = format!("<rss version=\"2.0\"><channel><title>x</title>{items}</channel></rss>");
    wire.poll("dockers", &document, &[Place::Found; 95]).await;
    let mut seen = Vec::new();
    let mut before: Option<String> = None;
    let mut walked = Vec::new();
    loop {
        let page = page::start(&wire.db, &wire.config, before.as_deref())
            .await
            .unwrap();
        seen.extend((0..95).filter(|n| page.html.contains(&format!("Number {n}."))));
        walked.push(before.clone());
        before = link(&page.html, "next");
        if before.is_none() {
            break;
        }
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..95).collect::<Vec<_>>());
    assert_eq!(walked.len(), 3);
    let last = page::start(&wire.db, &wire.config, walked[2].as_deref())
        .await
        .unwrap();
    assert_eq!(link(&last.html, "prev"), walked[1]);
    let second = page::start(&wire.db, &wire.config, walked[1].as_deref())
        .await
        .unwrap();
    assert!(second.html.contains("<link rel=\"prev\" href=\"/\">"));
}

/// The `before` of a page's `rel`.
fn link(html: &str, rel: &str) -> Option<String> {
    let start = format!("<link rel=\"{rel}\" href=\"/?before=");
    let (_, rest) = html.split_once(&start)?;
    Some(rest.split('"').next().unwrap().to_owned())
}

#[tokio::test]
async fn error_texts_of_sources_are_for_operators_only() {
    let wire = Wire::full("").await;
    let page = page::sources(&wire.db, &wire.config, Audience::Everybody)
        .await
        .unwrap();
    assert!(page.html.contains("Dockers &#38; Friends"));
    assert!(!page.html.contains("half of it was unreadable"));
    let page = page::sources(&wire.db, &wire.config, Audience::Operators)
        .await
        .unwrap();
    assert!(page.html.contains("half of it was unreadable"));
}

#[tokio::test]
async fn every_feed_that_subscribe_offers_is_served() {
    let wire = Wire::full("").await;
    let page = page::subscribe(&wire.db, &wire.config).await.unwrap();
    for scope in [
        Scope::Wire,
        Scope::Statements,
        Scope::Topic("hafenstreik".to_owned()),
        Scope::Language("en".to_owned()),
        Scope::Source("gazette".to_owned()),
    ] {
        let address = format!("href=\"https://wire.example.org/{scope}.atom\"");
        assert!(page.html.contains(&address), "{address}");
        wire.document(&scope, Form::Atom).await;
    }
}

#[tokio::test]
async fn the_api_tells_what_the_contract_says() {
    let wire = Wire::full("").await;
    let releases = api::releases(&wire.db, &wire.config, false, None, 2)
        .await
        .unwrap();
    let next = releases.next.clone();
    let told = serde_json::to_value(releases).unwrap();
    insta::assert_json_snapshot!("api_releases", told);
    let rest = api::releases(&wire.db, &wire.config, false, next.as_deref(), 2)
        .await
        .unwrap();
    assert_eq!((rest.releases.len(), rest.next), (1, None));
    let id = told["releases"][0]["id"].as_str().unwrap();
    let id = ReleaseId::parse(id).unwrap();
    let Answer::Here(one) = api::release(&wire.db, &wire.config, &id).await.unwrap() else {
        panic!("it is there");
    };
    insta::assert_json_snapshot!("api_release", serde_json::to_value(one).unwrap());
    let statements = api::statements(&wire.db, &wire.config, None, 50)
        .await
        .unwrap();
    insta::assert_json_snapshot!("api_statements", serde_json::to_value(statements).unwrap());
    let sources = api::sources(&wire.db, &wire.config).await.unwrap();
    insta::assert_json_snapshot!("api_sources", serde_json::to_value(sources).unwrap());
}

#[tokio::test]
async fn opml_sitemap_and_robots() {
    let wire = Wire::full("").await;
    let opml = publish::opml(&wire.db, &wire.config, now()).await.unwrap();
    assert_snapshot!("sources_opml", String::from_utf8(opml.bytes).unwrap());
    let sitemap = publish::sitemap(&wire.db, &wire.config, now())
        .await
        .unwrap();
    assert_snapshot!("sitemap", String::from_utf8(sitemap.bytes).unwrap());
    assert_snapshot!("robots", publish::robots(&wire.config));
}
