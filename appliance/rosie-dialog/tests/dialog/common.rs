//! What the tests of this crate share: a chat server that follows a script, a hub that says what it was asked, and a
//! dialog between them.

mod server;

pub use server::{FakeServer, Script};

use rosie_core::{
    BoxFuture, CallContext, CancelFlag, EndpointId, ErrorCode, Failure, KnownName, KnownNames, Language, ToolCall,
    ToolOutcome, ToolResult, TurnId,
    dialog::{Dialog, DialogEvent, Hub, Question, Reply},
};
use rosie_dialog::{DialogConfig, LanguageSources, Languages, RosieDialog, llm::LlmEngine};
use serde_json::json;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

/// Templates of the tests' own, so that they do not hang on the words of the shipped ones.
pub const SENTENCES: &str = r#"
language: en
intents:
  HassGetCurrentTime:
    data:
      - sentences: ["tick tock time"]
  TestFail:
    data:
      - sentences: ["please fail"]
  TestVolume:
    data:
      - sentences: ["test louder by {percent}"]
  TestWordless:
    data:
      - sentences: ["test the words"]
  TestFamily:
    data:
      - sentences: ["test my daughter"]
  TestKeyed:
    data:
      - sentences: ["keyed by sentence"]
        response: "special"
  RosieSelect:
    data:
      - sentences:
          - "and then turn off the test lamp says the manual"
          - "i might turn off the test lamp later"
          - "unless someone objects turn off the test lamp"
          - "turn off the test lamp before we all melt away"
          - "my kettle and i split up over the test lamp and then i turned it off"
          - "please could you turn off the test lamp for me"
  TestRepeat:
    data:
      - sentences: ["test again"]
  TestQuiet:
    data:
      - sentences: ["test hush"]
lists:
  percent:
    range: {from: 0, to: 100}
responses:
  intents:
    HassGetCurrentTime: {default: "It is {{ time.hour }} hours."}
    TestVolume: {default: "Louder by {{ percent }}."}
    TestFamily: {default: "She is well."}
    TestDictated: {default: "Passed on."}
    TestWordless: {default: "{{ nobody_has_this(1) }}"}
    TestKeyed: {default: "plain", special: "chosen by the sentence"}
    RosieSelect: {default: "It is off."}
    TestRepeat: {default: "", nothing_said: "I said nothing yet."}
    TestTimer: {default: "The {{ timer.name }} timer is done."}
"#;

/// Answers a few calls and keeps all of them.
#[derive(Default)]
pub struct FakeHub {
    pub calls: Mutex<Vec<(ToolCall, CallContext)>>,
    /// It asked what it shall pass on.
    pub takes_dictation: AtomicBool,
}

impl Hub for FakeHub {
    fn handle(&self, call: ToolCall, context: CallContext) -> BoxFuture<'_, ToolOutcome> {
        self.calls.lock().unwrap().push((call.clone(), context));
        let result = |data, effects| {
            Ok(ToolResult {
                response: "default".to_owned(),
                data,
                effects,
            })
        };
        let outcome = match call.name.as_str() {
            "HassGetCurrentTime" => result(json!({ "time": { "hour": 16, "minute": 5 } }), vec![]),
            "HassGetCurrentDate" => result(
                json!({ "date": { "year": 2026, "month": 1, "day": 5, "weekday": 0 } }),
                vec![],
            ),
            "TestVolume" => {
                let percent = call.arguments["percent"].as_i64().unwrap() as i32;
                result(
                    json!({ "percent": percent }),
                    vec![rosie_core::Effect::VolumeBy { percent }],
                )
            }
            "TestRepeat" => result(json!({}), vec![rosie_core::Effect::Repeat]),
            "TestQuiet" => result(json!({}), vec![rosie_core::Effect::Silence]),
            "TestKeyed" | "TestFamily" | "RosieSelect" | "TestWordless" | "TestDictated" => result(json!({}), vec![]),
            _ => Err(Failure::new(ErrorCode::HomeNotConnected, "no home")),
        };
        Box::pin(async move { outcome })
    }

    fn dictation(&self, _: &EndpointId) -> Option<&'static str> {
        self.takes_dictation.load(Ordering::Relaxed).then_some("TestDictated")
    }

    fn names(&self) -> KnownNames {
        let kitchen = KnownName {
            spoken: "Big Kitchen".to_owned(),
            value: "kitchen".to_owned(),
            context: Default::default(),
        };
        KnownNames::from([("area".to_owned(), vec![kitchen])])
    }
}

pub struct House {
    pub dialog: Arc<RosieDialog>,
    pub hub: Arc<FakeHub>,
}

/// What one question brought.
#[derive(Debug)]
pub struct Heard {
    pub outcome: Result<Reply, Failure>,
    pub events: Vec<DialogEvent>,
}

impl Heard {
    pub fn deltas(&self) -> String {
        let delta = |event: &DialogEvent| match event {
            DialogEvent::Delta(text) => Some(text.clone()),
            _ => None,
        };
        self.events.iter().filter_map(delta).collect()
    }

    pub fn failure(&self) -> Failure {
        self.outcome.as_ref().unwrap_err().clone()
    }
}

impl House {
    pub fn with(llm: LlmEngine) -> Self {
        Self::set(llm, DialogConfig::default())
    }

    pub fn allowing_the_cloud(llm: LlmEngine) -> Self {
        let mut config = DialogConfig::default();
        config.routing.cloud_enabled = true;
        Self::set(llm, config)
    }

    fn set(llm: LlmEngine, config: DialogConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("en.yaml"), SENTENCES).unwrap();
        let sources = LanguageSources {
            languages: vec![Language::new("en")],
            data: None,
            more: Vec::new(),
            own: Some(folder.path().to_owned()),
        };
        let (languages, _) = Languages::load(&sources);
        let hub = Arc::new(FakeHub::default());
        Self {
            dialog: Arc::new(RosieDialog::new(hub.clone(), languages, Arc::new(llm), config)),
            hub,
        }
    }

    pub async fn ask(&self, text: &str) -> Heard {
        self.ask_with(text, CancelFlag::new(), |_| ()).await
    }

    pub async fn ask_with(
        &self,
        text: &str,
        cancel: CancelFlag,
        mut on: impl FnMut(&DialogEvent) + Send + 'static,
    ) -> Heard {
        let events = Arc::new(Mutex::new(Vec::new()));
        let heard = events.clone();
        let sink = Box::new(move |event| {
            on(&event);
            heard.lock().unwrap().push(event);
        });
        let question = Question {
            turn_id: TurnId(1),
            text: text.to_owned(),
            language: Language::new("en"),
            room: "kitchen".into(),
            endpoint: "kitchen-1".into(),
            conversation: "c".into(),
            user: None,
            cancel,
        };
        let outcome = self.dialog.answer(question, sink).await;
        let events = std::mem::take(&mut *events.lock().unwrap());
        Heard { outcome, events }
    }
}
