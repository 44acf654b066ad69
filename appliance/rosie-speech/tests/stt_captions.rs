//! Whisper on people who speak Spanish and French, and on animals: what is heard of the first, and nothing of the others.
#![allow(clippy::unwrap_used)]

mod common;

use common::{answer, job, model, speech, speech_list, submit, wait_for, word_errors};
use rosie_core::engine::{EngineHealth, SpeechToText, SttPriority, Transcript};
use rosie_core::{ErrorCode, Failure, Language};
use rosie_speech::stt::{SttEngine, WhisperConfig};
use std::sync::LazyLock;

static BASE: LazyLock<SttEngine> = LazyLock::new(|| {
    let config = WhisperConfig {
        encoder: Some(model("whisper-base/encoder-int8.onnx")),
        runtime: Some(model("onnxruntime/libonnxruntime.so")),
        vad_model: Some(model("silero-vad/silero_vad.onnx")),
        ..WhisperConfig::new("whisper-base", model("whisper-base/ggml.bin"))
    };
    let engine = config.start().unwrap();
    wait_for(|| engine.info(), |health| *health == EngineHealth::Ready);
    engine
});

fn transcribe(file: &str, language: &str) -> Result<Transcript, Failure> {
    let mut wanted = job("test", SttPriority::Final, &speech(file));
    wanted.languages = vec![Language::new(language)];
    answer(&submit(&*BASE, wanted))
}

/// Errors and words of all captions in `language`, and how many were answered with nothing.
fn captions(language: &str) -> (usize, usize, usize) {
    let (mut errors, mut words, mut empty) = (0, 0, 0);
    for (file, said) in speech_list("captions.tsv") {
        if file.starts_with(&format!("caption-{language}-")) {
            let heard = transcribe(&file, language).map_or_else(|_| String::new(), |t| t.text);
            let (e, w) = word_errors(&said, &heard);
            println!("{e} of {w}: {said} | {heard}");
            (errors, words, empty) = (errors + e, words + w, empty + usize::from(heard.is_empty()));
        }
    }
    println!("{language}: {errors} errors in {words} words, {empty} without an answer");
    (errors, words, empty)
}

/// Hobbyists with their microphones. Measured: 23 errors; faster-whisper (int8, beam 1, the same weights) makes 22.
/// Processors round differently: a few more are let pass.
#[test]
fn spanish_is_heard() {
    let (errors, words, empty) = captions("es");
    assert_eq!((words > 60, empty), (true, 0));
    assert!(errors <= 27, "{errors} errors in {words} words");
}

/// Measured: 27 errors, faster-whisper 28.
#[test]
fn french_is_heard() {
    let (errors, words, empty) = captions("fr");
    assert_eq!((words > 60, empty), (true, 0));
    assert!(errors <= 31, "{errors} errors in {words} words");
}

/// Eighteen of 553 recordings, this one by a person, came back as if nobody had spoken, because the words were unsure
/// (mean log probability below -1.6), though the voice was not.
#[test]
fn who_speaks_clearly_is_answered_even_when_hardly_understood() {
    assert!(transcribe("mumbled-fr.wav", "fr").is_ok());
}

/// The chimpanzee once said "Get off the car!".
#[test]
fn animals_and_engines_say_nothing() {
    for (file, _) in speech_list("noises.tsv") {
        for language in ["en", "es"] {
            let heard = transcribe(&file, language).map_err(|f| f.code);
            assert_eq!(
                heard.unwrap_err(),
                ErrorCode::SttNoTextRecognized,
                "{file} in {language}"
            );
        }
    }
}
