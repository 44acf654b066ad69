//! From the text of a frame to a message, with errors that say what is wrong and what would be right.

use crate::{ClientMessage, Hello, MAX_CANDIDATE_BYTES, MAX_CONTROL_BYTES, MAX_TEXT_CHARS, Refusal, VERSION};
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// The longest name and phrase of a wake word, bytes.
const MAX_WAKE_BYTES: usize = 64;
/// A wake word may have been said so long before the last audio.
const MAX_WAKE_AGO_MS: u64 = 5_000;
/// Of full scale.
const DECIBELS: RangeInclusive<f32> = -120.0..=0.0;

/// Why a control message was refused: the stable code and a sentence for whoever builds the endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{refusal}: {detail}")]
pub struct MessageError {
    pub refusal: Refusal,
    pub detail: String,
}

impl MessageError {
    pub fn new(refusal: Refusal, detail: impl Into<String>) -> Self {
        Self {
            refusal,
            detail: detail.into(),
        }
    }

    fn bad(detail: impl Into<String>) -> Self {
        Self::new(Refusal::BadMessage, detail)
    }
}

/// Names of all types of message an endpoint may send.
pub const CLIENT_TYPES: &[&str] = &[
    "hello",
    "press",
    "release",
    "hands_free",
    "wake_heard",
    "text",
    "cancel",
    "playback_finished",
    "mute",
    "language",
    "ping",
    "rtc_offer",
    "rtc_candidate",
    "rtc_close",
    "bye",
];
/// Types that consist of their `type` alone.
const BARE: &[&str] = &["press", "release", "cancel", "bye"];

/// Reads one control message and checks its values. Never panics, whatever the text.
pub fn parse_client(text: &str) -> Result<ClientMessage, MessageError> {
    let (kind, object) = read_object(text)?;
    if BARE.contains(&kind.as_str())
        && let Some(extra) = object.keys().find(|key| *key != "type")
    {
        return Err(MessageError::bad(format!(
            "`{kind}` has no fields, so `{}` is unknown",
            clip(extra)
        )));
    }
    let message: ClientMessage = serde_json::from_value(Value::Object(object))
        .map_err(|error| MessageError::bad(format!("`{kind}`: {}", clip(&error.to_string()))))?;
    check(&message)?;
    Ok(message)
}

/// Reads the first message of a connection: whatever is wrong with it is fatal, and the version is looked at before
/// anything else, so that a newer endpoint learns that it is too new rather than that a field is unknown.
pub fn parse_hello(text: &str) -> Result<Hello, MessageError> {
    let fatal = |error: MessageError| MessageError {
        refusal: Refusal::BadHello,
        ..error
    };
    let (kind, object) = read_object(text).map_err(fatal)?;
    if kind != "hello" {
        let detail = format!("the first message must be `hello`, not `{kind}`; see docs/protocol.md");
        return Err(MessageError::new(Refusal::HelloExpected, detail));
    }
    match object.get("version").and_then(Value::as_u64) {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => {
            let detail = format!("version {version} is not supported; this appliance speaks version {VERSION}");
            return Err(MessageError::new(Refusal::UnsupportedVersion, detail));
        }
        None => {
            return Err(MessageError::new(
                Refusal::BadHello,
                format!("`version` is missing; it must be {VERSION}"),
            ));
        }
    }
    match parse_client(text).map_err(fatal)? {
        ClientMessage::Hello(hello) => Ok(hello),
        _ => Err(MessageError::new(
            Refusal::HelloExpected,
            "the first message must be `hello`",
        )),
    }
}

fn read_object(text: &str) -> Result<(String, Map<String, Value>), MessageError> {
    if text.len() > MAX_CONTROL_BYTES {
        let detail = format!(
            "a control message may have {MAX_CONTROL_BYTES} bytes, this one has {}",
            text.len()
        );
        return Err(MessageError::new(Refusal::MessageTooBig, detail));
    }
    let value: Value = serde_json::from_str(text)
        .map_err(|error| MessageError::bad(format!("not JSON: {}", clip(&error.to_string()))))?;
    let Value::Object(object) = value else {
        return Err(MessageError::bad("a control message is a JSON object with a `type`"));
    };
    let Some(kind) = object.get("type").and_then(Value::as_str) else {
        return Err(MessageError::bad("`type` is missing or not a string"));
    };
    if !CLIENT_TYPES.contains(&kind) {
        let known = CLIENT_TYPES.join(", ");
        return Err(MessageError::bad(format!(
            "unknown type `{}`; known are {known}",
            clip(kind)
        )));
    }
    Ok((kind.to_owned(), object))
}

