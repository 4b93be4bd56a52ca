//! The feed of who published one statement: an item for each publication, so that whoever follows it
//! is told of the next. Ours comes as in every feed; the others carry their own title, address and
//! date, and no text: it is the same.

use super::address::{self, Addresses};
use super::feed::{Item, origin, source_name};
use crate::config::Config;
use crate::domain::Moment;
use crate::domain::entry::Person;
use crate::domain::release::{By, Publication, Release};

/// `whole`, the release's item, and one for each publication that is not the shown one; newest first.
pub(super) fn items(
    config: &Config,
    addresses: &Addresses,
    release: &Release,
    whole: Item,
) -> Vec<Item> {
    let others = release.publications.iter().skip(1);
    let others = others.map(|publication| {
        let item = item(config, addresses, release, publication, &whole);
        (publication.first_seen, item)
    });
    let mut items: Vec<(Moment, Item)> = others.collect();
    let first = release.publications.first();
    let seen = first.map_or(release.first_seen, |shown| shown.first_seen);
    items.push((seen, whole));
    items.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.id.cmp(&other.id)));
    items.into_iter().map(|(_, item)| item).collect()
}

fn item(
    config: &Config,
    addresses: &Addresses,
    release: &Release,
    publication: &Publication,
    whole: &Item,
) -> Item {
    let own = publication
        .title
        .as_deref()
        .filter(|own| !own.trim().is_empty());
    let url = publication.url.as_deref();
    let url = url.filter(|url| address::is_linkable(url));
    let origin = origin(config, publication);
    Item {
        id: id(addresses, release, publication),
        title: own.map_or_else(|| whole.title.clone(), str::to_owned),
        link: url.map_or_else(|| whole.page.clone(), str::to_owned),
        published: publication.published,
        updated: publication.published.unwrap_or(publication.first_seen),
        summary: None,
        content: None,
        authors: vec![Person {
            name: source_name(config, &publication.by).unwrap_or_else(|| whole.title.clone()),
            url: origin.as_ref().and_then(|origin| origin.page.clone()),
            email: None,
        }],
        categories: Vec::new(),
        enclosures: Vec::new(),
        image: None,
        origin,
        others: Vec::new(),
        beside: Vec::new(),
        links: Vec::new(),
        ..whole.clone()
    }
}

/// The statement's page with a mark for the publication: by source and address, which outlive a lost
/// database.
fn id(addresses: &Addresses, release: &Release, publication: &Publication) -> String {
    let mut mark = blake3::Hasher::new();
    if let By::Entry { source_id, .. } = &publication.by {
        mark.update(source_id.as_bytes());
    }
    mark.update(b"\n");
    let url = publication.url.as_deref();
    mark.update(
        url.or(publication.title.as_deref())
            .unwrap_or_default()
            .as_bytes(),
    );
    let page = addresses.whole(&address::page_path(release));
    format!("{page}#{}", &mark.finalize().to_hex()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::sample;

    #[test]
    fn each_publication_is_an_item_with_its_own_title_and_address() {
        let config = sample::config("");
        let addresses = Addresses::of(&config.wire.url);
        let (release, _) = sample::releases().swap_remove(2);
        let whole = sample::feed().items.swap_remove(2);
        let items = items(&config, &addresses, &release, whole.clone());
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].link, "https://dockers.example/de/hafenstreik");
        assert!(items[0].content.is_none() && items[0].origin.is_some());
        assert_ne!(items[0].id, items[1].id);
        assert_eq!((&items[1].id, &items[1].link), (&whole.id, &whole.link));
    }
}
