//! The real local servers. llama.cpp's where `ROSIE_LLAMA_SERVER` names it, Ollama where `ROSIE_OLLAMA` does (`make
//! test` sets both).

mod llama;
mod ollama;

use std::path::PathBuf;

/// The model of that name, fetched by `make setup-test` or `make models`.
fn gguf(name: &str) -> PathBuf {
    let models = std::env::var_os("ROSIE_MODELS").map(PathBuf::from).unwrap_or_else(|| {
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache");
        cache.unwrap_or_else(home).join("rosie/models")
    });
    let model = models.join(name).join("model.gguf");
    assert!(
        model.is_file(),
        "no model at {}: run `make setup-test`",
        model.display()
    );
    model
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A server that ends with the test.
struct Process(std::process::Child);

impl Drop for Process {
    /// With what it started: Ollama's runners would live on, each with a model in memory.
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.0.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
