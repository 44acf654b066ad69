//! Two daemons: a satellite with a microphone and a loudspeaker on ALSA itself, and the Rosie that it belongs to, which is away, comes,
//! is killed, and comes again.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, SoundCard, free_port, models, spoken, transcribed};
use serde_json::json;
use std::{
    path::Path,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(180);
/// What a satellite may take of the machine's memory.
const MEMORY_KB: u64 = 60 * 1024;

/// Waits until the loudspeaker has said something like that, after the first `from` bytes.
async fn says(card: &SoundCard, from: usize, words: &[&str]) {
    let until = Instant::now() + PATIENCE;
    loop {
        let heard = match card.played() > from {
            true => transcribed(&card.heard(from)),
            false => String::new(),
        };
        if words.iter().any(|word| heard.contains(word)) {
            return;
        }
        assert!(Instant::now() < until, "none of {words:?} was said, but: {heard}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Waits until the server has answered a turn of the satellite's.
async fn answers(server: &Daemon) {
    let until = Instant::now() + PATIENCE;
    loop {
        let turns = server.json("/api/v1/turns").await;
        let mut turns = turns["turns"].as_array().unwrap().iter();
        if let Some(turn) = turns.find(|turn| turn["outcome"] == "answered") {
            assert_eq!(
                (&turn["trigger"], &turn["endpoint"]),
                (&json!("wake_word"), &json!("hall")),
                "{turn}"
            );
            return;
        }
        assert!(
            Instant::now() < until,
            "no answer: {:?}",
            server.json("/api/v1/status").await
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn server(at: &str, data: &Path) -> Daemon {
    let server = Daemon::start_at(at, data, "{}", &models(), ("warn", &[]));
    server.ready(&["vad", "stt", "tts"]).await;
    server
}

async fn is_away(satellite: &Daemon) -> String {
    let until = Instant::now() + PATIENCE;
    loop {
        let (status, told) = satellite.get("/health/server").await;
        if status == 503 {
            return told;
        }
        assert!(Instant::now() < until, "{told}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn resident_kb(daemon: &Daemon) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", daemon.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// What starting and connecting took is given back some seconds later.
async fn rests(satellite: &Daemon) {
    let until = Instant::now() + PATIENCE;
    loop {
        let memory = resident_kb(satellite);
        if memory < MEMORY_KB {
            println!("a satellite that was called and answered takes {} MB", memory / 1024);
            return;
        }
        assert!(Instant::now() < until, "{memory} kB");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_satellite_is_called_and_its_server_answers_through_its_loudspeaker() {
    let folder = tempfile::tempdir().unwrap();
    let [own, of_server] = ["satellite", "server"].map(|name| folder.path().join(name));
    std::fs::create_dir(&own).unwrap();
    std::fs::create_dir(&of_server).unwrap();
    let at = format!("127.0.0.1:{}", free_port());
    let card = SoundCard::in_folder(folder.path());
    let config = json!({
        "role": "satellite",
        "satellite": { "server": format!("http://{at}"), "name": "hall" },
        "device": card.device(),
    });
    let asoundrc = SoundCard::asoundrc();
    let alsa = [("ALSA_CONFIG_PATH", asoundrc.as_str())];
    let satellite = Daemon::start_logging(&own, &config.to_string(), &models(), ("warn", &alsa));
    let _person = card.person(spoken("Hey Rosie, what is twelve plus thirty?"));
    satellite.ready(&["wake", "device"]).await;

    // Nobody is there, and it says so.
    let why = is_away(&satellite).await;
    assert!(why.contains(&at) && why.contains("is not reached"), "{why}");
    says(&card, 0, &["reach", "belong"]).await;

    let rosie = server(&at, &of_server).await;
    satellite.ready(&["server"]).await;
    let from = card.played();
    answers(&rosie).await;
    says(&card, from, &["42", "fortytwo", "forty two"]).await;
    rests(&satellite).await;

    // Its server is killed, and comes again.
    rosie.kill();
    is_away(&satellite).await;
    let rosie = server(&at, &of_server).await;
    satellite.ready(&["server"]).await;
    let from = card.played();
    answers(&rosie).await;
    says(&card, from, &["42", "fortytwo", "forty two"]).await;
    assert!(satellite.terminate(), "the satellite did not end well");
}
