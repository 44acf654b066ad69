//! The road of a question: an answer to what Rosie asked, the templates of its language, or a language model.

use crate::{
    DialogConfig,
    account::{Accounts, How, watched},
    by_intent::FORGETTING,
    cache::ResponseCache,
    conversation::Conversations,
    languages::Languages,
    llm::LlmEngine,
    preceding::Preceding,
    quiet::Quiet,
    routing::Ground,
    tools::{Confirmations, Consent},
    wishes::Guesser,
};
use rosie_core::{
    BoxFuture, CallContext, Completeness, EndpointId, ErrorCode, Failure, Intent, KnownNames, Language, RoomId, Slot,
    SlotValue, ToolResult,
    audit::{AuditLog, NoAudit},
    dialog::{Dialog, DialogSink, Hub, Question, Reply, Tier},
    engine::EngineInfo,
    memory::Memory,
};
use rosie_intents::{MatchContext, Matcher, Understood};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError, atomic::AtomicUsize},
};
use tokio_util::task::TaskTracker;

/// Endpoints that are remembered to have heard a reply.
pub(crate) const REMEMBERED_ENDPOINTS: usize = 1024;

/// What ends a dictation before it has begun.
const LET_BE: [&str; 2] = ["HassNevermind", "RosieStop"];

/// Answers questions for the whole house.
pub struct RosieDialog {
    pub(crate) hub: Arc<dyn Hub>,
    pub(crate) languages: Languages,
    pub(crate) llm: Arc<LlmEngine>,
    pub(crate) config: DialogConfig,
    pub(crate) memory: Option<Arc<dyn Memory>>,
    /// For what goes on after the answer: writing it down.
    pub(crate) tracker: Option<TaskTracker>,
    pub(crate) conversations: Conversations,
    pub(crate) confirmations: Confirmations,
    pub(crate) cache: ResponseCache,
    pub(crate) quiet: Quiet,
    pub(crate) preceding: Preceding,
    pub(crate) accounts: Accounts,
    pub(crate) guesser: Guesser,
    /// What was done in the house, to be told of.
    pub(crate) deeds: Arc<dyn AuditLog>,
    /// How often the local model read something that is no conversation: what it held before is gone then.
    pub(crate) distracted: AtomicUsize,
    /// Who answered last at an endpoint, and why; or who was asked last, where all of them failed.
    pub(crate) routes: Mutex<HashMap<EndpointId, (Tier, Vec<Ground>)>>,
    /// Where there is a reply that could be said again.
    has_replied: Mutex<HashSet<EndpointId>>,
}

impl RosieDialog {
    /// Remembers nothing beyond the conversation.
    pub fn new(hub: Arc<dyn Hub>, languages: Languages, llm: Arc<LlmEngine>, config: DialogConfig) -> Self {
        Self {
            hub,
            languages,
            llm,
            config,
            memory: None,
            tracker: None,
            conversations: Conversations::default(),
            confirmations: Confirmations::default(),
            cache: ResponseCache::default(),
            quiet: Quiet::default(),
            preceding: Preceding::default(),
            accounts: Accounts::default(),
            guesser: Guesser::default(),
            deeds: Arc::new(NoAudit),
            distracted: AtomicUsize::new(0),
            routes: Mutex::default(),
            has_replied: Mutex::default(),
        }
    }

    /// Conversations are kept in `memory`, by tasks of `tracker`, and come back where they are relevant.
    pub fn with_memory(mut self, memory: Arc<dyn Memory>, tracker: TaskTracker) -> Self {
        self.memory = Some(memory);
        self.tracker = Some(tracker);
        self
    }

    /// What was done in the house is told from this list.
    pub fn with_deeds(mut self, deeds: Arc<dyn AuditLog>) -> Self {
        self.deeds = deeds;
        self
    }

    async fn respond(&self, question: Question, sink: DialogSink) -> Result<Reply, Failure> {
        let _asking = self.quiet.begin();
        let (mut sink, seen) = watched(sink);
        let (how, result) = self.found(&question, &mut sink).await;
        let forgotten = matches!(&result, Ok(Reply { intent: Some(intent), .. }) if intent.starts_with(FORGETTING));
        match forgotten {
            true => self.accounts.clear(),
            false => self.accounts.keep(&question, how, &seen, &result),
        }
        let reply = result.inspect_err(|failure| self.note_unanswered(&question, &seen, failure))?;
        if !reply.text.trim().is_empty() {
            let mut heard = self.has_replied.lock().unwrap_or_else(PoisonError::into_inner);
            if heard.len() < REMEMBERED_ENDPOINTS {
                heard.insert(question.endpoint.clone());
            }
        }
        Ok(reply)
    }

    /// The answer, and on which road it was found.
    async fn found(&self, question: &Question, sink: &mut DialogSink) -> (How, Result<Reply, Failure>) {
        let text = question.text.trim();
        if text.is_empty() {
            let failure = Failure::new(ErrorCode::SttNoTextRecognized, "the question is empty");
            return (How::Sentence, Err(failure));
        }
        let corrected = corrected(text, &question.language);
        let text = corrected.as_deref().unwrap_or(text);
        let at = (&question.endpoint, &question.room);
        match self.confirmations.answer(&question.endpoint, text, &question.language) {
            Consent::Yes(pending) => (How::Yes, self.after_yes(pending, text, question, sink).await),
            Consent::No => (How::No, Ok(self.after_no(text, question, sink))),
            Consent::NotAnAnswer => {
                match self.unless_talk(self.matched(text, &question.language, at), text, question) {
                    Some(found) => (How::Sentence, self.carried_out(found, text, question, sink).await),
                    None => {
                        self.preceding.keep(&question.endpoint, Vec::new());
                        match self.by_home(text, question, sink).await {
                            Some(reply) => (How::Home, Ok(reply)),
                            None => (How::Model, self.by_model(text, question, sink).await),
                        }
                    }
                }
            }
        }
    }

