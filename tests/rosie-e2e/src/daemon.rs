//! A `rosied` of the test's own: its port, its data folder, ended with the test.

use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The binary under test: `$ROSIED`, else the one beside this test.
fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("ROSIED") {
        return path.into();
    }
    let test = std::env::current_exe().unwrap();
    let path = test.parent().and_then(Path::parent).unwrap().join("rosied");
    assert!(path.exists(), "{} is missing: run `make build`", path.display());
    path
}

/// The models folder; a test without models fails and says how to get them.
pub fn models() -> PathBuf {
    let cache = || {
        let home = PathBuf::from(std::env::var_os("HOME").unwrap());
        std::env::var_os("XDG_CACHE_HOME")
            .map_or(home.join(".cache"), PathBuf::from)
            .join("rosie/models")
    };
    let folder = std::env::var_os("ROSIE_MODELS").map_or_else(cache, PathBuf::from);
    let whisper = folder.join("whisper-base/ggml.bin");
    assert!(whisper.exists(), "{} is missing: run `make models`", whisper.display());
    folder
}

/// Runs one command of `rosied` with the real models and a data folder of its own.
pub fn rosied(arguments: &[&str]) -> Output {
    let data = TempDir::new().unwrap();
    let mut command = Command::new(binary());
    command
        .args(arguments)
        .env("ROSIE_MODELS", models())
        .env("ROSIE_DATA", data.path())
        .stdin(Stdio::null());
    command.output().unwrap()
}

/// The same with `--json`, parsed; the command must succeed.
pub fn rosied_json(arguments: &[&str]) -> Value {
    let output = rosied(&[&["--json"], arguments].concat());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "rosied {arguments:?} failed: {told}");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stdout)))
}

pub struct Daemon {
    child: Child,
    pub url: String,
    pub data: PathBuf,
    _folder: Option<TempDir>,
}

impl Daemon {
    /// Starts with the real models; `config` is YAML.
    pub fn start(config: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let mut daemon = Self::start_in(folder.path(), config, &models());
        daemon._folder = Some(folder);
        daemon
    }

    /// Starts in a data folder that outlives the daemon.
    pub fn start_in(data: &Path, config: &str, models: &Path) -> Self {
        Self::start_logging(data, config, models, ("warn", &[]))
    }

    /// Starts with logs of that level in `data/log`, and more in its environment. At `warn` logs go where the test's do.
    pub fn start_logging(data: &Path, config: &str, models: &Path, logging: (&str, &[(&str, &str)])) -> Self {
        Self::start_at("127.0.0.1:0", data, config, models, logging)
    }

    /// Starts at an address that outlives the daemon.
    pub fn start_at(
        address: &str,
        data: &Path,
        config: &str,
        models: &Path,
        (level, more): (&str, &[(&str, &str)]),
    ) -> Self {
        // Chosen once a process; a second choice is the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        std::fs::write(data.join("config.yaml"), config).unwrap();
        let mut child = Command::new(binary())
            .args(["run", "--listen", address, "--data"])
            .arg(data)
            .env("ROSIE_MODELS", models)
            .env("RUST_LOG", level)
            .envs(more.iter().copied())
            .stderr(match level {
                "warn" => Stdio::inherit(),
                _ => std::fs::File::create(data.join("log")).unwrap().into(),
            })
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let greeting = lines
            .next()
            .and_then(Result::ok)
            .expect("rosied ended before it listened");
        let url = greeting
            .strip_prefix("Rosie listens on ")
            .expect("no address in the greeting")
            .to_owned();
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            url,
            data: data.to_path_buf(),
            _folder: None,
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// kill -9.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it as a system would, and waits; true when it exited with 0.
    pub fn terminate(mut self) -> bool {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        self.child.wait().unwrap().success()
    }

    pub async fn get(&self, path: &str) -> (u16, String) {
        let answer = reqwest::get(format!("{}{path}", self.url)).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    pub async fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        serde_json::from_str(&body).unwrap_or_else(|e| panic!("{path} answered {status} with no JSON ({e}): {body}"))
    }

    /// Waits until `/health/{part}` says 200.
    pub async fn ready(&self, parts: &[&str]) {
        let until = Instant::now() + Duration::from_secs(90);
        for part in parts {
            loop {
                let (status, body) = self.get(&format!("/health/{part}")).await;
                if status == 200 {
                    break;
                }
                assert!(Instant::now() < until, "{part} does not get ready: {body}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The Python that has the official SDK of the Model Context Protocol.
pub fn mcp_python() -> PathBuf {
    let cache = || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/rosie");
    let cache = std::env::var_os("ROSIE_CACHE").map_or_else(cache, PathBuf::from);
    let python = cache.join("mcp/bin/python");
    assert!(
        python.exists(),
        "{} is missing: run `make setup-test`",
        python.display()
    );
    python
}
