//! Timers: several at once, kept on the disk, rung on the endpoint that set them.
//!
//! `book` holds them (each an `entry`) and knows no clock, `find` picks one by what was said, `task` runs them against the clock and the
//! store, `event` is what the rest of the daemon hears, `view` what a template sees.

mod book;
mod entry;
mod event;
mod find;
#[cfg(test)]
mod model_test;
mod task;
mod view;

pub(crate) use book::{NewTimer, TimerError};
pub(crate) use entry::Now;
pub use event::{RingingTimer, TimerEvent, TimerSink};
pub(crate) use find::{Found, Purpose, Which, find, matching};
pub use task::{TimerSettings, Timers};
pub(crate) use view::TimerView;
