//! Which language a text is in.

use std::borrow::Cow;
use whatlang::{Detector, Lang};

/// As much of a text as is looked at, in bytes: the cost of detection grows with the text, its
/// certainty does not.
const LOOKED_AT: usize = 1200;

/// The language of a plain text as a BCP 47 tag: `claimed` (what a feed says), unless 20 words are
/// reliably another ("en-US" stands on German sites). None: nobody says, and the text is too short to tell.
///
/// An operator's and a statement's own word is not for this function to doubt.
///
/// ```
/// use presswire::domain::text::language;
/// let text = "Seit mehreren Tagen finden in Kasachstan Proteste statt, weil die Preise für Gas erhöht \
///     wurden, und immer mehr Betriebe schließen sich dem Streik der Arbeiter an.";
/// assert_eq!(language(text, Some("en-US")).as_deref(), Some("de"));
/// assert_eq!(language(text, Some("de-AT")).as_deref(), Some("de-AT"));
/// assert_eq!(language("Streik", Some("en")).as_deref(), Some("en"));
/// assert_eq!(language("Streik", None), None);
/// ```
pub fn language(text: &str, claimed: Option<&str>) -> Option<String> {
    let claimed = claimed.map(str::trim).filter(|tag| !tag.is_empty());
    let head = &text[..text.floor_char_boundary(LOOKED_AT)];
    let words = head.split_whitespace().take(20).count();
    // Without a claim a reliable guess on half as many words is better than none.
    let found = if words >= 20 || (claimed.is_none() && words >= 10) {
        detect(head)
    } else {
        None
    };
    match (claimed, found) {
        (Some(claimed), Some(found)) if is_same(&primary(claimed), found) => {
            Some(claimed.to_owned())
        }
        (_, Some(found)) => Some(found.to_owned()),
        (claimed, None) => claimed.map(str::to_owned),
    }
}

/// The primary subtag in lower case: `de` of `de-AT` and `DE_at`.
pub fn primary(tag: &str) -> Cow<'_, str> {
    let subtag = tag.trim().split(['-', '_']).next().unwrap_or_default();
    if subtag.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(subtag.to_ascii_lowercase())
    } else {
        Cow::Borrowed(subtag)
    }
}

/// Norwegian has three tags, Serbo-Croatian four; a guess between them is no reason to doubt a claim.
fn is_same(claimed: &str, found: &str) -> bool {
    const KIN: [&[&str]; 3] = [
        &["no", "nb", "nn", "da"],
        &["sr", "hr", "bs", "sh"],
        &["id", "ms", "jv"],
    ];
    claimed == found
        || KIN
            .iter()
            .any(|kin| kin.contains(&claimed) && kin.contains(&found))
}

fn detect(text: &str) -> Option<&'static str> {
    // whatlang knows no Kazakh, Kyrgyz or Tatar and calls them reliably Russian or Bulgarian.
    if let Some(turkic) = cyrillic_turkic(text) {
        return turkic;
    }
    // whatlang costs as much as all else that is asked of an entry's words.
    if let Some(plain) = plainly(text) {
        return Some(plain);
    }
    let guess = Detector::new().detect(text)?;
    guess.is_reliable().then(|| tag(guess.lang())).flatten()
}

/// German, English or Russian, where little words or letters of no other language leave no doubt: each
/// list holds none that is frequent in a neighbouring language ("der" is Danish, "of" Dutch, too).
fn plainly(text: &str) -> Option<&'static str> {
    let (mut words, mut german, mut english) = (0, 0, 0);
    for word in text.split(|c: char| !c.is_alphabetic()) {
        words += usize::from(!word.is_empty());
        match word {
            "und" | "nicht" | "ist" | "mit" | "auf" | "für" | "eine" | "einen" | "einer"
            | "sich" | "auch" | "wird" | "sind" | "nach" | "werden" | "wurde" | "wurden"
            | "haben" | "dass" | "oder" | "zum" | "zur" | "über" | "aus" | "dem" | "das"
            | "durch" | "gegen" | "seit" | "wir" | "ihre" | "ihren" | "seine" | "beim" | "vom"
            | "keine" | "mehr" | "habe" | "sei" | "als" | "zu" => german += 1,
            "the" | "and" | "that" | "with" | "from" | "this" | "which" | "their" | "they"
            | "were" | "been" | "has" | "are" => english += 1,
            _ => {}
        }
    }
    let tells = |own: usize, other: usize| own >= 6 && own * 14 >= words && other * 8 <= own;
    if tells(german, english) {
        return Some("de");
    }
    if tells(english, german) {
        return Some("en");
    }
    is_plainly_russian(text).then_some("ru")
}

/// Belarusian has ы and э too, but never without і and ў; Bulgarian, Serbian and Ukrainian have neither.
fn is_plainly_russian(text: &str) -> bool {
    let (mut letters, mut cyrillic, mut own) = (0, 0, 0);
    for c in text.chars() {
        match c {
            'ы' | 'э' | 'ё' => own += 1,
            'а'..='я' | 'А'..='Я' => cyrillic += 1,
            '\u{400}'..='\u{4ff}' => return false,
            _ => letters += usize::from(c.is_alphabetic()),
        }
    }
    own >= 6 && own * 100 >= cyrillic && cyrillic >= letters * 8
}

