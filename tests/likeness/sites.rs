//! Sites whose frames are not the same under every text: lists of what else to read, tags, dates, the title
//! again, a credit with the title in it.

use crate::changed::Original;

/// A site, and how it frames what it carries.
pub(crate) struct Site {
    pub(crate) number: i64,
    pub(crate) host: &'static str,
    frame: fn(&Original, &str, &[&str]) -> String,
}

impl Site {
    pub(crate) fn framed(&self, original: &Original, html: &str, others: &[&str]) -> String {
        (self.frame)(original, html, others)
    }
}

/// A phrase in the language of the text; English where there is none.
fn say<'a>(original: &Original, de: &'a str, en: &'a str, ru: &'a str) -> &'a str {
    match original.language {
        "de" => de,
        "ru" => ru,
        _ => en,
    }
}

/// The first bears texts bare.
pub(crate) const SITES: [Site; 6] = [
    Site {
        number: 21,
        host: "issuer.example",
        frame: |_, html, _| html.to_owned(),
    },
    Site {
        number: 22,
        host: "agency.example",
        frame: agency,
    },
    Site {
        number: 23,
        host: "herald.example",
        frame: herald,
    },
    Site {
        number: 24,
        host: "blog.example",
        frame: blog,
    },
    Site {
        number: 25,
        host: "list.example",
        frame: list,
    },
    Site {
        number: 26,
        host: "channel.example",
        frame: channel,
    },
];

fn agency(original: &Original, html: &str, _: &[&str]) -> String {
    let line = say(
        original,
        "Berlin (mw) - ",
        "LONDON, /Wordwire/ -- ",
        "МОСКВА, 12 ноября. /СЛОГ/. ",
    );
    let foot = say(
        original,
        "Pressekontakt: Pressestelle, Telefon +49 30 {}, presse@agency.example</p><p>Verbreitet durch Meldewerk; verantwortlich ist der Absender",
        "Media contact: press office, phone +44 20 {}, press@agency.example</p><p>Distributed by Wordwire on behalf of the issuer",
        "Контакты для прессы: пресс-служба, телефон +7 495 {}, press@agency.example</p><p>За содержание отвечает источник пресс-релиза",
    );
    let foot = foot.replace("{}", &(100_000 + 37 * html.len()).to_string());
    format!(
        "{}<p>{foot}</p>",
        html.replacen("<p>", &format!("<p>{line}"), 1)
    )
}

fn herald(original: &Original, html: &str, others: &[&str]) -> String {
    let date = format!(
        "{}.0{}.2026, 1{}:05",
        1 + html.len() % 28,
        1 + html.len() % 9,
        html.len() % 10
    );
    let head = say(
        original,
        "Von der Lokalredaktion, {} Uhr, Lesezeit drei Minuten",
        "By our staff reporter, published {}, three minutes to read",
        "Редакция городских новостей, {}, время чтения три минуты",
    );
    let (more, foot) = (
        say(
            original,
            "Weitere Beiträge aus diesem Ressort",
            "You may also like to read these",
            "Другие материалы по этой теме",
        ),
        say(
            original,
            "Jeden Abend unsere wichtigsten Geschichten per Mail, kostenlos und jederzeit kündbar",
            "Our best stories every evening, free of charge, cancel whenever you like",
            "Главные истории дня каждый вечер в нашей бесплатной рассылке",
        ),
    );
    let links: String = others
        .iter()
        .map(|title| format!("<li><a href=/x>{title}</a></li>"))
        .collect();
    format!(
        "<div>{}</div>{html}<h4>{more}</h4><ul>{links}</ul><p>{foot}</p>",
        head.replace("{}", &date)
    )
}

fn blog(original: &Original, html: &str, _: &[&str]) -> String {
    let credit = say(
        original,
        "Der Beitrag {} erschien zuerst auf Rundbrief Blog.",
        "The post {} appeared first on Roundup Blog.",
        "Запись {} впервые появилась на Обзор Блог.",
    );
    format!("{html}<p>{}</p>", credit.replace("{}", original.title))
}

fn list(original: &Original, html: &str, _: &[&str]) -> String {
    let foot = say(
        original,
        "Sie erhalten diese Nachricht, weil Sie die Liste abonniert haben",
        "You are receiving this message because you are subscribed to the list",
        "Вы получили это письмо, потому что подписаны на рассылку",
    );
    format!(
        "<p>From: news@list.example<br>Date: {} Oct 2026 10:{}<br>Subject: [news] {}</p>{html}<p>--<br>{foot}</p>",
        1 + html.len() % 28,
        10 + html.len() % 49,
        original.title
    )
}

fn channel(original: &Original, html: &str, _: &[&str]) -> String {
    let longest = original.title.split(' ').max_by_key(|word| word.len());
    let foot = say(
        original,
        "Mehr auf unserem Kanal",
        "More on our channel",
        "Больше на нашем канале",
    );
    format!(
        "⚡️<b>{}</b><br><br>{}#{}<br>👉 {foot}",
        original.title,
        html.replace("<p>", "").replace("</p>", "<br><br>"),
        longest.unwrap_or_default().to_lowercase()
    )
}
