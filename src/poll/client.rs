//! The HTTP clients: TLS roots, HTTP/2, timeouts of a connection; nothing that a single request decides.
//!
//! One client serves all sources (each costs 3–4 ms and its own copies of everything); there are four
//! flavours, made when first needed: whether private addresses may be dialled, and whether idle
//! connections are kept. A pool with a host for each feed costs 220 MiB for 2,000 feeds, so
//! connections are kept for hosts with several sources only. No redirects (our own loop checks each
//! hop), no cookies, no Referer, no proxy from the environment (it would resolve names for itself).

use super::guard::Resolver;
use reqwest::Client;
use reqwest::redirect::Policy;
use rustls::ClientConfig;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// From the first address tried to the end of the TLS handshake.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an idle connection is kept for the next source of its host.
const POOL_IDLE: Duration = Duration::from_secs(20);

/// The flavours, made when first asked for.
#[derive(Default)]
pub struct Clients {
    tls: OnceLock<ClientConfig>,
    made: [OnceLock<Client>; 4],
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[error("could not prepare TLS for fetching")]
pub struct ClientError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl Clients {
    /// The client for one request.
    ///
    /// # Errors
    /// [`ClientError`] where it can't be built.
    pub fn get(&self, private_allowed: bool, pooled: bool) -> Result<&Client, ClientError> {
        let slot = &self.made[usize::from(private_allowed) * 2 + usize::from(pooled)];
        if slot.get().is_none() {
            // Two tasks may both build one; the first to come stays.
            let _ = slot.set(self.build(private_allowed, pooled)?);
        }
        Ok(slot.get().expect("a client was set above"))
    }

    fn tls(&self) -> Result<ClientConfig, ClientError> {
        if self.tls.get().is_none() {
            let _ = self.tls.set(tls_config()?);
        }
        Ok(self
            .tls
            .get()
            .expect("a TLS configuration was set above")
            .clone())
    }

    fn build(&self, private_allowed: bool, pooled: bool) -> Result<Client, ClientError> {
        Client::builder()
            .tls_backend_preconfigured(self.tls()?)
            .dns_resolver(Arc::new(Resolver { private_allowed }))
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(usize::from(pooled))
            .pool_idle_timeout(POOL_IDLE)
            .http1_max_headers(256)
            // The default windows (2 MB a stream) would hold bodies in memory that no one reads yet.
            .http2_initial_stream_window_size(256 << 10)
            .http2_initial_connection_window_size(512 << 10)
            .http2_max_header_list_size(64 << 10)
            .build()
            .map_err(|why| ClientError(why.into()))
    }
}

/// Roots of the platform, or those compiled in: an image without a CA bundle still polls.
fn tls_config() -> Result<ClientConfig, ClientError> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        let compiled_in = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned();
        roots.add_parsable_certificates(compiled_in);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|why| ClientError(why.into()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_made_once_each() {
        let clients = Clients::default();
        let first: *const Client = clients.get(true, false).expect("a client");
        let again: *const Client = clients.get(true, false).expect("a client");
        let other: *const Client = clients.get(false, false).expect("a client");
        assert!(std::ptr::eq(first, again) && !std::ptr::eq(first, other));
    }
}
