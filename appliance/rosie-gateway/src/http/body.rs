//! Reading the body of a request, within its limits.

use super::ApiError;
use crate::GatewayConfig;
use bytes::Bytes;
use futures_util::{Stream, TryStreamExt, stream};
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The body as text; refuses what is too long, too slow or not UTF-8.
pub(crate) async fn text(body: Incoming, config: &GatewayConfig) -> Result<String, ApiError> {
    let limit = config.limits.max_body_bytes;
    declared(&body, limit)?;
    let collected = tokio::time::timeout(config.body_timeout, Limited::new(body, limit).collect()).await;
    let bytes = match collected {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_big(limit)),
        Ok(Err(error)) => return Err(unreadable(&*error)),
        Err(_) => return Err(late(config.body_timeout)),
    };
    String::from_utf8(bytes.into()).map_err(|_| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "bad-body",
            "the body is not UTF-8",
            "save the document as UTF-8",
        )
    })
}

/// The body as JSON of one shape; `hint` shows the shape.
pub(crate) async fn json<T: DeserializeOwned>(
    body: Incoming,
    config: &GatewayConfig,
    hint: &str,
) -> Result<T, ApiError> {
    let text = text(body, config).await?;
    let refuse = |message: String| ApiError::new(StatusCode::BAD_REQUEST, "bad-body", message, hint);
    let value = serde_json::from_str(&text).map_err(|error| refuse(error.to_string()))?;
    // serde also reads an array as the fields of a struct in their order, which is nothing that anybody means.
    if !text.trim_start().starts_with('{') {
        return Err(refuse("the body is not a JSON object".to_owned()));
    }
    Ok(value)
}

/// A body too long to be held, piece by piece: at most `limit` bytes, and never still for longer than `stall`.
pub(crate) fn pieces(
    body: Incoming,
    limit: u64,
    stall: Duration,
) -> Result<impl Stream<Item = Result<Bytes, ApiError>> + Send + Unpin, ApiError> {
    let limit_bytes = usize::try_from(limit).unwrap_or(usize::MAX);
    declared(&body, limit_bytes)?;
    let read = move |(mut body, seen): (Incoming, u64)| async move {
        loop {
            let frame = match tokio::time::timeout(stall, body.frame()).await {
                Ok(None) => return Ok(None),
                Ok(Some(Ok(frame))) => frame,
                Ok(Some(Err(error))) => return Err(unreadable(&error)),
                Err(_) => return Err(late(stall)),
            };
            let Ok(piece) = frame.into_data() else { continue };
            let seen = seen + piece.len() as u64;
            if seen > limit {
                return Err(too_big(limit_bytes));
            }
            return Ok(Some((piece, (body, seen))));
        }
    };
    Ok(Box::pin(stream::try_unfold((body, 0), read)))
}

/// All of it, in one piece.
pub(crate) async fn bytes(body: Incoming, limit: u64, stall: Duration) -> Result<Vec<u8>, ApiError> {
    let mut pieces = pieces(body, limit, stall)?;
    let mut all = Vec::new();
    while let Some(piece) = pieces.try_next().await? {
        all.extend_from_slice(&piece);
    }
    Ok(all)
}

fn declared(body: &Incoming, limit: usize) -> Result<(), ApiError> {
    if body.size_hint().lower() > limit as u64 {
        return Err(too_big(limit));
    }
    Ok(())
}

fn unreadable(error: &dyn std::error::Error) -> ApiError {
    let message = format!("the body could not be read: {error}");
    ApiError::new(StatusCode::BAD_REQUEST, "bad-body", message, "send the request again")
}

fn late(patience: Duration) -> ApiError {
    let message = format!("the body did not arrive within {} s", patience.as_secs());
    ApiError::new(StatusCode::REQUEST_TIMEOUT, "body-timeout", message, "send it faster")
}

pub(super) fn too_big(limit: usize) -> ApiError {
    let message = format!("the body may have {limit} bytes");
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body-too-big",
        message,
        "send a shorter document",
    )
}
