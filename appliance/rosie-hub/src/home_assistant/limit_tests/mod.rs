//! A tablet that may control the kitchen and nothing else, beside one that may control everything, through the whole hub.
#![allow(clippy::unwrap_used)]

mod lived;

use super::super::converse::CONVERSE;
use lived::{call, context, lived};
use rosie_core::{CallContext, ErrorCode, Language, ToolCall, dialog::Hub};
use serde_json::json;

#[tokio::test]
async fn what_is_in_other_rooms_or_in_none_is_refused_and_written_down() {
    let home = lived().await;
    for (name, arguments) in [
        ("HassOpenCover", json!({ "name": "bedroom blinds" })),
        ("HassOpenCover", json!({ "area": "bedroom", "device_class": "blind" })),
        // As a model names them.
        ("HassTurnOn", json!({ "name": "light.bedroom" })),
        (
            "HassTurnOn",
            json!({ "name": "light.kitchen,light.bedroom", "all": "all" }),
        ),
        ("HassSetPosition", json!({ "name": "cover.bedroom", "position": 10 })),
        ("HassSetVolume", json!({ "name": "radio", "volume_level": 90 })),
        // Only the bedroom has one that plays.
        ("HassMediaPause", json!({})),
        (
            "HassMediaSearchAndPlay",
            json!({ "search_query": "punk", "name": "radio" }),
        ),
        // It stands in the kitchen, and cleans elsewhere.
        ("HassVacuumCleanArea", json!({ "area": "bedroom" })),
        // In the kitchen by its own account; one of its lights is not.
        ("HassTurnOff", json!({ "name": "every light" })),
        ("HassTurnOn", json!({ "name": "good night" })),
        ("HassTurnOff", json!({ "name": "front door" })),
    ] {
        home.is_refused(name, arguments).await;
    }
    home.says("tablet", "HassOpenCover", json!({ "name": "bedroom blinds" }))
        .await
        .unwrap_err();
    let deed = home.seat.deeds.lock().unwrap().pop().unwrap();
    assert_eq!(
        (deed.action.as_str(), deed.cause.as_str()),
        ("cover.open_cover", "HassOpenCover")
    );
    assert_eq!(deed.targets, ["cover.bedroom"]);
    let other = home
        .does("phone", "HassOpenCover", json!({ "name": "bedroom blinds" }))
        .await;
    assert_eq!(other, ["cover.open_cover cover.bedroom"]);
}

#[tokio::test]
async fn what_is_in_the_room_is_done_and_questions_are_answered() {
    let home = lived().await;
    for (name, arguments, done) in [
        (
            "HassTurnOn",
            json!({ "name": "counter light" }),
            "light.turn_on light.counter",
        ),
        (
            "HassOpenCover",
            json!({ "name": "kitchen blinds" }),
            "cover.open_cover cover.kitchen",
        ),
        (
            "HassVacuumCleanArea",
            json!({ "area": "kitchen" }),
            "vacuum.clean_area vacuum.robot",
        ),
        // In no room itself, and all of it in the kitchen.
        (
            "HassTurnOff",
            json!({ "name": "stove lights" }),
            "light.turn_off light.stove",
        ),
        (
            "RosieListAdd",
            json!({ "item": "milk", "list": "shopping" }),
            "todo.add_item todo.shopping_list",
        ),
    ] {
        assert_eq!(home.does("tablet", name, arguments).await, [done]);
    }
    let asked = home
        .says("tablet", "HassGetState", json!({ "name": "bedroom blinds" }))
        .await;
    assert_eq!(asked.unwrap().response, "default");
    assert!(home.says("tablet", "HassGetCurrentTime", json!({})).await.is_ok());
    assert!(home.seat.deeds.lock().unwrap().iter().all(|deed| deed.failed.is_none()));
}

#[tokio::test]
async fn everything_is_everything_in_the_room_and_one_of_a_name_is_the_one_there() {
    let home = lived().await;
    let off = home.does("tablet", "HassTurnOff", json!({ "domain": "light" })).await;
    assert_eq!(off, ["light.turn_off light.counter,light.kitchen,light.stove"]);
    let off = home.does("phone", "HassTurnOff", json!({ "domain": "light" })).await;
    let all = "light.turn_off light.all,light.bedroom,light.counter,light.hall,light.kitchen,light.stove";
    assert_eq!(off, [all]);
    let spared = home
        .does(
            "tablet",
            "HassTurnOff",
            json!({ "domain": "light", "except": "light.counter" }),
        )
        .await;
    assert_eq!(spared, ["light.turn_off light.kitchen"]);
    // Two have this name; from the hall it would be asked which, were the other one not out of the tablet's reach.
    let of_hall = |endpoint: &str| CallContext {
        room: "hall".into(),
        ..context(endpoint)
    };
    let on = || call("HassTurnOn", json!({ "name": "ceiling light" }));
    home.hub.handle(on(), of_hall("tablet")).await.unwrap();
    assert_eq!(*home.seat.done.lock().unwrap(), ["light.turn_on light.kitchen"]);
    let asked = home.hub.handle(on(), of_hall("phone")).await.unwrap();
    assert_eq!(asked.response, "RosieAnswerWhich/ask");
}

#[tokio::test]
async fn nobody_is_asked_about_what_is_refused_and_what_is_planned_is_held_to_it() {
    let home = lived().await;
    let unlock = |name: &str| call("HassTurnOff", json!({ "name": name }));
    let question = |endpoint: &str, call: &ToolCall| {
        let asked = home.hub.confirmation(call, &context(endpoint))?;
        Some(asked["en"].clone())
    };
    assert_eq!(question("tablet", &unlock("front door")), None);
    assert_eq!(
        question("phone", &unlock("front door")).unwrap(),
        "Shall I unlock front door?"
    );
    assert_eq!(question("tablet", &unlock("larder")).unwrap(), "Shall I unlock larder?");
    let every = call("HassTurnOff", json!({ "domain": "lock" }));
    assert_eq!(question("phone", &every).unwrap(), "Shall I unlock front door, larder?");
    assert_eq!(question("tablet", &every).unwrap(), "Shall I unlock larder?");

    let later = |name: &str| {
        let calls = json!([{ "name": "HassTurnOn", "arguments": { "name": name } }]).to_string();
        json!({ "command": "turn it on", "calls": calls, "minutes": 5 })
    };
    home.is_refused("RosieLater", later("light.bedroom")).await;
    assert_eq!(
        home.says("tablet", "RosieLater", later("light.counter"))
            .await
            .unwrap()
            .response,
        "default"
    );
    // The owner took the bedroom away after it was planned.
    let due = json!({ "calls": [
        { "name": "HassTurnOn", "arguments": { "name": "light.bedroom" } },
        { "name": "HassTurnOn", "arguments": { "name": "light.counter" } },
    ] });
    let planned = CallContext::planned("kitchen".into(), "tablet".into(), Language::default(), None);
    let failure = home.hub.handle(call("RosieLaterDue", due), planned).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::NotAllowedHere);
    assert_eq!(*home.seat.done.lock().unwrap(), ["light.turn_on light.counter"]);
    // What the home's own agent would make of a sentence nobody knows.
    let whole = json!({ "text": "make it cosy" });
    assert_eq!(
        home.says("tablet", CONVERSE, whole.clone()).await.unwrap().response,
        "not_understood"
    );
    assert_eq!(
        home.says("phone", CONVERSE, whole).await.unwrap().data["speech"],
        "Done"
    );
}
