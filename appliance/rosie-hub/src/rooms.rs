//! The rooms of the house, and finding one by what people call it.

use rosie_core::{KnownName, RoomId};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// `living_room`
    pub id: RoomId,
    /// What is said and shown first ("living room").
    pub name: String,
    /// What else it is called.
    pub aliases: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rooms(Vec<Room>);

impl Rooms {
    pub fn new(rooms: Vec<Room>) -> Self {
        Self(rooms)
    }

    pub fn all(&self) -> &[Room] {
        &self.0
    }

    /// The room whose id, name or alias this is, however it is written.
    pub fn find(&self, said: &str) -> Option<&Room> {
        let said = plain(said);
        let fits = |room: &&Room| {
            plain(room.id.as_str()) == said
                || plain(&room.name) == said
                || room.aliases.iter().any(|alias| plain(alias) == said)
        };
        self.0.iter().find(fits)
    }

    /// What to call the room; its id where it is not configured.
    pub fn name<'a>(&'a self, id: &'a RoomId) -> &'a str {
        self.0
            .iter()
            .find(|room| room.id == *id)
            .map_or(id.as_str(), |room| room.name.as_str())
    }

    /// Every name with the id it stands for.
    pub fn known_names(&self) -> Vec<KnownName> {
        let entry = |room: &Room, spoken: &str| KnownName {
            spoken: spoken.to_owned(),
            value: room.id.0.clone(),
            context: BTreeMap::new(),
        };
        let all = |room: &Room| -> Vec<KnownName> {
            std::iter::once(&room.name)
                .chain(&room.aliases)
                .map(|spoken| entry(room, spoken))
                .collect()
        };
        self.0.iter().flat_map(all).collect()
    }
}

/// Lower case, `_` and `-` as spaces, runs of spaces as one.
pub(crate) fn plain(text: &str) -> String {
    let lower = text.to_lowercase().replace(['_', '-'], " ");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_room_is_found_by_any_of_its_names() {
        let rooms = Rooms::new(vec![Room {
            id: "living_room".into(),
            name: "Wohnzimmer".into(),
            aliases: vec!["Stube".into()],
        }]);
        for said in ["living room", "Living_Room", "wohnzimmer", " STUBE "] {
            assert_eq!(rooms.find(said).unwrap().id.as_str(), "living_room", "{said}");
        }
        assert!(rooms.find("cellar").is_none());
        assert_eq!(rooms.name(&"living_room".into()), "Wohnzimmer");
        assert_eq!(rooms.name(&"cellar".into()), "cellar");
        assert_eq!(rooms.known_names().len(), 2);
    }
}
