//! A voice that takes long to load keeps nobody waiting, whenever it was asked: the first sentence after a start used to wait
//! for all of its loading where it came early. A program of its own, because a process loads one ONNX Runtime.

#![allow(clippy::unwrap_used)]

mod tts_common;

use rosie_core::engine::{EngineHealth, TextToSpeech};
use rosie_speech::tts::Router;
use std::process::Command;
use tts_common::*;

#[test]
fn a_sentence_that_comes_while_the_voice_loads_is_spoken_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    // A library that never comes: whoever opens it waits for somebody who writes.
    let never = folder.path().join("libonnxruntime.so");
    assert!(Command::new("mkfifo").arg(&never).status().unwrap().success());
    let mut config = config();
    config.onnxruntime.clone_from(&never);
    let router = Router::start(config).unwrap();

    // At once, long before patience ends.
    let said = say(&router, english("It is ten past nine."));
    assert!(said.end.is_ok(), "{:?}", said.end);
    assert!(said.seconds() > 0.5, "{} s", said.seconds());
    assert_eq!(router.info().health, EngineHealth::Loading);

    // Lets the loading thread end.
    let writer = std::thread::spawn(move || {
        while let Ok(pipe) = std::fs::OpenOptions::new().write(true).open(&never) {
            drop(pipe);
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    });
    drop(router);
    drop(folder);
    let _ = writer.is_finished();
}
