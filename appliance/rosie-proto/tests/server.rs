//! What the appliance says, as it stands on the wire: a change here is a change of the protocol.

#![allow(clippy::unwrap_used)]

use rosie_proto::{AudioFormat, ServerMessage, StageMs, TurnState};
use serde_json::json;

#[test]
fn messages_stand_on_the_wire_as_specified() {
    let cases = [
        (
            ServerMessage::State {
                turn: 1,
                state: TurnState::FollowUp,
            },
            json!({"type": "state", "turn": 1, "state": "follow_up"}),
        ),
        (
            ServerMessage::AnsweredElsewhere {
                turn: 1,
                by: "hall".into(),
                reason: "r".into(),
            },
            json!({"type": "answered_elsewhere", "turn": 1, "by": "hall", "reason": "r"}),
        ),
        (
            ServerMessage::Error {
                turn: None,
                code: "busy".into(),
                sentence: "s".into(),
                detail: "d".into(),
            },
            json!({"type": "error", "code": "busy", "sentence": "s", "detail": "d"}),
        ),
        (
            ServerMessage::Timings {
                turn: 1,
                outcome: "answered".into(),
                stages: vec![StageMs {
                    stage: "reply".into(),
                    ms: 3,
                }],
            },
            json!({"type": "timings", "turn": 1, "outcome": "answered", "stages": [{"stage": "reply", "ms": 3}]}),
        ),
        (
            ServerMessage::TimerRinging { id: 1, name: None },
            json!({"type": "timer_ringing", "id": 1, "name": null}),
        ),
        (
            ServerMessage::AudioStart {
                turn: 1,
                format: AudioFormat::playback(),
                rtp: false,
            },
            json!({"type": "audio_start", "turn": 1, "format": {"codec": "pcm_s16le", "rate": 24000, "channels": 1}}),
        ),
        (
            ServerMessage::RtcClose {
                id: 4,
                reason: "busy".into(),
            },
            json!({"type": "rtc_close", "id": 4, "reason": "busy"}),
        ),
    ];
    for (message, wire) in cases {
        assert_eq!(serde_json::to_value(&message).unwrap(), wire);
        assert_eq!(serde_json::from_value::<ServerMessage>(wire).unwrap(), message);
    }
}
