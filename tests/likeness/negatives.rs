//! Texts that look like another and are not it: none may be merged.

use crate::bases::{Base, ISSUER};
use crate::chance::Chance;
use crate::republish::{Case, Make, say, swapped, words};
use chrono::TimeDelta;
use presswire::domain::likeness::Text;

pub(crate) const TWO: [(&str, Make); 44] = [
    ("number changed", |case, chance| {
        changed(case, &number_changed(&case.base.html(), chance)?)
    }),
    ("digits swapped", |case, _| {
        changed(case, &digits_swapped(&case.base.html())?)
    }),
    ("decimals swapped", |case, _| {
        changed(case, &decimals_swapped(&case.base.html())?)
    }),
    ("number word changed", |case, _| {
        let swaps = [
            ("zwölf", "zehn"),
            ("fünf", "sechs"),
            ("neun", "acht"),
            ("vier", "drei"),
            ("Vier", "Fünf"),
            ("sieben", "sechs"),
            ("Drei", "Vier"),
            ("drei", "zwei"),
            ("zwei", "drei"),
            ("dritten", "zweiten"),
            ("four", "five"),
            ("three", "two"),
            ("two", "three"),
            ("Two", "Three"),
            ("six", "seven"),
            ("ten", "nine"),
            ("nine", "ten"),
            ("eleven", "twelve"),
            ("seven", "eight"),
            ("eight", "seven"),
            ("трёх", "двух"),
            ("пять", "шесть"),
            ("троих", "двоих"),
            ("девять", "восемь"),
            ("двенадцати", "одиннадцати"),
            ("двух", "трёх"),
            ("четырёх", "трёх"),
            ("четыре", "три"),
            ("шесть", "семь"),
            ("Шестнадцать", "Семнадцать"),
            ("два", "три"),
        ];
        replaced(case, &swaps)
    }),
    ("fraction changed", |case, _| {
        replaced(
            case,
            &[
                ("Drittel", "Viertel"),
                ("Hälfte", "Drittel"),
                ("quarter", "third"),
                ("half", "third"),
                ("треть", "четверть"),
                ("половина", "треть"),
                ("половины", "трети"),
            ],
        )
    }),
    ("day or month changed", |case, _| {
        let swaps = [
            ("Dienstag", "Mittwoch"),
            ("Samstag", "Sonntag"),
            ("Freitag", "Montag"),
            ("Sonntag", "Samstag"),
            ("Donnerstag", "Freitag"),
            ("Montag", "Dienstag"),
            ("März", "April"),
            ("Februar", "Januar"),
            ("November", "Dezember"),
            ("Mai", "Juni"),
            ("Monday", "Tuesday"),
            ("Friday", "Thursday"),
            ("Wednesday", "Monday"),
            ("Sunday", "Saturday"),
            ("Saturday", "Sunday"),
            ("Tuesday", "Friday"),
            ("Thursday", "Friday"),
            ("February", "March"),
            ("October", "November"),
            ("среду", "пятницу"),
            ("воскресенье", "субботу"),
            ("понедельника", "вторника"),
            ("субботу", "воскресенье"),
            ("вторник", "среду"),
            ("декабря", "ноября"),
            ("февраля", "марта"),
            ("марта", "апреля"),
            ("августа", "июля"),
            ("мая", "июня"),
            ("сентября", "октября"),
            ("января", "февраля"),
        ];
        replaced(case, &swaps)
    }),
    ("negation added", |case, _| {
        let swaps = [
            (" haben ", " haben nicht "),
            (" hat ", " hat nicht "),
            (" soll ", " soll nicht "),
            (" will ", " will nicht "),
            (" wollen ", " wollen nicht "),
            (" have ", " have not "),
            (" has ", " has not "),
            (" was ", " was not "),
            (" were ", " were not "),
            (" will ", " will not "),
            (" is ", " is not "),
            (" согласилась ", " не согласилась "),
            (" получили ", " не получили "),
            (" прекратили ", " не прекратили "),
            (" добились ", " не добились "),
            (" призвали ", " не призвали "),
            (" потребовали ", " не потребовали "),
            (" остановили ", " не остановили "),
            (" начали ", " не начали "),
            (" прошёл ", " не прошёл "),
            (" отказал ", " не отказал "),
            (" заняли ", " не заняли "),
            (" объявили ", " не объявили "),
            (" собрались ", " не собрались "),
        ];
        replaced(case, &swaps)
    }),
    ("negation lost", |case, _| {
        replaced(
            case,
            &[
                (" nicht ", " "),
                ("keine ", "die "),
                ("kein ", "ein "),
                (" ohne ", " mit "),
                (" not ", " "),
                (" no ", " a "),
                (" never ", " "),
                (" не ", " "),
                (" без ", " с "),
                (" нет ", " есть "),
            ],
        )
    }),
    ("word negated by a prefix", |case, _| {
        let swaps = [
            ("begründet", "unbegründet"),
            ("unbegründet", "begründet"),
            ("friedlichen", "unfriedlichen"),
            ("unverhältnismäßig", "verhältnismäßig"),
            ("rechtswidrig", "nicht rechtswidrig"),
            ("unbefristeten", "befristeten"),
            ("abhängige", "unabhängige"),
            ("unabhängige", "abhängige"),
            ("zusätzliche", "nichtzusätzliche"),
            ("irresponsible", "responsible"),
            ("compulsory", "noncompulsory"),
            ("safe", "unsafe"),
            ("lasting", "unlasting"),
            ("unpaid", "paid"),
            ("незаконными", "законными"),
            ("независимую", "зависимую"),
            ("недостроенного", "достроенного"),
            ("поддержала", "не поддержала"),
        ];
        replaced(case, &swaps)
    }),
    ("opposite", |case, _| {
        replaced(
            case,
            &[
                ("mehr ", "weniger "),
                ("gegen ", "für "),
                (" vor ", " nach "),
                ("against ", "for "),
                (" after ", " before "),
                ("more ", "less "),
                ("против ", "за "),
                ("после ", "до "),
                ("больше ", "меньше "),
            ],
        )
    }),
    ("name replaced", |case, chance| {
        let html = case.base.html();
        let name = name_in(&html, chance)?;
        let other = say(case, "Lindqvist", "Harrowgate", "Мухаметшин");
        changed(case, &html.replace(&name, other))
    }),
    ("name like it", |case, chance| {
        let html = case.base.html();
        let name = name_in(&html, chance)?;
        let mut letters: Vec<char> = name.chars().collect();
        let last = letters.len() - 1;
        letters[last] = say(case, "kz", "kz", "кш")
            .chars()
            .find(|letter| *letter != letters[last])?;
        changed(
            case,
            &html.replace(&name, &letters.iter().collect::<String>()),
        )
    }),
    ("place replaced", |case, _| {
        let swaps = [
            ("Bremerhaven", "Wilhelmshaven"),
            ("Iran", "Irak"),
            ("Ungarn", "Rumänien"),
            ("Erfurt", "Gera"),
            ("Leipzig", "Dresden"),
            ("Kassel", "Marburg"),
            ("Münster", "Köln"),
            ("Niedersachsen", "Sachsen"),
            ("Mainz", "Trier"),
            ("Plauen", "Hof"),
            ("Köln", "Bonn"),
            ("Gdynia", "Gdansk"),
            ("Leeds", "Hull"),
            ("Merthyr", "Swansea"),
            ("Dhaka", "Chittagong"),
            ("Tbilisi", "Batumi"),
            ("Cork", "Galway"),
            ("Houma", "Baton"),
            ("Baku", "Ganja"),
            ("Dunedin", "Nelson"),
            ("Redmoor", "Blackmoor"),
            ("Омск", "Томск"),
            ("Жанаозена", "Актобе"),
            ("Новосибирске", "Красноярске"),
            ("Тольятти", "Самаре"),
            ("Кызылорды", "Туркестана"),
            ("Челябинска", "Кургана"),
            ("Бишкека", "Оша"),
            ("Ереване", "Гюмри"),
            ("Самаре", "Саратове"),
            ("Воркуты", "Инты"),
            ("Иванове", "Шуе"),
            ("Алматы", "Астане"),
        ];
        replaced(case, &swaps)
    }),
    ("change inside a moved paragraph", |case, chance| {
        let mut moved = case.base.clone();
        moved.paragraphs.reverse();
        changed(case, &number_changed(&moved.html(), chance)?)
    }),
    ("excerpt with another number", |case, chance| {
        let text = case.base.paragraphs.join(" ");
        let start: Vec<&str> = words(&text).into_iter().take(50).collect();
        changed(
            case,
            &format!("<p>{} …</p>", number_changed(&start.join(" "), chance)?),
        )
    }),
    ("series by date", |case, chance| {
        let day = 1 + chance.below(26);
        let named = |day: usize| {
            say(
                case,
                "Presseschau vom {}. Januar",
                "Press review, January {}",
                "Обзор прессы за {} января",
            )
            .replace("{}", &day.to_string())
        };
        let (mut one, mut other) = (case.original(), case.copy(&case.base.html()));
        (one.title, other.title) = (Some(named(day)), Some(named(day + 1)));
        Some((one, other))
    }),
    ("series by weekday", |case, _| {
        let (mut one, mut other) = (case.original(), case.copy(&case.base.html()));
        one.title = Some(
            say(
                case,
                "Kurznachrichten vom Montag",
                "Short news on Monday",
                "Новости за понедельник",
            )
            .to_owned(),
        );
        other.title = Some(
            say(
                case,
                "Kurznachrichten vom Dienstag",
                "Short news on Tuesday",
                "Новости за вторник",
            )
            .to_owned(),
        );
        Some((one, other))
    }),
    ("reply that quotes it whole", |case, _| {
        let said = case.other.paragraphs[0].clone();
        let mut reply = case.copy(&format!(
            "<p>{said}</p><blockquote>{}</blockquote>",
            case.base.html()
        ));
        reply.title = Some(format!(
            "{}{}",
            say(case, "Antwort auf: ", "Reply to: ", "Ответ на: "),
            case.base.title
        ));
        Some((case.original(), reply))
    }),
    ("short reply that quotes it whole", |case, _| {
        let said = say(case, "Das stimmt so.", "Quite so.", "Так и есть.");
        let mut reply = case.copy(&format!(
            "<p>{said}</p><blockquote>{}</blockquote>",
            case.base.html()
        ));
        reply.title = Some(format!("Re: {}", case.base.title));
        Some((case.original(), reply))
    }),
    ("press review that carries it", |case, _| {
        let mut review = case.copy(&format!("{}{}", case.other.html(), case.base.html()));
        review.title = Some(
            say(
                case,
                "Was andere schreiben",
                "What others write",
                "О чём пишут другие",
            )
            .to_owned(),
        );
        Some((case.original(), review))
    }),
    ("paragraph added", |case, _| {
        case.with(&format!(
            "{}<p>{}</p>",
            case.base.html(),
            case.other.paragraphs[1]
        ))
    }),
    ("long slander appended", |case, _| {
        let said = say(
            case,
            "In Wahrheit haben sich die Sprecher der Aktion selbst bereichert und die Kasse geplündert, wie Eingeweihte berichten.",
            "In truth the speakers of the campaign have filled their own pockets and emptied the fund, insiders report.",
            "На самом деле организаторы акции обогатились сами и опустошили кассу, сообщают посвящённые люди из их круга.",
        );
        case.with(&format!("{}<p>{said}</p>", case.base.html()))
    }),
    ("a year later", |case, _| {
        let mut rerun = case.copy(&format!(
            "{}<p>{}</p>",
            case.base.html(),
            say(
                case,
                "Aus unserem Archiv geholt.",
                "Taken from our archive.",
                "Взято из нашего архива."
            )
        ));
        rerun.published = rerun.published.map(|at| at + TimeDelta::days(365));
        rerun.first_seen += TimeDelta::days(365);
        Some((case.original(), rerun))
    }),
    ("title squatted", |case, _| {
        Some((squatted(case), case.original()))
    }),
    ("address reused", |case, _| {
        let mut other = ISSUER.text(case.other, &case.other.html());
        other.link = case.original().link;
        Some((case.original(), other))
    }),
    ("correction by title", |case, _| {
        let mut copy = case.copy(&case.base.html());
        copy.title = Some(format!(
            "{}{}",
            say(case, "Korrektur: ", "Correction: ", "Исправлено: "),
            case.base.title
        ));
        Some((case.original(), copy))
    }),
    ("long teaser of a stranger", |case, _| {
        let text = case.base.paragraphs.join(" ");
        let cut: Vec<&str> = words(&text).into_iter().take(75).collect();
        (words(&text).len() > 95).then_some(())?;
        let mut teaser = case.copy(&format!("<p>{} …</p>", cut.join(" ")));
        teaser.html = format!("<p>{} …</p>", cut.join(" "));
        teaser.first_seen -= TimeDelta::days(1);
        teaser.published = Some(teaser.first_seen);
        Some((teaser, case.original()))
    }),
    ("short posts with one footer", |case, chance| {
        let footer = say(
            case,
            "Mehr dazu heute Abend im Livestream, schaltet ein und sagt es weiter!",
            "More tonight in our live stream, tune in and tell your friends!",
            "Подробнее сегодня вечером в прямом эфире, смотрите и расскажите друзьям!",
        );
        let post = |base: &Base, at: usize| {
            let text = base.paragraphs.join(" ");
            let short: Vec<&str> = words(&text).into_iter().skip(at).take(9).collect();
            format!("<p>{}</p><p>{footer}</p>", short.join(" "))
        };
        let (mut one, mut other) = (case.original(), case.copy(""));
        one.html = post(case.base, chance.below(20));
        other.html = post(case.other, chance.below(20));
        one.title = None;
        other.title = None;
        Some((one, other))
    }),
    ("one call, two places", |case, _| {
        let call = say(
            case,
            "Wir rufen alle Mitglieder und Freunde auf, am Samstag um elf Uhr zur Kundgebung auf dem Marktplatz in {} zu kommen und ihre Fahnen mitzubringen.",
            "We call on all members and friends to come to the rally on the market square in {} at eleven on Saturday and to bring their flags with them.",
            "Призываем всех членов и друзей прийти в субботу в одиннадцать часов на митинг на рыночной площади в {} и принести с собой флаги.",
        );
        let (one, other) = (
            say(case, "Jena", "Bolton", "Перми"),
            say(case, "Suhl", "Burnley", "Твери"),
        );
        let title = say(
            case,
            "Kundgebung am Samstag",
            "Rally on Saturday",
            "Митинг в субботу",
        );
        let (mut a, mut b) = (case.original(), case.copy(""));
        (a.html, b.html) = (call.replace("{}", one), call.replace("{}", other));
        (a.title, b.title) = (Some(title.to_owned()), Some(title.to_owned()));
        Some((a, b))
    }),
    ("series by number", |case, chance| {
        let number = 2 + chance.below(90);
        let named = |number: usize| {
            let name = say(
                case,
                "Rundbrief Nr. {} des Bundes",
                "Newsletter no. {} of the league",
                "Бюллетень № {} союза",
            );
            Some(name.replace("{}", &number.to_string()))
        };
        let (mut one, mut other) = (case.original(), case.copy(&case.base.html()));
        (one.title, other.title) = (named(number), named(number + 1));
        Some((one, other))
    }),
    ("names exchanged", |case, _| {
        let told = say(
            case,
            "{}: Der Verein SC Lohne hat das Pokalspiel am Abend klar für sich entschieden. Nach dem Treffer von Marek Tabor bezwang Falke Unna den Gast Union Soest vor vollen Rängen, berichtet der Veranstalter.",
            "{}: In the match last night the crowd saw a clear result on the new ground. After a goal by Marek Tabor the visitors from Eastham beat Norwell before full stands, the organisers report.",
            "{}: Вчера вечером на новом поле зрители увидели ясный результат. После гола Марека Табора гости из Вятки обыграли Псков при полных трибунах, сообщает организатор матча.",
        )
        .replace("{}", &case.base.title);
        let (first, second) = (
            say(case, "Falke Unna", "Eastham", "Вятки"),
            say(case, "Union Soest", "Norwell", "Псков"),
        );
        let exchanged = told
            .replace(first, "@")
            .replace(second, first)
            .replace('@', second);
        let (mut one, mut other) = (case.original(), case.copy(""));
        (one.html, other.html) = (format!("<p>{told}</p>"), format!("<p>{exchanged}</p>"));
        Some((one, other))
    }),
    ("real names one letter apart", |case, chance| {
        let pairs = match case.base.language {
            "de" => [
                ("Hansen", "Jansen"),
                ("Schmidt", "Schmitt"),
                ("Irland", "Island"),
                ("Iran", "Irak"),
            ],
            "en" => [
                ("Walker", "Walter"),
                ("Morris", "Norris"),
                ("Austria", "Australia"),
                ("Iran", "Iraq"),
            ],
            _ => [
                ("Семёнов", "Симонов"),
                ("Омска", "Томска"),
                ("Ирана", "Ирака"),
                ("Волков", "Волчков"),
            ],
        };
        let (one, other) = pairs[chance.below(4)];
        let line = say(
            case,
            "Die Mitteilung stammt von {} und liegt der Redaktion vor.",
            "The news comes from {} and was seen by our desk.",
            "Об этом сообщили из {} и передали нашей редакции.",
        );
        let with = |name: &str| format!("{}<p>{}</p>", case.base.html(), line.replace("{}", name));
        Some((ISSUER.text(case.base, &with(one)), case.copy(&with(other))))
    }),
    ("measure replaced", |case, _| {
        replaced(
            case,
            &[
                ("Euro", "Dollar"),
                ("Monate", "Wochen"),
                ("Monaten", "Wochen"),
                ("Stunden", "Tage"),
                ("Cent", "Euro"),
                ("Jahr", "Monat"),
                ("Jahren", "Monaten"),
                ("Wochen", "Tage"),
                ("dollars", "pounds"),
                ("pounds", "dollars"),
                ("weeks", "months"),
                ("days", "weeks"),
                ("months", "weeks"),
                ("years", "months"),
                ("hours", "days"),
                ("рублей", "долларов"),
                ("месяцев", "недель"),
                ("дней", "недель"),
                ("часов", "дней"),
                ("недель", "дней"),
                ("лет", "месяцев"),
                ("года", "месяца"),
                ("год", "месяц"),
            ],
        )
    }),
    ("corrected in the text", |case, _| {
        let line = say(
            case,
            "Korrektur: Im zweiten Absatz stand zuerst ein falscher Ort.",
            "Correction: the second paragraph first named another town.",
            "Исправлено: во втором абзаце был назван другой город.",
        );
        case.with(&format!("{}<p>{line}</p>", case.base.html()))
    }),
    ("denied in three words", |case, _| {
        let line = say(case, "Das stimmt nicht.", "Not a word true.", "Это не так.");
        case.with(&format!("{}<p>{line}</p>", case.base.html()))
    }),
    ("negated at the very end", |case, _| {
        let html = case.base.html();
        let end = html.rfind('.')?;
        let more = say(case, ", aber nicht dort", ", but not there", ", но не там");
        case.with(&format!("{}{more}{}", &html[..end], &html[end..]))
    }),
    ("title negated", |case, _| {
        let title = |no: bool| {
            let said = match no {
                false => say(
                    case,
                    "Gericht bestätigt Kündigung der Sprecherin",
                    "Court confirms dismissal of the speaker",
                    "Суд подтвердил увольнение представителя",
                ),
                true => say(
                    case,
                    "Gericht bestätigt Kündigung der Sprecherin nicht",
                    "Court does not confirm dismissal of the speaker",
                    "Суд не подтвердил увольнение представителя",
                ),
            };
            Some(said.to_owned())
        };
        let (mut one, mut other) = (case.original(), case.copy(&case.base.html()));
        (one.title, other.title) = (title(false), title(true));
        Some((one, other))
    }),
    ("one form, other data", |case, chance| {
        let form = say(
            case,
            "Die Polizei meldet für {}: {} Einsätze in der Nacht, {} Verkehrsunfälle, {} Anzeigen wegen Lärms. Zeugen wenden sich an jede Dienststelle im Kreis. Die Leitstelle dankt allen, die geholfen haben, und bittet um Verständnis für Wartezeiten.",
            "Police in {} report {} calls during the night, {} traffic accidents and {} complaints about noise. Witnesses may turn to every station in the county. The control room thanks everybody who helped and asks for patience with delays.",
            "Полиция города {} сообщает: за ночь {} вызовов, {} аварий и {} жалоб на шум. Свидетели могут обратиться в любой участок района. Дежурная часть благодарит всех, кто помог, и просит отнестись с пониманием к задержкам.",
        );
        let mut filled = |place: &str| {
            let mut text = form.replacen("{}", place, 1);
            for _ in 0..3 {
                text = text.replacen("{}", &(10 + chance.below(80)).to_string(), 1);
            }
            text
        };
        let (mut one, mut other) = (case.original(), case.copy(""));
        one.html = filled(say(case, "Weimar", "Preston", "Кирова"));
        other.html = filled(say(case, "Suhl", "Burnley", "Перми"));
        let title = say(
            case,
            "Bericht der Polizei",
            "Police report",
            "Сводка полиции",
        );
        (one.title, other.title) = (Some(title.to_owned()), Some(title.to_owned()));
        Some((one, other))
    }),
    ("nothing but a picture", |case, chance| {
        let (mut one, mut other) = (case.original(), case.copy(""));
        one.html = "<img src='https://issuer.example/1.jpg'>".to_owned();
        other.html = "<img src='https://other.example/2.jpg'>".to_owned();
        let title = [
            None,
            Some("Untitled"),
            Some("Foto"),
            Some("Без названия"),
            Some("Bild des Tages"),
        ][chance.below(5)];
        (one.title, other.title) = (title.map(str::to_owned), title.map(str::to_owned));
        Some((one, other))
    }),
    ("title of one word", |case, chance| {
        let (mut one, mut other) = (case.original(), case.copy(""));
        (one.html, other.html) = (String::new(), String::new());
        let title = ["News", "Aufruf", "Termine", "Объявление", "Statement"][chance.below(5)];
        (one.title, other.title) = (Some(title.to_owned()), Some(title.to_owned()));
        Some((one, other))
    }),
    ("title alone, weeks later", |case, _| {
        let (mut one, mut other) = (case.original(), case.copy(""));
        (one.html, other.html) = (String::new(), String::new());
        other.first_seen += TimeDelta::days(20);
        other.published = Some(other.first_seen);
        Some((one, other))
    }),
    ("quoted with words before", |case, _| {
        let before = say(
            case,
            "Dazu ist viel zu sagen, und wir tun es hier Satz für Satz, denn was der Verfasser verschweigt, wiegt schwerer als das, was er schreibt.",
            "There is much to say on this, and we do so sentence by sentence, for what the author leaves out weighs more than what he writes.",
            "Об этом можно сказать многое, и мы скажем по порядку, ведь то, о чём автор молчит, весит больше того, что он пишет.",
        );
        case.with(&format!(
            "<p>{before}</p><blockquote>{}</blockquote>",
            case.base.html()
        ))
    }),
    ("text in between replaced", |case, _| {
        let mut changed = case.base.clone();
        let last = changed.paragraphs.len() - 1;
        changed.paragraphs[last] = case.other.paragraphs[0].clone();
        case.with(&changed.html())
    }),
    ("another text", |case, _| {
        let other = case.publisher.text(case.other, &case.other.html());
        Some((case.original(), other))
    }),
];

