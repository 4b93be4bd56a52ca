//! The one style sheet, and its address with a digest in it, so that it may be cached for ever.

use std::sync::LazyLock;

const STYLE: &str = include_str!("style.css");

static ADDRESS: LazyLock<String> = LazyLock::new(|| {
    let digest = blake3::hash(STYLE.as_bytes()).to_hex();
    format!("style.css?v={}", &digest[..12])
});

/// The body of `/style.css`; `text/css; charset=utf-8`.
pub fn style() -> &'static str {
    STYLE
}

/// Its path and query, without leading slash.
pub(super) fn address() -> &'static str {
    &ADDRESS
}
