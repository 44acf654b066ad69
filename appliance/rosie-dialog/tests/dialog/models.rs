//! Questions that no sentence takes, put to a chat server that behaves in every way a server can.

use crate::common::{FakeServer, Heard, House, Script};
use rosie_core::{
    CancelFlag, ErrorCode,
    dialog::{Dialog, DialogEvent, Tier},
    engine::EngineHealth,
};
use rosie_dialog::llm::{Limits, LlmConfig, LlmEngine, LocalModel, ProviderKind, RemoteModel, Secret};
use std::time::{Duration, Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const KEY: &str = "sk-very-secret-1234567890";

/// For tests of waiting; the others wait as long as a busy machine needs.
fn tight() -> Limits {
    Limits {
        first_token: Duration::from_millis(400),
        idle: Duration::from_millis(400),
        overall: Duration::from_millis(1500),
        ..Limits::default()
    }
}

fn model(address: &str) -> RemoteModel {
    RemoteModel {
        provider: ProviderKind::OpenAiCompatible,
        address: ProviderKind::OpenAiCompatible.address(address).unwrap(),
        model: "tiny".to_owned(),
        api_key: Some(Secret::new(KEY)),
        context: 2048,
        limits: Limits::default(),
    }
}

fn engine(config: LlmConfig) -> LlmEngine {
    LlmEngine::start(config, &TaskTracker::new(), &CancellationToken::new()).unwrap()
}

async fn local(script: Script) -> (House, FakeServer) {
    local_within(Limits::default(), script).await
}

async fn local_within(limits: Limits, script: Script) -> (House, FakeServer) {
    let server = FakeServer::start([script]).await;
    let local = RemoteModel {
        limits,
        ..model(&server.address)
    };
    let config = LlmConfig {
        local: Some(LocalModel::Address(local)),
        ..LlmConfig::default()
    };
    (House::with(engine(config)), server)
}

async fn heard(script: Script) -> Heard {
    local(script).await.0.ask("why is the sky blue").await
}

#[tokio::test]
async fn an_answer_is_streamed() {
    let (house, server) = local(Script::Slow(
        vec!["\n Air", " scatters", " blue light."],
        Duration::from_millis(60),
    ))
    .await;
    let began = Instant::now();
    let first = std::sync::Arc::new(std::sync::Mutex::new(None));
    let seen = first.clone();
    let heard = house
        .ask_with("why is the sky blue", CancelFlag::new(), move |event| {
            if matches!(event, DialogEvent::Delta(_)) {
                seen.lock().unwrap().get_or_insert_with(Instant::now);
            }
        })
        .await;
    let reply = heard.outcome.as_ref().unwrap();
    assert_eq!(
        (reply.text.as_str(), reply.tier, &reply.intent),
        ("Air scatters blue light.", Tier::Local, &None)
    );
    assert_eq!(heard.deltas(), reply.text);
    let first = first.lock().unwrap().unwrap();
    assert!(
        first - began + Duration::from_millis(80) < began.elapsed(),
        "the first word waited for the last"
    );
    let DialogEvent::TierChosen { tier, model, .. } = &heard.events[0] else {
        panic!("{:?}", heard.events)
    };
    assert_eq!((*tier, model.as_str()), (Tier::Local, "tiny"));
    let (head, body) = server.asked.lock().unwrap()[0].clone();
    assert!(head.starts_with("POST /v1/chat/completions") && head.contains(KEY));
    assert_eq!(
        (body["model"].as_str(), body["stream"].as_bool()),
        (Some("tiny"), Some(true))
    );
    let system = body["messages"][0]["content"].as_str().unwrap();
    assert!(system.contains("Rosie") && system.contains("English"), "{system}");
    assert!(!system.contains("2026"), "what changes is not in what stays: {system}");
    assert_eq!(
        body["messages"][1]["content"],
        // The clock and the room are for questions that want them: a small model reads slowly.
        "why is the sky blue"
    );
    house.ask("how many days until christmas").await.outcome.unwrap();
    let (_, body) = server.asked.lock().unwrap()[1].clone();
    let last = body["messages"].as_array().unwrap().last().unwrap()["content"].clone();
    assert_eq!(last, "Now: Monday, 2026-01-05, 16:05.\n\nhow many days until christmas");
}

#[tokio::test]
async fn the_conversation_goes_along_and_its_beginning_stays_the_same() {
    let (house, server) = local(Script::Words(vec!["Yes."])).await;
    house.ask("tick tock time").await;
    for i in 0..12 {
        house.ask(&format!("tell me more {i}")).await.outcome.unwrap();
    }
    let asked = server.asked.lock().unwrap();
    let first = asked[0].1["messages"].as_array().unwrap();
    assert_eq!(first[1]["content"], "tick tock time");
    assert_eq!(first[2]["content"], "It is 16 hours.");
    for (_, body) in asked.iter() {
        let messages = body["messages"].as_array().unwrap();
        assert!(messages.len() <= 12, "{}", messages.len());
        assert_eq!(messages[0], first[0]);
    }
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_good_enough() {
    assert_eq!(
        heard(Script::Whole(" All at once. ")).await.outcome.unwrap().text,
        "All at once."
    );
}

#[tokio::test]
async fn a_server_that_dies_in_the_middle_leaves_what_was_said() {
    for script in [Script::Dies as fn(_) -> _, Script::EndsEarly, Script::Reports] {
        let (house, _server) = local(script(vec!["Because", " of"])).await;
        let heard = house.ask("why is the sky blue").await;
        assert_eq!(heard.deltas(), "Because of");
        assert_eq!(heard.failure().code, ErrorCode::LlmUnavailable, "{}", heard.failure());
        assert!(heard.failure().detail.contains("broke off"), "{}", heard.failure());
    }
}

#[tokio::test]
async fn what_is_no_answer_is_refused() {
    for script in [
        Script::Garbage,
        Script::HugeLine,
        Script::Words(vec![]),
        Script::Whole("  "),
    ] {
        let heard = heard(script.clone()).await;
        assert_eq!(
            heard.failure().code,
            ErrorCode::LlmUnavailable,
            "{script:?}: {}",
            heard.failure()
        );
        assert_eq!(heard.deltas(), "");
    }
}

#[tokio::test]
async fn every_wait_has_an_end() {
    for (script, said, limit_ms) in [
        (Script::Silent, "begin its answer", 400),
        (
            Script::Slow(vec!["One", "two"], Duration::from_millis(700)),
            "begin its answer",
            400,
        ),
        (Script::NeverEnds("on "), "finish its answer", 1500),
        (Script::NeverEnds(""), "begin its answer", 400),
    ] {
        let (house, _server) = local_within(tight(), script.clone()).await;
        let began = Instant::now();
        let heard = house.ask("why is the sky blue").await;
        assert_eq!(
            heard.failure().code,
            ErrorCode::LlmTimeout,
            "{script:?}: {}",
            heard.failure()
        );
        assert!(heard.failure().detail.contains(said), "{script:?}: {}", heard.failure());
        let took = began.elapsed().as_millis();
        assert!(
            (limit_ms - 50..limit_ms + 3000).contains(&took),
            "{script:?} took {took} ms"
        );
    }
}

#[tokio::test]
async fn errors_say_what_to_do_and_never_the_key() {
    let quoting = format!("{{\"error\":{{\"message\":\"what about {KEY}?\"}}}}");
    for (status, headers, advice) in [
        (401, "", "check api_key"),
        (403, "", "check api_key"),
        (404, "", "does not have the model 'tiny'"),
        (429, "retry-after: 7\r\n", "again in 7 s"),
        (400, "", "refuses the request (HTTP 400"),
        (500, "", "see its log"),
        (503, "", "see its log"),
        (
            302,
            "location: http://127.0.0.1:1/\r\n",
            "refuses the request (HTTP 302",
        ),
    ] {
        let heard = heard(Script::Status(status, quoting.clone(), headers)).await;
        let failure = heard.failure();
        assert_eq!(failure.code, ErrorCode::LlmUnavailable, "{failure}");
        assert!(failure.detail.contains(advice), "{status}: {failure}");
        assert!(!format!("{heard:?}").contains(KEY), "{status}: {failure}");
        assert!(!failure.detail.contains("sky"), "{failure}");
    }
    let echo = "{\"error\":{\"message\":\"cannot parse: Why is the sky blue?\"}}";
    let failure = heard(Script::Status(400, echo.to_owned(), "")).await.failure();
    assert!(!failure.detail.contains("sky"), "{failure}");
    for body in ["", "<html>", "{\"error\":\"plain\"}", "[[["] {
        assert!(heard(Script::Status(500, body.to_owned(), "")).await.outcome.is_err());
    }
}

#[tokio::test]
async fn cancelling_drops_the_request_at_once() {
    let (house, server) = local(Script::NeverEnds("on ")).await;
    let cancel = CancelFlag::new();
    let flag = cancel.clone();
    let mut words = 0;
    let began = Instant::now();
    let heard = house
        .ask_with("tell me everything", cancel, move |event| {
            if matches!(event, DialogEvent::Delta(_)) {
                words += 1;
                if words == 3 {
                    flag.cancel();
                }
            }
        })
        .await;
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert!(heard.failure().detail.contains("cancelled"));
    for _ in 0..100 {
        if *server.dropped.lock().unwrap() == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the server still talks to nobody");
}

#[tokio::test]
async fn the_next_tier_takes_over() {
    let network = FakeServer::start([Script::Words(vec!["From the network."])]).await;
    for broken in [Script::Silent, Script::Status(500, String::new(), ""), Script::Garbage] {
        let local = FakeServer::start([broken]).await;
        let house = House::with(engine(LlmConfig {
            local: Some(LocalModel::Address(RemoteModel {
                limits: tight(),
                ..model(&local.address)
            })),
            network: Some(model(&network.address)),
            ..LlmConfig::default()
        }));
        // The first probe is over: what follows is what the turns found out.
        while house.dialog.llm().health != EngineHealth::Ready {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let heard = house.ask("what is the capital of Peru").await;
        let reply = heard.outcome.as_ref().unwrap();
        assert_eq!((reply.text.as_str(), reply.tier), ("From the network.", Tier::Network));
        let reasons = heard.events.iter().filter_map(|event| match event {
            DialogEvent::TierChosen { tier, reason, .. } => Some((*tier, reason.clone())),
            _ => None,
        });
        let reasons = reasons.collect::<Vec<_>>();
        assert!(
            reasons.len() == 2 && reasons[1].1.contains("the local model"),
            "{reasons:?}"
        );
        let again = house.ask("what is the capital of Chile").await;
        assert!(
            matches!(&again.events[0], DialogEvent::TierChosen { tier: Tier::Network, reason, .. } if reason.contains("asked last")),
            "who failed or was slow is asked last: {:?}",
            again.events[0]
        );
        assert!(matches!(house.dialog.llm().health, EngineHealth::Degraded { .. }));
    }
    let local = FakeServer::start([Script::Dies(vec!["Half"])]).await;
    let house = House::with(engine(LlmConfig {
        local: Some(LocalModel::Address(model(&local.address))),
        network: Some(model(&network.address)),
        ..LlmConfig::default()
    }));
    while house.dialog.llm().health != EngineHealth::Ready {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let heard = house.ask("what is the capital of Peru").await;
    assert_eq!(
        heard.deltas(),
        "Half From the network.",
        "what was said stays, and the next one goes on"
    );
    assert_eq!(heard.outcome.unwrap().tier, Tier::Network);
}

#[tokio::test]
async fn the_cloud_is_asked_only_where_it_is_allowed() {
    let cloud = FakeServer::start([Script::Words(vec!["From afar."])]).await;
    let config = |cloud_allowed| LlmConfig {
        cloud: Some(model(&cloud.address)),
        cloud_allowed,
        ..LlmConfig::default()
    };
    let refused = House::with(engine(config(false))).ask("why is the sky blue").await;
    assert_eq!(refused.failure().code, ErrorCode::LlmNotConfigured);
    assert!(cloud.asked.lock().unwrap().is_empty());
    let house = House::allowing_the_cloud(engine(config(true)));
    assert_eq!(
        house.ask("why is the sky blue").await.outcome.unwrap().tier,
        Tier::Cloud
    );
    let before = cloud.asked.lock().unwrap().len();
    let kept = house.ask("what can I take for a headache").await.outcome.unwrap();
    assert!(kept.text.contains("private"), "{}", kept.text);
    assert_eq!(cloud.asked.lock().unwrap().len(), before, "health stays in the house");
    house.ask("test my daughter").await.outcome.unwrap();
    // What was said before is private: what leans on it stays, anything else goes without it.
    let after = house.ask("what should I give her").await.outcome.unwrap();
    assert!(after.text.contains("private"), "{}", after.text);
    assert_eq!(cloud.asked.lock().unwrap().len(), before);
    let other = house.ask("why is the sky blue").await.outcome.unwrap();
    assert_eq!(other.tier, Tier::Cloud);
    let sent = cloud.asked.lock().unwrap().last().unwrap().1.to_string();
    assert!(!sent.contains("daughter") && !sent.contains("She is well"), "{sent}");
}

#[tokio::test]
async fn nobody_listens_and_nothing_is_configured() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let gone = model(&format!("127.0.0.1:{port}"));
    let house = House::with(engine(LlmConfig {
        local: Some(LocalModel::Address(gone)),
        ..LlmConfig::default()
    }));
    let failure = house.ask("why is the sky blue").await.failure();
    assert!(
        failure.code == ErrorCode::LlmUnavailable && failure.detail.contains("cannot reach"),
        "{failure}"
    );
    for _ in 0..100 {
        if let EngineHealth::Unavailable { reason } = house.dialog.llm().health {
            assert!(reason.contains("cannot reach"), "{reason}");
            let none = House::with(LlmEngine::none());
            assert_eq!(
                none.ask("why is the sky blue").await.failure().code,
                ErrorCode::LlmNotConfigured
            );
            assert!(!none.dialog.llm().health.serves());
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("its health was never found out");
}
