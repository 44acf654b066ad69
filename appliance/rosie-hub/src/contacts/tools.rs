//! The address book as a model is told of it. What stands in it is text of others.

use crate::integration::{Tool, text_argument};
use rosie_core::ToolSpec;

pub(super) fn all() -> Vec<ToolSpec> {
    let who = || ("contact", text_argument("the person's name"));
    vec![
        Tool::new(
            "RosieWhoIs",
            "Tells what the address book says of somebody the person knows.",
        )
        .with([who()], &["contact"])
        .foreign(),
        Tool::new("RosieBirthday", "Tells when somebody's birthday is.").with([who()], &["contact"]),
        Tool::new("RosieBirthdays", "Tells whose birthday is in the next 30 days."),
        Tool::new(
            "RosieLastContact",
            "Tells when the person was last in touch with somebody.",
        )
        .with([who()], &["contact"]),
        Tool::new(
            "RosieContactReminders",
            "Tells the reminders about people that are due next.",
        )
        .foreign(),
        Tool::new(
            "RosieAddNote",
            "Adds a note about somebody to the address book. Only when asked to.",
        )
        .with([who(), ("note", text_argument("the note"))], &["contact", "note"])
        .acts(),
        Tool::new(
            "RosieLogCall",
            "Writes down that the person talked with somebody on the phone. Only when asked to.",
        )
        .with([who(), ("note", text_argument("what it was about"))], &["contact"])
        .acts(),
        Tool::new(
            "RosieAddReminder",
            "Adds a reminder about somebody to the address book. Only when asked to.",
        )
        .with(
            [
                who(),
                ("note", text_argument("what to be reminded of")),
                (
                    "day",
                    text_argument("tomorrow, a weekday like friday, or a date like 2026-01-31"),
                ),
            ],
            &["contact", "day"],
        )
        .acts(),
    ]
    .into_iter()
    .map(Tool::spec)
    .collect()
}
