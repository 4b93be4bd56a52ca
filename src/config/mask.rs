//! What of a line may be shown: not the values of headers, of keys that name a secret, nor user
//! information and query values of addresses.
//!
//! A line may be shown because it is broken, so nothing here relies on TOML: where it is unclear
//! whether something is a secret, it is hidden.

use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// What stands in place of a secret.
pub(super) const HIDDEN: &str = "***";

/// `text` with user information and query values of addresses replaced by `***`.
///
/// ```
/// use presswire::config::masked;
/// assert_eq!(masked("https://me:pw@example.org/f?key=1&b=2"), "https://***@example.org/f?key=***&b=***");
/// ```
pub fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for range in united(in_addresses(text)) {
        shown.push_str(&text[at..range.start]);
        shown.push_str(HIDDEN);
        at = range.end;
    }
    shown.push_str(&text[at..]);
    shown
}

/// A name of a key or header whose value is nobody's business.
pub(super) fn names_a_secret(name: &str) -> bool {
    static SECRET: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)token|secret|password|passphrase|passwd|pwd|authorization|cookie|credential|api[_-]?key|signing|headers|bearer",
        )
    });
    SECRET.is_match(name)
}

/// What of a line the caller vouches for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// It may be broken.
    Nothing,
    /// It is TOML whose secret values the caller hides; what a comment holds nobody knows.
    AllButComments,
}

/// The parts of line `line` (bytes within `text`) that are hidden: by the words on it and before it.
/// Ordered, apart from each other, relative to the line's start.
pub(super) fn hidden_in_line(text: &str, line: Range<usize>, trust: Trust) -> Vec<Range<usize>> {
    let shown = &text[line.clone()];
    let mut hidden = in_addresses(shown);
    if trust == Trust::AllButComments {
        let comment = shown.find('#').unwrap_or(shown.len());
        if let Some(name) = secret_word(&shown[comment..]) {
            hidden.push(value_start(shown, comment + name)..shown.len());
        }
        return united(hidden);
    }
    match context(text, line.start) {
        Context::InsideText => hidden.push(0..shown.len()),
        Context::InsideHeaders => {
            hidden.push(shown.find('=').map_or(0, |_| value_start(shown, 0))..shown.len())
        }
        Context::Plain => {
            if let Some(name) = secret_word(shown) {
                hidden.push(value_start(shown, name)..shown.len());
            }
        }
    }
    united(hidden)
}

/// Where a line stands.
enum Context {
    /// In a text of several lines, whose key may be far above.
    InsideText,
    /// In a `[source.headers]` table or an open `headers = {`.
    InsideHeaders,
    /// Anywhere else.
    Plain,
}

/// What the lines before `start` leave open; looks back to the last table heading, 64 KiB at most.
fn context(text: &str, start: usize) -> Context {
    let mut from = start.saturating_sub(64 * 1024);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = &text[from..start];
    let heading = before.rmatch_indices('[').map(|(at, _)| at).find(|at| {
        before[..*at]
            .rsplit('\n')
            .next()
            .is_some_and(|head| head.trim().is_empty())
    });
    let (heading, before) = match heading {
        Some(at) => (before[at..].lines().next().unwrap_or(""), &before[at..]),
        None => ("", before),
    };
    if before.matches("\"\"\"").count() % 2 == 1 || before.matches("'''").count() % 2 == 1 {
        return Context::InsideText;
    }
    let open = before.rfind("headers").is_some_and(|at| {
        let rest = &before[at..];
        rest.matches('{').count() > rest.matches('}').count()
    });
    match open || names_a_secret(heading) {
        true => Context::InsideHeaders,
        false => Context::Plain,
    }
}

/// Where a secret's name begins in a line. In a comment too: an old token may stand there.
fn secret_word(line: &str) -> Option<usize> {
    static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\w.-]+"));
    WORD.find_iter(line)
        // "/etc/passwd" and "?token=" are no names; what an address hides is hidden anyway.
        .filter(|word| !line[..word.start()].ends_with(['/', '?', '&', ':']))
        .find(|word| names_a_secret(word.as_str()))
        .map(|word| word.start())
}

/// Where the value begins: after the first `=`, and what blanks follow it, at or after `name`; where
/// there is no `=`, after the word that stands there.
fn value_start(line: &str, name: usize) -> usize {
    let rest = &line[name..];
    let word = rest.find(|c: char| !c.is_alphanumeric());
    let end = rest
        .find('=')
        .map(|at| at + 1)
        .or(word)
        .unwrap_or(rest.len());
    let blank = rest[end..].len() - rest[end..].trim_start().len();
    name + end + blank
}

