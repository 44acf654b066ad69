//! Taking the whole memory out and bringing one in.

use super::{Memory, refused};
use crate::{
    http::{
        ApiError,
        respond::{Answer, json},
        transfer::{attached, out, taken_in},
    },
    server::Shared,
};
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use std::sync::Arc;

const IMPORT_HINT: &str = "send a file that was exported from a Rosie; nothing was changed";

pub(super) async fn export(shared: &Arc<Shared>, memory: Memory, method: &Method) -> Result<Answer, ApiError> {
    let headed = attached("application/json", "rosie-memory.json")?;
    if method == Method::HEAD {
        return Ok(headed);
    }
    let told = |failure| refused(failure, "send the request again");
    out(shared, headed, told, |sink| async move {
        memory.export(sink, Box::new(|_, _| {})).await
    })
    .await
}

pub(super) async fn import(
    shared: &Arc<Shared>,
    memory: Memory,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let limit = shared.config.limits.max_import_bytes;
    let taken = taken_in(shared, request, limit, |source| async move {
        memory.import(source, Box::new(|_, _| {})).await
    });
    let imported = taken.await?.map_err(|failure| refused(failure, IMPORT_HINT))?;
    json(StatusCode::OK, &imported)
}
