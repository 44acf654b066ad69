//! What a person must say yes to first: unlocking, opening what keeps strangers out, and clearing a list.

use super::{
    calls::DISARM,
    house::House,
    plan::{Plan, ServiceCall, plan},
};
use rosie_core::{CallContext, ToolCall};
use serde_json::Value;
use std::collections::BTreeMap;

/// Covers that a burglar would like open.
const GUARDED: [&str; 3] = ["garage", "gate", "door"];

/// The question before a dangerous call, by language.
pub(super) fn confirmation(house: &House, call: &ToolCall, context: &CallContext) -> Option<BTreeMap<String, String>> {
    let calls = match plan(house, call, context) {
        Ok(Plan::Do { calls, .. }) => calls,
        Ok(Plan::Clear { list }) => return clearing(house, &list),
        _ => return None,
    };
    // The gravest of them first: it is what is asked about.
    let dangers = [Danger::Unlocked, Danger::Opened, Danger::Disarmed];
    let of = |danger: Danger| -> Vec<&str> {
        let calls = calls.iter().filter(|call| Danger::of(call) == danger);
        calls.flat_map(|call| opened(house, call)).collect()
    };
    let found = dangers.map(of);
    let gravest = found.iter().position(|names| !names.is_empty())?;
    let names = found.concat().join(", ");
    let question = |all: [&str; 3]| all[gravest].replace("{names}", &names);
    let questions = [
        (
            "en",
            [
                "Shall I unlock {names}?",
                "Shall I open {names}?",
                "Shall I disarm {names}?",
            ],
        ),
        (
            "de",
            [
                "Soll ich {names} aufschließen?",
                "Soll ich {names} öffnen?",
                "Soll ich {names} ausschalten?",
            ],
        ),
        (
            "es",
            [
                "¿Quieres que desbloquee {names}?",
                "¿Quieres que abra {names}?",
                "¿Quieres que desactive {names}?",
            ],
        ),
        (
            "fr",
            [
                "Dois-je déverrouiller {names} ?",
                "Dois-je ouvrir {names} ?",
                "Dois-je désactiver {names} ?",
            ],
        ),
    ];
    Some(
        questions
            .map(|(language, texts)| (language.to_owned(), question(texts)))
            .into(),
    )
}

/// What a call would do that strangers would like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Danger {
    Unlocked,
    Opened,
    Disarmed,
}

impl Danger {
    fn of(call: &ServiceCall) -> Self {
        match call.domain.as_str() {
            "lock" => Self::Unlocked,
            "alarm_control_panel" => Self::Disarmed,
            _ => Self::Opened,
        }
    }
}

fn clearing(house: &House, list: &str) -> Option<BTreeMap<String, String>> {
    let name = house.registry.entities.get(list)?.name();
    let questions = [
        ("en", format!("Shall I clear the whole list {name}?")),
        ("de", format!("Soll ich die ganze Liste {name} leeren?")),
        ("es", format!("¿Vacío toda la lista {name}?")),
        ("fr", format!("Dois-je vider toute la liste {name} ?")),
    ];
    Some(questions.map(|(language, text)| (language.to_owned(), text)).into())
}

