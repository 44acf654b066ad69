//! Lets the local model read what every question begins with before the first one comes: on a small machine that is
//! seconds which nobody then waits for.

use crate::{
    dialog::RosieDialog,
    llm::{ChatRequest, LlmError, RequestLimits, TierModel, TierState},
    prompt::{self, Parts},
};
use rosie_core::{CancelFlag, dialog::Tier};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is looked whether the model came, or came back.
const LOOK: Duration = Duration::from_secs(2);
/// A model that takes longer to read this is of no use for talk.
const LONGEST: Duration = Duration::from_secs(120);

impl RosieDialog {
    /// Warms the local model whenever it has become ready, until `cancel`. Ends at once where there is none.
    pub async fn keep_warm(&self, cancel: CancellationToken) {
        let Some(model) = self.llm.tiers().iter().find(|model| model.tier() == Tier::Local) else {
            return;
        };
        let mut warm = false;
        loop {
            let ready = model.health().state == TierState::Ready;
            if ready && !warm {
                let read = tokio::select! {
                    biased;
                    () = cancel.cancelled() => return,
                    read = self.warm(model) => read,
                };
                match read {
                    Ok(()) => tracing::info!("the local model has read what questions begin with"),
                    Err(error) => tracing::debug!(%error, "the local model could not be warmed"),
                }
            }
            // One try each time that it comes: who fails it is asked by the first question.
            warm = ready;
            tokio::select! {
                biased;
                () = cancel.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn warm(&self, model: &TierModel) -> Result<(), LlmError> {
        let Some(matcher) = self.languages.main() else {
            return Ok(());
        };
        let tools = self.hub.tools();
        // With more tools than a prompt gets, each question has its own.
        let tools = if tools.len() <= self.config.tools {
            tools
        } else {
            Vec::new()
        };
        let parts = Parts {
            language: matcher.language().clone(),
            tools: !tools.is_empty(),
            question: "Hello.",
            ..Parts::default()
        };
        let request = ChatRequest {
            messages: prompt::build(&parts, self.config.prompt_tokens).messages,
            tools,
            limits: RequestLimits {
                max_tokens: Some(1),
                first_token: Some(LONGEST),
                overall: Some(LONGEST),
                ..RequestLimits::default()
            },
            stable_messages: 1,
            ..ChatRequest::default()
        };
        model.chat(&request, &CancelFlag::new(), &mut |_| ()).await
    }
}
