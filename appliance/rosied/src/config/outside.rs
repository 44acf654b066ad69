//! What Rosie reaches beyond this machine for: Home Assistant, the MQTT broker, the weather.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

section! {
    /// Your home, through Home Assistant: docs/home-assistant.md says how to connect it. Without an address it is off.
    HomeAssistant {
        /// As in your browser ("http://homeassistant.local:8123").
        #[schemars(title = "Address")]
        url: String = String::new(),
        /// A long-lived access token of an administrator; `${HA_TOKEN}` takes it from the environment.
        token: String = String::new(),
        /// PEM file with the authority that signed its certificate, where that is your own. Empty: whom this system trusts.
        #[schemars(title = "Certificate authority (PEM file)")]
        ca_file: String = String::new(),
        /// Give sentences that Rosie does not understand to Home Assistant's own conversation agent, before a language
        /// model gets them. What that agent does it does itself: Rosie does not ask first.
        conversation: bool = false,
    }
}

section! {
    /// The MQTT bridge: docs/mqtt.md says what it does. Without an address it is off.
    Mqtt {
        /// Of the broker: "mqtt://broker.local:1883", or "mqtts://broker.local:8883" for TLS.
        #[schemars(title = "Address")]
        url: String = String::new(),
        /// As the broker knows Rosie. Empty: she signs in without a name.
        username: String = String::new(),
        /// `${MQTT_PASSWORD}` takes it from the environment.
        password: String = String::new(),
        /// PEM file with the authority that signed the broker's certificate. Empty: whom this system trusts.
        #[schemars(title = "Certificate authority (PEM file)")]
        ca_file: String = String::new(),
        /// `auto` speaks MQTT 5, and 3.1.1 with a broker that does not know it.
        version: MqttVersion = MqttVersion::Auto,
        /// First part of Rosie's topics. Two Rosies on one broker need two.
        topic: String = "rosie".into(),
        /// First part of Home Assistant's discovery topics.
        discovery_prefix: String = "homeassistant".into(),
        /// How Rosie shows herself: `device` for Home Assistant 2024.12 and later, `entities` for older ones, `off`.
        discovery: MqttDiscovery = MqttDiscovery::Device,
        /// Show what was said and answered last, and timers' names, on the broker.
        show_texts: bool = false,
        /// Control things of the home over MQTT itself, without Home Assistant: `discovery` learns them from their own
        /// discovery messages, `statestream` from Home Assistant's integration of that name. `home_assistant.url` takes
        /// precedence: with it this is off.
        devices: MqttDevices = MqttDevices::Discovery,
        /// Its `base_topic`, for `devices: statestream`.
        statestream_topic: String = "statestream".into(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MqttVersion {
    Auto,
    #[serde(rename = "5")]
    V5,
    #[serde(rename = "3.1.1")]
    V311,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MqttDiscovery {
    Device,
    Entities,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MqttDevices {
    Discovery,
    Statestream,
    Off,
}

section! {
    /// The weather, where no Home Assistant tells it (docs/skills.md). Off unless a source is named.
    Weather {
        /// `open-meteo` is asked on the internet when somebody asks about the weather, and told the place below to about a
        /// kilometre.
        source: WeatherSource = WeatherSource::Off,
        /// Of the house, in degrees; south of the equator negative.
        latitude: f64 = 0.0,
        /// West of Greenwich negative.
        longitude: f64 = 0.0,
        /// What it is told in; Home Assistant tells it in its own.
        units: WeatherUnits = WeatherUnits::Metric,
        /// Of the service, or of one like it that you run.
        #[schemars(title = "Address")]
        url: String = "https://api.open-meteo.com".into(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WeatherSource {
    Off,
    OpenMeteo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WeatherUnits {
    Metric,
    Imperial,
}
