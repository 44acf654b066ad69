//! What the shape cannot say: ranges, references, addresses.

use super::{Config, LlmTier, ModelPreference, WeatherSource};
use rosie_core::appliance::ConfigMistake;
use std::{collections::BTreeSet, ops::RangeInclusive};

pub(super) struct Findings(Vec<ConfigMistake>);

impl Findings {
    pub(super) fn add(&mut self, key: impl Into<String>, message: impl Into<String>) {
        self.0.push(ConfigMistake {
            key: key.into(),
            message: message.into(),
        });
    }

    pub(super) fn range<T: PartialOrd + std::fmt::Display>(&mut self, key: &str, value: T, allowed: RangeInclusive<T>) {
        if !allowed.contains(&value) {
            self.add(
                key,
                format!("{value} is out of range: from {} to {}", allowed.start(), allowed.end()),
            );
        }
    }

    /// It is sent in a header, which is one line. The key itself is not quoted.
    fn api_key(&mut self, key: &str, value: &str) {
        if value.contains(char::is_control) {
            self.add(
                key,
                "has a line's end or another character that no key has: was it copied whole, and nothing else with it?",
            );
        }
    }

    pub(super) fn url(&mut self, key: &str, value: &str) {
        let known = value.starts_with("http://") || value.starts_with("https://");
        if !value.is_empty() && (!known || value.len() < 9 || value.contains(char::is_whitespace)) {
            self.add(
                key,
                format!("\"{value}\" is not an address like http://name:8080 or https://name"),
            );
        }
    }
}

/// Every mistake in the values of a well-shaped configuration.
pub fn check(config: &Config) -> Vec<ConfigMistake> {
    let mut found = Findings(Vec::new());
    check_house(config, &mut found);
    super::server::check(config, &mut found);
    check_audio(config, &mut found);
    check_engines(config, &mut found);
    for (name, tier) in [
        ("local", &config.llm.local),
        ("network", &config.llm.network),
        ("cloud", &config.llm.cloud),
    ] {
        check_tier(name, tier, &mut found);
    }
    check_routing(config, &mut found);
    check_home(config, &mut found);
    check_mqtt(config, &mut found);
    super::services::check(config, &mut found);
    check_weather(config, &mut found);
    super::wake_word::check(config, &mut found);
    super::wyoming::check(config, &mut found);
    super::extensions::check(config, &mut found);
    super::backup::check(config, &mut found);
    super::quiet::check(config, &mut found);
    super::device::check(config, &mut found);
    super::satellite::check(config, &mut found);
    found.0
}

fn check_home(config: &Config, found: &mut Findings) {
    let home = &config.home_assistant;
    found.url("home_assistant.url", &home.url);
    match (home.url.is_empty(), home.token.trim().is_empty()) {
        (false, true) => found.add(
            "home_assistant.token",
            "Home Assistant needs a long-lived access token (your profile there, Security), best as ${HA_TOKEN} from the \
             environment",
        ),
        (true, false) => found.add(
            "home_assistant.url",
            "a token without an address: give the one in your browser, like http://homeassistant.local:8123",
        ),
        _ => {}
    }
    check_file("home_assistant.ca_file", &home.ca_file, found);
}

/// A file that is named has to be there.
fn check_file(key: &str, file: &str, found: &mut Findings) {
    if !file.is_empty() && !std::path::Path::new(file).is_file() {
        found.add(key, format!("\"{file}\" is not a file"));
    }
}

