//! Integrations that misbehave, on the real clock: what hangs, panics or loops costs its own calls and nothing else.
#![allow(clippy::unwrap_used)]

use rosie_core::{
    BoxFuture, CallContext, ErrorCode, Failure, KnownName, KnownNames, Language, ToolCall, ToolOutcome, ToolResult,
    TurnId, dialog::EntityState, engine::EngineHealth,
};
use rosie_hub::{
    Skill,
    integration::{Ground, Integration, Limits, Supervised, View},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Does what its calls say.
#[derive(Default)]
struct Moody {
    /// Ends the loop.
    enough: AtomicBool,
    /// Panics so often when it is started.
    stillborn: AtomicUsize,
    shut_down: AtomicBool,
}

struct OneName;

impl View for OneName {
    fn names(&self) -> KnownNames {
        let name = KnownName {
            spoken: "lamp".into(),
            value: "light.lamp".into(),
            context: BTreeMap::new(),
        };
        KnownNames::from([("name".to_owned(), vec![name])])
    }

    fn entities(&self) -> Vec<EntityState> {
        panic!("on purpose")
    }

    fn confirmation(&self, _: &ToolCall, _: &CallContext) -> Option<BTreeMap<String, String>> {
        None
    }
}

impl Integration for Moody {
    fn name(&self) -> &'static str {
        "moody"
    }

    fn calls(&self) -> &'static [&'static str] {
        &["Fine", "Hang", "Panic", "Loop", "Fail"]
    }

    fn initialize(self: Arc<Self>, ground: Ground) -> BoxFuture<'static, Result<(), Failure>> {
        Box::pin(async move {
            let left = self
                .stillborn
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
            assert!(left.is_err(), "on purpose");
            ground.board.view(Some(Arc::new(OneName)));
            ground.board.health(EngineHealth::Ready);
            ground.ending.cancelled().await;
            Ok(())
        })
    }

    fn handle(&self, call: ToolCall, _: CallContext) -> BoxFuture<'_, ToolOutcome> {
        Box::pin(async move {
            match call.name.as_str() {
                "Hang" => std::future::pending().await,
                "Panic" => panic!("on purpose"),
                "Fail" => Err(Failure::new(ErrorCode::ToolFailed, "in an orderly way")),
                "Loop" => {
                    while !self.enough.load(Ordering::SeqCst) {
                        std::thread::yield_now();
                    }
                    Ok(said())
                }
                _ => Ok(said()),
            }
        })
    }

    fn shutdown(&self) -> BoxFuture<'_, ()> {
        Box::pin(async { self.shut_down.store(true, Ordering::SeqCst) })
    }
}

fn said() -> ToolResult {
    ToolResult {
        response: "default".into(),
        data: json!({}),
        effects: Vec::new(),
    }
}

const LIMITS: Limits = Limits {
    deadline: Duration::from_millis(300),
    queue: 4,
    at_once: 2,
};

fn start(moody: Moody) -> (Arc<Moody>, Arc<Supervised>) {
    let moody = Arc::new(moody);
    let supervised = Supervised::start(moody.clone(), LIMITS, &CancellationToken::new()).unwrap();
    (moody, supervised)
}

async fn ask(supervised: &Supervised, name: &str) -> ToolOutcome {
    let context = CallContext {
        turn_id: TurnId(1),
        room: "kitchen".into(),
        endpoint: "k1".into(),
        language: Language::default(),
        conversation: "c".into(),
        user: None,
    };
    let call = ToolCall {
        name: name.into(),
        arguments: Value::Null,
    };
    supervised.handle(&call, &context).await
}

fn state(supervised: &Supervised) -> EngineHealth {
    supervised.info().health
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn hanging_panicking_and_looping_cost_only_their_own_calls() {
    let (bad, supervised) = start(Moody::default());
    let (_, good) = start(Moody::default());
    assert!(supervised.ready(Duration::from_secs(5)).await && good.ready(Duration::from_secs(5)).await);
    assert_eq!(supervised.names()["name"][0].spoken, "lamp");
    assert!(
        supervised.entities().is_empty(),
        "a view that panics has nothing to say"
    );
    assert!(ask(&supervised, "Fine").await.is_ok());
    for name in ["Hang", "Panic"] {
        assert_eq!(
            ask(&supervised, name).await.unwrap_err().code,
            ErrorCode::ToolFailed,
            "{name}"
        );
        assert!(ask(&supervised, "Fine").await.is_ok(), "after {name}");
    }
    // Ordinary failures are no breakdowns.
    for _ in 0..10 {
        assert_eq!(ask(&supervised, "Fail").await.unwrap_err().detail, "in an orderly way");
    }
    assert_eq!(state(&supervised), EngineHealth::Ready);
    // A loop holds the integration's own thread; this runtime has one, and goes on.
    let began = Instant::now();
    assert!(
        ask(&supervised, "Loop")
            .await
            .unwrap_err()
            .detail
            .contains("did not answer")
    );
    assert!(ask(&good, "Fine").await.is_ok());
    for _ in 0..2 {
        assert!(ask(&supervised, "Fine").await.is_err());
    }
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    // Three in a row: it is left alone, at once and visibly.
    let began = Instant::now();
    assert!(
        ask(&supervised, "Fine")
            .await
            .unwrap_err()
            .detail
            .contains("left alone")
    );
    assert!(began.elapsed() < LIMITS.deadline / 2);
    assert!(matches!(state(&supervised), EngineHealth::Unavailable { .. }));
    bad.enough.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(
        ask(&supervised, "Fine").await.is_ok(),
        "one may try, and it works again"
    );
    assert_eq!(state(&supervised), EngineHealth::Ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_calls_than_are_carried_out_are_refused_and_counted() {
    let (_, supervised) = start(Moody::default());
    assert!(supervised.ready(Duration::from_secs(5)).await);
    let hanging: Vec<_> = (0..20)
        .map(|_| {
            let supervised = supervised.clone();
            tokio::spawn(async move { ask(&supervised, "Hang").await })
        })
        .collect();
    for call in hanging {
        assert!(call.await.unwrap().is_err());
    }
    assert!(supervised.info().dropped > 0, "{:?}", supervised.info());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_dies_at_the_start_is_started_anew_and_ends_when_told() {
    let (moody, supervised) = start(Moody {
        stillborn: AtomicUsize::new(1),
        ..Moody::default()
    });
    assert!(supervised.ready(Duration::from_secs(10)).await);
    assert_eq!(supervised.info().restarts, 1);
    supervised.stop(Duration::from_secs(5)).await;
    assert!(moody.shut_down.load(Ordering::SeqCst));
    assert!(ask(&supervised, "Fine").await.is_err());
}
