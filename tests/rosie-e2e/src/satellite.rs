//! A Wyoming satellite without a wake word of its own, as far as Rosie sees one: it asks her to listen for hers, and it is quiet
//! there.

use rosie_proto::wyoming::{Decoder, Event};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Waits for Rosie on the port that is returned, again and again, as long as the test runs.
pub async fn quiet_satellite(name: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            answer(stream, name).await;
        }
    });
    port
}

/// Until the other side hangs up.
async fn answer(mut stream: TcpStream, name: &str) {
    let (mut decoder, mut piece) = (Decoder::default(), [0; 4096]);
    while let Ok(count @ 1..) = stream.read(&mut piece).await {
        decoder.push(&piece[..count]);
        while let Some(event) = decoder.next_event().unwrap() {
            let (kind, data) = match event.kind.as_str() {
                "describe" => ("info", json!({ "satellite": { "name": name } })),
                "run-satellite" => ("run-pipeline", json!({ "start_stage": "wake", "end_stage": "tts" })),
                "ping" => ("pong", Value::Object(event.data)),
                "audio-stop" => ("played", json!({})),
                _ => continue,
            };
            if stream.write_all(&Event::new(kind, data).encode()).await.is_err() {
                return;
            }
        }
    }
}
