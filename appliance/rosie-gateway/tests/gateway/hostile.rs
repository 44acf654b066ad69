//! Endpoints that do not keep to the protocol: each is told why, and the server serves on.

use crate::client::{Endpoint, Heard, PATIENCE, Server, hello, hello_with, silence};
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn what_is_not_a_hello() {
    let server = Server::plain().await;
    let bad = [
        (json!({"type": "press"}), "hello-expected", 4000),
        (
            json!({"type": "hello", "version": 2, "endpoint": "a", "future": true}),
            "unsupported-version",
            4002,
        ),
        (json!({"type": "hello", "endpoint": "a"}), "bad-hello", 4003),
        (
            json!({"type": "hello", "version": "1", "endpoint": "a"}),
            "bad-hello",
            4003,
        ),
        (json!({"type": "hello", "version": 1}), "bad-hello", 4003),
        (hello_with(json!({"colour": "red"})), "bad-hello", 4003),
        (hello_with(json!({"endpoint": ""})), "bad-hello", 4003),
        (hello_with(json!({"endpoint": "a b"})), "bad-hello", 4003),
        (hello_with(json!({"endpoint": "a".repeat(65)})), "bad-hello", 4003),
        (hello_with(json!({"language": "english please"})), "bad-hello", 4003),
        (hello_with(json!({"capabilities": ["smell"]})), "bad-hello", 4003),
        (hello_with(json!({"resume": "\u{0}"})), "bad-hello", 4003),
        (hello_with(json!({"room": "attic"})), "unknown-room", 4004),
        (
            hello_with(json!({"input": {"codec": "opus", "rate": 22050}})),
            "unsupported-format",
            4005,
        ),
        (
            hello_with(json!({"input": {"codec": "pcm_s16le", "rate": 44100}})),
            "unsupported-format",
            4005,
        ),
        (
            hello_with(json!({"input": {"codec": "pcm_s16le", "rate": 16000, "channels": 3}})),
            "unsupported-format",
            4005,
        ),
        (
            hello_with(json!({"output": {"codec": "pcm_s16le", "rate": 24000, "channels": 2}})),
            "unsupported-format",
            4005,
        ),
        (
            hello_with(json!({"input": {"codec": "mp3", "rate": 16000}})),
            "bad-hello",
            4003,
        ),
        (hello_with(json!({"endpoint": "refused"})), "busy", 1013),
    ];
    for (message, code, close) in bad {
        let mut endpoint = server.endpoint().await;
        endpoint.send(message).await;
        let error = endpoint.closed(code, close).await;
        let detail = error["detail"].as_str().unwrap();
        match code {
            "unknown-room" => assert!(detail.contains("living_room, kitchen"), "{detail}"),
            "unsupported-version" => assert!(detail.contains("speaks version 1"), "{detail}"),
            _ => {}
        }
    }
    for text in ["", "null", "[]", "{", "\"hello\"", "{\"type\":7}", "nonsense \u{1F600}"] {
        let mut endpoint = server.endpoint().await;
        endpoint.text(text).await;
        endpoint.closed("bad-hello", 4003).await;
    }
    let mut endpoint = server.endpoint().await;
    endpoint.binary(silence(20)).await;
    endpoint.closed("hello-expected", 4000).await;
    assert_eq!(server.fake.seen(|seen| seen.specs.len()), 0);
}

#[tokio::test]
async fn a_hello_that_does_not_come() {
    let server = Server::start(|config| config.hello_timeout = Duration::from_millis(200)).await;
    let mut endpoint = server.endpoint().await;
    endpoint.closed("hello-timeout", 4001).await;
}

#[tokio::test]
async fn control_messages_that_say_nothing_right() {
    let server = Server::start(|config| config.limits.max_errors = 1000).await;
    let mut endpoint = server.welcomed().await;
    let bad = [
        "",
        "{}",
        "nonsense",
        "[1,2]",
        "{\"type\":\"dance\"}",
        "{\"type\":\"press\",\"hard\":true}",
        "{\"type\":\"mute\"}",
        "{\"type\":\"mute\",\"on\":\"yes\"}",
        "{\"type\":\"mute\",\"on\":true,\"x\":1}",
        "{\"type\":\"text\",\"text\":\"  \"}",
        "{\"type\":\"ping\",\"id\":-1}",
        "{\"type\":\"playback_finished\",\"turn\":1e99}",
        "{\"type\":\"language\",\"language\":\"../../etc\"}",
    ];
    for text in bad {
        endpoint.text(text).await;
        endpoint.refused("bad-message").await;
    }
    endpoint
        .text(&json!({"type": "text", "text": "x".repeat(2001)}).to_string())
        .await;
    endpoint.refused("bad-message").await;
    endpoint.text(&"[".repeat(10_000)).await;
    endpoint.refused("bad-message").await;
    endpoint
        .text(&json!({"type": "text", "text": "x".repeat(20_000)}).to_string())
        .await;
    endpoint.refused("message-too-big").await;
    endpoint.alive().await;
    assert_eq!(server.fake.seen(|seen| seen.inputs.len()), 0);
    endpoint.send(hello()).await;
    endpoint.closed("bad-hello", 4003).await;
}

