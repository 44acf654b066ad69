//! From a call to what has to be asked of Home Assistant: a decision over the home as it is known, without a wait and
//! without the network, so that it can be tried on any home.

use super::{
    answer,
    house::{Entity, House},
    target::{Miss, Target, Wanted, find},
};
use crate::{Arguments, HubError, skill::said};
use rosie_core::{CallContext, ErrorCode, Failure, ToolCall, ToolResult};
use serde_json::{Map, Value, json};

/// One service to call.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceCall {
    pub domain: String,
    pub service: String,
    pub data: Map<String, Value>,
    /// Ids; empty where the service takes none.
    pub entities: Vec<String>,
}

impl ServiceCall {
    pub(super) fn new(domain: &str, service: &str, entities: &[&Entity], data: Value) -> Self {
        Self {
            domain: domain.to_owned(),
            service: service.to_owned(),
            data: match data {
                Value::Object(data) => data,
                _ => Map::new(),
            },
            entities: entities.iter().map(|entity| entity.id.clone()).collect(),
        }
    }
}

/// What comes of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// Known already.
    Answer(ToolResult),
    /// Services to call, all at once, and what is said when they were.
    Do {
        calls: Vec<ServiceCall>,
        answer: ToolResult,
    },
    /// An item of a list to be found first, then checked off or removed.
    Item { list: String, item: String, remove: bool },
    /// A list to be read out.
    /// All that is on it, or whether one thing is.
    Read { list: String, item: Option<String> },
    /// A list from which everything is taken.
    Clear { list: String },
    /// Something to be searched for on a media player, then played.
    Play {
        player: String,
        query: String,
        class: Option<String>,
    },
    /// One of these is meant: ask which.
    Which { choices: Vec<String> },
}

/// Why nothing comes of it; the first becomes a sentence, the second a failure.
pub(super) enum Refusal<'h> {
    Miss(Miss<'h>),
    Failure(Failure),
}

impl<'h> From<Miss<'h>> for Refusal<'h> {
    fn from(miss: Miss<'h>) -> Self {
        Self::Miss(miss)
    }
}

impl From<Failure> for Refusal<'_> {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<HubError> for Refusal<'_> {
    fn from(error: HubError) -> Self {
        Self::Failure(error.into())
    }
}

pub(super) type Planned<'h> = Result<Plan, Refusal<'h>>;

/// One call and the home it is made in.
#[derive(Clone, Copy)]
pub(super) struct Ask<'a> {
    pub house: &'a House,
    pub call: &'a ToolCall,
    pub context: &'a CallContext,
}

impl<'a> Ask<'a> {
    pub fn arguments(&self) -> Arguments<'a> {
        Arguments::of(self.call)
    }

    pub fn find(&self, domains: &[&str], in_places: &[&str]) -> Result<Target<'a>, Miss<'a>> {
        find(
            self.house,
            &Wanted {
                arguments: self.arguments(),
                context: self.context,
                domains,
                in_places,
            },
        )
    }

    /// The answer of an action on `target`.
    pub fn done(&self, response: &str, target: &Target<'_>) -> ToolResult {
        let mut data = answer::about(self.house, &target.entities, &self.context.language);
        if let Some(area) = target.area {
            data["area"] = json!(area.name);
        }
        said(response, data)
    }

    /// Calls one service for all of `entities` that can do it.
    pub fn act(
        &self,
        target: &Target<'a>,
        can: impl Fn(&Entity) -> bool,
        response: &str,
        calls: impl Fn(&[&'a Entity]) -> Vec<ServiceCall>,
    ) -> Planned<'a> {
        let able: Vec<&Entity> = target.entities.iter().copied().filter(|entity| can(entity)).collect();
        if able.is_empty() {
            return Err(Miss::Nothing("feature_not_supported", json!({})).into());
        }
        let there: Vec<&Entity> = able
            .into_iter()
            .filter(|entity| self.house.is_available(entity))
            .collect();
        if there.is_empty() {
            return Err(out_of_reach(&target.entities).into());
        }
        let meant = Target {
            entities: there,
            ..*target
        };
        Ok(Plan::Do {
            calls: calls(&meant.entities),
            answer: self.done(response, &meant),
        })
    }

    pub fn missing(&self, what: &str) -> Failure {
        HubError::BadArguments {
            call: self.call.name.clone(),
            reason: format!("it names no {what}"),
        }
        .into()
    }
}

fn out_of_reach(entities: &[&Entity]) -> Failure {
    let ids: Vec<&str> = entities.iter().take(5).map(|entity| entity.id.as_str()).collect();
    let detail = format!("the home reports {} as unavailable", ids.join(", "));
    Failure::new(ErrorCode::DeviceUnavailable, detail)
}

/// What comes of a call in this home.
pub fn plan(house: &House, call: &ToolCall, context: &CallContext) -> Result<Plan, Failure> {
    let ask = Ask { house, call, context };
    match super::calls::plan(ask) {
        Ok(plan) => Ok(plan),
        Err(Refusal::Failure(failure)) => Err(failure),
        Err(Refusal::Miss(Miss::Nothing(key, data))) => Ok(Plan::Answer(said(key, data))),
        Err(Refusal::Miss(Miss::Unbounded)) => Err(ask.missing("thing and no place")),
        Err(Refusal::Miss(Miss::Several(entities))) => Ok(Plan::Which {
            choices: entities.into_iter().map(|entity| entity.id.clone()).collect(),
        }),
    }
}
