//! What a question is about: memories, things of the home, tools, the hour.

use super::{
    things::{meant, things},
    told::told_by,
    unix_ms,
    wished::Wished,
};
use crate::{
    clauses::{asking, clauses},
    conversation::Remark,
    dialog::{RosieDialog, call_context, room_name},
    prompt::Moment,
    routing::{
        Tells, Words, asks_here, asks_own, asks_state, is_elsewhere, is_nothing_general, is_ours, is_question, is_told,
        leans, wants_kept,
    },
    tools::{self, Meant},
    wishes::Guess,
};
use rosie_core::{
    ErrorCode, Failure, Language, ToolCall, ToolSpec,
    dialog::{EntityState, Question},
    memory::{Collection, Recall, Recollection, Speaker},
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    time::Duration,
};

/// Remembering waits no longer: the answer is worth more.
const RECALL: Duration = Duration::from_millis(500);
const RECALL_ALONE: Duration = Duration::from_secs(2);
/// Comparing by meaning waits no longer: shared words decide then.
pub(super) const LIKENESS: Duration = Duration::from_millis(150);
/// Things whose states are said one after the other.
const TOLD: usize = 3;

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
    /// Something of the home is named.
    pub named: bool,
    /// It is a wish for what no tool here does.
    pub beyond: bool,
    /// It asks how something is in a place that is not here.
    pub elsewhere: bool,
    /// What it asks by its meaning, where that can be told.
    pub meanings: Option<Guess>,
    /// It asks what was told before.
    pub recalls: bool,
    /// Anybody may be asked, at any time.
    pub of_the_world: bool,
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
    /// `talking`: something was said before, which "it" may mean. By its grammar, and by its meaning where that can be
    /// told.
    fn of(text: &str, language: &Language, names: &[String], talking: bool, wished: &Wished) -> Asked {
        let guess = wished.guess_of_asked();
        let guessed = |is: fn(&Guess) -> bool| guess.is_some_and(is);
        let asked = asking(text, language);
        let parts = clauses(text, language).parts(text);
        let about = asked.or_else(|| (parts.len() < 2).then_some(text));
        // "Is the dishwasher through, or do I have to wash my cup?" asks both.
        let questions: Vec<&str> = parts.into_iter().filter(|part| is_question(part, language)).collect();
        let asks = asked.is_some() || !questions.is_empty();
        let mut all = about.into_iter().chain(questions);
        // The classifier's sentences are English: what it takes a German question of the house for counts for little.
        let english = language.primary() == "en";
        let of_the_world = english && guessed(Guess::is_of_the_world) && !is_ours(text, language);
        let unlike_the_world = asks && is_nothing_general(text, language);
        let by_grammar = asks_own(text, language)
            || unlike_the_world
            || (all.any(|about| asks_here(about, language)) && !of_the_world);
        let surely = wished.guess().is_some_and(Guess::is_surely_of_this_house);
        let by_meaning = wished.is_of_this_house() && (asks || surely);
        let state = guessed(Guess::asks_state) && asked.is_some();
        let names = || names.iter().map(String::as_str);
        if about.is_some_and(|about| asks_state(about, language, names())) || state {
            Asked::State
        } else if (by_grammar || by_meaning) && !(talking && !unlike_the_world && leans(text, language)) {
            Asked::Here
        } else {
            Asked::Other
        }
    }
}

impl Gathered {
    /// It was asked how something of the home is, or for something to be done. What was told may say more than the home does.
    pub(super) fn is_strict(&self) -> bool {
        let asks = match self.asked {
            Asked::State => true,
            Asked::Here => !self.remembered,
            Asked::Other => false,
        };
        asks || self.wanted.iter().any(|tool| tool.acts)
    }

    /// All that stands in the prompt for `question`, and that itself.
    pub(super) fn told(&self, question: &str) -> String {
        let memories = self.memories.iter().map(|memory| memory.text.as_str());
        let history = self.history.iter().map(|remark| remark.text.as_str());
        let states = self.entities.iter().filter_map(|entity| entity.state.as_deref());
        let moment = [&self.moment.date, &self.moment.time].map(|part| part.as_ref().map(ToString::to_string));
        let moment = moment.into_iter().flatten();
        let all = memories
            .chain(history)
            .chain(states)
            .chain([question])
            .map(str::to_owned);
        all.chain(moment).collect::<Vec<_>>().join(" ")
    }

