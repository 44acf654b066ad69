//! Appointments, days and spans of time, as one says them.

use super::{Date, and_list, clock, month, words};
use rosie_core::Language;

/// A day, as it is told from today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Days from today.
    pub offset: i64,
    pub date: Date,
}

/// An appointment as answers get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub title: String,
    pub day: Day,
    /// `None`: all day.
    pub time: Option<(u32, u32)>,
}

/// Hour and minute.
pub type Time = (u32, u32);

/// A time that is taken: its day, from when to when.
pub type Busy = (Day, Time, Time);

/// What a question was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    Day(Day),
    /// `morning`, `afternoon`, `evening`, `night`.
    Part(Day, String),
    At(Day, (u32, u32)),
    Week {
        next: bool,
    },
    Weekend,
}

/// "3 PM", "3:30 PM", "noon"; elsewhere as [`clock`].
pub fn short_clock((hour, minute): (u32, u32), language: &Language) -> String {
    match (language.primary(), hour, minute) {
        ("de" | "es" | "fr", ..) => clock(hour, minute, language),
        (_, 12, 0) => "noon".to_owned(),
        (_, 0, 0) => "midnight".to_owned(),
        (_, hour, 0) => format!("{} {}", if hour % 12 == 0 { 12 } else { hour % 12 }, half(hour)),
        _ => clock(hour, minute, language),
    }
}

fn half(hour: u32) -> &'static str {
    if hour < 12 { "AM" } else { "PM" }
}

/// "at 3 PM", "um 15 Uhr", "a las 15:00", "à 15 heures".
pub fn at_time(time: (u32, u32), language: &Language) -> String {
    let clock = short_clock(time, language);
    match language.primary() {
        "de" => format!("um {clock}"),
        "es" => format!("a {clock}"),
        "fr" => format!("à {clock}"),
        _ => format!("at {clock}"),
    }
}

/// "today", "tomorrow", "on Friday"; further away with the date: "on Friday, January 16".
pub fn day_words(day: Day, language: &Language) -> String {
    let weekday = words(language).weekdays[(day.date.weekday % 7) as usize];
    let (number, month) = (day.date.day, month(day.date, language));
    match (language.primary(), day.offset) {
        ("de", 0) => "heute".to_owned(),
        ("de", 1) => "morgen".to_owned(),
        ("de", 2..=6) => format!("am {weekday}"),
        ("de", _) => format!("am {weekday}, dem {number}. {month}"),
        ("es", 0) => "hoy".to_owned(),
        ("es", 1) => "mañana".to_owned(),
        ("es", 2..=6) => format!("el {weekday}"),
        ("es", _) => format!("el {weekday} {number} de {month}"),
        ("fr", 0) => "aujourd'hui".to_owned(),
        ("fr", 1) => "demain".to_owned(),
        ("fr", 2..=6) => weekday.to_owned(),
        ("fr", _) => format!("le {weekday} {}{} {month}", number, if number == 1 { "er" } else { "" }),
        (_, 0) => "today".to_owned(),
        (_, 1) => "tomorrow".to_owned(),
        (_, 2..=6) => format!("on {weekday}"),
        (_, _) => format!("on {weekday}, {month} {number}"),
    }
}

/// "today", "on Friday afternoon", "on Friday at 3 PM", "next week".
pub fn span_words(span: &Span, language: &Language) -> String {
    match (span, language.primary()) {
        (Span::Day(day), _) => day_words(*day, language),
        (Span::At(day, time), _) => format!("{} {}", day_words(*day, language), at_time(*time, language)),
        (Span::Part(day, part), _) => part_of_day(*day, part, language),
        (Span::Week { next: false }, "de") => "diese Woche".to_owned(),
        (Span::Week { next: true }, "de") => "nächste Woche".to_owned(),
        (Span::Weekend, "de") => "am Wochenende".to_owned(),
        (Span::Week { next: false }, "es") => "esta semana".to_owned(),
        (Span::Week { next: true }, "es") => "la semana que viene".to_owned(),
        (Span::Weekend, "es") => "el fin de semana".to_owned(),
        (Span::Week { next: false }, "fr") => "cette semaine".to_owned(),
        (Span::Week { next: true }, "fr") => "la semaine prochaine".to_owned(),
        (Span::Weekend, "fr") => "ce week-end".to_owned(),
        (Span::Week { next: false }, _) => "this week".to_owned(),
        (Span::Week { next: true }, _) => "next week".to_owned(),
        (Span::Weekend, _) => "this weekend".to_owned(),
    }
}

