//! The driver with a board, a session and a clock of the test's own.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{
    DeviceError,
    endpoint::DeviceConfig,
    front::FrontConfig,
    hat::{HatChoice, Lights, Switch},
};
use rosie_core::{
    ErrorCode, Failure, Language, RoomId, SessionId, TurnId, session::SessionOpened, session::SessionSink,
};
use std::sync::{Mutex, atomic::AtomicBool};

const BLUE: Rgb = Rgb(0, 110, 255);
const RED: Rgb = Rgb(150, 0, 0);
const DARK: Rgb = Rgb(0, 0, 0);

/// What the session was told, and how it tells.
#[derive(Default)]
struct House {
    inputs: Mutex<Vec<SessionInput>>,
    specs: Mutex<Vec<EndpointSpec>>,
    sink: Mutex<Option<SessionSink>>,
    full: AtomicBool,
}

struct Port(Arc<House>);

impl SessionPort for Port {
    fn opened(&self) -> SessionOpened {
        SessionOpened {
            session: SessionId::from("1"),
            room: RoomId::from("kitchen"),
            language: Language::default(),
            resume_token: String::new(),
            resumed: false,
            volume_percent: 80,
            brightness_percent: 100,
        }
    }

    fn input(&self, input: SessionInput) -> Result<(), Failure> {
        self.0.inputs.lock().unwrap().push(input);
        Ok(())
    }
}

struct Contact(Arc<AtomicBool>);

impl Switch for Contact {
    fn is_pressed(&mut self) -> bool {
        self.0.load(Relaxed)
    }
}

struct Bulbs(Arc<Mutex<Vec<Rgb>>>);

impl Lights for Bulbs {
    fn show(&mut self, colours: &[Rgb]) -> Result<(), DeviceError> {
        *self.0.lock().unwrap() = colours.to_vec();
        Ok(())
    }
}

struct Bench {
    driver: Driver,
    shared: Arc<Shared>,
    house: Arc<House>,
    finger: Arc<AtomicBool>,
    leds: Arc<Mutex<Vec<Rgb>>>,
    now: u64,
}

impl Bench {
    fn new() -> Self {
        Self::hearing(FrontConfig::NOTHING)
    }

    fn hearing(front: FrontConfig) -> Self {
        let shared = Shared::new(DeviceConfig {
            capture: String::new(),
            playback: String::new(),
            channel: 0,
            room: None,
            front,
            wake_word: true,
            barge_in: true,
            hat: HatChoice::None,
            brightness_percent: 30,
        });
        let house = Arc::<House>::default();
        let opening = house.clone();
        let open = move |spec, sink| {
            if opening.full.load(Relaxed) {
                return Err(Failure::new(ErrorCode::Busy, "full"));
            }
            opening.specs.lock().unwrap().push(spec);
            *opening.sink.lock().unwrap() = Some(sink);
            Ok(Box::new(Port(opening.clone())) as Box<dyn SessionPort>)
        };
        let mut driver = Driver::new(&shared, Box::new(open));
        let (finger, leds) = (Arc::<AtomicBool>::default(), Arc::<Mutex<Vec<Rgb>>>::default());
        driver.hat = Hat {
            leds: 3,
            lights: Some(Box::new(Bulbs(leds.clone()))),
            button: Some(Box::new(Contact(finger.clone()))),
        };
        Self {
            driver,
            shared,
            house,
            finger,
            leds,
            now: 0,
        }
    }

    fn with_cards() -> Self {
        let mut bench = Self::new();
        bench.shared.microphone.opened("plughw:CARD=A", 16_000, 1);
        bench.shared.speaker.opened("plughw:CARD=A", 22_050, 1);
        bench.runs(10);
        bench
    }

    fn runs(&mut self, ms: u64) {
        for _ in 0..ms / 10 {
            self.now += 10;
            let mail = self.shared.inbox.wait(Duration::ZERO);
            self.driver.step(mail, Millis(self.now));
        }
    }

