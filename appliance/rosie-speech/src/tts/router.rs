//! The speaking engine that the rest of Rosie sees: picks the voice of a language, and stands in when one fails.

use super::cache::PhraseCache;
use super::config::TtsConfig;
use super::dispatch::{Dispatch, Dispatcher, Order};
use super::espeak::EspeakEngine;
use super::voices::Voices;
use crate::SpeechError;
use crate::worker::{Job, Queue, WorkerSpec, Workers};
use rosie_core::engine::{EngineHealth, EngineInfo, TextToSpeech, TtsJob, TtsSink};
use rosie_core::{ErrorCode, Failure, Language};
use std::sync::Arc;
use std::time::Instant;

/// Orders that may wait for the dispatcher, which takes microseconds for each.
const ORDERS: usize = 256;

/// Text to speech: Piper voices by language, espeak-ng for the rest and in need.
///
/// Threads: `tts-front` takes texts apart and looks phrases up; one thread a Piper voice; `tts-espeak`; `tts-keep`
/// writes phrases to disk.
pub struct Router {
    // Dropped in this order: who hands out work, then who does it.
    front: Workers,
    orders: Arc<Queue<Order>>,
    parts: Arc<Dispatch>,
}

impl Router {
    /// Starts the threads and returns at once; models load in the background.
    ///
    /// # Errors
    /// Only when the system gives no thread. Missing models or libraries are reported by [`TextToSpeech::info`].
    pub fn start(config: TtsConfig) -> Result<Self, SpeechError> {
        let parts = Arc::new(Dispatch {
            espeak: EspeakEngine::start(config.espeak.clone(), config.queue_limit)?,
            voices: Voices::start(&config)?,
            keeper: match config.phrases {
                Some(phrases) => Some(super::dispatch::Keeper::start(PhraseCache::new(phrases))?),
                None => None,
            },
            max_chars: config.max_chars,
        });
        let orders = Arc::new(Queue::new(ORDERS));
        let for_thread = parts.clone();
        let spec = WorkerSpec::new("tts-front", ErrorCode::TtsUnavailable);
        let front = Workers::start(spec, orders.clone(), move |_| Ok(Dispatcher::new(for_thread.clone())))?;
        Ok(Self { front, orders, parts })
    }

    /// Makes `texts` now, when nothing else is to be done, so that they sound at once when they are needed. Does
    /// nothing without a phrase cache.
    pub fn prewarm(&self, language: &Language, texts: &[&str]) {
        let jobs = texts
            .iter()
            .map(|text| TtsJob {
                cacheable: true,
                ..TtsJob::plain(*text, language.clone())
            })
            .collect();
        // A full queue means that there is better work to do.
        let _ = self.orders.push(Order::Prewarm(jobs));
    }

    /// The names of the configured Piper voices, and the languages of each.
    pub fn voices(&self) -> Vec<(String, Vec<Language>)> {
        self.parts.voices.list()
    }

    /// Makes the first Piper voice's thread panic at its next piece, for tests of what happens then.
    #[doc(hidden)]
    pub fn panic_at_next_piece(&self) {
        self.parts.voices.panic_at_next_piece();
    }

    fn health(&self) -> EngineHealth {
        let espeak = self.parts.espeak.health();
        let Some(piper) = self.parts.voices.health() else {
            return espeak;
        };
        match (piper, espeak) {
            // A voice that speaks says more than a library that other languages would need.
            (EngineHealth::Unavailable { reason }, espeak) if espeak.serves() => EngineHealth::Degraded {
                reason: format!("espeak-ng speaks in its place: {reason}"),
            },
            (EngineHealth::Unavailable { reason }, EngineHealth::Unavailable { reason: other }) if reason != other => {
                EngineHealth::Unavailable {
                    reason: format!("{reason}; and {other}"),
                }
            }
            (piper, _) => piper,
        }
    }
}

impl TextToSpeech for Router {
    fn info(&self) -> EngineInfo {
        let parts = &self.parts;
        EngineInfo {
            engine: if parts.voices.is_empty() { "espeak-ng" } else { "piper" }.to_owned(),
            model: parts.voices.first_name(),
            health: self.health(),
            queue_depth: self.orders.depth() + parts.voices.depth() + parts.espeak.depth(),
            dropped: self.orders.refused() + parts.voices.refused() + parts.espeak.refused(),
            restarts: self.front.restarts() + parts.voices.restarts() + parts.espeak.restarts(),
        }
    }

    fn submit(&self, job: TtsJob, sink: TtsSink) {
        let order = Order::Speak {
            job,
            sink: Some(sink),
            submitted: Instant::now(),
        };
        if let Err(order) = self.orders.push(order) {
            order.fail(Failure::new(ErrorCode::Busy, "too many texts wait to be spoken"));
        }
    }

    fn prepare(&self, language: &Language) {
        let voice = self.parts.voices.pick(None, language);
        if let Some(engine) = voice.and_then(|voice| voice.ready()) {
            engine.wake();
        }
    }
}
