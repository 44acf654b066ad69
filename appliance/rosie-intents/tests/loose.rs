//! Loose sentences in a small house: names with an "and" in them, names that sound alike, what is told, and what never fires.
#![allow(clippy::unwrap_used)]

use rosie_core::Language;
use rosie_intents::{MatchContext, Matcher};

#[path = "common/small_house.rs"]
mod small_house;

use small_house::{done, house, name, understood, written};

#[test]
fn a_name_with_and_in_it_is_one_name() {
    assert_eq!(
        done("turn on the salt and pepper lamp and the desk lamp"),
        ["HassTurnOn light.salt", "HassTurnOn light.desk"]
    );
    assert_eq!(
        done("could you turn the night light big one off"),
        ["HassTurnOff light.night"]
    );
}

#[test]
fn of_two_names_that_sound_like_what_was_said_both_are_meant() {
    assert_eq!(
        done("turn on the mall lamp please"),
        ["HassTurnOn light.ball,light.tall"]
    );
    assert_eq!(done("please turn on the dask lamp"), ["HassTurnOn light.desk"]);
}

#[test]
fn everything_is_no_lock_and_no_door() {
    let all = understood("turn off everything except the desk lamp", &[]).unwrap();
    let [intent] = all.intents.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(
        intent.text("domain").unwrap(),
        "fan,humidifier,light,media_player,switch"
    );
    assert_eq!(intent.text("except").unwrap(), "light.desk");
    // What is to be left out must be known.
    assert_eq!(understood("turn off everything except the aquarium", &[]), None);
    assert_eq!(understood("unlock everything", &[]), None);
    assert_eq!(understood("open everything", &[]), None);
}

#[test]
fn several_lights_are_not_answered_as_one() {
    let response = |text: &str| understood(text, &[]).unwrap().intents[0].response.clone();
    assert_eq!(response("turn off all the lights except the desk lamp"), "lights_area");
    assert_eq!(response("could you turn the night light big one off"), "default");
}

#[test]
fn a_part_that_is_not_understood_is_told_and_a_story_is_none() {
    let half = understood("turn off the desk lamp and set the frobnicator to nine", &[]).unwrap();
    assert_eq!(written(&half.intents), ["HassTurnOff light.desk"]);
    assert_eq!(half.rest.as_deref(), Some("set the frobnicator to nine"));
    for story in [
        "turn off the desk lamp and she went to bed",
        "he said turn off the desk lamp and close the garage door",
        "turn off the desk lamp and don't open the garage door",
        "turn off the desk lamp if it rains and close the garage door",
        "is the desk lamp off and the garage door closed",
    ] {
        assert_eq!(understood(story, &[]), None, "{story}");
    }
}

#[test]
fn what_goes_on_needs_something_that_it_goes_on_from() {
    let before = understood("turn on the salt and pepper lamp please", &[])
        .unwrap()
        .intents;
    let after = |text: &str| written(&understood(text, &before).unwrap_or_default().intents);
    assert_eq!(after("turn it off again"), ["HassTurnOff light.salt"]);
    assert_eq!(after("and the desk lamp too"), ["HassTurnOn light.desk"]);
    assert_eq!(after("a bit darker"), ["RosieLightStep light.salt"]);
    // A lamp gets no warmer.
    assert_eq!(after("make it warmer"), ["RosieClimateStep office climate"]);
    for text in [
        "turn it off again",
        "and the desk lamp too",
        "and in the entrance",
        "the same in the kitchen",
    ] {
        assert_eq!(understood(text, &[]), None, "{text}");
    }
}

#[test]
fn what_is_not_meant_and_why_it_is_wanted_is_left_out() {
    assert_eq!(
        done("turn off the desk lamp, not the tall one"),
        ["HassTurnOff light.desk"]
    );
    assert_eq!(
        done("turn on not the desk lamp but the tall lamp"),
        ["HassTurnOn light.tall"]
    );
    assert_eq!(
        done("turn on the desk lamp because I can't see a thing"),
        Vec::<String>::new()
    );
    assert_eq!(
        done("turn on the desk lamp, my hands are full of dough"),
        ["HassTurnOn light.desk"]
    );
    assert_eq!(
        done("turn off the desk lamp because it's too bright"),
        ["HassTurnOff light.desk"]
    );
    assert_eq!(done("I'm tired, turn off the desk lamp"), ["HassTurnOff light.desk"]);
    for text in [
        // A reason that names things or does something is more than a reason.
        "turn off the desk lamp because I want the tall lamp on",
        "turn off the desk lamp I have to open the garage door",
        // Not to do it is no contrast.
        "do not turn off the desk lamp",
        "turn off not the desk lamp",
        "turn off all lamps not the desk lamp",
        // Nobody says where the reason ends.
        "I have to turn off the desk lamp",
        "I'm going to turn off the desk lamp",
    ] {
        assert_eq!(understood(text, &[]), None, "{text}");
    }
}

#[test]
fn a_name_may_be_cut_short_where_only_one_can_be_meant() {
    let mut names = house();
    let more = [
        name("Kitchen LED strip", "light.kitchen_strip", "light", "kitchen"),
        name("Office LED strip", "light.office_strip", "light", "office"),
        name("Office wall washer strip", "light.washer", "light", "office"),
    ];
    names.get_mut("name").unwrap().extend(more);
    let matcher = Matcher::standard(&Language::new("en"), None, &[]).unwrap();
    let done = |text: &str| {
        let understood = matcher.understand(text, &names, &MatchContext::in_area("office"), &[]);
        written(&understood.unwrap_or_default().intents)
    };
    assert_eq!(
        done("make the kitchen strip pink"),
        ["HassLightSet light.kitchen_strip"]
    );
    // Two of its own words are missing, or only a kind was said, or another room's was meant.
    assert_eq!(done("make the office washer pink"), Vec::<String>::new());
    assert_eq!(done("make the garage strip pink"), Vec::<String>::new());
}

