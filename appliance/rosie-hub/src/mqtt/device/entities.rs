//! The entities. Each does something, or tells something that is so: what the daemon has nothing behind is not in here.

use super::{About, Has};
use crate::household::WakeWords;
use rosie_core::EndpointId;
use serde_json::{Map, Value, json};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entity {
    /// Home Assistant's kind of thing.
    pub component: &'static str,
    pub key: &'static str,
    /// `None`: called as its device.
    pub name: Option<&'static str>,
    pub config: Map<String, Value>,
}

fn entity(component: &'static str, key: &'static str, name: &'static str, config: Value) -> Entity {
    Entity {
        component,
        key,
        name: Some(name),
        config: match config {
            Value::Object(config) => config,
            _ => Map::new(),
        },
    }
}

/// What events of turns, timers and wake words are called.
pub(super) const EVENTS: [&str; 9] = [
    "wake_word_heard",
    "command_done",
    "answered",
    "nothing_heard",
    "cancelled",
    "interrupted",
    "failed",
    "timer_ringing",
    "timer_stopped",
];

pub(super) fn of_appliance(about: &About<'_>) -> Vec<Entity> {
    let topics = about.topics;
    let vitals = topics.appliance("vitals");
    // A measurement out of the vitals.
    let measured = |key, name, more: Value| {
        let mut sensor = entity("sensor", key, name, more);
        let config = &mut sensor.config;
        config.insert("state_topic".into(), json!(vitals));
        config.insert("value_template".into(), json!(format!("{{{{ value_json.{key} }}}}")));
        config.insert("entity_category".into(), json!("diagnostic"));
        if config.contains_key("unit_of_measurement") {
            config.insert("state_class".into(), json!("measurement"));
        }
        sensor
    };
    let mut all = vec![
        entity(
            "notify",
            "announce",
            "Announce",
            json!({ "command_topic": topics.room("all", "announce") }),
        ),
        timers(topics.appliance("timers")),
        entity(
            "button",
            "restart",
            "Restart",
            json!({
                "command_topic": topics.appliance("restart"),
                "device_class": "restart",
                "entity_category": "config",
            }),
        ),
        measured(
            "cpu",
            "Processor",
            json!({ "unit_of_measurement": "%", "icon": "mdi:chip", "suggested_display_precision": 0 }),
        ),
        measured(
            "memory",
            "Memory",
            json!({ "unit_of_measurement": "MB", "device_class": "data_size", "suggested_display_precision": 0 }),
        ),
        measured(
            "disk_free",
            "Disk free",
            json!({ "unit_of_measurement": "GB", "device_class": "data_size", "suggested_display_precision": 1 }),
        ),
        measured(
            "latency_p50",
            "Reply delay, median",
            json!({ "unit_of_measurement": "ms", "device_class": "duration" }),
        ),
        measured(
            "latency_p95",
            "Reply delay, 95th percentile",
            json!({ "unit_of_measurement": "ms", "device_class": "duration" }),
        ),
        measured("started", "Started", json!({ "device_class": "timestamp" })),
    ];
    if about.has_temperature {
        all.push(measured(
            "temperature",
            "Temperature",
            json!({ "unit_of_measurement": "°C", "device_class": "temperature", "suggested_display_precision": 0 }),
        ));
    }
    if about.has_update {
        all.push(entity(
            "update",
            "update",
            "Update",
            json!({
                "state_topic": topics.appliance("update"),
                "command_topic": topics.appliance("update/install"),
                "payload_install": "install",
                "device_class": "firmware",
                "entity_category": "config",
            }),
        ));
    }
    all
}

fn timers(topic: String) -> Entity {
    let config = json!({
        "state_topic": topic,
        "value_template": "{{ value_json.count }}",
        "json_attributes_topic": topic,
        "icon": "mdi:timer-outline",
    });
    entity("sensor", "timers", "Timers", config)
}

