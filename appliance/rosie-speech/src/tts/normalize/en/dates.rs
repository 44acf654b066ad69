//! Dates, months, decades and years.

use crate::tts::normalize::digits::{cardinal, ordinal, year};
use crate::tts::normalize::rules::{Rule, group};
use regex::Captures;

const MONTHS: [&str; 12] = [
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
];

/// 3/4/2024 is March 4th.
pub const MONTH_FIRST: &[Rule] = &[
    (r"\b(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b", |f| {
        numeric(group(f, 1), group(f, 2), group(f, 3))
    }),
    (
        r"(?i)\b(on|by|until|since|from|before|after) (\d{1,2})/(\d{1,2})\b",
        |f| Some(format!("{} {}", group(f, 1), numeric(group(f, 2), group(f, 3), "")?)),
    ),
];

/// 3/4/2024 is April 3rd.
pub const DAY_FIRST: &[Rule] = &[
    (r"\b(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b", |f| {
        numeric(group(f, 2), group(f, 1), group(f, 3))
    }),
    (
        r"(?i)\b(on|by|until|since|from|before|after) (\d{1,2})/(\d{1,2})\b",
        |f| Some(format!("{} {}", group(f, 1), numeric(group(f, 3), group(f, 2), "")?)),
    ),
];

pub const RULES: &[Rule] = &[
    (
        r"\b(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2})(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?\b",
        |f| {
            let date = numeric(group(f, 2), group(f, 3), group(f, 1))?;
            Some(if group(f, 4).is_empty() {
                date
            } else {
                format!("{date} at {}", group(f, 4))
            })
        },
    ),
    (r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", |f| {
        numeric(group(f, 2), group(f, 1), group(f, 3))
    }),
    // Weekdays and months, short, before a day or another part of a date.
    (
        r"\b(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?,? (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|\d)",
        |f| {
            let days = [
                "Monday",
                "Tuesday",
                "Wednesday",
                "Thursday",
                "Friday",
                "Saturday",
                "Sunday",
            ];
            let day = days.iter().find(|d| d.starts_with(&group(f, 1)[..3]))?;
            Some(format!("{day}, {}", group(f, 2)))
        },
    ),
    (
        r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.? (\d{1,4})\b",
        |f| Some(format!("{} {}", month_of(group(f, 1))?, group(f, 2))),
    ),
    (
        r"\b(\d{1,2})(st|nd|rd|th)? (Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?",
        |f| Some(format!("{}{} {}", group(f, 1), group(f, 2), month_of(group(f, 3))?)),
    ),
    // March 5th, 2024
    (
        r"\b(January|February|March|April|May|June|July|August|September|October|November|December) (\d{1,2})(?:st|nd|rd|th)?(?: ?[-–] ?(\d{1,2})(?:st|nd|rd|th)?)?\b(?:(,?) (\d{4})\b)?",
        named,
    ),
    // 5 March 2024, the 5th of March
    (
        r"\b(?:(?i:the) )?(\d{1,2})(?:st|nd|rd|th)?(?: of)? (January|February|March|April|May|June|July|August|September|October|November|December)\b(?:,? (\d{4})\b)?",
        |f| {
            let day = day(group(f, 1))?;
            let year = year_words(group(f, 3));
            Some(format!("the {day} of {}{year}", group(f, 2)))
        },
    ),
    // March 2024
    (
        r"\b(January|February|March|April|May|June|July|August|September|October|November|December),? (\d{4})\b",
        |f| Some(format!("{}{}", group(f, 1), year_words(group(f, 2)).replace(',', ""))),
    ),
];

/// The 1990s, the '80s: before units, for which an `s` is a second.
pub const DECADES: &[Rule] = &[
    (r"\b(1[1-9]|20)(\d)0'?s\b", |f| {
        let decade = decade(group(f, 2))?;
        let century: u64 = group(f, 1).parse().ok()?;
        Some(match (century, group(f, 2)) {
            (20, "0") => "two thousands".to_owned(),
            (_, "0") => format!("{} hundreds", cardinal(century)),
            _ => format!("{} {decade}", cardinal(century)),
        })
    }),
    (
        r"(?i)('|\b(?:the|his|her|their|my|your|our|early|mid|late)[ -]'?)([2-9])0'?s\b",
        |f| {
            Some(format!(
                "{}{}",
                group(f, 1).trim_end_matches('\''),
                decade(group(f, 2))?
            ))
        },
    ),
];

