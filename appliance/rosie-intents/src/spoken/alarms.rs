//! When alarms ring, in words.

use super::{and_list, clock, words};
use rosie_core::Language;

/// An alarm as answers get it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alarm {
    pub name: Option<String>,
    pub hour: u32,
    pub minute: u32,
    /// Days from today.
    pub offset: i64,
    /// Monday is 0.
    pub weekday: u32,
    /// Its date: said where the weekday would not tell which.
    pub month: u32,
    pub day: u32,
    /// The days of the week on which it comes again, Monday is bit 0; none: it comes once.
    pub days: u8,
}

/// "7:00 AM tomorrow", "morgen um 7 Uhr", "mañana a las 7:00", "demain à 7 heures"; "7:00 AM every weekday".
pub fn alarm_time(alarm: &Alarm, language: &Language) -> String {
    let time = clock(alarm.hour, alarm.minute, language);
    if alarm.days != 0 {
        let days = every(alarm.days, language);
        return match language.primary() {
            "de" => format!("{days} um {time}"),
            "es" => format!("{days} a {time}"),
            "fr" => format!("{days} à {time}"),
            _ => format!("{time} {days}"),
        };
    }
    let w = words(language);
    let weekday = w.weekdays[(alarm.weekday % 7) as usize];
    if !(-1..7).contains(&alarm.offset) && (1..=12).contains(&alarm.month) {
        let (month, day) = (w.months[(alarm.month - 1) as usize], alarm.day);
        return match language.primary() {
            "de" => format!("am {day}. {month} um {time}"),
            "es" => format!("el {day} de {month} a {time}"),
            "fr" => format!("le {day}{} {month} à {time}", if day == 1 { "er" } else { "" }),
            _ => format!("{time} on {month} {day}"),
        };
    }
    match (language.primary(), alarm.offset) {
        ("de", -1) => format!("gestern um {time}"),
        ("de", 0) => format!("heute um {time}"),
        ("de", 1) => format!("morgen um {time}"),
        ("de", _) => format!("am {weekday} um {time}"),
        ("es", -1) => format!("ayer a {time}"),
        ("es", 0) => format!("hoy a {time}"),
        ("es", 1) => format!("mañana a {time}"),
        ("es", _) => format!("el {weekday} a {time}"),
        ("fr", -1) => format!("hier à {time}"),
        ("fr", 0) => format!("aujourd'hui à {time}"),
        ("fr", 1) => format!("demain à {time}"),
        ("fr", _) => format!("{weekday} à {time}"),
        (_, -1) => format!("{time} yesterday"),
        (_, 0) => format!("{time} today"),
        (_, 1) => format!("{time} tomorrow"),
        (_, _) => format!("{time} on {weekday}"),
    }
}

/// "every weekday", "jeden Montag und Dienstag".
fn every(days: u8, language: &Language) -> String {
    let some: Vec<String> = (0..7)
        .filter(|day| days & (1 << day) != 0)
        .map(|day| words(language).weekdays[day].to_owned())
        .collect();
    let some = and_list(&some, language);
    match (language.primary(), days & 0b111_1111) {
        ("de", 0b111_1111) => "jeden Tag".into(),
        ("de", 0b001_1111) => "werktags".into(),
        ("de", 0b110_0000) => "am Wochenende".into(),
        ("de", _) => format!("jeden {some}"),
        ("es", 0b111_1111) => "todos los días".into(),
        ("es", 0b001_1111) => "de lunes a viernes".into(),
        ("es", 0b110_0000) => "los fines de semana".into(),
        ("es", _) => format!("cada {some}"),
        ("fr", 0b111_1111) => "tous les jours".into(),
        ("fr", 0b001_1111) => "du lundi au vendredi".into(),
        ("fr", 0b110_0000) => "le week-end".into(),
        ("fr", _) => format!("chaque {some}"),
        (_, 0b111_1111) => "every day".into(),
        (_, 0b001_1111) => "every weekday".into(),
        (_, 0b110_0000) => "at weekends".into(),
        _ => format!("every {some}"),
    }
}

/// All of them in one sentence; nothing for none.
pub fn alarm_list(alarms: &[Alarm], language: &Language) -> String {
    let one = |alarm: &Alarm| match &alarm.name {
        Some(name) => format!("{} ({name})", alarm_time(alarm, language)),
        None => alarm_time(alarm, language),
    };
    let times: Vec<String> = alarms.iter().map(one).collect();
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
