//! One model behind one address, whatever is spoken there: sends, waits no longer than it may, tries again where that
//! is safe, and leaves a server alone that asks for it.

use super::{
    Address, ChatRequest, ChatSink, Limits, LlmError, ModelInfo, Provider, ProviderInfo, ProviderKind, RemoteModel,
    Secret,
    dialect::{Dialect, dialect},
    refusal::Refusal,
    rest::asked_for,
    told_tools::told,
};
use jiff::Timestamp;
use reqwest::{Response, StatusCode, Url, header::HeaderMap};
use rosie_core::{BoxFuture, CancelFlag, retry::Tries};
use serde_json::Value;
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, timeout_at};

/// How often a cancel flag, which cannot be awaited, is looked at.
const CANCEL_POLL: Duration = Duration::from_millis(10);
/// Longer than the time between two probes of the cloud, so that a question finds a connection that is open.
const KEEP_CONNECTION: Duration = Duration::from_secs(330);
/// So many kept connections in a row may turn out to be closed.
const STALE: usize = 3;
/// Longest list of models that is read, in bytes.
const LONGEST_LIST: usize = 1 << 20;

/// A client for all requests of one tier.
pub(super) fn http(connect: Duration) -> Result<reqwest::Client, LlmError> {
    // Another part may have installed one already; either is good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .connect_timeout(connect)
        .redirect(reqwest::redirect::Policy::none())
        .pool_idle_timeout(KEEP_CONNECTION)
        .tcp_keepalive(Duration::from_secs(30))
        .user_agent("rosie")
        .build()
        .map_err(|e| LlmError::Tls {
            reason: e.without_url().to_string(),
        })
}

pub(super) struct Remote {
    pub(super) http: reqwest::Client,
    pub(super) kind: ProviderKind,
    pub(super) dialect: Box<dyn Dialect>,
    pub(super) address: Address,
    pub(super) key: Option<Secret>,
    pub(super) model: String,
    headers: HeaderMap,
    limits: Limits,
    /// It asked to be left alone until then.
    resting: Mutex<Option<Instant>>,
    /// It said that this model takes no tools.
    tells_tools: AtomicBool,
}

/// When to give up.
#[derive(Clone, Copy)]
pub(super) struct Deadlines {
    pub first: Instant,
    pub end: Instant,
    pub limits: Limits,
}

/// Why one try came to nothing.
pub(super) struct Turned {
    pub error: LlmError,
    /// Another try could do better, after so long if that is known.
    pub again: Option<Option<Duration>>,
    pub refuses_tools: bool,
}

impl From<LlmError> for Turned {
    fn from(error: LlmError) -> Self {
        Self {
            error,
            again: None,
            refuses_tools: false,
        }
    }
}

impl Remote {
    pub(super) fn new(model: RemoteModel, http: reqwest::Client) -> Result<Self, LlmError> {
        let provider = model.provider.name();
        let is_default = model.provider.default_address() == Some(model.address.to_string().as_str());
        if model.api_key.is_none() && model.provider.needs_key() && is_default {
            return Err(LlmError::NoKey { provider });
        }
        let dialect = dialect(model.provider, model.context);
        let headers = dialect
            .headers(model.api_key.as_ref())
            .ok_or(LlmError::OddKey { provider })?;
        Ok(Self {
            http,
            kind: model.provider,
            dialect,
            address: model.address,
            key: model.api_key,
            model: model.model,
            headers,
            limits: model.limits,
            resting: Mutex::new(None),
            tells_tools: AtomicBool::new(false),
        })
    }

    /// `GET` of a small JSON document.
    async fn get(&self, url: Url, limit: Duration) -> Result<(StatusCode, Value), LlmError> {
        self.check_rest()?;
        let request = self.http.get(url).headers(self.headers.clone()).timeout(limit);
        let response = send(request).await.map_err(|e| self.unreachable(e).error)?;
        let status = response.status();
        if !status.is_success() {
            let refused = Refusal::read(self, response, "").await;
            self.rest(refused.after);
            return Err(refused.turned.error);
        }
        let body = bounded_body(response, LONGEST_LIST).await;
        Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
    }

