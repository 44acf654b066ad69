//! The road of a question: the templates of its language, the hub, the words of the answer; or a language model.

use crate::{
    answers::{self, Answer},
    conversation::Conversations,
    languages::Languages,
    llm::{ChatEvent, ChatRequest, LlmEngine, LlmError, Message, Role, engine::Step},
    prompt::{self, Moment},
};
use rosie_core::{
    BoxFuture, CallContext, Completeness, Effect, EndpointId, ErrorCode, Failure, Intent, KnownNames, Language,
    SlotValue, ToolCall, ToolResult,
    dialog::{Dialog, DialogEvent, DialogSink, Hub, Question, Reply, Tier},
    engine::EngineInfo,
};
use rosie_intents::{MatchContext, Matcher};
use serde_json::{Map, Value, json};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

/// Longest question that a model gets, in characters.
const LONGEST_QUESTION: usize = 2000;
/// Endpoints that are remembered to have heard a reply.
const REMEMBERED_ENDPOINTS: usize = 1024;

/// Answers questions for the whole house.
pub struct RosieDialog {
    hub: Arc<dyn Hub>,
    languages: Languages,
    llm: Arc<LlmEngine>,
    conversations: Conversations,
    /// Where there is a reply that could be said again.
    has_replied: Mutex<HashSet<EndpointId>>,
}

impl RosieDialog {
    pub fn new(hub: Arc<dyn Hub>, languages: Languages, llm: Arc<LlmEngine>) -> Self {
        Self {
            hub,
            languages,
            llm,
            conversations: Conversations::default(),
            has_replied: Mutex::default(),
        }
    }

    async fn respond(&self, question: Question, mut sink: DialogSink) -> Result<Reply, Failure> {
        let text = question.text.trim();
        if text.is_empty() {
            return Err(Failure::new(ErrorCode::SttNoTextRecognized, "the question is empty"));
        }
        let reply = match self.matched(text, &question) {
            Some((matcher, intent)) => self.by_intent(&matcher, intent, text, &question, &mut sink).await?,
            None => self.by_model(text, &question, &mut sink).await?,
        };
        if !reply.text.trim().is_empty() {
            let mut heard = self.has_replied.lock().unwrap_or_else(PoisonError::into_inner);
            if heard.len() < REMEMBERED_ENDPOINTS {
                heard.insert(question.endpoint.clone());
            }
        }
        Ok(reply)
    }

    fn matched(&self, text: &str, question: &Question) -> Option<(Arc<Matcher>, Intent)> {
        let matcher = self.languages.of(&question.language)?;
        let names = self.hub.names();
        let mut context = context(&names, question.room.as_str()).with_unresolved_names();
        if let Some(what) = self.hub.asked(&question.endpoint) {
            context = context.with("asked", what, what);
        }
        let intent = matcher.match_text(text, &names, &context)?;
        Some((matcher.clone(), intent))
    }

    async fn by_intent(
        &self,
        matcher: &Matcher,
        intent: Intent,
        text: &str,
        question: &Question,
        sink: &mut DialogSink,
    ) -> Result<Reply, Failure> {
        let result = match answers::answer(&intent, matcher.language()) {
            Some(Answer::NotASum(_)) if self.llm.is_configured() => return self.by_model(text, question, sink).await,
            Some(Answer::NotASum(result) | Answer::Result(result)) => {
                sink(DialogEvent::IntentMatched(intent.clone()));
                result
            }
            None => {
                sink(DialogEvent::IntentMatched(intent.clone()));
                self.by_hub(&intent, question, sink).await?
            }
        };
        let result = self.repeatable(result, &question.endpoint);
        for effect in &result.effects {
            sink(DialogEvent::Effect(effect.clone()));
        }
        // The sentence may have chosen its response; the hub's choice, if it made one, is better informed.
        let key = if result.response == "default" {
            &intent.response
        } else {
            &result.response
        };
        let said = matcher.render(&intent, key, &result.data)?.unwrap_or_default();
        if !said.is_empty() {
            sink(DialogEvent::Delta(said.clone()));
        }
        self.conversations.add(&question.conversation, text, &said);
        Ok(Reply {
            text: said,
            tier: Tier::Local,
            intent: Some(intent.name),
        })
    }

    async fn by_hub(&self, intent: &Intent, question: &Question, sink: &mut DialogSink) -> Result<ToolResult, Failure> {
        if question.cancel.is_cancelled() {
            return Err(LlmError::Cancelled.into());
        }
        let call = ToolCall {
            name: intent.name.clone(),
            arguments: arguments(intent),
        };
        sink(DialogEvent::ToolCalled(call.clone()));
        self.hub.handle(call, call_context(question)).await
    }

