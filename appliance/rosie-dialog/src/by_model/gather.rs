//! What a question is about: memories, things of the home, tools, the hour.

use super::unix_ms;
use crate::{
    conversation::Remark,
    dialog::{RosieDialog, call_context, room_name},
    prompt::Moment,
    routing::{Words, asks_here, asks_state, is_question, leans, tells_of},
    tools::{self, Meant, wishes},
};
use rosie_core::{
    Language, ToolCall, ToolSpec,
    dialog::{EntityState, Question},
    memory::{Collection, Recall, Recollection, Speaker},
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

/// Remembering waits no longer: the answer is worth more.
const RECALL: Duration = Duration::from_millis(500);
/// Comparing by meaning waits no longer: shared words decide then.
const LIKENESS: Duration = Duration::from_millis(150);
/// Things whose states are said one after the other.
const TOLD: usize = 3;
/// Parts of a question that are compared by meaning.
const PARTS: usize = 3;

/// A wish that is so like a tool's is one for it.
const SURE: f32 = 0.6;
/// By so much the best tool is alone.
const AHEAD: f32 = 0.12;
/// Tools in a small model's form.
const FORM_TOOLS: usize = 3;

/// Whether `memory` may tell what is asked.
fn may_tell(memory: &Recollection, text: &str, language: &Language) -> bool {
    let was_told = match memory.collection {
        Collection::Messages => memory.speaker == Some(Speaker::User) && !is_question(&memory.text, language),
        Collection::Facts | Collection::Documents => true,
    };
    was_told && tells_of(&memory.text, text, language)
}

/// What tools are compared by: their descriptions, then how people wish for what they do.
fn compared_with(tools: &[ToolSpec]) -> Vec<String> {
    let described = tools.iter().map(tools::tool_text);
    described.chain(wishes::compared(tools)).collect()
}

/// Of the wanted ones those that a small model chooses from: the best where it is far ahead and one thing is wished for.
fn form_tools(wanted: &[(usize, f32)], parts: usize) -> Vec<usize> {
    let alone = match wanted {
        [(_, best), (_, next), ..] => parts == 1 && best - next >= AHEAD,
        _ => false,
    };
    let most = if alone { 1 } else { FORM_TOOLS };
    wanted.iter().take(most).map(|(at, _)| *at).collect()
}

/// Everything that may go into a prompt.
pub(super) struct Gathered {
    pub history: Vec<Remark>,
    pub memories: Vec<Recollection>,
    /// Closest first.
    pub entities: Vec<EntityState>,
    /// All that a model may be offered.
    pub tools: Vec<ToolSpec>,
    /// Those that the question wants, best first.
    pub wanted: Vec<ToolSpec>,
    /// Those of them that a small model chooses from, and what they may be about.
    pub form: Vec<ToolSpec>,
    pub meant: Meant,
    pub moment: Moment,
    pub room: String,
    /// The answer may say how the home is, or that something was done.
    pub about_home: bool,
    pub asked: Asked,
    /// Something that is remembered may tell: not that the like was asked before, nor what was answered then.
    pub remembered: bool,
}

/// What a question wants to know of this house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// How something of the home is at this moment.
    State,
    /// Something else that only somebody here can know, as it seems.
    Here,
    Other,
}

impl Asked {
    /// `talking`: something was said before, which "it" may mean.
    fn of(text: &str, language: &Language, names: &[String], talking: bool) -> Asked {
        if asks_state(text, language, names.iter().map(String::as_str)) {
            Asked::State
        } else if asks_here(text, language) && !(talking && leans(text, language)) {
            Asked::Here
        } else {
            Asked::Other
        }
    }
}

impl Gathered {
    /// It was asked how something of the home is, or for something to be done.
    pub(super) fn is_strict(&self) -> bool {
        self.asked != Asked::Other || self.wanted.iter().any(|tool| tool.acts)
    }

    /// How all that the question names is, is known. Of a question for a state nothing is here that it does not name.
    pub(super) fn knows_what_is_named(&self) -> bool {
        let told = |entity: &EntityState| entity.state.is_some();
        (1..=TOLD).contains(&self.entities.len()) && self.entities.iter().all(told)
    }

