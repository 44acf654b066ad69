//! Signing in and out, and making the first owner.

use super::{owned, person, read, told};
use crate::{
    access::{
        self, Fault, LONGEST_S, Need, Person, Role, SESSION, Scope, Verdict, Who, address_of, decide, identify::cookie,
    },
    clock,
    http::{
        ApiError, admit,
        respond::{Answer, json},
        service::Asked,
    },
    server::Shared,
};
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Instant};

/// Pages read this one, and send it with their changes.
const CSRF: &str = "rosie_csrf";
const HINT: &str = "send {\"name\": \"Ada\", \"password\": \"8 characters or more\"}";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    name: String,
    password: String,
}

#[derive(Serialize)]
struct State {
    owned: bool,
    open_house: bool,
    who: Option<Known>,
    /// Whether routes of the owner are for whoever asks.
    administers: bool,
    csrf: Option<String>,
}

#[derive(Serialize)]
struct Known {
    kind: &'static str,
    name: String,
    role: Option<Role>,
    scopes: Vec<Scope>,
}

#[derive(Serialize)]
pub(super) struct SignedOut {
    pub signed_out: usize,
}

#[derive(Serialize)]
struct Seen<'a> {
    label: &'a str,
    made_unix_ms: u64,
    used_unix_ms: u64,
    /// The one that asks.
    this: bool,
}

#[derive(Serialize)]
struct Sessions<'a> {
    sessions: Vec<Seen<'a>>,
}

/// Tells everybody where they stand: whoever is not known hears so, and is not refused.
pub(super) async fn state(shared: &Arc<Shared>, asked: &Asked, headers: &HeaderMap) -> Result<Answer, ApiError> {
    let address = address_of(asked.ends.peer.ip());
    let who = shared.access.identify(headers, &address).await.unwrap_or(Who::Nobody);
    let csrf = match &who {
        Who::Person { session: Some(_), .. } => cookie(headers).map(access::csrf),
        _ => None,
    };
    json(StatusCode::OK, &tell(shared, who, csrf))
}

fn tell(shared: &Shared, who: Who, csrf: Option<String>) -> State {
    let house = shared.access.house();
    let administers = decide(Need::Admin, "", &who, house) == Verdict::Allowed;
    let known = |kind, name, role, scopes| {
        Some(Known {
            kind,
            name,
            role,
            scopes,
        })
    };
    let who = match who {
        Who::Nobody => None,
        Who::Person { name, role, .. } => known("person", name, Some(role), Vec::new()),
        Who::Token { id, scopes } => known("token", id, None, scopes),
        Who::Endpoint { id, .. } => known("endpoint", id, None, Vec::new()),
    };
    State {
        owned: house.owned,
        open_house: house.open_house,
        who,
        administers,
        csrf,
    }
}

pub(super) async fn make_owner(
    shared: &Arc<Shared>,
    asked: &Asked,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let browser = Browser::of(asked, request.headers());
    let Name { name, password } = read(shared, request, HINT).await?;
    if shared.access.house().owned {
        return Err(told(Fault::Owned));
    }
    let hashed = shared.access.passwords.hash(password).await.map_err(told)?;
    let make = move |kept: &mut access::Kept| kept.make_owner(&name, hashed, clock::now());
    let owner = shared.access.change(make).await.map_err(told)?;
    tracing::info!("the house has an owner: from now on people sign in and endpoints are paired");
    begin(shared, owner, browser, StatusCode::CREATED).await
}

pub(super) async fn sign_in(
    shared: &Arc<Shared>,
    asked: &Asked,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    let browser = Browser::of(asked, request.headers());
    let address = address_of(asked.ends.peer.ip());
    let Name { name, password } = read(shared, request, HINT).await?;
    owned(shared)?;
    let access = &shared.access;
    let found = access.of_password(&name, password, &address, Instant::now()).await;
    begin(shared, found.map_err(admit::refused)?, browser, StatusCode::OK).await
}

/// What is to be known of a browser to give it a session.
struct Browser {
    label: String,
    /// It came over TLS, to here or to what stands before.
    secure: bool,
}

impl Browser {
    fn of(asked: &Asked, headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        Self {
            label: text(header::USER_AGENT).unwrap_or("a program").to_owned(),
            secure: asked.ends.secure || text(header::ORIGIN).is_some_and(|origin| origin.starts_with("https://")),
        }
    }
}

async fn begin(shared: &Arc<Shared>, person: Person, browser: Browser, status: StatusCode) -> Result<Answer, ApiError> {
    let (name, label) = (person.name.clone(), browser.label);
    let signing = move |kept: &mut access::Kept| kept.sign_in(&name, &label, clock::now());
    let secret = shared.access.change(signing).await.map_err(told)?;
    let csrf = access::csrf(&secret);
    let who = Who::Person {
        name: person.name,
        role: person.role,
        session: None,
    };
    let mut answer = json(status, &tell(shared, who, Some(csrf.clone())))?;
    set(&mut answer, SESSION, &secret, LONGEST_S, browser.secure, "; HttpOnly")?;
    set(&mut answer, CSRF, &csrf, LONGEST_S, browser.secure, "")?;
    Ok(answer)
}

fn set(answer: &mut Answer, name: &str, value: &str, age: u64, secure: bool, more: &str) -> Result<(), ApiError> {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={age}; SameSite=Strict{more}{secure}");
    let value = HeaderValue::from_str(&text).map_err(|_| ApiError::internal())?;
    answer.headers_mut().append(header::SET_COOKIE, value);
    Ok(())
}

/// The answer that takes the cookies away.
fn signed_out(asked: &Asked, signed_out: usize) -> Result<Answer, ApiError> {
    let mut answer = json(StatusCode::OK, &SignedOut { signed_out })?;
    set(&mut answer, SESSION, "", 0, asked.ends.secure, "; HttpOnly")?;
    set(&mut answer, CSRF, "", 0, asked.ends.secure, "")?;
    Ok(answer)
}

pub(super) async fn sign_out(shared: &Arc<Shared>, asked: &Asked) -> Result<Answer, ApiError> {
    let Who::Person {
        session: Some(hash), ..
    } = asked.who.clone()
    else {
        return signed_out(asked, 0);
    };
    let ended = shared.access.change(move |kept| Ok(kept.sign_out(&hash))).await;
    signed_out(asked, ended.map_err(told)?)
}

pub(super) async fn sign_out_everywhere(shared: &Arc<Shared>, asked: &Asked) -> Result<Answer, ApiError> {
    let Some(name) = person(&asked.who).map(str::to_owned) else {
        return signed_out(asked, 0);
    };
    let ended = shared
        .access
        .change(move |kept| Ok(kept.sign_out_everywhere(&name)))
        .await;
    signed_out(asked, ended.map_err(told)?)
}

pub(super) fn all(shared: &Shared, who: &Who) -> Result<Answer, ApiError> {
    let kept = shared.access.kept();
    let (name, own) = match who {
        Who::Person { name, session, .. } => (name.as_str(), session.as_deref()),
        _ => ("", None),
    };
    let of_person = kept.sessions.iter().filter(|session| session.person == name);
    let seen = of_person.map(|session| Seen {
        label: &session.label,
        made_unix_ms: session.made_unix_s * 1000,
        used_unix_ms: session.used_unix_s * 1000,
        this: own == Some(session.hash.as_str()),
    });
    json(
        StatusCode::OK,
        &Sessions {
            sessions: seen.collect(),
        },
    )
}
