//! Wyoming events: what is written is read, however it is cut; what is no event is refused and never waited for.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use rosie_proto::wyoming::{Decoder, Event, EventError};
use serde_json::json;

fn decoded(bytes: &[u8], cut: usize) -> Result<Vec<Event>, EventError> {
    let mut decoder = Decoder::default();
    let mut events = Vec::new();
    for piece in bytes.chunks(cut.max(1)) {
        decoder.push(piece);
        while let Some(event) = decoder.next_event()? {
            events.push(event);
        }
    }
    assert!(!decoder.is_within());
    Ok(events)
}

/// As the Python package writes it: data behind the line, spaces in the JSON.
#[test]
fn what_the_package_writes_is_read() {
    let data = r#"{"rate": 16000, "width": 2, "channels": 1, "timestamp": null}"#;
    let mut bytes = format!(
        "{{\"type\": \"audio-chunk\", \"version\": \"1.8.0\", \"data_length\": {}, \"payload_length\": 4}}\n{data}",
        data.len()
    )
    .into_bytes();
    bytes.extend([1, 2, 3, 4]);
    bytes.extend(b"{\"type\": \"transcribe\", \"data\": {\"language\": \"en\"}}\n{\"type\":\"describe\"}\n");
    for cut in [1, 7, 1000] {
        let events = decoded(&bytes, cut).unwrap();
        assert_eq!(events.len(), 3);
        assert_eq!(
            (events[0].number("rate"), &events[0].payload[..]),
            (Some(16000), &[1, 2, 3, 4][..])
        );
        assert_eq!(
            (events[1].kind.as_str(), events[1].text("language")),
            ("transcribe", Some("en"))
        );
        assert_eq!(events[2], Event::new("describe", json!(null)));
    }
}

#[test]
fn what_is_no_event_is_refused_at_once() {
    let refused = |bytes: &[u8]| {
        let mut decoder = Decoder::default();
        decoder.push(bytes);
        decoder.next_event().unwrap_err().to_string()
    };
    assert!(refused(b"GET / HTTP/1.1\r\n").contains("not an event"));
    assert!(refused(b"[]\n").contains("no object"));
    assert!(refused(b"{\"type\": 3}\n").contains("no type"));
    assert!(refused(b"{\"type\":\"a\",\"data_length\":2}\n[]").contains("no object"));
    assert!(refused(b"{\"type\":\"a\",\"data_length\":-2}\n").contains("no number"));
    assert!(refused(b"{\"type\":\"a\",\"payload_length\":99999999999}\n").contains("99999999999"));
    assert!(refused(&vec![b' '; 70_000]).contains("short line"));
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        kinds in prop::collection::vec(("[a-z-]{1,12}", ".*", prop::collection::vec(any::<u8>(), 0..300)), 1..6),
        cut in 1usize..400,
    ) {
        let events: Vec<Event> = kinds
            .into_iter()
            .map(|(kind, text, payload)| Event { payload, ..Event::new(&kind, json!({ "text": text })) })
            .collect();
        let bytes: Vec<u8> = events.iter().flat_map(Event::encode).collect();
        prop_assert_eq!(decoded(&bytes, cut).unwrap(), events);
    }

    #[test]
    fn nothing_breaks_it(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut decoder = Decoder::default();
        decoder.push(&bytes);
        while let Ok(Some(_)) = decoder.next_event() {}
    }
}
