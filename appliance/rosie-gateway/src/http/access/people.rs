//! The people of the house.

use super::{Removed, owned, read, told};
use crate::{
    access::{Kept, Person, Role},
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
    name: String,
    role: Role,
    made_unix_ms: u64,
    /// Browsers that are signed in.
    sessions: usize,
}

#[derive(Serialize)]
struct People {
    people: Vec<Shown>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    role: Role,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    #[serde(default)]
    role: Option<Role>,
    #[serde(default)]
    password: Option<String>,
}

fn show(person: &Person, kept: &Kept) -> Shown {
    let own = kept.sessions.iter().filter(|session| session.person == person.name);
    Shown {
        name: person.name.clone(),
        role: person.role,
        made_unix_ms: person.made_unix_s * 1000,
        sessions: own.count(),
    }
}

pub(super) fn all(shared: &Shared) -> Result<Answer, ApiError> {
    let kept = shared.access.kept();
    let people = kept.people.iter().map(|person| show(person, &kept)).collect();
    json(StatusCode::OK, &People { people })
}

pub(super) async fn add(shared: &Arc<Shared>, request: Request<Incoming>) -> Result<Answer, ApiError> {
    let hint = "send {\"name\": \"Grace\", \"role\": \"adult\", \"password\": \"8 characters or more\"}; roles are owner, adult, child, guest";
    let New { name, role, password } = read(shared, request, hint).await?;
    owned(shared)?;
    let hashed = shared.access.passwords.hash(password).await.map_err(told)?;
    let adding = move |kept: &mut Kept| kept.add_person(&name, role, hashed, clock::now());
    let person = shared.access.change(adding).await.map_err(told)?;
    json(StatusCode::CREATED, &show(&person, &shared.access.kept()))
}

pub(super) async fn change(shared: &Arc<Shared>, name: String, request: Request<Incoming>) -> Result<Answer, ApiError> {
    let hint = "send {\"role\": \"adult\"}, {\"password\": \"8 characters or more\"}, or both";
    let Change { role, password } = read(shared, request, hint).await?;
    let hashed = match password {
        Some(password) => Some(shared.access.passwords.hash(password).await.map_err(told)?),
        None => None,
    };
    let changing = move |kept: &mut Kept| kept.change_person(&name, role, hashed);
    let person = shared.access.change(changing).await.map_err(told)?;
    json(StatusCode::OK, &show(&person, &shared.access.kept()))
}

pub(super) async fn remove(shared: &Arc<Shared>, name: String) -> Result<Answer, ApiError> {
    let removed = name.clone();
    let removing = move |kept: &mut Kept| kept.remove_person(&name);
    shared.access.change(removing).await.map_err(told)?;
    json(StatusCode::OK, &Removed { removed })
}
