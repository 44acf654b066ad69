//! The memory by voice: what each sentence asks of it, and what is said of what came.
#![allow(clippy::unwrap_used)]

use rosie_core::{
    BoxFuture, CallContext, ConversationId, ErrorCode, Failure, Language, ToolCall, ToolResult, TurnId, UserId,
    engine::{EngineHealth, EngineInfo},
    memory::{Collection, Exchange, Forget, Memory, Recall, Recollection, Remember, Speaker},
};
use rosie_hub::{Clock, MemorySkill, Skill};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Fake {
    forgotten: Mutex<Vec<Forget>>,
    known: Vec<String>,
    told: Vec<&'static str>,
    closed: bool,
    lost: bool,
}

impl Memory for Fake {
    fn record(&self, _: Exchange) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async { Ok(()) })
    }
    fn recall(&self, _: Recall) -> BoxFuture<'_, Result<Vec<Recollection>, Failure>> {
        let told = |text: &&str| Recollection {
            collection: Collection::Messages,
            id: String::new(),
            text: (*text).to_owned(),
            score: 0.5,
            unix_ms: 0,
            room: None,
            speaker: Some(Speaker::User),
            source: None,
        };
        Box::pin(async move { Ok(self.told.iter().map(told).collect()) })
    }
    fn remember(&self, remember: Remember) -> BoxFuture<'_, Result<String, Failure>> {
        let refused = Failure::new(ErrorCode::NotRemembered, "the room is closed");
        let result = if self.closed {
            Err(refused)
        } else {
            Ok(remember.text.replace("my", "Your") + ".")
        };
        Box::pin(async { result })
    }
    fn known_about(&self, _: Option<UserId>, limit: usize) -> BoxFuture<'_, Result<Vec<String>, Failure>> {
        Box::pin(async move { Ok(self.known.iter().take(limit).cloned().collect()) })
    }
    fn has_lost(&self) -> bool {
        self.lost
    }
    fn forget(&self, forget: Forget) -> BoxFuture<'_, Result<usize, Failure>> {
        self.forgotten.lock().unwrap().push(forget);
        Box::pin(async { Ok(2) })
    }
    fn history(&self, _: &ConversationId, _: usize) -> Result<Vec<(Speaker, String)>, Failure> {
        Ok(Vec::new())
    }
    fn info(&self) -> EngineInfo {
        EngineInfo {
            engine: "fake".into(),
            model: String::new(),
            health: EngineHealth::Ready,
            queue_depth: 0,
            dropped: 0,
            restarts: 0,
        }
    }
}

struct At(u64);

impl Clock for At {
    fn unix_ms(&self) -> u64 {
        self.0
    }
    fn monotonic_ms(&self) -> u64 {
        0
    }
}

async fn ask(memory: Arc<Fake>, name: &str, arguments: Value) -> Result<ToolResult, Failure> {
    ask_of(&skill(memory), name, arguments).await
}

fn skill(memory: Arc<Fake>) -> MemorySkill {
    // 2026-03-29 10:00 in Berlin, where the clock went forward that night.
    let clock = Arc::new(At(1_774_771_200_000));
    MemorySkill::new(memory, clock, Some("Europe/Berlin")).unwrap()
}

async fn ask_of(skill: &MemorySkill, name: &str, arguments: Value) -> Result<ToolResult, Failure> {
    let context = CallContext {
        turn_id: TurnId(1),
        room: "kitchen".into(),
        endpoint: "k1".into(),
        language: Language::new("en"),
        conversation: "talk".into(),
        user: Some("ada".into()),
    };
    let call = ToolCall {
        name: name.to_owned(),
        arguments,
    };
    skill.handle(&call, &context).await
}

#[tokio::test]
async fn remembering() {
    let result = ask(Arc::default(), "RosieRemember", json!({ "text": "my cat is grey" }))
        .await
        .unwrap();
    assert_eq!(
        (result.response.as_str(), result.data),
        ("default", json!({ "understood": "Your cat is grey." }))
    );
    let closed = Arc::new(Fake {
        closed: true,
        ..Fake::default()
    });
    assert_eq!(
        ask(closed, "RosieRemember", json!({ "text": "x" }))
            .await
            .unwrap()
            .response,
        "not_here"
    );
    let nothing = ask(Arc::default(), "RosieRemember", json!({})).await;
    assert_eq!(nothing.unwrap_err().code, ErrorCode::ToolFailed);
}

#[tokio::test]
async fn what_is_known_of_somebody() {
    let memory = Arc::new(Fake {
        told: vec![
            "Please remember that Joan is allergic to peanuts",
            "Joan is allergic to peanuts",
            "what do you know about Joan",
            "is Joan here?",
            "the plumber comes on Friday",
        ],
        ..Fake::default()
    });
    let known = ask(memory.clone(), "RosieKnownOf", json!({ "text": "Joan" }))
        .await
        .unwrap();
    assert_eq!(
        (known.response.as_str(), &known.data["sentences"]),
        ("default", &json!(["Joan is allergic to peanuts"]))
    );
    let none = ask(memory, "RosieKnownOf", json!({ "text": "Wilma" })).await.unwrap();
    assert_eq!(none.response, "nothing");
}

