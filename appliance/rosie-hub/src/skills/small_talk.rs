//! Greeting, thanks, who Rosie is and what she can do. The words are the templates'; this gives them the time of day
//! and a count to take turns by.

use super::ClockSkill;
use crate::{Skill, skill::said};
use rosie_core::{BoxFuture, CallContext, ToolCall, ToolOutcome};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

pub(crate) struct SmallTalkSkill {
    clock: Arc<ClockSkill>,
    asked: AtomicU64,
}

impl SmallTalkSkill {
    pub(crate) fn new(clock: Arc<ClockSkill>) -> Self {
        Self {
            clock,
            asked: AtomicU64::new(0),
        }
    }

    fn answer(&self) -> ToolOutcome {
        let hour = self.clock.now()?.hour();
        let part_of_day = match hour {
            5..12 => "morning",
            12..18 => "afternoon",
            18..23 => "evening",
            _ => "night",
        };
        let turn = self.asked.fetch_add(1, Ordering::Relaxed);
        Ok(said(
            "default",
            json!({ "time_of_day": part_of_day, "hour": hour, "turn": turn }),
        ))
    }
}

impl Skill for SmallTalkSkill {
    fn name(&self) -> &str {
        "small talk"
    }

    fn calls(&self) -> &[&str] {
        &[
            "HassRespond",
            "RosieWhatCanYouDo",
            "RosieWhoAreYou",
            "RosieHowAreYou",
            "RosieGreeting",
            "RosieThanks",
            "RosieGoodbye",
        ]
    }

    fn handle<'a>(&'a self, _call: &'a ToolCall, _context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(async move { self.answer() })
    }
}
