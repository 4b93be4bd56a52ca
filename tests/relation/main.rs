//! How well relation tells what belongs with a statement of ours: precision and recall by path, on
//! texts written for it in German, English and Russian.
//!
//! The rule is fitted to `texts/tuned`, which two authors wrote. `texts/held` is what counts: its author
//! wrote it without having seen the rule, nobody who worked on the rule read it, and no constant was chosen
//! by it; it was asked once of each of three rules. Fitted without the story that is asked about, the rule
//! reached P 0.83 R 0.89 in the same language and P 0.92 R 0.98 in another on the first author's texts.
//!
//! Each file is one story: a statement, entries that are related to it (`related`, in several languages;
//! `reworded` where they say it in words of their own: in `held`, without a name), and entries that are not:
//! of the same country, firm or person but another matter (`apart`; `series` where it says it every
//! quarter), of another event of the kind (`similar`), calls to action (`call`). Every entry of every other
//! story is apart, too. A `translation` is one of the statement; a `report` tells the same facts at the same
//! length.
//!
//! `cargo test --test relation -- --nocapture` prints the tables.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a text that is not there fails the test; the tables are its output"
)]

use presswire::domain::relation::{
    Evidence, InMarks, InWords, Index, Lookout, Ours, Relation, Sketch, Target, Text, Topics,
    translation,
};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

const THRESHOLD: f64 = 0.5;

struct Story {
    name: String,
    texts: Vec<Written>,
}

struct Written {
    kind: String,
    language: String,
    title: String,
    text: String,
}

impl Written {
    /// It belongs with the statement of its story.
    fn belongs(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "related" | "reworded" | "report" | "translation"
        )
    }

    fn text(&self) -> Text<'_> {
        Text {
            title: &self.title,
            text: &self.text,
            language: Some(&self.language),
            links: &[],
        }
    }
}

impl Story {
    fn statement(&self) -> &Written {
        &self.texts[0]
    }

    fn entries(&self) -> impl Iterator<Item = &Written> {
        self.texts.iter().skip(1)
    }
}

fn stories(half: &str) -> Vec<Story> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/relation/texts")
        .join(half);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| {
            let whole = fs::read_to_string(file).unwrap();
            let texts = whole.split("== ").skip(1).map(|part| {
                let mut lines = part.lines();
                let (kind, language) = lines.next().unwrap().split_once(' ').unwrap();
                let title = lines.next().unwrap();
                let text: Vec<&str> = lines.collect();
                Written {
                    kind: kind.into(),
                    language: language.into(),
                    title: title.into(),
                    text: text.join("\n"),
                }
            });
            let texts: Vec<Written> = texts.collect();
            assert_eq!(texts[0].kind, "statement", "{}", file.display());
            Story {
                name: file.file_stem().unwrap().to_string_lossy().into_owned(),
                texts,
            }
        })
        .collect()
}

/// Cuts a statement to its first words.
fn cut(story: &mut Story, words: usize) {
    let statement = &mut story.texts[0];
    let kept: Vec<&str> = statement.text.split_whitespace().take(words).collect();
    statement.text = kept.join(" ");
}

fn ours(story: &Story) -> Ours<'_> {
    Ours {
        slug: &story.name,
        text: story.statement().text(),
        addresses: &[],
        date: None,
    }
}

/// Right and wrong answers of one kind.
#[derive(Default, Clone, Copy)]
struct Count {
    found: u32,
    missed: u32,
    wrong: u32,
}

impl Count {
    fn add(&mut self, said: bool, is: bool) {
        match (said, is) {
            (true, true) => self.found += 1,
            (false, true) => self.missed += 1,
            (true, false) => self.wrong += 1,
            (false, false) => {}
        }
    }

    fn precision(&self) -> f64 {
        f64::from(self.found) / f64::from((self.found + self.wrong).max(1))
    }

    fn recall(&self) -> f64 {
        f64::from(self.found) / f64::from((self.found + self.missed).max(1))
    }
}

