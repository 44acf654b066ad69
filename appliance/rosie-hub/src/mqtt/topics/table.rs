//! The table of topics, and how docs/mqtt.md shows it.

/// Who writes to a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// Rosie; the broker keeps the last message.
    State,
    /// Rosie; nobody keeps it.
    Event,
    /// You.
    Command,
}

/// `{base}` is `mqtt.topic`, `{prefix}` is `mqtt.discovery_prefix`; `{room}` also takes `all`.
pub const TOPICS: &[(&str, Writer, &str)] = &[
    (
        "{base}/status",
        Writer::State,
        "`online`, or `offline`; the broker says it when Rosie is lost",
    ),
    (
        "{base}/error",
        Writer::Event,
        "what was refused: `{\"topic\", \"error\", \"message\"}`",
    ),
    ("{base}/{room}/say", Writer::Command, "says a text in the room"),
    (
        "{base}/{room}/announce",
        Writer::Command,
        "says a text in the room, and everywhere when nobody is there",
    ),
    (
        "{base}/{room}/ask",
        Writer::Command,
        "answers as if it had been typed there; the answer comes as a reply",
    ),
    (
        "{base}/{room}/reply",
        Writer::Event,
        "the answer, where the question named no response topic",
    ),
    (
        "{base}/{room}/listen",
        Writer::Command,
        "listens, as after a press of the talk button",
    ),
    (
        "{base}/{room}/stop",
        Writer::Command,
        "stops what sounds and rings, and what is being answered",
    ),
    (
        "{base}/{room}/volume/set",
        Writer::Command,
        "sets the volume of the room's endpoints: 0 to 100",
    ),
    (
        "{base}/appliance/vitals",
        Writer::State,
        "processor, memory, temperature, disk, latency: a JSON object, each half minute",
    ),
    (
        "{base}/appliance/timers",
        Writer::State,
        "all timers and alarms: `{\"count\", \"timers\"}`",
    ),
    (
        "{base}/appliance/restart",
        Writer::Command,
        "ends Rosie orderly and starts her anew; takes `PRESS`",
    ),
    ("{base}/appliance/update", Writer::State, "the system, an update: JSON"),
    (
        "{base}/appliance/update/install",
        Writer::Command,
        "installs the newest system and restarts the machine; takes `install`",
    ),
    (
        "{base}/endpoint/{endpoint}/status",
        Writer::State,
        "`online` while the endpoint is connected, else `offline`",
    ),
    (
        "{base}/endpoint/{endpoint}/state",
        Writer::State,
        "the turn: `idle`, `listening`, `thinking`, `speaking`, `follow_up`",
    ),
    ("{base}/endpoint/{endpoint}/volume", Writer::State, "0 to 100"),
    ("{base}/endpoint/{endpoint}/volume/set", Writer::Command, "sets it"),
    (
        "{base}/endpoint/{endpoint}/brightness",
        Writer::State,
        "of its screen or its LEDs, 0 to 100; only where it has either",
    ),
    ("{base}/endpoint/{endpoint}/brightness/set", Writer::Command, "sets it"),
    (
        "{base}/endpoint/{endpoint}/muted",
        Writer::State,
        "`ON` while Rosie hears nothing there",
    ),
    ("{base}/endpoint/{endpoint}/muted/set", Writer::Command, "`ON` or `OFF`"),
    (
        "{base}/endpoint/{endpoint}/do_not_disturb",
        Writer::State,
        "`ON` while nothing is said or announced there unasked; timers ring",
    ),
    (
        "{base}/endpoint/{endpoint}/do_not_disturb/set",
        Writer::Command,
        "`ON` or `OFF`",
    ),
    (
        "{base}/endpoint/{endpoint}/remembers",
        Writer::State,
        "`ON` while conversations in the endpoint's room are stored",
    ),
    (
        "{base}/endpoint/{endpoint}/remembers/set",
        Writer::Command,
        "`ON` or `OFF`, for the whole room",
    ),
    (
        "{base}/endpoint/{endpoint}/wake_word",
        Writer::State,
        "`Hey Rosie`, `Rosie` or `Hey Rosie or Rosie`; only where Rosie listens for it",
    ),
    (
        "{base}/endpoint/{endpoint}/wake_word/set",
        Writer::Command,
        "one of these; holds from then on",
    ),
    (
        "{base}/endpoint/{endpoint}/wake_word_sensitivity",
        Writer::State,
        "how easily it is taken as said: 5 to 95; only where Rosie listens for it",
    ),
    (
        "{base}/endpoint/{endpoint}/wake_word_sensitivity/set",
        Writer::Command,
        "sets it",
    ),
    (
        "{base}/endpoint/{endpoint}/timers",
        Writer::State,
        "those set there: `{\"count\", \"timers\"}`",
    ),
    (
        "{base}/endpoint/{endpoint}/transcript",
        Writer::State,
        "what was heard last; only with `mqtt.show_texts`",
    ),
    (
        "{base}/endpoint/{endpoint}/reply",
        Writer::State,
        "what was answered last; only with `mqtt.show_texts`",
    ),
    (
        "{base}/endpoint/{endpoint}/event",
        Writer::Event,
        "a wake word was heard, a turn ended, a timer rings: `{\"event_type\", …}`",
    ),
    (
        "{base}/endpoint/{endpoint}/say",
        Writer::Command,
        "says a text at this endpoint",
    ),
    ("{base}/endpoint/{endpoint}/listen", Writer::Command, "listens there"),
    ("{base}/endpoint/{endpoint}/stop", Writer::Command, "stops there"),
    (
        "{base}/endpoint/{endpoint}/forget",
        Writer::Command,
        "takes an endpoint that is gone for good out of Home Assistant; takes `PRESS`",
    ),
    (
        "{prefix}/device/{device}/config",
        Writer::State,
        "a device of Rosie's, with `mqtt.discovery: device`",
    ),
    (
        "{prefix}/{component}/{device}/{entity}/config",
        Writer::State,
        "an entity of Rosie's, with `mqtt.discovery: entities`",
    ),
    (
        "{prefix}/status",
        Writer::Command,
        "Home Assistant's `online`: Rosie shows everything again",
    ),
    (
        "{base}/home/call",
        Writer::Event,
        "what a Home Assistant without a token shall do, with `mqtt.devices: statestream`",
    ),
];

/// The table as docs/mqtt.md shows it.
pub fn table() -> String {
    let mut text = String::from("| topic | who writes | what |\n|---|---|---|\n");
    for (topic, writer, what) in TOPICS {
        let topic = topic.replace("{base}", "rosie").replace("{prefix}", "homeassistant");
        let topic = topic.replace('{', "<").replace('}', ">");
        let writer = match (writer, topic.as_str()) {
            (Writer::Command, "homeassistant/status") => "Home Assistant",
            (Writer::State, _) => "Rosie, kept",
            (Writer::Event, _) => "Rosie",
            (Writer::Command, _) => "you",
        };
        text.push_str(&format!("| `{topic}` | {writer} | {what} |\n"));
    }
    text
}