/// Some(None) where letters of Turkic languages in Cyrillic stand in a text, but not those of Kazakh.
fn cyrillic_turkic(text: &str) -> Option<Option<&'static str>> {
    let (mut kazakh, mut any, mut letters) = (0, 0, 0);
    for c in text.chars() {
        letters += usize::from(c.is_alphabetic());
        kazakh += usize::from(matches!(c, 'қ' | 'Қ' | 'ғ' | 'Ғ' | 'ұ' | 'Ұ'));
        any += usize::from(matches!(
            c,
            'ң' | 'Ң' | 'ө' | 'Ө' | 'ү' | 'Ү' | 'ә' | 'Ә' | 'һ' | 'Һ' | 'җ' | 'Җ'
        ));
    }
    // Mongolian shares ө and ү, but names in a Russian text never reach a fiftieth of its letters.
    if (kazakh + any) * 50 < letters || letters == 0 {
        None
    } else {
        Some((kazakh * 100 > letters).then_some("kk"))
    }
}

/// ISO 639-1 of what whatlang tells apart.
fn tag(lang: Lang) -> Option<&'static str> {
    let found = TAGS.iter().find(|(code, _)| *code == lang.code())?;
    Some(found.1)
}

#[rustfmt::skip]
const TAGS: [(&str, &str); 70] = [
    ("epo", "eo"), ("eng", "en"), ("rus", "ru"), ("cmn", "zh"), ("spa", "es"), ("por", "pt"), ("ita", "it"), ("ben", "bn"),
    ("fra", "fr"), ("deu", "de"), ("ukr", "uk"), ("kat", "ka"), ("ara", "ar"), ("hin", "hi"), ("jpn", "ja"), ("heb", "he"),
    ("yid", "yi"), ("pol", "pl"), ("amh", "am"), ("jav", "jv"), ("kor", "ko"), ("nob", "nb"), ("dan", "da"), ("swe", "sv"),
    ("fin", "fi"), ("tur", "tr"), ("nld", "nl"), ("hun", "hu"), ("ces", "cs"), ("ell", "el"), ("bul", "bg"), ("bel", "be"),
    ("mar", "mr"), ("kan", "kn"), ("ron", "ro"), ("slv", "sl"), ("hrv", "hr"), ("srp", "sr"), ("mkd", "mk"), ("lit", "lt"),
    ("lav", "lv"), ("est", "et"), ("tam", "ta"), ("vie", "vi"), ("urd", "ur"), ("tha", "th"), ("guj", "gu"), ("uzb", "uz"),
    ("pan", "pa"), ("aze", "az"), ("ind", "id"), ("tel", "te"), ("pes", "fa"), ("mal", "ml"), ("ori", "or"), ("mya", "my"),
    ("nep", "ne"), ("sin", "si"), ("khm", "km"), ("tuk", "tk"), ("aka", "ak"), ("zul", "zu"), ("sna", "sn"), ("afr", "af"),
    ("lat", "la"), ("slk", "sk"), ("cat", "ca"), ("hye", "hy"),
    ("tgl", "tl"), ("cym", "cy"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ukrainian_and_kazakh_are_not_taken_for_russian() {
        let ukrainian = "Уже кілька днів у Казахстані тривають масові протести, приводом до яких стало підвищення \
            цін на газ, але суперечності накопичувалися багато років.";
        let kazakh = "Қазақстанда бірнеше күннен бері жаппай наразылық өтуде, оған газ бағасының көтерілуі себеп \
            болды, бірақ қайшылықтар көп жылдар бойы жинақталған еді, сондықтан жұмысшылар көшеге шықты.";
        assert_eq!(language(ukrainian, Some("ru")).as_deref(), Some("uk"));
        assert_eq!(language(kazakh, Some("ru")).as_deref(), Some("kk"));
    }

    #[test]
    fn what_is_plainly_a_language_is_that_to_the_detector_too() {
        let texts = [
            include_str!("../../../tests/likeness/texts/de.txt"),
            include_str!("../../../tests/likeness/texts/en.txt"),
            include_str!("../../../tests/likeness/texts/ru.txt"),
        ];
        for (file, language) in texts.into_iter().zip(["de", "en", "ru"]) {
            let (mut plain, mut all) = (0, 0);
            for text in file.split("\n# ") {
                let head = &text[..text.floor_char_boundary(LOOKED_AT)];
                let guess = Detector::new().detect(head).unwrap();
                assert_eq!(tag(guess.lang()), Some(language), "{text}");
                let found = plainly(head);
                assert!(found.is_none() || found == Some(language), "{text}");
                plain += usize::from(found.is_some());
                all += 1;
            }
            assert!(plain * 10 > all * 8, "{language}: {plain} of {all}");
        }
        for other in [
            "Het kabinet heeft besloten dat de vakbonden aan tafel komen, maar of dat helpt weet niemand die er bij was.",
            "Regeringen har besluttet, at der skal forhandles med fagforeningerne, og det er den første gang i år.",
            "Правителството реши да преговаря със синдикатите, но никой не знае дали това ще помогне на хората.",
            "Урад вырашыў весці перамовы з прафсаюзамі, але ніхто не ведае, ці гэта дапаможа людзям у краіне.",
        ] {
            assert_eq!(plainly(other), None, "{other}");
        }
    }

    #[test]
    fn every_language_that_is_told_apart_has_a_tag() {
        for lang in Lang::all() {
            assert!(tag(*lang).is_some(), "{}", lang.code());
        }
    }

    #[test]
    fn primary_subtag_is_lower_case() {
        assert_eq!(primary("DE_at"), "de");
        assert_eq!(primary("ru"), "ru");
    }
}
