//! What each route does.

use super::{
    ApiError, access, accounts, backups, body, certificate, deeds, integrations, logs, mcp, memory, models, network,
    plugins,
    respond::{Answer, answer, json, refused_config},
    routes::Action,
    service::Asked,
    speakers, updates,
};
use crate::{server::Shared, stream};
use http::{HeaderValue, Request, StatusCode};
use hyper::body::Incoming;
use rosie_core::{appliance::ConfigRefused, engine::EngineInfo};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

#[derive(Serialize)]
struct Alive {
    status: &'static str,
}

#[derive(Serialize)]
pub(super) struct Health {
    /// `ok`: every part that is set up is ready; `degraded`: one serves not as configured; `impaired`: one does not serve.
    status: &'static str,
    parts: BTreeMap<String, EngineInfo>,
}

#[derive(Serialize)]
struct Turns<T> {
    turns: Vec<T>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogLevel {
    filter: String,
}

pub(crate) async fn run(
    shared: Arc<Shared>,
    action: Action,
    asked: Asked,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let parameter = &asked.parameter;
    let appliance = &shared.appliance;
    match action {
        Action::Alive => json(StatusCode::OK, &Alive { status: "alive" }),
        Action::Part => part(&shared, "", parameter),
        Action::Integration => part(&shared, "integrations/", parameter),
        Action::Health => json(StatusCode::OK, &health(appliance.parts())),
        Action::Status => json(StatusCode::OK, &appliance.status()),
        Action::Metrics => metrics(&shared),
        Action::Config => json(StatusCode::OK, &appliance.config()),
        Action::ApplyConfig => {
            let document = body::text(request.into_body(), &shared.config).await?;
            apply(&shared, document).await
        }
        Action::ConfigSchema => json(StatusCode::OK, &appliance.config_schema()),
        Action::Turns => json(
            StatusCode::OK,
            &Turns {
                turns: appliance.turns(),
            },
        ),
        Action::Deeds => deeds::deeds(&shared, request.uri().query()).await,
        Action::LogLevel => {
            let text = body::text(request.into_body(), &shared.config).await?;
            log_level(&shared, &text)
        }
        Action::OpenApi => Ok(answer(
            StatusCode::OK,
            HeaderValue::from_static("application/json"),
            shared.openapi.document(),
        )),
        Action::Stream => stream::upgrade(&request, asked.who),
        Action::Access(action) => access::run(&shared, action, asked, request).await,
        Action::Account(action) => accounts::run(&shared, action, parameter, request).await,
        Action::Backups(action) => backups::run(&shared, action, parameter, request).await,
        Action::Certificate(action) => certificate::run(&shared, action),
        Action::Integrations(action) => integrations::run(&shared, action, parameter, request).await,
        Action::Logs(action) => logs::run(&shared, action, request.uri().query()).await,
        Action::Models(action) => models::run(&shared, action, parameter, request).await,
        Action::Plugins(action) => plugins::run(&shared, action, parameter, request).await,
        Action::Updates(action) => updates::run(&shared, action, request).await,
        Action::Network(action) => network::run(&shared, action, request).await,
        Action::Speakers(action) => speakers::run(&shared, action, parameter).await,
        Action::Mcp => mcp::run(&shared, request).await,
        Action::Memory(action) => memory::run(&shared, action, parameter, request).await,
    }
}

/// `group` is what stands before a part's name (`integrations/`).
fn part(shared: &Shared, group: &str, name: &str) -> Result<Answer, ApiError> {
    let parts = shared.appliance.parts();
    let Some(part) = parts.get(&format!("{group}{name}")) else {
        let of_group = parts.keys().filter_map(|part| part.strip_prefix(group));
        let known: Vec<&str> = of_group.filter(|part| !part.contains('/')).collect();
        let hint = match known.is_empty() {
            true => "none is configured".to_owned(),
            false => format!("known parts are {}", known.join(", ")),
        };
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "unknown-part",
            "there is no part of this name",
            hint,
        ));
    };
    let status = if part.health.serves() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    json(status, part)
}

pub(super) fn health(parts: BTreeMap<String, EngineInfo>) -> Health {
    use rosie_core::engine::EngineHealth;
    let fails = |part: &EngineInfo| !part.health.serves() && !matches!(part.health, EngineHealth::NotSetUp { .. });
    let status = if parts.values().any(fails) {
        "impaired"
    } else if parts
        .values()
        .any(|part| matches!(part.health, EngineHealth::Degraded { .. }))
    {
        "degraded"
    } else {
        "ok"
    };
    Health { status, parts }
}

fn metrics(shared: &Shared) -> Result<Answer, ApiError> {
    let text = shared
        .metrics
        .scrape(&shared.appliance.status(), &shared.appliance.parts())
        .map_err(|error| {
            tracing::error!(%error, "the metrics could not be written");
            ApiError::internal()
        })?;
    Ok(answer(
        StatusCode::OK,
        HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
        text.into(),
    ))
}

/// Runs to its end even if the browser that asked goes away: half an application would be no configuration at all.
async fn apply(shared: &Arc<Shared>, document: String) -> Result<Answer, ApiError> {
    let work = {
        let shared = Arc::clone(shared);
        async move {
            let _turn = shared.applying.lock().await;
            shared.appliance.apply_config(document).await
        }
    };
    match shared.tracker.spawn(work).await {
        Ok(Ok(applied)) => json(StatusCode::OK, &applied),
        Ok(Err(ConfigRefused { mistakes })) => Err(refused_config(mistakes)),
        Err(_) => Err(ApiError::internal()),
    }
}

fn log_level(shared: &Shared, text: &str) -> Result<Answer, ApiError> {
    let hint = "send {\"filter\": \"info\"}, or a filter such as \"info,rosie_speech=debug\"";
    let level: LogLevel = serde_json::from_str(text)
        .map_err(|error| ApiError::new(StatusCode::BAD_REQUEST, "bad-body", error.to_string(), hint))?;
    shared
        .appliance
        .set_log_filter(&level.filter)
        .map_err(|failure| ApiError::from_failure(failure, hint))?;
    tracing::info!(filter = level.filter, "the log filter was changed");
    json(StatusCode::OK, &level)
}
