//! From a request to an answer: guards, the route, headers that every answer has.

use super::{
    ApiError, action, admit, guard, network,
    pieces::AnswerBody,
    plain,
    respond::Answer,
    routes::{self, Action, Operation},
};
use crate::{Plain, access::Who, connection::Ends, server::Shared};
use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version, header};
use hyper::{body::Incoming, service::Service};
use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

/// Path of the one request that must cost next to nothing.
const ALIVE: &str = "/health";
const ALIVE_BODY: &[u8] = br#"{"status":"alive"}"#;

/// What is known of a request besides what stands in it.
pub(crate) struct Asked {
    pub ends: Ends,
    pub who: Who,
    /// What the route's address names.
    pub parameter: String,
}

/// Answers the requests of one connection.
pub(crate) struct HttpService {
    shared: Arc<Shared>,
    ends: Ends,
    /// Set when a request was answered with 101: what follows is a stream of whoever this is.
    wants_stream: Arc<OnceLock<Who>>,
}

impl HttpService {
    pub fn new(shared: Arc<Shared>, ends: Ends, wants_stream: Arc<OnceLock<Who>>) -> Self {
        Self {
            shared,
            ends,
            wants_stream,
        }
    }
}

/// The liveness answer is there at once; everything else is work.
pub(crate) enum Answering {
    Now(Ready<Answer>),
    Later(Pin<Box<dyn Future<Output = Answer> + Send>>),
}

impl Future for Answering {
    type Output = Result<Answer, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Answering::Now(answer) => Pin::new(answer).poll(cx).map(Ok),
            Answering::Later(work) => work.as_mut().poll(cx).map(Ok),
        }
    }
}

impl Service<Request<Incoming>> for HttpService {
    type Response = Answer;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: Request<Incoming>) -> Answering {
        if request.uri().path() == ALIVE && request.method() == Method::GET {
            self.shared.metrics.alive_asked();
            return Answering::Now(ready(alive()));
        }
        let work = work(
            Arc::clone(&self.shared),
            self.ends,
            Arc::clone(&self.wants_stream),
            request,
        );
        Answering::Later(Box::pin(work))
    }
}

fn alive() -> Answer {
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let mut answer = Response::new(AnswerBody::from(Bytes::from_static(ALIVE_BODY)));
    *answer.headers_mut() = headers;
    answer
}

async fn work(shared: Arc<Shared>, ends: Ends, wants_stream: Arc<OnceLock<Who>>, request: Request<Incoming>) -> Answer {
    let began = std::time::Instant::now();
    let method = request.method().clone();
    let origin = allowed_origin(request.headers(), &shared);
    let (route, answered) = {
        let (route, work) = dispatch(&shared, ends, request);
        (route, AssertUnwindSafe(work).catch_unwind().await)
    };
    let mut answer = match answered {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => error.into_answer(),
        Err(_) => ApiError::internal().into_answer(),
    };
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        let _ = wants_stream.set(answer.extensions_mut().remove().unwrap_or(Who::Nobody));
    } else {
        finish(answer.headers_mut(), origin);
    }
    shared.metrics.http(route, answer.status());
    let duration_ms = began.elapsed().as_millis() as u64;
    tracing::debug!(peer = %ends.peer, %method, route, status = answer.status().as_u16(), duration_ms, "request");
    answer
}

pub(super) type Work = Pin<Box<dyn Future<Output = Result<Answer, ApiError>> + Send>>;

/// The route as metrics name it, and what is to be done.
fn dispatch(shared: &Arc<Shared>, ends: Ends, request: Request<Incoming>) -> (&'static str, Work) {
    if let Err(error) = check_head(&request, shared) {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if error.status == StatusCode::MISDIRECTED_REQUEST && reads {
            return ("(door)", Box::pin(network::door(Arc::clone(shared), ends.here, error)));
        }
        return refuse("(refused)", error);
    }
    let redirects = !ends.secure && shared.config.plain == Plain::Redirect;
    if redirects && !plain::stays(request.uri().path()) {
        return ("(redirect)", Box::pin(plain::lead(Arc::clone(shared), ends, request)));
    }
    answered(shared, ends, request)
}

