//! Calls of small models: the model is shown the few tools that the question wants and fills in a form, whose grammar
//! the server holds it to. What it filled in is believed as far as the question says it.

use super::{
    LlmError, Said, Talk,
    ask::{Candidate, Heard, Patience, ask},
    opening::Opening,
};
use crate::{
    llm::{CalledTool, ChatRequest, JsonFormat, Message, RequestLimits, Role},
    tools::{self, Form},
};

/// Times that a form is filled in for one question.
const TRIES: usize = 2;
/// Tokens of a filled-in form.
const LONGEST: u32 = 120;

/// The calls that the model fills in; none where it wants none, or where what it wrote is not what was asked.
pub(super) async fn choose(
    candidate: &Candidate<'_>,
    limits: RequestLimits,
    talk: &Talk<'_>,
    patience: &mut Patience,
    wait: &mut (dyn FnMut() + Send),
) -> Result<Vec<CalledTool>, (LlmError, Said)> {
    let opening = &*candidate.opening;
    let mut tools = opening.tools.clone();
    let mut calls = Vec::new();
    // Where what was filled in is not what was asked, another tool is meant: once more without that one.
    for _ in 0..TRIES {
        let form = tools::form(&tools, &opening.question, &opening.meant);
        let written = fill_in(candidate, &form, limits, talk, patience, wait).await?;
        calls = form.read(&written, &opening.question, &talk.context.language);
        match form.without_refused(&written, &calls) {
            Some(left) if calls.is_empty() => tools = left,
            _ => break,
        }
    }
    Ok(calls)
}

/// What the model writes into the form.
async fn fill_in(
    candidate: &Candidate<'_>,
    form: &Form,
    limits: RequestLimits,
    talk: &Talk<'_>,
    patience: &mut Patience,
    wait: &mut (dyn FnMut() + Send),
) -> Result<String, (LlmError, Said)> {
    let opening = &*candidate.opening;
    let request = request(opening, form, limits);
    let mut hear = |heard: Heard<'_>| {
        if matches!(heard, Heard::Waiting) {
            wait();
        }
    };
    // Its words are no words for people: patience goes on.
    let mut patient = *patience;
    let answered = ask(candidate.provider, &request, talk.cancel, &mut patient, &mut hear).await;
    patience.spent |= patient.spent && tokio::time::Instant::now() >= patience.until;
    match answered {
        Ok(said) => Ok(said.text),
        // What a form of no end brings is no reason to ask nobody: the question is then answered in words.
        Err((LlmError::BadReply { .. }, _)) => Ok(String::new()),
        Err((error, _)) => Err((error, Said::default())),
    }
}

fn request(opening: &Opening, form: &Form, limits: RequestLimits) -> ChatRequest {
    let limits = RequestLimits {
        max_tokens: Some(LONGEST),
        temperature: Some(0.0),
        ..limits
    };
    let mut request = opening.request(&[], &[], limits);
    if let Some(last) = request.messages.iter_mut().rfind(|message| message.role == Role::User) {
        *last = Message::new(Role::User, format!("{}\n\n{}", last.content, form.told));
    }
    request.format = Some(JsonFormat {
        name: "calls".to_owned(),
        schema: form.schema.clone(),
    });
    request
}
