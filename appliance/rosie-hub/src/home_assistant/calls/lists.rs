//! Lists of things to do and to buy.

use super::super::{
    house::Entity,
    plan::{Ask, Plan, Planned, ServiceCall},
    target::Miss,
};
use serde_json::json;

const LIST: [&str; 1] = ["todo"];

/// The list that was named; for shopping, Home Assistant's own shopping list, else one of that name, else the only one.
fn list(ask: Ask<'_>) -> Result<&Entity, Miss<'_>> {
    let read = ask.call.name == "RosieListRead" && ask.arguments().text("list").is_none_or(|list| list == "shopping");
    let shopping = ask.call.name.starts_with("HassShoppingList") || read;
    if !shopping || ask.arguments().text("name").is_some() {
        let target = ask.find(&LIST, &LIST)?;
        return Ok(target.entities[0]);
    }
    let lists: Vec<&Entity> = ask
        .house
        .registry
        .entities
        .values()
        .filter(|entity| entity.domain() == "todo")
        .collect();
    let own = lists
        .iter()
        .find(|list| list.platform == "shopping_list" || list.id == "todo.shopping_list");
    let called = || {
        lists
            .iter()
            .find(|list| list.id.contains("shopping") || list.id.contains("einkauf"))
    };
    let only = || lists.first().filter(|_| lists.len() == 1);
    let list = own.or_else(called).or_else(only);
    list.copied()
        .ok_or_else(|| Miss::Nothing("no_domain", json!({ "domain": "todo" })))
}

fn item(ask: Ask<'_>) -> Result<String, rosie_core::Failure> {
    ask.arguments().text("item").ok_or_else(|| ask.missing("item"))
}

pub(super) fn add(ask: Ask<'_>) -> Planned<'_> {
    let item = item(ask)?;
    let list = list(ask)?;
    Ok(Plan::Do {
        calls: vec![ServiceCall::new("todo", "add_item", &[list], json!({ "item": item }))],
        answer: crate::skill::said("item_added", json!({ "item": item, "list": list.name() })),
    })
}

/// What is on it.
pub(super) fn read(ask: Ask<'_>) -> Planned<'_> {
    Ok(Plan::Read {
        list: list(ask)?.id.clone(),
    })
}

/// Checks an item off, or removes it: which one is found among the list's own.
pub(super) fn find(ask: Ask<'_>, remove: bool) -> Planned<'_> {
    Ok(Plan::Item {
        item: item(ask)?,
        list: list(ask)?.id.clone(),
        remove,
    })
}
