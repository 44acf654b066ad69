//! Tokens for programs.

use super::{Removed, owned, read, told};
use crate::{
    access::{Kept, Scope, Token},
    clock,
    http::{
        ApiError,
        respond::{Answer, json},
    },
    server::Shared,
};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Serialize)]
struct Shown {
    id: String,
    name: String,
    scopes: Vec<Scope>,
    made_unix_ms: u64,
    /// Only where it was made just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

#[derive(Serialize)]
struct Tokens {
    tokens: Vec<Shown>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    scopes: Vec<Scope>,
}

fn show(token: &Token, secret: Option<String>) -> Shown {
    Shown {
        id: token.id.clone(),
        name: token.name.clone(),
        scopes: token.scopes.clone(),
        made_unix_ms: token.made_unix_s * 1000,
        token: secret,
    }
}

pub(super) fn all(shared: &Shared) -> Result<Answer, ApiError> {
    let tokens = shared
        .access
        .kept()
        .tokens
        .iter()
        .map(|token| show(token, None))
        .collect();
    json(StatusCode::OK, &Tokens { tokens })
}

pub(super) async fn add(shared: &Arc<Shared>, request: Request<Incoming>) -> Result<Answer, ApiError> {
    let hint = "send {\"name\": \"what it is for\", \"scopes\": [\"read\"]}; scopes are read, talk, control, admin";
    let New { name, scopes } = read(shared, request, hint).await?;
    owned(shared)?;
    let adding = move |kept: &mut Kept| kept.add_token(&name, scopes, clock::now());
    let (token, secret) = shared.access.change(adding).await.map_err(told)?;
    json(StatusCode::CREATED, &show(&token, Some(secret)))
}

pub(super) async fn remove(shared: &Arc<Shared>, id: String) -> Result<Answer, ApiError> {
    let removed = id.clone();
    shared
        .access
        .change(move |kept| kept.remove_token(&id))
        .await
        .map_err(told)?;
    json(StatusCode::OK, &Removed { removed })
}
