//! Documents without front matter, in the shapes that press offices send.

use super::*;

fn shape(name: &str) -> Statement {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/statements/shapes");
    let store = Store::new();
    store.write(name, fs::read(folder.join(name)).unwrap());
    let mut reading = store.read();
    assert_eq!(reading.problems, [], "{name}");
    reading.statements.remove(0).statement
}

/// (file, title, day, language, publisher, signatories, part of the contact)
type Shape = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    usize,
    Option<&'static str>,
);

const SHAPES: [Shape; 12] = [
    // A translation with a descriptive subtitle, a date line, numbered signatories and the original's address.
    (
        "2021-03-04-gemeinsame-erklaerung.txt",
        "Sandhaven / Saltmouth: Für sichere Häfen! Hebt das Anlegeverbot auf, lasst die Lotsen frei!",
        "2021-03-04",
        "de",
        None,
        5,
        None,
    ),
    // A masthead as first heading, the date in the masthead, a contact block of labels and values.
    (
        "2021-03-09-aktuelle-information.txt",
        "Sandhaven: \"Das war keine 'Panne', sondern ein Angriff auf die Beschäftigten\"",
        "2021-03-09",
        "de",
        Some("GKK"),
        0,
        Some("+49(0)40 55501-0"),
    ),
    // FOR IMMEDIATE RELEASE, contact above, title in capitals, subtitle, dateline, end mark, "About".
    (
        "en-release.txt",
        "EXAMPLE UNION OF DOCK WORKERS WINS FIRST CONTRACT",
        "2024-03-12",
        "en",
        Some("Example Union of Dock Workers"),
        0,
        Some("jane@dockers.example"),
    ),
    // Masthead and title as headings, a bold date, signatories in one line, contact in a sentence.
    (
        "en-md.md",
        "Dockers vote to strike on Monday",
        "2024-03-12",
        "en",
        None,
        3,
        Some("+44 20 7946 0123"),
    ),
    // Russian masthead, place and date, signatories, contact.
    (
        "ru-statement.txt",
        "Профсоюз «Маяк» требует прекратить дела против лоцманов",
        "2024-05-05",
        "ru",
        None,
        3,
        Some("+7 495 555-01-42"),
    ),
    // No mark at all: letterhead, place and date, title, text, contact in one line.
    (
        "plain.txt",
        "Hafenkante warnt vor Räumung des Seemannsheims",
        "2021-05-03",
        "de",
        Some("Verein Hafenkante e.V."),
        0,
        Some("040 5550142"),
    ),
    // Underlined headings, the date in the dateline, a sender's block without a label.
    (
        "setext.md",
        "Kran 7 steht still: Beschäftigte fordern sichere Kabinen",
        "2023-11-14",
        "de",
        Some("Gewerkschaft Kai und Kran"),
        0,
        Some("presse@kaiundkran.example"),
    ),
    // A genre over the title, a salutation, first signatories with roles and addresses.
    (
        "gemeinsam.md",
        "Kein Hafen ohne Rettung",
        "2023-09-14",
        "de",
        None,
        3,
        None,
    ),
    // Masthead and title in one line.
    (
        "masthead-colon.txt",
        "Hafenamt muss Abweisungen offenlegen",
        "2022-06-02",
        "de",
        None,
        0,
        None,
    ),
    // Nothing but text: title from its first sentence, date from the file's name.
    (
        "2020-02-03-nur-text.txt",
        "Das Netzwerk Offene Häfen verurteilt die Festsetzung der Windrose",
        "2020-02-03",
        "de",
        None,
        0,
        None,
    ),
    // The translator's note above the title.
    (
        "translated.md",
        "Докеры бастуют",
        "2024-03-15",
        "ru",
        None,
        0,
        None,
    ),
    // The issuer in the masthead, no date anywhere.
    (
        "ohne-datum.txt",
        "Nachtschichten begrenzen, Leben retten",
        "",
        "de",
        Some("Gewerkschaft Kai und Kran"),
        0,
        None,
    ),
];

