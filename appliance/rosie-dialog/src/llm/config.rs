//! What can be set about language models.

use super::Address;
use std::{fmt, path::PathBuf, time::Duration};

/// The models of the house; all may be missing.
#[derive(Debug, Clone, Default)]
pub struct LlmConfig {
    pub local: Option<LocalModel>,
    pub network: Option<RemoteModel>,
    pub cloud: Option<RemoteModel>,
    /// `privacy.cloud_allowed`: without it the cloud model is not even probed.
    pub cloud_allowed: bool,
    pub limits: Limits,
}

#[derive(Debug, Clone)]
pub enum LocalModel {
    /// A llama.cpp server that Rosie runs.
    Managed(ServerConfig),
    /// A server that somebody else runs on this machine.
    Address(RemoteModel),
}

/// A model behind an OpenAI-compatible address.
#[derive(Debug, Clone)]
pub struct RemoteModel {
    /// For people (`ollama`, `openai`).
    pub provider: String,
    pub address: Address,
    /// As the server calls it.
    pub model: String,
    pub api_key: Option<Secret>,
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
        }
    }
}

/// How long and how much. A tier that is slower is given up and the next one asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    pub connect: Duration,
    /// From the request to the first word, by tier.
    pub first_token_local: Duration,
    pub first_token_network: Duration,
    pub first_token_cloud: Duration,
    /// Between two words.
    pub idle: Duration,
    /// The whole answer.
    pub overall: Duration,
    pub max_tokens: u32,
    pub temperature: f32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            first_token_local: Duration::from_secs(10),
            first_token_network: Duration::from_secs(10),
            first_token_cloud: Duration::from_secs(10),
            idle: Duration::from_secs(10),
            overall: Duration::from_secs(60),
            max_tokens: 256,
            temperature: 0.6,
        }
    }
}

/// A key. Shows itself to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
