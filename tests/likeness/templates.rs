//! A source that publishes nothing but one pattern: all of it recurs there, and none of two is the other.

use presswire::domain::likeness::{Boilerplate, Bond, Prepared, Text, Verdict, verdict};
use presswire::domain::source::SourceNumber;

/// A pattern, and what it is filled with, parted by `|`: weather, vacancies, deaths, accidents, rates.
const PATTERNS: [(&str, &str, [&str; 6]); 6] = [
    (
        "de",
        "In 1 wird es heute 2. Die Höchsttemperatur liegt bei 3 Grad, der Wind weht schwach aus 4. In der Nacht bleibt es trocken, und die Regenwahrscheinlichkeit ist gering.",
        [
            "Husum|sonnig|21|Nordwest",
            "Husum|sonnig|22|Nordwest",
            "Heide|sonnig|21|Nordwest",
            "Husum|wolkig|21|Nordwest",
            "Husum|sonnig|21|Südost",
            "Marne|heiter|19|West",
        ],
    ),
    (
        "de",
        "Mit großer Trauer nehmen wir Abschied von 1, 2 unseres Verbandes seit 3. Die Arbeit vor Ort war über Jahrzehnte davon geprägt. Die Beisetzung findet am 4 im engsten Kreis statt.",
        [
            "Werner Kuhlmann|Kassenwart|1987|Montag",
            "Werner Kuhlmann|Kassenwart|1997|Montag",
            "Heinz Kuhlmann|Kassenwart|1987|Montag",
            "Erika Sander|Schriftführerin|1987|Montag",
            "Werner Kuhlmann|Vorsitzender|1987|Montag",
            "Werner Kuhlmann|Kassenwart|1987|Freitag",
        ],
    ),
    (
        "en",
        "Shares in 1 2 3% in morning trading in London. Volume was 4. The index was little changed, and analysts left their average price target for the stock where it had been.",
        [
            "Barlow|rose|2.1|high",
            "Barlow|fell|2.1|high",
            "Harlow|rose|2.1|high",
            "Barlow|rose|2.1|low",
            "Barlow|rose|1.2|high",
            "Marlowe|slipped|0.4|thin",
        ],
    ),
    (
        "en",
        "We are looking for a 1 to join our team in 2. You will write reports and organise events. The salary is 3 a year, and applications close on 4. We welcome applicants from all backgrounds.",
        [
            "policy officer|Geneva|62,000 francs|14 May",
            "policy officer|Vienna|62,000 francs|14 May",
            "press officer|Geneva|62,000 francs|14 May",
            "policy officer|Geneva|62,000 francs|14 June",
            "policy officer|Geneva|26,000 francs|14 May",
            "librarian|Bern|58,000 francs|2 March",
        ],
    ),
    (
        "ru",
        "В 1 столкнулись 2. По данным полиции, пострадали 3. Обстоятельства происшествия выясняются, движение восстановлено 4. Водителей просят соблюдать дистанцию.",
        [
            "Омске|автобус и трамвай|двое|утром",
            "Томске|автобус и трамвай|двое|утром",
            "Омске|автобус и трамвай|трое|утром",
            "Омске|грузовик и трамвай|двое|утром",
            "Омске|автобус и трамвай|двое|вечером",
            "Кургане|два автомобиля|пятеро|днём",
        ],
    ),
    (
        "ru",
        "Глава ведомства принял посла 1 2. Стороны обсудили отношения двух стран и график контактов на 3. Отмечен 4 товарооборота, подтверждена готовность продолжать диалог.",
        [
            "Ирана|Махмуда Рахими|март|рост",
            "Ирака|Махмуда Рахими|март|рост",
            "Ирана|Махмуда Карими|март|рост",
            "Ирана|Махмуда Рахими|май|рост",
            "Ирана|Махмуда Рахими|март|спад",
            "Кипра|Андреаса Паллиса|июнь|рост",
        ],
    ),
];

fn filled(pattern: &str, words: &str) -> String {
    let mut text = pattern.to_owned();
    for (at, word) in words.split('|').enumerate() {
        text = text.replacen(&format!(" {}", at + 1), &format!(" {word}"), 1);
    }
    format!("<p>{text}</p>")
}

#[test]
fn what_one_pattern_was_filled_with_stays_apart_under_one_title() {
    for (language, pattern, fillings) in PATTERNS {
        let texts: Vec<Text> = fillings
            .iter()
            .map(|words| Text {
                title: Some("Aktuelle Meldung der Redaktion vom Dienst".to_owned()),
                html: filled(pattern, words),
                language: Some(language.to_owned()),
                source: Some(SourceNumber(1)),
                ..Text::default()
            })
            .collect();
        let learned: Vec<_> = texts.iter().map(Prepared::words_of).collect();
        for boilerplate in [Boilerplate::default(), Boilerplate::of(&learned)] {
            let prepared: Vec<Prepared> = texts
                .iter()
                .map(|text| Prepared::of(text.clone(), &boilerplate))
                .collect();
            for (at, older) in prepared.iter().enumerate() {
                for newer in &prepared[at + 1..] {
                    let judged = verdict(older, newer, Bond::None);
                    assert!(
                        !judged.verdict.is_one_release(),
                        "{} | {}: {judged:?}",
                        older.text.html,
                        newer.text.html
                    );
                }
            }
        }
    }
}

#[test]
fn the_same_filling_again_is_the_same_text() {
    let (_, pattern, fillings) = PATTERNS[0];
    let text = |number| Text {
        title: Some("Wetter an der Westküste".to_owned()),
        html: filled(pattern, fillings[0]),
        language: Some("de".to_owned()),
        source: Some(SourceNumber(number)),
        ..Text::default()
    };
    let (one, other) = (text(1), text(2));
    let none = Boilerplate::default();
    let judged = verdict(
        &Prepared::of(one, &none),
        &Prepared::of(other, &none),
        Bond::None,
    );
    assert_eq!(judged.verdict, Verdict::Same);
}
