//! Reading generated feeds of real shape: ours beside feed-rs, rss and atom_syndication, one thread.
//!
//! `cargo bench --bench reading`. The five shapes are those that most sources have: a blog's RSS with
//! long texts in CDATA, an agency's RSS with many short items, a podcast, Atom with escaped HTML,
//! Atom with XHTML; a third of them in Cyrillic. No text of anybody's is in them.

use divan::Bencher;
use divan::counter::BytesCount;
use presswire::read::{Hints, read, sanitize};
use std::fmt::Write as _;

fn main() {
    divan::main();
}

/// A feed's shape.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Blog,
    Agency,
    Podcast,
    Atom,
    Xhtml,
}

const SHAPES: [Shape; 5] = [
    Shape::Blog,
    Shape::Agency,
    Shape::Podcast,
    Shape::Atom,
    Shape::Xhtml,
];

/// xorshift: the same feeds in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

const LATIN: &[&str] = &[
    "strike",
    "union",
    "the",
    "and",
    "works",
    "council",
    "of",
    "agreement",
    "on",
    "wages",
    "für",
    "Köln",
    "a",
    "in",
    "report",
    "new",
    "members",
    "says",
    "Tuesday",
    "rights",
    "court",
    "“quoted”",
    "is",
    "to",
    "was",
    "it",
];
const CYRILLIC: &[&str] = &[
    "профсоюз",
    "забастовка",
    "и",
    "на",
    "работники",
    "завода",
    "в",
    "заявил",
    "что",
    "требуют",
    "повышения",
    "зарплаты",
    "суд",
    "Казахстан",
    "по",
    "решение",
    "новый",
    "закон",
];

fn words(dice: &mut Dice, cyrillic: bool, count: u64) -> String {
    let list = if cyrillic { CYRILLIC } else { LATIN };
    let mut text = String::new();
    for _ in 0..count {
        text.push_str(list[dice.below(list.len() as u64) as usize]);
        text.push(' ');
    }
    text.trim_end().to_owned()
}

