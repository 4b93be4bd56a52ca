//! What numbers count: the same number in per cent and in percentage points, in euros and in dollars.
//!
//! Signs stand between tokens, where no alignment sees them, and words like `Euro` come and go with them:
//! `$14 million`, `14 Mio. Dollar`. So each number is read together with its measure.

use super::numbers::number;
use super::{Difference, DifferenceKind, Prepared};
use std::collections::BTreeMap;

/// A number and its measure.
type Measured = (String, &'static str);

/// What one text counts in another measure than the other; the first such number.
pub(super) fn other_measure(older: &Prepared, newer: &Prepared) -> Option<Difference> {
    let (in_older, in_newer) = (by_number(older), by_number(newer));
    in_older.iter().find_map(|(value, older)| {
        let newer = in_newer.get(value)?;
        let common = older.iter().any(|measure| newer.contains(measure));
        let changed = older.len() == newer.len() && older != newer;
        let shown = |measures: &[&str], beside: &[&str]| {
            let own = measures.iter().find(|measure| !beside.contains(measure));
            format!("{value} {}", own.unwrap_or(&measures[0]))
        };
        (!common || changed).then(|| Difference {
            kind: DifferenceKind::Opposite,
            older: shown(older, newer),
            newer: shown(newer, older),
        })
    })
}

/// The measures of each number, sorted.
fn by_number(text: &Prepared) -> BTreeMap<String, Vec<&'static str>> {
    let mut numbers: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    let mut at = 0;
    while at < text.len() {
        let (found, next) = measured(text, at);
        if let Some((value, measure)) = found {
            numbers.entry(value).or_default().push(measure);
        }
        at = next;
    }
    for measures in numbers.values_mut() {
        measures.sort_unstable();
    }
    numbers
}

/// The number that begins at `at`, where it has a measure; and the token behind it.
fn measured(text: &Prepared, at: usize) -> (Option<Measured>, usize) {
    // A number in words has its measure in words, too: another one is a word replaced.
    let word = text.word(at);
    let Some(mut value) = word.has_digit().then(|| number(word.folded)).flatten() else {
        return (None, at + 1);
    };
    let mut next = at + 1;
    while next < text.len() && text.word(next).joined {
        value = format!("{value}.{}", text.word(next).folded);
        next += 1;
    }
    let before = text.gap_before(at).trim_end();
    let sign_before = before.chars().next_back().and_then(sign);
    let behind = text.gap_behind(next - 1).trim_start();
    let sign_behind = behind.chars().next().and_then(sign);
    let measure = sign_before
        .or(sign_behind)
        .or_else(|| named(text, behind_magnitude(text, next)));
    (measure.map(|measure| (value, measure)), next)
}

fn sign(sign: char) -> Option<&'static str> {
    let signs = [
        ('%', "%"),
        ('‰', "‰"),
        ('€', "€"),
        ('$', "$"),
        ('£', "£"),
        ('¥', "¥"),
        ('₽', "₽"),
        ('₴', "₴"),
        ('₺', "₺"),
    ];
    signs
        .into_iter()
        .find_map(|(known, measure)| (known == sign).then_some(measure))
}

/// "14 million dollars": the word behind the magnitude, or the sign there.
fn behind_magnitude(text: &Prepared, at: usize) -> usize {
    let is_magnitude = at < text.len()
        && number(text.word(at).folded).is_some_and(|value| {
            value == "1000" || value == "1e6" || value == "1e9" || value == "1e12"
        });
    at + usize::from(is_magnitude)
}

/// Words of measures by their beginnings, and the beginning of the word behind where one alone does not
/// tell; points of percent first.
#[rustfmt::skip]
const NAMED: [(&str, &str, &str); 35] = [
    ("prozentpunkt", "", "pp"), ("percentage", "point", "pp"), ("процентн", "пункт", "pp"), ("п", "п", "pp"), ("відсотков", "пункт", "pp"), ("point", "de", "pp"),
    ("basispunkt", "", "bp"), ("basis", "point", "bp"), ("базисн", "пункт", "bp"), ("б", "п", "bp"), ("baz", "puan", "bp"), ("bps", "", "bp"),
    ("prozent", "", "%"), ("percent", "", "%"), ("per", "cent", "%"), ("pct", "", "%"), ("процент", "", "%"), ("відсотк", "", "%"), ("pour", "cent", "%"), ("por", "ciento", "%"),
    ("euro", "", "€"), ("eur", "", "€"), ("евро", "", "€"), ("євро", "", "€"), ("dollar", "", "$"), ("usd", "", "$"), ("доллар", "", "$"), ("долар", "", "$"),
    ("pound", "", "£"), ("pfund", "", "£"), ("рубл", "", "₽"), ("rubel", "", "₽"), ("rouble", "", "₽"), ("гривен", "", "₴"), ("lira", "", "₺"),
];

fn named(text: &Prepared, at: usize) -> Option<&'static str> {
    if at >= text.len() {
        return None;
    }
    let behind = text.gap_behind(at - 1).trim_start();
    if let Some(sign) = behind.chars().next().and_then(sign) {
        return Some(sign);
    }
    let word = text.word(at).folded;
    let next = (at + 1 < text.len()).then(|| text.word(at + 1).folded);
    let is_short = |beginning: &str| beginning.chars().count() <= 3;
    let begins = |word: &str, beginning: &str| match is_short(beginning) {
        true => word == beginning,
        false => word.starts_with(beginning),
    };
    NAMED.into_iter().find_map(|(first, second, measure)| {
        let fits = begins(word, first)
            && (second.is_empty() || next.is_some_and(|next| begins(next, second)));
        fits.then_some(measure)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Boilerplate, Text};
    use super::*;

    fn difference(older: &str, newer: &str) -> Option<String> {
        let prepared = |html: &str| {
            let text = Text {
                html: html.to_owned(),
                ..Text::default()
            };
            Prepared::of(text, &Boilerplate::default())
        };
        other_measure(&prepared(older), &prepared(newer)).map(|found| found.to_string())
    }

    #[test]
    fn one_number_in_two_measures_is_a_difference() {
        for (older, newer) in [
            ("costs about $14 million", "costs about €14 million"),
            ("выросла на 5% и", "выросла на 5 п.п. и"),
            ("um 2,5 Prozent höher", "um 2,5 Prozentpunkte höher"),
            ("58 Mio. Euro Umsatz", "58 Mio. Dollar Umsatz"),
            ("by 120 basis points to 3", "by 120 percent to 3"),
        ] {
            assert!(difference(older, newer).is_some(), "{older} | {newer}");
        }
    }

    #[test]
    fn one_measure_in_two_spellings_is_none() {
        for (older, newer) in [
            ("um 2,5 Prozent höher", "um 2,5 % höher"),
            ("costs $14 million", "costs 14 million dollars"),
            ("58 Mio. Euro Umsatz", "58 Millionen EUR Umsatz"),
            ("87 per cent of 5 euros", "87% of €5"),
            ("um 5 Prozent", "um 5 Prozent, dann 5 Euro"),
        ] {
            assert_eq!(difference(older, newer), None, "{older} | {newer}");
        }
    }
}
