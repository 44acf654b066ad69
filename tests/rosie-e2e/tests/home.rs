//! A real Home Assistant by typed word: commands, questions, what is asked back, what is not exposed, and a Home Assistant
//! that goes away, comes back, or lets nobody in.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint, Home, Turn};
use serde_json::{Value, json};
use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

/// One Home Assistant for the tests that do not stop it; it ends with the process.
fn home() -> &'static Home {
    static HOME: OnceLock<Home> = OnceLock::new();
    HOME.get_or_init(Home::start)
}

fn config(url: &str, token: &str) -> String {
    json!({
        "home_assistant": { "url": url, "token": token },
        "rooms": [
            { "id": "office", "name": "Office" }, { "id": "kitchen", "name": "Kitchen" },
            { "id": "bedroom", "name": "Bedroom" }, { "id": "parlour", "name": "Living room" },
        ],
    })
    .to_string()
}

async fn connected(daemon: &Daemon) {
    daemon.ready(&["integrations/home_assistant"]).await;
}

async fn endpoint(daemon: &Daemon, room: &str) -> Endpoint {
    Endpoint::hello(daemon, json!({ "endpoint": format!("{room}-panel"), "room": room })).await
}

fn said(turn: &Turn) -> &str {
    assert!(turn.errors.is_empty(), "{:?}: {}", turn.errors, turn.reply);
    &turn.reply
}

