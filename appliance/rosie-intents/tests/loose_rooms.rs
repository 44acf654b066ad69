//! Loose sentences about rooms, where something else is called like the room, and about doors.
#![allow(clippy::unwrap_used)]

#[path = "common/small_house.rs"]
mod small_house;

use small_house::{done, understood};

#[test]
fn a_room_beside_a_rooms_lights_is_no_speaker_of_its_name() {
    for said in [
        "turn on the kitchen and office lights",
        "turn on the kitchen and the office lights",
    ] {
        assert_eq!(
            done(said),
            ["HassTurnOn kitchen light", "HassTurnOn light.office_group"],
            "{said}"
        );
    }
    assert_eq!(
        done("switch off the lights in the kitchen and the bedroom"),
        ["HassTurnOff kitchen light", "HassTurnOff bedroom light"]
    );
    assert_eq!(
        done("turn on the bedroom and kitchen lights"),
        ["HassTurnOn bedroom light", "HassTurnOn kitchen light"]
    );
    assert_eq!(
        done("turn off the bedroom, office and kitchen lights"),
        [
            "HassTurnOff bedroom light",
            "HassTurnOff light.office_group",
            "HassTurnOff kitchen light"
        ]
    );
    assert_eq!(done("turn on the kitchen"), ["HassTurnOn media_player.kitchen"]);
}

#[test]
fn a_room_that_is_left_out_is_no_speaker_of_its_name() {
    let left_out = |said: &str| {
        let all = understood(said, &[]).unwrap();
        let [intent] = all.intents.as_slice() else {
            panic!("{said}: {all:?}")
        };
        let ids = intent.text("except").unwrap();
        let mut ids: Vec<String> = ids.split(',').map(str::to_owned).collect();
        ids.sort();
        ids
    };
    for said in [
        "turn off all the lights except in the kitchen",
        "turn off all the lights except the kitchen",
        "turn off all the lights except the ones in the kitchen",
    ] {
        let ids = left_out(said);
        assert!(
            ids.contains(&"light.kitchen_main".to_owned()) && ids.contains(&"light.salt".to_owned()),
            "{said}: {ids:?}"
        );
        assert!(!ids.iter().any(|id| id.starts_with("light.desk")), "{said}: {ids:?}");
    }
    // One of them is called as they are all.
    for said in [
        "turn off everything in the office except the lights",
        "turn off everything except the lights in the office",
    ] {
        let lights = ["light.ball", "light.desk", "light.office_group", "light.tall"];
        let ids = left_out(said);
        assert!(
            lights.iter().all(|id| ids.contains(&(*id).to_owned())),
            "{said}: {ids:?}"
        );
    }
}

#[test]
fn what_is_said_once_is_said_of_both_rooms() {
    assert_eq!(
        done("set the bedroom to 19 and the office to 21 degrees"),
        [
            "HassClimateSetTemperature bedroom climate",
            "HassClimateSetTemperature office climate"
        ]
    );
    assert_eq!(
        done("dim the lights in the bedroom and the kitchen to 30 percent"),
        ["HassLightSet bedroom light", "HassLightSet kitchen light"]
    );
    // Of a room with a thermostat 19 is how warm it is to be, and nobody knows what 40 is.
    assert_eq!(
        done("set the bedroom to 19"),
        ["HassClimateSetTemperature bedroom climate"]
    );
    assert_eq!(done("set the bedroom to 40"), [""; 0]);
}

#[test]
fn a_door_that_is_a_lock_is_locked_where_it_is_closed() {
    for said in ["close the front door", "shut the front door", "close front door please"] {
        assert_eq!(done(said), ["HassTurnOn lock.front"], "{said}");
    }
    assert_eq!(done("open the front door"), ["HassTurnOff lock.front"]);
    assert_eq!(done("raise the front door"), [""; 0]);
    assert_eq!(done("open the garage door"), ["HassTurnOn cover.garage"]);
}

#[test]
fn the_only_one_of_the_house_is_meant_from_a_room_that_has_none() {
    use rosie_core::{KnownName, Language};
    use rosie_intents::{MatchContext, Matcher};
    let classed = |spoken: &str, value: &str, class: &str, place: &str| {
        let mut name: KnownName = small_house::name(spoken, value, "cover", place);
        name.context.insert("device_class".to_owned(), class.to_owned());
        name
    };
    let mut house = small_house::house();
    let names = house.get_mut("name").unwrap();
    names.push(classed("South shade", "cover.south", "blind", "garage"));
    names.push(classed("Kitchen drape", "cover.kitchen_drape", "curtain", "kitchen"));
    names.push(classed("Bedroom drape", "cover.bedroom_drape", "curtain", "bedroom"));
    let matcher = Matcher::standard(&Language::new("en"), None, &[]).unwrap();
    let meant = |text: &str, room: &str| {
        let all = matcher
            .understand(text, &house, &MatchContext::in_area(room), &[])
            .unwrap_or_else(|| panic!("{text}: nothing"));
        let [intent] = all.intents.as_slice() else {
            panic!("{text}: {all:?}")
        };
        (intent.text("name"), intent.text("area"))
    };
    assert_eq!(
        meant("close the blinds", "office"),
        (Some("cover.south".to_owned()), None)
    );
    // Several elsewhere, and none here: nobody knows which.
    assert_eq!(meant("close the curtains", "office"), (None, Some("office".to_owned())));
    // The room was said, or is the thing's own.
    for (text, room) in [("close the blinds in here", "office"), ("close the blinds", "garage")] {
        assert_eq!(meant(text, room), (None, Some(room.to_owned())), "{text}");
    }
}

#[test]
fn what_is_left_out_is_no_story_even_where_nobody_knows_it() {
    for said in [
        "all the lights off but the plumbus",
        "turn off all the lights except uncle's side",
    ] {
        assert_eq!(understood(said, &[]), None, "{said}");
    }
    assert_eq!(
        done("turn off the lights someone's at the window"),
        ["HassTurnOff office light"]
    );
}
