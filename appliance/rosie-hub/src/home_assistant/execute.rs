//! Carries a plan out over a connection.

use super::{
    alike,
    hands::Hands,
    link::{Link, LinkError},
    plan::{Plan, ServiceCall},
};
use crate::{skill::said, skills::told_of_list};
use futures_util::future::try_join_all;
use rosie_core::{BoxFuture, Effect, ErrorCode, Failure, ToolOutcome, ToolResult};
use serde_json::{Value, json};
use std::time::Duration;

/// Home Assistant answers when a service is done. Who takes longer (a garage door, a script) is at work, if the home still
/// lives: the call arrived, and nobody waits for the end.
const AT_WORK: Duration = Duration::from_secs(3);
/// What can let somebody in.
const LETS_IN: [&str; 3] = ["lock", "cover", "alarm_control_panel"];
/// For what has to be known before going on.
const NEEDED: Duration = Duration::from_secs(5);

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Self {
        let code = match &error {
            LinkError::TokenRefused { .. } | LinkError::NoAdministrator { .. } => ErrorCode::HomeRefused,
            LinkError::Refused { .. } => ErrorCode::ToolFailed,
            _ => ErrorCode::HomeUnavailable,
        };
        Failure::new(code, error.to_string())
    }
}

fn command(call: &ServiceCall, returns: bool) -> Value {
    let mut command = json!({
        "type": "call_service",
        "domain": call.domain,
        "service": call.service,
        "service_data": call.data,
    });
    if !call.entities.is_empty() {
        command["target"] = json!({ "entity_id": call.entities });
    }
    if returns {
        command["return_response"] = json!(true);
    }
    command
}

/// One service. Never sent twice: what became of a call whose answer was lost is not known.
async fn send(link: &Link, call: &ServiceCall) -> Result<(), Failure> {
    // What lets people in is not sent to a home that does nothing now, and would do it when it wakes.
    let surely = LETS_IN.contains(&call.domain.as_str());
    if link.begin(command(call, false), AT_WORK, surely).await?.is_none() {
        tracing::info!(
            domain = call.domain,
            service = call.service,
            "a service is still at work"
        );
    }
    Ok(())
}

/// A service's answer about one entity.
pub(super) async fn response(link: &Link, call: &ServiceCall) -> Result<Value, LinkError> {
    let (_, mut result) = link.ask_as(command(call, true), NEEDED).await?;
    let entity = call.entities.first().map_or("", String::as_str);
    Ok(super::take(&mut super::take(&mut result, "response"), entity))
}

pub(super) fn service(domain: &str, service: &str, entity: &str, data: Value) -> ServiceCall {
    let Value::Object(data) = data else {
        return ServiceCall::new(domain, service, &[], Value::Null);
    };
    ServiceCall {
        domain: domain.to_owned(),
        service: service.to_owned(),
        data,
        entities: vec![entity.to_owned()],
    }
}

fn not_supported() -> ToolResult {
    said("feature_not_supported", json!({}))
}

/// A version of Home Assistant, or a device, that has no such service.
fn unknown_service(error: &LinkError) -> bool {
    matches!(error, LinkError::Refused { code, .. } if code == "not_found" || code == "not_supported")
}

impl Hands for Link {
    fn carry_out(&self, plan: Plan) -> BoxFuture<'_, ToolOutcome> {
        Box::pin(carry_out(self, plan))
    }
}

async fn carry_out(link: &Link, plan: Plan) -> ToolOutcome {
    match plan {
        Plan::Answer(result) => Ok(result),
        Plan::Do { calls, mut answer } => {
            try_join_all(calls.iter().map(|call| send(link, call))).await?;
            answer.effects.push(Effect::Confirmed);
            Ok(answer)
        }
        Plan::Item { list, item, remove } => one_item(link, &list, &item, remove).await,
        Plan::Read { list, item } => read(link, &list, item.as_deref()).await,
        Plan::Clear { list } => clear(link, &list).await,
        Plan::Play { player, query, class } => play(link, &player, &query, class.as_deref()).await,
        // Asked by whoever can hear the answer.
        Plan::Which { .. } => Ok(said("duplicate_targets", json!({}))),
    }
}

async fn one_item(link: &Link, list: &str, item: &str, remove: bool) -> ToolOutcome {
    let items = response(link, &service("todo", "get_items", list, json!({}))).await?;
    let text = |value: &Value| value["summary"].as_str().map(str::to_owned);
    let open = items["items"].as_array().into_iter().flatten();
    let open = open.filter(|entry| remove || entry["status"] != "completed");
    let named: Vec<(String, String)> = open
        .filter_map(|entry| {
            let summary = text(entry)?;
            // The uid is what is meant exactly; lists without one go by the words.
            let id = entry["uid"].as_str().map_or_else(|| summary.clone(), str::to_owned);
            Some((summary, id))
        })
        .collect();
    let names: Vec<&str> = named.iter().map(|(summary, _)| summary.as_str()).collect();
    let Some(at) = alike::closest(item, &names) else {
        return Ok(said("no_entity", json!({ "entity": item })));
    };
    let (summary, id) = &named[at];
    let call = match remove {
        true => service("todo", "remove_item", list, json!({ "item": [id] })),
        false => service(
            "todo",
            "update_item",
            list,
            json!({ "item": id, "status": "completed" }),
        ),
    };
    send(link, &call).await?;
    let key = if remove { "item_deleted" } else { "item_completed" };
    Ok(said(key, json!({ "item": summary })))
}

async fn read(link: &Link, list: &str, item: Option<&str>) -> ToolOutcome {
    let asked = service("todo", "get_items", list, json!({ "status": ["needs_action"] }));
    let items = response(link, &asked).await?;
    let items: Vec<&str> = items["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item["summary"].as_str())
        .collect();
    Ok(told_of_list(&items, item))
}

/// Takes off what is on it, done or not.
async fn clear(link: &Link, list: &str) -> ToolOutcome {
    let asked = service(
        "todo",
        "get_items",
        list,
        json!({ "status": ["needs_action", "completed"] }),
    );
    let items = response(link, &asked).await?;
    let all: Vec<&str> = items["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|entry| entry["uid"].as_str().or(entry["summary"].as_str()))
        .collect();
    if !all.is_empty() {
        send(link, &service("todo", "remove_item", list, json!({ "item": all }))).await?;
    }
    Ok(said("default", json!({ "count": all.len() })))
}

/// Searches on the player itself, and plays the first thing found.
async fn play(link: &Link, player: &str, query: &str, class: Option<&str>) -> ToolOutcome {
    let mut data = json!({ "search_query": query });
    if let Some(class) = class {
        data["media_filter_classes"] = json!([class]);
    }
    let found = match response(link, &service("media_player", "search_media", player, data)).await {
        Ok(found) => found,
        Err(error) if unknown_service(&error) => return Ok(not_supported()),
        Err(error) => return Err(error.into()),
    };
    let first = found["result"].as_array().and_then(|all| all.first());
    let media = first.and_then(|media| {
        Some((
            media["media_content_id"].as_str()?,
            media["media_content_type"].as_str()?,
        ))
    });
    let Some((id, kind)) = media else {
        return Ok(said("default", json!({ "media": null })));
    };
    let data = json!({ "media_content_id": id, "media_content_type": kind });
    send(link, &service("media_player", "play_media", player, data)).await?;
    Ok(said(
        "default",
        json!({ "media": { "title": first.map(|media| media["title"].clone()) } }),
    ))
}
