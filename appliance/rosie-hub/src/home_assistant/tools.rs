//! The calls that a model may make to the home, as it is told of them. They carry the names of the intents, so that
//! their answers are worded by the same templates.

use rosie_core::ToolSpec;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Those that Home Assistant's sentences name.
const COLOURS: [&str; 12] = [
    "white",
    "black",
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "brown",
    "pink",
    "turquoise",
    "violet",
];

pub(crate) fn all() -> Vec<ToolSpec> {
    let percent = |what: &str| json!({ "type": "integer", "minimum": 0, "maximum": 100, "description": what });
    let degrees =
        json!({ "type": "number", "description": "degrees, in the home's unit where temperature_unit is left out" });
    let text = |what: &str| json!({ "type": "string", "minLength": 1, "maxLength": 200, "description": what });
    let acts =
        |name: &str, what: &str, more: &[(&str, Value)], required: &[&str]| tool(name, what, more, required, true);
    let asks = |name: &str, what: &str, more: &[(&str, Value)]| tool(name, what, more, &[], false);
    vec![
        acts(
            "HassTurnOn",
            "Turns something on, opens a cover, locks a lock, starts a scene or script. Give its name, or a room and a kind.",
            &[("domain", kinds())],
            &[],
        ),
        acts(
            "HassTurnOff",
            "Turns something off, closes a cover, unlocks a lock. Give its name, or a room and a kind.",
            &[("domain", kinds())],
            &[],
        ),
        acts(
            "HassLightSet",
            "Sets brightness or colour of a light, or of a room's lights.",
            &[
                ("brightness", percent("percent")),
                ("color", json!({ "type": "string", "enum": COLOURS })),
            ],
            &[],
        ),
        acts(
            "HassFanSetSpeed",
            "Sets the speed of a fan.",
            &[("percentage", percent("percent; 0 is off"))],
            &["percentage"],
        ),
        acts(
            "HassSetPosition",
            "Moves a cover to a position.",
            &[("position", percent("percent; 100 is open"))],
            &["position"],
        ),
        acts(
            "HassClimateSetTemperature",
            "Sets the temperature of a thermostat or of a room.",
            &[
                ("temperature", degrees),
                (
                    "temperature_unit",
                    json!({ "type": "string", "enum": ["celsius", "fahrenheit"] }),
                ),
            ],
            &["temperature"],
        ),
        acts(
            "RosieClimateMode",
            "Sets a thermostat or air conditioning to heating, cooling or another mode.",
            &[(
                "mode",
                json!({ "type": "string", "enum": ["heat", "cool", "auto", "dry", "fan_only"] }),
            )],
            &["mode"],
        ),
        asks("HassClimateGetTemperature", "Tells how warm it is in a room.", &[]),
        asks(
            "HassGetState",
            "Tells the state of something in the home now, or of all things of a kind in a room.",
            &[("domain", kinds())],
        ),
        weather(),
        acts("HassMediaPause", "Pauses what plays.", &[], &[]),
        acts("HassMediaUnpause", "Goes on playing.", &[], &[]),
        acts("HassMediaNext", "Plays the next track.", &[], &[]),
        acts(
            "HassSetVolume",
            "Sets the volume of a media player.",
            &[("volume_level", percent("percent"))],
            &["volume_level"],
        ),
        acts("HassVacuumStart", "Starts a vacuum cleaner.", &[], &[]),
        acts(
            "HassListAddItem",
            "Puts something on a list. Give the list's name.",
            &[("item", text("what to put on it"))],
            &["item", "name"],
        ),
        acts(
            "HassShoppingListAddItem",
            "Puts something on the shopping list.",
            &[("item", text("what to buy"))],
            &["item"],
        ),
    ]
}

/// There is one weather; which of the services tells it nobody names.
fn weather() -> ToolSpec {
    let mut tool = tool("HassGetWeather", "Tells the weather outside now.", &[], &[], false);
    tool.parameters["properties"] = json!({});
    tool
}

fn kinds() -> Value {
    json!({
        "type": "string",
        "enum": ["light", "switch", "fan", "cover", "climate", "media_player", "lock", "binary_sensor", "sensor"],
        "description": "the kind of thing, with a room",
    })
}

fn tool(name: &str, description: &str, more: &[(&str, Value)], required: &[&str], acts: bool) -> ToolSpec {
    let text = |what: &str| json!({ "type": "string", "minLength": 1, "maxLength": 100, "description": what });
    let mut called = text("what it is called");
    // A small model gets no other names than those of the home.
    called["format"] = json!("entity");
    let mut properties = Map::from_iter([
        ("name".to_owned(), called),
        ("area".to_owned(), text("the room, if one was said")),
    ]);
    properties.extend(more.iter().map(|(key, schema)| ((*key).to_owned(), schema.clone())));
    ToolSpec {
        name: name.to_owned(),
        description: description.to_owned(),
        parameters: json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        }),
        acts,
        // Whether a call needs a yes depends on what it opens: `Hub::confirmation`.
        dangerous: false,
        foreign: false,
        confirmation: BTreeMap::new(),
    }
}
