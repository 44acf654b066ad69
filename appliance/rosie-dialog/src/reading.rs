//! Reads for facts what was said, when nobody speaks and a model of the house is free; gives way at once.

use crate::{
    dialog::RosieDialog,
    llm::{ChatEvent, ChatRequest, JsonFormat, LlmError, Message, RequestLimits, Role, TierModel, TierState},
};
use rosie_core::{
    CancelFlag, Failure,
    dialog::Tier,
    memory::{FactReading, FactTask},
};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// Between two looks for something new, while there is nothing.
const LOOK: Duration = Duration::from_secs(60);
/// After a model failed it is left alone for so long.
const REST: Duration = Duration::from_secs(300);
/// Reading what one person said.
const LONGEST: Duration = Duration::from_secs(120);
const TOKENS: u32 = 300;
/// Longest answer that is taken, in bytes.
const LONGEST_ANSWER: usize = 16 << 10;

/// What came of one look.
enum Came {
    /// Something was read: there may be more.
    Read,
    Nothing,
    /// Somebody asked something; the same will be read again.
    Disturbed,
    Failed,
}

impl RosieDialog {
    /// Reads what is new whenever it was quiet for `quiet`, until `cancel`.
    pub async fn keep_reading(&self, source: Arc<dyn FactReading>, quiet: Duration, cancel: CancellationToken) {
        let work = async {
            loop {
                self.quiet.lasts(quiet).await;
                let wait = match self.read_one(&*source).await {
                    Came::Read => Duration::from_secs(1),
                    Came::Disturbed => continue,
                    Came::Nothing => LOOK,
                    Came::Failed => REST,
                };
                tokio::time::sleep(wait).await;
            }
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => {}
            () = work => {}
        }
    }

    async fn read_one(&self, source: &dyn FactReading) -> Came {
        let Some(model) = self.reader() else {
            return Came::Nothing;
        };
        let task = match source.unread().await {
            Ok(Some(task)) => task,
            Ok(None) => return Came::Nothing,
            Err(failure) => return failed(&failure),
        };
        self.distracted.fetch_add(1, Ordering::Relaxed);
        let cancel = CancelFlag::new();
        let answer = tokio::select! {
            biased;
            () = self.quiet.ends() => {
                cancel.cancel();
                return Came::Disturbed;
            }
            answer = answer(model, &task, &cancel) => answer,
        };
        let answer = match answer {
            Ok(answer) => answer,
            // It has nothing to say about it: so it is with this one.
            Err(LlmError::BadReply { .. }) => String::new(),
            Err(error) => {
                tracing::debug!(%error, "what was said could not be read for facts");
                return Came::Failed;
            }
        };
        match source.read(task, &answer).await {
            Ok(kept) => {
                tracing::debug!(kept, "what was said was read for facts");
                Came::Read
            }
            Err(failure) => failed(&failure),
        }
    }

    /// The model that reads: of this machine, else of the network; of the cloud never.
    fn reader(&self) -> Option<&TierModel> {
        let ready = |tier: Tier| {
            let model = self.llm.tiers().iter().find(|model| model.tier() == tier)?;
            (model.health().state == TierState::Ready).then_some(model)
        };
        ready(Tier::Local).or_else(|| ready(Tier::Network))
    }
}

fn failed(failure: &Failure) -> Came {
    tracing::warn!(code = failure.code.as_str(), detail = %failure.detail, "what was said cannot be read for facts");
    Came::Failed
}

async fn answer(model: &TierModel, task: &FactTask, cancel: &CancelFlag) -> Result<String, LlmError> {
    let request = ChatRequest {
        messages: vec![
            Message::new(Role::System, &task.system),
            Message::new(Role::User, &task.prompt),
        ],
        limits: RequestLimits {
            max_tokens: Some(TOKENS),
            temperature: Some(0.0),
            first_token: Some(LONGEST),
            overall: Some(LONGEST),
        },
        format: Some(JsonFormat {
            name: "facts".to_owned(),
            schema: task.schema.clone(),
        }),
        ..ChatRequest::default()
    };
    let mut said = String::new();
    model
        .chat(&request, cancel, &mut |event| {
            if let ChatEvent::Text(text) = event
                && said.len() < LONGEST_ANSWER
            {
                said.push_str(&text);
            }
        })
        .await?;
    Ok(said)
}
