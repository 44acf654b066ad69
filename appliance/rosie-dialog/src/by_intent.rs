//! The road of a question that a template took, and of the answer to a question of Rosie's own.

use crate::{
    account::is_account,
    answers::{self, Answer},
    dialog::{RosieDialog, call_context},
    llm::LlmError,
    routing::is_question,
    thinking::{done, left_alone},
    tools::{self, Pending},
};
use rosie_core::{
    Effect, EndpointId, ErrorCode, Failure, Intent, Language, ToolCall, ToolResult, ToolSpec,
    dialog::{DialogEvent, DialogSink, Question, Reply, Tier},
    memory::MessageMeta,
};
use rosie_intents::Matcher;
use serde_json::json;
use std::collections::BTreeMap;

/// What skills say is of the house.
const OWN: bool = false;
/// Tells what was said of somebody.
const KNOWN_OF: &str = "RosieKnownOf";
/// What is said for a voice to be learnt is no talk.
const UNKEPT: &str = "RosieAnswerVoice";
/// Intents after which nothing that was said may come back.
pub(crate) const FORGETTING: &str = "RosieForget";

/// What was asked about somebody or wanted tells nothing of them, and recognisers leave the mark out.
fn only_told(matcher: &Matcher, intent: &str, mut result: ToolResult, language: &Language) -> ToolResult {
    if intent == KNOWN_OF
        && let Some(sentences) = result.data.get_mut("sentences").and_then(|all| all.as_array_mut())
    {
        sentences.retain(|said| {
            let said = said.as_str().unwrap_or_default();
            !is_question(said, language) && !matcher.begins_a_command(said)
        });
        if sentences.is_empty() {
            result.response = "nothing".to_owned();
        }
    }
    result
}

