//! The way in: microphone audio of one session, resampled, kept in the pre-roll and shown to the voice activity
//! detector. Audio stays here; the session's task is only told where it is.

use super::waking::Waking;
use rosie_core::{
    AudioFrame, ErrorCode, Failure, Millis, SampleRate,
    engine::{VadEngine, VadEvent, VadStream, WakeEngine, WakeSettings},
    preroll::PreRoll,
};
use rosie_speech::resample::Resampler;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Longer than the longest utterance with its pre-roll.
const KEEP_MS: u64 = 32_000;
/// A dead detector is asked again after this long.
const REOPEN_AFTER: Duration = Duration::from_secs(2);

/// Told of each frame: probability, audio time at its end; or of a detector that cannot be had.
pub type OnVad = Arc<dyn Fn(Result<(f32, Millis), Failure>) + Send + Sync>;

pub struct Ears {
    inner: Mutex<Inner>,
}

struct Inner {
    engine: Arc<dyn VadEngine>,
    on_vad: OnVad,
    stream: Option<Box<dyn VadStream>>,
    /// Set by the detector's thread when the stream died.
    dead: Arc<std::sync::atomic::AtomicBool>,
    opened_at: Option<Instant>,
    resampler: Option<(u32, u16, Resampler)>,
    kept: PreRoll,
    muted: bool,
    /// By detectors' streams that are closed by now.
    dropped_before: u64,
    waking: Waking,
}

impl Ears {
    pub fn new(engine: Arc<dyn VadEngine>, on_vad: OnVad, waking: Waking) -> Self {
        let kept = PreRoll::new(SampleRate::HEARING, KEEP_MS);
        let inner = Inner {
            engine,
            on_vad,
            stream: None,
            dead: Arc::default(),
            opened_at: None,
            resampler: None,
            kept,
            muted: false,
            dropped_before: 0,
            waking,
        };
        Self {
            inner: Mutex::new(inner),
        }
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes microphone audio of any rate and channels.
    pub fn hear(&self, frame: &AudioFrame) -> Result<(), Failure> {
        self.inner().hear(frame)
    }

    /// Audio time of the newest sample.
    pub fn now(&self) -> Millis {
        Millis(SampleRate::HEARING.millis(self.inner().kept.end() as usize))
    }

    /// Audio between two audio times, 16 kHz mono.
    pub fn slice(&self, from: Millis, to: Millis) -> Vec<i16> {
        let position = |at: Millis| SampleRate::HEARING.samples(at.0) as u64;
        self.inner().kept.slice(position(from), position(to))
    }

    pub fn mute(&self, muted: bool) {
        let mut inner = self.inner();
        inner.muted = muted;
        if muted {
            inner.kept.clear();
            inner.close_stream();
            inner.opened_at = None;
            inner.waking.forget();
        }
    }

    /// Listens for the wake word, or stops doing so.
    pub fn listen_for_wake_word(&self, on: bool) {
        self.inner().waking.turn(on);
    }

    pub fn use_wake_engine(&self, engine: Arc<dyn WakeEngine>, settings: WakeSettings) {
        self.inner().waking.use_engine(engine, settings);
    }

    pub fn is_muted(&self) -> bool {
        self.inner().muted
    }

    /// Frames that the detector did not look at because it could not keep up, since the session began.
    pub fn dropped_frames(&self) -> u64 {
        let inner = self.inner();
        inner.dropped_before + inner.stream.as_ref().map_or(0, |stream| stream.dropped_frames())
    }

    /// Another detector takes over (the configuration changed).
    pub fn use_engine(&self, engine: Arc<dyn VadEngine>) {
        let mut inner = self.inner();
        inner.engine = engine;
        inner.close_stream();
        inner.opened_at = None;
    }
}

impl Inner {
    fn hear(&mut self, frame: &AudioFrame) -> Result<(), Failure> {
        if self.muted || frame.samples.is_empty() {
            return Ok(());
        }
        let samples = self.at_hearing_rate(frame)?;
        self.open_stream();
        let audio = AudioFrame::mono(samples, SampleRate::HEARING);
        self.waking.hear(&audio, self.kept.end());
        self.kept.push(&audio.samples);
        if let Some(stream) = &mut self.stream {
            stream.push(&audio);
        }
        Ok(())
    }

    fn close_stream(&mut self) {
        self.dropped_before += self.stream.take().map_or(0, |stream| stream.dropped_frames());
    }

    fn at_hearing_rate(&mut self, frame: &AudioFrame) -> Result<Vec<i16>, Failure> {
        let shape = (frame.rate.0, frame.channels);
        if shape == (SampleRate::HEARING.0, 1) {
            return Ok(frame.samples.clone());
        }
        let bad = |e: rosie_speech::SpeechError| Failure::new(ErrorCode::BadRequest, e.to_string());
        if self
            .resampler
            .as_ref()
            .is_none_or(|(rate, channels, _)| (*rate, *channels) != shape)
        {
            let resampler = Resampler::new(frame.rate, frame.channels, SampleRate::HEARING).map_err(bad)?;
            self.resampler = Some((shape.0, shape.1, resampler));
        }
        match &mut self.resampler {
            Some((_, _, resampler)) => Ok(resampler.push(&frame.samples)),
            None => Ok(Vec::new()),
        }
    }

    /// Opens a stream where there is none; a detector that is not there is reported, and asked again later.
    fn open_stream(&mut self) {
        use std::sync::atomic::Ordering::Relaxed;
        if self.dead.swap(false, Relaxed) {
            self.close_stream();
        }
        if self.stream.is_some() || self.opened_at.is_some_and(|at| at.elapsed() < REOPEN_AFTER) {
            return;
        }
        self.opened_at = Some(Instant::now());
        // The detector counts from its own start; audio time counts from the session's.
        let base = self.kept.end();
        let (on_vad, dead) = (self.on_vad.clone(), self.dead.clone());
        let opened = self.engine.open(Box::new(move |event| match event {
            VadEvent::Probability {
                probability,
                end_sample,
            } => {
                let at = SampleRate::HEARING.millis((base + end_sample) as usize);
                on_vad(Ok((probability, Millis(at))));
            }
            VadEvent::Failed(failure) => {
                dead.store(true, Relaxed);
                on_vad(Err(failure));
            }
        }));
        match opened {
            Ok(stream) => self.stream = Some(stream),
            Err(failure) => (self.on_vad)(Err(failure)),
        }
    }
}
