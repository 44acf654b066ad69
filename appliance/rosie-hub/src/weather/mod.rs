//! The weather, from whoever knows it: one report ([`report`]), one way to answer from it ([`answer`]). Home Assistant's
//! own weather comes first (`home_assistant/forecast.rs`); without one it is [`OpenMeteo`], where the owner gave a place;
//! without either [`NoWeather`] says what to do.

mod answer;
mod ask;
mod open_meteo;
mod parse;
pub(crate) mod report;

pub(crate) use answer::answer;
pub use open_meteo::{OpenMeteo, OpenMeteoConfig, Units};

use crate::{Skill, skill::said};
use rosie_core::{BoxFuture, CallContext, ToolCall, ToolOutcome};
use serde_json::json;

/// The call for all questions about the weather.
pub(crate) const CALL: &str = "RosieWeather";
/// Home Assistant's: the weather now.
pub(crate) const HOME_CALL: &str = "HassGetWeather";

/// Takes the questions that nobody else can answer. Joins the hub last.
pub struct NoWeather;

impl Skill for NoWeather {
    fn name(&self) -> &str {
        "no weather"
    }

    fn calls(&self) -> &[&str] {
        &[CALL, HOME_CALL]
    }

    fn handle<'a>(&'a self, _call: &'a ToolCall, _context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(async { Ok(said("RosieWeather/no_source", json!({}))) })
    }
}
