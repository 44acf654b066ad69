#![allow(clippy::unwrap_used)]
use super::{document::MASK, *};

fn resolve(yaml: &str) -> Result<Config, Vec<ConfigMistake>> {
    let env = |name: &str| (name == "KEY").then(|| "s3cret".to_owned());
    Document::parse(yaml)?.resolve(env, &Default::default())
}

#[test]
fn nothing_is_the_defaults() {
    assert_eq!(resolve("").unwrap(), Config::default());
    assert_eq!(resolve("{}").unwrap(), Config::default());
}

#[test]
fn the_default_file_says_what_the_defaults_are() {
    assert_eq!(resolve(DEFAULT_YAML).unwrap(), Config::default());
}

#[test]
fn all_mistakes_are_told_at_once() {
    let yaml = "
stt: {engine: wisper, treads: 2}
audio: {silence_ms: 1, volume_percent: loud}
llm: {cloud: {api_key: '${NOWHERE}'}}
rooms: []
";
    let mistakes = resolve(yaml).unwrap_err();
    let keys: Vec<&str> = mistakes.iter().map(|m| m.key.as_str()).collect();
    for key in ["stt.engine", "stt", "audio.volume_percent", "llm.cloud.api_key"] {
        assert!(keys.contains(&key), "{key} is missing among {mistakes:?}");
    }
    // Values are judged once the shape is right.
    let mistakes = resolve(
        "{audio: {silence_ms: 1}, rooms: [], languages: [x!], time_zone: Mars/Crater, server: {listen: [here]}}",
    );
    let keys: Vec<String> = mistakes.unwrap_err().into_iter().map(|m| m.key).collect();
    assert_eq!(
        keys,
        [
            "languages.0",
            "time_zone",
            "rooms",
            "server.listen.0",
            "audio.silence_ms"
        ]
    );
}

#[test]
fn a_room_out_of_earshot_is_one_of_the_house() {
    let arbitration = |text: &str| {
        let rooms = "rooms: [{id: kitchen, name: Kitchen}, {id: attic, name: Attic}]";
        resolve(&format!("{{{rooms}, wake_word: {{arbitration: {{{text}}}}}}}"))
    };
    let mistakes = arbitration("window_ms: 100, out_of_earshot: [attic, moon]").unwrap_err();
    let keys: Vec<&str> = mistakes.iter().map(|m| m.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "wake_word.arbitration.window_ms",
            "wake_word.arbitration.out_of_earshot.1"
        ]
    );
    assert!(mistakes[1].message.contains("kitchen, attic"), "{mistakes:?}");
    let section = arbitration("out_of_earshot: [attic]").unwrap().wake_word.arbitration;
    let (attic, kitchen) = ("attic".into(), "kitchen".into());
    assert_eq!(
        (section.within(&attic), section.within(&kitchen)),
        (Some("attic".into()), None)
    );
}

#[test]
fn yaml_that_is_none_is_told_with_its_place() {
    let mistakes = resolve("stt: [").unwrap_err();
    assert!(mistakes[0].message.contains("line"), "{mistakes:?}");
    assert!(resolve("- a list").unwrap_err()[0].message.contains("keys"));
}

#[test]
fn secrets_come_from_the_environment_and_are_never_shown() {
    let yaml = "llm: {cloud: {provider: gemini, model: flash, api_key: '${KEY}'}}";
    let config = resolve(yaml).unwrap();
    assert_eq!(config.llm.cloud.api_key, "s3cret");
    let shown = masked(&config).to_string();
    assert!(!shown.contains("s3cret") && shown.contains(MASK));
    // What was shown can be given back, and what is persisted still names the variable.
    let old = Document::parse(yaml).unwrap();
    let mut given_back = Document::parse(&shown).unwrap();
    given_back.unmask(&old);
    let persisted = given_back.to_yaml().unwrap();
    assert!(
        persisted.contains("${KEY}") && !persisted.contains("s3cret"),
        "{persisted}"
    );
    assert_eq!(resolve(&persisted).unwrap(), config);
}

#[test]
fn keys_of_a_document_are_taken_out_of_it() {
    let yaml = "monica: {url: 'http://m', token: ' t0ken '}\nmqtt: {url: 'mqtt://b', password: '${PW}'}\n\
                home_assistant: {token: '***'}\nmattermost: {token: null}\nllm: {cloud: {api_key: c-key}}\nrooms: [{id: a, name: token}]";
    let mut document = Document::parse(yaml).unwrap();
    let mut keys = document.take_keys();
    keys.sort();
    let key = |path: &str, value: Option<&str>| (path.to_owned(), value.map(str::to_owned));
    assert_eq!(
        keys,
        [
            key("llm.cloud.api_key", Some("c-key")),
            key("mattermost.token", None),
            key("monica.token", Some("t0ken")),
        ]
    );
    let left = document.to_yaml().unwrap();
    assert!(!left.contains("t0ken") && !left.contains("c-key"), "{left}");
    assert!(
        left.contains("${PW}") && left.contains(MASK) && left.contains("http://m"),
        "{left}"
    );
    assert_eq!(document.take_keys(), []);
}

