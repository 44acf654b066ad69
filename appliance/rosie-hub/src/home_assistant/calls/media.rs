//! Media players: pause, go on, next, previous, mute, volume, and something to play.

use super::super::{
    house::{Entity, State},
    plan::{Ask, Plan, Planned, ServiceCall},
    target::{Miss, Target},
};
use crate::HubError;
use rosie_core::ToolCall;
use serde_json::{Value, json};

const PLAYER: [&str; 1] = ["media_player"];

/// Bits of `supported_features`.
mod can {
    pub const PAUSE: u64 = 1;
    pub const SET_VOLUME: u64 = 4;
    pub const MUTE: u64 = 8;
    pub const PREVIOUS: u64 = 16;
    pub const NEXT: u64 = 32;
    pub const PLAY_MEDIA: u64 = 512;
    pub const STEP_VOLUME: u64 = 1024;
    pub const PLAY: u64 = 16_384;
}

fn is(player: Option<&State>, states: &[&str]) -> bool {
    player.is_some_and(|state| states.contains(&state.value.as_str()))
}

/// The players that are meant, and of these those in one of `states` (any, where none is given). A room that only the
/// endpoint named stands for the house's only player in such a state, too.
fn players<'a>(ask: Ask<'a>, states: &[&str]) -> Result<Target<'a>, Miss<'a>> {
    let in_state = |player: &&Entity| states.is_empty() || is(ask.house.state(player), states);
    let found = ask.find(&PLAYER, &PLAYER);
    if let Ok(mut target) = found {
        if target.named || target.entities.iter().any(in_state) {
            if !target.named {
                target.entities.retain(in_state);
            }
            return Ok(target);
        }
        return elsewhere(ask, states)
            .ok_or_else(|| Miss::Nothing("entity_wrong_state", json!({ "state": states.first() })));
    }
    match elsewhere(ask, states) {
        Some(target) => Ok(target),
        None => found,
    }
}

fn elsewhere<'a>(ask: Ask<'a>, states: &[&str]) -> Option<Target<'a>> {
    let arguments = ask.arguments();
    let own_room = arguments
        .text("area")
        .is_none_or(|area| area == ask.context.room.as_str());
    if states.is_empty() || !own_room || arguments.text("name").is_some() {
        return None;
    }
    let all = ask.house.registry.entities.values();
    let mut active = all.filter(|entity| entity.domain() == "media_player" && is(ask.house.state(entity), states));
    let only = active.next()?;
    active.next().is_none().then(|| Target {
        entities: vec![only],
        area: None,
        named: false,
    })
}

