//! Taking out of a text what could be a key. It would rather take one thing too many.

use serde_json::Value;

const GONE: &str = "***";
/// Longest text of a line.
const LONGEST: usize = 1000;
/// From so many letters and digits in one piece on it is none of people's words.
const RANDOM: usize = 24;
/// Names of what holds a key, or end of such names.
const KEYS: [&str; 8] = [
    "token",
    "password",
    "passphrase",
    "secret",
    "webhook",
    "authorization",
    "cookie",
    "apikey",
];
/// Names of what holds words that somebody said, typed or was told.
const WORDS: [&str; 12] = [
    "text",
    "transcript",
    "partial",
    "heard",
    "said",
    "reply",
    "prompt",
    "question",
    "answer",
    "sentence",
    "utterance",
    "query",
];

fn is_key(name: &str) -> bool {
    let name = name.to_lowercase();
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    name == "key" || name.ends_with("_key") || name.ends_with("-key") || KEYS.iter().any(|key| name.contains(key))
}

/// A value by its name; objects and lists all through.
pub fn redacted_value(name: &str, value: Value) -> Value {
    let silent = matches!(&value, Value::Null | Value::Bool(_) | Value::Number(_)) || value == "";
    match value {
        _ if !silent && (is_key(name) || WORDS.contains(&name)) => GONE.into(),
        Value::String(text) => redacted(&text).into(),
        Value::Array(all) => all.into_iter().map(|one| redacted_value("", one)).collect(),
        Value::Object(all) => all
            .into_iter()
            .map(|(name, value)| {
                let value = redacted_value(&name, value);
                (name, value)
            })
            .collect(),
        other => other,
    }
}

/// A text without what could be a key.
pub fn redacted(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST));
    let mut before = Before::default();
    let text: String = text.chars().take(LONGEST).collect();
    for piece in text.split_inclusive(is_border) {
        let end = piece.char_indices().next_back().filter(|(_, c)| is_border(*c));
        let (word, border) = piece.split_at(end.map_or(piece.len(), |(at, _)| at));
        if !word.is_empty() {
            out += &before.word(word);
        }
        out += border;
    }
    out
}

fn is_border(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '"' | '\'' | '`' | ',' | ';' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>'
        )
}

/// What the words before one say of it.
#[derive(Default)]
struct Before {
    /// The last one was the name of a key.
    named: bool,
    /// What comes is a key.
    comes: bool,
}

impl Before {
    fn word(&mut self, word: &str) -> String {
        let is_scheme = ["bearer", "basic"].contains(&word.to_lowercase().as_str());
        if self.comes && !is_scheme {
            *self = Self::default();
            return GONE.to_owned();
        }
        // `"token": "…"`, where the colon stands alone.
        if matches!(word, ":" | "=") {
            self.comes = std::mem::take(&mut self.named);
            return word.to_owned();
        }
        let bare = word.trim_end_matches([':', '=']);
        self.named = is_key(bare);
        self.comes = is_scheme || (self.named && bare.len() < word.len());
        match word.split_once("://") {
            Some((scheme, rest)) => {
                let (start, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
                match start.rsplit_once('@') {
                    Some((_, host)) => format!("{scheme}://{GONE}@{host}{}", of_address(path)),
                    None => format!("{scheme}://{start}{}", of_address(path)),
                }
            }
            None => of_address(word),
        }
    }
}

/// `name=key` and `name:key` among others, and pieces that look made by a machine.
fn of_address(text: &str) -> String {
    let part = |piece: &str| match piece.split_once(['=', ':']) {
        Some((name, value)) if is_key(name) && !value.is_empty() => {
            format!("{name}{}{GONE}", &piece[name.len()..=name.len()])
        }
        _ => without_random(piece),
    };
    let mut out = String::new();
    for piece in text.split_inclusive(['?', '&']) {
        let bare = piece.trim_end_matches(['?', '&']);
        out += &part(bare);
        out += &piece[bare.len()..];
    }
    out
}

fn without_random(text: &str) -> String {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(inner) {
        let run = &rest[start..];
        let (run, after) = run.split_at(run.find(|c: char| !inner(c)).unwrap_or(run.len()));
        let mixed = run.contains(|c: char| c.is_ascii_digit()) && run.contains(|c: char| c.is_ascii_alphabetic());
        out += &rest[..start];
        out += if run.len() >= RANDOM && mixed { GONE } else { run };
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_taken_out_wherever_they_stand() {
        for (text, told) in [
            (
                "mqtts://rosie:pw@broker.local:8883/x",
                "mqtts://***@broker.local:8883/x",
            ),
            (
                "http://a/b?x=1&access_token=2&y=3",
                "http://a/b?x=1&access_token=***&y=3",
            ),
            ("Authorization: Bearer abc", "Authorization: Bearer ***"),
            ("sent bearer abcdef again", "sent bearer *** again"),
            ("{\"api_key\": \"sk-1\", \"a\": 1}", "{\"api_key\": \"***\", \"a\": 1}"),
            ("password=x, then", "password=***, then"),
            (
                "https://hooks.x.org/T0AAAAAAA0AAAAAAAAAA01AAAA",
                "https://hooks.x.org/***",
            ),
        ] {
            assert_eq!(redacted(text), told);
        }
    }

    #[test]
    fn what_is_no_key_stays() {
        for text in [
            "the key is wrong",
            "whisper-base is here: 145 MB",
            "2026-11-30T01:13:31.5Z",
            "piper-en_US-lessac-medium",
            "http://homeassistant.local:8123/api",
            "Küche: 21 °C (gut)",
            "",
            "=",
            "a=b:c",
        ] {
            assert_eq!(redacted(text), text);
        }
        assert_eq!(redacted(&"x".repeat(5000)).len(), LONGEST);
    }

    #[test]
    fn values_are_looked_at_by_their_names() {
        let value = json!({"tts": {"voice": "a", "token": "b"}, "text": "words", "keep_turn_text": true, "api_key": "", "list": ["x:y", {"password": 1}]});
        let told = json!({"tts": {"voice": "a", "token": "***"}, "text": "***", "keep_turn_text": true, "api_key": "", "list": ["x:y", {"password": 1}]});
        assert_eq!(redacted_value("", value), told);
    }
}
