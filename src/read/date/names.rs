//! Names of months, weekdays and zones in the languages that feeds are written in.

/// Full names of the months, nominative and genitive, by language. An abbreviation of three letters
/// or more counts if no other language in the list means another month by it. Blanks between.
const MONTHS: [&str; 12] = [
    "january januar jänner jaenner janvier enero janeiro gennaio januari styczeń stycznia \
     styczen ocak январь января січень січня ιανουάριος ιανουαρίου γενάρης leden ledna január \
     ianuarie януари tammikuu",
    "february februar feber février fevrier febrero fevereiro febbraio februari luty lutego \
     şubat subat февраль февраля лютий лютого φεβρουάριος φεβρουαρίου φλεβάρης únor února \
     február februarie февруари helmikuu",
    "march märz maerz marz mars marzo março marco maart marzec marca mart март марта березень \
     березня μάρτιος μαρτίου březen března március martie maaliskuu mrz mär mrt",
    "april avril abril aprile kwiecień kwietnia kwiecien nisan апрель апреля квітень квітня \
     απρίλιος απριλίου duben dubna április aprilie април huhtikuu",
    "may mai mayo maio maggio mei maj maja mayıs mayis май мая травень травня μάιος μαΐου \
     μαϊος květen května május toukokuu",
    "june juni juin junio junho giugno czerwiec czerwca haziran июнь июня червень червня \
     ιούνιος ιουνίου június iunie юни kesäkuu",
    "july juli juillet julio julho luglio lipiec lipca temmuz июль июля липень липня ιούλιος \
     ιουλίου július iulie юли heinäkuu",
    "august août aout agosto augustus sierpień sierpnia sierpien ağustos agustos август \
     августа серпень серпня αύγουστος αυγούστου srpen srpna augusztus elokuu",
    "september sept septembre septiembre setembro settembre wrzesień września wrzesien \
     wrzesnia eylül eylul сентябрь сентября вересень вересня σεπτέμβριος σεπτεμβρίου září \
     szeptember septembrie септември syyskuu",
    "october oktober octobre octubre outubro ottobre październik października pazdziernik \
     ekim октябрь октября жовтень жовтня οκτώβριος οκτωβρίου říjen října október octombrie \
     октомври lokakuu",
    "november novembre noviembre novembro listopad listopada kasım kasim ноябрь ноября \
     листопад листопада νοέμβριος νοεμβρίου noiembrie ноември marraskuu",
    "december dezember décembre decembre diciembre dezembro dicembre grudzień grudnia \
     grudzien aralık aralik декабрь декабря грудень грудня δεκέμβριος δεκεμβρίου prosinec \
     prosince decembrie декември joulukuu",
];

/// Abbreviations that are no start of a name: with the accents left out, or with letters skipped.
const SHORT_MONTHS: &[(&str, u32)] = &[
    ("fev", 2),
    ("lut", 2),
    ("sub", 2),
    ("mar", 3),
    ("kwi", 4),
    ("cze", 6),
    ("czw", 6),
    ("lip", 7),
    ("aou", 8),
    ("agu", 8),
    ("sie", 8),
    ("wrz", 9),
    ("paz", 10),
    ("paź", 10),
    ("lis", 11),
    ("gru", 12),
    ("sty", 1),
    ("maj", 5),
    ("мар", 3),
    ("мая", 5),
    ("сен", 9),
    ("сент", 9),
    ("нояб", 11),
    ("ιαν", 1),
    ("φεβ", 2),
    ("μαρ", 3),
    ("μάρ", 3),
    ("μαρτ", 3),
    ("απρ", 4),
    ("μαι", 5),
    ("μαϊ", 5),
    ("μάι", 5),
    ("ιουν", 6),
    ("ιούν", 6),
    ("ιον", 6),
    ("ιουλ", 7),
    ("ιούλ", 7),
    ("ιολ", 7),
    ("αυγ", 8),
    ("αύγ", 8),
    ("σεπ", 9),
    ("οκτ", 10),
    ("νοε", 11),
    ("νοέ", 11),
    ("δεκ", 12),
];

