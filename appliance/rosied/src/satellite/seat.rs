//! The session of the microphone and loudspeaker, held here instead of in the house: it listens for the wake word, and passes on
//! what goes to the server and what comes from there.

use super::{
    Parts,
    bell::Bell,
    gate::Gate,
    port::{Port, wake_heard},
    sound::{Microphone, Sound},
    told, words,
};
use crate::session::{Waking, done_sound};
use rosie_core::{
    AudioFrame, ErrorCode, Failure, Millis, SampleRate, TurnId,
    arbiter::{Hearing, LOOKED_AT_MS},
    engine::{Detection, TtsEvent, TtsJob},
    session::{EndpointSpec, SessionEvent, SessionPort, SessionSink, TurnState},
};
use rosie_gateway::{Say, Told, Uplink};
use rosie_proto::{ClientMessage, ServerMessage};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

/// Sent from before the end of a wake word, and from before a press of the button.
const BEFORE_WORD_MS: u64 = 2_500;
const BEFORE_PRESS_MS: u64 = 300;
/// How often timers and the server's silence are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// A bell sounds once in so many looks.
const RING_EVERY: u32 = 4;
/// The turn of what is said without the server, whose turns begin with 1.
pub const OWN: TurnId = TurnId(0);

pub struct Seat {
    me: Weak<Seat>,
    inner: Mutex<Inner>,
    pub parts: Arc<Parts>,
    pub spec: EndpointSpec,
    sink: SessionSink,
    began: Instant,
}

struct Inner {
    gate: Gate,
    waking: Waking,
    muted: bool,
    microphone: Microphone,
    reply: Sound,
    /// The last turn of the server's.
    turn: TurnId,
    bell: Bell,
    uplink: Option<Uplink>,
}

