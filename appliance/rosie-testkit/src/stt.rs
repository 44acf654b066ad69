//! A recogniser that hears what the test says.

use rosie_core::{
    Failure, Language, SampleRate,
    engine::{EngineInfo, SpeechToText, SttDone, SttJob, Transcript},
};
use std::sync::{Mutex, PoisonError};

type Hearing = Box<dyn FnMut(&SttJob) -> Option<Result<String, Failure>> + Send>;

pub struct FakeStt(Mutex<Hearing>);

impl FakeStt {
    /// `hear` is asked for every job; `None` never answers.
    pub fn new(hear: impl FnMut(&SttJob) -> Option<Result<String, Failure>> + Send + 'static) -> Self {
        Self(Mutex::new(Box::new(hear)))
    }

    /// Always hears the same words.
    pub fn hearing(text: &'static str) -> Self {
        Self::new(move |_| Some(Ok(text.to_owned())))
    }
}

impl SpeechToText for FakeStt {
    fn info(&self) -> EngineInfo {
        crate::info("fake-stt")
    }

    fn submit(&self, job: SttJob, done: SttDone) {
        let heard = (self.0.lock().unwrap_or_else(PoisonError::into_inner))(&job);
        let language = job.languages.first().cloned().unwrap_or_else(Language::default);
        let audio_ms = SampleRate::HEARING.millis(job.audio.len());
        if let Some(heard) = heard {
            done(heard.map(|text| Transcript {
                text,
                language,
                avg_logprob: -0.1,
                audio_ms,
                compute_ms: 1,
            }));
        }
    }
}
