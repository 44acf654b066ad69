//! The markup that texts may carry: a small part of W3C's SSML 1.1, read strictly.
//!
//! Allowed: `speak`, `break` (time, strength), `phoneme` (alphabet="ipa", ph), `say-as` (interpret-as: characters,
//! spell-out, digits, telephone, cardinal, ordinal, date with format, time), `prosody` (rate, volume), `sub` (alias).
//! No document types, no entities but XML's five and character references, no processing instructions.

mod elements;

use super::text::clean;
use elements::{Open, element_of};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

const DEEPEST: usize = 16;
const MOST_ELEMENTS: usize = 1_000;
const RATES: (f32, f32) = (0.4, 2.5);

/// What an SSML document says, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Text {
        text: String,
        rate: f32,
        gain: f32,
    },
    SayAs {
        text: String,
        kind: SayAs,
        rate: f32,
        gain: f32,
    },
    /// `words` are for engines that cannot use the pronunciation.
    Phoneme {
        ipa: String,
        words: String,
        rate: f32,
        gain: f32,
    },
    Break {
        ms: u32,
    },
}

/// How the content of `say-as` is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SayAs {
    Characters,
    Digits,
    Cardinal,
    Ordinal,
    Date(DateOrder),
    Time,
}

/// The order of the parts of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    DayMonthYear,
    MonthDayYear,
    YearMonthDay,
}

/// Why a document is refused. Never contains its text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SsmlError {
    #[error("the SSML is not well-formed XML near byte {at}")]
    NotXml { at: u64 },
    #[error("the SSML must be one <speak> element")]
    NoSpeak,
    #[error("<{name}> is not allowed; allowed are speak, break, phoneme, say-as, prosody, sub")]
    Element { name: String },
    #[error("<{element} {name}=…> is not allowed or has no usable value; {allowed}")]
    Attribute {
        element: &'static str,
        name: String,
        allowed: &'static str,
    },
    #[error("<{element}> may contain only text")]
    Nested { element: &'static str },
    #[error("the entity &{name}; is not allowed; allowed are amp, lt, gt, quot, apos and character references")]
    Entity { name: String },
    #[error("document types and processing instructions are not allowed")]
    Declaration,
    #[error("elements are nested deeper than {DEEPEST}")]
    TooDeep,
    #[error("there are more than {MOST_ELEMENTS} elements")]
    TooMany,
}

/// Reads a document.
///
/// # Errors
/// The first thing that is not allowed.
pub fn parse(document: &str) -> Result<Vec<Item>, SsmlError> {
    let mut reader = Reader::from_str(document.trim_start_matches('\u{feff}').trim_start());
    let mut parser = Parser::default();
    loop {
        let event = reader.read_event().map_err(|_| SsmlError::NotXml {
            at: reader.error_position(),
        })?;
        match event {
            Event::Start(tag) => parser.open(&tag)?,
            Event::Empty(tag) => {
                parser.open(&tag)?;
                parser.close();
            }
            Event::End(_) => parser.close(),
            Event::Text(text) => parser.text(&text.xml10_content())?,
            Event::CData(text) => parser.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => parser.text(&resolved(&reference)?)?,
            Event::Comment(_) | Event::Decl(_) => {}
            Event::DocType(_) | Event::PI(_) => return Err(SsmlError::Declaration),
            Event::Eof => break,
        }
    }
    parser.finish(reader.buffer_position())
}

fn resolved(reference: &BytesRef<'_>) -> Result<String, SsmlError> {
    let name = reference.xml10_content();
    let known = match name.as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    };
    known
        .map(String::from)
        .ok_or_else(|| SsmlError::Entity { name: short(&name) })
}

#[derive(Default)]
struct Parser {
    open: Vec<Open>,
    items: Vec<Item>,
    /// Text that has come since the last element began or ended.
    text: String,
    elements: usize,
    ended: bool,
}

impl Parser {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), SsmlError> {
        self.elements += 1;
        if self.elements > MOST_ELEMENTS {
            return Err(SsmlError::TooMany);
        }
        if self.open.len() >= DEEPEST {
            return Err(SsmlError::TooDeep);
        }
        let element = element_of(tag)?;
        if (self.open.is_empty() && self.ended) || (self.open.is_empty() != (element == Open::Speak)) {
            return Err(SsmlError::NoSpeak);
        }
        let only_text = match self.open.last() {
            Some(Open::SayAs(_)) => Some("say-as"),
            Some(Open::Phoneme(_)) => Some("phoneme"),
            Some(Open::Sub(_)) => Some("sub"),
            Some(Open::Break(_)) => Some("break"),
            _ => None,
        };
        if let Some(element) = only_text {
            return Err(SsmlError::Nested { element });
        }
        self.flush();
        self.open.push(element);
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), SsmlError> {
        match self.open.last() {
            None if text.trim().is_empty() => {}
            None => return Err(SsmlError::NoSpeak),
            Some(Open::Break(_)) if !text.trim().is_empty() => return Err(SsmlError::Nested { element: "break" }),
            // XML makes no difference between a line break and a space.
            Some(_) => self
                .text
                .extend(text.chars().map(|c| if c.is_whitespace() { ' ' } else { c })),
        }
        Ok(())
    }

    fn close(&mut self) {
        let (rate, gain) = self.prosody();
        let closed = self.open.pop();
        if self.open.is_empty() {
            self.ended = true;
        }
        let text = std::mem::take(&mut self.text);
        match closed {
            Some(Open::SayAs(kind)) => self.items.push(Item::SayAs {
                text: clean(&text),
                kind,
                rate,
                gain,
            }),
            Some(Open::Phoneme(ipa)) => self.items.push(Item::Phoneme {
                ipa,
                words: clean(&text),
                rate,
                gain,
            }),
            Some(Open::Sub(alias)) => self.items.push(Item::Text {
                text: alias,
                rate,
                gain,
            }),
            Some(Open::Break(ms)) => self.items.push(Item::Break { ms }),
            _ => self.push_text(&text, rate, gain),
        }
    }

    fn flush(&mut self) {
        let (rate, gain) = self.prosody();
        let text = std::mem::take(&mut self.text);
        self.push_text(&text, rate, gain);
    }

    fn push_text(&mut self, text: &str, rate: f32, gain: f32) {
        let text = clean(text);
        if !text.is_empty() {
            self.items.push(Item::Text { text, rate, gain });
        }
    }

    /// Pace and loudness here: the product of all open `prosody`.
    fn prosody(&self) -> (f32, f32) {
        let all = self.open.iter().fold((1.0, 1.0), |(rate, gain), open| match open {
            Open::Prosody { rate: r, gain: g } => (rate * r, gain * g),
            _ => (rate, gain),
        });
        (all.0.clamp(RATES.0, RATES.1), all.1.clamp(0.0, 2.0))
    }

    fn finish(self, at: u64) -> Result<Vec<Item>, SsmlError> {
        if !self.open.is_empty() {
            return Err(SsmlError::NotXml { at });
        }
        if !self.ended {
            return Err(SsmlError::NoSpeak);
        }
        Ok(self.items)
    }
}

/// A name for an error message.
fn short(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(32).collect()
}
