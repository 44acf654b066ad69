//! "Tell everyone dinner is ready": said in the other rooms, in Rosie's voice.

use crate::{
    Arguments, Clock, HubError, Rooms, Skill,
    household::{Household, Reach, Said, Seat},
    skill::said,
};
use rosie_core::{
    BoxFuture, CallContext, Language, ToolCall, ToolOutcome, ToolResult, ToolSpec,
    audit::{AuditLog, Deed},
};
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc};

/// Of Rosie's own sentences, and of Home Assistant's.
const CALLS: &[&str] = &["RosieBroadcast", "HassBroadcast"];
/// The longest message, characters.
const LONGEST: usize = 500;

/// The skill.
pub struct BroadcastSkill {
    household: Arc<dyn Household>,
    rooms: Rooms,
    clock: Arc<dyn Clock>,
    audit: Arc<dyn AuditLog>,
}

impl BroadcastSkill {
    /// Where something is said goes into `audit`, not what.
    pub fn new(household: Arc<dyn Household>, rooms: Rooms, clock: Arc<dyn Clock>, audit: Arc<dyn AuditLog>) -> Self {
        Self {
            household,
            rooms,
            clock,
            audit,
        }
    }

    fn broadcast(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let arguments = Arguments::of(call);
        let wrong = |reason: &str| HubError::BadArguments {
            call: call.name.clone(),
            reason: reason.to_owned(),
        };
        let message = arguments.text("message").ok_or_else(|| wrong("it has no message"))?;
        if message.chars().count() > LONGEST {
            return Err(wrong("the message is too long").into());
        }
        let area = arguments.text("area");
        let room = area
            .as_deref()
            .map(|area| self.rooms.find(area).map_or(area, |room| room.id.as_str()));
        let text = spoken(&message, arguments.text("form").as_deref(), &context.language);
        let reached = |seat: &&Seat| match room {
            Some(room) => seat.room.as_str() == room,
            None => seat.endpoint != context.endpoint,
        };
        let seats = self.household.endpoints();
        let (mut rooms, mut all) = (BTreeSet::new(), Said::default());
        let mut reached_rooms: BTreeSet<String> = BTreeSet::new();
        for seat in seats.iter().filter(reached) {
            let one = self
                .household
                .say(&Reach::Endpoint(seat.endpoint.clone()), &text, false);
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
        let key = match (all.spoken, all.spared) {
            (0, 0) => "nobody",
            (0, _) => "spared",
            _ => "default",
        };
        Ok(ToolResult {
            // Home Assistant's own words know nothing of who heard it.
            response: format!("RosieBroadcast/{key}"),
            ..said("default", json!({ "rooms": rooms, "endpoints": all.spoken }))
        })
    }
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
        Box::pin(async move { self.broadcast(call, context) })
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
