//! Keys of front matter that mean nothing here: ignored with a warning, or refused because they look
//! like a misspelt `publish_at`, `status` or `date` (contract §3).
//!
//! An embargo fails closed: ignoring such a key would publish what its author held back.

use super::front::{Field, Node, Value};
use super::problem::{Problem, shown};

/// What to say of a key that means nothing here; `known` are those that mean something.
pub(super) fn unknown(field: &Field, known: &[&str]) -> Problem {
    let key = shown(&field.key);
    if let Some(meant) = resembles(field) {
        return Problem::error(
            format!("unknown key `{key}`, which looks like `{meant}`"),
            format!(
                "write `{meant}`, or rename the key; nothing is published while this is unclear"
            ),
        );
    }
    let folded = fold(&field.key);
    let near = known
        .iter()
        .find(|known| distance(&folded, &fold(known)) <= 1 + usize::from(known.len() > 6));
    let remedy = match near {
        Some(known) => format!("did you mean `{known}`? Otherwise it does no harm"),
        None => "it does no harm".to_owned(),
    };
    Problem::warning(
        format!("the key `{key}` means nothing here and is ignored"),
        remedy,
    )
}

/// Letters and digits of a key, lower case: `Publish-At` -> `publishat`.
fn fold(key: &str) -> String {
    key.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Words that other programs and other languages have for our `publish_at`, `status` and `date`.
const OTHER_WORDS: [(&str, &[&str]); 3] = [
    (
        "publish_at",
        &[
            "release",
            "released",
            "releaseat",
            "releaseon",
            "releasedate",
            "releasetime",
            "publish",
            "publishon",
            "publishdate",
            "publishtime",
            "publishafter",
            "publishedat",
            "publishfrom",
            "publication",
            "publicationdate",
            "pubdate",
            "notbefore",
            "holduntil",
            "hold",
            "golive",
            "goliveat",
            "availablefrom",
            "availableat",
            "visiblefrom",
            "validfrom",
            "scheduled",
            "scheduledat",
            "scheduledfor",
            "schedule",
            "freiab",
            "freigabe",
            "veröffentlichen",
            "veröffentlichenam",
            "veröffentlichungsdatum",
            "gesperrtbis",
            "gesperrt",
            "опубликовать",
            "публикация",
            "датапубликации",
        ],
    ),
    (
        "status",
        &[
            "zustand",
            "статус",
            "entwurf",
            "черновик",
            "withdrawn",
            "zurückgezogen",
            "отозвано",
        ],
    ),
    ("date", &["datum", "дата"]),
];

/// Keys of other programs that are near in letters but mean something else.
const OTHER_KEYS: [&str; 25] = [
    "data", "state", "states", "stats", "static", "stage", "stages", "start", "starts", "statue",
    "name", "page", "rate", "late", "gate", "desk", "dark", "deck", "dept", "duty", "case", "base",
    "update", "database", "datei",
];

/// Which of `publish_at`, `status` and `date` an unknown key may stand for; None: none of them.
fn resembles(field: &Field) -> Option<&'static str> {
    let key = fold(&field.key);
    let value = fold(&field.node.written());
    if key.contains("embarg") || key.contains("sperrfrist") || key.contains("эмбарго") {
        return Some("publish_at");
    }
    if let Some((meant, _)) = OTHER_WORDS
        .iter()
        .find(|(_, words)| words.contains(&key.as_str()))
    {
        return Some(meant);
    }
    // Switches of other site generators: refused where they hold back, harmless where they don't.
    let off = matches!(value.as_str(), "false" | "no" | "off" | "0" | "");
    match key.as_str() {
        "draft" | "hidden" | "private" | "unpublished" | "unlisted" => {
            return (!off).then_some("status");
        }
        "published" | "public" => {
            return (!matches!(value.as_str(), "true" | "yes" | "on" | "1")).then_some("status");
        }
        "visibility" => return (value != "public").then_some("status"),
        _ => {}
    }
    let holds_back =
        ["draft", "entwurf", "withdrawn", "embargoed", "черновик"].contains(&value.as_str());
    if OTHER_KEYS.contains(&key.as_str()) && !holds_back {
        return None;
    }
    [
        ("publish_at", "publishat", 2),
        ("publish_at", "embargo", 2),
        ("publish_at", "releaseat", 2),
        ("status", "status", 2),
    ]
    .into_iter()
    .find(|(_, word, slips)| distance(&key, word) <= *slips)
    .map(|(meant, ..)| meant)
    .or_else(|| looks_like_date(&key).then_some("date"))
    .or_else(|| nested(&field.node))
}

/// One slip away from `date`; two only where it begins like it, for the word is short.
fn looks_like_date(key: &str) -> bool {
    let slips = distance(key, "date");
    slips <= 1
        || (slips == 2
            && key.starts_with(['d', 't'])
            && key.len() >= 4
            && key.contains('t')
            && key.contains('a')
            && key != "data")
}

/// An embargo one level down (`meta: {publish_at: …}`) is no embargo to us, but meant as one.
fn nested(node: &Node) -> Option<&'static str> {
    let Value::Map(fields) = &node.value else {
        return None;
    };
    fields.iter().find_map(|field| {
        let key = fold(&field.key);
        let holds = distance(&key, "publishat") <= 1
            || key.contains("embarg")
            || key.contains("sperrfrist");
        if holds {
            Some("publish_at")
        } else {
            nested(&field.node)
        }
    })
}

/// Slips of the pen between two words: letters left out, added, changed, or swapped with their
/// neighbour (optimal string alignment), in characters.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(40).collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}
