//! An endpoint asks for a key, shows a code, and waits; the owner confirms it.

use super::{endpoints, owned, read, told};
use crate::access::Refused;
use crate::{
    access::{CODE_LASTS, Fault, Kept, Place, Polled, address_of},
    clock,
    http::{
        ApiError, admit,
        respond::{Answer, json},
        service::Asked,
    },
    server::Shared,
};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Instant};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    endpoint: String,
    label: String,
}

#[derive(Serialize)]
struct Given {
    code: String,
    ticket: String,
    expires_in_s: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirm {
    code: String,
    name: String,
    room: String,
    #[serde(default)]
    may_control: Option<Vec<String>>,
}

#[derive(Serialize)]
struct Waits {
    code: String,
    endpoint: String,
    label: String,
    address: String,
    expires_in_s: u64,
}

#[derive(Serialize)]
struct Waiting {
    waiting: Vec<Waits>,
}

#[derive(Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum State {
    Waiting { expires_in_s: u64 },
    Paired { endpoint: String, key: String },
}

pub(super) fn waiting(shared: &Shared) -> Result<Answer, ApiError> {
    let now = Instant::now();
    let all = shared.access.waiting().all(now);
    let waiting = all
        .into_iter()
        .map(|asking| Waits {
            expires_in_s: asking.left(now).as_secs(),
            code: asking.code,
            endpoint: asking.endpoint,
            label: asking.label,
            address: asking.address,
        })
        .collect();
    json(StatusCode::OK, &Waiting { waiting })
}

pub(super) async fn ask(shared: &Arc<Shared>, asked: &Asked, request: Request<Incoming>) -> Result<Answer, ApiError> {
    let hint = "send {\"endpoint\": \"as in hello\", \"label\": \"what the owner reads\"}";
    let Ask { endpoint, label } = read(shared, request, hint).await?;
    owned(shared)?;
    let address = address_of(asked.ends.peer.ip());
    let given = shared.access.waiting().ask(&endpoint, &label, &address, Instant::now());
    let (asking, ticket) = given.map_err(|fault| match fault {
        Fault::Full => ApiError::later("too-many-codes", "as many codes are shown as there may be", CODE_LASTS),
        fault => told(fault),
    })?;
    tracing::info!(endpoint, address, "an endpoint shows a code to be paired");
    let given = Given {
        code: asking.code,
        ticket,
        expires_in_s: CODE_LASTS.as_secs(),
    };
    json(StatusCode::CREATED, &given)
}

pub(super) fn poll(shared: &Shared, ticket: &str) -> Result<Answer, ApiError> {
    let polled = shared.access.waiting().poll(ticket, Instant::now());
    let state = match polled {
        Some(Polled::Waits(left)) => State::Waiting {
            expires_in_s: left.as_secs(),
        },
        Some(Polled::Paired { endpoint, key }) => State::Paired { endpoint, key },
        None => {
            return Err(ApiError::new(
                StatusCode::NOT_FOUND,
                "pairing-over",
                "there is no such ticket, or not any more",
                "ask for another code with POST /api/v1/pairing",
            ));
        }
    };
    json(StatusCode::OK, &state)
}

pub(super) async fn confirm(
    shared: &Arc<Shared>,
    asked: &Asked,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let hint = "send {\"code\": \"123456\", \"name\": \"Kitchen tablet\", \"room\": \"kitchen\", \"may_control\": [\"kitchen\"]}; \
                without may_control it may control all rooms";
    let confirm: Confirm = read(shared, request, hint).await?;
    owned(shared)?;
    let place = Place {
        name: confirm.name,
        room: confirm.room,
        may_control: confirm.may_control,
    };
    place.check(&endpoints::rooms(shared)).map_err(told)?;
    let code: String = confirm.code.chars().filter(|c| !c.is_whitespace()).collect();
    let guesser = format!("code {}", address_of(asked.ends.peer.ip()));
    let now = Instant::now();
    let may = shared.access.attempts().begin(&guesser, None, now);
    may.map_err(|wait| admit::refused(Refused::Later(wait)))?;
    let Some(endpoint) = shared.access.waiting().of_code(&code, now) else {
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "unknown-code",
            "no endpoint shows this code",
            "type the six digits as the endpoint shows them now; a code is good for five minutes",
        ));
    };
    shared.access.attempts().right(&guesser, None);
    let pairing = {
        let endpoint = endpoint.clone();
        move |kept: &mut Kept| kept.pair(&endpoint, &place, clock::now())
    };
    let key = shared.access.change(pairing).await.map_err(told)?;
    shared.access.waiting().confirm(&code, key);
    tracing::info!(endpoint, "an endpoint was paired");
    endpoints::shown(shared, &endpoint)
}
