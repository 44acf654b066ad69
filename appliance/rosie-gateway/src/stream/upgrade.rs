//! The WebSocket handshake, as an answer to a request.

use crate::{
    access::Who,
    http::{Answer, AnswerBody, ApiError},
};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// `101` when the request is a handshake; the connection then belongs to the stream, and to `who`.
pub(crate) fn upgrade<B>(request: &Request<B>, who: Who) -> Result<Answer, ApiError> {
    let headers = request.headers();
    if !has_token(headers, &header::UPGRADE, "websocket") {
        return Err(ApiError::new(
            StatusCode::UPGRADE_REQUIRED,
            "websocket-expected",
            "only WebSockets are served here",
            "connect with a WebSocket client; docs/protocol.md tells what to send",
        ));
    }
    let bad = |what: &str| {
        let hint = "use a WebSocket client of RFC 6455 over HTTP/1.1";
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "bad-handshake",
            format!("not a WebSocket handshake: {what}"),
            hint,
        )
    };
    if request.version() != http::Version::HTTP_11 || !has_token(headers, &header::CONNECTION, "upgrade") {
        return Err(bad("the Connection header must say upgrade, over HTTP/1.1"));
    }
    if headers
        .get(header::SEC_WEBSOCKET_VERSION)
        .is_none_or(|version| version != "13")
    {
        return Err(bad("Sec-WebSocket-Version must be 13"));
    }
    // 16 bytes in base64 are 24 characters.
    let key = headers.get(header::SEC_WEBSOCKET_KEY).filter(|key| key.len() == 24);
    let key = key.ok_or_else(|| bad("Sec-WebSocket-Key must be 16 bytes in base64"))?;
    let accept = HeaderValue::from_str(&derive_accept_key(key.as_bytes())).map_err(|_| bad("the key is no key"))?;
    let mut answer = Response::new(AnswerBody::default());
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    answer.extensions_mut().insert(who);
    answer
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    answer
        .headers_mut()
        .insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    answer.headers_mut().insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    Ok(answer)
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .any(|part| part.trim().eq_ignore_ascii_case(token))
}
