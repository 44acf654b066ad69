//! What a satellite says of itself.

use super::link::{LinkError, Reader};
use rosie_core::{
    RoomId,
    appliance::{Appliance, RoomStatus},
};
use rosie_proto::wyoming::Event;

/// The longest name of a satellite that is used.
const NAME: usize = 48;

/// Of its `info`.
#[derive(Debug, PartialEq)]
pub(super) struct Told {
    /// As part of an id: small letters, digits and dashes.
    pub name: String,
    /// Where it says that it stands.
    area: String,
}

impl Told {
    /// `None` where the info says nothing of a satellite.
    pub fn of(info: &Event) -> Option<Told> {
        let satellite = info.data.get("satellite")?.as_object()?;
        let text = |key: &str| satellite.get(key).and_then(|text| text.as_str()).unwrap_or_default();
        let plain = |c: char| match c.is_ascii_alphanumeric() {
            true => c.to_ascii_lowercase(),
            false => '-',
        };
        Some(Told {
            name: text("name").chars().take(NAME).map(plain).collect(),
            area: text("area").trim().to_lowercase(),
        })
    }

    /// The room of this house that its area names.
    pub fn room(&self, appliance: &dyn Appliance) -> Option<RoomId> {
        let is_it = |room: &RoomStatus| room.name.to_lowercase() == self.area || room.id == self.area;
        let room = appliance.status().rooms.into_iter().find(is_it)?;
        Some(RoomId(room.id))
    }
}

/// The next `info`; `None` where the other side hangs up before.
pub(super) async fn info(reader: &mut Reader) -> Result<Option<Event>, LinkError> {
    loop {
        match reader.next().await? {
            Some(event) if event.kind != "info" => {}
            other => return Ok(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_satellite_tells_its_name_and_area_and_nothing_else_is_one() {
        let told = Told::of(&Event::new(
            "info",
            json!({ "satellite": { "name": "Küchen Box", "area": " Kitchen " } }),
        ));
        let expected = Told {
            name: "k-chen-box".to_owned(),
            area: "kitchen".to_owned(),
        };
        assert_eq!(told, Some(expected));
        assert_eq!(Told::of(&Event::new("info", json!({ "asr": [] }))), None);
        assert_eq!(Told::of(&Event::new("info", json!({ "satellite": null }))), None);
    }
}
