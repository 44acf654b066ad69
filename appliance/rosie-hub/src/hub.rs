//! The dispatcher: which skill takes a call, with a deadline and a catch around it.

use crate::{
    Clock, HubError, Rooms, Skill, Timers,
    home_assistant::is_home_call,
    permissions::{Limits, Permissions},
    questions::Questions,
    skill::{NOT_UNDERSTOOD, Outlook, Within, said},
    skills::{AlarmSkill, ClockSkill, LaterSkill, ReminderSkill, SessionSkill, SmallTalkSkill, TimerSkill},
};
use futures_util::FutureExt;
use rosie_core::{
    BoxFuture, CallContext, EndpointId, ErrorCode, Failure, KnownNames, ToolCall, ToolOutcome, ToolSpec,
    audit::AuditLog,
    dialog::{EntityState, Hub},
};
use serde_json::json;
use std::{
    collections::{BTreeMap, HashMap},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Duration,
};

/// Longest that a skill may take for one call.
const DEADLINE: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Default)]
pub struct HubConfig {
    pub rooms: Rooms,
    /// IANA name (`Europe/Berlin`); `None` takes the machine's.
    pub time_zone: Option<String>,
}

/// The hub of built-in skills; more can join.
pub struct SkillHub {
    rooms: Rooms,
    skills: Vec<Arc<dyn Skill>>,
    /// The skills that take a call, those that share it first.
    by_call: HashMap<String, Vec<usize>>,
    questions: Arc<Questions>,
    limits: Limits,
    deadline: Duration,
}

/// Carries out what was planned, in `calls`; neither a model nor a sentence makes this call, only the time.
pub(crate) const DUE: &str = "RosieLaterDue";

/// How calls begin that answer a question; any other drops it.
const ANSWERS: &str = "RosieAnswer";

impl SkillHub {
    /// The built-in skills, in place.
    pub fn new(config: HubConfig, timers: Timers, clock: Arc<dyn Clock>) -> Result<Self, HubError> {
        let questions = Arc::new(Questions::new(clock.clone()));
        let limits = Limits::none(clock.clone());
        let clock = Arc::new(ClockSkill::new(clock, config.time_zone.as_deref())?);
        let mut hub = Self {
            rooms: config.rooms.clone(),
            skills: Vec::new(),
            by_call: HashMap::new(),
            questions: questions.clone(),
            limits,
            deadline: DEADLINE,
        };
        hub.add(clock.clone())?;
        timers.keep_time_of(clock.zone());
        let (rooms, asked) = (config.rooms.clone(), questions.clone());
        hub.add(Arc::new(TimerSkill::new(timers.clone(), rooms, asked)))?;
        let asked = questions.clone();
        hub.add(Arc::new(AlarmSkill::new(timers.clone(), clock.clone(), asked)))?;
        let reminders = ReminderSkill::new(timers.clone(), clock.clone(), questions, config.rooms.clone());
        hub.add(Arc::new(reminders))?;
        hub.add(Arc::new(LaterSkill::new(timers.clone(), clock.clone())))?;
        hub.add(Arc::new(SessionSkill::new(timers, config.rooms)))?;
        hub.add(Arc::new(SmallTalkSkill::new(clock)))?;
        Ok(hub)
    }

    /// Holds every endpoint to the rooms that it may control; what is refused goes into `audit`.
    pub fn limit(&mut self, permissions: Arc<dyn Permissions>, audit: Arc<dyn AuditLog>) {
        self.limits.set(permissions, audit);
    }

    /// Adds a skill. None of its calls may be taken already by one that does not share it.
    pub fn add(&mut self, skill: Arc<dyn Skill>) -> Result<(), HubError> {
        for call in skill.calls() {
            let takers = self.by_call.get(*call).into_iter().flatten();
            if let Some(&first) = takers.into_iter().find(|first| !self.skills[**first].shares(call)) {
                let first = self.skills[first].name().to_owned();
                let second = skill.name().to_owned();
                return Err(HubError::ClaimedTwice {
                    call: (*call).to_owned(),
                    first,
                    second,
                });
            }
        }
        for call in skill.calls() {
            self.by_call
                .entry((*call).to_owned())
                .or_default()
                .push(self.skills.len());
        }
        self.skills.push(skill);
        Ok(())
    }

