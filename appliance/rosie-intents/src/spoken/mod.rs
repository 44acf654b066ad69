//! Durations, clock times, dates, numbers and lists as one says them, in Rosie's four languages (others: English).

mod alarms;
mod events;
mod timers;

pub use alarms::{Alarm, alarm_list, alarm_time};
pub use events::{
    Day, Event, Span, ago, busy_list, day_words, event_list, event_name, event_when, span_words, with_more,
};
pub use timers::{Timer, timer_list, timer_name};

use rosie_core::Language;

/// A date as answers get it; `weekday` 0 is Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    pub year: i64,
    pub month: u32,
    pub day: u32,
    pub weekday: u32,
}

/// Words that the functions here need.
struct Words {
    and: &'static str,
    hours: (&'static str, &'static str),
    minutes: (&'static str, &'static str),
    seconds: (&'static str, &'static str),
    weekdays: [&'static str; 7],
    months: [&'static str; 12],
    decimal: char,
}

const ENGLISH: Words = Words {
    and: "and",
    hours: ("hour", "hours"),
    minutes: ("minute", "minutes"),
    seconds: ("second", "seconds"),
    weekdays: [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    decimal: '.',
};
const GERMAN: Words = Words {
    and: "und",
    hours: ("Stunde", "Stunden"),
    minutes: ("Minute", "Minuten"),
    seconds: ("Sekunde", "Sekunden"),
    weekdays: [
        "Montag",
        "Dienstag",
        "Mittwoch",
        "Donnerstag",
        "Freitag",
        "Samstag",
        "Sonntag",
    ],
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    decimal: ',',
};
const SPANISH: Words = Words {
    and: "y",
    hours: ("hora", "horas"),
    minutes: ("minuto", "minutos"),
    seconds: ("segundo", "segundos"),
    weekdays: ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
    months: [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    decimal: ',',
};
const FRENCH: Words = Words {
    and: "et",
    hours: ("heure", "heures"),
    minutes: ("minute", "minutes"),
    seconds: ("seconde", "secondes"),
    weekdays: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    decimal: ',',
};

fn words(language: &Language) -> &'static Words {
    match language.primary() {
        "de" => &GERMAN,
        "es" => &SPANISH,
        "fr" => &FRENCH,
        _ => &ENGLISH,
    }
}

/// "1 hour, 5 minutes and 3 seconds"; 0 is "0 seconds". One is said as a number word, so that it takes its gender:
/// "eine Minute".
pub fn duration(seconds: u64, language: &Language) -> String {
    let w = words(language);
    let parts = [
        (seconds / 3600, w.hours),
        (seconds / 60 % 60, w.minutes),
        (seconds % 60, w.seconds),
    ];
    let mut said: Vec<String> = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| counted(*n, *unit, language))
        .collect();
    if said.is_empty() {
        said.push(counted(0, w.seconds, language));
    }
    and_list(&said, language)
}

fn counted(n: u64, unit: (&str, &str), language: &Language) -> String {
    let one = match (language.primary(), unit.0) {
        ("de", _) => "eine",
        ("es", "hora") => "una",
        ("es", _) => "un",
        ("fr", _) => "une",
        _ => "1",
    };
    match n {
        1 => format!("{one} {}", unit.0),
        // French counts 0 as singular.
        0 if language.primary() == "fr" => format!("0 {}", unit.0),
        n => format!("{n} {}", unit.1),
    }
}

/// "a", "a and b", "a, b and c".
pub fn and_list(items: &[String], language: &Language) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => {
            let and = match (language.primary(), last.chars().next()) {
                // "y" becomes "e" before the sound of i.
                ("es", Some('i' | 'I')) => "e",
                _ => words(language).and,
            };
            format!("{} {and} {last}", most.join(", "))
        }
    }
}

/// "a", "a or b", "a, b or c".
pub fn or_list(items: &[String], language: &Language) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => {
            let or = match (language.primary(), last.chars().next()) {
                ("de", _) => "oder",
                // "o" becomes "u" before the sound of o.
                ("es", Some('o' | 'O')) => "u",
                ("es", _) => "o",
                ("fr", _) => "ou",
                _ => "or",
            };
            format!("{} {or} {last}", most.join(", "))
        }
    }
}

/// "4:35 PM", "16:35 Uhr", "las 16:35", "16 heures 35".
pub fn clock(hour: u32, minute: u32, language: &Language) -> String {
    match language.primary() {
        "de" if minute == 0 => format!("{hour} Uhr"),
        "de" => format!("{hour}:{minute:02} Uhr"),
        "es" => format!("{} {hour}:{minute:02}", if hour == 1 { "la" } else { "las" }),
        "fr" => {
            let minutes = if minute == 0 {
                String::new()
            } else {
                format!(" {minute}")
            };
            match hour {
                0 => format!("minuit{minutes}"),
                12 => format!("midi{minutes}"),
                1 => format!("1 heure{minutes}"),
                _ => format!("{hour} heures{minutes}"),
            }
        }
        _ => {
            let half = if hour < 12 { "AM" } else { "PM" };
            let hour = if hour.is_multiple_of(12) { 12 } else { hour % 12 };
            format!("{hour}:{minute:02} {half}")
        }
    }
}

/// "Monday, January 5, 2026", "Montag, der 5. Januar 2026", "lunes, 5 de enero de 2026", "lundi 5 janvier 2026".
pub fn date_text(date: Date, language: &Language) -> String {
    let (weekday, month, Date { year, day, .. }) = (weekday(date, language), month(date, language), date);
    match language.primary() {
        "de" => format!("{weekday}, der {day}. {month} {year}"),
        "es" => format!("{weekday}, {day} de {month} de {year}"),
        "fr" => format!("{weekday} {}{} {month} {year}", day, if day == 1 { "er" } else { "" }),
        _ => format!("{weekday}, {month} {day}, {year}"),
    }
}

pub fn weekday(date: Date, language: &Language) -> &'static str {
    words(language).weekdays[(date.weekday % 7) as usize]
}

pub fn month(date: Date, language: &Language) -> &'static str {
    words(language).months[(date.month.clamp(1, 12) - 1) as usize]
}

/// At most `decimals` decimals, none of them a trailing zero, with the language's decimal sign.
pub fn number(n: f64, decimals: usize, language: &Language) -> String {
    let mut text = format!("{n:.decimals$}");
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    if text == "-0" {
        text = "0".into();
    }
    text.replace('.', &words(language).decimal.to_string())
}

/// Decimals that leave about four significant digits: 8.05, 0.3048, 1234.5.
pub fn rounded(n: f64, language: &Language) -> String {
    let size = n.abs();
    let decimals = match size {
        s if s >= 1000.0 => 1,
        s if s >= 1.0 => 2,
        0.0 => 0,
        s => (3.0 - s.log10().floor()).clamp(3.0, 12.0) as usize,
    };
    number(n, decimals, language)
}
