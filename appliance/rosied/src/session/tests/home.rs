//! A house of scripted engines for the tests of sessions, and somebody who calls it.
#![allow(clippy::unwrap_used)]

use super::super::{arbitration::Arbitration, *};
use crate::{config::Config, engines::Engines};
use rosie_core::{
    AudioFrame, EndpointId,
    dialog::Dialog,
    record::Outcome,
    session::{EndpointSpec, SessionEvent, SessionInput, SessionPort},
};
use rosie_memory::VolatileStore;
use rosie_testkit::{FakeDialog, FakeStt, FakeTts, LoudnessVad, SampleWake, Script};
use std::{
    sync::{
        Arc, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub struct Home {
    pub sessions: Arc<Sessions>,
    pub tts: Arc<FakeTts>,
    pub vad: Arc<LoudnessVad>,
    pub wake: Arc<SampleWake>,
    pub history: Arc<crate::history::History>,
    /// What the clock of the arbitration shows, ms; it stands still but where a test sets it.
    pub clock: Arc<AtomicU64>,
}

pub fn home(stt: FakeStt, dialog: FakeDialog) -> Home {
    home_with(stt, dialog, |_| {})
}

/// With something set otherwise.
pub fn home_with(stt: FakeStt, dialog: FakeDialog, set: impl FnOnce(&mut Config)) -> Home {
    let (tts, vad) = (Arc::new(FakeTts::default()), Arc::new(LoudnessVad::default()));
    let wake = Arc::new(SampleWake::default());
    let history = Arc::new(crate::history::History::default());
    let mut config = Config::default();
    config.server.max_sessions = 3;
    config.server.resume_ms = 300;
    config.privacy.keep_turn_text = true;
    set(&mut config);
    let engines = Engines {
        vad: vad.clone(),
        turn_end: None,
        speakers: None,
        wake: wake.clone(),
        stt: Arc::new(stt),
        tts: tts.clone(),
        bias: Arc::new([]),
        rate: 1.0,
    };
    let clock = Arc::new(AtomicU64::new(60_000));
    let told = clock.clone();
    let dialog: Arc<dyn Dialog> = Arc::new(dialog);
    let house = House {
        config: RwLock::new(Arc::new(config)),
        engines: RwLock::new(Arc::new(engines)),
        dialog: RwLock::new(dialog),
        integrations: RwLock::default(),
        observer: history.clone(),
        settings: Arc::new(VolatileStore::new()),
        voices: Arc::new(crate::speakers::Voices::of(std::path::Path::new("/nowhere"), false)),
        arbitration: Arbitration::by(Box::new(move || Millis(told.load(Ordering::Relaxed)))),
        lent: Default::default(),
        silence: Box::new(|_| {}),
        happenings: tokio::sync::broadcast::channel(16).0,
        turns: AtomicU64::new(0),
        tracker: TaskTracker::new(),
        stopping: CancellationToken::new(),
    };
    Home {
        sessions: Sessions::new(Arc::new(house)),
        tts,
        vad,
        wake,
        history,
        clock,
    }
}

pub fn answering(words: &'static str) -> FakeDialog {
    FakeDialog::new(move |_| vec![Script::Say(words)])
}

pub fn spec(endpoint: &str) -> EndpointSpec {
    EndpointSpec {
        endpoint: EndpointId::from(endpoint),
        room: None,
        language: None,
        playback_rate: 16_000,
        wants_audio: true,
        has_screen: false,
        has_leds: false,
        passing: false,
        resume: None,
    }
}

pub struct Caller {
    pub port: Box<dyn SessionPort>,
    pub events: mpsc::UnboundedReceiver<SessionEvent>,
}

pub fn call(home: &Home, spec: EndpointSpec) -> Result<Caller, rosie_core::Failure> {
    let (sender, events) = mpsc::unbounded_channel();
    let port = home
        .sessions
        .open(spec, Box::new(move |event| drop(sender.send(event))))?;
    Ok(Caller { port, events })
}

impl Caller {
    pub fn hear(&self, audio: AudioFrame) {
        for part in audio.samples.chunks(320) {
            self.port
                .input(SessionInput::Audio(AudioFrame::mono(part.to_vec(), audio.rate)))
                .unwrap();
        }
    }

    pub async fn next(&mut self) -> SessionEvent {
        tokio::time::timeout(Duration::from_secs(10), self.events.recv())
            .await
            .expect("no event came")
            .unwrap()
    }

    /// Events up to and including the first that `last` takes; playback is answered as it finishes.
    pub async fn until(&mut self, last: impl Fn(&SessionEvent) -> bool) -> Vec<SessionEvent> {
        let mut events = Vec::new();
        loop {
            let event = self.next().await;
            if let SessionEvent::AudioFinished { turn_id } = event {
                self.port.input(SessionInput::PlaybackFinished { turn_id }).unwrap();
            }
            let found = last(&event);
            events.push(event);
            if found {
                return events;
            }
        }
    }

    pub async fn turn(&mut self) -> Vec<SessionEvent> {
        self.until(|event| matches!(event, SessionEvent::TurnFinished { .. }))
            .await
    }
}

pub fn audio_ms(events: &[SessionEvent]) -> u64 {
    let ms = |event: &SessionEvent| {
        if let SessionEvent::Audio { frame, .. } = event {
            frame.duration_ms()
        } else {
            0
        }
    };
    events.iter().map(ms).sum()
}

pub fn outcome(events: &[SessionEvent]) -> Outcome {
    match events.last() {
        Some(SessionEvent::TurnFinished { outcome, .. }) => *outcome,
        other => panic!("not the end of a turn: {other:?}"),
    }
}
