//! "Which one?": what was asked, and the call that goes on with the answer.

use super::house::{Entity, House};
use crate::{Arguments, Clock, questions::Questions, skill::said};
use rosie_core::{CallContext, Effect, EndpointId, ToolCall, ToolResult};
use serde_json::{Value, json};
use std::sync::Arc;

/// The call that answers the question; its sentences ask for the context `asked: which`.
pub(super) const ANSWER: &str = "RosieAnswerWhich";
/// Things that are named in the question; more nobody keeps in mind.
const NAMED: usize = 4;

/// Of the hub's questions this integration's own: one an endpoint.
pub(crate) struct Which(Questions);

/// What the answer leads to.
pub(crate) enum Answered {
    /// The call that was asked about, with the thing that is meant.
    Go(ToolCall),
    /// Still several, or none: not asked again.
    Unclear,
    NotAsked,
}

impl Which {
    pub const ASKED: &'static str = "which";

    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self(Questions::new(clock))
    }

    pub fn is_asked(&self, endpoint: &EndpointId) -> bool {
        self.0.asked(endpoint) == Some(Self::ASKED)
    }

    pub fn forget(&self, endpoint: &EndpointId) {
        self.0.forget(endpoint);
    }

    /// Asks which of `choices` is meant.
    pub fn ask(&self, house: &House, call: &ToolCall, context: &CallContext, choices: &[String]) -> ToolResult {
        let pending = json!({ "name": call.name, "arguments": call.arguments, "choices": choices });
        self.0.ask(&context.endpoint, Self::ASKED, pending);
        let entities: Vec<&Entity> = choices
            .iter()
            .filter_map(|id| house.registry.entities.get(id))
            .collect();
        let first = entities.first().map(|entity| entity.name());
        // Things of one name are told apart by where they are.
        let same = entities.iter().all(|entity| Some(entity.name()) == first);
        let label = |entity: &&Entity| match house.registry.area_of(entity) {
            Some(area) if same => area.name.clone(),
            _ => entity.name().to_owned(),
        };
        let labels: Vec<String> = entities.iter().take(NAMED).map(label).collect();
        ToolResult {
            effects: vec![Effect::FollowUp],
            ..said(&format!("{ANSWER}/ask"), json!({ "choices": labels }))
        }
    }

    /// Takes the answer in: the name or the area of one of the choices, or all of them.
    pub fn answer(&self, house: &House, answer: &ToolCall, context: &CallContext) -> Answered {
        match self.0.take(&context.endpoint, Self::ASKED) {
            Some(pending) => resolved(house, pending, answer),
            None => Answered::NotAsked,
        }
    }

    /// The call that an answer would lead to; the question stays open.
    pub fn meant(&self, house: &House, answer: &ToolCall, context: &CallContext) -> Option<ToolCall> {
        match resolved(house, self.0.peek(&context.endpoint, Self::ASKED)?, answer) {
            Answered::Go(call) => Some(call),
            Answered::Unclear | Answered::NotAsked => None,
        }
    }
}

fn resolved(house: &House, mut pending: Value, answer: &ToolCall) -> Answered {
    let choices: Vec<String> = serde_json::from_value(super::take(&mut pending, "choices")).unwrap_or_default();
    let arguments = Arguments::of(answer);
    let meant: Vec<&String> = match (arguments.text("all"), arguments.text("name"), arguments.text("area")) {
        (Some(_), ..) => choices.iter().collect(),
        (_, Some(name), _) => {
            let said: Vec<&str> = name.split(',').collect();
            choices.iter().filter(|id| said.contains(&id.as_str())).collect()
        }
        (_, _, Some(area)) => {
            let area = house.registry.area(&area);
            let is_there = |id: &&String| {
                let entity = house.registry.entities.get(*id);
                area.is_some() && entity.and_then(|entity| house.registry.area_of(entity)) == area
            };
            choices.iter().filter(is_there).collect()
        }
        _ => Vec::new(),
    };
    if meant.is_empty() || (meant.len() > 1 && arguments.text("all").is_none()) {
        return Answered::Unclear;
    }
    let mut call = ToolCall {
        name: pending["name"].as_str().unwrap_or_default().to_owned(),
        arguments: super::take(&mut pending, "arguments"),
    };
    if !call.arguments.is_object() {
        call.arguments = json!({});
    }
    let ids = meant.into_iter().map(String::as_str).collect::<Vec<_>>().join(",");
    call.arguments["name"] = Value::String(ids);
    // One word for all: the things are wanted, not one of them.
    if arguments.text("all").is_some() {
        call.arguments["all"] = json!("all");
    }
    Answered::Go(call)
}
