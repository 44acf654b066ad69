//! Lets the local model read what the next question begins with before it comes: on a small machine that is seconds
//! which nobody then waits for. After an answer that is the conversation so far.

use crate::{
    conversation::Remark,
    dialog::RosieDialog,
    llm::{ChatRequest, LlmError, RequestLimits, TierModel, TierState},
    prompt::{self, Parts, Reach},
};
use rosie_core::{CancelFlag, Language, ToolSpec, dialog::Tier, memory::Speaker};
use std::{sync::atomic::Ordering, time::Duration};
use tokio_util::sync::CancellationToken;

/// How often it is looked whether the model came, or came back, or something was said.
const LOOK: Duration = Duration::from_millis(500);
/// A model that takes longer to read this is of no use for talk.
const LONGEST: Duration = Duration::from_secs(120);
/// After an answer the machine is left alone for so long: it speaks.
const AFTER: Duration = Duration::from_millis(300);

/// What was read last, and how often the model had been distracted then.
type Read = (Vec<Remark>, usize);

impl RosieDialog {
    /// Warms the local model whenever it has become ready or something was said, until `cancel`. Ends at once where there
    /// is none.
    pub async fn keep_warm(&self, cancel: CancellationToken) {
        let Some(model) = self.llm.tiers().iter().find(|model| model.tier() == Tier::Local) else {
            return;
        };
        let work = async {
            let mut warm: Option<Read> = None;
            loop {
                self.quiet.lasts(AFTER).await;
                let latest = self.conversations.latest();
                let remarks = latest.map(|(_, remarks)| remarks).unwrap_or_default();
                let now = (remarks, self.distracted.load(Ordering::Relaxed));
                match model.health().state == TierState::Ready {
                    // One try each time: who fails it is asked by the first question.
                    true if warm.as_ref() != Some(&now) => {
                        self.warm_or_give_way(model, &now.0).await;
                        warm = Some(now);
                    }
                    true => {}
                    false => warm = None,
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => {}
            () = work => {}
        }
    }

    async fn warm_or_give_way(&self, model: &TierModel, remarks: &[Remark]) {
        let read = tokio::select! {
            biased;
            () = self.quiet.ends() => return,
            read = self.warm(model, remarks) => read,
        };
        match read {
            Ok(()) => tracing::debug!("the local model has read what the next question begins with"),
            Err(error) => tracing::debug!(%error, "the local model could not be warmed"),
        }
    }

    async fn warm(&self, model: &TierModel, remarks: &[Remark]) -> Result<(), LlmError> {
        let Some(matcher) = self.languages.main() else {
            return Ok(());
        };
        let history: Vec<(Speaker, String)> = remarks.iter().map(|r| (r.speaker, r.text.clone())).collect();
        let request = self.beginning(matcher.language().clone(), &history);
        model.chat(&request, &CancelFlag::new(), &mut |_| ()).await
    }

    /// A request that has to the letter what the next question's will begin with.
    fn beginning(&self, language: Language, history: &[(Speaker, String)]) -> ChatRequest {
        // With more tools than a prompt gets, each question has its own.
        let tools: Vec<ToolSpec> = match self.config.guided_local {
            true => Vec::new(),
            false => Some(self.hub.tools())
                .filter(|tools| tools.len() <= self.config.tools)
                .unwrap_or_default(),
        };
        let parts = Parts {
            language,
            reach: match (self.config.guided_local, tools.is_empty()) {
                (true, _) => Reach::Told,
                (false, true) => Reach::Nothing,
                (false, false) => Reach::Tools,
            },
            history,
            question: "Hello.",
            ..Parts::default()
        };
        ChatRequest {
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
        }
    }
}
