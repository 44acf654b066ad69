//! Starts the server, watches it, and starts it again when it dies or hangs.

use super::{
    super::{LlmError, Provider, ProviderKind, RemoteModel, ServerConfig, TierState, health::Health, remote::Remote},
    command::{command, drain, go_first, terminate},
    name,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

const PROBE_LIMIT: Duration = Duration::from_secs(5);
const PROBE_WHILE_LOADING: Duration = Duration::from_millis(200);
const PROBE_WHEN_READY: Duration = Duration::from_secs(5);
/// A large model from a slow card.
const LONGEST_LOAD: Duration = Duration::from_secs(300);
/// Probes that may fail in a row before the server counts as hung.
const FAILED_PROBES: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// After so long a life the next death counts as the first.
const LONG_LIFE: Duration = Duration::from_secs(60);

pub(super) struct Supervisor {
    pub config: ServerConfig,
    pub http: reqwest::Client,
    pub remote: watch::Sender<Option<Arc<Remote>>>,
    pub health: Health,
    pub cancel: CancellationToken,
}

impl Supervisor {
    pub(super) fn run(&self) {
        while !self.cancel.is_cancelled() {
            let work = || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                match runtime {
                    Ok(runtime) => runtime.block_on(self.supervise()),
                    Err(error) => self.down(format!("cannot start a runtime for it: {error}"), false),
                }
            };
            if catch_unwind(AssertUnwindSafe(work)).is_err() {
                self.down("its supervisor panicked; the log has more".to_owned(), false);
            }
            if !self.cancel.is_cancelled() {
                std::thread::sleep(FIRST_WAIT);
            }
        }
    }

    async fn supervise(&self) {
        let mut wait = FIRST_WAIT;
        while !self.cancel.is_cancelled() {
            let began = Instant::now();
            let (why, had_started) = match self.live().await {
                Ok(why) => (why, true),
                Err(why) => (why, false),
            };
            if self.cancel.is_cancelled() {
                break;
            }
            if began.elapsed() >= LONG_LIFE {
                wait = FIRST_WAIT;
            }
            tracing::warn!(
                reason = why,
                again_in_ms = wait.as_millis() as u64,
                "no llama.cpp server"
            );
            self.down(why, had_started);
            tokio::select! {
                () = self.cancel.cancelled() => break,
                () = tokio::time::sleep(wait) => {}
            }
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        self.remote.send_replace(None);
        self.health.end();
    }

    fn down(&self, reason: String, count: bool) {
        self.remote.send_replace(None);
        self.health.set(TierState::Unavailable, Some(reason));
        if count {
            self.health.restarted();
        }
    }

    /// One life of the server. `Ok`: why it ended; `Err`: why it could not begin.
    async fn live(&self) -> Result<String, String> {
        let (mut command, port) = command(&self.config)?;
        let remote = self.remote_at(port).map_err(|e| e.to_string())?;
        let binary = self.config.binary.display();
        let mut child = command
            .spawn()
            .map_err(|e| format!("'{binary}' cannot be started ({e})"))?;
        go_first(&child);
        tracing::info!(port, model = %self.config.model.display(), "llama.cpp server started");
        let logs = drain(child.stdout.take(), child.stderr.take());
        tokio::pin!(logs);
        let mut logging = true;
        let health = self.watch_health(Arc::new(remote));
        tokio::pin!(health);
        loop {
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => {
                    terminate(&mut child).await;
                    return Ok("the daemon is shutting down".to_owned());
                }
                ended = child.wait() => {
                    let how = ended.map_or_else(|e| e.to_string(), |status| status.to_string());
                    return Ok(format!("'{binary}' ended ({how}); log level debug shows what it wrote"));
                }
                why = &mut health => {
                    terminate(&mut child).await;
                    return Ok(why);
                }
                () = &mut logs, if logging => logging = false,
            }
        }
    }

    fn remote_at(&self, port: u16) -> Result<Remote, LlmError> {
        let model = RemoteModel {
            provider: ProviderKind::LlamaCpp,
            address: ProviderKind::LlamaCpp.address(&format!("127.0.0.1:{port}"))?,
            model: name(&self.config),
            api_key: None,
            context: self.config.context,
            limits: self.config.limits,
        };
        Remote::new(model, self.http.clone())
    }

    /// Tells of readiness; returns when the server counts as hung.
    async fn watch_health(&self, remote: Arc<Remote>) -> String {
        let began = Instant::now();
        self.health.set(TierState::Loading, None);
        while remote.probe(PROBE_LIMIT).await.is_err() {
            if began.elapsed() > LONGEST_LOAD {
                return format!("it did not load its model within {} s", LONGEST_LOAD.as_secs());
            }
            tokio::time::sleep(PROBE_WHILE_LOADING).await;
        }
        tracing::info!(
            duration_ms = began.elapsed().as_millis() as u64,
            "llama.cpp server ready"
        );
        self.remote.send_replace(Some(remote.clone()));
        self.health.set(TierState::Ready, None);
        let mut failed = 0;
        while failed < FAILED_PROBES {
            tokio::time::sleep(PROBE_WHEN_READY).await;
            let asked = Instant::now();
            match remote.probe(PROBE_LIMIT).await {
                Ok(()) => {
                    self.health.latency(asked.elapsed());
                    failed = 0;
                }
                Err(_) => failed += 1,
            }
        }
        "it no longer answers".to_owned()
    }
}
