//! Every topic of the bridge, in one table, and how each is made and understood. docs/mqtt.md shows the table; a test keeps
//! them the same.

use rosie_core::{EndpointId, RoomId};

/// Rooms that cannot be called so: these words stand for something else in topics.
pub const RESERVED: [&str; 6] = ["all", "appliance", "endpoint", "error", "home", "status"];

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
        "of its screen, 0 to 100; only where it has one",
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
        "a turn ended, a timer rings: `{\"event_type\", …}`",
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

/// What a command's topic asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Say,
    Announce,
    Ask,
    Listen,
    Stop,
    Volume,
    Brightness,
    Muted,
    DoNotDisturb,
    Remembers,
    Forget,
    Restart,
    Update,
}

/// Where a command's topic points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A room's id, or `all`; whether there is such a room is not looked at here.
    Room(RoomId),
    Endpoint(EndpointId),
    Appliance,
}

/// Makes and reads topics.
#[derive(Debug, Clone)]
pub struct Topics {
    pub base: String,
    pub prefix: String,
}

impl Topics {
    pub fn status(&self) -> String {
        format!("{}/status", self.base)
    }

    pub fn error(&self) -> String {
        format!("{}/error", self.base)
    }

    pub fn reply(&self, room: &RoomId) -> String {
        format!("{}/{room}/reply", self.base)
    }

    pub fn room(&self, room: &str, what: &str) -> String {
        format!("{}/{room}/{what}", self.base)
    }

    pub fn appliance(&self, what: &str) -> String {
        format!("{}/appliance/{what}", self.base)
    }

    pub fn endpoint(&self, endpoint: &EndpointId, what: &str) -> String {
        format!("{}/endpoint/{endpoint}/{what}", self.base)
    }

    pub fn device(&self, device: &str) -> String {
        format!("{}/device/{device}/config", self.prefix)
    }

    pub fn entity(&self, component: &str, device: &str, entity: &str) -> String {
        format!("{}/{component}/{device}/{entity}/config", self.prefix)
    }

    /// Where Home Assistant says that it is there.
    pub fn birth(&self) -> String {
        format!("{}/status", self.prefix)
    }

    pub fn home_call(&self) -> String {
        format!("{}/home/call", self.base)
    }

    /// What is subscribed to for commands. No two of these take the same topic: some brokers would deliver it twice.
    pub fn commands(&self) -> Vec<String> {
        let all = TOPICS.iter().filter(|(_, writer, _)| *writer == Writer::Command);
        all.map(|(topic, ..)| {
            topic
                .replace("{base}", &self.base)
                .replace("{prefix}", &self.prefix)
                .replace("{room}", "+")
                .replace("{endpoint}", "+")
        })
        .collect()
    }

    /// `None`: no command's topic.
    pub fn command(&self, topic: &str) -> Option<(Place, Verb)> {
        let rest = topic.strip_prefix(&self.base)?.strip_prefix('/')?;
        let parts: Vec<&str> = rest.split('/').collect();
        let spoken = |verb: &str| {
            Some(match verb {
                "say" => Verb::Say,
                "listen" => Verb::Listen,
                "stop" => Verb::Stop,
                _ => return None,
            })
        };
        Some(match parts[..] {
            ["appliance", "update", "install"] => (Place::Appliance, Verb::Update),
            ["appliance", "restart"] => (Place::Appliance, Verb::Restart),
            ["endpoint", endpoint, verb] => {
                let verb = match verb {
                    "forget" => Verb::Forget,
                    verb => spoken(verb)?,
                };
                (Place::Endpoint(endpoint.into()), verb)
            }
            ["endpoint", endpoint, what, "set"] => {
                let verb = match what {
                    "volume" => Verb::Volume,
                    "brightness" => Verb::Brightness,
                    "muted" => Verb::Muted,
                    "do_not_disturb" => Verb::DoNotDisturb,
                    "remembers" => Verb::Remembers,
                    _ => return None,
                };
                (Place::Endpoint(endpoint.into()), verb)
            }
            [room, verb] => {
                let verb = match verb {
                    "announce" => Verb::Announce,
                    "ask" => Verb::Ask,
                    verb => spoken(verb)?,
                };
                (Place::Room(room.into()), verb)
            }
            [room, "volume", "set"] => (Place::Room(room.into()), Verb::Volume),
            _ => return None,
        })
    }
}

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn topics() -> Topics {
        Topics {
            base: "home/rosie".into(),
            prefix: "homeassistant".into(),
        }
    }

    #[test]
    fn the_page_shows_this_table() {
        let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/mqtt.md");
        let page = std::fs::read_to_string(page).unwrap();
        assert!(
            page.contains(&table()),
            "docs/mqtt.md has to show exactly this:\n{}",
            table()
        );
    }

    #[test]
    fn every_command_of_the_table_is_understood_and_nothing_else() {
        let topics = topics();
        for filter in topics.commands() {
            let topic = filter.replace('+', "x");
            let own = topic == topics.birth();
            assert_eq!(topics.command(&topic).is_some(), !own, "{topic}");
        }
        for (topic, writer, _) in TOPICS.iter().filter(|(_, writer, _)| *writer != Writer::Command) {
            let topic = topic.replace("{base}", "home/rosie").replace("{room}", "kitchen");
            assert_eq!(topics.command(&topic), None, "{topic} {writer:?}");
        }
        for other in [
            "home/rosie",
            "home/rosier/kitchen/say",
            "rosie/kitchen/say",
            "home/rosie/a/b/c/d",
            "",
            "/",
        ] {
            assert_eq!(topics.command(other), None, "{other}");
        }
        assert_eq!(
            topics.command("home/rosie/endpoint/a.b/volume/set").unwrap(),
            (Place::Endpoint("a.b".into()), Verb::Volume)
        );
    }

    #[test]
    fn no_two_filters_take_one_topic() {
        let filters = topics().commands();
        let takes = |filter: &str, topic: &str| {
            let (filter, topic): (Vec<_>, Vec<_>) = (filter.split('/').collect(), topic.split('/').collect());
            filter.len() == topic.len() && filter.iter().zip(&topic).all(|(f, t)| *f == "+" || *t == "+" || f == t)
        };
        for (i, a) in filters.iter().enumerate() {
            for b in &filters[i + 1..] {
                assert!(!takes(a, b), "{a} and {b}");
            }
        }
    }
}
