//! Pages that say why there is nothing: 404, 410, 503.

use super::Page;
use super::chrome::{Chrome, Place};
use super::words::{Words, words_of};
use crate::config::Config;
use crate::domain::release::Withdrawal;
use crate::publish::{Addresses, PublishError, date};
use askama::Template;

#[derive(Template)]
#[template(path = "notice.html", config = "src/publish/page/askama.toml")]
struct Notice {
    chrome: Chrome,
    w: &'static Words,
    status: u16,
    text: String,
    reason: Option<String>,
}

/// 404.
///
/// # Errors
/// `Written`.
pub fn not_found(config: &Config) -> Result<Page, PublishError> {
    let words = words_of(config.wire.language.as_deref());
    notice(
        config,
        404,
        words.not_found,
        words.not_found_text.to_owned(),
        None,
    )
}

/// 503 while starting.
///
/// # Errors
/// `Written`.
pub fn starting(config: &Config) -> Result<Page, PublishError> {
    let words = words_of(config.wire.language.as_deref());
    notice(
        config,
        503,
        words.starting,
        words.starting_text.to_owned(),
        None,
    )
}

/// 410: what stood here was withdrawn. Nothing of it is shown but when and why.
///
/// # Errors
/// `Written`.
pub fn gone(config: &Config, withdrawal: &Withdrawal) -> Result<Page, PublishError> {
    let words = words_of(config.wire.language.as_deref());
    let when = date::day_and_time(withdrawal.when, config.wire.timezone, words);
    let text = format!("{} {when}.", words.withdrawn_at);
    let reason = Some(withdrawal.reason.clone()).filter(|reason| !reason.trim().is_empty());
    notice(config, 410, words.withdrawn, text, reason)
}

fn notice(
    config: &Config,
    status: u16,
    heading: &str,
    text: String,
    reason: Option<String>,
) -> Result<Page, PublishError> {
    let place = Place {
        path: None,
        heading: heading.to_owned(),
        scope: None,
        scope_title: None,
    };
    let addresses = Addresses::of(&config.wire.url);
    Page::of(
        status,
        &Notice {
            chrome: Chrome::of(config, &addresses, place),
            w: words_of(config.wire.language.as_deref()),
            status,
            text,
            reason,
        },
    )
}