fn check_mqtt(config: &Config, found: &mut Findings) {
    let mqtt = &config.mqtt;
    if mqtt.url.is_empty() {
        if !mqtt.password.is_empty() {
            found.add(
                "mqtt.url",
                "a password without an address: give the broker's, like mqtt://broker.local:1883",
            );
        }
        return;
    }
    if let Err(error) = rosie_hub::mqtt::address(&mqtt.url) {
        found.add("mqtt.url", error.to_string());
    }
    if mqtt.username.is_empty() && !mqtt.password.is_empty() {
        found.add(
            "mqtt.username",
            "a password without a name: give the name that the broker knows",
        );
    }
    for (key, topic) in [
        ("topic", &mqtt.topic),
        ("discovery_prefix", &mqtt.discovery_prefix),
        ("statestream_topic", &mqtt.statestream_topic),
    ] {
        if let Err(error) = rosie_hub::mqtt::topic(topic) {
            found.add(format!("mqtt.{key}"), error.to_string());
        }
    }
    if mqtt.topic == mqtt.discovery_prefix {
        found.add("mqtt.topic", "must differ from mqtt.discovery_prefix");
    }
    check_file("mqtt.ca_file", &mqtt.ca_file, found);
    for (i, room) in config.rooms.iter().enumerate() {
        if rosie_hub::mqtt::RESERVED.contains(&room.id.as_str()) {
            found.add(
                format!("rooms.{i}.id"),
                format!(
                    "\"{}\" stands for something else in MQTT topics: call the room's id otherwise",
                    room.id
                ),
            );
        }
    }
}

fn check_weather(config: &Config, found: &mut Findings) {
    let weather = &config.weather;
    if weather.source == WeatherSource::Off {
        return;
    }
    found.range("weather.latitude", weather.latitude, -90.0..=90.0);
    found.range("weather.longitude", weather.longitude, -180.0..=180.0);
    if weather.latitude == 0.0 && weather.longitude == 0.0 {
        found.add(
            "weather.latitude",
            "where is the house? Give weather.latitude and weather.longitude in degrees",
        );
    }
    if weather.url.is_empty() {
        found.add("weather.url", "the source has no address");
    }
    found.url("weather.url", &weather.url);
}

fn check_routing(config: &Config, found: &mut Findings) {
    let routing = &config.llm.routing;
    for (key, value) in [
        ("local_budget_ms", routing.local_budget_ms),
        ("network_budget_ms", routing.network_budget_ms),
        ("cloud_budget_ms", routing.cloud_budget_ms),
        ("patience_ms", routing.patience_ms),
    ] {
        found.range(&format!("llm.routing.{key}"), value, 100..=60_000);
    }
    found.range("llm.routing.prompt_tokens", routing.prompt_tokens, 400..=100_000);
    for room in routing.rooms.keys() {
        if !config.rooms.iter().any(|known| known.id == *room) {
            found.add(
                format!("llm.routing.rooms.{room}"),
                "there is no such room; name one of `rooms` by its id",
            );
        }
    }
    let rooms = routing.rooms.iter().map(|(id, wish)| (format!("rooms.{id}"), *wish));
    let people = routing.people.iter().map(|(id, wish)| (format!("people.{id}"), *wish));
    let house = [("preference".to_owned(), routing.preference)];
    for (key, wish) in rooms.chain(people).chain(house) {
        if wish == ModelPreference::CloudAllowed && !config.privacy.cloud_allowed {
            found.add(
                format!("llm.routing.{key}"),
                "cloud_allowed has no effect while privacy.cloud_allowed is false: set that too, or choose another",
            );
        }
    }
}

fn check_house(config: &Config, found: &mut Findings) {
    if config.languages.is_empty() {
        found.add("languages", "name at least one language, like [en]");
    }
    for (i, tag) in config.languages.iter().enumerate() {
        let plausible = (2..=8).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !plausible {
            found.add(
                format!("languages.{i}"),
                format!("\"{tag}\" is not a language tag like en, de or pt-BR"),
            );
        }
    }
    if !config.time_zone.is_empty() && jiff::tz::TimeZone::get(&config.time_zone).is_err() {
        found.add(
            "time_zone",
            format!("\"{}\" is not a time zone like Europe/Berlin", config.time_zone),
        );
    }
    if config.rooms.is_empty() {
        found.add("rooms", "name at least one room");
    }
    let mut seen = BTreeSet::new();
    for (i, room) in config.rooms.iter().enumerate() {
        let id_ok = (1..=64).contains(&room.id.len())
            && room
                .id
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-');
        if !id_ok {
            found.add(
                format!("rooms.{i}.id"),
                format!("\"{}\" must be 1 to 64 of a-z 0-9 _ -", room.id),
            );
        }
        if room.name.trim().is_empty() || room.name.len() > 64 {
            found.add(format!("rooms.{i}.name"), "must be 1 to 64 characters");
        }
        if !seen.insert(&room.id) {
            found.add(format!("rooms.{i}.id"), format!("\"{}\" is used twice", room.id));
        }
    }
}

