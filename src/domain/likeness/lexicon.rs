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
const OPPOSITES: [&[&str]; 154] = [
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
    &["muss", "kann", "darf", "soll", "will"], &["muessen", "koennen", "duerfen", "sollen", "wollen"], &["musste", "konnte", "durfte", "sollte"], &["er", "sie"], &["sein", "ihr"], &["seine", "ihre"], &["und", "oder"],
    &["noch", "bereits"], &["noch", "schon"], &["ab", "bis"], &["seit", "bis"], &["von", "bis"], &["neue", "alte"], &["neuen", "alten"], &["neuer", "alter"], &["gut", "schlecht"], &["gute", "schlechte"], &["alle", "manche", "wenige", "viele"], &["allen", "einigen", "vielen", "wenigen"], &["erste", "letzte"], &["ersten", "letzten"], &["innerhalb", "ausserhalb"], &["auf", "zu"],
    &["must", "may", "can", "might"], &["must", "should"], &["shall", "may"], &["he", "she"], &["his", "her"], &["him", "her"], &["and", "or"], &["from", "to", "until"], &["since", "until"], &["already", "yet", "still"], &["new", "old"], &["good", "bad"], &["first", "last"], &["many", "few"], &["all", "most", "few", "many"], &["both", "neither"], &["both", "either"], &["inside", "outside"], &["in", "out"], &["on", "off"], &["into", "from"], &["best", "worst"], &["better", "worse"],
    &["plus", "moins"], &["pour", "contre"], &["avant", "apres"], &["sur", "sous"], &["avec", "sans"], &["tous", "certains"], &["mas", "menos"], &["antes", "despues"], &["con", "sin"], &["sobre", "bajo"], &["todos", "algunos"], &["piu", "meno"],
    &["больше", "меньше"], &["более", "менее"], &["за", "против"], &["до", "после"], &["выросли", "упали"], &["выше", "ниже"], &["принят", "отклонен"],
    &["может", "должен", "обязан", "вправе"], &["могут", "должны", "обязаны", "вправе"], &["может", "должна", "обязана", "вправе"], &["он", "она"], &["его", "ее"], &["и", "или"], &["уже", "еще", "пока"], &["перед", "после"], &["от", "до"], &["с", "до"], &["с", "без"], &["все", "некоторые"], &["всех", "некоторых"], &["новый", "старый"], &["первый", "последний"],
    &["проти", "за"], &["до", "після"], &["перед", "після"], &["більше", "менше"], &["once", "sonra"], &["var", "yok"],
];

/// More Russian ones, by their beginnings: endings follow.
#[rustfmt::skip]
const RUSSIAN_OPPOSITES: [&[&str]; 9] = [
    &["работодател", "работник"], &["мужчин", "женщин"], &["прибыл", "убыт"], &["побед", "поражен"], &["север", "юг", "юж", "восток", "восточ", "запад"],
    &["день", "дня", "дней", "недел", "месяц", "год", "лет"], &["час", "минут", "секунд", "сутки", "суток"], &["рубл", "доллар", "евро", "тенге"], &["повышен", "снижен"],
];

/// Some word means the opposite of this one.
pub(super) fn has_opposite(word: &str) -> bool {
    OPPOSITES.iter().any(|group| group.contains(&word))
}

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

/// Words that take back half of what they stand beside, folded; Russian and Ukrainian by their beginnings.
#[rustfmt::skip]
const HEDGES: [&str; 42] = [
    "fast", "beinahe", "nahezu", "angeblich", "angebliche", "angeblichen", "angeblicher", "mutmasslich", "mutmassliche", "mutmasslichen", "mutmasslicher", "vermeintlich", "vermeintliche", "vermeintlichen", "ehemalige", "ehemaligen", "ehemaliger", "frueherer", "vielleicht", "teilweise",
    "almost", "nearly", "allegedly", "alleged", "supposedly", "purported", "former", "ex", "partly", "partially", "perhaps", "reportedly",
    "presque", "pretendu", "pretendument", "ancien", "ancienne", "casi", "presunto", "presunta", "supuesto", "supuestamente",
];

const RUSSIAN_HEDGES: [&str; 8] = [
    "почти",
    "якобы",
    "предположител",
    "бывш",
    "частичн",
    "нибыто",
    "майже",
    "колишн",
];