    /// Where nothing was said yet there is nothing to repeat.
    fn repeatable(&self, result: ToolResult, endpoint: &EndpointId) -> ToolResult {
        let heard = self.has_replied.lock().unwrap_or_else(PoisonError::into_inner);
        if !result.effects.contains(&Effect::Repeat) || heard.contains(endpoint) {
            return result;
        }
        ToolResult {
            response: "nothing_said".to_owned(),
            data: result.data,
            effects: Vec::new(),
        }
    }

    async fn by_model(&self, text: &str, question: &Question, sink: &mut DialogSink) -> Result<Reply, Failure> {
        if !self.llm.is_configured() {
            return Err(LlmError::NotConfigured.into());
        }
        let text: String = text.chars().take(LONGEST_QUESTION).collect();
        let request = ChatRequest::new(self.messages(&text, question).await);
        let mut reply = String::new();
        let mut step = |step: Step<'_>| match step {
            Step::Chosen { tier, model, reason } => {
                sink(DialogEvent::TierChosen {
                    tier,
                    model: model.to_owned(),
                    reason,
                });
            }
            Step::Event(ChatEvent::Text(words)) => {
                reply.push_str(&words);
                sink(DialogEvent::Delta(words));
            }
            Step::Event(_) => {}
        };
        let answered = self.llm.answer(&request, &question.cancel, &mut step).await;
        // What was said was said, even if the rest is missing.
        self.conversations.add(&question.conversation, &text, &reply);
        let answered = answered?;
        Ok(Reply {
            text: reply,
            tier: answered.tier,
            intent: None,
        })
    }

    /// System prompt, what was said before, the question.
    async fn messages(&self, text: &str, question: &Question) -> Vec<Message> {
        let (kept, before) = self
            .conversations
            .recall(&question.conversation, &question.language, &question.room);
        let system = match kept {
            Some(system) => system,
            None => {
                let names = self.hub.names();
                let room = room_name(&names, question.room.as_str());
                let system = prompt::system(&question.language, room, &self.moment(question).await);
                self.conversations
                    .keep_system(&question.conversation, &question.language, &question.room, &system);
                system
            }
        };
        let mut messages = vec![Message::new(Role::System, system)];
        messages.extend(before);
        messages.push(Message::new(Role::User, text));
        messages
    }

    async fn moment(&self, question: &Question) -> Moment {
        let ask = async |name: &str, key: &str| {
            let call = ToolCall {
                name: name.to_owned(),
                arguments: json!({}),
            };
            let mut result = self.hub.handle(call, call_context(question)).await.ok()?;
            result.data.get_mut(key).map(Value::take)
        };
        Moment {
            date: ask("HassGetCurrentDate", "date").await,
            time: ask("HassGetCurrentTime", "time").await,
        }
    }
}

impl Dialog for RosieDialog {
    fn answer(&self, question: Question, sink: DialogSink) -> BoxFuture<'_, Result<Reply, Failure>> {
        Box::pin(self.respond(question, sink))
    }

    fn completeness(&self, text: &str, language: &Language) -> Completeness {
        let Some(matcher) = self.languages.of(language) else {
            return Completeness::Unknown;
        };
        matcher.completeness_among(text, &self.hub.names(), &MatchContext::default())
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

fn call_context(question: &Question) -> CallContext {
    CallContext {
        turn_id: question.turn_id,
        room: question.room.clone(),
        endpoint: question.endpoint.clone(),
        language: question.language.clone(),
    }
}

fn context(names: &KnownNames, room: &str) -> MatchContext {
    MatchContext::default().with("area", room, room_name(names, room))
}

/// What the room is called first; its id where it has no name.
fn room_name<'a>(names: &'a KnownNames, room: &'a str) -> &'a str {
    let areas = names.get("area").map(Vec::as_slice).unwrap_or_default();
    areas
        .iter()
        .find(|area| area.value == room)
        .map_or(room, |area| area.spoken.as_str())
}

/// An object of the slots' values; whole numbers without a fraction.
fn arguments(intent: &Intent) -> Value {
    let value = |value: &SlotValue| match value {
        SlotValue::Number(n) if n.fract() == 0.0 && n.abs() < 1e15 => json!(*n as i64),
        SlotValue::Number(n) => json!(n),
        SlotValue::Text(text) => json!(text),
    };
    intent
        .slots
        .iter()
        .map(|(name, slot)| (name.clone(), value(&slot.value)))
        .collect::<Map<_, _>>()
        .into()
}