    /// It names something of the home, asks nothing of it, and no tool that acts is offered.
    pub(super) fn only_names(&self) -> bool {
        self.named && self.asked == Asked::Other && !self.form.iter().any(|tool| tool.acts)
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
        // Of what a class is about only what is meant tells: the weather does not tell how the sauna is.
        let other = |tool: &ToolSpec| self.meanings.as_ref().is_some_and(|guess| guess.rules_out(&tool.name));
        let reads = |tool: &ToolSpec| !(tool.acts || tool.foreign || in_vain(tool) || other(tool));
        self.entities.iter().any(|entity| entity.state.is_some()) || self.wanted.iter().any(reads)
    }
}

impl RosieDialog {
    pub(super) async fn gather(
        &self,
        text: &str,
        question: &Question,
        (tools, wished): (Vec<ToolSpec>, &Wished),
        (memories, history): (Vec<Recollection>, Vec<Remark>),
    ) -> Gathered {
        let moment = self.moment(question).await;
        let form: Vec<ToolSpec> = wished.form().into_iter().map(|at| tools[at].clone()).collect();
        let wanted: Vec<ToolSpec> = wished.tools().into_iter().map(|at| tools[at].clone()).collect();
        let all = self.hub.entities();
        let all_names: Vec<String> = all.iter().flat_map(|entity| entity.names.clone()).collect();
        let names = self.hub.names();
        let known = |kind: &str| names.get(kind).into_iter().flatten().map(|name| name.spoken.as_str());
        let rooms: HashSet<String> = known("area").map(str::to_lowercase).collect();
        let closest = self.closest(text, question, all).await;
        let mut entities = meant(text, closest.clone(), self.config.entities, &rooms);
        let beyond = wanted.is_empty()
            && !is_told(text, &question.language)
            && wished.guess().is_some_and(|guess| guess.is_beyond(&tools));
        let mut asked = match wanted.iter().any(|tool| tool.acts) {
            true => Asked::Other,
            false => Asked::of(text, &question.language, &all_names, !history.is_empty(), wished),
        };
        let named = entities.iter().any(|entity| tools::is_named(text, entity, &rooms));
        // "Le four est encore allumé" is said of something here, whether it asks or tells.
        let matcher = self.languages.of(&question.language);
        if asked == Asked::Other && matcher.is_some_and(|matcher| matcher.tells_how_it_is(text)) {
            asked = Asked::Here;
        }
        if asked == Asked::State && !named {
            // What names nothing may be about what is for it: "is anyone sneaking around" about a sensor of motion.
            let about = asking(text, &question.language).unwrap_or(text);
            let by_grammar = asks_state(about, &question.language, all_names.iter().map(String::as_str));
            asked = if by_grammar { asked } else { Asked::Here };
        }
        if asked == Asked::State {
            // How one thing is does not tell how another is that is like it.
            entities.retain(|entity| tools::is_named(text, entity, &rooms));
        }
        let guess = wished.guess_of_asked();
        let plain_fact = guess.is_some_and(Guess::is_a_plain_fact) && !is_ours(text, &question.language);
        if asked == Asked::Other && plain_fact && !named && !wanted.iter().any(|tool| tool.acts) {
            // "Who was the first man on the moon" is not about the robot on the first floor, and a small model would say how that is.
            entities.clear();
        }
        let home = known("name").chain(known("area"));
        let kinds: BTreeMap<String, BTreeSet<String>> = form
            .iter()
            .map(|tool| (tool.name.clone(), wished.kinds(&tool.name)))
            .collect();
        let areas = names.get("area").map(Vec::as_slice).unwrap_or_default();
        let (things, said_rooms) = things(text, &closest, (areas, &question.room), kinds.values());
        let meant = Meant {
            things,
            kinds,
            rooms: said_rooms,
            sure: wished.is_sure(),
        };
        let topics = crate::routing::private_topics(text, &question.language, [], home);
        // "Yes" goes on from what was said of it.
        let goes_on = tools::yes_or_no(text, &question.language).is_some();
        let about_home = asked != Asked::Other
            || goes_on
            || !entities.is_empty()
            || wanted.iter().any(|tool| tool.acts)
            || topics.contains(&crate::routing::PrivateTopic::Home);
        let remembered = memories
            .iter()
            .any(|memory| told_by(memory, text, &question.language) != Tells::Nothing);
        let areas_known = known("area").next().is_some();
        let places: Vec<String> = known("area")
            .chain(known("floor"))
            .map(str::to_owned)
            .chain(all_names)
            .collect();
        let of_a_place = guess.is_some_and(Guess::asks_of_a_place) || (asked != Asked::Other && !remembered);
        let elsewhere = of_a_place && areas_known && is_elsewhere(text, &question.language, &places);
        Gathered {
            elsewhere,
            history,
            memories,
            entities,
            tools: tools::closest_tools(text, tools, self.config.tools, wished.likeness()),
            wanted,
            form,
            meant,
            moment,
            room: room_name(&names, question.room.as_str()).to_owned(),
            about_home,
            asked,
            named,
            beyond,
            meanings: guess.cloned(),
            recalls: guess.is_some_and(Guess::asks_what_was_told),
            of_the_world: guess.is_some_and(Guess::is_of_the_world),
            remembered,
        }
    }

