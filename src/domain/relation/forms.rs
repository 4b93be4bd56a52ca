//! Which forms of a word are one word: Snowball stems where a language has them, and endings of names.
//!
//! Stems alone do not do for names. Snowball takes «Астана» to «аста» and «Астане» to «астан», knows
//! no Ukrainian, and takes «Иванов» to «иван»; so a capitalised Cyrillic word is declined by the tables
//! below instead, and Latin words by the tables as well as by stems. Nothing here asks for the right
//! language: a feed's word on it is often wrong.

use super::words::Script;
use crate::domain::text::primary;

/// Languages with a stemmer, by the script that they are written in.
pub(super) fn stemmed(script: Script) -> &'static [&'static str] {
    match script {
        Script::Latin => &[
            "de", "en", "da", "nl", "fi", "fr", "hu", "it", "nb", "pt", "ro", "es", "sv", "tr",
        ],
        Script::Cyrillic => &["ru"],
        Script::Other => &["el", "ar", "ta"],
        Script::Number | Script::Mixed => &[],
    }
}

/// By whose stems a word of this script is looked for in a text of this language: the text's own and,
/// as its word may be wrong, those of the languages that a wire of ours is most often read in.
pub(super) fn tried(script: Script, language: Option<&str>) -> Vec<&'static str> {
    let stated = language.map(primary);
    let stated = match stated.as_deref() {
        Some("no" | "nn") => Some("nb"),
        other => other,
    };
    let always: &[&str] = match script {
        Script::Latin => &["de", "en"],
        _ => stemmed(script),
    };
    stemmed(script)
        .iter()
        .filter(|language| always.contains(language) || stated == Some(language))
        .copied()
        .collect()
}

/// Forms by ending: the part that stays, and what may follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Declined {
    /// What all forms begin with.
    pub(super) base: String,
    /// What may stand behind it; the empty ending is among them where it may.
    pub(super) endings: &'static [&'static str],
    /// Only in texts whose language is known to decline Latin words the Slavic way (pl, cs, sk …).
    pub(super) slavic_latin: bool,
}

/// The longest ending of any table, in characters.
pub(super) const LONGEST_ENDING: usize = 3;

/// Whether texts of this language decline Latin words the Slavic or Baltic way.
pub(super) fn declines_latin_the_slavic_way(language: Option<&str>) -> bool {
    const SLAVIC: [&str; 9] = ["pl", "cs", "sk", "sl", "hr", "bs", "sr", "lt", "lv"];
    language.is_some_and(|tag| SLAVIC.contains(&&*primary(tag)))
}

/// How a folded word may be declined, by its own ending; `capital`: as a name.
pub(super) fn declined(word: &str, script: Script, capital: bool) -> Vec<Declined> {
    let long = word.chars().count();
    match script {
        Script::Cyrillic if long >= 3 => cyrillic(word, capital),
        Script::Latin if long >= 4 && capital => latin(word),
        _ => Vec::new(),
    }
}

fn latin(word: &str) -> Vec<Declined> {
    let mut forms = vec![Declined {
        base: word.to_owned(),
        endings: &["", "s", "es", "n", "en"],
        slavic_latin: false,
    }];
    let (base, endings): (&str, &'static [&'static str]) = match word.strip_suffix('a') {
        Some(base) => (
            base,
            &[
                "a", "y", "i", "e", "ie", "u", "o", "ou", "om", "ov", "os", "oj",
            ],
        ),
        None => (
            word,
            &[
                "", "u", "a", "ie", "e", "em", "om", "owi", "ovi", "y", "i", "ow", "ami", "ach",
                "o", "as", "ui",
            ],
        ),
    };
    forms.push(Declined {
        base: base.to_owned(),
        endings,
        slavic_latin: true,
    });
    forms
}

