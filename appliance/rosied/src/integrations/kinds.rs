//! Every integration that is compiled in: its section of the configuration, when it is on, when a new configuration needs a new
//! one, and how it is made. The pages of settings and the daemon read the same table.

use crate::{
    audit::AuditFile,
    config::{Config, MqttDevices, MqttDiscovery, MqttVersion, WeatherSource, WeatherUnits},
    household::Doorway,
    secrets::Secrets,
    thinking::rooms,
};
use rosie_hub::{
    HubError, SystemClock,
    calendar::GoogleCalendar,
    chat::Chat,
    contacts::Contacts,
    home_assistant::{HomeAssistant, HomeAssistantConfig, Token},
    household::Household,
    integration::Integration,
    mqtt::{Devices, Discovery, Mqtt, MqttConfig, MqttSettings, Version},
    weather::{OpenMeteo, OpenMeteoConfig, Units},
};
use std::{path::Path, sync::Arc};

/// What an integration is given besides its configuration.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    pub data: &'a Path,
    pub audit: &'a Arc<AuditFile>,
    /// `None` for a command that ends at once.
    pub doorway: Option<&'a Arc<Doorway>>,
}

type Made = Result<Option<Arc<dyn Integration>>, HubError>;

pub struct Kind {
    /// Of its section, and in health.
    pub name: &'static str,
    pub title: &'static str,
    pub is_on: fn(&Config) -> bool,
    /// Whether one that was made for the first serves the second.
    pub same: fn(&Config, &Config) -> bool,
    /// `None` where it cannot be here. Nothing is connected yet.
    pub make: fn(&Config, Around<'_>) -> Made,
}

pub const KINDS: [Kind; 6] = [
    Kind {
        name: "home_assistant",
        title: "Home Assistant",
        is_on: |config| !config.home_assistant.url.is_empty(),
        same: |a, b| a.home_assistant == b.home_assistant && a.rooms == b.rooms && a.time_zone == b.time_zone,
        make: home_assistant,
    },
    Kind {
        name: "mqtt",
        title: "MQTT",
        is_on: |config| !config.mqtt.url.is_empty(),
        same: |a, b| a.mqtt == b.mqtt && a.rooms == b.rooms && has_home(a) == has_home(b),
        make: mqtt,
    },
    Kind {
        name: "google_calendar",
        title: "Google Calendar",
        is_on: |config| config.google_calendar.is_on(),
        same: |a, b| a.google_calendar == b.google_calendar && a.time_zone == b.time_zone,
        make: google_calendar,
    },
    Kind {
        name: "mattermost",
        title: "Mattermost",
        is_on: |config| config.mattermost.is_on(),
        same: |a, b| a.mattermost == b.mattermost,
        make: |config, around| {
            let settings = config.mattermost.settings()?;
            Ok(Some(Arc::new(Chat::new(
                settings,
                Arc::new(SystemClock),
                around.audit.clone(),
            )?)))
        },
    },
    Kind {
        name: "monica",
        title: "Monica",
        is_on: |config| config.monica.is_on(),
        same: |a, b| a.monica == b.monica && a.time_zone == b.time_zone,
        make: |config, around| {
            let settings = config.monica.settings(config.zone())?;
            let contacts = Contacts::new(settings, Arc::new(SystemClock), around.audit.clone())?;
            Ok(Some(Arc::new(contacts)))
        },
    },
    Kind {
        name: "weather",
        title: "Weather",
        is_on: |config| config.weather.source != WeatherSource::Off,
        same: |a, b| a.weather == b.weather && a.time_zone == b.time_zone,
        make: weather,
    },
];

fn has_home(config: &Config) -> bool {
    !config.home_assistant.url.is_empty()
}

fn home_assistant(config: &Config, around: Around<'_>) -> Made {
    let home = &config.home_assistant;
    let settings = HomeAssistantConfig::new(&home.url, Token::new(&home.token), rooms(config))?
        .with_conversation(home.conversation)
        .trusting(&home.ca_file)
        .in_zone(&config.time_zone)?;
    let integration = HomeAssistant::new(settings, Arc::new(SystemClock), around.audit.clone())?;
    Ok(Some(Arc::new(integration)))
}

/// A command that ends at once shows nobody to the broker: that is the daemon's.
fn mqtt(config: &Config, around: Around<'_>) -> Made {
    let Some(doorway) = around.doorway else { return Ok(None) };
    let settings = mqtt_settings(config)?;
    let integration = Mqtt::new(settings, doorway.clone(), Arc::new(SystemClock), around.audit.clone());
    Ok(Some(Arc::new(integration)))
}

fn google_calendar(config: &Config, around: Around<'_>) -> Made {
    let settings = config.google_calendar.settings(config.zone())?;
    let household = around.doorway.map(|doorway| doorway.clone() as Arc<dyn Household>);
    let (secrets, clock) = (Arc::new(Secrets::of(around.data)), Arc::new(SystemClock));
    let integration = GoogleCalendar::new(settings, secrets, household, clock, around.audit.clone())?;
    Ok(Some(Arc::new(integration)))
}

fn weather(config: &Config, _: Around<'_>) -> Made {
    let weather = &config.weather;
    let units = match weather.units {
        WeatherUnits::Metric => Units::Metric,
        WeatherUnits::Imperial => Units::Imperial,
    };
    let place = (weather.latitude, weather.longitude);
    let settings = OpenMeteoConfig::new(&weather.url, place, units, config.zone())?;
    Ok(Some(Arc::new(OpenMeteo::new(settings, Arc::new(SystemClock))?)))
}

fn mqtt_settings(config: &Config) -> Result<MqttConfig, HubError> {
    let mqtt = &config.mqtt;
    let settings = MqttSettings {
        url: &mqtt.url,
        username: &mqtt.username,
        password: &mqtt.password,
        ca_file: &mqtt.ca_file,
        version: match mqtt.version {
            MqttVersion::Auto => Version::Auto,
            MqttVersion::V5 => Version::V5,
            MqttVersion::V311 => Version::V311,
        },
        base: &mqtt.topic,
        prefix: &mqtt.discovery_prefix,
        discovery: match mqtt.discovery {
            MqttDiscovery::Device => Discovery::Device,
            MqttDiscovery::Entities => Discovery::Entities,
            MqttDiscovery::Off => Discovery::Off,
        },
        show_texts: mqtt.show_texts,
        // Home Assistant knows better what is in the home, and what of it may be known.
        devices: match (mqtt.devices, has_home(config)) {
            (MqttDevices::Discovery, false) => Devices::Discovery,
            (MqttDevices::Statestream, false) => Devices::Statestream(mqtt.statestream_topic.clone()),
            _ => Devices::Off,
        },
    };
    MqttConfig::new(settings, rooms(config))
}
