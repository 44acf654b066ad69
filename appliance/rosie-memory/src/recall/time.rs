//! Words of time in a question ("last week", "gestern"): the span they mean, in the house's time zone.

use jiff::{Span, Timestamp, ToSpan, Zoned, civil::Weekday, tz::TimeZone};
use regex::Regex;
use std::sync::LazyLock;

/// A question without its words of time, and what they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Timed {
    pub since_unix_ms: u64,
    pub until_unix_ms: u64,
    pub rest: String,
}

#[derive(Debug, Clone, Copy)]
enum When {
    DaysAgo(i32),
    /// The night before today.
    LastNight,
    ThisMorning,
    WeeksAgo(i32),
    MonthsAgo(i32),
    YearsAgo(i32),
    /// The last such day before today; Monday is 1.
    Weekday(i8),
    /// "3 days ago": the number is in the words.
    Ago(Unit),
}

#[derive(Debug, Clone, Copy)]
enum Unit {
    Hour,
    Day,
    Week,
    Month,
}

#[rustfmt::skip]
static PHRASES: LazyLock<Vec<(Regex, When)>> = LazyLock::new(|| {
    use When::*;
    const NUMBER: &str = r"(\d{1,3}|an?|one|two|three|four|five|six|seven|einer|einem|eine|zwei|drei|vier|fünf|sechs|sieben|una?|dos|tres|cuatro|cinco|seis|siete|une|deux|trois|quatre|cinq|six|sept)";
    let table: Vec<(String, When)> = vec![
        ("the day before yesterday|vorgestern|anteayer|antes de ayer|avant-hier".into(), DaysAgo(2)),
        ("last night|yesterday night|yesterday evening|gestern abend|gestern nacht|letzte nacht|anoche|hier soir|la nuit dernière".into(), LastNight),
        ("yesterday(?: morning| afternoon)?|gestern(?: früh| morgen| mittag| nachmittag)?|ayer|hier".into(), DaysAgo(1)),
        ("this morning|heute (?:morgen|früh|vormittag)|esta mañana|ce matin".into(), ThisMorning),
        ("today|earlier today|heute|hoy|aujourd'hui".into(), DaysAgo(0)),
        ("this week|diese woche|esta semana|cette semaine".into(), WeeksAgo(0)),
        ("last week|letzte woche|vergangene woche|la semana pasada|la semaine dernière".into(), WeeksAgo(1)),
        ("this month|diesen monat|este mes|ce mois(?:-ci)?".into(), MonthsAgo(0)),
        ("last month|letzten monat|vergangenen monat|el mes pasado|le mois dernier".into(), MonthsAgo(1)),
        ("last year|letztes jahr|vergangenes jahr|el año pasado|l'année dernière|l'an dernier".into(), YearsAgo(1)),
        (format!("{NUMBER} hours? ago|vor {NUMBER} stunden?|hace {NUMBER} horas?|il y a {NUMBER} heures?"), Ago(Unit::Hour)),
        (format!("{NUMBER} days? ago|vor {NUMBER} tag(?:en)?|hace {NUMBER} días?|il y a {NUMBER} jours?"), Ago(Unit::Day)),
        (format!("{NUMBER} weeks? ago|vor {NUMBER} wochen?|hace {NUMBER} semanas?|il y a {NUMBER} semaines?"), Ago(Unit::Week)),
        (format!("{NUMBER} months? ago|vor {NUMBER} monat(?:en)?|hace {NUMBER} mes(?:es)?|il y a {NUMBER} mois"), Ago(Unit::Month)),
        ("(?:on|last) monday|(?:am|letzten) montag|el lunes(?: pasado)?|lundi dernier".into(), Weekday(1)),
        ("(?:on|last) tuesday|(?:am|letzten) dienstag|el martes(?: pasado)?|mardi dernier".into(), Weekday(2)),
        ("(?:on|last) wednesday|(?:am|letzten) mittwoch|el miércoles(?: pasado)?|mercredi dernier".into(), Weekday(3)),
        ("(?:on|last) thursday|(?:am|letzten) donnerstag|el jueves(?: pasado)?|jeudi dernier".into(), Weekday(4)),
        ("(?:on|last) friday|(?:am|letzten) freitag|el viernes(?: pasado)?|vendredi dernier".into(), Weekday(5)),
        ("(?:on|last) saturday|(?:am|letzten) (?:samstag|sonnabend)|el sábado(?: pasado)?|samedi dernier".into(), Weekday(6)),
        ("(?:on|last) sunday|(?:am|letzten) sonntag|el domingo(?: pasado)?|dimanche dernier".into(), Weekday(7)),
    ];
    table.into_iter().filter_map(|(words, when)| Some((phrase(&words)?, when))).collect()
});

/// Each phrase is compiled in tests; one that does not compile is left out.
fn phrase(words: &str) -> Option<Regex> {
    Regex::new(&format!(r"(?i)\b(?:{words})\b")).ok()
}

/// The first words of time that the question has.
pub(crate) fn timed(question: &str, now_unix_ms: u64, zone: &TimeZone) -> Option<Timed> {
    let now = Timestamp::from_millisecond(i64::try_from(now_unix_ms).ok()?)
        .ok()?
        .to_zoned(zone.clone());
    let question = question.replace('’', "'");
    PHRASES.iter().find_map(|(phrase, when)| {
        let captures = phrase.captures(&question)?;
        let said = captures.get(0)?;
        let number = captures
            .iter()
            .skip(1)
            .flatten()
            .next()
            .map_or(1, |n| number(n.as_str()));
        let (since, until) = span(*when, number, &now)?;
        Some(Timed {
            since_unix_ms: u64::try_from(since.timestamp().as_millisecond()).ok()?,
            until_unix_ms: u64::try_from(until.timestamp().as_millisecond()).ok()?,
            rest: format!("{} {}", &question[..said.start()], &question[said.end()..]),
        })
    })
}

