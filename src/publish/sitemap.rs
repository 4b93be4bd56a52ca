//! `/sitemap.xml` and `/robots.txt`.
//!
//! Listed are pages that are ours to be found: overviews and statements. Pages of releases name the
//! publisher's own as canonical and therefore stand in no sitemap.

use super::address::{Addresses, statement_path};
use super::date::rfc3339;
use super::xml_text::escaped;
use super::{PublishError, Rendered};
use crate::config::Config;
use crate::database::Database;
use crate::domain::Moment;
use crate::domain::scope::Scope;
use crate::domain::statement::Status;
use sha2::{Digest as _, Sha256};

/// sitemaps.org: more stand in no single file. Statements of ours will not reach it; the newest win.
const MOST: usize = 50_000;

/// `/sitemap.xml`.
///
/// # Errors
/// `Database`.
pub async fn sitemap(
    db: &Database,
    config: &Config,
    now: Moment,
) -> Result<Rendered, PublishError> {
    let addresses = Addresses::of(&config.wire.url);
    let mut statements = db.statements().await?;
    statements.retain(|record| record.read.statement.status == Status::Published);
    statements.sort_by_key(|record| std::cmp::Reverse((record.changed, record.number.0)));
    let mut pages: Vec<(String, Option<Moment>)> = vec![
        (addresses.base().to_owned(), None),
        (addresses.whole("sources"), None),
        (addresses.whole("subscribe"), None),
    ];
    for topic in &config.topics {
        let path = Scope::Topic(topic.slug.clone()).to_string();
        pages.push((addresses.whole(&path), None));
    }
    pages.extend(statements.iter().map(|record| {
        let path = statement_path(&record.read.statement.slug);
        (addresses.whole(&path), Some(record.changed))
    }));
    pages.truncate(MOST);
    let bytes = document(&pages).into_bytes();
    let changed = db
        .served("sitemap.xml", Sha256::digest(&bytes).into(), now)
        .await?;
    Ok(Rendered {
        bytes,
        media_type: "application/xml; charset=utf-8",
        changed,
    })
}

fn document(pages: &[(String, Option<Moment>)]) -> String {
    let mut document = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for (address, changed) in pages {
        document.push_str(&format!("  <url><loc>{}</loc>", escaped(address)));
        if let Some(changed) = changed {
            document.push_str(&format!("<lastmod>{}</lastmod>", rfc3339(*changed)));
        }
        document.push_str("</url>\n");
    }
    document.push_str("</urlset>\n");
    document
}

/// `/robots.txt`: everything may be read but endless searches and the API.
pub fn robots(config: &Config) -> String {
    let addresses = Addresses::of(&config.wire.url);
    format!(
        "User-agent: *\nDisallow: {}\nDisallow: {}\nSitemap: {}\n",
        addresses.local("search?"),
        addresses.local("api/"),
        addresses.whole("sitemap.xml")
    )
}
