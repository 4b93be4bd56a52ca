//! The texts of the evaluation: written for it, in German, English and Russian, and the publishers
//! that carry them. Even ones tune the rule, odd ones report on it; so do the publishers.

use presswire::domain::likeness::Text;
use presswire::domain::source::SourceNumber;

/// One text that nobody published.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    pub(crate) index: usize,
    pub(crate) language: &'static str,
    pub(crate) title: String,
    pub(crate) paragraphs: Vec<String>,
}

impl Base {
    /// The rule may be tuned on it.
    pub(crate) fn is_for_tuning(&self) -> bool {
        self.index.is_multiple_of(2)
    }

    pub(crate) fn html(&self) -> String {
        self.paragraphs
            .iter()
            .map(|paragraph| format!("<p>{paragraph}</p>\n"))
            .collect()
    }
}

pub(crate) fn all() -> Vec<Base> {
    let files = [
        ("de", include_str!("texts/de.txt")),
        ("en", include_str!("texts/en.txt")),
        ("ru", include_str!("texts/ru.txt")),
    ];
    let mut bases: Vec<Base> = Vec::new();
    for (language, file) in files {
        for text in file.split("\n# ") {
            let mut lines = text.trim_start_matches("# ").lines();
            bases.push(Base {
                index: bases.len(),
                language,
                title: lines.next().unwrap().to_owned(),
                paragraphs: lines
                    .filter(|line| !line.is_empty())
                    .map(str::to_owned)
                    .collect(),
            });
        }
    }
    bases
}

/// Who carries a text, and what stands around it there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Publisher {
    pub(crate) number: i64,
    pub(crate) host: &'static str,
    pub(crate) before: &'static str,
    pub(crate) after: &'static str,
}

impl Publisher {
    pub(crate) fn source(&self) -> SourceNumber {
        SourceNumber(self.number)
    }

    pub(crate) fn framed(&self, html: &str) -> String {
        format!("{}{html}{}", self.before, self.after)
    }

    pub(crate) fn text(&self, base: &Base, html: &str) -> Text {
        let at = chrono::DateTime::from_timestamp(1_760_000_000 + 600 * self.number, 0).unwrap();
        Text {
            title: Some(base.title.clone()),
            html: self.framed(html),
            link: Some(format!("https://{}/a/{}", self.host, base.index)),
            language: Some(base.language.to_owned()),
            published: Some(at),
            first_seen: at,
            source: Some(self.source()),
        }
    }
}

/// The issuer carries texts bare; the others frame them.
pub(crate) const ISSUER: Publisher = Publisher {
    number: 1,
    host: "issuer.example",
    before: "",
    after: "",
};

/// Publishers for the half that the rule is tuned on.
pub(crate) const TUNING: [Publisher; 4] = [
    Publisher {
        number: 2,
        host: "hafenblatt.example",
        before: "<p class=meta>Veröffentlicht unter Betrieb und Gewerkschaft</p>",
        after: "<hr><p>Das Hafenblatt erscheint jeden zweiten Monat und lebt von Spenden. Abonnement: <a href='/abo'>hier bestellen</a></p>",
    },
    Publisher {
        number: 3,
        host: "labour-wire.example",
        before: "",
        after: "<p>Labour Wire is run by volunteers. Please consider a donation to keep this service free of charge for everybody.</p>",
    },
    Publisher {
        number: 4,
        host: "rabochaya.example",
        before: "<p>Лента новостей нашей редакции, подписывайтесь на канал</p>",
        after: "<p>Если вы заметили ошибку в тексте, выделите её и нажмите Ctrl и Enter. Поддержите редакцию переводом.</p>",
    },
    Publisher {
        number: 5,
        host: "solidaritaet.example",
        before: "<div>Lesezeit: 3 Minuten · Drucken · Teilen</div>",
        after: "<div>Schlagwörter: Arbeit, Bewegung, International</div><div>Dir gefällt, was du liest? Dann unterstütze uns mit einem Abo oder folge uns im Netz.</div>",
    },
];

/// Publishers for the half that is reported.
pub(crate) const HELD: [Publisher; 4] = [
    Publisher {
        number: 12,
        host: "rundschau.example",
        before: "<p><em>Aus unserer Rubrik Soziales, zusammengestellt von der Redaktion</em></p>",
        after: "<footer>Rundschau am Abend, Herausgeber Verein für freie Presse, alle Rechte vorbehalten, Nachdruck mit Quellenangabe erwünscht</footer>",
    },
    Publisher {
        number: 13,
        host: "commons.example",
        before: "<p>From our network of correspondents around the world</p>",
        after: "<p>Sign up for the weekly letter and never miss a story. You can cancel whenever you like with a single click.</p>",
    },
    Publisher {
        number: 14,
        host: "golos.example",
        before: "",
        after: "<p>Читайте также другие материалы раздела Общество. Мнение редакции может не совпадать с мнением авторов публикаций.</p>",
    },
    Publisher {
        number: 15,
        host: "bund.example",
        before: "<ul><li>Startseite</li><li>Aktuelles</li><li>Pressemitteilungen des Bundes</li></ul>",
        after: "<p>Pressestelle, Telefon 030 123456, Mo bis Do 9 bis 16 Uhr, presse@bund.example</p><p>Wer keine Mitteilungen mehr bekommen möchte, schreibt uns eine kurze Nachricht.</p>",
    },
];
