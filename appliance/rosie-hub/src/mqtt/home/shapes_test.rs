//! Things as zigbee2mqtt, Tasmota, ESPHome and Shelly announce them: known by what people call them, followed, controlled.
#![allow(clippy::unwrap_used)]

use super::{
    super::{
        config::{Devices, Discovery, MqttConfig, Version},
        topics::Topics,
        wire::{Letter, Note},
    },
    *,
};
use crate::{
    Room, SystemClock,
    home_assistant::{Plan, Token, plan},
};
use rosie_core::{CallContext, Language, ToolCall, TurnId};
use serde_json::Value;

fn home() -> Arc<Home> {
    let room = |id: &str, name: &str| Room {
        id: id.into(),
        name: name.into(),
        aliases: Vec::new(),
    };
    let config = MqttConfig {
        host: "b".into(),
        port: 1883,
        tls: None,
        username: String::new(),
        password: Token::new(""),
        version: Version::Auto,
        base: "rosie".into(),
        prefix: "homeassistant".into(),
        discovery: Discovery::Off,
        show_texts: false,
        devices: Devices::Discovery,
        rooms: Rooms::new(vec![room("kitchen", "Kitchen"), room("office", "Office")]),
    };
    let topics = Topics {
        base: "rosie".into(),
        prefix: "homeassistant".into(),
    };
    let home = Home::new(&config, &topics, Arc::new(Which::new(Arc::new(SystemClock))));
    home.stands_on(Board::new().0);
    Arc::new(home)
}

impl Home {
    fn told(&self, topic: &str, payload: impl ToString) -> Wanted {
        self.hears(&Letter::test(topic, &payload.to_string(), 0, false))
            .unwrap_or_default()
    }

    fn house_now(&self) -> House {
        self.post();
        self.lock().house()
    }

    /// What is published for a call.
    fn does(&self, name: &str, arguments: Value) -> Vec<(String, String)> {
        let call = ToolCall {
            name: name.into(),
            arguments,
        };
        let context = CallContext {
            turn_id: TurnId(1),
            room: "kitchen".into(),
            endpoint: "e".into(),
            language: Language::default(),
            conversation: "c".into(),
            user: None,
        };
        match plan(&self.house_now(), &call, &context) {
            Ok(Plan::Do { calls, .. }) => {
                let notes: Vec<Note> = calls.iter().flat_map(|call| self.notes(call).unwrap()).collect();
                notes
                    .into_iter()
                    .map(|note| (note.topic, String::from_utf8(note.payload).unwrap()))
                    .collect()
            }
            other => panic!("{other:?}"),
        }
    }
}

fn sent(topic: &str, payload: &str) -> Vec<(String, String)> {
    vec![(topic.into(), payload.into())]
}

