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

/// Opens things, and asks before.
struct Door;

impl Skill for Door {
    fn name(&self) -> &str {
        "door"
    }
    fn calls(&self) -> &[&str] {
        &["Unlock", "Lock"]
    }
    fn confirmation(&self, call: &ToolCall, _: &CallContext) -> Option<BTreeMap<String, String>> {
        (call.name == "Unlock").then(|| [("en".to_owned(), "Shall I?".to_owned())].into())
    }
    fn handle<'a>(&'a self, call: &'a ToolCall, _: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(async move { Ok(said(&call.name, json!({}))) })
    }
}

/// Tim is a child. Nobody is held to rooms.
struct Family;

impl Permissions for Family {
    fn rooms(&self, _: &EndpointId) -> Option<Vec<rosie_core::RoomId>> {
        None
    }
    fn is_minor(&self, person: &rosie_core::UserId) -> bool {
        person.as_str() == "Tim"
    }
}

#[derive(Default)]
struct Refused(std::sync::Mutex<Vec<String>>);

impl AuditLog for Refused {
    fn add(&self, deeds: Vec<rosie_core::audit::Deed>) {
        let told = deeds.into_iter().map(|deed| format!("{} {:?}", deed.action, deed.user));
        self.0.lock().unwrap().extend(told);
    }
}

#[tokio::test]
async fn a_child_who_is_recognised_may_not_what_is_dangerous_and_nobody_may_more_by_a_voice() {
    let mut hub = without_skills();
    let refused = Arc::new(Refused::default());
    hub.limit(Arc::new(Family), refused.clone());
    hub.add(Arc::new(Door)).unwrap();
    for (who, asked, done) in [
        (None, true, true),
        (Some("Ada"), true, true),
        (Some("Tim"), false, false),
    ] {
        let (unlock, mut context) = call("Unlock");
        context.user = who.map(Into::into);
        assert_eq!(hub.confirmation(&unlock, &context).is_some(), asked, "{who:?}");
        let outcome = hub.handle(unlock, context.clone()).await;
        assert_eq!(outcome.is_ok(), done, "{who:?}");
        if let Err(failure) = outcome {
            assert_eq!(failure.code, ErrorCode::NotAllowedForYou);
        }
        let (lock, _) = call("Lock");
        assert!(hub.handle(lock, context).await.is_ok(), "{who:?}");
    }
    assert_eq!(refused.0.lock().unwrap().len(), 1);
}
