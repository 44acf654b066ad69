//! What a small model may write, and what of it is believed.

#![allow(clippy::unwrap_used)]
use super::*;

fn tool(name: &str, parameters: Value) -> ToolSpec {
    ToolSpec {
        name: name.into(),
        description: format!("{name} does it."),
        parameters,
        acts: true,
        dangerous: false,
        foreign: false,
        confirmation: Default::default(),
    }
}

fn thing(name: &str) -> Thing {
    Thing {
        name: name.to_owned(),
        kind: "light".to_owned(),
    }
}

#[test]
fn a_tool_names_things_of_its_kinds_alone() {
    let blind = Thing {
        kind: "cover".to_owned(),
        ..thing("Blind")
    };
    let meant = Meant {
        things: vec![thing("Desk lamp"), blind],
        kinds: BTreeMap::from([
            ("Open".to_owned(), BTreeSet::from(["cover".to_owned()])),
            ("Lock".to_owned(), BTreeSet::from(["lock".to_owned()])),
        ]),
        ..Meant::default()
    };
    assert_eq!(meant.names("Open"), ["Blind"]);
    assert_eq!(meant.names("Lock"), [""; 0], "another thing is never meant instead");
    assert_eq!(meant.names("Other"), ["Desk lamp", "Blind"]);
}

fn timer() -> ToolSpec {
    let number = json!({ "type": "number", "minimum": 0 });
    tool(
        "StartTimer",
        json!({ "type": "object", "properties": {
            "hours": number, "minutes": number, "seconds": number, "name": { "type": "string" } },
            "additionalProperties": false }),
    )
}

fn lamp() -> ToolSpec {
    tool(
        "TurnOn",
        json!({ "type": "object", "properties": { "name": { "type": "string", "format": "entity" } },
            "required": ["name"], "additionalProperties": false }),
    )
}

#[test]
fn the_form_leaves_only_what_the_question_can_mean() {
    let meant = Meant {
        things: vec![thing("Desk lamp")],
        ..Meant::default()
    };
    let form = form(&[timer(), lamp()], "wake me in ten minutes", &meant);
    let timer = &form.schema["anyOf"][0]["properties"][WITH];
    assert_eq!(timer["required"], json!(["minutes"]));
    assert!(timer["properties"].get("hours").is_none() && timer["properties"].get("name").is_some());
    let lamp = &form.schema["anyOf"][1]["properties"][WITH]["properties"]["name"];
    assert_eq!(lamp, &json!({ "enum": ["Desk lamp"] }));
    assert_eq!(
        form.schema["anyOf"][2]["properties"]["tool"],
        json!({ "const": "none" })
    );
}

#[test]
fn two_wishes_are_two_calls() {
    let question = "turn on the desk lamp and the floor lamp";
    let form = form(&[lamp()], question, &Meant::default());
    assert_eq!(form.schema["maxItems"], 2);
    let written = r#"[{"tool":"TurnOn","with":{"name":"Desk lamp"}},{"tool":"TurnOn","with":{"name":"Floor lamp"}}]"#;
    assert_eq!(form.read(written, question, &Language::new("en")).len(), 2);
}

#[test]
fn what_is_said_is_kept_without_what_is_made_up() {
    let question = "wake me in ten minutes";
    let form = form(&[timer()], question, &Meant::default());
    let written = r#"{"tool": "StartTimer", "with": {"hours": 0, "minutes": 10, "name": "Dinner"}}"#;
    let calls = form.read(written, question, &Language::new("en"));
    assert_eq!(calls[0].arguments, r#"{"minutes":10}"#);
}

#[test]
fn a_wish_beyond_doubt_leaves_no_way_out_and_a_room_only_where_it_is_named() {
    let text = json!({ "type": "string" });
    let light = tool(
        "LightSet",
        json!({ "type": "object", "properties": { "area": text, "domain": text,
            "name": { "type": "string", "format": "entity" } }, "additionalProperties": false }),
    );
    let schema = |names: &[&str], rooms: &[&str]| {
        let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let meant = Meant {
            things: names.iter().map(|name| thing(name)).collect(),
            kinds: BTreeMap::new(),
            rooms: owned(rooms),
            sure: true,
        };
        form(std::slice::from_ref(&light), "dim it", &meant).schema["anyOf"].clone()
    };
    let of_name = schema(&["Desk lamp"], &[]);
    assert_eq!(of_name.as_array().map(Vec::len), Some(1));
    assert_eq!(
        of_name[0]["properties"][WITH]["properties"],
        json!({ "name": { "enum": ["Desk lamp"] } })
    );
    assert_eq!(of_name[0]["properties"][WITH]["required"], json!(["name"]));
    let of_room = schema(&[], &["Kitchen"]);
    assert_eq!(
        of_room[0]["properties"][WITH]["properties"]["area"],
        json!({ "enum": ["Kitchen"] })
    );
}

#[test]
fn a_sure_wish_is_done_without_what_was_made_up() {
    let cancel = tool(
        "CancelTimer",
        json!({ "type": "object", "properties": { "name": { "type": "string" } }, "additionalProperties": false }),
    );
    let read = |sure: bool, tool: ToolSpec, written: &str| {
        let meant = Meant {
            sure,
            ..Meant::default()
        };
        let form = form(&[tool], "I do not need that timer", &meant);
        let calls = form.read(written, "I do not need that timer", &Language::new("en"));
        calls.into_iter().map(|call| call.arguments).collect::<Vec<_>>()
    };
    let written = r#"{"tool": "CancelTimer", "with": {"name": "dinner"}}"#;
    assert_eq!(read(true, cancel.clone(), written), ["{}"]);
    assert_eq!(read(false, cancel, written), [""; 0]);
    let written = r#"{"tool": "TurnOn", "with": {"name": "Bedroom"}}"#;
    assert_eq!(read(true, lamp(), written), [""; 0], "never a lamp that nobody named");
    let written = r#"{"tool": "StartTimer", "with": {"minutes": 5}}"#;
    assert_eq!(
        read(true, timer(), written),
        [""; 0],
        "never a duration that nobody said"
    );
}

#[test]
fn what_nobody_said_is_no_call() {
    let question = "turn on the desk lamp";
    let form = form(&[lamp(), timer()], question, &Meant::default());
    let read = |written: &str| form.read(written, question, &Language::new("en")).len();
    assert_eq!(read(r#"{"tool": "TurnOn", "with": {"name": "desk lamp"}}"#), 1);
    assert_eq!(read(r#"{"tool": "TurnOn", "with": {"name": "Bedroom"}}"#), 0);
    assert_eq!(read(r#"{"tool": "StartTimer", "with": {"minutes": 5}}"#), 0);
    assert_eq!(read(r#"{"tool": "none"}"#), 0);
    assert_eq!(read(r#"{"tool": "Explode", "with": {}}"#), 0);
    assert_eq!(read("broken {"), 0);
}
