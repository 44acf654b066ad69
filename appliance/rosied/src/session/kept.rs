//! What is kept of an endpoint over restarts: how loud and how bright it is, whether it is not to be disturbed, and what was set
//! there of the wake word.

use super::registry::House;
use crate::config::WakeWordOfEndpoint;
use rosie_core::EndpointId;

/// The volume an endpoint was last set to.
pub fn stored_volume(house: &House, endpoint: &EndpointId) -> u8 {
    let stored = house.settings.get_setting(&volume_key(endpoint)).ok().flatten();
    let percent = stored
        .and_then(|value| value.as_u64())
        .and_then(|percent| u8::try_from(percent).ok());
    percent.unwrap_or(house.config().audio.volume_percent).min(100)
}

/// How bright its screen was last set to.
pub fn stored_brightness(house: &House, endpoint: &EndpointId) -> u8 {
    let stored = house.settings.get_setting(&brightness_key(endpoint)).ok().flatten();
    let percent = stored
        .and_then(|value| value.as_u64())
        .and_then(|percent| u8::try_from(percent).ok());
    percent.unwrap_or(100).min(100)
}

/// Nothing is announced there.
pub fn is_not_disturbed(house: &House, endpoint: &EndpointId) -> bool {
    let stored = house.settings.get_setting(&do_not_disturb_key(endpoint)).ok().flatten();
    stored.and_then(|value| value.as_bool()).unwrap_or_default()
}

/// What was set of how Rosie listens for the wake word there.
pub fn stored_wake(house: &House, endpoint: &EndpointId) -> WakeWordOfEndpoint {
    let stored = |key: String| house.settings.get_setting(&key).ok().flatten();
    let words = stored(wake_words_key(endpoint)).and_then(|value| serde_json::from_value(value).ok());
    let percent = stored(wake_sensitivity_key(endpoint)).and_then(|value| value.as_u64());
    WakeWordOfEndpoint {
        words,
        sensitivity: percent.map(|percent| sensitivity(percent.clamp(5, 95) as u8)),
        ..WakeWordOfEndpoint::default()
    }
}

/// As engines have it.
pub fn sensitivity(percent: u8) -> f32 {
    f32::from(percent) / 100.0
}

pub fn wake_words_key(endpoint: &EndpointId) -> String {
    format!("wake_words/{endpoint}")
}

pub fn wake_sensitivity_key(endpoint: &EndpointId) -> String {
    format!("wake_sensitivity/{endpoint}")
}

pub fn do_not_disturb_key(endpoint: &EndpointId) -> String {
    format!("do_not_disturb/{endpoint}")
}

pub fn brightness_key(endpoint: &EndpointId) -> String {
    format!("brightness/{endpoint}")
}

pub fn volume_key(endpoint: &EndpointId) -> String {
    format!("volume/{endpoint}")
}