#[tokio::test]
async fn audio_that_is_none() {
    let server = Server::start(|config| config.limits.max_errors = 1000).await;
    let mut endpoint = server.welcomed().await;
    for bytes in [
        vec![],
        vec![1],
        vec![1, 0, 0, 0, 0, 0, 0, 0],
        vec![2, 0, 0, 0, 0, 0, 0, 0, 1, 2],
        vec![1, 0, 7, 0, 0, 0, 0, 0, 1, 2],
    ] {
        endpoint.binary(bytes).await;
        endpoint.refused("bad-audio").await;
    }
    endpoint.binary(rosie_proto::encode_audio(0, &[1, 2, 3])).await;
    let error = endpoint.refused("bad-audio").await;
    assert!(error["detail"].as_str().unwrap().contains("3 bytes"), "{error}");
    endpoint.alive().await;

    let mut opus = server.endpoint().await;
    opus.send(hello_with(json!({"input": {"codec": "opus", "rate": 16000}})))
        .await;
    opus.json().await;
    for payload in [vec![0xff; 3], vec![0xff; 2000], vec![3, 0]] {
        opus.binary(rosie_proto::encode_audio(0, &payload)).await;
        opus.refused("bad-audio").await;
    }
    opus.alive().await;

    let mut deaf = server.endpoint().await;
    deaf.send(hello_with(json!({"capabilities": ["screen"]}))).await;
    deaf.json().await;
    deaf.binary(silence(20)).await;
    deaf.refused("bad-audio").await;
    assert_eq!(server.fake.seen(|seen| seen.inputs.len()), 0);
}

#[tokio::test]
async fn one_that_does_not_learn_is_closed() {
    let server = Server::plain().await;
    let mut endpoint = server.welcomed().await;
    for _ in 0..11 {
        endpoint.text("nonsense").await;
    }
    for _ in 0..10 {
        endpoint.refused("bad-message").await;
    }
    endpoint.closed("too-many-errors", 1008).await;
}

#[tokio::test]
async fn too_many_messages_and_too_much_audio() {
    let server = Server::start(|config| {
        config.limits.message_burst = 20;
        config.limits.messages_per_s = 1;
    })
    .await;
    let mut endpoint = server.welcomed().await;
    for _ in 0..22 {
        endpoint.send(json!({"type": "cancel"})).await;
    }
    endpoint.refused("rate-limited").await;
    assert_eq!(server.fake.seen(|seen| seen.inputs.len()), 20);

    let server = Server::start(|config| config.limits.audio_burst = Duration::from_secs(2)).await;
    let mut endpoint = server.welcomed().await;
    for _ in 0..4 {
        endpoint.binary(silence(900)).await;
    }
    endpoint.refused("audio-too-fast").await;
    assert_eq!(server.fake.seen(|seen| seen.inputs.len()), 2);
}

#[tokio::test]
async fn one_that_falls_silent() {
    let server = Server::start(|config| config.idle_timeout = Duration::from_millis(600)).await;
    // A client that reads answers pings by itself, so it stays.
    let mut reading = server.welcomed().await;
    let heard = tokio::time::timeout(Duration::from_millis(1500), reading.hear()).await;
    assert!(heard.is_err(), "{heard:?}");
    // One that does not read is closed, and finds out when it looks.
    let mut asleep = server.welcomed().await;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    asleep.closed("idle-timeout", 4006).await;
}

