//! The road through a language model: what is remembered, which tier, which prompt, the talk, what is kept of it.

mod before;
mod bounds;
mod calls;
mod clause;
mod declined;
mod gather;
mod keep;
mod listed;
mod openings;
mod perhaps;
mod recalled;
mod route;
mod things;
mod told;
mod wished;

pub(crate) use clause::REMEMBER;
pub(crate) use keep::unix_ms;

use crate::{
    cache::{Kept, Key},
    clauses::asking,
    dialog::{RosieDialog, call_context},
    doubt::{self, Sure},
    llm::LlmError,
    routing::{Route, is_told, leans, wants_forgotten},
    thinking::{Talk, Talked, Watch, as_it_is, heard, not_known, noted, nothing_asked, other_words, talk},
    tools::{Pending, only_answers},
};
use gather::{Asked, Gathered};
use rosie_core::{
    Failure, ToolCall, ToolResult, ToolSpec,
    dialog::{DialogEvent, DialogSink, Question, Reply, Tier},
    memory::MessageMeta,
};
use route::kept_short;
use told::{by_itself, is_asked_of_ours, only_tells};

/// Longest question that a model gets, in characters.
const LONGEST_QUESTION: usize = 2000;

impl RosieDialog {
    pub(crate) async fn by_model(
        &self,
        text: &str,
        question: &Question,
        sink: &mut DialogSink,
    ) -> Result<Reply, Failure> {
        let text: String = text.chars().take(LONGEST_QUESTION).collect();
        let began = tokio::time::Instant::now();
        let history = self.conversations.recall(&question.conversation);
        // What leans on nothing may have been asked before; only what was answered without talk before it is kept.
        let first = history.is_empty();
        // A bare yes is the answer to a question. A model would make up one.
        let asked = history.last().is_some_and(|last| last.text.trim_end().ends_with('?'));
        if !asked && only_answers(&text, &question.language) {
            return Ok(kept_short(nothing_asked(&question.language), sink));
        }
        let key =
            Key::of(&text, &question.room, &question.language).filter(|_| first || !leans(&text, &question.language));
        if let Some(kept) = self.kept(key.as_ref()).await {
            return Ok(self.say_again(kept, &text, question, sink));
        }
        let names = self.hub.names();
        let tools = self.hub.tools();
        let (wished, recalled) = tokio::join!(
            self.wished(&text, question, &tools),
            self.recall(&text, question, false)
        );
        let (memories, forgetful) = match recalled {
            Ok(memories) => (memories, None),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        let wanted: Vec<&ToolSpec> = wished.by_parts().into_iter().map(|at| &tools[at]).collect();
        let (route, private) = self.route(&text, question, (&wanted, &wished), (&names, &history, &memories));
        let acts = wanted.iter().any(|tool| tool.acts);
        // Facts before anything else: "when is my birthday" is not what day it is.
        if !acts && let Some(reply) = self.by_facts(&text, &memories, question, sink) {
            return Ok(reply);
        }
        let in_clauses = self.in_clauses(&text, question, (&wished, &tools));
        if let Some(found) = self.unless_talk(in_clauses, &text, question) {
            return Box::pin(self.carried_out(found, &text, question, sink)).await;
        }
        let alone = !self.llm.is_configured();
        // Of what is told and is like a wish a small model would say that it is done, or how it is.
        if (alone || self.is_small(&route))
            && is_told(&text, &question.language)
            && let Some((matcher, understood, _)) =
                self.unless_talk(self.perhaps(&text, question, (&wished, &tools)), &text, question)
        {
            return Box::pin(self.carried_out((matcher, understood, Sure::NOT), &text, question, sink)).await;
        }
        // A large model answers to what it is told by the way; nobody else does.
        if (alone || self.is_small(&route)) && self.would_note(&text, question) {
            return Ok(self.say_itself(noted(&question.language).to_owned(), by_itself(), &text, question, sink));
        }
        if alone {
            self.keep_unanswered(question, &text);
            // What only the memory could tell asks for no model.
            let of_ours = forgetful.filter(|_| is_asked_of_ours(&text, &question.language));
            return Err(of_ours.unwrap_or_else(|| LlmError::NotConfigured.into()));
        }
        if let Some(reply) = self.kept_in_house(&route, question, sink) {
            return Ok(reply);
        }
        let gathered = self
            .gather(&text, question, (tools, &wished), (memories, history))
            .await;
        if self.is_small(&route) {
            if let Some(reply) = self.by_talk(&text, &gathered, question, sink).await {
                return Ok(reply);
            }
            if gathered.recalls {
                return self.recalled(&text, question, sink).await;
            }
            if gathered.only_names() && is_told(&text, &question.language) {
                let words = match wished.is_hardly_one() {
                    true => heard(&question.language),
                    false => other_words(&question.language),
                };
                return Ok(self.say_itself(words.to_owned(), by_itself(), &text, question, sink));
            }
            if !wished.is_wish() && only_tells(&text, &question.language) {
                return Ok(self.say_itself(heard(&question.language).to_owned(), by_itself(), &text, question, sink));
            }
        }
        if let Some(reply) = self.without_a_model(&text, question, (&route, &gathered), sink) {
            return Ok(reply);
        }
        let context = call_context(question);
        let told =
            self.is_small(&route) && is_told(&text, &question.language) && asking(&text, &question.language).is_none();
        let before = |calls: &[&ToolCall]| doubt::before(calls, &self.hub.entities(), &question.language);
        let render = |call: &ToolCall, result: &ToolResult| self.rendered(call, result, question);
        let conversation = Talk {
            hub: &*self.hub,
            context: &context,
            cancel: &question.cancel,
            candidates: self.candidates(&route, &gathered, &text, question),
            grounds: route.grounds.clone(),
            render: &render,
            patience: self.config.patience,
            asks_first: told.then_some(&before),
            watch: gathered.about_home.then(|| Watch {
                language: question.language.clone(),
                known: gathered.entities.clone(),
                strict: gathered.is_strict(),
                here: gathered.asked == Asked::Here && !gathered.remembered,
                remembered: (gathered.asked == Asked::Here && self.is_small(&route)).then(|| gathered.told(&text)),
            }),
        };
        let mut said = String::new();
        let mut listening = |event: DialogEvent| {
            if let DialogEvent::Delta(words) = &event {
                said.push_str(words);
            }
            sink(event);
        };
        let talked = talk(conversation, &mut listening).await;
        // What was said was said, even if the rest is missing.
        let talked = talked.inspect_err(|_| {
            self.conversations.add(&question.conversation, &text, &said, false);
            self.keep_unanswered(question, &text);
        })?;
        self.remember_route(question, &talked);
        if let Some(key) = key.filter(|_| first && talked.plain && talked.open && !gathered.about_home) {
            self.cache.put(key, Kept::of(&talked));
        }
        Ok(self.kept_of(talked, text, question, began, !private))
    }

    /// What is asked first is a model that makes things up.
    fn is_small(&self, route: &Route) -> bool {
        self.config.guided_local && route.order.first() == Some(&Tier::Local)
    }

    /// What is kept of a talk, and the reply of it.
    fn kept_of(
        &self,
        talked: Talked,
        text: String,
        question: &Question,
        began: tokio::time::Instant,
        open: bool,
    ) -> Reply {
        let meta = MessageMeta {
            intent: None,
            tier: Some(talked.tier),
            tools: talked.tools,
            duration_ms: Some(began.elapsed().as_millis() as u64),
        };
        // What the cloud knows already it may read again.
        let open = (open && talked.open) || (talked.tier == Tier::Cloud && !self.config.routing.private_to_cloud);
        self.keep(question, (&text, &talked.text), meta, open);
        if let Some(calls) = talked.consent {
            self.confirmations.ask(&question.endpoint, Pending { calls });
        }
        Reply {
            text: talked.text,
            tier: talked.tier,
            intent: None,
        }
    }

    /// How the home is can be known only where it is told: a model would make it up, and a small one even what it was
    /// told.
    fn without_a_model(
        &self,
        text: &str,
        question: &Question,
        (route, gathered): (&Route, &Gathered),
        sink: &mut DialogSink,
    ) -> Option<Reply> {
        let small = self.is_small(route);
        let said = match gathered.asked {
            _ if small && gathered.elsewhere => not_known(&question.language).to_owned(),
            // It would say that it does it.
            _ if small && wants_forgotten(text, &question.language) => other_words(&question.language).to_owned(),
            Asked::Other if small && gathered.beyond => other_words(&question.language).to_owned(),
            Asked::Other => return None,
            Asked::Here if !small || gathered.remembered => return None,
            Asked::State if small && gathered.knows_what_is_named() => as_it_is(&gathered.entities, &question.language),
            // How something else is says nothing of it, and a small model does not see that it is something else.
            Asked::Here if gathered.named && gathered.tells() => return None,
            Asked::State if gathered.tells() => return None,
            _ => not_known(&question.language).to_owned(),
        };
        Some(self.say_itself(said, MessageMeta::default(), text, question, sink))
    }
}
