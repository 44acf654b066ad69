//! Reading the body of a request, within its limits.

use super::ApiError;
use crate::GatewayConfig;
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};

/// The body as text; refuses what is too long, too slow or not UTF-8.
pub(crate) async fn text(body: Incoming, config: &GatewayConfig) -> Result<String, ApiError> {
    let limit = config.limits.max_body_bytes;
    if body.size_hint().lower() > limit as u64 {
        return Err(too_big(limit));
    }
    let collected = tokio::time::timeout(config.body_timeout, Limited::new(body, limit).collect()).await;
    let bytes = match collected {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_big(limit)),
        Ok(Err(error)) => {
            let message = format!("the body could not be read: {error}");
            return Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "bad-body",
                message,
                "send the request again",
            ));
        }
        Err(_) => {
            let message = format!("the body did not arrive within {} s", config.body_timeout.as_secs());
            return Err(ApiError::new(
                StatusCode::REQUEST_TIMEOUT,
                "body-timeout",
                message,
                "send it faster",
            ));
        }
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

fn too_big(limit: usize) -> ApiError {
    let message = format!("the body may have {limit} bytes");
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body-too-big",
        message,
        "send a shorter document",
    )
}
