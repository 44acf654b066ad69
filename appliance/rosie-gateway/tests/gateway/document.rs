//! docs/protocol.md says what is: examples, fields, errors and limits are those of the code.

use rosie_core::{ErrorCode, record::Stage};
use rosie_gateway::GatewayConfig;
use rosie_proto::{
    ClientMessage, MAX_AUDIO_BYTES, MAX_CANDIDATE_BYTES, MAX_CONTROL_BYTES, MAX_TEXT_CHARS, Refusal, ServerMessage,
    VERSION, audio::HEADER_BYTES, parse_client, parse_hello,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const DOCUMENT: &str = include_str!("../../../../docs/protocol.md");

/// Code blocks marked `json client` or `json server`, split into their messages.
fn examples(mark: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for block in DOCUMENT.split(&format!("```json {mark}\n")).skip(1) {
        let block = block.split("```").next().unwrap();
        let messages = serde_json::Deserializer::from_str(block).into_iter::<Value>();
        all.extend(messages.map(|message| message.unwrap_or_else(|error| panic!("{error} in {block}"))));
    }
    all
}

/// What follows a heading, to the next.
fn section(heading: &str) -> &'static str {
    let body = DOCUMENT.split(&format!("\n{heading}\n")).nth(1);
    let body = body.unwrap_or_else(|| panic!("no heading {heading:?}"));
    body.split("\n#").next().unwrap()
}

/// Each message by its `type`, with the names of its fields.
fn fields(schema: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for variant in schema["oneOf"].as_array().unwrap() {
        let mut variant = variant.clone();
        if let Some(reference) = variant["$ref"].as_str() {
            let inner = schema.pointer(reference.trim_start_matches('#')).unwrap()["properties"].clone();
            variant["properties"]
                .as_object_mut()
                .unwrap()
                .extend(inner.as_object().unwrap().clone());
        }
        let properties = variant["properties"].as_object().unwrap();
        let kind = properties["type"]["const"].as_str().unwrap().to_owned();
        all.insert(kind, properties.keys().filter(|key| *key != "type").cloned().collect());
    }
    all
}

fn client_fields() -> BTreeMap<String, BTreeSet<String>> {
    fields(&serde_json::to_value(schemars::schema_for!(ClientMessage)).unwrap())
}

fn server_fields() -> BTreeMap<String, BTreeSet<String>> {
    fields(&serde_json::to_value(schemars::schema_for!(ServerMessage)).unwrap())
}

#[test]
fn every_example_is_a_message() {
    for example in examples("client") {
        let text = example.to_string();
        let read = parse_client(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        if let ClientMessage::Hello(_) = read {
            parse_hello(&text).unwrap();
        }
    }
    for example in examples("server") {
        let read: ServerMessage = serde_json::from_value(example.clone()).unwrap_or_else(|e| panic!("{e}: {example}"));
        assert_eq!(
            serde_json::to_value(read).unwrap(),
            example,
            "a field that is not sent, or one left out"
        );
    }
}

#[test]
fn every_message_has_its_section_its_example_and_all_its_fields() {
    for (mark, messages) in [("client", client_fields()), ("server", server_fields())] {
        let examples = examples(mark);
        for (kind, fields) in messages {
            let section = section(&format!("### `{kind}`"));
            assert!(section.contains(&format!("```json {mark}\n")), "no example of {kind}");
            let shown: Vec<&Value> = examples.iter().filter(|example| example["type"] == *kind).collect();
            assert!(!shown.is_empty(), "no example of {kind}");
            for field in &fields {
                let named = section.contains(&format!("`{field}`")) || field == "turn" || field == "id";
                assert!(named, "{kind}.{field} is not explained");
                let example = shown.iter().any(|example| example.get(field).is_some());
                assert!(example, "no example of {kind} has {field}");
            }
        }
    }
}

/// A section of a message that is no more would be a lie, too.
#[test]
fn no_section_describes_what_is_not() {
    let (client, server) = (client_fields(), server_fields());
    for heading in DOCUMENT.lines().filter_map(|line| line.strip_prefix("### `")) {
        let kind = heading.trim_end_matches('`');
        assert!(client.contains_key(kind) || server.contains_key(kind), "{kind}");
    }
}

#[test]
fn errors_close_codes_and_stages() {
    let table = section("## Errors and close codes");
    let rows = table.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, Refusal::ALL.len());
    for refusal in Refusal::ALL {
        let close = refusal.close_code().map_or("–".to_owned(), |code| code.to_string());
        let retry = match (refusal.close_code(), refusal.retry()) {
            (None, _) => "–",
            (_, true) => "yes",
            (_, false) => "no",
        };
        let row = format!("| `{refusal}` | {close} | {retry} | {} |", refusal.meaning());
        assert!(table.contains(&row), "{row}");
    }
    for code in ErrorCode::ALL {
        assert!(table.contains(&format!("`{code}`")), "{code}");
    }
    for stage in Stage::ALL {
        assert!(
            section("### `timings`").contains(&format!("| `{}` |", stage.as_str())),
            "{stage:?}"
        );
    }
}

fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|g| std::str::from_utf8(g).unwrap())
        .collect();
    groups.join(",")
}

#[test]
fn limits_are_those_of_the_code() {
    let config = GatewayConfig::default();
    let limits = &config.limits;
    let rows = [
        format!("| Time for `hello` | {} s |", config.hello_timeout.as_secs()),
        format!("(`server.idle_timeout_ms`) | {} s |", config.idle_timeout.as_secs()),
        format!("| Control message | {} bytes |", thousands(MAX_CONTROL_BYTES)),
        format!("| Binary message | {} bytes |", thousands(MAX_AUDIO_BYTES)),
        format!("| Typed question | {} characters |", thousands(MAX_TEXT_CHARS)),
        format!(
            "| Messages | {} a second, {} at once |",
            limits.messages_per_s, limits.message_burst
        ),
        format!(
            "| Audio | {} times real time, {} s at once |",
            limits.audio_speed,
            limits.audio_burst.as_secs()
        ),
        format!("| Refused messages | {}, one forgiven every 10 s |", limits.max_errors),
        format!("| {} s while it empties more slowly", limits.queued_audio.as_secs()),
        format!("it sounds, {} MiB in any case |", limits.queued_bytes >> 20),
        format!(
            "| Control messages that wait for a slow endpoint | {} |",
            thousands(limits.queued_messages)
        ),
        format!(
            "| A message that cannot be written | {} s |",
            limits.write_stall.as_secs()
        ),
        format!("| Streams at once (`server.max_sessions`) | {} |", limits.max_streams),
        format!("| WebRTC connections at once | {} |", limits.max_peers),
        format!("| Connections at once, pages among them | {} |", limits.max_connections),
        format!("| The same of one address | {} |", limits.max_connections_of_one),
        format!(
            "| Requests of one address, and of one key | {} a second, {} at once |",
            limits.requests_per_s,
            thousands(limits.request_burst as usize)
        ),
        format!(
            "| Tries of one address to sign in or to pair | {} a minute |",
            limits.knocks_per_minute
        ),
        format!(
            "| Head of a request | {} headers, {} bytes, {} s |",
            limits.max_headers,
            thousands(limits.max_header_bytes),
            config.header_timeout.as_secs()
        ),
        format!(
            "| Body of a request | {} bytes, {} s |",
            thousands(limits.max_body_bytes),
            config.body_timeout.as_secs()
        ),
    ];
    let table = section("## Limits");
    for row in rows {
        assert!(table.contains(&row), "{row}");
    }
    assert!(section("### `rtc_candidate`").contains(&format!("at most {MAX_CANDIDATE_BYTES}\nbytes")));
    assert!(DOCUMENT.contains(&format!("Version **{VERSION}**")));
    assert!(section("## Audio").contains(&format!("a header of {HEADER_BYTES} bytes")));
    assert!(DOCUMENT.contains(&format!("\"idle_timeout_ms\": {}", config.idle_timeout.as_millis())));
    assert!(DOCUMENT.contains(&format!("\"retry_after_ms\": {}", config.retry_after.as_millis())));
}
