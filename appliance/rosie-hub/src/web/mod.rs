//! The HTTP client of the services on the network (calendar, chat, address book): one address each, deadlines, tries again
//! where nothing can be done twice by it, and leaving a service alone that asks for it.
//!
//! It is JSON both ways. What a service says in words is not kept: it may quote people.

mod answer;
mod socket;
mod trouble;
mod trust;
mod why;

pub(crate) use answer::innermost;
pub(crate) use socket::{NoSocket, Socket, upgrade};
pub(crate) use trouble::{Service, Trouble};
pub(crate) use trust::trusting;
pub(crate) use why::{is_of_certificate, why};

use crate::HubError;
use answer::{Turned, read};
use reqwest::{Method, Url};
use rosie_core::{ToolOutcome, retry::Tries};
use serde_json::Value;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// One try, with its answer.
const ONE_TRY: Duration = Duration::from_secs(4);
/// All of them: an integration's call has 8 s.
const ALL_TRIES: Duration = Duration::from_secs(7);
/// All waiting between them.
const WAITING: Duration = Duration::from_secs(2);
/// All requests of one call, a little less than an integration is given: then it is the service that is slow.
const ONE_CALL: Duration = Duration::from_millis(7500);
const CONNECTING: Duration = Duration::from_secs(3);

/// A client for whoever speaks HTTP from here. Follows nobody elsewhere: a key goes to the address it is for.
pub(crate) fn client() -> Result<reqwest::Client, HubError> {
    // Chosen once a process; a second choice is the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .http1_only()
        .connect_timeout(CONNECTING)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(|error| HubError::NoHttp(error.to_string()))
}

/// An address that paths can be joined to. `example` is what it should look like.
pub(crate) fn base(url: &str, example: &'static str) -> Result<Url, HubError> {
    let bad = || HubError::WebAddress {
        given: url.to_owned(),
        example,
    };
    let mut parsed = Url::parse(url.trim()).map_err(|_| bad())?;
    let web = matches!(parsed.scheme(), "http" | "https") && parsed.host_str().is_some();
    if !web || !parsed.username().is_empty() || parsed.password().is_some() || parsed.query().is_some() {
        return Err(bad());
    }
    // `join` replaces what follows the last slash.
    if !parsed.path().ends_with('/') {
        parsed.set_path(&format!("{}/", parsed.path()));
    }
    parsed.set_fragment(None);
    Ok(parsed)
}

/// A call that may need several requests.
pub(crate) async fn in_time(service: Service, work: impl Future<Output = ToolOutcome>) -> ToolOutcome {
    let slow = || Trouble::Unreachable {
        service,
        address: "its address".to_owned(),
        reason: "several requests together took too long".to_owned(),
    };
    tokio::time::timeout(ONE_CALL, work)
        .await
        .unwrap_or_else(|_| Err(slow().into()))
}

