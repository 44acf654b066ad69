//! A voice that hums for 50 ms a character, on a thread of its own like a real one.

use rosie_core::{
    AudioFrame, ErrorCode, Failure, SampleRate,
    engine::{EngineInfo, SpeechText, TextToSpeech, TtsEvent, TtsJob, TtsSink},
};
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

const MS_PER_CHAR: u64 = 50;

#[derive(Default)]
pub struct FakeTts {
    /// While set, every text fails.
    pub down: AtomicBool,
    said: Mutex<Vec<String>>,
}

impl FakeTts {
    /// The texts said so far.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl TextToSpeech for FakeTts {
    fn info(&self) -> EngineInfo {
        crate::info("fake-tts")
    }

    fn submit(&self, job: TtsJob, mut sink: TtsSink) {
        let (SpeechText::Plain(text) | SpeechText::Ssml(text)) = &job.text;
        self.said
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(text.clone());
        let failed = self.down.load(Ordering::Relaxed);
        let chars = text.chars().count() as u64;
        // A sink may block when its session is far behind, which a caller's thread must not.
        std::thread::spawn(move || {
            if failed {
                return sink(TtsEvent::Failed(Failure::new(
                    ErrorCode::TtsUnavailable,
                    "switched off by a test",
                )));
            }
            let rate = SampleRate(22_050);
            for _ in 0..chars {
                if job.cancel.is_cancelled() {
                    return sink(TtsEvent::Failed(Failure::new(ErrorCode::TtsUnavailable, "cancelled")));
                }
                sink(TtsEvent::Audio(AudioFrame::mono(
                    vec![1_000; rate.samples(MS_PER_CHAR)],
                    rate,
                )));
            }
            sink(TtsEvent::Done {
                audio_ms: chars * MS_PER_CHAR,
                first_audio_ms: 1,
                compute_ms: 1,
                cached: false,
            });
        });
    }
}
