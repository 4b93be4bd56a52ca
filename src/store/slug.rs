//! A statement's slug: the `slug` key, else the file's name (contract §3).

use unicode_normalization::UnicodeNormalization;

/// Of a slug, in characters.
pub(super) const MAX_LENGTH: usize = 80;

/// Whether a `slug` key can stand in an address as it is: `[a-z0-9-_]`, 80 at most, letter or digit first.
pub(super) fn is_slug(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    text.len() <= MAX_LENGTH
        && text.bytes().all(fits)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// The slug that a path (relative to the statements' folder) gives: the file's name without date
/// prefix and extension, or its folder's where it is called `index`; None where no letter and no
/// digit is left.
pub(super) fn of_path(path: &str) -> Option<String> {
    let stem = name_of(path);
    let (_, rest) = date_prefix(stem);
    slugify(rest).or_else(|| slugify(stem))
}

/// The ISO date that the file's (or folder's) name begins with, as text.
pub(super) fn date_of_path(path: &str) -> Option<&str> {
    date_prefix(name_of(path)).0
}

/// The name that stands for the statement: of the file without extension, or of its folder.
fn name_of(path: &str) -> &str {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    if stem.eq_ignore_ascii_case("index") && !folders.is_empty() {
        folders.rsplit_once('/').map_or(folders, |(_, last)| last)
    } else {
        stem
    }
}

/// `2022-01-06-name` -> (`2022-01-06`, `name`); `2022-01-06` alone keeps its name.
fn date_prefix(stem: &str) -> (Option<&str>, &str) {
    let Some((date, rest)) = stem.split_at_checked(10) else {
        return (None, stem);
    };
    if chrono::NaiveDate::parse_from_str(date, "%Y-%m-%d").is_err()
        || rest.starts_with(|c: char| c.is_ascii_digit())
    {
        return (None, stem);
    }
    (Some(date), rest)
}

/// Lower-case ASCII, transliterated, runs of anything else as one hyphen, cut to 80 at a hyphen where
/// one is near; as `config` makes slugs of topics.
pub(super) fn slugify(text: &str) -> Option<String> {
    let composed: String = text.nfc().collect();
    let mut slug = String::with_capacity(composed.len());
    for c in composed.chars() {
        for b in any_ascii::any_ascii_char(c).bytes() {
            if b.is_ascii_alphanumeric() {
                slug.push(char::from(b.to_ascii_lowercase()));
            } else if b != b'\'' && !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
    }
    if slug.len() > MAX_LENGTH {
        let cut = slug[..=MAX_LENGTH]
            .rfind('-')
            .filter(|&at| at > MAX_LENGTH / 2);
        slug.truncate(cut.unwrap_or(MAX_LENGTH));
    }
    slug.truncate(slug.trim_end_matches('-').len());
    (!slug.is_empty()).then_some(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_without_date_and_extension_is_the_slug() {
        for (path, slug) in [
            (
                "2022-01-06-gemeinsame-erklaerung.txt",
                "gemeinsame-erklaerung",
            ),
            ("2022-01-06_Offener Brief.md", "offener-brief"),
            ("2022-01-06.md", "2022-01-06"),
            ("a/b/Kasachstan.MD", "kasachstan"),
            ("streik/index.md", "streik"),
            ("2022-01-06-streik/index.de.md", "index-de"),
            ("2022-01-06-streik/index.md", "streik"),
            ("index.md", "index"),
            ("Заявление профсоюза.md", "zayavlenie-profsoyuza"),
            ("Größe & Maß.md", "grosse-mass"),
            ("Erkla\u{308}rung.md", "erklarung"),
            ("2022-13-45-x.md", "2022-13-45-x"),
            ("2022-01-061.md", "2022-01-061"),
            ("don't.md", "dont"),
        ] {
            assert_eq!(of_path(path).as_deref(), Some(slug), "{path}");
        }
        assert_eq!(of_path("!!!.md"), None);
    }

    #[test]
    fn long_name_is_cut_to_80_at_a_hyphen() {
        let slug = of_path(&format!("{}.md", "ein-langer-name-".repeat(20))).unwrap();
        assert!(slug.len() <= MAX_LENGTH && is_slug(&slug), "{slug}");
        assert!(slug.ends_with("name") || slug.ends_with("langer") || slug.ends_with("ein"));
        assert_eq!(
            of_path(&format!("{}.md", "x".repeat(300))).unwrap().len(),
            80
        );
    }

    #[test]
    fn slug_key_that_needs_escapes_is_none() {
        for slug in [
            "a b",
            "a/b",
            "..",
            "-x",
            "Ä",
            "A",
            "a.b",
            "",
            &"x".repeat(81),
        ] {
            assert!(!is_slug(slug), "{slug}");
        }
        assert!(is_slug("kasachstan-2022") && is_slug("a_b"));
    }
}