    /// The first that says the call is its own; the last one gets what is left.
    fn taker(&self, call: &ToolCall, context: &CallContext) -> Option<&Arc<dyn Skill>> {
        let Some(takers) = self.by_call.get(&call.name) else {
            return self.skills.iter().find(|skill| skill.owns(&call.name));
        };
        let takers = takers.iter().map(|index| &self.skills[*index]);
        let mut last = None;
        for skill in takers {
            if skill.takes(call, context) {
                return Some(skill);
            }
            last = Some(skill);
        }
        last
    }

    async fn dispatch(&self, call: ToolCall, context: CallContext) -> ToolOutcome {
        if call.name == DUE {
            return self.due(&call, &context).await;
        }
        if !call.name.starts_with(ANSWERS) {
            self.questions.forget(&context.endpoint);
            self.skills.iter().for_each(|skill| skill.forget(&context.endpoint));
        }
        if call.name == LaterSkill::SET {
            for call in planned(&call) {
                // Said now, and not when it is due and nobody listens.
                if let Err(refused) = self.held(call, &context) {
                    return refused;
                }
            }
        }
        // Later nobody is there to be asked which one is meant.
        let unclear = |call: &ToolCall| self.outlook(call, &context) == Outlook::Unclear;
        if call.name == LaterSkill::SET && planned(&call).iter().any(unclear) {
            return Ok(said("unclear", json!({})));
        }
        self.one(call, context).await
    }

    /// All of it, whatever becomes of a part; the last failure is told. `away`: the home cannot be reached, nothing was done.
    async fn due(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let calls = planned(call);
        if calls.iter().any(|call| self.outlook(call, context) == Outlook::Away) {
            return Ok(said("away", json!({})));
        }
        let mut outcome = Ok(said("default", json!({})));
        for call in calls {
            // The home may have become another one since it was planned.
            let done = match self.outlook(&call, context) {
                Outlook::Clear => self.one(call, context.clone()).await.map(|_| ()),
                _ => Err(Failure::new(
                    ErrorCode::ToolFailed,
                    "it is not clear any more what is meant",
                )),
            };
            if let Err(failure) = done {
                outcome = Err(failure);
            }
        }
        outcome
    }

    /// Of a call to the home; nothing else is done later.
    fn outlook(&self, call: &ToolCall, context: &CallContext) -> Outlook {
        let narrowed = match self.within(call, context) {
            Within::Narrowed(call) => Some(call),
            _ => None,
        };
        let call = narrowed.as_ref().unwrap_or(call);
        match self.taker(call, context) {
            _ if !is_home_call(&call.name) => Outlook::Unclear,
            Some(skill) => skill.outlook(call, context),
            None => Outlook::Away,
        }
    }

    /// What becomes of a call in the rooms that its endpoint may control.
    fn within(&self, call: &ToolCall, context: &CallContext) -> Within {
        let taker = || self.taker(call, context);
        self.limits.of(&context.endpoint, |rooms| {
            taker().map_or(Within::AsIs, |skill| skill.within(call, context, rooms))
        })
    }

    /// The call as its endpoint may make it; else what comes of it instead.
    fn held(&self, call: ToolCall, context: &CallContext) -> Result<ToolCall, ToolOutcome> {
        if self.limits.is_minor(context) && self.is_dangerous(&call, context) {
            return Err(Err(self.limits.refuse_minor(&call, context)));
        }
        match self.within(&call, context) {
            Within::AsIs => Ok(call),
            Within::Narrowed(call) => Ok(call),
            Within::NotUnderstood => Err(Ok(said(NOT_UNDERSTOOD, json!({})))),
            Within::Refused { action, things } => Err(Err(self.limits.refuse(&call, context, action, things))),
        }
    }

