//! A command's payload, read: JSON or plain text in, an order or a sentence that says what would be right out.

use super::topics::Verb;
use crate::household::WakeWords;
use rosie_core::Language;
use serde::Deserialize;
use std::ops::RangeInclusive;

/// Longest payload, and longest text in it.
const LARGEST: usize = 8_192;
const LONGEST: usize = 2_000;

/// What shall be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    Say {
        text: String,
        urgent: bool,
    },
    Announce {
        text: String,
        urgent: bool,
    },
    Ask {
        text: String,
        language: Option<Language>,
        speak: bool,
    },
    Listen,
    Stop,
    Volume(u8),
    Brightness(u8),
    Muted(bool),
    DoNotDisturb(bool),
    Remembers(bool),
    WakeWords(WakeWords),
    WakeSensitivity(u8),
    Forget,
    Restart,
    Update,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Speech {
    text: String,
    /// Also where they are not to be disturbed.
    #[serde(default)]
    urgent: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    text: String,
    #[serde(default)]
    language: Option<String>,
    /// Say the answer in the room, too.
    #[serde(default)]
    speak: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Level {
    volume: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Light {
    brightness: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ear {
    sensitivity: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Called {
    wake_word: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    on: bool,
}

/// Reads a payload. The error is for whoever sent it.
pub fn read(verb: Verb, payload: &[u8]) -> Result<Order, String> {
    if payload.len() > LARGEST {
        return Err(format!(
            "the message has {} bytes; at most {LARGEST} are taken",
            payload.len()
        ));
    }
    let text = std::str::from_utf8(payload).map_err(|_| "the message is not UTF-8 text".to_owned())?;
    let text = text.trim();
    Ok(match verb {
        Verb::Say | Verb::Announce => {
            let Speech { text, urgent } =
                object(text, "{\"text\": \"…\", \"urgent\": false}")?.unwrap_or_else(|| Speech {
                    text: text.to_owned(),
                    urgent: false,
                });
            let text = sentence(&text)?;
            match verb {
                Verb::Say => Order::Say { text, urgent },
                _ => Order::Announce { text, urgent },
            }
        }
        Verb::Ask => {
            let shape = "{\"text\": \"…\", \"language\": \"en\", \"speak\": false}";
            let Question { text, language, speak } = object(text, shape)?.unwrap_or_else(|| Question {
                text: text.to_owned(),
                language: None,
                speak: false,
            });
            let language = language.map(|tag| self::language(&tag)).transpose()?;
            Order::Ask {
                text: sentence(&text)?,
                language,
                speak,
            }
        }
        // What can be taken back is done for an empty message, too.
        Verb::Listen if text.is_empty() => Order::Listen,
        Verb::Listen => press(text, "PRESS", Order::Listen)?,
        Verb::Stop if text.is_empty() => Order::Stop,
        Verb::Stop => press(text, "PRESS", Order::Stop)?,
        Verb::Volume => {
            let level = object::<Level>(text, "{\"volume\": 40}")?.map(|level| level.volume);
            Order::Volume(percent(text, level, 0.0..=100.0, "a volume is a number from 0 to 100")?)
        }
        Verb::Brightness => {
            let light = object::<Light>(text, "{\"brightness\": 40}")?.map(|light| light.brightness);
            Order::Brightness(percent(
                text,
                light,
                0.0..=100.0,
                "a brightness is a number from 0 to 100",
            )?)
        }
        Verb::WakeWord => Order::WakeWords(wake_words(text)?),
        Verb::WakeSensitivity => {
            let ear = object::<Ear>(text, "{\"sensitivity\": 50}")?.map(|ear| ear.sensitivity);
            Order::WakeSensitivity(percent(
                text,
                ear,
                5.0..=95.0,
                "a sensitivity is a number from 5 to 95",
            )?)
        }
        Verb::Muted => Order::Muted(switch(text)?),
        Verb::DoNotDisturb => Order::DoNotDisturb(switch(text)?),
        Verb::Remembers => Order::Remembers(switch(text)?),
        Verb::Forget => press(text, "PRESS", Order::Forget)?,
        Verb::Restart => press(text, "PRESS", Order::Restart)?,
        Verb::Update => press(text, "install", Order::Update)?,
    })
}

/// Of an object, or else plain text.
fn percent(text: &str, of_object: Option<f64>, from_to: RangeInclusive<f64>, wrong: &str) -> Result<u8, String> {
    let level = match of_object {
        Some(level) => level,
        None => text.parse().map_err(|_| wrong.to_owned())?,
    };
    let fits = from_to.contains(&level);
    fits.then(|| level.round() as u8).ok_or_else(|| wrong.to_owned())
}

/// `None`: it is no object, and so plain text.
fn object<T: for<'a> Deserialize<'a>>(text: &str, shape: &str) -> Result<Option<T>, String> {
    if !text.starts_with('{') {
        return Ok(None);
    }
    serde_json::from_str(text)
        .map(Some)
        // Where it is wrong, without a word of what was sent.
        .map_err(|error| match error.is_data() {
            true => format!("this JSON is not of the form {shape}"),
            false => format!(
                "this is no JSON (line {}, column {}); right is {shape}",
                error.line(),
                error.column()
            ),
        })
}

fn sentence(text: &str) -> Result<String, String> {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match plain.chars().count() {
        0 => Err("there is no text in it".into()),
        length if length > LONGEST => Err(format!("the text has {length} characters; at most {LONGEST} are taken")),
        _ => Ok(plain),
    }
}

fn language(tag: &str) -> Result<Language, String> {
    let plausible = (2..=8).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    match plausible {
        true => Ok(Language::new(tag)),
        false => Err("a language is a tag like en, de or pt-BR".into()),
    }
}

fn switch(text: &str) -> Result<bool, String> {
    if let Some(Switch { on }) = object(text, "{\"on\": true}")? {
        return Ok(on);
    }
    match text.to_ascii_lowercase().as_str() {
        "on" | "true" | "1" => Ok(true),
        "off" | "false" | "0" => Ok(false),
        _ => Err("it takes ON or OFF".into()),
    }
}

fn wake_words(text: &str) -> Result<WakeWords, String> {
    let called = object::<Called>(text, "{\"wake_word\": \"Hey Rosie\"}")?;
    let phrase = called.as_ref().map_or(text, |called| called.wake_word.trim());
    let mut all = WakeWords::ALL.into_iter();
    let meant = all.find(|words| words.phrase().eq_ignore_ascii_case(phrase));
    meant.ok_or_else(|| format!("it takes one of: {}", WakeWords::ALL.map(WakeWords::phrase).join(", ")))
}

/// What cannot be taken back is not done for an empty message.
fn press(text: &str, word: &str, order: Order) -> Result<Order, String> {
    match text.eq_ignore_ascii_case(word) {
        true => Ok(order),
        false => Err(format!("it takes {word}")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    const VERBS: [Verb; 14] = [
        Verb::Say,
        Verb::Announce,
        Verb::Ask,
        Verb::Listen,
        Verb::Stop,
        Verb::Volume,
        Verb::Brightness,
        Verb::Muted,
        Verb::DoNotDisturb,
        Verb::Remembers,
        Verb::WakeWord,
        Verb::WakeSensitivity,
        Verb::Forget,
        Verb::Restart,
    ];

    #[test]
    fn text_and_json_say_the_same() {
        let say = |text: &str, urgent| Order::Say {
            text: text.into(),
            urgent,
        };
        let read = |verb, payload: &str| super::read(verb, payload.as_bytes());
        assert_eq!(
            read(Verb::Say, " Dinner\nis ready ").unwrap(),
            say("Dinner is ready", false)
        );
        assert_eq!(
            read(Verb::Say, "{\"text\":\"Fire!\",\"urgent\":true}").unwrap(),
            say("Fire!", true)
        );
        assert_eq!(read(Verb::Volume, "40").unwrap(), Order::Volume(40));
        assert_eq!(read(Verb::Volume, "39.6").unwrap(), Order::Volume(40));
        assert_eq!(read(Verb::Brightness, "40").unwrap(), Order::Brightness(40));
        assert!(read(Verb::Brightness, "{\"volume\":3}").is_err() && read(Verb::Brightness, "-1").is_err());
        assert_eq!(read(Verb::Volume, "{\"volume\":100}").unwrap(), Order::Volume(100));
        assert_eq!(read(Verb::Muted, "ON").unwrap(), Order::Muted(true));
        assert_eq!(read(Verb::Muted, "{\"on\":false}").unwrap(), Order::Muted(false));
        for both in ["Hey Rosie or Rosie", "{\"wake_word\":\"hey rosie or rosie\"}"] {
            assert_eq!(read(Verb::WakeWord, both).unwrap(), Order::WakeWords(WakeWords::Both));
        }
        assert_eq!(read(Verb::WakeSensitivity, "5").unwrap(), Order::WakeSensitivity(5));
        assert_eq!(
            read(Verb::WakeSensitivity, "{\"sensitivity\":95}").unwrap(),
            Order::WakeSensitivity(95)
        );
        assert_eq!(read(Verb::Listen, "").unwrap(), Order::Listen);
        assert_eq!(read(Verb::Stop, "PRESS").unwrap(), Order::Stop);
        assert_eq!(
            read(Verb::Ask, "{\"text\":\"Wie spät ist es?\",\"language\":\"de\"}").unwrap(),
            Order::Ask {
                text: "Wie spät ist es?".into(),
                language: Some(Language::new("de")),
                speak: false
            }
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_without_repeating_it() {
        let long = "x".repeat(LONGEST + 1);
        let larger = vec![b'x'; LARGEST + 1];
        let table: &[(Verb, &[u8], &str)] = &[
            (Verb::Say, b"", "no text"),
            (Verb::Say, b"{}", "of the form"),
            (Verb::Say, b"{\"text\": 3}", "of the form"),
            (Verb::Say, b"{\"text\": \"secret\", \"volume\": 3}", "of the form"),
            (Verb::Say, b"{secret", "no JSON (line 1"),
            (Verb::Say, b"\xff\xfe", "UTF-8"),
            (Verb::Say, long.as_bytes(), "2001 characters"),
            (Verb::Ask, &larger, "8193 bytes"),
            (Verb::Ask, b"{\"text\":\"x\",\"language\":\"../../etc\"}", "tag"),
            (Verb::Volume, b"loud", "0 to 100"),
            (Verb::Volume, b"101", "0 to 100"),
            (Verb::Volume, b"NaN", "0 to 100"),
            (Verb::Volume, b"{\"volume\":-1}", "0 to 100"),
            (Verb::Muted, b"maybe", "ON or OFF"),
            (Verb::WakeWord, b"secret", "Hey Rosie, Rosie, Hey Rosie or Rosie"),
            (Verb::WakeWord, b"{\"wake_word\": 1}", "of the form"),
            (Verb::WakeSensitivity, b"4", "5 to 95"),
            (Verb::WakeSensitivity, b"{\"sensitivity\":96}", "5 to 95"),
            (Verb::Listen, b"{\"text\":\"secret\"}", "PRESS"),
            (Verb::Stop, long.as_bytes(), "PRESS"),
            (Verb::Restart, b"", "PRESS"),
            (Verb::Forget, b"yes", "PRESS"),
        ];
        for (verb, payload, told) in table {
            let error = read(*verb, payload).unwrap_err();
            assert!(error.contains(told) && !error.contains("secret"), "{verb:?}: {error}");
        }
    }

    proptest! {
        #[test]
        fn no_payload_breaks_it(payload in proptest::collection::vec(any::<u8>(), 0..200), start in "[{\\[\" 0-9a-z:]{0,12}") {
            let payload = [start.as_bytes(), &payload].concat();
            for verb in VERBS {
                let _ = read(verb, &payload);
            }
        }
    }
}
