//! Sentences to answers: each is typed into a session, as an endpoint with a screen alone would do.

use super::WyomingConfig;
use rosie_core::{
    EndpointId, ErrorCode, Failure, Language,
    appliance::Appliance,
    record::Outcome,
    session::{EndpointSpec, SessionEvent, SessionInput},
};
use rosie_proto::wyoming::Event;
use serde_json::json;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::mpsc, time::timeout};

/// Conversations that can be gone on with: who asks "the desk lamp or the ceiling?" has to hear the answer.
const CONVERSATIONS: usize = 64;
/// The longest a turn may take; the turn engine has shorter bounds of its own.
const PATIENCE: Duration = Duration::from_secs(120);

/// Takes sentences, and remembers by the caller's id of a conversation which session it belongs to.
#[derive(Default)]
pub(super) struct Asking {
    /// Conversation, token to go on with; the latest last.
    tokens: Mutex<VecDeque<(String, String)>>,
}

impl Asking {
    fn take(&self, conversation: &str) -> Option<String> {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let at = tokens.iter().position(|(id, _)| id == conversation)?;
        tokens.remove(at).map(|(_, token)| token)
    }

    fn keep(&self, conversation: &str, token: String) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.push_back((conversation.to_owned(), token));
        if tokens.len() > CONVERSATIONS {
            tokens.pop_front();
        }
    }

    /// `handled` or `not-handled` for a `transcript`.
    pub async fn answer(&self, appliance: &dyn Appliance, config: &WyomingConfig, event: &Event, peer: &str) -> Event {
        let context = event.data.get("context").cloned();
        let conversation = context.as_ref().and_then(|context| context.get("conversation_id"));
        let conversation = conversation.and_then(|id| id.as_str()).filter(|id| id.len() <= 128);
        let conversation = format!("wyoming-{}", conversation.unwrap_or(peer));
        let text = event.text("text").unwrap_or_default();
        let language = event.text("language").map(Language::new);
        let (kind, said) = match self.ask(appliance, config, &conversation, text, language).await {
            Ok(answered) => answered,
            Err(failure) => ("not-handled", failure.code.spoken(&Language::default()).to_owned()),
        };
        let mut answer = Event::new(kind, json!({ "text": said }));
        if let Some(context) = context {
            answer.data.insert("context".to_owned(), context);
        }
        answer
    }

    async fn ask(
        &self,
        appliance: &dyn Appliance,
        config: &WyomingConfig,
        conversation: &str,
        text: &str,
        language: Option<Language>,
    ) -> Result<(&'static str, String), Failure> {
        if text.trim().is_empty() || text.chars().count() > rosie_proto::MAX_TEXT_CHARS {
            return Err(Failure::new(
                ErrorCode::BadRequest,
                "a sentence that is empty or too long",
            ));
        }
        let (heard, mut events) = mpsc::unbounded_channel();
        let sink = Box::new(move |event| drop(heard.send(event)));
        let spec = EndpointSpec {
            endpoint: EndpointId::from(conversation),
            room: config.room.clone(),
            language: language.clone(),
            playback_rate: 22_050,
            wants_audio: false,
            has_screen: false,
            has_leds: false,
            passing: true,
            resume: self.take(conversation),
        };
        let port = appliance.open_session(spec, sink)?;
        // A conversation that is gone on with was begun in whatever language.
        port.input(SessionInput::SetLanguage(language))?;
        port.input(SessionInput::Text(text.to_owned()))?;
        let answered = timeout(PATIENCE, answered(&mut events)).await;
        self.keep(conversation, port.opened().resume_token);
        answered.unwrap_or_else(|_| Err(Failure::new(ErrorCode::TurnTimeout, "no answer in two minutes")))
    }
}

/// The kind of the event that answers, and what is to be said.
async fn answered(events: &mut mpsc::UnboundedReceiver<SessionEvent>) -> Result<(&'static str, String), Failure> {
    let mut reply = None;
    let mut excuse = None;
    while let Some(event) = events.recv().await {
        match event {
            SessionEvent::ReplyFinished { text, .. } => reply = Some(text),
            SessionEvent::Failed { sentence, .. } => excuse = Some(sentence),
            SessionEvent::TurnFinished { outcome, .. } => {
                return match (reply, excuse, outcome) {
                    (_, Some(excuse), _) => Ok(("not-handled", excuse)),
                    (Some(reply), None, Outcome::Answered) => Ok(("handled", reply)),
                    (reply, None, _) => Ok(("not-handled", reply.unwrap_or_default())),
                };
            }
            _ => {}
        }
    }
    Err(Failure::new(
        ErrorCode::EndpointLost,
        "the session ended before it answered",
    ))
}
