//! The calls of `home-assistant-intents`' data, kind by kind.

mod climate;
mod covers;
mod lights;
mod lists;
mod media;
mod power;
mod query;
mod robots;

use super::plan::{Ask, Planned};
use crate::HubError;

/// Everything that is taken.
pub(super) const CALLS: &[&str] = &[
    "HassTurnOn",
    "HassTurnOff",
    "HassToggle",
    "HassLightSet",
    "RosieLightStep",
    "HassOpenCover",
    "HassCloseCover",
    "HassSetPosition",
    "HassStopMoving",
    "HassClimateGetTemperature",
    "HassClimateSetTemperature",
    "HassClimateSetFanMode",
    "RosieClimateStep",
    "HassFanSetSpeed",
    "HassGetState",
    "HassGetWeather",
    "HassMediaNext",
    "HassMediaPause",
    "HassMediaPlayerMute",
    "HassMediaPlayerUnmute",
    "HassMediaPrevious",
    "HassMediaSearchAndPlay",
    "HassMediaUnpause",
    "HassSetVolume",
    "HassSetVolumeRelative",
    "HassListAddItem",
    "HassListCompleteItem",
    "HassListRemoveItem",
    "HassShoppingListAddItem",
    "HassShoppingListCompleteItem",
    "HassShoppingListRemoveItem",
    "HassLawnMowerDock",
    "HassLawnMowerStartMowing",
    "HassVacuumCleanArea",
    "HassVacuumReturnToBase",
    "HassVacuumStart",
];

pub(super) fn plan(ask: Ask<'_>) -> Planned<'_> {
    match ask.call.name.as_str() {
        "HassTurnOn" => power::switch(ask, power::Power::On),
        "HassTurnOff" => power::switch(ask, power::Power::Off),
        "HassToggle" => power::toggle(ask),
        "HassLightSet" => lights::set(ask),
        "RosieLightStep" => lights::step(ask),
        "HassOpenCover" => covers::open(ask, true),
        "HassCloseCover" => covers::open(ask, false),
        "HassSetPosition" => covers::position(ask),
        "HassStopMoving" => covers::stop(ask),
        "HassClimateGetTemperature" => climate::temperature(ask),
        "HassClimateSetTemperature" => climate::set_temperature(ask),
        "HassClimateSetFanMode" => climate::set_fan_mode(ask),
        "RosieClimateStep" => climate::step(ask),
        "HassFanSetSpeed" => climate::fan_speed(ask),
        "HassGetState" => query::state(ask),
        "HassGetWeather" => query::weather(ask),
        "HassMediaSearchAndPlay" => media::search(ask),
        "HassSetVolume" => media::volume(ask),
        "HassSetVolumeRelative" => media::volume_step(ask),
        "HassListAddItem" | "HassShoppingListAddItem" => lists::add(ask),
        "HassListCompleteItem" | "HassShoppingListCompleteItem" => lists::find(ask, false),
        "HassListRemoveItem" | "HassShoppingListRemoveItem" => lists::find(ask, true),
        "HassLawnMowerStartMowing" => robots::mower(ask, true),
        "HassLawnMowerDock" => robots::mower(ask, false),
        "HassVacuumStart" => robots::vacuum(ask, true),
        "HassVacuumReturnToBase" => robots::vacuum(ask, false),
        "HassVacuumCleanArea" => robots::clean(ask),
        name if name.starts_with("HassMedia") => media::control(ask),
        other => Err(HubError::NotSupported { call: other.to_owned() }.into()),
    }
}
