//! Calls of an endpoint that may control only some rooms. It controls what stands in them, and nothing else: what has no room
//! (a script, a scene, an alarm panel) may reach anywhere. One sentence for more than that ("everything off") does what is in
//! the rooms; one that means a thing elsewhere does nothing.

use super::{
    calls,
    house::{Entity, House},
    is_home_call,
    plan::{Plan, plan},
};
use crate::{Arguments, skill::Within};
use rosie_core::{CallContext, RoomId, ToolCall};
use serde_json::{Value, json};

/// Calls that only ask. So does everything of lists: they are the household's and stand in no room.
const ASKING: [&str; 3] = ["HassGetState", "HassGetWeather", "HassClimateGetTemperature"];
/// Groups of groups are looked into so deep.
const DEEPEST: usize = 4;

/// A call as somebody with these rooms may make it.
pub(super) fn within(house: &House, call: &ToolCall, context: &CallContext, rooms: &[RoomId]) -> Within {
    let free = ASKING.contains(&call.name.as_str()) || calls::LISTS.contains(&call.name.as_str());
    if free || !is_home_call(&call.name) {
        return Within::AsIs;
    }
    // What cannot be planned fails by itself.
    let Some(moved) = plan(house, call, context).ok().and_then(|plan| Moved::by(&plan, call)) else {
        return Within::AsIs;
    };
    let outside = moved.outside(house, rooms);
    if outside.is_empty() {
        return Within::AsIs;
    }
    let narrowed = without(call, &outside);
    let done = narrowed.as_ref().and_then(|call| plan(house, call, context).ok());
    let moved_then = done.and_then(|plan| Moved::by(&plan, call));
    match narrowed.filter(|_| moved_then.is_some_and(|moved| moved.outside(house, rooms).is_empty())) {
        Some(call) => Within::Narrowed(call),
        None => Within::Refused {
            action: moved.action,
            things: outside,
        },
    }
}

/// What a plan would touch.
struct Moved {
    /// `cover.open_cover`
    action: String,
    things: Vec<String>,
    /// Areas that something comes to from elsewhere.
    areas: Vec<String>,
}

impl Moved {
    /// `None` where it touches nothing.
    fn by(plan: &Plan, call: &ToolCall) -> Option<Self> {
        let (action, things, areas) = match plan {
            Plan::Do { calls, .. } => {
                let first = calls.first()?;
                let areas = calls.iter().filter_map(|call| call.data.get(calls::AREAS)?.as_array());
                let areas = areas.flatten().filter_map(Value::as_str).map(str::to_owned);
                (
                    format!("{}.{}", first.domain, first.service),
                    calls.iter().flat_map(|call| call.entities.clone()).collect(),
                    areas.collect(),
                )
            }
            Plan::Play { player, .. } => ("media_player.play_media".to_owned(), vec![player.clone()], Vec::new()),
            // Which of them is asked, and then done.
            Plan::Which { choices } => (call.name.clone(), choices.clone(), Vec::new()),
            Plan::Answer(_) | Plan::Item { .. } | Plan::Read { .. } | Plan::Clear { .. } => return None,
        };
        Some(Self { action, things, areas })
    }

    /// What of it is not in `rooms`.
    fn outside(&self, house: &House, rooms: &[RoomId]) -> Vec<String> {
        let stands = |id: &&String| standing(house, id, rooms, DEEPEST) != Standing::Inside;
        let things = self.things.iter().filter(stands);
        let areas = self.areas.iter().filter(|area| !holds(house, area, rooms));
        things.chain(areas).cloned().collect()
    }
}

/// The same call without these things; `None` where they were meant one by one.
fn without(call: &ToolCall, outside: &[String]) -> Option<ToolCall> {
    let arguments = Arguments::of(call);
    if arguments.text("name").is_some_and(|name| name.contains(',')) {
        return None;
    }
    let mut narrowed = call.clone();
    let spared = arguments.text("except").into_iter().chain(outside.iter().cloned());
    let spared = json!(spared.collect::<Vec<_>>().join(","));
    narrowed.arguments.as_object_mut()?.insert("except".to_owned(), spared);
    Some(narrowed)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Inside,
    Outside,
    /// In no room.
    Nowhere,
}

fn standing(house: &House, id: &str, rooms: &[RoomId], deep: usize) -> Standing {
    let Some(entity) = house.registry.entities.get(id) else {
        return Standing::Nowhere;
    };
    let own = match house.registry.area_of(entity) {
        Some(area) if holds(house, &area.id, rooms) => Standing::Inside,
        Some(_) => Standing::Outside,
        None => Standing::Nowhere,
    };
    if deep == 0 {
        return own;
    }
    // A group stands where its members do, whatever room the group itself was put in.
    let members: Vec<Standing> = members(house, entity)
        .into_iter()
        .map(|member| standing(house, member, rooms, deep - 1))
        .collect();
    match own {
        _ if members.contains(&Standing::Outside) => Standing::Outside,
        Standing::Nowhere if !members.is_empty() && members.iter().all(|one| *one == Standing::Inside) => {
            Standing::Inside
        }
        own => own,
    }
}

/// Of a group or a scene.
fn members<'h>(house: &'h House, entity: &Entity) -> Vec<&'h str> {
    let list = house
        .state(entity)
        .and_then(|state| state.attributes.get("entity_id")?.as_array());
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether an area is one of these rooms.
fn holds(house: &House, area: &str, rooms: &[RoomId]) -> bool {
    let area = house.registry.areas.iter().find(|known| known.id == area);
    area.is_some_and(|area| rooms.contains(&RoomId(house.registry.area_value(area))))
}

#[cfg(test)]
#[path = "limit_tests/mod.rs"]
mod tests;
