//! The endpoint on ALSA itself, with plugins instead of cards: what the microphone hears reaches the session, what the session says
//! reaches the loudspeaker, and a card may come and go.
#![allow(clippy::unwrap_used)]

use nix::sys::stat::Mode;
use rosie_core::{
    AudioFrame, Failure, Language, RoomId, SampleRate, SessionId, TurnId,
    engine::EngineHealth,
    session::{EndpointSpec, SessionEvent, SessionInput, SessionOpened, SessionPort, SessionSink},
};
use rosie_device::{
    DeviceConfig, HatChoice, LocalEndpoint,
    front::FrontConfig,
    selftest::{self, Reason, Stimulus},
};
use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// ALSA reads where its configuration is from the environment: the test runs in a process that has it there. True in that process.
fn with_alsa(test: &str) -> bool {
    if std::env::var_os("ALSA_CONFIG_PATH").is_some() {
        return true;
    }
    let asoundrc = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/asoundrc");
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("ALSA_CONFIG_PATH", asoundrc)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.contains("1 passed"), "{told}{wrong}");
    false
}

/// A session that writes down what it is given.
#[derive(Default)]
struct House {
    specs: Mutex<Vec<EndpointSpec>>,
    inputs: Mutex<Vec<SessionInput>>,
    sink: Mutex<Option<SessionSink>>,
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
            volume_percent: 100,
            brightness_percent: 100,
        }
    }

    fn input(&self, input: SessionInput) -> Result<(), Failure> {
        self.0.inputs.lock().unwrap().push(input);
        Ok(())
    }
}

impl House {
    fn say(&self, event: SessionEvent) {
        self.sink.lock().unwrap().as_ref().unwrap()(event);
    }

    fn reply(&self, turn_id: TurnId, samples: &[i16]) {
        for piece in samples.chunks(4_000) {
            let frame = AudioFrame::mono(piece.to_vec(), SampleRate(22_050));
            self.say(SessionEvent::Audio { turn_id, frame });
        }
        self.say(SessionEvent::AudioFinished { turn_id });
    }

    fn finished(&self) -> Vec<TurnId> {
        let inputs = self.inputs.lock().unwrap();
        let finished = inputs.iter().filter_map(|input| match input {
            SessionInput::PlaybackFinished { turn_id } => Some(*turn_id),
            _ => None,
        });
        finished.collect()
    }

    fn heard(&self) -> Vec<i16> {
        let inputs = self.inputs.lock().unwrap();
        let frames = inputs.iter().filter_map(|input| match input {
            SessionInput::Audio(frame) => Some(frame.samples.clone()),
            _ => None,
        });
        frames.flatten().collect()
    }
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "not within {PATIENCE:?}: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn config(capture: &str, playback: &str) -> DeviceConfig {
    DeviceConfig {
        capture: capture.into(),
        playback: playback.into(),
        channel: 0,
        room: Some(RoomId::from("kitchen")),
        front: FrontConfig::NOTHING,
        wake_word: true,
        barge_in: true,
        hat: HatChoice::Auto,
        brightness_percent: 30,
    }
}

fn started(capture: &str, playback: &str) -> (Arc<House>, LocalEndpoint) {
    let house = Arc::new(House::default());
    let opening = house.clone();
    let open = move |spec, sink| {
        opening.specs.lock().unwrap().push(spec);
        *opening.sink.lock().unwrap() = Some(sink);
        Ok(Box::new(Port(opening.clone())) as Box<dyn SessionPort>)
    };
    let endpoint = LocalEndpoint::start(config(capture, playback), Box::new(open)).unwrap();
    (house, endpoint)
}

fn pipe(folder: &TempDir, name: &str) -> (PathBuf, File) {
    let path = folder.path().join(name);
    nix::unistd::mkfifo(&path, Mode::from_bits_truncate(0o600)).unwrap();
    let file = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    (path, file)
}

fn bytes(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
}

fn samples(bytes: &[u8]) -> Vec<i16> {
    bytes.as_chunks().0.iter().map(|two| i16::from_le_bytes(*two)).collect()
}

/// What a loudspeaker was given, without the silence after it.
fn sounded(out: &Path) -> Vec<i16> {
    let mut all = samples(&std::fs::read(out).unwrap());
    while all.pop_if(|sample| *sample == 0).is_some() {}
    all
}

/// Values that follow each other, and none of them 0.
fn ramp(count: usize) -> Vec<i16> {
    (0..count).map(|at| (at % 30_000) as i16 + 1).collect()
}

