//! What an endpoint costs whose audio goes over WebRTC: processor time and memory of the gateway with twenty of them that are
//! silent, that speak, and that Rosie speaks to. `rtc_bench [SESSIONS] [SECONDS]` prints one line of JSON a phase.
//!
//! Both ends are in this process, on threads of their own: only those of the gateway are counted.

#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../tests/gateway/client.rs"]
mod client;
#[allow(dead_code)]
#[path = "../tests/gateway/fake.rs"]
mod fake;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_backups.rs"]
mod fake_backups;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_integrations.rs"]
mod fake_integrations;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_memory/mod.rs"]
mod fake_memory;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_models.rs"]
mod fake_models;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_network.rs"]
mod fake_network;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_plugins.rs"]
mod fake_plugins;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_record.rs"]
mod fake_record;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_speakers.rs"]
mod fake_speakers;
#[allow(dead_code)]
#[path = "../tests/gateway/fake_updates.rs"]
mod fake_updates;
#[allow(dead_code)]
#[path = "../tests/gateway/rtc_peer.rs"]
mod rtc_peer;
#[path = "../tests/gateway/rtc_relay.rs"]
mod rtc_relay;
#[allow(dead_code)]
#[path = "../tests/gateway/rtc_sound.rs"]
mod rtc_sound;

use client::Server;
use rosie_core::{AudioFrame, SampleRate, TurnId, session::SessionEvent};
use rtc_peer::Browser;
use serde_json::json;
use std::{
    fs,
    time::{Duration, Instant},
};
use tokio::runtime::{Builder, Runtime};

/// How the kernel names the gateway's threads.
const GATEWAY: &str = "gateway";
/// Of `/proc/*/stat`, on Linux for longer than anybody remembers.
const TICKS_PER_S: f64 = 100.0;

fn main() {
    let argument = |n: usize, usual: u64| std::env::args().nth(n).map_or(usual, |text| text.parse().unwrap());
    let (sessions, seconds) = (argument(1, 20) as usize, argument(2, 4));
    let gateway = runtime(GATEWAY);
    let pages = runtime("pages");
    let server = gateway.block_on(async {
        let server = Server::start(|config| config.webrtc.enabled = true);
        // Spawned, so that it runs on a thread with the right name.
        tokio::spawn(server).await.unwrap()
    });
    let mut browsers: Vec<Browser> = pages.block_on(async {
        let mut browsers = Vec::new();
        for _ in 0..sessions {
            browsers.push(Browser::connected(&server, None).await);
        }
        browsers
    });
    std::thread::sleep(Duration::from_secs(2));
    let silent = measure(|| std::thread::sleep(Duration::from_secs(seconds)));
    print("silent", sessions, silent);

    let speech = rtc_sound::tone(24_000, 1000 * seconds as usize);
    let turn_id = TurnId(1);
    let reply = [
        SessionEvent::PlaybackStarted {
            turn_id,
            rate: 24_000,
            channels: 1,
        },
        SessionEvent::Audio {
            turn_id,
            frame: AudioFrame::mono(speech, SampleRate(24_000)),
        },
        SessionEvent::AudioFinished { turn_id },
    ];
    let spoken_to = measure(|| {
        reply.iter().for_each(|event| server.fake.tell_all(event));
        std::thread::sleep(Duration::from_secs(seconds));
    });
    print("rosie_speaks", sessions, spoken_to);

    let speaking = measure(|| {
        pages.block_on(async {
            let packets = rtc_sound::packets_of_tone(1000 * seconds as u32);
            let mut beat = tokio::time::interval(Duration::from_millis(20));
            for packet in packets {
                beat.tick().await;
                for browser in &mut browsers {
                    browser.say(packet.clone()).await;
                }
            }
        });
    });
    print("page_speaks", sessions, speaking);
    pages.block_on(async {
        for browser in browsers {
            browser.leave().await;
        }
    });
}

fn runtime(name: &str) -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name(name)
        .enable_all()
        .build()
        .unwrap()
}

/// Seconds of the clock and of the gateway's processor that `work` took.
fn measure(work: impl FnOnce()) -> (f64, f64) {
    let (began, before) = (Instant::now(), processor_s());
    work();
    (began.elapsed().as_secs_f64(), processor_s() - before)
}

fn processor_s() -> f64 {
    let mut ticks = 0.0;
    for thread in fs::read_dir("/proc/self/task").unwrap().flatten() {
        let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        let Some((head, rest)) = stat.rsplit_once(") ") else {
            continue;
        };
        if head.ends_with(&format!("({GATEWAY}")) {
            let fields: Vec<&str> = rest.split(' ').collect();
            ticks += fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
        }
    }
    ticks / TICKS_PER_S
}

fn print(phase: &str, sessions: usize, (wall_s, processor_s): (f64, f64)) {
    let percent = 100.0 * processor_s / wall_s / sessions as f64;
    println!(
        "{}",
        json!({"phase": phase, "sessions": sessions, "wall_s": wall_s, "processor_s": processor_s, "percent_of_a_processor_a_session": percent})
    );
}
