//! How a name sounds, roughly: what Kasachstan, Kazakhstan and Казахстан have in common.
//!
//! A word becomes a row of sounds: consonants as capitals, one for all sibilants (s z sch zh ж ч ц), one
//! for g, h, kh, х; vowels small. Its code is the consonants alone. Ambiguous spellings (English j, a
//! Russian case ending, an s of genitive) give several codes. It is a key to find names by; whether two
//! rows are alike enough is [`alike`].

use super::hashes::of_word;
use super::words::{Script, Word};

/// A name by its sound.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sound {
    /// All sounds, vowels too.
    pub(super) sounds: String,
    /// (hash, number of consonants) of each way to read it; at least two consonants each.
    pub(super) codes: Vec<(u64, u8)>,
}

/// Spellings with more than this many letters are no names.
const LONGEST: usize = 40;

impl Sound {
    /// How a word of a text in `language` sounds; None where it has less than two consonants or is in a
    /// script that is not read here.
    pub(super) fn of(word: &Word<'_>, language: &str) -> Option<Sound> {
        if word.surface.len() > LONGEST {
            return None;
        }
        let lower = word.surface.to_lowercase();
        let mut readings = match word.script {
            Script::Cyrillic => cyrillic(&lower),
            Script::Latin => latin(&lower, language),
            _ => latin(&any_ascii::any_ascii(&lower).to_lowercase(), "en"),
        };
        readings.retain(|reading| !reading.is_empty());
        let sounds = readings.first()?.clone();
        let mut codes: Vec<(u64, u8)> = Vec::with_capacity(readings.len());
        for reading in readings {
            let mut code = String::with_capacity(reading.len());
            for consonant in reading.chars().filter(char::is_ascii_uppercase) {
                if !code.ends_with(consonant) {
                    code.push(consonant);
                }
            }
            let known = (of_word(&code), code.len() as u8);
            if code.len() >= 2 && !codes.contains(&known) {
                codes.push(known);
            }
        }
        (!codes.is_empty()).then_some(Sound { sounds, codes })
    }
}

/// How alike two rows of sounds are, 0 to 1: 1 less the edits by the longer one's length.
pub(super) fn alike(one: &str, other: &str) -> f32 {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let longer = one.len().max(other.len());
    if longer == 0 {
        return 0.0;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, sound) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (place, theirs) in other.iter().enumerate() {
            let kept = diagonal + usize::from(sound != theirs);
            diagonal = row[place + 1];
            row[place + 1] = kept.min(diagonal + 1).min(row[place] + 1);
        }
    }
    1.0 - row[other.len()] as f32 / longer as f32
}

/// Case endings of Russian and Ukrainian names that hold a consonant: the others fall away anyway.
const CASES: [&str; 14] = [
    "ыми", "ими", "ами", "ями", "ого", "его", "ому", "ему", "ым", "им", "ом", "ем", "ах", "ях",
];

/// Endings of adjectives that are made of a place.
const OF_A_PLACE: [&str; 12] = [
    "ий", "ой", "ого", "ому", "им", "ом", "ая", "ую", "ое", "ие", "их", "ими",
];

fn cyrillic(word: &str) -> Vec<String> {
    let mut readings = vec![cyrillic_sounds(word)];
    let stem = CASES
        .iter()
        .find_map(|case| word.strip_suffix(case))
        .filter(|stem| stem.chars().count() >= 3);
    if let Some(stem) = stem {
        // Most texts name a person in several cases; the bare form makes the comparison.
        readings.insert(0, cyrillic_sounds(stem));
    }
    // Костромская: the region of Kostroma.
    let place = (OF_A_PLACE.iter())
        .find_map(|ending| word.strip_suffix(ending)?.strip_suffix("ск"))
        .filter(|place| place.chars().count() >= 5);
    readings.extend(place.map(cyrillic_sounds));
    readings
}

fn cyrillic_sounds(word: &str) -> String {
    let mut sounds = String::with_capacity(word.len());
    let mut rest = word.chars().peekable();
    while let Some(c) = rest.next() {
        let sound = match c {
            'д' if rest.peek() == Some(&'ж') => {
                rest.next();
                'S'
            }
            'т' if matches!(rest.peek(), Some('с' | 'ц' | 'ч' | 'ш')) => {
                rest.next();
                'S'
            }
            'б' => 'B',
            'в' | 'ў' => 'V',
            'г' | 'ґ' | 'х' | 'ғ' | 'һ' => 'H',
            'д' => 'D',
            'ж' | 'з' | 'с' | 'ц' | 'ч' | 'ш' | 'щ' => 'S',
            'к' | 'қ' => 'K',
            'л' => 'L',
            'м' => 'M',
            'н' | 'ң' => 'N',
            'п' => 'P',
            'р' => 'R',
            'т' => 'T',
            'ф' => 'F',
            'а' | 'я' | 'ә' => 'a',
            'е' | 'э' | 'ё' | 'є' => 'e',
            'и' | 'й' | 'ы' | 'і' | 'ї' => 'i',
            'о' | 'ө' => 'o',
            'у' | 'ю' | 'ұ' | 'ү' => 'u',
            _ => continue,
        };
        sounds.push(sound);
    }
    sounds
}

