//! A question that no intent took, answered by a language model: tiers in the order of the route, cut over when one
//! fails or is slow, tool calls carried out between, all of it streamed.

mod ask;
mod calls;
mod choose;
mod guard;
mod opening;
mod phrases;
mod tiers;

pub(crate) use ask::Candidate;
pub(crate) use guard::{Watch, as_it_is};
pub(crate) use opening::{Manner, Opening};
pub(crate) use phrases::{
    done, heard, left_alone, not_known, not_remembered, noted, nothing_asked, only_known, other_words, remembered,
    too_private,
};
use phrases::{going_on, moment};

use crate::{
    llm::{LlmError, Message, TierState},
    routing::Ground,
};
use ask::{Patience, Said};
use rosie_core::{
    CallContext, CancelFlag, ErrorCode, Failure, ToolCall, ToolResult,
    dialog::{DialogEvent, Hub, Tier},
};
use std::time::Duration;
use tokio::time::Instant;

/// Requests to models for one question, tool rounds included. In the last one no tools are offered.
const ROUNDS: usize = 4;
/// Calls that one answer may make.
const CALLS: usize = 8;
/// For a model that the background found unreachable.
const KNOCK: Duration = Duration::from_millis(500);
/// The whole answer, tools included.
const OVERALL: Duration = Duration::from_secs(60);

/// Words of a call's result, where the templates have some.
pub(crate) type Render<'a> = &'a (dyn Fn(&ToolCall, &ToolResult) -> Option<String> + Sync);

/// The question before calls that act, where they are to be asked about.
pub(crate) type AsksFirst<'a> = &'a (dyn Fn(&[&ToolCall]) -> String + Sync);

/// Everything a talk with models needs.
pub(crate) struct Talk<'a> {
    pub hub: &'a dyn Hub,
    pub context: &'a CallContext,
    pub cancel: &'a CancelFlag,
    pub candidates: Vec<Candidate<'a>>,
    pub grounds: Vec<Ground>,
    pub render: Render<'a>,
    pub patience: Duration,
    /// Something was told, and nothing asked for: what a small model makes of it is asked about before it is done.
    pub asks_first: Option<AsksFirst<'a>>,
    /// The question is about the home: what is said of it is held against this.
    pub watch: Option<Watch>,
}

/// How it ended.
#[derive(Debug)]
pub(crate) struct Talked {
    pub text: String,
    pub tier: Tier,
    pub model: String,
    pub tools: Vec<String>,
    pub grounds: Vec<Ground>,
    /// Calls that wait for a yes; the text asks for it.
    pub consent: Option<Vec<ToolCall>>,
    /// Nothing but words: no call, no cut-over, nothing put right.
    pub plain: bool,
    /// Nothing that belongs to the house alone went into it.
    pub open: bool,
}

/// What became of the calls of one round.
enum Round {
    /// Told to the model: it goes on.
    GoOn,
    /// Said in full already.
    Over,
    Ask(Vec<ToolCall>),
}

pub(crate) async fn talk(talk: Talk<'_>, sink: &mut (dyn FnMut(DialogEvent) + Send)) -> Result<Talked, Failure> {
    let patience = Patience {
        until: Instant::now() + talk.patience,
        spent: false,
    };
    let state = State {
        grown: Vec::new(),
        said: String::new(),
        used: Vec::new(),
        at: 0,
        announced: None,
        misuses: 0,
        foreign: false,
        private: false,
        acted: false,
        grounds: talk.grounds.clone(),
        patience,
        broke_off: false,
        put_right: false,
    };
    let overall = tokio::time::timeout(OVERALL, state.run(&talk, sink)).await;
    overall.unwrap_or_else(|_| {
        Err(Failure::new(
            ErrorCode::LlmTimeout,
            format!("no whole answer within {OVERALL:?}"),
        ))
    })
}

struct State {
    /// What came after the opening: calls and their results, an answer that broke off.
    grown: Vec<Message>,
    /// The reply so far.
    said: String,
    used: Vec<String>,
    /// The candidate in use.
    at: usize,
    announced: Option<usize>,
    misuses: usize,
    /// A stranger's text was read.
    foreign: bool,
    /// What was said or called so far came of what belongs to the house alone.
    private: bool,
    /// A tool that changes something was carried out.
    acted: bool,
    grounds: Vec<Ground>,
    patience: Patience,
    broke_off: bool,
    /// Something that a model said was not passed on.
    put_right: bool,
}

impl State {
    async fn run(mut self, talk: &Talk<'_>, sink: &mut (dyn FnMut(DialogEvent) + Send)) -> Result<Talked, Failure> {
        for round in 0..ROUNDS {
            let said = self.next_words(talk, round + 1 < ROUNDS, sink).await?;
            if said.calls.is_empty() {
                return self.end(talk, None, sink);
            }
            match self.call(talk, said, sink).await? {
                Round::GoOn => {}
                Round::Over => return self.end(talk, None, sink),
                Round::Ask(calls) => return self.end(talk, Some(calls), sink),
            }
        }
        self.end(talk, None, sink)
    }

    fn end(
        self,
        talk: &Talk<'_>,
        consent: Option<Vec<ToolCall>>,
        sink: &mut (dyn FnMut(DialogEvent) + Send),
    ) -> Result<Talked, Failure> {
        let Some(candidate) = talk.candidates.get(self.at) else {
            return Err(LlmError::NotConfigured.into());
        };
        let mut text = self.said;
        if text.trim().is_empty() && consent.is_none() {
            if self.used.is_empty() {
                return Err(Failure::new(ErrorCode::LlmUnavailable, "the model said nothing"));
            }
            // It did what it was asked and found no words for it.
            text = done(&talk.context.language).to_owned();
            sink(DialogEvent::Delta(text.clone()));
        }
        Ok(Talked {
            plain: self.used.is_empty() && !self.broke_off && !self.put_right && consent.is_none(),
            open: !self.private && consent.is_none(),
            text,
            tier: candidate.tier,
            model: candidate.model.clone(),
            tools: self.used,
            grounds: self.grounds,
            consent,
        })
    }
}

#[cfg(test)]
mod tests;