/// Compares every entry with every statement of `index` that is one of `stories`.
fn measure(name: &str, stories: &[Story], index: &Index) -> BTreeMap<&'static str, Count> {
    let mut counts: BTreeMap<&'static str, Count> = BTreeMap::new();
    for story in stories {
        for entry in story.entries() {
            let belongs = entry.belongs();
            let nearest = index.nearest(&entry.text(), 50);
            for other in stories {
                let path = match other.statement().language == entry.language {
                    true => "same language",
                    false => "other language",
                };
                let (score, expected) = (
                    score_with(&nearest, &other.name),
                    belongs && other.name == story.name,
                );
                counts
                    .entry(path)
                    .or_default()
                    .add(score >= THRESHOLD, expected);
                if (score >= THRESHOLD) != expected {
                    explain(name, score, expected, &other.name, entry, &nearest);
                }
            }
            let kept = nearest.first().is_some_and(|best| best.score >= THRESHOLD);
            counts.entry("kept or not").or_default().add(kept, belongs);
            if belongs {
                let found = score_with(&nearest, &story.name) >= THRESHOLD;
                let kind = match (entry.kind.as_str(), entry.text.split_whitespace().count()) {
                    ("reworded", _) => "  reworded",
                    (_, ..=20) => "  in a sentence or two",
                    (_, 21..=40) => "  in a paragraph",
                    _ => "  at length",
                };
                counts.entry(kind).or_default().add(found, true);
            }
        }
    }
    for (path, count) in &counts {
        println!(
            "{name:22} {path:22} P {:.3} R {:.3}  ({} found, {} missed, {} wrong)",
            count.precision(),
            count.recall(),
            count.found,
            count.missed,
            count.wrong
        );
    }
    counts
}

fn explain(
    name: &str,
    score: f64,
    expected: bool,
    statement: &str,
    entry: &Written,
    nearest: &[Relation],
) {
    let word = if expected { "missed" } else { "wrong" };
    println!(
        "{name} {word} {score:.3} {statement} / {} {}: {}",
        entry.language, entry.kind, entry.title
    );
    let target = Target::Statement(statement.to_owned());
    for why in nearest
        .iter()
        .filter(|one| one.target == target)
        .flat_map(|one| &one.why)
    {
        println!("      {why}");
    }
}

fn score_with(nearest: &[Relation], slug: &str) -> f64 {
    let target = Target::Statement(slug.to_owned());
    let found = nearest.iter().find(|relation| relation.target == target);
    found.map_or(0.0, |relation| relation.score)
}

/// Statements made of sentences of both halves, so that the index holds as many as wished: each takes
/// every other sentence of one statement and of another in the same language.
fn filler(wanted: usize) -> Vec<(String, Written)> {
    let all: Vec<Story> = ["tuned", "held"].into_iter().flat_map(stories).collect();
    let mut made = Vec::new();
    for round in 1..=wanted {
        for (at, story) in all.iter().enumerate() {
            for entry in story.entries().filter(|entry| entry.kind == "apart") {
                let other = &all[(at + round) % all.len()];
                let Some(second) = other
                    .texts
                    .iter()
                    .skip(round % 3)
                    .find(|text| text.kind == "apart" && text.language == entry.language)
                else {
                    continue;
                };
                made.push((
                    format!("filler-{}", made.len()),
                    Written {
                        kind: "filler".into(),
                        language: entry.language.clone(),
                        title: format!("{} {}", second.title, round * 37),
                        text: format!("{} {}", entry.text, second.text),
                    },
                ));
                if made.len() == wanted {
                    return made;
                }
            }
        }
    }
    made
}

#[test]
fn precision_and_recall_stay_above_their_floors() {
    let halves = [
        (
            "tuned",
            [
                ("same language", 0.84, 0.82),
                ("other language", 0.93, 0.97),
                ("kept or not", 0.90, 0.90),
            ],
        ),
        (
            "held",
            [
                ("same language", 0.90, 0.58),
                ("other language", 1.00, 0.81),
                ("kept or not", 0.94, 0.67),
            ],
        ),
    ];
    let measured = halves.map(|(half, floors)| {
        let stories = stories(half);
        let counts = measure(half, &stories, &Index::of(stories.iter().map(ours)));
        (half, floors, counts)
    });
    for (half, floors, counts) in measured {
        for (path, precision, recall) in floors {
            let count = counts[path];
            assert!(
                count.precision() >= precision,
                "{half} {path}: precision {}",
                count.precision()
            );
            assert!(
                count.recall() >= recall,
                "{half} {path}: recall {}",
                count.recall()
            );
        }
    }
}

#[test]
fn short_statements_lose_little() {
    let mut stories = stories("held");
    stories.iter_mut().for_each(|story| cut(story, 40));
    let counts = measure(
        "held, 40 words",
        &stories,
        &Index::of(stories.iter().map(ours)),
    );
    assert!(counts["kept or not"].recall() >= 0.50);
    assert!(counts["kept or not"].precision() >= 0.90);
}

