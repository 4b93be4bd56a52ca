//! What is served: feeds, pages of releases, versions, tombstones, texts.

use super::*;
use presswire::database::{Found, Window};
use presswire::domain::release::{Link, LinkKind};
use presswire::domain::scope::Scope;

fn titles(feed: &[Release]) -> Vec<&str> {
    feed.iter().filter_map(|r| r.title.as_deref()).collect()
}

async fn feed_of(wire: &Wire, scope: Scope, window: Window, langs: &[&str]) -> Vec<String> {
    let langs: Vec<String> = langs.iter().map(|lang| (*lang).to_owned()).collect();
    let feed = wire.db.feed(&scope, window, &langs).await.expect("a feed");
    titles(&feed.expect("the scope is known"))
        .into_iter()
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn feeds_hold_what_their_scope_says_newest_first() {
    let wire = Wire::new().await;
    let mut a = declared("a");
    a.topics = vec![("ports".to_owned(), "Ports".to_owned())];
    wire.db
        .declare_sources(&[a, declared("b")], at(0))
        .await
        .expect("declared");
    let mut x = entry("x");
    x.published = Some(at(-20));
    x.language = Some("de-AT".to_owned());
    let mut y = entry("y");
    y.published = Some(at(-10));
    y.language = Some("en".to_owned());
    y.placement.relations = vec![about("strike")];
    wire.polled("a", at(0), vec![x]).await;
    wire.polled("b", at(0), vec![y]).await;
    wire.stated(at(0), vec![statement("ours")]).await;

    let of = |scope| feed_of(&wire, scope, Window::of(50), &[]);
    assert_eq!(of(Scope::Wire).await, ["We say ours", "About y", "About x"]);
    assert_eq!(of(Scope::Statements).await, ["We say ours"]);
    assert_eq!(of(Scope::Source("a".into())).await, ["About x"]);
    assert_eq!(of(Scope::Topic("ports".into())).await, ["About x"]);
    assert_eq!(of(Scope::Topic("strike".into())).await, ["About y"]);
    assert_eq!(
        of(Scope::Language("de".into())).await,
        ["We say ours", "About x"]
    );
    assert_eq!(of(Scope::SourceAll("b".into())).await, ["About y"]);
    assert_eq!(
        of(Scope::Publications("ours".into())).await,
        ["We say ours"]
    );
    assert_eq!(
        of(Scope::Related("ours".into())).await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn scope_that_is_unknown_is_none_and_one_that_is_empty_is_empty() {
    let wire = Wire::with(&["a"]).await;
    let window = Window::of(50);
    for (scope, is_known) in [
        (Scope::Wire, true),
        (Scope::Statements, true),
        (Scope::Source("a".into()), true),
        (Scope::SourceAll("a".into()), true),
        (Scope::Source("b".into()), false),
        (Scope::Topic("t".into()), false),
        (Scope::Language("de".into()), false),
        (Scope::Related("s".into()), false),
        (Scope::Publications("s".into()), false),
    ] {
        let feed = wire.db.feed(&scope, window, &[]).await.expect("answered");
        assert_eq!(feed, is_known.then(Vec::new), "{scope}");
        let serial = wire.db.scope_serial(&scope).await.expect("a serial");
        assert_eq!(serial.0, 0, "{scope}");
    }
}

#[tokio::test]
async fn entry_outside_the_wire_is_in_no_feed_but_all_of_its_source() {
    let wire = Wire::new().await;
    let related = SourceDeclared {
        keep_all: false,
        ..declared("a")
    };
    wire.db
        .declare_sources(&[related], at(0))
        .await
        .expect("declared");
    wire.polled("a", at(0), vec![entry("x")]).await;
    assert_eq!(wire.wire().await, []);
    assert_eq!(wire.feed(Scope::Source("a".into())).await, []);
    let all = wire.feed(Scope::SourceAll("a".into())).await;
    assert_eq!(titles(&all), ["About x"]);
    assert_eq!(all[0].entered, None);
    let (page, _) = wire
        .db
        .releases_page(false, None, 10)
        .await
        .expect("a page");
    assert_eq!(page, []);
    let (page, _) = wire.db.releases_page(true, None, 10).await.expect("a page");
    assert_eq!(titles(&page), ["About x"]);
    assert_eq!(wire.db.release_count().await.expect("a count"), 0);
}

#[tokio::test]
async fn window_holds_the_newest_and_what_entered_lately_up_to_its_cap() {
    let wire = Wire::with(&["a", "b"]).await;
    let dated = |word: &str, published: i64| {
        let mut entry = entry(word);
        entry.published = Some(at(published));
        entry
    };
    // Long ago two old ones and a new one; now a source whose first poll brings older ones still.
    let early = vec![dated("1", -300), dated("2", -200), dated("3", -1)];
    wire.polled("a", at(0), early).await;
    let late = vec![dated("4", -days(400)), dated("5", -days(300))];
    wire.polled("b", at(days(3)), late).await;

    let of = |items, cap| {
        let window = Window {
            cap,
            ..Window::of(items)
        };
        feed_of(&wire, Scope::Wire, window, &[])
    };
    assert_eq!(of(1, 500).await, ["About 3", "About 5", "About 4"]);
    assert_eq!(
        of(2, 500).await,
        ["About 3", "About 2", "About 5", "About 4"]
    );
    assert_eq!(of(2, 3).await, ["About 3", "About 2", "About 5"]);
    assert_eq!(of(10, 2).await, ["About 3", "About 2"]);
}

#[tokio::test]
async fn serials_grow_only_where_something_served_changed() {
    let wire = Wire::with(&["a", "b"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    wire.polled("b", at(0), vec![entry("y")]).await;
    let of = async |scope: Scope| wire.db.scope_serial(&scope).await.expect("a serial");
    let a = of(Scope::Source("a".into())).await;
    let b = of(Scope::Source("b".into())).await;
    assert_eq!(wire.db.serial().await.expect("a serial"), b);

    let known = wire.known("a", "x").await;
    let mut unseen = entry("x");
    unseen.known = Some(known);
    unseen.placement.place = Place::Stay;
    let kept = wire.polled("a", at(10), vec![unseen.clone()]).await;
    assert!(matches!(
        kept,
        Kept::Written {
            changed: 0,
            new: 0,
            ..
        }
    ));
    assert_eq!(of(Scope::Source("a".into())).await, a);

    let mut seen = unseen;
    seen.visible = Digest(hash("comma"));
    let kept = wire.polled("a", at(20), vec![seen]).await;
    assert!(matches!(kept, Kept::Written { changed: 1, .. }), "{kept:?}");
    assert!(of(Scope::Source("a".into())).await > b);
    assert!(of(Scope::Wire).await > b);
    assert!(of(Scope::SourceAll("a".into())).await > b);
    assert_eq!(of(Scope::Source("b".into())).await, b);
}

#[tokio::test]
async fn reworded_entry_is_a_version_and_a_retouched_one_is_not() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    let mut edit = entry("x");
    edit.known = Some(wire.known("a", "x").await);
    edit.placement.place = Place::Stay;
    edit.visible = Digest(hash("comma"));
    wire.polled("a", at(10), vec![edit.clone()]).await;
    let number = wire.wire().await[0].number;
    let versions = wire.db.versions(number).await.expect("versions");
    assert_eq!(versions.len(), 1);

    edit.digest = Digest(hash("other words"));
    edit.entry.title = Some("Another title".to_owned());
    wire.polled("a", at(20), vec![edit.clone()]).await;
    let versions = wire.db.versions(number).await.expect("versions");
    let seen: Vec<_> = versions
        .iter()
        .map(|v| (v.title.as_deref().unwrap_or_default(), v.updated))
        .collect();
    assert_eq!(seen, [("Another title", at(20)), ("About x", at(0))]);
    let texts = wire.db.texts(&[wire.known("a", "x").await]).await;
    assert!(
        texts
            .expect("texts")
            .values()
            .all(|text| *text == edit.entry)
    );
}

#[tokio::test]
async fn removed_entry_leaves_a_tombstone_and_comes_back_without() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    let release = wire.wire().await.remove(0);
    let number = wire.known("a", "x").await;
    let mut removal = wire.poll("a", at(10), vec![]).await;
    removal.removed = vec![(number, "by mistake".to_owned())];
    wire.db.keep_poll(removal).await.expect("kept");

    assert_eq!(wire.wire().await, []);
    for scope in [Scope::Wire, Scope::Source("a".into())] {
        let tombstones = wire.db.tombstones(&scope, at(0)).await.expect("tombstones");
        assert_eq!(tombstones.len(), 1, "{scope}");
        assert_eq!(tombstones[0].atom_id, "urn:x:x");
        assert_eq!(tombstones[0].when, at(10));
        assert_eq!(tombstones[0].reason, "by mistake");
    }
    let Found::Release(gone) = wire.db.release(&release.id).await.expect("found") else {
        panic!("its page says what became of it");
    };
    assert_eq!(gone.withdrawal.expect("withdrawn").reason, "by mistake");
    assert_eq!(gone.title.as_deref(), Some("About x"));

    let mut again = entry("x");
    again.known = Some(number);
    again.placement.place = Place::Stay;
    wire.polled("a", at(20), vec![again]).await;
    assert_eq!(wire.wire().await[0].atom_id, "urn:x:x");
    let tombstones = wire.db.tombstones(&Scope::Wire, at(0)).await;
    assert_eq!(tombstones.expect("tombstones"), []);
}

#[tokio::test]
async fn pages_lead_through_every_release_once() {
    let wire = Wire::with(&["a"]).await;
    let words: Vec<String> = (0..25).map(|n| format!("w{n}")).collect();
    let entries = words.iter().map(|word| {
        let mut entry = entry(word);
        // Many at one moment: the number decides.
        entry.published = Some(at(i64::try_from(word.len()).expect("short")));
        entry
    });
    wire.polled("a", at(10), entries.collect()).await;
    for all in [false, true] {
        let mut seen = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = wire.db.releases_page(all, cursor.as_deref(), 10).await;
            let (page, next) = page.expect("a page");
            seen.extend(page.into_iter().map(|release| release.number));
            match next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        let feed: Vec<_> = wire.wire().await.iter().map(|r| r.number).collect();
        assert_eq!(seen, feed);
        assert_eq!(seen.len(), 25);
    }
    let odd = wire.db.releases_page(false, Some("x.y.z"), 3).await;
    assert_eq!(odd.expect("answered").0.len(), 3);
}

#[tokio::test]
async fn reader_who_names_languages_gets_each_text_once() {
    let wire = Wire::with(&["a"]).await;
    let version = |slug: &str, language: &str, group: Option<&str>, of: Option<&str>| {
        let mut write = statement(slug);
        write.read.statement.language = Some(language.to_owned());
        write.read.statement.group = group.map(str::to_owned);
        write.read.statement.translation_of = of.map(str::to_owned);
        write
    };
    wire.stated(
        at(0),
        vec![
            version("a-de", "de", Some("a"), None),
            version("a-en", "en-GB", Some("a"), None),
            version("b-ru", "ru", None, None),
            version("b-en", "en", None, Some("b-ru")),
            version("c-ru", "ru", None, None),
        ],
    )
    .await;
    let original = wire.db.release_of_statement("c-ru").await.expect("found");
    let mut translation = entry("c-de");
    translation.placement.links = vec![Link {
        release: original.expect("there").number,
        kind: LinkKind::Translation,
        why: "the same names and numbers".to_owned(),
    }];
    wire.polled("a", at(0), vec![translation]).await;

    let of = async |langs: &[&str]| {
        let mut feed = feed_of(&wire, Scope::Wire, Window::of(50), langs).await;
        feed.sort();
        feed
    };
    assert_eq!(of(&[]).await.len(), 6);
    assert_eq!(
        of(&["de", "en"]).await,
        ["About c-de", "We say a-de", "We say b-en"]
    );
    assert_eq!(
        of(&["en"]).await,
        ["About c-de", "We say a-en", "We say b-en"]
    );
    assert_eq!(
        of(&["ru", "en"]).await,
        ["We say a-en", "We say b-ru", "We say c-ru"]
    );
}

#[tokio::test]
async fn linked_releases_point_at_each_other() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    let first = wire.wire().await.remove(0);
    let mut second = entry("y");
    second.placement.links = vec![Link {
        release: first.number,
        kind: LinkKind::Revision,
        why: "12 became 14".to_owned(),
    }];
    wire.polled("a", at(5), vec![second]).await;
    let feed = wire.wire().await;
    assert_eq!(feed[0].links[0].release, feed[1].number);
    assert_eq!(feed[1].links[0].release, feed[0].number);
    assert_eq!(feed[1].links[0].kind, LinkKind::Revision);
    assert!(feed[1].serial > first.serial);
}

#[tokio::test]
async fn clean_html_is_kept_for_the_rules_that_made_it_until_its_entry_changes() {
    let wire = Wire::with(&["a"]).await;
    wire.polled("a", at(0), vec![entry("x")]).await;
    let number = wire.known("a", "x").await;
    let clean = vec![(number, 3, "<p>clean</p>".to_owned())];
    wire.db.keep_clean(clean).await.expect("kept");
    let of = async |rules| wire.db.clean(&[number], rules).await.expect("clean HTML");
    assert_eq!(of(3).await[&number], "<p>clean</p>");
    assert!(of(4).await.is_empty());
    let mut edit = entry("x");
    edit.known = Some(number);
    edit.placement.place = Place::Stay;
    wire.polled("a", at(1), vec![edit]).await;
    assert!(of(3).await.is_empty());
}

#[tokio::test]
async fn feed_that_stays_the_same_keeps_its_moment_across_restarts() {
    let mut wire = Wire::new().await;
    let served = async |wire: &Wire, word: &str, now| {
        wire.db
            .served("feed.atom", hash(word), now)
            .await
            .expect("kept")
    };
    assert_eq!(served(&wire, "1", at(0)).await, at(0));
    assert_eq!(served(&wire, "1", at(5)).await, at(0));
    wire.reopen().await;
    assert_eq!(served(&wire, "1", at(9)).await, at(0));
    assert_eq!(served(&wire, "2", at(10)).await, at(10));
    assert_eq!(served(&wire, "1", at(11)).await, at(11));
}
