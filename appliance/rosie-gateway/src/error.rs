//! Why the gateway could not start.

use crate::access::AccessError;
use rosie_core::{ErrorCode, Failure};
use std::net::SocketAddr;

#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    #[error("no address to listen on: set server.listen, for example to 0.0.0.0:8000")]
    NothingToListenOn,
    #[error("{0} is in use by another program: stop it (`ss -ltnp` shows which), or choose another port in {1}")]
    InUse(SocketAddr, &'static str),
    #[error("{0} is not an address of this machine: use 0.0.0.0 (or [::]) in {1} to listen on all of them")]
    NotOurs(SocketAddr, &'static str),
    #[error("no permission to listen on {0}: choose a port above 1023 in {1}, or grant CAP_NET_BIND_SERVICE")]
    Forbidden(SocketAddr, &'static str),
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    #[error("TLS cannot be served: {0}")]
    Tls(#[from] rustls::Error),
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error("metrics: {0}")]
    Metrics(#[from] prometheus::Error),
    #[error("the description of the API could not be built: {0}")]
    OpenApi(#[from] serde_json::Error),
}

impl GatewayError {
    /// `key`: of the configuration, where the address stands.
    pub(crate) fn listen(address: SocketAddr, key: &'static str, error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::AddrInUse => Self::InUse(address, key),
            ErrorKind::AddrNotAvailable => Self::NotOurs(address, key),
            ErrorKind::PermissionDenied => Self::Forbidden(address, key),
            _ => Self::Listen(address, error),
        }
    }
}

impl From<GatewayError> for Failure {
    fn from(error: GatewayError) -> Self {
        Failure::new(ErrorCode::Internal, error.to_string())
    }
}
