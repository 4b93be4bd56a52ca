//! The ways in which a text is published again, and the ways in which another text looks like it.

use crate::bases::{Base, ISSUER, Publisher};
use crate::chance::Chance;
use presswire::domain::likeness::Text;

/// Two texts, and whether they are one release.
pub(crate) struct Pair {
    pub(crate) kind: &'static str,
    pub(crate) older: (Publisher, Text),
    pub(crate) newer: (Publisher, Text),
}

/// A base, a publisher, other bases of the language, chance: a pair, where the kind fits the base.
pub(crate) type Make = fn(&Case<'_>, &mut Chance) -> Option<(Text, Text)>;

pub(crate) struct Case<'a> {
    pub(crate) base: &'a Base,
    pub(crate) publisher: Publisher,
    pub(crate) other: &'a Base,
}

impl Case<'_> {
    pub(crate) fn original(&self) -> Text {
        ISSUER.text(self.base, &self.base.html())
    }

    pub(crate) fn copy(&self, html: &str) -> Text {
        self.publisher.text(self.base, html)
    }

    pub(crate) fn with(&self, html: &str) -> Option<(Text, Text)> {
        Some((self.original(), self.copy(html)))
    }
}

pub(crate) fn words(text: &str) -> Vec<&str> {
    text.split(' ').collect()
}

/// `html` with the first `was` that begins and ends as a word does replaced; None where there is none.
pub(crate) fn swapped(html: &str, was: &str, is: &str) -> Option<String> {
    let bounds = |at: usize| {
        let before = html[..at].chars().next_back();
        let after = html[at + was.len()..].chars().next();
        let parts = |one: Option<char>, other: Option<char>| {
            !(one.is_some_and(char::is_alphanumeric) && other.is_some_and(char::is_alphanumeric))
        };
        parts(before, was.chars().next()) && parts(was.chars().next_back(), after)
    };
    let at = html
        .match_indices(was)
        .map(|(at, _)| at)
        .find(|&at| bounds(at))?;
    Some(format!("{}{is}{}", &html[..at], &html[at + was.len()..]))
}

/// One of three phrases, by the base's language.
pub(crate) fn say<'a>(case: &Case<'_>, de: &'a str, en: &'a str, ru: &'a str) -> &'a str {
    match case.base.language {
        "de" => de,
        "en" => en,
        _ => ru,
    }
}

/// Sentences of a base, paragraph by paragraph.
fn sentences(base: &Base) -> Vec<Vec<String>> {
    let split = |paragraph: &String| {
        let mut sentences: Vec<String> = Vec::new();
        let mut rest = paragraph.as_str();
        while let Some(at) = rest
            .find(". ")
            .filter(|at| !rest[..*at].ends_with(|c: char| c.is_ascii_digit()))
        {
            sentences.push(rest[..=at].to_owned());
            rest = &rest[at + 2..];
        }
        sentences.push(rest.to_owned());
        sentences
    };
    base.paragraphs.iter().map(split).collect()
}

fn html_of(paragraphs: &[Vec<String>]) -> String {
    paragraphs
        .iter()
        .map(|sentences| format!("<p>{}</p>", sentences.join(" ")))
        .collect()
}

/// The first `count` words of a base.
fn beginning(base: &Base, count: usize) -> String {
    let text = base.paragraphs.join(" ");
    words(&text)
        .into_iter()
        .take(count)
        .collect::<Vec<_>>()
        .join(" ")
}

