//! What the owner may do about the network, and the door that phones find while the access point is open.

use super::{
    ApiError, body,
    respond::{Answer, json},
};
use crate::{http::AnswerBody, server::Shared};
use http::{HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use rosie_core::network::{JoinNetwork, Link};
use serde::Serialize;
use std::{net::SocketAddr, sync::Arc};

/// What a route of the network does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NetworkAction {
    State,
    Join,
}

#[derive(Serialize)]
struct Asked {
    /// It happens a moment later; the state tells what came of it.
    asked: &'static str,
}

pub(super) async fn run(
    shared: &Arc<Shared>,
    action: NetworkAction,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let network = shared.appliance.network().ok_or_else(ApiError::internal)?;
    match action {
        NetworkAction::State => {
            let state = tokio::task::spawn_blocking(move || network.state()).await;
            json(StatusCode::OK, &state.map_err(|_| ApiError::internal())?)
        }
        NetworkAction::Join => {
            let hint = "send {\"ssid\": \"its name\", \"password\": \"…\", \"country\": \"DE\"}, and \"hidden\": true where it does not tell its name";
            let wanted: JoinNetwork = body::json(request.into_body(), &shared.config, hint).await?;
            let done = tokio::task::spawn_blocking(move || network.join(&wanted)).await;
            let hint =
                "the message says what would be right; docs/flashing.md tells all about the set-up without a cable";
            done.map_err(|_| ApiError::internal())?
                .map_err(|failure| ApiError::from_failure(failure, hint))?;
            json(StatusCode::ACCEPTED, &Asked { asked: "join" })
        }
    }
}

/// A phone that joins the access point asks for a page of its maker's, to see whether it is in the internet. It is led to the
/// page that chooses a network. `here`: our end of the connection; `refused`: what such a request hears at any other time.
pub(super) async fn door(shared: Arc<Shared>, here: Option<SocketAddr>, refused: ApiError) -> Result<Answer, ApiError> {
    let Some(here) = here else {
        return Err(refused);
    };
    if !is_door(&shared, here).await {
        return Err(refused);
    }
    let page = HeaderValue::from_str(&format!("http://{}/network", here.ip())).map_err(|_| ApiError::internal())?;
    let mut answer = Response::new(AnswerBody::default());
    *answer.status_mut() = StatusCode::FOUND;
    answer.headers_mut().insert(header::LOCATION, page);
    answer
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// Whether this end of a connection is the access point's, while that is open for the set-up.
pub(super) async fn is_door(shared: &Shared, here: SocketAddr) -> bool {
    let Some(network) = shared.appliance.network() else {
        return false;
    };
    let state = tokio::task::spawn_blocking(move || network.state()).await;
    state.is_ok_and(|state| state.link == Link::AccessPoint && state.address == Some(here.ip()))
}
