//! The last step of a call: what was planned is published.

use super::{super::wire::Pen, Home};
use crate::{
    home_assistant::{Plan, hands::Hands},
    skill::said,
};
use rosie_core::{BoxFuture, Effect, Failure, ToolOutcome};
use serde_json::json;
use std::sync::Arc;

/// Carries plans out over the broker.
pub struct Remote {
    pub(super) pen: Pen,
    pub(super) home: Arc<Home>,
}

impl Hands for Remote {
    fn carry_out(&self, plan: Plan) -> BoxFuture<'_, ToolOutcome> {
        Box::pin(async move {
            match plan {
                Plan::Answer(result) => Ok(result),
                Plan::Do { calls, mut answer } => {
                    // All or nothing: what cannot be said is found out before anything is sent.
                    let notes: Result<Vec<_>, Failure> = calls.iter().map(|call| self.home.notes(call)).collect();
                    for note in notes?.into_iter().flatten() {
                        self.pen.send(note).await?;
                    }
                    answer.effects.push(Effect::Confirmed);
                    Ok(answer)
                }
                // Lists and media are on no MQTT device.
                Plan::Item { .. } | Plan::Read { .. } | Plan::Clear { .. } | Plan::Play { .. } | Plan::Which { .. } => {
                    Ok(said("feature_not_supported", json!({})))
                }
            }
        })
    }
}
