//! "Tell everyone dinner is ready": said in the other rooms, in Rosie's voice. "Make an announcement": asked what it is, and
//! that is played there in the person's own voice.

use crate::{
    Arguments, Clock, HubError, Rooms, Skill,
    household::{Household, Reach, Said, Seat},
    questions::Questions,
    skill::said,
};
use rosie_core::{
    BoxFuture, CallContext, Effect, EndpointId, Language, ToolCall, ToolOutcome, ToolResult, ToolSpec,
    audit::{AuditLog, Deed},
};
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc};

/// Of Rosie's own sentences, and of Home Assistant's.
const CALLS: &[&str] = &["RosieBroadcast", "HassBroadcast", ANSWER];
/// What is said after Rosie asked what she shall say.
const ANSWER: &str = "RosieAnswerBroadcast";
const ASKED: &str = "broadcast";
/// The longest message, characters.
const LONGEST: usize = 500;

/// The skill.
pub struct BroadcastSkill {
    household: Arc<dyn Household>,
    rooms: Rooms,
    clock: Arc<dyn Clock>,
    audit: Arc<dyn AuditLog>,
    questions: Questions,
}

impl BroadcastSkill {
    /// Where something is said goes into `audit`, not what.
    pub fn new(household: Arc<dyn Household>, rooms: Rooms, clock: Arc<dyn Clock>, audit: Arc<dyn AuditLog>) -> Self {
        Self {
            household,
            rooms,
            questions: Questions::new(clock.clone()),
            clock,
            audit,
        }
    }

    fn carry_out(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let answer = (call.name == ANSWER)
            .then(|| self.questions.answered(ASKED, call, context))
            .flatten();
        let call = answer.as_ref().unwrap_or(call);
        let arguments = Arguments::of(call);
        let message = arguments.text("message");
        // What a person says in their own voice is not played back to them.
        let own_voice = message.is_none() || call.name == ANSWER;
        let area = arguments.text("area");
        let room = area
            .as_deref()
            .map(|area| self.rooms.find(area).map_or(area, |room| room.id.as_str()));
        let mut seats = self.household.endpoints();
        seats.retain(|seat| match room {
            Some(room) => seat.room.as_str() == room && !(own_voice && seat.endpoint == context.endpoint),
            None => seat.endpoint != context.endpoint,
        });
        match message {
            Some(message) if message.chars().count() > LONGEST => Err(HubError::BadArguments {
                call: call.name.clone(),
                reason: "the message is too long".to_owned(),
            }
            .into()),
            Some(message) => {
                let text = spoken(&message, arguments.text("form").as_deref(), &context.language);
                Ok(self.broadcast(&text, &seats, call, context))
            }
            None => Ok(self.ask(&seats, call, context)),
        }
    }

    /// What is it? Where nobody could be told, that is said at once.
    fn ask(&self, seats: &[Seat], call: &ToolCall, context: &CallContext) -> ToolResult {
        if seats.iter().all(|seat| seat.do_not_disturb) {
            return outcome(key(Said {
                spoken: 0,
                spared: seats.len(),
            }));
        }
        self.questions.ask(&context.endpoint, ASKED, call.arguments.clone());
        ToolResult {
            effects: vec![Effect::FollowUp],
            ..outcome("ask")
        }
    }

    fn broadcast(&self, text: &str, seats: &[Seat], call: &ToolCall, context: &CallContext) -> ToolResult {
        let (mut rooms, mut all) = (BTreeSet::new(), Said::default());
        let mut reached_rooms: BTreeSet<String> = BTreeSet::new();
        for seat in seats {
            let to = Reach::Endpoint(seat.endpoint.clone());
            let one = match call.name == ANSWER {
                true => self.household.pass_on((&context.endpoint, context.turn_id), &to, text),
                false => self.household.say(&to, text, false),
            };
            if one.spoken > 0 {
                rooms.insert(self.rooms.name(&seat.room));
                reached_rooms.insert(seat.room.0.clone());
            }
            (all.spoken, all.spared) = (all.spoken + one.spoken, all.spared + one.spared);
        }
        if !reached_rooms.is_empty() {
            let mut deed = Deed::new(self.clock.unix_ms(), &call.name, context, "rosie.announce".to_owned());
            deed.data.insert("rooms".to_owned(), json!(reached_rooms));
            self.audit.add(vec![deed]);
        }
        ToolResult {
            data: json!({ "rooms": rooms, "endpoints": all.spoken }),
            ..outcome(key(all))
        }
    }
}

/// Which response tells what came of it.
fn key(said: Said) -> &'static str {
    match (said.spoken, said.spared) {
        (0, 0) => "nobody",
        (0, _) => "spared",
        _ => "default",
    }
}

/// Home Assistant's own words know nothing of who heard it.
fn outcome(key: &str) -> ToolResult {
    said(&format!("RosieBroadcast/{key}"), json!({}))
}

/// The message as a sentence. `form` is how it stood in the wish: `to` ("to come down"), `dass` (the verb at the end).
fn spoken(message: &str, form: Option<&str>, language: &Language) -> String {
    let sentence = match (form, language.primary()) {
        (Some("to"), _) => format!("please {message}"),
        (Some("dass"), _) => format!("ich soll ausrichten, dass {message}"),
        _ => message.to_owned(),
    };
    let mut letters = sentence.chars();
    let mut text: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

impl Skill for BroadcastSkill {
    fn name(&self) -> &str {
        "broadcast"
    }

    fn calls(&self) -> &[&str] {
        CALLS
    }

    fn handle<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(async move { self.carry_out(call, context) })
    }

    fn dictation(&self, endpoint: &EndpointId) -> Option<&'static str> {
        (self.questions.asked(endpoint) == Some(ASKED)).then_some(ANSWER)
    }

    fn forget(&self, endpoint: &EndpointId) {
        self.questions.forget(endpoint);
    }

    fn tools(&self) -> Vec<ToolSpec> {
        let message = json!({ "type": "string", "minLength": 1, "maxLength": LONGEST });
        vec![ToolSpec {
            name: "RosieBroadcast".to_owned(),
            description: "Says a message aloud in the other rooms, to everyone at home. Only when asked to tell, announce or broadcast something.".to_owned(),
            parameters: json!({
                "type": "object",
                "properties": { "message": message },
                "required": ["message"],
                "additionalProperties": false,
            }),
            acts: true,
            dangerous: false,
            foreign: false,
            confirmation: Default::default(),
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_becomes_a_sentence() {
        let english = Language::new("en");
        assert_eq!(spoken("dinner is ready", None, &english), "Dinner is ready.");
        assert_eq!(spoken("come down", Some("to"), &english), "Please come down.");
        assert_eq!(spoken("really?", None, &english), "Really?");
        let german = Language::new("de");
        assert_eq!(
            spoken("das Essen fertig ist", Some("dass"), &german),
            "Ich soll ausrichten, dass das Essen fertig ist."
        );
        assert_eq!(spoken("état d'urgence", None, &Language::new("fr")), "État d'urgence.");
    }
}