#[test]
fn a_key_that_no_server_can_be_sent_is_told_and_not_quoted() {
    for (section, key) in [
        ("llm: {cloud: {provider: openai, model: m, ", "llm.cloud.api_key"),
        ("stt: {remote: {", "stt.remote.api_key"),
    ] {
        let mistakes = resolve(&format!("{section}api_key: \"s3cr\\net\"}}}}")).unwrap_err();
        assert_eq!((mistakes.len(), mistakes[0].key.as_str()), (1, key));
        assert!(!mistakes[0].message.contains("s3cr"), "{mistakes:?}");
        assert!(resolve(&format!("{section}api_key: s3cret}}}}")).is_ok());
    }
}

#[test]
fn a_file_that_was_asked_for_must_exist() {
    let missing = Path::new("/nonexistent/rosie.yaml");
    let error = load(Some(missing), Path::new("/nonexistent")).unwrap_err();
    assert!(error.to_string().contains("/nonexistent/rosie.yaml"), "{error}");
    assert!(load(None, Path::new("/nonexistent")).is_ok());
}

#[test]
fn every_provider_has_its_name_and_says_what_it_lacks() {
    let keys = |yaml: &str| -> Vec<String> {
        let mistakes = resolve(yaml).err().unwrap_or_default();
        mistakes.into_iter().map(|mistake| mistake.key).collect()
    };
    for (provider, host, key) in [
        ("llama-cpp", true, false),
        ("ollama", true, false),
        ("openai-compatible", true, false),
        ("openai", false, true),
        ("gemini", false, true),
        ("xai", false, true),
        ("anthropic", false, true),
    ] {
        let mut lacks = Vec::new();
        lacks.extend(host.then_some("llm.cloud.host".to_owned()));
        lacks.extend(key.then_some("llm.cloud.api_key".to_owned()));
        let bare = format!("llm: {{cloud: {{provider: {provider}, model: m}}}}");
        assert_eq!(keys(&bare), lacks, "{provider}");
        let whole =
            format!("llm: {{cloud: {{provider: {provider}, model: m, host: 'http://box', api_key: '${{KEY}}'}}}}");
        assert_eq!(resolve(&whole).unwrap().llm.cloud.provider.kind().name(), provider);
    }
    assert!(keys("llm: {local: {provider: ollama, model: m}}").is_empty());
    assert_eq!(
        keys("llm: {local: {provider: openai-compatible, model: m}}"),
        ["llm.local.host"]
    );
}

#[test]
fn a_home_needs_both_its_address_and_its_token() {
    let config = resolve("home_assistant: {url: 'http://ha.local:8123', token: '${KEY}'}").unwrap();
    assert_eq!(config.home_assistant.token, "s3cret");
    let shown = masked(&config);
    assert_eq!(shown["home_assistant"]["token"], MASK);
    for (yaml, key) in [
        ("home_assistant: {url: 'http://ha.local:8123'}", "home_assistant.token"),
        ("home_assistant: {token: x}", "home_assistant.url"),
        ("home_assistant: {url: 'ha.local', token: x}", "home_assistant.url"),
    ] {
        let mistakes = resolve(yaml).unwrap_err();
        assert_eq!(mistakes[0].key, key, "{yaml}: {mistakes:?}");
    }
}

#[test]
fn the_brokers_password_is_a_secret_and_its_mistakes_are_told() {
    let config =
        resolve("mqtt: {url: 'mqtt://b.local', username: rosie, password: '${KEY}', version: '3.1.1'}").unwrap();
    assert_eq!(
        (config.mqtt.password.as_str(), config.mqtt.version),
        ("s3cret", MqttVersion::V311)
    );
    assert_eq!(masked(&config)["mqtt"]["password"], MASK);
    for (yaml, key) in [
        ("mqtt: {url: 'http://b.local'}", "mqtt.url"),
        ("mqtt: {url: 'mqtt://me:pw@b.local'}", "mqtt.url"),
        ("mqtt: {password: x}", "mqtt.url"),
        ("mqtt: {url: 'mqtt://b', password: x}", "mqtt.username"),
        ("mqtt: {url: 'mqtt://b', topic: 'rosie/#'}", "mqtt.topic"),
        ("mqtt: {url: 'mqtt://b', topic: homeassistant}", "mqtt.topic"),
        (
            "home_assistant: {url: 'https://ha', token: x, ca_file: /nowhere.pem}",
            "home_assistant.ca_file",
        ),
        ("mqtt: {url: 'mqtt://b', ca_file: /nowhere.pem}", "mqtt.ca_file"),
        ("mqtt: {url: 'mqtt://b', discovery: maybe}", "mqtt.discovery"),
        ("{mqtt: {url: 'mqtt://b'}, rooms: [{id: all, name: All}]}", "rooms.0.id"),
    ] {
        let mistakes = resolve(yaml).unwrap_err();
        assert_eq!(mistakes[0].key, key, "{yaml}: {mistakes:?}");
    }
    // Rooms may be called so where there is no MQTT.
    assert!(resolve("rooms: [{id: all, name: All}]").is_ok());
}

