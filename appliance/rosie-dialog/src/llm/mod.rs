//! Language models, reached through the OpenAI-compatible chat interface: on this machine, on the network, in the
//! cloud; in that order the first that is configured, allowed and healthy answers.
//!
//! `client` speaks to one server, `stream` takes its answer out of `sse`, `server` runs a llama.cpp server of our own, `tier` keeps
//! one model's health, `engine` chooses.

mod address;
mod chat;
mod client;
mod config;
pub(crate) mod engine;
mod error;
mod provider;
mod server;
mod sse;
mod stream;
mod tier;

pub use address::{Address, default_address};
pub use chat::{CalledTool, ChatEvent, ChatRequest, FinishReason, JsonFormat, Message, RequestLimits, Role, Usage};
pub use client::ChatClient;
pub use config::{Limits, LlmConfig, LocalModel, RemoteModel, Secret, ServerConfig};
pub use engine::{LlmAnswer, LlmEngine};
pub use error::LlmError;
pub use provider::{ChatSink, ModelInfo, Provider, ProviderInfo, TierHealth, TierState};