pub(crate) const ONE: [(&str, Make); 42] = [
    ("verbatim", |case, _| case.with(&case.base.html())),
    ("same source, new address", |case, _| {
        let mut again = ISSUER.text(case.base, &case.base.html());
        again.link = Some(format!("https://issuer.example/neu/{}", case.base.index));
        Some((case.original(), again))
    }),
    ("short introduction", |case, _| {
        let said = say(
            case,
            "Wir übernehmen eine Meldung der Kollegen:",
            "We reprint a report of our colleagues:",
            "Публикуем сообщение наших коллег:",
        );
        case.with(&format!("<p>{said}</p>{}", case.base.html()))
    }),
    ("source named at the end", |case, _| {
        let said = say(
            case,
            "Quelle: Pressedienst, leicht gekürzt",
            "Source: press service",
            "Источник: пресс-служба",
        );
        case.with(&format!("{}<p><i>{said}</i></p>", case.base.html()))
    }),
    ("date line", |case, chance| {
        let day = chance.below(28) + 1;
        let line = say(
            case,
            "März (eig. Ber.)",
            "March (own report)",
            "марта (соб. инф.)",
        );
        let html = case.base.html();
        case.with(&html.replacen("<p>", &format!("<p>Wien, {day}. {line} – "), 1))
    }),
    ("excerpt, marked", |case, chance| {
        let more = say(case, "Weiterlesen", "Read more", "Читать далее");
        let html = format!(
            "<p>{} … <a href='#'>{more}</a></p>",
            beginning(case.base, 35 + chance.below(25))
        );
        case.with(&html)
    }),
    ("excerpt, first sentences", |case, _| {
        let first = &sentences(case.base)[0];
        case.with(&format!("<p>{}</p>", first.join(" ")))
    }),
    ("teaser first", |case, chance| {
        let teaser = format!("<p>{} […]</p>", beginning(case.base, 25 + chance.below(25)));
        Some((
            ISSUER.text(case.base, &teaser),
            case.copy(&case.base.html()),
        ))
    }),
    ("typing errors", |case, chance| {
        let mut html = case.base.html();
        for _ in 0..3 {
            html = slip(&html, chance);
        }
        case.with(&html)
    }),
    ("typing error in a noun", |case, chance| {
        let html = case.base.html();
        let noun = say(case, "Gewerkschaft", "workers", "рабочих");
        let wrong = chance.slipped(noun);
        html.contains(noun)
            .then(|| case.with(&html.replacen(noun, &wrong, 1)))?
    }),
    ("title with prefix", |case, chance| {
        let mut copy = case.copy(&case.base.html());
        let prefix = ["PM: ", "[liste] ", "+++ ", "Pressemitteilung: ", "NEWS | "][chance.below(5)];
        copy.title = Some(format!("{prefix}{}", case.base.title));
        Some((case.original(), copy))
    }),
    ("title with suffix", |case, chance| {
        let mut copy = case.copy(&case.base.html());
        let suffix = [" | Rundschau", " - Hafenblatt", " – Golos", " :: Commons"][chance.below(4)];
        copy.title = Some(format!("{}{suffix}", case.base.title));
        Some((case.original(), copy))
    }),
    ("title of the editor", |case, _| {
        let mut copy = case.copy(&case.base.html());
        copy.title = Some(
            say(
                case,
                "Was diese Woche geschah",
                "Our story of the day",
                "Главное за неделю",
            )
            .to_owned(),
        );
        Some((case.original(), copy))
    }),
    ("title in capitals", |case, _| {
        let mut copy = case.copy(&case.base.html());
        copy.title = Some(case.base.title.to_uppercase());
        Some((case.original(), copy))
    }),
    ("tracking and mobile host", |case, _| {
        let mut copy = ISSUER.text(case.base, &case.base.html());
        copy.link = Some(format!(
            "http://m.issuer.example/a/{}/?utm_source=rss#top",
            case.base.index
        ));
        copy.source = Some(case.publisher.source());
        Some((case.original(), copy))
    }),
    ("paragraphs in another order", |case, _| {
        let mut paragraphs = case.base.paragraphs.clone();
        paragraphs[1..].reverse();
        case.with(
            &paragraphs
                .iter()
                .map(|p| format!("<p>{p}</p>"))
                .collect::<String>(),
        )
    }),
    ("mojibake", |case, _| {
        let misread = case.base.html().bytes().map(misread).collect::<String>();
        case.with(&misread)
    }),
    ("typography", |case, _| {
        let html = case.base.html();
        let html = html
            .replace(['„', '“', '”', '«', '»'], "\"")
            .replace('–', "-")
            .replace("ё", "е")
            .replace("'", "’");
        case.with(&html.replace(' ', "\u{a0} ").replace("sch", "s\u{ad}ch"))
    }),
    ("markup", |case, _| {
        let text = case.base.paragraphs.join("<br><br>\n");
        let text = text
            .replace('ä', "&auml;")
            .replace('ö', "&#246;")
            .replace('ü', "&#xFC;")
            .replace('–', "&ndash;");
        case.with(&format!(
            "<div><span style='x'>{text}</span><script>var x = 1;</script></div>"
        ))
    }),
    ("umlauts written out", |case, _| {
        let html = case.base.html();
        (case.base.language == "de").then(|| {
            case.with(
                &html
                    .replace('ä', "ae")
                    .replace('ö', "oe")
                    .replace('ü', "ue")
                    .replace('ß', "ss"),
            )
        })?
    }),
    ("last sentence left out", |case, _| {
        let mut paragraphs = sentences(case.base);
        let last = paragraphs.last_mut()?;
        (last.len() > 1 && words(last.last()?).len() <= 12).then(|| last.pop())?;
        case.with(&html_of(&paragraphs))
    }),
    ("lightly edited", |case, _| {
        let mut paragraphs = sentences(case.base);
        let last = paragraphs.last_mut()?;
        (last.len() > 1 && words(last.last()?).len() <= 10).then(|| last.pop())?;
        let added = say(
            case,
            "Die Beteiligten wollen ihre Gespräche bald fortsetzen.",
            "Those involved want to continue their talks soon.",
            "Участники хотят вскоре продолжить разговор.",
        );
        paragraphs[0].push(added.to_owned());
        case.with(&html_of(&paragraphs))
    }),
    ("other words here and there", |case, _| {
        let mut html = case.base.html();
        let swaps = [
            ("sagte", "erklärte"),
            ("fordern", "verlangen"),
            ("rund", "etwa"),
            ("bisher", "bislang"),
            ("said", "told us"),
            ("Some", "About"),
            ("demand", "call for"),
            ("сказал", "заявил"),
            ("около", "примерно"),
            ("требуют", "добиваются"),
        ];
        let before = html.clone();
        for (was, is) in swaps {
            html = swapped(&html, was, is).unwrap_or(html);
        }
        (html != before).then(|| case.with(&html))?
    }),
    ("credit of the publishing system", |case, _| {
        let credit = say(
            case,
            "Der Beitrag {} erschien zuerst auf Rundschau.",
            "The post {} appeared first on Commons.",
            "Сообщение {} появились сначала на Голос.",
        );
        case.with(&format!(
            "{}<p>{}</p>",
            case.base.html(),
            credit.replace("{}", &case.base.title)
        ))
    }),
    ("title alone, within days", |case, _| {
        let mut copy = case.copy("");
        copy.html = String::new();
        copy.published = copy.published.map(|at| at + chrono::TimeDelta::days(2));
        copy.first_seen += chrono::TimeDelta::days(2);
        let mut original = case.original();
        original.html = String::new();
        Some((original, copy))
    }),
    ("agency slug", |case, _| {
        let slug = say(
            case,
            "Erfurt (abc/lth) – ",
            "LEEDS, March 3 (Newswire) — ",
            "ПЕРМЬ, 3 мар – Лента. ",
        );
        case.with(&case.base.html().replacen("<p>", &format!("<p>{slug}"), 1))
    }),
    ("numbered press release", |case, chance| {
        let number = format!("{}/2026", 2 + chance.below(90));
        let head = say(
            case,
            "Pressemitteilung Nr. {}",
            "Press release no. {}",
            "Пресс-релиз № {}",
        )
        .replace("{}", &number);
        let mut copy = case.copy(&format!(
            "<p>{head}</p><p>12.03.2026</p>{}",
            case.base.html()
        ));
        copy.title = Some(format!("{head}: {}", case.base.title));
        Some((case.original(), copy))
    }),
    ("title and date above", |case, _| {
        case.with(&format!(
            "<h1>{}</h1><p class=date>12.03.2026, 14:05</p>{}",
            case.base.title,
            case.base.html()
        ))
    }),
    ("time to read, buttons to share", |case, _| {
        let head = say(
            case,
            "Lesezeit: 4 Minuten",
            "4 min read",
            "Время чтения: 4 минуты",
        );
        let tail = say(
            case,
            "Teilen Twittern Mailen Drucken",
            "Share Tweet Email Print",
            "Поделиться Твитнуть Отправить Распечатать",
        );
        case.with(&format!(
            "<div>{head}</div>{}<ul><li>{tail}</li></ul>",
            case.base.html()
        ))
    }),
    ("line on cookies", |case, _| {
        let line = say(
            case,
            "Diese Seite verwendet Cookies, auch von Dritten.",
            "This site uses cookies of third parties.",
            "Этот сайт использует файлы cookie.",
        );
        case.with(&format!("{}<div>{line}</div>", case.base.html()))
    }),
    ("picture with caption", |case, _| {
        let caption = say(
            case,
            "Foto: Archiv / M. Sommer",
            "Photo: K. Doyle",
            "Фото: архив редакции",
        );
        case.with(&format!(
            "<figure><img src=a.jpg alt=x><figcaption>{caption}</figcaption></figure>{}",
            case.base.html()
        ))
    }),
    ("place, date and signature below", |case, _| {
        let signed = say(
            case,
            "Gera, den 12. März 2026, der Vorstand",
            "Hull, 12 March 2026, for the committee",
            "Тверь, 12 марта 2026 года, правление",
        );
        case.with(&format!("{}<p>{signed}</p>", case.base.html()))
    }),
    ("as of", |case, _| {
        let line = say(
            case,
            "Stand: 13. März, 14:05 Uhr",
            "Updated 13 March, 2.05 pm",
            "Обновлено 13 марта в 14:05",
        );
        case.with(&format!("<p>{line}</p>{}", case.base.html()))
    }),
    ("teaser of a paid text", |case, chance| {
        let mark = say(
            case,
            "Jetzt mit Probeabo im Archiv",
            "Subscribers continue here",
            "Доступно по подписке",
        );
        let html = format!(
            "<p>{} …</p><p>{mark}</p>",
            beginning(case.base, 40 + chance.below(15))
        );
        case.with(&html)
    }),
    ("excerpt cut inside a word", |case, chance| {
        let mut html = beginning(case.base, 30 + chance.below(20));
        for _ in 0..2 {
            html.pop();
        }
        case.with(&format!("<p>{html}…</p>"))
    }),
    ("links to more below", |case, _| {
        let more = say(
            case,
            "Mehr zum Thema: Chronik der Ereignisse",
            "Related: a chronicle of events",
            "По теме: хроника событий",
        );
        case.with(&format!("{}<p><a href=x>{more}</a></p>", case.base.html()))
    }),
    ("two frames that nobody knows", |case, _| {
        let (one, other) = (
            say(
                case,
                "Quelle: Pressedienst vom 11.03.",
                "Source: press service, 11 March",
                "Источник: пресс-служба, 11 марта",
            ),
            say(
                case,
                "Foto: Petra Lohse. Redaktion: Timo Kranz",
                "Edited by Tim Crane. Photo: Peg Lowe",
                "Редактор Тимур Кранов. Фото: Пётр Лосев",
            ),
        );
        let original = case
            .publisher
            .text(case.base, &format!("{}<p>{one}</p>", case.base.html()));
        let mut copy = case.original();
        copy.html = format!("{}<p>{other}</p>", case.base.html());
        Some((original, copy))
    }),
    ("thousands written otherwise", |case, chance| {
        let html = case.base.html();
        let separator = ["\u{a0}", "\u{202f}", "", "'", "."][chance.below(5)];
        let at = thousands(&html)?;
        case.with(&format!("{}{separator}{}", &html[..at], &html[at + 1..]))
    }),
    ("links in the text", |case, _| {
        let html = case.base.html();
        let linked: Vec<String> = words(&html)
            .iter()
            .enumerate()
            .map(|(at, word)| match at % 9 == 4 && !word.contains('<') {
                true => format!("<a href='/t/{at}'>{word}</a>"),
                false => (*word).to_owned(),
            })
            .collect();
        case.with(&linked.join(" "))
    }),
    ("entities escaped twice in the title", |case, _| {
        let mut copy = case.copy(&case.base.html());
        copy.title = Some(format!("&quot;{}&quot;", case.base.title));
        Some((case.original(), copy))
    }),
    ("date behind the title", |case, _| {
        let mut copy = case.copy(&case.base.html());
        copy.title = Some(format!("{} (12.03.2026)", case.base.title));
        Some((case.original(), copy))
    }),
    ("accelerated mobile page", |case, _| {
        let mut copy = ISSUER.text(case.base, &case.base.html());
        copy.link = Some(format!(
            "https://amp.issuer.example/a/{}/amp/?fbclid=a",
            case.base.index
        ));
        copy.source = Some(case.publisher.source());
        Some((case.original(), copy))
    }),
];

/// Where the separator of thousands stands in the first number that has one.
fn thousands(html: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    (1..bytes.len() - 4).find(|&at| {
        matches!(bytes[at], b',' | b'.' | b' ')
            && bytes[at - 1].is_ascii_digit()
            && bytes[at + 1..at + 4].iter().all(u8::is_ascii_digit)
            && !bytes[at + 4].is_ascii_digit()
    })
}

/// A byte as windows-1252 would show it.
fn misread(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[byte as usize - 0x80],
        byte => char::from(byte),
    }
}

/// One slip in a lower-case word of six letters and more.
fn slip(html: &str, chance: &mut Chance) -> String {
    let long: Vec<&str> = words(html)
        .into_iter()
        .filter(|word| word.chars().count() >= 6 && word.chars().all(char::is_lowercase))
        .collect();
    let word = long[chance.below(long.len())];
    html.replacen(
        &format!(" {word} "),
        &format!(" {} ", chance.slipped(word)),
        1,
    )
}