fn check_audio(config: &Config, found: &mut Findings) {
    let audio = &config.audio;
    found.range("audio.speech_threshold", audio.speech_threshold, 0.05..=0.95);
    found.range("audio.silence_ms", audio.silence_ms, 160..=5_000);
    found.range("audio.complete_silence_ms", audio.complete_silence_ms, 160..=5_000);
    found.range("audio.dangling_silence_ms", audio.dangling_silence_ms, 160..=10_000);
    found.range("audio.max_utterance_ms", audio.max_utterance_ms, 1_000..=28_000);
    found.range("audio.no_speech_ms", audio.no_speech_ms, 500..=60_000);
    found.range("audio.transcript_ms", audio.transcript_ms, 1_000..=600_000);
    found.range("audio.pre_roll_ms", audio.pre_roll_ms, 0..=2_000);
    found.range("audio.tap_ms", audio.tap_ms, 0..=2_000);
    found.range("audio.partial_every_ms", audio.partial_every_ms, 0..=10_000);
    found.range("audio.barge_in_ms", audio.barge_in_ms, 0..=5_000);
    found.range("audio.follow_up_ms", audio.follow_up_ms, 500..=60_000);
    found.range("audio.volume_percent", audio.volume_percent, 0..=100);
}

fn check_engines(config: &Config, found: &mut Findings) {
    found.range("stt.threads", config.stt.threads, 0..=64);
    found.range("stt.workers", config.stt.workers, 1..=8);
    found.url("stt.remote.host", &config.stt.remote.host);
    found.api_key("stt.remote.api_key", &config.stt.remote.api_key);
    found.range("stt.remote.timeout_ms", config.stt.remote.timeout_ms, 500..=120_000);
    if config.stt.engine == super::SttEngineKind::Remote && config.stt.remote.host.is_empty() {
        found.add(
            "stt.remote.host",
            "engine `remote` needs the address of a transcription server",
        );
    }
    for (key, value) in [
        ("vad.model", &config.vad.model),
        ("turn_end.model", &config.turn_end.model),
        ("speakers.model", &config.speakers.model),
        ("stt.model", &config.stt.model),
        ("tts.voice", &config.tts.voice),
    ] {
        if value.trim().is_empty() {
            found.add(key, "must not be empty; `rosied models list` shows what there is");
        }
    }
    found.range("tts.rate", config.tts.rate, 0.5..=2.0);
    found.range("tts.threads", config.tts.threads, 0..=64);
    found.range("tts.cache_mb", config.tts.cache_mb, 0..=4_096);
    found.range("tts.max_chars", config.tts.max_chars, 100..=100_000);
    if config
        .logging
        .filter
        .parse::<tracing_subscriber::filter::Targets>()
        .is_err()
    {
        found.add(
            "logging.filter",
            format!(
                "\"{}\" is not a level or a filter like info,rosie_speech=debug",
                config.logging.filter
            ),
        );
    }
}

fn check_tier(name: &str, tier: &LlmTier, found: &mut Findings) {
    let key = |field: &str| format!("llm.{name}.{field}");
    found.url(&key("host"), &tier.host);
    found.range(&key("threads"), tier.threads, 0..=64);
    found.range(&key("context_tokens"), tier.context_tokens, 256..=1_048_576);
    found.range(&key("first_token_ms"), tier.first_token_ms, 100..=120_000);
    found.range(&key("answer_ms"), tier.answer_ms, 1_000..=600_000);
    found.range(&key("max_tokens"), tier.max_tokens, 1..=32_768);
    found.api_key(&key("api_key"), &tier.api_key);
    if tier.model.is_empty() || !tier.host.is_empty() {
        return;
    }
    let provider = tier.provider.kind();
    let own = name == "local" || provider.needs_key();
    if provider.default_address().is_none() || !own {
        found.add(key("host"), "this provider needs the address of its server");
    }
    if provider.needs_key() && tier.api_key.is_empty() {
        found.add(
            key("api_key"),
            "this provider needs a key, best as ${NAME} from the environment",
        );
    }
}