pub(super) fn control(ask: Ask<'_>) -> Planned<'_> {
    let on: &[&str] = &["playing", "paused", "buffering", "on", "idle"];
    let (states, service, feature, data): (&[&str], _, _, Value) = match ask.call.name.as_str() {
        "HassMediaPause" => (&["playing", "buffering"], "media_pause", can::PAUSE, Value::Null),
        "HassMediaUnpause" => (&["paused", "idle"], "media_play", can::PLAY, Value::Null),
        "HassMediaNext" => (&["playing", "paused"], "media_next_track", can::NEXT, Value::Null),
        "HassMediaPrevious" => (
            &["playing", "paused"],
            "media_previous_track",
            can::PREVIOUS,
            Value::Null,
        ),
        "HassMediaPlayerMute" => (on, "volume_mute", can::MUTE, json!({ "is_volume_muted": true })),
        "HassMediaPlayerUnmute" => (on, "volume_mute", can::MUTE, json!({ "is_volume_muted": false })),
        other => return Err(HubError::NotSupported { call: other.to_owned() }.into()),
    };
    let target = players(ask, states)?;
    ask.act(
        &target,
        |player| ask.house.supports(player, feature),
        "default",
        |players| vec![ServiceCall::new("media_player", service, players, data.clone())],
    )
}

/// Rosie's own volume as that of what plays in the room.
pub(super) fn of_what_plays(ask: Ask<'_>) -> Option<ToolCall> {
    let arguments = ask.arguments();
    let own = ["own", "name", "area", "floor"]
        .iter()
        .any(|key| arguments.text(key).is_some());
    let step = |up: &str| match arguments.number("volume_step") {
        Some(by) if up == "down" => json!(-by.abs()),
        Some(by) => json!(by.abs()),
        None => json!(up),
    };
    let (name, key, value) = match ask.call.name.as_str() {
        "RosieVolumeSet" => (
            "HassSetVolume",
            "volume_level",
            json!(arguments.number("volume_level")?),
        ),
        "RosieVolumeUp" => ("HassSetVolumeRelative", "volume_step", step("up")),
        "RosieVolumeDown" => ("HassSetVolumeRelative", "volume_step", step("down")),
        _ => return None,
    };
    let found = ask.find(&PLAYER, &PLAYER).ok().filter(|_| !own)?;
    let plays = |player: &&&Entity| {
        is(ask.house.state(player), &["playing"]) && ask.house.supports(player, can::SET_VOLUME | can::STEP_VOLUME)
    };
    let ids: Vec<&str> = found
        .entities
        .iter()
        .filter(plays)
        .map(|player| player.id.as_str())
        .collect();
    let arguments = json!({ "name": ids.join(","), key: value });
    (!ids.is_empty()).then(|| ToolCall {
        name: name.to_owned(),
        arguments,
    })
}

pub(super) fn volume(ask: Ask<'_>) -> Planned<'_> {
    let percent = ask
        .arguments()
        .number("volume_level")
        .ok_or_else(|| ask.missing("volume"))?;
    let target = players(ask, &[])?;
    let data = json!({ "volume_level": percent.clamp(0.0, 100.0) / 100.0 });
    ask.act(
        &target,
        |player| ask.house.supports(player, can::SET_VOLUME),
        "default",
        |players| vec![ServiceCall::new("media_player", "volume_set", players, data.clone())],
    )
}

/// `up`, `down`, or so many percent points.
pub(super) fn volume_step(ask: Ask<'_>) -> Planned<'_> {
    let target = players(ask, &[])?;
    let said = ask.arguments().text("volume_step").unwrap_or_default();
    let by = ask.arguments().number("volume_step");
    let Some(by) = by else {
        let service = match said.as_str() {
            "up" => "volume_up",
            "down" => "volume_down",
            _ => return Err(ask.missing("direction of the volume").into()),
        };
        return ask.act(
            &target,
            |player| ask.house.supports(player, can::STEP_VOLUME | can::SET_VOLUME),
            "default",
            |players| vec![ServiceCall::new("media_player", service, players, Value::Null)],
        );
    };
    let level = |player: &Entity| ask.house.state(player)?.number("volume_level");
    ask.act(
        &target,
        |player| level(player).is_some() && ask.house.supports(player, can::SET_VOLUME),
        "default",
        |players| {
            let call = |player: &&Entity| {
                let after = (level(player).unwrap_or(0.0) + by / 100.0).clamp(0.0, 1.0);
                let data = json!({ "volume_level": (after * 100.0).round() / 100.0 });
                ServiceCall::new("media_player", "volume_set", &[player], data)
            };
            players.iter().map(call).collect()
        },
    )
}

/// One player: the one that was named, else the first in the room that can.
pub(super) fn search(ask: Ask<'_>) -> Planned<'_> {
    let query = ask
        .arguments()
        .text("search_query")
        .ok_or_else(|| ask.missing("title"))?;
    let target = players(ask, &[])?;
    let able = |player: &&&Entity| ask.house.supports(player, can::PLAY_MEDIA) && ask.house.is_available(player);
    let player = target.entities.iter().find(able);
    let player = player.ok_or_else(|| Miss::Nothing("feature_not_supported", json!({})))?;
    Ok(Plan::Play {
        player: player.id.clone(),
        query,
        class: ask.arguments().text("media_class"),
    })
}