pub(super) fn of_endpoint(about: &About<'_>, endpoint: &EndpointId, has: Has) -> Vec<Entity> {
    let topic = |what: &str| about.topics.endpoint(endpoint, what);
    let switch = |key, name, icon: &str| {
        let config = json!({
            "state_topic": topic(key),
            "command_topic": topic(&format!("{key}/set")),
            "icon": icon,
            "entity_category": "config",
        });
        entity("switch", key, name, config)
    };
    let percent = |key, name, icon: &str| {
        let config = json!({
            "state_topic": topic(key),
            "command_topic": topic(&format!("{key}/set")),
            "min": 0, "max": 100, "step": 1, "mode": "slider",
            "unit_of_measurement": "%",
            "icon": icon,
        });
        entity("number", key, name, config)
    };
    let button = |key, name, icon: &str| {
        entity(
            "button",
            key,
            name,
            json!({ "command_topic": topic(key), "icon": icon }),
        )
    };
    let mut all = vec![
        entity(
            "sensor",
            "state",
            "State",
            json!({
                "state_topic": topic("state"),
                "device_class": "enum",
                "options": ["idle", "listening", "thinking", "speaking", "follow_up"],
                "icon": "mdi:account-voice",
            }),
        ),
        percent("volume", "Volume", "mdi:volume-high"),
        switch("muted", "Microphone mute", "mdi:microphone-off"),
        switch("do_not_disturb", "Do not disturb", "mdi:bell-sleep"),
        switch("remembers", "Store conversations", "mdi:database"),
        entity("notify", "announce", "Say", json!({ "command_topic": topic("say") })),
        entity(
            "text",
            "say",
            "Say",
            json!({ "command_topic": topic("say"), "min": 1, "max": 255, "icon": "mdi:bullhorn" }),
        ),
        button("listen", "Listen", "mdi:microphone-message"),
        button("stop", "Stop", "mdi:stop"),
        entity(
            "button",
            "forget",
            "Remove from Home Assistant",
            json!({
                "command_topic": topic("forget"),
                "entity_category": "config",
                "enabled_by_default": false,
                "icon": "mdi:delete",
                // Also of an endpoint that is away.
                "availability": [{ "topic": about.topics.status() }],
            }),
        ),
        timers(topic("timers")),
        entity(
            "event",
            "event",
            "Event",
            json!({ "state_topic": topic("event"), "event_types": EVENTS }),
        ),
    ];
    if has.screen {
        all.push(percent("brightness", "Screen brightness", "mdi:brightness-6"));
    }
    if has.leds {
        // Bright or dark is one number: on is as bright as wanted, off is 0.
        let (state, command) = (topic("brightness"), topic("brightness/set"));
        all.push(entity(
            "light",
            "leds",
            "LED ring",
            json!({
                "state_topic": state,
                "state_value_template": "{{ 0 if value | int(0) == 0 else 100 }}",
                "command_topic": command,
                "payload_on": "100",
                "payload_off": "0",
                "on_command_type": "brightness",
                "brightness_state_topic": state,
                "brightness_command_topic": command,
                "brightness_scale": 100,
                "icon": "mdi:led-on",
                "entity_category": "config",
            }),
        ));
    }
    if has.wake_word {
        all.push(entity(
            "select",
            "wake_word",
            "Wake word",
            json!({
                "state_topic": topic("wake_word"),
                "command_topic": topic("wake_word/set"),
                "options": WakeWords::ALL.map(WakeWords::phrase),
                "icon": "mdi:chat-alert",
                "entity_category": "config",
            }),
        ));
        let mut sensitivity = percent("wake_word_sensitivity", "Wake word sensitivity", "mdi:ear-hearing");
        for (key, value) in [
            ("min", json!(5)),
            ("max", json!(95)),
            ("entity_category", json!("config")),
        ] {
            sensitivity.config.insert(key.into(), value);
        }
        all.push(sensitivity);
    }
    if about.show_texts {
        // A state in Home Assistant has at most 255 characters; the whole text is on the topic.
        let shown = |key, name| {
            let config = json!({
                "state_topic": topic(key),
                "value_template": "{{ value[:255] }}",
                "icon": "mdi:message-text",
            });
            entity("sensor", key, name, config)
        };
        all.push(shown("transcript", "Last transcript"));
        all.push(shown("reply", "Last reply"));
    }
    all
}
