//! A house of some three hundred things in four languages (sentences/house.txt), as Rosie's hub knows it.

use rosie_hub::{
    Room, Rooms,
    home_assistant::{Area, Entity, Floor, House, Registry, Scale, State},
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// The languages of the file, in its order.
pub const LANGUAGES: [&str; 4] = ["en", "de", "es", "fr"];

/// A file of this crate's `sentences` folder.
pub fn sentence_file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sentences").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The house with its names in a language.
pub fn house(language: &str) -> House {
    let at = LANGUAGES
        .iter()
        .position(|known| *known == language)
        .expect("a language of the file");
    let text = sentence_file("house.txt");
    let lines: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let of = |kind: &str| -> Vec<Vec<&str>> {
        lines
            .iter()
            .filter(|fields| fields[0] == kind)
            .map(|fields| fields[1..].to_vec())
            .collect()
    };
    let rooms = of("room");
    let mut entities = Vec::new();
    let mut states = BTreeMap::new();
    let mut add = |id: String, names: &str, area: Option<&str>, class: &str, state: &str| {
        let names: Vec<String> = names.split('/').map(str::to_owned).collect();
        states.insert(id.clone(), Arc::new(known(&id, &names[0], class, state)));
        entities.push(Entity {
            platform: if id == "todo.shopping_list" {
                "shopping_list".into()
            } else {
                "test".into()
            },
            id,
            names,
            area: area.filter(|area| !area.is_empty()).map(str::to_owned),
        });
    };
    for room in &rooms {
        for thing in of("thing") {
            let (kind, name) = thing[0].split_once('.').unwrap();
            let id = format!("{kind}.{}_{name}", room[0]);
            add(
                id,
                &thing[3 + at].replace("{}", room[2 + at]),
                Some(room[0]),
                thing[1],
                thing[2],
            );
        }
    }
    for one in of("one") {
        add(one[0].to_owned(), one[4 + at], Some(one[1]), one[2], one[3]);
    }
    let areas = rooms.iter().map(|room| Area {
        id: room[0].into(),
        name: room[2 + at].into(),
        aliases: Vec::new(),
        floor: Some(room[1].to_owned()).filter(|floor| !floor.is_empty()),
    });
    let floors = of("floor").into_iter().map(|floor| {
        let mut names = floor[1 + at].split('/').map(str::to_owned);
        Floor {
            id: floor[0].into(),
            name: names.next().unwrap(),
            aliases: names.collect(),
        }
    });
    let classes = states
        .iter()
        .filter_map(|(id, state)| Some((id.clone(), state.text("device_class")?.to_owned())));
    let own = Rooms::new(vec![Room {
        id: "office".into(),
        name: rooms.iter().find(|room| room[0] == "office").unwrap()[2 + at].into(),
        aliases: Vec::new(),
    }]);
    let classes = classes.collect();
    let registry = Registry::new((areas.collect(), floors.collect(), Vec::new()), entities, own, &classes);
    House {
        registry: Arc::new(registry),
        states,
        scale: Scale::Celsius,
    }
}

fn known(id: &str, name: &str, class: &str, state: &str) -> State {
    let mut attributes = Map::from_iter([("friendly_name".to_owned(), json!(name))]);
    if !class.is_empty() {
        attributes.insert("device_class".into(), json!(class));
    }
    let more: Value = match id.split('.').next().unwrap() {
        "light" => json!({ "supported_color_modes": ["color_temp", "hs"], "brightness": 128 }),
        "climate" => json!({ "current_temperature": 19.5, "temperature": 20.0, "target_temp_step": 0.5, "min_temp": 7,
                             "max_temp": 30, "supported_features": 9, "fan_modes": ["auto", "low", "high"],
                             "hvac_modes": ["off", "heat", "cool", "heat_cool"] }),
        "fan" => json!({ "supported_features": 57 }),
        "cover" => json!({ "supported_features": 15, "current_position": 50 }),
        "media_player" => json!({ "supported_features": 0x7F_FFFF, "volume_level": 0.4 }),
        "input_select" => json!({ "options": ["day", "night", "away"] }),
        "input_number" => json!({ "min": 10, "max": 80 }),
        "weather" => json!({ "temperature": 17.0, "temperature_unit": "°C" }),
        "sensor" => match class {
            "temperature" => json!({ "unit_of_measurement": "°C" }),
            "power" => json!({ "unit_of_measurement": "W" }),
            _ => json!({ "unit_of_measurement": "%" }),
        },
        _ => json!({}),
    };
    attributes.extend(more.as_object().unwrap().clone());
    State {
        value: state.into(),
        attributes,
    }
}
