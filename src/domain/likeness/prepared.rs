//! A text made ready to be compared: taken apart once, compared often.

use super::{Text, canonical_link};
use crate::domain::{Digest, text};

/// A text made ready to be compared.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// As it came.
    pub text: Text,
    /// Its canonical links: of its page, and the one that its content claims.
    pub(super) links: Vec<String>,
    pub(super) title: text::Words,
    pub(super) words: text::Words,
    pub(super) digest: Digest,
}

impl Prepared {
    /// `text`, taken apart.
    pub fn of(text: Text) -> Prepared {
        let plain = text::plain(&text.html);
        let title = text.title.clone().unwrap_or_default();
        let claimed = text::canonical_of(&text.html);
        let mut links: Vec<String> = [text.link.as_deref(), claimed.as_deref()]
            .into_iter()
            .flatten()
            .filter_map(canonical_link)
            .collect();
        links.dedup();
        Prepared {
            links,
            title: text::Words::of(&title),
            words: text::Words::of(&plain),
            digest: text::digest("", &plain),
            text,
        }
    }
}