impl RosieDialog {
    pub(crate) async fn by_intent(
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
                if let Some(reply) = self.asks_first(&intent, question, sink) {
                    return Ok(reply);
                }
                match is_account(&intent.name) {
                    true => self.account(&intent.name, question),
                    false => self.by_hub(&intent, question, sink).await?,
                }
            }
        };
        let result = self.repeatable(result, &question.endpoint);
        let result = only_told(matcher, &intent.name, result, &question.language);
        for effect in &result.effects {
            sink(DialogEvent::Effect(effect.clone()));
        }
        let said = self.worded(matcher, &intent, &result, &question.language)?;
        if !said.is_empty() {
            sink(DialogEvent::Delta(said.clone()));
        }
        if intent.name.starts_with(FORGETTING) {
            self.cache.clear();
            self.conversations.forget(&question.conversation);
        } else if intent.name != UNKEPT {
            let meta = MessageMeta {
                intent: Some(intent.name.clone()),
                tier: Some(Tier::Local),
                ..MessageMeta::default()
            };
            let foreign = self.brings_foreign(std::slice::from_ref(&intent.name));
            self.keep(question, (text, &said), meta, foreign);
        }
        Ok(Reply {
            text: said,
            tier: Tier::Local,
            intent: Some(intent.name),
        })
    }

    /// The words for what came of it.
    pub(crate) fn worded(
        &self,
        matcher: &Matcher,
        intent: &Intent,
        result: &ToolResult,
        language: &Language,
    ) -> Result<String, Failure> {
        // The sentence may have chosen its response; the hub's choice, if it made one, is better informed.
        let key = if result.response == "default" {
            &intent.response
        } else {
            &result.response
        };
        match matcher.render(intent, key, &result.data) {
            Ok(said) => Ok(said.unwrap_or_default()),
            // It was done all the same: that the words for it fail must not sound as if it was not.
            Err(error) if self.acts(&intent.name) => {
                tracing::warn!(intent = intent.name, %error, "a response has no words");
                Ok(done(language).to_owned())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether it changes something; what the hub offers no model is taken to.
    fn acts(&self, intent: &str) -> bool {
        let tools = self.hub.tools();
        tools
            .iter()
            .find(|tool| tool.name == intent)
            .is_none_or(|tool| tool.acts)
    }

    /// Whether what one of these calls brings was written by strangers.
    pub(crate) fn brings_foreign(&self, calls: &[String]) -> bool {
        let tools = self.hub.tools();
        tools.iter().any(|tool| tool.foreign && calls.contains(&tool.name))
    }

    pub(crate) async fn by_hub(
        &self,
        intent: &Intent,
        question: &Question,
        sink: &mut DialogSink,
    ) -> Result<ToolResult, Failure> {
        if question.cancel.is_cancelled() {
            return Err(LlmError::Cancelled.into());
        }
        let mut outcomes = tools::carry_out(&*self.hub, vec![call(intent)], &call_context(question), sink).await;
        let nothing = || Err(Failure::new(ErrorCode::ToolFailed, "the call brought nothing"));
        outcomes.pop().map_or_else(nothing, |outcome| outcome.result)
    }

    /// What is dangerous is asked about before it is done: the call that waits, and the question.
    pub(crate) fn needs_yes(&self, intent: &Intent, question: &Question) -> Option<(ToolCall, String)> {
        let call = call(intent);
        let bare = || ToolSpec {
            name: intent.name.clone(),
            description: String::new(),
            parameters: json!({}),
            acts: true,
            dangerous: false,
            foreign: false,
            confirmation: BTreeMap::new(),
        };
        let tools = self.hub.tools();
        let known = tools.into_iter().find(|tool| tool.name == intent.name);
        let tool = tools::for_call(&*self.hub, &call, &known.unwrap_or_else(bare), &call_context(question));
        if !tool.dangerous {
            return None;
        }
        // The person hears the thing's name as they said it, not its id.
        let mut spoken = call.clone();
        if let Some(arguments) = spoken.arguments.as_object_mut() {
            for (name, slot) in &intent.slots {
                arguments.insert(name.clone(), json!(slot.spoken));
            }
        }
        let text = tools::question_for(&[(&spoken, &tool)], &question.language);
        Some((call, text))
    }

    fn asks_first(&self, intent: &Intent, question: &Question, sink: &mut DialogSink) -> Option<Reply> {
        let (call, text) = self.needs_yes(intent, question)?;
        Some(self.asked((vec![call], text), intent, question, sink))
    }

    /// The question before `calls`, which wait for its answer. `intent`: what is said to have been understood.
    pub(crate) fn asked(
        &self,
        (calls, text): (Vec<ToolCall>, String),
        intent: &Intent,
        question: &Question,
        sink: &mut DialogSink,
    ) -> Reply {
        self.confirmations.ask(&question.endpoint, Pending { calls });
        sink(DialogEvent::Effect(Effect::FollowUp));
        sink(DialogEvent::Delta(text.clone()));
        Reply {
            text,
            tier: Tier::Local,
            intent: Some(intent.name.clone()),
        }
    }

    /// What waited for a yes is done.
    pub(crate) async fn after_yes(
        &self,
        pending: Pending,
        text: &str,
        question: &Question,
        sink: &mut DialogSink,
    ) -> Result<Reply, Failure> {
        let outcomes = tools::carry_out(&*self.hub, pending.calls, &call_context(question), sink).await;
        let mut sentences = Vec::new();
        let mut used = Vec::new();
        for outcome in outcomes {
            let result = outcome.result?;
            for effect in &result.effects {
                sink(DialogEvent::Effect(effect.clone()));
            }
            sentences.extend(
                self.rendered(&outcome.call, &result, question)
                    .filter(|words| !words.trim().is_empty()),
            );
            used.push(outcome.call.name);
        }
        let said = match sentences.is_empty() {
            true => crate::thinking::done(&question.language).to_owned(),
            false => sentences.join(" "),
        };
        sink(DialogEvent::Delta(said.clone()));
        let foreign = self.brings_foreign(&used);
        let meta = MessageMeta {
            tier: Some(Tier::Local),
            tools: used,
            ..MessageMeta::default()
        };
        self.keep(question, (text, &said), meta, foreign);
        Ok(Reply {
            text: said,
            tier: Tier::Local,
            intent: None,
        })
    }

    pub(crate) fn after_no(&self, text: &str, question: &Question, sink: &mut DialogSink) -> Reply {
        let said = left_alone(&question.language).to_owned();
        sink(DialogEvent::Delta(said.clone()));
        self.keep(question, (text, &said), MessageMeta::default(), OWN);
        Reply {
            text: said,
            tier: Tier::Local,
            intent: None,
        }
    }

    /// Where nothing was said yet there is nothing to repeat.
    fn repeatable(&self, result: ToolResult, endpoint: &EndpointId) -> ToolResult {
        if !result.effects.contains(&Effect::Repeat) || self.has_replied(endpoint) {
            return result;
        }
        ToolResult {
            response: "nothing_said".to_owned(),
            data: result.data,
            effects: Vec::new(),
        }
    }
}

pub(crate) fn call(intent: &Intent) -> ToolCall {
    ToolCall {
        name: intent.name.clone(),
        arguments: intent.arguments(),
    }
}