#[test]
fn a_garage_is_its_door_only_where_it_is_commanded() {
    let mut names = house();
    let door = names
        .get_mut("name")
        .unwrap()
        .iter_mut()
        .find(|name| name.value == "cover.garage");
    door.unwrap()
        .context
        .insert("device_class".to_owned(), "garage".to_owned());
    let matcher = Matcher::standard(&Language::new("en"), None, &[]).unwrap();
    let done = |text: &str| {
        let understood = matcher.understand(text, &names, &MatchContext::in_area("office"), &[]);
        written(&understood.unwrap_or_default().intents)
    };
    assert_eq!(done("shut the garage would you"), ["HassTurnOff cover.garage"]);
    for text in [
        "I want to open a garage",
        "open the office",
        "the garage is open",
        "the garage could be closed",
    ] {
        assert_eq!(done(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn how_warm_a_room_is_needs_no_thermostat() {
    let all = understood("how warm is it in the kitchen at the moment please", &[]).unwrap();
    assert_eq!(written(&all.intents), ["HassClimateGetTemperature kitchen"]);
    // Who says a verb again does not mean the first one: what it is to be is told as not understood.
    let half = understood("turn off the desk lamp and put the tall lamp", &[]).unwrap();
    assert_eq!(written(&half.intents), ["HassTurnOff light.desk"]);
    assert_eq!(half.rest.as_deref(), Some("put the tall lamp"));
}

#[test]
fn a_word_that_is_not_known_makes_it_no_command() {
    for text in [
        "turn off the desk lamp that my uncle built",
        "the desk lamp is off",
        "the desk lamp turned off",
        "the garage door open",
        "desk lamp",
        "lamp",
        "",
        "turn",
        "and and and",
        "except the entrance",
    ] {
        assert_eq!(understood(text, &[]), None, "{text}");
    }
    let long = "turn on the desk lamp and ".repeat(200);
    assert_eq!(understood(&long, &[]), None);
}

#[test]
fn a_speaker_that_is_called_as_its_room_is_not_what_is_in_the_room() {
    for (text, meant) in [
        (
            "turn off the main light in the kitchen",
            "HassTurnOff light.kitchen_main",
        ),
        (
            "turn on that main light in the kitchen",
            "HassTurnOn light.kitchen_main",
        ),
        ("switch the kitchen main light off", "HassTurnOff light.kitchen_main"),
        ("turn off the lights in the kitchen", "HassTurnOff kitchen light"),
    ] {
        let all: Vec<String> = done(text).iter().map(|one| one.trim_end().to_owned()).collect();
        assert_eq!(all, [meant], "{text}");
    }
}

#[test]
fn what_is_told_around_a_command_is_left_out() {
    for text in [
        "turn off the desk lamp the sun's bright enough",
        "desk lamp off please I can't find my glasses",
        "I'm done in here turn off the desk lamp",
        "the painting is finished so desk lamp off",
        "I'm off so the desk lamp isn't wanted, switch it off",
    ] {
        assert_eq!(done(text), ["HassTurnOff light.desk"], "{text}");
    }
    for text in [
        // Somebody else's deed, a condition, a time, a number, a verb that hangs on another.
        "my brother closed the garage door",
        "the kids turn off the desk lamp",
        "he was like turn off the desk lamp",
        "I'm tired when you turn off the desk lamp",
        "a quarter to eight turn off the desk lamp",
        "we are ten people turn off the desk lamp",
        "in that hotel the lamps didn't even turn off the desk lamp",
        "turn off the desk lamp and I will scream",
        // Whoever opens a door is asked for it plainly.
        "the wolf is here open the garage door",
        "I need to lock the front door",
    ] {
        assert_eq!(done(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_question_and_an_item_need_no_order() {
    let all = understood("is everything shut or is the garage door open still", &[]).unwrap();
    assert_eq!(written(&all.intents), ["HassGetState cover.garage"]);
    let items = |text: &str| -> Vec<String> {
        let all = understood(text, &[]).unwrap_or_default().intents;
        all.iter().filter_map(|intent| intent.text("item")).collect()
    };
    assert_eq!(items("yoghurt has to go on the shopping list"), ["yoghurt"]);
    assert_eq!(
        items("put milk, eggs and um bread on the shopping list"),
        ["milk", "eggs", "bread"]
    );
    assert_eq!(items("put mac and cheese on the shopping list"), ["mac and cheese"]);
    assert_eq!(items("there's a typo on the shopping list"), Vec::<String>::new());
}

#[test]
fn how_it_is_is_why_and_what_it_should_be_is_done() {
    assert_eq!(
        done("it is a little cold for my baby, put the thermostat on 23"),
        ["HassClimateSetTemperature climate.office"]
    );
    let all = done("make the kitchen warmer and set the thermostat to 22");
    assert_eq!(all.len(), 2, "another place: {all:?}");
    let all = done("I am looking at the last roll put toilet paper on the shopping list");
    assert!(all.iter().all(|one| !one.contains("roll")), "{all:?}");
}
