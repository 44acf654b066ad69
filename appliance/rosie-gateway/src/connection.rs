//! One TCP connection: HTTP requests one after the other, then perhaps a stream.

use crate::{
    http::{ApiError, HttpService},
    server::Shared,
    stream,
};
use bytes::Bytes;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    future::poll_fn,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// How long a connection that failed may take to read why.
const FAREWELL: Duration = Duration::from_secs(1);
/// hyper answers what is over this by itself, with a bare 431; above `Limits` and below this the answer explains itself.
const HARD_HEADERS: usize = 256;
const HARD_BUFFER: usize = 64 * 1024;

/// Why a connection ends with an answer that no request got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// A head that did not arrive in time.
    HeaderTimeout,
    /// There are as many connections as allowed.
    Full,
    /// Whoever it is may not ask.
    NotAdmitted,
}

/// Serves one connection until it ends, is drained or is cut.
pub(crate) async fn serve(tcp: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    let stop = shared.stop.child_token();
    tokio::select! {
        () = run(tcp, peer, shared) => {}
        () = stop.cancelled() => {}
    }
}

async fn run(tcp: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    let _open = shared.metrics.connection();
    let wants_stream = Arc::new(AtomicBool::new(false));
    let here = tcp.local_addr().ok();
    let service = HttpService::new(Arc::clone(&shared), peer, here, Arc::clone(&wants_stream));
    let mut http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(shared.config.header_timeout)
        .max_headers(HARD_HEADERS)
        .max_buf_size(HARD_BUFFER)
        .serve_connection(TokioIo::new(tcp), service);

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
    let tcp = parts.io.into_inner();
    match ended {
        Ok(()) if wants_stream.load(Ordering::Acquire) => stream::serve(tcp, parts.read_buf, peer, shared).await,
        Err(error) if error.is_timeout() && !parts.read_buf.is_empty() => {
            let _ = tokio::time::timeout(FAREWELL, farewell(tcp, Ended::HeaderTimeout)).await;
        }
        _ => linger(tcp).await,
    }
}

/// Answers what never became a request.
pub(crate) async fn farewell(mut tcp: TcpStream, why: Ended) {
    let error = match why {
        Ended::HeaderTimeout => ApiError::header_timeout(),
        Ended::Full => ApiError::too_many_connections(),
        Ended::NotAdmitted => ApiError::not_admitted(),
    };
    let body: Bytes = error.body();
    let head = format!(
        "HTTP/1.1 {} {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        error.status.as_u16(),
        error.status.canonical_reason().unwrap_or("Error"),
        body.len(),
    );
    if tcp.write_all(head.as_bytes()).await.is_ok() && tcp.write_all(&body).await.is_ok() {
        linger(tcp).await;
    }
}

/// Closes our side and reads what still comes for a moment: closing on unread bytes would reset the connection and
/// take the answer away from the peer before it was read.
pub(crate) async fn linger(mut tcp: TcpStream) {
    let _ = tcp.shutdown().await;
    let mut scrap = [0_u8; 4096];
    let _ = tokio::time::timeout(FAREWELL, async {
        while matches!(tcp.read(&mut scrap).await, Ok(n) if n > 0) {}
    })
    .await;
}
