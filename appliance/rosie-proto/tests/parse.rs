//! Reading messages: what is taken, what is refused and how, whatever the text.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use rosie_proto::{
    AudioFormat, Capability, ClientMessage, Codec, Hello, MAX_CANDIDATE_BYTES, MAX_CONTROL_BYTES, MAX_TEXT_CHARS,
    Refusal, ServerMessage, parse::CLIENT_TYPES, parse_client, parse_hello,
};

fn refusal(text: &str) -> (Refusal, String) {
    let error = parse_client(text).unwrap_err();
    (error.refusal, error.detail)
}

#[test]
fn the_list_of_types_is_that_of_the_messages() {
    let schema = serde_json::to_value(schemars::schema_for!(ClientMessage)).unwrap();
    let types: Vec<&str> = schema["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variant| variant["properties"]["type"]["const"].as_str().unwrap())
        .collect();
    assert_eq!(types, CLIENT_TYPES);
}

/// serde ignores unknown fields beside the tag of a variant without fields; the protocol does not.
#[test]
fn unknown_fields_are_refused_in_every_message() {
    for kind in CLIENT_TYPES {
        let text = format!(
            r#"{{"type":"{kind}","version":1,"endpoint":"a","on":true,"text":"a","turn":1,"language":"en","id":1,"zz":1}}"#
        );
        let (code, detail) = refusal(&text);
        assert_eq!(code, Refusal::BadMessage, "{kind}");
        assert!(detail.contains("unknown"), "{kind}: {detail}");
    }
}

#[test]
fn errors_say_what_would_be_right() {
    assert!(refusal("{\"type\":\"dance\"}").1.contains("hands_free"));
    assert!(refusal("{\"type\":\"mute\"}").1.contains("`on`"));
    let word = |word: &str, ago_ms: u64| {
        refusal(&format!(
            r#"{{"type":"wake_heard","word":"{word}","phrase":"Hey Rosie","ago_ms":{ago_ms}}}"#
        ))
        .1
    };
    assert!(word(" ", 0).contains("`word`"));
    assert!(word(&"x".repeat(65), 0).contains("`word`"));
    assert!(word("hey_rosie", 5_001).contains("`ago_ms` may be 5000"));
    let heard = |field: &str| {
        refusal(&format!(
            r#"{{"type":"wake_heard","word":"w","phrase":"Hey Rosie","ago_ms":0,{field}}}"#
        ))
        .1
    };
    assert!(heard(r#""score":1.5"#).contains("`score` may be from 0 to 1"));
    assert!(heard(r#""level_db":3"#).contains("`level_db` may be from -120 to 0"));
    assert!(heard(r#""noise_db":-121"#).contains("`noise_db` may be from -120 to 0"));
    assert!(refusal("[]").1.contains("JSON object"));
    assert!(refusal("{").1.contains("not JSON"));
    assert_eq!(refusal(&" ".repeat(MAX_CONTROL_BYTES + 1)).0, Refusal::MessageTooBig);
    let hello = parse_hello(r#"{"type":"hello","version":7,"new_field":1}"#).unwrap_err();
    assert_eq!(hello.refusal, Refusal::UnsupportedVersion);
    assert!(hello.detail.contains("version 1"), "{}", hello.detail);
}

#[test]
fn an_error_is_no_amplifier() {
    let long = format!("{{\"type\":\"{}\"}}", "x".repeat(10_000));
    assert!(refusal(&long).1.len() < 600);
    let long = format!("{{\"type\":\"mute\",\"{}\":1}}", "x".repeat(10_000));
    assert!(refusal(&long).1.len() < 600);
}

#[test]
fn text_is_counted_in_characters() {
    let say = |n: usize| format!(r#"{{"type":"text","text":"{}"}}"#, "ä".repeat(n));
    assert!(parse_client(&say(MAX_TEXT_CHARS)).is_ok());
    assert_eq!(refusal(&say(MAX_TEXT_CHARS + 1)).0, Refusal::BadMessage);
}

#[test]
fn a_candidate_is_one_short_line() {
    let candidate = |text: &str| format!(r#"{{"type":"rtc_candidate","id":1,"candidate":"{text}"}}"#);
    assert!(parse_client(&candidate(&"x".repeat(MAX_CANDIDATE_BYTES))).is_ok());
    assert_eq!(
        refusal(&candidate(&"x".repeat(MAX_CANDIDATE_BYTES + 1))).0,
        Refusal::BadMessage
    );
    assert_eq!(refusal(&candidate(r"a\r\nb")).0, Refusal::BadMessage);
}

#[test]
fn refusals_have_names_and_close_codes_of_their_own() {
    let mut names: Vec<&str> = Refusal::ALL.iter().map(|refusal| refusal.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Refusal::ALL.len());
    let mut closes: Vec<u16> = Refusal::ALL.iter().filter_map(|refusal| refusal.close_code()).collect();
    let all = closes.len();
    closes.sort_unstable();
    closes.dedup();
    assert_eq!(closes.len(), all);
    assert!(
        closes
            .iter()
            .all(|&code| (1000..1015).contains(&code) || (4000..5000).contains(&code))
    );
}

fn format() -> impl Strategy<Value = AudioFormat> {
    (
        prop_oneof![Just(Codec::PcmS16le), Just(Codec::Opus)],
        any::<u32>(),
        any::<u16>(),
    )
        .prop_map(|(codec, rate, channels)| AudioFormat { codec, rate, channels })
}

fn language() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[a-z]{2,3}(-[A-Z]{2})?")
}

fn hello() -> impl Strategy<Value = Hello> {
    let capability = prop_oneof![
        Just(Capability::Microphone),
        Just(Capability::Speaker),
        Just(Capability::Screen)
    ];
    (
        "[a-zA-Z0-9._-]{1,64}",
        proptest::option::of("[^\\p{Cc}]{1,30}"),
        language(),
        proptest::collection::vec(capability, 0..4),
        format(),
        format(),
        proptest::option::of("[!-~]{1,128}"),
        proptest::option::of("[!-~]{1,128}"),
    )
        .prop_map(
            |(endpoint, room, language, capabilities, input, output, resume, key)| Hello {
                version: 1,
                endpoint,
                room,
                language,
                capabilities,
                input,
                output,
                resume,
                key,
            },
        )
}

fn message() -> impl Strategy<Value = ClientMessage> {
    prop_oneof![
        hello().prop_map(ClientMessage::Hello),
        Just(ClientMessage::Press),
        Just(ClientMessage::Release),
        any::<bool>().prop_map(|on| ClientMessage::HandsFree { on }),
        "[^\\s]\\PC{0,200}".prop_map(|text| ClientMessage::Text { text }),
        Just(ClientMessage::Cancel),
        any::<u64>().prop_map(|turn| ClientMessage::PlaybackFinished { turn }),
        any::<bool>().prop_map(|on| ClientMessage::Mute { on }),
        language().prop_map(|language| ClientMessage::Language { language }),
        any::<u64>().prop_map(|id| ClientMessage::Ping { id }),
        (any::<u32>(), "\\PC{0,200}").prop_map(|(id, sdp)| ClientMessage::RtcOffer { id, sdp }),
        (any::<u32>(), "[ -~]{0,200}").prop_map(|(id, candidate)| ClientMessage::RtcCandidate { id, candidate }),
        any::<u32>().prop_map(|id| ClientMessage::RtcClose { id }),
        Just(ClientMessage::Bye),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read(message in message()) {
        let text = serde_json::to_string(&message).unwrap();
        prop_assert_eq!(parse_client(&text).unwrap(), message.clone());
        if let ClientMessage::Hello(hello) = message {
            prop_assert_eq!(parse_hello(&text).unwrap(), hello);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        let _ = parse_client(&text);
        let _ = parse_hello(&text);
    }

    #[test]
    fn anything_like_a_message_is_read_or_refused(
        kind in "(hello|press|text|mute|language|ping|x)",
        key in "(version|endpoint|text|on|language|id|room|input|capabilities|x)",
        value in "(1|-1|1e400|true|null|\"\"|\"a\"|\\[\\]|\\{\\}|\\{\"codec\":\"opus\",\"rate\":1\\})",
    ) {
        let text = format!(r#"{{"type":"{kind}","{key}":{value}}}"#);
        let _ = parse_client(&text);
        let _ = parse_hello(&text);
        let _ = serde_json::from_str::<ServerMessage>(&text);
    }

    #[test]
    fn a_message_that_was_cut_is_refused(message in message(), at in any::<prop::sample::Index>()) {
        let text = serde_json::to_string(&message).unwrap();
        let mut cut = at.index(text.len());
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        prop_assert!(parse_client(&text[..cut]).is_err());
    }
}
