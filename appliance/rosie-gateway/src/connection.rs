//! One TCP connection: HTTP requests one after the other, then perhaps a stream.

use crate::{
    http::{ApiError, HttpService},
    server::Shared,
    stream,
    tls::{self, Begun},
};
use bytes::Bytes;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use std::{
    future::poll_fn,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

/// A connection, plain or over TLS.
pub(crate) type Wire = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// How long a connection that failed may take to read why.
const FAREWELL: Duration = Duration::from_secs(1);
/// hyper answers what is over this by itself, with a bare 431; above `Limits` and below this the answer explains itself.
const HARD_HEADERS: usize = 256;
const HARD_BUFFER: usize = 64 * 1024;

/// Who talks to whom, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    pub peer: SocketAddr,
    /// Our end of the connection.
    pub here: Option<SocketAddr>,
    /// Over TLS.
    pub secure: bool,
}

/// Why a connection ends with an answer that no request got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// A head that did not arrive in time.
    HeaderTimeout,
    /// There are as many connections as allowed.
    Full,
    /// Whoever it is may not ask.
    NotAdmitted,
    /// Plain HTTP where TLS is spoken.
    NotSecure,
}

/// Serves one connection until it ends, is drained or is cut; over TLS where `secure` says how.
pub(crate) async fn serve(tcp: TcpStream, secure: Option<Arc<ServerConfig>>, peer: SocketAddr, shared: Arc<Shared>) {
    let stop = shared.stop.child_token();
    tokio::select! {
        () = run(tcp, secure, peer, shared) => {}
        () = stop.cancelled() => {}
    }
}

async fn run(tcp: TcpStream, secure: Option<Arc<ServerConfig>>, peer: SocketAddr, shared: Arc<Shared>) {
    let _open = shared.metrics.connection();
    let ends = Ends {
        peer,
        here: tcp.local_addr().ok(),
        secure: secure.is_some(),
    };
    let wire = match secure {
        None => Either::Left(tcp),
        Some(config) => match secured(tcp, config, &shared).await {
            Some(wire) => wire,
            None => return,
        },
    };
    let wants_stream = Arc::new(OnceLock::new());
    let service = HttpService::new(Arc::clone(&shared), ends, Arc::clone(&wants_stream));
    let mut http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(shared.config.header_timeout)
        .max_headers(HARD_HEADERS)
        .max_buf_size(HARD_BUFFER)
        .serve_connection(TokioIo::new(wire), service);

    // A token of its own keeps the connections from meeting at one lock with every request.
    let drain = shared.drain.child_token();
    let mut drained = std::pin::pin!(drain.cancelled());
    let mut draining = false;
    let ended = poll_fn(|cx| {
        if !draining && drained.as_mut().poll(cx).is_ready() {
            draining = true;
            Pin::new(&mut http).graceful_shutdown();
        }
        http.poll_without_shutdown(cx)
    })
    .await;

    let parts = http.into_parts();
    let wire = parts.io.into_inner();
    match (ended, wants_stream.get()) {
        (Ok(()), Some(who)) => stream::serve(wire, parts.read_buf, peer, who.clone(), shared).await,
        (Err(error), _) if error.is_timeout() && !parts.read_buf.is_empty() => {
            let _ = tokio::time::timeout(FAREWELL, farewell(wire, Ended::HeaderTimeout)).await;
        }
        _ => linger(wire).await,
    }
}

/// The handshake; `None` when nothing came of it.
async fn secured(tcp: TcpStream, config: Arc<ServerConfig>, shared: &Shared) -> Option<Wire> {
    let begun = tls::begin(tcp, config, shared.config.header_timeout);
    match shared.drain.run_until_cancelled(begun).await? {
        Begun::Secure(secure) => Some(Either::Right(secure)),
        Begun::Plain(tcp) => {
            let _ = tokio::time::timeout(FAREWELL, farewell(tcp, Ended::NotSecure)).await;
            None
        }
        Begun::Not => None,
    }
}

/// Answers what never became a request.
pub(crate) async fn farewell(mut wire: impl AsyncRead + AsyncWrite + Unpin, why: Ended) {
    let error = match why {
        Ended::HeaderTimeout => ApiError::header_timeout(),
        Ended::Full => ApiError::too_many_connections(),
        Ended::NotAdmitted => ApiError::not_admitted(),
        Ended::NotSecure => ApiError::not_secure(),
    };
    let body: Bytes = error.body();
    let head = format!(
        "HTTP/1.1 {} {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        error.status.as_u16(),
        error.status.canonical_reason().unwrap_or("Error"),
        body.len(),
    );
    if wire.write_all(head.as_bytes()).await.is_ok() && wire.write_all(&body).await.is_ok() {
        linger(wire).await;
    }
}

/// Closes our side and reads what still comes for a moment: closing on unread bytes would reset the connection and
/// take the answer away from the peer before it was read.
pub(crate) async fn linger(mut wire: impl AsyncRead + AsyncWrite + Unpin) {
    let _ = wire.shutdown().await;
    let mut scrap = [0_u8; 4096];
    let _ = tokio::time::timeout(FAREWELL, async {
        while matches!(wire.read(&mut scrap).await, Ok(n) if n > 0) {}
    })
    .await;
}
