//! A real Home Assistant by freely typed words: every kind of thing, several commands at once, what goes on from the
//! sentence before, what is no command, two hundred commands in a row, and Home Assistant's own agent.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint, Home, Turn};
use serde_json::{Value, json};
use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

/// One Home Assistant for all tests here; it ends with the process.
fn home() -> &'static Home {
    static HOME: OnceLock<Home> = OnceLock::new();
    HOME.get_or_init(Home::start)
}

/// One after the other: they switch the same lights.
async fn alone() -> tokio::sync::MutexGuard<'static, ()> {
    static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    ONE.lock().await
}

async fn rosie(home: &Home, conversation: bool) -> Daemon {
    let config = json!({
        "home_assistant": { "url": home.url, "token": home.token, "conversation": conversation },
        "rooms": [{ "id": "office", "name": "Office" }, { "id": "kitchen", "name": "Kitchen" }],
    });
    let daemon = Daemon::start(&config.to_string());
    daemon.ready(&["integrations/home_assistant"]).await;
    daemon
}

async fn endpoint(daemon: &Daemon, room: &str) -> Endpoint {
    Endpoint::hello(daemon, json!({ "endpoint": format!("{room}-panel"), "room": room })).await
}

fn said(turn: &Turn) -> &str {
    assert!(turn.errors.is_empty(), "{:?}: {}", turn.errors, turn.reply);
    &turn.reply
}

