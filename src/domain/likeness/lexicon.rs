//! Words that no merge may paper over: negations, opposites, marks of replies and corrections; and what
//! forms of one word look like.
//!
//! German, English and Russian in full, French, Spanish and Italian in the commonest forms. All words
//! here are folded (`ä` is `ae`, `ё` is `е`).

use crate::domain::text::Words;

#[rustfmt::skip]
const NEGATIONS: [&str; 63] = [
    "nicht", "kein", "keine", "keinen", "keinem", "keiner", "keines", "keinerlei", "keineswegs", "ohne", "nie", "niemals", "niemand", "niemanden", "nichts", "weder", "nirgends", "kaum",
    "not", "no", "never", "none", "neither", "nor", "nobody", "nothing", "without", "cannot", "hardly", "nowhere",
    "не", "ни", "без", "нет", "никогда", "никто", "никого", "ничего", "нельзя", "никакой", "никаких", "никакого", "нигде", "едва",
    "ne", "pas", "jamais", "sans", "aucun", "aucune", "rien", "sin", "nunca", "jamas", "ningun", "ninguna", "nada", "non", "mai", "senza", "nessun", "nessuna", "nie",
];

/// A word that turns a sentence around.
pub(super) fn is_negation(folded: &str, language: Option<&str>) -> bool {
    match folded {
        // The month of May in German; "never" in Italian.
        "mai" => language == Some("it"),
        "non" | "no" | "ne" | "sin" | "nada" => !matches!(language, Some("de" | "ru")),
        _ => NEGATIONS.contains(&folded),
    }
}

/// Prefixes that turn a word around.
const UN: [&str; 12] = [
    "un", "in", "im", "il", "ir", "non", "dis", "nicht", "не", "без", "бес", "miss",
];

/// One word is the other with a prefix that negates it.
pub(super) fn is_negated(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    short.chars().count() >= 3
        && UN.iter().any(|prefix| {
            long.strip_prefix(prefix)
                .is_some_and(|bare| is_inflected(bare, short))
        })
}

/// Beginnings of words that mean the opposite, or another measure: `arbeitgeber` and `arbeitnehmer`.
#[rustfmt::skip]
const OPPOSITES: [&[&str]; 75] = [
    &["mehr", "weniger"], &["fuer", "gegen"], &["vor", "nach"], &["ueber", "unter"], &["gewonnen", "verloren"], &["erlaubt", "verboten"], &["mindestens", "hoechstens"],
    &["gestiegen", "gesunken", "gefallen"], &["steigt", "sinkt", "faellt"], &["steigen", "sinken", "fallen"], &["stieg", "sank", "fiel"], &["angenommen", "abgelehnt"], &["freigesprochen", "verurteilt"],
    &["alle", "einige"], &["immer", "selten"], &["mit", "ohne"], &["links", "rechts"], &["linke", "rechte"], &["linken", "rechten"], &["hoeher", "niedriger"], &["begonnen", "beendet"],
    &["arbeitgeber", "arbeitnehmer"], &["taeter", "opfer"], &["mieter", "vermieter"], &["gewinn", "verlust"], &["maenner", "frauen"], &["norden", "sueden", "osten", "westen"],
    &["einnahmen", "ausgaben"], &["sieg", "niederlage"], &["vormittag", "nachmittag"], &["morgen", "abend"], &["erhoehung", "senkung"], &["erhoeht", "gesenkt"], &["zustimmung", "ablehnung"],
    &["tag", "woche", "monat", "jahr"], &["tage", "wochen", "monate", "jahre"], &["tagen", "wochen", "monaten", "jahren"], &["stunden", "minuten", "sekunden", "tage"], &["euro", "dollar", "franken", "pfund", "rubel", "cent"],
    &["kilometer", "meter", "zentimeter"], &["tonnen", "kilo", "kilogramm"],
    &["more", "less", "fewer"], &["for", "against"], &["before", "after"], &["over", "under"], &["above", "below"], &["won", "lost"], &["rose", "fell"], &["with", "without"],
    &["increased", "decreased"], &["accepted", "rejected"], &["all", "some"], &["higher", "lower"], &["least", "most"], &["up", "down"], &["am", "pm"],
    &["employer", "employee"], &["employers", "employees"], &["landlord", "tenant"], &["landlords", "tenants"], &["men", "women"], &["profit", "loss"], &["north", "south", "east", "west"],
    &["morning", "afternoon", "evening"], &["hours", "days", "weeks", "months", "years", "minutes"], &["hour", "day", "week", "month", "year"], &["dollars", "euros", "pounds", "cents", "roubles"], &["innocent", "guilty"],
    &["больше", "меньше"], &["более", "менее"], &["за", "против"], &["до", "после"], &["выросли", "упали"], &["выше", "ниже"], &["принят", "отклонен"],
];

