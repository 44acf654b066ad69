//! What happened: a turn with every fact that there is, and the lines of a log.

use rosie_core::{
    ErrorCode, Language, RoomId, SessionId, TurnId,
    dialog::Tier,
    logs::{LogLevel, LogRing},
    record::{Outcome, Stage, StageTiming, Trigger, TurnEvent, TurnFact, TurnRecord},
    session::EndReason,
};
use serde_json::{Map, json};
use std::sync::Arc;

/// Three lines to begin with.
#[derive(Clone)]
pub struct FakeLog(pub Arc<LogRing>);

impl Default for FakeLog {
    fn default() -> Self {
        let ring = LogRing::new(100);
        let line = |message: &str, room: &str| {
            let fields = [
                ("message".to_owned(), json!(message)),
                ("room_id".to_owned(), json!(room)),
            ];
            Map::from_iter(fields)
        };
        ring.push(
            1_700_000_000_000,
            LogLevel::Info,
            "gateway",
            line("a session began", "kitchen"),
        );
        ring.push(
            1_700_000_001_000,
            LogLevel::Warn,
            "speech",
            line("a model cannot be used", ""),
        );
        ring.push(
            1_700_000_002_000,
            LogLevel::Debug,
            "hub",
            line("asked http://ada:x@10.0.0.7/", ""),
        );
        Self(Arc::new(ring))
    }
}

pub fn turn() -> TurnRecord {
    let facts = vec![
        TurnFact::Started {
            trigger: Trigger::PushToTalk,
        },
        TurnFact::Arbitrated {
            reason: "heard by kitchen and hall; kitchen was louder by 9 dB".into(),
        },
        TurnFact::SpeechStarted,
        TurnFact::SpeculationStarted,
        TurnFact::SpeculationDropped,
        TurnFact::EndOfSpeech {
            reason: EndReason::Silence,
        },
        TurnFact::Partial { text: None },
        TurnFact::Transcript {
            text: Some("what time is it".into()),
            language: Language::new("en"),
        },
        TurnFact::SpeakerHeard {
            person: Some("Ada".into()),
            likeness_percent: Some(83),
            waited_ms: 0,
        },
        TurnFact::IntentMatched {
            name: "RosieTime".into(),
        },
        TurnFact::TierChosen {
            tier: Tier::Local,
            model: "m".into(),
            reason: "r".into(),
        },
        TurnFact::ToolCalled { name: "time".into() },
        TurnFact::ToolFinished {
            name: "time".into(),
            ok: true,
            duration_ms: 3,
        },
        TurnFact::FillerSaid,
        TurnFact::ReplyStarted,
        TurnFact::ReplyFinished { text: None },
        TurnFact::PlaybackStarted,
        TurnFact::PlaybackFinished,
        TurnFact::BargeIn,
        TurnFact::Cancelled,
        TurnFact::Failed {
            code: ErrorCode::TtsUnavailable,
            detail: "no voice".into(),
        },
    ];
    TurnRecord {
        turn_id: TurnId(7),
        session: SessionId("s1".into()),
        endpoint: "kitchen".into(),
        room: RoomId("kitchen".into()),
        language: Language::new("en"),
        started_unix_ms: 1_700_000_000_000,
        trigger: Trigger::PushToTalk,
        outcome: Outcome::Answered,
        tier: Some(Tier::Local),
        intent: Some("RosieTime".into()),
        person: Some("Ada".into()),
        stages: Stage::ALL
            .iter()
            .map(|&stage| StageTiming {
                stage,
                duration_ms: 120,
            })
            .collect(),
        events: facts
            .into_iter()
            .zip(0..)
            .map(|(what, n)| TurnEvent { at_ms: n * 10, what })
            .collect(),
    }
}
