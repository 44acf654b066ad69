//! What the owner may do with updates of the system.

use super::{
    ApiError, body,
    respond::{Answer, json},
};
use crate::server::Shared;
use http::{Request, StatusCode};
use hyper::body::Incoming;
use rosie_core::{
    Failure,
    update::{UpdateAdmin, UpdateMode},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a route of the updates does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UpdateAction {
    State,
    Look,
    Install,
    Set,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Install {
    version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    mode: UpdateMode,
    channel: String,
}

#[derive(Serialize)]
struct Asked {
    /// It happens a moment later; the state tells how far it is.
    asked: &'static str,
}

pub(super) async fn run(
    shared: &Arc<Shared>,
    action: UpdateAction,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let updates = shared.appliance.updates().ok_or_else(ApiError::internal)?;
    match action {
        UpdateAction::State => {
            let state = tokio::task::spawn_blocking(move || updates.state()).await;
            json(StatusCode::OK, &state.map_err(|_| ApiError::internal())?)
        }
        UpdateAction::Look => {
            let Look {} = body::json(request.into_body(), &shared.config, "send {}").await?;
            ask(updates, "look", |updates| updates.look()).await
        }
        UpdateAction::Install => {
            let hint = "send {\"version\": \"1.2.3\"}, the one that `available` of the state names";
            let Install { version } = body::json(request.into_body(), &shared.config, hint).await?;
            ask(updates, "install", move |updates| updates.install(&version)).await
        }
        UpdateAction::Set => {
            let hint = "send {\"mode\": \"off\", \"notify\" or \"automatic\", \"channel\": \"https://…\"}";
            let Settings { mode, channel } = body::json(request.into_body(), &shared.config, hint).await?;
            ask(updates, "set", move |updates| updates.set(mode, &channel)).await
        }
    }
}

/// Files are written, on a thread that may wait for the disk.
async fn ask(
    updates: Arc<dyn UpdateAdmin>,
    asked: &'static str,
    work: impl FnOnce(&dyn UpdateAdmin) -> Result<(), Failure> + Send + 'static,
) -> Result<Answer, ApiError> {
    let done = tokio::task::spawn_blocking(move || work(&*updates)).await;
    let hint = "the message says what would be right; docs/flashing.md tells all about updates";
    done.map_err(|_| ApiError::internal())?
        .map_err(|failure| ApiError::from_failure(failure, hint))?;
    json(StatusCode::ACCEPTED, &Asked { asked })
}
