//! What the owner may do with backups.

use super::{
    ApiError, body,
    respond::{Answer, json, refused_config},
    transfer::{attached, out, taken_in},
};
use crate::server::Shared;
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use rosie_core::{
    Failure,
    backup::{BackupAdmin, BackupInfo, BackupPart, RestoreRefused},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a route of the backups does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BackupAction {
    State,
    Make,
    Download,
    Add,
    Remove,
    Preview,
    Restore,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Make {
    keys: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Open {
    passphrase: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Restore {
    passphrase: Option<String>,
    parts: Vec<BackupPart>,
}

#[derive(Serialize)]
struct Removed<'n> {
    removed: &'n str,
}

#[derive(Serialize)]
struct Restoring {
    backup: BackupInfo,
    /// It is in force after a restart, which comes now.
    restarting: bool,
}

pub(super) async fn run(
    shared: &Arc<Shared>,
    action: BackupAction,
    name: &str,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let backups = shared.appliance.backups().ok_or_else(ApiError::internal)?;
    let owned = name.to_owned();
    match action {
        BackupAction::State => json(StatusCode::OK, &backups.state().await.map_err(refused)?),
        BackupAction::Make => {
            let Make { keys } = read(
                shared,
                request,
                "send {\"keys\": true}, or false to leave out keys and tokens",
            )
            .await?;
            let made = to_the_end(shared, async move { backups.make(keys).await }).await?;
            json(StatusCode::CREATED, &made.map_err(refused)?)
        }
        BackupAction::Download => download(shared, backups, owned, request.method()).await,
        BackupAction::Add => {
            let limit = shared.config.limits.max_backup_bytes;
            let added = taken_in(shared, request, limit, |source| async move {
                backups.add(owned, source).await
            });
            json(StatusCode::CREATED, &added.await?.map_err(refused)?)
        }
        BackupAction::Remove => {
            backups.remove(owned).await.map_err(refused)?;
            json(StatusCode::OK, &Removed { removed: name })
        }
        BackupAction::Preview => {
            let hint = "send {}, or {\"passphrase\": \"…\"} of a backup that was made elsewhere";
            let Open { passphrase } = read(shared, request, hint).await?;
            let seen = to_the_end(shared, async move { backups.preview(owned, passphrase).await }).await?;
            json(StatusCode::OK, &seen.map_err(refused)?)
        }
        BackupAction::Restore => {
            let hint = "send {\"parts\": [\"memory\", \"configuration\", \"keys\", \"deeds\", \"plugins\", \"sentences\"]}, \
                        with \"passphrase\" for a backup that was made elsewhere";
            let Restore { passphrase, parts } = read(shared, request, hint).await?;
            let done = to_the_end(shared, async move { backups.restore(owned, passphrase, parts).await }).await?;
            let backup = done.map_err(|refusal| match refusal {
                RestoreRefused::Failed(failure) => refused(failure),
                RestoreRefused::Mistakes(mistakes) => refused_config(mistakes),
            })?;
            let restarting = true;
            json(StatusCode::ACCEPTED, &Restoring { backup, restarting })
        }
    }
}

async fn read<T: serde::de::DeserializeOwned>(
    shared: &Shared,
    request: Request<Incoming>,
    hint: &str,
) -> Result<T, ApiError> {
    body::json(request.into_body(), &shared.config, hint).await
}

async fn download(
    shared: &Arc<Shared>,
    backups: Arc<dyn BackupAdmin>,
    name: String,
    method: &Method,
) -> Result<Answer, ApiError> {
    let known = backups.state().await.map_err(refused)?;
    if !known.backups.iter().any(|file| file.name == name) {
        let message = format!("there is no backup \"{name}\"");
        return Err(ApiError::new(StatusCode::NOT_FOUND, "unknown-backup", message, HINT));
    }
    let headed = attached("application/octet-stream", &name)?;
    match method == Method::HEAD {
        true => Ok(headed),
        false => {
            out(
                shared,
                headed,
                refused,
                |sink| async move { backups.read(name, sink).await },
            )
            .await
        }
    }
}

/// Goes on even if the browser that asked goes away.
async fn to_the_end<T: Send + 'static>(
    shared: &Arc<Shared>,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, ApiError> {
    shared.tracker.spawn(work).await.map_err(|_| ApiError::internal())
}

const HINT: &str = "the message says what would be right; docs/backup.md tells all about backups";

fn refused(failure: Failure) -> ApiError {
    ApiError::from_failure(failure, HINT)
}
