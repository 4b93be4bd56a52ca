//! The sources that we follow as OPML 2.0, for feed readers to import.

use super::address::public_address;
use super::feed::declared_name;
use super::xml_text::{escaped, one_line};
use super::{PublishError, Rendered};
use crate::config::Config;
use crate::database::{Database, SourceRecord};
use crate::domain::Moment;
use sha2::{Digest as _, Sha256};

/// `/sources.opml`: enabled sources in the order of feeds.toml.
///
/// # Errors
/// `Database`.
pub async fn opml(db: &Database, config: &Config, now: Moment) -> Result<Rendered, PublishError> {
    let bytes = document(config, &db.sources().await?).into_bytes();
    let changed = db
        .served("sources.opml", Sha256::digest(&bytes).into(), now)
        .await?;
    Ok(Rendered {
        bytes,
        media_type: "text/x-opml; charset=utf-8",
        changed,
    })
}

fn document(config: &Config, records: &[SourceRecord]) -> String {
    let mut outlines = String::new();
    for source in config.sources.iter().filter(|source| source.enabled) {
        let record = SourceRecord::find(records, &source.id);
        let facts = record.map(|record| &record.facts);
        let name = attribute(&declared_name(source, records));
        let feed = attribute(&public_address(source.url.as_str()));
        outlines.push_str(&format!(
            "    <outline type=\"rss\" text=\"{name}\" title=\"{name}\" xmlUrl=\"{feed}\""
        ));
        if let Some(page) = facts.and_then(|facts| facts.link.as_deref()) {
            outlines.push_str(&format!(" htmlUrl=\"{}\"", attribute(page)));
        }
        if let Some(language) = &source.language {
            outlines.push_str(&format!(" language=\"{}\"", attribute(language)));
        }
        outlines.push_str("/>\n");
    }
    let title = attribute(&config.wire.title);
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opml version=\"2.0\">\n  <head>\n    \
         <title>{title}</title>\n  </head>\n  <body>\n{outlines}  </body>\n</opml>\n"
    )
}

fn attribute(text: &str) -> String {
    escaped(&one_line(text))
}