fn refuse(route: &'static str, error: ApiError) -> (&'static str, Work) {
    (route, Box::pin(ready(Err(error))))
}

/// The same of a request that may be answered here.
pub(super) fn answered(shared: &Arc<Shared>, ends: Ends, request: Request<Incoming>) -> (&'static str, Work) {
    let path = request.uri().path().to_owned();
    let Some((route, parameter)) = routes::find(&path) else {
        return ("(page)", Box::pin(ready(page(shared, &path, &request))));
    };
    if request.method() == Method::OPTIONS {
        return (route.path, Box::pin(ready(Ok(options(route)))));
    }
    let method = if request.method() == Method::HEAD {
        &Method::GET
    } else {
        request.method()
    };
    let Some(operation) = route.operations.iter().find(|operation| operation.method == *method) else {
        return refuse(route.path, method_error(&path, routes::allow(route)));
    };
    if guarded(operation)
        && let Err(error) = guard::check_origin(request.headers(), &shared.config)
    {
        return refuse(route.path, error);
    }
    let (shared, parameter) = (Arc::clone(shared), parameter.to_owned());
    let work = async move {
        let who = admit::admit(&shared, ends, operation, &parameter, request.headers()).await?;
        let asked = Asked { ends, who, parameter };
        action::run(shared, operation.action, asked, request).await
    };
    (route.path, Box::pin(work))
}

/// Whatever changes something, and the stream, which hears and speaks.
fn guarded(operation: &Operation) -> bool {
    operation.method != Method::GET || operation.action == Action::Stream
}

fn check_head(request: &Request<Incoming>, shared: &Shared) -> Result<(), ApiError> {
    let limits = &shared.config.limits;
    let headers = request.headers();
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    let bytes = bytes + request.uri().path_and_query().map_or(0, |p| p.as_str().len());
    if headers.len() > limits.max_headers || bytes > limits.max_header_bytes {
        return Err(ApiError::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "headers-too-big",
            format!(
                "a request may have {} headers of {} bytes",
                limits.max_headers, limits.max_header_bytes
            ),
            "send fewer or shorter headers",
        ));
    }
    if request.version() == Version::HTTP_11 && !headers.contains_key(header::HOST) {
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "bad-host",
            "the Host header is missing",
            "send the name or the address the appliance is reached by",
        ));
    }
    // Load balancers ask for health under any name, and there is nothing in it to protect.
    if request.uri().path().starts_with(ALIVE) {
        return Ok(());
    }
    guard::check_host(headers, &shared.config)
}

fn page(shared: &Shared, path: &str, request: &Request<Incoming>) -> Result<Answer, ApiError> {
    let found = shared.assets.get(path, request.headers());
    match (found, request.method()) {
        (Some(answer), &Method::GET | &Method::HEAD) => Ok(answer),
        (Some(_), _) => Err(method_error(path, "GET, HEAD".to_owned())),
        (None, _) => Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "there is nothing at this path",
            "the page is at /, the description of the API at /docs",
        )),
    }
}

fn method_error(path: &str, allow: String) -> ApiError {
    let message = format!(
        "this method is not served at {}",
        path.chars().take(100).collect::<String>()
    );
    let hint = format!("use one of {allow}");
    let error = ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", message, hint);
    ApiError {
        allow: Some(allow),
        ..error
    }
}

fn options(route: &routes::Route) -> Answer {
    let mut answer = Response::new(AnswerBody::default());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    if let Ok(allow) = HeaderValue::from_str(&routes::allow(route)) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_METHODS, allow);
    }
    let headers = HeaderValue::from_static("authorization, content-type, x-rosie-csrf");
    answer
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_HEADERS, headers);
    answer
}

fn allowed_origin(headers: &HeaderMap, shared: &Shared) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    guard::is_allowed_origin(origin.to_str().ok()?, &shared.config).then(|| origin.clone())
}

fn finish(headers: &mut HeaderMap, origin: Option<HeaderValue>) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    // Pages bring a policy of their own; what is no page loads nothing and is framed nowhere.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    let policy = if origin.is_some() {
        "cross-origin"
    } else {
        "same-origin"
    };
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static(policy));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
}