#[tokio::test]
async fn what_was_told_wrong_is_put_right() {
    let memory = Arc::new(Fake::default());
    let said = json!({ "text": "Joan", "verb": "is", "right": "allergic to walnuts", "wrong": "peanuts" });
    let right = ask(memory.clone(), "RosieCorrect", said).await.unwrap();
    assert_eq!(right.data["understood"], "Joan is allergic to walnuts.");
    let forgotten = memory.forgotten.lock().unwrap();
    let about = matches!(&forgotten[..], [Forget::About { text, .. }] if text == "Joan is allergic to peanuts");
    assert!(about, "{forgotten:?}");
}

#[tokio::test]
async fn what_is_known() {
    assert_eq!(
        ask(Arc::default(), "RosieKnownAbout", json!({}))
            .await
            .unwrap()
            .response,
        "nothing"
    );
    let known = Arc::new(Fake {
        known: vec!["A.".into(); 20],
        ..Fake::default()
    });
    let result = ask(known, "RosieKnownAbout", json!({})).await.unwrap();
    assert_eq!(
        result.data["sentences"].as_array().unwrap().len(),
        6,
        "nobody listens to twenty sentences"
    );
    assert_eq!(result.data["more"], 14, "but hears that there are more");
}

#[tokio::test]
async fn that_what_was_known_before_is_lost_is_said_once() {
    let lost = skill(Arc::new(Fake {
        lost: true,
        ..Fake::default()
    }));
    for says_so in [true, false] {
        let result = ask_of(&lost, "RosieKnownAbout", json!({})).await.unwrap();
        assert_eq!(
            (result.response.as_str(), &result.data["lost"]),
            ("nothing", &json!(says_so))
        );
    }
    let whole = ask(Arc::default(), "RosieKnownAbout", json!({})).await.unwrap();
    assert_eq!(whole.data["lost"], false);
}

#[tokio::test]
async fn forgetting_means_what_was_said_and_by_whom() {
    let memory = Arc::new(Fake::default());
    for (name, arguments) in [
        ("RosieForgetLast", json!({})),
        ("RosieForgetSpan", json!({ "span": "today" })),
        ("RosieForgetEverything", json!({})),
        ("RosieForgetAbout", json!({ "text": "the password" })),
        ("RosieForgetSpan", json!({ "span": "yesterday" })),
        ("RosieForgetSpan", json!({ "span": "hour" })),
        ("RosieForgetSpan", json!({ "span": "conversation" })),
    ] {
        let done = arguments["span"].as_str().unwrap_or("default").to_owned();
        assert_eq!(ask(memory.clone(), name, arguments).await.unwrap().response, done);
    }
    let forgotten = memory.forgotten.lock().unwrap();
    assert_eq!(
        forgotten[0],
        Forget::Last {
            conversation: "talk".into()
        }
    );
    // Midnight in Berlin, nine hours before: one was left out that night.
    let Forget::Matching(today) = &forgotten[1] else {
        panic!("{:?}", forgotten[1])
    };
    assert_eq!(today.since_unix_ms, Some(1_774_771_200_000 - 9 * 3_600_000));
    let Forget::Matching(all) = &forgotten[2] else {
        panic!("{:?}", forgotten[2])
    };
    assert_eq!((all.user.clone(), all.all_users), (Some("ada".into()), false));
    let Forget::About { text, filter } = &forgotten[3] else {
        panic!("{:?}", forgotten[3])
    };
    assert_eq!(
        (text.as_str(), filter.user.clone()),
        ("the password", Some("ada".into()))
    );
    let spans = forgotten[4..].iter().map(|forget| match forget {
        Forget::Matching(filter) => (filter.since_unix_ms, filter.until_unix_ms, filter.conversation.clone()),
        other => panic!("{other:?}"),
    });
    let midnight = 1_774_771_200_000 - 9 * 3_600_000;
    let spans: Vec<_> = spans.collect();
    assert_eq!(spans[0], (Some(midnight - 24 * 3_600_000), Some(midnight), None));
    assert_eq!(spans[1], (Some(1_774_771_200_000 - 3_600_000), None, None));
    assert_eq!(spans[2], (None, None, Some("talk".into())));
}

#[test]
fn a_model_must_ask_before_it_forgets() {
    let skill = MemorySkill::new(Arc::new(Fake::default()), Arc::new(At(0)), None).unwrap();
    for tool in skill.tools() {
        assert!(skill.calls().contains(&tool.name.as_str()));
        assert_eq!(tool.dangerous, tool.name.starts_with("RosieForget"), "{}", tool.name);
        assert_eq!(tool.confirmation.len(), if tool.dangerous { 4 } else { 0 });
    }
}