impl Seat {
    /// Must be called where there is a reactor.
    pub fn open(parts: &Arc<Parts>, spec: EndpointSpec, sink: SessionSink) -> (Box<dyn SessionPort>, Weak<Self>) {
        let seat = Arc::new_cyclic(|seat: &Weak<Seat>| {
            let called = seat.clone();
            let on_wake = move |event: Result<(Detection, Millis), Failure>| match (event, called.upgrade()) {
                (Ok((detection, at)), Some(seat)) => seat.called(&detection, at),
                (Err(failure), _) => tracing::debug!(detail = %failure.detail, "no wake word can be heard"),
                (Ok(_), None) => {}
            };
            let settings = parts.config.wake_word.settings(&parts.endpoint());
            let inner = Inner {
                gate: Gate::new(),
                waking: Waking::new(parts.wake.clone(), settings, Arc::new(on_wake)),
                muted: false,
                microphone: Microphone::default(),
                reply: Sound::default(),
                turn: OWN,
                bell: Bell::default(),
                uplink: None,
            };
            Seat {
                me: seat.clone(),
                inner: Mutex::new(inner),
                parts: parts.clone(),
                spec,
                sink,
                began: Instant::now(),
            }
        });
        let listening = Arc::downgrade(&seat);
        let uplink = parts.uplink(&seat.spec, move |told| {
            if let Some(seat) = listening.upgrade() {
                seat.told(told);
            }
        });
        seat.inner().uplink = Some(uplink);
        let me = seat.me.clone();
        parts.tracker.spawn(look(me.clone()));
        (Box::new(Port::new(seat)), me)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Millis {
        Millis(self.began.elapsed().as_millis() as u64)
    }

    pub fn hear(&self, frame: &AudioFrame) -> Result<(), Failure> {
        let mut inner = self.inner();
        if inner.muted {
            return Ok(());
        }
        let samples = inner.microphone.heard(frame)?;
        let audio = AudioFrame::mono(samples, SampleRate::HEARING);
        let start = inner.gate.end();
        inner.waking.hear(&audio, start);
        if inner.gate.hear(&audio.samples) {
            inner.say(Say::Audio(audio));
        }
        Ok(())
    }

    /// The wake word had been said by `at`.
    fn called(&self, detection: &Detection, at: Millis) {
        let mut inner = self.inner();
        let ringing = inner.bell.is_ringing(self.now());
        if !inner.gate.is_connected() {
            if ringing {
                self.silence(&mut inner);
            }
            drop(inner);
            return self.explain();
        }
        let ago_ms = SampleRate::HEARING
            .millis(inner.gate.end() as usize)
            .saturating_sub(at.0);
        tracing::info!(word = detection.word.name, score = detection.score, ago_ms, "called");
        let hearing = Hearing {
            score: Some(detection.score),
            ..Hearing::of(
                &inner
                    .gate
                    .before(SampleRate::HEARING.samples(at.0) as u64, LOOKED_AT_MS),
            )
        };
        let missed = inner
            .gate
            .call(SampleRate::HEARING.samples(at.0) as u64, BEFORE_WORD_MS);
        inner.say(Say::Audio(AudioFrame::mono(missed, SampleRate::HEARING)));
        inner.say(Say::Control(wake_heard(detection.word.clone(), ago_ms, hearing)));
    }

    /// A button was pressed, or let go.
    pub fn press(&self, pressed: bool) {
        let mut inner = self.inner();
        if !inner.gate.is_connected() {
            drop(inner);
            if pressed {
                self.explain();
            }
            return;
        }
        if pressed {
            let end = inner.gate.end();
            let missed = inner.gate.call(end, BEFORE_PRESS_MS);
            inner.say(Say::Audio(AudioFrame::mono(missed, SampleRate::HEARING)));
        }
        let message = if pressed {
            ClientMessage::Press
        } else {
            ClientMessage::Release
        };
        inner.say(Say::Control(message));
    }

    /// To the server, where there is one.
    pub fn say(&self, message: ClientMessage) {
        self.inner().say(Say::Control(message));
    }

    /// Listens for the wake word, or stops doing so.
    pub fn listen_for_wake_word(&self, on: bool) {
        self.inner().waking.turn(on);
    }

    /// Speech over a reply stops it.
    pub fn interrupts(&self, on: bool) {
        self.inner().gate.interrupts(on);
    }

    pub fn mute(&self, on: bool) {
        self.inner().mute(on);
    }

    /// Stops what rings here, where the server cannot.
    pub fn stop(&self) {
        let mut inner = self.inner();
        if !inner.gate.is_connected() {
            self.silence(&mut inner);
        }
    }

    /// Says to whoever called why nothing comes of it, and shows it.
    fn explain(&self) {
        let standing = self.parts.standing.borrow().clone();
        let language = self.parts.language();
        let sentence = words::of(&standing, &language);
        let sentence = sentence.unwrap_or_else(|| ErrorCode::ServerAway.spoken(&language).to_owned());
        tracing::warn!(?standing, "somebody called, and there is no server to answer");
        (self.sink)(SessionEvent::Failed {
            turn_id: None,
            code: ErrorCode::ServerAway,
            sentence: sentence.clone(),
            detail: "the part `server` of /health says why".to_owned(),
        });
        self.speak(sentence);
    }

    /// Says something without the server; where there is no voice for it, two notes.
    pub fn speak(&self, text: String) {
        let me = self.me.clone();
        let (rate, mut sound) = (self.spec.playback_rate, Sound::default());
        let job = TtsJob::plain(text, self.parts.language());
        self.parts.voice.submit(
            job,
            Box::new(move |event| {
                let Some(seat) = me.upgrade() else { return };
                match event {
                    TtsEvent::Audio(frame) => return seat.play(OWN, sound.at(rate, &frame)),
                    TtsEvent::Done { .. } => seat.play(OWN, sound.end()),
                    TtsEvent::Failed(failure) => {
                        tracing::warn!(detail = %failure.detail, "a satellite's own voice failed");
                        seat.play(OWN, Sound::default().at(rate, &done_sound::frame()));
                    }
                }
                (seat.sink)(SessionEvent::AudioFinished { turn_id: OWN });
            }),
        );
    }

    fn play(&self, turn_id: TurnId, samples: Vec<i16>) {
        let frame = AudioFrame::mono(samples, SampleRate(self.spec.playback_rate));
        if !frame.samples.is_empty() {
            (self.sink)(SessionEvent::Audio { turn_id, frame });
        }
    }

    /// Stops what rings here without the server.
    fn silence(&self, inner: &mut Inner) {
        for id in inner.bell.silence() {
            (self.sink)(SessionEvent::TimerStopped { id });
        }
        (self.sink)(SessionEvent::StopPlayback { turn_id: OWN });
    }

    fn told(&self, told: Told) {
        let mut inner = self.inner();
        match told {
            Told::Welcome(welcome) => {
                inner.gate.connect(true);
                if inner.muted {
                    inner.say(Say::Control(ClientMessage::Mute { on: true }));
                }
                let percent = welcome.volume_percent;
                (self.sink)(SessionEvent::Volume { percent });
            }
            Told::Lost => {
                inner.gate.connect(false);
                inner.reply = Sound::default();
                let (turn_id, state) = (inner.turn, TurnState::Idle);
                (self.sink)(SessionEvent::StopPlayback { turn_id });
                (self.sink)(SessionEvent::State { turn_id, state });
            }
            Told::Audio { turn, frame } => {
                let samples = inner.reply.at(self.spec.playback_rate, &frame);
                self.play(TurnId(turn), samples);
            }
            Told::Message(message) => self.message(&mut inner, message),
        }
    }

    fn message(&self, inner: &mut Inner, message: ServerMessage) {
        let now = self.now();
        match &message {
            ServerMessage::State { turn, state } => {
                inner.turn = TurnId(*turn);
                if inner.gate.turn(told::state(*state)) {
                    inner.say(Say::Pause);
                }
            }
            // What was heard is of no use there any more.
            ServerMessage::AnsweredElsewhere { by, reason, .. } => {
                tracing::info!(by, reason, "another endpoint answers");
                if inner.gate.stand_down() {
                    inner.say(Say::Pause);
                }
            }
            ServerMessage::AudioStart { .. } | ServerMessage::StopPlayback { .. } => inner.reply = Sound::default(),
            ServerMessage::AudioEnd { turn } => {
                let rest = inner.reply.end();
                self.play(TurnId(*turn), rest);
            }
            ServerMessage::Muted { on } => inner.mute(*on),
            ServerMessage::TimerCounts {
                id,
                name,
                seconds_left,
                active,
            } => inner.bell.counts(*id, name.clone(), now + seconds_left * 1000, *active),
            // It was stopped here while the server was away.
            ServerMessage::TimerRinging { id, .. } if !inner.bell.rings(*id, now) => {
                return inner.say(Say::Control(ClientMessage::Cancel));
            }
            ServerMessage::TimerStopped { id } | ServerMessage::TimerCancelled { id } => inner.bell.is_over(*id),
            _ => {}
        }
        if let Some(event) = told::event(message) {
            (self.sink)(event);
        }
    }

    /// Looks at what comes with time alone. `looks` counts.
    fn look(&self, looks: u32) {
        let (mut inner, now) = (self.inner(), self.now());
        if inner.gate.is_ignored() {
            drop(inner);
            return self.explain();
        }
        if inner.gate.is_connected() {
            return inner.bell.leave(now);
        }
        for (id, name) in inner.bell.due(now) {
            (self.sink)(SessionEvent::TimerRinging { id, name });
        }
        if inner.bell.is_ringing(now) && looks.is_multiple_of(RING_EVERY) {
            drop(inner);
            self.play(OWN, Sound::default().at(self.spec.playback_rate, &done_sound::frame()));
        }
    }
}

impl Inner {
    fn say(&self, what: Say) {
        if let Some(uplink) = &self.uplink
            && !uplink.say(what)
        {
            tracing::debug!("the line to the server is full");
        }
    }

    fn mute(&mut self, on: bool) {
        self.muted = on;
        if on {
            self.gate.forget();
            self.waking.forget();
        }
    }
}

async fn look(seat: Weak<Seat>) {
    let mut looks = 0;
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(seat) = seat.upgrade() else { return };
        looks += 1;
        seat.look(looks);
    }
}
