//! Who may see operators' addresses (contract §4).

use crate::config::Config;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use secrecy::ExposeSecret;

/// Whether the request carries the operators' token. False where none is set: no token opens nothing.
pub fn has_token(config: &Config, headers: &HeaderMap) -> bool {
    let Some(token) = config
        .admin_token
        .as_ref()
        .map(|token| token.expose_secret())
        .filter(|token| !token.is_empty())
    else {
        return false;
    };
    let Some(sent) = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let Some((scheme, given)) = sent.split_once(' ') else {
        return false;
    };
    // Digests of equal length: how long the comparison takes says nothing about the token.
    scheme.eq_ignore_ascii_case("bearer")
        && blake3::hash(given.trim().as_bytes()) == blake3::hash(token.as_bytes())
}

/// Whether operators' addresses answer this request: on `ops_listen` always, on `listen` with the
/// token or where `open = true`.
pub fn may_see(config: &Config, headers: &HeaderMap, on_ops_listen: bool) -> bool {
    on_ops_listen || config.server.open || has_token(config, headers)
}
