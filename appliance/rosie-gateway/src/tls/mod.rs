//! TLS: Rosie's own certificate authority and the certificate that it signs, or the owner's, and the handshake.

mod authority;
mod current;
mod handshake;
mod keeper;
mod names;
mod own;
mod pair;

pub(crate) use current::{Current, Source};
pub(crate) use handshake::{Begun, begin};
pub(crate) use keeper::Keeper;
pub use own::{OwnFault, OwnFiles};
pub(crate) use pair::fingerprint;

use rustls::{ServerConfig, crypto::ring, version};
use std::{net::SocketAddr, path::PathBuf, sync::Arc};

/// What is served over TLS.
#[derive(Debug, Clone)]
pub struct TlsConfig {
    /// Addresses to listen on; port 0 takes a free one.
    pub listen: Vec<SocketAddr>,
    /// Where the authority and its certificate are kept; nobody else may read it.
    pub folder: PathBuf,
    /// Served instead of a certificate of Rosie's own.
    pub own: Option<OwnFiles>,
}

/// TLS 1.3 and 1.2 with whatever certificate is the current one.
pub(crate) fn server_config(current: Arc<Current>) -> Result<Arc<ServerConfig>, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])?
        .with_no_client_auth()
        .with_cert_resolver(current);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
