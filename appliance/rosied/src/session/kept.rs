//! What is kept of an endpoint over restarts: how loud and how bright it is, and whether it is not to be disturbed.

use super::registry::House;
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

pub fn do_not_disturb_key(endpoint: &EndpointId) -> String {
    format!("do_not_disturb/{endpoint}")
}

pub fn brightness_key(endpoint: &EndpointId) -> String {
    format!("brightness/{endpoint}")
}

pub fn volume_key(endpoint: &EndpointId) -> String {
    format!("volume/{endpoint}")
}