#[test]
fn what_the_microphone_hears_reaches_the_session_whole() {
    if !with_alsa("what_the_microphone_hears_reaches_the_session_whole") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let (path, mut microphone) = pipe(&folder, "microphone");
    let (house, endpoint) = started(&format!("heard:{}", path.display()), "null");
    until("a session", || !house.specs.lock().unwrap().is_empty());
    let spec = house.specs.lock().unwrap()[0].clone();
    let told = (
        spec.endpoint.as_str(),
        spec.room.as_ref().unwrap().as_str(),
        spec.wants_audio,
    );
    assert_eq!(told, ("local", "kitchen", true));
    assert_eq!(house.inputs.lock().unwrap()[0], SessionInput::WakeWord(true));

    // One and a half times what is kept for a driver that is late.
    let said = ramp(24_000);
    for piece in said.chunks(320) {
        microphone.write_all(&bytes(piece)).unwrap();
        std::thread::sleep(Duration::from_millis(2));
    }
    until("all of it", || house.heard().len() >= said.len());
    assert_eq!(house.heard(), said);
    let health = endpoint.health();
    assert_eq!((health.health, health.dropped), (EngineHealth::Ready, 0));
}

#[test]
fn a_reply_sounds_to_its_last_sample_and_is_told_of() {
    if !with_alsa("a_reply_sounds_to_its_last_sample_and_is_told_of") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let (path, _microphone) = pipe(&folder, "microphone");
    let out = folder.path().join("loudspeaker");
    let (house, endpoint) = started(&format!("heard:{}", path.display()), &format!("file:{}", out.display()));
    until("a session", || house.sink.lock().unwrap().is_some());
    assert_eq!(house.specs.lock().unwrap()[0].playback_rate, 22_050);

    let said = ramp(50_003);
    house.reply(TurnId(4), &said);
    until("the end of the turn", || house.finished() == [TurnId(4)]);
    // Half as loud is a quarter.
    house.say(SessionEvent::Volume { percent: 50 });
    until("the volume", || {
        house.reply(TurnId(5), &[20_000; 10]);
        until("the end of a turn", || house.finished().last() == Some(&TurnId(5)));
        house
            .inputs
            .lock()
            .unwrap()
            .retain(|input| !matches!(input, SessionInput::PlaybackFinished { .. }));
        sounded(&out).last() == Some(&5_000)
    });
    endpoint.stop();
    let heard = sounded(&out);
    assert!(heard.starts_with(&said), "{} samples", heard.len());
    assert_eq!(house.inputs.lock().unwrap().last(), Some(&SessionInput::Bye));
}

#[test]
fn what_is_stopped_does_not_sound() {
    if !with_alsa("what_is_stopped_does_not_sound") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let (path, _microphone) = pipe(&folder, "microphone");
    // A loudspeaker that takes no more than a pipe holds until somebody listens.
    let (out, mut speaker) = pipe(&folder, "loudspeaker");
    let (house, _endpoint) = started(&format!("heard:{}", path.display()), &format!("file:{}", out.display()));
    until("a session", || house.sink.lock().unwrap().is_some());
    let long = vec![1; 22_050 * 20];
    house.reply(TurnId(1), &long);
    house.say(SessionEvent::StopPlayback { turn_id: TurnId(1) });
    house.reply(TurnId(2), &[2; 100]);

    let mut heard = Vec::new();
    while heard.iter().filter(|sample| **sample == 2).count() < 100 {
        let mut some = [0; 4_096];
        let count = speaker.read(&mut some).unwrap();
        heard.extend(samples(&some[..count]));
    }
    let ones = heard.iter().filter(|sample| **sample == 1).count();
    assert!(ones < long.len() / 4, "{ones} of {}", long.len());
    until("the end of the second", || house.finished() == [TurnId(2)]);
}

#[test]
fn what_gives_sound_without_end_is_no_microphone() {
    if !with_alsa("what_gives_sound_without_end_is_no_microphone") {
        return;
    }
    let (_house, endpoint) = started("null", "null");
    let mut reason = String::new();
    until("that it is none", || {
        if let EngineHealth::Unavailable { reason: why } = endpoint.health().health {
            reason = why;
        }
        !reason.is_empty()
    });
    assert!(
        reason.starts_with("no microphone: null: it gives sound faster"),
        "{reason}"
    );
}