/// A bare "off" was a truth value, and where one of several words was wanted it was refused.
#[test]
fn off_is_a_word_where_a_word_is_wanted() {
    let config = resolve("{weather: {source: off}, mqtt: {url: 'mqtt://b', discovery: off, show_texts: on}}").unwrap();
    assert_eq!(config.weather.source, WeatherSource::Off);
    assert!(config.mqtt.show_texts);
    assert!(resolve("device: {enabled: yes}").unwrap().device.enabled);
    assert_eq!(resolve("device: {hat: off}").unwrap_err()[0].key, "device.hat");
    assert!(resolve("mqtt: {url: 'mqtt://b', version: 5}").is_ok());
    assert_eq!(
        resolve("mqtt: {url: 'mqtt://b', version: 4}").unwrap_err()[0].key,
        "mqtt.version"
    );
    assert_eq!(
        resolve("mqtt: {url: 'mqtt://b', username: a, password: 123}").unwrap_err()[0].key,
        "mqtt.password"
    );
}

#[test]
fn the_weather_is_off_until_a_place_is_given() {
    assert_eq!(resolve("{}").unwrap().weather.source, WeatherSource::Off);
    let config = resolve("weather: {source: open-meteo, latitude: 52.52, longitude: 13.41}").unwrap();
    assert_eq!(config.weather.units, WeatherUnits::Metric);
    for (yaml, key) in [
        ("weather: {source: open-meteo}", "weather.latitude"),
        (
            "weather: {source: open-meteo, latitude: 91, longitude: 1}",
            "weather.latitude",
        ),
        (
            "weather: {source: open-meteo, latitude: 1, longitude: 181}",
            "weather.longitude",
        ),
        (
            "weather: {source: open-meteo, latitude: 1, longitude: 1, url: 'ftp://x'}",
            "weather.url",
        ),
        (
            "weather: {source: open-meteo, latitude: 1, longitude: 1, url: ''}",
            "weather.url",
        ),
        ("weather: {source: elsewhere}", "weather.source"),
    ] {
        let mistakes = resolve(yaml).unwrap_err();
        assert_eq!(mistakes[0].key, key, "{yaml}: {mistakes:?}");
    }
}

#[test]
fn the_local_endpoint_is_off_until_it_is_wanted_and_its_mistakes_are_told() {
    assert_eq!(resolve("{}").unwrap().device.settings(), None);
    // However people write it.
    for on in ["true", "on", "yes"] {
        let config = resolve(&format!(
            "device: {{enabled: {on}, room: kitchen, hat: respeaker-2mic}}"
        ))
        .unwrap();
        let settings = config.device.settings().unwrap();
        assert!(settings.room.is_some_and(|room| room.as_str() == "kitchen"), "{on}");
    }
    assert_eq!(resolve("device: {room: kitchen}").unwrap().device.settings(), None);
    for (yaml, key) in [
        ("device: {enabled: maybe}", "device.enabled"),
        ("device: {hat: sombrero}", "device.hat"),
        ("device: {room: attic}", "device.room"),
        ("device: {capture: \"hw:0\\n\"}", "device.capture"),
        ("device: {playback: \"hw:0\\0\"}", "device.playback"),
        ("device: {channel: 33}", "device.channel"),
        ("device: {brightness_percent: 101}", "device.brightness_percent"),
    ] {
        let mistakes = resolve(yaml).unwrap_err();
        assert_eq!(mistakes[0].key, key, "{yaml}: {mistakes:?}");
    }
}

#[test]
fn a_satellite_stands_in_a_room_of_its_server_and_its_mistakes_are_told() {
    assert_eq!(resolve("{}").unwrap().role, Role::Server);
    let config = resolve("{role: satellite, device: {room: attic}, satellite: {server: rosie.lan}}").unwrap();
    assert_eq!(
        config.satellite.address().unwrap().to_string(),
        "https://rosie.lan:8443"
    );
    assert_eq!(resolve("role: satellite").unwrap().satellite.address(), None);
    for (yaml, key) in [
        ("role: parrot", "role"),
        ("satellite: {server: 'ftp://rosie'}", "satellite.server"),
        ("satellite: {server: 'rosie.local/page'}", "satellite.server"),
        ("satellite: {name: 'in the hall'}", "satellite.name"),
    ] {
        let mistakes = resolve(yaml).unwrap_err();
        assert_eq!(mistakes[0].key, key, "{yaml}: {mistakes:?}");
    }
}
