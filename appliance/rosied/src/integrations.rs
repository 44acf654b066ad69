//! What reaches beyond this machine, as the configuration names it: made, supervised, and replaced with it.

use crate::{
    audit::AuditFile,
    config::{Config, MqttDevices, MqttDiscovery, MqttVersion, WeatherSource, WeatherUnits},
    household::Doorway,
    plugins::Plugins,
    secrets::Secrets,
    thinking::rooms,
};
use rosie_core::{CallContext, Failure, Language, RoomId, ToolCall, TurnId, dialog::EntityState, engine::EngineInfo};
use rosie_hub::{
    HubError, Skill, SkillHub, SystemClock,
    calendar::GoogleCalendar,
    chat::Chat,
    contacts::Contacts,
    home_assistant::{HomeAssistant, HomeAssistantConfig, Token},
    household::Household,
    integration::{Limits, Supervised},
    mqtt::{Devices, Discovery, Mqtt, MqttConfig, MqttSettings, Version},
    weather::{OpenMeteo, OpenMeteoConfig, Units},
};
use serde_json::Value;
use std::{path::Path, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Names that the recogniser is told, at most; it reads only the first.
const BIAS: usize = 40;
/// For the last words of one that ends.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Those of one configuration. None where none is named: then no thread and no connection is there.
#[derive(Default, Clone)]
pub struct Integrations(Vec<Arc<Supervised>>, Option<Arc<Plugins>>);

impl Integrations {
    /// Starts them; they connect in the background.
    pub fn start(
        config: &Config,
        data: &Path,
        (audit, doorway, plugins): (&Arc<AuditFile>, Option<&Arc<Doorway>>, Option<Arc<Plugins>>),
        stopping: &CancellationToken,
    ) -> anyhow::Result<Self> {
        let mut all = Vec::new();
        let home = &config.home_assistant;
        if !home.url.is_empty() {
            let settings = HomeAssistantConfig::new(&home.url, Token::new(&home.token), rooms(config))?
                .with_conversation(home.conversation)
                .in_zone(&config.time_zone)?;
            let integration = Arc::new(HomeAssistant::new(settings, Arc::new(SystemClock), audit.clone())?);
            all.push(Supervised::start(integration, Limits::default(), stopping)?);
        }
        // A command that ends at once shows nobody to the broker: that is the daemon's.
        if let (Some(doorway), false) = (doorway, config.mqtt.url.is_empty()) {
            let clock = Arc::new(SystemClock);
            let integration = Arc::new(Mqtt::new(mqtt(config)?, doorway.clone(), clock, audit.clone()));
            all.push(Supervised::start(integration, Limits::default(), stopping)?);
        }
        let calendar = &config.google_calendar;
        if calendar.is_on() {
            let settings = calendar.settings(config.zone())?;
            let household = doorway.map(|doorway| doorway.clone() as Arc<dyn Household>);
            let (secrets, clock) = (Arc::new(Secrets::of(data)), Arc::new(SystemClock));
            let integration = GoogleCalendar::new(settings, secrets, household, clock, audit.clone())?;
            all.push(Supervised::start(Arc::new(integration), Limits::default(), stopping)?);
        }
        if config.mattermost.is_on() {
            let settings = config.mattermost.settings()?;
            let integration = Chat::new(settings, Arc::new(SystemClock), audit.clone())?;
            all.push(Supervised::start(Arc::new(integration), Limits::default(), stopping)?);
        }
        if config.monica.is_on() {
            let settings = config.monica.settings(config.zone())?;
            let integration = Contacts::new(settings, Arc::new(SystemClock), audit.clone())?;
            all.push(Supervised::start(Arc::new(integration), Limits::default(), stopping)?);
        }
        let weather = &config.weather;
        if weather.source == WeatherSource::OpenMeteo {
            let units = match weather.units {
                WeatherUnits::Metric => Units::Metric,
                WeatherUnits::Imperial => Units::Imperial,
            };
            let place = (weather.latitude, weather.longitude);
            let settings = OpenMeteoConfig::new(&weather.url, place, units, config.zone())?;
            let integration = Arc::new(OpenMeteo::new(settings, Arc::new(SystemClock))?);
            all.push(Supervised::start(integration, Limits::default(), stopping)?);
        }
        Ok(Self(all, plugins))
    }

    /// Whether a new configuration needs new ones.
    pub fn differ(before: &Config, now: &Config) -> bool {
        let any = !now.home_assistant.url.is_empty() || !now.mqtt.url.is_empty();
        let weather = now.weather.source != WeatherSource::Off;
        let zoned = any || weather || now.google_calendar.is_on() || now.monica.is_on();
        before.home_assistant != now.home_assistant
            || before.mqtt != now.mqtt
            || before.google_calendar != now.google_calendar
            || before.mattermost != now.mattermost
            || before.monica != now.monica
            || before.weather != now.weather
            || (before.rooms != now.rooms && any)
            || (before.time_zone != now.time_zone && zoned)
    }

    /// Makes them skills of the hub.
    pub fn join(&self, hub: &mut SkillHub) -> Result<(), HubError> {
        self.all().into_iter().try_for_each(|one| hub.add(one))
    }

    /// Their sentence templates: language, name for errors, YAML.
    pub fn sentences(&self) -> Vec<(rosie_core::Language, String, String)> {
        let all = self.0.iter().flat_map(|one| one.sentences());
        let own = all.map(|s| {
            (
                rosie_core::Language::new(s.language),
                s.file.to_owned(),
                s.yaml.to_owned(),
            )
        });
        own.chain(self.1.iter().flat_map(|plugins| plugins.sentences()))
            .collect()
    }

    /// Whether a home has lists of its own.
    pub fn have_lists(&self) -> bool {
        let is_list = |name: &rosie_core::KnownName| name.value.starts_with("todo.");
        self.0.iter().any(|one| one.names().values().flatten().any(is_list))
    }

    /// For health: `integrations/home_assistant`.
    pub fn infos(&self) -> impl Iterator<Item = (String, EngineInfo)> + '_ {
        self.all()
            .into_iter()
            .map(|one| (format!("integrations/{}", one.name()), one.info()))
    }

    /// What is done with the account of an integration; `None` where there is no such one, or it has none.
    pub async fn account(&self, name: &str, action: &str, arguments: Value) -> Option<Result<Value, Failure>> {
        let one = self.0.iter().find(|one| one.name() == name)?;
        if !Skill::calls(&**one).contains(&action) {
            return None;
        }
        let call = ToolCall {
            name: action.to_owned(),
            arguments,
        };
        let outcome = Skill::handle(&**one, &call, &by_owner()).await;
        Some(outcome.map(|result| result.data))
    }

    /// With the plugins that run.
    fn all(&self) -> Vec<Arc<Supervised>> {
        let plugins = self.1.iter().flat_map(|plugins| plugins.running());
        self.0.iter().cloned().chain(plugins).collect()
    }

    /// What is in the home, as far as it may be known.
    pub fn entities(&self) -> Vec<EntityState> {
        self.0.iter().flat_map(|one| one.entities()).collect()
    }

    /// What is likely to be said in a room besides the rooms' own names: what stands in it, then the rest.
    pub fn bias(&self, room: &RoomId) -> Vec<String> {
        let mut entities = self.entities();
        entities.sort_by_key(|entity| entity.room.as_ref() != Some(room));
        entities
            .into_iter()
            .filter_map(|entity| entity.names.into_iter().next())
            .take(BIAS)
            .collect()
    }

    /// Waits until each serves, at most `limit`; for commands that end at once.
    pub async fn ready(&self, limit: Duration) {
        let all = self.0.iter().map(|one| one.ready(limit));
        futures_util::future::join_all(all).await;
    }

    /// Ends them.
    pub async fn stop(&self) {
        futures_util::future::join_all(self.0.iter().map(|one| one.stop(LAST_WORDS))).await;
    }
}

/// What the owner does on the page or over the API is done in no room.
fn by_owner() -> CallContext {
    CallContext {
        turn_id: TurnId(0),
        room: "".into(),
        endpoint: "".into(),
        language: Language::default(),
        conversation: "".into(),
        user: None,
    }
}

fn mqtt(config: &Config) -> Result<MqttConfig, HubError> {
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
        devices: match (mqtt.devices, config.home_assistant.url.is_empty()) {
            (MqttDevices::Discovery, true) => Devices::Discovery,
            (MqttDevices::Statestream, true) => Devices::Statestream(mqtt.statestream_topic.clone()),
            _ => Devices::Off,
        },
    };
    MqttConfig::new(settings, rooms(config))
}