    /// `faint`: also what is only near.
    /// What is remembered of it; a failure where that cannot be told now.
    pub(super) async fn recall(
        &self,
        text: &str,
        question: &Question,
        faint: bool,
    ) -> Result<Vec<Recollection>, Failure> {
        let Some(memory) = &self.memory else {
            return Ok(Vec::new());
        };
        let recall = Recall {
            question: text.to_owned(),
            room: question.room.clone(),
            user: question.user.clone(),
            conversation: question.conversation.clone(),
            now_unix_ms: unix_ms(),
            k: self.config.memories,
            faint,
        };
        // Without a model nothing else can answer, and a slow answer is better than none.
        let patience = if self.llm.is_configured() { RECALL } else { RECALL_ALONE };
        let found = tokio::time::timeout(patience, memory.recall(recall)).await;
        let late = |_| Failure::new(ErrorCode::MemoryUnavailable, "remembering took too long");
        match found.map_err(late).flatten() {
            // That the same was asked before tells nothing, and a small model says it back.
            Ok(mut found) => {
                let words = |text: &str| Words::of(text).iter().map(str::to_owned).collect::<Vec<_>>();
                found.retain(|memory| words(&memory.text) != words(text) && !self.was_wanted(memory, question));
                Ok(found)
            }
            Err(failure) => {
                tracing::warn!(code = failure.code.as_str(), detail = %failure.detail, "nothing can be remembered");
                Err(failure)
            }
        }
    }

    /// What somebody wanted done once tells nothing: "turn off what is on in the hall".
    fn was_wanted(&self, memory: &Recollection, question: &Question) -> bool {
        let said = memory.collection == Collection::Messages && memory.speaker == Some(Speaker::User);
        let matcher = self.languages.of(&question.language);
        let orders = |part: &&str| matcher.as_ref().is_some_and(|matcher| matcher.begins_a_command(part));
        let kept = wants_kept(&memory.text, &question.language);
        said && !kept
            && clauses(&memory.text, &question.language)
                .parts(&memory.text)
                .iter()
                .any(orders)
    }

    pub(super) async fn likeness(&self, question: &str, texts: Vec<String>) -> Option<Vec<f32>> {
        let memory = self.memory.as_ref().filter(|_| !texts.is_empty())?;
        tokio::time::timeout(LIKENESS, memory.likeness(question, &texts))
            .await
            .ok()?
    }

    /// What of the home is near to the question, closest first.
    async fn closest(&self, text: &str, question: &Question, all: Vec<EntityState>) -> Vec<EntityState> {
        if all.is_empty() {
            return Vec::new();
        }
        let likeness = self.likeness(text, tools::compared_by(&all)).await;
        let found = tools::closest_entities(text, all, &question.room, likeness.as_deref());
        found.into_iter().map(|(_, entity)| entity).collect()
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
