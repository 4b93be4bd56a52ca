//! The words by which a press officer knows the parts of a release: mastheads, genres, contact
//! blocks, end marks, organisations. German, English, Russian; the commonest mastheads of others.

use super::dates;
use chrono::NaiveDate;
use regex::Regex;
use std::sync::LazyLock;

fn pattern(text: &str) -> Regex {
    Regex::new(&format!("(?i){text}")).expect("a constant pattern")
}

static MASTHEAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:gemeinsame|aktuelle|unsere|neue)\s+)?(?:presse|medien)[-\s]?(?:mitteilung|erklärung|information|info|meldung|aussendung|dienst|notiz|statement|text)(?:en)?\b|^pm\b|^aktuelle\s+information(?:en)?\b|^(?:information(?:en)?\s+)?für\s+(?:die\s+)?(?:presse|medien)(?:\s+und\s+(?:die\s+)?öffentlichkeit)?\b|^an\s+(?:die|alle)\s+(?:presse|medien|redaktionen)\b|^zur\s+sofortigen\s+(?:veröffentlichung|verwendung|freigabe)\b|^(?:joint\s+)?(?:press|news|media)\s+(?:release|statement|advisory|information|notice|communiqué|bulletin|note)\b|^for\s+(?:immediate\s+)?(?:release|publication|distribution)\b|^(?:statement|information)\s+(?:for|to)\s+the\s+(?:press|media)\b|^immediate\s+release\b|^пресс[-\s]?релиз\b|^(?:сообщение|информация|заявление)\s+для\s+(?:прессы|сми|печати)\b|^для\s+(?:немедленн\w+\s+)?(?:публикации|распространения|прессы|сми)\b|^прес[-\s]?реліз\b|^communiqué\s+de\s+presse\b|^comunicato\s+stampa\b|^comunicado\s+de\s+prensa\b|^nota\s+de\s+(?:prensa|imprensa)\b|^persbericht\b|^informacja\s+prasowa\b|^basın\s+açıklaması\b",
    )
});

/// Kinds of text that stand over a title, and are the title where nothing else is.
static GENRE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:gemeinsame|joint|совместн\w+|öffentliche|официальн\w+|official|public)\s+)?(?:erklärung|stellungnahme|statement|mitteilung|meldung|resolution|offener\s+brief|open\s+letter|aufruf|declaration|news|press|presse|aktuell\w*|заявление|обращение|открытое\s+письмо|новости|пресс-служба|резолюция|сообщение)[:.!]?$",
    )
});

static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:\bnr\.?|\bno\.?|№|#)\s*\d+(?:\s*[/–-]\s*\d+)?|\b\d{1,4}\s*/\s*(?:19|20)\d\d\b")
});

/// What a line says besides being a masthead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Masthead {
    /// The date in it.
    pub(super) day: Option<NaiveDate>,
    /// The organisation named in it.
    pub(super) publisher: Option<String>,
    /// The title behind it: `Pressemitteilung: Titel`.
    pub(super) title: Option<String>,
}

/// What a line says, where it is a masthead ("Pressemitteilung Nr. 3 vom 11.01.2022"), not a title.
pub(super) fn masthead(text: &str) -> Option<Masthead> {
    let text = bare(text);
    let found = MASTHEAD.find(text)?;
    let mut head = Masthead::default();
    let mut rest = text[found.end()..].to_owned();
    while let Some(date) = dates::all(&rest).into_iter().next() {
        head.day = head.day.or(Some(date.day));
        rest.replace_range(date.range, " ");
    }
    let rest = NUMBERED.replace_all(&rest, " ").into_owned();
    let separated = rest.trim_start().chars().next();
    let said = super::super::markdown::fold(bare(&rest));
    let lower = said.to_lowercase();
    if dates::only_filling(&said) {
        return Some(head);
    }
    // Two in one line: `Press release – for immediate release`.
    if let Some(second) = masthead(&said) {
        return Some(Masthead {
            day: head.day.or(second.day),
            ..second
        });
    }
    for of in [
        "der ",
        "von der ",
        "von ",
        "of the ",
        "of ",
        "from the ",
        "from ",
        "by the ",
        "by ",
        "от ",
    ] {
        if lower.starts_with(of) {
            let name = trimmed_name(&said[of.len()..]);
            let about = [
                "zu",
                "zum",
                "zur",
                "über",
                "gegen",
                "on",
                "about",
                "regarding",
                "о",
                "об",
            ];
            if name.split(' ').count() > 9 || name.split(' ').any(|word| about.contains(&word)) {
                return None;
            }
            head.publisher = Some(name);
            return Some(head);
        }
    }
    if lower.starts_with("des ")
        || lower.starts_with("vom ")
        || lower.starts_with("at ")
        || lower.starts_with("until ")
    {
        return Some(head);
    }
    match separated {
        Some(':') if !is_organisation(&said) => head.title = Some(said),
        Some(':' | '-' | '–' | '—' | '|' | '•' | '·' | '/' | ',' | '(') => {
            if is_organisation(&said) || said.split(' ').count() <= 3 {
                head.publisher = Some(trimmed_name(&said));
            } else {
                head.title = Some(said);
            }
        }
        _ => return None,
    }
    Some(head)
}

