//! "Which model was that?": who answered and why, and where nobody did, why not.

use crate::common::{FakeServer, House, Script};
use rosie_core::dialog::Tier;
use rosie_dialog::llm::{Limits, LlmConfig, LlmEngine, LocalModel, ProviderKind, RemoteModel, TierState};
use std::time::Duration;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

fn model(server: &FakeServer) -> RemoteModel {
    RemoteModel {
        provider: ProviderKind::OpenAiCompatible,
        address: ProviderKind::OpenAiCompatible.address(&server.address).unwrap(),
        model: "tiny".to_owned(),
        api_key: None,
        context: 2048,
        limits: Limits::default(),
    }
}

async fn house(local: Option<&FakeServer>, cloud: &FakeServer) -> House {
    let config = LlmConfig {
        local: local.map(|server| LocalModel::Address(model(server))),
        cloud: Some(model(cloud)),
        cloud_allowed: true,
        ..LlmConfig::default()
    };
    let engine = LlmEngine::start(config, &TaskTracker::new(), &CancellationToken::new()).unwrap();
    // The first probes are over: what follows is what the turns found out.
    while !engine
        .tiers()
        .iter()
        .all(|tier| tier.health().state == TierState::Ready)
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    House::allowing_the_cloud(engine)
}

async fn said(house: &House, text: &str) -> String {
    house.ask(text).await.outcome.unwrap().text
}

#[tokio::test]
async fn the_true_cause_is_told() {
    let cloud = FakeServer::start([Script::Status(401, String::new(), "")]).await;
    let local = FakeServer::start([Script::Words(vec!["From here."]), Script::Words(vec!["Again."])]).await;
    let house = house(Some(&local), &cloud).await;
    for (question, answer) in [
        ("compare the novels of Austen and Eliot", "From here."),
        // Nobody asks the cloud any more; the cause is the same.
        ("compare the plays of Shaw and Wilde", "Again."),
    ] {
        let reply = house.ask(question).await.outcome.unwrap();
        assert_eq!((reply.tier, reply.text.as_str()), (Tier::Local, answer));
        assert_eq!(
            said(&house, "which model was that").await,
            "I answered with the model on this device. The cloud refused my key."
        );
    }
}

#[tokio::test]
async fn a_turn_that_nobody_answered_is_told_of_and_not_the_one_before() {
    let cloud = FakeServer::start([
        Script::Words(vec!["From afar."]),
        Script::Status(401, String::new(), ""),
    ])
    .await;
    let house = house(None, &cloud).await;
    house
        .ask("compare the novels of Austen and Eliot")
        .await
        .outcome
        .unwrap();
    let asked = "I asked the cloud model. It was a complex question.";
    assert_eq!(said(&house, "which model was that").await, asked);
    let failed = house.ask("compare the plays of Shaw and Wilde").await;
    assert!(failed.outcome.is_err(), "{failed:?}");
    assert_eq!(
        said(&house, "why did you use the cloud").await,
        "No language model gave me a whole answer. The cloud refused my key."
    );
}
