//! Language models: on this machine, on the network, in the cloud, each behind the trait [`Provider`].
//!
//! `chat` has the words, `provider` the seam. `remote` asks one model at one address: `dialect` writes its requests and
//! reads its frames, `listen` waits for them, `ear` and `gate` sort what is for the ear, `looping` ends circles, `refusal` and `rest` are for
//! when it says no. `server` runs a llama.cpp server of our own, `tier` keeps one model's health, `engine` has them all.

mod address;
mod chat;
mod config;
mod dialect;
mod ear;
mod engine;
mod error;
mod frames;
mod gate;
mod health;
mod kind;
mod listen;
mod looping;
mod provider;
mod pull;
mod refusal;
mod remote;
mod rest;
mod server;
mod sse;
mod tier;
mod told_tools;
mod written_calls;

pub use address::Address;
pub use chat::{CalledTool, ChatEvent, ChatRequest, FinishReason, JsonFormat, Message, RequestLimits, Role, Usage};
pub use config::{Limits, LlmConfig, LocalModel, RemoteModel, Secret, ServerConfig};
pub use engine::LlmEngine;
pub use error::LlmError;
pub use kind::ProviderKind;
pub use provider::{ChatSink, ModelInfo, Provider, ProviderInfo, TierHealth, TierState};
pub use pull::{PullProgress, pull};
pub use tier::TierModel;

use std::sync::Arc;

/// A provider for one model, without a tier: no health is kept.
pub fn provider(model: RemoteModel) -> Result<Arc<dyn Provider>, LlmError> {
    let http = remote::http(model.limits.connect)?;
    Ok(Arc::new(remote::Remote::new(model, http)?))
}