/// Waits until an attribute has a value, numbers to within one part in a hundred.
async fn attribute(home: &Home, entity: &str, name: &str, wanted: &Value) {
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        let now = home.entity(entity).await["attributes"][name].clone();
        let near = |(a, b): (f64, f64)| (a - b).abs() <= b.abs() / 100.0;
        if now == *wanted || now.as_f64().zip(wanted.as_f64()).is_some_and(near) {
            return;
        }
        assert!(Instant::now() < until, "{entity} {name} is {now} and not {wanted}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_thing() {
    let _alone = alone().await;
    let home = home();
    let more = ["valve.orchard", "button.push", "sensor.outside_humidity"];
    home.ask(
        json!({ "type": "homeassistant/expose_entity", "assistants": ["conversation"],
                     "entity_ids": more, "should_expose": true }),
    )
    .await;
    let daemon = rosie(home, false).await;
    let mut kitchen = endpoint(&daemon, "kitchen").await;
    home.call(
        "media_player",
        "turn_on",
        json!({ "entity_id": "media_player.living_room" }),
    )
    .await;
    home.becomes("media_player.television", "playing").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let states = [
        ("would you open the orchard please", "valve.orchard", "open"),
        ("close the orchard", "valve.orchard", "closed"),
        ("start the vacuum", "vacuum.0_ground_floor", "cleaning"),
        ("send the vacuum back to its base", "vacuum.0_ground_floor", "returning"),
        ("run good night", "light.kitchen_main", "off"),
        ("activate the movie night scene", "light.office_desk", "on"),
        (
            "please pause the television for a moment",
            "media_player.television",
            "paused",
        ),
        ("resume the television", "media_player.television", "playing"),
        ("living room fan off", "fan.living_room_fan", "off"),
    ];
    for (words, entity, wanted) in states {
        let turn = kitchen.ask_typed(words).await;
        assert!(turn.errors.is_empty(), "{words}: {:?} {}", turn.errors, turn.reply);
        home.becomes(entity, wanted).await;
    }
    let attributes = [
        (
            "make the bed light red",
            "light.bed_light",
            "rgb_color",
            json!([255, 0, 0]),
        ),
        (
            "bed light to warm white",
            "light.bed_light",
            "color_temp_kelvin",
            json!(2700),
        ),
        (
            "the bed light at thirty percent please",
            "light.bed_light",
            "brightness",
            json!(76),
        ),
        (
            "set the volume of the television to 30 percent",
            "media_player.television",
            "volume_level",
            json!(0.3),
        ),
        (
            "mute the television",
            "media_player.television",
            "is_volume_muted",
            json!(true),
        ),
        (
            "unmute the television",
            "media_player.television",
            "is_volume_muted",
            json!(false),
        ),
        (
            "living room fan to 60 percent",
            "fan.living_room_fan",
            "percentage",
            json!(60),
        ),
        (
            "thermostat in the living room to twenty two",
            "climate.heatpump",
            "temperature",
            json!(22.0),
        ),
    ];
    for (words, entity, name, wanted) in attributes {
        said(&kitchen.ask_typed(words).await);
        attribute(home, entity, name, &wanted).await;
    }
    let pressed = home.state("button.push").await;
    said(&kitchen.ask_typed("press push").await);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_ne!(home.state("button.push").await, pressed);
    said(
        &kitchen
            .ask_typed("we are out of oat milk, put it on the shopping list")
            .await,
    );
    home.becomes("todo.shopping_list", "1").await;
    said(&kitchen.ask_typed("check off oat milk from my shopping list").await);
    home.becomes("todo.shopping_list", "0").await;
    let humid = kitchen.ask_typed("what is the outside humidity").await;
    assert!(said(&humid).contains("54"), "{}", humid.reply);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_commands_and_what_goes_on_from_them() {
    let _alone = alone().await;
    let home = home();
    let daemon = rosie(home, false).await;
    let mut kitchen = endpoint(&daemon, "kitchen").await;
    // Nothing came before: nothing is meant.
    let lights = ["light.kitchen_main", "light.office_ceiling", "light.office_desk"];
    home.call("light", "turn_on", json!({ "entity_id": lights })).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let services = home.services().await;
    for words in [
        "turn it off again",
        "and the office too",
        "don't turn off the lights",
        "if it rains turn off the lights",
    ] {
        kitchen.ask_typed(words).await;
    }
    for light in lights {
        assert_eq!(home.state(light).await, "on", "{light}");
    }
    drop(services);
    home.call("cover", "open_cover", json!({ "entity_id": "cover.garage_door" }))
        .await;
    home.becomes("cover.garage_door", "open").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let turn = kitchen
        .ask_typed("turn off the kitchen main light and close the garage door")
        .await;
    assert!(said(&turn).len() > 10, "{}", turn.reply);
    home.becomes("light.kitchen_main", "off").await;
    home.becomes("cover.garage_door", "closed").await;
    // One of them needs a yes: the other is done at once.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let turn = kitchen
        .ask_typed("turn on the kitchen main light and open the garage door")
        .await;
    assert!(said(&turn).ends_with("Shall I open Garage Door?"), "{}", turn.reply);
    home.becomes("light.kitchen_main", "on").await;
    assert_eq!(home.state("cover.garage_door").await, "closed");
    said(&kitchen.ask_typed("yes").await);
    home.becomes("cover.garage_door", "open").await;
    // What was not understood is told.
    let turn = kitchen
        .ask_typed("turn off the kitchen main light and turn on the flux capacitor")
        .await;
    assert!(turn.reply.contains("turn on the flux capacitor"), "{}", turn.reply);
    home.becomes("light.kitchen_main", "off").await;
    said(&kitchen.ask_typed("turn on the office ceiling").await);
    home.becomes("light.office_ceiling", "on").await;
    said(&kitchen.ask_typed("now turn it off again").await);
    home.becomes("light.office_ceiling", "off").await;
    said(&kitchen.ask_typed("turn on the office lights").await);
    let turn = kitchen.ask_typed("and the kitchen too").await;
    said(&turn);
    home.becomes("light.kitchen_main", "on").await;
    home.becomes("light.office_desk", "on").await;
    let turn = kitchen
        .ask_typed("turn off everything except the office desk lamp")
        .await;
    assert!(said(&turn).contains("All other lights"), "{}", turn.reply);
    home.becomes("light.kitchen_main", "off").await;
    home.becomes("light.office_ceiling", "off").await;
    assert_eq!(home.state("light.office_desk").await, "on");
    assert_eq!(home.state("cover.garage_door").await, "open");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_commands_in_a_row() {
    let _alone = alone().await;
    let home = home();
    let daemon = rosie(home, false).await;
    let mut office = endpoint(&daemon, "office").await;
    let mut services = home.services().await;
    let rounds = [
        ("turn on the office ceiling", "light.office_ceiling", "on"),
        ("office ceiling off please", "light.office_ceiling", "off"),
        ("could you turn the kitchen main light on", "light.kitchen_main", "on"),
        (
            "the kitchen main light can be turned off now",
            "light.kitchen_main",
            "off",
        ),
    ];
    let began = Instant::now();
    for round in 0..200 {
        let (words, entity, wanted) = rounds[round % rounds.len()];
        said(&office.ask_typed(words).await);
        home.becomes(entity, wanted).await;
    }
    let took = began.elapsed().as_secs_f64();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut calls = 0;
    while let Ok((_, call)) = services.try_recv() {
        calls += usize::from(call["domain"] == "light");
    }
    println!("200 commands in {took:.1} s, {calls} calls of lights");
    assert_eq!(calls, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_homes_own_agent_gets_the_rest_where_that_is_wanted() {
    let _alone = alone().await;
    let home = home();
    let words = "cosy reading time begins";
    let without = rosie(home, false).await;
    endpoint(&without, "office").await.ask_typed(words).await;
    assert_eq!(home.state("input_boolean.reading_corner").await, "off");
    drop(without);
    let with = rosie(home, true).await;
    let mut office = endpoint(&with, "office").await;
    let turn = office.ask_typed(words).await;
    assert_eq!(said(&turn), "Enjoy your book");
    home.becomes("input_boolean.reading_corner", "on").await;
    // What it does not understand, either, goes on to where it went before.
    let turn = office.ask_typed("colourless green ideas sleep furiously").await;
    assert!(!turn.reply.contains("Enjoy"), "{}", turn.reply);
}