/// A kind of text alone: "Erklärung", "Joint statement", "Заявление".
pub(super) fn is_genre(text: &str) -> bool {
    GENRE.is_match(bare(text))
}

/// Numbers, pages, addressees: nothing that a title would be.
pub(super) fn is_reference(text: &str) -> bool {
    static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:seite|page|стр\.?)\s+\d+|^(?:ref|az|aktenzeichen|исх)\b|^(?:sperrfrist|embargo|эмбарго)|^(?:an|to|кому|an alle):?\s+(?:die\s+)?(?:redaktion|presse|medien|all\s+media|the\s+press|сми)",
        )
    });
    let rest = NUMBERED.replace_all(text, "");
    REFERENCE.is_match(bare(text)) || dates::only_filling(&rest)
}

/// "Sehr geehrte Damen und Herren".
pub(super) fn is_salutation(text: &str) -> bool {
    static SALUTATION: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^(?:sehr\s+geehrte|liebe[rs]?\s|dear\s|уважаем|дорогие|hallo\b|guten\s+tag)")
    });
    SALUTATION.is_match(text) && text.chars().count() < 120 && text.ends_with([',', '!', ':'])
}

/// The marks by which a release ends.
pub(super) fn is_end_mark(text: &str) -> bool {
    let marks: String = text
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '#')
        .flat_map(char::to_lowercase)
        .collect();
    text.chars().count() <= 16
        && matches!(
            marks.as_str(),
            "###"
                | "####"
                | "#####"
                | "##"
                | "30"
                | "ends"
                | "end"
                | "ende"
                | "endofrelease"
                | "конец"
                | "xxx"
        )
        && (marks.starts_with('#')
            || text.trim().starts_with(['-', '–', '—', '(', '*', '[', '<'])
            || text.trim() == "ENDS"
            || text.trim() == "ENDE")
}

static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:presse|medien|rück)[-\s]?kontakte?|kontakt(?:e|daten|adresse)?|ansprechpartner\S*|(?:für\s+)?(?:presse)?(?:rück|an)fragen(?:\s+(?:bitte\s+)?an)?|pressestelle|pressebüro|presse\s*sprecher\S*|weitere\s+informationen(?:\s+bei)?|(?:media|press)\s+(?:contact|inquiries|enquiries|relations|office|queries)s?(?:\s+(?:details|information))?|contacts?(?:\s+(?:for\s+(?:the\s+)?(?:press|media)|details|information))?|for\s+(?:more|further|additional)\s+information|for\s+(?:press|media|interview)\s+(?:inquiries|enquiries|queries|requests)|контакт(?:ы|ная\s+информация)?(?:\s+для\s+(?:прессы|сми|связи))?|пресс-служба|для\s+связи|за\s+дополнительной\s+информацией|дополнительная\s+информация|по\s+вопросам\s+сми)(?:\b|$)",
    )
});

/// Whether a line (raw or plain) opens a contact block: "Pressekontakt:", "For further information, contact …".
pub(super) fn starts_contact(line: &str) -> bool {
    let text = bare(line.trim().trim_start_matches('#'));
    let Some(found) = CONTACT.find(text) else {
        return false;
    };
    let rest = text[found.end()..].trim_start_matches(['*', '_', ' ']);
    let lower = rest.to_lowercase();
    rest.is_empty()
        || rest.starts_with([':', '–', '—'])
        || line.contains('@')
        || [
            "please",
            "contact",
            "visit",
            "wenden",
            "bitte",
            "обращай",
            "der ",
            "des ",
            "of ",
        ]
        .iter()
        .any(|word| lower.starts_with(word))
            && text.chars().count() <= 120
}

