//! Timers: several at once, kept on the disk, rung on the endpoint that set them.
//!
//! Alarms and reminders are timers, too: with a time of day, and with words. `book` holds them all (each an `entry`) and knows
//! no clock, `ringing` is what happens when they are due (`doing` where it is a command), `repeat` when they come again; `find` picks one by what was said,
//! `task` runs them against the clock and the store, `event` is what the rest of the daemon hears, `view` what a template sees.

mod book;
mod doing;
mod entry;
mod event;
mod find;
#[cfg(test)]
mod model_test;
mod repeat;
mod ringing;
mod task;
mod view;

pub(crate) use book::{NewTimer, TimerError};
pub use doing::carry_out as carry_out_due;
pub(crate) use entry::Now;
pub use event::{RingingTimer, TimerEvent, TimerSink};
pub(crate) use find::{Found, Purpose, Which, find, matching};
pub(crate) use repeat::next as next_repeat;
pub(crate) use task::is_there;
pub use task::{TimerSettings, Timers};
pub(crate) use view::{Kind, TimerView, time_of_day, unix_ms};
