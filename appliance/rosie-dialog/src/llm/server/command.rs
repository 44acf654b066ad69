//! The server's process: its command line, its output, its end.

use super::super::ServerConfig;
use rustix::process::{Pid, Signal, kill_process_group};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
};

const GRACE: Duration = Duration::from_secs(3);

impl ServerConfig {
    /// The server's file, or in words what is missing to start it: the model or the server.
    pub fn program(&self) -> Result<PathBuf, String> {
        if !self.model.is_file() {
            return Err(format!(
                "the model {} is missing: run `rosied models fetch`, or set llm.local.model",
                self.model.display()
            ));
        }
        find(&self.binary).ok_or_else(|| {
            format!(
                "'{}' is not there: install llama.cpp's server, or set llm.local.binary",
                self.binary.display()
            )
        })
    }
}

/// What to run, and the port it will listen on.
pub(super) fn command(config: &ServerConfig) -> Result<(Command, u16), String> {
    let binary = config.program()?;
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

pub(super) async fn drain(out: Option<impl AsyncRead + Unpin>, err: Option<impl AsyncRead + Unpin>) {
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

/// How soon the kernel ends it when memory runs out, from -1000 (never) to 1000 (first).
const FIRST_TO_GO: &str = "900";

/// When the machine has no memory left, the language model goes, which is its largest part and is started again by itself, and
/// never the ears: it would else be as dear to the kernel as the daemon it inherits from. Where the kernel knows no such thing
/// it goes without.
pub(super) fn go_first(child: &Child) {
    let Some(id) = child.id() else { return };
    if let Err(error) = std::fs::write(format!("/proc/{id}/oom_score_adj"), FIRST_TO_GO) {
        tracing::debug!(%error, "the kernel was not told to end the language model first");
    }
}

/// Asks the whole group to end, then makes it.
pub(super) async fn terminate(child: &mut Child) {
    let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    let signal = |signal| group.map(|group| kill_process_group(group, signal));
    let _ = signal(Signal::TERM);
    if tokio::time::timeout(GRACE, child.wait()).await.is_err() {
        let _ = signal(Signal::KILL);
        let _ = child.wait().await;
    }
}
