//! The wake word section.

use super::{Config, validate::Findings};
use rosie_core::{EndpointId, RoomId, engine::WakeSettings};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

section! {
    /// The words that call Rosie, where she listens for them herself: her own microphone, satellites without a wake word of their own,
    /// and programs that ask her over Wyoming.
    WakeWordSection {
        /// Which words: `hey_rosie`, `rosie`. The second is shorter, and taken by mistake more often: "rosy" sounds the same.
        words: Vec<String> = vec!["hey_rosie".into()],
        /// How easily a word is taken as said; 0.05 to 0.95. More: fewer words are missed, and more is taken for one.
        sensitivity: f32 = WakeSettings::default().sensitivity,
        /// Pieces of 80 ms in a row that must hear the word; 1 to 5.
        patience: u32 = WakeSettings::default().patience,
        /// What is then said has to begin with the word for the recogniser, too: else somebody spoke to somebody else, and nothing is
        /// answered.
        confirm: bool = true,
        /// After a word no other is heard for so long; milliseconds, 0 to 30000.
        cool_down_ms: u64 = WakeSettings::default().cool_down_ms,
        /// Which endpoint answers where several heard the same call.
        arbitration: ArbitrationSection = ArbitrationSection::default(),
        /// Endpoints that hear it otherwise, by their ids (`satellite-kitchen-box`), as `/api/v1/status` names them.
        endpoints: BTreeMap<String, WakeWordOfEndpoint> = BTreeMap::new(),
        /// Model id of the manifest, or a path to an `embedding.onnx` with `melspectrogram.onnx` beside it.
        model: String = "speech-embedding".into(),
    }
}

section! {
    /// Endpoints that hear the same wake word at about the same time are compared by how loud it was, how loud it was around it, and how
    /// sure of it they are: one answers, and the others stay dark. The first goes on without waiting, until one hears clearly better.
    ArbitrationSection {
        /// Off: every endpoint that hears the wake word answers.
        enabled: bool = true,
        /// Words that were said within so long of one another are one call, and so long after its first claim the turn may go to another
        /// endpoint; milliseconds, 200 to 3000. More where the network is slow.
        window_ms: u64 = 1_000,
        /// Rooms in which nothing is heard of what is said in the others, by their ids: a call there is compared with none of elsewhere,
        /// so that two people who call in the same second are both answered.
        out_of_earshot: Vec<String> = Vec::new(),
    }
}

impl ArbitrationSection {
    /// With which others an endpoint of a room is compared: those of the same room, or (`None`) all that are not by themselves.
    pub fn within(&self, room: &RoomId) -> Option<RoomId> {
        self.out_of_earshot.contains(&room.0).then(|| room.clone())
    }
}

/// What is left out is as for every endpoint.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WakeWordOfEndpoint {
    /// Which words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<Vec<String>>,
    /// 0.05 to 0.95.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<f32>,
    /// 1 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patience: Option<u32>,
    /// 0 to 30000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cool_down_ms: Option<u64>,
}

impl WakeWordSection {
    /// As one endpoint listens.
    pub fn settings(&self, endpoint: &EndpointId) -> WakeSettings {
        let own = self.endpoints.get(&endpoint.0).cloned().unwrap_or_default();
        own.over(WakeSettings {
            words: self.words.clone(),
            sensitivity: self.sensitivity,
            patience: self.patience,
            cool_down_ms: self.cool_down_ms,
        })
    }
}

impl WakeWordOfEndpoint {
    /// What is left out is taken from `rest`.
    pub fn over(self, rest: WakeSettings) -> WakeSettings {
        WakeSettings {
            words: self.words.unwrap_or(rest.words),
            sensitivity: self.sensitivity.unwrap_or(rest.sensitivity),
            patience: self.patience.unwrap_or(rest.patience),
            cool_down_ms: self.cool_down_ms.unwrap_or(rest.cool_down_ms),
        }
    }
}

pub(super) fn check(config: &Config, found: &mut Findings) {
    let section = &config.wake_word;
    if section.model.trim().is_empty() {
        let message = "must not be empty; `rosied models list` shows what there is";
        found.add("wake_word.model", message);
    }
    let arbitration = &section.arbitration;
    found.range("wake_word.arbitration.window_ms", arbitration.window_ms, 200..=3_000);
    for (i, room) in arbitration.out_of_earshot.iter().enumerate() {
        if !config.rooms.iter().any(|known| known.id == *room) {
            let rooms: Vec<&str> = config.rooms.iter().map(|room| room.id.as_str()).collect();
            let message = format!("there is no room \"{room}\"; the rooms are {}", rooms.join(", "));
            found.add(format!("wake_word.arbitration.out_of_earshot.{i}"), message);
        }
    }
    check_settings("wake_word", &section.settings(&EndpointId::from("")), found);
    for endpoint in section.endpoints.keys() {
        let settings = section.settings(&EndpointId::from(endpoint.as_str()));
        check_settings(&format!("wake_word.endpoints.{endpoint}"), &settings, found);
    }
}

fn check_settings(key: &str, settings: &WakeSettings, found: &mut Findings) {
    found.range(&format!("{key}.sensitivity"), settings.sensitivity, 0.05..=0.95);
    found.range(&format!("{key}.patience"), settings.patience, 1..=5);
    found.range(&format!("{key}.cool_down_ms"), settings.cool_down_ms, 0..=30_000);
    if settings.words.is_empty() {
        found.add(format!("{key}.words"), "name at least one: hey_rosie, rosie");
    }
    for (i, word) in settings.words.iter().enumerate() {
        if !["hey_rosie", "rosie"].contains(&word.as_str()) {
            let message = format!("there is no wake word \"{word}\": there are hey_rosie and rosie");
            found.add(format!("{key}.words.{i}"), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_takes_what_it_does_not_say_from_the_rest() {
        let own = WakeWordOfEndpoint {
            sensitivity: Some(0.8),
            ..WakeWordOfEndpoint::default()
        };
        let section = WakeWordSection {
            patience: 3,
            endpoints: [("satellite-kitchen".to_owned(), own)].into(),
            ..WakeWordSection::default()
        };
        let kitchen = section.settings(&EndpointId::from("satellite-kitchen"));
        assert_eq!((kitchen.sensitivity, kitchen.patience), (0.8, 3));
        let other = section.settings(&EndpointId::from("satellite-office"));
        assert_eq!((other.sensitivity, other.patience), (0.5, 3));
    }
}
