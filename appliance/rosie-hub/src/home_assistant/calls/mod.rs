//! The calls of `home-assistant-intents`' data, kind by kind.

mod climate;
mod covers;
mod lights;
mod lists;
mod media;
mod panels;
mod power;
mod query;
mod robots;

use super::{
    house::House,
    plan::{Ask, Planned},
};
use crate::HubError;
pub(super) use panels::DISARM;
use power::Power::{Off, On};
pub(super) use robots::AREAS;
use rosie_core::{CallContext, ToolCall};

type Planner = for<'a> fn(Ask<'a>) -> Planned<'a>;

/// Everything that is taken, and who plans it.
const TABLE: &[(&str, Planner)] = &[
    ("HassTurnOn", |ask| power::switch(ask, On)),
    ("HassTurnOff", |ask| power::switch(ask, Off)),
    ("HassToggle", |ask| power::toggle(ask)),
    ("HassLightSet", |ask| lights::set(ask)),
    ("RosieLightStep", |ask| lights::step(ask)),
    ("HassOpenCover", |ask| covers::open(ask, true)),
    ("HassCloseCover", |ask| covers::open(ask, false)),
    ("HassSetPosition", |ask| covers::position(ask)),
    ("HassStopMoving", |ask| covers::stop(ask)),
    ("HassClimateGetTemperature", |ask| climate::temperature(ask)),
    ("HassClimateSetTemperature", |ask| climate::set_temperature(ask)),
    ("HassClimateSetFanMode", |ask| climate::set_fan_mode(ask)),
    ("RosieClimateMode", |ask| climate::set_mode(ask)),
    ("RosieClimateStep", |ask| climate::step(ask)),
    ("RosieAlarmPanel", |ask| panels::alarm(ask)),
    ("RosieSelect", |ask| panels::select(ask)),
    ("RosieNumber", |ask| panels::number(ask)),
    ("HassFanSetSpeed", |ask| climate::fan_speed(ask)),
    ("HassGetState", |ask| query::state(ask)),
    ("HassGetWeather", |ask| query::weather(ask)),
    ("HassMediaNext", |ask| media::control(ask)),
    ("HassMediaPause", |ask| media::control(ask)),
    ("HassMediaPlayerMute", |ask| media::control(ask)),
    ("HassMediaPlayerUnmute", |ask| media::control(ask)),
    ("HassMediaPrevious", |ask| media::control(ask)),
    ("HassMediaSearchAndPlay", |ask| media::search(ask)),
    ("HassMediaUnpause", |ask| media::control(ask)),
    ("HassSetVolume", |ask| media::volume(ask)),
    ("HassSetVolumeRelative", |ask| media::volume_step(ask)),
    ("HassListAddItem", |ask| lists::add(ask)),
    ("HassListCompleteItem", |ask| lists::find(ask, false)),
    ("HassListRemoveItem", |ask| lists::find(ask, true)),
    ("HassShoppingListAddItem", |ask| lists::add(ask)),
    ("HassShoppingListCompleteItem", |ask| lists::find(ask, false)),
    ("HassShoppingListRemoveItem", |ask| lists::find(ask, true)),
    ("RosieListAdd", |ask| lists::add(ask)),
    ("RosieListRemove", |ask| lists::find(ask, true)),
    ("RosieListRead", |ask| lists::read(ask)),
    ("RosieListClear", |ask| lists::clear(ask)),
    ("HassLawnMowerDock", |ask| robots::mower(ask, false)),
    ("HassLawnMowerStartMowing", |ask| robots::mower(ask, true)),
    ("HassVacuumCleanArea", |ask| robots::clean(ask)),
    ("HassVacuumReturnToBase", |ask| robots::vacuum(ask, false)),
    ("HassVacuumStart", |ask| robots::vacuum(ask, true)),
];

/// Their names.
pub(super) const CALLS: &[&str] = &names();

/// Those of lists.
pub(crate) const LISTS: &[&str] = &[
    "HassListAddItem",
    "HassListCompleteItem",
    "HassListRemoveItem",
    "HassShoppingListAddItem",
    "HassShoppingListCompleteItem",
    "HassShoppingListRemoveItem",
    "RosieListAdd",
    "RosieListRemove",
    "RosieListRead",
    "RosieListClear",
];

const fn names() -> [&'static str; TABLE.len()] {
    let mut all = [""; TABLE.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = TABLE[at].0;
        at += 1;
    }
    all
}

/// The call that is meant in this home as it is now: "volume to forty percent", where a player plays in the room, is that
/// player's volume. Whoever says "your volume" means Rosie's.
pub fn instead(house: &House, call: &ToolCall, context: &CallContext) -> Option<ToolCall> {
    media::of_what_plays(Ask { house, call, context })
}

pub(super) fn plan(ask: Ask<'_>) -> Planned<'_> {
    let name = ask.call.name.as_str();
    match TABLE.iter().find(|(known, _)| *known == name) {
        Some((_, planner)) => planner(ask),
        None => Err(HubError::NotSupported { call: name.to_owned() }.into()),
    }
}
