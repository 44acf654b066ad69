//! A voice that takes long to load keeps nobody waiting, whenever it was asked: the first sentence after a start used to wait
//! for all of its loading where it came early.

#![allow(clippy::unwrap_used)]

mod tts_common;

use rosie_core::engine::{EngineHealth, TextToSpeech};
use rosie_speech::tts::Router;
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use tts_common::*;

/// A kept part of the voice's model.
fn kept(cache: &Path) -> PathBuf {
    let models = std::fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().path());
    let mut parts = models.map(|model| model.join("text.onnx")).filter(|part| part.exists());
    parts.next().unwrap()
}

#[test]
fn a_sentence_that_comes_while_the_voice_loads_is_spoken_meanwhile() {
    let cache = tempfile::tempdir().unwrap();
    let mut config = config();
    config.model_cache = Some(cache.path().to_owned());
    drop(start(config.clone()));
    // A part that never ends: whoever opens it waits for somebody who writes.
    let part = kept(cache.path());
    std::fs::remove_file(&part).unwrap();
    assert!(Command::new("mkfifo").arg(&part).status().unwrap().success());
    let router = Router::start(config).unwrap();

    // At once, long before patience ends.
    let said = say(&router, english("It is ten past nine."));
    assert!(said.end.is_ok(), "{:?}", said.end);
    assert!(said.seconds() > 0.5, "{} s", said.seconds());
    assert_eq!(router.info().health, EngineHealth::Loading);

    // Lets the loading thread go on: what it reads is no model, so it makes the part anew.
    drop(std::fs::OpenOptions::new().write(true).open(&part).unwrap());
    wait(|| router.info().health == EngineHealth::Ready, "the voice");
}
