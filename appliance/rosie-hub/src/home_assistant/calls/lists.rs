//! Lists of things to do and to buy.

use super::super::{
    house::Entity,
    plan::{Ask, Plan, Planned, ServiceCall},
    target::Miss,
};
use crate::skill::said;
use serde_json::json;

const LIST: [&str; 1] = ["todo"];
/// In the ids of lists that are bought from, and of those of things to be done.
const SHOPPING: [&str; 5] = ["shopping", "grocer", "einkauf", "compra", "courses"];
const TASKS: [&str; 7] = ["todo", "to_do", "task", "aufgabe", "tarea", "pendiente", "tache"];

/// The list that was named; else the one for shopping, or for what is to be done.
fn list(ask: Ask<'_>) -> Result<&Entity, Miss<'_>> {
    let arguments = ask.arguments();
    let rosies = ask.call.name.starts_with("RosieList");
    if arguments.text("name").is_some() || !(rosies || ask.call.name.starts_with("HassShoppingList")) {
        let target = ask.find(&LIST, &LIST)?;
        return Ok(target.entities[0]);
    }
    let lists = ask.house.of_kind("todo");
    let to_do = arguments.text("list").is_some_and(|list| list == "todo");
    let found = match to_do {
        true => for_tasks(&lists)?,
        false => for_shopping(&lists),
    };
    let list = if to_do { "todo" } else { "shopping" };
    found.ok_or_else(|| match rosies {
        true => Miss::Nothing("RosieListRead/no_list", json!({ "list": list })),
        false => Miss::Nothing("no_domain", json!({ "domain": "todo" })),
    })
}

/// Whether a list is called so: by its id without the kind, which is `todo` itself.
fn is_called(list: &Entity, words: &[&str]) -> bool {
    let id = list.id.strip_prefix("todo.").unwrap_or(&list.id);
    words.iter().any(|word| id.contains(word))
}

/// Home Assistant's own shopping list, else one that is called so, else the only one.
fn for_shopping<'h>(lists: &[&'h Entity]) -> Option<&'h Entity> {
    let own = lists
        .iter()
        .find(|list| list.platform == "shopping_list" || list.id == "todo.shopping_list");
    let called = || lists.iter().find(|list| is_called(list, &SHOPPING));
    let only = || lists.first().filter(|_| lists.len() == 1);
    own.or_else(called).or_else(only).copied()
}

/// Of those that nothing is bought from the only one, else the one that is called so, else whichever the person says.
fn for_tasks<'h>(lists: &[&'h Entity]) -> Result<Option<&'h Entity>, Miss<'h>> {
    let mut others = lists.to_vec();
    others.retain(|list| list.platform != "shopping_list" && !is_called(list, &SHOPPING));
    if others.len() > 1 {
        let called: Vec<&Entity> = others.iter().copied().filter(|list| is_called(list, &TASKS)).collect();
        return match called[..] {
            [one] => Ok(Some(one)),
            _ => Err(Miss::Several(others)),
        };
    }
    Ok(others.first().copied())
}

fn item(ask: Ask<'_>) -> Result<String, rosie_core::Failure> {
    ask.arguments().text("item").ok_or_else(|| ask.missing("item"))
}

pub(super) fn add(ask: Ask<'_>) -> Planned<'_> {
    let item = item(ask)?;
    let list = list(ask)?;
    let answer = match ask.arguments().text("list") {
        Some(kind) => said("default", json!({ "item": item, "list": kind })),
        None => said("item_added", json!({ "item": item, "list": list.name() })),
    };
    Ok(Plan::Do {
        calls: vec![ServiceCall::new("todo", "add_item", &[list], json!({ "item": item }))],
        answer,
    })
}

/// What is on it.
pub(super) fn read(ask: Ask<'_>) -> Planned<'_> {
    Ok(Plan::Read {
        list: list(ask)?.id.clone(),
        item: ask.arguments().text("item"),
    })
}

/// Takes everything off it.
pub(super) fn clear(ask: Ask<'_>) -> Planned<'_> {
    Ok(Plan::Clear {
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
