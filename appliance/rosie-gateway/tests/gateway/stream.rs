//! The endpoint protocol when both sides keep to it.

use crate::client::{Heard, Server, hello_with, silence};
use rosie_core::{
    AudioFrame, ErrorCode, Language, SampleRate, TurnId,
    record::{Outcome, Stage, StageTiming, Trigger},
    session::{EndReason, SessionEvent as E, SessionInput, TurnState},
};
use serde_json::{Value, json};

const TURN: TurnId = TurnId(5);

#[tokio::test]
async fn hello_is_answered_with_what_holds_from_now_on() {
    let server = Server::plain().await;
    let mut endpoint = server.endpoint().await;
    let changes = json!({
        "room": "kitchen", "language": "de", "resume": "token-0",
        "input": {"codec": "pcm_s16le", "rate": 48000, "channels": 2},
        "output": {"codec": "opus", "rate": 48000},
    });
    endpoint.send(hello_with(changes)).await;
    let expected = json!({
        "type": "welcome", "version": 1, "server": "9.9.9", "session": "session-1", "room": "kitchen",
        "room_name": "Kitchen", "language": "de", "languages": ["en", "de"],
        "input": {"codec": "pcm_s16le", "rate": 48000, "channels": 2},
        "output": {"codec": "opus", "rate": 48000, "channels": 1},
        "resume_token": "token-1", "resumed": true, "volume_percent": 60, "brightness_percent": 100, "idle_timeout_ms": 30000,
    });
    assert_eq!(endpoint.json().await, expected);
    let spec = server.fake.seen(|seen| seen.specs.remove(0));
    assert_eq!(
        (spec.endpoint.as_str(), spec.playback_rate, spec.wants_audio),
        ("kitchen", 48_000, true)
    );
    assert_eq!(
        (spec.resume.as_deref(), spec.language),
        (Some("token-0"), Some(Language::new("de")))
    );
}

#[tokio::test]
async fn the_shortest_hello_takes_every_default() {
    let server = Server::plain().await;
    let mut endpoint = server.endpoint().await;
    endpoint
        .send(json!({"type": "hello", "version": 1, "endpoint": "shelf.1_a-b"}))
        .await;
    let welcome = endpoint.json().await;
    assert_eq!(
        welcome["input"],
        json!({"codec": "pcm_s16le", "rate": 16000, "channels": 1})
    );
    assert_eq!(
        welcome["output"],
        json!({"codec": "pcm_s16le", "rate": 24000, "channels": 1})
    );
    assert_eq!(
        (&welcome["room"], &welcome["resumed"]),
        (&json!("living_room"), &json!(false))
    );
    assert!(
        !server.fake.seen(|seen| seen.specs[0].wants_audio),
        "no speaker, no audio"
    );
}

#[tokio::test]
async fn everything_an_endpoint_may_say_reaches_the_session() {
    let server = Server::plain().await;
    let mut endpoint = server.welcomed().await;
    let said = [
        (json!({"type": "press"}), SessionInput::PushToTalk { pressed: true }),
        (json!({"type": "release"}), SessionInput::PushToTalk { pressed: false }),
        (json!({"type": "hands_free", "on": true}), SessionInput::HandsFree(true)),
        (
            json!({"type": "text", "text": "what time is it"}),
            SessionInput::Text("what time is it".into()),
        ),
        (json!({"type": "cancel"}), SessionInput::Cancel),
        (
            json!({"type": "playback_finished", "turn": 5}),
            SessionInput::PlaybackFinished { turn_id: TURN },
        ),
        (json!({"type": "mute", "on": true}), SessionInput::Mute(true)),
        (
            json!({"type": "language", "language": "pt-BR"}),
            SessionInput::SetLanguage(Some(Language::new("pt-BR"))),
        ),
        (
            json!({"type": "language", "language": null}),
            SessionInput::SetLanguage(None),
        ),
    ];
    for (message, _) in &said {
        endpoint.send(message.clone()).await;
    }
    let samples = [1_i16, -2, 300];
    let payload: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
    endpoint.binary(rosie_proto::encode_audio(0, &payload)).await;
    endpoint.alive().await;
    let heard = server.fake.seen(|seen| seen.inputs.clone());
    let audio = SessionInput::Audio(AudioFrame::mono(samples.to_vec(), SampleRate::HEARING));
    let expected: Vec<SessionInput> = said.into_iter().map(|(_, input)| input).chain([audio]).collect();
    assert_eq!(heard, expected);
}