#[test]
fn few_and_many_statements_give_the_same_answers() {
    let stories = stories("held");
    for three in stories.chunks(3) {
        measure(
            "held, three statements",
            three,
            &Index::of(three.iter().map(ours)),
        );
    }
    let filler = filler(1000 - stories.len());
    let many = filler.iter().map(|(slug, written)| Ours {
        slug,
        text: written.text(),
        addresses: &[],
        date: None,
    });
    let index = Index::of(stories.iter().map(ours).chain(many));
    // The fillers are made of entries that speak of other matters: they are not asked about.
    let counts = measure("held, thousand", &stories, &index);
    assert!(counts["other language"].recall() >= 0.81);
    assert!(counts["same language"].recall() >= 0.58);
    assert!(counts["same language"].precision() >= 0.90);
}

#[test]
fn a_sketch_finds_every_related_text_and_few_others() {
    for half in ["tuned", "held"] {
        let stories = stories(half);
        let index = Index::of(stories.iter().map(ours));
        let topics = Topics::default();
        let (mut related, mut missed, mut others, mut read, mut bytes, mut texts) =
            (0, 0, 0, 0, 0, 0);
        let looked_at: Vec<_> = stories
            .iter()
            .flat_map(Story::entries)
            .map(|entry| {
                let (nearest, sketch) =
                    index.compare_and_sketch(&InWords::of(&entry.text()), &[], 0.0);
                let sketch = sketch.unwrap();
                texts += 1;
                bytes += sketch.bytes().len();
                let kept = Sketch::restore(sketch.bytes()).unwrap();
                (entry, nearest, kept)
            })
            .collect();
        for other in &stories {
            let wanted = HashSet::from([Target::Statement(other.name.clone())]);
            let lookout = Lookout::of(&index, &topics, THRESHOLD, &wanted);
            for (entry, nearest, sketch) in &looked_at {
                let found = lookout.may_relate(sketch);
                if score_with(nearest, &other.name) >= THRESHOLD {
                    related += 1;
                    missed += u32::from(!found);
                    if !found {
                        println!("{half} not sketched: {} / {}", other.name, entry.title);
                    }
                } else {
                    others += 1;
                    read += u32::from(found);
                }
            }
        }
        println!(
            "{half}: sketches of {} bytes miss {missed} of {related} related, read {read} of {others} others",
            bytes / texts
        );
        assert_eq!(missed, 0);
        assert!(read * 18 < others, "{read} of {others}");
    }
}

#[test]
fn a_topic_is_found_in_sketches_in_any_form_of_its_words() {
    let aliases = [
        "Kasachstan",
        "Казахстан",
        "WHO",
        "seed potato",
        "Gewerkschaft",
    ];
    let topics = Topics::compile([("T", "t", aliases)]);
    let index = Index::of([Ours {
        slug: "ours",
        text: Text {
            title: "Ours",
            text: "Our words on another matter.",
            language: Some("en"),
            links: &[],
        },
        addresses: &[],
        date: None,
    }]);
    let wanted = HashSet::from([Target::Topic("t".into())]);
    let lookout = Lookout::of(&index, &topics, THRESHOLD, &wanted);
    let found = |text: &str| {
        let text = Text {
            text,
            language: Some("de"),
            ..Text::default()
        };
        let (_, sketch) = index.compare_and_sketch(&InWords::of(&text), text.links, 0.0);
        let named = !topics.relate("", text.text, text.language).is_empty();
        (named, lookout.may_relate(&sketch.unwrap()))
    };
    for text in [
        "Kasachstans Weizen fault.",
        "Забастовка в Казахстане продолжается.",
        "Die WHO warnt.",
        "Farmers keep their seed potatoes.",
        "Die Gewerkschaften rufen auf.",
    ] {
        assert_eq!(found(text), (true, true), "{text}");
    }
    let others = [
        "Das Pokalspiel endet ohne Tore, und der Trainer lobt den Torwart.",
        "Im Freibad wird das Wasser erst im Juli eingelassen.",
        "Zwei Züge fallen heute aus, die Bahn setzt Busse ein.",
        "Die Bibliothek leiht jetzt auch Werkzeug aus.",
    ];
    let looked_like = others.iter().filter(|text| found(text).1).count();
    println!(
        "{looked_like} of {} other texts look as if they named it",
        others.len()
    );
}

