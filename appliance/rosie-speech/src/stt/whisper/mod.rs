//! Whisper in whisper.cpp, with the encoder in ONNX Runtime where there is one.

mod bias;
mod encoder;
mod ffi;
mod gate;
mod ggml_file;
mod greedy;
mod hook;
mod recognizer;
mod weights;
mod windows;

use super::service::{SttEngine, SttService};
use crate::SpeechError;
use ffi::Context;
use recognizer::WhisperRecognizer;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Which Whisper, and how it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhisperConfig {
    /// Name shown to people: `whisper-base`.
    pub name: String,
    /// whisper.cpp's ggml file (f16, q8_0, q5_1).
    pub model: PathBuf,
    /// The same model's encoder for ONNX Runtime: `mel` [1, 80, 2T] → `h` [1, T, D]. `None`, or no such file: whisper.cpp
    /// encodes by itself. One that cannot be loaded or computes something else is not used, and the engine is degraded.
    pub encoder: Option<PathBuf>,
    /// `libonnxruntime.so`; needed for `encoder` and `vad_model`.
    pub runtime: Option<PathBuf>,
    /// `silero_vad.onnx`: tells speech from noise before words are believed. `None`: Whisper's own signs decide alone.
    pub vad_model: Option<PathBuf>,
    /// Utterances transcribed at the same time.
    pub workers: usize,
    /// Threads for each of them.
    pub threads: usize,
    /// Jobs that may wait.
    pub queue: usize,
}

impl WhisperConfig {
    /// One utterance at a time on two threads, 64 waiting; no encoder, no VAD.
    pub fn new(name: impl Into<String>, model: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            model: model.into(),
            encoder: None,
            runtime: None,
            vad_model: None,
            workers: 1,
            threads: 2,
            queue: 64,
        }
    }

    /// Starts the engine; loading goes on in the background.
    ///
    /// # Errors
    /// Only when the system gives no thread.
    pub fn start(self) -> Result<SttEngine, SpeechError> {
        let service = SttService {
            engine: "whisper",
            model: self.name.clone(),
            workers: self.workers,
            queue: self.queue,
        };
        // The weights are shared by all threads, and loaded anew when none of them holds them any more.
        let weights: Mutex<Weak<Context>> = Mutex::new(Weak::new());
        SttEngine::start(service, move |_| {
            let mut weights = weights.lock().unwrap_or_else(PoisonError::into_inner);
            let context = match weights.upgrade() {
                Some(context) => context,
                None => {
                    let stored = ggml_file::check(&self.model)?;
                    let context: Arc<Context> = Context::load(&self.model, &stored)?;
                    *weights = Arc::downgrade(&context);
                    context
                }
            };
            WhisperRecognizer::load(&self, context)
        })
    }
}
