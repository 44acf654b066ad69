//! Every topic of the bridge, in one table, and how each is made and understood. docs/mqtt.md shows the table; a test keeps
//! them the same.

mod table;

pub use table::{TOPICS, Writer, table};

use rosie_core::{EndpointId, RoomId};

/// Rooms that cannot be called so: these words stand for something else in topics.
pub const RESERVED: [&str; 6] = ["all", "appliance", "endpoint", "error", "home", "status"];

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
    WakeWord,
    WakeSensitivity,
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
                    "wake_word" => Verb::WakeWord,
                    "wake_word_sensitivity" => Verb::WakeSensitivity,
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
