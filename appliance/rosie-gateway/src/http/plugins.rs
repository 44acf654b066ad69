//! What the owner may do with plugins.

use super::{
    ApiError, body,
    respond::{Answer, json},
};
use crate::server::Shared;
use http::{Request, StatusCode, header};
use hyper::body::Incoming;
use rosie_core::{
    Failure,
    plugins::{MAX_ARCHIVE_BYTES, PluginAdmin, PluginSource, PluginStatus},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a route of the plugins does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PluginAction {
    List,
    Install,
    Update,
    Switch,
    Remove,
}

#[derive(Serialize)]
struct Plugins {
    plugins: Vec<PluginStatus>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Folder {
    folder: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    enabled: bool,
}

#[derive(Serialize)]
struct Removed<'n> {
    removed: &'n str,
}

pub(super) async fn run(
    shared: &Arc<Shared>,
    action: PluginAction,
    name: &str,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let plugins = shared.appliance.plugins().ok_or_else(ApiError::internal)?;
    let name = name.to_owned();
    match action {
        PluginAction::List => json(
            StatusCode::OK,
            &Plugins {
                plugins: plugins.list().await.map_err(refused)?,
            },
        ),
        PluginAction::Install => install(shared, plugins, None, request).await,
        PluginAction::Update => install(shared, plugins, Some(name), request).await,
        PluginAction::Switch => {
            let hint = "send {\"enabled\": true} or {\"enabled\": false}";
            let Switch { enabled } = body::json(request.into_body(), &shared.config, hint).await?;
            let work = async move { plugins.set_enabled(name, enabled).await };
            json(StatusCode::OK, &to_the_end(shared, work).await?)
        }
        PluginAction::Remove => {
            let gone = name.clone();
            to_the_end(shared, async move { plugins.remove(gone).await }).await?;
            json(StatusCode::OK, &Removed { removed: &name })
        }
    }
}

async fn install(
    shared: &Arc<Shared>,
    plugins: Arc<dyn PluginAdmin>,
    update: Option<String>,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let (head, incoming) = request.into_parts();
    let kind = head
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let source = match kind.is_some_and(|kind| kind.starts_with("application/json")) {
        true => {
            let hint = "send {\"folder\": \"/path/on/the/appliance\"}, or a .tar.gz or .zip as the body";
            let Folder { folder } = body::json(incoming, &shared.config, hint).await?;
            PluginSource::Folder(folder)
        }
        false => {
            let stall = shared.config.limits.transfer_stall;
            PluginSource::Archive(body::bytes(incoming, MAX_ARCHIVE_BYTES as u64, stall).await?)
        }
    };
    let status = if update.is_some() {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let done = to_the_end(shared, async move { plugins.install(source, update).await }).await?;
    json(status, &done)
}

/// Goes on even if the browser that asked goes away.
async fn to_the_end<T: Send + 'static>(
    shared: &Arc<Shared>,
    work: impl Future<Output = Result<T, Failure>> + Send + 'static,
) -> Result<T, ApiError> {
    let guarded = {
        let shared = Arc::clone(shared);
        async move {
            let _turn = shared.applying.lock().await;
            work.await
        }
    };
    let done = shared.tracker.spawn(guarded).await.map_err(|_| ApiError::internal())?;
    done.map_err(refused)
}

fn refused(failure: Failure) -> ApiError {
    ApiError::from_failure(
        failure,
        "the message says what would be right; docs/plugins.md tells all about plugins",
    )
}