/// 1 to 12; None where the word is no month, or two languages disagree.
///
/// `word` in lower case, without a dot at its end.
pub(super) fn month(word: &str) -> Option<u32> {
    if let Some((_, month)) = SHORT_MONTHS.iter().find(|(short, _)| *short == word) {
        return Some(*month);
    }
    let exact = (1..)
        .zip(MONTHS)
        .find(|(_, names)| names.split(' ').any(|name| name == word));
    if let Some((month, _)) = exact {
        return Some(month);
    }
    if word.chars().count() < 3 {
        return None;
    }
    let mut found = None;
    for (month, names) in (1..).zip(MONTHS) {
        if names.split(' ').any(|name| name.starts_with(word)) {
            if found.is_some() {
                return None;
            }
            found = Some(month);
        }
    }
    found
}

/// Weekdays, 0 = Monday: starts of names in English, German, French, Russian and so on.
const WEEKDAYS: [&[&str]; 7] = [
    &[
        "mon",
        "montag",
        "lun",
        "seg",
        "lunes",
        "пон",
        "пн",
        "pon",
        "pazartesi",
    ],
    &["tue", "dien", "mardi", "mar", "ter", "вт", "wto"],
    &["wed", "mitt", "merc", "mié", "ср", "śro"],
    &["thu", "donn", "jeu", "jue", "gio", "чет", "чт", "czw"],
    &["fri", "frei", "ven", "vie", "sex", "пят", "пт", "pią"],
    &["sat", "sams", "sam", "sáb", "sab", "суб", "сб", "sob"],
    &["sun", "sonn", "dim", "dom", "вос", "вс", "nie"],
];

/// 0 = Monday.
pub(in crate::read) fn weekday(word: &str) -> Option<u8> {
    let word = word.trim().to_lowercase();
    (0..)
        .zip(WEEKDAYS)
        .find(|(_, starts)| starts.iter().any(|start| word.starts_with(start)))
        .map(|(day, _)| day)
}

/// (name, minutes east of Greenwich). RFC 822's, and those of European and Asian publishers; a name
/// that stands for several zones is here only where one of them is nearly always meant.
const ZONES: &[(&str, i32)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("west", 60),
    ("bst", 60),
    ("cet", 60),
    ("met", 60),
    ("mez", 60),
    ("cest", 120),
    ("mest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("мск", 180),
    ("msd", 240),
    ("trt", 180),
    ("samt", 240),
    ("yekt", 300),
    ("almt", 300),
    ("pkt", 300),
    ("ist", 330),
    ("npt", 345),
    ("omst", 360),
    ("novt", 420),
    ("krat", 420),
    ("ict", 420),
    ("wib", 420),
    ("irkt", 480),
    ("hkt", 480),
    ("sgt", 480),
    ("myt", 480),
    ("awst", 480),
    ("jst", 540),
    ("kst", 540),
    ("yakt", 540),
    ("acst", 570),
    ("acdt", 630),
    ("aest", 600),
    ("vlat", 600),
    ("aedt", 660),
    ("magt", 660),
    ("nzst", 720),
    ("pett", 720),
    ("nzdt", 780),
    ("sast", 120),
    ("cat", 120),
    ("wat", 60),
    ("eat", 180),
    ("art", -180),
    ("brt", -180),
    ("brst", -120),
    ("nst", -210),
    ("ndt", -150),
    ("ast", -240),
    ("adt", -180),
    ("est", -300),
    ("edt", -240),
    ("et", -300),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
];

/// Minutes east of Greenwich.
pub(super) fn zone(name: &str) -> Option<i32> {
    ZONES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, offset)| *offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn month_names_of_all_languages_name_their_month() {
        for (number, names) in (1..).zip(MONTHS) {
            for name in names.split(' ') {
                assert_eq!(month(name), Some(number), "{name}");
            }
        }
    }

    #[test]
    fn abbreviation_that_two_months_share_is_none() {
        for word in ["jui", "ma", "j", "m", "juu", "ию"] {
            assert_eq!(month(word), None, "{word}");
        }
    }
}