    fn matched(
        &self,
        text: &str,
        language: &Language,
        (endpoint, room): (&EndpointId, &RoomId),
    ) -> Option<(Arc<Matcher>, Understood)> {
        let matcher = self.languages.of(language)?;
        let names = self.hub.names();
        let mut context = context(&names, room.as_str()).with_unresolved_names();
        let let_be = |text: &str| {
            let intent = matcher.match_text(text, &names, &context);
            intent.is_some_and(|intent| LET_BE.contains(&intent.name.as_str()))
        };
        if let Some(call) = self.hub.dictation(endpoint).filter(|_| !let_be(text)) {
            let intents = vec![dictated(call, text, language)];
            return Some((matcher.clone(), Understood { intents, rest: None }));
        }
        let mut before = self.preceding.at(endpoint);
        if let Some(what) = self.hub.asked(endpoint) {
            context = context.with("asked", what, what);
            // The question comes first.
            before.clear();
        }
        let understood = matcher.understand(text, &names, &context, &before)?;
        Some((matcher.clone(), understood))
    }

    pub(crate) fn has_replied(&self, endpoint: &EndpointId) -> bool {
        let heard = self.has_replied.lock().unwrap_or_else(PoisonError::into_inner);
        heard.contains(endpoint)
    }
}

/// What was said instead of something; what is not wanted after all says so itself.
fn corrected(text: &str, language: &Language) -> Option<String> {
    (!rosie_intents::is_taken_back(text)).then(|| rosie_intents::corrected(text, language))?
}

/// Words as they were said, for the call that takes them.
fn dictated(call: &str, text: &str, language: &Language) -> Intent {
    let message = Slot {
        value: SlotValue::Text(text.to_owned()),
        spoken: text.to_owned(),
        unresolved: true,
    };
    Intent {
        name: call.to_owned(),
        slots: [("message".to_owned(), message)].into(),
        language: language.clone(),
        response: "default".to_owned(),
        literal_chars: 0,
    }
}

impl Dialog for RosieDialog {
    fn answer(&self, question: Question, sink: DialogSink) -> BoxFuture<'_, Result<Reply, Failure>> {
        Box::pin(self.respond(question, sink))
    }

    fn prepare(&self) {
        self.quiet.disturb();
        // Only answers of a model need what is remembered at once.
        if let Some(memory) = self.memory.as_ref().filter(|_| self.llm.is_configured()) {
            memory.prepare();
        }
    }

    fn hub(&self) -> Option<&dyn Hub> {
        Some(&*self.hub)
    }

    fn completeness(&self, text: &str, language: &Language) -> Completeness {
        let Some(matcher) = self.languages.of(language) else {
            return Completeness::Unknown;
        };
        matcher.completeness_among(text, &self.hub.names(), &MatchContext::default())
    }

    fn language_of(&self, text: &str, at: (&EndpointId, &RoomId), languages: &[Language]) -> Language {
        let text = text.trim();
        let takes = |language: &&Language| {
            let corrected = corrected(text, language);
            let text = corrected.as_deref().unwrap_or(text);
            self.confirmations.would_answer(at.0, text, language) || self.matched(text, language, at).is_some()
        };
        let found = match languages {
            [only] => Some(only),
            several => several.iter().find(takes).or(several.first()),
        };
        found.cloned().unwrap_or_default()
    }

    fn recognize(&self, text: &str, room: &RoomId, language: &Language) -> Vec<Intent> {
        let Some(matcher) = self.languages.of(language) else {
            return Vec::new();
        };
        let names = self.hub.names();
        let context = context(&names, room.as_str()).with_unresolved_names();
        let understood = matcher.understand(text.trim(), &names, &context, &[]);
        let whole = understood.filter(|understood| understood.rest.is_none());
        whole.map(|understood| understood.intents).unwrap_or_default()
    }

    fn announcement(&self, intent: &str, result: &ToolResult, language: &Language) -> String {
        let render = |matcher: &Arc<Matcher>| {
            let said = matcher.render_response(intent, &result.response, &result.data);
            said.inspect_err(|error| tracing::error!(%error, "an announcement cannot be rendered"))
                .ok()
                .flatten()
        };
        let said = self
            .languages
            .of(language)
            .and_then(render)
            .or_else(|| self.languages.main().and_then(render));
        said.filter(|text| !text.trim().is_empty())
            .unwrap_or_else(|| plainest(language).to_owned())
    }

    fn llm(&self) -> EngineInfo {
        self.llm.info()
    }
}

/// For a language without responses. So far only timers announce themselves.
fn plainest(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Dein Timer ist abgelaufen.",
        "es" => "Tu temporizador ha terminado.",
        "fr" => "Votre minuteur est terminé.",
        _ => "Your timer is done.",
    }
}

pub(crate) fn call_context(question: &Question) -> CallContext {
    CallContext {
        turn_id: question.turn_id,
        room: question.room.clone(),
        endpoint: question.endpoint.clone(),
        language: question.language.clone(),
        conversation: question.conversation.clone(),
        user: question.user.clone(),
    }
}

pub(crate) fn context(names: &KnownNames, room: &str) -> MatchContext {
    MatchContext::default().with("area", room, room_name(names, room))
}

/// What the room is called first; its id where it has no name.
pub(crate) fn room_name<'a>(names: &'a KnownNames, room: &'a str) -> &'a str {
    let areas = names.get("area").map(Vec::as_slice).unwrap_or_default();
    areas
        .iter()
        .find(|area| area.value == room)
        .map_or(room, |area| area.spoken.as_str())
}
