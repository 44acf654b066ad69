//! What a language model is told of itself. Short, for a small model on a small machine reads 60 tokens a second; and
//! with what changes at the end, so that the beginning is read once.

use rosie_core::Language;
use serde_json::Value;
use std::fmt::Write;

/// The clock as the hub tells it: `date` and `time` as in the data of the clock's intents.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Moment {
    pub date: Option<Value>,
    pub time: Option<Value>,
}

pub(crate) fn system(language: &Language, room: &str, moment: &Moment) -> String {
    let mut text = format!(
        "You are Rosie, a voice assistant at home. Your answers are read aloud: one to three short sentences, plain \
         words, no markdown, no lists, no emoji. You cannot see or control the home and do not pretend to. If you do \
         not know something, say so. Answer in {}.",
        language_name(language)
    );
    if !room.is_empty() {
        let _ = write!(text, " You are in this room: {room}.");
    }
    if let Some(today) = moment.date.as_ref().and_then(day) {
        let _ = write!(text, " Today is {today}.");
    }
    if let Some(clock) = moment.time.as_ref().and_then(clock) {
        let _ = write!(text, " This conversation began at {clock}.");
    }
    text
}

fn day(date: &Value) -> Option<String> {
    const WEEKDAYS: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    let field = |name: &str| date.get(name)?.as_i64();
    let weekday = WEEKDAYS.get(usize::try_from(field("weekday")?).ok()?)?;
    Some(format!(
        "{weekday}, {}-{:02}-{:02}",
        field("year")?,
        field("month")?,
        field("day")?
    ))
}

fn clock(time: &Value) -> Option<String> {
    Some(format!(
        "{:02}:{:02}",
        time.get("hour")?.as_i64()?,
        time.get("minute")?.as_i64()?
    ))
}

/// The language's name in English, which models follow best; its tag where it is not in the list.
fn language_name(language: &Language) -> String {
    let name = match language.primary() {
        "ar" => "Arabic",
        "bg" => "Bulgarian",
        "ca" => "Catalan",
        "cs" => "Czech",
        "da" => "Danish",
        "de" => "German",
        "el" => "Greek",
        "en" => "English",
        "es" => "Spanish",
        "et" => "Estonian",
        "eu" => "Basque",
        "fa" => "Persian",
        "fi" => "Finnish",
        "fr" => "French",
        "he" => "Hebrew",
        "hi" => "Hindi",
        "hr" => "Croatian",
        "hu" => "Hungarian",
        "is" => "Icelandic",
        "it" => "Italian",
        "ja" => "Japanese",
        "ko" => "Korean",
        "lt" => "Lithuanian",
        "lv" => "Latvian",
        "nb" | "no" => "Norwegian",
        "nl" => "Dutch",
        "pl" => "Polish",
        "pt" => "Portuguese",
        "ro" => "Romanian",
        "ru" => "Russian",
        "sk" => "Slovak",
        "sl" => "Slovenian",
        "sr" => "Serbian",
        "sv" => "Swedish",
        "tr" => "Turkish",
        "uk" => "Ukrainian",
        "vi" => "Vietnamese",
        "zh" => "Chinese",
        _ => return format!("the language with the code {}", language.tag()),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_changes_comes_last() {
        let moment = |hour| Moment {
            date: Some(json!({ "year": 2026, "month": 1, "day": 5, "weekday": 0 })),
            time: Some(json!({ "hour": hour, "minute": 5 })),
        };
        let german = Language::new("de");
        let (one, two) = (
            system(&german, "kitchen", &moment(9)),
            system(&german, "kitchen", &moment(16)),
        );
        assert!(one.ends_with(
            "You are in this room: kitchen. Today is Monday, 2026-01-05. This conversation began at 09:05."
        ));
        assert!(one.contains("Answer in German."));
        let same = one.bytes().zip(two.bytes()).take_while(|(a, b)| a == b).count();
        assert!(same + "09:05.".len() == one.len());
        assert!(one.len() < 500, "a longer prompt costs a second: {}", one.len());
    }

    #[test]
    fn a_clock_that_says_nonsense_is_left_out() {
        let moment = Moment {
            date: Some(json!({ "weekday": 9 })),
            time: Some(json!("noon")),
        };
        let text = system(&Language::new("xx"), "", &moment);
        assert!(text.ends_with("Answer in the language with the code xx."), "{text}");
    }
}
