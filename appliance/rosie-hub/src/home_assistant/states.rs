//! Live states out of `subscribe_entities`' short form: `a` everything of an entity, `c` what changed, `r` what is gone.

use super::{house::State, take};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, sync::Arc};

/// All states as last heard.
pub(super) type States = BTreeMap<String, Arc<State>>;

/// What an event changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changed {
    /// Ids whose state or attributes are others now.
    pub ids: Vec<String>,
    /// Something came, went, or is called otherwise: the registries and names are to be looked at.
    pub known: bool,
}

/// Takes an event in.
pub(super) fn apply(states: &mut States, event: &mut Value) -> Changed {
    let mut changed = Changed::default();
    for (id, entity) in object(take(event, "a")) {
        let state = State {
            value: text(&entity["s"]),
            attributes: object(entity["a"].clone()),
        };
        let before = states.insert(id.clone(), Arc::new(state));
        changed.known |= before.is_none();
        changed.ids.push(id);
    }
    for (id, mut change) in object(take(event, "c")) {
        let Some(state) = states.get_mut(&id) else { continue };
        let state = Arc::make_mut(state);
        let names = |state: &State| {
            (
                state.text("friendly_name").map(str::to_owned),
                state.text("device_class").map(str::to_owned),
            )
        };
        let before = names(state);
        let mut more = take(&mut change, "+");
        if let Some(value) = more.get("s") {
            state.value = text(value);
        }
        state.attributes.extend(object(take(&mut more, "a")));
        if let Value::Array(gone) = take(&mut take(&mut change, "-"), "a") {
            for name in gone.iter().filter_map(Value::as_str) {
                state.attributes.remove(name);
            }
        }
        changed.known |= before != names(state);
        changed.ids.push(id);
    }
    if let Value::Array(gone) = take(event, "r") {
        for id in gone.iter().filter_map(Value::as_str) {
            changed.known |= states.remove(id).is_some();
            changed.ids.push(id.to_owned());
        }
    }
    changed
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn an_entity_comes_changes_and_goes() {
        let mut states = States::new();
        let mut all = json!({ "a": {
            "light.a": { "s": "off", "a": { "friendly_name": "A", "effect": "none" }, "c": "x", "lc": 1.0 },
            "sensor.b": { "s": "3", "a": {}, "c": "x", "lc": 1.0 },
        } });
        assert!(apply(&mut states, &mut all).known);
        let mut on =
            json!({ "c": { "light.a": { "+": { "s": "on", "a": { "brightness": 9 } }, "-": { "a": ["effect"] } } } });
        let changed = apply(&mut states, &mut on);
        assert_eq!((changed.ids, changed.known), (vec!["light.a".to_owned()], false));
        let light = &states["light.a"];
        assert_eq!((light.value.as_str(), light.number("brightness")), ("on", Some(9.0)));
        assert!(light.text("effect").is_none() && light.text("friendly_name") == Some("A"));
        let mut renamed = json!({ "c": { "light.a": { "+": { "a": { "friendly_name": "B" } } } } });
        assert!(apply(&mut states, &mut renamed).known);
        assert!(apply(&mut states, &mut json!({ "r": ["light.a", "light.none"] })).known);
        assert_eq!(states.keys().collect::<Vec<_>>(), ["sensor.b"]);
        for nonsense in [
            json!(null),
            json!([]),
            json!({ "a": 3, "c": { "sensor.b": 7 }, "r": "x" }),
        ] {
            apply(&mut states, &mut nonsense.clone());
        }
        assert_eq!(states["sensor.b"].value, "3");
    }
}
