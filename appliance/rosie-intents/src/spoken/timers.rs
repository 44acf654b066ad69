//! What timers are called and how they stand, in words.

use super::{and_list, duration};
use rosie_core::Language;

/// A timer as answers get it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timer {
    pub name: Option<String>,
    pub seconds_total: u64,
    pub seconds_left: u64,
    pub active: bool,
}

/// "pizza timer", or by its length: "10 minute timer".
pub fn timer_name(timer: &Timer, language: &Language) -> String {
    let length = duration(timer.seconds_total, language);
    match (language.primary(), timer.name.as_deref()) {
        ("de", Some(name)) => format!("Timer „{name}“"),
        ("de", None) => format!("Timer über {length}"),
        ("es", Some(name)) => format!("temporizador de {name}"),
        ("es", None) => format!("temporizador de {length}"),
        ("fr", Some(name)) => format!("minuteur {name}"),
        ("fr", None) => format!("minuteur de {length}"),
        (_, Some(name)) => format!("{name} timer"),
        (_, None) => format!("{} timer", adjective(&length)),
    }
}

/// "10 minutes" before a noun: "10 minute".
fn adjective(length: &str) -> String {
    length
        .replace("hours", "hour")
        .replace("minutes", "minute")
        .replace("seconds", "second")
}

/// How all of them stand, in one or two sentences; nothing for none.
pub fn timer_list(timers: &[Timer], language: &Language) -> String {
    match timers {
        [] => String::new(),
        [one] => single(one, language),
        several => {
            let items: Vec<String> = several.iter().map(|t| item(t, language)).collect();
            let items = and_list(&items, language);
            let count = several.len();
            match language.primary() {
                "de" => format!("Es laufen {count} Timer: {items}."),
                "es" => format!("Hay {count} temporizadores: {items}."),
                "fr" => format!("Il y a {count} minuteurs : {items}."),
                _ => format!("There are {count} timers: {items}."),
            }
        }
    }
}

fn single(timer: &Timer, language: &Language) -> String {
    let left = duration(timer.seconds_left, language);
    let name = timer_name(timer, language);
    match (language.primary(), timer.active) {
        ("de", true) => format!("Der {name} läuft noch {left}."),
        ("de", false) => format!("Der {name} ist angehalten, es bleiben {left}."),
        ("es", true) => format!("Al {name} le quedan {left}."),
        ("es", false) => format!("El {name} está en pausa; le quedan {left}."),
        ("fr", true) => format!("Il reste {left} sur le {name}."),
        ("fr", false) => format!("Le {name} est en pause ; il reste {left}."),
        (_, true) => format!("The {name} has {left} left."),
        (_, false) => format!("The {name} is paused, with {left} left."),
    }
}

fn item(timer: &Timer, language: &Language) -> String {
    let left = duration(timer.seconds_left, language);
    let name = timer_name(timer, language);
    let (open, close) = match (language.primary(), timer.active) {
        ("de", true) => ("noch ", ""),
        ("de", false) => ("angehalten, noch ", ""),
        ("es", true) => ("quedan ", ""),
        ("es", false) => ("en pausa, quedan ", ""),
        ("fr", true) => ("encore ", ""),
        ("fr", false) => ("en pause, encore ", ""),
        (_, true) => ("", " left"),
        (_, false) => ("paused, ", " left"),
    };
    format!("{name}: {open}{left}{close}")
}
