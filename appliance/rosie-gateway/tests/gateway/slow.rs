//! Endpoints that do not read.

use crate::client::{Heard, Server};
use rosie_core::{AudioFrame, SampleRate, TurnId, session::SessionEvent};
use serde_json::json;
use std::time::Duration;

const TURN: TurnId = TurnId(5);

fn second() -> SessionEvent {
    SessionEvent::Audio {
        turn_id: TURN,
        frame: AudioFrame::mono(vec![1; 24_000], SampleRate(24_000)),
    }
}

/// Reads until the close and returns its code and what was said before it.
async fn to_the_end(endpoint: &mut crate::client::Endpoint) -> (Option<String>, Heard) {
    let mut error = None;
    loop {
        match endpoint.hear().await {
            Heard::Json(message) if message["type"] == "error" => error = message["code"].as_str().map(str::to_owned),
            Heard::Json(_) | Heard::Audio(..) => {}
            end => return (error, end),
        }
    }
}

#[tokio::test]
async fn one_that_never_reads_is_closed_and_the_memory_is_given_back() {
    let server = Server::start(|config| config.limits.write_stall = Duration::from_millis(300)).await;
    let mut endpoint = server.welcomed().await;
    for _ in 0..600 {
        server.fake.tell(second());
    }
    for _ in 0..500 {
        if server.fake.seen(|seen| seen.dropped) == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(
        server.fake.seen(|seen| (seen.dropped, seen.ended)),
        (1, 0),
        "closed, and may be resumed"
    );
    // What it missed can no longer be told apart from a cut line, unless it reads just then.
    let (_, end) = to_the_end(&mut endpoint).await;
    assert!(matches!(end, Heard::Cut | Heard::Closed(4007, _)), "{end:?}");
    server.welcomed().await.alive().await;
}

#[tokio::test]
async fn one_over_the_bound_hears_why() {
    let server = Server::start(|config| config.limits.queued_bytes = 1 << 20).await;
    let mut endpoint = server.welcomed().await;
    let server_fake = server.fake.clone();
    for _ in 0..400 {
        server_fake.tell(second());
    }
    let (error, end) = to_the_end(&mut endpoint).await;
    assert_eq!(
        (error.as_deref(), end),
        (Some("slow-consumer"), Heard::Closed(4007, "slow-consumer".into()))
    );
}

#[tokio::test]
async fn stopping_takes_away_what_was_not_sent() {
    let server = Server::plain().await;
    let mut endpoint = server.welcomed().await;
    server.fake.tell(SessionEvent::PlaybackStarted {
        turn_id: TURN,
        rate: 24_000,
        channels: 1,
    });
    for _ in 0..150 {
        server.fake.tell(second());
    }
    server.fake.tell(SessionEvent::StopPlayback { turn_id: TURN });
    endpoint.send(json!({"type": "ping", "id": 1})).await;
    let mut bytes = 0;
    let mut stopped = false;
    loop {
        match endpoint.hear().await {
            Heard::Audio(_, payload) => {
                assert!(!stopped || bytes < 150 * 48_000);
                bytes += payload.len();
            }
            Heard::Json(message) if message["type"] == "stop_playback" => stopped = true,
            Heard::Json(message) if message["type"] == "pong" => break,
            Heard::Json(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(stopped && bytes < 150 * 48_000, "{bytes}");
}
