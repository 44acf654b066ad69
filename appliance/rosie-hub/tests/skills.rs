//! The other skills through the hub: what they answer, and what they leave to others.
#![allow(clippy::unwrap_used)]

use rosie_core::{
    CallContext, Effect, ErrorCode, Failure, Language, ToolCall, ToolResult, TurnId,
    dialog::Hub,
    store::{TimerRecord, TimerStore},
};
use rosie_hub::{HubConfig, HubError, Room, Rooms, SkillHub, SystemClock, TimerSettings, Timers};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

struct NoDisk;

impl TimerStore for NoDisk {
    fn load_timers(&self) -> Result<Vec<TimerRecord>, Failure> {
        Ok(Vec::new())
    }
    fn put_timer(&self, _: &TimerRecord) -> Result<(), Failure> {
        Ok(())
    }
    fn delete_timer(&self, _: u64) -> Result<(), Failure> {
        Ok(())
    }
}

fn hub(time_zone: &str) -> Result<SkillHub, HubError> {
    let clock = Arc::new(SystemClock);
    let settings = TimerSettings::default();
    let (tracker, cancel) = (TaskTracker::new(), CancellationToken::new());
    let timers = Timers::start(
        Arc::new(NoDisk),
        clock.clone(),
        settings,
        Box::new(|_| {}),
        &tracker,
        cancel,
    );
    let kitchen = Room {
        id: "kitchen".into(),
        name: "Küche".to_owned(),
        aliases: vec!["Kochecke".to_owned()],
    };
    let config = HubConfig {
        rooms: Rooms::new(vec![kitchen]),
        time_zone: Some(time_zone.to_owned()),
    };
    SkillHub::new(config, timers, clock)
}

async fn ask(name: &str, arguments: Value) -> Result<ToolResult, Failure> {
    let context = CallContext {
        turn_id: TurnId(1),
        room: "kitchen".into(),
        endpoint: "k1".into(),
        language: Language::new("de"),
        conversation: "c".into(),
        user: None,
    };
    hub("Europe/Berlin")
        .unwrap()
        .handle(
            ToolCall {
                name: name.to_owned(),
                arguments,
            },
            context,
        )
        .await
}

#[tokio::test]
async fn volume() {
    for (name, arguments, expected) in [
        ("RosieVolumeUp", json!({}), Effect::VolumeBy { percent: 10 }),
        (
            "RosieVolumeDown",
            json!({ "volume_step": 25 }),
            Effect::VolumeBy { percent: -25 },
        ),
        (
            "RosieVolumeUp",
            json!({ "volume_step": 4000 }),
            Effect::VolumeBy { percent: 100 },
        ),
        (
            "HassSetVolumeRelative",
            json!({ "volume_step": "down" }),
            Effect::VolumeBy { percent: -10 },
        ),
        (
            "HassSetVolumeRelative",
            json!({ "volume_step": -20 }),
            Effect::VolumeBy { percent: -20 },
        ),
        (
            "RosieVolumeSet",
            json!({ "volume_level": 40 }),
            Effect::VolumeTo { percent: 40 },
        ),
        (
            "HassSetVolume",
            json!({ "volume_level": "70", "area": "Küche" }),
            Effect::VolumeTo { percent: 70 },
        ),
        (
            "RosieVolumeSet",
            json!({ "volume_level": 250 }),
            Effect::VolumeTo { percent: 100 },
        ),
    ] {
        assert_eq!(
            ask(name, arguments.clone()).await.unwrap().effects,
            [expected],
            "{name} {arguments}"
        );
    }
    let code = async |name, arguments| ask(name, arguments).await.unwrap_err().code;
    assert_eq!(
        code("HassSetVolume", json!({ "volume_level": 5, "name": "media_player.tv" })).await,
        ErrorCode::HomeNotConnected
    );
    assert_eq!(
        code("HassSetVolume", json!({ "volume_level": 5, "area": "cellar" })).await,
        ErrorCode::NotSupported
    );
    assert_eq!(code("RosieVolumeSet", json!({})).await, ErrorCode::ToolFailed);
}

#[tokio::test]
async fn session_and_small_talk() {
    for name in ["RosieStop", "HassNevermind", "RosieNeverMind"] {
        assert_eq!(ask(name, json!({})).await.unwrap().effects, [Effect::Silence], "{name}");
    }
    assert_eq!(ask("RosieRepeat", json!({})).await.unwrap().effects, [Effect::Repeat]);
    for name in ["RosieGreeting", "RosieThanks", "RosieWhatCanYouDo", "HassRespond"] {
        let answer = ask(name, json!({})).await.unwrap();
        assert_eq!(
            (answer.response.as_str(), answer.effects.len()),
            ("default", 0),
            "{name}"
        );
    }
    let time = ask("HassGetCurrentTime", json!({})).await.unwrap().data;
    assert!(time["time"]["hour"].as_u64().unwrap() < 24);
}

#[tokio::test]
async fn what_needs_a_home_and_what_nobody_knows() {
    for name in [
        "HassTurnOn",
        "HassLightSet",
        "HassGetWeather",
        "HassShoppingListAddItem",
    ] {
        assert_eq!(
            ask(name, json!({ "name": "x" })).await.unwrap_err().code,
            ErrorCode::HomeNotConnected,
            "{name}"
        );
    }
    for name in ["HassBroadcast", "MakeCoffee", ""] {
        assert_eq!(
            ask(name, json!({})).await.unwrap_err().code,
            ErrorCode::NotSupported,
            "{name}"
        );
    }
}

#[tokio::test]
async fn rooms_are_names_and_a_wrong_zone_is_refused() {
    let names = hub("UTC").unwrap().names();
    let area: Vec<_> = names["area"]
        .iter()
        .map(|n| (n.spoken.as_str(), n.value.as_str()))
        .collect();
    assert_eq!(area, [("Küche", "kitchen"), ("Kochecke", "kitchen")]);
    assert!(!names.contains_key("running_timer"));
    assert_eq!(
        hub("Europe/Atlantis").err(),
        Some(HubError::UnknownTimeZone("Europe/Atlantis".to_owned()))
    );
}
