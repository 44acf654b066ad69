//! The first moments after a start: whatever takes its time to load, Rosie answers, and says it with the voice that is there.
//! The first sentence after a start waited for all of the voice's loading (4.2 s on a busy machine).
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint, models, transcribed};
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// A part of the voice's model, kept from an earlier start.
fn kept(folder: &Path) -> Option<PathBuf> {
    std::fs::read_dir(folder).unwrap().find_map(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => kept(&path),
            false => path.ends_with("text.onnx").then_some(path),
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn she_answers_while_models_load() {
    let data = TempDir::new().unwrap();
    let daemon = Daemon::start_in(data.path(), "{}", &models());
    daemon.ready(&["tts"]).await;
    assert!(daemon.terminate());
    // A part that never ends: whoever opens it waits for somebody who writes.
    let part = kept(&data.path().join("cache")).unwrap();
    std::fs::remove_file(&part).unwrap();
    assert!(Command::new("mkfifo").arg(&part).status().unwrap().success());

    let daemon = Daemon::start_in(data.path(), "{}", &models());
    let mut panel = Endpoint::connect(&daemon, "panel").await;
    let turn = panel.ask_typed("What is twelve plus thirty?").await;
    assert_eq!(turn.outcome, "answered", "{turn:?}");
    let said = transcribed(&turn.audio);
    assert!(said.contains("42") || said.contains("fortytwo"), "{said}");
    // All that while the voice was loading, and whoever asks how she is is told so.
    let (status, told) = daemon.get("/health/tts").await;
    assert!(status == 503 && told.contains("loading"), "{status} {told}");
    let (status, _) = daemon.get("/api/v1/status").await;
    assert_eq!(status, 200);
}
