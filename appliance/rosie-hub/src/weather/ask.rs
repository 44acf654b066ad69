//! What is asked about the weather: of which days, and what of it.

use crate::{Arguments, when::Day};
use jiff::civil::{Date, DateTime, Weekday};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    Now,
    /// From that hour on.
    Day(Date, i8),
    Weekend(Date),
    Week(Date),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    All,
    Rain,
    Umbrella,
    Snow,
    Temperature,
    Wind,
    Sun,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ask {
    pub span: Span,
    pub about: About,
}

/// When an evening begins.
const EVENING: i8 = 18;

impl Ask {
    /// `about` (`rain`, `umbrella`, `snow`, `temperature`, `wind`, `sun`), `span` (`weekend`, `week`, `tonight`), `day`,
    /// `weekday`. Nothing of all that: the weather now; whether it rains is asked of the whole day.
    pub fn of(arguments: &Arguments<'_>, now: DateTime) -> Self {
        let about = match arguments.text("about").as_deref() {
            Some("rain") => About::Rain,
            Some("umbrella") => About::Umbrella,
            Some("snow") => About::Snow,
            Some("temperature") => About::Temperature,
            Some("wind") => About::Wind,
            Some("sun") => About::Sun,
            _ => About::All,
        };
        let today = now.date();
        let span = match (arguments.text("span").as_deref(), Day::of(arguments)) {
            (Some("weekend"), _) => Span::Weekend(saturday(today)),
            (Some("week"), _) => Span::Week(today),
            (Some("tonight"), _) => Span::Day(today, EVENING.max(now.hour())),
            (_, Some(day)) => match day.date(today) {
                Some(date) if date == today => Span::Day(today, now.hour()),
                Some(date) => Span::Day(date, 0),
                None => Span::Now,
            },
            (_, None) if matches!(about, About::All | About::Temperature | About::Wind) => Span::Now,
            (_, None) => Span::Day(today, now.hour()),
        };
        Self { span, about }
    }
}

/// The weekend that goes on, or the next one.
fn saturday(today: Date) -> Date {
    if today.weekday() == Weekday::Sunday {
        return today;
    }
    Day::Weekday(5).date(today).unwrap_or(today)
}