#[test]
fn documents_without_front_matter_are_read_as_a_press_officer_would() {
    for (file, title, date, language, publisher, signatories, contact) in SHAPES {
        let statement = shape(file);
        assert_eq!(statement.title, title, "{file}");
        assert_eq!(
            day(&statement),
            (!date.is_empty()).then(|| format!("{date} 00:00")),
            "{file}"
        );
        assert_eq!(statement.language.as_deref(), Some(language), "{file}");
        assert_eq!(statement.publisher.as_deref(), publisher, "{file}");
        assert_eq!(
            statement.signatories.len(),
            signatories,
            "{file}: {:?}",
            statement.signatories
        );
        let said = statement.contact.unwrap_or_default();
        assert_eq!(!said.is_empty(), contact.is_some(), "{file}: {said}");
        assert!(said.contains(contact.unwrap_or_default()), "{file}: {said}");
        assert!(statement.inferred.contains(&"title".to_owned()), "{file}");
        assert!(
            file.contains("nur-text") || !statement.body.html.contains(title),
            "{file}: the title stands in the text too"
        );
    }
}

#[test]
fn translation_names_its_original_and_says_that_it_is_one() {
    let statement = shape("2021-03-04-gemeinsame-erklaerung.txt");
    assert_eq!(
        statement.original.as_deref(),
        Some("http://harbour.example/2021/03/04/%d0%b3%d0%b0%d0%b2/")
    );
    assert_eq!(
        statement.translation_note.as_deref(),
        Some("Aus dem Englischen übersetzt")
    );
    assert_eq!(
        statement.inferred,
        ["title", "date", "signatories", "original", "language"]
    );
    let statement = shape("translated.md");
    assert_eq!(
        statement.original.as_deref(),
        Some("https://dockers.example/strike?id=1")
    );
    assert_eq!(
        statement.translation_note.as_deref(),
        Some("Перевод с английского")
    );
}

#[test]
fn signatories_keep_name_and_address_without_number() {
    let signed = |file| {
        shape(file)
            .signatories
            .into_iter()
            .map(|one| (one.name, one.url))
            .collect::<Vec<_>>()
    };
    let some = |url: &str| Some(url.to_owned());
    assert_eq!(
        signed("2021-03-04-gemeinsame-erklaerung.txt"),
        [
            ("Lotsenverein Saltmouth (LVS)".to_owned(), None),
            (
                "Vorstand der Gruppe „Swobodnaja Gawan“ (Freier Hafen)".to_owned(),
                None
            ),
            (
                "Redaktion der Website kaimauer.example".to_owned(),
                some("http://kaimauer.example")
            ),
            (
                "Überregionales Bündnis „Kaj i Kran“ (Kai und Kran)".to_owned(),
                None
            ),
            ("Gruppe Leuchtfeuer".to_owned(), None),
        ]
    );
    assert_eq!(
        signed("ru-statement.txt")[1],
        (
            "Сеть «Открытые гавани»".to_owned(),
            some("https://gavani.example/")
        )
    );
    assert_eq!(
        signed("gemeinsam.md")[1..],
        [
            (
                "Dr. Karl Brandt, Schiffsarzt, Praxis am Kai".to_owned(),
                some("https://praxis.example/")
            ),
            (
                "Gruppe Windrose".to_owned(),
                some("http://www.windrose.example")
            ),
        ]
    );
}

#[test]
fn text_keeps_every_paragraph_and_loses_masthead_and_contact() {
    let html = shape("2021-03-09-aktuelle-information.txt").body.html;
    assert!(html.contains("1.200 Überstunden") && html.contains("<strong>Nachtschicht</strong>"));
    assert!(html.contains("Links: ") && html.contains("Nachts am Kai"));
    for gone in [
        "Aktuelle Information",
        "für Presse und Öffentlichkeit",
        "TELEFAX",
        "sprecherin@",
    ] {
        assert!(!html.contains(gone), "{gone}");
    }
    let html = shape("2021-03-04-gemeinsame-erklaerung.txt").body.html;
    assert!(
        html.contains("gewerkschaftlichen")
            && html.contains("Gruppe Leuchtfeuer")
            && html.contains("■ Aufhebung")
    );
    assert!(!html.contains("4. März 2021") && !html.contains(">März 2021"));
}
