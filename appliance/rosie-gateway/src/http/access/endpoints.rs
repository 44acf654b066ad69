//! Endpoints that have a key.

use super::{Removed, read, told};
use crate::{
    access::{Fault, Kept, Paired, Place},
    http::{
        ApiError,
        respond::{Answer, json},
    },
    server::Shared,
};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
struct Shown<'a> {
    endpoint: &'a str,
    name: &'a str,
    room: &'a str,
    may_control: Option<&'a [String]>,
    made_unix_ms: u64,
    connected: bool,
}

#[derive(Serialize)]
struct All<'a> {
    paired: Vec<Shown<'a>>,
}

#[derive(Serialize)]
struct Key {
    key: String,
}

fn show<'a>(shared: &Shared, paired: &'a Paired) -> Shown<'a> {
    Shown {
        endpoint: &paired.endpoint,
        name: &paired.name,
        room: &paired.room,
        may_control: paired.may_control.as_deref(),
        made_unix_ms: paired.made_unix_s * 1000,
        connected: shared.access.is_connected(&paired.endpoint),
    }
}

/// Rooms of the configuration.
pub(super) fn rooms(shared: &Shared) -> Vec<String> {
    shared
        .appliance
        .status()
        .rooms
        .into_iter()
        .map(|room| room.id)
        .collect()
}

pub(super) fn shown(shared: &Shared, endpoint: &str) -> Result<Answer, ApiError> {
    let kept = shared.access.kept();
    let paired = kept.paired(endpoint).ok_or_else(|| told(Fault::Unknown))?;
    json(StatusCode::OK, &show(shared, paired))
}

pub(super) fn all(shared: &Shared) -> Result<Answer, ApiError> {
    let kept = shared.access.kept();
    let paired = kept.paired.iter().map(|paired| show(shared, paired)).collect();
    json(StatusCode::OK, &All { paired })
}

pub(super) async fn place(
    shared: &Arc<Shared>,
    endpoint: String,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let hint = "send {\"name\": \"Kitchen tablet\", \"room\": \"kitchen\", \"may_control\": [\"kitchen\"]}; without may_control: all rooms";
    let place: Place = read(shared, request, hint).await?;
    place.check(&rooms(shared)).map_err(told)?;
    let placing = {
        let endpoint = endpoint.clone();
        move |kept: &mut Kept| kept.place(&endpoint, &place)
    };
    shared.access.change(placing).await.map_err(told)?;
    shown(shared, &endpoint)
}

/// Its key is good no more, and a stream that is open with it ends.
pub(super) async fn unpair(shared: &Arc<Shared>, endpoint: String) -> Result<Answer, ApiError> {
    let removed = endpoint.clone();
    let removing = move |kept: &mut Kept| kept.unpair(&endpoint);
    shared.access.change(removing).await.map_err(told)?;
    json(StatusCode::OK, &Removed { removed })
}

pub(super) async fn rotate(shared: &Arc<Shared>, endpoint: String) -> Result<Answer, ApiError> {
    let rotating = move |kept: &mut Kept| kept.rotate(&endpoint);
    let key = shared.access.change(rotating).await.map_err(told)?;
    json(StatusCode::OK, &Key { key })
}
