//! A wake word engine that takes one sample for a word: exact, instant, without a thread.

use rosie_core::{
    AudioFrame, Failure,
    engine::{Detection, EngineInfo, WakeEngine, WakeEvent, WakeSettings, WakeSink, WakeStream, WakeWord},
};
use std::sync::{Mutex, PoisonError};

/// Hears "Hey Rosie" wherever a sample has the value [`SampleWake::WORD`].
#[derive(Default)]
pub struct SampleWake {
    opened: Mutex<Vec<WakeSettings>>,
}

impl SampleWake {
    pub const WORD: i16 = i16::MAX;

    /// What each stream was opened with, the first first.
    pub fn opened(&self) -> Vec<WakeSettings> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn word() -> WakeWord {
    WakeWord {
        name: "hey_rosie".into(),
        phrase: "Hey Rosie".into(),
    }
}

struct Stream {
    sink: WakeSink,
    end: u64,
}

impl WakeEngine for SampleWake {
    fn info(&self) -> EngineInfo {
        crate::info("sample")
    }

    fn words(&self) -> Vec<WakeWord> {
        vec![word()]
    }

    fn open(&self, settings: WakeSettings, sink: WakeSink) -> Result<Box<dyn WakeStream>, Failure> {
        self.opened
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(settings);
        Ok(Box::new(Stream { sink, end: 0 }))
    }
}

impl WakeStream for Stream {
    fn push(&mut self, frame: &AudioFrame) {
        for sample in &frame.samples {
            self.end += 1;
            if *sample == SampleWake::WORD {
                (self.sink)(WakeEvent::Heard(Detection {
                    word: word(),
                    score: 1.0,
                    end_sample: self.end,
                }));
            }
        }
        (self.sink)(WakeEvent::Listened { end_sample: self.end });
    }

    fn pushed(&self) -> u64 {
        self.end
    }
}
