//! A llama.cpp server of our own: started on the loopback address, watched, started again when it dies, and gone when
//! the daemon goes.
//!
//! It lives on a thread of its own, because the kernel's "tell me when my parent dies" is about the thread that
//! started the child. That signal is set by util-linux's `setpriv`, where it is installed; without it a daemon that
//! is killed with -9 leaves the server behind.

mod command;
mod supervisor;

use super::{
    ChatRequest, ChatSink, LlmError, ModelInfo, Provider, ProviderInfo, ProviderKind, ServerConfig,
    health::Health,
    remote::{Remote, http},
};
use rosie_core::{BoxFuture, CancelFlag};
use std::{sync::Arc, time::Duration};
use supervisor::Supervisor;
use tokio::sync::{oneshot, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A handle to the server. The server itself lives until its token is cancelled.
pub(super) struct ManagedServer {
    config: ServerConfig,
    /// There when the server answers.
    remote: watch::Receiver<Option<Arc<Remote>>>,
    health: Health,
}

impl ManagedServer {
    /// Starts the thread; the server may still be loading, or its model missing: `health` says so.
    pub(super) fn start(
        config: ServerConfig,
        health: Health,
        tracker: &TaskTracker,
        cancel: CancellationToken,
    ) -> Result<Self, LlmError> {
        let (remote, seen) = watch::channel(None);
        let (done, ended) = oneshot::channel::<()>();
        let supervisor = Supervisor {
            config: config.clone(),
            http: http(config.limits.connect)?,
            remote,
            health: health.clone(),
            cancel,
        };
        let thread = std::thread::Builder::new()
            .name("llm-server".to_owned())
            .spawn(move || {
                supervisor.run();
                drop(done);
            });
        thread.map_err(|e| LlmError::NotReady {
            reason: format!("cannot start a thread for it: {e}"),
        })?;
        // So that a shutdown waits for the server's end. The sender is dropped, never used: an error is the signal.
        tracker.spawn(async move { _ = ended.await });
        Ok(Self {
            config,
            remote: seen,
            health,
        })
    }

    fn remote(&self) -> Result<Arc<Remote>, LlmError> {
        let remote = self.remote.borrow().clone();
        remote.ok_or_else(|| LlmError::NotReady {
            reason: self.health.why(),
        })
    }
}

impl Provider for ManagedServer {
    fn chat<'a>(
        &'a self,
        request: &'a ChatRequest,
        cancel: &'a CancelFlag,
        sink: &'a mut ChatSink<'_>,
    ) -> BoxFuture<'a, Result<(), LlmError>> {
        Box::pin(async move { self.remote()?.chat(request, cancel, sink).await })
    }

    fn probe(&self, limit: Duration) -> BoxFuture<'_, Result<(), LlmError>> {
        Box::pin(async move { self.remote()?.probe(limit).await })
    }

    fn models(&self, limit: Duration) -> BoxFuture<'_, Result<Vec<ModelInfo>, LlmError>> {
        Box::pin(async move { self.remote()?.models(limit).await })
    }

    fn describe(&self) -> ProviderInfo {
        let address = self
            .remote()
            .map_or_else(|_| String::new(), |remote| remote.describe().address);
        ProviderInfo {
            provider: ProviderKind::LlamaCpp.name().to_owned(),
            model: name(&self.config),
            address,
        }
    }
}

/// The file's name; its folder's for models of the manifest, whose files are all called `model.gguf`.
fn name(config: &ServerConfig) -> String {
    let stem = config.model.file_stem();
    let folder = config.model.parent().and_then(std::path::Path::file_name);
    let name = stem.filter(|stem| *stem != "model").or(folder).or(stem);
    name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
