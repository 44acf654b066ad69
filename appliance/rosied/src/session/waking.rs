//! Listening for the wake word in what one session hears.

use crate::config::WakeWordOfEndpoint;
use rosie_core::{
    AudioFrame, Failure, Millis, SampleRate,
    engine::{Detection, WakeEngine, WakeEvent, WakeSettings, WakeStream},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// An engine that cannot be had is asked again after this long.
const REOPEN_AFTER: Duration = Duration::from_secs(2);

/// Told of a word and the audio time at which it had been said; or why none can be heard.
pub type OnWake = Arc<dyn Fn(Result<(Detection, Millis), Failure>) + Send + Sync>;

/// What an endpoint says of the wake word, and what was set there.
#[derive(Default)]
pub struct WakeThere {
    /// Whether Rosie listens for it; `None` until the endpoint has said.
    pub listens: Option<bool>,
    /// Goes before the configuration.
    pub set: WakeWordOfEndpoint,
}

pub struct Waking {
    engine: Arc<dyn WakeEngine>,
    settings: WakeSettings,
    on_wake: OnWake,
    on: bool,
    stream: Option<Box<dyn WakeStream>>,
    /// Set by the engine's thread when the stream died.
    dead: Arc<AtomicBool>,
    opened_at: Option<Instant>,
}

impl Waking {
    pub fn new(engine: Arc<dyn WakeEngine>, settings: WakeSettings, on_wake: OnWake) -> Self {
        Self {
            engine,
            settings,
            on_wake,
            on: false,
            stream: None,
            dead: Arc::default(),
            opened_at: None,
        }
    }

    pub fn turn(&mut self, on: bool) {
        self.on = on;
        if !on {
            self.forget();
        }
    }

    /// What was heard before is none of what comes.
    pub fn forget(&mut self) {
        (self.stream, self.opened_at) = (None, None);
    }

    pub fn use_engine(&mut self, engine: Arc<dyn WakeEngine>, settings: WakeSettings) {
        (self.engine, self.settings) = (engine, settings);
        self.forget();
    }

    /// Takes audio that begins at sample `start` of the session.
    pub fn hear(&mut self, audio: &AudioFrame, start: u64) {
        if !self.on {
            return;
        }
        if self.dead.swap(false, Relaxed) {
            self.stream = None;
        }
        self.open(start);
        if let Some(stream) = &mut self.stream {
            stream.push(audio);
        }
    }

    fn open(&mut self, start: u64) {
        if self.stream.is_some() || self.opened_at.is_some_and(|at| at.elapsed() < REOPEN_AFTER) {
            return;
        }
        self.opened_at = Some(Instant::now());
        let (on_wake, dead) = (self.on_wake.clone(), self.dead.clone());
        let sink = move |event| match event {
            WakeEvent::Heard(detection) => {
                let at = SampleRate::HEARING.millis((start + detection.end_sample) as usize);
                on_wake(Ok((detection, Millis(at))));
            }
            WakeEvent::Listened { .. } => {}
            WakeEvent::Failed(failure) => {
                dead.store(true, Relaxed);
                on_wake(Err(failure));
            }
        };
        match self.engine.open(self.settings.clone(), Box::new(sink)) {
            Ok(stream) => self.stream = Some(stream),
            Err(failure) => (self.on_wake)(Err(failure)),
        }
    }
}
