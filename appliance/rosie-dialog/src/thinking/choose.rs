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
    let form = tools::form(&opening.tools, opening.question(), &opening.names);
    let request = request(opening, &form, limits);
    let mut hear = |heard: Heard<'_>| {
        if matches!(heard, Heard::Waiting) {
            wait();
        }
    };
    // Its words are no words for people: patience goes on.
    let mut patient = *patience;
    let answered = ask(candidate.provider, &request, talk.cancel, &mut patient, &mut hear).await;
    patience.spent |= patient.spent && tokio::time::Instant::now() >= patience.until;
    let said = match answered {
        Ok(said) => said.text,
        // What a form of no end brings is no reason to ask nobody: the question is then answered in words.
        Err((LlmError::BadReply { .. }, _)) => String::new(),
        Err((error, _)) => return Err((error, Said::default())),
    };
    Ok(form.read(&said, opening.question()))
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