#[test]
fn a_score_does_not_depend_on_what_else_is_indexed() {
    let stories: Vec<Story> = ["tuned", "held"].into_iter().flat_map(stories).collect();
    // From twenty statements in a language on, what all of them speak of weighs less.
    for some in stories.chunks(19) {
        let all = Index::of(some.iter().map(ours));
        for story in some {
            let alone = Index::of([ours(story)]);
            for entry in story.entries() {
                assert_eq!(
                    score_with(&alone.nearest(&entry.text(), 9), &story.name),
                    score_with(&all.nearest(&entry.text(), 19), &story.name),
                    "{}: {}",
                    story.name,
                    entry.title
                );
            }
        }
    }
}

#[test]
fn a_call_to_action_in_common_relates_nothing() {
    let ours = Ours {
        slug: "call",
        text: Text {
            title: "Heraus zum 1. Mai!",
            text: "Wir rufen alle Kolleginnen und Kollegen auf, am 1. Mai auf die Straße zu gehen. Wir fordern höhere \
                Löhne, sichere Arbeitsplätze und bezahlbare Mieten. Hoch die internationale Solidarität! Kommt alle!",
            language: Some("de"),
            links: &[],
        },
        addresses: &[],
        date: None,
    };
    let index = Index::of([ours]);
    for (language, title, text) in [
        (
            "de",
            "Heraus zum Frauentag!",
            "Wir rufen alle Frauen auf, am 8. März auf die Straße zu gehen. Wir fordern ein Ende der Gewalt. Hoch die internationale Solidarität! Kommt alle!",
        ),
        (
            "en",
            "All out on Women's Day!",
            "We call on all women to take to the streets on 8 March. We demand an end to violence. Long live international solidarity!",
        ),
        (
            "ru",
            "Все на митинг!",
            "Мы призываем всех женщин выйти 8 марта на улицы. Мы требуем положить конец насилию. Да здравствует солидарность!",
        ),
    ] {
        let text = Text {
            title,
            text,
            language: Some(language),
            links: &[],
        };
        assert!(
            index.relate(&text, THRESHOLD).is_empty(),
            "{title}: {:?}",
            index.nearest(&text, 1)
        );
    }
}

#[test]
fn a_name_that_looks_like_a_german_noun_is_known_in_another_language() {
    for name in ["Sandbruck", "Nordpaket", "Weserkessel"] {
        let ours = format!("Seit Montag streiken bei {name} dreihundert Menschen.");
        let theirs = format!("Hundreds of people at {name} have been on strike since Monday.");
        let text = |text, language| Text {
            text,
            language: Some(language),
            ..Text::default()
        };
        let index = Index::of([Ours {
            slug: "ours",
            text: text(&ours, "de"),
            addresses: &[],
            date: None,
        }]);
        let near = index.nearest(&text(&theirs, "en"), 1);
        let why: Vec<String> = near
            .iter()
            .flat_map(|one| &one.why)
            .map(ToString::to_string)
            .collect();
        assert!(why.iter().any(|why| why.contains(name)), "{name}: {why:?}");
    }
}

#[test]
fn links_and_quotations_are_certain_and_short_formulas_are_not() {
    let stories = stories("tuned");
    let addresses = ["https://wire.example.org/statements/museum".to_owned()];
    let index = Index::of(stories.iter().map(|story| Ours {
        addresses: if story.name == "museum" {
            &addresses
        } else {
            &[]
        },
        ..ours(story)
    }));
    let linked = Text {
        title: "Lesetipps der Woche",
        text: "Ein Hinweis.",
        language: Some("de"),
        links: &addresses,
    };
    assert_eq!(
        index.relate(&linked, 1.0)[0].target,
        Target::Statement("museum".into())
    );
    let quoting = |text: &'static str| Text {
        title: "Presseschau",
        text,
        language: Some("de"),
        links: &[],
    };
    let quoted = index.relate(
        &quoting("Es heißt: „raubte sie 1899 bei der Niederbrennung des Königshofs; sein Tagebuch, das wir im Staatsarchiv gefunden haben“."),
        1.0,
    );
    assert!(
        matches!(quoted[0].why[0], Evidence::Quotation { words: 16, .. }),
        "{quoted:?}"
    );
    assert!(
        index
            .relate(&quoting("Wer geraubt hat, kann nicht verleihen."), 0.5)
            .is_empty()
    );
}

