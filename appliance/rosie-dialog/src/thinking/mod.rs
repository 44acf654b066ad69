//! A question that no intent took, answered by a language model: tiers in the order of the route, cut over when one
//! fails or is slow, tool calls carried out between, all of it streamed.

mod ask;
mod phrases;

pub(crate) use ask::Candidate;
pub(crate) use phrases::{done, left_alone, too_private};
use phrases::{going_on, moment};

use crate::{
    llm::{CalledTool, ChatRequest, LlmError, Message, RequestLimits, Role, TierState},
    routing::Ground,
    tools::{self, Misuse, Outcome},
};
use ask::{Heard, Patience, Said, ask};
use rosie_core::{
    CallContext, CancelFlag, ErrorCode, Failure, ToolCall, ToolResult, ToolSpec,
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

/// Everything a talk with models needs besides its messages.
pub(crate) struct Talk<'a> {
    pub hub: &'a dyn Hub,
    pub context: &'a CallContext,
    pub cancel: &'a CancelFlag,
    pub tools: Vec<ToolSpec>,
    pub candidates: Vec<Candidate<'a>>,
    pub grounds: Vec<Ground>,
    pub render: Render<'a>,
    /// A stranger's text is in the prompt already.
    pub foreign: bool,
    /// Messages at the beginning that come again word for word.
    pub stable: usize,
    pub patience: Duration,
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
    /// Nothing but words: no call, no cut-over.
    pub plain: bool,
}

/// What became of the calls of one round.
enum Round {
    /// Told to the model: it goes on.
    GoOn,
    /// Said in full already.
    Over,
    Ask(Vec<ToolCall>),
}

