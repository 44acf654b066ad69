//! The wake words on real models: Rosie's own voice says them, people say something else.
#![allow(clippy::unwrap_used)]

mod common;
mod tts_common;

use rosie_core::engine::{EngineHealth, WakeEngine, WakeEvent, WakeSettings};
use rosie_core::{AudioFrame, SampleRate, audio};
use rosie_speech::resample::Resampler;
use rosie_speech::tts::Router;
use rosie_speech::wake::{WakeConfig, WakeWords};
use std::sync::mpsc;
use std::time::Duration;

fn engine() -> WakeWords {
    let config = WakeConfig::new(
        common::model("onnxruntime/libonnxruntime.so"),
        common::model("speech-embedding/embedding.onnx"),
    );
    let wake = WakeWords::start(WakeConfig {
        queue_ms: 60_000,
        ..config
    })
    .unwrap();
    common::wait_for(|| wake.info(), |health| *health == EngineHealth::Ready);
    wake
}

fn hey_rosie() -> WakeSettings {
    WakeSettings {
        words: vec!["hey_rosie".into()],
        ..WakeSettings::default()
    }
}

/// As the voice says it, 16 kHz, after a second and a half of silence and before one.
fn spoken(voice: &Router, text: &str) -> Vec<i16> {
    let mut samples = vec![0; 24_000];
    for piece in tts_common::say(voice, tts_common::english(text)).pieces {
        let mut resampler = Resampler::new(piece.rate, piece.channels, SampleRate::HEARING).unwrap();
        samples.extend(resampler.push(&piece.samples));
        samples.extend(resampler.flush());
    }
    samples.extend([0; 16_000]);
    samples
}

/// The words that are heard, and by which sample each had been said.
fn heard(wake: &WakeWords, settings: WakeSettings, samples: &[i16]) -> Vec<(String, u64)> {
    let (send, receive) = mpsc::channel();
    let mut stream = wake
        .open(
            settings,
            Box::new(move |event| {
                let _ = send.send(event);
            }),
        )
        .unwrap();
    for piece in samples.chunks(1_000) {
        stream.push(&AudioFrame::mono(piece.to_vec(), SampleRate::HEARING));
    }
    assert_eq!(stream.pushed(), samples.len() as u64);
    let last = samples.len() as u64 / 1_280 * 1_280;
    let mut words = Vec::new();
    loop {
        match receive.recv_timeout(Duration::from_secs(60)).unwrap() {
            WakeEvent::Heard(detection) => words.push((detection.word.name, detection.end_sample)),
            WakeEvent::Listened { end_sample } if end_sample == last => return words,
            WakeEvent::Listened { .. } => {}
            WakeEvent::Failed(failure) => panic!("{failure}"),
        }
    }
}

#[test]
fn her_name_is_heard_where_it_ends_and_once() {
    let (wake, voice) = (engine(), tts_common::start(tts_common::config()));
    let alone = spoken(&voice, "Hey Rosie.");
    let words = heard(&wake, hey_rosie(), &alone);
    assert_eq!(words.len(), 1, "{words:?}");
    // Not before it is half said, and not long after it.
    let (_, at) = words[0];
    assert!(
        at > 28_000 && at <= alone.len() as u64 - 6_000,
        "{at} of {}",
        alone.len()
    );

    // Said on in one breath, twice, in one stream.
    let mut twice = spoken(&voice, "Hey Rosie, what time is it?");
    twice.extend([0; 32_000]);
    twice.extend(spoken(&voice, "Hey Rosie, turn on the lights in the office."));
    let words = heard(&wake, hey_rosie(), &twice);
    assert_eq!(words.len(), 2, "{words:?}");

    // For one who is deaf to that word it was not said.
    let none = wake.open(
        WakeSettings {
            words: vec!["alexa".into()],
            ..hey_rosie()
        },
        Box::new(|_| {}),
    );
    assert!(none.err().unwrap().detail.contains("hey_rosie"));
}

#[test]
fn what_people_say_is_not_her_name() {
    let wake = engine();
    let mut samples = Vec::new();
    for name in [
        "jfk.wav",
        "librivox-0870.wav",
        "librivox-0880.wav",
        "cards-001.wav",
        "goforward.wav",
    ] {
        samples.extend(audio::to_i16(&common::speech(name)));
        samples.extend([0; 8_000]);
    }
    assert_eq!(heard(&wake, hey_rosie(), &samples), []);
}

#[test]
fn a_model_that_is_missing_is_named_and_picked_up_when_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let wake = WakeWords::start(WakeConfig::new(
        common::model("onnxruntime/libonnxruntime.so"),
        folder.path().join("embedding.onnx"),
    ))
    .unwrap();
    common::wait_for(
        || wake.info(),
        |health| matches!(health, EngineHealth::Unavailable { reason } if reason.contains("rosied models fetch")),
    );
    assert!(wake.open(hey_rosie(), Box::new(|_| {})).is_err());
    for file in ["melspectrogram.onnx", "embedding.onnx"] {
        std::fs::copy(
            common::model(&format!("speech-embedding/{file}")),
            folder.path().join(file),
        )
        .unwrap();
    }
    common::wait_for(|| wake.info(), |health| *health == EngineHealth::Ready);
    assert_eq!(heard(&wake, hey_rosie(), &[0; 16_000]), []);
}
