//! A made-up house: a few things, their states, and tools that do nothing.

use rosie_core::{
    BoxFuture, CallContext, KnownName, KnownNames, ToolCall, ToolOutcome, ToolResult, ToolSpec,
    dialog::{EntityState, Hub},
};
use serde_json::{Value, json};
use std::sync::Mutex;

#[derive(Default)]
pub struct House {
    pub calls: Mutex<Vec<ToolCall>>,
}

const THINGS: [(&str, &str, &str, Option<&str>); 7] = [
    ("light.desk", "Desk lamp", "office", Some("off")),
    ("light.kitchen", "Kitchen lights", "kitchen", Some("on")),
    ("light.bedroom", "Bedroom lamp", "bedroom", Some("off")),
    ("switch.coffee", "Coffee machine", "kitchen", Some("off")),
    ("lock.front", "Front door", "hall", Some("locked")),
    ("climate.living", "Thermostat", "living_room", None),
    ("switch.oven", "Oven", "kitchen", None),
];

impl Hub for House {
    fn handle(&self, call: ToolCall, _: CallContext) -> BoxFuture<'_, ToolOutcome> {
        let data = match call.name.as_str() {
            "HassTimerStatus" => json!({ "timers": [{ "name": "pizza", "left": "4 minutes" }] }),
            "HassGetWeather" => json!({ "condition": "rainy", "celsius": 12 }),
            _ => json!({}),
        };
        self.calls.lock().unwrap_or_else(|p| p.into_inner()).push(call);
        Box::pin(async move {
            Ok(ToolResult {
                response: "default".into(),
                data,
                effects: Vec::new(),
            })
        })
    }

    fn names(&self) -> KnownNames {
        let named = |(id, name, _, _): (&str, &str, &str, Option<&str>)| KnownName {
            spoken: name.into(),
            value: id.into(),
            context: Default::default(),
        };
        KnownNames::from([("name".to_owned(), THINGS.into_iter().map(named).collect())])
    }

    fn tools(&self) -> Vec<ToolSpec> {
        let name = json!({ "type": "string", "format": "entity" });
        let text = json!({ "type": "string", "minLength": 1 });
        let number = json!({ "type": "number", "minimum": 0 });
        let all = |properties: Value, required: &[&str]| json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
        let tool = |name: &str, description: &str, parameters: Value, acts: bool| ToolSpec {
            name: name.into(),
            description: description.into(),
            parameters,
            acts,
            dangerous: false,
            foreign: name == "RosieSearchMemory",
            confirmation: Default::default(),
        };
        vec![
            tool(
                "HassTurnOn",
                "Turns or switches something on.",
                all(json!({ "name": name }), &["name"]),
                true,
            ),
            tool(
                "HassTurnOff",
                "Turns or switches something off.",
                all(json!({ "name": name }), &["name"]),
                true,
            ),
            tool(
                "HassLightSet",
                "Sets the brightness of a light in percent, dims it.",
                all(
                    json!({ "name": name, "brightness": { "type": "integer", "minimum": 0, "maximum": 100 } }),
                    &["name", "brightness"],
                ),
                true,
            ),
            tool(
                "HassClimateSetTemperature",
                "Sets the temperature in degrees.",
                all(json!({ "temperature": { "type": "number" } }), &["temperature"]),
                true,
            ),
            tool(
                "HassShoppingListAddItem",
                "Adds an item to the shopping list.",
                all(json!({ "item": text }), &["item"]),
                true,
            ),
            tool(
                "HassStartTimer",
                "Starts a timer that rings after a duration.",
                all(json!({ "hours": number, "minutes": number, "seconds": number }), &[]),
                true,
            ),
            tool("HassCancelTimer", "Cancels a running timer.", all(json!({}), &[]), true),
            tool(
                "HassTimerStatus",
                "Tells which timers run and how long they have left.",
                all(json!({}), &[]),
                false,
            ),
            tool(
                "RosieRemember",
                "Keeps a fact the person asks to be remembered.",
                all(json!({ "text": text }), &["text"]),
                true,
            ),
            tool(
                "RosieSearchMemory",
                "Searches past conversations, facts and documents of this house.",
                all(json!({ "text": text }), &["text"]),
                false,
            ),
            tool(
                "HassMediaSearchAndPlay",
                "Plays music, an artist or an album.",
                all(json!({ "search_query": text }), &["search_query"]),
                true,
            ),
            tool(
                "HassGetWeather",
                "Tells the weather outside.",
                all(json!({}), &[]),
                false,
            ),
        ]
    }

    fn entities(&self) -> Vec<EntityState> {
        let thing = |(id, name, room, state): (&str, &str, &str, Option<&str>)| EntityState {
            id: id.into(),
            names: vec![name.into()],
            room: Some(room.into()),
            state: state.map(Into::into),
        };
        THINGS.into_iter().map(thing).collect()
    }
}
