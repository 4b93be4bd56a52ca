//! Every rule of the reader, one fixture each: `tests/fixtures/feeds/<family>/<rule>`.
//!
//! A fixture says in a comment (or, where it can hold none, in `<file>.expect` beside it) why it
//! exists and what must come of it, in lines of
//!
//! ```text
//! why: one sentence
//! options: url=https://… ; content-type=…
//! expect: /entries/0/title "a"      the value at this JSON pointer of `read --json`
//! expect: /entries# 2               the length there
//! expect: /repairs~ "bare &"        a string, or one of the strings, there holds this
//! ```

use presswire::read::{Hints, Report, read};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// What a fixture expects.
struct Fixture {
    path: PathBuf,
    bytes: Vec<u8>,
    url: Option<url::Url>,
    content_type: Option<String>,
    expectations: Vec<(String, Value)>,
}

fn fixtures() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds");
    let mut files = Vec::new();
    for family in fs::read_dir(root).expect("the folder of fixtures") {
        for file in fs::read_dir(family.expect("a family").path()).expect("a folder") {
            let path = file.expect("a file").path();
            if path
                .extension()
                .is_some_and(|extension| extension != "expect")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files.into_iter().map(fixture).collect()
}

fn fixture(path: PathBuf) -> Fixture {
    let bytes = fs::read(&path).expect("a readable fixture");
    let mut beside = path.clone().into_os_string();
    beside.push(".expect");
    let notes = fs::read_to_string(&beside)
        .unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned());
    let (mut url, mut content_type, mut expectations) = (None, None, Vec::new());
    for line in notes.lines() {
        if let Some(options) = line.strip_prefix("options: ") {
            for option in options.split(" ; ") {
                match option.split_once('=').expect("an option is name=value") {
                    ("url", address) => url = Some(address.parse().expect("an address")),
                    ("content-type", value) => content_type = Some(value.to_owned()),
                    (name, _) => unreachable!("unknown option {name} in {}", path.display()),
                }
            }
        }
        if let Some(expectation) = line.strip_prefix("expect: ") {
            let (pointer, value) = expectation.split_once(' ').expect("a pointer and a value");
            let value = serde_json::from_str(value).expect("the value is JSON");
            expectations.push((pointer.to_owned(), value));
        }
    }
    Fixture {
        path,
        bytes,
        url,
        content_type,
        expectations,
    }
}

fn report(fixture: &Fixture) -> Value {
    let hints = Hints {
        base: fixture.url.as_ref(),
        content_type: fixture.content_type.as_deref(),
    };
    let report = Report::of("x", read(&fixture.bytes, &hints));
    serde_json::to_value(report).expect("a report is JSON")
}

/// Whether the report is as one line of the fixture says; else what stands there instead.
fn holds(report: &Value, pointer: &str, expected: &Value) -> Result<(), String> {
    let at = |pointer: &str| {
        report
            .pointer(pointer)
            .cloned()
            .unwrap_or(Value::String("(nothing there)".to_owned()))
    };
    let found = if let Some(pointer) = pointer.strip_suffix('#') {
        Value::from(at(pointer).as_array().map_or(0, Vec::len))
    } else if let Some(pointer) = pointer.strip_suffix('~') {
        let part = expected.as_str().unwrap_or_default();
        let found = at(pointer);
        let holds = |value: &Value| value.as_str().is_some_and(|text| text.contains(part));
        if holds(&found)
            || found
                .as_array()
                .is_some_and(|values| values.iter().any(holds))
        {
            return Ok(());
        }
        found
    } else {
        at(pointer)
    };
    if found == *expected {
        Ok(())
    } else {
        Err(format!("{pointer} is {found}, not {expected}"))
    }
}