#[tokio::test(flavor = "multi_thread")]
async fn lights_and_other_things_do_what_they_are_told() {
    let home = home();
    let daemon = Daemon::start(&config(&home.url, &home.token));
    connected(&daemon).await;
    let mut office = endpoint(&daemon, "office").await;
    let turn = office.ask_typed("turn on the office lights").await;
    assert_eq!(said(&turn), "Turned on the lights");
    for light in ["light.office_ceiling", "light.office_desk"] {
        home.becomes(light, "on").await;
    }
    assert_eq!(home.state("light.bedroom_desk").await, "off");
    let turn = office
        .ask_typed("set the office ceiling to 40 percent brightness")
        .await;
    assert_eq!(said(&turn), "Brightness set");
    home.becomes("input_number.office_level", "102.0").await;
    // No room is named: the endpoint's own.
    said(&office.ask_typed("turn off the lights").await);
    home.becomes("light.office_ceiling", "off").await;
    home.becomes("light.office_desk", "off").await;
    // Written down, newest first: what, with what, from where, and why.
    let deeds = daemon.json("/api/v1/deeds?limit=2").await;
    let [last, before] = &deeds["deeds"].as_array().unwrap()[..] else {
        panic!("{deeds}")
    };
    assert_eq!(
        (&last["action"], &last["failed"]),
        (&json!("light.turn_off"), &Value::Null),
        "{deeds}"
    );
    assert!(last["targets"].to_string().contains("light.office_ceiling"), "{deeds}");
    assert_eq!(
        (&before["cause"], &before["room"]),
        (&json!("HassLightSet"), &json!("office")),
        "{deeds}"
    );
    assert_eq!(
        (&before["data"]["brightness_pct"], &before["endpoint"]),
        (&json!(40), &json!("office-panel")),
        "{deeds}"
    );
    let table = [
        ("open the living room blind", "cover.living_room_window", "opening"),
        ("turn on the decorative lights", "switch.decorative_lights", "on"),
        ("pause the television", "media_player.television", "paused"),
        ("turn on the living room fan", "fan.living_room_fan", "on"),
        ("turn on good night", "light.office_ceiling", "off"),
        ("activate movie night", "light.office_desk", "on"),
        ("lock the street door", "lock.street_door", "locked"),
    ];
    home.call(
        "cover",
        "close_cover",
        json!({ "entity_id": "cover.living_room_window" }),
    )
    .await;
    home.call("switch", "turn_off", json!({ "entity_id": "switch.decorative_lights" }))
        .await;
    home.call("fan", "turn_off", json!({ "entity_id": "fan.living_room_fan" }))
        .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    for (words, entity, state) in table {
        let turn = office.ask_typed(words).await;
        assert!(!said(&turn).is_empty(), "{words}");
        home.becomes(entity, state).await;
    }
    let turn = office
        .ask_typed("set the temperature of the thermostat to 23 degrees")
        .await;
    assert_eq!(said(&turn), "Temperature set to 23 degrees");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(home.entity("climate.heatpump").await["attributes"]["temperature"], 23.0);
    said(&office.ask_typed("add milk to my shopping list").await);
    home.becomes("todo.shopping_list", "1").await;
    said(&office.ask_typed("check off milk from my shopping list").await);
    home.becomes("todo.shopping_list", "0").await;
    for item in ["bread", "eggs"] {
        said(&office.ask_typed(&format!("add {item} to the shopping list")).await);
    }
    home.becomes("todo.shopping_list", "2").await;
    let asked = office.ask_typed("clear the shopping list").await;
    assert!(
        said(&asked).starts_with("Shall I clear the whole list "),
        "{}",
        asked.reply
    );
    assert_eq!(said(&office.ask_typed("yes, please").await), "The list is empty now.");
    home.becomes("todo.shopping_list", "0").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_answered_from_live_states() {
    let home = home();
    let daemon = Daemon::start(&config(&home.url, &home.token));
    connected(&daemon).await;
    let mut bedroom = endpoint(&daemon, "bedroom").await;
    home.call("cover", "open_cover", json!({ "entity_id": "cover.garage_door" }))
        .await;
    home.becomes("cover.garage_door", "open").await;
    let turn = bedroom.ask_typed("is the garage door open?").await;
    assert_eq!(said(&turn), "Yes");
    for (kitchen, window) in [("on", "Kitchen window contact"), ("off", "Not any")] {
        home.call(
            "input_boolean",
            &format!("turn_{kitchen}"),
            json!({ "entity_id": "input_boolean.window_kitchen" }),
        )
        .await;
        home.becomes("binary_sensor.kitchen_window_contact", kitchen).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let turn = bedroom.ask_typed("which windows are open in the kitchen?").await;
        assert!(said(&turn).contains(window), "{kitchen}: {}", turn.reply);
    }
    for degrees in ["19.5", "22.0"] {
        home.call(
            "input_number",
            "set_value",
            json!({ "entity_id": "input_number.bedroom_degrees", "value": degrees }),
        )
        .await;
        home.becomes("sensor.bedroom_temperature", degrees).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let turn = bedroom.ask_typed("what's the temperature in the bedroom?").await;
        assert!(said(&turn).starts_with(degrees), "{}", turn.reply);
    }
    let weather = bedroom.ask_typed("what's the weather like?").await;
    assert!(said(&weather).contains("21.6"), "{}", weather.reply);
    // Its forecast, by the response of a service.
    let weather = bedroom.ask_typed("What will the weather be like tomorrow?").await;
    assert!(
        said(&weather).starts_with("Tomorrow: ") && weather.reply.contains("degrees"),
        "{}",
        weather.reply
    );
    let umbrella = bedroom.ask_typed("Do I need an umbrella today?").await;
    assert_eq!(said(&umbrella), "Yes, take one: rain today.");
    let list = bedroom.ask_typed("What's on my shopping list?").await;
    assert_eq!(said(&list), "The list is empty.");
    // And what was done, by its names.
    bedroom.ask_typed("close the garage door").await;
    let why = bedroom.ask_typed("why did you do that?").await;
    assert!(
        said(&why).contains("a command for the home") && why.reply.ends_with("I closed: Garage Door."),
        "{}",
        why.reply
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_opens_a_door_is_asked_about_and_what_is_not_exposed_is_not_there() {
    let home = home();
    let daemon = Daemon::start(&config(&home.url, &home.token));
    connected(&daemon).await;
    let mut kitchen = endpoint(&daemon, "kitchen").await;
    home.call("lock", "lock", json!({ "entity_id": "lock.street_door" }))
        .await;
    let asked = kitchen.ask_typed("unlock the street door").await;
    assert_eq!(said(&asked), "Shall I unlock Street door?");
    assert_eq!(home.state("lock.street_door").await, "locked");
    kitchen.ask_typed("no").await;
    assert_eq!(home.state("lock.street_door").await, "locked");
    kitchen.ask_typed("unlock the street door").await;
    assert_eq!(said(&kitchen.ask_typed("yes please").await), "Unlocking");
    home.becomes("lock.street_door", "unlocked").await;
    // Two of one name, none of them in this room.
    home.call(
        "light",
        "turn_off",
        json!({ "entity_id": ["light.office_desk", "light.bedroom_desk"] }),
    )
    .await;
    let which = kitchen.ask_typed("turn on the desk lamp").await;
    assert_eq!(said(&which), "Which one: Bedroom desk lamp or Office desk lamp?");
    assert_eq!(home.state("light.office_desk").await, "off");
    assert_eq!(
        said(&kitchen.ask_typed("the one in the office").await),
        "Turned on the light"
    );
    home.becomes("light.office_desk", "on").await;
    assert_eq!(home.state("light.bedroom_desk").await, "off");
    // In the bedroom it is plain which.
    let mut bedroom = endpoint(&daemon, "bedroom").await;
    said(&bedroom.ask_typed("turn on the desk lamp").await);
    home.becomes("light.bedroom_desk", "on").await;
    let before = home.state("switch.ac").await;
    let turn = kitchen
        .ask_typed(if before == "on" {
            "turn off the AC"
        } else {
            "turn on the AC"
        })
        .await;
    assert!(turn.reply.contains("not aware"), "{}", turn.reply);
    assert_eq!(home.state("switch.ac").await, before);
    // A device that does not answer is not said to have been switched.
    let health = daemon.json("/health/integrations/home_assistant").await;
    assert_eq!(health["health"]["state"], "ready", "{health}");
    let shown = daemon.json("/api/v1/config").await;
    assert_eq!(shown["home_assistant"]["token"], "***");
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_last_word_to_the_service_call() {
    let home = home();
    let daemon = Daemon::start(&config(&home.url, &home.token));
    connected(&daemon).await;
    let mut office = endpoint(&daemon, "office").await;
    let mut services = home.services().await;
    let mut took = Vec::new();
    for round in 0..40 {
        let words = ["turn on the office ceiling", "turn off the office ceiling"][round % 2];
        let began = Instant::now();
        office.say(json!({ "type": "text", "text": words })).await;
        let at = loop {
            let (at, call) = tokio::time::timeout(Duration::from_secs(10), services.recv())
                .await
                .unwrap()
                .unwrap();
            if call["domain"] == "light" {
                break at;
            }
        };
        took.push((at - began).as_secs_f64() * 1000.0);
        office.finish_turn().await;
    }
    took.sort_by(f64::total_cmp);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap();
    println!(
        "typed words to the service call in Home Assistant {}: p50 {:.0} ms, p95 {:.0} ms, worst {:.0} ms (goal 150 ms; load {})",
        home.version,
        took[took.len() / 2],
        took[took.len() * 95 / 100],
        took[took.len() - 1],
        load.split(' ').next().unwrap_or_default()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_that_is_away_comes_back_and_is_known_anew() {
    let mut home = Home::start();
    home.stop();
    // Not there: Rosie runs and says so in one sentence.
    let daemon = Daemon::start(&config(&home.url, &home.token));
    let mut office = endpoint(&daemon, "office").await;
    let (status, _) = daemon.get("/health/integrations/home_assistant").await;
    assert_eq!(status, 503);
    assert!(!office.ask_typed("what time is it").await.reply.is_empty());
    home.resume();
    connected(&daemon).await;
    said(&office.ask_typed("turn on the office ceiling").await);
    home.becomes("light.office_ceiling", "on").await;
    home.stop();
    let began = Instant::now();
    let away = office.ask_typed("turn off the office ceiling").await;
    assert_eq!(away.errors, ["home-unavailable"], "{away:?}");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    home.resume();
    connected(&daemon).await;
    // What was refused is not done later; what changed meanwhile is known.
    home.call(
        "input_boolean",
        "turn_on",
        json!({ "entity_id": "input_boolean.window_bedroom" }),
    )
    .await;
    home.becomes("binary_sensor.bedroom_window", "on").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let turn = office.ask_typed("is the bedroom window open?").await;
    assert_eq!(said(&turn), "Yes");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_home_that_hangs_has_not_answered_is_not_said_to_be_done() {
    let mut home = Home::start();
    let daemon = Daemon::start(&config(&home.url, &home.token));
    connected(&daemon).await;
    let mut office = endpoint(&daemon, "office").await;
    said(&office.ask_typed("turn on the office ceiling").await);
    home.freeze();
    let hanging = office.ask_typed("turn off the office ceiling").await;
    assert_eq!(hanging.errors, ["home-unavailable"], "{hanging:?}");
    // The next one does not wait as long for what is known to hang.
    let began = Instant::now();
    let again = office.ask_typed("turn on the office desk lamp").await;
    assert_eq!(again.errors, ["home-unavailable"], "{again:?}");
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    let deeds = daemon.json("/api/v1/deeds").await;
    let failed = deeds["deeds"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|deed| deed["failed"] == "home-unavailable");
    assert_eq!(failed.count(), 2, "{deeds}");
    home.thaw();
    connected(&daemon).await;
    // It was never sent to a home that was known to hang.
    assert_eq!(home.state("light.office_desk").await, "off");
    said(&office.ask_typed("turn on the office desk lamp").await);
    home.becomes("light.office_desk", "on").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_let_in_says_so() {
    let home = home();
    let reason = async |token: &str| {
        let daemon = Daemon::start(&config(&home.url, token));
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let (status, body) = daemon.get("/health/integrations/home_assistant").await;
            let health: Value = serde_json::from_str(&body).unwrap();
            let reason = health["health"]["reason"].as_str().unwrap_or_default().to_owned();
            if status == 503 && !reason.is_empty() {
                let mut office = endpoint(&daemon, "office").await;
                break (reason, office.ask_typed("turn on the kitchen lights").await);
            }
            assert!(Instant::now() < until, "{body}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let (refused, turn) = reason("not-a-token").await;
    assert!(
        refused.contains("refuses the token") && !refused.contains("not-a-token"),
        "{refused}"
    );
    assert_eq!(turn.errors, ["home-refused"]);
    let (no_admin, _) = reason(&home.user_token).await;
    assert!(
        no_admin.contains("administrator") && !no_admin.contains(&home.user_token),
        "{no_admin}"
    );
}
