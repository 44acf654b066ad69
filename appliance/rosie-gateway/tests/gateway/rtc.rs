//! Audio over WebRTC, from the offer on a WebSocket to the last packet, with a peer of its own at the other end.

use crate::{
    client::{Heard, PATIENCE, Server},
    rtc_peer::Browser,
    rtc_sound::{eventually, heard, share_of_tone, tone, without_pauses},
};
use proptest::{prelude::*, test_runner::Config};
use rosie_core::{
    AudioFrame, SampleRate, TurnId,
    session::{SessionEvent as E, SessionInput},
};
use serde_json::json;
use std::time::Duration;

const RATE: u32 = 24_000;

async fn server() -> Server {
    Server::start(|config| {
        config.webrtc.enabled = true;
        // The endpoint of a test may have a busy machine behind it.
        config.idle_timeout = Duration::from_secs(120);
    })
    .await
}

/// What Rosie does when she says `ms` of a tone, faster than it sounds.
fn reply(turn: u64, ms: usize) -> Vec<E> {
    let turn_id = TurnId(turn);
    let mut events = vec![E::PlaybackStarted {
        turn_id,
        rate: RATE,
        channels: 1,
    }];
    events.extend(tone(RATE, ms).chunks(7001).map(|chunk| E::Audio {
        turn_id,
        frame: AudioFrame::mono(chunk.to_vec(), SampleRate(RATE)),
    }));
    events.push(E::AudioFinished { turn_id });
    events
}

fn speak(server: &Server, turn: u64, ms: usize) {
    reply(turn, ms).into_iter().for_each(|event| server.fake.tell(event));
}

/// What is heard of two seconds of a tone, of which `loss_percent` are lost and a tenth arrives in the wrong order.
async fn hears_a_tone(bad: Option<(u64, u64)>) {
    let server = server().await;
    let mut browser = Browser::connected(&server, bad).await;
    let before = without_pauses(&heard(&server), 16_000).len();
    browser.say_tone(2_000).await;
    // Silence behind it brings out what waits behind a hole.
    for _ in 0..10 {
        browser.say(vec![0x08]).await;
    }
    let sounded = |server: &Server| without_pauses(&heard(server), 16_000)[before..].to_vec();
    let wanted = SampleRate(16_000).samples(1_900);
    eventually("the tone is not heard", || sounded(&server).len() >= wanted).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let samples = sounded(&server);
    let length = SampleRate(16_000).millis(samples.len());
    assert!((1_900..=2_350).contains(&length), "{length} ms of 2,000");
    let share = share_of_tone(&samples[..wanted], 16_000);
    assert!(share > if bad.is_some() { 0.8 } else { 0.95 }, "{share}");
    browser.leave().await;
}

#[tokio::test]
async fn what_is_said_is_heard() {
    hears_a_tone(None).await;
}

#[tokio::test]
async fn what_is_said_is_heard_over_a_bad_network() {
    hears_a_tone(Some((7, 5))).await;
}

async fn says_a_tone(bad: Option<(u64, u64)>) {
    let server = server().await;
    let mut browser = Browser::connected(&server, bad).await;
    let began = std::time::Instant::now();
    speak(&server, 5, 1_500);
    let start = browser.until("audio_start").await;
    assert_eq!(start["rtp"], true, "{start}");
    assert_eq!(
        browser.until("audio_end").await,
        json!({"type": "audio_end", "turn": 5})
    );
    assert!(
        began.elapsed() >= Duration::from_millis(1_450),
        "it is paced as it sounds"
    );
    let packets = 1_500 / 20 + 1;
    let least = if bad.is_some() { packets * 4 / 5 } else { packets - 1 };
    eventually("packets are missing", || browser.packets().len() >= least).await;
    // Silent after it: nothing more is sent.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(browser.packets().len() <= packets + 1, "{}", browser.packets().len());
    let sound = browser.sound();
    let share = share_of_tone(&sound, RATE);
    assert!(share > if bad.is_some() { 0.8 } else { 0.95 }, "{share}");
    browser.leave().await;
}

#[tokio::test]
async fn what_rosie_says_is_heard() {
    says_a_tone(None).await;
}

