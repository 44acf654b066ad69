//! Joining an account to an integration that has one (the calendar), and leaving it.

use super::{
    ApiError, body,
    respond::{Answer, json},
};
use crate::server::Shared;
use http::{Request, StatusCode};
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is done with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountAction {
    See,
    Begin,
    Finish,
    End,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Begin {
    road: Road,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Road {
    #[default]
    Device,
    Browser,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Finish {
    answer: String,
}

const BEGIN_HINT: &str =
    "send {\"road\": \"device\"} for a code to be typed in elsewhere, {\"road\": \"browser\"} for a page";
const FINISH_HINT: &str = "send {\"answer\": \"…\"} with the address that the browser ended at";

pub(super) async fn run(
    shared: &Shared,
    action: AccountAction,
    name: &str,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let config = &shared.config;
    let (call, arguments) = match action {
        AccountAction::See => ("account.see", Value::Null),
        AccountAction::End => ("account.end", Value::Null),
        AccountAction::Begin => {
            let begin: Begin = body::json(request.into_body(), config, BEGIN_HINT).await?;
            ("account.begin", value(&begin)?)
        }
        AccountAction::Finish => {
            let finish: Finish = body::json(request.into_body(), config, FINISH_HINT).await?;
            ("account.finish", value(&finish)?)
        }
    };
    match shared.appliance.account(name, call, arguments).await {
        Some(Ok(account)) => json(StatusCode::OK, &account),
        Some(Err(failure)) => Err(ApiError::from_failure(
            failure,
            "look at its page, and at /health/integrations of this name",
        )),
        None => Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "unknown-account",
            "no integration of this name is configured that has an account",
            "for the calendar it is google_calendar: set google_calendar.client_id and client_secret first",
        )),
    }
}

fn value(of: &impl Serialize) -> Result<Value, ApiError> {
    serde_json::to_value(of).map_err(|_| ApiError::internal())
}
