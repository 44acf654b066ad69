//! When alarms ring, in words.

use super::{and_list, clock, words};
use rosie_core::Language;

/// An alarm as answers get it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Alarm {
    pub hour: u32,
    pub minute: u32,
    /// Days from today.
    pub offset: i64,
    /// Monday is 0.
    pub weekday: u32,
}

/// "7:00 AM tomorrow", "morgen um 7 Uhr", "mañana a las 7:00", "demain à 7 heures".
pub fn alarm_time(alarm: &Alarm, language: &Language) -> String {
    let time = clock(alarm.hour, alarm.minute, language);
    let weekday = words(language).weekdays[(alarm.weekday % 7) as usize];
    match (language.primary(), alarm.offset) {
        ("de", 0) => format!("heute um {time}"),
        ("de", 1) => format!("morgen um {time}"),
        ("de", _) => format!("am {weekday} um {time}"),
        ("es", 0) => format!("hoy a {time}"),
        ("es", 1) => format!("mañana a {time}"),
        ("es", _) => format!("el {weekday} a {time}"),
        ("fr", 0) => format!("aujourd'hui à {time}"),
        ("fr", 1) => format!("demain à {time}"),
        ("fr", _) => format!("{weekday} à {time}"),
        (_, 0) => format!("{time} today"),
        (_, 1) => format!("{time} tomorrow"),
        (_, _) => format!("{time} on {weekday}"),
    }
}

/// All of them in one sentence; nothing for none.
pub fn alarm_list(alarms: &[Alarm], language: &Language) -> String {
    let times: Vec<String> = alarms.iter().map(|alarm| alarm_time(alarm, language)).collect();
    let (count, all) = (times.len(), and_list(&times, language));
    match (language.primary(), count) {
        (_, 0) => String::new(),
        ("de", 1) => format!("Ein Wecker ist gestellt, {all}."),
        ("de", _) => format!("{count} Wecker sind gestellt: {all}."),
        ("es", 1) => format!("Hay una alarma, {all}."),
        ("es", _) => format!("Hay {count} alarmas: {all}."),
        ("fr", 1) => format!("Un réveil est réglé, {all}."),
        ("fr", _) => format!("{count} réveils sont réglés : {all}."),
        (_, 1) => format!("There is one alarm, for {all}."),
        (_, _) => format!("There are {count} alarms: {all}."),
    }
}
