//! Addresses of feeds (contract §4): a path names a scope and a form.

use super::feeds::FeedKey;
use crate::domain::scope::Scope;
use crate::publish::Form;
use percent_encoding::percent_decode_str;

/// Languages that a preference can name.
const LANGS: usize = 8;

/// A feed's address, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedAddress {
    /// Which document.
    pub key: FeedKey,
    /// What stands for the address in metrics.
    pub route: &'static str,
    /// For operators only.
    pub operators: bool,
}

/// The feed that `path` (without the wire's own prefix, beginning with `/`) and `query` name; None
/// where they name none.
///
/// ```
/// use presswire::serve::address::feed_at;
/// use presswire::domain::scope::Scope;
/// let address = feed_at("/topics/streik.rss", None).unwrap();
/// assert_eq!(address.key.scope, Scope::Topic("streik".into()));
/// assert!(feed_at("/topics/streik", None).is_none());
/// ```
pub fn feed_at(path: &str, query: Option<&str>) -> Option<FeedAddress> {
    let address = |scope, form, route, operators| FeedAddress {
        key: FeedKey {
            scope,
            form,
            langs: preferred(query),
        },
        route,
        operators,
    };
    match path {
        "/atom.xml" => return Some(address(Scope::Wire, Form::Atom, "/feed.{ext}", false)),
        "/rss.xml" | "/feed" | "/feed/" | "/feed.xml" | "/rss" | "/rss/" | "/index.xml" => {
            return Some(address(Scope::Wire, Form::Rss, "/feed.{ext}", false));
        }
        _ => {}
    }
    let (stem, extension) = path.strip_prefix('/')?.rsplit_once('.')?;
    let form = match extension {
        "atom" => Form::Atom,
        "rss" => Form::Rss,
        "json" => Form::Json,
        _ => return None,
    };
    let mut parts = Vec::with_capacity(3);
    for part in stem.split('/') {
        parts.push(percent_decode_str(part).decode_utf8().ok()?.into_owned());
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let found = match parts[..] {
        ["search"] => {
            let asked = parameter(query, "q").unwrap_or_default();
            address(Scope::search(&asked), form, "/search.{ext}", false)
        }
        ["feed"] => address(Scope::Wire, form, "/feed.{ext}", false),
        ["statements"] => address(Scope::Statements, form, "/statements.{ext}", false),
        ["sources", id] => address(Scope::Source(id.into()), form, "/sources/{id}.{ext}", false),
        ["sources", id, "all"] => address(
            Scope::SourceAll(id.into()),
            form,
            "/sources/{id}/all.{ext}",
            true,
        ),
        ["topics", slug] => address(
            Scope::Topic(slug.into()),
            form,
            "/topics/{slug}.{ext}",
            false,
        ),
        ["languages", tag] => address(
            Scope::Language(tag.to_ascii_lowercase()),
            form,
            "/languages/{tag}.{ext}",
            false,
        ),
        ["statements", slug, "related"] => address(
            Scope::Related(slug.into()),
            form,
            "/statements/{slug}/related.{ext}",
            false,
        ),
        ["statements", slug, "publications"] => address(
            Scope::Publications(slug.into()),
            form,
            "/statements/{slug}/publications.{ext}",
            false,
        ),
        _ => return None,
    };
    Some(found)
}

/// One value of a query string, decoded; the first where a name stands twice.
pub fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query?.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// `?lang=de,en` as primary subtags, best first, each once.
fn preferred(query: Option<&str>) -> Vec<String> {
    let mut langs: Vec<String> = Vec::new();
    let Some(list) = parameter(query, "lang") else {
        return langs;
    };
    for tag in list.split(',') {
        let primary = tag
            .trim()
            .split(['-', '_'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let fits =
            (2..=8).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase());
        if fits && !langs.contains(&primary) && langs.len() < LANGS {
            langs.push(primary);
        }
    }
    langs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_the_wire() {
        for path in [
            "/rss.xml",
            "/feed",
            "/feed.xml",
            "/rss",
            "/index.xml",
            "/feed.rss",
        ] {
            let key = feed_at(path, None).unwrap().key;
            assert_eq!((key.scope, key.form), (Scope::Wire, Form::Rss), "{path}");
        }
        assert_eq!(
            feed_at("/atom.xml", None).unwrap().key,
            feed_at("/feed.atom", None).unwrap().key
        );
    }

    #[test]
    fn languages_are_primary_subtags_each_once() {
        let key = feed_at("/feed.json", Some("lang=de-AT,EN,de,x1"))
            .unwrap()
            .key;
        assert_eq!(key.langs, ["de", "en"]);
    }

    #[test]
    fn search_is_cut_to_200_characters() {
        let query = format!("q={}", "%C3%A4".repeat(5_000));
        let key = feed_at("/search.atom", Some(&query)).unwrap().key;
        assert_eq!(key.scope, Scope::Search("ä".repeat(200)));
        let none = feed_at("/search.json", None).unwrap().key;
        assert_eq!(none.scope, Scope::Search(String::new()));
    }

    #[test]
    fn pages_and_other_paths_name_no_feed() {
        for path in [
            "/",
            "/statements/x",
            "/sources",
            "/feed.html",
            "/a/b/c.atom",
            "/statements/x/y.rss",
            "/%ff.atom",
        ] {
            assert!(feed_at(path, None).is_none(), "{path}");
        }
    }
}