fn check(message: &ClientMessage) -> Result<(), MessageError> {
    match message {
        ClientMessage::Text { text } if text.trim().is_empty() => Err(MessageError::bad("`text` is empty")),
        ClientMessage::Text { text } if text.chars().count() > MAX_TEXT_CHARS => Err(MessageError::bad(format!(
            "`text` may have {MAX_TEXT_CHARS} characters"
        ))),
        ClientMessage::Language { language: Some(tag) } => check_language(tag),
        ClientMessage::WakeHeard {
            word,
            phrase,
            ago_ms,
            score,
            level_db,
            noise_db,
        } => {
            check_wake(word, phrase, *ago_ms)?;
            check_within("score", *score, 0.0..=1.0)?;
            check_within("level_db", *level_db, DECIBELS)?;
            check_within("noise_db", *noise_db, DECIBELS)
        }
        ClientMessage::Hello(hello) => check_hello(hello),
        ClientMessage::RtcCandidate { candidate, .. }
            if candidate.len() > MAX_CANDIDATE_BYTES || candidate.chars().any(char::is_control) =>
        {
            Err(MessageError::bad(format!(
                "`candidate` may have {MAX_CANDIDATE_BYTES} bytes and no control characters"
            )))
        }
        _ => Ok(()),
    }
}

fn check_wake(word: &str, phrase: &str, ago_ms: u64) -> Result<(), MessageError> {
    for (field, value) in [("word", word), ("phrase", phrase)] {
        if value.trim().is_empty() || value.len() > MAX_WAKE_BYTES || value.chars().any(char::is_control) {
            return Err(MessageError::bad(format!(
                "`{field}` must be 1 to {MAX_WAKE_BYTES} bytes without control characters"
            )));
        }
    }
    match ago_ms <= MAX_WAKE_AGO_MS {
        true => Ok(()),
        false => Err(MessageError::bad(format!(
            "`ago_ms` may be {MAX_WAKE_AGO_MS}: what was said longer ago is not waited for"
        ))),
    }
}

fn check_within(field: &str, value: Option<f32>, range: RangeInclusive<f32>) -> Result<(), MessageError> {
    match value.is_none_or(|value| range.contains(&value)) {
        true => Ok(()),
        false => Err(MessageError::bad(format!(
            "`{field}` may be from {} to {}",
            range.start(),
            range.end()
        ))),
    }
}

fn check_hello(hello: &Hello) -> Result<(), MessageError> {
    let name_ok = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if hello.endpoint.is_empty() || hello.endpoint.len() > 64 || !hello.endpoint.chars().all(name_ok) {
        return Err(MessageError::bad("`endpoint` must be 1 to 64 of `a-z A-Z 0-9 . _ -`"));
    }
    for (field, value) in [("room", &hello.room), ("resume", &hello.resume), ("key", &hello.key)] {
        if value
            .as_ref()
            .is_some_and(|v| v.is_empty() || v.len() > 128 || v.chars().any(char::is_control))
        {
            return Err(MessageError::bad(format!(
                "`{field}` must be 1 to 128 bytes without control characters"
            )));
        }
    }
    hello.language.as_deref().map_or(Ok(()), check_language)
}

fn check_language(tag: &str) -> Result<(), MessageError> {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let primary_ok = (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic());
    let rest_ok = parts.all(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
    if primary_ok && rest_ok && tag.len() <= 16 {
        return Ok(());
    }
    Err(MessageError::bad(
        "`language` must be a language tag such as `en` or `pt-BR`",
    ))
}

/// What came from outside goes back only in part: an error is not an amplifier.
fn clip(text: &str) -> String {
    const LONGEST: usize = 160;
    let mut out: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        out.push('…');
    }
    out
}
