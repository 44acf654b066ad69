//! The road through a language model: what is remembered, which tier, which prompt, the talk, what is kept of it.

use crate::{
    cache::{Kept, Key},
    dialog::{RosieDialog, call_context, room_name},
    llm::LlmError,
    prompt::{self, Moment, Parts},
    routing::{self, Availability, Ground, Route, RouteRequest, private_topics, weigh},
    thinking::{Candidate, Talk, Talked, talk, too_private},
    tools::{self, Pending},
};
use rosie_core::{
    Failure, KnownNames, ToolCall, ToolResult, ToolSpec,
    dialog::{DialogEvent, DialogSink, EntityState, Question, Reply, Tier},
    memory::{MessageMeta, Recall, Recollection, Speaker},
};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Longest question that a model gets, in characters.
const LONGEST_QUESTION: usize = 2000;
/// Remembering waits no longer: the answer is worth more.
const RECALL: Duration = Duration::from_millis(500);
/// Comparing by meaning waits no longer: shared words decide then.
const LIKENESS: Duration = Duration::from_millis(150);

impl RosieDialog {
    pub(crate) async fn by_model(
        &self,
        text: &str,
        question: &Question,
        sink: &mut DialogSink,
    ) -> Result<Reply, Failure> {
        if !self.llm.is_configured() {
            return Err(LlmError::NotConfigured.into());
        }
        let text: String = text.chars().take(LONGEST_QUESTION).collect();
        let began = tokio::time::Instant::now();
        let history = self.conversations.recall(&question.conversation);
        let key = Key::of(&text, &question.room, &question.language).filter(|_| history.is_empty());
        if let Some(kept) = key.as_ref().and_then(|key| self.cache.get(key)) {
            return Ok(self.say_again(kept, &text, question, sink));
        }
        let all_tools = self.hub.tools();
        let names = self.hub.names();
        let mut route = self.route(&text, question, &all_tools, (&names, &history));
        if let Some(reply) = self.kept_in_house(&route, question, sink) {
            return Ok(reply);
        }
        // What is remembered and how the home is belongs to the house, whatever the question: for the cloud it is not
        // looked up, and once it was looked up the cloud is not fallen back to.
        let open = self.config.routing.private_to_cloud;
        let (memories, entities) = match open || route.order.first() != Some(&Tier::Cloud) {
            true => (
                self.recall(&text, question).await,
                self.entities_for(&text, question).await,
            ),
            false => (Vec::new(), Vec::new()),
        };
        let looked_up = !memories.is_empty() || !entities.is_empty();
        if looked_up && !open {
            route.order.retain(|tier| *tier != Tier::Cloud);
        }
        let tools = self.tools_for(&text, all_tools).await;
        let parts = Parts {
            language: question.language.clone(),
            room: room_name(&names, question.room.as_str()),
            moment: self.moment(question).await,
            tools: !tools.is_empty(),
            history: &history,
            memories: &memories,
            entities: &entities,
            question: &text,
        };
        let prompt = prompt::build(&parts, self.config.prompt_tokens);
        let used = &memories[..prompt.memories_used];
        let bare = used.is_empty() && entities.is_empty();
        let context = call_context(question);
        let render = |call: &ToolCall, result: &ToolResult| self.rendered(call, result, question);
        let conversation = Talk {
            hub: &*self.hub,
            context: &context,
            cancel: &question.cancel,
            tools,
            candidates: self.candidates(&route),
            grounds: route.grounds,
            render: &render,
            foreign: tools::has_foreign(used),
            stable: prompt.stable,
            patience: self.config.patience,
        };
        let mut said = String::new();
        let mut listening = |event: DialogEvent| {
            if let DialogEvent::Delta(words) = &event {
                said.push_str(words);
            }
            sink(event);
        };
        let talked = talk(conversation, prompt.messages, &mut listening).await;
        // What was said was said, even if the rest is missing.
        let talked = talked.inspect_err(|_| self.conversations.add(&question.conversation, &text, &said))?;
        self.remember_route(question, &talked);
        if let Some(key) = key.filter(|_| talked.plain && bare) {
            let kept = Kept {
                text: talked.text.clone(),
                tier: talked.tier,
                model: talked.model.clone(),
            };
            self.cache.put(key, kept);
        }
        let meta = MessageMeta {
            intent: None,
            tier: Some(talked.tier),
            tools: talked.tools,
            duration_ms: Some(began.elapsed().as_millis() as u64),
        };
        self.keep(question, &text, &talked.text, meta);
        if let Some(calls) = talked.consent {
            self.confirmations.ask(&question.endpoint, Pending { calls });
        }
        Ok(Reply {
            text: talked.text,
            tier: talked.tier,
            intent: None,
        })
    }

    fn say_again(&self, kept: Kept, text: &str, question: &Question, sink: &mut DialogSink) -> Reply {
        let reason = "asked before, a moment ago".to_owned();
        sink(DialogEvent::TierChosen {
            tier: kept.tier,
            model: kept.model,
            reason,
        });
        sink(DialogEvent::Delta(kept.text.clone()));
        let meta = MessageMeta {
            tier: Some(kept.tier),
            ..MessageMeta::default()
        };
        self.keep(question, text, &kept.text, meta);
        Reply {
            text: kept.text,
            tier: kept.tier,
            intent: None,
        }
    }