fn squatted(case: &Case<'_>) -> Text {
    let mut squatted = case.publisher.text(case.base, &case.other.html());
    squatted.first_seen -= TimeDelta::days(1);
    squatted.published = Some(squatted.first_seen);
    squatted
}

fn changed(case: &Case<'_>, html: &str) -> Option<(Text, Text)> {
    (html != case.base.html()).then(|| case.with(html))?
}

/// The first of the swaps that fits, between whole words.
fn replaced(case: &Case<'_>, swaps: &[(&str, &str)]) -> Option<(Text, Text)> {
    let html = case.base.html();
    let swapped = swaps.iter().find_map(|(was, is)| swapped(&html, was, is))?;
    changed(case, &swapped)
}

/// Where the digits of the numbers of two digits and more stand.
fn numbers(html: &str) -> Vec<(usize, usize)> {
    let bytes = html.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = (at..bytes.len())
            .find(|&end| !bytes[end].is_ascii_digit())
            .unwrap_or(bytes.len());
        if end > at + 1 {
            found.push((at, end));
        }
        at = end + 1;
    }
    found
}

fn number_changed(html: &str, chance: &mut Chance) -> Option<String> {
    let numbers = numbers(html);
    (!numbers.is_empty()).then_some(())?;
    let (start, _) = numbers[chance.below(numbers.len())];
    let digit = (html.as_bytes()[start] - b'0') % 9 + 1;
    Some(format!("{}{digit}{}", &html[..start], &html[start + 1..]))
}

