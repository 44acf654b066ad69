//! What a question is about: memories, things of the home, tools, the hour.

use super::unix_ms;
use crate::{
    conversation::Remark,
    dialog::{RosieDialog, call_context, room_name},
    prompt::Moment,
    routing::{Words, asks_state},
    tools,
};
use rosie_core::{
    ToolCall, ToolSpec,
    dialog::{EntityState, Question},
    memory::{Recall, Recollection},
};
use serde_json::{Value, json};
use std::time::Duration;

/// Remembering waits no longer: the answer is worth more.
const RECALL: Duration = Duration::from_millis(500);
/// Comparing by meaning waits no longer: shared words decide then.
const LIKENESS: Duration = Duration::from_millis(150);
/// Parts of a question that are compared by meaning.
const PARTS: usize = 3;

/// Everything that may go into a prompt.
pub(super) struct Gathered {
    pub history: Vec<Remark>,
    pub memories: Vec<Recollection>,
    /// Closest first.
    pub entities: Vec<EntityState>,
    /// Of everything in the home.
    pub all_names: Vec<String>,
    /// All that a model may be offered.
    pub tools: Vec<ToolSpec>,
    /// Those that the question wants, best first.
    pub wanted: Vec<ToolSpec>,
    pub moment: Moment,
    pub room: String,
    /// The answer may say how the home is, or that something was done.
    pub about_home: bool,
}

impl Gathered {
    /// It was asked how something of the home is, or for something to be done.
    pub(super) fn is_strict(&self, text: &str, question: &Question) -> bool {
        let names = self.all_names.iter().map(String::as_str);
        self.wanted.iter().any(|tool| tool.acts) || asks_state(text, &question.language, names)
    }

    /// Something here tells how what is asked about is.
    pub(super) fn tells(&self) -> bool {
        let reads = |tool: &ToolSpec| !tool.acts && !tool.foreign;
        self.entities.iter().any(|entity| entity.state.is_some()) || self.wanted.iter().any(reads)
    }
}

impl RosieDialog {
    pub(super) async fn gather(
        &self,
        text: &str,
        question: &Question,
        tools: Vec<ToolSpec>,
        history: Vec<Remark>,
    ) -> Gathered {
        let (memories, likeness, moment) = tokio::join!(
            self.recall(text, question),
            self.likeness(text, tools.iter().map(tools::tool_text).collect()),
            self.moment(question)
        );
        let wanted = tools::wanted(text, &question.language, &tools, likeness.as_deref());
        let wanted = wanted.into_iter().map(|at| tools[at].clone()).collect::<Vec<_>>();
        let all = self.hub.entities();
        let all_names: Vec<String> = all.iter().flat_map(|entity| entity.names.clone()).collect();
        let mut entities = self.entities_for(text, question, all).await;
        if asks_state(text, &question.language, all_names.iter().map(String::as_str)) {
            // How one thing is does not tell how another is that is like it.
            entities.retain(|entity| tools::is_named(text, entity));
        }
        let names = self.hub.names();
        let home = names.get("name").into_iter().flatten().map(|name| name.spoken.as_str());
        let topics = crate::routing::private_topics(text, &question.language, [], home);
        let about_home = !entities.is_empty()
            || wanted.iter().any(|tool| tool.acts)
            || topics.contains(&crate::routing::PrivateTopic::Home);
        Gathered {
            history,
            memories,
            entities,
            all_names,
            tools: tools::closest_tools(text, tools, self.config.tools, likeness.as_deref()),
            wanted,
            moment,
            room: room_name(&names, question.room.as_str()).to_owned(),
            about_home,
        }
    }

    /// The tools that the parts of the question want.
    pub(super) async fn wanted_by_parts<'t>(
        &self,
        text: &str,
        question: &Question,
        tools: &'t [ToolSpec],
    ) -> Vec<&'t ToolSpec> {
        let parts = tools::parts(text);
        if tools.is_empty() || parts.is_empty() {
            return Vec::new();
        }
        let texts: Vec<String> = tools.iter().map(tools::tool_text).collect();
        let by_meaning = async {
            let mut all = Vec::new();
            for part in parts.iter().take(PARTS) {
                all.push(self.memory.as_ref()?.likeness(part, &texts).await?);
            }
            Some(all)
        };
        let likeness = tokio::time::timeout(LIKENESS, by_meaning).await.ok().flatten();
        let wanted = tools::wanted_by_parts(&parts, &question.language, tools, likeness.as_deref());
        wanted.into_iter().map(|at| &tools[at]).collect()
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
            // That the same was asked before tells nothing, and a small model says it back.
            Ok(Ok(mut found)) => {
                let words = |text: &str| Words::of(text).iter().map(str::to_owned).collect::<Vec<_>>();
                found.retain(|memory| words(&memory.text) != words(text));
                found
            }
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

    pub(super) async fn likeness(&self, question: &str, texts: Vec<String>) -> Option<Vec<f32>> {
        let memory = self.memory.as_ref().filter(|_| !texts.is_empty())?;
        tokio::time::timeout(LIKENESS, memory.likeness(question, &texts))
            .await
            .ok()?
    }

    /// The ones that are meant: those that share a name with the question, else those close to it.
    async fn entities_for(&self, text: &str, question: &Question, all: Vec<EntityState>) -> Vec<EntityState> {
        if all.is_empty() {
            return all;
        }
        let likeness = self.likeness(text, tools::compared_by(&all)).await;
        let (room, most) = (&question.room, self.config.entities);
        let mut found = tools::closest_entities(text, all, room, most, likeness.as_deref());
        let words = Words::of(text);
        let named = |entity: &EntityState| entity.names.iter().any(|name| words.contain(&name.to_lowercase()));
        if found.iter().any(named) {
            found.retain(named);
        }
        found
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