#[test]
fn every_fixture_reads_as_it_says() {
    let fixtures = fixtures();
    assert!(fixtures.len() > 80, "{} fixtures", fixtures.len());
    let mut faults = Vec::new();
    for fixture in &fixtures {
        assert!(
            !fixture.expectations.is_empty(),
            "{} expects nothing",
            fixture.path.display()
        );
        let report = report(fixture);
        for (pointer, expected) in &fixture.expectations {
            if let Err(fault) = holds(&report, pointer, expected) {
                faults.push(format!("{}: {fault}", fixture.path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}\n", faults.join("\n"));
}

/// A feed of `count` entries, each with title, link and text in the ways that feeds have them.
fn generated(atom: bool, count: usize) -> String {
    let items = (0..count).map(|i| {
        let text = format!("<p>text {i} &amp; “more” <a href=\"https://example.org/?a={i}&amp;b=2\">of it</a></p>");
        if atom {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            format!("<entry><title>Title {i} &lt;ä&gt;</title><link href=\"https://example.org/{i}\"/><id>tag:example.org,2026:{i}</id><updated>2026-03-02T10:15:30Z</updated><content type=\"html\">{text}</content></entry>\n")
        } else {
            format!("<item><title>Title {i} &amp; ä</title><link>https://example.org/{i}</link><guid isPermaLink=\"false\">{i}</guid><pubDate>Mon, 02 Mar 2026 10:15:30 GMT</pubDate><description><![CDATA[{text}]]></description></item>\n")
        }
    });
    let items: String = items.collect();
    match atom {
        true => format!(
            "<?xml version=\"1.0\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title>\n{items}</feed>\n"
        ),
        false => format!(
            "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>T</title>\n{items}</channel></rss>\n"
        ),
    }
}

/// (title, link) of each entry.
fn titles_and_links(bytes: &[u8]) -> Vec<(Option<String>, Option<String>)> {
    let document = read(bytes, &Hints::default());
    document.map_or(Vec::new(), |document| {
        document
            .entries
            .into_iter()
            .map(|entry| (entry.title, entry.link))
            .collect()
    })
}

#[test]
fn feed_cut_anywhere_keeps_every_entry_closed_before() {
    for atom in [false, true] {
        let feed = generated(atom, 12);
        let whole = titles_and_links(feed.as_bytes());
        assert_eq!(whole.len(), 12);
        let end = if atom { "</entry>" } else { "</item>" };
        for cut in (200..feed.len()).step_by(7) {
            // Also in the middle of a character: that is where a connection breaks too.
            let prefix = &feed.as_bytes()[..cut];
            let closed = String::from_utf8_lossy(prefix).matches(end).count();
            let found = titles_and_links(prefix);
            assert!(
                found.len() >= closed,
                "cut at {cut}: {} of {closed}",
                found.len()
            );
            assert_eq!(found[..closed], whole[..closed], "cut at {cut}");
            assert!(
                found.len() <= closed + 1,
                "cut at {cut}: more than one entry beyond the damage"
            );
        }
    }
}

#[test]
fn cut_feed_says_so_and_a_whole_one_does_not() {
    let feed = generated(false, 3);
    let truncated = |text: &str| {
        read(text.as_bytes(), &Hints::default())
            .expect("a feed")
            .truncated
    };
    assert!(!truncated(&feed));
    assert!(!truncated(feed.trim_end().trim_end_matches("</rss>")));
    assert!(truncated(&feed[..feed.len() - 30]));
    assert!(truncated(
        feed.trim_end().trim_end_matches("</channel></rss>")
    ));
}

/// xorshift: the same mutations in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

#[test]
fn flipped_bytes_cost_no_entry_closed_before_them() {
    let mut dice = Dice(2026);
    for round in 0..600 {
        let atom = round % 2 == 0;
        let feed = generated(atom, 8);
        let whole = titles_and_links(feed.as_bytes());
        let mut bytes = feed.into_bytes();
        let at = 120 + dice.below(bytes.len() - 120);
        bytes[at] ^= 1 << dice.below(8);
        let end = if atom { "</entry>" } else { "</item>" };
        let closed = String::from_utf8_lossy(&bytes[..at]).matches(end).count();
        let found = titles_and_links(&bytes);
        assert!(found.len() >= closed, "flip at {at} in round {round}");
        assert_eq!(
            found[..closed],
            whole[..closed],
            "flip at {at} in round {round}"
        );
    }
}

#[test]
fn mutated_fixtures_never_panic_and_stay_clean() {
    const TORN: [&[u8]; 14] = [
        b"<",
        b">",
        b"&",
        b"\"",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"-->",
        b"</item>",
        b"<item>",
        b"&#x",
        b"\xff",
        b"\0",
        b"<?xml ",
    ];
    let fixtures = fixtures();
    let mut dice = Dice(7);
    for round in 0..4000 {
        let mut bytes = fixtures[round % fixtures.len()].bytes.clone();
        bytes.truncate(8 * 1024);
        for _ in 0..1 + dice.below(4) {
            let at = dice.below(bytes.len() + 1);
            match dice.below(4) {
                0 => bytes.truncate(at),
                1 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
                2 => {
                    let end = (at + dice.below(40)).min(bytes.len());
                    bytes.drain(at..end);
                }
                _ => {
                    let torn = TORN[dice.below(TORN.len())];
                    bytes.splice(at..at, torn.iter().copied());
                }
            }
        }
        let report = Report::of("x", read(&bytes, &Hints::default()));
        let text = serde_json::to_string(&report).expect("a report is JSON");
        assert!(
            !text.contains("<script"),
            "{}",
            String::from_utf8_lossy(&bytes)
        );
        assert!(!text.contains('\0'));
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    /// Pieces that meet in feeds, in any order.
    fn soup() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("<item>".to_owned()),
            Just("</item>".to_owned()),
            Just("<entry>".to_owned()),
            Just("</entry>".to_owned()),
            Just("<title>".to_owned()),
            Just("</title>".to_owned()),
            Just("<link>".to_owned()),
            Just("<description>".to_owned()),
            Just("</description>".to_owned()),
            Just("<content type=\"xhtml\">".to_owned()),
            Just("<media:group xmlns:media=\"http://search.yahoo.com/mrss/\">".to_owned()),
            Just("<![CDATA[".to_owned()),
            Just("]]>".to_owned()),
            Just("<!DOCTYPE x [<!ENTITY a \"&b;&b;\"><!ENTITY b \"x\">]>".to_owned()),
            Just("&a;&amp;&#8211;&eacute;".to_owned()),
            "[a-z<>&\"'= /!?\\-äя😀]{0,12}",
        ];
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Report::of("x", read(&bytes, &Hints::default()));
        }

        #[test]
        fn any_soup_of_tags_is_read(inside in soup(), atom in any::<bool>()) {
            let feed = if atom { format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{inside}") } else { format!("<rss version=\"2.0\"><channel>{inside}") };
            let document = read(feed.as_bytes(), &Hints::default()).expect("the root is there");
            // An entry begins with a tag; nothing else makes one.
            let starts = inside.matches("<item").count() + inside.matches("<entry").count();
            prop_assert!(document.entries.len() <= starts);
        }

        #[test]
        fn what_is_clean_stays_as_it_is(html in "[a-z <>/=\"'&;!-]{0,80}") {
            let markup = |html: &str| presswire::domain::entry::Markup { html: html.to_owned(), ..Default::default() };
            let once = presswire::read::sanitize::clean(&markup(&html));
            let twice = presswire::read::sanitize::clean(&markup(once.as_str()));
            prop_assert_eq!(once, twice);
        }

        #[test]
        fn any_title_survives_escaping(title in "[a-zA-Zäя0-9 .,;&'\"]{1,40}") {
            let words = title.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assume!(!words.is_empty() && !words.contains('&'));
            let feed = format!("<rss version=\"2.0\"><channel><item><title>{title}</title></item></channel></rss>");
            let document = read(feed.as_bytes(), &Hints::default()).expect("a feed");
            prop_assert_eq!(document.entries[0].title.as_deref(), Some(words.as_str()));
        }
    }
}

/// Documents made to cost more than they weigh; each must end soon, in a small multiple of its size.
mod hostile {
    use super::*;
    use std::time::{Duration, Instant};

    fn soon(
        name: &str,
        bytes: &[u8],
    ) -> Result<presswire::read::Document, presswire::read::ReadError> {
        let begun = Instant::now();
        let result = read(bytes, &Hints::default());
        // Generous: an unoptimised build on a busy machine. What is quadratic takes minutes.
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{name}: {:?}",
            begun.elapsed()
        );
        result
    }

    fn rss(inside: &str) -> String {
        format!(
            "<rss version=\"2.0\"><channel><item><title>a</title>{inside}</item></channel></rss>"
        )
    }

    #[test]
    fn nesting_is_flattened() {
        for (open, close) in [
            ("<x:y>", "</x:y>"),
            ("<description>", "</description>"),
            ("<b>", "</b>"),
            ("<media:group>", "</media:group>"),
        ] {
            let feed = rss(&format!(
                "{}{}",
                open.repeat(100_000),
                close.repeat(100_000)
            ));
            assert_eq!(
                soon(open, feed.as_bytes()).expect("a feed").entries.len(),
                1
            );
            let feed = rss(&open.repeat(100_000));
            assert!(soon(open, feed.as_bytes()).is_ok());
        }
    }

    #[test]
    fn what_never_ends_is_searched_for_once() {
        for torn in [
            "<!--",
            "<![CDATA[",
            "<?",
            "<!DOCTYPE [",
            "<a b=\"",
            "<![CDATA[x</title>",
            "<a b='<",
            "&#",
            "&x",
            "<",
            "</",
            "<a ",
        ] {
            let feed = rss(&torn.repeat(60_000));
            let _ = soon(torn, feed.as_bytes());
            let feed = rss(&format!("{}]]>-->?>\"'", torn.repeat(60_000)));
            let _ = soon(torn, feed.as_bytes());
        }
    }

    #[test]
    fn attributes_and_namespaces_are_capped() {
        let attributes: String = (0..50_000).map(|i| format!(" a{i}=\"1\"")).collect();
        assert!(
            soon(
                "attributes",
                rss(&format!("<enclosure{attributes} url=\"x\"/>")).as_bytes()
            )
            .is_ok()
        );
        let names: String = (0..50_000)
            .map(|i| format!(" xmlns:n{i}=\"urn:{i}\""))
            .collect();
        assert!(
            soon(
                "namespaces",
                rss(&format!("<x{names}><n1:y/></x>")).as_bytes()
            )
            .is_ok()
        );
        let nested: String = (0..20_000)
            .map(|i| format!("<x xmlns:n{i}=\"urn:{i}\">"))
            .collect();
        assert!(soon("nested namespaces", rss(&nested).as_bytes()).is_ok());
    }

    #[test]
    fn billion_laughs_make_a_short_title() {
        let mut entities = String::from("<!ENTITY a0 \"ha\">");
        for i in 1..20 {
            entities.push_str(&format!(
                "<!ENTITY a{i} \"{}\">",
                format!("&a{};", i - 1).repeat(10)
            ));
        }
        let feed = format!(
            "<!DOCTYPE rss [{entities}]>{}",
            rss("<description>&a19;</description>")
        );
        let document = soon("laughs", feed.as_bytes()).expect("a feed");
        let text = document.entries[0]
            .summary
            .as_ref()
            .map_or(0, |summary| summary.html.len());
        assert!(text < 1_000_000, "{text}");
    }

    #[test]
    fn entries_and_texts_are_capped() {
        let items = "<item/>".repeat(50_000);
        let document = soon("items", rss(&items).as_bytes()).expect("a feed");
        assert!(document.entries.len() <= 10_000 && document.truncated);
        let text = "x ".repeat(5_000_000);
        let feed = rss(&format!(
            "<description>{text}</description><title>{text}</title>"
        ));
        let document = soon("text", feed.as_bytes()).expect("a feed");
        assert!(
            document.entries[0]
                .summary
                .as_ref()
                .is_some_and(|summary| summary.html.len() <= 4 * 1024 * 1024)
        );
    }

    #[test]
    fn nested_json_is_flattened() {
        let feed = format!(
            "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{{\"id\":\"1\",\"x\":{}1{}}}]}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert_eq!(
            soon("json", feed.as_bytes()).expect("a feed").entries.len(),
            1
        );
    }
}
