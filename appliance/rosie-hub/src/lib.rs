//! Carries tool calls out: built-in skills (clock, timers, the session itself, small talk) and integrations that reach
//! beyond this machine, all behind one trait.
//!
//! Invariants: a skill that hangs or panics costs its own call and nothing else; a timer is on the disk before its
//! setting is acknowledged; no call touches the network from here but an integration's.

#![forbid(unsafe_code)]

mod absent;
mod arguments;
pub mod calendar;
pub mod chat;
mod clock;
pub mod contacts;
mod error;
pub mod home_assistant;
pub mod household;
mod hub;
pub mod integration;
pub mod mqtt;
mod permissions;
pub mod plugins;
mod questions;
mod rooms;
mod skill;
mod skills;
mod timers;
pub mod weather;
mod web;
mod when;

pub use absent::{Absent, absent};
pub use arguments::Arguments;
pub use clock::{Clock, SystemClock};
pub use error::HubError;
pub use hub::{HubConfig, SkillHub};
pub use permissions::Permissions;
pub use rooms::{Room, Rooms};
pub use skill::{Outlook, Skill, Within};
pub use skills::{BroadcastSkill, ListSkill, MemorySkill, SpeakerSkill};
pub use timers::{RingingTimer, TimerEvent, TimerSettings, TimerSink, Timers, carry_out_due};