fn latin(word: &str, language: &str) -> Vec<String> {
    let mut readings = vec![latin_sounds(word, language, Reading::Usual)];
    if word.contains('j') {
        readings.push(latin_sounds(word, language, Reading::OtherJ));
    }
    if word.contains('h') {
        readings.push(latin_sounds(word, language, Reading::HeardH));
    }
    // Kazakhstans, Putins: a genitive in German and its kin, a plural in English.
    if let Some(bare) = word.strip_suffix('s').filter(|bare| bare.len() >= 4) {
        readings.insert(0, latin_sounds(bare, language, Reading::Usual));
    }
    readings
}

#[derive(Clone, Copy, PartialEq)]
enum Reading {
    /// As the language reads it.
    Usual,
    /// A j that comes from elsewhere: Johnson in German, Janukowytsch in English.
    OtherJ,
    /// Every h is heard, also that of ch: Ahmadinejad, Chatami.
    HeardH,
}

/// Spellings of one sound by several letters, longest first; an empty language stands for all.
const DIGRAPHS: &[(&str, &str, &str)] = &[
    ("schtsch", "S", "de"),
    ("tsch", "S", "de"),
    ("dsch", "S", "de"),
    ("shch", "S", ""),
    ("sch", "S", "de"),
    ("tch", "S", ""),
    ("dzh", "S", ""),
    ("ck", "K", ""),
    ("kh", "H", ""),
    ("gh", "H", ""),
    ("ph", "F", ""),
    ("th", "T", ""),
    ("sh", "S", ""),
    ("zh", "S", ""),
    ("cz", "S", ""),
    ("sz", "S", ""),
    ("ts", "S", ""),
    ("tz", "S", ""),
    ("dj", "S", ""),
    ("qu", "KV", ""),
    ("ou", "u", "fr"),
    ("oe", "o", "de"),
    ("ae", "e", "de"),
    ("ue", "u", "de"),
    ("oo", "u", "en"),
    ("ee", "i", "en"),
];

fn latin_sounds(word: &str, language: &str, reading: Reading) -> String {
    let mut sounds = String::with_capacity(word.len());
    let mut at = 0;
    while let Some(c) = word[at..].chars().next() {
        let rest = &word[at..];
        let begins = rest.as_bytes().first_chunk::<2>();
        if let Some((spelling, sound, _)) = DIGRAPHS.iter().find(|(spelling, _, of)| {
            // Two bytes rule out nearly all of them.
            spelling.as_bytes().first_chunk() == begins
                && rest.starts_with(spelling)
                && (of.is_empty() || *of == language)
        }) {
            sounds.push_str(sound);
            at += spelling.len();
            continue;
        }
        if rest.starts_with("ch") {
            sounds.push(match (language, reading) {
                ("de" | "nl" | "pl" | "cs", _) | (_, Reading::HeardH) => 'H',
                ("it" | "ro", _) => 'K',
                _ => 'S',
            });
            at += 2;
            continue;
        }
        at += c.len_utf8();
        if let Some(sound) = letter(c, &word[at..], &sounds, language, reading) {
            sounds.push(sound);
            if c == 'x' {
                sounds.push('S');
            }
        }
    }
    sounds
}

