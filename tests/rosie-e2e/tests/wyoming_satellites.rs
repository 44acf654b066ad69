//! The stock Wyoming satellite (a package of PyPI) as an endpoint of a real daemon with real engines.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{
    Broker, Daemon, Listener, at_16_khz, free_port, spoken, transcribed,
    wyoming::{client, daemon, place, python, written},
};
use serde_json::{Value, json};
use std::{
    io::Read,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

struct Satellite(Child);

impl Drop for Satellite {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The stock satellite in a kitchen, whose microphone hears `recording` half a second after the wake word.
/// It plays a sound of its own when it wakes and when it has listened, and passes on what it is told.
fn satellite(port: u16, recording: &str, out: &Path, [awake, done]: [&str; 2], told: &Told) -> Satellite {
    let more = ["--awake-wav", awake, "--done-wav", done, "--event-uri", &told.uri];
    satellite_with(port, recording, out, &[&["--no-zeroconf"], &more[..]].concat())
}

/// What a satellite passes on to whoever shows it (LEDs, a screen).
struct Told {
    uri: String,
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Told {
    fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("tcp://{}", listener.local_addr().unwrap());
        let bytes: Arc<Mutex<Vec<u8>>> = Arc::default();
        let heard = bytes.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut some = [0; 4096];
                while let Ok(count @ 1..) = stream.read(&mut some) {
                    heard.lock().unwrap().extend(&some[..count]);
                }
            }
        });
        Self { uri, bytes }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap()).into_owned()
    }

    async fn hears(&self, words: &str) {
        self.hears_times(words, 1, Duration::from_secs(30)).await;
    }

    async fn hears_times(&self, words: &str, times: usize, patience: Duration) {
        let until = Instant::now() + patience;
        while self.text().matches(words).count() < times {
            assert!(Instant::now() < until, "not {times} times {words}: {}", self.text());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// A tenth of a second of one value, as a satellite plays it.
fn sound(value: i16, path: &Path) -> String {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 22_050,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    (0..2_205).for_each(|_| writer.write_sample(value).unwrap());
    writer.finalize().unwrap();
    path.display().to_string()
}

fn satellite_with(port: u16, recording: &str, out: &Path, more: &[&str]) -> Satellite {
    let wake = format!("{} {} 9", python().display(), script("wake.py"));
    let wakes = ["--wake-command", &wake, "--wake-word-name", "hey_rosie"];
    let microphone = format!("{recording} 9.5");
    started(port, &microphone, out, &[more, &wakes[..]].concat())
}

fn script(name: &str) -> String {
    place().join(name).display().to_string()
}

fn started(port: u16, microphone: &str, out: &Path, more: &[&str]) -> Satellite {
    let python = python().display().to_string();
    let child = Command::new(&python)
        .args(["-m", "wyoming_satellite", "--name", "Kitchen Box"])
        .args(more)
        .args(["--uri", &format!("tcp://0.0.0.0:{port}")])
        .args([
            "--mic-command",
            &format!("{python} {} {microphone}", script("microphone.py")),
        ])
        .args(["--snd-command", &format!("tee -a {}", out.display())])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Satellite(child)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stock_satellite_is_an_endpoint_in_its_room() {
    let folder = tempfile::tempdir().unwrap();
    let recording = written(&spoken("What is twelve plus thirty?"), folder.path());
    let (port, out) = (free_port(), folder.path().join("heard.raw"));
    let satellites = json!([{ "address": format!("127.0.0.1:{port}"), "room": "kitchen" }]);
    let own = free_port();
    let daemon = daemon(own, json!({ "satellites": satellites, "room": "kitchen" }));
    daemon.ready(&["vad", "stt", "tts"]).await;
    let told = Told::listen();
    let [awake, done] =
        [(12_345, "awake.wav"), (-12_345, "done.wav")].map(|(v, name)| sound(v, &folder.path().join(name)));
    let _satellite = satellite(port, &recording, &out, [&awake, &done], &told);

    let until = Instant::now() + Duration::from_secs(60);
    let turn = loop {
        let turns = daemon.json("/api/v1/turns").await;
        if let Some(turn) = turns["turns"].as_array().and_then(|turns| turns.first()) {
            break turn.clone();
        }
        assert!(Instant::now() < until, "no turn from the satellite");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(
        (&turn["room"], &turn["outcome"]),
        (&json!("kitchen"), &json!("answered")),
        "{turn}"
    );
    assert_eq!(turn["endpoint"], "satellite-kitchen-box");
    // What its loudspeaker was given: 22,050 Hz.
    let sound = std::fs::read(&out).unwrap();
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 22_050,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let reply = folder.path().join("reply.wav");
    let mut writer = hound::WavWriter::create(&reply, spec).unwrap();
    let heard: Vec<i16> = sound.as_chunks().0.iter().map(|two| i16::from_le_bytes(*two)).collect();
    // Its own sounds came at their time, whole, and not into the reply.
    let run = |value: i16| {
        let at: Vec<usize> = (0..heard.len()).filter(|at| heard[*at] == value).collect();
        let whole = at.len() >= 2_205 && at[2_204] - at[0] == 2_204;
        assert!(whole, "{value}: {} samples", at.len());
        at[0]
    };
    let (awake, done) = (run(12_345), run(-12_345));
    assert!(
        awake < done && done < heard.len() / 2,
        "{awake} {done} of {}",
        heard.len()
    );
    for sample in &heard[done + 2_205..] {
        writer.write_sample(*sample).unwrap();
    }
    writer.finalize().unwrap();
    let words = transcribed(&at_16_khz(&reply));
    assert!(words.contains("42") || words.contains("fortytwo"), "{words}");

    // Timers of its room, for satellites that show them.
    client(own, &["ask", "set a pasta timer for three seconds"]);
    for words in ["timer-started", "pasta", "timer-finished"] {
        told.hears(words).await;
    }
    client(own, &["ask", "set a timer for ten minutes"]);
    client(own, &["ask", "cancel the ten minute timer"]);
    told.hears("timer-cancelled").await;
}

/// Rosie hears her name in what a satellite streams that has no wake word of its own: one that streams when somebody speaks, and
/// one that streams all the time. What is said in one breath with it is asked, without it; and afterwards she hears it again. Each
/// time that is told over MQTT.
#[tokio::test(flavor = "multi_thread")]
async fn rosie_hears_her_name_for_satellites() {
    let folder = tempfile::tempdir().unwrap();
    let recording = written(&spoken("Hey Rosie, what is twelve plus thirty?"), folder.path());
    for how in [&["--vad"][..], &[]] {
        let port = free_port();
        let satellites = json!([{ "address": format!("127.0.0.1:{port}"), "room": "kitchen" }]);
        let broker = Broker::start();
        let listener = Listener::connect(broker.port).await;
        let config = json!({ "wyoming": { "satellites": satellites }, "mqtt": { "url": broker.url() } });
        let daemon = Daemon::start(&config.to_string());
        daemon.ready(&["vad", "wake", "stt", "tts", "integrations/mqtt"]).await;
        let told = Told::listen();
        // Said again and again: a reply takes its time, and what is said meanwhile interrupts it.
        let microphone = format!("{recording} 14 again");
        let more = ["--no-zeroconf", "--event-uri", &told.uri];
        let _satellite = started(port, &microphone, Path::new("/dev/null"), &[how, &more[..]].concat());
        told.hears_times("hey_rosie", 2, Duration::from_secs(180)).await;
        told.hears_times("is 42.", 2, Duration::from_secs(180)).await;
        let turns = daemon.json("/api/v1/turns").await;
        let turns = turns["turns"].as_array().unwrap();
        let answered = turns.iter().find(|turn| turn["outcome"] == "answered").unwrap();
        let (trigger, room) = (&answered["trigger"], &answered["room"]);
        assert_eq!(
            (trigger, room),
            (&json!("wake_word"), &json!("kitchen")),
            "{how:?}: {turns:?}"
        );
        let event = listener
            .wait("the wake word", |heard| {
                heard.topic == "rosie/endpoint/satellite-kitchen-box/event"
                    && heard.json()["event_type"] == "wake_word_heard"
            })
            .await;
        assert_eq!(event.json()["word"], "hey_rosie", "{event:?}");
        // Her name is no part of what was asked; numbers come as words or figures.
        let heard = told.text();
        let asked = heard.to_lowercase().replace("twelve", "12").replace("thirty", "30");
        let sums = ["is 12 plus 30", "is 12 + 30", "is 12+30"];
        let asked = sums.iter().any(|sum| asked.contains(sum));
        assert!(asked && !heard.contains("Rosie"), "{how:?}: {heard}");
    }
}

/// By mDNS: another library finds Rosie on the network, without an address that only this machine has, and Rosie finds a
/// satellite that stands in one of her rooms.
#[tokio::test(flavor = "multi_thread")]
async fn rosie_is_found_on_the_network_and_finds_satellites() {
    let folder = tempfile::tempdir().unwrap();
    let recording = written(&[0; 1600], folder.path());
    let (port, own) = (free_port(), free_port());
    let listen = json!({ "listen": [format!("0.0.0.0:{own}")], "discover": true });
    let daemon = daemon(own, listen);
    let _satellite = satellite_with(port, &recording, Path::new("/dev/null"), &["--area", "Office"]);

    let find = Command::new(python())
        .arg(place().join("find.py"))
        .args([own.to_string().as_str(), "30"])
        .output()
        .unwrap();
    let found = String::from_utf8_lossy(&find.stdout).into_owned();
    let lines = found.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let rosie: Vec<Value> = lines.filter(|told| told["port"] == own).collect();
    assert!(!rosie.is_empty(), "{found}{}", String::from_utf8_lossy(&find.stderr));
    assert!(
        rosie
            .iter()
            .all(|told| !told["addresses"].to_string().contains("127.0.0.1")),
        "{found}"
    );

    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let status = daemon.json("/api/v1/status").await;
        if let Some(session) = status["sessions"].as_array().and_then(|all| all.first()) {
            assert_eq!(
                (&session["endpoint"], &session["room"]),
                (&json!("satellite-kitchen-box"), &json!("office"))
            );
            return;
        }
        assert!(Instant::now() < until, "the satellite was not found: {status}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
