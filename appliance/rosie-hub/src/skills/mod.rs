//! The skills that are built in, one file each.

mod alarms;
mod broadcast;
mod clock;
mod later;
mod lists;
mod memory;
mod offered;
mod places;
mod reminders;
mod session;
mod small_talk;
mod speakers;
mod timers;

pub(crate) use alarms::AlarmSkill;
pub use broadcast::BroadcastSkill;
pub(crate) use clock::ClockSkill;
pub(crate) use later::LaterSkill;
pub use lists::ListSkill;
pub(crate) use lists::told_of_list;
pub use memory::MemorySkill;
pub(crate) use reminders::ReminderSkill;
pub(crate) use session::SessionSkill;
pub(crate) use small_talk::SmallTalkSkill;
pub use speakers::SpeakerSkill;
pub(crate) use timers::TimerSkill;
