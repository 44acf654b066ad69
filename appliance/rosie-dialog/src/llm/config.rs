//! What can be set about language models.

use super::{Address, ProviderKind, RequestLimits};
use std::{fmt, path::PathBuf, time::Duration};

/// The models of the house; all may be missing.
#[derive(Debug, Clone, Default)]
pub struct LlmConfig {
    pub local: Option<LocalModel>,
    pub network: Option<RemoteModel>,
    pub cloud: Option<RemoteModel>,
    /// `privacy.cloud_allowed`: without it the cloud model is not even probed.
    pub cloud_allowed: bool,
}

#[derive(Debug, Clone)]
pub enum LocalModel {
    /// A llama.cpp server that Rosie runs.
    Managed(ServerConfig),
    /// A server that somebody else runs on this machine.
    Address(RemoteModel),
}

/// A model behind an address.
#[derive(Debug, Clone)]
pub struct RemoteModel {
    pub provider: ProviderKind,
    pub address: Address,
    /// As the server calls it.
    pub model: String,
    pub api_key: Option<Secret>,
    /// Tokens that prompt and answer share; only `ollama` is told.
    pub context: u32,
    pub limits: Limits,
}

/// A llama.cpp server to run.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// A path, or a name to be looked for on `PATH`.
    pub binary: PathBuf,
    /// The model, a GGUF file.
    pub model: PathBuf,
    /// On the loopback address; 0 chooses a free one.
    pub port: u16,
    /// Threads to compute with; `None` leaves it to the server.
    pub threads: Option<usize>,
    /// Tokens that prompt and answer share.
    pub context: u32,
    /// Passed on as they are.
    pub extra_arguments: Vec<String>,
    pub limits: Limits,
}

impl ServerConfig {
    /// `llama-server` on `PATH`, any free port, a context that fits Rosie's short conversations.
    pub fn new(model: PathBuf) -> Self {
        Self {
            binary: PathBuf::from("llama-server"),
            model,
            port: 0,
            threads: None,
            context: 4096,
            extra_arguments: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// How long and how much, for one tier. One that is slower is given up and the next one asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    pub connect: Duration,
    /// From the request to the first event; tries and the waits between them included.
    pub first_token: Duration,
    /// Between two words.
    pub idle: Duration,
    /// The whole answer.
    pub overall: Duration,
    /// All waiting before another try of a request that was turned away; zero: there is one try.
    pub retry: Duration,
    pub max_tokens: u32,
    pub temperature: f32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            first_token: Duration::from_secs(10),
            idle: Duration::from_secs(10),
            overall: Duration::from_secs(60),
            retry: Duration::from_secs(2),
            max_tokens: 300,
            temperature: 0.6,
        }
    }
}

impl Limits {
    /// With what a request asks for, where that is tighter.
    pub(super) fn tightened(mut self, by: &RequestLimits) -> Self {
        self.max_tokens = by.max_tokens.map_or(self.max_tokens, |n| n.min(self.max_tokens));
        self.temperature = by.temperature.unwrap_or(self.temperature);
        self.first_token = by.first_token.map_or(self.first_token, |t| t.min(self.first_token));
        self.overall = by.overall.map_or(self.overall, |t| t.min(self.overall));
        self
    }
}

/// A key. Shows itself to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