/// The sound of one letter, by what comes after and before; None where it is silent.
fn letter(c: char, after: &str, before: &str, language: &str, reading: Reading) -> Option<char> {
    let next = after.chars().next();
    Some(match c {
        'b' => 'B',
        'c' => match next {
            Some('e' | 'i' | 'y') => 'S',
            _ => 'K',
        },
        'd' | 'ð' | 'đ' => 'D',
        'f' => 'F',
        'g' | 'ğ' => 'H',
        'h' => {
            let after_vowel = before.ends_with(|c: char| c.is_ascii_lowercase());
            let before_vowel = next.is_some_and(is_vowel);
            let heard =
                before.is_empty() || after_vowel && (before_vowel || reading == Reading::HeardH);
            return heard.then_some('H');
        }
        'j' => match (language, reading) {
            ("es", _) => 'H',
            // Heard as in "John" where that is the language's own, else where it is not.
            ("en" | "fr" | "pt" | "tr", Reading::OtherJ) => 'i',
            ("en" | "fr" | "pt" | "tr", _) | (_, Reading::OtherJ) => 'S',
            _ => 'i',
        },
        'k' | 'q' | 'x' => 'K',
        'l' | 'ł' => 'L',
        'm' => 'M',
        'n' | 'ñ' | 'ń' | 'ň' => 'N',
        'p' => 'P',
        'r' | 'ř' => 'R',
        's' | 'ß' | 'z' | 'ž' | 'š' | 'č' | 'ć' | 'ç' | 'ś' | 'ź' | 'ż' | 'ş' | 'ș' => {
            'S'
        }
        't' | 'ť' => 'T',
        'ț' => 'S',
        'v' | 'w' => 'V',
        'y' | 'i' | 'ı' | 'í' | 'î' | 'ì' | 'ý' => 'i',
        'a' | 'á' | 'à' | 'â' | 'ã' | 'å' | 'ă' | 'ą' => 'a',
        'e' | 'é' | 'è' | 'ê' | 'ë' | 'ä' | 'ě' | 'ę' | 'æ' => 'e',
        'o' | 'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => 'o',
        'u' | 'ú' | 'ù' | 'û' | 'ü' | 'ű' | 'ů' => 'u',
        _ => return None,
    })
}

fn is_vowel(c: char) -> bool {
    matches!(
        c,
        'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'ä' | 'ö' | 'ü' | 'á' | 'é' | 'í' | 'ó' | 'ú'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::relation::words::Words;

    fn sound(word: &str, language: &str) -> Sound {
        Sound::of(&Words::of(word).get(0).unwrap(), language).unwrap()
    }

    fn meet(one: (&str, &str), other: (&str, &str)) -> bool {
        let (one, other) = (sound(one.0, one.1), sound(other.0, other.1));
        one.codes.iter().any(|code| other.codes.contains(code))
    }

    #[test]
    fn a_region_is_named_after_its_town() {
        assert!(meet(("Костромской", "ru"), ("Kostroma", "en")));
        assert!(meet(("Копейская", "ru"), ("Копейск", "ru")));
        assert!(!meet(("Омской", "ru"), ("Oman", "de")));
    }

    #[test]
    fn names_meet_across_german_english_and_russian() {
        for (german, english, russian) in [
            ("Kasachstan", "Kazakhstan", "Казахстане"),
            ("Tokajew", "Tokayev", "Токаевым"),
            ("Schanaosen", "Zhanaozen", "Жанаозен"),
            ("Nasarbajew", "Nazarbayev", "Назарбаева"),
            ("Selenskyj", "Zelensky", "Зеленский"),
            ("Lawrow", "Lavrov", "Лаврова"),
            ("Chodorkowski", "Khodorkovsky", "Ходорковский"),
            ("Gorbatschow", "Gorbachev", "Горбачев"),
            ("Janukowytsch", "Yanukovych", "Янукович"),
            ("Scholz", "Scholz", "Шольц"),
            ("Putins", "Putin", "Путиным"),
            ("Johnson", "Johnson", "Джонсон"),
            ("Ahmadinedschad", "Ahmadinejad", "Ахмадинежад"),
            ("Lukaschenko", "Lukashenko", "Лукашенко"),
            ("Dschaparow", "Japarov", "Жапаров"),
        ] {
            assert!(meet((german, "de"), (english, "en")), "{german} {english}");
            assert!(meet((german, "de"), (russian, "ru")), "{german} {russian}");
            assert!(
                meet((english, "en"), (russian, "ru")),
                "{english} {russian}"
            );
        }
    }

    #[test]
    fn other_names_do_not_meet() {
        for (one, other) in [
            (("Iran", "de"), ("Ирак", "ru")),
            (("Merkel", "de"), ("Макрон", "ru")),
            (("Almaty", "en"), ("Алтай", "ru")),
        ] {
            assert!(!meet(one, other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn alike_counts_vowels_too() {
        let near = alike(
            &sound("Tokajew", "de").sounds,
            &sound("Токаев", "ru").sounds,
        );
        let far = alike(&sound("Takiff", "de").sounds, &sound("Токаев", "ru").sounds);
        assert!(near > 0.8 && far < 0.6, "{near} {far}");
    }

    #[test]
    fn other_scripts_and_short_words_make_no_trouble() {
        assert!(Sound::of(&Words::of("Ио").get(0).unwrap(), "ru").is_none());
        assert!(Sound::of(&Words::of("Καζακστάν").get(0).unwrap(), "el").is_some());
        assert!(Sound::of(&Words::of(&"x".repeat(500)).get(0).unwrap(), "en").is_none());
    }
}