fn part_of_day(day: Day, part: &str, language: &Language) -> String {
    let today = day.offset == 0;
    let on = day_words(day, language);
    match (language.primary(), part) {
        ("de", "morning") => format!("{} {}", on, if day.offset == 1 { "früh" } else { "Vormittag" }),
        ("de", "afternoon") => format!("{on} Nachmittag"),
        ("de", "evening") => format!("{on} Abend"),
        ("de", _) => format!("{on} Nacht"),
        ("es", "morning") => format!("{on} por la mañana"),
        ("es", "afternoon") => format!("{on} por la tarde"),
        ("es", _) => format!("{on} por la noche"),
        ("fr", "morning") if today => "ce matin".to_owned(),
        ("fr", "afternoon") if today => "cet après-midi".to_owned(),
        ("fr", "evening") if today => "ce soir".to_owned(),
        ("fr", "morning") => format!("{on} matin"),
        ("fr", "afternoon") => format!("{on} après-midi"),
        ("fr", "evening") => format!("{on} soir"),
        ("fr", _) => format!("{on} dans la nuit"),
        (_, "night" | "evening") if today => if part == "night" { "tonight" } else { "this evening" }.to_owned(),
        (_, part) if today => format!("this {part}"),
        (_, part) => format!("{on} {part}"),
    }
}

/// "tomorrow at 3 PM", "on Friday, all day".
pub fn event_when(event: &Event, language: &Language) -> String {
    let day = day_words(event.day, language);
    match event.time {
        Some(time) => format!("{day} {}", at_time(time, language)),
        None => format!("{day}, {}", all_day(language)),
    }
}

fn all_day(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "den ganzen Tag",
        "es" => "todo el día",
        "fr" => "toute la journée",
        _ => "all day",
    }
}

/// What it is called; an event may have no name.
pub fn event_name(event: &Event, language: &Language) -> String {
    if !event.title.is_empty() {
        return event.title.clone();
    }
    match language.primary() {
        "de" => "ein Termin ohne Namen",
        "es" => "una cita sin nombre",
        "fr" => "un rendez-vous sans nom",
        _ => "something without a name",
    }
    .to_owned()
}

/// "Dentist at 3 PM, lunch at noon and 2 more". `days`: each with its day.
pub fn event_list(events: &[Event], more: u64, days: bool, language: &Language) -> String {
    let one = |event: &Event| {
        let name = event_name(event, language);
        match (days, event.time) {
            (true, _) => format!("{name} {}", event_when(event, language)),
            (false, Some(time)) => format!("{name} {}", at_time(time, language)),
            (false, None) => format!("{name}, {}", all_day(language)),
        }
    };
    with_more(events.iter().map(one).collect(), more, language)
}

/// "from 2 PM to 3 PM and from 4 PM to 5 PM"; `days`: each with its day.
pub fn busy_list(spans: &[Busy], more: u64, days: bool, language: &Language) -> String {
    let one = |(day, from, to): &Busy| {
        let (from, to) = (short_clock(*from, language), short_clock(*to, language));
        let span = match language.primary() {
            "de" => format!("von {from} bis {to}"),
            "es" => format!("de {from} a {to}"),
            "fr" => format!("de {from} à {to}"),
            _ => format!("from {from} to {to}"),
        };
        match days {
            true => format!("{} {span}", day_words(*day, language)),
            false => span,
        }
    };
    with_more(spans.iter().map(one).collect(), more, language)
}

