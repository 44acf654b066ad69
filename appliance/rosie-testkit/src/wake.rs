//! A wake word engine that takes one sample for a word: exact, instant, without a thread.

use rosie_core::{
    AudioFrame, Failure,
    engine::{Detection, EngineInfo, WakeEngine, WakeEvent, WakeSettings, WakeSink, WakeStream, WakeWord},
};

/// Hears "Hey Rosie" wherever a sample has the value [`SampleWake::WORD`].
#[derive(Default)]
pub struct SampleWake;

impl SampleWake {
    pub const WORD: i16 = i16::MAX;
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
        vec![WakeWord {
            name: "hey_rosie".into(),
            phrase: "Hey Rosie".into(),
        }]
    }

    fn open(&self, _: WakeSettings, sink: WakeSink) -> Result<Box<dyn WakeStream>, Failure> {
        Ok(Box::new(Stream { sink, end: 0 }))
    }
}

impl WakeStream for Stream {
    fn push(&mut self, frame: &AudioFrame) {
        for sample in &frame.samples {
            self.end += 1;
            if *sample == SampleWake::WORD {
                (self.sink)(WakeEvent::Heard(Detection {
                    word: SampleWake.words().swap_remove(0),
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