/// The names of what a call opens dangerously.
fn opened<'h>(house: &'h House, call: &ServiceCall) -> Vec<&'h str> {
    let position = call.data.get("position").and_then(Value::as_u64);
    let dangerous = match (call.domain.as_str(), call.service.as_str()) {
        ("lock", "unlock" | "open") | ("alarm_control_panel", DISARM) => true,
        ("cover", "open_cover" | "toggle") => true,
        ("cover", "set_cover_position") => position.is_none_or(|position| position > 0),
        _ => false,
    };
    let entities = call.entities.iter().filter_map(|id| house.registry.entities.get(id));
    let guarded = entities.filter(|entity| {
        let class = house.device_class(entity);
        dangerous && (Danger::of(call) != Danger::Opened || class.is_some_and(|class| GUARDED.contains(&class)))
    });
    guarded.map(|entity| entity.name()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{
        super::{
            house::{Area, Entity, Registry, State},
            which::{ANSWER, Which},
        },
        *,
    };
    use crate::{Rooms, SystemClock};
    use rosie_core::{Language, TurnId};
    use serde_json::{Map, json};
    use std::sync::Arc;

    fn house() -> House {
        let things = [
            ("lock.front", "door lock", "hall", ""),
            ("lock.back", "door lock", "kitchen", ""),
            ("cover.garage", "garage", "garage", "garage"),
            ("cover.blind", "blind", "kitchen", "blind"),
            ("todo.shopping_list", "shopping list", "kitchen", ""),
        ];
        let area = |id: &str| Area {
            id: id.into(),
            name: id.into(),
            ..Area::default()
        };
        let entity = |(id, name, area, _): &(&str, &str, &str, &str)| Entity {
            id: (*id).into(),
            names: vec![(*name).into()],
            area: Some((*area).into()),
            platform: String::new(),
        };
        let state = |(id, _, _, class): &(&str, &str, &str, &str)| {
            let attributes = Map::from_iter([("device_class".to_owned(), json!(class))]);
            let value = "unknown".to_owned();
            ((*id).to_owned(), Arc::new(State { value, attributes }))
        };
        let areas = ["hall", "kitchen", "garage", "attic"].map(area).to_vec();
        let entities = things.iter().map(entity).collect();
        House {
            registry: Arc::new(Registry::new(
                (areas, Vec::new(), Vec::new()),
                entities,
                Rooms::default(),
                &BTreeMap::new(),
            )),
            states: things.iter().map(state).collect(),
            scale: Default::default(),
        }
    }

    fn context() -> CallContext {
        CallContext {
            turn_id: TurnId(1),
            room: "attic".into(),
            endpoint: "e".into(),
            language: Language::default(),
            conversation: "c".into(),
            user: None,
        }
    }

    fn call(name: &str, arguments: Value) -> ToolCall {
        ToolCall {
            name: name.into(),
            arguments,
        }
    }

    fn question(name: &str, arguments: Value) -> Option<String> {
        confirmation(&house(), &call(name, arguments), &context()).map(|all| all["en"].clone())
    }

    #[test]
    fn what_opens_a_house_is_asked_about_and_nothing_else() {
        let asked = |name, arguments| question(name, arguments).unwrap();
        assert_eq!(
            asked("HassTurnOff", json!({ "name": "lock.front" })),
            "Shall I unlock door lock?"
        );
        assert_eq!(
            asked("HassTurnOff", json!({ "area": "kitchen", "domain": "lock" })),
            "Shall I unlock door lock?"
        );
        assert_eq!(asked("HassTurnOn", json!({ "name": "garage" })), "Shall I open garage?");
        assert_eq!(
            asked("HassOpenCover", json!({ "name": "garage" })),
            "Shall I open garage?"
        );
        assert_eq!(asked("HassToggle", json!({ "name": "garage" })), "Shall I open garage?");
        assert!(question("HassSetPosition", json!({ "name": "garage", "position": 40 })).is_some());
        assert_eq!(
            asked("RosieListClear", json!({})),
            "Shall I clear the whole list shopping list?"
        );
        for (name, arguments) in [
            // There is no such list.
            ("RosieListClear", json!({ "list": "todo" })),
            ("RosieListRemove", json!({ "item": "milk" })),
            ("HassTurnOn", json!({ "name": "lock.front" })),
            ("HassTurnOff", json!({ "name": "garage" })),
            ("HassSetPosition", json!({ "name": "garage", "position": 0 })),
            ("HassTurnOn", json!({ "name": "blind" })),
            ("HassGetState", json!({ "name": "lock.front" })),
        ] {
            assert_eq!(question(name, arguments.clone()), None, "{name} {arguments}");
        }
    }

    #[test]
    fn the_answer_to_which_one_does_not_go_round_the_question() {
        let (house, context) = (house(), context());
        let unlock = call("HassTurnOff", json!({ "name": "door lock" }));
        let Ok(Plan::Which { choices }) = plan(&house, &unlock, &context) else {
            panic!("two of a name")
        };
        let which = Which::new(Arc::new(SystemClock));
        let asked = which.ask(&house, &unlock, &context, &choices);
        assert_eq!(asked.data["choices"], json!(["kitchen", "hall"]));
        let answer = call(ANSWER, json!({ "area": "hall" }));
        let meant = which.meant(&house, &answer, &context).unwrap();
        assert_eq!(meant.arguments["name"], "lock.front");
        assert!(confirmation(&house, &meant, &context).is_some());
        assert!(which.is_asked(&context.endpoint), "it stays open until the yes");
        let both = call(ANSWER, json!({ "all": "all" }));
        let meant = which.meant(&house, &both, &context).unwrap();
        let asked = confirmation(&house, &meant, &context).unwrap();
        assert_eq!(asked["en"], "Shall I unlock door lock, door lock?");
    }
}
