//! What concerns the session itself: stop, never mind, say it again, and how loud.

use crate::{Arguments, HubError, Rooms, Skill, Timers, skill::said};
use rosie_core::{BoxFuture, CallContext, Effect, ToolCall, ToolOutcome, ToolResult};
use serde_json::{Value, json};

/// Percent points of one "louder".
const STEP: f64 = 10.0;

pub(crate) struct SessionSkill {
    timers: Timers,
    rooms: Rooms,
}

impl SessionSkill {
    pub(crate) fn new(timers: Timers, rooms: Rooms) -> Self {
        Self { timers, rooms }
    }

    async fn carry_out(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        match call.name.as_str() {
            "RosieStop" | "HassNevermind" | "RosieNeverMind" => self.stop(context).await,
            "RosieRepeat" => Ok(effect(Effect::Repeat, json!({}))),
            _ => self.volume(call, context),
        }
    }

    async fn stop(&self, context: &CallContext) -> ToolOutcome {
        let silenced = self.timers.silence(&context.endpoint, Some(&context.room)).await?;
        Ok(effect(Effect::Silence, json!({ "timers_silenced": silenced })))
    }

    /// A loudspeaker of the home, not the one that was spoken to.
    fn is_of_the_home(call: &ToolCall) -> bool {
        let arguments = Arguments::of(call);
        // "Turn the radio up" names no player, but a kind of thing that is not Rosie.
        ["name", "floor", "domain"]
            .iter()
            .any(|key| arguments.text(key).is_some())
    }

    fn is_elsewhere(&self, call: &ToolCall, context: &CallContext) -> bool {
        let area = Arguments::of(call).text("area");
        area.is_some_and(|area| {
            self.rooms.find(&area).map_or(area.as_str(), |room| room.id.as_str()) != context.room.as_str()
        })
    }

    fn volume(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let arguments = Arguments::of(call);
        if Self::is_of_the_home(call) {
            return Err(HubError::HomeNotConnected {
                call: call.name.clone(),
            }
            .into());
        }
        if self.is_elsewhere(call, context) {
            return Err(HubError::NotSupported {
                call: format!("{} for another room", call.name),
            }
            .into());
        }
        let step = arguments
            .number("volume_step")
            .map_or(STEP, f64::abs)
            .clamp(1.0, 100.0)
            .round() as i32;
        let by = |percent| Ok(effect(Effect::VolumeBy { percent }, json!({ "volume_step": percent })));
        match (call.name.as_str(), arguments.text("volume_step").as_deref()) {
            ("RosieVolumeUp", _) | ("HassSetVolumeRelative", Some("up")) => by(step),
            ("RosieVolumeDown", _) | ("HassSetVolumeRelative", Some("down")) => by(-step),
            ("HassSetVolumeRelative", _) => by(arguments
                .number("volume_step")
                .unwrap_or(STEP)
                .clamp(-100.0, 100.0)
                .round() as i32),
            _ => {
                let Some(level) = arguments.number("volume_level") else {
                    let reason = "it names no volume".to_owned();
                    return Err(HubError::BadArguments {
                        call: call.name.clone(),
                        reason,
                    }
                    .into());
                };
                let percent = level.clamp(0.0, 100.0).round() as u8;
                Ok(effect(Effect::VolumeTo { percent }, json!({ "volume": percent })))
            }
        }
    }
}

fn effect(effect: Effect, data: Value) -> ToolResult {
    ToolResult {
        effects: vec![effect],
        ..said("default", data)
    }
}

impl Skill for SessionSkill {
    fn name(&self) -> &str {
        "session"
    }

    fn calls(&self) -> &[&str] {
        &[
            "RosieStop",
            "HassNevermind",
            "RosieNeverMind",
            "RosieRepeat",
            "RosieVolumeUp",
            "RosieVolumeDown",
            "RosieVolumeSet",
            "HassSetVolume",
            "HassSetVolumeRelative",
        ]
    }

    /// The volume of other loudspeakers is the home's.
    fn shares(&self, call: &str) -> bool {
        matches!(call, "HassSetVolume" | "HassSetVolumeRelative")
    }

    fn takes(&self, call: &ToolCall, context: &CallContext) -> bool {
        !self.shares(&call.name) || !(Self::is_of_the_home(call) || self.is_elsewhere(call, context))
    }

    fn handle<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(self.carry_out(call, context))
    }
}