static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\+\s?\d[\d\s()/.–-]{6,}\d|\(?\b0\d{2,5}\)?[\s/–-]+\d{2,}[\d\s/–-]*\d|\(\d{3}\)\s*\d{3}[-.\s]\d{4}|\b\d{3}[-.]\d{3}[-.]\d{4}\b|\b8\s?\(?\d{3,4}\)?[\s-]?\d{2,3}[\s-]?\d{2}[\s-]?\d{2}\b",
    )
});

static MAIL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[\w.+-]+(?:@|\s?[\[(](?:at|ät)[\])]\s?)[\w-]+(?:\.[\w-]+)+"));

static POSTAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:D-|A-|CH-)?\d{4,6},?\s+\p{L}|(?:straße|strasse|str\.|platz|allee|weg|gasse|damm|ufer)\s*\d+|\d+\s+[\p{L} ]{2,30}\b(?:street|st|road|rd|avenue|ave|lane|square|drive)\b|\b(?:ул\.|улица|пр\.|проспект|пер\.)\s",
    )
});

/// Kinds of what a contact block holds, counted over its lines.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reachable {
    pub(super) phone: bool,
    pub(super) mail: bool,
    pub(super) web: bool,
    pub(super) postal: bool,
}

impl Reachable {
    /// What is in one line.
    pub(super) fn of(line: &str) -> Reachable {
        let web = super::super::markdown::bare_address(line)
            .is_some_and(|range| range.len() * 2 > line.len());
        Reachable {
            phone: PHONE.is_match(line) && dates::all(line).is_empty(),
            mail: MAIL.is_match(line),
            web,
            postal: POSTAL.is_match(line),
        }
    }

    pub(super) fn and(self, other: Reachable) -> Reachable {
        Reachable {
            phone: self.phone || other.phone,
            mail: self.mail || other.mail,
            web: self.web || other.web,
            postal: self.postal || other.postal,
        }
    }

    pub(super) fn any(self) -> bool {
        self.phone || self.mail || self.web || self.postal
    }

    /// How many kinds.
    pub(super) fn kinds(self) -> usize {
        [self.phone, self.mail, self.web, self.postal]
            .into_iter()
            .filter(|&is| is)
            .count()
    }
}

static ORGANISATION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:e\.\s?v\.|gmbh|ggmbh|ag|eg|inc\.?|ltd\.?|llc|plc|ngo)(?:\s|$|,)|(?:verein|verband|gewerkschaft|bündnis|initiative|partei|bund|stiftung|komitee|netzwerk|vereinigung|rat|forum|jugend|zentrum|institut|kammer|genossenschaft|liga|kollektiv|ministerium|behörde|universität|hochschule)\b|\b(?:union|unions|committee|association|society|foundation|party|council|network|alliance|coalition|movement|federation|institute|organi[sz]ation|confederation|league|centre|center|collective|campaign|ministry|agency|university|company|institution|trust|group)\b|^(?:союз|профсоюз|партия|движение|комитет|инициатива|фонд|объединение|организация|ассоциация|коалиция|сеть|совет|ооо|оао|центр|институт|федерация|конфедерация|министерство|коллектив)\b",
    )
});

