//! The elements of SSML that are allowed, and what their attributes may say.

use super::{DateOrder, SayAs, SsmlError, short};
use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

const LONGEST_BREAK_MS: f32 = 10_000.0;
const LONGEST_PHONEMES: usize = 200;
const MOST_ATTRIBUTES: usize = 16;

/// What an open element does with the text in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Open {
    Speak,
    Break(u32),
    Prosody { rate: f32, gain: f32 },
    SayAs(SayAs),
    Phoneme(String),
    Sub(String),
}

/// Understands a start tag.
pub(super) fn element_of(tag: &BytesStart<'_>) -> Result<Open, SsmlError> {
    let name = tag.name();
    match name.as_ref() {
        "speak" => speak(&attributes(tag, "speak")?),
        "break" => pause(&attributes(tag, "break")?),
        "prosody" => prosody(&attributes(tag, "prosody")?),
        "say-as" => say_as(&attributes(tag, "say-as")?),
        "phoneme" => phoneme(&attributes(tag, "phoneme")?),
        "sub" => sub(&attributes(tag, "sub")?),
        other => Err(SsmlError::Element { name: short(other) }),
    }
}

type Attributes = Vec<(String, String)>;

fn attributes(tag: &BytesStart<'_>, element: &'static str) -> Result<Attributes, SsmlError> {
    let unreadable = |name: &str| SsmlError::Attribute {
        element,
        name: short(name),
        allowed: "attributes are name=\"value\", each once",
    };
    let mut found = Attributes::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| unreadable("?"))?;
        let name = attribute.key.as_ref().to_owned();
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|_| unreadable(&name))?;
        if found.len() >= MOST_ATTRIBUTES {
            return Err(unreadable(&name));
        }
        found.push((name, value.trim().to_owned()));
    }
    Ok(found)
}

fn wrong(element: &'static str, name: &str, allowed: &'static str) -> SsmlError {
    SsmlError::Attribute {
        element,
        name: short(name),
        allowed,
    }
}

fn speak(attributes: &Attributes) -> Result<Open, SsmlError> {
    for (name, _) in attributes {
        let known = name == "version" || name == "xml:lang" || name.starts_with("xmlns") || name.starts_with("xsi:");
        if !known {
            return Err(wrong("speak", name, "allowed are version and xml:lang"));
        }
    }
    Ok(Open::Speak)
}

fn pause(attributes: &Attributes) -> Result<Open, SsmlError> {
    const ALLOWED: &str = "time=\"500ms\" or \"1.5s\" up to 10s, strength none, x-weak, weak, medium, strong, x-strong";
    let mut ms = 500.0;
    let mut timed = false;
    for (name, value) in attributes {
        match name.as_str() {
            "time" => {
                ms = milliseconds(value).ok_or_else(|| wrong("break", name, ALLOWED))?;
                timed = true;
            }
            "strength" => {
                let strength = [
                    ("none", 0.0),
                    ("x-weak", 100.0),
                    ("weak", 200.0),
                    ("medium", 500.0),
                    ("strong", 800.0),
                    ("x-strong", 1_200.0),
                ];
                let strength = named(&strength, value).ok_or_else(|| wrong("break", name, ALLOWED))?;
                ms = if timed { ms } else { strength };
            }
            _ => return Err(wrong("break", name, ALLOWED)),
        }
    }
    Ok(Open::Break(ms as u32))
}

fn milliseconds(value: &str) -> Option<f32> {
    let (number, unit) = match value.strip_suffix("ms") {
        Some(number) => (number, 1.0),
        None => (value.strip_suffix('s')?, 1_000.0),
    };
    decimal(number).map(|n| n * unit).filter(|ms| *ms <= LONGEST_BREAK_MS)
}

/// A plain non-negative decimal; no exponents, no infinities.
fn decimal(text: &str) -> Option<f32> {
    let plain = !text.is_empty() && text.len() <= 8 && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    text.parse().ok().filter(|_| plain)
}

fn named(table: &[(&str, f32)], value: &str) -> Option<f32> {
    table.iter().find(|(name, _)| *name == value).map(|(_, n)| *n)
}

fn prosody(attributes: &Attributes) -> Result<Open, SsmlError> {
    const ALLOWED: &str = "allowed are rate (x-slow, slow, medium, fast, x-fast, 40% to 250%) and volume (silent, x-soft, soft, medium, loud, x-loud, +6dB, -6dB)";
    let (mut rate, mut gain) = (1.0, 1.0);
    for (name, value) in attributes {
        let understood = match name.as_str() {
            "rate" => pace(value).map(|r| rate = r),
            "volume" => loudness(value).map(|g| gain = g),
            _ => None,
        };
        understood.ok_or_else(|| wrong("prosody", name, ALLOWED))?;
    }
    Ok(Open::Prosody { rate, gain })
}

