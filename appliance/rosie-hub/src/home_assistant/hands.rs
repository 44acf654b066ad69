//! A call in a home, whoever carries the services out: planned, asked back where several things can be meant, done.

use super::{
    house::House,
    ledger::Ledger,
    plan::{Plan, plan},
    which::{ANSWER, Answered, Which},
};
use crate::skill::said;
use rosie_core::{BoxFuture, CallContext, ToolCall, ToolOutcome};
use serde_json::json;

/// Carries a plan out: over Home Assistant's connection, or over MQTT.
pub(crate) trait Hands: Send + Sync {
    fn carry_out(&self, plan: Plan) -> BoxFuture<'_, ToolOutcome>;
}

pub(crate) async fn carry_out(
    (which, ledger): (&Which, &Ledger),
    (hands, house): (&dyn Hands, &House),
    call: ToolCall,
    context: CallContext,
) -> ToolOutcome {
    let own = (which, ledger);
    if call.name != ANSWER {
        return go(own, (hands, house), &call, &context).await;
    }
    match which.answer(house, &call, &context) {
        Answered::Go(call) => {
            let mut result = go(own, (hands, house), &call, &context).await?;
            let key = match (result.response.as_str(), call.name.as_str()) {
                ("default", "HassGetState") if call.arguments.get("state").is_some() => "one_yesno",
                ("default", "HassGetState") => "one",
                (key, _) => key,
            };
            // The words are those of the call that was asked about.
            result.response = format!("{}/{key}", call.name);
            Ok(result)
        }
        Answered::Unclear => Ok(said("unclear", json!({}))),
        Answered::NotAsked => Ok(said("not_asked", json!({}))),
    }
}

async fn go(
    (which, ledger): (&Which, &Ledger),
    (hands, house): (&dyn Hands, &House),
    call: &ToolCall,
    context: &CallContext,
) -> ToolOutcome {
    match plan(house, call, context)? {
        Plan::Which { choices } => Ok(which.ask(house, call, context, &choices)),
        plan => {
            let begun = ledger.begin(&plan, call, context);
            let outcome = hands.carry_out(plan).await;
            begun.done(outcome.as_ref().err());
            outcome
        }
    }
}