/// A word that takes back half of what it stands beside: who gains or loses it says something else.
pub(super) fn is_hedge(folded: &str) -> bool {
    HEDGES.contains(&folded) || RUSSIAN_HEDGES.iter().any(|hedge| folded.starts_with(hedge))
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

/// Labels of collections of others' texts.
const COLLECTIONS: [&[&str]; 16] = [
    &["presseschau"],
    &["pressespiegel"],
    &["presserundschau"],
    &["newsletter"],
    &["rundbrief"],
    &["wochenrueckblick"],
    &["press", "review"],
    &["press", "roundup"],
    &["news", "roundup"],
    &["weekly", "roundup"],
    &["digest"],
    &["daily", "digest"],
    &["обзор", "прессы"],
    &["обзор", "сми"],
    &["дайджест"],
    &["revue", "de", "presse"],
];

/// A title that marks a collection, which begins with one text and goes on with others.
pub(super) fn marks_collection(title: &str) -> bool {
    begins_with(title, &COLLECTIONS)
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

/// Beginnings of words by which somebody takes back or denies a whole text.
#[rustfmt::skip]
const RETRACTIONS: [&str; 32] = [
    "zurueckgezogen", "widerruf", "falschmeldung", "falschinformation", "falsch", "unwahr", "erfunden", "dementi",
    "retract", "withdrawn", "false", "untrue", "hoax", "fake", "disproved", "denial",
    "отозван", "опроверг", "опроверж", "недостоверн", "ложн", "ложь", "фейк",
    "fausse", "faux", "falsa", "falso", "desmentid", "yalan", "відкликан", "спростован", "неправдив",
];

/// A word that takes a text back, or says that it is untrue.
pub(super) fn is_retraction(folded: &str) -> bool {
    RETRACTIONS.iter().any(|word| folded.starts_with(word))
}

/// A title that a label marks as taken back: `RETRACTED: …`, `[Widerrufen] …`, `… (zurückgezogen)`.
pub(super) fn marks_retraction(title: &str) -> bool {
    /// A longer first half is no label.
    const LABEL: usize = 4;
    let says = |label: &str| {
        let words = Words::of(label);
        words.len() <= LABEL && words.iter().any(|word| is_retraction(word.folded))
    };
    let before = title.split_once([':', '|', '–', '—']);
    let bracketed = title.split(['[', '(', ']', ')']).skip(1).step_by(2);
    before.is_some_and(|(label, _)| says(label)) || bracketed.into_iter().any(says)
}

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
    slip(one, other).is_some()
}

/// Turkish negates inside the word: `yasakladı`, `yasaklamadı`; `buluyor`, `bulmuyor`.
pub(super) fn is_negated_by_infix(one: &str, other: &str, language: &str) -> bool {
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    language == "tr"
        && long.match_indices('m').any(|(at, _)| {
            let (head, rest) = (&long[..at], &long[at + 1..]);
            let after_vowel = rest.strip_prefix(['a', 'e', 'i', 'u', 'o']);
            [Some(rest), after_vowel].into_iter().flatten().any(|tail| {
                head.len() >= 2
                    && short.len() == head.len() + tail.len()
                    && short.starts_with(head)
                    && short.ends_with(tail)
            })
        })
}

/// Two neighbours swapped, a letter doubled, or one inside the word dropped, in words of at least five.
pub(super) fn is_slip_of_hand(one: &str, other: &str) -> bool {
    slip(one, other).is_some_and(|(head, slip)| head > 0 && slip != Slip::Other)
}

/// Two slips of the hand, none at the first letter, in words of at least six.
pub(super) fn are_two_slips_apart(one: &str, other: &str) -> bool {
    let letters = |word: &str| word.chars().collect::<Vec<char>>();
    let (a, b) = (letters(one), letters(other));
    if a.len().min(b.len()) < 5
        || a.len().max(b.len()) < 6
        || a.len().abs_diff(b.len()) > 2
        || a[0] != b[0]
    {
        return false;
    }
    let slipped = |from: &[char], at: usize, slip: usize| -> String {
        let mut letters = from.to_vec();
        match slip {
            0 if at + 1 < letters.len() => letters.swap(at, at + 1),
            1 => letters.insert(at, letters[at]),
            _ => drop(letters.remove(at)),
        }
        letters.into_iter().collect()
    };
    let reaches = |from: &[char], to: &str| {
        (1..from.len()).any(|at| (0..3).any(|slip| is_slip_of_hand(&slipped(from, at, slip), to)))
    };
    reaches(&a, other) || reaches(&b, one)
}

/// What one edit of a letter does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slip {
    /// Two neighbours have changed places.
    Swapped,
    /// A letter more or less, inside the word.
    MoreOrLess,
    /// Another letter, or one more or less at the end.
    Other,
}

/// How the one edit that parts two words is made, and behind how many letters.
pub(super) fn slip(one: &str, other: &str) -> Option<(usize, Slip)> {
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
        ([_], [_]) => Some((head, Slip::Other)),
        ([_], []) | ([], [_]) if tail > 0 => Some((head, Slip::MoreOrLess)),
        ([_], []) | ([], [_]) => Some((head, Slip::Other)),
        ([w, x], [y, z]) if w == z && x == y => Some((head, Slip::Swapped)),
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
        assert!(are_two_slips_apart("workers", "woers"));
        for (one, other) in [
            ("zugenommen", "abgenommen"),
            ("повысил", "понизил"),
            ("increase", "decrease"),
        ] {
            assert!(!are_two_slips_apart(one, other), "{one} {other}");
        }
        assert!(!is_slip_of_hand("hansen", "jansen") && !is_slip_of_hand("омска", "томска"));
    }
}
