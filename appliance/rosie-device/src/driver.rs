//! Joins microphone, loudspeaker, LEDs and button to a session: the same road that every endpoint takes.

use crate::{
    cards,
    endpoint::{ENDPOINT, OpenSession, Shared},
    front::{FrontConfig, FrontEnd},
    hat::{
        Hat,
        button::{Button, Gesture},
        light::{Look, Rgb},
    },
    inbox::Mail,
};
use rosie_core::{
    AudioFrame, EndpointId, Millis, SampleRate,
    session::{EndpointSpec, SessionEvent, SessionInput, SessionPort, TurnState},
};
use std::{
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

#[cfg(test)]
#[path = "driver_tests.rs"]
mod tests;

/// How often a button is looked at, and LEDs that move are changed.
const BUTTON_EVERY: Duration = Duration::from_millis(10);
const LIGHT_EVERY: Duration = Duration::from_millis(40);
const LOOK_UP: Duration = Duration::from_millis(500);
/// A session that cannot be had is asked for again after so long.
const OPEN_AGAIN_MS: u64 = 2_000;
/// What went wrong is shown for so long.
const TROUBLE_FOR_MS: u64 = 3_000;

/// An open session.
struct Open {
    number: u64,
    port: Box<dyn SessionPort>,
    /// The loudspeaker's rate when it was opened.
    rate: Option<u32>,
}

pub(crate) struct Driver {
    shared: Arc<Shared>,
    open: OpenSession,
    session: Option<Open>,
    /// The number of the session that may sound; what an older one still says is not heard.
    current: Arc<AtomicU64>,
    /// With the microphone's rate that it is for; `None`: what is heard is given as it is.
    front: Option<(u32, Option<FrontEnd>)>,
    asked_at: Option<Millis>,
    state: TurnState,
    muted: bool,
    ringing: Vec<u64>,
    trouble_until: Option<Millis>,
    hat: Hat,
    button: Button,
    /// On the driver's own clock.
    now: Millis,
    /// How bright the LEDs are, of what the configuration gives them at most.
    brightness_percent: u8,
    /// What the LEDs show, and since when.
    look: (Look, Millis),
    shown: Vec<Rgb>,
}

impl Driver {
    pub fn new(shared: &Arc<Shared>, open: OpenSession) -> Self {
        Self {
            shared: shared.clone(),
            open,
            session: None,
            current: Arc::default(),
            front: None,
            asked_at: None,
            state: TurnState::Idle,
            muted: false,
            ringing: Vec::new(),
            trouble_until: None,
            hat: Hat::default(),
            button: Button::default(),
            now: Millis(0),
            brightness_percent: 100,
            look: (Look::Idle, Millis(0)),
            shown: Vec::new(),
        }
    }

    fn find_hat(&mut self) {
        let config = &self.shared.config;
        let Some(wiring) = config.hat.wiring(&cards::cards()) else {
            tracing::info!("no HAT: no LEDs and no button");
            return;
        };
        match Hat::open(&wiring, config.brightness_percent) {
            Ok(hat) => self.hat = hat,
            Err(error) => self.hat_fails(error.to_string()),
        }
    }

    fn hat_fails(&mut self, why: String) {
        tracing::warn!(why, "the HAT cannot be used");
        self.hat = Hat::default();
        *self.shared.hat.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
    }

    pub fn run(mut self) {
        self.find_hat();
        let started = Instant::now();
        while !self.shared.stop.is_over() {
            let mail = self.shared.inbox.wait(self.patience());
            self.step(mail, Millis(started.elapsed().as_millis() as u64));
        }
        self.close();
        let _ = self.paint(vec![Rgb::default(); self.hat.leds]);
    }

    /// Does what is to be done at `now`.
    fn step(&mut self, mail: Mail, now: Millis) {
        self.now = now;
        if mail.ended.is_some_and(|number| self.is_current(number)) {
            self.session = None;
            self.asked_at = Some(now);
        }
        self.keep_session();
        for (number, event) in mail.events {
            if self.is_current(number) {
                self.take(event);
            }
        }
        for turn_id in mail.finished {
            self.tell(SessionInput::PlaybackFinished { turn_id });
        }
        if let Some(ended) = mail.heard_at {
            self.hear(mail.heard, mail.rate, ended);
        }
        self.look_at_button();
        self.show();
    }

    fn hear(&mut self, heard: Vec<i16>, rate: u32, ended: Instant) {
        let wanted = self.shared.config.front;
        if self.front.as_ref().is_none_or(|(known, _)| *known != rate) {
            let front = (wanted != FrontConfig::NOTHING)
                .then(|| FrontEnd::new(wanted, rate))
                .transpose();
            let front = front.inspect_err(|why| tracing::warn!(why, "what the microphone hears is left as it is"));
            self.front = Some((rate, front.ok().flatten()));
        }
        let frame = match &mut self.front {
            Some((_, Some(front))) => {
                let mut clean = Vec::with_capacity(heard.len());
                front.hear(&heard, ended, &self.shared.reference, &mut clean);
                AudioFrame::mono(clean, SampleRate::HEARING)
            }
            _ => AudioFrame::mono(heard, SampleRate(rate)),
        };
        if !frame.samples.is_empty() {
            self.tell(SessionInput::Audio(frame));
        }
    }

    fn patience(&self) -> Duration {
        match (&self.hat.button, &self.hat.lights) {
            (Some(_), _) => BUTTON_EVERY,
            (None, Some(_)) if self.look.0.moves() => LIGHT_EVERY,
            _ => LOOK_UP,
        }
    }

    fn is_current(&self, number: u64) -> bool {
        self.session.as_ref().is_some_and(|open| open.number == number)
    }

    /// A session is open while there is something to hear or to sound with, and it knows the loudspeaker that there is.
    fn keep_session(&mut self) {
        let (microphone, speaker) = (&self.shared.microphone, &self.shared.speaker);
        if !microphone.was_tried() || !speaker.was_tried() {
            return;
        }
        let (rate, hears) = (speaker.rate(), microphone.rate().is_some());
        if self.session.as_ref().is_some_and(|open| open.rate != rate) || (rate.is_none() && !hears) {
            self.close();
        }
        let waits = self.asked_at.is_some_and(|at| self.now.since(at) < OPEN_AGAIN_MS);
        if self.session.is_none() && (rate.is_some() || hears) && !waits {
            self.open(rate);
        }
    }

    fn open(&mut self, rate: Option<u32>) {
        let config = &self.shared.config;
        let number = self.current.fetch_add(1, Relaxed) + 1;
        let spec = EndpointSpec {
            endpoint: EndpointId::from(ENDPOINT),
            room: config.room.clone(),
            language: None,
            playback_rate: rate.unwrap_or(SampleRate::HEARING.0),
            wants_audio: rate.is_some(),
            has_screen: false,
            has_leds: self.hat.lights.is_some(),
            passing: false,
            resume: None,
        };
        let listener = Listener {
            number,
            current: self.current.clone(),
            shared: self.shared.clone(),
        };
        match (self.open)(spec, Box::new(move |event| listener.take(event))) {
            Ok(port) => {
                self.asked_at = None;
                let opened = port.opened();
                self.shared.sounding.volume(opened.volume_percent);
                self.brightness_percent = opened.brightness_percent;
                self.session = Some(Open { number, port, rate });
                if config.wake_word {
                    self.tell(SessionInput::WakeWord(true));
                }
                if config.barge_in && config.front.cancel_echo && rate.is_some() {
                    self.tell(SessionInput::InterruptedBySpeech(true));
                }
                if self.muted {
                    self.tell(SessionInput::Mute(true));
                }
            }
            Err(failure) => {
                self.asked_at = Some(self.now);
                tracing::warn!(code = failure.code.as_str(), detail = %failure.detail, "the local endpoint gets no session; it asks again");
            }
        }
    }

    fn close(&mut self) {
        self.tell(SessionInput::Bye);
        self.session = None;
        self.current.fetch_add(1, Relaxed);
        self.shared.sounding.flush();
        self.state = TurnState::Idle;
        self.ringing.clear();
    }

    fn tell(&self, input: SessionInput) {
        let Some(open) = &self.session else { return };
        if let Err(failure) = open.port.input(input) {
            tracing::debug!(code = failure.code.as_str(), detail = %failure.detail, "the session did not take it");
        }
    }

    fn take(&mut self, event: SessionEvent) {
        match event {
            SessionEvent::State { state, .. } => self.state = state,
            SessionEvent::Volume { percent } => self.shared.sounding.volume(percent),
            SessionEvent::Brightness { percent } => self.brightness_percent = percent,
            SessionEvent::Muted { on } => self.muted = on,
            SessionEvent::Failed { .. } => self.trouble_until = Some(self.now + TROUBLE_FOR_MS),
            SessionEvent::TimerRinging { id, .. } if !self.ringing.contains(&id) => self.ringing.push(id),
            SessionEvent::TimerStopped { id } => self.ringing.retain(|ringing| *ringing != id),
            _ => {}
        }
    }

    fn look_at_button(&mut self) {
        let Some(switch) = &mut self.hat.button else { return };
        if let Some(gesture) = self.button.look(switch.is_pressed(), self.now) {
            self.obey(gesture);
        }
    }

    fn obey(&mut self, gesture: Gesture) {
        let busy = matches!(self.state, TurnState::Thinking | TurnState::Speaking);
        match gesture {
            Gesture::Hold => {
                self.muted = !self.muted;
                self.tell(SessionInput::Mute(self.muted));
            }
            Gesture::Press if busy || !self.ringing.is_empty() => self.tell(SessionInput::Cancel),
            // A tap: the endpointer hears when the person has finished.
            Gesture::Press => [true, false]
                .map(|pressed| self.tell(SessionInput::PushToTalk { pressed }))
                .into_iter()
                .collect(),
        }
    }

    fn show(&mut self) {
        if self.hat.lights.is_none() {
            return;
        }
        let trouble =
            self.trouble_until.is_some_and(|until| self.now < until) || self.shared.microphone.rate().is_none();
        let set_up = self.shared.set_up.load(Relaxed);
        let look = Look::of(self.state, self.muted, !self.ringing.is_empty(), set_up, trouble);
        if look != self.look.0 {
            self.look = (look, self.now);
        }
        let at = Millis(self.now.since(self.look.1));
        let colours = look.colours(at, self.hat.leds).into_iter();
        let colours = colours.map(|colour| colour.scaled(self.brightness_percent)).collect();
        if let Err(why) = self.paint(colours) {
            self.hat_fails(why);
        }
    }

    /// What they show already is not sent again.
    fn paint(&mut self, colours: Vec<Rgb>) -> Result<(), String> {
        let Some(lights) = &mut self.hat.lights else {
            return Ok(());
        };
        if colours != self.shown {
            lights.show(&colours).map_err(|error| error.to_string())?;
            self.shown = colours;
        }
        Ok(())
    }
}

/// Told by the session, on any of its threads.
struct Listener {
    number: u64,
    current: Arc<AtomicU64>,
    shared: Arc<Shared>,
}

impl Listener {
    /// Sound takes the short road; everything else goes to the driver.
    fn take(&self, event: SessionEvent) {
        if self.current.load(Relaxed) != self.number {
            return;
        }
        let Shared { sounding, inbox, .. } = &*self.shared;
        match event {
            SessionEvent::Audio { frame, .. } => sounding.play(&frame.samples),
            SessionEvent::AudioFinished { turn_id } => {
                if sounding.finish(turn_id) {
                    inbox.sounded(turn_id);
                }
            }
            SessionEvent::StopPlayback { .. } => sounding.flush(),
            event => inbox.tell(self.number, event),
        }
    }
}

impl Drop for Listener {
    /// The session lets go of its endpoint: it is over.
    fn drop(&mut self) {
        self.shared.inbox.ended(self.number);
    }
}