fn html(dice: &mut Dice, cyrillic: bool) -> String {
    let mut html = String::new();
    for _ in 0..2 + dice.below(10) {
        let count = 20 + dice.below(80);
        let _ = writeln!(html, "<p>{}</p>", words(dice, cyrillic, count));
        match dice.below(4) {
            0 => {
                let _ = writeln!(
                    html,
                    "<p><a href=\"https://example.org/{}?a=1&amp;b=2\" rel=\"nofollow\">{}</a></p>",
                    dice.below(9999),
                    words(dice, cyrillic, 4)
                );
            }
            1 => {
                let _ = writeln!(
                    html,
                    "<figure><img src=\"https://example.org/i/{}.jpg\" alt=\"{}\" width=\"800\" height=\"600\" /></figure>",
                    dice.below(9999),
                    words(dice, cyrillic, 3)
                );
            }
            _ => {}
        }
    }
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn feed(shape: Shape, seed: u64) -> String {
    let mut dice = Dice(seed * 7919 + 17);
    let cyrillic = seed.is_multiple_of(3);
    let atom = matches!(shape, Shape::Atom | Shape::Xhtml);
    let mut feed = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    feed.push_str(if atom {
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"de\"><title>T</title><id>tag:example.org,2026:f</id><link href=\"https://example.org/\"/><updated>2026-03-02T10:15:30Z</updated>\n"
    } else {
        "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:wfw=\"http://wellformedweb.org/CommentAPI/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\" xmlns:slash=\"http://purl.org/rss/1.0/modules/slash/\" xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\">\n<channel>\n<title>T</title>\n<atom:link href=\"https://example.org/feed/\" rel=\"self\" type=\"application/rss+xml\" />\n<link>https://example.org</link>\n<description>D</description>\n<lastBuildDate>Mon, 02 Mar 2026 10:15:30 +0000</lastBuildDate>\n<language>de-DE</language>\n<sy:updatePeriod>hourly</sy:updatePeriod>\n"
    });
    let items = if shape == Shape::Agency { 100 } else { 25 };
    for i in 0..items {
        entry(&mut feed, &mut dice, shape, cyrillic, i);
    }
    feed.push_str(if atom {
        "</feed>\n"
    } else {
        "</channel>\n</rss>\n"
    });
    feed
}

fn entry(feed: &mut String, dice: &mut Dice, shape: Shape, cyrillic: bool, i: u64) {
    let title = words(dice, cyrillic, 8);
    let short = words(dice, cyrillic, 40);
    let link = format!("https://example.org/2026/03/{i}-{}", dice.below(99999));
    let date = format!("Mon, 02 Mar 2026 {:02}:{:02}:30 +0000", i % 24, i % 60);
    let iso = format!("2026-03-02T{:02}:{:02}:30+01:00", i % 24, i % 60);
    let text = html(dice, cyrillic);
    let _ = match shape {
        Shape::Blog => write!(
            feed,
            "<item>\n\t<title>{title} &#8211; {i}</title>\n\t<link>{link}</link>\n\t<comments>{link}#respond</comments>\n\t<dc:creator><![CDATA[A. Author]]></dc:creator>\n\t<pubDate>{date}</pubDate>\n\t<category><![CDATA[News]]></category>\n\t<category><![CDATA[Wages]]></category>\n\t<guid isPermaLink=\"false\">https://example.org/?p={i}</guid>\n\t<description><![CDATA[{short} [&#8230;]]]></description>\n\t<content:encoded><![CDATA[{text}]]></content:encoded>\n\t<wfw:commentRss>{link}/feed/</wfw:commentRss>\n\t<slash:comments>0</slash:comments>\n</item>\n"
        ),
        Shape::Agency => writeln!(
            feed,
            "<item><title>{title}</title><link>{link}?a=1&amp;b=2</link><guid>{link}</guid><pubDate>{date}</pubDate><description>{}</description><category>Politics</category><media:content url=\"{link}.jpg\" medium=\"image\" width=\"800\" height=\"600\"><media:title>{title}</media:title></media:content><enclosure url=\"{link}.jpg\" type=\"image/jpeg\" length=\"12345\"/></item>",
            escaped(&format!("<p>{short}</p>"))
        ),
        Shape::Podcast => write!(
            feed,
            "<item>\n<title>{title}</title>\n<guid isPermaLink=\"false\">ep-{i}</guid>\n<link>{link}</link>\n<pubDate>{date}</pubDate>\n<enclosure url=\"{link}.mp3\" length=\"3456789\" type=\"audio/mpeg\"/>\n<itunes:title>{title}</itunes:title>\n<itunes:author>A. Author</itunes:author>\n<itunes:duration>1:02:03</itunes:duration>\n<itunes:explicit>false</itunes:explicit>\n<itunes:summary>{short}</itunes:summary>\n<itunes:image href=\"{link}.jpg\"/>\n<description><![CDATA[{text}]]></description>\n</item>\n"
        ),
        Shape::Atom => writeln!(
            feed,
            "<entry><id>tag:example.org,2026:{i}</id><title type=\"html\">{title}</title><link rel=\"alternate\" type=\"text/html\" href=\"{link}\"/><published>{iso}</published><updated>{iso}</updated><author><name>A. Author</name><uri>https://example.org/a</uri></author><category term=\"News\"/><summary>{short}</summary><content type=\"html\">{}</content></entry>",
            escaped(&text)
        ),
        Shape::Xhtml => writeln!(
            feed,
            "<entry><id>tag:example.org,2026:{i}</id><title>{title}</title><link href=\"{link}\"/><updated>{iso}</updated><author><name>A. Author</name></author><content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">{text}</div></content></entry>"
        ),
    };
}

fn corpus(shape: Shape) -> Vec<String> {
    (0..12).map(|seed| feed(shape, seed)).collect()
}

fn all() -> Vec<String> {
    SHAPES.iter().flat_map(|shape| corpus(*shape)).collect()
}

fn size(feeds: &[String]) -> BytesCount {
    BytesCount::new(feeds.iter().map(String::len).sum::<usize>())
}

/// How many entries `count` reads of all feeds, over and over.
fn reading(bencher: Bencher, feeds: &[String], count: impl Fn(&str) -> usize) {
    bencher
        .counter(size(feeds))
        .bench_local(|| feeds.iter().map(|feed| count(feed)).sum::<usize>());
}

fn ours_of(feed: &str) -> usize {
    read(feed.as_bytes(), &Hints::default()).map_or(0, |document| document.entries.len())
}

fn feed_rs_of(feed: &str) -> usize {
    feed_rs::parser::parse(feed.as_bytes()).map_or(0, |feed| feed.entries.len())
}

#[divan::bench(args = SHAPES)]
fn ours(bencher: Bencher, shape: Shape) {
    reading(bencher, &corpus(shape), ours_of);
}

#[divan::bench(args = SHAPES)]
fn feed_rs(bencher: Bencher, shape: Shape) {
    reading(bencher, &corpus(shape), feed_rs_of);
}

#[divan::bench(args = SHAPES)]
fn rss_and_atom_syndication(bencher: Bencher, shape: Shape) {
    let atom = matches!(shape, Shape::Atom | Shape::Xhtml);
    reading(bencher, &corpus(shape), |feed| match atom {
        true => {
            atom_syndication::Feed::read_from(feed.as_bytes()).map_or(0, |feed| feed.entries.len())
        }
        false => rss::Channel::read_from(feed.as_bytes()).map_or(0, |channel| channel.items.len()),
    });
}

/// All shapes together, and what sanitising every text on top of it costs.
mod together {
    use super::*;

    #[divan::bench]
    fn ours(bencher: Bencher) {
        reading(bencher, &all(), ours_of);
    }

    #[divan::bench]
    fn feed_rs(bencher: Bencher) {
        reading(bencher, &all(), feed_rs_of);
    }

    #[divan::bench(sample_count = 5)]
    fn ours_and_sanitising(bencher: Bencher) {
        reading(bencher, &all(), |feed| {
            let entries = read(feed.as_bytes(), &Hints::default())
                .map_or_else(|_| Vec::new(), |document| document.entries);
            let texts = entries
                .into_iter()
                .filter_map(|entry| entry.content.or(entry.summary));
            texts
                .map(|markup| sanitize::clean(&markup).as_str().len())
                .sum()
        });
    }
}
