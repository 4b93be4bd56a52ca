//! What an entry says and how it looks, as digests.

use crate::domain::entry::Entry;
use crate::domain::likeness::canonical_link;
use crate::domain::{Digest, text};
use sha2::{Digest as _, Sha256};

/// Over the words of title and fuller text, as versions are compared (contract §3).
pub fn words_digest(entry: &Entry) -> Digest {
    let html = entry.fuller().map_or("", |markup| &markup.html);
    text::digest(
        entry.title.as_deref().unwrap_or_default(),
        &text::plain(html),
    )
}

/// Over everything of an entry that a reader of ours would see: title, address, authors, text with its
/// links and pictures, enclosures. Dates are not in it: an old text with a new date is not news.
pub fn visible_digest(entry: &Entry) -> Digest {
    visible_under(entry, entry.link.as_deref().unwrap_or_default())
}

/// The same if its page had this address.
pub(super) fn visible_under(entry: &Entry, link: &str) -> Digest {
    let mut hasher = Sha256::new_with_prefix(b"presswire visible 1");
    let mut add = |part: &str| {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    };
    add(entry.title.as_deref().unwrap_or_default().trim());
    add(&target(link));
    for person in &entry.authors {
        add(&person.name);
    }
    for markup in [&entry.content, &entry.summary].into_iter().flatten() {
        add(&text::visible(&markup.html, target));
    }
    for enclosure in &entry.enclosures {
        add(&target(&enclosure.url));
    }
    Digest(hasher.finalize().into())
}

/// An address as far as it matters where it leads. Tokens that change with each poll, as of signed
/// pictures, are in the query: addresses of files are compared without.
fn target(address: &str) -> String {
    let link = canonical_link(address).unwrap_or_else(|| address.trim().to_owned());
    let Some((path, _)) = link.split_once('?') else {
        return link;
    };
    let is_file = path.rsplit_once('.').is_some_and(|(_, ending)| {
        [
            "jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "mp3", "mp4", "m4a", "pdf",
        ]
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
    });
    if is_file { path.to_owned() } else { link }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::Markup;

    #[test]
    fn visible_digest_ignores_dates_and_tokens_of_pictures() {
        let with = |html: &str| Entry {
            content: Some(Markup {
                html: html.into(),
                ..Markup::default()
            }),
            ..Entry::default()
        };
        let was = visible_digest(&with(
            "<p class=x>A <img src='https://a.example/a.jpg?sig=1'></p>",
        ));
        assert_eq!(
            was,
            visible_digest(&with("<p>A <img src='https://a.example/a.jpg?sig=2'></p>"))
        );
        assert_ne!(
            was,
            visible_digest(&with(
                "<p>„A“ <img src='https://a.example/a.jpg?sig=2'></p>"
            ))
        );
    }
}
