//! Rosie as a server of the Model Context Protocol: what another assistant may ask of her, with the owner's token.
//!
//! Stateless: each message is a request of its own, so that nothing of a client stays behind.

use super::{
    ApiError, body,
    respond::{Answer, answer},
};
use crate::server::Shared;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
};
use rosie_core::plugins::Assistant;
use std::{sync::Arc, time::Duration};

mod tools;

/// Longest message of a client.
const MAX_MESSAGE: u64 = 256 * 1024;
/// Longest that an answer may take, thinking included.
const PATIENCE: Duration = Duration::from_secs(120);

pub(super) async fn run(shared: &Arc<Shared>, request: Request<Incoming>) -> Result<Answer, ApiError> {
    let assistant = shared.appliance.assistant().ok_or_else(|| {
        let message = "Rosie takes no questions of other assistants: no token was given out";
        ApiError::new(
            StatusCode::NOT_FOUND,
            "mcp-off",
            message,
            "set mcp.token in the configuration",
        )
    })?;
    if !bearer(request.headers()).is_some_and(|token| assistant.admits(token)) {
        let message = "the token is missing or wrong";
        let hint = "send the header Authorization: Bearer, with the token of mcp.token";
        return Err(ApiError::new(StatusCode::UNAUTHORIZED, "token-wanted", message, hint));
    }
    let (head, incoming) = request.into_parts();
    let message = body::bytes(incoming, MAX_MESSAGE, shared.config.body_timeout).await?;
    let request = Request::from_parts(head, Full::new(Bytes::from(message)));
    let answering = async {
        let (head, body) = service(assistant).handle(request).await.into_parts();
        let whole = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        (head, whole)
    };
    let late = || {
        let message = format!("there was no answer within {} s", PATIENCE.as_secs());
        ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "turn-timeout",
            message,
            "ask something simpler",
        )
    };
    let (head, whole) = tokio::time::timeout(PATIENCE, answering).await.map_err(|_| late())?;
    let kind = head.headers.get(header::CONTENT_TYPE).cloned();
    Ok(answer(
        head.status,
        kind.unwrap_or(HeaderValue::from_static("text/plain")),
        whole,
    ))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn service(assistant: Arc<dyn Assistant>) -> StreamableHttpService<tools::Server, LocalSessionManager> {
    // Who may ask is known already: the gateway looked at Host and Origin.
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .disable_allowed_hosts()
        .with_max_request_body_bytes(MAX_MESSAGE as usize);
    StreamableHttpService::new(
        move || Ok(tools::Server(assistant.clone())),
        Arc::new(LocalSessionManager::default()),
        config,
    )
}