/// User information and query values of everything that may be an address.
fn in_addresses(text: &str) -> Vec<Range<usize>> {
    static USER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r#"(?i)(?:([a-z][a-z0-9+.-]*):)?(?://)?([^\s"'<>/@]*:?[^\s"'<>@]*)@"#)
    });
    static QUERY: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"[?&;]([^\s"'<>()=&;#]*)(=?)([^\s"'<>()&;#]*)"#));
    let mut hidden = Vec::new();
    for found in USER.captures_iter(text) {
        let (Some(whole), Some(user)) = (found.get(0), found.get(2)) else {
            continue;
        };
        let with_slashes = whole.as_str().contains("://");
        let authority_ends = user.as_str().find('/');
        // "https://social.example/@name" has its @ in the path: no colon but that of a port before it.
        let credentials = match authority_ends {
            None => with_slashes || found.get(1).is_some() || user.as_str().contains(':'),
            Some(slash) => user.as_str()[..slash]
                .split_once(':')
                .is_some_and(|(_, port)| !port.bytes().all(|byte| byte.is_ascii_digit())),
        };
        let mail = found
            .get(1)
            .is_some_and(|scheme| scheme.as_str().eq_ignore_ascii_case("mailto"));
        if credentials && !mail && !user.is_empty() {
            hidden.push(user.range());
        }
    }
    for found in QUERY.captures_iter(text) {
        // "(?=" belongs to a pattern.
        if found
            .get(0)
            .is_some_and(|whole| text[..whole.start()].ends_with('('))
        {
            continue;
        }
        let name = found.get(1).map_or(0..0, |name| name.range());
        let value = found.get(3).map_or(0..0, |value| value.range());
        if !value.is_empty() {
            hidden.push(value);
        } else if found.get(2).is_none_or(|sign| sign.is_empty()) && name.len() > 12 {
            // "?8f7a6b5c4d3e2f1a": a key without a name. "?rss" is none.
            hidden.push(name);
        }
    }
    hidden
}

/// Sorted, with those that touch made one.
pub(super) fn united(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

fn pattern(source: &str) -> Regex {
    Regex::new(source).expect("the pattern is a constant that the tests compile")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, number: usize) -> String {
        let start = text
            .match_indices('\n')
            .map(|(at, _)| at + 1)
            .chain([0])
            .collect::<Vec<_>>();
        let mut starts = start;
        starts.sort_unstable();
        let from = starts[number - 1];
        let end = text[from..].find('\n').map_or(text.len(), |at| from + at);
        let mut shown = text[from..end].to_owned();
        for range in hidden_in_line(text, from..end, Trust::Nothing)
            .into_iter()
            .rev()
        {
            shown.replace_range(range, HIDDEN);
        }
        shown
    }

    #[test]
    fn user_information_and_query_values_are_hidden() {
        for (given, shown) in [
            ("https://example.org/feed", "https://example.org/feed"),
            ("https://a@example.org/", "https://***@example.org/"),
            ("https://a:p/w@example.org/", "https://***@example.org/"),
            ("https://a:p?w@example.org/", "https://***"),
            (
                "https://social.example/@name.rss",
                "https://social.example/@name.rss",
            ),
            (
                "https://social.example:8443/@name.rss",
                "https://social.example:8443/@name.rss",
            ),
            (
                "example.org/feed?token=hunter2",
                "example.org/feed?token=***",
            ),
            (
                "https://example.org/?a=1&b=2#c",
                "https://example.org/?a=***&b=***#c",
            ),
            ("https://example.org/?feed", "https://example.org/?feed"),
            (
                "https://example.org/?0123456789abcdef",
                "https://example.org/?***",
            ),
            ("a:hunter2@example.org", "a:***@example.org"),
            ("mailto:press@example.org", "mailto:press@example.org"),
        ] {
            assert_eq!(masked(given), shown, "{given}");
        }
    }

    #[test]
    fn values_of_headers_and_of_secret_keys_are_hidden_however_broken_the_line() {
        assert_eq!(
            line("headers = { Authorization = \"hunter2", 1),
            "headers = ***"
        );
        assert_eq!(line("Authorization: Bearer hunter2", 1), "Authorization***");
        assert_eq!(line("[source.headers]\nX-Key = hunter2", 2), "X-Key = ***");
        assert_eq!(
            line("[[source]]\nheaders = {\n X-Key = hunter2\n}\nname = 3", 3),
            " X-Key = ***"
        );
        assert_eq!(
            line("[[source]]\nheaders = {\n X-Key = hunter2\n}\nname = 3", 5),
            "name = 3"
        );
        assert_eq!(
            line("[wire]\nadmin_token = hunter2", 2),
            "admin_token = ***"
        );
        assert_eq!(line("[wire]\nx = \"\"\"\nhunter2", 3), "***");
        assert_eq!(line("# old token = hunter2", 1), "# old token = ***");
        assert_eq!(
            line("[wire]\ntitle = \"Presswire", 2),
            "title = \"Presswire"
        );
    }
}
