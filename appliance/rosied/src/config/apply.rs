//! From configuration to what other parts are given: numbers for the turn, threads, addresses.

use super::{Audio, Config};
use rosie_core::{Language, endpointer::EndpointerConfig, turn::TurnConfig};

/// Silence after which it is judged how something was said: late enough to be a pause, early enough to be told before a whole command
/// has ended.
const JUDGE_MS: u64 = 192;

impl Config {
    /// The house's time zone; `None` is the machine's.
    pub fn zone(&self) -> Option<&str> {
        Some(self.time_zone.as_str()).filter(|zone| !zone.is_empty())
    }

    /// How patient turns are.
    pub fn turn(&self) -> TurnConfig {
        let Audio {
            pre_roll_ms,
            tap_ms,
            partial_every_ms,
            barge_in_ms,
            follow_up_ms,
            transcript_ms,
            ..
        } = self.audio;
        TurnConfig {
            endpointer: self.endpointer(),
            pre_roll_ms,
            tap_ms,
            partial_every_ms,
            barge_in_ms,
            follow_up_ms,
            transcript_deadline_ms: transcript_ms,
            ..TurnConfig::default()
        }
    }

    fn endpointer(&self) -> EndpointerConfig {
        let audio = &self.audio;
        EndpointerConfig {
            speech_threshold: audio.speech_threshold,
            // The usual distance between the two thresholds of Silero's hysteresis.
            silence_threshold: (audio.speech_threshold - 0.15).max(0.01),
            silence_ms: audio.silence_ms,
            complete_silence_ms: audio.complete_silence_ms.min(audio.silence_ms),
            dangling_silence_ms: audio.dangling_silence_ms.max(audio.silence_ms),
            max_utterance_ms: audio.max_utterance_ms,
            no_speech_ms: audio.no_speech_ms,
            judge_ms: if self.turn_end.enabled { JUDGE_MS } else { 0 },
            ..EndpointerConfig::default()
        }
    }
}

/// `configured` threads, or half of the processors and at least 2.
pub fn threads(configured: u32) -> usize {
    match configured {
        0 => std::thread::available_parallelism().map_or(2, |n| (n.get() / 2).max(2)),
        n => n as usize,
    }
}

/// The house's languages, the first one first.
pub fn languages(config: &Config) -> Vec<Language> {
    config.languages.iter().map(|tag| Language::new(tag)).collect()
}
