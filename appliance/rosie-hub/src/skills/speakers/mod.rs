//! "Learn my voice": three sentences, one after the other, and from then on whoever said them is known by voice. "Forget my
//! voice", "who am I?".

mod enrolment;
mod name;

use crate::{Arguments, Clock, Skill, skill::said};
use enrolment::{Enrolments, Next, Refused};
use rosie_core::{
    BoxFuture, CallContext, Effect, EndpointId, ToolCall, ToolOutcome, ToolResult, UserId,
    speakers::{Speaker, Speakers},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// What is said after Rosie asked for a name or a sentence: not written down as talk, either.
pub const ANSWER: &str = "RosieAnswerVoice";
const LEARN: &str = "RosieLearnVoice";
const UNLEARN: &str = "RosieUnlearnVoice";
const CALLS: &[&str] = &[LEARN, ANSWER, UNLEARN, "RosieWhoAmI", "RosieKnownVoices"];

/// The skill.
pub struct SpeakerSkill {
    speakers: Arc<dyn Speakers>,
    enrolments: Enrolments,
}

impl SpeakerSkill {
    pub fn new(speakers: Arc<dyn Speakers>, clock: Arc<dyn Clock>) -> Self {
        Self {
            speakers,
            enrolments: Enrolments::new(clock),
        }
    }

    async fn carry_out(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        if !self.speakers.is_on() {
            self.enrolments.forget(&context.endpoint);
            return Ok(answer("off", json!({})));
        }
        match call.name.as_str() {
            LEARN => Ok(self.learn(call, context)),
            ANSWER => self.answered(call, context).await,
            UNLEARN => self.unlearn(call, context).await,
            "RosieWhoAmI" => Ok(self.who(context)),
            _ => {
                let people: Vec<String> = self.speakers.people().into_iter().map(|known| known.person.0).collect();
                let key = if people.is_empty() { "nobody" } else { "known" };
                Ok(answer(key, json!({ "people": people })))
            }
        }
    }

    fn learn(&self, call: &ToolCall, context: &CallContext) -> ToolResult {
        let heard = self.speakers.heard(&context.endpoint, context.turn_id);
        // Typed words have no voice to learn.
        let Some((_, speaker)) = heard else {
            return answer("typed", json!({}));
        };
        let told = Arguments::of(call).text("name").and_then(|name| name::of(&name));
        match told.or_else(|| speaker.person().map(|person| person.0.clone())) {
            Some(name) => self.begin(&name, &speaker, context),
            None => self.ask_name(context),
        }
    }

    fn ask_name(&self, context: &CallContext) -> ToolResult {
        self.enrolments.ask_name(&context.endpoint);
        asks("name", json!({}))
    }

    /// Whoever is known by voice is only learnt anew by that voice: else anybody could be them.
    fn begin(&self, name: &str, speaker: &Speaker, context: &CallContext) -> ToolResult {
        let mut known = self.speakers.people().into_iter().map(|known| known.person);
        let person = known.find(|person| same(person, name));
        if person.is_some() && speaker.person() != person.as_ref() {
            self.enrolments.forget(&context.endpoint);
            return answer("known_already", json!({ "person": name }));
        }
        let person = person.unwrap_or_else(|| UserId(name.to_owned()));
        self.enrolments.begin(&context.endpoint, person.clone());
        asks("begin", json!({ "person": person.0, "number": 1 }))
    }

    async fn answered(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let (heard, speaker) = match self.speakers.heard(&context.endpoint, context.turn_id) {
            Some((heard, speaker)) => (Some(heard), speaker),
            None => (None, Speaker::TooShort),
        };
        if self.enrolments.wants_name(&context.endpoint) {
            let told = Arguments::of(call).text("message").and_then(|told| name::of(&told));
            return Ok(match told {
                Some(name) => self.begin(&name, &speaker, context),
                None => {
                    self.enrolments.forget(&context.endpoint);
                    answer("no_name", json!({}))
                }
            });
        }
        match self.enrolments.hear(&context.endpoint, heard) {
            Next::Sentence { number } => Ok(asks("next", json!({ "number": number }))),
            Next::Again { number, why } => Ok(asks(key(why), json!({ "number": number }))),
            Next::GivenUp => Ok(answer("given_up", json!({}))),
            Next::Learnt { person, print } => {
                if let Some(other) = self.speakers.like(&print).filter(|other| *other != person) {
                    return Ok(answer("like_another", json!({ "person": other.0 })));
                }
                self.speakers.learn(person.clone(), print).await?;
                Ok(answer("learnt", json!({ "person": person.0 })))
            }
            Next::Nothing => Ok(answer("nothing_asked", json!({}))),
        }
    }

    /// Only for whoever it belongs to: the owner has the API.
    async fn unlearn(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let heard = self.speakers.heard(&context.endpoint, context.turn_id);
        let me = heard.and_then(|(_, speaker)| speaker.person().cloned());
        let named = Arguments::of(call).text("name").and_then(|name| name::of(&name));
        match me {
            Some(me) if named.as_deref().is_none_or(|name| same(&me, name)) => {
                self.speakers.forget(me.clone()).await?;
                Ok(answer("forgotten", json!({ "person": me.0 })))
            }
            Some(_) => Ok(answer("not_yours", json!({}))),
            None => Ok(answer("not_recognised", json!({}))),
        }
    }

    fn who(&self, context: &CallContext) -> ToolResult {
        let heard = self.speakers.heard(&context.endpoint, context.turn_id);
        match heard.map(|(_, speaker)| speaker) {
            None => answer("typed", json!({})),
            Some(Speaker::Known { person, .. }) => answer("you_are", json!({ "person": person.0 })),
            Some(_) if self.speakers.people().is_empty() => answer("nobody", json!({})),
            Some(Speaker::TooShort) => answer("too_little", json!({})),
            Some(Speaker::Unknown { .. }) => answer("unknown", json!({})),
        }
    }
}

/// Names are compared without case, as those of people are.
fn same(person: &UserId, name: &str) -> bool {
    person.0.to_lowercase() == name.to_lowercase()
}

fn key(why: Refused) -> &'static str {
    match why {
        Refused::TooShort => "too_short",
        Refused::SomebodyElse => "somebody_else",
    }
}

/// All the words stand with one intent.
fn answer(key: &str, data: Value) -> ToolResult {
    said(&format!("{LEARN}/{key}"), data)
}

fn asks(key: &str, data: Value) -> ToolResult {
    ToolResult {
        effects: vec![Effect::FollowUp],
        ..answer(key, data)
    }
}

impl Skill for SpeakerSkill {
    fn name(&self) -> &str {
        "speakers"
    }

    fn calls(&self) -> &[&str] {
        CALLS
    }

    fn handle<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(self.carry_out(call, context))
    }

    fn dictation(&self, endpoint: &EndpointId) -> Option<&'static str> {
        self.enrolments.is_open(endpoint).then_some(ANSWER)
    }

    fn forget(&self, endpoint: &EndpointId) {
        self.enrolments.forget(endpoint);
    }
}

#[cfg(test)]
mod tests;
