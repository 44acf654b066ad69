//! The calendar as a model is told of it. What stands in it others may have written: it is a stranger's text.

use crate::integration::{Tool, text_argument};
use rosie_core::ToolSpec;
use serde_json::{Value, json};

fn day() -> (&'static str, Value) {
    (
        "day",
        text_argument("today, tomorrow, a weekday like friday, this week, next week, or a date like 2026-01-31"),
    )
}

fn part() -> (&'static str, Value) {
    let parts = json!({ "type": "string", "enum": ["morning", "afternoon", "evening"] });
    ("part", parts)
}

fn time() -> (&'static str, Value) {
    ("time", text_argument("the time of day, like 15:30"))
}

fn title(what: &str) -> (&'static str, Value) {
    ("title", text_argument(what))
}

pub(super) fn all() -> Vec<ToolSpec> {
    vec![
        Tool::new(
            "RosieEvents",
            "Tells what is in the person's calendar on a day or in a week.",
        )
        .with([day(), part()], &["day"])
        .foreign(),
        Tool::new("RosieNextEvent", "Tells the person's next appointment.").foreign(),
        Tool::new(
            "RosieFindEvent",
            "Tells when an appointment of the person's is, by its name.",
        )
        .with([title("its name")], &["title"])
        .foreign(),
        Tool::new(
            "RosieFree",
            "Tells whether the person is free on a day, in a part of it, or at a time.",
        )
        .with([day(), part(), time()], &["day"]),
        Tool::new(
            "RosieCreateEvent",
            "Puts an appointment into the person's calendar. Only when they ask for it.",
        )
        .with([title("what it is called"), day(), time()], &["title", "day"])
        .acts(),
        Tool::new("RosieMoveEvent", "Moves an appointment to another day or time.")
            .with(
                [title("its name"), ("day", text_argument("the new day")), time()],
                &["title"],
            )
            .acts(),
        Tool::new("RosieCancelEvent", "Cancels an appointment.")
            .with([title("its name"), day()], &["title"])
            .dangerous([
                ("en", "Shall I cancel {title}?"),
                ("de", "Soll ich {title} absagen?"),
                ("es", "¿Cancelo {title}?"),
                ("fr", "Dois-je annuler {title} ?"),
            ]),
    ]
    .into_iter()
    .map(Tool::spec)
    .collect()
}
