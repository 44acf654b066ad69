//! The remote recogniser against a real socket: what it sends, and every way in which a server can fail.
#![allow(clippy::unwrap_used)]

mod common;

use common::{answer, job, submit, wait_for};
use rosie_core::ErrorCode;
use rosie_core::engine::{EngineHealth, SpeechToText, SttPriority};
use rosie_speech::stt::{RemoteConfig, SttEngine};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Answers `/models`, and everything else with `respond`.
struct Server {
    url: String,
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
}

fn serve(listener: TcpListener, status: &'static str, body: &'static str, delay: Duration) -> Server {
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let requests: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
    let noted = requests.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let noted = noted.clone();
            std::thread::spawn(move || talk(stream, &noted, status, body, delay));
        }
    });
    Server { url, requests }
}

fn talk(mut stream: TcpStream, noted: &Mutex<Vec<Vec<u8>>>, status: &str, body: &str, delay: Duration) {
    while let Some(request) = read_request(&mut stream) {
        let models = request.starts_with(b"GET /v1/models ");
        let (status, body) = if models { ("200 OK", "{}") } else { (status, body) };
        if !models {
            noted.lock().unwrap().push(request);
            std::thread::sleep(delay);
        }
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", body.len());
        if stream.write_all(format!("{head}{body}").as_bytes()).is_err() {
            return;
        }
    }
}

fn read_request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let (mut request, mut buffer) = (Vec::new(), [0; 65_536]);
    loop {
        if let Some(end) = request.windows(4).position(|w| w == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
            let length = head
                .lines()
                .find_map(|l| l.strip_prefix("content-length: "))
                .map_or(0, |l| l.parse().unwrap());
            let chunked = head.contains("transfer-encoding: chunked");
            if (!chunked && request.len() >= end + 4 + length) || (chunked && request.ends_with(b"0\r\n\r\n")) {
                return Some(request);
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(n) => request.extend(&buffer[..n]),
        }
    }
}

fn server(status: &'static str, body: &'static str, delay_ms: u64) -> Server {
    serve(
        TcpListener::bind("127.0.0.1:0").unwrap(),
        status,
        body,
        Duration::from_millis(delay_ms),
    )
}

fn start(config: RemoteConfig) -> SttEngine {
    let engine = config.start().unwrap();
    wait_for(|| engine.info(), |health| *health == EngineHealth::Ready);
    engine
}

#[test]
fn sends_a_wav_and_gives_the_text() {
    let server = server(
        "200 OK",
        r#"{"text": " Turn on the lamp. ", "usage": {"type": "duration"}}"#,
        0,
    );
    let config = RemoteConfig {
        api_key: Some("geheim".into()),
        ..RemoteConfig::new(&server.url, "large-v3")
    };
    assert!(!format!("{config:?}").contains("geheim"));
    let engine = start(config);
    let mut job = job("a", SttPriority::Final, &[0.25; 16_000]);
    job.bias = Arc::from(["Kitchen".to_owned(), "Living room".to_owned()]);
    let transcript = answer(&submit(&engine, job)).unwrap();
    assert_eq!(
        (transcript.text.as_str(), transcript.audio_ms),
        ("Turn on the lamp.", 1_000)
    );
    assert_eq!(transcript.language.tag(), "en");
    let requests = server.requests.lock().unwrap();
    let request = String::from_utf8_lossy(&requests[0]);
    for part in [
        "POST /v1/audio/transcriptions",
        "authorization: Bearer geheim",
        "RIFF",
        "WAVEfmt",
        "large-v3",
        "name=\"language\"",
        "Kitchen, Living room",
    ] {
        assert!(request.contains(part), "{part} is missing");
    }
    assert!(requests[0].len() > 32_044);
}

#[test]
fn every_refusal_has_its_advice() {
    for (status, body, code, advice) in [
        ("401 Unauthorized", "", ErrorCode::SttUnavailable, "api_key"),
        ("404 Not Found", "", ErrorCode::SttUnavailable, "check url and model"),
        ("429 Too Many Requests", "", ErrorCode::SttUnavailable, "limit"),
        ("503 Service Unavailable", "", ErrorCode::SttUnavailable, "HTTP 503"),
        (
            "200 OK",
            "<html>hello</html>",
            ErrorCode::SttUnavailable,
            "did not answer with a transcript",
        ),
        (
            "200 OK",
            r#"{"words": []}"#,
            ErrorCode::SttUnavailable,
            "did not answer with a transcript",
        ),
        (
            "200 OK",
            r#"{"text": " [BLANK_AUDIO] "}"#,
            ErrorCode::SttNoTextRecognized,
            "",
        ),
        (
            "200 OK",
            r#"{"text": "Thanks for watching!"}"#,
            ErrorCode::SttNoTextRecognized,
            "",
        ),
    ] {
        let server = server(status, body, 0);
        let engine = start(RemoteConfig {
            api_key: Some("geheim".into()),
            ..RemoteConfig::new(&server.url, "whisper-1")
        });
        let failure = answer(&submit(&engine, job("a", SttPriority::Final, &[0.0; 1_600]))).unwrap_err();
        assert_eq!(failure.code, code, "{status}");
        assert!(failure.detail.contains(advice), "{failure}");
        assert!(!failure.detail.contains("geheim"));
        assert_eq!(engine.info().health, EngineHealth::Ready);
    }
}

#[test]
fn slow_servers_are_not_waited_for_and_cancelling_ends_at_once() {
    let server = server("200 OK", r#"{"text": "late"}"#, 3_000);
    let engine = start(RemoteConfig {
        timeout_ms: 300,
        ..RemoteConfig::new(&server.url, "whisper-1")
    });
    let failure = answer(&submit(&engine, job("a", SttPriority::Final, &[0.0; 1_600]))).unwrap_err();
    assert_eq!(failure.code, ErrorCode::SttTimeout);

    let engine = start(RemoteConfig::new(&server.url, "whisper-1"));
    let cancelled = job("a", SttPriority::Final, &[0.0; 1_600]);
    let cancel = cancelled.cancel.clone();
    let receive = submit(&engine, cancelled);
    std::thread::sleep(Duration::from_millis(100));
    let started = Instant::now();
    cancel.cancel();
    assert!(answer(&receive).is_err());
    assert!(started.elapsed() < Duration::from_millis(1_000));
}

#[test]
fn nobody_there_is_unavailable_until_somebody_is() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let engine = RemoteConfig::new(format!("http://{address}/v1/"), "whisper-1")
        .start()
        .unwrap();
    wait_for(
        || engine.info(),
        |health| matches!(health, EngineHealth::Unavailable { reason } if reason.contains("cannot be reached")),
    );
    let failure = answer(&submit(&engine, job("a", SttPriority::Final, &[0.0; 1_600]))).unwrap_err();
    assert_eq!(failure.code, ErrorCode::SttUnavailable);
    let _server = serve(
        TcpListener::bind(address).unwrap(),
        "200 OK",
        r#"{"text": "here"}"#,
        Duration::ZERO,
    );
    wait_for(|| engine.info(), |health| *health == EngineHealth::Ready);
    assert_eq!(
        answer(&submit(&engine, job("a", SttPriority::Final, &[0.0; 1_600])))
            .unwrap()
            .text,
        "here"
    );
}

#[test]
fn an_address_that_is_none_is_refused_at_once() {
    for url in ["", "gpu.lan:8000", "ftp://gpu.lan/v1", "http://"] {
        assert!(RemoteConfig::new(url, "whisper-1").start().is_err(), "{url}");
    }
}
