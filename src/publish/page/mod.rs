//! Pages for people: HTML by askama, one style sheet, no script.
//!
//! Every page is whole without the others: it names its feeds, its language and that of each text on
//! it, and works on a phone, on paper and with a keyboard. Texts of others come in as `CleanHtml`
//! only; pictures from elsewhere become links unless the operator allows them. Not known here: HTTP
//! headers (`serve` sends the content security policy, which these pages need nothing inline for).

mod chrome;
mod facts;
mod list;
mod metadata;
mod notice;
mod pictures;
mod reasons;
mod release;
mod sources;
mod style;
mod subscribe;
pub mod words;

pub use list::{scope, search, start};
pub use notice::{gone, not_found, starting};
pub use release::{release, statement};
pub use sources::{Audience, sources};
pub use style::style;
pub use subscribe::subscribe;

use super::PublishError;
use askama::Template;

/// A page, or where it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The HTTP status: 200, 301, 404, 410, 503.
    pub status: u16,
    /// With 301: the whole address to go to.
    pub location: Option<String>,
    /// The document; with 301 empty.
    pub html: String,
}

impl Page {
    fn of(status: u16, template: &impl Template) -> Result<Page, PublishError> {
        let html = template
            .render()
            .map_err(|cause| PublishError::Written(cause.to_string()))?;
        Ok(Page {
            status,
            location: None,
            html,
        })
    }

    fn moved(to: String) -> Page {
        Page {
            status: 301,
            location: Some(to),
            html: String::new(),
        }
    }
}
