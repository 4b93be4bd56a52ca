//! Numbers in every spelling: digits, number words and ordinals, fractions, months, weekdays.
//!
//! German, English and Russian in full, French, Spanish, Italian, Turkish and Ukrainian in the commonest forms. All
//! words here are folded (`ä` is `ae`, `ё` is `е`).

use std::collections::HashMap;
use std::sync::LazyLock;

/// What number a folded word says, in one spelling for all ways to say it: digits without leading
/// zeros, small number words and ordinals as digits, months by number, weekdays `w1` to `w7`.
/// None: no number.
pub(super) fn number(folded: &str) -> Option<String> {
    let first = folded.chars().next()?;
    if first.is_numeric() {
        return Some(digits(folded));
    }
    if let Some(found) = exact(folded) {
        return Some(found.to_owned());
    }
    if ('а'..='я').contains(&first) {
        return russian(folded).map(str::to_owned);
    }
    german(folded)
}

/// "007" is 7, "5th" and "5-й" are 5, "26a" stays.
fn digits(folded: &str) -> String {
    let end = folded
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(folded.len());
    let (number, rest) = folded.split_at(end);
    let number = match number.trim_start_matches('0') {
        "" => "0",
        number => number,
    };
    match rest {
        "st" | "nd" | "rd" | "th" => number.to_owned(),
        rest => format!("{number}{rest}"),
    }
}

/// Words and their number; of German number words only those that [`german`] does not take apart.
#[rustfmt::skip]
const EXACT: [(&str, &str); 105] = [
    ("1", "januar jaenner january jan erste ersten erster erstes erstem first"), ("2", "februar february feb two second twice double doubled couple doppelt doppelte doppelten doppelter doppeltes verdoppelt"),
    ("3", "maerz march mar three third thirds triple tripled thrice verdreifacht"), ("4", "april apr four fourth fourths"), ("5", "mai may five fifth fifths"), ("6", "juni june jun six sixth"), ("7", "juli july jul seven seventh"),
    ("8", "august aug eight eighth"), ("9", "september sept sep nine ninth"), ("10", "oktober october okt oct ten tenth tens"), ("11", "november nov eleven eleventh"), ("12", "dezember december dez dec twelve twelfth dozen dozens dutzend dutzende dutzenden"),
    ("13", "thirteen thirteenth"), ("14", "fourteen fourteenth"), ("15", "fifteen fifteenth"), ("16", "sixteen sixteenth"), ("17", "seventeen seventeenth"), ("18", "eighteen eighteenth"), ("19", "nineteen nineteenth"),
    ("20", "twenty twentieth"), ("30", "thirty thirtieth"), ("40", "forty fortieth"), ("50", "fifty fiftieth"), ("60", "sixty sixtieth"), ("70", "seventy seventieth"), ("80", "eighty eightieth"), ("90", "ninety ninetieth"),
    ("100", "hundred hundreds hundredth сто ста"), ("1000", "thousand thousands thousandth"), ("1e6", "million millions millionen mio миллион миллиона миллионов миллиону миллионе млн"), ("1e9", "billion billions milliarde milliarden mrd миллиард миллиарда миллиардов миллиарду млрд"), ("1e12", "trillion trillions billionen триллион триллиона триллионов трлн"),
    ("1/2", "half halves haelfte haelften halb halbe halben halber halbes halbem половина половины половину половине пол"), ("1/4", "quarter quarters"), ("3/2", "anderthalb eineinhalb полтора полторы полутора"),
    ("w1", "montag montags monday понедельник понедельника понедельнику"), ("w2", "dienstag dienstags tuesday вторник вторника вторнику"), ("w3", "mittwoch mittwochs wednesday среда среду среды среде"), ("w4", "donnerstag donnerstags thursday четверг четверга четвергу"),
    ("w5", "freitag freitags friday пятница пятницу пятницы пятнице"), ("w6", "samstag samstags sonnabend sonnabends saturday суббота субботу субботы субботе"), ("w7", "sonntag sonntags sunday воскресенье воскресенья воскресенью"),
    ("1", "январь января январе январю"), ("2", "февраль февраля феврале февралю"), ("3", "март марта марте марту"), ("4", "апрель апреля апреле апрелю"), ("5", "май мая мае маю"), ("6", "июнь июня июне июню"), ("7", "июль июля июле июлю"),
    ("8", "август августа августе августу"), ("9", "сентябрь сентября сентябре сентябрю"), ("10", "октябрь октября октябре октябрю"), ("11", "ноябрь ноября ноябре ноябрю"), ("12", "декабрь декабря декабре декабрю дюжина дюжины дюжину"),
    ("2", "два две двух двум двумя двое двоих двоим двоими оба обе обоих обеих дважды вдвое"), ("3", "три трех трем тремя трое троих троим троими трижды втрое"), ("1/3", "треть трети третью"), ("4", "четверо четверых вчетверо"),
    ("2", "deux deuxieme dos segundo segunda secondo iki ikinci два дві двом двома двоє другий другого другому другої вдвічі"), ("3", "trois troisieme tres tercer tercero tercera tre terzo uec uecuencue три трьох трьом трьома троє третій третього третьої втричі"),
    ("4", "quatre quatrieme cuatro cuarto quattro quarto doert doerduencue чотири чотирьох чотирьом чотирма четверо четвертий четвертого четвертої"), ("5", "cinq cinquieme cinco quinto cinque bes besinci"), ("6", "sixieme seis sexto alti altinci шість шести шістьох шостий шостого шостої"),
    ("7", "septieme siete septimo yedi yedinci сім семи сьомий сьомого сьомої"), ("8", "huit huitieme ocho octavo sekiz sekizinci вісім восьми восьмий восьмого"), ("9", "neuf neuvieme nueve noveno dokuz dokuzuncu"), ("10", "dix dixieme diez decimo dieci onuncu"), ("11", "onze undici"), ("12", "douze doce dodici"), ("15", "quinze quince quindici"), ("20", "vingt veinte venti yirmi"), ("30", "trente treinta trenta otuz"), ("40", "quarante cuarenta"), ("50", "cinquante cincuenta"), ("60", "soixante sesenta altmis"), ("100", "cien ciento yuez"), ("1000", "milliers тисяч тисячі тисяча"), ("1e6", "millones milyon мільйон мільйона мільйонів"), ("1e9", "milliards milliard milyar мільярд мільярда мільярдів"),
    ("1/2", "moitie mitad половина половину половини"), ("1/3", "tiers tercio terzi третина третину"), ("1/4", "quart cuarta чверть чверті"),
    ("w1", "lundi lunes lunedi pazartesi понеділок понеділка"), ("w2", "mardi martes martedi sali вівторок вівторка"), ("w3", "mercredi miercoles mercoledi carsamba середа середу середи"), ("w4", "jeudi jueves giovedi persembe четвер четверга"), ("w5", "vendredi viernes venerdi cuma пʼятниця пятницю"), ("w6", "samedi sabado sabato cumartesi субота суботу суботи"), ("w7", "dimanche domingo domenica неділя неділю неділі"),
    ("1", "janvier enero gennaio ocak січень січня січні"), ("2", "fevrier febrero febbraio subat лютий лютого лютому"), ("3", "mars marzo березень березня березні"), ("4", "avril abril aprile nisan квітень квітня квітні"), ("5", "mayo maggio mayis травень травня травні"), ("6", "juin junio giugno haziran червень червня червні"), ("7", "juillet julio luglio temmuz липень липня липні"), ("8", "aout agosto agustos серпень серпня серпні"), ("9", "septembre septiembre settembre eyluel вересень вересня вересні"), ("10", "octobre octubre ottobre ekim жовтень жовтня жовтні"), ("11", "novembre noviembre kasim листопад листопада листопаді"), ("12", "decembre diciembre dicembre aralik грудень грудня грудні"),
    ("6", "шесть шести шестью шестеро шестерых"), ("7", "семь семи семеро семерых"), ("10", "десять десяти десятью"), ("1/4", "четверть четверти четвертью"),
];