#[tokio::test]
async fn everything_a_session_tells_reaches_the_endpoint() {
    let server = Server::plain().await;
    let mut endpoint = server.welcomed().await;
    let events: Vec<(E, Value)> = vec![
        (
            E::TurnStarted {
                turn_id: TURN,
                trigger: Trigger::PushToTalk,
            },
            json!({"type": "turn_started", "turn": 5, "trigger": "push_to_talk"}),
        ),
        (
            E::State {
                turn_id: TURN,
                state: TurnState::FollowUp,
            },
            json!({"type": "state", "turn": 5, "state": "follow_up"}),
        ),
        (
            E::SpeechStarted { turn_id: TURN },
            json!({"type": "speech_started", "turn": 5}),
        ),
        (
            E::EndOfSpeech {
                turn_id: TURN,
                reason: EndReason::MaxLength,
            },
            json!({"type": "end_of_speech", "turn": 5, "reason": "max_length"}),
        ),
        (
            E::Partial {
                turn_id: TURN,
                text: "what".into(),
            },
            json!({"type": "partial", "turn": 5, "text": "what"}),
        ),
        (
            E::Transcript {
                turn_id: TURN,
                text: "what time".into(),
                language: Language::new("en"),
            },
            json!({"type": "transcript", "turn": 5, "text": "what time", "language": "en"}),
        ),
        (
            E::IntentMatched {
                turn_id: TURN,
                name: "RosieTime".into(),
            },
            json!({"type": "intent", "turn": 5, "name": "RosieTime"}),
        ),
        (
            E::ReplyDelta {
                turn_id: TURN,
                text: "It is".into(),
            },
            json!({"type": "reply_delta", "turn": 5, "text": "It is"}),
        ),
        (
            E::ReplyFinished {
                turn_id: TURN,
                text: "It is 5".into(),
            },
            json!({"type": "reply", "turn": 5, "text": "It is 5"}),
        ),
        (
            E::TurnFinished {
                turn_id: TURN,
                outcome: Outcome::BargedIn,
                stages: vec![StageTiming {
                    stage: Stage::SttWait,
                    duration_ms: 80,
                }],
            },
            json!({"type": "timings", "turn": 5, "outcome": "barged_in", "stages": [{"stage": "stt_wait", "ms": 80}]}),
        ),
        (
            E::Failed {
                turn_id: None,
                code: ErrorCode::TtsUnavailable,
                sentence: "s".into(),
                detail: "d".into(),
            },
            json!({"type": "error", "code": "tts-unavailable", "sentence": "s", "detail": "d"}),
        ),
        (E::Volume { percent: 30 }, json!({"type": "volume", "percent": 30})),
        (
            E::Brightness { percent: 40 },
            json!({"type": "brightness", "percent": 40}),
        ),
        (E::Muted { on: true }, json!({"type": "muted", "on": true})),
        (
            E::TimerRinging {
                id: 1,
                name: Some("tea".into()),
            },
            json!({"type": "timer_ringing", "id": 1, "name": "tea"}),
        ),
        (E::TimerStopped { id: 1 }, json!({"type": "timer_stopped", "id": 1})),
        (
            E::StopPlayback { turn_id: TURN },
            json!({"type": "stop_playback", "turn": 5}),
        ),
    ];
    for (event, _) in &events {
        server.fake.tell(event.clone());
    }
    for (_, message) in events {
        assert_eq!(endpoint.json().await, message);
    }
}

#[tokio::test]
async fn bye_ends_the_session_and_leaving_does_not() {
    let server = Server::plain().await;
    let mut polite = server.welcomed().await;
    polite.send(json!({"type": "bye"})).await;
    assert_eq!(polite.hear().await, Heard::Closed(1000, "bye".into()));
    assert_eq!(server.fake.seen(|seen| seen.ended), 1);
    let mut closing = server.welcomed().await;
    closing.socket.close(None).await.unwrap();
    let lost = server.welcomed().await;
    drop(lost);
    for _ in 0..200 {
        if server.fake.seen(|seen| seen.dropped) == 3 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(server.fake.seen(|seen| (seen.dropped, seen.ended)), (3, 1));
}

#[tokio::test]
async fn a_failure_of_the_session_is_told_in_its_language() {
    let server = Server::plain().await;
    let mut endpoint = server.endpoint().await;
    endpoint.send(hello_with(json!({"language": "de"}))).await;
    endpoint.json().await;
    endpoint.send(json!({"type": "text", "text": "busy"})).await;
    let error = endpoint.refused("busy").await;
    assert_eq!(error["sentence"], "Ich spreche gerade mit zu vielen Leuten.");
    endpoint.alive().await;
}

#[tokio::test]
async fn twenty_endpoints_at_once() {
    let server = Server::plain().await;
    let talk = |n: usize| {
        let server = &server;
        async move {
            let mut endpoint = server.endpoint().await;
            endpoint.send(hello_with(json!({"endpoint": format!("e{n}")}))).await;
            assert_eq!(endpoint.json().await["type"], "welcome");
            for _ in 0..50 {
                endpoint.binary(silence(20)).await;
            }
            endpoint.alive().await;
        }
    };
    futures_util::future::join_all((0..20).map(talk)).await;
    assert_eq!(
        server.fake.seen(|seen| (seen.specs.len(), seen.inputs.len())),
        (20, 1000)
    );
    let metrics = server.get("/metrics").await.body;
    assert!(
        metrics.contains(r#"rosie_ws_messages_total{direction="in",kind="audio"} 1000"#),
        "{metrics}"
    );
    assert!(
        metrics.contains(r#"rosie_ws_bytes_total{direction="in",kind="audio"} 648000"#),
        "{metrics}"
    );
}

#[tokio::test]
async fn web_socket_pings_are_answered() {
    use futures_util::{SinkExt, StreamExt};
    use tokio_tungstenite::tungstenite::Message;
    let server = Server::plain().await;
    let mut endpoint = server.welcomed().await;
    endpoint.socket.send(Message::Ping("abc".into())).await.unwrap();
    assert_eq!(
        endpoint.socket.next().await.unwrap().unwrap(),
        Message::Pong("abc".into())
    );
}
