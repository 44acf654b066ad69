//! From a connection to a secure one, within a deadline.

use rustls::ServerConfig;
use std::{sync::Arc, time::Duration};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// The first byte of a TLS connection: a record of the handshake (RFC 8446, 5.1).
const HANDSHAKE: u8 = 22;

pub(crate) enum Begun {
    Secure(Box<TlsStream<TcpStream>>),
    /// Somebody speaks plain HTTP here.
    Plain(TcpStream),
    /// Nothing that could be answered.
    Not,
}

/// What the other end does within `limit`. It is logged quietly: anybody can cause it, and as often as they like.
pub(crate) async fn begin(tcp: TcpStream, config: Arc<ServerConfig>, limit: Duration) -> Begun {
    let begun = async {
        let mut first = [0];
        match tcp.peek(&mut first).await {
            Ok(1) if first[0] == HANDSHAKE => {}
            // A method of HTTP.
            Ok(1) if first[0].is_ascii_uppercase() => return Begun::Plain(tcp),
            _ => return Begun::Not,
        }
        match TlsAcceptor::from(config).accept(tcp).await {
            Ok(secure) => Begun::Secure(Box::new(secure)),
            Err(error) => {
                tracing::debug!(%error, "a TLS handshake failed");
                Begun::Not
            }
        }
    };
    tokio::time::timeout(limit, begun).await.unwrap_or(Begun::Not)
}
