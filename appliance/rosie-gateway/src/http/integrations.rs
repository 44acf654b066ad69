//! What the owner may set of integrations, and trying it before it is kept.

use super::{
    ApiError, body,
    respond::{Answer, json, refused_config},
};
use crate::server::Shared;
use http::{Request, StatusCode};
use hyper::body::Incoming;
use rosie_core::integrations::{Entered, IntegrationRefused, IntegrationStatus};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a route of the integrations does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IntegrationAction {
    List,
    Change,
    Test,
}

#[derive(Serialize)]
struct Integrations {
    integrations: Vec<IntegrationStatus>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    values: Entered,
}

const HINT: &str = "send {\"values\": {\"url\": \"…\"}}; what is left out stays as it is";

pub(super) async fn run(
    shared: &Arc<Shared>,
    action: IntegrationAction,
    name: &str,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let integrations = shared.appliance.integrations().ok_or_else(ApiError::internal)?;
    if action == IntegrationAction::List {
        let integrations = integrations.list();
        return json(StatusCode::OK, &Integrations { integrations });
    }
    let Form { values } = body::json(request.into_body(), &shared.config, HINT).await?;
    let name = name.to_owned();
    if action == IntegrationAction::Test {
        return match integrations.test(name, values).await {
            Ok(tested) => json(StatusCode::OK, &tested),
            Err(error) => Err(refused(error)),
        };
    }
    // Goes on even if the browser that asked goes away: half a change would be none at all.
    let work = {
        let shared = Arc::clone(shared);
        async move {
            let _turn = shared.applying.lock().await;
            integrations.change(name, values).await
        }
    };
    match shared.tracker.spawn(work).await {
        Ok(Ok(changed)) => json(StatusCode::OK, &changed),
        Ok(Err(error)) => Err(refused(error)),
        Err(_) => Err(ApiError::internal()),
    }
}

fn refused(error: IntegrationRefused) -> ApiError {
    match error {
        IntegrationRefused::Mistakes(mistakes) => refused_config(mistakes),
        IntegrationRefused::Unknown(known) => ApiError::new(
            StatusCode::NOT_FOUND,
            "unknown-integration",
            "there is nothing of this name to be set or tried",
            format!("there are {}", known.join(", ")),
        ),
        IntegrationRefused::NothingToTry(known) => ApiError::new(
            StatusCode::NOT_FOUND,
            "unknown-integration",
            "this is set, and connects to nothing that could be tried",
            format!("set it with PUT; {} can be tried", known.join(", ")),
        ),
    }
}