    fn presses(&mut self, ms: u64) {
        self.finger.store(true, Relaxed);
        self.runs(ms);
        self.finger.store(false, Relaxed);
        self.runs(50);
    }

    fn hears(&mut self, event: SessionEvent) {
        self.house.sink.lock().unwrap().as_ref().unwrap()(event);
        self.runs(10);
    }

    fn is(&mut self, state: TurnState) {
        let turn_id = TurnId(1);
        self.hears(SessionEvent::State { turn_id, state });
    }

    fn told(&self) -> Vec<SessionInput> {
        std::mem::take(&mut *self.house.inputs.lock().unwrap())
    }

    fn led(&self) -> Rgb {
        self.leds.lock().unwrap()[0]
    }
}

#[test]
fn the_button_talks_stops_and_mutes() {
    use SessionInput::{Cancel, Mute, PushToTalk, WakeWord};
    let mut bench = Bench::with_cards();
    assert_eq!(bench.told(), [WakeWord(true)]);
    let tap = [PushToTalk { pressed: true }, PushToTalk { pressed: false }];
    bench.presses(100);
    assert_eq!(bench.told(), tap);
    for state in [TurnState::Thinking, TurnState::Speaking] {
        bench.is(state);
        bench.presses(100);
        assert_eq!(bench.told(), [Cancel], "{state:?}");
    }
    bench.is(TurnState::Idle);
    bench.hears(SessionEvent::TimerRinging { id: 3, name: None });
    bench.presses(100);
    assert_eq!(bench.told(), [Cancel]);
    bench.hears(SessionEvent::TimerStopped { id: 3 });
    bench.presses(2_000);
    assert_eq!((bench.told(), bench.led()), (vec![Mute(true)], RED));
    // As bright as the home wants it.
    bench.hears(SessionEvent::Brightness { percent: 0 });
    assert_eq!(bench.led(), Rgb::default());
    bench.hears(SessionEvent::Brightness { percent: 100 });
    assert_eq!(bench.led(), RED);
    // Somebody else may unmute it.
    bench.hears(SessionEvent::Muted { on: false });
    assert_eq!(bench.led(), DARK);
    bench.presses(2_000);
    bench.presses(2_000);
    assert_eq!((bench.told(), bench.led()), (vec![Mute(true), Mute(false)], DARK));
}

#[test]
fn leds_show_how_the_turn_is() {
    let mut bench = Bench::with_cards();
    assert_eq!(bench.led(), DARK);
    bench.is(TurnState::Listening);
    assert_eq!(*bench.leds.lock().unwrap(), [BLUE; 3]);
    bench.is(TurnState::Idle);
    assert_eq!(bench.led(), DARK);
    bench.hears(SessionEvent::Failed {
        turn_id: None,
        code: ErrorCode::Internal,
        sentence: String::new(),
        detail: String::new(),
    });
    assert_ne!(bench.led(), DARK);
    bench.runs(TROUBLE_FOR_MS);
    assert_eq!(bench.led(), DARK);
    // Her own Wi-Fi waits for somebody.
    bench.shared.set_up.store(true, Relaxed);
    bench.runs(10);
    assert_eq!(bench.driver.look.0, Look::SetUp);
    assert_ne!(bench.led(), DARK);
    bench.shared.set_up.store(false, Relaxed);
    bench.runs(10);
    assert_eq!(bench.led(), DARK);
    // Without a microphone nobody is heard, and everybody sees it.
    bench.shared.microphone.failed("gone".into());
    bench.runs(10);
    assert_ne!(bench.led(), DARK);
}

