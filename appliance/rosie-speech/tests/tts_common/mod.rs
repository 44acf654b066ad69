//! What the tests of the speaking engines share.

#![allow(clippy::unwrap_used, dead_code)]

use rosie_core::engine::{EngineHealth, TextToSpeech, TtsEvent, TtsJob};
use rosie_core::{AudioFrame, Failure, Language};
use rosie_speech::tts::{Router, TtsConfig, VoiceConfig};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

pub const VOICE: &str = "piper-en_US-joe-medium";

/// A file of the models folder; without it no test can pass.
pub fn model(file: &str) -> PathBuf {
    let cache = || match std::env::var_os("XDG_CACHE_HOME") {
        Some(cache) => PathBuf::from(cache),
        None => PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"),
    };
    let models = std::env::var_os("ROSIE_MODELS").map_or_else(|| cache().join("rosie/models"), PathBuf::from);
    let path = models.join(file);
    assert!(
        path.exists(),
        "{} is missing: run `make models`, or set ROSIE_MODELS",
        path.display()
    );
    path
}

/// The English voice, with optimised models kept between test runs.
pub fn config() -> TtsConfig {
    let voice = VoiceConfig::new("joe", model(VOICE));
    let mut config = TtsConfig::new(model("onnxruntime/libonnxruntime.so"), vec![voice]);
    config.model_cache = Some(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("tts-models"));
    config
}

pub fn start(config: TtsConfig) -> Router {
    let router = Router::start(config).unwrap();
    wait(
        || router.info().health != EngineHealth::Loading,
        "the voice to be loaded",
    );
    router
}

/// Waits for something that must come.
pub fn wait(mut until: impl FnMut() -> bool, what: &str) {
    let started = Instant::now();
    while !until() {
        assert!(started.elapsed() < Duration::from_secs(60), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

pub fn english(text: &str) -> TtsJob {
    TtsJob::plain(text, Language::new("en"))
}

/// All that became of a text.
pub struct Said {
    pub pieces: Vec<AudioFrame>,
    pub end: Result<Done, Failure>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Done {
    pub audio_ms: u64,
    pub first_audio_ms: u64,
    pub cached: bool,
}

impl Said {
    pub fn samples(&self) -> Vec<i16> {
        self.pieces.iter().flat_map(|p| p.samples.clone()).collect()
    }

    pub fn seconds(&self) -> f64 {
        self.pieces
            .iter()
            .map(|p| p.samples.len() as f64 / f64::from(p.rate.0))
            .sum()
    }

    /// Root mean square of the samples, 0 to 1.
    pub fn loudness(&self) -> f64 {
        let samples = self.samples();
        let power: f64 = samples.iter().map(|s| (f64::from(*s) / 32768.0).powi(2)).sum();
        (power / samples.len().max(1) as f64).sqrt()
    }
}

pub fn submit(router: &Router, job: TtsJob) -> Receiver<TtsEvent> {
    let (send, receive) = channel();
    router.submit(
        job,
        Box::new(move |event| {
            let _ = send.send(event);
        }),
    );
    receive
}

pub fn say(router: &Router, job: TtsJob) -> Said {
    collect(&submit(router, job))
}

pub fn collect(events: &Receiver<TtsEvent>) -> Said {
    let mut pieces = Vec::new();
    loop {
        match events.recv_timeout(Duration::from_secs(60)).expect("an end") {
            TtsEvent::Audio(frame) => pieces.push(frame),
            TtsEvent::Done {
                audio_ms,
                first_audio_ms,
                cached,
                ..
            } => {
                assert!(events.recv().is_err(), "nothing comes after the end");
                return Said {
                    pieces,
                    end: Ok(Done {
                        audio_ms,
                        first_audio_ms,
                        cached,
                    }),
                };
            }
            TtsEvent::Failed(failure) => {
                assert!(events.recv().is_err(), "nothing comes after the end");
                return Said {
                    pieces,
                    end: Err(failure),
                };
            }
        }
    }
}
