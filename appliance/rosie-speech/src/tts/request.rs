//! A text on its way to sound: what is left to say, whom to tell, and the times that are reported at the end.

use super::plan::Unit;
use super::queue::Due;
use rosie_core::engine::{TtsEvent, TtsSink};
use rosie_core::{AudioFrame, CancelFlag, ErrorCode, Failure, SampleRate};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Takes over a request that an engine could not finish.
pub type Rescue = Box<dyn FnOnce(Request, Failure) + Send>;

pub struct Request {
    pub units: VecDeque<Unit>,
    /// espeak-ng voices that may stand in, the likeliest first.
    pub fallback_voices: Vec<String>,
    /// Done only when nothing else waits.
    pub idle: bool,
    cancel: CancelFlag,
    sink: TtsSink,
    rescue: Option<Rescue>,
    submitted: Instant,
    first_audio: Option<Instant>,
    audio: Duration,
    compute: Duration,
}

impl Request {
    pub fn new(units: Vec<Unit>, cancel: CancelFlag, submitted: Instant, sink: TtsSink) -> Self {
        Self {
            units: units.into(),
            fallback_voices: Vec::new(),
            idle: false,
            cancel,
            sink,
            rescue: None,
            submitted,
            first_audio: None,
            audio: Duration::ZERO,
            compute: Duration::ZERO,
        }
    }

    /// Who takes over if the engine fails.
    pub fn with_rescue(mut self, rescue: Rescue) -> Self {
        self.rescue = Some(rescue);
        self
    }

    pub fn cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Delivers a piece of audio.
    pub fn audio(&mut self, samples: Vec<i16>, rate: SampleRate) {
        if samples.is_empty() {
            return;
        }
        self.first_audio.get_or_insert_with(Instant::now);
        self.audio += Duration::from_secs_f64(samples.len() as f64 / f64::from(rate.0.max(1)));
        (self.sink)(TtsEvent::Audio(AudioFrame::mono(samples, rate)));
    }

    pub fn silence(&mut self, ms: u32, rate: SampleRate) {
        self.audio(vec![0; rate.samples(u64::from(ms))], rate);
    }

    /// How much longer the delivered audio plays, if playing began with its first piece.
    pub fn ahead(&self) -> Duration {
        self.first_audio
            .map_or(Duration::ZERO, |t| self.audio.saturating_sub(t.elapsed()))
    }

    pub fn count_compute(&mut self, time: Duration) {
        self.compute += time;
    }

    pub fn finish(mut self, cached: bool) {
        let first = self
            .first_audio
            .map_or(Duration::ZERO, |t| t.duration_since(self.submitted));
        (self.sink)(TtsEvent::Done {
            audio_ms: self.audio.as_millis() as u64,
            first_audio_ms: first.as_millis() as u64,
            compute_ms: self.compute.as_millis() as u64,
            cached,
        });
    }

    /// Ends a request that nobody wants any more.
    pub fn abandon(mut self) {
        (self.sink)(TtsEvent::Failed(Failure::new(ErrorCode::TtsUnavailable, "cancelled")));
    }

    /// Hands the rest to whoever takes over, or tells the failure.
    pub fn fail(mut self, failure: Failure) {
        if self.cancelled() {
            return self.abandon();
        }
        match self.rescue.take() {
            Some(rescue) => rescue(self, failure),
            None => (self.sink)(TtsEvent::Failed(failure)),
        }
    }
}

impl Due for Request {
    fn due(&self) -> Option<Instant> {
        if self.idle {
            return None;
        }
        Some(self.first_audio.map_or(self.submitted, |t| t + self.audio))
    }
}
