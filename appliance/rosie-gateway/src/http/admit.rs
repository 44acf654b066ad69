//! Who asks, and whether what a route does is for them.

use super::{ApiError, routes::Operation};
use crate::{
    access::{Need, Refused, Verdict, Who, address_of, csrf, decide, identify::cookie},
    connection::Ends,
    server::Shared,
};
use http::{HeaderMap, Method, StatusCode};

/// What a page sends with its changes.
const CSRF_HEADER: &str = "x-rosie-csrf";

/// `about`: what the route's address names. Who it is, where that was asked.
pub(super) async fn admit(
    shared: &Shared,
    ends: Ends,
    operation: &Operation,
    about: &str,
    headers: &HeaderMap,
) -> Result<Who, ApiError> {
    let address = address_of(ends.peer.ip());
    shared.rates.request(&address)?;
    shared.rates.knock(operation, &address)?;
    let access = &shared.access;
    let house = access.house();
    if operation.need == Need::Talk {
        // A key may stand in `hello`, so that whoever cannot be known by now is asked there.
        return match house.owned {
            true => Ok(access.identify(headers, &address).await.unwrap_or(Who::Nobody)),
            false => Ok(Who::Nobody),
        };
    }
    if decide(operation.need, about, &Who::Nobody, house) == Verdict::Allowed {
        return Ok(Who::Nobody);
    }
    let who = access.identify(headers, &address).await.map_err(refused)?;
    if let Some(name) = named(&who) {
        shared.rates.request(&name)?;
    }
    match decide(operation.need, about, &who, house) {
        Verdict::Allowed => {}
        Verdict::SignIn => return Err(sign_in()),
        Verdict::Forbidden => {
            return Err(ApiError::new(
                StatusCode::FORBIDDEN,
                "not-for-you",
                "you may not do this",
                "ask the owner of the house, or sign in as somebody who may",
            ));
        }
    }
    check_csrf(&who, &operation.method, headers)?;
    Ok(who)
}

fn sign_in() -> ApiError {
    ApiError::new(
        StatusCode::UNAUTHORIZED,
        "sign-in",
        "this is only for people of the house",
        "sign in at /signin, or send a token or a name and a password in the Authorization header",
    )
}

pub(super) fn refused(refused: Refused) -> ApiError {
    match refused {
        Refused::Wrong => ApiError::new(
            StatusCode::UNAUTHORIZED,
            "wrong-password",
            "the name, the password or the token is wrong",
            "try again; the owner can give you another one on the page of the people",
        ),
        Refused::Later(wait) => ApiError::later("too-many-attempts", "there were too many wrong ones", wait),
        Refused::Fault(fault) => {
            tracing::error!(%fault, "a password could not be looked at");
            ApiError::internal()
        }
    }
}

/// A browser sends its cookie by itself, also when another page makes it ask: what changes something says that it comes from a page
/// that could read what only Rosie's own pages can.
fn check_csrf(who: &Who, method: &Method, headers: &HeaderMap) -> Result<(), ApiError> {
    if *method == Method::GET || !matches!(who, Who::Person { session: Some(_), .. }) {
        return Ok(());
    }
    let sent = headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok());
    let expected = cookie(headers).map(csrf);
    match sent.is_some() && sent == expected.as_deref() {
        true => Ok(()),
        false => Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "csrf-wanted",
            "the page did not show that it is one of Rosie's",
            "load the page again; a program sends `csrf` of GET /api/v1/access in the header x-rosie-csrf, or uses a token",
        )),
    }
}

fn named(who: &Who) -> Option<String> {
    match who {
        Who::Nobody => None,
        Who::Person { name, .. } => Some(format!("person {name}")),
        Who::Token { id, .. } => Some(format!("token {id}")),
        Who::Endpoint { id, .. } => Some(format!("endpoint {id}")),
    }
}
