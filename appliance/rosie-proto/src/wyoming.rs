//! The Wyoming protocol, as Home Assistant and its satellites speak it: events over a byte stream.
//!
//! An event is one line of JSON (`type`, perhaps `data`, `data_length`, `payload_length`), then `data_length` bytes of more
//! JSON data, then `payload_length` bytes of payload. Source: the `wyoming` package (1.4 to 1.8), `event.py`.

use serde_json::{Map, Value, json};

/// The version that is told with each event; peers read no meaning into it.
pub const VERSION: &str = "1.8.0";
/// The longest first line, bytes.
const MAX_LINE: usize = 64 * 1024;
/// The most data of one event, bytes: an `info` of many voices.
const MAX_DATA: usize = 1024 * 1024;
/// The longest payload, bytes: eleven seconds of 48 kHz stereo.
const MAX_PAYLOAD: usize = 2 * 1024 * 1024;

/// One event.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Event {
    /// `audio-chunk`, `transcribe` …
    pub kind: String,
    pub data: Map<String, Value>,
    pub payload: Vec<u8>,
}

/// Bytes that are no event. The stream cannot be read on from there.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EventError {
    #[error("a line of more than {MAX_LINE} bytes: an event begins with a short line of JSON")]
    Line,
    #[error("{0} bytes of data or payload announced, which is more than an event may have")]
    Size(u64),
    #[error("not an event: {0}")]
    Json(String),
}

impl Event {
    /// An event with data and without payload; `data` is an object, or anything else for none.
    pub fn new(kind: &str, data: Value) -> Event {
        Event {
            kind: kind.to_owned(),
            data: match data {
                Value::Object(data) => data,
                _ => Map::new(),
            },
            payload: Vec::new(),
        }
    }

    /// Text of the data, where it is text.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.data.get(key)?.as_str()
    }

    /// A whole number of the data.
    pub fn number(&self, key: &str) -> Option<u64> {
        self.data.get(key)?.as_u64()
    }

    /// As it goes over the wire.
    pub fn encode(&self) -> Vec<u8> {
        let mut head = json!({ "type": self.kind, "version": VERSION });
        let data = match self.data.is_empty() {
            true => Vec::new(),
            false => Value::Object(self.data.clone()).to_string().into_bytes(),
        };
        if !data.is_empty() {
            head["data_length"] = json!(data.len());
        }
        if !self.payload.is_empty() {
            head["payload_length"] = json!(self.payload.len());
        }
        let mut bytes = head.to_string().into_bytes();
        bytes.push(b'\n');
        bytes.extend_from_slice(&data);
        bytes.extend_from_slice(&self.payload);
        bytes
    }
}

/// Makes events of bytes, however they are cut.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
    /// Bytes of `bytes` in which no line ends.
    searched: usize,
    head: Option<Head>,
}

#[derive(Debug)]
struct Head {
    event: Event,
    data: usize,
    payload: usize,
}

impl Decoder {
    /// Takes what arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Whether an event has begun and not ended.
    pub fn is_within(&self) -> bool {
        self.head.is_some() || !self.bytes.is_empty()
    }

    /// The next event, where all of it has arrived.
    ///
    /// # Errors
    /// What is no event; the stream is of no use from there on.
    pub fn next_event(&mut self) -> Result<Option<Event>, EventError> {
        if self.head.is_none() {
            let Some(line) = self.line()? else { return Ok(None) };
            self.head = Some(head(&line)?);
        }
        let Some(head) = self.head.take_if(|head| self.bytes.len() >= head.data + head.payload) else {
            return Ok(None);
        };
        let Head {
            mut event,
            data,
            payload,
        } = head;
        if data > 0 {
            let more: Value =
                serde_json::from_slice(&self.bytes[..data]).map_err(|e| EventError::Json(e.to_string()))?;
            match more {
                Value::Object(more) => event.data.extend(more),
                _ => return Err(EventError::Json("its data is no object".to_owned())),
            }
        }
        event.payload = self.bytes[data..data + payload].to_vec();
        self.bytes.drain(..data + payload);
        Ok(Some(event))
    }

    fn line(&mut self) -> Result<Option<Vec<u8>>, EventError> {
        let found = self.bytes[self.searched..].iter().position(|&byte| byte == b'\n');
        match found {
            Some(at) if self.searched + at <= MAX_LINE => {
                let line = self.bytes.drain(..=self.searched + at).collect();
                self.searched = 0;
                Ok(Some(line))
            }
            None if self.bytes.len() <= MAX_LINE => {
                self.searched = self.bytes.len();
                Ok(None)
            }
            _ => Err(EventError::Line),
        }
    }
}

fn head(line: &[u8]) -> Result<Head, EventError> {
    let wrong = |what: &str| EventError::Json(what.to_owned());
    let value: Value = serde_json::from_slice(line).map_err(|e| EventError::Json(e.to_string()))?;
    let Value::Object(mut head) = value else {
        return Err(wrong("its first line is no object"));
    };
    let length = |name: &str, most: usize| match head.get(name) {
        None | Some(Value::Null) => Ok(0),
        Some(number) => {
            let length = number.as_u64().ok_or_else(|| wrong("a length that is no number"))?;
            let fits = usize::try_from(length).ok().filter(|&length| length <= most);
            fits.ok_or(EventError::Size(length))
        }
    };
    let (data, payload) = (length("data_length", MAX_DATA)?, length("payload_length", MAX_PAYLOAD)?);
    let kind = match head.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        _ => return Err(wrong("it has no type")),
    };
    let event = Event::new(&kind, head.remove("data").unwrap_or_default());
    Ok(Head { event, data, payload })
}