#[test]
fn a_microphone_that_is_not_there_is_told_of_and_tried_again() {
    if !with_alsa("a_microphone_that_is_not_there_is_told_of_and_tried_again") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("microphone");
    let (house, endpoint) = started(&format!("heard:{}", path.display()), "nobodys");
    let no_microphone = |health: &EngineHealth| match health {
        EngineHealth::Unavailable { reason } => reason.starts_with("no microphone: heard:"),
        _ => false,
    };
    until("no microphone", || no_microphone(&endpoint.health().health));
    // Nothing to hear and nothing to sound with is no endpoint.
    assert!(house.specs.lock().unwrap().is_empty());

    let (_, mut microphone) = pipe(&folder, "microphone");
    until("a session", || !house.specs.lock().unwrap().is_empty());
    assert!(!house.specs.lock().unwrap()[0].wants_audio);
    let EngineHealth::Degraded { reason } = endpoint.health().health else {
        panic!("{:?}", endpoint.health());
    };
    assert!(
        reason.starts_with("no loudspeaker: nobodys: there is no such card or name"),
        "{reason}"
    );
    microphone.write_all(&bytes(&ramp(320))).unwrap();
    until("what is said", || house.heard() == ramp(320));
    // Nothing waits for sound that nobody can hear.
    house.reply(TurnId(1), &ramp(100));
    until("the end of the turn", || house.finished() == [TurnId(1)]);
}

/// What a room makes of both sides of a loudspeaker of 22,050 Hz, for a microphone of 16 kHz whose second channel is deaf.
fn through_a_room(played: &[i16]) -> Vec<i16> {
    let frames = played.as_chunks::<2>().0;
    let both = |at: usize| {
        frames
            .get(at)
            .map_or(0.0, |[left, right]| f64::from(*left) + f64::from(*right))
    };
    let heard = (0..frames.len() * 16_000 / 22_050).flat_map(|at| {
        let place = at as f64 * 22_050.0 / 16_000.0;
        let (first, along) = (place as usize, place.fract());
        let sample = both(first) * (1.0 - along) + both(first + 1) * along;
        [(sample * 0.2) as i16, 0]
    });
    heard.collect()
}

#[test]
fn the_self_test_hears_what_it_plays() {
    if !with_alsa("the_self_test_hears_what_it_plays") {
        return;
    }
    /// Bytes of 20 ms, two channels.
    const PERIOD: usize = 320 * 4;
    let folder = TempDir::new().unwrap();
    let (path, mut microphone) = pipe(&folder, "microphone");
    let (out, mut speaker) = pipe(&folder, "loudspeaker");
    let phrase: Vec<i16> = (0..22_050i64).map(|at| (at * at % 20_011 - 10_000) as i16).collect();
    // The silence at the end may stay in ALSA's own buffer.
    let played = Stimulus::new(22_050, &phrase, 100).line().len() - 22_050 / 2;
    std::thread::spawn(move || {
        let mut all = Vec::new();
        while all.len() < played * 4 {
            let mut some = [0; 4_096];
            let count = speaker.read(&mut some).unwrap();
            all.extend_from_slice(&some[..count]);
        }
        // A period at a time: ALSA makes silence of what is missing in one.
        for period in bytes(&through_a_room(&samples(&all))).chunks_exact(PERIOD) {
            microphone.write_all(period).unwrap();
        }
        // A room goes on when it is quiet.
        loop {
            microphone.write_all(&[0; PERIOD]).unwrap();
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let config = config(&format!("heard:{}", path.display()), &format!("file:{}", out.display()));
    let listened = selftest::perform(&config, &AudioFrame::mono(phrase, SampleRate(22_050)), 100).unwrap();
    assert_eq!((listened.recording.rate, listened.recording.channels), (16_000, 2));
    let report = selftest::analyse(&listened.stimulus, &listened.recording, listened.channel);
    let found = |reason| report.findings.iter().find(|finding| finding.reason == reason);
    for reason in [
        Reason::GapsNone,
        Reason::LevelGood,
        Reason::ClippingNone,
        Reason::ClocksTogether,
    ] {
        assert!(found(reason).is_some(), "no {reason:?}: {:#?}", report.findings);
    }
    assert_eq!(found(Reason::ChannelDead).map(|finding| finding.value), Some(2.0));

    let nobodys = selftest::perform(
        &self::config("nobodys", "null"),
        &AudioFrame::mono(Vec::new(), SampleRate(22_050)),
        100,
    );
    let why = nobodys.map(|_| ()).unwrap_err().to_string();
    assert!(
        why.starts_with("microphone: nobodys: there is no such card or name"),
        "{why}"
    );
}
