//! The program killed in the middle of its work, and started again.

use crate::cli::{folder, presswire};
use crate::support::publisher::{Publisher, Reply};
use crate::support::wire::HEAD;
use presswire::database::Database;
use presswire::domain::release::{By, ReleaseNumber};
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

const FEEDS: u64 = 16;
const ITEMS: u64 = 12;
/// How often it is killed.
const KILLS: usize = 5;

/// A feed of twelve items; the first six are the last six of the feed before it, under other
/// addresses, so that most releases have two publications.
fn feed(number: u64) -> String {
    let items = (0..ITEMS).map(|item| {
        let story = (number * ITEMS / 2 + item) % (FEEDS * ITEMS / 2);
        format!(
            "<item><title>{}</title><link>https://f{number}.example/{item}</link>\
             <guid isPermaLink=\"false\">urn:f{number}:{item}</guid>\
             <description>{}</description></item>",
            words(story, 8),
            words(story, 90)
        )
    });
    format!(
        "<rss version=\"2.0\"><channel><title>Feed {number}</title>{}</channel></rss>",
        items.collect::<String>()
    )
}

/// The first words of a story: no two stories have a run of five in common.
fn words(story: u64, count: u64) -> String {
    let word = |n: u64| {
        let digest = blake3::hash(format!("{story} {n}").as_bytes());
        let letters = digest.as_bytes()[..7]
            .iter()
            .map(|b| char::from(b'a' + b % 26));
        letters.collect::<String>()
    };
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

/// A number below `most`, another one each time.
fn any_below(most: u64) -> u64 {
    RandomState::new().hash_one(0) % most
}

fn run(folder: &Path) -> Child {
    let mut command = std::process::Command::new(presswire(folder).get_program());
    command
        .current_dir(folder)
        .arg("run")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// What is kept: each release by its title, with who published it where, and each text.
type Kept = BTreeMap<String, Vec<(String, String, String)>>;

async fn kept(db: &Database) -> Kept {
    let (releases, more) = db.releases_page(true, None, 10_000).await.unwrap();
    assert_eq!(more, None);
    let mut kept = Kept::new();
    for release in releases {
        let mut publications = Vec::new();
        for publication in &release.publications {
            let By::Entry {
                entry, source_id, ..
            } = &publication.by
            else {
                panic!("no statements here");
            };
            let text = db.texts(&[*entry]).await.unwrap().remove(entry).unwrap();
            let text = text.fuller().unwrap().html.clone();
            publications.push((source_id.clone(), publication.url.clone().unwrap(), text));
        }
        publications.sort();
        let twice = kept.insert(release.title.clone().unwrap(), publications);
        assert_eq!(twice, None, "two releases of one story");
    }
    kept
}

/// Lets it run until every source was polled, then stops it: what it kept.
async fn run_to_the_end(folder: &Path) -> Kept {
    let mut child = run(folder);
    let path = folder.join("store/presswire.db");
    let began = Instant::now();
    while !path.exists() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Beside the daemon, as every command works.
    let db = Database::open(&path, "wire.example").await.unwrap();
    loop {
        let sources = db.sources().await.unwrap();
        if sources.len() == FEEDS as usize && sources.iter().all(|source| source.polls > 0) {
            break;
        }
        assert!(
            began.elapsed() < Duration::from_secs(120),
            "it does not end"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    db.check().await.unwrap();
    assert!(db.latest_release().await.unwrap() > ReleaseNumber(0));
    let kept = kept(&db).await;
    db.close().await;
    kept
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_during_first_polls_it_loses_nothing_and_doubles_nothing() {
    let publisher = Publisher::start().await;
    let mut feeds = format!("{HEAD}per_host = 6\n");
    for number in 0..FEEDS {
        let path = format!("/{number}.xml");
        let reply = Reply::ok(feed(number)).after(Duration::from_millis(5 + any_below(40)));
        publisher.serve(&path, reply.etag("\"1\""));
        feeds.push_str(&format!(
            "[[source]]\nid = \"f{number}\"\nkeep = \"all\"\nurl = \"{}\"\n",
            publisher.url(&path)
        ));
    }
    let undisturbed = folder(&feeds);
    let whole = run_to_the_end(undisturbed.path()).await;
    assert_eq!(whole.len() as u64, FEEDS * ITEMS / 2);
    let publications: usize = whole.values().map(Vec::len).sum();
    assert_eq!(publications as u64, FEEDS * ITEMS);

    let disturbed = folder(&feeds);
    let mut kills = 0;
    for _ in 0..KILLS {
        let asked = publisher.asked().len();
        let mut child = run(disturbed.path());
        // Some polls are under way, some are being kept.
        let wanted = asked + 1 + any_below(4) as usize;
        let began = Instant::now();
        while publisher.asked().len() < wanted && began.elapsed() < Duration::from_secs(15) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(any_below(60))).await;
        kills += usize::from(publisher.asked().len() >= wanted);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(kills >= 2, "killed only {kills} times while it polled");
    assert_eq!(run_to_the_end(disturbed.path()).await, whole);
}
