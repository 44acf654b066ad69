//! Calls carried out together, each within its time, and told to the model as data.

use futures_util::future::join_all;
use rosie_core::{
    CallContext, ErrorCode, Failure, ToolCall, ToolOutcome,
    dialog::{DialogEvent, Hub},
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// Longest that one call may take; the hub has its own, shorter one.
const LONGEST: Duration = Duration::from_secs(10);
/// Longest result that a model reads, in characters.
const LONGEST_RESULT: usize = 2_000;

/// A call and what came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub call: ToolCall,
    pub result: ToolOutcome,
}

/// Carries out all calls at once. In the order they were made.
pub(crate) async fn carry_out(
    hub: &dyn Hub,
    calls: Vec<ToolCall>,
    context: &CallContext,
    tell: &mut (dyn FnMut(DialogEvent) + Send),
) -> Vec<Outcome> {
    for call in &calls {
        tell(DialogEvent::ToolCalled(call.clone()));
    }
    let run = |call: ToolCall| async {
        let began = Instant::now();
        let handled = tokio::time::timeout(LONGEST, hub.handle(call.clone(), context.clone())).await;
        let late = |_| {
            Failure::new(
                ErrorCode::ToolFailed,
                format!("{} took longer than {LONGEST:?}", call.name),
            )
        };
        let result = handled.map_err(late).and_then(|result| result);
        (Outcome { call, result }, began.elapsed())
    };
    let mut outcomes = Vec::new();
    for (outcome, took) in join_all(calls.into_iter().map(run)).await {
        tell(DialogEvent::ToolFinished {
            name: outcome.call.name.clone(),
            ok: outcome.result.is_ok(),
            duration_ms: took.as_millis() as u64,
        });
        outcomes.push(outcome);
    }
    outcomes
}

/// What the model reads of an outcome: JSON, whose strings cannot be taken for another part of the conversation.
pub(crate) fn for_model(outcome: &Outcome) -> String {
    let value = match &outcome.result {
        Ok(result) if result.response == "default" => json!({ "ok": true, "data": result.data }),
        Ok(result) => json!({ "ok": true, "result": result.response, "data": result.data }),
        Err(failure) => json!({ "ok": false, "error": failure.code.as_str(), "detail": failure.detail }),
    };
    shortened(&value)
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= LONGEST_RESULT {
        return text;
    }
    let beginning: String = text.chars().take(LONGEST_RESULT).collect();
    json!({ "cut": true, "beginning": beginning }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rosie_core::{BoxFuture, KnownNames, Language, ToolResult, TurnId};

    struct Slow;

    impl Hub for Slow {
        fn handle(&self, call: ToolCall, _: CallContext) -> BoxFuture<'_, ToolOutcome> {
            Box::pin(async move {
                let seconds = call.arguments.as_u64().unwrap_or(0);
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                Ok(ToolResult {
                    response: "default".into(),
                    data: json!({ "s": seconds }),
                    effects: Vec::new(),
                })
            })
        }

        fn names(&self) -> KnownNames {
            KnownNames::new()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn together_in_order_and_in_time() {
        let call = |seconds: u64| ToolCall {
            name: format!("t{seconds}"),
            arguments: json!(seconds),
        };
        let context = CallContext {
            turn_id: TurnId(1),
            room: "r".into(),
            endpoint: "e".into(),
            language: Language::new("en"),
            conversation: "c".into(),
            user: None,
        };
        let mut events = Vec::new();
        let began = Instant::now();
        let outcomes = carry_out(&Slow, vec![call(3), call(1), call(60)], &context, &mut |event| {
            events.push(event)
        })
        .await;
        assert_eq!(began.elapsed(), LONGEST);
        let told: Vec<String> = outcomes.iter().map(for_model).collect();
        assert_eq!(told[0], r#"{"data":{"s":3},"ok":true}"#);
        assert_eq!(told[1], r#"{"data":{"s":1},"ok":true}"#);
        assert!(told[2].contains("tool-failed"), "{}", told[2]);
        assert_eq!(events.len(), 6);
    }

    #[test]
    fn a_long_result_is_cut_and_says_so() {
        let value = json!({ "text": "é\n\"".repeat(5_000) });
        let told = shortened(&value);
        let read: Value = serde_json::from_str(&told).expect("still JSON");
        assert_eq!(read["cut"], true);
    }
}