#[test]
fn a_lamp_of_zigbee2mqtt() {
    let home = home();
    let config = json!({
        "availability": [
            { "topic": "zigbee2mqtt/bridge/state", "value_template": "{{ value_json.state }}" },
            { "topic": "zigbee2mqtt/Kitchen lamp/availability", "value_template": "{{ value_json.state }}" },
        ],
        "availability_mode": "all", "brightness": true, "brightness_scale": 254, "schema": "json", "name": null,
        "command_topic": "zigbee2mqtt/Kitchen lamp/set", "state_topic": "zigbee2mqtt/Kitchen lamp",
        "supported_color_modes": ["xy", "color_temp"], "unique_id": "0x01_light_zigbee2mqtt",
        "device": { "identifiers": ["zigbee2mqtt_0x01"], "name": "Kitchen lamp", "model": "LED1836G9" },
        "origin": { "name": "Zigbee2MQTT", "sw": "2.1.0" },
    });
    let wanted = home.told("homeassistant/light/0x01/light/config", config);
    assert_eq!(wanted.more.len(), 3);
    let entity = home.house_now().registry.entities["light.kitchen_lamp"].clone();
    assert_eq!(
        (entity.name(), entity.area.as_deref()),
        ("Kitchen lamp", Some("kitchen"))
    );
    let value = |home: &Home| home.house_now().states["light.kitchen_lamp"].value.clone();
    assert_eq!(value(&home), "unavailable");
    home.told("zigbee2mqtt/bridge/state", r#"{"state":"online"}"#);
    home.told("zigbee2mqtt/Kitchen lamp/availability", r#"{"state":"online"}"#);
    home.told(
        "zigbee2mqtt/Kitchen lamp",
        r#"{"state":"ON","brightness":127,"color_temp":370,"linkquality":90}"#,
    );
    let state = home.house_now().states["light.kitchen_lamp"].clone();
    assert_eq!((state.value.as_str(), state.number("brightness")), ("on", Some(128.0)));
    assert_eq!(state.number("color_temp_kelvin"), Some(2703.0));
    let set = "zigbee2mqtt/Kitchen lamp/set";
    assert_eq!(
        home.does("HassTurnOff", json!({ "name": "Kitchen lamp" })),
        sent(set, r#"{"state":"OFF"}"#)
    );
    // No name: the room's lights.
    assert_eq!(
        home.does("HassTurnOn", json!({ "area": "kitchen" })),
        sent(set, r#"{"state":"ON"}"#)
    );
    let dimmed = home.does("HassLightSet", json!({ "area": "kitchen", "brightness": 50 }));
    assert_eq!(dimmed, sent(set, r#"{"brightness":127,"state":"ON"}"#));
    let red = home.does("HassLightSet", json!({ "name": "kitchen lamp", "color": "red" }));
    assert_eq!(red, sent(set, r#"{"color":{"b":0,"g":0,"r":255},"state":"ON"}"#));
    let warm = home.does("HassLightSet", json!({ "name": "kitchen lamp", "temperature": 2700 }));
    assert_eq!(warm, sent(set, r#"{"color_temp":370,"state":"ON"}"#));
    home.told("zigbee2mqtt/bridge/state", r#"{"state":"offline"}"#);
    assert_eq!(value(&home), "unavailable");
    // Announced anew it keeps what was heard; an empty message takes it away.
    let gone = home.told("homeassistant/light/0x01/light/config", "");
    assert_eq!((gone.less.len(), home.house_now().registry.entities.len()), (3, 0));
}

#[test]
fn a_plug_of_tasmota_and_one_of_shelly() {
    let home = home();
    let tasmota = json!({
        "name": "Coffee machine", "stat_t": "tele/coffee/STATE", "avty_t": "tele/coffee/LWT", "pl_avail": "Online",
        "pl_not_avail": "Offline", "cmd_t": "cmnd/coffee/POWER", "val_tpl": "{{value_json.POWER}}", "pl_off": "OFF",
        "pl_on": "ON", "uniq_id": "A1_RL_1", "dev": { "ids": ["A1"] },
    });
    home.told("homeassistant/switch/A1_RL_1/config", tasmota);
    let shelly = json!({
        "~": "shellies/shelly1-B2/", "name": "Garden pump", "cmd_t": "~relay/0/command", "stat_t": "~relay/0", "pl_on": "on",
        "pl_off": "off", "avty_t": "~online", "pl_avail": "true", "pl_not_avail": "false", "uniq_id": "B2",
    });
    home.told("homeassistant/switch/shelly1-B2/relay/config", shelly);
    home.told("tele/coffee/LWT", "Online");
    home.told("tele/coffee/STATE", r#"{"Time":"x","POWER":"OFF","Wifi":{"RSSI":70}}"#);
    home.told("shellies/shelly1-B2/online", "true");
    home.told("shellies/shelly1-B2/relay/0", "on");
    let house = home.house_now();
    assert_eq!(house.states["switch.coffee_machine"].value, "off");
    assert_eq!(house.states["switch.garden_pump"].value, "on");
    assert_eq!(
        home.does("HassTurnOn", json!({ "name": "coffee machine" })),
        sent("cmnd/coffee/POWER", "ON")
    );
    let off = sent("shellies/shelly1-B2/relay/0/command", "off");
    assert_eq!(home.does("HassTurnOff", json!({ "name": "garden pump" })), off);
    assert_eq!(home.does("HassToggle", json!({ "name": "garden pump" })), off);
}

#[test]
fn a_device_of_esphome_with_everything() {
    let home = home();
    let device = json!({
        "dev": { "ids": "e1", "name": "Office", "sa": "Office" }, "o": { "name": "ESPHome" }, "avty_t": "office/status",
        "cmps": {
            "blind": {
                "p": "cover", "uniq_id": "c", "name": "Blind", "cmd_t": "office/cover/blind/command", "dev_cla": "shutter",
                "pos_t": "office/cover/blind/position/state", "set_pos_t": "office/cover/blind/position/command",
                "stat_t": "office/cover/blind/state",
            },
            "heating": {
                "p": "climate", "uniq_id": "h", "name": "Heating", "temp_cmd_t": "office/climate/target/command",
                "temp_stat_t": "office/climate/target/state", "mode_cmd_t": "office/climate/mode/command",
                "mode_stat_t": "office/climate/mode/state", "curr_temp_t": "office/climate/current/state",
                "modes": ["off", "heat"], "min_temp": 5, "max_temp": 25, "temp_step": 0.5,
            },
            "fan": {
                "p": "fan", "uniq_id": "f", "name": "Fan", "cmd_t": "office/fan/command", "stat_t": "office/fan/state",
                "pct_cmd_t": "office/fan/speed/command", "pct_stat_t": "office/fan/speed/state", "spd_rng_max": 3,
            },
            "door": {
                "p": "lock", "uniq_id": "l", "name": "Door", "cmd_t": "office/lock/command", "stat_t": "office/lock/state",
            },
            "temperature": {
                "p": "sensor", "uniq_id": "t", "name": "Temperature", "stat_t": "office/sensor/t/state",
                "unit_of_meas": "°C", "dev_cla": "temperature", "val_tpl": "{{ value | float | round(1) }}",
            },
            "window": { "p": "binary_sensor", "uniq_id": "w", "name": "Window", "stat_t": "office/w", "dev_cla": "window" },
            "rssi": { "p": "sensor", "uniq_id": "r", "name": "Signal", "stat_t": "office/rssi", "ent_cat": "diagnostic" },
        },
    });
    home.told("homeassistant/device/office/config", device.clone());
    for (topic, payload) in [
        ("office/status", "online"),
        ("office/cover/blind/state", "open"),
        ("office/cover/blind/position/state", "80"),
        ("office/climate/mode/state", "heat"),
        ("office/climate/target/state", "20.5"),
        ("office/climate/current/state", "19.2"),
        ("office/fan/state", "ON"),
        ("office/fan/speed/state", "2"),
        ("office/lock/state", "LOCKED"),
        ("office/sensor/t/state", "21.4711"),
        ("office/w", "ON"),
    ] {
        home.told(topic, payload);
    }
    let house = home.house_now();
    assert_eq!(house.registry.entities.len(), 6, "a diagnosis is none of people's");
    let value = |id: &str| house.states[id].value.clone();
    assert_eq!(value("sensor.office_temperature"), "21.5");
    assert_eq!(
        (value("lock.office_door"), value("binary_sensor.office_window")),
        ("locked".into(), "on".into())
    );
    assert_eq!(
        house.states["cover.office_blind"].number("current_position"),
        Some(80.0)
    );
    assert_eq!(house.states["fan.office_fan"].number("percentage"), Some(67.0));
    let does = |name: &str, arguments| home.does(name, arguments);
    let blind = "office/cover/blind";
    assert_eq!(
        does("HassCloseCover", json!({ "name": "office blind" })),
        sent(&format!("{blind}/command"), "CLOSE")
    );
    let half = does("HassSetPosition", json!({ "name": "office blind", "position": 40 }));
    assert_eq!(half, sent(&format!("{blind}/position/command"), "40"));
    let warm = does(
        "HassClimateSetTemperature",
        json!({ "area": "office", "temperature": 21.5 }),
    );
    assert_eq!(warm, sent("office/climate/target/command", "21.5"));
    assert_eq!(
        does("RosieClimateStep", json!({ "area": "office" })),
        sent("office/climate/target/command", "21.5")
    );
    assert_eq!(
        does("RosieClimateMode", json!({ "area": "office", "mode": "heat" })),
        sent("office/climate/mode/command", "heat")
    );
    assert_eq!(
        does("HassFanSetSpeed", json!({ "name": "office fan", "percentage": 50 })),
        sent("office/fan/speed/command", "2")
    );
    assert_eq!(
        does("HassTurnOff", json!({ "name": "office door" })),
        sent("office/lock/command", "UNLOCK")
    );
    // One component fewer: it goes, the others keep what was heard.
    let mut fewer = device;
    fewer["cmps"]["window"] = json!({ "p": "binary_sensor" });
    home.told("homeassistant/device/office/config", fewer);
    let house = home.house_now();
    assert_eq!(house.registry.entities.len(), 5);
    assert_eq!(house.states["sensor.office_temperature"].value, "21.5");
}

#[test]
fn rosie_does_not_take_herself_for_a_lamp_and_hostile_messages_break_nothing() {
    let home = home();
    let own = json!({
        "device": { "identifiers": ["rosie_ab12_panel"], "name": "Rosie panel" }, "origin": {},
        "components": { "muted": { "platform": "switch", "unique_id": "x", "command_topic": "t" } },
    });
    home.told("homeassistant/device/rosie_ab12_panel/config", own);
    // Somebody else's announcement of Rosie's topics: she would ask herself.
    home.told(
        "homeassistant/button/fake/config",
        json!({ "name": "Fake", "~": "rosie/all", "cmd_t": "~/ask", "unique_id": "f" }),
    );
    for (topic, payload) in [
        (
            "homeassistant/light/a/config",
            r#"{"command_topic":"a/#","unique_id":3}"#,
        ),
        ("homeassistant/light/b/config", r#"{"command_topic":"$SYS/x"}"#),
        (
            "homeassistant/light/c/config",
            r#"{"command_topic":7,"state_topic":[]}"#,
        ),
        (
            "homeassistant/light/d/config",
            r#"{"command_topic":"x","schema":"template"}"#,
        ),
        ("homeassistant/alarm_control_panel/e/config", r#"{"command_topic":"x"}"#),
        ("homeassistant/device/f/config", r#"{"cmps":{"x":{"p":"light"}}}"#),
        ("homeassistant/light/g/config", "not json"),
    ] {
        home.told(topic, payload);
    }
    assert!(home.house_now().registry.entities.is_empty());
    let lamp = |name: &str| json!({ "name": name, "command_topic": "c", "state_topic": "s", "brightness_scale": 0, "bri_stat_t": "b" });
    home.told("homeassistant/light/one/config", lamp("Lamp"));
    home.told("homeassistant/light/two/config", lamp("Lamp"));
    for payload in ["", "{", "NaN", "1e999", "-1", "ON\u{0}", "ON"] {
        home.told("s", payload);
        home.told("b", payload);
    }
    let house = home.house_now();
    assert_eq!(
        house.registry.entities.keys().collect::<Vec<_>>(),
        ["light.lamp", "light.lamp_2"]
    );
    assert_eq!(house.states["light.lamp"].value, "on");
    for n in 0..(MOST + 50) {
        home.told(
            &format!("homeassistant/switch/s{n}/config"),
            json!({ "name": format!("S {n}"), "command_topic": "c" }),
        );
    }
    assert_eq!(home.house_now().registry.entities.len(), MOST);
}