    /// A person is asked before it is done.
    fn is_dangerous(&self, call: &ToolCall, context: &CallContext) -> bool {
        let told = || {
            self.tools()
                .into_iter()
                .any(|tool| tool.name == call.name && tool.dangerous)
        };
        self.asked_before(call, context).is_some() || told()
    }

    /// What is asked before this call, whoever makes it.
    fn asked_before(&self, call: &ToolCall, context: &CallContext) -> Option<BTreeMap<String, String>> {
        let asked = |call: &ToolCall| match self.within(call, context) {
            Within::AsIs => self.taker(call, context)?.confirmation(call, context),
            Within::Narrowed(call) => self.taker(&call, context)?.confirmation(&call, context),
            // Nobody is asked about what is refused.
            Within::NotUnderstood | Within::Refused { .. } => None,
        };
        match call.name == LaterSkill::SET {
            // It is asked now: later nobody may be there.
            true => planned(call).iter().find_map(asked),
            false => asked(call),
        }
    }

    async fn one(&self, call: ToolCall, context: CallContext) -> ToolOutcome {
        let instead = self.skills.iter().find_map(|skill| skill.instead(&call, &context));
        // Where what plays may not be touched, the endpoint's own volume is meant.
        let instead = instead.filter(|call| !matches!(self.within(call, &context), Within::Refused { .. }));
        let call = match self.held(instead.unwrap_or(call), &context) {
            Ok(call) => call,
            Err(outcome) => return outcome,
        };
        let Some(skill) = self.taker(&call, &context) else {
            return Err(match is_home_call(&call.name) {
                true => HubError::HomeNotConnected { call: call.name },
                false => HubError::NotSupported { call: call.name },
            }
            .into());
        };
        let work = AssertUnwindSafe(skill.handle(&call, &context)).catch_unwind();
        match tokio::time::timeout(self.deadline, work).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_panic)) => {
                tracing::error!(skill = skill.name(), call = call.name, "a skill panicked");
                Err(HubError::Panicked {
                    skill: skill.name().to_owned(),
                    call: call.name,
                }
                .into())
            }
            Err(_elapsed) => {
                let seconds = self.deadline.as_secs();
                Err(HubError::TooSlow {
                    skill: skill.name().to_owned(),
                    seconds,
                }
                .into())
            }
        }
    }
}

/// The calls that a planned command is made of.
fn planned(call: &ToolCall) -> Vec<ToolCall> {
    LaterSkill::calls_of(call).unwrap_or_default()
}

impl Hub for SkillHub {
    fn handle(&self, call: ToolCall, context: CallContext) -> BoxFuture<'_, ToolOutcome> {
        Box::pin(self.dispatch(call, context))
    }

    fn tools(&self) -> Vec<ToolSpec> {
        self.skills.iter().flat_map(|skill| skill.tools()).collect()
    }

    fn asked(&self, endpoint: &EndpointId) -> Option<&'static str> {
        let of_skills = || self.skills.iter().find_map(|skill| skill.asked(endpoint));
        self.questions.asked(endpoint).or_else(of_skills)
    }

    fn dictation(&self, endpoint: &EndpointId) -> Option<&'static str> {
        self.skills.iter().find_map(|skill| skill.dictation(endpoint))
    }

    fn confirmation(&self, call: &ToolCall, context: &CallContext) -> Option<BTreeMap<String, String>> {
        // Nobody is asked about what is refused.
        let asked = self.asked_before(call, context);
        asked.filter(|_| !self.limits.is_minor(context))
    }

    fn takes_sentences(&self) -> Option<&'static str> {
        self.skills.iter().find_map(|skill| skill.takes_sentences())
    }

    fn entities(&self) -> Vec<EntityState> {
        self.skills.iter().flat_map(|skill| skill.entities()).collect()
    }

    fn names(&self) -> KnownNames {
        let mut names = KnownNames::from([("area".to_owned(), self.rooms.known_names())]);
        for skill in &self.skills {
            for (list, mut more) in skill.names() {
                names.entry(list).or_default().append(&mut more);
            }
        }
        names
    }
}

#[cfg(test)]
#[path = "hub_tests.rs"]
mod tests;
