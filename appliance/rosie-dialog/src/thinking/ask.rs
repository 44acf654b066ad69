//! One request to one model: its words passed on as they come, its calls gathered, a word said meanwhile when it takes
//! long.

use crate::{
    llm::{CalledTool, ChatEvent, ChatRequest, LlmError, TierModel},
    reasoning::ReasoningFilter,
};
use rosie_core::{CancelFlag, dialog::Tier};
use std::{sync::Arc, time::Duration};
use tokio::{sync::mpsc, time::Instant};

/// A model that may be asked.
#[derive(Clone)]
pub(crate) struct Candidate<'a> {
    pub tier: Tier,
    pub model: String,
    pub provider: &'a TierModel,
    /// From the request to its first event, where another candidate waits.
    pub budget: Duration,
    /// What it is asked.
    pub opening: Arc<super::Opening>,
}

/// What a model said and wants.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub text: String,
    pub calls: Vec<CalledTool>,
}

/// When to say that it takes a moment; at most once a question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub until: Instant,
    pub spent: bool,
}

/// What the one who asks hears meanwhile.
pub(super) enum Heard<'a> {
    Words(&'a str),
    /// Nothing was said yet and patience is over.
    Waiting,
}

/// Asks. What was heard before an error comes with it.
pub(super) async fn ask(
    provider: &TierModel,
    request: &ChatRequest,
    cancel: &CancelFlag,
    patience: &mut Patience,
    hear: &mut (dyn FnMut(Heard<'_>) + Send),
) -> Result<Said, (LlmError, Said)> {
    // Unbounded, but each event is taken at once, and a provider ends an answer that grows too long.
    let (send, mut events) = mpsc::unbounded_channel();
    let mut pass_on = move |event: ChatEvent| {
        let _ = send.send(event);
    };
    let answered = async move { provider.chat(request, cancel, &mut pass_on).await };
    tokio::pin!(answered);
    let mut said = Said::default();
    let mut filter = ReasoningFilter::default();
    let mut done = None;
    loop {
        let waiting = !patience.spent && said.text.is_empty() && done.is_none();
        tokio::select! {
            biased;
            event = events.recv() => match event {
                Some(event) => take(event, &mut said, &mut filter, patience, hear),
                // The answer is over, and all of it was taken.
                None => break,
            },
            result = &mut answered, if done.is_none() => {
                done = Some(result);
                // The sender is gone with the future's captures only when it is dropped: drain what is there.
                while let Ok(event) = events.try_recv() {
                    take(event, &mut said, &mut filter, patience, hear);
                }
                break;
            }
            () = tokio::time::sleep_until(patience.until), if waiting => {
                patience.spent = true;
                hear(Heard::Waiting);
            }
        }
    }
    let rest = filter.finish();
    pass(&rest, &mut said, patience, hear);
    match done.unwrap_or(Ok(())) {
        Ok(()) => Ok(said),
        Err(error) => Err((error, said)),
    }
}

fn take(
    event: ChatEvent,
    said: &mut Said,
    filter: &mut ReasoningFilter,
    patience: &mut Patience,
    hear: &mut (dyn FnMut(Heard<'_>) + Send),
) {
    match event {
        ChatEvent::Text(text) => {
            let text = filter.push(&text);
            pass(&text, said, patience, hear);
        }
        ChatEvent::ToolCall { id, name, arguments } => said.calls.push(CalledTool { id, name, arguments }),
        ChatEvent::Reasoning(_) | ChatEvent::Finished { .. } => {}
    }
}

fn pass(text: &str, said: &mut Said, patience: &mut Patience, hear: &mut (dyn FnMut(Heard<'_>) + Send)) {
    // What follows a thought begins with empty lines.
    let text = if said.text.is_empty() { text.trim_start() } else { text };
    if !text.is_empty() {
        said.text.push_str(text);
        patience.spent = true;
        hear(Heard::Words(text));
    }
}
