//! What needs a home: understood, and refused with the reason until an integration carries it out.

use crate::{HubError, Skill};
use rosie_core::{BoxFuture, CallContext, ToolCall, ToolOutcome};

pub(crate) struct HomeSkill;

impl Skill for HomeSkill {
    fn name(&self) -> &str {
        "home"
    }

    fn calls(&self) -> &[&str] {
        &[
            "HassClimateGetTemperature",
            "HassClimateSetFanMode",
            "HassClimateSetTemperature",
            "HassFanSetSpeed",
            "HassGetState",
            "HassGetWeather",
            "HassLawnMowerDock",
            "HassLawnMowerStartMowing",
            "HassLightSet",
            "HassListAddItem",
            "HassListCompleteItem",
            "HassListRemoveItem",
            "HassMediaNext",
            "HassMediaPause",
            "HassMediaPlayerMute",
            "HassMediaPlayerUnmute",
            "HassMediaPrevious",
            "HassMediaSearchAndPlay",
            "HassMediaUnpause",
            "HassOpenCover",
            "HassCloseCover",
            "HassSetPosition",
            "HassShoppingListAddItem",
            "HassShoppingListCompleteItem",
            "HassShoppingListRemoveItem",
            "HassStopMoving",
            "HassToggle",
            "HassTurnOff",
            "HassTurnOn",
            "HassVacuumCleanArea",
            "HassVacuumReturnToBase",
            "HassVacuumStart",
        ]
    }

    fn handle<'a>(&'a self, call: &'a ToolCall, _context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(async move {
            Err(HubError::HomeNotConnected {
                call: call.name.clone(),
            }
            .into())
        })
    }
}