/// Russian, Ukrainian, Belarusian and Bulgarian endings in one: a form too many does no harm where
/// the rest of the word is this long.
fn cyrillic(word: &str, capital: bool) -> Vec<Declined> {
    const ADJECTIVE: &[&str] = &[
        "ий", "ый", "ой", "ій", "ого", "его", "ому", "ему", "им", "ым", "ом", "ем", "ім", "ая",
        "яя", "ую", "юю", "ой", "ей", "ое", "ее", "ие", "ые", "их", "ых", "ими", "ыми", "а", "у",
        "і", "о",
    ];
    const SURNAME: &[&str] = &[
        "", "а", "у", "ым", "е", "ы", "ых", "ыми", "ой", "им", "і", "их", "ими", "ом", "ою",
    ];
    const SURNAME_OF_A_WOMAN: &[&str] = &["а", "ой", "у", "ою", "ы", "ых"];
    const CONSONANT_NAME: &[&str] = &[
        "", "а", "у", "ом", "ем", "е", "ы", "и", "і", "ам", "ами", "ах", "ові", "ів", "ам",
    ];
    const CONSONANT: &[&str] = &[
        "", "а", "у", "ом", "ем", "е", "ы", "и", "і", "ам", "ами", "ах", "ові", "ів", "ов", "ев",
        "ей",
    ];
    const A: &[&str] = &[
        "а", "я", "ы", "и", "і", "ї", "е", "у", "ю", "ой", "ей", "ёй", "ою", "ею", "єю", "ам",
        "ям", "ами", "ями", "ах", "ях", "є",
    ];
    const O: &[&str] = &[
        "о", "е", "а", "я", "у", "ю", "ом", "ем", "и", "і", "ам", "ами", "ах", "ям", "ях",
    ];
    const SOFT: &[&str] = &[
        "ь", "я", "и", "і", "ю", "ем", "ём", "ом", "е", "ью", "ям", "ями", "ях", "ей",
    ];
    const SHORT_I: &[&str] = &[
        "й", "я", "ю", "ем", "ём", "єм", "е", "и", "і", "ї", "ев", "ям", "ями", "ях",
    ];
    const PLURAL: &[&str] = &[
        "ы", "и", "і", "", "ов", "ев", "ів", "ей", "ам", "ям", "ами", "ями", "ах", "ях",
    ];

    let cut = |letters: usize| {
        let end = word
            .char_indices()
            .rev()
            .nth(letters - 1)
            .map_or(0, |(at, _)| at);
        word[..end].to_owned()
    };
    let ends = |tails: &[&str]| tails.iter().any(|tail| word.ends_with(tail));
    let (base, endings) = if ends(&[
        "ий", "ый", "ій", "ая", "яя", "ое", "ее", "ые", "ие", "ої", "ой",
    ]) && !ends(&["гай", "ней"])
    {
        // «Россия» and «Сергий» end alike in other tables; a base too short is no adjective.
        (cut(2), ADJECTIVE)
    } else if ends(&["ова", "ева", "ина", "єва", "іна"]) {
        (cut(1), if capital { SURNAME_OF_A_WOMAN } else { A })
    } else if ends(&["ов", "ев", "ин", "ын", "єв", "їв", "ін"]) && capital {
        (word.to_owned(), SURNAME)
    } else if ends(&["а", "я"]) {
        (cut(1), A)
    } else if ends(&["о", "е"]) {
        (cut(1), O)
    } else if ends(&["ь"]) {
        (cut(1), SOFT)
    } else if ends(&["й"]) {
        (cut(1), SHORT_I)
    } else if ends(&["ы", "и", "і"]) {
        (cut(1), PLURAL)
    } else if ends(&["у", "ю", "э", "є", "ї"]) {
        // Баку, Перу: not declined; the word itself is always looked for.
        return Vec::new();
    } else if capital {
        (word.to_owned(), CONSONANT_NAME)
    } else {
        (word.to_owned(), CONSONANT)
    };
    if base.chars().count() < 2 {
        return Vec::new();
    }
    let mut forms = vec![Declined {
        base,
        endings,
        slavic_latin: false,
    }];
    // «Сергий», «Китай»-like names beside adjectives; «Пашинян», but also «Пушкина» the place.
    if endings == ADJECTIVE && ends(&["ий", "ій"]) {
        forms.push(Declined {
            base: cut(1),
            endings: SHORT_I,
            slavic_latin: false,
        });
    } else if endings == SURNAME_OF_A_WOMAN {
        forms.push(Declined {
            base: cut(1),
            endings: A,
            slavic_latin: false,
        });
    }
    forms
}

