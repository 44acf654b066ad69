//! Somebody's own password: who is signed in changes it with the old one, without the owner.

use super::{owned, read, session::SignedOut, told};
use crate::{
    access::{Kept, Refused, Who, address_of},
    http::{
        ApiError, admit,
        respond::{Answer, json},
        service::Asked,
    },
    server::Shared,
};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use serde::Deserialize;
use std::{sync::Arc, time::Instant};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    old: String,
    new: String,
}

/// Who has taken somebody's browser for a moment must not keep it by a new password: the old one is asked, and wrong ones cost time.
pub(super) async fn change(
    shared: &Arc<Shared>,
    asked: &Asked,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let hint = "send {\"old\": \"the password until now\", \"new\": \"8 characters or more\"}";
    let Change { old, new } = read(shared, request, hint).await?;
    owned(shared)?;
    let Who::Person { name, session, .. } = asked.who.clone() else {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "no-password",
            "a token or an endpoint has no password",
            "sign in as the person whose password it is",
        ));
    };
    let access = &shared.access;
    let address = address_of(asked.ends.peer.ip());
    let fits = access.of_password(&name, old, &address, Instant::now()).await;
    let person = fits.map_err(refused)?;
    let hashed = access.passwords.hash(new).await.map_err(told)?;
    let changing = move |kept: &mut Kept| kept.change_own_password(&person.name, hashed, session.as_deref());
    let signed_out = access.change(changing).await.map_err(told)?;
    json(StatusCode::OK, &SignedOut { signed_out })
}

fn refused(refused: Refused) -> ApiError {
    match refused {
        Refused::Wrong => ApiError::new(
            StatusCode::UNAUTHORIZED,
            "wrong-password",
            "the old password is wrong",
            "try again; the owner can give you another one on the page of the people",
        ),
        other => admit::refused(other),
    }
}