/// What is left of four digits when everything else has been read.
pub const YEARS: &[Rule] = &[
    (r"\b((?:1\d|20)\d\d) ?[-–] ?((?:1\d|20)\d\d)\b", |f| {
        Some(format!(
            "{} to {}",
            year(group(f, 1).parse().ok()?),
            year(group(f, 2).parse().ok()?)
        ))
    }),
    (r"\b((?:19|20)\d\d)[-–](\d\d)\b", |f| {
        Some(format!(
            "{} to {}",
            year(group(f, 1).parse().ok()?),
            cardinal(group(f, 2).parse().ok()?)
        ))
    }),
    (
        r"(?i)\b(in|since|during|from|until|till|by|before|after|around|circa|year|of|spring|summer|autumn|fall|winter|early|late|mid|and|to|copyright) (1[0-9]\d\d|20\d\d)\b( [a-z]+s\b)?",
        |f| {
            let counts = group(f, 3).len() > 4 && !matches!(group(f, 3).trim(), "was" | "has" | "this" | "as");
            let words = if counts {
                cardinal(group(f, 2).parse().ok()?)
            } else {
                year(group(f, 2).parse().ok()?)
            };
            Some(format!("{} {words}{}", group(f, 1), group(f, 3)))
        },
    ),
    (r"\b(19\d\d|20\d\d)\b( [a-z]+s\b)?([.,]\d)?", |f| {
        let counts = group(f, 2).len() > 4 && !matches!(group(f, 2).trim(), "was" | "has" | "this" | "as");
        (!counts && group(f, 3).is_empty()).then(|| year(group(f, 1).parse().unwrap_or(0)) + group(f, 2))
    }),
];

fn numeric(month: &str, day_text: &str, year: &str) -> Option<String> {
    let month: usize = month.parse().ok()?;
    let name = MONTHS.get(month.checked_sub(1)?)?;
    let year = match year.len() {
        2 => year_words(&format!("{}{year}", if year > "50" { "19" } else { "20" })),
        _ => year_words(year),
    };
    Some(format!("{name} {}{year}", day(day_text)?))
}

fn named(found: &Captures<'_>) -> Option<String> {
    let first = day(group(found, 2))?;
    let last = match group(found, 3) {
        "" => String::new(),
        last => format!(" to {}", day(last)?),
    };
    Some(format!(
        "{} {first}{last}{}",
        group(found, 1),
        year_words(group(found, 5))
    ))
}

fn day(text: &str) -> Option<String> {
    text.parse().ok().filter(|d| (1..=31).contains(d)).map(ordinal)
}

/// `, twenty twenty-four`, or nothing.
fn year_words(text: &str) -> String {
    text.parse().map_or(String::new(), |n| format!(", {}", year(n)))
}

fn month_of(short: &str) -> Option<&'static str> {
    MONTHS.into_iter().find(|m| m.starts_with(&short[..3]))
}

fn decade(digit: &str) -> Option<&'static str> {
    let names = [
        "hundreds",
        "tens",
        "twenties",
        "thirties",
        "forties",
        "fifties",
        "sixties",
        "seventies",
        "eighties",
        "nineties",
    ];
    names.get(digit.parse::<usize>().ok()?).copied()
}

/// The content of `say-as` date, whatever stands between its parts.
pub fn say_date(parts: &[&str], order: crate::tts::ssml::DateOrder) -> Option<String> {
    use crate::tts::ssml::DateOrder::{DayMonthYear, MonthDayYear, YearMonthDay};
    let (year, month, day) = match (order, parts) {
        (YearMonthDay, [y, m, d]) | (MonthDayYear, [m, d, y]) | (DayMonthYear, [d, m, y]) => (*y, *m, *d),
        (YearMonthDay | MonthDayYear, [m, d]) | (DayMonthYear, [d, m]) => ("", *m, *d),
        _ => return None,
    };
    numeric(month, day, year)
}