pub(crate) async fn talk(
    talk: Talk<'_>,
    messages: Vec<Message>,
    sink: &mut (dyn FnMut(DialogEvent) + Send),
) -> Result<Talked, Failure> {
    let patience = Patience {
        until: Instant::now() + talk.patience,
        spent: false,
    };
    let state = State {
        messages,
        said: String::new(),
        used: Vec::new(),
        at: 0,
        announced: None,
        misuses: 0,
        foreign: talk.foreign,
        grounds: talk.grounds.clone(),
        patience,
        broke_off: false,
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
    messages: Vec<Message>,
    /// The reply so far.
    said: String,
    used: Vec<String>,
    /// The candidate in use.
    at: usize,
    announced: Option<usize>,
    misuses: usize,
    foreign: bool,
    grounds: Vec<Ground>,
    patience: Patience,
    broke_off: bool,
}

impl State {
    async fn run(mut self, talk: &Talk<'_>, sink: &mut (dyn FnMut(DialogEvent) + Send)) -> Result<Talked, Failure> {
        for round in 0..ROUNDS {
            let tools = if round + 1 < ROUNDS { talk.tools.as_slice() } else { &[] };
            let said = self.next_words(talk, tools, sink).await?;
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
            plain: self.used.is_empty() && !self.broke_off && consent.is_none(),
            text,
            tier: candidate.tier,
            model: candidate.model.clone(),
            tools: self.used,
            grounds: self.grounds,
            consent,
        })
    }

    /// Asks the candidate in use, and the next when it fails, until one has answered.
    async fn next_words(
        &mut self,
        talk: &Talk<'_>,
        tools: &[ToolSpec],
        sink: &mut (dyn FnMut(DialogEvent) + Send),
    ) -> Result<Said, Failure> {
        loop {
            let Some(candidate) = talk.candidates.get(self.at) else {
                return Err(LlmError::NotConfigured.into());
            };
            if self.announced != Some(self.at) {
                self.announced = Some(self.at);
                let reason = self
                    .grounds
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("; ");
                sink(DialogEvent::TierChosen {
                    tier: candidate.tier,
                    model: candidate.model.clone(),
                    reason,
                });
            }
            let last = self.at + 1 == talk.candidates.len();
            // The last one may take as long as its own limit allows: there is nobody else. One that was found dead a
            // moment ago is only knocked at.
            let dead = candidate.provider.health().state == TierState::Unavailable;
            let first_token = match (dead, last) {
                (true, _) => Some(candidate.budget.min(KNOCK)),
                (false, false) => Some(candidate.budget),
                (false, true) => None,
            };
            let request = ChatRequest {
                messages: self.messages.clone(),
                tools: tools.to_vec(),
                limits: RequestLimits {
                    first_token,
                    ..RequestLimits::default()
                },
                stable_messages: talk.stable,
                ..ChatRequest::default()
            };
            let before = self.said.len();
            let reply = &mut self.said;
            let mut hear = |heard: Heard<'_>| match heard {
                Heard::Words(words) => {
                    // What a second model adds is another piece of text.
                    let gap = if reply.len() == before && !reply.is_empty() && !reply.ends_with(char::is_whitespace) {
                        " "
                    } else {
                        ""
                    };
                    let words = format!("{gap}{words}");
                    reply.push_str(&words);
                    sink(DialogEvent::Delta(words));
                }
                Heard::Waiting => sink(DialogEvent::Filler(moment(&talk.context.language).to_owned())),
            };
            match ask(candidate.provider, &request, talk.cancel, &mut self.patience, &mut hear).await {
                Ok(said) => return Ok(said),
                Err((error @ LlmError::Cancelled, _)) => return Err(error.into()),
                Err((error, said)) => {
                    tracing::warn!(tier = ?candidate.tier, %error, "a language model failed");
                    if last {
                        return Err(error.into());
                    }
                    self.cut_over(candidate.tier, &error, said, talk, sink);
                }
            }
        }
    }

    /// On to the next candidate, with what was said already.
    fn cut_over(
        &mut self,
        tier: Tier,
        error: &LlmError,
        said: Said,
        talk: &Talk<'_>,
        sink: &mut (dyn FnMut(DialogEvent) + Send),
    ) {
        self.grounds.push(match error {
            LlmError::Slow { .. } => Ground::TooSlow(tier),
            other => Ground::Failed(tier, other.to_string()),
        });
        self.at += 1;
        if !said.text.is_empty() {
            self.broke_off = true;
            self.messages.push(Message::new(Role::Assistant, said.text));
            self.messages.push(Message::new(Role::User, going_on()));
        } else if !std::mem::replace(&mut self.patience.spent, true) && self.said.is_empty() {
            sink(DialogEvent::Filler(moment(&talk.context.language).to_owned()));
        }
    }

    /// Carries out what the model asks for, if it may.
    async fn call(
        &mut self,
        talk: &Talk<'_>,
        said: Said,
        sink: &mut (dyn FnMut(DialogEvent) + Send),
    ) -> Result<Round, Failure> {
        let understood = self.understand(&said.calls, &talk.tools);
        let foreign = self.foreign;
        let needs_yes = |tool: &ToolSpec| tool.dangerous || (tool.acts && foreign);
        let meant: Vec<(&ToolCall, ToolSpec)> = understood
            .iter()
            .filter_map(|u| u.as_ref().ok())
            .map(|(call, tool)| (call, tools::for_call(talk.hub, call, tool, talk.context)))
            .collect();
        let good: Vec<(&ToolCall, &ToolSpec)> = meant.iter().map(|(call, tool)| (*call, tool)).collect();
        if good.iter().any(|(_, tool)| needs_yes(tool)) {
            let question = tools::question_for(&good, &talk.context.language);
            let gap = if self.said.is_empty() { "" } else { " " };
            let text = format!("{gap}{question}");
            self.said.push_str(&text);
            sink(DialogEvent::Delta(text));
            sink(DialogEvent::Effect(rosie_core::Effect::FollowUp));
            let calls = good.into_iter().map(|(call, _)| call.clone()).collect();
            return Ok(Round::Ask(calls));
        }
        self.foreign |= good.iter().any(|(_, tool)| tool.foreign);
        let calls: Vec<ToolCall> = good.into_iter().map(|(call, _)| call.clone()).collect();
        self.used.extend(calls.iter().map(|call| call.name.clone()));
        let outcomes = tools::carry_out(talk.hub, calls, talk.context, sink).await;
        for effect in outcomes
            .iter()
            .filter_map(|o| o.result.as_ref().ok())
            .flat_map(|result| &result.effects)
        {
            sink(DialogEvent::Effect(effect.clone()));
        }
        if understood.iter().all(Result::is_ok) && self.say_outcomes(&outcomes, talk, sink) {
            return Ok(Round::Over);
        }
        if self.misuses > 1 {
            let detail = "the model called tools wrongly, was told, and did so again: take a larger model";
            return Err(Failure::new(ErrorCode::ToolFailed, detail));
        }
        let mut outcomes = outcomes.iter();
        let results = said.calls.iter().zip(&understood).map(|(call, understood)| {
            let content = match understood {
                Ok(_) => outcomes.next().map(tools::for_model).unwrap_or_default(),
                Err(misuse) => serde_json::json!({ "ok": false, "error": misuse.to_string() }).to_string(),
            };
            Message::tool_result(call, content)
        });
        let results: Vec<Message> = results.collect();
        self.messages.push(Message::called(said.text, said.calls));
        self.messages.extend(results);
        Ok(Round::GoOn)
    }

    fn understand<'t>(
        &mut self,
        calls: &[CalledTool],
        tools: &'t [ToolSpec],
    ) -> Vec<Result<(ToolCall, &'t ToolSpec), Misuse>> {
        let understood: Vec<_> = calls
            .iter()
            .enumerate()
            .map(|(at, call)| match at {
                ..CALLS => tools::understand(&call.name, &call.arguments, tools),
                _ => Err(Misuse::TooMany(CALLS)),
            })
            .collect();
        if understood.iter().any(Result::is_err) {
            self.misuses += 1;
        }
        understood
    }

    /// Says what came of the calls where each has words of its own: a model would need another second for that.
    fn say_outcomes(
        &mut self,
        outcomes: &[Outcome],
        talk: &Talk<'_>,
        sink: &mut (dyn FnMut(DialogEvent) + Send),
    ) -> bool {
        let words = |outcome: &Outcome| match &outcome.result {
            Ok(result) => (talk.render)(&outcome.call, result).filter(|words| !words.trim().is_empty()),
            Err(failure) => Some(failure.code.spoken(&talk.context.language).to_owned()),
        };
        let sentences: Option<Vec<String>> = outcomes.iter().map(words).collect();
        let Some(sentences) = sentences.filter(|s| !s.is_empty()) else {
            return false;
        };
        let mut text = sentences.join(" ");
        if !self.said.is_empty() {
            text.insert(0, ' ');
        }
        self.said.push_str(&text);
        sink(DialogEvent::Delta(text));
        true
    }
}

#[cfg(test)]
mod tests;