/// Whether a short text is the name of an organisation rather than a title: a word for one in it, and
/// written as names are, without a sentence's verb, colon or exclamation.
pub(super) fn is_organisation(text: &str) -> bool {
    let text = bare(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty()
        || words.len() > 8
        || text.contains([':', '!', '?'])
        || !ORGANISATION.is_match(text)
    {
        return false;
    }
    if text.chars().all(|c| !c.is_lowercase()) {
        // Capitals hide what is a name: only where nothing but a name fits in.
        return words.len() <= 3;
    }
    const SMALL: [&str; 24] = [
        "of", "the", "for", "and", "in", "on", "to", "der", "die", "das", "des", "und", "für",
        "von", "im", "am", "e.v.", "e.", "zur", "gegen", "и", "по", "в", "&",
    ];
    let cyrillic = text.chars().any(|c| ('а'..='я').contains(&c));
    if cyrillic {
        // Russian names are written small after the first word: «…» or a single word tell them.
        return words.len() <= 2 || (text.contains('«') && text.ends_with('»'));
    }
    words.iter().all(|word| {
        SMALL.contains(&word.to_lowercase().as_str())
            || word.starts_with(|c: char| {
                c.is_uppercase() || c.is_ascii_digit() || "„“\"«'(&–-".contains(c)
            })
    })
}

/// A name without what stands around it.
pub(super) fn trimmed_name(text: &str) -> String {
    let mut name = text.trim_matches(|c: char| c.is_whitespace() || ",;:–—-|•·()".contains(c));
    // What led over to a date that is taken out.
    for over in [
        " vom", " am", " den", " from", " on", " of", " dated", " от", " за",
    ] {
        name = name.strip_suffix(over).unwrap_or(name);
    }
    name.trim_end_matches([',', ';', ':', ' ']).to_owned()
}

/// A line without marks and separators at its ends.
pub(super) fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || "*_–—-|•·:,;/+=[](){}<>".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mastheads_are_no_titles() {
        for text in [
            "Aktuelle Information",
            "für Presse und Öffentlichkeit - 11.01.2022",
            "Pressemitteilung",
            "PRESSEMITTEILUNG Nr. 12/2022",
            "Pressemitteilung vom 11. Januar 2022",
            "Presseerklärung der Gewerkschaft Nord",
            "Press release",
            "PRESS RELEASE | 12 March 2024",
            "FOR IMMEDIATE RELEASE",
            "FOR IMMEDIATE RELEASE: March 12, 2024",
            "Media Release – Example Union",
            "ПРЕСС-РЕЛИЗ",
            "Пресс-релиз от 12 марта 2024 г.",
            "Для немедленного распространения",
            "Medienmitteilung, 3. Mai 2021",
            "PRESS RELEASE - FOR IMMEDIATE RELEASE",
            "Communiqué de presse",
        ] {
            let head = masthead(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(head.title, None, "{text}");
        }
        assert_eq!(
            masthead("Presseerklärung der Gewerkschaft Nord vom 3.5.2021").unwrap(),
            Masthead {
                day: NaiveDate::from_ymd_opt(2021, 5, 3),
                publisher: Some("Gewerkschaft Nord".to_owned()),
                title: None
            }
        );
    }

    #[test]
    fn title_behind_a_masthead_is_found() {
        assert_eq!(
            masthead("Pressemitteilung: Hafen steht still")
                .unwrap()
                .title
                .as_deref(),
            Some("Hafen steht still")
        );
        assert_eq!(
            masthead("Press release – Dockers vote to strike on Monday")
                .unwrap()
                .title
                .as_deref(),
            Some("Dockers vote to strike on Monday")
        );
    }

    #[test]
    fn titles_are_no_mastheads() {
        for text in [
            "Pressefreiheit verteidigen",
            "Pressemitteilung zum Streik im Hafen",
            "Presserat rügt Zeitung",
            "Information ist ein Recht",
            "Kasachstan: \"Das war kein 'Streich'\"",
            "Пресса под давлением",
        ] {
            assert_eq!(masthead(text), None, "{text}");
        }
    }

    #[test]
    fn organisations_are_told_from_sentences() {
        for text in [
            "Gewerkschaft Nord",
            "Verein Hafenkante e.V.",
            "Example Union of Dock Workers",
            "Профсоюз «Маяк»",
        ] {
            assert!(is_organisation(text), "{text}");
        }
        for text in [
            "Gewerkschaft ruft zum Streik auf",
            "Union welcomes the decision",
            "Профсоюз объявил забастовку в порту",
            "Hafen: Verein klagt",
        ] {
            assert!(!is_organisation(text), "{text}");
        }
    }

    #[test]
    fn contact_labels_open_a_block() {
        for text in [
            "Pressekontakt:",
            "**Kontakt**",
            "Media contact:",
            "Contact: Jane Doe",
            "For further information please contact:",
            "Контакты для прессы:",
            "Rückfragen an: x@y.example",
        ] {
            assert!(starts_contact(text), "{text}");
        }
        for text in [
            "Kontakt zu den Streikenden halten wir täglich und über viele Wege",
            "Contacts between workers grow",
        ] {
            assert!(!starts_contact(text), "{text}");
        }
    }
}