#[test]
fn another_loudspeaker_is_another_session_and_mute_outlives_it() {
    let mut bench = Bench::with_cards();
    bench.presses(2_000);
    bench.told();
    bench.shared.microphone.failed("gone".into());
    bench.runs(10);
    assert!(bench.told().is_empty(), "it still sounds: the session stays");
    bench.shared.speaker.failed("gone".into());
    bench.runs(100);
    assert_eq!(bench.told(), [SessionInput::Bye]);
    bench.shared.speaker.opened("plughw:CARD=B", 48_000, 2);
    bench.runs(10);
    assert_eq!(bench.told(), [SessionInput::WakeWord(true), SessionInput::Mute(true)]);
    bench.shared.speaker.opened("plughw:CARD=C", 44_100, 2);
    bench.runs(10);
    assert_eq!(bench.told()[0], SessionInput::Bye);
    let rates: Vec<_> = bench
        .house
        .specs
        .lock()
        .unwrap()
        .iter()
        .map(|spec| spec.playback_rate)
        .collect();
    assert_eq!(rates, [22_050, 48_000, 44_100]);
}

#[test]
fn speech_stops_a_reply_only_where_the_echo_is_taken_out() {
    let cancelling = FrontConfig {
        cancel_echo: true,
        ..FrontConfig::NOTHING
    };
    let mut bench = Bench::hearing(cancelling);
    bench.shared.microphone.opened("plughw:CARD=A", 48_000, 1);
    bench.shared.speaker.opened("plughw:CARD=A", 22_050, 1);
    bench.runs(10);
    let called = [SessionInput::WakeWord(true), SessionInput::InterruptedBySpeech(true)];
    assert_eq!(bench.told(), called);
    // What is heard comes through the front end: at the rate of ears, in whole frames.
    bench.shared.inbox.listens_at(48_000);
    bench.shared.inbox.hear(&[100; 4_800], Instant::now());
    bench.runs(10);
    let told = bench.told();
    let [SessionInput::Audio(frame)] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!((frame.rate, frame.samples.len() % 160), (SampleRate::HEARING, 0));
    // Without a loudspeaker there is nothing to be stopped.
    bench.shared.speaker.failed("gone".into());
    bench.runs(10);
    assert_eq!(bench.told(), [SessionInput::Bye, SessionInput::WakeWord(true)]);
}

#[test]
fn a_session_that_is_refused_or_ends_is_asked_for_again_and_not_at_once() {
    let mut bench = Bench::new();
    bench.house.full.store(true, Relaxed);
    bench.shared.microphone.opened("plughw:CARD=A", 16_000, 1);
    bench.shared.speaker.failed("none".into());
    bench.runs(100);
    bench.house.full.store(false, Relaxed);
    bench.runs(OPEN_AGAIN_MS - 200);
    let opened = |bench: &Bench| bench.house.specs.lock().unwrap().len();
    assert_eq!(opened(&bench), 0);
    bench.runs(300);
    assert_eq!(opened(&bench), 1);
    assert!(!bench.house.specs.lock().unwrap()[0].wants_audio);
    // The house lets go of it.
    *bench.house.sink.lock().unwrap() = None;
    bench.runs(100);
    assert_eq!(opened(&bench), 1);
    bench.runs(OPEN_AGAIN_MS);
    assert_eq!(opened(&bench), 2);
}

#[test]
fn what_an_old_session_still_says_is_not_heard() {
    let mut bench = Bench::with_cards();
    let old = bench.house.sink.lock().unwrap().take().unwrap();
    bench.shared.speaker.opened("plughw:CARD=B", 48_000, 2);
    bench.runs(10);
    bench.told();
    old(SessionEvent::Muted { on: true });
    old(SessionEvent::AudioFinished { turn_id: TurnId(8) });
    drop(old);
    bench.runs(100);
    assert_eq!((bench.led(), bench.told()), (DARK, vec![]));
    // One of its own would have been told of, where nothing sounds.
    let turn_id = TurnId(9);
    bench.hears(SessionEvent::AudioFinished { turn_id });
    bench.runs(10);
    assert_eq!(bench.told(), [SessionInput::PlaybackFinished { turn_id }]);
}