/// Whether `word` is one of the forms.
pub(super) fn is_form(forms: &[Declined], word: &str, slavic_latin: bool) -> bool {
    forms.iter().any(|form| {
        (slavic_latin || !form.slavic_latin)
            && word
                .strip_prefix(form.base.as_str())
                .is_some_and(|ending| form.endings.contains(&ending))
    })
}

/// A folded word without its ending, where Snowball has no rules (Ukrainian, Bulgarian, Polish, Czech):
/// the longest known ending that leaves four letters.
pub(super) fn light_stem(word: &str) -> &str {
    const ENDINGS: &[&str] = &[
        "ування",
        "ованих",
        "увати",
        "ького",
        "ькому",
        "ськими",
        "еться",
        "ється",
        "аться",
        "яться",
        "ами",
        "ями",
        "ого",
        "ому",
        "ові",
        "еві",
        "ими",
        "ення",
        "ання",
        "ість",
        "істю",
        "ості",
        "ата",
        "ите",
        "ето",
        "ият",
        "овете",
        "их",
        "им",
        "ій",
        "ий",
        "ою",
        "ею",
        "ах",
        "ях",
        "ів",
        "їв",
        "ам",
        "ям",
        "ом",
        "ем",
        "ти",
        "ли",
        "ла",
        "ло",
        "ва",
        "ат",
        "ят",
        "ът",
        "та",
        "то",
        "а",
        "я",
        "о",
        "е",
        "у",
        "ю",
        "и",
        "і",
        "ї",
        "ь",
        "є",
        "й",
        "ы", //
        "ych",
        "ego",
        "emu",
        "ami",
        "ach",
        "owie",
        "owej",
        "ymi",
        "ich",
        "imi",
        "ova",
        "ovi",
        "owi",
        "ech",
        "eho",
        "ymi",
        "ou",
        "em",
        "om",
        "ow",
        "ym",
        "im",
        "ie",
        "ej",
        "ia",
        "iu",
        "ii",
        "a",
        "e",
        "i",
        "o",
        "u",
        "y",
    ];
    let long = word.chars().count();
    ENDINGS
        .iter()
        .filter(|ending| word.ends_with(*ending) && long >= ending.chars().count() + 4)
        .max_by_key(|ending| ending.len())
        .map_or(word, |ending| &word[..word.len() - ending.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(name: &str, forms: &str) {
        let declined = declined(name, Script::Cyrillic, true);
        for form in forms.split(' ') {
            assert!(is_form(&declined, form, false), "{name}: {form}");
        }
    }

    #[test]
    fn russian_and_ukrainian_names_are_found_in_every_case() {
        holds(
            "казахстан",
            "казахстан казахстана казахстану казахстане казахстаном казахстані",
        );
        holds("астана", "астана астаны астане астану астаной");
        holds("токаев", "токаев токаева токаеву токаевым токаеве");
        holds("россия", "россия россии россию россией");
        holds("тюмень", "тюмень тюмени тюменью");
        holds("китай", "китай китая китаю китаем китае");
        holds("соединенные", "соединенные соединенных соединенным");
        holds("штаты", "штаты штатов штатам штатах");
        holds("україна", "україна україни україні україну україною");
        holds("уфа", "уфа уфы уфе уфу уфой");
        holds("никитина", "никитина никитиной никитину");
    }

    #[test]
    fn a_longer_name_is_not_a_form_of_a_shorter_one() {
        let ivan = declined("иван", Script::Cyrillic, true);
        assert!(!is_form(&ivan, "иванов", false));
        assert!(!is_form(&ivan, "ивановка", false));
        let omsk = declined("омск", Script::Cyrillic, true);
        assert!(!is_form(&omsk, "омский", false));
    }

    #[test]
    fn polish_forms_need_a_polish_text() {
        let forms = declined("kazachstan", Script::Latin, true);
        assert!(is_form(&forms, "kazachstanie", true));
        assert!(!is_form(&forms, "kazachstanie", false));
        assert!(is_form(&forms, "kazachstans", false));
    }

    #[test]
    fn an_unknown_or_wrong_language_still_tries_german_and_english() {
        let latin = |language| tried(Script::Latin, language).len();
        assert_eq!(
            (latin(None), latin(Some("ru")), latin(Some("fr"))),
            (2, 2, 3)
        );
        assert_eq!((latin(Some("de-AT")), latin(Some("en"))), (2, 2));
    }
}