/// More Russian ones, by their beginnings: endings follow.
#[rustfmt::skip]
const RUSSIAN_OPPOSITES: [&[&str]; 9] = [
    &["работодател", "работник"], &["мужчин", "женщин"], &["прибыл", "убыт"], &["побед", "поражен"], &["север", "юг", "юж", "восток", "восточ", "запад"],
    &["день", "дня", "дней", "недел", "месяц", "год", "лет"], &["час", "минут", "секунд", "сутки", "суток"], &["рубл", "доллар", "евро", "тенге"], &["повышен", "снижен"],
];

/// Words that mean the opposite of each other, or another measure.
pub(super) fn are_opposites(one: &str, other: &str) -> bool {
    let by_form = OPPOSITES.iter().any(|group| {
        let place = |word: &str| group.iter().position(|known| *known == word);
        place(one).zip(place(other)).is_some_and(|(a, b)| a != b)
    });
    by_form
        || RUSSIAN_OPPOSITES.iter().any(|group| {
            let place = |word: &str| group.iter().position(|known| word.starts_with(known));
            let places = place(one).zip(place(other));
            places.is_some_and(|(a, b)| a != b && !is_inflected(one, other))
        })
}

/// First words of titles of replies.
const REPLIES: [&[&str]; 20] = [
    &["re"],
    &["aw"],
    &["antwort"],
    &["antwort", "auf"],
    &["replik"],
    &["erwiderung"],
    &["stellungnahme", "zu"],
    &["stellungnahme"],
    &["kommentar", "zu"],
    &["gegendarstellung"],
    &["reply", "to"],
    &["reply"],
    &["response", "to"],
    &["response"],
    &["answer", "to"],
    &["comment", "on"],
    &["ответ"],
    &["ответ", "на"],
    &["reponse", "a"],
    &["respuesta", "a"],
];

/// A title that marks an answer to another text.
pub(super) fn marks_reply(title: &str) -> bool {
    begins_with(title, &REPLIES)
}

/// Words of titles of corrections.
const CORRECTIONS: [&str; 15] = [
    "korrektur",
    "korrigiert",
    "korrigierte",
    "berichtigung",
    "berichtigt",
    "richtigstellung",
    "correction",
    "corrected",
    "corrects",
    "erratum",
    "исправлено",
    "исправление",
    "уточнение",
    "rectificatif",
    "correccion",
];

/// A title that marks a correction of another text.
pub(super) fn marks_correction(title: &str) -> bool {
    Words::of(title)
        .iter()
        .any(|word| is_correction(word.folded))
}

/// A word that says that something was wrong before.
pub(super) fn is_correction(folded: &str) -> bool {
    CORRECTIONS.contains(&folded)
}

fn begins_with(title: &str, beginnings: &[&[&str]]) -> bool {
    let words = Words::of(title);
    beginnings.iter().any(|beginning| {
        beginning.len() <= words.len()
            && beginning
                .iter()
                .zip(words.iter())
                .all(|(wanted, word)| *wanted == word.folded)
    })
}

