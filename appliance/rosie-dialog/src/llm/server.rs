//! A llama.cpp server of our own: started on the loopback address, watched, started again when it dies, and gone when
//! the daemon goes.
//!
//! It lives on a thread of its own, because the kernel's "tell me when my parent dies" is about the thread that
//! started the child. That signal is set by util-linux's `setpriv`, where it is installed; without it a daemon that
//! is killed with -9 leaves the server behind.

use super::{
    ChatRequest, ChatSink, LlmError, ModelInfo, Provider, ProviderInfo, ProviderKind, RemoteModel, ServerConfig,
    TierState,
    health::Health,
    remote::{Remote, http},
};
use rosie_core::{BoxFuture, CancelFlag};
use rustix::process::{Pid, Signal, kill_process_group};
use std::{
    net::TcpListener,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
    sync::{oneshot, watch},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

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
const GRACE: Duration = Duration::from_secs(3);

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

fn name(config: &ServerConfig) -> String {
    let stem = config.model.file_stem();
    stem.map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

struct Supervisor {
    config: ServerConfig,
    http: reqwest::Client,
    remote: watch::Sender<Option<Arc<Remote>>>,
    health: Health,
    cancel: CancellationToken,
}

impl Supervisor {
    fn run(&self) {
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
        self.down("the daemon is shutting down".to_owned(), false);
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

/// What to run, and the port it will listen on.
fn command(config: &ServerConfig) -> Result<(Command, u16), String> {
    if !config.model.is_file() {
        return Err(format!(
            "the model {} is missing: run `rosied models fetch`, or set llm.local.model",
            config.model.display()
        ));
    }
    let binary = find(&config.binary).ok_or_else(|| {
        format!(
            "'{}' is not there: install llama.cpp's server, or set llm.local.binary",
            config.binary.display()
        )
    })?;
    let port = match config.port {
        0 => free_port().map_err(|e| format!("no free port on the loopback address ({e})"))?,
        port => port,
    };
    let mut command = match find(Path::new("setpriv")) {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "KILL", "--"]).arg(binary);
            command
        }
        None => Command::new(binary),
    };
    command.arg("--model").arg(&config.model).args(["--host", "127.0.0.1"]);
    command.args(["--port", &port.to_string(), "--ctx-size", &config.context.to_string()]);
    if let Some(threads) = config.threads {
        command.args(["--threads", &threads.to_string()]);
    }
    command.args(&config.extra_arguments);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // A group of its own, so that a terminal's Ctrl-C reaches the daemon alone, and all of it can be ended.
    command.process_group(0).kill_on_drop(true);
    Ok((command, port))
}

/// A path as it is; a bare name on `PATH`.
fn find(binary: &Path) -> Option<PathBuf> {
    if binary.components().count() > 1 {
        return binary.is_file().then(|| binary.to_owned());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(binary))
        .find(|file| file.is_file())
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

async fn drain(out: Option<impl AsyncRead + Unpin>, err: Option<impl AsyncRead + Unpin>) {
    tokio::join!(log(out), log(err));
}

/// Passes on what the server writes, at debug level.
async fn log(stream: Option<impl AsyncRead + Unpin>) {
    let Some(mut stream) = stream else { return };
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
        for line in String::from_utf8_lossy(&buffer[..read])
            .lines()
            .filter(|line| !line.trim().is_empty())
        {
            tracing::debug!(target: "rosie_dialog::llama_server", "{line}");
        }
    }
}

/// Asks the whole group to end, then makes it.
async fn terminate(child: &mut Child) {
    let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    let signal = |signal| group.map(|group| kill_process_group(group, signal));
    let _ = signal(Signal::TERM);
    if tokio::time::timeout(GRACE, child.wait()).await.is_err() {
        let _ = signal(Signal::KILL);
        let _ = child.wait().await;
    }
}