/// What is sent with a request.
pub(crate) enum Body {
    Nothing,
    Json(Value),
    Form(Vec<(&'static str, String)>),
}

pub(crate) struct Ask {
    pub method: Method,
    /// Each part is escaped.
    pub path: Vec<String>,
    pub query: Vec<(&'static str, String)>,
    pub body: Body,
    pub key: Option<String>,
    pub headers: Vec<(&'static str, String)>,
    /// Sent twice it does no more than sent once.
    pub repeatable: bool,
}

impl Ask {
    /// A path in one text: `calendars/primary/events` has no part that needs escaping; others are pushed.
    pub fn new(method: Method, path: &str) -> Self {
        Self {
            repeatable: method != Method::POST,
            method,
            path: path.split('/').map(str::to_owned).collect(),
            query: Vec::new(),
            body: Body::Nothing,
            key: None,
            headers: Vec::new(),
        }
    }

    pub fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    pub fn post(path: &str, body: Body) -> Self {
        Self {
            body,
            ..Self::new(Method::POST, path)
        }
    }

    pub fn part(mut self, part: &str) -> Self {
        self.path.push(part.to_owned());
        self
    }

    pub fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    pub fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// It carries an id of its own, or finds something out: it may be sent again.
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }
}

/// One service at one address.
pub(crate) struct Web {
    service: Service,
    http: reqwest::Client,
    base: Url,
    /// Until then it wants to be left alone.
    resting: Mutex<Option<Instant>>,
}

impl Web {
    pub fn new(service: Service, base: Url) -> Result<Self, HubError> {
        Ok(Self {
            service,
            http: client()?,
            base,
            resting: Mutex::default(),
        })
    }

    /// Without anything that could be a key.
    pub fn address(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        match self.base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Sends, and gives the JSON that comes back (`null` for none).
    pub async fn ask(&self, ask: &Ask) -> Result<Value, Trouble> {
        let all = self.tried(ask);
        let slow = || self.trouble("no answer in time");
        tokio::time::timeout(ALL_TRIES, all).await.map_err(|_| slow())?
    }

    async fn tried(&self, ask: &Ask) -> Result<Value, Trouble> {
        let mut tries = Tries::new(WAITING);
        if let Some(rest) = self.rest() {
            // A short rest is waited for; a long one is told without a request.
            let wait = tries.wait(Some(rest)).ok_or_else(|| self.too_many(rest))?;
            tokio::time::sleep(wait).await;
        }
        loop {
            let turned = match self.once(ask).await {
                Ok(value) => return Ok(value),
                Err(turned) => turned,
            };
            if let Some(rest) = turned.rest {
                self.leave_alone(rest);
            }
            // What it did not take it did not do; what may have been done is sent again only where that does no harm.
            let may = turned.untouched || (ask.repeatable && turned.passing);
            match may.then(|| tries.wait(turned.rest)).flatten() {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(turned.trouble),
            }
        }
    }

    async fn once(&self, ask: &Ask) -> Result<Value, Turned> {
        let mut url = self.base.clone();
        // An address that can carry a host can carry a path.
        if let Ok(mut parts) = url.path_segments_mut() {
            parts.pop_if_empty().extend(&ask.path);
        }
        if !ask.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&ask.query);
        }
        let mut request = self.http.request(ask.method.clone(), url).timeout(ONE_TRY);
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        if let Some(key) = &ask.key {
            request = request.bearer_auth(key);
        }
        request = match &ask.body {
            Body::Nothing => request,
            Body::Json(value) => request.json(value),
            Body::Form(pairs) => request
                .header(reqwest::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form(pairs)),
        };
        match request.send().await {
            Ok(response) => read(self, response).await,
            Err(error) => Err(answer::unsent(self, &error)),
        }
    }

    fn rest(&self) -> Option<Duration> {
        let until = *self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        until?
            .checked_duration_since(Instant::now())
            .filter(|rest| !rest.is_zero())
    }

    fn leave_alone(&self, rest: Duration) {
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        *resting = (*resting).max(Some(Instant::now() + rest));
    }

    pub(crate) fn trouble(&self, reason: &str) -> Trouble {
        Trouble::Unreachable {
            service: self.service,
            address: self.address(),
            reason: reason.to_owned(),
        }
    }

    pub(crate) fn odd(&self, reason: &str) -> Trouble {
        Trouble::Odd {
            service: self.service,
            address: self.address(),
            reason: reason.to_owned(),
        }
    }

    fn too_many(&self, rest: Duration) -> Trouble {
        Trouble::TooMany {
            service: self.service,
            address: self.address(),
            seconds: rest.as_secs_f64().ceil() as u64,
        }
    }
}

/// `application/x-www-form-urlencoded`, as a query is written.
fn form(pairs: &[(&'static str, String)]) -> String {
    let mut url = Url::parse("form://form").ok();
    if let Some(url) = &mut url {
        url.query_pairs_mut().extend_pairs(pairs);
    }
    url.as_ref().and_then(Url::query).unwrap_or_default().to_owned()
}
