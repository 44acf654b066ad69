//! The HTTP request that becomes a WebSocket (RFC 6455, 4.1), with the same client and TLS as every other request.

use super::innermost;
use reqwest::{
    StatusCode, Url,
    header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::{client::generate_key, derive_accept_key},
        protocol::{Role, WebSocketConfig},
    },
};

pub(crate) type Socket = WebSocketStream<reqwest::Upgraded>;

/// Why there is none.
pub(crate) enum NoSocket {
    Unreachable(String),
    /// It answers as something else does.
    Otherwise {
        status: u16,
    },
}

/// `largest`: of a message, in bytes.
pub(crate) async fn upgrade(http: &reqwest::Client, url: Url, largest: usize) -> Result<Socket, NoSocket> {
    let unreachable = |error: reqwest::Error| NoSocket::Unreachable(innermost(&error));
    let key = generate_key();
    let request = http
        .get(url)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key);
    let answer = request.send().await.map_err(unreachable)?;
    let agreed = answer
        .headers()
        .get(SEC_WEBSOCKET_ACCEPT)
        .map(|value| value.as_bytes().to_vec());
    let right = agreed.as_deref() == Some(derive_accept_key(key.as_bytes()).as_bytes());
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS || !right {
        return Err(NoSocket::Otherwise {
            status: answer.status().as_u16(),
        });
    }
    let stream = answer.upgrade().await.map_err(unreachable)?;
    let limits = WebSocketConfig::default()
        .max_message_size(Some(largest))
        .max_frame_size(Some(largest));
    Ok(WebSocketStream::from_raw_socket(stream, Role::Client, Some(limits)).await)
}