    /// What was said before goes along, so it counts for what is private.
    fn route(
        &self,
        text: &str,
        question: &Question,
        tools: &[ToolSpec],
        (names, history): (&KnownNames, &[(Speaker, String)]),
    ) -> Route {
        let list = |key: &str| names.get(key).into_iter().flatten().map(|name| name.spoken.as_str());
        let topics = |text: &str| private_topics(text, &question.language, list("person"), list("name"));
        let before = history.iter().flat_map(|(_, said)| topics(said));
        let topics = topics(text).into_iter().chain(before).collect();
        let (configured, reachable) = self.availability();
        routing::decide(&RouteRequest {
            weight: weigh(text, &question.language, tools::wanted_tools(text, tools)),
            topics,
            preference: self.config.routing.preference(&question.room, question.user.as_ref()),
            cloud_enabled: self.config.routing.cloud_enabled,
            private_to_cloud: self.config.routing.private_to_cloud,
            configured,
            reachable,
        })
    }

    /// Nobody may be asked, because it is private and only the cloud is there: that is said, not failed.
    fn kept_in_house(&self, route: &Route, question: &Question, sink: &mut DialogSink) -> Option<Reply> {
        let private = route.grounds.iter().any(|ground| matches!(ground, Ground::Private(_)));
        if !route.order.is_empty() || !private {
            return None;
        }
        let text = too_private(&question.language).to_owned();
        sink(DialogEvent::Delta(text.clone()));
        Some(Reply {
            text,
            tier: Tier::Local,
            intent: None,
        })
    }

    fn candidates(&self, route: &Route) -> Vec<Candidate<'_>> {
        let mut candidates = Vec::new();
        for tier in &route.order {
            let model = self.llm.tiers().iter().find(|model| model.tier() == *tier);
            candidates.extend(model.map(|model| Candidate {
                tier: *tier,
                model: model.describe().model,
                provider: model,
                budget: self.config.routing.budget(*tier),
            }));
        }
        candidates
    }

    /// Which tiers there are, and which would answer now, as last found out in the background.
    fn availability(&self) -> (Availability, Availability) {
        let (mut configured, mut reachable) = (Availability::default(), Availability::default());
        let now = std::time::Instant::now();
        for model in self.llm.tiers() {
            configured.set(model.tier());
            if model.health().can_be_asked(now) {
                reachable.set(model.tier());
            }
        }
        (configured, reachable)
    }

    async fn recall(&self, text: &str, question: &Question) -> Vec<Recollection> {
        let Some(memory) = &self.memory else {
            return Vec::new();
        };
        let recall = Recall {
            question: text.to_owned(),
            room: question.room.clone(),
            user: question.user.clone(),
            conversation: question.conversation.clone(),
            now_unix_ms: unix_ms(),
            k: self.config.memories,
        };
        match tokio::time::timeout(RECALL, memory.recall(recall)).await {
            Ok(Ok(found)) => found,
            Ok(Err(failure)) => {
                tracing::warn!(code = failure.code.as_str(), detail = %failure.detail, "nothing can be remembered");
                Vec::new()
            }
            Err(_) => {
                tracing::warn!("remembering took too long and was left out");
                Vec::new()
            }
        }
    }

    async fn likeness(&self, question: &str, texts: Vec<String>) -> Option<Vec<f32>> {
        let memory = self.memory.as_ref()?;
        tokio::time::timeout(LIKENESS, memory.likeness(question, &texts))
            .await
            .ok()?
    }

    async fn tools_for(&self, text: &str, tools: Vec<ToolSpec>) -> Vec<ToolSpec> {
        if tools.len() <= self.config.tools {
            return tools;
        }
        let likeness = self.likeness(text, tools.iter().map(tools::tool_text).collect()).await;
        tools::closest_tools(text, tools, self.config.tools, likeness.as_deref())
    }

    async fn entities_for(&self, text: &str, question: &Question) -> Vec<EntityState> {
        let entities = self.hub.entities();
        if entities.is_empty() {
            return entities;
        }
        let likeness = self
            .likeness(text, entities.iter().map(tools::entity_text).collect())
            .await;
        tools::closest_entities(
            text,
            entities,
            &question.room,
            self.config.entities,
            likeness.as_deref(),
        )
    }

    /// What the templates of the question's language say of a call's result.
    pub(crate) fn rendered(&self, call: &ToolCall, result: &ToolResult, question: &Question) -> Option<String> {
        let matcher = self.languages.of(&question.language)?;
        let mut data = result.data.clone();
        if let (Some(data), Some(arguments)) = (data.as_object_mut(), call.arguments.as_object()) {
            for (key, value) in arguments {
                data.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        matcher
            .render_response(&call.name, &result.response, &data)
            .ok()
            .flatten()
    }

    fn remember_route(&self, question: &Question, talked: &Talked) {
        let mut routes = self.routes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if routes.len() >= crate::dialog::REMEMBERED_ENDPOINTS {
            routes.clear();
        }
        routes.insert(question.endpoint.clone(), (talked.tier, talked.grounds.clone()));
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

    /// Keeps a question and its answer: for the next question, and in the memory.
    pub(crate) fn keep(&self, question: &Question, text: &str, answer: &str, meta: MessageMeta) {
        self.conversations.add(&question.conversation, text, answer);
        let Some((memory, tracker)) = self.memory.clone().zip(self.tracker.clone()) else {
            return;
        };
        if answer.trim().is_empty() {
            return;
        }
        let exchange = rosie_core::memory::Exchange {
            conversation: question.conversation.clone(),
            room: question.room.clone(),
            user: question.user.clone(),
            language: question.language.clone(),
            asked_unix_ms: unix_ms(),
            question: text.to_owned(),
            answer: answer.to_owned(),
            meta,
        };
        tracker.spawn(async move {
            if let Err(failure) = memory.record(exchange).await {
                tracing::warn!(code = failure.code.as_str(), detail = %failure.detail, "a conversation is not remembered");
            }
        });
    }
}

pub(crate) fn unix_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as u64)
}