fn number(word: &str) -> i32 {
    let word = word.to_lowercase();
    match word.as_str() {
        "two" | "zwei" | "dos" | "deux" => 2,
        "three" | "drei" | "tres" | "trois" => 3,
        "four" | "vier" | "cuatro" | "quatre" => 4,
        "five" | "fünf" | "cinco" | "cinq" => 5,
        "six" | "sechs" | "seis" => 6,
        "seven" | "sieben" | "siete" | "sept" => 7,
        _ => word.parse().unwrap_or(1),
    }
}

fn span(when: When, number: i32, now: &Zoned) -> Option<(Zoned, Zoned)> {
    let today = now.start_of_day().ok()?;
    let from = |start: Zoned, length: Span| {
        let end = start.checked_add(length).ok()?;
        Some((start, end))
    };
    match when {
        When::DaysAgo(days) => from(today.checked_sub(days.days()).ok()?, 1.days()),
        When::LastNight => from(today.checked_sub(7.hours()).ok()?, 12.hours()),
        When::ThisMorning => from(today.checked_add(4.hours()).ok()?, 8.hours()),
        When::WeeksAgo(weeks) => {
            let monday = today
                .checked_sub(i64::from(now.weekday().to_monday_zero_offset()).days())
                .ok()?;
            from(monday.checked_sub(weeks.weeks()).ok()?, 1.weeks())
        }
        When::MonthsAgo(months) => from(
            today.first_of_month().ok()?.checked_sub(months.months()).ok()?,
            1.months(),
        ),
        When::YearsAgo(years) => from(today.first_of_year().ok()?.checked_sub(years.years()).ok()?, 1.years()),
        When::Weekday(day) => {
            let day = Weekday::from_monday_one_offset(day).ok()?;
            from(today.nth_weekday(-1, day).ok()?, 1.days())
        }
        // As vague as people mean it: half a unit more on either side.
        When::Ago(Unit::Hour) => from(
            now.checked_sub((i64::from(number) * 60 + 30).minutes()).ok()?,
            60.minutes(),
        ),
        When::Ago(Unit::Day) => from(today.checked_sub(number.days()).ok()?, 1.days()),
        When::Ago(Unit::Week) => from(today.checked_sub((number * 7 + 3).days()).ok()?, 7.days()),
        When::Ago(Unit::Month) => from(today.checked_sub((number * 30 + 15).days()).ok()?, 30.days()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Wednesday, 18 November 2026, 15:00 in Berlin.
    const NOW: u64 = 1_795_010_400_000;

    fn asked(question: &str) -> Option<(String, String, String)> {
        let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
        let timed = timed(question, NOW, &zone)?;
        let show = |ms: u64| {
            let at = Timestamp::from_millisecond(ms as i64)
                .unwrap_or_default()
                .to_zoned(zone.clone());
            at.strftime("%m-%d %H:%M").to_string()
        };
        let rest = timed.rest.split_whitespace().collect::<Vec<_>>().join(" ");
        Some((show(timed.since_unix_ms), show(timed.until_unix_ms), rest))
    }

    #[test]
    fn words_of_time_mean_spans() {
        assert_eq!(PHRASES.len(), 21, "every phrase compiles");
        for (question, since, until) in [
            ("What did I ask you yesterday?", "11-17 00:00", "11-18 00:00"),
            ("Was habe ich gestern gesagt?", "11-17 00:00", "11-18 00:00"),
            ("¿Qué dije ayer?", "11-17 00:00", "11-18 00:00"),
            ("Qu'est-ce que j'ai dit hier ?", "11-17 00:00", "11-18 00:00"),
            ("the day before yesterday", "11-16 00:00", "11-17 00:00"),
            ("last night", "11-17 17:00", "11-18 05:00"),
            ("heute", "11-18 00:00", "11-19 00:00"),
            ("Worüber sprachen wir letzte Woche?", "11-09 00:00", "11-16 00:00"),
            ("le mois dernier", "10-01 00:00", "11-01 00:00"),
            ("What did I say on Monday?", "11-16 00:00", "11-17 00:00"),
            ("three days ago", "11-15 00:00", "11-16 00:00"),
            ("hace dos semanas", "11-01 00:00", "11-08 00:00"),
            ("2 hours ago", "11-18 12:30", "11-18 13:30"),
        ] {
            let (found_since, found_until, _) = asked(question).unwrap_or_default();
            assert_eq!(
                (found_since.as_str(), found_until.as_str()),
                (since, until),
                "{question}"
            );
        }
        assert_eq!(
            asked("What did Ada say yesterday?").unwrap_or_default().2,
            "What did Ada say ?"
        );
        assert_eq!(asked("What is my daughter's name?"), None);
        assert_eq!(asked("the hierarchy of todays"), None);
    }

    proptest! {
        #[test]
        fn any_question_and_clock_is_survived(question in "\\PC{0,80}", now in any::<u64>(), which in 0usize..3) {
            let words = ["yesterday", "999 months ago", "last year"][which];
            let _ = timed(&format!("{question} {words}"), now, &TimeZone::UTC);
        }
    }
}
