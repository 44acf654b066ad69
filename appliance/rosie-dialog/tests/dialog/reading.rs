//! Reading what was said for facts: only when it is quiet, only by a model of the house, and gone when somebody asks.

use crate::common::{FakeServer, House, Script};
use rosie_core::{
    BoxFuture, Failure,
    dialog::Dialog,
    engine::EngineHealth,
    memory::{FactReading, FactTask},
};
use rosie_dialog::llm::{Limits, LlmConfig, LlmEngine, LocalModel, ProviderKind, RemoteModel};
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const QUIET: Duration = Duration::from_millis(300);
const FACTS: &str = r#"{"facts":[]}"#;

/// So many messages to read, and what was made of them.
#[derive(Default)]
struct Said {
    left: Mutex<usize>,
    read: Mutex<Vec<String>>,
}

impl FactReading for Said {
    fn unread(&self) -> BoxFuture<'_, Result<Option<FactTask>, Failure>> {
        let left = *self.left.lock().unwrap();
        let task = (left > 0).then(|| FactTask {
            message: left.to_string(),
            system: "facts".into(),
            prompt: "the boiler man is called Berg".into(),
            schema: json!({ "type": "object" }),
        });
        Box::pin(async move { Ok(task) })
    }

    fn read<'a>(&'a self, _: FactTask, answer: &'a str) -> BoxFuture<'a, Result<usize, Failure>> {
        self.read.lock().unwrap().push(answer.to_owned());
        *self.left.lock().unwrap() -= 1;
        Box::pin(async { Ok(1) })
    }
}

fn model(server: &FakeServer) -> RemoteModel {
    RemoteModel {
        provider: ProviderKind::OpenAiCompatible,
        address: ProviderKind::OpenAiCompatible.address(&server.address).unwrap(),
        model: "tiny".into(),
        api_key: None,
        context: 4096,
        limits: Limits::default(),
    }
}

async fn house(config: LlmConfig) -> House {
    let engine = LlmEngine::start(config, &TaskTracker::new(), &CancellationToken::new()).unwrap();
    let house = House::allowing_the_cloud(engine);
    while house.dialog.llm().health != EngineHealth::Ready {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    house
}

fn local(server: &FakeServer) -> LlmConfig {
    LlmConfig {
        local: Some(LocalModel::Address(model(server))),
        ..LlmConfig::default()
    }
}

fn reading(house: &House, left: usize) -> (Arc<Said>, CancellationToken) {
    let said = Arc::new(Said {
        left: Mutex::new(left),
        ..Said::default()
    });
    let (dialog, source, cancel) = (house.dialog.clone(), said.clone(), CancellationToken::new());
    let ending = cancel.clone();
    tokio::spawn(async move { dialog.keep_reading(source, QUIET, ending).await });
    (said, cancel)
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(30), "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn what_was_said_is_read_when_it_is_quiet() {
    let server = FakeServer::start([Script::Words(vec![FACTS])]).await;
    let house = house(local(&server)).await;
    let began = Instant::now();
    let (said, cancel) = reading(&house, 1);
    until("it was read", || said.read.lock().unwrap().len() == 1).await;
    assert!(began.elapsed() >= QUIET - Duration::from_millis(50));
    assert_eq!(said.read.lock().unwrap()[0], FACTS);
    let body = server.asked.lock().unwrap()[0].1.clone();
    assert_eq!(body["messages"][1]["content"], "the boiler man is called Berg");
    assert!(
        body["response_format"]["json_schema"].is_object() && body["tools"].is_null(),
        "{body}"
    );
    cancel.cancel();
}

#[tokio::test]
async fn a_question_never_waits_for_it() {
    let scripts = [
        Script::NeverEnds("{"),
        Script::Words(vec!["Lima."]),
        Script::Words(vec![FACTS]),
    ];
    let server = FakeServer::start(scripts).await;
    let house = house(local(&server)).await;
    let (said, cancel) = reading(&house, 1);
    until("it reads", || server.asked.lock().unwrap().len() == 1).await;
    let reply = house.ask("what is the capital of Peru").await.outcome.unwrap();
    assert_eq!(reply.text, "Lima.");
    until("the reading is cut", || *server.dropped.lock().unwrap() == 1).await;
    assert!(said.read.lock().unwrap().is_empty(), "half an answer is none");
    // It is read again, after the next quiet.
    until("it was read", || said.read.lock().unwrap().len() == 1).await;
    cancel.cancel();
}

#[tokio::test]
async fn whoever_begins_to_speak_ends_it() {
    let server = FakeServer::start([Script::NeverEnds("{")]).await;
    let house = house(local(&server)).await;
    let (_, cancel) = reading(&house, 1);
    until("it reads", || server.asked.lock().unwrap().len() == 1).await;
    house.dialog.prepare();
    until("the reading is cut", || *server.dropped.lock().unwrap() == 1).await;
    cancel.cancel();
}

#[tokio::test]
async fn the_cloud_reads_nothing() {
    let cloud = FakeServer::start([Script::Words(vec![FACTS])]).await;
    let config = LlmConfig {
        cloud: Some(model(&cloud)),
        cloud_allowed: true,
        ..LlmConfig::default()
    };
    let house = house(config).await;
    let (said, cancel) = reading(&house, 1);
    tokio::time::sleep(QUIET * 4).await;
    assert!(said.read.lock().unwrap().is_empty() && cloud.asked.lock().unwrap().is_empty());
    cancel.cancel();
}
