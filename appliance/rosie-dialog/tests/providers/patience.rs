//! Waiting, trying again, leaving alone, letting go; and that no key gets out.

use crate::common::*;
use rosie_core::{CancelFlag, dialog::Tier};
use rosie_dialog::llm::{
    ChatRequest, Limits, LlmConfig, LlmEngine, LlmError, LocalModel, ProviderKind, RemoteModel, RequestLimits, Secret,
    TierState, provider,
};
use std::time::{Duration, Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const TEXT: &str =
    "data: {\"choices\":[{\"delta\":{\"content\":\"Yes.\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
const KINDS: [ProviderKind; 7] = ProviderKind::ALL;

fn compatible(server: &Server) -> RemoteModel {
    model(ProviderKind::OpenAiCompatible, &server.address)
}

#[tokio::test]
async fn another_try_where_nothing_was_said() {
    for status in [429, 502, 503, 529] {
        let server = Server::start([refusal(status, "", "{}"), events(TEXT)]).await;
        let heard = ask(&*provider(compatible(&server)).unwrap(), &question()).await;
        assert_eq!(
            (heard.error, heard.text.as_str(), server.count()),
            (None, "Yes.", 2),
            "{status}"
        );
        let times: Vec<_> = server.asked.lock().unwrap().iter().map(|asked| asked.2).collect();
        assert!(times[1] - times[0] >= Duration::from_millis(45), "it came back at once");
    }
    let server = Server::start([refusal(429, "retry-after: 1\r\n", "{}"), events(TEXT)]).await;
    let began = Instant::now();
    let heard = ask(&*provider(compatible(&server)).unwrap(), &question()).await;
    assert_eq!((heard.error, server.count()), (None, 2));
    assert!(began.elapsed() >= Duration::from_millis(950), "{:?}", began.elapsed());
    for status in [400, 404, 500, 501] {
        let server = Server::start([refusal(status, "", "{}"), events(TEXT)]).await;
        let heard = ask(&*provider(compatible(&server)).unwrap(), &question()).await;
        assert!(heard.error.is_some() && server.count() == 1, "{status}");
    }
    // Not for ever, and not where the tier forbids it.
    let server = Server::start([refusal(503, "", "{}")]).await;
    assert!(
        ask(&*provider(compatible(&server)).unwrap(), &question())
            .await
            .error
            .is_some()
    );
    assert!((2..=4).contains(&server.count()), "{}", server.count());
    let once = RemoteModel {
        limits: Limits {
            retry: Duration::ZERO,
            ..Limits::default()
        },
        ..compatible(&server)
    };
    let before = server.count();
    assert!(ask(&*provider(once).unwrap(), &question()).await.error.is_some());
    assert_eq!(server.count(), before + 1);
}

#[tokio::test]
async fn a_server_that_asks_to_be_left_alone_is() {
    let server = Server::start([refusal(429, "retry-after: 30\r\n", "{}"), events(TEXT)]).await;
    let local = provider(compatible(&server)).unwrap();
    let error = ask(&*local, &question()).await.error.unwrap();
    assert_eq!(
        error,
        LlmError::TooMany {
            address: format!("http://{}/v1", server.address),
            seconds: Some(30)
        }
    );
    let began = Instant::now();
    assert!(matches!(
        ask(&*local, &question()).await.error,
        Some(LlmError::TooMany { .. })
    ));
    assert!(began.elapsed() < Duration::from_millis(500) && server.count() == 1);
    // An answer may say that it was the last one.
    let last = Reply {
        headers: "content-type: text/event-stream\r\nx-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 1m0s\r\n".to_owned(),
        ..events(TEXT)
    };
    let server = Server::start([last]).await;
    let local = provider(compatible(&server)).unwrap();
    assert_eq!(ask(&*local, &question()).await.error, None);
    assert!(local.available_from().unwrap() > Instant::now() + Duration::from_secs(50));
    assert!(ask(&*local, &question()).await.error.is_some());
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_tier_that_rests_is_passed_over_and_its_health_says_until_when() {
    let busy = Server::start([refusal(200, "", "{}"), refusal(429, "retry-after: 30\r\n", "{}")]).await;
    let free = Server::start([refusal(200, "", "{}"), events(TEXT)]).await;
    let config = LlmConfig {
        local: Some(LocalModel::Address(compatible(&busy))),
        network: Some(compatible(&free)),
        ..LlmConfig::default()
    };
    let cancel = CancellationToken::new();
    let engine = LlmEngine::start(config, &TaskTracker::new(), &cancel).unwrap();
    let [first, second] = engine.tiers() else { panic!() };
    assert_eq!((first.tier(), second.tier()), (Tier::Local, Tier::Network));
    until("both were probed", || {
        engine
            .tiers()
            .iter()
            .all(|tier| tier.health().state == TierState::Ready)
    })
    .await;
    assert!(first.health().last_latency.is_some() && first.health().can_be_asked(Instant::now()));
    let flag = CancelFlag::new();
    let mut events = 0;
    let asked = first.chat(&question(), &flag, &mut |_| events += 1).await;
    assert!(
        matches!(asked, Err(LlmError::TooMany { .. })) && events == 0,
        "{asked:?}"
    );
    let health = first.health();
    assert_eq!(health.state, TierState::Ready, "it works, and asks for patience");
    assert!(health.available_from.unwrap() > Instant::now() + Duration::from_secs(20));
    assert!(!health.can_be_asked(Instant::now()));
    second.chat(&question(), &flag, &mut |_| events += 1).await.unwrap();
    assert!(second.health().last_first_event.is_some() && events == 2);
    cancel.cancel();
}

#[tokio::test]
async fn cancelling_closes_the_connection_within_50_ms() {
    for (kind, begun) in [
        (
            ProviderKind::OpenAi,
            "data: {\"choices\":[{\"delta\":{\"content\":\"Yes\"}}]}\n\n",
        ),
        (
            ProviderKind::Gemini,
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Yes\"}]}}]}\n\n",
        ),
        (
            ProviderKind::Anthropic,
            "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Yes\"}}\n\n",
        ),
        (
            ProviderKind::Ollama,
            "{\"message\":{\"content\":\"Yes\"},\"done\":false}\n",
        ),
    ] {
        let reply = if kind == ProviderKind::Ollama {
            lines(begun)
        } else {
            events(begun)
        };
        let server = Server::start([reply.held()]).await;
        let provider = provider(model(kind, &server.address)).unwrap();
        let cancel = CancelFlag::new();
        let (flag, asking) = (cancel.clone(), question());
        let asked = tokio::spawn(async move { ask_until(&*provider, &asking, flag).await });
        until("it asked", || server.count() == 1).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let cancelled = Instant::now();
        cancel.cancel();
        let heard = asked.await.unwrap();
        assert_eq!(
            (heard.error, heard.text.as_str()),
            (Some(LlmError::Cancelled), "Yes"),
            "{kind:?}"
        );
        until("the connection is closed", || server.left.lock().unwrap().is_some()).await;
        let took = server.left.lock().unwrap().unwrap() - cancelled;
        eprintln!("{kind:?}: closed after {} ms", took.as_millis());
        assert!(took < Duration::from_millis(50), "{kind:?} took {took:?}");
    }
}

#[tokio::test]
async fn every_wait_has_its_own_limit() {
    let begun = "data: {\"choices\":[{\"delta\":{\"content\":\"Yes\"}}]}\n\n";
    let limits = Limits {
        first_token: Duration::from_millis(300),
        idle: Duration::from_millis(600),
        ..Limits::default()
    };
    for (reply, said, ms) in [
        (events("").held(), "begin its answer", 300),
        (events(begun).held(), "go on with its answer", 600),
    ] {
        let server = Server::start([reply]).await;
        let slow = RemoteModel {
            limits,
            ..compatible(&server)
        };
        let began = Instant::now();
        let error = ask(&*provider(slow).unwrap(), &question()).await.error.unwrap();
        assert!(error.to_string().contains(said), "{error}");
        let took = began.elapsed().as_millis();
        assert!((ms - 20..ms + 2000).contains(&took), "{took}");
    }
    // A request may want less than its tier allows, never more.
    let server = Server::start([events(TEXT)]).await;
    let local = provider(compatible(&server)).unwrap();
    for (wanted, sent) in [(20, 20), (5000, 300)] {
        let limits = RequestLimits {
            max_tokens: Some(wanted),
            ..RequestLimits::default()
        };
        ask(&*local, &ChatRequest { limits, ..question() }).await;
        assert_eq!(server.last().1["max_tokens"], sent);
    }
    // It said all and does not hang up.
    let finished = "data: {\"choices\":[{\"delta\":{\"content\":\"Yes.\"},\"finish_reason\":\"stop\"}]}\n\n";
    let server = Server::start([events(finished).held()]).await;
    let heard = ask(
        &*provider(RemoteModel {
            limits,
            ..compatible(&server)
        })
        .unwrap(),
        &question(),
    )
    .await;
    assert_eq!((heard.error, heard.text.as_str()), (None, "Yes."));
}

#[tokio::test]
async fn each_tier_has_limits_of_its_own() {
    let (near, far) = (Server::start([events(TEXT)]).await, Server::start([events(TEXT)]).await);
    let with = |server: &Server, max_tokens| RemoteModel {
        limits: Limits {
            max_tokens,
            ..Limits::default()
        },
        ..compatible(server)
    };
    let config = LlmConfig {
        local: Some(LocalModel::Address(with(&near, 40))),
        cloud: Some(with(&far, 700)),
        cloud_allowed: true,
        ..LlmConfig::default()
    };
    let engine = LlmEngine::start(config, &TaskTracker::new(), &CancellationToken::new()).unwrap();
    for (tier, server, sent) in [(0, &near, 40), (1, &far, 700)] {
        engine.tiers()[tier]
            .chat(&question(), &CancelFlag::new(), &mut |_| ())
            .await
            .unwrap();
        let asked = server.asked.lock().unwrap();
        let body = asked.iter().find(|asked| asked.0.starts_with("POST")).unwrap();
        assert_eq!(body.1["max_tokens"], sent);
    }
}

#[tokio::test]
async fn no_key_gets_out() {
    let quoting = format!("{{\"error\":{{\"message\":\"what is {KEY}? weather in paris and rome?\",\"code\":\"x\"}}}}");
    for kind in KINDS {
        let server = Server::start([refusal(400, "", &quoting)]).await;
        let model = model(kind, &server.address);
        assert!(!format!("{model:?}").contains(KEY));
        let heard = ask(&*provider(model).unwrap(), &question()).await;
        let error = heard.error.unwrap();
        for shown in [format!("{error}"), format!("{error:?}")] {
            assert!(
                !shown.contains(KEY) && !shown.to_lowercase().contains("paris"),
                "{kind:?}: {shown}"
            );
        }
        let line = server.last().0.lines().next().unwrap().to_owned();
        assert!(!line.contains(KEY), "{line}");
        let default = kind.default_address().map(|address| kind.address(address).unwrap());
        if let (true, Some(address)) = (kind.needs_key(), default) {
            let keyless = RemoteModel {
                api_key: None,
                address,
                ..crate::common::model(kind, "127.0.0.1:1")
            };
            assert!(matches!(provider(keyless).err(), Some(LlmError::NoKey { .. })));
        }
        let odd = RemoteModel {
            api_key: Some(Secret::new("sk-\n1")),
            ..crate::common::model(kind, "127.0.0.1:1")
        };
        assert!(matches!(provider(odd).err(), Some(LlmError::OddKey { .. })));
    }
}
