//! Texts of press offices, unions, ministries, agencies and associations, each with changes that turn what
//! it says: none may be merged with what it was made of, wherever it stands and in whatever frame.
//!
//! `texts/changed.txt`: `# language`, a line for the title, a line a paragraph, and for each change
//! `~ kind: was => is`. All of them were looked at while the rule was tuned.

use crate::sites::{SITES, Site};
use presswire::domain::likeness::{Boilerplate, Bond, Prepared, Text, verdict};
use presswire::domain::text::Words;
use std::collections::{BTreeMap, HashMap};

const TEXTS: &str = include_str!("texts/changed.txt");

/// Least recall where nothing was changed.
const RECALL: f64 = 0.97;

pub(crate) struct Original {
    pub(crate) language: &'static str,
    pub(crate) title: &'static str,
    pub(crate) paragraphs: Vec<&'static str>,
    /// Kind, what it was, what it is.
    changes: Vec<(&'static str, &'static str, &'static str)>,
}

fn originals() -> Vec<Original> {
    let parse = |text: &'static str| {
        let mut lines = text.lines().filter(|line| !line.is_empty());
        let language = lines.next().unwrap();
        let title = lines.next().unwrap();
        let (changes, paragraphs): (Vec<&str>, Vec<&str>) =
            lines.partition(|line| line.starts_with("~ "));
        let change = |line: &'static str| {
            let (kind, change) = line[2..].split_once(": ").unwrap();
            let (was, is) = change.split_once(" => ").unwrap();
            (kind, was, is)
        };
        Original {
            language,
            title,
            paragraphs,
            changes: changes.into_iter().map(change).collect(),
        }
    };
    let texts = TEXTS.strip_prefix("# ").unwrap();
    texts.split("\n# ").map(parse).collect()
}

fn html(paragraphs: &[String]) -> String {
    let paragraphs = paragraphs.iter();
    paragraphs.map(|line| format!("<p>{line}</p>\n")).collect()
}

impl Original {
    fn lines(&self) -> Vec<String> {
        self.paragraphs
            .iter()
            .map(|&line| line.to_owned())
            .collect()
    }

    /// The paragraphs with the first `was` replaced.
    fn changed(&self, was: &str, is: &str) -> Vec<String> {
        let whole = self.lines().join("\n");
        assert!(whole.contains(was), "{}: {was}", self.title);
        let whole = whole.replacen(was, is, 1);
        whole.split('\n').map(str::to_owned).collect()
    }

    fn text(&self, site: &Site, paragraphs: &[String], others: &[&str]) -> Text {
        let at = chrono::DateTime::from_timestamp(1_760_000_000 + site.number, 0).unwrap();
        Text {
            title: Some(self.title.to_owned()),
            html: site.framed(self, &html(paragraphs), others),
            link: Some(format!("https://{}/{}", site.host, self.title.len())),
            language: Some(self.language.to_owned()),
            published: Some(at),
            first_seen: at,
            source: Some(presswire::domain::source::SourceNumber(site.number)),
        }
    }
}

/// What each site says around its texts, by site and language.
struct Known {
    originals: Vec<Original>,
    boilerplates: HashMap<(i64, &'static str), Boilerplate>,
}

impl Known {
    fn new() -> Known {
        let mut known = Known {
            originals: originals(),
            boilerplates: HashMap::new(),
        };
        let languages: Vec<&str> = known.originals.iter().map(|it| it.language).collect();
        for site in &SITES {
            for &language in &languages {
                if known.boilerplates.contains_key(&(site.number, language)) {
                    continue;
                }
                let texts: Vec<Words> = known
                    .alike(language)
                    .map(|original| {
                        let text = original.text(site, &original.lines(), &known.titles(original));
                        Prepared::words_of(&text)
                    })
                    .collect();
                let learned = Boilerplate::of(&texts);
                known.boilerplates.insert((site.number, language), learned);
            }
        }
        known
    }

    /// Texts of a language; French, Spanish, Turkish and Ukrainian ones share their sites.
    fn alike<'a>(&'a self, language: &'a str) -> impl Iterator<Item = &'a Original> {
        let has_own = |language: &str| matches!(language, "de" | "en" | "ru");
        let own = has_own(language);
        self.originals.iter().filter(move |original| match own {
            true => original.language == language,
            false => !has_own(original.language),
        })
    }

    /// Titles of other texts, as a site lists them under this one.
    fn titles(&self, original: &Original) -> Vec<&'static str> {
        let others: Vec<&str> = self
            .alike(original.language)
            .map(|other| other.title)
            .filter(|title| *title != original.title)
            .collect();
        let start = original.title.len() % others.len();
        others.iter().cycle().skip(start).take(3).copied().collect()
    }

    fn prepared(&self, original: &Original, site: &Site, paragraphs: &[String]) -> Prepared {
        let text = original.text(site, paragraphs, &self.titles(original));
        self.prepare(text, original, site)
    }

    fn prepare(&self, text: Text, original: &Original, site: &Site) -> Prepared {
        let key = (site.number, original.language);
        Prepared::of(text, &self.boilerplates[&key])
    }
}

#[test]
fn a_change_is_no_copy_in_whatever_frame() {
    let known = Known::new();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut merged = Vec::new();
    for (at, original) in known.originals.iter().enumerate() {
        let bare = known.prepared(original, &SITES[0], &original.lines());
        for (number, (kind, was, is)) in original.changes.iter().enumerate() {
            let changed = original.changed(was, is);
            let site = &SITES[1 + (at + number) % (SITES.len() - 1)];
            let mut moved = changed.clone();
            moved.reverse();
            let mut retitled = original.text(site, &changed, &known.titles(original));
            retitled.title = Some("In brief".to_owned());
            let copies = [
                ("bare", known.prepared(original, &SITES[0], &changed)),
                ("framed", known.prepared(original, site, &changed)),
                ("moved", known.prepared(original, site, &moved)),
                ("retitled", known.prepare(retitled, original, site)),
            ];
            for (form, copy) in copies {
                *kinds.entry(kind).or_default() += 2;
                let there = verdict(&bare, &copy, Bond::None).verdict;
                let back = verdict(&copy, &bare, Bond::None).verdict;
                if there.is_one_release() || back.is_one_release() {
                    merged.push(format!("{form}, {}, {kind}: {was} => {is}", site.host));
                }
            }
        }
    }
    println!("changes, by kind: {kinds:?}");
    assert_eq!(merged, Vec::<String>::new(), "merged");
}

#[test]
fn a_copy_is_found_in_whatever_frame() {
    let known = Known::new();
    let (mut pairs, mut missed) = (0, Vec::new());
    for original in &known.originals {
        for one in &SITES {
            for other in SITES.iter().filter(|other| other.number != one.number) {
                let judged = verdict(
                    &known.prepared(original, one, &original.lines()),
                    &known.prepared(original, other, &original.lines()),
                    Bond::None,
                );
                pairs += 1;
                if !judged.verdict.is_one_release() {
                    missed.push(format!(
                        "{} {} {}: {judged:?}",
                        one.host, other.host, original.title
                    ));
                }
            }
        }
    }
    let recall = 1.0 - missed.len() as f64 / f64::from(pairs);
    println!("frames: recall {recall:.4} over {pairs} pairs");
    assert!(recall >= RECALL, "{recall}: {missed:#?}");
}