#[tokio::test]
async fn more_endpoints_than_allowed() {
    let server = Server::start(|config| config.limits.max_streams = 1).await;
    let first = server.welcomed().await;
    let mut second = server.endpoint().await;
    second.closed("busy", 1013).await;
    drop(first);
    for _ in 0..200 {
        let mut third = server.endpoint().await;
        third.send(hello()).await;
        if third.json().await["type"] == "welcome" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the place was not given back");
}

/// Sends raw bytes behind the handshake and returns what comes back until the end.
async fn raw_frames(endpoint: Endpoint, bytes: &[u8]) -> Endpoint {
    let mut endpoint = endpoint;
    let tcp = endpoint.socket.get_mut();
    tcp.write_all(bytes).await.unwrap();
    endpoint
}

fn masked(opcode: u8, payload: &[u8]) -> Vec<u8> {
    assert!(payload.len() < 126);
    [&[opcode, 0x80 | payload.len() as u8, 0, 0, 0, 0], payload].concat()
}

#[tokio::test]
async fn frames_that_no_endpoint_may_send() {
    let server = Server::plain().await;
    let over = [&[0x82, 0xff][..], &(1_u64 << 40).to_be_bytes(), &[0, 0, 0, 0]].concat();
    let just_over = [
        &[0x82, 0xff][..],
        &(rosie_proto::MAX_AUDIO_BYTES as u64 + 1).to_be_bytes(),
        &[0, 0, 0, 0],
    ]
    .concat();
    let cases: Vec<(&str, Vec<u8>, &str, u16)> = vec![
        ("unmasked", vec![0x81, 0x02, b'{', b'}'], "bad-frame", 1002),
        ("reserved bits", masked(0xf1, b"{}"), "bad-frame", 1002),
        ("a reserved opcode", masked(0x83, b"{}"), "bad-frame", 1002),
        ("a continuation of nothing", masked(0x80, b"{}"), "bad-frame", 1002),
        ("a fragmented ping", masked(0x09, b""), "bad-frame", 1002),
        ("not UTF-8", masked(0x81, &[0xff, 0xfe]), "invalid-utf8", 1007),
        ("a terabyte", over, "frame-too-big", 1009),
        ("one byte too many", just_over, "frame-too-big", 1009),
    ];
    for (what, bytes, code, close) in cases {
        let mut endpoint = raw_frames(server.welcomed().await, &bytes).await;
        let error = endpoint.json().await;
        assert_eq!(error["code"], code, "{what}: {error}");
        assert_eq!(endpoint.hear().await, Heard::Closed(close, code.into()), "{what}");
        // Before `hello` too.
        let mut endpoint = raw_frames(server.endpoint().await, &bytes).await;
        assert_eq!(endpoint.json().await["code"], code, "{what}");
    }
    // Many small fragments are one big message.
    let mut endpoint = server.welcomed().await;
    let fragment = |opcode: u8| [&[opcode, 0xfe, 0xff, 0xff, 0, 0, 0, 0][..], &[0; 0xffff]].concat();
    let tcp = endpoint.socket.get_mut();
    for opcode in [0x02, 0, 0, 0] {
        tcp.write_all(&fragment(opcode)).await.unwrap();
    }
    endpoint.closed("frame-too-big", 1009).await;
}

#[tokio::test]
async fn a_message_in_fragments_is_a_message() {
    let server = Server::plain().await;
    let bytes = [
        masked(0x01, br#"{"type":"pi"#),
        masked(0x89, b"hi"),
        masked(0x80, br#"ng","id":3}"#),
    ]
    .concat();
    let mut endpoint = raw_frames(server.welcomed().await, &bytes).await;
    assert_eq!(endpoint.json().await, json!({"type": "pong", "id": 3}));
}

/// Frames that come with the handshake, before its answer, are not lost.
#[tokio::test]
async fn an_impatient_endpoint() {
    let server = Server::plain().await;
    let mut tcp = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "GET /api/v1/stream HTTP/1.1\r\nhost: {}\r\nconnection: keep-alive, Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        server.address
    );
    let hello = r#"{"type":"hello","version":1,"endpoint":"a"}"#;
    tcp.write_all(&[head.as_bytes(), &masked(0x81, hello.as_bytes())].concat())
        .await
        .unwrap();
    let mut heard = Vec::new();
    while !String::from_utf8_lossy(&heard).contains("resume_token") {
        let mut some = [0; 4096];
        let n = tokio::time::timeout(PATIENCE, tcp.read(&mut some))
            .await
            .unwrap()
            .unwrap();
        assert!(n > 0, "{}", String::from_utf8_lossy(&heard));
        heard.extend(&some[..n]);
    }
    assert!(String::from_utf8_lossy(&heard).contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
}

/// A fault behind the gateway costs that stream, and nothing else.
#[tokio::test]
async fn a_panic_in_the_session_layer() {
    let server = Server::plain().await;
    let mut endpoint = server.welcomed().await;
    endpoint.send(json!({"type": "text", "text": "panic"})).await;
    endpoint.closed("internal", 1011).await;
    server.welcomed().await.alive().await;
    assert_eq!(server.get("/health").await.status, 200);
}
