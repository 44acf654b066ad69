//! Skills that hang, panic, or are meant by what was said to another.
#![allow(clippy::unwrap_used)]
use super::*;
use rosie_core::{Language, TurnId};
use serde_json::Value;

struct Bad;

impl Skill for Bad {
    fn name(&self) -> &str {
        "bad"
    }
    fn calls(&self) -> &[&str] {
        &["Hang", "Panic"]
    }
    fn handle<'a>(&'a self, call: &'a ToolCall, _: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(async move {
            assert_ne!(call.name, "Panic");
            std::future::pending().await
        })
    }
}

fn call(name: &str) -> (ToolCall, CallContext) {
    let context = CallContext {
        turn_id: TurnId(1),
        room: "kitchen".into(),
        endpoint: "k1".into(),
        language: Language::default(),
        conversation: "c".into(),
        user: None,
    };
    (
        ToolCall {
            name: name.to_owned(),
            arguments: Value::Null,
        },
        context,
    )
}

fn without_skills() -> SkillHub {
    SkillHub {
        rooms: Rooms::default(),
        skills: Vec::new(),
        by_call: HashMap::new(),
        questions: Arc::new(Questions::new(Arc::new(crate::SystemClock))),
        limits: Limits::none(Arc::new(crate::SystemClock)),
        deadline: DEADLINE,
    }
}

#[tokio::test(start_paused = true)]
async fn a_skill_that_hangs_or_panics_costs_only_its_call() {
    let mut hub = without_skills();
    hub.add(Arc::new(Bad)).unwrap();
    for name in ["Hang", "Panic"] {
        let (call, context) = call(name);
        assert_eq!(
            hub.handle(call, context).await.unwrap_err().code,
            ErrorCode::ToolFailed,
            "{name}"
        );
    }
    let (call, context) = call("Other");
    assert_eq!(
        hub.handle(call, context).await.unwrap_err().code,
        ErrorCode::NotSupported
    );
    assert!(matches!(hub.add(Arc::new(Bad)), Err(HubError::ClaimedTwice { .. })));
}

/// What plays in the room.
struct Radio;

impl Skill for Radio {
    fn name(&self) -> &str {
        "radio"
    }
    fn calls(&self) -> &[&str] {
        &["RadioVolume"]
    }
    fn instead(&self, call: &ToolCall, context: &CallContext) -> Option<ToolCall> {
        let meant = call.name == "Volume" && context.room.as_str() == "kitchen";
        meant.then(|| ToolCall {
            name: "RadioVolume".to_owned(),
            arguments: Value::Null,
        })
    }
    fn handle<'a>(&'a self, call: &'a ToolCall, _: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(async move { Ok(said(&call.name, json!({}))) })
    }
}

#[tokio::test]
async fn a_call_goes_to_what_it_means_here_and_nowhere_else() {
    let mut hub = without_skills();
    hub.add(Arc::new(Radio)).unwrap();
    let (volume, here) = call("Volume");
    assert_eq!(
        hub.handle(volume.clone(), here.clone())
            .await
            .unwrap()
            .response
            .as_str(),
        "RadioVolume"
    );
    let elsewhere = CallContext {
        room: "hall".into(),
        ..here
    };
    assert_eq!(
        hub.handle(volume, elsewhere).await.unwrap_err().code,
        ErrorCode::NotSupported
    );
}
