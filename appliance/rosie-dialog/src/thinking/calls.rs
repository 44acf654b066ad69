//! Tool calls between a model's words: understood, allowed, carried out, told.

use super::{CALLS, Manner, Message, Round, Said, State, Talk};
use crate::{
    llm::{CalledTool, Role},
    tools::{self, Misuse, Outcome},
};
use rosie_core::{Effect, ErrorCode, Failure, ToolCall, ToolSpec, dialog::DialogEvent};

impl State {
    /// Carries out what the model asks for, if it may.
    pub(super) async fn call(
        &mut self,
        talk: &Talk<'_>,
        said: Said,
        sink: &mut (dyn FnMut(DialogEvent) + Send),
    ) -> Result<Round, Failure> {
        let opening = talk.candidates[self.at].opening.clone();
        let understood = self.understand(&said.calls, &opening.tools);
        let foreign = self.foreign;
        let needs_yes = |tool: &ToolSpec| tool.dangerous || (tool.acts && (foreign || talk.asks_first.is_some()));
        let meant: Vec<(&ToolCall, ToolSpec)> = understood
            .iter()
            .filter_map(|u| u.as_ref().ok())
            .map(|(call, tool)| (call, tools::for_call(talk.hub, call, tool, talk.context)))
            .collect();
        let good: Vec<(&ToolCall, &ToolSpec)> = meant.iter().map(|(call, tool)| (*call, tool)).collect();
        if good.iter().any(|(_, tool)| needs_yes(tool)) {
            let calls: Vec<&ToolCall> = good.iter().map(|(call, _)| *call).collect();
            let question = match talk.asks_first.filter(|_| !good.iter().any(|(_, tool)| tool.dangerous)) {
                Some(question) => question(&calls),
                None => tools::question_for(&good, &talk.context.language),
            };
            self.say(question, sink);
            sink(DialogEvent::Effect(rosie_core::Effect::FollowUp));
            let calls = good.into_iter().map(|(call, _)| call.clone()).collect();
            return Ok(Round::Ask(calls));
        }
        self.foreign |= good.iter().any(|(_, tool)| tool.foreign);
        self.acted |= good.iter().any(|(_, tool)| tool.acts);
        let calls: Vec<ToolCall> = good.into_iter().map(|(call, _)| call.clone()).collect();
        // What tools bring is of the house.
        self.private |= !calls.is_empty();
        self.used.extend(calls.iter().map(|call| call.name.clone()));
        let outcomes = tools::carry_out(talk.hub, calls, talk.context, sink).await;
        for effect in outcomes
            .iter()
            .filter_map(|o| o.result.as_ref().ok())
            .flat_map(|result| &result.effects)
            // A model's words may say more.
            .filter(|effect| **effect != Effect::Confirmed)
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
        self.tell(said, &understood, &outcomes, opening.manner);
        Ok(Round::GoOn)
    }

    /// The model gets what came of its calls: in its provider's own form, or, where it filled in a form, in words.
    fn tell(
        &mut self,
        said: Said,
        understood: &[Result<(ToolCall, &ToolSpec), Misuse>],
        outcomes: &[Outcome],
        manner: Manner,
    ) {
        let mut outcomes = outcomes.iter();
        let results = said.calls.iter().zip(understood).map(|(call, understood)| {
            let content = match understood {
                Ok(_) => outcomes.next().map(tools::for_model).unwrap_or_default(),
                Err(misuse) => serde_json::json!({ "ok": false, "error": misuse.to_string() }).to_string(),
            };
            match manner {
                Manner::Native => Message::tool_result(call, content),
                Manner::Guided => Message::new(Role::User, format!("{} says: {content}\nSay it in words.", call.name)),
            }
        });
        let results: Vec<Message> = results.collect();
        self.grown.push(match manner {
            Manner::Native => Message::called(said.text, said.calls),
            Manner::Guided => Message::new(Role::Assistant, "I look it up."),
        });
        self.grown.extend(results);
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
        self.say(sentences.join(" "), sink);
        true
    }

    fn say(&mut self, text: String, sink: &mut (dyn FnMut(DialogEvent) + Send)) {
        let gap = if self.said.is_empty() { "" } else { " " };
        let text = format!("{gap}{text}");
        self.said.push_str(&text);
        sink(DialogEvent::Delta(text));
    }
}