/// "today", "yesterday", "3 days ago", "2 weeks ago", "5 months ago".
pub fn ago(days: u64, language: &Language) -> String {
    let (count, unit) = match days {
        ..14 => (days, 0),
        14..60 => (days / 7, 1),
        60..730 => (days / 30, 2),
        _ => (days / 365, 3),
    };
    match (language.primary(), days) {
        ("de", 0) => "heute".to_owned(),
        ("de", 1) => "gestern".to_owned(),
        ("de", _) => format!("vor {count} {}", ["Tagen", "Wochen", "Monaten", "Jahren"][unit]),
        ("es", 0) => "hoy".to_owned(),
        ("es", 1) => "ayer".to_owned(),
        ("es", _) => format!("hace {count} {}", ["días", "semanas", "meses", "años"][unit]),
        ("fr", 0) => "aujourd'hui".to_owned(),
        ("fr", 1) => "hier".to_owned(),
        ("fr", _) => format!("il y a {count} {}", ["jours", "semaines", "mois", "ans"][unit]),
        (_, 0) => "today".to_owned(),
        (_, 1) => "yesterday".to_owned(),
        (_, _) => format!("{count} {} ago", ["days", "weeks", "months", "years"][unit]),
    }
}

/// A list that says how many it leaves out.
pub fn with_more(mut items: Vec<String>, more: u64, language: &Language) -> String {
    if more > 0 {
        items.push(match (language.primary(), more) {
            ("de", 1) => "noch eins".to_owned(),
            ("de", _) => format!("noch {more} weitere"),
            ("es", 1) => "una más".to_owned(),
            ("es", _) => format!("{more} más"),
            ("fr", 1) => "un autre".to_owned(),
            ("fr", _) => format!("{more} autres"),
            (_, _) => format!("{more} more"),
        });
    }
    and_list(&items, language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(offset: i64) -> Day {
        let date = Date {
            year: 2026,
            month: 1,
            day: 9,
            weekday: 4,
        };
        Day { offset, date }
    }

    #[test]
    fn as_one_says_it() {
        let event = |title: &str, offset, time| Event {
            title: title.to_owned(),
            day: day(offset),
            time,
        };
        let events = [
            event("Dentist", 2, Some((15, 0))),
            event("", 2, Some((12, 0))),
            event("Holiday", 1, None),
        ];
        let list = |days, tag: &str| event_list(&events, 2, days, &Language::new(tag));
        assert_eq!(
            list(false, "en"),
            "Dentist at 3 PM, something without a name at noon, Holiday, all day and 2 more"
        );
        assert_eq!(
            list(true, "de"),
            "Dentist am Freitag um 15 Uhr, ein Termin ohne Namen am Freitag um 12 Uhr, Holiday morgen, den ganzen Tag und noch 2 weitere"
        );
        let span = |span: &Span, tag: &str| span_words(span, &Language::new(tag));
        let afternoon = Span::Part(day(2), "afternoon".to_owned());
        assert_eq!(span(&afternoon, "en"), "on Friday afternoon");
        assert_eq!(span(&afternoon, "de"), "am Freitag Nachmittag");
        assert_eq!(span(&afternoon, "es"), "el viernes por la tarde");
        assert_eq!(span(&afternoon, "fr"), "vendredi après-midi");
        assert_eq!(
            span(&Span::At(day(9), (9, 30)), "en"),
            "on Friday, January 9 at 9:30 AM"
        );
        assert_eq!(span(&Span::Part(day(0), "evening".to_owned()), "en"), "this evening");
        let since = |days, tag: &str| ago(days, &Language::new(tag));
        assert_eq!(
            [since(0, "en"), since(13, "en"), since(20, "en")],
            ["today", "13 days ago", "2 weeks ago"]
        );
        assert_eq!(
            [since(1, "de"), since(100, "fr"), since(800, "es")],
            ["gestern", "il y a 3 mois", "hace 2 años"]
        );
        let busy = [(day(2), (14, 0), (15, 30))];
        assert_eq!(busy_list(&busy, 0, false, &Language::new("en")), "from 2 PM to 3:30 PM");
        assert_eq!(
            busy_list(&busy, 0, true, &Language::new("fr")),
            "vendredi de 14 heures à 15 heures 30"
        );
    }
}
