//! Plugins as real processes: good ones, and such that crash, hang, flood, or answer nonsense.
#![allow(clippy::unwrap_used)]

mod manifests;
mod store;

use rosie_core::{
    CallContext, ErrorCode, Language, ToolCall, ToolOutcome, TurnId,
    audit::{AuditLog, Deed},
    engine::EngineHealth,
};
use rosie_hub::{
    Skill, SystemClock,
    integration::{Limits, Supervised},
    plugins::{Launch, Manifest, Plugin},
};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Without any bounds: those are the daemon's.
struct Unbound;

impl Launch for Unbound {
    fn command(&self, _: &Manifest, command: &[String], folder: &Path) -> Command {
        let mut child = Command::new(&command[0]);
        child.args(&command[1..]).current_dir(folder);
        child
    }

    fn doubt(&self, _: &Manifest) -> Option<String> {
        None
    }
}

#[derive(Default)]
struct Kept(Mutex<Vec<Deed>>);

impl AuditLog for Kept {
    fn add(&self, deeds: Vec<Deed>) {
        self.0.lock().unwrap().extend(deeds);
    }
}

struct House {
    plugin: Arc<Plugin>,
    supervised: Arc<Supervised>,
    audit: Arc<Kept>,
}

fn manifest(mood: &str) -> String {
    format!(
        "name: moody\nversion: \"1\"\ncommand: [python3, moody.py, {mood}]\n\
         permissions: {{ rooms: [kitchen], dangerous: [crash], reads: [fine] }}\n\
         intents:\n  - tool: crash\n    sentences: {{ en: [crash now] }}\n    question: {{ en: \"Shall I crash?\" }}\n"
    )
}

fn start(mood: &str) -> House {
    let manifest = Arc::new(Manifest::parse(&manifest(mood)).unwrap());
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let audit = Arc::new(Kept::default());
    let hands: (Arc<SystemClock>, Arc<Kept>) = (Arc::new(SystemClock), audit.clone());
    let plugin = Arc::new(Plugin::new(manifest, folder, Arc::new(Unbound), (hands.0, hands.1)));
    let limits = Limits {
        deadline: Duration::from_secs(1),
        ..Limits::default()
    };
    let supervised = Supervised::start(plugin.clone(), limits, &CancellationToken::new()).unwrap();
    House {
        plugin,
        supervised,
        audit,
    }
}

impl House {
    async fn ready(self) -> Self {
        assert!(
            self.supervised.ready(Duration::from_secs(20)).await,
            "{:?}",
            self.supervised.info()
        );
        self
    }

    async fn call_in(&self, room: &str, tool: &str, arguments: Value) -> ToolOutcome {
        let call = ToolCall {
            name: format!("moody__{tool}"),
            arguments,
        };
        let context = CallContext {
            turn_id: TurnId(1),
            room: room.into(),
            endpoint: "k1".into(),
            language: Language::default(),
            conversation: "secret conversation".into(),
            user: None,
        };
        assert!(self.supervised.owns(&call.name));
        self.supervised.handle(&call, &context).await
    }

    async fn call(&self, tool: &str) -> ToolOutcome {
        self.call_in("kitchen", tool, json!({})).await
    }

