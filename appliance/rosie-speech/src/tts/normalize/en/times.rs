//! Times of day and durations.

use crate::tts::normalize::digits::{cardinal, clock};
use crate::tts::normalize::rules::{Rule, group};

pub const RULES: &[Rule] = &[
    // 9am-5pm, 9:30 – 17:00
    (
        r"(?i)\b(\d{1,2}(?::\d{2})?)( ?[ap]\.?m\b\.?)? ?[-–] ?(\d{1,2}:\d{2}|\d{1,2} ?[ap]\.?m\b\.?)",
        |f| Some(format!("{}{} to {}", group(f, 1), group(f, 2), group(f, 3))),
    ),
    // 4:35 PM
    (r"(?i)\b(\d{1,2}):(\d{2}) ?(a|p)\.?m\b(\.?)", |f| {
        half_day(group(f, 1), group(f, 2), group(f, 3), group(f, 4))
    }),
    // 7 pm
    (r"(?i)\b(\d{1,2}) ?(a|p)\.?m\b(\.?)", |f| {
        half_day(group(f, 1), "0", group(f, 2), group(f, 3))
    }),
    // 1:02:03
    (r"\b(\d{1,3}):([0-5]\d):([0-5]\d)\b", |f| {
        let [hours, minutes, seconds] = [1, 2, 3].map(|i| group(f, i).parse::<u64>().unwrap_or(0));
        let part = |n: u64, one: &str| format!("{} {one}{}", cardinal(n), if n == 1 { "" } else { "s" });
        let parts = [(hours, "hour"), (minutes, "minute"), (seconds, "second")];
        let said: Vec<String> = parts
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, one)| part(*n, one))
            .collect();
        Some(match said.as_slice() {
            [] => "zero seconds".to_owned(),
            [one] => one.clone(),
            [most @ .., last] => format!("{} and {last}", most.join(", ")),
        })
    }),
    // 16:35, 7:00 o'clock
    (r"(?i)\b([01]?\d|2[0-4]):([0-5]\d)\b( ?(?:h\b|o'clock|hours\b))?", |f| {
        Some(clock(group(f, 1).parse().ok()?, group(f, 2).parse().ok()?))
    }),
    // 16:9, 3:1
    (r"\b(\d{1,3}):(\d{1,3})\b", |f| {
        Some(format!("{} to {}", group(f, 1), group(f, 2)))
    }),
];

/// "four thirty-five P.M". `stop` is the full stop that was written after `p.m`, which may end the sentence.
fn half_day(hour: &str, minute: &str, half: &str, stop: &str) -> Option<String> {
    let (hour, minute): (u64, u64) = (hour.parse().ok()?, minute.parse().ok()?);
    if hour > 24 || minute > 59 {
        return None;
    }
    let clock = match minute {
        0 => cardinal(hour),
        _ => clock(hour, minute),
    };
    // espeak-ng reads `A M` as "a em" and `AM` as a word; with a stop between, as letters.
    Some(format!("{clock} {}.M{stop}", half.to_uppercase()))
}

/// The content of `say-as` time.
pub fn say_time(text: &str) -> String {
    super::super::rules::Rules::new(RULES).apply(text)
}