    /// Something here tells how what is asked about is.
    pub(super) fn tells(&self) -> bool {
        // What asks the home for a state needs something in it that is meant.
        let in_vain = |tool: &ToolSpec| tool.name == "HassGetState" && self.entities.is_empty();
        let reads = |tool: &ToolSpec| !(tool.acts || tool.foreign || in_vain(tool));
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
            self.likeness_to_tools(text, &tools),
            self.moment(question)
        );
        let wanted = tools::wanted(text, &question.language, &tools, likeness.as_deref());
        let sure = wanted.first().is_some_and(|(_, score)| *score >= SURE) && likeness.is_some();
        let form = form_tools(&wanted, tools::parts(text).len());
        let form = form.into_iter().map(|at| tools[at].clone()).collect();
        let wanted = wanted.into_iter().map(|(at, _)| tools[at].clone()).collect::<Vec<_>>();
        let all = self.hub.entities();
        let all_names: Vec<String> = all.iter().flat_map(|entity| entity.names.clone()).collect();
        let names = self.hub.names();
        let known = |kind: &str| names.get(kind).into_iter().flatten().map(|name| name.spoken.as_str());
        let rooms: HashSet<String> = known("area").map(str::to_lowercase).collect();
        let mut entities = self.entities_for(text, question, all, &rooms).await;
        let asked = match wanted.iter().any(|tool| tool.acts) {
            true => Asked::Other,
            false => Asked::of(text, &question.language, &all_names, !history.is_empty()),
        };
        if asked == Asked::State {
            // How one thing is does not tell how another is that is like it.
            entities.retain(|entity| tools::is_named(text, entity, &rooms));
        }
        let home = known("name");
        let words = Words::of(text);
        let said: BTreeSet<&str> = known("area")
            .filter(|room| words.contain(&room.to_lowercase()))
            .collect();
        let meant = Meant {
            names: tools::names_of(text, &entities),
            rooms: said.into_iter().map(str::to_owned).collect(),
            sure,
        };
        let topics = crate::routing::private_topics(text, &question.language, [], home);
        let about_home = asked != Asked::Other
            || !entities.is_empty()
            || wanted.iter().any(|tool| tool.acts)
            || topics.contains(&crate::routing::PrivateTopic::Home);
        let remembered = memories.iter().any(|memory| may_tell(memory, text, &question.language));
        Gathered {
            history,
            memories,
            entities,
            tools: tools::closest_tools(text, tools, self.config.tools, likeness.as_deref()),
            wanted,
            form,
            meant,
            moment,
            room: room_name(&names, question.room.as_str()).to_owned(),
            about_home,
            asked,
            remembered,
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
        let by_meaning = async {
            let mut all = Vec::new();
            for part in parts.iter().take(PARTS) {
                all.push(self.likeness_to_tools(part, tools).await?);
            }
            Some(all)
        };
        let likeness = tokio::time::timeout(LIKENESS, by_meaning).await.ok().flatten();
        let wanted = tools::wanted_by_parts(&parts, &question.language, tools, likeness.as_deref());
        wanted.into_iter().map(|at| &tools[at]).collect()
    }

    /// How like the question is to what each tool does.
    async fn likeness_to_tools(&self, text: &str, tools: &[ToolSpec]) -> Option<Vec<f32>> {
        let likeness = self.likeness(text, compared_with(tools)).await?;
        Some(wishes::likeness(tools, &likeness))
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
    async fn entities_for(
        &self,
        text: &str,
        question: &Question,
        all: Vec<EntityState>,
        rooms: &HashSet<String>,
    ) -> Vec<EntityState> {
        if all.is_empty() {
            return all;
        }
        let likeness = self.likeness(text, tools::compared_by(&all)).await;
        let (room, most) = (&question.room, self.config.entities);
        let mut found = tools::closest_entities(text, all, room, most, likeness.as_deref());
        let words = Words::of(text);
        // A speaker that is called as its room is not what "in the kitchen" means.
        let named = |entity: &EntityState| {
            let mut names = entity.names.iter().map(|name| name.to_lowercase());
            names.any(|name| !rooms.contains(&name) && words.contain(&name))
        };
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