    /// Waits until it was started anew and answers.
    async fn answers_again(&self) {
        let began = Instant::now();
        while self.call("fine").await.is_err() {
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "{:?}",
                self.supervised.info()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn speech(outcome: ToolOutcome) -> String {
    outcome.unwrap().data["speech"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_tool_is_called_with_its_arguments_and_nothing_else() {
    let house = start("well").ready().await;
    let said = speech(house.call_in("kitchen", "fine", json!({"bin": "paper"})).await);
    assert_eq!(said, r#"fine: {"bin": "paper"}"#);
    let tools = house.supervised.tools();
    let crash = tools.iter().find(|tool| tool.name == "moody__crash").unwrap();
    assert!(crash.dangerous && crash.foreign && crash.acts);
    let fine = tools.iter().find(|tool| tool.name == "moody__fine").unwrap();
    assert!(!fine.dangerous && fine.foreign && !fine.acts);
    assert_eq!(
        house.call_in("bedroom", "fine", json!({})).await.unwrap_err().code,
        ErrorCode::NotSupported
    );
    assert!(house.audit.0.lock().unwrap().is_empty(), "what only reads is no deed");
}

#[tokio::test]
async fn it_hears_nothing_of_the_house() {
    let house = start("well").ready().await;
    house.call_in("kitchen", "fine", json!({"bin": "paper"})).await.unwrap();
    let heard = house.call("heard").await.unwrap();
    let heard = heard.data["text"].as_str().unwrap();
    assert!(
        heard.contains("initialize") && heard.contains("\"bin\":\"paper\""),
        "{heard}"
    );
    for secret in ["kitchen", "k1", "conversation", "user", "turn", "language"] {
        assert!(!heard.contains(secret), "{secret}: {heard}");
    }
}

#[tokio::test]
async fn what_is_dangerous_is_asked_about_even_while_it_does_not_run() {
    let house = start("stillborn");
    let call = ToolCall {
        name: "moody__crash".into(),
        arguments: json!({}),
    };
    let context = CallContext {
        turn_id: TurnId(1),
        room: "kitchen".into(),
        endpoint: "k1".into(),
        language: Language::default(),
        conversation: "c".into(),
        user: None,
    };
    let began = Instant::now();
    let question = loop {
        match house.supervised.confirmation(&call, &context) {
            Some(question) => break question,
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
        assert!(began.elapsed() < Duration::from_secs(10));
    };
    assert_eq!(question["en"], "Shall I crash?");
}

#[tokio::test]
async fn one_that_crashes_is_started_anew() {
    let house = start("well").ready().await;
    assert_eq!(house.call("crash").await.unwrap_err().code, ErrorCode::ToolFailed);
    house.answers_again().await;
    assert_eq!(house.supervised.info().restarts, 1);
    let deeds = house.audit.0.lock().unwrap().clone();
    assert_eq!(deeds[0].cause, "moody__crash");
    assert_eq!(deeds[0].failed.as_deref(), Some("tool-failed"));
}

#[tokio::test]
async fn one_that_hangs_is_started_anew() {
    let house = start("well").ready().await;
    for _ in 0..3 {
        assert!(house.call("hang").await.is_err());
    }
    house.answers_again().await;
    assert!(house.supervised.info().restarts >= 1);
}

#[tokio::test]
async fn one_that_floods_is_ended() {
    let house = start("well").ready().await;
    let began = Instant::now();
    assert!(house.call("flood").await.is_err());
    assert!(began.elapsed() < Duration::from_secs(5));
    house.answers_again().await;
}

#[tokio::test]
async fn garbage_and_huge_answers_cost_their_call_at_most() {
    let house = start("well").ready().await;
    assert_eq!(speech(house.call("garbage").await), "still here");
    assert!(house.call("huge").await.is_err(), "longer than a message may be");
    let failed = house.call("fail").await.unwrap();
    assert_eq!(
        (failed.response.as_str(), &failed.data["speech"]),
        ("failed", &json!("There is no such bin."))
    );
    house.answers_again().await;
    let said = speech(house.call("inject").await);
    assert!(
        said.chars().count() <= 600 && !said.contains(char::is_control),
        "{said}"
    );
}

#[tokio::test]
async fn one_that_cannot_start_says_why_and_what_to_do() {
    let house = start("stillborn");
    let began = Instant::now();
    let reason = loop {
        if let EngineHealth::Unavailable { reason } = house.supervised.info().health {
            break reason;
        }
        assert!(began.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(
        reason.contains("exit status: 1") && reason.contains("page of plugins"),
        "{reason}"
    );
    assert!(
        !reason.contains("no module"),
        "a reason is logged, and this may hold what people said"
    );
    assert!(house.plugin.last_words().contains("no module named moody"));
    assert!(house.supervised.tools().is_empty());
}

#[tokio::test]
async fn tools_that_cannot_be_are_left_out_and_endless_lists_end() {
    let house = start("rude").ready().await;
    let EngineHealth::Degraded { reason } = house.supervised.info().health else {
        panic!("not degraded");
    };
    assert!(
        reason.contains("no spaces please") && house.supervised.tools().len() == 16,
        "{reason}"
    );
    let house = start("endless");
    let began = Instant::now();
    while !matches!(house.supervised.info().health, EngineHealth::Unavailable { .. }) {
        assert!(began.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn its_process_ends_with_it() {
    let house = start("well").ready().await;
    let before = processes();
    assert!(before >= 1);
    house.supervised.stop(Duration::from_secs(5)).await;
    let began = Instant::now();
    while processes() >= before {
        assert!(began.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Children of this process that are not zombies; other tests of this file have some, too.
fn processes() -> usize {
    let own = std::process::id().to_string();
    let stats = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let text = std::fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
        let rest = text.rsplit_once(") ")?.1.to_owned();
        let mut fields = rest.split(' ').map(str::to_owned);
        Some((fields.next()?, fields.next()?))
    });
    stats.filter(|(state, parent)| *parent == own && state != "Z").count()
}
