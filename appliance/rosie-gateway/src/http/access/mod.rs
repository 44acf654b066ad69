//! What is asked about who may come in: the sign-in, people, tokens, and pairing.

mod endpoints;
mod pairing;
mod password;
mod people;
mod session;
mod tokens;

use super::{ApiError, body, respond::Answer, service::Asked};
use crate::{
    access::{Fault, Who},
    server::Shared,
};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use serde::Serialize;
use std::sync::Arc;

/// What a route of the access does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccessAction {
    State,
    MakeOwner,
    SignIn,
    SignOut,
    Sessions,
    SignOutEverywhere,
    ChangePassword,
    People,
    AddPerson,
    ChangePerson,
    RemovePerson,
    Tokens,
    AddToken,
    RemoveToken,
    Waiting,
    AskPairing,
    PollPairing,
    ConfirmPairing,
    Paired,
    PlacePaired,
    Unpair,
    Rotate,
}

#[derive(Serialize)]
struct Removed {
    removed: String,
}

pub(super) async fn run(
    shared: &Arc<Shared>,
    action: AccessAction,
    asked: Asked,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    use AccessAction as A;
    let about = decoded(&asked.parameter);
    match action {
        A::State => session::state(shared, &asked, request.headers()).await,
        A::MakeOwner => session::make_owner(shared, &asked, request).await,
        A::SignIn => session::sign_in(shared, &asked, request).await,
        A::SignOut => session::sign_out(shared, &asked).await,
        A::Sessions => session::all(shared, &asked.who),
        A::SignOutEverywhere => session::sign_out_everywhere(shared, &asked).await,
        A::ChangePassword => password::change(shared, &asked, request).await,
        A::People => people::all(shared),
        A::AddPerson => people::add(shared, request).await,
        A::ChangePerson => people::change(shared, about, request).await,
        A::RemovePerson => people::remove(shared, about).await,
        A::Tokens => tokens::all(shared),
        A::AddToken => tokens::add(shared, request).await,
        A::RemoveToken => tokens::remove(shared, about).await,
        A::Waiting => pairing::waiting(shared),
        A::AskPairing => pairing::ask(shared, &asked, request).await,
        A::PollPairing => pairing::poll(shared, &about),
        A::ConfirmPairing => pairing::confirm(shared, &asked, request).await,
        A::Paired => endpoints::all(shared),
        A::PlacePaired => endpoints::place(shared, about, request).await,
        A::Unpair => endpoints::unpair(shared, about).await,
        A::Rotate => endpoints::rotate(shared, about).await,
    }
}

/// Names of people stand in addresses as browsers write them.
fn decoded(parameter: &str) -> String {
    percent_encoding::percent_decode_str(parameter)
        .decode_utf8_lossy()
        .into_owned()
}

/// Without an owner there is nobody who could have said who else there is.
fn owned(shared: &Shared) -> Result<(), ApiError> {
    match shared.access.house().owned {
        true => Ok(()),
        false => Err(told(Fault::NoOwner)),
    }
}

async fn read<T: serde::de::DeserializeOwned>(
    shared: &Shared,
    request: Request<Incoming>,
    hint: &str,
) -> Result<T, ApiError> {
    body::json(request.into_body(), &shared.config, hint).await
}

fn told(fault: Fault) -> ApiError {
    let (status, code, hint) = match &fault {
        Fault::Owned => (StatusCode::CONFLICT, "owned", "sign in; the owner can add people"),
        Fault::NoOwner => (StatusCode::CONFLICT, "no-owner", "make the owner first, at /signin"),
        Fault::Taken => (StatusCode::CONFLICT, "taken", "choose another name"),
        Fault::LastOwner => (StatusCode::CONFLICT, "last-owner", "make somebody else an owner first"),
        Fault::Unknown => (StatusCode::NOT_FOUND, "unknown-name", "the list tells which there are"),
        Fault::Full => (StatusCode::UNPROCESSABLE_ENTITY, "full", "remove some first"),
        Fault::Rule(_) => (StatusCode::UNPROCESSABLE_ENTITY, "refused", "nothing was changed"),
        Fault::NoRandom(_) | Fault::Hash(_) | Fault::Written(_) => {
            tracing::error!(%fault, "a change of who may come in failed");
            return ApiError::internal();
        }
        Fault::Disk(_) => {
            tracing::error!(%fault, "who may come in could not be kept");
            let hint = "nothing was changed; see that the disk is not full";
            (StatusCode::SERVICE_UNAVAILABLE, "not-kept", hint)
        }
    };
    ApiError::new(status, code, fault.to_string(), hint)
}

/// The person that it is, where it is one.
fn person(who: &Who) -> Option<&str> {
    match who {
        Who::Person { name, .. } => Some(name),
        _ => None,
    }
}