#[test]
fn our_own_footer_relates_nothing_to_us() {
    let footer = "Die Liga Freier Archive ist ein Zusammenschluss von vierzig Vereinen. Pressekontakt: Ulrike Mommertz, \
        Telefon 0551 778899, presse@liga.example. Abdruck honorarfrei, Beleg erbeten.";
    let texts = [
        format!(
            "Die Hafenbahn Emsing muss elektrisch werden. Lokomotiven mit Diesel verpesten das Viertel. {footer}"
        ),
        format!(
            "In Quellstedt soll der Auwald einem Parkplatz weichen. Wir widersprechen dem Gutachten. {footer}"
        ),
        format!(
            "Das Archiv der Weberinnen braucht ein Dach. Der Keller in der Tuchgasse ist feucht. {footer}"
        ),
    ];
    let index = Index::of(
        texts
            .iter()
            .zip(["bahn", "wald", "archiv"])
            .map(|(text, slug)| Ours {
                slug,
                text: Text {
                    title: slug,
                    text,
                    language: Some("de"),
                    links: &[],
                },
                addresses: &[],
                date: None,
            }),
    );
    let theirs = format!("Vortrag über Bienen im Gemeindehaus. {footer}");
    let theirs = Text {
        title: "Bienen",
        text: &theirs,
        language: Some("de"),
        links: &[],
    };
    assert!(
        index.nearest(&theirs, 9).is_empty(),
        "{:?}",
        index.nearest(&theirs, 9)
    );
}

#[test]
fn a_topic_is_found_where_no_statement_is_related() {
    let topics = Topics::compile([("Museen", "museen", ["Museum"])]);
    let found = topics.relate(
        "In den Museen ist es still",
        "Kein Museum hat geöffnet.",
        Some("de"),
    );
    assert_eq!(found[0].target, Target::Topic("museen".into()));
    assert_eq!(found[0].score, 1.0);
}

#[test]
fn translations_are_found_and_nothing_else_is_one() {
    for half in ["tuned", "held"] {
        let stories = stories(half);
        let texts: Vec<(&Story, &Written)> = stories
            .iter()
            .flat_map(|story| story.texts.iter().map(move |text| (story, text)))
            .collect();
        let marks: Vec<Option<InMarks>> = texts
            .iter()
            .map(|(_, written)| InMarks::of(&InWords::of(&written.text())))
            .collect();
        let keys: Vec<Vec<u64>> = texts
            .iter()
            .zip(&marks)
            .map(|((_, written), marks)| {
                let keys = marks
                    .as_ref()
                    .map(|it| it.keys(written.kind == "statement"));
                keys.unwrap_or_default()
            })
            .collect();
        let (mut count, mut keyless, mut pairs, mut candidates) = (Count::default(), 0, 0, 0);
        for (at, (story, one)) in texts.iter().enumerate() {
            for (before, (of, other)) in texts[..at].iter().enumerate() {
                // Two translations of one statement are translations of each other.
                let whole = |written: &Written| {
                    matches!(written.kind.as_str(), "statement" | "translation")
                };
                let is = story.name == of.name
                    && one.language != other.language
                    && whole(one)
                    && whole(other);
                let both = marks[at].as_ref().zip(marks[before].as_ref());
                let said = both
                    .and_then(|(one, other)| translation(one, other))
                    .is_some();
                let found = keys[at].iter().any(|key| keys[before].contains(key));
                pairs += 1;
                candidates += u32::from(found && !is);
                if is && said && !found {
                    keyless += 1;
                    println!(
                        "{half} without a key in common: {} / {}",
                        one.title, other.title
                    );
                }
                if said != is {
                    println!(
                        "{half} translation {said}, is {is}: {} / {}",
                        one.title, other.title
                    );
                }
                count.add(said, is);
            }
        }
        let theirs = texts
            .iter()
            .zip(&keys)
            .filter(|((_, text), _)| text.kind != "statement");
        let long: Vec<usize> = theirs
            .map(|(_, keys)| keys.len())
            .filter(|keys| *keys > 0)
            .collect();
        println!(
            "{half}: translations P {:.3} R {:.3} ({} found, {} missed, {} wrong, of {pairs} pairs); {keyless} \
             without a key in common; {candidates} pairs looked at in vain; {} of {} entries have keys, {:.1} each",
            count.precision(),
            count.recall(),
            count.found,
            count.missed,
            count.wrong,
            long.len(),
            texts.len() - stories.len(),
            long.iter().sum::<usize>() as f64 / long.len() as f64,
        );
        assert_eq!(count.wrong, 0);
        let translated = texts.iter().filter(|(_, text)| text.kind == "translation");
        assert!(translated.count() == 0 || count.recall() >= 0.9);
    }
}