fn digits_swapped(html: &str) -> Option<String> {
    let (start, _) = numbers(html).into_iter().find(|&(start, _)| {
        html.as_bytes()[start] != html.as_bytes()[start + 1] && html.as_bytes()[start + 1] != b'0'
    })?;
    let digits: String = html[start..start + 2].chars().rev().collect();
    Some(format!("{}{digits}{}", &html[..start], &html[start + 2..]))
}

fn decimals_swapped(html: &str) -> Option<String> {
    let bytes = html.as_bytes();
    let at = (1..bytes.len() - 1).find(|&at| {
        matches!(bytes[at], b',' | b'.')
            && bytes[at - 1].is_ascii_digit()
            && bytes[at + 1].is_ascii_digit()
            && bytes[at - 1] != bytes[at + 1]
            && !bytes[at + 2].is_ascii_digit()
            && !bytes[at - 2].is_ascii_digit()
    })?;
    let (whole, part) = (char::from(bytes[at - 1]), char::from(bytes[at + 1]));
    Some(format!(
        "{}{part}{}{whole}{}",
        &html[..at - 1],
        char::from(bytes[at]),
        &html[at + 2..]
    ))
}

/// A family name: the second of two capitalised words inside a sentence.
fn name_in(html: &str, chance: &mut Chance) -> Option<String> {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphabetic()).to_owned();
    let is_capital =
        |word: &str| word.starts_with(char::is_uppercase) && word.chars().all(char::is_alphabetic);
    let words = words(html);
    let names: Vec<String> = words
        .windows(3)
        .filter(|three| {
            !three[0].ends_with(['.', '“', '"', '>', ':'])
                && is_capital(three[1])
                && three[2].starts_with(char::is_uppercase)
                && is_capital(&bare(three[2]))
        })
        .map(|three| bare(three[2]))
        .filter(|name| name.chars().count() >= 5)
        .collect();
    (!names.is_empty()).then(|| names[chance.below(names.len())].clone())
}