#[tokio::test]
async fn what_rosie_says_is_heard_over_a_bad_network() {
    says_a_tone(Some((11, 5))).await;
}

#[tokio::test]
async fn who_interrupts_hears_no_more() {
    let server = server().await;
    let mut browser = Browser::connected(&server, None).await;
    speak(&server, 5, 20_000);
    browser.until("audio_start").await;
    eventually("nothing is said", || browser.packets().len() > 5).await;
    server.fake.tell(E::StopPlayback { turn_id: TurnId(5) });
    browser.until("stop_playback").await;
    // What was on its way still comes; a reply that went on would be quiet only after all of its 1,000 packets.
    let mut count = 0;
    while count < browser.packets().len() {
        count = browser.packets().len();
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(count < 500, "she speaks on: {count}");
    // And the next reply sounds as ever.
    speak(&server, 6, 100);
    assert_eq!(browser.until("audio_start").await["turn"], 6);
    browser.until("audio_end").await;
    browser.leave().await;
}

#[tokio::test]
async fn a_connection_that_goes_leaves_the_rest_to_the_websocket() {
    let server = server().await;
    let mut browser = Browser::connected(&server, None).await;
    speak(&server, 5, 10_000);
    assert_eq!(browser.until("audio_start").await["rtp"], true);
    eventually("nothing is said", || browser.packets().len() > 5).await;
    browser
        .endpoint
        .send(json!({"type": "rtc_close", "id": browser.id}))
        .await;
    let again = browser.until("audio_start").await;
    assert_eq!((again["turn"].as_u64(), again.get("rtp")), (Some(5), None));
    let mut bytes = 0;
    loop {
        match browser.endpoint.hear().await {
            Heard::Audio(5, payload) => bytes += payload.len(),
            Heard::Json(message) => break assert_eq!(message, json!({"type": "audio_end", "turn": 5})),
            other => panic!("{other:?}"),
        }
    }
    let ms = SampleRate(RATE).millis(bytes / 2) as usize + 20 * browser.packets().len();
    assert!((9_500..=10_200).contains(&ms), "{ms} ms of 10,000");
    browser.leave().await;
}

#[tokio::test]
async fn a_change_of_network_renews_the_connection() {
    let server = server().await;
    let mut browser = Browser::connected(&server, None).await;
    browser.renew(&server).await;
    let before = heard(&server).len();
    browser.say_tone(500).await;
    let sounded = || without_pauses(&heard(&server)[before..], 16_000).len() >= SampleRate(16_000).samples(400);
    eventually("nothing is heard after it", sounded).await;
    browser.leave().await;
}

#[tokio::test]
async fn where_it_is_off_everything_is_as_ever() {
    let server = Server::plain().await;
    let mut endpoint = server.endpoint().await;
    endpoint.send(crate::client::hello()).await;
    assert_eq!(endpoint.json().await.get("webrtc"), None);
    endpoint.send(json!({"type": "rtc_offer", "id": 3, "sdp": "v=0"})).await;
    assert_eq!(
        endpoint.json().await,
        json!({"type": "rtc_close", "id": 3, "reason": "off"})
    );
    speak(&server, 5, 100);
    assert_eq!(endpoint.json().await.get("rtp"), None);
}

#[tokio::test]
async fn what_never_connects_costs_a_message_and_no_reply() {
    let server = server().await;
    let mut browser = Browser::new(&server, None).await;
    let offer = json!({"type": "rtc_offer", "id": 1, "sdp": browser.an_offer().await});
    browser.endpoint.send(offer).await;
    browser.until("rtc_answer").await;
    speak(&server, 5, 100);
    assert_eq!(browser.until("audio_start").await.get("rtp"), None);
    assert!(matches!(browser.endpoint.hear().await, Heard::Audio(5, _)));
    browser.leave().await;
}

#[tokio::test]
async fn there_are_only_so_many() {
    let server = Server::start(|config| {
        config.webrtc.enabled = true;
        config.limits.max_peers = 1;
    })
    .await;
    let first = Browser::connected(&server, None).await;
    let mut second = server.welcomed().await;
    let offer = json!({"type": "rtc_offer", "id": 9, "sdp": first.an_offer().await});
    second.send(offer.clone()).await;
    assert_eq!(
        second.json().await,
        json!({"type": "rtc_close", "id": 9, "reason": "busy"})
    );
    first.leave().await;
    let answered = async {
        loop {
            let mut third = server.welcomed().await;
            third.send(offer.clone()).await;
            if third.json().await["type"] == "rtc_answer" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, answered)
        .await
        .expect("room after one left");
}

#[tokio::test]
async fn who_leaves_leaves_nothing_behind() {
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let server = server().await;
    // An answer: by then the server's own tasks run.
    server.get("/health").await;
    let before = tasks();
    for _ in 0..3 {
        let browser = Browser::connected(&server, None).await;
        assert!(tasks() > before);
        browser.leave().await;
    }
    eventually("tasks are left", || tasks() <= before).await;
    server.shutdown.cancel();
    tokio::time::timeout(PATIENCE, server.serving)
        .await
        .expect("an end")
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_at_once() {
    let server = server().await;
    let mut browsers = Vec::new();
    for _ in 0..20 {
        browsers.push(Browser::connected(&server, None).await);
    }
    reply(5, 400).iter().for_each(|event| server.fake.tell_all(event));
    for browser in &mut browsers {
        assert_eq!(browser.until("audio_start").await["rtp"], true);
        browser.say_tone(300).await;
    }
    for browser in &mut browsers {
        browser.until("audio_end").await;
        eventually("much of it is missing", || browser.packets().len() >= 15).await;
        let share = share_of_tone(&browser.sound(), RATE);
        assert!(share > 0.8, "{share}");
    }
    let wanted = SampleRate(16_000).samples(20 * 280);
    eventually("some are not heard", || {
        without_pauses(&heard(&server), 16_000).len() >= wanted
    })
    .await;
    for browser in browsers {
        browser.leave().await;
    }
}

#[tokio::test]
async fn nonsense_over_rtp_is_passed_over() {
    let server = server().await;
    let mut browser = Browser::connected(&server, None).await;
    for n in 0..100_u8 {
        let payload = (0..=n).map(|byte| byte.wrapping_mul(n) ^ 0xa5).collect();
        browser.say(payload).await;
    }
    let before = heard(&server).len();
    browser.say_tone(500).await;
    let sounded = || without_pauses(&heard(&server)[before..], 16_000).len() >= SampleRate(16_000).samples(400);
    eventually("the tone behind it is not heard", sounded).await;
    browser.endpoint.send(json!({"type": "press"})).await;
    let pressed = || {
        server
            .fake
            .seen(|seen| seen.inputs.contains(&SessionInput::PushToTalk { pressed: true }))
    };
    eventually("the session is gone", pressed).await;
    browser.leave().await;
}

#[test]
fn offers_that_nobody_should_make_kill_nothing() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(server());
    let offer = runtime.block_on(async { Browser::new(&server, None).await.an_offer().await });
    let lines: Vec<String> = offer.lines().map(str::to_owned).collect();
    let count = lines.len();
    let change = (
        0..count,
        prop_oneof![
            Just(String::new()),
            "[ -~]{0,40}",
            "a=(fingerprint|ice-ufrag|setup|mid|fmtp|rtpmap|ssrc|extmap|candidate):[ -~]{0,40}"
        ],
    );
    proptest!(Config::with_cases(40), |(changes in proptest::collection::vec(change, 1..4), twice in any::<bool>())| {
        let mut lines = lines.clone();
        for (at, line) in changes {
            lines[at] = line;
        }
        let sdp = lines.join("\r\n") + "\r\n";
        runtime.block_on(async {
            let mut endpoint = server.welcomed().await;
            for _ in 0..=usize::from(twice) {
                endpoint.send(json!({"type": "rtc_offer", "id": 1, "sdp": sdp})).await;
            }
            endpoint.send(json!({"type": "rtc_candidate", "id": 1, "candidate": "candidate:1 1 udp 1 127.0.0.1 9 typ host"})).await;
            endpoint.send(json!({"type": "ping", "id": 4711})).await;
            while endpoint.json().await["type"] != "pong" {}
        });
    });
    runtime.block_on(async {
        let metrics = server.get("/metrics").await.body;
        assert!(!metrics.contains(r#"code="internal""#), "{metrics}");
        server.welcomed().await.alive().await;
    });
}