    async fn found(&self, limit: Duration) -> Result<(), LlmError> {
        let found = self.get(self.dialect.probe(&self.address, &self.model), limit).await;
        let says_where = matches!(self.kind, ProviderKind::Gemini | ProviderKind::Anthropic);
        match found {
            Ok((_, body)) if !self.dialect.has_model(&body, &self.model) => Err(LlmError::NoModel {
                address: self.address.to_string(),
                model: self.model.clone(),
                said: String::new(),
            }),
            Ok(_) => Ok(()),
            // A server without a list of models is fine.
            Err(LlmError::NoModel { .. } | LlmError::Refused { status: 405, .. }) if !says_where => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn answer(&self, request: &ChatRequest, sink: &mut ChatSink<'_>) -> Result<(), LlmError> {
        let limits = self.limits.tightened(&request.limits);
        let began = Instant::now();
        let deadlines = Deadlines {
            first: began + limits.first_token,
            end: began + limits.overall,
            limits,
        };
        let mut tries = Tries::new(limits.retry.min(limits.first_token));
        self.wait_for_rest(&mut tries).await?;
        loop {
            let mut passed = false;
            let turned = match self
                .once(request, deadlines, &mut |event| {
                    passed = true;
                    sink(event);
                })
                .await
            {
                Ok(()) => return Ok(()),
                Err(turned) => turned,
            };
            if passed {
                return Err(turned.error);
            }
            if turned.refuses_tools && !self.tells_tools.swap(true, Ordering::Relaxed) {
                tracing::info!(model = self.model, "this model takes no tools: they are told in words");
                continue;
            }
            let wait = turned.again.and_then(|after| tries.wait(after));
            match wait.filter(|&wait| Instant::now() + wait < deadlines.first) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(turned.error),
            }
        }
    }

    /// One try.
    async fn once(&self, request: &ChatRequest, deadlines: Deadlines, sink: &mut ChatSink<'_>) -> Result<(), Turned> {
        let in_words;
        let tells = self.tells_tools.load(Ordering::Relaxed);
        let sent = if tells {
            in_words = told(request);
            &in_words
        } else {
            request
        };
        let call = self.dialect.call(&self.address, &self.model, sent, &deadlines.limits);
        let post = self.http.post(call.url).headers(self.headers.clone()).json(&call.body);
        let response = timeout_at(deadlines.first.min(deadlines.end), send(post)).await;
        let response = response.map_err(|_| self.slow("begin its answer", deadlines.limits.first_token))?;
        let response = response.map_err(|e| self.unreachable(e))?;
        if response.status() != StatusCode::OK {
            let refused = Refusal::read(self, response, &request.private()).await;
            self.rest(refused.after);
            return Err(refused.turned);
        }
        self.rest(asked_for(response.headers(), Timestamp::now()));
        self.listen(response, request, deadlines, sink).await
    }

    pub(super) fn rest(&self, wait: Option<Duration>) {
        if let Some(wait) = wait {
            let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
            *resting = (*resting).max(Some(Instant::now() + wait));
        }
    }

    fn rests_until(&self) -> Option<Instant> {
        let until = *self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        until.filter(|&until| until > Instant::now())
    }

    fn check_rest(&self) -> Result<(), LlmError> {
        match self.rests_until() {
            Some(until) => Err(self.too_many(Some(until - Instant::now()))),
            None => Ok(()),
        }
    }

    /// A short rest is waited for; a long one is an error without a request.
    async fn wait_for_rest(&self, tries: &mut Tries) -> Result<(), LlmError> {
        let Some(until) = self.rests_until() else {
            return Ok(());
        };
        let rest = until - Instant::now();
        let wait = tries.wait(Some(rest)).ok_or_else(|| self.too_many(Some(rest)))?;
        tokio::time::sleep(wait).await;
        Ok(())
    }
}

impl Provider for Remote {
    fn chat<'a>(
        &'a self,
        request: &'a ChatRequest,
        cancel: &'a CancelFlag,
        sink: &'a mut ChatSink<'_>,
    ) -> BoxFuture<'a, Result<(), LlmError>> {
        Box::pin(async move {
            let cancelled = async {
                while !cancel.is_cancelled() {
                    tokio::time::sleep(CANCEL_POLL).await;
                }
            };
            tokio::select! {
                biased;
                () = cancelled => Err(LlmError::Cancelled),
                done = self.answer(request, sink) => done,
            }
        })
    }

    fn probe(&self, limit: Duration) -> BoxFuture<'_, Result<(), LlmError>> {
        Box::pin(self.found(limit))
    }

    fn models(&self, limit: Duration) -> BoxFuture<'_, Result<Vec<ModelInfo>, LlmError>> {
        Box::pin(async move {
            let (_, body) = self.get(self.dialect.models_url(&self.address), limit).await?;
            Ok(self.dialect.models(&body))
        })
    }

    fn describe(&self) -> ProviderInfo {
        ProviderInfo {
            provider: self.kind.name().to_owned(),
            model: self.model.clone(),
            address: self.address.to_string(),
        }
    }

    fn available_from(&self) -> Option<std::time::Instant> {
        self.rests_until().map(Instant::into_std)
    }
}

/// Sends. That a server closed a kept connection (llama.cpp's does after every stream, whatever its headers say) may be
/// found out only by writing to it: then another is taken. Nothing of an answer came, so nothing is done twice.
async fn send(request: reqwest::RequestBuilder) -> Result<Response, reqwest::Error> {
    let mut request = request;
    for _ in 0..STALE {
        let Some(again) = request.try_clone() else { break };
        match request.send().await {
            Err(error) if was_closed(&error) => request = again,
            sent => return sent,
        }
    }
    request.send().await
}

fn was_closed(error: &reqwest::Error) -> bool {
    error.is_request() && !error.is_connect() && !error.is_timeout()
}

pub(super) async fn bounded_body(mut response: Response, limit: usize) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > limit {
            break;
        }
    }
    body
}
