//! What things of a home are for, in the words of somebody who wants it and does not name the thing ("it is stuffy in
//! here"): compared by meaning, beside what the thing is called. English, as the model of meanings is.

use rosie_core::dialog::EntityState;

/// Parts of names, and what a thing is for that has one of them in its name. The first that fits counts.
const BY_NAME: &[(&[&str], &str)] = &[
    (&["washing machine", "washer"], "washes clothes and laundry"),
    (&["dryer"], "dries clothes and laundry"),
    (&["dishwasher"], "washes plates, cups and dishes"),
    (&["oven", "stove", "hob"], "bakes and cooks food"),
    (&["coffee", "espresso"], "makes coffee"),
    (&["kettle"], "boils water for tea"),
    (&["fridge", "freezer"], "keeps food cold"),
    (&["doorbell"], "somebody rang at the door"),
    (&["garage door", "gate"], "lets the car drive in and out"),
    (
        &["motion", "occupancy", "presence"],
        "whether somebody is there and moves",
    ),
    (&["smoke", "fire"], "whether something is burning"),
    (&["leak", "flood", "moisture"], "whether there is water on the floor"),
    (&["door"], "whether the door is open or closed"),
    (&["window"], "whether the window is open or closed"),
    (&["battery"], "whether the battery is empty"),
    (&["temperature"], "how warm or cold it is"),
    (&["humidity"], "how damp or dry the air is"),
    (
        &["air quality", "co2", "carbon dioxide"],
        "how fresh or stuffy the air is",
    ),
    (&["brightness", "illuminance"], "how bright or dark it is"),
    (&["solar", "photovoltaic"], "electricity from the sun"),
    (&["power", "energy"], "how much electricity is used"),
    (&["rain"], "whether it rains"),
    (&["wind"], "how windy it is"),
    (&["television", "tv"], "to watch films, series and news"),
    (&["radio", "speaker"], "to listen to music"),
    (&["sprinkler", "irrigation"], "waters the grass and plants"),
];

/// Kinds of things (`light.…`) whose purpose no name tells better.
const BY_KIND: &[(&str, &str)] = &[
    ("light", "it is too dark or too bright"),
    ("climate", "it is too cold or too hot"),
    ("cover", "lets daylight in, keeps the sun out"),
    ("lock", "whether anybody can get into the house"),
    ("vacuum", "cleans the floor"),
    ("lawn_mower", "cuts the grass"),
    ("fan", "the air is stuffy and hot"),
    ("valve", "turns water on and off"),
    ("media_player", "to listen to music and watch films"),
    ("alarm_control_panel", "protects the house against burglars"),
    ("humidifier", "the air is too dry or too damp"),
    ("water_heater", "hot water for a shower"),
    ("weather", "the weather, rain and sun"),
    ("person", "whether somebody is at home"),
    ("device_tracker", "where somebody is"),
    ("camera", "to see who is there"),
    ("event", "something happened"),
];
/// Kinds that are what their kind says, whatever they are called ("kitchen window shutter", "oven light").
const BY_KIND_FIRST: &[&str] = &[
    "light",
    "climate",
    "vacuum",
    "lock",
    "lawn_mower",
    "fan",
    "alarm_control_panel",
];

/// `None` where nothing is known of it.
pub(crate) fn purpose(entity: &EntityState) -> Option<&'static str> {
    let kind = entity.id.split('.').next().unwrap_or_default();
    let by_kind = BY_KIND.iter().find(|(of, _)| *of == kind).map(|(_, text)| *text);
    if BY_KIND_FIRST.contains(&kind) {
        return by_kind;
    }
    let name = entity.names.join(" ").to_lowercase();
    // A cover is a gate or something before a window: no contact of either.
    let fits = |parts: &[&str]| kind != "cover" || parts.contains(&"gate");
    let is_called = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    let by_name = BY_NAME.iter().find(|(parts, _)| fits(parts) && is_called(parts));
    by_name.map(|(_, text)| *text).or(by_kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_for_what_they_are_or_are_called() {
        let of = |id: &str, name: &str| {
            purpose(&EntityState {
                id: id.into(),
                names: vec![name.into()],
                room: None,
                state: None,
            })
        };
        assert_eq!(of("light.a", "Oven light"), Some("it is too dark or too bright"));
        assert_eq!(
            of("cover.a", "Window shutter"),
            Some("lets daylight in, keeps the sun out")
        );
        assert_eq!(of("cover.b", "Garage door"), Some("lets the car drive in and out"));
        assert_eq!(of("switch.a", "Coffee machine"), Some("makes coffee"));
        assert_eq!(of("sensor.a", "Attic temperature"), Some("how warm or cold it is"));
        assert_eq!(of("switch.b", "Outlet 3"), None);
    }
}