fn pace(value: &str) -> Option<f32> {
    let names = [
        ("x-slow", 0.5),
        ("slow", 0.75),
        ("medium", 1.0),
        ("default", 1.0),
        ("fast", 1.3),
        ("x-fast", 1.7),
    ];
    let number = || match value.strip_suffix('%') {
        // SSML 1.0 wrote changes, `+20%`; 1.1 writes the whole, `120%`.
        Some(change) if change.starts_with('+') => decimal(&change[1..]).map(|n| 1.0 + n / 100.0),
        Some(change) if change.starts_with('-') => decimal(&change[1..]).map(|n| 1.0 - n / 100.0),
        Some(whole) => decimal(whole).map(|n| n / 100.0),
        None => decimal(value),
    };
    named(&names, value)
        .or_else(number)
        .filter(|rate| (0.4..=2.5).contains(rate))
}

fn loudness(value: &str) -> Option<f32> {
    let names = [
        ("silent", 0.0),
        ("x-soft", 0.35),
        ("soft", 0.6),
        ("medium", 1.0),
        ("default", 1.0),
        ("loud", 1.3),
        ("x-loud", 1.6),
    ];
    let decibels = || {
        let number = value.strip_suffix("dB")?;
        let (sign, number) = match number.strip_prefix('-') {
            Some(number) => (-1.0, number),
            None => (1.0, number.strip_prefix('+').unwrap_or(number)),
        };
        Some(10f32.powf(sign * decimal(number)?.min(60.0) / 20.0).min(2.0))
    };
    named(&names, value).or_else(decibels)
}

fn say_as(attributes: &Attributes) -> Result<Open, SsmlError> {
    const ALLOWED: &str = "interpret-as is one of characters, spell-out, digits, telephone, cardinal, ordinal, date, time; format of a date is made of d, m, y";
    let mut kind = None;
    let mut order = DateOrder::MonthDayYear;
    for (name, value) in attributes {
        match name.as_str() {
            "interpret-as" => {
                kind = Some(match value.as_str() {
                    "characters" | "spell-out" | "verbatim" => SayAs::Characters,
                    "digits" | "telephone" => SayAs::Digits,
                    "cardinal" | "number" => SayAs::Cardinal,
                    "ordinal" => SayAs::Ordinal,
                    "date" => SayAs::Date(order),
                    "time" => SayAs::Time,
                    _ => return Err(wrong("say-as", name, ALLOWED)),
                });
            }
            "format" => order = date_order(value).ok_or_else(|| wrong("say-as", name, ALLOWED))?,
            "detail" => {}
            _ => return Err(wrong("say-as", name, ALLOWED)),
        }
    }
    match kind {
        Some(SayAs::Date(_)) => Ok(Open::SayAs(SayAs::Date(order))),
        Some(kind) => Ok(Open::SayAs(kind)),
        None => Err(wrong("say-as", "interpret-as", ALLOWED)),
    }
}

/// `dmy`, `mdy`, `ymd` and their parts; `hms12` and the like, which times carry, change nothing.
fn date_order(format: &str) -> Option<DateOrder> {
    match format {
        "dmy" | "dm" | "d" => Some(DateOrder::DayMonthYear),
        "mdy" | "md" | "m" | "my" => Some(DateOrder::MonthDayYear),
        "ymd" | "ym" | "y" => Some(DateOrder::YearMonthDay),
        "hms12" | "hms24" | "hm" | "hms" | "12" | "24" => Some(DateOrder::MonthDayYear),
        _ => None,
    }
}

fn phoneme(attributes: &Attributes) -> Result<Open, SsmlError> {
    const ALLOWED: &str = "allowed are alphabet=\"ipa\" and ph, up to 200 characters";
    let mut ipa = None;
    for (name, value) in attributes {
        match (name.as_str(), value.as_str()) {
            ("alphabet", "ipa") => {}
            ("ph", sounds) if !sounds.is_empty() && sounds.chars().count() <= LONGEST_PHONEMES => {
                ipa = Some(sounds.chars().filter(|c| !c.is_control()).collect());
            }
            _ => return Err(wrong("phoneme", name, ALLOWED)),
        }
    }
    ipa.map(Open::Phoneme).ok_or_else(|| wrong("phoneme", "ph", ALLOWED))
}

fn sub(attributes: &Attributes) -> Result<Open, SsmlError> {
    const ALLOWED: &str = "alias, the words to say instead, is needed";
    match attributes.as_slice() {
        [(name, alias)] if name == "alias" && !alias.is_empty() => Ok(Open::Sub(super::clean(alias))),
        [(name, _), ..] => Err(wrong("sub", name, ALLOWED)),
        [] => Err(wrong("sub", "alias", ALLOWED)),
    }
}