/// Endings that one word may have and the other not, or another: the same word in another form.
#[rustfmt::skip]
const ENDINGS: [&str; 48] = [
    "", "s", "es", "n", "en", "e", "er", "em", "ern", "ens", "ed", "d", "ing", "t", "te", "ten",
    "а", "у", "ом", "е", "ы", "и", "ов", "ам", "ами", "ах", "я", "ю", "ем", "ей", "ой", "ый", "ий", "ая", "ое", "ые", "ого", "его", "ому", "ему", "ым", "им", "ых", "их", "ью", "ь", "ую", "ям",
];

/// Two forms of one word: a common beginning and endings of inflection.
pub(super) fn is_inflected(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let common: usize = one
        .chars()
        .zip(other.chars())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let letters = one[..common].chars().count();
    // The beginning may itself end in a part of the ending: "Streik|en", "Streike|n".
    letters >= 3
        && (0..=2_usize.min(letters - 3)).any(|back| {
            let at = one[..common]
                .char_indices()
                .rev()
                .nth(back.wrapping_sub(1))
                .map_or(common, |(at, _)| at);
            ENDINGS.contains(&&one[at..]) && ENDINGS.contains(&&other[at..])
        })
}

/// Equal, another form, or one slip of a letter in a word of five and more.
pub(super) fn is_nearly(one: &str, other: &str) -> bool {
    is_inflected(one, other) || is_one_edit(one, other)
}

/// One letter more, less, other, or two neighbours swapped, in words of at least five letters.
pub(super) fn is_one_edit(one: &str, other: &str) -> bool {
    edited(one, other).is_some()
}

/// Two neighbours swapped, a letter doubled, or one inside the word dropped, in words of at least five.
pub(super) fn is_slip_of_hand(one: &str, other: &str) -> bool {
    edited(one, other).is_some_and(|(head, edit)| head > 0 && edit != Edited::Other)
}

#[derive(PartialEq, Eq)]
enum Edited {
    Swapped,
    MoreOrLess,
    Other,
}

/// How the one edit that parts two words is made, and behind how many letters.
fn edited(one: &str, other: &str) -> Option<(usize, Edited)> {
    let a: Vec<char> = one.chars().collect();
    let b: Vec<char> = other.chars().collect();
    if a.len().min(b.len()) < 4
        || a.len().max(b.len()) < 5
        || a.len().abs_diff(b.len()) > 1
        || a == b
    {
        return None;
    }
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let tail = a[head..]
        .iter()
        .rev()
        .zip(b[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    match (&a[head..a.len() - tail], &b[head..b.len() - tail]) {
        ([_], [_]) => Some((head, Edited::Other)),
        ([_], []) | ([], [_]) if tail > 0 => Some((head, Edited::MoreOrLess)),
        ([_], []) | ([], [_]) => Some((head, Edited::Other)),
        ([w, x], [y, z]) if w == z && x == y => Some((head, Edited::Swapped)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_that_negate_are_seen() {
        for (one, other) in [
            ("moeglich", "unmoegliche"),
            ("legal", "illegal"),
            ("законно", "незаконно"),
            ("mitglied", "nichtmitglied"),
        ] {
            assert!(
                is_negated(one, other) && is_negated(other, one),
                "{one} {other}"
            );
        }
        assert!(!is_negated("wort", "antwort"));
    }

    #[test]
    fn forms_of_a_word_are_one_and_names_are_not() {
        for (one, other) in [
            ("streik", "streiks"),
            ("streiken", "streike"),
            ("забастовка", "забастовки"),
            ("омск", "омске"),
        ] {
            assert!(is_inflected(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("iran", "irak"),
            ("island", "irland"),
            ("омск", "томск"),
            ("tokajew", "nasarbajew"),
        ] {
            assert!(!is_inflected(one, other), "{one} {other}");
        }
        assert!(is_one_edit("regierung", "regeirung") && is_one_edit("regierung", "regirung"));
        assert!(!is_one_edit("haus", "maus"));
        assert!(is_slip_of_hand("martin", "matrin") && is_slip_of_hand("walker", "walkker"));
        assert!(!is_slip_of_hand("hansen", "jansen") && !is_slip_of_hand("омска", "томска"));
    }
}