static EXACT_OF: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let mut numbers = HashMap::new();
    for (number, words) in EXACT {
        for word in words.split(' ') {
            numbers.entry(word).or_insert(number);
        }
    }
    numbers
});

fn exact(folded: &str) -> Option<&'static str> {
    EXACT_OF.get(folded).copied()
}

/// Beginnings of Russian number words and ordinals, longer ones first.
#[rustfmt::skip]
const RUSSIAN: [(&str, &str); 43] = [
    ("одиннадцат", "11"), ("двенадцат", "12"), ("тринадцат", "13"), ("четырнадцат", "14"), ("пятнадцат", "15"), ("шестнадцат", "16"), ("семнадцат", "17"), ("восемнадцат", "18"), ("девятнадцат", "19"),
    ("двадцат", "20"), ("тридцат", "30"), ("сорок", "40"), ("пятьдесят", "50"), ("пятидесят", "50"), ("шестьдесят", "60"), ("шестидесят", "60"), ("семьдесят", "70"), ("семидесят", "70"), ("восемьдесят", "80"), ("восьмидесят", "80"), ("девяност", "90"),
    ("двести", "200"), ("двухсот", "200"), ("триста", "300"), ("трехсот", "300"), ("четыреста", "400"), ("четырехсот", "400"), ("пятьсот", "500"), ("пятисот", "500"), ("шестьсот", "600"), ("семьсот", "700"), ("восемьсот", "800"), ("девятьсот", "900"),
    ("тысяч", "1000"), ("четыр", "4"), ("пятер", "5"), ("восем", "8"), ("восьм", "8"), ("девят", "9"), ("половин", "1/2"), ("четверт", "4"), ("десятк", "10"), ("сотн", "100"),
];

