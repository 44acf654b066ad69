//! The first moments after a start: whatever takes its time to load, Rosie answers, and says it with the voice that is there.
//! The first sentence after a start waited for all of the voice's loading (4.2 s on a busy machine).
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint, models, transcribed};
use std::{os::unix::fs::symlink, path::Path, process::Command};
use tempfile::TempDir;

/// The models, with a library that never finishes loading: whoever opens it waits for somebody who writes.
fn models_that_load_for_ever(folder: &Path) {
    for entry in std::fs::read_dir(models()).unwrap().map(Result::unwrap) {
        if entry.file_name() != "onnxruntime" {
            symlink(entry.path(), folder.join(entry.file_name())).unwrap();
        }
    }
    let library = folder.join("onnxruntime");
    std::fs::create_dir(&library).unwrap();
    let made = Command::new("mkfifo").arg(library.join("libonnxruntime.so")).status();
    assert!(made.unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn she_answers_while_models_load() {
    let (folder, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    models_that_load_for_ever(folder.path());
    let daemon = Daemon::start_in(data.path(), "{}", folder.path());
    let mut panel = Endpoint::connect(&daemon, "panel").await;
    let turn = panel.ask_typed("What is twelve plus thirty?").await;
    assert_eq!(turn.outcome, "answered", "{turn:?}");
    let said = transcribed(&turn.audio);
    assert!(said.contains("42") || said.contains("fortytwo"), "{said}");
    // All that while nothing was loaded, and whoever asks how she is is told so.
    let (status, told) = daemon.get("/health/tts").await;
    assert!(status == 503 && told.contains("loading"), "{status} {told}");
    let (status, _) = daemon.get("/api/v1/status").await;
    assert_eq!(status, 200);
}
