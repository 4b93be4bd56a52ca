//! What all pages have in common: head, masthead, menu, foot.

use super::style;
use super::words::{Words, words_of};
use crate::config::Config;
use crate::domain::scope::Scope;
use crate::publish::feed::scope_title;
use crate::publish::{Addresses, Form};

/// Everything around the main part of a page.
pub(super) struct Chrome {
    pub(super) lang: String,
    /// Of the window.
    pub(super) title: String,
    /// Of the page itself.
    pub(super) heading: String,
    pub(super) description: Option<String>,
    /// Kept out of search engines.
    pub(super) is_unlisted: bool,
    pub(super) style: String,
    pub(super) icon: String,
    pub(super) canonical: Option<String>,
    /// The page's own scope first, then the wire.
    pub(super) feeds: Vec<FeedLink>,
    /// The same text in other languages.
    pub(super) versions: Vec<Version>,
    pub(super) next: Option<String>,
    pub(super) previous: Option<String>,
    pub(super) wire: String,
    /// OpenGraph type.
    pub(super) kind: &'static str,
    pub(super) address: Option<String>,
    pub(super) logo: Option<String>,
    pub(super) is_start: bool,
    pub(super) home: String,
    pub(super) strap: Option<String>,
    pub(super) menu: Vec<MenuItem>,
    pub(super) opml: String,
    pub(super) imprint: Option<String>,
    pub(super) privacy: Option<String>,
    pub(super) zone: &'static str,
}

/// One form of one feed.
#[derive(Clone)]
pub(super) struct FeedLink {
    pub(super) form: &'static str,
    pub(super) media_type: &'static str,
    pub(super) title: String,
    /// Whole.
    pub(super) address: String,
    pub(super) is_wire: bool,
}

/// A language version of a text.
pub(super) struct Version {
    pub(super) lang: String,
    /// The language's own name.
    pub(super) name: String,
    /// Whole.
    pub(super) address: String,
    /// Path.
    pub(super) href: String,
}

pub(super) struct MenuItem {
    pub(super) href: String,
    pub(super) name: &'static str,
    pub(super) is_here: bool,
}

/// A page's place in the whole: its path, name and scope.
pub(super) struct Place<'a> {
    /// Path without leading slash; None: a page without an address of its own (404).
    pub(super) path: Option<String>,
    pub(super) heading: String,
    /// Scope whose feeds it announces beside the wire's.
    pub(super) scope: Option<&'a Scope>,
    /// What that scope's feeds are called.
    pub(super) scope_title: Option<String>,
}

impl Chrome {
    /// The frame of the page at `place`.
    pub(super) fn of(config: &Config, addresses: &Addresses, place: Place<'_>) -> Chrome {
        let wire = &config.wire;
        let words = words_of(wire.language.as_deref());
        let is_start = place.path.as_deref() == Some("");
        let title = if is_start {
            wire.title.clone()
        } else {
            format!("{} · {}", place.heading, wire.title)
        };
        let mut feeds = Vec::new();
        if let Some(scope) = place.scope.filter(|scope| **scope != Scope::Wire) {
            let name = place.scope_title.unwrap_or_else(|| title.clone());
            feeds.extend(feed_links(addresses, scope, &name));
        }
        feeds.extend(feed_links(
            addresses,
            &Scope::Wire,
            &scope_title(config, &Scope::Wire, None),
        ));
        let address = place.path.as_deref().map(|path| addresses.whole(path));
        Chrome {
            lang: wire
                .language
                .clone()
                .unwrap_or_else(|| words.tag.to_owned()),
            title,
            heading: place.heading,
            description: wire.description.clone().filter(|_| is_start),
            is_unlisted: place.path.is_none(),
            style: addresses.local(style::address()),
            icon: addresses.local("favicon.ico"),
            canonical: address.clone(),
            feeds,
            versions: Vec::new(),
            next: None,
            previous: None,
            wire: wire.title.clone(),
            kind: "website",
            address,
            logo: wire.logo.as_ref().map(ToString::to_string),
            is_start,
            home: addresses.local(""),
            strap: wire.description.clone().filter(|_| is_start),
            menu: menu(addresses, words, place.path.as_deref()),
            opml: addresses.local("sources.opml"),
            imprint: wire.imprint.as_ref().map(ToString::to_string),
            privacy: wire.privacy.as_ref().map(ToString::to_string),
            zone: wire.timezone.name(),
        }
    }
}

/// A scope's feed in all three forms.
pub(super) fn feed_links(addresses: &Addresses, scope: &Scope, title: &str) -> Vec<FeedLink> {
    let links = Form::ALL.into_iter().map(|form| FeedLink {
        form: form.name(),
        media_type: form.media_type(),
        title: format!("{title} ({})", form.name()),
        address: addresses.feed(scope, form, &[]),
        is_wire: *scope == Scope::Wire,
    });
    links.collect()
}

fn menu(addresses: &Addresses, words: &Words, here: Option<&str>) -> Vec<MenuItem> {
    let items = [
        ("", words.newest),
        ("statements", words.statements),
        ("sources", words.sources),
        ("search", words.search),
        ("subscribe", words.subscribe),
    ];
    items
        .into_iter()
        .map(|(path, name)| MenuItem {
            href: addresses.local(path),
            name,
            is_here: here == Some(path),
        })
        .collect()
}