/// Russian ordinals and fives, which begin like other words: these forms only.
const RUSSIAN_FORMS: [(&str, &str, &[&str]); 6] = [
    ("перв", "1", ORDINAL),
    ("втор", "2", ORDINAL),
    (
        "трет",
        "3",
        &["ий", "ья", "ье", "ьего", "ьей", "ьему", "ьем", "ьи", "ьих"],
    ),
    (
        "пят",
        "5",
        &[
            "ь", "и", "ью", "ый", "ая", "ое", "ого", "ой", "ому", "ым", "ом", "еро",
        ],
    ),
    ("шест", "6", ORDINAL),
    ("седьм", "7", ORDINAL),
];

/// Other endings of Russian numbers; what goes on otherwise is another word, or a name (Сорокин).
const CARDINAL: &[&str] = &[
    "", "ь", "и", "ью", "а", "у", "ы", "е", "ой", "ей", "ех", "ем", "ьмя", "ами", "ам", "ах",
    "еро", "ерых", "ерым",
];

const ORDINAL: &[&str] = &[
    "ый", "ой", "ая", "ое", "ого", "ому", "ым", "ом", "ую", "ые", "ых", "ыми",
];

fn russian(folded: &str) -> Option<&'static str> {
    let by_form = RUSSIAN_FORMS.iter().find(|(stem, _, endings)| {
        folded
            .strip_prefix(stem)
            .is_some_and(|ending| endings.contains(&ending))
    });
    by_form.map(|(_, number, _)| *number).or_else(|| {
        RUSSIAN
            .iter()
            .find(|(stem, _)| {
                folded
                    .strip_prefix(stem)
                    .is_some_and(|rest| CARDINAL.contains(&rest) || ORDINAL.contains(&rest))
            })
            .map(|(_, number)| *number)
    })
}

/// Parts of German number words, longer ones first.
const GERMAN: [(&str, &str); 29] = [
    ("dreissig", "30"),
    ("vierzig", "40"),
    ("fuenfzig", "50"),
    ("sechzig", "60"),
    ("siebzig", "70"),
    ("achtzig", "80"),
    ("neunzig", "90"),
    ("zwanzig", "20"),
    ("sechzehn", "16"),
    ("siebzehn", "17"),
    ("hundert", "100"),
    ("tausend", "1000"),
    ("zwoelf", "12"),
    ("sieben", "7"),
    ("fuenf", "5"),
    ("sechs", "6"),
    ("dritt", "3"),
    ("siebt", "7"),
    ("zwei", "2"),
    ("drei", "3"),
    ("vier", "4"),
    ("acht", "8"),
    ("neun", "9"),
    ("zehn", "10"),
    ("elf", "11"),
    ("eine", ""),
    ("ein", "1"),
    ("und", "+"),
    ("zwo", "2"),
];

/// Endings of German ordinals, fractions and multiples; a fraction is another number than its ordinal.
const GERMAN_ENDINGS: [(&str, &str); 17] = [
    ("", ""),
    ("e", ""),
    ("en", ""),
    ("er", ""),
    ("es", ""),
    ("te", ""),
    ("ten", ""),
    ("ter", ""),
    ("tes", ""),
    ("ste", ""),
    ("sten", ""),
    ("ster", ""),
    ("el", "/"),
    ("tel", "/"),
    ("mal", "x"),
    ("fach", "x"),
    ("fache", "x"),
];

/// "zweiundzwanzig" is `2+20`, "zweihundert" `2100`; None where any letter is left over.
fn german(folded: &str) -> Option<String> {
    let mut rest = folded;
    let mut number = String::new();
    while let Some((part, value)) = GERMAN
        .iter()
        .find_map(|(part, value)| Some((rest.strip_prefix(part)?, value)))
    {
        number.push_str(value);
        rest = part;
    }
    // "ein" and "und" are no numbers by themselves.
    if !number.contains(|c: char| c.is_ascii_digit()) || number == "1" {
        return None;
    }
    let (_, kind) = GERMAN_ENDINGS.iter().find(|(ending, _)| *ending == rest)?;
    number.push_str(kind);
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling_however_it_is_written() {
        for (words, value) in [
            (&["7", "07", "sieben", "siebte", "seven", "7th"][..], "7"),
            (&["januar", "января", "jan", "01"][..], "1"),
            (
                &["zwanzig", "zwanzigsten", "twenty", "двадцать", "двадцати"],
                "20",
            ),
            (&["пять", "пятый", "fuenf", "five", "пятеро"], "5"),
            (&["троих", "втрое", "drei", "third"], "3"),
            (&["четыре", "четырьмя", "четвертого", "april"], "4"),
            (&["полтора", "anderthalb"], "3/2"),
        ] {
            for word in words {
                assert_eq!(number(word).as_deref(), Some(value), "{word}");
            }
        }
        assert_eq!(number("zweiundzwanzig").as_deref(), Some("2+20"));
        assert_ne!(number("drittel"), number("dritte"));
    }

    #[test]
    fn other_words_are_no_numbers() {
        for word in [
            "ein",
            "eine",
            "und",
            "achtung",
            "vierteljahr",
            "einheit",
            "пятно",
            "вторжение",
            "elfenbein",
            "streik",
            "сорокин",
            "девятов",
            "тысячелетие",
        ] {
            assert_eq!(number(word), None, "{word}");
        }
    }
}
